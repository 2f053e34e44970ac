//! The checker itself: on damaged state it must say what is wrong.

use crate::{
	mock::*, ByAccount, Channel, Channels as Stored, Due, HandedIn, HoldReason, NextChannelId, Party,
	Proposal, Proposals, Remainder, Remainders, Watcher,
};
use frame_support::traits::{fungible::MutateHold as _, fungibles::MutateHold as _, tokens::Precision};
use sp_runtime::TryRuntimeError;
use surety_primitives::{traits::CheckState, AccountId, ChannelStatus};
use surety_response::{Claim, Side};

/// Opens channel 0 and proposes channel 1, damages the state with `damage` and expects the checker to say `complaint`.
fn expect(complaint: &'static str, damage: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		open(100, 50);
		propose(Native, (70, 0));
		check();
		damage();
		assert_eq!(Channels::check_state(), Err(TryRuntimeError::Other(complaint)));
	});
}

fn change(change: impl FnOnce(&mut Channel<AccountId>)) {
	Stored::<Test>::mutate(0, |channel| channel.as_mut().map(change));
}

fn change_bob(damage: impl FnOnce(&mut Party<AccountId>)) {
	change(|channel| damage(&mut channel.parties.acceptor));
}

fn change_proposal(change: impl FnOnce(&mut Proposal<AccountId>)) {
	Proposals::<Test>::mutate(1, |proposal| proposal.as_mut().map(change));
}

/// What is left of channel 2, which was Alice's and Bob's.
fn leave(dues: Vec<Due<AccountId>>, storage_deposit: u128) {
	NextChannelId::<Test>::put(3);
	ByAccount::<Test>::insert(ALICE, 2, ());
	ByAccount::<Test>::insert(BOB, 2, ());
	let left = Remainder {
		asset: Native,
		parties: both(ALICE, BOB),
		storage_deposits: both(0, storage_deposit),
		dues: dues.try_into().expect("few"),
	};
	Remainders::<Test>::insert(2, left);
}

fn due(amount: u128) -> Due<AccountId> {
	Due { held_from: Side::Opener, share_of: Side::Acceptor, to: BOB, amount }
}

#[test]
fn check_should_complain_when_a_number_was_not_given() {
	expect("channels: number not given yet", || NextChannelId::<Test>::put(1));
	expect("channels: number not given yet", || NextChannelId::<Test>::put(0));
	expect("channels: number not given yet", || {
		leave(vec![due(1)], 0);
		NextChannelId::<Test>::put(2);
	});
}

#[test]
fn check_should_complain_when_a_number_is_of_two_things() {
	expect("channels: a number is of two things", || {
		let proposal = Proposals::<Test>::get(1).expect("is there");
		Proposals::<Test>::insert(0, proposal);
	});
}

#[test]
fn check_should_complain_when_an_index_misses_something() {
	expect("channels: not under its party", || ByAccount::<Test>::remove(ALICE, 0));
	expect("channels: not under its party", || ByAccount::<Test>::remove(BOB, 0));
	expect("channels: not under its party", || ByAccount::<Test>::remove(BOB, 1));
	expect("channels: not under its party", || {
		leave(vec![due(1)], 0);
		ByAccount::<Test>::remove(ALICE, 2);
	});
}

#[test]
fn check_should_complain_when_an_index_holds_more() {
	expect("channels: index of parties is longer", || ByAccount::<Test>::insert(CAROL, 0, ()));
}

#[test]
fn check_should_complain_when_somebody_has_a_channel_with_oneself() {
	expect("channels: with oneself", || change_bob(|bob| bob.account = ALICE));
	expect("channels: with oneself", || {
		change_proposal(|proposal| proposal.parties.acceptor = ALICE);
		ByAccount::<Test>::remove(BOB, 1);
		ByAccount::<Test>::insert(CAROL, 1, ());
	});
}

#[test]
fn check_should_complain_when_nothing_is_deposited() {
	expect("channels: nothing deposited", || change_proposal(|proposal| proposal.deposits = both(0, 0)));
	expect("channels: nothing deposited", || {
		change(|channel| {
			channel.parties.opener.deposit = 0;
			channel.parties.acceptor.deposit = 0;
		})
	});
}

#[test]
fn check_should_complain_when_deposits_cannot_be_counted_together() {
	let complaint = "channels: deposits cannot be counted together";
	expect(complaint, || change_proposal(|proposal| proposal.deposits.acceptor = u128::MAX));
	expect(complaint, || change_bob(|bob| bob.deposit = u128::MAX));
}

#[test]
fn check_should_complain_when_a_close_takes_no_time() {
	expect("channels: a close takes no time", || change_proposal(|proposal| proposal.close_window = 0));
	expect("channels: a close takes no time", || change(|channel| channel.close_window = 0));
}

#[test]
fn check_should_complain_when_a_window_was_extended() {
	expect("channels: a window was extended", || {
		change(|channel| channel.status = ChannelStatus::Closing { settles_at: 22 })
	});
}

#[test]
fn check_should_complain_when_a_party_has_no_key() {
	expect("channels: a party has no key", || change_bob(|bob| bob.keys.clear()));
}

#[test]
fn check_should_complain_when_a_key_is_there_twice() {
	let add = |number| move |bob: &mut Party<AccountId>| bob.keys.try_push(key(number)).expect("few");
	expect("channels: a key is there twice", || change_bob(add(OPENER_KEY)));
	expect("channels: a key is there twice", || change_bob(add(ACCEPTOR_KEY)));
}

#[test]
fn check_should_complain_when_a_party_is_a_watcher() {
	expect("channels: a party is a watcher", || {
		change_bob(|bob| bob.watcher = Some(Watcher { account: ALICE, reward: 1 }))
	});
}

#[test]
fn check_should_complain_when_something_was_handed_in_for_nothing() {
	expect("channels: handed in for nothing", || {
		let claim = Claim { paid: 0, received_ack: 5 };
		change_bob(|bob| bob.handed_in = Some(HandedIn { claim, earned_by: None }))
	});
}

#[test]
fn check_should_complain_when_a_watcher_has_earned_before_a_close() {
	expect("channels: a watcher has earned before a close", || {
		let claim = Claim { paid: 5, received_ack: 0 };
		change_bob(|bob| bob.handed_in = Some(HandedIn { claim, earned_by: watcher(1) }))
	});
}

#[test]
fn check_should_complain_when_a_remainder_is_of_nothing() {
	expect("channels: a remainder of nothing", || leave(vec![], 0));
	expect("channels: a payment of nothing", || leave(vec![due(0)], 0));
}

#[test]
fn check_should_complain_when_deposits_differ_from_what_is_on_hold() {
	let complaint = "channels: deposits differ from what is on hold";
	expect(complaint, || change_bob(|bob| bob.deposit += 1));
	expect(complaint, || change_proposal(|proposal| proposal.deposits.opener -= 1));
	expect(complaint, || leave(vec![due(1)], 0));
	expect(complaint, || {
		Tokens::release(Native, &HoldReason::Channel.into(), &ALICE, 1, Precision::Exact).expect("is held");
	});
}

#[test]
fn check_should_complain_when_storage_deposits_differ_from_what_is_on_hold() {
	let complaint = "channels: storage deposits differ from what is on hold";
	expect(complaint, || change_bob(|bob| bob.storage_deposit += 1));
	expect(complaint, || change_proposal(|proposal| proposal.storage_deposit -= 1));
	expect(complaint, || leave(vec![], 1));
	expect(complaint, || {
		Balances::hold(&HoldReason::Storage.into(), &BOB, 1).expect("is rich");
	});
}
