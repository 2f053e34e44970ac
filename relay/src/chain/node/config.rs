//! The part of the configuration that says which node of the chain is followed, and what is done there.

use crate::chain::bytes32;
use anyhow::{bail, ensure, Context, Result};
use serde::Deserialize;
use sp_core::crypto::{AccountId32, Ss58Codec};
use std::{
	collections::BTreeMap,
	net::SocketAddr,
	path::{Path, PathBuf},
};
use surety_client::{amount::Decimal, chain::money::Denomination, edges::watch::decide::Wanted};
use surety_primitives::{Balance, BlockNumber};
use surety_response::{
	relay::{Ms, Schedule},
	NodeId, H256,
};

/// Which node of the chain is followed, and what is done there, as the file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainTable {
	/// Where the node listens: `ws://…` or `wss://…`.
	pub url: String,
	/// File with the phrase, 0x seed or derivation of the account, which pays fees.
	pub account_file: PathBuf,
	/// From one sync to the next, in ms of Unix time from its beginning; 0 for none. The chain does not say it: neighbours
	/// agree on it.
	#[serde(default = "sync_every_ms")]
	pub sync_every_ms: Ms,
	/// Fees at the most in 24 hours for all but severs and vouchers, in whole tokens; where it is too little, the least urgent is left out.
	#[serde(default = "max_fee_per_day")]
	pub max_fee_per_day: String,
	/// Below this there is a warning, in whole tokens.
	#[serde(default = "low_balance")]
	pub low_balance: String,
	/// Whether to rejoin where the node was cut off and that costs no stake.
	#[serde(default)]
	pub rejoin: bool,
	/// Whether to show cuts behind edges of the node that nobody has shown.
	#[serde(default = "yes")]
	pub certificates: bool,
	/// Whether to have edges forgotten that ended long ago, for the deposits.
	#[serde(default = "yes")]
	pub prune: bool,
	/// Where neighbours listen, by their accounts. The chain does not say it.
	#[serde(default)]
	pub addresses: BTreeMap<String, SocketAddr>,
	/// The keys to encrypt calls to, 32 bytes in hex, by the accounts of operators; this node's own among them where it is
	/// one. The chain does not say them.
	#[serde(default)]
	pub encryption: BTreeMap<String, String>,
}

fn sync_every_ms() -> Ms {
	1_000
}

fn max_fee_per_day() -> String {
	"10".into()
}

fn low_balance() -> String {
	"1".into()
}

fn yes() -> bool {
	true
}

/// The same, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainSettings {
	/// Where the node listens.
	pub url: String,
	/// File with the account's key.
	pub account_file: PathBuf,
	/// When late fees are settled.
	pub syncs: Option<Schedule>,
	/// Fees at the most in 24 hours for all but severs and vouchers, in the native token's smallest unit.
	pub max_fee_per_day: Balance,
	/// Below this there is a warning, in the same unit.
	pub low_balance: Balance,
	/// What is done beside handing in vouchers, settling and severing.
	pub wanted: Wanted,
	/// Blocks from one search for cuts behind edges that have ended to the next.
	pub check_cuts_every: BlockNumber,
	/// Where neighbours listen.
	pub addresses: BTreeMap<NodeId, SocketAddr>,
	/// The keys to encrypt calls to.
	pub encryption: BTreeMap<NodeId, [u8; 32]>,
}

/// Blocks from one search for cuts to the next.
const CHECK_CUTS_EVERY: BlockNumber = 20;

/// An account, as 32 bytes in hex or as an address.
fn account(text: &str) -> Result<NodeId> {
	if text.starts_with("0x") {
		return bytes32(text).map(H256);
	}
	match AccountId32::from_ss58check(text) {
		Ok(account) => Ok(H256(account.into())),
		Err(_) => bail!("{text:?} is neither an address nor 32 bytes in hex"),
	}
}

impl ChainTable {
	/// Takes paths from where the configuration is.
	pub(crate) fn relative_to(&mut self, folder: &Path) {
		self.account_file = folder.join(&self.account_file);
	}

	/// Checks what it says.
	pub fn settings(&self) -> Result<ChainSettings> {
		let socket = self.url.split_once("://");
		let is_socket =
			socket.is_some_and(|(scheme, rest)| matches!(scheme, "ws" | "wss") && !rest.is_empty());
		ensure!(is_socket, "chain.url: an address such as ws://127.0.0.1:9944 is needed");
		let tokens = |name: &str, text: &str| -> Result<Balance> {
			let amount: Decimal = text.parse().map_err(|error| anyhow::anyhow!("chain.{name}: {error}"))?;
			Denomination::native("").units(&amount).with_context(|| format!("chain.{name}"))
		};
		let mut addresses = BTreeMap::new();
		for (of, address) in &self.addresses {
			let of = account(of).context("chain.addresses")?;
			ensure!(addresses.insert(of, *address).is_none(), "chain.addresses: {of:?} is there twice");
		}
		let mut encryption = BTreeMap::new();
		for (of, key) in &self.encryption {
			let key = bytes32(key).with_context(|| format!("chain.encryption of {of}"))?;
			let of = account(of).context("chain.encryption")?;
			ensure!(encryption.insert(of, key).is_none(), "chain.encryption: {of:?} is there twice");
		}
		let every_ms = self.sync_every_ms;
		Ok(ChainSettings {
			url: self.url.clone(),
			account_file: self.account_file.clone(),
			syncs: (every_ms > 0).then_some(Schedule { first_ms: 0, every_ms }),
			max_fee_per_day: tokens("max_fee_per_day", &self.max_fee_per_day)?,
			low_balance: tokens("low_balance", &self.low_balance)?,
			wanted: Wanted { rejoin: self.rejoin, certificates: self.certificates, prune: self.prune },
			check_cuts_every: CHECK_CUTS_EVERY,
			addresses,
			encryption,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_primitives::UNIT;

	fn settings(text: &str) -> Result<ChainSettings> {
		toml::from_str::<ChainTable>(text)?.settings()
	}

	const LEAST: &str = "url = \"ws://127.0.0.1:9944\"\naccount_file = \"account\"\n";

	#[test]
	fn what_is_left_out_should_have_its_default() {
		let least = settings(LEAST).expect("makes sense");
		assert_eq!(least.syncs, Some(Schedule { first_ms: 0, every_ms: 1_000 }));
		assert_eq!((least.max_fee_per_day, least.low_balance), (10 * UNIT, UNIT));
		assert_eq!(least.wanted, Wanted { rejoin: false, certificates: true, prune: true });
	}

	#[test]
	fn the_example_should_have_all_keys_with_their_defaults() {
		let example = include_str!("../../../dist/relay.toml");
		let (_, chain) = example.split_once("\n# [chain]\n").expect("has a chain that is left out");
		let lines = chain.lines().take_while(|line| !line.is_empty());
		let lines = lines.map(|line| line.strip_prefix("# ").expect("all of it is left out"));
		let text = lines.collect::<Vec<_>>().join("\n").replace("[chain.", "[");
		let keys = toml::from_str::<toml::Table>(&text).expect("is TOML").len();
		assert_eq!(keys, 10);
		let mut example = settings(&text).expect("makes sense");
		assert_eq!(std::mem::take(&mut example.addresses).len(), 1);
		assert_eq!(std::mem::take(&mut example.encryption).len(), 1);
		let least = LEAST.replace("\"account\"", "\"account.key\"");
		assert_eq!(example, settings(&least).expect("makes sense"));
	}

	#[test]
	fn neighbours_should_be_named_by_address_or_in_hex() {
		let account = AccountId32::new([7; 32]);
		let ss58 = account.to_ss58check();
		for name in [ss58.clone(), format!("0x{}", "07".repeat(32))] {
			let table = format!("{LEAST}[addresses]\n\"{name}\" = \"192.0.2.7:30600\"\n");
			let addresses = settings(&table).expect("makes sense").addresses;
			assert_eq!(addresses, [(H256([7; 32]), "192.0.2.7:30600".parse().unwrap())].into());
		}
		let twice = format!(
			"{LEAST}[addresses]\n\"{ss58}\" = \"192.0.2.7:1\"\n\"0x{}\" = \"192.0.2.7:2\"\n",
			"07".repeat(32)
		);
		assert!(settings(&twice).is_err());
	}

	#[test]
	fn what_makes_no_sense_should_be_refused_with_the_key_that_says_it() {
		for (wrong, named) in [
			("url = \"http://127.0.0.1:9944\"\naccount_file = \"account\"", "url"),
			(&format!("{LEAST}low_balance = \"much\""), "low_balance"),
			(&format!("{LEAST}max_fee_per_day = \"0.0000000000001\""), "max_fee_per_day"),
			(&format!("{LEAST}rejoins = true"), "rejoins"),
			(&format!("{LEAST}[addresses]\nBob = \"192.0.2.7:1\""), "addresses"),
			(&format!("{LEAST}[encryption]\n\"0x{}\" = \"0x12\"", "07".repeat(32)), "encryption"),
		] {
			let error = settings(wrong).expect_err(wrong);
			assert!(format!("{error:#}").contains(named), "{error:#}");
		}
	}
}
