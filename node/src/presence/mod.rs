//! Presence: announcements to the notaries whose keys this node has, and their publications.
//!
//! | file | what |
//! | --- | --- |
//! | `chain.rs` | what the pool of announcements asks of the chain, the keystore and the offchain database |
//! | `library.rs` | the publications that the offchain worker has left |
//! | `rpc.rs` | the methods `presence_*` |
//!
//! Whenever a block becomes the best one, [`Presence::follow`] looks which window is open, closes the one before, and
//! leaves its slots for the offchain worker. What a crash kept from being left is left at the next start.

mod chain;
mod library;
mod rpc;

pub(crate) use rpc::{PresenceApiServer, PresenceRpc};

use crate::service::{FullBackend, FullClient};
use chain::Chain;
use futures::prelude::*;
use library::Publications;
use sc_client_api::{Backend, BlockchainEvents};
use sc_service::{error::Error as ServiceError, SpawnTaskHandle};
use sp_blockchain::HeaderBackend;
use sp_keystore::KeystorePtr;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use substrate_prometheus_endpoint::Registry;
use surety_presence::message::Account;
use surety_presence_pool::{http, Closed, Limits, Metrics, Pool};
use surety_runtime::Hash;

const TARGET: &str = "presence";

/// What presence needs of the node.
pub(crate) struct Needs {
	pub(crate) client: Arc<FullClient>,
	pub(crate) backend: Arc<FullBackend>,
	pub(crate) keystore: KeystorePtr,
	pub(crate) genesis: Hash,
	/// Where announcements are kept.
	pub(crate) directory: PathBuf,
	/// Where publications are served over HTTP, if they are.
	pub(crate) http: Option<SocketAddr>,
	/// Whether offchain workers run: without them nothing is ever published.
	pub(crate) publishes: bool,
	pub(crate) registry: Option<Registry>,
}

/// The pool of announcements, following the chain.
pub(crate) struct Presence {
	client: Arc<FullClient>,
	chain: Chain,
	pool: Arc<Pool<Chain>>,
	publications: Publications,
	http: Option<std::net::TcpListener>,
	publishes: bool,
}

impl Presence {
	/// Opens the pool on the window that is open at the best block.
	pub(crate) fn open(needs: Needs) -> Result<Self, ServiceError> {
		let Needs { client, backend, keystore, genesis, directory, http, publishes, registry } = needs;
		let offchain = backend.offchain_storage().ok_or_else(|| other("there is no offchain database"))?;
		let http = http.map(listen).transpose()?;
		let chain = Chain::new(client.clone(), keystore, offchain.clone(), genesis);
		let best = client.info().best_hash;
		let (window, served) = chain.look_up(best).map_err(other)?.unwrap_or_default();
		let metrics = registry.as_ref().map(Metrics::register).transpose().map_err(other)?;
		let pool = Pool::open(chain.clone(), directory, window, &served, Limits::default(), metrics)
			.map_err(other)?;
		let pool = Arc::new(pool);
		let publications = Publications::new(offchain, pool.clone());
		let presence = Self { client, chain, pool, publications, http, publishes };
		presence.recover(&served);
		presence.warn(&served);
		Ok(presence)
	}

	/// The methods `presence_*`.
	pub(crate) fn rpc(&self, sync: Arc<dyn sp_consensus::SyncOracle + Send + Sync>) -> PresenceRpc {
		let http = self.http.as_ref().and_then(|listener| listener.local_addr().ok());
		PresenceRpc::new(self.pool.clone(), self.chain.clone(), self.publications.clone(), sync, http)
	}

	/// Begins to follow the chain, and to serve publications.
	pub(crate) fn start(mut self, spawner: &SpawnTaskHandle) -> Result<(), ServiceError> {
		if let Some(listener) = self.http.take() {
			let publications = Arc::new(self.publications.clone());
			spawner.spawn("presence-http", Some("presence"), async move {
				match tokio::net::TcpListener::from_std(listener) {
					// The node ends it with everything else.
					Ok(listener) => http::serve(listener, publications, future::pending()).await,
					Err(error) => log::error!(target: TARGET, "publications are not served: {error}"),
				}
			});
		}
		// It waits for disks.
		spawner.spawn_blocking("presence", Some("presence"), self.follow());
		Ok(())
	}

	async fn follow(self) {
		let mut imported = self.client.import_notification_stream();
		let mut served = Vec::new();
		while let Some(block) = imported.next().await {
			if !block.is_new_best {
				continue;
			}
			match self.turn(block.hash) {
				Ok(now) if now != served => {
					self.warn(&now);
					served = now;
				}
				Ok(_) => (),
				// The next block may be luckier.
				Err(error) => log::warn!(target: TARGET, "after block {}: {error}", block.hash),
			}
		}
	}

	fn turn(&self, best: Hash) -> Result<Vec<Account>, String> {
		let Some((window, served)) = self.chain.look_up(best)? else { return Ok(Vec::new()) };
		let closed = self.pool.turn(window, &served).map_err(|error| error.to_string())?;
		closed.iter().for_each(|closed| self.hand_over(closed));
		Ok(served)
	}

	fn hand_over(&self, closed: &Closed) {
		let Closed { notary, window, slots } = closed;
		log::debug!(target: TARGET, "window {window} of 0x{}: {} slots", hex::encode(notary), slots.len());
		self.chain.leave(closed, Limits::default().kept);
	}

	/// Leaves what was announced in windows that ended while the node was down.
	fn recover(&self, served: &[Account]) {
		let open = self.pool.window();
		for notary in served {
			let recovered = self.pool.windows(notary).and_then(|windows| {
				let ended = windows.into_iter().filter(|window| *window < open);
				let missing = ended.filter(|window| !self.chain.was_left(notary, *window));
				missing.map(|window| self.pool.over(*notary, window)).collect::<Result<Vec<_>, _>>()
			});
			match recovered {
				Ok(closed) => closed.iter().for_each(|closed| self.hand_over(closed)),
				Err(error) => log::warn!(target: TARGET, "announcements of before are not read: {error}"),
			}
		}
	}

	fn warn(&self, served: &[Account]) {
		for notary in served {
			log::info!(target: TARGET, "📯 This node is notary 0x{}", hex::encode(notary));
		}
		if !served.is_empty() && !self.publishes {
			log::warn!(
				target: TARGET,
				"This node has a notary's key but runs no offchain workers, so it publishes nothing: start it with \
				 --offchain-worker always"
			);
		}
	}
}

/// Binds at once, so that an address that cannot be had ends the start in one clear line.
fn listen(address: SocketAddr) -> Result<std::net::TcpListener, ServiceError> {
	let bound = std::net::TcpListener::bind(address).and_then(|listener| {
		listener.set_nonblocking(true)?;
		Ok(listener)
	});
	let listener = bound.map_err(|error| other(format!("--presence-http {address}: {error}")))?;
	if let Ok(address) = listener.local_addr() {
		log::info!(target: TARGET, "📯 Publications are served on http://{address}/presence/");
	}
	Ok(listener)
}

fn other(error: impl ToString) -> ServiceError {
	ServiceError::Other(error.to_string())
}
