//! Deposits.

use crate::pallet::*;
use frame_support::traits::{fungible::MutateHold as _, tokens::Precision};
use sp_runtime::DispatchResult;
use surety_primitives::{AccountId, Balance};

impl<T: Config> Pallet<T> {
	/// Holds `amount` of the native token from `who`.
	pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		T::Currency::hold(&reason.into(), who, amount)
	}

	/// Gives `amount` of the native token back to `who`; fails when less than that is held.
	pub(crate) fn release(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
	}
}
