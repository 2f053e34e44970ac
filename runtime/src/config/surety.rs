//! Surety's own pallets.

use super::{
	deposit,
	governance::TreasuryAccount,
	tokens::{HoldableAssets, NativeOrAsset},
};
use crate::*;
use frame_support::{
	parameter_types,
	traits::{ConstU128, ConstU32},
	PalletId,
};
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
	type Stake = Restaking;
	type ActivationDelay = get::Activation<Runtime>;
	type NoticePeriod = get::Notice<Runtime>;
	type DepositBase = ConstU128<{ deposit(1, 128) }>;
	type DepositPerByte = ConstU128<{ deposit(0, 1) }>;
	type MinOperatorBond = ConstU128<{ 100 * UNIT }>;
	type MaxNameLength = ConstU32<64>;
	type MaxReferenceLength = ConstU32<256>;
	type MaxMetadataLength = ConstU32<1_024>;
	type MaxSecurity = ConstU32<4>;
	// Each has a lot of its own of the operator's stake.
	type MaxOffersPerOperator = ConstU32<{ surety_stake::MAX_LOTS - 1 }>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<3_000_000>>;
}

parameter_types! {
	pub const StakePalletId: PalletId = PalletId(*b"sure/stk");
}

impl pallet_restaking::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = HoldableAssets;
	type Operators = Registry;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Remainder = TreasuryAccount;
	type PalletId = StakePalletId;
	type EraLength = get::Era<Runtime>;
	type ReportWindow = get::Report<Runtime>;
	type UnbondingPeriod = get::Unbonding<Runtime>;
	type PositionDeposit = ConstU128<{ deposit(1, 400) }>;
	// A record of an operator with a few services and some dozens of classes.
	type LedgerDeposit = ConstU128<{ deposit(1, 8_192) }>;
	type MaxAssets = ConstU32<16>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<2_000_000>>;
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
