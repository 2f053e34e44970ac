//! How fees are paid, and how agreements are closed.

use crate::{mock::*, Agreements as Stored, ByClient, ByOperator, Event, HoldReason};
use frame_support::{assert_noop, assert_ok, pallet_prelude::Pays};
use surety_primitives::{agreement::AgreementTerms, AgreementId, Balance, Price};

fn in_gold(amount: Balance, period: u32) -> AgreementTerms {
	AgreementTerms { price: Price { asset: GOLD, amount, period }, ..terms() }
}

fn is_gone(id: AgreementId) -> bool {
	!Stored::<Test>::contains_key(id)
		&& !ByClient::<Test>::contains_key(CLIENT, id)
		&& !ByOperator::<Test>::contains_key(OPERATOR, id)
}

#[test]
fn fee_should_be_paid_by_the_block() {
	execute(|| {
		let id = agree_with(&CLIENT, in_gold(100, 3));
		assert_eq!(held_gold(&CLIENT), 10_000);
		assert_noop!(Agreements::claim_fees(by(&ANYBODY), id), Refused::NothingToClaim);
		advance(10);
		assert_ok!(Agreements::claim_fees(by(&ANYBODY), id));
		assert_eq!(events(), vec![Event::FeesPaid { agreement: id, amount: 333 }]);
		assert_eq!((free(GOLD, &OPERATOR), held_gold(&CLIENT)), (333, 9_667));
		assert_noop!(Agreements::claim_fees(by(&ANYBODY), id), Refused::NothingToClaim);
		advance(2);
		assert_ok!(Agreements::claim_fees(by(&ANYBODY), id));
		assert_eq!(free(GOLD, &OPERATOR), 400);
	});
}

#[test]
fn no_fee_should_be_due_for_blocks_in_which_the_operator_was_down() {
	execute(|| {
		let id = agree_with(&CLIENT, in_gold(100, 1));
		advance(10);
		assert!(sever());
		advance(4);
		assert_ok!(Agreements::claim_fees(by(&ANYBODY), id));
		assert_eq!(free(GOLD, &OPERATOR), 1_400);
		// That it was down for the last four is known later: what was paid for them is set off.
		assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
		advance(6);
		assert!(rejoin());
		assert_ok!(ping(id));
		advance(4);
		assert_noop!(Agreements::claim_fees(by(&ANYBODY), id), Refused::NothingToClaim);
		advance(1);
		assert_ok!(Agreements::claim_fees(by(&ANYBODY), id));
		assert_eq!(free(GOLD, &OPERATOR), 1_500);
	});
}

#[test]
fn everything_that_is_held_should_come_back() {
	execute(|| {
		let before = (free(GOLD, &CLIENT), free(NATIVE, &CLIENT), free(NATIVE, &OPERATOR));
		let id = agree_with(&CLIENT, in_gold(100, 1));
		advance(50);
		assert_ok!(Agreements::give_notice(by(&CLIENT), id));
		advance(NOTICE);
		let done = Agreements::close(by(&CLIENT), id).expect("is over");
		assert_eq!(done.pays_fee, Pays::No);
		let paid = 100 * u128::from(50 + NOTICE);
		let refunded = 30_000 - paid;
		let closed = Event::Closed { agreement: id, paid, refunded, forfeited: 0, released: RESERVE };
		assert_eq!(events().last(), Some(&closed));
		let after = (free(GOLD, &CLIENT), free(NATIVE, &CLIENT), free(NATIVE, &OPERATOR));
		assert_eq!(after, (before.0 - paid, before.1, before.2));
		assert_eq!((free(GOLD, &OPERATOR), reserved()), (paid, 0));
		assert!(is_gone(id));
		assert_noop!(Agreements::close(by(&CLIENT), id), Refused::AgreementNotFound);
	});
}

#[test]
fn client_should_have_its_time_to_claim() {
	execute(|| {
		let id = agree();
		assert_noop!(Agreements::close(by(&CLIENT), id), Refused::NotEnded);
		advance_to(stored(id).end);
		assert_noop!(Agreements::close(by(&OPERATOR), id), Refused::ClaimsOpen);
		advance(CLAIMS - 1);
		assert_noop!(Agreements::close(by(&ANYBODY), id), Refused::ClaimsOpen);
		advance(1);
		assert_ok!(Agreements::close(by(&ANYBODY), id));
		assert!(is_gone(id));
	});
}

#[test]
fn penalty_should_be_claimed_after_the_end() {
	execute(|| {
		let id = agree();
		advance_to(stored(id).end - 15);
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
		advance(20);
		assert_ok!(Agreements::claim_penalty(by(&CLIENT), id));
		let reported =
			Event::PenaltyReported { agreement: id, slash: 0, amount: 5 * RATE, era: Restaking::era() - 2 };
		assert_eq!(events().last(), Some(&reported));
		// What is under review stays reserved.
		advance(30);
		for who in [CLIENT, ANYBODY] {
			assert_noop!(Agreements::close(by(&who), id), Refused::PenaltyPending);
		}
		apply(0);
		advance_to(stored(id).end + CLAIMS);
		assert_ok!(Agreements::close(by(&ANYBODY), id));
		assert_eq!((reserved(), own()), (0, OWN - 5 * RATE));
	});
}

#[test]
fn agreement_should_end_though_a_challenge_is_open() {
	execute(|| {
		let id = agree();
		advance_to(stored(id).end - 2);
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		advance(2);
		assert_noop!(Agreements::close(by(&CLIENT), id), Refused::ChallengeOpen);
		// It can still be answered.
		assert_ok!(ping(id));
		assert_ok!(Agreements::close(by(&CLIENT), id));
		assert_eq!(held(HoldReason::Challenge, &CLIENT), 0);
	});
}

#[test]
fn challenge_that_is_not_answered_after_the_end_should_count_up_to_it() {
	execute(|| {
		let id = agree();
		advance_to(stored(id).end - 2);
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		advance(ANSWER);
		// Closing takes note of it.
		assert_eq!(Agreements::downtime_of(id).unwrap().lasted, 2);
		let before = free(NATIVE, &OPERATOR);
		assert_ok!(Agreements::close(by(&CLIENT), id));
		assert_eq!(held(HoldReason::Challenge, &CLIENT), 0);
		assert_eq!(free(NATIVE, &OPERATOR), before + PRICE * u128::from(LENGTH - 2) + RECORD_DEPOSIT);
	});
}

#[test]
fn operator_that_cannot_be_paid_should_have_time_and_not_keep_the_client_waiting_for_ever() {
	execute(|| {
		// Three in all, less than an account in gold must have.
		let id = agree_with(&CLIENT, in_gold(1, 100));
		advance_to(stored(id).end);
		assert_noop!(Agreements::claim_fees(by(&OPERATOR), id), Refused::OperatorCannotReceive);
		assert_noop!(Agreements::close(by(&CLIENT), id), Refused::OperatorCannotReceive);
		advance(2 * CLAIMS - 1);
		assert_noop!(Agreements::close(by(&ANYBODY), id), Refused::OperatorCannotReceive);
		advance(1);
		assert_ok!(Agreements::close(by(&ANYBODY), id));
		let closed = Event::Closed { agreement: id, paid: 0, refunded: 3, forfeited: 3, released: RESERVE };
		assert_eq!(events().last(), Some(&closed));
		assert_eq!(free(GOLD, &CLIENT), ENDOWMENT);
	});
}
