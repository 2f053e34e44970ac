//! From an offer's id to the numbers that place it in a filter.

use crate::{Header, Id, HEADER_BYTES};
use alloc::vec::Vec;
use siphasher::sip::SipHasher24;

/// SipHash-2-4 (Aumasson and Bernstein 2012), keyed with the header. A keyed hash, so that nobody can make ids that
/// collide in filters to come, and every publication errs on other offers; this one, because it has 64 bits, a 128-bit
/// key as long as a header, published test vectors and an implementation in every language. A filter errs by
/// two ids having one hash in at most 2⁻⁴⁰ of cases with 2²⁴ ids, which the smallest ε drowns.
pub(super) struct Hash(SipHasher24);

impl Hash {
	/// Corrections leave the filter as it is, so whether there are any is not part of the key.
	pub(super) fn new(header: &Header) -> Self {
		let key: [u8; HEADER_BYTES] = Header { kind: header.kind.uncorrected(), ..*header }.to_bytes();
		Self(SipHasher24::new_with_key(&key))
	}

	pub(super) fn of(&self, id: &Id) -> u64 {
		self.0.hash(id)
	}

	/// Hashes of all ids, ascending, each once.
	pub(super) fn of_all(&self, ids: &[Id]) -> Vec<u64> {
		let mut hashes: Vec<u64> = ids.iter().map(|id| self.of(id)).collect();
		hashes.sort_unstable();
		hashes.dedup();
		hashes
	}
}

/// The number `index` (from 0) that SplitMix64 (Steele, Lea and Flood 2014) puts out when seeded with a hash.
pub(super) fn derived(hash: u64, index: u64) -> u64 {
	let mut z = hash.wrapping_add(0x9e37_79b9_7f4a_7c15u64.wrapping_mul(index.wrapping_add(1)));
	z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
	z ^ z >> 31
}

/// Scales a hash to a number below `n`: ⌊hash · n / 2⁶⁴⌋.
pub(super) fn below(hash: u64, n: u64) -> u64 {
	((u128::from(hash) * u128::from(n)) >> 64) as u64
}

/// The highest `bits` bits of the first derived number, 1 to 64.
pub(super) fn fingerprint(hash: u64, bits: u32) -> u64 {
	derived(hash, 0) >> (64 - bits)
}
