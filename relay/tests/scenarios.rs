//! The scenarios of S3 §5 over real sockets: daemons that speak QUIC to each other, over links that take a few ms less
//! than they promise. The same events as in the simulator, in the same order, at nearly the same times.

mod common;

use codec::Encode;
use common::{key, settings, talks, Link, LinkSpec, TestChain, TestEdge};
use std::{
	collections::{HashMap, HashSet},
	path::PathBuf,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
		Arc, Mutex,
	},
	time::Duration,
};
use surety_relay::{
	config::EdgePolicy,
	daemon::{Daemon, Tap},
	provider::{Answering, Provider},
	unix_ms,
};
use surety_response::{
	relay::{
		durable::{Frame, Output},
		packet::Settle,
		Config, Ms, Packet, Request, Schedule, Verdict,
	},
	EdgeId,
};
use surety_simulator::{account, corrupt, run, Kind, Line, Network, Scenario, Trace};

/// By how much links are faster than they promise, in ms.
const BELOW_MS: u32 = 8;
/// What machines and disks take, which scenarios do not, is borne, in ms: by hops, and by authors, at whom it adds up.
const GRACE_MS: [Ms; 2] = [15, 40];
/// By how much times, and fees, may differ from the simulator's, in ms.
const CLOSE_MS: u64 = 40;

/// Answers as scenarios say: so many bytes, after so long.
struct Echo {
	service_ms: Ms,
	bytes: u32,
}

impl Provider for Echo {
	fn serve(&self, _: Request, _: Vec<u8>) -> Answering {
		let (wait, bytes) = (Duration::from_millis(self.service_ms), self.bytes as usize);
		Box::pin(async move {
			tokio::time::sleep(wait).await;
			(Verdict::Answer, vec![0x5a; bytes])
		})
	}
}

/// What all nodes of a scenario are seen to do.
struct Seen {
	begin: Ms,
	trace: Mutex<Trace>,
	ends: Vec<[usize; 2]>,
	severed: Mutex<HashSet<EdgeId>>,
}

impl Seen {
	fn now(&self) -> Ms {
		unix_ms().saturating_sub(self.begin)
	}

	fn other(&self, edge: EdgeId, node: usize) -> usize {
		let [a, b] = self.ends[edge as usize];
		if a == node {
			b
		} else {
			a
		}
	}
}

/// One node's.
struct Watch {
	seen: Arc<Seen>,
	node: usize,
	fault: Option<Kind>,
}

impl Tap for Watch {
	fn output(&self, output: &Output) {
		let mut trace = self.seen.trace.lock().expect("nobody panics here");
		let now = self.seen.now();
		match output {
			Output::Deliver { nonce, outcome, .. } => trace.outcome(now, self.node, *nonce, outcome),
			Output::Note(note) => {
				trace.note(now, self.node, note, |edge| self.seen.other(edge, self.node));
			}
			Output::Submit { intent } => {
				let edge = intent.intent.edge;
				let later = match self.fault {
					Some(Kind::Late(ms) | Kind::Slow(ms)) => ms,
					_ => 0,
				};
				if self.seen.severed.lock().expect("nobody panics here").insert(edge) {
					trace.severed(now + later, self.node, self.seen.other(edge, self.node));
				}
			}
			_ => {}
		}
	}

	fn frame(&self, edge: EdgeId, frame: Arc<[u8]>) -> Arc<[u8]> {
		let Some(Frame::Packet { number, packet }) = Frame::from_bytes(&frame) else { return frame };
		let (packet, frame) = match self.fault {
			None => (packet, frame),
			Some(kind) => {
				let nothing = || {
					let (items, intents) = Default::default();
					Packet::Settle(Box::new(Settle { sync: false, items, intents, voucher: None }))
				};
				let (packet, later) = corrupt(kind, packet).unwrap_or_else(|| (nothing(), 0));
				std::thread::sleep(Duration::from_millis(later));
				let frame = Frame::Packet { number, packet: packet.clone() }.encode().into();
				(packet, frame)
			}
		};
		let to = self.seen.other(edge, self.node);
		self.seen.trace.lock().expect("nobody panics here").packet(self.seen.now(), self.node, to, &packet);
		frame
	}
}

struct Stage {
	daemons: Vec<Daemon>,
	links: Vec<Link>,
	seen: Arc<Seen>,
	_data: tempfile::TempDir,
}

/// Records on a disk that takes no time: what is measured here is the protocol.
fn folder() -> tempfile::TempDir {
	let memory = PathBuf::from("/dev/shm");
	let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
	folder.expect("is made")
}

async fn stage(network: &Network) -> Stage {
	let data = folder();
	let mut links = Vec::new();
	for (number, edge) in network.edges.iter().enumerate() {
		let latency = Duration::from_millis(edge.actual_ms.saturating_sub(BELOW_MS).into());
		let jitter = Duration::from_millis(edge.jitter_ms.into());
		let spec = LinkSpec { latency, jitter, loss_ppm: edge.loss_ppm, rate: 0 };
		links.push(Link::new(spec, number as u64).await);
	}
	// Time to start everything and to connect.
	let begin = unix_ms() + 5_000;
	let schedule = |syncs: Schedule| Schedule { first_ms: begin + syncs.first_ms, ..syncs };
	let edge = |(number, edge): (usize, &surety_simulator::EdgeSpec)| TestEdge {
		ends: edge.ends,
		latency_ms: edge.latency_ms,
		syncs: edge.syncs.map(schedule),
		base_price: edge.base_price,
		deposit: edge.deposit,
		address: Some(links[number].address()),
	};
	let chain = Arc::new(TestChain::new(network.edges.iter().enumerate().map(edge).collect()));
	let mut trace = Trace::new(true);
	trace.name(network.names.clone());
	let seen = Arc::new(Seen {
		begin,
		trace: Mutex::new(trace),
		ends: network.edges.iter().map(|edge| edge.ends).collect(),
		severed: Mutex::default(),
	});
	let mut daemons = Vec::new();
	for (node, spec) in network.nodes.iter().enumerate() {
		let config = settings(account(node), &data.path().join(node.to_string()));
		let asks = network.requests.iter().any(|asked| asked.author == node);
		let policy = |(number, edge): (usize, &surety_simulator::EdgeSpec)| {
			let policy = EdgePolicy { patience: None, risk: edge.risk, max_requests: edge.max_requests };
			(number as EdgeId, policy)
		};
		let config = surety_relay::config::Settings {
			relay: Config {
				patience: spec.patience,
				pass_on: spec.pass_on,
				overload: spec.overload,
				grace_ms: spec.grace_ms + GRACE_MS[usize::from(asks)],
				skew_ms: spec.skew_ms,
				..config.relay
			},
			edges: network.edges.iter().enumerate().map(policy).collect(),
			..config
		};
		let faults: HashMap<usize, Kind> =
			network.faults.iter().map(|(node, fault)| (*node, fault.kind)).collect();
		let fault = faults.get(&node).copied().filter(|kind| *kind != Kind::Offline);
		let provider = Arc::new(Echo { service_ms: spec.service_ms, bytes: spec.response_bytes });
		let tap = Arc::new(Watch { seen: seen.clone(), node, fault });
		let daemon = Daemon::start(config, key(node), chain.clone(), provider, Some(tap)).await;
		daemons.push(daemon.expect("starts"));
	}
	for (link, edge) in links.iter().zip(&network.edges) {
		link.lead_to(daemons[edge.ends[1]].address());
	}
	for (node, daemon) in daemons.iter().enumerate() {
		let neighbours = network.edges.iter().filter(|edge| edge.ends.contains(&node)).count();
		talks(daemon, neighbours).await;
	}
	Stage { daemons, links, seen, _data: data }
}

async fn until(at: Ms) {
	tokio::time::sleep(Duration::from_millis(at.saturating_sub(unix_ms()))).await;
}

/// What is seen until some ms after the last event that is expected.
async fn play(network: Network, end: Ms) -> Vec<Line> {
	let stage = stage(&network).await;
	let begin = stage.seen.begin;
	// Where connecting took too long, what comes is late, and is seen to be.
	until(begin - 1).await;
	for (node, fault) in &network.faults {
		if fault.kind == Kind::Offline {
			assert_eq!(fault.from_ms, 0);
			let cut = |(link, edge): (&Link, &surety_simulator::EdgeSpec)| {
				if edge.ends.contains(node) {
					link.cut(true);
				}
			};
			stage.links.iter().zip(&network.edges).for_each(cut);
		}
	}
	let mut askings = Vec::new();
	for asked in &network.requests {
		until(begin + asked.at_ms).await;
		askings.push(stage.daemons[asked.author].ask(asked.query.clone(), asked.routes.clone()).await);
	}
	until(begin + end).await;
	let lines = stage.seen.trace.lock().expect("nobody panics here").lines().to_vec();
	for daemon in stage.daemons {
		daemon.stop().await.expect("stops");
	}
	lines
}

/// The simulator's events that can be seen on the wire.
fn expected(name: &str) -> (Vec<Line>, Network) {
	let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
		.join("../primitives/response/simulator/scenarios")
		.join(format!("{name}.toml"));
	let text = std::fs::read_to_string(file).expect("is there");
	let text = text.replace("horizon_ms", "syncs_cross = \"like-messages\"\nhorizon_ms");
	let scenario = Scenario::parse(&text).expect("is a scenario");
	let mut lines = run(&scenario).expect("runs");
	lines.retain(|line| line.event != "sync" || line.fee_ms > 0 || line.with_proof);
	(lines, scenario.network().expect("makes sense"))
}

fn is_same(one: &Line, other: &Line) -> bool {
	(&one.from, &one.to, one.event, one.with_proof) == (&other.from, &other.to, other.event, other.with_proof)
}

/// What differs, if anything.
fn difference(expected: &[Line], mut seen: Vec<Line>) -> Option<String> {
	seen.sort_by_key(|line| line.t_ms);
	let all = seen.clone();
	let mut last: Option<(Ms, Ms)> = None;
	for line in expected {
		let Some(place) = seen.iter().position(|seen| is_same(seen, line)) else {
			return Some(format!("{line:?} is missing, of {seen:#?}"));
		};
		let real = seen.remove(place);
		let fee = real.fee_ms.abs_diff(line.fee_ms);
		if real.t_ms.abs_diff(line.t_ms) > CLOSE_MS || fee > CLOSE_MS {
			return Some(format!("{line:?} was {real:?}"));
		}
		// Those at one instant come in any order.
		if last.is_some_and(|(simulated, t_ms)| simulated < line.t_ms && real.t_ms < t_ms) {
			return Some(format!("{real:?} came before what is at {last:?}"));
		}
		last = Some((line.t_ms, real.t_ms));
	}
	// Whoever is late by a few ms, of machines and disks, passes on what it has that much later.
	let passed_on = |late: &Line| {
		let after = |line: &&Line| line.t_ms >= late.t_ms && line.t_ms - late.t_ms <= CLOSE_MS;
		let ends = |line: &&Line| line.event == "response" || line.with_proof;
		all.iter().filter(after).filter(ends).any(|line| (&line.from, &line.to) == (&late.from, &late.to))
	};
	seen.retain(|line| line.event != "late" || !passed_on(line));
	(!seen.is_empty()).then(|| format!("nobody expected {seen:#?}"))
}

/// How late the machine itself is, at the most, until this is dropped.
struct Probe {
	worst_us: Arc<AtomicU64>,
	ends: Arc<AtomicBool>,
}

impl Probe {
	fn new() -> Self {
		let (worst_us, ends) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
		let probe = Self { worst_us: worst_us.clone(), ends: ends.clone() };
		std::thread::spawn(move || {
			let pause = Duration::from_millis(5);
			while !ends.load(Relaxed) {
				let begin = std::time::Instant::now();
				std::thread::sleep(pause);
				let late = begin.elapsed().saturating_sub(pause).as_micros() as u64;
				worst_us.fetch_max(late, Relaxed);
			}
		});
		probe
	}

	fn worst_ms(&self) -> u64 {
		self.worst_us.load(Relaxed) / 1_000
	}
}

impl Drop for Probe {
	fn drop(&mut self) {
		self.ends.store(true, Relaxed);
	}
}

/// A machine whose threads wake so much later than they should is too busy for anything to be said of times, in ms.
const BUSY_MS: u64 = 8;

/// One scenario after the other: they would take each other's time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn compare(name: &str) {
	let _alone = ALONE.lock().await;
	let (expected, network) = expected(name);
	let end = expected.last().map_or(0, |line| line.t_ms) + 300;
	let mut busy = Vec::new();
	for _ in 0..3 {
		let probe = Probe::new();
		let seen = play(network.clone(), end).await;
		let Some(difference) = difference(&expected, seen) else { return };
		let worst = probe.worst_ms();
		assert!(worst > BUSY_MS, "{name}: {difference}");
		busy.push((worst, difference));
	}
	// With RELAY_STRICT even then: for a machine that is known to have nothing else to do.
	assert!(std::env::var_os("RELAY_STRICT").is_none(), "{name}: {busy:#?}");
	eprintln!("{name} was not judged, on a machine that is late by itself, in ms: {busy:#?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "of times nothing can be said on a machine that does something else: scripts/test.sh --long"]
async fn the_happy_case_should_go_as_in_5_1() {
	compare("5.1-happy").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "of times nothing can be said on a machine that does something else: scripts/test.sh --long"]
async fn breaking_at_once_should_go_as_in_5_2() {
	compare("5.2-break-at-once").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "of times nothing can be said on a machine that does something else: scripts/test.sh --long"]
async fn waiting_for_a_sync_should_go_as_in_5_3() {
	compare("5.3-wait-one-sync").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "of times nothing can be said on a machine that does something else: scripts/test.sh --long"]
async fn pretending_should_go_as_in_5_4() {
	compare("5.4-pretend").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "of times nothing can be said on a machine that does something else: scripts/test.sh --long"]
async fn paying_on_should_go_as_in_5_5() {
	compare("5.5-pay-on").await;
}
