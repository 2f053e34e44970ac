//! What a slash takes, and that nothing escapes it.

use crate::{mock::*, Error, Event};
use frame_support::{assert_err, assert_noop, assert_ok};
use sp_runtime::Perbill;
use surety_primitives::{
	traits::{Cut, Escrow, Slashable},
	OperatorStatus,
};

fn pin(era: u32) {
	<Restaking as Slashable<_>>::pin(&OPERATOR, era).expect("can be pinned");
}

fn unpin(era: u32) {
	<Restaking as Slashable<_>>::unpin(&OPERATOR, era);
}

/// `OPERATOR` with 1,000 of its own and 3,000 of `ALICE`'s, all of it behind `SERVICE`, in era 3.
fn backed_operator() {
	staked_operator();
	stake(&ALICE, &OPERATOR, NATIVE, 3_000);
	advance_to_era(3);
}

#[test]
fn a_slash_should_cut_own_and_delegated_stake_at_the_same_ratio() {
	execute(|| {
		backed_operator();
		let escrow = free(NATIVE, &ESCROW);
		assert_eq!(slash(3, 25), [Cut { asset: NATIVE, amount: 1_000, own: 250 }]);
		assert_eq!((worth(&OPERATOR, NATIVE), worth(&ALICE, NATIVE)), ((750, 0), (2_250, 0)));
		assert_eq!((in_pot(NATIVE), free(NATIVE, &ESCROW)), (3_000, escrow + 1_000));
		assert_eq!(
			events().last(),
			Some(&Event::Slashed {
				operator: OPERATOR,
				asset: NATIVE,
				service: SERVICE,
				era: 3,
				amount: 1_000,
				own: 250
			})
		);
	});
}

#[test]
fn a_slash_should_cut_each_asset_once() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 1_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		stake(&ALICE, &OPERATOR, GOLD, 600);
		backed_operator();
		let mut cuts = slash(3, 50);
		cuts.sort_by_key(|cut| cut.amount);
		assert_eq!(
			cuts,
			[Cut { asset: GOLD, amount: 800, own: 500 }, Cut { asset: NATIVE, amount: 2_000, own: 500 }]
		);
		assert_eq!((worth(&ALICE, NATIVE), worth(&ALICE, GOLD)), ((1_500, 0), (300, 0)));
	});
}

#[test]
fn a_slash_should_take_no_more_than_was_allocated() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), NATIVE, SERVICE, ALL / 10));
		advance_to_era(2);
		assert_eq!(slash(2, 100), [Cut { asset: NATIVE, amount: 100, own: 100 }]);
		assert_eq!(slash(2, 100), []);
	});
}

#[test]
fn unbonding_before_the_report_should_not_save_stake() {
	execute(|| {
		backed_operator();
		assert_ok!(Restaking::unbond_all(signed(&ALICE), OPERATOR, NATIVE));
		assert_ok!(Restaking::unbond_all(signed(&OPERATOR), OPERATOR, NATIVE));
		advance_to_era(5);
		pin(3);
		advance_to_era(9);
		assert_eq!(slash(3, 50), [Cut { asset: NATIVE, amount: 2_000, own: 500 }]);
		unpin(3);
		assert_eq!((worth(&OPERATOR, NATIVE), worth(&ALICE, NATIVE)), ((0, 500), (0, 1_500)));
	});
}

#[test]
fn leaving_pausing_and_deallocating_should_not_save_stake() {
	execute(|| {
		backed_operator();
		Book::set(&OPERATOR, OperatorStatus::Leaving { since: 1 });
		assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, SERVICE, ALL));
		advance_to_era(6);
		assert_eq!(slash(3, 50), [Cut { asset: NATIVE, amount: 2_000, own: 500 }]);
		// An offence after the deallocation took effect finds nothing.
		assert_eq!(slash(4, 50), []);
	});
}

#[test]
fn applying_late_should_neither_void_a_slash_nor_let_stake_leave_before() {
	execute(|| {
		backed_operator();
		assert_ok!(Restaking::unbond_all(signed(&ALICE), OPERATOR, NATIVE));
		pin(3);
		advance_to(System::block_number() + 3 * UNBONDING);
		let withdraw = || Restaking::withdraw(signed(&BOB), ALICE, OPERATOR, NATIVE);
		assert_err!(withdraw(), Error::<Test>::NothingToWithdraw);
		assert_eq!(slash(3, 50), [Cut { asset: NATIVE, amount: 2_000, own: 500 }]);
		unpin(3);
		assert_ok!(withdraw());
		assert_eq!(free(NATIVE, &ALICE), ENDOWMENT - 1_500);
	});
}

#[test]
fn a_veto_should_let_go_what_was_kept() {
	execute(|| {
		backed_operator();
		assert_ok!(Restaking::unbond_all(signed(&ALICE), OPERATOR, NATIVE));
		pin(3);
		advance_to(System::block_number() + UNBONDING);
		unpin(3);
		assert_ok!(Restaking::withdraw(signed(&BOB), ALICE, OPERATOR, NATIVE));
		assert_eq!(free(NATIVE, &ALICE), ENDOWMENT);
	});
}

#[test]
fn deposits_of_the_era_of_the_offence_and_later_should_be_untouched() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 1_000);
		advance_to_era(3);
		stake(&BOB, &OPERATOR, NATIVE, 1_000);
		assert_eq!(slash(2, 100), [Cut { asset: NATIVE, amount: 1_000, own: 1_000 }]);
		assert_eq!((worth(&ALICE, NATIVE), worth(&BOB, NATIVE)), ((1_000, 0), (1_000, 0)));
	});
}

#[test]
fn a_pool_that_a_slash_emptied_should_take_deposits_that_keep_their_worth() {
	execute(|| {
		backed_operator();
		slash(3, 100);
		stake(&BOB, &OPERATOR, NATIVE, 700);
		advance_to_era(20);
		assert_eq!((worth(&BOB, NATIVE), worth(&ALICE, NATIVE)), ((700, 0), (0, 0)));
		// What is worth nothing is cleared away by anybody, and its deposit returns.
		assert_ok!(Restaking::sync(signed(&BOB), ALICE, OPERATOR, NATIVE));
		assert_eq!(deposit_of(crate::HoldReason::PositionDeposit, &ALICE), 0);
		assert_eq!(free(NATIVE, &ALICE), ENDOWMENT - 3_000);
	});
}

#[test]
fn an_era_that_is_neither_pinned_nor_reportable_should_not_be_slashed() {
	execute(|| {
		backed_operator();
		advance_to_era(8);
		let slash =
			|era| <Restaking as Slashable<_>>::slash(&OPERATOR, SERVICE, era, Perbill::one(), &NATIVE);
		assert_noop!(slash(3), Error::<Test>::EraOutOfWindow);
		assert_noop!(slash(9), Error::<Test>::EraOutOfWindow);
		assert_ok!(slash(4));
	});
}

#[test]
fn a_ledger_that_was_opened_after_the_offence_should_not_hold_up_the_slash_of_the_others() {
	execute(|| {
		backed_operator();
		pin(2);
		advance_to_era(9);
		stake(&OPERATOR, &OPERATOR, GOLD, 500);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		assert_eq!(slash(2, 50), [Cut { asset: NATIVE, amount: 500, own: 500 }]);
		unpin(2);
	});
}

#[test]
fn what_was_slashed_should_stay_in_escrow_until_it_is_paid_burned_or_given_up() {
	let issued = || Assets::total_supply(7);
	new_test_ext().execute_with(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 1_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		advance_to_era(2);
		let before = issued();
		assert_eq!(slash_of(&OPERATOR, SERVICE, 2, 50), Ok(vec![Cut { asset: GOLD, amount: 500, own: 500 }]));
		assert_eq!((Restaking::escrowed(&GOLD), in_pot(GOLD)), (500, 1_000));
		check();
		// A receiver that is blocked gets nothing, and what is for it stays.
		assert_ok!(Assets::block(signed(&TREASURY), 7, ESCROW));
		assert_noop!(Restaking::pay(&GOLD, &ESCROW, 100), sp_runtime::TokenError::CannotCreate);
		assert_ok!(Restaking::pay(&GOLD, &BOB, 100));
		assert_noop!(Restaking::pay(&GOLD, &BOB, 401), sp_runtime::TokenError::FundsUnavailable);
		Restaking::burn(&GOLD, 200);
		assert_eq!(
			(free(GOLD, &BOB), issued(), Restaking::escrowed(&GOLD)),
			(ENDOWMENT + 100, before - 200, 200)
		);
		Restaking::give_up(&GOLD, 200);
		assert_eq!((free(GOLD, &TREASURY), in_pot(GOLD)), (ENDOWMENT + 200, 500));
		check();
	});
}

#[test]
fn what_nobody_can_take_should_wait_until_somebody_can() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 1_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		advance_to_era(2);
		assert_ok!(Assets::block(signed(&TREASURY), 7, TREASURY));
		assert_ok!(slash_of(&OPERATOR, SERVICE, 2, 50));
		Restaking::give_up(&GOLD, 500);
		assert_eq!((crate::Unmoved::<Test>::get(GOLD), in_pot(GOLD)), (500, 1_000));
		check();
		assert_err!(Restaking::sweep(signed(&BOB), GOLD), sp_runtime::TokenError::CannotCreate);
		assert_eq!(crate::Unmoved::<Test>::get(GOLD), 500);
		assert_ok!(Assets::thaw(signed(&TREASURY), 7, TREASURY));
		assert_ok!(Restaking::sweep(signed(&BOB), GOLD));
		assert_eq!(events().last(), Some(&Event::Swept { asset: GOLD, amount: 500 }));
		assert_eq!((free(GOLD, &TREASURY), in_pot(GOLD)), (ENDOWMENT + 500, 500));
	});
}

#[test]
fn an_operator_without_stake_should_lose_nothing() {
	execute(|| assert_eq!(slash(1, 100), []));
}
