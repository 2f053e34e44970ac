//! Classes: stake that the same offences hit.

use crate::{
	density::{mul_div, Profile, FULL},
	lot::Lot,
	Era, OPEN, SEASONED,
};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

/// Name of a class.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Key {
	/// First era in which the stake backed anything; [`SEASONED`] once that makes no difference.
	pub from: Era,
	/// Last era in which it did; [`OPEN`] while it is bonded.
	pub until: Era,
	/// How often the class was rebased because slashes had all but emptied it.
	pub generation: u32,
}

impl Key {
	/// Stake that no offence can hit any longer; shares are units.
	pub const SETTLED: Self = Self { from: SEASONED, until: SEASONED, generation: 0 };

	/// The class of deposits that become active in `from`.
	pub(crate) const fn bonded(from: Era) -> Self {
		Self { from, until: OPEN, generation: 0 }
	}
}

/// Stake that the same offences hit. A share is worth the mean density of the profile.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Class {
	/// Its name.
	pub key: Key,
	/// Shares that holders have, or will have once they convert.
	pub shares: u128,
	/// Chunks of positions that are in the class, or will be once they are converted.
	pub chunks: u32,
	/// What is left, lot by lot.
	pub profile: Profile,
	/// What a share has earned since the class began, in units over 2¹²⁸.
	pub earned: U256,
}

impl Class {
	/// An empty class.
	pub(crate) fn new(key: Key) -> Self {
		Self { key, shares: 0, chunks: 0, profile: Profile::default(), earned: U256::zero() }
	}

	/// Whether the class's stake backed services in `era`.
	pub fn backs(&self, era: Era) -> bool {
		self.key.from <= era && era <= self.key.until
	}

	/// Whether it is not being withdrawn.
	pub fn is_bonded(&self) -> bool {
		self.key.until == OPEN
	}

	/// What `shares` of the class are worth, rounded down.
	pub(crate) fn value_of(&self, shares: u128, lots: &[Lot]) -> u128 {
		mul_div(shares, self.profile.weight(lots), FULL)
	}

	/// What the class is worth to the last fraction, in units over [`FULL`]. Shares stay below 2¹¹² and weights below
	/// 2¹²⁷; of fewer than 2⁸ classes the sum fits as well.
	pub(crate) fn worth(&self, lots: &[Lot]) -> U256 {
		U256::from(self.shares) * U256::from(self.profile.weight(lots))
	}

	/// What the class is worth, rounded down.
	pub(crate) fn value(&self, lots: &[Lot]) -> u128 {
		self.value_of(self.shares, lots)
	}
}

/// What became of a class that is no more: `shares · numerator / denominator`, rounded down, in `to`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Conversion {
	/// Where its shares went.
	pub to: Key,
	/// Shares there…
	pub numerator: u128,
	/// …for so many shares here.
	pub denominator: u128,
	/// Chunks that have not been converted yet. At zero the record is of no more use.
	pub chunks: u32,
	/// What a share here had earned to the end, in units over 2¹²⁸.
	pub earned: U256,
	/// What a share there had earned by then, in units over 2¹²⁸.
	pub begins: U256,
}

impl Conversion {
	/// Shares after the conversion, rounded down; none where there was nothing to convert into.
	pub fn apply(&self, shares: u128) -> u128 {
		if self.denominator == 0 {
			return 0;
		}
		mul_div(shares, self.numerator, self.denominator)
	}
}
