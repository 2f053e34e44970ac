mod centre;
mod cut;
mod histories;
mod labels;
mod paths;
mod routes;
mod search;

use crate::{memory::Network, Terms};
use proptest::prelude::*;
use surety_graph_model::{generate, Model};

/// Entries on a page: few, so that many nodes have several pages.
const PAGE_LEN: u32 = 3;

/// The kinds of graphs that everything is tested on, each with its number of nodes and its edges.
fn graphs() -> impl Strategy<Value = (u32, Vec<[u32; 2]>)> {
	let seed = any::<u64>();
	prop_oneof![
		(5u32..20, 3u32..5, seed)
			.prop_map(|(half, degree, seed)| { (2 * half, generate::regular(2 * half, degree, seed)) }),
		(1u32..40, seed).prop_map(|(nodes, seed)| (nodes, generate::tree(nodes, seed))),
		(1u32..30).prop_map(|nodes| (nodes, generate::chain(nodes))),
		(1u32..7, 1u32..7).prop_map(|(width, height)| (width * height, generate::grid(width, height))),
		(1u32..40, 1u32..4, seed)
			.prop_map(|(nodes, each, seed)| { (nodes, generate::scale_free(nodes, each, seed)) }),
		(8u32..40, 0u32..28, seed)
			.prop_map(|(nodes, edges, seed)| { (nodes, generate::erdos_renyi(nodes, edges, seed)) }),
	]
}

/// The network that a model describes.
fn network(model: &Model) -> Network {
	let mut network = Network::new(PAGE_LEN);
	for weight in &model.weights {
		network.add_node(*weight);
	}
	for edge in &model.edges {
		let id = network.open(edge.ends, terms(&edge.terms), edge.opened_at).expect("nodes are there");
		if let Some(block) = edge.closed_at {
			assert!(network.close(id, block));
		}
	}
	network
}

fn terms(of: &surety_graph_model::Terms) -> Terms {
	Terms {
		latency_ms: of.latency as u32,
		bandwidth_kbit_s: of.bandwidth as u32,
		base_price: of.base,
		price_per_byte: of.byte,
	}
}

/// A model of a graph, with weights of all sizes from the seed.
fn weighed(nodes: u32, edges: &[[u32; 2]], seed: u64) -> Model {
	let mut model = Model::new(nodes, edges);
	let mut rng = generate::Rng::new(seed);
	for weight in &mut model.weights {
		*weight = match rng.below(4) {
			0 => 0,
			1 => u128::from(rng.below(5)),
			2 => u128::from(rng.below(1_000)),
			_ => u128::from(rng.bits()) << rng.below(20),
		};
	}
	model
}
