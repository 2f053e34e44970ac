//! Who may hand in what, and when.

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use surety_response::{Claim, Side};

#[test]
fn hand_in_should_keep_what_the_voucher_says_for_its_payee() {
	execute(|| {
		// GIVEN
		let id = open(100, 50);
		System::reset_events();
		// WHEN
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 10)));
		// THEN
		let claim = Claim { paid: 30, received_ack: 10 };
		assert_eq!(events(), [Event::HandedIn { id, payee: Side::Acceptor, by: BOB, claim }]);
		let channel = stored(id);
		assert_eq!(channel.parties.acceptor.handed_in.as_ref().map(|h| h.claim), Some(claim));
		assert_eq!(channel.parties.opener.handed_in, None);
		assert_eq!(channel.payouts(), both(80, 70));
	});
}

#[test]
fn either_side_should_hand_in_for_itself_by_keys_of_either_scheme() {
	execute(|| {
		// The opener's key is of one scheme, and the acceptor's of the other.
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 0)));
		assert_ok!(hand_in(Side::Opener, voucher(id, 45, 30)));
		assert_eq!(stored(id).payouts(), both(115, 35));
	});
}

#[test]
fn a_better_voucher_should_take_the_place_of_the_one_before() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 10)));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 31, 0)));
		assert_eq!(stored(id).payouts(), both(69, 81));
	});
}

#[test]
fn a_voucher_that_says_no_more_was_paid_should_be_refused_whatever_it_acknowledges() {
	execute(|| {
		let id = open(100, 50);
		assert_noop!(hand_in(Side::Acceptor, voucher(id, 0, 0)), Error::<Test>::NotBetter);
		assert_noop!(hand_in(Side::Acceptor, voucher(id, 0, 10)), Error::<Test>::NotBetter);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 10)));
		for (paid, ack) in [(30, 10), (30, 9), (30, 11), (29, 10), (29, 0)] {
			assert_noop!(hand_in(Side::Acceptor, voucher(id, paid, ack)), Error::<Test>::NotBetter);
		}
	});
}

#[test]
fn hand_in_should_work_until_the_window_is_over_and_no_longer() {
	execute(|| {
		// GIVEN
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 1, 0)));
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		// THEN
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 2, 0)));
		advance(window() - 1);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 3, 0)));
		advance(1);
		assert_noop!(hand_in(Side::Acceptor, voucher(id, 4, 0)), Error::<Test>::OutsideOfWindow);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!((gained(&ALICE), gained(&BOB)), (-3, 3));
	});
}

#[test]
fn hand_in_should_be_refused_to_strangers() {
	execute(|| {
		let id = open(100, 50);
		let voucher = voucher(id, 30, 0);
		for payee in [Side::Opener, Side::Acceptor] {
			let signed = sign(key_of(payee.other()), &voucher);
			let handed_in = Channels::hand_in(by(&CAROL), payee, voucher, signed, None);
			assert_noop!(handed_in, Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn a_payee_should_need_no_endorsement_and_give_none() {
	execute(|| {
		let id = open(100, 50);
		let voucher = voucher(id, 30, 0);
		let endorsement = sign(ACCEPTOR_KEY, &surety_response::Endorsement(voucher));
		let signed = sign(OPENER_KEY, &voucher);
		assert_noop!(
			Channels::hand_in(by(&BOB), Side::Acceptor, voucher, signed, Some(endorsement)),
			Error::<Test>::EndorsementMismatch
		);
	});
}
