//! Codecs of presence.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod bits;
mod error;
pub mod exact;
mod header;
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
