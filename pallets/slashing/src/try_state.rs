//! Invariants of slashes, settlements, petitions and what is held for them.

use crate::{
	types::{petition_of, Counted, Due},
	Claims, Config, CountedFees, HoldReason, NextPetitionId, NextSettlementId, NextSlashId, OpenSettlements,
	Pallet, PetitionState, Petitions, Queue, QueueStart, Reports, Settlements, Signatures, Slashes,
};
use alloc::collections::BTreeMap;
use codec::Encode;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use surety_primitives::{
	traits::{CheckState, Escrow, Slashable},
	AssetKind, Balance, SlashState,
};
use surety_stake::settlement::{part, Loss};

/// # Invariants
/// * `slashes`: each has a number that was given out and is found by its evidence, and nothing else is; one that is
///   not decided waits in the queue, and its era is pinned as often as there are such slashes.
/// * `settlements`: each counts its claims and what they come to; one that is open is found by operator, service and
///   asset and waits in the queue. What they keep together is what is in escrow.
/// * `petitions`: each counts its signatures and what they come to while it is open, and says of its slash what the
///   slash says; the fees that signatures count are those noted for their subscriptions.
/// * `holds`: each account has on hold the deposits of its reports and the bonds of its signatures.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_slashes::<T>()?;
		check_settlements::<T>()?;
		check_petitions::<T>()?;
		check_queue::<T>()?;
		check_holds::<T>()
	}
}

fn check_slashes<T: Config>() -> Result<(), TryRuntimeError> {
	let next = NextSlashId::<T>::get();
	let mut pins = BTreeMap::<_, (T::AccountId, u32, u32)>::new();
	let mut reports = 0usize;
	for (id, slash) in Slashes::<T>::iter() {
		ensure!(id < next, "slashing: a slash has a number that was not given out");
		ensure!(
			Reports::<T>::get(&slash.operator, slash.evidence) == Some(id),
			"slashing: a slash is not found by its evidence"
		);
		reports = reports.saturating_add(1);
		ensure!(!slash.fraction.is_zero(), "slashing: a slash takes nothing");
		if slash.state.is_open() {
			let key = (slash.operator.encode(), slash.era);
			let pin = pins.entry(key).or_insert_with(|| (slash.operator.clone(), slash.era, 0));
			pin.2 = pin.2.saturating_add(1);
			ensure!(
				Queue::<T>::contains_key(slash.review_ends, Due::Apply(id)),
				"slashing: a slash is not going to be applied"
			);
		} else {
			ensure!(
				slash.claims.is_empty() || slash.state == SlashState::Vetoed,
				"slashing: a claim was not settled"
			);
		}
		if let (Some(petition), SlashState::Pending) = (petition_of(slash.source), &slash.state) {
			let says = Petitions::<T>::get(petition).map(|petition| petition.state);
			ensure!(
				says == Some(PetitionState::Passed { slash: id }),
				"slashing: a petition does not know its slash"
			);
		}
	}
	ensure!(Reports::<T>::iter().count() == reports, "slashing: evidence is kept of no slash");
	for (operator, era, count) in pins.into_values() {
		ensure!(T::Stake::pins(&operator, era) == count, "slashing: an era is not pinned for its slashes");
	}
	Ok(())
}

fn check_settlements<T: Config>() -> Result<(), TryRuntimeError> {
	let next = NextSettlementId::<T>::get();
	let mut escrow = BTreeMap::<_, (AssetKind, Balance)>::new();
	let mut open = 0usize;
	for (id, settlement) in Settlements::<T>::iter() {
		ensure!(id < next, "slashing: a settlement has a number that was not given out");
		let claims: alloc::vec::Vec<Loss> = Claims::<T>::iter_prefix_values(id).collect();
		ensure!(
			u32::try_from(claims.len()) == Ok(settlement.claims),
			"slashing: a settlement counts its claims wrongly"
		);
		let keeps = match settlement.closed {
			Some((paid, left)) => {
				let due = claims
					.iter()
					.fold(0u128, |sum, loss| sum.saturating_add(part(*loss, settlement.losses, paid)));
				ensure!(due <= left, "slashing: a settlement cannot pay what it owes");
				ensure!(!claims.is_empty(), "slashing: a settlement outlives its claims");
				left
			}
			None => {
				open = open.saturating_add(1);
				let key = (&settlement.operator, settlement.service, &settlement.asset);
				ensure!(
					OpenSettlements::<T>::get(key) == Some(id),
					"slashing: an open settlement is not found"
				);
				ensure!(
					Queue::<T>::contains_key(settlement.closes_at, Due::Close(id)),
					"slashing: a settlement is not going to be closed"
				);
				let sum = claims.iter().fold(Loss::default(), |sum, loss| Loss {
					fees: sum.fees.saturating_add(loss.fees),
					beyond: sum.beyond.saturating_add(loss.beyond),
				});
				ensure!(sum == settlement.losses, "slashing: a settlement adds up its claims wrongly");
				settlement.pool.total()
			}
		};
		let sum = &mut escrow.entry(settlement.asset.encode()).or_insert((settlement.asset, 0)).1;
		*sum = sum.checked_add(keeps).ok_or("slashing: settlements keep more than can be counted")?;
	}
	ensure!(OpenSettlements::<T>::iter().count() == open, "slashing: a settlement is found that is not open");
	for (id, _) in Claims::<T>::iter_keys() {
		ensure!(Settlements::<T>::contains_key(id), "slashing: a claim is in no settlement");
	}
	for (asset, sum) in escrow.into_values() {
		ensure!(
			T::Stake::escrowed(&asset) == sum,
			"slashing: what is in escrow differs from what settlements keep"
		);
	}
	Ok(())
}

fn check_petitions<T: Config>() -> Result<(), TryRuntimeError> {
	let next = NextPetitionId::<T>::get();
	let mut counted = BTreeMap::<_, Counted>::new();
	for (id, _, signature) in Signatures::<T>::iter() {
		ensure!(Petitions::<T>::contains_key(id), "slashing: a signature is under no petition");
		let counted = counted.entry(signature.subscription).or_default();
		counted.fees = counted.fees.saturating_add(signature.fees);
		counted.signatures = counted.signatures.saturating_add(1);
	}
	for (subscription, noted) in CountedFees::<T>::iter() {
		ensure!(
			counted.remove(&subscription) == Some(noted),
			"slashing: fees are noted that no signature counts"
		);
	}
	ensure!(counted.is_empty(), "slashing: a signature counts fees that are not noted");
	for (id, petition) in Petitions::<T>::iter() {
		ensure!(id < next, "slashing: a petition has a number that was not given out");
		let signatures: alloc::vec::Vec<_> = Signatures::<T>::iter_prefix_values(id).collect();
		ensure!(
			u32::try_from(signatures.len()) == Ok(petition.signatures) && petition.signatures > 0,
			"slashing: a petition counts its signatures wrongly"
		);
		if petition.signatures == petition.signers {
			let weight = signatures.iter().fold(0u128, |sum, signature| sum.saturating_add(signature.fees));
			ensure!(weight == petition.weight, "slashing: a petition adds up its fees wrongly");
		}
		if let PetitionState::Passed { slash } = petition.state {
			ensure!(
				Slashes::<T>::get(slash).is_some_and(|slash| slash.state.is_open()),
				"slashing: a petition waits for a slash that was decided"
			);
		}
	}
	Ok(())
}

fn check_queue<T: Config>() -> Result<(), TryRuntimeError> {
	let start = QueueStart::<T>::get();
	for (block, due, ()) in Queue::<T>::iter() {
		ensure!(block >= start, "slashing: a part of the queue was passed over");
		Pallet::<T>::check_due(due)?;
	}
	Ok(())
}

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let mut deposits = BTreeMap::<_, (Balance, Balance)>::new();
	for slash in Slashes::<T>::iter_values() {
		let sum = &mut deposits.entry(slash.reporter.encode()).or_default().0;
		*sum = sum.saturating_add(slash.deposit);
	}
	for (_, client, signature) in Signatures::<T>::iter() {
		let sum = &mut deposits.entry(client.encode()).or_default().1;
		*sum = sum.saturating_add(signature.bond);
	}
	for (who, _) in frame_system::Account::<T>::iter() {
		let (reports, petitions) = deposits.remove(&who.encode()).unwrap_or_default();
		ensure!(
			T::Currency::balance_on_hold(&HoldReason::Report.into(), &who) == reports,
			"slashing: an account has not on hold what its reports cost"
		);
		ensure!(
			T::Currency::balance_on_hold(&HoldReason::Petition.into(), &who) == petitions,
			"slashing: an account has not on hold what its signatures cost"
		);
	}
	ensure!(deposits.into_values().all(|sums| sums == (0, 0)), "slashing: a deposit is held from nobody");
	Ok(())
}
