//! The relay's protocol, simulated: timelines of scenarios, and many requests in a large network.

use anyhow::{anyhow, Context, Result};
use std::path::PathBuf;
use surety_simulator::Scenario;

/// Prints the events of a scenario, as `docs/scenarios.md` describes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  surety-bench timeline primitives/response/simulator/scenarios/5.3-wait-one-sync.toml
  surety-bench timeline --table primitives/response/simulator/scenarios/5.3-wait-one-sync.toml    as the paper prints them
")]
pub(crate) struct TimelineOptions {
	/// A scenario, in TOML
	file: PathBuf,
	/// A table for people, not JSON lines
	#[arg(long)]
	table: bool,
}

/// Runs a scenario.
pub(crate) fn timeline(options: &TimelineOptions) -> Result<()> {
	if options.table {
		let text = std::fs::read_to_string(&options.file)
			.with_context(|| format!("cannot read {}", options.file.display()))?;
		let scenario = Scenario::parse(&text)?;
		print!("{}", surety_simulator::table(&scenario.title, &surety_simulator::run(&scenario)?));
		return Ok(());
	}
	for line in surety_simulator::timeline(&options.file)? {
		println!("{line}");
	}
	Ok(())
}

/// Runs many requests through a random network of which a share is faulty. Prints one JSON object: `answered`,
/// `edge_broken` and `paid_waiting` are how requests ended, `unresolved` is the rest; `money_delta` is what channels and
/// books differ by, in smallest units; `worst_honest_loss` is the most that an honest node has lost by one neighbour, where
/// it was ready to lose `configured_risk`.
#[derive(Debug, clap::Args)]
pub(crate) struct SimulateOptions {
	/// Nodes
	#[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(10..=100_000))]
	nodes: u32,
	/// Requests, at random times, between random nodes
	#[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
	requests: u32,
	/// Share of nodes that are faulty: 5%, 0.5%
	#[arg(long, default_value = "5%", value_parser = permille)]
	faults: u32,
	/// When it ends: 600s
	#[arg(long, default_value = "600s", value_parser = seconds)]
	horizon: u64,
	/// What everything is drawn from
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Share of messages that are lost, and sent again: 1%
	#[arg(long, default_value = "0%", value_parser = ppm)]
	loss: u32,
	/// Nodes of every policy there is
	#[arg(long)]
	mixed: bool,
}

/// Simulates.
pub(crate) fn simulate(options: &SimulateOptions) -> Result<()> {
	let report = surety_simulator::simulate(&surety_simulator::Options {
		nodes: options.nodes,
		requests: options.requests,
		faulty_permille: options.faults,
		loss_ppm: options.loss,
		mixed: options.mixed,
		horizon_ms: options.horizon.saturating_mul(1_000),
		seed: options.seed,
	})?;
	println!("{}", serde_json::to_string(&report)?);
	Ok(())
}

/// A share in so many parts of the whole, of `5%`.
fn parts(text: &str, whole: f64) -> Result<u32> {
	let number = text.strip_suffix('%').ok_or_else(|| anyhow!("'{text}' is no share, as 5% is"))?;
	let percent: f64 = number.parse().map_err(|_| anyhow!("'{text}' is no share, as 5% is"))?;
	anyhow::ensure!((0.0..=100.0).contains(&percent), "'{text}' is not between 0% and 100%");
	Ok((percent / 100.0 * whole).round() as u32)
}

fn permille(text: &str) -> Result<u32> {
	parts(text, 1e3)
}

fn ppm(text: &str) -> Result<u32> {
	parts(text, 1e6)
}

fn seconds(text: &str) -> Result<u64> {
	let number = text.strip_suffix('s').unwrap_or(text);
	number.parse().map_err(|_| anyhow!("'{text}' is no time in seconds, as 600s is"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shares_and_times_should_be_read_or_refused() {
		assert_eq!((permille("5%").ok(), ppm("0.5%").ok()), (Some(50), Some(5_000)));
		assert_eq!((seconds("600s").ok(), seconds("60").ok()), (Some(600), Some(60)));
		for bad in ["5", "-1%", "101%", "x%", "NaN%"] {
			assert!(permille(bad).is_err(), "{bad}");
		}
		assert!(seconds("6m").is_err());
	}
}
