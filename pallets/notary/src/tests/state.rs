//! The check of the state finds what is broken.

use crate::{mock::*, *};
use frame_support::{assert_ok, traits::fungible::MutateHold, BoundedVec};
use surety_primitives::{
	notary::{PublicationMode, RevocationReason},
	traits::{CheckState, Reserve},
	AccountId, NOTARISATION,
};

/// A state with one of everything.
fn everything() {
	let slot = attest(&SELLER, 20);
	let gone = attest(&RIVAL, 20);
	request(&THIRD, 5);
	assert_ok!(Notary::revoke(signed(&NOTARY), gone, RevocationReason::TooLate));
	assert_ok!(Notary::open_bounty(signed(&BOB), NOTARY, 100, 1_000));
	fund(100, 1_000);
	next_window();
	let made = commit(&[slot]);
	assert_ok!(Notary::challenge_bytes(signed(&ALICE), made.signed.clone()));
	let window = made.signed.commitment.window;
	let proof = made.tree().prove(slot).unwrap();
	assert_ok!(Notary::claim_bounty(signed(&SELLER), 0, slot, window, proof));
	assert_ok!(Notary::intend(signed(&ALICE), Default::default()));
}

fn broken(damage: impl FnOnce(), named: &str) {
	new_test_ext().execute_with(|| {
		prepare();
		register(&NOTARY, PublicationMode::Mixed);
		next_window();
		everything();
		check();
		damage();
		let error = Notary::check_state().expect_err("was damaged");
		assert!(format!("{error:?}").contains(named), "{error:?} and not {named:?}");
	});
}

fn notary(change: impl FnOnce(&mut NotaryRecord)) {
	Notaries::<Test>::mutate(NOTARY, |stored| change(stored.as_mut().unwrap()));
}

#[test]
fn check_should_find_damage_to_windows() {
	broken(|| Cleared::<Test>::put(1_000), "cleared that has not begun");
	broken(|| Windows::<Test>::remove(2), "not all windows are known");
	broken(
		|| {
			let record = Windows::<Test>::get(1).unwrap();
			Windows::<Test>::insert(2, record);
		},
		"did not begin in their order",
	);
	broken(|| CurrentWindow::<Test>::mutate(|window| window.start += 1), "began at another block");
}

#[test]
fn check_should_find_damage_to_notaries() {
	broken(|| notary(|notary| notary.attested += 1), "attestations are counted wrongly");
	broken(|| notary(|notary| notary.requests += 1), "requests are counted wrongly");
	broken(|| notary(|notary| notary.challenges += 1), "challenges are counted wrongly");
	broken(|| FreeSlots::<Test>::remove(NOTARY, 0), "a place in the queue is empty");
	broken(|| EndedAttestations::<Test>::remove(NOTARY, 1), "nothing has ended");
	broken(|| FreeSlots::<Test>::insert(NOTARY, 7, 1), "outside of the queue");
	broken(|| notary(|notary| notary.next_generation = 1), "a generation was not given out");
	broken(|| notary(|notary| notary.next_generation = 0), "a generation was not given out");
	broken(|| notary(|notary| notary.universe += 1), "neither attested nor free");
	broken(
		|| {
			let ended = EndedAttestations::<Test>::take(NOTARY, 1).unwrap();
			EndedAttestations::<Test>::insert(NOTARY, 0, ended);
			FreeSlots::<Test>::insert(NOTARY, 0, 0);
		},
		"an attested slot is free",
	);
	broken(
		|| {
			let mut ended = EndedAttestations::<Test>::get(NOTARY, 1).unwrap();
			ended.ended_in += 1;
			EndedAttestations::<Test>::insert(NOTARY, 3, EndedAttestations::<Test>::get(NOTARY, 1).unwrap());
			EndedAttestations::<Test>::insert(NOTARY, 1, ended);
			FreeSlots::<Test>::insert(NOTARY, 1, 3);
			notary(|notary| notary.next_free = 2);
		},
		"out of order",
	);
	broken(|| Restaking::release(&NOTARY, NOTARISATION, 1), "a bond is not reserved");
	broken(|| KeyOwners::<Test>::remove(public(1)), "a key is not found");
	broken(|| KeyOwners::<Test>::insert(public(9), NOTARY), "a key is found that is nobody's");
	broken(|| notary(|notary| notary.terms.0.as_mut().swap(0, 1)), "terms are out of order");
	broken(|| Logs::<Test>::mutate(NOTARY, |log| log.leaves += 1), "has not its peaks");
	broken(|| notary(|notary| notary.last_window = Some(1)), "the last window is not settled");
	broken(
		|| {
			notary(|notary| {
				notary.retired = 1;
				notary.universe += 1;
			})
		},
		"slots were retired of one that stays",
	);
	broken(
		|| {
			let ended = EndedAttestations::<Test>::get(NOTARY, 1).unwrap();
			EndedAttestations::<Test>::insert(OTHER, 1, ended);
		},
		"a free slot is of no notary",
	);
	broken(
		|| Logs::<Test>::insert(OTHER, surety_presence::mountain::Mountains::default()),
		"something is left",
	);
}

#[test]
fn check_should_find_a_notary_that_is_trusted_twice() {
	broken(|| Trusted::<Test>::put(BoundedVec::truncate_from(vec![NOTARY, NOTARY])), "is named twice");
}

#[test]
fn check_should_find_damage_to_requests_and_attestations() {
	broken(|| NextRequestId::<Test>::put(0), "a request has a number that was not given out");
	broken(|| Standings::<Test>::remove((NOTARY, THIRD, SERVICE)), "a request is not found by its offer");
	broken(|| Standings::<Test>::remove((NOTARY, SELLER, SERVICE)), "an attestation is not found");
	broken(|| Standings::<Test>::insert((NOTARY, ALICE, 5), Standing::Attested(0)), "stands for nothing");
	broken(
		|| {
			Requests::<Test>::mutate(2, |request| request.as_mut().unwrap().notary = OTHER);
			Standings::<Test>::insert((OTHER, THIRD, SERVICE), Standing::Requested(2));
			Standings::<Test>::remove((NOTARY, THIRD, SERVICE));
			notary(|notary| notary.requests = 0);
		},
		"a request is to nobody",
	);
}

#[test]
fn check_should_find_damage_to_records() {
	let window = || Records::<Test>::iter_keys().next().unwrap().0;
	let record = |change: fn(&mut Record)| {
		move || {
			let window = Records::<Test>::iter_keys().next().unwrap().0;
			Records::<Test>::mutate(window, NOTARY, |record| change(record.as_mut().unwrap()));
		}
	};
	broken(
		|| {
			let taken = Records::<Test>::take(window(), NOTARY).unwrap();
			Records::<Test>::insert(Notary::current_window(), NOTARY, taken);
		},
		"not over, or was cleared",
	);
	broken(
		record(|record| record.commitment.as_mut().unwrap().notary = [9; 32]),
		"commits to something else",
	);
	broken(
		record(|record| {
			record.commitment = None;
			record.published = true;
		}),
		"published that was not committed to",
	);
}

#[test]
fn check_should_find_damage_to_bounties_and_subsidies() {
	let subsidy = |change: fn(&mut Subsidy)| {
		move || Subsidies::<Test>::mutate(0, |subsidy| change(subsidy.as_mut().unwrap()))
	};
	broken(|| NextSubsidyId::<Test>::put(0), "a subsidy has a number");
	broken(subsidy(|subsidy| subsidy.uses = 1), "counts wrongly what it pays for");
	broken(subsidy(|subsidy| subsidy.closed = true), "that was closed is still there");
	broken(
		|| Attestations::<Test>::mutate(NOTARY, 0, |a| a.as_mut().unwrap().subsidy = Some(7)),
		"a subsidy pays that is not there",
	);
	broken(|| NextBountyId::<Test>::put(0), "a bounty has a number");
	broken(
		|| Bounties::<Test>::mutate(0, |bounty| bounty.as_mut().unwrap().left = 1_001),
		"more left than it cost",
	);
	broken(
		|| {
			let claim = BountyClaims::<Test>::get(0, 0).unwrap();
			BountyClaims::<Test>::insert(9, 0, claim);
		},
		"claimed that never was",
	);
}

#[test]
fn check_should_find_what_is_held_wrongly() {
	for reason in [
		HoldReason::Notary,
		HoldReason::Record,
		HoldReason::Fee,
		HoldReason::Challenge,
		HoldReason::Intent,
		HoldReason::Bounty,
		HoldReason::Subsidy,
	] {
		for who in [NOTARY, SELLER, ALICE, BOB] {
			let more = held_later(reason, &who);
			broken(more, "has not on hold what it should");
		}
	}
	broken(
		|| {
			let claim = BountyClaims::<Test>::get(0, 0).unwrap();
			let ghost = AccountId::new([77; 32]);
			BountyClaims::<Test>::insert(0, 1, BountyClaim { operator: ghost, ..claim });
		},
		"held from nobody",
	);
}

fn held_later(reason: HoldReason, who: &AccountId) -> impl FnOnce() {
	let who = who.clone();
	move || {
		let amount = held(reason, &who) + 1;
		assert_ok!(Balances::set_on_hold(&reason.into(), &who, amount));
	}
}
