//! How a node is talked to: the client's part, and what only a command line does with it.

pub mod batch;
pub mod parse;
pub mod submit;

pub use surety_client::chain::{
	bounties, call, errors, money, notary, render, state, topology, windows, At, Chain,
};
