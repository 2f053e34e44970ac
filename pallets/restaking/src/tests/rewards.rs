use crate::{mock::*, Commissions, Error, Event, HoldReason, Ledgers, Positions};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, DispatchResult, Perbill};
use std::cell::Cell;
use surety_primitives::{traits::Sharing, AccountId, AssetKind, Balance, OperatorStatus};

/// What is earned is what was given but for rounding, always down: a unit each time.
fn assert_about<const N: usize>(actual: [Balance; N], exact: [Balance; N], times: Balance) {
	for (actual, exact) in actual.into_iter().zip(exact) {
		assert!(actual <= exact && actual + times >= exact, "{actual} instead of {exact}");
	}
}

fn percent(percent: u32) -> Perbill {
	Perbill::from_percent(percent)
}

fn reward(asset: AssetKind, amount: Balance) -> DispatchResult {
	Restaking::reward(signed(&PATRON), OPERATOR, asset, amount)
}

fn collect(holder: &AccountId) -> DispatchResult {
	Restaking::collect(signed(&BOB), holder.clone(), OPERATOR, NATIVE)
}

fn earned(holder: &AccountId) -> Balance {
	Restaking::position(holder.clone(), OPERATOR, NATIVE).map_or(0, |position| position.earned)
}

/// What a client pays `OPERATOR`, as the pallet of subscriptions does: the operator's part.
fn pay(asset: AssetKind, amount: Balance) -> Balance {
	let transfer = |to: &AccountId, part| match &asset {
		AssetKind::Native => Balances::transfer_keep_alive(signed(&PATRON), to.clone(), part),
		AssetKind::WithId(id) => Assets::transfer(signed(&PATRON), *id, to.clone(), part),
	};
	amount - <Restaking as Sharing<_>>::share(&OPERATOR, &asset, amount, transfer)
}

#[test]
fn reward_should_go_to_all_stake_that_counts_pro_rata() {
	execute(|| {
		// GIVEN stake of two eras, and stake that does not count yet
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 3_000);
		advance_to_era(3);
		stake(&BOB, &OPERATOR, NATIVE, 4_000);
		// WHEN
		assert_ok!(reward(NATIVE, 400));
		// THEN
		assert_about([&OPERATOR, &ALICE, &BOB].map(earned), [100, 300, 0], 1);
		assert_eq!(in_pot(NATIVE), 8_400);
		assert_eq!(free(NATIVE, &PATRON), ENDOWMENT - 400);
		assert!(events().contains(&Event::Rewarded { operator: OPERATOR, asset: NATIVE, amount: 400 }));
		assert_eq!(Restaking::stake_of(OPERATOR)[0].rewards, 400);
		// What came later earns what comes later.
		advance_to_era(4);
		assert_ok!(reward(NATIVE, 800));
		assert_about([&OPERATOR, &ALICE, &BOB].map(earned), [200, 600, 400], 2);
	});
}

#[test]
fn stake_on_its_way_out_should_earn_nothing() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 3_000);
		advance_to_era(3);
		assert_ok!(Restaking::unbond(signed(&ALICE), OPERATOR, NATIVE, 2_000));
		assert_ok!(reward(NATIVE, 200));
		assert_about([&OPERATOR, &ALICE].map(earned), [100, 100], 1);
	});
}

#[test]
fn slashes_should_not_touch_what_was_earned() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 1_000);
		advance_to_era(3);
		assert_ok!(reward(NATIVE, 200));
		slash(3, 100);
		assert_about([&OPERATOR, &ALICE].map(earned), [100, 100], 1);
		assert_ok!(collect(&ALICE));
		assert_about([free(NATIVE, &ALICE)], [ENDOWMENT - 1_000 + 100], 1);
		// Nothing is left of the position, so that its record is gone.
		assert!(!Positions::<Test>::contains_key((ALICE, OPERATOR, NATIVE)));
		assert_eq!(deposit_of(HoldReason::PositionDeposit, &ALICE), 0);
		assert!(Ledgers::<Test>::contains_key(OPERATOR, NATIVE));
		assert_ok!(collect(&OPERATOR));
		assert!(!Ledgers::<Test>::contains_key(OPERATOR, NATIVE));
	});
}

#[test]
fn reward_should_be_refused_when_nobody_would_get_it() {
	execute(|| {
		assert_noop!(reward(NATIVE, 100), Error::<Test>::LedgerNotFound);
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		assert_noop!(reward(NATIVE, 100), Error::<Test>::NotEnoughStake);
		advance_to_era(2);
		stake(&ALICE, &OPERATOR, NATIVE, 1_000);
		advance_to_era(3);
		assert_noop!(reward(NATIVE, 0), Error::<Test>::ZeroAmount);
		// Half a unit for stake of each era.
		assert_noop!(reward(NATIVE, 1), Error::<Test>::ZeroAmount);
		assert_noop!(reward(NATIVE, surety_stake::MAX_HELD + 1), Error::<Test>::TooMuchHeld);
		assert!(matches!(reward(NATIVE, ENDOWMENT + 1), Err(DispatchError::Token(_))));
	});
}

#[test]
fn collect_should_pay_the_holder_whoever_asks_for_it() {
	execute(|| {
		staked_operator();
		assert_ok!(reward(NATIVE, 100));
		let (before, amount) = (free(NATIVE, &OPERATOR), earned(&OPERATOR));
		assert_about([amount], [100], 1);
		assert_ok!(collect(&OPERATOR));
		assert_eq!((free(NATIVE, &OPERATOR), in_pot(NATIVE)), (before + amount, 1_000 + 100 - amount));
		let collected = Event::Collected { holder: OPERATOR, operator: OPERATOR, asset: NATIVE, amount };
		assert!(events().contains(&collected));
		assert_noop!(collect(&OPERATOR), Error::<Test>::NothingToCollect);
		assert_noop!(collect(&ALICE), Error::<Test>::PositionNotFound);
	});
}

#[test]
fn collect_should_work_whatever_the_status_of_the_operator() {
	execute(|| {
		staked_operator();
		assert_ok!(reward(NATIVE, 100));
		Book::set(&OPERATOR, OperatorStatus::Leaving { since: 1 });
		assert_ok!(collect(&OPERATOR));
	});
}

#[test]
fn withdraw_should_pay_what_was_earned_too_and_close_the_position() {
	execute(|| {
		staked_operator();
		assert_ok!(reward(NATIVE, 100));
		assert_ok!(Restaking::set_commission(signed(&OPERATOR), NATIVE, percent(10)));
		assert_ok!(Restaking::unbond_all(signed(&OPERATOR), OPERATOR, NATIVE));
		advance_to(System::block_number() + UNBONDING);
		assert_ok!(Restaking::withdraw(signed(&BOB), OPERATOR, OPERATOR, NATIVE));
		assert_about([free(NATIVE, &OPERATOR)], [ENDOWMENT + 100], 1);
		assert_eq!(in_pot(NATIVE), 0);
		// With the ledger its commission is gone.
		assert!(!Commissions::<Test>::contains_key(OPERATOR, NATIVE));
	});
}

#[test]
fn what_rounding_leaves_of_rewards_should_go_where_the_rest_does() {
	execute(|| {
		staked_operator();
		for holder in [&ALICE, &BOB] {
			stake(holder, &OPERATOR, NATIVE, 1_000);
		}
		advance_to_era(3);
		assert_ok!(reward(NATIVE, 100));
		for holder in [&OPERATOR, &ALICE, &BOB] {
			assert_ok!(Restaking::unbond_all(signed(holder), OPERATOR, NATIVE));
		}
		advance_to(System::block_number() + UNBONDING);
		for holder in [&OPERATOR, &ALICE, &BOB] {
			assert_ok!(Restaking::withdraw(signed(holder), holder.clone(), OPERATOR, NATIVE));
		}
		let kept: Balance = [&OPERATOR, &ALICE, &BOB].map(|who| free(NATIVE, who)).iter().sum();
		let rounding = free(NATIVE, &TREASURY) - ENDOWMENT;
		assert!(rounding > 0 && rounding < 5, "{rounding}");
		let given = ENDOWMENT - free(NATIVE, &PATRON);
		assert_eq!((kept, in_pot(NATIVE)), (3 * ENDOWMENT + given - rounding, 0));
	});
}

#[test]
fn an_operator_should_keep_everything_unless_it_says_otherwise() {
	execute(|| {
		staked_operator();
		assert_eq!(pay(NATIVE, 100), 100);
		assert_eq!(Restaking::stake_of(OPERATOR)[0].commission, Perbill::one());
	});
}

#[test]
fn an_operator_should_share_what_its_commission_leaves() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 3_000);
		advance_to_era(3);
		assert_ok!(Restaking::set_commission(signed(&OPERATOR), NATIVE, percent(20)));
		assert_eq!(pay(NATIVE, 1_000), 200);
		assert_about([&OPERATOR, &ALICE].map(earned), [200, 600], 1);
		// Nothing is staked in that asset.
		assert_eq!(pay(GOLD, 1_000), 1_000);
		// A part of a unit is the operator's.
		assert_eq!(pay(NATIVE, 1), 1);
	});
}

#[test]
fn an_operator_should_keep_what_cannot_be_shared() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		assert_ok!(Restaking::set_commission(signed(&OPERATOR), NATIVE, percent(0)));
		// No stake counts yet.
		assert_eq!(pay(NATIVE, 100), 100);
		advance_to_era(2);
		let state = sp_io::storage::root(sp_runtime::StateVersion::V1);
		let asked = Cell::new(0);
		let shared = <Restaking as Sharing<_>>::share(&OPERATOR, &NATIVE, 100, |_, part| {
			asked.set(part);
			Err(DispatchError::Unavailable)
		});
		assert_eq!((shared, asked.get()), (0, 100));
		assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), state);
		assert_eq!(pay(NATIVE, 100), 0);
	});
}

#[test]
fn commission_should_fall_at_any_time_and_rise_by_little_once_in_an_unbonding_period() {
	execute(|| {
		let set = |rate| Restaking::set_commission(signed(&OPERATOR), NATIVE, percent(rate));
		assert_noop!(set(10), Error::<Test>::LedgerNotFound);
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		// Falls, twice in a block.
		assert_ok!(set(30));
		assert_ok!(set(10));
		// Rises.
		assert_noop!(set(16), Error::<Test>::CommissionRisesTooFar);
		assert_ok!(set(14));
		let may_rise_at = System::block_number() + UNBONDING;
		let told = Event::CommissionSet { operator: OPERATOR, asset: NATIVE, rate: percent(14), may_rise_at };
		assert_eq!(events().last(), Some(&told));
		assert_noop!(set(15), Error::<Test>::CommissionRisesTooSoon);
		// To fall in between wins no time.
		assert_ok!(set(12));
		assert_noop!(set(13), Error::<Test>::CommissionRisesTooSoon);
		advance_to(may_rise_at - 1);
		assert_noop!(set(13), Error::<Test>::CommissionRisesTooSoon);
		advance_to(may_rise_at);
		assert_ok!(set(17));
		let shown = &Restaking::stake_of(OPERATOR)[0];
		assert_eq!((shown.commission, shown.commission_may_rise_at), (percent(17), may_rise_at + UNBONDING));
	});
}
