//! One running node.

use crate::{
	chain::{ChainView, EdgeView},
	config::Settings,
	driver::{keep, Driver, Due, Told},
	keys::{Keys, RelayKey},
	metrics::{self, add, set, Metrics},
	provider::Provider,
	store::Store,
	transport::{Links, Transport},
	unix_ms,
};
use anyhow::{anyhow, ensure, Context, Result};
use std::{
	collections::{BTreeMap, BTreeSet},
	net::SocketAddr,
	sync::{Arc, Mutex},
	time::Duration,
};
use surety_response::{
	relay::{
		durable::{Durable, Input, Output},
		packet::SignedVoucher,
		ChainEvent, EdgeConfig, Note, Order, Outcome, Query, Route,
	},
	ChannelState, EdgeId, NodeId, Side, H256,
};
use tokio::{
	runtime::Handle,
	sync::{mpsc, oneshot},
	task::JoinSet,
};

/// Inputs that wait for the machine; whoever has more waits.
const WAITING: usize = 1_024;

/// Batches that wait to be durable.
const BATCHES: usize = 64;

/// Sees what a node does, and can have it do something else: for tests.
pub trait Tap: Send + Sync + 'static {
	/// The node does this now.
	fn output(&self, output: &Output) {
		let _ = output;
	}

	/// The node sends this frame along an edge; returns what is sent instead.
	fn frame(&self, edge: EdgeId, frame: Arc<[u8]>) -> Arc<[u8]> {
		let _ = edge;
		frame
	}
}

/// Something that a client is told of what it has asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivered {
	/// The hash of the request, as which it was last sent; zero where it never was.
	pub request: H256,
	/// What.
	pub outcome: Outcome,
	number: u64,
}

#[derive(Debug, Default)]
struct Clients {
	listening: BTreeMap<u64, mpsc::UnboundedSender<Delivered>>,
	/// What nobody has listened for yet: from before a restart. The machine bounds it.
	unclaimed: BTreeMap<u64, Vec<Delivered>>,
	/// Who takes that instead.
	orphans: Option<mpsc::UnboundedSender<(u64, Delivered)>>,
	/// Nothing is told any more.
	stopped: bool,
}

impl Clients {
	/// Nothing is told any more: whoever listens learns that.
	fn stop(&mut self) {
		*self = Self { stopped: true, ..Self::default() };
	}
}

/// What a client has asked, and hears of.
#[derive(Debug)]
pub struct Asking {
	nonce: u64,
	told: mpsc::Sender<Told>,
	clients: Arc<Mutex<Clients>>,
	delivered: mpsc::UnboundedReceiver<Delivered>,
}

impl Drop for Asking {
	fn drop(&mut self) {
		self.delivered.close();
		let mut clients = self.clients.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
		// Somebody else may listen for the same by now.
		if clients.listening.get(&self.nonce).is_some_and(|client| client.is_closed()) {
			clients.listening.remove(&self.nonce);
		}
	}
}

/// Asks by a running node, for many clients.
#[derive(Clone, Debug)]
pub struct Asker {
	told: mpsc::Sender<Told>,
	clients: Arc<Mutex<Clients>>,
}

/// What is heard of queries that nobody listens for, see [`Asker::orphans`].
#[derive(Debug)]
pub struct Orphans {
	told: mpsc::Sender<Told>,
	delivered: mpsc::UnboundedReceiver<(u64, Delivered)>,
}

impl Orphans {
	/// What there is to know next, and with which nonce it was asked; `None` once the daemon has stopped. What was returned
	/// is not told again, unless the node is stopped before it records anything more; what has run out of ways is forgotten.
	pub async fn next(&mut self) -> Option<(u64, Delivered)> {
		let (nonce, delivered) = self.delivered.recv().await?;
		if delivered.number > 0 {
			let confirm = Input::Confirm { number: delivered.number };
			let _ = self.told.send(Told::Input(Box::new(confirm))).await;
		}
		if delivered.outcome == Outcome::NoRoute {
			let _ = self.told.send(Told::Input(Box::new(Input::Order(Order::Forget { nonce })))).await;
		}
		Some((nonce, delivered))
	}
}

impl Asker {
	/// Asks along the first of these routes that leads there, and along the next where that ends without an answer.
	///
	/// The nonce must not be one of something else that was asked: the client chooses it at random.
	pub async fn ask(&self, query: Query, routes: Vec<Route>) -> Asking {
		let asking = self.claim(query.nonce);
		let order = Order::Ask { query: Box::new(query), routes };
		let _ = self.told.send(Told::Input(Box::new(Input::Order(order)))).await;
		asking
	}

	/// Listens for what is to be known of something that was asked, before a restart for one.
	pub fn claim(&self, nonce: u64) -> Asking {
		let (sender, delivered) = mpsc::unbounded_channel();
		let mut clients = self.clients.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
		for early in clients.unclaimed.remove(&nonce).unwrap_or_default() {
			let _ = sender.send(early);
		}
		if !clients.stopped {
			clients.listening.insert(nonce, sender);
		}
		Asking { nonce, told: self.told.clone(), clients: self.clients.clone(), delivered }
	}

	/// Listens for all that nobody else listens for: what was asked before a restart, by clients that are gone. Somebody has
	/// to, or a node that is restarted often can ask no more in the end.
	pub fn orphans(&self) -> Orphans {
		let (sender, delivered) = mpsc::unbounded_channel();
		let mut clients = self.clients.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
		for (nonce, early) in std::mem::take(&mut clients.unclaimed) {
			for early in early {
				let _ = sender.send((nonce, early));
			}
		}
		clients.orphans = Some(sender).filter(|_| !clients.stopped);
		Orphans { told: self.told.clone(), delivered }
	}
}

impl Asking {
	/// What there is to know next; `None` once the daemon has stopped. What was returned is not told again.
	pub async fn next(&mut self) -> Option<Delivered> {
		let delivered = self.delivered.recv().await?;
		if delivered.number > 0 {
			let confirm = Input::Confirm { number: delivered.number };
			let _ = self.told.send(Told::Input(Box::new(confirm))).await;
		}
		Some(delivered)
	}

	/// More ways, where those there were have ended without an answer.
	pub async fn retry(&self, routes: Vec<Route>) {
		let order = Order::Retry { nonce: self.nonce, routes };
		let _ = self.told.send(Told::Input(Box::new(Input::Order(order)))).await;
	}

	/// No more ways.
	pub async fn forget(self) {
		let order = Order::Forget { nonce: self.nonce };
		let _ = self.told.send(Told::Input(Box::new(Input::Order(order)))).await;
	}
}

/// The books of a running node, for who settles on chain what it has earned. They can be read until it stops.
#[derive(Clone, Debug)]
pub struct Books {
	told: mpsc::Sender<Told>,
	metrics: Arc<Metrics>,
}

impl Books {
	/// The best voucher that the node holds of each edge along which it was paid; none once it has stopped.
	pub async fn best_vouchers(&self) -> Vec<SignedVoucher> {
		let best = |machine: &mut Durable<Keys>| -> Vec<SignedVoucher> {
			machine.edges().into_iter().filter_map(|edge| machine.relay().best_voucher(edge)).collect()
		};
		look(&self.told, best).await.unwrap_or_default()
	}

	/// What the node counts.
	pub fn metrics(&self) -> &Metrics {
		&self.metrics
	}
}

/// Has somebody look at the machine; `None` once the daemon has stopped.
async fn look<T: Send + 'static>(
	told: &mpsc::Sender<Told>,
	look: impl FnOnce(&mut Durable<Keys>) -> T + Send + 'static,
) -> Option<T> {
	let (sender, answer) = oneshot::channel();
	let look = Box::new(move |machine: &mut Durable<Keys>| {
		let _ = sender.send(look(machine));
	});
	told.send(Told::Inspect(look)).await.ok()?;
	answer.await.ok()
}

/// One running node. It stops when it is told to; dropped without that, it goes on in the background.
#[derive(Debug)]
pub struct Daemon {
	address: SocketAddr,
	metrics_address: Option<SocketAddr>,
	told: mpsc::Sender<Told>,
	clients: Arc<Mutex<Clients>>,
	metrics: Arc<Metrics>,
	tasks: JoinSet<()>,
	ended: oneshot::Receiver<Result<()>>,
	drain: Duration,
}

fn edge_config(settings: &Settings, view: &EdgeView) -> EdgeConfig {
	let policy = settings.edge(view.edge);
	EdgeConfig {
		edge: view.edge,
		neighbour: view.neighbour,
		latency_ms: view.latency_ms,
		syncs: view.syncs,
		base_price: view.base_price,
		price_per_byte: view.price_per_byte,
		max_requests: policy.max_requests,
		risk: policy.risk,
		patience: policy.patience,
	}
}

/// What the machine is told of an edge that is new to it.
pub(crate) fn opened(settings: &Settings, view: &EdgeView) -> Result<ChainEvent> {
	// Keeping what was paid ahead, and severing, must not pay.
	let max_in_flight = view.penalty.saturating_sub(1) / 2;
	let channel = ChannelState::new(view.channel, view.side, view.deposits, max_in_flight)
		.map_err(|refusal| anyhow!("the channel of edge {} cannot be: {refusal:?}", view.edge))?;
	let config = Box::new(edge_config(settings, view));
	Ok(ChainEvent::Opened { config, channel: Box::new(channel) })
}

/// What the machine is to be told of the chain at the beginning: what changed while it was not there.
fn catch_up(machine: &Durable<Keys>, settings: &Settings, views: &[EdgeView]) -> Result<Vec<ChainEvent>> {
	let mut events = Vec::new();
	let open: BTreeSet<EdgeId> = views.iter().map(|view| view.edge).collect();
	for edge in machine.edges() {
		if !open.contains(&edge) {
			events.push(ChainEvent::Closed { edge });
		}
	}
	for view in views {
		let edge = view.edge;
		match machine.relay().channel(edge) {
			Some(channel) => {
				for side in Side::BOTH {
					let deposit = *view.deposits.of(side);
					if deposit > *channel.deposits().of(side) {
						events.push(ChainEvent::Deposited { edge, side, deposit });
					}
				}
			}
			None => events.push(opened(settings, view)?),
		}
	}
	Ok(events)
}

impl Daemon {
	/// Starts a node: goes on from its records, if there are any, listens, and connects to its neighbours.
	///
	/// Fails where the key is not registered for the node, the records are damaged or another's, an address is taken, or
	/// an edge makes no sense.
	pub async fn start(
		settings: Settings,
		key: RelayKey,
		chain: Arc<dyn ChainView>,
		provider: Arc<dyn Provider>,
		tap: Option<Arc<dyn Tap>>,
	) -> Result<Self> {
		let node = settings.relay.node;
		let keys = Keys::new(&node, key.clone(), chain.clone())?;
		let events = chain.subscribe(&node);
		let views = chain.edges(&node);
		ensure!(
			views.len() <= settings.relay.limits.neighbours,
			"the node has {} edges, and limits.neighbours is {}",
			views.len(),
			settings.relay.limits.neighbours
		);
		std::fs::create_dir_all(&settings.data)
			.with_context(|| format!("cannot create {}", settings.data.display()))?;
		let store = Store::open(&settings.data.join("records.redb"), &node, &chain.genesis())?;
		let edges: Vec<EdgeConfig> = views.iter().map(|view| edge_config(&settings, view)).collect();
		let (mut machine, mut first) = Durable::resume(
			keys,
			settings.relay,
			settings.durable,
			store.records()?,
			&edges,
			unix_ms(),
			settings.settle_ms,
		)?;
		for event in catch_up(&machine, &settings, &views)? {
			first.extend(machine.handle(unix_ms(), Input::Chain(event)));
		}

		let metrics = Arc::new(Metrics::default());
		set(&metrics.edges, views.len());
		let links = Links::default();
		let clients = Arc::new(Mutex::new(Clients::default()));
		let (told, hears) = mpsc::channel(WAITING);
		let transport = Transport::new(
			node,
			key,
			chain.clone(),
			settings.listen,
			links.clone(),
			told.clone(),
			metrics.clone(),
		)?;
		let address = transport.address()?;
		let mut tasks = JoinSet::new();
		let mut metrics_address = None;
		if let Some(listen) = settings.metrics {
			let listener = metrics::listen(listen).await?;
			metrics_address = Some(listener.local_addr()?);
			tasks.spawn(metrics::serve(listener, metrics.clone()));
		}

		let (batches, kept) = mpsc::channel(BATCHES);
		let driver = Driver {
			machine,
			told: hears,
			batches,
			metrics: metrics.clone(),
			connections: BTreeMap::new(),
			timer: None,
		};
		let hands = Hands {
			links,
			chain,
			provider,
			tap,
			told: told.clone(),
			clients: clients.clone(),
			metrics: metrics.clone(),
			runtime: Handle::current(),
		};
		let (ends, ended) = oneshot::channel();
		let endpoint = transport.clone();
		let (counted, listening) = (metrics.clone(), clients.clone());
		std::thread::Builder::new().name("records".into()).spawn(move || {
			let kept = keep(&store, kept, &counted, |due| hands.perform(due));
			endpoint.close();
			// The records are closed before anybody is told that they are.
			drop((store, hands));
			listening.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).stop();
			let _ = ends.send(kept);
		})?;
		tasks.spawn(driver.run(first));
		tasks.spawn(transport.clone().accept(settings.connections));
		for view in views {
			if let (Side::Opener, Some(address)) = (view.side, view.address) {
				tasks.spawn(transport.clone().connect(view.edge, view.neighbour, address));
			}
		}
		tasks.spawn(follow(events, told.clone(), transport, node));
		let drain = Duration::from_millis(settings.drain_ms);
		Ok(Self { address, metrics_address, told, clients, metrics, tasks, ended, drain })
	}

	/// Where it listens for neighbours.
	pub fn address(&self) -> SocketAddr {
		self.address
	}

	/// Where its metrics are.
	pub fn metrics_address(&self) -> Option<SocketAddr> {
		self.metrics_address
	}

	/// What it counts.
	pub fn metrics(&self) -> &Arc<Metrics> {
		&self.metrics
	}

	/// What asks by this node.
	pub fn asker(&self) -> Asker {
		Asker { told: self.told.clone(), clients: self.clients.clone() }
	}

	/// Asks, see [`Asker::ask`].
	pub async fn ask(&self, query: Query, routes: Vec<Route>) -> Asking {
		self.asker().ask(query, routes).await
	}

	/// Listens for something that was asked, see [`Asker::claim`].
	pub fn claim(&self, nonce: u64) -> Asking {
		self.asker().claim(nonce)
	}

	/// Has somebody look at the machine; `None` once the daemon has stopped.
	pub async fn inspect<T: Send + 'static>(
		&self,
		look: impl FnOnce(&mut Durable<Keys>) -> T + Send + 'static,
	) -> Option<T> {
		self::look(&self.told, look).await
	}

	/// The node's books.
	pub fn books(&self) -> Books {
		Books { told: self.told.clone(), metrics: self.metrics.clone() }
	}

	/// Severs an edge of the node.
	pub async fn sever(&self, edge: EdgeId) {
		let _ = self.told.send(Told::Input(Box::new(Input::Order(Order::Sever { edge })))).await;
	}

	/// Takes nothing new, and stops once nothing is in flight, or the configured time is over: what is in flight then goes
	/// on after a restart.
	pub async fn drain(self) -> Result<()> {
		let deadline = tokio::time::Instant::now() + self.drain;
		self.inspect(|machine| machine.drain()).await;
		while tokio::time::Instant::now() < deadline {
			if self.inspect(|machine| machine.is_idle()).await != Some(false) {
				break;
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
		self.stop().await
	}

	/// Stops. What is in flight goes on after a restart. Fails with what made the node stop by itself, if it has.
	pub async fn stop(mut self) -> Result<()> {
		let _ = self.told.send(Told::Stop).await;
		let ended = (&mut self.ended).await;
		self.tasks.shutdown().await;
		ended.unwrap_or_else(|_| Err(anyhow!("the thread that keeps the records has ended")))
	}

	/// Returns when the node has stopped by itself: because its records could not be kept, and with that error.
	pub async fn failed(&mut self) -> Result<()> {
		match (&mut self.ended).await {
			Ok(ended) => ended,
			Err(_) => Err(anyhow!("the thread that keeps the records has ended")),
		}
	}
}

/// Tells the machine what the chain says, and connects new edges.
async fn follow(
	mut events: mpsc::Receiver<ChainEvent>,
	told: mpsc::Sender<Told>,
	transport: Transport,
	node: NodeId,
) {
	let mut connecting = JoinSet::new();
	while let Some(event) = events.recv().await {
		let opened = match &event {
			ChainEvent::Opened { config, .. } => Some(config.edge),
			_ => None,
		};
		if told.send(Told::Input(Box::new(Input::Chain(event)))).await.is_err() {
			return;
		}
		let views = transport.chain().edges(&node);
		let view = opened.and_then(|edge| views.into_iter().find(|view| view.edge == edge));
		if let Some((view, address)) = view.and_then(|view| Some((view, view.address?))) {
			if view.side == Side::Opener {
				connecting.spawn(transport.clone().connect(view.edge, view.neighbour, address));
			}
		}
	}
	// A chain that says no more leaves what there is as it is.
	while connecting.join_next().await.is_some() {}
}

/// What does what is due.
struct Hands {
	links: Links,
	chain: Arc<dyn ChainView>,
	provider: Arc<dyn Provider>,
	tap: Option<Arc<dyn Tap>>,
	told: mpsc::Sender<Told>,
	clients: Arc<Mutex<Clients>>,
	metrics: Arc<Metrics>,
	runtime: Handle,
}

impl Hands {
	fn perform(&self, due: Due) {
		match due {
			Due::Send { edge, number, frame } => {
				let frame = match &self.tap {
					Some(tap) => tap.frame(edge, frame),
					None => frame,
				};
				self.links.send(edge, number, frame);
			}
			Due::Disconnect { edge, number, reason } => {
				add(&self.metrics.refused, 1);
				self.links.disconnect(edge, number, reason);
			}
			Due::Output(output) => {
				if let Some(tap) = &self.tap {
					tap.output(&output);
				}
				self.output(output);
			}
		}
	}

	fn output(&self, output: Output) {
		match output {
			// Done before, or elsewhere.
			Output::Persist(_)
			| Output::Send { .. }
			| Output::SetTimer { .. }
			| Output::Disconnect { .. } => {}
			Output::Behind { edge } => {
				add(&self.metrics.behind, 1);
				eprintln!(
					"surety-relay: the records are older than what this node has signed along edge {edge}: close it"
				);
			}
			Output::Submit { intent } => {
				add(&self.metrics.severed, 1);
				self.chain.submit(intent);
			}
			Output::Serve { hash, request, body } => {
				let answering = self.provider.serve(*request, body);
				let (told, metrics) = (self.told.clone(), self.metrics.clone());
				self.runtime.spawn(async move {
					let (verdict, body) = answering.await;
					let order = Order::Served { request: hash, verdict, body };
					let _ = told.send(Told::Input(Box::new(Input::Order(order)))).await;
					add(&metrics.served, 1);
				});
			}
			Output::Deliver { number, nonce, request, outcome } => {
				let mut clients = self.clients.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
				let delivered = Delivered { request, outcome, number };
				let heard = clients
					.listening
					.get(&nonce)
					.is_some_and(|client| client.send(delivered.clone()).is_ok());
				if !heard {
					clients.listening.remove(&nonce);
					match &clients.orphans {
						Some(orphans) => {
							let _ = orphans.send((nonce, delivered));
						}
						None => clients.unclaimed.entry(nonce).or_default().push(delivered),
					}
				}
			}
			Output::Isolate { neighbour, .. } => {
				eprintln!("surety-relay: the neighbour {neighbour:?} is silent, its edge is severed");
			}
			Output::Note(note) => match note {
				Note::Late { .. } => add(&self.metrics.late, 1),
				Note::Ignored { .. } => add(&self.metrics.ignored, 1),
				Note::CannotPay { .. } => add(&self.metrics.unpaid, 1),
				Note::Held { .. } => {}
			},
		}
	}
}
