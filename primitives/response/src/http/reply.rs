//! What an operator says to a call.

use super::{headers::Headers, statement::Statement};
use crate::{
	relay::{Verdict, MAX_BODY_BYTES},
	Signed,
};
use alloc::{boxed::Box, vec::Vec};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};

/// The body of a reply.
pub type ReplyBody = BoundedVec<u8, ConstU32<MAX_BODY_BYTES>>;

/// An HTTP response in canonical form.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Reply {
	/// The status: from 200 to 499. Anything else is no reply, but a [`Cause`].
	pub status: u16,
	/// The headers.
	pub headers: Headers,
	/// The body.
	pub body: ReplyBody,
}

impl Reply {
	/// A reply of these parts; `None` where they are too long, or the status is none of a reply.
	pub fn new(status: u16, headers: Headers, body: Vec<u8>) -> Option<Self> {
		let reply = Self { status, headers, body: body.try_into().ok()? };
		reply.is_canonical().then_some(reply)
	}

	/// Reads a reply; `None` where it is none, is not canonical, or has something behind it.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		Self::decode_all(&mut &*bytes).ok().filter(Self::is_canonical)
	}

	fn is_canonical(&self) -> bool {
		(200..500).contains(&self.status) && self.headers.is_canonical()
	}
}

/// Why an operator does not answer a call. Its place is its code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub enum Cause {
	/// The body cannot be decrypted, or is no call: it may be encrypted to a key that was replaced.
	Unreadable,
	/// Nothing is provided here.
	NothingProvided,
	/// The author may not call this service.
	NotAllowed,
	/// The service has no such method, or nothing at such a path.
	NotOffered,
	/// The call is longer than the service takes.
	CallTooLong,
	/// Too many calls are under way.
	Busy,
	/// The server behind the operator cannot be reached.
	UpstreamDown,
	/// The server behind the operator took too long.
	UpstreamSlow,
	/// The server behind the operator failed: by this status, or 0 where what it said was no HTTP.
	UpstreamFailed(
		/// The status.
		u16,
	),
	/// The answer is longer than the service gives, or than was asked for.
	AnswerTooLong,
}

impl Cause {
	/// A name for programs.
	pub const fn name(&self) -> &'static str {
		match self {
			Self::Unreadable => "unreadable",
			Self::NothingProvided => "nothing-provided",
			Self::NotAllowed => "not-allowed",
			Self::NotOffered => "not-offered",
			Self::CallTooLong => "call-too-long",
			Self::Busy => "busy",
			Self::UpstreamDown => "upstream-down",
			Self::UpstreamSlow => "upstream-slow",
			Self::UpstreamFailed(_) => "upstream-failed",
			Self::AnswerTooLong => "answer-too-long",
		}
	}

	/// Whether the service can have done what was asked all the same, if the operator is honest: then asking another is
	/// asking twice.
	pub const fn may_have_happened(&self) -> bool {
		matches!(self, Self::UpstreamSlow | Self::UpstreamFailed(_) | Self::AnswerTooLong)
	}
}

/// What an operator says to a call: the body of its response before that is encrypted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Said {
	/// A reply.
	Reply {
		/// What the operator states of it.
		statement: Box<Statement>,
		/// By the operator, over the statement.
		signed: Box<Signed>,
		/// The reply.
		reply: Box<Reply>,
	},
	/// It does not answer.
	Refused(
		/// Why.
		Cause,
	),
}

impl Said {
	/// The verdict of the response whose body this is.
	pub const fn verdict(&self) -> Verdict {
		match self {
			Self::Reply { .. } => Verdict::Answer,
			Self::Refused(_) => Verdict::Refusal,
		}
	}

	/// Reads what was said; `None` where it is nothing that can be said, or has something behind it.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let said = Self::decode_all(&mut &*bytes).ok()?;
		match &said {
			Self::Reply { reply, .. } if !reply.is_canonical() => None,
			_ => Some(said),
		}
	}
}
