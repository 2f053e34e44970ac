use crate::{mock::*, Error, Event, Subscriptions as Stored};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::ArithmeticError;

#[test]
fn give_notice_should_end_the_subscription_and_refund_the_client_when_it_has_run_out() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		advance(5);
		// WHEN
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		System::assert_last_event(Event::NoticeGiven { id, ends_at: 6 + notice() }.into());
		// THEN it is served and paid until then, and not a block longer.
		advance(notice() - 1);
		assert_noop!(Subscriptions::close(signed(&BOB), id), Error::<Test>::NotEnded);
		advance(100);
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 250);
		assert_eq!(free(&ALICE), ENDOWMENT - 250);
	});
}

#[test]
fn give_notice_should_not_make_the_money_last_longer() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 50);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		advance(5);
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 50);
	});
}

#[test]
fn give_notice_should_end_a_free_subscription() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(0, 10), 0);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		advance(notice());
		assert_ok!(Subscriptions::close(signed(&BOB), id));
		assert_eq!(free(&ALICE), ENDOWMENT);
	});
}

#[test]
fn give_notice_should_be_refused_when_given_already() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		advance(1);
		assert_noop!(Subscriptions::give_notice(signed(&OPERATOR), id), Error::<Test>::NoticeAlreadyGiven);
	});
}

#[test]
fn give_notice_should_be_refused_when_ended() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(10);
		assert_noop!(Subscriptions::give_notice(signed(&OPERATOR), id), Error::<Test>::Ended);
	});
}

#[test]
fn give_notice_should_be_refused_when_not_by_the_operator() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		for who in [ALICE, BOB] {
			assert_noop!(Subscriptions::give_notice(signed(&who), id), Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn give_notice_should_be_refused_when_there_is_no_such_subscription() {
	execute(|| {
		assert_noop!(Subscriptions::give_notice(signed(&OPERATOR), 3), Error::<Test>::SubscriptionNotFound);
	});
}

#[test]
fn give_notice_should_be_refused_when_its_end_overflows() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		Stored::<Test>::mutate(id, |s| s.as_mut().map(|s| s.notice = u32::MAX));
		assert_noop!(Subscriptions::give_notice(signed(&OPERATOR), id), ArithmeticError::Overflow);
	});
}
