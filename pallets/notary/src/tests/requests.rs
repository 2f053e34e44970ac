use crate::{mock::*, Error, Event, HoldReason, Requests, Standing, Standings};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::notary::{Claim, Claims, NotaryFees, NotaryTerms, RequestStatus, RevocationReason};

#[test]
fn a_request_should_hold_its_fees_and_a_deposit() {
	execute(|| {
		let id = request(&SELLER, 3);
		let fee = LATENCY.issue + 3 * LATENCY.watch;
		assert_eq!(held(HoldReason::Fee, &SELLER), fee);
		assert_eq!(held(HoldReason::Record, &SELLER), RECORD_DEPOSIT);
		assert_eq!(Standings::<Test>::get((NOTARY, SELLER, SERVICE)), Some(Standing::Requested(id)));
		assert_eq!(record().requests, 1);
		let deadline = now() + 20;
		let requested = Event::Requested {
			request: id,
			notary: NOTARY,
			operator: SELLER,
			service: SERVICE,
			deadline,
			subsidy: None,
		};
		assert_eq!(events(), [requested, Event::Paid { request: id, amount: fee }]);
	});
}

#[test]
fn the_fee_should_be_the_sum_over_all_claims() {
	execute(|| {
		let claims = Claims::new(vec![
			Claim::Latency { ms: 1 },
			Claim::Availability(sp_runtime::Perbill::from_percent(99)),
		]);
		let fee = LATENCY.issue + AVAILABILITY.issue + 4 * (LATENCY.watch + AVAILABILITY.watch);
		let call = |max| try_request(&SELLER, claims.clone(), 4, max);
		assert_noop!(call(fee - 1), Error::<Test>::FeeTooHigh);
		assert_ok!(call(fee));
		assert_eq!(held(HoldReason::Fee, &SELLER), fee);
	});
}

#[test]
fn a_request_should_be_refused_when_anything_about_it_is_wrong() {
	execute(|| {
		let call = |who: &_, notary, service, claims, windows, blocks| {
			Notary::request(signed(who), notary, service, claims, windows, public(9), 100_000, blocks)
		};
		let claim = |claim: Claim| Claims::new(vec![claim]);
		let newer = Claims { version: 9, ..latency() };
		let zero = claim(Claim::Latency { ms: 0 });
		let twice = Claims::new(vec![Claim::Latency { ms: 1 }, Claim::Latency { ms: 2 }]);
		let other = claim(Claim::Geography(*b"LT"));
		for (who, notary, service, claims, windows, blocks, error) in [
			(SELLER, ALICE, SERVICE, latency(), 1, 1, Error::<Test>::NotaryNotFound),
			(ALICE, NOTARY, SERVICE, latency(), 1, 1, Error::<Test>::OfferNotFound),
			(SELLER, NOTARY, 404, latency(), 1, 1, Error::<Test>::OfferNotFound),
			(SELLER, NOTARY, SERVICE, newer, 1, 1, Error::<Test>::UnknownClaimsVersion),
			(SELLER, NOTARY, SERVICE, Claims::new(vec![]), 1, 1, Error::<Test>::NoClaims),
			(SELLER, NOTARY, SERVICE, zero, 1, 1, Error::<Test>::MeaninglessClaim),
			(SELLER, NOTARY, SERVICE, twice, 1, 1, Error::<Test>::DuplicateClaim),
			(SELLER, NOTARY, SERVICE, other, 1, 1, Error::<Test>::ClaimNotCertified),
			(SELLER, NOTARY, SERVICE, latency(), 0, 1, Error::<Test>::InvalidWindows),
			(SELLER, NOTARY, SERVICE, latency(), MAX_WINDOWS + 1, 1, Error::<Test>::InvalidWindows),
			(SELLER, NOTARY, SERVICE, latency(), 1, 0, Error::<Test>::InvalidDeadline),
			(SELLER, NOTARY, SERVICE, latency(), 1, MAX_REQUEST_BLOCKS + 1, Error::<Test>::InvalidDeadline),
		] {
			assert_noop!(call(&who, notary, service, claims, windows, blocks), error);
		}
		assert_ok!(Registry::pause(signed(&NOTARY)));
		assert_noop!(call(&SELLER, NOTARY, SERVICE, latency(), 1, 1), Error::<Test>::OperatorNotActive);
		assert_ok!(Registry::resume(signed(&NOTARY)));
		request(&SELLER, 1);
		assert_noop!(call(&SELLER, NOTARY, SERVICE, latency(), 1, 1), Error::<Test>::AlreadyRequested);
		attest(&RIVAL, 1);
		assert_noop!(call(&RIVAL, NOTARY, SERVICE, latency(), 1, 1), Error::<Test>::AlreadyAttested);
		crate::NextRequestId::<Test>::put(u32::MAX);
		assert_noop!(call(&THIRD, NOTARY, SERVICE, latency(), 1, 1), Error::<Test>::NumbersExhausted);
	});
}

#[test]
fn a_request_on_quote_should_hold_the_fees_once_they_were_accepted() {
	execute(|| {
		let fees = NotaryFees { issue: 70, watch: 3 };
		let id = try_request(&SELLER, quoted(), 10, 100).unwrap();
		assert_eq!(held(HoldReason::Fee, &SELLER), 0);
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::NotPaid);
		assert_noop!(Notary::accept_quote(signed(&SELLER), id, fees), Error::<Test>::WrongQuote);
		assert_noop!(Notary::quote(signed(&OTHER), id, fees), Error::<Test>::NotAuthorized);
		let dear = NotaryFees { issue: 71, watch: 3 };
		assert_noop!(Notary::quote(signed(&NOTARY), id, dear), Error::<Test>::FeeTooHigh);
		assert_ok!(Notary::quote(signed(&NOTARY), id, fees));
		assert_noop!(Notary::quote(signed(&NOTARY), id, fees), Error::<Test>::NotOnQuote);
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::NotPaid);
		assert_noop!(Notary::accept_quote(signed(&RIVAL), id, fees), Error::<Test>::NotAuthorized);
		assert_noop!(Notary::accept_quote(signed(&SELLER), id, dear), Error::<Test>::WrongQuote);
		assert_ok!(Notary::accept_quote(signed(&SELLER), id, fees));
		assert_eq!(held(HoldReason::Fee, &SELLER), 100);
		assert_noop!(Notary::accept_quote(signed(&SELLER), id, fees), Error::<Test>::WrongQuote);
		assert_eq!(Requests::<Test>::get(id).unwrap().status, RequestStatus::Paid(fees));
		assert_ok!(Notary::attest(signed(&NOTARY), id));
		assert_eq!(held(HoldReason::Fee, &SELLER), 30);
	});
}

#[test]
fn posted_fees_should_not_be_quoted_and_new_terms_not_touch_what_was_requested() {
	execute(|| {
		let id = request(&SELLER, 3);
		let fees = NotaryFees { issue: 1, watch: 1 };
		assert_noop!(Notary::quote(signed(&NOTARY), id, fees), Error::<Test>::NotOnQuote);
		assert_ok!(Notary::set_terms(signed(&NOTARY), NotaryTerms::default(), true));
		let before = free(&NOTARY);
		assert_ok!(Notary::attest(signed(&NOTARY), id));
		assert_eq!(free(&NOTARY), before + LATENCY.issue - SLOT_DEPOSIT);
	});
}

#[test]
fn a_refusal_should_return_everything() {
	execute(|| {
		let before = free(&SELLER);
		let id = request(&SELLER, 3);
		let reason = RevocationReason::TooSlow;
		assert_noop!(Notary::refuse(signed(&OTHER), id, reason), Error::<Test>::NotAuthorized);
		assert_ok!(Notary::refuse(signed(&NOTARY), id, reason));
		assert_eq!((free(&SELLER), record().requests), (before, 0));
		assert_eq!(events().last(), Some(&Event::Refused { request: id, reason }));
		assert_noop!(Notary::refuse(signed(&NOTARY), id, reason), Error::<Test>::RequestNotFound);
		assert_eq!(Standings::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_request_should_expire_at_its_deadline_for_anybody() {
	execute(|| {
		let before = free(&SELLER);
		let id = request(&SELLER, 3);
		advance(19);
		for who in [ALICE, SELLER] {
			assert_noop!(Notary::expire_request(signed(&who), id), Error::<Test>::NotExpired);
		}
		advance(1);
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::DeadlinePassed);
		assert_ok!(Notary::expire_request(signed(&ALICE), id));
		assert_eq!(free(&SELLER), before);
		assert_noop!(Notary::expire_request(signed(&ALICE), id), Error::<Test>::RequestNotFound);
	});
}

#[test]
fn a_request_that_was_not_paid_should_be_withdrawn_by_its_operator() {
	execute(|| {
		let id = try_request(&SELLER, quoted(), 10, 100).unwrap();
		assert_noop!(Notary::expire_request(signed(&ALICE), id), Error::<Test>::NotExpired);
		assert_ok!(Notary::expire_request(signed(&SELLER), id));
		assert_eq!(held(HoldReason::Record, &SELLER), 0);
	});
}

#[test]
fn quotes_should_come_and_be_accepted_before_the_deadline() {
	execute(|| {
		let fees = NotaryFees { issue: 1, watch: 1 };
		let late = try_request(&SELLER, quoted(), 10, 100).unwrap();
		let quoted = try_request(&RIVAL, quoted(), 10, 100).unwrap();
		assert_ok!(Notary::quote(signed(&NOTARY), quoted, fees));
		advance(20);
		assert_noop!(Notary::quote(signed(&NOTARY), late, fees), Error::<Test>::DeadlinePassed);
		assert_noop!(Notary::accept_quote(signed(&RIVAL), quoted, fees), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn a_request_whose_offer_is_gone_or_another_should_be_ended_and_not_attested() {
	execute(|| {
		let id = request(&SELLER, 3);
		assert_ok!(Registry::close_offer(signed(&SELLER), SERVICE));
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::OfferNotFound);
		advance(1);
		offer(&SELLER, 100);
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::OfferNotFound);
		assert_ok!(Notary::expire_request(signed(&ALICE), id));
	});
}
