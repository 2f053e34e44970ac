//! The `[gateway]` of a configuration.

use crate::{chain::bytes32, provider::header_names, sealed::OVERHEAD};
use anyhow::{bail, ensure, Context, Result};
use serde::Deserialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	net::SocketAddr,
	path::PathBuf,
	time::Duration,
};
use surety_response::{
	http::CALL_HEADERS,
	relay::{Basis, MAX_BODY_BYTES, MAX_REQUEST_BYTES},
	Amount, NodeId, H256,
};

/// Takes HTTP calls on this machine, and has them answered by operators.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayTable {
	/// TCP address at which calls are taken: one of this machine's own. Whoever can connect to it spends this node's money.
	pub listen: SocketAddr,
	/// Folder for receipts.
	#[serde(default = "receipts")]
	pub receipts: PathBuf,
	/// Headers of calls that operators are sent.
	#[serde(default = "call_headers")]
	pub call_headers: Vec<String>,
	/// Bytes of a call's body at the most.
	#[serde(default = "max_call_bytes")]
	pub max_call_bytes: u32,
	/// Connections at once.
	#[serde(default = "connections")]
	pub connections: usize,
	/// How long the head of a call may take to come, in ms.
	#[serde(default = "head_ms")]
	pub head_ms: u64,
	/// How long its body may, in ms.
	#[serde(default = "body_ms")]
	pub body_ms: u64,
	/// The services.
	#[serde(default)]
	pub service: Vec<ServiceTable>,
}

/// A service that can be called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTable {
	/// How callers name it: small letters, digits and hyphens.
	pub name: String,
	/// Its operators.
	pub operator: Vec<OperatorTable>,
	/// In which order they are asked.
	#[serde(default)]
	pub order: OrderValue,
	/// Whether asking twice does no harm: then the next operator is asked when one is silent.
	#[serde(default)]
	pub stateless: bool,
	/// What the way to an operator may cost for one call, in the smallest unit.
	#[serde(default = "max_price")]
	pub max_price: u64,
	/// What the promised latencies of the way may be together, one way, in ms.
	#[serde(default = "max_latency_ms")]
	pub max_latency_ms: u32,
	/// Bytes of an encrypted answer at the most. The way costs by them.
	#[serde(default = "max_reply_bytes")]
	pub max_reply_bytes: u32,
	/// Time that an operator is given to answer, in ms.
	#[serde(default = "service_ms")]
	pub service_ms: u32,
	/// What is added to that for what all on the way take to do their work, in ms.
	#[serde(default = "slack_ms")]
	pub slack_ms: u32,
	/// How long a caller waits, whoever is asked meanwhile, in ms.
	#[serde(default = "deadline_ms")]
	pub deadline_ms: u64,
	/// Late fee of each ms, in the smallest unit.
	#[serde(default = "late_fee_per_ms")]
	pub late_fee_per_ms: u64,
	/// Late fees at the most. Each hop of the way has to have as much in its channel.
	#[serde(default = "late_fee_cap")]
	pub late_fee_cap: u64,
}

/// An operator of a service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorTable {
	/// Its account, 32 bytes in hex.
	pub node: String,
	/// The subscription by which it is called.
	pub subscription: Option<u64>,
	/// The agreement by which it is called.
	pub agreement: Option<u64>,
}

/// In which order operators are asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderValue {
	/// As they are listed.
	#[default]
	Listed,
	/// The one that the cheapest way leads to first.
	Price,
}

fn receipts() -> PathBuf {
	"receipts".into()
}

fn call_headers() -> Vec<String> {
	CALL_HEADERS.map(String::from).to_vec()
}

fn max_call_bytes() -> u32 {
	61_440
}

fn connections() -> usize {
	64
}

fn head_ms() -> u64 {
	5_000
}

fn body_ms() -> u64 {
	10_000
}

fn max_price() -> u64 {
	1_000_000
}

fn max_latency_ms() -> u32 {
	1_000
}

fn max_reply_bytes() -> u32 {
	1_048_576
}

fn service_ms() -> u32 {
	2_000
}

fn slack_ms() -> u32 {
	100
}

fn deadline_ms() -> u64 {
	20_000
}

fn late_fee_per_ms() -> u64 {
	1
}

fn late_fee_cap() -> u64 {
	60_000
}

/// A `[gateway]` that was checked.
#[derive(Clone, Debug)]
pub struct GatewaySettings {
	/// TCP address at which calls are taken.
	pub listen: SocketAddr,
	/// Folder for receipts.
	pub receipts: PathBuf,
	/// Headers of calls that operators are sent, in small letters.
	pub call_headers: BTreeSet<String>,
	/// Bytes of a call's body at the most.
	pub max_call_bytes: usize,
	/// Connections at once.
	pub connections: usize,
	/// How long the head of a call may take to come.
	pub head: Duration,
	/// How long its body may.
	pub body: Duration,
	/// The services, by name.
	pub services: BTreeMap<String, Service>,
}

/// A service that can be called.
#[derive(Clone, Debug)]
pub struct Service {
	/// Its operators, in the order in which they are listed.
	pub operators: Vec<Operator>,
	/// In which order they are asked.
	pub order: OrderValue,
	/// Whether asking twice does no harm.
	pub stateless: bool,
	/// What the way may cost.
	pub max_price: Amount,
	/// What the promised latencies of the way may be together, in ms.
	pub max_latency_ms: u32,
	/// Bytes of an encrypted answer at the most.
	pub max_reply_bytes: u32,
	/// Time that an operator is given, in ms.
	pub service_ms: u32,
	/// What is added to that, in ms.
	pub slack_ms: u32,
	/// How long a caller waits.
	pub deadline: Duration,
	/// Late fee of each ms.
	pub late_fee_per_ms: Amount,
	/// Late fees at the most.
	pub late_fee_cap: Amount,
}

/// An operator of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operator {
	/// Its account.
	pub node: NodeId,
	/// By what right it is called.
	pub basis: Basis,
}

impl OperatorTable {
	fn operator(&self) -> Result<Operator> {
		let basis = match (self.subscription, self.agreement) {
			(Some(subscription), None) => Basis::Subscription(subscription),
			(None, Some(agreement)) => Basis::Agreement(agreement),
			_ => bail!("one of subscription and agreement is needed"),
		};
		Ok(Operator { node: H256(bytes32(&self.node).context("node")?), basis })
	}
}

impl ServiceTable {
	fn service(&self) -> Result<Service> {
		let operators = self.operator.iter().map(OperatorTable::operator);
		let operators = operators.collect::<Result<Vec<_>>>().context("operator")?;
		ensure!(!operators.is_empty(), "it has no operator");
		ensure!(self.max_reply_bytes <= MAX_BODY_BYTES, "max_reply_bytes is more than {MAX_BODY_BYTES}");
		ensure!(
			self.late_fee_per_ms > 0 && self.late_fee_cap > 0,
			"late fees are 0: nobody would take a request"
		);
		ensure!((1..=300_000).contains(&self.deadline_ms), "deadline_ms is not from 1 to 300000");
		Ok(Service {
			operators,
			order: self.order,
			stateless: self.stateless,
			max_price: self.max_price.into(),
			max_latency_ms: self.max_latency_ms,
			max_reply_bytes: self.max_reply_bytes,
			service_ms: self.service_ms,
			slack_ms: self.slack_ms,
			deadline: Duration::from_millis(self.deadline_ms),
			late_fee_per_ms: self.late_fee_per_ms.into(),
			late_fee_cap: self.late_fee_cap.into(),
		})
	}
}

impl GatewayTable {
	/// Checks what it says.
	pub fn settings(&self) -> Result<GatewaySettings> {
		ensure!(
			self.listen.ip().is_loopback(),
			"gateway.listen is no address of this machine alone: anybody could spend this node's money"
		);
		ensure!((1..=65_536).contains(&self.connections), "gateway.connections is not from 1 to 65536");
		ensure!(self.head_ms > 0 && self.body_ms > 0, "gateway: no call could come in 0 ms");
		let room = MAX_REQUEST_BYTES.saturating_sub(OVERHEAD as u32);
		ensure!(self.max_call_bytes <= room, "gateway.max_call_bytes: a call has {room} bytes at the most");
		let mut services = BTreeMap::new();
		for table in &self.service {
			let name = &table.name;
			let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
			let good = (1..=63).contains(&name.len()) && name.bytes().all(letters);
			ensure!(good, "gateway.service: {name:?} is no name of small letters, digits and hyphens");
			let service = table.service().with_context(|| format!("gateway.service {name}"))?;
			ensure!(
				services.insert(name.clone(), service).is_none(),
				"gateway.service: two are named {name}"
			);
		}
		ensure!(!services.is_empty(), "gateway: there is no service");
		Ok(GatewaySettings {
			listen: self.listen,
			receipts: self.receipts.clone(),
			call_headers: header_names("gateway.call_headers", &self.call_headers)?,
			max_call_bytes: self.max_call_bytes as usize,
			connections: self.connections,
			head: Duration::from_millis(self.head_ms),
			body: Duration::from_millis(self.body_ms),
			services,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const BARE: &str = "listen = \"127.0.0.1:8081\"\n[[service]]\nname = \"echo\"\n[[service.operator]]\n\
		node = \"0x0202020202020202020202020202020202020202020202020202020202020202\"\nsubscription = 1\n";

	fn settings(text: &str) -> Result<GatewaySettings> {
		toml::from_str::<GatewayTable>(text)?.settings()
	}

	#[test]
	fn a_service_with_one_operator_should_be_all_that_has_to_be_said() {
		let settings = settings(BARE).expect("makes sense");
		assert_eq!(settings.receipts, PathBuf::from("receipts"));
		let service = settings.services.get("echo").expect("is there");
		let operator = Operator { node: H256::repeat_byte(2), basis: Basis::Subscription(1) };
		assert_eq!((&service.operators[..], service.order), (&[operator][..], OrderValue::Listed));
		assert!(!service.stateless);
	}

	#[test]
	fn what_makes_no_sense_should_be_refused_with_the_key_that_says_it() {
		for (from, to, named) in [
			("127.0.0.1", "0.0.0.0", "gateway.listen"),
			("listen", "lissen", "lissen"),
			("\"echo\"", "\"Echo\"", "gateway.service"),
			("\"echo\"", "\"\"", "gateway.service"),
			("\"echo\"", "\"echo\"\nlate_fee_cap = 0", "late fees"),
			("\"echo\"", "\"echo\"\ndeadline_ms = 0", "deadline_ms"),
			("\"echo\"", "\"echo\"\norder = \"other\"", "order"),
			("subscription = 1", "", "subscription"),
			("subscription = 1", "subscription = 1\nagreement = 1", "subscription"),
			("0x02", "0x0202", "node"),
			("[[service]]", "connections = 0\n[[service]]", "gateway.connections"),
			("[[service]]", "max_call_bytes = 65536\n[[service]]", "gateway.max_call_bytes"),
			("[[service]]", "call_headers = [\"host\"]\n[[service]]", "gateway.call_headers"),
			("[[service]]", "head_ms = 0\n[[service]]", "0 ms"),
		] {
			assert!(BARE.contains(from), "{from}");
			let error = settings(&BARE.replacen(from, to, 1)).expect_err(to);
			assert!(format!("{error:#}").contains(named), "{to}: {error:#}");
		}
		let twice = [BARE, BARE.split_once('\n').expect("has lines").1].concat();
		assert!(format!("{:#}", settings(&twice).expect_err("twice")).contains("echo"));
		assert!(settings("listen = \"127.0.0.1:8081\"").is_err(), "without services");
	}
}
