//! From a proposal to an open channel; and in which assets.

use crate::{
	pallet::*,
	types::{Channel, Party, Proposal},
};
use frame_support::{
	ensure,
	traits::{fungibles::Inspect as _, Get},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{
	traits::ChannelEnd, AssetKind, Balance, BlockNumber, ChannelId, ChannelStatus, EdgeId,
};
use surety_response::{PerSide, PublicKey, Side};

/// What a channel begins with.
pub(crate) struct Terms<AccountId> {
	pub(crate) asset: AssetKind,
	pub(crate) edge: Option<EdgeId>,
	pub(crate) ends: PerSide<ChannelEnd<AccountId, Balance>>,
	pub(crate) storage_deposits: PerSide<Balance>,
	pub(crate) close_window: BlockNumber,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn now() -> BlockNumber {
		let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
		now
	}

	pub(crate) fn find(id: ChannelId) -> Result<Channel<T::AccountId>, DispatchError> {
		Channels::<T>::get(id).ok_or(Error::<T>::ChannelNotFound.into())
	}

	/// Whether channels can be opened in `asset`.
	pub(crate) fn accepts(asset: &AssetKind) -> bool {
		*asset == AssetKind::Native || AcceptedAssets::<T>::contains_key(asset)
	}

	pub(crate) fn new_number() -> Result<ChannelId, DispatchError> {
		NextChannelId::<T>::try_mutate(|next| {
			let id = *next;
			*next = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Ok(id)
		})
	}

	/// What every channel has to be like, however it is opened: returns its window.
	pub(crate) fn ensure_sound(
		parties: &PerSide<T::AccountId>,
		asset: &AssetKind,
		deposits: &PerSide<Balance>,
	) -> Result<BlockNumber, DispatchError> {
		ensure!(parties.opener != parties.acceptor, Error::<T>::SelfChannel);
		ensure!(Self::accepts(asset), Error::<T>::AssetNotAccepted);
		let total = deposits.total().ok_or(ArithmeticError::Overflow)?;
		ensure!(total > 0, Error::<T>::ZeroAmount);
		let window = T::CloseWindow::get();
		ensure!(window >= T::MinCloseWindow::get(), Error::<T>::WindowOutOfBounds);
		ensure!(window <= T::MaxCloseWindow::get(), Error::<T>::WindowOutOfBounds);
		Ok(window)
	}

	pub(crate) fn do_open(
		parties: PerSide<T::AccountId>,
		asset: AssetKind,
		deposits: PerSide<Balance>,
		key: PublicKey,
	) -> DispatchResult {
		let close_window = Self::ensure_sound(&parties, &asset, &deposits)?;
		let expires_at =
			Self::now().checked_add(T::ProposalLifetime::get()).ok_or(ArithmeticError::Overflow)?;
		let id = Self::new_number()?;
		let storage_deposit = T::StorageDeposit::get();
		Self::hold_storage(&parties.opener, storage_deposit)?;
		Self::hold(&asset, &parties.opener, deposits.opener)?;

		for side in Side::BOTH {
			ByAccount::<T>::insert(parties.of(side), id, ());
		}
		Self::deposit_event(Event::Proposed {
			id,
			parties: parties.clone(),
			asset: asset.clone(),
			deposits,
			expires_at,
		});
		let proposal = Proposal { parties, asset, deposits, key, close_window, expires_at, storage_deposit };
		Proposals::<T>::insert(id, proposal);
		Ok(())
	}

	pub(crate) fn do_accept(acceptor: T::AccountId, id: ChannelId, key: PublicKey) -> DispatchResult {
		let proposal = Self::find_proposal(id)?;
		ensure!(proposal.parties.acceptor == acceptor, Error::<T>::NotAuthorized);
		ensure!(Self::now() < proposal.expires_at, Error::<T>::ProposalExpired);
		ensure!(Self::accepts(&proposal.asset), Error::<T>::AssetNotAccepted);
		let Proposal { parties, asset, deposits, key: opener_key, close_window, storage_deposit, .. } =
			proposal;
		let own_storage_deposit = T::StorageDeposit::get();
		Self::hold_storage(&acceptor, own_storage_deposit)?;
		Self::hold(&asset, &acceptor, deposits.acceptor)?;

		Proposals::<T>::remove(id);
		let ends = PerSide {
			opener: ChannelEnd { account: parties.opener, deposit: deposits.opener, key: opener_key },
			acceptor: ChannelEnd { account: parties.acceptor, deposit: deposits.acceptor, key },
		};
		let storage_deposits = PerSide { opener: storage_deposit, acceptor: own_storage_deposit };
		Self::begin(id, Terms { asset, edge: None, ends, storage_deposits, close_window })
	}

	/// Opens a channel for which everything is held.
	pub(crate) fn begin(id: ChannelId, terms: Terms<T::AccountId>) -> DispatchResult {
		let Terms { asset, edge, ends, storage_deposits, close_window } = terms;
		ensure!(ends.opener.key != ends.acceptor.key, Error::<T>::KeyAlreadyRegistered);
		let party = |end: ChannelEnd<T::AccountId, Balance>, storage_deposit| {
			let mut keys = BoundedVec::new();
			keys.try_push(end.key).map_err(|_| Error::<T>::MaxKeysExceeded)?;
			let ChannelEnd { account, deposit, .. } = end;
			Ok::<_, Error<T>>(Party {
				account,
				deposit,
				keys,
				handed_in: None,
				watcher: None,
				storage_deposit,
			})
		};
		let parties = PerSide {
			opener: party(ends.opener, storage_deposits.opener)?,
			acceptor: party(ends.acceptor, storage_deposits.acceptor)?,
		};
		let channel = Channel { asset, edge, parties, close_window, status: ChannelStatus::Open };
		Self::deposit_event(Event::Opened {
			id,
			parties: channel.parties.as_ref().map(|party| party.account.clone()),
			asset: channel.asset.clone(),
			deposits: channel.deposits(),
			edge,
			close_window,
		});
		Channels::<T>::insert(id, channel);
		Ok(())
	}

	pub(crate) fn do_withdraw_proposal(who: T::AccountId, id: ChannelId) -> DispatchResult {
		let proposal = Self::find_proposal(id)?;
		let is_party = Side::BOTH.into_iter().any(|side| *proposal.parties.of(side) == who);
		ensure!(is_party, Error::<T>::NotAuthorized);
		Self::end_proposal(id, proposal)?;
		Self::deposit_event(Event::ProposalEnded { id, expired: false });
		Ok(())
	}

	pub(crate) fn do_expire_proposal(id: ChannelId) -> DispatchResult {
		let proposal = Self::find_proposal(id)?;
		ensure!(Self::now() >= proposal.expires_at, Error::<T>::ProposalNotExpired);
		Self::end_proposal(id, proposal)?;
		Self::deposit_event(Event::ProposalEnded { id, expired: true });
		Ok(())
	}

	fn find_proposal(id: ChannelId) -> Result<Proposal<T::AccountId>, DispatchError> {
		Proposals::<T>::get(id).ok_or(Error::<T>::ProposalNotFound.into())
	}

	/// Returns what is held for a proposal. It can fail without harm to anybody: nobody but the opener has a part in it.
	fn end_proposal(id: ChannelId, proposal: Proposal<T::AccountId>) -> DispatchResult {
		let Proposal { parties, asset, deposits, storage_deposit, .. } = proposal;
		Self::pay(&asset, &parties.opener, &parties.opener, deposits.opener)?;
		Self::return_storage(&parties.opener, storage_deposit)?;
		Proposals::<T>::remove(id);
		for side in Side::BOTH {
			ByAccount::<T>::remove(parties.of(side), id);
		}
		Ok(())
	}

	pub(crate) fn do_accept_asset(asset: AssetKind) -> DispatchResult {
		let known = asset != AssetKind::Native && T::Assets::asset_exists(asset.clone());
		ensure!(known, Error::<T>::UnknownAsset);
		AcceptedAssets::<T>::insert(&asset, ());
		Self::deposit_event(Event::AssetAccepted { asset });
		Ok(())
	}

	pub(crate) fn do_retire_asset(asset: AssetKind) -> DispatchResult {
		let accepted = AcceptedAssets::<T>::take(&asset);
		ensure!(accepted.is_some(), Error::<T>::AssetNotAccepted);
		Self::deposit_event(Event::AssetRetired { asset });
		Ok(())
	}
}
