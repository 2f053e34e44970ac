mod exact;
mod filters;
mod hostile;
mod merkle;
mod model;
mod mountain;
mod publication;
mod slots;
mod vectors;

use crate::{Context, Id, SlotSet};
use proptest::prelude::*;
use std::collections::BTreeSet;

const CONTEXT: Context = Context { base_block: 0x0102_0304, window: 1_000 };

/// A random set of so many slots, the same for the same seed.
fn random(universe: u32, present: u32, seed: u64) -> SlotSet {
	let mut state = seed;
	let mut left = present;
	let slots = (0..universe).filter(|slot| {
		let marked = below(&mut state, (universe - slot).into()) < left.into();
		left -= u32::from(marked);
		marked
	});
	SlotSet::from_slots(universe, slots).unwrap()
}

/// The same set after so many departures and arrivals.
fn churned(set: &SlotSet, departures: u32, arrivals: u32, seed: u64) -> SlotSet {
	let leave = random(set.len(), departures, seed);
	let come = random(set.universe() - set.len(), arrivals, seed ^ 1);
	let stay = set.iter().zip(0..).filter(|(_, index)| !leave.contains(*index)).map(|(slot, _)| slot);
	let new = set.iter_absent().zip(0..).filter(|(_, index)| come.contains(*index)).map(|(slot, _)| slot);
	SlotSet::from_slots(set.universe(), stay.chain(new)).unwrap()
}

/// The next number of SplitMix64.
fn next(state: &mut u64) -> u64 {
	*state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
	let mut z = *state;
	z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
	z ^ z >> 31
}

/// A random number below `n`.
fn below(state: &mut u64, n: u64) -> u64 {
	u64::try_from((u128::from(next(state)) * u128::from(n)) >> 64).unwrap()
}

/// The id of the offer in a slot.
fn id(slot: u32) -> Id {
	let mut id = [0; 32];
	id[..4].copy_from_slice(&slot.to_le_bytes());
	id
}

/// The ids of slots.
fn ids(slots: impl IntoIterator<Item = u32>) -> Vec<Id> {
	slots.into_iter().map(id).collect()
}

/// Sets of every density, tiny ones among them.
fn sets() -> impl Strategy<Value = SlotSet> {
	let universe = prop_oneof![0u32..10, 0u32..300, 0u32..5_000];
	(universe, 0.0..1.2f64, any::<u64>()).prop_map(|(universe, density, seed)| {
		let present = (f64::from(universe) * density.min(1.0)) as u32;
		random(universe, present, seed)
	})
}

/// A set and its slots as a model.
fn sets_and_models() -> impl Strategy<Value = (SlotSet, BTreeSet<u32>)> {
	(0u32..400).prop_flat_map(|universe| {
		proptest::collection::btree_set(0..universe.max(1), 0..=universe as usize).prop_map(move |slots| {
			let slots: BTreeSet<u32> = slots.into_iter().filter(|slot| *slot < universe).collect();
			(SlotSet::from_slots(universe, slots.iter().copied()).unwrap(), slots)
		})
	})
}
