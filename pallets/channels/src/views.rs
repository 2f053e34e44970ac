//! What clients read through the runtime API.

use crate::{
	pallet::*,
	types::{Channel, Party, Proposal, Remainder},
};
use alloc::{boxed::Box, vec::Vec};
use surety_primitives::{
	api::{
		ChannelDueInfo, ChannelInfo, ChannelPage, ChannelPartyInfo, ChannelProposalInfo, ChannelRecord,
		ChannelRemainderInfo, MAX_PAGE,
	},
	AccountId, AssetKind, Balance, ChannelId,
};
use surety_response::PerSide;

impl<T: Config + frame_system::Config<AccountId = AccountId>> Pallet<T> {
	/// What there is under a channel's number.
	pub fn channel(id: ChannelId) -> Option<ChannelRecord> {
		if let Some(channel) = Channels::<T>::get(id) {
			return Some(ChannelRecord::Live(Box::new(describe(id, channel))));
		}
		if let Some(proposal) = Proposals::<T>::get(id) {
			return Some(ChannelRecord::Proposed(describe_proposal(id, proposal)));
		}
		Remainders::<T>::get(id).map(|left| ChannelRecord::Settled(describe_remainder(id, left)))
	}

	/// Channels of an account after the one of `cursor`, in the order of storage: proposals, and what is left of settled
	/// ones, too. Looks at `limit` of them, which is taken as 1 at the least and [`MAX_PAGE`] at the most.
	pub fn channels_of(account: AccountId, cursor: Option<ChannelId>, limit: u32) -> ChannelPage {
		match cursor {
			Some(after) => {
				let start = ByAccount::<T>::hashed_key_for(&account, after);
				Self::page(ByAccount::<T>::iter_key_prefix_from(&account, start), limit)
			}
			None => Self::page(ByAccount::<T>::iter_key_prefix(&account), limit),
		}
	}

	/// Whether new channels can be opened in an asset.
	pub fn accepts_channels_in(asset: AssetKind) -> bool {
		Self::accepts(&asset)
	}

	fn page(mut ids: impl Iterator<Item = ChannelId>, limit: u32) -> ChannelPage {
		let limit = usize::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(usize::MAX);
		let looked_at: Vec<ChannelId> = ids.by_ref().take(limit).collect();
		let next = ids.next().and_then(|_| looked_at.last().copied());
		let channels = looked_at.into_iter().filter_map(Self::channel).collect();
		ChannelPage { channels, next }
	}
}

fn describe(id: ChannelId, channel: Channel<AccountId>) -> ChannelInfo {
	let payouts = channel.payouts();
	let Channel { asset, edge, parties, close_window, status } = channel;
	let parties = PerSide {
		opener: describe_party(parties.opener, payouts.opener),
		acceptor: describe_party(parties.acceptor, payouts.acceptor),
	};
	ChannelInfo { id, asset, edge, status, close_window, parties }
}

fn describe_party(party: Party<AccountId>, payout: Balance) -> ChannelPartyInfo {
	let Party { account, deposit, keys, handed_in, watcher, .. } = party;
	ChannelPartyInfo {
		account,
		deposit,
		keys: keys.into_inner(),
		handed_in: handed_in.map(|handed_in| handed_in.claim),
		watcher: watcher.map(|watcher| (watcher.account, watcher.reward)),
		payout,
	}
}

fn describe_proposal(id: ChannelId, proposal: Proposal<AccountId>) -> ChannelProposalInfo {
	let Proposal { parties, asset, deposits, key, close_window, expires_at, .. } = proposal;
	ChannelProposalInfo { id, parties, asset, deposits, key, close_window, expires_at }
}

fn describe_remainder(id: ChannelId, left: Remainder<AccountId>) -> ChannelRemainderInfo {
	let Remainder { asset, parties, storage_deposits, dues } = left;
	let dues = dues
		.into_iter()
		.map(|due| ChannelDueInfo { from: parties.of(due.held_from).clone(), to: due.to, amount: due.amount })
		.collect();
	ChannelRemainderInfo { id, asset, dues, storage_deposits }
}
