//! How much a peer may ask for: a bucket of tokens each, refilled with time, in bounded memory.

use std::{collections::HashMap, time::Instant};

/// Whoever is at the other end of a connection.
pub(crate) type Peer = u64;

/// The buckets.
#[derive(Debug)]
pub(crate) struct Peers {
	/// Tokens a second.
	rate: f64,
	/// Tokens at the most.
	burst: f64,
	/// Peers that are remembered at the most.
	most: usize,
	buckets: HashMap<Peer, Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
	tokens: f64,
	at: Instant,
}

impl Peers {
	pub(crate) fn new(rate: u32, burst: u32, most: usize) -> Self {
		Self { rate: rate.into(), burst: burst.into(), most: most.max(1), buckets: HashMap::new() }
	}

	/// Takes a token of the peer, if it has one.
	pub(crate) fn admit(&mut self, peer: Peer, now: Instant) -> bool {
		if !self.buckets.contains_key(&peer) && self.buckets.len() >= self.most {
			self.forget(now);
		}
		let (rate, burst) = (self.rate, self.burst);
		let bucket = self.buckets.entry(peer).or_insert(Bucket { tokens: burst, at: now });
		bucket.refill(rate, burst, now);
		let admitted = bucket.tokens >= 1.0;
		if admitted {
			bucket.tokens -= 1.0;
		}
		admitted
	}

	/// Forgets whoever has a full bucket again, since a new one would be full as well; else whoever is nearest to that.
	fn forget(&mut self, now: Instant) {
		let (rate, burst) = (self.rate, self.burst);
		self.buckets.retain(|_, bucket| {
			bucket.refill(rate, burst, now);
			bucket.tokens < burst
		});
		if self.buckets.len() >= self.most {
			let fullest = |a: &(&Peer, &Bucket), b: &(&Peer, &Bucket)| a.1.tokens.total_cmp(&b.1.tokens);
			if let Some(peer) = self.buckets.iter().max_by(fullest).map(|(peer, _)| *peer) {
				self.buckets.remove(&peer);
			}
		}
	}
}

impl Bucket {
	fn refill(&mut self, rate: f64, burst: f64, now: Instant) {
		let passed = now.saturating_duration_since(self.at).as_secs_f64();
		self.tokens = (self.tokens + passed * rate).min(burst);
		self.at = now;
	}
}
