//! The `[provider]` of a configuration.

use super::access::{Access, Anybody, Listed};
use crate::{chain::bytes32, sealed::OVERHEAD};
use anyhow::{bail, ensure, Context, Result};
use hyper::{http::uri::Scheme, Uri};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use surety_response::{
	http::{is_end_to_end, CALL_HEADERS, REPLY_HEADERS},
	relay::{MAX_BODY_BYTES, MAX_REQUEST_BYTES},
	NodeId, H256,
};

/// Answers requests by an HTTP server behind this node.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderTable {
	/// The server: `http://HOST:PORT`, and a path that goes before those of calls.
	pub upstream: String,
	/// Who may call: `"anybody"`, or accounts, 32 bytes in hex each.
	#[serde(default = "anybody")]
	pub callers: CallersValue,
	/// Methods that can be called.
	#[serde(default = "methods")]
	pub methods: Vec<String>,
	/// Paths that can be called: each of these, and what is below it.
	#[serde(default = "paths")]
	pub paths: Vec<String>,
	/// Headers of calls that the server is shown.
	#[serde(default = "call_headers")]
	pub call_headers: Vec<String>,
	/// Headers of the server's answers that callers are shown.
	#[serde(default = "reply_headers")]
	pub reply_headers: Vec<String>,
	/// Bytes of a call's body at the most.
	#[serde(default = "max_call_bytes")]
	pub max_call_bytes: u32,
	/// Bytes of an answer's body at the most.
	#[serde(default = "max_reply_bytes")]
	pub max_reply_bytes: u32,
	/// How long the server may take, in ms.
	#[serde(default = "time_ms")]
	pub time_ms: u64,
	/// Calls at once.
	#[serde(default = "concurrency")]
	pub concurrency: usize,
}

/// Who may call.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum CallersValue {
	/// `"anybody"`.
	Word(String),
	/// Accounts.
	Accounts(Vec<String>),
}

fn anybody() -> CallersValue {
	CallersValue::Word("anybody".into())
}

fn methods() -> Vec<String> {
	["GET", "HEAD", "POST"].map(String::from).to_vec()
}

fn paths() -> Vec<String> {
	vec!["/".into()]
}

fn call_headers() -> Vec<String> {
	CALL_HEADERS.map(String::from).to_vec()
}

fn reply_headers() -> Vec<String> {
	REPLY_HEADERS.map(String::from).to_vec()
}

fn max_call_bytes() -> u32 {
	61_440
}

fn max_reply_bytes() -> u32 {
	1_048_576
}

fn time_ms() -> u64 {
	10_000
}

fn concurrency() -> usize {
	64
}

/// A `[provider]` that was checked.
#[derive(Clone)]
pub struct ProviderSettings {
	/// Host and port of the server.
	pub authority: String,
	/// What goes before the target of each call; without a slash at its end.
	pub prefix: String,
	/// Who may call.
	pub access: Arc<dyn Access>,
	/// Methods that can be called.
	pub methods: BTreeSet<String>,
	/// Paths that can be called, with what is below them.
	pub paths: Vec<String>,
	/// Headers of calls that the server is shown, in small letters.
	pub call_headers: BTreeSet<String>,
	/// Headers of its answers that callers are shown, in small letters.
	pub reply_headers: BTreeSet<String>,
	/// Bytes of a call's body at the most.
	pub max_call_bytes: usize,
	/// Bytes of an answer's body at the most.
	pub max_reply_bytes: usize,
	/// How long the server may take.
	pub time: Duration,
	/// Calls at once.
	pub concurrency: usize,
}

impl std::fmt::Debug for ProviderSettings {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("ProviderSettings").field("authority", &self.authority).finish_non_exhaustive()
	}
}

/// Names of headers that go from end to end, in small letters.
pub(crate) fn header_names(key: &str, names: &[String]) -> Result<BTreeSet<String>> {
	let names: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
	for name in &names {
		let is_name = hyper::header::HeaderName::from_bytes(name.as_bytes()).is_ok();
		ensure!(
			is_name && is_end_to_end(name.as_bytes()),
			"{key}: {name:?} is no header that can be passed on"
		);
	}
	Ok(names)
}

impl ProviderTable {
	/// Checks what it says.
	pub fn settings(&self) -> Result<ProviderSettings> {
		let upstream: Uri = self.upstream.parse().context("provider.upstream is no address")?;
		ensure!(upstream.scheme() == Some(&Scheme::HTTP), "provider.upstream does not begin with http://");
		let authority = upstream.authority().context("provider.upstream names no host")?;
		ensure!(!authority.as_str().contains('@'), "provider.upstream: passwords are not sent from here");
		ensure!(upstream.query().is_none(), "provider.upstream has a query");
		let port = authority.port_u16().unwrap_or(80);
		let access: Arc<dyn Access> = match &self.callers {
			CallersValue::Word(word) if word == "anybody" => Arc::new(Anybody),
			CallersValue::Word(word) => bail!("provider.callers: {word:?} is neither \"anybody\" nor a list"),
			CallersValue::Accounts(accounts) => {
				let accounts = accounts.iter().map(|account| Ok(H256(bytes32(account)?)));
				let accounts = accounts.collect::<Result<BTreeSet<NodeId>>>().context("provider.callers")?;
				Arc::new(Listed(accounts))
			}
		};
		for method in &self.methods {
			let good =
				!method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
			ensure!(good, "provider.methods: {method:?} is no method in capitals");
		}
		for path in &self.paths {
			ensure!(path.starts_with('/'), "provider.paths: {path:?} does not begin with a slash");
		}
		ensure!(!self.methods.is_empty() && !self.paths.is_empty(), "provider: nothing can be called");
		let room = MAX_REQUEST_BYTES.saturating_sub(OVERHEAD as u32);
		ensure!(self.max_call_bytes <= room, "provider.max_call_bytes: a call has {room} bytes at the most");
		ensure!(
			self.max_reply_bytes <= MAX_BODY_BYTES,
			"provider.max_reply_bytes: an answer has {MAX_BODY_BYTES} bytes at the most"
		);
		ensure!(self.time_ms > 0, "provider.time_ms is 0");
		ensure!(self.concurrency > 0, "provider.concurrency is 0");
		Ok(ProviderSettings {
			authority: format!("{}:{port}", authority.host()),
			prefix: upstream.path().trim_end_matches('/').to_string(),
			access,
			methods: self.methods.iter().cloned().collect(),
			paths: self.paths.clone(),
			call_headers: header_names("provider.call_headers", &self.call_headers)?,
			reply_headers: header_names("provider.reply_headers", &self.reply_headers)?,
			max_call_bytes: self.max_call_bytes as usize,
			max_reply_bytes: self.max_reply_bytes as usize,
			time: Duration::from_millis(self.time_ms),
			concurrency: self.concurrency,
		})
	}
}

impl ProviderSettings {
	/// Whether a method and a path can be called.
	pub(super) fn offers(&self, method: &[u8], path: &[u8]) -> bool {
		let below = |offered: &String| {
			let offered = offered.trim_end_matches('/').as_bytes();
			path.strip_prefix(offered).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
		};
		self.methods.iter().any(|offered| offered.as_bytes() == method)
			&& !climbs(path)
			&& self.paths.iter().any(below)
	}
}

/// Whether a path leads upwards anywhere: what is below an offered path for one reader would not be for another.
fn climbs(path: &[u8]) -> bool {
	let plain = String::from_utf8_lossy(path).to_ascii_lowercase().replace("%2e", ".");
	let plain = plain.replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
	// Parameters of a segment, which some servers cut off, hide nothing.
	plain.split('/').any(|segment| segment.split(';').next() == Some(".."))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn settings(text: &str) -> Result<ProviderSettings> {
		toml::from_str::<ProviderTable>(text)?.settings()
	}

	#[test]
	fn an_upstream_should_be_all_that_has_to_be_said() {
		let settings = settings("upstream = \"http://127.0.0.1:8080/api/\"").expect("makes sense");
		assert_eq!((settings.authority.as_str(), settings.prefix.as_str()), ("127.0.0.1:8080", "/api"));
		assert!(settings.offers(b"GET", b"/anything"));
		assert!(!settings.offers(b"DELETE", b"/anything"));
	}

	#[test]
	fn what_makes_no_sense_should_be_refused_with_the_key_that_says_it() {
		for (line, named) in [
			("upstream = \"https://a\"", "provider.upstream"),
			("upstream = \"/path\"", "provider.upstream"),
			("upstream = \"http://user:word@a\"", "provider.upstream"),
			("upstream = \"http://a\"\ncallers = \"nobody\"", "provider.callers"),
			("upstream = \"http://a\"\ncallers = [\"0x01\"]", "provider.callers"),
			("upstream = \"http://a\"\nmethods = [\"get\"]", "provider.methods"),
			("upstream = \"http://a\"\npaths = [\"v1\"]", "provider.paths"),
			("upstream = \"http://a\"\npaths = []", "nothing can be called"),
			("upstream = \"http://a\"\ncall_headers = [\"host\"]", "provider.call_headers"),
			("upstream = \"http://a\"\nreply_headers = [\"a b\"]", "provider.reply_headers"),
			("upstream = \"http://a\"\nmax_call_bytes = 65536", "provider.max_call_bytes"),
			("upstream = \"http://a\"\nmax_reply_bytes = 100000000", "provider.max_reply_bytes"),
			("upstream = \"http://a\"\ntime_ms = 0", "provider.time_ms"),
			("upstream = \"http://a\"\nconcurrency = 0", "provider.concurrency"),
			("upstream = \"http://a\"\nother = 0", "other"),
		] {
			let error = settings(line).expect_err(line);
			assert!(format!("{error:#}").contains(named), "{line}: {error:#}");
		}
	}

	#[test]
	fn only_offered_paths_and_what_is_below_them_should_be_called() {
		let settings =
			settings("upstream = \"http://a\"\npaths = [\"/v1/\", \"/health\"]").expect("makes sense");
		for path in ["/v1", "/v1/", "/v1/a/b", "/health", "/health/", "/v1/a..b"] {
			assert!(settings.offers(b"GET", path.as_bytes()), "{path}");
		}
		for path in [
			"/",
			"/v2",
			"/v10",
			"/healthy",
			"/v1/../admin",
			"/v1/%2E%2e/admin",
			"/v1/..%2fadmin",
			"/v1\\..\\b",
		] {
			assert!(!settings.offers(b"GET", path.as_bytes()), "{path}");
		}
	}
}
