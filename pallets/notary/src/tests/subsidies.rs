use crate::{mock::*, Error, Event, HoldReason, Subsidies};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::notary::{Claims, RevocationReason, SubsidyId};

fn try_subsidised(id: SubsidyId, claims: Claims, windows: u32) -> frame_support::dispatch::DispatchResult {
	Notary::request_subsidised(signed(&SELLER), id, claims, windows, public(11), 20)
}

/// An attestation of a free offer for four windows that the subsidy pays for.
fn attested(max: u128, budget: u128) -> (SubsidyId, u32) {
	reprice(&SELLER, 0);
	let id = fund(max, budget);
	let request = crate::NextRequestId::<Test>::get();
	assert_ok!(try_subsidised(id, latency(), 4));
	assert_ok!(Notary::attest(signed(&NOTARY), request));
	(id, slot_of(&SELLER))
}

const FEES: u128 = LATENCY.issue + 4 * LATENCY.watch;

#[test]
fn a_subsidy_should_pay_for_offers_that_are_free_of_charge() {
	execute(|| {
		let before = (free(&SELLER), free(&NOTARY));
		let (id, slot) = attested(FEES, 1_000);
		assert_eq!(free(&SELLER), before.0 - RECORD_DEPOSIT);
		assert_eq!(free(&NOTARY), before.1 + LATENCY.issue - SLOT_DEPOSIT);
		assert_eq!(held(HoldReason::Subsidy, &BOB), 1_000 - LATENCY.issue);
		assert_eq!(Subsidies::<Test>::get(id).unwrap().left, 1_000 - FEES);
		advance_windows(3);
		assert_ok!(Notary::collect(signed(&ALICE), NOTARY, slot));
		assert_eq!(held(HoldReason::Subsidy, &BOB), 1_000 - LATENCY.issue - 2 * LATENCY.watch);
	});
}

#[test]
fn a_subsidy_should_not_pay_for_offers_that_cost_something() {
	execute(|| {
		let id = fund(1_000, 1_000);
		assert_noop!(try_subsidised(id, latency(), 4), Error::<Test>::OfferNotFree);
		reprice(&SELLER, 0);
		assert_ok!(try_subsidised(id, latency(), 4));
		reprice(&SELLER, 1);
		assert_noop!(Notary::attest(signed(&NOTARY), 0), Error::<Test>::OfferNotFree);
		assert_ok!(Notary::expire_request(signed(&ALICE), 0));
		assert_eq!(Subsidies::<Test>::get(id).unwrap().left, 1_000);
	});
}

#[test]
fn an_offer_that_is_no_longer_free_of_charge_should_lose_its_subsidised_attestation() {
	execute(|| {
		let (id, slot) = attested(FEES, 1_000);
		assert_noop!(Notary::expire(signed(&ALICE), NOTARY, slot), Error::<Test>::StillAttested);
		reprice(&SELLER, 1);
		let renewed = Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000);
		assert_noop!(renewed, Error::<Test>::OfferNotFree);
		assert_ok!(Notary::expire(signed(&ALICE), NOTARY, slot));
		assert_eq!(Subsidies::<Test>::get(id).unwrap().left, 1_000 - LATENCY.issue);
	});
}

#[test]
fn a_subsidy_should_pay_no_more_at_a_time_than_it_says_and_no_more_than_it_has() {
	execute(|| {
		reprice(&SELLER, 0);
		let small = fund(FEES - 1, 1_000);
		assert_noop!(try_subsidised(small, latency(), 4), Error::<Test>::FeeTooHigh);
		let poor = fund(FEES, FEES - 1);
		assert_noop!(try_subsidised(poor, latency(), 4), Error::<Test>::SubsidyExhausted);
		assert_noop!(try_subsidised(404, latency(), 4), Error::<Test>::SubsidyNotFound);
		let (_, slot) = attested(FEES, FEES + LATENCY.watch);
		assert_ok!(Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000));
		assert_noop!(Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000), Error::<Test>::SubsidyExhausted);
	});
}

#[test]
fn a_subsidy_that_is_closed_should_return_what_is_left_now_and_the_rest_as_it_is_not_used() {
	execute(|| {
		let before = total(&BOB);
		let (id, slot) = attested(FEES, 1_000);
		assert_noop!(Notary::close_subsidy(signed(&ALICE), id), Error::<Test>::NotAuthorized);
		assert_ok!(Notary::close_subsidy(signed(&BOB), id));
		let refunded = 1_000 - FEES;
		assert_eq!(events().last(), Some(&Event::SubsidyClosed { subsidy: id, refunded }));
		assert_eq!(held(HoldReason::Subsidy, &BOB), 4 * LATENCY.watch);
		assert_noop!(Notary::close_subsidy(signed(&BOB), id), Error::<Test>::SubsidyNotFound);
		let renewed = Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000);
		assert_noop!(renewed, Error::<Test>::SubsidyNotFound);
		check();
		assert_ok!(Notary::revoke(signed(&NOTARY), slot, RevocationReason::TooLate));
		assert_eq!((held(HoldReason::Subsidy, &BOB), held(HoldReason::Record, &BOB)), (0, 0));
		assert_eq!(total(&BOB), before - LATENCY.issue);
		assert_eq!(Subsidies::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_subsidy_should_be_of_something_for_a_notary_that_there_is() {
	execute(|| {
		let fund = |who, max, budget| Notary::fund_subsidy(signed(&BOB), who, SERVICE, max, budget);
		assert_noop!(fund(ALICE, 1, 1), Error::<Test>::NotaryNotFound);
		assert_noop!(fund(NOTARY, 0, 1), Error::<Test>::ZeroAmount);
		assert_noop!(fund(NOTARY, 1, 0), Error::<Test>::ZeroAmount);
		crate::NextSubsidyId::<Test>::put(u32::MAX);
		assert_noop!(fund(NOTARY, 1, 1), Error::<Test>::NumbersExhausted);
	});
}

#[test]
fn what_a_subsidy_pays_should_be_quoted_too() {
	execute(|| {
		reprice(&SELLER, 0);
		let id = fund(1_000, 1_000);
		assert_ok!(try_subsidised(id, quoted(), 4));
		let fees = surety_primitives::notary::NotaryFees { issue: 10, watch: 1 };
		assert_ok!(Notary::quote(signed(&NOTARY), 0, fees));
		assert_ok!(Notary::accept_quote(signed(&SELLER), 0, fees));
		assert_eq!(Subsidies::<Test>::get(id).unwrap().left, 986);
		assert_ok!(Notary::refuse(signed(&NOTARY), 0, RevocationReason::TooLate));
		assert_eq!(Subsidies::<Test>::get(id).unwrap().left, 1_000);
	});
}
