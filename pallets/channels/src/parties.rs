//! What a party can change of its own end while a channel is there.

use crate::{pallet::*, types::Watcher};
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{Balance, ChannelId};
use surety_response::{KeyIndex, PublicKey};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_top_up(who: T::AccountId, id: ChannelId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut channel = Self::find(id)?;
		let side = channel.side_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(!channel.is_closing(), Error::<T>::Closing);
		Self::hold(&channel.asset, &who, amount)?;

		let party = channel.parties.of_mut(side);
		party.deposit = party.deposit.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		let deposit = party.deposit;
		channel.deposits().total().ok_or(ArithmeticError::Overflow)?;
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::ToppedUp { id, side, amount, deposit });
		Ok(())
	}

	pub(crate) fn do_add_key(who: T::AccountId, id: ChannelId, key: PublicKey) -> DispatchResult {
		let mut channel = Self::find(id)?;
		let side = channel.side_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(!channel.knows_key(&key), Error::<T>::KeyAlreadyRegistered);
		let keys = &mut channel.parties.of_mut(side).keys;
		let index =
			KeyIndex::try_from(keys.len()).map_err(|_| DispatchError::from(ArithmeticError::Overflow))?;
		keys.try_push(key).map_err(|_| Error::<T>::MaxKeysExceeded)?;
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::KeyAdded { id, side, key, index });
		Ok(())
	}

	pub(crate) fn do_set_watcher(
		who: T::AccountId,
		id: ChannelId,
		watcher: Option<Watcher<T::AccountId>>,
	) -> DispatchResult {
		let mut channel = Self::find(id)?;
		let side = channel.side_of(&who).ok_or(Error::<T>::NotAuthorized)?;
		let is_party = watcher.as_ref().is_some_and(|watcher| channel.side_of(&watcher.account).is_some());
		ensure!(!is_party, Error::<T>::SelfWatcher);
		channel.parties.of_mut(side).watcher = watcher.clone();
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::WatcherSet { id, side, watcher });
		Ok(())
	}
}
