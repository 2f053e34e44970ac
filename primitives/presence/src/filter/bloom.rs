//! Bloom filter (Bloom 1970): S2's choice, 1.44 log₂(1/ε) bits a key.
//!
//! The payload is the number of bits `m` as SCALE compact, then the bits. A key sets the bits ⌊dᵢ · m / 2⁶⁴⌋, where dᵢ are
//! the numbers derived from its hash, i from 0 to k − 1; `k` is in the header.

use super::{
	epsilon::{log2, Epsilon},
	hash::{below, derived},
	table::{clear, Packed},
};
use crate::{bits, compact, Error};
use alloc::vec::Vec;

/// ln 2, in units of 2⁻³².
const LN_2: u128 = 2_977_044_472;

#[derive(Clone, Copy)]
pub(super) struct Bloom<'a> {
	size: u32,
	hashes: u64,
	bits: Packed<'a>,
}

/// Bits for `keys` keys, where each sets `hashes`, so that the rate is ε: k n / −ln(1 − p) with p = ε^(1/k).
fn size(keys: u64, hashes: u64, epsilon: Epsilon) -> u64 {
	let each = epsilon.log2_inverse() / hashes;
	// The largest p with −log₂ p at least `each`, in units of 2⁻³², by halving.
	let (mut p, mut step) = (0u64, 1u64 << 31);
	while step > 0 {
		if (32 << 32) - log2(p | step) >= each {
			p |= step;
		}
		step >>= 1;
	}
	let clear = ((32 << 32) - log2((1 << 32) - p)).max(1);
	let bits = (u128::from(hashes * keys) << 64).div_ceil(u128::from(clear) * LN_2);
	u64::try_from(bits).unwrap_or(u64::MAX)
}

/// Number of hashes, and bits, that take the least space.
pub(super) fn dimensions(keys: u64, epsilon: Epsilon) -> (u8, u64) {
	let most = epsilon.bits();
	let with = |hashes: u8| (hashes, size(keys, hashes.into(), epsilon));
	let (fewer, more) = (with(most.saturating_sub(1).max(super::MIN_BITS)), with(most));
	if fewer.1 < more.1 {
		fewer
	} else {
		more
	}
}

/// The rate of a filter is known once it is built: (bits set / m)ᵏ. Where that is more than ε, other hashes are tried,
/// and a little more space every fourth time.
pub(super) fn build(hashes: &[u64], count: u8, epsilon: Epsilon, attempt: u64) -> Option<Vec<u8>> {
	let keys = hashes.len() as u64;
	let least = size(keys, count.into(), epsilon);
	let size = u32::try_from(least + attempt / 4 * least.div_ceil(256)).ok()?;
	let mut table = clear(size.into(), 1);
	for hash in hashes {
		for index in 0..count.into() {
			bits::set(&mut table, below(derived(*hash, index), size.into()));
		}
	}
	let ones: u64 = table.iter().map(|byte| u64::from(byte.count_ones())).sum();
	let rate = u64::from(count) * log2(size.into()).saturating_sub(log2(ones));
	if ones > 0 && rate < epsilon.log2_inverse() {
		return None;
	}
	let mut payload = Vec::with_capacity(4 + table.len());
	compact::write(size, &mut payload);
	payload.extend(table);
	Some(payload)
}

impl<'a> Bloom<'a> {
	pub(super) fn read(mut payload: &'a [u8], hashes: u8) -> Result<Self, Error> {
		let size = compact::read(&mut payload)?;
		Ok(Self { size, hashes: hashes.into(), bits: Packed::read(payload, size.into(), 1)? })
	}

	pub(super) fn write(&self, to: &mut Vec<u8>) {
		compact::write(self.size, to);
		to.extend(self.bits.bytes());
	}

	pub(super) fn contains(&self, hash: u64) -> bool {
		self.size > 0
			&& (0..self.hashes).all(|index| self.bits.get(below(derived(hash, index), self.size.into())) == 1)
	}
}
