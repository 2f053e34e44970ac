//! The clean exit.

use crate::{mock::*, Error, Event, Offers, Operators, WeightInfo};
use frame_support::{assert_noop, assert_ok};
use pallet_restaking::Error as StakeError;
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
fn leave_should_be_over_at_once_when_no_offer_has_clients() {
	let ext = TestExt::new()
		.service(ALICE)
		.service(ALICE)
		.operator(BOB)
		.active_offer(BOB, 0)
		.active_offer(BOB, 1)
		.then(|| Registry::pause_offer(signed(BOB), 1));
	ext.execute(|| {
		events();
		let info = Registry::leave(signed(BOB)).expect("the operator can leave");
		assert_eq!(info.actual_weight, Some(<() as WeightInfo>::leave(2)));
		let closed = |service| Event::OfferClosed { operator: BOB, service, bond: 500, deposit: deposit(8) };
		assert_eq!(
			events(),
			[
				Event::OperatorLeaving { operator: BOB, offers: 2 },
				closed(0),
				closed(1),
				Event::OperatorLeft { operator: BOB, deposit: deposit(8) },
			]
		);
		assert!(!Operators::<Test>::contains_key(BOB));
		assert_eq!(Offers::<Test>::iter().count(), 0);
		assert_eq!((held_in_all(BOB), reserved(BOB, 0), reserved(BOB, 1)), (0, 0, 0));
	});
}

#[test]
fn leave_should_remove_offers_without_clients_and_close_the_others_when_there_are_both() {
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
		.clients(BOB, 3, 1)
		.then(|| Registry::pause_offer(signed(BOB), 2))
		.then(|| Registry::close_offer(signed(BOB), 3));
	ext.execute(|| {
		let closed_before = state_of(BOB, 3);
		advance(4);
		events();
		let info = Registry::leave(signed(BOB)).expect("the operator can leave");
		assert_eq!(info.actual_weight, Some(<() as WeightInfo>::leave(4)));

		let ends_at = now() + NOTICE;
		assert_eq!((state_of(BOB, 0), state_of(BOB, 2)), (None, None));
		assert_eq!(state_of(BOB, 1), Some(OfferState::Closing { ends_at }));
		assert_eq!(state_of(BOB, 3), closed_before);
		let record = Operators::<Test>::get(BOB).expect("it has clients still");
		assert_eq!(record.status, OperatorStatus::Leaving { since: now() });
		assert_eq!(record.services.to_vec(), [1, 3]);
		assert_eq!([0, 1, 2, 3].map(|service| reserved(BOB, service)), [0, 500, 0, 500]);
		let closed = |service| Event::OfferClosed { operator: BOB, service, bond: 500, deposit: deposit(8) };
		assert_eq!(
			events(),
			[
				Event::OperatorLeaving { operator: BOB, offers: 4 },
				closed(0),
				Event::OfferClosing { operator: BOB, service: 1, ends_at },
				closed(2),
			]
		);
		assert_noop!(occupy(BOB, 1), Error::<Test>::OperatorLeaving);
		assert_noop!(Registry::leave(signed(BOB)), Error::<Test>::OperatorLeaving);
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
fn operator_should_have_left_when_its_last_client_goes() {
	let ext = TestExt::new()
		.service(ALICE)
		.service(ALICE)
		.operator(BOB)
		.active_offer(BOB, 0)
		.active_offer(BOB, 1)
		.clients(BOB, 0, 1)
		.clients(BOB, 1, 2);
	ext.execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		vacate(BOB, 1);
		vacate(BOB, 1);
		assert_eq!(Operators::<Test>::get(BOB).map(|record| record.services.to_vec()), Some(vec![0]));
		advance(NOTICE);
		events();

		vacate(BOB, 0);
		assert!(!Operators::<Test>::contains_key(BOB));
		assert_eq!(
			events(),
			[
				Event::OfferClosed { operator: BOB, service: 0, bond: 500, deposit: deposit(8) },
				Event::OperatorLeft { operator: BOB, deposit: deposit(8) },
			]
		);
		assert_eq!(held_in_all(BOB), 0);
	});
}

#[test]
fn operator_should_stay_when_its_last_offer_goes_without_leaving() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		vacate(BOB, 0);
		assert_eq!(Operators::<Test>::get(BOB).map(|record| record.status), Some(OperatorStatus::Active));
	});
}

#[test]
fn stake_should_be_taken_by_nobody_who_is_leaving_or_has_left_and_returned_to_everybody() {
	let ext = TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1);
	ext.then(|| stake(CHARLIE, BOB, NATIVE, 900)).execute(|| {
		turn_era();
		assert_ok!(Registry::leave(signed(BOB)));
		assert_noop!(stake(CHARLIE, BOB, NATIVE, 1), StakeError::<Test>::OperatorLeaving);
		vacate(BOB, 0);
		assert_noop!(stake(CHARLIE, BOB, NATIVE, 1), StakeError::<Test>::OperatorNotFound);

		for holder in [BOB, CHARLIE] {
			assert_ok!(Restaking::unbond_all(signed(holder), BOB, NATIVE));
		}
		advance(UNBONDING);
		for holder in [CHARLIE, BOB] {
			assert_ok!(Restaking::withdraw(signed(ALICE), holder.clone(), BOB, NATIVE));
			// Everything that was ever held of it has come back.
			assert_eq!(Balances::free_balance(holder), ENDOWMENT);
		}
	});
}

#[test]
fn stake_should_back_an_operator_that_left_and_joined_again() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		assert_ok!(Registry::join(signed(BOB), vec![]));
		assert_ok!(Ask::default().make(BOB, 0));
		advance(ACTIVATION);
		assert_ok!(occupy(BOB, 0));
	});
}
