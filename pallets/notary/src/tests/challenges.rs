use crate::{mock::*, Challenges, Error, Event, HoldReason};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use surety_presence::SlotSet;
use surety_primitives::notary::{ChallengeSubject, FaultKind, PublicationMode, RevocationReason};

const BYTES: ChallengeSubject = ChallengeSubject::Bytes;

fn fee(made: &Made) -> u128 {
	CHALLENGE_FEE + BYTE_PRICE * made.bytes.len() as u128
}

/// A commitment of the notary, whose bytes somebody asks for.
fn challenged() -> (Made, u32) {
	let slot = attest(&SELLER, 20);
	let made = commit(&[slot]);
	assert_ok!(Notary::challenge_bytes(signed(&ALICE), made.signed.clone()));
	let window = made.signed.commitment.window;
	(made, window)
}

/// A commitment of the notary, of which somebody asks for the announcement of a slot.
fn audited(slot: u32) -> (Made, u32) {
	let made = commit(&[slot]);
	let proof = made.tree().prove(slot).unwrap();
	assert_ok!(Notary::audit(signed(&ALICE), made.signed.clone(), slot, proof));
	let window = made.signed.commitment.window;
	(made, window)
}

#[test]
fn bytes_that_are_asked_for_should_be_paid_for_when_they_are_shown() {
	execute_in(PublicationMode::Link, || {
		attest(&SELLER, 20);
		let window = end_window();
		let made = made(&[0]);
		let before = (total(&ALICE), total(&NOTARY));
		assert_ok!(Notary::challenge_bytes(signed(&ALICE), made.signed.clone()));
		assert_eq!(held(HoldReason::Challenge, &ALICE), fee(&made) + REPORT_DEPOSIT);
		let again = Notary::challenge_bytes(signed(&BOB), made.signed.clone());
		assert_noop!(again, Error::<Test>::AlreadyChallenged);
		let answer = |bytes| Notary::answer_bytes(signed(&BOB), NOTARY, window, bytes, None);
		assert_noop!(answer(Default::default()), Error::<Test>::WrongAnswer);
		check();
		assert_ok!(answer(made.bounded()));
		let fee = fee(&made);
		assert_eq!((total(&ALICE), total(&NOTARY)), (before.0 - fee, before.1 + fee));
		let answered = Event::Answered { notary: NOTARY, window, subject: BYTES, fee };
		assert_eq!(events().last(), Some(&answered));
		assert_noop!(answer(made.bounded()), Error::<Test>::ChallengeNotFound);
		assert_eq!(record().challenges, 0);
	});
}

#[test]
fn bytes_that_are_not_shown_in_time_should_be_a_fault_and_the_fee_return() {
	execute(|| {
		let before = total(&ALICE);
		let (made, window) = challenged();
		let conclude = || Notary::conclude(signed(&BOB), NOTARY, window, BYTES);
		advance(ANSWER - 1);
		assert_noop!(conclude(), Error::<Test>::StillDue);
		advance(1);
		assert_ok!(conclude());
		let era = crate::Windows::<Test>::get(window).unwrap().era;
		assert_eq!(slashes(), [(Perbill::from_percent(10), era, ALICE)]);
		assert_eq!((total(&ALICE), held(HoldReason::Challenge, &ALICE)), (before, 0));
		assert_noop!(conclude(), Error::<Test>::ChallengeNotFound);
		let again = Notary::challenge_bytes(signed(&ALICE), made.signed.clone());
		assert_noop!(again, Error::<Test>::AlreadyReported);
	});
}

#[test]
fn an_answer_should_be_taken_until_the_challenge_is_concluded() {
	execute(|| {
		let (made, window) = challenged();
		advance(ANSWER + 3);
		assert_ok!(Notary::answer_bytes(signed(&NOTARY), NOTARY, window, made.bounded(), None));
		assert_eq!(slashes(), []);
	});
}

#[test]
fn a_delta_should_be_shown_with_what_it_starts_from() {
	execute(|| {
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 200);
		let set = SlotSet::from_slots(200, (0..200).filter(|slot| slot % 2 == 0)).unwrap();
		let window = end_window();
		let base = made_of(window, now() - 1, set.clone(), None);
		let mut next = set;
		next.remove(4);
		end_window();
		let delta = made_of(window + 1, now() - 1, next, Some((window, &base)));
		assert_ok!(Notary::challenge_bytes(signed(&ALICE), delta.signed.clone()));
		let answer =
			|earlier| Notary::answer_bytes(signed(&BOB), NOTARY, window + 1, delta.bounded(), earlier);
		assert_noop!(answer(None), Error::<Test>::WrongAnswer);
		assert_noop!(answer(Some(delta.bounded())), Error::<Test>::WrongAnswer);
		assert_ok!(answer(Some(base.bounded())));
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 0);
	});
}

#[test]
fn bytes_that_are_on_chain_should_not_be_asked_for() {
	execute_in(PublicationMode::Strict, || {
		end_window();
		let made = made(&[]);
		assert_ok!(Notary::publish(signed(&ALICE), made.signed.clone(), made.bounded()));
		let call = Notary::challenge_bytes(signed(&ALICE), made.signed.clone());
		assert_noop!(call, Error::<Test>::OnChainAlready);
		// Of another commitment for the same window they were not published.
		let other = made.altered(|commitment| commitment.bytes_hash = [1; 32]);
		assert_ok!(Notary::challenge_bytes(signed(&ALICE), other));
	});
}

#[test]
fn only_what_a_notary_has_signed_should_be_asked_for() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let made = commit(&[slot]);
		let proof = made.tree().prove(slot).unwrap();
		let forged = sign_commitment(9, made.signed.commitment.clone());
		let call = Notary::challenge_bytes(signed(&ALICE), forged.clone());
		assert_noop!(call, Error::<Test>::InvalidSignature);
		let call = Notary::audit(signed(&ALICE), forged, slot, proof.clone());
		assert_noop!(call, Error::<Test>::InvalidSignature);
		let call = Notary::audit(signed(&ALICE), made.signed.clone(), slot + 1, proof);
		assert_noop!(call, Error::<Test>::InvalidProof);
		assert_noop!(Notary::conclude(signed(&ALICE), NOTARY, 0, BYTES), Error::<Test>::ChallengeNotFound);
	});
}

#[test]
fn an_announcement_that_is_asked_for_should_be_paid_for_when_it_is_shown() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let (_, window) = audited(slot);
		let before = free(&NOTARY);
		let answer = |signature| Notary::answer_audit(signed(&BOB), NOTARY, window, slot, signature);
		let right = announcement(slot, 0, window);
		for wrong in [announcement(slot, 1, window), announcement(slot, 0, window + 1)] {
			assert_noop!(answer(sign(11, &wrong)), Error::<Test>::WrongAnswer);
		}
		assert_noop!(answer(sign(12, &right)), Error::<Test>::WrongAnswer);
		// The receipt that the notary itself has given shows nothing.
		let receipt = surety_presence::message::Receipt { announcement: right };
		assert_noop!(answer(sign(11, &receipt)), Error::<Test>::WrongAnswer);
		assert_ok!(answer(sign(11, &right)));
		assert_eq!(free(&NOTARY), before + CHALLENGE_FEE);
		assert_eq!(Challenges::<Test>::iter().count(), 0);
	});
}

#[test]
fn an_announcement_should_be_shown_by_the_key_that_counted_in_its_window_whatever_came_after() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		assert_ok!(Notary::set_presence_key(signed(&SELLER), NOTARY, slot, public(60)));
		let made = commit(&[slot]);
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, slot));
		let proof = made.tree().prove(slot).unwrap();
		assert_ok!(Notary::audit(signed(&ALICE), made.signed.clone(), slot, proof));
		let window = made.signed.commitment.window;
		let right = announcement(slot, 0, window);
		let answer = |seed| Notary::answer_audit(signed(&BOB), NOTARY, window, slot, sign(seed, &right));
		assert_noop!(answer(60), Error::<Test>::WrongAnswer);
		assert_ok!(answer(11));
	});
}

#[test]
fn an_announcement_that_is_not_shown_should_be_a_fault() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let (_, window) = audited(slot);
		let subject = ChallengeSubject::Announcement(slot);
		advance(ANSWER);
		assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, subject));
		assert_eq!(slashes().len(), 1);
		assert_eq!(slashes()[0].0, Perbill::from_percent(15));
		let concluded = Event::ChallengeConcluded { notary: NOTARY, window, subject, slash: Some(0) };
		assert_eq!(events().last(), Some(&concluded));
	});
}

#[test]
fn a_slot_that_was_nobodys_should_have_no_announcement() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		assert_ok!(Notary::revoke(signed(&NOTARY), slot, RevocationReason::TooLate));
		let (_, window) = audited(slot);
		let right = sign(11, &announcement(slot, 0, window));
		assert_noop!(
			Notary::answer_audit(signed(&BOB), NOTARY, window, slot, right),
			Error::<Test>::WrongAnswer
		);
		advance(ANSWER);
		assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, ChallengeSubject::Announcement(slot)));
		assert_eq!(slashes().len(), 1);
	});
}

#[test]
fn what_was_announced_on_chain_should_not_be_asked_for() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		assert_ok!(Notary::announce_on_chain(signed(&SELLER), NOTARY, slot));
		let made = commit(&[slot]);
		let proof = made.tree().prove(slot).unwrap();
		let call = Notary::audit(signed(&ALICE), made.signed, slot, proof);
		assert_noop!(call, Error::<Test>::OnChainAlready);
	});
}

#[test]
fn a_second_unanswered_challenge_should_return_its_fee_and_cost_nothing_more() {
	execute(|| {
		let (slot, other) = (attest(&SELLER, 20), attest(&RIVAL, 20));
		let made = commit(&[slot, other]);
		let window = made.signed.commitment.window;
		for slot in [slot, other] {
			let proof = made.tree().prove(slot).unwrap();
			assert_ok!(Notary::audit(signed(&ALICE), made.signed.clone(), slot, proof));
		}
		advance(ANSWER);
		for (slot, slash) in [(slot, Some(0)), (other, None)] {
			let subject = ChallengeSubject::Announcement(slot);
			assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, subject));
			let concluded = Event::ChallengeConcluded { notary: NOTARY, window, subject, slash };
			assert_eq!(events().last(), Some(&concluded));
		}
		assert_eq!((slashes().len(), held(HoldReason::Challenge, &ALICE)), (1, 0));
	});
}

#[test]
fn a_challenge_that_can_no_longer_be_reported_should_return_its_fee() {
	execute(|| {
		let (_, window) = challenged();
		advance_windows(RETENTION + 1);
		assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, BYTES));
		assert_eq!((slashes(), held(HoldReason::Challenge, &ALICE)), (vec![], 0));
	});
}

#[test]
fn a_challenger_should_have_paid_for_the_report_whatever_it_spends_meanwhile() {
	execute(|| {
		let (_, window) = challenged();
		let all = free(&ALICE) - MINIMUM;
		assert_ok!(Balances::transfer_allow_death(signed(&ALICE), BOB, all));
		advance(ANSWER);
		let before = free(&ALICE);
		assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, BYTES));
		assert_eq!(slashes().len(), 1);
		assert!(free(&ALICE) >= before, "whoever concludes takes nothing of it");
	});
}

#[test]
fn who_cannot_pay_for_the_report_should_not_challenge() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let made = commit(&[slot]);
		let left = fee(&made) + REPORT_DEPOSIT - 1 + MINIMUM;
		assert_ok!(Balances::transfer_allow_death(signed(&ALICE), BOB, free(&ALICE) - left));
		let challenge = Notary::challenge_bytes(signed(&ALICE), made.signed.clone());
		assert_noop!(challenge, sp_runtime::TokenError::FundsUnavailable);
	});
}

#[test]
fn a_notary_should_not_be_closed_while_it_is_asked_for_something() {
	execute(|| {
		assert_ok!(Notary::deregister(signed(&NOTARY)));
		let made = commit(&[]);
		assert_ok!(Notary::challenge_bytes(signed(&ALICE), made.signed.clone()));
		advance_windows(RETENTION + 1);
		assert_noop!(Notary::close(signed(&BOB), NOTARY), Error::<Test>::NotaryInUse);
		let window = made.signed.commitment.window;
		assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, BYTES));
		assert_ok!(Notary::close(signed(&BOB), NOTARY));
	});
}

#[test]
fn withheld_bytes_should_be_another_fault_than_an_announcement_that_was_not_shown() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let (made, window) = audited(slot);
		assert_ok!(Notary::challenge_bytes(signed(&ALICE), made.signed));
		advance(ANSWER);
		for subject in [BYTES, ChallengeSubject::Announcement(slot)] {
			assert_ok!(Notary::conclude(signed(&BOB), NOTARY, window, subject));
		}
		let faults = Notary::commitment(NOTARY, window).unwrap().faults;
		assert_eq!(faults, [FaultKind::Withheld, FaultKind::Unannounced]);
	});
}
