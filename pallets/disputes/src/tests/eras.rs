//! Which era a request is of, and until when that can be reported.

use crate::{mock::*, Convictions, Eras};
use frame_support::assert_ok;

#[test]
fn the_offence_should_be_of_the_era_in_which_the_request_ended() {
	execute(|| {
		let then = era();
		let evidence = wrong_answer(request(1));
		advance_to_era(then + 2);
		assert_ok!(report(&CLIENT, &evidence));
		assert_eq!(Convictions::<Test>::get(0).unwrap().era, then);
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		assert_eq!(slash.era, then);
	});
}

#[test]
fn a_contradiction_should_be_of_the_era_of_the_later_request() {
	execute(|| {
		let then = era();
		let first = request(1);
		advance_to_era(then + 1);
		let second = request(2);
		assert_ok!(report(&CLIENT, &contradiction(second.clone(), first)));
		assert_eq!(Convictions::<Test>::get(0).unwrap().era, then + 1);
	});
}

#[test]
fn the_last_moment_of_an_era_should_be_told_from_the_first_of_the_next() {
	execute(|| {
		let then = era();
		let mut last = request(1);
		while era() == then {
			last = request(1);
			advance(1);
		}
		let first = request(2);
		assert_eq!(first.not_after_ms - last.not_after_ms, 1_000);
		assert_eq!(Disputes::reportable(last.not_after_ms), Some(then));
		assert_eq!(Disputes::reportable(first.not_after_ms - 1), Some(then));
		assert_eq!(Disputes::reportable(first.not_after_ms), Some(then + 1));
	});
}

#[test]
fn a_request_should_be_reported_only_when_it_has_ended() {
	execute(|| {
		let mut later = request(1);
		later.not_after_ms += 1;
		assert_eq!(report(&CLIENT, &wrong_answer(later.clone())), refused(Refused::RequestNotOver));
		assert_eq!(
			report(&CLIENT, &contradiction(request(2), later.clone())),
			refused(Refused::RequestNotOver)
		);
		assert_eq!(
			report(&CLIENT, &contradiction(later.clone(), request(2))),
			refused(Refused::RequestNotOver)
		);
		advance(1);
		assert_ok!(report(&CLIENT, &wrong_answer(later)));
	});
}

#[test]
fn a_request_should_not_be_reported_after_the_window() {
	execute(|| {
		let then = era();
		let (evidence, pair) = (wrong_answer(request(1)), request(2));
		advance_to_era(then + REPORT.div_ceil(ERA));
		assert_ok!(report(&CLIENT, &wrong_answer(pair.clone())));
		advance_to_era(then + REPORT.div_ceil(ERA) + 1);
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::TooOld));
		// Nor as one half of a pair.
		let old = evidence.requests()[0].clone();
		assert_eq!(report(&CLIENT, &contradiction(request(3), old.clone())), refused(Refused::TooOld));
		assert_eq!(report(&CLIENT, &contradiction(old, request(3))), refused(Refused::TooOld));
	});
}

#[test]
fn eras_that_cannot_be_reported_should_be_forgotten_for_good() {
	execute(|| {
		let then = request(1);
		advance_to_era(era() + 6);
		let first = Eras::<Test>::get()[0];
		assert_eq!(first.era, era() - REPORT.div_ceil(ERA));
		assert_eq!(Eras::<Test>::get().len() as u32, REPORT.div_ceil(ERA) + 1);
		// However wide the window becomes.
		ReportWindow::set(10_000);
		assert_eq!(Disputes::reportable(then.not_after_ms), None);
		assert_eq!(report(&CLIENT, &wrong_answer(then)), refused(Refused::TooOld));
	});
}

#[test]
fn a_window_that_became_shorter_should_count_at_once() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		advance_to_era(era() + 2);
		ReportWindow::set(ERA);
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::TooOld));
		ReportWindow::set(REPORT);
		assert_ok!(report(&CLIENT, &evidence));
	});
}

#[test]
fn no_more_eras_should_be_kept_than_there_is_room_for() {
	execute(|| {
		ReportWindow::set(10_000);
		advance_to_era(era() + MAX_ERAS + 5);
		let eras = Eras::<Test>::get();
		assert_eq!(eras.len() as u32, MAX_ERAS);
		assert_eq!(eras.last().unwrap().era, era());
		assert_eq!(eras[0].era, era() - MAX_ERAS + 1);
		assert_eq!(Disputes::reportable(eras[0].at), Some(eras[0].era));
		assert_eq!(Disputes::reportable(eras[0].at - 1), None);
		ReportWindow::set(REPORT);
	});
}
