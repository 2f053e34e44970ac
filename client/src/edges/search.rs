//! Looking for a way between two nodes, or for the component that one of them is left in, with the network read from
//! elsewhere: this says which node it wants to know the edges of, and is told.
//!
//! Both sides take turns, so that the smaller component is known after twice as many steps as it has nodes, however large
//! the other one is. What the chain does itself is [`surety_graph::search`].

use std::collections::BTreeMap;
use surety_primitives::{topology::NodeId, EdgeId};

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
	/// A way from the first to the second, by its edges.
	Connected(Vec<EdgeId>),
	/// All nodes of the component of one of the two without the other, each beside one before it: as a certificate lists
	/// them.
	Component(Vec<NodeId>),
	/// More nodes would have to be looked at than may be.
	Undecided,
}

/// What comes next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
	/// The edges of this node are needed.
	Expand(NodeId),
	/// It is over.
	Done(Outcome),
}

#[derive(Clone, Debug)]
struct Side {
	/// Each node that was reached, and how.
	reached: BTreeMap<NodeId, Option<(NodeId, EdgeId)>>,
	/// The same nodes in the order in which they were reached.
	order: Vec<NodeId>,
	next: usize,
}

impl Side {
	fn new(end: NodeId) -> Self {
		Self { reached: BTreeMap::from([(end, None)]), order: vec![end], next: 0 }
	}

	fn wants(&self) -> Option<NodeId> {
		self.order.get(self.next).copied()
	}

	/// Edges from a node back to the end.
	fn way_back(&self, node: NodeId) -> Vec<EdgeId> {
		let (mut way, mut at) = (Vec::new(), node);
		while let Some(Some((before, edge))) = self.reached.get(&at) {
			way.push(*edge);
			at = *before;
		}
		way
	}
}

/// A search under way.
#[derive(Clone, Debug)]
pub struct Search {
	first: Side,
	second: Option<Side>,
	without: Option<EdgeId>,
	/// Nodes that may still be expanded.
	left: usize,
	met: Option<NodeId>,
}

impl Search {
	/// For a way from `first` to `second` that leaves the edge `without` out; without a second one, for the component of the
	/// first. Expands `most` nodes at the most.
	pub fn new(first: NodeId, second: Option<NodeId>, without: Option<EdgeId>, most: usize) -> Self {
		let met = second.filter(|second| *second == first);
		Self { first: Side::new(first), second: second.map(Side::new), without, left: most, met }
	}

	/// How many nodes were expanded.
	pub fn expanded(&self) -> usize {
		self.first.next.saturating_add(self.second.as_ref().map_or(0, |second| second.next))
	}

	fn is_turn_of_first(&self) -> bool {
		self.second.as_ref().is_none_or(|second| self.first.next <= second.next)
	}

	/// What comes next.
	pub fn step(&self) -> Step {
		if let Some(node) = self.met {
			let mut way = self.first.way_back(node);
			way.reverse();
			way.extend(self.second.iter().flat_map(|second| second.way_back(node)));
			return Step::Done(Outcome::Connected(way));
		}
		let sides = [Some(&self.first), self.second.as_ref()];
		if let Some(side) = sides.into_iter().flatten().find(|side| side.wants().is_none()) {
			return Step::Done(Outcome::Component(side.order.clone()));
		}
		let side = match (&self.second, self.is_turn_of_first()) {
			(Some(second), false) => second,
			_ => &self.first,
		};
		match side.wants().filter(|_| self.left > 0) {
			Some(node) => Step::Expand(node),
			None => Step::Done(Outcome::Undecided),
		}
	}

	/// Tells the edges of the node that was asked for, and where they lead.
	pub fn feed(&mut self, edges: &[(EdgeId, NodeId)]) {
		let turn = self.is_turn_of_first();
		let (own, other) = match (&mut self.second, turn) {
			(Some(second), false) => (second, Some(&self.first)),
			(second, _) => (&mut self.first, second.as_ref()),
		};
		let Some(node) = own.wants() else { return };
		own.next = own.next.saturating_add(1);
		self.left = self.left.saturating_sub(1);
		for (edge, to) in edges {
			if Some(*edge) == self.without || own.reached.contains_key(to) {
				continue;
			}
			own.reached.insert(*to, Some((node, *edge)));
			own.order.push(*to);
			if other.is_some_and(|other| other.reached.contains_key(to)) {
				self.met = Some(*to);
				return;
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeSet;

	type Edges = Vec<(EdgeId, NodeId, NodeId)>;

	fn neighbours(edges: &Edges, node: NodeId) -> Vec<(EdgeId, NodeId)> {
		let of = |&(edge, a, b): &(EdgeId, NodeId, NodeId)| match node {
			node if node == a => Some((edge, b)),
			node if node == b => Some((edge, a)),
			_ => None,
		};
		edges.iter().filter_map(of).collect()
	}

	fn run(edges: &Edges, mut search: Search) -> (Outcome, usize) {
		loop {
			match search.step() {
				Step::Expand(node) => search.feed(&neighbours(edges, node)),
				Step::Done(outcome) => return (outcome, search.expanded()),
			}
		}
	}

	/// The component of a node, by looking at all edges again and again.
	fn component(edges: &Edges, node: NodeId) -> BTreeSet<NodeId> {
		let mut all = BTreeSet::from([node]);
		loop {
			let before = all.len();
			for (_, a, b) in edges {
				if all.contains(a) || all.contains(b) {
					all.extend([*a, *b]);
				}
			}
			if all.len() == before {
				return all;
			}
		}
	}

	proptest! {
		#[test]
		fn a_search_should_find_what_looking_at_everything_finds(
			pairs in prop::collection::vec((0u32..12, 0u32..12), 0..24),
			ends in (0u32..12, 0u32..12),
			without in prop::option::of(0u64..24),
		) {
			let edges: Edges =
				pairs.into_iter().filter(|(a, b)| a != b).zip(0..).map(|((a, b), id)| (id, a, b)).collect();
			let rest: Edges = edges.iter().copied().filter(|edge| Some(edge.0) != without).collect();
			let (first, second) = ends;
			let (found, expanded) = run(&edges, Search::new(first, Some(second), without, 1_000));
			let (of_first, of_second) = (component(&rest, first), component(&rest, second));
			match found {
				Outcome::Connected(way) => {
					prop_assert!(of_first.contains(&second));
					let mut at = first;
					for id in way {
						let (_, a, b) = rest.iter().copied().find(|edge| edge.0 == id).expect("an edge that is left");
						prop_assert!(at == a || at == b);
						at = if at == a { b } else { a };
					}
					prop_assert_eq!(at, second);
				}
				Outcome::Component(members) => {
					prop_assert!(!of_first.contains(&second));
					let set: BTreeSet<NodeId> = members.iter().copied().collect();
					prop_assert_eq!(set.len(), members.len());
					prop_assert!(set == of_first || set == of_second);
					// The smaller one was not missed for the larger.
					let smaller = of_first.len().min(of_second.len());
					prop_assert!(expanded <= 2 * smaller + 1, "{} of {}", expanded, smaller);
					for (place, member) in members.iter().enumerate().skip(1) {
						let known = &members[..place];
						let beside = neighbours(&rest, *member).iter().any(|(_, to)| known.contains(to));
						prop_assert!(beside, "a certificate would call it a stranger");
					}
				}
				Outcome::Undecided => prop_assert!(false, "there was no bound"),
			}
		}

		#[test]
		fn a_search_should_never_look_at_more_than_it_may(
			length in 2u32..60, most in 0usize..70,
		) {
			let chain: Edges = (1..length).map(|node| (node.into(), node - 1, node)).collect();
			let (found, expanded) = run(&chain, Search::new(0, None, None, most));
			prop_assert!(expanded <= most);
			let all: Vec<NodeId> = (0..length).collect();
			let expected = if most >= all.len() { Outcome::Component(all) } else { Outcome::Undecided };
			prop_assert_eq!(found, expected);
		}
	}

	#[test]
	fn a_node_should_be_connected_to_itself_by_no_edge() {
		assert_eq!(run(&vec![], Search::new(7, Some(7), None, 0)), (Outcome::Connected(vec![]), 0));
	}
}
