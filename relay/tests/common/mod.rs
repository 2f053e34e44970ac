//! Networks of daemons on this machine, with an emulated link for each edge.

#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod chain;
mod http;
mod link;

pub(crate) use chain::{TestChain, TestEdge};
pub(crate) use http::{exchange, get, Heard, Upstream};
pub(crate) use link::{Link, LinkSpec};

use std::{path::Path, sync::Arc};
use surety_relay::{
	config::{EdgePolicy, Settings},
	daemon::{Daemon, Tap},
	keys::RelayKey,
	provider::Provider,
};
use surety_response::{
	relay::{durable::DurableLimits, Basis, Config, Leg, Limits, Overload, PassOn, Patience, Query, Route},
	NodeId,
};
use surety_simulator::account;

/// The key of the node with this number.
pub(crate) fn key(node: usize) -> RelayKey {
	RelayKey::from_seed([node as u8 + 1; 32])
}

/// Settings for tests: patient, and ready soon.
pub(crate) fn settings(node: NodeId, data: &Path) -> Settings {
	Settings {
		relay: Config {
			node,
			patience: Patience::Syncs(8),
			pass_on: PassOn::AtOnce,
			overload: Overload::Queue,
			isolate: false,
			grace_ms: 500,
			skew_ms: 0,
			max_validity_ms: 600_000,
			limits: Limits::default(),
		},
		durable: DurableLimits::default(),
		data: data.to_path_buf(),
		listen: ([127, 0, 0, 1], 0).into(),
		metrics: None,
		settle_ms: 1_000,
		drain_ms: 5_000,
		connections: 64,
		edge: EdgePolicy { patience: None, risk: 1_000_000_000, max_requests: 1_000 },
		edges: Default::default(),
	}
}

/// Starts a node, and lets the chain know where it listens.
pub(crate) async fn start(
	chain: &Arc<TestChain>,
	node: usize,
	settings: Settings,
	provider: Arc<dyn Provider>,
	tap: Option<Arc<dyn Tap>>,
) -> Daemon {
	Daemon::start(settings, key(node), chain.clone(), provider, tap).await.expect("starts")
}

/// Waits until a node talks with so many neighbours.
pub(crate) async fn talks(daemon: &Daemon, neighbours: usize) {
	for _ in 0..1_000 {
		if daemon.inspect(|machine| machine.talks().0).await == Some(neighbours) {
			return;
		}
		tokio::time::sleep(std::time::Duration::from_millis(10)).await;
	}
	panic!("it does not talk with {neighbours} neighbours");
}

/// Along these edges, each of the promised latency, with time to spare.
pub(crate) fn route(edges: &[u64], latency_ms: u32, spare_ms: u32) -> Route {
	let count = edges.len() as u32;
	let leg = |(place, edge): (usize, &u64)| {
		let left = count - place as u32;
		Leg { edge: *edge, timeout_ms: left * (2 * latency_ms) + spare_ms, pay: 10 * u128::from(left) }
	};
	Route { legs: edges.iter().enumerate().map(leg).collect() }
}

/// Something to ask.
pub(crate) fn query(nonce: u64, recipient: usize, body: &[u8]) -> Query {
	Query {
		nonce,
		recipient: account(recipient),
		basis: Basis::Subscription(1),
		method: b"POST /echo".to_vec(),
		body: body.to_vec(),
		max_response_bytes: 1_000_000,
		service_ms: 100,
		late_fee_per_ms: 1,
		late_fee_cap: 60_000,
		validity_ms: 120_000,
	}
}
