//! What is remembered, and for how long.

use super::fixture::answer;
use crate::relay::{
	config::{Limits, Schedule},
	ledger::Ledger,
	memory::{Answers, Done, End, Known},
	pieces, Verdict,
};
use crate::H256;
use alloc::{boxed::Box, vec};
use proptest::prelude::*;

#[test]
fn the_next_sync_should_be_later_than_now() {
	let syncs = Schedule { first_ms: 500, every_ms: 200 };
	let next: [u64; 5] = [0, 499, 500, 699, 700].map(|now| syncs.after(now));
	assert_eq!(next, [500, 500, 700, 700, 900]);
	let last: [Option<u64>; 5] = [0, 499, 500, 699, 700].map(|now| syncs.last(now));
	assert_eq!(last, [None, None, Some(500), Some(500), Some(700)]);
	assert_eq!(Schedule { first_ms: 0, every_ms: 0 }.after(7), 8);
	assert_eq!(Schedule { first_ms: 1, every_ms: u64::MAX }.after(u64::MAX - 1), u64::MAX);
}

#[test]
fn a_ledger_should_tell_what_was_lost_in_all_and_in_the_last_hour() {
	let hour = 3_600_000;
	let mut ledger = Ledger::default();
	ledger.book(0, 100, 0);
	ledger.book(hour / 2, 0, 60);
	assert!(!ledger.hour_is_negative(hour / 2, 40));
	assert!(ledger.hour_is_negative(hour / 2, 41));
	assert_eq!(ledger.net_loss(), 0);
	// What was earned is more than an hour ago.
	assert!(ledger.hour_is_negative(hour + 60_000, 0));
	assert!(!ledger.hour_is_negative(2 * hour, 0));
	ledger.book(2 * hour, 0, 50);
	assert_eq!(ledger.net_loss(), 10);
}

proptest! {
	#[test]
	fn no_more_should_be_remembered_than_the_limit(
		remembered in 0usize..6, relayed_bytes in 0usize..300,
		ends in prop::collection::vec((0u8..12, 0u64..40, prop::option::of(0usize..120)), 0..40),
	) {
		let limits = Limits { remembered, relayed_bytes, ..Limits::default() };
		let mut done = Done::default();
		for (now, (number, expires, bytes)) in ends.into_iter().enumerate() {
			done.forget_expired(now as u64);
			let request = H256::repeat_byte(number);
			let end = |bytes| End::Answered(Some(Box::new(answer(request, &vec![0; bytes]))));
			done.insert(request, expires, bytes.map_or(End::Over, end), &limits);
			prop_assert!(done.len() <= remembered && done.bytes() <= relayed_bytes);
		}
		done.forget_expired(100);
		prop_assert_eq!((done.len(), done.bytes()), (0, 0));
	}

	#[test]
	fn no_more_bytes_of_answers_should_be_kept_than_the_limit(
		limit in 0usize..400, served in prop::collection::vec((0u8..12, 0u64..40, 0usize..200), 0..60),
	) {
		let mut answers = Answers::default();
		for (now, (query, expires, bytes)) in served.into_iter().enumerate() {
			let (query, now) = (H256::repeat_byte(query), now as u64);
			answers.forget_expired(now);
			let known = !matches!(answers.get(&query), Known::New);
			answers.begin(query, now + expires);
			answers.answered(query, Verdict::Answer, pieces(&vec![0; bytes]), limit);
			prop_assert!(answers.bytes() <= limit);
			if let (Known::Answered(_, pieces), false) = (answers.get(&query), known) {
				prop_assert_eq!(pieces[0].len(), bytes);
			}
		}
		answers.forget_expired(1_000);
		prop_assert_eq!((answers.len(), answers.bytes()), (0, 0));
	}
}
