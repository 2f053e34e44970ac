use crate::{mock::*, Call, Error, Event, Publications, Records, Snapshots};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use surety_presence::{
	message::{SignedCommitment, Snapshot},
	publication::Mismatch,
	Kind, SlotSet,
};
use surety_primitives::notary::PublicationMode;

fn invalid(reason: InvalidTransaction) -> TransactionValidityError {
	TransactionValidityError::Invalid(reason)
}

fn commit_call(signed: &SignedCommitment) -> Call<Test> {
	Call::commit { signed: signed.clone() }
}

fn publish_call(made: &Made) -> Call<Test> {
	Call::publish { signed: made.signed.clone(), bytes: made.bounded() }
}

#[test]
fn a_commitment_should_come_on_chain_free_of_charge_by_anybody() {
	execute(|| {
		let slot = attest(&SELLER, 5);
		let window = end_window();
		let made = made(&[slot]);
		assert_eq!(send(commit_call(&made.signed)), Ok(Ok(())));
		let record = Records::<Test>::get(window, NOTARY).unwrap();
		assert_eq!(record.commitment.as_ref(), Some(&made.signed.commitment));
		assert!(!record.published);
		let root = made.tree().root().into();
		assert_eq!(events().last(), Some(&Event::Committed { notary: NOTARY, window, present: 1, root }));
		assert_eq!(send(commit_call(&made.signed)), Err(invalid(InvalidTransaction::Stale)));
		assert_noop!(Notary::commit(signed(&ALICE), made.signed), Error::<Test>::AlreadyCommitted);
	});
}

#[test]
fn a_commitment_should_be_tagged_by_notary_and_window_and_live_until_it_is_too_late() {
	execute(|| {
		end_window();
		let (one, other) = (made(&[]), made_at(Notary::current_window() - 1, now() - 1, 0, &[]));
		let valid = validate(&commit_call(&one.signed)).unwrap();
		assert_eq!(valid.longevity, u64::from(GRACE - 1));
		let again = other.altered(|commitment| commitment.link = b"x".to_vec().try_into().unwrap());
		assert_eq!(validate(&commit_call(&again)).unwrap().provides, valid.provides);
		assert!(valid.requires.is_empty() && valid.propagate);
		next_window();
		advance(1);
		let later = made(&[]);
		assert_ne!(validate(&commit_call(&later.signed)).unwrap().provides, valid.provides);
	});
}

#[test]
fn a_commitment_should_be_refused_when_anything_about_it_is_wrong() {
	execute(|| {
		attest(&SELLER, 5);
		let early = made_at(Notary::current_window(), now() - 1, 1, &[]);
		let refused = |signed: SignedCommitment, error: Error<Test>, reason| {
			assert_eq!(send(commit_call(&signed)), Err(invalid(reason)));
			assert_noop!(Notary::commit(RuntimeOrigin::signed(ALICE), signed), error);
		};
		use InvalidTransaction::{BadProof, Future, Stale};
		refused(early.signed, Error::WindowNotOver, Future);
		let window = end_window();
		advance(1);
		let made = made(&[0]);
		let right = &made.signed;
		let end = Notary::end_of(window).unwrap();
		let alter = |alter: fn(&mut surety_presence::message::Commitment)| made.altered(alter);
		refused(alter(|c| c.genesis = [7; 32]), Error::WrongChain, InvalidTransaction::Call);
		refused(alter(|c| c.notary = [7; 32]), Error::NotaryNotFound, InvalidTransaction::Call);
		refused(alter(|c| c.universe = 2), Error::InvalidCommitment, InvalidTransaction::Call);
		refused(alter(|c| c.present = 2), Error::InvalidCommitment, InvalidTransaction::Call);
		refused(alter(|c| c.size = MAX_BYTES + 1), Error::InvalidCommitment, InvalidTransaction::Call);
		refused(alter(|c| c.kind = Kind::Ribbon), Error::InvalidCommitment, InvalidTransaction::Call);
		refused(alter(|c| c.kind = Kind::Delta), Error::InvalidCommitment, InvalidTransaction::Call);
		refused(alter(|c| c.earlier = Some([1; 32])), Error::InvalidCommitment, InvalidTransaction::Call);
		refused(made.altered(|c| c.base_block = end - 1), Error::InvalidBaseBlock, Future);
		refused(made.altered(|c| c.base_block = now()), Error::InvalidBaseBlock, Future);
		let by_other = sign_commitment(2, right.commitment.clone());
		refused(by_other, Error::InvalidSignature, BadProof);
		let mut unsigned = right.clone();
		unsigned.commitment.root[0] ^= 1;
		refused(unsigned, Error::InvalidSignature, BadProof);
		refused(made.altered(|c| c.window = window - 1), Error::TooLate, Stale);
		advance_to(end + GRACE);
		refused(right.clone(), Error::TooLate, Stale);
		advance_windows(RETENTION + 1);
		refused(right.clone(), Error::WindowTooOld, Stale);
	});
}

#[test]
fn a_commitment_should_come_in_the_last_block_in_which_it_is_due() {
	execute(|| {
		let window = end_window();
		advance_to(Notary::due(window).unwrap() - 1);
		assert_eq!(send(commit_call(&made(&[]).signed)), Ok(Ok(())));
	});
}

#[test]
fn a_notary_should_have_no_key_for_windows_before_it_was_one() {
	new_test_ext().execute_with(|| {
		prepare();
		register(&NOTARY, PublicationMode::Mixed);
		end_window();
		let signed = made(&[]).signed;
		assert_noop!(Notary::commit(RuntimeOrigin::signed(ALICE), signed), Error::<Test>::NoKey);
		check();
	});
}

#[test]
fn a_window_should_be_signed_with_the_key_that_counts_in_it() {
	execute(|| {
		assert_ok!(Notary::set_key(signed(&NOTARY), public(50), ownership(&NOTARY, 50)));
		end_window();
		let old = made(&[]);
		let new = sign_commitment(50, old.signed.commitment.clone());
		assert_noop!(Notary::commit(signed(&ALICE), new), Error::<Test>::InvalidSignature);
		assert_ok!(Notary::commit(signed(&ALICE), old.signed));
		end_window();
		let old = made(&[]);
		let new = sign_commitment(50, old.signed.commitment.clone());
		assert_noop!(Notary::commit(signed(&ALICE), old.signed), Error::<Test>::InvalidSignature);
		assert_ok!(Notary::commit(signed(&ALICE), new));
	});
}

#[test]
fn a_delta_should_be_committed_to_with_what_it_starts_from() {
	execute(|| {
		SlotLimit::set(MAX_SLOTS);
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 200);
		let set = SlotSet::from_slots(200, (0..200).filter(|slot| slot % 2 == 0)).unwrap();
		let window = end_window();
		let base = made_of(window, now() - 1, set.clone(), None);
		let mut next = set;
		next.remove(4);
		let delta = made_of(window + 1, now() + WINDOW - 1, next, Some((window, &base)));
		assert_eq!(delta.signed.commitment.kind, Kind::Delta);
		end_window();
		assert_ok!(Notary::commit(signed(&ALICE), delta.signed));
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 0);
	});
}

#[test]
fn a_publication_should_be_paid_for_by_the_byte_and_only_the_latest_kept() {
	execute_in(PublicationMode::Strict, || {
		let slot = attest(&SELLER, 20);
		for present in [&[slot][..], &[]] {
			let before = (free(&NOTARY), free(&TREASURY));
			let window = end_window();
			let made = made(present);
			let bytes = made.bytes.len() as u32;
			let price = Balance::from(bytes) * BYTE_PRICE;
			assert_eq!(send(publish_call(&made)), Ok(Ok(())));
			assert_eq!((free(&NOTARY), free(&TREASURY)), (before.0 - price, before.1 + price));
			assert_eq!(Publications::<Test>::get(NOTARY), Some((window, made.bounded())));
			let published = Event::Published { notary: NOTARY, window, bytes, price, mismatch: None };
			assert_eq!(events().last(), Some(&published));
			assert_eq!(send(publish_call(&made)), Err(invalid(InvalidTransaction::Stale)));
		}
		assert_eq!(Publications::<Test>::iter().count(), 1);
	});
}

use surety_primitives::Balance;

#[test]
fn bytes_that_are_not_those_that_were_signed_for_should_cost_nobody_anything() {
	execute_in(PublicationMode::Strict, || {
		end_window();
		let made = made(&[]);
		let mut other = made.clone();
		other.bytes.push(0);
		assert_eq!(send(publish_call(&other)), Err(invalid(InvalidTransaction::BadProof)));
		let call = Notary::publish(signed(&ALICE), made.signed.clone(), other.bounded());
		assert_noop!(call, Error::<Test>::WrongBytes);
		let longer = made.altered(|commitment| commitment.size += 1);
		let call = Notary::publish(signed(&ALICE), longer, made.bounded());
		assert_noop!(call, Error::<Test>::WrongBytes);
	});
}

#[test]
fn bytes_that_belie_what_was_signed_should_be_paid_for_once_and_not_kept() {
	execute_in(PublicationMode::Strict, || {
		let window = end_window();
		let mut wrong = made(&[]);
		wrong.signed = wrong.altered(|commitment| commitment.root = [7; 32]);
		assert_eq!(send(publish_call(&wrong)), Ok(Ok(())));
		assert_eq!(Publications::<Test>::get(NOTARY), None);
		let bytes = wrong.bytes.len() as u32;
		let price = Balance::from(bytes) * BYTE_PRICE;
		let mismatch = Some(Mismatch::Root);
		let published = Event::Published { notary: NOTARY, window, bytes, price, mismatch };
		assert_eq!(events().last(), Some(&published));
		assert_eq!(send(publish_call(&wrong)), Err(invalid(InvalidTransaction::Stale)));
	});
}

#[test]
fn a_notary_that_cannot_pay_for_its_bytes_should_not_publish_them() {
	execute_in(PublicationMode::Strict, || {
		end_window();
		let made = made(&[]);
		PriceOfByte::set(ENDOWMENT);
		assert_eq!(send(publish_call(&made)), Err(invalid(InvalidTransaction::Payment)));
		let call = Notary::publish(signed(&ALICE), made.signed.clone(), made.bounded());
		assert_noop!(call, Error::<Test>::CannotPay);
		PriceOfByte::set(0);
		assert_eq!(send(publish_call(&made)), Ok(Ok(())));
	});
}

#[test]
fn bytes_should_be_published_where_the_mode_of_the_window_says_so_and_nowhere_else() {
	execute_in(PublicationMode::Strict, || {
		assert_ok!(Notary::set_mode(signed(&NOTARY), PublicationMode::Mixed));
		end_window();
		let made_strict = made(&[]);
		let call = Notary::commit(signed(&ALICE), made_strict.signed.clone());
		assert_noop!(call, Error::<Test>::WrongMode);
		assert_ok!(Notary::publish(signed(&ALICE), made_strict.signed.clone(), made_strict.bounded()));
		end_window();
		let mixed = made(&[]);
		let call = Notary::publish(signed(&ALICE), mixed.signed.clone(), mixed.bounded());
		assert_noop!(call, Error::<Test>::WrongMode);
		assert_ok!(Notary::commit(signed(&ALICE), mixed.signed));
	});
}

#[test]
fn neither_call_should_be_taken_from_root() {
	execute(|| {
		end_window();
		let made = made(&[]);
		let call = Notary::commit(RuntimeOrigin::root(), made.signed);
		assert_noop!(call, sp_runtime::DispatchError::BadOrigin);
	});
}

#[test]
fn a_snapshot_should_be_newer_than_the_one_before_and_count_no_more_than_there_is() {
	execute(|| {
		attest(&SELLER, 5);
		let snapshot = Snapshot {
			base_block: now() - 1,
			log_leaves: 1,
			attestations: 1,
			bytes_hash: [3; 32],
			size: 100,
			link: Default::default(),
		};
		let commit = |who: &_, snapshot| Notary::commit_snapshot(signed(who), snapshot);
		assert_noop!(commit(&ALICE, snapshot.clone()), Error::<Test>::NotaryNotFound);
		let now = Snapshot { base_block: now(), ..snapshot.clone() };
		assert_noop!(commit(&NOTARY, now), Error::<Test>::StaleSnapshot);
		let longer = Snapshot { log_leaves: 2, ..snapshot.clone() };
		assert_noop!(commit(&NOTARY, longer), Error::<Test>::InvalidCommitment);
		let more = Snapshot { attestations: 2, ..snapshot.clone() };
		assert_noop!(commit(&NOTARY, more), Error::<Test>::InvalidCommitment);
		assert_ok!(commit(&NOTARY, snapshot.clone()));
		assert_eq!(Snapshots::<Test>::get(NOTARY), Some(snapshot.clone()));
		assert_noop!(commit(&NOTARY, snapshot), Error::<Test>::StaleSnapshot);
	});
}
