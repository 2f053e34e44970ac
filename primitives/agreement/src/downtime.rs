//! How long an operator was down, and how much of that is past what it promised.
//!
//! The time of an agreement is divided into *periods*. An *isolation* is down from a block on until the block in which the
//! operator is back. In each period the operator may be down for so many blocks; what is more is *excess*, and costs.
//!
//! - Blocks of an isolation count in the period in which they lie.
//! - The first `grace` isolations that begin in a period count for what they lasted. The `n`-th after these counts for
//!   `n · quantum` blocks at the least; what it lasted less than that counts in the period in which the operator is back.
//!   So who goes and comes in a rhythm that is short enough not to be noticed pays more from time to time, not less.
//! - No period counts for more than its length: what an agreement can cost is known when it is made.

use crate::BlockNumber;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What an operator promises.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Promise {
	/// Block in which the first period begins.
	pub start: BlockNumber,
	/// Blocks in a period. None is taken as one.
	pub period: BlockNumber,
	/// Blocks of a period for which it may be down.
	pub allowance: BlockNumber,
	/// Blocks by which the least that an isolation counts for rises.
	pub quantum: BlockNumber,
	/// Isolations in a period that count for what they lasted.
	pub grace: u32,
}

impl Promise {
	fn period(&self) -> BlockNumber {
		self.period.max(1)
	}

	/// Number of the period in which a block lies, from zero.
	fn index(&self, block: BlockNumber) -> u32 {
		block.saturating_sub(self.start) / self.period()
	}

	/// First block of a period.
	fn start_of(&self, index: u32) -> BlockNumber {
		index.saturating_mul(self.period()).saturating_add(self.start)
	}

	/// What of so many blocks, counted in one period, is excess.
	fn excess(&self, counted: BlockNumber) -> BlockNumber {
		counted.min(self.period()).saturating_sub(self.allowance)
	}

	/// For how many blocks the isolation of this number in its period, from one, counts at the least.
	fn least(&self, number: u32) -> BlockNumber {
		number.saturating_sub(self.grace).saturating_mul(self.quantum)
	}
}

/// An isolation that lasts.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Isolation {
	/// First block of it.
	pub since: BlockNumber,
	/// Blocks that it counts for at the least.
	pub least: BlockNumber,
}

/// How long an operator was down.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Downtime {
	/// The isolation that lasts.
	isolation: Option<Isolation>,
	/// Block of the last change. No isolation begins before it.
	changed_at: BlockNumber,
	/// Period in which that was.
	period: u32,
	/// Blocks counted in this period.
	counted: BlockNumber,
	/// Isolations that began in it.
	isolations: u32,
	/// Excess of the periods before it, in blocks.
	before: u64,
	/// Blocks of isolations that are over, each for what it lasted.
	lasted: u64,
}

impl Downtime {
	/// The isolation that lasts, if one does.
	#[must_use]
	pub fn isolation(&self) -> Option<Isolation> {
		self.isolation
	}

	/// The operator is down, and has been since a block: not before it last came back, nor before the start. Nothing
	/// changes where it is down already. Returns the block since which it counts as down.
	pub fn fail(&mut self, promise: &Promise, since: BlockNumber) -> BlockNumber {
		if let Some(isolation) = self.isolation {
			return isolation.since;
		}
		let since = since.max(self.changed_at).max(promise.start);
		self.roll_to(promise, promise.index(since));
		self.isolations = self.isolations.saturating_add(1);
		self.isolation = Some(Isolation { since, least: promise.least(self.isolations) });
		self.changed_at = since;
		since
	}

	/// The operator is back. Returns the number of blocks that the isolation counts for, none where there is none.
	pub fn recover(&mut self, promise: &Promise, at: BlockNumber) -> BlockNumber {
		let Some(Isolation { since, least }) = self.isolation.take() else { return 0 };
		let at = at.max(since);
		let lasted = at.saturating_sub(since);
		self.count(promise, since, at);
		let rest = least.saturating_sub(lasted);
		self.counted = self.counted.saturating_add(rest).min(promise.period());
		self.lasted = self.lasted.saturating_add(lasted.into());
		self.changed_at = at;
		lasted.saturating_add(rest)
	}

	/// Blocks of excess up to a block: never less than up to an earlier one. An isolation that lasts counts for what it has
	/// lasted.
	#[must_use]
	pub fn excess(&self, promise: &Promise, now: BlockNumber) -> u64 {
		let mut then = *self;
		if let Some(Isolation { since, .. }) = self.isolation {
			then.count(promise, since, now.max(since));
		}
		then.before.saturating_add(promise.excess(then.counted).into())
	}

	/// Blocks before this one in which the operator was down, each isolation for what it lasted.
	#[must_use]
	pub fn lasted(&self, now: BlockNumber) -> u64 {
		let lasts = self.isolation.map_or(0, |isolation| now.saturating_sub(isolation.since));
		self.lasted.saturating_add(lasts.into())
	}

	/// Begins a later period.
	fn roll_to(&mut self, promise: &Promise, period: u32) {
		if period > self.period {
			self.before = self.before.saturating_add(promise.excess(self.counted).into());
			(self.period, self.counted, self.isolations) = (period, 0, 0);
		}
	}

	/// Counts the blocks from one to before another, in the period of the first and the ones after it.
	fn count(&mut self, promise: &Promise, from: BlockNumber, to: BlockNumber) {
		let (first, last) = (promise.index(from), promise.index(to));
		self.roll_to(promise, first);
		let mut from = from;
		if first < last {
			let rest = promise.start_of(first.saturating_add(1)).saturating_sub(from);
			self.counted = self.counted.saturating_add(rest).min(promise.period());
			self.roll_to(promise, first.saturating_add(1));
			// Periods that lie wholly within.
			let whole = u64::from(last.saturating_sub(self.period));
			let each = u64::from(promise.excess(promise.period()));
			self.before = self.before.saturating_add(whole.saturating_mul(each));
			self.period = last;
			from = promise.start_of(last);
		}
		let more = to.saturating_sub(from);
		self.counted = self.counted.saturating_add(more).min(promise.period());
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{collections::BTreeMap, vec, vec::Vec};
	use proptest::prelude::*;

	const PROMISE: Promise = Promise { start: 100, period: 50, allowance: 5, quantum: 4, grace: 1 };

	/// Block by block, from the list of all isolations. The last one may not be over.
	fn slowly(promise: &Promise, isolations: &[(u32, Option<u32>)], now: u32) -> (u64, u64) {
		let index = |block: u32| (block - promise.start) / promise.period;
		let mut counted = BTreeMap::<u32, u32>::new();
		let mut begun = BTreeMap::<u32, u32>::new();
		let mut lasted = 0;
		for (since, until) in isolations {
			let number = begun.entry(index(*since)).or_default();
			*number += 1;
			let end = until.unwrap_or(now);
			for block in *since..end {
				*counted.entry(index(block)).or_default() += 1;
				lasted += 1;
			}
			if until.is_some() {
				let least = number.saturating_sub(promise.grace) * promise.quantum;
				*counted.entry(index(end)).or_default() += least.saturating_sub(end - since);
			}
		}
		let excess =
			|counted: &u32| u64::from((*counted).min(promise.period).saturating_sub(promise.allowance));
		(counted.values().map(excess).sum(), lasted)
	}

	fn promise() -> impl Strategy<Value = Promise> {
		(0u32..50, 1u32..40, 0u32..10, 0u32..8, 0u32..4).prop_map(
			|(start, period, allowance, quantum, grace)| Promise {
				start,
				period,
				allowance: allowance.min(period),
				quantum,
				grace,
			},
		)
	}

	proptest! {
		#[test]
		fn excess_should_be_what_counting_block_by_block_gives(
			promise in promise(),
			steps in prop::collection::vec((0u32..60, any::<bool>()), 1..40),
		) {
			let mut downtime = Downtime::default();
			let mut isolations = Vec::<(u32, Option<u32>)>::new();
			let (mut now, mut last) = (promise.start, 0);
			for (blocks, late) in steps {
				now += blocks;
				match downtime.isolation() {
					None => {
						// It was known late that it is down, perhaps since before it last came back.
						let since = if late { now.saturating_sub(20) } else { now };
						let earliest = isolations.last().and_then(|last| last.1).unwrap_or(promise.start);
						prop_assert_eq!(downtime.fail(&promise, since), since.max(earliest));
						isolations.push((since.max(earliest), None));
					}
					Some(_) => {
						downtime.recover(&promise, now);
						isolations.last_mut().unwrap().1 = Some(now);
					}
				}
				let (excess, lasted) = slowly(&promise, &isolations, now);
				prop_assert_eq!(downtime.excess(&promise, now), excess);
				prop_assert_eq!(downtime.lasted(now), lasted);
				let later = now + 33;
				prop_assert!(downtime.excess(&promise, later) >= excess);
				prop_assert_eq!(downtime.excess(&promise, later), slowly(&promise, &isolations, later).0);
				prop_assert!(excess >= last);
				last = excess;
			}
		}

		#[test]
		fn extremes_should_be_no_trouble(
			promise in any::<(u32, u32, u32, u32, u32)>()
				.prop_map(|(start, period, allowance, quantum, grace)| Promise { start, period, allowance, quantum, grace }),
			steps in prop::collection::vec((any::<u32>(), any::<bool>()), 0..20),
		) {
			let mut downtime = Downtime::default();
			for (block, fails) in steps {
				if fails {
					downtime.fail(&promise, block);
				} else {
					downtime.recover(&promise, block);
				}
				prop_assert!(downtime.excess(&promise, block) <= downtime.excess(&promise, u32::MAX));
			}
		}
	}

	#[test]
	fn downtime_within_the_promise_should_cost_nothing() {
		let mut downtime = Downtime::default();
		downtime.fail(&PROMISE, 110);
		assert_eq!(downtime.excess(&PROMISE, 115), 0);
		assert_eq!(downtime.excess(&PROMISE, 116), 1);
		assert_eq!(downtime.recover(&PROMISE, 115), 5);
		assert_eq!(downtime.excess(&PROMISE, 10_000), 0);
	}

	#[test]
	fn promise_should_be_renewed_with_each_period() {
		let mut downtime = Downtime::default();
		// Five blocks of the first period, five of the second.
		downtime.fail(&PROMISE, 145);
		downtime.recover(&PROMISE, 155);
		assert_eq!(downtime.excess(&PROMISE, 155), 0);
		downtime.fail(&PROMISE, 160);
		assert_eq!(downtime.excess(&PROMISE, 163), 3);
	}

	#[test]
	fn flapping_should_cost_more_than_being_down_for_the_same_time() {
		let (mut flapping, mut steady) = (Downtime::default(), Downtime::default());
		let counted: Vec<u32> = (0..6)
			.map(|n| {
				flapping.fail(&PROMISE, 100 + 4 * n);
				flapping.recover(&PROMISE, 101 + 4 * n)
			})
			.collect();
		// The first is free of a least; then it rises.
		assert_eq!(counted, vec![1, 4, 8, 12, 16, 20]);
		steady.fail(&PROMISE, 100);
		steady.recover(&PROMISE, 106);
		assert_eq!(flapping.lasted(130), steady.lasted(130));
		assert_eq!((flapping.excess(&PROMISE, 130), steady.excess(&PROMISE, 130)), (45, 1));
	}

	#[test]
	fn period_should_not_count_for_more_than_its_length() {
		let mut downtime = Downtime::default();
		for n in 0..40 {
			downtime.fail(&PROMISE, 100 + n);
			downtime.recover(&PROMISE, 100 + n);
		}
		assert_eq!(downtime.excess(&PROMISE, 149), 45);
		assert_eq!(downtime.lasted(149), 0);
	}

	#[test]
	fn being_down_for_many_periods_should_be_counted_at_once() {
		let mut downtime = Downtime::default();
		downtime.fail(&PROMISE, 100);
		assert_eq!(downtime.excess(&PROMISE, 100 + 50 * 1_000_000), 45 * 1_000_000);
		downtime.recover(&PROMISE, 100 + 50 * 1_000_000);
		assert_eq!(downtime.excess(&PROMISE, u32::MAX), 45 * 1_000_000);
	}

	#[test]
	fn isolation_should_not_begin_before_the_operator_last_came_back() {
		let mut downtime = Downtime::default();
		downtime.fail(&PROMISE, 110);
		downtime.recover(&PROMISE, 120);
		assert_eq!(downtime.fail(&PROMISE, 90), 120);
		// It is down already: nothing begins.
		assert_eq!(downtime.fail(&PROMISE, 130), 120);
		let mut early = Downtime::default();
		assert_eq!(early.fail(&PROMISE, 3), 100);
	}

	#[test]
	fn coming_back_without_having_been_away_should_change_nothing() {
		let mut downtime = Downtime::default();
		assert_eq!(downtime.recover(&PROMISE, 120), 0);
		assert_eq!(downtime, Downtime::default());
	}
}
