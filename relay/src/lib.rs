//! The daemon of Proof of Response: one node's part of carrying requests to their recipients, and answers, proofs and
//! late fees back (S3).
//!
//! What is said and when is decided by the machine of `surety-response`
//! ([`Durable`](surety_response::relay::durable::Durable)); this crate gives it clocks, sockets, a disk and keys. See
//! `docs/proof-of-response.md` for the protocol, and `relay/dist/relay.toml` for a configuration with all keys.
//!
//! - [`config`]: the configuration file, checked as a whole before anything is done.
//! - [`chain`]: what the daemon wants to know of the chain, as a trait; the chain by way of one of its nodes, and a network that
//!   is read from a file.
//! - [`keys`]: the node's key, and whose signatures are checked by which keys.
//! - [`store`]: records on disk. Many changes become durable by one `fsync`, and nothing that follows from a change is
//!   done before.
//! - [`transport`]: QUIC between neighbours that know each other by their keys.
//! - [`daemon`]: all of it together; a [`daemon::Daemon`] is one running node.
//! - [`provider`]: who answers the requests that are for this node: nobody, or an HTTP server behind it.
//! - [`gateway`]: HTTP on this machine, for clients that know nothing of all this.
//! - [`sealed`]: bodies that only the two ends can read.
//! - [`receipt`]: what a client keeps of an exchange, for a third party to check.
//! - [`metrics`]: counters and gauges, as Prometheus reads them.

#![warn(missing_docs)]

pub mod chain;
pub mod config;
pub mod daemon;
pub mod gateway;
pub mod keys;
pub mod metrics;
pub mod provider;
pub mod receipt;
pub mod sealed;
pub mod store;
pub mod transport;

mod driver;

use surety_response::relay::Ms;

/// What time it is, in ms of Unix time.
pub fn unix_ms() -> Ms {
	let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
	Ms::try_from(since.as_millis()).unwrap_or(Ms::MAX)
}
