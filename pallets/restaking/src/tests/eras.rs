use crate::{mock::*, CurrentEra, EraInfo, Error, Event, Pins};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{traits::Slashable, AccountId};

fn pin(era: u32) -> sp_runtime::DispatchResult {
	<Restaking as Slashable<_>>::pin(&OPERATOR, era)
}

#[test]
fn an_era_should_last_its_time() {
	execute(|| {
		advance_to(ERA - 1);
		assert_eq!(CurrentEra::<Test>::get(), EraInfo { index: 1, start: 0 });
		advance_to(ERA);
		assert_eq!(CurrentEra::<Test>::get(), EraInfo { index: 2, start: ERA });
		assert_eq!(events(), [Event::EraBegan { era: 2 }]);
		advance_to(3 * ERA);
		assert_eq!(CurrentEra::<Test>::get(), EraInfo { index: 4, start: 3 * ERA });
	});
}

#[test]
fn a_shorter_era_should_not_turn_twice_in_a_block() {
	execute(|| {
		advance_to(ERA - 1);
		EraLength::set(&1);
		advance_to(ERA);
		assert_eq!(Restaking::era(), 2);
		advance_to(ERA + 1);
		assert_eq!(Restaking::era(), 3);
	});
}

#[test]
fn offences_should_be_reportable_for_the_window_whenever_they_were_in_their_era() {
	execute(|| {
		advance_to_era(8);
		// The last block of era 4 is less than 35 blocks ago.
		assert_eq!(Restaking::first_reportable(), 4);
		assert_noop!(pin(3), Error::<Test>::EraOutOfWindow);
		assert_noop!(pin(9), Error::<Test>::EraOutOfWindow);
		assert_ok!(pin(4));
		assert_ok!(pin(8));
	});
}

#[test]
fn pins_should_be_counted_and_be_gone_with_the_last_one() {
	execute(|| {
		advance_to_era(5);
		for era in [5, 4, 5] {
			assert_ok!(pin(era));
		}
		let pins: Vec<_> = Pins::<Test>::get(OPERATOR).iter().map(|pin| (pin.era, pin.slashes)).collect();
		assert_eq!(pins, [(5, 2), (4, 1)]);
		for era in [5, 4, 5] {
			check();
			<Restaking as Slashable<_>>::unpin(&OPERATOR, era);
		}
		assert!(!Pins::<Test>::contains_key(OPERATOR));
	});
}

#[test]
fn more_eras_than_can_be_kept_should_not_be_pinned() {
	execute(|| {
		for era in 1..=crate::types::MAX_PINS {
			advance_to_era(era);
			assert_ok!(pin(era));
		}
		advance_to_era(crate::types::MAX_PINS + 1);
		assert_noop!(pin(crate::types::MAX_PINS + 1), Error::<Test>::MaxPinsExceeded);
		assert_ok!(pin(crate::types::MAX_PINS));
	});
}

#[test]
#[should_panic = "let go"]
fn letting_go_what_was_not_kept_should_panic_in_tests() {
	new_test_ext().execute_with(|| <Restaking as Slashable<_>>::unpin(&OPERATOR, 1));
}

#[test]
fn too_many_classes_should_be_refused_until_the_slashes_that_hold_them_up_are_decided() {
	execute(|| {
		staked_operator();
		<Restaking as Slashable<_>>::pin(&OPERATOR, 2).expect("can be pinned");
		let holder = |era: u32| AccountId::new([100 + era as u8; 32]);
		let stake = |who: &AccountId| Restaking::stake(signed(who), OPERATOR, NATIVE, 500);
		let unbond = |who: &AccountId| Restaking::unbond(signed(who), OPERATOR, NATIVE, 1);
		// A holder from each era unbonds something in each later one: a class for each pair.
		let refused = (2..40).find_map(|era| {
			advance_to_era(era);
			assert_ok!(Balances::transfer_keep_alive(signed(&BOB), holder(era), 1_000));
			let refused = stake(&holder(era)).err();
			refused.or_else(|| (2..era).find_map(|before| unbond(&holder(before)).err())).map(|e| (era, e))
		});
		let (era, refused) = refused.expect("there is a limit");
		assert!(era > 2 + surety_stake::MAX_SPAN, "{era}");
		assert_eq!(refused, Error::<Test>::TooManyClasses.into());
		// Nor is anybody let in who would need a class of its own.
		advance_to_era(era + 1);
		assert_noop!(stake(&ALICE), Error::<Test>::TooManyClasses);
		<Restaking as Slashable<_>>::unpin(&OPERATOR, 2);
		assert_ok!(stake(&ALICE));
		assert_ok!(unbond(&holder(2)));
	});
}
