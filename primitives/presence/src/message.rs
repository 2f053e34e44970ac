//! What operators and notaries sign.
//!
//! What is signed, by sr25519, is the text of [`Signed::TAG`] and then the SCALE encoding of the message. Every
//! message names the chain by its genesis hash, so none is of use on another, and the tags keep one kind from being
//! taken for another.

use crate::{Hash, Kind};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Bytes of a link at the most.
pub const MAX_LINK: u32 = 256;

/// Where publications are found, as a URL: `https://…`, `ipfs://…`.
pub type Link = BoundedVec<u8, ConstU32<MAX_LINK>>;
/// An account, by its public identity.
pub type Account = [u8; 32];
/// An sr25519 signature.
pub type Signature = [u8; 64];

/// Something that is signed.
pub trait Signed: Encode {
	/// Sets its signatures apart from all others.
	const TAG: &'static [u8];

	/// The bytes that are signed.
	fn payload(&self) -> Vec<u8> {
		let mut payload = Self::TAG.to_vec();
		self.encode_to(&mut payload);
		payload
	}
}

/// "I am here", by the holder of a slot, with the attestation's key, once a window (S2: availability announcements).
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Announcement {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// To whom.
	pub notary: Account,
	/// The slot that the notary attested.
	pub slot: u32,
	/// Number of the attestation: slots are reused.
	pub generation: u32,
	/// In which window.
	pub window: u32,
}

impl Signed for Announcement {
	const TAG: &'static [u8] = b"surety/presence/announcement/1";
}

/// "I have your announcement", by the notary, with its key: the slot will be in the window's publication.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Receipt {
	/// What was announced.
	pub announcement: Announcement,
}

impl Signed for Receipt {
	const TAG: &'static [u8] = b"surety/presence/receipt/1";
}

/// What a notary says was present in a window, with its key. There is one for each window.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitment {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// Whose.
	pub notary: Account,
	/// The window in which the slots were present.
	pub window: u32,
	/// The block whose attestations are meant: none before the end of the window.
	pub base_block: u32,
	/// Number of slots at that block.
	pub universe: u32,
	/// Number of slots present.
	pub present: u32,
	/// Root of the [Merkle tree](crate::merkle) over the slots present.
	pub root: Hash,
	/// BLAKE2b-256 of the publication, header and payload.
	pub bytes_hash: Hash,
	/// Its length in bytes.
	pub size: u32,
	/// How it is encoded: one of the exact kinds.
	pub kind: Kind,
	/// BLAKE2b-256 of the publication that a delta starts from, which is exact and no delta itself; none of other kinds.
	pub earlier: Option<Hash>,
	/// Where it is found.
	pub link: Link,
}

impl Signed for Commitment {
	const TAG: &'static [u8] = b"surety/presence/commitment/1";
}

/// A commitment with its signature.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedCommitment {
	/// What was signed.
	pub commitment: Commitment,
	/// By the notary's key of the window.
	pub signature: Signature,
}

/// A list of the active attestations at a block, for readers who do not want to read the whole log (S2, footnote 3).
/// The notary's account vouches for it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Snapshot {
	/// The block whose attestations are listed.
	pub base_block: u32,
	/// Number of entries of the log at that block: readers go on from there.
	pub log_leaves: u32,
	/// Number of attestations listed.
	pub attestations: u32,
	/// BLAKE2b-256 of the bytes.
	pub bytes_hash: Hash,
	/// Their length.
	pub size: u32,
	/// Where they are found.
	pub link: Link,
}

/// "This key is mine", signed with it when a notary names it: nobody can take another's.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct KeyOwnership {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// Whose it is.
	pub notary: Account,
}

impl Signed for KeyOwnership {
	const TAG: &'static [u8] = b"surety/presence/key/1";
}
