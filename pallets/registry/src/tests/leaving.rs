//! The clean exit.

use crate::{mock::*, Error, Event, Operators, WeightInfo};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{OfferState, OperatorStatus};

#[test]
fn leave_should_return_the_deposit_at_once_when_there_are_no_offers() {
	TestExt::new().operator(BOB).execute(|| {
		events();
		let info = Registry::leave(signed(BOB)).expect("the operator can leave");
		assert_eq!(info.actual_weight, Some(<() as WeightInfo>::leave_at_once()));
		assert!(!Operators::<Test>::contains_key(BOB));
		assert_eq!(Balances::free_balance(BOB), ENDOWMENT);
		assert_eq!(
			events(),
			[
				Event::OperatorLeaving { operator: BOB, offers: 0 },
				Event::OperatorLeft { operator: BOB, deposit: deposit(8) },
			]
		);
		assert_ok!(Registry::join(signed(BOB), vec![]));
	});
}

#[test]
fn leave_should_close_every_offer_when_there_are_some() {
	let ext = TestExt::new()
		.service(ALICE)
		.service(ALICE)
		.service(ALICE)
		.service(ALICE)
		.operator(BOB)
		.active_offer(BOB, 0)
		.active_offer(BOB, 1)
		.active_offer(BOB, 2)
		.active_offer(BOB, 3)
		.clients(BOB, 1, 1)
		.then(|| Registry::pause_offer(signed(BOB), 2))
		.then(|| Registry::close_offer(signed(BOB), 3));
	ext.execute(|| {
		let closed_before = state_of(BOB, 3);
		advance(4);
		events();
		assert_ok!(Registry::leave(signed(BOB)));

		let (ends_at, until) = (now() + NOTICE, now() + UNBONDING);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Unbonding { until }));
		assert_eq!(state_of(BOB, 1), Some(OfferState::Closing { ends_at }));
		assert_eq!(state_of(BOB, 2), Some(OfferState::Unbonding { until }));
		assert_eq!(state_of(BOB, 3), closed_before);
		assert_eq!(
			Operators::<Test>::get(BOB).map(|record| record.status),
			Some(OperatorStatus::Leaving { since: now() })
		);
		assert_eq!(
			events(),
			[
				Event::OperatorLeaving { operator: BOB, offers: 4 },
				Event::OfferUnbonding { operator: BOB, service: 0, until },
				Event::OfferClosing { operator: BOB, service: 1, ends_at },
				Event::OfferUnbonding { operator: BOB, service: 2, until },
			]
		);
		assert_noop!(occupy(BOB, 1), Error::<Test>::OperatorLeaving);
		assert_noop!(Registry::leave(signed(BOB)), Error::<Test>::OperatorLeaving);
	});
}

#[test]
fn leave_should_refund_the_weight_of_offers_that_it_did_not_close() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		let info = Registry::leave(signed(BOB)).expect("the operator can leave");
		assert_eq!(info.actual_weight, Some(<() as WeightInfo>::leave(1)));
	});
}

#[test]
fn leave_should_work_when_the_operator_is_paused() {
	TestExt::new().operator(BOB).then(|| Registry::pause(signed(BOB))).execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		assert!(!Operators::<Test>::contains_key(BOB));
	});
}

#[test]
fn operator_should_have_left_when_its_last_bond_is_withdrawn() {
	let ext = TestExt::new()
		.service(ALICE)
		.service(ALICE)
		.operator(BOB)
		.active_offer(BOB, 0)
		.active_offer(BOB, 1)
		.clients(BOB, 1, 1);
	ext.execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		advance(NOTICE);
		vacate(BOB, 1);
		advance(UNBONDING - NOTICE);
		assert_ok!(Registry::withdraw_bond(signed(BOB), 0));
		assert_noop!(Registry::withdraw_bond(signed(BOB), 1), Error::<Test>::StillUnbonding);
		assert!(Operators::<Test>::contains_key(BOB));
		events();

		advance(NOTICE);
		assert_ok!(Registry::withdraw_bond(signed(BOB), 1));
		assert!(!Operators::<Test>::contains_key(BOB));
		assert_eq!(
			events(),
			[
				Event::BondWithdrawn { operator: BOB, service: 1, amount: 500, deposit: deposit(8) },
				Event::OperatorLeft { operator: BOB, deposit: deposit(8) },
			]
		);
		// Everything that was ever held of it has come back.
		assert_eq!((held_in_all(BOB), Balances::free_balance(BOB)), (0, ENDOWMENT));
	});
}

#[test]
fn operator_should_stay_when_it_withdraws_its_last_bond_without_leaving() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		advance(UNBONDING);
		assert_ok!(Registry::withdraw_bond(signed(BOB), 0));
		assert_eq!(Operators::<Test>::get(BOB).map(|record| record.status), Some(OperatorStatus::Active));
	});
}
