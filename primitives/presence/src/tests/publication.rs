use super::random;
use crate::{
	exact::Earlier,
	message::{Announcement, Commitment, KeyOwnership, Receipt, Signed},
	offchain::{decode_slots, encode_slots},
	publication::{judge, publish, Base, Mismatch, Verdict},
	Context, Error, Kind, Limits, SlotSet,
};
use proptest::prelude::*;
use sp_crypto_hashing::blake2_256;

const LIMITS: Limits = Limits { max_universe: 1 << 16, max_bytes: 1 << 16 };

fn at(window: u32) -> Context {
	Context { base_block: 10 * window + 3, window }
}

fn published(set: &SlotSet, window: u32, base: Option<Base>) -> (Vec<u8>, Commitment) {
	publish([1; 32], [2; 32], at(window), set, base, b"https://there".to_vec().try_into().unwrap()).unwrap()
}

/// A set of 1,000 with its publication, and one slot fewer in the next window, as a delta.
fn delta() -> (Vec<u8>, Vec<u8>, Commitment) {
	let set = random(10_000, 5_000, 1);
	let (base, _) = published(&set, 7, None);
	let mut next = set.clone();
	next.remove(set.iter().next().unwrap());
	let earlier = Earlier { window: 7, set: &set };
	let (bytes, commitment) = published(&next, 8, Some(Base { bytes: &base, earlier }));
	(base, bytes, commitment)
}

proptest! {
	#[test]
	fn what_is_published_is_what_was_committed_to(universe in 0u32..500, seed in any::<u64>(), part in 0u32..=100) {
		let set = random(universe, universe * part / 100, seed);
		let (bytes, commitment) = published(&set, 9, None);
		prop_assert_eq!(judge(&commitment, &bytes, None, &LIMITS), Verdict::Matches(set));
		prop_assert_eq!(commitment.earlier, None);
	}

	#[test]
	fn slots_that_ascend_survive_the_blob(universe in 0u32..500, seed in any::<u64>()) {
		let set = random(universe, universe / 2, seed);
		let blob = encode_slots(set.iter());
		prop_assert_eq!(decode_slots(&blob).unwrap().collect::<Vec<_>>(), set.iter().collect::<Vec<_>>());
	}
}

#[test]
fn a_blob_of_slots_that_are_cut_off_or_do_not_ascend_is_refused() {
	assert_eq!(decode_slots(&[1, 0, 0]).err(), Some(Error::Truncated));
	assert_eq!(decode_slots(&encode_slots([3, 3])).err(), Some(Error::NonCanonical));
	assert_eq!(decode_slots(&encode_slots([4, 3])).err(), Some(Error::NonCanonical));
}

#[test]
fn a_delta_is_judged_with_the_bytes_it_starts_from() {
	let (base, bytes, commitment) = delta();
	assert_eq!(commitment.kind, Kind::Delta);
	assert_eq!(commitment.earlier, Some(blake2_256(&base)));
	assert!(
		matches!(judge(&commitment, &bytes, Some(&base), &LIMITS), Verdict::Matches(set) if set.len() == 4_999)
	);
	assert_eq!(judge(&commitment, &bytes, None, &LIMITS), Verdict::OtherBytes);
	assert_eq!(judge(&commitment, &bytes, Some(&bytes), &LIMITS), Verdict::OtherBytes);
}

#[test]
fn a_delta_that_starts_from_a_delta_or_nothing_is_a_mismatch() {
	let (_, bytes, commitment) = delta();
	let on_delta = Commitment { earlier: Some(blake2_256(&bytes)), ..commitment.clone() };
	assert_eq!(judge(&on_delta, &bytes, Some(&bytes), &LIMITS), Verdict::Mismatch(Mismatch::Earlier));
	let on_nothing = Commitment { earlier: None, ..commitment };
	assert_eq!(judge(&on_nothing, &bytes, None, &LIMITS), Verdict::Mismatch(Mismatch::Earlier));
}

#[test]
fn other_bytes_say_nothing_of_a_commitment() {
	let (bytes, commitment) = published(&random(100, 30, 1), 9, None);
	assert_eq!(judge(&commitment, &bytes[1..], None, &LIMITS), Verdict::OtherBytes);
}

#[test]
fn every_field_that_the_bytes_belie_is_found() {
	let set = random(100, 30, 1);
	let (bytes, right) = published(&set, 9, None);
	let wrong = |commitment: Commitment| judge(&commitment, &bytes, None, &LIMITS);
	let mismatch = Verdict::Mismatch;
	assert_eq!(wrong(Commitment { size: right.size + 1, ..right.clone() }), mismatch(Mismatch::Size));
	assert_eq!(wrong(Commitment { window: 10, ..right.clone() }), mismatch(Mismatch::Header));
	assert_eq!(wrong(Commitment { base_block: 1, ..right.clone() }), mismatch(Mismatch::Header));
	assert_eq!(wrong(Commitment { universe: 101, ..right.clone() }), mismatch(Mismatch::Header));
	assert_eq!(wrong(Commitment { present: 31, ..right.clone() }), mismatch(Mismatch::Header));
	assert_eq!(wrong(Commitment { kind: Kind::Bloom, ..right.clone() }), mismatch(Mismatch::Header));
	assert_eq!(wrong(Commitment { root: [9; 32], ..right.clone() }), mismatch(Mismatch::Root));
	let small = Limits { max_bytes: bytes.len() - 1, ..LIMITS };
	assert_eq!(judge(&right, &bytes, None, &small), mismatch(Mismatch::Size));
	let garbage = [7; 40];
	let of_garbage = Commitment { bytes_hash: blake2_256(&garbage), size: 40, ..right.clone() };
	assert_eq!(judge(&of_garbage, &garbage, None, &LIMITS), mismatch(Mismatch::Bytes));
	let mut cut = bytes.clone();
	cut.pop();
	let of_cut = Commitment { bytes_hash: blake2_256(&cut), size: cut.len() as u32, ..right };
	assert_eq!(judge(&of_cut, &cut, None, &LIMITS), mismatch(Mismatch::Bytes));
}

#[test]
fn no_kind_of_message_can_be_taken_for_another() {
	let announcement = Announcement { genesis: [1; 32], notary: [2; 32], slot: 3, generation: 4, window: 5 };
	let ownership = KeyOwnership { genesis: [1; 32], notary: [2; 32] };
	let (_, commitment) = published(&random(10, 5, 1), 9, None);
	let payloads = [
		announcement.payload(),
		Receipt { announcement }.payload(),
		ownership.payload(),
		commitment.payload(),
	];
	for (a, first) in payloads.iter().enumerate() {
		for (b, second) in payloads.iter().enumerate() {
			assert_eq!(first.starts_with(second), a == b);
		}
	}
	let expected = [
		&b"surety/presence/announcement/1"[..],
		&[1; 32],
		&[2; 32],
		&3u32.to_le_bytes(),
		&4u32.to_le_bytes(),
		&5u32.to_le_bytes(),
	];
	assert_eq!(announcement.payload(), expected.concat());
}
