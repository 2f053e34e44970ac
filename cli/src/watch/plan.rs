//! What can be probed of an offer.
//!
//! The operator says where, in the offer's metadata, a JSON object:
//!
//! | key | what |
//! | --- | --- |
//! | `endpoints` | a list of URLs, `https://…`, `http://…` or `tcp://HOST:PORT`; the first is probed |
//! | `probe.url` | is probed instead: answers a GET at once, whoever asks |
//! | `probe.download` | a GET yields many bytes, for throughput towards the client |
//! | `probe.upload` | takes a POST of many bytes, for throughput from the client |
//! | `probe.proxy` | an HTTP proxy (`CONNECT`), `http://HOST:PORT`, through which destinations are reached |

use serde::{Deserialize, Serialize};
use serde_json::Value;
use surety_primitives::notary::{Claim, Claims};

/// Something certified that can be measured.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
	/// Share of time in which it answers, at the least, in parts of a thousand million.
	Availability(u32),
	/// Milliseconds to the first byte, or to a connection, at the most.
	Latency(u32),
	/// Kbit/s towards the client at the least.
	Download(u32),
	/// Kbit/s from the client at the least.
	Upload(u32),
	/// Is reached.
	Destination(String),
}

impl Constraint {
	/// Whether many bytes are moved to measure it.
	pub fn is_throughput(&self) -> bool {
		matches!(self, Self::Download(_) | Self::Upload(_))
	}
}

/// Where an offer answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
	/// By HTTP.
	Url(String),
	/// By TCP: host and port.
	Tcp(String, u16),
}

impl Target {
	fn read(text: &str) -> Option<Self> {
		if text.starts_with("http://") || text.starts_with("https://") {
			return Some(Self::Url(text.to_owned()));
		}
		let (host, port) = text.strip_prefix("tcp://")?.trim_end_matches('/').rsplit_once(':')?;
		let host = host.trim_matches(['[', ']']);
		Some(Self::Tcp(host.to_owned(), port.parse().ok()?)).filter(|_| !host.is_empty())
	}
}

/// What is probed of an offer, and where.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
	/// Where it answers.
	pub target: Option<Target>,
	/// Where many bytes come from.
	pub download: Option<String>,
	/// Where many bytes go.
	pub upload: Option<String>,
	/// Through what destinations are reached.
	pub proxy: Option<String>,
	/// What is measured.
	pub constraints: Vec<Constraint>,
	/// What cannot be, and why.
	pub unwatched: Vec<String>,
}

impl Plan {
	/// The plan for some claims, from what the operator says.
	pub fn new(claims: &Claims, metadata: &[u8]) -> Self {
		let said: Value = serde_json::from_slice(metadata).unwrap_or_default();
		let text = |value: &Value| value.as_str().filter(|text| text.len() <= 1_024).map(ToOwned::to_owned);
		let web = |name: &str| {
			text(&said["probe"][name]).filter(|url| url.starts_with("http://") || url.starts_with("https://"))
		};
		let first = match &said["endpoints"] {
			Value::Array(list) => list.first().and_then(text),
			one => text(one),
		};
		let mut plan = Self {
			target: text(&said["probe"]["url"]).or(first).and_then(|text| Target::read(&text)),
			download: web("download"),
			upload: web("upload"),
			proxy: web("proxy"),
			..Self::default()
		};
		for claim in &claims.list {
			plan.add(claim);
		}
		plan
	}

	fn add(&mut self, claim: &Claim) {
		let (answers, down, up, proxy) =
			(self.target.is_some(), self.download.is_some(), self.upload.is_some(), self.proxy.is_some());
		let mut want = |constraint: Constraint, possible: bool, missing: &str| match possible {
			true => self.constraints.push(constraint),
			false => self.unwatched.push(format!("{constraint:?}: the offer's metadata has no {missing}")),
		};
		match claim {
			Claim::Availability(share) => {
				want(Constraint::Availability(share.deconstruct()), answers, "endpoint that can be probed")
			}
			Claim::Latency { ms } => want(Constraint::Latency(*ms), answers, "endpoint that can be probed"),
			Claim::Throughput { down_kbps, up_kbps } => {
				if *down_kbps > 0 {
					want(Constraint::Download(*down_kbps), down, "probe.download");
				}
				if *up_kbps > 0 {
					want(Constraint::Upload(*up_kbps), up, "probe.upload");
				}
			}
			Claim::Destination(name) => match std::str::from_utf8(name) {
				Ok(name) => want(Constraint::Destination(name.to_owned()), proxy, "probe.proxy"),
				Err(_) => self.unwatched.push("a destination that has no name".into()),
			},
			// Neither can be seen from outside.
			Claim::Geography(_) | Claim::Other { .. } => self
				.unwatched
				.push(format!("{}: has to be watched otherwise", crate::presence::claims::show(claim))),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::presence::claims::ClaimArg;

	fn plan(written: &[&str], metadata: &str) -> Plan {
		let claims = written.iter().map(|text| text.parse::<ClaimArg>().unwrap().0);
		Plan::new(&Claims::new(claims.collect()), metadata.as_bytes())
	}

	#[test]
	fn what_is_certified_should_be_probed_where_the_operator_says() {
		let metadata = r#"{
			"endpoints": ["https://a.example", "https://b.example"],
			"probe": { "download": "https://a.example/10M", "upload": "https://a.example/sink", "proxy": "http://a.example:3128" }
		}"#;
		let all =
			["throughput=100/50", "latency=20", "availability=99.5", "destination=v.example", "geography=LT"];
		let plan = plan(&all, metadata);
		assert_eq!(plan.target, Some(Target::Url("https://a.example".into())));
		assert_eq!(
			plan.constraints,
			[
				Constraint::Download(100),
				Constraint::Upload(50),
				Constraint::Latency(20),
				Constraint::Availability(995_000_000),
				Constraint::Destination("v.example".into()),
			]
		);
		assert_eq!(plan.unwatched.len(), 1, "{:?}", plan.unwatched);
		assert_eq!(plan.download.as_deref(), Some("https://a.example/10M"));
	}

	#[test]
	fn what_the_operator_does_not_say_should_not_be_held_against_it_but_told() {
		for metadata in
			["", "not json", "{}", r#"{"endpoints":[]}"#, r#"{"endpoints":["ipfs://x"],"probe":7}"#]
		{
			let plan = plan(&["latency=20", "throughput=5", "destination=v.example"], metadata);
			assert_eq!(plan.constraints, [], "{metadata}");
			assert_eq!(plan.unwatched.len(), 3, "{metadata}");
		}
	}

	#[test]
	fn an_endpoint_should_be_by_http_or_by_tcp() {
		assert_eq!(Target::read("tcp://a.example:443"), Some(Target::Tcp("a.example".into(), 443)));
		assert_eq!(Target::read("tcp://[2606:4700::1]:443"), Some(Target::Tcp("2606:4700::1".into(), 443)));
		for text in
			["", "a.example", "tcp://a.example", "tcp://:443", "tcp://a:x", "udp://a:1", "file:///etc"]
		{
			assert_eq!(Target::read(text), None, "{text}");
		}
		let own = plan(&["latency=20"], r#"{"endpoints":["https://a"],"probe":{"url":"tcp://a:1"}}"#);
		assert_eq!(own.target, Some(Target::Tcp("a".into(), 1)));
	}
}
