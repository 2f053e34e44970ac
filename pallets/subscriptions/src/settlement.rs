//! Moving the money that is on hold: to the operator, back to the client, or later.

use crate::{pallet::*, types::Remainder};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold as _,
		fungibles::MutateHold as _,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{DispatchError, DispatchResult, TokenError};
use surety_primitives::{traits::Sharing, AssetKind, Balance, BlockNumber, SubscriptionId};

/// What became of an attempt to pay out.
pub(crate) struct Outcome<AccountId> {
	/// Moved to the operator.
	pub(crate) paid: Balance,
	/// Released to the client.
	pub(crate) refunded: Balance,
	/// Passed from the operator's part to the client's.
	pub(crate) forfeited: Balance,
	/// What could not be moved.
	pub(crate) left: Option<Remainder<AccountId>>,
}

impl<T: Config> Pallet<T> {
	/// Pays an operator out of what a client has on hold, and those with whom it shares: all of `amount`, or an
	/// error and no change.
	///
	/// Forced, because holds and freezes overlap: a client that locks the same tokens in a vote would
	/// else be served without anybody being able to collect.
	pub(crate) fn pay(
		asset: &AssetKind,
		client: &T::AccountId,
		operator: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let shared = T::Sharing::share(operator, asset, amount, |to, part| {
				Self::transfer_prepaid(asset, client, to, part)
			});
			match amount.saturating_sub(shared) {
				0 => Ok(()),
				rest => Self::transfer_prepaid(asset, client, operator, rest),
			}
		})
	}

	/// Moves what a client has on hold, free to use: all of `amount`, or an error and perhaps a part.
	fn transfer_prepaid(
		asset: &AssetKind,
		client: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		let moved = T::Assets::transfer_on_hold(
			asset.clone(),
			&HoldReason::Prepaid.into(),
			client,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)?;
		all_moved(amount, moved)
	}

	/// Releases to a client what it had paid ahead: all of `amount`, or an error and no change.
	fn refund(asset: &AssetKind, client: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let reason = HoldReason::Prepaid.into();
			let moved = T::Assets::release(asset.clone(), &reason, client, amount, Precision::Exact)?;
			all_moved(amount, moved)
		})
	}

	/// Releases a storage deposit: all of `amount`, or an error and no change.
	fn return_deposit(client: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let moved = T::Currency::release(&HoldReason::Deposit.into(), client, amount, Precision::Exact)?;
			all_moved(amount, moved)
		})
	}

	/// Pays out of an account what can be paid. Each part stands by itself; the storage deposit is returned
	/// when nothing is left to store.
	pub(crate) fn pay_out(mut account: Remainder<T::AccountId>, now: BlockNumber) -> Outcome<T::AccountId> {
		let Remainder { owed, refund, .. } = account;
		let mut paid = 0;
		let mut forfeited = 0;
		if Self::pay(&account.asset, &account.client, &account.operator, owed).is_ok() {
			paid = owed;
			account.owed = 0;
		} else if let (true, Some(all)) = (now >= account.forfeits_at, refund.checked_add(owed)) {
			forfeited = owed;
			account.owed = 0;
			account.refund = all;
		}

		let mut refunded = 0;
		if Self::refund(&account.asset, &account.client, account.refund).is_ok() {
			refunded = account.refund;
			account.refund = 0;
		}

		let settled = account.owed == 0 && account.refund == 0;
		let gone = settled && Self::return_deposit(&account.client, account.deposit).is_ok();
		Outcome { paid, refunded, forfeited, left: (!gone).then_some(account) }
	}

	pub(crate) fn do_settle(id: SubscriptionId) -> DispatchResult {
		let before = Remainders::<T>::get(id).ok_or(Error::<T>::RemainderNotFound)?;
		let Outcome { paid, refunded, forfeited, left } = Self::pay_out(before.clone(), Self::now());
		ensure!(left.as_ref() != Some(&before), Error::<T>::NothingToSettle);
		let complete = left.is_none();
		Remainders::<T>::set(id, left);
		Self::deposit_event(Event::Settled { id, paid, refunded, forfeited, complete });
		Ok(())
	}
}

/// A token that moves less than it was told has failed, whatever it returned.
fn all_moved(amount: Balance, moved: Balance) -> Result<(), DispatchError> {
	ensure!(moved == amount, TokenError::FundsUnavailable);
	Ok(())
}
