//! How nodes come and go, and what they weigh.

use crate::{mock::*, Event, HoldReason, NodeOf, Nodes, Rise, TotalWeight};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::topology::Standing;

#[test]
fn a_node_should_hold_stake_and_deposit_and_weigh_nothing_at_first() {
	execute(|| {
		let node = register(5_000);
		assert_eq!(held(HoldReason::Stake, &person(0)), 5_000);
		assert_eq!(held(HoldReason::Storage, &person(0)), NODE_DEPOSIT);
		assert_eq!(weight(node), 0);
		assert_eq!(stored(node).rise, Some(Rise { to: 5_000, at: 1 + ACTIVATION }));
		assert_eq!(Topology::standing_of(node), Some(Standing::Main));
	});
}

#[test]
fn a_second_node_of_an_account_should_be_refused() {
	execute(|| {
		register(5_000);
		assert_noop!(Topology::register(by(&person(0)), 5_000, key(0)), Refused::AlreadyRegistered);
	});
}

#[test]
fn a_stake_that_is_too_low_should_be_refused() {
	execute(|| {
		assert_noop!(Topology::register(by(&ANYBODY), MIN_STAKE - 1, key(0)), Refused::StakeTooLow);
	});
}

#[test]
fn a_weight_should_rise_after_the_delay_when_somebody_asks() {
	execute(|| {
		let node = register(5_000);
		advance(ACTIVATION - 1);
		assert_noop!(Topology::refresh(by(&ANYBODY), node), Refused::NothingChanged);
		advance(1);
		assert_eq!(weight(node), 0);
		assert_ok!(Topology::refresh(by(&ANYBODY), node));
		assert_eq!((weight(node), TotalWeight::<Test>::get()), (5_000, 5_000));
		assert!(events().contains(&Event::Reweighed { node, weight: 5_000 }));
	});
}

#[test]
fn stake_of_the_operator_should_count_and_fall_at_once() {
	execute_in(&[5_000], &[], || {
		back(&person(0), 3_000);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		assert_eq!(weight(0), 5_000);
		activate();
		assert_eq!(weight(0), 8_000);
		back(&person(0), 1_000);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		assert_eq!(weight(0), 6_000);
	});
}

#[test]
fn stake_that_was_not_there_all_along_should_not_count() {
	execute_in(&[5_000], &[], || {
		back(&person(0), 3_000);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		advance(1);
		// Seen with less in between: it rises to no more than that.
		back(&person(0), 1_000);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		back(&person(0), 3_000);
		advance(ACTIVATION);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		assert_eq!(weight(0), 6_000);
		assert_eq!(stored(0).rise, Some(Rise { to: 8_000, at: now() + ACTIVATION }));
	});
}

#[test]
fn added_stake_should_count_after_the_delay() {
	execute_in(&[5_000], &[], || {
		assert_noop!(Topology::add_stake(by(&person(0)), 0), Refused::ZeroAmount);
		assert_noop!(Topology::add_stake(by(&ANYBODY), 1), Refused::NotRegistered);
		assert_ok!(Topology::add_stake(by(&person(0)), 100));
		assert_eq!((weight(0), stored(0).stake), (5_000, 5_100));
		activate();
		assert_eq!(weight(0), 5_100);
	});
}

#[test]
fn what_a_node_weighed_should_be_known_for_a_time() {
	use surety_graph::{AsOf, Graph};
	execute_in(&[5_000], &[], || {
		let before = now();
		assert_ok!(Topology::add_stake(by(&person(0)), 100));
		activate();
		let weight = |block| crate::Stored::<Test>::new().weight(0, AsOf::Block(block));
		assert_eq!((weight(before), weight(now())), (Some(5_000), Some(5_100)));
		assert_eq!((weight(1), weight(0)), (Some(0), None));
	});
}

#[test]
fn a_weight_that_changes_too_often_should_not_rise() {
	execute_in(&[5_000], &[], || {
		for step in 1..8 {
			back(&person(0), step * 100);
			let _ = Topology::refresh(by(&ANYBODY), 0);
			advance(ACTIVATION);
			let _ = Topology::refresh(by(&ANYBODY), 0);
		}
		back(&person(0), 5_000);
		let _ = Topology::refresh(by(&ANYBODY), 0);
		advance(ACTIVATION);
		assert_noop!(Topology::refresh(by(&ANYBODY), 0), Refused::TooManyChanges);
		// Falling it always can.
		back(&person(0), 0);
		assert_ok!(Topology::refresh(by(&ANYBODY), 0));
		assert_eq!(weight(0), 5_000);
	});
}

#[test]
fn a_key_should_be_that_of_later_channels() {
	execute_in(&[5_000, 5_000], &[], || {
		assert_noop!(Topology::set_key(by(&ANYBODY), key(9)), Refused::NotRegistered);
		assert_ok!(Topology::set_key(by(&person(0)), key(9)));
		let edge = connect([0, 1]);
		let channel = pallet_channels::Channels::<Test>::get(record(edge).channel).expect("is open");
		assert_eq!(channel.parties.opener.keys.to_vec(), vec![key(9)]);
	});
}

#[test]
fn a_node_should_leave_and_get_everything_back_when_nobody_can_ask_any_more() {
	execute_in(&[5_000, 5_000], &[[0, 1]], || {
		assert_noop!(Topology::leave(by(&person(0))), Refused::StillJoined);
		assert_ok!(Topology::close(by(&person(0)), 0));
		advance(NOTICE);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 0, crate::Evidence::None));
		assert_noop!(Topology::remove_node(by(&ANYBODY), 0), Refused::StillJoined);
		assert_ok!(Topology::leave(by(&person(0))));
		assert_eq!((Topology::standing_of(0), weight(0)), (None, 0));
		assert_eq!(TotalWeight::<Test>::get(), 5_000);
		assert_noop!(Topology::leave(by(&person(0))), Refused::NotRegistered);
		assert_noop!(Topology::refresh(by(&ANYBODY), 0), Refused::NodeNotFound);
		assert_noop!(Topology::remove_node(by(&ANYBODY), 0), Refused::StillJoined);
		check();
		advance(HORIZON + 1);
		assert_noop!(Topology::remove_node(by(&ANYBODY), 0), Refused::StillJoined);
		assert_ok!(Topology::prune(by(&ANYBODY), 0));
		assert_ok!(Topology::remove_node(by(&ANYBODY), 0));
		assert_ok!(pallet_channels::Pallet::<Test>::settle(by(&ANYBODY), 0));
		assert_eq!(free(&person(0)), ENDOWMENT);
		assert!(!Nodes::<Test>::contains_key(0) && !NodeOf::<Test>::contains_key(person(0)));
		assert_noop!(Topology::remove_node(by(&ANYBODY), 0), Refused::NodeNotFound);
	});
}

#[test]
fn a_node_that_has_just_left_should_be_remembered() {
	execute_in(&[5_000], &[], || {
		assert_ok!(Topology::leave(by(&person(0))));
		advance(HORIZON);
		assert_noop!(Topology::remove_node(by(&ANYBODY), 0), Refused::TooEarly);
		advance(1);
		assert_ok!(Topology::remove_node(by(&ANYBODY), 0));
	});
}

#[test]
fn an_account_whose_node_has_left_should_be_able_to_register_another() {
	execute_in(&[5_000], &[], || {
		assert_ok!(Topology::leave(by(&person(0))));
		assert_ok!(Topology::register(by(&person(0)), 2_000, key(0)));
		assert_eq!(held(HoldReason::Stake, &person(0)), 7_000);
		assert_eq!(NodeOf::<Test>::get(person(0)), Some(1));
	});
}
