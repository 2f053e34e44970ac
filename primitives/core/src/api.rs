//! Runtime APIs, and what they answer. Declared here so that every client can decode them.

use crate::{
	agreement::{AgreementId, AgreementTerms, BeaconId, Party},
	channel::{ChannelId, ChannelStatus, EdgeId},
	notary::{
		BountyId, ChallengeSubject, Claims, FaultKind, Generation, NotaryTerms, PublicationMode, RequestId,
		RequestStatus, Slot, SubsidyId, Window,
	},
	offer::{OfferFilter, OfferState, Price, Sla},
	service::{OperatorStatus, Security, ServiceFlags, ServiceId, Verifier},
	slash::{SettlementId, SlashSource, SlashState},
	subscription::SubscriptionId,
	topology::{ComponentId, CutId, Life, Limits, NodeId, Standing, Terms, Totals, Weight},
	AccountId, AssetKind, Balance, BlockNumber, Era, PetitionId, SlashId,
};
use alloc::{boxed::Box, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;
use sp_core::{H256, U256};
use surety_presence::message::{Commitment, Snapshot};
use surety_response::{Claim, PerSide, PublicKey, Side};

/// Number of records at the most that one call looks at, whatever limit it asks for.
pub const MAX_PAGE: u32 = 1_000;

/// A service as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ServiceInfo {
	/// Its number.
	pub id: ServiceId,
	/// Who may change it.
	pub owner: AccountId,
	/// Name, UTF-8.
	pub name: Vec<u8>,
	/// Where the artifact is found, and its SHA-256 digest.
	pub artifact: Option<(Vec<u8>, H256)>,
	/// How its answers are checked.
	pub verifier: Verifier,
	/// Bond at the least of a new offer, in the native token's smallest unit.
	pub min_bond: Balance,
	/// Stake at the least behind an offer that takes new clients, asset by asset.
	pub security: Vec<Security<AssetKind, Balance>>,
	/// Who may report offences for it.
	pub reporter: Option<AccountId>,
	/// Its nature.
	pub flags: ServiceFlags,
	/// Whether it takes no new offers any more.
	pub retired: bool,
	/// Number of offers, whatever their state.
	pub offers: u32,
}

/// Some services, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ServicePage {
	/// The services.
	pub services: Vec<ServiceInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<ServiceId>,
}

/// An operator as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct OperatorInfo {
	/// Its account.
	pub operator: AccountId,
	/// Whether it takes clients.
	pub status: OperatorStatus<BlockNumber>,
	/// What it says of itself: name, keys, endpoints.
	pub metadata: Vec<u8>,
	/// The services it has offers for.
	pub services: Vec<ServiceId>,
}

/// An offer as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct OfferInfo {
	/// Whose it is.
	pub operator: AccountId,
	/// What it offers.
	pub service: ServiceId,
	/// What it promises.
	pub sla: Sla,
	/// What it costs.
	pub price: Price<AssetKind, Balance, BlockNumber>,
	/// Number of clients at the most.
	pub capacity: u32,
	/// Number of clients now.
	pub subscribers: u32,
	/// Stake that backs it now, in the native token's smallest unit.
	pub stake: Balance,
	/// Part of the operator's own stake that stays behind the offer while it exists, counting yet or not.
	pub bond: Balance,
	/// Where it stands.
	pub state: OfferState<BlockNumber>,
	/// First block in which it takes clients.
	pub active_from: BlockNumber,
	/// Whether a client could subscribe now.
	pub accepting: bool,
	/// Endpoints, keys and whatever else clients need.
	pub metadata: Vec<u8>,
}

/// Some offers of a service, in the order of storage.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct OfferPage {
	/// The offers that passed the filter.
	pub offers: Vec<OfferInfo>,
	/// The operator whose offer was looked at last, to go on after it, if anything is left.
	pub next: Option<AccountId>,
}

/// A stake-weighted sample of a service's offers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Sample {
	/// The block whose state was looked at.
	pub block: BlockNumber,
	/// Times of arrival (see [`crate::sampling`]) and offers, earliest first.
	///
	/// Samples of several pages merge by keeping the earliest of both.
	pub drawn: Vec<(u128, OfferInfo)>,
	/// The operator whose offer was looked at last, to go on after it, if anything is left.
	pub next: Option<AccountId>,
}

/// How a subscription stands at a block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SubscriptionInfo {
	/// Its number.
	pub id: SubscriptionId,
	/// Who pays.
	pub client: AccountId,
	/// Who serves.
	pub operator: AccountId,
	/// What is served.
	pub service: ServiceId,
	/// What it costs; fixed when it was taken.
	pub price: Price<AssetKind, Balance, BlockNumber>,
	/// What is promised; fixed when it was taken.
	pub sla: Sla,
	/// Block in which it began.
	pub started: BlockNumber,
	/// First block that is no longer served, as things stand; `None` when a free one runs on.
	pub ends_at: Option<BlockNumber>,
	/// Whether it has ended, so that anybody may close it.
	pub ended: bool,
	/// Paid in, in all.
	pub deposited: Balance,
	/// Paid out to the operator already.
	pub claimed: Balance,
	/// What the operator could claim now.
	pub claimable: Balance,
	/// What the client would get back by cancelling now.
	pub refundable: Balance,
}

/// Some subscriptions, in ascending order of storage.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SubscriptionPage {
	/// The subscriptions.
	pub subscriptions: Vec<SubscriptionInfo>,
	/// Number of the last one looked at, to go on after it, if anything is left.
	pub next: Option<SubscriptionId>,
}

/// Part of an operator's stake that is allocated to a service, or was until not long ago.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AllocationInfo {
	/// To which.
	pub service: ServiceId,
	/// Millionths of the stake.
	pub parts: u32,
	/// First era in which it backs the service, unless it always has as far as anything punishable goes.
	pub from: Option<Era>,
	/// Last era in which it does, once it is taken away.
	pub until: Option<Era>,
}

/// An operator's stake in one asset, own and delegated.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct LedgerInfo {
	/// What is staked.
	pub asset: AssetKind,
	/// What is not being withdrawn, deposits that do not count yet included, in the asset's smallest unit.
	pub bonded: Balance,
	/// What of it counts in this era.
	pub active: Balance,
	/// The operator's own part of what is bonded.
	pub own: Balance,
	/// Everything the chain holds for it, what is being withdrawn included.
	pub held: Balance,
	/// What it has earned and its holders have not collected yet.
	pub rewards: Balance,
	/// Part of what the operator is paid in the asset that it keeps before it shares.
	pub commission: Perbill,
	/// First block in which that part may rise.
	pub commission_may_rise_at: BlockNumber,
	/// Millionths that are allocated to nobody.
	pub free_parts: u32,
	/// The rest of them.
	pub allocations: Vec<AllocationInfo>,
	/// First era an offence of which can still be punished.
	pub horizon: Era,
}

/// A part of a position that is on its way out.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct UnbondingInfo {
	/// What it is worth now, in the asset's smallest unit.
	pub amount: Balance,
	/// First block in which it can be withdrawn, if it is settled then.
	pub withdrawable_at: BlockNumber,
	/// Whether no offence can take of it any longer.
	pub settled: bool,
}

/// What a holder has on an operator in one asset.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct PositionInfo {
	/// The operator.
	pub operator: AccountId,
	/// What is staked.
	pub asset: AssetKind,
	/// What is bonded, deposits that do not count yet included, in the asset's smallest unit.
	pub bonded: Balance,
	/// What of it counts in this era.
	pub active: Balance,
	/// What is on its way out.
	pub unbonding: Vec<UnbondingInfo>,
	/// What it has earned and was not collected yet.
	pub earned: Balance,
}

/// Some positions of a holder, in the order of storage.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct PositionPage {
	/// The positions.
	pub positions: Vec<PositionInfo>,
	/// Operator and asset of the last one looked at, to go on after it, if anything is left.
	pub next: Option<(AccountId, AssetKind)>,
}

/// A slash as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SlashInfo {
	/// Its number.
	pub id: SlashId,
	/// Whose stake it takes.
	pub operator: AccountId,
	/// Behind which service.
	pub service: ServiceId,
	/// Era of the offence.
	pub era: Era,
	/// How much of what backed the service then.
	pub fraction: Perbill,
	/// In which asset; in every one where there is none.
	pub asset: Option<AssetKind>,
	/// Hash of the evidence.
	pub evidence: H256,
	/// Who reported it, or opened the petition.
	pub reporter: AccountId,
	/// Where the report came from.
	pub source: SlashSource,
	/// Held from the reporter, in the native token's smallest unit.
	pub deposit: Balance,
	/// Block of the report.
	pub reported_at: BlockNumber,
	/// First block in which it can be applied, and no longer be vetoed.
	pub review_ends: BlockNumber,
	/// How far it has come.
	pub state: SlashState<AssetKind>,
	/// What it would take now in each asset, in the asset's smallest unit; nothing once it was decided.
	pub takes: Vec<(AssetKind, Balance)>,
	/// Who has lost by the offence: in what, fees and what was lost beyond them.
	pub claims: Vec<(AccountId, AssetKind, Balance, Balance)>,
}

/// Some slashes, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SlashPage {
	/// The slashes.
	pub slashes: Vec<SlashInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<SlashId>,
}

/// How far a petition has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum PetitionStatus {
	/// It can be signed.
	Open,
	/// It was not signed by enough while it could be.
	Expired,
	/// Its slash is under review, or waits to be applied.
	Passed(SlashId),
	/// Its slash was vetoed.
	Vetoed,
	/// Its slash was applied.
	Applied,
}

/// A petition as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct PetitionInfo {
	/// Its number.
	pub id: PetitionId,
	/// Whose stake is to be slashed.
	pub operator: AccountId,
	/// Behind which service.
	pub service: ServiceId,
	/// Era of the offence.
	pub era: Era,
	/// In which asset.
	pub asset: AssetKind,
	/// Hash of the evidence.
	pub evidence: H256,
	/// Who opened it.
	pub opener: AccountId,
	/// First block in which it can no longer be signed.
	pub closes_at: BlockNumber,
	/// Fees of those who have signed, in the asset's smallest unit.
	pub weight: Balance,
	/// Fees that it needs, in the asset's smallest unit.
	pub threshold: Option<Balance>,
	/// How many have signed.
	pub signers: u32,
	/// How many have to.
	pub min_signers: u32,
	/// How far it has come.
	pub status: PetitionStatus,
}

/// Some petitions, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct PetitionPage {
	/// The petitions.
	pub petitions: Vec<PetitionInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<PetitionId>,
}

/// What slashes of an operator took in one asset, as those see it who have a claim to it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SettlementInfo {
	/// Its number.
	pub id: SettlementId,
	/// Whose stake it was.
	pub operator: AccountId,
	/// Behind which service.
	pub service: ServiceId,
	/// In which asset.
	pub asset: AssetKind,
	/// First block in which it can be collected.
	pub closes_at: BlockNumber,
	/// Whether it is closed to claims.
	pub closed: bool,
	/// What was taken of the operator's own and waits for claims, in the asset's smallest unit.
	pub own: Balance,
	/// What was taken of delegated stake and waits for claims to fees, in the asset's smallest unit.
	pub delegated: Balance,
	/// Fees that were claimed, in the asset's smallest unit.
	pub fees: Balance,
	/// What was claimed beyond them, in the asset's smallest unit.
	pub beyond: Balance,
	/// Who has claims that were not collected, and what they get as things stand; the first of them.
	pub claims: Vec<(AccountId, Balance)>,
}

/// Some settlements, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SettlementPage {
	/// The settlements.
	pub settlements: Vec<SettlementInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<SettlementId>,
}

/// The era, and how far back offences reach.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct EraStatus {
	/// The current era.
	pub era: Era,
	/// First block of it.
	pub start: BlockNumber,
	/// First block of the next one.
	pub end: BlockNumber,
	/// First era of which an offence can still be reported.
	pub first_reportable: Era,
}

/// One party of a channel as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelPartyInfo {
	/// Its account.
	pub account: AccountId,
	/// What it has deposited, in the smallest unit of the channel's asset.
	pub deposit: Balance,
	/// The keys that its vouchers may be signed with, oldest first. All of them count.
	pub keys: Vec<PublicKey>,
	/// What it, or its watcher, has handed in of the other's.
	pub handed_in: Option<Claim>,
	/// Who may hand in for it, and what it pays for that during a close, in the smallest unit of the channel's asset.
	pub watcher: Option<(AccountId, Balance)>,
	/// What it would get now if no more were handed in, what it pays a watcher included.
	pub payout: Balance,
}

/// A channel as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelInfo {
	/// Its number.
	pub id: ChannelId,
	/// What is paid in.
	pub asset: AssetKind,
	/// The edge it belongs to, if any.
	pub edge: Option<EdgeId>,
	/// How far it has come.
	pub status: ChannelStatus<BlockNumber>,
	/// Blocks from the begin of a close until it can be settled.
	pub close_window: BlockNumber,
	/// Whose it is.
	pub parties: PerSide<ChannelPartyInfo>,
}

/// A channel that one has proposed to another.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelProposalInfo {
	/// The number that the channel would have.
	pub id: ChannelId,
	/// Who has proposed it to whom.
	pub parties: PerSide<AccountId>,
	/// What would be paid in.
	pub asset: AssetKind,
	/// What each would deposit, in the asset's smallest unit.
	pub deposits: PerSide<Balance>,
	/// The key of the one that has proposed it.
	pub key: PublicKey,
	/// Blocks from the begin of a close until it could be settled.
	pub close_window: BlockNumber,
	/// First block in which it can no longer be accepted.
	pub expires_at: BlockNumber,
}

/// What waits to be paid from one to another since a channel was settled.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelDueInfo {
	/// On whose account it is held.
	pub from: AccountId,
	/// Whose it is.
	pub to: AccountId,
	/// How much, in the smallest unit of the channel's asset.
	pub amount: Balance,
}

/// What could not be paid when a channel was settled.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelRemainderInfo {
	/// The channel's number.
	pub id: ChannelId,
	/// What was paid in.
	pub asset: AssetKind,
	/// What waits.
	pub dues: Vec<ChannelDueInfo>,
	/// Storage deposits that are returned when nothing waits for their owner any more, in the native token's smallest
	/// unit.
	pub storage_deposits: PerSide<Balance>,
}

/// What there is under a channel's number.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum ChannelRecord {
	/// It was proposed.
	Proposed(ChannelProposalInfo),
	/// It is open, or closing.
	Live(Box<ChannelInfo>),
	/// It is settled, and something waits to be paid.
	Settled(ChannelRemainderInfo),
}

/// Some channels of an account, in the order of storage.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChannelPage {
	/// The channels.
	pub channels: Vec<ChannelRecord>,
	/// Number of the last one looked at, to go on after it, if anything is left.
	pub next: Option<ChannelId>,
}

/// A notary as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct NotaryInfo {
	/// Its account.
	pub notary: AccountId,
	/// Where it stands as an operator; nothing where it is none any more.
	pub status: Option<OperatorStatus<BlockNumber>>,
	/// Whether it takes no more requests for good.
	pub leaving: bool,
	/// What it certifies, and what it asks for it.
	pub terms: NotaryTerms,
	/// Whether attestations can be paid for longer.
	pub renewable: bool,
	/// How it publishes from the next window on, unless it says otherwise.
	pub mode: PublicationMode,
	/// Where its publications are found, UTF-8.
	pub link: Vec<u8>,
	/// The sr25519 key that it signs with from the next window on, unless it says otherwise.
	pub key: [u8; 32],
	/// The one that it signs with in the current window; none where it begins with the next.
	pub signing_key: Option<[u8; 32]>,
	/// Part of its own stake that stays behind it, in the native token's smallest unit.
	pub bond: Balance,
	/// Stake that backs it now, in the native token's smallest unit.
	pub stake: Balance,
	/// Number of slots that were ever given out: the universe.
	pub universe: u32,
	/// Number of active attestations.
	pub attested: u32,
	/// Number of open requests.
	pub requests: u32,
	/// Number of entries of its log.
	pub log_leaves: u32,
	/// Head of its log.
	pub log_root: H256,
}

/// Some notaries, in the order of storage.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct NotaryPage {
	/// The notaries.
	pub notaries: Vec<NotaryInfo>,
	/// The last one looked at, to go on after it, if anything is left.
	pub next: Option<AccountId>,
}

/// A request for an attestation as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RequestInfo {
	/// Its number.
	pub id: RequestId,
	/// Who is asked.
	pub notary: AccountId,
	/// Whose offer.
	pub operator: AccountId,
	/// For what.
	pub service: ServiceId,
	/// What is to be certified.
	pub claims: Claims,
	/// For how many windows.
	pub windows: u32,
	/// What it may cost in all, in the native token's smallest unit.
	pub max_fee: Balance,
	/// First block in which it can no longer be attested, and anybody can end it.
	pub deadline: BlockNumber,
	/// The sr25519 key with which the operator is going to announce.
	pub key: [u8; 32],
	/// Who pays, where it is not the operator.
	pub subsidy: Option<SubsidyId>,
	/// How far it has come.
	pub status: RequestStatus,
}

/// Some requests, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RequestPage {
	/// The requests.
	pub requests: Vec<RequestInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<RequestId>,
}

/// An attestation as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AttestationInfo {
	/// Who attests.
	pub notary: AccountId,
	/// Under which slot.
	pub slot: Slot,
	/// Its number among all of the notary's.
	pub generation: Generation,
	/// Whose offer.
	pub operator: AccountId,
	/// For what.
	pub service: ServiceId,
	/// What is certified.
	pub claims: Claims,
	/// The sr25519 key with which the operator announces in the current window.
	pub key: [u8; 32],
	/// Block in which it was made.
	pub attested_at: BlockNumber,
	/// First window in which it is no longer watched.
	pub until: Window,
	/// What the notary gets for a window now, in the native token's smallest unit.
	pub watch: Balance,
	/// What the notary could collect now, in the native token's smallest unit.
	pub collectable: Balance,
	/// What is paid ahead beyond that, in the native token's smallest unit.
	pub prepaid: Balance,
	/// Who pays, where it is not the operator.
	pub subsidy: Option<SubsidyId>,
	/// The latest window in which it was announced on chain.
	pub announced: Option<Window>,
	/// Whether anybody could end it now: it is no longer paid for, or the offer is not what it was.
	pub expired: bool,
}

/// Some attestations of a notary, in ascending order of their slots.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AttestationPage {
	/// The block whose state was looked at.
	pub block: BlockNumber,
	/// The attestations.
	pub attestations: Vec<AttestationInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<Slot>,
}

/// What is on chain of a window of a notary.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct CommitmentInfo {
	/// What was committed to.
	pub commitment: Option<Commitment>,
	/// Whether the bytes were published on chain.
	pub published: bool,
	/// First block in which it is too late.
	pub due: BlockNumber,
	/// What the notary was shown to have done wrong in the window.
	pub faults: Vec<FaultKind>,
}

/// The window of presence, and how far back windows reach.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct WindowStatus {
	/// The current window.
	pub window: Window,
	/// First block of it.
	pub start: BlockNumber,
	/// First block of the next one.
	pub end: BlockNumber,
	/// Blocks after a window's end in which it is committed to.
	pub grace: BlockNumber,
	/// First window of which faults can still be shown.
	pub first_disputable: Window,
}

/// Something that a notary is asked to show.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChallengeInfo {
	/// Who is asked.
	pub notary: AccountId,
	/// Of which window.
	pub window: Window,
	/// What.
	pub subject: ChallengeSubject,
	/// Who asks.
	pub challenger: AccountId,
	/// What the answer is paid, in the native token's smallest unit.
	pub fee: Balance,
	/// First block in which it is too late.
	pub due: BlockNumber,
}

/// A bounty for being present, as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BountyInfo {
	/// Its number.
	pub id: BountyId,
	/// Who pays.
	pub funder: AccountId,
	/// Whose word counts.
	pub notary: AccountId,
	/// What all that are present in a window share equally, in the native token's smallest unit.
	pub per_window: Balance,
	/// First window that counts.
	pub from: Window,
	/// First window that does no more.
	pub until: Window,
	/// What has not been claimed, in the native token's smallest unit.
	pub left: Balance,
	/// Whether it can be closed: nothing can be claimed any more.
	pub closable: bool,
}

/// Some bounties, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BountyPage {
	/// The bounties.
	pub bounties: Vec<BountyInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<BountyId>,
}

/// A subsidy of attestations, as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SubsidyInfo {
	/// Its number.
	pub id: SubsidyId,
	/// Who pays.
	pub funder: AccountId,
	/// Which notary.
	pub notary: AccountId,
	/// Offers for which service.
	pub service: ServiceId,
	/// What it pays at the most at a time, in the native token's smallest unit.
	pub max_per_request: Balance,
	/// What is left to spend, in the native token's smallest unit.
	pub left: Balance,
}

/// Some subsidies, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SubsidyPage {
	/// The subsidies.
	pub subsidies: Vec<SubsidyInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<SubsidyId>,
}

/// A node of the network as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct NodeInfo {
	/// Its number.
	pub id: NodeId,
	/// Whose it is.
	pub account: AccountId,
	/// The key that it signs with in channels of edges that are opened from now on.
	pub key: PublicKey,
	/// Its own stake, in the native token's smallest unit.
	pub stake: Balance,
	/// What it weighs now, in the same unit.
	pub weight: Weight,
	/// To what that rises at the most, and in which block at the earliest, once somebody has it refreshed.
	pub rises: Option<(Weight, BlockNumber)>,
	/// Edges that are open.
	pub degree: u32,
	/// Edges that were severed and are not settled.
	pub unsettled: u32,
	/// Where it stands; nowhere once it has left.
	pub standing: Option<Standing<BlockNumber>>,
	/// The component that it is in, as far as is known.
	pub component: Option<ComponentId>,
}

/// Some nodes, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct NodePage {
	/// The nodes.
	pub nodes: Vec<NodeInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<NodeId>,
}

/// An edge of the network as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct EdgeInfo {
	/// Its number.
	pub id: EdgeId,
	/// The nodes it joins.
	pub ends: PerSide<NodeId>,
	/// When it was open.
	pub life: Life,
	/// What it promises.
	pub terms: Terms,
	/// Its channel.
	pub channel: ChannelId,
	/// What severing it costs both ends together, in the native token's smallest unit.
	pub penalty: Balance,
	/// First block in which its amicable close can be finished, once notice was given.
	pub closes_at: Option<BlockNumber>,
	/// Other terms that an end has proposed.
	pub proposed: Option<(Side, Terms)>,
	/// Who has severed it, if somebody has.
	pub severed_by: Option<Side>,
	/// Whether it was severed and is not settled.
	pub unsettled: bool,
}

/// A proposal of an edge as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct EdgeProposalInfo {
	/// Number that the edge would have.
	pub id: EdgeId,
	/// From whom to whom.
	pub ends: PerSide<NodeId>,
	/// What it would promise.
	pub terms: Terms,
	/// What would be paid in.
	pub asset: AssetKind,
	/// What each is to deposit in its channel, in the asset's smallest unit.
	pub deposits: PerSide<Balance>,
	/// What severing it would cost, in the native token's smallest unit.
	pub penalty: Balance,
	/// First block in which it can no longer be accepted.
	pub expires_at: BlockNumber,
}

/// Open edges of a node.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct NeighbourPage {
	/// The edges, and where they lead.
	pub edges: Vec<(EdgeId, NodeId)>,
	/// The next page, if there is one.
	pub next: Option<u32>,
}

/// A component of the network, as far as is known.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ComponentInfo {
	/// Its name, as long as it is one.
	pub id: ComponentId,
	/// How many nodes it has.
	pub nodes: u32,
	/// What they weigh, in the native token's smallest unit.
	pub weight: Weight,
	/// Whether it is the main one.
	pub main: bool,
	/// What there is to be known of its having been cut off.
	pub cut: Option<CutInfo>,
}

/// That a component was cut off.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct CutInfo {
	/// Number of the cut.
	pub id: CutId,
	/// Block as of whose end.
	pub since: BlockNumber,
	/// Block from which on its nodes are liable unless they have rejoined.
	pub liable_from: BlockNumber,
	/// First block in which nothing can be claimed any more.
	pub claims_end: BlockNumber,
	/// First block in which it can no longer be vetoed, of one that is large.
	pub review_ends: Option<BlockNumber>,
	/// Whether it was vetoed.
	pub vetoed: bool,
}

/// The centre of the network.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct CentreInfo {
	/// The node.
	pub node: NodeId,
	/// Whether it only stands in for one that is not in the main component, or is not known.
	pub stands_in: bool,
	/// What whoever names a better one gets besides its own deposit, in the native token's smallest unit.
	pub bond: Balance,
	/// What it costs to challenge it now, in the same unit.
	pub price: Balance,
	/// The node that it is compared with now.
	pub challenger: Option<NodeId>,
}

/// What it costs to sever an edge, in the native token's smallest unit.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SeverCost {
	/// What each end pays.
	pub half: Balance,
	/// What of that burns.
	pub burned: Balance,
	/// What whoever submits the intent gets of the signer's.
	pub reward: Balance,
}

/// A route as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RouteInfo {
	/// Its edges, in their order.
	pub edges: Vec<EdgeId>,
	/// What it costs, in the smallest unit of the channels' asset.
	pub price: Balance,
	/// Time it takes, in milliseconds.
	pub latency_ms: u32,
}

/// Routes, the cheapest first.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RouteList {
	/// The routes.
	pub routes: Vec<RouteInfo>,
	/// Whether these are the best there are; otherwise looking for them was given up.
	pub complete: bool,
}

/// Terms that one has proposed to another, and that wait for consent.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProposalInfo {
	/// Number of the agreement that it would become.
	pub id: AgreementId,
	/// Who would pay.
	pub client: AccountId,
	/// Who would serve.
	pub operator: AccountId,
	/// Which of them has proposed it.
	pub by: Party,
	/// The terms.
	pub terms: AgreementTerms,
	/// Hash of them and of both accounts: what is consented to.
	pub terms_hash: H256,
	/// Held from who has proposed it, in the native token's smallest unit.
	pub deposit: Balance,
	/// First block in which it can no longer be accepted.
	pub expires_at: BlockNumber,
}

/// Some proposals, in ascending order of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProposalPage {
	/// The proposals.
	pub proposals: Vec<ProposalInfo>,
	/// Where to go on, if anything is left.
	pub next: Option<AgreementId>,
}

/// An agreement as its two parties see it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AgreementInfo {
	/// Its number.
	pub id: AgreementId,
	/// Who pays.
	pub client: AccountId,
	/// Who serves.
	pub operator: AccountId,
	/// What both have agreed on; `renewals` is how many are left.
	pub terms: AgreementTerms,
	/// First block of it.
	pub start: BlockNumber,
	/// First block that is no longer part of it.
	pub end: BlockNumber,
	/// First block in which anybody can close it.
	pub closes_at: BlockNumber,
	/// Who has given notice.
	pub notice: Option<Party>,
	/// Paid ahead in all, in the price's asset and its smallest unit.
	pub deposited: Balance,
	/// Paid out to the operator, in the same unit.
	pub paid: Balance,
	/// Due to it now beside that, in the same unit.
	pub claimable: Balance,
	/// First block in which it is too late to answer whether the operator can be reached, if that is asked.
	pub challenge_due: Option<BlockNumber>,
	/// Rounds of audits that were missed.
	pub missed: u32,
	/// How its uptime stands.
	pub downtime: DowntimeInfo,
}

/// Some agreements, in the order of storage.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AgreementPage {
	/// The agreements.
	pub agreements: Vec<AgreementInfo>,
	/// The one that was looked at last, to go on after it, if anything is left.
	pub next: Option<AgreementId>,
}

/// How the uptime of an agreement stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DowntimeInfo {
	/// First block of the isolation that lasts, if the operator is down.
	pub since: Option<BlockNumber>,
	/// Blocks in which it was down.
	pub lasted: u64,
	/// Blocks that count for it past what it promised.
	pub excess: u64,
	/// What it owes and the client has not claimed, in the native token's smallest unit.
	pub owed: Balance,
	/// What of that is reserved and not under review, in the native token's smallest unit.
	pub reserved: Balance,
	/// Penalties under review: numbers of the slashes and what each takes at the most.
	pub pending: Vec<(SlashId, Balance)>,
}

/// The round of audits that is to be shown next.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AuditInfo {
	/// Its number.
	pub round: u32,
	/// Its block.
	pub at: BlockNumber,
	/// What it is drawn from, once that is known, and what follows of it.
	pub drawn: Option<Drawn>,
}

/// What is to be shown in a round.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Drawn {
	/// Number of the randomness.
	pub beacon: BeaconId,
	/// First block in which it is too late.
	pub due: BlockNumber,
	/// Numbers of the chunks, from zero, one after the other.
	pub chunks: Vec<u64>,
}

sp_api::decl_runtime_apis! {
	/// What clients and operators have promised each other.
	pub trait AgreementsApi {
		/// One proposal.
		fn proposal(id: AgreementId) -> Option<ProposalInfo>;

		/// Proposals from `start` on, those between this account and others where one is named. Looks at `limit` numbers at
		/// the most, so an empty page with a `next` is not the end.
		fn proposals(of: Option<AccountId>, start: AgreementId, limit: u32) -> ProposalPage;

		/// One agreement.
		fn agreement(id: AgreementId) -> Option<AgreementInfo>;

		/// Agreements of a client after the one of `cursor`, `limit` of them at the most.
		fn of_client(client: AccountId, cursor: Option<AgreementId>, limit: u32) -> AgreementPage;

		/// Agreements of an operator after the one of `cursor`, `limit` of them at the most.
		fn of_operator(operator: AccountId, cursor: Option<AgreementId>, limit: u32) -> AgreementPage;

		/// The round of audits that is to be shown next; none where there is none.
		fn audit(id: AgreementId) -> Option<AuditInfo>;
	}
}

sp_api::decl_runtime_apis! {
	/// The network of edges.
	pub trait TopologyApi {
		/// One node.
		fn node(id: NodeId) -> Option<NodeInfo>;

		/// The node of an account.
		fn node_of(account: AccountId) -> Option<NodeInfo>;

		/// Nodes from `start` on. Looks at `limit` numbers at the most, so an empty page with a `next` is not the end.
		fn nodes(start: NodeId, limit: u32) -> NodePage;

		/// One edge.
		fn edge(id: EdgeId) -> Option<EdgeInfo>;

		/// One proposal of an edge.
		fn edge_proposal(id: EdgeId) -> Option<EdgeProposalInfo>;

		/// A page of the open edges of a node. The first is number 0. An empty page with a `next` is not the end.
		fn neighbours(node: NodeId, page: u32) -> NeighbourPage;

		/// The `count` cheapest routes from one node to another within the limits.
		fn route(from: NodeId, to: NodeId, count: u32, limits: Limits) -> RouteList;

		/// The component of a node.
		fn component(node: NodeId) -> Option<ComponentInfo>;

		/// How many edges a node is away from the centre; none where there is no way, or it is too far to be found.
		fn distance(node: NodeId) -> Option<u32>;

		/// The centre.
		fn centre() -> Option<CentreInfo>;

		/// Sum of weight times distance over all nodes that this one reaches; none where there are too many. The centre is
		/// to have the least.
		fn centre_cost(node: NodeId) -> Option<U256>;

		/// What it costs to sever an edge.
		fn sever_cost(edge: EdgeId) -> Option<SeverCost>;

		/// A way round an edge, from its opener to its acceptor, that can serve as a witness; none where none was found.
		fn witness(edge: EdgeId) -> Option<Vec<EdgeId>>;

		/// What a path from the centre to a node amounts to; none where it is not within the limits.
		fn check_path(node: NodeId, path: Vec<EdgeId>, limits: Limits) -> Option<Totals>;
	}

	/// Payment channels.
	pub trait ChannelsApi {
		/// What there is under a channel's number.
		fn channel(id: ChannelId) -> Option<ChannelRecord>;

		/// Channels of an account after the one of `cursor`, `limit` of them at the most: proposals, and what is left
		/// of settled ones, too.
		fn channels_of(account: AccountId, cursor: Option<ChannelId>, limit: u32) -> ChannelPage;

		/// Whether new channels can be opened in an asset.
		fn accepts_channels_in(asset: AssetKind) -> bool;
	}

	/// Services, operators and offers.
	pub trait RegistryApi {
		/// One service.
		fn service(id: ServiceId) -> Option<ServiceInfo>;

		/// Services from `start` on, `limit` of them at the most.
		fn services(start: ServiceId, limit: u32) -> ServicePage;

		/// One operator.
		fn operator(operator: AccountId) -> Option<OperatorInfo>;

		/// One offer.
		fn offer(service: ServiceId, operator: AccountId) -> Option<OfferInfo>;

		/// Offers of a service that pass `filter`, after the one of `cursor`. Looks at `limit` offers
		/// at the most, so an empty page with a `next` is not the end.
		fn offers(service: ServiceId, filter: OfferFilter, cursor: Option<AccountId>, limit: u32) -> OfferPage;

		/// The `picks` offers that arrive first in the race that `seed` starts, among those that pass
		/// `filter` and come after the one of `cursor`. Looks at `limit` offers at the most.
		fn sample(
			service: ServiceId,
			seed: [u8; 32],
			filter: OfferFilter,
			picks: u32,
			cursor: Option<AccountId>,
			limit: u32,
		) -> Sample;
	}

	/// Stake.
	pub trait RestakingApi {
		/// The current era.
		fn era() -> EraStatus;

		/// The stake of an operator, an item for each asset.
		fn stake_of(operator: AccountId) -> Vec<LedgerInfo>;

		/// What a holder has on an operator in an asset.
		fn position(holder: AccountId, operator: AccountId, asset: AssetKind) -> Option<PositionInfo>;

		/// Positions of a holder after the one of `cursor`, `limit` of them at the most.
		fn positions(holder: AccountId, cursor: Option<(AccountId, AssetKind)>, limit: u32) -> PositionPage;
	}

	/// Slashes, petitions and settlements.
	pub trait SlashingApi {
		/// One slash.
		fn slash(id: SlashId) -> Option<SlashInfo>;

		/// Slashes from `start` on. Looks at `limit` numbers at the most, so an empty page with a `next` is not the
		/// end.
		fn slashes(start: SlashId, limit: u32) -> SlashPage;

		/// One petition.
		fn petition(id: PetitionId) -> Option<PetitionInfo>;

		/// Petitions from `start` on. Looks at `limit` numbers at the most.
		fn petitions(start: PetitionId, limit: u32) -> PetitionPage;

		/// Settlements from `start` on. Looks at `limit` numbers at the most.
		fn settlements(start: SettlementId, limit: u32) -> SettlementPage;
	}

	/// Subscriptions.
	pub trait SubscriptionsApi {
		/// One subscription.
		fn subscription(id: SubscriptionId) -> Option<SubscriptionInfo>;

		/// Subscriptions of a client after the one of `cursor`, `limit` of them at the most.
		fn of_client(client: AccountId, cursor: Option<SubscriptionId>, limit: u32) -> SubscriptionPage;

		/// Subscriptions at an operator after the one of `cursor`, `limit` of them at the most.
		fn of_operator(operator: AccountId, cursor: Option<SubscriptionId>, limit: u32) -> SubscriptionPage;
	}

	/// Notaries, what they attest, and what they say is present.
	pub trait NotaryApi {
		/// One notary.
		fn notary(notary: AccountId) -> Option<NotaryInfo>;

		/// Notaries after the one of `cursor`, `limit` of them at the most.
		fn notaries(cursor: Option<AccountId>, limit: u32) -> NotaryPage;

		/// The notary whose key this is.
		fn notary_of_key(key: [u8; 32]) -> Option<AccountId>;

		/// One request.
		fn request(id: RequestId) -> Option<RequestInfo>;

		/// Requests from `start` on, those to one notary where one is named. Looks at `limit` numbers at the most, so an
		/// empty page with a `next` is not the end.
		fn requests(notary: Option<AccountId>, start: RequestId, limit: u32) -> RequestPage;

		/// One attestation.
		fn attestation(notary: AccountId, slot: Slot) -> Option<AttestationInfo>;

		/// The attestation that a notary has made of an offer.
		fn attestation_of(notary: AccountId, operator: AccountId, service: ServiceId) -> Option<AttestationInfo>;

		/// Attestations of a notary from the slot `start` on. Looks at `limit` slots at the most, so an empty page with a
		/// `next` is not the end.
		fn attestations(notary: AccountId, start: Slot, limit: u32) -> AttestationPage;

		/// The current window.
		fn window() -> WindowStatus;

		/// What is on chain of a window of a notary; none where the window is not over, or can no longer be disputed.
		fn commitment(notary: AccountId, window: Window) -> Option<CommitmentInfo>;

		/// The latest publication that is on chain in full: its window and its bytes.
		fn publication(notary: AccountId) -> Option<(Window, Vec<u8>)>;

		/// The latest snapshot that a notary has committed to.
		fn snapshot(notary: AccountId) -> Option<Snapshot>;

		/// What a notary is asked to show; the first `limit` of it.
		fn challenges(notary: AccountId, limit: u32) -> Vec<ChallengeInfo>;

		/// Bounties from `start` on. Looks at `limit` numbers at the most.
		fn bounties(start: BountyId, limit: u32) -> BountyPage;

		/// Subsidies from `start` on. Looks at `limit` numbers at the most.
		fn subsidies(start: SubsidyId, limit: u32) -> SubsidyPage;
	}
}
