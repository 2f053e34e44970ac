//! For which chunks an operator is asked, and how many it takes to find a loss.
//!
//! Each sample hits any of the chunks with the same chance, whatever was asked for before. An operator that lacks a part `p`
//! of them passes `n` samples with a chance of `(1 − p)ⁿ`; so `n ≥ ln(1 − c) / ln(1 − p)` samples find it with a
//! confidence of `c`. For a loss of 1% and a confidence of 99% that is `ln 0.01 / ln 0.99 = 458.2…`: 459 samples, however
//! large the file is.

use crate::Hash;
use codec::Encode;
use sp_crypto_hashing::blake2_256;

/// Samples at the most that [`samples_for`] asks for.
pub const MAX_SAMPLES: u32 = 1 << 24;

/// Number of the chunk, from zero, that sample number `sample` of a round asks for, of `leaves` chunks.
///
/// `seed` is randomness that nobody knew when the agreement was made and when the round was due. No file has so many
/// chunks that one is asked for more often than another by more than one part in 2⁶⁴. 0 where there are no chunks.
#[must_use]
pub fn leaf(seed: &Hash, agreement: u64, round: u32, sample: u32, leaves: u64) -> u64 {
	let drawn = (b"surety/agreement/sample/1", seed, agreement, round, sample).using_encoded(blake2_256);
	let mut high = [0; 16];
	high.copy_from_slice(&drawn[..16]);
	scale(u128::from_le_bytes(high), leaves)
}

/// `drawn · leaves / 2¹²⁸`, rounded down: less than `leaves`.
fn scale(drawn: u128, leaves: u64) -> u64 {
	let leaves = u128::from(leaves);
	let (high, low) = (drawn >> 64, drawn & u128::from(u64::MAX));
	// Neither product, nor the sum, exceeds 2¹²⁸ − 1.
	((high * leaves + ((low * leaves) >> 64)) >> 64) as u64
}

/// How many samples find, with a confidence of `confidence_ppm` millionths, that `loss_ppm` millionths of the chunks are
/// lost.
///
/// `None` where nothing is lost, certainty is asked for, or more than [`MAX_SAMPLES`] are needed. Never too few: powers
/// are rounded up.
#[must_use]
pub fn samples_for(loss_ppm: u32, confidence_ppm: u32) -> Option<u32> {
	const MILLION: u128 = 1_000_000;
	const ONE: u128 = 1 << 64;
	let kept = MILLION.checked_sub(loss_ppm.into()).filter(|kept| *kept < MILLION)?;
	let doubt = MILLION.checked_sub(confidence_ppm.into()).filter(|doubt| *doubt > 0)?;
	let goal = doubt * ONE / MILLION;
	let kept = (kept * ONE).div_ceil(MILLION);
	let mut passed = ONE;
	let mut samples = 0;
	while passed > goal {
		if samples == MAX_SAMPLES {
			return None;
		}
		// Less than one after the first sample, so that the product is less than 2¹²⁸.
		passed = if passed == ONE { kept } else { (passed * kept).div_ceil(ONE) };
		samples += 1;
	}
	Some(samples)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn one_percent_should_be_found_with_99_percent_by_459_samples() {
		assert_eq!(samples_for(10_000, 990_000), Some(459));
		assert!(0.99f64.powi(459) <= 0.01 && 0.99f64.powi(458) > 0.01);
	}

	#[test]
	fn what_cannot_be_found_should_not_be_promised() {
		assert_eq!(samples_for(0, 990_000), None);
		assert_eq!(samples_for(10_000, 1_000_000), None);
		assert_eq!(samples_for(1_000_001, 0), None);
		assert_eq!(samples_for(1, 999_999), Some(13_815_504));
		// What is wholly lost is found at once, and what nobody asks for without a sample.
		assert_eq!(samples_for(1_000_000, 999_999), Some(1));
		assert_eq!(samples_for(10_000, 0), Some(0));
	}

	#[test]
	fn loss_of_one_percent_should_be_found_as_often_as_was_said() {
		// 459 samples of 10,000 chunks, of which the last hundred are lost.
		let found = (0..4_000u32)
			.filter(|round| (0..459).any(|sample| leaf(&[7; 32], 1, *round, sample, 10_000) >= 9_900))
			.count();
		// 3,960 are expected, with a deviation of 6.3: five of them either way.
		assert!((3_929..=3_991).contains(&found), "{found}");
	}

	#[test]
	fn chunks_should_be_asked_for_equally_often() {
		let mut counts = [0u32; 7];
		for round in 0..100 {
			for sample in 0..700 {
				counts[leaf(&[9; 32], 3, round, sample, 7) as usize] += 1;
			}
		}
		// 10,000 each are expected, with a deviation of 93.
		assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
	}

	#[test]
	fn other_seed_agreement_round_or_sample_should_ask_for_another_chunk() {
		let of = |seed: u8, agreement, round, sample| leaf(&[seed; 32], agreement, round, sample, u64::MAX);
		let all = [of(1, 1, 1, 1), of(2, 1, 1, 1), of(1, 2, 1, 1), of(1, 1, 2, 1), of(1, 1, 1, 2)];
		for (place, one) in all.iter().enumerate() {
			assert!(all[place + 1..].iter().all(|other| other != one));
		}
	}

	proptest! {
		#[test]
		fn leaf_should_be_one_of_those_that_there_are(seed in any::<[u8; 32]>(), round in any::<u32>(), leaves in 1u64..) {
			prop_assert!(leaf(&seed, 0, round, 0, leaves) < leaves);
			prop_assert_eq!(leaf(&seed, 0, round, 0, 0), 0);
		}

		/// Against long multiplication by bits.
		#[test]
		fn scale_should_be_the_exact_product(drawn in any::<u128>(), leaves in any::<u64>()) {
			let (mut sum, mut carried) = (0u128, 0u64);
			for bit in (0..64).rev() {
				// (carried, sum) is a number of 192 bits: doubled, and then `drawn` is added for each bit that is set.
				carried = (carried << 1) | (sum >> 127) as u64;
				sum <<= 1;
				if leaves >> bit & 1 == 1 {
					let (added, over) = sum.overflowing_add(drawn);
					(sum, carried) = (added, carried + u64::from(over));
				}
			}
			prop_assert_eq!(scale(drawn, leaves), carried);
		}

		#[test]
		fn number_of_samples_should_be_the_least_that_suffices(loss in 1_000u32..1_000_000, confidence in 0u32..999_999) {
			let samples = samples_for(loss, confidence).unwrap();
			let kept = 1.0 - f64::from(loss) / 1e6;
			let doubt = 1.0 - f64::from(confidence) / 1e6;
			prop_assert!(kept.powi(samples as i32) <= doubt * (1.0 + 1e-9));
			if samples > 0 {
				prop_assert!(kept.powi(samples as i32 - 1) > doubt * (1.0 - 1e-9));
			}
		}
	}
}
