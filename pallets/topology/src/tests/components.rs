//! Who is joined to whom, who has rejoined, and which component is the main one.

use crate::{mock::*, Error, Event, Evidence, Main, MainCandidate};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::topology::Standing;

/// 3 hangs on 2.
const STAKES: [u128; 4] = [9_000, 3_000, 3_000, 1_000];
const EDGES: [[u32; 2]; 4] = [[0, 1], [1, 2], [2, 0], [2, 3]];

fn cut(test: impl FnOnce()) {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(3, search());
		assert!(is_cut_off(3));
		test();
	});
}

#[test]
fn a_node_should_be_apart_until_an_edge_joins_it() {
	execute(|| {
		register(5_000);
		register(5_000);
		assert_eq!(Topology::standing_of(0), Some(Standing::Main));
		assert_eq!(Topology::standing_of(1), Some(Standing::Apart));
		connect([1, 0]);
		assert_eq!(Topology::standing_of(1), Some(Standing::Main));
	});
}

#[test]
fn who_was_cut_off_should_rejoin_by_a_path_to_the_centre() {
	cut(|| {
		assert_noop!(rejoin(3, &[]), Refused::InvalidPath);
		let edge = connect([3, 1]);
		// The edge alone does not do it.
		assert!(is_cut_off(3));
		assert_noop!(Topology::join(by(&ANYBODY), edge), Refused::NotJoined);
		assert_noop!(rejoin(3, &[edge]), Refused::InvalidPath);
		assert_noop!(rejoin(3, &[edge, 3]), Refused::InvalidPath);
		assert_noop!(rejoin(9, &[edge, 0]), Refused::NotRegistered);
		assert_noop!(rejoin(1, &[0]), Refused::NothingChanged);
		assert_ok!(rejoin(3, &[edge, 0]));
		assert!(is_main(3));
		assert_eq!(stored(3).grace_used_at, Some(now()));
		assert_eq!(events().last(), Some(&Event::Rejoined { node: 3, cut: Some(0) }));
		assert_eq!(Main::<Test>::get(), Topology::component_of(3).ok());
	});
}

#[test]
fn there_should_be_no_rejoining_without_a_centre() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		let edge = connect([3, 0]);
		assert_noop!(rejoin(3, &[edge]), Refused::NoCentre);
	});
}

#[test]
fn a_node_on_its_own_should_rejoin_late_when_it_has_settled_everything() {
	cut(|| {
		advance(GRACE);
		let edge = propose([3, 0]);
		assert_noop!(Topology::accept(by(&person(0)), edge), Refused::NotSettled);
		assert_ok!(Topology::punish(by(&OTHER), 3));
		assert_ok!(Topology::accept(by(&person(0)), edge));
		assert_noop!(rejoin(3, &[edge]), Refused::NotSettled);
		assert_ok!(Topology::settle(by(&person(3)), 3));
		assert_ok!(rejoin(3, &[edge]));
		assert!(is_main(3));
		assert_eq!(stored(3).grace_used_at, None);
	});
}

#[test]
fn several_should_rejoin_late_only_when_claims_are_over() {
	execute_in(&[9_000, 3_000, 1_000, 1_000], &[[0, 1], [1, 2], [2, 3]], || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(1, search());
		let edge = connect([3, 0]);
		advance(GRACE);
		assert_noop!(rejoin(3, &[edge]), Refused::NotSettled);
		assert_ok!(Topology::punish(by(&OTHER), 3));
		assert_noop!(rejoin(3, &[edge]), Refused::ClaimsOpen);
		advance(CLAIMS);
		assert_ok!(rejoin(3, &[edge]));
		assert!((0..4).all(is_main));
	});
}

#[test]
fn nobody_should_become_liable_by_accepting_an_edge() {
	execute_in(&[9_000, 1_000, 1_000], &[[0, 1], [0, 2]], || {
		let stranger = register(1_000);
		assert_ok!(Topology::set_offer(by(&person(stranger)), Some(offer(9))));
		sever(0, search());
		advance(GRACE - 1);
		sever(1, search());
		// 1 has a block left, and drags nobody with it who has more, or was never cut off.
		let known = cut_of(2);
		connect([1, 2]);
		assert_ok!(Topology::open(by(&person(1)), stranger, terms(10), 100));
		assert_eq!(cut_of(2), known);
		assert_eq!(Topology::standing_of(stranger), Some(Standing::Apart));
		advance(1);
		assert_noop!(Topology::punish(by(&OTHER), stranger), Refused::NotCutOff);
		assert_noop!(Topology::punish(by(&OTHER), 2), Refused::TooEarly);
	});
}

#[test]
fn what_was_cut_off_should_not_be_joined_while_claims_are_made() {
	execute_in(&[9_000, 1_000, 1_000], &[[0, 1], [0, 2]], || {
		sever(0, search());
		advance(GRACE);
		sever(1, search());
		assert_ok!(Topology::punish(by(&OTHER), 1));
		let edge = connect([1, 2]);
		assert_ne!(Topology::component_of(1), Topology::component_of(2));
		assert_noop!(Topology::join(by(&ANYBODY), edge), Refused::NotJoined);
		advance(GRACE + CLAIMS);
		assert_ok!(Topology::join(by(&ANYBODY), edge));
		assert_eq!(Topology::component_of(1), Topology::component_of(2));
		let root = Topology::component_of(1).expect("is there");
		assert!(matches!(events().last(), Some(Event::Joined { edge: named, .. }) if *named == edge));
		assert!(crate::CutOffs::<Test>::contains_key(root));
	});
}

#[test]
fn a_large_cut_should_wait_for_its_review_and_can_be_vetoed() {
	execute_in(&[5_000, 4_000], &[[0, 1]], || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(0, search());
		assert_eq!(cut_of(1).review_ends, Some(now() + REVIEW));
		advance(GRACE);
		assert_noop!(Topology::punish(by(&OTHER), 1), Refused::TooEarly);
		assert_noop!(Topology::veto(by(&OTHER), 1), sp_runtime::DispatchError::BadOrigin);
		assert_noop!(Topology::veto(RuntimeOrigin::root(), 0), Refused::NotCutOff);
		assert_noop!(Topology::veto(RuntimeOrigin::root(), 9), Refused::NodeNotFound);
		assert_ok!(Topology::veto(RuntimeOrigin::root(), 1));
		assert_noop!(Topology::veto(RuntimeOrigin::root(), 1), Refused::NotUnderReview);
		advance(REVIEW);
		assert_noop!(Topology::punish(by(&OTHER), 1), Refused::ClaimsOver);
		assert_eq!(Topology::standing_of(1), Some(Standing::Apart));
		// It rejoins at any time, and each bears its own.
		let edge = connect([1, 0]);
		assert_ok!(rejoin(1, &[edge]));
		advance(HORIZON);
		assert_ok!(Topology::settle(by(&ANYBODY), 0));
		assert_eq!(lost(0), HALF);
	});
}

#[test]
fn a_veto_should_hold_for_all_parts_that_what_was_cut_off_has_fallen_into() {
	execute_in(&[5_000, 2_000, 2_000], &[[0, 1], [1, 2]], || {
		sever(0, search());
		sever(1, search());
		assert_ne!(Topology::component_of(1), Topology::component_of(2));
		assert_eq!(cut_of(1).id, cut_of(2).id);
		assert_ok!(Topology::veto(RuntimeOrigin::root(), 1));
		assert_noop!(Topology::veto(RuntimeOrigin::root(), 2), Refused::NotUnderReview);
		advance(REVIEW.max(GRACE));
		for node in [1, 2] {
			assert_noop!(Topology::punish(by(&OTHER), node), Refused::ClaimsOver);
			assert_eq!(Topology::standing_of(node), Some(Standing::Apart));
		}
	});
}

#[test]
fn a_large_cut_should_have_consequences_when_its_review_is_over() {
	execute_in(&[5_000, 4_000], &[[0, 1]], || {
		sever(0, search());
		advance(REVIEW);
		assert_noop!(Topology::veto(RuntimeOrigin::root(), 1), Refused::NotUnderReview);
		assert_ok!(Topology::punish(by(&OTHER), 1));
	});
}

#[test]
fn a_small_cut_should_not_be_reviewed() {
	cut(|| {
		assert_noop!(Topology::veto(RuntimeOrigin::root(), 3), Refused::NotUnderReview);
	});
}

#[test]
fn the_main_component_should_pass_to_a_clear_majority_that_lasts() {
	execute(|| {
		build(&[3_000, 3_000, 5_000, 2_000], &[[0, 1], [2, 3]]);
		assert!(is_main(0) && !is_main(2));
		// 7,000 of 13,000 is no clear majority.
		assert_noop!(Topology::claim_main(by(&ANYBODY), 2), Refused::NoMajority);
		assert_noop!(Topology::claim_main(by(&ANYBODY), 0), Refused::NothingChanged);
		assert_ok!(Topology::add_stake(by(&person(2)), 3_000));
		activate();
		assert_ok!(Topology::claim_main(by(&ANYBODY), 2));
		advance(MAJORITY_PERIOD - 1);
		assert_noop!(Topology::claim_main(by(&ANYBODY), 3), Refused::TooEarly);
		assert_noop!(Topology::refute_main(by(&ANYBODY)), Refused::HasMajority);
		advance(1);
		assert_ok!(Topology::claim_main(by(&ANYBODY), 3));
		assert!(is_main(2) && is_main(3));
		// The one before is cut off, and that is reviewed.
		assert!(is_cut_off(0));
		assert_eq!(cut_of(1).review_ends, Some(now() + REVIEW));
		assert_eq!(MainCandidate::<Test>::get(), None);
	});
}

#[test]
fn a_majority_that_does_not_last_should_be_refuted() {
	execute(|| {
		build(&[3_000, 3_000, 9_000], &[[0, 1]]);
		assert_noop!(Topology::refute_main(by(&ANYBODY)), Refused::NothingChanged);
		assert_ok!(Topology::claim_main(by(&ANYBODY), 2));
		back(&person(0), 9_000);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		activate();
		assert_ok!(Topology::refute_main(by(&ANYBODY)));
		advance(MAJORITY_PERIOD);
		back(&person(0), 0);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		// It has to hold it anew.
		assert_ok!(Topology::claim_main(by(&ANYBODY), 2));
		assert!(is_main(0));
	});
}

#[test]
fn a_tie_should_stay() {
	execute(|| {
		build(&[5_000, 5_000], &[]);
		assert_noop!(Topology::claim_main(by(&ANYBODY), 1), Refused::NoMajority);
	});
}

#[test]
fn a_component_should_be_forgotten_with_its_last_node() {
	cut(|| {
		// It has time, and uses it to go.
		assert_noop!(Topology::leave(by(&person(3))), Refused::StillJoined);
		advance(GRACE);
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_noop!(Topology::leave(by(&person(3))), Refused::NotSettled);
		assert_ok!(Topology::punish(by(&OTHER), 3));
		assert_ok!(Topology::leave(by(&person(3))));
		assert_eq!(crate::CutOffs::<Test>::iter_keys().count(), 0);
		advance(HORIZON + 1);
		assert_ok!(Topology::prune(by(&ANYBODY), 3));
		assert_ok!(Topology::remove_node(by(&ANYBODY), 3));
	});
}

#[test]
fn evidence_of_nothing_should_leave_everything_as_it_is_known() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, Evidence::None);
		assert!(is_main(3));
		let joined: Result<(), Error<Test>> = Err(Error::NothingChanged);
		assert_eq!(Topology::join(by(&ANYBODY), 0), joined.map_err(Into::into));
	});
}
