//! Peeling: solves the equations of xor and fuse filters.

use crate::bits;
use alloc::{vec, vec::Vec};

/// Finds values of `width` bits for a table, so that the values at a hash's positions xor to its fingerprint. The
/// hashes are different, and so are the positions of each. None where the equations cannot be peeled.
pub(super) fn solve<const POSITIONS: usize>(
	hashes: &[u64],
	slots: u64,
	width: u32,
	positions: impl Fn(u64) -> [u64; POSITIONS],
	fingerprint: impl Fn(u64) -> u64,
) -> Option<Vec<u8>> {
	#[derive(Clone, Copy)]
	struct Slot {
		/// Hashes that still have a position here, xored: where it is one, that one.
		hashes: u64,
		count: u32,
	}
	let mut table = vec![Slot { hashes: 0, count: 0 }; usize::try_from(slots).ok()?];
	for hash in hashes {
		for position in positions(*hash) {
			let slot = table.get_mut(position as usize)?;
			slot.hashes ^= hash;
			slot.count += 1;
		}
	}

	let mut queue: Vec<u64> =
		(0..slots).zip(&table).filter(|(_, slot)| slot.count == 1).map(|(at, _)| at).collect();
	let mut order = Vec::with_capacity(hashes.len());
	while let Some(at) = queue.pop() {
		let Slot { hashes: hash, count: 1 } = *table.get(at as usize)? else { continue };
		order.push((hash, at));
		for position in positions(hash) {
			let slot = table.get_mut(position as usize)?;
			slot.hashes ^= hash;
			slot.count -= 1;
			if slot.count == 1 {
				queue.push(position);
			}
		}
	}
	if order.len() < hashes.len() {
		return None;
	}

	let mut values = super::table::clear(slots, width);
	for (hash, at) in order.into_iter().rev() {
		// Its own position is clear as yet.
		let others = positions(hash)
			.into_iter()
			.fold(0, |sum, position| sum ^ bits::get(&values, position * u64::from(width), width));
		bits::put(&mut values, at * u64::from(width), width, others ^ fingerprint(hash));
	}
	Some(values)
}
