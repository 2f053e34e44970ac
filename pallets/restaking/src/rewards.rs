//! Commissions, and what stake earns.

use crate::{
	types::{Holding, Stock},
	Commissions, Config, Error, Event, HoldReason, Ledgers, Pallet, StakedIn,
};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{fungibles::MutateHold as _, Get},
};
use sp_runtime::{DispatchError, DispatchResult, Perbill, Saturating};
use surety_primitives::{traits::Sharing, AssetKind, Balance};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_commission(
		operator: T::AccountId,
		asset: AssetKind,
		rate: Perbill,
	) -> DispatchResult {
		// The list is small, the ledger is not.
		ensure!(StakedIn::<T>::get(&operator).contains(&asset), Error::<T>::LedgerNotFound);
		let mut commission = Commissions::<T>::get(&operator, &asset).unwrap_or_default();
		if rate > commission.rate {
			let rise = rate.saturating_sub(commission.rate);
			ensure!(rise <= T::MaxCommissionRise::get(), Error::<T>::CommissionRisesTooFar);
			ensure!(Self::now() >= commission.may_rise_at, Error::<T>::CommissionRisesTooSoon);
			commission.may_rise_at = Self::now().saturating_add(T::UnbondingPeriod::get());
		}
		commission.rate = rate;
		Commissions::<T>::insert(&operator, &asset, commission);
		let may_rise_at = commission.may_rise_at;
		Self::deposit_event(Event::CommissionSet { operator, asset, rate, may_rise_at });
		Ok(())
	}

	pub(crate) fn do_reward(
		who: T::AccountId,
		operator: T::AccountId,
		asset: AssetKind,
		amount: Balance,
	) -> DispatchResult {
		let stock = Self::load_ledger(&operator, &asset)?;
		Self::give(operator, asset.clone(), stock, amount, |given| Self::take_into_pot(&asset, &who, given))
			.map(drop)
	}

	pub(crate) fn do_collect(
		holder: T::AccountId,
		operator: T::AccountId,
		asset: AssetKind,
	) -> DispatchResult {
		let (mut stock, mut holding) = Self::load(&holder, &operator, &asset)?;
		Self::pay_earned(&holder, &operator, &asset, &mut stock, &mut holding)?;
		Self::store(&holder, &operator, &asset, stock, holding)
	}

	/// Pays out what a position has earned.
	pub(crate) fn pay_earned(
		holder: &T::AccountId,
		operator: &T::AccountId,
		asset: &AssetKind,
		stock: &mut Stock,
		holding: &mut Holding,
	) -> DispatchResult {
		let amount = holding.position.collect(&mut stock.ledger).map_err(Error::<T>::from)?;
		Self::pay_from_pot(asset, holder, amount)?;
		let (holder, operator, asset) = (holder.clone(), operator.clone(), asset.clone());
		Self::deposit_event(Event::Collected { holder, operator, asset, amount });
		Ok(())
	}

	/// Gives `amount` to whoever has stake in the ledger that counts, and returns how much of it that is. `take` puts
	/// so much on hold in the pot.
	fn give(
		operator: T::AccountId,
		asset: AssetKind,
		mut stock: Stock,
		amount: Balance,
		take: impl FnOnce(Balance) -> DispatchResult,
	) -> Result<Balance, DispatchError> {
		let given = stock.ledger.reward(amount).map_err(Error::<T>::from)?;
		ensure!(given > 0, Error::<T>::ZeroAmount);
		take(given)?;
		Ledgers::<T>::insert(&operator, &asset, stock);
		Self::deposit_event(Event::Rewarded { operator, asset, amount: given });
		Ok(given)
	}
}

impl<T: Config> Sharing<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn share(
		operator: &T::AccountId,
		asset: &AssetKind,
		amount: Balance,
		transfer: impl FnOnce(&T::AccountId, Balance) -> DispatchResult,
	) -> Balance {
		// Who has said nothing keeps everything: the ledger, which may be large, is not even read.
		let Some(commission) = Commissions::<T>::get(operator, asset) else { return 0 };
		let shared = amount.saturating_sub(commission.rate.mul_ceil(amount));
		if shared == 0 {
			return 0;
		}
		with_storage_layer(|| {
			let stock = Self::load_ledger(operator, asset)?;
			Self::give(operator.clone(), asset.clone(), stock, shared, |given| {
				let pot = Self::pot();
				transfer(&pot, given)?;
				T::Assets::hold(asset.clone(), &HoldReason::Stake.into(), &pot, given)
			})
		})
		.unwrap_or(0)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_sharing(operator: &T::AccountId, asset: &AssetKind) {
		crate::benchmarking::share_in_crowd::<T>(operator, asset);
	}
}
