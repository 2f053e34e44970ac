//! Tests of the composition: what no single pallet can test.

mod calls;
mod configuration;
mod hooks;
mod presets;

use crate::*;
use frame_support::genesis_builder_helper::build_state;
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::TestExternalities;

/// Names of all presets.
const PRESETS: [&str; 2] = [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET];

/// Lays `patch` over `base`, field by field.
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

/// The genesis configuration of a preset, whole.
fn genesis_json(preset: &str) -> Value {
	let mut json = serde_json::to_value(RuntimeGenesisConfig::default()).expect("serializes");
	let patch = genesis::preset(&PresetId::from(preset)).expect("the preset exists");
	merge(&mut json, serde_json::from_slice(&patch).expect("the preset is JSON"));
	json
}

/// State right after the genesis of a preset, at block 1.
fn genesis_state(preset: &str) -> TestExternalities {
	let mut state = TestExternalities::new_empty();
	state.execute_with(|| {
		build_state::<RuntimeGenesisConfig>(genesis_json(preset).to_string().into_bytes())
			.expect("the preset is consistent");
		System::set_block_number(1);
	});
	state
}
