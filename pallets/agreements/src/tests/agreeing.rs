//! How agreements are made, prolonged and given notice of.

use crate::{mock::*, Event, HoldReason, Proposals};
use frame_support::{assert_noop, assert_ok, pallet_prelude::Pays};
use sp_core::H256;
use sp_runtime::Perbill;
use surety_primitives::{
	agreement::{AgreementTerms, Audits, Data, Party},
	Price,
};

#[test]
fn agreement_should_be_made_when_both_consent() {
	execute(|| {
		let start = now();
		assert_ok!(Agreements::propose(by(&CLIENT), Party::Client, OPERATOR, Box::new(terms())));
		let hash = terms().hash(&CLIENT, &OPERATOR);
		let expires_at = start + PROPOSAL_LIFETIME + 1;
		let proposed = Event::Proposed {
			agreement: 0,
			client: CLIENT,
			operator: OPERATOR,
			by: Party::Client,
			terms_hash: hash,
			expires_at,
		};
		assert_eq!(events(), vec![proposed]);
		assert_eq!(held(HoldReason::Deposit, &CLIENT), RECORD_DEPOSIT);
		assert_eq!((held(HoldReason::Fee, &CLIENT), reserved()), (0, 0));

		assert_noop!(Agreements::accept(by(&CLIENT), 0, hash), Refused::NotAuthorized);
		assert_noop!(Agreements::accept(by(&OTHER), 0, hash), Refused::NotAuthorized);
		assert_ok!(Agreements::accept(by(&OPERATOR), 0, hash));
		let deposited = PRICE * u128::from(LENGTH);
		let agreed = Event::Agreed {
			agreement: 0,
			client: CLIENT,
			operator: OPERATOR,
			start,
			end: start + LENGTH,
			reserved: RESERVE,
			deposited,
		};
		assert_eq!(events().last(), Some(&agreed));
		assert_eq!((held(HoldReason::Fee, &CLIENT), reserved()), (deposited, RESERVE));
		assert!(!Proposals::<Test>::contains_key(0));
		assert_noop!(Agreements::accept(by(&OPERATOR), 0, hash), Refused::ProposalNotFound);
	});
}

#[test]
fn operator_should_be_able_to_propose_as_well() {
	execute(|| {
		let id = propose(&CLIENT, terms());
		assert_eq!(held(HoldReason::Deposit, &OPERATOR), RECORD_DEPOSIT);
		let hash = terms().hash(&CLIENT, &OPERATOR);
		assert_noop!(Agreements::accept(by(&OPERATOR), id, hash), Refused::NotAuthorized);
		assert_ok!(Agreements::accept(by(&CLIENT), id, hash));
		assert_eq!(held(HoldReason::Deposit, &CLIENT), 0);
	});
}

#[test]
fn other_terms_than_those_that_were_read_should_not_be_accepted() {
	execute(|| {
		let id = propose(&CLIENT, AgreementTerms { renewals: 2, ..terms() });
		assert_noop!(
			Agreements::accept(by(&CLIENT), id, terms().hash(&CLIENT, &OPERATOR)),
			Refused::TermsChanged
		);
		assert_noop!(Agreements::accept(by(&CLIENT), id, H256::zero()), Refused::TermsChanged);
	});
}

#[test]
fn nobody_should_agree_with_itself() {
	execute(|| {
		assert_noop!(
			Agreements::propose(by(&OPERATOR), Party::Client, OPERATOR, Box::new(terms())),
			Refused::SelfAgreement
		);
	});
}

#[test]
fn terms_that_make_no_sense_should_be_refused() {
	execute(|| {
		let data = Data { root: [0; 32], length: 100, chunk: 10 };
		let audits = Audits { interval: 10, samples: 1, answer: 5, penalty: 1 };
		let audited = |audits| AgreementTerms { data: Some(data), audits: Some(audits), ..terms() };
		let bad = [
			AgreementTerms { length: 0, ..terms() },
			AgreementTerms { length: MAX_LENGTH + 1, ..terms() },
			AgreementTerms { period: 0, ..terms() },
			AgreementTerms { period: MAX_LENGTH + 1, ..terms() },
			AgreementTerms { notice: MAX_LENGTH + 1, ..terms() },
			AgreementTerms { quantum: PERIOD + 1, ..terms() },
			AgreementTerms { starts_at: now() + MAX_LENGTH + 1, ..terms() },
			AgreementTerms { reach_answer: 1, ..terms() },
			AgreementTerms { reach_answer: MAX_ANSWER + 1, ..terms() },
			AgreementTerms { reserve: 0, downtime_penalty: 0, ..terms() },
			AgreementTerms { downtime_penalty: RESERVE + 1, ..terms() },
			AgreementTerms { price: Price { asset: NATIVE, amount: 1, period: 0 }, ..terms() },
			AgreementTerms { data: Some(Data { chunk: 0, ..data }), ..terms() },
			AgreementTerms { data: Some(Data { length: u64::MAX, ..data }), ..terms() },
			AgreementTerms { data: None, ..audited(audits) },
			audited(Audits { interval: 1, ..audits }),
			audited(Audits { interval: MAX_LENGTH + 1, ..audits }),
			audited(Audits { samples: 0, ..audits }),
			audited(Audits { samples: MAX_SAMPLES + 1, ..audits }),
			audited(Audits { answer: 1, ..audits }),
			audited(Audits { answer: MAX_ANSWER + 1, ..audits }),
			audited(Audits { penalty: RESERVE + 1, ..audits }),
		];
		for terms in bad {
			assert_noop!(
				Agreements::propose(by(&CLIENT), Party::Client, OPERATOR, Box::new(terms)),
				Refused::InvalidTerms
			);
		}
		for terms in [audited(audits), AgreementTerms { uptime: Perbill::zero(), ..terms() }] {
			assert_ok!(Agreements::propose(by(&CLIENT), Party::Client, OPERATOR, Box::new(terms)));
		}
	});
}

#[test]
fn proposal_should_lapse() {
	execute(|| {
		let id = propose(&CLIENT, terms());
		let hash = terms().hash(&CLIENT, &OPERATOR);
		assert_noop!(Agreements::withdraw(by(&ANYBODY), id), Refused::ProposalNotExpired);
		advance(PROPOSAL_LIFETIME);
		assert_noop!(Agreements::withdraw(by(&CLIENT), id), Refused::ProposalNotExpired);
		advance(1);
		assert_noop!(Agreements::accept(by(&CLIENT), id, hash), Refused::ProposalExpired);
		let done = Agreements::withdraw(by(&ANYBODY), id).expect("has lapsed");
		assert_eq!(done.pays_fee, Pays::No);
		assert_eq!(events().last(), Some(&Event::Withdrawn { agreement: id }));
		assert_eq!(held(HoldReason::Deposit, &OPERATOR), 0);
		assert_noop!(Agreements::withdraw(by(&ANYBODY), id), Refused::ProposalNotFound);
	});
}

#[test]
fn who_has_proposed_should_be_able_to_withdraw() {
	execute(|| {
		let id = propose(&CLIENT, terms());
		assert_ok!(Agreements::withdraw(by(&OPERATOR), id));
		assert_eq!(held(HoldReason::Deposit, &OPERATOR), 0);
	});
}

#[test]
fn only_an_active_operator_should_be_agreed_with() {
	execute(|| {
		let id = propose(&CLIENT, terms());
		assert_ok!(Registry::pause(by(&OPERATOR)));
		let hash = terms().hash(&CLIENT, &OPERATOR);
		assert_noop!(Agreements::accept(by(&CLIENT), id, hash), Refused::OperatorNotActive);
	});
}

#[test]
fn only_an_operator_within_the_network_should_be_agreed_with() {
	execute(|| {
		let id = propose(&CLIENT, terms());
		assert!(sever());
		let hash = terms().hash(&CLIENT, &OPERATOR);
		assert_noop!(Agreements::accept(by(&CLIENT), id, hash), Refused::OperatorNotReachable);
		assert!(rejoin());
		assert_ok!(Agreements::accept(by(&CLIENT), id, hash));
	});
}

#[test]
fn service_should_be_one_that_there_is() {
	execute(|| {
		let terms = AgreementTerms { service: 9, ..terms() };
		let id = propose(&CLIENT, terms.clone());
		let hash = terms.hash(&CLIENT, &OPERATOR);
		assert_noop!(Agreements::accept(by(&CLIENT), id, hash), Refused::ServiceNotFound);
	});
}

#[test]
fn no_more_should_be_promised_than_is_the_operators_own() {
	execute(|| {
		stake(&DELEGATOR, OWN);
		let half = AgreementTerms { reserve: OWN / 2, ..terms() };
		agree_with(&CLIENT, half.clone());
		agree_with(&OTHER, half);
		assert_eq!(reserved(), OWN);
		let id = propose(&CLIENT, AgreementTerms { reserve: 1, downtime_penalty: 1, ..terms() });
		let hash = Proposals::<Test>::get(id).expect("is there").terms.hash(&CLIENT, &OPERATOR);
		assert_noop!(
			Agreements::accept(by(&CLIENT), id, hash),
			pallet_restaking::Error::<Test>::NotEnoughStake
		);
	});
}

#[test]
fn client_that_cannot_pay_should_not_be_agreed_with() {
	execute(|| {
		let price = Price { asset: GOLD, amount: ENDOWMENT, period: 1 };
		let terms = AgreementTerms { price, ..terms() };
		let id = propose(&CLIENT, terms.clone());
		assert!(Agreements::accept(by(&CLIENT), id, terms.hash(&CLIENT, &OPERATOR)).is_err());
		assert_eq!((reserved(), held_gold(&CLIENT)), (0, 0));
	});
}

#[test]
fn agreement_should_begin_when_the_terms_say() {
	execute(|| {
		let starts_at = now() + 50;
		let id = agree_with(&CLIENT, AgreementTerms { starts_at, ..terms() });
		assert_eq!((stored(id).start, stored(id).end), (starts_at, starts_at + LENGTH));
		assert_noop!(Agreements::challenge(by(&CLIENT), id), Refused::NotStarted);
		assert!(sever());
		assert_noop!(Agreements::report_cut(by(&ANYBODY), id), Refused::NotStarted);
		assert_noop!(Agreements::claim_fees(by(&OPERATOR), id), Refused::NothingToClaim);
		advance_to(starts_at);
		// What was before does not count.
		assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
		assert_eq!(events().last(), Some(&Event::WentDown { agreement: id, since: starts_at }));
	});
}

#[test]
fn client_should_prolong_as_often_as_the_terms_say() {
	execute(|| {
		let id = agree();
		let end = stored(id).end;
		let fee = PRICE * u128::from(LENGTH);
		assert_noop!(Agreements::renew(by(&OPERATOR), id), Refused::NotAuthorized);
		assert_ok!(Agreements::renew(by(&CLIENT), id));
		let renewed = Event::Renewed { agreement: id, end: end + LENGTH, deposited: fee };
		assert_eq!(events(), vec![renewed]);
		assert_eq!(held(HoldReason::Fee, &CLIENT), 2 * fee);
		assert_noop!(Agreements::renew(by(&CLIENT), id), Refused::NotRenewable);
		assert_noop!(Agreements::renew(by(&CLIENT), 9), Refused::AgreementNotFound);
	});
}

#[test]
fn what_is_over_or_was_given_notice_of_should_not_be_prolonged() {
	execute(|| {
		let (first, second) = (agree(), agree());
		assert_ok!(Agreements::give_notice(by(&OPERATOR), first));
		assert_noop!(Agreements::renew(by(&CLIENT), first), Refused::NotRenewable);
		advance_to(stored(second).end);
		assert_noop!(Agreements::renew(by(&CLIENT), second), Refused::Ended);
	});
}

#[test]
fn notice_of_either_should_end_it_after_its_time() {
	for who in [CLIENT, OPERATOR] {
		execute(|| {
			let id = agree();
			advance(10);
			assert_noop!(Agreements::give_notice(by(&ANYBODY), id), Refused::NotAuthorized);
			assert_ok!(Agreements::give_notice(by(&who), id));
			let end = now() + NOTICE;
			let by_party = if who == CLIENT { Party::Client } else { Party::Operator };
			assert_eq!(events(), vec![Event::NoticeGiven { agreement: id, by: by_party, end }]);
			assert_noop!(Agreements::give_notice(by(&OPERATOR), id), Refused::NoticeAlreadyGiven);
			assert_noop!(Agreements::close(by(&CLIENT), id), Refused::NotEnded);
			// All of it holds until then.
			assert!(sever());
			assert_ok!(Agreements::report_cut(by(&ANYBODY), id));
			assert!(rejoin());
			assert_ok!(ping(id));
			advance_to(end);
			assert_noop!(Agreements::give_notice(by(&CLIENT), id), Refused::Ended);
			assert_ok!(Agreements::close(by(&CLIENT), id));
		});
	}
}

#[test]
fn notice_should_not_make_it_longer() {
	execute(|| {
		let id = agree();
		let end = stored(id).end;
		advance_to(end - 3);
		assert_ok!(Agreements::give_notice(by(&OPERATOR), id));
		assert_eq!(stored(id).end, end);
	});
}

#[test]
fn notice_before_the_start_should_leave_nothing_to_pay() {
	execute(|| {
		let starts_at = now() + 100;
		let id = agree_with(&CLIENT, AgreementTerms { starts_at, ..terms() });
		assert_ok!(Agreements::give_notice(by(&CLIENT), id));
		assert_eq!(stored(id).end, starts_at);
		advance_to(starts_at);
		assert_ok!(Agreements::close(by(&CLIENT), id));
		let closed =
			Event::Closed { agreement: id, paid: 0, refunded: 2_100, forfeited: 0, released: RESERVE };
		assert_eq!(events().last(), Some(&closed));
	});
}

#[test]
fn client_of_an_operator_that_is_down_past_its_promise_should_not_have_to_wait() {
	execute(|| {
		let id = agree();
		assert_ok!(Agreements::give_notice(by(&OPERATOR), id));
		assert!(sever());
		assert_ok!(Agreements::report_cut(by(&CLIENT), id));
		advance(ALLOWANCE);
		assert_noop!(Agreements::give_notice(by(&CLIENT), id), Refused::NoticeAlreadyGiven);
		advance(1);
		// The operator itself has to.
		assert_noop!(Agreements::give_notice(by(&OPERATOR), id), Refused::NoticeAlreadyGiven);
		assert_ok!(Agreements::give_notice(by(&CLIENT), id));
		assert_eq!(stored(id).end, now());
		assert_ok!(Agreements::close(by(&CLIENT), id));
	});
}
