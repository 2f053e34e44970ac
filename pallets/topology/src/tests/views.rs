//! What clients and other pallets read.

use crate::{mock::*, Evidence};
use frame_support::assert_ok;
use surety_graph::reach::Limits;
use surety_primitives::{
	api::{RouteInfo, SeverCost},
	topology::Standing,
	traits::Topology as _,
};
use surety_response::{PerSide, Side};

const STAKES: [u128; 4] = [9_000, 3_000, 3_000, 1_000];
const EDGES: [[u32; 2]; 4] = [[0, 1], [1, 2], [2, 0], [2, 3]];
const ANY: Limits = Limits { latency_ms: 1_000, bandwidth_kbit_s: 0, price: 10_000, bytes: 10 };

#[test]
fn nodes_should_be_described() {
	execute_in(&STAKES, &EDGES, || {
		let node = Topology::node(2).unwrap();
		assert_eq!(
			(node.account.clone(), node.key, node.stake, node.weight),
			(person(2), key(2), 3_000, 3_000)
		);
		assert_eq!((node.degree, node.unsettled, node.rises), (3, 0, None));
		assert_eq!((node.standing, node.component), (Some(Standing::Main), Topology::component_of(0).ok()));
		assert_eq!(Topology::node_of(person(2)), Some(node));
		assert_eq!((Topology::node(9), Topology::node_of(ANYBODY)), (None, None));
		let page = Topology::nodes(1, 2);
		assert_eq!(
			(page.nodes.iter().map(|node| node.id).collect::<Vec<_>>(), page.next),
			(vec![1, 2], Some(3))
		);
		assert_eq!(Topology::nodes(3, 0).next, None);
	});
}

#[test]
fn edges_should_be_described() {
	execute_in(&STAKES, &EDGES, || {
		let edge = Topology::edge(3).unwrap();
		assert_eq!(
			(edge.ends, edge.terms, edge.penalty),
			(PerSide { opener: 2, acceptor: 3 }, terms(10), PENALTY)
		);
		assert_eq!((edge.severed_by, edge.unsettled), (None, false));
		sever(3, Evidence::None);
		let edge = Topology::edge(3).unwrap();
		assert_eq!((edge.severed_by, edge.unsettled), (Some(Side::Opener), true));
		let id = propose([3, 0]);
		let proposal = Topology::edge_proposal(id).unwrap();
		assert_eq!((proposal.ends, proposal.deposits), (PerSide { opener: 3, acceptor: 0 }, deposits()));
		assert_eq!((Topology::edge(id), Topology::edge_proposal(id + 1)), (None, None));
		let page = Topology::neighbours(2, 0);
		assert_eq!((page.edges, page.next), (vec![(1, 1), (2, 0)], None));
		assert_eq!(Topology::neighbours(2, 1).edges, vec![]);
	});
}

#[test]
fn what_severing_costs_should_be_said_before() {
	execute_in(&STAKES, &EDGES, || {
		let cost = Topology::sever_cost(0).unwrap();
		assert_eq!(cost, SeverCost { half: HALF, burned: BURNED, reward: SEVER_REWARD });
		sever(0, Evidence::None);
		assert_eq!((lost(0), lost(1)), (cost.burned + cost.reward, cost.burned));
		assert_eq!(Topology::sever_cost(9), None);
	});
}

#[test]
fn a_witness_that_is_found_should_be_taken() {
	execute_in(&STAKES, &EDGES, || {
		let path = Topology::witness(0).unwrap();
		assert_eq!(path, vec![2, 1]);
		sever(0, witness(&path));
		assert_eq!(Topology::witness(3), None);
	});
}

#[test]
fn routes_should_be_found_and_checked() {
	execute_in(&STAKES, &EDGES, || {
		let found = Topology::route(0, 3, 3, ANY);
		let route = |edges: Vec<u64>| {
			let hops = edges.len() as u32;
			RouteInfo { price: 15 * u128::from(hops), latency_ms: 10 * hops, edges }
		};
		assert_eq!((found.routes, found.complete), (vec![route(vec![2, 3]), route(vec![0, 1, 3])], true));
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		assert!(Topology::check_path(&person(3), &[0, 1, 3], &ANY).is_ok());
		assert_eq!(Topology::max_path(), MAX_PATH);
	});
}

#[test]
fn the_centre_should_be_described_with_what_it_costs() {
	execute_in(&STAKES, &EDGES, || {
		assert_eq!((Topology::centre(), Topology::distance(3)), (None, None));
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		let centre = Topology::centre().unwrap();
		assert_eq!((centre.node, centre.stands_in, centre.bond), (0, true, 0));
		assert_eq!((centre.price, centre.challenger), (CHALLENGE_DEPOSIT + 4, None));
		assert_eq!(
			(Topology::distance(0), Topology::distance(3), Topology::distance(9)),
			(Some(0), Some(2), None)
		);
		// 3,000 + 3,000 + 2 · 1,000.
		assert_eq!(Topology::centre_cost(0), Some(8_000.into()));
		assert_eq!(Topology::centre_cost(9), None);
	});
}

#[test]
fn components_should_be_described_with_their_cuts() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		let (main, off) = (Topology::component(0).unwrap(), Topology::component(3).unwrap());
		assert_eq!((main.nodes, main.weight, main.main, main.cut), (3, 15_000, true, None));
		assert_eq!((off.nodes, off.weight, off.main), (1, 1_000, false));
		let cut = off.cut.unwrap();
		assert_eq!((cut.since, cut.liable_from, cut.vetoed), (now(), now() + GRACE, false));
		assert_eq!(Topology::standing(&person(3)), Some(Standing::CutOff { since: now() }));
		assert_eq!(
			(Topology::standing(&person(0)), Topology::standing(&ANYBODY)),
			(Some(Standing::Main), None)
		);
	});
}
