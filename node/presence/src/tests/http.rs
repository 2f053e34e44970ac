//! Over real sockets, as a client writes it.

use crate::{
	http::{serve, Library, Published},
	tests::host::NOTARY,
};
use codec::Encode;
use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};
use surety_presence::{
	message::{Account, Commitment, SignedCommitment},
	Kind,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
	sync::oneshot,
	time::timeout,
};

struct Books(BTreeMap<u32, Published>);

impl Library for Books {
	fn latest(&self, notary: &Account) -> Option<u32> {
		self.0.keys().last().copied().filter(|_| *notary == NOTARY)
	}

	fn publication(&self, notary: &Account, window: u32) -> Option<Published> {
		self.0.get(&window).cloned().filter(|_| *notary == NOTARY)
	}
}

fn published(window: u32) -> Published {
	let commitment = Commitment {
		genesis: [7; 32],
		notary: NOTARY,
		window,
		base_block: 9,
		universe: 3,
		present: 2,
		root: [1; 32],
		bytes_hash: [window as u8; 32],
		size: 5,
		kind: Kind::Raw,
		earlier: None,
		link: Default::default(),
	};
	Published { signed: SignedCommitment { commitment, signature: [2; 64] }, bytes: vec![window as u8; 5] }
}

/// Sends `request` as it is and reads all that comes: head and body.
async fn ask(port: u16, request: &str) -> (String, Vec<u8>) {
	let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
	stream.write_all(request.as_bytes()).await.unwrap();
	let mut answer = Vec::new();
	timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("in time").unwrap();
	let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("has a head");
	(String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase(), answer[end + 4..].to_vec())
}

fn get(path: &str) -> String {
	format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
}

/// Serves two windows while `test` runs.
async fn with_server<F: Future<Output = ()>>(test: impl FnOnce(u16) -> F) {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let port = listener.local_addr().unwrap().port();
	let books = Books([3, 4].map(|window| (window, published(window))).into());
	let (stop, stopped) = oneshot::channel::<()>();
	let server = tokio::spawn(serve(listener, Arc::new(books), async { drop(stopped.await) }));
	test(port).await;
	drop(stop);
	timeout(Duration::from_secs(5), server).await.expect("stops").unwrap();
}

fn path(rest: &str) -> String {
	format!("/presence/{}/{rest}", "01".repeat(32))
}

#[tokio::test]
async fn a_publication_and_its_commitment_should_be_served_for_caches_to_keep() {
	with_server(|port| async move {
		let (head, body) = ask(port, &get(&path("3"))).await;
		assert!(head.starts_with("http/1.1 200"), "{head}");
		assert!(head.contains("cache-control: public, max-age=31536000, immutable"), "{head}");
		assert!(head.contains("access-control-allow-origin: *"), "{head}");
		assert_eq!(body, [3; 5]);
		let tag = format!("\"{}\"", "03".repeat(32));
		assert!(head.contains(&format!("etag: {tag}")), "{head}");
		let (_, body) = ask(port, &get(&path("3/commitment"))).await;
		assert_eq!(body, published(3).signed.encode());

		let known = |tag: &str| {
			let head = format!("GET {} HTTP/1.1\r\nhost: x\r\nconnection: close", path("3"));
			format!("{head}\r\nif-none-match: {tag}\r\n\r\n")
		};
		for tag in [tag.clone(), format!("\"x\", W/{tag}"), "*".into()] {
			let (head, body) = ask(port, &known(&tag)).await;
			assert!(head.starts_with("http/1.1 304") && body.is_empty(), "{head}");
		}
		let (head, _) = ask(port, &known("\"x\"")).await;
		assert!(head.starts_with("http/1.1 200"), "{head}");
	})
	.await;
}

#[tokio::test]
async fn the_latest_should_be_found_by_a_name_that_is_not_cached() {
	with_server(|port| async move {
		let (head, _) = ask(port, &get(&path("latest"))).await;
		assert!(head.starts_with("http/1.1 307") && head.contains("cache-control: no-cache"), "{head}");
		assert!(head.contains(&format!("location: {}", path("4"))), "{head}");
	})
	.await;
}

#[tokio::test]
async fn head_should_say_what_get_would() {
	with_server(|port| async move {
		let request = get(&path("3")).replacen("GET", "HEAD", 1);
		let (head, body) = ask(port, &request).await;
		assert!(head.starts_with("http/1.1 200") && head.contains("content-length: 5"), "{head}");
		assert!(body.is_empty());
	})
	.await;
}

#[tokio::test]
async fn what_is_not_there_should_be_refused() {
	with_server(|port| async move {
		let other = format!("/presence/{}/3", "02".repeat(32));
		for path in [
			path("5"),
			path("03"),
			path("-3"),
			path("3/bytes"),
			path("3/commitment/x"),
			path("latest/commitment"),
			path(""),
			path("99999999999"),
			other.clone(),
			other.replace("/3", "/latest"),
			format!("/presence/{}/3", "0g".repeat(32)),
			format!("/presence/{}/3", "é".repeat(32).replace('é', "%C3%A9")),
			"/presence/3".into(),
			"/".into(),
			"/../../etc/passwd".into(),
		] {
			let (head, body) = ask(port, &get(&path)).await;
			assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
			assert!(head.contains("cache-control: no-cache") && !body.is_empty(), "{path}: {head}");
		}
		let (head, _) = ask(port, &get(&path("3")).replacen("GET", "POST", 1)).await;
		assert!(head.starts_with("http/1.1 405") && head.contains("allow: get, head"), "{head}");
	})
	.await;
}

#[tokio::test]
async fn what_is_no_request_should_hold_up_nobody() {
	with_server(|port| async move {
		let mut silent = Vec::new();
		for _ in 0..20 {
			let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
			stream.write_all(b"GET /presence/").await.unwrap();
			silent.push(stream);
		}
		let (head, _) = ask(port, "nonsense\r\n\r\n").await;
		assert!(head.starts_with("http/1.1 400"), "{head}");
		let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(1 << 17));
		let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
		// It may be cut off while it speaks.
		let _ = stream.write_all(long.as_bytes()).await;
		let (head, _) = ask(port, &get(&path("3"))).await;
		assert!(head.starts_with("http/1.1 200"), "{head}");
		// Those that say nothing are let go in the end.
		let mut rest = Vec::new();
		let ended = silent[0].read_to_end(&mut rest);
		timeout(Duration::from_secs(15), ended).await.expect("in time").ok();
	})
	.await;
}
