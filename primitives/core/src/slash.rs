//! Slashes: where they come from, and how far they have come.

use crate::PetitionId;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Number of a settlement, in which those are compensated who have lost by an operator's offences.
pub type SettlementId = u32;

/// Where the report of an offence came from.
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
pub enum SlashSource {
	/// The reporter that the service's owner has named.
	Reporter,
	/// A proof that the chain has checked.
	Proof,
	/// A petition of clients.
	Petition(PetitionId),
}

/// How far a slash has come.
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
pub enum SlashState<Asset> {
	/// It is under review, or waits to be applied.
	Pending,
	/// It was applied in some assets.
	Applying {
		/// The last of them, in their order.
		after: Asset,
	},
	/// It was applied in every asset.
	Applied,
	/// It was vetoed.
	Vetoed,
}

impl<Asset> SlashState<Asset> {
	/// Whether it has not been decided.
	pub fn is_open(&self) -> bool {
		matches!(self, Self::Pending | Self::Applying { .. })
	}
}
