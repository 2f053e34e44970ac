//! Channels of edges, through the trait that the pallet of edges uses.

use crate::{mock::*, Channels as Stored, Error, NextChannelId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};
use surety_primitives::{
	traits::{ChannelEnd, Channels as ChannelsTrait},
	AccountId, Balance, ChannelId, ChannelStatus, EdgeId,
};
use surety_response::{CloseTerms, PerSide, SeverIntent, Side};

const EDGE: EdgeId = 5;

fn ends(opener: Balance, acceptor: Balance) -> PerSide<ChannelEnd<AccountId, Balance>> {
	PerSide {
		opener: ChannelEnd { account: ALICE, deposit: opener, key: key(OPENER_KEY) },
		acceptor: ChannelEnd { account: BOB, deposit: acceptor, key: key(ACCEPTOR_KEY) },
	}
}

fn open_for_edge() -> ChannelId {
	<Channels as ChannelsTrait<_>>::open(EDGE, Native, ends(100, 50)).expect("opens")
}

fn begin_close(id: ChannelId) -> Option<u32> {
	<Channels as ChannelsTrait<_>>::begin_close(id)
}

fn status(id: ChannelId) -> Option<ChannelStatus<u32>> {
	<Channels as ChannelsTrait<_>>::status(id)
}

fn is_closed(id: ChannelId) -> bool {
	<Channels as ChannelsTrait<_>>::is_closed(id)
}

#[test]
fn a_channel_should_be_opened_for_an_edge_at_once_with_everything_held() {
	execute(|| {
		let id = open_for_edge();
		assert_eq!((held(Native, &ALICE), held(Native, &BOB)), (100, 50));
		assert_eq!((storage_held(&ALICE), storage_held(&BOB)), (deposit(), deposit()));
		assert_eq!(stored(id).edge, Some(EDGE));
		assert_eq!(status(id), Some(ChannelStatus::Open));
		let parties = <Channels as ChannelsTrait<_>>::parties(id);
		assert_eq!(parties, Some(both(ALICE, BOB)));
		assert_eq!(<Channels as ChannelsTrait<AccountId>>::at_stake(id), Some((Native, both(100, 50))));
		assert!(!is_closed(id));
	});
}

#[test]
fn a_channel_that_could_not_be_proposed_should_not_be_opened_for_an_edge() {
	execute(|| {
		let refused = |asset, ends, error: DispatchError| {
			assert_noop!(<Channels as ChannelsTrait<_>>::open(EDGE, asset, ends), error);
		};
		refused(Native, ends(0, 0), Error::<Test>::ZeroAmount.into());
		refused(WithId(LEAD), ends(1, 1), Error::<Test>::AssetNotAccepted.into());
		refused(Native, ends(1, ENDOWMENT), TokenError::FundsUnavailable.into());
		let mut own = ends(1, 1);
		own.acceptor.account = ALICE;
		refused(Native, own, Error::<Test>::SelfChannel.into());
		let mut one_key = ends(1, 1);
		one_key.acceptor.key = one_key.opener.key;
		refused(Native, one_key, Error::<Test>::KeyAlreadyRegistered.into());
		CloseWindow::set(&0);
		refused(Native, ends(1, 1), Error::<Test>::WindowOutOfBounds.into());
		assert_eq!(NextChannelId::<Test>::get(), 0);
	});
}

#[test]
fn the_channel_of_an_edge_should_not_be_closed_by_its_parties_before_the_edge() {
	execute(|| {
		let id = open_for_edge();
		let terms = CloseTerms { channel: id, payouts: both(100, 50), valid_until: 9 };
		for who in [ALICE, BOB] {
			assert_noop!(Channels::close_unilaterally(by(&who), id), Error::<Test>::BelongsToEdge);
		}
		assert_noop!(close_on(terms), Error::<Test>::BelongsToEdge);
		// Once the edge ends, nobody has to wait who agrees.
		assert_eq!(begin_close(id), Some(1 + window()));
		assert_ok!(close_on(terms));
		assert!(is_closed(id));
	});
}

#[test]
fn the_channel_of_an_edge_should_be_settled_like_any_other() {
	execute(|| {
		let id = open_for_edge();
		assert_ok!(Channels::top_up(by(&ALICE), id, 20));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 110, 0)));
		let settles_at = begin_close(id).expect("is there");
		assert_eq!(status(id), Some(ChannelStatus::Closing { settles_at }));
		assert_ok!(hand_in(Side::Opener, voucher(id, 30, 110)));
		advance(window());
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!((gained(&ALICE), gained(&BOB)), (-80, 80));
		assert_eq!((status(id), is_closed(id)), (None, true));
		assert_eq!(<Channels as ChannelsTrait<AccountId>>::parties(id), None);
		assert_eq!(<Channels as ChannelsTrait<AccountId>>::at_stake(id), None);
	});
}

#[test]
fn a_close_while_the_edge_is_severed_should_go_on_as_it_began() {
	execute(|| {
		// GIVEN an edge that is closed amicably.
		let id = open_for_edge();
		let settles_at = begin_close(id);
		advance(window() - 1);
		// WHEN it is severed, and a party would close again.
		assert_eq!(begin_close(id), settles_at);
		assert_noop!(Channels::close_unilaterally(by(&ALICE), id), Error::<Test>::BelongsToEdge);
		// THEN
		advance(1);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		// A sever that comes after everything finds nothing to do.
		assert_eq!(begin_close(id), None);
		assert_eq!(begin_close(id + 1), None);
	});
}

#[test]
#[should_panic(expected = "closed for an edge that it does not belong to")]
fn a_channel_of_no_edge_should_never_be_closed_for_one() {
	new_test_ext().execute_with(|| {
		begin_close(open(100, 50));
	});
}

#[test]
fn a_number_should_be_closed_only_when_there_was_a_channel_and_it_is_settled() {
	execute(|| {
		let id = propose(Native, (10, 10));
		assert!(!is_closed(id) && !is_closed(id + 1));
		assert_ok!(Channels::accept(by(&BOB), id, key(ACCEPTOR_KEY)));
		assert!(!is_closed(id));
		close_and_wait(id);
		assert!(!is_closed(id));
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert!(is_closed(id));
	});
}

#[test]
fn what_a_party_has_signed_should_be_told_from_what_it_has_not() {
	execute(|| {
		let id = open_for_edge();
		let intent = SeverIntent { edge: EDGE };
		let has_signed = |who: &AccountId, intent: &SeverIntent, signed| {
			<Channels as ChannelsTrait<_>>::has_signed(id, who, intent, &signed)
		};
		assert!(has_signed(&ALICE, &intent, sign(OPENER_KEY, &intent)));
		assert!(has_signed(&BOB, &intent, sign(ACCEPTOR_KEY, &intent)));
		assert!(!has_signed(&BOB, &intent, sign(OPENER_KEY, &intent)));
		assert!(!has_signed(&CAROL, &intent, sign(OPENER_KEY, &intent)));
		assert!(!has_signed(&ALICE, &SeverIntent { edge: EDGE + 1 }, sign(OPENER_KEY, &intent)));
		assert!(!has_signed(&ALICE, &intent, sign_as(u8::MAX, OPENER_KEY, &intent)));
		let gone = <Channels as ChannelsTrait<_>>::has_signed(9, &ALICE, &intent, &sign(1, &intent));
		assert!(!gone);
		Stored::<Test>::iter_keys().for_each(|stored| assert_eq!(stored, id));
	});
}
