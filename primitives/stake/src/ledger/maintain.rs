//! What time does to a ledger: what no longer needs to be told apart is merged.

use super::Ledger;
use crate::{
	class::{Class, Conversion, Key},
	density::{mul_div, mul_div_up, Density, Profile, FULL, THIN},
	lot::Lot,
	Era, SEASONED,
};
use sp_core::U256;

impl Ledger {
	/// Brings the ledger to era `now`. `horizon` is the first era an offence of which can still be punished;
	/// it never goes back. What became of classes that are no more is told to `record`, to be kept until as
	/// many chunks as it says have been converted.
	///
	/// - Withdrawn stake whose last era the horizon has passed is *settled*: no offence can hit it.
	/// - Lots whose last era it has passed are freed; lots and classes that began before it are folded into the
	///   seasoned ones. Folding keeps what each holder's shares are worth. Classes fold at the first
	///   maintenance in an era only, so that what is withdrawn within an era is all of one kind.
	pub fn maintain(&mut self, now: Era, horizon: Era, mut record: impl FnMut(Key, Conversion)) {
		let new_era = now > self.era;
		self.era = now.max(self.era);
		let horizon = horizon.min(self.era);
		if horizon > self.horizon {
			self.horizon = horizon;
			self.settle(&mut record);
			self.merge_lots();
		}
		if new_era {
			self.fold(&mut record);
		}
	}

	fn settle(&mut self, record: &mut impl FnMut(Key, Conversion)) {
		let horizon = self.horizon;
		let lots = &self.lots;
		for class in self.classes.iter().filter(|class| class.key.until < horizon) {
			let (numerator, denominator) = rate_of(class, lots);
			let conversion = Conversion {
				to: Key::SETTLED,
				numerator,
				denominator,
				chunks: class.chunks,
				earned: class.earned,
				begins: U256::zero(),
			};
			self.settled = self.settled.saturating_add(conversion.apply(class.shares));
			record(class.key, conversion);
		}
		self.classes.retain(|class| class.key.until >= horizon);
	}

	fn merge_lots(&mut self) {
		for lot in self.lots.iter_mut() {
			*lot = lot.seasoned(self.horizon);
		}
		// The free lot is the first, and each lot looks for an earlier one like it.
		let mut index = 1;
		while let Some(lot) = self.lots.get(index).copied() {
			match self.lots.iter().take(index).position(|earlier| earlier.is_like(&lot)) {
				Some(earlier) => {
					self.move_parts(index, earlier, lot.parts);
					self.remove_lot(index);
				}
				None => index = index.saturating_add(1),
			}
		}
	}

	/// Moves `parts` of the lot at `from` into the one at `to`, whose density becomes the mean of both: no class
	/// gains or loses by it.
	pub(super) fn move_parts(&mut self, from: usize, to: usize, parts: u32) {
		let (Some(source), Some(target)) = (self.lots.get(from).copied(), self.lots.get(to).copied()) else {
			return;
		};
		for class in self.classes.iter_mut().filter(|class| !class.profile.is_whole()) {
			let moved = class.profile.at(from);
			class.profile.map(&self.lots, |index, _, density| {
				if index == to {
					density.mean(target.parts.into(), moved, parts.into())
				} else {
					density
				}
			});
		}
		if let Some(lot) = self.lots.get_mut(from) {
			lot.parts = source.parts.saturating_sub(parts);
		}
		if let Some(lot) = self.lots.get_mut(to) {
			lot.parts = target.parts.saturating_add(parts);
		}
	}

	/// Removes an empty lot.
	pub(super) fn remove_lot(&mut self, index: usize) {
		self.lots.remove(index);
		for class in self.classes.iter_mut().filter(|class| !class.profile.is_whole()) {
			class.profile.0.remove(index);
			class.profile.normalise();
		}
	}

	/// Folds what became active before the horizon into the seasoned class, or where it is being withdrawn into
	/// the seasoned one of the same last era.
	fn fold(&mut self, record: &mut impl FnMut(Key, Conversion)) {
		let horizon = self.horizon;
		while let Some(index) =
			self.classes.iter().position(|class| class.key.from != SEASONED && class.key.from <= horizon)
		{
			let class = self.classes.remove(index);
			// There is room: one was just removed.
			let Ok(target) = self.class_at(SEASONED, class.key.until) else { return };
			let Some(target) = self.classes.get_mut(target) else { return };
			rebase_when_thin(target, &self.lots, record);
			let shares = merge(&class, target, &self.lots);
			let (numerator, denominator) = (shares, class.shares);
			let conversion = Conversion {
				to: target.key,
				numerator,
				denominator,
				chunks: class.chunks,
				earned: class.earned,
				begins: target.earned,
			};
			record(class.key, conversion);
		}
	}
}

/// Units for a share of the class, as a fraction.
fn rate_of(class: &Class, lots: &[Lot]) -> (u128, u128) {
	if class.profile.is_whole() {
		(1, 1)
	} else {
		(class.profile.weight(lots), FULL)
	}
}

/// Gives a class that slashes have all but emptied a new unit: one share for each unit it is worth. Holders of
/// the old shares convert; what they are worth stays, but for a unit.
fn rebase_when_thin(class: &mut Class, lots: &[Lot], record: &mut impl FnMut(Key, Conversion)) {
	let weight = class.profile.weight(lots);
	if class.shares == 0 || weight >= THIN {
		return;
	}
	let old = class.key;
	class.key = Key { generation: old.generation.saturating_add(1), ..old };
	class.shares = mul_div(class.shares, weight, FULL);
	if class.shares == 0 {
		class.profile = Profile::default();
	} else {
		class.profile.map(lots, |_, lot, density| match lot.parts {
			0 => Density::ONE,
			_ => Density(mul_div(density.0, FULL, weight)),
		});
	}
	let conversion = Conversion {
		to: class.key,
		numerator: weight,
		denominator: FULL,
		chunks: class.chunks,
		earned: core::mem::take(&mut class.earned),
		begins: U256::zero(),
	};
	record(old, conversion);
}

/// Merges `class` into `target`, at what shares of either are worth. Returns the shares of `target` that all of
/// `class` becomes.
fn merge(class: &Class, target: &mut Class, lots: &[Lot]) -> u128 {
	target.chunks = target.chunks.saturating_add(class.chunks);
	let shares = if target.shares == 0 {
		target.profile = class.profile.clone();
		class.shares
	} else if target.profile == class.profile {
		class.shares
	} else {
		// Rounded up, so that no share of the target gains by it.
		let shares = mul_div_up(class.shares, class.profile.weight(lots), target.profile.weight(lots));
		let total = target.shares.saturating_add(shares);
		let (old, old_shares) = (target.profile.clone(), target.shares);
		target.profile.map(lots, |index, lot, _| {
			if lot.parts == 0 {
				return Density::ONE;
			}
			let units = U256::from(old_shares) * U256::from(old.at(index).0)
				+ U256::from(class.shares) * U256::from(class.profile.at(index).0);
			let mean = units.checked_div(U256::from(total)).and_then(|mean| u128::try_from(mean).ok());
			mean.map_or(Density(0), Density)
		});
		shares
	};
	target.shares = target.shares.saturating_add(shares);
	shares
}
