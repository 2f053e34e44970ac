//! Rules of cut certificates.

use super::{graphs, network, weighed};
use crate::{
	cut::{crossing, verify, Component, Crossing, Cut, CutError, Taken},
	memory::Network,
	search::{search, Outcome},
	AsOf, Counting, Effort,
};
use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;
use std::collections::BTreeSet;
use surety_graph_model::{generate, Model};

const AMPLE: Effort = Effort { expansions: 1_000_000, reads: 1_000_000 };

type Error = CutError<u32, u32>;

/// A square 0…3 and a triangle 4…6, which the edge 4, from 3 to 4, joined until block 10. Weights are tens.
fn square_and_triangle() -> Model {
	let edges = [[0, 1], [1, 2], [2, 3], [3, 0], [3, 4], [4, 5], [5, 6], [6, 4]];
	let mut model = Model::new(7, &edges);
	model.weights = (1..=7).map(|node| node * 10).collect();
	model.close(4, 10);
	model
}

fn check(model: &Model, list: &[u32], as_of: u32) -> Result<Component, Error> {
	verify(&network(model), list, as_of, AMPLE)
}

const SQUARE: Component = Component { nodes: 4, weight: 100, as_of: 10 };

#[test]
fn a_component_listed_whole_is_a_cut_with_its_weight() {
	let model = square_and_triangle();
	assert_eq!(check(&model, &[0, 1, 3, 2], 10), Ok(SQUARE));
	let triangle = Component { nodes: 3, weight: 180, as_of: 10 };
	assert_eq!(check(&model, &[6, 5, 4], 10), Ok(triangle));
}

#[test]
fn a_certificate_with_a_missing_member_fails_with_the_edge_that_leads_to_it() {
	let model = square_and_triangle();
	let shown = Crossing { edge: 1, inside: 1, outside: 2 };
	assert_eq!(check(&model, &[0, 1, 3], 10), Err(CutError::Crossing(shown)));
}

#[test]
fn a_certificate_with_a_stranger_fails_with_that_node() {
	let mut model = square_and_triangle();
	assert_eq!(check(&model, &[0, 1, 2, 3, 5], 10), Err(CutError::Stranger(5)));
	model.weights.push(1_000);
	assert_eq!(check(&model, &[0, 1, 2, 3, 7], 10), Err(CutError::Stranger(7)));
	assert_eq!(check(&model, &[0, 1, 2, 3, 8], 10), Err(CutError::NotANode(8)));
}

#[test]
fn two_components_are_no_certificate_however_heavy_they_are_together() {
	let model = square_and_triangle();
	assert_eq!(check(&model, &[0, 1, 2, 3, 4, 5, 6], 10), Err(CutError::Stranger(4)));
}

#[test]
fn a_node_listed_twice_is_refused() {
	assert_eq!(check(&square_and_triangle(), &[0, 1, 2, 1, 3], 10), Err(CutError::Duplicate(1)));
}

#[test]
fn an_empty_list_shows_nothing() {
	assert_eq!(check(&square_and_triangle(), &[], 10), Err(CutError::Empty));
}

#[test]
fn a_node_of_degree_0_is_a_certificate_of_one() {
	let mut model = square_and_triangle();
	for edge in [0, 3] {
		model.close(edge, 11);
	}
	let alone = Component { nodes: 1, weight: 10, as_of: 11 };
	assert_eq!(check(&model, &[0], 11), Ok(alone));
	let network = Counting::new(network(&model));
	verify(&network, &[0], 11, AMPLE).expect("it is alone");
	assert_eq!(network.reads(), 2);
	// A node without a page of adjacency.
	model.weights.push(5);
	assert_eq!(check(&model, &[7], 11), Ok(Component { nodes: 1, weight: 5, as_of: 11 }));
}

#[test]
fn an_edge_closed_after_the_block_counts_as_open() {
	let model = square_and_triangle();
	let shown = Crossing { edge: 4, inside: 3, outside: 4 };
	assert_eq!(check(&model, &[0, 1, 2, 3], 9), Err(CutError::Crossing(shown)));
	assert_eq!(check(&model, &[0, 1, 2, 3, 4, 5, 6], 9).map(|all| all.nodes), Ok(7));
}

#[test]
fn a_new_edge_each_block_does_not_overtake_a_certificate() {
	let network = network(&square_and_triangle());
	let mut network = network;
	let (mut cut, mut members) = (Cut::new(10), BTreeSet::new());
	for (block, node) in (11..).zip([0, 1, 2, 3]) {
		for to in [4, 5, 6] {
			network.open([node, to], Default::default(), block).expect("nodes are there");
		}
		let taken = cut.extend(&network, &mut members, &[node], AMPLE).expect("it is a member");
		assert_eq!(taken.nodes, 1);
	}
	assert_eq!(cut.finish::<u32>(), Ok(SQUARE));
}

#[test]
fn closing_edges_while_a_certificate_is_under_way_does_not_help_it() {
	let mut network = network(&square_and_triangle());
	let (mut cut, mut members) = (Cut::new(10), BTreeSet::new());
	cut.extend(&network, &mut members, &[0, 1], AMPLE).expect("members");
	for edge in [1, 3] {
		assert!(network.close(edge, 11));
	}
	assert_eq!(cut.finish(), Err(Error::Incomplete { edges: 2 }));
	let shown = crossing(&network, &members, &[0, 1], 10).expect("two lead out");
	assert_eq!(shown, Crossing { edge: 3, inside: 0, outside: 3 });
}

#[test]
fn the_state_between_two_pages_is_small_and_survives_encoding() {
	assert!(Cut::<[u8; 32]>::max_encoded_len() <= 80, "{}", Cut::<[u8; 32]>::max_encoded_len());
	let network = network(&square_and_triangle());
	let (mut cut, mut members) = (Cut::new(10), BTreeSet::new());
	for node in [0, 1, 2, 3] {
		cut.extend(&network, &mut members, &[node], AMPLE).expect("it is a member");
		let bytes = cut.encode();
		assert!(bytes.len() <= Cut::<u32>::max_encoded_len());
		cut = Cut::decode(&mut &bytes[..]).expect("was encoded");
	}
	assert_eq!(cut.finish::<u32>(), Ok(SQUARE));
}

/// A hub with 300 leaves, on 100 pages.
fn star() -> Network {
	network(&Model::new(301, &(1..=300).map(|leaf| [0, leaf]).collect::<Vec<_>>()))
}

#[test]
fn a_hub_is_taken_in_several_calls_and_nobody_else_meanwhile() {
	let network = star();
	let (mut cut, mut members) = (Cut::new(1), BTreeSet::new());
	let budget = Effort { expansions: 10, reads: 90 };
	let mut calls = 0;
	loop {
		let taken = cut.extend(&network, &mut members, &[0], budget).expect("it gets on");
		assert!(taken.spent.reads <= 90);
		calls += 1;
		if taken.nodes > 0 {
			break;
		}
		let other = cut.extend(&network, &mut members.clone(), &[1], budget);
		assert_eq!(other, Err(Error::Unfinished(0)));
		assert_eq!(cut.finish::<u32>(), Err(Error::Unfinished(0)));
	}
	// 300 edges and 100 pages.
	assert_eq!(calls, 5);
	assert_eq!(cut.open_edges(), 300);
	let leaves: Vec<_> = (1..=300).collect();
	assert_eq!(cut.extend(&network, &mut members, &leaves, AMPLE).map(|taken| taken.nodes), Ok(300));
	assert_eq!(cut.finish::<u32>().map(|star| star.weight), Ok(301));
}

#[test]
fn a_budget_that_does_not_suffice_for_a_page_is_refused() {
	let (mut cut, mut members) = (Cut::new(1), BTreeSet::new());
	let network = star();
	for budget in [Effort { expansions: 5, reads: 1 }, Effort { expansions: 0, reads: 100 }] {
		let refused = cut.extend(&network, &mut members, &[0], budget);
		assert_eq!(refused, Err(Error::BudgetTooSmall));
	}
	// It begins, and then needs four reads for a page with three edges.
	let three = Effort { expansions: 5, reads: 3 };
	assert_eq!(cut.extend(&network, &mut members, &[0], three).map(|taken| taken.nodes), Ok(0));
	assert_eq!(cut.extend(&network, &mut members, &[0], three), Err(Error::BudgetTooSmall));
	assert_eq!(cut.extend(&network, &mut members, &[], three), Ok(Taken::default()));
	assert_eq!(verify(&network, &[0, 1], 1, three), Err(Error::BudgetTooSmall));
}

#[test]
fn weights_that_no_number_holds_are_refused() {
	let mut model = Model::new(2, &[[0, 1]]);
	model.weights = vec![u128::MAX, 1];
	assert_eq!(check(&model, &[0, 1], 1), Err(CutError::Overflow));
}

#[test]
fn ten_heavy_hubs_weigh_more_than_a_thousand_dust_nodes() {
	let mut edges: Vec<_> = (1..10).map(|hub| [0, hub]).collect();
	edges.extend((11..1_010).map(|dust| [10, dust]));
	let mut model = Model::new(1_010, &edges);
	model.weights[..10].fill(1_000_000);
	let hubs: Vec<_> = (0..10).collect();
	let dust: Vec<_> = (10..1_010).collect();
	let (hubs, dust) = (check(&model, &hubs, 1).expect("a cut"), check(&model, &dust, 1).expect("a cut"));
	assert!(hubs.nodes < dust.nodes && hubs.weight > dust.weight);
}

proptest! {
	#[test]
	fn what_the_search_lists_is_a_certificate_in_pages_of_any_size(
		(nodes, edges) in graphs(),
		seed in any::<u64>(),
		page in 1usize..6,
		reads in 7u32..30,
	) {
		let mut model = weighed(nodes, &edges, seed);
		let mut rng = generate::Rng::new(seed);
		for edge in 0..edges.len() as u32 {
			if rng.below(2) == 0 {
				model.close(edge, 1 + rng.below(4));
			}
		}
		let ends = [rng.below(nodes), rng.below(nodes)];
		let as_of = 2;
		let network = Counting::new(network(&model));
		let found = search(&network, ends, None, AsOf::Block(as_of), AMPLE);
		if let Outcome::Component { members: list, .. } = found.outcome {
			let (mut cut, mut members) = (Cut::new(as_of), BTreeSet::new());
			let budget = Effort { expansions: 100, reads };
			for mut page in list.chunks(page) {
				while !page.is_empty() {
					network.reset();
					let taken = cut.extend(&network, &mut members, page, budget).expect("it gets on");
					prop_assert!(taken.spent.reads <= reads);
					prop_assert!(network.reads() <= u64::from(taken.spent.reads));
					page = &page[taken.nodes..];
				}
			}
			let component = cut.finish::<u32>().expect("it is complete");
			prop_assert_eq!(component.nodes as usize, list.len());
			prop_assert_eq!(component.weight, model.weight(&list));
		}
	}

	#[test]
	fn exactly_the_components_of_the_model_are_certificates(
		(nodes, edges) in graphs(),
		seed in any::<u64>(),
		as_of in 0u32..5,
	) {
		let mut model = weighed(nodes, &edges, seed);
		let mut rng = generate::Rng::new(seed);
		for edge in 0..edges.len() as u32 {
			if rng.below(3) == 0 {
				model.close(edge, 1 + rng.below(4));
			}
		}
		for _ in 0..rng.below(4) {
			let ends = [rng.below(nodes), rng.below(nodes)];
			if ends[0] != ends[1] {
				model.open(ends, rng.below(5), Default::default());
			}
		}
		let network = network(&model);
		let start = rng.below(nodes);
		let component = model.component(start, Some(as_of));
		// A list that grows, with a little done to it.
		let mut list: Vec<u32> = model.hops(start, Some(as_of)).into_iter().collect::<Vec<_>>()
			.into_iter().map(|(node, hops)| (hops, node)).collect::<BTreeSet<_>>()
			.into_iter().map(|(_, node)| node).collect();
		match rng.below(4) {
			0 => { list.remove(rng.below(list.len() as u32) as usize); }
			1 => list.insert(rng.below(list.len() as u32 + 1) as usize, rng.below(nodes + 1)),
			2 => rng.shuffle(&mut list),
			_ => {}
		}
		let set: BTreeSet<_> = list.iter().copied().collect();
		let whole = set == component && set.len() == list.len();
		let grows = (1..list.len()).all(|end| {
			let (before, node) = (&list[..end], list[end]);
			node < nodes && model.around(node, Some(as_of)).iter().any(|(_, to)| before.contains(to))
		});
		match verify(&network, &list, as_of, AMPLE) {
			Ok(found) => {
				// Another component may have been left by what was done to the list.
				let other = list.first().map(|first| model.component(*first, Some(as_of)));
				prop_assert_eq!(other.as_ref(), Some(&set));
				prop_assert!(grows && set.len() == list.len());
				prop_assert_eq!(found.weight, model.weight(&set));
				prop_assert_eq!(found.nodes as usize, set.len());
			}
			Err(error) => {
				prop_assert!(!(whole && grows), "{:?}", error);
				match error {
					CutError::Crossing(Crossing { edge, inside, outside }) => {
						prop_assert!(model.is_open(edge, Some(as_of)));
						prop_assert!(set.contains(&inside) && !set.contains(&outside));
						let ends = model.edges[edge as usize].ends;
						prop_assert!(ends == [inside, outside] || ends == [outside, inside]);
					}
					CutError::Stranger(node) => {
						let place = list.iter().position(|other| *other == node).expect("it is listed");
						let near = model.around(node, Some(as_of));
						prop_assert!(near.iter().all(|(_, to)| !list[..place].contains(to)));
					}
					CutError::Duplicate(node) => {
						prop_assert!(list.iter().filter(|other| **other == node).count() > 1);
					}
					CutError::NotANode(node) => prop_assert!(node >= nodes),
					CutError::Empty => prop_assert!(list.is_empty()),
					other => prop_assert!(false, "{:?}", other),
				}
			}
		}
	}
}
