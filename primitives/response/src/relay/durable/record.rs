//! What a host keeps.

use crate::{EdgeId, H256};
use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};

/// First byte of each record: which form it has.
pub const VERSION: u8 = 1;

/// Which record. Its SCALE encoding is a key of 33 bytes at the most; no two are the same, and none begins another of
/// its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode, MaxEncodedLen)]
pub enum Key {
	/// An edge: its promises, its channel, the latest voucher of the other end's, whether it is broken.
	Edge(EdgeId),
	/// What an edge has earned and lost.
	Ledger(EdgeId),
	/// A request in flight.
	Flight(H256),
	/// How a request ended.
	End(H256),
	/// Until when a query is remembered.
	Query(H256),
	/// What was answered to a query.
	Answer(H256),
	/// What the provider has to do.
	Serving(H256),
	/// Proof that an edge is broken.
	Proof(EdgeId),
	/// A request of the node's own, with the ways that are left.
	Ask(u64),
	/// How far either end of an edge has heard the other.
	Link(EdgeId),
	/// A packet that the other end of an edge has not confirmed, by its number.
	Unconfirmed(EdgeId, u64),
	/// Something that the local client has not confirmed, by its number.
	Outcome(u64),
	/// How often the local client was told something.
	Outcomes,
	/// An intent that no final block is known to have.
	Submission(EdgeId),
}

/// A record that is to be kept in place of an earlier one, or none any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
	/// Which.
	pub key: Key,
	/// The record; `None` where it is to be forgotten.
	pub value: Option<Vec<u8>>,
}

impl Change {
	pub(in crate::relay) fn of(key: Key, record: Option<&impl Encode>) -> Self {
		let value = record.map(|record| {
			let mut value = Vec::with_capacity(record.size_hint().saturating_add(1));
			value.push(VERSION);
			record.encode_to(&mut value);
			value
		});
		Self { key, value }
	}

	/// Whether it may as well be made together with a later one: to forget what was confirmed or has expired.
	pub(super) fn can_wait(&self) -> bool {
		let forgotten = matches!(
			self.key,
			Key::End(_) | Key::Query(_) | Key::Answer(_) | Key::Unconfirmed(..) | Key::Outcome(_)
		);
		forgotten && self.value.is_none()
	}
}
