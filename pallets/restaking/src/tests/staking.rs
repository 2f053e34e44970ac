use crate::{mock::*, Error, Event, HoldReason, Ledgers, Positions};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use surety_primitives::{AssetKind, OperatorStatus};

#[test]
fn stake_should_move_tokens_into_the_pot_and_count_from_the_next_era() {
	execute(|| {
		assert_ok!(Restaking::stake(signed(&OPERATOR), OPERATOR, GOLD, 300));
		assert_ok!(Restaking::stake(signed(&ALICE), OPERATOR, GOLD, 200));
		assert_eq!(
			(in_pot(GOLD), free(GOLD, &ALICE), free(GOLD, &OPERATOR)),
			(500, ENDOWMENT - 200, ENDOWMENT - 300)
		);
		assert_eq!(deposit_of(HoldReason::LedgerDeposit, &OPERATOR), LEDGER_DEPOSIT);
		assert_eq!(deposit_of(HoldReason::PositionDeposit, &OPERATOR), POSITION_DEPOSIT);
		assert_eq!(deposit_of(HoldReason::PositionDeposit, &ALICE), POSITION_DEPOSIT);
		let ledger = Restaking::stake_of(OPERATOR).remove(0);
		assert_eq!((ledger.bonded, ledger.active, ledger.own), (500, 0, 300));
		assert_eq!(
			events().last(),
			Some(&Event::Staked {
				holder: ALICE,
				operator: OPERATOR,
				asset: GOLD,
				amount: 200,
				active_from: 2
			})
		);
		advance_to_era(2);
		assert_eq!(Restaking::stake_of(OPERATOR).remove(0).active, 500);
	});
}

#[test]
fn stake_should_add_to_a_position_without_another_deposit() {
	execute(|| {
		staked_operator();
		for _ in 0..3 {
			stake(&ALICE, &OPERATOR, NATIVE, 100);
		}
		assert_eq!(worth(&ALICE, NATIVE), (300, 0));
		assert_eq!(deposit_of(HoldReason::PositionDeposit, &ALICE), POSITION_DEPOSIT);
	});
}

#[test]
fn a_later_addition_may_be_small() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, MIN_POSITION);
		stake(&ALICE, &OPERATOR, NATIVE, 1);
		assert_eq!(worth(&ALICE, NATIVE), (MIN_POSITION + 1, 0));
	});
}

#[test]
fn stake_should_be_refused_and_change_nothing() {
	execute(|| {
		let stake = |who: &_, operator: &_, asset: AssetKind, amount| {
			let (who, operator): (&surety_primitives::AccountId, &surety_primitives::AccountId) =
				(who, operator);
			Restaking::stake(signed(who), operator.clone(), asset, amount)
		};
		assert_noop!(stake(&ALICE, &BOB, NATIVE, 500), Error::<Test>::OperatorNotFound);
		assert_noop!(stake(&BOB, &BOB, NATIVE, 500), Error::<Test>::OperatorNotFound);
		assert_noop!(stake(&OPERATOR, &OPERATOR, TIN, 500), Error::<Test>::AssetNotAccepted);
		assert_noop!(stake(&ALICE, &OPERATOR, NATIVE, 500), Error::<Test>::LedgerNotFound);
		assert_noop!(stake(&OPERATOR, &OPERATOR, NATIVE, 0), Error::<Test>::ZeroAmount);
		assert_noop!(stake(&OPERATOR, &OPERATOR, NATIVE, MIN_POSITION - 1), Error::<Test>::BelowMinimum);
		assert_noop!(stake(&OPERATOR, &OPERATOR, NATIVE, ENDOWMENT * 2), TokenError::FundsUnavailable);
		assert_noop!(stake(&OPERATOR, &OPERATOR, NATIVE, u128::MAX), Error::<Test>::TooMuchHeld);
		Book::set(&OPERATOR, OperatorStatus::Leaving { since: 1 });
		assert_noop!(stake(&OPERATOR, &OPERATOR, NATIVE, 500), Error::<Test>::OperatorLeaving);
		Book::set(&OPERATOR, OperatorStatus::Paused);
		assert_ok!(stake(&OPERATOR, &OPERATOR, NATIVE, 500));
	});
}

#[test]
fn stake_should_leave_the_account_alive() {
	execute(|| {
		staked_operator();
		let all = ENDOWMENT - POSITION_DEPOSIT;
		assert_noop!(Restaking::stake(signed(&ALICE), OPERATOR, NATIVE, all), TokenError::FundsUnavailable);
		assert_ok!(Restaking::stake(signed(&ALICE), OPERATOR, NATIVE, all - MINIMUM));
	});
}

#[test]
fn positions_of_several_operators_and_assets_should_be_apart() {
	execute(|| {
		for asset in [NATIVE, GOLD] {
			for operator in [OPERATOR, RIVAL] {
				stake(&operator, &operator, asset.clone(), 1_000);
				stake(&ALICE, &operator, asset.clone(), 200);
			}
		}
		assert_eq!((Ledgers::<Test>::iter().count(), Positions::<Test>::iter().count()), (4, 8));
		advance_to_era(2);
		assert_ok!(Restaking::unbond(signed(&ALICE), RIVAL, GOLD, 100));
		let page = Restaking::positions(ALICE, None, 10);
		let unbonding = |p: &surety_primitives::api::PositionInfo| !p.unbonding.is_empty();
		assert_eq!(page.positions.iter().filter(|p| unbonding(p)).count(), 1);
	});
}
