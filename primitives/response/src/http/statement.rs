//! What an operator signs of an exchange, for a third party.

use super::{call::Call, reply::Reply};
use crate::{
	relay::{pieces, root, Request},
	Message, H256,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// That a call was answered by a reply. Signed by the recipient; inside the encrypted answer it is the two ends' secret
/// until one of them shows it.
///
/// Two statements of one operator with the same `asked`, for a service that is deterministic, and another `status`, `bytes`
/// or `root` contradict each other; so do two with the same `request` for any service. The same `query` alone does not: it
/// has no expiry, and can be asked again after the operator has forgotten what it answered.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Statement {
	/// The [hash](Request::hash) of the request for which the answer was made. A repetition along another way, which is
	/// answered by the same bytes, has another one.
	pub request: H256,
	/// The [query](Request::query), which all of these share: the link between this and a response.
	pub query: H256,
	/// What was asked: the [digest](Call::digest) of the canonical call.
	pub asked: H256,
	/// The reply's status.
	pub status: u16,
	/// Bytes of the reply's body, in the clear.
	pub bytes: u32,
	/// Merkle root of the pieces of the reply's body, in the clear; see [`root`](crate::relay::root).
	pub root: H256,
}

impl Message for Statement {
	const TAG: &'static str = "surety/statement/1";
}

impl Statement {
	/// What an honest recipient states.
	pub fn new(genesis: &H256, request: &Request, call: &Call, reply: &Reply) -> Self {
		Self {
			request: request.hash(genesis),
			query: request.query(genesis),
			asked: call.digest(),
			status: reply.status,
			// A body is bounded far below.
			bytes: u32::try_from(reply.body.len()).unwrap_or(u32::MAX),
			root: root(&pieces(&reply.body)),
		}
	}

	/// Whether this is what an honest recipient states to this request, or to one of the same query that it had answered
	/// before.
	pub fn is_of(&self, genesis: &H256, request: &Request, call: &Call, reply: &Reply) -> bool {
		let expected = Self::new(genesis, request, call, reply);
		*self == Self { request: self.request, ..expected }
	}

	/// Whether this and `other`, of one operator, differ in what they say was answered.
	pub fn differs(&self, other: &Self) -> bool {
		let said = |it: &Self| (it.status, it.bytes, it.root);
		said(self) != said(other)
	}
}
