//! Invariants of the stored channels.

use crate::{pallet::*, types::Party};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold as _, fungibles::InspectHold as _},
};
use sp_runtime::TryRuntimeError;
use surety_primitives::{traits::CheckState, AssetKind, Balance, ChannelId, ChannelStatus};
use surety_response::{PerSide, Side};

/// # Invariants
/// * `numbers`: every number in use is below the next one, and is that of one thing: a proposal, a channel, or what is
///   left of one.
/// * `indexes`: each stands once under either of its parties, and nothing else stands there.
/// * `proposals`: none is to oneself or with nothing to deposit; the deposits can be counted together; its window is
///   not nothing.
/// * `channels`: none is with oneself or with nothing deposited, and the deposits can be counted together; its window
///   is not nothing and ends no later than so many blocks from now; each party has a key, and no key is there twice; no
///   party is a watcher; what was handed in says that something was paid; a watcher has earned nothing while the
///   channel is open.
/// * `remainders`: each has something to pay, and no payment is of nothing.
/// * `holds`: Σ deposits of an account in an asset = what it has on hold for `Channel`, Σ storage deposits of an
///   account = what it has on hold for `Storage`.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		Self::check_numbers()?;
		Self::check_indexes()?;
		Self::check_proposals()?;
		Self::check_channels()?;
		Self::check_remainders()?;
		Self::check_holds()
	}
}

impl<T: Config> Pallet<T> {
	fn check_numbers() -> Result<(), TryRuntimeError> {
		let next = NextChannelId::<T>::get();
		let mut ids: Vec<ChannelId> = Proposals::<T>::iter_keys()
			.chain(Channels::<T>::iter_keys())
			.chain(Remainders::<T>::iter_keys())
			.collect();
		ensure!(ids.iter().all(|id| *id < next), "channels: number not given yet");
		let count = ids.len();
		ids.sort_unstable();
		ids.dedup();
		ensure!(ids.len() == count, "channels: a number is of two things");
		Ok(())
	}

	fn check_indexes() -> Result<(), TryRuntimeError> {
		let proposals = Proposals::<T>::iter().map(|(id, proposal)| (id, proposal.parties));
		let channels = Channels::<T>::iter().map(|(id, channel)| (id, channel.parties.map(|p| p.account)));
		let remainders = Remainders::<T>::iter().map(|(id, left)| (id, left.parties));
		let mut count = 0usize;
		for (id, parties) in proposals.chain(channels).chain(remainders) {
			for side in Side::BOTH {
				let there = ByAccount::<T>::contains_key(parties.of(side), id);
				ensure!(there, "channels: not under its party");
				count = count.saturating_add(1);
			}
		}
		ensure!(ByAccount::<T>::iter_keys().count() == count, "channels: index of parties is longer");
		Ok(())
	}

	fn check_deposits(
		parties: PerSide<&T::AccountId>,
		deposits: PerSide<Balance>,
	) -> Result<(), TryRuntimeError> {
		ensure!(parties.opener != parties.acceptor, "channels: with oneself");
		let total = deposits.total().ok_or("channels: deposits cannot be counted together")?;
		ensure!(total > 0, "channels: nothing deposited");
		Ok(())
	}

	fn check_proposals() -> Result<(), TryRuntimeError> {
		for proposal in Proposals::<T>::iter_values() {
			Self::check_deposits(proposal.parties.as_ref(), proposal.deposits)?;
			ensure!(proposal.close_window > 0, "channels: a close takes no time");
		}
		Ok(())
	}

	fn check_channels() -> Result<(), TryRuntimeError> {
		let now = Self::now();
		for channel in Channels::<T>::iter_values() {
			Self::check_deposits(channel.parties.as_ref().map(|party| &party.account), channel.deposits())?;
			let window = channel.close_window;
			ensure!(window > 0, "channels: a close takes no time");
			if let ChannelStatus::Closing { settles_at } = channel.status {
				ensure!(settles_at <= now.saturating_add(window), "channels: a window was extended");
			}
			let mut keys = Vec::new();
			for side in Side::BOTH {
				let party = channel.parties.of(side);
				ensure!(!party.keys.is_empty(), "channels: a party has no key");
				keys.extend(party.keys.iter().copied());
				let watched_by_party =
					party.watcher.as_ref().is_some_and(|watcher| channel.side_of(&watcher.account).is_some());
				ensure!(!watched_by_party, "channels: a party is a watcher");
				Self::check_handed_in(party, channel.is_closing())?;
			}
			let count = keys.len();
			keys.sort_unstable();
			keys.dedup();
			ensure!(keys.len() == count, "channels: a key is there twice");
		}
		Ok(())
	}

	fn check_handed_in(party: &Party<T::AccountId>, closing: bool) -> Result<(), TryRuntimeError> {
		let Some(handed_in) = &party.handed_in else { return Ok(()) };
		ensure!(handed_in.claim.paid > 0, "channels: handed in for nothing");
		ensure!(closing || handed_in.earned_by.is_none(), "channels: a watcher has earned before a close");
		Ok(())
	}

	fn check_remainders() -> Result<(), TryRuntimeError> {
		for left in Remainders::<T>::iter_values() {
			ensure!(!left.is_empty(), "channels: a remainder of nothing");
			ensure!(left.dues.iter().all(|due| due.amount > 0), "channels: a payment of nothing");
		}
		Ok(())
	}

	fn check_holds() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<_, (T::AccountId, AssetKind, Balance)>::new();
		let mut storage = BTreeMap::<_, (T::AccountId, Balance)>::new();
		let mut add = |who: &T::AccountId, asset: &AssetKind, deposit: Balance, stored: Balance| {
			let sum = deposits.entry((who.encode(), asset.encode()));
			let sum = &mut sum.or_insert((who.clone(), asset.clone(), 0)).2;
			*sum = sum.saturating_add(deposit);
			let sum = &mut storage.entry(who.encode()).or_insert((who.clone(), 0)).1;
			*sum = sum.saturating_add(stored);
		};
		for proposal in Proposals::<T>::iter_values() {
			let opener = &proposal.parties.opener;
			add(opener, &proposal.asset, proposal.deposits.opener, proposal.storage_deposit);
			add(&proposal.parties.acceptor, &proposal.asset, 0, 0);
		}
		for channel in Channels::<T>::iter_values() {
			for side in Side::BOTH {
				let party = channel.parties.of(side);
				add(&party.account, &channel.asset, party.deposit, party.storage_deposit);
			}
		}
		for left in Remainders::<T>::iter_values() {
			for side in Side::BOTH {
				add(left.parties.of(side), &left.asset, 0, *left.storage_deposits.of(side));
			}
			for due in &left.dues {
				add(left.parties.of(due.held_from), &left.asset, due.amount, 0);
			}
		}
		for (who, asset, sum) in deposits.into_values() {
			let held = T::Assets::balance_on_hold(asset, &HoldReason::Channel.into(), &who);
			ensure!(held == sum, "channels: deposits differ from what is on hold");
		}
		for (who, sum) in storage.into_values() {
			let held = T::Currency::balance_on_hold(&HoldReason::Storage.into(), &who);
			ensure!(held == sum, "channels: storage deposits differ from what is on hold");
		}
		Ok(())
	}
}
