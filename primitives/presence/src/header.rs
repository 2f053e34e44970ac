//! The sixteen bytes before every payload.

use crate::{Error, MAX_UNIVERSE};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Bytes of a header.
pub const HEADER_BYTES: usize = 16;

/// Bit of a [`Kind`]'s number that says that corrections stand before a filter.
const CORRECTED: u8 = 0x80;

/// How the payload is encoded. The number is the first byte of a publication.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Kind {
	/// Exact: a bitmap.
	#[codec(index = 0x01)]
	Raw,
	/// Exact: Golomb–Rice coded gaps.
	#[codec(index = 0x02)]
	Rice,
	/// Exact: range coded, at as many bytes as log₂ C(N, K) takes.
	#[codec(index = 0x03)]
	Range,
	/// Exact: departures and arrivals since an earlier publication, range coded.
	#[codec(index = 0x04)]
	Delta,
	/// Filter: Bloom.
	#[codec(index = 0x10)]
	Bloom,
	/// Filter: xor.
	#[codec(index = 0x11)]
	Xor,
	/// Filter: 4-wise binary fuse.
	#[codec(index = 0x12)]
	Fuse,
	/// Filter: cuckoo.
	#[codec(index = 0x13)]
	Cuckoo,
	/// Filter: ribbon.
	#[codec(index = 0x14)]
	Ribbon,
	/// Bloom filter with corrections.
	#[codec(index = 0x90)]
	CorrectedBloom,
	/// Xor filter with corrections.
	#[codec(index = 0x91)]
	CorrectedXor,
	/// Fuse filter with corrections.
	#[codec(index = 0x92)]
	CorrectedFuse,
	/// Cuckoo filter with corrections.
	#[codec(index = 0x93)]
	CorrectedCuckoo,
	/// Ribbon filter with corrections.
	#[codec(index = 0x94)]
	CorrectedRibbon,
}

impl Kind {
	/// All kinds, by number.
	pub const ALL: [Self; 14] = [
		Self::Raw,
		Self::Rice,
		Self::Range,
		Self::Delta,
		Self::Bloom,
		Self::Xor,
		Self::Fuse,
		Self::Cuckoo,
		Self::Ribbon,
		Self::CorrectedBloom,
		Self::CorrectedXor,
		Self::CorrectedFuse,
		Self::CorrectedCuckoo,
		Self::CorrectedRibbon,
	];

	/// The number on the wire.
	#[must_use]
	pub const fn number(self) -> u8 {
		match self {
			Self::Raw => 0x01,
			Self::Rice => 0x02,
			Self::Range => 0x03,
			Self::Delta => 0x04,
			Self::Bloom => 0x10,
			Self::Xor => 0x11,
			Self::Fuse => 0x12,
			Self::Cuckoo => 0x13,
			Self::Ribbon => 0x14,
			Self::CorrectedBloom => CORRECTED | 0x10,
			Self::CorrectedXor => CORRECTED | 0x11,
			Self::CorrectedFuse => CORRECTED | 0x12,
			Self::CorrectedCuckoo => CORRECTED | 0x13,
			Self::CorrectedRibbon => CORRECTED | 0x14,
		}
	}

	/// Whether the payload says exactly which slots are present.
	#[must_use]
	pub const fn is_exact(self) -> bool {
		matches!(self, Self::Raw | Self::Rice | Self::Range | Self::Delta)
	}

	/// Whether corrections stand before a filter.
	#[must_use]
	pub const fn is_corrected(self) -> bool {
		self.number() & CORRECTED != 0
	}

	/// The filter without its corrections; the kind itself where there are none.
	#[must_use]
	pub const fn uncorrected(self) -> Self {
		match self {
			Self::CorrectedBloom => Self::Bloom,
			Self::CorrectedXor => Self::Xor,
			Self::CorrectedFuse => Self::Fuse,
			Self::CorrectedCuckoo => Self::Cuckoo,
			Self::CorrectedRibbon => Self::Ribbon,
			other => other,
		}
	}

	/// The filter with corrections; the kind itself where it is exact.
	#[must_use]
	pub const fn corrected(self) -> Self {
		match self {
			Self::Bloom => Self::CorrectedBloom,
			Self::Xor => Self::CorrectedXor,
			Self::Fuse => Self::CorrectedFuse,
			Self::Cuckoo => Self::CorrectedCuckoo,
			Self::Ribbon => Self::CorrectedRibbon,
			other => other,
		}
	}
}

/// When a publication was made.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Context {
	/// Number of the finalised block whose universe is meant.
	pub base_block: u32,
	/// Number of the window in which the slots were present.
	pub window: u32,
}

/// What stands before the payload. Its SCALE encoding is its form on the wire: numbers little-endian, no padding.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Header {
	/// How the payload is encoded.
	pub kind: Kind,
	/// Number of the finalised block whose universe is meant.
	pub base_block: u32,
	/// Number of slots at that block: the slots are `0..universe`. At most [`MAX_UNIVERSE`].
	pub universe: u32,
	/// Number of the window in which the slots were present.
	pub window: u32,
	/// Of an exact kind, the number of slots present. Of a filter, `bits` in the first byte and the salt in the others.
	pub parameters: [u8; 3],
}

impl Header {
	/// Header of an exact kind. `present` is at most [`MAX_UNIVERSE`].
	pub(crate) fn exact(kind: Kind, context: Context, universe: u32, present: u32) -> Self {
		let [a, b, c, _] = present.to_le_bytes();
		let Context { base_block, window } = context;
		Self { kind, base_block, universe, window, parameters: [a, b, c] }
	}

	/// Header of a filter.
	pub(crate) fn filter(kind: Kind, context: Context, universe: u32, bits: u8, salt: u16) -> Self {
		let [a, b] = salt.to_le_bytes();
		let Context { base_block, window } = context;
		Self { kind, base_block, universe, window, parameters: [bits, a, b] }
	}

	/// Number of slots present, where the kind is exact.
	#[must_use]
	pub fn present(&self) -> Option<u32> {
		let [a, b, c] = self.parameters;
		self.kind.is_exact().then(|| u32::from_le_bytes([a, b, c, 0]))
	}

	/// Of a filter: ⌈log₂(1/ε)⌉, or the number of hashes of a Bloom filter.
	#[must_use]
	pub fn bits(&self) -> Option<u8> {
		(!self.kind.is_exact()).then(|| self.parameters[0])
	}

	/// Of a filter: what sets it apart from another try at the same filter.
	#[must_use]
	pub fn salt(&self) -> Option<u16> {
		let [_, a, b] = self.parameters;
		(!self.kind.is_exact()).then(|| u16::from_le_bytes([a, b]))
	}

	/// The bytes on the wire.
	#[must_use]
	pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
		let mut bytes = [0; HEADER_BYTES];
		bytes[0] = self.kind.number();
		bytes[1..5].copy_from_slice(&self.base_block.to_le_bytes());
		bytes[5..9].copy_from_slice(&self.universe.to_le_bytes());
		bytes[9..13].copy_from_slice(&self.window.to_le_bytes());
		bytes[13..].copy_from_slice(&self.parameters);
		bytes
	}

	/// Splits a publication into header and payload.
	///
	/// # Errors
	/// [`Error::Truncated`], [`Error::UnknownKind`]; [`Error::UniverseTooLarge`] and [`Error::TooManyBytes`] by the
	/// limits; [`Error::WrongCount`] where more slots are present than there are.
	pub fn split<'a>(publication: &'a [u8], limits: &Limits) -> Result<(Self, &'a [u8]), Error> {
		if publication.len() > limits.max_bytes {
			return Err(Error::TooManyBytes);
		}
		let (mut bytes, payload) = publication.split_at_checked(HEADER_BYTES).ok_or(Error::Truncated)?;
		// As long as it has to be, so only the kind can be wrong.
		let header = Self::decode(&mut bytes).map_err(|_| Error::UnknownKind)?;
		if header.universe > limits.max_universe.min(MAX_UNIVERSE) {
			return Err(Error::UniverseTooLarge);
		}
		if header.present().is_some_and(|present| present > header.universe) {
			return Err(Error::WrongCount);
		}
		Ok((header, payload))
	}
}

/// What a reader is ready to take from a stranger. A decoder keeps one bit a slot of the universe at the most, and
/// takes time in proportion to the universe and the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
	/// Slots of the universe at the most.
	pub max_universe: u32,
	/// Bytes of the publication at the most, its header included.
	pub max_bytes: usize,
}

impl Default for Limits {
	/// The largest universe there is, and sixteen bytes a slot.
	fn default() -> Self {
		Self { max_universe: MAX_UNIVERSE, max_bytes: 256 << 20 }
	}
}
