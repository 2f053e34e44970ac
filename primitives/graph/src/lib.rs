//! The network of edges, as a chain has to understand it: whether a severed edge has cut the network in two,
//! who is on which side, where its centre is, who is within reach of it, and by which routes a message can go
//! (S3 §2, §3.1, §4.1).
//!
//! Nothing here knows of accounts or storage: the graph is read through [`Graph`], a stored item a call, and
//! every algorithm says how many of those it takes, or stays within a budget of them. Nothing here panics.
//!
//! # Is the network still one?
//! Connectivity under deletions is dear to keep exactly, so nobody does. Whoever knows shows it, cheapest
//! first:
//!
//! | | shows | reads |
//! | --- | --- | --- |
//! | [`witness`] | nothing was cut off: a path round the edge | its edges, about log n |
//! | [`search`] | either, when the sides meet or one runs out | about √n in random graphs, three times the smaller side at the most |
//! | [`cut`] | a component, by its list, as of a block | its adjacency, in as many pages as it takes |
//!
//! What is known is kept in [`labels`]: an edge joins two components in O(α), a component shown by its list
//! is split off, and the side that nobody lists is accounted for by its label.
//!
//! # Where is its middle?
//! [`bfs`] sums up distances over one snapshot in as many steps as it takes; [`centre`] compares a challenger
//! with the incumbent by it. [`reach`] checks that a path from the centre is fast, wide and cheap enough, and
//! [`routes`] finds such paths.
//!
//! # For tests
//! [`memory`] has a graph, labels and pages in memory, [`Counting`] counts what is read.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod bfs;
pub mod centre;
mod counting;
pub mod cut;
mod edge;
mod graph;
pub mod labels;
pub mod memory;
mod path;
pub mod reach;
pub mod routes;
pub mod search;
#[cfg(test)]
mod tests;
pub mod witness;

pub use counting::Counting;
pub use edge::{AsOf, Balance, BlockNumber, Edge, HalfEdge, Life, Page, Terms, Weight};
pub use graph::{Cost, Effort, Graph};
pub use path::StepError;
