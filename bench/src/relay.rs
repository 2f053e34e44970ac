//! How many requests a line of relays carries, and how long they take: over real sockets, with every voucher on disk before
//! it is sent.

use crate::statistics::percentile;
use anyhow::{ensure, Context, Result};
use serde_json::json;
use sp_core::{ed25519, Pair as _};
use std::{
	collections::HashMap,
	fs::OpenOptions,
	io::{Seek as _, SeekFrom, Write as _},
	net::SocketAddr,
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Arc, Mutex,
	},
	time::{Duration, Instant},
};
use surety_relay::{
	chain::{EdgeTable, FileChain, NetworkFile, NodeTable},
	config::{EdgePolicy, Settings},
	daemon::{Daemon, Tap},
	keys::RelayKey,
	provider::{Answering, Provider},
	unix_ms,
};
use surety_response::{
	relay::{
		durable::{DurableLimits, Frame},
		Basis, Config, Leg, Limits, Outcome, Overload, Packet, PassOn, Patience, Query, Request, Route,
		Verdict,
	},
	EdgeId, NativeVerifier, NodeId, Verifier as _, H256,
};
use tokio::{task::JoinSet, time::timeout};

/// What carrying a request costs on each edge.
const PRICE: u64 = 10;
/// What each end of an edge deposits: enough for any run.
const DEPOSIT: u64 = 1 << 60;
/// Promised latency of each edge, in ms: far above what there is between two sockets of one machine.
const LATENCY_MS: u32 = 50;
/// What the recipient answers.
const ANSWER: &[u8] = b"measured";
/// Before anything is counted.
const WARM_UP: Duration = Duration::from_secs(2);
/// For so long signatures alone are timed.
const SIGNATURES: Duration = Duration::from_secs(3);
/// From one probe of the disk to the next.
const PROBE_EVERY: Duration = Duration::from_millis(10);

/// Sends requests along a line of relays and counts those that are answered. Prints one JSON object: `requests_per_second`
/// with as many in flight as `--in-flight`; `signature_bound_per_second` is what the processors could sign and check at the
/// most, did they do nothing else: for each request 2 signatures and 2 more an edge, and 4 checks an edge; `ratio` is the
/// one over the other. `fsync_ms_p99` is what 4 KiB take to be on disk meanwhile. `added_ms_p50` and `added_ms_p99` are what
/// one relay adds to a request and its answer together, at half of that load.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
	/// Edges from the author to the recipient
	#[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..=16))]
	edges: u32,
	/// How long each of the two measurements lasts
	#[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3_600))]
	seconds: u64,
	/// Requests in flight at a time
	#[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=8_192))]
	in_flight: u32,
	/// Folder on the disk to measure; a temporary one where it is not given
	#[arg(long)]
	data: Option<PathBuf>,
}

/// Measures.
pub(crate) async fn run(options: Options) -> Result<String> {
	let folder = match &options.data {
		Some(path) => {
			tempfile::tempdir_in(path).with_context(|| format!("cannot write in {}", path.display()))?
		}
		None => tempfile::tempdir()?,
	};
	eprintln!("relay: timing signatures");
	let bound = tokio::task::spawn_blocking(move || signature_bound(options.edges)).await??;
	let times = Arc::new(Times::new(options.edges as usize));
	let line = Line::start(options.edges as usize, options.in_flight, folder.path(), &times).await?;
	let seconds = Duration::from_secs(options.seconds);

	eprintln!(
		"relay: {} edges, {} requests in flight, for {} s",
		options.edges, options.in_flight, options.seconds
	);
	line.closed_loop(options.in_flight, WARM_UP).await?;
	let probe = Probe::start(folder.path())?;
	let begin = Instant::now();
	let answered = line.closed_loop(options.in_flight, seconds).await?;
	let rate = answered as f64 / begin.elapsed().as_secs_f64();
	ensure!(rate > 0.0, "nothing was answered");
	let fsync = probe.end()?;

	eprintln!("relay: {rate:.0} requests a second; at half of that, for {} s", options.seconds);
	times.on.store(true, Ordering::Relaxed);
	let half = line.open_loop(rate / 2.0, seconds).await?;
	times.on.store(false, Ordering::Relaxed);
	let mut added = std::mem::take(&mut *times.added.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
	added.sort_unstable();
	let [p50, p99] = [50, 99].map(|percent| percentile(&added, percent));
	Arc::into_inner(line).context("nobody asks any more")?.stop().await?;
	Ok(json!({
		"edges": options.edges,
		"in_flight": options.in_flight,
		"requests_per_second": rate.round(),
		"signature_bound_per_second": bound.round(),
		"ratio": round(rate / bound),
		"fsync_ms_p99": fsync.map(ms),
		"half_load_per_second": half.round(),
		"added_ms_p50": p50.map(ms),
		"added_ms_p99": p99.map(ms),
	})
	.to_string())
}

fn round(value: f64) -> f64 {
	(value * 1_000.0).round() / 1_000.0
}

fn ms(time: Duration) -> f64 {
	round(time.as_secs_f64() * 1_000.0)
}

/// Requests a second for whose signatures and checks there would be time on all processors together.
fn signature_bound(edges: u32) -> Result<f64> {
	let threads = std::thread::available_parallelism()?.get();
	let mix = move || {
		let pair = ed25519::Pair::from_seed(&[7; 32]);
		// As long as what is signed of a request.
		let payload = [1; 256];
		let signature = pair.sign(&payload).0;
		let (begin, mut requests) = (Instant::now(), 0u64);
		while begin.elapsed() < SIGNATURES {
			for _ in 0..2 * edges + 2 {
				std::hint::black_box(pair.sign(std::hint::black_box(&payload)));
			}
			for _ in 0..4 * edges {
				let right = NativeVerifier::ed25519(
					std::hint::black_box(&signature),
					std::hint::black_box(&payload),
					&pair.public().0,
				);
				assert!(right, "the signature is right");
			}
			requests += 1;
		}
		requests as f64 / begin.elapsed().as_secs_f64()
	};
	let threads: Vec<_> = (0..threads).map(|_| std::thread::spawn(mix)).collect();
	let rates = threads.into_iter().map(|thread| {
		thread.join().map_err(|_| anyhow::anyhow!("a thread that times signatures has failed"))
	});
	rates.sum()
}

/// Answers at once.
struct Echo;

impl Provider for Echo {
	fn serve(&self, _: Request, _: Vec<u8>) -> Answering {
		Box::pin(async { (Verdict::Answer, ANSWER.to_vec()) })
	}
}

/// When requests and answers left each node.
#[derive(Debug)]
struct Times {
	on: AtomicBool,
	edges: usize,
	/// Of each request: when it left nodes 0, 1, …; and when its answer left nodes 1, 2, ….
	left: Mutex<HashMap<H256, Left>>,
	/// What hops have added.
	added: Mutex<Vec<Duration>>,
}

type Left = (Vec<Option<Instant>>, Vec<Option<Instant>>);

impl Times {
	fn new(edges: usize) -> Self {
		Self { on: AtomicBool::new(false), edges, left: Mutex::default(), added: Mutex::default() }
	}

	fn note(&self, node: usize, frame: &[u8]) {
		let now = Instant::now();
		let (request, answer) = match Frame::from_bytes(frame) {
			Some(Frame::Packet { packet: Packet::Forward(forward), .. }) => {
				(forward.request.hash(&H256(GENESIS)), false)
			}
			Some(Frame::Packet { packet: Packet::Answer(answer), .. }) => (answer.response.request, true),
			_ => return,
		};
		let mut left = self.left.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
		let (forwards, answers) =
			left.entry(request).or_insert_with(|| (vec![None; self.edges], vec![None; self.edges + 1]));
		let place = if answer { answers.get_mut(node) } else { forwards.get_mut(node) };
		if let Some(place) = place {
			place.get_or_insert(now);
		}
		// It is on its way to the author.
		if answer && node == 1 {
			let known = left.remove(&request);
			drop(left);
			let Some((forwards, answers)) = known else { return };
			let hops = (1..self.edges).filter_map(|hop| {
				let there = (*forwards.get(hop)?)?.duration_since((*forwards.get(hop - 1)?)?);
				let back = (*answers.get(hop)?)?.duration_since((*answers.get(hop + 1)?)?);
				Some(there + back)
			});
			self.added.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(hops);
		}
	}
}

/// Sees what a node sends.
struct Watch {
	node: usize,
	times: Arc<Times>,
}

impl Tap for Watch {
	fn frame(&self, _: EdgeId, frame: Arc<[u8]>) -> Arc<[u8]> {
		if self.times.on.load(Ordering::Relaxed) {
			self.times.note(self.node, &frame);
		}
		frame
	}
}

const GENESIS: [u8; 32] = [0x5e; 32];

fn account(node: usize) -> NodeId {
	H256::from_low_u64_be(node as u64 + 1)
}

fn key(node: usize) -> RelayKey {
	RelayKey::from_seed(account(node).0)
}

/// Relays in a line: the author first, the recipient last.
struct Line {
	daemons: Vec<Daemon>,
	nonce: AtomicU64,
	route: Route,
}

impl Line {
	async fn start(edges: usize, in_flight: u32, folder: &Path, times: &Arc<Times>) -> Result<Arc<Self>> {
		let name = |node: usize| format!("n{node}");
		let mut addresses: Vec<Option<SocketAddr>> = vec![None; edges + 1];
		let mut daemons = Vec::new();
		let sync_first_ms = unix_ms();
		// From behind: who opens a connection has to know where to.
		for number in (0..=edges).rev() {
			let node = |node: usize| NodeTable {
				name: name(node),
				id: hex::encode(account(node)),
				keys: vec![hex::encode(key(node).public())],
				encryption: None,
				address: addresses.get(node).copied().flatten(),
			};
			let edge = |edge: usize| EdgeTable {
				id: edge as EdgeId,
				channel: None,
				ends: [name(edge), name(edge + 1)],
				latency_ms: LATENCY_MS,
				sync_first_ms,
				sync_every_ms: Some(1_000),
				base_price: PRICE,
				price_per_byte: 0,
				deposits: [DEPOSIT; 2],
				penalty: DEPOSIT,
			};
			let file = NetworkFile {
				genesis: hex::encode(GENESIS),
				node: (0..=edges).map(node).collect(),
				edge: (0..edges).map(edge).collect(),
			};
			let data = folder.join(name(number));
			let chain = Arc::new(FileChain::new(file, folder.join("intents"))?);
			let tap = Arc::new(Watch { node: number, times: times.clone() });
			let settings = settings(number, in_flight, data);
			let daemon = Daemon::start(settings, key(number), chain, Arc::new(Echo), Some(tap)).await?;
			if let Some(address) = addresses.get_mut(number) {
				*address = Some(daemon.address());
			}
			daemons.push(daemon);
		}
		daemons.reverse();
		let leg = |place: usize| {
			let left = (edges - place) as u32;
			Leg {
				edge: place as EdgeId,
				timeout_ms: left * 2 * LATENCY_MS + 20_000,
				pay: u128::from(PRICE) * u128::from(left),
			}
		};
		let line =
			Self { daemons, nonce: AtomicU64::new(1), route: Route { legs: (0..edges).map(leg).collect() } };
		line.talk().await?;
		Ok(Arc::new(line))
	}

	/// Waits until everybody talks with its neighbours.
	async fn talk(&self) -> Result<()> {
		let last = self.daemons.len().saturating_sub(1);
		for (place, daemon) in self.daemons.iter().enumerate() {
			let neighbours = if place == 0 || place == last { 1 } else { 2 };
			let talks = async {
				while daemon.inspect(|machine| machine.talks().0).await != Some(neighbours) {
					tokio::time::sleep(Duration::from_millis(10)).await;
				}
			};
			timeout(Duration::from_secs(20), talks).await.context("relays do not reach each other")?;
		}
		Ok(())
	}

	/// Asks, and waits for the answer.
	async fn ask(&self) -> Result<()> {
		let query = Query {
			nonce: self.nonce.fetch_add(1, Ordering::Relaxed),
			recipient: account(self.daemons.len().saturating_sub(1)),
			basis: Basis::Subscription(1),
			method: b"GET /".to_vec(),
			body: Vec::new(),
			max_response_bytes: 1_000,
			service_ms: 100,
			late_fee_per_ms: 1,
			late_fee_cap: 60_000,
			validity_ms: 300_000,
		};
		let author = self.daemons.first().context("there is an author")?;
		let mut asking = author.ask(query, vec![self.route.clone()]).await;
		loop {
			let next =
				timeout(Duration::from_secs(60), asking.next()).await.context("no answer in a minute")?;
			match next.context("the author has stopped")?.outcome {
				Outcome::Answered { body, .. } => {
					ensure!(body == ANSWER, "the answer is not what the recipient says");
					return Ok(());
				}
				Outcome::Taken { .. } | Outcome::Paid { .. } => {}
				other => anyhow::bail!("a request was not answered: {other:?}"),
			}
		}
	}

	/// Keeps so many requests in flight, for so long; how many were answered in that time.
	async fn closed_loop(self: &Arc<Self>, in_flight: u32, time: Duration) -> Result<u64> {
		let until = Instant::now() + time;
		let mut clients = JoinSet::new();
		for _ in 0..in_flight {
			let line = self.clone();
			clients.spawn(async move {
				let mut answered = 0u64;
				while Instant::now() < until {
					line.ask().await?;
					answered += u64::from(Instant::now() < until);
				}
				anyhow::Ok(answered)
			});
		}
		let mut answered = 0u64;
		while let Some(client) = clients.join_next().await {
			answered += client??;
		}
		Ok(answered)
	}

	/// Sends so many requests a second, however long they take, for so long; how many it sent a second, all of which were
	/// answered.
	async fn open_loop(self: &Arc<Self>, rate: f64, time: Duration) -> Result<f64> {
		let (begin, mut sent) = (Instant::now(), 0u64);
		let mut asked = JoinSet::new();
		while begin.elapsed() < time {
			let due = (begin.elapsed().as_secs_f64() * rate) as u64;
			for _ in sent..due {
				let line = self.clone();
				asked.spawn(async move { line.ask().await });
			}
			sent = sent.max(due);
			while let Some(ended) = asked.try_join_next() {
				ended??;
			}
			tokio::time::sleep(Duration::from_millis(1)).await;
		}
		let sent = sent as f64 / begin.elapsed().as_secs_f64();
		while let Some(ended) = asked.join_next().await {
			ended??;
		}
		Ok(sent)
	}

	async fn stop(self) -> Result<()> {
		for daemon in self.daemons {
			daemon.drain().await?;
		}
		Ok(())
	}
}

fn settings(node: usize, in_flight: u32, data: PathBuf) -> Settings {
	let defaults = Limits::default();
	// Twice what is in flight at full load: half of it may bunch.
	let flights = 2 * in_flight as usize + 1_024;
	Settings {
		relay: Config {
			node: account(node),
			patience: Patience::PayOn,
			pass_on: PassOn::AtOnce,
			overload: Overload::Queue,
			isolate: false,
			grace_ms: 1_000,
			skew_ms: 0,
			max_validity_ms: 600_000,
			limits: Limits {
				flights: defaults.flights.max(flights),
				asks: defaults.asks.max(flights),
				..defaults
			},
		},
		durable: DurableLimits::default(),
		data,
		listen: ([127, 0, 0, 1], 0).into(),
		metrics: None,
		settle_ms: 500,
		drain_ms: 10_000,
		connections: 64,
		edge: EdgePolicy { patience: None, risk: DEPOSIT.into(), max_requests: flights },
		edges: Default::default(),
	}
}

/// Writes 4 KiB again and again, and times how long they take to be on disk.
struct Probe {
	goes_on: Arc<AtomicBool>,
	thread: std::thread::JoinHandle<std::io::Result<Vec<Duration>>>,
}

impl Probe {
	fn start(folder: &Path) -> Result<Self> {
		let mut file =
			OpenOptions::new().create(true).truncate(true).write(true).open(folder.join("probe"))?;
		let goes_on = Arc::new(AtomicBool::new(true));
		let shared = goes_on.clone();
		let thread = std::thread::spawn(move || {
			let mut times = Vec::new();
			while shared.load(Ordering::Relaxed) {
				let place = times.len() as u64 % 256 * 4_096;
				file.seek(SeekFrom::Start(place))?;
				file.write_all(&[times.len() as u8; 4_096])?;
				let begin = Instant::now();
				file.sync_data()?;
				times.push(begin.elapsed());
				std::thread::sleep(PROBE_EVERY);
			}
			Ok(times)
		});
		Ok(Self { goes_on, thread })
	}

	/// The 99th percentile of what it took.
	fn end(self) -> Result<Option<Duration>> {
		self.goes_on.store(false, Ordering::Relaxed);
		let times = self.thread.join().map_err(|_| anyhow::anyhow!("the probe of the disk has failed"))?;
		let mut times = times.context("cannot write to the disk")?;
		times.sort_unstable();
		Ok(percentile(&times, 99))
	}
}
