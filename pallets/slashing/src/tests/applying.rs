use super::*;
use surety_primitives::AssetKind;

/// The operator has gold behind its service too, beginning in the next era.
fn with_gold(amount: u128) {
	stake(&OPERATOR, &OPERATOR, GOLD, amount);
	assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
	advance_to_era(Restaking::era() + 1);
}

#[test]
fn a_slash_should_be_split_between_fire_reporter_treasury_and_victims() {
	execute(|| {
		stake(&ALICE, &OPERATOR, NATIVE, 300_000);
		advance_to_era(3);
		let id = report(&OPERATOR, 3, 10, vec![]);
		let (supply, reporter, treasury) = (issued(NATIVE), free(NATIVE, &REPORTER), free(NATIVE, &TREASURY));
		review_and_apply(id);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), 90_000);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 270_000);
		// 10,000 of its own and 30,000 of Alice's: a fifth of it burns, a tenth of its own is the reporter's, and of
		// Alice's half as much as burned of its own waits for victims.
		assert_eq!(issued(NATIVE), supply - 8_000);
		assert_eq!(free(NATIVE, &REPORTER), reporter + 1_000);
		assert_eq!(escrowed(NATIVE), 7_000 + 1_000);
		assert_eq!(free(NATIVE, &TREASURY), treasury + 24_000 - 1_000);
		let cut = Event::Cut {
			slash: id,
			asset: NATIVE,
			amount: 40_000,
			own: 10_000,
			burned: 8_000,
			rewarded: 1_000,
			treasury: 23_000,
			settlement: Some(0),
		};
		assert!(events().contains(&cut), "{:?}", events());
		assert_eq!(events().last(), Some(&Event::Applied { slash: id }));
	});
}

#[test]
fn a_slash_should_be_applied_asset_by_asset_and_once_in_each() {
	execute(|| {
		with_gold(50_000);
		let id = report(&OPERATOR, 3, 10, vec![]);
		advance(REVIEW);
		assert_noop!(Slashing::apply(signed(&DAVE), id, 0), Error::<Test>::ZeroAmount);
		assert_ok!(Slashing::apply(signed(&DAVE), id, 1));
		let after = |asset: AssetKind| SlashState::Applying { after: asset };
		let state = Slashes::<Test>::get(id).unwrap().state;
		assert!(state == after(NATIVE) || state == after(GOLD), "{state:?}");
		check();
		assert_ok!(Slashing::apply(signed(&ALICE), id, 1));
		assert_eq!(Slashes::<Test>::get(id).unwrap().state, SlashState::Applied);
		assert_noop!(Slashing::apply(signed(&DAVE), id, 1), Error::<Test>::AlreadyDecided);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), 90_000);
		assert_eq!(worth(&OPERATOR, &OPERATOR, GOLD), 45_000);
	});
}

#[test]
fn the_weight_should_be_that_of_the_assets_it_was_applied_in() {
	use crate::WeightInfo;
	execute(|| {
		let id = report(&OPERATOR, 2, 10, vec![]);
		advance(REVIEW);
		let done = Slashing::apply(signed(&DAVE), id, 10).expect("is over");
		assert_eq!(done.actual_weight, Some(<() as WeightInfo>::apply(0, 1)));
	});
}

#[test]
fn a_reporter_that_cannot_take_the_reward_should_not_hold_up_the_slash() {
	execute(|| {
		with_gold(50_000);
		let id = report(&OPERATOR, 3, 10, vec![]);
		assert_ok!(Assets::block(signed(&TREASURY), 7, REPORTER));
		let treasury = free(GOLD, &TREASURY);
		review_and_apply(id);
		assert_eq!(worth(&OPERATOR, &OPERATOR, GOLD), 45_000);
		assert_eq!(free(GOLD, &TREASURY), treasury + 500);
	});
}

#[test]
fn the_deposit_should_return_when_nobody_can_report_the_same_any_more() {
	execute(|| {
		let id = report(&OPERATOR, 2, 10, vec![]);
		assert_noop!(Slashing::forget(signed(&DAVE), id), Error::<Test>::NotDecided);
		advance(REVIEW);
		assert_noop!(Slashing::forget(signed(&DAVE), id), Error::<Test>::NotDecided);
		assert_ok!(Slashing::apply(signed(&DAVE), id, 1));
		assert_ok!(Slashing::forget(signed(&DAVE), id));
		assert_eq!(held(HoldReason::Report, &REPORTER), 0);
		assert_eq!(events().last(), Some(&Event::Forgotten { slash: id, deposit: DEPOSIT }));
		for call in [
			Slashing::forget(signed(&DAVE), id),
			Slashing::apply(signed(&DAVE), id, 1).map(drop).map_err(|error| error.error),
		] {
			assert_eq!(call, Err(Error::<Test>::SlashNotFound.into()));
		}
		// The evidence is of an era that can no longer be reported.
		let again =
			Slashing::report(signed(&REPORTER), OPERATOR, SERVICE, 2, Perbill::one(), evidence(1), vec![]);
		assert_noop!(again, pallet_restaking::Error::<Test>::EraOutOfWindow);
	});
}
