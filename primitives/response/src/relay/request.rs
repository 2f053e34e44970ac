//! What an author signs: one request, to one recipient, along one route.

use super::Ms;
use crate::{Amount, Message, NodeId, H256};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// Bytes of a canonical method at the most.
pub const MAX_METHOD_BYTES: u32 = 128;

/// By what right the author asks.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Basis {
	/// A subscription, by its number on chain.
	Subscription(u64),
	/// An agreement, by its number on chain.
	Agreement(u64),
}

/// What an author asks of a recipient, and what it is owed while it waits (S3 §2). Signed by the author.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Request {
	/// Who asks.
	pub author: NodeId,
	/// Who is to answer.
	pub recipient: NodeId,
	/// By what right.
	pub basis: Basis,
	/// BLAKE2b-256 of the body, as it is sent.
	pub content: H256,
	/// The method in its canonical form, such as `GET /v1/head`.
	pub method: BoundedVec<u8, ConstU32<MAX_METHOD_BYTES>>,
	/// Bytes that the response's body has at the most.
	pub max_response_bytes: u32,
	/// Time that the recipient is given to answer, in ms.
	pub service_ms: u32,
	/// The author expects its answer within this time of sending, in ms.
	pub timeout_ms: u32,
	/// What each party on the way owes the one before it for each ms that it is late. At least 1.
	pub late_fee_per_ms: Amount,
	/// What each owes for being late at the most. At least 1; once it is paid, nothing more is owed.
	pub late_fee_cap: Amount,
	/// BLAKE2b-256 of the payload of the first hop, which contains those of all others.
	pub route: H256,
	/// Chosen by the author, and the same whenever it asks the same once more.
	pub nonce: u64,
	/// Nobody takes it later, in ms of Unix time.
	pub not_after_ms: Ms,
}

impl Message for Request {
	const TAG: &'static str = "surety/request/1";
}

impl Request {
	/// The name of exactly this request: BLAKE2b-256 of what is signed.
	pub fn hash(&self, genesis: &H256) -> H256 {
		blake2_256(&self.signing_payload(genesis)).into()
	}

	/// The name of what is asked, whichever way and however often: without route, timeout, fees and expiry. A recipient
	/// answers the same query by the same body.
	pub fn query(&self, genesis: &H256) -> H256 {
		let Self { author, recipient, basis, content, method, .. } = self;
		let asked = (author, recipient, basis, content, method);
		let terms = (self.max_response_bytes, self.service_ms, self.nonce);
		let payload = ("surety/query/1", genesis, asked, terms).encode();
		blake2_256(&payload).into()
	}
}
