//! Severing, and what proves that an edge is broken.

use super::{Relay, Timer};
use crate::relay::{
	event::{Action, Outcome},
	host::Host,
	memory::End,
	packet::{Item, Packet, Settle, SignedIntent},
};
use crate::{EdgeId, SeverIntent, H256};
use alloc::{boxed::Box, vec::Vec};
use bounded_collections::BoundedVec;

impl<H: Host> Relay<H> {
	/// Severs an edge: its intent answers every request in flight over it.
	///
	/// Requests that came along `with` have theirs with the sync that follows. `silent` is the request that the other
	/// end did not answer.
	pub(super) fn sever(&mut self, edge: EdgeId, with: Option<EdgeId>, silent: Option<H256>) {
		let Some(neighbour) = self.neighbours.get(&edge).filter(|neighbour| neighbour.broken.is_none())
		else {
			return;
		};
		let other = neighbour.config.neighbour;
		let intent = SeverIntent { edge };
		let intent = SignedIntent { intent, by: self.config.node, signed: self.host.sign_message(&intent) };
		self.out.push(Action::Submit { intent });
		// The other end may have its own requests to answer by it.
		let notice = Settle {
			sync: false,
			items: BoundedVec::default(),
			intents: BoundedVec::truncate_from(Vec::from([intent])),
			voucher: None,
		};
		self.send(edge, Packet::Settle(Box::new(notice)));
		self.break_edge(intent, with);
		if let Some(request) = silent.filter(|_| self.config.isolate) {
			self.out.push(Action::Isolate { neighbour: other, request });
		}
	}

	/// An edge of this node is broken, by this proof that was checked.
	pub(super) fn break_edge(&mut self, intent: SignedIntent, with: Option<EdgeId>) {
		let edge = intent.intent.edge;
		self.keep_proof(intent);
		let Some(neighbour) = self.neighbours.get_mut(&edge).filter(|neighbour| neighbour.broken.is_none())
		else {
			return;
		};
		neighbour.broken = Some(intent);
		self.edges_changed.note(edge);
		let from: Vec<H256> = neighbour.from.iter().copied().collect();
		let over: Vec<H256> = neighbour.over.iter().chain(&neighbour.queue).copied().collect();
		if let Some(at) = neighbour.sync_at.take() {
			self.timers.remove(&(at, Timer::Sync(edge)));
		}
		for hash in from {
			let Some(flight) = self.flights.get_mut(&hash) else { continue };
			if let Some(up) = flight.up.as_mut() {
				up.gone = true;
			}
			// Nobody waits for it any more; what it has paid ahead is in flight until it is due.
			if flight.late || flight.down.is_none() {
				self.finish(hash, End::Over);
			}
		}
		self.prove_all(&over, intent, with);
	}

	/// Ends these requests by a proof that was checked.
	pub(super) fn prove_all(&mut self, hashes: &[H256], intent: SignedIntent, with: Option<EdgeId>) {
		for hash in hashes {
			if let Some(flight) = self.flights.get_mut(hash) {
				flight.proof = Some(intent);
			}
		}
		for (origin, hashes) in self.by_origin(hashes) {
			let hashes: Vec<H256> = hashes.into_iter().collect();
			match origin {
				Some((_, true)) => hashes.iter().for_each(|hash| self.finish(*hash, End::Over)),
				Some((upstream, false)) if Some(upstream) == with => {}
				Some((upstream, false)) => self.settle(upstream, &hashes, false),
				None => hashes.iter().for_each(|hash| self.prove_own(*hash, intent)),
			}
		}
	}

	/// A request of this node's own ends by a proof: the chain is to have it.
	fn prove_own(&mut self, hash: H256, intent: SignedIntent) {
		let Some(nonce) = self.flights.get(&hash).map(|flight| flight.request.nonce) else { return };
		self.finish(hash, End::Over);
		if intent.by != self.config.node {
			self.out.push(Action::Submit { intent });
		}
		self.tell(nonce, hash, Outcome::Broken { proof: Box::new(intent) });
		self.next_route(nonce);
	}

	/// Whether an intent is signed by an end of its edge.
	pub(super) fn is_proof(&self, intent: &SignedIntent) -> bool {
		if self.proofs.get(intent.intent.edge) == Some(intent) {
			return true;
		}
		let ends = self.host.ends(intent.intent.edge);
		ends.is_some_and(|ends| ends.contains(&intent.by))
			&& self.host.verify_message(&intent.by, &intent.intent, &intent.signed)
	}

	pub(super) fn keep_proof(&mut self, intent: SignedIntent) {
		self.proofs.insert(intent, self.config.limits.proofs);
	}

	/// What tells a neighbour that one request is answered by a proof, and costs nothing.
	pub(super) fn proof_of(request: H256, intent: SignedIntent) -> Packet {
		Packet::Settle(Box::new(Settle {
			sync: false,
			items: BoundedVec::truncate_from(Vec::from([Item { request, fee: 0, broken: Some(0) }])),
			intents: BoundedVec::truncate_from(Vec::from([intent])),
			voucher: None,
		}))
	}
}
