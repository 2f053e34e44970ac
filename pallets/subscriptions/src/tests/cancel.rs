use crate::{mock::*, Error, Event, Remainder, Remainders, Subscriptions as Stored};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{traits::Offers, AssetKind};

#[test]
fn cancel_should_pay_what_is_owed_and_return_the_rest() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		advance(10);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		advance(5);
		// WHEN
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		// THEN
		assert_eq!(free(&OPERATOR), ENDOWMENT + 150);
		assert_eq!(free(&ALICE), ENDOWMENT - 150);
		assert_eq!((prepaid(AssetKind::Native, &ALICE), deposit_held(&ALICE)), (0, 0));
		assert!(!Stored::<Test>::contains_key(id));
		assert_eq!(Book::occupied(&OPERATOR, SERVICE), 0);
		System::assert_last_event(Event::Cancelled { id, paid: 50, refunded: 850 }.into());
	});
}

#[test]
fn cancel_should_cost_nothing_when_in_the_block_of_the_start() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::NothingToClaim);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_eq!((free(&ALICE), free(&OPERATOR)), (ENDOWMENT, ENDOWMENT));
	});
}

#[test]
fn cancel_should_round_against_the_client() {
	execute(|| {
		// A unit pays for a thousand blocks. Leaving after one of them must not be free, or leaving and
		// coming back would be.
		let id = open(ALICE, OPERATOR, native(1, 1_000), 2);
		advance(1);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		System::assert_last_event(Event::Cancelled { id, paid: 1, refunded: 1 }.into());
	});
}

#[test]
fn cancel_should_be_open_to_the_client_when_ended() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		advance(500);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		System::assert_last_event(Event::Cancelled { id, paid: 200, refunded: 800 }.into());
	});
}

#[test]
fn cancel_should_be_open_to_the_client_when_the_operator_has_no_account() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, PAUPER, native(1, 1), 1_000);
		advance(4);
		// WHEN
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		// THEN what is owed stays on hold, and everything else but the deposit is back.
		assert_eq!(free(&ALICE), ENDOWMENT - 4 - deposit());
		assert_eq!(Book::occupied(&PAUPER, SERVICE), 0);
		let forfeits_at = 5 + notice();
		let left = Remainder {
			client: ALICE,
			operator: PAUPER,
			asset: AssetKind::Native,
			owed: 4,
			refund: 0,
			deposit: deposit(),
			forfeits_at,
		};
		assert_eq!(Remainders::<Test>::get(id), Some(left));
		let tail = events().split_off(1);
		assert_eq!(
			tail,
			[
				Event::Cancelled { id, paid: 0, refunded: 996 },
				Event::RemainderKept { id, owed: 4, refund: 0, forfeits_at },
			]
		);
	});
}

#[test]
fn cancel_should_be_refused_when_done_already() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_noop!(Subscriptions::cancel(signed(&ALICE), id), Error::<Test>::SubscriptionNotFound);
	});
}

#[test]
fn cancel_should_be_refused_when_not_by_the_client() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		for who in [BOB, OPERATOR] {
			assert_noop!(Subscriptions::cancel(signed(&who), id), Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn cancel_should_leave_the_clients_other_subscriptions_alone() {
	execute(|| {
		let first = open(ALICE, OPERATOR, native(100, 10), 1_000);
		let second = open(ALICE, OPERATOR, native(100, 10), 500);
		advance(10);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), first));
		assert_eq!(prepaid(AssetKind::Native, &ALICE), 500);
		assert_eq!(deposit_held(&ALICE), deposit());
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), second));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 200);
	});
}

#[test]
fn cancel_should_remove_a_closing_offer_with_its_last_subscription() {
	execute(|| {
		// GIVEN an offer that closes, with two clients.
		let first = open(ALICE, OPERATOR, native(100, 10), 1_000);
		let second = open(BOB, OPERATOR, native(100, 10), 1_000);
		advance(3);
		Book::close(&OPERATOR, SERVICE, 9);
		// WHEN they go, one during the notice and one after it.
		assert_ok!(Subscriptions::cancel(signed(&ALICE), first));
		assert!(Book::exists(&OPERATOR, SERVICE));
		assert_eq!(Subscriptions::subscription(second).and_then(|s| s.ends_at), Some(9));
		advance(7);
		assert_ok!(Subscriptions::cancel(signed(&BOB), second));
		// THEN each has paid for what it was served, and the offer is gone.
		System::assert_last_event(Event::Cancelled { id: second, paid: 80, refunded: 920 }.into());
		assert_eq!((free(&ALICE), free(&BOB)), (ENDOWMENT - 30, ENDOWMENT - 80));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 110);
		assert!(!Book::exists(&OPERATOR, SERVICE));
	});
}

#[test]
fn cancel_should_leave_an_offer_that_is_not_closing_when_its_last_subscription_goes() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert!(Book::exists(&OPERATOR, SERVICE));
	});
}
