//! HTTP from end to end: a caller, a gateway, a hop, operators, and the servers behind them, over real sockets.

mod common;

use common::{exchange, get, settings, start, talks, Link, LinkSpec, TestChain, TestEdge, Upstream};
use std::{
	net::SocketAddr,
	path::PathBuf,
	process::Command,
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};
use surety_relay::{
	daemon::{Daemon, Tap},
	gateway::{Gateway, GatewaySettings, Operator, OrderValue, Service},
	keys::Keys,
	provider::{Answering, HttpProvider, NoProvider, Provider, ProviderTable},
	receipt::{Exchange, Proven, Receipt, Verified},
	sealed::{Context, Recipient},
	unix_ms,
};
use surety_response::{
	http::{Call, Cause, Headers, Reply, Said, Statement, CALL_HEADERS},
	relay::{Basis, Host as _, Outcome, Patience, Request, Schedule, Verdict},
	EdgeId,
};
use surety_simulator::account;
use tokio::time::{sleep, timeout};

const AUTHOR: usize = 0;
const HOP: usize = 1;
const FIRST: usize = 2;
const SECOND: usize = 3;

/// An author, a hop, and two operators behind that.
struct Star {
	chain: Arc<TestChain>,
	links: Vec<Link>,
	data: tempfile::TempDir,
	/// The hop's.
	patience: Patience,
}

impl Star {
	async fn new() -> Self {
		Self::over(&[[AUTHOR, HOP], [HOP, FIRST], [HOP, SECOND]], &[10; 3]).await
	}

	/// Over these edges, each from its opener to its acceptor, at these prices.
	async fn over(ends: &[[usize; 2]], prices: &[u128]) -> Self {
		let spec = LinkSpec { latency: Duration::from_millis(2), ..LinkSpec::default() };
		let mut links = Vec::new();
		for seed in 1..=ends.len() {
			links.push(Link::new(spec, seed as u64).await);
		}
		let syncs = Some(Schedule { first_ms: unix_ms(), every_ms: 300 });
		let edge = |((ends, price), link): ((&[usize; 2], &u128), &Link)| TestEdge {
			ends: *ends,
			latency_ms: 20,
			syncs,
			base_price: *price,
			deposit: 1_000_000_000,
			address: Some(link.address()),
		};
		let edges = ends.iter().zip(prices).zip(&links).map(edge).collect();
		let (chain, data) = (Arc::new(TestChain::new(edges)), tempfile::tempdir().expect("is made"));
		Self { chain, links, data, patience: Patience::AtOnce }
	}

	async fn start(&self, node: usize, provider: Arc<dyn Provider>, tap: Option<Arc<dyn Tap>>) -> Daemon {
		let mut settings = settings(account(node), &self.data.path().join(node.to_string()));
		settings.relay.grace_ms = 100;
		if node == HOP {
			settings.relay.patience = self.patience;
		}
		let daemon = start(&self.chain, node, settings, provider, tap).await;
		for (edge, link) in self.chain.edges_mut().iter().zip(&self.links) {
			if edge.ends[1] == node {
				link.lead_to(daemon.address());
			}
		}
		daemon
	}

	fn keys(&self, node: usize) -> Keys {
		Keys::new(&account(node), common::key(node), self.chain.clone()).expect("are registered")
	}

	/// An operator of the server at this address.
	async fn operator(&self, node: usize, upstream: SocketAddr, more: &str) -> Daemon {
		let table = format!("upstream = \"http://{upstream}\"\n{more}");
		let table: ProviderTable = toml::from_str(&table).expect("is a provider");
		let recipient = common::key(node).encryption();
		let provider = HttpProvider::new(table.settings().expect("makes sense"), recipient, self.keys(node));
		self.start(node, Arc::new(provider), None).await
	}

	fn receipts(&self) -> PathBuf {
		self.data.path().join("receipts")
	}

	fn receipt(&self, name: &str) -> Receipt {
		Receipt::read(&self.receipts().join(name)).expect("can be read")
	}

	async fn gateway(&self, author: &Daemon, service: Service) -> Gateway {
		let settings = GatewaySettings {
			listen: ([127, 0, 0, 1], 0).into(),
			receipts: self.receipts(),
			call_headers: CALL_HEADERS.map(String::from).into(),
			max_call_bytes: 10_000,
			connections: 8,
			head: Duration::from_millis(500),
			body: Duration::from_millis(500),
			services: [("echo".to_string(), service)].into(),
		};
		Gateway::start(settings, account(AUTHOR), self.keys(AUTHOR), self.chain.clone(), author)
			.await
			.expect("starts")
	}
}

/// What is at both operators.
fn service() -> Service {
	let operator = |node| Operator { node: account(node), basis: Basis::Subscription(1) };
	Service {
		operators: vec![operator(FIRST), operator(SECOND)],
		order: OrderValue::Listed,
		stateless: false,
		max_price: 100,
		max_latency_ms: 100,
		max_reply_bytes: 500_000,
		service_ms: 500,
		slack_ms: 500,
		deadline: Duration::from_secs(15),
		late_fee_per_ms: 1,
		late_fee_cap: 60_000,
	}
}

/// What is at the first alone.
fn alone() -> Service {
	let both = service();
	Service { operators: both.operators[..1].to_vec(), ..both }
}

async fn stop(daemons: impl IntoIterator<Item = Daemon>) {
	for daemon in daemons {
		daemon.stop().await.expect("stops");
	}
}

fn proven(receipt: &Receipt) -> Proven {
	receipt.verify().expect("proves something").proven
}

/// Calls as a person would: by curl where there is one, and otherwise in the same words.
async fn curl(gateway: SocketAddr, proxy: bool, target: &str, data: &str) -> (String, Vec<u8>) {
	let url = match proxy {
		true => format!("http://echo.surety{target}"),
		false => format!("http://{gateway}/echo{target}"),
	};
	if Command::new("curl").arg("--version").output().is_ok() {
		let mut curl = tokio::process::Command::new("curl");
		curl.args(["--silent", "--show-error", "--include", "--data", data]);
		if proxy {
			curl.args(["--proxy", &format!("http://{gateway}")]);
		} else {
			curl.args(["--noproxy", "*"]);
		}
		let output = curl.arg(&url).output().await.expect("runs");
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
		let end = output.stdout.windows(4).position(|end| end == b"\r\n\r\n").expect("has a head");
		let head = String::from_utf8(output.stdout[..end].to_vec()).expect("is text");
		return (head, output.stdout[end + 4..].to_vec());
	}
	let target = if proxy { url } else { format!("/echo{target}") };
	let request = format!(
		"POST {target} HTTP/1.1\r\nhost: {gateway}\r\naccept: */*\r\ncontent-length: {}\r\n\r\n{data}",
		data.len()
	);
	let heard = exchange(gateway, request.as_bytes(), false).await.expect("something is heard");
	let receipt = heard.header("surety-receipt").unwrap_or_default();
	(format!("HTTP/1.1 {} OK\r\nsurety-receipt: {receipt}", heard.status), heard.body)
}

fn name_of_receipt(head: &str) -> String {
	let line = head.lines().find_map(|line| line.strip_prefix("surety-receipt: "));
	line.unwrap_or_else(|| panic!("{head}")).trim().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_should_be_answered_by_a_server_that_knows_nothing_of_it_and_leave_a_receipt() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	for proxy in [false, true] {
		let (head, body) = curl(gateway.address(), proxy, "/echo?loud=1", "hello").await;
		assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
		assert_eq!(String::from_utf8_lossy(&body), "POST /echo?loud=1 */* -\nhello");
		assert!(!head.contains("the one behind"), "the server's own headers stay there: {head}");
		let receipt = star.receipt(&name_of_receipt(&head));
		let Proven::Replied { call, reply, statement } = proven(&receipt) else { panic!("{receipt:?}") };
		assert_eq!((call.target.as_slice(), reply.body.as_slice()), (&b"/echo?loud=1"[..], &body[..]));
		assert_eq!(statement.bytes as usize, body.len());
	}
	// The same call is the same to a third party, whoever asks when.
	let receipts: Vec<PathBuf> = std::fs::read_dir(star.receipts())
		.expect("is there")
		.map(|entry| entry.expect("can be read").path())
		.collect();
	assert_eq!(receipts.len(), 2, "{receipts:?}");
	let asked = receipts.iter().map(|path| match proven(&Receipt::read(path).expect("can be read")) {
		Proven::Replied { statement, .. } => (statement.asked, statement.root, statement.request),
		other => panic!("{other:?}"),
	});
	let asked: Vec<_> = asked.collect();
	assert_eq!((asked[0].0, asked[0].1), (asked[1].0, asked[1].1));
	assert_ne!(asked[0].2, asked[1].2);
	assert_eq!(upstream.asked(), 2);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

/// What a hop sends.
#[derive(Default)]
struct Seen(Mutex<Vec<Arc<[u8]>>>);

impl Tap for Seen {
	fn frame(&self, _: EdgeId, frame: Arc<[u8]>) -> Arc<[u8]> {
		self.0.lock().expect("nobody panics here").push(frame.clone());
		frame
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn hops_should_not_see_what_is_asked_or_answered() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let seen = Arc::new(Seen::default());
	let hop = star.start(HOP, Arc::new(NoProvider), Some(seen.clone())).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	let request = "POST /echo/echo?question HTTP/1.1\r\nhost: localhost\r\nauthorization: password\r\n\
		content-length: 6\r\n\r\nsecret";
	let heard = exchange(gateway.address(), request.as_bytes(), false).await.expect("something is heard");
	assert_eq!(String::from_utf8_lossy(&heard.body), "POST /echo?question - -\nsecret");
	let seen = seen.0.lock().expect("nobody panics here").concat();
	let saw = |text: &[u8]| seen.windows(text.len()).any(|bytes| bytes == text);
	assert!(saw(b"http/1"), "the request went by");
	for text in [&b"question"[..], b"password", b"secret", b"POST", b"text/plain"] {
		assert!(!saw(text), "{}", String::from_utf8_lossy(text));
	}
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_with_any_byte_changed_should_be_refused() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	let heard = get(gateway.address(), "/echo/echo").await;
	let name = heard.header("surety-receipt").expect("has one").to_string();
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;

	let path = star.receipts().join(&name);
	let bytes = std::fs::read(&path).expect("can be read");
	let Receipt::Answered(exchange) = star.receipt(&name) else { panic!("{name}") };
	for place in 0..bytes.len() {
		let mut flipped = bytes.clone();
		flipped[place] ^= 1 << (place % 8);
		assert!(Receipt::from_bytes(&flipped).is_err(), "byte {place}");
		assert!(Receipt::from_bytes(&bytes[..place]).is_err(), "cut at {place}");
	}
	// Not only by its hash: with that made good, no other call, answer, request or response can be claimed.
	let honest = exchange.verify().expect("proves something");
	let body = codec::Encode::encode(&Receipt::Answered(exchange));
	for place in 0..body.len() {
		let mut flipped = body.clone();
		flipped[place] ^= 1 << (place % 8);
		let Ok(receipt) = <Receipt as codec::DecodeAll>::decode_all(&mut &flipped[..]) else { continue };
		let Ok(Verified { proven, keys, encryption }) = receipt.verify() else { continue };
		// What is left is whose keys these are, and those are compared with the chain.
		assert!(
			(&keys, &encryption) != (&honest.keys, &honest.encryption) || proven == honest.proven,
			"byte {place}"
		);
	}

	let verify = |path: &PathBuf| {
		let binary = env!("CARGO_BIN_EXE_surety-relay");
		Command::new(binary).args(["receipt", "verify"]).arg(path).output().expect("runs")
	};
	let output = verify(&path);
	let text = String::from_utf8_lossy(&output.stdout).to_string();
	assert!(output.status.success(), "{output:?}");
	for part in ["GET /echo", "it was answered by status 200", &format!("{:?}", account(FIRST))] {
		assert!(text.contains(part), "{text}");
	}
	let mut flipped = bytes.clone();
	flipped[bytes.len() / 2] ^= 1;
	std::fs::write(&path, flipped).expect("is written");
	let output = verify(&path);
	assert!(!output.status.success());
	assert!(String::from_utf8_lossy(&output.stderr).contains("damaged"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_operator_should_end_in_a_proof_that_an_edge_broke() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	operator.stop().await.expect("stops");
	let heard = get(gateway.address(), "/echo/echo").await;
	let json = heard.json();
	assert_eq!((heard.status, json["outcome"].as_str()), (502, Some("edge-broken")), "{json}");
	let name = json["attempts"][0]["receipts"][0].as_str().expect("has a receipt");
	let receipt = star.receipt(name);
	assert_eq!(proven(&receipt), Proven::Broken { edge: 1, by: account(HOP), taken: true });
	assert_eq!(star.chain.submitted().first().map(|intent| intent.intent.edge), Some(1));
	// It is known from here on: nobody is asked, and nothing is paid.
	let json = get(gateway.address(), "/echo/echo").await.json();
	assert_eq!(json["outcome"].as_str(), Some("no-route"), "{json}");
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_operator_should_be_asked_where_asking_twice_does_no_harm_only() {
	for stateless in [true, false] {
		let star = Star::new().await;
		let upstream = Upstream::start().await;
		let first = star.operator(FIRST, upstream.address, "").await;
		let second = star.operator(SECOND, upstream.address, "").await;
		let hop = star.start(HOP, Arc::new(NoProvider), None).await;
		let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
		talks(&hop, 3).await;
		talks(&author, 1).await;
		let gateway = star.gateway(&author, Service { stateless, ..service() }).await;
		first.stop().await.expect("stops");
		let heard = get(gateway.address(), "/echo/echo").await;
		if stateless {
			assert_eq!(heard.status, 200, "{heard:?}");
			assert_eq!(heard.header("surety-operator"), Some(&*format!("{:?}", account(SECOND))));
		} else {
			assert_eq!((heard.status, heard.json()["outcome"].as_str()), (502, Some("edge-broken")));
		}
		assert_eq!(upstream.asked(), usize::from(stateless));
		gateway.stop(Duration::from_secs(5)).await;
		stop([author, hop, second]).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_operator_should_be_asked_where_the_first_has_refused_at_once() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	// Nobody listens there any more.
	let nobody = Upstream::start().await.address;
	let first = star.operator(FIRST, nobody, "").await;
	let second = star.operator(SECOND, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 3).await;
	talks(&author, 1).await;
	sleep(Duration::from_millis(50)).await;
	let gateway = star.gateway(&author, service()).await;
	let heard = get(gateway.address(), "/echo/echo").await;
	assert_eq!(heard.status, 200, "{heard:?}");
	assert_eq!(heard.header("surety-operator"), Some(&*format!("{:?}", account(SECOND))));
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, first, second]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cheapest_operator_should_be_asked_first_where_the_order_is_by_price() {
	for (order, first) in [(OrderValue::Listed, FIRST), (OrderValue::Price, SECOND)] {
		let star = Star::over(&[[AUTHOR, HOP], [HOP, FIRST], [HOP, SECOND]], &[10, 20, 10]).await;
		let upstream = Upstream::start().await;
		let daemons = [
			star.operator(FIRST, upstream.address, "").await,
			star.operator(SECOND, upstream.address, "").await,
		];
		let hop = star.start(HOP, Arc::new(NoProvider), None).await;
		let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
		talks(&hop, 3).await;
		talks(&author, 1).await;
		let gateway = star.gateway(&author, Service { order, ..service() }).await;
		let heard = get(gateway.address(), "/echo/echo").await;
		assert_eq!(heard.header("surety-operator"), Some(&*format!("{:?}", account(first))));
		gateway.stop(Duration::from_secs(5)).await;
		stop([author, hop]).await;
		stop(daemons).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_should_be_told_in_time_and_the_late_answers_receipt_be_kept_all_the_same() {
	let star = Star { patience: Patience::PayOn, ..Star::new().await };
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let service = Service { service_ms: 50, slack_ms: 0, deadline: Duration::from_millis(1_500), ..alone() };
	let gateway = star.gateway(&author, service).await;
	let begin = Instant::now();
	let heard = get(gateway.address(), "/echo/slow").await;
	assert!(begin.elapsed() < Duration::from_millis(1_900), "{:?}", begin.elapsed());
	let json = heard.json();
	assert_eq!((heard.status, json["outcome"].as_str()), (504, Some("late")), "{json}");
	// It was promised within some 200 ms, and was paid for since.
	let paid: u128 = json["paid_waiting"].as_str().expect("is a sum").parse().expect("is a number");
	assert!((500..2_000).contains(&paid), "{json}");
	let mut kept = Vec::new();
	for _ in 0..300 {
		let entries = std::fs::read_dir(star.receipts()).expect("is there");
		kept = entries.map(|entry| entry.expect("can be read").file_name()).collect();
		kept.retain(|name| name.to_string_lossy().ends_with(".receipt"));
		if !kept.is_empty() {
			break;
		}
		sleep(Duration::from_millis(10)).await;
	}
	let receipt = star.receipt(&kept.first().expect("is kept").to_string_lossy());
	assert!(matches!(proven(&receipt), Proven::Replied { reply, .. } if reply.body.as_slice() == b"at last"));
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_along_another_way_should_be_answered_as_before_and_its_receipt_name_the_first() {
	const OTHER_HOP: usize = SECOND;
	let ends = [[AUTHOR, HOP], [HOP, FIRST], [AUTHOR, OTHER_HOP], [OTHER_HOP, FIRST]];
	let star = Star::over(&ends, &[10, 10, 10, 20]).await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let other = star.start(OTHER_HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&operator, 2).await;
	talks(&author, 2).await;
	let gateway = star.gateway(&author, Service { service_ms: 2_500, ..alone() }).await;
	let address = gateway.address();
	let caller = tokio::spawn(async move { get(address, "/echo/slow").await });
	sleep(Duration::from_millis(500)).await;
	// The first way is gone while the operator is at work.
	hop.stop().await.expect("stops");
	author.sever(0).await;
	let heard = caller.await.expect("ends");
	assert_eq!((heard.status, heard.body.as_slice()), (200, &b"at last"[..]));
	assert_eq!(upstream.asked(), 1);
	let receipt = star.receipt(heard.header("surety-receipt").expect("has one"));
	let Proven::Replied { statement, .. } = proven(&receipt) else { panic!("{receipt:?}") };
	let Receipt::Answered(exchange) = receipt else { panic!("{receipt:?}") };
	let first = exchange.stated.clone().expect("another request was answered first");
	assert_eq!(statement.request, first.hash(&exchange.genesis));
	assert_ne!(statement.request, exchange.response.request);
	// Nothing else can be put in its place.
	let lie = Exchange { stated: Some(exchange.request.clone()), ..*exchange };
	assert!(lie.verify().is_err());
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, other, operator]).await;
}

/// Signs as its answer what is none.
struct Liar {
	keys: Keys,
	recipient: Recipient,
	how: Lie,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lie {
	/// Bytes that cannot be decrypted.
	Garbage,
	/// A refusal that is signed as an answer.
	Refusal,
	/// A reply, with a statement of another one.
	OtherStatement,
	/// A reply, with a statement that somebody else has signed.
	OtherSigner,
}

impl Provider for Liar {
	fn serve(&self, request: Request, body: Vec<u8>) -> Answering {
		let genesis = self.keys.genesis();
		let context = Context::of_request(genesis, &request);
		let (plain, key) = self.recipient.open(&context, &body).expect("opens");
		let call = Call::from_bytes(&plain).expect("is a call");
		let reply = |text: &[u8]| Reply::new(200, Headers::default(), text.to_vec()).expect("is a reply");
		let stated = if self.how == Lie::OtherStatement { reply(b"other") } else { reply(b"this") };
		let statement = Box::new(Statement::new(&genesis, &request, &call, &stated));
		let mut signed = Box::new(self.keys.sign_message(&*statement));
		if self.how == Lie::OtherSigner {
			*signed = self.keys.sign(b"something else");
		}
		let said = match self.how {
			Lie::Refusal => Said::Refused(Cause::Busy),
			_ => Said::Reply { statement, signed, reply: Box::new(reply(b"this")) },
		};
		let query = request.query(&genesis);
		let sealed = key.seal(&query, Verdict::Answer, &codec::Encode::encode(&said)).expect("is sealed");
		let answer = if self.how == Lie::Garbage { vec![1; 100] } else { sealed };
		Box::pin(async move { (Verdict::Answer, answer) })
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_signs_as_an_answer_what_is_none_should_be_shown_to_by_its_receipt() {
	let star = Star::new().await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	let gateway = star.gateway(&author, alone()).await;
	for (how, because) in [
		(Lie::Garbage, "cannot decrypt"),
		(Lie::Refusal, "a refusal was signed"),
		(Lie::OtherStatement, "what is stated is not"),
		(Lie::OtherSigner, "the signature of the statement"),
	] {
		let liar = Liar { keys: star.keys(FIRST), recipient: common::key(FIRST).encryption(), how };
		let operator = star.start(FIRST, Arc::new(liar), None).await;
		talks(&hop, 2).await;
		talks(&author, 1).await;
		let heard = get(gateway.address(), "/echo/echo").await;
		let json = heard.json();
		assert_eq!((heard.status, json["outcome"].as_str()), (502, Some("no-answer")), "{how:?} {json}");
		let name = json["attempts"][0]["receipts"][0].as_str().expect("has a receipt");
		let Proven::NoAnswer { because: shown } = proven(&star.receipt(name)) else {
			panic!("{how:?} {json}")
		};
		assert!(shown.contains(because), "{how:?}: {shown}");
		operator.stop().await.expect("stops");
	}
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_a_restart_should_be_heard_of_once_and_forgotten() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let service = || Service { service_ms: 3_000, ..alone() };
	let gateway = star.gateway(&author, service()).await;
	let address = gateway.address();
	let caller = tokio::spawn(async move { get(address, "/echo/slow").await });
	sleep(Duration::from_millis(300)).await;
	author.stop().await.expect("stops");
	let json = caller.await.expect("ends").json();
	assert_eq!(json["outcome"].as_str(), Some("stopped"), "{json}");
	drop(gateway);

	// Told while nobody listens, it is told again.
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&author, 1).await;
	sleep(Duration::from_millis(2_500)).await;
	author.stop().await.expect("stops");
	// Once somebody has listened, and anything else was recorded, no more.
	let mut heard = Vec::new();
	for expected in [true, false] {
		let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
		talks(&author, 1).await;
		let mut orphans = author.asker().orphans();
		let mut answered = Vec::new();
		while let Ok(told) = timeout(Duration::from_millis(500), orphans.next()).await {
			let (nonce, delivered) = told.expect("it runs");
			if matches!(delivered.outcome, Outcome::Answered { .. }) {
				answered.push(nonce);
			}
		}
		// The call below is recorded last, and may be told of once more.
		answered.retain(|nonce| expected || heard.contains(nonce));
		assert_eq!(answered.len(), usize::from(expected), "{answered:?}");
		heard.extend(answered);
		let gateway = star.gateway(&author, service()).await;
		assert_eq!(get(gateway.address(), "/echo/echo").await.status, 200);
		gateway.stop(Duration::from_secs(5)).await;
		author.stop().await.expect("stops");
		assert_eq!(orphans.next().await, None, "it has stopped");
	}
	stop([hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_cannot_answer_should_be_refused_and_signed() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let limits =
		"time_ms = 300\nmax_reply_bytes = 100000\nmax_call_bytes = 100\nmethods = [\"GET\", \"POST\"]\n\
		paths = [\"/echo\", \"/slow\", \"/big\", \"/fail\"]";
	let operator = star.operator(FIRST, upstream.address, limits).await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	let long = format!("content-length: 101\r\n\r\n{}", "x".repeat(101));
	for (method, path, rest, cause) in [
		("GET", "/slow", "\r\n", Cause::UpstreamSlow),
		("GET", "/big", "\r\n", Cause::AnswerTooLong),
		("GET", "/fail", "\r\n", Cause::UpstreamFailed(503)),
		("GET", "/other", "\r\n", Cause::NotOffered),
		("DELETE", "/echo", "\r\n", Cause::NotOffered),
		("POST", "/echo", &long, Cause::CallTooLong),
	] {
		let request = format!("{method} /echo{path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{rest}");
		let heard = exchange(gateway.address(), request.as_bytes(), false).await.expect("something is heard");
		let json = heard.json();
		assert_eq!((heard.status, json["outcome"].as_str()), (502, Some("refused")), "{json}");
		assert_eq!(json["attempts"][0]["detail"].as_str(), Some(cause.name()), "{json}");
		let name = json["attempts"][0]["receipts"][0].as_str().expect("has a receipt");
		assert_eq!(proven(&star.receipt(name)), Proven::Refused(Some(cause)));
	}
	// It is no worse for that.
	assert_eq!(get(gateway.address(), "/echo/echo").await.status, 200);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_listed_should_be_refused() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let callers = format!("callers = [\"{:?}\"]", account(HOP));
	let operator = star.operator(FIRST, upstream.address, &callers).await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	let json = get(gateway.address(), "/echo/echo").await.json();
	assert_eq!(json["attempts"][0]["detail"].as_str(), Some("not-allowed"), "{json}");
	assert_eq!(upstream.asked(), 0);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_should_be_whole_and_its_receipt_too() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let service = Service { service_ms: 3_000, ..alone() };
	let gateway = star.gateway(&author, service).await;
	let heard = get(gateway.address(), "/echo/big").await;
	assert_eq!((heard.status, heard.body.len()), (200, 300_000));
	assert_eq!(heard.body, b"0123456789".repeat(30_000));
	let receipt = star.receipt(heard.header("surety-receipt").expect("has one"));
	let Proven::Replied { reply, .. } = proven(&receipt) else { panic!("no reply") };
	assert_eq!(reply.body.as_slice(), heard.body);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_cannot_be_made_should_be_answered_clearly_and_cost_nothing() {
	let star = Star::new().await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	let gateway = star.gateway(&author, alone()).await;
	let long = "x".repeat(10_001);
	let head = "host: localhost:1\r\n";
	for (request, status, outcome) in [
		// The hop was not met yet.
		(format!("GET /echo/x HTTP/1.1\r\n{head}\r\n"), 502, "not-taken"),
		(format!("GET /other/x HTTP/1.1\r\n{head}\r\n"), 404, "unknown-service"),
		(format!("GET / HTTP/1.1\r\n{head}\r\n"), 404, "unknown-service"),
		("GET /echo/x HTTP/1.1\r\nhost: example.org\r\n\r\n".into(), 403, "other-host"),
		("GET /echo/x HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: https://a\r\n\r\n".into(), 403, "other-site"),
		("GET /echo/x HTTP/1.1\r\nhost: [::1]:1\r\nsec-fetch-site: cross-site\r\n\r\n".into(), 403, "other-site"),
		("GET /other/x HTTP/1.1\r\nhost: a.localhost\r\n\r\n".into(), 403, "other-host"),
		("GET /other/x HTTP/1.1\r\nhost: [::1]\r\norigin: http://localhost:3\r\n\r\n".into(), 404, "unknown-service"),
		("GET http://example.org/ HTTP/1.1\r\nhost: example.org\r\n\r\n".into(), 403, "not-a-service"),
		("CONNECT echo.surety:443 HTTP/1.1\r\nhost: echo.surety:443\r\n\r\n".into(), 501, "no-tunnels"),
		(format!("POST /echo/x HTTP/1.1\r\n{head}content-length: 10001\r\n\r\n{long}"), 413, "call-too-long"),
		(
			format!("POST /echo/x HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n2711\r\n{long}\r\n0\r\n\r\n"),
			413,
			"call-too-long",
		),
		(
			format!("GET /echo/x HTTP/1.1\r\n{head}accept: {}\r\n\r\n", "y".repeat(5_000)),
			431,
			"headers-too-large",
		),
		(format!("POST /echo/x HTTP/1.1\r\n{head}content-length: 10\r\n\r\nshort"), 408, "too-slow"),
	] {
		let heard = exchange(gateway.address(), request.as_bytes(), false).await.expect("something is heard");
		let json = heard.json();
		assert_eq!((heard.status, json["outcome"].as_str()), (status, Some(outcome)), "{request:.60} {json}");
	}
	let cut = format!("POST /echo/x HTTP/1.1\r\n{head}content-length: 10\r\n\r\nshort");
	let heard = exchange(gateway.address(), cut.as_bytes(), true).await.expect("something is heard");
	assert_eq!((heard.status, heard.json()["outcome"].as_str()), (400, Some("cut-off")));
	// Not HTTP at all, and too much of it.
	let heard = exchange(gateway.address(), b"\x16\x03\x01\x02\x00\r\n\r\n", false).await;
	assert!(heard.is_none_or(|heard| heard.status == 400));
	let endless = format!("GET /echo/{} HTTP/1.1\r\n", "z".repeat(100_000));
	let mut stream = tokio::net::TcpStream::connect(gateway.address()).await.expect("connects");
	use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
	let _ = stream.write_all(endless.as_bytes()).await;
	let mut heard = Vec::new();
	let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut heard)).await.expect("it ends");
	assert!(heard.is_empty() || heard.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&heard));
	assert_eq!(std::fs::read_dir(star.receipts()).expect("is there").count(), 0, "nothing is left over");
	gateway.stop(Duration::from_secs(5)).await;
	stop([author]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_slowly_should_not_keep_others_out() {
	use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
	let star = Star::new().await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	let gateway = star.gateway(&author, alone()).await;
	let begin = Instant::now();
	// As many as there may be, each with a byte now and then.
	let mut slow = Vec::new();
	for _ in 0..8 {
		let mut stream = tokio::net::TcpStream::connect(gateway.address()).await.expect("connects");
		slow.push(tokio::spawn(async move {
			for byte in b"GET /echo/x HTTP/1.1\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaa" {
				if stream.write_all(&[*byte]).await.is_err() {
					break;
				}
				sleep(Duration::from_millis(60)).await;
			}
			let mut rest = Vec::new();
			let _ = stream.read_to_end(&mut rest).await;
		}));
	}
	let heard = timeout(Duration::from_secs(5), get(gateway.address(), "/nothing")).await.expect("in time");
	assert_eq!(heard.status, 404);
	assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
	for slow in slow {
		slow.await.expect("ends");
	}
	gateway.stop(Duration::from_secs(5)).await;
	stop([author]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_asked_where_no_receipt_can_be_kept() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	std::fs::remove_dir_all(star.receipts()).expect("is removed");
	let heard = get(gateway.address(), "/echo/echo").await;
	assert_eq!((heard.status, heard.json()["outcome"].as_str()), (507, Some("no-receipt")));
	assert_eq!(upstream.asked(), 0);
	std::fs::create_dir(star.receipts()).expect("is made");
	assert_eq!(get(gateway.address(), "/echo/echo").await.status, 200);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_receipt_is_lost_should_be_given_and_say_so() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let operator = star.operator(FIRST, upstream.address, "").await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, Service { service_ms: 3_000, ..alone() }).await;
	let address = gateway.address();
	let caller = tokio::spawn(async move { get(address, "/echo/slow").await });
	sleep(Duration::from_millis(700)).await;
	std::fs::remove_dir_all(star.receipts()).expect("is removed");
	let heard = caller.await.expect("ends");
	assert_eq!((heard.status, heard.body.as_slice()), (200, &b"at last"[..]));
	assert_eq!(heard.header("surety-receipt"), Some("not kept"));
	assert_eq!(author.metrics().receipts_lost.load(std::sync::atomic::Ordering::Relaxed), 1);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_encrypted_to_another_key_should_be_refused_in_the_clear() {
	let star = Star::new().await;
	let upstream = Upstream::start().await;
	let table: ProviderTable =
		toml::from_str(&format!("upstream = \"http://{}\"", upstream.address)).expect("is a provider");
	// A key that was replaced since the chain was told of one.
	let recipient = common::key(SECOND).encryption();
	let provider = HttpProvider::new(table.settings().expect("makes sense"), recipient, star.keys(FIRST));
	let operator = star.start(FIRST, Arc::new(provider), None).await;
	let hop = star.start(HOP, Arc::new(NoProvider), None).await;
	let author = star.start(AUTHOR, Arc::new(NoProvider), None).await;
	talks(&hop, 2).await;
	talks(&author, 1).await;
	let gateway = star.gateway(&author, alone()).await;
	let json = get(gateway.address(), "/echo/echo").await.json();
	assert_eq!(json["attempts"][0]["detail"].as_str(), Some("unreadable"), "{json}");
	let name = json["attempts"][0]["receipts"][0].as_str().expect("has a receipt");
	assert_eq!(proven(&star.receipt(name)), Proven::Refused(Some(Cause::Unreadable)));
	assert_eq!(upstream.asked(), 0);
	gateway.stop(Duration::from_secs(5)).await;
	stop([author, hop, operator]).await;
}
