//! Keys of simulated nodes, and what the simulated chain says of edges.

use sp_crypto_hashing::blake2_256;
use std::{cell::RefCell, rc::Rc};
use surety_response::{relay::Host, EdgeId, NodeId, Signature, Signed, H256};

/// The genesis hash of the simulated chain.
pub const GENESIS: H256 = H256::repeat_byte(7);

/// What everybody knows: the two ends of each edge.
#[derive(Debug, Default)]
pub(crate) struct Directory {
	pub(crate) ends: Vec<[NodeId; 2]>,
}

/// A node's keys.
///
/// These are no signatures: a keyed hash (BLAKE2b-256 of the node's name, a secret that all nodes of the simulation
/// share, and the message) stands for each. It costs a fraction of one and differs for each node and message, and no
/// simulated node makes one up. The machine's own tests use real keys.
#[derive(Debug)]
pub(crate) struct KeyedHash {
	pub(crate) node: NodeId,
	pub(crate) directory: Rc<RefCell<Directory>>,
}

fn tag(node: &NodeId, payload: &[u8]) -> [u8; 64] {
	let mut bytes = Vec::with_capacity(payload.len() + 48);
	bytes.extend_from_slice(b"simulated secret");
	bytes.extend_from_slice(node.as_bytes());
	bytes.extend_from_slice(payload);
	let mut tag = [0; 64];
	tag[..32].copy_from_slice(&blake2_256(&bytes));
	tag
}

impl Host for KeyedHash {
	fn genesis(&self) -> H256 {
		GENESIS
	}

	fn sign(&self, payload: &[u8]) -> Signed {
		Signed { key: 0, signature: Signature::Ed25519(tag(&self.node, payload)) }
	}

	fn verify(&self, node: &NodeId, payload: &[u8], signed: &Signed) -> bool {
		signed.signature == Signature::Ed25519(tag(node, payload))
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		self.directory.borrow().ends.get(usize::try_from(edge).ok()?).copied()
	}
}
