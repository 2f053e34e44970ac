//! What callers see.

use super::{
	call::{Attempt, Called},
	config::Service,
	Shared,
};
use crate::{metrics::add, sealed::OVERHEAD};
use codec::Encode as _;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
	body::{Bytes, Incoming},
	header::{self, HeaderMap, HeaderName, HeaderValue},
	server::conn::http1,
	service::service_fn,
	Method, Request, Response, StatusCode,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{json, Value};
use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};
use surety_response::{
	http::{Call, Headers, Reply},
	relay::MAX_REQUEST_BYTES,
	NodeId,
};
use tokio::{
	net::{TcpListener, TcpStream},
	sync::Semaphore,
	time::{sleep, timeout},
};

/// End of the names by which a proxy's callers call services.
const DOMAIN: &str = ".surety";

/// How long a caller may take to read its answer.
const READING: Duration = Duration::from_secs(30);

/// Bytes of a call's head at the most.
const MAX_HEAD_BYTES: usize = 32 * 1024;

type Answer = Response<Full<Bytes>>;

/// Takes calls, as many connections at once as there are permits. More wait to be taken.
pub(super) async fn serve(listener: TcpListener, connections: Arc<Semaphore>, shared: Arc<Shared>) {
	loop {
		let Ok(permit) = connections.clone().acquire_owned().await else { return };
		let Ok((stream, _)) = listener.accept().await else {
			// Out of file descriptors, most likely.
			sleep(Duration::from_millis(100)).await;
			continue;
		};
		let shared = shared.clone();
		tokio::spawn(async move {
			talk(stream, shared).await;
			drop(permit);
		});
	}
}

/// One call a connection: so that a connection has an end, whoever is at its other.
async fn talk(stream: TcpStream, shared: Arc<Shared>) {
	let settings = &shared.settings;
	let longest = settings.services.values().map(|service| service.deadline).max().unwrap_or_default();
	let all = settings.head + settings.body + longest + READING;
	let head = settings.head;
	let service = service_fn(|request| {
		let shared = shared.clone();
		async move { Ok::<_, Infallible>(shared.handle(request).await) }
	});
	let connection = http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(head)
		.max_buf_size(MAX_HEAD_BYTES)
		.keep_alive(false)
		// `curl` shuts nothing down; who does is still to be answered.
		.half_close(true)
		.serve_connection(TokioIo::new(stream), service);
	let _ = timeout(all, connection).await;
}

/// Why a call is not made.
struct Wrong {
	status: StatusCode,
	outcome: &'static str,
	error: String,
}

fn wrong(status: StatusCode, outcome: &'static str, error: impl Into<String>) -> Wrong {
	Wrong { status, outcome, error: error.into() }
}

fn failure(status: StatusCode, body: &Value) -> Answer {
	let mut answer = Response::new(Full::new(Bytes::from(format!("{body}\n"))));
	*answer.status_mut() = status;
	answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
	answer
}

impl Shared {
	async fn handle(self: &Arc<Self>, request: Request<Incoming>) -> Answer {
		add(&self.metrics.calls, 1);
		let (name, service, call) = match self.take(request).await {
			Ok(taken) => taken,
			Err(Wrong { status, outcome, error }) => {
				return failure(status, &json!({ "outcome": outcome, "error": error }));
			}
		};
		match self.call(service, &call).await {
			Called::Replied { reply, operator, receipt } => {
				add(&self.metrics.replied, 1);
				answer(reply, &operator, receipt)
			}
			Called::Late(attempts) => {
				let error = "no operator has answered in time";
				failure(StatusCode::GATEWAY_TIMEOUT, &report(&name, "late", error, &attempts))
			}
			Called::Failed(attempts) => {
				let outcome = attempts.last().map_or("no-operator", Attempt::outcome);
				let error = "no operator has answered";
				failure(StatusCode::BAD_GATEWAY, &report(&name, outcome, error, &attempts))
			}
			Called::NoReceipts(error) => failure(
				StatusCode::INSUFFICIENT_STORAGE,
				&json!({ "outcome": "no-receipt", "service": name, "error": error }),
			),
		}
	}

	/// Reads a call, and for which service it is.
	async fn take(&self, request: Request<Incoming>) -> Result<(String, &Service, Call), Wrong> {
		let (head, body) = request.into_parts();
		if head.method == Method::CONNECT {
			return Err(wrong(
				StatusCode::NOT_IMPLEMENTED,
				"no-tunnels",
				"there are no tunnels here: call services by http://",
			));
		}
		let (name, target) = self.service(&head.uri, &head.headers)?;
		let unknown =
			|| wrong(StatusCode::NOT_FOUND, "unknown-service", format!("there is no service {name:?}"));
		let service = self.settings.services.get(&name).ok_or_else(unknown)?;
		let sent = head.headers.iter().filter(|(name, _)| self.settings.call_headers.contains(name.as_str()));
		let headers = Headers::new(sent.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())));
		let headers = headers.ok_or_else(|| {
			wrong(
				StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
				"headers-too-large",
				"the headers are too many or too long",
			)
		})?;
		let too_long = || wrong(StatusCode::PAYLOAD_TOO_LARGE, "call-too-long", "the call is too long");
		let limited = Limited::new(body, self.settings.max_call_bytes).collect();
		let body = match timeout(self.settings.body, limited).await {
			Ok(Ok(body)) => body.to_bytes(),
			Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_long()),
			Ok(Err(error)) => {
				let error = format!("the call was cut off: {error}");
				return Err(wrong(StatusCode::BAD_REQUEST, "cut-off", error));
			}
			Err(_) => {
				return Err(wrong(StatusCode::REQUEST_TIMEOUT, "too-slow", "the call came too slowly"));
			}
		};
		let call = Call::new(head.method.as_str().as_bytes(), target.as_bytes(), headers, &body);
		let call = call.ok_or_else(|| {
			wrong(
				StatusCode::BAD_REQUEST,
				"malformed",
				"the method or the target cannot be sent to a service",
			)
		})?;
		if call.encoded_size().saturating_add(OVERHEAD) > MAX_REQUEST_BYTES as usize {
			return Err(too_long());
		}
		Ok((name, service, call))
	}

	/// The service's name, and the target there.
	fn service(&self, uri: &hyper::Uri, headers: &HeaderMap) -> Result<(String, String), Wrong> {
		let target = uri.path_and_query().map_or("/", |target| target.as_str());
		if let Some(host) = uri.host() {
			// As a proxy, for these names only.
			let host = host.to_ascii_lowercase();
			let plain = uri.scheme_str() == Some("http");
			let name = host.strip_suffix(DOMAIN).filter(|_| plain);
			let name = name.ok_or_else(|| {
				let error = format!("only http://SERVICE{DOMAIN} is called by this proxy");
				wrong(StatusCode::FORBIDDEN, "not-a-service", error)
			})?;
			return Ok((name.into(), target.into()));
		}
		// A page of somewhere else, whose name leads here by its owner's doing, is not to spend this node's money.
		if !headers.get(header::HOST).is_some_and(names_this_machine) {
			let error = "the host is not named as an address of this machine";
			return Err(wrong(StatusCode::FORBIDDEN, "other-host", error));
		}
		// Nor is one that calls this machine by its address. Browsers say for whom they call.
		let origin = headers.get(header::ORIGIN).is_some_and(|origin| !is_of_this_machine(origin));
		if origin || headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
			let error = "pages of other sites call nothing here";
			return Err(wrong(StatusCode::FORBIDDEN, "other-site", error));
		}
		let rest = target.strip_prefix('/').unwrap_or_default();
		let end = rest.find(['/', '?']).unwrap_or(rest.len());
		let (name, rest) = rest.split_at(end);
		let slash = if rest.starts_with('/') { "" } else { "/" };
		Ok((name.into(), format!("{slash}{rest}")))
	}
}

/// Whether a host is `localhost` or a loopback address, with or without a port.
fn names_this_machine(host: &HeaderValue) -> bool {
	let Ok(host) = host.to_str() else { return false };
	let Ok(authority) = host.parse::<hyper::http::uri::Authority>() else { return false };
	let name = authority.host().trim_start_matches('[').trim_end_matches(']');
	name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether an origin is a page of this machine's own.
fn is_of_this_machine(origin: &HeaderValue) -> bool {
	let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
	host.and_then(|host| HeaderValue::from_str(host).ok()).is_some_and(|host| names_this_machine(&host))
}

fn report(service: &str, outcome: &str, error: &str, attempts: &[Attempt]) -> Value {
	let paid = attempts.iter().map(Attempt::paid).fold(0u128, |sum, paid| sum.saturating_add(paid));
	json!({
		"outcome": outcome,
		"error": error,
		"service": service,
		"paid_waiting": paid.to_string(),
		"attempts": attempts.iter().map(Attempt::to_json).collect::<Vec<_>>(),
	})
}

/// The reply as HTTP.
fn answer(reply: Reply, operator: &NodeId, receipt: Option<String>) -> Answer {
	let own = [
		("surety-operator", format!("{operator:?}")),
		("surety-receipt", receipt.unwrap_or_else(|| "not kept".into())),
	];
	let mut answer = Response::new(Full::new(Bytes::from(reply.body.into_inner())));
	*answer.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
	let headers = answer.headers_mut();
	for (name, value) in reply.headers.iter() {
		let parsed = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value));
		if let (Ok(name), Ok(value)) = parsed {
			headers.append(name, value);
		}
	}
	for (name, value) in own {
		// Whatever the operator has said by these names is not from here.
		if let Ok(value) = HeaderValue::from_str(&value) {
			headers.insert(name, value);
		}
	}
	answer
}
