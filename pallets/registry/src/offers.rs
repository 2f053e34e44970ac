//! Offers and their bonds: made, changed, closed, and paid back.

use crate::{
	types::{Bond, Offer, OfferOf, Price},
	Config, Error, Event, HoldReason, Offers, Operators, Pallet, Services,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	traits::{fungibles::Inspect, Get},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{AccountId, Balance, BlockNumber, OfferState, ServiceId, Sla};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_make_offer(
		operator: AccountId,
		id: ServiceId,
		sla: Sla,
		capacity: u32,
		price: Price,
		metadata: Vec<u8>,
		bond: Balance,
	) -> DispatchResult {
		let mut record = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;
		ensure!(!record.is_leaving(), Error::<T>::OperatorLeaving);
		let mut service = Services::<T>::get(id).ok_or(Error::<T>::ServiceNotFound)?;
		ensure!(!service.retired, Error::<T>::ServiceRetired);
		ensure!(!Offers::<T>::contains_key(id, &operator), Error::<T>::OfferAlreadyExists);
		Self::check_terms(&sla, capacity, &price)?;
		let metadata = Self::checked_metadata(metadata)?;
		ensure!(bond >= service.min_bond.max(T::MinOperatorBond::get()), Error::<T>::BondTooSmall);
		record.add_service::<T>(id)?;
		service.offers = service.offers.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let deposit = Self::deposit_for(&[&metadata])?;
		Self::hold(HoldReason::Bond, &operator, bond)?;
		Self::hold(HoldReason::OfferDeposit, &operator, deposit)?;

		let active_from = Self::now().saturating_add(T::ActivationDelay::get());
		let offer = Offer {
			sla,
			price,
			capacity,
			subscribers: 0,
			metadata,
			bond: Bond::new(bond, active_from),
			state: OfferState::Open,
			active_from,
			notice: T::NoticePeriod::get(),
			unbonding: T::UnbondingPeriod::get(),
			deposit,
		};
		Offers::<T>::insert(id, &operator, offer);
		Operators::<T>::insert(&operator, record);
		Services::<T>::insert(id, service);
		Self::deposit_event(Event::OfferMade { operator, service: id, bond, active_from, deposit });
		Ok(())
	}

	pub(crate) fn do_update_offer(
		operator: AccountId,
		service: ServiceId,
		sla: Sla,
		capacity: u32,
		price: Price,
		metadata: Vec<u8>,
	) -> DispatchResult {
		let old = Self::live_offer(service, &operator)?;
		Self::check_terms(&sla, capacity, &price)?;
		let metadata = Self::checked_metadata(metadata)?;
		let deposit = Self::deposit_for(&[&metadata])?;
		Self::adjust_deposit(HoldReason::OfferDeposit, &operator, old.deposit, deposit)?;

		Offers::<T>::insert(service, &operator, Offer { sla, capacity, price, metadata, deposit, ..old });
		Self::deposit_event(Event::OfferUpdated { operator, service, deposit });
		Ok(())
	}

	pub(crate) fn do_add_bond(operator: AccountId, service: ServiceId, amount: Balance) -> DispatchResult {
		let mut offer = Self::live_offer(service, &operator)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		Self::hold(HoldReason::Bond, &operator, amount)?;

		let now = Self::now();
		let active_from = now.saturating_add(T::ActivationDelay::get());
		offer.bond.add(amount, now, active_from);
		Offers::<T>::insert(service, &operator, offer);
		Self::deposit_event(Event::BondAdded { operator, service, amount, active_from });
		Ok(())
	}

	pub(crate) fn do_pause_offer(operator: AccountId, service: ServiceId) -> DispatchResult {
		let offer = Self::live_offer(service, &operator)?;
		ensure!(offer.state != OfferState::Paused, Error::<T>::AlreadyPaused);

		Offers::<T>::insert(service, &operator, Offer { state: OfferState::Paused, ..offer });
		Self::deposit_event(Event::OfferPaused { operator, service });
		Ok(())
	}

	pub(crate) fn do_resume_offer(operator: AccountId, service: ServiceId) -> DispatchResult {
		let offer = Self::live_offer(service, &operator)?;
		ensure!(offer.state == OfferState::Paused, Error::<T>::NotPaused);

		Offers::<T>::insert(service, &operator, Offer { state: OfferState::Open, ..offer });
		Self::deposit_event(Event::OfferResumed { operator, service });
		Ok(())
	}

	pub(crate) fn do_close_offer(operator: AccountId, service: ServiceId) -> DispatchResult {
		let offer = Self::live_offer(service, &operator)?;

		Self::close(&operator, service, offer, Self::now());
		Ok(())
	}

	pub(crate) fn do_withdraw_bond(operator: AccountId, id: ServiceId) -> DispatchResult {
		let offer = Offers::<T>::get(id, &operator).ok_or(Error::<T>::OfferNotFound)?;
		match offer.state {
			OfferState::Open | OfferState::Paused => return Err(Error::<T>::StillOpen.into()),
			OfferState::Closing { .. } => return Err(Error::<T>::HasSubscribers.into()),
			OfferState::Unbonding { until } => ensure!(Self::now() >= until, Error::<T>::StillUnbonding),
		}
		let mut service = Services::<T>::get(id).ok_or(Error::<T>::ServiceNotFound)?;
		let mut record = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;
		service.offers = service.offers.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		record.services.retain(|listed| *listed != id);
		let amount = offer.bond.total();
		let deposit = offer.deposit;
		Self::release(HoldReason::Bond, &operator, amount)?;
		Self::release(HoldReason::OfferDeposit, &operator, deposit)?;

		Offers::<T>::remove(id, &operator);
		Services::<T>::insert(id, service);
		Self::deposit_event(Event::BondWithdrawn {
			operator: operator.clone(),
			service: id,
			amount,
			deposit,
		});
		Self::store_or_dismiss(operator, record)
	}

	/// Begins to close an offer that is live, or to unbond one that lost its last client while closing.
	pub(crate) fn close(operator: &AccountId, service: ServiceId, mut offer: OfferOf<T>, now: BlockNumber) {
		let (state, event) = if offer.subscribers > 0 {
			let ends_at = now.saturating_add(offer.notice);
			(
				OfferState::Closing { ends_at },
				Event::OfferClosing { operator: operator.clone(), service, ends_at },
			)
		} else {
			let until = now.saturating_add(offer.unbonding);
			(
				OfferState::Unbonding { until },
				Event::OfferUnbonding { operator: operator.clone(), service, until },
			)
		};
		offer.state = state;
		Offers::<T>::insert(service, operator, offer);
		Self::deposit_event(event);
	}

	/// The offer of `operator` for `service`, unless it is being closed.
	fn live_offer(service: ServiceId, operator: &AccountId) -> Result<OfferOf<T>, Error<T>> {
		let offer = Offers::<T>::get(service, operator).ok_or(Error::OfferNotFound)?;
		offer.ensure_live::<T>()?;
		Ok(offer)
	}

	fn check_terms(sla: &Sla, capacity: u32, price: &Price) -> Result<(), DispatchError> {
		ensure!(sla.latency_ms > 0, Error::<T>::InvalidSla);
		ensure!(capacity > 0, Error::<T>::ZeroCapacity);
		ensure!(price.period > 0, Error::<T>::ZeroPeriod);
		ensure!(T::Assets::asset_exists(price.asset.clone()), Error::<T>::UnknownAsset);
		Ok(())
	}
}
