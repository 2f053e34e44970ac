//! Services, operators, and places at offers, as other pallets see them.

use crate::{types::OfferOf, Config, Error, Offers, Operators, Pallet, Services, Terms};
use frame_support::{defensive, storage::with_storage_layer};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{
	traits, AccountId, AssetKind, Balance, BlockNumber, OfferState, OperatorStatus, ServiceId,
};

impl<T: Config> traits::Offers<AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;
	type BlockNumber = BlockNumber;

	fn occupy(operator: &AccountId, service: ServiceId) -> Result<Terms, DispatchError> {
		let mut offer = Offers::<T>::get(service, operator).ok_or(Error::<T>::OfferNotFound)?;
		let record = Operators::<T>::get(operator).ok_or(Error::<T>::OperatorNotFound)?;
		offer.ensure_accepts::<T>(&record.status, Self::now())?;
		let asked = Services::<T>::get(service).ok_or(Error::<T>::ServiceNotFound)?;
		Self::ensure_backed(operator, service, &offer, &asked)?;
		offer.subscribers = offer.subscribers.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		let terms = Terms { price: offer.price.clone(), sla: offer.sla };
		Offers::<T>::insert(service, operator, offer);
		Ok(terms)
	}

	fn vacate(operator: &AccountId, service: ServiceId) {
		let Some(mut offer) = Offers::<T>::get(service, operator) else {
			defensive!("vacated a place at an offer that does not exist");
			return;
		};
		let Some(left) = offer.subscribers.checked_sub(1) else {
			defensive!("vacated a place that was not taken");
			return;
		};
		offer.subscribers = left;
		match offer.state {
			OfferState::Closing { .. } if left == 0 => {
				if with_storage_layer(|| Self::finish(operator, service, offer)).is_err() {
					defensive!("an offer without clients could not be closed");
				}
			}
			_ => Offers::<T>::insert(service, operator, offer),
		}
	}

	fn ends_at(operator: &AccountId, service: ServiceId) -> Option<BlockNumber> {
		Offers::<T>::get(service, operator)?.ends_at()
	}

	fn occupied(operator: &AccountId, service: ServiceId) -> u32 {
		Offers::<T>::get(service, operator).map_or(0, |offer| offer.subscribers)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_offer(operator: &AccountId, price: crate::Price) -> ServiceId {
		crate::benchmarking::offer_that_takes_clients::<T>(operator, price)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_end(operator: &AccountId, _: ServiceId) {
		Pallet::<T>::do_leave(operator.clone()).expect("it has an offer");
	}
}

impl<T: Config> traits::Listings<AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;
	type BlockNumber = BlockNumber;

	fn listing(
		operator: &AccountId,
		service: ServiceId,
	) -> Option<traits::Listing<AssetKind, Balance, BlockNumber>> {
		let offer = Offers::<T>::get(service, operator)?;
		offer.ensure_live::<T>().ok()?;
		Some(traits::Listing { price: offer.price, active_from: offer.active_from })
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_listing(operator: &AccountId, price: crate::Price) -> ServiceId {
		crate::benchmarking::offer_that_takes_clients::<T>(operator, price)
	}
}

impl<T: Config> Pallet<T> {
	/// Removes an offer whose last client has gone, and its operator too if it was the last offer of one that is
	/// leaving.
	fn finish(operator: &AccountId, service: ServiceId, offer: OfferOf<T>) -> DispatchResult {
		let mut record = Operators::<T>::get(operator).ok_or(Error::<T>::OperatorNotFound)?;
		Self::remove_offer(operator, &mut record, service, offer)?;
		Self::store_or_dismiss(operator.clone(), record)
	}
}

impl<T: Config> traits::Operators<AccountId> for Pallet<T> {
	fn status(operator: &AccountId) -> Option<OperatorStatus<BlockNumber>> {
		Operators::<T>::get(operator).map(|record| record.status)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_operator(operator: &AccountId) {
		crate::benchmarking::some_operator::<T>(operator);
	}
}

impl<T: Config> traits::Services<AccountId> for Pallet<T> {
	fn exists(service: ServiceId) -> bool {
		Services::<T>::contains_key(service)
	}

	fn reporter(service: ServiceId) -> Option<AccountId> {
		Services::<T>::get(service)?.reporter
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_service(reporter: &AccountId) -> ServiceId {
		let id = crate::benchmarking::some_service::<T>(reporter);
		Pallet::<T>::do_set_reporter(reporter.clone(), id, Some(reporter.clone())).expect("owns it");
		id
	}
}
