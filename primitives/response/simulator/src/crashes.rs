//! Nodes that stop at any time, and go on from what they have recorded.
//!
//! A node can stop before, between and after any two things that its machine has it do, so also when a record was
//! written and nothing of what follows from it was done. Everything that it had in memory is gone then, and what was on
//! its way to it or from it is lost with the connections.

use crate::{
	engine::account,
	fault::{corrupt, Kind},
	keys::{Directory, KeyedHash},
	simulate::path,
	tally::Tally,
};
use anyhow::{ensure, Result};
use std::{
	cell::RefCell,
	cmp::Reverse,
	collections::{BTreeMap, BinaryHeap, HashSet},
	rc::Rc,
	sync::Arc,
};
use surety_graph_model::generate::{regular, Rng};
use surety_response::{
	relay::{
		durable::{Change, Durable, DurableLimits, Frame, Input, Key, Output},
		packet::{Settle, SignedIntent},
		Basis, ChainEvent, Config, EdgeConfig, Limits, Ms, Note, Order, Outcome, Overload, Packet, PassOn,
		Patience, Query, Route, Schedule, Verdict,
	},
	settle, Amount, ChannelState, EdgeId, PerSide, Side,
};

/// Edges of each node.
const DEGREE: u32 = 4;
/// From one sync to the next on each edge, in ms.
const SYNC_MS: u32 = 1_000;
/// Late fee of each ms, and at the most.
const RATE: Amount = 1;
const CAP: Amount = 20_000;
/// What carrying a request costs, on each edge.
const PRICE: Amount = 10;
/// What each node is ready to lose by each neighbour.
const RISK: Amount = 20_000;
/// What each end of an edge deposits.
const DEPOSIT: Amount = 1_000_000_000;
/// Ways that are tried for a request, one after the other.
const ATTEMPTS: u32 = 4;
/// Until a block with a sever is final.
const FINALITY_MS: Ms = 6_000;
/// How late an answer may be: for connections that break.
const GRACE_MS: Ms = 300;
/// For so long a node that was started waits for its neighbours.
const SETTLE_MS: Ms = 1_000;
/// Nobody stops in the last minute, and no request begins in the last half of the time or the last minute.
const TAIL_MS: Ms = 60_000;
/// What all clocks show at the beginning, in ms.
const EPOCH_MS: Ms = 1_000_000_000_000;

/// What to simulate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CrashOptions {
	/// Nodes.
	pub nodes: u32,
	/// Requests, all of honest authors.
	pub requests: u32,
	/// Of a million instants at which a node could stop, at so many it does.
	pub crash_ppm: u32,
	/// How long one that has stopped stays so at the most, in ms.
	pub down_ms: u32,
	/// Of a million frames that are sent, at so many the connection breaks.
	pub drop_ppm: u32,
	/// Faulty nodes of a thousand. They stop and go on like all others.
	pub faulty_permille: u32,
	/// When the simulation ends, in ms.
	pub horizon_ms: Ms,
	/// What everything is drawn from.
	pub seed: u64,
}

/// What came of it. See [`Report`](crate::Report) for what the sums mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct CrashReport {
	/// Requests that were answered.
	pub answered: u64,
	/// Requests that have a proof that an edge of their route broke.
	pub edge_broken: u64,
	/// Requests for which late fees were paid until the last sync, or in full.
	pub paid_waiting: u64,
	/// Requests that cost nothing.
	pub refused: u64,
	/// All others. Nothing.
	pub unresolved: u64,
	/// What is paid out more or less than is deposited, or than the books of honest ends say. Nothing.
	pub money_delta: u128,
	/// Packets between honest nodes that talk that were never confirmed, and money between them that is still out for
	/// nothing. Nothing.
	pub left_over: u64,
	/// The most that an honest node has lost by one neighbour, apart from what fell due while it was not there.
	pub worst_honest_loss: u128,
	/// What each node is ready to lose by each neighbour.
	pub configured_risk: u128,
	/// How often a node has stopped.
	pub crashes: u64,
	/// Of these, how often after something was recorded and before all that follows from it was done.
	pub crashes_between: u64,
	/// How often a connection broke otherwise.
	pub drops: u64,
	/// Edges that were severed.
	pub severed: u64,
	/// Of these, edges between two honest nodes.
	pub severed_honest: u64,
	/// Bytes that were recorded.
	pub bytes_recorded: u64,
	/// How often something was recorded.
	pub writes: u64,
	/// Events that were simulated.
	pub events: u64,
}

#[derive(Clone, Copy, Debug)]
struct EdgeSpec {
	ends: [usize; 2],
	latency_ms: u32,
	actual_ms: u32,
	syncs: Schedule,
}

struct Edge {
	spec: EdgeSpec,
	/// Of which connection frames are.
	connection: u64,
	busy_until: [Ms; 2],
	severed: bool,
}

struct Node {
	machine: Option<Durable<KeyedHash>>,
	config: Config,
	store: BTreeMap<Key, Vec<u8>>,
	/// How often it was started: what was meant for an earlier life is lost.
	life: u64,
	fault: Option<Kind>,
	/// Packets heard, by edge.
	heard: BTreeMap<EdgeId, u64>,
	/// Late fees that fell due while it was not there, at the most.
	excused: u128,
	/// What its client was told.
	told: HashSet<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Made {
	author: usize,
	recipient: usize,
	attempts: u32,
	answered: bool,
	broken: bool,
	paid_in_full: bool,
	taken: bool,
	open: bool,
	paid_at: Option<Ms>,
}

enum What {
	Frame {
		edge: EdgeId,
		to: usize,
		connection: u64,
		bytes: Arc<[u8]>,
	},
	Timer {
		node: usize,
		life: u64,
		at: Ms,
	},
	/// From the provider.
	Served {
		node: usize,
		life: u64,
		order: Order,
	},
	/// From the client; again until it is recorded.
	Order {
		node: usize,
		order: Order,
	},
	Confirm {
		node: usize,
		life: u64,
		number: u64,
	},
	Severed {
		node: usize,
		intent: SignedIntent,
	},
	Start {
		node: usize,
	},
	Connect {
		edge: EdgeId,
	},
	Disconnected {
		node: usize,
		life: u64,
		edge: EdgeId,
	},
}

struct Entry {
	at: Ms,
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
		(self.at, self.number).cmp(&(other.at, other.number))
	}
}

struct World {
	options: CrashOptions,
	rng: Rng,
	now: Ms,
	queue: BinaryHeap<Reverse<Entry>>,
	number: u64,
	nodes: Vec<Node>,
	edges: Vec<Edge>,
	adjacency: Vec<Vec<(usize, EdgeId)>>,
	directory: Rc<RefCell<Directory>>,
	made: BTreeMap<u64, Made>,
	timers: Vec<Option<Ms>>,
	tally: Tally,
	unpaid: u64,
	report: CrashReport,
}

/// Simulates, and counts.
///
/// Fails where the options make no sense.
pub fn simulate_crashes(options: &CrashOptions) -> Result<CrashReport> {
	ensure!(options.nodes > 2 * DEGREE, "there have to be more than {} nodes", 2 * DEGREE);
	ensure!(options.faulty_permille <= 500, "more than half of the nodes would be faulty");
	ensure!(options.horizon_ms > 2 * TAIL_MS, "the horizon has to be more than {} ms", 2 * TAIL_MS);
	let mut world = World::new(*options);
	world.run();
	Ok(world.count())
}

impl World {
	fn new(options: CrashOptions) -> Self {
		let mut world = Self {
			options,
			rng: Rng::new(options.seed),
			now: 0,
			queue: BinaryHeap::new(),
			number: 0,
			nodes: Vec::new(),
			edges: Vec::new(),
			adjacency: vec![Vec::new(); options.nodes as usize],
			directory: Rc::default(),
			made: BTreeMap::new(),
			timers: vec![None; options.nodes as usize],
			tally: Tally::default(),
			unpaid: 0,
			report: CrashReport { configured_risk: RISK, ..CrashReport::default() },
		};
		world.populate();
		world.plan();
		world
	}

	fn populate(&mut self) {
		for number in 0..self.options.nodes as usize {
			let patience = [Patience::Syncs(4), Patience::Syncs(6), Patience::PayOn];
			let config = Config {
				node: account(number),
				patience: self.rng.pick(&patience),
				pass_on: self.rng.pick(&[PassOn::AtOnce, PassOn::AtSync]),
				overload: self.rng.pick(&[Overload::Queue, Overload::Queue, Overload::Refuse]),
				isolate: false,
				grace_ms: GRACE_MS,
				skew_ms: 0,
				max_validity_ms: 3_600_000,
				limits: Limits::default(),
			};
			let faulty = self.rng.below(1_000) < self.options.faulty_permille;
			let kinds = [Kind::Offline, Kind::Slow(400), Kind::Lying, Kind::Selective(128), Kind::Late(0)];
			let fault = faulty.then(|| self.rng.pick(&kinds));
			self.nodes.push(Node {
				machine: None,
				config,
				store: BTreeMap::new(),
				life: 0,
				fault,
				heard: BTreeMap::new(),
				excused: 0,
				told: HashSet::new(),
			});
		}
		for [a, b] in regular(self.options.nodes, DEGREE, self.rng.bits()) {
			let ends = [a as usize, b as usize];
			let edge = self.edges.len() as EdgeId;
			let latency_ms = 10 + self.rng.below(60);
			let actual_ms = latency_ms - self.rng.below(latency_ms / 5 + 1);
			let first_ms = EPOCH_MS + Ms::from(self.rng.below(SYNC_MS));
			let syncs = Schedule { first_ms, every_ms: Ms::from(SYNC_MS) };
			self.directory.borrow_mut().ends.push(ends.map(account));
			self.adjacency[ends[0]].push((ends[1], edge));
			self.adjacency[ends[1]].push((ends[0], edge));
			let spec = EdgeSpec { ends, latency_ms, actual_ms, syncs };
			self.edges.push(Edge { spec, connection: 0, busy_until: [0; 2], severed: false });
		}
		for node in 0..self.nodes.len() {
			self.push(0, What::Start { node });
		}
	}

	/// Requests, at random times.
	fn plan(&mut self) {
		let nodes = self.options.nodes;
		let honest: Vec<usize> =
			(0..nodes as usize).filter(|node| self.nodes[*node].fault.is_none()).collect();
		let last = self.options.horizon_ms.saturating_sub(TAIL_MS).min(self.options.horizon_ms / 2);
		for nonce in 0..u64::from(self.options.requests) {
			let author = self.rng.pick(&honest);
			let mut recipient = self.rng.below(nodes) as usize;
			while recipient == author {
				recipient = self.rng.below(nodes) as usize;
			}
			self.made.insert(nonce, Made { author, recipient, open: true, ..Made::default() });
			let at = 100 + Ms::from(self.rng.below(last as u32));
			let query = Query {
				nonce,
				recipient: account(recipient),
				basis: Basis::Subscription(0),
				method: b"GET /".to_vec(),
				body: vec![0; self.rng.below(64) as usize],
				max_response_bytes: 200_000,
				service_ms: 100,
				late_fee_per_ms: RATE,
				late_fee_cap: CAP,
				validity_ms: 120_000,
			};
			// The way is found when it begins: see `order`.
			let order = Order::Ask { query: Box::new(query), routes: Vec::new() };
			self.push(at, What::Order { node: author, order });
		}
	}

	fn push(&mut self, at: Ms, what: What) {
		self.number += 1;
		self.queue.push(Reverse(Entry { at, number: self.number, what }));
	}

	fn run(&mut self) {
		while let Some(Reverse(entry)) = self.queue.pop() {
			if entry.at > self.options.horizon_ms {
				break;
			}
			self.now = entry.at;
			self.report.events += 1;
			self.happen(entry.what);
		}
		self.now = self.options.horizon_ms;
	}

	fn is_there(&self, node: usize, life: u64) -> bool {
		let node = &self.nodes[node];
		node.life == life && node.machine.is_some()
	}

	fn is_offline(&self, node: usize) -> bool {
		// It is there at first, so that it has something under way.
		self.nodes[node].fault == Some(Kind::Offline) && self.now > self.options.horizon_ms / 8
	}

	fn happen(&mut self, what: What) {
		match what {
			What::Frame { edge, to, connection, bytes } => {
				if self.edges[edge as usize].connection == connection && self.nodes[to].machine.is_some() {
					self.hear(to, edge, &bytes);
				}
			}
			What::Timer { node, life, at } => {
				if self.is_there(node, life) && self.timers[node] == Some(at) {
					self.timers[node] = None;
					self.tell(node, Input::Timer);
				}
			}
			What::Served { node, life, order } => {
				if self.is_there(node, life) {
					self.tell(node, Input::Order(order));
				}
			}
			What::Order { node, order } => self.order(node, order),
			What::Confirm { node, life, number } => {
				if self.is_there(node, life) {
					self.tell(node, Input::Confirm { number });
				}
			}
			What::Severed { node, intent } => {
				let event = ChainEvent::Severed { intent };
				if self.nodes[node].machine.is_none() || !self.tell(node, Input::Chain(event)) {
					// A client that follows the chain goes on where it was.
					self.push(self.now + 100, What::Severed { node, intent });
				}
			}
			What::Start { node } => self.start(node),
			What::Connect { edge } => self.connect(edge),
			What::Disconnected { node, life, edge } => {
				if self.is_there(node, life) {
					self.tell(node, Input::Disconnected { edge });
				}
			}
		}
	}

	fn edge_configs(&self, node: usize) -> Vec<EdgeConfig> {
		let config = |(neighbour, edge): &(usize, EdgeId)| {
			let spec = &self.edges[*edge as usize].spec;
			EdgeConfig {
				edge: *edge,
				neighbour: account(*neighbour),
				latency_ms: spec.latency_ms,
				syncs: Some(spec.syncs),
				base_price: PRICE,
				price_per_byte: 0,
				max_requests: 8,
				risk: RISK,
				patience: None,
			}
		};
		self.adjacency[node].iter().map(config).collect()
	}

	fn start(&mut self, node: usize) {
		let host = KeyedHash { node: account(node), directory: self.directory.clone() };
		let config = self.nodes[node].config;
		let edges = self.edge_configs(node);
		let records: Vec<_> =
			self.nodes[node].store.iter().map(|(key, value)| (*key, value.clone())).collect();
		let now = EPOCH_MS + self.now;
		let resumed =
			Durable::resume(host, config, DurableLimits::default(), records, &edges, now, SETTLE_MS);
		let Ok((machine, outputs)) = resumed else {
			// What was written can be read: the report shows where it is not.
			self.report.left_over += 1_000_000;
			return;
		};
		self.nodes[node].machine = Some(machine);
		self.nodes[node].life += 1;
		self.timers[node] = None;
		if !self.obey(node, None, outputs) {
			return;
		}
		for config in edges {
			let known = |machine: &Durable<KeyedHash>| machine.relay().channel(config.edge).is_some();
			if self.nodes[node].machine.as_ref().is_some_and(known) {
				continue;
			}
			let [opener, _] = self.edges[config.edge as usize].spec.ends;
			let side = if opener == node { Side::Opener } else { Side::Acceptor };
			let deposits = PerSide { opener: DEPOSIT, acceptor: DEPOSIT };
			let Ok(channel) = ChannelState::new(config.edge, side, deposits, 1_000_000) else { continue };
			let event = ChainEvent::Opened { config: Box::new(config), channel: Box::new(channel) };
			if !self.tell(node, Input::Chain(event)) {
				return;
			}
		}
		for config in self.edge_configs(node) {
			self.push(self.now + 1, What::Connect { edge: config.edge });
		}
	}

	fn connect(&mut self, edge: EdgeId) {
		let ends = self.edges[edge as usize].spec.ends;
		if ends.iter().any(|end| self.nodes[*end].machine.is_none()) {
			return;
		}
		self.edges[edge as usize].connection += 1;
		for end in ends {
			if self.nodes[end].machine.is_some() {
				self.tell(end, Input::Connected { edge });
			}
		}
	}

	/// A connection breaks, and is made anew a moment later.
	fn disconnect(&mut self, edge: EdgeId) {
		self.edges[edge as usize].connection += 1;
		for end in self.edges[edge as usize].spec.ends {
			let life = self.nodes[end].life;
			self.push(self.now, What::Disconnected { node: end, life, edge });
		}
		let at = self.now + 20 + Ms::from(self.rng.below(80));
		self.push(at, What::Connect { edge });
	}

	/// Whether a node stops at this instant.
	fn stops(&mut self) -> bool {
		let may = self.now + TAIL_MS < self.options.horizon_ms;
		may && self.rng.below(1_000_000) < self.options.crash_ppm
	}

	fn crash(&mut self, node: usize, between: bool) {
		self.report.crashes += 1;
		self.report.crashes_between += u64::from(between);
		let down = 1 + Ms::from(self.rng.below(self.options.down_ms.max(1)));
		let flights = self.nodes[node].machine.take().map_or(0, |machine| machine.relay().usage().flights);
		self.nodes[node].excused += flights as u128 * RATE * u128::from(down + SETTLE_MS);
		let edges: Vec<EdgeId> = self.edge_configs(node).iter().map(|config| config.edge).collect();
		for edge in edges {
			self.edges[edge as usize].connection += 1;
			for end in self.edges[edge as usize].spec.ends {
				let life = self.nodes[end].life;
				self.push(self.now, What::Disconnected { node: end, life, edge });
			}
		}
		self.push(self.now + down, What::Start { node });
	}

	/// Tells a node; whether what came of it was recorded.
	fn tell(&mut self, node: usize, input: Input) -> bool {
		if self.is_offline(node) {
			return true;
		}
		let now = EPOCH_MS + self.now;
		let Some(machine) = self.nodes[node].machine.as_mut() else { return false };
		let outputs = machine.handle(now, input);
		self.obey(node, None, outputs)
	}

	fn hear(&mut self, node: usize, edge: EdgeId, bytes: &[u8]) {
		if self.is_offline(node) {
			return;
		}
		let now = EPOCH_MS + self.now;
		let Some(machine) = self.nodes[node].machine.as_mut() else { return };
		let outputs = machine.handle(now, Input::Frame { edge, bytes: bytes.to_vec() });
		let heard = match Frame::from_bytes(bytes) {
			Some(Frame::Packet { number, packet }) => Some((edge, number, packet)),
			_ => None,
		};
		self.obey(node, heard, outputs);
	}

	/// Does what a machine says, unless the node stops; whether it was recorded.
	fn obey(&mut self, node: usize, mut heard: Option<(EdgeId, u64, Packet)>, outputs: Vec<Output>) -> bool {
		let mut recorded = !outputs.iter().any(|output| matches!(output, Output::Persist(_)));
		let left = outputs.len();
		for (place, output) in outputs.into_iter().enumerate() {
			if self.stops() {
				self.crash(node, recorded && place > 0);
				return recorded;
			}
			if let Output::Persist(changes) = output {
				// What was heard comes before what is sent for it: what a request earns is what came in less what goes on.
				if let Some((edge, number, packet)) = heard.take() {
					let last = self.nodes[node].heard.entry(edge).or_default();
					if number == *last + 1 {
						*last = number;
						self.tally.arrives(node, edge, &packet);
						// One that comes too late gives back what was paid ahead all the same, and that is not counted.
						if matches!(packet, Packet::Nack(_)) {
							self.nodes[node].excused += PRICE;
						}
					}
				}
				self.record(node, changes);
				recorded = true;
			} else {
				self.act(node, output);
			}
		}
		if left > 0 && self.stops() {
			self.crash(node, false);
		}
		recorded
	}

	fn record(&mut self, node: usize, changes: Vec<Change>) {
		self.report.writes += 1;
		for Change { key, value } in changes {
			let Some(value) = value else {
				self.nodes[node].store.remove(&key);
				continue;
			};
			self.report.bytes_recorded += value.len() as u64;
			if let Key::Unconfirmed(edge, _) = key {
				use codec::DecodeAll;
				let frame = Vec::<u8>::decode_all(&mut &value[1..]).unwrap_or_default();
				if let Some(Frame::Packet { packet, .. }) = Frame::from_bytes(&frame) {
					self.tally.leaves(node, edge, &packet);
				}
			}
			self.nodes[node].store.insert(key, value);
		}
	}

	fn act(&mut self, node: usize, output: Output) {
		let life = self.nodes[node].life;
		match output {
			Output::Persist(_) | Output::Isolate { .. } => {}
			Output::Send { edge, frame } => self.send(node, edge, frame),
			Output::Disconnect { edge, .. } => self.disconnect(edge),
			Output::Behind { .. } => self.report.left_over += 1,
			Output::SetTimer { at } => {
				let at = at.saturating_sub(EPOCH_MS).max(self.now);
				self.timers[node] = Some(at);
				self.push(at, What::Timer { node, life, at });
			}
			Output::Submit { intent } => self.submit(intent),
			Output::Serve { hash, .. } => {
				let body = vec![0x5a; self.rng.pick(&[0, 10, 70_000])];
				let order = Order::Served { request: hash, verdict: Verdict::Answer, body };
				let at = self.now + Ms::from(self.rng.below(100));
				self.push(at, What::Served { node, life, order });
			}
			Output::Deliver { number, nonce, outcome, .. } => {
				let at = self.now + Ms::from(self.rng.below(20));
				self.push(at, What::Confirm { node, life, number });
				// A client that is told again knows it already.
				if number == 0 || self.nodes[node].told.insert(number) {
					self.learn(nonce, &outcome);
				}
			}
			Output::Note(Note::CannotPay { .. }) => self.unpaid += 1,
			Output::Note(_) => {}
		}
	}

	fn send(&mut self, node: usize, edge: EdgeId, frame: Arc<[u8]>) {
		let (bytes, later) = self.spoil(node, frame);
		let Edge { spec, connection, .. } = self.edges[edge as usize];
		let place = usize::from(spec.ends[0] == node);
		let at = self.now + later + Ms::from(spec.actual_ms);
		let busy_until = &mut self.edges[edge as usize].busy_until[place];
		*busy_until = at.max(*busy_until);
		let at = *busy_until;
		self.push(at, What::Frame { edge, to: spec.ends[place], connection, bytes });
		let may = self.now + TAIL_MS < self.options.horizon_ms;
		if may && self.rng.below(1_000_000) < self.options.drop_ppm {
			self.report.drops += 1;
			self.disconnect(edge);
		}
	}

	/// What a faulty node makes of what it should send, and how much later that leaves.
	fn spoil(&self, node: usize, frame: Arc<[u8]>) -> (Arc<[u8]>, Ms) {
		use codec::Encode;
		let Some(kind) = self.nodes[node].fault else { return (frame, 0) };
		let Some(Frame::Packet { number, packet }) = Frame::from_bytes(&frame) else {
			return (frame, if let Kind::Slow(ms) = kind { ms } else { 0 });
		};
		let nothing = || {
			let (items, intents) = Default::default();
			Packet::Settle(Box::new(Settle { sync: false, items, intents, voucher: None }))
		};
		let (packet, later) = corrupt(kind, packet).unwrap_or_else(|| (nothing(), 0));
		(Frame::Packet { number, packet }.encode().into(), later)
	}

	fn submit(&mut self, intent: SignedIntent) {
		let edge = &mut self.edges[intent.intent.edge as usize];
		if core::mem::replace(&mut edge.severed, true) {
			return;
		}
		for node in edge.spec.ends {
			self.push(self.now + FINALITY_MS, What::Severed { node, intent });
		}
	}

	/// Ways between two nodes over edges that are not severed.
	fn routes(&mut self, from: usize, to: usize) -> Vec<Route> {
		let open = |(_, edge): &&(usize, EdgeId)| !self.edges[*edge as usize].severed;
		let adjacency: Vec<Vec<_>> =
			self.adjacency.iter().map(|ways| ways.iter().filter(open).copied().collect()).collect();
		let way = path(&adjacency, &mut self.rng, from, to).unwrap_or_default();
		let legs: Vec<_> =
			way.iter().map(|edge| (*edge, self.edges[*edge as usize].spec.latency_ms, PRICE)).collect();
		Route::tight(&legs, 150).filter(|route| !route.legs.is_empty()).into_iter().collect()
	}

	/// The client wants something, until it is recorded.
	fn order(&mut self, node: usize, order: Order) {
		let asked = match &order {
			Order::Ask { query, .. } => Some(query.nonce),
			Order::Retry { nonce, .. } => Some(*nonce),
			_ => None,
		};
		let mut now = order.clone();
		if let Some(made) = asked.and_then(|nonce| self.made.get(&nonce)).copied() {
			let ways = self.routes(made.author, made.recipient);
			match (&mut now, asked) {
				(Order::Ask { routes, .. }, _) => *routes = ways,
				(Order::Retry { nonce, .. }, _) if ways.is_empty() => {
					let nonce = *nonce;
					if let Some(made) = self.made.get_mut(&nonce) {
						made.open = false;
					}
					now = Order::Forget { nonce };
				}
				(Order::Retry { routes, .. }, _) => *routes = ways,
				_ => {}
			}
		}
		if self.nodes[node].machine.is_none() || !self.tell(node, Input::Order(now)) {
			self.push(self.now + 20, What::Order { node, order });
		}
	}

	fn learn(&mut self, nonce: u64, outcome: &Outcome) {
		let now = self.now;
		let Some(made) = self.made.get_mut(&nonce) else { return };
		match outcome {
			Outcome::Answered { .. } => (made.answered, made.open) = (true, false),
			Outcome::Broken { .. } => (made.broken, made.taken) = (true, false),
			Outcome::Paid { .. } => made.paid_at = Some(now),
			Outcome::PaidInFull => (made.paid_in_full, made.open) = (true, false),
			Outcome::Taken { .. } => made.taken = true,
			Outcome::Refused { .. } => made.taken = false,
			Outcome::Piece { .. } => {}
			Outcome::NoRoute => {
				made.attempts += 1;
				let (node, again) = (made.author, made.attempts <= ATTEMPTS);
				let order = if again {
					Order::Retry { nonce, routes: Vec::new() }
				} else {
					made.open = false;
					Order::Forget { nonce }
				};
				// Whoever has just been started has no ways yet.
				self.push(now + 400, What::Order { node, order });
			}
		}
	}

	fn count(mut self) -> CrashReport {
		let lately = self.options.horizon_ms.saturating_sub(2 * Ms::from(SYNC_MS));
		for made in self.made.values() {
			let waits = made.open && made.paid_at.is_some_and(|at| at >= lately);
			let count = if made.answered {
				&mut self.report.answered
			} else if made.broken {
				&mut self.report.edge_broken
			} else if made.paid_in_full || waits {
				&mut self.report.paid_waiting
			} else if !made.open && !made.taken {
				&mut self.report.refused
			} else {
				&mut self.report.unresolved
			};
			*count += 1;
		}
		self.report.money_delta += u128::from(self.unpaid);
		for edge in 0..self.edges.len() {
			self.settle(edge);
		}
		let loss = |(node, lost): (usize, i128)| {
			let node = &self.nodes[node];
			let excused = i128::try_from(node.excused).unwrap_or(i128::MAX);
			node.fault.is_none().then(|| lost.saturating_sub(excused).max(0).unsigned_abs())
		};
		self.report.worst_honest_loss = self.tally.losses().filter_map(loss).max().unwrap_or(0);
		self.report
	}

	/// Closes a channel by what both ends would hand in.
	fn settle(&mut self, number: usize) {
		let edge = number as EdgeId;
		let [opener, acceptor] = self.edges[number].spec.ends;
		let severed = self.edges[number].severed;
		let honest = self.nodes[opener].fault.is_none() && self.nodes[acceptor].fault.is_none();
		self.report.severed += u64::from(severed);
		self.report.severed_honest += u64::from(severed && honest);
		let machine = |node: usize| self.nodes[node].machine.as_ref();
		let (Some(one), Some(other)) = (machine(opener), machine(acceptor)) else {
			self.report.left_over += 1;
			return;
		};
		let (Some(mine), Some(yours)) = (one.relay().channel(edge), other.relay().channel(edge)) else {
			return;
		};
		let mut delta = 0;
		let deposits = mine.deposits();
		let payouts = settle(deposits, PerSide { opener: mine.best_claim(), acceptor: yours.best_claim() });
		delta += payouts.total().unwrap_or(0).abs_diff(deposits.total().unwrap_or(0));
		let flights =
			|machine: &Durable<KeyedHash>| machine.relay().taken_from(edge) + machine.relay().sent_over(edge);
		if honest && !severed && flights(one) + flights(other) == 0 {
			delta += mine.balance().abs_diff(yours.other_balance());
			delta += yours.balance().abs_diff(mine.other_balance());
			let out = mine.in_flight() + yours.in_flight();
			let said = one.unconfirmed(edge) + other.unconfirmed(edge);
			self.report.left_over += u64::from(out > 0) + said as u64;
		}
		for (side, machine, node, state) in
			[(Side::Opener, one, opener, mine), (Side::Acceptor, other, acceptor, yours)]
		{
			if self.nodes[node].fault.is_none() {
				delta += state.balance().saturating_sub(*payouts.of(side));
				// What it would hand in, it has a signature for.
				let claim = machine.relay().best_voucher(edge).map(|best| best.voucher.claim());
				delta += u128::from(claim.filter(|claim| claim.paid > 0) != state.best_claim());
			}
		}
		self.report.money_delta += delta;
	}
}
