//! Xor filter (Graf and Lemire 2020): 1.23 log₂(1/ε) bits a key.
//!
//! The payload is the length `b` of a block as SCALE compact, then 3 `b` values of `bits` bits. A key is in the filter
//! where the values at b · i + ⌊dᵢ₊₁ · b / 2⁶⁴⌋, i from 0 to 2, xor to its fingerprint.

use super::{
	hash::{below, derived, fingerprint},
	peel,
	table::Packed,
};
use crate::{compact, Error};
use alloc::vec::Vec;

#[derive(Clone, Copy)]
pub(super) struct Xor<'a> {
	block: u32,
	bits: u32,
	values: Packed<'a>,
}

fn positions(hash: u64, block: u32) -> [u64; 3] {
	let block = u64::from(block);
	[0, 1, 2].map(|index| index * block + below(derived(hash, index + 1), block))
}

/// The paper's ⌊1.23 n⌋ + 32 values, and a little more every fourth time.
pub(super) fn build(hashes: &[u64], bits: u8, attempt: u64) -> Option<Vec<u8>> {
	let (keys, width) = (hashes.len() as u64, u32::from(bits));
	let least = (keys * 123 / 100 + 32).div_ceil(3);
	let block = if keys == 0 { 0 } else { u32::try_from(least + attempt / 4 * least.div_ceil(256)).ok()? };
	let mut payload = Vec::new();
	compact::write(block, &mut payload);
	payload.extend(peel::solve(
		hashes,
		u64::from(block) * 3,
		width,
		|hash| positions(hash, block),
		|hash| fingerprint(hash, width),
	)?);
	Some(payload)
}

impl<'a> Xor<'a> {
	pub(super) fn read(mut payload: &'a [u8], bits: u8) -> Result<Self, Error> {
		let (block, bits) = (compact::read(&mut payload)?, u32::from(bits));
		Ok(Self { block, bits, values: Packed::read(payload, u64::from(block) * 3, bits)? })
	}

	pub(super) fn write(&self, to: &mut Vec<u8>) {
		compact::write(self.block, to);
		to.extend(self.values.bytes());
	}

	pub(super) fn contains(&self, hash: u64) -> bool {
		let found = positions(hash, self.block).into_iter().fold(0, |sum, at| sum ^ self.values.get(at));
		self.block > 0 && found == fingerprint(hash, self.bits)
	}
}
