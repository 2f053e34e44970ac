//! What the daemon wants to know of the chain.

mod file;
mod node;

pub(crate) use file::bytes32;
pub use file::{EdgeTable, FileChain, NetworkFile, NodeTable};
pub use node::{account_key, ChainSettings, ChainTable, NodeChain};

use std::net::SocketAddr;
use surety_response::{
	relay::{packet::SignedIntent, ChainEvent, Schedule},
	Amount, ChannelId, EdgeId, NodeId, PerSide, PublicKey, Side, H256,
};
use tokio::sync::mpsc;

/// An edge of a node, as both ends have signed it and a final block has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EdgeView {
	/// The edge.
	pub edge: EdgeId,
	/// Its channel.
	pub channel: ChannelId,
	/// Which side of the channel this node is on. The opener connects to the acceptor.
	pub side: Side,
	/// Who is at the other end.
	pub neighbour: NodeId,
	/// Where the other end listens, where that is known.
	pub address: Option<SocketAddr>,
	/// Promised latency of a message, one way, in ms.
	pub latency_ms: u32,
	/// When late fees are settled, in ms of Unix time.
	pub syncs: Option<Schedule>,
	/// What carrying a request and its answer along it costs, in the smallest unit of the channel's asset.
	pub base_price: Amount,
	/// What each byte of both costs beside that, in the same unit.
	pub price_per_byte: Amount,
	/// What each end has deposited, in the same unit.
	pub deposits: PerSide<Amount>,
	/// What severing the edge costs its two ends together, in the same unit.
	pub penalty: Amount,
}

/// The chain, as of its latest final block.
///
/// It is asked on the daemon's own threads, for each signature among others: an answer must be at hand, not fetched.
pub trait ChainView: Send + Sync + 'static {
	/// The hash of the chain's genesis block.
	fn genesis(&self) -> H256;

	/// The keys that a node has registered, oldest first: signatures name them by their place. None where there is no
	/// such node.
	fn keys(&self, node: &NodeId) -> Vec<PublicKey>;

	/// The X25519 key that a node has published for others to encrypt request bodies to; `None` where it has none.
	fn encryption_key(&self, node: &NodeId) -> Option<[u8; 32]> {
		let _ = node;
		None
	}

	/// The two ends of an edge, open or closed; `None` where there never was such an edge, or it was pruned.
	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]>;

	/// The edges of a node that are open, and those that have ended and whose channel is not settled: what was paid along
	/// them is still to be had.
	fn edges(&self, node: &NodeId) -> Vec<EdgeView>;

	/// What happens from now on to the edges of a node, in order: new ones, top-ups, closes, and severed edges anywhere.
	/// It is called once, before [`edges`](Self::edges) is asked. An [`ChainEvent::Opened`] may name an edge that is known.
	fn subscribe(&self, node: &NodeId) -> mpsc::Receiver<ChainEvent>;

	/// Submits an intent to sever an edge. It is to be in a final block some time, if need be by trying again: the
	/// daemon says it once more only after a restart.
	fn submit(&self, intent: SignedIntent);
}
