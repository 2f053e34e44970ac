//! The networks that the node knows.

use sc_service::ChainType;
use serde::{Deserialize, Serialize};
use surety_runtime::WASM_BINARY;

/// What a specification says beyond the genesis.
#[derive(Default, Clone, Serialize, Deserialize, sc_chain_spec::ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Extensions {
	/// Where light clients may start from.
	pub(crate) light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A specification of a Surety network.
pub(crate) type ChainSpec = sc_service::GenericChainSpec<Extensions>;

fn from_preset(name: &str, id: &str, preset: &str, chain_type: ChainType) -> Result<ChainSpec, String> {
	let wasm =
		WASM_BINARY.ok_or("this node was built without the runtime's wasm blob (SKIP_WASM_BUILD was set)")?;
	let properties = serde_json::json!({ "tokenSymbol": "SURE", "tokenDecimals": 12, "ss58Format": 42 });
	let serde_json::Value::Object(properties) = properties else { return Err("properties".into()) };
	Ok(ChainSpec::builder(wasm, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_protocol_id("surety")
		.with_chain_type(chain_type)
		.with_genesis_config_preset_name(preset)
		.with_properties(properties)
		.build())
}

/// One validator with well-known keys, short windows and sudo.
fn development() -> Result<ChainSpec, String> {
	let preset = sp_genesis_builder::DEV_RUNTIME_PRESET;
	from_preset("Surety Development", "surety_dev", preset, ChainType::Development)
}

/// Two validators with well-known keys and short windows.
fn local() -> Result<ChainSpec, String> {
	let preset = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
	from_preset("Surety Local Testnet", "surety_local", preset, ChainType::Local)
}

/// The specification that `--chain` names: a network the node knows, or a file.
pub(crate) fn load(id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
	Ok(Box::new(match id {
		"dev" => development()?,
		"" | "local" => local()?,
		path => ChainSpec::from_json_file(path.into()).map_err(|e| {
			format!("chain `{path}` is neither `dev` nor `local`, and not a specification: {e}")
		})?,
	}))
}
