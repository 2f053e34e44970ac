//! Values that change at the turn of windows, and were what they were before.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use surety_primitives::notary::Window;

/// Changes at the most that are remembered at a time.
pub const MAX_CHANGES: u32 = 8;

/// A value, window by window: each holds from its window on. Never empty.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Timeline<V>(BoundedVec<(Window, V), ConstU32<MAX_CHANGES>>);

impl<V: Clone + PartialEq> Timeline<V> {
	/// A value that holds from a window on; before, there is none.
	pub fn new(from: Window, value: V) -> Self {
		Self(BoundedVec::truncate_from(alloc::vec![(from, value)]))
	}

	/// The value in a window.
	pub fn at(&self, window: Window) -> Option<&V> {
		self.0.iter().rev().find(|(from, _)| *from <= window).map(|(_, value)| value)
	}

	/// The value that holds from the last change on.
	pub fn latest(&self) -> Option<&V> {
		self.0.last().map(|(_, value)| value)
	}

	/// All values that are remembered, the oldest first.
	pub fn values(&self) -> impl Iterator<Item = &V> {
		self.0.iter().map(|(_, value)| value)
	}

	/// Changes the value from a window on, which is not before that of the last change. What held only before `oldest`
	/// is forgotten, and what was to hold from the same window. None, and nothing has changed, where too many changes
	/// have to be remembered.
	pub fn set(&mut self, from: Window, value: V, oldest: Window) -> Option<()> {
		let mut changes = self.0.clone();
		// The one that holds at `oldest`, and all after it.
		let keep = changes.iter().rposition(|(from, _)| *from <= oldest).unwrap_or(0);
		let mut index = 0usize;
		changes.retain(|(known, _)| {
			let kept = index >= keep && *known != from;
			index = index.saturating_add(1);
			kept
		});
		changes.try_push((from, value)).ok()?;
		self.0 = changes;
		Some(())
	}

	/// Whether there is a value, and each change comes after the one before.
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
		/// Against a map of every window ever: what is remembered is right wherever it may be asked.
		#[test]
		fn a_timeline_knows_what_held_in_every_window_that_counts(
			start in 0u32..5,
			changes in prop::collection::vec((0u32..4, any::<u8>()), 0..40),
			retention in 0u32..6,
		) {
			let mut timeline = Timeline::new(start, 0u8);
			let mut model = BTreeMap::from([(start, 0u8)]);
			let mut now = start;
			for (step, value) in changes {
				now += step;
				let oldest = now.saturating_sub(retention);
				if timeline.set(now, value, oldest).is_some() {
					model.insert(now, value);
				} else {
					let counted = model.range(oldest + 1..now).count();
					prop_assert!(counted + 2 > MAX_CHANGES as usize, "{counted}");
				}
				prop_assert!(timeline.is_sound());
				for window in oldest..now + 3 {
					let expected = model.range(..=window).next_back().map(|(_, value)| value);
					prop_assert_eq!(timeline.at(window), expected);
				}
				prop_assert_eq!(timeline.latest(), model.values().next_back());
			}
		}
	}
}
