//! What the node and the runtime's offchain worker leave each other in the node's local (persistent) storage.
//!
//! | key | who writes | value |
//! | --- | --- | --- |
//! | [`announced_key`] | node, once the window is over | the slots announced in it: [`encode_slots`] |
//! | [`publication_key`] | worker | the bytes of the publication |
//! | [`commitment_key`] | worker, with the publication and before it sends anything | SCALE of `SignedCommitment` |
//! | [`base_key`] | worker | SCALE of the window (`u32`) of the latest publication that is no delta |
//!
//! Values under the worker's keys are SCALE encoded, so bytes have their length before them; the node's blob is raw. A
//! commitment that is there has been signed: it may be sent again, and never another one for its window.

use crate::{message::Account, Error};
use alloc::vec::Vec;
use codec::Encode;

/// Kind of the keys, in the node's keystore, that notaries sign with.
pub const KEY_TYPE: [u8; 4] = *b"pres";

/// Before every key.
pub const PREFIX: &[u8] = b"surety/presence/";

fn key(name: &[u8], about: impl Encode) -> Vec<u8> {
	let mut key = PREFIX.to_vec();
	key.extend_from_slice(name);
	about.encode_to(&mut key);
	key
}

/// Where the node leaves the slots that were announced to a notary in a window.
#[must_use]
pub fn announced_key(notary: &Account, window: u32) -> Vec<u8> {
	key(b"announced/", (notary, window))
}

/// Where the worker leaves the bytes of a publication.
#[must_use]
pub fn publication_key(notary: &Account, window: u32) -> Vec<u8> {
	key(b"publication/", (notary, window))
}

/// Where the worker leaves the signed commitment to it.
#[must_use]
pub fn commitment_key(notary: &Account, window: u32) -> Vec<u8> {
	key(b"commitment/", (notary, window))
}

/// Where the worker notes the window of its latest publication that is no delta.
#[must_use]
pub fn base_key(notary: &Account) -> Vec<u8> {
	key(b"base/", notary)
}

/// What keeps two workers of one node from publishing for a notary at the same time.
#[must_use]
pub fn lock_key(notary: &Account) -> Vec<u8> {
	key(b"lock/", notary)
}

/// Where the chain leaves the entries of a notary's log in the offchain index: SCALE of the entry.
#[must_use]
pub fn log_key(notary: &Account, index: u32) -> Vec<u8> {
	key(b"log/", (notary, index))
}

/// The blob of some slots, which must be in strictly ascending order: four bytes each, little-endian.
#[must_use]
pub fn encode_slots(slots: impl IntoIterator<Item = u32>) -> Vec<u8> {
	slots.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Reads such a blob, without copying it.
///
/// # Errors
/// [`Error::Truncated`] where a slot is cut off; [`Error::NonCanonical`] where they do not ascend.
pub fn decode_slots(blob: &[u8]) -> Result<impl Iterator<Item = u32> + '_, Error> {
	let (slots, rest) = blob.as_chunks::<4>();
	if !rest.is_empty() {
		return Err(Error::Truncated);
	}
	let slots = || slots.iter().map(|bytes| u32::from_le_bytes(*bytes));
	if slots().zip(slots().skip(1)).any(|(slot, next)| slot >= next) {
		return Err(Error::NonCanonical);
	}
	Ok(slots())
}
