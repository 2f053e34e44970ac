//! When to try, and when to try again: spread out by chance, so that a thousand operators do not come at once.

use sp_core::{crypto::Pair, sr25519};
use std::time::Duration;

/// Fresh randomness.
pub fn random() -> u64 {
	let (_, seed) = sr25519::Pair::generate();
	let mut bytes = [0; 8];
	bytes.iter_mut().zip(seed).for_each(|(to, from)| *to = from);
	u64::from_le_bytes(bytes)
}

/// A part of a span of time, by chance: nothing up to all of it.
pub fn spread(span: Duration, random: u64) -> Duration {
	let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
	let part = u128::from(nanos).saturating_mul(random.into()) >> 64;
	Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}

/// How attempts that failed are spaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backoff {
	/// After the first one, at the most.
	pub first: Duration,
	/// After any, at the most.
	pub most: Duration,
}

impl Backoff {
	/// How long to wait after so many failed attempts, the first being number 0: twice as long each time, half of it for
	/// sure and half by chance.
	pub fn delay(&self, failed: u32, random: u64) -> Duration {
		let longest = self.first.checked_mul(2u32.saturating_pow(failed)).unwrap_or(self.most).min(self.most);
		let half = longest / 2;
		half.saturating_add(spread(longest.saturating_sub(half), random))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60) };

	proptest! {
		#[test]
		fn a_delay_should_double_up_to_its_most_and_half_of_it_be_chance(failed in 0u32..100, random: u64) {
			let longest = Duration::from_secs(1u64.checked_shl(failed.min(20)).unwrap().min(60));
			let delay = BACKOFF.delay(failed, random);
			prop_assert!(delay >= longest / 2 && delay <= longest, "{delay:?}");
		}

		#[test]
		fn a_spread_should_lie_within_its_span(millis in 0u64..1_000_000, random: u64) {
			let span = Duration::from_millis(millis);
			prop_assert!(spread(span, random) <= span);
		}
	}

	#[test]
	fn chance_should_decide_over_the_whole_span() {
		let span = Duration::from_secs(100);
		assert_eq!(spread(span, 0), Duration::ZERO);
		assert_eq!(spread(span, 1 << 63), Duration::from_secs(50));
		assert!(spread(span, u64::MAX) > Duration::from_secs(99));
		assert_ne!(random(), random());
	}
}
