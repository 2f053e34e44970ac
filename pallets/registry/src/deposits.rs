//! Deposits: every record is paid for by a hold, which comes back with its removal.

use crate::{Config, HoldReason, Pallet};
use frame_support::traits::{fungible::MutateHold, tokens::Precision, Get};
use sp_runtime::{traits::SaturatedConversion, ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{AccountId, Balance};

impl<T: Config> Pallet<T> {
	/// Deposit for a record that holds `texts` beside its fixed part.
	pub(crate) fn deposit_for(texts: &[&[u8]]) -> Result<Balance, DispatchError> {
		let bytes =
			texts.iter().fold(0, |sum: Balance, text| sum.saturating_add(text.len().saturated_into()));
		T::DepositPerByte::get()
			.checked_mul(bytes)
			.and_then(|variable| variable.checked_add(T::DepositBase::get()))
			.ok_or(ArithmeticError::Overflow.into())
	}

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

	/// Brings a deposit of `who` from `old` to `new`.
	pub(crate) fn adjust_deposit(
		reason: HoldReason,
		who: &AccountId,
		old: Balance,
		new: Balance,
	) -> DispatchResult {
		match new.checked_sub(old) {
			Some(more) => Self::hold(reason, who, more),
			None => Self::release(reason, who, old.saturating_sub(new)),
		}
	}
}
