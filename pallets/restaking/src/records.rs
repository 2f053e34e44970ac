//! Ledgers and positions, loaded up to date and stored with their deposits.

use crate::{
	types::{Holding, Stock},
	Commissions, Config, Error, Event, HoldReason, Ledgers, Pallet, Positions, Rates, StakedIn, Unmoved,
};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold as _,
		fungibles::MutateHold as _,
		tokens::{Fortitude, Precision, Preservation, Restriction},
		Get,
	},
};
use sp_runtime::{DispatchResult, TokenError};
use surety_primitives::{AssetKind, Balance};
use surety_stake::{Conversion, Conversions, Key, Refusal};

/// The rates of a ledger, in storage.
pub(crate) struct StoredRates<'a, T: Config> {
	pub(crate) operator: &'a T::AccountId,
	pub(crate) asset: &'a AssetKind,
}

impl<T: Config> Conversions for StoredRates<'_, T> {
	fn get(&self, key: Key) -> Option<Conversion> {
		Rates::<T>::get((self.operator, self.asset, key))
	}

	fn set(&mut self, key: Key, conversion: Option<Conversion>) {
		Rates::<T>::set((self.operator, self.asset, key), conversion);
	}
}

impl<T: Config> Pallet<T> {
	/// The stake of `operator` in `asset`, up to date. What was merged is recorded.
	pub(crate) fn load_ledger(operator: &T::AccountId, asset: &AssetKind) -> Result<Stock, Error<T>> {
		let mut stock = Ledgers::<T>::get(operator, asset).ok_or(Error::LedgerNotFound)?;
		stock.ledger.maintain(Self::era(), Self::horizon(operator), |key, conversion| {
			Rates::<T>::insert((operator, asset, key), conversion);
		});
		Ok(stock)
	}

	/// The position of `holder` and the ledger that it is in, up to date.
	pub(crate) fn load(
		holder: &T::AccountId,
		operator: &T::AccountId,
		asset: &AssetKind,
	) -> Result<(Stock, Holding), Error<T>> {
		let mut stock = Self::load_ledger(operator, asset).map_err(|_| Error::PositionNotFound)?;
		let holding =
			Self::load_position(holder, operator, asset, &mut stock).ok_or(Error::PositionNotFound)?;
		Ok((stock, holding))
	}

	/// The position of `holder` in `stock`, up to date.
	pub(crate) fn load_position(
		holder: &T::AccountId,
		operator: &T::AccountId,
		asset: &AssetKind,
		stock: &mut Stock,
	) -> Option<Holding> {
		let mut holding = Positions::<T>::get((holder, operator, asset))?;
		holding.position.sync(&mut stock.ledger, &mut StoredRates::<T> { operator, asset });
		Some(holding)
	}

	/// Stores a position and its ledger; what is empty is removed and its deposit returned.
	pub(crate) fn store(
		holder: &T::AccountId,
		operator: &T::AccountId,
		asset: &AssetKind,
		stock: Stock,
		holding: Holding,
	) -> DispatchResult {
		if holding.position.is_empty() {
			Positions::<T>::remove((holder, operator, asset));
			Self::release_deposit(HoldReason::PositionDeposit, holder, holding.deposit)?;
		} else {
			Positions::<T>::insert((holder, operator, asset), holding);
		}
		if stock.ledger.chunks() > 0 {
			Ledgers::<T>::insert(operator, asset, stock);
			return Ok(());
		}
		Ledgers::<T>::remove(operator, asset);
		Commissions::<T>::remove(operator, asset);
		Self::unlist_ledger(operator, asset);
		Self::release_deposit(HoldReason::LedgerDeposit, operator, stock.deposit)?;
		let remainder = stock.ledger.held().saturating_add(stock.ledger.rewards());
		Self::pay_remainder(asset, remainder);
		Self::deposit_event(Event::LedgerClosed {
			operator: operator.clone(),
			asset: asset.clone(),
			remainder,
		});
		Ok(())
	}

	/// Notes that `operator` has a ledger in `asset`.
	pub(crate) fn list_ledger(operator: &T::AccountId, asset: &AssetKind) -> Result<(), Error<T>> {
		StakedIn::<T>::try_mutate(operator, |assets| match assets.binary_search(asset) {
			Ok(_) => Ok(()),
			Err(at) => assets.try_insert(at, asset.clone()).map_err(|_| Error::TooManyLedgers),
		})
	}

	/// Notes that it has none any more.
	fn unlist_ledger(operator: &T::AccountId, asset: &AssetKind) {
		StakedIn::<T>::mutate_exists(operator, |stored| {
			let Some(assets) = stored else { return };
			assets.retain(|listed| listed != asset);
			if assets.is_empty() {
				*stored = None;
			}
		});
	}

	/// Moves tokens of `holder` into the pot, on hold.
	pub(crate) fn take_into_pot(asset: &AssetKind, holder: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Assets::transfer_and_hold(
			asset.clone(),
			&HoldReason::Stake.into(),
			holder,
			&Self::pot(),
			amount,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)
		.map(drop)
	}

	/// Moves tokens that the pot has on hold to `to`, free to use.
	pub(crate) fn pay_from_pot(asset: &AssetKind, to: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let moved = T::Assets::transfer_on_hold(
				asset.clone(),
				&HoldReason::Stake.into(),
				&Self::pot(),
				to,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)?;
			ensure!(moved == amount, TokenError::FundsUnavailable);
			Ok(())
		})
	}

	/// Destroys tokens that the pot has on hold.
	pub(crate) fn burn_from_pot(asset: &AssetKind, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Assets::burn_held(
			asset.clone(),
			&HoldReason::Stake.into(),
			&Self::pot(),
			amount,
			Precision::Exact,
			Fortitude::Force,
		)
		.map(drop)
	}

	/// Moves tokens that are nobody's stake any longer to where they go, or keeps them until they can be moved:
	/// an account that takes no tokens must not keep others from theirs.
	pub(crate) fn pay_remainder(asset: &AssetKind, amount: Balance) {
		if Self::pay_from_pot(asset, &T::Remainder::get(), amount).is_err() {
			Unmoved::<T>::mutate(asset, |unmoved| *unmoved = unmoved.saturating_add(amount));
		}
	}

	pub(crate) fn do_sweep(asset: AssetKind) -> DispatchResult {
		let amount = Unmoved::<T>::take(&asset);
		ensure!(amount > 0, Error::<T>::NothingUnmoved);
		Self::pay_from_pot(&asset, &T::Remainder::get(), amount)?;
		Self::deposit_event(Event::Swept { asset, amount });
		Ok(())
	}

	pub(crate) fn hold_deposit(reason: HoldReason, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::hold(&reason.into(), who, amount)
	}

	fn release_deposit(reason: HoldReason, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
	}
}

impl<T: Config> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		match refusal {
			Refusal::ZeroAmount => Error::ZeroAmount,
			Refusal::TooMuchHeld => Error::TooMuchHeld,
			Refusal::TooManyClasses => Error::TooManyClasses,
			Refusal::TooManyLots => Error::TooManyLots,
			Refusal::TooManyChunks => Error::TooManyChunks,
			Refusal::NotEnoughStake => Error::NotEnoughStake,
			Refusal::NotEnoughFree => Error::NotEnoughFree,
			Refusal::NotEnoughAllocated => Error::NotEnoughAllocated,
			Refusal::NothingToWithdraw => Error::NothingToWithdraw,
			Refusal::NothingToCollect => Error::NothingToCollect,
			Refusal::EraOutOfWindow => Error::EraOutOfWindow,
		}
	}
}
