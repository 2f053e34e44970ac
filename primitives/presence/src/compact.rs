//! Small numbers: SCALE's compact form, which is the shortest there is or refused.

use crate::Error;
use alloc::vec::Vec;
use codec::{Compact, Decode, Encode};

/// Reads a SCALE compact number off the front.
pub(crate) fn read(bytes: &mut &[u8]) -> Result<u32, Error> {
	// It needs fewer bytes than there are only where it is not the shortest form.
	let needed = match bytes.first().map_or(0, |first| first & 3) {
		0 => 1,
		1 => 2,
		2 => 4,
		_ => 5,
	};
	if bytes.len() < needed {
		return Err(Error::Truncated);
	}
	Compact::<u32>::decode(bytes).map(|Compact(number)| number).map_err(|_| Error::NonCanonical)
}

/// Writes a SCALE compact number.
pub(crate) fn write(number: u32, to: &mut Vec<u8>) {
	Compact(number).encode_to(to);
}

/// Bytes that it takes.
pub(crate) fn bytes(number: u32) -> usize {
	Compact(number).encoded_size()
}
