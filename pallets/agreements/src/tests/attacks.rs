//! The attacks that were thought of, each by its name.

use crate::{mock::*, Event};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{
	agreement::{AgreementTerms, Audits, Party},
	Balance,
};

#[test]
fn flapping() {
	execute(|| {
		let (flapped, steady) = (agree(), agree_with(&OTHER, terms()));
		// It is away for a block at a time, six times: less than it promised.
		for _ in 0..6 {
			assert!(sever());
			assert_ok!(Agreements::report_cut(by(&CLIENT), flapped));
			advance(1);
			assert!(rejoin());
			assert_ok!(ping(flapped));
			advance(2);
		}
		let counted: Vec<u32> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::CameBack { counted, .. } => Some(counted),
				_ => None,
			})
			.collect();
		assert_eq!(counted, vec![1, 3, 6, 9, 12, 15]);
		assert_eq!(owed(flapped), RATE * u128::from(46 - ALLOWANCE));
		// Who is away for as long at once owes nothing.
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&OTHER), steady));
		advance(6);
		assert!(rejoin());
		assert_ok!(ping(steady));
		assert_eq!(owed(steady), 0);
	});
}

#[test]
fn operator_that_answers_only_challenges() {
	execute(|| {
		let id = agree_to_store();
		advance(INTERVAL);
		// It serves nobody: clients have it cut off by asking (S3 §4). Then it comes back for a moment to answer.
		let beacon = draw();
		for _ in 0..4 {
			assert_ok!(Agreements::challenge(by(&CLIENT), id));
			assert_ok!(ping(id));
			assert!(sever());
			assert_ok!(Agreements::report_cut(by(&CLIENT), id));
			advance(1);
			// What it shows of the data is not what was asked of it.
			if stored(id).next_round == 0 {
				assert_ok!(answer(id, beacon, proofs(id)));
				assert!(stored(id).is_down());
			}
			advance(2);
			assert!(rejoin());
			assert_ok!(ping(id));
		}
		assert_eq!(Agreements::downtime_of(id).unwrap().lasted, 12);
		// Each time counts for more than it has lasted: 3, 3, 6, 9.
		assert_eq!(owed(id), RATE * u128::from(21 - ALLOWANCE));
	});
}

#[test]
fn client_that_challenges_without_end() {
	execute(|| {
		let id = agree();
		let before = (free(NATIVE, &CLIENT), free(NATIVE, &OPERATOR));
		for _ in 0..50 {
			assert_ok!(Agreements::challenge(by(&CLIENT), id));
			assert_noop!(Agreements::challenge(by(&CLIENT), id), Refused::AlreadyChallenged);
			assert_ok!(ping(id));
		}
		let fees = 50 * CHALLENGE_FEE;
		assert_eq!((free(NATIVE, &CLIENT), free(NATIVE, &OPERATOR)), (before.0 - fees, before.1 + fees));
		assert_eq!(Agreements::downtime_of(id).unwrap().lasted, 0);
	});
}

#[test]
fn client_that_colludes_to_drain_the_allocation_before_other_victims() {
	execute(|| {
		// A friend of the operator is promised as much as an honest client, for less.
		let half = AgreementTerms { reserve: OWN / 2, ..terms() };
		let honest = agree_with(&CLIENT, AgreementTerms { downtime_penalty: OWN / 20, ..half.clone() });
		let friend = agree_with(&OTHER, AgreementTerms { downtime_penalty: OWN / 2, ..half });
		let before = free(NATIVE, &OTHER) + own();
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&OTHER), friend));
		assert_ok!(Agreements::report_cut(by(&CLIENT), honest));
		advance(ALLOWANCE + 1);
		// The friend is first, with all that it can ask for.
		assert_ok!(Agreements::claim_penalty(by(&OTHER), friend));
		advance(9);
		assert_ok!(Agreements::claim_penalty(by(&CLIENT), honest));
		apply(0);
		apply(1);
		// Half of all, and half of the rest: never more than both are promised.
		assert_eq!(own(), OWN / 4);
		let closes_at = pallet_slashing::Settlements::<Test>::get(0).unwrap().closes_at;
		advance_to(closes_at);
		let paid = [CLIENT, OTHER].map(|who| {
			let before = free(NATIVE, &who);
			assert_ok!(Slashing::collect(by(&ANYBODY), 0, who.clone()));
			free(NATIVE, &who) - before
		});
		// Both are paid the same part of what they ask for, whoever was first.
		assert_eq!(paid[0], paid[1]);
		assert_eq!(paid[0] + paid[1], (OWN - OWN / 4) * 7 / 10);
		// And together the two have lost by it.
		let deposit = REPORT_DEPOSIT;
		assert!(free(NATIVE, &OTHER) + own() + deposit + PRICE * u128::from(LENGTH) < before);
	});
}

#[test]
fn stake_that_is_promised_cannot_be_promised_twice_nor_taken_away() {
	execute(|| {
		let all = AgreementTerms { reserve: OWN, ..terms() };
		let friend = agree_with(&OTHER, all.clone());
		let id = propose(&CLIENT, terms());
		let hash = terms().hash(&CLIENT, &OPERATOR);
		let not_enough = pallet_restaking::Error::<Test>::NotEnoughStake;
		assert_noop!(Agreements::accept(by(&CLIENT), id, hash), not_enough);
		assert_noop!(
			Restaking::unbond(by(&OPERATOR), OPERATOR, NATIVE, 1),
			pallet_restaking::Error::<Test>::StakeReserved
		);
		// Not even when it is over, as long as its client may claim.
		advance_to(stored(friend).end + CLAIMS - 1);
		assert_noop!(Agreements::close(by(&OPERATOR), friend), Refused::ClaimsOpen);
		assert_noop!(
			Restaking::unbond(by(&OPERATOR), OPERATOR, NATIVE, 1),
			pallet_restaking::Error::<Test>::StakeReserved
		);
	});
}

#[test]
fn operator_that_leaves_to_escape_what_it_owes() {
	execute(|| {
		let id = agree();
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&CLIENT), id));
		advance(ALLOWANCE + 5);
		assert_ok!(Registry::leave(by(&OPERATOR)));
		assert_ok!(Agreements::give_notice(by(&OPERATOR), id));
		let _ = Restaking::unbond(by(&OPERATOR), OPERATOR, NATIVE, OWN - RESERVE);
		assert_ok!(Agreements::claim_penalty(by(&CLIENT), id));
		apply(0);
		assert_eq!(own(), OWN - 5 * RATE);
	});
}

#[test]
fn randomness_that_is_ground() {
	execute(|| {
		let id = agree_to_store();
		advance(INTERVAL - 2);
		// Known before the round is due: whoever has lost chunks could make up for it.
		let early = draw();
		advance(3);
		assert_noop!(answer(id, early, vec![]), Refused::WrongBeacon);
		assert_eq!(Agreements::audit_of(id).unwrap().drawn, None);
		let right = draw();
		let chunks = Agreements::audit_of(id).unwrap().drawn.unwrap().chunks;
		// Waiting for another draw does not give other chunks.
		let later = draw();
		assert_noop!(answer(id, later, proofs(id)), Refused::WrongBeacon);
		assert_noop!(Agreements::report_missed(by(&ANYBODY), id, later), Refused::WrongBeacon);
		assert_eq!(Agreements::audit_of(id).unwrap().drawn.unwrap().chunks, chunks);
		assert_eq!(Agreements::audit_of(id).unwrap().drawn.unwrap().beacon, right);
		assert_ok!(answer(id, right, proofs(id)));
	});
}

#[test]
fn randomness_that_is_said_again() {
	execute(|| {
		let first = draw();
		// The same, or older, is no news: else rounds could be drawn anew.
		Drawn::set((Default::default(), now()));
		advance(1);
		Drawn::set((Default::default(), now() - 3));
		advance(1);
		assert_eq!(crate::KeptBeacons::<Test>::get().next, first + 1);
	});
}

#[test]
fn proof_of_an_older_round() {
	execute(|| {
		let id = agree_to_store();
		advance(INTERVAL);
		let first = draw();
		let old = proofs(id);
		assert_ok!(answer(id, first, old.clone()));
		assert_noop!(answer(id, first, old.clone()), Refused::WrongBeacon);
		advance(INTERVAL);
		let second = draw();
		assert_noop!(answer(id, second, old.clone()), Refused::WrongChunks);
		assert_noop!(answer(id, first, old), Refused::WrongBeacon);
		assert_ok!(answer(id, second, proofs(id)));
	});
}

#[test]
fn proof_of_another_agreement() {
	execute(|| {
		let (mine, other) = (agree_to_store(), agree_with(&OTHER, storage_terms()));
		advance(INTERVAL);
		let beacon = draw();
		// The same file, in the same round.
		assert_noop!(answer(mine, beacon, proofs(other)), Refused::WrongChunks);
		assert_ok!(answer(mine, beacon, proofs(mine)));
	});
}

#[test]
fn path_of_another_operator() {
	execute(|| {
		let id = agree();
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		// It ends at the relay.
		assert!(Agreements::ping(by(&OPERATOR), id, vec![0].try_into().unwrap()).is_err());
		assert_noop!(Agreements::ping(by(&RELAY), id, vec![0].try_into().unwrap()), Refused::NotAuthorized);
	});
}

#[test]
fn acceptance_of_another_proposal_under_the_same_number() {
	execute(|| {
		// On another fork the number was that of a proposal with other terms.
		let read = terms().hash(&CLIENT, &OPERATOR);
		let dear = AgreementTerms { length: MAX_LENGTH, ..terms() };
		let id = propose(&CLIENT, dear);
		assert_noop!(Agreements::accept(by(&CLIENT), id, read), Refused::TermsChanged);
	});
}

#[test]
fn agreement_that_is_made_claimed_and_ended_in_one_block() {
	execute(|| {
		let before = (free(NATIVE, &CLIENT), free(NATIVE, &OPERATOR));
		let id = agree_with(&CLIENT, AgreementTerms { notice: 0, ..terms() });
		assert_noop!(Agreements::claim_fees(by(&OPERATOR), id), Refused::NothingToClaim);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::NothingToClaim);
		assert_ok!(Agreements::give_notice(by(&CLIENT), id));
		assert_ok!(Agreements::close(by(&CLIENT), id));
		assert_eq!((free(NATIVE, &CLIENT), free(NATIVE, &OPERATOR)), before);
	});
}

#[test]
fn proposals_that_fill_the_state_are_paid_for() {
	execute(|| {
		for id in 0..20 {
			assert_ok!(Agreements::propose(by(&ANYBODY), Party::Client, OPERATOR, Box::new(terms())));
			assert_eq!(held(crate::HoldReason::Deposit, &ANYBODY), RECORD_DEPOSIT * (id + 1));
		}
	});
}

#[test]
fn rounds_as_often_as_there_can_be() {
	execute(|| {
		let audits = Audits { interval: 2, samples: MAX_SAMPLES, answer: 2, penalty: RESERVE };
		let id = agree_with(&CLIENT, AgreementTerms { audits: Some(audits), ..storage_terms() });
		advance(40);
		let beacon = draw();
		advance(2);
		for _ in 0..20 {
			assert_ok!(Agreements::report_missed(by(&ANYBODY), id, beacon));
		}
		assert_eq!(owed(id), 20 * RESERVE);
		assert_ok!(Agreements::claim_penalty(by(&CLIENT), id));
		apply(0);
		let taken: Balance = OWN - own();
		assert_eq!(taken, RESERVE);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::NothingToClaim);
	});
}
