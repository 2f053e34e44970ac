//! What final blocks say.

use super::{Flight, Neighbour, Relay, Timer};
use crate::relay::{
	config::EdgeConfig,
	event::{ChainEvent, Reason},
	host::Host,
	ledger::Ledger,
	memory::End,
};
use crate::{ChannelState, EdgeId, H256};
use alloc::{
	collections::{BTreeSet, VecDeque},
	vec::Vec,
};

impl<H: Host> Relay<H> {
	pub(super) fn on_chain(&mut self, event: ChainEvent) {
		match event {
			ChainEvent::Opened { config, channel } => self.opened(*config, *channel),
			ChainEvent::Severed { intent } => {
				if !self.is_proof(&intent) {
					return self.ignore(intent.intent.edge, Reason::WrongKey);
				}
				self.break_edge(intent, None);
				// The chain's proof answers as well as one that comes back along the way.
				let edge = intent.intent.edge;
				let answered = |(_, flight): &(&H256, &Flight)| {
					flight.beyond.contains(&edge) && flight.proof.is_none() && flight.down.is_some()
				};
				let hashes: Vec<H256> = self.flights.iter().filter(answered).map(|(hash, _)| *hash).collect();
				self.prove_all(&hashes, intent, None);
			}
			ChainEvent::Closing { edge } => {
				if let Some(neighbour) = self.neighbours.get_mut(&edge) {
					neighbour.closing = true;
					self.edges_changed.note(edge);
				}
			}
			ChainEvent::Closed { edge } => self.closed(edge),
			ChainEvent::Deposited { edge, side, deposit } => {
				let known = self.neighbours.get_mut(&edge);
				if known.is_some_and(|neighbour| neighbour.channel.deposited(side, deposit).is_ok()) {
					self.persist(edge);
					self.pump(edge);
				}
			}
		}
	}

	fn opened(&mut self, config: EdgeConfig, mut channel: ChannelState) {
		let edge = config.edge;
		// A state that was kept from before: nobody here waits for what was in flight then.
		let _ = channel.discharge(channel.in_flight());
		let full = self.neighbours.len() >= self.config.limits.neighbours;
		if full || self.neighbours.contains_key(&edge) {
			return self.ignore(edge, if full { Reason::TooMany } else { Reason::Replay });
		}
		let neighbour = Neighbour {
			config,
			channel,
			signed: None,
			credit: 0,
			reserved: 0,
			ledger: Ledger::default(),
			from: BTreeSet::new(),
			over: BTreeSet::new(),
			queue: VecDeque::new(),
			broken: None,
			closing: false,
			busy: false,
			sync_at: None,
			risk_at: None,
		};
		self.neighbours.insert(edge, neighbour);
		self.edges_changed.note(edge);
	}

	/// An edge is no more. Whoever closes one in good order lets what is in flight end first; what is left all the
	/// same goes back.
	fn closed(&mut self, edge: EdgeId) {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		// So that nothing that is given up sets out along it once more.
		neighbour.closing = true;
		let over: Vec<H256> = neighbour.over.iter().chain(&neighbour.queue).copied().collect();
		let from: Vec<H256> = neighbour.from.iter().copied().collect();
		for hash in over {
			self.give_up(hash, Reason::NoRoute);
		}
		for hash in from {
			self.finish(hash, End::Over);
		}
		self.edges_changed.note(edge);
		self.ledgers_changed.note(edge);
		if let Some(neighbour) = self.neighbours.remove(&edge) {
			if let Some(at) = neighbour.sync_at {
				self.timers.remove(&(at, Timer::Sync(edge)));
			}
			if let Some(at) = neighbour.risk_at {
				self.timers.remove(&(at, Timer::Risk(edge)));
			}
		}
	}
}
