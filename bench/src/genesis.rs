//! The genesis of a preset, as the node builds it.

use anyhow::{anyhow, Result};
use frame_support::genesis_builder_helper::build_state;
use serde_json::Value;
use sp_core::{sr25519, Pair};
use sp_io::TestExternalities;
use sp_runtime::DispatchError;
use surety_runtime::{genesis, RuntimeGenesisConfig, System};

/// What the preset changes of the default.
pub(crate) fn patch(preset: &str) -> Result<Value> {
	let patch = genesis::preset(&preset.to_string())
		.ok_or_else(|| anyhow!("the runtime has no preset `{preset}`"))?;
	Ok(serde_json::from_slice(&patch)?)
}

/// State of a configuration.
pub(crate) fn build(genesis: &Value) -> Result<()> {
	build_state::<RuntimeGenesisConfig>(genesis.to_string().into_bytes())
		.map_err(|defect| anyhow!("the genesis: {defect}"))
}

/// State of a preset, in its first block.
pub(crate) fn state(preset: &str) -> Result<TestExternalities> {
	let genesis = genesis::whole(patch(preset)?)?;
	let mut state = TestExternalities::new_empty();
	state.execute_with(|| {
		build(&genesis)?;
		System::set_block_number(1);
		anyhow::Ok(())
	})?;
	Ok(state)
}

/// The pair of a development seed.
pub(crate) fn pair(suri: &str) -> sr25519::Pair {
	match sr25519::Pair::from_string(suri, None) {
		Ok(pair) => pair,
		Err(_) => unreachable!("development seeds are well formed"),
	}
}

/// What a call of the runtime was refused with.
pub(crate) fn refused(error: DispatchError) -> anyhow::Error {
	anyhow!("the runtime refuses: {error:?}")
}
