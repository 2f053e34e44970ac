//! The centre (S3 §4.1): the node c with the least Σ weight(v)·hops(c, v).
//!
//! Nobody computes it. There is an incumbent, and whoever knows a better node names it: a [`Challenge`]
//! searches from both, over one snapshot, and the one with the lower sum is the centre from then on. Ties
//! stay.
//!
//! **Why it cannot be dragged away.** Let someone hold a chain e₁, e₂, …, that hangs on e₀, whom it does not
//! hold. From eᵢ to eᵢ₋₁ the sum falls by the weight on the near side of that edge and rises by the weight
//! beyond it. Beyond it all is the chain's; so while the chain has less than half of the weight, each of its
//! nodes has a neighbour that is strictly better, and a challenge by that neighbour wins, up to e₀. It takes
//! no search of the whole graph to know that: if no neighbour of a node is better, the node is a local
//! optimum, and none on such a chain is one.

use crate::{
	bfs::{Bfs, BudgetTooSmall, Pages, Total, MIN_BUDGET},
	edge::{AsOf, BlockNumber},
	graph::{Cost, Effort, Graph},
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use primitive_types::U256;
use scale_info::TypeInfo;

/// How a challenge has ended.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Verdict {
	/// The challenger's sum, which is given, is lower.
	ChallengerWins {
		/// What was reached from the challenger.
		total: Total,
	},
	/// The incumbent's sum is as low or lower.
	IncumbentStays {
		/// What was reached from the incumbent.
		total: Total,
	},
	/// There was no path between the two, so their sums say nothing.
	NotConnected,
}

/// Which search is under way.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
enum Stage {
	/// From the challenger.
	Challenger,
	/// From the incumbent; the challenger's total is known.
	Incumbent { challenger: Total },
	/// None: what was stored is being removed.
	Cancelled,
}

/// A comparison of two nodes under way, over as many steps as it takes.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Challenge {
	incumbent: u32,
	challenger: u32,
	as_of: BlockNumber,
	stage: Stage,
	bfs: Bfs,
}

impl Challenge {
	/// Compares two nodes, by number, over the graph as of the end of block `as_of`, which has ended. The
	/// store must be empty.
	pub const fn new(incumbent: u32, challenger: u32, as_of: BlockNumber) -> Self {
		let bfs = Bfs::new(challenger, as_of).seeking(incumbent);
		Self { incumbent, challenger, as_of, stage: Stage::Challenger, bfs }
	}

	/// The number of the node that is compared with the incumbent.
	pub const fn challenger(&self) -> u32 {
		self.challenger
	}

	/// The number of the incumbent.
	pub const fn incumbent(&self) -> u32 {
		self.incumbent
	}

	/// The verdict, once all has been searched that is needed and the store is empty again.
	pub fn verdict(&self) -> Option<Verdict> {
		let total = self.bfs.total().filter(|_| self.bfs.is_cleared())?;
		match self.stage {
			Stage::Challenger => (!self.bfs.found()).then_some(Verdict::NotConnected),
			Stage::Incumbent { challenger } if challenger.cost < total.cost => {
				Some(Verdict::ChallengerWins { total: challenger })
			}
			Stage::Incumbent { .. } => Some(Verdict::IncumbentStays { total }),
			Stage::Cancelled => None,
		}
	}

	/// Gives the challenge up, without a verdict. Further steps remove what it has stored.
	pub fn cancel(&mut self) {
		self.bfs.cancel();
		self.stage = Stage::Cancelled;
	}

	/// Whether nothing is left to be done: there is a verdict, or it was given up, and the store is empty.
	pub fn is_over(&self) -> bool {
		self.bfs.is_cleared() && (self.stage == Stage::Cancelled || self.verdict().is_some())
	}

	/// Goes on, within `budget`, and returns what that has cost.
	pub fn step<G>(&mut self, graph: &G, store: &mut impl Pages, budget: Cost) -> Result<Cost, BudgetTooSmall>
	where
		G: Graph,
		G::Node: From<u32> + Into<u32>,
	{
		let cost = self.bfs.step(graph, store, budget)?;
		let Stage::Challenger = self.stage else { return Ok(cost) };
		let Some(challenger) = self.bfs.total().filter(|_| self.bfs.is_cleared() && self.bfs.found()) else {
			return Ok(cost);
		};
		// Both reach the same nodes. As soon as the incumbent's sum is above the challenger's, all is said.
		self.stage = Stage::Incumbent { challenger };
		self.bfs = Bfs::new(self.incumbent, self.as_of).up_to(challenger.cost);
		let left = budget.minus(cost);
		if left.covers(MIN_BUDGET) {
			return Ok(cost.plus(self.bfs.step(graph, store, left)?));
		}
		Ok(cost)
	}
}

/// The sum of a node over what it reaches, in one go and in memory; `None` where the budget does not suffice.
/// For clients.
pub fn total<G: Graph>(graph: &G, node: G::Node, as_of: AsOf, budget: &mut Effort) -> Option<Total> {
	let mut total = Total::default();
	let (mut reached, mut level) = (BTreeSet::from([node]), Vec::from([node]));
	let mut hops = 0u32;
	while !level.is_empty() {
		let mut next = Vec::new();
		for node in level {
			budget.expansions = budget.expansions.checked_sub(1)?;
			budget.reads = budget.reads.checked_sub(1)?;
			let weight = U256::from(graph.weight(node, as_of).unwrap_or(0));
			total.nodes = total.nodes.saturating_add(1);
			total.weight = total.weight.saturating_add(weight);
			total.cost = total.cost.saturating_add(weight.saturating_mul(hops.into()));
			neighbours(graph, node, as_of, budget, |to| {
				if reached.insert(to) {
					next.push(to);
				}
			})?;
		}
		level = next;
		hops = hops.saturating_add(1);
	}
	Some(total)
}

/// Calls `visit` with each node to which `node` has an open edge.
fn neighbours<G: Graph>(
	graph: &G,
	node: G::Node,
	as_of: AsOf,
	budget: &mut Effort,
	mut visit: impl FnMut(G::Node),
) -> Option<()> {
	let mut number = 0u32;
	loop {
		budget.reads = budget.reads.checked_sub(1)?;
		let Some(page) = graph.page(node, number) else { return Some(()) };
		page.half_edges.iter().filter(|half| half.life.is_open(as_of)).for_each(|half| visit(half.to));
		match number.checked_add(1).filter(|_| page.more) {
			Some(next) => number = next,
			None => return Some(()),
		}
	}
}

/// The best neighbour of `node`, if it is better than `node` itself: `None` within is the proof that `node`
/// is a local optimum. The outer `None`: the budget does not suffice. Of as good ones the first by name. For
/// clients who look for a challenger.
pub fn better_neighbour<G: Graph>(
	graph: &G,
	node: G::Node,
	as_of: AsOf,
	budget: &mut Effort,
) -> Option<Option<G::Node>> {
	let mut around = BTreeSet::new();
	neighbours(graph, node, as_of, budget, |to| {
		around.insert(to);
	})?;
	let mut costs = BTreeMap::new();
	for node in core::iter::once(node).chain(around) {
		costs.insert(node, total(graph, node, as_of, budget)?.cost);
	}
	let own = costs.get(&node).copied().unwrap_or_default();
	let best = costs.into_iter().min_by_key(|(neighbour, cost)| (*cost, *neighbour));
	Some(best.filter(|(_, cost)| *cost < own).map(|(neighbour, _)| neighbour))
}

/// Goes from `node` to a better neighbour, and from there, until there is none: a local optimum, in a tree
/// the centre. For clients.
pub fn descend<G: Graph>(graph: &G, node: G::Node, as_of: AsOf, budget: &mut Effort) -> Option<G::Node> {
	let mut at = node;
	while let Some(better) = better_neighbour(graph, at, as_of, budget)? {
		at = better;
	}
	Some(at)
}
