use super::*;
use surety_primitives::api::PetitionStatus;

#[test]
fn a_slash_should_be_shown_with_what_it_would_take() {
	execute(|| {
		let subscription = subscribe(&ALICE, &OPERATOR);
		advance(1);
		let id = report(&OPERATOR, 2, 30, vec![(subscription, 150)]);
		let shown = Slashing::slash(id).unwrap();
		assert_eq!(shown.takes, [(NATIVE, 30_000)]);
		assert_eq!(shown.claims, [(ALICE, NATIVE, 100, 50)]);
		assert_eq!((shown.review_ends, shown.deposit), (now() + REVIEW, DEPOSIT));
		review_and_apply(id);
		let shown = Slashing::slash(id).unwrap();
		assert_eq!((shown.state, shown.takes), (SlashState::Applied, vec![]));
		assert_eq!(Slashing::slash(404), None);
	});
}

#[test]
fn who_asked_for_a_slash_should_learn_how_far_it_has_come() {
	use surety_primitives::agreement::{Verdict, Verdicts};
	execute(|| {
		let [applied, vetoed] = [10, 20].map(|percent| report(&OPERATOR, 2, percent, vec![]));
		assert_eq!(<Slashing as Verdicts>::verdict(applied), Some(Verdict::Open));
		assert_ok!(Slashing::veto(signed(&GOVERNANCE), vetoed));
		review_and_apply(applied);
		assert_eq!(<Slashing as Verdicts>::verdict(applied), Some(Verdict::Applied));
		assert_eq!(<Slashing as Verdicts>::verdict(vetoed), Some(Verdict::Vetoed));
		assert_eq!(<Slashing as Verdicts>::verdict(404), None);
	});
}

#[test]
fn pages_should_go_on_where_they_ended() {
	execute(|| {
		for _ in 0..5 {
			report(&OPERATOR, 2, 1, vec![]);
		}
		let page = Slashing::slashes(0, 3);
		assert_eq!((page.slashes.len(), page.next), (3, Some(3)));
		let page = Slashing::slashes(3, 1_000_000);
		assert_eq!((page.slashes.len(), page.next), (2, None));
		assert_eq!(Slashing::slashes(u32::MAX, 1).slashes.len(), 0);
	});
}

#[test]
fn a_petition_should_be_shown_with_what_it_needs() {
	execute(|| {
		let subscription = subscribe(&ALICE, &OPERATOR);
		advance(10);
		assert_ok!(Slashing::petition(signed(&ALICE), subscription, 2, evidence(1)));
		let shown = Slashing::petition_of(0).unwrap();
		assert_eq!((shown.weight, shown.threshold), (1_000, Some(THRESHOLD)));
		assert_eq!((shown.signers, shown.min_signers, shown.status), (1, 3, PetitionStatus::Open));
		advance(REPORT);
		assert_eq!(Slashing::petitions(0, 10).petitions[0].status, PetitionStatus::Expired);
	});
}

#[test]
fn a_settlement_should_be_shown_with_what_everybody_gets() {
	execute(|| {
		let subscription = subscribe(&ALICE, &OPERATOR);
		let id = report(&OPERATOR, 2, 10, vec![(subscription, 20_000)]);
		review_and_apply(id);
		let page = Slashing::settlements(0, 10);
		assert_eq!(page.next, None);
		let [shown] = &page.settlements[..] else { panic!("{page:?}") };
		assert_eq!((shown.own, shown.delegated, shown.closed), (7_000, 0, false));
		assert_eq!(shown.claims, [(ALICE, 7_000)]);
		advance(REPORT + REVIEW);
		assert_ok!(Slashing::close(signed(&DAVE), 0));
		assert_eq!(Slashing::settlements(0, 10).settlements[0].claims, [(ALICE, 7_000)]);
	});
}
