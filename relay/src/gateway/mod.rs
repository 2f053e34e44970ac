//! HTTP on this machine, for clients that know nothing of relays: calls go in, operators' replies come out, and each leaves
//! a receipt.
//!
//! A service can be called in two ways: by a base URL, `http://127.0.0.1:8081/SERVICE/path`, and by a proxy,
//! `curl -x http://127.0.0.1:8081 http://SERVICE.surety/path`. A reply has the status, the headers and the body that the
//! operator answered with, and beside them `surety-operator`, and `surety-receipt` with the name of the receipt in the
//! configured folder. Where there is no reply, the body is JSON that says what became of each operator that was asked.
//!
//! # Who is asked
//! The operators of a service in order, each along the cheapest ways within what the service may cost and take. The next
//! one is asked where nothing can have been done by the one before: there is no way to it, nobody on the ways took the
//! request, or it refused at once. Where asking twice does no harm (`stateless`), the next is also asked when one is
//! silent, fails, or signs what is no answer. One that is late goes on being waited for in the background: late fees and
//! proofs are taken, and receipts kept, as long as it takes.

mod ask;
mod call;
mod config;
mod http;
mod routes;

pub use config::{GatewaySettings, GatewayTable, Operator, OperatorTable, OrderValue, Service, ServiceTable};

use crate::{
	chain::ChainView,
	daemon::{Asker, Daemon},
	keys::Keys,
	metrics::Metrics,
	receipt::Folder,
};
use anyhow::{anyhow, Context, Result};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::{
	collections::BTreeSet,
	net::SocketAddr,
	sync::{Arc, Mutex},
	time::Duration,
};
use surety_response::{relay::Outcome, EdgeId, NodeId};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet, time::timeout};

/// What all calls share.
struct Shared {
	settings: GatewaySettings,
	node: NodeId,
	keys: Keys,
	chain: Arc<dyn ChainView>,
	asker: Asker,
	receipts: Folder,
	metrics: Arc<Metrics>,
	/// Edges that broke: the chain may not say so yet.
	broken: Mutex<BTreeSet<EdgeId>>,
}

impl Shared {
	fn nonce(&self) -> Result<u64> {
		let mut nonce = [0; 8];
		SystemRandom::new().fill(&mut nonce).map_err(|_| anyhow!("the system has no randomness"))?;
		Ok(u64::from_le_bytes(nonce))
	}

	fn broken(&self, edge: EdgeId) {
		self.broken.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(edge);
	}

	fn broken_edges(&self) -> BTreeSet<EdgeId> {
		self.broken.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
	}
}

/// A gateway that takes calls, until it is dropped.
#[derive(Debug)]
pub struct Gateway {
	address: SocketAddr,
	/// One for each connection that there can be, and how many that is.
	connections: Arc<Semaphore>,
	most: usize,
	tasks: JoinSet<()>,
}

impl Gateway {
	/// Takes calls, and asks by a running node.
	///
	/// Fails where the address is taken, or nothing can be written to the folder for receipts.
	pub async fn start(
		settings: GatewaySettings,
		node: NodeId,
		keys: Keys,
		chain: Arc<dyn ChainView>,
		daemon: &Daemon,
	) -> Result<Self> {
		let receipts = Folder::open(&settings.receipts)?;
		let listener = TcpListener::bind(settings.listen).await;
		let listener = listener.with_context(|| format!("cannot listen at {} for calls", settings.listen))?;
		let address = listener.local_addr()?;
		let (asker, metrics) = (daemon.asker(), daemon.metrics().clone());
		let mut orphans = asker.orphans();
		let broken = Mutex::default();
		let shared = Arc::new(Shared { settings, node, keys, chain, asker, receipts, metrics, broken });
		let most = shared.settings.connections;
		let connections = Arc::new(Semaphore::new(most));
		let mut tasks = JoinSet::new();
		tasks.spawn(http::serve(listener, connections.clone(), shared.clone()));
		tasks.spawn(async move {
			while let Some((nonce, delivered)) = orphans.next().await {
				match delivered.outcome {
					Outcome::Broken { proof } => shared.broken(proof.intent.edge),
					// The secret by which it could be opened was the last run's.
					Outcome::Answered { .. } => eprintln!(
						"surety-relay: call {nonce:016x} was answered after its caller was gone: request {:?}",
						delivered.request
					),
					_ => {}
				}
			}
		});
		Ok(Self { address, connections, most, tasks })
	}

	/// Where it takes calls.
	pub fn address(&self) -> SocketAddr {
		self.address
	}

	/// Takes no more calls. Those that are under way go on.
	pub async fn close(&mut self) {
		self.tasks.shutdown().await;
	}

	/// Takes no more calls, and waits for those that are under way, but no longer than this.
	pub async fn stop(mut self, longest: Duration) {
		let all = u32::try_from(self.most).unwrap_or(u32::MAX);
		self.close().await;
		let _ = timeout(longest, self.connections.acquire_many(all)).await;
	}
}
