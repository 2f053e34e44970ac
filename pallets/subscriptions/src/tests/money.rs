//! The arithmetic by itself, and paths on which money must not be made or lost.

use crate::{mock::*, types::End, Subscription};
use frame_support::assert_ok;
use proptest::prelude::*;

fn subscription(price: crate::PriceOf, deposited: u128, claimed: u128) -> Subscription<u8> {
	Subscription {
		client: 1,
		operator: 2,
		service: 0,
		price,
		sla: SLA,
		started: 0,
		deposited,
		claimed,
		notice_ends_at: None,
		notice: 0,
		deposit: 0,
	}
}

proptest! {
	#[test]
	fn the_parts_should_be_the_whole_at_any_block(
		amount in 0u128.., period in 0u32.., paid in any::<u128>(), now in any::<u32>(),
		offer_ends_at in any::<Option<u32>>(), claimed_at in any::<u32>(),
	) {
		let mut s = subscription(native(amount, period), paid, 0);
		let end = s.end(offer_ends_at);
		s.claimed = s.claimable(&end, claimed_at.min(now));
		let (owed, refund) = s.split(&end, now);
		prop_assert_eq!(s.claimed + owed + refund, paid);
		let claimable = s.claimable(&end, now);
		prop_assert!(owed == claimable || owed == claimable + 1);
	}

	#[test]
	fn nothing_should_accrue_after_the_end(
		amount in 1u128..1 << 80, period in 1u32..1 << 20, paid in 0u128..1 << 90, later in any::<u32>(),
	) {
		let s = subscription(native(amount, period), paid, 0);
		let end = s.end(Some(1_000));
		if let Some(at) = end.at() {
			prop_assert_eq!(s.split(&end, at), s.split(&end, at.saturating_add(later)));
			prop_assert_eq!(s.due(&end, at), s.due(&end, at.saturating_add(later)));
		}
	}
}

#[test]
fn the_end_should_be_the_first_of_its_reasons() {
	let at = |money, operator| End { money, operator }.at();
	assert_eq!(at(None, None), None);
	assert_eq!(at(Some(5), None), Some(5));
	assert_eq!(at(None, Some(7)), Some(7));
	assert_eq!(at(Some(5), Some(7)), Some(5));
	assert_eq!(at(Some(9), Some(7)), Some(7));
}

#[test]
fn a_subscription_should_never_end_for_want_of_money_when_it_outlasts_block_numbers() {
	let mut s = subscription(native(1, 10), u128::MAX, 0);
	s.started = 100;
	assert_eq!(s.end(None).at(), None);
	assert_eq!(s.claimable(&s.end(None), u32::MAX), u128::from((u32::MAX - 100) / 10));
}

#[test]
fn a_free_subscription_should_cost_nothing_and_run_on() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(0, 10), 30);
		advance(1_000_000);
		assert_eq!(stored(id).end(None).at(), None);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_eq!((free(&ALICE), free(&OPERATOR)), (ENDOWMENT, ENDOWMENT));
	});
}

#[test]
fn coming_and_going_should_never_be_cheaper_than_staying() {
	execute(|| {
		// Ten visits of ten blocks against one of a hundred, at seven for twenty blocks.
		let stayed = open(BOB, OPERATOR, native(7, 20), 1_000);
		for _ in 0..10 {
			let id = open(ALICE, OPERATOR, native(7, 20), 1_000);
			advance(10);
			assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		}
		assert_ok!(Subscriptions::cancel(signed(&BOB), stayed));
		assert_eq!(ENDOWMENT - free(&BOB), 35);
		assert_eq!(ENDOWMENT - free(&ALICE), 40);
	});
}

#[test]
fn subscribing_to_a_second_account_of_ones_own_should_earn_nothing() {
	execute(|| {
		// Alice is behind the operator too: what one account pays the other gets, to the unit.
		let id = open(ALICE, OPERATOR, native(333, 10), 5_000);
		advance(7);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		advance(7);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_eq!(free(&ALICE) + free(&OPERATOR), 2 * ENDOWMENT);
	});
}
