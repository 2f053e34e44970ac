//! Small publications of every kind, for those who write the format in another language; `docs/presence.md` explains
//! them byte by byte. They never change: a new format is a new kind.

use super::*;
use crate::{
	exact::{decode, encode, Earlier},
	filter::{build, correct, Epsilon, Filter},
	Kind, Limits,
};

const AT: Context = Context { base_block: 1_000, window: 7 };

/// Five slots of twenty.
const FIVE: [u32; 5] = [1, 4, 5, 11, 19];

/// Checks both ways.
fn assert_exact(kind: Kind, set: &SlotSet, earlier: Option<Earlier>, vector: &str) {
	let vector = vector.replace(' ', "");
	assert_eq!(hex::encode(encode(kind, AT, set, earlier).unwrap()), vector);
	let decoded = decode(&hex::decode(vector).unwrap(), &Limits::default(), earlier).unwrap().1;
	assert_eq!(&decoded, set);
}

#[test]
fn exact_vectors_of_five_slots_of_twenty() {
	let set = SlotSet::from_slots(20, FIVE).unwrap();
	assert_exact(Kind::Raw, &set, None, "01 e8030000 14000000 07000000 050000 320808");
	assert_exact(Kind::Rice, &set, None, "02 e8030000 14000000 07000000 050000 01 86bd");
	assert_exact(Kind::Range, &set, None, "03 e8030000 14000000 07000000 050000 5580");
}

#[test]
fn exact_vectors_of_all_slots_of_twenty_but_two() {
	let set = SlotSet::from_slots(20, (0..20).filter(|slot| ![3, 8].contains(slot))).unwrap();
	assert_exact(Kind::Raw, &set, None, "01 e8030000 14000000 07000000 120000 f7fe0f");
	assert_exact(Kind::Rice, &set, None, "02 e8030000 14000000 07000000 120000 01 1d");
	assert_exact(Kind::Range, &set, None, "03 e8030000 14000000 07000000 120000 b1");
}

#[test]
fn exact_vectors_of_none_and_of_all() {
	let all = SlotSet::full(20).unwrap();
	assert_exact(Kind::Raw, &all, None, "01 e8030000 14000000 07000000 140000 ffff0f");
	assert_exact(Kind::Rice, &all, None, "02 e8030000 14000000 07000000 140000");
	assert_exact(Kind::Range, &all, None, "03 e8030000 14000000 07000000 140000");
	let none = SlotSet::new(0).unwrap();
	assert_exact(Kind::Raw, &none, None, "01 e8030000 00000000 07000000 000000");
	assert_exact(Kind::Rice, &none, None, "02 e8030000 00000000 07000000 000000");
	assert_exact(Kind::Range, &none, None, "03 e8030000 00000000 07000000 000000");
}

#[test]
fn delta_vectors() {
	// Eight slots of eighteen, two windows before: five departures, two arrivals.
	let old = SlotSet::from_slots(18, [0, 1, 2, 4, 5, 11, 12, 13]).unwrap();
	let set = SlotSet::from_slots(20, FIVE).unwrap();
	let earlier = |set| Some(Earlier { window: 5, set });
	let changed = "04 e8030000 14000000 07000000 050000 08 01 5b20";
	assert_exact(Kind::Delta, &set, earlier(&old), changed);
	assert_exact(Kind::Delta, &set, earlier(&set), "04 e8030000 14000000 07000000 050000 08 00");
}

#[test]
fn filter_vectors_of_five_offers_of_twenty() {
	let set = SlotSet::from_slots(20, FIVE).unwrap();
	// The filter with corrections is the one without, behind another first byte and the corrections.
	let vectors: [(Kind, &str, &str, &str, &[u32]); 5] = [
		(Kind::Bloom, "10", "90", "0480 74 1f234919", &[10]),
		(Kind::Xor, "11", "91", "00 34 00000000000000a0000020000000000100e00f00", &[]),
		(Kind::Fuse, "12", "92", "0cc3d2 0208 0000000d00b00030f00e", &[7, 9, 17]),
		(Kind::Cuckoo, "13", "93", "00 08 0000c0c97a85f7", &[]),
		(Kind::Ribbon, "14", "94", "08dd 1c 100d4400", &[12, 15]),
	];
	for (kind, number, corrected_number, payload, wrong) in vectors {
		let vector = |number, payload: &str| {
			let salt = if kind == Kind::Bloom { "0200" } else { "0000" };
			format!("{number} e8030000 14000000 07000000 04{salt} {payload}").replace(' ', "")
		};
		let without = payload.split_once(' ').unwrap().1;
		let plain = build(kind, AT, 20, Epsilon::one_in(16).unwrap(), 0, &ids(FIVE)).unwrap();
		assert_eq!(hex::encode(&plain), vector(number, without));
		let corrected = correct(&plain, &ids(0..20), &set).unwrap();
		assert_eq!(hex::encode(&corrected), vector(corrected_number, payload));
		let filter = Filter::decode(&corrected, &Limits::default()).unwrap();
		assert!(filter.corrections().unwrap().iter().eq(wrong.iter().copied()), "{:?}", filter.corrections());
		assert!((0..20).all(|slot| filter.presence(slot, &id(slot)) == set.presence(slot)));
	}
}
