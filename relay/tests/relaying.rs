//! Daemons in a line that carry requests over real sockets, are stopped, and go on.

mod common;

use common::{query, route, settings, start, talks, Link, LinkSpec, TestChain, TestEdge};
use std::{path::Path, sync::Arc, time::Duration};
use surety_relay::{
	daemon::{Asking, Daemon, Delivered},
	provider::{Answering, NoProvider, Provider},
	unix_ms,
};
use surety_response::{
	relay::{Outcome, Request, Schedule, Verdict},
	EdgeId,
};
use surety_simulator::account;
use tokio::time::{sleep, timeout};

const AUTHOR: usize = 0;
const HOP: usize = 1;
const RECIPIENT: usize = 2;

/// Answers with the body that it was asked with, so many times over, after a while.
struct Repeat {
	times: usize,
	takes: Duration,
}

impl Provider for Repeat {
	fn serve(&self, _: Request, body: Vec<u8>) -> Answering {
		let (answer, takes) = (body.repeat(self.times), self.takes);
		Box::pin(async move {
			sleep(takes).await;
			(Verdict::Answer, answer)
		})
	}
}

struct Row {
	chain: Arc<TestChain>,
	links: Vec<Link>,
	data: tempfile::TempDir,
}

impl Row {
	/// An author, a hop and a recipient.
	async fn new() -> Self {
		let spec = LinkSpec { latency: Duration::from_millis(2), ..LinkSpec::default() };
		let links = vec![Link::new(spec, 1).await, Link::new(spec, 2).await];
		let syncs = Some(Schedule { first_ms: unix_ms(), every_ms: 500 });
		let edge = |place: usize| TestEdge {
			ends: [place, place + 1],
			latency_ms: 20,
			syncs,
			base_price: 10,
			deposit: 1_000_000_000,
			address: Some(links[place].address()),
		};
		let chain = Arc::new(TestChain::new(vec![edge(0), edge(1)]));
		Self { chain, links, data: tempfile::tempdir().expect("is made") }
	}

	async fn start(&self, node: usize, provider: Arc<dyn Provider>) -> Daemon {
		let settings = settings(account(node), &self.data.path().join(node.to_string()));
		let daemon = start(&self.chain, node, settings, provider, None).await;
		if node > 0 {
			self.links[node - 1].lead_to(daemon.address());
		}
		daemon
	}
}

/// What a client hears last.
async fn end(asking: &mut Asking) -> Delivered {
	loop {
		let next = timeout(Duration::from_secs(20), asking.next()).await;
		let delivered = next.expect("something comes").expect("the daemon runs");
		match delivered.outcome {
			Outcome::Taken { .. } | Outcome::Piece { .. } | Outcome::Paid { .. } => {}
			_ => return delivered,
		}
	}
}

/// The balances of both ends of an edge, as each knows them: its own, and the other's.
async fn balances(daemon: &Daemon, edge: EdgeId) -> (u128, u128) {
	let balances = daemon.inspect(move |machine| {
		let channel = machine.relay().channel(edge).expect("is open");
		(channel.balance(), channel.other_balance())
	});
	balances.await.expect("it runs")
}

async fn idle(daemons: &[&Daemon]) {
	for daemon in daemons {
		for _ in 0..500 {
			if daemon.inspect(|machine| machine.is_idle()).await == Some(true) {
				break;
			}
			sleep(Duration::from_millis(10)).await;
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_should_be_answered_and_paid_for() {
	let row = Row::new().await;
	let provider = Arc::new(Repeat { times: 2, takes: Duration::ZERO });
	let recipient = row.start(RECIPIENT, provider).await;
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	let author = row.start(AUTHOR, Arc::new(NoProvider)).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let mut asking = author.ask(query(1, RECIPIENT, b"twice "), vec![route(&[0, 1], 20, 2_000)]).await;
	let Outcome::Answered { body, .. } = end(&mut asking).await.outcome else { panic!("no answer") };
	assert_eq!(body, b"twice twice ");
	idle(&[&author, &hop, &recipient]).await;
	assert_eq!(balances(&author, 0).await, (1_000_000_000 - 20, 1_000_000_000 + 20));
	assert_eq!(balances(&hop, 0).await, (1_000_000_000 + 20, 1_000_000_000 - 20));
	assert_eq!(balances(&hop, 1).await, (1_000_000_000 - 10, 1_000_000_000 + 10));
	for daemon in [author, hop, recipient] {
		daemon.drain().await.expect("stops");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_should_come_in_pieces() {
	let row = Row::new().await;
	let provider = Arc::new(Repeat { times: 40_000, takes: Duration::ZERO });
	let recipient = row.start(RECIPIENT, provider).await;
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	let author = row.start(AUTHOR, Arc::new(NoProvider)).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let mut asking = author.ask(query(1, RECIPIENT, b"piece"), vec![route(&[0, 1], 20, 5_000)]).await;
	let mut body = Vec::new();
	loop {
		let next = timeout(Duration::from_secs(20), asking.next()).await;
		match next.expect("something comes").expect("the daemon runs").outcome {
			Outcome::Piece { piece, .. } => body.extend(piece),
			Outcome::Answered { response, .. } => {
				assert_eq!(response.bytes, 200_000);
				break;
			}
			_ => {}
		}
	}
	assert_eq!(body, b"piece".repeat(40_000));
	for daemon in [author, hop, recipient] {
		daemon.stop().await.expect("stops");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_should_go_on_whoever_is_stopped_meanwhile() {
	let row = Row::new().await;
	let slow = || Arc::new(Repeat { times: 1, takes: Duration::from_millis(700) });
	let recipient = row.start(RECIPIENT, slow()).await;
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	let author = row.start(AUTHOR, Arc::new(NoProvider)).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;

	// The hop, with the request under way.
	let mut asking = author.ask(query(1, RECIPIENT, b"hop"), vec![route(&[0, 1], 20, 3_000)]).await;
	sleep(Duration::from_millis(200)).await;
	hop.stop().await.expect("stops");
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	assert!(matches!(end(&mut asking).await.outcome, Outcome::Answered { body, .. } if body == b"hop"));

	// The recipient, at work: it is asked once more.
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let mut asking = author.ask(query(2, RECIPIENT, b"recipient"), vec![route(&[0, 1], 20, 3_000)]).await;
	sleep(Duration::from_millis(200)).await;
	recipient.stop().await.expect("stops");
	let recipient = row.start(RECIPIENT, slow()).await;
	let answered = end(&mut asking).await.outcome;
	assert!(matches!(&answered, Outcome::Answered { body, .. } if body == b"recipient"), "{answered:?}");

	// The author: its client listens again.
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let asking = author.ask(query(3, RECIPIENT, b"author"), vec![route(&[0, 1], 20, 3_000)]).await;
	sleep(Duration::from_millis(200)).await;
	drop(asking);
	author.stop().await.expect("stops");
	let author = row.start(AUTHOR, Arc::new(NoProvider)).await;
	let mut asking = author.claim(3);
	assert!(matches!(end(&mut asking).await.outcome, Outcome::Answered { body, .. } if body == b"author"));

	idle(&[&author, &hop, &recipient]).await;
	let ((mine, theirs), (yours, ours)) = (balances(&author, 0).await, balances(&hop, 0).await);
	assert_eq!((mine, theirs), (ours, yours));
	// Three requests, and whatever was late.
	assert!(mine <= 1_000_000_000 - 3 * 10, "{mine}");
	assert_eq!(row.chain.submitted(), []);
	for daemon in [author, hop, recipient] {
		daemon.stop().await.expect("stops");
	}
}

fn copy(from: &Path, to: &Path) {
	std::fs::create_dir_all(to).expect("is made");
	for entry in std::fs::read_dir(from).expect("is there") {
		let entry = entry.expect("can be read");
		std::fs::copy(entry.path(), to.join(entry.file_name())).expect("is copied");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_should_take_over_its_latest_voucher_and_say_no_more() {
	let row = Row::new().await;
	let provider = || Arc::new(Repeat { times: 1, takes: Duration::ZERO });
	let recipient = row.start(RECIPIENT, provider()).await;
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	let author = row.start(AUTHOR, Arc::new(NoProvider)).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let ask = |nonce| author.ask(query(nonce, RECIPIENT, b"x"), vec![route(&[0, 1], 20, 2_000)]);
	end(&mut ask(1).await).await;
	idle(&[&author, &hop, &recipient]).await;
	hop.stop().await.expect("stops");
	let (data, backup) = (row.data.path().join("1"), row.data.path().join("backup"));
	copy(&data, &backup);
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	end(&mut ask(2).await).await;
	idle(&[&author, &hop, &recipient]).await;
	let before = (balances(&hop, 0).await, balances(&hop, 1).await);
	hop.stop().await.expect("stops");

	copy(&backup, &data);
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	for _ in 0..500 {
		if hop.metrics().behind.load(std::sync::atomic::Ordering::Relaxed) > 0 {
			break;
		}
		sleep(Duration::from_millis(10)).await;
	}
	// It paid the recipient since: that it is told. And what the author paid it since is shown by the author.
	for _ in 0..500 {
		if balances(&hop, 0).await == before.0 {
			break;
		}
		sleep(Duration::from_millis(10)).await;
	}
	assert_eq!((balances(&hop, 0).await, balances(&hop, 1).await), before);
	assert_eq!(hop.metrics().behind.load(std::sync::atomic::Ordering::Relaxed), 1);
	sleep(Duration::from_millis(500)).await;
	assert!(!hop.inspect(|machine| machine.is_talking(1)).await.expect("runs"));
	for daemon in [author, hop, recipient] {
		daemon.stop().await.expect("stops");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_not_the_key_of_an_edges_end_should_not_be_talked_to() {
	use std::sync::atomic::Ordering::Relaxed;
	const IMPOSTOR: usize = 99;
	// One that connects, and one that is connected to.
	for place in [AUTHOR, RECIPIENT] {
		let row = Row::new().await;
		let hop = row.start(HOP, Arc::new(NoProvider)).await;
		let chain = Arc::new(row.chain.mistaken(place, IMPOSTOR));
		let settings = settings(account(place), &row.data.path().join("impostor"));
		let impostor =
			Daemon::start(settings, common::key(IMPOSTOR), chain, Arc::new(NoProvider), None).await;
		let impostor = impostor.expect("starts");
		if place == RECIPIENT {
			row.links[1].lead_to(impostor.address());
		}
		for _ in 0..500 {
			if hop.metrics().refused.load(Relaxed) > 0 {
				break;
			}
			sleep(Duration::from_millis(10)).await;
		}
		assert!(hop.metrics().refused.load(Relaxed) > 0, "{place}");
		assert_eq!(hop.metrics().connections.load(Relaxed), 0, "{place}");
		impostor.stop().await.expect("stops");
		hop.stop().await.expect("stops");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_its_key_on_chain_should_not_start() {
	let row = Row::new().await;
	let settings = settings(account(HOP), &row.data.path().join("hop"));
	let chain = row.chain.clone();
	let started = Daemon::start(settings, common::key(AUTHOR), chain, Arc::new(NoProvider), None).await;
	let error = started.expect_err("its key is not registered");
	assert!(error.to_string().contains("not registered"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_should_be_read_by_http() {
	use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
	let row = Row::new().await;
	let data = row.data.path().join("hop");
	let metrics = Some(([127, 0, 0, 1], 0).into());
	let settings = surety_relay::config::Settings { metrics, ..settings(account(HOP), &data) };
	let hop = start(&row.chain, HOP, settings, Arc::new(NoProvider), None).await;
	let address = hop.metrics_address().expect("listens");
	for (path, status) in [("/metrics", "HTTP/1.1 200 OK"), ("/else", "HTTP/1.1 404 Not Found")] {
		let mut stream = tokio::net::TcpStream::connect(address).await.expect("connects");
		stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.expect("asks");
		let mut answer = String::new();
		stream.read_to_string(&mut answer).await.expect("answers");
		assert!(answer.starts_with(status), "{answer}");
		assert_eq!(answer.contains("\nrelay_edges 2\n"), path == "/metrics", "{answer}");
	}
	hop.stop().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_node_should_take_nothing_new_and_end_what_is_in_flight() {
	let row = Row::new().await;
	let slow = Arc::new(Repeat { times: 1, takes: Duration::from_millis(600) });
	let recipient = row.start(RECIPIENT, slow).await;
	let hop = row.start(HOP, Arc::new(NoProvider)).await;
	let author = row.start(AUTHOR, Arc::new(NoProvider)).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let mut first = author.ask(query(1, RECIPIENT, b"1"), vec![route(&[0, 1], 20, 2_000)]).await;
	sleep(Duration::from_millis(200)).await;
	let draining = tokio::spawn(hop.drain());
	sleep(Duration::from_millis(100)).await;
	let mut second = author.ask(query(2, RECIPIENT, b"2"), vec![route(&[0, 1], 20, 2_000)]).await;
	let refused = end(&mut second).await.outcome;
	assert!(matches!(refused, Outcome::Refused { .. }), "{refused:?}");
	assert!(matches!(end(&mut first).await.outcome, Outcome::Answered { .. }));
	timeout(Duration::from_secs(10), draining).await.expect("in time").expect("runs").expect("stops");
	for daemon in [author, recipient] {
		daemon.stop().await.expect("stops");
	}
}
