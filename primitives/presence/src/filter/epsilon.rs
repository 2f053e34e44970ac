//! Rates of false positives, and logarithms in integers.

/// How often a filter may take an absent offer for a present one, in units of 2⁻³²: from 2⁻³² to 2⁻⁴.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Epsilon(u32);

impl Epsilon {
	/// The rate `parts · 2⁻³²`; none unless 1 ≤ parts ≤ 2²⁸.
	#[must_use]
	pub const fn from_parts(parts: u32) -> Option<Self> {
		match parts {
			1..=0x1000_0000 => Some(Self(parts)),
			_ => None,
		}
	}

	/// One in `n`, rounded down to a unit; none unless 16 ≤ n.
	#[must_use]
	pub const fn one_in(n: u32) -> Option<Self> {
		match n {
			0 => None,
			// At most 2³² / 1 - 1 for a divisor of at least two.
			_ => Self::from_parts(((1u64 << 32) / n as u64) as u32),
		}
	}

	/// The rate, in units of 2⁻³².
	#[must_use]
	pub const fn parts(self) -> u32 {
		self.0
	}

	/// ⌈log₂(1/ε)⌉: bits of a fingerprint. Between 4 and 32.
	#[must_use]
	pub const fn bits(self) -> u8 {
		32 - self.0.ilog2() as u8
	}

	/// log₂(1/ε), in units of 2⁻³².
	pub(super) fn log2_inverse(self) -> u64 {
		(32 << 32) - log2(self.0.into())
	}
}

/// log₂ in units of 2⁻³², rounded down; zero for zero.
///
/// The classic method: square, and note each time whether that passes two.
pub(crate) fn log2(number: u64) -> u64 {
	let Some(whole) = number.checked_ilog2() else { return 0 };
	// Between 1 and 2, with 63 binary places.
	let mut mantissa = u128::from(number) << (63 - whole);
	let mut places = 0u64;
	for _ in 0..32 {
		mantissa = (mantissa * mantissa) >> 63;
		let over = mantissa >> 64;
		mantissa >>= over;
		places = places << 1 | over as u64;
	}
	u64::from(whole) << 32 | places
}
