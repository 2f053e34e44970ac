//! What an account cannot take waits, and keeps nobody from anything.

use crate::{mock::*, ByAccount, Error, Event, Remainders};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{AccountId, ChannelId};
use surety_response::Side;

/// A channel in gold in which Alice pays `with`, who has deposited nothing, and that can be settled.
fn paid(with: AccountId, amount: u128) -> ChannelId {
	let id = propose_to(with.clone(), IN_GOLD, (1_000, 0));
	assert_ok!(Channels::accept(by(&with), id, key(ACCEPTOR_KEY)));
	assert_ok!(hand_in(Side::Acceptor, voucher(id, amount, 0)));
	close_and_wait(id);
	id
}

fn block(who: &AccountId) {
	assert_ok!(Assets::block(by(&ISSUER), GOLD, who.clone()));
}

fn thaw(who: &AccountId) {
	assert_ok!(Assets::thaw(by(&ISSUER), GOLD, who.clone()));
}

fn nothing_is_left() {
	assert_eq!(Remainders::<Test>::iter().count() + ByAccount::<Test>::iter().count(), 0);
}

#[test]
fn what_is_under_the_minimum_of_an_asset_new_to_the_payee_should_wait_and_the_payer_be_free() {
	execute(|| {
		// GIVEN
		let id = paid(PAUPER, MINIMUM - 1);
		System::reset_events();
		// WHEN
		assert_ok!(Channels::settle(by(&ISSUER), id));
		// THEN Alice has all that is hers.
		assert_eq!(free_gold(&ALICE), ENDOWMENT - (MINIMUM - 1));
		assert_eq!((free(&ALICE), storage_held(&ALICE)), (ENDOWMENT, 0));
		assert_eq!((held(IN_GOLD, &ALICE), storage_held(&PAUPER)), (MINIMUM - 1, deposit()));
		assert!(events().contains(&Event::RemainderKept { id, amount: MINIMUM - 1 }));
		assert_noop!(Channels::collect(by(&PAUPER), id), Error::<Test>::NothingToCollect);
		check();
		// WHEN it has an account.
		assert_ok!(Assets::transfer(by(&ISSUER), GOLD, PAUPER, MINIMUM));
		System::reset_events();
		assert_ok!(Channels::collect(by(&CAROL), id));
		// THEN
		assert_eq!((free_gold(&PAUPER), free(&PAUPER)), (2 * MINIMUM - 1, ENDOWMENT));
		assert_eq!(events(), [Event::Collected { id, amount: MINIMUM - 1, complete: true }]);
		assert_noop!(Channels::collect(by(&CAROL), id), Error::<Test>::RemainderNotFound);
		nothing_is_left();
	});
}

#[test]
fn a_payee_that_is_blocked_should_not_keep_the_payer_from_its_money() {
	execute(|| {
		let id = paid(BOB, 300);
		block(&BOB);
		assert_ok!(Channels::settle(by(&ALICE), id));
		assert_eq!((free_gold(&ALICE), free(&ALICE)), (ENDOWMENT - 300, ENDOWMENT));
		assert_eq!((free_gold(&BOB), storage_held(&BOB)), (ENDOWMENT, deposit()));
		check();
		thaw(&BOB);
		assert_ok!(Channels::collect(by(&ALICE), id));
		assert_eq!((free_gold(&BOB), free(&BOB)), (ENDOWMENT + 300, ENDOWMENT));
		nothing_is_left();
	});
}

#[test]
fn a_payer_that_is_blocked_should_not_keep_the_payee_from_its_money() {
	execute(|| {
		let id = paid(BOB, 300);
		block(&ALICE);
		assert_ok!(Channels::settle(by(&BOB), id));
		assert_eq!((free_gold(&BOB), free(&BOB)), (ENDOWMENT + 300, ENDOWMENT));
		check();
		assert_eq!((held(IN_GOLD, &ALICE), storage_held(&ALICE)), (700, deposit()));
		thaw(&ALICE);
		assert_ok!(Channels::collect(by(&BOB), id));
		assert_eq!((free_gold(&ALICE), free(&ALICE)), (ENDOWMENT - 300, ENDOWMENT));
		assert_eq!(held(IN_GOLD, &ALICE), 0);
		nothing_is_left();
	});
}

#[test]
fn what_waits_while_the_asset_is_frozen_should_be_paid_to_the_last_unit_afterwards() {
	execute(|| {
		let id = paid(BOB, 300);
		assert_ok!(Assets::freeze_asset(by(&ISSUER), GOLD));
		assert_ok!(Channels::settle(by(&ISSUER), id));
		check();
		assert_eq!(free_gold(&BOB), ENDOWMENT);
		assert_ok!(Assets::thaw_asset(by(&ISSUER), GOLD));
		assert_ok!(Channels::collect(by(&ISSUER), id));
		assert_eq!((free_gold(&ALICE), free_gold(&BOB)), (ENDOWMENT - 300, ENDOWMENT + 300));
		assert_eq!((free(&ALICE), free(&BOB)), (ENDOWMENT, ENDOWMENT));
		nothing_is_left();
	});
}

#[test]
fn a_watcher_that_cannot_take_its_reward_should_keep_its_party_from_nothing_but_storage() {
	execute(|| {
		// GIVEN a watcher without gold, and a reward under the minimum.
		let id = open_in(IN_GOLD, 1_000, 0);
		assert_ok!(Channels::set_watcher(by(&BOB), id, watcher(MINIMUM - 1)));
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 300, 0)));
		advance(window());
		// WHEN
		assert_ok!(Channels::settle(by(&ISSUER), id));
		// THEN
		assert_eq!(free_gold(&BOB), ENDOWMENT + 300 - (MINIMUM - 1));
		assert_eq!((free(&ALICE), storage_held(&BOB)), (ENDOWMENT, deposit()));
		check();
		// The watcher needs a reference of its own for the asset.
		assert_ok!(Assets::transfer(by(&ISSUER), GOLD, WATCHER, MINIMUM));
		assert_ok!(Channels::collect(by(&WATCHER), id));
		assert_eq!((free_gold(&WATCHER), free(&BOB)), (2 * MINIMUM - 1, ENDOWMENT));
		nothing_is_left();
	});
}

#[test]
fn what_waits_should_be_paid_part_by_part() {
	execute(|| {
		// GIVEN both the payee and its watcher wait.
		let id = propose_to(PAUPER, IN_GOLD, (1_000, 0));
		assert_ok!(Channels::accept(by(&PAUPER), id, key(ACCEPTOR_KEY)));
		assert_ok!(Channels::set_watcher(by(&PAUPER), id, watcher(20)));
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, 60, 0)));
		advance(window());
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!(held(IN_GOLD, &ALICE), 60);
		check();
		// WHEN the watcher can take its part.
		assert_ok!(Assets::transfer(by(&ISSUER), GOLD, WATCHER, MINIMUM));
		System::reset_events();
		assert_ok!(Channels::collect(by(&ISSUER), id));
		// THEN
		assert_eq!(events(), [Event::Collected { id, amount: 20, complete: false }]);
		assert_eq!((free_gold(&WATCHER), storage_held(&PAUPER)), (MINIMUM + 20, deposit()));
		check();
		assert_ok!(Assets::transfer(by(&ISSUER), GOLD, PAUPER, MINIMUM));
		assert_ok!(Channels::collect(by(&ISSUER), id));
		assert_eq!((free_gold(&PAUPER), free(&PAUPER)), (MINIMUM + 40, ENDOWMENT));
		nothing_is_left();
	});
}
