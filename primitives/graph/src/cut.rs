//! Cut certificates: a component is shown by its list.
//!
//! A certificate lists all nodes of a component as of a recent block `b`, in an order in which each but the
//! first has an edge to one before it. The list may come in pages. As it comes, the verifier keeps count of
//! the edges that lead from listed nodes to others: a node adds its edges to nodes that are not listed yet,
//! and takes away those to nodes that are. So the count is exact at any time; the list is complete when it is
//! 0; and since each node hangs on those before it, the list is *one* component. (Several in one list would
//! have no edge across either, but be heavier together than any of them.)
//!
//! Only edges open as of `b` count: one opened later joins nothing, however many of them are opened while the
//! certificate is under way, and one closed later still joins.
//!
//! What is kept between pages is a [`Cut`], of a few bytes, and the [`Members`], an item each.

use crate::{
	edge::{AsOf, BlockNumber, HalfEdge, Weight},
	graph::{Effort, Graph},
};
use alloc::collections::BTreeSet;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The nodes that a certificate has listed so far. Every question and every insertion is one read, and every
/// insertion one write. Each certificate has its own: one who lists the same nodes elsewhere must not disturb
/// it.
pub trait Members<Node> {
	/// Whether the node is listed.
	fn contains(&self, node: Node) -> bool;

	/// Lists the node; returns whether it was not listed before.
	fn insert(&mut self, node: Node) -> bool;
}

impl<Node: Ord> Members<Node> for BTreeSet<Node> {
	fn contains(&self, node: Node) -> bool {
		Self::contains(self, &node)
	}

	fn insert(&mut self, node: Node) -> bool {
		Self::insert(self, node)
	}
}

/// An edge that leads out of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Crossing<Node, EdgeId> {
	/// The edge, open as of the certificate's block.
	pub edge: EdgeId,
	/// Its end that is listed.
	pub inside: Node,
	/// Its end that is not.
	pub outside: Node,
}

/// Why a certificate shows nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CutError<Node, EdgeId> {
	/// Nothing is listed.
	Empty,
	/// There was no such node.
	NotANode(Node),
	/// This node has no edge to a node listed before it: it is a stranger, or comes too early.
	Stranger(Node),
	/// The node is listed twice.
	Duplicate(Node),
	/// While the adjacency of this node is being read, no other can be listed.
	Unfinished(Node),
	/// A member is missing: this edge leads to it.
	Crossing(Crossing<Node, EdgeId>),
	/// Members are missing: so many edges lead to them. [`crossing`] finds one.
	Incomplete {
		/// Edges open as of the certificate's block with one end listed.
		edges: u64,
	},
	/// The weights add up to more than there can be.
	Overflow,
	/// The adjacency of this node does not agree with its neighbours'. Never so in a graph that keeps its
	/// promises.
	Inconsistent(Node),
	/// The budget does not suffice for a single page of adjacency.
	BudgetTooSmall,
}

/// What a complete certificate shows.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Component {
	/// How many nodes it has.
	pub nodes: u32,
	/// What they weigh together. Few may be heavy: compare this, not the number, with the rest.
	pub weight: Weight,
	/// The block as of which it was one.
	pub as_of: BlockNumber,
}

/// A member of whose adjacency there is more to be read.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
struct Unfinished<Node> {
	node: Node,
	next_page: u32,
	/// An edge to a node listed before was seen.
	hangs: bool,
}

/// A certificate under way.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Cut<Node> {
	component: Component,
	/// Edges open as of the block with one end listed.
	edges: u64,
	unfinished: Option<Unfinished<Node>>,
}

/// How far a page of a list was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taken {
	/// Nodes of the page that are done with. Go on with those after them.
	pub nodes: usize,
	/// What was spent, within the budget.
	pub spent: Effort,
}

impl<Node: Copy + Ord> Cut<Node> {
	/// Nothing is listed yet of a component as of the end of block `as_of`.
	///
	/// The caller sees to it that the block has ended, and is recent: no edge that was closed after it may
	/// have been pruned, until the certificate is complete.
	pub const fn new(as_of: BlockNumber) -> Self {
		Self { component: Component { nodes: 0, weight: 0, as_of }, edges: 0, unfinished: None }
	}

	/// The block as of which the graph is looked at.
	pub const fn as_of(&self) -> BlockNumber {
		self.component.as_of
	}

	/// Edges that lead from listed nodes to others so far.
	pub const fn open_edges(&self) -> u64 {
		self.edges
	}

	/// Lists the next nodes, as far as `budget` goes. After an error nothing of this holds: the caller
	/// discards it and the members alike.
	///
	/// A node takes a read for being inserted and one for its weight, one for each page of its adjacency, and
	/// one for each edge on it that was open. One with many pages may take several calls: until it is done
	/// with, go on with it.
	pub fn extend<G: Graph<Node = Node>>(
		&mut self,
		graph: &G,
		members: &mut impl Members<Node>,
		list: &[Node],
		budget: Effort,
	) -> Result<Taken, CutError<Node, G::EdgeId>> {
		let mut taken = Taken::default();
		for node in list {
			if !self.take(graph, members, *node, budget, &mut taken.spent)? {
				break;
			}
			taken.nodes = taken.nodes.saturating_add(1);
		}
		if taken == Taken::default() && !list.is_empty() {
			return Err(CutError::BudgetTooSmall);
		}
		Ok(taken)
	}

	/// Takes one node, or a part of its pages; returns whether it is done with.
	fn take<G: Graph<Node = Node>>(
		&mut self,
		graph: &G,
		members: &mut impl Members<Node>,
		node: Node,
		budget: Effort,
		spent: &mut Effort,
	) -> Result<bool, CutError<Node, G::EdgeId>> {
		let as_of = AsOf::Block(self.as_of());
		let mut unfinished = match self.unfinished {
			Some(unfinished) if unfinished.node == node => unfinished,
			Some(unfinished) => return Err(CutError::Unfinished(unfinished.node)),
			None => {
				let left = budget.reads.saturating_sub(spent.reads);
				if left < 2 || spent.expansions >= budget.expansions {
					return Ok(false);
				}
				spent.reads = spent.reads.saturating_add(2);
				spent.expansions = spent.expansions.saturating_add(1);
				self.insert(graph, members, node)?
			}
		};
		loop {
			self.unfinished = Some(unfinished);
			if spent.reads >= budget.reads {
				return Ok(false);
			}
			let page = graph.page(node, unfinished.next_page);
			let (half_edges, more) = page.map_or_else(Default::default, |page| (page.half_edges, page.more));
			let open = |half: &&HalfEdge<Node, G::EdgeId>| half.life.is_open(as_of);
			let questions = u32::try_from(half_edges.iter().filter(open).count()).unwrap_or(u32::MAX);
			let reads = questions.saturating_add(1);
			if budget.reads.saturating_sub(spent.reads) < reads {
				// The page is read again next time, when there is enough to ask for all its edges.
				if spent.reads == 0 {
					return Err(CutError::BudgetTooSmall);
				}
				spent.reads = spent.reads.saturating_add(1);
				return Ok(false);
			}
			spent.reads = spent.reads.saturating_add(reads);
			for half in half_edges.iter().filter(open) {
				if members.contains(half.to) {
					unfinished.hangs = true;
					self.edges = self.edges.checked_sub(1).ok_or(CutError::Inconsistent(node))?;
				} else {
					self.edges = self.edges.checked_add(1).ok_or(CutError::Overflow)?;
				}
			}
			match unfinished.next_page.checked_add(1).filter(|_| more) {
				Some(next) => unfinished.next_page = next,
				None => break,
			}
		}
		self.unfinished = None;
		if self.component.nodes > 1 && !unfinished.hangs {
			return Err(CutError::Stranger(node));
		}
		Ok(true)
	}

	fn insert<G: Graph<Node = Node>>(
		&mut self,
		graph: &G,
		members: &mut impl Members<Node>,
		node: Node,
	) -> Result<Unfinished<Node>, CutError<Node, G::EdgeId>> {
		let weight = graph.weight(node, AsOf::Block(self.as_of())).ok_or(CutError::NotANode(node))?;
		if !members.insert(node) {
			return Err(CutError::Duplicate(node));
		}
		let Component { nodes, weight: before, as_of } = self.component;
		self.component = Component {
			nodes: nodes.checked_add(1).ok_or(CutError::Overflow)?,
			weight: before.checked_add(weight).ok_or(CutError::Overflow)?,
			as_of,
		};
		Ok(Unfinished { node, next_page: 0, hangs: false })
	}

	/// The list has ended: what it shows.
	pub fn finish<EdgeId>(self) -> Result<Component, CutError<Node, EdgeId>> {
		if let Some(Unfinished { node, .. }) = self.unfinished {
			return Err(CutError::Unfinished(node));
		}
		match (self.component.nodes, self.edges) {
			(0, _) => Err(CutError::Empty),
			(_, 0) => Ok(self.component),
			(_, edges) => Err(CutError::Incomplete { edges }),
		}
	}
}

/// An edge that was open and leads from one of `list` to a node that is none of `members`, if there is one:
/// what shows that a list is incomplete. Reads as a certificate does, without a bound: for clients, and for
/// lists that were taken already.
pub fn crossing<G: Graph>(
	graph: &G,
	members: &impl Members<G::Node>,
	list: &[G::Node],
	as_of: BlockNumber,
) -> Option<Crossing<G::Node, G::EdgeId>> {
	for inside in list.iter().copied() {
		let mut number = Some(0);
		while let Some(page) = number.and_then(|number| graph.page(inside, number)) {
			let out = page
				.half_edges
				.iter()
				.find(|half| half.life.is_open(AsOf::Block(as_of)) && !members.contains(half.to));
			if let Some(half) = out {
				return Some(Crossing { edge: half.edge, inside, outside: half.to });
			}
			number = number.and_then(|number| number.checked_add(1)).filter(|_| page.more);
		}
	}
	None
}

/// Checks a certificate that comes in one piece. The budget is for the whole of it; finding the edge that
/// shows a missing member may take as many reads again.
pub fn verify<G: Graph>(
	graph: &G,
	list: &[G::Node],
	as_of: BlockNumber,
	budget: Effort,
) -> Result<Component, CutError<G::Node, G::EdgeId>> {
	let (mut cut, mut members) = (Cut::new(as_of), BTreeSet::new());
	if cut.extend(graph, &mut members, list, budget)?.nodes < list.len() {
		return Err(CutError::BudgetTooSmall);
	}
	cut.finish().map_err(|error| match error {
		CutError::Incomplete { .. } => {
			crossing(graph, &members, list, as_of).map_or(error, CutError::Crossing)
		}
		_ => error,
	})
}
