//! Range coding of subsets whose size is known, at as many bytes as there are subsets to tell apart.
//!
//! A subset of K out of N is drawn slot by slot from an urn: with `remaining` slots to go and `marked` of them in
//! the set, the next is in the set with probability `marked / remaining`. Multiplied up, every subset has the
//! probability 1 / C(N, K), so a coder that knows K spends log₂ C(N, K) bits on any of them (Cover, "Enumerative
//! source encoding", 1973, has the same by counting). The coder is Martin's range coder (1979) with 64 bits of
//! state: a step loses less than 2⁻³² of the range, so that even 2²⁴ of them lose less than a hundredth of a bit.
//!
//! As all subsets take the same space, so do their encodings: [`Space`] says how many bytes, and a decoder knows a
//! truncated payload before it begins.

use crate::Error;
use alloc::vec::Vec;

/// The range is kept at or above this.
const BOTTOM: u64 = 1 << 56;

/// How many things there are to tell apart: an upper bound as a number with 40 bits of mantissa, in integers only,
/// so that every machine finds the same.
#[derive(Clone, Copy)]
pub(crate) struct Space {
	/// 2³⁹ ≤ mantissa < 2⁴⁰.
	mantissa: u64,
	exponent: i32,
	/// Nothing was multiplied in: there is one thing.
	single: bool,
}

impl Space {
	pub(crate) fn one() -> Self {
		Self { mantissa: 1 << 39, exponent: -39, single: true }
	}

	/// Multiplies by C(n, k). `k` is at most `n`, and `n` at most 2²⁴: 2⁴⁰ · 2²⁴ just fits.
	pub(crate) fn choose(mut self, n: u32, k: u32) -> Self {
		for i in 0..k.min(n.saturating_sub(k)) {
			self.single = false;
			let value = (self.mantissa * u64::from(n - i)).div_ceil(u64::from(i) + 1);
			// At least 2³⁹, for the factor is at least one.
			let shift = (u64::BITS - value.leading_zeros()).saturating_sub(40);
			self.mantissa = value.div_ceil(1 << shift);
			self.exponent += shift as i32;
			if self.mantissa == 1 << 40 {
				self.mantissa >>= 1;
				self.exponent += 1;
			}
		}
		self
	}

	/// Bytes that are enough for each of them, for all that the coder loses by rounding.
	pub(crate) fn bytes(&self) -> usize {
		if self.single {
			return 0;
		}
		// A step loses less than 2⁻³² and there are at most 2²⁴: 2⁻⁷ is ample.
		let mantissa = self.mantissa + (self.mantissa >> 7) + 1;
		let bits = i64::from(self.exponent) + i64::from(u64::BITS - (mantissa - 1).leading_zeros());
		usize::try_from(bits.max(0)).unwrap_or(0).div_ceil(8)
	}
}

/// Slots to go, and how many of them are in the set.
#[derive(Clone, Copy)]
pub(crate) struct Urn {
	remaining: u32,
	marked: u32,
}

impl Urn {
	/// `marked` is at most `remaining`, and that at most 2²⁴.
	pub(crate) fn new(remaining: u32, marked: u32) -> Self {
		Self { remaining, marked }
	}

	/// What the next slot is, where it can only be one thing. So is every later one then.
	pub(crate) fn certain(&self) -> Option<bool> {
		match self.marked {
			0 => Some(false),
			all if all == self.remaining => Some(true),
			_ => None,
		}
	}

	fn take(&mut self, marked: bool) {
		self.remaining = self.remaining.saturating_sub(1);
		self.marked = self.marked.saturating_sub(marked.into());
	}
}

/// Writes draws.
pub(crate) struct Encoder {
	bytes: Vec<u8>,
	/// The bytes behind `bytes`, of the lowest number that is still possible.
	low: u64,
	/// How many numbers from `low` on are possible.
	range: u64,
}

impl Encoder {
	pub(crate) fn new() -> Self {
		Self { bytes: Vec::new(), low: 0, range: u64::MAX }
	}

	/// Adds one to what has been written already.
	fn carry(&mut self) {
		for byte in self.bytes.iter_mut().rev() {
			*byte = byte.wrapping_add(1);
			if *byte != 0 {
				break;
			}
		}
	}

	/// Writes whether the next slot of the urn is in the set.
	pub(crate) fn draw(&mut self, urn: &mut Urn, marked: bool) {
		if urn.certain().is_none() {
			let split = self.range / u64::from(urn.remaining) * u64::from(urn.marked);
			if marked {
				self.range = split;
			} else {
				let (low, carry) = self.low.overflowing_add(split);
				self.low = low;
				self.range -= split;
				if carry {
					self.carry();
				}
			}
			while self.range < BOTTOM {
				self.bytes.push((self.low >> 56) as u8);
				self.low <<= 8;
				self.range <<= 8;
			}
		}
		urn.take(marked);
	}

	/// The first number of so many bytes among those that are possible. There is one: [`Space`] has seen to that.
	pub(crate) fn finish(mut self, bytes: usize) -> Vec<u8> {
		let more = bytes.saturating_sub(self.bytes.len());
		let drop = 64 - 8 * more.min(8) as u32;
		let up = u128::from(self.low).div_ceil(1 << drop) << drop;
		if up >> 64 != 0 {
			self.carry();
		}
		self.bytes.extend((up as u64).to_be_bytes());
		self.bytes.resize(bytes, 0);
		self.bytes
	}
}

/// Reads draws.
pub(crate) struct Decoder<'a> {
	bytes: &'a [u8],
	/// How far above the lowest possible number the number is.
	offset: u64,
	range: u64,
}

impl<'a> Decoder<'a> {
	/// Reads exactly these bytes; behind them are zeros.
	pub(crate) fn new(bytes: &'a [u8]) -> Self {
		let mut decoder = Self { bytes, offset: 0, range: u64::MAX };
		for _ in 0..8 {
			decoder.shift();
		}
		decoder
	}

	fn shift(&mut self) {
		let byte = match self.bytes.split_first() {
			Some((first, rest)) => {
				self.bytes = rest;
				*first
			}
			None => 0,
		};
		self.offset = self.offset << 8 | u64::from(byte);
	}

	/// Reads whether the next slot of the urn is in the set.
	pub(crate) fn draw(&mut self, urn: &mut Urn) -> bool {
		let marked = match urn.certain() {
			Some(marked) => marked,
			None => {
				let split = self.range / u64::from(urn.remaining) * u64::from(urn.marked);
				let marked = self.offset < split;
				if marked {
					self.range = split;
				} else {
					self.offset -= split;
					self.range -= split;
				}
				while self.range < BOTTOM {
					self.shift();
					self.range <<= 8;
				}
				marked
			}
		};
		urn.take(marked);
		marked
	}
}

/// Checks that there are exactly so many bytes.
pub(crate) fn check_len(bytes: &[u8], expected: usize) -> Result<(), Error> {
	match bytes.len() {
		len if len < expected => Err(Error::Truncated),
		len if len > expected => Err(Error::TrailingBytes),
		_ => Ok(()),
	}
}
