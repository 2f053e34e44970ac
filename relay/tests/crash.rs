//! A relay that is killed, again and again, at random instants and under load: no voucher that it has taken is lost, none
//! is issued twice for the same pay, and every request is answered.
//!
//! `RELAY_KILLS` says how often; a few times where it does not.

mod common;

use common::{key, query, route, settings, start, talks, TestChain, TestEdge};
use std::{
	net::{SocketAddr, UdpSocket},
	path::Path,
	process::{Child, Command, Stdio},
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
		Arc,
	},
	time::Duration,
};
use surety_relay::{
	chain::FileChain,
	config::ConfigFile,
	daemon::Daemon,
	provider::{Answering, NoProvider, Provider},
	unix_ms,
};
use surety_response::relay::{Outcome, Request, Schedule, Verdict};
use surety_simulator::{account, GENESIS};
use tokio::time::{sleep, timeout, Instant};

const AUTHOR: usize = 0;
const HOP: usize = 1;
const RECIPIENT: usize = 2;
const DEPOSIT: u128 = 1_000_000_000;

struct Repeat;

impl Provider for Repeat {
	fn serve(&self, _: Request, body: Vec<u8>) -> Answering {
		Box::pin(async move { (Verdict::Answer, body) })
	}
}

/// An address that nobody has now.
fn free() -> SocketAddr {
	UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("binds")
}

/// The hop's files: its configuration, its key, and the network as it is told of it.
fn write_files(folder: &Path, hop: SocketAddr, recipient: SocketAddr, first_ms: u64) {
	let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	let node = |node: usize, address: Option<SocketAddr>| {
		let id = hex(account(node).as_bytes());
		let address = address.map(|address| format!("address = \"{address}\"\n")).unwrap_or_default();
		let key = hex(&key(node).public());
		format!("[[node]]\nname = \"{node}\"\nid = \"{id}\"\nkeys = [\"{key}\"]\n{address}")
	};
	let edge = |id: usize| {
		format!(
			"[[edge]]\nid = {id}\nends = [\"{id}\", \"{}\"]\nlatency_ms = 50\nsync_first_ms = {first_ms}\nsync_every_ms = 500\n\
			 base_price = 10\ndeposits = [{DEPOSIT}, {DEPOSIT}]\npenalty = 2000000001\n",
			id + 1
		)
	};
	let network = [
		format!("genesis = \"{}\"\n", hex(GENESIS.as_bytes())),
		node(AUTHOR, None),
		node(HOP, Some(hop)),
		node(RECIPIENT, Some(recipient)),
		edge(0),
		edge(1),
	];
	std::fs::write(folder.join("network.toml"), network.concat()).expect("is written");
	let config = format!(
		"node = \"{}\"\nkey_file = \"relay.key\"\ndata = \"data\"\nlisten = \"{hop}\"\nnetwork = \"network.toml\"\n\
		 [policy]\npatience = {{ syncs = 100 }}\ngrace_ms = 2000\nrisk = 1000000000\n",
		hex(account(HOP).as_bytes())
	);
	std::fs::write(folder.join("relay.toml"), config).expect("is written");
	let file = folder.join("relay.key");
	std::fs::write(&file, hex(&[HOP as u8 + 1; 32])).expect("is written");
	use std::os::unix::fs::PermissionsExt as _;
	std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("is set");
}

fn spawn(folder: &Path) -> Child {
	let mut command = Command::new(env!("CARGO_BIN_EXE_surety-relay"));
	command.arg("run").arg("--config").arg(folder.join("relay.toml"));
	command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
}

async fn balances(daemon: &Daemon, edge: u64) -> (u128, u128) {
	let balances = daemon.inspect(move |machine| {
		let channel = machine.relay().channel(edge).expect("is open");
		(channel.balance(), channel.other_balance())
	});
	balances.await.expect("it runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_killed_under_load_should_lose_no_voucher_and_no_request() {
	let kills: u64 = std::env::var("RELAY_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(4);
	let folder = tempfile::tempdir().expect("is made");
	let (hop, first_ms) = (free(), unix_ms());
	let edge = |ends: [usize; 2], address| TestEdge {
		ends,
		latency_ms: 50,
		syncs: Some(Schedule { first_ms, every_ms: 500 }),
		base_price: 10,
		deposit: DEPOSIT,
		address,
	};
	let chain = Arc::new(TestChain::new(vec![edge([AUTHOR, HOP], Some(hop)), edge([HOP, RECIPIENT], None)]));
	let patient = |node: usize| {
		let mut settings = settings(account(node), &folder.path().join(format!("data-{node}")));
		settings.relay.grace_ms = 2_000;
		settings.relay.patience = surety_response::relay::Patience::Syncs(100);
		settings
	};
	let recipient = start(&chain, RECIPIENT, patient(RECIPIENT), Arc::new(Repeat), None).await;
	write_files(folder.path(), hop, recipient.address(), first_ms);
	let mut child = spawn(folder.path());
	let author = Arc::new(start(&chain, AUTHOR, patient(AUTHOR), Arc::new(NoProvider), None).await);
	talks(&author, 1).await;

	// Load: eight clients, one request after the other, until all kills are done.
	let end = Arc::new(AtomicBool::new(false));
	let done = Arc::new(AtomicU64::new(0));
	let mut clients = tokio::task::JoinSet::new();
	for client in 0..8u64 {
		let (author, end, done) = (author.clone(), end.clone(), done.clone());
		clients.spawn(async move {
			let mut answered = 0u64;
			while !end.load(Relaxed) {
				let nonce = (client << 32) | answered;
				let body = nonce.to_le_bytes();
				let query = query(nonce, RECIPIENT, &body);
				let mut asking = author.ask(query, vec![route(&[0, 1], 50, 20_000)]).await;
				loop {
					let next = timeout(Duration::from_secs(60), asking.next()).await;
					match next.expect("something comes").expect("the author runs").outcome {
						Outcome::Answered { body: answer, .. } => {
							assert_eq!(answer, body);
							break;
						}
						Outcome::Taken { .. } | Outcome::Paid { .. } => {}
						other => panic!("request {nonce:#x} ended otherwise: {other:?}"),
					}
				}
				answered += 1;
				done.fetch_add(1, Relaxed);
			}
			answered
		});
	}
	let mut random = first_ms | 1;
	for _ in 0..kills {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		// It has worked since it was killed last, and works.
		let (begin, before) = (Instant::now(), done.load(Relaxed));
		while done.load(Relaxed) < before + 8 {
			assert!(begin.elapsed() < Duration::from_secs(30), "nothing is answered any more");
			sleep(Duration::from_millis(2)).await;
		}
		sleep(Duration::from_micros(random % 100_000)).await;
		child.kill().expect("is killed");
		child.wait().expect("is over");
		child = spawn(folder.path());
	}
	sleep(Duration::from_millis(300)).await;
	end.store(true, Relaxed);
	let mut answered = 0;
	while let Some(client) = clients.join_next().await {
		answered += client.expect("ends well");
	}
	assert!(answered >= 8, "{answered}");
	child.kill().expect("is killed");
	child.wait().expect("is over");

	// The hop once more, in this process, to be asked.
	let file = ConfigFile::read(&folder.path().join("relay.toml")).expect("is there");
	let settings = file.settings().expect("makes sense");
	let network = file.network.as_ref().expect("is named");
	let network = FileChain::read(network, folder.path().join("intents")).expect("is there");
	let hop = Daemon::start(settings, key(HOP), Arc::new(network), Arc::new(NoProvider), None).await;
	let hop = hop.expect("starts");
	talks(&hop, 2).await;
	let mut same = false;
	for _ in 0..500 {
		let (upstream, downstream) = (balances(&hop, 0).await, balances(&hop, 1).await);
		let (mine, theirs) = (balances(&author, 0).await, balances(&recipient, 1).await);
		same = (upstream.1, upstream.0) == mine && (downstream.1, downstream.0) == theirs;
		let idle = [
			author.inspect(|machine| machine.is_idle()).await,
			hop.inspect(|machine| machine.is_idle()).await,
			recipient.inspect(|machine| machine.is_idle()).await,
		];
		if same && idle == [Some(true); 3] {
			break;
		}
		sleep(Duration::from_millis(20)).await;
	}
	assert!(same, "both ends settle to the same sums");
	// Each request was paid for once, and late fees only came back along the way.
	let (mine, _) = balances(&author, 0).await;
	let (theirs, _) = balances(&recipient, 1).await;
	let (up, down) = (balances(&hop, 0).await.0, balances(&hop, 1).await.0);
	assert_eq!(mine + up, 2 * DEPOSIT);
	assert_eq!(down + theirs, 2 * DEPOSIT);
	let forwarded = u128::from(answered) * 10;
	assert!(theirs <= DEPOSIT + forwarded, "{theirs} for {answered} requests");
	assert_eq!(chain.submitted(), [], "no edge is severed");
	println!("{kills} kills, {answered} requests answered");
	hop.stop().await.expect("stops");
	recipient.stop().await.expect("stops");
}
