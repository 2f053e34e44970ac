//! What the pallet stores.

use crate::{prepaid::Prepaid, timeline::Timeline};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use surety_presence::message::{Commitment, Link};
use surety_primitives::{
	notary::{
		ChallengeSubject, Claims, FaultKind, Generation, NotaryTerms, PublicationMode, RequestId,
		RequestStatus, Slot, SubsidyId, Window,
	},
	AccountId, Balance, BlockNumber, Era, ServiceId,
};

/// An sr25519 public key.
pub type Key = [u8; 32];

/// The current window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct WindowInfo {
	/// Its number.
	pub index: Window,
	/// First block of it.
	pub start: BlockNumber,
}

/// What is remembered of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct WindowRecord {
	/// First block of it.
	pub start: BlockNumber,
	/// The era of stake in which it began, which answers for its offences.
	pub era: Era,
	/// Blocks from its beginning in which the window before it is committed to.
	pub grace: BlockNumber,
}

/// A notary.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NotaryRecord {
	/// What it certifies, and what it asks for it.
	pub terms: NotaryTerms,
	/// Whether attestations can be paid for longer.
	pub renewable: bool,
	/// How it publishes.
	pub mode: Timeline<PublicationMode>,
	/// What it signs with.
	pub keys: Timeline<Key>,
	/// Where its publications are found.
	pub link: Link,
	/// What of its own stake is reserved, in the native token's smallest unit.
	pub bond: Balance,
	/// Held for this record and those of the windows, in the native token's smallest unit.
	pub deposit: Balance,
	/// Held for the slots, in the native token's smallest unit.
	pub slots_deposit: Balance,
	/// Number of slots that were ever given out.
	pub universe: u32,
	/// Number of them that were taken away for good. Only of one that is leaving.
	pub retired: u32,
	/// Number of the next attestation.
	pub next_generation: Generation,
	/// Place in the queue of the slot that has been free for longest.
	pub first_free: u32,
	/// Place in the queue of the next slot that becomes free.
	pub next_free: u32,
	/// Number of active attestations.
	pub attested: u32,
	/// Number of open requests.
	pub requests: u32,
	/// Number of open challenges.
	pub challenges: u32,
	/// Whether it takes no more requests for good.
	pub leaving: bool,
	/// The last window that it has to publish, once that is settled.
	pub last_window: Option<Window>,
}

/// Where an offer stands with a notary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Standing {
	/// An attestation was requested.
	Requested(RequestId),
	/// It is attested.
	Attested(Slot),
}

/// A request for an attestation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Request {
	/// Who is asked.
	pub notary: AccountId,
	/// Whose offer.
	pub operator: AccountId,
	/// For what.
	pub service: ServiceId,
	/// First block in which the offer takes clients: another offer for the same has another.
	pub offer: BlockNumber,
	/// What is to be certified.
	pub claims: Claims,
	/// For how many windows.
	pub windows: u32,
	/// The key with which the operator is going to announce.
	pub key: Key,
	/// What it may cost in all, in the native token's smallest unit.
	pub max_fee: Balance,
	/// First block in which it is too late.
	pub deadline: BlockNumber,
	/// Who pays, where it is not the operator.
	pub subsidy: Option<SubsidyId>,
	/// Whether the notary has to say what it asks, or had to.
	pub on_quote: bool,
	/// How far it has come.
	pub status: RequestStatus,
	/// Held from the operator for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// The windows of the last 64 in which a slot was announced on chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Announced {
	/// The latest one, if there is any.
	pub latest: Window,
	/// A bit for each, the lowest for the latest one.
	pub bits: u64,
}

impl Announced {
	/// Notes a window that is not before the latest one.
	pub fn insert(&mut self, window: Window) {
		let passed = window.saturating_sub(self.latest);
		self.bits = self.bits.checked_shl(passed).unwrap_or(0) | 1;
		self.latest = window;
	}

	/// Whether it was announced in a window.
	pub fn contains(&self, window: Window) -> bool {
		let ago = self.latest.checked_sub(window);
		ago.and_then(|ago| self.bits.checked_shr(ago)).is_some_and(|bits| bits & 1 == 1)
	}
}

/// An active attestation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Attestation {
	/// Whose slot it is, and since when.
	pub tenure: Tenure,
	/// For what the offer is.
	pub service: ServiceId,
	/// First block in which the offer takes clients: another offer for the same has another.
	pub offer: BlockNumber,
	/// What is certified.
	pub claims: Claims,
	/// Whether the fee was quoted, so that it is the same when it is renewed.
	pub on_quote: bool,
	/// Who pays, where it is not the operator.
	pub subsidy: Option<SubsidyId>,
	/// The windows that are paid for.
	pub prepaid: Prepaid,
	/// Held from the operator for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// Who had a slot, and what shows who was present: what faults are judged by.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Tenure {
	/// Number of the attestation.
	pub generation: Generation,
	/// Whose offer.
	pub operator: AccountId,
	/// What it announces with.
	pub keys: Timeline<Key>,
	/// Block in which it was attested.
	pub attested_at: BlockNumber,
	/// When it was announced on chain.
	pub announced: Announced,
}

/// An attestation that has ended. It stays until no publication that can be disputed names it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ended {
	/// Whose slot it was.
	pub tenure: Tenure,
	/// Block in which it ended.
	pub ended_at: BlockNumber,
	/// Window in which it ended.
	pub ended_in: Window,
}

/// Kinds of faults, each once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct FaultSet(u8);

impl FaultSet {
	const ALL: [FaultKind; 6] = [
		FaultKind::Missed,
		FaultKind::Mismatch,
		FaultKind::Equivocation,
		FaultKind::Omission,
		FaultKind::Withheld,
		FaultKind::Unannounced,
	];

	fn bit(kind: FaultKind) -> u8 {
		match kind {
			FaultKind::Missed => 1,
			FaultKind::Mismatch => 2,
			FaultKind::Equivocation => 4,
			FaultKind::Omission => 8,
			FaultKind::Withheld => 16,
			FaultKind::Unannounced => 32,
		}
	}

	/// Adds a kind.
	pub fn insert(&mut self, kind: FaultKind) {
		self.0 |= Self::bit(kind);
	}

	/// Whether a kind is in it.
	pub fn contains(&self, kind: FaultKind) -> bool {
		self.0 & Self::bit(kind) != 0
	}

	/// All that are in it.
	pub fn iter(&self) -> impl Iterator<Item = FaultKind> + '_ {
		Self::ALL.into_iter().filter(|kind| self.contains(*kind))
	}
}

/// What is on chain of a window of a notary.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Record {
	/// What was committed to.
	pub commitment: Option<Commitment>,
	/// Whether the bytes were on chain, too.
	pub published: bool,
	/// What was reported of it.
	pub faults: FaultSet,
}

/// What was promised to be shown, before anybody can copy it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Intent {
	/// Block in which it was promised.
	pub at: BlockNumber,
	/// First block in which it is no longer of use.
	pub expires: BlockNumber,
	/// Held from the account, in the native token's smallest unit.
	pub deposit: Balance,
}

/// Something that a notary is asked to show.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Challenge {
	/// Who asks.
	pub challenger: AccountId,
	/// What the answer is paid, in the native token's smallest unit.
	pub fee: Balance,
	/// Held besides, for the report where there is no answer: else whoever concludes would put it on hold, or could not.
	pub report: Balance,
	/// Held for the record, in the native token's smallest unit.
	pub deposit: Balance,
	/// First block in which it is too late.
	pub due: BlockNumber,
	/// The era that answers for it.
	pub era: Era,
	/// What an answer is compared with.
	pub expected: Expected,
}

/// What an answer to a challenge is compared with.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Expected {
	/// The publication with this hash, and with this one what it starts from.
	Bytes {
		/// BLAKE2b-256 of the publication.
		publication: [u8; 32],
		/// BLAKE2b-256 of what a delta starts from.
		earlier: Option<[u8; 32]>,
	},
	/// An announcement of this attestation by this key. Nothing where the slot was nobody's.
	Announcement(Option<(Generation, Key)>),
}

/// A bounty for being present.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bounty {
	/// Who pays.
	pub funder: AccountId,
	/// Whose word counts.
	pub notary: AccountId,
	/// What all that are present in a window share equally, in the native token's smallest unit.
	pub per_window: Balance,
	/// First window that counts.
	pub from: Window,
	/// First window that does no more.
	pub until: Window,
	/// What was not claimed, in the native token's smallest unit.
	pub left: Balance,
	/// Held for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// How far a slot has claimed a bounty.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct BountyClaim {
	/// Who has claimed.
	pub operator: AccountId,
	/// First window that can be claimed.
	pub next: Window,
	/// Held from the operator for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// Money for attestations of offers that are free of charge.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Subsidy {
	/// Who pays.
	pub funder: AccountId,
	/// Which notary.
	pub notary: AccountId,
	/// Offers for which service.
	pub service: ServiceId,
	/// What it pays at the most at a time, in the native token's smallest unit.
	pub max_per_request: Balance,
	/// What is left to spend, in the native token's smallest unit.
	pub left: Balance,
	/// Number of requests and attestations that it pays for.
	pub uses: u32,
	/// Whether it pays for no more.
	pub closed: bool,
	/// Held for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// What shows that a slot had to be in a publication.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Witness {
	/// The notary's receipt for the announcement, by its signature.
	Receipt([u8; 64]),
	/// The announcement was made on chain.
	OnChain,
}

/// A challenge's name: of which window, and what is asked for.
pub type ChallengeKey = (Window, ChallengeSubject);

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeSet;

	proptest! {
		#[test]
		fn announcements_are_known_for_64_windows(steps in prop::collection::vec(0u32..40, 0..30)) {
			let (mut announced, mut model, mut now) = (Announced::default(), BTreeSet::new(), 0u32);
			for step in steps {
				now += step;
				announced.insert(now);
				model.insert(now);
				for window in now.saturating_sub(63)..now + 3 {
					prop_assert_eq!(announced.contains(window), model.contains(&window));
				}
			}
		}
	}

	#[test]
	fn no_announcement_was_made_before_the_first() {
		assert!((0..100).all(|window| !Announced::default().contains(window)));
	}

	#[test]
	fn a_set_of_faults_has_each_kind_on_its_own() {
		for kind in FaultSet::ALL {
			let mut set = FaultSet::default();
			set.insert(kind);
			assert_eq!(set.iter().collect::<Vec<_>>(), [kind]);
		}
	}
}
