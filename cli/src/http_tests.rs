use super::*;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const BOUNDS: Bounds = Bounds { bytes: 1_000, time: Duration::from_secs(5) };

/// Gives these answers, one a connection; says where it listens, and what it was asked.
async fn server(answers: Vec<Vec<u8>>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = listener.local_addr().unwrap();
	let asked = Arc::new(Mutex::new(Vec::new()));
	let heard = asked.clone();
	tokio::spawn(async move {
		for answer in answers {
			let (mut stream, _) = listener.accept().await.unwrap();
			let mut request = vec![0; 4_096];
			let read = stream.read(&mut request).await.unwrap();
			let line =
				String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned();
			heard.lock().unwrap().push(line);
			let _ = stream.write_all(&answer).await;
		}
	});
	(address, asked)
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
	let head =
		format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
	[head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_redirection_should_be_followed_to_its_end() {
	let moved = answer("302 Found", "Location: /presence/there\r\n", b"");
	let (address, asked) = server(vec![moved, answer("200 OK", "", b"here")]).await;
	let got = Http::new(true).unwrap().get(&format!("http://{address}/a"), BOUNDS).await.unwrap();
	assert_eq!((got.status, got.body.as_slice()), (200, &b"here"[..]));
	assert_eq!(got.url, format!("http://{address}/presence/there"));
	assert_eq!(*asked.lock().unwrap(), ["GET /a HTTP/1.1", "GET /presence/there HTTP/1.1"]);
}

#[tokio::test]
async fn redirections_should_not_go_round_for_ever() {
	let moved = || answer("302 Found", "Location: /a\r\n", b"");
	let (address, _) = server((0..10).map(|_| moved()).collect()).await;
	let error = Http::new(true).unwrap().get(&format!("http://{address}/a"), BOUNDS).await.unwrap_err();
	assert!(error.to_string().contains("too often"), "{error}");
}

#[tokio::test]
async fn a_body_should_not_be_longer_than_was_asked_for() {
	let long = || answer("200 OK", "", &[1; 1_001]);
	let (address, _) = server(vec![long(), long()]).await;
	let http = Http::new(true).unwrap();
	let url = format!("http://{address}/");
	assert!(http.get(&url, BOUNDS).await.unwrap_err().to_string().contains("longer than 1000"));
	assert_eq!(http.get_beginning(&url, BOUNDS).await.unwrap().body.len(), 1_000);
}

#[tokio::test]
async fn who_says_nothing_should_be_waited_for_no_longer_than_was_said() {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}/", listener.local_addr().unwrap());
	let bounds = Bounds { time: Duration::from_millis(100), ..BOUNDS };
	let error = Http::new(true).unwrap().get(&url, bounds).await.unwrap_err();
	assert!(error.to_string().contains("within 0.1 s"), "{error}");
}

#[tokio::test]
async fn only_the_public_network_should_be_gone_to_unless_anywhere_will_do() {
	let (address, asked) = server(vec![answer("200 OK", "", b"")]).await;
	let http = Http::new(false).unwrap();
	for host in [address.to_string(), format!("localhost:{}", address.port())] {
		let error = http.get(&format!("http://{host}/"), BOUNDS).await.unwrap_err();
		assert!(error.to_string().contains("not of the public network"), "{error}");
	}
	assert!(http.connect("127.0.0.1", address.port(), BOUNDS.time).await.is_err());
	assert!(http.through(&format!("http://{address}"), "example.org:443", BOUNDS.time).await.is_err());
	assert!(asked.lock().unwrap().is_empty());
	assert!(http.get("file:///etc/hostname", BOUNDS).await.is_err());
}

#[test]
fn addresses_behind_this_machine_should_not_count_as_public() {
	for text in [
		"0.0.0.0",
		"10.1.2.3",
		"127.0.0.1",
		"100.64.0.1",
		"169.254.169.254",
		"172.16.0.1",
		"192.168.1.1",
		"198.18.0.1",
		"224.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::ffff:10.0.0.1",
		"fe80::1",
		"fc00::1",
		"2002:a00:1::",
		"64:ff9b::a00:1",
	] {
		assert!(!is_public(&text.parse().unwrap()), "{text}");
	}
	for text in ["1.1.1.1", "100.128.0.1", "172.32.0.1", "::ffff:1.1.1.1", "2606:4700::1111"] {
		assert!(is_public(&text.parse().unwrap()), "{text}");
	}
}

#[tokio::test]
async fn a_proxy_should_be_asked_for_the_destination() {
	let refused = answer("502 Bad Gateway", "", b"");
	let (address, asked) = server(vec![
		b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec(),
		refused,
		b"SSH-2.0\r\n".to_vec(),
	])
	.await;
	let http = Http::new(true).unwrap();
	let proxy = format!("http://{address}");
	http.through(&proxy, "video.example:443", BOUNDS.time).await.unwrap();
	assert_eq!(*asked.lock().unwrap(), ["CONNECT video.example:443 HTTP/1.1"]);
	let error = http.through(&proxy, "video.example:443", BOUNDS.time).await.unwrap_err();
	assert!(error.to_string().contains("502"), "{error}");
	assert!(http.through(&proxy, "video.example:443", BOUNDS.time).await.is_err());
	assert!(http.through(&proxy, "a\r\nX: b", BOUNDS.time).await.is_err());
}
