//! Whether an operator is within reach.

use crate::{mock::*, Event, HoldReason};
use frame_support::{assert_noop, assert_ok, pallet_prelude::Pays};
use surety_primitives::agreement::{AgreementTerms, Limits};

#[test]
fn operator_should_be_down_from_the_block_of_the_cut_on() {
	execute(|| {
		let id = agree();
		assert_noop!(Agreements::report_cut(by(&ANYBODY), id), Refused::NotCutOff);
		advance(5);
		assert!(sever());
		let since = now();
		// It is reported later.
		advance(3);
		let done = Agreements::report_cut(by(&ANYBODY), id).expect("was cut off");
		assert_eq!(done.pays_fee, Pays::No);
		assert_eq!(events(), vec![Event::WentDown { agreement: id, since }]);
		assert_noop!(Agreements::report_cut(by(&ANYBODY), id), Refused::AlreadyDown);
		advance(ALLOWANCE - 3);
		assert_eq!(owed(id), 0);
		advance(1);
		assert_eq!(owed(id), RATE);
	});
}

#[test]
fn operator_should_be_up_when_it_is_back_and_says_so() {
	execute(|| {
		let id = agree();
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
		advance(4);
		assert_noop!(ping(id), Refused::OperatorNotReachable);
		assert!(rejoin());
		// It is down until it says so.
		advance(2);
		assert_noop!(Agreements::ping(by(&CLIENT), id, way().try_into().unwrap()), Refused::NotAuthorized);
		assert!(Agreements::ping(by(&OPERATOR), id, vec![0].try_into().unwrap()).is_err());
		assert_ok!(ping(id));
		assert_eq!(events().last(), Some(&Event::CameBack { agreement: id, counted: 6 }));
		assert_noop!(ping(id), Refused::NothingToAnswer);
		advance(50);
		assert_eq!(Agreements::downtime_of(id).unwrap().lasted, 6);
	});
}

#[test]
fn path_that_does_not_keep_to_the_terms_should_not_count() {
	let reach = terms().reach;
	for reach in [
		Limits { latency_ms: 19, ..reach },
		Limits { bandwidth_kbit_s: 1_001, ..reach },
		Limits { price: 11, ..reach },
	] {
		execute(|| {
			let id = agree_with(&CLIENT, AgreementTerms { reach, ..terms() });
			assert_ok!(Agreements::challenge(by(&CLIENT), id));
			assert!(ping(id).is_err());
			advance(ANSWER);
			assert_ok!(Agreements::conclude(by(&ANYBODY), id));
			assert!(stored(id).is_down());
		});
	}
	execute(|| {
		let reach = Limits { latency_ms: 20, bandwidth_kbit_s: 1_000, price: 12, bytes: 1 };
		let id = agree_with(&CLIENT, AgreementTerms { reach, ..terms() });
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		assert_ok!(ping(id));
	});
}

#[test]
fn answer_to_a_challenge_should_be_paid_by_the_client() {
	execute(|| {
		let id = agree();
		assert_noop!(Agreements::challenge(by(&OPERATOR), id), Refused::NotAuthorized);
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		let due = now() + ANSWER;
		assert_eq!(events(), vec![Event::Challenged { agreement: id, due, fee: CHALLENGE_FEE }]);
		assert_eq!(held(HoldReason::Challenge, &CLIENT), CHALLENGE_FEE);
		assert_noop!(Agreements::challenge(by(&CLIENT), id), Refused::AlreadyChallenged);
		advance(ANSWER - 1);
		assert_noop!(Agreements::conclude(by(&ANYBODY), id), Refused::StillDue);
		let before = free(NATIVE, &OPERATOR);
		assert_ok!(ping(id));
		assert_eq!(events().last(), Some(&Event::Answered { agreement: id, fee: CHALLENGE_FEE }));
		assert_eq!(free(NATIVE, &OPERATOR), before + CHALLENGE_FEE);
		assert_eq!(held(HoldReason::Challenge, &CLIENT), 0);
		assert_noop!(Agreements::conclude(by(&ANYBODY), id), Refused::ChallengeNotFound);
		assert_eq!(Agreements::downtime_of(id).unwrap().lasted, 0);
	});
}

#[test]
fn operator_that_does_not_answer_in_time_should_be_down_from_the_question_on() {
	execute(|| {
		let id = agree();
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		let asked = now();
		advance(ANSWER);
		let done = Agreements::conclude(by(&ANYBODY), id).expect("is late");
		assert_eq!(done.pays_fee, Pays::No);
		assert_eq!(events().last(), Some(&Event::WentDown { agreement: id, since: asked }));
		assert_eq!(held(HoldReason::Challenge, &CLIENT), 0);
		assert_noop!(Agreements::challenge(by(&CLIENT), id), Refused::AlreadyDown);
		advance(ALLOWANCE);
		assert_eq!(owed(id), RATE * u128::from(ANSWER));
	});
}

#[test]
fn late_answer_should_count_as_coming_back() {
	execute(|| {
		let id = agree();
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		let asked = now();
		advance(ANSWER);
		let before = free(NATIVE, &OPERATOR);
		assert_ok!(ping(id));
		let told = [
			Event::WentDown { agreement: id, since: asked },
			Event::CameBack { agreement: id, counted: ANSWER },
		];
		assert_eq!(events()[1..], told);
		assert_eq!(free(NATIVE, &OPERATOR), before);
		assert_eq!(held(HoldReason::Challenge, &CLIENT), 0);
	});
}

#[test]
fn operator_that_has_left_the_network_should_be_down_by_a_challenge() {
	execute(|| {
		let id = agree();
		// It is not cut off, it is not there any more.
		assert_ok!(Topology::close(by(&OPERATOR), 1));
		advance(12);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 1, pallet_topology::Evidence::None));
		assert_ok!(Topology::leave(by(&OPERATOR)));
		assert_noop!(Agreements::report_cut(by(&ANYBODY), id), Refused::NotCutOff);
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		assert_noop!(ping(id), Refused::OperatorNotReachable);
		advance(ANSWER);
		assert_ok!(Agreements::conclude(by(&ANYBODY), id));
		assert!(stored(id).is_down());
	});
}

#[test]
fn cut_should_settle_an_open_challenge() {
	execute(|| {
		let id = agree();
		assert_ok!(Agreements::challenge(by(&CLIENT), id));
		advance(2);
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
		assert_eq!(events().last(), Some(&Event::WentDown { agreement: id, since: now() }));
		assert_eq!((stored(id).challenge, held(HoldReason::Challenge, &CLIENT)), (None, 0));
	});
}

#[test]
fn nothing_should_be_asked_or_reported_when_it_is_over() {
	execute(|| {
		let id = agree();
		assert!(sever());
		advance_to(stored(id).end);
		assert_noop!(Agreements::report_cut(by(&ANYBODY), id), Refused::Ended);
		assert_noop!(Agreements::challenge(by(&CLIENT), id), Refused::Ended);
		assert!(rejoin());
		assert_noop!(ping(id), Refused::NothingToAnswer);
	});
}

#[test]
fn downtime_should_end_with_the_agreement() {
	execute(|| {
		let id = agree();
		let end = stored(id).end;
		advance_to(end - 20);
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
		advance(60);
		assert_eq!(Agreements::downtime_of(id).unwrap().lasted, 20);
		assert!(rejoin());
		assert_noop!(ping(id), Refused::Ended);
		assert_eq!(Agreements::downtime_of(id).unwrap().excess, 10);
	});
}

#[test]
fn agreement_that_is_not_there_should_be_refused_everywhere() {
	execute(|| {
		assert_noop!(Agreements::report_cut(by(&ANYBODY), 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::challenge(by(&CLIENT), 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::conclude(by(&CLIENT), 0), Refused::AgreementNotFound);
		assert_noop!(ping(0), Refused::AgreementNotFound);
		assert_noop!(answer(0, 0, vec![]), Refused::AgreementNotFound);
		assert_noop!(Agreements::report_missed(by(&ANYBODY), 0, 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::claim_fees(by(&ANYBODY), 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::claim_penalty(by(&CLIENT), 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::close(by(&CLIENT), 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::settle(by(&CLIENT), 0), Refused::AgreementNotFound);
		assert_noop!(Agreements::give_notice(by(&CLIENT), 0), Refused::AgreementNotFound);
	});
}
