//! Range coding with the exact, hypergeometric model: each slot of the universe is a draw from what is left. The
//! payload is ⌈log₂₅₆ C(N, K)⌉ bytes (one more where that is within a hundredth of a bit of a whole number of bytes), and
//! nothing where the count says it all. See [`crate::range`].

use crate::{
	range::{check_len, Decoder, Encoder, Space, Urn},
	Error, SlotSet,
};
use alloc::vec::Vec;

pub(crate) fn bytes(universe: u32, present: u32) -> usize {
	Space::one().choose(universe, present).bytes()
}

pub(crate) fn write(set: &SlotSet, to: &mut Vec<u8>) {
	to.extend(encoded(set));
}

fn encoded(set: &SlotSet) -> Vec<u8> {
	let mut urn = Urn::new(set.universe(), set.len());
	let mut encoder = Encoder::new();
	for slot in 0..set.universe() {
		if urn.certain().is_some() {
			break;
		}
		encoder.draw(&mut urn, set.contains(slot));
	}
	encoder.finish(bytes(set.universe(), set.len()))
}

pub(crate) fn decode(payload: &[u8], universe: u32, present: u32) -> Result<SlotSet, Error> {
	check_len(payload, bytes(universe, present))?;
	let mut urn = Urn::new(universe, present);
	let mut decoder = Decoder::new(payload);
	let mut set = SlotSet::new(universe)?;
	for slot in 0..universe {
		if urn.certain() == Some(false) {
			break;
		}
		if decoder.draw(&mut urn) {
			set.insert(slot)?;
		}
	}
	// Other numbers may lie in the range of this set.
	if encoded(&set) != payload {
		return Err(Error::NonCanonical);
	}
	Ok(set)
}
