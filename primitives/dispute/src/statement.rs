//! What an operator signs about an answer.

use crate::ServiceId;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Compact, Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use surety_response::{
	relay::{pieces, root, Request, MAX_BODY_BYTES},
	Message,
};

/// Bytes of a call at the most that is shown to a chain.
pub const MAX_CALL_BYTES: u32 = 16_384;

/// The method by which contents are asked for.
const GET: &[u8] = b"GET";

/// How an answer is checked: as the service has it when the answer is given.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Check {
	/// It cannot be checked by the chain.
	None,
	/// The body is the content whose hash the target names.
	FixedHash,
	/// The body is the chunk that the target names, with its Merkle path.
	MerkleChunk,
	/// One of the runtime's own verifiers passes it.
	Native(u32),
}

/// By what an answer may be judged. The operator signs it, so a service that is changed later changes nothing.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Rules {
	/// How the answer is checked.
	pub check: Check,
	/// Whether the same question has the same answer from every honest operator that runs the same artifact.
	pub deterministic: bool,
	/// Digest of the artifact that it runs, if the service has one: another version may answer otherwise.
	pub artifact: Option<H256>,
}

/// What is asked, in plain, whoever asks and whichever way: a canonical HTTP call as it is encoded, which is its method, its
/// target, its headers and its body in SCALE.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Asked(
	/// The call.
	pub BoundedVec<u8, ConstU32<MAX_CALL_BYTES>>,
);

impl Asked {
	/// A call without headers or body that gets this target; `None` where that is too long.
	#[must_use]
	pub fn get(target: &[u8]) -> Option<Self> {
		let nothing: &[u8] = &[];
		(GET, target, nothing, nothing).encode().try_into().ok().map(Self)
	}

	/// The target, where it is a call without headers or body that gets one; `None` where it is another.
	#[must_use]
	pub fn target(&self) -> Option<Vec<u8>> {
		type Bytes<Max> = BoundedVec<u8, Max>;
		type Call = (Bytes<ConstU32<16>>, Bytes<ConstU32<MAX_CALL_BYTES>>, Compact<u32>, Compact<u32>);
		let (method, target, headers, body) = Call::decode_all(&mut &self.0[..]).ok()?;
		let bare = method.as_slice() == GET && (headers, body) == (Compact(0), Compact(0));
		bare.then(|| target.into_inner())
	}

	/// Its name: BLAKE2b-256 of the text `surety/http-call/1` and of it, in SCALE.
	#[must_use]
	pub fn hash(&self) -> H256 {
		let mut named = "surety/http-call/1".encode();
		named.extend_from_slice(&self.0);
		blake2_256(&named).into()
	}
}

/// A body, by what it can be told from any other.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Body {
	/// Its length.
	pub bytes: u32,
	/// Merkle root of its pieces, see [`surety_response::relay::root`].
	pub root: H256,
}

impl Body {
	/// The name of a body; `None` where it is longer than [`MAX_BODY_BYTES`]. Copies it.
	#[must_use]
	pub fn of(body: &[u8]) -> Option<Self> {
		let bytes = u32::try_from(body.len()).ok().filter(|bytes| *bytes <= MAX_BODY_BYTES)?;
		Some(Self { bytes, root: root(&pieces(body)) })
	}

	/// Whether this is the name of that body. One of another length is not hashed.
	#[must_use]
	pub fn is(&self, body: &[u8]) -> bool {
		u32::try_from(body.len()) == Ok(self.bytes) && Self::of(body) == Some(*self)
	}
}

/// What an operator says that it was asked, and answered, in plain. Signed by one of its answer keys, and sent within the
/// answer. There is none of a refusal.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Statement {
	/// The hash of the request for which the answer was made. A repetition of the query along another way is answered by the
	/// same bytes, and so by the same statement.
	pub request: H256,
	/// The [query](Request::query) that all of these share.
	pub query: H256,
	/// The service that answers, and whose stake answers for it.
	pub service: ServiceId,
	/// By what the answer may be judged.
	pub rules: Rules,
	/// The name of what was asked, see [`Asked::hash`].
	pub asked: H256,
	/// Status of the answer, as HTTP has it.
	pub status: u16,
	/// The body of the answer, before it was encrypted.
	pub answered: Body,
}

impl Message for Statement {
	const TAG: &'static str = "surety/statement/2";
}

impl Statement {
	/// Whether it is an answer at all. By a status from 400 on it says why there is none.
	#[must_use]
	pub fn is_answer(&self) -> bool {
		self.status < 400
	}

	/// Whether this and `other` differ in what they say was answered.
	#[must_use]
	pub fn differs(&self, other: &Self) -> bool {
		(self.status, self.answered) != (other.status, other.answered)
	}

	/// Whether it says what whoever asked knows: its request, the service that it pays for and by which rules, what it has
	/// asked, and the body that came. An answer without such a statement, signed, is to be taken for none: nobody could be
	/// held to it.
	///
	/// `request` is the author's own whose hash the statement names: of a query that was sent along several ways the one that was
	/// answered first. Where it has sent none of this hash the statement is worth nothing, since it could not be shown.
	#[must_use]
	pub fn is_of(
		&self,
		request: &Request,
		genesis: &H256,
		service: ServiceId,
		rules: &Rules,
		asked: &Asked,
		body: &[u8],
	) -> bool {
		(self.service, &self.rules) == (service, rules)
			&& self.request == request.hash(genesis)
			&& self.query == request.query(genesis)
			&& self.asked == asked.hash()
			&& self.answered.bytes <= request.max_response_bytes
			&& self.answered.is(body)
	}
}
