use crate::{mock::*, Error, Event, HoldReason, KeyOwners, Notaries};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{
	notary::{NotaryTerm, NotaryTerms, PublicationMode, RevocationReason},
	traits::Reserve,
	NOTARISATION,
};

fn prepared(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		prepare();
		System::reset_events();
		test();
		check();
	});
}

#[test]
fn an_operator_should_become_a_notary_with_a_bond_of_its_own_stake() {
	prepared(|| {
		register(&NOTARY, PublicationMode::Mixed);
		assert_eq!(Restaking::reserved(&NOTARY, NOTARISATION), BOND);
		assert_eq!(held(HoldReason::Notary, &NOTARY), NOTARY_DEPOSIT);
		assert_eq!(KeyOwners::<Test>::get(public(1)), Some(NOTARY));
		assert_eq!(events(), [Event::Registered { notary: NOTARY, bond: BOND }]);
		let (window, record) = (Notary::current_window(), record());
		assert_eq!((record.mode.at(window), record.keys.at(window)), (None, None));
		assert_eq!(record.mode.at(window + 1), Some(&PublicationMode::Mixed));
		assert_eq!(record.keys.at(window + 1), Some(&public(1)));
	});
}

#[test]
fn registering_should_be_refused_when_anything_about_it_is_wrong() {
	prepared(|| {
		let link = surety_presence::message::Link::default();
		let call = |who: &_, terms, key, proof| {
			Notary::register(signed(who), terms, true, PublicationMode::Link, link.clone(), key, proof)
		};
		let proof = |seed| ownership(&NOTARY, seed);
		assert_noop!(call(&ALICE, terms(), public(1), proof(1)), Error::<Test>::OperatorNotActive);
		let mut unsorted = terms().0.to_vec();
		unsorted.swap(0, 1);
		let unsorted = NotaryTerms(unsorted.try_into().unwrap());
		assert_noop!(call(&NOTARY, unsorted, public(1), proof(1)), Error::<Test>::InvalidTerms);
		assert_noop!(call(&NOTARY, terms(), public(2), proof(1)), Error::<Test>::InvalidKeyProof);
		// The proof of another account is none.
		assert_noop!(call(&NOTARY, terms(), public(1), ownership(&OTHER, 1)), Error::<Test>::InvalidKeyProof);
		// A seller has no stake behind notarisation.
		assert_noop!(
			try_register(&SELLER, PublicationMode::Link),
			pallet_restaking::Error::<Test>::NotEnoughStake
		);
		register(&NOTARY, PublicationMode::Link);
		assert_noop!(try_register(&NOTARY, PublicationMode::Link), Error::<Test>::NotaryAlreadyExists);
		assert_noop!(call(&OTHER, terms(), public(1), proof(1)), Error::<Test>::KeyInUse);
		assert_ok!(Registry::leave(signed(&OTHER)));
		assert_noop!(try_register(&OTHER, PublicationMode::Link), Error::<Test>::OperatorNotActive);
	});
}

#[test]
fn the_bond_should_stay_while_the_notary_does() {
	execute(|| {
		assert_noop!(
			Restaking::unbond_all(signed(&NOTARY), NOTARY, NATIVE),
			pallet_restaking::Error::<Test>::StakeReserved
		);
		assert_ok!(Restaking::unbond(signed(&NOTARY), NOTARY, NATIVE, OWN - BOND));
	});
}

#[test]
fn terms_and_link_should_be_replaced_by_the_notary_alone() {
	execute(|| {
		let none = NotaryTerms::default();
		assert_ok!(Notary::set_terms(signed(&NOTARY), none.clone(), false));
		let link: surety_presence::message::Link = b"ipfs://x".to_vec().try_into().unwrap();
		assert_ok!(Notary::set_link(signed(&NOTARY), link.clone()));
		assert_eq!((record().terms, record().renewable, record().link), (none.clone(), false, link.clone()));
		assert_noop!(Notary::set_terms(signed(&ALICE), none, true), Error::<Test>::NotaryNotFound);
		assert_noop!(Notary::set_link(signed(&ALICE), link), Error::<Test>::NotaryNotFound);
		let twice = vec![terms().0[0], (terms().0[0].0, NotaryTerm::OnQuote)];
		let twice = NotaryTerms(twice.try_into().unwrap());
		assert_noop!(Notary::set_terms(signed(&NOTARY), twice, true), Error::<Test>::InvalidTerms);
	});
}

#[test]
fn a_new_key_should_count_from_the_next_window_and_the_old_one_before() {
	execute(|| {
		let window = Notary::current_window();
		assert_ok!(Notary::set_key(signed(&NOTARY), public(50), ownership(&NOTARY, 50)));
		let keys = record().keys;
		assert_eq!((keys.at(window), keys.at(window + 1)), (Some(&public(1)), Some(&public(50))));
		assert_eq!(KeyOwners::<Test>::get(public(1)), Some(NOTARY));

		// Another in the same window takes its place, and it is free again.
		assert_ok!(Notary::set_key(signed(&NOTARY), public(51), ownership(&NOTARY, 51)));
		assert_eq!(record().keys.at(window + 1), Some(&public(51)));
		assert_eq!(KeyOwners::<Test>::get(public(50)), None);

		let reused = Notary::set_key(signed(&NOTARY), public(1), ownership(&NOTARY, 1));
		assert_noop!(reused, Error::<Test>::KeyInUse);
		let others = Notary::set_key(signed(&NOTARY), public(52), ownership(&OTHER, 52));
		assert_noop!(others, Error::<Test>::InvalidKeyProof);
		let nobody = Notary::set_key(signed(&ALICE), public(52), ownership(&ALICE, 52));
		assert_noop!(nobody, Error::<Test>::NotaryNotFound);
	});
}

#[test]
fn keys_that_no_window_needs_any_more_should_be_forgotten_and_not_more_than_eight_remembered() {
	execute(|| {
		for seed in 50..57 {
			assert_ok!(Notary::set_key(signed(&NOTARY), public(seed), ownership(&NOTARY, seed)));
			next_window();
		}
		let next = || Notary::set_key(signed(&NOTARY), public(60), ownership(&NOTARY, 60));
		assert_noop!(next(), Error::<Test>::TooManyChanges);
		advance_windows(3);
		assert_ok!(next());
		assert_eq!(KeyOwners::<Test>::get(public(1)), None);
	});
}

#[test]
fn a_new_mode_should_count_from_the_next_window() {
	execute(|| {
		let window = Notary::current_window();
		assert_ok!(Notary::set_mode(signed(&NOTARY), PublicationMode::Link));
		assert_eq!(record().mode.at(window), Some(&PublicationMode::Mixed));
		assert_eq!(record().mode.at(window + 1), Some(&PublicationMode::Link));
		let from = window + 1;
		assert_eq!(events(), [Event::ModeSet { notary: NOTARY, mode: PublicationMode::Link, from }]);
		assert_noop!(Notary::set_mode(signed(&ALICE), PublicationMode::Link), Error::<Test>::NotaryNotFound);
		for mode in [PublicationMode::Mixed, PublicationMode::Link].into_iter().cycle().take(6) {
			next_window();
			assert_ok!(Notary::set_mode(signed(&NOTARY), mode));
		}
		next_window();
		assert_noop!(
			Notary::set_mode(signed(&NOTARY), PublicationMode::Strict),
			Error::<Test>::TooManyChanges
		);
	});
}

#[test]
fn a_notary_should_leave_with_all_it_put_up_once_nothing_can_be_disputed() {
	execute(|| {
		let before = total(&NOTARY);
		let slot = attest(&SELLER, 5);
		assert_noop!(Notary::close(signed(&ALICE), NOTARY), Error::<Test>::NotaryNotLeaving);
		assert_noop!(Notary::retire_slots(signed(&ALICE), NOTARY, 5), Error::<Test>::NotaryNotLeaving);
		assert_ok!(Notary::deregister(signed(&NOTARY)));
		assert_noop!(Notary::deregister(signed(&NOTARY)), Error::<Test>::NotaryLeaving);
		assert_noop!(try_request(&RIVAL, latency(), 1, 1_000), Error::<Test>::NotaryLeaving);
		assert_noop!(Notary::renew(signed(&SELLER), NOTARY, slot, 1, 1_000), Error::<Test>::NotaryLeaving);
		assert_eq!(record().last_window, None);
		assert_ok!(Notary::revoke(signed(&NOTARY), slot, RevocationReason::NotaryLeaving));
		let last = Notary::current_window();
		assert_eq!(record().last_window, Some(last));

		while Notary::first_disputable() <= last {
			assert_noop!(Notary::retire_slots(signed(&ALICE), NOTARY, 5), Error::<Test>::NotaryInUse);
			assert_noop!(Notary::close(signed(&ALICE), NOTARY), Error::<Test>::NotaryInUse);
			next_window();
		}
		assert_noop!(Notary::close(signed(&ALICE), NOTARY), Error::<Test>::NotaryInUse);
		assert_ok!(Notary::retire_slots(signed(&ALICE), NOTARY, 5));
		check();
		assert_ok!(Notary::close(signed(&ALICE), NOTARY));
		assert!(!Notaries::<Test>::contains_key(NOTARY));
		assert_eq!(held(HoldReason::Notary, &NOTARY), 0);
		assert_eq!(Restaking::reserved(&NOTARY, NOTARISATION), 0);
		assert_eq!(total(&NOTARY), before + LATENCY.issue);
		assert_noop!(Notary::deregister(signed(&NOTARY)), Error::<Test>::NotaryNotFound);
		register(&NOTARY, PublicationMode::Link);
	});
}

#[test]
fn slots_should_be_retired_for_what_was_held_for_them() {
	execute(|| {
		let first = attest(&SELLER, 5);
		PriceOfSlot::set(31);
		let second = attest(&RIVAL, 5);
		assert_eq!(record().slots_deposit, SLOT_DEPOSIT + 31);
		assert_ok!(Notary::deregister(signed(&NOTARY)));
		for slot in [first, second] {
			assert_ok!(Notary::revoke(signed(&NOTARY), slot, RevocationReason::NotaryLeaving));
		}
		advance_windows(RETENTION + 1);
		for deposit in [25, 26] {
			System::reset_events();
			assert_ok!(Notary::retire_slots(signed(&ALICE), NOTARY, 1));
			assert_eq!(events(), [Event::SlotsRetired { notary: NOTARY, slots: 1, deposit }]);
			check();
		}
		assert_noop!(Notary::retire_slots(signed(&ALICE), NOTARY, 1), Error::<Test>::NotaryInUse);
	});
}

#[test]
fn a_notary_with_a_request_should_not_be_closed() {
	execute(|| {
		let id = request(&SELLER, 5);
		assert_ok!(Notary::deregister(signed(&NOTARY)));
		assert_noop!(Notary::attest(signed(&NOTARY), id), Error::<Test>::NotaryLeaving);
		advance_windows(RETENTION + 1);
		assert_noop!(Notary::close(signed(&ALICE), NOTARY), Error::<Test>::NotaryInUse);
		assert_ok!(Notary::expire_request(signed(&ALICE), id));
		assert_ok!(Notary::close(signed(&ALICE), NOTARY));
	});
}
