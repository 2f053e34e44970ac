//! What counts as backing.

use crate::mock::*;
use frame_support::assert_ok;
use surety_primitives::traits::Stake;

fn backing() -> u128 {
	Registry::backing(&BOB, 0)
}

#[test]
fn backing_should_be_nothing_when_there_is_no_offer() {
	TestExt::new().service(ALICE).operator(BOB).execute(|| assert_eq!(backing(), 0));
}

#[test]
fn backing_should_count_a_bond_when_it_has_waited_out_the_activation_delay() {
	TestExt::new().service(ALICE).operator(BOB).execute(|| {
		assert_ok!(Ask::default().make(BOB, 0));
		advance(ACTIVATION - 1);
		assert_eq!(backing(), 0);
		advance(1);
		assert_eq!(backing(), 500);

		assert_ok!(Registry::add_bond(signed(BOB), 0, 70));
		advance(ACTIVATION - 1);
		assert_eq!(backing(), 500);
		advance(1);
		assert_eq!(backing(), 570);
	});
}

#[test]
fn backing_should_last_until_the_last_client_goes_when_the_offer_closes() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_eq!(backing(), 500);
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!(backing(), 500);
		vacate(BOB, 0);
		assert_eq!(backing(), 0);
	});
}

#[test]
fn backing_should_not_depend_on_the_status_of_the_operator() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::pause(signed(BOB)));
		assert_eq!(backing(), 500);
		assert_ok!(Registry::leave(signed(BOB)));
		assert_eq!(backing(), 500);
	});
}
