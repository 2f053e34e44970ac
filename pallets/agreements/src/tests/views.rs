//! What clients and operators read.

use crate::{mock::*, AuditInfo, DowntimeInfo};
use frame_support::assert_ok;

#[test]
fn agreements_should_be_listed_by_client_and_by_operator() {
	execute(|| {
		let mut all: Vec<u64> = (0..5).map(|_| agree()).collect();
		let other = agree_with(&OTHER, terms());
		let mut listed = Agreements::agreements_of_client(&CLIENT, None, 100);
		listed.sort();
		assert_eq!(listed, all);
		assert_eq!(Agreements::agreements_of_client(&OTHER, None, 100), vec![other]);
		all.push(other);
		// Page by page.
		let mut listed = Vec::new();
		while let Some(next) =
			Agreements::agreements_of_operator(&OPERATOR, listed.last().copied(), 0).first().copied()
		{
			listed.push(next);
		}
		listed.sort();
		assert_eq!(listed, all);
	});
}

#[test]
fn downtime_should_be_told_as_it_is_though_nobody_has_taken_note() {
	execute(|| {
		assert_eq!(Agreements::downtime_of(0), None);
		let id = agree();
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		let asked = now();
		advance(ALLOWANCE + 5);
		let told = DowntimeInfo {
			since: Some(asked),
			lasted: u64::from(ALLOWANCE + 5),
			excess: 5,
			owed: 5 * RATE,
			reserved: RESERVE,
			pending: vec![],
		};
		assert_eq!(Agreements::downtime_of(id), Some(told));
		assert!(!stored(id).is_down());
	});
}

#[test]
fn round_should_be_told_before_and_after_it_is_drawn() {
	execute(|| {
		assert_eq!(Agreements::audit_of(0), None);
		let id = agree_to_store();
		let at = now() + INTERVAL;
		// Some that are of no use, before and after.
		for _ in 0..5 {
			draw();
		}
		assert_eq!(Agreements::audit_of(id), Some(AuditInfo { round: 0, at, drawn: None }));
		advance_to(at);
		let beacon = draw();
		let due = now() + AUDIT_ANSWER;
		for _ in 0..5 {
			draw();
		}
		let drawn = Agreements::audit_of(id).unwrap().drawn.unwrap();
		assert_eq!((drawn.beacon, drawn.due), (beacon, due));
		assert!(drawn.chunks.iter().all(|chunk| *chunk < CHUNKS));
	});
}
