//! Whether the operator still has the data.

use crate::{mock::*, Beacons, Event, KeptBeacons};
use frame_support::{assert_noop, assert_ok, pallet_prelude::Pays};
use surety_agreement::merkle::{leaf_hash, node_hash, root_hash, Tree};
use surety_primitives::agreement::{AgreementTerms, ChunkProof, Data};

/// An agreement whose first round is due, and drawn.
fn first_round() -> (u64, u32) {
	let id = agree_to_store();
	advance(INTERVAL);
	(id, draw())
}

#[test]
fn right_chunks_should_be_taken_and_cost_nothing() {
	execute(|| {
		let (id, beacon) = first_round();
		let drawn = Agreements::audit_of(id).unwrap();
		assert_eq!((drawn.round, drawn.at), (0, now() - 1));
		assert_eq!(drawn.drawn.as_ref().unwrap().chunks.len(), SAMPLES as usize);
		assert_ok!(answer(id, beacon, proofs(id)));
		assert_eq!(events().last(), Some(&Event::AuditAnswered { agreement: id, round: 0 }));
		assert_eq!(stored(id).next_round, 1);
		// The next one is not drawn yet.
		assert_eq!(Agreements::audit_of(id).unwrap().drawn, None);
		assert_noop!(answer(id, beacon, vec![]), Refused::WrongBeacon);
		advance(30);
		assert_eq!(owed(id), 0);
	});
}

#[test]
fn wrong_chunks_should_not_be_taken_and_the_time_should_go_on() {
	execute(|| {
		let (id, beacon) = first_round();
		let right = proofs(id);
		let mut changed = right.clone();
		changed[2].chunk[3] ^= 1;
		let mut swapped = right.clone();
		swapped.swap(0, 1);
		let mut few = right.clone();
		few.pop();
		let many: Vec<ChunkProof> = right.iter().cloned().chain([right[0].clone()]).collect();
		for wrong in [changed, swapped, few, many, vec![]] {
			assert_noop!(answer(id, beacon, wrong), Refused::WrongChunks);
		}
		advance(AUDIT_ANSWER - 1);
		assert_noop!(Agreements::report_missed(by(&ANYBODY), id, beacon), Refused::StillDue);
		assert_ok!(answer(id, beacon, right));
	});
}

#[test]
fn only_the_operator_should_answer() {
	execute(|| {
		let (id, beacon) = first_round();
		let proofs = proofs(id).try_into().unwrap();
		assert_noop!(Agreements::answer_audit(by(&CLIENT), id, beacon, proofs), Refused::NotAuthorized);
	});
}

#[test]
fn round_that_is_missed_should_be_owed_for() {
	execute(|| {
		let (id, beacon) = first_round();
		let right = proofs(id);
		advance(AUDIT_ANSWER);
		assert_noop!(answer(id, beacon, right), Refused::TooLate);
		let done = Agreements::report_missed(by(&ANYBODY), id, beacon).expect("is late");
		assert_eq!(done.pays_fee, Pays::No);
		let missed = Event::AuditMissed { agreement: id, round: 0, penalty: MISSED };
		assert_eq!(events().last(), Some(&missed));
		assert_eq!((owed(id), stored(id).missed, stored(id).next_round), (MISSED, 1, 1));
		// Once.
		assert_noop!(Agreements::report_missed(by(&ANYBODY), id, beacon), Refused::WrongBeacon);
	});
}

#[test]
fn operator_that_has_missed_a_round_should_go_on_with_the_next() {
	execute(|| {
		let (id, first) = first_round();
		advance(INTERVAL);
		let second = draw();
		assert_noop!(answer(id, second, vec![]), Refused::WrongBeacon);
		assert_ok!(Agreements::report_missed(by(&OPERATOR), id, first));
		assert_ok!(answer(id, second, proofs(id)));
		assert_eq!((stored(id).missed, stored(id).next_round), (1, 2));
	});
}

#[test]
fn several_rounds_should_be_drawn_from_one_beacon_and_ask_for_other_chunks() {
	execute(|| {
		let id = agree_to_store();
		advance(3 * INTERVAL);
		let beacon = draw();
		let mut asked = Vec::new();
		for round in 0..3 {
			assert_eq!(Agreements::audit_of(id).unwrap().round, round);
			asked.push(Agreements::audit_of(id).unwrap().drawn.unwrap().chunks);
			assert_ok!(answer(id, beacon, proofs(id)));
		}
		assert!(asked[0] != asked[1] && asked[1] != asked[2]);
	});
}

#[test]
fn agreement_without_audits_should_have_no_rounds() {
	execute(|| {
		let id = agree();
		advance(INTERVAL);
		let beacon = draw();
		assert_eq!(Agreements::audit_of(id), None);
		assert_noop!(answer(id, beacon, vec![]), Refused::NoRound);
		assert_noop!(Agreements::report_missed(by(&ANYBODY), id, beacon), Refused::NoRound);
	});
}

#[test]
fn there_should_be_no_rounds_after_the_end() {
	execute(|| {
		let id = agree_to_store();
		advance(INTERVAL - NOTICE + 3);
		assert_ok!(Agreements::give_notice(by(&CLIENT), id));
		// Just one round is before the end.
		assert_eq!(stored(id).end, stored(id).start + INTERVAL + 3);
		advance(3 * INTERVAL);
		let beacon = draw();
		assert_ok!(answer(id, beacon, proofs(id)));
		assert_eq!(Agreements::audit_of(id), None);
		assert_noop!(answer(id, beacon, vec![]), Refused::NoRound);
	});
}

#[test]
fn beacon_should_be_kept_once_and_be_forgotten_in_time() {
	execute(|| {
		assert_eq!(KeptBeacons::<Test>::get().next, 0);
		let first = draw();
		assert_eq!(events().last(), Some(&Event::BeaconKept { beacon: first, valid_for: now() }));
		advance(10);
		assert_eq!(KeptBeacons::<Test>::get().next, 1);
		let second = draw();
		assert_eq!((first, second), (0, 1));
		advance(BEACON_LIFE);
		assert!(Beacons::<Test>::contains_key(first));
		draw();
		assert!(!Beacons::<Test>::contains_key(first));
		assert!(!Beacons::<Test>::contains_key(second));
		check();
	});
}

#[test]
fn rounds_whose_randomness_is_forgotten_should_be_passed_over() {
	execute(|| {
		let (id, first) = first_round();
		advance(BEACON_LIFE + 1);
		let second = draw();
		assert!(!Beacons::<Test>::contains_key(first));
		assert_noop!(Agreements::report_missed(by(&ANYBODY), id, first), Refused::WrongBeacon);
		let next = Agreements::audit_of(id).unwrap();
		assert_eq!((next.round, next.drawn.as_ref().unwrap().beacon), (1, second));
		assert_ok!(answer(id, second, proofs(id)));
		assert_eq!((owed(id), stored(id).missed), (0, 0));
	});
}

#[test]
fn round_of_an_era_that_cannot_be_reported_any_more_should_cost_nothing() {
	execute(|| {
		let (id, beacon) = first_round();
		// The report window, and an era.
		advance(REPORT + ERA + 5);
		assert_ok!(Agreements::report_missed(by(&ANYBODY), id, beacon));
		let missed = Event::AuditMissed { agreement: id, round: 0, penalty: 0 };
		assert_eq!(events().last(), Some(&missed));
		assert_eq!(owed(id), 0);
	});
}

#[test]
fn file_of_one_chunk_should_be_audited() {
	execute(|| {
		let file = [9u8; 5];
		let tree = Tree::new(&file, CHUNK).unwrap();
		let id = agree_with(&CLIENT, AgreementTerms { data: Some(tree.data()), ..storage_terms() });
		advance(INTERVAL);
		let beacon = draw();
		let proof = tree.prove(&file, 0).unwrap();
		assert_ok!(answer(id, beacon, vec![proof; SAMPLES as usize]));
	});
}

#[test]
fn file_of_as_many_chunks_as_there_can_be_should_be_audited() {
	execute(|| {
		// All chunks are equal, and so are the nodes of a level.
		let chunk = [7u8; 4];
		let mut node = leaf_hash(&chunk);
		let mut path = Vec::new();
		for _ in 0..32 {
			path.push(node);
			node = node_hash(&node, &node);
		}
		let length = 4 << 32;
		let data = Data { root: root_hash(length, 4, &node), length, chunk: 4 };
		let id = agree_with(&CLIENT, AgreementTerms { data: Some(data), ..storage_terms() });
		advance(INTERVAL);
		let beacon = draw();
		let chunks = Agreements::audit_of(id).unwrap().drawn.unwrap().chunks;
		assert!(chunks.iter().any(|chunk| *chunk > u64::from(u32::MAX) / 16));
		let proof = ChunkProof { chunk: chunk.to_vec().try_into().unwrap(), path: path.try_into().unwrap() };
		assert_ok!(answer(id, beacon, vec![proof; SAMPLES as usize]));
	});
}
