//! A bitmap: ⌈N / 8⌉ bytes, lowest slot in the lowest bit of the first. Smallest where about half are present, and
//! read without any arithmetic.

use crate::{Error, SlotSet};
use alloc::vec::Vec;

pub(super) fn bytes(set: &SlotSet) -> usize {
	set.universe().div_ceil(8) as usize
}

pub(super) fn write(set: &SlotSet, to: &mut Vec<u8>) {
	to.extend(set.bitmap());
}

pub(super) fn decode(payload: &[u8], universe: u32) -> Result<SlotSet, Error> {
	SlotSet::from_bitmap(universe, payload)
}
