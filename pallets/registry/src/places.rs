//! Places at offers, and the stake behind them, as other pallets see them.

use crate::{Config, Error, Offers, Operators, Pallet, Terms};
use frame_support::defensive;
use sp_runtime::{ArithmeticError, DispatchError};
use surety_primitives::{traits, AccountId, AssetKind, Balance, BlockNumber, OfferState, ServiceId};

impl<T: Config> traits::Offers<AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;
	type BlockNumber = BlockNumber;

	fn occupy(operator: &AccountId, service: ServiceId) -> Result<Terms, DispatchError> {
		let mut offer = Offers::<T>::get(service, operator).ok_or(Error::<T>::OfferNotFound)?;
		let record = Operators::<T>::get(operator).ok_or(Error::<T>::OperatorNotFound)?;
		offer.ensure_accepts::<T>(&record.status, Self::now())?;
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
			// The bond backed the service up to now, so unbonding is counted from here.
			OfferState::Closing { .. } if left == 0 => Self::close(operator, service, offer, Self::now()),
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
}

/// The operator's own bond: all there is until somebody else can stake on an operator.
impl<T: Config> traits::Stake<AccountId> for Pallet<T> {
	type Balance = Balance;

	fn backing(operator: &AccountId, service: ServiceId) -> Balance {
		match Offers::<T>::get(service, operator) {
			Some(offer) if !matches!(offer.state, OfferState::Unbonding { .. }) => {
				offer.bond.active_at(Self::now())
			}
			_ => 0,
		}
	}
}
