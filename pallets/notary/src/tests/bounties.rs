use crate::{mock::*, Bounties, BountyClaims, Error, Event, HoldReason};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{
	notary::{BountyId, RevocationReason, Slot},
	AccountId, Balance,
};

fn open(per_window: Balance, budget: Balance) -> BountyId {
	let id = crate::NextBountyId::<Test>::get();
	assert_ok!(Notary::open_bounty(signed(&BOB), NOTARY, per_window, budget));
	id
}

fn claim(who: &AccountId, id: BountyId, slot: Slot, made: &Made) -> sp_runtime::DispatchResult {
	let leaf = made.set.iter().next().unwrap();
	let proof = made.tree().prove(slot).unwrap_or_else(|| made.tree().prove(leaf).unwrap());
	Notary::claim_bounty(signed(who), id, slot, made.signed.commitment.window, proof)
}

#[test]
fn a_bounty_should_be_shared_equally_by_all_that_are_present_from_the_next_window_on() {
	execute(|| {
		let (one, two) = (attest(&SELLER, 20), attest(&RIVAL, 20));
		let id = open(101, 250);
		assert_eq!(held(HoldReason::Bounty, &BOB), 202);
		let from = Notary::current_window() + 1;
		let opened = Event::BountyOpened {
			bounty: id,
			funder: BOB,
			notary: NOTARY,
			per_window: 101,
			from,
			until: from + 2,
		};
		assert_eq!(events().last(), Some(&opened));

		let early = commit(&[one, two]);
		assert_noop!(claim(&SELLER, id, one, &early), Error::<Test>::NotClaimable);
		let both = commit(&[one, two]);
		let before = (free(&SELLER), free(&RIVAL));
		assert_ok!(claim(&SELLER, id, one, &both));
		assert_ok!(claim(&RIVAL, id, two, &both));
		let each = 50 - RECORD_DEPOSIT;
		assert_eq!((free(&SELLER), free(&RIVAL)), (before.0 + each, before.1 + each));
		assert_noop!(claim(&SELLER, id, one, &both), Error::<Test>::NotClaimable);
		let alone = commit(&[one]);
		assert_ok!(claim(&SELLER, id, one, &alone));
		assert_eq!(held(HoldReason::Bounty, &BOB), 1);
		let late = commit(&[one, two]);
		assert_noop!(claim(&RIVAL, id, two, &late), Error::<Test>::NotClaimable);
	});
}

#[test]
fn windows_should_be_claimed_in_their_order() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let id = open(100, 1_000);
		next_window();
		let (first, second) = (commit(&[slot]), commit(&[slot]));
		assert_ok!(claim(&SELLER, id, slot, &second));
		assert_noop!(claim(&SELLER, id, slot, &first), Error::<Test>::NotClaimable);
	});
}

#[test]
fn a_bounty_should_be_claimed_by_those_alone_who_were_present_and_attested() {
	execute(|| {
		let (present, absent) = (attest(&SELLER, 20), attest(&RIVAL, 20));
		let gone = attest(&THIRD, 20);
		let id = open(100, 1_000);
		next_window();
		assert_ok!(Notary::revoke(signed(&NOTARY), gone, RevocationReason::TooLate));
		let made = commit(&[present, gone]);
		assert_noop!(claim(&RIVAL, id, absent, &made), Error::<Test>::InvalidProof);
		assert_noop!(claim(&RIVAL, id, present, &made), Error::<Test>::NotAuthorized);
		assert_noop!(claim(&THIRD, id, gone, &made), Error::<Test>::NotAttested);
		assert_noop!(claim(&SELLER, 404, present, &made), Error::<Test>::BountyNotFound);
		// Who resigns afterwards was present all the same.
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, present));
		assert_ok!(claim(&SELLER, id, present, &made));
	});
}

#[test]
fn what_was_not_committed_to_should_not_be_claimed() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let id = open(100, 1_000);
		next_window();
		end_window();
		let made = made(&[slot]);
		assert_noop!(claim(&SELLER, id, slot, &made), Error::<Test>::NotClaimable);
		let committed = commit(&[slot]);
		advance_windows(RETENTION);
		assert_noop!(claim(&SELLER, id, slot, &committed), Error::<Test>::WindowTooOld);
	});
}

#[test]
fn a_bounty_that_comes_to_nothing_should_be_refused() {
	execute(|| {
		let (one, two) = (attest(&SELLER, 20), attest(&RIVAL, 20));
		let open_bounty =
			|notary, per_window, budget| Notary::open_bounty(signed(&BOB), notary, per_window, budget);
		assert_noop!(open_bounty(ALICE, 1, 1), Error::<Test>::NotaryNotFound);
		assert_noop!(open_bounty(NOTARY, 0, 1), Error::<Test>::ZeroAmount);
		assert_noop!(open_bounty(NOTARY, 10, 9), Error::<Test>::ZeroAmount);
		assert_noop!(open_bounty(NOTARY, 1, u128::MAX), Error::<Test>::NumbersExhausted);
		let id = open(1, 100);
		next_window();
		let made = commit(&[one, two]);
		assert_noop!(claim(&SELLER, id, one, &made), Error::<Test>::ZeroAmount);
		crate::NextBountyId::<Test>::put(u32::MAX);
		assert_noop!(open_bounty(NOTARY, 1, 1), Error::<Test>::NumbersExhausted);
	});
}

#[test]
fn a_bounty_should_be_closed_once_nothing_of_it_can_be_claimed() {
	execute(|| {
		let before = total(&BOB);
		let slot = attest(&SELLER, 20);
		let id = open(100, 300);
		next_window();
		let made = commit(&[slot]);
		assert_ok!(claim(&SELLER, id, slot, &made));
		assert_noop!(Notary::clear_claim(signed(&ALICE), id, slot), Error::<Test>::BountyOpen);
		let last = Bounties::<Test>::get(id).unwrap().until - 1;
		while Notary::first_disputable() <= last {
			assert_noop!(Notary::close_bounty(signed(&ALICE), id), Error::<Test>::BountyOpen);
			next_window();
		}
		assert_ok!(Notary::close_bounty(signed(&ALICE), id));
		assert_eq!((total(&BOB), held(HoldReason::Bounty, &BOB)), (before - 100, 0));
		assert_noop!(Notary::close_bounty(signed(&ALICE), id), Error::<Test>::BountyNotFound);
		check();
		assert_ok!(Notary::clear_claim(signed(&ALICE), id, slot));
		assert_noop!(Notary::clear_claim(signed(&ALICE), id, slot), Error::<Test>::ClaimNotFound);
		assert_eq!(BountyClaims::<Test>::iter().count(), 0);
	});
}

#[test]
fn who_gets_a_slot_after_another_should_claim_for_itself() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		let id = open(100, 10_000);
		next_window();
		let made = commit(&[slot]);
		assert_ok!(claim(&SELLER, id, slot, &made));
		assert_ok!(Notary::resign(signed(&SELLER), NOTARY, slot));
		advance_windows(RETENTION + 1);
		assert_eq!(attest(&RIVAL, 20), slot);
		let made = commit(&[slot]);
		let before = held(HoldReason::Record, &SELLER);
		assert_ok!(claim(&RIVAL, id, slot, &made));
		assert_eq!(held(HoldReason::Record, &SELLER), before - RECORD_DEPOSIT);
		assert_eq!(BountyClaims::<Test>::get(id, slot).unwrap().operator, RIVAL);
	});
}

#[test]
fn a_notary_that_lists_more_than_it_counts_should_get_no_more_than_there_is() {
	execute(|| {
		let (one, two) = (attest(&SELLER, 20), attest(&RIVAL, 20));
		let id = open(100, 200);
		next_window();
		end_window();
		let made = made(&[one, two]);
		let signed_ = made.altered(|commitment| commitment.present = 1);
		assert_ok!(Notary::commit(signed(&ALICE), signed_));
		for (who, slot) in [(SELLER, one), (RIVAL, two)] {
			assert_noop!(claim(&who, id, slot, &made), Error::<Test>::InvalidProof);
		}
	});
}

#[test]
fn who_puts_up_a_bounty_should_be_able_to_claim_of_it() {
	execute(|| {
		let slot = attest(&SELLER, 20);
		assert_ok!(Notary::open_bounty(signed(&SELLER), NOTARY, 100, 1_000));
		next_window();
		let made = commit(&[slot]);
		assert_ok!(claim(&SELLER, 0, slot, &made));
		assert_eq!(held(HoldReason::Bounty, &SELLER), 900);
	});
}
