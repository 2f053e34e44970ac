use crate::{mock::*, Error, Event, HoldReason, Intents, Witness};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchResult, Perbill};
use surety_presence::{merkle::Exclusion, message::SignedCommitment, SlotSet};
use surety_primitives::notary::{FaultKind, PublicationMode, RevocationReason};

const REASON: RevocationReason = RevocationReason::Unavailable;

/// The one slash that is under review.
fn slashed(percent: u32, window: u32, reporter: surety_primitives::AccountId) {
	let era = crate::Windows::<Test>::get(window).unwrap().era;
	assert_eq!(slashes(), [(Perbill::from_percent(percent), era, reporter)]);
}

/// Alice reports two commitments for one window.
fn report_both(first: &SignedCommitment, second: &SignedCommitment) -> DispatchResult {
	Notary::report_equivocation(signed(&ALICE), Box::new(first.clone()), Box::new(second.clone()))
}

/// Waits for the end of the time for the last window.
fn miss() -> u32 {
	let window = end_window();
	advance_to(Notary::due(window).unwrap());
	window
}

#[test]
fn a_missed_window_should_be_reported_by_who_has_promised_it() {
	for mode in [PublicationMode::Mixed, PublicationMode::Strict] {
		execute_in(mode, || {
			let window = miss();
			let report = || Notary::report_missed(signed(&ALICE), NOTARY, window);
			assert_noop!(report(), Error::<Test>::IntentNotFound);
			promise(&ALICE, FaultKind::Missed, window, ());
			assert_eq!(held(HoldReason::Intent, &ALICE), INTENT_DEPOSIT);
			assert_ok!(report());
			assert_eq!(held(HoldReason::Intent, &ALICE), 0);
			slashed(1, window, ALICE);
			let reported = Event::FaultReported {
				notary: NOTARY,
				window,
				kind: FaultKind::Missed,
				reporter: ALICE,
				slash: 0,
			};
			assert_eq!(events().last(), Some(&reported));
			promise(&BOB, FaultKind::Missed, window, ());
			assert_noop!(Notary::report_missed(signed(&BOB), NOTARY, window), Error::<Test>::AlreadyReported);
		});
	}
}

#[test]
fn a_promise_should_be_of_use_to_its_account_alone_from_the_next_block_on_for_its_time() {
	execute(|| {
		let window = miss();
		let evidence = promise(&ALICE, FaultKind::Missed, window, ());
		assert_noop!(Notary::intend(signed(&ALICE), evidence), Error::<Test>::AlreadyIntended);
		// Who copies it has promised nothing, and cannot promise it in time.
		let copy = Notary::report_missed(signed(&BOB), NOTARY, window);
		assert_noop!(copy, Error::<Test>::IntentNotFound);
		assert_ok!(Notary::intend(signed(&BOB), evidence));
		let bobs = surety_primitives::notary::fault_evidence(FaultKind::Missed, &NOTARY, window, &[], &BOB);
		assert_ok!(Notary::intend(signed(&BOB), bobs));
		let copy = Notary::report_missed(signed(&BOB), NOTARY, window);
		assert_noop!(copy, Error::<Test>::IntentTooEarly);

		assert_noop!(Notary::withdraw_intent(signed(&ALICE), BOB, bobs), Error::<Test>::IntentNotExpired);
		advance(INTENT);
		let late = Notary::report_missed(signed(&ALICE), NOTARY, window);
		assert_noop!(late, Error::<Test>::IntentExpired);
		assert_ok!(Notary::withdraw_intent(signed(&BOB), ALICE, evidence));
		assert_noop!(Notary::withdraw_intent(signed(&ALICE), BOB, bobs), Error::<Test>::IntentNotExpired);
		assert_ok!(Notary::withdraw_intent(signed(&BOB), BOB, bobs));
		advance(1);
		assert_ok!(Notary::withdraw_intent(signed(&ALICE), BOB, evidence));
		assert_noop!(Notary::withdraw_intent(signed(&ALICE), BOB, evidence), Error::<Test>::IntentNotFound);
		assert_eq!((Intents::<Test>::iter().count(), held(HoldReason::Intent, &ALICE)), (0, 0));
	});
}

#[test]
fn a_promise_should_be_of_use_in_its_last_block() {
	execute(|| {
		let window = miss();
		promise(&ALICE, FaultKind::Missed, window, ());
		advance(INTENT - 1);
		assert_ok!(Notary::report_missed(signed(&ALICE), NOTARY, window));
	});
}

#[test]
fn nothing_should_be_missed_where_nothing_was_due() {
	execute(|| {
		let report = |window| Notary::report_missed(signed(&ALICE), NOTARY, window);
		// Before it was a notary.
		let before = Notary::current_window() - 1;
		assert_noop!(report(before), Error::<Test>::NotMissed);
		assert_noop!(report(before + 1), Error::<Test>::WindowNotOver);
		let window = end_window();
		promise(&ALICE, FaultKind::Missed, window, ());
		advance_to(Notary::due(window).unwrap() - 1);
		assert_noop!(report(window), Error::<Test>::NotMissed);
		let committed = commit(&[]).signed.commitment.window;
		advance(GRACE);
		assert_noop!(report(committed), Error::<Test>::NotMissed);
		assert_noop!(Notary::report_missed(signed(&ALICE), BOB, window), Error::<Test>::NotaryNotFound);

		assert_ok!(Notary::set_mode(signed(&NOTARY), PublicationMode::Link));
		next_window();
		let linked = miss();
		assert_noop!(report(linked), Error::<Test>::NotMissed);
		advance_windows(RETENTION);
		assert_noop!(report(window), Error::<Test>::WindowTooOld);
	});
}

#[test]
fn nothing_should_be_missed_after_the_last_window_of_one_that_leaves() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		assert_ok!(Notary::deregister(signed(&NOTARY)));
		let owed = miss();
		assert_ok!(Notary::revoke(signed(&NOTARY), slot, REASON));
		let last = miss();
		let free = miss();
		let report = |window| Notary::report_missed(signed(&ALICE), NOTARY, window);
		assert_noop!(report(free), Error::<Test>::NotMissed);
		for window in [owed, last] {
			promise(&ALICE, FaultKind::Missed, window, ());
			assert_ok!(report(window));
		}
	});
}

fn equivocation(first: &SignedCommitment, second: &SignedCommitment) -> Vec<u8> {
	(&first.commitment, &second.commitment).encode()
}

/// Promises a report of what SCALE encodes to these very bytes, and waits for a block.
fn promise_bytes(who: &surety_primitives::AccountId, kind: FaultKind, window: u32, details: &[u8]) {
	let evidence = surety_primitives::notary::fault_evidence(kind, &NOTARY, window, details, who);
	assert_ok!(Notary::intend(signed(who), evidence));
	advance(1);
}

#[test]
fn two_commitments_for_one_window_should_be_a_fault_in_every_mode() {
	execute_in(PublicationMode::Link, || {
		let slot = attest(&SELLER, 5);
		let window = end_window();
		let (first, second) = (made(&[slot]).signed, made(&[]).signed);
		promise_bytes(&ALICE, FaultKind::Equivocation, window, &equivocation(&first, &second));
		// In the other order it is another report.
		let swapped = report_both(&second, &first);
		assert_noop!(swapped, Error::<Test>::IntentNotFound);
		assert_ok!(report_both(&first, &second));
		slashed(30, window, ALICE);
	});
}

#[test]
fn the_same_commitment_signed_twice_should_be_no_fault() {
	execute(|| {
		let window = end_window();
		let first = made(&[]).signed;
		let again = sign_commitment(1, first.commitment.clone());
		assert_ne!(first.signature, again.signature);
		let report = |second| report_both(&first, &second);
		assert_noop!(report(again), Error::<Test>::NoEquivocation);
		let of_another = made(&[]).altered(|commitment| commitment.window = window - 1);
		assert_noop!(report(of_another), Error::<Test>::NoEquivocation);
		let mut other = first.commitment.clone();
		other.link = b"x".to_vec().try_into().unwrap();
		assert_noop!(report(sign_commitment(2, other)), Error::<Test>::InvalidSignature);
	});
}

#[test]
fn a_commitment_that_its_bytes_belie_should_be_a_fault() {
	execute(|| {
		let slot = attest(&SELLER, 5);
		let window = end_window();
		let right = made(&[slot]);
		let wrong = right.altered(|commitment| commitment.root = [9; 32]);
		let report = |signed_: &SignedCommitment, bytes: &Made| {
			Notary::report_mismatch(signed(&ALICE), signed_.clone(), bytes.bounded(), None)
		};
		assert_noop!(report(&right.signed, &right), Error::<Test>::NoMismatch);
		assert_noop!(report(&wrong, &made(&[])), Error::<Test>::WrongBytes);
		promise_bytes(&ALICE, FaultKind::Mismatch, window, &wrong.commitment.encode());
		assert_ok!(report(&wrong, &right));
		slashed(20, window, ALICE);
	});
}

#[test]
fn a_delta_should_be_judged_with_what_it_starts_from() {
	execute(|| {
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 200);
		let set = SlotSet::from_slots(200, (0..200).filter(|slot| slot % 2 == 0)).unwrap();
		let window = end_window();
		let base = made_of(window, now() - 1, set.clone(), None);
		let mut next = set;
		next.remove(4);
		end_window();
		let delta = made_of(window + 1, now() - 1, next, Some((window, &base)));
		let report = |signed_: &SignedCommitment, earlier| {
			Notary::report_mismatch(signed(&ALICE), signed_.clone(), delta.bounded(), earlier)
		};
		assert_noop!(report(&delta.signed, Some(base.bounded())), Error::<Test>::NoMismatch);
		assert_noop!(report(&delta.signed, None), Error::<Test>::WrongBytes);
		let wrong = delta.altered(|commitment| commitment.root = [9; 32]);
		promise_bytes(&ALICE, FaultKind::Mismatch, window + 1, &wrong.commitment.encode());
		assert_ok!(report(&wrong, Some(base.bounded())));
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 0);
	});
}

/// Reports that a slot was left out, with the notary's receipt.
fn omission(made: &Made, slot: u32, generation: u32) -> sp_runtime::DispatchResult {
	let witness = receipt(announcement(slot, generation, made.signed.commitment.window));
	let exclusion = made.tree().prove_absent(slot);
	Notary::report_omission(signed(&SELLER), made.signed.clone(), slot, witness, exclusion)
}

#[test]
fn a_receipt_whose_slot_was_left_out_should_be_a_fault_and_its_operator_the_reporter() {
	execute(|| {
		let (slot, other) = (attest(&SELLER, 9), attest(&RIVAL, 9));
		let made = commit(&[other]);
		let window = made.signed.commitment.window;
		assert_noop!(omission(&made, slot, 1), Error::<Test>::InvalidSignature);
		// Of one that was not left out.
		let witness = receipt(announcement(other, 1, window));
		let exclusion = made.tree().prove_absent(slot);
		let report = |who: &_| {
			let (witness, exclusion) = (witness.clone(), exclusion.clone());
			Notary::report_omission(signed(who), made.signed.clone(), other, witness, exclusion)
		};
		assert_noop!(report(&RIVAL), Error::<Test>::InvalidProof);
		assert_noop!(report(&SELLER), Error::<Test>::NotAuthorized);
		assert_ok!(omission(&made, slot, 0));
		slashed(5, window, SELLER);
		assert_noop!(omission(&made, slot, 0), Error::<Test>::AlreadyReported);
	});
}

#[test]
fn a_receipt_for_another_window_slot_or_chain_should_show_nothing() {
	execute(|| {
		let slot = attest(&SELLER, 9);
		let made = commit(&[]);
		let window = made.signed.commitment.window;
		let exclusion = made.tree().prove_absent(slot);
		let report = |witness| {
			let signed_ = made.signed.clone();
			Notary::report_omission(signed(&SELLER), signed_, slot, witness, exclusion.clone())
		};
		let right = announcement(slot, 0, window);
		for wrong in [
			surety_presence::message::Announcement { window: window + 1, ..right },
			surety_presence::message::Announcement { slot: 5, ..right },
			surety_presence::message::Announcement { genesis: [7; 32], ..right },
			surety_presence::message::Announcement { notary: [7; 32], ..right },
		] {
			assert_noop!(report(receipt(wrong)), Error::<Test>::InvalidSignature);
		}
		// The operator's own signature is no receipt.
		let own = Witness::Receipt(sign(11, &right));
		assert_noop!(report(own), Error::<Test>::InvalidSignature);
		assert_noop!(report(Witness::OnChain), Error::<Test>::NotAnnounced);
		assert_noop!(
			Notary::report_omission(signed(&SELLER), made.signed.clone(), slot, receipt(right), None),
			Error::<Test>::InvalidProof
		);
		let empty = Some(Exclusion::Empty);
		assert_ok!(Notary::report_omission(
			signed(&SELLER),
			made.signed.clone(),
			slot,
			receipt(right),
			empty
		));
	});
}

#[test]
fn an_attestation_that_ended_at_the_base_block_or_before_should_be_no_fault_and_after_it_one() {
	for (revoked_at, innocent) in [(0, true), (1, true), (2, false)] {
		execute(|| {
			let slot = attest(&SELLER, 9);
			next_window();
			let window = Notary::current_window() - 1;
			let base = now() + 1;
			advance(revoked_at);
			assert_ok!(Notary::revoke(signed(&NOTARY), slot, REASON));
			advance(4 - revoked_at);
			let made = made_at(window, base, 1, &[]);
			assert_ok!(Notary::commit(signed(&ALICE), made.signed.clone()));
			if innocent {
				assert_noop!(omission(&made, slot, 0), Error::<Test>::NotAttested);
			} else {
				assert_ok!(omission(&made, slot, 0));
				slashed(5, window, SELLER);
			}
		});
	}
}

#[test]
fn an_attestation_after_the_base_block_should_be_no_fault() {
	execute(|| {
		next_window();
		advance(2);
		let slot = attest(&SELLER, 9);
		let window = Notary::current_window() - 1;
		let before = made_at(window, now() - 1, 0, &[]);
		advance(1);
		assert_ok!(Notary::commit(signed(&ALICE), before.signed.clone()));
		assert_noop!(omission(&before, slot, 0), Error::<Test>::NotAttested);
	});
}

#[test]
fn a_universe_that_is_too_small_should_excuse_nothing() {
	execute(|| {
		let slot = attest(&SELLER, 9);
		let window = end_window();
		let small = made_at(window, now() - 1, 0, &[]);
		assert_ok!(Notary::commit(signed(&ALICE), small.signed.clone()));
		let witness = receipt(announcement(slot, 0, window));
		assert_ok!(Notary::report_omission(signed(&SELLER), small.signed, slot, witness, None));
		slashed(5, window, SELLER);
	});
}

#[test]
fn a_base_block_out_of_its_time_should_excuse_nothing() {
	// Nobody brings such a commitment on chain, but readers of a link might be shown one.
	for base in [0, u32::MAX] {
		execute_in(PublicationMode::Link, || {
			let slot = attest(&SELLER, 9);
			let window = end_window();
			let made = made_at(window, base, 1, &[]);
			assert_ok!(omission(&made, slot, 0));
			slashed(5, window, SELLER);
		});
	}
}

#[test]
fn what_was_announced_on_chain_should_be_published() {
	execute(|| {
		let slot = attest(&SELLER, 9);
		let announce = |who: &_| Notary::announce_on_chain(signed(who), NOTARY, slot);
		assert_noop!(announce(&RIVAL), Error::<Test>::NotAuthorized);
		assert_ok!(announce(&SELLER));
		assert_noop!(announce(&SELLER), Error::<Test>::AlreadyAnnounced);
		let made = commit(&[]);
		// Later ones do not hide it, nor does its end.
		assert_ok!(announce(&SELLER));
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, slot));
		let exclusion = made.tree().prove_absent(slot);
		let report =
			Notary::report_omission(signed(&SELLER), made.signed.clone(), slot, Witness::OnChain, exclusion);
		assert_ok!(report);
		slashed(5, made.signed.commitment.window, SELLER);
	});
}

#[test]
fn no_window_that_is_too_old_should_be_disputed() {
	execute(|| {
		let slot = attest(&SELLER, 30);
		let made = commit(&[]);
		let second = made.altered(|commitment| commitment.root = [1; 32]);
		advance_windows(RETENTION);
		assert_noop!(omission(&made, slot, 0), Error::<Test>::WindowTooOld);
		let report = report_both(&made.signed, &second);
		assert_noop!(report, Error::<Test>::WindowTooOld);
		let report = Notary::report_mismatch(signed(&ALICE), made.signed.clone(), made.bounded(), None);
		assert_noop!(report, Error::<Test>::WindowTooOld);
	});
}

#[test]
fn a_fault_should_cost_the_stake_that_backed_the_notary_then() {
	execute(|| {
		let window = miss();
		promise(&ALICE, FaultKind::Missed, window, ());
		assert_ok!(Notary::report_missed(signed(&ALICE), NOTARY, window));
		advance(REVIEW);
		let before = Restaking::bonded(&NOTARY, &NOTARY, &NATIVE);
		assert_ok!(Slashing::apply(signed(&BOB), 0, 1));
		assert_eq!(Restaking::bonded(&NOTARY, &NOTARY, &NATIVE), before - OWN / 100);
	});
}

#[test]
fn kinds_of_faults_of_one_window_should_each_be_reported_once() {
	execute(|| {
		let slot = attest(&SELLER, 9);
		let window = end_window();
		let (first, second) = (made(&[]), made(&[slot]));
		promise_bytes(&ALICE, FaultKind::Equivocation, window, &equivocation(&first.signed, &second.signed));
		assert_ok!(omission(&first, slot, 0));
		assert_ok!(report_both(&first.signed, &second.signed));
		advance_to(Notary::due(window).unwrap());
		promise(&ALICE, FaultKind::Missed, window, ());
		assert_ok!(Notary::report_missed(signed(&ALICE), NOTARY, window));
		assert_eq!(slashes().len(), 3);
	});
}
