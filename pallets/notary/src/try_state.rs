//! Invariants of notaries, what they attest, and what is held for it.

use crate::{
	pallet::*,
	trusted::are_distinct,
	types::{Key, NotaryRecord, Standing},
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use surety_primitives::{
	notary::{RequestStatus, SubsidyId},
	traits::{CheckState, Reserve},
	AccountId, Balance, NOTARISATION,
};

/// # Invariants
/// * `windows`: those that begun and were not cleared away are known, in the order in which they began.
/// * `notaries`: each counts its attestations, requests and challenges; its slots are attested, free or retired, and
///   each free one waits in the queue once, with what ended in it; its bond is reserved; its keys are found and no others
///   are; its log has a peak for each bit; one that is leaving knows its last window once nothing is attested.
/// * `offers`: each request and each attestation is found by its offer, and nothing else is; generations were given out.
/// * `records`: each is of a window that is over and was not cleared away, and commits to just that.
/// * `subsidies`: each counts what it pays for, and one that is closed has nothing left and something to pay for.
/// * `bounties`: none has more left than its windows cost.
/// * `trusted`: none is named twice.
/// * `holds`: each account has on hold what its records, fees, challenges, promises, bounties and subsidies come to.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_windows::<T>()?;
		check_notaries::<T>()?;
		check_offers::<T>()?;
		check_records::<T>()?;
		ensure!(are_distinct(&Trusted::<T>::get()), "notary: a trusted notary is named twice");
		check_money::<T>()?;
		check_holds::<T>()
	}
}

fn check_windows<T: Config>() -> Result<(), TryRuntimeError> {
	let (current, cleared) = (CurrentWindow::<T>::get(), Cleared::<T>::get());
	ensure!(cleared <= current.index, "notary: a window was cleared that has not begun");
	let mut windows: Vec<_> = Windows::<T>::iter().collect();
	windows.sort_by_key(|(window, _)| *window);
	// There is no record of window 0: it was there from the beginning.
	let expected = cleared.max(1)..=current.index;
	ensure!(
		windows.iter().map(|(window, _)| *window).eq(expected),
		"notary: not all windows are known, or others"
	);
	let ascending = windows.windows(2).all(|pair| matches!(pair, [a, b] if a.1.start < b.1.start));
	ensure!(ascending, "notary: windows did not begin in their order");
	ensure!(
		windows.last().is_none_or(|(_, record)| record.start == current.start),
		"notary: the current window began at another block"
	);
	Ok(())
}

fn check_notaries<T: Config>() -> Result<(), TryRuntimeError> {
	let mut keys = 0usize;
	let mut slots = 0usize;
	for (who, notary) in Notaries::<T>::iter() {
		check_notary::<T>(&who, &notary)?;
		keys = keys.saturating_add(notary.keys.values().count());
		slots = slots.saturating_add(FreeSlots::<T>::iter_key_prefix(&who).count());
	}
	ensure!(KeyOwners::<T>::iter().count() == keys, "notary: a key is found that is nobody's");
	ensure!(
		FreeSlots::<T>::iter().count() == slots && EndedAttestations::<T>::iter().count() == slots,
		"notary: a free slot is of no notary"
	);
	for who in Attestations::<T>::iter_keys()
		.map(|(who, _)| who)
		.chain(Challenges::<T>::iter_keys().map(|(who, _)| who))
		.chain(Logs::<T>::iter_keys())
		.chain(Publications::<T>::iter_keys())
		.chain(Snapshots::<T>::iter_keys())
	{
		ensure!(Notaries::<T>::contains_key(who), "notary: something is left of a notary that is not there");
	}
	Ok(())
}

fn check_notary<T: Config>(who: &AccountId, notary: &NotaryRecord) -> Result<(), TryRuntimeError> {
	let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
	ensure!(
		count(Attestations::<T>::iter_key_prefix(who).count()) == notary.attested,
		"notary: attestations are counted wrongly"
	);
	let requests = Requests::<T>::iter_values().filter(|request| request.notary == *who).count();
	ensure!(count(requests) == notary.requests, "notary: requests are counted wrongly");
	ensure!(
		count(Challenges::<T>::iter_key_prefix(who).count()) == notary.challenges,
		"notary: challenges are counted wrongly"
	);
	let mut free: Vec<u32> = Vec::new();
	let mut place = notary.first_free;
	let mut latest = 0u32;
	while place != notary.next_free {
		let slot = FreeSlots::<T>::get(who, place).ok_or("notary: a place in the queue is empty")?;
		let ended =
			EndedAttestations::<T>::get(who, slot).ok_or("notary: nothing has ended in a free slot")?;
		ensure!(ended.ended_in >= latest, "notary: the queue is out of order");
		ensure!(ended.tenure.generation < notary.next_generation, "notary: a generation was not given out");
		latest = ended.ended_in;
		free.push(slot);
		place = place.wrapping_add(1);
	}
	ensure!(
		FreeSlots::<T>::iter_key_prefix(who).count() == free.len(),
		"notary: a place is outside of the queue"
	);
	let taken = count(free.len()).saturating_add(notary.attested);
	free.sort_unstable();
	free.dedup();
	ensure!(
		count(free.len()).saturating_add(notary.attested) == taken
			&& taken.saturating_add(notary.retired) == notary.universe,
		"notary: slots are neither attested nor free, or both"
	);
	for (slot, attestation) in Attestations::<T>::iter_prefix(who) {
		ensure!(
			slot < notary.universe && free.binary_search(&slot).is_err(),
			"notary: an attested slot is free"
		);
		ensure!(
			attestation.tenure.generation < notary.next_generation,
			"notary: a generation was not given out"
		);
		ensure!(attestation.tenure.keys.is_sound(), "notary: keys change out of order");
	}
	ensure!(T::Stake::reserved(who, NOTARISATION) == notary.bond, "notary: a bond is not reserved");
	let is_owner = |key: &Key| KeyOwners::<T>::get(key).as_ref() == Some(who);
	ensure!(notary.keys.values().all(is_owner), "notary: a key is not found");
	ensure!(notary.keys.is_sound() && notary.mode.is_sound(), "notary: keys or modes change out of order");
	ensure!(notary.terms.is_sound(), "notary: terms are out of order");
	ensure!(Logs::<T>::get(who).is_sound(), "notary: a log has not its peaks");
	let settled = notary.leaving && notary.attested == 0;
	ensure!(notary.last_window.is_some() == settled, "notary: the last window is not settled, or too early");
	ensure!(notary.leaving || notary.retired == 0, "notary: slots were retired of one that stays");
	Ok(())
}

fn check_offers<T: Config>() -> Result<(), TryRuntimeError> {
	let mut standings = 0usize;
	let next = NextRequestId::<T>::get();
	for (id, request) in Requests::<T>::iter() {
		ensure!(id < next, "notary: a request has a number that was not given out");
		let key = (&request.notary, &request.operator, request.service);
		ensure!(
			Standings::<T>::get(key) == Some(Standing::Requested(id)),
			"notary: a request is not found by its offer"
		);
		ensure!(Notaries::<T>::contains_key(&request.notary), "notary: a request is to nobody");
		standings = standings.saturating_add(1);
	}
	for (who, slot, attestation) in Attestations::<T>::iter() {
		let key = (&who, &attestation.tenure.operator, attestation.service);
		ensure!(
			Standings::<T>::get(key) == Some(Standing::Attested(slot)),
			"notary: an attestation is not found by its offer"
		);
		standings = standings.saturating_add(1);
	}
	ensure!(Standings::<T>::iter().count() == standings, "notary: an offer stands for nothing");
	Ok(())
}

fn check_records<T: Config>() -> Result<(), TryRuntimeError> {
	let (current, cleared) = (CurrentWindow::<T>::get().index, Cleared::<T>::get());
	for (window, who, record) in Records::<T>::iter() {
		ensure!(
			(cleared..current).contains(&window),
			"notary: a record is of a window that is not over, or was cleared"
		);
		let about = record.commitment.as_ref().map(|commitment| (commitment.window, commitment.notary));
		ensure!(
			about.is_none_or(|about| about == (window, Pallet::<T>::raw(&who))),
			"notary: a record commits to something else"
		);
		ensure!(
			record.commitment.is_some() || !record.published,
			"notary: something was published that was not committed to"
		);
	}
	Ok(())
}

fn check_money<T: Config>() -> Result<(), TryRuntimeError> {
	let mut uses = BTreeMap::<SubsidyId, u32>::new();
	let of_requests = Requests::<T>::iter_values().filter_map(|request| request.subsidy);
	let of_attestations = Attestations::<T>::iter_values().filter_map(|attestation| attestation.subsidy);
	for id in of_requests.chain(of_attestations) {
		let counted = uses.entry(id).or_default();
		*counted = counted.saturating_add(1);
	}
	let next = NextSubsidyId::<T>::get();
	for (id, subsidy) in Subsidies::<T>::iter() {
		ensure!(id < next, "notary: a subsidy has a number that was not given out");
		ensure!(
			uses.remove(&id).unwrap_or(0) == subsidy.uses,
			"notary: a subsidy counts wrongly what it pays for"
		);
		ensure!(
			!subsidy.closed || (subsidy.left == 0 && subsidy.uses > 0),
			"notary: a subsidy that was closed is still there"
		);
	}
	ensure!(uses.is_empty(), "notary: a subsidy pays that is not there");
	let next = NextBountyId::<T>::get();
	for (id, bounty) in Bounties::<T>::iter() {
		ensure!(id < next, "notary: a bounty has a number that was not given out");
		let windows = bounty.until.saturating_sub(bounty.from);
		ensure!(
			bounty.left <= bounty.per_window.saturating_mul(windows.into()),
			"notary: a bounty has more left than it cost"
		);
	}
	ensure!(
		BountyClaims::<T>::iter_keys().all(|(id, _)| id < next),
		"notary: a bounty was claimed that never was"
	);
	Ok(())
}

/// What an account should have on hold, by reason.
#[derive(Default)]
struct Sums([Balance; 7]);

const REASONS: [HoldReason; 7] = [
	HoldReason::Notary,
	HoldReason::Record,
	HoldReason::Fee,
	HoldReason::Challenge,
	HoldReason::Intent,
	HoldReason::Bounty,
	HoldReason::Subsidy,
];

#[derive(Default)]
struct Expected(BTreeMap<AccountId, Sums>);

impl Expected {
	fn add(&mut self, who: &AccountId, reason: HoldReason, amount: Balance) {
		let sums = &mut self.0.entry(who.clone()).or_default().0;
		for (sum, known) in sums.iter_mut().zip(REASONS) {
			if known == reason {
				*sum = sum.saturating_add(amount);
			}
		}
	}

	/// Fees that are held from who pays them.
	fn add_fees<T: Config>(&mut self, operator: &AccountId, subsidy: Option<SubsidyId>, amount: Balance) {
		match subsidy.and_then(Subsidies::<T>::get) {
			Some(subsidy) => self.add(&subsidy.funder, HoldReason::Subsidy, amount),
			None => self.add(operator, HoldReason::Fee, amount),
		}
	}
}

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let mut expected = Expected::default();
	for (who, notary) in Notaries::<T>::iter() {
		expected.add(&who, HoldReason::Notary, notary.deposit.saturating_add(notary.slots_deposit));
	}
	for request in Requests::<T>::iter_values() {
		expected.add(&request.operator, HoldReason::Record, request.deposit);
		if let RequestStatus::Paid(fees) = request.status {
			let amount = fees.total(request.windows).ok_or("notary: a request cannot be paid")?;
			expected.add_fees::<T>(&request.operator, request.subsidy, amount);
		}
	}
	for attestation in Attestations::<T>::iter_values() {
		let operator = &attestation.tenure.operator;
		expected.add(operator, HoldReason::Record, attestation.deposit);
		expected.add_fees::<T>(operator, attestation.subsidy, attestation.prepaid.total());
	}
	for (_, _, challenge) in Challenges::<T>::iter() {
		expected.add(&challenge.challenger, HoldReason::Record, challenge.deposit);
		expected.add(&challenge.challenger, HoldReason::Challenge, challenge.fee);
		expected.add(&challenge.challenger, HoldReason::Challenge, challenge.report);
	}
	for (who, _, intent) in Intents::<T>::iter() {
		expected.add(&who, HoldReason::Intent, intent.deposit);
	}
	for bounty in Bounties::<T>::iter_values() {
		expected.add(&bounty.funder, HoldReason::Record, bounty.deposit);
		expected.add(&bounty.funder, HoldReason::Bounty, bounty.left);
	}
	for claim in BountyClaims::<T>::iter_values() {
		expected.add(&claim.operator, HoldReason::Record, claim.deposit);
	}
	for subsidy in Subsidies::<T>::iter_values() {
		expected.add(&subsidy.funder, HoldReason::Record, subsidy.deposit);
		expected.add(&subsidy.funder, HoldReason::Subsidy, subsidy.left);
	}
	for (who, _) in frame_system::Account::<T>::iter() {
		let sums = expected.0.remove(&who).unwrap_or_default().0;
		for (sum, reason) in sums.into_iter().zip(REASONS) {
			ensure!(
				T::Currency::balance_on_hold(&reason.into(), &who) == sum,
				"notary: an account has not on hold what it should"
			);
		}
	}
	let none = expected.0.into_values().all(|sums| sums.0 == [0; 7]);
	ensure!(none, "notary: something is held from nobody");
	Ok(())
}
