//! What the graph is read through.

use crate::edge::{AsOf, Edge, Page, Weight};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt::Debug;
use scale_info::TypeInfo;

/// A graph that someone else keeps. Each call is one *read*: one stored item.
///
/// An implementation holds to this:
/// - An edge is in the adjacency of both its ends, with the life that its record has, from the block in which
///   it is opened until it is pruned; two nodes may have several edges, none has one to itself.
/// - A closed edge is pruned only when no block as of which anybody still asks was before its closing.
/// - An entry stays on its page: what is pruned leaves a gap, which a later edge may fill. So one who reads the
///   pages in several blocks misses nothing and meets nothing twice of what was open as of a block before.
/// - A page has a bounded number of entries, which the one who sets the budgets knows.
pub trait Graph {
	/// Name of a node.
	type Node: Copy + Ord + Debug;
	/// Name of an edge, never used for another.
	type EdgeId: Copy + Ord + Debug;

	/// The record of an edge, open or closed and not pruned.
	fn edge(&self, edge: Self::EdgeId) -> Option<Edge<Self::Node>>;

	/// A page of a node's adjacency. The first has number 0; a node without edges need not have it.
	fn page(&self, node: Self::Node, page: u32) -> Option<Page<Self::Node, Self::EdgeId>>;

	/// The weight that a node had; `None` where there was no such node.
	fn weight(&self, node: Self::Node, as_of: AsOf) -> Option<Weight>;
}

impl<G: Graph + ?Sized> Graph for &G {
	type Node = G::Node;
	type EdgeId = G::EdgeId;

	fn edge(&self, edge: Self::EdgeId) -> Option<Edge<Self::Node>> {
		(**self).edge(edge)
	}

	fn page(&self, node: Self::Node, page: u32) -> Option<Page<Self::Node, Self::EdgeId>> {
		(**self).page(node, page)
	}

	fn weight(&self, node: Self::Node, as_of: AsOf) -> Option<Weight> {
		(**self).weight(node, as_of)
	}
}

/// What a search may spend, or has spent.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Effort {
	/// Nodes whose adjacency is read.
	pub expansions: u32,
	/// Stored items that are read.
	pub reads: u32,
}

/// What a step of a longer work may cost, or has cost.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Cost {
	/// Stored items that are read.
	pub reads: u32,
	/// Stored items that are written or removed.
	pub writes: u32,
}

impl Cost {
	/// Both together.
	pub const fn plus(self, other: Self) -> Self {
		Self {
			reads: self.reads.saturating_add(other.reads),
			writes: self.writes.saturating_add(other.writes),
		}
	}

	/// What is left of it.
	pub const fn minus(self, spent: Self) -> Self {
		Self {
			reads: self.reads.saturating_sub(spent.reads),
			writes: self.writes.saturating_sub(spent.writes),
		}
	}

	/// Whether it is enough for `other`.
	pub const fn covers(self, other: Self) -> bool {
		self.reads >= other.reads && self.writes >= other.writes
	}
}
