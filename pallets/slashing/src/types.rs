//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::Get, BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::Perbill;
use surety_primitives::{
	AssetKind, Balance, BlockNumber, Era, PetitionId, ServiceId, SettlementId, SlashId, SlashSource,
	SlashState, SubscriptionId,
};
use surety_stake::settlement::{Loss, Pool};

/// A slash, in the size that the runtime allows.
pub type SlashOf<T> = Slash<<T as frame_system::Config>::AccountId, <T as crate::Config>::MaxClaims>;

/// A slash: reported, under review, or decided not long ago.
#[derive(
	Encode, Decode, MaxEncodedLen, TypeInfo, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound,
)]
#[scale_info(skip_type_params(MaxClaims))]
#[codec(mel_bound(AccountId: MaxEncodedLen))]
pub struct Slash<AccountId: Clone + PartialEq + Eq + core::fmt::Debug, MaxClaims: Get<u32>> {
	/// Whose stake it takes.
	pub operator: AccountId,
	/// Behind which service.
	pub service: ServiceId,
	/// Era of the offence: it takes of what backed the service then.
	pub era: Era,
	/// How much of it.
	pub fraction: Perbill,
	/// In which asset; in every one where there is none.
	pub asset: Option<AssetKind>,
	/// Hash of the evidence.
	pub evidence: H256,
	/// Who reported it, or opened the petition; named in the evidence.
	pub reporter: AccountId,
	/// Where the report came from.
	pub source: SlashSource,
	/// Held from the reporter for the report, in the native token's smallest unit.
	pub deposit: Balance,
	/// Block of the report.
	pub reported_at: BlockNumber,
	/// First block in which it can be applied, and no longer be vetoed; as the windows were when it was reported.
	pub review_ends: BlockNumber,
	/// Who has lost by the offence.
	pub claims: BoundedVec<Lost<AccountId>, MaxClaims>,
	/// How far it has come.
	pub state: SlashState<AssetKind>,
}

/// What somebody has lost by an offence.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Lost<AccountId> {
	/// Who.
	pub who: AccountId,
	/// In what.
	pub asset: AssetKind,
	/// How much, in the asset's smallest unit.
	pub loss: Loss,
}

/// What slashes of an operator on a service took in one asset within some time, and who has a claim to it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Settlement<AccountId> {
	/// Whose stake it was.
	pub operator: AccountId,
	/// Behind which service.
	pub service: ServiceId,
	/// In which asset.
	pub asset: AssetKind,
	/// First block in which it is closed to claims.
	pub closes_at: BlockNumber,
	/// First block from which on a claim that cannot be paid is given up.
	pub given_up_at: BlockNumber,
	/// What has been taken.
	pub pool: Pool,
	/// What has been lost, by all together.
	pub losses: Loss,
	/// How many claims have not been collected.
	pub claims: u32,
	/// What all claims are paid, once it is closed, and what of it has not been collected.
	pub closed: Option<(Loss, Balance)>,
}

/// How far a petition has come.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum PetitionState {
	/// It can be signed, until it closes.
	Open,
	/// It has passed, and its slash is under review.
	Passed {
		/// The slash.
		slash: SlashId,
	},
	/// Its slash was vetoed.
	Vetoed,
	/// Its slash was applied.
	Applied,
}

/// What clients ask to slash an operator for.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Petition<AccountId> {
	/// Whose stake.
	pub operator: AccountId,
	/// Behind which service.
	pub service: ServiceId,
	/// Era of the offence.
	pub era: Era,
	/// In which asset the fees were paid, and what is to be slashed.
	pub asset: AssetKind,
	/// Hash of the evidence.
	pub evidence: H256,
	/// Who opened it.
	pub opener: AccountId,
	/// First block in which it can no longer be signed.
	pub closes_at: BlockNumber,
	/// Fees that those who signed have paid the operator, in the asset's smallest unit.
	pub weight: Balance,
	/// How many have signed.
	pub signers: u32,
	/// How many signatures are still stored.
	pub signatures: u32,
	/// How far it has come.
	pub state: PetitionState,
}

/// A client's signature under a petition.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Signature {
	/// By which subscription the fees were paid.
	pub subscription: SubscriptionId,
	/// How much was counted, in the asset's smallest unit.
	pub fees: Balance,
	/// Held from the client, in the native token's smallest unit.
	pub bond: Balance,
}

/// Fees of a subscription that were counted in petitions: none count twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Counted {
	/// How much, in the asset's smallest unit.
	pub fees: Balance,
	/// In how many signatures that are still stored.
	pub signatures: u32,
}

/// Something that the chain does by itself when its time has come.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Due {
	/// Apply a slash.
	Apply(SlashId),
	/// Forget a slash that was decided, and return the deposit.
	Forget(SlashId),
	/// Close a settlement.
	Close(SettlementId),
}

/// Name of a petition among the pallet's other records.
pub(crate) fn petition_of(source: SlashSource) -> Option<PetitionId> {
	match source {
		SlashSource::Petition(petition) => Some(petition),
		SlashSource::Reporter | SlashSource::Proof => None,
	}
}
