//! The parts of `surety`, the command line of those who sell services on Surety, buy them, and keep the chain
//! running. `cli` says what it looks like, `roles` what each command does, `chain` how a node is talked to.
//!
//! Results go to stdout, as tables or with `--json` as one JSON value; progress and errors go to stderr. The
//! exit code is 0 when what was asked for was done, 1 when the chain, the node or this machine refused, and 2
//! when the command line makes no sense.

#![warn(missing_docs)]

pub mod args;
pub mod chain;
pub mod cli;
pub mod edges;
pub mod error;
pub mod http;
pub mod keys;
pub mod output;
pub mod presence;
pub mod recommend;
pub mod roles;
pub mod service;
pub mod watch;

pub use surety_client::{amount, files};
