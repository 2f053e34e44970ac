//! What an edge has earned and lost.

use super::Ms;
use crate::Amount;
use alloc::collections::VecDeque;
use codec::{Decode, Encode};

const HOUR_MS: Ms = 3_600_000;
const BUCKET_MS: Ms = 60_000;

/// What an edge has earned and lost: in all, and in the last hour, to the minute.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub(super) struct Ledger {
	earned: Amount,
	lost: Amount,
	/// Minute, earned, lost. 61 at the most.
	recent: VecDeque<(Ms, Amount, Amount)>,
}

impl Ledger {
	pub(super) fn book(&mut self, now: Ms, earned: Amount, lost: Amount) {
		if earned == 0 && lost == 0 {
			return;
		}
		self.earned = self.earned.saturating_add(earned);
		self.lost = self.lost.saturating_add(lost);
		self.forget(now);
		let minute = now / BUCKET_MS;
		match self.recent.back_mut().filter(|bucket| bucket.0 >= minute) {
			Some(bucket) => {
				bucket.1 = bucket.1.saturating_add(earned);
				bucket.2 = bucket.2.saturating_add(lost);
			}
			None => self.recent.push_back((minute, earned, lost)),
		}
	}

	fn forget(&mut self, now: Ms) {
		let oldest = now.saturating_sub(HOUR_MS) / BUCKET_MS;
		while self.recent.front().is_some_and(|bucket| bucket.0 < oldest) {
			self.recent.pop_front();
		}
	}

	/// Lost in all, less what was earned.
	pub(super) fn net_loss(&self) -> Amount {
		self.lost.saturating_sub(self.earned)
	}

	/// Whether more than that was lost in the last hour than earned, with `outstanding` lost beside.
	pub(super) fn hour_is_negative(&mut self, now: Ms, outstanding: Amount) -> bool {
		self.forget(now);
		let sum = |of: fn(&(Ms, Amount, Amount)) -> Amount| {
			self.recent.iter().map(of).fold(0, Amount::saturating_add)
		};
		sum(|bucket| bucket.2).saturating_add(outstanding) > sum(|bucket| bucket.1)
	}
}
