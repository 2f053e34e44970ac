//! Money on hold: taken in, given back, paid, or left to be collected.

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
use surety_primitives::{AssetKind, Balance, ChannelId};
use surety_response::Side;

impl<T: Config> Pallet<T> {
	/// Holds a deposit.
	pub(crate) fn hold(asset: &AssetKind, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Assets::hold(asset.clone(), &HoldReason::Channel.into(), who, amount)
	}

	/// Holds a storage deposit.
	pub(crate) fn hold_storage(who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::hold(&HoldReason::Storage.into(), who, amount)
	}

	/// Pays out of what `from` has deposited: all of `amount`, or an error and no change.
	///
	/// Forced, because holds and freezes overlap: a party that locks the same tokens in a vote could else not be made to
	/// pay.
	pub(crate) fn pay(
		asset: &AssetKind,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let reason = HoldReason::Channel.into();
		with_storage_layer(|| {
			let moved = if from == to {
				T::Assets::release(asset.clone(), &reason, to, amount, Precision::Exact)?
			} else {
				let (free, force) = (Restriction::Free, Fortitude::Force);
				T::Assets::transfer_on_hold(
					asset.clone(),
					&reason,
					from,
					to,
					amount,
					Precision::Exact,
					free,
					force,
				)?
			};
			all_moved(amount, moved)
		})
	}

	/// Releases a storage deposit: all of `amount`, or an error and no change.
	pub(crate) fn return_storage(who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			let moved = T::Currency::release(&HoldReason::Storage.into(), who, amount, Precision::Exact)?;
			all_moved(amount, moved)
		})
	}

	/// Pays what can be paid of what is left, and takes it off. Each payment stands by itself; a storage deposit is
	/// returned when nothing waits any more of its owner's share.
	pub(crate) fn pay_out(left: &mut Remainder<T::AccountId>) {
		let Remainder { asset, parties, storage_deposits, dues } = left;
		dues.retain(|due| Self::pay(asset, parties.of(due.held_from), &due.to, due.amount).is_err());
		for side in Side::BOTH {
			let waits = dues.iter().any(|due| due.share_of == side);
			let deposit = storage_deposits.of_mut(side);
			if !waits && Self::return_storage(parties.of(side), *deposit).is_ok() {
				*deposit = 0;
			}
		}
	}

	/// Keeps what is left of a channel; with nothing left, its number is no more among its parties'.
	pub(crate) fn store(id: ChannelId, left: Remainder<T::AccountId>) {
		if !left.is_empty() {
			Remainders::<T>::insert(id, left);
			return;
		}
		Remainders::<T>::remove(id);
		for side in Side::BOTH {
			ByAccount::<T>::remove(left.parties.of(side), id);
		}
	}

	pub(crate) fn do_collect(id: ChannelId) -> DispatchResult {
		let before = Remainders::<T>::get(id).ok_or(Error::<T>::RemainderNotFound)?;
		let mut left = before.clone();
		Self::pay_out(&mut left);
		ensure!(left != before, Error::<T>::NothingToCollect);
		let waiting = |remainder: &Remainder<T::AccountId>| {
			remainder.dues.iter().fold(0, |sum: Balance, due| sum.saturating_add(due.amount))
		};
		let amount = waiting(&before).saturating_sub(waiting(&left));
		let complete = left.is_empty();
		Self::store(id, left);
		Self::deposit_event(Event::Collected { id, amount, complete });
		Ok(())
	}
}

/// A token that moves less than it was told has failed, whatever it returned.
fn all_moved(amount: Balance, moved: Balance) -> Result<(), DispatchError> {
	ensure!(moved == amount, TokenError::FundsUnavailable);
	Ok(())
}
