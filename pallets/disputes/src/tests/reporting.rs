//! What a report does: the slash, who gets what of it, and the record.

use crate::{mock::*, ByRequest, Convictions, Counts, Event, HoldReason};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use sp_core::H256;
use surety_dispute::Evidence;
use surety_primitives::{traits::Offences, SlashSource};
use surety_stake::settlement::Loss;

#[test]
fn a_right_report_should_be_free_and_put_up_both_deposits() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		let done = Disputes::report(by(&CLIENT), Box::new(evidence), None).expect("is right");
		assert_eq!(done.pays_fee, Pays::No);
		assert_eq!(held(HoldReason::Conviction, &CLIENT), RECORD_DEPOSIT);
		let reason = pallet_slashing::HoldReason::Report.into();
		use frame_support::traits::fungible::InspectHold;
		assert_eq!(Balances::balance_on_hold(&reason, &CLIENT), Slashing::deposit());
		assert_eq!(Counts::<Test>::get((OPERATOR, SERVICE, era())), 1);
	});
}

#[test]
fn a_slash_should_be_of_a_proof_and_its_evidence_should_name_the_reporter() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_ok!(report(&CLIENT, &evidence));
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		assert_eq!(slash.source, SlashSource::Proof);
		let hash = surety_dispute::report_hash(&genesis(), &evidence.hash(), &node(&CLIENT));
		assert_eq!(slash.evidence, hash);
	});
}

#[test]
fn an_applied_slash_should_take_its_part_of_own_and_delegated_stake() {
	execute(|| {
		assert_ok!(report(&CLIENT, &wrong_answer(request(1))));
		apply(slashed(0));
		let left = |whole: u128, percent: u32| whole * u128::from(100 - percent) / 100;
		assert_eq!((position(&OPERATOR), position(&DELEGATOR)), (left(OWN, WRONG), left(DELEGATED, WRONG)));
	});
}

#[test]
fn a_vetoed_slash_should_take_nothing_and_the_same_should_not_be_reported_again() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		assert_ok!(report(&CLIENT, &evidence));
		assert_ok!(Slashing::veto(by(&GOVERNANCE), slashed(0)));
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::AlreadyConvicted));
		advance(REVIEW);
		assert_eq!((position(&OPERATOR), position(&DELEGATOR)), (OWN, DELEGATED));
		// What slashing held is forfeited; the record's deposit comes back.
		advance_to_era(era() + 5);
		assert_ok!(Disputes::forget(by(&ANYBODY), 0));
		assert_eq!(held(HoldReason::Conviction, &CLIENT), 0);
	});
}

#[test]
fn a_victim_should_ask_for_its_fees_and_a_multiple_of_them() {
	execute(|| {
		advance(7);
		let fees = 7 * PRICE.amount;
		assert_ok!(report(&CLIENT, &wrong_answer(request(1))));
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		let [claim] = slash.claims.as_slice() else { panic!("one") };
		assert_eq!((claim.who.clone(), claim.asset.clone()), (CLIENT, NATIVE));
		assert_eq!(claim.loss, Loss { fees, beyond: fees * u128::from(MULTIPLE - 1) });
		apply(slashed(0));
		// There is enough of the operator's own.
		assert_eq!(collect(&CLIENT), fees * u128::from(MULTIPLE));
	});
}

#[test]
fn each_of_two_victims_should_ask_for_what_it_has_paid_itself() {
	execute(|| {
		let subscription = subscribe(&OTHER);
		advance(4);
		let mut second = request_of(&OTHER, 2);
		second.basis = surety_response::relay::Basis::Subscription(subscription);
		assert_ok!(report(&CLIENT, &contradiction(request(1), second)));
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		let who: Vec<_> = slash.claims.iter().map(|claim| claim.who.clone()).collect();
		assert_eq!(who, vec![CLIENT, OTHER]);
	});
}

#[test]
fn one_victim_of_two_answers_should_ask_once() {
	execute(|| {
		advance(4);
		assert_ok!(report(&CLIENT, &contradiction(request(1), request(2))));
		let slash = pallet_slashing::Slashes::<Test>::get(slashed(0)).unwrap();
		assert_eq!(slash.claims.len(), 1);
	});
}

#[test]
fn whoever_has_paid_nothing_should_ask_for_nothing_and_convict_all_the_same() {
	execute(|| {
		advance(4);
		// Asks by somebody else's subscription, and by one that there never was.
		let mut nowhere = request_of(&OTHER, 2);
		nowhere.basis = surety_response::relay::Basis::Subscription(77);
		for request in [request_of(&OTHER, 1), nowhere] {
			assert_ok!(report(&OTHER, &wrong_answer(request)));
		}
		for id in 0..2 {
			let slash = pallet_slashing::Slashes::<Test>::get(slashed(id)).unwrap();
			assert!(slash.claims.is_empty());
		}
	});
}

#[test]
fn an_operator_should_be_convicted_only_so_often_in_an_era() {
	execute(|| {
		for nonce in 0..MAX_CONVICTIONS {
			assert_ok!(report(&CLIENT, &wrong_answer(request(nonce.into()))));
		}
		let more = wrong_answer(request(99));
		assert_eq!(report(&CLIENT, &more), refused(Refused::MaxConvictionsExceeded));
		let more = contradiction(request(98), request(97));
		assert_eq!(report(&CLIENT, &more), refused(Refused::MaxConvictionsExceeded));
		advance_to_era(era() + 1);
		assert_ok!(report(&CLIENT, &wrong_answer(request(100))));
	});
}

#[test]
fn a_conviction_should_be_forgotten_when_the_same_cannot_be_reported_again() {
	execute(|| {
		let (first, second) = (request(1), request(2));
		let evidence = contradiction(first.clone(), second.clone());
		assert_ok!(report(&CLIENT, &evidence));
		assert_noop!(Disputes::forget(by(&ANYBODY), 1), Refused::ConvictionNotFound);
		while Disputes::reportable(first.not_after_ms).is_some() {
			assert_noop!(Disputes::forget(by(&ANYBODY), 0), Refused::TooEarly);
			assert_eq!(report(&CLIENT, &evidence), refused(Refused::AlreadyConvicted));
			advance(1);
		}
		assert_ok!(Disputes::forget(by(&ANYBODY), 0));
		assert_eq!(held(HoldReason::Conviction, &CLIENT), 0);
		assert_eq!(ByRequest::<Test>::iter().count() + Convictions::<Test>::iter().count(), 0);
		assert_eq!(Counts::<Test>::iter().count(), 0);
		assert_eq!(events().last(), Some(&Event::Forgotten { conviction: 0 }));
		assert_eq!(report(&CLIENT, &evidence), refused(Refused::TooOld));
		assert_noop!(Disputes::forget(by(&ANYBODY), 0), Refused::ConvictionNotFound);
	});
}

#[test]
fn a_report_that_slashing_refuses_should_change_nothing() {
	execute(|| {
		// Nobody has stake on the rival.
		assert_ok!(Disputes::register_key(by(&RIVAL), public(0)));
		let mut to_rival = request(1);
		to_rival.recipient = node(&RIVAL);
		let evidence = wrong_answer(to_rival);
		let salt = H256([5; 32]);
		assert_ok!(Disputes::commit(by(&ANYBODY), commitment_of(&ANYBODY, &evidence, salt)));
		advance(DELAY);
		let error = pallet_slashing::Error::<Test>::OperatorNotFound;
		assert_eq!(submit(&ANYBODY, &evidence, Some(salt)), Err(error.into()));
		assert_eq!(held(HoldReason::Commitment, &ANYBODY), COMMITMENT_DEPOSIT);
		assert_eq!(held(HoldReason::Conviction, &ANYBODY), 0);
		assert_eq!(Convictions::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_report_should_weigh_more_the_more_it_shows() {
	let weight = |evidence: &Evidence| Disputes::weight_of(evidence);
	execute(|| {
		let asked = wants(b"right");
		let of = |bytes: usize| {
			let body = vec![1; bytes];
			weight(&wrong(stated(request(1), &asked, &body), &asked, &body))
		};
		assert!(of(1_000).ref_time() > of(0).ref_time());
		let native = rules_with(surety_dispute::Check::Native(NOT_EMPTY));
		let evidence = wrong(stated_by(request(1), native, &asked, b"x"), &asked, b"x");
		assert!(weight(&evidence).ref_time() > of(1).ref_time());
	});
}
