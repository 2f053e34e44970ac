//! The daemon of Proof of Response.

use anyhow::{ensure, Context, Result};
use clap::{Parser, Subcommand};
use std::{
	path::{Path, PathBuf},
	process::ExitCode,
	sync::Arc,
	time::Duration,
};
use surety_relay::{
	chain::{account_key, ChainView, FileChain, NodeChain},
	config::{ConfigFile, Settings, Source},
	daemon::Daemon,
	gateway::{Gateway, GatewaySettings},
	keys::{Keys, RelayKey},
	provider::{HttpProvider, NoProvider, Provider, ProviderSettings},
	receipt::{Proven, Receipt, Verified},
};
use surety_response::PublicKey;
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
	/// Print the public keys of a key file: the one that signatures are checked by, and the one that bodies of requests are
	/// encrypted to.
	PublicKeys {
		/// The key file.
		file: PathBuf,
	},
	/// Read receipts.
	Receipt {
		#[command(subcommand)]
		verb: ReceiptVerb,
	},
}

#[derive(Subcommand)]
enum ReceiptVerb {
	/// Check a receipt, and print what it proves.
	Verify {
		/// The receipt.
		file: PathBuf,
		/// A network file, to compare the keys with. Without it they are printed, to be compared by hand.
		#[arg(long)]
		network: Option<PathBuf>,
		/// Write the body of the reply to this file.
		#[arg(long)]
		body: Option<PathBuf>,
	},
}

/// How long callers may take to read what they were answered when the daemon stops.
const READING: Duration = Duration::from_secs(2);

struct Checked {
	settings: Settings,
	key: RelayKey,
	source: Source,
	provider: Option<ProviderSettings>,
	gateway: Option<GatewaySettings>,
}

fn check(path: &Path) -> Result<Checked> {
	let file = ConfigFile::read(path)?;
	let senseless = || format!("{} makes no sense", path.display());
	let settings = file.settings().with_context(senseless)?;
	let provider = file.provider().with_context(senseless)?;
	let gateway = file.gateway().with_context(senseless)?;
	let key = RelayKey::read(&file.key_file)?;
	let source = file.source().with_context(senseless)?;
	match &source {
		Source::File(network) => {
			let chain = FileChain::read(network, file.data.join("intents"))?;
			check_keys(&settings, &key, provider.is_some(), Arc::new(chain))?;
		}
		// What the chain has is asked when it runs.
		Source::Node(chain) => drop(account_key(chain, &settings.relay.node)?),
	}
	Ok(Checked { settings, key, source, provider, gateway })
}

/// Whether the node's keys are those that others know.
fn check_keys(settings: &Settings, key: &RelayKey, provides: bool, chain: Arc<dyn ChainView>) -> Result<()> {
	let node = settings.relay.node;
	if provides {
		let own = key.encryption().public();
		ensure!(
			chain.encryption_key(&node) == Some(own),
			"the key to encrypt to that is published for this node is not its own, 0x{}",
			hex::encode(own)
		);
	}
	Keys::new(&node, key.clone(), chain).map(drop)
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

async fn run(path: &Path) -> Result<()> {
	let Checked { settings, key, source, provider, gateway } = check(path)?;
	let node = settings.relay.node;
	let mut terminate = signal(SignalKind::terminate())?;
	let mut interrupt = signal(SignalKind::interrupt())?;
	let (chain, followed) = tokio::select! {
		view = view(&settings, source) => view?,
		_ = terminate.recv() => return Ok(()),
		_ = interrupt.recv() => return Ok(()),
	};
	check_keys(&settings, &key, provider.is_some(), chain.clone())?;
	let keys = || Keys::new(&node, key.clone(), chain.clone());
	let provider: Arc<dyn Provider> = match provider {
		Some(provider) => Arc::new(HttpProvider::new(provider, key.encryption(), keys()?)),
		None => Arc::new(NoProvider),
	};
	let mut daemon = Daemon::start(settings, key.clone(), chain.clone(), provider, None).await?;
	if let Some(followed) = followed {
		followed.attend(daemon.books());
	}
	eprintln!("surety-relay: listens at {}", daemon.address());
	let mut gateway = match gateway {
		Some(gateway) => Some(Gateway::start(gateway, node, keys()?, chain.clone(), &daemon).await?),
		None => None,
	};
	if let Some(gateway) = &gateway {
		eprintln!("surety-relay: takes calls at http://{}", gateway.address());
	}
	tokio::select! {
		failed = daemon.failed() => return failed,
		_ = terminate.recv() => {}
		_ = interrupt.recv() => {}
	}
	eprintln!("surety-relay: takes nothing new, and ends what is in flight");
	if let Some(gateway) = &mut gateway {
		gateway.close().await;
	}
	let drained = tokio::select! {
		drained = daemon.drain() => drained,
		_ = terminate.recv() => return Ok(()),
		_ = interrupt.recv() => return Ok(()),
	};
	if let Some(gateway) = gateway {
		// What was answered last is still being read.
		gateway.stop(READING).await;
	}
	drained
}

fn public_keys(file: &Path) -> Result<()> {
	let key = RelayKey::read(file)?;
	println!("keys = [\"0x{}\"]", hex::encode(key.public()));
	println!("encryption = \"0x{}\"", hex::encode(key.encryption().public()));
	Ok(())
}

fn verify(file: &Path, network: Option<&Path>, body: Option<&Path>) -> Result<()> {
	let receipt = Receipt::read(file)?;
	let Verified { proven, keys, encryption } =
		receipt.verify().with_context(|| format!("{}", file.display()))?;
	// Compared first: what is by nobody's key proves nothing.
	if let Some(network) = network {
		let chain = FileChain::read(network, PathBuf::new())?;
		ensure!(receipt.genesis() == chain.genesis(), "the receipt is of another chain");
		for claim in &keys {
			let known = chain.keys(&claim.node).get(usize::from(claim.index)).copied();
			ensure!(known == Some(claim.key), "key {} of {:?} is another there", claim.index, claim.node);
		}
		if let Some((node, key)) = &encryption {
			let known = chain.encryption_key(node);
			ensure!(known == Some(*key), "the key to encrypt to of {node:?} is another there");
		}
	}
	if let Receipt::Answered(exchange) = &receipt {
		println!("request     {:?}", exchange.response.request);
		println!("asked by    {:?}", exchange.request.author);
		println!("asked       {:?}", exchange.request.recipient);
	}
	match &proven {
		Proven::Replied { call, statement, reply } => {
			let (method, target) =
				(String::from_utf8_lossy(&call.method), String::from_utf8_lossy(&call.target));
			println!(
				"call        {method} {target} ({} bytes, digest {:?})",
				call.body.len(),
				statement.asked
			);
			println!("proves      it was answered by status {}, {} bytes", reply.status, statement.bytes);
			println!("root        {:?}", statement.root);
			if let Some(path) = body {
				std::fs::write(path, &reply.body)
					.with_context(|| format!("cannot write to {}", path.display()))?;
			}
		}
		Proven::Refused(cause) => {
			println!("proves      it was refused: {}", cause.map_or("no reason given", |cause| cause.name()));
		}
		Proven::NoAnswer { because } => {
			println!("proves      what was signed as an answer is none: {because}");
		}
		Proven::Broken { edge, by, taken } => {
			println!("proves      edge {edge} is broken by {by:?}");
			let taken =
				if *taken { "had taken the request" } else { "is not shown to have taken the request" };
			println!("            the first hop {taken}");
		}
	}
	let compared = if network.is_some() { "compared" } else { "to be compared with the chain" };
	let mut shown = Vec::new();
	for claim in keys {
		let key = match claim.key {
			PublicKey::Ed25519(key) => format!("ed25519 0x{}", hex::encode(key)),
			PublicKey::Sr25519(key) => format!("sr25519 0x{}", hex::encode(key)),
		};
		let line = format!("key {} of    {:?}: {key}, {compared}", claim.index, claim.node);
		if !shown.contains(&line) {
			println!("{line}");
			shown.push(line);
		}
	}
	if let Some((node, key)) = encryption {
		println!("encrypted to {node:?}: x25519 0x{}, {compared}", hex::encode(key));
	}
	Ok(())
}

fn main() -> ExitCode {
	let done = match Options::parse().verb {
		Verb::Run { config } => tokio::runtime::Runtime::new()
			.context("cannot start the runtime")
			.and_then(|runtime| runtime.block_on(run(&config))),
		Verb::Check { config } => check(&config).map(|_| println!("{} makes sense", config.display())),
		Verb::PublicKeys { file } => public_keys(&file),
		Verb::Receipt { verb: ReceiptVerb::Verify { file, network, body } } => {
			verify(&file, network.as_deref(), body.as_deref())
		}
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
