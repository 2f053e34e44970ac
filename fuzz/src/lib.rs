//! A stateful fuzzer of the whole runtime: random calls from random accounts, block by block, from the genesis of the
//! preset `development`, with every pallet's own check of its state and the rules about money as oracle.
//!
//! A *case* is a history that a seed and a number determine. A failing one is shrunk to the steps that it needs and
//! written down, a line each step; what lies under `regressions/` is replayed by the ordinary tests.

#![warn(missing_docs)]

pub mod accounts;
pub mod chain;
pub mod generate;
pub mod history;
pub mod keys;
pub mod oracle;
pub mod random;
pub mod shrink;
pub mod step;
pub mod tally;
#[cfg(test)]
mod tests;
