use crate::{mock::*, Error, Event};
use frame_support::traits::{LockIdentifier, WithdrawReasons};
use frame_support::{assert_noop, assert_ok, traits::LockableCurrency};
use sp_runtime::Perbill;
use surety_primitives::AssetKind;

#[test]
fn claim_should_pay_for_several_periods_at_once() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		advance(35);
		// WHEN
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		// THEN
		assert_eq!(free(&OPERATOR), ENDOWMENT + 350);
		assert_eq!(stored(id).claimed, 350);
		assert_eq!(prepaid(AssetKind::Native, &ALICE), 650);
		System::assert_last_event(Event::Claimed { id, operator: OPERATOR, amount: 350 }.into());
	});
}

#[test]
fn claim_should_pay_the_rest_and_leave_the_subscription_when_it_has_ended() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 100);
		advance(1_000);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 100);
		assert_eq!(stored(id).claimed, 100);
		advance(1_000);
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn claim_should_get_the_same_when_made_every_block_or_once() {
	execute(|| {
		// GIVEN a price of 3⅓ a block.
		let often = open(ALICE, OPERATOR, native(10, 3), 1_000);
		let once = open(BOB, OPERATOR, native(10, 3), 1_000);
		// WHEN
		for _ in 0..100 {
			advance(1);
			assert_ok!(Subscriptions::claim(signed(&OPERATOR), often));
		}
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), once));
		// THEN
		assert_eq!(stored(often).claimed, 333);
		assert_eq!(stored(once).claimed, 333);
	});
}

#[test]
fn claim_should_pay_even_when_the_client_has_locked_the_same_tokens() {
	execute(|| {
		// GIVEN a client whose lock, as of a vote, covers all it has, the prepayment included.
		const VOTE: LockIdentifier = *b"the vote";
		let id = open(ALICE, OPERATOR, native(100, 10), ENDOWMENT - 1_000);
		Balances::set_lock(VOTE, &ALICE, ENDOWMENT, WithdrawReasons::all());
		advance(10);
		// WHEN
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		// THEN
		assert_eq!(free(&OPERATOR), ENDOWMENT + 100);
	});
}

#[test]
fn claim_should_be_refused_when_nothing_has_accrued() {
	execute(|| {
		// A block earns a third of a unit: in the first two nothing is due.
		let id = open(ALICE, OPERATOR, native(1, 3), 1_000);
		for _ in 0..3 {
			assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::NothingToClaim);
			advance(1);
		}
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn claim_should_pay_the_operator_whoever_asks_for_it() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		for who in [ALICE, BOB] {
			let before = (free(&who), free(&OPERATOR));
			advance(10);
			assert_ok!(Subscriptions::claim(signed(&who), id));
			assert_eq!((free(&who), free(&OPERATOR)), (before.0, before.1 + 100));
		}
	});
}

#[test]
fn claim_should_pay_those_with_whom_the_operator_shares() {
	execute(|| {
		// GIVEN
		Partners::get(Perbill::from_percent(30));
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		let before = free(&OPERATOR);
		// WHEN
		advance(10);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		// THEN
		assert_eq!((free(&OPERATOR), free(&PARTNER)), (before + 70, 30));
		assert_eq!((stored(id).claimed, prepaid(AssetKind::Native, &ALICE)), (100, 900));
		assert!(events().contains(&Event::Claimed { id, operator: OPERATOR, amount: 100 }));
	});
}

#[test]
fn claim_should_pay_the_operator_everything_when_its_partners_cannot_be_paid() {
	execute(|| {
		// GIVEN a part that is less than what makes an account
		Partners::get(Perbill::from_percent(9));
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		let before = free(&OPERATOR);
		// WHEN
		advance(10);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		// THEN
		assert_eq!((free(&OPERATOR), free(&PARTNER)), (before + 100, 0));
	});
}

#[test]
fn claim_should_pay_partners_nothing_when_the_operator_cannot_be_paid() {
	execute(|| {
		// GIVEN an operator without an account, and a rest that makes none
		Partners::get(Perbill::from_percent(95));
		let id = open(ALICE, PAUPER, native(10, 1), 1_000);
		advance(10);
		// THEN
		assert_noop!(Subscriptions::claim(signed(&PAUPER), id), Error::<Test>::OperatorCannotReceive);
		assert_eq!(free(&PARTNER), 0);
	});
}

#[test]
fn claim_should_be_refused_when_there_is_no_such_subscription() {
	execute(|| {
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), 0), Error::<Test>::SubscriptionNotFound);
	});
}

#[test]
fn claim_should_be_refused_when_the_operator_has_no_account_and_the_amount_makes_none() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, PAUPER, native(1, 1), 1_000);
		advance(EXISTENTIAL_DEPOSIT as u32 - 1);
		assert_noop!(Subscriptions::claim(signed(&PAUPER), id), Error::<Test>::OperatorCannotReceive);
		// WHEN enough is owed, nothing is lost.
		advance(1);
		assert_ok!(Subscriptions::claim(signed(&PAUPER), id));
		// THEN
		assert_eq!(free(&PAUPER), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn claim_should_not_be_kept_back_by_another_subscription_that_cannot_be_claimed() {
	execute(|| {
		let broken = open(ALICE, PAUPER, native(1, 1), 1_000);
		let sound = open(ALICE, OPERATOR, native(1, 1), 1_000);
		advance(5);
		assert_noop!(Subscriptions::claim(signed(&PAUPER), broken), Error::<Test>::OperatorCannotReceive);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), sound));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 5);
	});
}
