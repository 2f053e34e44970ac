//! Rules of the two-sided search.

use super::{graphs, network};
use crate::{
	memory::Network,
	search::{search, Outcome, LEAD},
	witness, AsOf, Counting, Effort, Graph,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use surety_graph_model::{generate, Model};

const AMPLE: Effort = Effort { expansions: 1_000_000, reads: 1_000_000 };

/// Adjacency pages of some nodes, closed edges included; one that has none takes a read all the same.
fn pages_of(network: &Network, nodes: &BTreeSet<u32>) -> u32 {
	let pages = |node: u32| (0..).take_while(|page| network.page(node, *page).is_some()).count();
	nodes.iter().map(|node| pages(*node).max(1) as u32).sum()
}

#[test]
fn a_node_and_itself_are_connected_without_a_read() {
	let network = Counting::new(network(&Model::new(1, &[])));
	let found = search(&network, [0, 0], None, AsOf::Now, Effort::default());
	assert_eq!(found.outcome, Outcome::Connected { path: vec![] });
	assert_eq!(network.reads(), 0);
}

#[test]
fn a_node_of_degree_0_is_a_component_after_one_read_even_beside_a_hub() {
	let mut edges: Vec<_> = (2..200).map(|leaf| [1, leaf]).collect();
	edges.push([0, 1]);
	let mut model = Model::new(200, &edges);
	model.close(198, 5);
	let network = Counting::new(network(&model));
	for ends in [[0, 1], [1, 0]] {
		network.reset();
		let found = search(&network, ends, None, AsOf::Now, AMPLE);
		assert_eq!(found.outcome, Outcome::Component { end: 0, members: vec![0] });
		assert!(network.reads() <= u64::from(LEAD) + 3, "{}", network.reads());
	}
}

#[test]
fn an_edge_can_be_left_out_before_it_is_severed() {
	let network = network(&Model::new(3, &generate::chain(3)));
	let with = search(&network, [0, 1], None, AsOf::Now, AMPLE).outcome;
	assert_eq!(with, Outcome::Connected { path: vec![0] });
	let without = search(&network, [0, 1], Some(0), AsOf::Now, AMPLE).outcome;
	assert_eq!(without, Outcome::Component { end: 0, members: vec![0] });
}

#[test]
fn of_two_edges_between_two_nodes_the_loss_of_one_cuts_nothing() {
	let mut model = Model::new(2, &[[0, 1], [1, 0]]);
	model.close(0, 1);
	let found = search(&network(&model), [0, 1], None, AsOf::Now, AMPLE).outcome;
	assert_eq!(found, Outcome::Connected { path: vec![1] });
}

#[test]
fn a_wide_component_runs_out_beside_a_chain_on_which_little_waits() {
	// A star of 40 leaves, and a chain of 5,000 nodes.
	let mut edges: Vec<_> = (1..=40).map(|leaf| [0, leaf]).collect();
	edges.extend((42..5_041).map(|node| [node - 1, node]));
	let network = network(&Model::new(5_041, &edges));
	let found = search(&network, [0, 41], None, AsOf::Now, AMPLE);
	assert!(matches!(found.outcome, Outcome::Component { end: 0, members } if members.len() == 41));
	let pages = pages_of(&network, &(0..=40).collect());
	assert!(found.spent.reads <= 3 * pages + LEAD, "{:?} for {pages}", found.spent);
}

#[test]
fn past_the_budget_nothing_is_decided() {
	let mut model = Model::new(10_000, &generate::chain(10_000));
	model.close(4_999, 1);
	let network = network(&model);
	for budget in [Effort { expansions: 300, ..AMPLE }, Effort { reads: 300, ..AMPLE }] {
		let found = search(&network, [4_999, 5_000], None, AsOf::Now, budget);
		assert_eq!(found.outcome, Outcome::Undecided);
		assert_eq!(found.spent, Effort { expansions: 300, reads: 300 });
	}
	let found = search(&network, [4_999, 5_000], None, AsOf::Now, AMPLE);
	assert!(matches!(found.outcome, Outcome::Component { members, .. } if members.len() == 5_000));
	assert!(found.spent.reads <= 3 * 5_000 + LEAD);
}

proptest! {
	#[test]
	fn the_search_agrees_with_the_model((nodes, edges) in graphs(), seed in any::<u64>()) {
		let mut model = Model::new(nodes, &edges);
		let mut rng = generate::Rng::new(seed);
		for edge in 0..edges.len() as u32 {
			if rng.below(4) == 0 {
				model.close(edge, 1 + rng.below(3));
			}
		}
		let ends = [rng.below(nodes), rng.below(nodes)];
		let network = Counting::new(network(&model));
		for (as_of, when) in [(AsOf::Now, None), (AsOf::Block(1), Some(1)), (AsOf::Block(2), Some(2))] {
			network.reset();
			let found = search(&network, ends, None, as_of, AMPLE);
			prop_assert_eq!(network.reads(), u64::from(found.spent.reads));
			let component = model.component(ends[0], when);
			match found.outcome {
				Outcome::Connected { path } => {
					prop_assert!(component.contains(&ends[1]));
					if as_of == AsOf::Now {
						prop_assert_eq!(witness::verify(&network, u32::MAX, ends, &path, path.len()), Ok(()));
					}
				}
				Outcome::Component { end, members } => {
					prop_assert!(!component.contains(&ends[1]) && ends.contains(&end));
					prop_assert_eq!(members[0], end);
					let list: BTreeSet<_> = members.iter().copied().collect();
					prop_assert_eq!(list.len(), members.len());
					prop_assert_eq!(list, model.component(end, when));
				}
				Outcome::Undecided => prop_assert!(false, "the budget is ample"),
			}
		}
	}

	#[test]
	fn the_smaller_side_runs_out_after_three_times_its_pages((nodes, edges) in graphs(), seed in any::<u64>()) {
		prop_assume!(nodes > 1);
		let mut model = Model::new(nodes, &edges);
		let mut rng = generate::Rng::new(seed);
		let ends = [0, 1 + rng.below(nodes - 1)];
		let mut open = model.open_edges(None);
		rng.shuffle(&mut open);
		while model.component(ends[0], None).contains(&ends[1]) {
			model.close(open.pop().expect("an edge joins them"), 1);
		}
		let sides = ends.map(|end| model.component(end, None));
		let network = network(&model);
		let smaller = sides.iter().map(|side| pages_of(&network, side)).min().expect("two sides");
		let found = search(&network, ends, None, AsOf::Now, AMPLE);
		prop_assert!(found.spent.reads <= 3 * smaller + LEAD, "{:?} for {}", found.spent, smaller);
	}

	#[test]
	fn no_budget_is_exceeded((nodes, edges) in graphs(), expansions in 0u32..30, reads in 0u32..30, seed in any::<u64>()) {
		let network = Counting::new(network(&Model::new(nodes, &edges)));
		let mut rng = generate::Rng::new(seed);
		let ends = [rng.below(nodes), rng.below(nodes)];
		let found = search(&network, ends, None, AsOf::Now, Effort { expansions, reads });
		prop_assert!(found.spent.expansions <= expansions && found.spent.reads <= reads);
		prop_assert_eq!(network.reads(), u64::from(found.spent.reads));
		let whole = search(&network, ends, None, AsOf::Now, AMPLE);
		let suffices = whole.spent.expansions <= expansions && whole.spent.reads <= reads;
		prop_assert_eq!(found.outcome != Outcome::Undecided, suffices);
	}
}
