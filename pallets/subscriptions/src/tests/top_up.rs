use crate::{mock::*, Error, Event, Subscriptions as Stored};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, TokenError};
use surety_primitives::AssetKind;

#[test]
fn top_up_should_hold_the_amount_and_put_off_the_end() {
	execute(|| {
		// GIVEN ten blocks paid for.
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(9);
		// WHEN
		assert_ok!(Subscriptions::top_up(signed(&ALICE), id, 50));
		// THEN
		assert_eq!(stored(id).deposited, 150);
		assert_eq!(prepaid(AssetKind::Native, &ALICE), 150);
		System::assert_last_event(Event::ToppedUp { id, amount: 50, deposited: 150 }.into());
		advance(1);
		assert_noop!(Subscriptions::close(signed(&BOB), id), Error::<Test>::NotEnded);
		advance(5);
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 150);
	});
}

#[test]
fn top_up_should_earn_the_operator_nothing_for_the_past() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(5);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		assert_ok!(Subscriptions::top_up(signed(&ALICE), id, 10_000));
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn top_up_should_not_undo_a_notice() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		assert_ok!(Subscriptions::top_up(signed(&ALICE), id, 10_000));
		advance(notice());
		assert_noop!(Subscriptions::top_up(signed(&ALICE), id, 1), Error::<Test>::Ended);
	});
}

#[test]
fn top_up_should_be_refused_when_zero() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_noop!(Subscriptions::top_up(signed(&ALICE), id, 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn top_up_should_be_refused_when_there_is_no_such_subscription() {
	execute(|| {
		assert_noop!(Subscriptions::top_up(signed(&ALICE), 0, 1), Error::<Test>::SubscriptionNotFound);
	});
}

#[test]
fn top_up_should_be_refused_when_not_by_the_client() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		for who in [BOB, OPERATOR] {
			assert_noop!(Subscriptions::top_up(signed(&who), id, 1), Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn top_up_should_be_refused_when_the_money_has_run_out() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(10);
		assert_noop!(Subscriptions::top_up(signed(&ALICE), id, 1), Error::<Test>::Ended);
	});
}

#[test]
fn top_up_should_be_refused_when_the_offer_has_closed() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		Book::close(&OPERATOR, SERVICE, 6);
		advance(4);
		assert_ok!(Subscriptions::top_up(signed(&ALICE), id, 1));
		advance(1);
		assert_noop!(Subscriptions::top_up(signed(&ALICE), id, 1), Error::<Test>::Ended);
	});
}

#[test]
fn top_up_should_be_refused_when_the_money_is_not_there() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_noop!(Subscriptions::top_up(signed(&ALICE), id, ENDOWMENT), TokenError::FundsUnavailable);
	});
}

#[test]
fn top_up_should_be_refused_when_the_sum_overflows() {
	new_test_ext().execute_with(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		Stored::<Test>::mutate(id, |s| s.as_mut().map(|s| s.deposited = u128::MAX));
		assert_noop!(Subscriptions::top_up(signed(&ALICE), id, 1), ArithmeticError::Overflow);
	});
}
