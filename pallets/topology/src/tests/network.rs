//! The network in storage is read as the one in memory is.

use crate::{history::History, mock::*, Adjacency, AdjacencyPage, SearchPages, Stored, Weights, PAGE_LEN};
use surety_graph::{
	bfs::Bfs,
	memory::{MemoryPages, Network},
	search::search,
	AsOf, Cost, Counting, Effort, HalfEdge, Life,
};
use surety_graph_model::generate::regular;

const NODES: u32 = 1_000;
const LIFE: Life = Life { opened_at: 1, closed_at: None };

/// The same network in storage and in memory, without records of edges: searches do not read them.
fn fill() -> (Network, Vec<[u32; 2]>) {
	let edges = regular(NODES, 8, 3);
	let mut network = Network::new(PAGE_LEN);
	let mut pages = vec![AdjacencyPage::default(); NODES as usize];
	for node in 0..NODES {
		network.add_node(u128::from(node)).expect("numbers are left");
		Weights::<Test>::insert(node, History::new(1, u128::from(node)));
	}
	for (edge, [a, b]) in edges.iter().copied().enumerate() {
		network.open([a, b], Default::default(), 1).expect("both are there");
		for (end, to) in [(a, b), (b, a)] {
			let half = HalfEdge { edge: edge as u64, to, life: LIFE };
			pages[end as usize].half_edges.try_push(half).expect("eight fit");
		}
	}
	for (node, page) in (0..).zip(pages) {
		Adjacency::<Test>::insert(node, 0, page);
	}
	(network, edges)
}

#[test]
fn a_search_should_read_as_much_of_storage_as_of_memory() {
	new_test_ext().execute_with(|| {
		let (network, edges) = fill();
		let (stored, network) = (Counting::new(Stored::<Test>::new()), Counting::new(network));
		let budget = Effort { expansions: u32::MAX, reads: u32::MAX };
		for (edge, ends) in edges.iter().copied().enumerate().take(200) {
			let of_stored = search(&stored, ends, Some(edge as u64), AsOf::Now, budget);
			let of_memory = search(&network, ends, Some(edge as u32), AsOf::Now, budget);
			assert_eq!(of_stored.spent, of_memory.spent);
		}
		assert_eq!((stored.reads(), stored.pages()), (network.reads(), network.pages()));
		assert!(stored.reads() > 200);
	});
}

#[test]
fn the_search_for_the_centre_should_cost_as_much_in_storage_as_in_memory() {
	new_test_ext().execute_with(|| {
		let (network, _) = fill();
		let budget = Cost { reads: 300, writes: 30 };
		let (mut of_stored, mut of_memory) = (Bfs::new(5, 1), Bfs::new(5, 1));
		let (mut stored, mut memory) = (SearchPages::<Test>::new(), MemoryPages::default());
		let mut steps = 0;
		while !of_memory.is_cleared() {
			let cost = of_memory.step(&network, &mut memory, budget);
			assert_eq!(of_stored.step(&Stored::<Test>::new(), &mut stored, budget), cost);
			assert_eq!(of_stored, of_memory);
			steps += 1;
		}
		assert!((6..12).contains(&steps), "{steps}");
		assert_eq!(of_stored.total().map(|total| total.nodes), Some(NODES));
		assert_eq!(crate::SearchVisited::<Test>::iter_keys().count(), 0);
	});
}
