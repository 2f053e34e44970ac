//! The check of the state finds what is broken.

use crate::{mock::*, types::Pin, Commissions, HoldReason, Ledgers, Pins, Positions, Rates, StakedIn};
use frame_support::traits::fungible::MutateHold;
use surety_primitives::traits::CheckState;
use surety_stake::Conversion;

fn broken(damage: impl FnOnce(), named: &str) {
	new_test_ext().execute_with(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 500);
		check();
		damage();
		let error = Restaking::check_state().expect_err("was damaged");
		assert!(format!("{error:?}").contains(named), "{error:?}");
	});
}

#[test]
fn check_should_find_damage() {
	broken(|| Positions::<Test>::remove((ALICE, OPERATOR, NATIVE)), "counts its chunks wrongly");
	broken(|| Ledgers::<Test>::remove(OPERATOR, NATIVE), "a ledger is listed that is not there");
	broken(|| StakedIn::<Test>::remove(OPERATOR), "a ledger is not listed");
	broken(
		|| {
			Ledgers::<Test>::remove(OPERATOR, NATIVE);
			StakedIn::<Test>::remove(OPERATOR);
		},
		"a position is of no ledger",
	);
	broken(
		|| {
			let taken = Positions::<Test>::take((ALICE, OPERATOR, NATIVE)).unwrap();
			let mut twice = taken.clone();
			twice.position.bonded[0].shares *= 10;
			Positions::<Test>::insert((ALICE, OPERATOR, NATIVE), twice);
		},
		"worth more than is held",
	);
	broken(
		|| {
			Positions::<Test>::mutate((ALICE, OPERATOR, NATIVE), |p| {
				p.as_mut().unwrap().position = Default::default()
			})
		},
		"a position is empty",
	);
	broken(
		|| {
			let key = surety_stake::Key { from: 1, until: 1, generation: 9 };
			let none = Default::default();
			let rate =
				Conversion { to: key, numerator: 1, denominator: 1, chunks: 1, earned: none, begins: none };
			Rates::<Test>::insert((OPERATOR, NATIVE, key), rate);
		},
		"outlives",
	);
	broken(
		|| Positions::<Test>::mutate((ALICE, OPERATOR, NATIVE), |p| p.as_mut().unwrap().position.earned = 1),
		"earned more than was given",
	);
	broken(
		|| Commissions::<Test>::insert(OPERATOR, GOLD, crate::Commission::default()),
		"a commission is of no ledger",
	);
	broken(|| Pins::<Test>::insert(ALICE, frame_support::BoundedVec::default()), "is empty");
	broken(
		|| {
			let pins = vec![Pin { era: 1, slashes: 0 }];
			Pins::<Test>::insert(ALICE, frame_support::BoundedVec::truncate_from(pins));
		},
		"holds nothing",
	);
	broken(
		|| {
			let pins = vec![Pin { era: 1, slashes: 1 }; 2];
			Pins::<Test>::insert(ALICE, frame_support::BoundedVec::truncate_from(pins));
		},
		"pinned twice",
	);
	let reservations = |list: Vec<(u32, u128)>| {
		move || crate::Reservations::<Test>::insert(OPERATOR, frame_support::BoundedVec::truncate_from(list))
	};
	broken(reservations(vec![]), "reservations is empty");
	broken(reservations(vec![(1, 0)]), "for nothing");
	broken(reservations(vec![(1, 2), (1, 2)]), "two reservations");
	broken(|| crate::Unmoved::<Test>::insert(NATIVE, 0), "kept as unmoved");
	broken(|| crate::Unmoved::<Test>::insert(NATIVE, 1), "the pot has not on hold");
	broken(
		|| {
			Balances::set_on_hold(&HoldReason::Stake.into(), &Restaking::pot(), 1_499).unwrap();
		},
		"the pot has not on hold",
	);
	broken(
		|| Balances::set_on_hold(&HoldReason::PositionDeposit.into(), &ALICE, 1).unwrap(),
		"what its positions cost",
	);
	broken(
		|| Balances::set_on_hold(&HoldReason::LedgerDeposit.into(), &ALICE, 1).unwrap(),
		"what its ledgers cost",
	);
}
