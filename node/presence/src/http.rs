//! Publications over HTTP, for readers who have no node to ask, and for caches in between.
//!
//! | path | what |
//! | --- | --- |
//! | `/presence/NOTARY/WINDOW` | the bytes of the publication of a window |
//! | `/presence/NOTARY/WINDOW/commitment` | SCALE of the signed commitment to it |
//! | `/presence/NOTARY/latest` | goes on to the latest window |
//!
//! `NOTARY` is the account, 64 hexadecimal digits. What a window's path says never changes, since a notary that signs two
//! things for one window is slashed for it: so it may be cached for ever. Nothing here has to be trusted: readers check
//! the signature, and the bytes by the hash in the commitment.

use codec::Encode;
use http_body_util::Full;
use hyper::{
	body::{Bytes, Incoming},
	header::{self, HeaderValue},
	server::conn::http1,
	service::service_fn,
	Method, Request, Response, StatusCode,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, future::Future, io, sync::Arc, time::Duration};
use surety_presence::message::{Account, SignedCommitment};
use tokio::{net::TcpListener, sync::Semaphore};

/// Connections at the most; who comes later waits.
const CONNECTIONS: usize = 512;
/// For how long a connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// For how long a connection may last in all.
const LIFE: Duration = Duration::from_secs(120);
/// Pause after the system has no room for another connection.
const BREATH: Duration = Duration::from_millis(100);

/// A publication with what was signed of it.
#[derive(Clone, Debug)]
pub struct Published {
	/// The commitment and its signature.
	pub signed: SignedCommitment,
	/// The bytes, header and payload.
	pub bytes: Vec<u8>,
}

/// Where publications are found.
pub trait Library: Send + Sync + 'static {
	/// The latest window that a notary has published.
	fn latest(&self, notary: &Account) -> Option<u32>;

	/// What it has published in a window.
	fn publication(&self, notary: &Account, window: u32) -> Option<Published>;
}

/// Serves publications to whoever connects to `listener`, until `stop` is done.
pub async fn serve(listener: TcpListener, library: Arc<dyn Library>, stop: impl Future<Output = ()>) {
	let room = Arc::new(Semaphore::new(CONNECTIONS));
	tokio::pin!(stop);
	loop {
		let accepted = tokio::select! {
			() = &mut stop => return,
			accepted = accept(&listener, &room) => accepted,
		};
		let (stream, place) = match accepted {
			Ok(accepted) => accepted,
			Err(error) => {
				// No descriptors left, or the peer has gone: neither ends the service.
				log::debug!(target: "presence", "a connection was not accepted: {error}");
				tokio::time::sleep(BREATH).await;
				continue;
			}
		};
		let library = library.clone();
		tokio::spawn(async move {
			let service = service_fn(move |request| answer_later(library.clone(), request));
			let connection = http1::Builder::new()
				.timer(TokioTimer::new())
				.header_read_timeout(PATIENCE)
				.max_buf_size(16 * 1024)
				.serve_connection(TokioIo::new(stream), service);
			if let Ok(Err(error)) = tokio::time::timeout(LIFE, connection).await {
				log::debug!(target: "presence", "a connection broke: {error}");
			}
			drop(place);
		});
	}
}

async fn accept(
	listener: &TcpListener,
	room: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
	let place = room.clone().acquire_owned().await.map_err(io::Error::other)?;
	Ok((listener.accept().await?.0, place))
}

/// Reads from the disk where that holds up nobody else.
async fn answer_later(
	library: Arc<dyn Library>,
	request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
	let (parts, _) = request.into_parts();
	let answered = tokio::task::spawn_blocking(move || answer(&*library, &parts)).await;
	Ok(answered
		.unwrap_or_else(|_| refusal(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made")))
}

fn answer(library: &dyn Library, request: &hyper::http::request::Parts) -> Response<Full<Bytes>> {
	if !matches!(request.method, Method::GET | Method::HEAD) {
		let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
		response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
		return response;
	}
	let Some((notary, of)) = parse(request.uri.path()) else {
		return refusal(StatusCode::NOT_FOUND, "there is /presence/NOTARY/WINDOW, /presence/NOTARY/WINDOW/commitment and /presence/NOTARY/latest, with NOTARY in hexadecimal");
	};
	let (window, commitment) = match of {
		Of::Latest => {
			return match library.latest(&notary) {
				Some(window) => redirection(&notary, window),
				None => refusal(StatusCode::NOT_FOUND, "the notary has published nothing here"),
			}
		}
		Of::Window { window, commitment } => (window, commitment),
	};
	let Some(Published { signed, bytes }) = library.publication(&notary, window) else {
		return refusal(StatusCode::NOT_FOUND, "the window is not published here, or no longer");
	};
	// The commitment has the bytes' hash in it, so one tag does for both.
	let tag =
		format!("\"{}{}\"", hex::encode(signed.commitment.bytes_hash), if commitment { "-c" } else { "" });
	let known = request.headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| {
		let tags = tags.to_str().unwrap_or_default();
		tags.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
	});
	let body = match (known, commitment) {
		(true, _) => Vec::new(),
		(false, true) => signed.encode(),
		(false, false) => bytes,
	};
	let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
	let mut response = with(status, "application/octet-stream", body);
	let headers = response.headers_mut();
	headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
	if let Ok(tag) = HeaderValue::from_str(&tag) {
		headers.insert(header::ETAG, tag);
	}
	response
}

enum Of {
	Latest,
	Window { window: u32, commitment: bool },
}

fn parse(path: &str) -> Option<(Account, Of)> {
	let mut parts = path.strip_prefix("/presence/")?.split('/');
	let (notary, of, rest) = (parts.next()?, parts.next()?, parts.next());
	if parts.next().is_some() {
		return None;
	}
	let notary = account(notary)?;
	let of = match (of, rest) {
		("latest", None) => Of::Latest,
		(window, rest) if rest.is_none_or(|rest| rest == "commitment") => {
			let number = window.parse().ok().filter(|number: &u32| number.to_string() == window)?;
			Of::Window { window: number, commitment: rest.is_some() }
		}
		_ => return None,
	};
	Some((notary, of))
}

/// Whatever case, and with or without `0x` before it.
fn account(text: &str) -> Option<Account> {
	let mut account = [0; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut account).ok()?;
	Some(account)
}

fn redirection(notary: &Account, window: u32) -> Response<Full<Bytes>> {
	let mut response = with(StatusCode::TEMPORARY_REDIRECT, "text/plain; charset=utf-8", Vec::new());
	let headers = response.headers_mut();
	// It is another soon.
	headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
	if let Ok(to) = HeaderValue::from_str(&format!("/presence/{}/{window}", hex::encode(notary))) {
		headers.insert(header::LOCATION, to);
	}
	response
}

fn refusal(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
	let mut response = with(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes());
	response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
	response
}

fn with(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response<Full<Bytes>> {
	let mut response = Response::new(Full::new(body.into()));
	*response.status_mut() = status;
	let headers = response.headers_mut();
	headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
	// What is public is public to web pages, too.
	headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
	response
}
