//! Filters, compared with plain ones.

use super::*;
use crate::{
	filter::{build, correct, Epsilon, Filter},
	Error, Header, Kind, Limits, Presence, HEADER_BYTES, MAX_UNIVERSE,
};

pub(super) const FILTERS: [Kind; 5] = [Kind::Bloom, Kind::Xor, Kind::Fuse, Kind::Cuckoo, Kind::Ribbon];

fn epsilon(n: u32) -> Epsilon {
	Epsilon::one_in(n).unwrap()
}

fn read(bytes: &[u8]) -> Filter<'_> {
	Filter::decode(bytes, &Limits::default()).unwrap()
}

fn refusal(bytes: &[u8]) -> Error {
	Filter::decode(bytes, &Limits::default()).map(|_| ()).unwrap_err()
}

/// A filter at one in a thousand of the first `keys` slots of `universe`.
fn built(kind: Kind, keys: u32, universe: u32) -> Vec<u8> {
	build(kind, CONTEXT, universe, epsilon(1_000), 0, &ids(0..keys)).unwrap()
}

#[test]
fn a_thousandth_takes_ten_bits() {
	assert_eq!(epsilon(1_000).bits(), 10);
	assert_eq!(epsilon(1_024).bits(), 10);
	assert_eq!(epsilon(1_025).bits(), 11);
	assert_eq!(Epsilon::from_parts(1).unwrap().bits(), 32);
	assert_eq!(Epsilon::from_parts(1 << 28).unwrap().bits(), 4);
	assert_eq!(Epsilon::from_parts((1 << 28) + 1), None);
	assert_eq!(Epsilon::from_parts(0), None);
	assert_eq!([0, 1, 15].map(Epsilon::one_in), [None; 3]);
	assert_eq!(epsilon(16).parts(), 1 << 28);
	assert_eq!(epsilon(u32::MAX).parts(), 1);
}

#[test]
fn a_ribbon_of_2700_offers_at_a_thousandth_takes_3560_bytes_at_the_most() {
	for window in 0..10 {
		let context = Context { window, ..CONTEXT };
		let bytes = build(Kind::Ribbon, context, 3_000, epsilon(1_000), 0, &ids(0..2_700)).unwrap();
		assert!(bytes.len() - HEADER_BYTES <= 3_560, "{} bytes", bytes.len());
	}
}

#[test]
fn a_bloom_filter_takes_what_the_formula_says() {
	let bits = (built(Kind::Bloom, 2_700, 3_000).len() - HEADER_BYTES) as f64 * 8.0 / 2_700.0;
	assert!((14.38 * 0.99..=14.38 * 1.01).contains(&bits), "{bits} bits a key");
	assert_eq!(read(&built(Kind::Bloom, 2_700, 3_000)).header().bits(), Some(10));
}

#[test]
fn the_others_take_what_their_papers_say() {
	let bits = |kind, keys| (built(kind, keys, keys).len() - HEADER_BYTES) as f64 * 8.0 / f64::from(keys);
	assert!(bits(Kind::Xor, 100_000) <= 1.235 * 10.0);
	assert!(bits(Kind::Fuse, 100_000) <= 1.13 * 10.0);
	assert!(bits(Kind::Cuckoo, 100_000) <= 1.05 * 13.0);
	assert!(bits(Kind::Ribbon, 100_000) <= 1.03 * 10.0);
}

#[test]
fn a_filter_errs_no_more_than_it_may() {
	for kind in FILTERS {
		for one_in in [16, 60, 64] {
			let keys = 3_000;
			let bytes = build(kind, CONTEXT, keys, epsilon(one_in), 0, &ids(0..keys)).unwrap();
			let filter = read(&bytes);
			let absent = 300_000;
			let wrong = (keys..keys + absent).filter(|slot| filter.contains(&id(*slot))).count() as f64;
			let rate = wrong / f64::from(absent) * f64::from(one_in);
			assert!(rate <= 1.1, "{kind:?} errs {rate} times as often as one in {one_in}");
			// A filter that is right more often than it need be wastes space.
			assert!(rate >= 0.8, "{kind:?} errs {rate} times as often as one in {one_in}");
		}
	}
}

#[test]
fn a_filter_of_no_offers_contains_none() {
	for kind in FILTERS {
		let bytes = built(kind, 0, 100);
		assert!(bytes.len() <= HEADER_BYTES + 2);
		assert!((0..1_000).all(|slot| !read(&bytes).contains(&id(slot))), "{kind:?}");
	}
}

#[test]
fn an_offer_named_twice_counts_once_in_any_order() {
	for kind in FILTERS {
		let once = built(kind, 500, 500);
		let twice = ids((0..500).rev().chain(0..500));
		assert_eq!(build(kind, CONTEXT, 500, epsilon(1_000), 0, &twice).unwrap(), once);
	}
}

#[test]
fn filters_of_different_headers_err_on_different_offers() {
	for kind in FILTERS {
		let wrong = |context, universe, salt| -> BTreeSet<u32> {
			let bytes = build(kind, context, universe, epsilon(64), salt, &ids(0..500)).unwrap();
			(500..20_500).filter(|slot| read(&bytes).contains(&id(*slot))).collect()
		};
		let one = wrong(CONTEXT, 500, 0);
		let others = [
			wrong(Context { window: CONTEXT.window + 1, ..CONTEXT }, 500, 0),
			wrong(Context { base_block: CONTEXT.base_block + 1, ..CONTEXT }, 500, 0),
			wrong(CONTEXT, 501, 0),
			wrong(CONTEXT, 500, 300),
		];
		for other in others {
			// About 300 each; one in 64 of those by chance.
			assert!(one.intersection(&other).count() < 30, "{kind:?}");
			assert!(one.len() > 200 && other.len() > 200);
		}
	}
}

#[test]
fn a_slot_past_the_universe_is_not_covered_by_a_filter() {
	for kind in FILTERS {
		let plain = built(kind, 90, 100);
		let corrected = correct(&plain, &ids(0..100), &SlotSet::from_slots(100, 0..90).unwrap()).unwrap();
		for bytes in [plain, corrected] {
			assert_eq!(read(&bytes).presence(5, &id(5)), Presence::Present);
			assert_eq!(read(&bytes).presence(100, &id(5)), Presence::NotCovered);
			assert_eq!(read(&bytes).presence(u32::MAX, &id(5)), Presence::NotCovered);
		}
	}
}

#[test]
fn more_offers_than_slots_can_be_are_refused() {
	let universe = MAX_UNIVERSE + 1;
	assert_eq!(build(Kind::Bloom, CONTEXT, universe, epsilon(16), 0, &[]), Err(Error::UniverseTooLarge));
}

#[test]
fn exact_kinds_and_corrected_ones_are_not_built() {
	for kind in Kind::ALL.into_iter().filter(|kind| !FILTERS.contains(kind)) {
		assert_eq!(build(kind, CONTEXT, 9, epsilon(16), 0, &ids(0..3)), Err(Error::WrongKind));
	}
	let exact = crate::exact::choose(CONTEXT, &random(9, 4, 0), None).unwrap();
	assert_eq!(refusal(&exact), Error::WrongKind);
}

#[test]
fn the_salt_of_a_filter_begins_where_it_is_told_and_goes_round() {
	for kind in FILTERS {
		for salt in [0, 7_000, u16::MAX] {
			let bytes = build(kind, CONTEXT, 100, epsilon(1_000), salt, &ids(0..100)).unwrap();
			assert!(read(&bytes).header().salt().unwrap().wrapping_sub(salt) < 64);
			assert!((0..100).all(|slot| read(&bytes).contains(&id(slot))));
		}
	}
}

#[test]
fn bits_out_of_range_are_refused() {
	for kind in FILTERS {
		let mut bytes = built(kind, 0, 100);
		for bits in (0..4).chain(33..=255) {
			bytes[13] = bits;
			assert_eq!(refusal(&bytes), Error::ParameterOutOfRange);
		}
	}
}

#[test]
fn segments_longer_than_their_hash_are_refused() {
	let mut bytes = built(Kind::Fuse, 100, 100);
	bytes[HEADER_BYTES] = 22;
	assert_eq!(refusal(&bytes), Error::ParameterOutOfRange);
}

#[test]
fn no_segments_have_no_length() {
	let mut bytes = built(Kind::Fuse, 0, 100);
	assert_eq!(bytes[HEADER_BYTES..], [0, 0]);
	bytes[HEADER_BYTES] = 2;
	assert_eq!(refusal(&bytes), Error::NonCanonical);
}

#[test]
fn a_bucket_out_of_order_is_refused() {
	// One bucket of three keys: entries of 7 bits, of which the first is empty.
	let bytes = build(Kind::Cuckoo, CONTEXT, 9, epsilon(16), 0, &ids(0..3)).unwrap();
	let (head, entries) = bytes.split_at(HEADER_BYTES + 1);
	let number = entries.iter().rev().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
	assert_eq!(number & 0x7f, 0);
	let rotated = number >> 7 | number << 21 & 0x0fff_ffff;
	assert_eq!(refusal(&[head, &rotated.to_le_bytes()].concat()), Error::NonCanonical);
}

#[test]
fn bits_behind_the_last_entry_are_refused() {
	for kind in FILTERS {
		let mut refused = 0;
		for keys in 5..25 {
			let mut bytes =
				build(kind, CONTEXT, 100, Epsilon::from_parts(1 << 21).unwrap(), 0, &ids(0..keys)).unwrap();
			*bytes.last_mut().unwrap() ^= 0x80;
			match Filter::decode(&bytes, &Limits::default()) {
				Err(error) => {
					assert_eq!(error, Error::NonCanonical);
					refused += 1;
				}
				// The last entry ends with the last byte, or its bucket is still in order.
				Ok(filter) => assert_eq!(filter.to_bytes(), bytes),
			}
		}
		assert!(refused > 0, "{kind:?}");
	}
}

#[test]
fn a_filter_past_the_readers_limits_is_refused() {
	let bytes = built(Kind::Ribbon, 90, 100);
	let limits = |max_universe, max_bytes| Limits { max_universe, max_bytes };
	let read = |limits| Filter::decode(&bytes, &limits).map(|_| ());
	assert_eq!(read(limits(100, bytes.len())), Ok(()));
	assert_eq!(read(limits(99, bytes.len())), Err(Error::UniverseTooLarge));
	assert_eq!(read(limits(100, bytes.len() - 1)), Err(Error::TooManyBytes));
}

#[test]
fn corrections_are_for_the_universe_of_the_filter() {
	let present = SlotSet::from_slots(100, 0..90).unwrap();
	for kind in FILTERS {
		let plain = built(kind, 90, 100);
		assert_eq!(correct(&plain, &ids(0..99), &present), Err(Error::WrongIds));
		assert_eq!(correct(&plain, &ids(0..100), &present.resized(99).unwrap()), Err(Error::WrongIds));
		// One that is not in the filter.
		assert_eq!(correct(&plain, &ids((0..50).chain(1_050..1_100)), &present), Err(Error::WrongIds));
		let corrected = correct(&plain, &ids(0..100), &present).unwrap();
		assert_eq!(correct(&corrected, &ids(0..100), &present), Err(Error::WrongKind));
	}
}

#[test]
fn more_corrections_than_slots_are_refused() {
	let present = SlotSet::from_slots(10, 0..9).unwrap();
	let mut bytes = correct(&built(Kind::Ribbon, 9, 10), &ids(0..10), &present).unwrap();
	assert_eq!(bytes[HEADER_BYTES], 0);
	bytes[HEADER_BYTES] = 11 << 2;
	assert_eq!(refusal(&bytes), Error::WrongCount);
}

#[test]
fn logarithms_are_right_to_nine_places() {
	use crate::filter::log2;
	let unit = (1u64 << 32) as f64;
	for number in (1..5_000u64).chain((12..64).map(|bits| (1 << bits) + 12_345)).chain([u64::MAX]) {
		let real = log2(number) as f64 / unit;
		assert!((real - (number as f64).log2()).abs() < 2e-9, "log2 {number} = {real}");
	}
	assert_eq!([log2(0), log2(1), log2(1 << 63)], [0, 0, 63 << 32]);
}

#[test]
fn the_hash_is_siphash_2_4() {
	// The example of the paper's appendix.
	let counting: Vec<u8> = (0..16).collect();
	let key: [u8; 16] = counting.clone().try_into().unwrap();
	assert_eq!(model::siphash(&key, &counting[..15]), 0xa129_ca61_49be_45e5);
	// The header is the key: the model's filters agree with the real ones, which is tested below.
	assert_eq!(Header::filter(Kind::Xor, CONTEXT, 5, 10, 3).to_bytes().len(), key.len());
}

/// Numbers of keys, small ones more often than not, and rates.
fn dimensions() -> impl Strategy<Value = (u32, Epsilon)> {
	let keys = prop_oneof![0u32..20, 0u32..150, 0u32..3_000];
	(keys, 0u32..=28, any::<u32>()).prop_map(|(keys, bits, more)| {
		let parts = ((1 << bits) + (more & ((1 << bits) - 1))).min(1 << 28);
		(keys, Epsilon::from_parts(parts).unwrap())
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn a_filter_contains_every_offer_that_is_present((keys, epsilon) in dimensions(), window: u32) {
		for kind in FILTERS {
			let context = Context { window, ..CONTEXT };
			let bytes = build(kind, context, keys, epsilon, 0, &ids(0..keys)).unwrap();
			let filter = read(&bytes);
			prop_assert!((0..keys).all(|slot| filter.contains(&id(slot))), "{:?}", kind);
			prop_assert_eq!(filter.to_bytes(), bytes);
		}
	}

	#[test]
	fn a_filter_says_what_the_model_reads_from_its_bytes((keys, epsilon) in dimensions(), window: u32) {
		for kind in FILTERS {
			let context = Context { window, ..CONTEXT };
			let bytes = build(kind, context, keys, epsilon, 0, &ids(0..keys)).unwrap();
			let filter = read(&bytes);
			for slot in (keys.saturating_sub(20)..keys + 20).chain([u32::MAX]) {
				prop_assert_eq!(filter.contains(&id(slot)), model::contains(&bytes, &id(slot)), "{:?} {}", kind, slot);
			}
		}
	}

	#[test]
	fn a_corrected_filter_is_right_about_every_slot(set in sets(), one_in in 16u32..1_000) {
		let universe = set.universe();
		for kind in FILTERS {
			let plain = build(kind, CONTEXT, universe, epsilon(one_in), 0, &ids(set.iter())).unwrap();
			let bytes = correct(&plain, &ids(0..universe), &set).unwrap();
			let (plain, filter) = (read(&plain), read(&bytes));
			prop_assert_eq!(filter.header().kind, kind.corrected());
			let corrections = filter.corrections().unwrap();
			for slot in 0..universe {
				prop_assert_eq!(filter.presence(slot, &id(slot)), set.presence(slot));
				prop_assert_eq!(filter.contains(&id(slot)), plain.contains(&id(slot)));
				prop_assert_eq!(corrections.contains(slot), plain.contains(&id(slot)) && !set.contains(slot));
			}
			prop_assert_eq!(filter.to_bytes(), bytes);
		}
	}

	#[test]
	fn every_truncation_of_a_filter_and_every_byte_behind_it_is_refused(
		(set, _) in sets_and_models(), one_in in 16u32..1_000, more: u8,
	) {
		for kind in FILTERS {
			let plain = build(kind, CONTEXT, set.universe(), epsilon(one_in), 0, &ids(set.iter())).unwrap();
			let corrected = correct(&plain, &ids(0..set.universe()), &set).unwrap();
			for mut bytes in [plain, corrected] {
				for end in 0..bytes.len() {
					prop_assert_eq!(refusal(&bytes[..end]), Error::Truncated, "{:?} up to {}", kind, end);
				}
				bytes.push(more);
				prop_assert_eq!(refusal(&bytes), Error::TrailingBytes);
			}
		}
	}
}
