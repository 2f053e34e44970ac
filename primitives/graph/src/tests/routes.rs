//! Rules of routes.

use super::{graphs, network};
use crate::{
	memory::Network,
	reach::{self, Limits},
	routes::{routes, Route, Work, MAX_ROUTES},
	Counting, Terms,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use surety_graph_model::{generate, Model, Terms as ModelTerms};

const AMPLE: Work = Work { reads: 1_000_000, labels: 1_000_000 };
const FREE: Limits = Limits { latency_ms: u32::MAX, bandwidth_kbit_s: 0, price: u128::MAX, bytes: 100 };

/// 0 and 3 are joined by way of 1 (cheap and slow), by way of 2 (dear and fast), and by a narrow edge.
fn diamond() -> Network {
	let mut network = Network::new(2);
	for _ in 0..5 {
		network.add_node(1);
	}
	for (ends, latency_ms, bandwidth_kbit_s, base_price) in [
		([0, 1], 50, 100, 1),
		([1, 3], 50, 100, 1),
		([0, 2], 10, 100, 5),
		([2, 3], 10, 100, 5),
		([0, 3], 5, 1, 0),
	] {
		let terms = Terms { latency_ms, bandwidth_kbit_s, base_price, price_per_byte: 0 };
		network.open(ends, terms, 0);
	}
	network
}

fn edges(count: u32, limits: Limits) -> Vec<Vec<u32>> {
	let found = routes(&diamond(), [0, 3], count, &limits, AMPLE);
	assert!(found.complete);
	found.routes.into_iter().map(|route| route.edges).collect()
}

#[test]
fn routes_come_cheapest_first() {
	assert_eq!(edges(9, FREE), [vec![4], vec![0, 1], vec![2, 3]]);
	assert_eq!(edges(2, FREE), [vec![4], vec![0, 1]]);
	assert!(edges(0, FREE).is_empty());
}

#[test]
fn a_route_that_is_too_slow_too_narrow_or_too_dear_is_none() {
	assert_eq!(edges(9, Limits { bandwidth_kbit_s: 2, ..FREE }), [[0, 1], [2, 3]]);
	assert_eq!(edges(9, Limits { bandwidth_kbit_s: 2, latency_ms: 99, ..FREE }), [[2, 3]]);
	assert_eq!(edges(9, Limits { bandwidth_kbit_s: 2, price: 9, ..FREE }), [[0, 1]]);
	assert!(edges(9, Limits { bandwidth_kbit_s: 101, ..FREE }).is_empty());
}

#[test]
fn from_a_node_to_itself_there_is_one_route_without_edges() {
	let found = routes(&diamond(), [2, 2], 5, &FREE, AMPLE);
	let nothing = Route { price: 0, latency_ms: 0, hops: 0, edges: vec![] };
	assert_eq!((found.routes, found.complete), (vec![nothing], true));
}

#[test]
fn to_a_node_that_is_cut_off_there_is_none() {
	let found = routes(&diamond(), [0, 4], 5, &FREE, AMPLE);
	assert!(found.routes.is_empty() && found.complete);
}

#[test]
fn no_more_routes_are_looked_for_than_the_most() {
	let mut model = Model::new(2, &[[0, 1]; 40]);
	model.edges.iter_mut().zip(0..).for_each(|(edge, price)| edge.terms.base = price);
	let found = routes(&network(&model), [0, 1], u32::MAX, &FREE, AMPLE);
	assert_eq!(found.routes.len() as u32, MAX_ROUTES);
}

#[test]
fn routes_that_begin_alike_and_those_that_end_alike_are_all_found() {
	let mut model = Model::new(3, &[[0, 1], [0, 1], [0, 1], [1, 2], [1, 2], [1, 2]]);
	model.edges.iter_mut().zip([0, 1, 2, 0, 10, 20]).for_each(|(edge, price)| edge.terms.base = price);
	let found = routes(&network(&model), [0, 2], 9, &FREE, AMPLE);
	let prices: Vec<_> = found.routes.iter().map(|route| route.price).collect();
	assert_eq!(prices, [0, 1, 2, 10, 11, 12, 20, 21, 22]);
}

#[test]
fn an_edge_whose_price_is_no_amount_is_not_used() {
	let mut model = Model::new(2, &[[0, 1], [0, 1]]);
	model.edges[0].terms.byte = u128::MAX;
	let found = routes(&network(&model), [0, 1], 3, &FREE, AMPLE);
	assert_eq!(found.routes.len(), 1);
	assert_eq!(found.routes[0].edges, [1]);
}

/// Promises of few values, so that there are many ties.
fn promised(nodes: u32, edges: &[[u32; 2]], seed: u64) -> (Model, generate::Rng) {
	let (mut model, mut rng) = (Model::new(nodes, edges), generate::Rng::new(seed));
	let values = 1 + rng.below(6);
	for edge in &mut model.edges {
		edge.terms = ModelTerms {
			latency: rng.below(values).into(),
			bandwidth: rng.below(4).into(),
			base: rng.below(values).into(),
			byte: rng.below(2).into(),
		};
	}
	for edge in 0..edges.len() as u32 {
		if rng.below(8) == 0 {
			model.close(edge, 1);
		}
	}
	(model, rng)
}

fn limits(rng: &mut generate::Rng) -> Limits {
	Limits {
		latency_ms: rng.below(14),
		bandwidth_kbit_s: rng.below(3),
		price: if rng.below(3) == 0 { rng.below(20).into() } else { u128::MAX },
		bytes: rng.below(3).into(),
	}
}

/// Graphs of so few edges that all paths can be listed.
fn small_graphs() -> impl Strategy<Value = (u32, Vec<[u32; 2]>)> {
	graphs().prop_map(|(nodes, mut edges)| {
		let nodes = nodes.min(8);
		edges.retain(|ends| ends.iter().all(|end| *end < nodes));
		edges.truncate(12);
		// Some nodes are joined twice.
		edges.extend(edges.iter().copied().step_by(4).collect::<Vec<_>>());
		(nodes, edges)
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(512))]

	#[test]
	fn routes_are_the_cheapest_of_all_paths((nodes, edges) in small_graphs(), seed in any::<u64>(), count in 1u32..8) {
		let (model, mut rng) = promised(nodes, &edges, seed);
		let limits = limits(&mut rng);
		let ends = [rng.below(nodes), rng.below(nodes)];
		let network = Counting::new(network(&model));
		let found = routes(&network, ends, count, &limits, AMPLE);
		prop_assert!(found.complete);
		prop_assert_eq!(network.reads(), u64::from(found.spent.reads));
		let mut paths = model.paths(ends[0], ends[1], limits.bytes);
		paths.retain(|path| {
			path.latency <= limits.latency_ms.into() && path.price <= limits.price
				&& path.edges.iter().all(|edge| {
					model.edges[*edge as usize].terms.bandwidth >= limits.bandwidth_kbit_s.into()
				})
		});
		paths.sort();
		paths.truncate(count as usize);
		let ranks = |route: &Route<u32>| (route.price, u64::from(route.latency_ms), route.hops as usize);
		let ranks: Vec<_> = found.routes.iter().map(ranks).collect();
		let expected: Vec<_> = paths.iter().map(|path| (path.price, path.latency, path.hops)).collect();
		prop_assert_eq!(ranks, expected);
		let distinct: BTreeSet<_> = found.routes.iter().map(|route| &route.edges).collect();
		prop_assert_eq!(distinct.len(), found.routes.len());
		// Each is what it says: a path without a loop, within the limits.
		for route in &found.routes {
			let totals = reach::verify(&network, ends, &route.edges, &limits, 64).expect("it is a path");
			prop_assert_eq!((totals.price, totals.latency_ms), (route.price, route.latency_ms));
		}
	}

	#[test]
	fn routes_do_not_depend_on_the_order_in_which_edges_are_stored((nodes, edges) in small_graphs(), seed in any::<u64>()) {
		let (model, mut rng) = promised(nodes, &edges, seed);
		let limits = limits(&mut rng);
		let ends = [rng.below(nodes), rng.below(nodes)];
		let plain = network(&model);
		let found = routes(&plain, ends, 5, &limits, AMPLE);
		let shuffled = Shuffled { inner: &plain, page_len: 1 + rng.below(4), seed };
		prop_assert_eq!(found.routes, routes(&shuffled, ends, 5, &limits, AMPLE).routes);
	}

	#[test]
	fn too_little_work_is_told_and_what_was_found_holds((nodes, edges) in small_graphs(), seed in any::<u64>(), reads in 0u32..40, labels in 0u32..40) {
		let (model, mut rng) = promised(nodes, &edges, seed);
		let limits = limits(&mut rng);
		let ends = [rng.below(nodes), rng.below(nodes)];
		let network = network(&model);
		let whole = routes(&network, ends, 5, &limits, AMPLE);
		let part = routes(&network, ends, 5, &limits, Work { reads, labels });
		prop_assert!(part.spent.reads <= reads && part.spent.labels <= labels);
		prop_assert_eq!(part.complete, whole.spent.reads <= reads && whole.spent.labels <= labels);
		prop_assert!(whole.routes.starts_with(&part.routes));
		prop_assert!(!part.complete || part.routes == whole.routes);
	}
}

/// The same graph with its adjacency in another order, on other pages.
struct Shuffled<'a> {
	inner: &'a Network,
	page_len: u32,
	seed: u64,
}

impl crate::Graph for Shuffled<'_> {
	type Node = u32;
	type EdgeId = u32;

	fn edge(&self, edge: u32) -> Option<crate::Edge<u32>> {
		self.inner.edge(edge)
	}

	fn page(&self, node: u32, page: u32) -> Option<crate::Page<u32, u32>> {
		let mut all = Vec::new();
		for number in 0.. {
			let Some(page) = self.inner.page(node, number) else { break };
			all.extend(page.half_edges);
		}
		generate::Rng::new(self.seed ^ u64::from(node)).shuffle(&mut all);
		let mut pages = all.chunks(self.page_len as usize).skip(page as usize);
		let half_edges = pages.next()?.to_vec();
		Some(crate::Page { half_edges, more: pages.next().is_some() })
	}

	fn weight(&self, node: u32, as_of: crate::AsOf) -> Option<u128> {
		self.inner.weight(node, as_of)
	}
}
