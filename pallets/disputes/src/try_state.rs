//! Invariants of keys, commitments and convictions, and of what is held for them.

use crate::pallet::*;
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold as _, Get},
};
use sp_runtime::TryRuntimeError;
use surety_primitives::{traits::CheckState, AccountId, Balance};

/// # Invariants
/// * `eras`: they are in order, and so are the times at which they began.
/// * `keys`: nobody has an empty list of them, or one key twice; none was retired before it was registered.
/// * `commitments`: each can be used for a time.
/// * `convictions`: each has a number that was given out; each of its requests leads to it, and no other request does; as many
///   are counted of an operator, service and era as there are, and no more than there may be.
/// * `holds`: each account has on hold what its keys, commitments and records cost.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_eras::<T>()?;
		check_keys::<T>()?;
		check_commitments::<T>()?;
		check_convictions::<T>()?;
		check_holds::<T>()
	}
}

fn check_eras<T: Config>() -> Result<(), TryRuntimeError> {
	let eras = Eras::<T>::get();
	for (before, after) in eras.iter().zip(eras.iter().skip(1)) {
		ensure!(before.era < after.era, "disputes: eras are out of order");
		ensure!(before.at <= after.at, "disputes: an era began before the one before it");
	}
	Ok(())
}

fn check_keys<T: Config>() -> Result<(), TryRuntimeError> {
	for (_, keys) in Keys::<T>::iter() {
		ensure!(!keys.is_empty(), "disputes: an operator is listed without keys");
		let mut publics: Vec<_> = keys.values().map(|key| key.public).collect();
		publics.sort_unstable();
		publics.dedup();
		ensure!(publics.len() == keys.len(), "disputes: an operator has a key twice");
		let retired = |key: &crate::AnswerKey| key.retired.is_none_or(|at| at >= key.since);
		ensure!(keys.values().all(retired), "disputes: a key was retired before it was registered");
	}
	Ok(())
}

fn check_commitments<T: Config>() -> Result<(), TryRuntimeError> {
	let usable = |commitment: crate::Commitment| commitment.from < commitment.until;
	ensure!(Commitments::<T>::iter_values().all(usable), "disputes: a commitment can never be used");
	Ok(())
}

fn check_convictions<T: Config>() -> Result<(), TryRuntimeError> {
	let next = NextConvictionId::<T>::get();
	let mut requests = 0usize;
	let mut counts = BTreeMap::new();
	for (id, conviction) in Convictions::<T>::iter() {
		ensure!(id < next, "disputes: a conviction has a number that was not given out");
		ensure!(!conviction.requests.is_empty(), "disputes: a conviction is for nothing");
		for request in &conviction.requests {
			let leads = ByRequest::<T>::get(&conviction.operator, request) == Some(id);
			ensure!(leads, "disputes: a request does not lead to its conviction");
		}
		requests = requests.saturating_add(conviction.requests.len());
		let count = counts.entry((conviction.operator, conviction.service, conviction.era)).or_insert(0u32);
		*count = count.saturating_add(1);
	}
	ensure!(
		ByRequest::<T>::iter_keys().count() == requests,
		"disputes: a request leads to a conviction that is not for it"
	);
	for (key, counted) in Counts::<T>::iter() {
		ensure!(counts.remove(&key) == Some(counted), "disputes: convictions are counted that are not there");
		ensure!(
			counted <= T::MaxConvictions::get(),
			"disputes: there are more convictions than there may be"
		);
	}
	ensure!(counts.is_empty(), "disputes: convictions are not counted");
	Ok(())
}

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let mut sums = BTreeMap::<AccountId, [Balance; 3]>::new();
	let mut add = |who, which: usize, amount: Balance| {
		if let Some(sum) = sums.entry(who).or_default().get_mut(which) {
			*sum = sum.saturating_add(amount);
		}
	};
	for (who, keys) in Keys::<T>::iter() {
		keys.values().for_each(|key| add(who.clone(), 0, key.deposit));
	}
	for (who, _, commitment) in Commitments::<T>::iter() {
		add(who, 1, commitment.deposit);
	}
	for conviction in Convictions::<T>::iter_values() {
		add(conviction.reporter, 2, conviction.deposit);
	}
	for (who, _) in frame_system::Account::<T>::iter() {
		let [keys, commitments, records] = sums.remove(&who).unwrap_or_default();
		let held = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), &who);
		ensure!(
			held(HoldReason::AnswerKey) == keys,
			"disputes: an account has not on hold what its keys cost"
		);
		ensure!(
			held(HoldReason::Commitment) == commitments,
			"disputes: an account has not on hold what its commitments cost"
		);
		ensure!(
			held(HoldReason::Conviction) == records,
			"disputes: an account has not on hold what its records cost"
		);
	}
	ensure!(sums.into_values().all(|sums| sums == [0; 3]), "disputes: a deposit is held from nobody");
	Ok(())
}
