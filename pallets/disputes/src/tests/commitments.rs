//! Commitments: how somebody reports who is not named in the evidence.

use crate::{mock::*, Commitments, Convictions, Event, HoldReason};
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;

const SALT: H256 = H256([5; 32]);

#[test]
fn whoever_is_not_named_should_report_by_a_commitment() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_eq!(report(&ANYBODY, &evidence), refused(Refused::NotAuthorized));
		assert_eq!(submit(&ANYBODY, &evidence, Some(SALT)), refused(Refused::CommitmentNotFound));
		let hash = commitment_of(&ANYBODY, &evidence, SALT);
		assert_ok!(Disputes::commit(by(&ANYBODY), hash));
		assert_eq!(held(HoldReason::Commitment, &ANYBODY), COMMITMENT_DEPOSIT);
		advance(DELAY - 1);
		assert_eq!(submit(&ANYBODY, &evidence, Some(SALT)), refused(Refused::CommitmentTooYoung));
		advance(1);
		assert_ok!(submit(&ANYBODY, &evidence, Some(SALT)));
		assert_eq!(held(HoldReason::Commitment, &ANYBODY), 0);
		assert!(!Commitments::<Test>::contains_key(ANYBODY, hash));
		assert_eq!(Convictions::<Test>::get(0).unwrap().reporter, ANYBODY);
		// The victim is its author, whoever reports.
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		assert_eq!(slash.reporter, ANYBODY);
		assert!(slash.claims.iter().all(|claim| claim.who == CLIENT));
	});
}

#[test]
fn a_commitment_should_be_to_one_piece_of_evidence_by_one_account_with_one_salt() {
	execute(|| {
		let (evidence, other) = (wrong_answer(request(1)), wrong_answer(request(2)));
		let hash = commitment_of(&ANYBODY, &evidence, SALT);
		assert_ok!(Disputes::commit(by(&ANYBODY), hash));
		// Who copies the commitment has nothing.
		assert_ok!(Disputes::commit(by(&OTHER), hash));
		advance(DELAY);
		assert_eq!(submit(&OTHER, &evidence, Some(SALT)), refused(Refused::CommitmentNotFound));
		assert_eq!(submit(&ANYBODY, &other, Some(SALT)), refused(Refused::CommitmentNotFound));
		let salt = H256([6; 32]);
		assert_eq!(submit(&ANYBODY, &evidence, Some(salt)), refused(Refused::CommitmentNotFound));
		assert_ok!(submit(&ANYBODY, &evidence, Some(SALT)));
	});
}

#[test]
fn a_commitment_should_expire() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		let hash = commitment_of(&ANYBODY, &evidence, SALT);
		assert_ok!(Disputes::commit(by(&ANYBODY), hash));
		assert_noop!(Disputes::commit(by(&ANYBODY), hash), Refused::AlreadyCommitted);
		advance(LIFE - 1);
		assert_noop!(Disputes::withdraw(by(&OTHER), ANYBODY, hash), Refused::CommitmentNotExpired);
		advance(1);
		assert_eq!(submit(&ANYBODY, &evidence, Some(SALT)), refused(Refused::CommitmentExpired));
		assert_ok!(Disputes::withdraw(by(&OTHER), ANYBODY, hash));
		assert_noop!(Disputes::withdraw(by(&OTHER), ANYBODY, hash), Refused::CommitmentNotFound);
		assert_eq!(held(HoldReason::Commitment, &ANYBODY), 0);
		assert_eq!(events().last(), Some(&Event::CommitmentWithdrawn { who: ANYBODY, hash }));
		// It can be made again.
		assert_ok!(Disputes::commit(by(&ANYBODY), hash));
		advance(DELAY);
		assert_ok!(submit(&ANYBODY, &evidence, Some(SALT)));
	});
}

#[test]
fn a_commitment_should_be_withdrawn_by_who_has_made_it_at_any_time() {
	execute(|| {
		let hash = commitment_of(&ANYBODY, &wrong_answer(request(1)), SALT);
		assert_ok!(Disputes::commit(by(&ANYBODY), hash));
		assert_ok!(Disputes::withdraw(by(&ANYBODY), ANYBODY, hash));
		assert_eq!(held(HoldReason::Commitment, &ANYBODY), 0);
	});
}

#[test]
fn an_author_should_need_no_commitment() {
	execute(|| {
		let evidence = contradiction(request(1), request_of(&OTHER, 2));
		assert_eq!(report(&ANYBODY, &evidence), refused(Refused::NotAuthorized));
		// Either of the two.
		assert_ok!(report(&OTHER, &evidence));
		assert_ok!(report(&CLIENT, &contradiction(request(3), request_of(&OTHER, 4))));
	});
}
