use super::*;

#[test]
fn a_veto_should_end_a_slash_and_forfeit_its_deposit() {
	execute(|| {
		let id = report(&OPERATOR, 2, 30, vec![]);
		let treasury = free(NATIVE, &TREASURY);
		advance(REVIEW - 1);
		assert_ok!(Slashing::veto(signed(&GOVERNANCE), id));
		assert_eq!(events().last(), Some(&Event::Vetoed { slash: id, forfeited: DEPOSIT }));
		assert_eq!(held(HoldReason::Report, &REPORTER), 0);
		assert_eq!(free(NATIVE, &TREASURY), treasury + DEPOSIT);
		advance(10 * REVIEW);
		assert_noop!(Slashing::apply(signed(&DAVE), id, 1), Error::<Test>::AlreadyDecided);
		assert_noop!(Slashing::veto(signed(&GOVERNANCE), id), Error::<Test>::AlreadyDecided);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN);
	});
}

#[test]
fn veto_and_execution_should_exclude_each_other() {
	execute(|| {
		let id = report(&OPERATOR, 2, 30, vec![]);
		let ends = now() + REVIEW;
		advance_to(ends - 1);
		assert_noop!(Slashing::apply(signed(&DAVE), id, 1), Error::<Test>::StillInReview);
		advance_to(ends);
		assert_noop!(Slashing::veto(signed(&GOVERNANCE), id), Error::<Test>::ReviewOver);
		assert_ok!(Slashing::apply(signed(&DAVE), id, 1));
		assert_noop!(Slashing::veto(signed(&GOVERNANCE), id), Error::<Test>::AlreadyDecided);
	});
}

#[test]
fn nobody_but_governance_should_veto() {
	execute(|| {
		let id = report(&OPERATOR, 2, 30, vec![]);
		for who in [ALICE, OPERATOR, REPORTER, OWNER] {
			assert_noop!(Slashing::veto(signed(&who), id), sp_runtime::DispatchError::BadOrigin);
		}
		assert_noop!(Slashing::veto(RuntimeOrigin::root(), id), sp_runtime::DispatchError::BadOrigin);
		assert_noop!(Slashing::veto(signed(&GOVERNANCE), 404), Error::<Test>::SlashNotFound);
	});
}

#[test]
fn a_slash_should_keep_the_review_it_was_reported_under() {
	execute(|| {
		let id = report(&OPERATOR, 2, 30, vec![]);
		ReviewPeriod::set(&1);
		advance(2);
		assert_noop!(Slashing::apply(signed(&DAVE), id, 1), Error::<Test>::StillInReview);
		assert_ok!(Slashing::veto(signed(&GOVERNANCE), id));
	});
}

#[test]
fn slashes_of_validators_should_be_cancelled_by_the_same_origin() {
	execute(|| {
		assert_ok!(Slashing::veto_validator_slashes(signed(&GOVERNANCE), 7, vec![1, 2]));
		assert_eq!(CancelledValidators::get(), [(7, vec![1, 2])]);
		assert_eq!(events().last(), Some(&Event::ValidatorSlashesCancelled { era: 7, count: 2 }));
		assert_noop!(
			Slashing::veto_validator_slashes(signed(&ALICE), 7, vec![1]),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_noop!(
			Slashing::veto_validator_slashes(signed(&GOVERNANCE), 404, vec![1]),
			sp_runtime::DispatchError::Other("no such slash")
		);
	});
}
