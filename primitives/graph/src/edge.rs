//! Edges: who they join, when they were open, what they promise.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Height of a block.
pub type BlockNumber = u32;

/// Weight of a node or of a set of nodes: stake, in the token's smallest unit.
pub type Weight = u128;

/// Amount of the token in its smallest unit.
pub type Balance = u128;

/// The moment at which the graph is looked at.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum AsOf {
	/// As it is while it is read.
	Now,
	/// As it was when this block ended.
	Block(BlockNumber),
}

/// When an edge was open. A closed one never opens again: another one is opened, with an id of its own.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Life {
	/// Block in which it was opened.
	pub opened_at: BlockNumber,
	/// Block in which it was closed or severed; `None` while it is open.
	pub closed_at: Option<BlockNumber>,
}

impl Life {
	/// Open since `block`.
	pub const fn since(block: BlockNumber) -> Self {
		Self { opened_at: block, closed_at: None }
	}

	/// Whether the edge was open then. In the block in which it was opened it is, in the one in which it was
	/// closed it is not.
	pub const fn is_open(&self, as_of: AsOf) -> bool {
		match (as_of, self.closed_at) {
			(AsOf::Now, closed_at) => closed_at.is_none(),
			(AsOf::Block(block), None) => self.opened_at <= block,
			(AsOf::Block(block), Some(closed_at)) => self.opened_at <= block && block < closed_at,
		}
	}
}

/// What the two ends of an edge promise to whoever sends through it (S3 §2), in either direction.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms {
	/// Time from one end to the other, in milliseconds.
	pub latency_ms: u32,
	/// Bandwidth, in kbit/s.
	pub bandwidth_kbit_s: u32,
	/// What a message costs, whatever its size.
	pub base_price: Balance,
	/// What each of its bytes costs besides.
	pub price_per_byte: Balance,
}

impl Terms {
	/// What a message of so many bytes costs; `None` where that is no amount.
	pub fn price(&self, bytes: u64) -> Option<Balance> {
		self.price_per_byte.checked_mul(bytes.into())?.checked_add(self.base_price)
	}
}

/// The record of an edge.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Edge<Node> {
	/// The two nodes it joins.
	pub ends: [Node; 2],
	/// When it was open.
	pub life: Life,
	/// What it promises.
	pub terms: Terms,
}

impl<Node: Copy + PartialEq> Edge<Node> {
	/// The end that is not `node`; `None` where `node` is no end of it.
	pub fn other_end(&self, node: Node) -> Option<Node> {
		let [a, b] = self.ends;
		if a == node {
			Some(b)
		} else if b == node {
			Some(a)
		} else {
			None
		}
	}
}

/// An edge as seen from one of its ends: an entry of that node's adjacency.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct HalfEdge<Node, EdgeId> {
	/// The edge.
	pub edge: EdgeId,
	/// The node at its other end.
	pub to: Node,
	/// When it was open: the same as in the edge's record.
	pub life: Life,
}

/// A page of a node's adjacency, as it is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<Node, EdgeId> {
	/// Its entries, in any order.
	pub half_edges: Vec<HalfEdge<Node, EdgeId>>,
	/// Whether the page with the next number is there.
	pub more: bool,
}
