//! Requests on their way to the recipient.

use super::{examine::Taken, Down, Flight, Relay, Timer, Up};
use crate::relay::{
	config::Overload,
	event::{Action, Outcome, Reason},
	host::Host,
	memory::End,
	packet::{Ack, Acknowledged, Answer, Forward, Nack, Packet, Settle},
	payload::Leg,
	request::Request,
	Ms,
};
use crate::{Amount, EdgeId, Payment, H256};
use alloc::{boxed::Box, vec::Vec};

impl<H: Host> Relay<H> {
	/// A neighbour hands over a request.
	pub(super) fn on_forward(&mut self, edge: EdgeId, forward: Forward) {
		self.take(edge, forward.voucher);
		let hash = forward.request.hash(&self.genesis);
		let paid = self.spend_credit(edge, forward.pay);
		let pay = if paid { forward.pay } else { 0 };
		match self.examine(edge, hash, &forward, paid) {
			Ok(taken) => self.accept(edge, hash, forward, taken),
			Err(reason) => {
				// A request that is over is answered once more, by what is remembered; it was paid for then.
				if reason == Reason::Replay && self.repeat(edge, hash, &forward, pay) {
					return;
				}
				self.nack(edge, hash, reason, pay);
			}
		}
	}

	/// Refuses a request, and gives back what was paid.
	pub(super) fn nack(&mut self, edge: EdgeId, request: H256, reason: Reason, pay: Amount) {
		let voucher = self.pay(edge, pay, Payment::Owed);
		let pay = if voucher.is_some() { pay } else { 0 };
		self.send(edge, Packet::Nack(Nack { request, reason, pay, voucher }));
	}

	/// Answers a request that is over; whether there was something to say.
	fn repeat(&mut self, edge: EdgeId, hash: H256, forward: &Forward, pay: Amount) -> bool {
		if self.flights.contains_key(&hash) {
			return false;
		}
		let packet = match self.done.get(&hash) {
			Some(End::Answered(Some(answer))) => {
				Packet::Answer(Box::new(Answer { fee: 0, voucher: None, ..(**answer).clone() }))
			}
			Some(End::Broken(broken)) => {
				let Some(intent) = self.proofs.get(*broken).copied() else { return false };
				let Ok(peeled) = self.host.peel(&hash, &forward.payload) else { return false };
				if !peeled.beyond.contains(broken) {
					return false;
				}
				Self::proof_of(hash, intent)
			}
			_ => return false,
		};
		// What is paid a second time comes back, before the answer ends the request where it is awaited.
		if pay > 0 {
			let Some(voucher) = self.pay(edge, pay, Payment::Owed) else { return false };
			let nothing = Packet::Settle(Box::new(Settle {
				sync: false,
				items: Default::default(),
				intents: Default::default(),
				voucher: Some(voucher),
			}));
			self.send(edge, nothing);
		}
		self.send(edge, packet);
		true
	}

	fn accept(&mut self, edge: EdgeId, hash: H256, forward: Forward, taken: Taken) {
		let Taken { peeled, share_ms } = taken;
		let signed = self.host.sign_message(&Acknowledged { request: hash, timeout_ms: forward.timeout_ms });
		self.send(edge, Packet::Ack(Ack { request: hash, signed }));

		let Forward { request, signed, body, pay, .. } = forward;
		let cap = request.late_fee_cap;
		let onward = peeled.next.map(|leg| {
			let forward = Forward {
				request: request.clone(),
				signed,
				body: body.clone(),
				timeout_ms: leg.timeout_ms,
				payload: peeled.rest,
				pay: leg.pay,
				voucher: None,
			};
			(leg, Box::new(forward))
		});
		let next = onward.as_ref().map(|(leg, _)| *leg);
		let up = Some(Up { edge, pay, gone: false });
		self.fly(hash, request, up, onward, peeled.beyond, Ms::from(share_ms));
		if let Some(neighbour) = self.neighbours.get_mut(&edge) {
			neighbour.from.insert(hash);
			neighbour.reserved = neighbour.reserved.saturating_add(cap);
		}
		self.arm_sync(edge);
		match next {
			Some(leg) => self.depart(hash, leg.edge, leg.pay),
			None => self.serve(hash, body.into_inner()),
		}
	}

	/// Keeps a request that was taken, or is this node's own.
	pub(super) fn fly(
		&mut self,
		hash: H256,
		request: Request,
		up: Option<Up>,
		onward: Option<(Leg, Box<Forward>)>,
		beyond: Vec<EdgeId>,
		share_ms: Ms,
	) {
		let late_from = self.now.saturating_add(share_ms);
		let down = onward.map(|(leg, forward)| Down {
			edge: leg.edge,
			pay: leg.pay,
			timeout_ms: leg.timeout_ms,
			waiting: Some(forward),
			sent_at: self.now,
			received: 0,
		});
		let flight = Flight {
			request,
			up,
			down,
			beyond,
			late_from,
			late: false,
			due_at: late_from,
			checks: None,
			paid: 0,
			paid_until: late_from,
			missed: 0,
			proof: None,
			pieces: None,
		};
		self.flights.insert(hash, flight);
		self.timers.insert((late_from, Timer::Due(hash)));
	}

	/// Sends a request on, or has it wait, or has it end by the edge that is broken.
	pub(super) fn depart(&mut self, hash: H256, edge: EdgeId, pay: Amount) {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		if let Some(intent) = neighbour.broken {
			return self.prove_all(&[hash], intent, None);
		}
		if neighbour.queue.is_empty() && self.has_room(edge, pay) {
			return self.launch(hash);
		}
		if let Some(neighbour) = self.neighbours.get_mut(&edge) {
			neighbour.queue.push_back(hash);
		}
		if self.config.overload == Overload::Break {
			self.sever(edge, None, None);
		}
	}

	/// The next hop has taken a request.
	pub(super) fn on_ack(&mut self, edge: EdgeId, ack: Ack) {
		let Some(down) = self.down_of(edge, &ack.request) else {
			return self.ignore(edge, Reason::UnknownRequest);
		};
		let message = Acknowledged { request: ack.request, timeout_ms: down.timeout_ms };
		let neighbour = self.neighbours.get(&edge).map(|neighbour| neighbour.config.neighbour);
		if !neighbour.is_some_and(|node| self.host.verify_message(&node, &message, &ack.signed)) {
			return self.ignore(edge, Reason::WrongKey);
		}
		// Only its author has a use for it: as evidence.
		if let Some(flight) = self.flights.get(&ack.request).filter(|flight| flight.up.is_none()) {
			let request = Box::new(flight.request.clone());
			let taken = Outcome::Taken { signed: Box::new(ack.signed), request };
			self.tell(flight.request.nonce, ack.request, taken);
		}
	}

	/// The next hop has not taken a request.
	pub(super) fn on_nack(&mut self, edge: EdgeId, nack: Nack) {
		self.take(edge, nack.voucher);
		let Some(down) = self.down_of(edge, &nack.request) else {
			return self.ignore(edge, Reason::UnknownRequest);
		};
		let pay = down.pay;
		let Some(flight) = self.flights.get(&nack.request) else { return };
		// Once an answer is overdue, or begun, it is too late to refuse: late fees are owed.
		if flight.late || flight.pieces.is_some() || flight.proof.is_some() {
			return self.ignore(edge, Reason::UnknownRequest);
		}
		if nack.pay != pay || !self.spend_credit(edge, pay) {
			return self.ignore(edge, Reason::Underpaid);
		}
		self.give_up(nack.request, nack.reason);
	}

	/// Ends a request that nobody takes: what was paid for it goes back to where it came from.
	pub(super) fn give_up(&mut self, hash: H256, reason: Reason) {
		let up = self.flights.get(&hash).map(|flight| flight.up.clone());
		let nonce = self.flights.get(&hash).map(|flight| flight.request.nonce);
		self.finish(hash, End::Over);
		match (up, nonce) {
			(Some(Some(up)), _) if !up.gone => self.nack(up.edge, hash, reason, up.pay),
			(Some(None), Some(nonce)) => {
				self.tell(nonce, hash, Outcome::Refused { reason });
				self.next_route(nonce);
			}
			_ => {}
		}
	}

	/// What is known of a request that was sent along an edge.
	pub(super) fn down_of(&self, edge: EdgeId, request: &H256) -> Option<&Down> {
		let down = self.flights.get(request)?.down.as_ref()?;
		(down.edge == edge && down.waiting.is_none()).then_some(down)
	}

	/// Tells the local client.
	pub(super) fn tell(&mut self, nonce: u64, request: H256, outcome: Outcome) {
		self.out.push(Action::Deliver { nonce, request, outcome });
	}
}
