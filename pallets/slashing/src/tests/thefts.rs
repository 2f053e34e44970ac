//! Ways in which somebody could try to gain by a slash. None pays.

use super::*;
use surety_primitives::AccountId;

/// What `who` owns of the native token: free, held, and staked on `OPERATOR`.
fn wealth(who: &AccountId) -> u128 {
	use frame_support::traits::fungible::Inspect;
	Balances::total_balance(who) + worth(who, &OPERATOR, NATIVE)
}

fn together(who: &[AccountId]) -> u128 {
	who.iter().map(wealth).sum()
}

/// Everything that a settlement owes is paid.
fn collect_all(victims: &[AccountId]) {
	advance(REPORT + REVIEW);
	for victim in victims {
		let _ = Slashing::collect(signed(&DAVE), 0, victim.clone());
	}
	idle_to(now() + 200);
}

#[test]
fn an_operator_slashed_in_favour_of_its_own_client_should_lose() {
	// The owner, the reporter and the client are all friends of the operator; Alice has delegated.
	for delegated in [1_000, 300_000, 5_000_000] {
		for percent in [1, 50, 100] {
			execute(|| {
				stake(&ALICE, &OPERATOR, NATIVE, delegated);
				advance_to_era(3);
				let friends = [OPERATOR, OWNER, REPORTER, BOB];
				let before = together(&friends);
				// The client's fees come back to the operator.
				let subscription = subscribe(&BOB, &OPERATOR);
				advance(20);
				let claim = vec![(subscription, 10_000_000)];
				let id = report(&OPERATOR, 3, percent, claim);
				assert_ok!(Subscriptions::cancel(signed(&BOB), subscription));
				review_and_apply(id);
				collect_all(&[BOB]);
				let after = together(&friends);
				assert!(after < before, "{delegated} {percent}: {before} {after}");
			});
		}
	}
}

#[test]
fn an_operator_that_has_hardly_any_stake_of_its_own_should_move_nothing_of_its_delegators_to_its_friends() {
	execute(|| {
		stake(&ALICE, &OPERATOR, NATIVE, 1_000_000);
		let bob = subscribe(&BOB, &OPERATOR);
		advance_to_era(3);
		// Nothing but the bond, which has to stay.
		assert_noop!(
			Restaking::unbond_all(signed(&OPERATOR), OPERATOR, NATIVE),
			pallet_restaking::Error::<Test>::StakeReserved
		);
		assert_ok!(Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, OWN - 1_000));
		advance_to_era(5);
		let friends = [OPERATOR, OWNER, REPORTER, BOB];
		let before = together(&friends);
		let id = report(&OPERATOR, 5, 100, vec![(bob, 500_000)]);
		review_and_apply(id);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 0);
		collect_all(&[BOB]);
		assert!(together(&friends) < before);
	});
}

#[test]
fn a_petition_by_wash_subscribers_should_not_pay() {
	execute(|| {
		stake(&DAVE, &OPERATOR, NATIVE, 300_000);
		advance_to_era(3);
		let friends = [OPERATOR, ALICE, BOB, CAROL];
		let before = together(&friends);
		let subscriptions = [ALICE, BOB, CAROL].map(|client| (subscribe(&client, &OPERATOR), client));
		advance(10);
		for (index, (subscription, client)) in subscriptions.iter().enumerate() {
			assert_ok!(match index {
				0 => Slashing::petition(signed(client), *subscription, 3, evidence(1)),
				_ => Slashing::sign(signed(client), 0, *subscription),
			});
		}
		review_and_apply(0);
		for (subscription, client) in subscriptions {
			assert_ok!(Subscriptions::cancel(signed(&client), subscription));
			assert_ok!(Slashing::resolve(signed(&DAVE), 0, client));
		}
		collect_all(&[ALICE, BOB, CAROL]);
		assert!(together(&friends) < before);
	});
}

#[test]
fn an_operator_should_not_hold_up_a_petition_by_paying_fees_to_itself() {
	execute(|| {
		let clients = [ALICE, BOB, CAROL].map(|client| (subscribe(&client, &OPERATOR), client));
		// A friend of the operator pays many times as many fees as those of the clients together.
		for _ in 0..50 {
			subscribe(&DAVE, &OPERATOR);
		}
		advance(10);
		let [(alice, _), (bob, _), (carol, _)] = clients;
		assert_ok!(Slashing::petition(signed(&ALICE), alice, 2, evidence(1)));
		assert_ok!(Slashing::sign(signed(&BOB), 0, bob));
		assert_ok!(Slashing::sign(signed(&CAROL), 0, carol));
		assert!(Slashes::<Test>::get(0).is_some());
	});
}

#[test]
fn a_competitor_should_lose_by_buying_a_petition() {
	// Applied or vetoed, what it costs is at least half of what it does.
	for vetoed in [false, true] {
		execute(|| {
			let competitors = [ALICE, BOB, CAROL];
			let before = together(&competitors);
			let others = wealth(&OPERATOR);
			let subscriptions = competitors.clone().map(|client| (subscribe(&client, &OPERATOR), client));
			advance(10);
			for (index, (subscription, client)) in subscriptions.iter().enumerate() {
				assert_ok!(match index {
					0 => Slashing::petition(signed(client), *subscription, 2, evidence(1)),
					_ => Slashing::sign(signed(client), 0, *subscription),
				});
			}
			for (subscription, client) in &subscriptions {
				assert_ok!(Subscriptions::cancel(signed(client), *subscription));
			}
			if vetoed {
				assert_ok!(Slashing::veto(signed(&GOVERNANCE), 0));
			} else {
				review_and_apply(0);
			}
			for (_, client) in subscriptions {
				assert_ok!(Slashing::resolve(signed(&DAVE), 0, client));
			}
			collect_all(&competitors);
			let (paid, lost) = (before - together(&competitors), others.saturating_sub(wealth(&OPERATOR)));
			assert!(paid >= 3_000, "{paid}");
			// The operator has got the fees.
			assert!(lost <= paid, "{lost} {paid}");
		});
	}
}

#[test]
fn a_copied_report_should_be_refused_and_its_copier_get_nothing() {
	execute(|| {
		// Mallory sees the report in the pool and is in the block before it.
		let copied = |who: &AccountId| {
			Slashing::report(
				signed(who),
				OPERATOR,
				SERVICE,
				2,
				Perbill::from_percent(10),
				evidence(1),
				vec![],
			)
		};
		assert_noop!(copied(&DAVE), Error::<Test>::NotReporter);
		assert_ok!(copied(&REPORTER));
		// The owner changes the reporter, and the evidence is taken all the same.
		assert_ok!(Registry::set_reporter(signed(&OWNER), SERVICE, Some(DAVE)));
		assert_noop!(copied(&DAVE), Error::<Test>::AlreadyReported);
		let before = free(NATIVE, &REPORTER);
		advance(REVIEW);
		assert_ok!(Slashing::apply(signed(&CAROL), 0, 1));
		assert_eq!(free(NATIVE, &REPORTER) - before, 1_000);
	});
}

#[test]
fn the_first_depositor_should_not_gain_by_the_second() {
	execute(|| {
		serve(&RIVAL, 5_000);
		// Slashed to nearly nothing, so that few shares are worth much: what comes later is none of its business.
		advance_to_era(3);
		let id = report(&RIVAL, 3, 100, vec![]);
		review_and_apply(id);
		stake(&ALICE, &RIVAL, NATIVE, 101);
		stake(&BOB, &RIVAL, NATIVE, 1_000_000);
		advance_to_era(Restaking::era() + 8);
		assert_eq!(worth(&ALICE, &RIVAL, NATIVE), 101);
		assert_eq!(worth(&BOB, &RIVAL, NATIVE), 1_000_000);
		assert_eq!(worth(&RIVAL, &RIVAL, NATIVE), 0);
	});
}

#[test]
fn a_deposit_into_a_pool_that_a_slash_emptied_should_be_its_depositors() {
	execute(|| {
		stake(&ALICE, &OPERATOR, NATIVE, 300_000);
		advance_to_era(3);
		let id = report(&OPERATOR, 3, 100, vec![]);
		review_and_apply(id);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 0);
		stake(&BOB, &OPERATOR, NATIVE, 7_000);
		advance_to_era(Restaking::era() + 8);
		assert_eq!(worth(&BOB, &OPERATOR, NATIVE), 7_000);
		assert_eq!(worth(&ALICE, &OPERATOR, NATIVE), 0);
		assert_ok!(Restaking::unbond_all(signed(&BOB), OPERATOR, NATIVE));
		advance(2 * UNBONDING);
		let before = free(NATIVE, &BOB);
		assert_ok!(Restaking::withdraw(signed(&BOB), BOB, OPERATOR, NATIVE));
		// And the deposit for his position.
		assert_eq!(free(NATIVE, &BOB) - before, 7_000 + 30);
	});
}

#[test]
fn draining_an_allocation_before_the_real_victims_claim_should_not_work() {
	execute(|| {
		let (friend, victim) = (subscribe(&BOB, &OPERATOR), subscribe(&ALICE, &OPERATOR));
		advance(5);
		let era = Restaking::era();
		// The friends are first, and take everything there is.
		let theirs = report(&OPERATOR, era, 100, vec![(friend, 70_000)]);
		advance(REPORT / 2);
		let real = report(&OPERATOR, era, 100, vec![(victim, 70_000)]);
		review_and_apply(theirs);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), 0);
		review_and_apply(real);
		let before = [BOB, ALICE].map(|who| free(NATIVE, &who));
		collect_all(&[BOB, ALICE]);
		let paid: Vec<_> =
			[BOB, ALICE].iter().zip(before).map(|(who, before)| free(NATIVE, who) - before).collect();
		// The victim has paid fees for longer when it reports, so it gets a little more; the rest is halved.
		assert!(paid[1] >= paid[0] && paid[1] < paid[0] + 2_000, "{paid:?}");
		assert_eq!(paid[0] + paid[1], 69_999);
	});
}
