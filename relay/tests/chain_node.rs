//! Relays that follow a real node: a request is answered, the provider dies, the edge to it is severed on chain although the
//! node was away meanwhile, another edge is closed, and what the chain pays is what the relays' books say.
//!
//! The node is the one named in `SURETY_NODE`, or that beside the tests.

mod common;

use common::{route, settings};
use std::{
	collections::BTreeMap,
	net::{SocketAddr, TcpListener},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::Arc,
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;
use surety_client::{
	chain::{
		call::{self, number, Call},
		errors,
		render::decode_fields,
		submit::{Receipt, Submitter, Until, MORTALITY},
		topology::of_edge,
		Chain,
	},
	edges::watch::decide::Wanted,
	keys::{account_of, from_suri},
};
use surety_primitives::{
	topology::{NodeId as NodeNumber, Terms},
	AssetKind, UNIT,
};
use surety_relay::{
	chain::{ChainSettings, ChainView as _, NodeChain},
	config::Settings,
	daemon::{Asking, Daemon},
	keys::RelayKey,
	provider::{Answering, NoProvider, Provider},
};
use surety_response::{
	relay::{Basis, ChainEvent, Outcome, Patience, Query, Request, Schedule, Verdict},
	ChannelId, EdgeId, NodeId, PerSide, PublicKey, Side, H256,
};
use tokio::{
	io::{AsyncReadExt as _, AsyncWriteExt as _},
	time::{sleep, timeout},
};

/// A machine under load needs minutes to compile the runtime.
const STARTS_WITHIN: Duration = Duration::from_secs(300);
/// Nothing on chain takes longer once a node is there.
const DONE_WITHIN: Duration = Duration::from_secs(240);
const DEPOSIT: u128 = 20 * UNIT;
const AUTHOR: usize = 0;
const HOP: usize = 1;
const RECIPIENT: usize = 2;

/// A development node. It is killed when this is dropped.
struct Node {
	child: Child,
	url: String,
}

impl Drop for Node {
	fn drop(&mut self) {
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

fn binary() -> PathBuf {
	// Tests lie in `deps` of the directory that cargo puts programs in.
	let beside = || {
		let test = std::env::current_exe().expect("a test knows where it is");
		let found = test.parent().and_then(|deps| deps.parent()).map(|dir| dir.join("surety-node"));
		found.expect("a test lies two levels deep")
	};
	let binary = std::env::var_os("SURETY_NODE").map_or_else(beside, PathBuf::from);
	assert!(
		binary.is_file(),
		"this test needs a node, but there is no {}: build it with `cargo build --workspace`, or name one in SURETY_NODE",
		binary.display()
	);
	binary
}

/// A port that nobody has now.
fn free_port() -> u16 {
	TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("binds").port()
}

impl Node {
	async fn start(folder: &Path, port: u16) -> Self {
		let log = std::fs::File::create(folder.join("node.log")).expect("is made");
		let mut command = Command::new(binary());
		command.args(["--dev", "--listen-addr", "/ip4/127.0.0.1/tcp/0", "--rpc-port", &port.to_string()]);
		command.args(["--no-prometheus", "--no-telemetry", "--no-mdns", "--base-path"]);
		command.arg(folder.join("chain")).env_remove("RUST_LOG");
		command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
		let child = command.spawn().expect("starts");
		let node = Self { child, url: format!("ws://127.0.0.1:{port}") };
		let begun = Instant::now();
		while Chain::connect(&node.url).await.is_err() {
			assert!(begun.elapsed() < STARTS_WITHIN, "the node does not come up");
			sleep(Duration::from_millis(300)).await;
		}
		node
	}
}

/// Somebody with a node of the network.
struct Peer {
	account: Keypair,
	key: RelayKey,
	id: NodeId,
	folder: PathBuf,
}

impl Peer {
	fn new(name: &str, seed: u8, folder: &Path) -> Self {
		let suri = format!("//relay//{name}");
		let account = from_suri(&suri).expect("is a derivation");
		let folder = folder.join(name);
		std::fs::create_dir_all(&folder).expect("is made");
		for (file, secret) in [("account.key", suri), ("relay.key", format!("0x{}", hex::encode([seed; 32])))]
		{
			let file = folder.join(file);
			std::fs::write(&file, secret).expect("is written");
			use std::os::unix::fs::PermissionsExt as _;
			std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("is set");
		}
		let id = H256(account_of(&account).into());
		Self { account, key: RelayKey::from_seed([seed; 32]), id, folder }
	}

	/// The program itself, as its configuration file says; metrics are at that port.
	fn program(&self, url: &str, metrics: u16) -> Child {
		let config = format!(
			"node = \"0x{}\"\nkey_file = \"relay.key\"\ndata = \"data\"\nlisten = \"127.0.0.1:0\"\n\
			 metrics = \"127.0.0.1:{metrics}\"\n[chain]\nurl = \"{url}\"\naccount_file = \"account.key\"\n",
			hex::encode(self.id)
		);
		let file = self.folder.join("relay.toml");
		std::fs::write(&file, config).expect("is written");
		let mut command = Command::new(env!("CARGO_BIN_EXE_surety-relay"));
		command.arg("run").arg("--config").arg(file).stdin(Stdio::null()).spawn().expect("starts")
	}

	async fn submit(&self, chain: &Chain, call: &Call) -> Receipt {
		submit(chain, &self.account, call).await
	}

	/// The chain as it sees it by the node at `url`, and its settings.
	async fn chain(&self, url: &str, addresses: BTreeMap<NodeId, SocketAddr>) -> (Arc<NodeChain>, Settings) {
		let mut node = settings(self.id, &self.folder.join("data"));
		node.relay.patience = Patience::AtOnce;
		let chain = ChainSettings {
			url: url.to_owned(),
			account_file: self.folder.join("account.key"),
			syncs: Some(Schedule { first_ms: 0, every_ms: 500 }),
			max_fee_per_day: 100 * UNIT,
			low_balance: UNIT,
			wanted: Wanted { rejoin: false, certificates: true, prune: false },
			check_cuts_every: 20,
			addresses,
			encryption: BTreeMap::new(),
		};
		let chain = timeout(DONE_WITHIN, NodeChain::start(node.clone(), chain)).await;
		(chain.expect("the node is there").expect("starts"), node)
	}

	/// Its relay, over the node at `url`.
	async fn relay(
		&self,
		url: &str,
		addresses: BTreeMap<NodeId, SocketAddr>,
		provider: Arc<dyn Provider>,
	) -> Relay {
		let (chain, node) = self.chain(url, addresses).await;
		let daemon = Daemon::start(node, self.key.clone(), chain.clone(), provider, None).await;
		let daemon = daemon.expect("starts");
		chain.attend(daemon.books());
		Relay { daemon, chain }
	}
}

struct Relay {
	daemon: Daemon,
	chain: Arc<NodeChain>,
}

impl Relay {
	/// Stops it, and lets go of what it keeps.
	async fn stop(self) {
		self.daemon.stop().await.expect("stops");
		self.chain.stop().await;
		until("nobody asks it any more", async || Arc::strong_count(&self.chain) == 1).await;
	}

	/// What this end and the other have in the channel of an edge, by its books; `None` once it is settled.
	async fn books(&self, edge: EdgeId) -> Option<(u128, u128)> {
		let books = self.daemon.inspect(move |machine| {
			let channel = machine.relay().channel(edge)?;
			Some((channel.balance(), channel.other_balance()))
		});
		books.await.expect("it runs")
	}
}

async fn submit(chain: &Chain, key: &Keypair, call: &Call) -> Receipt {
	let by = Submitter {
		chain,
		key: key.clone(),
		until: Until::Included,
		timeout: DONE_WITHIN,
		mortality: MORTALITY,
		tip: 0,
		progress: &|_| {},
	};
	let receipt = by.submit(call).await.expect("the chain takes it");
	assert_eq!(receipt.failures, [""; 0], "{}.{}", call.pallet, call.name);
	receipt
}

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
	let begun = Instant::now();
	while !is_so().await {
		assert!(begun.elapsed() < DONE_WITHIN, "in vain: {what}");
		sleep(Duration::from_millis(200)).await;
	}
}

struct Repeat;

impl Provider for Repeat {
	fn serve(&self, _: Request, body: Vec<u8>) -> Answering {
		Box::pin(async move { (Verdict::Answer, body.repeat(2)) })
	}
}

async fn end(asking: &mut Asking) -> Outcome {
	loop {
		let next = timeout(Duration::from_secs(60), asking.next()).await;
		match next.expect("something comes").expect("the daemon runs").outcome {
			Outcome::Taken { .. } | Outcome::Piece { .. } | Outcome::Paid { .. } => {}
			outcome => return outcome,
		}
	}
}

fn query(nonce: u64, recipient: NodeId) -> Query {
	Query {
		nonce,
		recipient,
		basis: Basis::Subscription(1),
		method: b"POST /echo".to_vec(),
		body: b"twice ".to_vec(),
		max_response_bytes: 1_000,
		service_ms: 100,
		late_fee_per_ms: 1,
		late_fee_cap: 60_000,
		validity_ms: 120_000,
	}
}

/// Three nodes, the first of which is joined to the second, and that to the third; gives the edges.
async fn open_edges(chain: &Chain, peers: &[Peer; 3]) -> [EdgeId; 2] {
	let alice = subxt_signer::sr25519::dev::alice();
	let gift = |peer: &Peer| {
		Call::new("Balances", "transfer_keep_alive")
			.arg("dest", call::lookup(&account_of(&peer.account)))
			.arg("value", number(10_000 * UNIT))
	};
	submit(chain, &alice, &Call::batch("batch_all", peers.iter().map(gift).collect())).await;
	let mut nodes: Vec<NodeNumber> = Vec::new();
	for peer in peers {
		let at = chain.best().await.expect("is there");
		let key = PublicKey::Ed25519(peer.key.public());
		let register = Call::new("Topology", "register").arg("stake", number(500 * UNIT));
		let register = register.encoded(&at, "key", &key).expect("is known");
		let receipt = peer.submit(chain, &register).await;
		nodes.push(receipt.number("Topology", "node").expect("a number").try_into().expect("is small"));
	}
	let mut edges = Vec::new();
	for place in [0, 1] {
		let at = chain.best().await.expect("is there");
		let terms = Terms { latency_ms: 50, bandwidth_kbit_s: 1_000, base_price: 10, price_per_byte: 0 };
		let deposits = PerSide { opener: DEPOSIT, acceptor: DEPOSIT };
		let propose = Call::new("Topology", "propose")
			.arg("to", number(nodes[place + 1]))
			.encoded(&at, "terms", &terms)
			.expect("is known")
			.arg("asset", call::asset(&AssetKind::Native))
			.encoded(&at, "deposits", &deposits)
			.expect("is known");
		let receipt = peers[place].submit(chain, &propose).await;
		let edge = EdgeId::try_from(receipt.number("Topology", "edge").expect("a number")).expect("is small");
		peers[place + 1].submit(chain, &of_edge("accept", edge)).await;
		edges.push(edge);
	}
	[edges[0], edges[1]]
}

/// What the settlements of channels have paid out, by the events of all final blocks.
async fn payouts(chain: &Chain) -> BTreeMap<ChannelId, PerSide<u128>> {
	let last = chain.finalized().await.expect("is there").block_number();
	let mut payouts = BTreeMap::new();
	for block in 1..=last {
		let at = chain.at_named(&block.to_string()).await.expect("is there");
		let events = at.events().fetch().await.map_err(errors::subxt).expect("are there");
		for event in events.iter() {
			let event = event.expect("is one");
			if (event.pallet_name(), event.event_name()) != ("Channels", "Settled") {
				continue;
			}
			let metadata = at.metadata_ref();
			let pallet = metadata.pallet_by_event_index(event.pallet_index()).expect("is known");
			let fields = &pallet.event_variant_by_index(event.event_index()).expect("is known").fields;
			let values = decode_fields(&mut event.field_bytes(), fields, metadata.types()).expect("fit");
			let field = |name: &str| &values.iter().find(|(field, _)| field == name).expect("is there").1;
			let json = surety_client::chain::render::json(field("payouts"), metadata.types());
			let of = |side: &str| -> u128 { json[side].as_str().expect("text").parse().expect("a number") };
			let id = surety_client::chain::render::number_of(field("id")).expect("a number");
			let paid = PerSide { opener: of("opener"), acceptor: of("acceptor") };
			assert!(payouts.insert(ChannelId::try_from(id).expect("is small"), paid).is_none());
		}
	}
	payouts
}

#[tokio::test(flavor = "multi_thread")]
async fn relays_should_settle_on_chain_to_the_unit_what_their_books_say_whatever_dies_meanwhile() {
	let folder = tempfile::tempdir().expect("is made");
	let port = free_port();
	let node = Node::start(folder.path(), port).await;
	let url = node.url.clone();
	let chain = Chain::connect(&url).await.expect("connects");
	let peers = [
		Peer::new("author", 1, folder.path()),
		Peer::new("hop", 2, folder.path()),
		Peer::new("recipient", 3, folder.path()),
	];
	let [first, second] = open_edges(&chain, &peers).await;
	let channels = {
		let at = chain.best().await.expect("is there");
		let of = async |edge| chain.existing_edge(&at, edge).await.expect("is there").channel;
		[of(first).await, of(second).await]
	};
	until("the edges are final", async || {
		let at = chain.finalized().await.expect("is there");
		chain.edge(&at, second).await.expect("answers").is_some()
	})
	.await;

	// A request is answered, and paid for.
	let recipient = peers[RECIPIENT].relay(&url, BTreeMap::new(), Arc::new(Repeat)).await;
	let to_recipient = [(peers[RECIPIENT].id, recipient.daemon.address())].into();
	let hop = peers[HOP].relay(&url, to_recipient, Arc::new(NoProvider)).await;
	let to_hop = [(peers[HOP].id, hop.daemon.address())].into();
	let author = peers[AUTHOR].relay(&url, to_hop, Arc::new(NoProvider)).await;
	assert_eq!(author.chain.edges(&peers[AUTHOR].id).len(), 1);
	assert_eq!(hop.chain.edges(&peers[HOP].id).len(), 2);
	assert_eq!(author.chain.ends(second), Some([peers[HOP].id, peers[RECIPIENT].id]));
	common::talks(&hop.daemon, 2).await;
	common::talks(&author.daemon, 1).await;
	let way = || vec![route(&[first, second], 50, 3_000)];
	let mut asking = author.daemon.ask(query(1, peers[RECIPIENT].id), way()).await;
	let answered = end(&mut asking).await;
	assert!(matches!(&answered, Outcome::Answered { body, .. } if body == b"twice twice "), "{answered:?}");
	until("the books agree", async || {
		author.books(first).await == hop.books(first).await.map(|(mine, other)| (other, mine))
			&& hop.books(second).await == recipient.books(second).await.map(|(mine, other)| (other, mine))
	})
	.await;
	assert_eq!(recipient.books(second).await, Some((DEPOSIT + 10, DEPOSIT - 10)));

	// A top-up is told.
	let more = Call::new("Channels", "top_up").arg("id", number(channels[0])).arg("amount", number(UNIT));
	peers[AUTHOR].submit(&chain, &more).await;
	until("both know of it", async || {
		let all = |books: Option<(u128, u128)>| books.map(|(mine, other)| mine + other);
		all(author.books(first).await) == Some(2 * DEPOSIT + UNIT)
			&& all(hop.books(first).await) == Some(2 * DEPOSIT + UNIT)
	})
	.await;

	// The provider dies, and the node of the chain with it: the proof comes all the same.
	drop(chain);
	drop(node);
	recipient.stop().await;
	let mut asking = author.daemon.ask(query(2, peers[RECIPIENT].id), way()).await;
	let broken = end(&mut asking).await;
	assert!(
		matches!(&broken, Outcome::Broken { proof } if proof.intent.edge == second && proof.by == peers[HOP].id),
		"{broken:?}"
	);
	assert_eq!(hop.chain.pending().len(), 1, "there is no node to submit it to");
	// The hop, too, is started anew before there is one. Its own records would have it submit again; what is kept for the chain
	// is there before it does.
	let block = hop.chain.block();
	hop.stop().await;

	// The node is there again: the edge is severed. And the provider is back in time for its money.
	let node = Node::start(folder.path(), port).await;
	let chain = Chain::connect(&url).await.expect("connects");
	let hop = peers[HOP].relay(&url, BTreeMap::new(), Arc::new(NoProvider)).await;
	let recipient = peers[RECIPIENT].relay(&url, BTreeMap::new(), Arc::new(Repeat)).await;
	assert!(hop.chain.block() >= block);
	let books = recipient.books(second).await.expect("its channel is not settled");
	assert_eq!(books, (DEPOSIT + 10, DEPOSIT - 10));
	until("the edge is severed", async || {
		let at = chain.finalized().await.expect("is there");
		chain.existing_edge(&at, second).await.expect("is there").severed_by == Some(Side::Opener)
	})
	.await;
	until("nothing is left to be submitted", async || hop.chain.pending().is_empty()).await;
	until("the author's relay knows that it is", async || {
		author.chain.block() > block && author.chain.pending().is_empty()
	})
	.await;

	until("the channel is settled, and the books of both are closed", async || {
		recipient.books(second).await.is_none() && hop.books(second).await.is_none()
	})
	.await;

	// The other edge ends in peace. Its books are those of the last voucher.
	let mine = author.books(first).await.expect("is open");
	let theirs = hop.books(first).await.expect("is open");
	assert_eq!(mine, (theirs.1, theirs.0));
	// It has paid for two requests, and was paid to wait for the proof.
	assert!(mine.0 != DEPOSIT + UNIT - 20 && mine.0 + mine.1 == 2 * DEPOSIT + UNIT, "{mine:?}");
	peers[AUTHOR].submit(&chain, &of_edge("close", first)).await;
	until("it is settled", async || author.books(first).await.is_none() && hop.books(first).await.is_none())
		.await;
	assert!(author.chain.edges(&peers[AUTHOR].id).is_empty());

	let paid = payouts(&chain).await;
	assert_eq!(paid.get(&channels[0]), Some(&PerSide { opener: mine.0, acceptor: mine.1 }));
	assert_eq!(paid.get(&channels[1]), Some(&PerSide { opener: books.1, acceptor: books.0 }));
	for relay in [author, hop, recipient] {
		relay.stop().await;
	}

	// Who comes later is told of the broken edge, with the proof as it is in the block.
	let (late, _) = peers[AUTHOR].chain(&url, BTreeMap::new()).await;
	let told = late.subscribe(&peers[AUTHOR].id).try_recv().expect("is told at once");
	let Outcome::Broken { proof } = broken else { panic!("that was seen before") };
	assert_eq!(told, ChainEvent::Severed { intent: *proof });
	late.stop().await;
	drop(late);

	// And the program does as its library does.
	let metrics = free_port();
	let mut program = peers[AUTHOR].program(&url, metrics);
	until("the program follows the chain", async || {
		let said = read_metrics(metrics).await.unwrap_or_default();
		assert!(program.try_wait().expect("is known").is_none(), "it has ended");
		said.contains("\nrelay_chain_connected 1\n") && said.contains("\nrelay_account_low 0\n")
	})
	.await;
	let pid = program.id().to_string();
	assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("runs").success());
	assert!(program.wait().expect("ends").success());
	drop(node);
}

async fn read_metrics(port: u16) -> std::io::Result<String> {
	let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
	stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").await?;
	let mut said = String::new();
	stream.read_to_string(&mut said).await?;
	Ok(said)
}
