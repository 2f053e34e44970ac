//! Benchmarks of the calls, on the most crowded stake there can be.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::{Inspect as _, Mutate as _},
	EnsureOrigin, Get,
};
use frame_system::RawOrigin;
use sp_core::H256;
use sp_runtime::Perbill;
use surety_primitives::{
	traits::{Fees as _, Services as _, Slashable as _, Stake as _},
	AssetKind, Balance, PetitionId, ServiceId, SettlementId, SlashId, SubscriptionId,
};

/// Assets at the most of which the weight is measured.
const MAX_ASSETS: u32 = 8;
const CUT: Perbill = Perbill::from_percent(10);

fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who: T::AccountId = account(name, index, 0);
	let amount = T::Currency::minimum_balance()
		.saturating_add(T::ReportDeposit::get())
		.saturating_add(T::PetitionBond::get())
		.saturating_mul(100);
	T::Currency::mint_into(&who, amount).expect("issuance has room");
	who
}

/// An operator with crowded stake in so many assets, and its service's reporter.
fn prepared<T: Config>(assets: u32) -> (T::AccountId, T::AccountId, ServiceId) {
	let (operator, reporter) = (rich::<T>("operator", 0), rich::<T>("reporter", 0));
	let service = T::Services::prepare_service(&reporter);
	T::Stake::prepare_slashable(&operator, service, assets);
	// Forfeits and remainders arrive there.
	T::Currency::mint_into(&T::Treasury::get(), T::Currency::minimum_balance()).expect("issuance has room");
	(operator, reporter, service)
}

/// A slash under review, with so many claims in the native token.
fn reported<T: Config>(assets: u32, claims: u32) -> (SlashId, T::AccountId) {
	let (operator, reporter, service) = prepared::<T>(assets);
	let id = NextSlashId::<T>::get();
	let lost = |index| {
		let who = rich::<T>("victim", index);
		(T::Fees::prepare_fees(&who, &operator, service), 1_000)
	};
	let claims: Vec<(SubscriptionId, Balance)> = (0..claims).map(lost).collect();
	Pallet::<T>::do_report(
		reporter,
		operator.clone(),
		service,
		T::Stake::era(),
		CUT,
		H256::repeat_byte(1),
		claims,
	)
	.expect("is well formed");
	(id, operator)
}

fn end_review<T: Config>(id: SlashId) {
	let ends = Slashes::<T>::get(id).expect("was reported").review_ends;
	frame_system::Pallet::<T>::set_block_number(ends);
}

/// A slash that was applied, with a settlement in which there is one claim.
fn applied<T: Config>() -> (SlashId, SettlementId, T::AccountId) {
	let (id, _) = reported::<T>(1, 1);
	end_review::<T>(id);
	Pallet::<T>::do_apply(id, 1).expect("its review is over");
	let (settlement, victim, _) = Claims::<T>::iter().next().expect("there is a claim");
	let closes = Settlements::<T>::get(settlement).expect("is open").closes_at;
	frame_system::Pallet::<T>::set_block_number(closes);
	(id, settlement, victim)
}

/// A petition that lacks nothing but one signature, and who can give it.
fn all_but_passed<T: Config>() -> (PetitionId, T::AccountId, SubscriptionId) {
	let (operator, _, service) = prepared::<T>(1);
	T::Stake::prepare_backing(&operator, service, &AssetKind::Native, 1_000_000);
	Thresholds::<T>::insert(AssetKind::Native, 1);
	let id = NextPetitionId::<T>::get();
	let client = |index| {
		let who = rich::<T>("client", index);
		let subscription = T::Fees::prepare_fees(&who, &operator, service);
		(who, subscription)
	};
	let (opener, subscription) = client(0);
	let evidence = H256::repeat_byte(1);
	Pallet::<T>::do_petition(opener, subscription, T::Stake::era(), evidence).expect("has paid");
	for index in 1..T::MinSigners::get().saturating_sub(1) {
		let (who, subscription) = client(index);
		Pallet::<T>::do_sign(who, id, subscription).expect("has paid");
	}
	let (last, subscription) = client(u32::MAX);
	(id, last, subscription)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn report(c: Linear<0, { T::MaxClaims::get() }>) {
		let (operator, reporter, service) = prepared::<T>(1);
		let lost = |index| {
			let who = rich::<T>("victim", index);
			(T::Fees::prepare_fees(&who, &operator, service), 1_000)
		};
		let claims: Vec<(SubscriptionId, Balance)> = (0..c).map(lost).collect();
		let id = NextSlashId::<T>::get();
		let era = T::Stake::era();

		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), operator.clone(), service, era, CUT, H256::repeat_byte(1), claims);

		assert!(Slashes::<T>::contains_key(id));
	}

	#[benchmark]
	fn veto() -> Result<(), BenchmarkError> {
		let origin = T::VetoOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let (id, _) = reported::<T>(1, T::MaxClaims::get());

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id);

		assert!(Slashes::<T>::get(id).is_some_and(|slash| !slash.state.is_open()));
		Ok(())
	}

	#[benchmark]
	fn apply(c: Linear<0, { T::MaxClaims::get() }>, a: Linear<1, { MAX_ASSETS }>) {
		let (id, _) = reported::<T>(a, c);
		end_review::<T>(id);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, a);

		assert!(Slashes::<T>::get(id).is_some_and(|slash| !slash.state.is_open()));
	}

	#[benchmark]
	fn forget() {
		let (id, _, _) = applied::<T>();
		// As if it was long ago.
		Slashes::<T>::mutate(id, |slash| {
			if let Some(slash) = slash {
				slash.era = 0;
			}
		});
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);

		assert!(!Slashes::<T>::contains_key(id));
	}

	#[benchmark]
	fn close() {
		let (_, settlement, _) = applied::<T>();
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), settlement);

		assert!(Settlements::<T>::get(settlement).is_some_and(|settlement| settlement.closed.is_some()));
	}

	#[benchmark]
	fn collect() {
		let (_, settlement, victim) = applied::<T>();
		Pallet::<T>::do_close(settlement).expect("its time is over");
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), settlement, victim.clone());

		assert!(!Claims::<T>::contains_key(settlement, victim));
	}

	#[benchmark]
	fn set_threshold() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, AssetKind::WithId(u32::MAX), Some(1));

		assert_eq!(Thresholds::<T>::get(AssetKind::WithId(u32::MAX)), Some(1));
		Ok(())
	}

	#[benchmark]
	fn petition() {
		let (operator, _, service) = prepared::<T>(1);
		Thresholds::<T>::insert(AssetKind::Native, Balance::MAX);
		let client = rich::<T>("client", 0);
		let subscription = T::Fees::prepare_fees(&client, &operator, service);
		let id = NextPetitionId::<T>::get();
		let era = T::Stake::era();

		#[extrinsic_call]
		_(RawOrigin::Signed(client), subscription, era, H256::repeat_byte(1));

		assert!(Petitions::<T>::contains_key(id));
	}

	#[benchmark]
	fn sign() {
		let (id, client, subscription) = all_but_passed::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(client), id, subscription);

		let state = Petitions::<T>::get(id).map(|record| record.state);
		assert!(matches!(state, Some(PetitionState::Passed { .. })));
	}

	#[benchmark]
	fn resolve() {
		let (id, client, subscription) = all_but_passed::<T>();
		Pallet::<T>::do_sign(client.clone(), id, subscription).expect("has paid");
		// Forfeiting takes more than returning.
		Petitions::<T>::mutate(id, |stored| {
			if let Some(record) = stored {
				record.state = PetitionState::Vetoed;
			}
		});
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, client.clone());

		assert!(!Signatures::<T>::contains_key(id, client));
	}

	#[benchmark]
	fn look() {
		Queue::<T>::insert(7, Due::Apply(7), ());
		let found;

		#[block]
		{
			found = Queue::<T>::iter_key_prefix(7).next();
		}

		assert_eq!(found, Some(Due::Apply(7)));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
