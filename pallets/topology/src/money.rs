//! What is held, paid, burned and returned.

use crate::pallet::*;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
};
use sp_runtime::{DispatchError, DispatchResult, TokenError};
use surety_primitives::{AccountId, Balance};

impl<T: Config> Pallet<T> {
	/// Holds `amount` more from `who`.
	pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::hold(&reason.into(), who, amount)
	}

	/// Gives `amount` back to `who`; fails when less than that is held.
	pub(crate) fn release(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(|_| ())
	}

	/// Moves what is held from `from` to `to`, free to use.
	///
	/// Forced, because holds and freezes overlap: what is locked in a vote, too, would else never be paid.
	pub(crate) fn pay(
		reason: HoldReason,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if from == to {
			return Self::release(reason, from, amount);
		}
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let (free, force) = (Restriction::Free, Fortitude::Force);
			let moved = T::Currency::transfer_on_hold(
				&reason.into(),
				from,
				to,
				amount,
				Precision::Exact,
				free,
				force,
			)?;
			ensure!(moved == amount, DispatchError::from(TokenError::FundsUnavailable));
			Ok(())
		})
	}

	/// Destroys `amount` of what is held from `who`.
	pub(crate) fn burn(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let burned = T::Currency::burn_held(&reason.into(), who, amount, Precision::Exact, Fortitude::Force)?;
		ensure!(burned == amount, DispatchError::from(TokenError::FundsUnavailable));
		Ok(())
	}

	/// Pays to the treasury; what that cannot take burns, because nobody may be kept from their own by it.
	pub(crate) fn forfeit(reason: HoldReason, from: &AccountId, amount: Balance) -> DispatchResult {
		let paid = Self::pay(reason, from, &T::Treasury::get(), amount);
		paid.or_else(|_| Self::burn(reason, from, amount))
	}

	/// Pays somebody who has earned it; what they cannot take goes to the treasury. Says what was paid.
	pub(crate) fn reward(
		reason: HoldReason,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		if Self::pay(reason, from, to, amount).is_ok() {
			return Ok(amount);
		}
		Self::forfeit(reason, from, amount)?;
		Ok(0)
	}
}
