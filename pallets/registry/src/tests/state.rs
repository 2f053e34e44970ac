//! The check of the state finds what is broken.

use crate::{mock::*, NextServiceId, OfferOf, Offers, OperatorOf, Operators, ServiceOf, Services};
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, tokens::Precision},
};
use surety_primitives::{traits::Reserve, OfferState, OperatorStatus};

/// Services 0 (of Alice) and 1 (of Charlie); Bob offers both and has a client on the first.
fn sound() -> TestExt {
	TestExt::new()
		.service(ALICE)
		.service(CHARLIE)
		.operator(BOB)
		.active_offer(BOB, 0)
		.active_offer(BOB, 1)
		.clients(BOB, 0, 1)
}

fn change_service(change: impl FnOnce(&mut ServiceOf<Test>)) {
	Services::<Test>::mutate(0, |service| change(service.as_mut().expect("it exists")));
}

fn change_operator(change: impl FnOnce(&mut OperatorOf<Test>)) {
	Operators::<Test>::mutate(BOB, |record| change(record.as_mut().expect("it exists")));
}

fn change_offer(change: impl FnOnce(&mut OfferOf<Test>)) {
	Offers::<Test>::mutate(0, BOB, |offer| change(offer.as_mut().expect("it exists")));
}

#[track_caller]
fn assert_found(broken: &'static str, corrupt: impl FnOnce()) {
	assert_eq!(sound().check_corrupted(corrupt), Err(broken.into()));
}

#[test]
fn check_should_find_a_service_that_is_not_as_it_must_be() {
	assert_found("registry: a service has a number that was not given out", || NextServiceId::<Test>::put(1));
	assert_found("registry: a service has no name", || {
		change_service(|service| service.name = Default::default())
	});
	assert_found("registry: a service counts its offers wrongly", || {
		change_service(|service| service.offers = 0)
	});
}

#[test]
fn check_should_find_an_operator_that_is_not_as_it_must_be() {
	let other_offers = "registry: an operator lists other offers than it has";
	assert_found(other_offers, || change_operator(|record| record.services.retain(|id| *id != 1)));
	assert_found(other_offers, || change_operator(|record| record.services.sort_by_key(|id| u32::MAX - id)));
	assert_found(other_offers, || {
		change_operator(|record| record.services.try_push(1).expect("there is room"))
	});
	assert_found(other_offers, || {
		Offers::<Test>::remove(0, BOB);
		change_service(|service| service.offers = 0);
	});
	let leaving = OperatorStatus::Leaving { since: 1 };
	assert_found("registry: an operator that is leaving has an offer that is not closing", || {
		change_operator(|record| record.status = leaving)
	});
	assert_found("registry: an operator that has left is still there", || {
		assert_ok!(Registry::join(signed(CHARLIE), vec![]));
		Operators::<Test>::mutate(CHARLIE, |record| record.as_mut().expect("it joined").status = leaving);
	});
}

#[test]
fn check_should_find_an_offer_that_is_not_as_it_must_be() {
	assert_found("registry: an offer is of a service that does not exist", || Services::<Test>::remove(0));
	assert_found("registry: an offer is of nobody", || Operators::<Test>::remove(BOB));
	assert_found("registry: an offer has no capacity", || change_offer(|offer| offer.capacity = 0));
	assert_found("registry: a price has no period", || change_offer(|offer| offer.price.period = 0));
	assert_found("registry: an offer is closing for nobody", || {
		change_offer(|offer| {
			offer.subscribers = 0;
			offer.state = OfferState::Closing { ends_at: 1 };
		})
	});
	let not_reserved = "registry: the bond of an offer is not reserved";
	assert_found(not_reserved, || change_offer(|offer| offer.bond += 1));
	assert_found(not_reserved, || <Restaking as Reserve<_>>::release(&BOB, 0, 1));
}

#[test]
fn check_should_find_holds_that_differ_from_the_records() {
	let services = "registry: held deposits differ from the services'";
	let operators = "registry: held deposits differ from the operators'";
	let offers = "registry: held deposits differ from the offers'";
	assert_found(services, || change_service(|service| service.deposit += 1));
	assert_found(operators, || change_operator(|record| record.deposit -= 1));
	assert_found(offers, || change_offer(|offer| offer.deposit += 1));
	assert_found("registry: a sum overflows", || change_offer(|offer| offer.deposit = u128::MAX));

	for (reason, broken) in [
		(HoldReason::ServiceDeposit, services),
		(HoldReason::OperatorDeposit, operators),
		(HoldReason::OfferDeposit, offers),
	] {
		// A hold on somebody of whom there is no such record.
		assert_found(broken, || {
			let stranger = surety_primitives::AccountId::new([9; 32]);
			assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), stranger.clone(), 100));
			assert_ok!(Balances::hold(&reason.into(), &stranger, 1));
		});
	}
	assert_found(offers, || {
		assert_ok!(Balances::release(&HoldReason::OfferDeposit.into(), &BOB, 1, Precision::Exact));
	});
}
