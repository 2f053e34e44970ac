//! What is held, paid and returned.

use crate::{pallet::*, types::Subsidy};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{DispatchError, DispatchResult, TokenError};
use surety_primitives::{notary::SubsidyId, traits::Sharing, AccountId, AssetKind, Balance};

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
	pub(crate) fn transfer_held(
		reason: HoldReason,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		// A transfer to oneself of what is held would change nothing, and leave it on hold.
		if from == to {
			return Self::release(reason, from, amount);
		}
		let moved = T::Currency::transfer_on_hold(
			&reason.into(),
			from,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)?;
		ensure!(moved == amount, DispatchError::from(TokenError::FundsUnavailable));
		Ok(())
	}

	/// Takes fees from who pays: the operator, or a subsidy, which pays so much at a time at the most.
	pub(crate) fn charge(
		operator: &AccountId,
		subsidy: Option<SubsidyId>,
		amount: Balance,
	) -> DispatchResult {
		let Some(id) = subsidy else { return Self::hold(HoldReason::Fee, operator, amount) };
		Subsidies::<T>::try_mutate(id, |stored| {
			let subsidy = stored.as_mut().filter(|subsidy| !subsidy.closed);
			let subsidy = subsidy.ok_or(Error::<T>::SubsidyNotFound)?;
			ensure!(amount <= subsidy.max_per_request, Error::<T>::FeeTooHigh);
			subsidy.left = subsidy.left.checked_sub(amount).ok_or(Error::<T>::SubsidyExhausted)?;
			Ok(())
		})
	}

	/// Returns fees to who paid.
	pub(crate) fn refund(
		operator: &AccountId,
		subsidy: Option<SubsidyId>,
		amount: Balance,
	) -> DispatchResult {
		let Some(id) = subsidy else { return Self::release(HoldReason::Fee, operator, amount) };
		Subsidies::<T>::try_mutate(id, |stored| {
			let subsidy = stored.as_mut().ok_or(Error::<T>::SubsidyNotFound)?;
			if subsidy.closed {
				return Self::release(HoldReason::Subsidy, &subsidy.funder, amount);
			}
			subsidy.left = subsidy.left.saturating_add(amount);
			Ok(())
		})
	}

	/// Pays fees to a notary, and to those with whom it shares them.
	pub(crate) fn pay(
		notary: &AccountId,
		operator: &AccountId,
		subsidy: Option<SubsidyId>,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let (reason, from) = match subsidy {
			None => (HoldReason::Fee, operator.clone()),
			Some(id) => {
				let funder = Subsidies::<T>::get(id).ok_or(Error::<T>::SubsidyNotFound)?.funder;
				(HoldReason::Subsidy, funder)
			}
		};
		with_storage_layer(|| {
			let shared = T::Sharing::share(notary, &AssetKind::Native, amount, |to, part| {
				Self::transfer_held(reason, &from, to, part)
			});
			Self::transfer_held(reason, &from, notary, amount.saturating_sub(shared))
		})
	}

	/// Counts a request or an attestation that a subsidy pays for.
	pub(crate) fn use_subsidy(subsidy: Option<SubsidyId>) -> DispatchResult {
		let Some(id) = subsidy else { return Ok(()) };
		Subsidies::<T>::try_mutate(id, |stored| {
			let subsidy = stored.as_mut().ok_or(Error::<T>::SubsidyNotFound)?;
			subsidy.uses = subsidy.uses.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
			Ok(())
		})
	}

	/// Counts it no more; one that is closed goes with the last.
	pub(crate) fn leave_subsidy(subsidy: Option<SubsidyId>) -> DispatchResult {
		let Some(id) = subsidy else { return Ok(()) };
		let mut subsidy = Subsidies::<T>::get(id).ok_or(Error::<T>::SubsidyNotFound)?;
		subsidy.uses = subsidy.uses.saturating_sub(1);
		Self::store_subsidy(id, subsidy)
	}

	/// Stores a subsidy, or removes it and returns its deposit where nothing is left to store.
	pub(crate) fn store_subsidy(id: SubsidyId, subsidy: Subsidy) -> DispatchResult {
		if subsidy.closed && subsidy.uses == 0 {
			Subsidies::<T>::remove(id);
			return Self::release(HoldReason::Record, &subsidy.funder, subsidy.deposit);
		}
		Subsidies::<T>::insert(id, subsidy);
		Ok(())
	}
}
