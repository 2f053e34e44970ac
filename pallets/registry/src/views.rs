//! What clients read through the runtime API, one function each.

use crate::{
	types::{OfferOf, Service},
	Config, NextServiceId, Offers, Operators, Pallet, Services,
};
use alloc::{collections::BTreeMap, vec::Vec};
use surety_primitives::{
	api::{OfferInfo, OfferPage, OperatorInfo, Sample, ServiceInfo, ServicePage, MAX_PAGE},
	sampling,
	traits::Stake,
	AccountId, AssetKind, OfferFilter, ServiceId,
};

impl<T: Config> Pallet<T> {
	/// One service.
	pub fn service(id: ServiceId) -> Option<ServiceInfo> {
		let Service {
			owner,
			name,
			artifact,
			verifier,
			min_bond,
			security,
			reporter,
			flags,
			retired,
			offers,
			..
		} = Services::<T>::get(id)?;
		Some(ServiceInfo {
			id,
			owner,
			name: name.into_inner(),
			artifact: artifact.map(|artifact| (artifact.reference.into_inner(), artifact.digest)),
			verifier,
			min_bond,
			security: security.into_inner(),
			reporter,
			flags,
			retired,
			offers,
		})
	}

	/// Services from `start` on. Looks at `limit` numbers at the most, whether or not they are still in use.
	pub fn services(start: ServiceId, limit: u32) -> ServicePage {
		let next_id = NextServiceId::<T>::get();
		let end = start.saturating_add(clamped(limit)).min(next_id);
		let services = (start..end).filter_map(Self::service).collect();
		ServicePage { services, next: (end < next_id).then_some(end) }
	}

	/// One operator.
	pub fn operator(operator: AccountId) -> Option<OperatorInfo> {
		let record = Operators::<T>::get(&operator)?;
		Some(OperatorInfo {
			operator,
			status: record.status,
			metadata: record.metadata.into_inner(),
			services: record.services.into_inner(),
		})
	}

	/// One offer.
	pub fn offer(service: ServiceId, operator: AccountId) -> Option<OfferInfo> {
		let offer = Offers::<T>::get(service, &operator)?;
		Some(Self::offer_info(service, operator, offer))
	}

	/// Offers of a service that pass `filter`, after the one of `cursor`. Looks at `limit` offers at the most.
	pub fn offers(
		service: ServiceId,
		filter: OfferFilter,
		cursor: Option<AccountId>,
		limit: u32,
	) -> OfferPage {
		let mut offers = Vec::new();
		let next = Self::scan(service, &filter, cursor, limit, |offer| offers.push(offer));
		OfferPage { offers, next }
	}

	/// The `picks` offers that arrive first in the race that `seed` starts, among those that pass `filter` and
	/// come after the one of `cursor`. Looks at `limit` offers at the most. Who arrives together is ordered by
	/// account; an offer without stake is never drawn.
	pub fn sample(
		service: ServiceId,
		seed: [u8; 32],
		filter: OfferFilter,
		picks: u32,
		cursor: Option<AccountId>,
		limit: u32,
	) -> Sample {
		let picks = usize::try_from(picks.min(MAX_PAGE)).unwrap_or(usize::MAX);
		let mut earliest = BTreeMap::new();
		let next = Self::scan(service, &filter, cursor, limit, |offer| {
			let draw = sampling::draw(&seed, service, &offer.operator);
			if let Some(arrival) = sampling::arrival(draw, offer.stake) {
				earliest.insert((arrival, offer.operator.clone()), offer);
			}
			if earliest.len() > picks {
				earliest.pop_last();
			}
		});
		let drawn = earliest.into_iter().map(|((arrival, _), offer)| (arrival, offer)).collect();
		Sample { block: Self::now(), drawn, next }
	}

	/// Hands each of the `limit` offers after the one of `cursor` that passes `filter` to `found`, in the order
	/// of storage. Returns where to go on, if anything is left.
	fn scan(
		service: ServiceId,
		filter: &OfferFilter,
		cursor: Option<AccountId>,
		limit: u32,
		mut found: impl FnMut(OfferInfo),
	) -> Option<AccountId> {
		let mut offers = match cursor {
			Some(operator) => {
				Offers::<T>::iter_prefix_from(service, Offers::<T>::hashed_key_for(service, operator))
			}
			None => Offers::<T>::iter_prefix(service),
		};
		let mut last = None;
		for _ in 0..clamped(limit) {
			let (operator, offer) = offers.next()?;
			last = Some(operator.clone());
			let info = Self::offer_info(service, operator, offer);
			if filter.passes(&info.sla, &info.price, info.stake, info.accepting) {
				found(info);
			}
		}
		offers.next().and(last)
	}

	fn offer_info(service: ServiceId, operator: AccountId, offer: OfferOf<T>) -> OfferInfo {
		let takes_clients = Operators::<T>::get(&operator)
			.is_some_and(|record| offer.ensure_accepts::<T>(&record.status, Self::now()).is_ok());
		let accepting = takes_clients
			&& Services::<T>::get(service)
				.is_some_and(|asked| Self::ensure_backed(&operator, service, &offer, &asked).is_ok());
		OfferInfo {
			stake: T::Stake::backing(&operator, service, &AssetKind::Native),
			operator,
			service,
			sla: offer.sla,
			price: offer.price,
			capacity: offer.capacity,
			subscribers: offer.subscribers,
			bond: offer.bond,
			state: offer.state,
			active_from: offer.active_from,
			accepting,
			metadata: offer.metadata.into_inner(),
		}
	}
}

/// Number of records to look at.
fn clamped(limit: u32) -> u32 {
	limit.clamp(1, MAX_PAGE)
}
