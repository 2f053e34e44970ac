//! Timelines: what happened when, between whom, and what it cost.

use crate::{engine::ByRequest, keys::GENESIS};
use std::collections::HashMap;
use surety_response::{
	relay::{packet::Settle, Ms, Note, Outcome, Packet},
	Amount, EdgeId, H256,
};

/// One event of a timeline.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Line {
	/// When, in ms.
	pub t_ms: Ms,
	/// Who does it; for what an author learns, from whom.
	pub from: String,
	/// To whom.
	pub to: String,
	/// What: see `docs/scenarios.md`.
	pub event: &'static str,
	/// Late fee that is paid with it, as the ms that it pays for.
	pub fee_ms: u64,
	/// Whether a proof that an edge is broken goes with it.
	pub with_proof: bool,
}

/// Keeps lines, or does not.
///
/// It is for nodes whose accounts are [`account`](crate::account)s, on the chain whose genesis hash is
/// [`GENESIS`]: those of a simulation, or relays that are to do the same over sockets.
#[derive(Debug)]
pub struct Trace {
	on: bool,
	names: Vec<String>,
	lines: Vec<Line>,
	rates: ByRequest<Amount>,
	/// To whom the author of each request has sent it last.
	first_hop: HashMap<(usize, u64), usize>,
}

impl Trace {
	/// Nothing is kept where it is not `on`.
	pub fn new(on: bool) -> Self {
		Self { on, names: Vec::new(), lines: Vec::new(), rates: HashMap::new(), first_hop: HashMap::new() }
	}

	/// What nodes are called, by number.
	pub fn name(&mut self, names: Vec<String>) {
		self.names = names;
	}

	/// What was kept.
	pub fn lines(&self) -> &[Line] {
		&self.lines
	}

	fn line(&mut self, t_ms: Ms, from: usize, to: usize, event: &'static str, fee_ms: u64, with_proof: bool) {
		if self.on {
			let name = |node: usize| self.names.get(node).cloned().unwrap_or_else(|| node.to_string());
			self.lines.push(Line { t_ms, from: name(from), to: name(to), event, fee_ms, with_proof });
		}
	}

	fn in_ms(&self, request: &H256, fee: Amount) -> u64 {
		let rate = self.rates.get(request).copied().unwrap_or(1).max(1);
		u64::try_from(fee / rate).unwrap_or(u64::MAX)
	}

	/// A node sends another a packet.
	pub fn packet(&mut self, at: Ms, from: usize, to: usize, packet: &Packet) {
		if !self.on {
			return;
		}
		match packet {
			Packet::Forward(forward) => {
				let request = &forward.request;
				self.rates.insert(request.hash(&GENESIS), request.late_fee_per_ms);
				let own = request.author == crate::engine::account(from);
				if own {
					self.first_hop.insert((from, request.nonce), to);
				}
				self.line(at, from, to, if own { "request" } else { "forward" }, 0, false);
			}
			Packet::Ack(_) => {}
			Packet::Nack(_) => self.line(at, from, to, "refusal", 0, false),
			Packet::Answer(answer) => {
				let event = if answer.body.is_some() { "response" } else { "response-head" };
				let fee = self.in_ms(&answer.response.request, answer.fee);
				self.line(at, from, to, event, fee, false);
			}
			Packet::Chunk(chunk) => {
				let fee = self.in_ms(&chunk.request, chunk.fee);
				self.line(at, from, to, "piece", fee, false);
			}
			Packet::Settle(settle) if settle.items.is_empty() => {}
			Packet::Settle(settle) => {
				let Settle { sync, items, .. } = &**settle;
				let fee = items.iter().map(|item| self.in_ms(&item.request, item.fee)).sum();
				let with_proof = items.iter().any(|item| item.broken.is_some());
				self.line(at, from, to, if *sync { "sync" } else { "proof" }, fee, with_proof);
			}
		}
	}

	/// A node's client learns how it is with what it has asked.
	pub fn outcome(&mut self, at: Ms, node: usize, nonce: u64, outcome: &Outcome) {
		let from = self.first_hop.get(&(node, nonce)).copied().unwrap_or(node);
		match outcome {
			Outcome::Answered { .. } => self.line(at, from, node, "answered", 0, false),
			Outcome::Broken { .. } => self.line(at, from, node, "edge-broken", 0, true),
			Outcome::PaidInFull => self.line(at, from, node, "paid-in-full", 0, false),
			Outcome::Refused { .. } => self.line(at, from, node, "refused", 0, false),
			Outcome::Taken { .. } | Outcome::Piece { .. } | Outcome::Paid { .. } | Outcome::NoRoute => {}
		}
	}

	/// A node notes something; `other` says who is at the other end of an edge of its.
	pub fn note(&mut self, at: Ms, node: usize, note: &Note, other: impl Fn(EdgeId) -> usize) {
		match note {
			Note::Late { upstream, .. } => self.line(at, node, other(*upstream), "late", 0, false),
			Note::Held { downstream, sync: false, .. } => {
				self.line(at, other(*downstream), node, "proof-held", 0, true);
			}
			Note::Held { .. } | Note::Ignored { .. } | Note::CannotPay { .. } => {}
		}
	}

	/// A node submits its intent to sever the edge to another.
	pub fn severed(&mut self, at: Ms, node: usize, other: usize) {
		self.line(at, node, other, "sever", 0, false);
	}

	/// A sync at which nothing is paid, where none was noted at this instant.
	pub(crate) fn empty_sync(&mut self, at: Ms, payer: usize, payee: usize) {
		if !self.on {
			return;
		}
		let (from, to) = (self.names.get(payer), self.names.get(payee));
		let noted = |line: &Line| {
			line.t_ms == at && line.event == "sync" && Some(&line.from) == from && Some(&line.to) == to
		};
		if !self.lines.iter().any(noted) {
			self.line(at, payer, payee, "sync", 0, false);
		}
	}
}
