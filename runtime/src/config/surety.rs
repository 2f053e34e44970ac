//! Surety's own pallets.

use super::{
	deposit,
	tokens::{HoldableAssets, NativeOrAsset},
};
use crate::*;
use frame_support::traits::{ConstU128, ConstU32};
use frame_system::EnsureRoot;
use pallet_windows::get;

impl pallet_windows::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type WeightInfo = weights::pallet_windows::WeightInfo<Runtime>;
}

impl pallet_registry::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = NativeOrAsset;
	// An operator's own bond is all the stake there is until delegation comes.
	type Stake = Registry;
	type ActivationDelay = get::Activation<Runtime>;
	type NoticePeriod = get::Notice<Runtime>;
	type UnbondingPeriod = get::Unbonding<Runtime>;
	type DepositBase = ConstU128<{ deposit(1, 128) }>;
	type DepositPerByte = ConstU128<{ deposit(0, 1) }>;
	type MinOperatorBond = ConstU128<{ 100 * UNIT }>;
	type MaxNameLength = ConstU32<64>;
	type MaxReferenceLength = ConstU32<256>;
	type MaxMetadataLength = ConstU32<1_024>;
	type MaxOffersPerOperator = ConstU32<64>;
	type WeightInfo = weights::pallet_registry::WeightInfo<Runtime>;
}

impl pallet_subscriptions::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = HoldableAssets;
	type Offers = Registry;
	type NoticePeriod = get::Notice<Runtime>;
	// The record and its place in the two indices.
	type DepositAmount = ConstU128<{ deposit(3, 300) }>;
	type WeightInfo = weights::pallet_subscriptions::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<1_000_000>>;
}
