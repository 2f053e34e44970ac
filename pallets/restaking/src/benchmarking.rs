//! Benchmarks of the calls, in the most crowded ledger there can be: a class for each pair of eras, all lots but one
//! taken, and slashes behind it, so that no density is whole. In an asset, which touches more storage than the
//! native token.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::Inspect as _, fungible::Mutate as _, fungibles::Inspect as _, EnsureOrigin, Get,
};
use frame_system::RawOrigin;
use sp_runtime::{Perbill, Saturating};
use surety_primitives::{
	benchmarking::AssetHelper,
	traits::{Escrow, Operators as _, Slashable},
	AssetKind, Balance,
};
use surety_stake::{MAX_LOTS, MAX_SPAN, PARTS};

const STAKE: Balance = 1_000_000;

/// A ledger under test.
struct Crowd<T: Config> {
	operator: T::AccountId,
	asset: AssetKind,
	/// Has a chunk in each class that a position can be in: the operator, for whom most is to be looked at.
	holder: T::AccountId,
}

fn endow<T: Config>(who: &T::AccountId, asset: &AssetKind) {
	let deposits = T::PositionDeposit::get().saturating_add(T::LedgerDeposit::get());
	let native = T::Currency::minimum_balance().saturating_add(deposits).saturating_mul(100);
	T::Currency::mint_into(who, native).expect("issuance has room");
	T::BenchmarkHelper::mint(asset, who, STAKE.saturating_mul(1_000));
}

fn turn_to<T: Config>(era: surety_stake::Era) {
	CurrentEra::<T>::put(EraInfo { index: era, start: Pallet::<T>::now() });
}

/// Makes `operator` back `service` with `amount` of its own of `asset`, beginning at once.
pub(crate) fn back<T: Config>(
	operator: &T::AccountId,
	service: surety_primitives::ServiceId,
	asset: &AssetKind,
	amount: Balance,
) {
	T::Operators::prepare_operator(operator);
	endow::<T>(operator, asset);
	// A thirty-second of the stake for each service.
	let stake = amount.saturating_mul(MAX_LOTS.into());
	let enough = stake.max(T::Assets::minimum_balance(asset.clone())).saturating_mul(2);
	for who in [operator, &Pallet::<T>::pot()] {
		match asset {
			AssetKind::Native => drop(T::Currency::mint_into(who, enough).expect("issuance has room")),
			AssetKind::WithId(_) => T::BenchmarkHelper::mint(asset, who, enough),
		}
	}
	if Pallet::<T>::terms_of(asset).is_none() {
		Pallet::<T>::do_accept_asset(asset.clone(), 1).expect("the pot is funded");
	}
	Pallet::<T>::do_stake(operator.clone(), operator.clone(), asset.clone(), stake).expect("can stake");
	Pallet::<T>::do_allocate(operator.clone(), asset.clone(), service, PARTS / MAX_LOTS).expect("is free");
	turn_to::<T>(Pallet::<T>::era().saturating_add(1));
}

/// Crowds all the stake that `operator` has as much as can be, without taking of it: a class for each pair of eras, and
/// every lot taken.
pub(crate) fn crowd_around<T: Config>(operator: &T::AccountId) {
	let assets = StakedIn::<T>::get(operator);
	for asset in &assets {
		let lots =
			|| Pallet::<T>::current_ledger(operator, asset).map_or(MAX_LOTS, |l| l.lots().len() as u32);
		while lots() < MAX_LOTS {
			let nobodys = surety_primitives::ServiceId::MAX.saturating_sub(lots());
			if Pallet::<T>::do_allocate(operator.clone(), asset.clone(), nobodys, 1).is_err() {
				break;
			}
		}
	}
	let first = Pallet::<T>::era();
	let mut others = Vec::new();
	for era in first..first.saturating_add(MAX_SPAN) {
		turn_to::<T>(era);
		// What is pending keeps everything from being merged.
		<Pallet<T> as Slashable<_>>::pin(operator, era).expect("is the current era");
		let other: T::AccountId = account("other", era, 0);
		for asset in &assets {
			let least = Pallet::<T>::terms_of(asset).map_or(1, |terms| terms.min_position);
			let amount = least.saturating_mul(2).saturating_add(MAX_SPAN.into());
			for who in [operator, &other] {
				endow::<T>(who, asset);
				if *asset == AssetKind::Native {
					T::Currency::mint_into(who, amount).expect("issuance has room");
				}
				Pallet::<T>::do_stake(who.clone(), operator.clone(), asset.clone(), amount)
					.expect("can stake");
			}
			for earlier in &others {
				Pallet::<T>::do_unbond(
					T::AccountId::clone(earlier),
					operator.clone(),
					asset.clone(),
					Some(1),
				)
				.expect("has more");
			}
		}
		others.push(other);
	}
	turn_to::<T>(first.saturating_add(MAX_SPAN));
}

/// Makes `operator` share half of what it earns in `asset`, in the most crowded stake there can be: slashes have taken
/// of each of its classes.
pub(crate) fn share_in_crowd<T: Config>(operator: &T::AccountId, asset: &AssetKind) {
	T::BenchmarkHelper::mint(asset, &Pallet::<T>::pot(), STAKE);
	if Pallet::<T>::terms_of(asset).is_none() {
		Pallet::<T>::do_accept_asset(asset.clone(), 1).expect("the pot is funded");
	}
	endow::<T>(operator, asset);
	Pallet::<T>::do_stake(operator.clone(), operator.clone(), asset.clone(), STAKE).expect("can stake");
	// A crowd of before may have pinned as many eras as can be.
	Pins::<T>::remove(operator);
	let first = Pallet::<T>::era();
	crowd_around::<T>(operator);
	let lots = Pallet::<T>::current_ledger(operator, asset).map(|ledger| ledger.lots().to_vec());
	let service = lots.and_then(|lots| lots.into_iter().find_map(|lot| lot.service)).expect("is crowded");
	for era in first..=Pallet::<T>::era() {
		let tenth = Perbill::from_percent(10);
		let cut =
			<Pallet<T> as Slashable<_>>::slash(operator, service, era, tenth, asset).expect("is pinned");
		<Pallet<T> as Escrow<_>>::burn(asset, cut.amount);
	}
	Pallet::<T>::do_set_commission(operator.clone(), asset.clone(), Perbill::from_percent(50))
		.expect("has a ledger");
}

/// An asset that may be staked, and an operator that takes stake.
fn prepared<T: Config>() -> (T::AccountId, AssetKind) {
	let operator: T::AccountId = account("operator", 0, 0);
	let asset = accepted::<T>(&operator, 0);
	(operator, asset)
}

/// An asset that may be staked, of which `operator` has enough, and nothing else that may be.
fn accepted<T: Config>(operator: &T::AccountId, number: u32) -> AssetKind {
	T::Operators::prepare_operator(operator);
	let asset = T::BenchmarkHelper::asset(operator, number);
	T::BenchmarkHelper::mint(&asset, &Pallet::<T>::pot(), STAKE);
	AcceptedAssets::<T>::mutate(|accepted| accepted.clear());
	Pallet::<T>::do_accept_asset(asset.clone(), 1).expect("the pot is funded");
	endow::<T>(operator, &asset);
	asset
}

/// Gives `operator` the most crowded stake there can be, in so many assets, behind `service`.
pub(crate) fn crowds<T: Config>(operator: &T::AccountId, service: surety_primitives::ServiceId, assets: u32) {
	let assets: Vec<_> = (0..assets).map(|number| accepted::<T>(operator, number)).collect();
	for asset in assets {
		Pins::<T>::remove(operator);
		Pallet::<T>::do_accept_asset(asset.clone(), 1).expect("the pot is funded");
		crowd_of::<T>(operator.clone(), asset.clone(), service);
	}
	Pins::<T>::remove(operator);
}

fn crowd<T: Config>() -> Crowd<T> {
	let (operator, asset) = prepared::<T>();
	crowd_of::<T>(operator, asset, 0)
}

fn crowd_of<T: Config>(
	operator: T::AccountId,
	asset: AssetKind,
	service: surety_primitives::ServiceId,
) -> Crowd<T> {
	let first = 1;
	turn_to::<T>(first);
	let holder = operator.clone();
	let stake = |who: &T::AccountId| {
		Pallet::<T>::do_stake(who.clone(), operator.clone(), asset.clone(), STAKE).expect("can stake")
	};
	stake(&operator);
	for other in 0..MAX_LOTS.saturating_sub(2) {
		Pallet::<T>::do_allocate(
			operator.clone(),
			asset.clone(),
			service.saturating_add(other),
			PARTS / MAX_LOTS,
		)
		.expect("is free");
	}
	// What is pending keeps everything from being merged.
	let pin = |era| <Pallet<T> as Slashable<_>>::pin(&operator, era).expect("is the current era");
	let mut others = Vec::new();
	for era in first..first.saturating_add(MAX_SPAN) {
		turn_to::<T>(era);
		pin(era);
		stake(&holder);
		for other in &others {
			Pallet::<T>::do_unbond(T::AccountId::clone(other), operator.clone(), asset.clone(), Some(1))
				.expect("has more");
		}
		let other: T::AccountId = account("other", era, 0);
		endow::<T>(&other, &asset);
		stake(&other);
		others.push(other);
	}
	let last = first.saturating_add(MAX_SPAN);
	turn_to::<T>(last);
	pin(last);
	for era in first..=last {
		let tenth = Perbill::from_percent(10);
		let cut =
			<Pallet<T> as Slashable<_>>::slash(&operator, service, era, tenth, &asset).expect("is pinned");
		<Pallet<T> as Escrow<_>>::burn(&asset, cut.amount);
	}
	Crowd { operator, asset, holder }
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn turn_era() {
		frame_system::Pallet::<T>::set_block_number(Pallet::<T>::now().saturating_add(T::EraLength::get()));
		let before = Pallet::<T>::era();

		#[block]
		{
			Pallet::<T>::turn_era();
		}

		assert!(Pallet::<T>::era() > before);
	}

	#[benchmark]
	fn accept_asset() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let (_, asset) = prepared::<T>();
		Pallet::<T>::do_retire_asset(asset.clone())?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), 1);

		assert!(Pallet::<T>::terms_of(&asset).is_some());
		Ok(())
	}

	#[benchmark]
	fn retire_asset() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let (_, asset) = prepared::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(Pallet::<T>::terms_of(&asset).is_none());
		Ok(())
	}

	#[benchmark]
	fn stake() {
		let Crowd { operator, asset, .. } = crowd::<T>();
		let newcomer: T::AccountId = account("newcomer", 0, 0);
		endow::<T>(&newcomer, &asset);

		#[extrinsic_call]
		_(RawOrigin::Signed(newcomer.clone()), operator.clone(), asset.clone(), STAKE);

		assert!(Positions::<T>::contains_key((newcomer, operator, asset)));
	}

	#[benchmark]
	fn unbond() {
		let Crowd { operator, asset, holder } = crowd::<T>();
		let bonded = Pallet::<T>::bonded(&holder, &operator, &asset);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), operator.clone(), asset.clone(), bonded);

		assert_eq!(Pallet::<T>::bonded(&holder, &operator, &asset), 0);
	}

	#[benchmark]
	fn withdraw() {
		let Crowd { operator, asset, holder } = crowd::<T>();
		Pallet::<T>::do_reward(holder.clone(), operator.clone(), asset.clone(), STAKE).expect("can pay");
		Pallet::<T>::do_unbond(holder.clone(), operator.clone(), asset.clone(), None).expect("is bonded");
		// Everything is folded and settled in this call, at the worst.
		Pins::<T>::remove(&operator);
		turn_to::<T>(MAX_SPAN.saturating_mul(8));
		let now = Pallet::<T>::now().saturating_add(T::UnbondingPeriod::get());
		frame_system::Pallet::<T>::set_block_number(now);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), holder.clone(), operator.clone(), asset.clone());

		assert!(!Positions::<T>::contains_key((holder, operator, asset)));
	}

	#[benchmark]
	fn allocate() {
		let Crowd { operator, asset, .. } = crowd::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), asset, 0, 1);
	}

	#[benchmark]
	fn deallocate() {
		let Crowd { operator, asset, .. } = crowd::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), asset, 0, PARTS / MAX_LOTS);
	}

	#[benchmark]
	fn sync() {
		let Crowd { operator, asset, holder } = crowd::<T>();
		Pins::<T>::remove(&operator);
		turn_to::<T>(MAX_SPAN.saturating_mul(8));

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), holder.clone(), operator.clone(), asset.clone());

		let position = Positions::<T>::get((holder, operator, asset)).map(|holding| holding.position);
		assert!(position.is_some_and(|position| position.bonded.len() == 1));
	}

	#[benchmark]
	fn sweep() -> Result<(), BenchmarkError> {
		let (operator, asset) = prepared::<T>();
		Pallet::<T>::take_into_pot(&asset, &operator, STAKE)?;
		Unmoved::<T>::insert(&asset, STAKE);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), asset.clone());

		assert_eq!(Unmoved::<T>::get(asset), 0);
		Ok(())
	}

	#[benchmark]
	fn set_commission() {
		let Crowd { operator, asset, .. } = crowd::<T>();
		let half = Perbill::from_percent(50);
		Pallet::<T>::do_set_commission(operator.clone(), asset.clone(), half).expect("has a ledger");
		let more = half.saturating_add(T::MaxCommissionRise::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), asset.clone(), more);

		assert_eq!(Commissions::<T>::get(operator, asset).map(|commission| commission.rate), Some(more));
	}

	#[benchmark]
	fn reward() {
		let Crowd { operator, asset, .. } = crowd::<T>();
		let patron: T::AccountId = account("patron", 0, 0);
		endow::<T>(&patron, &asset);

		#[extrinsic_call]
		_(RawOrigin::Signed(patron), operator.clone(), asset.clone(), STAKE);

		assert!(Ledgers::<T>::get(operator, asset).is_some_and(|stock| stock.ledger.rewards() > 0));
	}

	#[benchmark]
	fn collect() {
		let Crowd { operator, asset, holder } = crowd::<T>();
		Pallet::<T>::do_reward(holder.clone(), operator.clone(), asset.clone(), STAKE).expect("can pay");
		// Everything is folded in this call, at the worst.
		Pins::<T>::remove(&operator);
		turn_to::<T>(MAX_SPAN.saturating_mul(8));

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), holder.clone(), operator.clone(), asset.clone());

		let left = Positions::<T>::get((holder, operator, asset)).map(|holding| holding.position.earned);
		assert_eq!(left, Some(0));
	}

	#[benchmark]
	fn slash() {
		let Crowd { operator, asset, .. } = crowd::<T>();
		let half = Perbill::from_percent(50);

		#[block]
		{
			<Pallet<T> as Slashable<_>>::slash(&operator, 0, Pallet::<T>::era(), half, &asset)
				.expect("is stake");
		}
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
