//! What notaries and those who watch them keep off chain.

use crate::keys;
use codec::Encode;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use surety_presence::{
	message::{Announcement, SignedCommitment},
	SlotSet,
};
use surety_primitives::{
	notary::{Generation, Slot, Window},
	BlockNumber,
};
use surety_runtime::{AccountId, RuntimeCall};

/// Windows for which publications are kept.
const KEPT: Window = 12;

/// Whether the bearer of a slot has announced itself to the notary in a window, off chain: four in five do. An honest
/// notary has a receipt for each of them, and lists them all.
pub fn announces(notary: &AccountId, slot: Slot, generation: Generation, window: Window) -> bool {
	let hash = (b"announces", notary, slot, generation, window).using_encoded(blake2_256);
	hash.first().is_some_and(|byte| *byte < 205)
}

/// An announcement on this chain.
pub(super) fn announcement(
	notary: &AccountId,
	slot: Slot,
	generation: Generation,
	window: Window,
) -> Announcement {
	let genesis = crate::chain::GENESIS.0;
	Announcement { genesis, notary: notary.clone().into(), slot, generation, window }
}

/// A publication with its commitment.
#[derive(Clone, Debug)]
pub(super) struct Made {
	pub(super) notary: AccountId,
	pub(super) signed: SignedCommitment,
	/// What the commitment is about, whatever it says.
	pub(super) set: SlotSet,
	pub(super) bytes: Vec<u8>,
	/// Bytes that it starts from, where it is a delta.
	pub(super) earlier: Option<Vec<u8>>,
}

impl Made {
	pub(super) fn window(&self) -> Window {
		self.signed.commitment.window
	}

	pub(super) fn is_honest(&self) -> bool {
		self.signed.commitment.link.as_slice() == keys::HONEST
	}
}

/// A report that was promised.
#[derive(Clone, Debug)]
pub(super) struct Promise {
	pub(super) who: AccountId,
	pub(super) at: BlockNumber,
	pub(super) evidence: H256,
	pub(super) call: RuntimeCall,
}

/// All of it.
#[derive(Default, Debug)]
pub struct Desk {
	made: Vec<Made>,
	pub(super) promises: Vec<Promise>,
}

impl Desk {
	/// Keeps a publication, and forgets those that nobody asks for any more.
	pub(super) fn keep(&mut self, made: Made) {
		let oldest = made.window().saturating_sub(KEPT);
		self.made.retain(|made| made.window() >= oldest);
		self.made.push(made);
	}

	/// Publications from a window on, but for those of windows that are not over.
	pub(super) fn since(&self, oldest: Window, current: Window) -> Vec<&Made> {
		self.made.iter().filter(|made| (oldest..current).contains(&made.window())).collect()
	}

	/// The one that a notary has made of what it knew of a window.
	pub(super) fn honest(&self, notary: &AccountId, window: Window) -> Option<&Made> {
		self.made.iter().find(|made| made.is_honest() && (&made.notary, made.window()) == (notary, window))
	}

	/// The one with these bytes.
	pub(super) fn with_hash(&self, hash: &[u8; 32]) -> Option<&Made> {
		self.made.iter().find(|made| blake2_256(&made.bytes) == *hash)
	}
}
