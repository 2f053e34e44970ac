use crate::{mock::*, Error, Event, Remainders};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use surety_primitives::{AssetKind, SubscriptionId};

/// A cancelled subscription that owes four to an operator without an account.
fn unpaid() -> SubscriptionId {
	let id = open(ALICE, PAUPER, native(1, 1), 1_000);
	advance(4);
	assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
	id
}

#[test]
fn settle_should_pay_the_operator_when_it_has_an_account_by_now() {
	execute(|| {
		// GIVEN
		let id = unpaid();
		endow_from_issuer(&PAUPER, EXISTENTIAL_DEPOSIT);
		// WHEN
		assert_ok!(Subscriptions::settle(signed(&BOB), id));
		// THEN
		assert_eq!(free(&PAUPER), EXISTENTIAL_DEPOSIT + 4);
		assert_eq!(free(&ALICE), ENDOWMENT - 4);
		assert_eq!((prepaid(AssetKind::Native, &ALICE), deposit_held(&ALICE)), (0, 0));
		let settled = Event::Settled { id, paid: 4, refunded: 0, forfeited: 0, complete: true };
		System::assert_last_event(settled.into());
		assert_noop!(Subscriptions::settle(signed(&BOB), id), Error::<Test>::RemainderNotFound);
	});
}

#[test]
fn settle_should_give_the_operators_part_to_the_client_when_the_time_is_over() {
	execute(|| {
		let id = unpaid();
		advance(notice() - 1);
		assert_noop!(Subscriptions::settle(signed(&ALICE), id), Error::<Test>::NothingToSettle);
		advance(1);
		assert_ok!(Subscriptions::settle(signed(&ALICE), id));
		assert_eq!(free(&ALICE), ENDOWMENT);
		let settled = Event::Settled { id, paid: 0, refunded: 4, forfeited: 4, complete: true };
		System::assert_last_event(settled.into());
	});
}

#[test]
fn settle_should_still_pay_the_operator_when_the_time_is_over_but_it_can_be_paid() {
	execute(|| {
		let id = unpaid();
		advance(10 * notice());
		endow_from_issuer(&PAUPER, EXISTENTIAL_DEPOSIT);
		assert_ok!(Subscriptions::settle(signed(&ALICE), id));
		assert_eq!(free(&PAUPER), EXISTENTIAL_DEPOSIT + 4);
	});
}

#[test]
fn settle_should_keep_the_operators_time_when_there_is_no_notice_at_all() {
	execute(|| {
		NoticePeriod::set(&0);
		let id = unpaid();
		assert_noop!(Subscriptions::settle(signed(&ALICE), id), Error::<Test>::NothingToSettle);
		assert_eq!(Remainders::<Test>::get(id).map(|left| left.owed), Some(4));
	});
	// `storage` parameters live in the externalities, so other tests do not see this one.
}

#[test]
fn settle_should_be_refused_when_nothing_is_left() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(1, 1), 1_000);
		assert_noop!(Subscriptions::settle(signed(&BOB), id), Error::<Test>::RemainderNotFound);
	});
}

#[test]
fn settle_should_be_refused_when_unsigned() {
	execute(|| {
		let id = unpaid();
		assert_noop!(Subscriptions::settle(RuntimeOrigin::none(), id), DispatchError::BadOrigin);
	});
}
