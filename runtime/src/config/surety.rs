//! Surety's own pallets.

use super::{
	deposit,
	governance::TreasuryAccount,
	tokens::{HoldableAssets, NativeOrAsset},
};
use crate::{governance::EnsureSlashVeto, *};
use frame_support::{
	parameter_types,
	traits::{ConstU128, ConstU32},
	weights::Weight,
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_babe::RandomnessFromOneEpochAgo;
use pallet_windows::get;
use sp_runtime::{DispatchResult, Perbill};
use surety_graph::Cost;
use surety_primitives::{notary::FaultFractions, RELAYING};

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
	type WeightInfo = weights::pallet_registry::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<3_000_000>>;
}

parameter_types! {
	pub const StakePalletId: PalletId = PalletId(*b"sure/stk");
	/// A delegator who leaves at the first rise loses no more than this of what it would have earned meanwhile.
	pub const MaxCommissionRise: Perbill = Perbill::from_percent(5);
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
	type MaxCommissionRise = MaxCommissionRise;
	type WeightInfo = weights::pallet_restaking::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<2_000_000>>;
}

parameter_types! {
	/// Enough that slashing oneself in favour of one's friends is never worth it.
	pub const SlashBurn: Perbill = Perbill::from_percent(20);
	pub const SlashReward: Perbill = Perbill::from_percent(10);
}

/// Slashes of validators, which `pallet-staking` defers and lets Root alone cancel: its origin for that would
/// also let one slash by hand.
pub struct DeferredSlashes;

impl pallet_slashing::ValidatorSlashes for DeferredSlashes {
	fn cancel(era: u32, indices: Vec<u32>) -> DispatchResult {
		Staking::cancel_deferred_slash(RuntimeOrigin::root(), era, indices)
	}

	fn weight(count: u32) -> Weight {
		use pallet_staking::WeightInfo;
		<Runtime as pallet_staking::Config>::WeightInfo::cancel_deferred_slash(count)
	}
}

impl pallet_slashing::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Stake = Restaking;
	type Services = Registry;
	type Fees = Subscriptions;
	type VetoOrigin = EnsureSlashVeto;
	type AdminOrigin = EnsureRoot<AccountId>;
	type ValidatorSlashes = DeferredSlashes;
	type Treasury = TreasuryAccount;
	type ReviewPeriod = get::Review<Runtime>;
	type ReportWindow = get::Report<Runtime>;
	type EraLength = get::Era<Runtime>;
	type ReportDeposit = ConstU128<{ 50 * UNIT }>;
	type BurnShare = SlashBurn;
	type ReporterShare = SlashReward;
	type MaxClaims = ConstU32<16>;
	type PetitionBond = ConstU128<{ 50 * UNIT }>;
	type SignatureBond = ConstU128<{ 5 * UNIT }>;
	type MinSigners = ConstU32<3>;
	type PetitionMultiple = ConstU32<2>;
	type WeightInfo = weights::pallet_slashing::WeightInfo<Runtime>;
}

impl pallet_subscriptions::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = HoldableAssets;
	type Offers = Registry;
	type Sharing = Restaking;
	type NoticePeriod = get::Notice<Runtime>;
	// The record and its place in the two indices.
	type DepositAmount = ConstU128<{ deposit(3, 300) }>;
	type WeightInfo = weights::pallet_subscriptions::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<1_000_000>>;
}

parameter_types! {
	/// A window missed is an accident, two words for one window are not. Each is of the notary's whole stake behind
	/// notarisation, delegations included, and each kind counts once a window.
	pub const Fractions: FaultFractions = FaultFractions {
		missed: Perbill::from_parts(1_000_000),
		mismatch: Perbill::from_percent(20),
		equivocation: Perbill::from_percent(50),
		omission: Perbill::from_percent(2),
		withheld: Perbill::from_percent(5),
		unannounced: Perbill::from_percent(5),
	};
}

impl pallet_notary::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Registry;
	type Listings = Registry;
	type Stake = Restaking;
	type Sharing = Restaking;
	type Offences = Slashing;
	type Treasury = TreasuryAccount;
	type Bond = ConstU128<{ 1_000 * UNIT }>;
	// Its own record, its log's head, and a record for each window that can be disputed.
	type NotaryDeposit = ConstU128<{ deposit(68, 40_000) }>;
	// The attestation, then what is left of it until the slot is given out again, and its place in the queue.
	type SlotDeposit = ConstU128<{ deposit(2, 400) }>;
	type RecordDeposit = ConstU128<{ deposit(2, 1_600) }>;
	type IntentDeposit = ConstU128<{ deposit(1, 120) }>;
	type WindowLength = get::PresenceWindow<Runtime>;
	type Grace = get::Grace<Runtime>;
	type Retention = get::Retention<Runtime>;
	// A year of windows of five minutes.
	type MaxWindows = ConstU32<105_120>;
	type MaxRequestBlocks = get::Request<Runtime>;
	type MaxSlots = ConstU32<131_072>;
	// What all of its slots take in the longest codec, and a header.
	type MaxBytes = ConstU32<20_480>;
	type BytePrice = ConstU128<{ 10 * MICRO }>;
	type ChallengeFee = ConstU128<UNIT>;
	type AnswerPeriod = get::Answer<Runtime>;
	type IntentPeriod = get::Intent<Runtime>;
	type Fractions = Fractions;
	type WeightInfo = weights::pallet_notary::WeightInfo<Runtime>;
}

impl pallet_channels::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = HoldableAssets;
	type AdminOrigin = EnsureRoot<AccountId>;
	type ProposalLifetime = get::Proposal<Runtime>;
	type CloseWindow = get::Close<Runtime>;
	type MinCloseWindow = ConstU32<{ pallet_windows::MIN_CLOSE }>;
	type MaxCloseWindow = ConstU32<{ pallet_windows::MAX_CLOSE }>;
	// Half of the record with all keys and vouchers that it can have, and the entry in the party's index.
	type StorageDeposit = ConstU128<{ deposit(2, 3_700) }>;
	type WeightInfo = weights::pallet_channels::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<4_000_000>>;
}

parameter_types! {
	/// So much of each half of a penalty that cutting off somebody always costs something.
	pub const EdgeBurn: Perbill = Perbill::from_percent(20);
	pub const CutLoss: Perbill = Perbill::from_percent(5);
	pub const CutReward: Perbill = Perbill::from_percent(20);
	/// A cut of more of the weight waits for its review.
	pub const LargeCut: Perbill = Perbill::from_percent(10);
	pub const ClearMajority: Perbill = Perbill::from_percent(55);
	/// About a tenth of a block.
	pub const CentreBudget: Cost = Cost { reads: 5_000, writes: 500 };
}

impl pallet_topology::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Channels = Channels;
	type Stake = Restaking;
	type Offences = Slashing;
	type VetoOrigin = EnsureSlashVeto;
	type Treasury = TreasuryAccount;
	type RelayService = ConstU32<RELAYING>;
	type MinStake = ConstU128<{ 100 * UNIT }>;
	// The node, its account's index, what it weighed, its label and the record of that.
	type NodeDeposit = ConstU128<{ deposit(5, 700) }>;
	type PageDeposit = ConstU128<{ deposit(1, 900) }>;
	// The record of an edge, half of it each.
	type EdgeDeposit = ConstU128<{ deposit(1, 300) }>;
	type OfferDeposit = ConstU128<{ deposit(1, 200) }>;
	// Twice what may be in flight over an edge at a time (S3 §3), and more.
	type Penalty = ConstU128<{ 20 * UNIT }>;
	type SeverReward = ConstU128<{ UNIT / 2 }>;
	type BurnShare = EdgeBurn;
	type CutLoss = CutLoss;
	type ReporterShare = CutReward;
	type ActivationDelay = get::NodeActivation<Runtime>;
	type ProposalLifetime = get::Proposal<Runtime>;
	type NoticePeriod = get::EdgeNotice<Runtime>;
	type Horizon = get::Horizon<Runtime>;
	type MaxAge = get::MaxAge<Runtime>;
	type GracePeriod = get::CutGrace<Runtime>;
	type GraceInterval = get::GraceInterval<Runtime>;
	type ClaimsPeriod = get::Claims<Runtime>;
	type ReviewPeriod = get::CutReview<Runtime>;
	type ReviewShare = LargeCut;
	type MajorityShare = ClearMajority;
	type MajorityPeriod = get::Majority<Runtime>;
	// Of 32 edges each.
	type MaxPages = ConstU32<16>;
	type MaxPath = ConstU32<32>;
	type MaxSearch = ConstU32<800>;
	type MaxList = ConstU32<256>;
	type MaxReads = ConstU32<4_096>;
	type CertificateDeposit = ConstU128<{ 5 * UNIT }>;
	// The entry, until it is relabelled and cleared.
	type MemberDeposit = ConstU128<{ deposit(1, 40) }>;
	type ChallengeDeposit = ConstU128<{ 10 * UNIT }>;
	type ChallengePerNode = ConstU128<{ 2 * MILLI }>;
	type BondPeriod = get::CentreBond<Runtime>;
	type CentreBudget = CentreBudget;
	type WeightInfo = weights::pallet_topology::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<5_000_000>>;
}

impl pallet_agreements::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = HoldableAssets;
	type Operators = Registry;
	type Services = Registry;
	type Topology = Topology;
	type Stake = Restaking;
	type OwnStake = Restaking;
	type Sharing = Restaking;
	type Offences = Slashing;
	type Verdicts = Slashing;
	type Randomness = RandomnessFromOneEpochAgo<Runtime>;
	// The terms, then the agreement with its debts and penalties, and its places in the two indices.
	type RecordDeposit = ConstU128<{ deposit(3, 900) }>;
	type ChallengeFee = ConstU128<{ UNIT / 10 }>;
	type ProposalLifetime = get::AgreementProposal<Runtime>;
	type ClaimsPeriod = get::PenaltyClaims<Runtime>;
	type MinAnswer = get::ShortestAnswer<Runtime>;
	type MaxAnswer = get::LongestAnswer<Runtime>;
	type BeaconLife = get::BeaconLife<Runtime>;
	// A year of six-second blocks.
	type MaxLength = ConstU32<5_256_000>;
	// Fifteen rounds find a loss of a hundredth with 99%.
	type MaxSamples = ConstU32<32>;
	type MaxPath = <Runtime as pallet_topology::Config>::MaxPath;
	type WeightInfo = weights::pallet_agreements::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<NativeOrAsset, ConstU32<6_000_000>>;
	#[cfg(feature = "runtime-benchmarks")]
	type Isolate = Topology;
}
