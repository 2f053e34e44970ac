//! Rules of the search over many blocks and of the centre.

use super::{graphs, network, weighed};
use crate::{
	bfs::{Bfs, BudgetTooSmall, Pages, Total, MIN_BUDGET, QUEUE_LEN, VISITED_BITS},
	centre::{better_neighbour, descend, total, Challenge, Verdict},
	memory::{MemoryPages, Network},
	AsOf, Cost, Counting, Effort,
};
use codec::{Decode, Encode, MaxEncodedLen};
use primitive_types::U256;
use proptest::prelude::*;
use surety_graph_model::{generate, Model};

const AMPLE: Effort = Effort { expansions: 1_000_000, reads: 10_000_000 };
const WHOLE: Cost = Cost { reads: 1_000_000, writes: 1_000_000 };

/// Runs a search to its end, through the encoding of its state each time; returns its total and the number of
/// steps. Checks what each step says it has cost.
fn run(network: &Network, mut bfs: Bfs, budget: Cost) -> (Option<Total>, u32) {
	let (graph, mut store) = (Counting::new(network), MemoryPages::default());
	let (mut steps, mut known) = (0, None);
	while !bfs.is_cleared() {
		graph.reset();
		let before = (store.reads(), store.writes());
		let cost = bfs.step(&graph, &mut store, budget).expect("the budget suffices");
		assert!(cost.reads <= budget.reads && cost.writes <= budget.writes, "{cost:?} of {budget:?}");
		assert_eq!(graph.reads() + store.reads() - before.0, u64::from(cost.reads));
		assert_eq!(store.writes() - before.1, u64::from(cost.writes));
		assert!(store.longest() <= QUEUE_LEN as usize);
		assert!(bfs.encoded_size() <= Bfs::max_encoded_len());
		bfs = Bfs::decode(&mut &bfs.encode()[..]).expect("was encoded");
		known = known.or(bfs.total());
		steps += 1;
	}
	assert_eq!(store.stored(), 0, "the store is empty afterwards");
	(known, steps)
}

fn expected(model: &Model, from: u32, when: Option<u32>) -> Total {
	let hops = model.hops(from, when);
	let weights = || hops.iter().map(|(node, hops)| (U256::from(model.weights[*node as usize]), *hops));
	Total {
		nodes: hops.len() as u32,
		weight: weights().fold(U256::zero(), |sum, (weight, _)| sum + weight),
		cost: weights().fold(U256::zero(), |sum, (weight, hops)| sum + weight * hops),
	}
}

/// Compares two nodes, in steps.
fn challenge(network: &Network, incumbent: u32, challenger: u32, as_of: u32, budget: Cost) -> Verdict {
	let (mut challenge, mut store) = (Challenge::new(incumbent, challenger, as_of), MemoryPages::default());
	loop {
		challenge.step(network, &mut store, budget).expect("the budget suffices");
		challenge = Challenge::decode(&mut &challenge.encode()[..]).expect("was encoded");
		assert_eq!(challenge.is_over(), challenge.verdict().is_some());
		if let Some(verdict) = challenge.verdict() {
			assert_eq!(store.stored(), 0, "the store is empty afterwards");
			return verdict;
		}
	}
}

#[test]
fn a_node_alone_costs_nothing() {
	let network = network(&weighed(1, &[], 3));
	let (total, steps) = run(&network, Bfs::new(0, 1), WHOLE);
	assert_eq!(total.map(|total| (total.nodes, total.cost)), Some((1, U256::zero())));
	assert_eq!(steps, 1);
}

#[test]
fn a_budget_with_which_it_might_not_get_on_is_refused() {
	let (network, mut store) = (network(&Model::new(1, &[])), MemoryPages::default());
	for budget in [
		Cost { reads: MIN_BUDGET.reads - 1, ..MIN_BUDGET },
		Cost { writes: MIN_BUDGET.writes - 1, ..MIN_BUDGET },
	] {
		assert_eq!(Bfs::new(0, 1).step(&network, &mut store, budget), Err(BudgetTooSmall));
	}
	assert_eq!((store.reads(), store.writes()), (0, 0));
}

#[test]
fn a_hub_far_beyond_a_budget_is_searched_in_pieces() {
	let nodes = 2_000;
	let edges: Vec<_> = (1..nodes).map(|leaf| [0, leaf]).collect();
	let model = Model::new(nodes, &edges);
	let (total, steps) = run(&network(&model), Bfs::new(1, 1), MIN_BUDGET);
	assert_eq!(total, Some(expected(&model, 1, None)));
	assert!(steps > 1_000, "{steps}");
}

#[test]
fn a_search_over_several_pages_of_queue_and_visited_nodes_finds_them_all() {
	let nodes = 3 * VISITED_BITS + 100;
	let (edges, mut network) = (generate::regular(nodes, 4, 9), Network::new(8));
	for _ in 0..nodes {
		network.add_node(3);
	}
	for ends in edges {
		network.open(ends, Default::default(), 0);
	}
	let budget = Cost { reads: 2_000, writes: 100 };
	let (stepped, steps) = run(&network, Bfs::new(5, 1), budget);
	assert_eq!(stepped, total(&network, 5, AsOf::Now, &mut AMPLE.clone()));
	assert_eq!(stepped.map(|total| total.nodes), Some(nodes));
	// Two reads a node and some pages.
	assert!(steps < 2 * nodes / budget.reads + 10, "{steps}");
}

#[test]
fn a_page_whose_nodes_are_far_apart_in_number_is_gone_through_piece_by_piece() {
	let mut network = Network::new(64);
	for _ in 0..20 * VISITED_BITS {
		network.add_node(1);
	}
	for page in 1..20 {
		network.open([0, page * VISITED_BITS], Default::default(), 0);
	}
	let (mut bfs, mut store) = (Bfs::new(0, 1), MemoryPages::default());
	for _ in 0..100 {
		bfs.step(&network, &mut store, MIN_BUDGET).expect("the budget suffices");
	}
	assert_eq!(bfs.total().map(|total| total.nodes), Some(20));
	assert!(bfs.is_cleared() && store.stored() == 0);
}

#[test]
fn a_search_that_is_given_up_clears_what_it_has_stored() {
	let network = network(&Model::new(3_000, &generate::tree(3_000, 4)));
	for steps in [0, 1, 5, 20] {
		let (mut bfs, mut store) = (Bfs::new(0, 1), MemoryPages::default());
		let budget = Cost { reads: 200, writes: 20 };
		for _ in 0..steps {
			bfs.step(&network, &mut store, budget).expect("the budget suffices");
		}
		assert!(!bfs.is_cleared());
		bfs.cancel();
		let mut further = 0;
		while !bfs.is_cleared() {
			bfs.step(&network, &mut store, MIN_BUDGET).expect("the budget suffices");
			further += 1;
			assert!(further < 100);
		}
		assert_eq!(store.stored(), 0);
	}
}

#[test]
fn a_page_of_visited_nodes_has_a_bit_for_each_number() {
	let mut store = MemoryPages::default();
	let network = network(&Model::new(20, &[[9, 17]]));
	let mut bfs = Bfs::new(9, 1);
	bfs.step(&network, &mut store, MIN_BUDGET).expect("the budget suffices");
	let page = store.visited(0).expect("it was written");
	assert_eq!(page[..4], [0, 0b10, 0b10, 0]);
}

#[test]
fn edges_opened_during_a_search_do_not_count_and_edges_closed_during_it_do() {
	let mut network = network(&Model::new(6, &generate::chain(6)));
	let (mut bfs, mut store) = (Bfs::new(0, 3), MemoryPages::default());
	let mut block = 4;
	while !bfs.is_cleared() {
		network.open([0, 5], Default::default(), block);
		network.close(2, block);
		bfs.step(&network, &mut store, MIN_BUDGET).expect("the budget suffices");
		block += 1;
	}
	assert!(block > 6);
	assert_eq!(bfs.total().map(|total| total.cost), Some(U256::from(1 + 2 + 3 + 4 + 5)));
}

/// A chain of three, the first much heavier: it is the centre.
fn three() -> Network {
	let mut model = Model::new(4, &generate::chain(3));
	model.weights = vec![10, 1, 1, 1];
	network(&model)
}

#[test]
fn a_challenger_with_a_lower_sum_wins() {
	let verdict = challenge(&three(), 1, 0, 1, MIN_BUDGET);
	let total = Total { nodes: 3, weight: 12.into(), cost: 3.into() };
	assert_eq!(verdict, Verdict::ChallengerWins { total });
}

#[test]
fn an_incumbent_with_a_lower_sum_stays() {
	let total = Total { nodes: 3, weight: 12.into(), cost: 3.into() };
	assert_eq!(challenge(&three(), 0, 1, 1, MIN_BUDGET), Verdict::IncumbentStays { total });
}

#[test]
fn ties_stay() {
	let network = network(&Model::new(2, &[[0, 1]]));
	for (incumbent, challenger) in [(0, 1), (1, 0), (0, 0)] {
		let verdict = challenge(&network, incumbent, challenger, 1, WHOLE);
		assert!(matches!(verdict, Verdict::IncumbentStays { .. }), "{verdict:?}");
	}
}

#[test]
fn a_challenger_without_a_path_to_the_incumbent_is_not_compared() {
	assert_eq!(challenge(&three(), 0, 3, 1, MIN_BUDGET), Verdict::NotConnected);
}

#[test]
fn the_search_from_the_incumbent_ends_as_soon_as_it_has_lost() {
	let mut model = Model::new(1_000, &generate::chain(1_000));
	model.weights[0] = 1_000_000_000;
	let network = Counting::new(network(&model));
	let mut reads = Vec::new();
	for (incumbent, challenger) in [(1, 0), (0, 1)] {
		network.reset();
		let (mut challenge, mut store) = (Challenge::new(incumbent, challenger, 1), MemoryPages::default());
		while challenge.verdict().is_none() {
			challenge.step(&network, &mut store, WHOLE).expect("the budget suffices");
		}
		reads.push(network.reads());
	}
	assert!(reads[0] < 2_010 && reads[1] > 3_990, "{reads:?}");
}

#[test]
fn a_challenge_that_is_given_up_has_no_verdict_and_clears_what_it_has_stored() {
	let network = network(&Model::new(2_000, &generate::chain(2_000)));
	for steps in [0, 3, 20] {
		let (mut challenge, mut store) = (Challenge::new(0, 900, 1), MemoryPages::default());
		for _ in 0..steps {
			challenge
				.step(&network, &mut store, Cost { reads: 300, writes: 20 })
				.expect("the budget suffices");
		}
		assert!(!challenge.is_over());
		challenge.cancel();
		for _ in 0..20 {
			challenge.step(&network, &mut store, MIN_BUDGET).expect("the budget suffices");
		}
		assert!(challenge.is_over() && challenge.verdict().is_none());
		assert_eq!(store.stored(), 0);
	}
}

#[test]
fn the_state_of_a_challenge_is_small() {
	assert!(Challenge::max_encoded_len() < 300, "{}", Challenge::max_encoded_len());
}

/// A graph with a chain that hangs on one of its nodes; returns the model and the first node of the chain.
fn with_chain(nodes: u32, edges: &[[u32; 2]], length: u32, seed: u64) -> (Model, u32) {
	let mut model = weighed(nodes, edges, seed);
	let mut rng = generate::Rng::new(!seed);
	let mut before = rng.below(nodes);
	for node in nodes..nodes + length {
		model.weights.push(u128::from(rng.below(1_000)));
		model.open([before, node], 0, Default::default());
		before = node;
	}
	(model, nodes)
}

proptest! {
	#[test]
	fn a_search_in_steps_sums_up_what_the_model_does(
		(nodes, edges) in graphs(),
		seed in any::<u64>(),
		reads in 5u32..40,
		writes in 3u32..12,
	) {
		let mut model = weighed(nodes, &edges, seed);
		let mut rng = generate::Rng::new(seed);
		for edge in 0..edges.len() as u32 {
			if rng.below(5) == 0 {
				model.close(edge, 1 + rng.below(4));
			}
		}
		let (start, as_of) = (rng.below(nodes), rng.below(5));
		let network = network(&model);
		let (stepped, _) = run(&network, Bfs::new(start, as_of), Cost { reads, writes });
		prop_assert_eq!(stepped, Some(expected(&model, start, Some(as_of))));
		prop_assert_eq!(total(&network, start, AsOf::Block(as_of), &mut AMPLE.clone()), stepped);
	}

	#[test]
	fn a_search_up_to_a_cost_says_whether_the_whole_is_above_it((nodes, edges) in graphs(), seed in any::<u64>()) {
		let model = weighed(nodes, &edges, seed);
		let whole = expected(&model, 0, None).cost;
		let network = network(&model);
		for ceiling in [U256::zero(), whole / 2, whole.saturating_sub(1.into()), whole, whole + 1] {
			let (found, _) = run(&network, Bfs::new(0, 1).up_to(ceiling), MIN_BUDGET);
			prop_assert_eq!(found.expect("it ends").cost > ceiling, whole > ceiling);
		}
	}

	#[test]
	fn challenges_end_at_the_centre_of_the_model((nodes, edges) in graphs(), seed in any::<u64>()) {
		let model = weighed(nodes, &edges, seed);
		let network = network(&model);
		let members = model.component(0, None);
		let mut incumbent = 0;
		for challenger in &members {
			let verdict = challenge(&network, incumbent, *challenger, 1, WHOLE);
			prop_assert_eq!(
				matches!(verdict, Verdict::ChallengerWins { .. }),
				model.cost(*challenger, None) < model.cost(incumbent, None)
			);
			if let Verdict::ChallengerWins { total } = verdict {
				incumbent = *challenger;
				prop_assert_eq!(total.cost, U256::from(model.cost(incumbent, None)));
			}
		}
		prop_assert!(model.centres(0, None).contains(&incumbent));
		if let Some(stranger) = (0..nodes).find(|node| !members.contains(node)) {
			prop_assert_eq!(challenge(&network, incumbent, stranger, 1, WHOLE), Verdict::NotConnected);
		}
	}

	/// S3 §4.1: Eve's chain.
	#[test]
	fn a_chain_with_less_than_half_of_the_weight_never_gets_the_centre(
		(nodes, edges) in graphs(),
		length in 1u32..8,
		seed in any::<u64>(),
	) {
		let (mut model, first) = with_chain(nodes, &edges, length, seed);
		let component = model.component(first, None);
		let chain: Vec<u32> = (first..first + length).collect();
		let others = model.weight(&component) - model.weight(&chain);
		if others <= model.weight(&chain) {
			let lacks = model.weight(&chain) + 1 - others;
			let neighbour = model.edges[edges.len()].ends[0];
			model.weights[neighbour as usize] += lacks;
		}
		prop_assert!(chain.iter().all(|node| !model.centres(first, None).contains(node)));
		// Wherever on the chain it were, the neighbour towards the others takes it away, and another
		// challenger does not give it back.
		let network = network(&model);
		for (index, node) in chain.iter().enumerate() {
			let towards = model.edges[edges.len() + index].ends[0];
			let verdict = challenge(&network, *node, towards, 1, WHOLE);
			prop_assert!(matches!(verdict, Verdict::ChallengerWins { .. }), "{:?}", verdict);
			let verdict = challenge(&network, towards, *node, 1, WHOLE);
			prop_assert!(matches!(verdict, Verdict::IncumbentStays { .. }), "{:?}", verdict);
			prop_assert!(better_neighbour(&network, *node, AsOf::Now, &mut AMPLE.clone()).expect("ample").is_some());
		}
	}

	#[test]
	fn a_chain_with_just_half_of_the_weight_does_not_take_the_centre_from_its_neighbour(
		(nodes, edges) in graphs(),
		length in 1u32..8,
		seed in any::<u64>(),
	) {
		let (mut model, first) = with_chain(nodes, &edges, length, seed);
		let chain: Vec<u32> = (first..first + length).collect();
		let others = model.weight(&model.component(first, None)) - model.weight(&chain);
		model.weights[first as usize] = others.saturating_sub(model.weight(&chain[1..]));
		prop_assume!(model.weight(&chain) == others);
		let network = network(&model);
		let towards = model.edges[edges.len()].ends[0];
		let verdict = challenge(&network, towards, first, 1, WHOLE);
		let as_it_should = matches!(verdict, Verdict::IncumbentStays { .. });
		prop_assert!(as_it_should);
		// With more than half it does: the bound is sharp.
		model.weights[first as usize] += 1;
		let verdict = challenge(&super::network(&model), towards, first, 1, WHOLE);
		let as_it_should = matches!(verdict, Verdict::ChallengerWins { .. });
		prop_assert!(as_it_should);
	}

	#[test]
	fn a_node_without_a_better_neighbour_is_a_local_optimum_and_only_that((nodes, edges) in graphs(), seed in any::<u64>()) {
		let model = weighed(nodes, &edges, seed);
		let network = network(&model);
		let start = generate::Rng::new(seed).below(nodes);
		let best = model.around(start, None).into_iter().map(|(_, to)| model.cost(to, None)).min();
		let found = better_neighbour(&network, start, AsOf::Now, &mut AMPLE.clone()).expect("ample");
		prop_assert_eq!(found.map(|node| model.cost(node, None)), best.filter(|best| *best < model.cost(start, None)));
		let end = descend(&network, start, AsOf::Now, &mut AMPLE.clone()).expect("ample");
		prop_assert!(model.around(end, None).iter().all(|(_, to)| model.cost(*to, None) >= model.cost(end, None)));
	}

	#[test]
	fn in_a_tree_the_local_optimum_is_the_centre(nodes in 1u32..40, seed in any::<u64>()) {
		let mut model = weighed(nodes, &generate::tree(nodes, seed), seed);
		model.weights.iter_mut().for_each(|weight| *weight += 1);
		let start = generate::Rng::new(seed).below(nodes);
		let end = descend(&network(&model), start, AsOf::Now, &mut AMPLE.clone()).expect("ample");
		prop_assert!(model.centres(start, None).contains(&end));
	}
}
