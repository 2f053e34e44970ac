//! Operators: join, update, pause, resume.

use crate::{mock::*, Error, Event, Operators};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use surety_primitives::{AccountId, OperatorStatus};

const TOO_LONG: usize = MAX_METADATA as usize + 1;

fn status() -> Option<OperatorStatus<u32>> {
	Operators::<Test>::get(BOB).map(|record| record.status)
}

#[test]
fn join_should_store_an_active_operator_and_hold_a_deposit_when_it_is_new() {
	TestExt::new().execute(|| {
		let metadata = vec![1; MAX_METADATA as usize];
		assert_ok!(Registry::join(signed(BOB), metadata.clone()));

		let record = Operators::<Test>::get(BOB).expect("it joined");
		assert_eq!(record.status, OperatorStatus::Active);
		assert_eq!((record.metadata.to_vec(), record.services.len()), (metadata, 0));
		let deposit = deposit(MAX_METADATA as usize);
		assert_eq!((record.deposit, held(HoldReason::OperatorDeposit, BOB)), (deposit, deposit));
		assert_eq!(events(), [Event::OperatorJoined { operator: BOB, deposit }]);
	});
}

#[test]
fn join_should_fail_when_the_account_is_an_operator_already() {
	TestExt::new().operator(BOB).execute(|| {
		assert_noop!(Registry::join(signed(BOB), vec![]), Error::<Test>::OperatorAlreadyExists);
	});
}

#[test]
fn join_should_fail_when_the_metadata_is_a_byte_too_long() {
	TestExt::new().execute(|| {
		assert_noop!(Registry::join(signed(BOB), vec![1; TOO_LONG]), Error::<Test>::MetadataTooLong);
	});
}

#[test]
fn join_should_fail_when_the_deposit_cannot_be_paid() {
	TestExt::new().execute(|| {
		let pauper = AccountId::new([99; 32]);
		assert_noop!(Registry::join(signed(pauper), vec![]), TokenError::FundsUnavailable);
	});
}

#[test]
fn update_operator_should_adjust_the_deposit_when_metadata_grow_or_shrink() {
	TestExt::new().operator(BOB).execute(|| {
		events();
		for length in [20, 0, 8] {
			assert_ok!(Registry::update_operator(signed(BOB), vec![1; length]));
			assert_eq!(held_in_all(BOB), deposit(length));
			assert_eq!(events(), [Event::OperatorUpdated { operator: BOB, deposit: deposit(length) }]);
		}
		assert_eq!(Operators::<Test>::get(BOB).map(|record| record.metadata.len()), Some(8));
	});
}

#[test]
fn update_operator_should_fail_when_the_metadata_is_a_byte_too_long() {
	TestExt::new().operator(BOB).execute(|| {
		assert_noop!(
			Registry::update_operator(signed(BOB), vec![1; TOO_LONG]),
			Error::<Test>::MetadataTooLong
		);
	});
}

#[test]
fn calls_of_an_operator_should_fail_when_the_account_is_none() {
	TestExt::new().service(ALICE).execute(|| {
		let error = Error::<Test>::OperatorNotFound;
		assert_noop!(Registry::update_operator(signed(BOB), vec![]), error);
		assert_noop!(Registry::pause(signed(BOB)), Error::<Test>::OperatorNotFound);
		assert_noop!(Registry::resume(signed(BOB)), Error::<Test>::OperatorNotFound);
		assert_noop!(Registry::leave(signed(BOB)), Error::<Test>::OperatorNotFound);
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::OperatorNotFound);
	});
}

#[test]
fn pause_should_stop_new_clients_until_resume_when_the_operator_is_active() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		events();
		assert_noop!(Registry::resume(signed(BOB)), Error::<Test>::NotPaused);

		assert_ok!(Registry::pause(signed(BOB)));
		assert_eq!(status(), Some(OperatorStatus::Paused));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OperatorNotAccepting);
		assert_noop!(Registry::pause(signed(BOB)), Error::<Test>::AlreadyPaused);

		assert_ok!(Registry::resume(signed(BOB)));
		assert_eq!(status(), Some(OperatorStatus::Active));
		assert_ok!(occupy(BOB, 0));
		assert_eq!(
			events(),
			[Event::OperatorPaused { operator: BOB }, Event::OperatorResumed { operator: BOB }]
		);
	});
}

#[test]
fn pause_and_resume_should_fail_when_the_operator_is_leaving() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		assert_noop!(Registry::pause(signed(BOB)), Error::<Test>::OperatorLeaving);
		assert_noop!(Registry::resume(signed(BOB)), Error::<Test>::OperatorLeaving);
	});
}

#[test]
fn update_operator_should_work_when_the_operator_is_leaving() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::leave(signed(BOB)));
		assert_ok!(Registry::update_operator(signed(BOB), b"moved".to_vec()));
		assert_eq!(status(), Some(OperatorStatus::Leaving { since: now() }));
	});
}
