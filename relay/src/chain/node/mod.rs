//! The chain by way of one of its nodes: final blocks are followed, and what is due is submitted.
//!
//! The network of edges is kept in memory as of the last final block ([`world`]), so that the daemon is answered at once. Each
//! final block says by its events which records have changed; these are read again, and what is different is told the
//! daemon. After a lost connection all records are read, and compared with those that were known: so nothing is missed that
//! still matters, and nothing is told twice, whatever was missed.
//!
//! | file | what |
//! | --- | --- |
//! | `config.rs` | the configuration |
//! | `world.rs` | the network in memory, and what has changed in it; pure |
//! | `intents.rs` | the intent by which an edge was severed, out of a block's body |
//! | `follow.rs` | final blocks |
//! | `duties.rs` | what is submitted: severs, vouchers, and what else is due for the node's edges |
//! | `kept.rs` | what survives a restart |

mod config;
mod duties;
mod follow;
mod intents;
mod kept;
mod world;

pub use config::{ChainSettings, ChainTable};

use crate::{
	chain::{ChainView, EdgeView},
	config::Settings,
	daemon::{opened, Books},
	keys::read_secret,
	metrics::{set, Metrics},
};
use anyhow::{bail, ensure, Context, Result};
use duties::Duties;
use kept::Kept;
use std::{
	collections::{BTreeSet, VecDeque},
	sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard},
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;
use surety_client::{
	backoff::{random, Backoff},
	chain::Chain,
	error::one_line,
	keys::{account_of, from_suri},
	text::address,
};
use surety_response::{
	relay::{packet::SignedIntent, ChainEvent},
	EdgeId, NodeId, PublicKey, H256,
};
use tokio::{
	sync::{mpsc, watch, Notify},
	task::JoinHandle,
};
use world::{id_of, Agreed, News, World};

/// How a lost connection is tried again.
const RECONNECT: Backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(30) };
/// A connection that has lasted for so long was lost by chance.
const LASTING: Duration = Duration::from_secs(60);
/// Events that wait for the daemon; then blocks do.
const WAITING: usize = 1_024;

/// What the daemon is told.
#[derive(Default)]
struct Told {
	subscriber: Option<mpsc::Sender<ChainEvent>>,
	/// What it is still to be told of the blocks that are known.
	outbox: VecDeque<ChainEvent>,
}

struct Shared {
	settings: ChainSettings,
	/// The daemon's settings: what edges are configured to.
	node: Settings,
	genesis: H256,
	/// The account's key.
	key: Keypair,
	kept: Kept,
	world: RwLock<World>,
	told: Mutex<Told>,
	/// The last final block that is known.
	final_block: watch::Sender<u32>,
	/// Something is to be submitted.
	wake: Notify,
	books: Mutex<Option<Books>>,
}

/// The chain by way of one of its nodes. It is followed until this is dropped.
pub struct NodeChain {
	shared: Arc<Shared>,
	task: Mutex<JoinHandle<()>>,
}

impl std::fmt::Debug for NodeChain {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "NodeChain({})", self.shared.settings.url)
	}
}

impl Drop for NodeChain {
	fn drop(&mut self) {
		lock(&self.task).abort();
	}
}

/// Says something on standard error.
fn say(text: &str) {
	eprintln!("surety-relay: {text}");
}

/// The account's key, which has to be that of the node's account: vouchers are handed in by whom they pay.
pub fn account_key(settings: &ChainSettings, node: &NodeId) -> Result<Keypair> {
	let shown = settings.account_file.display();
	let secret = read_secret(&settings.account_file)?;
	let key = from_suri(&secret).with_context(|| format!("the key file {shown}"))?;
	let account = account_of(&key);
	ensure!(
		id_of(&account) == *node,
		"the key in {shown} is that of {}, and the node is {}",
		address(&account),
		address(&node.0.into())
	);
	Ok(key)
}

impl NodeChain {
	/// Connects to a node of the chain, and knows the network as of its last final block. Waits for a node that is not there,
	/// however long it takes.
	///
	/// Fails where the account's key is not that of the node's account, or what is kept in the folder cannot be read or is of
	/// another chain.
	pub async fn start(node: Settings, settings: ChainSettings) -> Result<Arc<Self>> {
		let me = node.relay.node;
		let key = account_key(&settings, &me)?;
		std::fs::create_dir_all(&node.data)
			.with_context(|| format!("cannot create {}", node.data.display()))?;
		let mut chain = connect(&settings.url, None).await;
		let genesis = H256(chain.api.genesis_hash().0);
		let kept = Kept::open(&node.data.join("chain.redb"), &genesis)?;
		let agreed = Agreed { syncs: settings.syncs, addresses: settings.addresses.clone() };
		let world = RwLock::new(World::new(me, agreed, kept.used().clone()));
		let shared = Shared {
			settings,
			node,
			genesis,
			key,
			kept,
			world,
			told: Mutex::default(),
			final_block: watch::Sender::new(0),
			wake: Notify::new(),
			books: Mutex::default(),
		};
		let mut duties = Duties::load(&shared)?;
		let mut failed = 0u32;
		while let Err(error) = follow::catch_up(&shared, &chain).await {
			say(&one_line(&error));
			tokio::time::sleep(RECONNECT.delay(failed, random())).await;
			failed = failed.saturating_add(1);
			chain = connect(&shared.settings.url, Some(shared.genesis)).await;
		}
		let shared = Arc::new(shared);
		let follows = shared.clone();
		let task = tokio::spawn(async move { run(&follows, &mut duties, chain).await });
		Ok(Arc::new(Self { shared, task: Mutex::new(task) }))
	}

	/// Follows the chain no more, and submits nothing. What is known of it stays as it is.
	pub async fn stop(&self) {
		let task = std::mem::replace(&mut *lock(&self.task), tokio::spawn(async {}));
		task.abort();
		// That it was stopped is no error.
		let _ = task.await;
	}

	/// From now on the vouchers that the daemon holds are handed in where their channels close, and it counts what is done.
	pub fn attend(&self, books: Books) {
		*lock(&self.shared.books) = Some(books);
		self.shared.wake.notify_one();
	}

	/// The last final block that is known.
	pub fn block(&self) -> u32 {
		self.shared.world().block()
	}

	/// Edges of the node that cannot be used, since an end signs with other keys along them than along its other ones.
	pub fn unusable(&self) -> BTreeSet<EdgeId> {
		self.shared.world().unusable().clone()
	}

	/// Edges that are to be severed, of which no final block says that they are.
	pub fn pending(&self) -> Vec<SignedIntent> {
		self.shared.kept.all()
	}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Shared {
	fn world(&self) -> RwLockReadGuard<'_, World> {
		self.world.read().unwrap_or_else(|poisoned| poisoned.into_inner())
	}

	fn books(&self) -> Option<Books> {
		lock(&self.books).clone()
	}

	/// Counts something, once there is a daemon that counts.
	fn count(&self, count: impl FnOnce(&Metrics)) {
		if let Some(books) = self.books() {
			count(books.metrics());
		}
	}

	/// What the daemon is told by some news; nothing where it makes no sense.
	fn event(&self, news: News) -> Option<ChainEvent> {
		match news {
			News::Opened(view) => match opened(&self.node, &view) {
				Ok(event) => Some(event),
				Err(error) => {
					say(&one_line(&error));
					None
				}
			},
			News::Deposited { edge, side, deposit } => Some(ChainEvent::Deposited { edge, side, deposit }),
			News::Severed(intent) => Some(ChainEvent::Severed { intent }),
			News::Closing(edge) => Some(ChainEvent::Closing { edge }),
			News::Closed(edge) => Some(ChainEvent::Closed { edge }),
		}
	}
}

/// Connects, however long it takes: to a node of that chain, where one is named.
async fn connect(url: &str, genesis: Option<H256>) -> Chain {
	let (mut failed, mut said) = (0u32, String::new());
	loop {
		let attempt = async {
			let chain = Chain::connect(url).await?;
			let other = genesis.is_some_and(|genesis| genesis.0 != chain.api.genesis_hash().0);
			if other {
				bail!("the node at {url} is of another chain");
			}
			Ok(chain)
		};
		match attempt.await {
			Ok(chain) => return chain,
			Err(error) => {
				let text = one_line(&error);
				if text != said {
					say(&text);
					said = text;
				}
			}
		}
		tokio::time::sleep(RECONNECT.delay(failed, random())).await;
		failed = failed.saturating_add(1);
	}
}

/// Follows the chain and does what is due, over any number of connections. By the first one, all is known already.
async fn run(shared: &Shared, duties: &mut Duties, first: Chain) {
	let (mut chain, mut failed, mut fresh) = (first, 0u32, false);
	loop {
		let since = Instant::now();
		let lost = tokio::select! {
			lost = follow::follow(shared, &chain, fresh) => lost,
			() = duties.work(shared, &chain) => Ok(()),
		};
		shared.count(|metrics| set(&metrics.chain_connected, 0));
		if let Err(error) = lost {
			say(&one_line(&error));
		}
		if since.elapsed() >= LASTING {
			failed = 0;
		}
		tokio::time::sleep(RECONNECT.delay(failed, random())).await;
		failed = failed.saturating_add(1);
		chain = connect(&shared.settings.url, Some(shared.genesis)).await;
		fresh = true;
	}
}

impl ChainView for NodeChain {
	fn genesis(&self) -> H256 {
		self.shared.genesis
	}

	fn keys(&self, node: &NodeId) -> Vec<PublicKey> {
		self.shared.world().keys(node)
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		self.shared.world().ends(edge)
	}

	fn encryption_key(&self, node: &NodeId) -> Option<[u8; 32]> {
		self.shared.settings.encryption.get(node).copied()
	}

	fn edges(&self, node: &NodeId) -> Vec<EdgeView> {
		match *node == self.shared.node.relay.node {
			true => self.shared.world().views(),
			false => self.shared.world().views_of(node),
		}
	}

	fn subscribe(&self, _: &NodeId) -> mpsc::Receiver<ChainEvent> {
		let mut told = lock(&self.shared.told);
		let first = self.shared.world().told_first();
		let first: Vec<ChainEvent> = first.into_iter().filter_map(|news| self.shared.event(news)).collect();
		let (sender, events) = mpsc::channel(first.len().saturating_add(WAITING));
		for event in first {
			// There is room for them.
			let _ = sender.try_send(event);
		}
		told.outbox.clear();
		told.subscriber = Some(sender);
		events
	}

	fn submit(&self, intent: SignedIntent) {
		if let Err(error) = self.shared.kept.add(intent) {
			// The daemon has it in its own records, and says it once more after a restart.
			say(&format!("cannot keep the intent to sever edge {}: {error:#}", intent.intent.edge));
		}
		self.shared.wake.notify_one();
	}
}
