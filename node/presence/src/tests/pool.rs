use super::host::*;
use crate::{Closed, Limits, Refusal};
use sp_core::{sr25519, Pair};
use std::{fs, time::Duration};
use surety_presence::message::{Announcement, Signed};
use tempfile::tempdir;

#[track_caller]
fn refused(result: Result<crate::Taken, Refusal>, reason: &str) {
	match result {
		Ok(_) => panic!("was taken, and should have been refused: {reason}"),
		Err(refusal) => assert_eq!(refusal.reason(), reason, "{refusal}"),
	}
}

fn slots(closed: &[Closed]) -> Vec<(u8, u32, &[u32])> {
	closed.iter().map(|closed| (closed.notary[0], closed.window, &closed.slots[..])).collect()
}

#[test]
fn an_announcement_gets_a_receipt_that_its_notary_has_signed() {
	let (node, directory) = (Node::attesting(3), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	let taken = pool.announce(&proper(NOTARY, 2, 5), PEER).unwrap();
	assert_eq!(taken.receipt.announcement, announcement(NOTARY, 2, 5));
	let by = notary_pair(&NOTARY).public();
	let signature = sr25519::Signature::from_raw(taken.signature);
	assert!(sr25519::Pair::verify(&signature, taken.receipt.payload(), &by));
	assert_eq!(pool.announcement(NOTARY, 5, 2).unwrap().unwrap().0, announcement(NOTARY, 2, 5));
	assert_eq!(pool.announcement(NOTARY, 5, 1).unwrap(), None);
	assert_eq!(pool.announcement(OTHER, 5, 2).unwrap(), None);
}

#[test]
fn what_is_wrong_is_refused_by_name() {
	let (node, directory) = (Node::attesting(3), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	let with = |change: &dyn Fn(&mut Announcement)| {
		let mut changed = announcement(NOTARY, 1, 5);
		change(&mut changed);
		pool.announce(&signed(&changed, &pair(1)), PEER)
	};
	refused(with(&|a| a.genesis = [8; 32]), "foreign_chain");
	refused(with(&|a| a.notary = STRANGER), "unknown_notary");
	refused(with(&|a| a.window = 4), "past");
	refused(with(&|a| a.window = 6), "future");
	refused(with(&|a| a.slot = 3), "not_attested");
	refused(with(&|a| a.generation = 1), "wrong_generation");
	// Of another slot, and of the right one for another window.
	refused(pool.announce(&signed(&announcement(NOTARY, 1, 5), &pair(2)), PEER), "bad_signature");
	let mut replayed = proper(NOTARY, 1, 4);
	let window = proper(NOTARY, 1, 5)[72..76].to_vec();
	assert_ne!(replayed[72..76], window);
	replayed[72..76].copy_from_slice(&window);
	refused(pool.announce(&replayed, PEER), "bad_signature");
	// Nothing of it was kept.
	assert_eq!(slots(&pool.turn(6, &[NOTARY, OTHER]).unwrap()), [(1, 5, &[][..]), (2, 5, &[])]);
}

#[test]
fn bytes_that_are_no_announcement_are_refused() {
	let (node, directory) = (Node::attesting(3), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	let whole = proper(NOTARY, 1, 5);
	for length in 0..whole.len() {
		refused(pool.announce(&whole[..length], PEER), "malformed");
	}
	refused(pool.announce(&[&whole[..], &[0]].concat(), PEER), "malformed");
	refused(pool.announce(&vec![255; 1 << 20], PEER), "malformed");
	pool.announce(&whole, PEER).unwrap();
}

#[test]
fn who_announces_itself_twice_gets_its_receipt_again() {
	let (node, directory) = (Node::attesting(3), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	let first = pool.announce(&proper(NOTARY, 1, 5), PEER).unwrap();
	let Err(Refusal::Duplicate(again)) = pool.announce(&proper(NOTARY, 1, 5), PEER) else {
		panic!("is a duplicate")
	};
	assert_eq!(*again, first);
	// The other notary is another matter.
	pool.announce(&proper(OTHER, 1, 5), PEER).unwrap();
}

#[test]
fn a_peer_that_asks_for_too_much_is_held_up_and_others_are_not() {
	let (node, directory) = (Node::attesting(10), tempdir().unwrap());
	let limits = Limits { rate: 1, burst: 3, ..Limits::default() };
	let pool = open_with(&node, directory.path(), 5, limits);
	for slot in 0..3 {
		pool.announce(&proper(NOTARY, slot, 5), PEER).unwrap();
	}
	refused(pool.announce(&proper(NOTARY, 3, 5), PEER), "too_many");
	pool.announce(&proper(NOTARY, 3, 5), 2).unwrap();
}

#[test]
fn a_window_takes_no_more_than_it_may() {
	let (node, directory) = (Node::attesting(10), tempdir().unwrap());
	let pool = open_with(&node, directory.path(), 5, Limits { slots: 2, ..Limits::default() });
	for slot in 0..2 {
		pool.announce(&proper(NOTARY, slot, 5), PEER).unwrap();
	}
	refused(pool.announce(&proper(NOTARY, 2, 5), PEER), "full");
	pool.announce(&proper(OTHER, 2, 5), PEER).unwrap();
}

#[test]
fn the_chain_is_asked_once_for_a_slot_and_again_where_its_answer_may_be_old() {
	let (node, directory) = (Node::attesting(3), tempdir().unwrap());
	let eager = Limits { refresh: Duration::ZERO, ..Limits::default() };
	let pool = open_with(&node, directory.path(), 5, eager);
	for _ in 0..5 {
		refused(pool.announce(&signed(&announcement(NOTARY, 1, 5), &pair(2)), PEER), "bad_signature");
	}
	assert_eq!(node.change(|chain| chain.asked), 1);
	node.attest(NOTARY, 1, 1);
	let later = Announcement { generation: 1, ..announcement(NOTARY, 1, 5) };
	pool.announce(&signed(&later, &pair(1)), PEER).unwrap();
	assert_eq!(pool.announcement(NOTARY, 5, 1).unwrap().unwrap().0, later);
}

#[test]
fn slots_are_asked_for_together_and_those_that_nobody_holds_not_again_at_once() {
	let (node, directory) = (Node::attesting(100), tempdir().unwrap());
	let patient = Limits { refresh: Duration::from_secs(3_600), ..Limits::default() };
	let pool = open_with(&node, directory.path(), 5, patient);
	for slot in 0..100 {
		pool.announce(&proper(NOTARY, slot, 5), PEER).unwrap();
	}
	for slot in 100..120 {
		refused(pool.announce(&proper(NOTARY, slot, 5), PEER), "not_attested");
	}
	assert_eq!(node.change(|chain| chain.asked), 1);
	// Another page is another question, and so is the next window.
	refused(pool.announce(&proper(NOTARY, 1_000, 5), PEER), "not_attested");
	node.attest(NOTARY, 110, 0);
	refused(pool.announce(&proper(NOTARY, 110, 5), PEER), "not_attested");
	pool.turn(6, &[NOTARY]).unwrap();
	pool.announce(&proper(NOTARY, 110, 6), PEER).unwrap();
	assert_eq!(node.change(|chain| chain.asked), 3);
}

#[test]
fn what_cannot_be_checked_or_signed_now_can_be_later() {
	let (node, directory) = (Node::attesting(3), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	node.change(|chain| chain.down = true);
	refused(pool.announce(&proper(NOTARY, 1, 5), PEER), "unavailable");
	node.change(|chain| (chain.down, chain.keyless) = (false, true));
	// It is on disk and counts, but there is nobody to sign.
	refused(pool.announce(&proper(NOTARY, 1, 5), PEER), "unavailable");
	node.change(|chain| chain.keyless = false);
	refused(pool.announce(&proper(NOTARY, 1, 5), PEER), "duplicate");
	assert_eq!(pool.turn(6, &[NOTARY]).unwrap()[0].slots, [1]);
}

#[test]
fn a_window_that_is_over_is_handed_over_once_in_order_and_takes_nothing_more() {
	let (node, directory) = (Node::attesting(10), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	for slot in [7, 2, 9] {
		pool.announce(&proper(NOTARY, slot, 5), PEER).unwrap();
	}
	let closed = pool.turn(6, &[NOTARY, OTHER]).unwrap();
	assert_eq!(slots(&closed), [(1, 5, &[2, 7, 9][..]), (2, 5, &[])]);
	refused(pool.announce(&proper(NOTARY, 3, 5), PEER), "past");
	pool.announce(&proper(NOTARY, 7, 6), PEER).unwrap();
	assert_eq!(pool.turn(6, &[NOTARY, OTHER]).unwrap(), []);
	// Blocks were undone: what is closed stays closed.
	assert_eq!(pool.turn(5, &[NOTARY, OTHER]).unwrap(), []);
	assert_eq!(pool.window(), 6);
	assert_eq!(pool.over(NOTARY, 5).unwrap().slots, [2, 7, 9]);
	assert_eq!(pool.windows(&NOTARY).unwrap(), [5, 6]);
}

#[test]
fn notaries_come_and_go() {
	let (node, directory) = (Node::attesting(10), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	pool.announce(&proper(OTHER, 1, 5), PEER).unwrap();
	assert_eq!(pool.turn(5, &[NOTARY]).unwrap(), []);
	refused(pool.announce(&proper(OTHER, 2, 5), PEER), "unknown_notary");
	pool.turn(5, &[NOTARY, OTHER]).unwrap();
	pool.announce(&proper(OTHER, 2, 5), PEER).unwrap();
	assert_eq!(slots(&pool.turn(6, &[]).unwrap()), [(1, 5, &[][..]), (2, 5, &[1, 2])]);
}

#[test]
fn a_crash_loses_nothing_that_has_a_receipt() {
	let (node, directory) = (Node::attesting(10), tempdir().unwrap());
	for slot in 0..5 {
		let pool = open(&node, directory.path(), 5);
		pool.announce(&proper(NOTARY, slot, 5), PEER).unwrap();
	}
	let pool = open(&node, directory.path(), 5);
	refused(pool.announce(&proper(NOTARY, 3, 5), PEER), "duplicate");
	assert_eq!(pool.turn(6, &[NOTARY]).unwrap()[0].slots, [0, 1, 2, 3, 4]);
	drop(pool);
	// It was over when the node came back.
	let pool = open(&node, directory.path(), 6);
	assert_eq!(pool.over(NOTARY, 5).unwrap().slots, [0, 1, 2, 3, 4]);
}

#[test]
fn what_is_too_old_to_be_asked_for_is_removed() {
	let (node, directory) = (Node::attesting(10), tempdir().unwrap());
	let pool = open_with(&node, directory.path(), 5, Limits { kept: 2, ..Limits::default() });
	for window in 5..10 {
		pool.announce(&proper(NOTARY, 0, window), PEER).unwrap();
		pool.turn(window + 1, &[NOTARY]).unwrap();
	}
	assert_eq!(pool.windows(&NOTARY).unwrap(), [8, 9]);
	assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}
