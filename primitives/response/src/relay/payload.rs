//! What each hop is told: where to send, for how much, and how long to wait.
//!
//! To the machine a payload is bytes. These are plain ones, which tell each hop the whole rest of the way; an onion
//! (Sphinx) can take their place by another [`Host::peel`](super::Host::peel), in the same message.

use crate::{Amount, EdgeId, H256};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use sp_crypto_hashing::blake2_256;

/// Edges of a route at the most, without the author's own.
pub const MAX_LEGS: u32 = 32;

/// Bytes of a payload at the most: room for an onion of as many hops.
pub const MAX_PAYLOAD_BYTES: u32 = 4_096;

/// A payload, as it is sent.
pub type Payload = BoundedVec<u8, ConstU32<MAX_PAYLOAD_BYTES>>;

/// One hop's orders.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Leg {
	/// The edge to forward along.
	pub edge: EdgeId,
	/// How long the one at its other end is given, in ms from when it is forwarded.
	pub timeout_ms: u32,
	/// What that one is paid ahead, for itself and all after it.
	pub pay: Amount,
}

/// What a hop reads in its payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peeled {
	/// Its orders; none where it is the recipient.
	pub next: Option<Leg>,
	/// The payload of the next.
	pub rest: Payload,
	/// The edges of which one that breaks is an answer: the hop's own next one, and all after it.
	pub beyond: Vec<EdgeId>,
}

/// A payload that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

/// The route from an author to a recipient, with the timeouts and pay along it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Route {
	/// The edges, in order; the first is the author's own, and its timeout the request's.
	pub legs: Vec<Leg>,
}

impl Route {
	/// The payload of the first hop; `None` where the route has too many legs.
	pub fn payload(&self) -> Option<Payload> {
		plain(self.legs.get(1..).unwrap_or_default())
	}

	/// What the request commits to.
	pub fn commitment(payload: &Payload) -> H256 {
		blake2_256(payload).into()
	}

	/// Each edge of a path with the timeout that leaves no slack: twice the promised latencies from there on, and the
	/// recipient's time.
	///
	/// `path` gives each edge with its promised latency in ms and what relaying over it costs. `None` where that cannot
	/// be counted.
	pub fn tight(path: &[(EdgeId, u32, Amount)], service_ms: u32) -> Option<Self> {
		let mut timeout_ms = service_ms;
		let mut pay: Amount = 0;
		let mut legs = Vec::new();
		for (edge, latency_ms, price) in path.iter().rev() {
			timeout_ms = timeout_ms.checked_add(latency_ms.checked_mul(2)?)?;
			legs.push(Leg { edge: *edge, timeout_ms, pay });
			pay = pay.checked_add(*price)?;
		}
		legs.reverse();
		Some(Self { legs })
	}
}

fn plain(legs: &[Leg]) -> Option<Payload> {
	let legs: BoundedVec<Leg, ConstU32<MAX_LEGS>> = legs.to_vec().try_into().ok()?;
	legs.encode().try_into().ok()
}

/// Reads a plain payload.
pub fn peel_plain(payload: &[u8]) -> Result<Peeled, Malformed> {
	let legs = BoundedVec::<Leg, ConstU32<MAX_LEGS>>::decode_all(&mut &*payload).map_err(|_| Malformed)?;
	let beyond = legs.iter().map(|leg| leg.edge).collect();
	let rest = plain(legs.get(1..).unwrap_or_default()).ok_or(Malformed)?;
	Ok(Peeled { next: legs.first().copied(), rest, beyond })
}
