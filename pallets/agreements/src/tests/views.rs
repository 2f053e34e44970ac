//! What clients and operators read.

use crate::mock::*;
use frame_support::assert_ok;
use surety_primitives::{
	agreement::Party,
	api::{AgreementPage, AuditInfo, DowntimeInfo},
	Balance,
};

#[test]
fn agreements_should_be_listed_by_client_and_by_operator() {
	execute(|| {
		let mut all: Vec<u64> = (0..5).map(|_| agree()).collect();
		let other = agree_with(&OTHER, terms());
		let ids = |page: &AgreementPage| -> Vec<u64> { page.agreements.iter().map(|one| one.id).collect() };
		let page = Agreements::agreements_of_client(CLIENT, None, 100);
		let mut listed = ids(&page);
		listed.sort();
		assert_eq!((listed, page.next), (all.clone(), None));
		assert_eq!(ids(&Agreements::agreements_of_client(OTHER, None, 100)), vec![other]);
		all.push(other);
		// Page by page.
		let (mut listed, mut cursor) = (Vec::new(), None);
		loop {
			let page = Agreements::agreements_of_operator(OPERATOR, cursor, 0);
			assert_eq!(page.agreements.len(), 1);
			listed.extend(ids(&page));
			cursor = page.next;
			if cursor.is_none() {
				break;
			}
		}
		listed.sort();
		assert_eq!(listed, all);
	});
}

#[test]
fn an_agreement_should_be_told_with_what_is_due_and_until_when() {
	execute(|| {
		let id = agree();
		advance(3);
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		let told = Agreements::agreement(id).expect("is there");
		assert_eq!((told.client, told.operator, told.terms), (CLIENT, OPERATOR, terms()));
		assert_eq!(
			(told.start, told.end, told.closes_at),
			(now() - 3, now() - 3 + LENGTH, now() - 3 + LENGTH + CLAIMS)
		);
		assert_eq!((told.claimable, told.paid), (3 * PRICE, 0));
		assert_eq!(told.deposited, PRICE * Balance::from(LENGTH));
		assert_eq!((told.challenge_due, told.missed, told.notice), (Some(now() + ANSWER), 0, None));
		assert_eq!(Agreements::agreement(id + 1), None);
	});
}

#[test]
fn proposals_should_be_found_by_who_they_are_between_until_they_are_accepted() {
	execute(|| {
		let ids = |of, start, limit| -> (Vec<u64>, Option<u64>) {
			let page = Agreements::proposals(of, start, limit);
			(page.proposals.iter().map(|one| one.id).collect(), page.next)
		};
		let of_client = propose(&CLIENT, terms());
		let agreed = agree();
		let of_other = propose(&OTHER, terms());
		assert_eq!(ids(None, 0, 100), (vec![of_client, of_other], None));
		assert_eq!(ids(Some(OTHER), 0, 100), (vec![of_other], None));
		assert_eq!(ids(Some(OPERATOR), agreed, 1), (vec![], Some(agreed + 1)));
		assert_eq!(ids(Some(ANYBODY), 0, 100), (vec![], None));
		assert_eq!(ids(None, u64::MAX, 100), (vec![], None));
		let told = Agreements::proposal(of_client).expect("is there");
		assert_eq!(told.terms_hash, terms().hash(&CLIENT, &OPERATOR));
		assert_eq!((told.by, told.expires_at), (Party::Operator, now() + PROPOSAL_LIFETIME + 1));
		assert_eq!(Agreements::proposal(agreed), None);
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
