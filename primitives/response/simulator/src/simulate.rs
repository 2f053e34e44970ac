//! Many requests through a large network of which a share is faulty.

use crate::{
	engine::{account, EdgeSpec, Engine, NodeSpec, World},
	fault::{Fault, Kind},
};
use anyhow::{ensure, Result};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use surety_graph_model::generate::{regular, Rng};
use surety_response::{
	relay::{Basis, Limits, Ms, Order, Outcome, Overload, PassOn, Patience, Query, Schedule},
	settle, Amount, EdgeId, Side,
};

/// Edges of each node.
const DEGREE: u32 = 8;
/// From one sync to the next on each edge, in ms.
const SYNC_MS: u32 = 1_000;
/// Late fee of each ms, and at the most.
const RATE: Amount = 1;
const CAP: Amount = 30_000;
/// What each node is ready to lose by each neighbour.
const RISK: Amount = 20_000;
/// What each end of an edge deposits.
const DEPOSIT: Amount = 1_000_000_000_000;
/// Ways that are tried for a request, one after the other.
const ATTEMPTS: u32 = 4;
/// The jitter that edges stay below their promises by, and what is borne beyond.
const GRACE_MS: Ms = 20;
/// Clocks differ by up to that.
const SKEW_MS: u32 = 50;
/// Until a block with a sever is final.
const FINALITY_MS: Ms = 12_000;
/// Requests begin until so long before the end; then only what was begun goes on.
const TAIL_MS: Ms = 60_000;

/// Where the numbers of requests begin that are to isolate somebody.
const ISOLATING: u64 = 1 << 32;

/// What to simulate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
	/// Nodes.
	pub nodes: u32,
	/// Requests, at random times, between random nodes; all of honest authors.
	pub requests: u32,
	/// Faulty nodes of a thousand.
	pub faulty_permille: u32,
	/// Of a million messages so many are lost, and sent again by the transport.
	pub loss_ppm: u32,
	/// Whether nodes are as different as they can be: impatient, going by the last hour, keeping proofs for syncs,
	/// breaking or refusing under load, on edges with little room. Honest ones then break with each other too.
	pub mixed: bool,
	/// When the simulation ends, in ms. It begins no request in the last minute, or the last half where that is less.
	pub horizon_ms: Ms,
	/// What everything is drawn from.
	pub seed: u64,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Report {
	/// Nodes.
	pub nodes: u32,
	/// Requests.
	pub requests: u32,
	/// Faulty nodes.
	pub faulty: u32,
	/// Requests that were answered.
	pub answered: u64,
	/// Those that were not, but have a proof that an edge of their route broke.
	pub edge_broken: u64,
	/// Those for which late fees were paid until the last sync, or in full.
	pub paid_waiting: u64,
	/// Those that no first hop has taken for good, or that there was no room for: all that was paid came back.
	pub refused: u64,
	/// All others. Nothing.
	pub unresolved: u64,
	/// What all channels pay out more or less than was deposited, what honest nodes are given less than their books say,
	/// what the books of two honest ends differ by, and how often something owed could not be paid. Nothing.
	pub money_delta: u128,
	/// The most that an honest node has lost by one neighbour: late fees that it paid for its silence, less those that
	/// it got, and less what it earned.
	pub worst_honest_loss: u128,
	/// What each node is ready to lose by each neighbour.
	pub configured_risk: u128,
	/// Edges that were severed.
	pub severed: u64,
	/// Of these, edges between two honest nodes.
	pub severed_honest: u64,
	/// Nodes that were offline at the end, and how many of these are cut off from the first honest node (S3 §3.1).
	pub offline: u64,
	/// See there.
	pub isolated: u64,
	/// Events that were simulated.
	pub events: u64,
}

/// A request that an author has made.
#[derive(Clone, Copy, Debug, Default)]
struct Made {
	author: usize,
	recipient: usize,
	attempts: u32,
	/// Whether it is to isolate a silent neighbour, until that answers or is cut off.
	isolates: bool,
	answered: bool,
	broken: bool,
	paid_in_full: bool,
	/// Whether the first hop has taken it, and not given it back.
	taken: bool,
	/// Whether it is under way.
	open: bool,
	/// When it was last paid for waiting.
	paid_at: Option<Ms>,
}

/// Simulates, and counts.
///
/// Fails where the options make no sense.
pub fn simulate(options: &Options) -> Result<Report> {
	let Options { nodes, requests, faulty_permille, horizon_ms, seed, .. } = *options;
	ensure!(nodes > 2 * DEGREE, "there have to be more than {} nodes", 2 * DEGREE);
	ensure!(faulty_permille <= 500, "more than half of the nodes would be faulty");
	ensure!(horizon_ms >= 20_000, "the horizon has to be 20 s at the least");
	let mut rng = Rng::new(seed);
	let mut engine = Engine::new(World {
		seed: rng.bits(),
		syncs_are_instant: false,
		finality_ms: Some(FINALITY_MS),
		trace: false,
	});
	let faulty = populate(&mut engine, &mut rng, options);
	let honest: Vec<usize> = (0..nodes as usize).filter(|node| !faulty.contains(node)).collect();

	let last = horizon_ms.saturating_sub(TAIL_MS.min(horizon_ms / 2)) as u32;
	let mut starts: Vec<u32> = (0..requests).map(|_| rng.below(last.max(1))).collect();
	starts.sort_unstable();
	let mut made: BTreeMap<u64, Made> = BTreeMap::new();
	for (nonce, at) in starts.into_iter().enumerate() {
		let nonce = nonce as u64;
		while let Some(delivered) = engine.next_delivery(Ms::from(at)) {
			hear(&mut engine, &mut rng, &mut made, delivered.nonce, delivered.outcome);
		}
		let author = rng.pick(&honest);
		let mut recipient = rng.below(nodes) as usize;
		while recipient == author {
			recipient = rng.below(nodes) as usize;
		}
		made.insert(nonce, Made { author, recipient, open: true, ..Made::default() });
		begin(&mut engine, &mut rng, &mut made, nonce, Ms::from(at), honest.as_slice());
	}
	while let Some(delivered) = engine.next_delivery(horizon_ms) {
		hear(&mut engine, &mut rng, &mut made, delivered.nonce, delivered.outcome);
	}

	let mut report = count(&made, horizon_ms);
	(report.nodes, report.requests, report.faulty) = (nodes, requests, faulty.len() as u32);
	report.money_delta = money_delta(&engine, &faulty);
	report.worst_honest_loss = engine.tally.worst(|node| !faulty.contains(&node));
	report.configured_risk = RISK;
	let severed = engine.edges.iter().filter(|edge| edge.severed);
	report.severed = severed.clone().count() as u64;
	report.severed_honest =
		severed.filter(|edge| edge.spec.ends.iter().all(|end| !faulty.contains(end))).count() as u64;
	let offline = |node: &&usize| engine.nodes[**node].faults.iter().any(|fault| fault.kind == Kind::Offline);
	let offline: Vec<_> = faulty.iter().filter(offline).collect();
	report.offline = offline.len() as u64;
	let mut cut_off = |node: &&&usize| path(engine.adjacency(), &mut rng, honest[0], ***node).is_none();
	report.isolated = offline.iter().filter(|node| cut_off(node)).count() as u64;
	report.events = engine.events();
	Ok(report)
}

/// Adds nodes and edges; returns who is faulty.
fn populate(engine: &mut Engine, rng: &mut Rng, options: &Options) -> BTreeSet<usize> {
	let limits = Limits { flights: 100_000, remembered: 100_000, cache_bytes: 1 << 20, ..Limits::default() };
	for _ in 0..options.nodes {
		let patient = [Patience::Syncs(4), Patience::Syncs(5), Patience::Syncs(6), Patience::PayOn];
		let mixed =
			[Patience::AtOnce, Patience::Hourly, Patience::Syncs(1), Patience::Syncs(3), Patience::PayOn];
		let patience = if options.mixed { rng.pick(&mixed) } else { rng.pick(&patient) };
		let proofs = if options.mixed { &[PassOn::AtOnce, PassOn::AtSync][..] } else { &[PassOn::AtOnce] };
		let load = [Overload::Queue, Overload::Break, Overload::Refuse];
		let load = if options.mixed { &load[..] } else { &load[..1] };
		let ahead = rng.below(SKEW_MS + 1) as i64 - i64::from(SKEW_MS / 2);
		let spec = NodeSpec {
			patience,
			pass_on: rng.pick(proofs),
			overload: rng.pick(load),
			grace_ms: GRACE_MS,
			skew_ms: Ms::from(SKEW_MS),
			clock_offset_ms: ahead,
			service_ms: Ms::from(rng.below(50)),
			response_bytes: rng.below(256),
			isolate: true,
		};
		engine.add_node(spec, limits);
	}
	for [a, b] in regular(options.nodes, DEGREE, rng.bits()) {
		let latency_ms = 10 + rng.below(90);
		let spec = EdgeSpec {
			ends: [a as usize, b as usize],
			latency_ms,
			actual_ms: latency_ms - rng.below(latency_ms / 5 + 1),
			jitter_ms: 0,
			loss_ppm: options.loss_ppm,
			syncs: Some(Schedule { first_ms: Ms::from(rng.below(SYNC_MS)), every_ms: Ms::from(SYNC_MS) }),
			base_price: 10,
			price_per_byte: 0,
			max_requests: if options.mixed { 3 } else { 10_000 },
			deposit: DEPOSIT,
			max_in_flight: 1_000_000,
			risk: RISK,
		};
		engine.add_edge(spec);
	}
	let mut all: Vec<usize> = (0..options.nodes as usize).collect();
	rng.shuffle(&mut all);
	let count = u64::from(options.nodes) * u64::from(options.faulty_permille) / 1_000;
	let faulty: BTreeSet<usize> = all.into_iter().take(count as usize).collect();
	for node in &faulty {
		let kind = match rng.below(5) {
			0 => Kind::Offline,
			1 => Kind::Slow(100 + Ms::from(rng.below(900))),
			2 => Kind::Lying,
			3 => Kind::Selective(128),
			_ => Kind::Late(200 + Ms::from(rng.below(2_000))),
		};
		let from_ms = Ms::from(rng.below((options.horizon_ms / 2) as u32));
		engine.add_fault(*node, Fault { kind, from_ms, until_ms: None });
	}
	faulty
}

/// The first attempt of a request: to somebody who is still reachable.
fn begin(
	engine: &mut Engine,
	rng: &mut Rng,
	made: &mut BTreeMap<u64, Made>,
	nonce: u64,
	at: Ms,
	honest: &[usize],
) {
	let Some(request) = made.get_mut(&nonce) else { return };
	// Who was cut off is not asked, as nobody would who reads the chain.
	let path = loop {
		match path(engine.adjacency(), rng, request.author, request.recipient) {
			Some(path) => break path,
			None if honest.is_empty() => return,
			None => (request.author, request.recipient) = (rng.pick(honest), rng.pick(honest)),
		}
	};
	request.attempts = 1;
	let query = Query {
		nonce,
		recipient: account(request.recipient),
		basis: Basis::Subscription(0),
		method: b"GET /".to_vec(),
		body: nonce.to_be_bytes().to_vec(),
		max_response_bytes: 256,
		service_ms: 50,
		late_fee_per_ms: RATE,
		late_fee_cap: CAP,
		validity_ms: 300_000,
	};
	let routes = engine.route(&path, 50, 0).into_iter().collect();
	engine.ask_at(at, request.author, query, routes);
}

/// Has those ask whose neighbours have fallen silent.
fn isolate(engine: &mut Engine, rng: &mut Rng, made: &mut BTreeMap<u64, Made>) {
	for (author, recipient) in std::mem::take(&mut engine.isolating) {
		let nonce = ISOLATING + made.len() as u64;
		if path(engine.adjacency(), rng, author, recipient).is_some() {
			made.insert(nonce, Made { author, recipient, isolates: true, open: true, ..Made::default() });
			let at = engine.now();
			begin(engine, rng, made, nonce, at, &[]);
		}
	}
}

/// What an author is told.
fn hear(engine: &mut Engine, rng: &mut Rng, made: &mut BTreeMap<u64, Made>, nonce: u64, outcome: Outcome) {
	let now = engine.now();
	let Some(request) = made.get_mut(&nonce) else { return };
	match outcome {
		Outcome::Answered { .. } => (request.answered, request.open) = (true, false),
		Outcome::Broken { .. } => (request.broken, request.taken) = (true, false),
		Outcome::Paid { .. } => request.paid_at = Some(now),
		Outcome::PaidInFull => (request.paid_in_full, request.open) = (true, false),
		Outcome::Taken { .. } => request.taken = true,
		Outcome::Refused { .. } => request.taken = false,
		Outcome::Piece { .. } => {}
		Outcome::NoRoute => {
			let (author, recipient) = (request.author, request.recipient);
			request.attempts += 1;
			let again = request.isolates || request.attempts <= ATTEMPTS;
			let way = again.then(|| path(engine.adjacency(), rng, author, recipient)).flatten();
			let routes: Vec<_> = way.and_then(|way| engine.route(&way, 50, 0)).into_iter().collect();
			if routes.is_empty() {
				request.open = false;
				engine.order_at(now, author, Order::Forget { nonce });
			} else {
				// A moment later, as nothing else may have changed.
				engine.order_at(now + 1, author, Order::Retry { nonce, routes });
			}
		}
	}
	isolate(engine, rng, made);
}

/// A shortest path, a random one of those that a search meets first.
pub(crate) fn path(
	adjacency: &[Vec<(usize, EdgeId)>],
	rng: &mut Rng,
	from: usize,
	to: usize,
) -> Option<Vec<EdgeId>> {
	if from == to {
		return None;
	}
	let mut came: Vec<Option<(usize, EdgeId)>> = vec![None; adjacency.len()];
	let mut waiting = VecDeque::from([from]);
	while let Some(node) = waiting.pop_front() {
		if node == to {
			break;
		}
		let ways = &adjacency[node];
		let begin = if ways.is_empty() { 0 } else { rng.below(ways.len() as u32) as usize };
		for (next, edge) in ways.iter().cycle().skip(begin).take(ways.len()) {
			if *next != from && came[*next].is_none() {
				came[*next] = Some((node, *edge));
				waiting.push_back(*next);
			}
		}
	}
	let mut path = Vec::new();
	let mut at = to;
	while at != from {
		let (before, edge) = came[at]?;
		path.push(edge);
		at = before;
	}
	path.reverse();
	Some(path)
}

fn count(made: &BTreeMap<u64, Made>, horizon_ms: Ms) -> Report {
	let mut report = Report::default();
	for request in made.values().filter(|request| !request.isolates) {
		// Whoever is paid at each sync was paid not long before the end.
		let lately = horizon_ms.saturating_sub(2 * Ms::from(SYNC_MS));
		let waits = request.open && request.paid_at.is_some_and(|at| at >= lately);
		if request.answered {
			report.answered += 1;
		} else if request.broken {
			report.edge_broken += 1;
		} else if request.paid_in_full || waits {
			report.paid_waiting += 1;
		} else if !request.open && !request.taken {
			report.refused += 1;
		} else {
			report.unresolved += 1;
		}
	}
	report
}

/// Closes all channels by what both ends would hand in.
fn money_delta(engine: &Engine, faulty: &BTreeSet<usize>) -> u128 {
	let mut delta = 0;
	// Whatever an honest node owed, it could pay.
	delta += u128::from(engine.unpaid);
	for (number, edge) in engine.edges.iter().enumerate() {
		let [opener, acceptor] = edge.spec.ends;
		let channel = |node: usize| engine.nodes[node].relay.channel(number as EdgeId);
		let (Some(one), Some(other)) = (channel(opener), channel(acceptor)) else { continue };
		let deposits = one.deposits();
		let handed_in = surety_response::PerSide { opener: one.best_claim(), acceptor: other.best_claim() };
		let payouts = settle(deposits, handed_in);
		delta += payouts.total().unwrap_or(0).abs_diff(deposits.total().unwrap_or(0));
		let flights = |node: usize| {
			let relay = &engine.nodes[node].relay;
			relay.taken_from(number as EdgeId) + relay.sent_over(number as EdgeId)
		};
		let honest = !faulty.contains(&opener) && !faulty.contains(&acceptor);
		if honest && !edge.severed && flights(opener) + flights(acceptor) == 0 {
			// Both know the same.
			delta += one.balance().abs_diff(other.other_balance());
			delta += other.balance().abs_diff(one.other_balance());
		}
		for (side, node, state) in [(Side::Opener, opener, one), (Side::Acceptor, acceptor, other)] {
			if !faulty.contains(&node) {
				// Nobody gets less than what its own books say.
				delta += state.balance().saturating_sub(*payouts.of(side));
			}
		}
	}
	delta
}
