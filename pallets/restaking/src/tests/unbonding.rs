use crate::{mock::*, Error, Event, HoldReason, Ledgers, Positions, Rates};
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect};
use surety_primitives::OperatorStatus;

fn unbond(who: &surety_primitives::AccountId, amount: u128) -> sp_runtime::DispatchResult {
	Restaking::unbond(signed(who), OPERATOR, NATIVE, amount)
}

fn withdraw(who: &surety_primitives::AccountId) -> sp_runtime::DispatchResult {
	Restaking::withdraw(signed(&BOB), who.clone(), OPERATOR, NATIVE)
}

#[test]
fn unbonded_stake_should_be_paid_out_after_the_unbonding_period() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 500);
		advance_to_era(3);
		let before = free(NATIVE, &ALICE);
		let at = System::block_number() + UNBONDING;
		assert_ok!(unbond(&ALICE, 200));
		assert_eq!(
			events().last(),
			Some(&Event::Unbonding {
				holder: ALICE,
				operator: OPERATOR,
				asset: NATIVE,
				amount: 200,
				returned: 0,
				withdrawable_at: at
			})
		);
		assert_eq!((worth(&ALICE, NATIVE), free(NATIVE, &ALICE)), ((300, 200), before));
		advance_to(at - 1);
		assert_noop!(withdraw(&ALICE), Error::<Test>::NothingToWithdraw);
		advance_to(at);
		assert_ok!(withdraw(&ALICE));
		assert_eq!((worth(&ALICE, NATIVE), free(NATIVE, &ALICE)), ((300, 0), before + 200));
		assert_noop!(withdraw(&ALICE), Error::<Test>::NothingToWithdraw);
	});
}

#[test]
fn the_whole_exit_should_return_everything_and_leave_no_record() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 500);
		advance_to_era(3);
		Book::set(&OPERATOR, OperatorStatus::Leaving { since: 1 });
		for who in [OPERATOR, ALICE] {
			assert_ok!(Restaking::unbond_all(signed(&who), OPERATOR, NATIVE));
			assert_noop!(
				Restaking::unbond_all(signed(&who), OPERATOR, NATIVE),
				Error::<Test>::NotEnoughStake
			);
		}
		advance_to(System::block_number() + UNBONDING);
		assert_ok!(withdraw(&OPERATOR));
		assert_eq!(deposit_of(HoldReason::LedgerDeposit, &OPERATOR), LEDGER_DEPOSIT);
		assert_ok!(withdraw(&ALICE));
		for who in [OPERATOR, ALICE] {
			assert_eq!(Tokens::total_balance(NATIVE, &who), ENDOWMENT);
			assert_eq!(free(NATIVE, &who), ENDOWMENT);
		}
		assert_eq!(
			Ledgers::<Test>::iter().count()
				+ Positions::<Test>::iter().count()
				+ Rates::<Test>::iter().count(),
			0
		);
		assert_eq!(
			events().last(),
			Some(&Event::LedgerClosed { operator: OPERATOR, asset: NATIVE, remainder: 0 })
		);
	});
}

#[test]
fn a_remainder_that_nobody_can_take_should_not_keep_the_last_holder_from_its_own() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 1_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		stake(&ALICE, &OPERATOR, GOLD, 1_001);
		advance_to_era(2);
		// Half of 1,001 leaves half a unit to nobody.
		slash(2, 50);
		for who in [OPERATOR, ALICE] {
			assert_ok!(Restaking::unbond_all(signed(&who), OPERATOR, GOLD));
		}
		advance_to(System::block_number() + UNBONDING);
		assert_ok!(Assets::block(signed(&TREASURY), 7, TREASURY));
		for who in [OPERATOR, ALICE] {
			assert_ok!(Restaking::withdraw(signed(&BOB), who, OPERATOR, GOLD));
		}
		assert!(!Ledgers::<Test>::contains_key(OPERATOR, GOLD));
		assert_eq!(crate::Unmoved::<Test>::get(GOLD), in_pot(GOLD));
		assert!(in_pot(GOLD) > 0);
	});
}

#[test]
fn what_does_not_count_yet_should_be_paid_out_at_once() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 500);
		let before = free(NATIVE, &ALICE);
		assert_ok!(unbond(&ALICE, 400));
		assert_eq!((worth(&ALICE, NATIVE), free(NATIVE, &ALICE)), ((100, 0), before + 400));
		assert_ok!(unbond(&ALICE, 100));
		assert_eq!(free(NATIVE, &ALICE), ENDOWMENT);
		assert!(!Positions::<Test>::contains_key((ALICE, OPERATOR, NATIVE)));
	});
}

#[test]
fn unbond_should_be_refused_and_change_nothing() {
	execute(|| {
		assert_noop!(unbond(&ALICE, 1), Error::<Test>::PositionNotFound);
		staked_operator();
		assert_noop!(unbond(&ALICE, 1), Error::<Test>::PositionNotFound);
		assert_noop!(withdraw(&ALICE), Error::<Test>::PositionNotFound);
		assert_noop!(Restaking::sync(signed(&BOB), ALICE, OPERATOR, NATIVE), Error::<Test>::PositionNotFound);
		assert_noop!(unbond(&OPERATOR, 0), Error::<Test>::ZeroAmount);
		assert_noop!(unbond(&OPERATOR, 1_001), Error::<Test>::NotEnoughStake);
		assert_noop!(unbond(&OPERATOR, 1_000 - MIN_POSITION + 1), Error::<Test>::BelowMinimum);
		assert_ok!(unbond(&OPERATOR, 1_000 - MIN_POSITION));
	});
}

#[test]
fn unbonding_in_more_eras_than_can_be_kept_should_be_refused_until_something_is_withdrawn() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 100_000);
		UnbondingPeriod::set(&10_000);
		for era in 3..3 + surety_stake::MAX_UNBONDING {
			advance_to_era(era);
			assert_ok!(unbond(&ALICE, 1));
		}
		advance_to_era(3 + surety_stake::MAX_UNBONDING);
		assert_noop!(unbond(&ALICE, 1), Error::<Test>::TooManyChunks);
		advance_to(12_000);
		assert_ok!(withdraw(&ALICE));
		assert_ok!(unbond(&ALICE, 1));
	});
}

#[test]
fn a_position_should_keep_the_period_it_was_unbonded_under() {
	execute(|| {
		staked_operator();
		let at = System::block_number() + UNBONDING;
		assert_ok!(unbond(&OPERATOR, 500));
		UnbondingPeriod::set(&(10 * UNBONDING));
		advance_to(at);
		assert_ok!(withdraw(&OPERATOR));
	});
}
