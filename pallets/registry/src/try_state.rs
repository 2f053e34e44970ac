//! Invariants of services, operators, offers and what is held for them.

use crate::{Config, HoldReason, NextServiceId, Offers, Operators, Pallet, Services};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use surety_primitives::{
	traits::{CheckState, Reserve},
	AccountId, Balance, OfferState, ServiceId,
};

/// # Invariants
/// * `services`: each number is below the next one; a name is never empty; the count of offers is that of the
///   offers in storage.
/// * `operators`: the list of services is in strictly ascending order and names exactly the operator's offers; an
///   operator that is leaving has offers, none of them open or paused.
/// * `offers`: service and operator exist; capacity and period are not zero; one that closes has clients; its bond
///   is reserved.
/// * `holds`: what is on hold for each reason, for each account of the chain, is what the records say: the
///   deposits for its services, its operator record and its offers.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_services::<T>()?;
		check_operators::<T>()?;
		check_offers::<T>()?;
		check_holds::<T>()
	}
}

fn check_services<T: Config>() -> Result<(), TryRuntimeError> {
	let mut counts = BTreeMap::<ServiceId, u32>::new();
	for (service, _) in Offers::<T>::iter_keys() {
		let count = counts.entry(service).or_default();
		*count = count.saturating_add(1);
	}
	let next = NextServiceId::<T>::get();
	for (id, service) in Services::<T>::iter() {
		ensure!(id < next, "registry: a service has a number that was not given out");
		ensure!(!service.name.is_empty(), "registry: a service has no name");
		ensure!(
			service.offers == counts.get(&id).copied().unwrap_or_default(),
			"registry: a service counts its offers wrongly"
		);
	}
	Ok(())
}

fn check_operators<T: Config>() -> Result<(), TryRuntimeError> {
	let mut offered = BTreeMap::<AccountId, BTreeSet<ServiceId>>::new();
	for (service, operator) in Offers::<T>::iter_keys() {
		offered.entry(operator).or_default().insert(service);
	}
	for (operator, record) in Operators::<T>::iter() {
		let offered: Vec<ServiceId> =
			offered.get(&operator).map(|set| set.iter().copied().collect()).unwrap_or_default();
		ensure!(record.services.to_vec() == offered, "registry: an operator lists other offers than it has");
		if record.is_leaving() {
			ensure!(!offered.is_empty(), "registry: an operator that has left is still there");
			for service in offered {
				ensure!(
					Offers::<T>::get(service, &operator)
						.is_some_and(|offer| offer.ensure_live::<T>().is_err()),
					"registry: an operator that is leaving has an offer that is not closing"
				);
			}
		}
	}
	Ok(())
}

fn check_offers<T: Config>() -> Result<(), TryRuntimeError> {
	for (service, operator, offer) in Offers::<T>::iter() {
		ensure!(
			Services::<T>::contains_key(service),
			"registry: an offer is of a service that does not exist"
		);
		ensure!(Operators::<T>::contains_key(&operator), "registry: an offer is of nobody");
		ensure!(offer.capacity > 0, "registry: an offer has no capacity");
		ensure!(offer.price.period > 0, "registry: a price has no period");
		ensure!(
			T::Stake::reserved(&operator, service) >= offer.bond,
			"registry: the bond of an offer is not reserved"
		);
		match offer.state {
			OfferState::Open | OfferState::Paused => {}
			OfferState::Closing { .. } => {
				ensure!(offer.subscribers > 0, "registry: an offer is closing for nobody")
			}
		}
	}
	Ok(())
}

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let mut service_deposits = BTreeMap::new();
	let mut operator_deposits = BTreeMap::new();
	let mut offer_deposits = BTreeMap::new();
	for service in Services::<T>::iter_values() {
		add(&mut service_deposits, service.owner, service.deposit)?;
	}
	for (operator, record) in Operators::<T>::iter() {
		add(&mut operator_deposits, operator, record.deposit)?;
	}
	for (_, operator, offer) in Offers::<T>::iter() {
		add(&mut offer_deposits, operator, offer.deposit)?;
	}
	let accounts: BTreeSet<AccountId> = frame_system::Account::<T>::iter_keys().collect();
	for (reason, sums, broken) in [
		(HoldReason::ServiceDeposit, service_deposits, "registry: held deposits differ from the services'"),
		(
			HoldReason::OperatorDeposit,
			operator_deposits,
			"registry: held deposits differ from the operators'",
		),
		(HoldReason::OfferDeposit, offer_deposits, "registry: held deposits differ from the offers'"),
	] {
		for account in accounts.iter().chain(sums.keys()) {
			let recorded = sums.get(account).copied().unwrap_or_default();
			ensure!(T::Currency::balance_on_hold(&reason.into(), account) == recorded, broken);
		}
	}
	Ok(())
}

fn add(
	sums: &mut BTreeMap<AccountId, Balance>,
	account: AccountId,
	amount: Balance,
) -> Result<(), TryRuntimeError> {
	let sum = sums.entry(account).or_default();
	*sum = sum.checked_add(amount).ok_or("registry: a sum overflows")?;
	Ok(())
}
