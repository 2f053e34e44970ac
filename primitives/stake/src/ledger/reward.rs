//! Rewards.

use super::Ledger;
use crate::{density::mul_div, Refusal, MAX_HELD};
use sp_core::U256;

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
		let total = self.active();
		if total == 0 {
			return Err(Refusal::NotEnoughStake);
		}
		let (era, lots) = (self.era, &self.lots);
		let mut given = 0u128;
		for class in self.classes.iter_mut().filter(|class| class.is_bonded() && class.key.from <= era) {
			let part = mul_div(amount, class.value(lots), total);
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
