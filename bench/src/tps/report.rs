//! The line that is printed.

use super::{
	capacity::Capacity,
	count::{Block, Window},
};
use crate::node::Proposal;
use serde_json::{json, Value};
use std::collections::{BTreeMap, HashSet};

/// Everything that was measured.
pub(crate) struct Measured {
	pub(crate) accounts: usize,
	/// Transfers that the pool took, from the first on.
	pub(crate) sent: usize,
	/// Of these, those it took while the clock ran.
	pub(crate) sent_within: usize,
	pub(crate) refused: usize,
	pub(crate) window: Window,
	pub(crate) slot_ms: u64,
	pub(crate) filled: bool,
	/// Whether the transfers ran out: then the end of the window had too few.
	pub(crate) exhausted: bool,
	pub(crate) backlog_start: usize,
	pub(crate) backlog_end: usize,
	/// Blocks of the window, each with how many of our transfers succeeded.
	pub(crate) counted: Vec<(Block, usize)>,
	/// What the node's log tells of its blocks.
	pub(crate) proposals: Vec<Proposal>,
}

impl Measured {
	/// The figures, with what explains them: what ended the proposals in the node's own words, the median of
	/// the milliseconds that one took, proposals thrown away for being late, what waited in the pool when the
	/// clock started and when it stopped. A pool that drained meanwhile, or transfers that ran out
	/// (`exhausted`), say that the rate is not one that lasts.
	pub(crate) fn line(&self, capacity: &Capacity) -> Value {
		let seconds = self.window.seconds(self.slot_ms);
		let included = self.counted.iter().map(|(_, succeeded)| succeeded).sum::<usize>();
		let found = self.counted.iter().map(|(block, _)| block.ours.len()).sum::<usize>();
		let per_second = included as f64 / seconds;
		let numbers = self.counted.iter().map(|(block, _)| block.number).collect::<HashSet<_>>();
		let proposals = self.proposals.iter().filter(|proposal| numbers.contains(&proposal.number));
		let tried = proposals.clone().count();
		// Where one came too late, and was thrown away, the next of the same number is the block.
		let made = proposals.map(|proposal| (proposal.number, proposal)).collect::<BTreeMap<_, _>>();
		let mut ended_by = BTreeMap::<&str, u32>::new();
		for proposal in made.values() {
			*ended_by.entry(&proposal.end).or_default() += 1;
		}
		let took = made.values().map(|proposal| proposal.took_ms).collect();
		let slots = self.window.end - self.window.start;
		json!({
			"sent": self.sent,
			"included": included,
			"per_second": rounded(per_second, 10.0),
			"capacity_per_second": rounded(capacity.per_second(), 10.0),
			"ratio": rounded(per_second / capacity.per_second(), 1_000.0),
			"seconds": seconds,
			"slots": slots,
			"blocks": self.counted.len(),
			"largest_block": self.counted.iter().map(|(block, _)| block.ours.len()).max(),
			"capacity_per_block": capacity.per_block,
			"transfer_weight_us": rounded(capacity.transfer.ref_time() as f64 / 1_000_000.0, 10.0),
			"empty_block_weight_us": rounded(capacity.mandatory.ref_time() as f64 / 1_000_000.0, 10.0),
			"full_block_ms": median(took),
			"ended_by": ended_by,
			"thrown_away": tried.saturating_sub(made.len()),
			"filled": self.filled,
			"exhausted": self.exhausted,
			"sent_within": self.sent_within,
			"backlog_start": self.backlog_start,
			"backlog_end": self.backlog_end,
			"refused": self.refused,
			"failed": found.saturating_sub(included),
			"accounts": self.accounts,
		})
	}
}

fn rounded(value: f64, scale: f64) -> f64 {
	(value * scale).round() / scale
}

/// The middle one; of two, the smaller.
fn median(mut values: Vec<u64>) -> Option<u64> {
	values.sort_unstable();
	values.get(values.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::weights::Weight;

	#[test]
	fn median_should_be_the_middle_and_nothing_of_nothing() {
		assert_eq!(median(vec![]), None);
		assert_eq!(median(vec![9]), Some(9));
		assert_eq!(median(vec![9, 1, 5]), Some(5));
		assert_eq!(median(vec![9, 1, 5, 7]), Some(5));
	}

	#[test]
	fn line_should_count_slots_without_a_block_and_leave_out_what_failed() {
		let block = |number: u32, slot, ours: usize| Block {
			hash: format!("hash {number}"),
			parent: String::new(),
			number,
			slot,
			ours: vec![0; ours],
		};
		let proposal = |number, took_ms, end: &str| Proposal { number, took_ms, end: end.into() };
		let measured = Measured {
			accounts: 10_000,
			sent: 9_000,
			sent_within: 7_000,
			refused: 0,
			window: Window { start: 100, end: 110 },
			slot_ms: 6_000,
			filled: true,
			exhausted: false,
			backlog_start: 900,
			backlog_end: 1_100,
			counted: vec![(block(8, 109, 3_000), 3_000), (block(7, 104, 3_001), 3_000)],
			proposals: vec![
				proposal(6, 1, "NoMoreTransactions"),
				proposal(7, 5_000, "HitDeadline"),
				proposal(7, 1_500, "HitBlockWeightLimit"),
				proposal(8, 1_600, "HitBlockWeightLimit"),
			],
		};
		let weight = Weight::from_parts(250_000_000, 0);
		let capacity = Capacity { per_block: 6_000, transfer: weight, mandatory: Weight::zero() };
		let line = measured.line(&capacity);
		let expected = [
			("included", json!(6_000)),
			("per_second", json!(100.0)),
			("capacity_per_second", json!(1_000.0)),
			("ratio", json!(0.1)),
			("seconds", json!(60.0)),
			("blocks", json!(2)),
			("failed", json!(1)),
			("thrown_away", json!(1)),
			("full_block_ms", json!(1_500)),
			("ended_by", json!({ "HitBlockWeightLimit": 2 })),
			("transfer_weight_us", json!(250.0)),
		];
		for (key, value) in expected {
			assert_eq!(line[key], value, "{key}");
		}
	}
}
