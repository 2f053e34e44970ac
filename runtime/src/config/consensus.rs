//! Who makes blocks, who finalises them, and what they earn and lose by it.

use super::deposit;
use crate::*;
use frame_election_provider_support::{
	bounds::{ElectionBounds, ElectionBoundsBuilder},
	onchain, SequentialPhragmen,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{tokens::imbalance::ResolveTo, ConstBool, ConstU128, ConstU32, ConstU64, Nothing},
};
use frame_system::EnsureRoot;
use pallet_session::{disabling::UpToLimitWithReEnablingDisablingStrategy, historical as session_historical};
use pallet_staking::UseValidatorsMap;
use pallet_windows::get;
use sp_runtime::{curve::PiecewiseLinear, traits::ConvertInto, Perbill};
use sp_staking::currency_to_vote::U128CurrencyToVote;

/// Authorities at the most.
pub const MAX_AUTHORITIES: u32 = 100;
/// Voters whose exposure is kept for a validator in an era, in pages of [`MAX_EXPOSURE_PAGE`].
const MAX_BACKERS: u32 = 4_096;
const MAX_EXPOSURE_PAGE: u32 = 512;

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = get::HalfSlot<Runtime>;
	type WeightInfo = weights::pallet_timestamp::WeightInfo<Runtime>;
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = get::EpochSlots<Runtime>;
	type ExpectedBlockTime = get::Slot<Runtime>;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<MAX_BACKERS>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem = pallet_babe::EquivocationReportSystem<
		Self,
		Offences,
		Historical,
		get::EquivocationLongevity<Runtime>,
	>;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<MAX_BACKERS>;
	// One for each session in which an equivocation can still be reported: 28 eras of 6 sessions.
	type MaxSetIdSessionEntries = ConstU64<168>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem = pallet_grandpa::EquivocationReportSystem<
		Self,
		Offences,
		Historical,
		get::EquivocationLongevity<Runtime>,
	>;
}

impl pallet_authority_discovery::Config for Runtime {
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = Staking;
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = session_historical::NoteHistoricalRoot<Self, Staking>;
	type SessionHandler = <SessionKeys as sp_runtime::traits::OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = weights::pallet_session::WeightInfo<Runtime>;
	type Currency = Balances;
	type KeyDeposit = ConstU128<{ deposit(1, 32 * 3 + 32) }>;
}

impl pallet_session::historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = pallet_staking::UnitIdentificationOf<Self>;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = session_historical::IdentificationTuple<Self>;
	type OnOffenceHandler = Staking;
}

/// Bag thresholds a quarter apart, from the smallest useful vote to the largest possible.
const fn bag_thresholds() -> [u64; BAGS] {
	let mut thresholds = [u64::MAX; BAGS];
	let mut score: u64 = 1 << 24;
	let mut i = 0;
	while i < BAGS - 1 {
		thresholds[i] = score;
		score += score / 4;
		i += 1;
	}
	thresholds
}

/// `(5/4)^124` is just under `2^40`: one more step from `2^24` would overflow.
const BAGS: usize = 124;
static BAG_THRESHOLDS: [u64; BAGS] = bag_thresholds();

parameter_types! {
	pub const BagThresholds: &'static [u64] = &BAG_THRESHOLDS;
	pub ElectionsBounds: ElectionBounds =
		ElectionBoundsBuilder::default().voters_count(MAX_BACKERS.into()).targets_count(1_000.into()).build();
}

impl pallet_bags_list::Config<pallet_bags_list::Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = weights::pallet_bags_list::WeightInfo<Runtime>;
	type ScoreProvider = Staking;
	type BagThresholds = BagThresholds;
	type MaxAutoRebagPerBlock = ConstU32<8>;
	type Score = sp_npos_elections::VoteWeight;
}

/// Elections run on chain, at the end of an era: the validator set is small.
pub struct OnChainElection;

impl onchain::Config for OnChainElection {
	type Sort = ConstBool<true>;
	type System = Runtime;
	type Solver = SequentialPhragmen<AccountId, Perbill>;
	type DataProvider = Staking;
	type MaxBackersPerWinner = ConstU32<MAX_BACKERS>;
	type MaxWinnersPerPage = ConstU32<MAX_AUTHORITIES>;
	type Bounds = ElectionsBounds;
	type WeightInfo = weights::frame_election_provider_support::WeightInfo<Runtime>;
}

// Inflation by share of the issuance that is staked: 10% a year at half of it.
pallet_staking_reward_curve::build! {
	const REWARD_CURVE: PiecewiseLinear<'static> = curve!(
		min_inflation: 0_025_000,
		max_inflation: 0_100_000,
		ideal_stake: 0_500_000,
		falloff: 0_050_000,
		max_piece_count: 40,
		test_precision: 0_005_000,
	);
}

parameter_types! {
	pub const RewardCurve: &'static PiecewiseLinear<'static> = &REWARD_CURVE;
}

#[derive_impl(pallet_staking::config_preludes::TestDefaultConfig)]
impl pallet_staking::Config for Runtime {
	type OldCurrency = Balances;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type CurrencyBalance = Balance;
	type UnixTime = Timestamp;
	type CurrencyToVote = U128CurrencyToVote;
	type ElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type GenesisElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type NominationsQuota = pallet_staking::FixedNominationsQuota<16>;
	type HistoryDepth = ConstU32<84>;
	type RewardRemainder = ResolveTreasury;
	type RuntimeEvent = RuntimeEvent;
	type Slash = ResolveTreasury;
	type Reward = ();
	type SessionsPerEra = get::SessionsPerEra<Runtime>;
	type BondingDuration = get::BondingEras<Runtime>;
	type SlashDeferDuration = get::SlashDeferEras<Runtime>;
	// Not the slash-veto origin: this one may also slash by hand and restore ledgers.
	type AdminOrigin = EnsureRoot<AccountId>;
	type SessionInterface = Self;
	type EraPayout = pallet_staking::ConvertCurve<RewardCurve>;
	type NextNewSession = Session;
	type MaxExposurePageSize = ConstU32<MAX_EXPOSURE_PAGE>;
	type MaxValidatorSet = ConstU32<MAX_AUTHORITIES>;
	type VoterList = VoterList;
	type TargetList = UseValidatorsMap<Self>;
	type MaxUnlockingChunks = ConstU32<32>;
	type MaxControllersInDeprecationBatch = ConstU32<128>;
	type EventListeners = ();
	type Filter = Nothing;
	type BenchmarkingConfig = StakingBenchmarks;
	type WeightInfo = weights::pallet_staking::WeightInfo<Runtime>;
}

/// Sizes for the benchmarks of staking.
pub struct StakingBenchmarks;

impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
	type MaxNominators = ConstU32<1_000>;
	type MaxValidators = ConstU32<MAX_AUTHORITIES>;
}

/// What nobody else gets goes to the treasury.
pub type ResolveTreasury = ResolveTo<super::governance::TreasuryAccount, Balances>;
