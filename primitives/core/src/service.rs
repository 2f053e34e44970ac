//! Services (what can be sold) and operators (who sells it).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::Get, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;

/// Number of a service, given at creation and never reused.
pub type ServiceId = u32;

/// The service that notaries answer for with their stake (S2). It is reserved: the registry never gives this number out,
/// so nobody owns it, nobody reports offences for it by hand, and no offer is made for it.
pub const NOTARISATION: ServiceId = ServiceId::MAX;

/// The service that nodes of the network answer for with the stake behind it (S3 §2). Reserved like [`NOTARISATION`].
pub const RELAYING: ServiceId = ServiceId::MAX - 1;

/// The least of the reserved numbers: the registry gives out those below it.
pub const FIRST_RESERVED: ServiceId = RELAYING;

/// What an operator has to run: where it is found, and the digest that says it is the right one (S1).
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	frame_support::CloneNoBound,
	frame_support::PartialEqNoBound,
	frame_support::EqNoBound,
	frame_support::DebugNoBound,
)]
#[scale_info(skip_type_params(MaxReference))]
pub struct Artifact<MaxReference: Get<u32>> {
	/// Where it is found, in the artifact's own notation (`docker.io/name:tag`, `ipfs://…`), UTF-8.
	pub reference: BoundedVec<u8, MaxReference>,
	/// SHA-256 of the artifact.
	pub digest: H256,
}

/// What a service asks to stand behind each of its offers, in one asset: own stake and delegated alike.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct Security<Asset, Balance> {
	/// What is staked.
	pub asset: Asset,
	/// How much at the least, in its smallest unit.
	pub amount: Balance,
}

/// How a signed response of the service is checked (S1). Wasm verifiers get a variant of their own.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum Verifier {
	/// Answers cannot be checked by the chain.
	None,
	/// The answer's body must hash to what the request asked for.
	FixedHash,
	/// The answer is a chunk with its Merkle path under an agreed root.
	MerkleChunk,
	/// One of the runtime's own verifiers.
	Native(u32),
}

/// What a service promises about its nature (S1): what lets a client fail over, or convict an
/// operator of contradicting itself.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct ServiceFlags {
	/// No operator keeps state of a client, so that any of them can take any request.
	pub stateless: bool,
	/// Every honest operator gives the same canonical answer to the same request.
	pub deterministic: bool,
}

/// Where an operator stands (S4).
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum OperatorStatus<BlockNumber> {
	/// Takes new clients.
	Active,
	/// Serves the clients it has and takes no new ones.
	Paused,
	/// On its way out: open subscriptions end with notice. Takes no more stake.
	Leaving {
		/// Block in which it began to leave.
		since: BlockNumber,
	},
}
