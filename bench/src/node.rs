//! A node that the benchmark starts for itself, and what its log says about the blocks it made.

use crate::rpc::Rpc;
use anyhow::{anyhow, bail, ensure, Context, Result};
use serde_json::Value;
use std::{
	fs::File,
	net::TcpListener,
	path::{Path, PathBuf},
	process::Stdio,
	time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
	process::{Child, Command},
	time::{sleep, timeout},
};

/// Longest wait for a node to export its specification: a debug build takes some seconds.
const EXPORT: Duration = Duration::from_secs(120);
/// Longest wait for a node to answer: it compiles the runtime and builds the genesis with all accounts.
const START: Duration = Duration::from_secs(240);

/// What every node is started with, beside where it keeps things and listens.
const FLAGS: &[&str] = &[
	"--alice",
	"--force-authoring",
	"--node-key=0000000000000000000000000000000000000000000000000000000000000001",
	"--listen-addr=/ip4/127.0.0.1/tcp/0",
	"--rpc-max-request-size=64",
	"--rpc-max-response-size=64",
	"--rpc-max-connections=256",
	"--no-telemetry",
	"--no-mdns",
	"--disable-log-color",
];

/// A running node. It is killed, by its process id, when this is dropped.
pub(crate) struct Node {
	child: Child,
	url: String,
	directory: TempDir,
}

/// The node that was built beside this command.
pub(crate) fn default_path() -> Result<PathBuf> {
	Ok(std::env::current_exe().context("where this command is")?.with_file_name("surety-node"))
}

/// The `dev` specification of a node.
pub(crate) async fn export_spec(node: &Path) -> Result<Value> {
	ensure!(node.is_file(), "no node at {}: build it, or say where it is with --node", node.display());
	let export = Command::new(node)
		.args(["export-chain-spec", "--chain", "dev"])
		.stdin(Stdio::null())
		.kill_on_drop(true)
		.output();
	let output = timeout(EXPORT, export)
		.await
		.map_err(|_| anyhow!("{} took too long to export its specification", node.display()))?
		.with_context(|| format!("cannot run {}", node.display()))?;
	ensure!(
		output.status.success(),
		"{} export-chain-spec failed: {}",
		node.display(),
		String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("it says nothing"),
	);
	serde_json::from_slice(&output.stdout).context("the exported specification")
}

impl Node {
	/// Starts a node on a chain of its own, with some more flags, and waits until it answers.
	pub(crate) async fn start(path: &Path, spec: &Value, flags: &[&str]) -> Result<Self> {
		let directory = tempfile::Builder::new().prefix("surety-bench-").tempdir()?;
		let chain = directory.path().join("chain.json");
		std::fs::write(&chain, serde_json::to_vec(spec)?)?;
		let log = File::create(directory.path().join("node.log"))?;
		let port = free_port()?;
		let child = Command::new(path)
			.args(FLAGS)
			.args(flags)
			.arg("--chain")
			.arg(&chain)
			.arg("--base-path")
			.arg(directory.path().join("data"))
			.arg(format!("--rpc-port={port}"))
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(log)
			.kill_on_drop(true)
			.spawn()
			.with_context(|| format!("cannot run {}", path.display()))?;
		let mut node = Self { child, url: format!("ws://127.0.0.1:{port}"), directory };
		let deadline = Instant::now() + START;
		loop {
			node.check()?;
			match Rpc::connect(&node.url).await {
				Ok(_) => return Ok(node),
				Err(error) if Instant::now() > deadline => {
					return Err(error.context("the node does not answer"))
				}
				Err(_) => sleep(Duration::from_millis(250)).await,
			}
		}
	}

	/// Where it answers.
	pub(crate) fn url(&self) -> &str {
		&self.url
	}

	/// Its process.
	pub(crate) fn pid(&self) -> Option<u32> {
		self.child.id()
	}

	/// Fails when the node has died.
	pub(crate) fn check(&mut self) -> Result<()> {
		if let Some(status) = self.child.try_wait()? {
			let log = self.log();
			let last = log.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
			bail!("the node died ({status}): {last}");
		}
		Ok(())
	}

	/// Stops it and says what blocks it made.
	pub(crate) async fn stop(mut self) -> Result<Vec<Proposal>> {
		self.child.kill().await.context("stopping the node")?;
		Ok(self.log().lines().filter_map(Proposal::parse).collect())
	}

	fn log(&self) -> String {
		let bytes = std::fs::read(self.directory.path().join("node.log")).unwrap_or_default();
		String::from_utf8_lossy(&bytes).into_owned()
	}
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> Result<u16> {
	Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A block that the node made, as its log tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
	/// Number of the block. Its hash in the log is that before the seal, which nobody else knows.
	pub(crate) number: u32,
	/// Milliseconds from the begin of the proposal to the sealed block.
	pub(crate) took_ms: u64,
	/// What ended it, in the SDK's words: `HitBlockWeightLimit`, `HitDeadline`, `NoMoreTransactions` …
	pub(crate) end: String,
}

impl Proposal {
	fn parse(line: &str) -> Option<Self> {
		let (_, rest) = line.split_once("Prepared block for proposing at ")?;
		let (number, rest) = rest.split_once(" (")?;
		let (took_ms, rest) = rest.split_once(" ms)")?;
		let (_, rest) = rest.split_once("; end: ")?;
		let end = rest.split(';').next()?;
		Some(Self { number: number.parse().ok()?, took_ms: took_ms.parse().ok()?, end: end.trim().into() })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_proposal_should_be_read_from_the_log_and_other_lines_passed_over() {
		let line = "2026-01-01 00:00:06 🎁 Prepared block for proposing at 12 (1873 ms) hash: 0xab; \
			parent_hash: 0xd969…f789; end: HitBlockWeightLimit; extrinsics_count: 4711    ";
		let expected = Proposal { number: 12, took_ms: 1_873, end: "HitBlockWeightLimit".into() };
		assert_eq!(Proposal::parse(line), Some(expected));
		assert_eq!(Proposal::parse("2026-01-01 00:00:06 🏆 Imported #12 (0xd969…f789 → 0xb40d…a82e)"), None);
		assert_eq!(Proposal::parse("Prepared block for proposing at 12 (soon) hash: 0xab; end: X;"), None);
	}

	#[tokio::test]
	async fn export_should_fail_in_one_clear_line_when_there_is_no_node() {
		let error = export_spec(Path::new("nowhere/surety-node")).await.expect_err("no such file");
		assert_eq!(
			error.to_string(),
			"no node at nowhere/surety-node: build it, or say where it is with --node"
		);
	}

	#[tokio::test]
	async fn start_should_tell_the_last_words_of_a_node_that_dies() {
		let error = Node::start(Path::new("/bin/false"), &Value::Null, &[]).await.err().expect("it dies");
		assert!(error.to_string().starts_with("the node died (exit status: 1)"), "{error}");
	}
}
