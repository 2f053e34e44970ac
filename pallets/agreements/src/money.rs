//! What is held, paid and returned.

use crate::pallet::*;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold as _,
		fungibles::MutateHold as _,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{DispatchResult, TokenError};
use surety_primitives::{traits::Sharing, AccountId, AssetKind, Balance};

impl<T: Config> Pallet<T> {
	/// Holds `amount` more of the native token from `who`.
	pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::hold(&reason.into(), who, amount)
	}

	/// Gives `amount` of the native token back to `who`; fails when less than that is held.
	pub(crate) fn release(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
	}

	/// Pays the operator what the client has put up for an answer.
	pub(crate) fn pay_answer(client: &AccountId, operator: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let reason = HoldReason::Challenge.into();
		let (exact, free, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
		let moved = T::Currency::transfer_on_hold(&reason, client, operator, amount, exact, free, force)?;
		all_moved(amount, moved)
	}

	/// Holds so much of an asset from the client, for fees.
	pub(crate) fn hold_fees(asset: &AssetKind, client: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Assets::hold(asset.clone(), &HoldReason::Fee.into(), client, amount)
	}

	/// Gives it back.
	pub(crate) fn refund_fees(asset: &AssetKind, client: &AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let reason = HoldReason::Fee.into();
		let moved = T::Assets::release(asset.clone(), &reason, client, amount, Precision::Exact)?;
		all_moved(amount, moved)
	}

	/// Pays the operator of what the client has on hold for fees, and those with whom it shares: all of `amount`, or an
	/// error and no change.
	///
	/// Forced, because holds and freezes overlap: a client that locks the same tokens in a vote would else be served without
	/// anybody being able to collect.
	pub(crate) fn pay_fees(
		asset: &AssetKind,
		client: &AccountId,
		operator: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let shared = T::Sharing::share(operator, asset, amount, |to, part| {
				Self::transfer_fees(asset, client, to, part)
			});
			Self::transfer_fees(asset, client, operator, amount.saturating_sub(shared))
		})
	}

	fn transfer_fees(
		asset: &AssetKind,
		client: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		// A transfer to oneself of what is held would change nothing, and leave it on hold.
		if client == to {
			return Self::refund_fees(asset, client, amount);
		}
		let reason = HoldReason::Fee.into();
		let (exact, free, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
		let moved =
			T::Assets::transfer_on_hold(asset.clone(), &reason, client, to, amount, exact, free, force)?;
		all_moved(amount, moved)
	}
}

/// A token that moves less than it was told has failed, whatever it returned.
fn all_moved(amount: Balance, moved: Balance) -> DispatchResult {
	ensure!(moved == amount, TokenError::FundsUnavailable);
	Ok(())
}
