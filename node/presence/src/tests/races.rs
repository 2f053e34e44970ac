//! Many at once: nothing is taken twice, and what has a receipt is in what is handed over.

use super::host::*;
use crate::Refusal;
use std::{
	collections::BTreeSet,
	sync::atomic::{AtomicBool, Ordering},
	thread::scope,
};
use tempfile::tempdir;

#[test]
fn of_many_that_announce_one_slot_at_once_one_is_taken() {
	let (node, directory) = (Node::attesting(20), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	for slot in 0..20 {
		let bytes = proper(NOTARY, slot, 5);
		let taken = scope(|scope| {
			let announce = || pool.announce(&bytes, PEER);
			let threads: Vec<_> = (0..4).map(|_| scope.spawn(announce)).collect();
			let results = threads.into_iter().map(|thread| thread.join().unwrap());
			results
				.filter(|result| match result {
					Ok(_) => true,
					Err(Refusal::Duplicate(_) | Refusal::InFlight) => false,
					Err(other) => panic!("{other}"),
				})
				.count()
		});
		assert_eq!(taken, 1);
	}
	assert_eq!(pool.over(NOTARY, 5).unwrap().slots, (0..20).collect::<Vec<_>>());
}

#[test]
fn what_gets_a_receipt_while_the_window_turns_is_handed_over_with_it() {
	let slots = 400;
	let (node, directory) = (Node::attesting(slots), tempdir().unwrap());
	let pool = open(&node, directory.path(), 5);
	let stop = AtomicBool::new(false);
	let (receipts, closed) = scope(|scope| {
		let threads: Vec<_> = (0..4)
			.map(|thread| {
				let (pool, stop) = (&pool, &stop);
				scope.spawn(move || {
					let mut mine = BTreeSet::new();
					for slot in (thread..slots).step_by(4) {
						match pool.announce(&proper(NOTARY, slot, 5), u64::from(thread)) {
							Ok(_) => drop(mine.insert(slot)),
							Err(Refusal::Past { .. }) => break,
							Err(other) => panic!("{other}"),
						}
						if slot > slots / 2 {
							stop.store(true, Ordering::Relaxed);
						}
					}
					mine
				})
			})
			.collect();
		while !stop.load(Ordering::Relaxed) {
			std::thread::yield_now();
		}
		let closed = pool.turn(6, &[NOTARY]).unwrap();
		let receipts: BTreeSet<u32> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
		(receipts, closed)
	});
	let handed_over: BTreeSet<u32> = closed[0].slots.iter().copied().collect();
	assert_eq!(receipts, handed_over);
	assert!(!receipts.is_empty());
}
