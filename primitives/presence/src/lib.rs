//! Presence: which of a notary's attested offers are online (S2, "Aggregated Provider Presence Data"), in as few
//! bytes as it takes to say so.
//!
//! The chain numbers the attestations of each notary: an active one holds a *slot*, and the slots at a finalised
//! block are `0..universe`. So whoever publishes and whoever reads know the same universe, and who is present is a
//! [`SlotSet`]: published exactly, in fewer bytes than S2's Bloom filter and without its errors.
//!
//! # A publication
//! is a [`Header`] of sixteen bytes and a payload.
//!
//! | kinds | for readers who | module |
//! | --- | --- | --- |
//! | `Raw`, `Rice`, `Range`, `Delta` | know the universe | [`exact`] |
//! | `Bloom`, `Xor`, `Fuse`, `Cuckoo`, `Ribbon` | know an offer's id and nothing else; may be wrong about an absent one | [`filter`] |
//! | the same, corrected | know the slot, too; never wrong | [`filter::correct`] |
//!
//! [`exact::choose`] makes the smallest of the exact ones. An offer whose slot lies past the universe was attested
//! later: the answer is [`Presence::NotCovered`] and never [`Presence::Absent`].
//!
//! # What is signed and shown
//! | what | module |
//! | --- | --- |
//! | announcements, receipts, commitments, and how they are signed | [`message`] |
//! | the tree over the slots present, with proofs of inclusion and exclusion | [`merkle`] |
//! | publications made and judged by their commitments | [`publication`] |
//! | the log of a notary: a Merkle mountain range | [`mountain`] |
//! | what node and offchain worker leave each other | [`offchain`] |
//!
//! # What a stranger's bytes can do
//! Be refused. A decoder takes time in proportion to the universe and the bytes, keeps one bit a slot, and asks for
//! [`Limits`] on both; a set has one encoding under a header, and every other is an [`Error`]. No arithmetic here is
//! in floating point, and none depends on the width of a pointer: notaries, readers and the chain get the same bytes.
//!
//! # Why the filters are our own
//! Crates do each of them, and each in a form that does not do here (as of 2026):
//! - `xorf` 0.13: xor and fuse filters with fingerprints of 8, 16 or 32 bits, where 0.1% takes 10, so 60% too large;
//!   of the binary fuse filters, the 3-wise ones.
//! - `fastbloom` 0.17: the numbers of bits and hashes come from floating point, and nothing is said of its bytes
//!   staying the same from one version to the next.
//! - `cuckoofilter` 0.5: fingerprints of 8 bits, buckets a power of two; last released in 2020.
//! - `ribbon-filter` 0.2: says of itself that it is not suitable for production.
//!
//! Of the hash there is a kept one: `siphasher` 1, which is used. The formats, byte by byte, with vectors and figures:
//! `docs/presence.md`.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod bits;
mod compact;
mod error;
pub mod exact;
pub mod filter;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod header;
pub mod merkle;
pub mod message;
pub mod mountain;
pub mod offchain;
pub mod publication;
mod range;
mod slots;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use header::{Context, Header, Kind, Limits, HEADER_BYTES};
pub use slots::SlotSet;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Slots of a universe at the most, so that a header can count those that are present in three bytes.
pub const MAX_UNIVERSE: u32 = (1 << 24) - 1;

/// BLAKE2b-256.
pub type Hash = [u8; 32];

/// Name of an offer, whatever it is made of.
pub type Id = [u8; 32];

/// What a publication says of an offer.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Presence {
	/// It was present in the window.
	Present,
	/// It was not.
	Absent,
	/// Its slot is not of the publication's universe: the offer was attested later, and may be online.
	NotCovered,
}
