use crate::{mock::*, Logs};
use frame_support::assert_ok;
use surety_primitives::{
	api::CommitmentInfo,
	notary::{ChallengeSubject, PublicationMode, RequestStatus, RevocationReason},
	OperatorStatus,
};

#[test]
fn a_notary_should_be_seen_as_it_is() {
	execute(|| {
		attest(&SELLER, 5);
		request(&RIVAL, 5);
		assert_ok!(Notary::set_key(signed(&NOTARY), public(50), ownership(&NOTARY, 50)));
		assert_ok!(Notary::set_mode(signed(&NOTARY), PublicationMode::Strict));
		let info = Notary::notary(NOTARY).unwrap();
		assert_eq!((info.status, info.leaving, info.renewable), (Some(OperatorStatus::Active), false, true));
		assert_eq!((info.mode, info.key), (PublicationMode::Strict, public(50)));
		assert_eq!((info.universe, info.attested, info.requests), (1, 1, 1));
		assert_eq!((info.bond, info.stake, info.link), (BOND, OWN, b"https://notary.example".to_vec()));
		let log = Logs::<Test>::get(NOTARY);
		assert_eq!((info.log_leaves, info.log_root), (1, log.root().into()));
		assert_eq!(Notary::notary(ALICE), None);
		assert_eq!(Notary::notary_of_key(public(50)), Some(NOTARY));
		assert_eq!(Notary::notary_of_key(public(99)), None);
	});
}

#[test]
fn notaries_should_be_listed_page_by_page() {
	execute(|| {
		register(&OTHER, PublicationMode::Link);
		let first = Notary::notaries(None, 1);
		assert_eq!((first.notaries.len(), first.next.as_ref()), (1, Some(&first.notaries[0].notary)));
		let second = Notary::notaries(first.next, 1);
		assert_eq!((second.notaries.len(), second.next), (1, None));
		assert_ne!(second.notaries[0].notary, first.notaries[0].notary);
		assert_eq!(Notary::notaries(None, u32::MAX).notaries.len(), 2);
	});
}

#[test]
fn requests_should_be_listed_by_notary() {
	execute(|| {
		request(&SELLER, 5);
		let id = try_request(&RIVAL, quoted(), 5, 77).unwrap();
		let info = Notary::request_of(id).unwrap();
		assert_eq!((info.operator, info.max_fee, info.status), (RIVAL, 77, RequestStatus::Unquoted));
		let page = Notary::requests(Some(NOTARY), 0, 1);
		assert_eq!((page.requests.len(), page.next), (1, Some(1)));
		assert_eq!(page.requests[0].status, RequestStatus::Paid(LATENCY));
		let page = Notary::requests(None, 1, 10);
		assert_eq!((page.requests[0].id, page.next), (1, None));
		assert_eq!(Notary::requests(Some(OTHER), 0, 10).requests, []);
	});
}

#[test]
fn an_attestation_should_be_seen_with_what_is_due() {
	execute(|| {
		let slot = attest(&SELLER, 5);
		advance_windows(3);
		assert_ok!(Notary::announce_on_chain(signed(&SELLER), NOTARY, slot));
		let info = Notary::attestation(NOTARY, slot).unwrap();
		assert_eq!((info.operator.clone(), info.generation, info.key), (SELLER, 0, public(11)));
		assert_eq!((info.watch, info.collectable, info.prepaid), (10, 20, 30));
		assert_eq!((info.expired, info.announced), (false, Some(Notary::current_window())));
		assert_eq!(Notary::attestation_of(NOTARY, SELLER, SERVICE), Some(info));
		advance_windows(3);
		assert!(Notary::attestation(NOTARY, slot).unwrap().expired);
		request(&RIVAL, 5);
		assert_eq!(Notary::attestation_of(NOTARY, RIVAL, SERVICE), None);
	});
}

#[test]
fn attestations_should_be_listed_by_slot() {
	execute(|| {
		for who in [SELLER, RIVAL, THIRD] {
			attest(&who, 5);
		}
		assert_ok!(Notary::revoke(signed(&NOTARY), 1, RevocationReason::TooLate));
		let page = Notary::attestations(NOTARY, 0, 2);
		assert_eq!((page.attestations.len(), page.next, page.block), (1, Some(2), now()));
		let page = Notary::attestations(NOTARY, 2, 2);
		assert_eq!((page.attestations[0].slot, page.next), (2, None));
		assert_eq!(Notary::attestations(ALICE, 0, 2).attestations, []);
	});
}

#[test]
fn windows_and_what_was_committed_to_should_be_seen() {
	execute(|| {
		let window = end_window();
		let due = Notary::due(window).unwrap();
		let nothing = CommitmentInfo { commitment: None, published: false, due, faults: vec![] };
		assert_eq!(Notary::commitment(NOTARY, window), Some(nothing));
		let made = made(&[]);
		assert_ok!(Notary::commit(signed(&ALICE), made.signed.clone()));
		let info = Notary::commitment(NOTARY, window).unwrap();
		assert_eq!(info.commitment, Some(made.signed.commitment));
		assert_eq!(Notary::commitment(NOTARY, window + 1), None);
		assert_eq!(Notary::commitment(ALICE, window), None);
		let status = Notary::window();
		assert_eq!((status.window, status.start, status.grace), (window + 1, due - GRACE, GRACE));
		assert_eq!((status.end, status.first_disputable), (status.start + WINDOW, 0));
		assert_eq!(Notary::snapshot(NOTARY), None);
	});
}

#[test]
fn the_latest_publication_should_be_read_from_the_chain() {
	execute_in(PublicationMode::Strict, || {
		assert_eq!(Notary::publication(NOTARY), None);
		let window = end_window();
		let made = made(&[]);
		assert_ok!(Notary::publish(signed(&ALICE), made.signed.clone(), made.bounded()));
		assert_eq!(Notary::publication(NOTARY), Some((window, made.bytes)));
		assert!(Notary::commitment(NOTARY, window).unwrap().published);
	});
}

#[test]
fn challenges_bounties_and_subsidies_should_be_listed() {
	execute(|| {
		let made = commit(&[]);
		assert_ok!(Notary::challenge_bytes(signed(&ALICE), made.signed.clone()));
		let challenges = Notary::challenges(NOTARY, 5);
		assert_eq!(challenges.len(), 1);
		assert_eq!((challenges[0].subject, &challenges[0].challenger), (ChallengeSubject::Bytes, &ALICE));
		assert_eq!(Notary::challenges(NOTARY, 0), []);

		assert_ok!(Notary::open_bounty(signed(&BOB), NOTARY, 100, 300));
		let page = Notary::bounties(0, 10);
		let bounty = &page.bounties[0];
		assert_eq!(
			(bounty.left, bounty.until - bounty.from, bounty.closable, page.next),
			(300, 3, false, None)
		);
		let id = fund(100, 1_000);
		fund(100, 1_000);
		let page = Notary::subsidies(0, 1);
		assert_eq!((page.subsidies[0].left, page.next), (1_000, Some(1)));
		assert_ok!(Notary::close_subsidy(signed(&BOB), id));
		assert_eq!(Notary::subsidies(0, 1).subsidies, []);
	});
}
