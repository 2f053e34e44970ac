//! Sends the transfers: as many as keep the pool filled, not more.

use super::accounts::Transfer;
use crate::rpc::Rpc;
use anyhow::{anyhow, Result};
use std::{
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
		Arc, Mutex,
	},
	time::Duration,
};
use tokio::{task::JoinSet, time::sleep};

/// Transfers in a JSON-RPC batch: a few hundred milliseconds of the node's work, so that the pace is kept.
const BATCH: usize = 250;
/// Batches on their way at a time, each on its own connection. The node works through one batch in order, so
/// this is also how many processors it may spend on validation: on two cores, one at work while the other's
/// answers travel leaves room for the author.
const IN_FLIGHT: usize = 2;
/// How long to wait before looking whether more may be sent.
const PAUSE: Duration = Duration::from_millis(10);

/// What the senders and the measurement share.
#[derive(Debug, Default)]
pub(crate) struct Pace {
	/// Transfers that may have been handed over so far.
	allowed: AtomicUsize,
	/// Transfers taken for a batch.
	taken: AtomicUsize,
	accepted: AtomicUsize,
	refused: AtomicUsize,
	reason: Mutex<Option<String>>,
	stop: AtomicBool,
}

impl Pace {
	/// Lets the senders go up to the transfer of this number.
	pub(crate) fn allow(&self, up_to: usize) {
		self.allowed.fetch_max(up_to, SeqCst);
	}

	/// Transfers that the pool took.
	pub(crate) fn accepted(&self) -> usize {
		self.accepted.load(SeqCst)
	}

	/// Transfers that the pool refused.
	pub(crate) fn refused(&self) -> usize {
		self.refused.load(SeqCst)
	}

	/// Why it refused the first.
	pub(crate) fn reason(&self) -> Option<String> {
		self.reason.lock().ok()?.clone()
	}

	/// Takes the next batch, if it may be sent already.
	fn take(&self, of: usize) -> Option<std::ops::Range<usize>> {
		let limit = self.allowed.load(SeqCst).min(of);
		let next = |from: usize| (from < limit).then(|| (from + BATCH).min(limit));
		let from = self.taken.fetch_update(SeqCst, SeqCst, next).ok()?;
		Some(from..(from + BATCH).min(limit))
	}
}

/// The senders. Dropping them ends them.
pub(crate) struct Senders {
	tasks: JoinSet<Result<()>>,
	pub(crate) pace: Arc<Pace>,
	count: usize,
}

impl Senders {
	pub(crate) async fn start(url: &str, transfers: Vec<Transfer>) -> Result<Self> {
		let pace = Arc::new(Pace::default());
		let count = transfers.len();
		let transfers = Arc::new(transfers);
		let mut tasks = JoinSet::new();
		for _ in 0..IN_FLIGHT {
			let rpc = Rpc::connect(url).await?;
			tasks.spawn(send(rpc, transfers.clone(), pace.clone()));
		}
		Ok(Self { tasks, pace, count })
	}

	/// Whether every transfer was handed over.
	pub(crate) fn exhausted(&self) -> bool {
		self.pace.taken.load(SeqCst) >= self.count
	}

	/// Fails when a sender has failed, or when the node takes nothing at all.
	pub(crate) fn check(&mut self) -> Result<()> {
		while let Some(ended) = self.tasks.try_join_next() {
			ended??;
		}
		if self.pace.accepted() == 0 && self.pace.refused() > 0 {
			let reason = self.pace.reason().unwrap_or_default();
			return Err(anyhow!("the node refuses the transfers: {reason}"));
		}
		Ok(())
	}

	/// Sends no more. Batches on their way are waited for: each has its time limit.
	pub(crate) async fn stop(&mut self) -> Result<()> {
		self.pace.stop.store(true, SeqCst);
		while let Some(ended) = self.tasks.join_next().await {
			ended??;
		}
		Ok(())
	}
}

async fn send(rpc: Rpc, transfers: Arc<Vec<Transfer>>, pace: Arc<Pace>) -> Result<()> {
	while !pace.stop.load(SeqCst) && pace.taken.load(SeqCst) < transfers.len() {
		let Some(batch) = pace.take(transfers.len()) else {
			sleep(PAUSE).await;
			continue;
		};
		let outcome = rpc.submit(transfers[batch].iter().map(|transfer| transfer.hex.as_str())).await?;
		pace.accepted.fetch_add(outcome.accepted, SeqCst);
		pace.refused.fetch_add(outcome.refused, SeqCst);
		if let (Some(reason), Ok(mut first)) = (outcome.reason, pace.reason.lock()) {
			first.get_or_insert(reason);
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn batches_should_follow_each_other_and_stop_where_they_may_not_go_on() {
		let pace = Pace::default();
		assert_eq!(pace.take(1_000), None);
		pace.allow(600);
		assert_eq!(pace.take(1_000), Some(0..250));
		assert_eq!(pace.take(1_000), Some(250..500));
		assert_eq!(pace.take(1_000), Some(500..600));
		assert_eq!(pace.take(1_000), None);
		// What was allowed once stays allowed.
		pace.allow(100);
		pace.allow(5_000);
		assert_eq!(pace.take(1_000), Some(600..850));
		assert_eq!(pace.take(1_000), Some(850..1_000));
		assert_eq!(pace.take(1_000), None);
	}
}
