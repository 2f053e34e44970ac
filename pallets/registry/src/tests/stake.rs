//! What stake an offer needs to take clients.

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::traits::Offers as _;

#[test]
fn an_offer_should_wait_for_the_era_in_which_its_stake_counts() {
	TestExt::new().service(ALICE).operator(BOB).execute(|| {
		assert_ok!(back_from_next_era(BOB, 0, 500));
		assert_ok!(Ask::default().make(BOB, 0));
		advance(ACTIVATION);
		assert_eq!((own_backing(BOB, 0), backing(BOB, 0), accepting(BOB, 0)), (0, 0, false));
		assert_noop!(occupy(BOB, 0), Error::<Test>::BondNotBacked);
		turn_era();
		assert_eq!((own_backing(BOB, 0), backing(BOB, 0), accepting(BOB, 0)), (500, 500, true));
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn an_offer_should_wait_again_when_stake_that_does_not_count_yet_is_added_to_its_bond() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		assert_ok!(stake(BOB, BOB, NATIVE, 4));
		assert_ok!(Registry::add_bond(signed(BOB), 0, 1));
		assert!(!accepting(BOB, 0));
		assert_noop!(occupy(BOB, 0), Error::<Test>::BondNotBacked);
		turn_era();
		assert!(accepting(BOB, 0));
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn an_offer_should_take_no_clients_after_a_slash_until_its_operator_has_staked_what_is_missing() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		// A delegator does not make up for it.
		assert_ok!(stake(CHARLIE, BOB, NATIVE, 4_000));
		assert_eq!(slash(BOB, 0, 10), (50, 50));
		turn_era();
		assert!(own_backing(BOB, 0) < 500 && backing(BOB, 0) > 500);
		assert!(!accepting(BOB, 0));
		assert_noop!(occupy(BOB, 0), Error::<Test>::BondNotBacked);
		// Whom it has, it serves; the bond is what it was.
		assert_eq!((Registry::occupied(&BOB, 0), reserved(BOB, 0)), (1, 500));

		// A quarter of what is staked is behind the service.
		assert_ok!(stake(BOB, BOB, NATIVE, 200));
		assert_noop!(occupy(BOB, 0), Error::<Test>::BondNotBacked);
		turn_era();
		assert!(own_backing(BOB, 0) >= 500, "{}", own_backing(BOB, 0));
		assert!(accepting(BOB, 0));
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn security_should_be_own_and_delegated_stake_together() {
	TestExt::new().service_asking(ALICE, &[(NATIVE, 1_000)]).operator(BOB).execute(|| {
		assert_ok!(back(BOB, 0, 500));
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::SecurityTooSmall);
		// A quarter of it is behind the service.
		assert_ok!(stake(CHARLIE, BOB, NATIVE, 1_996));
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::SecurityTooSmall);
		assert_ok!(stake(CHARLIE, BOB, NATIVE, 4));
		// What will count in the next era suffices to make the offer, not to take clients.
		assert_ok!(Ask::default().make(BOB, 0));
		advance(ACTIVATION);
		assert_noop!(occupy(BOB, 0), Error::<Test>::SecurityTooSmall);
		turn_era();
		assert_eq!((own_backing(BOB, 0), backing(BOB, 0)), (500, 1_000));
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn an_offer_should_take_no_clients_when_its_delegators_have_gone() {
	let ext = TestExt::new().service_asking(ALICE, &[(NATIVE, 700)]).operator(BOB).backed(BOB, 0, 500);
	ext.then(|| stake(CHARLIE, BOB, NATIVE, 800)).execute(|| {
		assert_ok!(Ask::default().make(BOB, 0));
		turn_era();
		assert_ok!(occupy(BOB, 0));
		assert_ok!(unbond(CHARLIE, BOB, 1));
		// It answers to the end of the era, but does not go on to.
		assert_noop!(occupy(BOB, 0), Error::<Test>::SecurityTooSmall);
		assert!(!accepting(BOB, 0));
		assert_eq!(Registry::occupied(&BOB, 0), 1);
	});
}

#[test]
fn security_should_be_asked_for_in_each_asset() {
	let ext = TestExt::new().service_asking(ALICE, &[(GOLD, 100), (NATIVE, 500)]).operator(BOB);
	ext.backed(BOB, 0, 500).execute(|| {
		let make = || Ask::default().make(BOB, 0);
		assert_noop!(make(), Error::<Test>::SecurityTooSmall);
		// Gold that is allocated to nothing does not stand behind the service.
		assert_ok!(stake(BOB, BOB, GOLD, 200));
		assert_noop!(make(), Error::<Test>::SecurityTooSmall);
		assert_ok!(allocate(BOB, 0, GOLD));
		assert_noop!(make(), Error::<Test>::SecurityTooSmall);
		assert_ok!(stake(CHARLIE, BOB, GOLD, 200));
		assert_ok!(make());
		advance(ACTIVATION);
		assert_noop!(occupy(BOB, 0), Error::<Test>::SecurityTooSmall);
		turn_era();
		assert_ok!(occupy(BOB, 0));

		// Of the other assets, nothing is reserved: their holders can go, and then no new clients come.
		assert_ok!(Restaking::unbond(signed(CHARLIE), BOB, GOLD, 4));
		assert_noop!(occupy(BOB, 0), Error::<Test>::SecurityTooSmall);
		assert_ok!(Restaking::unbond_all(signed(BOB), BOB, GOLD));
	});
}

#[test]
fn security_in_an_asset_that_nobody_may_stake_should_never_be_met() {
	TestExt::new().service_asking(ALICE, &[(TIN, 1)]).operator(BOB).backed(BOB, 0, 500).execute(|| {
		assert_noop!(Ask::default().make(BOB, 0), Error::<Test>::SecurityTooSmall);
	});
}

#[test]
fn security_that_the_owner_raises_should_stop_new_clients_and_leave_those_there_are() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(ask_for(ALICE, 0, &[(NATIVE, 500)]));
		assert_ok!(occupy(BOB, 0));
		assert_ok!(ask_for(ALICE, 0, &[(NATIVE, 501)]));
		assert_noop!(occupy(BOB, 0), Error::<Test>::SecurityTooSmall);
		assert!(!accepting(BOB, 0));
		assert_eq!((Registry::occupied(&BOB, 0), Registry::ends_at(&BOB, 0)), (2, None));
		// The offer goes on in every other way.
		assert_ok!(Ask::default().update(BOB, 0));
		vacate(BOB, 0);
		assert_ok!(ask_for(ALICE, 0, &[]));
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn backing_should_not_depend_on_the_status_of_offer_and_operator() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		let backed = || assert_eq!((own_backing(BOB, 0), backing(BOB, 0)), (500, 500));
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		backed();
		assert_ok!(Registry::pause(signed(BOB)));
		backed();
		assert_ok!(Registry::leave(signed(BOB)));
		backed();
		// Nothing that anybody still relies on, but allocated as before until the operator says otherwise.
		vacate(BOB, 0);
		backed();
	});
}
