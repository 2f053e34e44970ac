//! The discrete-event engine: nodes, edges between them, and what happens when.

use crate::{
	fault::{corrupt, Fault, Kind},
	keys::{Directory, KeyedHash},
	tally::Tally,
	trace::{Line, Trace},
};
use std::{
	cell::RefCell,
	cmp::Reverse,
	collections::{BTreeMap, BinaryHeap, HashMap, HashSet},
	rc::Rc,
};
use surety_graph_model::generate::Rng;
use surety_response::{
	relay::{
		packet::SignedIntent, Action, ChainEvent, Config, EdgeConfig, Event, Limits, Ms, Order, Outcome,
		Overload, Packet, PassOn, Patience, Query, Relay, Route, Schedule, Verdict,
	},
	Amount, ChannelState, EdgeId, NodeId, PerSide, Side, H256,
};

/// What the clock of a node without an offset shows when the simulation begins, in ms: so that clocks can be behind.
const EPOCH_MS: Ms = 1_000_000_000_000;

/// What holds for the whole simulation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct World {
	/// What all that is random is drawn from.
	pub seed: u64,
	/// Whether what is said at a sync is there at once, as the paper's tables draw it. Otherwise it crosses the edge.
	pub syncs_are_instant: bool,
	/// How long the chain takes to tell both ends that an edge was severed, in ms; never where there is none.
	pub finality_ms: Option<Ms>,
	/// Whether lines of a timeline are kept.
	pub trace: bool,
}

/// A node, as it is configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeSpec {
	/// When it severs.
	pub patience: Patience,
	/// When it passes on proofs.
	pub pass_on: PassOn,
	/// What it does where there is no room.
	pub overload: Overload,
	/// How late an answer may come, in ms.
	pub grace_ms: Ms,
	/// By how much it takes clocks to differ, in ms.
	pub skew_ms: Ms,
	/// By how much its clock is ahead, in ms.
	pub clock_offset_ms: i64,
	/// How long its provider takes to answer, in ms.
	pub service_ms: Ms,
	/// Bytes of its provider's answers.
	pub response_bytes: u32,
	/// Whether it asks for what isolates silent neighbours.
	pub isolate: bool,
}

/// An edge, as both ends have signed it, and as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EdgeSpec {
	/// The nodes it joins.
	pub ends: [usize; 2],
	/// Promised latency, in ms.
	pub latency_ms: u32,
	/// The latency that messages have, in ms.
	pub actual_ms: u32,
	/// A message takes up to so much more, in ms; none overtakes another.
	pub jitter_ms: u32,
	/// Of a million messages so many are lost; the transport sends them again.
	pub loss_ppm: u32,
	/// When late fees are settled.
	pub syncs: Option<Schedule>,
	/// What carrying a request costs.
	pub base_price: Amount,
	/// What each byte costs beside that.
	pub price_per_byte: Amount,
	/// Requests at once, in each direction.
	pub max_requests: usize,
	/// What each end deposits.
	pub deposit: Amount,
	/// What may be paid ahead.
	pub max_in_flight: Amount,
	/// What each end is ready to lose by the other.
	pub risk: Amount,
}

/// What a local client was told.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivered {
	/// When, in ms.
	pub at: Ms,
	/// By which node.
	pub node: usize,
	/// Of what it had asked.
	pub nonce: u64,
	/// What.
	pub outcome: Outcome,
}

#[derive(Debug)]
pub(crate) struct Node {
	pub(crate) relay: Relay<KeyedHash>,
	spec: NodeSpec,
	pub(crate) faults: Vec<Fault>,
	timer: Option<Ms>,
	/// When the last request came.
	reached_at: Ms,
}

#[derive(Debug)]
pub(crate) struct Edge {
	pub(crate) spec: EdgeSpec,
	/// When the last packet to each end arrives.
	busy_until: [Ms; 2],
	pub(crate) severed: bool,
}

#[derive(Debug)]
enum What {
	Deliver {
		edge: EdgeId,
		to: usize,
		packet: Packet,
	},
	Order {
		node: usize,
		order: Order,
	},
	Chain {
		node: usize,
		event: ChainEvent,
	},
	Submit {
		intent: SignedIntent,
	},
	Timer {
		node: usize,
		at: Ms,
	},
	/// A node is online again.
	Wake {
		node: usize,
	},
	/// A sync has passed by the clock of the end that could have paid: to note one at which nothing was.
	SyncPassed {
		edge: EdgeId,
		payer: usize,
		number: Ms,
	},
}

struct Entry {
	at: Ms,
	/// What arrives at an instant is known before what a timer does then.
	class: u8,
	/// Of timers at one instant those of nodes further along the way come first, so that what is said at a sync is known
	/// to the one before at the sync that that one has then.
	rank: Reverse<Ms>,
	number: u64,
	what: What,
}

impl PartialEq for Entry {
	fn eq(&self, other: &Self) -> bool {
		self.number == other.number
	}
}

impl Eq for Entry {}

impl PartialOrd for Entry {
	fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
		Some(self.cmp(other))
	}
}

impl Ord for Entry {
	fn cmp(&self, other: &Self) -> core::cmp::Ordering {
		(self.at, self.class, self.rank, self.number).cmp(&(other.at, other.class, other.rank, other.number))
	}
}

/// A network that is simulated. The same calls give the same events.
pub struct Engine {
	world: World,
	rng: Rng,
	now: Ms,
	queue: BinaryHeap<Reverse<Entry>>,
	number: u64,
	pub(crate) nodes: Vec<Node>,
	pub(crate) edges: Vec<Edge>,
	adjacency: Vec<Vec<(usize, EdgeId)>>,
	directory: Rc<RefCell<Directory>>,
	delivered: std::collections::VecDeque<Delivered>,
	submitted: HashSet<EdgeId>,
	pub(crate) trace: Trace,
	pub(crate) tally: Tally,
	/// Silent neighbours that a node wants isolated: the node, and whom.
	pub(crate) isolating: Vec<(usize, usize)>,
	/// What goes wrong where nothing should: for tests.
	pub(crate) unpaid: u64,
	events: u64,
}

/// The account of the node with this number.
pub fn account(node: usize) -> NodeId {
	H256::from_low_u64_be(node as u64 + 1)
}

fn number_of(account: &NodeId) -> usize {
	account.to_low_u64_be().saturating_sub(1) as usize
}

fn other_end(ends: [usize; 2], node: usize) -> usize {
	ends[usize::from(ends[0] == node)]
}

impl Engine {
	/// An empty network.
	pub fn new(world: World) -> Self {
		Self {
			world,
			rng: Rng::new(world.seed),
			now: 0,
			queue: BinaryHeap::new(),
			number: 0,
			nodes: Vec::new(),
			edges: Vec::new(),
			adjacency: Vec::new(),
			directory: Rc::default(),
			delivered: Default::default(),
			submitted: HashSet::new(),
			trace: Trace::new(world.trace),
			tally: Tally::default(),
			isolating: Vec::new(),
			unpaid: 0,
			events: 0,
		}
	}

	/// One more node; returns its number.
	pub fn add_node(&mut self, spec: NodeSpec, limits: Limits) -> usize {
		let number = self.nodes.len();
		let config = Config {
			node: account(number),
			patience: spec.patience,
			pass_on: spec.pass_on,
			overload: spec.overload,
			isolate: spec.isolate,
			grace_ms: spec.grace_ms,
			skew_ms: spec.skew_ms,
			max_validity_ms: 3_600_000,
			limits,
		};
		let host = KeyedHash { node: account(number), directory: self.directory.clone() };
		let relay = Relay::new(host, config);
		self.adjacency.push(Vec::new());
		self.nodes.push(Node { relay, spec, faults: Vec::new(), timer: None, reached_at: 0 });
		number
	}

	/// One more edge, open from now on; returns its number.
	pub fn add_edge(&mut self, spec: EdgeSpec) -> EdgeId {
		let edge = self.edges.len() as EdgeId;
		self.directory.borrow_mut().ends.push(spec.ends.map(account));
		self.edges.push(Edge { spec, busy_until: [0; 2], severed: false });
		let [a, b] = spec.ends;
		self.adjacency[a].push((b, edge));
		self.adjacency[b].push((a, edge));
		let deposits = PerSide { opener: spec.deposit, acceptor: spec.deposit };
		let syncs =
			spec.syncs.map(|syncs| Schedule { first_ms: EPOCH_MS.saturating_add(syncs.first_ms), ..syncs });
		for (side, place) in [(Side::Opener, 0), (Side::Acceptor, 1)] {
			let Ok(channel) = ChannelState::new(edge, side, deposits, spec.max_in_flight) else { continue };
			let config = EdgeConfig {
				edge,
				neighbour: account(spec.ends[1 - place]),
				latency_ms: spec.latency_ms,
				syncs,
				base_price: spec.base_price,
				price_per_byte: spec.price_per_byte,
				max_requests: spec.max_requests,
				risk: spec.risk,
				patience: None,
			};
			let event = ChainEvent::Opened { config: Box::new(config), channel: Box::new(channel) };
			self.tell(spec.ends[place], Event::Chain(event));
		}
		if self.world.trace {
			spec.ends.iter().for_each(|payer| self.await_sync(edge, *payer, 0));
		}
		edge
	}

	/// Has a node fail.
	pub fn add_fault(&mut self, node: usize, fault: Fault) {
		self.nodes[node].faults.push(fault);
		if let Some(until) = fault.until_ms.filter(|_| fault.kind == Kind::Offline) {
			self.push(until, 0, What::Wake { node });
		}
	}

	/// Has a node ask.
	pub fn ask_at(&mut self, at: Ms, node: usize, query: Query, routes: Vec<Route>) {
		self.order_at(at, node, Order::Ask { query: Box::new(query), routes });
	}

	/// Has a node do something.
	pub fn order_at(&mut self, at: Ms, node: usize, order: Order) {
		self.push(at.max(self.now), 1, What::Order { node, order });
	}

	/// What time it is, in ms.
	pub fn now(&self) -> Ms {
		self.now
	}

	/// Events so far.
	pub fn events(&self) -> u64 {
		self.events
	}

	/// Goes on until a client is told something, or until `end`.
	pub fn next_delivery(&mut self, end: Ms) -> Option<Delivered> {
		loop {
			if let Some(delivered) = self.delivered.pop_front() {
				return Some(delivered);
			}
			let next = self.queue.peek().map(|Reverse(entry)| entry.at)?;
			if next > end {
				return None;
			}
			if let Some(Reverse(entry)) = self.queue.pop() {
				self.now = entry.at;
				self.events += 1;
				self.happen(entry.what);
			}
		}
	}

	fn push(&mut self, at: Ms, class: u8, what: What) {
		self.number += 1;
		let rank = match &what {
			What::Timer { node, .. } => Reverse(self.nodes[*node].reached_at),
			_ => Reverse(0),
		};
		self.queue.push(Reverse(Entry { at, class, rank, number: self.number, what }));
	}

	fn is_offline(&self, node: usize) -> bool {
		self.fault(node).is_some_and(|kind| kind == Kind::Offline)
	}

	fn fault(&self, node: usize) -> Option<Kind> {
		self.nodes[node].faults.iter().find(|fault| fault.is_on(self.now)).map(|fault| fault.kind)
	}

	fn local(&self, node: usize, at: Ms) -> Ms {
		EPOCH_MS.saturating_add(at).saturating_add_signed(self.nodes[node].spec.clock_offset_ms)
	}

	fn global(&self, node: usize, local: Ms) -> Ms {
		local.saturating_add_signed(-self.nodes[node].spec.clock_offset_ms).saturating_sub(EPOCH_MS)
	}

	fn happen(&mut self, what: What) {
		match what {
			What::Deliver { edge, to, packet } => {
				if !self.is_offline(to) {
					self.tally.arrives(to, edge, &packet);
					if matches!(packet, Packet::Forward(_)) {
						self.nodes[to].reached_at = self.now;
					}
					self.tell(to, Event::Packet { edge, packet });
				}
			}
			What::Order { node, order } => {
				if !self.is_offline(node) {
					self.tell(node, Event::Order(order));
				}
			}
			What::Chain { node, event } => {
				if !self.is_offline(node) {
					self.tell(node, Event::Chain(event));
				}
			}
			What::Submit { intent } => self.submit(intent),
			What::Timer { node, at } => {
				if self.nodes[node].timer == Some(at) && !self.is_offline(node) {
					self.nodes[node].timer = None;
					self.tell(node, Event::Timer);
				}
			}
			What::Wake { node } => self.tell(node, Event::Timer),
			What::SyncPassed { edge, payer, number } => self.sync_passed(edge, payer, number),
		}
	}

	fn tell(&mut self, node: usize, event: Event) {
		let now = self.local(node, self.now);
		for action in self.nodes[node].relay.handle(now, event) {
			self.act(node, action);
		}
	}

	fn act(&mut self, node: usize, action: Action) {
		match action {
			Action::Persist { .. } => {}
			Action::Send { edge, packet } => self.send(node, edge, packet),
			Action::SetTimer { at } => {
				let at = self.global(node, at).max(self.now);
				self.nodes[node].timer = Some(at);
				self.push(at, 2, What::Timer { node, at });
			}
			Action::Submit { intent } => {
				let later = match self.fault(node) {
					Some(Kind::Late(ms) | Kind::Slow(ms)) => ms,
					_ => 0,
				};
				if later == 0 {
					self.submit(intent);
				} else {
					self.push(self.now.saturating_add(later), 1, What::Submit { intent });
				}
			}
			Action::Serve { hash, .. } => {
				let spec = self.nodes[node].spec;
				let body = vec![0x5a; spec.response_bytes as usize];
				let order = Order::Served { request: hash, verdict: Verdict::Answer, body };
				self.push(self.now.saturating_add(spec.service_ms), 1, What::Order { node, order });
			}
			Action::Deliver { nonce, outcome, .. } => {
				self.trace.outcome(self.now, node, nonce, &outcome);
				self.delivered.push_back(Delivered { at: self.now, node, nonce, outcome });
			}
			Action::Isolate { neighbour, .. } => self.isolating.push((node, number_of(&neighbour))),
			Action::Note(note) => {
				if matches!(note, surety_response::relay::Note::CannotPay { .. }) {
					self.unpaid += 1;
				}
				let edges = &self.edges;
				let other = |edge: EdgeId| other_end(edges[edge as usize].spec.ends, node);
				self.trace.note(self.now, node, &note, other);
			}
		}
	}

	/// Who is at the other end.
	fn other(&self, edge: EdgeId, node: usize) -> usize {
		other_end(self.edges[edge as usize].spec.ends, node)
	}

	fn send(&mut self, node: usize, edge: EdgeId, packet: Packet) {
		let (packet, later) = match self.fault(node) {
			None => (packet, 0),
			Some(kind) => match corrupt(kind, packet) {
				Some(corrupted) => corrupted,
				None => return,
			},
		};
		let to = self.other(edge, node);
		let at = self.now.saturating_add(later);
		self.trace.packet(at, node, to, &packet);
		self.tally.leaves(node, edge, &packet);
		let place = usize::from(self.edges[edge as usize].spec.ends[1] == to);
		let instant =
			self.world.syncs_are_instant && matches!(&packet, Packet::Settle(settle) if settle.sync);
		let arrives = if instant { at } else { self.crossing(edge, place, at) };
		self.push(arrives, 1, What::Deliver { edge, to, packet });
	}

	/// When what is sent along an edge arrives: a lost message is sent again after a round trip, and those behind it
	/// wait, as a reliable transport has it.
	fn crossing(&mut self, edge: EdgeId, place: usize, at: Ms) -> Ms {
		let spec = self.edges[edge as usize].spec;
		let mut takes = Ms::from(spec.actual_ms);
		if spec.jitter_ms > 0 {
			takes += Ms::from(self.rng.below(spec.jitter_ms + 1));
		}
		while spec.loss_ppm > 0 && self.rng.below(1_000_000) < spec.loss_ppm.min(900_000) {
			takes += 2 * Ms::from(spec.actual_ms) + 1;
		}
		let busy_until = &mut self.edges[edge as usize].busy_until[place];
		*busy_until = at.saturating_add(takes).max(*busy_until);
		*busy_until
	}

	fn submit(&mut self, intent: SignedIntent) {
		let edge = intent.intent.edge;
		if !self.submitted.insert(edge) {
			return;
		}
		let ends = self.edges[edge as usize].spec.ends;
		self.edges[edge as usize].severed = true;
		for end in ends {
			self.adjacency[end].retain(|(_, other)| *other != edge);
		}
		let by = number_of(&intent.by);
		self.trace.severed(self.now, by, self.other(edge, by));
		if let Some(finality) = self.world.finality_ms {
			for node in ends {
				let at = self.now.saturating_add(finality);
				self.push(at, 1, What::Chain { node, event: ChainEvent::Severed { intent } });
			}
		}
	}

	/// Has the sync with this number be noted if nothing is paid at it.
	fn await_sync(&mut self, edge: EdgeId, payer: usize, number: Ms) {
		if let Some(syncs) = self.edges[edge as usize].spec.syncs {
			let at = syncs.first_ms.saturating_add(syncs.every_ms.saturating_mul(number));
			let at = at.saturating_add_signed(-self.nodes[payer].spec.clock_offset_ms);
			self.push(at.max(self.now), 3, What::SyncPassed { edge, payer, number });
		}
	}

	/// Notes a sync at which nothing was paid, if either end has a request under way that it could be about.
	fn sync_passed(&mut self, edge: EdgeId, payer: usize, number: Ms) {
		let payee = self.other(edge, payer);
		let open =
			self.nodes[payer].relay.taken_from(edge) > 0 || self.nodes[payee].relay.sent_over(edge) > 0;
		if open && !self.edges[edge as usize].severed {
			self.trace.empty_sync(self.now, payer, payee);
		}
		self.await_sync(edge, payer, number + 1);
	}

	/// Lines of the timeline.
	pub fn lines(&self) -> &[Line] {
		self.trace.lines()
	}

	/// Neighbours of each node over edges that nobody has submitted an intent for.
	pub(crate) fn adjacency(&self) -> &[Vec<(usize, EdgeId)>] {
		&self.adjacency
	}

	/// The route along these edges, with timeouts that leave no slack, for messages of so many bytes both ways.
	pub(crate) fn route(&self, path: &[EdgeId], service_ms: u32, bytes: u64) -> Option<Route> {
		route(|edge| &self.edges[edge as usize].spec, path, service_ms, bytes)
	}
}

/// The route along these edges, with timeouts that leave no slack, for messages of so many bytes both ways.
pub(crate) fn route<'a>(
	spec: impl Fn(EdgeId) -> &'a EdgeSpec,
	path: &[EdgeId],
	service_ms: u32,
	bytes: u64,
) -> Option<Route> {
	let price =
		|spec: &EdgeSpec| spec.base_price.saturating_add(spec.price_per_byte.saturating_mul(bytes.into()));
	let leg = |edge: &EdgeId| (*edge, spec(*edge).latency_ms, price(spec(*edge)));
	let path: Vec<_> = path.iter().map(leg).collect();
	Route::tight(&path, service_ms)
}

/// Used by [`Tally`] and [`Trace`]: amounts by request.
pub(crate) type ByRequest<T> = HashMap<H256, T>;

/// Amounts by node and edge.
pub(crate) type ByEnd<T> = BTreeMap<(usize, EdgeId), T>;
