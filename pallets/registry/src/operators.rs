//! Operators: who sells.

use crate::{
	types::{Operator, OperatorOf},
	Config, Error, Event, HoldReason, Offers, Operators, Pallet, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{defensive, dispatch::DispatchResultWithPostInfo, ensure, BoundedVec};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};
use surety_primitives::{AccountId, OperatorStatus};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_join(operator: AccountId, metadata: Vec<u8>) -> DispatchResult {
		ensure!(!Operators::<T>::contains_key(&operator), Error::<T>::OperatorAlreadyExists);
		let metadata = Self::checked_metadata(metadata)?;
		let deposit = Self::deposit_for(&[&metadata])?;
		Self::hold(HoldReason::OperatorDeposit, &operator, deposit)?;

		let status = OperatorStatus::Active;
		Operators::<T>::insert(
			&operator,
			Operator { status, metadata, services: BoundedVec::new(), deposit },
		);
		Self::deposit_event(Event::OperatorJoined { operator, deposit });
		Ok(())
	}

	pub(crate) fn do_update_operator(operator: AccountId, metadata: Vec<u8>) -> DispatchResult {
		let old = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;
		let metadata = Self::checked_metadata(metadata)?;
		let deposit = Self::deposit_for(&[&metadata])?;
		Self::adjust_deposit(HoldReason::OperatorDeposit, &operator, old.deposit, deposit)?;

		Operators::<T>::insert(&operator, Operator { metadata, deposit, ..old });
		Self::deposit_event(Event::OperatorUpdated { operator, deposit });
		Ok(())
	}

	pub(crate) fn do_pause(operator: AccountId) -> DispatchResult {
		let record = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;
		ensure!(!record.is_leaving(), Error::<T>::OperatorLeaving);
		ensure!(record.status != OperatorStatus::Paused, Error::<T>::AlreadyPaused);

		Operators::<T>::insert(&operator, Operator { status: OperatorStatus::Paused, ..record });
		Self::deposit_event(Event::OperatorPaused { operator });
		Ok(())
	}

	pub(crate) fn do_resume(operator: AccountId) -> DispatchResult {
		let record = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;
		ensure!(!record.is_leaving(), Error::<T>::OperatorLeaving);
		ensure!(record.status == OperatorStatus::Paused, Error::<T>::NotPaused);

		Operators::<T>::insert(&operator, Operator { status: OperatorStatus::Active, ..record });
		Self::deposit_event(Event::OperatorResumed { operator });
		Ok(())
	}

	pub(crate) fn do_leave(operator: AccountId) -> DispatchResultWithPostInfo {
		let mut record = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;
		ensure!(!record.is_leaving(), Error::<T>::OperatorLeaving);
		let offers = record.services.len().saturated_into();

		record.status = OperatorStatus::Leaving { since: Self::now() };
		Self::deposit_event(Event::OperatorLeaving { operator: operator.clone(), offers });
		for service in record.services.clone() {
			let Some(offer) = Offers::<T>::get(service, &operator) else {
				defensive!("an operator lists an offer that does not exist");
				continue;
			};
			if offer.ensure_live::<T>().is_ok() {
				Self::close(&operator, &mut record, service, offer)?;
			}
		}
		Self::store_or_dismiss(operator, record)?;
		let weight = match offers {
			0 => T::WeightInfo::leave_at_once(),
			offers => T::WeightInfo::leave(offers),
		};
		Ok(Some(weight).into())
	}

	/// Stores the record of an operator, unless it is leaving and has no offer left: then the record is removed
	/// and its deposit returned.
	pub(crate) fn store_or_dismiss(operator: AccountId, record: OperatorOf<T>) -> DispatchResult {
		if !record.is_leaving() || !record.services.is_empty() {
			Operators::<T>::insert(operator, record);
			return Ok(());
		}
		let deposit = record.deposit;
		Self::release(HoldReason::OperatorDeposit, &operator, deposit)?;
		Operators::<T>::remove(&operator);
		Self::deposit_event(Event::OperatorLeft { operator, deposit });
		Ok(())
	}

	pub(crate) fn checked_metadata(
		metadata: Vec<u8>,
	) -> Result<BoundedVec<u8, T::MaxMetadataLength>, Error<T>> {
		metadata.try_into().map_err(|_| Error::MetadataTooLong)
	}
}
