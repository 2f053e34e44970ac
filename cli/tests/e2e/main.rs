//! The command line against a real node, from start to end. One development node serves all tests; each uses
//! accounts of its own, so that they run at the same time.

mod bounties;
mod common;
mod edge;
mod faults;
mod gov;
mod keys;
mod leave;
mod market;
mod notary;
mod operator;
mod refusals;
mod stake;
mod usage;
mod validator;
