//! A network that is read from a file, for those who run one without a chain, and for tests.

use super::{ChainView, EdgeView};
use anyhow::{ensure, Context, Result};
use codec::Encode;
use serde::Deserialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::OpenOptions,
	io::Write as _,
	net::SocketAddr,
	path::{Path, PathBuf},
	sync::Mutex,
};
use surety_response::{
	relay::{packet::SignedIntent, ChainEvent, Ms, Schedule},
	Amount, ChannelId, EdgeId, NodeId, PerSide, PublicKey, Side, H256,
};
use tokio::sync::mpsc;

/// A network, as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
	/// Hash that stands for the chain, 32 bytes in hex: what is signed for one network is worth nothing in another.
	pub genesis: String,
	/// The nodes.
	pub node: Vec<NodeTable>,
	/// The edges.
	pub edge: Vec<EdgeTable>,
}

/// A node of the network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeTable {
	/// How the file names it.
	pub name: String,
	/// Its account, 32 bytes in hex.
	pub id: String,
	/// Its Ed25519 keys, 32 bytes in hex each, oldest first.
	pub keys: Vec<String>,
	/// Its X25519 key, 32 bytes in hex: bodies of requests to it are encrypted to that.
	pub encryption: Option<String>,
	/// Where it listens.
	pub address: Option<SocketAddr>,
}

/// What is known of a node.
#[derive(Debug)]
struct Node {
	keys: Vec<PublicKey>,
	encryption: Option<[u8; 32]>,
	address: Option<SocketAddr>,
}

/// An edge of the network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeTable {
	/// Its number.
	pub id: EdgeId,
	/// The number of its channel; that of the edge where it is not given.
	pub channel: Option<ChannelId>,
	/// The names of its ends, the channel's opener first.
	pub ends: [String; 2],
	/// Promised latency of a message, one way, in ms.
	pub latency_ms: u32,
	/// The first sync, in ms of Unix time.
	#[serde(default)]
	pub sync_first_ms: Ms,
	/// From one sync to the next, in ms; none where it is not given.
	pub sync_every_ms: Option<Ms>,
	/// What carrying a request costs.
	#[serde(default)]
	pub base_price: u64,
	/// What each byte costs beside that.
	#[serde(default)]
	pub price_per_byte: u64,
	/// What the opener and the acceptor have deposited.
	pub deposits: [u64; 2],
	/// What severing it costs its two ends together.
	pub penalty: u64,
}

/// A network that does not change. Intents to sever edges are written to a file, for whoever settles such a network.
#[derive(Debug)]
pub struct FileChain {
	genesis: H256,
	nodes: BTreeMap<NodeId, Node>,
	edges: BTreeMap<EdgeId, (EdgeTable, [NodeId; 2])>,
	intents: PathBuf,
	submitted: Mutex<BTreeSet<EdgeId>>,
}

/// 32 bytes, from hex with or without `0x`.
pub(crate) fn bytes32(text: &str) -> Result<[u8; 32]> {
	let mut bytes = [0; 32];
	let digits = text.strip_prefix("0x").unwrap_or(text);
	hex::decode_to_slice(digits, &mut bytes).with_context(|| format!("{text:?} is not 32 bytes in hex"))?;
	Ok(bytes)
}

impl FileChain {
	/// Reads a network. Intents are added to the file `intents`, one a line, in hex.
	pub fn read(path: &Path, intents: PathBuf) -> Result<Self> {
		let text =
			std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
		let file = toml::from_str(&text).with_context(|| format!("{} is no network", path.display()))?;
		Self::new(file, intents).with_context(|| format!("{} makes no sense", path.display()))
	}

	/// A network, if it makes sense.
	pub fn new(file: NetworkFile, intents: PathBuf) -> Result<Self> {
		let genesis = H256(bytes32(&file.genesis).context("genesis")?);
		let (mut names, mut nodes) = (BTreeMap::new(), BTreeMap::new());
		for node in &file.node {
			let id = H256(bytes32(&node.id).with_context(|| format!("id of {}", node.name))?);
			let keys = node.keys.iter().map(|key| Ok(PublicKey::Ed25519(bytes32(key)?)));
			let keys = keys.collect::<Result<Vec<_>>>().with_context(|| format!("keys of {}", node.name))?;
			ensure!(!keys.is_empty(), "{} has no keys", node.name);
			ensure!(names.insert(node.name.clone(), id).is_none(), "two nodes are named {}", node.name);
			let encryption = node.encryption.as_deref().map(bytes32).transpose();
			let encryption = encryption.with_context(|| format!("encryption of {}", node.name))?;
			let known = Node { keys, encryption, address: node.address };
			ensure!(nodes.insert(id, known).is_none(), "two nodes are {}", node.id);
		}
		let mut edges = BTreeMap::new();
		for edge in file.edge {
			let known = |name: &String| {
				names.get(name).copied().with_context(|| format!("there is no node named {name}"))
			};
			let ends = [known(&edge.ends[0])?, known(&edge.ends[1])?];
			ensure!(ends[0] != ends[1], "edge {} leads from {} to itself", edge.id, edge.ends[0]);
			ensure!(edge.sync_every_ms != Some(0), "syncs of edge {} are 0 ms apart", edge.id);
			let id = edge.id;
			ensure!(edges.insert(id, (edge, ends)).is_none(), "two edges are {id}");
		}
		Ok(Self { genesis, nodes, edges, intents, submitted: Mutex::default() })
	}

	fn view(&self, edge: &EdgeTable, ends: &[NodeId; 2], node: &NodeId) -> EdgeView {
		let side = if ends[0] == *node { Side::Opener } else { Side::Acceptor };
		let neighbour = if side == Side::Opener { ends[1] } else { ends[0] };
		let [opener, acceptor] = edge.deposits.map(Amount::from);
		EdgeView {
			edge: edge.id,
			channel: edge.channel.unwrap_or(edge.id),
			side,
			neighbour,
			address: self.nodes.get(&neighbour).and_then(|node| node.address),
			latency_ms: edge.latency_ms,
			syncs: edge.sync_every_ms.map(|every_ms| Schedule { first_ms: edge.sync_first_ms, every_ms }),
			base_price: edge.base_price.into(),
			price_per_byte: edge.price_per_byte.into(),
			deposits: PerSide { opener, acceptor },
			penalty: edge.penalty.into(),
		}
	}

	fn write(&self, intent: &SignedIntent) -> std::io::Result<()> {
		let mut file = OpenOptions::new().create(true).append(true).open(&self.intents)?;
		writeln!(file, "0x{}", hex::encode(intent.encode()))?;
		file.sync_all()
	}
}

impl ChainView for FileChain {
	fn genesis(&self) -> H256 {
		self.genesis
	}

	fn keys(&self, node: &NodeId) -> Vec<PublicKey> {
		self.nodes.get(node).map(|node| node.keys.clone()).unwrap_or_default()
	}

	fn encryption_key(&self, node: &NodeId) -> Option<[u8; 32]> {
		self.nodes.get(node)?.encryption
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		self.edges.get(&edge).map(|(_, ends)| *ends)
	}

	fn edges(&self, node: &NodeId) -> Vec<EdgeView> {
		let own = self.edges.values().filter(|(_, ends)| ends.contains(node));
		own.map(|(edge, ends)| self.view(edge, ends, node)).collect()
	}

	fn subscribe(&self, _: &NodeId) -> mpsc::Receiver<ChainEvent> {
		mpsc::channel(1).1
	}

	fn submit(&self, intent: SignedIntent) {
		let mut submitted = self.submitted.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
		if submitted.insert(intent.intent.edge) {
			if let Err(error) = self.write(&intent) {
				eprintln!("surety-relay: cannot write to {}: {error}", self.intents.display());
				submitted.remove(&intent.intent.edge);
			}
		}
	}
}
