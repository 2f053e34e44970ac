//! What is kept of requests that are over, and of proofs.

use super::{
	config::Limits,
	kept::Changed,
	packet::{Answer, SignedIntent},
	response::{Piece, Verdict},
	Ms,
};
use crate::{EdgeId, H256};
use alloc::{
	boxed::Box,
	collections::{BTreeMap, BTreeSet, VecDeque},
	vec::Vec,
};

/// How a request ended at a hop.
#[derive(Clone, Debug)]
pub(super) enum End {
	/// It was answered by this, which is kept where it is small.
	Answered(Option<Box<Answer>>),
	/// This edge broke.
	Broken(EdgeId),
	/// Otherwise.
	Over,
}

/// Requests that are over, until they expire.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
	ends: BTreeMap<H256, (Ms, End)>,
	expiry: BTreeSet<(Ms, H256)>,
	/// Of the bodies that are kept.
	bytes: usize,
	pub(super) changed: Changed<H256>,
}

impl End {
	fn bytes(&self) -> usize {
		match self {
			Self::Answered(Some(answer)) => answer.body.as_ref().map_or(0, |body| body.len()),
			_ => 0,
		}
	}
}

impl Done {
	pub(super) fn get(&self, request: &H256) -> Option<&End> {
		self.ends.get(request).map(|(_, end)| end)
	}

	/// When one that is over is forgotten, and how it ended.
	pub(super) fn entry(&self, request: &H256) -> Option<&(Ms, End)> {
		self.ends.get(request)
	}

	pub(super) fn len(&self) -> usize {
		self.ends.len()
	}

	/// Bytes of bodies that are kept.
	pub(super) fn bytes(&self) -> usize {
		self.bytes
	}

	pub(super) fn forget_expired(&mut self, now: Ms) {
		while let Some((at, request)) = self.expiry.first().copied().filter(|(at, _)| *at < now) {
			self.expiry.remove(&(at, request));
			self.remove(&request);
		}
	}

	/// Remembers how a request ended, as far as there is room. An answer for whose body there is none is remembered
	/// without it.
	pub(super) fn insert(&mut self, request: H256, expires: Ms, end: End, limits: &Limits) {
		if let Some(at) = self.remove(&request) {
			self.expiry.remove(&(at, request));
		}
		let bytes = self.bytes.saturating_add(end.bytes());
		let (end, bytes) =
			if bytes <= limits.relayed_bytes { (end, bytes) } else { (End::Answered(None), self.bytes) };
		self.bytes = bytes;
		self.ends.insert(request, (expires, end));
		self.changed.note(request);
		self.expiry.insert((expires, request));
		// The one that expires first goes: it will be refused as expired the soonest.
		while self.ends.len() > limits.remembered {
			let Some((_, first)) = self.expiry.pop_first() else { break };
			self.remove(&first);
		}
	}

	fn remove(&mut self, request: &H256) -> Option<Ms> {
		let (at, end) = self.ends.remove(request)?;
		self.changed.note(*request);
		self.bytes = self.bytes.saturating_sub(end.bytes());
		Some(at)
	}
}

/// What was served for a query.
#[derive(Clone, Debug)]
struct Served {
	expires: Ms,
	/// None once it was forgotten for room, or where it is not there yet.
	body: Option<(Verdict, Vec<Piece>)>,
	bytes: usize,
}

/// The node's own answers by query, so that a retry is answered as before.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
	served: BTreeMap<H256, Served>,
	expiry: BTreeSet<(Ms, H256)>,
	/// In the order in which bodies came.
	order: VecDeque<H256>,
	bytes: usize,
	/// Queries that begun, or were forgotten.
	pub(super) changed: Changed<H256>,
	/// Bodies that came, or were forgotten.
	pub(super) bodies_changed: Changed<H256>,
}

/// What is known of a query.
pub(super) enum Known<'a> {
	/// Nothing.
	New,
	/// It is being answered, or the answer was forgotten.
	Begun,
	/// It was answered so.
	Answered(Verdict, &'a [Piece]),
}

impl Answers {
	pub(super) fn get(&self, query: &H256) -> Known<'_> {
		match self.served.get(query) {
			None => Known::New,
			Some(Served { body: Some((verdict, pieces)), .. }) => Known::Answered(*verdict, pieces),
			Some(_) => Known::Begun,
		}
	}

	pub(super) fn len(&self) -> usize {
		self.served.len()
	}

	/// When a query is forgotten.
	pub(super) fn expires(&self, query: &H256) -> Option<Ms> {
		self.served.get(query).map(|served| served.expires)
	}

	/// What was answered to a query.
	pub(super) fn body(&self, query: &H256) -> Option<&(Verdict, Vec<Piece>)> {
		self.served.get(query)?.body.as_ref()
	}

	/// Bytes of bodies that are kept.
	pub(super) fn bytes(&self) -> usize {
		self.bytes
	}

	/// Remembers a query at least until `expires`.
	pub(super) fn begin(&mut self, query: H256, expires: Ms) {
		let entry = self.served.entry(query).or_insert(Served { expires, body: None, bytes: 0 });
		self.expiry.remove(&(entry.expires, query));
		entry.expires = entry.expires.max(expires);
		self.changed.note(query);
		self.expiry.insert((entry.expires, query));
	}

	/// Keeps what was answered, and forgets the oldest bodies where they are more than `limit` bytes.
	pub(super) fn answered(&mut self, query: H256, verdict: Verdict, pieces: Vec<Piece>, limit: usize) {
		let Some(entry) = self.served.get_mut(&query).filter(|entry| entry.body.is_none()) else { return };
		// An empty body takes its place in a table too.
		let bytes = pieces.iter().map(|piece| piece.len()).fold(64, usize::saturating_add);
		if bytes > limit {
			return;
		}
		entry.body = Some((verdict, pieces));
		entry.bytes = bytes;
		self.bytes = self.bytes.saturating_add(bytes);
		self.order.push_back(query);
		self.bodies_changed.note(query);
		while self.bytes > limit {
			let Some(oldest) = self.order.pop_front() else { break };
			if let Some(entry) = self.served.get_mut(&oldest) {
				self.bytes = self.bytes.saturating_sub(entry.bytes);
				entry.body = None;
				entry.bytes = 0;
				self.bodies_changed.note(oldest);
			}
		}
	}

	pub(super) fn forget_expired(&mut self, now: Ms) {
		while let Some((at, query)) = self.expiry.first().copied().filter(|(at, _)| *at < now) {
			self.expiry.remove(&(at, query));
			if let Some(entry) = self.served.remove(&query) {
				self.changed.note(query);
				if entry.body.is_some() {
					self.bodies_changed.note(query);
				}
				self.bytes = self.bytes.saturating_sub(entry.bytes);
			}
		}
		// Now and then, so that it takes a bounded time for each.
		if self.order.len() > self.served.len().saturating_mul(2).saturating_add(16) {
			let served = &self.served;
			self.order.retain(|query| served.contains_key(query));
		}
	}
}

/// Proofs of broken edges that were checked; the oldest go.
#[derive(Clone, Debug, Default)]
pub(super) struct Proofs {
	intents: BTreeMap<EdgeId, SignedIntent>,
	order: VecDeque<EdgeId>,
	pub(super) changed: Changed<EdgeId>,
}

impl Proofs {
	pub(super) fn get(&self, edge: EdgeId) -> Option<&SignedIntent> {
		self.intents.get(&edge)
	}

	pub(super) fn insert(&mut self, intent: SignedIntent, limit: usize) {
		let edge = intent.intent.edge;
		if self.intents.contains_key(&edge) {
			return;
		}
		self.intents.insert(edge, intent);
		self.changed.note(edge);
		self.order.push_back(edge);
		while self.order.len() > limit.max(1) {
			let Some(oldest) = self.order.pop_front() else { break };
			self.intents.remove(&oldest);
			self.changed.note(oldest);
		}
	}
}
