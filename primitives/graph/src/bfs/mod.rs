//! Breadth-first search over many blocks: Σ weight(v)·hops(c, v) over one snapshot, a step at a time.
//!
//! A step reads and writes within its budget, has no more pages in hand than it may read and write, and
//! leaves a [`Bfs`] of some hundred bytes, and in a [`Pages`] store:
//! - the *queue* of nodes that were reached, in the order in which they were, on pages of [`QUEUE_LEN`]; a
//!   page is removed when all its nodes are done with;
//! - the *visited* nodes, one bit each, on pages of [`VISITED_BITS`] bits by the node's number. Numbers are
//!   given from 0 on, so a million nodes have 123 pages, which a step reads once each at the most: a node
//!   costs two reads (its weight and its adjacency) and little more.
//!
//! A level of the search ends where the queue ended when the level began, so no depths are stored.
//!
//! After the search the store is cleared, which takes steps too.

mod cache;
mod step;
mod store;

pub use store::{Pages, QueuePage, VisitedPage, QUEUE_LEN, VISITED_BITS, VISITED_BYTES};

use crate::{
	edge::{AsOf, BlockNumber, Weight},
	graph::Cost,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use primitive_types::U256;
use scale_info::TypeInfo;

/// The least budget with which every step gets on.
pub const MIN_BUDGET: Cost = Cost { reads: 5, writes: 3 };

/// The budget is less than [`MIN_BUDGET`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BudgetTooSmall;

/// What a search has summed up.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Total {
	/// Nodes reached, the start among them.
	pub nodes: u32,
	/// The sum of their weights.
	pub weight: U256,
	/// The sum of their weights, each times its hops from the start. Below 2¹⁹², so it never overflows.
	pub cost: U256,
}

/// Where a search is.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
enum Phase {
	/// Nodes are waiting in the queue.
	Searching,
	/// The total is known; pages are being removed.
	Clearing {
		/// Next page of the queue to be removed.
		queue: u32,
		/// Next page of the visited nodes to be removed.
		visited: u32,
	},
	/// Nothing is stored any longer.
	Cleared,
}

/// The state of a search between two steps.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Bfs {
	as_of: BlockNumber,
	start: u32,
	sought: Option<u32>,
	found: bool,
	ceiling: Option<U256>,
	phase: Phase,
	/// Place in the queue of the node whose adjacency is being read.
	head: u32,
	/// Whether that node is in the total.
	weighed: bool,
	/// Its next page, and the next entry of that.
	page: u32,
	entry: u32,
	/// Place in the queue of the next node that is reached.
	tail: u32,
	/// Where the nodes that are `hops` away end.
	level_end: u32,
	hops: u32,
	/// Pages of visited nodes that there may be.
	visited_pages: u32,
	total: Total,
}

impl Bfs {
	/// A search from the node with number `start` over the graph as of the end of block `as_of`, which has
	/// ended, in an empty store.
	///
	/// Until the search has ended, no edge that was closed after the block may be pruned.
	pub const fn new(start: u32, as_of: BlockNumber) -> Self {
		Self {
			as_of,
			start,
			sought: None,
			found: false,
			ceiling: None,
			phase: Phase::Searching,
			head: 0,
			weighed: false,
			page: 0,
			entry: 0,
			tail: 0,
			level_end: 1,
			hops: 0,
			visited_pages: 0,
			total: Total { nodes: 0, weight: U256::zero(), cost: U256::zero() },
		}
	}

	/// Notes whether the node with this number is reached.
	pub const fn seeking(self, node: u32) -> Self {
		Self { sought: Some(node), ..self }
	}

	/// Ends as soon as the cost is above this: the total is then a part of the whole, and its cost above it
	/// already.
	pub const fn up_to(self, cost: U256) -> Self {
		Self { ceiling: Some(cost), ..self }
	}

	/// The block as of which the graph is looked at.
	pub const fn as_of(&self) -> AsOf {
		AsOf::Block(self.as_of)
	}

	/// Whether the node that is sought was reached so far.
	pub const fn found(&self) -> bool {
		self.found
	}

	/// The total, once it is known.
	pub fn total(&self) -> Option<Total> {
		(self.phase != Phase::Searching).then_some(self.total)
	}

	/// The weight reached so far.
	pub const fn weight(&self) -> U256 {
		self.total.weight
	}

	/// Whether the store is empty again: nothing is left to be done.
	pub fn is_cleared(&self) -> bool {
		self.phase == Phase::Cleared
	}

	/// Gives the search up. What it has stored is removed by further steps; what it has summed up is no total.
	pub fn cancel(&mut self) {
		if self.phase == Phase::Searching {
			self.clear();
		}
	}

	fn clear(&mut self) {
		self.phase = if self.tail == 0 {
			Phase::Cleared
		} else {
			Phase::Clearing { queue: self.head.saturating_div(QUEUE_LEN), visited: 0 }
		};
	}

	fn weigh(&mut self, weight: Weight) {
		let weight = U256::from(weight);
		self.total.nodes = self.total.nodes.saturating_add(1);
		self.total.weight = self.total.weight.saturating_add(weight);
		self.total.cost = self.total.cost.saturating_add(weight.saturating_mul(self.hops.into()));
		self.weighed = true;
	}
}
