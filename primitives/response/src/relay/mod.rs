//! The relay's protocol: the promise to whoever asks that it has a signed answer in time, or a proof that an edge of the
//! route is broken, or late fees for each moment of waiting (S3 §2, §3).
//!
//! [`Relay`] is one node's part of it, without I/O: it is told what happens ([`Event`]) and at what time, and gives back
//! what is to be done ([`Action`]). A daemon, a simulator and a fuzzer drive the same machine. What it needs of its host
//! beside that is [`Host`].
//!
//! # How it works
//! **Forwarding.** An author signs a [`Request`] and sends it along a [`Route`]. Each hop reads its
//! own part of that, the [`Leg`]: to whom, with what timeout, for how much. (Plain payloads tell it the rest as well; see
//! [`Host::peel`].) It takes the request if it can get the answer back in
//! time and is paid enough: its signed [`Ack`](packet::Ack) is where its obligations begin. Otherwise a
//! [`Nack`](packet::Nack) gives back what was paid.
//!
//! **Late.** Whoever forwards at time `f` and gives downstream a timeout `d` is itself late from `f + d` on; where it has
//! to wait for room, `f` is when it took the request. A recipient is late when what it was given is less than the way back
//! takes. From then on it owes late fees to the one before it, at the rate of the request, and pays them at each sync of
//! that edge ([`Schedule`]). Passing on the response or a proof ends that at the moment it is sent, with the last fee in
//! the same packet. If edges take what they promise, and everybody passes on at once, all hops are late by the same time,
//! and honest ones get back what they pay.
//!
//! **Severing.** Whoever gets neither answer nor proof nor fees from the next hop severs that edge, when its
//! [`Patience`] ends or it would lose more than it is ready to ([`EdgeConfig::risk`]). The signed intent proves at once
//! that the edge is broken, and answers every request in flight over it.
//!
//! **Nobody is trusted with more than an edge is worth.** Each hop checks the request's signature, that a response is the
//! recipient's, and that a broken edge is on the way that it was told of. What is paid ahead is bounded by the channel
//! ([`ChannelState`](crate::ChannelState)), and what a node may have to pay in late fees has to be there before it takes
//! a request.
//!
//! **Asking again.** An answer is remembered until the request expires: by hops under the hash of the request, by the
//! recipient under that of the [query](Request::query), which is the same along every route. So a retry never
//! contradicts what was answered before.
//!
//! # What a host has to do
//! - Bring packets between neighbours in order, each once, and again after a connection was interrupted; and know who is
//!   at the other end.
//! - Do what it is given in the order in which it is given, and have what is persisted durable before anything that comes
//!   after it is sent.
//! - Say [`Event::Timer`] at the time that was set last, or soon after: late fees go on meanwhile.
//! - Tell only of final blocks. Submit intents until they are in one.
//! - Answer each [`Action::Serve`] some time, if only by a refusal.
//! - Cap what a channel may pay ahead below half of the penalty for severing its edge, see
//!   [`ChannelState::new`](crate::ChannelState::new).
//!
//! [`durable`] does the first two, and more: a host that drives a [`Durable`](durable::Durable) keeps what that says and
//! goes on from it after a restart, with all that was in flight. One that drives a bare [`Relay`] opens each edge anew with
//! the channel as it was last persisted: so no voucher is signed twice, and none that was taken is lost, but requests that
//! were in flight, and answers that were remembered, are not known any more.
//!
//! What a machine keeps is bounded ([`Limits`]), whatever its neighbours send; and nothing in it panics.

mod config;
pub mod durable;
mod event;
mod host;
mod kept;
mod ledger;
mod machine;
mod memory;
pub mod packet;
mod payload;
mod request;
mod response;
#[cfg(test)]
mod tests;

pub use config::{Config, EdgeConfig, Limits, Overload, PassOn, Patience, Schedule};
pub use event::{Action, ChainEvent, Event, Note, Order, Outcome, Query, Reason};
pub use host::Host;
pub use machine::{Relay, Usage};
pub use packet::{Packet, MAX_REQUEST_BYTES};
pub use payload::{peel_plain, Leg, Malformed, Payload, Peeled, Route, MAX_LEGS, MAX_PAYLOAD_BYTES};
pub use request::{Basis, Request, MAX_METHOD_BYTES};
pub use response::{pieces, proofs, root, Piece, Proof, Response, Verdict, MAX_BODY_BYTES, PIECE_BYTES};

/// A time, or a span of it, in milliseconds. Times are of the node's own clock; where requests carry them, of Unix time.
pub type Ms = u64;
