use super::*;
use surety_primitives::traits::{Claim, Offence, Offences};

fn try_report(
	who: &surety_primitives::AccountId,
	operator: &surety_primitives::AccountId,
	era: u32,
	percent: u32,
	claims: Vec<(SubscriptionId, u128)>,
) -> frame_support::dispatch::DispatchResult {
	let fraction = Perbill::from_percent(percent);
	Slashing::report(signed(who), operator.clone(), SERVICE, era, fraction, evidence(1), claims)
}

#[test]
fn a_report_should_hold_a_deposit_and_wait_for_its_review() {
	execute(|| {
		let id = report(&OPERATOR, 2, 30, vec![]);
		assert_eq!(held(HoldReason::Report, &REPORTER), DEPOSIT);
		let slash = Slashes::<Test>::get(id).unwrap();
		assert_eq!((slash.state, slash.review_ends), (SlashState::Pending, now() + REVIEW));
		assert_eq!(
			events(),
			[Event::Reported {
				slash: id,
				operator: OPERATOR,
				service: SERVICE,
				era: 2,
				fraction: Perbill::from_percent(30),
				reporter: REPORTER,
				source: SlashSource::Reporter,
				review_ends: now() + REVIEW,
			}]
		);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN);
	});
}

#[test]
fn a_report_should_be_refused_when_anything_about_it_is_wrong() {
	execute(|| {
		let subscription = subscribe(&ALICE, &OPERATOR);
		serve(&RIVAL, 5_000);
		advance_to_era(3);
		let elsewhere = subscribe(&ALICE, &RIVAL);
		for (who, operator, era, percent, claims, error) in [
			(ALICE, OPERATOR, 2, 30, vec![], Error::<Test>::NotReporter),
			(OWNER, OPERATOR, 2, 30, vec![], Error::<Test>::NotReporter),
			(REPORTER, ALICE, 2, 30, vec![], Error::<Test>::OperatorNotFound),
			(REPORTER, OPERATOR, 2, 0, vec![], Error::<Test>::ZeroFraction),
			(REPORTER, OPERATOR, 2, 30, vec![(subscription, 0)], Error::<Test>::ZeroAmount),
			(REPORTER, OPERATOR, 2, 30, vec![(404, 1)], Error::<Test>::SubscriptionNotFound),
			(REPORTER, OPERATOR, 2, 30, vec![(elsewhere, 1)], Error::<Test>::WrongSubscription),
			(REPORTER, OPERATOR, 2, 30, vec![(subscription, 1); 5], Error::<Test>::TooManyClaims),
		] {
			assert_noop!(try_report(&who, &operator, era, percent, claims), error);
		}
		assert_noop!(
			try_report(&REPORTER, &OPERATOR, 4, 30, vec![]),
			pallet_restaking::Error::<Test>::EraOutOfWindow
		);
		advance_to_era(7);
		assert_noop!(
			try_report(&REPORTER, &OPERATOR, 3, 30, vec![]),
			pallet_restaking::Error::<Test>::EraOutOfWindow
		);
		assert_ok!(try_report(&REPORTER, &OPERATOR, 4, 30, vec![]));
	});
}

#[test]
fn a_reporter_who_cannot_pay_the_deposit_should_be_refused() {
	execute(|| {
		assert_ok!(Balances::transfer_allow_death(signed(&REPORTER), ALICE, ENDOWMENT - DEPOSIT));
		assert_noop!(
			try_report(&REPORTER, &OPERATOR, 2, 30, vec![]),
			sp_runtime::TokenError::FundsUnavailable
		);
	});
}

#[test]
fn a_service_without_a_reporter_should_take_no_reports() {
	execute(|| {
		assert_ok!(pallet_registry::Pallet::<Test>::set_reporter(signed(&OWNER), SERVICE, None));
		assert_noop!(try_report(&REPORTER, &OPERATOR, 2, 30, vec![]), Error::<Test>::NotReporter);
		assert_noop!(
			Slashing::report(signed(&REPORTER), OPERATOR, 404, 2, Perbill::one(), evidence(1), vec![]),
			Error::<Test>::NotReporter
		);
	});
}

#[test]
fn the_same_evidence_should_be_taken_once_while_it_could_be_reported_again() {
	execute(|| {
		let id = report(&OPERATOR, 2, 30, vec![]);
		let again = || try_report(&REPORTER, &OPERATOR, 2, 30, vec![]);
		assert_noop!(again(), Error::<Test>::AlreadyReported);
		review_and_apply(id);
		assert_noop!(again(), Error::<Test>::AlreadyReported);
		// Of another era it is the same evidence.
		assert_noop!(try_report(&REPORTER, &OPERATOR, 4, 30, vec![]), Error::<Test>::AlreadyReported);
	});
}

#[test]
fn the_numbers_of_slashes_should_not_run_over() {
	execute(|| {
		crate::NextSlashId::<Test>::put(u32::MAX);
		assert_noop!(try_report(&REPORTER, &OPERATOR, 2, 30, vec![]), Error::<Test>::NumbersExhausted);
	});
}

#[test]
fn an_offence_that_a_pallet_has_proved_should_name_its_reporter_and_be_taken_all_or_nothing() {
	execute(|| {
		let offence = |reporter, number| Offence {
			operator: OPERATOR,
			service: SERVICE,
			era: 2,
			fraction: Perbill::from_percent(50),
			evidence: evidence(number),
			reporter,
			claims: vec![Claim { who: BOB, asset: NATIVE, fees: 10, amount: 1_000 }],
		};
		let id = <Slashing as Offences<_>>::report(offence(ALICE, 1)).expect("is well formed");
		assert_eq!(held(HoldReason::Report, &ALICE), DEPOSIT);
		assert_eq!(Slashes::<Test>::get(id).map(|slash| slash.source), Some(SlashSource::Proof));
		let pauper = surety_primitives::AccountId::new([77; 32]);
		assert_noop!(
			<Slashing as Offences<_>>::report(offence(pauper, 2)),
			sp_runtime::TokenError::FundsUnavailable
		);
		let late = Offence { era: 9, ..offence(ALICE, 2) };
		assert_noop!(
			<Slashing as Offences<_>>::report(late),
			pallet_restaking::Error::<Test>::EraOutOfWindow
		);
	});
}
