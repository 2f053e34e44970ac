//! The centre: challenges, stand-ins, and what stands behind it.

use crate::{mock::*, Centre, CurrentChallenge, Event, Evidence, HoldReason, SearchQueue, SearchVisited};
use frame_support::{assert_noop, assert_ok};
use surety_graph::centre::Verdict;

/// A chain of five, all as heavy: 2 is in the middle.
const STAKES: [u128; 5] = [5_000; 5];
const EDGES: [[u32; 2]; 4] = [[0, 1], [1, 2], [2, 3], [3, 4]];
const PRICE: u128 = CHALLENGE_DEPOSIT + 5;

fn chain(test: impl FnOnce()) {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		advance(1);
		test();
	});
}

/// Goes on until the challenge is over; says how many blocks that has taken.
fn finish() -> u32 {
	let begun = now();
	while CurrentChallenge::<Test>::exists() {
		advance(1);
		check();
	}
	now() - begun
}

fn challenge(node: u32) {
	assert_ok!(Topology::challenge_centre(by(&OTHER), node));
}

#[test]
fn a_node_should_stand_in_while_there_is_no_centre_and_the_heaviest_should() {
	execute_in(&[5_000, 5_000, 6_000], &[[0, 1]], || {
		assert_eq!(Topology::current_centre(), None);
		assert_noop!(Topology::stand_in(by(&ANYBODY), 2), Refused::NotInMain);
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		assert_noop!(Topology::stand_in(by(&ANYBODY), 1), Refused::NotHeavier);
		connect([1, 2]);
		assert_ok!(Topology::stand_in(by(&ANYBODY), 2));
		assert_eq!(Topology::current_centre(), Some(2));
		assert!(Topology::centre().unwrap().stands_in);
	});
}

#[test]
fn a_better_node_should_become_the_centre_and_its_deposit_stand_behind_it() {
	chain(|| {
		challenge(2);
		assert_eq!(held(HoldReason::Challenge, &OTHER), PRICE);
		finish();
		assert_eq!(Topology::current_centre(), Some(2));
		assert!(matches!(
			events().last(),
			Some(Event::ChallengeEnded { challenger: 2, verdict: Some(Verdict::ChallengerWins { total }), .. })
				if total.nodes == 5 && total.cost == (6 * 5_000).into()
		));
		assert_eq!(held(HoldReason::Challenge, &OTHER), PRICE);
		assert_eq!(SearchQueue::<Test>::iter_keys().count() + SearchVisited::<Test>::iter_keys().count(), 0);
		assert_noop!(Topology::stand_in(by(&ANYBODY), 0), Refused::CentreStands);
	});
}

#[test]
fn who_beats_the_centre_should_win_what_stood_behind_it() {
	chain(|| {
		challenge(1);
		finish();
		assert_ok!(Topology::challenge_centre(by(&ANYBODY), 2));
		let before = total(&ANYBODY);
		finish();
		assert_eq!(Topology::current_centre(), Some(2));
		assert_eq!(total(&ANYBODY), before + PRICE);
		assert_eq!((total(&OTHER), held(HoldReason::Challenge, &OTHER)), (ENDOWMENT - PRICE, 0));
	});
}

#[test]
fn a_challenge_of_a_better_centre_should_pay_it() {
	chain(|| {
		challenge(2);
		finish();
		assert_ok!(Topology::challenge_centre(by(&ANYBODY), 4));
		finish();
		assert_eq!(Topology::current_centre(), Some(2));
		// A fifth burns.
		assert_eq!(total(&person(2)), ENDOWMENT + PRICE - 21);
		assert_eq!(total(&ANYBODY), ENDOWMENT - PRICE);
	});
}

#[test]
fn a_tie_should_stay_with_the_incumbent() {
	execute_in(&[5_000; 2], &[[0, 1]], || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		advance(1);
		challenge(1);
		finish();
		assert_eq!(Topology::current_centre(), Some(0));
	});
}

#[test]
fn only_one_challenge_should_be_under_way_and_of_a_node_in_the_main_component() {
	chain(|| {
		assert_noop!(Topology::challenge_centre(by(&OTHER), 9), Refused::NotInMain);
		assert_noop!(Topology::challenge_centre(by(&OTHER), 0), Refused::NothingChanged);
		challenge(2);
		assert_noop!(Topology::challenge_centre(by(&OTHER), 3), Refused::OtherChallenge);
	});
	execute_in(&STAKES, &EDGES, || {
		assert_noop!(Topology::challenge_centre(by(&OTHER), 1), Refused::NoCentre);
	});
}

#[test]
fn a_challenge_should_stay_within_its_budget_and_look_at_one_snapshot() {
	let nodes = 120u32;
	let edges: Vec<[u32; 2]> = (1..nodes).map(|node| [node / 2, node]).collect();
	execute_in(&vec![5_000; nodes as usize], &edges, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 100));
		advance(1);
		challenge(1);
		advance(1);
		assert!(CurrentChallenge::<Test>::exists());
		// What is changed now does not count.
		sever(0, Evidence::None);
		let blocks = 1 + finish();
		assert!((4..40).contains(&blocks), "{blocks}");
		assert_eq!(Topology::current_centre(), Some(1));
	});
}

#[test]
fn a_challenge_of_a_node_that_is_not_joined_should_decide_nothing() {
	chain(|| {
		sever(3, Evidence::None);
		advance(1);
		challenge(4);
		finish();
		assert_eq!(Topology::current_centre(), Some(0));
		assert!(matches!(
			events().last(),
			Some(Event::ChallengeEnded { verdict: Some(Verdict::NotConnected), .. })
		));
		assert_eq!(total(&OTHER), ENDOWMENT - 21);
		assert_eq!(held(HoldReason::Challenge, &OTHER), 0);
	});
}

#[test]
fn a_challenge_that_takes_too_long_should_be_given_up() {
	chain(|| {
		challenge(2);
		System::set_block_number(now() + HORIZON + 1);
		finish();
		assert!(matches!(events().last(), Some(Event::ChallengeEnded { verdict: None, .. })));
		assert_eq!(total(&OTHER), ENDOWMENT - 21);
	});
}

#[test]
fn somebody_should_stand_in_when_the_centre_is_cut_off() {
	chain(|| {
		challenge(2);
		finish();
		connect([0, 3]);
		for edge in [1, 2] {
			sever(edge, search());
		}
		assert!(is_cut_off(2));
		assert_eq!(Topology::current_centre(), None);
		assert_ok!(Topology::stand_in(by(&ANYBODY), 3));
		assert_eq!(Topology::current_centre(), Some(3));
		// When it is back it is the centre again.
		let edge = connect([2, 3]);
		assert_ok!(rejoin(2, &[edge]));
		assert_eq!(Topology::current_centre(), Some(2));
	});
}

#[test]
fn a_bond_should_come_back_when_it_has_stood_long_enough() {
	chain(|| {
		assert_noop!(Topology::reclaim_bond(by(&OTHER)), Refused::NoCentre);
		challenge(2);
		finish();
		assert_noop!(Topology::reclaim_bond(by(&ANYBODY)), Refused::NotAuthorized);
		assert_noop!(Topology::reclaim_bond(by(&OTHER)), Refused::TooEarly);
		advance(BOND_PERIOD);
		assert_ok!(Topology::challenge_centre(by(&ANYBODY), 4));
		assert_noop!(Topology::reclaim_bond(by(&OTHER)), Refused::OtherChallenge);
		finish();
		assert_ok!(Topology::reclaim_bond(by(&OTHER)));
		assert_noop!(Topology::reclaim_bond(by(&OTHER)), Refused::NothingToSettle);
		assert_eq!(total(&OTHER), free(&OTHER));
		assert_eq!(Topology::current_centre(), Some(2));
		assert_eq!(Centre::<Test>::get().unwrap().bond, None);
	});
}
