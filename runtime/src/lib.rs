//! The runtime of Surety: which pallets, which numbers, which genesis. Composition only; whatever has
//! logic of its own is a pallet, or a pure crate under `primitives/`.
//!
//! * [`config`]: how each pallet is set up, a file a theme;
//! * [`governance`]: origins and tracks of referenda;
//! * [`genesis`]: the presets that chain specs start from;
//! * [`apis`]: what clients can ask without a transaction;
//! * `capacity`: how many transfers a block takes, by the weights (native builds only).

#![cfg_attr(not(feature = "std"), no_std)]
// The runtime macros nest deeply; some of what they write expects `Vec` in scope.
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[cfg(feature = "std")]
pub mod capacity;
pub mod config;
pub mod genesis;
pub mod governance;
#[cfg(test)]
mod tests;
pub mod weights;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{generic, impl_opaque_keys};
use sp_version::RuntimeVersion;
pub use surety_primitives::{
	AccountId, Address, AssetId, AssetKind, Balance, BlockNumber, Hash, Hashing, Header, Nonce, Signature,
	UNIT,
};

#[cfg(feature = "std")]
pub use apis::RuntimeApi;
pub use config::system::BlockWeights;
pub use frame_system::Call as SystemCall;

/// A thousandth of a token.
pub const MILLI: Balance = UNIT / 1_000;
/// A millionth of a token.
pub const MICRO: Balance = UNIT / 1_000_000;

/// The version of this runtime. `spec_version` rises with every change of logic,
/// `transaction_version` with every change of how a call or an extension is encoded.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("surety"),
	impl_name: Cow::Borrowed("surety"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 0,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// BABE's parameters at genesis; later changes go through its own calls.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		// One slot in four has a primary author; the others fall back to one drawn by VRF.
		c: (1, 4),
		allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};

impl_opaque_keys! {
	/// Keys that a validator signs with, as opposed to the account that holds its stake.
	pub struct SessionKeys {
		pub grandpa: Grandpa,
		pub babe: Babe,
		pub authority_discovery: AuthorityDiscovery,
	}
}

/// Types that a node needs without knowing the runtime's calls.
pub mod opaque {
	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;
	/// A block whose transactions are bytes.
	pub type Block = sp_runtime::generic::Block<super::Header, UncheckedExtrinsic>;
	/// Number or hash of a block.
	pub type BlockId = sp_runtime::generic::BlockId<Block>;
}

/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block with its justifications.
pub type SignedBlock = generic::SignedBlock<Block>;
/// Number or hash of a block.
pub type BlockId = generic::BlockId<Block>;
/// What every transaction carries besides its call: what lets it in, and what it pays.
///
/// `AuthorizeCall` comes first, since it decides who calls; `WeightReclaim` last, since it gives back
/// what all before it did not use.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);
/// A transaction, signed or not.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What is signed.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// Runs blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// The pallets of Surety whose state can be checked at any time.
pub type SuretyPallets =
	(Windows, Registry, Subscriptions, Restaking, Slashing, Notary, Channels, Topology, Agreements);

// Hooks and genesis run in the order of the indices: the windows before whatever reads them, balances
// before staking, staking before session.
#[frame_support::runtime]
mod runtime {
	/// The runtime.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Windows = pallet_windows;
	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(3)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(4)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(5)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(6)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(7)]
	pub type VoterList = pallet_bags_list<Instance1>;
	#[runtime::pallet_index(8)]
	pub type Staking = pallet_staking;
	#[runtime::pallet_index(9)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(10)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(11)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(12)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(13)]
	pub type AuthorityDiscovery = pallet_authority_discovery;

	#[runtime::pallet_index(14)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(15)]
	pub type AssetsHolder = pallet_assets_holder;

	#[runtime::pallet_index(16)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(17)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(18)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(19)]
	pub type Identity = pallet_identity;

	#[runtime::pallet_index(20)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(21)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(22)]
	pub type ConvictionVoting = pallet_conviction_voting;
	#[runtime::pallet_index(23)]
	pub type Referenda = pallet_referenda;
	#[runtime::pallet_index(24)]
	pub type Origins = pallet_custom_origins;
	#[runtime::pallet_index(25)]
	pub type Whitelist = pallet_whitelist;
	#[runtime::pallet_index(26)]
	pub type TechnicalCommittee = pallet_collective<Instance1>;
	#[runtime::pallet_index(27)]
	pub type Treasury = pallet_treasury;
	#[runtime::pallet_index(28)]
	pub type SafeMode = pallet_safe_mode;
	#[runtime::pallet_index(29)]
	pub type TxPause = pallet_tx_pause;
	// Without a key in any preset but `development`: nobody can call it there.
	#[runtime::pallet_index(30)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(40)]
	pub type Registry = pallet_registry;
	#[runtime::pallet_index(41)]
	pub type Subscriptions = pallet_subscriptions;
	#[runtime::pallet_index(42)]
	pub type Restaking = pallet_restaking;
	#[runtime::pallet_index(43)]
	pub type Slashing = pallet_slashing;
	#[runtime::pallet_index(44)]
	pub type Notary = pallet_notary;
	#[runtime::pallet_index(45)]
	pub type Channels = pallet_channels;
	#[runtime::pallet_index(46)]
	pub type Topology = pallet_topology;
	#[runtime::pallet_index(47)]
	pub type Agreements = pallet_agreements;
}

use governance::origins as pallet_custom_origins;
