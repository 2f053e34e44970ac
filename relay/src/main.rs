//! The daemon of Proof of Response.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use surety_relay::{
	chain::{account_key, ChainView, FileChain, NodeChain},
	config::{ConfigFile, Settings, Source},
	daemon::Daemon,
	keys::{Keys, RelayKey},
	provider::NoProvider,
};
use tokio::signal::unix::{signal, SignalKind};

/// Carries requests and answers between neighbours, for vouchers (Proof of Response).
#[derive(Parser)]
#[command(version)]
struct Options {
	#[command(subcommand)]
	verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
	/// Run until SIGTERM or SIGINT; a second one does not wait for what is in flight.
	Run {
		/// The configuration file.
		#[arg(long)]
		config: PathBuf,
	},
	/// Say whether a configuration makes sense.
	Check {
		/// The configuration file.
		#[arg(long)]
		config: PathBuf,
	},
	/// Make a key, and print its public part.
	Key {
		/// The file to write it to, which must not be there yet.
		file: PathBuf,
	},
}

struct Checked {
	settings: Settings,
	key: RelayKey,
	source: Source,
}

fn check(path: &std::path::Path) -> Result<Checked> {
	let file = ConfigFile::read(path)?;
	let settings = file.settings().with_context(|| format!("{} makes no sense", path.display()))?;
	let key = RelayKey::read(&file.key_file)?;
	let source = file.source().with_context(|| format!("{} makes no sense", path.display()))?;
	match &source {
		Source::File(network) => {
			let chain = Arc::new(FileChain::read(network, file.data.join("intents"))?);
			Keys::new(&settings.relay.node, key.clone(), chain)?;
		}
		// What the chain has is asked when it runs.
		Source::Node(chain) => drop(account_key(chain, &settings.relay.node)?),
	}
	Ok(Checked { settings, key, source })
}

/// The chain, and where it is followed by a node.
async fn view(settings: &Settings, source: Source) -> Result<(Arc<dyn ChainView>, Option<Arc<NodeChain>>)> {
	match source {
		Source::File(network) => {
			Ok((Arc::new(FileChain::read(&network, settings.data.join("intents"))?), None))
		}
		Source::Node(chain) => {
			let chain = NodeChain::start(settings.clone(), *chain).await?;
			Ok((chain.clone(), Some(chain)))
		}
	}
}

async fn run(path: &std::path::Path) -> Result<()> {
	let Checked { settings, key, source } = check(path)?;
	let mut terminate = signal(SignalKind::terminate())?;
	let mut interrupt = signal(SignalKind::interrupt())?;
	let (chain, node) = tokio::select! {
		view = view(&settings, source) => view?,
		_ = terminate.recv() => return Ok(()),
		_ = interrupt.recv() => return Ok(()),
	};
	let mut daemon = Daemon::start(settings, key, chain, Arc::new(NoProvider), None).await?;
	if let Some(node) = node {
		node.attend(daemon.books());
	}
	eprintln!("surety-relay: listens at {}", daemon.address());
	tokio::select! {
		failed = daemon.failed() => return failed,
		_ = terminate.recv() => {}
		_ = interrupt.recv() => {}
	}
	eprintln!("surety-relay: takes nothing new, and ends what is in flight");
	tokio::select! {
		drained = daemon.drain() => drained,
		_ = terminate.recv() => Ok(()),
		_ = interrupt.recv() => Ok(()),
	}
}

fn main() -> ExitCode {
	let done = match Options::parse().verb {
		Verb::Run { config } => tokio::runtime::Runtime::new()
			.context("cannot start the runtime")
			.and_then(|runtime| runtime.block_on(run(&config))),
		Verb::Check { config } => check(&config).map(|_| println!("{} makes sense", config.display())),
		Verb::Key { file } => {
			RelayKey::generate(&file).map(|key| println!("0x{}", hex::encode(key.public())))
		}
	};
	match done {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("surety-relay: {error:#}");
			ExitCode::FAILURE
		}
	}
}
