//! Presets of the genesis state. A chain spec starts from one of them and may change any field.

use crate::{
	AccountId, AssetKind, AssetsConfig, BabeConfig, Balance, BalancesConfig, NotaryConfig, Restaking,
	RestakingConfig, RuntimeGenesisConfig, SessionConfig, SessionKeys, SlashingConfig, StakingConfig,
	SudoConfig, TechnicalCommitteeConfig, WindowsConfig, BABE_GENESIS_EPOCH_CONFIG, UNIT,
};
use alloc::{string::ToString, vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_staking::StakerStatus;
use pallet_windows::{
	AgreementWindows, ChannelWindows, Consensus, EdgeWindows, Governance, PresenceWindows, StakeWindows,
	Track, Windows,
};
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::Perbill;

/// Tokens of each well-known account.
const ENDOWMENT: Balance = 10_000_000 * UNIT;
/// Bond of each validator at genesis.
const VALIDATOR_BOND: Balance = 1_000_000 * UNIT;
/// The asset that the presets bring along, to price things in something other than the native token.
const TEST_ASSET: u32 = 1;
/// One whole of it.
const TEST_ASSET_UNIT: Balance = 1_000_000;
/// Fees that a petition needs, in whole tokens.
const PETITION_FEES: Balance = 100;
/// A hundredth of it, below which an account is removed.
const TEST_ASSET_MINIMUM: Balance = 10_000;

/// A validator at genesis: its account, and the seed name of its session keys.
fn authority(account: Sr25519Keyring, finality: Ed25519Keyring) -> (AccountId, SessionKeys) {
	let keys = SessionKeys {
		grandpa: finality.public().into(),
		babe: account.public().into(),
		authority_discovery: account.public().into(),
	};
	(account.to_account_id(), keys)
}

/// Durations short enough to watch: seconds to minutes.
fn short_windows(slot_ms: u32) -> Windows {
	let track = |prepare, decision, confirm, enactment| Track { prepare, decision, confirm, enactment };
	Windows {
		consensus: Consensus {
			slot_ms,
			epoch_slots: 20,
			sessions_per_era: 3,
			bonding_eras: 3,
			slash_defer_eras: 1,
		},
		stake: StakeWindows {
			era: 5,
			activation: 4,
			notice: 8,
			report: 40,
			review: 30,
			margin: 5,
			unbonding: 80,
		},
		presence: PresenceWindows { window: 6, grace: 4, retention: 5, answer: 4, intent: 6, request: 60 },
		channels: ChannelWindows { proposal: 20, close: 12 },
		edges: EdgeWindows {
			activation: 10,
			notice: 8,
			horizon: 60,
			age: 9,
			grace: 10,
			grace_interval: 60,
			review: 24,
			claims: 16,
			majority: 10,
			bond: 30,
		},
		agreements: AgreementWindows { proposal: 30, shortest_answer: 2, longest_answer: 15, claims: 20 },
		governance: Governance {
			root: track(2, 20, 4, 2),
			whitelisted: track(2, 20, 2, 2),
			treasurer: track(2, 20, 4, 2),
			canceller: track(2, 12, 2, 2),
			slash_veto: track(2, 14, 4, 2),
			undeciding_timeout: 100,
			vote_lock: 20,
			spend_period: 60,
			payout_period: 600,
			safe_mode: 60,
			motion: 60,
		},
	}
}

fn patch(windows: Windows, authorities: Vec<(AccountId, SessionKeys)>, sudo: Option<AccountId>) -> Value {
	let endowed = Sr25519Keyring::well_known().map(|k| (k.to_account_id(), ENDOWMENT)).collect::<Vec<_>>();
	let validators = authorities.len() as u32;
	build_struct_json_patch!(RuntimeGenesisConfig {
		windows: WindowsConfig { windows },
		balances: BalancesConfig { balances: endowed },
		babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
		staking: StakingConfig {
			validator_count: validators,
			minimum_validator_count: 1,
			min_validator_bond: 1_000 * UNIT,
			min_nominator_bond: 10 * UNIT,
			slash_reward_fraction: Perbill::from_percent(10),
			stakers: authorities
				.iter()
				.map(|(who, _)| (
					who.clone(),
					who.clone(),
					VALIDATOR_BOND,
					StakerStatus::<AccountId>::Validator
				))
				.collect::<Vec<_>>(),
		},
		session: SessionConfig {
			keys: authorities
				.iter()
				.map(|(who, keys)| (who.clone(), who.clone(), keys.clone()))
				.collect::<Vec<_>>(),
		},
		technical_committee: TechnicalCommitteeConfig {
			members: [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
				.map(|k| k.to_account_id())
				.to_vec(),
		},
		assets: AssetsConfig {
			assets: vec![(TEST_ASSET, Sr25519Keyring::Alice.to_account_id(), true, TEST_ASSET_MINIMUM)],
			metadata: vec![(TEST_ASSET, b"Test dollar".to_vec(), b"TUSD".to_vec(), 6)],
			accounts: Sr25519Keyring::well_known()
				.map(|k| (TEST_ASSET, k.to_account_id(), 1_000_000_000_000))
				.chain([(TEST_ASSET, Restaking::pot(), TEST_ASSET_MINIMUM)])
				.collect::<Vec<_>>(),
		},
		restaking: RestakingConfig {
			assets: vec![(AssetKind::Native, UNIT), (AssetKind::WithId(TEST_ASSET), TEST_ASSET_UNIT)],
		},
		// Their keys are known to everybody: there is nothing to trust on such a chain, and everything to try.
		notary: NotaryConfig {
			trusted: [
				Sr25519Keyring::Alice,
				Sr25519Keyring::Bob,
				Sr25519Keyring::Charlie,
				Sr25519Keyring::Dave,
				Sr25519Keyring::Eve,
				Sr25519Keyring::Ferdie,
			]
			.map(|k| k.to_account_id())
			.to_vec(),
		},
		slashing: SlashingConfig {
			thresholds: vec![
				(AssetKind::Native, PETITION_FEES * UNIT),
				(AssetKind::WithId(TEST_ASSET), PETITION_FEES * TEST_ASSET_UNIT),
			],
		},
		sudo: SudoConfig { key: sudo },
	})
}

/// One validator, short windows, sudo: for one person's machine.
fn development() -> Value {
	patch(
		short_windows(1_000),
		vec![authority(Sr25519Keyring::Alice, Ed25519Keyring::Alice)],
		Some(Sr25519Keyring::Alice.to_account_id()),
	)
}

/// Two validators, short windows, no sudo: what a real network is like, in an hour.
fn local_testnet() -> Value {
	patch(
		short_windows(2_000),
		vec![
			authority(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
			authority(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
		],
		None,
	)
}

/// The preset of a name, as the JSON that `GenesisBuilder` wants.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
		#[cfg(feature = "runtime-benchmarks")]
		crate::benchmarks::PRESET => crate::benchmarks::preset(development()),
		_ => return None,
	};
	Some(patch.to_string().into_bytes())
}

/// Names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}

/// The configuration that `patch` makes of the default, whole, as the node builds it.
#[cfg(feature = "std")]
pub fn whole(patch: Value) -> serde_json::Result<Value> {
	let mut json = serde_json::to_value(RuntimeGenesisConfig::default())?;
	merge(&mut json, patch);
	Ok(json)
}

/// Lays `patch` over `base`, field by field.
#[cfg(feature = "std")]
fn merge(base: &mut Value, patch: Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(Value::Null), value);
			}
		}
		(base, patch) => *base = patch,
	}
}
