//! When an operator is asked to show that it still has the data: in rounds, at blocks that the agreement fixes.

use crate::BlockNumber;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Rounds at equal distances: the first one an interval after the start.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Schedule {
	/// Block in which the agreement begins.
	pub start: BlockNumber,
	/// Blocks from one round to the next; none where there are no rounds.
	pub interval: BlockNumber,
}

impl Schedule {
	/// Block of the round of this number, from zero; `None` where there is none, or it cannot be counted.
	#[must_use]
	pub fn at(&self, round: u32) -> Option<BlockNumber> {
		if self.interval == 0 {
			return None;
		}
		round.checked_add(1)?.checked_mul(self.interval)?.checked_add(self.start)
	}

	/// Number of rounds before this block.
	#[must_use]
	pub fn rounds_before(&self, block: BlockNumber) -> u32 {
		let Some(last) = block.checked_sub(1) else { return 0 };
		last.saturating_sub(self.start).checked_div(self.interval).unwrap_or(0)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	proptest! {
		/// Against counting them.
		#[test]
		fn rounds_should_be_those_whose_block_is_before(
			start in 0u32..200,
			interval in 1u32..50,
			block in 0u32..1_000,
		) {
			let schedule = Schedule { start, interval };
			let counted = (0..).take_while(|round| start + (round + 1) * interval < block).count();
			prop_assert_eq!(schedule.rounds_before(block), counted as u32);
		}

		#[test]
		fn extremes_should_be_no_trouble(start in any::<u32>(), interval in any::<u32>(), value in any::<u32>()) {
			let schedule = Schedule { start, interval };
			let rounds = schedule.rounds_before(value);
			prop_assert!(rounds.checked_sub(1).is_none_or(|last| schedule.at(last).is_some_and(|at| at < value)));
			prop_assert!(schedule.at(value).is_none_or(|at| at > start));
		}
	}

	#[test]
	fn schedule_without_an_interval_should_have_no_rounds() {
		let schedule = Schedule { start: 5, interval: 0 };
		assert_eq!((schedule.at(0), schedule.rounds_before(u32::MAX)), (None, 0));
	}
}
