use crate::{mock::*, ByClient, ByOperator, Error, Event, Remainders, Subscriptions as Stored};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use surety_primitives::{traits::Offers, AssetKind};

#[test]
fn close_should_pay_the_operator_and_return_the_deposit_when_the_money_has_run_out() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(10);
		// WHEN
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		// THEN
		assert_eq!(free(&OPERATOR), ENDOWMENT + 100);
		assert_eq!(free(&ALICE), ENDOWMENT - 100);
		assert_eq!(free(&BOB), ENDOWMENT);
		assert_eq!((prepaid(AssetKind::Native, &ALICE), deposit_held(&ALICE)), (0, 0));
		assert!(!Stored::<Test>::contains_key(id));
		assert!(!ByClient::<Test>::contains_key(ALICE, id));
		assert!(!ByOperator::<Test>::contains_key(OPERATOR, id));
		assert_eq!(Book::occupied(&OPERATOR, SERVICE), 0);
		System::assert_last_event(Event::Closed { id, paid: 100, refunded: 0 }.into());
		assert_noop!(Subscriptions::close(signed(&BOB), id), Error::<Test>::SubscriptionNotFound);
	});
}

#[test]
fn close_should_return_what_pays_for_no_whole_block() {
	execute(|| {
		// 25 pay for two blocks of ten.
		let id = open(ALICE, OPERATOR, native(100, 10), 25);
		advance(2);
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		System::assert_last_event(Event::Closed { id, paid: 20, refunded: 5 }.into());
	});
}

#[test]
fn close_should_end_every_subscription_of_an_offer_that_has_closed() {
	execute(|| {
		// GIVEN
		let ids = [
			open(ALICE, OPERATOR, native(100, 10), 1_000),
			open(BOB, OPERATOR, native(100, 10), 1_000),
			open(ALICE, OPERATOR, native(100, 10), 30),
		];
		Book::close(&OPERATOR, SERVICE, 11);
		advance(9);
		assert_noop!(Subscriptions::close(signed(&BOB), ids[0]), Error::<Test>::NotEnded);
		// WHEN
		advance(91);
		for id in ids {
			assert!(Book::exists(&OPERATOR, SERVICE));
			assert_ok!(Subscriptions::close(signed(&BOB), id));
		}
		// THEN the offer is gone, with the last of them.
		assert!(!Book::exists(&OPERATOR, SERVICE));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 100 + 100 + 30);
		assert_eq!(free(&ALICE), ENDOWMENT - 130);
		assert_eq!(free(&BOB), ENDOWMENT - 100);
		assert_eq!(Book::occupied(&OPERATOR, SERVICE), 0);
	});
}

#[test]
fn close_should_settle_at_the_end_of_an_offer_that_it_removes() {
	execute(|| {
		// GIVEN an offer that has closed, with one client left, who has paid for longer.
		let id = open(ALICE, OPERATOR, native(25, 10), 1_000);
		Book::close(&OPERATOR, SERVICE, 8);
		advance(100);
		// WHEN
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		// THEN seven blocks were served: 17.5, rounded against the operator, who ended it.
		assert!(!Book::exists(&OPERATOR, SERVICE));
		System::assert_last_event(Event::Closed { id, paid: 17, refunded: 983 }.into());
		assert_eq!((free(&OPERATOR), free(&ALICE)), (ENDOWMENT + 17, ENDOWMENT - 17));
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(25, 10), 1_000),
			DispatchError::Other("no such offer")
		);
	});
}

#[test]
fn close_should_leave_a_remainder_that_can_be_settled_when_its_offer_is_gone() {
	execute(|| {
		let id = open(ALICE, PAUPER, native(1, 1), 1_000);
		Book::close(&PAUPER, SERVICE, 5);
		advance(4);
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		assert!(!Book::exists(&PAUPER, SERVICE));
		assert_eq!(Remainders::<Test>::get(id).map(|left| left.owed), Some(4));
		endow_from_issuer(&PAUPER, EXISTENTIAL_DEPOSIT);
		assert_ok!(Subscriptions::settle(signed(&BOB), id));
		assert_eq!((free(&PAUPER), free(&ALICE)), (EXISTENTIAL_DEPOSIT + 4, ENDOWMENT - 4));
	});
}

#[test]
fn close_should_round_against_the_operator_when_it_ended_the_subscription() {
	execute(|| {
		// A unit pays for 100 blocks; the operator leaves after 20.
		let id = open(ALICE, OPERATOR, native(1, 100), 5);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		advance(notice());
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		System::assert_last_event(Event::Closed { id, paid: 0, refunded: 5 }.into());
	});
}

#[test]
fn close_should_round_against_the_client_when_the_money_has_run_out() {
	execute(|| {
		// A unit pays for 33⅓ blocks, of which 33 are served.
		let id = open(ALICE, OPERATOR, native(3, 100), 1);
		advance(33);
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		System::assert_last_event(Event::Closed { id, paid: 1, refunded: 0 }.into());
	});
}

#[test]
fn close_should_round_against_the_client_unless_the_notice_ended_it_before_the_money_did() {
	execute(|| {
		// Three pay for forty blocks, notice takes twenty. What was paid lasts for 13, 20 and 26 blocks.
		for (paid_in, period, paid, refunded) in [(1, 40, 1, 0), (1, 61, 1, 0), (2, 40, 1, 1)] {
			let price = native(3, period);
			Book::offer(&OPERATOR, period, price.clone(), 1);
			let id = crate::NextSubscriptionId::<Test>::get();
			assert_ok!(Subscriptions::subscribe(signed(&ALICE), OPERATOR, period, price, paid_in));
			assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
			advance(notice());
			assert_ok!(Subscriptions::close(signed(&BOB), id));
			System::assert_last_event(Event::Closed { id, paid, refunded }.into());
		}
	});
}

#[test]
fn close_should_be_refused_when_still_served() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(9);
		for who in [ALICE, OPERATOR, BOB] {
			assert_noop!(Subscriptions::close(signed(&who), id), Error::<Test>::NotEnded);
		}
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		assert_noop!(Subscriptions::close(signed(&BOB), id), Error::<Test>::NotEnded);
	});
}

#[test]
fn close_should_be_refused_when_unsigned() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(10);
		assert_noop!(Subscriptions::close(RuntimeOrigin::none(), id), DispatchError::BadOrigin);
	});
}
