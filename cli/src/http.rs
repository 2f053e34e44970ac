//! HTTP as a careful client: bounded in bytes and time, and in where it goes.

use anyhow::{anyhow, bail, Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::{
	body::Bytes,
	header::{HOST, LOCATION, USER_AGENT},
	Method, Request, Response, StatusCode, Uri,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
	client::legacy::{
		connect::{dns::Name, HttpConnector},
		Client,
	},
	rt::TokioExecutor,
};
use rustls::{ClientConfig, RootCertStore};
use std::{
	future::Future,
	net::{IpAddr, SocketAddr},
	pin::Pin,
	sync::Arc,
	task::{self, Poll},
	time::{Duration, Instant},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{lookup_host, TcpStream},
};
use tower_service::Service;

/// Redirections that are followed at the most.
const MAX_REDIRECTIONS: usize = 3;
/// Bytes of a proxy's answer at the most.
const MAX_HEAD: usize = 8 * 1024;
const AGENT: &str = concat!("surety/", env!("CARGO_PKG_VERSION"));

/// A client.
#[derive(Clone)]
pub struct Http {
	client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
	resolver: Resolver,
}

/// Finds the addresses of hosts. What it refuses is not connected to: a name cannot mean one address when it is looked at
/// and another when it is used.
#[derive(Clone, Copy)]
struct Resolver {
	/// Whether addresses may be of other than the public network.
	anywhere: bool,
}

impl Resolver {
	fn check(&self, host: &str, address: IpAddr) -> Result<()> {
		if !self.anywhere && !is_public(&address) {
			bail!("{host} is {address}, which is not of the public network");
		}
		Ok(())
	}

	/// The addresses of a host.
	async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
		let found = lookup_host((host, port)).await.with_context(|| format!("{host} is unknown"))?;
		let found: Vec<SocketAddr> = found.collect();
		found.iter().try_for_each(|address| self.check(host, address.ip()))?;
		if found.is_empty() {
			bail!("{host} has no address");
		}
		Ok(found)
	}
}

impl Service<Name> for Resolver {
	type Response = std::vec::IntoIter<SocketAddr>;
	type Error = Box<dyn std::error::Error + Send + Sync>;
	type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

	fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Self::Error>> {
		Poll::Ready(Ok(()))
	}

	fn call(&mut self, name: Name) -> Self::Future {
		let resolver = *self;
		// The connector puts in the port.
		Box::pin(async move { Ok(resolver.addresses(name.as_str(), 0).await?.into_iter()) })
	}
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
	/// Where, after redirections.
	pub url: String,
	/// With what status.
	pub status: u16,
	/// The body, or as much of it as was asked for.
	pub body: Vec<u8>,
	/// How long the last request took until the answer began.
	pub first_byte: Duration,
	/// How long the body took, from the beginning of the answer on.
	pub transfer: Duration,
}

/// What is asked for at the most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
	/// Bytes of the body.
	pub bytes: usize,
	/// Time in all.
	pub time: Duration,
}

/// Whether an address is of the public network: not of this machine, nor of a network behind it.
pub fn is_public(address: &IpAddr) -> bool {
	match address {
		IpAddr::V4(v4) => {
			let [a, b, ..] = v4.octets();
			let special = v4.is_private()
				|| v4.is_loopback()
				|| v4.is_link_local()
				|| v4.is_broadcast()
				|| v4.is_multicast()
				|| v4.is_documentation();
			// This network, shared address space (RFC 6598), benchmarks (RFC 2544), reserved.
			let shared = a == 100 && (64..128).contains(&b);
			let benchmark = a == 198 && (18..20).contains(&b);
			!(special || a == 0 || shared || benchmark || a >= 240)
		}
		IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
			Some(v4) => is_public(&IpAddr::V4(v4)),
			None => {
				let [first, second, ..] = v6.segments();
				let documentation = first == 0x2001 && second == 0x0db8;
				// Global unicast, and of that not what can name an IPv4 address of any kind.
				(first & 0xe000) == 0x2000 && !documentation && first != 0x2002
			}
		},
	}
}

/// Host and port of a URL.
fn authority(uri: &Uri) -> Result<(String, u16)> {
	let host = uri.host().context("the URL has no host")?.trim_matches(['[', ']']).to_owned();
	let port = match (uri.port_u16(), uri.scheme_str()) {
		(Some(port), _) => port,
		(None, Some("http" | "ws")) => 80,
		(None, Some("https" | "wss")) => 443,
		(None, other) => bail!("{} needs a port", other.unwrap_or("the URL")),
	};
	Ok((host, port))
}

impl Http {
	/// A client that goes to the public network, or `anywhere`.
	pub fn new(anywhere: bool) -> Result<Self> {
		let resolver = Resolver { anywhere };
		let mut connector = HttpConnector::new_with_resolver(resolver);
		connector.enforce_http(false);
		connector.set_connect_timeout(Some(Duration::from_secs(20)));
		let provider = rustls::crypto::ring::default_provider();
		let tls = match HttpsConnectorBuilder::new().with_provider_and_native_roots(provider.clone()) {
			Ok(tls) => tls,
			// A machine without root certificates can still go where there is no encryption.
			Err(_) => HttpsConnectorBuilder::new().with_tls_config(
				ClientConfig::builder_with_provider(Arc::new(provider))
					.with_safe_default_protocol_versions()?
					.with_root_certificates(RootCertStore::empty())
					.with_no_client_auth(),
			),
		};
		let connector = tls.https_or_http().enable_http1().wrap_connector(connector);
		let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(4).build(connector);
		Ok(Self { client, resolver })
	}

	/// Refuses a URL of any kind whose host is not of the public network, unless anywhere will do.
	pub async fn check_host(&self, url: &str) -> Result<()> {
		let uri: Uri = url.parse().with_context(|| format!("`{url}` is not a URL"))?;
		let (host, port) = authority(&uri)?;
		self.resolver.addresses(&host, port).await.map(|_| ())
	}

	async fn once(&self, method: Method, uri: &Uri, body: Bytes) -> Result<Response<hyper::body::Incoming>> {
		if !matches!(uri.scheme_str(), Some("http" | "https")) {
			bail!("{uri} is neither http nor https");
		}
		let (host, _) = authority(uri)?;
		// An address that is written as such is not looked up.
		if let Ok(address) = host.parse() {
			self.resolver.check(&host, address)?;
		}
		let request = Request::builder().method(method).uri(uri).header(USER_AGENT, AGENT);
		let request = request.body(Full::new(body))?;
		self.client.request(request).await.map_err(|error| {
			let mut cause: &dyn std::error::Error = &error;
			while let Some(deeper) = cause.source() {
				cause = deeper;
			}
			anyhow!("{host}: {cause}")
		})
	}

	/// Fetches what is under a URL. A body that is longer than was asked for is an error, unless the beginning will do.
	pub async fn get(&self, url: &str, bounds: Bounds) -> Result<Answered> {
		self.exchange(Method::GET, url, Bytes::new(), bounds, false).await
	}

	/// Fetches the beginning of what is under a URL.
	pub async fn get_beginning(&self, url: &str, bounds: Bounds) -> Result<Answered> {
		self.exchange(Method::GET, url, Bytes::new(), bounds, true).await
	}

	/// Sends bytes to a URL; says how long it took until the answer began.
	pub async fn post(&self, url: &str, body: Vec<u8>, bounds: Bounds) -> Result<Answered> {
		self.exchange(Method::POST, url, body.into(), bounds, true).await
	}

	async fn exchange(
		&self,
		method: Method,
		url: &str,
		body: Bytes,
		bounds: Bounds,
		beginning: bool,
	) -> Result<Answered> {
		let exchange = self.unhurried(method, url, body, bounds.bytes, beginning);
		let answered = tokio::time::timeout(bounds.time, exchange).await;
		answered.unwrap_or_else(|_| bail!("no answer within {:.1} s", bounds.time.as_secs_f32()))
	}

	async fn unhurried(
		&self,
		method: Method,
		url: &str,
		body: Bytes,
		most: usize,
		beginning: bool,
	) -> Result<Answered> {
		let mut uri: Uri = url.parse().with_context(|| format!("`{url}` is not a URL"))?;
		for _ in 0..=MAX_REDIRECTIONS {
			let begun = Instant::now();
			let response = self.once(method.clone(), &uri, body.clone()).await?;
			let first_byte = begun.elapsed();
			if let Some(next) = redirection(&uri, &response)? {
				uri = next;
				continue;
			}
			let status = response.status().as_u16();
			let begun = Instant::now();
			let mut incoming = response.into_body();
			let mut read = Vec::new();
			while let Some(frame) = incoming.frame().await {
				let frame = frame.context("the answer broke off")?;
				let Some(data) = frame.data_ref() else { continue };
				let room = most.saturating_sub(read.len());
				if data.len() > room && !beginning {
					bail!("{uri} is longer than {most} bytes");
				}
				read.extend_from_slice(data.get(..data.len().min(room)).unwrap_or_default());
				if read.len() >= most && beginning {
					break;
				}
			}
			let transfer = begun.elapsed();
			return Ok(Answered { url: uri.to_string(), status, body: read, first_byte, transfer });
		}
		bail!("{url} is redirected too often")
	}

	/// Connects to a host by TCP; says how long that took.
	pub async fn connect(&self, host: &str, port: u16, time: Duration) -> Result<Duration> {
		let connect = async {
			let addresses = self.resolver.addresses(host, port).await?;
			let begun = Instant::now();
			TcpStream::connect(&addresses[..]).await.with_context(|| format!("{host}:{port}"))?;
			Ok(begun.elapsed())
		};
		let connected = tokio::time::timeout(time, connect).await;
		connected.unwrap_or_else(|_| bail!("{host}:{port}: no connection within {:.1} s", time.as_secs_f32()))
	}

	/// Has an HTTP proxy connect to a destination (`CONNECT`).
	pub async fn through(&self, proxy: &str, destination: &str, time: Duration) -> Result<()> {
		let uri: Uri = proxy.parse().with_context(|| format!("`{proxy}` is not a URL"))?;
		let (host, port) = authority(&uri)?;
		let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
		if destination.is_empty() || !destination.chars().all(plain) {
			bail!("`{destination}` is not the name of a host");
		}
		let asked = async {
			let addresses = self.resolver.addresses(&host, port).await?;
			let mut stream =
				TcpStream::connect(&addresses[..]).await.with_context(|| format!("{host}:{port}"))?;
			let request = format!(
				"CONNECT {destination} HTTP/1.1\r\n{HOST}: {destination}\r\n{USER_AGENT}: {AGENT}\r\n\r\n"
			);
			stream.write_all(request.as_bytes()).await?;
			let mut head = Vec::new();
			let mut buffer = [0; 512];
			while !head.contains(&b'\n') {
				let read = stream.read(&mut buffer).await?;
				if read == 0 || head.len() > MAX_HEAD {
					bail!("the proxy does not answer as one");
				}
				head.extend_from_slice(buffer.get(..read).unwrap_or_default());
			}
			match status_of(&head) {
				Some(200..=299) => Ok(()),
				Some(status) => bail!("the proxy answers {status}"),
				None => bail!("the proxy does not answer as one"),
			}
		};
		let asked = tokio::time::timeout(time, asked).await;
		asked.unwrap_or_else(|_| bail!("no answer within {:.1} s", time.as_secs_f32()))
	}
}

/// The status in the first line of an answer.
fn status_of(head: &[u8]) -> Option<u16> {
	let line = std::str::from_utf8(head.split(|byte| *byte == b'\n').next()?).ok()?;
	let mut words = line.split_whitespace();
	words.next().filter(|version| version.starts_with("HTTP/1."))?;
	words.next()?.parse().ok()
}

/// Where an answer sends on to.
fn redirection<B>(from: &Uri, response: &Response<B>) -> Result<Option<Uri>> {
	let moved = matches!(
		response.status(),
		StatusCode::MOVED_PERMANENTLY
			| StatusCode::FOUND
			| StatusCode::SEE_OTHER
			| StatusCode::TEMPORARY_REDIRECT
			| StatusCode::PERMANENT_REDIRECT
	);
	let Some(to) = response.headers().get(LOCATION).filter(|_| moved) else { return Ok(None) };
	let to = to.to_str().context("the redirection goes nowhere")?;
	let absolute = match to.starts_with('/') {
		true => {
			let origin = from.scheme_str().zip(from.authority());
			let (scheme, authority) = origin.context("the redirection goes nowhere")?;
			format!("{scheme}://{authority}{to}")
		}
		false => to.to_owned(),
	};
	let to: Uri = absolute.parse().context("the redirection goes nowhere")?;
	if from.scheme_str() == Some("https") && to.scheme_str() != Some("https") {
		bail!("the redirection leaves https");
	}
	Ok(Some(to))
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
