//! Share accounting: who owns what of an operator's stake after any history of deposits, withdrawals,
//! allocations and slashes, at a cost that does not depend on how many people there are.
//!
//! Nothing here knows of accounts, tokens or storage. A [`Ledger`] is the one bounded record of an operator's
//! stake in one asset; a [`Position`] is what one holder has in it; [`Conversions`] is where the rates stay
//! that a holder needs who was away while classes were merged.
//!
//! # How it works
//! **Classes.** Stake is told apart only by what can hit it. A [`Class`] holds everything that became active
//! in one era (`from`) and, where it is being withdrawn, backed services for the last time in another
//! (`until`). An offence of era `e` hits the classes with `from ≤ e ≤ until`, whenever it is reported and
//! applied. A deposit counts from the era after it, so a class takes deposits only before anything can hit
//! it: a share is a unit when it is issued, and nobody can be made to pay for what happened before.
//!
//! **Lots.** The stake is divided into [`PARTS`] parts, and parts are allocated to services as [`Lot`]s, which
//! carry their own `from` and `until`. An offence on a service in era `e` hits the lots that the service had
//! in that era.
//!
//! **Densities.** For each class and lot, how much of what was put up is still there. A slash multiplies the
//! densities of the classes and lots it hits, and nothing else. Multiplication commutes, hence the rules:
//! slashes give the same in any order, are multiplicative within a service, additive across disjoint
//! allocations, and never take more than was allocated. A share is worth the mean of its class's densities,
//! weighted by the lots' parts.
//!
//! **Horizon.** The first era an offence of which can still be punished: the report window's, or the oldest
//! pending slash's. What the horizon has passed need not be told apart any longer: classes that became active
//! before it are folded into the *seasoned* one at a recorded rate; lots likewise; withdrawn stake is settled.
//! So the record holds at most [`MAX_CLASSES`] classes however long it lives.
//!
//! **Rewards** are given to the stake that counts when they come, pro rata of what it is worth. Each class keeps what a
//! share of it has earned since it began; a holder has earned the difference to what it was when the holder's chunk
//! was counted last, through every conversion. So giving costs the same however many there are to be given to, and
//! what was put up later has no part in it.
//!
//! # Rounding
//! Amounts are rounded down for the one who is paid and up for the one who withdraws, so the classes are
//! never worth more than what is held. A density has 32 decimal places, so for stakes below 2⁹⁶ units a
//! holder loses at most one unit a chunk each time it is converted.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod class;
mod density;
mod ledger;
mod lot;
mod position;
pub mod settlement;
#[cfg(test)]
mod tests;

pub use class::{Class, Conversion, Key};
pub use density::{Density, Profile};
pub use ledger::Ledger;
pub use lot::Lot;
pub use position::{Chunk, Conversions, Position, Unbonded, Unbonding};

/// Number of an era of this accounting. The first is 1.
pub type Era = u32;

/// `from` of what has always been active as far as anything punishable goes.
pub const SEASONED: Era = 0;

/// `until` of what is not being withdrawn or taken away.
pub const OPEN: Era = Era::MAX;

/// Parts that make the whole of an operator's stake.
pub const PARTS: u32 = 1_000_000;

/// Eras between the horizon and now at the most, in ordinary running: the report window, the review and what
/// it takes to apply. Beyond that (slashes left pending), deposits and withdrawals may be refused.
pub const MAX_SPAN: u32 = 16;

/// Classes at the most: the seasoned one; those of the eras after the horizon, the coming one included; and
/// for each era since the horizon what began to be withdrawn in it, seasoned or by era of activation.
pub const MAX_CLASSES: u32 = 1 + 2 * (MAX_SPAN + 1) + MAX_SPAN * (MAX_SPAN + 1) / 2;

/// Lots at the most: allocations, their recent changes, and the free lot.
pub const MAX_LOTS: u32 = 32;

/// Bonded chunks of a position at the most: the seasoned one and those of the eras after the horizon.
pub const MAX_BONDED: u32 = MAX_SPAN + 2;

/// Unbonding chunks of a position at the most.
pub const MAX_UNBONDING: u32 = 32;

/// Amount at the most that a ledger holds.
pub const MAX_HELD: u128 = 1 << 96;

/// Why an operation is refused; nothing has changed then, but for what maintenance did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
	/// The amount is zero.
	ZeroAmount,
	/// More would be held than [`MAX_HELD`].
	TooMuchHeld,
	/// Too many classes are told apart: slashes have been pending for too long. Apply them.
	TooManyClasses,
	/// Too many lots are told apart: wait until recent changes have settled.
	TooManyLots,
	/// The position has too many chunks: withdraw what can be withdrawn.
	TooManyChunks,
	/// The position is worth less.
	NotEnoughStake,
	/// So many parts are not free.
	NotEnoughFree,
	/// So many parts are not allocated to the service.
	NotEnoughAllocated,
	/// Nothing can be withdrawn yet.
	NothingToWithdraw,
	/// Nothing was earned that is not collected.
	NothingToCollect,
	/// The offence is of an era that can no longer be punished, or has not begun.
	EraOutOfWindow,
}
