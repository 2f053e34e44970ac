//! Exact codecs, compared with plain ones.

use super::*;
use crate::{
	exact::{choose, decode, earlier_window, encode, payload_bytes, Earlier},
	Error, Header, Kind, Limits, HEADER_BYTES, MAX_UNIVERSE,
};

const EXACT: [Kind; 3] = [Kind::Raw, Kind::Rice, Kind::Range];

fn payload(kind: Kind, set: &SlotSet) -> Vec<u8> {
	encode(kind, CONTEXT, set, None).unwrap()[HEADER_BYTES..].to_vec()
}

fn read(bytes: &[u8]) -> Result<SlotSet, Error> {
	decode(bytes, &Limits::default(), None).map(|(_, set)| set)
}

/// log₂ C(universe, present) in bytes.
fn bound(universe: u32, present: u32) -> f64 {
	model::log2_binomial(universe, present) / 8.0
}

/// An earlier set of the window before.
fn before(set: &SlotSet) -> Option<Earlier<'_>> {
	Some(Earlier { window: CONTEXT.window - 1, set })
}

#[test]
fn a_header_takes_sixteen_bytes_that_are_its_scale_encoding() {
	use codec::{Encode, MaxEncodedLen};
	assert_eq!(HEADER_BYTES, 16);
	assert_eq!(Header::max_encoded_len(), HEADER_BYTES);
	for kind in Kind::ALL {
		let header = Header { kind, base_block: 1, universe: 0x0a0b_0c0d, window: 3, parameters: [4, 5, 6] };
		assert_eq!(header.encode(), header.to_bytes());
		assert_eq!(header.to_bytes()[..5], [kind.number(), 1, 0, 0, 0]);
	}
}

#[test]
fn a_header_counts_the_slots_that_are_present() {
	let set = random(70_000, 66_000, 1);
	for kind in EXACT {
		let (header, _) =
			decode(&encode(kind, CONTEXT, &set, None).unwrap(), &Limits::default(), None).unwrap();
		assert_eq!((header.kind, header.present(), header.universe), (kind, Some(66_000), 70_000));
		assert_eq!((header.base_block, header.window), (CONTEXT.base_block, CONTEXT.window));
	}
}

#[test]
fn the_sizes_to_reach_are_reached_for_every_seed() {
	for seed in 0..100 {
		for (present, universe, most) in [(2_700, 3_000, 181), (2_700, 10_000, 1_085)] {
			let bytes = choose(CONTEXT, &random(universe, present, seed), None).unwrap().len() - HEADER_BYTES;
			assert!(bytes <= most, "{present} of {universe} took {bytes} bytes with seed {seed}");
		}
	}
	let set = random(1_200_000, 1_000_000, 7);
	assert!(choose(CONTEXT, &set, None).unwrap().len() - HEADER_BYTES <= 100_500);
}

#[test]
fn nothing_is_written_where_the_count_says_it_all() {
	for universe in [0, 1, 2, 63, 64, 65, 1_000_000] {
		for set in [SlotSet::new(universe).unwrap(), SlotSet::full(universe).unwrap()] {
			assert_eq!(payload(Kind::Rice, &set), []);
			assert_eq!(payload(Kind::Range, &set), []);
			assert_eq!(read(&choose(CONTEXT, &set, None).unwrap()), Ok(set));
		}
	}
}

#[test]
fn a_raw_bitmap_is_chosen_over_others_that_are_as_small() {
	let set = random(8, 4, 0);
	assert_eq!(choose(CONTEXT, &set, None).unwrap()[0], Kind::Raw.number());
	assert_eq!(payload(Kind::Range, &set).len(), 1);
}

#[test]
fn the_largest_universe_is_encoded_and_decoded() {
	for present in [0, 1, 10, MAX_UNIVERSE / 3, MAX_UNIVERSE - 1, MAX_UNIVERSE] {
		let set = random(MAX_UNIVERSE, present, 5);
		let bytes = choose(CONTEXT, &set, None).unwrap();
		assert!(read(&bytes).unwrap() == set, "{present} come back");
		if present == 10 {
			let bound = bound(MAX_UNIVERSE, present);
			assert!(bytes.len() as f64 <= bound + 17.0, "{} bytes for {bound}", bytes.len());
		}
	}
}

#[test]
fn a_slot_beyond_those_counted_is_refused() {
	let mut bytes = encode(Kind::Raw, CONTEXT, &random(80, 40, 0), None).unwrap();
	let byte = bytes.iter().skip(HEADER_BYTES).position(|byte| *byte != 0xff).unwrap();
	bytes[HEADER_BYTES + byte] = 0xff;
	assert_eq!(read(&bytes), Err(Error::WrongCount));
}

#[test]
fn more_present_than_there_are_slots_is_refused() {
	for kind in EXACT {
		let header = Header { kind, base_block: 0, universe: 9, window: 0, parameters: [10, 0, 0] };
		assert_eq!(read(&header.to_bytes()), Err(Error::WrongCount));
	}
}

#[test]
fn a_universe_past_the_readers_limit_is_refused() {
	let bytes = encode(Kind::Range, CONTEXT, &random(1_000, 10, 0), None).unwrap();
	let limits = |max_universe, max_bytes| Limits { max_universe, max_bytes };
	assert!(decode(&bytes, &limits(1_000, bytes.len()), None).is_ok());
	assert_eq!(decode(&bytes, &limits(999, bytes.len()), None).unwrap_err(), Error::UniverseTooLarge);
	assert_eq!(decode(&bytes, &limits(1_000, bytes.len() - 1), None).unwrap_err(), Error::TooManyBytes);
	// Whatever the reader allows: three bytes count no more.
	let header = Header {
		kind: Kind::Range,
		base_block: 0,
		universe: MAX_UNIVERSE + 1,
		window: 0,
		parameters: [0; 3],
	};
	let all = limits(u32::MAX, usize::MAX);
	assert_eq!(decode(&header.to_bytes(), &all, None).unwrap_err(), Error::UniverseTooLarge);
}

#[test]
fn an_unknown_kind_is_refused() {
	let mut bytes = encode(Kind::Raw, CONTEXT, &random(10, 5, 0), None).unwrap();
	let known = Kind::ALL.map(Kind::number);
	for number in (0..=255).filter(|number| !known.contains(number)) {
		bytes[0] = number;
		assert_eq!(read(&bytes), Err(Error::UnknownKind));
	}
	for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_exact()) {
		bytes[0] = kind.number();
		assert_eq!(read(&bytes), Err(Error::WrongKind));
		assert_eq!(encode(kind, CONTEXT, &random(10, 5, 0), None), Err(Error::WrongKind));
	}
}

#[test]
fn a_bit_past_the_universe_is_refused() {
	let mut bytes = encode(Kind::Raw, CONTEXT, &random(13, 5, 0), None).unwrap();
	*bytes.last_mut().unwrap() |= 0x80;
	assert_eq!(read(&bytes), Err(Error::NonCanonical));
}

#[test]
fn a_rice_parameter_that_is_not_the_best_is_refused() {
	// Slots 0 and 2 of 9, with k = 1 instead of 0: the gaps 0 and 1, each a clear bit and a remainder.
	let header = encode(Kind::Rice, CONTEXT, &SlotSet::from_slots(9, [0, 2]).unwrap(), None).unwrap();
	assert_eq!(header[HEADER_BYTES..], [0, 0b010]);
	let worse = [&header[..HEADER_BYTES], &[1, 0b1000]].concat();
	assert_eq!(read(&worse), Err(Error::NonCanonical));
	let outside = [&header[..HEADER_BYTES], &[25, 0b1000]].concat();
	assert_eq!(read(&outside), Err(Error::ParameterOutOfRange));
}

#[test]
fn a_rice_gap_past_the_universe_is_refused() {
	let header = encode(Kind::Rice, CONTEXT, &SlotSet::from_slots(9, [0, 2]).unwrap(), None).unwrap();
	let past = [&header[..HEADER_BYTES], &[0, 0xff, 0xff, 0]].concat();
	assert_eq!(read(&past), Err(Error::SlotPastUniverse));
}

#[test]
fn a_delta_needs_the_set_it_starts_from() {
	let (old, new) = (random(100, 50, 0), random(100, 51, 1));
	assert_eq!(encode(Kind::Delta, CONTEXT, &new, None), Err(Error::EarlierMissing));
	let bytes = encode(Kind::Delta, CONTEXT, &new, before(&old)).unwrap();
	assert_eq!(earlier_window(&bytes, &Limits::default()), Ok(Some(CONTEXT.window - 1)));
	assert_eq!(read(&bytes), Err(Error::EarlierMissing));
	let wrong = Some(Earlier { window: CONTEXT.window - 2, set: &old });
	assert_eq!(decode(&bytes, &Limits::default(), wrong).unwrap_err(), Error::EarlierMismatch);
	assert_eq!(decode(&bytes, &Limits::default(), before(&old)).unwrap().1, new);
	for window in [CONTEXT.window, CONTEXT.window + 1] {
		let later = Some(Earlier { window, set: &old });
		assert_eq!(encode(Kind::Delta, CONTEXT, &new, later), Err(Error::EarlierMismatch));
		assert_eq!(choose(CONTEXT, &new, later), Err(Error::EarlierMismatch));
	}
}

#[test]
fn a_delta_that_starts_from_its_own_window_or_a_later_one_is_refused() {
	let set = random(100, 50, 0);
	let mut bytes = encode(Kind::Delta, CONTEXT, &set, before(&set)).unwrap();
	bytes[HEADER_BYTES] = 0;
	assert_eq!(earlier_window(&bytes, &Limits::default()), Err(Error::ParameterOutOfRange));
	bytes[HEADER_BYTES] = 63 << 2;
	bytes[9..13].copy_from_slice(&62u32.to_le_bytes());
	assert_eq!(earlier_window(&bytes, &Limits::default()), Err(Error::ParameterOutOfRange));
}

#[test]
fn a_distance_that_is_not_compact_is_refused() {
	let set = random(100, 50, 0);
	let bytes = encode(Kind::Delta, CONTEXT, &set, before(&set)).unwrap();
	// One, in two bytes, in four, and in five.
	for long in [&[0b101, 0][..], &[0b110, 0, 0, 0], &[0b11, 1, 0, 0, 0]] {
		let bytes = [&bytes[..HEADER_BYTES], long, &bytes[HEADER_BYTES + 1..]].concat();
		assert_eq!(decode(&bytes, &Limits::default(), before(&set)).unwrap_err(), Error::NonCanonical);
		for end in HEADER_BYTES..HEADER_BYTES + long.len() {
			assert_eq!(earlier_window(&bytes[..end], &Limits::default()), Err(Error::Truncated));
		}
	}
}

#[test]
fn a_delta_is_known_to_be_one_without_reading_it() {
	let set = random(100, 50, 0);
	for kind in EXACT {
		let bytes = encode(kind, CONTEXT, &set, None).unwrap();
		assert_eq!(earlier_window(&bytes, &Limits::default()), Ok(None));
	}
}

#[test]
fn a_delta_reaches_from_window_zero_to_the_last() {
	let (old, new) = (random(100, 50, 0), random(100, 51, 1));
	let context = Context { window: u32::MAX, ..CONTEXT };
	let earlier = Some(Earlier { window: 0, set: &old });
	let bytes = encode(Kind::Delta, context, &new, earlier).unwrap();
	assert_eq!(decode(&bytes, &Limits::default(), earlier).unwrap().1, new);
}

#[test]
fn one_percent_of_churn_takes_a_tenth_more_than_it_must_and_eight_bytes() {
	for seed in 0..20 {
		for (present, universe) in [
			(2_700, 3_000),
			(2_700, 10_000),
			(10, 1_000_000),
			(500, 1_000),
			(1, 1),
			(0, 100),
			(100, 100),
			(99_000, 200_000),
		] {
			let old = random(universe, present, seed);
			let (departures, arrivals) = ((present / 100), (present / 100).min(universe - present));
			let new = churned(&old, departures, arrivals, seed);
			let bytes = payload_bytes(Kind::Delta, CONTEXT, &new, before(&old)).unwrap();
			let bound = bound(present, departures) + bound(universe - present, arrivals);
			assert!(
				bytes as f64 <= 1.1 * bound + 8.0,
				"{bytes} for {bound}: {present} of {universe}, seed {seed}"
			);
		}
	}
}

#[test]
fn a_small_change_is_published_as_a_delta() {
	let old = random(3_000, 2_700, 0);
	let new = churned(&old, 27, 27, 1);
	assert_eq!(choose(CONTEXT, &new, before(&old)).unwrap()[0], Kind::Delta.number());
	// Everything has changed: nothing is gained by knowing what was.
	assert_eq!(choose(CONTEXT, &random(3_000, 300, 3), before(&old)).unwrap()[0], Kind::Range.number());
}

proptest! {
	#[test]
	fn what_is_encoded_is_decoded(set in sets()) {
		for kind in EXACT {
			let bytes = encode(kind, CONTEXT, &set, None).unwrap();
			prop_assert_eq!(payload_bytes(kind, CONTEXT, &set, None).unwrap(), bytes.len() - HEADER_BYTES);
			let decoded = read(&bytes);
			prop_assert_eq!(decoded.as_ref(), Ok(&set));
		}
	}

	#[test]
	fn raw_and_rice_and_range_are_what_the_model_writes((set, model) in sets_and_models()) {
		let universe = set.universe();
		prop_assert_eq!(payload(Kind::Raw, &set), model::raw(universe, &model));
		prop_assert_eq!(payload(Kind::Rice, &set), model::rice(universe, &model));
		let bytes = payload_bytes(Kind::Range, CONTEXT, &set, None).unwrap();
		let range = model::range_coded(&model::draws(universe, &model), bytes);
		prop_assert_eq!(payload(Kind::Range, &set), range);
	}

	#[test]
	fn a_delta_is_what_the_model_writes(
		(former, old) in sets_and_models(), (set, new) in sets_and_models(), distance in 1u32..64,
	) {
		let universe = set.universe();
		let earlier = Some(Earlier { window: CONTEXT.window - distance, set: &former });
		let bytes = encode(Kind::Delta, CONTEXT, &set, earlier).unwrap();
		let old: BTreeSet<u32> = old.into_iter().filter(|slot| *slot < universe).collect();
		let (former, present) = (old.len(), new.len());
		let least = former.saturating_sub(present);
		let most = former.min(universe as usize - present);
		let departures = old.difference(&new).count() - least;
		let head = match most - least {
			0 => vec![(distance << 2) as u8],
			1..=255 => vec![(distance << 2) as u8, departures as u8],
			_ => vec![(distance << 2) as u8, departures as u8, (departures >> 8) as u8],
		};
		let len = bytes.len() - HEADER_BYTES - head.len();
		let coded = model::range_coded(&model::changes(universe, &old, &new), len);
		prop_assert_eq!(&bytes[HEADER_BYTES..], [head, coded].concat());
	}

	#[test]
	fn range_coding_takes_as_many_bytes_as_there_are_subsets_to_tell_apart(set in sets()) {
		let bound = bound(set.universe(), set.len());
		let bytes = payload(Kind::Range, &set).len() as f64;
		prop_assert!(bytes >= bound && bytes <= bound.ceil() + 1.0, "{} for {}", bytes, bound);
		prop_assert!(bytes <= (bound + 0.002).ceil(), "{} for {}", bytes, bound);
	}

	#[test]
	fn rice_coding_of_random_sets_takes_five_percent_more_at_the_most(density in 0.001..0.999f64, seed: u64) {
		let set = random(100_000, (100_000.0 * density) as u32, seed);
		let bound = bound(set.universe(), set.len());
		let bytes = payload(Kind::Rice, &set).len() as f64;
		prop_assert!(bytes <= 1.05 * bound + 4.0, "{} for {}", bytes, bound);
	}

	#[test]
	fn the_smallest_is_chosen(set in sets(), changed in 0u32..50, seed: u64) {
		let old = churned(&set, changed.min(set.len()), changed.min(set.universe() - set.len()), seed);
		for earlier in [None, before(&old)] {
			let chosen = choose(CONTEXT, &set, earlier).unwrap();
			let kinds = EXACT.into_iter().chain(earlier.map(|_| Kind::Delta));
			let all = kinds.map(|kind| encode(kind, CONTEXT, &set, earlier).unwrap().len());
			prop_assert_eq!(chosen.len(), all.min().unwrap());
			prop_assert_eq!(decode(&chosen, &Limits::default(), earlier).unwrap().1, set.clone());
		}
	}

	#[test]
	fn a_delta_from_any_set_of_any_universe_is_read_back(
		old in sets(), new in sets(), window in 1u32..=u32::MAX, distance in 1u32..=u32::MAX,
	) {
		let context = Context { window, ..CONTEXT };
		let earlier = Some(Earlier { window: window - distance.min(window), set: &old });
		let bytes = encode(Kind::Delta, context, &new, earlier).unwrap();
		prop_assert_eq!(payload_bytes(Kind::Delta, context, &new, earlier).unwrap(), bytes.len() - HEADER_BYTES);
		prop_assert_eq!(decode(&bytes, &Limits::default(), earlier).unwrap().1, new);
	}

	#[test]
	fn a_delta_takes_a_tenth_more_than_it_must_and_eight_bytes(set in sets(), churn in 0.0..1.0f64, seed: u64) {
		let part = |of: u32| (f64::from(of) * churn) as u32;
		let (departures, arrivals) = (part(set.len()), part(set.universe() - set.len()));
		let new = churned(&set, departures, arrivals, seed);
		let bytes = payload_bytes(Kind::Delta, CONTEXT, &new, before(&set)).unwrap() as f64;
		let bound = bound(set.len(), departures) + bound(set.universe() - set.len(), arrivals);
		prop_assert!(bytes <= 1.1 * bound + 8.0, "{} for {}", bytes, bound);
	}

	#[test]
	fn every_truncation_and_every_byte_behind_the_end_is_refused(
		(set, _) in sets_and_models(), old in sets(), more: u8,
	) {
		for kind in EXACT.into_iter().chain([Kind::Delta]) {
			let mut bytes = encode(kind, CONTEXT, &set, before(&old)).unwrap();
			for end in 0..bytes.len() {
				let refused = decode(&bytes[..end], &Limits::default(), before(&old));
				prop_assert_eq!(refused.unwrap_err(), Error::Truncated, "{:?} up to {}", kind, end);
			}
			bytes.push(more);
			let refused = decode(&bytes, &Limits::default(), before(&old));
			prop_assert_eq!(refused.unwrap_err(), Error::TrailingBytes);
		}
	}
}
