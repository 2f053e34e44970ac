//! The stake behind an operator, and how it is slashed, as other pallets see it.

use crate::{Config, Error, Event, Ledgers, Pallet};
use alloc::vec::Vec;
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult, Perbill};
use surety_primitives::{
	traits::{Cut, Slashable, Stake},
	AssetKind, Balance, ServiceId,
};
use surety_stake::{Era, Ledger};

impl<T: Config> Pallet<T> {
	/// The ledger of `operator` in `asset` as it would be if it were touched now.
	pub(crate) fn current_ledger(operator: &T::AccountId, asset: &AssetKind) -> Option<Ledger> {
		let mut ledger = Ledgers::<T>::get(operator, asset)?.ledger;
		ledger.maintain(Self::era(), Self::horizon(operator), |_, _| {});
		Some(ledger)
	}
}

/// Native stake, own and delegated, that is allocated to the service.
impl<T: Config> Stake<T::AccountId> for Pallet<T> {
	type Balance = Balance;

	fn backing(operator: &T::AccountId, service: ServiceId) -> Balance {
		Self::current_ledger(operator, &AssetKind::Native).map_or(0, |ledger| ledger.backing(service))
	}
}

impl<T: Config> Slashable<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn era() -> Era {
		Pallet::<T>::era()
	}

	fn pin(operator: &T::AccountId, era: Era) -> DispatchResult {
		Ok(Self::add_pin(operator, era)?)
	}

	fn unpin(operator: &T::AccountId, era: Era) {
		if !Self::remove_pin(operator, era) {
			frame_support::defensive!("an era was let go that was not kept");
		}
	}

	fn slash(
		operator: &T::AccountId,
		service: ServiceId,
		era: Era,
		fraction: Perbill,
		to: &T::AccountId,
	) -> Result<Vec<Cut<AssetKind, Balance>>, DispatchError> {
		ensure!(Self::is_punishable(operator, era), Error::<T>::EraOutOfWindow);
		let mut cuts = Vec::new();
		let assets: Vec<_> = Ledgers::<T>::iter_key_prefix(operator).collect();
		for asset in assets {
			let mut stock = Self::load_ledger(operator, &asset)?;
			if era < stock.ledger.horizon() {
				// Opened after that era: nothing of it backed anything then.
				continue;
			}
			// The operator's own part is what its own position loses.
			let mut own = Self::load_position(operator, operator, &asset, &mut stock);
			let worth = |stock: &crate::Stock, own: &Option<crate::Holding>| -> Balance {
				own.as_ref().map_or(0, |holding| {
					let (bonded, unbonding) = holding.position.value(&stock.ledger);
					bonded.saturating_add(unbonding)
				})
			};
			let before = worth(&stock, &own);
			let amount = stock.ledger.slash(service, era, fraction).map_err(Error::<T>::from)?;
			let own_part = before.saturating_sub(worth(&stock, &own)).min(amount);
			Self::pay_from_pot(&asset, to, amount)?;
			match own.take() {
				Some(holding) => Self::store(operator, operator, &asset, stock, holding)?,
				None => Ledgers::<T>::insert(operator, &asset, stock),
			}
			if amount > 0 {
				Self::deposit_event(Event::Slashed {
					operator: operator.clone(),
					asset: asset.clone(),
					service,
					era,
					amount,
					own: own_part,
				});
				cuts.push(Cut { asset, amount, own: own_part });
			}
		}
		Ok(cuts)
	}
}
