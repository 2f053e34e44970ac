//! What a client asks.

use super::headers::Headers;
use crate::{relay::MAX_REQUEST_BYTES, H256};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use sp_crypto_hashing::blake2_256;

/// Bytes of a call's method at the most.
pub const MAX_HTTP_METHOD_BYTES: u32 = 16;

/// Bytes of a call's target at the most.
pub const MAX_TARGET_BYTES: u32 = 8_192;

/// A method, in capitals.
pub type Method = BoundedVec<u8, ConstU32<MAX_HTTP_METHOD_BYTES>>;

/// A target.
pub type Target = BoundedVec<u8, ConstU32<MAX_TARGET_BYTES>>;

/// The body of a call.
pub type CallBody = BoundedVec<u8, ConstU32<MAX_REQUEST_BYTES>>;

/// An HTTP request in canonical form.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Call {
	/// The method, in capitals.
	pub method: Method,
	/// The path, and the query where there is one: origin form (RFC 9112 §3.2.1).
	pub target: Target,
	/// The headers.
	pub headers: Headers,
	/// The body.
	pub body: CallBody,
}

impl Call {
	/// A call of these parts. `None` where they are too long, or cannot be in canonical form.
	pub fn new(method: &[u8], target: &[u8], headers: Headers, body: &[u8]) -> Option<Self> {
		let call = Self {
			method: method.to_vec().try_into().ok()?,
			target: target.to_vec().try_into().ok()?,
			headers,
			body: body.to_vec().try_into().ok()?,
		};
		call.is_canonical().then_some(call)
	}

	/// Reads a call; `None` where it is none, is not canonical, or has something behind it.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		Self::decode_all(&mut &*bytes).ok().filter(Self::is_canonical)
	}

	/// The name of what is asked, whoever asks it of whom: BLAKE2b-256 of `("surety/http-call/1", self)` in SCALE.
	pub fn digest(&self) -> H256 {
		blake2_256(&("surety/http-call/1", self).encode()).into()
	}

	/// The path, without the query.
	pub fn path(&self) -> &[u8] {
		self.target.split(|byte| *byte == b'?').next().unwrap_or_default()
	}

	fn is_canonical(&self) -> bool {
		// `*` and authorities are no targets of a service; fragments never leave a client.
		let is_target = |byte: &u8| byte.is_ascii_graphic() && *byte != b'#';
		!self.method.is_empty()
			&& self.method.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-')
			&& self.target.first() == Some(&b'/')
			&& self.target.iter().all(is_target)
			&& self.headers.is_canonical()
	}
}
