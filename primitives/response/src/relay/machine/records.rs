//! What of a machine is to survive a restart, record by record.
//!
//! What can be found out from other records is not written: which requests are under way along an edge, what is reserved
//! for them, and when timers fire, all follow from the requests.

use super::{ask::Ask, serve::Serving, Flight, Neighbour, Relay, Timer};
use crate::relay::{
	config::{EdgeConfig, Patience, Schedule},
	durable::{Change, Key},
	event::{Action, Reason},
	host::Host,
	ledger::Ledger,
	memory::{End, Known},
	packet::{SignedIntent, SignedVoucher},
	request::Request,
	response::{Piece, Verdict},
	Ms,
};
use crate::{Amount, ChannelState, EdgeId, NodeId, Signed, Voucher, H256};
use alloc::{
	boxed::Box,
	collections::{BTreeMap, BTreeSet, VecDeque},
	vec::Vec,
};
use codec::{Decode, DecodeAll, Encode};

/// An edge, as it is recorded.
#[derive(Encode, Decode)]
struct EdgeRecord {
	neighbour: NodeId,
	latency_ms: u32,
	syncs: Option<Schedule>,
	base_price: Amount,
	price_per_byte: Amount,
	max_requests: u64,
	risk: Amount,
	patience: Option<Patience>,
	channel: ChannelState,
	signed: Option<Signed>,
	credit: Amount,
	broken: Option<SignedIntent>,
	closing: bool,
}

/// How a request ended, as it is recorded: without the answer, which whoever signed it can give again.
#[derive(Encode, Decode)]
enum EndRecord {
	Answered,
	Broken(EdgeId),
	Over,
}

impl EdgeRecord {
	fn of(neighbour: &Neighbour) -> Self {
		let config = &neighbour.config;
		Self {
			neighbour: config.neighbour,
			latency_ms: config.latency_ms,
			syncs: config.syncs,
			base_price: config.base_price,
			price_per_byte: config.price_per_byte,
			max_requests: u64::try_from(config.max_requests).unwrap_or(u64::MAX),
			risk: config.risk,
			patience: config.patience,
			channel: neighbour.channel.clone(),
			signed: neighbour.signed,
			credit: neighbour.credit,
			broken: neighbour.broken,
			closing: neighbour.closing,
		}
	}

	fn neighbour(self, edge: EdgeId) -> Neighbour {
		let config = EdgeConfig {
			edge,
			neighbour: self.neighbour,
			latency_ms: self.latency_ms,
			syncs: self.syncs,
			base_price: self.base_price,
			price_per_byte: self.price_per_byte,
			max_requests: usize::try_from(self.max_requests).unwrap_or(usize::MAX),
			risk: self.risk,
			patience: self.patience,
		};
		Neighbour {
			config,
			channel: self.channel,
			signed: self.signed,
			credit: self.credit,
			reserved: 0,
			ledger: Ledger::default(),
			from: BTreeSet::new(),
			over: BTreeSet::new(),
			queue: VecDeque::new(),
			broken: self.broken,
			closing: self.closing,
			busy: false,
			sync_at: None,
			risk_at: None,
		}
	}
}

/// What the provider has to do, as it is recorded: the query, and the request with its body.
type Work = (H256, Box<Request>, Vec<u8>);

/// What was recorded, on its way back into a machine.
#[derive(Default)]
pub(in crate::relay) struct Restoring {
	ledgers: BTreeMap<EdgeId, Ledger>,
	queries: BTreeMap<H256, Ms>,
	answers: BTreeMap<H256, (Verdict, Vec<Piece>)>,
	ends: Vec<(Ms, H256, EndRecord)>,
	work: BTreeMap<H256, Work>,
}

impl<H: Host> Relay<H> {
	/// From now on [`changes`](Self::changes) are noted.
	pub(in crate::relay) fn watch(&mut self) {
		self.flights.watch();
		self.asks.watch();
		self.serving.watch();
		self.edges_changed.watch();
		self.ledgers_changed.watch();
		self.done.changed.watch();
		self.answers.changed.watch();
		self.answers.bodies_changed.watch();
		self.proofs.changed.watch();
	}

	/// The records that are others since this was called last.
	pub(in crate::relay) fn changes(&mut self) -> Vec<Change> {
		let mut changes = Vec::new();
		for edge in self.edges_changed.take() {
			let record = self.neighbours.get(&edge).map(EdgeRecord::of);
			changes.push(Change::of(Key::Edge(edge), record.as_ref()));
		}
		for edge in self.ledgers_changed.take() {
			let record = self.neighbours.get(&edge).map(|neighbour| &neighbour.ledger);
			changes.push(Change::of(Key::Ledger(edge), record));
		}
		for hash in self.flights.take_changed() {
			changes.push(Change::of(Key::Flight(hash), self.flights.get(&hash)));
		}
		for nonce in self.asks.take_changed() {
			changes.push(Change::of(Key::Ask(nonce), self.asks.get(&nonce)));
		}
		for hash in self.serving.take_changed() {
			let work =
				self.serving.get_mut(&hash).and_then(|serving| Some((serving.query, serving.work.take()?)));
			match work {
				Some((query, (request, body))) => {
					let work: Work = (query, request, body);
					changes.push(Change::of(Key::Serving(hash), Some(&work)));
				}
				None if self.serving.contains_key(&hash) => {}
				None => changes.push(Change::of(Key::Serving(hash), None::<&Work>)),
			}
		}
		// What was moved into its record above is not another change.
		self.serving.take_changed();
		for hash in self.done.changed.take() {
			let record = self.done.entry(&hash).map(|(expires, end)| (*expires, EndRecord::of(end)));
			changes.push(Change::of(Key::End(hash), record.as_ref()));
		}
		for query in self.answers.changed.take() {
			changes.push(Change::of(Key::Query(query), self.answers.expires(&query).as_ref()));
		}
		for query in self.answers.bodies_changed.take() {
			changes.push(Change::of(Key::Answer(query), self.answers.body(&query)));
		}
		for edge in self.proofs.changed.take() {
			changes.push(Change::of(Key::Proof(edge), self.proofs.get(edge)));
		}
		changes
	}

	/// Takes back a record; whether it is one of a machine's.
	pub(in crate::relay) fn restore(
		&mut self,
		restoring: &mut Restoring,
		key: &Key,
		mut value: &[u8],
	) -> Result<bool, codec::Error> {
		let value = &mut value;
		match *key {
			Key::Edge(edge) => {
				let record = EdgeRecord::decode_all(value)?;
				self.neighbours.insert(edge, record.neighbour(edge));
			}
			Key::Ledger(edge) => {
				restoring.ledgers.insert(edge, Ledger::decode_all(value)?);
			}
			Key::Flight(hash) => self.flights.insert(hash, Flight::decode_all(value)?),
			Key::Ask(nonce) => self.asks.insert(nonce, Ask::decode_all(value)?),
			Key::Serving(hash) => {
				restoring.work.insert(hash, Work::decode_all(value)?);
			}
			Key::End(hash) => {
				let (expires, end) = Decode::decode(value)?;
				restoring.ends.push((expires, hash, end));
			}
			Key::Query(query) => {
				restoring.queries.insert(query, Ms::decode_all(value)?);
			}
			Key::Answer(query) => {
				restoring.answers.insert(query, Decode::decode(value)?);
			}
			Key::Proof(_) => self.keep_proof(SignedIntent::decode_all(value)?),
			_ => return Ok(false),
		}
		Ok(true)
	}

	/// Makes a machine of what was taken back: timers fire again, and what the provider had not answered yet is asked
	/// of it once more. `edges` are as they are now, where that is known.
	///
	/// Nobody is blamed for silence before `blames_from`: this node was not there to hear.
	pub(in crate::relay) fn restored(
		&mut self,
		restoring: Restoring,
		now: Ms,
		blames_from: Ms,
		edges: &[EdgeConfig],
	) -> Vec<Action> {
		(self.now, self.blames_from) = (now, blames_from);
		for config in edges {
			if let Some(neighbour) = self.neighbours.get_mut(&config.edge) {
				neighbour.config = *config;
			}
		}
		for (edge, ledger) in restoring.ledgers {
			if let Some(neighbour) = self.neighbours.get_mut(&edge) {
				neighbour.ledger = ledger;
			}
		}
		for (expires, hash, end) in restoring.ends {
			self.done.insert(hash, expires, end.end(), &self.config.limits);
		}
		// The one that expires first was the first to come.
		let mut queries: Vec<_> = restoring.queries.into_iter().collect();
		queries.sort_by_key(|(_, expires)| *expires);
		let mut answers = restoring.answers;
		for (query, expires) in queries {
			self.answers.begin(query, expires);
			if let Some((verdict, pieces)) = answers.remove(&query) {
				self.answers.answered(query, verdict, pieces, self.config.limits.cache_bytes);
			}
		}
		self.restore_flights();
		for (hash, (query, request, body)) in restoring.work {
			let max_response_bytes = request.max_response_bytes;
			self.serving.insert(hash, Serving { query, max_response_bytes, work: None });
			self.out.push(Action::Serve { hash, request, body });
		}
		// What was just read is on record.
		self.changes();
		// What waits for room does so until its neighbour is met.
		for edge in self.edges() {
			self.arm_sync(edge);
			self.arm_risk(edge);
		}
		core::mem::take(&mut self.out)
	}

	/// Puts each request where it belongs: on its edges, in their queues, among the timers.
	fn restore_flights(&mut self) {
		let mut waiting: Vec<(Ms, H256, EdgeId)> = Vec::new();
		for (hash, flight) in self.flights.iter() {
			self.timers.insert((flight.due_at, Timer::Due(*hash)));
			if let Some(up) = &flight.up {
				if let Some(neighbour) = self.neighbours.get_mut(&up.edge) {
					neighbour.from.insert(*hash);
					let left = flight.request.late_fee_cap.saturating_sub(flight.paid);
					neighbour.reserved = neighbour.reserved.saturating_add(left);
				}
			}
			match &flight.down {
				Some(down) if down.waiting.is_some() => waiting.push((down.sent_at, *hash, down.edge)),
				Some(down) => {
					if let Some(neighbour) = self.neighbours.get_mut(&down.edge) {
						neighbour.over.insert(*hash);
					}
				}
				None => {
					let query = flight.request.query(&self.genesis);
					if matches!(self.answers.get(&query), Known::Begun) {
						self.awaiting.entry(query).or_default().push(*hash);
					}
				}
			}
		}
		waiting.sort_unstable();
		for (_, hash, edge) in waiting {
			if let Some(neighbour) = self.neighbours.get_mut(&edge) {
				neighbour.queue.push_back(hash);
			}
		}
	}

	/// Whether anything new may be sent along an edge, for which too much may be waiting already.
	pub(in crate::relay) fn set_busy(&mut self, edge: EdgeId, busy: bool) {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		if core::mem::replace(&mut neighbour.busy, busy) && !busy {
			self.pump(edge);
		}
	}

	/// The edges of this node.
	pub(in crate::relay) fn edges(&self) -> Vec<EdgeId> {
		self.neighbours.keys().copied().collect()
	}

	/// The hash of the chain's genesis block.
	pub(in crate::relay) fn genesis(&self) -> H256 {
		self.genesis
	}

	/// The last voucher that this node has signed for an edge, signed once more; `None` where it never did.
	pub(in crate::relay) fn own_voucher(&self, edge: EdgeId) -> Option<SignedVoucher> {
		let voucher = self.neighbours.get(&edge)?.channel.signed();
		let ever = voucher.paid > 0 || voucher.received_ack > 0;
		ever.then(|| SignedVoucher { voucher, signed: self.host.sign_message(&voucher) })
	}

	/// Whether a voucher is one of this node's own that it does not know of.
	pub(in crate::relay) fn has_forgotten(&self, edge: EdgeId, shown: &SignedVoucher) -> bool {
		let Some(neighbour) = self.neighbours.get(&edge) else { return false };
		let (known, voucher) = (neighbour.channel.signed(), shown.voucher);
		let newer = voucher.paid > known.paid || voucher.received_ack > known.received_ack;
		voucher.channel == known.channel
			&& newer && self.host.verify_message(&self.config.node, &voucher, &shown.signed)
	}

	/// Whether a voucher is signed by the other end of an edge.
	pub(in crate::relay) fn is_voucher_of_neighbour(&self, edge: EdgeId, shown: &SignedVoucher) -> bool {
		self.neighbours.get(&edge).is_some_and(|neighbour| {
			self.host.verify_message(&neighbour.config.neighbour, &shown.voucher, &shown.signed)
		})
	}

	/// What is done meanwhile without an event.
	pub(in crate::relay) fn take_actions(&mut self) -> Vec<Action> {
		core::mem::take(&mut self.out)
	}

	/// Takes a voucher that the other end has signed, for no request: what it pays is not paid back.
	pub(in crate::relay) fn take_latest(&mut self, edge: EdgeId, other: SignedVoucher) {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		if neighbour.channel.accept(&other.voucher).is_ok() {
			neighbour.signed = Some(other.signed);
			self.edges_changed.note(edge);
		}
	}

	/// This node has forgotten what it has done along an edge since its state was copied, and `own` and `other` are the
	/// latest vouchers of both ends: nothing is signed any more that is worth less than them, nothing new is taken, and
	/// what seems to be in flight along the edge is over.
	pub(in crate::relay) fn fall_behind(&mut self, edge: EdgeId, own: Voucher, other: Option<SignedVoucher>) {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		neighbour.closing = true;
		// It is of this channel: that was checked.
		let _ = neighbour.channel.recall(&own);
		let over: Vec<H256> = neighbour.over.iter().chain(&neighbour.queue).copied().collect();
		let from: Vec<H256> = neighbour.from.iter().copied().collect();
		self.edges_changed.note(edge);
		if let Some(other) = other {
			self.take_latest(edge, other);
		}
		for hash in from {
			self.finish(hash, End::Over);
		}
		for hash in over {
			self.give_up(hash, Reason::NoRoute);
		}
	}
}

impl EndRecord {
	fn of(end: &End) -> Self {
		match end {
			End::Answered(_) => Self::Answered,
			End::Broken(edge) => Self::Broken(*edge),
			End::Over => Self::Over,
		}
	}

	fn end(self) -> End {
		match self {
			Self::Answered => End::Answered(None),
			Self::Broken(edge) => End::Broken(edge),
			Self::Over => End::Over,
		}
	}
}
