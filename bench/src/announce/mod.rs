//! `surety-bench announce`: what a notary's node takes when all whom it attested announce themselves in one window.
//!
//! The chain starts from a state in which the runtime's own calls have made a notary and so many attestations. The node
//! is a real one, with the notary's key; announcements go to it over its JSON-RPC. Beside each good one there are some
//! that are forged, replayed, for another chain, for a window to come, for a slot that nobody holds or held by another
//! attestation, malformed, and sent twice: each has to be refused for its reason, and counted. After the window the
//! publication of the offchain worker has to be on chain, with everybody in it.

mod load;
mod state;

use crate::{
	node::{self, free_port, Node},
	rpc::Rpc,
};
use anyhow::{anyhow, ensure, Context, Result};
use codec::{Decode, Encode};
use jsonrpsee::rpc_params;
use serde_json::{json, Value};
use std::{
	collections::BTreeMap,
	path::PathBuf,
	time::{Duration, Instant},
};
use surety_primitives::api::{CommitmentInfo, WindowStatus};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	time::{sleep, timeout},
};

/// How often to look at the chain.
const LOOK: Duration = Duration::from_millis(500);
/// Longest wait for the node to find that it is the notary.
const SERVE: Duration = Duration::from_secs(60);
/// Longest wait for one answer of the metrics.
const ANSWER: Duration = Duration::from_secs(20);

/// What a notary's node takes when everybody announces in one window.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  surety-bench announce                                   100,000 announcements in a window of 300 s
  surety-bench announce --announcements 1000 --window 20  a short try
")]
pub(crate) struct Options {
	/// Attested offers, each of which announces itself
	#[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(100..=131_000))]
	announcements: u32,
	/// Length of the window, in blocks of a second
	#[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(10..=3_000))]
	window: u32,
	/// Announcements that are on their way at a time
	#[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..=1_024))]
	concurrency: u32,
	/// Of each kind of bad announcements, so many for a hundred good ones
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=10))]
	bad_percent: u32,
	/// The node to start [default: surety-node beside this command]
	#[arg(long, value_name = "PATH")]
	node: Option<PathBuf>,
}

/// Measures, and returns the line to print.
pub(crate) async fn run(options: Options) -> Result<Value> {
	let path = options.node.clone().map_or_else(node::default_path, Ok)?;
	let exported = node::export_spec(&path).await?;
	progress(&format!("making {} attestations", options.announcements));
	let attested = state::build(options.announcements, options.window)?;
	let spec = attested.spec(exported)?;
	let metrics_port = free_port()?;
	progress("starting the node on that state");
	let port = format!("--prometheus-port={metrics_port}");
	let mut node = Node::start(&path, &spec, &["--offchain-worker=always", &port]).await?;
	let pid = node.pid().ok_or_else(|| anyhow!("the node has no process"))?;
	let rpc = Rpc::connect(node.url()).await?;
	rpc.check_runtime().await?;
	let genesis = rpc.genesis().await?;
	let key = format!("0x{}", hex::encode(state::notary_key_public()));
	rpc.call("author_insertKey", rpc_params!["pres", state::NOTARY_KEY, key]).await?;
	let window = served(&rpc, &mut node).await?;
	let status = window_status(&rpc).await?;

	let begin = Instant::now();
	let traffic = load::prepare(&attested, genesis, window, options.bad_percent);
	progress(&format!("signed in {} s; announcing in window {window}", begin.elapsed().as_secs()));
	let before = Usage::of(pid)?;
	let begin = Instant::now();
	let told = load::send(node.url(), traffic, options.concurrency).await?;
	let seconds = begin.elapsed().as_secs_f64();
	let after = Usage::of(pid)?;
	node.check()?;
	let now = window_status(&rpc).await?;
	ensure!(
		now.window == window,
		"the window turned before everybody had announced: {} of them took {seconds:.0} s",
		told.taken
	);
	let counted = metrics(metrics_port).await?;
	ensure!(
		counted.taken == told.taken && counted.refused == told.refused,
		"the node counts {} taken and refused {:?}, it answered {} and {:?}",
		counted.taken,
		counted.refused,
		told.taken,
		told.refused
	);
	ensure!(told.refused == told.expected, "refused {:?} instead of {:?}", told.refused, told.expected);

	progress("waiting for the publication");
	let (present, size, delay) = published(&rpc, &mut node, window, &status).await?;
	let peak = Usage::of(pid)?.peak_kib;
	node.stop().await?;
	Ok(json!({
		"announcements": told.taken + told.refused.values().sum::<u64>(),
		"taken": told.taken,
		"refused": told.refused,
		"window_seconds": options.window,
		"seconds": rounded(seconds),
		"taken_per_second": rounded(told.taken as f64 / seconds),
		"latency_ms_p50": told.latency(50),
		"latency_ms_p99": told.latency(99),
		"cpu_seconds": rounded(after.cpu_seconds - before.cpu_seconds),
		"cpu_us_each": rounded((after.cpu_seconds - before.cpu_seconds) * 1e6 / told.taken.max(1) as f64),
		"memory_mib_before": before.resident_kib / 1024,
		"memory_mib_after": after.resident_kib / 1024,
		"memory_mib_peak": peak / 1024,
		"published_present": present,
		"published_bytes": size,
		"published_blocks_after_window": delay,
	}))
}

/// Waits until the node publishes for the notary; the window that is open.
async fn served(rpc: &Rpc, node: &mut Node) -> Result<u32> {
	let deadline = Instant::now() + SERVE;
	loop {
		node.check()?;
		let status = rpc.call("presence_status", rpc_params![]).await?;
		let served = status["notaries"].as_array().is_some_and(|notaries| !notaries.is_empty());
		if let (true, Some(window)) = (served, status["window"].as_u64()) {
			return Ok(u32::try_from(window)?);
		}
		ensure!(Instant::now() < deadline, "the node does not find that it is the notary: {status}");
		sleep(LOOK).await;
	}
}

/// Waits for the commitment: how many are present, the length of the publication, and how many blocks after the end of
/// the window it was seen.
async fn published(
	rpc: &Rpc,
	node: &mut Node,
	window: u32,
	status: &WindowStatus,
) -> Result<(u32, u32, u32)> {
	let deadline = Instant::now() + Duration::from_secs(u64::from(status.end + 2 * status.grace) + 120);
	loop {
		node.check()?;
		let found: Option<CommitmentInfo> =
			query(rpc, "NotaryApi_commitment", (state::notary(), window)).await?;
		if let Some(commitment) = found.and_then(|found| found.commitment) {
			let header = rpc.call("chain_getHeader", rpc_params![]).await?;
			let number = header["number"].as_str().unwrap_or_default().trim_start_matches("0x");
			let block = u32::from_str_radix(number, 16).context("the number of the best block")?;
			return Ok((commitment.present, commitment.size, block.saturating_sub(status.end)));
		}
		ensure!(Instant::now() < deadline, "the window was not published");
		sleep(LOOK).await;
	}
}

async fn window_status(rpc: &Rpc) -> Result<WindowStatus> {
	query(rpc, "NotaryApi_window", ()).await
}

async fn query<R: Decode>(rpc: &Rpc, function: &str, args: impl Encode) -> Result<R> {
	let args = format!("0x{}", hex::encode(args.encode()));
	let answer = rpc.call("state_call", rpc_params![function, args]).await?;
	let bytes = crate::rpc::unhex(answer.as_str().unwrap_or_default())?;
	R::decode(&mut &bytes[..]).with_context(|| format!("the answer of {function}"))
}

/// What the node's own counters say.
struct Counted {
	taken: u64,
	refused: BTreeMap<String, u64>,
}

async fn metrics(port: u16) -> Result<Counted> {
	let text = timeout(ANSWER, async {
		let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
		stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
		let mut text = String::new();
		stream.read_to_string(&mut text).await?;
		anyhow::Ok(text)
	});
	Ok(read_metrics(&text.await.context("the node's metrics take too long")??))
}

fn read_metrics(text: &str) -> Counted {
	let mut counted = Counted { taken: 0, refused: BTreeMap::new() };
	for line in text.lines().filter(|line| line.contains("surety_presence_announcements_")) {
		let Some((name, value)) = line.rsplit_once(' ') else { continue };
		let Ok(value) = value.parse::<f64>() else { continue };
		let value = value as u64;
		if name.contains("announcements_taken_total") {
			counted.taken = value;
		}
		let reason = name.split_once("reason=\"").and_then(|(_, rest)| rest.split_once('"'));
		if let (Some((reason, _)), true) = (reason, value > 0) {
			counted.refused.insert(reason.into(), value);
		}
	}
	counted
}

/// What a process has used so far.
struct Usage {
	cpu_seconds: f64,
	resident_kib: u64,
	peak_kib: u64,
}

impl Usage {
	fn of(pid: u32) -> Result<Self> {
		let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
		// The name of the command comes before, in parentheses.
		let fields: Vec<&str> = stat.rsplit_once(')').unwrap_or_default().1.split_whitespace().collect();
		let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse::<f64>().ok());
		let (user, system) = ticks(11).zip(ticks(12)).ok_or_else(|| anyhow!("/proc/{pid}/stat: {stat}"))?;
		let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
		let kib = |name: &str| {
			let line = status.lines().find_map(|line| line.strip_prefix(name));
			line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
				.ok_or_else(|| anyhow!("/proc/{pid}/status has no {name}"))
		};
		// Linux counts a hundred ticks a second for whoever reads this.
		Ok(Self {
			cpu_seconds: (user + system) / 100.0,
			resident_kib: kib("VmRSS:")?,
			peak_kib: kib("VmHWM:")?,
		})
	}
}

fn rounded(value: f64) -> f64 {
	(value * 10.0).round() / 10.0
}

fn progress(text: &str) {
	eprintln!("{text}");
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn counters_should_be_read_by_reason() {
		let text = "HTTP/1.1 200 OK\r\n\r\n# HELP surety_presence_announcements_taken_total Announcements\n\
			substrate_surety_presence_announcements_taken_total{chain=\"x\"} 7\n\
			surety_presence_announcements_refused_total{reason=\"past\",chain=\"x\"} 3\n\
			surety_presence_announcements_refused_total{chain=\"x\",reason=\"full\"} 0\n";
		let counted = read_metrics(text);
		assert_eq!((counted.taken, counted.refused), (7, BTreeMap::from([("past".to_string(), 3)])));
	}

	#[test]
	fn usage_of_this_process_should_be_found() {
		let usage = Usage::of(std::process::id()).expect("there is this process");
		assert!(usage.resident_kib > 0 && usage.peak_kib >= usage.resident_kib && usage.cpu_seconds >= 0.0);
		assert!(Usage::of(u32::MAX).is_err());
	}
}
