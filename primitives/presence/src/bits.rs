//! Bits in bytes: the lowest bit of the first byte comes first.

use crate::Error;
use alloc::vec::Vec;

/// Eight bytes from `at` on as a number, zeros past the end.
fn word(bytes: &[u8], at: usize) -> u64 {
	let mut buffer = [0; 8];
	match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
		Some(chunk) => buffer = *chunk,
		None => {
			for (to, from) in buffer.iter_mut().zip(bytes.iter().skip(at)) {
				*to = *from;
			}
		}
	}
	u64::from_le_bytes(buffer)
}

/// `width` bits from bit `at` on, zeros past the end. `width` is at most 56.
pub(crate) fn get(bytes: &[u8], at: u64, width: u32) -> u64 {
	// No slice is so long that its bytes could not be counted.
	let byte = usize::try_from(at / 8).unwrap_or(usize::MAX);
	(word(bytes, byte) >> (at % 8)) & ((1 << width) - 1)
}

/// 128 bits from bit `at` on, zeros past the end.
pub(crate) fn get_128(bytes: &[u8], at: u64) -> u128 {
	let byte = usize::try_from(at / 8).unwrap_or(usize::MAX);
	let shift = at % 8;
	let low = u128::from(word(bytes, byte)) | u128::from(word(bytes, byte.saturating_add(8))) << 64;
	match shift {
		0 => low,
		_ => {
			low >> shift
				| u128::from(bytes.get(byte.saturating_add(16)).copied().unwrap_or(0)) << (128 - shift)
		}
	}
}

/// Sets those of the `width` bits from bit `at` on that are set in `value`. Bits past the end are dropped.
pub(crate) fn put(bytes: &mut [u8], at: u64, width: u32, value: u64) {
	let mut value = u128::from(value & ((1 << width) - 1)) << (at % 8);
	let mut byte = usize::try_from(at / 8).unwrap_or(usize::MAX);
	while value != 0 {
		if let Some(to) = bytes.get_mut(byte) {
			*to |= (value & 0xff) as u8;
		}
		value >>= 8;
		byte = byte.saturating_add(1);
	}
}

/// Sets one bit.
pub(crate) fn set(bytes: &mut [u8], at: u64) {
	put(bytes, at, 1, 1);
}

/// Writes bits, one behind the other.
#[derive(Default)]
pub(crate) struct Writer {
	bytes: Vec<u8>,
	/// Bits of the last byte that are not used.
	free: u32,
}

impl Writer {
	/// Writes the lowest `width` bits.
	pub(crate) fn put(&mut self, mut value: u64, mut width: u32) {
		while width > 0 {
			if self.free == 0 {
				self.bytes.push(0);
				self.free = 8;
			}
			let now = width.min(self.free);
			let part = (value & ((1 << now) - 1)) as u8;
			if let Some(last) = self.bytes.last_mut() {
				*last |= part << (8 - self.free);
			}
			value >>= now;
			width -= now;
			self.free -= now;
		}
	}

	pub(crate) fn finish(self) -> Vec<u8> {
		self.bytes
	}
}

/// Reads bits, one behind the other.
pub(crate) struct Reader<'a> {
	bytes: &'a [u8],
	at: u64,
}

impl<'a> Reader<'a> {
	pub(crate) fn new(bytes: &'a [u8]) -> Self {
		Self { bytes, at: 0 }
	}

	fn left(&self) -> u64 {
		(self.bytes.len() as u64 * 8).saturating_sub(self.at)
	}

	/// The next `width` bits, at most 56.
	pub(crate) fn take(&mut self, width: u32) -> Result<u64, Error> {
		if self.left() < width.into() {
			return Err(Error::Truncated);
		}
		let value = get(self.bytes, self.at, width);
		self.at += u64::from(width);
		Ok(value)
	}

	/// Number of set bits before the next clear one, which is taken too; an error beyond `max`.
	pub(crate) fn unary(&mut self, max: u64) -> Result<u64, Error> {
		let mut ones = 0;
		loop {
			let window = self.left().min(56);
			let run = u64::from(get(self.bytes, self.at, 56).trailing_ones()).min(window);
			ones += run;
			if ones > max {
				return Err(Error::SlotPastUniverse);
			}
			if run < window {
				self.at += run + 1;
				return Ok(ones);
			}
			if window < 56 {
				return Err(Error::Truncated);
			}
			self.at += run;
		}
	}

	/// Checks that nothing is left but the clear bits that fill the last byte.
	pub(crate) fn end(self) -> Result<(), Error> {
		match self.left() {
			8.. => Err(Error::TrailingBytes),
			left if get(self.bytes, self.at, left as u32) != 0 => Err(Error::NonCanonical),
			_ => Ok(()),
		}
	}
}
