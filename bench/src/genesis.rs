//! The genesis of a preset, as the node builds it.

use anyhow::{anyhow, Result};
use frame_support::genesis_builder_helper::build_state;
use serde_json::Value;
use sp_io::TestExternalities;
use surety_runtime::{genesis, RuntimeGenesisConfig, System};

/// What the preset changes of the default.
pub(crate) fn patch(preset: &str) -> Result<Value> {
	let patch = genesis::preset(&preset.to_string())
		.ok_or_else(|| anyhow!("the runtime has no preset `{preset}`"))?;
	Ok(serde_json::from_slice(&patch)?)
}

/// The configuration that `patch` makes of the default, whole.
pub(crate) fn whole(patch: Value) -> Result<Value> {
	let mut json = serde_json::to_value(RuntimeGenesisConfig::default())?;
	merge(&mut json, patch);
	Ok(json)
}

/// State of a configuration.
pub(crate) fn build(genesis: &Value) -> Result<()> {
	build_state::<RuntimeGenesisConfig>(genesis.to_string().into_bytes())
		.map_err(|defect| anyhow!("the genesis: {defect}"))
}

/// State of a preset, in its first block.
pub(crate) fn state(preset: &str) -> Result<TestExternalities> {
	let genesis = whole(patch(preset)?)?;
	let mut state = TestExternalities::new_empty();
	state.execute_with(|| {
		build(&genesis)?;
		System::set_block_number(1);
		anyhow::Ok(())
	})?;
	Ok(state)
}

/// Lays `patch` over `base`, field by field, as the node does when it builds a genesis.
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
