//! Connections: made, listened for, and made anew.

use super::{links::Links, tls};
use crate::{
	chain::ChainView,
	driver::Told,
	keys::RelayKey,
	metrics::{add, Metrics},
};
use anyhow::{anyhow, bail, ensure, Context, Result};
use quinn::{
	Connection, ConnectionId, ConnectionIdGenerator, Endpoint, EndpointConfig, IdleTimeout, RecvStream,
	SendStream, TokioRuntime, TransportConfig, VarInt,
};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::{
	net::{SocketAddr, UdpSocket},
	sync::{
		atomic::{AtomicBool, Ordering::Relaxed},
		Arc,
	},
	time::Duration,
};
use surety_response::{relay::durable::MAX_FRAME_BYTES, EdgeId, NodeId, PublicKey, Side};
use tokio::{
	sync::{mpsc, Semaphore},
	time::{sleep, timeout},
};

/// A connection over which nothing comes for so long is over.
const IDLE: Duration = Duration::from_secs(10);
/// So often something is said, to know.
const KEEP_ALIVE: Duration = Duration::from_secs(3);
/// Whoever connects has to have said for which edge by then.
const GREETING: Duration = Duration::from_secs(5);
/// How long a frame may take to come once it has begun.
const FRAME: Duration = Duration::from_secs(30);
/// Pause before a connection is tried again: at first, and at the most.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(30)];
/// Frames that wait to be written to one connection.
const WAITING: usize = 32_768;
/// Bytes that may be on their way from the other end and not read: a few frames.
const WINDOW: u32 = 1 << 20;

/// Bytes of a connection's id.
const ID_BYTES: usize = 8;

/// Sockets of one node.
#[derive(Clone)]
pub(crate) struct Transport {
	node: NodeId,
	key: RelayKey,
	chain: Arc<dyn ChainView>,
	endpoint: Endpoint,
	links: Links,
	told: mpsc::Sender<Told>,
	metrics: Arc<Metrics>,
}

/// Random connection ids. Those that the library makes by itself are known to the process that made them only, and one
/// that has taken its place would say nothing to who still uses them.
struct RandomIds;

impl ConnectionIdGenerator for RandomIds {
	fn generate_cid(&mut self) -> ConnectionId {
		let mut id = [0; ID_BYTES];
		// Without randomness there are no keys either: no connection comes about.
		let _ = SystemRandom::new().fill(&mut id);
		ConnectionId::new(&id)
	}

	fn cid_len(&self) -> usize {
		ID_BYTES
	}

	fn cid_lifetime(&self) -> Option<Duration> {
		None
	}
}

fn transport_config() -> Result<Arc<TransportConfig>> {
	let mut config = TransportConfig::default();
	config
		.max_idle_timeout(Some(IdleTimeout::try_from(IDLE)?))
		.keep_alive_interval(Some(KEEP_ALIVE))
		.max_concurrent_bidi_streams(VarInt::from_u32(1))
		.max_concurrent_uni_streams(VarInt::from_u32(0))
		.datagram_receive_buffer_size(None)
		.stream_receive_window(VarInt::from_u32(WINDOW))
		.receive_window(VarInt::from_u32(WINDOW));
	Ok(Arc::new(config))
}

impl Transport {
	/// Listens.
	pub(crate) fn new(
		node: NodeId,
		key: RelayKey,
		chain: Arc<dyn ChainView>,
		listen: SocketAddr,
		links: Links,
		told: mpsc::Sender<Told>,
		metrics: Arc<Metrics>,
	) -> Result<Self> {
		let mut server = quinn::ServerConfig::with_crypto(Arc::new(tls::server(&key)?));
		server.transport_config(transport_config()?);
		let socket = UdpSocket::bind(listen).with_context(|| format!("cannot listen at {listen} (UDP)"))?;
		// The same after a restart: so a peer learns at once that its connection is none any more.
		let reset = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key.derive(b"surety-relay/reset"));
		let mut config = EndpointConfig::new(Arc::new(reset));
		config.cid_generator(|| Box::new(RandomIds));
		let endpoint = Endpoint::new(config, Some(server), socket, Arc::new(TokioRuntime))?;
		Ok(Self { node, key, chain, endpoint, links, told, metrics })
	}

	/// Where it listens.
	pub(crate) fn address(&self) -> Result<SocketAddr> {
		Ok(self.endpoint.local_addr()?)
	}

	/// What is known of the chain.
	pub(crate) fn chain(&self) -> &Arc<dyn ChainView> {
		&self.chain
	}

	/// No more is heard or said.
	pub(crate) fn close(&self) {
		self.endpoint.close(0u8.into(), b"stopped");
	}

	/// Takes connections, so many at once.
	pub(crate) async fn accept(self, connections: usize) {
		let permits = Arc::new(Semaphore::new(connections));
		while let Some(incoming) = self.endpoint.accept().await {
			let Ok(permit) = permits.clone().try_acquire_owned() else {
				add(&self.metrics.refused, 1);
				incoming.refuse();
				continue;
			};
			let this = self.clone();
			tokio::spawn(async move {
				if this.take(incoming).await.is_err() {
					add(&this.metrics.refused, 1);
				}
				drop(permit);
			});
		}
	}

	async fn take(&self, incoming: quinn::Incoming) -> Result<()> {
		let connection = timeout(GREETING, incoming.accept()?).await??;
		let greeting = async {
			let (send, mut receive) = connection.accept_bi().await?;
			let mut edge = [0; 8];
			receive.read_exact(&mut edge).await?;
			anyhow::Ok((EdgeId::from_le_bytes(edge), send, receive))
		};
		let (edge, send, receive) = match timeout(GREETING, greeting).await {
			Ok(greeting) => greeting?,
			Err(_) => {
				connection.close(4u8.into(), b"no edge was named in time");
				bail!("no edge was named in time")
			}
		};
		if let Err(error) = self.check(edge, &connection) {
			connection.close(5u8.into(), error.to_string().as_bytes());
			return Err(error);
		}
		self.talk(edge, connection, send, receive).await
	}

	/// Whether whoever has connected is the opener of this edge.
	fn check(&self, edge: EdgeId, connection: &Connection) -> Result<()> {
		let view = self.chain.edges(&self.node).into_iter().find(|view| view.edge == edge);
		let view = view.filter(|view| view.side == Side::Acceptor);
		let view = view.with_context(|| format!("edge {edge} is not accepted here"))?;
		let identity = connection.peer_identity();
		let shown = identity
			.and_then(|identity| identity.downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>().ok());
		let key = shown.as_ref().and_then(|shown| tls::key_of(shown.first()?));
		let known = self.chain.keys(&view.neighbour);
		let by_key = key.is_some_and(|key| known.contains(&PublicKey::Ed25519(key)));
		ensure!(by_key, "that is no key of the other end of edge {edge}");
		Ok(())
	}

	/// Keeps an edge connected to whoever listens at an address.
	pub(crate) async fn connect(self, edge: EdgeId, neighbour: NodeId, address: SocketAddr) {
		let [first, most] = PAUSES;
		let mut pause = first;
		loop {
			let talked = AtomicBool::new(false);
			if self.dial(edge, &neighbour, address, &talked).await.is_err() && !talked.load(Relaxed) {
				add(&self.metrics.refused, 1);
			}
			let apart = self.chain.edges(&self.node).iter().all(|view| view.edge != edge);
			if apart || self.told.is_closed() {
				return;
			}
			// One that there was broke by chance, unless it was closed for what was said.
			if self.links.why(edge).is_none() && talked.load(Relaxed) {
				pause = first;
			}
			sleep(pause).await;
			pause = (pause * 2).min(most);
		}
	}

	async fn dial(
		&self,
		edge: EdgeId,
		neighbour: &NodeId,
		address: SocketAddr,
		talked: &AtomicBool,
	) -> Result<()> {
		let ed25519 = |key: &PublicKey| match key {
			PublicKey::Ed25519(key) => Some(*key),
			PublicKey::Sr25519(_) => None,
		};
		// Asked each time: a neighbour can replace its keys.
		let expected = self.chain.keys(neighbour).iter().filter_map(ed25519).collect();
		let mut client = quinn::ClientConfig::new(Arc::new(tls::client(&self.key, expected)?));
		client.transport_config(transport_config()?);
		let connecting = self.endpoint.connect_with(client, address, "surety")?;
		let connection = timeout(GREETING, connecting).await??;
		let (mut send, receive) = connection.open_bi().await?;
		send.write_all(&edge.to_le_bytes()).await?;
		talked.store(true, Relaxed);
		self.talk(edge, connection, send, receive).await
	}

	/// Brings frames to and fro until the connection is over.
	async fn talk(
		&self,
		edge: EdgeId,
		connection: Connection,
		mut send: SendStream,
		receive: RecvStream,
	) -> Result<()> {
		let (frames, mut waiting) = mpsc::channel::<Arc<[u8]>>(WAITING);
		let number = self.links.insert(edge, connection.clone(), frames);
		add(&self.metrics.connections, 1);
		self.tell(Told::Connected { edge, number }).await?;
		let metrics = self.metrics.clone();
		let writer = async move {
			while let Some(frame) = waiting.recv().await {
				let length = u32::try_from(frame.len())?;
				// In one piece where it is short, so that it leaves in one packet.
				let bytes = [&length.to_le_bytes()[..], &frame].concat();
				send.write_all(&bytes).await?;
				add(&metrics.frames_out, 1);
			}
			anyhow::Ok(())
		};
		let ended = tokio::select! {
			ended = writer => ended,
			ended = self.read(edge, number, receive) => ended,
		};
		self.links.remove(edge, number);
		connection.close(0u8.into(), b"over");
		let _ = self.tell(Told::Disconnected { edge, number }).await;
		ended
	}

	async fn read(&self, edge: EdgeId, number: u64, mut receive: RecvStream) -> Result<()> {
		loop {
			let mut length = [0; 4];
			receive.read_exact(&mut length).await?;
			let length = usize::try_from(u32::from_le_bytes(length))?;
			ensure!(length <= MAX_FRAME_BYTES, "a frame of {length} bytes");
			let mut bytes = vec![0; length];
			timeout(FRAME, receive.read_exact(&mut bytes)).await??;
			add(&self.metrics.frames_in, 1);
			self.tell(Told::Frame { edge, number, bytes }).await?;
		}
	}

	async fn tell(&self, told: Told) -> Result<()> {
		self.told.send(told).await.map_err(|_| anyhow!("the daemon stops"))
	}
}
