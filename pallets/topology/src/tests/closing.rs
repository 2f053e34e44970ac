//! Other terms, notice, and the amicable end.

use crate::{mock::*, Event, Evidence, Finding, HoldReason};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{traits::Channels as _, ChannelStatus};
use surety_response::Side;

#[test]
fn terms_should_change_by_agreement_only() {
	execute_in(&[5_000; 3], &[[0, 1]], || {
		assert_noop!(Topology::propose_terms(by(&person(2)), 0, terms(20)), Refused::NotAuthorized);
		assert_noop!(Topology::propose_terms(by(&ANYBODY), 0, terms(20)), Refused::NotRegistered);
		assert_noop!(Topology::propose_terms(by(&person(0)), 1, terms(20)), Refused::EdgeNotFound);
		assert_ok!(Topology::propose_terms(by(&person(0)), 0, terms(20)));
		assert_eq!(record(0).terms, terms(10));
		assert_noop!(Topology::accept_terms(by(&person(0)), 0, terms(20)), Refused::TermsNotProposed);
		assert_noop!(Topology::accept_terms(by(&person(1)), 0, terms(21)), Refused::TermsNotProposed);
		assert_ok!(Topology::accept_terms(by(&person(1)), 0, terms(20)));
		assert_eq!(record(0).terms, terms(20));
		assert_noop!(Topology::accept_terms(by(&person(1)), 0, terms(20)), Refused::TermsNotProposed);
	});
}

#[test]
fn a_close_should_be_free_after_its_notice() {
	execute_in(&[5_000; 3], &[[0, 1], [1, 2], [2, 0]], || {
		assert_noop!(Topology::close(by(&person(2)), 0), Refused::NotAuthorized);
		assert_noop!(Topology::finish_close(by(&ANYBODY), 0, Evidence::None), Refused::NoNotice);
		assert_ok!(Topology::close(by(&person(1)), 0));
		assert_noop!(Topology::close(by(&person(0)), 0), Refused::AlreadyClosing);
		advance(NOTICE - 1);
		assert_noop!(Topology::finish_close(by(&ANYBODY), 0, Evidence::None), Refused::TooEarly);
		advance(1);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 0, witness(&[2, 1])));
		assert!(events().contains(&Event::Closed { edge: 0, finding: Finding::Connected }));
		assert_eq!(held(HoldReason::Penalty, &person(0)), PENALTY);
		assert_eq!((lost(0), lost(1)), (0, 0));
		let status = Channels::status(record(0).channel);
		assert_eq!(status, Some(ChannelStatus::Closing { settles_at: now() + 20 }));
		assert_noop!(Topology::finish_close(by(&ANYBODY), 0, Evidence::None), Refused::EdgeEnded);
		assert_noop!(Topology::propose_terms(by(&person(0)), 0, terms(20)), Refused::EdgeEnded);
	});
}

#[test]
fn a_close_that_cuts_should_be_found() {
	execute_in(&[5_000, 2_000, 3_000], &[[0, 1], [1, 2]], || {
		assert_ok!(Topology::close(by(&person(1)), 1));
		advance(NOTICE);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 1, search()));
		assert!(is_main(0) && is_main(1) && is_cut_off(2));
	});
}

#[test]
fn an_edge_should_be_forgotten_when_nobody_can_ask_any_more() {
	execute_in(&[5_000; 2], &[[0, 1]], || {
		assert_noop!(Topology::prune(by(&ANYBODY), 0), Refused::EdgeOpen);
		assert_ok!(Topology::close(by(&person(1)), 0));
		advance(NOTICE);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 0, Evidence::None));
		advance(HORIZON);
		assert_noop!(Topology::prune(by(&ANYBODY), 0), Refused::TooEarly);
		advance(1);
		assert_ok!(Topology::prune(by(&ANYBODY), 0));
		assert_noop!(Topology::prune(by(&ANYBODY), 0), Refused::EdgeNotFound);
		for node in [0, 1] {
			assert_eq!(held(HoldReason::Storage, &person(node)), NODE_DEPOSIT + PAGE_DEPOSIT);
			assert_eq!((stored(node).edges, stored(node).gaps), (0, 1));
		}
	});
}

#[test]
fn an_edge_under_notice_should_still_be_severed() {
	execute_in(&[5_000; 2], &[[0, 1]], || {
		assert_ok!(Topology::close(by(&person(1)), 0));
		advance(NOTICE);
		let intent = intent(0, Side::Opener);
		assert_ok!(Topology::sever(by(&ANYBODY), 0, intent, Evidence::None));
		assert_eq!((lost(0), lost(1)), (BURNED + SEVER_REWARD, BURNED));
	});
}
