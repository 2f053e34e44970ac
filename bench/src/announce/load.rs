//! The announcements, good and bad, and how the node answers them.

use super::state::{notary, operator_key, Attested};
use crate::rpc::Rpc;
use anyhow::{Context, Result};
use codec::Encode;
use jsonrpsee::rpc_params;
use sp_core::{sr25519, Pair};
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
	time::Instant,
};
use surety_presence::message::{Announcement, Signature, Signed};
use surety_runtime::Hash;
use tokio::sync::Mutex;

/// Connections to the node.
const CONNECTIONS: u32 = 8;

/// What is sent, in three parts: bad ones for slots that have not announced yet, the good ones with other bad ones among
/// them, and good ones once more.
pub(super) struct Traffic {
	parts: [Vec<Sent>; 3],
}

/// An announcement, and the reason for which it must be refused.
struct Sent {
	bytes: String,
	refused: Option<&'static str>,
}

/// What came of it.
pub(super) struct Told {
	pub(super) taken: u64,
	/// By reason.
	pub(super) refused: BTreeMap<String, u64>,
	/// What should have been refused.
	pub(super) expected: BTreeMap<String, u64>,
	/// Of all answers, in microseconds, ascending.
	latencies: Vec<u64>,
}

impl Told {
	/// A percentile, in milliseconds.
	pub(super) fn latency(&self, percentile: usize) -> f64 {
		let at = (self.latencies.len() * percentile / 100).min(self.latencies.len().saturating_sub(1));
		self.latencies.get(at).map_or(0.0, |us| (*us / 100) as f64 / 10.0)
	}
}

/// Makes and signs everything: a good announcement of each slot, and `bad_percent` of a hundred of each bad kind.
pub(super) fn prepare(attested: &Attested, genesis: Hash, window: u32, bad_percent: u32) -> Traffic {
	let universe = u32::try_from(attested.slots.len()).unwrap_or(u32::MAX);
	let account = notary().into();
	let about = |(slot, generation, _): (u32, u32, u32)| Announcement {
		genesis: genesis.into(),
		notary: account,
		slot,
		generation,
		window,
	};
	let made = in_parallel(&attested.slots, |one| {
		let announcement = about(*one);
		(announcement, operator_key(one.2).sign(&announcement.payload()).0)
	});
	let count = attested.slots.len() * usize::try_from(bad_percent).unwrap_or_default() / 100;
	let bad = |reason, change: &(dyn Fn(&mut Announcement) + Sync)| {
		let changed = in_parallel(&attested.slots[..count], |one| {
			let mut announcement = about(*one);
			change(&mut announcement);
			encode(&(announcement, operator_key(one.2).sign(&announcement.payload()).0))
		});
		changed.into_iter().map(|bytes| Sent { bytes, refused: Some(reason) }).collect::<Vec<_>>()
	};
	// The slot's signature, by somebody else's key.
	let stranger = sr25519::Pair::from_seed(&[0xee; 32]);
	let forged = made[..count].iter().map(|(announcement, _)| Sent {
		bytes: encode(&(*announcement, stranger.sign(&announcement.payload()).0)),
		refused: Some("bad_signature"),
	});
	let before: Vec<Sent> = forged
		.chain(bad("wrong_generation", &|one| one.generation = one.generation.wrapping_add(1)))
		.collect();

	let malformed = made[..count]
		.iter()
		.map(|one| Sent { bytes: encode(one)[..100].to_string(), refused: Some("malformed") });
	let good = made.iter().map(|one| Sent { bytes: encode(one), refused: None });
	let others = [
		bad("past", &|one| one.window -= 1),
		bad("future", &|one| one.window += 1),
		bad("foreign_chain", &|one| one.genesis = [0xfc; 32]),
		bad("not_attested", &|one| one.slot += universe),
		bad("unknown_notary", &|one| one.notary = [0x17; 32]),
	];
	let others = others.into_iter().flatten().chain(malformed).collect::<VecDeque<_>>();
	let twice = made[..count].iter().map(|one| Sent { bytes: encode(one), refused: Some("duplicate") });
	Traffic { parts: [before, mixed(good.collect(), others), twice.collect()] }
}

/// Spreads the bad ones evenly among the good ones.
fn mixed(good: Vec<Sent>, mut bad: VecDeque<Sent>) -> Vec<Sent> {
	let every = good.len().checked_div(bad.len()).unwrap_or(usize::MAX).max(1);
	let mut all = Vec::with_capacity(good.len() + bad.len());
	for (index, one) in good.into_iter().enumerate() {
		if index % every == 0 {
			all.extend(bad.pop_front());
		}
		all.push(one);
	}
	all.extend(bad);
	all
}

fn encode(announced: &(Announcement, Signature)) -> String {
	format!("0x{}", hex::encode(announced.encode()))
}

fn in_parallel<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
	let threads = std::thread::available_parallelism().map_or(1, usize::from);
	let share = items.len().div_ceil(threads).max(1);
	std::thread::scope(|scope| {
		let workers: Vec<_> = items
			.chunks(share)
			.map(|chunk| scope.spawn(|| chunk.iter().map(&make).collect::<Vec<R>>()))
			.collect();
		let finished = workers.into_iter().flat_map(|worker| match worker.join() {
			Ok(made) => made,
			Err(panic) => std::panic::resume_unwind(panic),
		});
		finished.collect()
	})
}

/// Sends everything, a part after the other, with so many on their way at a time.
pub(super) async fn send(url: &str, traffic: Traffic, concurrency: u32) -> Result<Told> {
	let mut connections = Vec::new();
	for _ in 0..CONNECTIONS.min(concurrency) {
		connections.push(Arc::new(Rpc::connect(url).await?));
	}
	let mut told =
		Told { taken: 0, refused: BTreeMap::new(), expected: BTreeMap::new(), latencies: Vec::new() };
	for part in traffic.parts {
		for reason in part.iter().filter_map(|sent| sent.refused) {
			*told.expected.entry(reason.into()).or_default() += 1;
		}
		let queue = Arc::new(Mutex::new(part.into_iter()));
		let mut workers = Vec::new();
		for worker in 0..usize::try_from(concurrency)? {
			let (queue, rpc) = (queue.clone(), connections[worker % connections.len()].clone());
			workers.push(tokio::spawn(async move {
				let mut answers = Vec::new();
				loop {
					let Some(sent) = queue.lock().await.next() else { return anyhow::Ok(answers) };
					let begin = Instant::now();
					let reason = announce(&rpc, sent.bytes).await?;
					answers.push((begin.elapsed(), reason));
				}
			}));
		}
		for worker in workers {
			for (took, reason) in worker.await.context("a sender died")?? {
				told.latencies.push(u64::try_from(took.as_micros())?);
				match reason {
					None => told.taken += 1,
					Some(reason) => *told.refused.entry(reason).or_default() += 1,
				}
			}
		}
	}
	told.latencies.sort_unstable();
	Ok(told)
}

/// The reason for which it was refused, or nothing where it was taken.
async fn announce(rpc: &Rpc, bytes: String) -> Result<Option<String>> {
	let answer = rpc.try_call("presence_announce", rpc_params![bytes]).await?;
	Ok(match answer {
		Ok(taken) if taken["duplicate"] == true => Some("duplicate".into()),
		Ok(_) => None,
		Err(refusal) => {
			let reason = refusal.data().and_then(|data| {
				let data: serde_json::Value = serde_json::from_str(data.get()).ok()?;
				Some(data["reason"].as_str()?.to_string())
			});
			Some(reason.with_context(|| format!("presence_announce: {refusal}"))?)
		}
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sent(refused: Option<&'static str>) -> Sent {
		Sent { bytes: String::new(), refused }
	}

	#[test]
	fn bad_ones_should_be_spread_among_good_ones_and_none_lost() {
		let all = mixed((0..10).map(|_| sent(None)).collect(), (0..3).map(|_| sent(Some("past"))).collect());
		assert_eq!(all.len(), 13);
		assert_eq!(all.iter().filter(|one| one.refused.is_some()).count(), 3);
		assert!(all.windows(2).all(|pair| pair[0].refused.is_none() || pair[1].refused.is_none()));
		assert_eq!(mixed(vec![sent(None)], VecDeque::new()).len(), 1);
		assert_eq!(mixed(vec![], [sent(Some("past"))].into()).len(), 1);
	}

	#[test]
	fn work_in_parallel_should_keep_its_order() {
		let numbers: Vec<u32> = (0..1_001).collect();
		assert_eq!(in_parallel(&numbers, |n| n * 2), numbers.iter().map(|n| n * 2).collect::<Vec<_>>());
		assert!(in_parallel(&[] as &[u32], |n| *n).is_empty());
	}
}
