//! A chain that says what a test wants it to.

use std::{
	net::SocketAddr,
	sync::{Mutex, MutexGuard},
};
use surety_relay::chain::{ChainView, EdgeView};
use surety_response::{
	relay::{packet::SignedIntent, ChainEvent, Schedule},
	Amount, EdgeId, NodeId, PerSide, PublicKey, Side, H256,
};
use surety_simulator::{account, GENESIS};
use tokio::sync::mpsc;

/// An edge of the network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TestEdge {
	/// The opener of its channel, and the acceptor.
	pub(crate) ends: [usize; 2],
	pub(crate) latency_ms: u32,
	pub(crate) syncs: Option<Schedule>,
	pub(crate) base_price: Amount,
	pub(crate) deposit: Amount,
	/// Where the opener connects to.
	pub(crate) address: Option<SocketAddr>,
}

/// Edges by number, and what was submitted.
#[derive(Debug, Default)]
pub(crate) struct TestChain {
	edges: Mutex<Vec<TestEdge>>,
	submitted: Mutex<Vec<SignedIntent>>,
	/// A node that has the key of another number here.
	other_key: Option<(usize, usize)>,
}

impl TestChain {
	pub(crate) fn new(edges: Vec<TestEdge>) -> Self {
		Self { edges: Mutex::new(edges), ..Self::default() }
	}

	/// The same, as somebody would have it who takes the key of one number for that of the node with another.
	pub(crate) fn mistaken(&self, node: usize, key: usize) -> Self {
		Self { other_key: Some((node, key)), ..Self::new(self.edges_mut().clone()) }
	}

	pub(crate) fn edges_mut(&self) -> MutexGuard<'_, Vec<TestEdge>> {
		self.edges.lock().expect("nobody panics here")
	}

	pub(crate) fn submitted(&self) -> Vec<SignedIntent> {
		self.submitted.lock().expect("nobody panics here").clone()
	}
}

impl ChainView for TestChain {
	fn genesis(&self) -> H256 {
		GENESIS
	}

	fn keys(&self, node: &NodeId) -> Vec<PublicKey> {
		let number = node.to_low_u64_be().saturating_sub(1) as usize;
		if account(number) != *node || number > 100 {
			return Vec::new();
		}
		let number = self.other_key.filter(|(node, _)| *node == number).map_or(number, |(_, key)| key);
		vec![PublicKey::Ed25519(super::key(number).public())]
	}

	fn encryption_key(&self, node: &NodeId) -> Option<[u8; 32]> {
		let number = node.to_low_u64_be().checked_sub(1)? as usize;
		(account(number) == *node && number <= 100).then(|| super::key(number).encryption().public())
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		self.edges_mut().get(usize::try_from(edge).ok()?).map(|edge| edge.ends.map(account))
	}

	fn edges(&self, node: &NodeId) -> Vec<EdgeView> {
		let view = |(number, edge): (usize, &TestEdge)| {
			let ends = edge.ends.map(account);
			let side = if ends[0] == *node { Side::Opener } else { Side::Acceptor };
			ends.contains(node).then(|| EdgeView {
				edge: number as EdgeId,
				channel: number as u64,
				side,
				neighbour: if side == Side::Opener { ends[1] } else { ends[0] },
				address: edge.address,
				latency_ms: edge.latency_ms,
				syncs: edge.syncs,
				base_price: edge.base_price,
				price_per_byte: 0,
				deposits: PerSide { opener: edge.deposit, acceptor: edge.deposit },
				penalty: 2_000_000_001,
			})
		};
		self.edges_mut().iter().enumerate().filter_map(view).collect()
	}

	fn subscribe(&self, _: &NodeId) -> mpsc::Receiver<ChainEvent> {
		mpsc::channel(1).1
	}

	fn submit(&self, intent: SignedIntent) {
		self.submitted.lock().expect("nobody panics here").push(intent);
	}
}
