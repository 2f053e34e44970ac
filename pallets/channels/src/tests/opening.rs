//! From a proposal to an open channel.

use crate::{mock::*, ByAccount, Error, Event, Proposals};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, TokenError};
use surety_primitives::ChannelStatus;
use surety_response::Side;

#[test]
fn open_should_hold_the_openers_part_and_say_what_is_proposed() {
	execute(|| {
		// WHEN
		let id = propose(Native, (1_000, 500));
		// THEN
		assert_eq!((held(Native, &ALICE), storage_held(&ALICE)), (1_000, deposit()));
		assert_eq!((held(Native, &BOB), storage_held(&BOB)), (0, 0));
		let expires_at = 1 + ProposalLifetime::get();
		let (parties, deposits) = (both(ALICE, BOB), both(1_000, 500));
		assert_eq!(events(), [Event::Proposed { id, parties, asset: Native, deposits, expires_at }]);
	});
}

#[test]
fn accept_should_hold_the_acceptors_part_and_open_the_channel() {
	execute(|| {
		// GIVEN
		let id = propose(Native, (1_000, 500));
		System::reset_events();
		// WHEN
		assert_ok!(Channels::accept(by(&BOB), id, key(ACCEPTOR_KEY)));
		// THEN
		assert_eq!((held(Native, &ALICE), storage_held(&ALICE)), (1_000, deposit()));
		assert_eq!((held(Native, &BOB), storage_held(&BOB)), (500, deposit()));
		let channel = stored(id);
		assert_eq!((channel.deposits(), channel.status), (both(1_000, 500), ChannelStatus::Open));
		assert_eq!(channel.parties.opener.keys.to_vec(), [key(OPENER_KEY)]);
		assert_eq!(channel.parties.acceptor.keys.to_vec(), [key(ACCEPTOR_KEY)]);
		assert!(!Proposals::<Test>::contains_key(id));
		let opened = Event::Opened {
			id,
			parties: both(ALICE, BOB),
			asset: Native,
			deposits: both(1_000, 500),
			edge: None,
			close_window: window(),
		};
		assert_eq!(events(), [opened]);
	});
}

#[test]
fn one_side_alone_may_deposit() {
	execute(|| {
		let id = open(1_000, 0);
		assert_eq!(stored(id).deposits(), both(1_000, 0));
		let id = open(0, 1_000);
		assert_eq!(stored(id).deposits(), both(0, 1_000));
		assert_eq!((held(Native, &ALICE), held(Native, &BOB)), (1_000, 1_000));
	});
}

#[test]
fn numbers_should_never_be_reused() {
	execute(|| {
		let first = propose(Native, (10, 0));
		assert_ok!(Channels::withdraw_proposal(by(&ALICE), first));
		let second = open(10, 0);
		close_and_wait(second);
		assert_ok!(Channels::settle(by(&ISSUER), second));
		assert_eq!((first, second, open(10, 0)), (0, 1, 2));
	});
}

#[test]
fn open_should_be_refused_with_oneself() {
	execute(|| {
		assert_noop!(Channels::open(by(&ALICE), ALICE, Native, 10, 10, key(1)), Error::<Test>::SelfChannel);
	});
}

#[test]
fn open_should_be_refused_when_neither_deposits_anything() {
	execute(|| {
		assert_noop!(Channels::open(by(&ALICE), BOB, Native, 0, 0, key(1)), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn open_should_be_refused_when_the_deposits_cannot_be_counted_together() {
	execute(|| {
		assert_noop!(
			Channels::open(by(&ALICE), BOB, Native, 1, u128::MAX, key(1)),
			ArithmeticError::Overflow
		);
	});
}

#[test]
fn open_should_be_refused_when_the_money_is_not_there() {
	execute(|| {
		assert_noop!(
			Channels::open(by(&ALICE), BOB, Native, ENDOWMENT, 0, key(1)),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn accept_should_be_refused_when_the_money_is_not_there() {
	execute(|| {
		let id = propose(Native, (0, ENDOWMENT));
		assert_noop!(Channels::accept(by(&BOB), id, key(2)), TokenError::FundsUnavailable);
	});
}

#[test]
fn accept_should_be_refused_to_anybody_but_the_one_it_was_proposed_to() {
	execute(|| {
		let id = propose(Native, (10, 10));
		for who in [ALICE, CAROL] {
			assert_noop!(Channels::accept(by(&who), id, key(3)), Error::<Test>::NotAuthorized);
		}
		assert_noop!(Channels::accept(by(&BOB), id + 1, key(3)), Error::<Test>::ProposalNotFound);
	});
}

#[test]
fn accept_should_be_refused_once_the_proposal_has_expired() {
	execute(|| {
		let id = propose(Native, (10, 10));
		advance(ProposalLifetime::get() - 1);
		let late = propose(Native, (10, 10));
		advance(1);
		assert_noop!(Channels::accept(by(&BOB), id, key(2)), Error::<Test>::ProposalExpired);
		assert_ok!(Channels::accept(by(&BOB), late, key(2)));
	});
}

#[test]
fn accept_should_be_refused_twice() {
	execute(|| {
		let id = open(10, 10);
		assert_noop!(Channels::accept(by(&BOB), id, key(3)), Error::<Test>::ProposalNotFound);
	});
}

#[test]
fn accept_should_be_refused_with_the_openers_key() {
	execute(|| {
		let id = propose(Native, (10, 10));
		assert_noop!(Channels::accept(by(&BOB), id, key(OPENER_KEY)), Error::<Test>::KeyAlreadyRegistered);
	});
}

#[test]
fn withdrawing_a_proposal_should_return_everything_and_leave_nothing() {
	for who in [ALICE, BOB] {
		execute(|| {
			// GIVEN
			let id = propose(Native, (1_000, 500));
			System::reset_events();
			// WHEN
			assert_noop!(Channels::withdraw_proposal(by(&CAROL), id), Error::<Test>::NotAuthorized);
			assert_ok!(Channels::withdraw_proposal(by(&who), id));
			// THEN
			assert_eq!((free(&ALICE), free(&BOB)), (ENDOWMENT, ENDOWMENT));
			assert_eq!(Proposals::<Test>::iter().count() + ByAccount::<Test>::iter().count(), 0);
			assert_eq!(events(), [Event::ProposalEnded { id, expired: false }]);
			assert_noop!(Channels::withdraw_proposal(by(&who), id), Error::<Test>::ProposalNotFound);
		});
	}
}

#[test]
fn an_expired_proposal_should_be_cleared_away_by_anybody_and_not_before() {
	execute(|| {
		// GIVEN
		let id = propose(Native, (1_000, 500));
		advance(ProposalLifetime::get() - 1);
		assert_noop!(Channels::expire_proposal(by(&CAROL), id), Error::<Test>::ProposalNotExpired);
		advance(1);
		System::reset_events();
		// WHEN
		assert_ok!(Channels::expire_proposal(by(&CAROL), id));
		// THEN
		assert_eq!(free(&ALICE), ENDOWMENT);
		assert_eq!(Proposals::<Test>::iter().count() + ByAccount::<Test>::iter().count(), 0);
		assert_eq!(events(), [Event::ProposalEnded { id, expired: true }]);
		assert_noop!(Channels::expire_proposal(by(&CAROL), id), Error::<Test>::ProposalNotFound);
	});
}

#[test]
fn each_side_should_get_back_the_storage_deposit_it_paid() {
	execute(|| {
		let id = propose(Native, (10, 10));
		StorageDeposit::set(&777);
		assert_ok!(Channels::accept(by(&BOB), id, key(ACCEPTOR_KEY)));
		assert_eq!((storage_held(&ALICE), storage_held(&BOB)), (100, 777));
		StorageDeposit::set(&5);
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!((free(&ALICE), free(&BOB)), (ENDOWMENT, ENDOWMENT));
	});
}

#[test]
fn a_channel_should_keep_the_window_it_was_proposed_under() {
	execute(|| {
		let id = propose(Native, (10, 10));
		CloseWindow::set(&500);
		assert_ok!(Channels::accept(by(&BOB), id, key(ACCEPTOR_KEY)));
		assert_eq!(stored(id).close_window, 20);
		CloseWindow::set(&6);
		assert_ok!(Channels::close_unilaterally(by(&BOB), id));
		assert_eq!(stored(id).status, ChannelStatus::Closing { settles_at: 21 });
	});
}

#[test]
fn side_of_should_tell_the_parties_from_strangers() {
	execute(|| {
		let channel = stored(open(1, 1));
		assert_eq!(channel.side_of(&ALICE), Some(Side::Opener));
		assert_eq!(channel.side_of(&BOB), Some(Side::Acceptor));
		assert_eq!(channel.side_of(&CAROL), None);
	});
}
