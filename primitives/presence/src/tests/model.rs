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

/// SipHash-2-4, as its paper has it.
pub(super) fn siphash(key: &[u8; 16], message: &[u8]) -> u64 {
	fn rounds(v: &mut [u64; 4], count: usize) {
		for _ in 0..count {
			v[0] = v[0].wrapping_add(v[1]);
			v[2] = v[2].wrapping_add(v[3]);
			v[1] = v[1].rotate_left(13) ^ v[0];
			v[3] = v[3].rotate_left(16) ^ v[2];
			v[0] = v[0].rotate_left(32);
			v[2] = v[2].wrapping_add(v[1]);
			v[0] = v[0].wrapping_add(v[3]);
			v[1] = v[1].rotate_left(17) ^ v[2];
			v[3] = v[3].rotate_left(21) ^ v[0];
			v[2] = v[2].rotate_left(32);
		}
	}
	let number = |bytes: &[u8]| bytes.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
	let (k0, k1) = (number(&key[..8]), number(&key[8..]));
	let words = b"somepseudorandomlygeneratedbytes";
	let initial = [0, 8, 16, 24].map(|at| words[at..at + 8].iter().fold(0u64, |w, b| w << 8 | u64::from(*b)));
	let mut v = [k0 ^ initial[0], k1 ^ initial[1], k0 ^ initial[2], k1 ^ initial[3]];
	let mut padded = message.to_vec();
	padded.resize(message.len() / 8 * 8 + 7, 0);
	padded.push(message.len() as u8);
	for block in padded.chunks(8).map(number) {
		v[3] ^= block;
		rounds(&mut v, 2);
		v[0] ^= block;
	}
	v[2] ^= 0xff;
	rounds(&mut v, 4);
	v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// Bits of bytes, the lowest of the first byte first.
fn unpacked(bytes: &[u8]) -> Vec<bool> {
	bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)).collect()
}

/// A number from bits, the lowest first.
fn value(bits: &[bool]) -> u128 {
	bits.iter().rev().fold(0, |value, bit| value << 1 | u128::from(*bit))
}

/// A SCALE compact number off the front.
fn compact(bytes: &mut &[u8]) -> u64 {
	let len = [1, 2, 4][usize::from(bytes[0] & 3)];
	let (number, rest) = bytes.split_at(len);
	*bytes = rest;
	u64::try_from(value(&unpacked(number)) >> 2).unwrap()
}

/// What a well-formed filter says of an id, read from its bytes.
pub(super) fn contains(publication: &[u8], id: &[u8; 32]) -> bool {
	let (header, mut payload) = publication.split_at(16);
	let mut key: [u8; 16] = header.try_into().unwrap();
	key[0] &= 0x7f;
	let hash = siphash(&key, id);
	let scaled = |number: u64, n: u64| usize::try_from((u128::from(number) * u128::from(n)) >> 64).unwrap();
	let bits = usize::from(header[13]);
	let fingerprint = derived(hash, 0) >> (64 - bits);
	match key[0] {
		0x10 => {
			let size = compact(&mut payload);
			let table = unpacked(payload);
			size > 0 && (0..bits as u64).all(|index| table[scaled(derived(hash, index), size)])
		}
		0x11 => {
			let block = compact(&mut payload);
			let table = unpacked(payload);
			let at = |index: u64| index as usize * block as usize + scaled(derived(hash, index + 1), block);
			let read = |at: usize| value(&table[at * bits..(at + 1) * bits]) as u64;
			block > 0 && (0..3).fold(0, |sum, index| sum ^ read(at(index))) == fingerprint
		}
		0x12 => {
			let log2_length = payload[0];
			payload = &payload[1..];
			let segments = compact(&mut payload);
			let table = unpacked(payload);
			let read = |at: usize| value(&table[at * bits..(at + 1) * bits]) as u64;
			let length = 1usize << log2_length;
			let start = scaled(hash, segments << log2_length);
			let places = derived(hash, 1) as usize;
			let place = |index: usize| match index {
				0 => start % length,
				_ => (start % length) ^ ((places >> (21 * (index - 1))) % length),
			};
			let at = |index: usize| (start / length + index) * length + place(index);
			segments > 0 && (0..4).fold(0, |sum, index| sum ^ read(at(index))) == fingerprint
		}
		0x13 => {
			let (buckets, width) = (compact(&mut payload), bits + 3);
			let table = unpacked(payload);
			if buckets == 0 {
				return false;
			}
			let fingerprint = 1 + scaled(derived(hash, 0), (1 << width) - 1) as u64;
			let one = scaled(hash, buckets);
			let two = (scaled(derived(fingerprint, 0), buckets) + buckets as usize - one) % buckets as usize;
			let entries = [one, two].into_iter().flat_map(|bucket| bucket * 4..bucket * 4 + 4);
			entries
				.map(|at| value(&table[at * width..(at + 1) * width]) as u64)
				.any(|entry| entry == fingerprint)
		}
		0x14 => {
			let slots = compact(&mut payload) as usize;
			let table = unpacked(payload);
			if slots == 0 {
				return false;
			}
			let width = slots.min(128);
			let start = scaled(hash, (slots - width + 1) as u64);
			let coefficients = u128::from(derived(hash, 1)) | u128::from(derived(hash, 2)) << 64 | 1;
			let chosen: Vec<usize> = (0..width).filter(|bit| coefficients >> bit & 1 == 1).collect();
			(0..bits).all(|column| {
				let sum = chosen.iter().filter(|bit| table[column * slots + start + *bit]).count();
				sum as u64 % 2 == fingerprint >> column & 1
			})
		}
		other => panic!("{other} is no filter"),
	}
}

/// Output `index` of SplitMix64, seeded with `seed`.
fn derived(seed: u64, index: u64) -> u64 {
	let mut state = seed;
	(0..=index).map(|_| super::next(&mut state)).last().unwrap()
}
