//! What a reader keeps of notaries' attestations on its own machine, so that it fetches only what has changed.

use crate::{
	chain::{
		errors,
		render::{self, number_of},
		At, Chain,
	},
	recommend::experience::open_database,
};
use anyhow::{Context, Result};
use codec::{Decode, DecodeAll, Encode};
use redb::{ReadableDatabase, TableDefinition};
use std::{collections::BTreeSet, path::Path};
use surety_primitives::{
	api::{AttestationInfo, NotaryInfo},
	notary::{Claims, Generation, Slot, Window},
	AccountId, ServiceId,
};

/// Genesis hash and notary; SCALE of [`Kept`].
const SNAPSHOTS: TableDefinition<(&[u8; 32], &[u8; 32]), &[u8]> = TableDefinition::new("snapshots/v1");

/// Blocks that are looked through for changes; beyond, everything is fetched anew.
const MAX_SCAN: u32 = 200;

/// An attestation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Known {
	/// Its slot.
	pub slot: Slot,
	/// Its number.
	pub generation: Generation,
	/// Whose offer.
	pub operator: AccountId,
	/// For what.
	pub service: ServiceId,
	/// What is certified.
	pub claims: Claims,
	/// Block in which it was made.
	pub attested_at: u32,
	/// First window in which it is no longer watched.
	pub until: Window,
}

impl From<AttestationInfo> for Known {
	fn from(info: AttestationInfo) -> Self {
		let AttestationInfo { slot, generation, operator, service, claims, attested_at, until, .. } = info;
		Self { slot, generation, operator, service, claims, attested_at, until }
	}
}

/// The active attestations of a notary at a block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Kept {
	/// The block.
	pub block: u32,
	/// Number of entries of the log at that block.
	pub log_leaves: u32,
	/// Head of the log.
	pub log_root: [u8; 32],
	/// The attestations, in ascending order of their slots.
	pub attestations: Vec<Known>,
}

impl Kept {
	/// Puts in what a slot holds now.
	pub fn set(&mut self, slot: Slot, now: Option<Known>) {
		match (self.attestations.binary_search_by_key(&slot, |known| known.slot), now) {
			(Ok(place), Some(known)) => self.attestations[place] = known,
			(Ok(place), None) => {
				self.attestations.remove(place);
			}
			(Err(place), Some(known)) => self.attestations.insert(place, known),
			(Err(_), None) => {}
		}
	}
}

/// Where they are kept.
pub struct Snapshots<'a> {
	/// The file.
	pub path: &'a Path,
	/// Hash of the chain's first block.
	pub genesis: [u8; 32],
}

impl Snapshots<'_> {
	/// What is kept of a notary. What cannot be read counts as nothing: it is fetched again.
	pub fn load(&self, notary: &AccountId) -> Result<Option<Kept>> {
		if !self.path.exists() {
			return Ok(None);
		}
		let database = open_database(self.path)?;
		let transaction = database.begin_read()?;
		let table = match transaction.open_table(SNAPSHOTS) {
			Ok(table) => table,
			Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
			Err(error) => return Err(error).with_context(|| self.path.display().to_string()),
		};
		let found = table.get((&self.genesis, &(*notary).clone().into()))?;
		Ok(found.and_then(|bytes| Kept::decode_all(&mut bytes.value()).ok()))
	}

	/// Keeps the attestations of a notary instead of what was.
	pub fn store(&self, notary: &AccountId, kept: &Kept) -> Result<()> {
		let database = open_database(self.path)?;
		let transaction = database.begin_write()?;
		let notary: [u8; 32] = notary.clone().into();
		transaction.open_table(SNAPSHOTS)?.insert((&self.genesis, &notary), kept.encode().as_slice())?;
		transaction.commit()?;
		Ok(())
	}
}

/// What became of attestations in some blocks: entries of the log by their numbers, and the slots that they are about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
	/// Numbers of the entries.
	pub entries: BTreeSet<u32>,
	/// Slots.
	pub slots: BTreeSet<Slot>,
}

impl Changes {
	/// Whether these are all entries from one number up to another.
	pub fn are_all(&self, from: u32, to: u32) -> bool {
		u32::try_from(self.entries.len()) == Ok(to.saturating_sub(from))
			&& self.entries.first().is_none_or(|first| *first == from)
			&& self.entries.last().is_none_or(|last| last.checked_add(1) == Some(to))
	}
}

/// The events by which a notary's log grows, of a block.
pub async fn changes_in(at: &At, notary: &AccountId, changes: &mut Changes) -> Result<()> {
	let events = at.events().fetch().await.map_err(errors::subxt)?;
	let types = at.metadata_ref().types();
	for event in events.iter() {
		let event = event.map_err(errors::subxt)?;
		let logged = matches!(event.event_name(), "Attested" | "Renewed" | "Ended");
		if event.pallet_name() != "Notary" || !logged {
			continue;
		}
		let variant = at.metadata_ref().pallet_by_event_index(event.pallet_index());
		let variant = variant.and_then(|pallet| pallet.event_variant_by_index(event.event_index()));
		let fields = &variant.context("an event that the metadata does not know")?.fields;
		let values = render::decode_fields(&mut event.field_bytes(), fields, types)?;
		let field = |name: &str| values.iter().find(|(known, _)| known == name).map(|(_, value)| value);
		if field("notary").and_then(render::account_of).as_ref() != Some(notary) {
			continue;
		}
		let number =
			|name: &str| field(name).and_then(number_of).and_then(|number| u32::try_from(number).ok());
		changes.entries.insert(number("entry").context("an entry of a log without a number")?);
		changes.slots.insert(number("slot").context("an entry of a log without a slot")?);
	}
	Ok(())
}

/// The active attestations of a notary at a block: what is kept, brought up to date; all of them where that is less work, or
/// the only way.
pub async fn current(chain: &Chain, at: &At, notary: &NotaryInfo, snapshots: &Snapshots<'_>) -> Result<Kept> {
	let block = u32::try_from(at.block_number())?;
	let head = (notary.log_leaves, notary.log_root.0);
	let kept = snapshots.load(&notary.notary)?;
	if let Some(mut kept) = kept {
		if (kept.log_leaves, kept.log_root) == head {
			// So that the next change is not looked for in blocks that had none.
			if block.saturating_sub(kept.block) > MAX_SCAN / 4 {
				kept.block = block;
				snapshots.store(&notary.notary, &kept)?;
			}
			return Ok(kept);
		}
		// Blocks may be gone, or on a fork that was given up: then everything is fetched, and nothing is lost but time.
		if let Ok(Some(kept)) = updated(chain, at, notary, kept, block).await {
			snapshots.store(&notary.notary, &kept)?;
			return Ok(kept);
		}
	}
	let all = chain.attestations(at, &notary.notary).await?;
	let attestations = all.into_iter().map(Known::from).collect();
	let kept = Kept { block, log_leaves: head.0, log_root: head.1, attestations };
	snapshots.store(&notary.notary, &kept)?;
	Ok(kept)
}

async fn updated(
	chain: &Chain,
	at: &At,
	notary: &NotaryInfo,
	mut kept: Kept,
	block: u32,
) -> Result<Option<Kept>> {
	let passed = block.checked_sub(kept.block);
	let grown = notary.log_leaves.checked_sub(kept.log_leaves);
	let little = passed.is_some_and(|passed| passed <= MAX_SCAN)
		&& grown.is_some_and(|grown| usize::try_from(grown).is_ok_and(|grown| grown < 100));
	if !little {
		return Ok(None);
	}
	let mut changes = Changes::default();
	for number in kept.block.saturating_add(1)..=block {
		let hash = chain.rpc.chain_get_block_hash(Some(number.into())).await.map_err(errors::rpc)?;
		let at = chain.at(hash.context("the block is not there")?).await?;
		changes_in(&at, &notary.notary, &mut changes).await?;
	}
	if !changes.are_all(kept.log_leaves, notary.log_leaves) {
		return Ok(None);
	}
	for slot in &changes.slots {
		let now = chain.attestation(at, &notary.notary, *slot).await?;
		kept.set(*slot, now.map(Known::from));
	}
	(kept.block, kept.log_leaves, kept.log_root) = (block, notary.log_leaves, notary.log_root.0);
	Ok(Some(kept))
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeMap;
	use surety_primitives::notary::Claim;

	pub(crate) fn known(slot: Slot, operator: u8, ms: u32) -> Known {
		Known {
			slot,
			generation: slot,
			operator: AccountId::new([operator; 32]),
			service: 0,
			claims: Claims::new(vec![Claim::Latency { ms }]),
			attested_at: 50,
			until: 100,
		}
	}

	fn kept() -> Kept {
		Kept {
			block: 9,
			log_leaves: 3,
			log_root: [5; 32],
			attestations: vec![known(1, 1, 5), known(4, 2, 6)],
		}
	}

	#[test]
	fn what_is_kept_should_be_found_by_chain_and_notary() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a/presence.redb");
		let (here, there) =
			(Snapshots { path: &path, genesis: [1; 32] }, Snapshots { path: &path, genesis: [2; 32] });
		let (one, two) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
		assert_eq!(here.load(&one).unwrap(), None);
		here.store(&one, &kept()).unwrap();
		assert_eq!(here.load(&one).unwrap(), Some(kept()));
		assert_eq!(here.load(&two).unwrap(), None);
		assert_eq!(there.load(&one).unwrap(), None);
		let later = Kept { block: 10, ..kept() };
		here.store(&one, &later).unwrap();
		assert_eq!(here.load(&one).unwrap(), Some(later));
	}

	#[test]
	fn entries_should_be_all_there_are() {
		let of =
			|entries: &[u32]| Changes { entries: entries.iter().copied().collect(), ..Changes::default() };
		assert!(of(&[3, 4, 5]).are_all(3, 6));
		assert!(of(&[]).are_all(3, 3));
		for (entries, from, to) in
			[(&[3, 5][..], 3, 6), (&[4, 5], 3, 5), (&[3, 4], 3, 6), (&[], 3, 4), (&[3], 4, 3)]
		{
			assert!(!of(entries).are_all(from, to), "{entries:?}");
		}
	}

	proptest! {
		/// Against a map: whatever becomes of slots, what is kept is what they hold, in their order.
		#[test]
		fn what_is_kept_should_be_what_the_slots_hold(changes in prop::collection::vec((0u32..20, any::<Option<u8>>()), 0..60)) {
			let mut kept = Kept { attestations: Vec::new(), ..kept() };
			let mut model = BTreeMap::new();
			for (slot, operator) in changes {
				let now = operator.map(|operator| known(slot, operator, 1));
				kept.set(slot, now.clone());
				match now {
					Some(now) => model.insert(slot, now),
					None => model.remove(&slot),
				};
			}
			prop_assert_eq!(kept.attestations, model.into_values().collect::<Vec<_>>());
		}
	}
}
