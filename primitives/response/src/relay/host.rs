//! What a machine needs of the one that drives it: keys, what the chain says, and how payloads are read.

use super::payload::{peel_plain, Malformed, Peeled};
use crate::{EdgeId, Message, NodeId, Signed, H256};

/// Keys, the chain's state, and how payloads are read.
///
/// What it says of the chain is as of a final block. Nothing here may wait.
pub trait Host {
	/// The hash of the chain's genesis block.
	fn genesis(&self) -> H256;

	/// Signs by a key of this node's own.
	fn sign(&self, payload: &[u8]) -> Signed;

	/// Whether `signed` is a signature of `payload` by one of the keys of `node`.
	fn verify(&self, node: &NodeId, payload: &[u8], signed: &Signed) -> bool;

	/// The two ends of an edge, open or closed; `None` where there never was such an edge, or it was pruned.
	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]>;

	/// Reads a payload that came with the request of this hash.
	fn peel(&self, request: &H256, payload: &[u8]) -> Result<Peeled, Malformed> {
		let _ = request;
		peel_plain(payload)
	}

	/// Signs a message.
	fn sign_message(&self, message: &impl Message) -> Signed
	where
		Self: Sized,
	{
		self.sign(&message.signing_payload(&self.genesis()))
	}

	/// Whether `node` has signed a message.
	fn verify_message(&self, node: &NodeId, message: &impl Message, signed: &Signed) -> bool
	where
		Self: Sized,
	{
		self.verify(node, &message.signing_payload(&self.genesis()), signed)
	}
}
