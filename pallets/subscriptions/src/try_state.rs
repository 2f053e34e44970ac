//! Invariants of the stored subscriptions.

use crate::{pallet::*, types::Subscription};
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold as _, fungibles::InspectHold as _},
};
use sp_runtime::TryRuntimeError;
use surety_primitives::{
	traits::{CheckState, Offers},
	AssetKind, Balance, ServiceId,
};

/// # Invariants
/// * Every number in use is below the next one, and none is both open and a remainder.
/// * Each subscription stands once in the index of its client and once in that of its operator, and
///   nothing else stands there.
/// * Nobody subscribes to itself; a subscription started in the past or now.
/// * `claimed ≤ due ≤ deposited`.
/// * A remainder holds something for the operator, the client, or the deposit.
/// * Σ prepaid and not paid out, of a client in an asset = what is on hold for `Prepaid`.
/// * Σ storage deposits of a client = what is on hold for `Deposit`.
/// * Subscriptions at an offer = places taken there.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		Self::check_numbers()?;
		Self::check_indexes()?;
		Self::check_accounts()?;
		Self::check_prepaid_holds()?;
		Self::check_deposit_holds()?;
		Self::check_places()
	}
}

impl<T: Config> Pallet<T> {
	fn check_numbers() -> Result<(), TryRuntimeError> {
		let next = NextSubscriptionId::<T>::get();
		for id in Subscriptions::<T>::iter_keys() {
			ensure!(id < next, "subscriptions: number not given yet");
			ensure!(!Remainders::<T>::contains_key(id), "subscriptions: open, and a remainder");
		}
		for id in Remainders::<T>::iter_keys() {
			ensure!(id < next, "remainders: number not given yet");
		}
		Ok(())
	}

	fn check_indexes() -> Result<(), TryRuntimeError> {
		let mut count = 0usize;
		for (id, Subscription { client, operator, .. }) in Subscriptions::<T>::iter() {
			ensure!(ByClient::<T>::contains_key(&client, id), "subscriptions: not under its client");
			ensure!(ByOperator::<T>::contains_key(&operator, id), "subscriptions: not under its operator");
			count = count.saturating_add(1);
		}
		ensure!(ByClient::<T>::iter_keys().count() == count, "subscriptions: index of clients is longer");
		ensure!(ByOperator::<T>::iter_keys().count() == count, "subscriptions: index of operators is longer");
		Ok(())
	}

	fn check_accounts() -> Result<(), TryRuntimeError> {
		let now = Self::now();
		for subscription in Subscriptions::<T>::iter_values() {
			ensure!(subscription.client != subscription.operator, "subscriptions: to itself");
			ensure!(subscription.started <= now, "subscriptions: starts later");
			let end = Self::end_of(&subscription);
			ensure!(subscription.claimed <= subscription.due(&end, now), "subscriptions: claimed too much");
			let (owed, refund) = subscription.split(&end, now);
			let parts = subscription.claimed.checked_add(owed).and_then(|sum| sum.checked_add(refund));
			ensure!(parts == Some(subscription.deposited), "subscriptions: parts are not the whole");
		}
		for remainder in Remainders::<T>::iter_values() {
			let parts = [remainder.owed, remainder.refund, remainder.deposit];
			ensure!(parts.iter().any(|part| *part > 0), "remainders: holds nothing");
		}
		Ok(())
	}

	fn check_prepaid_holds() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<(T::AccountId, AssetKind), Balance>::new();
		let open = Subscriptions::<T>::iter_values().map(|s| (s.held(), s.client, s.price.asset));
		let left =
			Remainders::<T>::iter_values().map(|r| (r.owed.saturating_add(r.refund), r.client, r.asset));
		for (held, client, asset) in open.chain(left) {
			let sum = sums.entry((client, asset)).or_default();
			*sum = sum.saturating_add(held);
		}
		let reason = HoldReason::Prepaid.into();
		for ((client, asset), sum) in sums {
			let held = T::Assets::balance_on_hold(asset, &reason, &client);
			ensure!(held == sum, "subscriptions: prepayments differ from what is on hold");
		}
		Ok(())
	}

	fn check_deposit_holds() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<T::AccountId, Balance>::new();
		let open = Subscriptions::<T>::iter_values().map(|s| (s.deposit, s.client));
		let left = Remainders::<T>::iter_values().map(|r| (r.deposit, r.client));
		for (deposit, client) in open.chain(left) {
			let sum = sums.entry(client).or_default();
			*sum = sum.saturating_add(deposit);
		}
		let reason = HoldReason::Deposit.into();
		for (client, sum) in sums {
			let held = T::Currency::balance_on_hold(&reason, &client);
			ensure!(held == sum, "subscriptions: deposits differ from what is on hold");
		}
		Ok(())
	}

	fn check_places() -> Result<(), TryRuntimeError> {
		let mut places = BTreeMap::<(T::AccountId, ServiceId), u32>::new();
		for subscription in Subscriptions::<T>::iter_values() {
			let count = places.entry((subscription.operator, subscription.service)).or_default();
			*count = count.saturating_add(1);
		}
		for ((operator, service), count) in places {
			let taken = T::Offers::occupied(&operator, service);
			ensure!(taken == count, "subscriptions: places taken differ");
		}
		Ok(())
	}
}
