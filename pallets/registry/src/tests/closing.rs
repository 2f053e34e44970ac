//! Closing an offer and withdrawing its bond.

use crate::{mock::*, Error, Event, Offers, Services};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{traits::Offers as _, OfferState};

fn offered() -> TestExt {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0)
}

#[test]
fn close_offer_should_unbond_at_once_when_it_has_no_clients() {
	offered().execute(|| {
		events();
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		let until = now() + UNBONDING;
		assert_eq!(state_of(BOB, 0), Some(OfferState::Unbonding { until }));
		assert_eq!(Registry::ends_at(&BOB, 0), Some(now()));
		assert_eq!(events(), [Event::OfferUnbonding { operator: BOB, service: 0, until }]);
	});
}

#[test]
fn close_offer_should_serve_out_the_notice_when_it_has_clients() {
	offered().clients(BOB, 0, 2).execute(|| {
		events();
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		let ends_at = now() + NOTICE;
		assert_eq!(state_of(BOB, 0), Some(OfferState::Closing { ends_at }));
		assert_eq!(Registry::ends_at(&BOB, 0), Some(ends_at));
		assert_eq!(events()[1..], [Event::OfferClosing { operator: BOB, service: 0, ends_at }]);
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotAccepting);

		// The last client to go starts the unbonding, be it before or after the notice is over.
		vacate(BOB, 0);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Closing { ends_at }));
		advance(NOTICE + 3);
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::HasSubscribers);
		vacate(BOB, 0);
		let until = now() + UNBONDING;
		assert_eq!(state_of(BOB, 0), Some(OfferState::Unbonding { until }));
		assert_eq!(events(), [Event::OfferUnbonding { operator: BOB, service: 0, until }]);
	});
}

#[test]
fn vacate_should_not_begin_unbonding_when_the_offer_is_live() {
	offered().clients(BOB, 0, 1).execute(|| {
		vacate(BOB, 0);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Open));
	});
}

#[test]
fn withdraw_bond_should_return_bond_and_deposit_when_unbonding_is_over() {
	offered().execute(|| {
		assert_ok!(Registry::add_bond(signed(BOB), 0, 70));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		advance(UNBONDING - 1);
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::StillUnbonding);
		advance(1);
		events();

		assert_ok!(Registry::withdraw_bond(signed(BOB), 0));
		assert_eq!(
			events(),
			[Event::BondWithdrawn { operator: BOB, service: 0, amount: 570, deposit: deposit(8) }]
		);
		assert!(!Offers::<Test>::contains_key(0, BOB));
		assert_eq!(Services::<Test>::get(0).map(|service| service.offers), Some(0));
		assert_eq!((held(HoldReason::Bond, BOB), held(HoldReason::OfferDeposit, BOB)), (0, 0));
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::OfferNotFound);
		assert_ok!(Ask::default().make(BOB, 0));
	});
}

#[test]
fn withdraw_bond_should_fail_when_the_offer_is_open_or_paused() {
	offered().execute(|| {
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::StillOpen);
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::StillOpen);
	});
}

#[test]
fn withdraw_bond_should_fail_when_the_offer_has_clients() {
	offered().clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		advance(NOTICE + UNBONDING);
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::HasSubscribers);
	});
}

#[test]
fn windows_should_stay_as_they_were_when_governance_changes_them_under_an_offer() {
	offered().clients(BOB, 0, 1).execute(|| {
		NoticePeriod::set(1);
		UnbondingPeriod::set(1);
		assert_ok!(Ask::default().update(BOB, 0));
		assert_ok!(Registry::add_bond(signed(BOB), 0, 1));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!(Registry::ends_at(&BOB, 0), Some(now() + NOTICE));
		vacate(BOB, 0);
		assert_eq!(state_of(BOB, 0), Some(OfferState::Unbonding { until: now() + UNBONDING }));
	});
}

#[test]
fn bond_should_stay_out_of_reach_when_the_offer_was_never_active() {
	TestExt::new().service(ALICE).operator(BOB).execute(|| {
		assert_ok!(Ask::default().make(BOB, 0));
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_noop!(Registry::withdraw_bond(signed(BOB), 0), Error::<Test>::StillUnbonding);
	});
}
