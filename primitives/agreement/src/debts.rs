//! What an operator owes a client, by the era of stake that answers for it.

use crate::{Balance, Era};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Eras at the most of which something is owed.
pub const MAX_ERAS: u32 = 16;

/// What is owed for offences of one era.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Debt {
	/// The era.
	pub era: Era,
	/// How much, in the native token's smallest unit.
	pub amount: Balance,
}

/// What is owed, oldest era first, one entry each.
#[derive(
	Clone, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Debts(BoundedVec<Debt, ConstU32<MAX_ERAS>>);

impl Debts {
	/// Owes so much more for offences of an era.
	///
	/// Where too many eras are remembered it is owed for the nearest later one, or else the latest: so nobody answers for
	/// it who has left before the offence, unless all eras are earlier.
	pub fn add(&mut self, era: Era, amount: Balance) {
		if amount == 0 {
			return;
		}
		let place = self.0.partition_point(|debt| debt.era < era);
		if self.0.get(place).is_none_or(|debt| debt.era != era)
			&& self.0.try_insert(place, Debt { era, amount }).is_ok()
		{
			return;
		}
		let last = self.0.len().saturating_sub(1);
		if let Some(debt) = self.0.get_mut(place.min(last)) {
			debt.amount = debt.amount.saturating_add(amount);
		}
	}

	/// Forgets what is owed for eras before this one, and says how much that was.
	pub fn forget_before(&mut self, era: Era) -> Balance {
		let old = |debt: &&Debt| debt.era < era;
		let sum = self.0.iter().filter(old).fold(0, |sum: Balance, debt| sum.saturating_add(debt.amount));
		self.0.retain(|debt| debt.era >= era);
		sum
	}

	/// What is owed for the oldest era.
	#[must_use]
	pub fn first(&self) -> Option<Debt> {
		self.0.first().copied()
	}

	/// Forgets that.
	pub fn remove_first(&mut self) {
		if !self.0.is_empty() {
			self.0.remove(0);
		}
	}

	/// All that is owed.
	#[must_use]
	pub fn total(&self) -> Balance {
		self.0.iter().fold(0, |sum, debt| sum.saturating_add(debt.amount))
	}

	/// Whether the entries are in their order, and none is of nothing.
	#[must_use]
	pub fn is_sound(&self) -> bool {
		let ascending = self.0.windows(2).all(|pair| matches!(pair, [a, b] if a.era < b.era));
		ascending && self.0.iter().all(|debt| debt.amount > 0)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::collections::BTreeMap;
	use proptest::prelude::*;

	proptest! {
		/// Against a map, as long as there is room.
		#[test]
		fn debts_should_be_owed_by_era_and_oldest_first(
			steps in prop::collection::vec((0u32..MAX_ERAS, 0u128..1_000, 0u32..6), 0..60),
		) {
			let mut debts = Debts::default();
			let mut model = BTreeMap::<u32, u128>::new();
			for (era, amount, kind) in steps {
				match kind {
					0 => {
						debts.remove_first();
						model.pop_first();
					}
					1 => {
						let kept = model.split_off(&era);
						prop_assert_eq!(debts.forget_before(era), model.values().sum::<u128>());
						model = kept;
					}
					_ => {
						debts.add(era, amount);
						if amount > 0 {
							*model.entry(era).or_default() += amount;
						}
					}
				}
				prop_assert!(debts.is_sound());
				prop_assert_eq!(debts.total(), model.values().sum::<u128>());
				prop_assert_eq!(debts.first().map(|debt| (debt.era, debt.amount)), model.first_key_value().map(|(e, a)| (*e, *a)));
			}
		}
	}

	#[test]
	fn nothing_should_be_lost_when_there_are_too_many_eras() {
		let mut debts = Debts::default();
		for era in 0..MAX_ERAS {
			debts.add(era * 2, 1);
		}
		// The nearest later era answers for it, or the latest.
		debts.add(3, 10);
		debts.add(1_000, 100);
		assert_eq!(debts.total(), Balance::from(MAX_ERAS) + 110);
		assert!(debts.is_sound());
		assert_eq!(debts.forget_before(4), 2);
		assert_eq!(debts.first(), Some(Debt { era: 4, amount: 11 }));
		assert_eq!(debts.forget_before(2 * MAX_ERAS - 2), Balance::from(MAX_ERAS) + 7);
		assert_eq!(debts.first(), Some(Debt { era: 2 * MAX_ERAS - 2, amount: 101 }));
	}
}
