//! The HTTP server behind a node.

use super::config::ProviderSettings;
use anyhow::{anyhow, Result};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{body::Bytes, client::conn::http1, header, Request};
use hyper_util::rt::TokioIo;
use surety_response::http::{Call, Cause, Headers, Reply};
use tokio::{net::TcpStream, time::timeout};

/// Bytes of the head of an answer at the most.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Asks the server. One connection a call: whatever one answer leaves behind is not the next one's.
pub(super) async fn ask(settings: &ProviderSettings, call: &Call) -> Result<Reply, Cause> {
	let request = request(settings, call).map_err(|_| Cause::Unreadable)?;
	timeout(settings.time, exchange(settings, request)).await.unwrap_or(Err(Cause::UpstreamSlow))
}

fn request(settings: &ProviderSettings, call: &Call) -> Result<Request<Full<Bytes>>> {
	let target = std::str::from_utf8(&call.target)?;
	let mut request = Request::builder()
		.method(call.method.as_slice())
		.uri(format!("{}{target}", settings.prefix))
		.header(header::HOST, &settings.authority);
	for (name, value) in call.headers.iter() {
		if std::str::from_utf8(name).is_ok_and(|name| settings.call_headers.contains(name)) {
			request = request.header(name, value);
		}
	}
	request.body(Full::new(Bytes::copy_from_slice(&call.body))).map_err(|error| anyhow!(error))
}

async fn exchange(settings: &ProviderSettings, request: Request<Full<Bytes>>) -> Result<Reply, Cause> {
	let stream = TcpStream::connect(&settings.authority).await.map_err(|_| Cause::UpstreamDown)?;
	let handshake = http1::Builder::new().max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(stream)).await;
	let (mut sender, connection) = handshake.map_err(|_| Cause::UpstreamDown)?;
	let failed = |_| Cause::UpstreamFailed(0);
	let answer = async {
		let response = sender.send_request(request).await.map_err(failed)?;
		let (head, body) = response.into_parts();
		let status = head.status.as_u16();
		if status >= 500 {
			return Err(Cause::UpstreamFailed(status));
		}
		let body = Limited::new(body, settings.max_reply_bytes).collect().await.map_err(|error| {
			if error.is::<LengthLimitError>() {
				Cause::AnswerTooLong
			} else {
				Cause::UpstreamFailed(0)
			}
		})?;
		let shown = head.headers.iter().filter(|(name, _)| settings.reply_headers.contains(name.as_str()));
		let headers = shown.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes().trim_ascii()));
		let headers = Headers::new(headers).ok_or(Cause::UpstreamFailed(0))?;
		Reply::new(status, headers, body.to_bytes().into()).ok_or(Cause::UpstreamFailed(0))
	};
	// The connection is driven only as long as its answer is wanted, and gone with it.
	tokio::pin!(answer);
	tokio::select! {
		answer = &mut answer => answer,
		// What has come before it ended is still to be read; what has not, never comes.
		_ = connection => answer.await,
	}
}
