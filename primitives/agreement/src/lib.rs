//! What a client and an operator can promise each other (S3 §6), as arithmetic: nothing here stores anything.
//!
//! - [`downtime`]: how long an operator was down, and how much of that is past what it promised.
//! - [`debts`]: what it owes for that, by the era of stake that answers for it.
//! - [`schedule`]: when it is asked to show that it still has the data.
//! - [`sampling`]: for which chunks, and how many it takes to find a loss.
//! - [`merkle`]: how it shows them.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod debts;
pub mod downtime;
pub mod merkle;
pub mod sampling;
pub mod schedule;

/// Height of a block.
pub type BlockNumber = u32;
/// Amount of the native token, in its smallest unit.
pub type Balance = u128;
/// Number of an era of stake.
pub type Era = u32;
/// BLAKE2b-256.
pub type Hash = [u8; 32];
