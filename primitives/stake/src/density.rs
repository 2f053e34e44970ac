//! Densities: fixed-point numbers that say how much is left.

use crate::{lot::Lot, MAX_LOTS, PARTS};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;
use sp_core::{bounded::BoundedVec, ConstU32, U256};

/// `a · b / c`, rounded down; the largest number where it does not fit, or where `c` is zero.
pub(crate) fn mul_div(a: u128, b: u128, c: u128) -> u128 {
	let quotient = (U256::from(a) * U256::from(b)).checked_div(U256::from(c));
	quotient.and_then(|q| u128::try_from(q).ok()).unwrap_or(u128::MAX)
}

/// `a · b / c`, rounded up; the largest number where it does not fit, or where `c` is zero.
pub(crate) fn mul_div_up(a: u128, b: u128, c: u128) -> u128 {
	let (product, divisor) = (U256::from(a) * U256::from(b), U256::from(c));
	if divisor.is_zero() {
		return u128::MAX;
	}
	let (quotient, rest) = product.div_mod(divisor);
	let up = quotient + U256::from(u8::from(!rest.is_zero()));
	u128::try_from(up).unwrap_or(u128::MAX)
}

/// How much of what was put up in a lot is still there, with 32 decimal places: slashes are decimal fractions, so
/// the first three that hit a lot leave exactly what they should.
///
/// In a merged class the density of a lot can exceed [`Density::ONE`]; the mean over all lots never does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Density(pub(crate) u128);

impl Density {
	/// All of it.
	pub const ONE: Self = Self(10u128.pow(32));

	/// What remains after a slash of `fraction`, rounded down.
	#[must_use]
	pub fn cut(self, fraction: Perbill) -> Self {
		let left = Perbill::one().deconstruct().saturating_sub(fraction.deconstruct());
		Self(mul_div(self.0, left.into(), Perbill::one().deconstruct().into()))
	}

	/// Mean of `self`, weighted by `a`, and `other`, weighted by `b`, rounded down. Without any weight, all.
	#[must_use]
	pub(crate) fn mean(self, a: u128, other: Self, b: u128) -> Self {
		let total = U256::from(a) + U256::from(b);
		let sum = U256::from(self.0) * U256::from(a) + U256::from(other.0) * U256::from(b);
		sum.checked_div(total).and_then(|mean| u128::try_from(mean).ok()).map_or(Self::ONE, Self)
	}
}

/// Weight of a profile in which nothing was lost: 10³⁸, below 2¹²⁷, so that sums fit.
pub(crate) const FULL: u128 = PARTS as u128 * Density::ONE.0;

/// A class thinner than this is rebased before anything is merged into it, so that shares stay countable.
pub(crate) const THIN: u128 = FULL >> 16;

/// The densities of a class, one a lot in the ledger's order. None at all where nothing was ever lost.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Profile(pub(crate) BoundedVec<Density, ConstU32<MAX_LOTS>>);

impl Profile {
	/// Density of the lot at `index`.
	pub fn at(&self, index: usize) -> Density {
		self.0.get(index).copied().unwrap_or(Density::ONE)
	}

	/// Whether nothing was ever lost.
	pub fn is_whole(&self) -> bool {
		self.0.is_empty()
	}

	/// Σ parts · density over the lots that `chosen` picks.
	pub(crate) fn weight_of(&self, lots: &[Lot], chosen: impl Fn(&Lot) -> bool) -> u128 {
		lots.iter().enumerate().filter(|(_, lot)| chosen(lot)).fold(0u128, |sum, (index, lot)| {
			sum.saturating_add(self.at(index).0.saturating_mul(lot.parts.into()))
		})
	}

	/// Σ parts · density: a share is worth this over [`FULL`].
	pub(crate) fn weight(&self, lots: &[Lot]) -> u128 {
		self.weight_of(lots, |_| true)
	}

	/// Replaces each density by what `f` makes of it, given the lot and its index.
	pub(crate) fn map(&mut self, lots: &[Lot], f: impl Fn(usize, &Lot, Density) -> Density) {
		let densities = lots.iter().enumerate().map(|(index, lot)| f(index, lot, self.at(index))).collect();
		// As many as there are lots, which are bounded alike.
		self.0 = BoundedVec::truncate_from(densities);
		self.normalise();
	}

	/// One spelling for "nothing was lost", so that equal profiles are equal.
	pub(crate) fn normalise(&mut self) {
		if self.0.iter().all(|density| *density == Density::ONE) {
			self.0 = BoundedVec::new();
		}
	}
}
