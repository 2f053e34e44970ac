//! Ways in which stake could try to leave before it is slashed. None works.

use super::*;

/// An offence in era 2, of which nothing is known yet, and a delegator of that time.
fn offended(test: impl FnOnce()) {
	execute(|| {
		stake(&ALICE, &OPERATOR, NATIVE, 300_000);
		advance_to_era(3);
		test();
	});
}

/// Half of what backed the operator in era 3 is cut, whatever was done meanwhile.
fn still_cut() {
	let id = report(&OPERATOR, 3, 50, vec![]);
	review_and_apply(id);
	assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN / 2);
	assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 150_000);
}

fn close() {
	assert_ok!(Registry::close_offer(signed(&OPERATOR), SERVICE));
}

fn unbond_all() {
	for who in [OPERATOR, ALICE] {
		assert_ok!(Restaking::unbond_all(signed(&who), OPERATOR, NATIVE));
	}
}

#[test]
fn unbonding_before_the_report() {
	offended(|| {
		close();
		unbond_all();
		advance(REPORT - 1);
		still_cut();
	});
}

#[test]
fn leaving() {
	offended(|| {
		assert_ok!(Registry::leave(signed(&OPERATOR)));
		assert!(pallet_registry::Operators::<Test>::get(OPERATOR).is_none());
		unbond_all();
		advance(REPORT - 1);
		still_cut();
	});
}

#[test]
fn pausing() {
	offended(|| {
		assert_ok!(Registry::pause(signed(&OPERATOR)));
		advance(REPORT - 1);
		still_cut();
	});
}

#[test]
fn deallocating() {
	offended(|| {
		close();
		assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, SERVICE, ALL));
		advance(REPORT - 1);
		still_cut();
	});
}

#[test]
fn withdrawing_in_the_block_of_the_report() {
	offended(|| {
		close();
		unbond_all();
		// The last block of the last era in which the offence can be reported.
		advance_to_era(6);
		advance(ERA - 1);
		let withdraw = |who| Restaking::withdraw(signed(&DAVE), who, OPERATOR, NATIVE);
		assert_noop!(withdraw(ALICE), pallet_restaking::Error::<Test>::NothingToWithdraw);
		let id = report(&OPERATOR, 3, 50, vec![]);
		assert_noop!(withdraw(ALICE), pallet_restaking::Error::<Test>::NothingToWithdraw);
		// Nor while it is under review, be it ever so long after the unbonding period.
		advance(2 * UNBONDING);
		assert_noop!(withdraw(ALICE), pallet_restaking::Error::<Test>::NothingToWithdraw);
		assert_ok!(Slashing::apply(signed(&DAVE), id, 1));
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 150_000);
		assert_ok!(withdraw(ALICE));
		assert_ok!(withdraw(OPERATOR));
	});
}

#[test]
fn terminating_the_service() {
	offended(|| {
		let id = report(&OPERATOR, 3, 50, vec![]);
		close();
		assert_ok!(Registry::retire_service(signed(&OWNER), SERVICE));
		assert_ok!(Registry::remove_service(signed(&OWNER), SERVICE));
		review_and_apply(id);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 150_000);
	});
}

#[test]
fn applying_late() {
	offended(|| {
		let id = report(&OPERATOR, 3, 50, vec![]);
		close();
		unbond_all();
		advance(10 * UNBONDING);
		assert_ok!(Slashing::apply(signed(&DAVE), id, 1));
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN / 2);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 150_000);
	});
}

#[test]
fn two_slashes_in_either_order() {
	let after = |first: usize| {
		let mut left = (0, 0);
		offended(|| {
			let ids = [report(&OPERATOR, 3, 50, vec![]), report(&OPERATOR, 3, 20, vec![])];
			review_and_apply(ids[first]);
			review_and_apply(ids[1 - first]);
			left = (worth(&OPERATOR, &OPERATOR, NATIVE), worth(&ALICE, &OPERATOR, NATIVE));
		});
		left
	};
	assert_eq!(after(0), (OWN * 2 / 5, 120_000));
	assert_eq!(after(0), after(1));
}

#[test]
fn deposits_in_the_era_of_the_offence_and_after_should_be_untouched() {
	offended(|| {
		stake(&BOB, &OPERATOR, NATIVE, 50_000);
		stake(&ALICE, &OPERATOR, NATIVE, 1_000);
		advance_to_era(4);
		stake(&CAROL, &OPERATOR, NATIVE, 70_000);
		let id = report(&OPERATOR, 3, 50, vec![]);
		review_and_apply(id);
		assert_eq!(worth(&BOB, &OPERATOR, NATIVE), 50_000);
		assert_eq!(worth(&CAROL, &OPERATOR, NATIVE), 70_000);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 150_000 + 1_000);
	});
}

#[test]
fn a_delegator_in_two_assets_should_be_cut_once_in_each() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 10_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		stake(&ALICE, &OPERATOR, NATIVE, 40_000);
		stake(&ALICE, &OPERATOR, GOLD, 20_000);
		advance_to_era(3);
		let id = report(&OPERATOR, 3, 25, vec![]);
		advance(REVIEW);
		for _ in 0..2 {
			assert_ok!(Slashing::apply(signed(&DAVE), id, 1));
		}
		assert_noop!(Slashing::apply(signed(&DAVE), id, 1), Error::<Test>::AlreadyDecided);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 30_000);
		assert_eq!(worth(&ALICE, &OPERATOR, GOLD), 15_000);
	});
}

#[test]
fn blocking_the_pots_or_anybodys_account_in_an_asset() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 10_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		advance_to_era(3);
		let id = report(&OPERATOR, 3, 50, vec![]);
		for who in [Restaking::pot(), TREASURY, REPORTER] {
			assert_ok!(Assets::block(signed(&TREASURY), 7, who));
		}
		assert_ok!(Assets::freeze_asset(signed(&TREASURY), 7));
		review_and_apply(id);
		assert_eq!(worth(&OPERATOR, &OPERATOR, GOLD), 5_000);
	});
}
