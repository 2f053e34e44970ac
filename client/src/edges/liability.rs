//! From when on a node answers for having been cut off, as the chain decides it (S3 §2, §3.1).

use crate::chain::topology::Record;
use surety_primitives::{api::CutInfo, BlockNumber};

/// What there is to be known of the cut that a node is in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CutSeen {
	/// The cut.
	pub cut: CutInfo,
	/// Block in which it became known.
	pub known_at: BlockNumber,
	/// In which a node can rejoin without loss once, in blocks.
	pub grace_interval: BlockNumber,
}

impl CutSeen {
	/// First block in which this node is liable: later for one that has its time of grace.
	pub fn liable_from(&self, node: &Record) -> BlockNumber {
		let until = node.grace_used_at.map(|used| used.saturating_add(self.grace_interval));
		match until {
			Some(until) if self.known_at < until => self.cut.review_ends.unwrap_or(self.known_at),
			_ => self.cut.liable_from,
		}
	}

	/// Whether claims can be made against this node in a block.
	pub fn is_claimable(&self, node: &Record, block: BlockNumber) -> bool {
		self.has_claims(block) && block >= self.liable_from(node)
	}

	/// Whether claims can be made, or will be.
	pub fn has_claims(&self, block: BlockNumber) -> bool {
		!self.cut.vetoed && block < self.cut.claims_end
	}

	/// Whether a node has lost its share for this cut.
	pub fn has_punished(&self, node: &Record) -> bool {
		node.punished == Some(self.cut.id)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const CUT: CutInfo =
		CutInfo { id: 3, since: 90, liable_from: 110, claims_end: 126, review_ends: None, vetoed: false };

	fn seen(cut: CutInfo) -> CutSeen {
		CutSeen { cut, known_at: 100, grace_interval: 60 }
	}

	fn used(at: BlockNumber) -> Record {
		Record { grace_used_at: Some(at), ..Record::default() }
	}

	#[test]
	fn a_node_should_be_liable_after_its_grace_and_until_claims_end() {
		let (cut, node) = (seen(CUT), Record::default());
		let claimable: Vec<_> =
			[109, 110, 125, 126].map(|block| cut.is_claimable(&node, block)).into_iter().collect();
		assert_eq!(claimable, [false, true, true, false]);
	}

	#[test]
	fn a_node_that_has_used_its_grace_lately_should_be_liable_at_once() {
		assert_eq!(seen(CUT).liable_from(&used(41)), 100);
		assert_eq!(seen(CUT).liable_from(&used(40)), 110, "that is long enough ago");
		let reviewed = CutInfo { review_ends: Some(124), ..CUT };
		assert_eq!(seen(reviewed).liable_from(&used(41)), 124, "a review has to be over all the same");
	}

	#[test]
	fn nobody_should_be_liable_for_a_cut_that_was_vetoed() {
		let cut = seen(CutInfo { vetoed: true, ..CUT });
		assert!(!cut.is_claimable(&Record::default(), 115) && !cut.has_claims(115));
	}

	#[test]
	fn a_loss_should_count_for_its_own_cut_only() {
		let lost = |cut| Record { punished: Some(cut), ..Record::default() };
		assert!(seen(CUT).has_punished(&lost(3)));
		assert!(!seen(CUT).has_punished(&lost(2)));
	}
}
