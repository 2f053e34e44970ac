//! Who bears a severed edge in the end. The network: 0 heavy, with 1 and 2 around it; 3 hangs on 1 and 2.

use crate::{mock::*, Event, Evidence};
use frame_support::{assert_noop, assert_ok};
use surety_response::Side;

const STAKES: [u128; 4] = [9_000, 3_000, 3_000, 1_000];
/// 3 is the acceptor of 3 and 4.
const EDGES: [[u32; 2]; 5] = [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]];

#[test]
fn each_should_bear_its_own_when_nobody_was_cut_off() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		assert_noop!(Topology::settle(by(&ANYBODY), 2), Refused::NothingToSettle);
		assert_noop!(Topology::settle(by(&ANYBODY), 9), Refused::EdgeNotFound);
		advance(HORIZON - 1);
		assert_noop!(Topology::settle(by(&ANYBODY), 3), Refused::TooEarly);
		assert_noop!(Topology::prune(by(&ANYBODY), 3), Refused::NotSettled);
		advance(1);
		let treasury = total(&TREASURY);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_eq!((lost(1), lost(3)), (HALF, HALF));
		assert_eq!(total(&TREASURY) - treasury, 2 * HALF - 2 * BURNED - SEVER_REWARD);
		assert!(events().contains(&Event::Settled { edge: 3, borne_by: None, made_good: 0 }));
		assert_noop!(Topology::settle(by(&ANYBODY), 3), Refused::NothingToSettle);
		advance(1);
		assert_ok!(Topology::prune(by(&ANYBODY), 3));
	});
}

#[test]
fn an_escrow_should_be_kept_for_as_long_as_it_was_when_the_edge_was_opened() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		// What is shorter takes nobody's claim away,
		HorizonNow::set(HORIZON / 2);
		advance(HORIZON - 1);
		assert_noop!(Topology::settle(by(&ANYBODY), 3), Refused::TooEarly);
		// what is longer nobody's money; but the edge is remembered, since others may ask for it.
		HorizonNow::set(2 * HORIZON);
		advance(1);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		advance(HORIZON);
		assert_noop!(Topology::prune(by(&ANYBODY), 3), Refused::TooEarly);
		advance(1);
		assert_ok!(Topology::prune(by(&ANYBODY), 3));
	});
}

#[test]
fn a_node_on_its_own_should_pay_all_penalties_but_what_burned() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		advance(5);
		sever(4, search());
		assert!(is_cut_off(3));
		assert_noop!(Topology::settle(by(&ANYBODY), 3), Refused::TooEarly);
		advance(GRACE);
		let treasury = total(&TREASURY);
		for edge in [3, 4] {
			assert_ok!(Topology::settle(by(&ANYBODY), edge));
			let made_good = HALF - BURNED;
			assert!(events().contains(&Event::Settled { edge, borne_by: Some(Side::Acceptor), made_good }));
		}
		// Each neighbour has lost what burned and no more, though it was the signer.
		assert_eq!((lost(1), lost(2)), (BURNED, BURNED));
		assert_eq!(lost(3), 2 * PENALTY);
		// The node's: both halves, less what burns of either, less what was made good of the reward.
		let own = 2 * (HALF - BURNED) - SEVER_REWARD;
		assert_eq!(total(&TREASURY) - treasury, 2 * own);
	});
}

#[test]
fn the_lighter_side_should_reimburse_the_heavier_and_not_itself() {
	// 3 and 4 hang on 1, and on each other.
	let edges = [[0, 1], [0, 2], [1, 2], [3, 1], [3, 4], [3, 4]];
	execute_in(&[9_000, 3_000, 3_000, 1_000, 1_000], &edges, || {
		sever(4, search());
		sever(3, search());
		assert!(is_cut_off(3) && is_cut_off(4) && is_main(1));
		advance(GRACE);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_eq!(lost(1), BURNED);
		// The edge among themselves is borne by each.
		assert_noop!(Topology::settle(by(&ANYBODY), 4), Refused::TooEarly);
		advance(HORIZON);
		assert_ok!(Topology::settle(by(&ANYBODY), 4));
		assert_eq!(lost(4), HALF);
	});
}

#[test]
fn who_has_rejoined_in_time_should_bear_its_own_only() {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(3, search());
		sever(4, search());
		advance(GRACE - 1);
		let edge = connect([3, 1]);
		assert_ok!(rejoin(3, &[edge, 0]));
		advance(10);
		assert_noop!(Topology::settle(by(&ANYBODY), 3), Refused::TooEarly);
		advance(HORIZON);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_eq!((lost(1), lost(3)), (HALF, HALF + BURNED));
	});
}

#[test]
fn an_escrow_should_be_kept_while_claims_are_open() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		advance(HORIZON - 10);
		sever(4, search());
		assert!(is_cut_off(3));
		advance(15);
		// Its time is over, but 3 has time to rejoin.
		assert_noop!(Topology::settle(by(&ANYBODY), 3), Refused::TooEarly);
		advance(5);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_eq!(lost(1), BURNED);
	});
}

#[test]
fn an_edge_severed_long_before_should_not_be_reimbursed() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		advance(HORIZON + 1);
		sever(4, search());
		advance(GRACE);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_ok!(Topology::settle(by(&ANYBODY), 4));
		assert_eq!((lost(1), lost(2)), (HALF, BURNED));
	});
}

#[test]
fn nobody_should_bear_what_is_not_claimed_in_time() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, Evidence::None);
		sever(4, search());
		advance(GRACE + CLAIMS);
		assert_noop!(Topology::settle(by(&ANYBODY), 4), Refused::TooEarly);
		advance(HORIZON);
		assert_ok!(Topology::settle(by(&ANYBODY), 4));
		assert_eq!(lost(2), HALF);
	});
}
