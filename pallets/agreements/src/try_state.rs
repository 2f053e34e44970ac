//! Invariants of agreements, of randomness that is kept, and of what is held.

use crate::pallet::*;
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold as _, fungibles::InspectHold as _},
};
use sp_runtime::TryRuntimeError;
use surety_primitives::{
	agreement::Party,
	traits::{CheckState, Reserve},
	AccountId, AssetKind, Balance, ServiceId,
};

/// # Invariants
/// * `numbers`: each in use was given out, and none is both of a proposal and of an agreement.
/// * `indexes`: each agreement is found by its client and by its operator, once each, and nothing else is.
/// * `agreements`: nobody agrees with itself; no more was paid than was paid ahead; penalties under review take no more than is
///   reserved; what is owed is in the order of eras; the next round is none that was not due yet when it was shown.
/// * `reserves`: what is reserved for all agreements of an operator on a service is reserved there.
/// * `beacons`: those that are kept are there, in their order, each valid for later blocks than the one before, and no others.
/// * `holds`: each account has on hold what its proposals, agreements, fees and challenges come to.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_numbers::<T>()?;
		check_indexes::<T>()?;
		check_agreements::<T>()?;
		check_reserves::<T>()?;
		check_beacons::<T>()?;
		check_holds::<T>()
	}
}

fn check_numbers<T: Config>() -> Result<(), TryRuntimeError> {
	let next = NextAgreementId::<T>::get();
	for id in Proposals::<T>::iter_keys() {
		ensure!(id < next, "agreements: a proposal has a number that was not given out");
		ensure!(!Agreements::<T>::contains_key(id), "agreements: one is proposed and agreed on");
	}
	ensure!(
		Agreements::<T>::iter_keys().all(|id| id < next),
		"agreements: one has a number that was not given out"
	);
	Ok(())
}

fn check_indexes<T: Config>() -> Result<(), TryRuntimeError> {
	let mut count = 0usize;
	for (id, agreement) in Agreements::<T>::iter() {
		ensure!(
			ByClient::<T>::contains_key(&agreement.client, id),
			"agreements: one is not found by its client"
		);
		ensure!(
			ByOperator::<T>::contains_key(&agreement.operator, id),
			"agreements: one is not found by its operator"
		);
		count = count.saturating_add(1);
	}
	ensure!(ByClient::<T>::iter_keys().count() == count, "agreements: a client has one that is not there");
	ensure!(
		ByOperator::<T>::iter_keys().count() == count,
		"agreements: an operator has one that is not there"
	);
	Ok(())
}

fn check_agreements<T: Config>() -> Result<(), TryRuntimeError> {
	let now = Pallet::<T>::now();
	for agreement in Agreements::<T>::iter_values() {
		ensure!(agreement.client != agreement.operator, "agreements: one is with itself");
		ensure!(agreement.paid <= agreement.deposited, "agreements: more was paid than was paid ahead");
		ensure!(
			agreement.reserved <= agreement.terms.reserve,
			"agreements: more is reserved than was agreed on"
		);
		let pending = agreement.pending.iter().try_fold(0, |sum: Balance, one| sum.checked_add(one.amount));
		ensure!(
			pending.is_some_and(|pending| pending <= agreement.reserved),
			"agreements: penalties take more than is reserved"
		);
		ensure!(agreement.debts.is_sound(), "agreements: what is owed is not in order");
		let both = agreement.challenge.is_some() && agreement.is_down();
		ensure!(!both, "agreements: one is asked for who is known to be down");
		let shown = agreement.next_round.checked_sub(1);
		let due = shown.is_none_or(|round| agreement.schedule().at(round).is_some_and(|at| at <= now));
		ensure!(due, "agreements: a round was shown that was not due");
		ensure!(
			agreement.missed <= agreement.next_round,
			"agreements: more rounds were missed than there were"
		);
	}
	Ok(())
}

fn check_reserves<T: Config>() -> Result<(), TryRuntimeError> {
	let mut sums = BTreeMap::<(AccountId, ServiceId), Balance>::new();
	for agreement in Agreements::<T>::iter_values() {
		let sum = sums.entry((agreement.operator, agreement.terms.service)).or_default();
		*sum = sum.saturating_add(agreement.reserved);
	}
	for ((operator, service), sum) in sums {
		ensure!(
			T::Stake::reserved(&operator, service) >= sum,
			"agreements: less is reserved than was promised"
		);
	}
	Ok(())
}

fn check_beacons<T: Config>() -> Result<(), TryRuntimeError> {
	let kept = KeptBeacons::<T>::get();
	let mut after = kept.forgotten;
	for id in kept.first..kept.next {
		let beacon = Beacons::<T>::get(id).ok_or("agreements: randomness is not there")?;
		ensure!(beacon.after == after, "agreements: randomness does not follow on what was before it");
		ensure!(beacon.after < beacon.valid_for, "agreements: randomness is valid for nothing new");
		after = beacon.valid_for;
	}
	ensure!(after == kept.latest, "agreements: the latest randomness is another");
	let count = kept.next.saturating_sub(kept.first);
	ensure!(
		u32::try_from(Beacons::<T>::iter_keys().count()) == Ok(count),
		"agreements: randomness is left of what is not kept"
	);
	Ok(())
}

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let mut native = BTreeMap::<AccountId, (Balance, Balance)>::new();
	let mut fees = BTreeMap::<(AccountId, AssetKind), Balance>::new();
	for proposal in Proposals::<T>::iter_values() {
		let sums = native.entry(proposal.account(proposal.by).clone()).or_default();
		sums.0 = sums.0.saturating_add(proposal.deposit);
	}
	for agreement in Agreements::<T>::iter_values() {
		let sums = native.entry(agreement.account(agreement.depositor).clone()).or_default();
		sums.0 = sums.0.saturating_add(agreement.deposit);
		let sums = native.entry(agreement.account(Party::Client).clone()).or_default();
		sums.1 = sums.1.saturating_add(agreement.challenge.map_or(0, |challenge| challenge.fee));
		let held = agreement.held();
		let sum = fees.entry((agreement.client, agreement.terms.price.asset)).or_default();
		*sum = sum.saturating_add(held);
	}
	for (who, _) in frame_system::Account::<T>::iter() {
		let (deposits, challenges) = native.remove(&who).unwrap_or_default();
		ensure!(
			T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &who) == deposits,
			"agreements: an account has not on hold what its records cost"
		);
		ensure!(
			T::Currency::balance_on_hold(&HoldReason::Challenge.into(), &who) == challenges,
			"agreements: an account has not on hold what it pays for answers"
		);
		// Also where nothing is to be.
		fees.entry((who, AssetKind::Native)).or_default();
	}
	ensure!(native.into_values().all(|sums| sums == (0, 0)), "agreements: a deposit is held from nobody");
	for ((who, asset), sum) in fees {
		ensure!(
			T::Assets::balance_on_hold(asset, &HoldReason::Fee.into(), &who) == sum,
			"agreements: an account has not on hold what it has paid ahead"
		);
	}
	Ok(())
}
