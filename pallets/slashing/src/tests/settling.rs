use super::*;
use crate::{Claims, Settlements};

const WINDOW: u32 = REPORT + REVIEW;

/// An operator that lost a tenth of its own 100,000: 7,000 of it wait for victims.
fn slashed(claims: Vec<(SubscriptionId, u128)>) -> u32 {
	let id = report(&OPERATOR, Restaking::era(), 10, claims);
	review_and_apply(id);
	id
}

#[test]
fn a_victim_should_be_paid_what_it_asks_and_the_treasury_the_rest() {
	execute(|| {
		let subscription = subscribe(&ALICE, &OPERATOR);
		advance(10);
		slashed(vec![(subscription, 3_000)]);
		let treasury = free(NATIVE, &TREASURY);
		let settlement = Settlements::<Test>::get(0).unwrap();
		// A thousand of it are fees that she had paid when it was reported.
		assert_eq!((settlement.losses.fees, settlement.losses.beyond), (1_000, 2_000));
		assert_noop!(Slashing::collect(signed(&BOB), 0, ALICE), Error::<Test>::StillOpen);
		assert_noop!(Slashing::close(signed(&BOB), 0), Error::<Test>::StillOpen);
		advance(WINDOW);
		let before = free(NATIVE, &ALICE);
		assert_ok!(Slashing::close(signed(&BOB), 0));
		let closed =
			Event::SettlementClosed { settlement: 0, asset: NATIVE, payable: 3_000, treasury: 4_000 };
		assert_eq!(events().last(), Some(&closed));
		check();
		assert_noop!(Slashing::close(signed(&BOB), 0), Error::<Test>::SettlementNotFound);
		assert_noop!(Slashing::collect(signed(&BOB), 0, BOB), Error::<Test>::ClaimNotFound);
		assert_ok!(Slashing::collect(signed(&BOB), 0, ALICE));
		let paid = Event::Compensated { settlement: 0, asset: NATIVE, who: ALICE, amount: 3_000 };
		assert_eq!(events().last(), Some(&paid));
		assert_eq!(free(NATIVE, &ALICE), before + 3_000);
		assert_eq!(free(NATIVE, &TREASURY), treasury + 4_000);
		assert_noop!(Slashing::collect(signed(&BOB), 0, ALICE), Error::<Test>::SettlementNotFound);
		assert_eq!(escrowed(NATIVE), 0);
	});
}

#[test]
fn claims_of_one_time_should_be_paid_the_same_part() {
	execute(|| {
		let (alice, bob) = (subscribe(&ALICE, &OPERATOR), subscribe(&BOB, &OPERATOR));
		slashed(vec![(alice, 40_000)]);
		slashed(vec![(bob, 10_000)]);
		advance(WINDOW);
		let losses = [ALICE, BOB].map(|who| Claims::<Test>::get(0, who).unwrap());
		let before = [ALICE, BOB].map(|who| free(NATIVE, &who));
		for who in [ALICE, BOB] {
			assert_ok!(Slashing::collect(signed(&DAVE), 0, who));
		}
		// 7,000 of the first slash and 6,300 of the second; the fees come first, and what is left is shared.
		let left = 13_300 - losses[0].fees - losses[1].fees;
		let beyond = losses[0].beyond + losses[1].beyond;
		for (index, who) in [ALICE, BOB].iter().enumerate() {
			let paid = losses[index].fees + losses[index].beyond * left / beyond;
			assert_eq!(free(NATIVE, who) - before[index], paid);
		}
		assert_eq!(escrowed(NATIVE), 0);
	});
}

#[test]
fn a_claim_should_count_though_nothing_is_left_to_be_slashed() {
	execute(|| {
		let (alice, bob) = (subscribe(&ALICE, &OPERATOR), subscribe(&BOB, &OPERATOR));
		let first = report(&OPERATOR, 2, 100, vec![(alice, 70_000)]);
		let second = report(&OPERATOR, 2, 100, vec![(bob, 70_000)]);
		review_and_apply(first);
		review_and_apply(second);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), 0);
		advance(WINDOW);
		let before = free(NATIVE, &BOB);
		assert_ok!(Slashing::collect(signed(&DAVE), 0, BOB));
		assert_eq!(free(NATIVE, &BOB) - before, 35_000);
	});
}

#[test]
fn fees_of_one_client_should_count_once_by_whatever_number_of_reports() {
	execute(|| {
		let alice = subscribe(&ALICE, &OPERATOR);
		advance(5);
		let era = Restaking::era();
		let reports = [0, 1, 2].map(|_| report(&OPERATOR, era, 10, vec![(alice, 500)]));
		for id in reports {
			review_and_apply(id);
		}
		let settlement = Settlements::<Test>::get(0).unwrap();
		assert_eq!((settlement.losses.fees, settlement.losses.beyond, settlement.claims), (500, 0, 1));
	});
}

#[test]
fn a_slash_after_the_time_of_a_settlement_should_open_another() {
	execute(|| {
		let alice = subscribe(&ALICE, &OPERATOR);
		slashed(vec![(alice, 100)]);
		advance(WINDOW);
		// Nobody has closed the first.
		slashed(vec![(alice, 200)]);
		assert!(Settlements::<Test>::get(0).unwrap().closed.is_some());
		assert_eq!(Settlements::<Test>::get(1).unwrap().losses.total(), 200);
		check();
		assert_ok!(Slashing::collect(signed(&DAVE), 0, ALICE));
		assert_noop!(Slashing::collect(signed(&DAVE), 1, ALICE), Error::<Test>::StillOpen);
		assert_eq!(Claims::<Test>::iter().count(), 1);
	});
}

#[test]
fn what_a_victim_cannot_take_should_wait_for_it_and_then_go_to_the_treasury() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 50_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		advance_to_era(3);
		let offence = surety_primitives::traits::Offence {
			operator: OPERATOR,
			service: SERVICE,
			era: 3,
			fraction: Perbill::from_percent(10),
			evidence: evidence(9),
			reporter: REPORTER,
			claims: vec![surety_primitives::traits::Claim { who: ALICE, asset: GOLD, fees: 0, amount: 100 }],
		};
		let id = <Slashing as surety_primitives::traits::Offences<_>>::report(offence).unwrap();
		assert_ok!(Assets::block(signed(&TREASURY), 7, ALICE));
		review_and_apply(id);
		let settlement =
			Settlements::<Test>::iter().find(|(_, settlement)| settlement.asset == GOLD).unwrap().0;
		advance(WINDOW);
		assert_noop!(
			Slashing::collect(signed(&DAVE), settlement, ALICE),
			sp_runtime::TokenError::CannotCreate
		);
		check();
		advance(WINDOW);
		assert_ok!(Slashing::collect(signed(&DAVE), settlement, ALICE));
		let given_up = Event::GivenUp { settlement, asset: GOLD, who: ALICE, amount: 100 };
		assert_eq!(events().last(), Some(&given_up));
	});
}

#[test]
fn a_settlement_that_nobody_has_a_claim_in_should_go_to_the_treasury() {
	execute(|| {
		slashed(vec![]);
		let treasury = free(NATIVE, &TREASURY);
		advance(WINDOW);
		assert_noop!(Slashing::close(signed(&BOB), 404), Error::<Test>::SettlementNotFound);
		assert_ok!(Slashing::close(signed(&BOB), 0));
		assert_eq!(free(NATIVE, &TREASURY), treasury + 7_000);
		assert!(Settlements::<Test>::iter().next().is_none());
	});
}
