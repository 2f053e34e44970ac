//! HTTP exchanges as bytes of which everybody makes the same: what a client asks ([`Call`]), what an operator says to it
//! ([`Said`]), and what it signs of that for a third party ([`Statement`]).
//!
//! # Why a statement
//! Between neighbours bodies are encrypted, and anew for each request: what the recipient signs there, a
//! [`Response`](crate::relay::Response), has the root of bytes that nobody but the two ends can read, and that differ where
//! the answer is the same. So the recipient also signs what it was asked and what it answered in the clear, by hashes of the
//! *canonical* call and of the reply's body, and sends that signature inside the encrypted answer. A client takes no reply
//! without one. A dispute needs the [`Request`](crate::relay::Request) and the statement, a few hundred bytes, and a piece of
//! the body with its proof where the body itself matters; nothing has to be decrypted by a chain.
//!
//! A recipient that signs as its answer what has no such statement in it has not answered: its client can show that by
//! revealing what that one exchange was encrypted with.
//!
//! # What is canonical
//! One exchange has one encoding, so that one hash stands for it: the method in capitals as RFC 9110 has it, the target in
//! origin form, header names in small letters and in order, no header that speaks of a connection
//! ([`is_end_to_end`]). [`Call::from_bytes`] and [`Reply::from_bytes`] take nothing else. Which end-to-end headers are sent at
//! all is the ends' choice; [`CALL_HEADERS`] and [`REPLY_HEADERS`] are what they send unless told otherwise.

mod call;
mod headers;
mod reply;
mod statement;
#[cfg(test)]
mod tests;

pub use call::{Call, CallBody, Method, Target, MAX_HTTP_METHOD_BYTES, MAX_TARGET_BYTES};
pub use headers::{
	is_end_to_end, Header, Headers, CALL_HEADERS, MAX_HEADERS, MAX_NAME_BYTES, MAX_VALUE_BYTES, REPLY_HEADERS,
};
pub use reply::{Cause, Reply, ReplyBody, Said};
pub use statement::Statement;

/// The method of a request ([`Request::method`](crate::relay::Request::method)) whose body is a [`Call`]. The method and
/// target of the call itself are encrypted with it.
pub const METHOD: &[u8] = b"http/1";
