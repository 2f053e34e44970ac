//! The checker itself: on corrupted state it must say what is wrong.

use crate::{mock::*, ByClient, ByOperator, HoldReason, NextSubscriptionId, Remainder, Remainders};
use crate::{Subscription, Subscriptions as Stored};
use frame_support::traits::{fungible::MutateHold as _, fungibles::MutateHold as _, tokens::Precision};
use sp_runtime::TryRuntimeError;
use surety_primitives::{traits::CheckState, AccountId, AssetKind};

/// Opens a subscription, corrupts the state with `corrupt` and expects the checker to say `complaint`.
fn expect(complaint: &'static str, corrupt: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		open(ALICE, OPERATOR, native(100, 10), 1_000);
		open(BOB, OPERATOR, native(100, 10), 1_000);
		advance(5);
		check();
		corrupt();
		assert_eq!(Subscriptions::check_state(), Err(TryRuntimeError::Other(complaint)));
	});
}

fn change(change: impl FnOnce(&mut Subscription<AccountId>)) {
	Stored::<Test>::mutate(0, |s| s.as_mut().map(change));
}

fn remainder(owed: u128, deposit: u128) -> Remainder<AccountId> {
	Remainder {
		client: ALICE,
		operator: OPERATOR,
		asset: AssetKind::Native,
		owed,
		refund: 0,
		deposit,
		forfeits_at: 9,
	}
}

#[test]
fn check_should_complain_when_a_number_was_not_given() {
	expect("subscriptions: number not given yet", || NextSubscriptionId::<Test>::put(1));
	expect("remainders: number not given yet", || Remainders::<Test>::insert(9, remainder(1, 0)));
}

#[test]
fn check_should_complain_when_a_number_is_open_and_a_remainder() {
	expect("subscriptions: open, and a remainder", || Remainders::<Test>::insert(0, remainder(1, 0)));
}

#[test]
fn check_should_complain_when_an_index_misses_a_subscription() {
	expect("subscriptions: not under its client", || ByClient::<Test>::remove(ALICE, 0));
	expect("subscriptions: not under its operator", || ByOperator::<Test>::remove(OPERATOR, 0));
}

#[test]
fn check_should_complain_when_an_index_holds_more() {
	expect("subscriptions: index of clients is longer", || ByClient::<Test>::insert(BOB, 0, ()));
	expect("subscriptions: index of operators is longer", || ByOperator::<Test>::insert(BOB, 0, ()));
}

#[test]
fn check_should_complain_when_somebody_is_its_own_client() {
	expect("subscriptions: to itself", || {
		ByOperator::<Test>::remove(OPERATOR, 0);
		ByOperator::<Test>::insert(ALICE, 0, ());
		change(|s| s.operator = ALICE);
	});
}

#[test]
fn check_should_complain_when_a_subscription_starts_later() {
	expect("subscriptions: starts later", || change(|s| s.started = 7));
}

#[test]
fn check_should_complain_when_more_was_claimed_than_due() {
	expect("subscriptions: claimed too much", || change(|s| s.claimed = 51));
}

#[test]
fn check_should_complain_when_a_remainder_holds_nothing() {
	expect("remainders: holds nothing", || {
		NextSubscriptionId::<Test>::put(3);
		Remainders::<Test>::insert(2, remainder(0, 0));
	});
}

#[test]
fn check_should_complain_when_prepayments_differ_from_what_is_on_hold() {
	let complaint = "subscriptions: prepayments differ from what is on hold";
	expect(complaint, || change(|s| s.deposited += 1));
	expect(complaint, || {
		let reason = HoldReason::Prepaid.into();
		Tokens::release(AssetKind::Native, &reason, &ALICE, 1, Precision::Exact).expect("is held");
	});
	expect(complaint, || {
		NextSubscriptionId::<Test>::put(3);
		Remainders::<Test>::insert(2, remainder(1, 0));
	});
}

#[test]
fn check_should_complain_when_deposits_differ_from_what_is_on_hold() {
	let complaint = "subscriptions: deposits differ from what is on hold";
	expect(complaint, || change(|s| s.deposit += 1));
	expect(complaint, || {
		Balances::hold(&HoldReason::Deposit.into(), &BOB, 1).expect("is rich");
	});
	expect(complaint, || {
		NextSubscriptionId::<Test>::put(3);
		Remainders::<Test>::insert(2, remainder(0, 1));
	});
}

#[test]
fn check_should_complain_when_places_differ() {
	expect("subscriptions: places taken differ", || {
		Book::change(&OPERATOR, SERVICE, |page| page.occupied += 1)
	});
}
