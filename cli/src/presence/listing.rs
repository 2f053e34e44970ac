//! Who is present, as several notaries say, and of those who is certified for what is wanted. Pure.

use super::{claims::Filter, snapshots::Known};
use std::collections::BTreeMap;
use surety_presence::{Presence, SlotSet};
use surety_primitives::{
	notary::{Claim, Window},
	AccountId, ServiceId,
};

/// What a notary says.
#[derive(Clone, Debug)]
pub struct Word<'a> {
	/// Who says it.
	pub notary: &'a AccountId,
	/// Its active attestations.
	pub attestations: &'a [Known],
	/// Of which window.
	pub window: Window,
	/// The block whose attestations are meant.
	pub base_block: u32,
	/// The slots present.
	pub present: &'a SlotSet,
}

impl Word<'_> {
	/// What it says of an attestation. One that was made after the base block is not covered, also where an earlier one
	/// had its slot; one that is not watched any longer counts as absent.
	pub fn of(&self, known: &Known) -> Presence {
		if known.attested_at > self.base_block {
			return Presence::NotCovered;
		}
		if known.until <= self.window {
			return Presence::Absent;
		}
		self.present.presence(known.slot)
	}
}

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
	/// Offers for this service alone.
	pub service: Option<ServiceId>,
	/// Certified for all of this, by each notary that is counted.
	pub claims: &'a [Filter],
	/// How many notaries have to say so, one at the least.
	pub agree: usize,
}

/// An offer that is present.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
	/// Whose.
	pub operator: AccountId,
	/// For what.
	pub service: ServiceId,
	/// Which notaries say so, of which window, by which attestation.
	pub by: Vec<(AccountId, Window, Known)>,
}

impl Listed {
	/// What is certified of it, by any of the notaries, each claim once.
	pub fn claims(&self) -> Vec<Claim> {
		let mut all: Vec<Claim> = Vec::new();
		for claim in self.by.iter().flat_map(|(_, _, known)| known.claims.list.iter()) {
			if !all.contains(claim) {
				all.push(claim.clone());
			}
		}
		all
	}
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Listing {
	/// Those that are present, by service and operator.
	pub present: Vec<Listed>,
	/// How many that would fit were attested too late to be covered: they may be online.
	pub not_covered: usize,
}

/// Lists the offers that are present.
pub fn listing(words: &[Word], wanted: &Wanted) -> Listing {
	let mut offers: BTreeMap<(ServiceId, AccountId), Vec<(AccountId, Window, Known)>> = BTreeMap::new();
	let mut not_covered = 0usize;
	for word in words {
		for known in word.attestations {
			let fits = wanted.service.is_none_or(|service| service == known.service)
				&& wanted.claims.iter().all(|filter| filter.holds(&known.claims));
			if !fits {
				continue;
			}
			match word.of(known) {
				Presence::Present => offers
					.entry((known.service, known.operator.clone()))
					.or_default()
					.push((word.notary.clone(), word.window, known.clone())),
				Presence::NotCovered => not_covered = not_covered.saturating_add(1),
				Presence::Absent => {}
			}
		}
	}
	let agreed = offers.into_iter().filter(|(_, by)| by.len() >= wanted.agree.max(1));
	let present = agreed.map(|((service, operator), by)| Listed { operator, service, by }).collect();
	Listing { present, not_covered }
}

#[cfg(test)]
mod tests {
	use super::{super::snapshots::tests::known, *};

	fn set(slots: &[u32]) -> SlotSet {
		SlotSet::from_slots(10, slots.iter().copied()).unwrap()
	}

	fn word<'a>(notary: &'a AccountId, attestations: &'a [Known], present: &'a SlotSet) -> Word<'a> {
		Word { notary, attestations, window: 7, base_block: 100, present }
	}

	fn operators(words: &[Word], wanted: &Wanted) -> Vec<u8> {
		let of = |listed: Listed| <[u8; 32]>::from(listed.operator)[0];
		listing(words, wanted).present.into_iter().map(of).collect()
	}

	#[test]
	fn only_who_is_present_and_still_attested_should_be_listed() {
		let notary = AccountId::new([9; 32]);
		let attestations = [known(1, 1, 50), known(2, 2, 50), Known { until: 7, ..known(3, 3, 50) }];
		// Slot 5 was present too, but its attestation has been revoked since.
		let present = set(&[1, 3, 5]);
		assert_eq!(operators(&[word(&notary, &attestations, &present)], &Wanted::default()), [1]);
	}

	#[test]
	fn who_was_attested_after_the_base_block_should_be_unknown_and_not_absent() {
		let notary = AccountId::new([9; 32]);
		let late = Known { attested_at: 101, ..known(1, 1, 50) };
		let attestations = [late, known(12, 2, 50), Known { attested_at: 100, ..known(2, 3, 50) }];
		let present = set(&[1, 2]);
		let listing = listing(&[word(&notary, &attestations, &present)], &Wanted::default());
		assert_eq!(listing.not_covered, 2, "one in a slot that was another's, one past the universe");
		assert_eq!(listing.present.len(), 1);
	}

	#[test]
	fn as_many_notaries_should_agree_as_were_asked_for_each_on_all_claims() {
		let (one, two) = (AccountId::new([8; 32]), AccountId::new([9; 32]));
		let (of_one, of_two) = ([known(1, 1, 50), known(2, 2, 50)], [known(4, 1, 20), known(5, 2, 90)]);
		let (at_one, at_two) = (set(&[1, 2]), set(&[4, 5]));
		let words = [word(&one, &of_one, &at_one), word(&two, &of_two, &at_two)];
		let fast = ["latency<=60".parse().unwrap()];
		assert_eq!(operators(&words, &Wanted { claims: &fast, ..Wanted::default() }), [1, 2]);
		assert_eq!(operators(&words, &Wanted { claims: &fast, agree: 2, service: None }), [1]);
		assert_eq!(operators(&words, &Wanted { agree: 2, ..Wanted::default() }), [1, 2]);
		assert!(operators(&words, &Wanted { agree: 3, ..Wanted::default() }).is_empty());
		assert!(operators(&words, &Wanted { service: Some(1), ..Wanted::default() }).is_empty());
		let both = listing(&words, &Wanted { agree: 2, ..Wanted::default() });
		assert_eq!(both.present[0].claims(), [Claim::Latency { ms: 50 }, Claim::Latency { ms: 20 }]);
	}
}
