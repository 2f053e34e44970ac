//! How decisions are made and carried out: referenda, the committee, the treasury, the brakes.

use super::{deposit, system};
use crate::{
	governance::{ReferendumCanceller, ReferendumKiller, Tracks, Treasurer, WhitelistedCaller},
	*,
};
use frame_support::{
	parameter_types,
	traits::{
		fungible::HoldConsideration,
		tokens::{PayFromAccount, UnityAssetBalanceConversion},
		AsEnsureOriginWithArg, CallMetadata, ConstU128, ConstU32, Contains, EitherOf, EitherOfDiverse,
		EqualPrivilegeOnly, GetCallMetadata, LinearStoragePrice,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned, EnsureWithSuccess};
use pallet_windows::get;
use sp_runtime::{traits::IdentityLookup, Perbill};

/// The technical committee: small, and able only to hasten what the referendum also wants, to veto
/// slashes by two thirds, and to pull the brakes.
pub type TechnicalCollective = pallet_collective::Instance1;
/// A given share of the committee.
pub type CommitteeAtLeast<const N: u32, const D: u32> =
	pallet_collective::EnsureProportionAtLeast<AccountId, TechnicalCollective, N, D>;

parameter_types! {
	pub const PreimageHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	pub const PreimageBaseDeposit: Balance = deposit(1, 40);
	pub const PreimageByteDeposit: Balance = deposit(0, 1);
	pub MaximumSchedulerWeight: Weight = Perbill::from_percent(60) * system::MAXIMUM_BLOCK_WEIGHT;
	pub MaxCommitteeProposalWeight: Weight = Perbill::from_percent(50) * system::MAXIMUM_BLOCK_WEIGHT;
	pub const TreasuryPalletId: PalletId = PalletId(*b"sure/try");
	pub TreasuryAccount: AccountId = Treasury::account_id();
	pub const MaxSpend: Balance = 1_000_000 * UNIT;
	pub const RootSpend: Balance = Balance::MAX;
	pub const SafeModeDeposit: Option<Balance> = None;
	pub const SafeModeReleaseDelay: Option<BlockNumber> = None;
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = weights::pallet_preimage::WeightInfo<Runtime>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
	>;
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = weights::pallet_scheduler::WeightInfo<Runtime>;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

impl pallet_conviction_voting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = weights::pallet_conviction_voting::WeightInfo<Runtime>;
	type Currency = Balances;
	type Polls = Referenda;
	type MaxTurnout = frame_support::traits::TotalIssuanceOf<Balances, AccountId>;
	type MaxVotes = ConstU32<512>;
	type VoteLockingPeriod = get::VoteLock<Runtime>;
	type BlockNumberProvider = System;
	type VotingHooks = ();
}

impl pallet_referenda::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = weights::pallet_referenda::WeightInfo<Runtime>;
	type Scheduler = Scheduler;
	type Currency = Balances;
	type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type CancelOrigin = EitherOf<EnsureRoot<AccountId>, ReferendumCanceller>;
	type KillOrigin = EitherOf<EnsureRoot<AccountId>, ReferendumKiller>;
	type Slash = Treasury;
	type Votes = pallet_conviction_voting::VotesOf<Runtime>;
	type Tally = pallet_conviction_voting::TallyOf<Runtime>;
	type SubmissionDeposit = ConstU128<{ 10 * UNIT }>;
	type MaxQueued = ConstU32<100>;
	type UndecidingTimeout = get::UndecidingTimeout<Runtime>;
	type AlarmInterval = ConstU32<1>;
	type Tracks = Tracks;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

impl crate::governance::origins::Config for Runtime {}

impl pallet_whitelist::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WhitelistOrigin = EitherOfDiverse<EnsureRoot<AccountId>, CommitteeAtLeast<2, 3>>;
	type DispatchWhitelistedOrigin = EitherOf<EnsureRoot<AccountId>, WhitelistedCaller>;
	type Preimages = Preimage;
	type DeferredDispatchExpiration = ConstU32<{ 14 * 14_400 }>;
	type BlockNumberProvider = System;
	type WeightInfo = weights::pallet_whitelist::WeightInfo<Runtime>;
}

impl pallet_collective::Config<TechnicalCollective> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = get::MotionDuration<Runtime>;
	type MaxProposals = ConstU32<100>;
	type MaxMembers = ConstU32<25>;
	type DefaultVote = pallet_collective::MoreThanMajorityThenPrimeDefaultVote;
	type WeightInfo = weights::pallet_collective::WeightInfo<Runtime>;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxCommitteeProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = ();
}

impl pallet_treasury::Config for Runtime {
	type Currency = Balances;
	type RejectOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Treasurer>;
	type RuntimeEvent = RuntimeEvent;
	type SpendPeriod = get::SpendPeriod<Runtime>;
	type Burn = ();
	type PalletId = TreasuryPalletId;
	type BurnDestination = ();
	type WeightInfo = weights::pallet_treasury::WeightInfo<Runtime>;
	type SpendFunds = ();
	type MaxApprovals = ConstU32<100>;
	type SpendOrigin = EitherOf<
		EnsureRootWithSuccess<AccountId, RootSpend>,
		EnsureWithSuccess<Treasurer, AccountId, MaxSpend>,
	>;
	type AssetKind = ();
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = get::PayoutPeriod<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::TreasuryArguments;
	type BlockNumberProvider = System;
}

/// What goes on in safe mode: consensus, the way out of it, and what proves or defends.
pub struct SafeModeWhitelist;

impl Contains<RuntimeCall> for SafeModeWhitelist {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			RuntimeCall::System(_)
			| RuntimeCall::Timestamp(_)
			| RuntimeCall::Babe(_)
			| RuntimeCall::Grandpa(_)
			| RuntimeCall::Session(_)
			| RuntimeCall::SafeMode(_)
			| RuntimeCall::TxPause(_)
			| RuntimeCall::Sudo(_)
			| RuntimeCall::Windows(_) => true,
			// Vetoes of slashes must not be stopped by whoever pulls the brake.
			RuntimeCall::Preimage(_)
			| RuntimeCall::Scheduler(_)
			| RuntimeCall::ConvictionVoting(_)
			| RuntimeCall::Referenda(_)
			| RuntimeCall::Whitelist(_)
			| RuntimeCall::TechnicalCommittee(_) => true,
			// Nor reports and slashes.
			RuntimeCall::Slashing(_) => true,
			// Clients keep their way out, who is present goes on being published, what was done wrong goes on being shown,
			// a window in which vouchers are handed in does not wait, and neither does one in which nodes can rejoin, or an
			// operator shows what it was asked for.
			RuntimeCall::Staking(_)
			| RuntimeCall::Subscriptions(_)
			| RuntimeCall::Notary(_)
			| RuntimeCall::Channels(_)
			| RuntimeCall::Topology(_)
			| RuntimeCall::Agreements(_) => {
				let CallMetadata { pallet_name, function_name } = call.get_call_metadata();
				is_never_stopped(pallet_name.as_bytes(), function_name.as_bytes())
			}
			RuntimeCall::Balances(_)
			| RuntimeCall::VoterList(_)
			| RuntimeCall::Assets(_)
			| RuntimeCall::Utility(_)
			| RuntimeCall::Proxy(_)
			| RuntimeCall::Multisig(_)
			| RuntimeCall::Identity(_)
			| RuntimeCall::Treasury(_)
			| RuntimeCall::Registry(_)
			| RuntimeCall::Restaking(_) => false,
		}
	}
}

/// Root, or two thirds of the committee, for as long as the windows say.
pub type EnsureBrake = EitherOf<
	EnsureRootWithSuccess<AccountId, get::SafeModeDuration<Runtime>>,
	EnsureWithSuccess<CommitteeAtLeast<2, 3>, AccountId, get::SafeModeDuration<Runtime>>,
>;

impl pallet_safe_mode::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = SafeModeWhitelist;
	type EnterDuration = get::SafeModeDuration<Runtime>;
	type ExtendDuration = get::SafeModeDuration<Runtime>;
	// Nobody buys safe mode: only governance enters it.
	type EnterDepositAmount = SafeModeDeposit;
	type ExtendDepositAmount = SafeModeDeposit;
	type ForceEnterOrigin = EnsureBrake;
	type ForceExtendOrigin = EnsureBrake;
	type ForceExitOrigin = EitherOfDiverse<EnsureRoot<AccountId>, CommitteeAtLeast<2, 3>>;
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type Notify = ();
	type ReleaseDelay = SafeModeReleaseDelay;
	type WeightInfo = weights::pallet_safe_mode::WeightInfo<Runtime>;
}

/// Of these pallets, what gives money back, and proofs: goes on in safe mode, and is never paused.
pub(crate) const PAUSED_NEVER: [(&[u8], &[&[u8]]); 6] = [
	(b"Subscriptions", &[b"cancel", b"close"]),
	(b"Staking", &[b"cancel_deferred_slash"]),
	(
		b"Notary",
		&[
			b"revoke",
			b"announce_on_chain",
			b"commit",
			b"publish",
			b"commit_snapshot",
			b"intend",
			b"report_missed",
			b"report_mismatch",
			b"report_equivocation",
			b"report_omission",
			b"challenge_bytes",
			b"answer_bytes",
			b"audit",
			b"answer_audit",
			b"conclude",
		],
	),
	(
		b"Channels",
		&[
			b"withdraw_proposal",
			b"expire_proposal",
			b"close_cooperatively",
			b"close_unilaterally",
			b"hand_in",
			b"settle",
			b"collect",
		],
	),
	(
		b"Topology",
		&[
			// Who was cut off needs an edge to come back.
			b"propose",
			b"accept",
			b"open",
			b"withdraw_proposal",
			b"expire_proposal",
			b"finish_close",
			b"sever",
			b"settle",
			b"prune",
			b"join",
			b"rejoin",
			b"begin_certificate",
			b"extend_certificate",
			b"relabel",
			b"clear_certificate",
			b"punish",
			b"report",
			b"veto",
			b"refute_main",
			b"reclaim_bond",
		],
	),
	(
		b"Agreements",
		&[
			b"withdraw",
			b"give_notice",
			b"report_cut",
			b"challenge",
			b"ping",
			b"conclude",
			b"answer_audit",
			b"report_missed",
			b"claim_fees",
			b"claim_penalty",
			b"close",
			b"settle",
		],
	),
];

fn is_never_stopped(pallet: &[u8], call: &[u8]) -> bool {
	PAUSED_NEVER.iter().any(|(name, calls)| *name == pallet && calls.contains(&call))
}

/// Calls that cannot be paused: what keeps the chain alive, and what undoes a pause.
pub struct UnpausableCalls;

impl Contains<pallet_tx_pause::RuntimeCallNameOf<Runtime>> for UnpausableCalls {
	fn contains(name: &pallet_tx_pause::RuntimeCallNameOf<Runtime>) -> bool {
		const PALLETS: [&[u8]; 13] = [
			b"System",
			b"Timestamp",
			b"Babe",
			b"Grandpa",
			b"Session",
			b"Referenda",
			b"ConvictionVoting",
			b"TechnicalCommittee",
			b"Preimage",
			b"Scheduler",
			b"Whitelist",
			b"SafeMode",
			b"Slashing",
		];
		let (pallet, call) = (name.0.as_slice(), name.1.as_slice());
		PALLETS.contains(&pallet) || is_never_stopped(pallet, call)
	}
}

impl pallet_tx_pause::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PauseOrigin = EitherOfDiverse<EnsureRoot<AccountId>, CommitteeAtLeast<2, 3>>;
	type UnpauseOrigin = EitherOfDiverse<EnsureRoot<AccountId>, CommitteeAtLeast<2, 3>>;
	type WhitelistedCalls = UnpausableCalls;
	type MaxNameLen = ConstU32<64>;
	type WeightInfo = weights::pallet_tx_pause::WeightInfo<Runtime>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = weights::pallet_sudo::WeightInfo<Runtime>;
}
