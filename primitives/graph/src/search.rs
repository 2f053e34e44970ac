//! Two-sided bounded search: did the loss of an edge cut its two ends off from each other?
//!
//! The search grows from both ends at once, breadth first. Each turn reads one page, on the side that has
//! fewer nodes waiting; but a side that has read [`LEAD`] more than twice as much as the other waits for it.
//! So
//! - where the two are connected, the sides meet after about √n nodes in a random graph, since each is a
//!   neighbourhood, not a component;
//! - where they are not, and the adjacency of the component that one end is left in has `r` pages, that side
//!   has run out after `3r + LEAD` reads at the latest, however large the rest is.

use crate::{
	edge::AsOf,
	graph::{Effort, Graph},
};
use alloc::{collections::BTreeMap, vec::Vec};

/// Reads by which a side may be ahead of twice the other's.
pub const LEAD: u32 = 8;

/// What a search found out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<Node, EdgeId> {
	/// The two are connected, by this path from the first to the second. It can serve as a witness.
	Connected {
		/// The edges of the path.
		path: Vec<EdgeId>,
	},
	/// One of them is in a component without the other.
	Component {
		/// Which of the two it is.
		end: Node,
		/// All nodes of the component, from `end` on, each beside one before it: a cut certificate takes them
		/// as they are.
		members: Vec<Node>,
	},
	/// The budget does not suffice. A cut certificate may decide.
	Undecided,
}

/// An outcome, and what it took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found<Node, EdgeId> {
	/// What the search found out.
	pub outcome: Outcome<Node, EdgeId>,
	/// What it has spent, within the budget.
	pub spent: Effort,
}

/// One of the two sides.
struct Side<G: Graph> {
	/// Each node that was reached, and how; the end itself by nothing.
	reached: BTreeMap<G::Node, Option<(G::Node, G::EdgeId)>>,
	/// The same nodes in the order in which they were reached.
	order: Vec<G::Node>,
	/// The one whose adjacency is to be read, and its next page.
	next: usize,
	page: u32,
	reads: u32,
}

impl<G: Graph> Side<G> {
	fn new(end: G::Node) -> Self {
		Self { reached: BTreeMap::from([(end, None)]), order: Vec::from([end]), next: 0, page: 0, reads: 0 }
	}

	fn waiting(&self) -> usize {
		self.order.len().saturating_sub(self.next)
	}

	/// The edges from `node` back to the end.
	fn way_back(&self, node: G::Node) -> Vec<G::EdgeId> {
		let mut way = Vec::new();
		let mut at = node;
		while let Some(Some((before, edge))) = self.reached.get(&at) {
			way.push(*edge);
			at = *before;
		}
		way
	}
}

/// Searches for a path between two nodes, leaving the edge `without` out, within `budget`.
///
/// Memory is proportional to the entries of the pages that were read.
pub fn search<G: Graph>(
	graph: &G,
	ends: [G::Node; 2],
	without: Option<G::EdgeId>,
	as_of: AsOf,
	budget: Effort,
) -> Found<G::Node, G::EdgeId> {
	let mut spent = Effort::default();
	if ends[0] == ends[1] {
		return Found { outcome: Outcome::Connected { path: Vec::new() }, spent };
	}
	let [mut first, mut second] = ends.map(Side::<G>::new);
	loop {
		if let Some(side) = [&first, &second].into_iter().find(|side| side.waiting() == 0) {
			let (end, members) = (side.order.first().copied().unwrap_or(ends[0]), side.order.clone());
			return Found { outcome: Outcome::Component { end, members }, spent };
		}
		let turn = is_turn_of_first(&first, &second);
		let (own, other) = if turn { (&mut first, &second) } else { (&mut second, &first) };
		let Some(met) = expand(graph, own, other, without, as_of, budget, &mut spent) else {
			return Found { outcome: Outcome::Undecided, spent };
		};
		if let Some(node) = met {
			let mut path = first.way_back(node);
			path.reverse();
			path.extend(second.way_back(node));
			return Found { outcome: Outcome::Connected { path }, spent };
		}
	}
}

fn is_turn_of_first<G: Graph>(first: &Side<G>, second: &Side<G>) -> bool {
	let ahead = |a: &Side<G>, b: &Side<G>| a.reads > b.reads.saturating_mul(2).saturating_add(LEAD);
	if ahead(first, second) {
		false
	} else if ahead(second, first) {
		true
	} else {
		(first.waiting(), first.reads) <= (second.waiting(), second.reads)
	}
}

/// Reads a page of `own`'s next node. Returns the node in which the sides have met, if they have; `None`
/// where the budget does not suffice.
fn expand<G: Graph>(
	graph: &G,
	own: &mut Side<G>,
	other: &Side<G>,
	without: Option<G::EdgeId>,
	as_of: AsOf,
	budget: Effort,
	spent: &mut Effort,
) -> Option<Option<G::Node>> {
	let Some(node) = own.order.get(own.next).copied() else { return Some(None) };
	let begins = own.page == 0;
	if spent.reads >= budget.reads || (begins && spent.expansions >= budget.expansions) {
		return None;
	}
	spent.reads = spent.reads.saturating_add(1);
	spent.expansions = spent.expansions.saturating_add(begins.into());
	own.reads = own.reads.saturating_add(1);
	let page = graph.page(node, own.page);
	let (half_edges, more) = page.map_or_else(Default::default, |page| (page.half_edges, page.more));
	for half in half_edges {
		let leads = half.life.is_open(as_of) && Some(half.edge) != without;
		if !leads || own.reached.contains_key(&half.to) {
			continue;
		}
		own.reached.insert(half.to, Some((node, half.edge)));
		own.order.push(half.to);
		if other.reached.contains_key(&half.to) {
			return Some(Some(half.to));
		}
	}
	match own.page.checked_add(1).filter(|_| more) {
		Some(page) => own.page = page,
		None => {
			own.page = 0;
			own.next = own.next.saturating_add(1);
		}
	}
	Some(None)
}
