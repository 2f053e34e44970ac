//! Benchmarks of the calls.

use super::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::{Inspect as _, Mutate},
	Get,
};
use frame_system::RawOrigin;
use surety_primitives::{
	benchmarking::AssetHelper as _,
	traits::{Offers as _, Stake as _},
	AccountId, AssetKind, Balance, Hash, OfferState, OperatorStatus, ServiceFlags, ServiceId, Sla, Verifier,
};

const SLA: Sla =
	Sla { latency_ms: 100, bandwidth_kbps: 1_000, uptime: sp_runtime::Perbill::from_percent(99) };

/// Makes an offer that takes clients at once; used by benchmarks of other pallets too.
pub(crate) fn offer_that_takes_clients<T: Config>(operator: &AccountId, price: Price) -> ServiceId {
	endow::<T>(operator);
	some_operator::<T>(operator);
	let service = some_service::<T>(operator);
	some_offer::<T>(operator, service, price);
	T::Stake::prepare_crowd(operator);
	crate::Offers::<T>::mutate(service, operator, |offer| {
		if let Some(offer) = offer {
			offer.active_from = Pallet::<T>::now();
		}
	});
	service
}

/// Gives `who` what a full set of records costs.
fn endow<T: Config>(who: &AccountId) {
	let texts = [&text(T::MaxNameLength::get())[..], &text(T::MaxReferenceLength::get())[..]];
	let deposit = Pallet::<T>::deposit_for(&texts)
		.and_then(|service| {
			Pallet::<T>::deposit_for(&[&text(T::MaxMetadataLength::get())])
				.map(|metadata| service.saturating_add(metadata))
		})
		.expect("deposits are moderate");
	let records = Balance::from(T::MaxOffersPerOperator::get()).saturating_add(8);
	let amount = deposit.saturating_add(T::Currency::minimum_balance()).saturating_mul(records);
	T::Currency::mint_into(who, amount).expect("minting in a benchmark works");
}

fn rich<T: Config>() -> AccountId {
	let who = whitelisted_caller();
	endow::<T>(&who);
	who
}

fn text(length: u32) -> Vec<u8> {
	vec![b'x'; length as usize]
}

fn full_artifact<T: Config>() -> Option<(Vec<u8>, Hash)> {
	Some((text(T::MaxReferenceLength::get()), Hash::repeat_byte(1)))
}

/// As much security as a service can ask: in the native token, and in other assets.
fn full_security<T: Config>(owner: &AccountId) -> Vec<Security> {
	let others = (1..T::MaxSecurity::get()).map(|number| T::BenchmarkHelper::asset(owner, number));
	core::iter::once(AssetKind::Native).chain(others).map(|asset| Security { asset, amount: 1 }).collect()
}

pub(crate) fn some_service<T: Config>(owner: &AccountId) -> ServiceId {
	endow::<T>(owner);
	let id = NextServiceId::<T>::get();
	Pallet::<T>::do_create_service(
		owner.clone(),
		text(T::MaxNameLength::get()),
		full_artifact::<T>(),
		Verifier::None,
		0,
		full_security::<T>(owner),
		ServiceFlags::default(),
	)
	.expect("the owner can pay");
	id
}

pub(crate) fn some_operator<T: Config>(operator: &AccountId) {
	if !Operators::<T>::contains_key(operator) {
		endow::<T>(operator);
		Pallet::<T>::do_join(operator.clone(), text(T::MaxMetadataLength::get())).expect("it can pay");
	}
}

/// Puts behind `operator` what `service` asks, and the least bond.
fn back<T: Config>(operator: &AccountId, service: ServiceId) {
	for Security { asset, amount } in full_security::<T>(operator) {
		let amount = match asset {
			AssetKind::Native => T::MinOperatorBond::get().saturating_mul(2),
			AssetKind::WithId(_) => amount,
		};
		T::Stake::prepare_backing(operator, service, &asset, amount);
	}
}

fn some_offer<T: Config>(operator: &AccountId, service: ServiceId, price: Price) {
	back::<T>(operator, service);
	Pallet::<T>::do_make_offer(
		operator.clone(),
		service,
		SLA,
		u32::MAX,
		price,
		text(T::MaxMetadataLength::get()),
		T::MinOperatorBond::get(),
	)
	.expect("it is backed, and can pay");
}

fn price(asset: AssetKind) -> Price {
	Price { asset, amount: 1_000, period: 100 }
}

/// An operator with an offer, whose client list is as long as `clients`.
fn operator_with_offer<T: Config>(clients: u32) -> (AccountId, ServiceId) {
	let operator = rich::<T>();
	let service = offer_that_takes_clients::<T>(&operator, price(AssetKind::Native));
	for _ in 0..clients {
		Pallet::<T>::occupy(&operator, service).expect("it takes clients");
	}
	(operator, service)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create_service(
		n: Linear<1, { T::MaxNameLength::get() }>,
		r: Linear<1, { T::MaxReferenceLength::get() }>,
	) {
		let caller = rich::<T>();
		let id = NextServiceId::<T>::get();
		let security = full_security::<T>(&caller);
		let artifact = Some((text(r), Hash::repeat_byte(1)));

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			text(n),
			artifact,
			Verifier::Native(u32::MAX),
			Balance::MAX,
			security,
			ServiceFlags::default(),
		);

		assert!(Services::<T>::contains_key(id));
	}

	#[benchmark]
	fn update_service(
		n: Linear<1, { T::MaxNameLength::get() }>,
		r: Linear<1, { T::MaxReferenceLength::get() }>,
	) {
		let caller = rich::<T>();
		let id = some_service::<T>(&caller);
		let security = full_security::<T>(&caller);
		let artifact = Some((text(r), Hash::repeat_byte(2)));

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			id,
			text(n),
			artifact,
			Verifier::Native(u32::MAX),
			Balance::MAX,
			security,
			ServiceFlags::default(),
		);

		assert_eq!(Services::<T>::get(id).map(|service| service.min_bond), Some(Balance::MAX));
	}

	#[benchmark]
	fn retire_service() {
		let caller = rich::<T>();
		let id = some_service::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);

		assert_eq!(Services::<T>::get(id).map(|service| service.retired), Some(true));
	}

	#[benchmark]
	fn remove_service() {
		let caller = rich::<T>();
		let id = some_service::<T>(&caller);
		Pallet::<T>::do_retire_service(caller.clone(), id).expect("it is the owner's");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);

		assert!(!Services::<T>::contains_key(id));
	}

	#[benchmark]
	fn join(m: Linear<0, { T::MaxMetadataLength::get() }>) {
		let caller = rich::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), text(m));

		assert!(Operators::<T>::contains_key(caller));
	}

	#[benchmark]
	fn update_operator(m: Linear<0, { T::MaxMetadataLength::get() }>) {
		let caller = rich::<T>();
		some_operator::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), text(m));

		assert_eq!(Operators::<T>::get(caller).map(|record| record.metadata.len()), Some(m as usize));
	}

	#[benchmark]
	fn pause() {
		let caller = rich::<T>();
		some_operator::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert_eq!(Operators::<T>::get(caller).map(|record| record.status), Some(OperatorStatus::Paused));
	}

	#[benchmark]
	fn resume() {
		let caller = rich::<T>();
		some_operator::<T>(&caller);
		Pallet::<T>::do_pause(caller.clone()).expect("it is active");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert_eq!(Operators::<T>::get(caller).map(|record| record.status), Some(OperatorStatus::Active));
	}

	#[benchmark]
	fn leave(n: Linear<1, { T::MaxOffersPerOperator::get() }>) {
		let caller = rich::<T>();
		// The services are another's, so that nothing of the caller's own is in the cache.
		let owner: AccountId = account("owner", 0, 0);
		some_operator::<T>(&caller);
		for _ in 0..n {
			endow::<T>(&owner);
			let service = some_service::<T>(&owner);
			some_offer::<T>(&caller, service, price(AssetKind::Native));
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(!Operators::<T>::contains_key(caller));
	}

	#[benchmark]
	fn leave_at_once() {
		let caller = rich::<T>();
		some_operator::<T>(&caller);

		#[extrinsic_call]
		leave(RawOrigin::Signed(caller.clone()));

		assert!(!Operators::<T>::contains_key(caller));
	}

	#[benchmark]
	fn make_offer(m: Linear<0, { T::MaxMetadataLength::get() }>) {
		let caller = rich::<T>();
		some_operator::<T>(&caller);
		// The list is one short of full, and the new service belongs at its front.
		let service = some_service::<T>(&caller);
		for _ in 1..T::MaxOffersPerOperator::get() {
			endow::<T>(&caller);
			let other = some_service::<T>(&caller);
			some_offer::<T>(&caller, other, price(AssetKind::Native));
		}
		let asset = T::BenchmarkHelper::asset(&caller, 0);
		back::<T>(&caller, service);
		T::Stake::prepare_crowd(&caller);
		let bond = T::MinOperatorBond::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), service, SLA, 1, price(asset), text(m), bond);

		assert!(crate::Offers::<T>::contains_key(service, caller));
	}

	#[benchmark]
	fn update_offer(m: Linear<0, { T::MaxMetadataLength::get() }>) {
		let (caller, service) = operator_with_offer::<T>(0);
		let asset = T::BenchmarkHelper::asset(&caller, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), service, SLA, 7, price(asset), text(m));

		assert_eq!(crate::Offers::<T>::get(service, caller).map(|offer| offer.capacity), Some(7));
	}

	#[benchmark]
	fn add_bond() {
		let (caller, service) = operator_with_offer::<T>(0);
		let amount = T::MinOperatorBond::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), service, amount);

		assert_eq!(crate::Offers::<T>::get(service, caller).map(|offer| offer.bond), amount.checked_mul(2));
	}

	#[benchmark]
	fn pause_offer() {
		let (caller, service) = operator_with_offer::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), service);

		let state = crate::Offers::<T>::get(service, caller).map(|offer| offer.state);
		assert_eq!(state, Some(OfferState::Paused));
	}

	#[benchmark]
	fn resume_offer() {
		let (caller, service) = operator_with_offer::<T>(0);
		Pallet::<T>::do_pause_offer(caller.clone(), service).expect("it is open");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), service);

		let state = crate::Offers::<T>::get(service, caller).map(|offer| offer.state);
		assert_eq!(state, Some(OfferState::Open));
	}

	#[benchmark]
	fn close_offer() {
		let (caller, service) = operator_with_offer::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), service);

		assert!(!crate::Offers::<T>::contains_key(service, caller));
	}

	#[benchmark]
	fn set_reporter() {
		let caller = rich::<T>();
		let id = some_service::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), id, Some(caller.clone()));

		assert_eq!(Services::<T>::get(id).and_then(|service| service.reporter), Some(caller));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::new().crowded(), crate::mock::Test);
}
