//! What a party can change of its own end.

use crate::{mock::*, Error, Event, MAX_KEYS};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use surety_response::Side;

#[test]
fn top_up_should_add_to_the_signers_deposit() {
	execute(|| {
		// GIVEN
		let id = open(100, 50);
		System::reset_events();
		// WHEN
		assert_ok!(Channels::top_up(by(&BOB), id, 25));
		// THEN
		assert_eq!(stored(id).deposits(), both(100, 75));
		assert_eq!(held(Native, &BOB), 75);
		assert_eq!(events(), [Event::ToppedUp { id, side: Side::Acceptor, amount: 25, deposit: 75 }]);
	});
}

#[test]
fn top_up_should_be_refused_to_strangers_for_nothing_and_without_the_money() {
	execute(|| {
		let id = open(100, 50);
		assert_noop!(Channels::top_up(by(&CAROL), id, 1), Error::<Test>::NotAuthorized);
		assert_noop!(Channels::top_up(by(&ALICE), id, 0), Error::<Test>::ZeroAmount);
		assert_noop!(Channels::top_up(by(&ALICE), id + 1, 1), Error::<Test>::ChannelNotFound);
		assert_noop!(Channels::top_up(by(&ALICE), id, ENDOWMENT), TokenError::FundsUnavailable);
	});
}

#[test]
fn top_up_should_reset_no_voucher() {
	execute(|| {
		let id = open(100, 0);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 100, 0)));
		assert_ok!(Channels::top_up(by(&ALICE), id, 50));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 120, 0)));
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!((gained(&ALICE), gained(&BOB)), (-120, 120));
	});
}

#[test]
fn vouchers_by_old_and_new_keys_should_both_count_when_a_key_was_added() {
	execute(|| {
		// GIVEN
		let id = open(100, 0);
		System::reset_events();
		assert_ok!(Channels::add_key(by(&ALICE), id, key(4)));
		assert_eq!(events(), [Event::KeyAdded { id, side: Side::Opener, key: key(4), index: 1 }]);
		// WHEN
		let (old, new) = (voucher(id, 10, 0), voucher(id, 20, 0));
		let hand = |voucher, signed| Channels::hand_in(by(&BOB), Side::Acceptor, voucher, signed, None);
		assert_noop!(hand(new, sign_as(0, 4, &new)), Error::<Test>::InvalidSignature);
		// THEN
		assert_ok!(hand(old, sign(OPENER_KEY, &old)));
		assert_ok!(hand(new, sign_as(1, 4, &new)));
		// And the old one still does.
		let last = voucher(id, 30, 0);
		assert_ok!(hand(last, sign(OPENER_KEY, &last)));
	});
}

#[test]
fn a_key_should_be_registered_once_in_a_channel_whoever_has_it() {
	execute(|| {
		let id = open(100, 0);
		for number in [OPENER_KEY, ACCEPTOR_KEY] {
			assert_noop!(Channels::add_key(by(&ALICE), id, key(number)), Error::<Test>::KeyAlreadyRegistered);
		}
		assert_noop!(Channels::add_key(by(&CAROL), id, key(3)), Error::<Test>::NotAuthorized);
		assert_noop!(Channels::add_key(by(&ALICE), id + 1, key(3)), Error::<Test>::ChannelNotFound);
	});
}

#[test]
fn keys_of_a_party_should_be_limited() {
	execute(|| {
		let id = open(100, 0);
		for number in 1..MAX_KEYS {
			assert_ok!(Channels::add_key(by(&ALICE), id, key(10 + number as u8)));
		}
		assert_noop!(Channels::add_key(by(&ALICE), id, key(9)), Error::<Test>::MaxKeysExceeded);
		assert_ok!(Channels::add_key(by(&BOB), id, key(9)));
	});
}

#[test]
fn a_watcher_should_be_set_changed_and_dismissed_by_its_party_alone() {
	execute(|| {
		let id = open(100, 50);
		System::reset_events();
		assert_ok!(Channels::set_watcher(by(&BOB), id, watcher(7)));
		assert_eq!(events(), [Event::WatcherSet { id, side: Side::Acceptor, watcher: watcher(7) }]);
		assert_eq!(stored(id).parties.acceptor.watcher, watcher(7));
		assert_eq!(stored(id).parties.opener.watcher, None);
		assert_ok!(Channels::set_watcher(by(&BOB), id, None));
		assert_eq!(stored(id).parties.acceptor.watcher, None);
		assert_noop!(Channels::set_watcher(by(&CAROL), id, watcher(7)), Error::<Test>::NotAuthorized);
		assert_noop!(Channels::set_watcher(by(&BOB), id + 1, None), Error::<Test>::ChannelNotFound);
	});
}

#[test]
fn a_party_should_be_nobodys_watcher() {
	execute(|| {
		let id = open(100, 50);
		for account in [ALICE, BOB] {
			let watcher = Some(crate::Watcher { account, reward: 1 });
			assert_noop!(Channels::set_watcher(by(&BOB), id, watcher), Error::<Test>::SelfWatcher);
		}
	});
}
