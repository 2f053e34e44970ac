//! Stake-weighted sampling without replacement that anybody can recompute.
//!
//! Each candidate runs an exponential race: it draws a uniform `u` from the seed and its own
//! identity, and arrives at time `−log2(u) / weight`. The order of arrival is a weighted sample
//! without replacement (Efraimidis and Spirakis, 2006), and since a candidate's time depends on
//! nobody else, partial scans merge: the best `k` of two halves hold the best `k` of the whole.
//!
//! Integer arithmetic throughout, so that the runtime, a phone and a spreadsheet agree to the bit.

use crate::{AccountId, ServiceId};
use codec::Encode;
use sp_core::U256;
use sp_crypto_hashing::blake2_256;

/// Separates these draws from any other use of the same seed.
const DOMAIN: &[u8; 16] = b"surety/sample/v1";

/// Fractional bits of [`neg_log2`].
pub const LOG_FRACTION_BITS: u32 = 57;

/// Draw of a candidate, uniform in `0..2^64`: the first eight bytes, little-endian, of
/// `blake2_256("surety/sample/v1" ++ seed ++ service as u32 LE ++ operator)`.
pub fn draw(seed: &[u8; 32], service: ServiceId, operator: &AccountId) -> u64 {
	let hash = (DOMAIN, seed, service, operator).using_encoded(blake2_256);
	let mut first = [0u8; 8];
	first.copy_from_slice(&hash[..8]);
	u64::from_le_bytes(first)
}

/// `−log2((u + 1) / 2^64)` in fixed point with [`LOG_FRACTION_BITS`], rounded up by less than a
/// unit a bit: from 0 (u = 2^64 − 1) to `64 << 57` (u = 0).
pub fn neg_log2(u: u64) -> u64 {
	let Some(x) = u.checked_add(1) else { return 0 };
	let whole = 63 - x.leading_zeros();
	// The mantissa in 1.63, in [1, 2): each squaring yields the next bit of the logarithm.
	let mut mantissa = (x << x.leading_zeros()) as u128;
	let mut log = whole as u64;
	for _ in 0..LOG_FRACTION_BITS {
		mantissa = (mantissa * mantissa) >> 63;
		log <<= 1;
		if mantissa >> 64 != 0 {
			mantissa >>= 1;
			log |= 1;
		}
	}
	(64u64 << LOG_FRACTION_BITS) - log
}

/// Time of arrival of a candidate: `neg_log2(u)·2^96 / weight`, saturating. Smaller is earlier.
/// `None` without weight: such a candidate is never drawn.
pub fn arrival(u: u64, weight: u128) -> Option<u128> {
	let time = (U256::from(neg_log2(u)) << 96).checked_div(U256::from(weight))?;
	Some(u128::try_from(time).unwrap_or(u128::MAX))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	proptest! {
		#[test]
		fn neg_log2_agrees_with_floating_point(u in any::<u64>()) {
			let exact = 64.0 - ((u as f64) + 1.0).log2();
			let ours = neg_log2(u) as f64 / (1u64 << LOG_FRACTION_BITS) as f64;
			prop_assert!((exact - ours).abs() < 1e-9, "{exact} {ours}");
		}

		#[test]
		fn neg_log2_never_rises(a in any::<u64>(), b in any::<u64>()) {
			prop_assert!(neg_log2(a.max(b)) <= neg_log2(a.min(b)));
		}

		#[test]
		fn more_weight_never_arrives_later(u in any::<u64>(), a in 1u128.., b in 1u128..) {
			prop_assert!(arrival(u, a.max(b)) <= arrival(u, a.min(b)));
		}
	}

	#[test]
	fn ends_of_the_range_are_exact() {
		assert_eq!(neg_log2(u64::MAX), 0);
		assert_eq!(neg_log2(0), 64 << LOG_FRACTION_BITS);
		assert_eq!(neg_log2((1 << 63) - 1), 1 << LOG_FRACTION_BITS);
		assert_eq!(arrival(5, 0), None);
		assert_eq!(arrival(0, 1), Some(u128::MAX));
	}

	/// A client in another language checks itself against these.
	#[test]
	fn test_vectors() {
		let operator = AccountId::new([7; 32]);
		let u = draw(&[1; 32], 3, &operator);
		assert_eq!(u, 5_337_784_659_293_279_949);
		assert_eq!(neg_log2(u), 257_829_736_609_183_921);
		assert_eq!(arrival(u, crate::UNIT), Some(20_427_376_273_082_393_090_023_079_625_230_799));
		assert_ne!(u, draw(&[2; 32], 3, &operator));
		assert_ne!(u, draw(&[1; 32], 4, &operator));
	}

	#[test]
	fn shares_of_first_places_should_follow_the_weights() {
		let weights = [1u128, 2, 3, 4].map(|w| w * crate::UNIT);
		let mut first = [0u32; 4];
		for round in 0u32..20_000 {
			let mut seed = [0; 32];
			seed[..4].copy_from_slice(&round.to_le_bytes());
			let winner = (0..4u8)
				.min_by_key(|i| arrival(draw(&seed, 0, &AccountId::new([*i; 32])), weights[*i as usize]))
				.unwrap();
			first[winner as usize] += 1;
		}
		for (i, count) in first.iter().enumerate() {
			let expected = 2_000.0 * (i + 1) as f64;
			// Five standard deviations of a binomial count.
			let p = (i + 1) as f64 / 10.0;
			let tolerance = 5.0 * (20_000.0 * p * (1.0 - p)).sqrt();
			assert!((f64::from(*count) - expected).abs() < tolerance, "{first:?}");
		}
	}
}
