//! `surety-bench`: every figure that the documentation quotes, as a command. Each prints one JSON object a
//! line to stdout, progress to stderr, and exits with 1 where it could not measure.

mod announce;
mod centre;
mod genesis;
mod network;
mod node;
mod presence;
mod relay;
mod rpc;
mod sever;
mod simulation;
mod slash;
mod statistics;
mod stored;
mod tps;

use clap::Parser;
use std::process::ExitCode;
use tokio::signal::unix::{signal, SignalKind};

/// Every figure that the documentation quotes, as a command.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
	/// Native transfers a second through a real node, beside what the weights allow
	Tps(tps::Options),
	/// What applying a slash costs, by the number of delegators
	Slash(slash::Options),
	/// What a notary's node takes when everybody announces in one window
	Announce(announce::Options),
	/// What it takes to publish who is present, by codec
	Presence(presence::Options),
	/// What it takes to find out whether a severed edge has cut the network
	Sever(sever::Options),
	/// What a challenge of the network's centre takes
	Centre(centre::Options),
	/// Requests a second through a line of relays, and what each adds
	Relay(relay::Options),
	/// Events of a scenario of the relay's protocol
	Timeline(simulation::TimelineOptions),
	/// Many requests through a large network of which a share is faulty
	Simulate(simulation::SimulateOptions),
}

#[tokio::main]
async fn main() -> ExitCode {
	let outcome = match Cli::parse().command {
		Command::Tps(options) => tokio::select! {
			outcome = tps::run(options) => outcome.map(|line| println!("{line}")),
			// Returning drops the node, which kills it.
			why = interrupted() => Err(why),
		},
		Command::Announce(options) => tokio::select! {
			outcome = announce::run(options) => outcome.map(|line| println!("{line}")),
			why = interrupted() => Err(why),
		},
		Command::Relay(options) => tokio::select! {
			outcome = relay::run(options) => outcome.map(|line| println!("{line}")),
			why = interrupted() => Err(why),
		},
		Command::Slash(options) => slash::run(&options),
		Command::Presence(options) => presence::run(&options),
		Command::Sever(options) => sever::run(&options),
		Command::Centre(options) => centre::run(&options),
		Command::Timeline(options) => simulation::timeline(&options),
		Command::Simulate(options) => simulation::simulate(&options),
	};
	match outcome {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" "));
			ExitCode::FAILURE
		}
	}
}

/// Returns when this process is asked to end, and says so.
async fn interrupted() -> anyhow::Error {
	match signal(SignalKind::terminate()) {
		Ok(mut terminate) => tokio::select! {
			_ = terminate.recv() => {}
			_ = tokio::signal::ctrl_c() => {}
		},
		Err(error) => return anyhow::Error::new(error).context("cannot listen to signals"),
	}
	anyhow::anyhow!("interrupted")
}
