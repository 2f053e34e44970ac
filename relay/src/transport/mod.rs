//! QUIC between neighbours that know each other by their keys.
//!
//! TLS 1.3 with raw public keys (RFC 7250): each end shows its Ed25519 key, and the other looks whether the chain has it
//! for the node at the other end of the edge. There are no certificates and no authorities.
//!
//! The opener of an edge's channel connects to the acceptor and opens one stream; it begins with eight bytes, the number of
//! the edge, lowest first. Then both send frames, each behind its length in four bytes, lowest first, and of at most
//! [`MAX_FRAME_BYTES`](surety_response::relay::durable::MAX_FRAME_BYTES). A connection that breaks is made anew, after a
//! pause that grows.

mod links;
mod session;
mod tls;

pub use tls::ALPN;

pub(crate) use links::Links;
pub(crate) use session::Transport;
