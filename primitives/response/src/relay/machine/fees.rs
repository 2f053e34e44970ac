//! Late fees: what is owed and when it is paid (S3 §3, §5).

use super::{Flight, Neighbour, Relay};
use crate::relay::{
	config::{PassOn, Patience},
	event::{Action, Note, Outcome, Reason},
	host::Host,
	memory::End,
	packet::{Item, Packet, Settle, SignedIntent, SignedVoucher, MAX_ITEMS},
	Ms,
};
use crate::{Amount, EdgeId, Payment, H256};
use alloc::{
	boxed::Box,
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};

impl Flight {
	/// Late fee since the last that was paid.
	pub(super) fn accrued(&self, now: Ms) -> Amount {
		let late = now.saturating_sub(self.late_from.max(self.paid_until));
		let left = self.request.late_fee_cap.saturating_sub(self.paid);
		self.request.late_fee_per_ms.saturating_mul(late.into()).min(left)
	}

	/// Whether nothing more will be owed.
	fn is_paid_in_full(&self) -> bool {
		self.paid >= self.request.late_fee_cap
	}

	/// What the next on the way owes for being late until `until`, when it took the promised latency to reach it.
	pub(super) fn owed_by_next(&self, until: Ms, latency_ms: u32) -> Amount {
		let Some(down) = &self.down else { return 0 };
		let since = down.sent_at.saturating_add(down.timeout_ms.into()).saturating_sub(latency_ms.into());
		let fee = self.request.late_fee_per_ms.saturating_mul(until.saturating_sub(since).into());
		fee.min(self.request.late_fee_cap)
	}
}

impl<H: Host> Relay<H> {
	/// Pays what has accrued for one request, along the edge by which it came.
	pub(super) fn pay_accrued(&mut self, edge: EdgeId, hash: H256) -> (Amount, Option<SignedVoucher>) {
		let fee = self.flights.get(&hash).map_or(0, |flight| flight.accrued(self.now));
		let voucher = self.pay(edge, fee, Payment::Owed);
		if voucher.is_none() {
			return (0, None);
		}
		self.paid(edge, hash, fee);
		(fee, voucher)
	}

	fn paid(&mut self, edge: EdgeId, hash: H256, fee: Amount) {
		if let Some(flight) = self.flights.get_mut(&hash) {
			flight.paid = flight.paid.saturating_add(fee);
			flight.paid_until = self.now;
		}
		if let Some(neighbour) = self.neighbours.get_mut(&edge) {
			neighbour.reserved = neighbour.reserved.saturating_sub(fee);
		}
	}

	/// The next on the way pays for being late with one request.
	pub(super) fn receive_fee(&mut self, edge: EdgeId, hash: H256, fee: Amount) {
		if fee == 0 {
			return;
		}
		if !self.spend_credit(edge, fee) {
			return self.ignore(edge, Reason::FeeNotPaid);
		}
		let latency_ms = self.neighbours.get(&edge).map_or(0, |neighbour| neighbour.config.latency_ms);
		let margin = self.margin().saturating_add(latency_ms.into());
		let until = self.now.saturating_sub(margin);
		let Some(flight) = self.flights.get_mut(&hash) else { return };
		let owed = flight.owed_by_next(until, latency_ms);
		let Some(down) = flight.down.as_mut() else { return };
		down.received = down.received.saturating_add(fee);
		let received = down.received;
		// Who pays a little, to be borne with for ever, has not paid.
		if received >= owed {
			flight.missed = 0;
		}
		let own = flight.up.is_none().then_some(flight.request.nonce);
		self.arm_risk(edge);
		if let Some(nonce) = own {
			self.tell(nonce, hash, Outcome::Paid { fee });
		}
	}

	/// Ends a request of this node's own for which all was paid that could be owed.
	fn end_if_paid(&mut self, hash: H256) {
		let Some(flight) = self.flights.get(&hash).filter(|flight| flight.up.is_none()) else { return };
		let received = flight.down.as_ref().map_or(0, |down| down.received);
		if received >= flight.request.late_fee_cap {
			let nonce = flight.request.nonce;
			self.finish(hash, End::Over);
			self.tell(nonce, hash, Outcome::PaidInFull);
			self.forget_ask(nonce);
		}
	}

	/// By how much clocks and edges may be off, in ms.
	pub(super) fn margin(&self) -> Ms {
		self.config.grace_ms.saturating_add(self.config.skew_ms)
	}

	/// A sync with the one before on the way: what has accrued is paid, and what proofs there are go with it.
	pub(super) fn on_sync(&mut self, upstream: EdgeId) {
		let Some(neighbour) = self.neighbours.get(&upstream) else { return };
		let from: Vec<H256> = neighbour.from.iter().copied().collect();
		let mut severed = BTreeMap::new();
		for hash in &from {
			let Some(flight) = self.flights.get(hash).filter(|flight| flight.proof.is_none()) else {
				continue;
			};
			let sent = flight.down.as_ref().filter(|down| down.waiting.is_none()).map(|down| down.edge);
			let Some(edge) = sent.filter(|_| flight.late && flight.accrued(self.now) > 0) else { continue };
			let Some(flight) = self.flights.get_mut(hash) else { continue };
			if self.now < self.blames_from {
				continue;
			}
			flight.missed = flight.missed.saturating_add(1);
			let missed = flight.missed;
			let enough = match self.patience(edge) {
				Patience::Syncs(syncs) => missed >= syncs.max(1),
				Patience::Hourly => {
					let (now, withheld) = (self.now, self.withheld(edge));
					let neighbour = self.neighbours.get_mut(&edge);
					neighbour.is_some_and(|neighbour| neighbour.ledger.hour_is_negative(now, withheld))
				}
				Patience::AtOnce | Patience::PayOn => false,
			};
			if enough {
				severed.insert(edge, *hash);
			}
		}
		for (edge, hash) in severed {
			self.sever(edge, Some(upstream), Some(hash));
		}
		self.settle(upstream, &from, true);
		self.arm_sync(upstream);
	}

	/// Pays what has accrued for these requests, which came along an edge, and passes on what proofs there are.
	pub(super) fn settle(&mut self, upstream: EdgeId, hashes: &[H256], sync: bool) {
		let now = self.now;
		// What is said at the very instant of a sync is part of it.
		let due = |neighbour: &Neighbour| neighbour.sync_at == Some(now);
		let sync = sync || self.neighbours.get(&upstream).is_some_and(due);
		let speaks = |flight: &Flight| flight.proof.is_some() || (flight.late && flight.accrued(now) > 0);
		let known = |hash: &&H256| self.flights.get(hash).is_some_and(speaks);
		let hashes: Vec<H256> = hashes.iter().filter(known).copied().collect();
		for group in hashes.chunks(MAX_ITEMS as usize) {
			self.settle_group(upstream, group, sync);
		}
	}

	fn settle_group(&mut self, upstream: EdgeId, hashes: &[H256], sync: bool) {
		let accrued = |hash: &H256| self.flights.get(hash).map_or(0, |flight| flight.accrued(self.now));
		let fees: Vec<Amount> = hashes.iter().map(accrued).collect();
		let total = fees.iter().copied().fold(0, Amount::saturating_add);
		let voucher = self.pay(upstream, total, Payment::Owed);
		let mut packet = Settle { sync, items: Default::default(), intents: Default::default(), voucher };
		let mut over = Vec::new();
		for (hash, fee) in hashes.iter().zip(fees) {
			let fee = if voucher.is_some() { fee } else { 0 };
			if fee > 0 {
				self.paid(upstream, *hash, fee);
			}
			let Some(flight) = self.flights.get(hash) else { continue };
			let broken = flight.proof.and_then(|proof| place(&mut packet, proof));
			if flight.proof.is_none() && fee == 0 {
				continue;
			}
			if let Some(proof) = flight.proof {
				over.push((*hash, End::Broken(proof.intent.edge)));
			} else if flight.is_paid_in_full() {
				over.push((*hash, End::Over));
			}
			// There are no more hashes than items.
			let _ = packet.items.try_push(Item { request: *hash, fee, broken });
		}
		if !packet.items.is_empty() {
			self.send(upstream, Packet::Settle(Box::new(packet)));
		}
		for (hash, end) in over {
			self.finish(hash, end);
		}
	}

	/// The next on the way pays late fees, or has proofs.
	pub(super) fn on_settle(&mut self, edge: EdgeId, settle: Settle) {
		let credit = self.neighbours.get(&edge).map_or(0, |neighbour| neighbour.credit);
		self.take(edge, settle.voucher);
		// What is paid for no request is given back, and pays for nothing to come.
		if let Some(neighbour) = self.neighbours.get_mut(&edge).filter(|_| settle.items.is_empty()) {
			neighbour.credit = credit;
			self.edges_changed.note(edge);
		}
		let mut proven: BTreeMap<EdgeId, (SignedIntent, Vec<H256>)> = BTreeMap::new();
		for item in &settle.items {
			if self.down_of(edge, &item.request).is_none() {
				self.ignore(edge, Reason::UnknownRequest);
				continue;
			}
			self.receive_fee(edge, item.request, item.fee);
			let Some(place) = item.broken else {
				self.end_if_paid(item.request);
				continue;
			};
			let intent = settle.intents.get(usize::from(place)).copied();
			let Some(flight) = self.flights.get(&item.request) else { continue };
			let answers = |intent: &SignedIntent| flight.beyond.contains(&intent.intent.edge);
			match intent.filter(|intent| answers(intent) && self.is_proof(intent)) {
				Some(intent) => {
					let (_, hashes) = proven.entry(intent.intent.edge).or_insert((intent, Vec::new()));
					hashes.push(item.request);
				}
				None => self.ignore(edge, Reason::NotOnRoute),
			}
		}
		for (intent, hashes) in proven.into_values() {
			self.keep_proof(intent);
			let (held, passed) = self.divide(hashes);
			for hash in held {
				if let Some(flight) = self.flights.get_mut(&hash) {
					flight.proof = Some(intent);
				}
				let note = Note::Held { request: hash, downstream: edge, sync: settle.sync };
				self.out.push(Action::Note(note));
			}
			self.prove_all(&passed, intent, None);
		}
		// The other end of an edge may itself say that this is broken.
		for intent in settle.intents {
			if self.neighbours.contains_key(&intent.intent.edge) && self.is_proof(&intent) {
				self.break_edge(intent, None);
			}
		}
	}

	/// Which of these requests keep their proof for a sync, and which pass it on.
	fn divide(&self, hashes: Vec<H256>) -> (Vec<H256>, Vec<H256>) {
		let waits = |hash: &H256| {
			let up = self.flights.get(hash).and_then(|flight| flight.up.as_ref()).filter(|up| !up.gone);
			let neighbour = up.and_then(|up| self.neighbours.get(&up.edge));
			neighbour.is_some_and(|neighbour| neighbour.config.syncs.is_some())
		};
		match self.config.pass_on {
			PassOn::AtOnce => (Vec::new(), hashes),
			PassOn::AtSync => hashes.into_iter().partition(waits),
		}
	}

	/// The requests among these that came along each edge.
	pub(super) fn by_origin(&self, hashes: &[H256]) -> BTreeMap<Option<(EdgeId, bool)>, BTreeSet<H256>> {
		let mut origins: BTreeMap<_, BTreeSet<H256>> = BTreeMap::new();
		for hash in hashes {
			if let Some(flight) = self.flights.get(hash) {
				let origin = flight.up.as_ref().map(|up| (up.edge, up.gone));
				origins.entry(origin).or_default().insert(*hash);
			}
		}
		origins
	}
}

/// Where a proof is among those of a packet, to which it is added where it is not.
fn place(packet: &mut Settle, proof: SignedIntent) -> Option<u8> {
	let known = packet.intents.iter().position(|intent| intent.intent == proof.intent);
	let at = match known {
		Some(at) => at,
		None => {
			packet.intents.try_push(proof).ok()?;
			packet.intents.len().checked_sub(1)?
		}
	};
	u8::try_from(at).ok()
}
