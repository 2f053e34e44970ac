//! Offers and their bonds: made, changed and closed.

use crate::{
	types::{Offer, OfferOf, OperatorOf, Price, ServiceOf},
	Config, Error, Event, HoldReason, Offers, Operators, Pallet, Services,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	traits::{fungibles::Inspect, Get},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{
	traits::{Reserve, Stake},
	AccountId, AssetKind, Balance, OfferState, ServiceId, Sla,
};

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
		Self::ensure_secured(&service, |asset| T::Stake::promised(&operator, id, asset))?;
		record.add_service::<T>(id)?;
		service.offers = service.offers.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let deposit = Self::deposit_for(&[&metadata])?;
		T::Stake::reserve(&operator, id, bond)?;
		Self::hold(HoldReason::OfferDeposit, &operator, deposit)?;

		let active_from = Self::now().saturating_add(T::ActivationDelay::get());
		let offer = Offer {
			sla,
			price,
			capacity,
			subscribers: 0,
			metadata,
			bond,
			state: OfferState::Open,
			active_from,
			notice: T::NoticePeriod::get(),
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
		offer.bond = offer.bond.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		T::Stake::reserve(&operator, service, amount)?;

		let bond = offer.bond;
		Offers::<T>::insert(service, &operator, offer);
		Self::deposit_event(Event::BondAdded { operator, service, amount, bond });
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
		let mut record = Operators::<T>::get(&operator).ok_or(Error::<T>::OperatorNotFound)?;

		Self::close(&operator, &mut record, service, offer)?;
		Operators::<T>::insert(operator, record);
		Ok(())
	}

	/// Closes an offer that is live: at once where it has no clients, else after its notice.
	pub(crate) fn close(
		operator: &AccountId,
		record: &mut OperatorOf<T>,
		service: ServiceId,
		mut offer: OfferOf<T>,
	) -> DispatchResult {
		if offer.subscribers == 0 {
			return Self::remove_offer(operator, record, service, offer);
		}
		let ends_at = Self::now().saturating_add(offer.notice);
		offer.state = OfferState::Closing { ends_at };
		Offers::<T>::insert(service, operator, offer);
		Self::deposit_event(Event::OfferClosing { operator: operator.clone(), service, ends_at });
		Ok(())
	}

	/// Removes an offer without clients, and gives its bond and its deposit back. The stake behind it answers for
	/// what was up to now, wherever it goes.
	pub(crate) fn remove_offer(
		operator: &AccountId,
		record: &mut OperatorOf<T>,
		id: ServiceId,
		offer: OfferOf<T>,
	) -> DispatchResult {
		let mut service = Services::<T>::get(id).ok_or(Error::<T>::ServiceNotFound)?;
		service.offers = service.offers.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		Self::release(HoldReason::OfferDeposit, operator, offer.deposit)?;
		T::Stake::release(operator, id, offer.bond);
		record.services.retain(|listed| *listed != id);

		Offers::<T>::remove(id, operator);
		Services::<T>::insert(id, service);
		Self::deposit_event(Event::OfferClosed {
			operator: operator.clone(),
			service: id,
			bond: offer.bond,
			deposit: offer.deposit,
		});
		Ok(())
	}

	/// Checks that there is stake enough behind an offer for it to take a new client.
	pub(crate) fn ensure_backed(
		operator: &AccountId,
		id: ServiceId,
		offer: &OfferOf<T>,
		service: &ServiceOf<T>,
	) -> Result<(), Error<T>> {
		ensure!(T::Stake::own_backing(operator, id) >= offer.bond, Error::BondNotBacked);
		Self::ensure_secured(service, |asset| T::Stake::backing(operator, id, asset))
	}

	/// Checks that there is as much of each asset as the service asks.
	fn ensure_secured(service: &ServiceOf<T>, stake: impl Fn(&AssetKind) -> Balance) -> Result<(), Error<T>> {
		let secured = service.security.iter().all(|security| stake(&security.asset) >= security.amount);
		ensure!(secured, Error::SecurityTooSmall);
		Ok(())
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
