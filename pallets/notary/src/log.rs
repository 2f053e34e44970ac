//! The log of what became of attestations.

use crate::pallet::*;
use codec::Encode;
use surety_presence::{message::Account, mountain::leaf_hash, offchain::log_key, Hash};
use surety_primitives::{notary::LogEntry, AccountId};

impl<T: Config> Pallet<T> {
	/// Adds an entry to a notary's log; returns its number.
	pub(crate) fn append(notary: &AccountId, entry: &LogEntry<AccountId>) -> Result<u32, Error<T>> {
		let entry = entry.encode();
		let index = Logs::<T>::try_mutate(notary, |log| {
			log.append(leaf_hash(&entry)).ok_or(Error::<T>::NumbersExhausted)
		})?;
		sp_io::offchain_index::set(&log_key(&Self::raw(notary), index), &entry);
		Ok(index)
	}

	/// An account, as messages have it.
	pub(crate) fn raw(account: &AccountId) -> Account {
		account.clone().into()
	}

	/// Hash of the chain's first block.
	pub(crate) fn genesis() -> Hash {
		let hash = frame_system::Pallet::<T>::block_hash(0);
		hash.as_ref().try_into().unwrap_or_default()
	}
}
