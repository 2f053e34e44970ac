//! What has been read of the graph: each node's edges and what they promise, once.

use super::Work;
use crate::{
	edge::{AsOf, Balance},
	graph::Graph,
	reach::Limits,
};
use alloc::{collections::BTreeMap, vec::Vec};

/// An edge that can be used.
#[derive(Clone, Copy)]
pub(super) struct Way<Node, EdgeId> {
	pub(super) edge: EdgeId,
	pub(super) to: Node,
	pub(super) price: Balance,
	pub(super) latency_ms: u32,
}

impl<Node, EdgeId> Way<Node, EdgeId> {
	/// Price, latency in ms and number of edges of a path with this edge at its end; `None` where one of them
	/// is no number.
	pub(super) fn after(
		&self,
		(price, latency_ms, hops): (Balance, u32, u32),
	) -> Option<(Balance, u32, u32)> {
		Some((price.checked_add(self.price)?, latency_ms.checked_add(self.latency_ms)?, hops.checked_add(1)?))
	}
}

pub(super) struct Map<'a, G: Graph> {
	graph: &'a G,
	limits: Limits,
	work: Work,
	spent: Work,
	ways: BTreeMap<G::Node, Vec<Way<G::Node, G::EdgeId>>>,
}

impl<'a, G: Graph> Map<'a, G> {
	pub(super) fn new(graph: &'a G, limits: &Limits, work: Work) -> Self {
		Self { graph, limits: *limits, work, spent: Work::default(), ways: BTreeMap::new() }
	}

	pub(super) const fn limits(&self) -> &Limits {
		&self.limits
	}

	pub(super) const fn spent(&self) -> Work {
		self.spent
	}

	/// Pays for settling a label.
	pub(super) fn settle(&mut self) -> Option<()> {
		pay(&mut self.spent.labels, self.work.labels)
	}

	/// The edges of a node that are open and wide and cheap enough by themselves, by id.
	pub(super) fn ways(&mut self, node: G::Node) -> Option<&[Way<G::Node, G::EdgeId>]> {
		if !self.ways.contains_key(&node) {
			let ways = self.read(node)?;
			self.ways.insert(node, ways);
		}
		self.ways.get(&node).map(Vec::as_slice)
	}

	/// An edge of a node that was read.
	pub(super) fn way(&self, node: G::Node, edge: G::EdgeId) -> Option<Way<G::Node, G::EdgeId>> {
		self.ways.get(&node)?.iter().find(|way| way.edge == edge).copied()
	}

	fn read(&mut self, node: G::Node) -> Option<Vec<Way<G::Node, G::EdgeId>>> {
		let mut ways = Vec::new();
		let mut number = Some(0u32);
		while let Some(at) = number {
			pay(&mut self.spent.reads, self.work.reads)?;
			let Some(page) = self.graph.page(node, at) else { break };
			for half in page.half_edges.iter().filter(|half| half.life.is_open(AsOf::Now)) {
				pay(&mut self.spent.reads, self.work.reads)?;
				let Some(record) = self.graph.edge(half.edge) else { continue };
				let terms = record.terms;
				// A price that is no amount is more than anybody can pay.
				let Some(price) = terms.price(self.limits.bytes) else { continue };
				if terms.bandwidth_kbit_s >= self.limits.bandwidth_kbit_s {
					let (edge, to) = (half.edge, half.to);
					ways.push(Way { edge, to, price, latency_ms: terms.latency_ms });
				}
			}
			number = at.checked_add(1).filter(|_| page.more);
		}
		ways.sort_unstable_by_key(|way| way.edge);
		Some(ways)
	}
}

fn pay(spent: &mut u32, work: u32) -> Option<()> {
	if *spent >= work {
		return None;
	}
	*spent = spent.saturating_add(1);
	Some(())
}
