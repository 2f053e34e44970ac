//! Which benchmarks there are. Only compiled for measuring weights: see `scripts/weights.sh`.

use crate::*;
use alloc::{string::String, vec::Vec};
use codec::Encode;
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};
use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};
use pallet_election_provider_support_benchmarking::Pallet as ElectionBench;
use pallet_session_benchmarking::Pallet as SessionBench;
use sp_storage::TrackedStorageKey;

frame_benchmarking::define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_balances, Balances]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
	[frame_election_provider_support, ElectionBench::<Runtime>]
	[pallet_assets, Assets]
	[pallet_bags_list, VoterList]
	[pallet_collective, TechnicalCommittee]
	[pallet_conviction_voting, ConvictionVoting]
	[pallet_identity, Identity]
	[pallet_multisig, Multisig]
	[pallet_preimage, Preimage]
	[pallet_proxy, Proxy]
	[pallet_referenda, Referenda]
	[pallet_safe_mode, SafeMode]
	[pallet_scheduler, Scheduler]
	[pallet_session, SessionBench::<Runtime>]
	[pallet_staking, Staking]
	[pallet_sudo, Sudo]
	[pallet_treasury, Treasury]
	[pallet_tx_pause, TxPause]
	[pallet_utility, Utility]
	[pallet_whitelist, Whitelist]
	[pallet_windows, Windows]
	[pallet_registry, Registry]
	[pallet_subscriptions, Subscriptions]
	[pallet_restaking, Restaking]
	[pallet_slashing, Slashing]
	[pallet_notary, Notary]
	[pallet_channels, Channels]
	[pallet_topology, Topology]
	[pallet_agreements, Agreements]
);

/// Genesis on which benchmarks are measured.
pub(crate) const PRESET: &str = "benchmarks";

/// [`PRESET`]: `development`, but validators and nominators of the SDK's benchmarks may bond as little as they do.
pub(crate) fn preset(mut development: serde_json::Value) -> serde_json::Value {
	for minimum in ["minValidatorBond", "minNominatorBond"] {
		if let Some(staking) = development.get_mut("staking").and_then(|staking| staking.as_object_mut()) {
			staking.insert(minimum.into(), 0.into());
		}
	}
	development
}

/// What the treasury pays in its benchmarks: to somebody who has an account already.
pub struct TreasuryArguments;

impl pallet_treasury::ArgumentsFactory<(), AccountId> for TreasuryArguments {
	fn create_asset_kind(_: u32) {}

	fn create_beneficiary(seed: [u8; 32]) -> AccountId {
		let beneficiary = AccountId::new(seed);
		let endowed = <Balances as frame_support::traits::fungible::Mutate<_>>::mint_into(&beneficiary, UNIT);
		assert!(endowed.is_ok(), "minting in a benchmark works");
		beneficiary
	}
}

impl frame_system_benchmarking::Config for Runtime {}

impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

impl pallet_election_provider_support_benchmarking::Config for Runtime {}

impl pallet_session_benchmarking::Config for Runtime {
	fn generate_session_keys_and_proof(owner: AccountId) -> (SessionKeys, Vec<u8>) {
		let generated = SessionKeys::generate(&owner.encode(), None);
		(generated.keys, generated.proof.encode())
	}
}

/// The benchmarks and the storage they touch.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::<BenchmarkList>::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs a benchmark.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let mut whitelist: Vec<TrackedStorageKey> = AllPalletsWithSystem::whitelisted_storage_keys();
	// Every transaction pays into the treasury: a block reads and writes it once.
	let treasury = config::governance::TreasuryAccount::get();
	whitelist.push(frame_system::Account::<Runtime>::hashed_key_for(treasury).into());
	let mut batches = Vec::<BenchmarkBatch>::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
