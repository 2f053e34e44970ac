//! How a node behaves, and what an edge promises.

use super::Ms;
use crate::{Amount, EdgeId, NodeId};
use codec::{Decode, Encode};

/// When a node severs the edge to a neighbour that owes it an answer and is late (S3 §3, §5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Patience {
	/// As soon as the answer is overdue (S3 §5.2).
	AtOnce,
	/// At so many syncs with the one before it at which it has paid out of its own pocket since the neighbour last paid
	/// (S3 §5.3: one). An author counts the syncs at which the neighbour should have paid. Zero is as one.
	Syncs(u32),
	/// Once it has lost more by the edge in the last hour than it has earned (S3 §5.4). What it is out of pocket for
	/// counts as lost as soon as the neighbour should have paid it. An author goes by one sync.
	Hourly,
	/// Never, as long as the risk it takes allows it to pay (S3 §5.5). An author goes by one sync.
	PayOn,
}

/// When a node passes on a proof that comes from the next on the way. Its own it passes on at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PassOn {
	/// As soon as it has it.
	AtOnce,
	/// With its next sync (S3 §5.3, as it is told there).
	AtSync,
}

/// What a node does where an edge has no room for one more request (S3 §3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overload {
	/// It keeps the request until there is room, and pays for the delay.
	Queue,
	/// It severs the edge and has a proof at once.
	Break,
	/// It does not take the request.
	Refuse,
}

/// When two neighbours settle late fees: at `first_ms`, and each `every_ms` from there on, both ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Schedule {
	/// The first sync, in ms of this node's clock.
	pub first_ms: Ms,
	/// From one to the next, in ms. Zero is as one.
	pub every_ms: Ms,
}

impl Schedule {
	/// The first sync later than `now`.
	pub fn after(&self, now: Ms) -> Ms {
		let every = self.every_ms.max(1);
		match now.checked_sub(self.first_ms) {
			None => self.first_ms,
			Some(since) => {
				self.first_ms.saturating_add((since / every).saturating_add(1).saturating_mul(every))
			}
		}
	}

	/// The last sync that is not later than `now`; `None` before the first.
	pub fn last(&self, now: Ms) -> Option<Ms> {
		let since = now.checked_sub(self.first_ms)?;
		now.checked_sub(since % self.every_ms.max(1))
	}
}

/// Bounds of what a node keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
	/// Requests in flight, in all.
	pub flights: usize,
	/// Requests that wait for room on an edge, for each.
	pub queued: usize,
	/// Neighbours.
	pub neighbours: usize,
	/// Bytes of bodies of its own responses that are kept to answer a repeated query.
	pub cache_bytes: usize,
	/// Bytes of bodies that went through it that are kept to answer a repeated request.
	pub relayed_bytes: usize,
	/// Requests whose end is remembered until they expire.
	pub remembered: usize,
	/// Proofs of broken edges that are kept.
	pub proofs: usize,
	/// Requests of its own that it has under way, one after the other along other routes.
	pub asks: usize,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			flights: 4_096,
			queued: 256,
			neighbours: 256,
			cache_bytes: 64 * 1024 * 1024,
			relayed_bytes: 16 * 1024 * 1024,
			remembered: 65_536,
			proofs: 4_096,
			asks: 1_024,
		}
	}
}

/// How a node behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
	/// Its account.
	pub node: NodeId,
	/// When it severs.
	pub patience: Patience,
	/// When it passes on proofs.
	pub pass_on: PassOn,
	/// What it does where there is no room.
	pub overload: Overload,
	/// Whether it asks on behalf of itself to isolate a neighbour that fell silent (S3 §3.1).
	pub isolate: bool,
	/// How late an answer or a payment may come before that counts as late, in ms: for the jitter of edges.
	pub grace_ms: Ms,
	/// How much clocks may differ, in ms.
	pub skew_ms: Ms,
	/// How far ahead a request's expiry may lie, in ms: for so long it has to be remembered.
	pub max_validity_ms: Ms,
	/// Bounds of what it keeps.
	pub limits: Limits,
}

/// An edge of a node, as both ends have signed it and this one is configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EdgeConfig {
	/// The edge.
	pub edge: EdgeId,
	/// Who is at the other end.
	pub neighbour: NodeId,
	/// Promised latency of a message, one way, in ms.
	pub latency_ms: u32,
	/// When late fees are settled. Without it they come with an answer or a proof only, and no patience is had that
	/// counts syncs.
	pub syncs: Option<Schedule>,
	/// What carrying a request and its answer along it costs.
	pub base_price: Amount,
	/// What each byte of both costs beside that.
	pub price_per_byte: Amount,
	/// Requests that can be on their way along it at once.
	pub max_requests: usize,
	/// What this node is ready to lose by the neighbour: late fees that it has paid for its silence and not got back,
	/// less what it has earned along the edge. Before it would lose more, it severs. Half of the penalty, which
	/// severing costs in any case, is not part of it.
	pub risk: Amount,
	/// Another patience than the node's, for this neighbour.
	pub patience: Option<Patience>,
}

impl EdgeConfig {
	/// What carrying so many bytes costs; the greatest amount where that cannot be counted.
	pub fn price(&self, bytes: u64) -> Amount {
		self.base_price.saturating_add(self.price_per_byte.saturating_mul(bytes.into()))
	}
}
