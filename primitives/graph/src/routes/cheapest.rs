//! The cheapest path within a latency, by labels.

use super::{map::Map, Route};
use crate::{edge::Balance, graph::Graph};
use alloc::{
	collections::{BTreeMap, BTreeSet, BinaryHeap},
	vec::Vec,
};
use core::cmp::Reverse;

/// A path that is to be found: it begins with some edges, and goes on from where they lead.
pub(super) struct Detour<Node, EdgeId> {
	/// Where the prefix leads.
	pub(super) from: Node,
	pub(super) to: Node,
	/// The edges with which it begins.
	pub(super) prefix: Vec<EdgeId>,
	/// Their price, latency in ms, and number.
	pub(super) base: (Balance, u32, u32),
	/// Nodes of the prefix before `from`: the path has been there.
	pub(super) avoid: BTreeSet<Node>,
	/// Edges by which it must not leave `from`: other paths do.
	pub(super) leave: BTreeSet<EdgeId>,
}

/// How good a label is: price, latency in ms, edges, and its number, which settles ties.
type Rank = (Balance, u32, u32, usize);

/// A way to a node: the last edge, and the label before.
struct Label<Node, EdgeId> {
	node: Node,
	came: Option<(EdgeId, usize)>,
}

/// The best path that is as `detour` says; the outer `None` where the work does not suffice.
pub(super) fn cheapest<G: Graph>(
	map: &mut Map<'_, G>,
	detour: Detour<G::Node, G::EdgeId>,
) -> Option<Option<Route<G::EdgeId>>> {
	let limits = *map.limits();
	let (price, latency_ms, hops) = detour.base;
	let mut labels = Vec::from([Label { node: detour.from, came: None }]);
	let mut waiting = BinaryHeap::from([Reverse((price, latency_ms, hops, 0usize))]);
	// The least latency of a label that was settled at a node. Later ones are dearer: they must be faster.
	let mut fastest: BTreeMap<G::Node, u32> = BTreeMap::new();
	while let Some(Reverse((price, latency_ms, hops, number))) = waiting.pop() {
		let Some(node) = labels.get(number).map(|label| label.node) else { continue };
		if fastest.get(&node).is_some_and(|fastest| *fastest <= latency_ms) {
			continue;
		}
		map.settle()?;
		fastest.insert(node, latency_ms);
		if node == detour.to {
			let mut edges = detour.prefix;
			edges.extend(trace(&labels, number));
			return Some(Some(Route { price, latency_ms, hops, edges }));
		}
		for way in map.ways(node)? {
			if detour.avoid.contains(&way.to) || (node == detour.from && detour.leave.contains(&way.edge)) {
				continue;
			}
			let Some((price, latency_ms, hops)) = way.after((price, latency_ms, hops)) else { continue };
			let within = price <= limits.price && latency_ms <= limits.latency_ms;
			if !within || fastest.get(&way.to).is_some_and(|fastest| *fastest <= latency_ms) {
				continue;
			}
			let rank: Rank = (price, latency_ms, hops, labels.len());
			labels.push(Label { node: way.to, came: Some((way.edge, number)) });
			waiting.push(Reverse(rank));
		}
	}
	Some(None)
}

/// The edges that lead to a label.
fn trace<Node, EdgeId: Copy>(labels: &[Label<Node, EdgeId>], number: usize) -> Vec<EdgeId> {
	let mut edges = Vec::new();
	let mut at = labels.get(number);
	while let Some((edge, before)) = at.and_then(|label| label.came) {
		edges.push(edge);
		at = labels.get(before);
	}
	edges.reverse();
	edges
}
