//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Perbill;
use surety_primitives::{Balance, BlockNumber};
use surety_stake::{Era, Ledger, Position, MAX_SPAN};

/// Different eras at the most for which slashes of one operator can be pending: those of the report window,
/// those that are under review, and what it takes to apply.
pub(crate) const MAX_PINS: u32 = MAX_SPAN + 1;

/// Assets at the most in which one operator has stake, retired ones included.
pub(crate) const MAX_LEDGERS: u32 = 32;

/// An era.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EraInfo {
	/// Its number; the first is 1.
	pub index: Era,
	/// First block of it.
	pub start: BlockNumber,
}

impl Default for EraInfo {
	fn default() -> Self {
		Self { index: 1, start: 0 }
	}
}

/// Terms on which an asset may be staked.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AssetTerms {
	/// The least that a position holds, in the asset's smallest unit.
	pub min_position: Balance,
}

/// The stake of an operator in an asset, with what its record cost.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Stock {
	/// Who owns what, in the asset's smallest unit.
	pub ledger: Ledger,
	/// Held from the operator for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// A position, with what its record cost.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Holding {
	/// The holder's part of the ledger.
	pub position: Position,
	/// Held from the holder for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// What an operator keeps of what it earns in an asset before it shares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Commission {
	/// Part that it keeps.
	pub rate: Perbill,
	/// First block in which it may rise.
	pub may_rise_at: BlockNumber,
}

impl Default for Commission {
	fn default() -> Self {
		Self { rate: Perbill::one(), may_rise_at: 0 }
	}
}

/// Pending slashes for offences of one era.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pin {
	/// The era.
	pub era: Era,
	/// How many.
	pub slashes: u32,
}
