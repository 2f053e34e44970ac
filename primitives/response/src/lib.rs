//! What two neighbours sign, and what it is worth: vouchers of a payment channel, the terms of its close, and
//! intents to sever an edge (S3 §2, §3).
//!
//! Nothing here knows of accounts, tokens, storage or sockets. The chain settles by [`settle`], what a party may
//! sign and take is decided by a [`ChannelState`], and both speak of the same [`Voucher`]s.
//!
//! # How it works
//! **A party signs only what it pays.** A [`Voucher`] says how much its signer has paid the other since the channel
//! was opened, in all, and how much it has been paid. Both only grow, and a top-up resets nothing: so the latest
//! voucher is worth all earlier ones, and losing earlier ones costs nothing.
//!
//! **Only the payee hands a voucher in.** It gains what the voucher says was paid to it, and concedes what the voucher
//! acknowledges as paid by it. So no party can do harm by an old voucher of the other: it could only ask for less. At
//! a close each side hands in the best voucher it has, and that is all it ever has to do.
//!
//! **Why that is enough.** Let a party have signed `S` in all and hold a voucher for `R` that it has accepted. Whatever
//! the other hands in says at the most `S` was paid, and whatever the party hands in acknowledges at the most `S`,
//! because it would else not have accepted it. And the party's own voucher proves `R`. So it is given its deposit
//! `− S + R` at the least, and that is there: it has accepted no more than the other could pay. The tests have an
//! adversary try.
//!
//! **The protocol** by which neighbours carry requests and answers for those payments is in [`relay`].
//!
//! **What is carried** by it, where that is HTTP, is in [`http`].
//!
//! **Signatures** are over a payload that begins with a text for the kind of message and the hash of the chain's
//! genesis block, see [`Message`]; so nothing that was signed can be used as something else, or elsewhere.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod http;
mod keys;
mod message;
pub mod relay;
mod settlement;
mod side;
mod state;
#[cfg(test)]
mod tests;

#[cfg(feature = "std")]
pub use keys::NativeVerifier;
pub use keys::{KeyIndex, PublicKey, Signature, Signed, Verifier};
pub use message::{CloseTerms, Endorsement, Message, SeverIntent, Voucher};
pub use settlement::{settle, Claim};
pub use side::{PerSide, Side};
pub use sp_core::H256;
pub use state::{ChannelState, Payment, Refusal};

/// Number of a payment channel, never reused.
pub type ChannelId = u64;

/// Number of an edge of the network, never reused.
pub type EdgeId = u64;

/// A node of the network: its account.
pub type NodeId = H256;

/// Amount of a channel's asset, in its smallest unit.
pub type Amount = u128;
