//! Decoders on bytes that nobody encoded.

use super::*;
use crate::{
	fuzz::{fuzz_one, mutate, seeds},
	Kind,
};

#[test]
fn the_seeds_of_the_fuzzer_are_publications() {
	for kind in Kind::ALL {
		let seeds = seeds(kind);
		assert_eq!(seeds.len(), 7);
		for seed in seeds {
			assert_eq!(fuzz_one(kind, &seed), Ok(()), "{kind:?}");
		}
	}
}

#[test]
fn the_corpus_is_refused_or_comes_out_again() {
	let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
	for kind in Kind::ALL {
		let file = corpus.join(format!("{kind:?}").to_lowercase()).with_extension("hex");
		let text = std::fs::read_to_string(file).unwrap();
		let accepted =
			text.lines().filter(|line| fuzz_one(kind, &hex::decode(line).unwrap()).is_ok()).count();
		assert!(accepted >= 7, "{kind:?}: the seeds are in it");
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(512))]

	#[test]
	fn random_bytes_are_refused_or_come_out_again(
		mut bytes in proptest::collection::vec(any::<u8>(), 0..200), universe in 0u32..600, present in 0u32..600,
	) {
		if let Some(field) = bytes.get_mut(5..9) {
			field.copy_from_slice(&universe.to_le_bytes());
		}
		for kind in Kind::ALL {
			let mut bytes = bytes.clone();
			if let (Some(field), true) = (bytes.get_mut(13..16), kind.is_exact()) {
				field.copy_from_slice(&present.to_le_bytes()[..3]);
			}
			let _ = fuzz_one(kind, &bytes);
		}
	}

	#[test]
	fn mutated_publications_are_refused_or_come_out_again(seed: u64) {
		let mut state = seed;
		let mut random = |n: usize| below(&mut state, n as u64) as usize;
		for kind in Kind::ALL {
			let seeds = seeds(kind);
			let mut data = seeds[random(seeds.len())].clone();
			let other = &seeds[random(seeds.len())];
			for _ in 0..8 {
				mutate(&mut data, other, &mut random);
				let _ = fuzz_one(kind, &data);
			}
		}
	}
}
