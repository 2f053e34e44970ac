//! Rewards.

use super::Ledger;
use crate::{class::Class, Refusal, MAX_HELD};
use sp_core::{U256, U512};

impl Ledger {
	/// Gives `amount` to whoever has stake that counts now, pro rata of what it is worth, and returns what of it is
	/// given: all but what rounding leaves. Costs the same however many holders there are.
	pub fn reward(&mut self, amount: u128) -> Result<u128, Refusal> {
		if amount == 0 {
			return Err(Refusal::ZeroAmount);
		}
		if self.rewards.checked_add(amount).is_none_or(|rewards| rewards > MAX_HELD) {
			return Err(Refusal::TooMuchHeld);
		}
		let (era, lots) = (self.era, &self.lots);
		let counts = |class: &Class| class.is_bonded() && class.key.from <= era;
		// To the last fraction: where slashes have left a few units, these must not decide who gets how much.
		let active = self.classes.iter().filter(|class| counts(class));
		let total = active.fold(U256::zero(), |sum, class| sum.saturating_add(class.worth(lots)));
		if total.is_zero() {
			return Err(Refusal::NotEnoughStake);
		}
		let mut given = 0u128;
		for class in self.classes.iter_mut().filter(|class| counts(class)) {
			let part = U256::from(amount).full_mul(class.worth(lots)).checked_div(U512::from(total));
			// Not more than the amount, so that it fits.
			let part = part.map_or(0, |part| part.low_u128());
			// A part is below 2⁹⁶, so that it fits.
			let each = (U256::from(part) << 128).checked_div(U256::from(class.shares));
			let Some(earned) = each.and_then(|each| class.earned.checked_add(each)) else { continue };
			class.earned = earned;
			given = given.saturating_add(part);
		}
		self.rewards = self.rewards.saturating_add(given);
		Ok(given)
	}
}

/// What `shares` have earned while each earned `each` units over 2¹²⁸, rounded down.
pub(crate) fn earnings(shares: u128, each: U256) -> u128 {
	let units = U256::from(shares).full_mul(each) >> 128;
	U256::try_from(units).ok().and_then(|units| u128::try_from(units).ok()).unwrap_or(u128::MAX)
}
