//! Cut certificates.

use crate::{mock::*, CertificateMembers, Certificates, Event, Evidence, HoldReason, Relabelling, Stage};
use frame_support::{assert_noop, assert_ok};

/// A heavy triangle, and a chain 3, 4, 5 that hangs on it by edge 3.
const STAKES: [u128; 6] = [9_000, 3_000, 3_000, 1_000, 1_000, 1_000];
const EDGES: [[u32; 2]; 6] = [[0, 1], [1, 2], [2, 0], [2, 3], [3, 4], [4, 5]];

fn severed(test: impl FnOnce()) {
	execute_in(&STAKES, &EDGES, || {
		sever(3, Evidence::None);
		assert!((0..6).all(is_main));
		advance(1);
		test();
	});
}

#[test]
fn a_certificate_should_show_what_was_cut_off() {
	severed(|| {
		let as_of = now() - 1;
		assert_ok!(begin(as_of, &[4, 3, 5]));
		assert_eq!(held(HoldReason::Certificate, &ANYBODY), CERTIFICATE_DEPOSIT + 3 * MEMBER_DEPOSIT);
		assert!(matches!(certificate(0).stage, Stage::Listing(_)));
		let listed = Event::Listed { certificate: 0, taken: 3, crossing: 0, complete: true };
		assert_eq!(events().last(), Some(&listed));
		advance(4);
		assert_ok!(Topology::relabel(by(&OTHER), 0, 9));
		assert!((0..3).all(is_main) && (3..6).all(is_cut_off));
		let cut = cut_of(5);
		assert_eq!((cut.since, cut.known_at, cut.liable_from), (as_of, now(), now() + GRACE));
		assert_eq!((cut.review_ends, cut.shown_by), (None, Some(ANYBODY)));
		assert_eq!(held(HoldReason::Certificate, &ANYBODY), 0);
		assert_eq!(CertificateMembers::<Test>::iter_keys().count(), 0);
	});
}

#[test]
fn a_certificate_of_the_heavier_side_should_show_the_same() {
	severed(|| {
		certify(&[0, 1, 2]);
		assert!((0..3).all(is_main) && (3..6).all(is_cut_off));
	});
}

#[test]
fn a_certificate_should_come_in_pages_and_be_relabelled_step_by_step() {
	severed(|| {
		assert_ok!(begin(now() - 1, &[5]));
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 9), Refused::Incomplete);
		assert_noop!(
			Topology::extend_certificate(by(&OTHER), 0, vec![4].try_into().unwrap(), 99),
			Refused::NotAuthorized
		);
		advance(3);
		assert_ok!(extend(0, &[4]));
		check();
		assert_ok!(extend(0, &[3]));
		assert_noop!(extend(0, &[2]), Refused::Stranger);
		assert_ok!(Topology::relabel(by(&OTHER), 0, 1));
		assert_eq!(Relabelling::<Test>::get(), Some(0));
		check();
		assert_noop!(extend(0, &[2]), Refused::CertificateComplete);
		assert_noop!(Topology::clear_certificate(by(&ANYBODY), 0, 9), Refused::CertificateComplete);
		// Until the end nothing has changed for anybody.
		assert!((0..6).all(is_main));
		assert_ok!(Topology::relabel(by(&OTHER), 0, 1));
		assert_ok!(Topology::relabel(by(&OTHER), 0, 1));
		assert!((3..6).all(is_cut_off));
		assert_eq!(Relabelling::<Test>::get(), None);
		assert_noop!(Topology::relabel(by(&OTHER), 0, 1), Refused::CertificateNotFound);
	});
}

#[test]
fn a_list_that_is_wrong_should_be_refused() {
	severed(|| {
		let as_of = now() - 1;
		assert_noop!(begin(now(), &[3]), Refused::BlockNotEnded);
		assert_noop!(begin(as_of, &[]), Refused::EmptyList);
		assert_noop!(begin(as_of, &[9]), Refused::NodeNotFound);
		assert_noop!(begin(as_of, &[3, 5]), Refused::Stranger);
		assert_noop!(begin(as_of, &[3, 4, 3]), Refused::AlreadyListed);
		let begin =
			|reads| Topology::begin_certificate(by(&ANYBODY), as_of, vec![3].try_into().unwrap(), reads);
		assert_noop!(begin(MAX_READS + 1), Refused::TooMuchAsked);
		assert_noop!(begin(1), Refused::TooFewReads);
		assert_ok!(begin(2));
		assert_noop!(extend(0, &[]), Refused::EmptyList);
		assert_noop!(extend(0, &[4]), Refused::Unfinished);
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 1), Refused::Unfinished);
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 0), Refused::ZeroAmount);
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, MAX_SEARCH + 1), Refused::TooMuchAsked);
		assert_ok!(extend(0, &[3, 4, 5]));
	});
}

#[test]
fn a_block_should_be_recent() {
	severed(|| {
		let as_of = now() - 1;
		advance(MAX_AGE);
		assert_noop!(begin(as_of, &[3]), Refused::TooOld);
		assert_ok!(begin(as_of + 1, &[3]));
		advance(HORIZON);
		assert_noop!(extend(0, &[4]), Refused::TooOld);
		assert_noop!(extend(7, &[4]), Refused::CertificateNotFound);
	});
}

#[test]
fn a_certificate_that_was_given_up_should_be_cleared_away() {
	severed(|| {
		assert_ok!(begin(now() - 1, &[3, 4]));
		assert_noop!(Topology::clear_certificate(by(&OTHER), 0, 9), Refused::NotAuthorized);
		assert_noop!(Topology::clear_certificate(by(&ANYBODY), 0, 0), Refused::ZeroAmount);
		assert_noop!(Topology::clear_certificate(by(&ANYBODY), 0, MAX_SEARCH + 1), Refused::TooMuchAsked);
		assert_ok!(Topology::clear_certificate(by(&ANYBODY), 0, 1));
		check();
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 9), Refused::TooOld);
		assert_noop!(extend(0, &[5]), Refused::CertificateComplete);
		// Anybody can go on with that.
		assert_ok!(Topology::clear_certificate(by(&OTHER), 0, 9));
		assert_eq!(held(HoldReason::Certificate, &ANYBODY), 0);
		assert_noop!(Topology::clear_certificate(by(&ANYBODY), 0, 9), Refused::CertificateNotFound);
	});
}

#[test]
fn a_stale_certificate_should_be_cleared_away_by_anybody() {
	severed(|| {
		assert_ok!(begin(now() - 1, &[3, 4, 5]));
		advance(HORIZON);
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 9), Refused::TooOld);
		assert_ok!(Topology::clear_certificate(by(&OTHER), 0, 9));
		assert_eq!(held(HoldReason::Certificate, &ANYBODY), 0);
		assert!(!Certificates::<Test>::contains_key(0));
	});
}

#[test]
fn only_one_certificate_should_be_relabelled_at_a_time() {
	severed(|| {
		assert_ok!(begin(now() - 1, &[3, 4, 5]));
		assert_ok!(begin(now() - 1, &[0, 1, 2]));
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 1));
		assert_noop!(Topology::relabel(by(&ANYBODY), 1, 1), Refused::OtherCertificate);
		// A search meanwhile tells nothing apart, and does not fail.
		sever(5, search());
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 9));
		assert_ok!(Topology::relabel(by(&ANYBODY), 1, 9));
		// It was known by then.
		assert_eq!(events().last(), Some(&Event::CertificateEnded { certificate: 1, split: false }));
	});
}

#[test]
fn a_certificate_of_everything_should_split_nothing() {
	execute_in(&STAKES, &EDGES, || {
		advance(1);
		certify(&[0, 1, 2, 3, 4, 5]);
		assert!((0..6).all(is_main));
		assert_eq!(events().last(), Some(&Event::CertificateEnded { certificate: 0, split: false }));
	});
}

#[test]
fn a_node_that_has_left_meanwhile_should_be_passed_over() {
	execute_in(&[9_000, 1_000, 1_000], &[[0, 1], [1, 2]], || {
		for edge in [0, 1] {
			assert_ok!(Topology::close(by(&person(1)), edge));
		}
		advance(NOTICE);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 0, Evidence::None));
		advance(1);
		assert_ok!(begin(now() - 1, &[1, 2]));
		assert_ok!(Topology::finish_close(by(&ANYBODY), 1, Evidence::None));
		assert_ok!(Topology::leave(by(&person(2))));
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 9));
		assert!(is_main(0) && is_cut_off(1));
	});
}
