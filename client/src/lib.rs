//! A client of a Surety chain, for the command line and for daemons: what a node is asked, what is submitted to it, and what
//! is found out and kept on this side of it.
//!
//! - [`chain`]: a connection to a node; what it answers, as values of this workspace's own types; calls that the chain's own
//!   metadata encodes, submitted and waited for; errors in words that a person can act on.
//! - [`edges`]: the network of edges as whoever has a node in it needs it: searches, evidence and certificates, vouchers and
//!   intents, and a watchtower that does what is due.
//! - [`keys`], [`files`], [`amount`], [`text`], [`error`], [`backoff`]: what both need.
//!
//! Nothing here prints, but for a warning where a file with a secret lies open; who wants to know how something goes gives a
//! [`text::Progress`].

#![warn(missing_docs)]

pub mod amount;
pub mod backoff;
pub mod chain;
pub mod edges;
pub mod error;
pub mod files;
pub mod keys;
pub mod text;
