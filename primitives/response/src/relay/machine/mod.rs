//! The machine: one for each node.

mod answer;
mod ask;
mod chain;
mod examine;
mod fees;
mod forward;
mod patience;
mod records;
mod risk;
mod serve;
mod sever;

use super::{
	config::{Config, EdgeConfig, Patience},
	event::{Action, Event, Note, Order, Reason},
	host::Host,
	kept::{Changed, Kept},
	ledger::Ledger,
	memory::{Answers, Done, End, Proofs},
	packet::{Body, Forward, Packet, SignedIntent, SignedVoucher},
	request::Request,
	response::Response,
	Ms,
};
use crate::{Amount, ChannelState, EdgeId, Payment, Signed, H256};
use alloc::{
	boxed::Box,
	collections::{BTreeMap, BTreeSet, VecDeque},
	vec::Vec,
};
pub(super) use records::Restoring;

use ask::Ask;
use codec::{Decode, Encode};
use serve::Serving;

/// What a timer is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Timer {
	/// The answer to a request is due.
	Due(H256),
	/// A sync, as the one who pays.
	Sync(EdgeId),
	/// No more can be lost by an edge.
	Risk(EdgeId),
}

/// From where a request came.
#[derive(Clone, Debug, Encode, Decode)]
struct Up {
	edge: EdgeId,
	pay: Amount,
	/// The edge is broken since: nobody is there to answer.
	gone: bool,
}

/// Where it goes.
#[derive(Clone, Debug, Encode, Decode)]
struct Down {
	edge: EdgeId,
	pay: Amount,
	timeout_ms: u32,
	/// What is to be sent; none once it was.
	waiting: Option<Box<Forward>>,
	sent_at: Ms,
	/// Late fees that came from there.
	received: Amount,
}

/// A request in flight: as its author, on its way, or as its recipient.
#[derive(Clone, Debug, Encode, Decode)]
struct Flight {
	request: Request,
	/// None where it is this node's own.
	up: Option<Up>,
	/// None where it is for this node.
	down: Option<Down>,
	/// Of these edges one that breaks is an answer.
	beyond: Vec<EdgeId>,
	/// When the answer, or the proof, has to be sent to be in time. For the author: when it is due.
	late_from: Ms,
	late: bool,
	/// When its timer fires.
	due_at: Ms,
	/// The sync whose payment its author looks for next.
	checks: Option<Ms>,
	/// Late fees that were paid, and until when.
	paid: Amount,
	paid_until: Ms,
	/// Syncs at which fees were paid since the next on the way last did.
	missed: u32,
	/// The proof that answers it.
	proof: Option<SignedIntent>,
	/// The response whose pieces are coming, and which is the next.
	pieces: Option<(Box<Response>, Signed, u32)>,
}

/// An edge, and what is under way along it.
#[derive(Clone, Debug)]
struct Neighbour {
	config: EdgeConfig,
	channel: ChannelState,
	/// The signature of the best voucher of the other's that was taken.
	signed: Option<Signed>,
	/// Paid by the other, and not yet said for what.
	credit: Amount,
	/// What requests from there may still cost in late fees.
	reserved: Amount,
	ledger: Ledger,
	/// Requests that came from there.
	from: BTreeSet<H256>,
	/// Requests that were sent there.
	over: BTreeSet<H256>,
	/// Requests that wait for room.
	queue: VecDeque<H256>,
	/// Once it is broken.
	broken: Option<SignedIntent>,
	/// It takes nothing new.
	closing: bool,
	/// Too much waits to be sent there: nothing new for now.
	busy: bool,
	sync_at: Option<Ms>,
	risk_at: Option<Ms>,
}

/// A node of the network, without clocks, sockets, threads or storage.
///
/// It is told what happens by [`handle`](Self::handle), at what time of the node's own clock, and says what to do. Time
/// never goes back: where a clock does, the machine takes it to stand still.
#[derive(Debug)]
pub struct Relay<H> {
	host: H,
	config: Config,
	genesis: H256,
	neighbours: BTreeMap<EdgeId, Neighbour>,
	flights: Kept<H256, Flight>,
	timers: BTreeSet<(Ms, Timer)>,
	/// For when the host has set its timer.
	told: Option<Ms>,
	done: Done,
	answers: Answers,
	/// Requests that the provider is working at.
	serving: Kept<H256, Serving>,
	/// Requests that wait for the answer to a query.
	awaiting: BTreeMap<H256, Vec<H256>>,
	proofs: Proofs,
	asks: Kept<u64, Ask>,
	/// Edges of which something changed that is to survive a restart.
	edges_changed: Changed<EdgeId>,
	ledgers_changed: Changed<EdgeId>,
	/// Until then nobody is blamed for being silent: this node was not there itself.
	blames_from: Ms,
	now: Ms,
	out: Vec<Action>,
}

/// How much a machine keeps; each is bounded by the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
	/// Requests in flight.
	pub flights: usize,
	/// Requests that wait for room.
	pub queued: usize,
	/// Requests whose end is remembered.
	pub remembered: usize,
	/// Queries that were answered, or are being.
	pub queries: usize,
	/// Bytes of bodies of its own answers that are kept.
	pub cache_bytes: usize,
	/// Bytes of bodies that went through it that are kept.
	pub relayed_bytes: usize,
	/// Requests of its own.
	pub asks: usize,
	/// Timers that are set.
	pub timers: usize,
}

impl<H: Host> Relay<H> {
	/// A node without edges.
	pub fn new(host: H, config: Config) -> Self {
		let genesis = host.genesis();
		Self {
			host,
			config,
			genesis,
			neighbours: BTreeMap::new(),
			flights: Kept::default(),
			timers: BTreeSet::new(),
			told: None,
			done: Done::default(),
			answers: Answers::default(),
			serving: Kept::default(),
			awaiting: BTreeMap::new(),
			proofs: Proofs::default(),
			asks: Kept::default(),
			edges_changed: Changed::default(),
			ledgers_changed: Changed::default(),
			blames_from: 0,
			now: 0,
			out: Vec::new(),
		}
	}

	/// What happens now, and what to do about it.
	pub fn handle(&mut self, now: Ms, event: Event) -> Vec<Action> {
		self.now = self.now.max(now);
		self.done.forget_expired(self.now);
		self.answers.forget_expired(self.now);
		match event {
			Event::Packet { edge, packet } => self.on_packet(edge, packet),
			Event::Bytes { edge, bytes } => match Packet::from_bytes(&bytes) {
				Some(packet) => self.on_packet(edge, packet),
				None => self.ignore(edge, Reason::Malformed),
			},
			Event::Timer => {
				self.told = None;
				self.on_timer();
			}
			Event::Order(order) => self.on_order(order),
			Event::Chain(event) => self.on_chain(event),
		}
		let first = self.timers.first().map(|(at, _)| *at);
		if let Some(at) = first.filter(|_| first != self.told) {
			self.out.push(Action::SetTimer { at });
		}
		self.told = first;
		core::mem::take(&mut self.out)
	}

	/// The channel of an edge.
	pub fn channel(&self, edge: EdgeId) -> Option<&ChannelState> {
		self.neighbours.get(&edge).map(|neighbour| &neighbour.channel)
	}

	/// The best voucher of the other end's that was taken, to be handed in at a close; `None` where there is none.
	pub fn best_voucher(&self, edge: EdgeId) -> Option<SignedVoucher> {
		let neighbour = self.neighbours.get(&edge)?;
		Some(SignedVoucher { voucher: neighbour.channel.taken(), signed: neighbour.signed? })
	}

	/// How many requests that came along an edge are in flight.
	pub fn taken_from(&self, edge: EdgeId) -> usize {
		self.neighbours.get(&edge).map_or(0, |neighbour| neighbour.from.len())
	}

	/// How many requests that were sent along an edge are in flight.
	pub fn sent_over(&self, edge: EdgeId) -> usize {
		self.neighbours.get(&edge).map_or(0, |neighbour| neighbour.over.len())
	}

	/// Whether an edge is known to be broken.
	pub fn is_broken(&self, edge: EdgeId) -> bool {
		self.proofs.get(edge).is_some()
			|| self.neighbours.get(&edge).is_some_and(|neighbour| neighbour.broken.is_some())
	}

	/// What was lost by an edge, less what was earned: late fees that were paid for the silence of its other end.
	pub fn net_loss(&self, edge: EdgeId) -> Amount {
		self.neighbours.get(&edge).map_or(0, |neighbour| neighbour.ledger.net_loss())
	}

	/// The host, to change what it says.
	pub fn host_mut(&mut self) -> &mut H {
		&mut self.host
	}

	/// How much is kept.
	pub fn usage(&self) -> Usage {
		Usage {
			flights: self.flights.len(),
			queued: self.neighbours.values().map(|neighbour| neighbour.queue.len()).sum(),
			remembered: self.done.len(),
			queries: self.answers.len(),
			cache_bytes: self.answers.bytes(),
			relayed_bytes: self.done.bytes(),
			asks: self.asks.len(),
			timers: self.timers.len(),
		}
	}

	fn on_packet(&mut self, edge: EdgeId, packet: Packet) {
		let here = |neighbour: &Neighbour| neighbour.broken.is_none();
		if !self.neighbours.get(&edge).is_some_and(here) {
			return self.ignore(edge, Reason::UnknownNeighbour);
		}
		match packet {
			Packet::Forward(forward) => self.on_forward(edge, *forward),
			Packet::Ack(ack) => self.on_ack(edge, ack),
			Packet::Nack(nack) => self.on_nack(edge, nack),
			Packet::Answer(answer) => self.on_answer(edge, *answer),
			Packet::Chunk(chunk) => self.on_chunk(edge, *chunk),
			Packet::Settle(settle) => self.on_settle(edge, *settle),
		}
	}

	fn on_order(&mut self, order: Order) {
		match order {
			Order::Ask { query, routes } => self.ask(*query, routes),
			Order::Retry { nonce, routes } => self.retry(nonce, routes),
			Order::Forget { nonce } => self.forget(nonce),
			Order::Served { request, verdict, body } => self.served(request, verdict, &body),
			Order::Sever { edge } => self.sever(edge, None, None),
		}
	}

	fn on_timer(&mut self) {
		// What is due now; timers that are set meanwhile have their own time.
		let later = self.timers.split_off(&(self.now.saturating_add(1), Timer::Due(H256::zero())));
		let due = core::mem::replace(&mut self.timers, later);
		for (at, timer) in due {
			match timer {
				Timer::Due(request) => {
					if self.flights.get(&request).is_some_and(|flight| flight.due_at == at) {
						self.on_due(request);
					}
				}
				Timer::Sync(edge) => {
					let Some(neighbour) = self.neighbours.get_mut(&edge) else { continue };
					if neighbour.sync_at == Some(at) {
						neighbour.sync_at = None;
						self.on_sync(edge);
					}
				}
				Timer::Risk(edge) => {
					let Some(neighbour) = self.neighbours.get_mut(&edge) else { continue };
					if neighbour.risk_at == Some(at) {
						neighbour.risk_at = None;
						self.on_risk(edge);
					}
				}
			}
		}
	}

	fn set_due(&mut self, request: H256, at: Ms) {
		if let Some(flight) = self.flights.get_mut(&request) {
			self.timers.remove(&(flight.due_at, Timer::Due(request)));
			flight.due_at = at;
			self.timers.insert((at, Timer::Due(request)));
		}
	}

	/// Has the next sync of an edge wake this node, if something is owed there or will be.
	fn arm_sync(&mut self, edge: EdgeId) {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		let wanted = neighbour.broken.is_none() && !neighbour.from.is_empty();
		let at = neighbour.config.syncs.filter(|_| wanted).map(|syncs| syncs.after(self.now));
		if neighbour.sync_at == at {
			return;
		}
		if let Some(before) = core::mem::replace(&mut neighbour.sync_at, at) {
			self.timers.remove(&(before, Timer::Sync(edge)));
		}
		if let Some(at) = at {
			self.timers.insert((at, Timer::Sync(edge)));
		}
	}

	fn ignore(&mut self, edge: EdgeId, reason: Reason) {
		self.out.push(Action::Note(Note::Ignored { edge, reason }));
	}

	fn send(&mut self, edge: EdgeId, packet: Packet) {
		self.out.push(Action::Send { edge, packet });
	}

	fn persist(&mut self, edge: EdgeId) {
		self.edges_changed.note(edge);
		if let Some(neighbour) = self.neighbours.get(&edge) {
			let channel = Box::new(neighbour.channel.clone());
			self.out.push(Action::Persist { edge, channel });
		}
	}

	fn patience(&self, edge: EdgeId) -> Patience {
		let own = self.neighbours.get(&edge).and_then(|neighbour| neighbour.config.patience);
		own.unwrap_or(self.config.patience)
	}

	/// Pays a neighbour. Nothing where nothing is to be paid, or where that cannot be.
	fn pay(&mut self, edge: EdgeId, amount: Amount, payment: Payment) -> Option<SignedVoucher> {
		if amount == 0 {
			return None;
		}
		let neighbour = self.neighbours.get_mut(&edge)?;
		match neighbour.channel.issue(amount, payment) {
			Ok(voucher) => {
				let signed = self.host.sign_message(&voucher);
				self.persist(edge);
				Some(SignedVoucher { voucher, signed })
			}
			Err(_) => {
				self.out.push(Action::Note(Note::CannotPay { edge, amount }));
				None
			}
		}
	}

	/// Takes a voucher of a neighbour: what it pays waits to be told for what.
	fn take(&mut self, edge: EdgeId, voucher: Option<SignedVoucher>) {
		let Some(SignedVoucher { voucher, signed }) = voucher else { return };
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		if !self.host.verify_message(&neighbour.config.neighbour, &voucher, &signed) {
			return self.ignore(edge, Reason::WrongKey);
		}
		match neighbour.channel.accept(&voucher) {
			Ok(gained) => {
				neighbour.credit = neighbour.credit.saturating_add(gained);
				neighbour.signed = Some(signed);
				self.persist(edge);
			}
			Err(_) => self.ignore(edge, Reason::BadVoucher),
		}
	}

	/// Takes so much of what a neighbour has paid; whether it was there.
	fn spend_credit(&mut self, edge: EdgeId, amount: Amount) -> bool {
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return false };
		match neighbour.credit.checked_sub(amount) {
			Some(left) => {
				neighbour.credit = left;
				if amount > 0 {
					self.edges_changed.note(edge);
				}
				true
			}
			None => false,
		}
	}

	/// Whether a request can be sent along an edge now, for so much.
	fn has_room(&self, edge: EdgeId, pay: Amount) -> bool {
		let Some(neighbour) = self.neighbours.get(&edge) else { return false };
		// What may have to be paid in late fees stays there.
		let spared = neighbour.channel.balance().saturating_sub(neighbour.reserved);
		let payable =
			|| pay == 0 || (pay <= spared && neighbour.channel.clone().issue(pay, Payment::Ahead).is_ok());
		!neighbour.busy && neighbour.over.len() < neighbour.config.max_requests && payable()
	}

	/// Sends a request that is kept for it.
	fn launch(&mut self, request: H256) {
		let Some(down) = self.flights.get_mut(&request).and_then(|flight| flight.down.as_mut()) else {
			return;
		};
		let (edge, pay) = (down.edge, down.pay);
		let Some(mut forward) = down.waiting.take() else { return };
		down.sent_at = self.now;
		forward.voucher = self.pay(edge, pay, Payment::Ahead);
		if let Some(neighbour) = self.neighbours.get_mut(&edge) {
			neighbour.over.insert(request);
		}
		self.send(edge, Packet::Forward(forward));
	}

	/// Sends what has waited for room.
	fn pump(&mut self, edge: EdgeId) {
		while let Some(neighbour) = self.neighbours.get(&edge) {
			if neighbour.broken.is_some() {
				break;
			}
			let Some(request) = neighbour.queue.front().copied() else { break };
			let pay = self.flights.get(&request).and_then(|flight| flight.down.as_ref()).map(|down| down.pay);
			if !pay.is_none_or(|pay| self.has_room(edge, pay)) {
				break;
			}
			if let Some(neighbour) = self.neighbours.get_mut(&edge) {
				neighbour.queue.pop_front();
			}
			self.launch(request);
		}
	}

	/// A request is over: makes room, books what it has earned or lost, remembers how it ended.
	fn finish(&mut self, request: H256, end: End) {
		let Some(flight) = self.flights.remove(&request) else { return };
		self.timers.remove(&(flight.due_at, Timer::Due(request)));
		let nacked = matches!(end, End::Over) && flight.paid == 0;
		let expires = flight.request.not_after_ms.saturating_add(self.config.skew_ms);
		self.done.insert(request, expires, end, &self.config.limits);
		if let Some(up) = &flight.up {
			if let Some(neighbour) = self.neighbours.get_mut(&up.edge) {
				neighbour.from.remove(&request);
				let left = flight.request.late_fee_cap.saturating_sub(flight.paid);
				neighbour.reserved = neighbour.reserved.saturating_sub(left);
			}
			self.arm_sync(up.edge);
		}
		let Some(down) = &flight.down else { return };
		let Some(neighbour) = self.neighbours.get_mut(&down.edge) else { return };
		neighbour.queue.retain(|waiting| *waiting != request);
		let sent = neighbour.over.remove(&request);
		if sent && down.pay > 0 {
			// It was paid when this was sent, and is discharged once.
			let _ = neighbour.channel.discharge(down.pay);
		}
		if let Some(up) = &flight.up {
			let margin = up.pay.saturating_sub(down.pay);
			let earned = if sent && !nacked { margin } else { 0 };
			let earned = earned.saturating_add(down.received.saturating_sub(flight.paid));
			let lost = flight.paid.saturating_sub(down.received);
			neighbour.ledger.book(self.now, earned, lost);
			if earned > 0 || lost > 0 {
				self.ledgers_changed.note(down.edge);
			}
		}
		if sent && down.pay > 0 {
			self.persist(down.edge);
		}
		let edge = down.edge;
		self.judge(edge);
		self.arm_risk(edge);
		self.pump(edge);
	}

	/// A body for a packet, where it is not too long.
	fn bounded(body: Vec<u8>) -> Option<Body> {
		body.try_into().ok()
	}
}
