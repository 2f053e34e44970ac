use crate::{mock::*, Attestations, EndedAttestations, Error, Event, HoldReason, Logs};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use surety_presence::{
	mountain::{leaf_hash, prove, Mountains},
	offchain::log_key,
};
use surety_primitives::notary::{AttestationEnd, LogEntry, NotaryFees, RevocationReason};

const REASON: RevocationReason = RevocationReason::Unavailable;

fn attestation(slot: u32) -> crate::Attestation {
	Attestations::<Test>::get(NOTARY, slot).expect("is attested")
}

#[test]
fn attesting_should_give_a_slot_pay_for_the_issue_and_keep_what_is_paid_ahead() {
	execute(|| {
		let before = free(&NOTARY);
		let slot = attest(&SELLER, 4);
		assert_eq!((slot, record().universe, record().attested, record().requests), (0, 1, 1, 0));
		assert_eq!(free(&NOTARY), before + LATENCY.issue - SLOT_DEPOSIT);
		assert_eq!(held(HoldReason::Fee, &SELLER), 4 * LATENCY.watch);
		assert_eq!(held(HoldReason::Notary, &NOTARY), NOTARY_DEPOSIT + SLOT_DEPOSIT);
		let tenure = attestation(slot).tenure;
		assert_eq!((tenure.generation, tenure.attested_at, tenure.operator), (0, now(), SELLER));
		// It can announce in the window in which it was attested.
		assert_eq!(tenure.keys.at(Notary::current_window()), Some(&public(11)));
		let until = Notary::current_window() + 5;
		let attested = Event::Attested { notary: NOTARY, slot, generation: 0, request: 0, until, entry: 0 };
		assert_eq!(events().last(), Some(&attested));
	});
}

#[test]
fn attesting_should_be_the_notarys_own() {
	execute(|| {
		let id = request(&SELLER, 4);
		for who in [SELLER, OTHER] {
			assert_noop!(Notary::attest(signed(&who), id), Error::<Test>::NotAuthorized);
		}
		assert_noop!(Notary::attest(signed(&NOTARY), 404), Error::<Test>::RequestNotFound);
	});
}

#[test]
fn no_more_slots_should_be_given_out_than_there_may_be() {
	execute(|| {
		SlotLimit::set(1);
		attest(&SELLER, 4);
		let id = request(&RIVAL, 4);
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::MaxSlotsExceeded);
	});
}

#[test]
fn watching_should_be_paid_window_by_window() {
	execute(|| {
		let slot = attest(&SELLER, 3);
		let before = free(&NOTARY);
		let collect = || Notary::collect(signed(&ALICE), NOTARY, slot);
		// The window of the attestation is free of charge.
		next_window();
		assert_noop!(collect(), Error::<Test>::NothingToCollect);
		next_window();
		assert_ok!(collect());
		assert_eq!(free(&NOTARY), before + LATENCY.watch);
		assert_noop!(collect(), Error::<Test>::NothingToCollect);
		advance_windows(10);
		assert_ok!(collect());
		assert_eq!(free(&NOTARY), before + 3 * LATENCY.watch);
		assert_eq!(held(HoldReason::Fee, &SELLER), 0);
		assert_noop!(collect(), Error::<Test>::NothingToCollect);
		assert_noop!(Notary::collect(signed(&ALICE), NOTARY, 404), Error::<Test>::AttestationNotFound);
	});
}

#[test]
fn what_a_notary_earns_should_be_shared_with_its_stake() {
	execute(|| {
		assert_ok!(Restaking::set_commission(signed(&NOTARY), NATIVE, Perbill::from_percent(0)));
		assert_ok!(Restaking::stake(signed(&BOB), NOTARY, NATIVE, OWN));
		advance_to(4 * ERA);
		let before = free(&NOTARY);
		attest(&SELLER, 3);
		// Half of the stake is somebody else's, and the rest waits to be collected, too.
		let earned = |who| Restaking::position(who, NOTARY, NATIVE).unwrap().earned;
		assert_eq!(earned(NOTARY), earned(BOB));
		assert!((LATENCY.issue / 2 - 1..=LATENCY.issue / 2).contains(&earned(BOB)));
		// What rounding leaves is the notary's own.
		assert!((0..=2).contains(&(free(&NOTARY) + SLOT_DEPOSIT - before)));
	});
}

#[test]
fn a_revocation_should_return_the_window_that_has_begun_and_all_after_it() {
	execute(|| {
		let before = (free(&NOTARY), free(&SELLER));
		let slot = attest(&SELLER, 5);
		advance_windows(3);
		assert_noop!(Notary::revoke(signed(&OTHER), slot, REASON), Error::<Test>::AttestationNotFound);
		assert_ok!(Notary::revoke(signed(&NOTARY), slot, REASON));
		let paid = LATENCY.issue + 2 * LATENCY.watch;
		assert_eq!(free(&NOTARY), before.0 + paid - SLOT_DEPOSIT);
		assert_eq!(free(&SELLER), before.1 - paid);
		let ended = Event::Ended {
			notary: NOTARY,
			slot,
			generation: 0,
			end: AttestationEnd::Revoked(REASON),
			refunded: 3 * LATENCY.watch,
			entry: 1,
		};
		assert_eq!(events().last(), Some(&ended));
		assert_noop!(Notary::revoke(signed(&NOTARY), slot, REASON), Error::<Test>::AttestationNotFound);
	});
}

#[test]
fn a_resignation_should_pay_the_window_that_has_begun_and_return_all_after_it() {
	execute(|| {
		let before = free(&SELLER);
		let slot = attest(&SELLER, 5);
		advance_windows(3);
		assert_noop!(Notary::resign(signed(&RIVAL), NOTARY, slot), Error::<Test>::NotAuthorized);
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, slot));
		assert_eq!(free(&SELLER), before - LATENCY.issue - 3 * LATENCY.watch);
	});
}

#[test]
fn resigning_at_once_should_return_all_that_was_paid_ahead() {
	execute(|| {
		let before = free(&SELLER);
		let slot = attest(&SELLER, 5);
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, slot));
		assert_eq!(free(&SELLER), before - LATENCY.issue);
	});
}

#[test]
fn an_attestation_should_expire_once_it_is_no_longer_paid_for() {
	execute(|| {
		let slot = attest(&SELLER, 2);
		let expire = || Notary::expire(signed(&ALICE), NOTARY, slot);
		advance_windows(2);
		assert_noop!(expire(), Error::<Test>::StillAttested);
		next_window();
		assert_noop!(Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000), Error::<Test>::NotRenewable);
		assert_ok!(expire());
		assert_noop!(expire(), Error::<Test>::AttestationNotFound);
		assert_eq!((held(HoldReason::Fee, &SELLER), held(HoldReason::Record, &SELLER)), (0, 0));
	});
}

#[test]
fn an_attestation_should_expire_with_its_offer_and_not_pass_to_another() {
	for made_again in [false, true] {
		execute(|| {
			let slot = attest(&SELLER, 20);
			assert_ok!(Registry::close_offer(signed(&SELLER), SERVICE));
			advance(1);
			if made_again {
				offer(&SELLER, 100);
				let renewed = Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000);
				assert_noop!(renewed, Error::<Test>::OfferNotFound);
			}
			assert_ok!(Notary::expire(signed(&ALICE), NOTARY, slot));
		});
	}
}

#[test]
fn a_change_of_price_should_not_end_an_attestation_that_was_paid_for() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		reprice(&SELLER, 7);
		assert_noop!(Notary::expire(signed(&ALICE), NOTARY, slot), Error::<Test>::StillAttested);
	});
}

#[test]
fn renewing_should_add_windows_at_the_fee_of_now_and_keep_the_others_at_theirs() {
	execute(|| {
		let slot = attest(&SELLER, 3);
		let mut dearer = terms();
		let fees = NotaryFees { issue: 1_000, watch: 25 };
		dearer.0[0].1 = surety_primitives::notary::NotaryTerm::Posted(fees);
		assert_ok!(Notary::set_terms(signed(&NOTARY), dearer, true));
		let renew = |max| Notary::renew(signed(&SELLER), NOTARY, slot, 4, max);
		assert_noop!(renew(99), Error::<Test>::FeeTooHigh);
		assert_noop!(Notary::renew(signed(&RIVAL), NOTARY, slot, 4, 100), Error::<Test>::NotAuthorized);
		assert_ok!(renew(100));
		assert_eq!(held(HoldReason::Fee, &SELLER), 3 * LATENCY.watch + 100);
		assert_ok!(renew(100));
		assert_ok!(Notary::set_terms(signed(&NOTARY), terms(), true));
		assert_noop!(renew(100), Error::<Test>::RenewalPending);
		let before = free(&NOTARY);
		advance_windows(5);
		assert_ok!(Notary::collect(signed(&ALICE), NOTARY, slot));
		assert_eq!(free(&NOTARY), before + 3 * LATENCY.watch + 25);
		assert_ok!(renew(100));
		let until = attestation(slot).prepaid.until();
		assert_eq!(events().last(), Some(&Event::Renewed { notary: NOTARY, slot, until, entry: 3 }));
	});
}

#[test]
fn renewing_should_be_refused_beyond_the_most_and_when_the_notary_does_not() {
	execute(|| {
		let slot = attest(&SELLER, 3);
		let renew = |windows| Notary::renew(signed(&SELLER), NOTARY, slot, windows, 1_000_000);
		assert_noop!(renew(0), Error::<Test>::InvalidWindows);
		assert_noop!(renew(MAX_WINDOWS - 3), Error::<Test>::InvalidWindows);
		assert_ok!(renew(MAX_WINDOWS - 4));
		assert_ok!(Notary::set_terms(signed(&NOTARY), terms(), false));
		assert_noop!(renew(1), Error::<Test>::NotRenewable);
		assert_ok!(Notary::set_terms(signed(&NOTARY), Default::default(), true));
		assert_noop!(renew(1), Error::<Test>::NotRenewable);
	});
}

#[test]
fn what_was_quoted_should_be_renewed_at_the_quote() {
	execute(|| {
		let fees = NotaryFees { issue: 70, watch: 3 };
		let id = try_request(&SELLER, quoted(), 10, 100).unwrap();
		assert_ok!(Notary::quote(signed(&NOTARY), id, fees));
		assert_ok!(Notary::accept_quote(signed(&SELLER), id, fees));
		assert_ok!(Notary::attest(signed(&NOTARY), id));
		assert_ok!(Notary::renew(signed(&SELLER), NOTARY, slot_of(&SELLER), 5, 15));
		assert_eq!(held(HoldReason::Fee, &SELLER), 45);
	});
}

#[test]
fn a_slot_should_be_given_out_again_only_when_no_window_can_name_it_any_more() {
	execute(|| {
		let first = attest(&SELLER, 20);
		let second = attest(&RIVAL, 20);
		let ended_in = Notary::current_window();
		assert_ok!(Notary::revoke(signed(&NOTARY), second, REASON));
		assert_ok!(Notary::revoke(signed(&NOTARY), first, REASON));
		while Notary::first_disputable() <= ended_in {
			assert_eq!(attest(&THIRD, 1), 2, "while {ended_in} can be disputed");
			assert_ok!(Notary::resign(signed(&THIRD), NOTARY, 2));
			SlotLimit::set(2);
			let id = request(&THIRD, 1);
			assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::MaxSlotsExceeded);
			assert_ok!(Notary::refuse(signed(&NOTARY), id, REASON));
			advance_to(Notary::current_window() * WINDOW + (RETENTION + 1) * WINDOW);
			assert!(Notary::first_disputable() > ended_in);
		}
		// The one that has been free for longest comes first, with a number of its own.
		assert_eq!(attest(&THIRD, 5), second);
		assert_eq!(attestation(second).tenure.generation, 3);
		assert!(!EndedAttestations::<Test>::contains_key(NOTARY, second));
		assert_eq!(attest(&RIVAL, 5), first);
		assert_eq!(record().universe, 3);
		assert_eq!(record().slots_deposit, 3 * SLOT_DEPOSIT);
	});
}

#[test]
fn a_presence_key_should_count_from_the_next_window() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let window = Notary::current_window();
		let set = |who: &_, key| Notary::set_presence_key(signed(who), NOTARY, slot, key);
		assert_noop!(set(&RIVAL, public(60)), Error::<Test>::NotAuthorized);
		assert_ok!(set(&SELLER, public(60)));
		let keys = attestation(slot).tenure.keys;
		assert_eq!((keys.at(window), keys.at(window + 1)), (Some(&public(11)), Some(&public(60))));
		for seed in 61..67 {
			next_window();
			assert_ok!(set(&SELLER, public(seed)));
		}
		next_window();
		assert_noop!(set(&SELLER, public(70)), Error::<Test>::TooManyChanges);
	});
}

#[test]
fn the_log_should_have_every_change_in_its_order_with_its_entries_in_the_offchain_index() {
	let mut ext = new_test_ext();
	let expected = |until| {
		let (slot, generation) = (0, 0);
		[
			LogEntry::Attested {
				slot,
				generation,
				operator: SELLER,
				service: SERVICE,
				claims: latency(),
				until,
				subsidised: false,
			},
			LogEntry::Renewed { slot, generation, until: until + 2 },
			LogEntry::Ended { slot, generation, end: AttestationEnd::Resigned },
		]
	};
	let (log, until) = ext.execute_with(|| {
		prepare();
		register(&NOTARY, surety_primitives::notary::PublicationMode::Link);
		let slot = attest(&SELLER, 3);
		let until = attestation(slot).prepaid.until();
		assert_ok!(Notary::renew(signed(&SELLER), NOTARY, slot, 2, 1_000));
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, slot));
		(Logs::<Test>::get(NOTARY), until)
	});
	let expected = expected(until);
	let leaves: Vec<_> = expected.iter().map(|entry| leaf_hash(&entry.encode())).collect();
	assert_eq!(Some(&log), Mountains::of(&leaves).as_ref());
	assert!(prove(&leaves, 1).unwrap().proves(leaves[1], 3, &log.root()));

	ext.persist_offchain_overlay();
	for (index, entry) in (0..).zip(&expected) {
		let key = log_key(&NOTARY.into(), index);
		let bytes = ext.offchain_db().get(&key);
		let read = bytes.map(|bytes| LogEntry::decode(&mut &bytes[..]).unwrap());
		assert_eq!(read.as_ref(), Some(entry));
	}
}
