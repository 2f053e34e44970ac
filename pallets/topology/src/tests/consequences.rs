//! What it costs to have been cut off.

use crate::{mock::*, Event, HoldReason};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;

const STAKES: [u128; 4] = [9_000, 3_000, 3_000, 1_000];
const EDGES: [[u32; 2]; 4] = [[0, 1], [1, 2], [2, 0], [2, 3]];

#[test]
fn who_does_not_rejoin_in_time_should_lose_a_share_once() {
	execute_in(&STAKES, &EDGES, || {
		assert_noop!(Topology::punish(by(&OTHER), 3), Refused::NotCutOff);
		assert_noop!(Topology::punish(by(&OTHER), 9), Refused::NodeNotFound);
		sever(3, search());
		advance(GRACE - 1);
		assert_noop!(Topology::punish(by(&OTHER), 3), Refused::TooEarly);
		advance(1);
		let (shown, treasury) = (total(&ANYBODY), total(&TREASURY));
		assert_ok!(Topology::punish(by(&OTHER), 3));
		// A tenth of 1,000; of that a fifth burns, and a tenth goes to either of those who brought it about.
		assert_eq!(held(HoldReason::Stake, &person(3)), 900);
		assert_eq!((stored(3).stake, weight(3)), (900, 900));
		assert_eq!(total(&OTHER), ENDOWMENT + 10);
		assert_eq!(total(&ANYBODY), shown + 10);
		assert_eq!(total(&TREASURY), treasury + 60);
		let expected = Event::Punished { node: 3, cut: 0, lost: 100, burned: 20, rewarded: 20 };
		assert_eq!(events().last(), Some(&expected));
		assert_noop!(Topology::punish(by(&OTHER), 3), Refused::AlreadyPunished);
		assert_eq!(Reported::get(), vec![]);
	});
}

#[test]
fn nothing_should_be_claimed_too_late() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		advance(GRACE + CLAIMS);
		assert_noop!(Topology::punish(by(&OTHER), 3), Refused::ClaimsOver);
	});
}

#[test]
fn the_operator_behind_a_node_should_be_reported_once() {
	execute_in(&STAKES, &EDGES, || {
		assert_noop!(Topology::report(by(&OTHER), 9), Refused::NodeNotFound);
		assert_noop!(Topology::report(by(&OTHER), 3), Refused::NotCutOff);
		sever(3, search());
		assert_noop!(Topology::report(by(&OTHER), 3), Refused::TooEarly);
		advance(GRACE);
		assert_noop!(Topology::report(by(&OTHER), 3), Refused::NothingToSettle);
		back(&person(3), 500);
		assert_ok!(Topology::report(by(&OTHER), 3));
		assert_eq!(Reported::get(), vec![(person(3), OTHER, Perbill::from_percent(10))]);
		assert_eq!(events().last(), Some(&Event::OperatorReported { node: 3, cut: 0, slash: 0 }));
		assert_noop!(Topology::report(by(&OTHER), 3), Refused::AlreadyPunished);
		advance(CLAIMS);
		assert_noop!(Topology::report(by(&OTHER), 3), Refused::ClaimsOver);
	});
}

#[test]
fn an_operator_should_not_escape_its_report_by_settling_the_rest() {
	execute_in(&STAKES, &EDGES, || {
		back(&person(3), 500);
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(3, search());
		advance(GRACE);
		assert_ok!(Topology::punish(by(&person(3)), 3));
		assert_ok!(Topology::settle(by(&person(3)), 3));
		let edge = connect([3, 0]);
		assert_noop!(rejoin(3, &[edge]), Refused::NotSettled);
		assert_ok!(Topology::report(by(&OTHER), 3));
		assert_ok!(rejoin(3, &[edge]));
	});
}

#[test]
fn a_reward_that_cannot_be_taken_should_go_to_the_treasury() {
	let nobody = surety_primitives::AccountId::new([249; 32]);
	execute_in(&STAKES, &EDGES, || {
		sever(3, search());
		advance(GRACE);
		assert_ok!(Topology::punish(by(&OTHER), 3));
		// Of the next loss, 90, nine are too little for a new account.
		let edge = connect([3, 0]);
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		assert_ok!(Topology::settle(by(&ANYBODY), 3));
		assert_ok!(rejoin(3, &[edge]));
		sever(edge, search());
		advance(GRACE);
		let treasury = total(&TREASURY);
		assert_ok!(Topology::punish(by(&nobody), 3));
		assert_eq!((total(&nobody), total(&TREASURY) - treasury), (0, 90 - 18 - 9));
	});
}
