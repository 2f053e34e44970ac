//! What every part of Surety agrees on: ids, the records that pallets store and clients read, the
//! traits through which pallets speak to each other, and the runtime APIs.
//!
//! Nothing here does I/O or touches storage. A client that wants to decode what the chain answers
//! depends on this crate alone.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod agreement;
pub mod api;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod channel;
pub mod notary;
pub mod offer;
pub mod sampling;
pub mod service;
pub mod slash;
pub mod subscription;
pub mod topology;
pub mod traits;

use frame_support::traits::fungible::NativeOrWithId;
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};

/// Signature by any of the three schemes that accounts may use.
pub type Signature = MultiSignature;
/// Public identity of an account: 32 bytes.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How an extrinsic names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// Amount of the native token or of any asset, in its smallest unit.
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// Number of an era of stake: when deposits begin to count, and what an offence can take. The first is 1.
pub type Era = u32;
/// Number of a slash, given when it is reported and never reused.
pub type SlashId = u32;
/// Number of a petition, given when it is opened and never reused.
pub type PetitionId = u32;
/// 32-byte hash.
pub type Hash = sp_core::H256;
/// The hashing of headers, extrinsics and the state trie.
pub type Hashing = BlakeTwo256;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, Hashing>;
/// An asset of `pallet-assets`.
pub type AssetId = u32;
/// What a price or a payment is counted in: the native token, or an asset.
pub type AssetKind = NativeOrWithId<AssetId>;

pub use agreement::AgreementId;
pub use channel::{ChannelId, ChannelStatus, EdgeId};
pub use offer::{OfferFilter, OfferState, Price, Sla};
pub use service::{
	Artifact, OperatorStatus, Security, ServiceFlags, ServiceId, Verifier, FIRST_RESERVED, NOTARISATION,
	RELAYING,
};
pub use slash::{SettlementId, SlashSource, SlashState};
pub use subscription::SubscriptionId;
pub use topology::{NodeId, Standing};

/// Number of smallest units in one whole native token (12 decimals).
pub const UNIT: Balance = 1_000_000_000_000;
