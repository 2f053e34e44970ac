//! Slashes.

use super::Ledger;
use crate::{density::FULL, Era, Refusal};
use sp_arithmetic::Perbill;
use sp_core::U256;

impl Ledger {
	/// Takes `fraction` of what backed `service` in `era` and earlier slashes have left, and returns how much
	/// that is; it is no longer held.
	///
	/// Costs the same however many holders there are, and gives the same in any order with other slashes.
	pub fn slash(&mut self, service: u32, era: Era, fraction: Perbill) -> Result<u128, Refusal> {
		if era < self.horizon || era > self.era {
			return Err(Refusal::EraOutOfWindow);
		}
		let before = self.worth();
		let lots = &self.lots;
		for class in self.classes.iter_mut().filter(|class| class.backs(era)) {
			class.profile.map(
				lots,
				|_, lot, density| {
					if lot.backs(service, era) {
						density.cut(fraction)
					} else {
						density
					}
				},
			);
		}
		// Rounded once, over all classes: what stays held is never less than they are worth to the last fraction,
		// however they are merged later.
		let lost = before.saturating_sub(self.worth()) / U256::from(FULL);
		let taken = u128::try_from(lost).unwrap_or(u128::MAX).min(self.held);
		self.held = self.held.saturating_sub(taken);
		Ok(taken)
	}
}
