//! Standard ribbon filter (Dillinger and Walzer 2021): a few percent above log₂(1/ε) bits a key, and that for ten keys
//! as well as for a million.
//!
//! The payload is the number of slots `m` as SCALE compact, then `bits` columns of `m` bits each, one behind the other. With
//! w = min(128, m), a key starts at ⌊hash · (m − w + 1) / 2⁶⁴⌋; its coefficients are the lowest `w` bits of d₁ + 2⁶⁴ d₂
//! with the lowest set. It is in the filter where in each column i the w bits from its start on, anded with the coefficients,
//! have the parity that bit i of its fingerprint says (lowest first).
//!
//! 128 coefficients instead of the 64 that are faster: the narrower ribbon takes about twice the overhead.

use super::{
	hash::{below, derived, fingerprint},
	table::{clear, Packed},
};
use crate::{bits, compact, Error};
use alloc::{vec, vec::Vec};

/// Coefficients of an equation.
const WIDTH: u64 = 128;

#[derive(Clone, Copy)]
pub(super) struct Ribbon<'a> {
	slots: u32,
	bits: u32,
	columns: Packed<'a>,
}

/// Where a key's coefficients start, and the coefficients. `slots` is at least one.
fn equation(hash: u64, slots: u64) -> (u64, u128) {
	let width = slots.min(WIDTH);
	let coefficients = u128::from(derived(hash, 1)) | u128::from(derived(hash, 2)) << 64;
	(below(hash, slots - width + 1), coefficients << (WIDTH - width) >> (WIDTH - width) | 1)
}

/// Slots that are enough more often than not, and a little more every other time.
///
/// Measured with 10 bits: with 1% and two slots more than there are keys, 90% of tries succeed for a hundred keys and
/// about 60% for ten thousand; beyond, the ribbon needs 0.4% more each time the keys double (2.2% at 10⁵, 3.4% at 10⁶).
fn slots(keys: u64, attempt: u64) -> u64 {
	let doublings = u64::from(keys.max(1).ilog2()).saturating_sub(13);
	keys + keys * (100 + 40 * doublings) / 10_000 + 2 + attempt / 2 * keys.div_ceil(512)
}

/// Solves the equations by elimination, row by row as they come, which is from left to right as the hashes ascend.
pub(super) fn build(hashes: &[u64], bits: u8, attempt: u64) -> Option<Vec<u8>> {
	let (keys, bits) = (hashes.len() as u64, u32::from(bits));
	let slots = if keys == 0 { 0 } else { slots(keys, attempt) };
	let mut rows = vec![(0u128, 0u32); usize::try_from(slots).ok()?];
	for hash in hashes {
		let (start, mut coefficients) = equation(*hash, slots);
		let mut value = fingerprint(*hash, bits) as u32;
		let mut at = start;
		loop {
			let row = rows.get_mut(at as usize)?;
			if row.0 == 0 {
				*row = (coefficients, value);
				break;
			}
			coefficients ^= row.0;
			value ^= row.1;
			if coefficients == 0 {
				if value == 0 {
					break;
				}
				return None;
			}
			let skip = coefficients.trailing_zeros();
			coefficients >>= skip;
			at += u64::from(skip);
		}
	}

	let mut columns = clear(slots, bits);
	// The last 128 bits of each column, the one found last lowest.
	let mut found = [0u128; 32];
	for (at, (coefficients, value)) in (0..slots).rev().zip(rows.iter().rev()) {
		for (column, found) in (0..bits).zip(&mut found) {
			// Where no key starts any bit will do.
			let bit = match coefficients {
				0 => 0,
				_ => (coefficients >> 1 & *found).count_ones() & 1 ^ (value >> column & 1),
			};
			*found = *found << 1 | u128::from(bit);
			if bit == 1 {
				bits::set(&mut columns, u64::from(column) * slots + at);
			}
		}
	}
	let mut payload = Vec::with_capacity(4 + columns.len());
	compact::write(u32::try_from(slots).ok()?, &mut payload);
	payload.extend(columns);
	Some(payload)
}

impl<'a> Ribbon<'a> {
	pub(super) fn read(mut payload: &'a [u8], bits: u8) -> Result<Self, Error> {
		let (slots, bits) = (compact::read(&mut payload)?, u32::from(bits));
		Ok(Self { slots, bits, columns: Packed::read(payload, slots.into(), bits)? })
	}

	pub(super) fn write(&self, to: &mut Vec<u8>) {
		compact::write(self.slots, to);
		to.extend(self.columns.bytes());
	}

	pub(super) fn contains(&self, hash: u64) -> bool {
		if self.slots == 0 {
			return false;
		}
		let slots = u64::from(self.slots);
		let (start, coefficients) = equation(hash, slots);
		let fingerprint = fingerprint(hash, self.bits);
		(0..self.bits).all(|column| {
			let window = bits::get_128(self.columns.bytes(), u64::from(column) * slots + start);
			u64::from((window & coefficients).count_ones()) & 1 == fingerprint >> column & 1
		})
	}
}
