//! A node that survives its host: what it has promised, and what was promised to it, is there again after a restart.
//!
//! [`Durable`] drives a [`Relay`] and says beside what is to be done what is to be kept ([`Output::Persist`]): all that
//! one input has changed, at once, before anything that it leads to is sent. So whatever instant a host stops at, it
//! finds the state from before an input or from after it, never one in between, and [`Durable::resume`] goes on from
//! there.
//!
//! # How it works
//! **Packets are numbered.** Each end of an edge numbers what it has for the other, keeps it until the other confirms
//! it, and hears each number once. What an end has heard is recorded together with what that led to; only then it is
//! confirmed. So a packet that was sent twice is heard once, and one that was lost with a connection, or by a restart of
//! either end, is sent again: both say how far they are when they are connected ([`Hello`]). A restart is to the
//! protocol a message that took longer.
//!
//! **What is told to others than neighbours is told again** until it is confirmed: an [`Outcome`] to the local client
//! (by [`Input::Confirm`]), an intent to the chain (until a final block has it), work to the provider (until it has
//! answered; it may see the same request twice).
//!
//! **A restored backup asks its peers before it signs.** In its greeting an end shows the best voucher of the other's
//! that it has. A node that is shown a voucher of its own which it does not know has forgotten what it did since: it
//! takes over the latest vouchers of both ends, ends what it believes to be in flight along that edge, and says nothing
//! more along it ([`Output::Behind`]): the edge is to be closed. After a start nothing new is sent to who was not met yet,
//! and timers, which is what late fees are paid at, wait until all were, both for a set time at the most. What is signed
//! from an old state in spite of all is worth less than what was signed before, never more: vouchers are cumulative.
//!
//! Both ends also say by a hash all that they have heard, so a number that was given twice is noticed. Who claims to have
//! heard what was never said, or to have forgotten what was confirmed, and has no voucher to show for it, is not talked
//! to, and is in the end as one who is silent.
//!
//! [`Outcome`]: super::Outcome

mod link;
mod record;
mod resume;

pub use link::{Frame, Hello, LINK_VERSION, MAX_FRAME_BYTES};
pub use record::{Change, Key, VERSION};
pub use resume::Unreadable;

use super::{
	config::Config,
	event::{Action, ChainEvent, Event, Note, Order, Outcome, Reason},
	host::Host,
	machine::Relay,
	packet::{Packet, SignedIntent, SignedVoucher},
	request::Request,
	Ms,
};
use crate::{EdgeId, NodeId, Voucher, H256};
use alloc::{
	boxed::Box,
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	vec::Vec,
};
use codec::Encode;
use link::{heard, Link, Phase};

/// Records that are forgotten are so together with the next that is kept, or when there are so many.
const MAX_LATER: usize = 4_096;

/// What may wait to be confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DurableLimits {
	/// Packets for one neighbour. From half of that on nothing new is taken from it or sent to it; beyond it, the edge
	/// is severed.
	pub packets: usize,
	/// Bytes of these, with the same consequences.
	pub bytes: usize,
	/// What the local client was told. Beyond that it can ask nothing.
	pub outcomes: usize,
	/// Intents that no final block is known to have. Beyond that those of the oldest edges are not submitted again.
	pub submissions: usize,
}

impl Default for DurableLimits {
	fn default() -> Self {
		Self { packets: 16_384, bytes: 256 * 1024 * 1024, outcomes: 65_536, submissions: 4_096 }
	}
}

/// Why a connection to a neighbour is to be closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Break {
	/// It has sent something that is no frame, or nothing that belongs there.
	Malformed,
	/// It speaks another version, or of another chain or edge.
	Other,
	/// What it says of how far the two are cannot be, and it shows no voucher for it: it may have forgotten what it did.
	Astray,
	/// This node has forgotten what it did: the edge is to be closed.
	Behind,
}

/// What a node is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
	/// There is a connection to the neighbour at the other end of an edge, in place of any earlier one.
	Connected {
		/// The edge.
		edge: EdgeId,
	},
	/// There is none any more.
	Disconnected {
		/// The edge.
		edge: EdgeId,
	},
	/// The neighbour has sent this, by the connection that there is.
	Frame {
		/// The edge.
		edge: EdgeId,
		/// What.
		bytes: Vec<u8>,
	},
	/// It is time, see [`Output::SetTimer`].
	Timer,
	/// The node itself wants something.
	Order(Order),
	/// A block is final.
	Chain(ChainEvent),
	/// The local client has what it was told by [`Output::Deliver`].
	Confirm {
		/// Its number.
		number: u64,
	},
}

/// What a host has to do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
	/// Make these changes, all or none. Nothing that comes after this, of this input or a later one, may be done before
	/// they are durable. Several of these can become durable together.
	Persist(Vec<Change>),
	/// Send a frame to a neighbour, by the connection that there is.
	Send {
		/// The edge.
		edge: EdgeId,
		/// What.
		frame: Arc<[u8]>,
	},
	/// Close the connection to a neighbour.
	Disconnect {
		/// The edge.
		edge: EdgeId,
		/// Why.
		reason: Break,
	},
	/// This node has been shown that it has forgotten what it did: the edge is of no use any more, and should be closed
	/// on chain, where [`Relay::best_voucher`] is to be handed in.
	Behind {
		/// The edge.
		edge: EdgeId,
	},
	/// Say [`Input::Timer`] at this time, and no more at the time that was set before.
	SetTimer {
		/// When, in ms.
		at: Ms,
	},
	/// Submit an intent to the chain.
	Submit {
		/// Which.
		intent: SignedIntent,
	},
	/// Have the local provider answer, by [`Order::Served`].
	Serve {
		/// The request's hash.
		hash: H256,
		/// The request.
		request: Box<Request>,
		/// Its body.
		body: Vec<u8>,
	},
	/// Tell the local client; it is told again after a restart, until [`Input::Confirm`] says that it knows.
	Deliver {
		/// To be confirmed by; 0 where it need not be.
		number: u64,
		/// The query's nonce.
		nonce: u64,
		/// The hash of the request, as which it was last sent; zero where it never was.
		request: H256,
		/// What.
		outcome: Outcome,
	},
	/// A silent neighbour is to be isolated, see [`Action::Isolate`]. This is said once.
	Isolate {
		/// Who.
		neighbour: NodeId,
		/// The request that it has not answered.
		request: H256,
	},
	/// To be known.
	Note(Note),
}

/// A node of the network that can be stopped at any time, without clocks, sockets, threads or storage of its own.
#[derive(Debug)]
pub struct Durable<H> {
	relay: Relay<H>,
	limits: DurableLimits,
	links: BTreeMap<EdgeId, Link>,
	submissions: BTreeMap<EdgeId, SignedIntent>,
	outcomes: BTreeSet<u64>,
	last_outcome: u64,
	/// Whether nothing new is taken or sent.
	drains: bool,
	/// Timers wait until then, unless all neighbours are met before.
	waits_until: Option<Ms>,
	/// Edges whose links are too long now.
	overfull: BTreeSet<EdgeId>,
	/// Edges whose links may be others than they were.
	touched: BTreeSet<EdgeId>,
	/// Edges along which packets were confirmed since their links were recorded.
	confirmed: BTreeSet<EdgeId>,
	changes: Vec<Change>,
	/// Changes that can wait.
	later: Vec<Change>,
	out: Vec<Output>,
}

impl<H: Host> Durable<H> {
	/// A node that nothing was ever recorded of.
	pub fn new(host: H, config: Config, limits: DurableLimits) -> Self {
		let mut relay = Relay::new(host, config);
		relay.watch();
		Self {
			relay,
			limits,
			links: BTreeMap::new(),
			submissions: BTreeMap::new(),
			outcomes: BTreeSet::new(),
			last_outcome: 0,
			drains: false,
			waits_until: None,
			overfull: BTreeSet::new(),
			touched: BTreeSet::new(),
			confirmed: BTreeSet::new(),
			changes: Vec::new(),
			later: Vec::new(),
			out: Vec::new(),
		}
	}

	/// The machine, to ask it.
	pub fn relay(&self) -> &Relay<H> {
		&self.relay
	}

	/// The host, to change what it says.
	pub fn host_mut(&mut self) -> &mut H {
		self.relay.host_mut()
	}

	/// How many packets for a neighbour are not confirmed.
	pub fn unconfirmed(&self, edge: EdgeId) -> usize {
		self.links.get(&edge).map_or(0, |link| link.unconfirmed.len())
	}

	/// Whether this end and its neighbour talk.
	pub fn is_talking(&self, edge: EdgeId) -> bool {
		self.links.get(&edge).is_some_and(|link| link.phase == Phase::Talking)
	}

	/// Whether nothing is left to be done for anybody: no request is in flight, and all packets are confirmed.
	pub fn is_idle(&self) -> bool {
		self.relay.usage().flights == 0 && self.links.values().all(|link| link.unconfirmed.is_empty())
	}

	/// From now on nothing new is taken from anybody, and nothing new is sent: what is in flight ends. A restart takes this
	/// back.
	pub fn drain(&mut self) {
		self.drains = true;
		for edge in self.links.keys() {
			// At once: the next input may be what is not to be taken.
			self.relay.set_busy(*edge, true);
		}
	}

	/// How many neighbours this end talks with, and how many packets all of them have not confirmed.
	pub fn talks(&self) -> (usize, usize) {
		let talking = self.links.values().filter(|link| link.phase == Phase::Talking).count();
		(talking, self.links.values().map(|link| link.unconfirmed.len()).sum())
	}

	/// The edges of this node.
	pub fn edges(&self) -> Vec<EdgeId> {
		self.relay.edges()
	}

	/// What happens now, and what to do about it.
	pub fn handle(&mut self, now: Ms, input: Input) -> Vec<Output> {
		match input {
			Input::Connected { edge } => self.connected(edge),
			Input::Disconnected { edge } => {
				if let Some(link) = self.links.get_mut(&edge) {
					link.phase = Phase::Apart;
				}
			}
			Input::Frame { edge, bytes } => match Frame::from_bytes(&bytes) {
				Some(frame) => self.on_frame(now, edge, frame, &bytes),
				None => self.part(edge, Break::Malformed),
			},
			Input::Timer => self.on_timer(now),
			Input::Order(Order::Ask { query, .. }) if self.outcomes.len() >= self.limits.outcomes => {
				let outcome = Outcome::Refused { reason: Reason::TooMany };
				let (nonce, request) = (query.nonce, H256::zero());
				self.out.push(Output::Deliver { number: 0, nonce, request, outcome });
			}
			Input::Order(order) => self.tell(now, Event::Order(order)),
			Input::Chain(event) => self.on_chain(now, event),
			Input::Confirm { number } => {
				if self.outcomes.remove(&number) {
					self.changes.push(Change::of(Key::Outcome(number), None::<&()>));
				}
			}
		}
		self.finish(now)
	}

	fn connected(&mut self, edge: EdgeId) {
		let Some(link) = self.links.get_mut(&edge) else { return self.part(edge, Break::Other) };
		if link.behind {
			return self.part(edge, Break::Behind);
		}
		link.phase = Phase::Greeting;
		let own = self.relay.own_voucher(edge);
		let hello = Hello {
			version: LINK_VERSION,
			genesis: self.relay.genesis(),
			edge,
			sent: link.sent,
			received: link.received,
			heard: link.heard,
			confirmed: link.confirmed,
			own,
			taken: self.relay.best_voucher(edge),
		};
		self.out.push(Output::Send { edge, frame: Frame::Hello(Box::new(hello)).encode().into() });
	}

	fn on_frame(&mut self, now: Ms, edge: EdgeId, frame: Frame, bytes: &[u8]) {
		let Some(link) = self.links.get_mut(&edge) else { return self.part(edge, Break::Other) };
		self.touched.insert(edge);
		match (link.phase, frame) {
			// It was on its way when the two were parted.
			(Phase::Apart, _) => {}
			(Phase::Greeting, Frame::Hello(hello)) => self.on_hello(now, edge, *hello),
			(Phase::Talking, Frame::Packet { number, packet }) => {
				if number > link.received.saturating_add(1) {
					return self.part(edge, Break::Malformed);
				}
				link.owes_confirm = true;
				if number > link.received {
					link.received = number;
					link.heard = heard(&link.heard, bytes);
					link.changed = true;
					self.tell(now, Event::Packet { edge, packet });
				}
			}
			(Phase::Talking, Frame::Confirm(number)) if number <= link.sent => self.confirmed(edge, number),
			_ => self.part(edge, Break::Malformed),
		}
	}

	fn on_hello(&mut self, now: Ms, edge: EdgeId, hello: Hello) {
		if hello.version != LINK_VERSION || hello.genesis != self.relay.genesis() || hello.edge != edge {
			return self.part(edge, Break::Other);
		}
		if let Some(own) = hello.taken.filter(|shown| self.relay.has_forgotten(edge, shown)) {
			return self.fall_behind(edge, own.voucher, hello.own);
		}
		let Some(link) = self.links.get_mut(&edge) else { return };
		let astray = hello.received > link.sent
			|| hello.received < link.confirmed
			|| hello.sent < link.received
			|| hello.confirmed > link.received
			|| link.heard_with(hello.received) != Some(hello.heard);
		if astray {
			// What the other has paid is this node's, whoever of them has forgotten what.
			if let Some(own) = hello.own.filter(|own| self.relay.is_voucher_of_neighbour(edge, own)) {
				self.relay.take_latest(edge, own);
			}
			return self.part(edge, Break::Astray);
		}
		link.phase = Phase::Talking;
		link.met = true;
		self.confirmed(edge, hello.received);
		let Some(link) = self.links.get(&edge) else { return };
		let again = link.unconfirmed.iter().map(|kept| Output::Send { edge, frame: kept.frame.clone() });
		self.out.extend(again);
		self.stop_waiting(now);
	}

	fn confirmed(&mut self, edge: EdgeId, number: u64) {
		let Some(link) = self.links.get_mut(&edge) else { return };
		for number in link.confirm(number) {
			self.confirmed.insert(edge);
			self.changes.push(Change::of(Key::Unconfirmed(edge, number), None::<&()>));
		}
	}

	/// This node has been shown a voucher of its own that it does not know.
	fn fall_behind(&mut self, edge: EdgeId, own: Voucher, other: Option<SignedVoucher>) {
		let other = other.filter(|other| self.relay.is_voucher_of_neighbour(edge, other));
		self.relay.fall_behind(edge, own, other);
		if let Some(link) = self.links.get_mut(&edge) {
			link.behind = true;
			link.changed = true;
			for kept in core::mem::take(&mut link.unconfirmed) {
				self.changes.push(Change::of(Key::Unconfirmed(edge, kept.number), None::<&()>));
			}
			link.bytes = 0;
		}
		self.part(edge, Break::Behind);
		self.out.push(Output::Behind { edge });
	}

	fn part(&mut self, edge: EdgeId, reason: Break) {
		if let Some(link) = self.links.get_mut(&edge) {
			link.phase = Phase::Apart;
		}
		self.out.push(Output::Disconnect { edge, reason });
	}

	fn on_timer(&mut self, now: Ms) {
		match self.waits_until.filter(|until| now < *until) {
			Some(at) => self.out.push(Output::SetTimer { at }),
			None => self.start_timers(now),
		}
	}

	/// Has timers fire once all neighbours are met.
	fn stop_waiting(&mut self, now: Ms) {
		if self.waits_until.is_some() && self.links.values().all(|link| link.met || link.behind) {
			self.start_timers(now);
		}
	}

	fn start_timers(&mut self, now: Ms) {
		if self.waits_until.take().is_some() {
			self.touched.extend(self.links.keys());
		}
		self.tell(now, Event::Timer);
	}

	fn on_chain(&mut self, now: Ms, event: ChainEvent) {
		let settled = match &event {
			ChainEvent::Severed { intent } => Some(intent.intent.edge),
			ChainEvent::Closed { edge } => Some(*edge),
			_ => None,
		};
		let (opened, closed) = match &event {
			ChainEvent::Opened { config, .. } => (Some(config.edge), None),
			ChainEvent::Closed { edge } => (None, Some(*edge)),
			_ => (None, None),
		};
		self.tell(now, Event::Chain(event));
		if settled.and_then(|edge| self.submissions.remove(&edge)).is_some() {
			let key = settled.map(Key::Submission);
			self.changes.extend(key.map(|key| Change::of(key, None::<&()>)));
		}
		if let Some(edge) = opened.filter(|edge| self.relay.channel(*edge).is_some()) {
			self.links.entry(edge).or_insert_with(Link::new);
			self.touched.insert(edge);
		}
		if let Some(edge) = closed {
			if let Some(link) = self.links.remove(&edge) {
				let numbers = link.unconfirmed.iter().map(|kept| Key::Unconfirmed(edge, kept.number));
				let keys = numbers.chain([Key::Link(edge)]);
				self.changes.extend(keys.map(|key| Change::of(key, None::<&()>)));
			}
			self.out.push(Output::Disconnect { edge, reason: Break::Other });
		}
	}

	/// Tells the machine, and has done what it says.
	fn tell(&mut self, now: Ms, event: Event) {
		let actions = self.relay.handle(now, event);
		self.absorb(actions);
	}

	fn absorb(&mut self, actions: Vec<Action>) {
		for action in actions {
			match action {
				// The whole edge is recorded.
				Action::Persist { .. } => {}
				Action::Send { edge, packet } => self.send(edge, &packet),
				Action::SetTimer { at } => {
					let at = self.waits_until.map_or(at, |until| at.max(until));
					self.out.push(Output::SetTimer { at });
				}
				Action::Submit { intent } => {
					let edge = intent.intent.edge;
					self.submissions.insert(edge, intent);
					self.changes.push(Change::of(Key::Submission(edge), Some(&intent)));
					if self.submissions.len() > self.limits.submissions.max(1) {
						// The lowest number is the oldest edge.
						let oldest = self.submissions.pop_first();
						let key = oldest.map(|(edge, _)| Key::Submission(edge));
						self.changes.extend(key.map(|key| Change::of(key, None::<&()>)));
					}
					self.out.push(Output::Submit { intent });
				}
				Action::Serve { hash, request, body } => {
					self.out.push(Output::Serve { hash, request, body });
				}
				Action::Deliver { nonce, request, outcome } => {
					self.last_outcome = self.last_outcome.saturating_add(1);
					let number = self.last_outcome;
					self.outcomes.insert(number);
					self.changes.push(Change::of(Key::Outcomes, Some(&number)));
					let record = (nonce, request, &outcome);
					self.changes.push(Change::of(Key::Outcome(number), Some(&record)));
					self.out.push(Output::Deliver { number, nonce, request, outcome });
				}
				Action::Isolate { neighbour, request } => {
					self.out.push(Output::Isolate { neighbour, request });
				}
				Action::Note(note) => self.out.push(Output::Note(note)),
			}
		}
	}

	fn send(&mut self, edge: EdgeId, packet: &Packet) {
		let Some(link) = self.links.get_mut(&edge).filter(|link| !link.behind) else { return };
		let (number, frame) = link.push(packet);
		self.touched.insert(edge);
		self.changes.push(Change::of(Key::Unconfirmed(edge, number), Some(&frame.as_ref())));
		if link.unconfirmed.len() > self.limits.packets || link.bytes > self.limits.bytes {
			self.overfull.insert(edge);
		}
		if link.phase == Phase::Talking {
			self.out.push(Output::Send { edge, frame });
		}
	}

	/// What has changed is put before what is to be done.
	fn finish(&mut self, now: Ms) -> Vec<Output> {
		while let Some(edge) = self.overfull.pop_first() {
			// Severing says one thing more along the edge, once.
			if !self.relay.is_broken(edge) {
				self.tell(now, Event::Order(Order::Sever { edge }));
			}
		}
		let (limits, drains, waits) = (self.limits, self.drains, self.waits_until.is_some());
		let half =
			|link: &Link| link.unconfirmed.len() >= limits.packets / 2 || link.bytes >= limits.bytes / 2;
		for edge in &self.touched {
			if let Some(link) = self.links.get(edge) {
				// Nothing is signed for who may know better what was signed before.
				self.relay.set_busy(*edge, drains || half(link) || (waits && !link.met));
			}
		}
		let actions = self.relay.take_actions();
		self.absorb(actions);

		let mut confirms = Vec::new();
		for edge in core::mem::take(&mut self.touched) {
			let Some(link) = self.links.get_mut(&edge) else { continue };
			if core::mem::take(&mut link.changed) {
				self.confirmed.remove(&edge);
				self.changes.push(Change::of(Key::Link(edge), Some(&link.record())));
			}
			if core::mem::take(&mut link.owes_confirm) && link.phase == Phase::Talking {
				let frame = Frame::Confirm(link.received).encode().into();
				confirms.push(Output::Send { edge, frame });
			}
		}
		let mut changes = self.relay.changes();
		changes.append(&mut self.changes);
		let mut outputs = Vec::with_capacity(self.out.len().saturating_add(2));
		let all_wait = changes.iter().all(Change::can_wait);
		self.later.append(&mut changes);
		if !all_wait || self.later.len() > MAX_LATER {
			// With the packets that are forgotten goes how far they were.
			for edge in core::mem::take(&mut self.confirmed) {
				if let Some(link) = self.links.get(&edge) {
					self.later.push(Change::of(Key::Link(edge), Some(&link.record())));
				}
			}
			outputs.push(Output::Persist(core::mem::take(&mut self.later)));
		}
		outputs.append(&mut self.out);
		outputs.append(&mut confirms);
		outputs
	}
}
