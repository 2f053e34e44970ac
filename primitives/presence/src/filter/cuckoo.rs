//! Cuckoo filter (Fan, Andersen, Kaminsky and Mitzenmacher 2014): about 1.05 (log₂(1/ε) + 3) bits a key.
//!
//! The payload is the number of buckets `b` as SCALE compact, then 4 `b` entries of `bits` + 3 bits: ascending within a bucket,
//! zero where there is none. A key's fingerprint is f = 1 + ⌊d₀ · (2^(bits + 3) − 1) / 2⁶⁴⌋; its buckets are
//! i = ⌊hash · b / 2⁶⁴⌋ and (⌊x · b / 2⁶⁴⌋ − i) mod b, where x is the first number derived from f. The paper xors instead of
//! subtracting, which needs a power of two for `b` and so up to twice the space. It is in the filter where either bucket
//! holds its fingerprint.
//!
//! It has eight entries to compare where others have one: hence three bits more than them.

use super::{
	hash::{below, derived},
	table::{clear, Packed},
};
use crate::{bits, compact, Error};
use alloc::{vec, vec::Vec};

/// Entries of a bucket.
const BUCKET: usize = 4;
/// Bits of an entry beyond log₂(1/ε).
const MORE_BITS: u32 = 3;
/// Entries that are moved for one key before the filter is taken to be full.
const KICKS: u64 = 500;

#[derive(Clone, Copy)]
pub(super) struct Cuckoo<'a> {
	buckets: u32,
	width: u32,
	entries: Packed<'a>,
}

fn fingerprint(hash: u64, width: u32) -> u64 {
	1 + below(derived(hash, 0), (1 << width) - 1)
}

/// The other bucket of a fingerprint that is in one of its two.
fn other(bucket: u64, fingerprint: u64, buckets: u64) -> u64 {
	let sum = below(derived(fingerprint, 0), buckets);
	if sum >= bucket {
		sum - bucket
	} else {
		sum + buckets - bucket
	}
}

/// Puts each key into one of its buckets, at 95.5% full at first, and with a little more space every other time.
pub(super) fn build(hashes: &[u64], bits: u8, attempt: u64) -> Option<Vec<u8>> {
	let (keys, width) = (hashes.len() as u64, u32::from(bits) + MORE_BITS);
	let least = (keys * 1_047).div_ceil(1_000 * BUCKET as u64);
	let buckets = least + attempt / 2 * least.div_ceil(256);
	let mut table = vec![[0u64; BUCKET]; usize::try_from(buckets).ok()?];
	let mut kicks = 0;
	for hash in hashes {
		let mut entry = fingerprint(*hash, width);
		let mut bucket = below(*hash, buckets);
		if !table.get(bucket as usize)?.contains(&0) {
			bucket = other(bucket, entry, buckets);
		}
		let mut left = KICKS;
		loop {
			let bucket_entries = table.get_mut(bucket as usize)?;
			if let Some(free) = bucket_entries.iter_mut().find(|entry| **entry == 0) {
				*free = entry;
				break;
			}
			left = left.checked_sub(1)?;
			// Any entry will do, as long as it is not always the same.
			kicks += 1;
			let victim = bucket_entries.get_mut(below(derived(0, kicks), BUCKET as u64) as usize)?;
			entry = core::mem::replace(victim, entry);
			bucket = other(bucket, entry, buckets);
		}
	}
	let mut packed = clear(buckets * BUCKET as u64, width);
	for (bucket, at) in table.iter_mut().zip((0u64..).step_by(BUCKET)) {
		bucket.sort_unstable();
		for (entry, at) in bucket.iter().zip(at..) {
			bits::put(&mut packed, at * u64::from(width), width, *entry);
		}
	}
	let mut payload = Vec::with_capacity(4 + packed.len());
	compact::write(u32::try_from(buckets).ok()?, &mut payload);
	payload.extend(packed);
	Some(payload)
}

impl<'a> Cuckoo<'a> {
	pub(super) fn read(mut payload: &'a [u8], bits: u8) -> Result<Self, Error> {
		let (buckets, width) = (compact::read(&mut payload)?, u32::from(bits) + MORE_BITS);
		let entries = Packed::read(payload, u64::from(buckets) * BUCKET as u64, width)?;
		let cuckoo = Self { buckets, width, entries };
		let sorted = (0..buckets.into()).all(|bucket| cuckoo.bucket(bucket).is_sorted());
		if sorted {
			Ok(cuckoo)
		} else {
			Err(Error::NonCanonical)
		}
	}

	fn bucket(&self, bucket: u64) -> [u64; BUCKET] {
		[0, 1, 2, 3].map(|index| self.entries.get(bucket * BUCKET as u64 + index))
	}

	pub(super) fn write(&self, to: &mut Vec<u8>) {
		compact::write(self.buckets, to);
		to.extend(self.entries.bytes());
	}

	pub(super) fn contains(&self, hash: u64) -> bool {
		let buckets = self.buckets.into();
		if buckets == 0 {
			return false;
		}
		let fingerprint = fingerprint(hash, self.width);
		let bucket = below(hash, buckets);
		self.bucket(bucket).contains(&fingerprint)
			|| self.bucket(other(bucket, fingerprint, buckets)).contains(&fingerprint)
	}
}
