//! What clients read.

use crate::mock::*;
use frame_support::assert_ok;
use surety_primitives::{
	api::{
		ChannelDueInfo, ChannelInfo, ChannelPage, ChannelPartyInfo, ChannelProposalInfo, ChannelRecord,
		ChannelRemainderInfo, MAX_PAGE,
	},
	ChannelId, ChannelStatus,
};
use surety_response::{Claim, Side};

fn ids(page: &ChannelPage) -> Vec<ChannelId> {
	page.channels
		.iter()
		.map(|record| match record {
			ChannelRecord::Proposed(proposal) => proposal.id,
			ChannelRecord::Live(channel) => channel.id,
			ChannelRecord::Settled(left) => left.id,
		})
		.collect()
}

#[test]
fn a_channel_should_be_described_as_it_stands_now() {
	execute(|| {
		// GIVEN
		let id = open(100, 50);
		assert_ok!(Channels::add_key(by(&ALICE), id, key(4)));
		assert_ok!(Channels::set_watcher(by(&BOB), id, watcher(3)));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 10)));
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		// THEN
		let opener = ChannelPartyInfo {
			account: ALICE,
			deposit: 100,
			keys: vec![key(OPENER_KEY), key(4)],
			handed_in: None,
			watcher: None,
			payout: 80,
		};
		let acceptor = ChannelPartyInfo {
			account: BOB,
			deposit: 50,
			keys: vec![key(ACCEPTOR_KEY)],
			handed_in: Some(Claim { paid: 30, received_ack: 10 }),
			watcher: Some((WATCHER, 3)),
			payout: 70,
		};
		let expected = ChannelInfo {
			id,
			asset: Native,
			edge: None,
			status: ChannelStatus::Closing { settles_at: 21 },
			close_window: 20,
			parties: both(opener, acceptor),
		};
		assert_eq!(Channels::channel(id), Some(ChannelRecord::Live(Box::new(expected))));
		assert_eq!(Channels::channel(id + 1), None);
	});
}

#[test]
fn a_proposal_should_be_described() {
	execute(|| {
		let id = propose(Native, (100, 50));
		let expected = ChannelProposalInfo {
			id,
			parties: both(ALICE, BOB),
			asset: Native,
			deposits: both(100, 50),
			key: key(OPENER_KEY),
			close_window: 20,
			expires_at: 11,
		};
		assert_eq!(Channels::channel(id), Some(ChannelRecord::Proposed(expected)));
	});
}

#[test]
fn what_waits_should_be_described() {
	execute(|| {
		let id = open_in(IN_GOLD, 1_000, 0);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 300, 0)));
		close_and_wait(id);
		assert_ok!(Assets::block(by(&ISSUER), GOLD, BOB));
		assert_ok!(Channels::settle(by(&ISSUER), id));
		let expected = ChannelRemainderInfo {
			id,
			asset: IN_GOLD,
			dues: vec![ChannelDueInfo { from: ALICE, to: BOB, amount: 300 }],
			storage_deposits: both(0, deposit()),
		};
		assert_eq!(Channels::channel(id), Some(ChannelRecord::Settled(expected)));
		assert_eq!(ids(&Channels::channels_of(BOB, None, 10)), [id]);
	});
}

#[test]
fn pages_should_hold_everything_once_when_followed_to_the_end() {
	execute(|| {
		// GIVEN
		let mut mine: Vec<_> = (0..4).map(|_| open(10, 0)).collect();
		mine.extend((0..3).map(|_| propose(Native, (10, 0))));
		let others: Vec<_> = (0..3).map(|_| propose_to(CAROL, Native, (10, 0))).collect();
		// WHEN
		let mut found = Vec::new();
		let mut cursor = None;
		loop {
			let page = Channels::channels_of(BOB, cursor, 3);
			assert!(page.channels.len() <= 3);
			found.extend(ids(&page));
			cursor = page.next;
			if cursor.is_none() {
				break;
			}
		}
		// THEN
		found.sort();
		assert_eq!(found, mine);
		mine.extend(others);
		let mut all = ids(&Channels::channels_of(ALICE, None, 20));
		all.sort();
		assert_eq!(all, mine);
	});
}

#[test]
fn pages_should_go_on_when_the_cursor_is_gone() {
	execute(|| {
		for _ in 0..6 {
			propose(Native, (10, 0));
		}
		let all = ids(&Channels::channels_of(ALICE, None, 10));
		let page = Channels::channels_of(ALICE, None, 2);
		assert_ok!(Channels::withdraw_proposal(by(&ALICE), all[1]));
		assert_eq!(page.next, Some(all[1]));
		assert_eq!(ids(&Channels::channels_of(ALICE, page.next, 10)), all[2..]);
	});
}

#[test]
fn pages_should_clamp_their_limit() {
	execute(|| {
		for _ in 0..=MAX_PAGE {
			propose(Native, (1, 0));
		}
		assert_eq!(Channels::channels_of(ALICE, None, 0).channels.len(), 1);
		let most = Channels::channels_of(ALICE, None, u32::MAX);
		assert_eq!(most.channels.len(), MAX_PAGE as usize);
		assert_eq!(Channels::channels_of(ALICE, most.next, u32::MAX).channels.len(), 1);
	});
}

#[test]
fn pages_should_be_empty_when_there_is_nothing() {
	execute(|| {
		let nothing = ChannelPage { channels: vec![], next: None };
		assert_eq!(Channels::channels_of(ALICE, None, 5), nothing);
		assert_eq!(Channels::channels_of(ALICE, Some(3), 5), nothing);
	});
}
