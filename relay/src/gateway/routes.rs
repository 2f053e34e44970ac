//! Ways to an operator, by what is known of the edges.

use super::config::Service;
use crate::{
	chain::{ChainView, EdgeView},
	sealed::OVERHEAD,
};
use std::{cell::RefCell, collections::BTreeMap};
use surety_graph::{
	reach::Limits,
	routes::{routes, Work},
	AsOf, Edge, Graph, HalfEdge, Life, Page, Terms, Weight,
};
use surety_response::{relay::Route, Amount, EdgeId, NodeId};

/// Ways that are looked for.
const WAYS: u32 = 4;

/// What looking for them may take.
const WORK: Work = Work { reads: 20_000, labels: 20_000 };

/// A way to an operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Way {
	pub(super) route: Route,
	/// What it costs.
	pub(super) price: Amount,
	/// When the answer is due, in ms.
	pub(super) timeout_ms: u32,
}

/// The network as the author sees it: its own edges cost it nothing, since it is paid to nobody for their use.
struct Network<'a> {
	chain: &'a dyn ChainView,
	author: NodeId,
	usable: &'a dyn Fn(EdgeId) -> bool,
	read: RefCell<BTreeMap<NodeId, Vec<EdgeView>>>,
}

impl Network<'_> {
	fn view(&self, node: NodeId) -> Vec<EdgeView> {
		let mut read = self.read.borrow_mut();
		let views = read.entry(node).or_insert_with(|| {
			self.chain.edges(&node).into_iter().filter(|view| (self.usable)(view.edge)).collect()
		});
		views.clone()
	}

	fn terms(&self, node: NodeId, view: &EdgeView) -> Terms {
		let own = node == self.author || view.neighbour == self.author;
		Terms {
			latency_ms: view.latency_ms,
			bandwidth_kbit_s: u32::MAX,
			base_price: if own { 0 } else { view.base_price },
			price_per_byte: if own { 0 } else { view.price_per_byte },
		}
	}
}

impl Graph for Network<'_> {
	type Node = NodeId;
	type EdgeId = EdgeId;

	fn edge(&self, edge: EdgeId) -> Option<Edge<NodeId>> {
		let ends = self.chain.ends(edge)?;
		let node = ends[0];
		let view = self.view(node).into_iter().find(|view| view.edge == edge)?;
		Some(Edge { ends, life: Life::since(0), terms: self.terms(node, &view) })
	}

	fn page(&self, node: NodeId, page: u32) -> Option<Page<NodeId, EdgeId>> {
		if page > 0 {
			return None;
		}
		let half = |view: EdgeView| HalfEdge { edge: view.edge, to: view.neighbour, life: Life::since(0) };
		Some(Page { half_edges: self.view(node).into_iter().map(half).collect(), more: false })
	}

	fn weight(&self, _: NodeId, _: AsOf) -> Option<Weight> {
		None
	}
}

/// The cheapest ways from an author to an operator for a call of so many bytes, within what the service is given; best
/// first. `usable` says which edges may be used.
pub(super) fn ways(
	chain: &dyn ChainView,
	[author, operator]: [NodeId; 2],
	service: &Service,
	call_bytes: usize,
	usable: &dyn Fn(EdgeId) -> bool,
) -> Vec<Way> {
	let network = Network { chain, author, usable, read: RefCell::default() };
	let sent = u64::try_from(call_bytes.saturating_add(OVERHEAD)).unwrap_or(u64::MAX);
	let bytes = sent.saturating_add(service.max_reply_bytes.into());
	let limits =
		Limits { latency_ms: service.max_latency_ms, bandwidth_kbit_s: 0, price: service.max_price, bytes };
	let found = routes(&network, [author, operator], WAYS, &limits, WORK).routes;
	let way = |route: surety_graph::routes::Route<EdgeId>| {
		let step = |edge: &EdgeId| {
			let terms = network.edge(*edge)?.terms;
			Some((*edge, terms.latency_ms, terms.price(bytes)?))
		};
		let path = route.edges.iter().map(step).collect::<Option<Vec<_>>>()?;
		let given = service.service_ms.checked_add(service.slack_ms)?;
		let route = Route::tight(&path, given)?;
		let first = route.legs.first().copied()?;
		Some(Way { route, price: first.pay, timeout_ms: first.timeout_ms })
	};
	found.into_iter().filter_map(way).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::{FileChain, NetworkFile},
		gateway::config::OrderValue,
	};
	use std::time::Duration;
	use surety_response::{relay::Leg, H256};

	fn network() -> FileChain {
		let node = |number: u8| {
			let hex = hex::encode([number; 32]);
			format!("[[node]]\nname = \"{number}\"\nid = \"{hex}\"\nkeys = [\"{hex}\"]\n")
		};
		let edge = |id: u8, one: u8, other: u8, latency: u32, price: u32| {
			format!(
				"[[edge]]\nid = {id}\nends = [\"{one}\", \"{other}\"]\nlatency_ms = {latency}\nbase_price = {price}\n\
				 price_per_byte = 0\ndeposits = [1, 1]\npenalty = 1\n"
			)
		};
		// From 1 to 4: over 2, slow and cheap; over 3, fast and dear.
		let text = [
			format!("genesis = \"{}\"\n", hex::encode([7; 32])),
			(1..=4).map(node).collect(),
			edge(10, 1, 2, 40, 99),
			edge(11, 2, 4, 60, 5),
			edge(12, 3, 1, 10, 99),
			edge(13, 3, 4, 10, 50),
		];
		let file: NetworkFile = toml::from_str(&text.concat()).expect("is a network");
		FileChain::new(file, "intents".into()).expect("makes sense")
	}

	fn service() -> Service {
		Service {
			operators: vec![],
			order: OrderValue::Listed,
			stateless: true,
			max_price: 100,
			max_latency_ms: 200,
			max_reply_bytes: 1_000,
			service_ms: 300,
			slack_ms: 100,
			deadline: Duration::from_secs(1),
			late_fee_per_ms: 1,
			late_fee_cap: 1_000,
		}
	}

	const ENDS: [NodeId; 2] = [H256::repeat_byte(1), H256::repeat_byte(4)];

	fn edges(service: &Service, usable: &dyn Fn(EdgeId) -> bool) -> Vec<Vec<EdgeId>> {
		let ways = ways(&network(), ENDS, service, 100, usable);
		ways.iter().map(|way| way.route.legs.iter().map(|leg| leg.edge).collect()).collect()
	}

	#[test]
	fn ways_should_come_by_price_and_cost_nothing_on_the_authors_own_edge() {
		let ways = ways(&network(), ENDS, &service(), 100, &|_| true);
		assert_eq!(ways.iter().map(|way| way.price).collect::<Vec<_>>(), [5, 50]);
		let legs = &ways[0].route.legs;
		assert_eq!(legs[0], Leg { edge: 10, timeout_ms: 2 * 100 + 400, pay: 5 });
		assert_eq!(legs[1], Leg { edge: 11, timeout_ms: 2 * 60 + 400, pay: 0 });
		assert_eq!(ways[0].timeout_ms, 600);
	}

	#[test]
	fn ways_that_are_too_slow_or_too_dear_should_not_be_taken() {
		let all = |_| true;
		assert_eq!(edges(&Service { max_latency_ms: 99, ..service() }, &all), [[12, 13]]);
		assert_eq!(edges(&Service { max_price: 49, ..service() }, &all), [[10, 11]]);
		assert!(edges(&Service { max_price: 4, ..service() }, &all).is_empty());
	}

	#[test]
	fn edges_that_cannot_be_used_should_be_gone_round() {
		assert_eq!(edges(&service(), &|edge| edge != 11), [[12, 13]]);
		assert!(edges(&service(), &|edge| edge != 11 && edge != 12).is_empty());
	}
}
