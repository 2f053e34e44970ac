//! The checks of the state find what they are for.

use crate::{
	mock::*, Agreements as Stored, Beacons, ByClient, ByOperator, HoldReason, KeptBeacons, Proposals,
};
use frame_support::traits::{fungible::MutateHold as _, tokens::Precision, Hooks};
use surety_primitives::traits::{CheckState, Reserve};

/// With a proposal, an agreement, an open challenge and two beacons.
fn broken(named: &str, change: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		set_up();
		propose(&OTHER, terms());
		assert_eq!(agree_to_store(), 1);
		Agreements::challenge(by(&CLIENT), 1).expect("is up");
		draw();
		draw();
		Agreements::check_state().expect("holds before");
		change();
		let found = Agreements::check_state().expect_err(named);
		let found = format!("{found:?}");
		assert!(found.contains(named), "{named}: {found}");
	});
}

fn change(change: impl FnOnce(&mut crate::Agreement)) {
	Stored::<Test>::mutate(1, |stored| change(stored.as_mut().expect("is there")));
}

#[test]
fn numbers_that_were_not_given_out_should_be_found() {
	broken("a proposal has a number", || crate::NextAgreementId::<Test>::put(0));
	broken("one has a number", || {
		Proposals::<Test>::remove(0);
		crate::NextAgreementId::<Test>::put(1);
	});
	broken("proposed and agreed on", || {
		let proposal = Proposals::<Test>::get(0).unwrap();
		Proposals::<Test>::insert(1, proposal);
	});
}

#[test]
fn indexes_that_are_wrong_should_be_found() {
	broken("not found by its client", || ByClient::<Test>::remove(CLIENT, 1));
	broken("not found by its operator", || ByOperator::<Test>::remove(OPERATOR, 1));
	broken("a client has one", || ByClient::<Test>::insert(OTHER, 1, ()));
	broken("an operator has one", || ByOperator::<Test>::insert(OTHER, 1, ()));
}

#[test]
fn agreements_that_contradict_themselves_should_be_found() {
	broken("is with itself", || {
		ByOperator::<Test>::remove(OPERATOR, 1);
		ByOperator::<Test>::insert(CLIENT, 1, ());
		change(|agreement| agreement.operator = CLIENT);
	});
	broken("more was paid", || change(|agreement| agreement.paid = agreement.deposited + 1));
	broken("more is reserved than was agreed", || change(|agreement| agreement.reserved += 1));
	broken("penalties take more", || {
		change(|agreement| {
			let pending = crate::Pending { slash: 0, amount: RESERVE + 1 };
			agreement.pending.try_push(pending).expect("has room");
		})
	});
	broken("who is known to be down", || {
		change(|agreement| {
			let promise = agreement.promise();
			agreement.downtime.fail(&promise, now());
		})
	});
	broken("a round was shown", || change(|agreement| agreement.next_round = 9));
	broken("more rounds were missed", || change(|agreement| agreement.missed = 1));
}

#[test]
fn reserves_that_are_missing_should_be_found() {
	broken("less is reserved", || <Restaking as Reserve<_>>::release(&OPERATOR, SERVICE, 1));
}

#[test]
fn beacons_that_are_wrong_should_be_found() {
	broken("randomness is not there", || Beacons::<Test>::remove(0));
	broken("does not follow", || KeptBeacons::<Test>::mutate(|kept| kept.forgotten += 1));
	broken("the latest randomness", || KeptBeacons::<Test>::mutate(|kept| kept.latest += 1));
	broken("randomness is left", || {
		let beacon = Beacons::<Test>::get(0).unwrap();
		Beacons::<Test>::insert(7, beacon);
	});
	broken("valid for nothing new", || {
		Beacons::<Test>::mutate(1, |beacon| {
			let beacon = beacon.as_mut().unwrap();
			beacon.valid_for = beacon.after;
		})
	});
}

#[test]
fn holds_that_are_wrong_should_be_found() {
	for (reason, named) in [
		(HoldReason::Deposit, "what its records cost"),
		(HoldReason::Challenge, "what it pays for answers"),
		(HoldReason::Fee, "what it has paid ahead"),
	] {
		broken(named, || Balances::hold(&reason.into(), &ANYBODY, 1).expect("is rich"));
		let who = if reason == HoldReason::Deposit { OPERATOR } else { CLIENT };
		broken(named, || {
			Balances::release(&reason.into(), &who, 1, Precision::Exact).expect("is held");
		});
	}
}

#[test]
fn numbers_of_the_mock_should_be_sound() {
	Agreements::integrity_test();
}
