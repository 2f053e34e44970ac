//! Answer keys: how they come, go, and answer meanwhile.

use crate::{pallet::*, types::AnswerKey};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use surety_primitives::AccountId;
use surety_response::{relay::Ms, KeyIndex, PublicKey};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register_key(operator: AccountId, public: PublicKey) -> DispatchResult {
		let mut keys = Keys::<T>::get(&operator);
		ensure!(keys.values().all(|known| known.public != public), Error::<T>::KeyAlreadyExists);
		let key = (0..=KeyIndex::MAX).find(|place| !keys.contains_key(place));
		let key = key.ok_or(Error::<T>::MaxKeysExceeded)?;
		let deposit = T::KeyDeposit::get();
		let record = AnswerKey { public, since: Self::time(), retired: None, deposit };
		keys.try_insert(key, record).map_err(|_| Error::<T>::MaxKeysExceeded)?;
		Self::hold(HoldReason::AnswerKey, &operator, deposit)?;

		Keys::<T>::insert(&operator, keys);
		Self::deposit_event(Event::KeyRegistered { operator, key, public });
		Ok(())
	}

	pub(crate) fn do_retire_key(operator: AccountId, key: KeyIndex) -> DispatchResult {
		let at = Self::time();
		Keys::<T>::try_mutate(&operator, |keys| {
			let record = keys.get_mut(&key).ok_or(Error::<T>::KeyNotFound)?;
			ensure!(record.retired.is_none(), Error::<T>::AlreadyRetired);
			record.retired = Some(at);
			Ok::<_, Error<T>>(())
		})?;
		Self::deposit_event(Event::KeyRetired { operator, key, at });
		Ok(())
	}

	pub(crate) fn do_remove_key(operator: AccountId, key: KeyIndex) -> DispatchResult {
		let mut keys = Keys::<T>::get(&operator);
		let record = keys.remove(&key).ok_or(Error::<T>::KeyNotFound)?;
		let until = record.until::<T>().ok_or(Error::<T>::NotRetired)?;
		let forgotten = Self::oldest().is_some_and(|oldest| until < oldest.at);
		ensure!(forgotten, Error::<T>::StillAnswering);
		Self::release(HoldReason::AnswerKey, &operator, record.deposit)?;

		if keys.is_empty() {
			Keys::<T>::remove(&operator);
		} else {
			Keys::<T>::insert(&operator, keys);
		}
		Self::deposit_event(Event::KeyRemoved { operator, key });
		Ok(())
	}

	/// The key at this place of an operator's, if it answers for a request that ended then.
	pub(crate) fn answering_key(
		operator: &AccountId,
		key: KeyIndex,
		ended: Ms,
	) -> Result<PublicKey, Error<T>> {
		let keys = Keys::<T>::get(operator);
		let record = keys.get(&key).ok_or(Error::KeyNotFound)?;
		ensure!(record.since <= ended, Error::KeyTooYoung);
		ensure!(record.until::<T>().is_none_or(|until| ended <= until), Error::KeyTooOld);
		Ok(record.public)
	}
}
