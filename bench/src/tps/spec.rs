//! The chain that is measured: the development preset with production's block time and with the accounts
//! that send.

use super::accounts::ENDOWMENT;
use anyhow::{anyhow, Context, Result};
use serde_json::{json, Value};
use surety_runtime::{capacity::PRODUCTION_SLOT_MS, AccountId};

/// Changes a chain specification (the readable form, with the genesis as a patch) for the benchmark.
pub(crate) fn patch(spec: &mut Value, accounts: &[AccountId]) -> Result<()> {
	let genesis = spec
		.pointer_mut("/genesis/runtimeGenesis/patch")
		.ok_or_else(|| anyhow!("the node's `dev` specification has no genesis patch"))?;
	patch_genesis(genesis, accounts)?;
	spec["name"] = json!("Surety Benchmark");
	spec["id"] = json!("surety_bench");
	Ok(())
}

/// Changes a genesis patch: six-second slots, and each of `accounts` with its endowment.
pub(crate) fn patch_genesis(genesis: &mut Value, accounts: &[AccountId]) -> Result<()> {
	let slot = genesis
		.pointer_mut("/windows/windows/consensus/slotMs")
		.ok_or_else(|| anyhow!("the genesis patch has no windows.windows.consensus.slotMs"))?;
	*slot = json!(PRODUCTION_SLOT_MS);
	let balances = genesis
		.pointer_mut("/balances/balances")
		.and_then(Value::as_array_mut)
		.ok_or_else(|| anyhow!("the genesis patch has no balances.balances"))?;
	let endowment = u64::try_from(ENDOWMENT).context("the endowment")?;
	balances.reserve(accounts.len());
	balances.extend(accounts.iter().map(|account| json!([account, endowment])));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::tps::accounts::{account, key};

	fn spec() -> Value {
		let preset = surety_runtime::genesis::preset(&"development".to_string());
		let patch: Value = serde_json::from_slice(&preset.expect("the preset")).expect("JSON");
		json!({
			"name": "Surety Development",
			"id": "surety_dev",
			"genesis": { "runtimeGenesis": { "code": "0x00", "patch": patch } },
		})
	}

	#[test]
	fn patch_should_set_the_slot_and_fund_the_accounts_and_leave_the_rest() {
		let before = spec();
		let mut after = before.clone();
		let accounts = (0..3).map(|index| account(&key(index))).collect::<Vec<_>>();
		patch(&mut after, &accounts).expect("patches");

		let genesis = "/genesis/runtimeGenesis/patch";
		let at = |spec: &Value, path: &str| spec.pointer(&format!("{genesis}{path}")).cloned();
		assert_eq!(at(&after, "/windows/windows/consensus/slotMs"), Some(json!(6_000)));
		let funded = at(&after, "/balances/balances").expect("balances");
		let funded = funded.as_array().expect("a list");
		let known = at(&before, "/balances/balances").expect("balances");
		let known = known.as_array().expect("a list");
		assert_eq!(funded.len(), known.len() + 3);
		assert_eq!(&funded[..known.len()], &known[..]);
		assert_eq!(funded[known.len() + 1], json!([account(&key(1)), 10_000_000_000_000u64]));
		for path in ["/session", "/staking", "/windows/windows/stake", "/sudo"] {
			assert_eq!(at(&after, path), at(&before, path), "{path}");
			assert!(at(&after, path).is_some(), "{path}");
		}
		assert_eq!(after["genesis"]["runtimeGenesis"]["code"], json!("0x00"));
		assert_eq!(after["id"], json!("surety_bench"));
	}

	#[test]
	fn patch_should_refuse_when_the_specification_is_raw() {
		let mut raw = json!({ "genesis": { "raw": { "top": {} } } });
		assert!(patch(&mut raw, &[]).is_err());
		let mut without_windows = json!({ "balances": { "balances": [] } });
		assert!(patch_genesis(&mut without_windows, &[]).is_err());
	}
}
