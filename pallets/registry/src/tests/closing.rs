//! Closing an offer.

use crate::{mock::*, Error, Event, Offers, Operators, Services};
use frame_support::{assert_noop, assert_ok};
use pallet_restaking::Error as StakeError;
use surety_primitives::{traits::Offers as _, OfferState, OperatorStatus};

fn offered() -> TestExt {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0)
}

#[test]
fn close_offer_should_remove_it_at_once_when_it_has_no_clients() {
	offered().execute(|| {
		events();
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!(
			events(),
			[Event::OfferClosed { operator: BOB, service: 0, bond: 500, deposit: deposit(8) }]
		);
		assert!(!Offers::<Test>::contains_key(0, BOB));
		assert_eq!((Registry::ends_at(&BOB, 0), Registry::occupied(&BOB, 0)), (None, 0));
		assert_eq!(Services::<Test>::get(0).map(|service| service.offers), Some(0));
		assert_eq!((reserved(BOB, 0), held(HoldReason::OfferDeposit, BOB)), (0, 0));
		let record = Operators::<Test>::get(BOB).expect("it has not left");
		assert_eq!((record.status, record.services.len()), (OperatorStatus::Active, 0));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotFound);
		assert_noop!(Registry::close_offer(signed(BOB), 0), Error::<Test>::OfferNotFound);
		// The stake is where it was: the same can be offered again at once.
		assert_ok!(Ask::default().make(BOB, 0));
	});
}

#[test]
fn close_offer_should_remove_one_that_was_never_active() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		assert_ok!(Ask::default().make(BOB, 0));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert!(!Offers::<Test>::contains_key(0, BOB));
	});
}

#[test]
fn close_offer_should_serve_out_the_notice_when_it_has_clients() {
	offered().clients(BOB, 0, 2).execute(|| {
		events();
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		let ends_at = now() + NOTICE;
		assert_eq!(state_of(BOB, 0), Some(OfferState::Closing { ends_at }));
		assert_eq!(Registry::ends_at(&BOB, 0), Some(ends_at));
		assert_eq!(events()[1..], [Event::OfferClosing { operator: BOB, service: 0, ends_at }]);
		assert_eq!((reserved(BOB, 0), held(HoldReason::OfferDeposit, BOB)), (500, deposit(8)));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotAccepting);
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::OfferAlreadyExists);

		// It is there for as long as its last client.
		vacate(BOB, 0);
		advance(NOTICE + 3);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Closing { ends_at }));
		assert_eq!(events(), []);
	});
}

#[test]
fn vacate_should_remove_a_closing_offer_when_its_last_client_goes() {
	// Before the notice is over, and after.
	for blocks in [1, NOTICE + 3] {
		offered().clients(BOB, 0, 2).execute(|| {
			assert_ok!(Registry::close_offer(signed(BOB), 0));
			advance(blocks);
			vacate(BOB, 0);
			events();

			vacate(BOB, 0);
			assert_eq!(
				events(),
				[Event::OfferClosed { operator: BOB, service: 0, bond: 500, deposit: deposit(8) }]
			);
			assert!(!Offers::<Test>::contains_key(0, BOB));
			assert_eq!(Services::<Test>::get(0).map(|service| service.offers), Some(0));
			assert_eq!((reserved(BOB, 0), held(HoldReason::OfferDeposit, BOB)), (0, 0));
			let record = Operators::<Test>::get(BOB).expect("it is not leaving");
			assert_eq!((record.status, record.services.len()), (OperatorStatus::Active, 0));
			assert_ok!(Ask::default().make(BOB, 0));
		});
	}
}

#[test]
fn vacate_should_leave_an_offer_that_is_live_when_its_last_client_goes() {
	offered().clients(BOB, 0, 1).execute(|| {
		events();
		vacate(BOB, 0);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Open));
		assert_ok!(occupy(BOB, 0));
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		vacate(BOB, 0);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Paused));
		assert_eq!(events(), [Event::OfferPaused { operator: BOB, service: 0 }]);
	});
}

#[test]
fn close_offer_should_let_go_what_was_added_to_the_bond_too() {
	offered().execute(|| {
		assert_ok!(stake(BOB, BOB, NATIVE, 280));
		assert_ok!(Registry::add_bond(signed(BOB), 0, 70));
		events();
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!(
			events(),
			[Event::OfferClosed { operator: BOB, service: 0, bond: 570, deposit: deposit(8) }]
		);
		assert_eq!(reserved(BOB, 0), 0);
	});
}

#[test]
fn close_offer_should_leave_the_operators_other_offers_alone() {
	offered().service(ALICE).active_offer(BOB, 1).execute(|| {
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!((reserved(BOB, 0), reserved(BOB, 1)), (0, 500));
		assert_eq!(Operators::<Test>::get(BOB).map(|record| record.services.to_vec()), Some(vec![1]));
		assert_ok!(occupy(BOB, 1));
	});
}

#[test]
fn notice_should_stay_as_it_was_when_governance_changes_it_under_an_offer() {
	offered().clients(BOB, 0, 1).execute(|| {
		NoticePeriod::set(1);
		assert_ok!(Ask::default().update(BOB, 0));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!(Registry::ends_at(&BOB, 0), Some(now() + NOTICE));
	});
}

#[test]
fn bond_should_be_neither_unbonded_nor_deallocated_while_the_offer_is_there() {
	let stuck = || {
		assert_noop!(unbond(BOB, BOB, 1), StakeError::<Test>::StakeReserved);
		assert_noop!(Restaking::unbond_all(signed(BOB), BOB, NATIVE), StakeError::<Test>::StakeReserved);
		assert_noop!(deallocate(BOB, 0, 1), StakeError::<Test>::StakeReserved);
	};
	offered().clients(BOB, 0, 1).execute(|| {
		stuck();
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		stuck();
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		stuck();
		assert_ok!(Registry::leave(signed(BOB)));
		advance(NOTICE);
		stuck();
		vacate(BOB, 0);
		assert_ok!(deallocate(BOB, 0, PARTS));
		assert_ok!(Restaking::unbond_all(signed(BOB), BOB, NATIVE));
	});
}

#[test]
fn what_is_above_the_bond_should_be_the_operators_to_take() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 600).execute(|| {
		assert_ok!(Ask::default().make(BOB, 0));
		// A quarter of what is left stays behind the service.
		assert_noop!(unbond(BOB, BOB, 401), StakeError::<Test>::StakeReserved);
		assert_ok!(unbond(BOB, BOB, 400));
		assert_noop!(unbond(BOB, BOB, 1), StakeError::<Test>::StakeReserved);
	});
}

#[test]
fn stake_should_answer_for_the_time_of_the_offer_when_it_was_closed_and_taken_back() {
	offered().execute(|| {
		let offence = Restaking::era();
		turn_era();
		assert_ok!(Registry::leave(signed(BOB)));
		assert_ok!(deallocate(BOB, 0, PARTS));
		assert_ok!(Restaking::unbond_all(signed(BOB), BOB, NATIVE));
		turn_era();
		assert_eq!(slash_in(offence, BOB, 0, 100), (500, 500));
	});
}
