//! The formats once more, slow and plain: text of zeros and ones, and numbers of any size.

use num_bigint::BigUint;
use std::collections::BTreeSet;

/// log₂ C(n, k).
pub(super) fn log2_binomial(n: u32, k: u32) -> f64 {
	(0..k.min(n - k)).map(|i| (f64::from(n - i) / f64::from(i + 1)).log2()).sum()
}

/// Zeros and ones as bytes, the first in the lowest bit of the first byte; clear bits fill the last.
fn packed(bits: &str) -> Vec<u8> {
	let byte = |chunk: &[u8]| chunk.iter().rev().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
	bits.as_bytes().chunks(8).map(byte).collect()
}

pub(super) fn raw(universe: u32, slots: &BTreeSet<u32>) -> Vec<u8> {
	packed(&(0..universe).map(|slot| if slots.contains(&slot) { '1' } else { '0' }).collect::<String>())
}

pub(super) fn rice(universe: u32, slots: &BTreeSet<u32>) -> Vec<u8> {
	let absent: BTreeSet<u32> = (0..universe).filter(|slot| !slots.contains(slot)).collect();
	let smaller = if slots.len() <= absent.len() { slots } else { &absent };
	if smaller.is_empty() {
		return vec![];
	}
	let with = |k: u32| {
		let (mut text, mut from) = (String::new(), 0);
		for slot in smaller {
			let gap = slot - from;
			text += &"1".repeat((gap >> k) as usize);
			text += "0";
			text.extend((0..k).map(|bit| if gap >> bit & 1 == 1 { '1' } else { '0' }));
			from = slot + 1;
		}
		text
	};
	let (k, text) = (0..25).map(|k| (k, with(k))).min_by_key(|(_, text)| text.len()).unwrap();
	[vec![k as u8], packed(&text)].concat()
}

/// Draws as (remaining, marked, is the next one marked), range coded with the low end as one long number.
pub(super) fn range_coded(draws: &[(u32, u32, bool)], bytes: usize) -> Vec<u8> {
	let (mut low, mut range, mut shifted) = (BigUint::from(0u8), u64::MAX, 0usize);
	for (remaining, marked, is) in draws {
		if *marked == 0 || marked == remaining {
			continue;
		}
		let split = range / u64::from(*remaining) * u64::from(*marked);
		if *is {
			range = split;
		} else {
			low += split;
			range -= split;
		}
		while range < 1 << 56 {
			low <<= 8;
			range <<= 8;
			shifted += 1;
		}
	}
	// `low` is over 256 to the power of `shifted + 8`; wanted is the first number over 256 to the power of `bytes`.
	let unit = BigUint::from(1u8) << (8 * (shifted + 8 - bytes));
	let first = (&low + &unit - 1u8) / &unit;
	assert!(&first * &unit < low + range, "the bytes are enough");
	let digits = if bytes == 0 { vec![] } else { first.to_bytes_be() };
	[vec![0; bytes - digits.len()], digits].concat()
}

/// The draws of a set from one urn.
pub(super) fn draws(universe: u32, slots: &BTreeSet<u32>) -> Vec<(u32, u32, bool)> {
	let left = |slot: u32| slots.range(slot..).count() as u32;
	(0..universe).map(|slot| (universe - slot, left(slot), slots.contains(&slot))).collect()
}

/// The draws of what changes from one set to another, from two urns.
pub(super) fn changes(universe: u32, former: &BTreeSet<u32>, slots: &BTreeSet<u32>) -> Vec<(u32, u32, bool)> {
	let changes = |slot: &u32| former.contains(slot) != slots.contains(slot);
	let draw = |slot: u32| {
		let same = (slot..universe).filter(|other| former.contains(other) == former.contains(&slot));
		(same.clone().count() as u32, same.filter(changes).count() as u32, changes(&slot))
	};
	(0..universe).map(draw).collect()
}
