//! Watchers: what they may do, and what they get for it.

use crate::{mock::*, Error, Event, Watcher};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::ChannelId;
use surety_response::{Claim, CloseTerms, Endorsement, Side};

/// A channel in which Bob has a watcher, and is being closed by Alice.
fn watched(opener: u128, acceptor: u128, reward: u128) -> ChannelId {
	let id = open(opener, acceptor);
	Channels::set_watcher(by(&BOB), id, watcher(reward)).expect("is a party");
	Channels::close_unilaterally(by(&ALICE), id).expect("is open");
	System::reset_events();
	id
}

fn settle(id: ChannelId) {
	advance(window());
	assert_ok!(Channels::settle(by(&ISSUER), id));
}

#[test]
fn a_watcher_should_hand_in_what_its_party_has_endorsed_and_be_paid_for_it() {
	execute(|| {
		// GIVEN
		let id = watched(100, 50, 20);
		// WHEN
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		let claim = Claim { paid: 60, received_ack: 0 };
		assert_eq!(events(), [Event::HandedIn { id, payee: Side::Acceptor, by: WATCHER, claim }]);
		settle(id);
		// THEN
		assert_eq!((gained(&ALICE), gained(&BOB), free(&WATCHER)), (-60, 40, 20));
		let (payouts, rewards) = (both(40, 110), both(0, 20));
		assert!(events().contains(&Event::Settled { id, payouts, rewards, cooperative: false }));
	});
}

#[test]
fn a_watcher_should_need_the_endorsement_of_its_party_for_that_very_voucher() {
	execute(|| {
		let id = watched(100, 50, 20);
		let voucher = voucher(id, 60, 0);
		let signed = sign(OPENER_KEY, &voucher);
		let hand =
			|endorsement| Channels::hand_in(by(&WATCHER), Side::Acceptor, voucher, signed, endorsement);
		assert_noop!(hand(None), Error::<Test>::EndorsementMismatch);
		let other = Endorsement(crate::mock::voucher(id, 59, 0));
		assert_noop!(hand(Some(sign(ACCEPTOR_KEY, &other))), Error::<Test>::InvalidSignature);
		// The payer's, or the payee's signature of a voucher of its own.
		assert_noop!(hand(Some(sign(OPENER_KEY, &Endorsement(voucher)))), Error::<Test>::InvalidSignature);
		assert_noop!(hand(Some(sign(ACCEPTOR_KEY, &voucher))), Error::<Test>::InvalidSignature);
		assert_ok!(hand(Some(sign(ACCEPTOR_KEY, &Endorsement(voucher)))));
	});
}

#[test]
fn a_watcher_in_league_with_the_payer_should_make_its_party_concede_nothing() {
	execute(|| {
		// GIVEN Bob has been paid 60, and Alice signs that Bob has paid 110.
		let id = watched(100, 50, 20);
		let lie = voucher(id, 61, 110);
		// WHEN the watcher hands that in with what Bob has endorsed.
		let endorsement = sign(ACCEPTOR_KEY, &Endorsement(voucher(id, 60, 0)));
		let handed_in =
			Channels::hand_in(by(&WATCHER), Side::Acceptor, lie, sign(OPENER_KEY, &lie), Some(endorsement));
		// THEN
		assert_noop!(handed_in, Error::<Test>::InvalidSignature);
	});
}

#[test]
fn a_watcher_should_hand_in_for_nobody_but_its_party() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_noop!(hand_in_by(&WATCHER, Side::Opener, voucher(id, 10, 0)), Error::<Test>::NotAuthorized);
		assert_ok!(Channels::set_watcher(by(&BOB), id, None));
		assert_noop!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 10, 0)), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn one_watcher_should_serve_both_parties() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_ok!(Channels::set_watcher(by(&ALICE), id, watcher(7)));
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		assert_ok!(hand_in_by(&WATCHER, Side::Opener, voucher(id, 10, 60)));
		settle(id);
		assert_eq!((gained(&ALICE), gained(&BOB), free(&WATCHER)), (-50 - 7, 50 - 20, 27));
	});
}

#[test]
fn a_watcher_should_get_nothing_for_what_its_party_has_handed_in() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 60, 0)));
		assert_noop!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)), Error::<Test>::NotBetter);
		settle(id);
		assert_eq!((gained(&BOB), free(&WATCHER)), (60, 0));
	});
}

#[test]
fn a_watcher_should_get_nothing_when_its_party_hands_in_a_better_one_itself() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 59, 0)));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 60, 0)));
		settle(id);
		assert_eq!((gained(&BOB), free(&WATCHER)), (60, 0));
	});
}

#[test]
fn a_watcher_should_be_paid_when_it_hands_in_a_better_one_than_its_party() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 0)));
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		settle(id);
		assert_eq!((gained(&BOB), free(&WATCHER)), (40, 20));
	});
}

#[test]
fn a_watcher_should_get_nothing_for_handing_in_before_a_close() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(Channels::set_watcher(by(&BOB), id, watcher(20)));
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!((gained(&BOB), free(&WATCHER)), (60, 0));
	});
}

#[test]
fn a_watchers_reward_should_be_no_more_than_what_its_party_gets() {
	execute(|| {
		let id = watched(100, 0, 1_000);
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		settle(id);
		assert_eq!((gained(&ALICE), gained(&BOB), free(&WATCHER)), (-60, 0, 60));
	});
}

#[test]
fn a_reward_greater_than_the_gain_should_come_from_the_partys_own_deposit_too() {
	execute(|| {
		let id = watched(100, 50, 80);
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		settle(id);
		assert_eq!((gained(&ALICE), gained(&BOB), free(&WATCHER)), (-60, -20, 80));
	});
}

#[test]
fn a_party_that_loses_should_pay_its_own_watcher_too() {
	execute(|| {
		let id = watched(100, 50, 20);
		// Bob has paid 40, and been paid 15.
		assert_ok!(hand_in(Side::Opener, voucher(id, 40, 15)));
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 15, 0)));
		settle(id);
		assert_eq!((gained(&ALICE), gained(&BOB), free(&WATCHER)), (25, -25 - 20, 20));
	});
}

#[test]
fn what_a_watcher_has_earned_should_not_be_taken_from_it_by_dismissing_it() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		assert_ok!(Channels::set_watcher(by(&BOB), id, None));
		let other = Some(Watcher { account: CAROL, reward: 0 });
		assert_ok!(Channels::set_watcher(by(&BOB), id, other));
		settle(id);
		assert_eq!((gained(&BOB), free(&WATCHER)), (40, 20));
	});
}

#[test]
fn what_a_watcher_has_earned_should_not_be_taken_from_it_by_agreeing() {
	execute(|| {
		let id = watched(100, 50, 20);
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		assert_ok!(close_on(CloseTerms { channel: id, payouts: both(40, 110), valid_until: 1 }));
		assert_eq!((gained(&ALICE), gained(&BOB), free(&WATCHER)), (-60, 40, 20));
	});
}
