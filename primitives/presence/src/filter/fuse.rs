//! 4-wise binary fuse filter (Graf and Lemire 2022): 1.075 log₂(1/ε) bits a key for many keys, half as much again for
//! hundreds.
//!
//! The payload is `s`, one byte; the number of segments that keys can start in as SCALE compact; then the values of
//! `bits` bits: segments of L = 2ˢ values each, three more than those. A key starts at h = ⌊hash · L · segments / 2⁶⁴⌋;
//! its positions are h, and in each of the next three segments the one at h's place there, with the next `s` of 21
//! bits of the second derived number (lowest first) xored to it. It is in the filter where these four values xor to
//! its fingerprint.

use super::{
	epsilon::log2,
	hash::{below, derived, fingerprint},
	peel,
	table::Packed,
};
use crate::{compact, Error};
use alloc::vec::Vec;

/// Where the paper's ⌊ln n / ln 2.91 − 0.5⌋ becomes 3, 4, and so on: ⌈2.91^(s + 0.5)⌉.
const LONGER_FROM: [u64; 13] =
	[43, 123, 356, 1_036, 3_015, 8_772, 25_527, 74_281, 216_158, 629_017, 1_830_440, 5_326_579, 15_500_344];

/// Bits taken from a derived number for each segment: no segment is longer.
const PLACE_BITS: u32 = 21;

#[derive(Clone, Copy)]
struct Shape {
	/// log₂ of the length of a segment.
	log2_length: u32,
	/// Segments that keys can start in.
	segments: u32,
}

impl Shape {
	/// The paper's, max(1.075, 0.77 + 0.305 ln 600,000 / ln n) values a key, and a segment more every fourth time.
	fn new(keys: u64, attempt: u64) -> Option<Self> {
		let log2_length = 2 + LONGER_FROM.iter().filter(|from| keys >= **from).count() as u32;
		// 0.305 log₂ 600,000 = 5.854354.
		let millionths = (770_000 + (5_854_354 << 32) / log2(keys.max(2))).max(1_075_000);
		let segments = (keys * millionths).div_ceil(1_000_000 << log2_length).saturating_sub(3).max(1);
		Some(Self { log2_length, segments: u32::try_from(segments + attempt / 4).ok()? })
	}

	fn slots(&self) -> u64 {
		match self.segments {
			0 => 0,
			segments => (u64::from(segments) + 3) << self.log2_length,
		}
	}

	fn positions(&self, hash: u64) -> [u64; 4] {
		let length = 1u64 << self.log2_length;
		let start = below(hash, u64::from(self.segments) << self.log2_length);
		let places = derived(hash, 1);
		[0, 1, 2, 3].map(|index| match index {
			0 => start,
			_ => (start + index * length) ^ (places >> (PLACE_BITS * (index as u32 - 1)) & (length - 1)),
		})
	}
}

#[derive(Clone, Copy)]
pub(super) struct Fuse<'a> {
	shape: Shape,
	bits: u32,
	values: Packed<'a>,
}

pub(super) fn build(hashes: &[u64], bits: u8, attempt: u64) -> Option<Vec<u8>> {
	let shape = match hashes.len() as u64 {
		0 => Shape { log2_length: 0, segments: 0 },
		keys => Shape::new(keys, attempt)?,
	};
	let width = bits.into();
	let mut payload = alloc::vec![shape.log2_length as u8];
	compact::write(shape.segments, &mut payload);
	payload.extend(peel::solve(
		hashes,
		shape.slots(),
		width,
		|hash| shape.positions(hash),
		|hash| fingerprint(hash, width),
	)?);
	Some(payload)
}

impl<'a> Fuse<'a> {
	pub(super) fn read(payload: &'a [u8], bits: u8) -> Result<Self, Error> {
		let (log2_length, mut payload) = payload.split_first().ok_or(Error::Truncated)?;
		let shape = Shape { log2_length: (*log2_length).into(), segments: compact::read(&mut payload)? };
		if shape.log2_length > PLACE_BITS {
			return Err(Error::ParameterOutOfRange);
		}
		if shape.segments == 0 && shape.log2_length != 0 {
			return Err(Error::NonCanonical);
		}
		let bits = bits.into();
		Ok(Self { shape, bits, values: Packed::read(payload, shape.slots(), bits)? })
	}

	pub(super) fn write(&self, to: &mut Vec<u8>) {
		to.push(self.shape.log2_length as u8);
		compact::write(self.shape.segments, to);
		to.extend(self.values.bytes());
	}

	pub(super) fn contains(&self, hash: u64) -> bool {
		let found = self.shape.positions(hash).into_iter().fold(0, |sum, at| sum ^ self.values.get(at));
		self.shape.segments > 0 && found == fingerprint(hash, self.bits)
	}
}
