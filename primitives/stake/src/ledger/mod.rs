//! The ledger: the one record of an operator's stake in one asset.

mod allocate;
mod maintain;
mod reward;
mod slash;

pub(crate) use reward::earnings;

use crate::{
	class::{Class, Key},
	density::{mul_div, FULL},
	lot::Lot,
	Era, Refusal, MAX_CLASSES, MAX_HELD, MAX_LOTS, OPEN, PARTS,
};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32, U256};

/// An operator's stake in one asset, own and delegated alike.
///
/// Every operation expects [`Ledger::maintain`] to have been called for the current era.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ledger {
	/// What the chain holds for it. At least what the classes and the settled stake are worth; the difference
	/// is what rounding left.
	pub(crate) held: u128,
	/// Part of it that is settled: owed to holders whatever happens.
	pub(crate) settled: u128,
	/// Rewards that were given and not been collected, beside what is held.
	pub(crate) rewards: u128,
	/// Chunks of all positions, and those of them that have something to collect.
	pub(crate) chunks: u32,
	/// First era an offence of which can still be punished.
	pub(crate) horizon: Era,
	/// Era of the last maintenance.
	pub(crate) era: Era,
	/// The lots. The first one is free.
	pub(crate) lots: BoundedVec<Lot, ConstU32<MAX_LOTS>>,
	/// The classes.
	pub(crate) classes: BoundedVec<Class, ConstU32<MAX_CLASSES>>,
}

impl Ledger {
	/// An empty ledger, nothing of which is allocated, in era `now`.
	pub fn new(now: Era) -> Self {
		Self {
			held: 0,
			settled: 0,
			rewards: 0,
			chunks: 0,
			horizon: now,
			era: now,
			lots: BoundedVec::truncate_from(alloc::vec![Lot::free(PARTS)]),
			classes: BoundedVec::new(),
		}
	}

	/// What the chain holds for it, in the asset's smallest unit.
	pub fn held(&self) -> u128 {
		self.held
	}

	/// Part of what is held that belongs to holders who only have to fetch it.
	pub fn settled(&self) -> u128 {
		self.settled
	}

	/// Rewards that holders have earned and not collected yet, and what rounding left of them.
	pub fn rewards(&self) -> u128 {
		self.rewards
	}

	/// First era an offence of which can still be punished.
	pub fn horizon(&self) -> Era {
		self.horizon
	}

	/// Era of the last maintenance.
	pub fn era(&self) -> Era {
		self.era
	}

	/// The lots; the first one is free.
	pub fn lots(&self) -> &[Lot] {
		&self.lots
	}

	/// The classes.
	pub fn classes(&self) -> &[Class] {
		&self.classes
	}

	/// Chunks of all positions, and those of them that have something to collect. Without any, what is still held is
	/// nobody's.
	pub fn chunks(&self) -> u32 {
		self.chunks
	}

	/// What the stake that is not being withdrawn is worth, deposits that do not count yet included.
	pub fn bonded(&self) -> u128 {
		let bonded = self.classes.iter().filter(|class| class.is_bonded());
		bonded.fold(0, |sum, class| sum.saturating_add(class.value(&self.lots)))
	}

	/// What of the stake that counts in the current era, and is not being withdrawn, is worth.
	pub fn active(&self) -> u128 {
		let active = self.classes.iter().filter(|class| class.is_bonded() && class.key.from <= self.era);
		active.fold(0, |sum, class| sum.saturating_add(class.value(&self.lots)))
	}

	/// What stands behind `service` from now on: active stake that is not being withdrawn, in the lots that the
	/// service has and keeps.
	pub fn backing(&self, service: u32) -> u128 {
		let mine = |lot: &Lot| lot.until == OPEN && lot.backs(service, self.era);
		self.sum(|class| class.is_bonded() && class.backs(self.era), mine)
	}

	/// What `shares` of the live class `key` put behind `service` from now on, as [`Ledger::backing`] counts it.
	pub fn backing_of(&self, key: Key, shares: u128, service: u32) -> u128 {
		let active = |class: &&Class| class.is_bonded() && class.backs(self.era);
		let Some(class) = self.class(key).filter(active) else { return 0 };
		let mine = |lot: &Lot| lot.until == OPEN && lot.backs(service, self.era);
		mul_div(shares, class.profile.weight_of(&self.lots, mine), FULL)
	}

	/// What will stand behind `service` in the next era if nothing else happens: stake that is not being withdrawn,
	/// in the lots that the service has or gets, and keeps.
	pub fn promised(&self, service: u32) -> u128 {
		self.sum(Class::is_bonded, |lot| lot.is_promised(service))
	}

	/// What `shares` of the live class `key` add to what is promised to `service`.
	pub fn promised_of(&self, key: Key, shares: u128, service: u32) -> u128 {
		let Some(class) = self.class(key).filter(|class| class.is_bonded()) else { return 0 };
		mul_div(shares, class.profile.weight_of(&self.lots, |lot| lot.is_promised(service)), FULL)
	}

	/// What an offence of `era` on `service` could still take.
	pub fn punishable(&self, service: u32, era: Era) -> u128 {
		self.sum(|class| class.backs(era), |lot| lot.backs(service, era))
	}

	/// What `shares` of the class `key` are worth; `None` where the class is no more, and is to be converted.
	pub fn value_of(&self, key: Key, shares: u128) -> Option<u128> {
		if key == Key::SETTLED {
			return Some(shares);
		}
		self.class(key).map(|class| class.value_of(shares, &self.lots))
	}

	/// Checks what must always hold; the text names what does not.
	pub fn check(&self) -> Result<(), &'static str> {
		let worth = self.worth().checked_add(U256::from(self.settled) * U256::from(FULL));
		if worth.is_none_or(|worth| worth > U256::from(self.held) * U256::from(FULL)) {
			return Err("the classes and what is settled are worth more than what is held");
		}
		if self.lots.iter().map(|lot| u64::from(lot.parts)).sum::<u64>() != u64::from(PARTS) {
			return Err("the lots do not make the whole");
		}
		if self.lots.first().is_none_or(|lot| lot.service.is_some()) {
			return Err("the first lot is not free");
		}
		for (index, lot) in self.lots.iter().enumerate() {
			if index > 0 && (lot.service.is_none() || lot.parts == 0) {
				return Err("a lot but the first is free or empty");
			}
			if self.lots.iter().skip(index + 1).any(|other| other.is_like(lot)) {
				return Err("two lots are alike");
			}
		}
		for (index, class) in self.classes.iter().enumerate() {
			if self
				.classes
				.iter()
				.skip(index + 1)
				.any(|other| (other.key.from, other.key.until) == (class.key.from, class.key.until))
			{
				return Err("two classes are alike");
			}
			if class.chunks == 0 {
				return Err("a class has no chunks");
			}
			if !class.profile.is_whole() && class.profile.0.len() != self.lots.len() {
				return Err("a profile has not one density a lot");
			}
			if class.profile.weight(&self.lots) > FULL {
				return Err("a share is worth more than a unit");
			}
			if class.key.from > self.era.saturating_add(1)
				|| (class.key.until != OPEN && class.key.until > self.era)
			{
				return Err("a class is of an era that has not come");
			}
		}
		if self.horizon > self.era {
			return Err("the horizon lies in the future");
		}
		Ok(())
	}

	/// What the classes are worth to the last fraction, in units over [`FULL`].
	fn worth(&self) -> U256 {
		self.classes.iter().fold(U256::zero(), |sum, class| sum.saturating_add(class.worth(&self.lots)))
	}

	fn sum(&self, class: impl Fn(&Class) -> bool, lot: impl Fn(&Lot) -> bool) -> u128 {
		let value = |class: &Class| mul_div(class.shares, class.profile.weight_of(&self.lots, &lot), FULL);
		self.classes.iter().filter(|c| class(c)).fold(0, |sum, class| sum.saturating_add(value(class)))
	}

	/// The class `key`, while it has not been merged or rebased.
	pub(crate) fn class(&self, key: Key) -> Option<&Class> {
		self.classes.iter().find(|class| class.key == key)
	}

	pub(crate) fn class_mut(&mut self, key: Key) -> Option<&mut Class> {
		self.classes.iter_mut().find(|class| class.key == key)
	}

	/// Index of the class with these eras, in whatever generation; made where there is none.
	pub(crate) fn class_at(&mut self, from: Era, until: Era) -> Result<usize, Refusal> {
		if let Some(index) = self.classes.iter().position(|c| (c.key.from, c.key.until) == (from, until)) {
			return Ok(index);
		}
		let class = Class::new(Key { until, ..Key::bonded(from) });
		self.classes.try_push(class).map_err(|_| Refusal::TooManyClasses)?;
		Ok(self.classes.len().saturating_sub(1))
	}

	/// Whether the class that takes deposits now exists or could be made, and `amount` more be held.
	pub(crate) fn can_deposit(&self, amount: u128) -> Result<(), Refusal> {
		let total = self.held.checked_add(amount).ok_or(Refusal::TooMuchHeld)?;
		if total > MAX_HELD {
			return Err(Refusal::TooMuchHeld);
		}
		let from = self.era.saturating_add(1);
		let there = self.classes.iter().any(|class| class.is_bonded() && class.key.from == from);
		if !there && self.classes.is_full() {
			return Err(Refusal::TooManyClasses);
		}
		Ok(())
	}

	/// Forgets a chunk that was in the class `key`, and the class with its last chunk.
	pub(crate) fn drop_chunk(&mut self, key: Key) {
		self.chunks = self.chunks.saturating_sub(1);
		if let Some(class) = self.class_mut(key) {
			class.chunks = class.chunks.saturating_sub(1);
		}
		self.classes.retain(|class| class.chunks > 0);
	}
}
