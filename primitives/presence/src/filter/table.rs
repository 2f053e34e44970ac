//! What the filters share: tables of packed entries behind their size.

use crate::{bits, range::check_len, Error};
use alloc::{vec, vec::Vec};

/// Entries of `width` bits, one behind the other.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a> {
	bytes: &'a [u8],
	width: u32,
}

impl<'a> Packed<'a> {
	/// Takes all bytes, which have to be as many as the entries need, with clear bits at the end. `width` is at most
	/// 56, and `entries` below 2⁵⁶.
	pub(super) fn read(bytes: &'a [u8], entries: u64, width: u32) -> Result<Self, Error> {
		let used = entries * u64::from(width);
		// More bytes than there can be are more than there are.
		check_len(bytes, usize::try_from(used.div_ceil(8)).unwrap_or(usize::MAX))?;
		if bits::get(bytes, used, 8) != 0 {
			return Err(Error::NonCanonical);
		}
		Ok(Self { bytes, width })
	}

	pub(super) fn get(&self, index: u64) -> u64 {
		bits::get(self.bytes, index * u64::from(self.width), self.width)
	}

	pub(super) fn bytes(&self) -> &'a [u8] {
		self.bytes
	}
}

/// Bytes for so many clear entries.
pub(super) fn clear(entries: u64, width: u32) -> Vec<u8> {
	vec![0; usize::try_from((entries * u64::from(width)).div_ceil(8)).unwrap_or(usize::MAX)]
}
