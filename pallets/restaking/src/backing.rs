//! The stake behind an operator, and how it is slashed, as other pallets see it.

use crate::{Config, Error, Event, Ledgers, Pallet};
use alloc::vec::Vec;
use frame_support::{ensure, storage::with_storage_layer};
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

impl<T: Config> Stake<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn backing(operator: &T::AccountId, service: ServiceId, asset: &AssetKind) -> Balance {
		Self::current_ledger(operator, asset).map_or(0, |ledger| ledger.backing(service))
	}

	fn promised(operator: &T::AccountId, service: ServiceId, asset: &AssetKind) -> Balance {
		Self::current_ledger(operator, asset).map_or(0, |ledger| ledger.promised(service))
	}

	fn own_backing(operator: &T::AccountId, service: ServiceId) -> Balance {
		Self::preview(operator, operator, &AssetKind::Native)
			.map_or(0, |(ledger, own)| own.backing(&ledger, service))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_backing(operator: &T::AccountId, service: ServiceId, asset: &AssetKind, amount: Balance) {
		crate::benchmarking::back::<T>(operator, service, asset, amount);
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
		with_storage_layer(|| {
			let mut cuts = Vec::new();
			for asset in Ledgers::<T>::iter_key_prefix(operator).collect::<Vec<_>>() {
				cuts.extend(Self::slash_asset(operator, asset, service, era, fraction, to)?);
			}
			Ok(cuts)
		})
	}
}

impl<T: Config> Pallet<T> {
	/// Slashes the stake in one asset. Returns what arrived at `to`, if it is anything.
	fn slash_asset(
		operator: &T::AccountId,
		asset: AssetKind,
		service: ServiceId,
		era: Era,
		fraction: Perbill,
		to: &T::AccountId,
	) -> Result<Option<Cut<AssetKind, Balance>>, DispatchError> {
		let mut stock = Self::load_ledger(operator, &asset)?;
		let holding = Self::load_position(operator, operator, &asset, &mut stock);
		let own_worth = |ledger: &Ledger| {
			let (bonded, unbonding) =
				holding.as_ref().map_or((0, 0), |holding| holding.position.value(ledger));
			bonded.saturating_add(unbonding)
		};
		let before = own_worth(&stock.ledger);
		// What was opened after that era backed nothing then.
		let amount = match era < stock.ledger.horizon() {
			true => 0,
			false => stock.ledger.slash(service, era, fraction).map_err(Error::<T>::from)?,
		};
		let own = before.saturating_sub(own_worth(&stock.ledger)).min(amount);
		// Whoever can block an account in one asset must not void a slash: what does not arrive is nobody's.
		let arrives = Self::pay_from_pot(&asset, to, amount).is_ok();
		if !arrives {
			Self::pay_remainder(&asset, amount);
		}
		match holding {
			Some(holding) => Self::store(operator, operator, &asset, stock, holding)?,
			None => Ledgers::<T>::insert(operator, &asset, stock),
		}
		if amount == 0 {
			return Ok(None);
		}
		let (operator, slashed) = (operator.clone(), asset.clone());
		Self::deposit_event(Event::Slashed { operator, asset: slashed, service, era, amount, own });
		Ok(arrives.then_some(Cut { asset, amount, own }))
	}
}
