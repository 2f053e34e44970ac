//! Closing, with and without the other's consent, and settling.

use crate::{mock::*, ByAccount, Channels as Stored, Error, Event, Remainders};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::ChannelStatus;
use surety_response::{CloseTerms, PerSide, Side};

fn terms(channel: u64, opener: u128, acceptor: u128) -> CloseTerms {
	CloseTerms { channel, payouts: both(opener, acceptor), valid_until: 10 }
}

fn nothing_is_left() {
	assert_eq!(Stored::<Test>::iter().count(), 0);
	assert_eq!(Remainders::<Test>::iter().count() + ByAccount::<Test>::iter().count(), 0);
	for who in [ALICE, BOB] {
		assert_eq!((held(Native, &who), storage_held(&who)), (0, 0));
	}
}

#[test]
fn terms_that_both_have_signed_should_close_the_channel_at_once() {
	execute(|| {
		// GIVEN
		let id = open(100, 50);
		System::reset_events();
		// WHEN
		assert_ok!(close_on(terms(id, 20, 130)));
		// THEN
		assert_eq!((gained(&ALICE), gained(&BOB)), (-80, 80));
		nothing_is_left();
		let settled = Event::Settled { id, payouts: both(20, 130), rewards: both(0, 0), cooperative: true };
		assert_eq!(events(), [settled]);
	});
}

#[test]
fn terms_should_count_whatever_was_handed_in_and_during_a_close_too() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 90, 0)));
		assert_ok!(Channels::close_unilaterally(by(&BOB), id));
		assert_ok!(close_on(terms(id, 150, 0)));
		assert_eq!((gained(&ALICE), gained(&BOB)), (50, -50));
		nothing_is_left();
	});
}

#[test]
fn terms_should_need_the_signatures_of_both_by_their_own_keys() {
	execute(|| {
		let id = open(100, 50);
		let terms = terms(id, 150, 0);
		let close = |opener, acceptor| {
			let signatures = PerSide { opener, acceptor };
			Channels::close_cooperatively(by(&ALICE), terms, signatures)
		};
		let (alice, bob) = (sign(OPENER_KEY, &terms), sign(ACCEPTOR_KEY, &terms));
		for (opener, acceptor) in [
			(alice, alice),
			(bob, bob),
			(bob, alice),
			(alice, sign(ACCEPTOR_KEY, &CloseTerms { payouts: both(149, 1), ..terms })),
			(alice, sign(3, &terms)),
		] {
			assert_noop!(close(opener, acceptor), Error::<Test>::InvalidSignature);
		}
		assert_ok!(close(alice, bob));
	});
}

#[test]
fn terms_should_pay_out_exactly_what_was_deposited() {
	execute(|| {
		let id = open(100, 50);
		for (opener, acceptor) in [(100, 49), (100, 51), (0, 0), (u128::MAX, 151)] {
			assert_noop!(close_on(terms(id, opener, acceptor)), Error::<Test>::WrongTotal);
		}
		// What was right before a top-up is not any more.
		assert_ok!(Channels::top_up(by(&BOB), id, 1));
		assert_noop!(close_on(terms(id, 100, 50)), Error::<Test>::WrongTotal);
		assert_ok!(close_on(terms(id, 100, 51)));
	});
}

#[test]
fn terms_should_count_until_they_expire_and_no_longer() {
	execute(|| {
		let (id, other) = (open(100, 50), open(100, 50));
		advance(9);
		assert_ok!(close_on(terms(id, 100, 50)));
		advance(1);
		assert_noop!(close_on(terms(other, 100, 50)), Error::<Test>::TermsExpired);
	});
}

#[test]
fn terms_should_count_once() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(close_on(terms(id, 100, 50)));
		assert_noop!(close_on(terms(id, 100, 50)), Error::<Test>::ChannelNotFound);
	});
}

#[test]
fn either_party_alone_should_begin_a_close_and_nobody_else() {
	for who in [ALICE, BOB] {
		execute(|| {
			// GIVEN
			let id = open(100, 50);
			System::reset_events();
			assert_noop!(Channels::close_unilaterally(by(&CAROL), id), Error::<Test>::NotAuthorized);
			assert_noop!(Channels::close_unilaterally(by(&who), id + 1), Error::<Test>::ChannelNotFound);
			// WHEN
			assert_ok!(Channels::close_unilaterally(by(&who), id));
			// THEN
			let settles_at = 1 + window();
			assert_eq!(stored(id).status, ChannelStatus::Closing { settles_at });
			assert_eq!(events(), [Event::CloseBegun { id, by: Some(who.clone()), settles_at }]);
		});
	}
}

#[test]
fn settle_should_be_anybodys_once_the_window_is_over_and_not_before() {
	execute(|| {
		// GIVEN
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 0)));
		assert_noop!(Channels::settle(by(&CAROL), id), Error::<Test>::OutsideOfWindow);
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		advance(window() - 1);
		assert_noop!(Channels::settle(by(&CAROL), id), Error::<Test>::OutsideOfWindow);
		advance(1);
		System::reset_events();
		// WHEN
		assert_ok!(Channels::settle(by(&CAROL), id));
		// THEN
		assert_eq!((gained(&ALICE), gained(&BOB), gained(&CAROL)), (-30, 30, 0));
		nothing_is_left();
		let settled = Event::Settled { id, payouts: both(70, 80), rewards: both(0, 0), cooperative: false };
		assert_eq!(events(), [settled]);
		assert_noop!(Channels::settle(by(&CAROL), id), Error::<Test>::ChannelNotFound);
	});
}

#[test]
fn settle_should_return_the_deposits_when_nothing_was_handed_in() {
	execute(|| {
		let id = open(100, 50);
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&CAROL), id));
		assert_eq!((gained(&ALICE), gained(&BOB)), (0, 0));
		nothing_is_left();
	});
}

#[test]
fn settle_should_count_payments_both_ways() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 180, 90)));
		assert_ok!(hand_in(Side::Opener, voucher(id, 95, 180)));
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&CAROL), id));
		assert_eq!((gained(&ALICE), gained(&BOB)), (-85, 85));
	});
}

#[test]
fn two_channels_of_the_same_parties_should_not_touch_each_other() {
	execute(|| {
		let (one, other) = (open(100, 50), open(1_000, 500));
		assert_ok!(hand_in(Side::Acceptor, voucher(other, 700, 0)));
		close_and_wait(one);
		assert_ok!(Channels::settle(by(&CAROL), one));
		assert_eq!((held(Native, &ALICE), held(Native, &BOB)), (1_000, 500));
		close_and_wait(other);
		assert_ok!(Channels::settle(by(&CAROL), other));
		assert_eq!((gained(&ALICE), gained(&BOB)), (-700, 700));
	});
}
