//! `surety-bench tps`: native transfers a second, through a real node with production's block time, beside
//! what the weights allow.
//!
//! One validator on a chain of its own. Each transfer is signed beforehand by an account of its own, and sent
//! in JSON-RPC batches over two connections. The senders stay one and a half blocks ahead of the chain:
//! enough that the author never runs dry, little enough that it does not try in vain what no longer fits, and
//! that the pool does not spend the processors on validating again what waits.
//!
//! What counts are the slots after the first full block, as many whole ones as `--seconds` needs, whether
//! they have a block or not. A transfer counts when it is in a block of theirs on the best chain, and the
//! events of that block say that it succeeded. A block is full from 95% of what the weights allow. Where none
//! is within three slots of the first transfer, the clock starts there, and `filled` is false: then the node
//! could not be fed as fast as its weights allow.

mod accounts;
mod capacity;
mod count;
mod feed;
mod report;
mod spec;

use crate::{
	node::{self, Node},
	rpc::Rpc,
};
use anyhow::{ensure, Context, Result};
use capacity::Capacity;
use count::{slots, Chain, Window};
use feed::Senders;
use report::Measured;
use serde_json::{json, Value};
use sp_core::sr25519;
use std::{
	path::PathBuf,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use surety_runtime::capacity::PRODUCTION_SLOT_MS;
use tokio::time::sleep;

/// Accounts at the most: the genesis is built in wasm, where no single allocation may pass 32 MiB.
const MAX_ACCOUNTS: usize = 300_000;
/// Slots' worth of transfers beyond those that count: the warm-up, and what waits at the end.
const SPARE_SLOTS: u64 = 4;
/// Slots from the first transfer to the start of the clock, where no block becomes full.
const WARM_UP_SLOTS: u64 = 3;
/// What the node is started with, beside what every benchmark starts it with.
///
/// The pool takes every transfer that may wait at a time, and then some: what it drops would be lost, since
/// each account sends once. Messages are wide enough for the largest batch and for the events of a full
/// block. All that would take processor time from the author and has nothing to do with transfers is off.
const FLAGS: &[&str] =
	&["--pool-limit=131072", "--pool-kbytes=131072", "--no-prometheus", "--offchain-worker=never"];
/// How often to look at the chain.
const LOOK: Duration = Duration::from_millis(250);

/// Native transfers a second through a real node, beside what the weights allow.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  surety-bench tps --seconds 60                          starts the node beside this command, and stops it
  surety-bench tps --write-spec bench.json               for a node started by hand on that chain, then
  surety-bench tps --url ws://127.0.0.1:9944             measures it (once: each account sends one transfer)
")]
pub(crate) struct Options {
	/// Seconds that count, in whole blocks
	#[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=1_200))]
	seconds: u64,
	/// The node to start [default: surety-node beside this command]
	#[arg(long, value_name = "PATH", conflicts_with = "url")]
	node: Option<PathBuf>,
	/// Accounts, and so transfers [default: what the seconds need at full blocks, and some more]
	#[arg(long, value_parser = clap::value_parser!(u32).range(2..=MAX_ACCOUNTS as i64))]
	accounts: Option<u32>,
	/// A node that runs already, on the chain of --write-spec
	#[arg(long)]
	url: Option<String>,
	/// Write the chain specification with the funded accounts to this file, and measure nothing
	#[arg(long, value_name = "FILE", conflicts_with = "url")]
	write_spec: Option<PathBuf>,
}

impl Options {
	fn accounts(&self, capacity: &Capacity) -> Result<usize> {
		if let Some(accounts) = self.accounts {
			return Ok(usize::try_from(accounts)?);
		}
		let slots = slots(self.seconds, PRODUCTION_SLOT_MS.into()).saturating_add(SPARE_SLOTS);
		let accounts = usize::try_from(capacity.per_block.saturating_mul(slots))?;
		ensure!(
			accounts <= MAX_ACCOUNTS,
			"{} seconds of full blocks take {accounts} accounts, a genesis takes {MAX_ACCOUNTS}: ask for less",
			self.seconds
		);
		Ok(accounts)
	}
}

/// Measures, and returns the line to print.
pub(crate) async fn run(options: Options) -> Result<Value> {
	let capacity = Capacity::compute()?;
	let count = options.accounts(&capacity)?;
	progress(&format!("{} transfers fit into a block; deriving {count} accounts", capacity.per_block));
	let keys = accounts::parallel(count, accounts::key);

	if let Some(url) = &options.url {
		return measure(&options, &capacity, keys, None, url).await;
	}
	let path = options.node.clone().map_or_else(node::default_path, Ok)?;
	let mut spec = node::export_spec(&path).await?;
	spec::patch(&mut spec, &keys.iter().map(accounts::account).collect::<Vec<_>>())?;
	if let Some(file) = &options.write_spec {
		std::fs::write(file, serde_json::to_vec(&spec)?)
			.with_context(|| format!("cannot write {}", file.display()))?;
		return Ok(json!({ "spec": file, "accounts": count }));
	}
	progress("starting the node, which builds a genesis with these accounts");
	let node = Node::start(&path, &spec, FLAGS).await?;
	let url = node.url().to_string();
	measure(&options, &capacity, keys, Some(node), &url).await
}

async fn measure(
	options: &Options,
	capacity: &Capacity,
	keys: Vec<sr25519::Pair>,
	node: Option<Node>,
	url: &str,
) -> Result<Value> {
	let rpc = Rpc::connect(url).await?;
	rpc.check_runtime().await?;
	let slot_ms = rpc.slot_ms().await?;
	ensure!(
		node.is_none() || slot_ms == u64::from(PRODUCTION_SLOT_MS),
		"the node's slots take {slot_ms} ms, not production's {PRODUCTION_SLOT_MS}"
	);

	let begin = Instant::now();
	let transfers = accounts::sign_all(&keys, rpc.genesis().await?);
	progress(&format!("signed {} transfers in {} ms; sending", transfers.len(), begin.elapsed().as_millis()));
	let chain = Chain::begin(&rpc, transfers.iter().map(|transfer| transfer.hash).collect()).await?;
	let senders = Senders::start(url, transfers).await?;
	let mut run = Run { rpc, node, chain, senders, slot_ms, per_block: usize::try_from(capacity.per_block)? };

	let (start, filled) = run.warm_up().await?;
	let window = Window::after(start, options.seconds, slot_ms);
	let (sent_before, backlog_start) = (run.senders.pace.accepted(), run.backlog());
	progress(&format!("the clock starts after slot {start}, {backlog_start} transfers wait"));
	run.until_end_of(window).await?;
	let (sent_within, backlog_end) = (run.senders.pace.accepted().saturating_sub(sent_before), run.backlog());
	let exhausted = run.senders.exhausted();
	run.senders.stop().await?;

	progress("reading the events of the blocks that count");
	let mut counted = Vec::new();
	for block in run.chain.canonical().filter(|block| window.contains(block)) {
		counted.push((block.clone(), count::succeeded(&run.rpc, block).await?));
	}
	let proposals = match run.node {
		Some(node) => node.stop().await?,
		None => Vec::new(),
	};
	let pace = &run.senders.pace;
	if let Some(reason) = pace.reason() {
		progress(&format!("the pool refused {} transfers, the first for: {reason}", pace.refused()));
	}
	let measured = Measured {
		accounts: keys.len(),
		sent: pace.accepted(),
		sent_within,
		refused: pace.refused(),
		window,
		slot_ms,
		filled,
		exhausted,
		backlog_start,
		backlog_end,
		counted,
		proposals,
	};
	Ok(measured.line(capacity))
}

/// A measurement under way.
struct Run {
	rpc: Rpc,
	node: Option<Node>,
	chain: Chain,
	senders: Senders,
	slot_ms: u64,
	per_block: usize,
}

impl Run {
	/// Looks at everything once: is all alive, what is included, and so how far the senders may go.
	async fn look(&mut self) -> Result<()> {
		if let Some(node) = &mut self.node {
			node.check()?;
		}
		self.senders.check()?;
		let changed = self.chain.refresh(&self.rpc).await?;
		let included = self.chain.included();
		self.senders.pace.allow(included + self.per_block + self.per_block / 2);
		if changed {
			if let Some(block) = self.chain.canonical().next() {
				progress(&format!(
					"block {}: {} transfers; {} wait",
					block.number,
					block.ours.len(),
					self.backlog()
				));
			}
		}
		Ok(())
	}

	/// Transfers in the pool.
	fn backlog(&self) -> usize {
		self.senders.pace.accepted().saturating_sub(self.chain.included())
	}

	/// The slot after which the clock starts, and whether it was that of a full block.
	async fn warm_up(&mut self) -> Result<(u64, bool)> {
		let first = self.slot_now()?;
		let full = (self.per_block / 20).saturating_mul(19);
		loop {
			self.look().await?;
			let block = self.chain.canonical().find(|block| block.ours.len() >= full.max(1));
			if let Some(slot) = block.map(|block| block.slot) {
				return Ok((slot, true));
			}
			// The slot has to be over, else its block may still come.
			let last = first.saturating_add(WARM_UP_SLOTS);
			if self.slot_now()? > last {
				return Ok((last, false));
			}
			sleep(LOOK).await;
		}
	}

	/// Returns when the last slot that counts has its block, or is over for a slot's time.
	async fn until_end_of(&mut self, window: Window) -> Result<()> {
		loop {
			self.look().await?;
			let best = self.chain.canonical().next().map_or(0, |block| block.slot);
			if best >= window.end || self.slot_now()? > window.end.saturating_add(1) {
				return Ok(());
			}
			sleep(LOOK).await;
		}
	}

	/// BABE counts slots from the Unix epoch.
	fn slot_now(&self) -> Result<u64> {
		let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock")?;
		Ok(u64::try_from(now.as_millis())? / self.slot_ms.max(1))
	}
}

fn progress(what: &str) {
	eprintln!("tps: {what}");
}
