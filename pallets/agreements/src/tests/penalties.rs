//! What the operator owes, and how the client is paid.

use crate::{mock::*, Event, HoldReason};
use frame_support::{assert_noop, assert_ok, pallet_prelude::Pays};
use surety_primitives::{
	agreement::{penalty_evidence, AgreementTerms, Audits},
	AgreementId, Balance, SlashId,
};

/// The operator is cut off, and that is reported at once.
fn go_down(id: AgreementId) {
	assert!(sever());
	assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
}

fn come_back(id: AgreementId) {
	assert!(rejoin());
	assert_ok!(ping(id));
}

/// Claims what is owed; returns the slash and how much it is to take.
fn claim(id: AgreementId) -> (SlashId, Balance) {
	assert_ok!(Agreements::claim_penalty(by(&CLIENT), id));
	match events().last() {
		Some(Event::PenaltyReported { agreement, slash, amount, .. }) if *agreement == id => {
			(*slash, *amount)
		}
		other => panic!("{other:?}"),
	}
}

fn slashed(slash: SlashId) -> pallet_slashing::SlashOf<Test> {
	pallet_slashing::Slashes::<Test>::get(slash).expect("is there")
}

#[test]
fn client_should_be_paid_from_the_reservation_after_the_review() {
	execute(|| {
		let id = agree();
		go_down(id);
		advance(ALLOWANCE + 10);
		assert_noop!(Agreements::claim_penalty(by(&ANYBODY), id), Refused::NotAuthorized);
		let before = free(NATIVE, &CLIENT);
		let (slash, amount) = claim(id);
		assert_eq!((slash, amount), (0, 10 * RATE));
		assert_eq!(slashed(slash).evidence, penalty_evidence(id, 0, slashed(slash).era, amount, &CLIENT));
		assert_eq!(free(NATIVE, &CLIENT), before - REPORT_DEPOSIT);
		// It is reserved until it is decided, and owed no more.
		let stands = Agreements::downtime_of(id).unwrap();
		assert_eq!((stands.owed, stands.reserved, reserved()), (0, RESERVE - amount, RESERVE));
		assert_eq!(stands.pending, vec![(slash, amount)]);
		assert_noop!(Agreements::settle(by(&ANYBODY), id), Refused::NothingToClaim);
		come_back(id);

		apply(slash);
		assert_eq!(own(), OWN - amount);
		let done = Agreements::settle(by(&ANYBODY), id).expect("is decided");
		assert_eq!(done.pays_fee, Pays::No);
		assert_eq!(events().last(), Some(&Event::PenaltyDecided { agreement: id, slash, taken: amount }));
		assert_eq!(reserved(), RESERVE - amount);
		// A fifth burns, a tenth is for the report; the rest is the victim's.
		assert_eq!(collect(&CLIENT), amount * 7 / 10);
		assert_eq!(free(NATIVE, &CLIENT), before - REPORT_DEPOSIT + amount * 8 / 10);
	});
}

#[test]
fn veto_should_leave_the_reservation_as_it_was() {
	execute(|| {
		let id = agree();
		go_down(id);
		advance(ALLOWANCE + 5);
		come_back(id);
		let (slash, _) = claim(id);
		assert_ok!(Slashing::veto(by(&GOVERNANCE), slash));
		assert_ok!(Agreements::settle(by(&ANYBODY), id));
		assert_eq!(events().last(), Some(&Event::PenaltyDecided { agreement: id, slash, taken: 0 }));
		assert_eq!((reserved(), own()), (RESERVE, OWN));
		// Governance has said that nothing is owed for that.
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::NothingToClaim);
	});
}

#[test]
fn nothing_should_be_owed_within_the_promise() {
	execute(|| {
		let id = agree();
		go_down(id);
		advance(ALLOWANCE);
		come_back(id);
		advance(20);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::NothingToClaim);
	});
}

#[test]
fn penalties_should_not_exceed_what_is_reserved() {
	execute(|| {
		let id = agree_with(&CLIENT, AgreementTerms { downtime_penalty: RESERVE / 2, ..terms() });
		go_down(id);
		advance(ALLOWANCE + 5);
		let (slash, amount) = claim(id);
		assert_eq!(amount, RESERVE);
		advance(3);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::ReserveExhausted);
		apply(slash);
		assert_eq!(own(), OWN - RESERVE);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::ReserveExhausted);
		assert_ok!(Agreements::settle(by(&ANYBODY), id));
		assert_eq!(reserved(), 0);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::ReserveExhausted);
	});
}

#[test]
fn delegators_should_lose_the_same_part_as_the_operator() {
	execute(|| {
		stake(&DELEGATOR, 3 * OWN);
		advance(ERA);
		let id = agree();
		go_down(id);
		advance(ALLOWANCE + 20);
		let (slash, amount) = claim(id);
		apply(slash);
		assert_eq!((own(), position(&DELEGATOR)), (OWN - amount, 3 * (OWN - amount)));
		// The client has paid no fees yet, so it gets nothing of what was delegated.
		assert_eq!(collect(&CLIENT), amount * 7 / 10);
	});
}

#[test]
fn stake_that_came_after_the_operator_went_down_should_not_be_touched() {
	execute(|| {
		let id = agree();
		go_down(id);
		let era = Restaking::era();
		stake(&DELEGATOR, OWN);
		advance(2 * ERA);
		let (slash, amount) = claim(id);
		assert_eq!(slashed(slash).era, era);
		apply(slash);
		assert_eq!((own(), position(&DELEGATOR)), (OWN - amount, OWN));
	});
}

#[test]
fn stake_that_left_after_the_operator_went_down_should_not_be_spared() {
	execute(|| {
		let id = agree();
		go_down(id);
		// All but what is reserved.
		assert_ok!(Restaking::unbond(by(&OPERATOR), OPERATOR, NATIVE, OWN - RESERVE));
		advance(2 * ERA);
		let (slash, amount) = claim(id);
		assert_eq!(amount, RATE * u128::from(2 * ERA - ALLOWANCE));
		apply(slash);
		assert_eq!(own(), OWN - amount);
	});
}

#[test]
fn downtime_that_goes_on_should_be_claimed_bit_by_bit() {
	execute(|| {
		let id = agree();
		go_down(id);
		advance(ALLOWANCE + 5);
		let (_, first) = claim(id);
		assert_eq!(first, 5 * RATE);
		advance(7);
		let (_, second) = claim(id);
		assert_eq!(second, 7 * RATE);
		assert!(slashed(0).evidence != slashed(1).evidence);
	});
}

#[test]
fn client_that_waits_too_long_should_lose_what_is_owed() {
	execute(|| {
		let id = agree();
		go_down(id);
		advance(ALLOWANCE + 5);
		come_back(id);
		assert_eq!(owed(id), 5 * RATE);
		advance(REPORT + 2 * ERA);
		assert_eq!(owed(id), 0);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::NothingToClaim);
	});
}

#[test]
fn operator_that_is_still_down_should_answer_for_it_in_an_era_that_counts() {
	execute(|| {
		let id = agree_with(&CLIENT, AgreementTerms { reserve: OWN, ..terms() });
		go_down(id);
		advance(REPORT + 3 * ERA);
		let (slash, amount) = claim(id);
		assert_eq!(amount, 50 * RATE);
		assert_eq!(slashed(slash).era, Restaking::era());
	});
}

#[test]
fn missed_audit_should_be_claimed_of_the_era_in_which_it_was_drawn() {
	execute(|| {
		let id = agree_to_store();
		advance(INTERVAL);
		let beacon = draw();
		let era = Restaking::era();
		advance(AUDIT_ANSWER + ERA);
		assert_ok!(Agreements::report_missed(by(&ANYBODY), id, beacon));
		let (slash, amount) = claim(id);
		assert_eq!((amount, slashed(slash).era), (MISSED, era));
	});
}

#[test]
fn no_more_than_four_penalties_should_be_under_review() {
	execute(|| {
		let audits = Audits { interval: 2, ..audits() };
		let id = agree_with(&CLIENT, AgreementTerms { audits: Some(audits), ..storage_terms() });
		advance(12);
		let beacon = draw();
		advance(AUDIT_ANSWER);
		for slash in 0..4 {
			assert_ok!(Agreements::report_missed(by(&ANYBODY), id, beacon));
			assert_eq!(claim(id), (slash, MISSED));
		}
		assert_ok!(Agreements::report_missed(by(&ANYBODY), id, beacon));
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), id), Refused::TooManyPending);
		assert_ok!(Slashing::veto(by(&GOVERNANCE), 2));
		// It is seen that one is decided.
		assert_eq!(claim(id), (4, MISSED));
	});
}

#[test]
fn reporting_should_need_a_deposit() {
	execute(|| {
		let id = agree();
		go_down(id);
		advance(ALLOWANCE + 5);
		let all = free(NATIVE, &CLIENT) - MINIMUM;
		assert_ok!(Balances::transfer_keep_alive(by(&CLIENT), TREASURY, all));
		assert!(Agreements::claim_penalty(by(&CLIENT), id).is_err());
		assert_eq!(owed(id), 5 * RATE);
	});
}

#[test]
fn fees_that_were_paid_should_be_counted_as_such() {
	execute(|| {
		let id = agree();
		advance(20);
		go_down(id);
		advance(ALLOWANCE + 5);
		let (slash, amount) = claim(id);
		let loss = &slashed(slash).claims[0].loss;
		let paid = 20 * PRICE;
		assert_eq!((loss.fees, loss.beyond), (paid, amount - paid));
		assert_eq!(held(HoldReason::Fee, &CLIENT), PRICE * u128::from(LENGTH));
	});
}
