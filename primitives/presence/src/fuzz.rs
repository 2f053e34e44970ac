//! What a fuzzer runs on arbitrary bytes: each decoder must refuse them or be able to write them again.

use crate::{
	exact::{self, Earlier},
	filter::{self, Epsilon, Filter},
	Context, Error, Header, Id, Kind, Limits, Presence, SlotSet, HEADER_BYTES,
};
use alloc::{vec, vec::Vec};

/// Small enough that a case takes microseconds.
pub const LIMITS: Limits = Limits { max_universe: 4_096, max_bytes: 16_384 };

/// Reads `data` as a publication of this kind: the kind's number is put in place of the first byte.
///
/// # Errors
/// What the decoder says.
///
/// # Panics
/// Where the decoder took bytes that do not come out again when what it read is written, or that contradict
/// themselves.
pub fn fuzz_one(kind: Kind, data: &[u8]) -> Result<(), Error> {
	let mut publication = data.to_vec();
	if let Some(first) = publication.first_mut() {
		*first = kind.number();
	}
	if kind.is_exact() {
		exact(kind, &publication)
	} else {
		filter(&publication)
	}
}

/// The set that a delta starts from: one that the fuzzer can vary through the header.
fn earlier_set(header: &Header) -> Result<SlotSet, Error> {
	let universe = header.universe.saturating_sub(header.base_block >> 8 & 0xff);
	let mut state = header.base_block | 1;
	SlotSet::from_slots(
		universe,
		(0..universe).filter(|_| {
			// Marsaglia's xorshift.
			state ^= state << 13;
			state ^= state >> 17;
			state ^= state << 5;
			state & 0xff < header.base_block & 0xff
		}),
	)
}

fn exact(kind: Kind, publication: &[u8]) -> Result<(), Error> {
	let (header, _) = Header::split(publication, &LIMITS)?;
	let window = exact::earlier_window(publication, &LIMITS)?;
	let set = earlier_set(&header)?;
	let earlier = window.map(|window| Earlier { window, set: &set });
	let (header, set) = exact::decode(publication, &LIMITS, earlier)?;
	assert_eq!((set.universe(), Some(set.len())), (header.universe, header.present()));
	assert_eq!(set.iter().filter(|slot| *slot < set.universe()).count(), set.len() as usize);
	assert_eq!(set.presence(set.universe()), Presence::NotCovered);
	let context = Context { base_block: header.base_block, window: header.window };
	assert_eq!(exact::encode(kind, context, &set, earlier).as_deref(), Ok(publication));
	assert_eq!(
		exact::payload_bytes(kind, context, &set, earlier),
		Ok(publication.len() - header.to_bytes().len())
	);
	Ok(())
}

fn filter(publication: &[u8]) -> Result<(), Error> {
	let filter = Filter::decode(publication, &LIMITS)?;
	assert_eq!(filter.to_bytes(), publication);
	let universe = filter.header().universe;
	for slot in (0..8).chain([universe.saturating_sub(1), universe]) {
		let mut id: Id = [0; 32];
		id[..4].copy_from_slice(&slot.to_le_bytes());
		let expected =
			match filter.contains(&id) && !filter.corrections().is_some_and(|wrong| wrong.contains(slot)) {
				_ if slot >= universe => Presence::NotCovered,
				true => Presence::Present,
				false => Presence::Absent,
			};
		assert_eq!(filter.presence(slot, &id), expected);
	}
	Ok(())
}

/// Publications of a kind to begin with. They are small, and pass [`fuzz_one`].
pub fn seeds(kind: Kind) -> Vec<Vec<u8>> {
	let mut seeds = vec![];
	for (universe, step) in [(0, 1), (1, 1), (1, 2), (30, 4), (100, 3), (300, 10), (300, 2)] {
		let Ok(set) = SlotSet::from_slots(universe, (0..universe).filter(|slot| (slot + 1) % step == 0))
		else {
			continue;
		};
		let context = Context { base_block: 0x20 + universe, window: 1_000 };
		let made = if kind.is_exact() {
			let header = Header::exact(kind, context, universe, set.len());
			let earlier = earlier_set(&header);
			let earlier = earlier.as_ref().map(|set| Earlier { window: 998, set });
			exact::encode(kind, context, &set, earlier.ok())
		} else {
			let ids: Vec<Id> = (0..universe).map(|slot| [slot.to_le_bytes()[0]; 32]).collect();
			let present: Vec<Id> = set.iter().filter_map(|slot| ids.get(slot as usize).copied()).collect();
			let Some(epsilon) = Epsilon::one_in(20 + 50 * step) else { continue };
			let plain = filter::build(kind.uncorrected(), context, universe, epsilon, 0, &present);
			match kind.is_corrected() {
				true => plain.and_then(|plain| filter::correct(&plain, &ids, &set)),
				false => plain,
			}
		};
		seeds.extend(made);
	}
	seeds
}

/// Changes bytes a little, and their number seldom: nearly every length but the right one is refused at once. `random`
/// gives numbers below its argument.
pub fn mutate(data: &mut Vec<u8>, other: &[u8], mut random: impl FnMut(usize) -> usize) {
	for _ in 0..=random(3) {
		let len = data.len();
		// Of the header, mostly what a payload depends on.
		let at = match random(4) {
			0 => [5, 6, 13, 14, 15][random(5)],
			1 => random(len.max(1)),
			_ => HEADER_BYTES + random(len.saturating_sub(HEADER_BYTES).max(1)),
		}
		.min(len);
		match random(16) {
			0 => data.truncate(at),
			1 => data.insert(at, [0, 1, 0x7f, 0x80, 0xff][random(5)]),
			2 => {
				data.truncate(at);
				data.extend(other.iter().skip(at));
			}
			3 => {
				let until = (at + 1 + random(4)).min(len);
				data.drain(at..until.max(at));
			}
			how => {
				if let Some(byte) = data.get_mut(at) {
					*byte = match how {
						4..8 => *byte ^ 1 << random(8),
						8..10 => random(256) as u8,
						10..13 => byte.wrapping_add(1),
						_ => byte.wrapping_sub(1),
					};
				}
			}
		}
	}
}
