//! How edges are severed, and what is found out by it.

use crate::{mock::*, End, Event, Evidence, Finding, HoldReason, Penalty};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{traits::Channels as _, ChannelStatus};
use surety_response::{PerSide, Side};

/// Four nodes in a circle.
const CIRCLE: [[u32; 2]; 4] = [[0, 1], [1, 2], [2, 3], [3, 0]];

#[test]
fn severing_should_charge_each_end_half_and_pay_who_submits_from_the_signers() {
	execute_in(&[5_000; 4], &CIRCLE, || {
		let treasury = total(&TREASURY);
		assert_ok!(Topology::sever(by(&ANYBODY), 0, intent(0, Side::Acceptor), Evidence::None));
		assert_eq!(lost(0), BURNED);
		assert_eq!(lost(1), BURNED + SEVER_REWARD);
		assert_eq!(total(&ANYBODY), ENDOWMENT + SEVER_REWARD);
		assert_eq!(total(&TREASURY), treasury);
		// What is left of both halves, and the rest, is kept.
		let opener = Penalty { escrow: HALF - BURNED, rest: PENALTY - HALF };
		let acceptor = Penalty { escrow: HALF - BURNED - SEVER_REWARD, rest: PENALTY - HALF };
		assert_eq!(record(0).held, PerSide { opener, acceptor });
		assert_eq!(held(HoldReason::Penalty, &person(0)), PENALTY + PENALTY - BURNED);
		assert_eq!(record(0).life.closed_at, Some(now()));
		assert_eq!((stored(0).degree, stored(0).unsettled), (1, 1));
		let status = Channels::status(record(0).channel);
		assert_eq!(status, Some(ChannelStatus::Closing { settles_at: now() + 20 }));
		let finding = Finding::Undecided;
		assert!(events().contains(&Event::Severed {
			edge: 0,
			by: Side::Acceptor,
			burned: 2 * BURNED,
			reward: SEVER_REWARD,
			finding
		}));
	});
}

#[test]
fn a_reward_should_be_no_more_than_is_left_of_the_half() {
	execute_in(&[5_000; 4], &CIRCLE, || {
		RewardNow::set(1_000);
		sever(0, Evidence::None);
		assert_eq!(total(&ANYBODY), ENDOWMENT + HALF - BURNED);
		assert_eq!(record(0).held.opener, Penalty { escrow: 0, rest: PENALTY - HALF });
	});
}

#[test]
fn an_odd_penalty_should_be_rounded_against_both() {
	execute(|| {
		PenaltyNow::set(201);
		build(&[5_000; 2], &[[0, 1]]);
		sever(0, Evidence::None);
		// 101 each, of which 20.2 burn.
		assert_eq!(record(0).held.acceptor, Penalty { escrow: 80, rest: 100 });
		assert_eq!(lost(1), 21);
	});
}

#[test]
fn an_intent_should_count_only_once_and_only_signed_by_that_end() {
	execute_in(&[5_000; 4], &CIRCLE, || {
		let sever = |edge, intent| Topology::sever(by(&ANYBODY), edge, intent, Evidence::None);
		let good = intent(0, Side::Opener);
		assert_noop!(sever(9, good), Refused::EdgeNotFound);
		let other_end = crate::Intent { by: Side::Acceptor, ..good };
		assert_noop!(sever(0, other_end), Refused::InvalidSignature);
		assert_ok!(sever(0, good));
		assert_noop!(sever(0, good), Refused::EdgeEnded);
	});
}

#[test]
fn a_witness_should_settle_that_nothing_was_cut_off() {
	execute_in(&[5_000; 4], &CIRCLE, || {
		sever(0, witness(&[3, 2, 1]));
		let finding = Finding::Connected;
		let expected =
			Event::Severed { edge: 0, by: Side::Opener, burned: 2 * BURNED, reward: SEVER_REWARD, finding };
		assert_eq!(events().last(), Some(&expected));
		assert!((0..4).all(is_main));
	});
}

#[test]
fn a_search_should_find_that_the_ends_are_still_joined() {
	execute_in(&[5_000; 4], &CIRCLE, || {
		sever(0, search());
		let finding = Finding::Connected;
		let expected =
			Event::Severed { edge: 0, by: Side::Opener, burned: 2 * BURNED, reward: SEVER_REWARD, finding };
		assert_eq!(events().last(), Some(&expected));
	});
}

#[test]
fn a_search_should_find_a_cut_and_who_is_on_the_lighter_side() {
	execute_in(&[5_000, 1_000, 1_000, 4_000], &[[0, 1], [1, 2], [2, 3]], || {
		sever(1, search());
		// 6,000 against 5,000.
		assert!(is_main(0) && is_main(1) && is_cut_off(2) && is_cut_off(3));
		let cut = cut_of(3);
		assert_eq!((cut.since, cut.known_at), (now(), now()));
		assert_eq!(cut.review_ends, Some(now() + REVIEW));
		assert_eq!(cut.shown_by, Some(ANYBODY));
		assert_eq!(
			Topology::component(2).map(|component| (component.nodes, component.weight)),
			Some((2, 5_000))
		);
		assert_eq!(
			Topology::component(0).map(|component| (component.nodes, component.weight)),
			Some((2, 6_000))
		);
	});
}

#[test]
fn a_search_should_do_no_more_than_was_paid_for() {
	execute_in(&[5_000; 4], &CIRCLE, || {
		let sever = |expansions| {
			let evidence = Evidence::Search { expansions };
			Topology::sever(by(&ANYBODY), 0, intent(0, Side::Opener), evidence)
		};
		assert_noop!(sever(MAX_SEARCH + 1), Refused::TooMuchAsked);
		assert_ok!(sever(1));
		let finding = Finding::Undecided;
		let expected =
			Event::Severed { edge: 0, by: Side::Opener, burned: 2 * BURNED, reward: SEVER_REWARD, finding };
		assert_eq!(events().last(), Some(&expected));
	});
}

#[test]
fn what_is_on_either_side_should_be_told_by_weight_and_not_by_number() {
	execute_in(&[9_000, 1_000, 1_000, 1_000], &[[0, 1], [1, 2], [2, 3]], || {
		sever(0, search());
		assert!(is_main(0));
		assert!((1..4).all(is_cut_off));
	});
}

#[test]
fn of_two_as_heavy_sides_the_one_with_the_centre_should_stay() {
	for centre in [0, 1] {
		execute_in(&[5_000, 5_000], &[[0, 1]], || {
			assert_ok!(Topology::stand_in(by(&ANYBODY), centre));
			crate::Centre::<Test>::put(crate::CentreRecord { node: centre, bond: None });
			sever(0, search());
			assert!(is_main(centre) && is_cut_off(1 - centre));
		});
	}
}

#[test]
fn an_edge_between_nodes_that_are_apart_should_be_severed_without_a_cut_of_the_main_component() {
	execute_in(&[5_000, 1_000, 1_000], &[[0, 1], [1, 2]], || {
		sever(0, search());
		let known = cut_of(1);
		advance(3);
		sever(1, search());
		// Both are as cut off as they were.
		assert_eq!((cut_of(1), cut_of(2)), (known.clone(), known));
		assert_ne!(Topology::component_of(1), Topology::component_of(2));
		assert!(matches!(record(1).end, Some(End::Severed { settled: false, .. })));
	});
}

#[test]
fn a_search_should_cost_no_more_than_was_needed() {
	use crate::WeightInfo as _;
	execute_in(&[5_000; 4], &CIRCLE, || {
		let severed = Topology::sever(by(&ANYBODY), 0, intent(0, Side::Opener), search()).expect("is open");
		// Both ends, and one of their neighbours: then the sides meet.
		let expected = <()>::sever() + <()>::expand(3);
		assert_eq!(severed.actual_weight, Some(expected));
		let severed = Topology::sever(by(&ANYBODY), 1, intent(1, Side::Opener), Evidence::None);
		assert_eq!(severed.expect("is open").actual_weight, None);
	});
}
