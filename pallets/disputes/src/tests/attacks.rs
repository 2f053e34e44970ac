//! The attacks that were thought of, each by its name.

use crate::{mock::*, Convictions};
use frame_support::assert_ok;
use sp_core::H256;
use surety_dispute::{Check, Evidence, Rules, Statement};
use surety_primitives::{AccountId, Balance, ServiceFlags, Verifier};
use surety_response::relay::Basis;

const SALT: H256 = H256([5; 32]);

/// What some accounts have together, at the operator and elsewhere.
fn together(accounts: &[AccountId]) -> Balance {
	accounts.iter().map(|who| Balances::total_balance(who) + position(who)).sum()
}

use frame_support::traits::fungible::Inspect as _;

#[test]
fn replay_of_evidence() {
	execute(|| {
		let (first, second) = (request(1), request(2));
		let pair = contradiction(first.clone(), second.clone());
		assert_ok!(report(&CLIENT, &pair));
		assert_eq!(report(&CLIENT, &pair), refused(Refused::AlreadyConvicted));
		// The other way round, by somebody else, by one half with another, or as another kind.
		let turned = contradiction(second.clone(), first.clone());
		assert_eq!(report(&CLIENT, &turned), refused(Refused::AlreadyConvicted));
		let half = contradiction(second.clone(), request_of(&OTHER, 3));
		assert_eq!(report(&OTHER, &half), refused(Refused::AlreadyConvicted));
		assert_eq!(report(&CLIENT, &wrong_answer(first.clone())), refused(Refused::AlreadyConvicted));
		let (one, other) = (response(&first, b"one"), response(&first, b"other"));
		let responses = Evidence::Responses { request: first, first: one, second: other };
		assert_eq!(report(&CLIENT, &responses), refused(Refused::AlreadyConvicted));
		assert_ok!(Disputes::commit(by(&ANYBODY), commitment_of(&ANYBODY, &pair, SALT)));
		advance(DELAY);
		assert_eq!(submit(&ANYBODY, &pair, Some(SALT)), refused(Refused::AlreadyConvicted));
		assert_eq!(Convictions::<Test>::iter().count(), 1);
	});
}

#[test]
fn replay_after_the_record_is_forgotten_and_the_window_made_wider() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_ok!(report(&CLIENT, &evidence));
		advance_to_era(era() + REPORT.div_ceil(ERA) + 1);
		assert_ok!(Disputes::forget(by(&ANYBODY), 0));
		ReportWindow::set(1_000);
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::TooOld));
		advance_to_era(era() + 1);
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::TooOld));
		ReportWindow::set(REPORT);
	});
}

#[test]
fn evidence_of_a_request_that_ends_far_in_the_future_shown_in_each_era() {
	execute(|| {
		let mut far = request(1);
		far.not_after_ms += 25_000;
		let evidence = wrong_answer(far.clone());
		while Disputes::reportable(far.not_after_ms).is_none() {
			assert_eq!(report(&CLIENT, &evidence), refused(Refused::RequestNotOver));
			advance(1);
		}
		let then = era();
		advance(ERA);
		assert_ok!(report(&CLIENT, &evidence));
		// Of the era that it says, not of the one in which it is shown.
		assert_eq!(Convictions::<Test>::get(0).unwrap().era, then);
	});
}

#[test]
fn messages_of_another_chain() {
	execute(|| {
		let elsewhere = H256([9; 32]);
		let asked = wants(b"right");
		let mut foreign = stated(request(1), &asked, b"wrong");
		// All of it as it would be there.
		foreign.statement.request = foreign.request.hash(&elsewhere);
		foreign.signed = sign(0, 0, &elsewhere, &foreign.statement);
		assert_eq!(
			report(&CLIENT, &wrong(foreign.clone(), &asked, b"wrong")),
			refused(Refused::OtherRequest)
		);
		// Or with what can be changed made to fit.
		foreign.statement.request = foreign.request.hash(&genesis());
		assert_eq!(report(&CLIENT, &wrong(foreign, &asked, b"wrong")), refused(Refused::WrongSignature));
	});
}

#[test]
fn copying_a_report_out_of_the_pool() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_ok!(Disputes::commit(by(&ANYBODY), commitment_of(&ANYBODY, &evidence, SALT)));
		advance(DELAY);
		// The copier sees evidence and salt before they are in a block.
		assert_eq!(report(&OTHER, &evidence), refused(Refused::NotAuthorized));
		assert_eq!(submit(&OTHER, &evidence, Some(SALT)), refused(Refused::CommitmentNotFound));
		assert_ok!(Disputes::commit(by(&OTHER), commitment_of(&OTHER, &evidence, SALT)));
		assert_eq!(submit(&OTHER, &evidence, Some(SALT)), refused(Refused::CommitmentTooYoung));
		// Made its own by another author, it is not what was signed.
		let mut stolen = evidence.clone();
		if let Evidence::WrongAnswer { stated, .. } = &mut stolen {
			stated.request.author = node(&OTHER);
			stated.statement.request = stated.request.hash(&genesis());
		}
		assert_eq!(report(&OTHER, &stolen), refused(Refused::WrongSignature));
		assert_ok!(submit(&ANYBODY, &evidence, Some(SALT)));
		advance(DELAY);
		assert_eq!(submit(&OTHER, &evidence, Some(SALT)), refused(Refused::AlreadyConvicted));
	});
}

#[test]
fn an_operator_that_slashes_itself_in_favour_of_its_friends() {
	// Whatever it has a friend ask for, and whatever its delegators lose by it, they have less in the end.
	for (kind, blocks) in [(0, 1), (0, 60), (1, 1), (1, 60)] {
		execute(|| {
			let friends = [OPERATOR, CLIENT];
			advance(blocks);
			let before = together(&friends);
			for nonce in 0..u64::from(MAX_CONVICTIONS) {
				assert_ok!(report(
					&CLIENT,
					&match kind {
						0 => wrong_answer(request(nonce)),
						_ => contradiction(request(2 * nonce), request(2 * nonce + 1)),
					}
				));
			}
			let slashes: Vec<_> = (0..MAX_CONVICTIONS).map(slashed).collect();
			for slash in slashes {
				apply(slash);
			}
			collect(&CLIENT);
			let after = together(&friends);
			assert!(after < before, "{kind} {blocks}: {before} {after}");
			// By a tenth of what it has lost of its own at the least.
			let lost = OWN - position(&OPERATOR);
			assert!(before - after >= lost / 10, "{kind} {blocks}: {} of {lost}", before - after);
		});
	}
}

#[test]
fn an_operator_that_convicts_itself_before_its_victim_does() {
	execute(|| {
		// A friend reports a fault of its own at once, so that the client's would not count.
		advance(5);
		assert_ok!(report(&OTHER, &contradiction(request_of(&OTHER, 1), request_of(&OTHER, 2))));
		let evidence = wrong_answer(request(3));
		assert_ok!(report(&CLIENT, &evidence));
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(1)).unwrap();
		assert_eq!(slash.claims.len(), 1);
		// It has been slashed twice by that.
		apply(slashed(0));
		apply(slashed(1));
		let left = OWN * u128::from(100 - CONTRADICTION) / 100 * u128::from(100 - WRONG) / 100;
		assert_eq!(position(&OPERATOR), left);
	});
}

#[test]
fn an_honest_retry() {
	execute(|| {
		let asked = question(b"/v1/head");
		// The same along another route, later, and by another client: each time the same body.
		let first = stated(request(1), &asked, b"answer");
		let mut rerouted = request(1);
		rerouted.route = H256([3; 32]);
		advance(1);
		let mut later = request(1);
		later.timeout_ms = 200;
		let others = [request(1), rerouted, later, request_of(&OTHER, 9)];
		for request in others {
			let second = stated(request, &asked, b"answer");
			let evidence = Evidence::Statements { first: first.clone(), second };
			assert_eq!(report(&CLIENT, &evidence), refused(Refused::SameAnswer));
		}
		// Refused while it was busy, and answered when it was asked again.
		let busy = stated(request(5), &asked, b"busy");
		let busy = restated(busy, |statement: &mut Statement| statement.status = 429);
		let evidence = Evidence::Statements { first, second: busy };
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::Refused));
		// What was sent before is sent again.
		let request = request(6);
		let sent = response(&request, b"sealed");
		let evidence = Evidence::Responses { request, first: sent, second: sent };
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::SameAnswer));
	});
}

#[test]
fn an_operator_that_rotates_its_key_to_get_away() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(1)));
		assert_ok!(Disputes::retire_key(by(&OPERATOR), 0));
		let remove = || Disputes::remove_key(by(&OPERATOR), OPERATOR, 0).map(drop).map_err(|r| r.error);
		assert_eq!(remove(), refused(Refused::StillAnswering));
		advance_to_era(era() + REPORT.div_ceil(ERA));
		assert_eq!(remove(), refused(Refused::StillAnswering));
		assert_ok!(report(&CLIENT, &evidence));
	});
}

#[test]
fn a_thief_with_a_key_that_was_retired() {
	execute(|| {
		assert_ok!(Disputes::retire_key(by(&OPERATOR), 0));
		advance((REQUEST_LIFE / 1_000) as u32 + 1);
		assert_eq!(report(&CLIENT, &wrong_answer(request(1))), refused(Refused::KeyTooOld));
	});
}

#[test]
fn an_operator_that_dates_its_fault_back() {
	execute(|| {
		// To an era in which others had more at stake: no key answers for the time before it was registered.
		let then = request(1);
		advance_to_era(era() + 2);
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(1)));
		let mut evidence = wrong_answer(then);
		if let Evidence::WrongAnswer { stated, .. } = &mut evidence {
			stated.signed = sign(1, 1, &genesis(), &stated.statement);
		}
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::KeyTooYoung));
	});
}

#[test]
fn an_owner_that_changes_the_service_after_the_fact() {
	execute(|| {
		let loose = Rules { deterministic: false, ..rules() };
		let asked = question(b"/v1/now");
		let honest = |nonce, body: &[u8]| stated_by(request(nonce), loose, &asked, body);
		let evidence = Evidence::Statements { first: honest(1, b"one"), second: honest(2, b"other") };
		let lie = wrong_answer(request(3));
		// Once no offer is left, verifier and flags can be changed; and the service can go.
		assert_ok!(Subscriptions::cancel(by(&CLIENT), 0));
		assert_ok!(Registry::close_offer(by(&OPERATOR), SERVICE));
		let flags = ServiceFlags { stateless: true, deterministic: true };
		assert_ok!(Registry::update_service(
			by(&OWNER),
			SERVICE,
			b"other".to_vec(),
			None,
			Verifier::None,
			0,
			vec![],
			flags
		));
		// Neither makes an honest operator guilty nor a guilty one honest.
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::Unrelated));
		assert_ok!(Registry::retire_service(by(&OWNER), SERVICE));
		assert_ok!(Registry::remove_service(by(&OWNER), SERVICE));
		assert_ok!(report(&CLIENT, &lie));
	});
}

#[test]
fn a_new_version_of_a_deterministic_service() {
	execute(|| {
		let of = |version: u8| Rules { artifact: Some(H256([version; 32])), ..rules() };
		let asked = question(b"/v1/head");
		let first = stated_by(request(1), of(1), &asked, b"one");
		let second = stated_by(request(2), of(2), &asked, b"other");
		let evidence = Evidence::Statements { first, second };
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::Unrelated));
	});
}

#[test]
fn an_operator_that_leaves_before_it_is_reported() {
	execute(|| {
		let then = era();
		let evidence = wrong_answer(request(1));
		assert_ok!(Subscriptions::cancel(by(&CLIENT), 0));
		assert_ok!(Registry::leave(by(&OPERATOR)));
		assert!(pallet_registry::Operators::<Test>::get(OPERATOR).is_none());
		assert_ok!(Restaking::unbond_all(by(&OPERATOR), OPERATOR, NATIVE));
		assert_ok!(Restaking::unbond_all(by(&DELEGATOR), OPERATOR, NATIVE));
		assert_ok!(Disputes::retire_key(by(&OPERATOR), 0));
		advance_to_era(then + REPORT.div_ceil(ERA));
		assert_ok!(report(&CLIENT, &evidence));
		apply(slashed(0));
		let left = |whole: Balance| whole * u128::from(100 - WRONG) / 100;
		assert_eq!((position(&OPERATOR), position(&DELEGATOR)), (left(OWN), left(DELEGATED)));
		// Its subscription is gone: nobody knows what the client has paid.
		assert!(pallet_slashing::Claims::<Test>::iter().next().is_none());
	});
}

#[test]
fn an_operator_that_pauses_before_it_is_reported() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_ok!(Registry::pause_offer(by(&OPERATOR), SERVICE));
		assert_ok!(Registry::pause(by(&OPERATOR)));
		assert_ok!(report(&CLIENT, &evidence));
		apply(slashed(0));
		assert_eq!(position(&OPERATOR), OWN * u128::from(100 - WRONG) / 100);
	});
}

#[test]
fn an_operator_that_ends_the_subscription_before_it_is_reported() {
	execute(|| {
		let request = request(1);
		let (first, second) = (response(&request, b"one"), response(&request, b"other"));
		let bare = Evidence::Responses { request, first, second };
		assert_ok!(Subscriptions::cancel(by(&CLIENT), 0));
		// Without a statement nobody knows any more for which service it has answered; with one it does not matter.
		assert_eq!(report(&CLIENT, &bare), refused(Refused::ServiceUnknown));
		assert_ok!(report(&CLIENT, &wrong_answer(super::super::mock::request(2))));
	});
}

#[test]
fn a_question_that_is_asked_again_and_again_for_the_same_fault() {
	execute(|| {
		// A bug spoils the answer to one question. Asked a hundred times, it costs no more than it may in an era.
		let mut taken = 0;
		for nonce in 0..100 {
			taken += u32::from(report(&CLIENT, &wrong_answer(request(nonce))).is_ok());
		}
		assert_eq!(taken, MAX_CONVICTIONS);
		for id in 0..taken {
			apply(slashed(id));
		}
		let mut left = OWN;
		for _ in 0..taken {
			left = left * u128::from(100 - WRONG) / 100;
		}
		assert_eq!(position(&OPERATOR), left);
	});
}

#[test]
fn a_client_that_shows_another_body_than_it_got() {
	execute(|| {
		let asked = wants(b"right");
		let honest = stated(request(1), &asked, b"right");
		assert_eq!(report(&CLIENT, &wrong(honest.clone(), &asked, b"wrong")), refused(Refused::OtherBody));
		// Or another question than it has asked.
		let other = wants(b"wrong");
		assert_eq!(report(&CLIENT, &wrong(honest, &other, b"right")), refused(Refused::OtherQuestion));
	});
}

#[test]
fn a_client_that_asks_for_what_there_cannot_be() {
	execute(|| {
		let rules = rules_with(Check::MerkleChunk);
		let (asked, right) = chunk(0);
		let named = surety_dispute::Named::of(&asked).unwrap();
		let surety_dispute::Named::Chunk { data, .. } = named else { panic!("a chunk") };
		let beyond = surety_dispute::Named::Chunk { data, index: data.leaves() }.asked().unwrap();
		let evidence = wrong(stated_by(request(1), rules, &beyond, &right), &beyond, &right);
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::NothingNamed));
	});
}

#[test]
fn a_basis_of_another_kind_with_the_same_number() {
	execute(|| {
		advance(5);
		let mut request = request(1);
		request.basis = Basis::Agreement(0);
		assert_ok!(report(&CLIENT, &wrong_answer(request)));
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		assert!(slash.claims.is_empty());
	});
}
