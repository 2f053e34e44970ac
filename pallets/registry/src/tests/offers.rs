//! Offers: make, update, add bond, pause, resume.

use crate::{mock::*, Call, Error, Event, Offers, Operators, Services};
use frame_support::{assert_noop, assert_ok};
use pallet_restaking::Error as StakeError;
use sp_runtime::{traits::Dispatchable, DispatchError, TokenError};
use surety_primitives::{OfferState, Price, Sla};

fn offer(service: u32) -> crate::OfferOf<Test> {
	Offers::<Test>::get(service, BOB).expect("the offer exists")
}

/// Every way in which terms can be wrong, whether an offer is made or updated.
fn malformed() -> Vec<(Ask, Error<Test>)> {
	let ask = Ask::default();
	let free_in_lead = Price { asset: LEAD, amount: 0, period: 1 };
	vec![
		(Ask { sla: Sla { latency_ms: 0, ..ask.sla }, ..ask.clone() }, Error::InvalidSla),
		(Ask { capacity: 0, ..ask.clone() }, Error::ZeroCapacity),
		(Ask { price: Price { period: 0, ..ask.price.clone() }, ..ask.clone() }, Error::ZeroPeriod),
		(Ask { price: Price { asset: LEAD, ..ask.price.clone() }, ..ask.clone() }, Error::UnknownAsset),
		(Ask { price: free_in_lead, ..ask.clone() }, Error::UnknownAsset),
		(Ask { metadata: vec![1; MAX_METADATA as usize + 1], ..ask }, Error::MetadataTooLong),
	]
}

#[test]
fn make_offer_should_store_it_reserve_the_bond_and_hold_a_deposit_when_all_is_well() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		let free = Balances::free_balance(BOB);
		events();
		let ask = Ask::default();
		assert_ok!(ask.make(BOB, 0));

		let active_from = now() + ACTIVATION;
		let made = offer(0);
		assert_eq!((made.sla, made.price.clone(), made.capacity), (ask.sla, ask.price, ask.capacity));
		assert_eq!((made.metadata.to_vec(), made.subscribers), (ask.metadata, 0));
		assert_eq!((made.state, made.active_from), (OfferState::Open, active_from));
		assert_eq!((made.notice, made.bond, made.deposit), (NOTICE, 500, deposit(8)));
		assert_eq!((reserved(BOB, 0), held(HoldReason::OfferDeposit, BOB)), (500, deposit(8)));
		// The bond is stake already: nothing but the deposit is taken.
		assert_eq!(Balances::free_balance(BOB), free - deposit(8));
		assert_eq!(Services::<Test>::get(0).map(|service| service.offers), Some(1));
		assert_eq!(
			events(),
			[Event::OfferMade { operator: BOB, service: 0, bond: 500, active_from, deposit: deposit(8) }]
		);
	});
}

#[test]
fn make_offer_should_accept_an_asset_when_it_exists() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		let price = Price { asset: GOLD, amount: 3, period: 1 };
		assert_ok!(Ask { price, ..Ask::default() }.make(BOB, 0));
	});
}

#[test]
fn make_offer_should_fail_when_the_terms_are_malformed() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		for (ask, error) in malformed() {
			assert_noop!(ask.make(BOB, 0), error);
		}
	});
}

#[test]
fn make_offer_should_fail_when_there_is_no_such_service() {
	TestExt::new().operator(BOB).execute(|| {
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::ServiceNotFound);
	});
}

#[test]
fn make_offer_should_fail_when_the_service_is_retired() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		assert_ok!(Registry::retire_service(signed(ALICE), 0));
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::ServiceRetired);
	});
}

#[test]
fn make_offer_should_fail_when_the_operator_is_leaving() {
	let ext = TestExt::new().service(ALICE).service(ALICE).operator(BOB).backed(BOB, 1, 500);
	ext.active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		assert_noop!(Ask::default().make(BOB, 1), Error::<Test>::OperatorLeaving);
	});
}

#[test]
fn make_offer_should_work_when_the_operator_is_paused() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		assert_ok!(Registry::pause(signed(BOB)));
		assert_ok!(Ask::default().make(BOB, 0));
	});
}

#[test]
fn make_offer_should_fail_when_the_operator_has_one_for_the_service() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::OfferAlreadyExists);
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::OfferAlreadyExists);
	});
}

#[test]
fn make_offer_should_ask_for_the_greater_bond_when_service_and_chain_differ() {
	for (min_bond, least) in [(0, MIN_BOND), (MIN_BOND + 50, MIN_BOND + 50)] {
		let ext = TestExt::new().operator(BOB).backed(BOB, 0, 500);
		ext.then(|| create_service_asking(ALICE, min_bond, &[])).execute(|| {
			let ask = Ask { bond: least - 1, ..Ask::default() };
			assert_noop!(ask.make(BOB, 0), Error::<Test>::BondTooSmall);
			assert_ok!(Ask { bond: least, ..ask }.make(BOB, 0));
		});
	}
}

#[test]
fn make_offer_should_fail_when_the_operator_has_as_many_as_may_be() {
	TestExt::new().operator(BOB).execute(|| {
		for service in 0..MAX_OFFERS {
			assert_ok!(create_service(ALICE));
			assert_ok!(back(BOB, service, 500));
			assert_ok!(Ask::default().make(BOB, service));
		}
		assert_ok!(create_service(ALICE));
		assert_noop!(Ask::default().make(BOB, MAX_OFFERS), Error::<Test>::MaxOffersExceeded);
	});
}

#[test]
fn make_offer_should_keep_the_list_of_services_sorted_when_they_come_in_any_order() {
	let services = || Operators::<Test>::get(BOB).map(|record| record.services.to_vec());
	TestExt::new().service(ALICE).service(ALICE).service(ALICE).operator(BOB).execute(|| {
		for service in [2, 0, 1] {
			assert_ok!(back(BOB, service, 500));
			assert_ok!(Ask::default().make(BOB, service));
		}
		assert_eq!(services(), Some(vec![0, 1, 2]));
		assert_ok!(Registry::close_offer(signed(BOB), 1));
		assert_eq!(services(), Some(vec![0, 2]));
	});
}

/// `BOB` makes the offer in a transaction of its own: what fails is rolled back.
fn dispatch(ask: Ask) -> Result<(), DispatchError> {
	let Ask { sla, capacity, price, metadata, bond } = ask;
	let call = Call::make_offer { service: 0, sla, capacity, price, metadata, bond };
	RuntimeCall::Registry(call).dispatch(signed(BOB)).map(drop).map_err(|refused| refused.error)
}

#[test]
fn make_offer_should_fail_when_the_bond_is_not_behind_the_service() {
	TestExt::new().service(ALICE).service(ALICE).operator(BOB).execute(|| {
		let make = |bond| dispatch(Ask { bond, ..Ask::default() });
		assert_noop!(make(500), StakeError::<Test>::LedgerNotFound);
		// Stake that is allocated to nothing, or to another service.
		assert_ok!(stake(BOB, BOB, NATIVE, 2_000));
		turn_era();
		assert_noop!(make(500), StakeError::<Test>::NotEnoughStake);
		assert_ok!(back(BOB, 1, 500));
		assert_noop!(make(500), StakeError::<Test>::NotEnoughStake);
		assert_ok!(back(BOB, 0, 500));
		assert_noop!(make(501), StakeError::<Test>::NotEnoughStake);
		assert_ok!(make(500));
	});
}

#[test]
fn make_offer_should_fail_when_only_delegated_stake_could_be_the_bond() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 499).execute(|| {
		assert_ok!(stake(CHARLIE, BOB, NATIVE, 8_000));
		turn_era();
		assert_eq!(backing(BOB, 0), 2_499);
		assert_noop!(dispatch(Ask::default()), StakeError::<Test>::NotEnoughStake);
	});
}

#[test]
fn make_offer_should_fail_when_the_deposit_cannot_be_paid() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		// The account must keep its existential deposit: one unit short. The bond is let go again.
		let free = Balances::free_balance(BOB);
		assert_ok!(Balances::burn(signed(BOB), free - deposit(8), false));
		assert_noop!(dispatch(Ask::default()), TokenError::FundsUnavailable);
		assert_eq!(reserved(BOB, 0), 0);
	});
}

#[test]
fn update_offer_should_replace_the_terms_when_it_is_live() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 2).execute(|| {
		events();
		let before = offer(0);
		let ask = Ask {
			sla: Sla { latency_ms: 7, ..Ask::default().sla },
			capacity: 1,
			price: Price { asset: GOLD, amount: 9, period: 3 },
			metadata: vec![],
			bond: 0,
		};
		assert_ok!(ask.update(BOB, 0));

		let after = offer(0);
		assert_eq!((after.sla, after.price.clone(), after.capacity), (ask.sla, ask.price, ask.capacity));
		assert_eq!(after.metadata.len(), 0);
		assert_eq!((after.bond, after.state, reserved(BOB, 0)), (before.bond, before.state, 500));
		assert_eq!((after.subscribers, after.active_from), (2, before.active_from));
		assert_eq!(held(HoldReason::OfferDeposit, BOB), deposit(0));
		assert_eq!(events(), [Event::OfferUpdated { operator: BOB, service: 0, deposit: deposit(0) }]);

		// The capacity fell below the number of clients: they stay, but no more come.
		assert_noop!(occupy(BOB, 0), Error::<Test>::CapacityFull);
		vacate(BOB, 0);
		vacate(BOB, 0);
		assert_eq!(occupy(BOB, 0).map(|terms| terms.price), Ok(after.price));
	});
}

#[test]
fn update_offer_should_fail_when_the_terms_are_malformed() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		for (ask, error) in malformed() {
			assert_noop!(ask.update(BOB, 0), error);
		}
	});
}

#[test]
fn add_bond_should_reserve_more_when_it_is_behind_the_service() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 600).active_offer(BOB, 0).execute(|| {
		events();
		assert_ok!(Registry::add_bond(signed(BOB), 0, 70));
		assert_eq!((offer(0).bond, reserved(BOB, 0)), (570, 570));
		assert_eq!(events(), [Event::BondAdded { operator: BOB, service: 0, amount: 70, bond: 570 }]);
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn add_bond_should_fail_when_the_amount_is_zero_or_not_behind_the_service() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		assert_noop!(Registry::add_bond(signed(BOB), 0, 0), Error::<Test>::ZeroAmount);
		assert_noop!(Registry::add_bond(signed(BOB), 0, 1), StakeError::<Test>::NotEnoughStake);
		assert_noop!(Registry::add_bond(signed(BOB), 0, u128::MAX), sp_runtime::ArithmeticError::Overflow);
		// What others have staked is not the operator's to bond.
		assert_ok!(stake(CHARLIE, BOB, NATIVE, 8_000));
		turn_era();
		assert_noop!(Registry::add_bond(signed(BOB), 0, 1), StakeError::<Test>::NotEnoughStake);
	});
}

#[test]
fn pause_offer_should_stop_new_clients_until_resume_when_it_is_open() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		events();
		assert_noop!(Registry::resume_offer(signed(BOB), 0), Error::<Test>::NotPaused);

		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_eq!(offer(0).state, OfferState::Paused);
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotAccepting);
		assert_noop!(Registry::pause_offer(signed(BOB), 0), Error::<Test>::AlreadyPaused);
		assert_ok!(Ask::default().update(BOB, 0));
		assert_eq!(offer(0).state, OfferState::Paused);

		assert_ok!(Registry::resume_offer(signed(BOB), 0));
		assert_ok!(occupy(BOB, 0));
		assert_eq!(
			events(),
			[
				Event::OfferPaused { operator: BOB, service: 0 },
				Event::OfferUpdated { operator: BOB, service: 0, deposit: deposit(8) },
				Event::OfferResumed { operator: BOB, service: 0 },
			]
		);
	});
}

#[test]
fn calls_on_an_offer_should_fail_when_there_is_none_of_the_signer() {
	TestExt::new().service(ALICE).operator(BOB).operator(CHARLIE).active_offer(BOB, 0).execute(|| {
		let charlie = || signed(CHARLIE);
		assert_noop!(Ask::default().update(CHARLIE, 0), Error::<Test>::OfferNotFound);
		assert_noop!(Registry::add_bond(charlie(), 0, 1), Error::<Test>::OfferNotFound);
		assert_noop!(Registry::pause_offer(charlie(), 0), Error::<Test>::OfferNotFound);
		assert_noop!(Registry::resume_offer(charlie(), 0), Error::<Test>::OfferNotFound);
		assert_noop!(Registry::close_offer(charlie(), 0), Error::<Test>::OfferNotFound);
	});
}

#[test]
fn calls_that_change_an_offer_should_fail_when_it_is_closing() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		let bob = || signed(BOB);
		assert_ok!(Registry::close_offer(bob(), 0));
		assert_noop!(Ask::default().update(BOB, 0), Error::<Test>::AlreadyClosing);
		assert_noop!(Registry::add_bond(bob(), 0, 1), Error::<Test>::AlreadyClosing);
		assert_noop!(Registry::pause_offer(bob(), 0), Error::<Test>::AlreadyClosing);
		assert_noop!(Registry::resume_offer(bob(), 0), Error::<Test>::AlreadyClosing);
		assert_noop!(Registry::close_offer(bob(), 0), Error::<Test>::AlreadyClosing);
	});
}
