//! What an operator signs about an answer.

use crate::ServiceId;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use surety_response::{
	relay::{pieces, root, Request, Verdict, MAX_BODY_BYTES, MAX_METHOD_BYTES},
	Message,
};

/// How an answer is checked: as the service has it when the answer is given.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Check {
	/// It cannot be checked by the chain.
	None,
	/// The body is the content whose hash the method names.
	FixedHash,
	/// The body is the chunk that the method names, with its Merkle path.
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

/// What is asked, in plain, whoever asks and whichever way.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Asked {
	/// The method in its canonical form, such as `GET /v1/head`.
	pub method: BoundedVec<u8, ConstU32<MAX_METHOD_BYTES>>,
	/// BLAKE2b-256 of the request's canonical body, before it was encrypted.
	pub content: H256,
}

impl Asked {
	/// Its name: BLAKE2b-256 of a text for its kind and of it.
	#[must_use]
	pub fn hash(&self) -> H256 {
		blake2_256(&("surety/asked/1", self).encode()).into()
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

/// What an operator says that it was asked, and answered, in plain. Signed by one of its answer keys.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Statement {
	/// The hash of the request.
	pub request: H256,
	/// The service that answers, and whose stake answers for it.
	pub service: ServiceId,
	/// By what the answer may be judged.
	pub rules: Rules,
	/// The name of what was asked, see [`Asked::hash`].
	pub asked: H256,
	/// What kind of answer it is.
	pub verdict: Verdict,
	/// The canonical body of the answer, before it was encrypted.
	pub answered: Body,
}

impl Message for Statement {
	const TAG: &'static str = "surety/statement/1";
}

impl Statement {
	/// Whether it says what whoever asked knows: its request, the service that it pays for and by which rules, what it has
	/// asked, and the body that came. An answer without such a statement, signed, is to be taken for none: nobody could be
	/// held to it.
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
			&& self.asked == asked.hash()
			&& self.answered.bytes <= request.max_response_bytes
			&& self.answered.is(body)
	}
}
