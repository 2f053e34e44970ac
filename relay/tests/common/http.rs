//! An HTTP server that knows nothing of relays, and a client as plain as they come.

use http_body_util::{BodyExt as _, Full};
use hyper::{body::Bytes, server::conn::http1, service::service_fn, Request, Response};
use hyper_util::rt::TokioIo;
use std::{
	convert::Infallible,
	net::SocketAddr,
	sync::{
		atomic::{AtomicUsize, Ordering::Relaxed},
		Arc,
	},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt as _, AsyncWriteExt as _},
	net::{TcpListener, TcpStream},
	task::JoinHandle,
};

/// An HTTP server. It is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Upstream {
	pub(crate) address: SocketAddr,
	asked: Arc<AtomicUsize>,
	task: JoinHandle<()>,
}

impl Drop for Upstream {
	fn drop(&mut self) {
		self.task.abort();
	}
}

impl Upstream {
	/// `/echo` says what it was asked, `/slow` takes two seconds, `/big` is 300,000 bytes, `/fail` says 503, and
	/// there is nothing else.
	pub(crate) async fn start() -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
		let address = listener.local_addr().expect("is bound");
		let asked: Arc<AtomicUsize> = Arc::default();
		let counts = asked.clone();
		let task = tokio::spawn(async move {
			loop {
				let Ok((stream, _)) = listener.accept().await else { continue };
				let counts = counts.clone();
				tokio::spawn(async move {
					let service = service_fn(|request| {
						counts.fetch_add(1, Relaxed);
						async move { Ok::<_, Infallible>(answer(request).await) }
					});
					let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
				});
			}
		});
		Self { address, asked, task }
	}

	/// How often it was asked.
	pub(crate) fn asked(&self) -> usize {
		self.asked.load(Relaxed)
	}
}

async fn answer(request: Request<hyper::body::Incoming>) -> Response<Full<Bytes>> {
	let (head, body) = request.into_parts();
	let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
	let shown = |name: &str| {
		let value = head.headers.get(name).and_then(|value| value.to_str().ok());
		value.unwrap_or("-").to_string()
	};
	let (status, text) = match head.uri.path() {
		"/echo" => {
			let seen = format!("{} {} {} {}", head.method, head.uri, shown("accept"), shown("x-secret"));
			(200, [seen.as_bytes(), b"\n", &body].concat())
		}
		"/slow" => {
			tokio::time::sleep(Duration::from_secs(2)).await;
			(200, b"at last".to_vec())
		}
		"/big" => (200, b"0123456789".repeat(30_000)),
		"/fail" => (503, b"not now".to_vec()),
		_ => (404, b"nothing is there".to_vec()),
	};
	let mut response = Response::new(Full::new(Bytes::from(text)));
	*response.status_mut() = status.try_into().expect("is a status");
	response.headers_mut().insert("content-type", "text/plain".parse().expect("is a value"));
	response.headers_mut().insert("server", "the one behind".parse().expect("is a value"));
	response
}

/// What a client hears.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
	pub(crate) status: u16,
	head: String,
	pub(crate) body: Vec<u8>,
}

impl Heard {
	pub(crate) fn header(&self, name: &str) -> Option<&str> {
		let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
		lines.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
	}

	pub(crate) fn json(&self) -> serde_json::Value {
		serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
	}
}

/// Sends these bytes, and hears what comes until the other end closes; `None` where nothing does.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8], close: bool) -> Option<Heard> {
	let mut stream = TcpStream::connect(address).await.expect("connects");
	stream.write_all(bytes).await.expect("is written");
	if close {
		stream.shutdown().await.expect("is shut down");
	}
	let mut heard = Vec::new();
	let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut heard)).await;
	let _ = read.expect("it ends");
	let end = heard.windows(4).position(|end| end == b"\r\n\r\n")?;
	let head = String::from_utf8(heard[..end].to_vec()).expect("is text");
	let status = head.split(' ').nth(1)?.parse().expect("is a status");
	Some(Heard { status, head, body: heard[end + 4..].to_vec() })
}

/// Gets what is at a target.
pub(crate) async fn get(address: SocketAddr, target: &str) -> Heard {
	let request = format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
	exchange(address, request.as_bytes(), false).await.expect("something is heard")
}
