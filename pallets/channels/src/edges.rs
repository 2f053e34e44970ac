//! Channels of edges, as the pallet sees them that keeps the edges.

use crate::{opening::Terms, pallet::*};
use frame_support::{defensive, storage::with_storage_layer, traits::Get};
use sp_runtime::DispatchError;
use surety_primitives::{
	traits::{ChannelEnd, Channels as ChannelsTrait},
	AssetKind, Balance, BlockNumber, ChannelId, ChannelStatus, EdgeId,
};
use surety_response::{Message, PerSide, Side, Signed};

impl<T: Config> ChannelsTrait<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn open(
		edge: EdgeId,
		asset: AssetKind,
		ends: PerSide<ChannelEnd<T::AccountId, Balance>>,
	) -> Result<ChannelId, DispatchError> {
		let parties = ends.as_ref().map(|end| end.account.clone());
		let deposits = ends.as_ref().map(|end| end.deposit);
		let close_window = Self::ensure_sound(&parties, &asset, &deposits)?;
		let storage_deposit = T::StorageDeposit::get();
		with_storage_layer(|| {
			let id = Self::new_number()?;
			for side in Side::BOTH {
				let who = parties.of(side);
				Self::hold_storage(who, storage_deposit)?;
				Self::hold(&asset, who, *deposits.of(side))?;
				ByAccount::<T>::insert(who, id, ());
			}
			let storage_deposits = PerSide { opener: storage_deposit, acceptor: storage_deposit };
			Self::begin(id, Terms { asset, edge: Some(edge), ends, storage_deposits, close_window })?;
			Ok(id)
		})
	}

	fn begin_close(id: ChannelId) -> Option<BlockNumber> {
		let channel = Channels::<T>::get(id)?;
		if channel.edge.is_none() {
			defensive!("channels: closed for an edge that it does not belong to");
			return None;
		}
		match channel.status {
			ChannelStatus::Closing { settles_at } => Some(settles_at),
			ChannelStatus::Open => Self::begin_to_close(id, channel, None).ok(),
		}
	}

	fn status(id: ChannelId) -> Option<ChannelStatus<BlockNumber>> {
		Channels::<T>::get(id).map(|channel| channel.status)
	}

	fn is_closed(id: ChannelId) -> bool {
		id < NextChannelId::<T>::get()
			&& !Channels::<T>::contains_key(id)
			&& !Proposals::<T>::contains_key(id)
	}

	fn parties(id: ChannelId) -> Option<PerSide<T::AccountId>> {
		Channels::<T>::get(id).map(|channel| channel.parties.map(|party| party.account))
	}

	fn at_stake(id: ChannelId) -> Option<(AssetKind, PerSide<Balance>)> {
		Channels::<T>::get(id).map(|channel| (channel.asset.clone(), channel.deposits()))
	}

	fn has_signed(id: ChannelId, who: &T::AccountId, message: &impl Message, signed: &Signed) -> bool {
		let Some(channel) = Channels::<T>::get(id) else { return false };
		let side = channel.side_of(who);
		side.is_some_and(|side| Self::is_signed(channel.parties.of(side), message, signed))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_open(accounts: &PerSide<T::AccountId>, deposit: Balance) -> AssetKind {
		crate::benchmarking::prepare_open::<T>(accounts, deposit)
	}
}
