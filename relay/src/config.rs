//! The configuration file, checked as a whole before anything is done.

use crate::{
	chain::{bytes32, ChainSettings, ChainTable},
	gateway::{GatewaySettings, GatewayTable},
	provider::{ProviderSettings, ProviderTable},
};
use anyhow::{bail, ensure, Context, Result};
use serde::Deserialize;
use std::{
	collections::BTreeMap,
	net::SocketAddr,
	path::{Path, PathBuf},
};
use surety_response::{
	relay::{self, durable::DurableLimits, Ms, Overload, PassOn, Patience},
	Amount, EdgeId, NodeId, H256,
};

/// The configuration of a daemon, as its file says it. `relay/dist/relay.toml` has all keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
	/// The node's account, 32 bytes in hex.
	pub node: String,
	/// File with the seed of the node's key, 32 bytes in hex, which nobody but its owner may read.
	pub key_file: PathBuf,
	/// Folder for the node's records.
	pub data: PathBuf,
	/// UDP address for neighbours to connect to.
	pub listen: SocketAddr,
	/// TCP address at which metrics are read; none where it is not given.
	pub metrics: Option<SocketAddr>,
	/// File with the network; or there is a chain.
	pub network: Option<PathBuf>,
	/// Which node of the chain is followed; or the network is in a file.
	pub chain: Option<ChainTable>,
	/// How the node behaves.
	#[serde(default)]
	pub policy: PolicyTable,
	/// Bounds of what it keeps and takes.
	#[serde(default)]
	pub limits: LimitsTable,
	/// What holds for single edges.
	#[serde(default)]
	pub edge: Vec<EdgeTable>,
	/// Answers requests by an HTTP server; refuses them where it is not given.
	pub provider: Option<ProviderTable>,
	/// Takes HTTP calls.
	pub gateway: Option<GatewayTable>,
}

/// How a node behaves.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyTable {
	/// When it severs the edge to a neighbour that owes it an answer.
	pub patience: PatienceValue,
	/// When it passes on proofs of others.
	pub pass_on: PassOnValue,
	/// What it does where an edge has no room.
	pub overload: OverloadValue,
	/// How late an answer or a payment may come before that counts as late, in ms.
	pub grace_ms: Ms,
	/// How much clocks may differ, in ms.
	pub skew_ms: Ms,
	/// How far ahead a request's expiry may lie, in ms.
	pub max_validity_ms: Ms,
	/// After a start, for how long it waits for its neighbours before timers fire and anybody is blamed, in ms.
	pub settle_ms: Ms,
	/// When it is told to stop, for how long requests in flight may take to end, in ms.
	pub drain_ms: Ms,
	/// What it is ready to lose by a neighbour, in the smallest unit.
	pub risk: u64,
	/// Requests that can be on their way along an edge at once.
	pub max_requests: usize,
}

/// See [`Patience`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatienceValue {
	/// As soon as the answer is overdue.
	AtOnce,
	/// At so many syncs at which it paid out of its own pocket.
	Syncs(u32),
	/// By what the last hour has earned and lost.
	Hourly,
	/// Never, within its risk.
	PayOn,
}

/// See [`PassOn`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PassOnValue {
	/// As soon as it has it.
	AtOnce,
	/// With its next sync.
	AtSync,
}

/// See [`Overload`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverloadValue {
	/// It keeps the request until there is room.
	Queue,
	/// It severs the edge.
	Break,
	/// It does not take the request.
	Refuse,
}

/// Bounds of what a node keeps and takes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsTable {
	/// Requests in flight, in all.
	pub flights: usize,
	/// Requests that wait for room on an edge, for each.
	pub queued: usize,
	/// Neighbours.
	pub neighbours: usize,
	/// Bytes of bodies of its own answers that are kept.
	pub cache_bytes: usize,
	/// Bytes of bodies that went through it that are kept.
	pub relayed_bytes: usize,
	/// Requests whose end is remembered.
	pub remembered: usize,
	/// Proofs of broken edges that are kept.
	pub proofs: usize,
	/// Requests of its own at once.
	pub asks: usize,
	/// Packets for one neighbour that it has not confirmed.
	pub unconfirmed_packets: usize,
	/// Bytes of these.
	pub unconfirmed_bytes: usize,
	/// Connections at once, of neighbours and of strangers that are still to say who they are.
	pub connections: usize,
}

/// What holds for one edge instead of what holds for all.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeTable {
	/// Its number.
	pub id: EdgeId,
	/// Another patience.
	pub patience: Option<PatienceValue>,
	/// Another risk.
	pub risk: Option<u64>,
	/// Another number of requests at once.
	pub max_requests: Option<usize>,
}

impl Default for PolicyTable {
	fn default() -> Self {
		Self {
			patience: PatienceValue::Syncs(2),
			pass_on: PassOnValue::AtOnce,
			overload: OverloadValue::Queue,
			grace_ms: 50,
			skew_ms: 100,
			max_validity_ms: 600_000,
			settle_ms: 2_000,
			drain_ms: 30_000,
			risk: 1_000_000,
			max_requests: 1_024,
		}
	}
}

impl Default for LimitsTable {
	fn default() -> Self {
		let relay::Limits {
			flights,
			queued,
			neighbours,
			cache_bytes,
			relayed_bytes,
			remembered,
			proofs,
			asks,
		} = relay::Limits::default();
		let DurableLimits { packets, bytes, .. } = DurableLimits::default();
		Self {
			flights,
			queued,
			neighbours,
			cache_bytes,
			relayed_bytes,
			remembered,
			proofs,
			asks,
			unconfirmed_packets: packets,
			unconfirmed_bytes: bytes,
			connections: 1_024,
		}
	}
}

impl From<PatienceValue> for Patience {
	fn from(value: PatienceValue) -> Self {
		match value {
			PatienceValue::AtOnce => Self::AtOnce,
			PatienceValue::Syncs(syncs) => Self::Syncs(syncs),
			PatienceValue::Hourly => Self::Hourly,
			PatienceValue::PayOn => Self::PayOn,
		}
	}
}

impl From<PassOnValue> for PassOn {
	fn from(value: PassOnValue) -> Self {
		match value {
			PassOnValue::AtOnce => Self::AtOnce,
			PassOnValue::AtSync => Self::AtSync,
		}
	}
}

impl From<OverloadValue> for Overload {
	fn from(value: OverloadValue) -> Self {
		match value {
			OverloadValue::Queue => Self::Queue,
			OverloadValue::Break => Self::Break,
			OverloadValue::Refuse => Self::Refuse,
		}
	}
}

/// What one edge is configured to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EdgePolicy {
	/// Another patience than the node's.
	pub patience: Option<Patience>,
	/// What the node is ready to lose by the neighbour, in the smallest unit.
	pub risk: Amount,
	/// Requests that can be on their way along it at once.
	pub max_requests: usize,
}

/// A configuration that was checked.
#[derive(Clone, Debug)]
pub struct Settings {
	/// What the machine goes by.
	pub relay: relay::Config,
	/// Bounds of what may wait to be confirmed.
	pub durable: DurableLimits,
	/// Folder for the node's records.
	pub data: PathBuf,
	/// UDP address for neighbours to connect to.
	pub listen: SocketAddr,
	/// TCP address at which metrics are read.
	pub metrics: Option<SocketAddr>,
	/// After a start, for how long timers wait, in ms.
	pub settle_ms: Ms,
	/// For how long a drain may take, in ms.
	pub drain_ms: Ms,
	/// Connections at once.
	pub connections: usize,
	/// What edges are configured to that are not named in `edges`.
	pub edge: EdgePolicy,
	/// Those that are.
	pub edges: BTreeMap<EdgeId, EdgePolicy>,
}

/// Where the network is read.
#[derive(Clone, Debug)]
pub enum Source {
	/// From a file.
	File(PathBuf),
	/// From a node of the chain.
	Node(Box<ChainSettings>),
}

impl Settings {
	/// What an edge is configured to.
	pub fn edge(&self, edge: EdgeId) -> EdgePolicy {
		self.edges.get(&edge).copied().unwrap_or(self.edge)
	}
}

impl ConfigFile {
	/// Reads a configuration file. Paths in it are taken from where the file is.
	pub fn read(path: &Path) -> Result<Self> {
		let text =
			std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
		let mut file: Self =
			toml::from_str(&text).with_context(|| format!("{} is no configuration", path.display()))?;
		let folder = path.parent().unwrap_or(Path::new("."));
		for relative in [&mut file.key_file, &mut file.data].into_iter().chain(&mut file.network) {
			*relative = folder.join(&*relative);
		}
		if let Some(chain) = &mut file.chain {
			chain.relative_to(folder);
		}
		if let Some(gateway) = &mut file.gateway {
			gateway.receipts = folder.join(&gateway.receipts);
		}
		Ok(file)
	}

	/// Checks what it says of a provider; none where it says nothing.
	pub fn provider(&self) -> Result<Option<ProviderSettings>> {
		self.provider.as_ref().map(ProviderTable::settings).transpose()
	}

	/// Checks what it says of a gateway; none where it says nothing.
	pub fn gateway(&self) -> Result<Option<GatewaySettings>> {
		self.gateway.as_ref().map(GatewayTable::settings).transpose()
	}

	/// The node's account.
	pub fn node(&self) -> Result<NodeId> {
		Ok(H256(bytes32(&self.node).context("node")?))
	}

	/// Where the network is read.
	pub fn source(&self) -> Result<Source> {
		match (&self.network, &self.chain) {
			(Some(file), None) => Ok(Source::File(file.clone())),
			(None, Some(chain)) => Ok(Source::Node(Box::new(chain.settings()?))),
			(Some(_), Some(_)) => {
				bail!("there are both `network` and [chain]: the network is read from one of them")
			}
			(None, None) => bail!("there is neither `network`, a file, nor [chain], a node of the chain"),
		}
	}

	/// Checks what it says.
	pub fn settings(&self) -> Result<Settings> {
		let PolicyTable { risk, max_requests, .. } = self.policy;
		let (policy, limits) = (&self.policy, &self.limits);
		ensure!(policy.patience != PatienceValue::Syncs(0), "policy.patience: no syncs at all are at-once");
		ensure!(policy.max_validity_ms > 0, "policy.max_validity_ms: nothing would ever be taken");
		ensure!(policy.settle_ms <= 60_000, "policy.settle_ms: late fees would go unpaid for over a minute");
		ensure!(max_requests > 0, "policy.max_requests: nothing would ever be sent");
		for (name, value) in [
			("flights", limits.flights),
			("neighbours", limits.neighbours),
			("remembered", limits.remembered),
			("proofs", limits.proofs),
			("unconfirmed_packets", limits.unconfirmed_packets),
			("connections", limits.connections),
		] {
			ensure!(value > 0, "limits.{name} is 0");
		}
		let least = 4 * relay::durable::MAX_FRAME_BYTES;
		ensure!(
			limits.unconfirmed_bytes >= least,
			"limits.unconfirmed_bytes: at least {least} are needed, for a few packets"
		);
		let mut edges = BTreeMap::new();
		for edge in &self.edge {
			ensure!(edge.max_requests != Some(0), "edge {}: max_requests is 0", edge.id);
			let own = EdgePolicy {
				patience: edge.patience.map(Patience::from),
				risk: edge.risk.unwrap_or(risk).into(),
				max_requests: edge.max_requests.unwrap_or(max_requests),
			};
			ensure!(edges.insert(edge.id, own).is_none(), "edge {} is configured twice", edge.id);
		}
		Ok(Settings {
			relay: relay::Config {
				node: self.node()?,
				patience: policy.patience.into(),
				pass_on: policy.pass_on.into(),
				overload: policy.overload.into(),
				isolate: false,
				grace_ms: policy.grace_ms,
				skew_ms: policy.skew_ms,
				max_validity_ms: policy.max_validity_ms,
				limits: relay::Limits {
					flights: limits.flights,
					queued: limits.queued,
					neighbours: limits.neighbours,
					cache_bytes: limits.cache_bytes,
					relayed_bytes: limits.relayed_bytes,
					remembered: limits.remembered,
					proofs: limits.proofs,
					asks: limits.asks,
				},
			},
			durable: DurableLimits {
				packets: limits.unconfirmed_packets,
				bytes: limits.unconfirmed_bytes,
				..DurableLimits::default()
			},
			data: self.data.clone(),
			listen: self.listen,
			metrics: self.metrics,
			settle_ms: policy.settle_ms,
			drain_ms: policy.drain_ms,
			connections: limits.connections,
			edge: EdgePolicy { patience: None, risk: risk.into(), max_requests },
			edges,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const EXAMPLE: &str = include_str!("../dist/relay.toml");

	fn settings(text: &str) -> Result<Settings> {
		toml::from_str::<ConfigFile>(text)?.settings()
	}

	#[test]
	fn the_example_should_have_all_keys_with_their_defaults() {
		let all = settings(EXAMPLE).expect("makes sense");
		let keys = |text: &str| -> Vec<String> {
			let value: toml::Value = toml::from_str(text).expect("is TOML");
			let table = |name: &str| value.get(name).and_then(|value| value.as_table()).cloned();
			let names = ["policy", "limits"].into_iter().filter_map(table);
			names.flat_map(|table| table.into_iter().map(|(key, _)| key)).collect()
		};
		assert_eq!(keys(EXAMPLE).len(), 10 + 11);
		// The same without any of them.
		let (begin, _) = EXAMPLE.split_once("[policy]").expect("has a policy");
		let bare = settings(begin).expect("makes sense");
		assert_eq!((all.relay, all.durable, all.edge), (bare.relay, bare.durable, bare.edge));
		assert_eq!(
			(all.settle_ms, all.drain_ms, all.connections),
			(bare.settle_ms, bare.drain_ms, bare.connections)
		);
		assert_eq!(all.edge(7).max_requests, 64);
		assert_eq!(all.edge(8), all.edge);
	}

	#[test]
	fn the_network_should_be_read_from_a_file_or_from_the_chain() {
		let source = |text: &str| toml::from_str::<ConfigFile>(text).expect("is TOML").source();
		let network = "network = \"network.toml\"\n";
		assert!(EXAMPLE.contains(network));
		let chain = "[chain]\nurl = \"ws://127.0.0.1:9944\"\naccount_file = \"account\"\n";
		assert!(matches!(source(EXAMPLE), Ok(Source::File(_))));
		let instead = format!("{}{chain}", EXAMPLE.replace(network, ""));
		assert!(matches!(source(&instead), Ok(Source::Node(_))));
		let both = source(&format!("{EXAMPLE}{chain}")).expect_err("both");
		assert!(both.to_string().contains("both"), "{both}");
		let neither = source(&EXAMPLE.replace(network, "")).expect_err("neither");
		assert!(neither.to_string().contains("neither"), "{neither}");
	}

	#[test]
	fn the_example_should_have_all_keys_of_providers_and_gateways_with_their_defaults() {
		let all: ConfigFile = toml::from_str(EXAMPLE).expect("is a configuration");
		let (begin, _) = EXAMPLE.split_once("[policy]").expect("has a policy");
		let bare = format!(
			"{begin}[provider]\nupstream = \"http://127.0.0.1:8080\"\n[gateway]\nlisten = \"127.0.0.1:8081\"\n\
			 [[gateway.service]]\nname = \"weather\"\n[[gateway.service.operator]]\nnode = \"{}\"\nsubscription = 1\n",
			"02".repeat(32)
		);
		let bare: ConfigFile = toml::from_str(&bare).expect("is a configuration");
		let provider = |file: &ConfigFile| file.provider().expect("makes sense").expect("is there");
		let (one, other) = (provider(&all), provider(&bare));
		assert_eq!((one.authority, one.prefix, one.methods), (other.authority, other.prefix, other.methods));
		assert_eq!((one.paths, one.time, one.concurrency), (other.paths, other.time, other.concurrency));
		assert_eq!((one.call_headers, one.reply_headers), (other.call_headers, other.reply_headers));
		assert_eq!((one.max_call_bytes, one.max_reply_bytes), (other.max_call_bytes, other.max_reply_bytes));
		let gateway =
			|file: &ConfigFile| format!("{:?}", file.gateway().expect("makes sense").expect("is there"));
		assert_eq!(gateway(&all), gateway(&bare));
		// As many keys as there are.
		let value: toml::Value = toml::from_str(EXAMPLE).expect("is TOML");
		let keys = |value: &toml::Value| value.as_table().map_or(0, |table| table.len());
		let service = &value["gateway"]["service"][0];
		assert_eq!([keys(&value["provider"]), keys(&value["gateway"]), keys(service)], [10, 8, 12]);
	}

	#[test]
	fn what_makes_no_sense_should_be_refused_with_the_key_that_says_it() {
		for (from, to, named) in [
			("risk = 1000000", "risc = 1", "risc"),
			("node = \"0x01", "node = \"0xzz", "node"),
			("max_validity_ms = 600000", "max_validity_ms = 0", "max_validity_ms"),
			("settle_ms = 2000", "settle_ms = 100000", "settle_ms"),
			("flights = 4096", "flights = 0", "flights"),
			("unconfirmed_bytes = 268435456", "unconfirmed_bytes = 1", "unconfirmed_bytes"),
			("patience = { syncs = 2 }", "patience = { syncs = 0 }", "patience"),
			("max_requests = 64", "max_requests = 0", "edge 7"),
		] {
			assert!(EXAMPLE.contains(from), "{from}");
			let error = settings(&EXAMPLE.replacen(from, to, 1)).expect_err(to);
			assert!(format!("{error:#}").contains(named), "{error:#}");
		}
	}
}
