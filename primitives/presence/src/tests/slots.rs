//! Sets of slots, compared with a set of numbers.

use super::*;
use crate::{Error, Presence, MAX_UNIVERSE};

#[test]
fn a_slot_past_the_universe_is_not_covered_rather_than_absent() {
	let set = SlotSet::from_slots(100, [3, 99]).unwrap();
	assert_eq!(set.presence(3), Presence::Present);
	assert_eq!(set.presence(4), Presence::Absent);
	assert_eq!(set.presence(99), Presence::Present);
	assert_eq!(set.presence(100), Presence::NotCovered);
	assert_eq!(set.presence(u32::MAX), Presence::NotCovered);
	assert_eq!(SlotSet::new(0).unwrap().presence(0), Presence::NotCovered);
}

#[test]
fn a_slot_past_the_universe_cannot_be_put_in() {
	assert_eq!(SlotSet::from_slots(100, [100]), Err(Error::SlotPastUniverse));
	// The last word has room for it.
	assert_eq!(SlotSet::new(65).unwrap().insert(127), Err(Error::SlotPastUniverse));
}

#[test]
fn a_universe_is_not_larger_than_three_bytes_count() {
	assert_eq!(SlotSet::new(MAX_UNIVERSE + 1), Err(Error::UniverseTooLarge));
	assert_eq!(SlotSet::full(MAX_UNIVERSE).unwrap().len(), MAX_UNIVERSE);
}

proptest! {
	#[test]
	fn a_set_of_slots_behaves_like_a_set((set, model) in sets_and_models(), other in 0u32..500, slot in 0u32..400) {
		let universe = set.universe();
		prop_assert_eq!(set.len() as usize, model.len());
		prop_assert!(set.iter().eq(model.iter().copied()));
		prop_assert!(set.iter_absent().eq((0..universe).filter(|slot| !model.contains(slot))));
		prop_assert!((0..universe + 70).all(|slot| set.contains(slot) == model.contains(&slot)));
		let resized = set.resized(other).unwrap();
		prop_assert!(resized.iter().eq(model.iter().copied().filter(|slot| *slot < other)));
		prop_assert_eq!(resized.len() as usize, resized.iter().count());
		let complement = set.clone().complement();
		prop_assert!(complement.iter().eq(set.iter_absent()));
		prop_assert_eq!(&complement.complement(), &set);
		let mut less = set.clone();
		prop_assert_eq!(less.remove(slot), model.contains(&slot));
		prop_assert!(less.iter().eq(model.iter().copied().filter(|other| *other != slot)));
		prop_assert_eq!(less.len() as usize, less.iter().count());
	}
}
