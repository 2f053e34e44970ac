//! What a node weighed, block by block, for as long as anybody may ask.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use surety_graph::Weight;
use surety_primitives::BlockNumber;

/// Changes at the most that are remembered at a time.
pub const MAX_CHANGES: u32 = 8;

/// Weights, each from its block on. Never empty.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct History(BoundedVec<(BlockNumber, Weight), ConstU32<MAX_CHANGES>>);

/// Too many changes would have to be remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

impl History {
	/// A node that weighs so much from a block on; before, there is none.
	pub fn new(from: BlockNumber, weight: Weight) -> Self {
		Self(BoundedVec::truncate_from(alloc::vec![(from, weight)]))
	}

	/// The weight at the end of a block; `None` where there was no node yet.
	pub fn at(&self, block: BlockNumber) -> Option<Weight> {
		self.0.iter().rev().find(|(from, _)| *from <= block).map(|(_, weight)| *weight)
	}

	/// The weight since the last change.
	pub fn latest(&self) -> Weight {
		self.0.last().map_or(0, |(_, weight)| *weight)
	}

	/// Raises the weight, from block `now` on, which is not before the last change. What held only before `oldest` is
	/// forgotten.
	pub fn raise(&mut self, now: BlockNumber, weight: Weight, oldest: BlockNumber) -> Result<(), Full> {
		let mut changes = self.without_old(now, oldest);
		changes.try_push((now, weight)).map_err(|_| Full)?;
		self.0 = changes;
		Ok(())
	}

	/// Lowers the weight, which must always be possible. Where there is no room, the two oldest changes become one, and
	/// the node is taken to have weighed as little as at either.
	pub fn lower(&mut self, now: BlockNumber, weight: Weight, oldest: BlockNumber) {
		let mut changes = self.without_old(now, oldest);
		if changes.is_full() {
			let second = changes.remove(1).1;
			if let Some(first) = changes.iter_mut().next() {
				first.1 = first.1.min(second);
			}
		}
		// There is room now.
		let _ = changes.try_push((now, weight));
		self.0 = changes;
	}

	fn without_old(
		&self,
		now: BlockNumber,
		oldest: BlockNumber,
	) -> BoundedVec<(BlockNumber, Weight), ConstU32<MAX_CHANGES>> {
		// The one that holds at `oldest`, and all after it.
		let keep = self.0.iter().rposition(|(from, _)| *from <= oldest).unwrap_or(0);
		let mut changes = self.0.clone();
		let mut index = 0usize;
		changes.retain(|(from, _)| {
			let kept = index >= keep && *from != now;
			index = index.saturating_add(1);
			kept
		});
		changes
	}

	/// Whether there is a weight, and each change comes after the one before.
	pub fn is_sound(&self) -> bool {
		!self.0.is_empty() && self.0.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeMap;

	proptest! {
		/// Against a map of every block ever: what is remembered is right wherever it may be asked, and never too much.
		#[test]
		fn a_history_should_know_every_weight_that_counts(
			changes in prop::collection::vec((0u32..4, 0u128..100), 0..60),
			horizon in 0u32..8,
		) {
			let mut history = History::new(1, 0);
			let mut model = BTreeMap::from([(1u32, 0u128)]);
			let (mut now, mut merged) = (1, false);
			for (step, weight) in changes {
				now += step;
				let oldest = now.saturating_sub(horizon);
				if weight >= history.latest() {
					if history.raise(now, weight, oldest).is_ok() {
						model.insert(now, weight);
					} else {
						let counted = model.range(oldest + 1..now).count();
						prop_assert!(merged || counted + 2 > MAX_CHANGES as usize, "{counted}");
					}
				} else {
					merged |= history.0.len() == MAX_CHANGES as usize;
					history.lower(now, weight, oldest);
					model.insert(now, weight);
				}
				prop_assert!(history.is_sound());
				prop_assert_eq!(history.latest(), *model.values().next_back().unwrap());
				for block in oldest.max(1)..now + 3 {
					let expected = model.range(..=block).next_back().map(|(_, weight)| *weight);
					if merged {
						prop_assert!(history.at(block) <= expected);
					} else {
						prop_assert_eq!(history.at(block), expected);
					}
				}
				prop_assert_eq!(history.at(0), None);
			}
		}
	}
}
