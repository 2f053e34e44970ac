//! An operator's receipts, on its own machine: what a notary has signed for can be held against it.

use crate::recommend::experience::open_database;
use anyhow::{Context, Result};
use codec::{Decode, DecodeAll, Encode};
use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use std::path::PathBuf;
use surety_presence::message::{Announcement, Signature};
use surety_primitives::notary::Window;

/// Genesis hash, notary, window, slot; SCALE of [`Kept`].
const RECEIPTS: TableDefinition<(&[u8; 32], &[u8; 32], u32, u32), &[u8]> =
	TableDefinition::new("receipts/v1");

/// How an operator made itself known in a window.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Proof {
	/// By the notary's signature over the receipt.
	Receipt(Signature),
	/// On chain.
	OnChain,
}

/// An announcement that the notary has to include.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Kept {
	/// What was announced.
	pub announcement: Announcement,
	/// What shows that the notary knows.
	pub proof: Proof,
	/// Whether the publication of the window was looked at.
	pub checked: bool,
}

/// Where receipts are kept.
pub struct Receipts {
	/// The file.
	pub path: PathBuf,
}

impl Receipts {
	/// Keeps a receipt. It is on disk when this returns.
	pub fn add(&self, kept: &Kept) -> Result<()> {
		let database = open_database(&self.path)?;
		let transaction = database.begin_write()?;
		let Announcement { genesis, notary, window, slot, .. } = kept.announcement;
		transaction
			.open_table(RECEIPTS)?
			.insert((&genesis, &notary, window, slot), kept.encode().as_slice())?;
		transaction.commit()?;
		Ok(())
	}

	/// The receipt of an announcement.
	pub fn of(&self, announcement: &Announcement) -> Result<Option<Kept>> {
		let Announcement { genesis, notary, window, slot, .. } = announcement;
		if !self.path.exists() {
			return Ok(None);
		}
		let database = open_database(&self.path)?;
		let transaction = database.begin_read()?;
		let table = match transaction.open_table(RECEIPTS) {
			Ok(table) => table,
			Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
			Err(error) => return Err(error).with_context(|| self.path.display().to_string()),
		};
		let found = table.get((genesis, notary, *window, *slot))?;
		let kept = found.and_then(|bytes| Kept::decode_all(&mut bytes.value()).ok());
		// A slot may have been given to another attestation since.
		Ok(kept.filter(|kept| kept.announcement == *announcement))
	}

	/// Receipts that fit, by chain, notary and window.
	fn all(&self, fits: impl Fn(&[u8; 32], &[u8; 32], Window) -> bool) -> Result<Vec<Kept>> {
		let mut found = Vec::new();
		if !self.path.exists() {
			return Ok(found);
		}
		let database = open_database(&self.path)?;
		let transaction = database.begin_read()?;
		let table = match transaction.open_table(RECEIPTS) {
			Ok(table) => table,
			Err(redb::TableError::TableDoesNotExist(_)) => return Ok(found),
			Err(error) => return Err(error).with_context(|| self.path.display().to_string()),
		};
		for entry in table.iter()? {
			let (key, value) = entry?;
			let (genesis, notary, window, _) = key.value();
			let kept = Kept::decode_all(&mut value.value()).ok();
			found.extend(kept.filter(|_| fits(genesis, notary, window)));
		}
		Ok(found)
	}

	/// Receipts of windows before `end` that were not looked at, the oldest first.
	pub fn unchecked(&self, genesis: &[u8; 32], end: Window) -> Result<Vec<Kept>> {
		let mut found = self.all(|of, _, window| of == genesis && window < end)?;
		found.retain(|kept| !kept.checked);
		found.sort_by_key(|kept| kept.announcement.window);
		Ok(found)
	}

	/// Receipts of a notary for a window, in ascending order of their slots.
	pub fn of_window(&self, genesis: &[u8; 32], notary: &[u8; 32], window: Window) -> Result<Vec<Kept>> {
		self.all(|of, by, at| (of, by, at) == (genesis, notary, window))
	}

	/// Forgets receipts of windows before `oldest`, of which nothing can be shown any more.
	pub fn forget(&self, genesis: &[u8; 32], oldest: Window) -> Result<()> {
		let database = open_database(&self.path)?;
		let transaction = database.begin_write()?;
		transaction
			.open_table(RECEIPTS)?
			.retain(|(of, _, window, _), _| of != genesis || window >= oldest)?;
		transaction.commit()?;
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn kept(window: Window) -> Kept {
		let announcement = Announcement { genesis: [1; 32], notary: [2; 32], slot: 3, generation: 4, window };
		Kept { announcement, proof: Proof::Receipt([7; 64]), checked: false }
	}

	fn receipts() -> (tempfile::TempDir, Receipts) {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("receipts.redb");
		(dir, Receipts { path })
	}

	#[test]
	fn a_receipt_should_be_found_until_it_is_forgotten() {
		let (_dir, receipts) = receipts();
		assert_eq!(receipts.of(&kept(5).announcement).unwrap(), None);
		receipts.add(&kept(5)).unwrap();
		receipts.add(&kept(6)).unwrap();
		assert_eq!(receipts.of(&kept(5).announcement).unwrap(), Some(kept(5)));
		let other = Announcement { generation: 9, ..kept(5).announcement };
		assert_eq!(receipts.of(&other).unwrap(), None, "another attestation had the slot");
		receipts.forget(&[9; 32], 100).unwrap();
		receipts.forget(&[1; 32], 6).unwrap();
		assert_eq!(receipts.of(&kept(5).announcement).unwrap(), None);
		assert_eq!(receipts.of(&kept(6).announcement).unwrap(), Some(kept(6)));
	}

	#[test]
	fn each_window_should_be_looked_at_once_it_is_over() {
		let (_dir, receipts) = receipts();
		assert_eq!(receipts.unchecked(&[1; 32], 9).unwrap(), []);
		for window in [7, 5, 6] {
			receipts.add(&kept(window)).unwrap();
		}
		receipts.add(&Kept { checked: true, ..kept(5) }).unwrap();
		assert_eq!(receipts.unchecked(&[1; 32], 7).unwrap(), [kept(6)]);
		assert_eq!(receipts.unchecked(&[1; 32], 8).unwrap(), [kept(6), kept(7)]);
		assert_eq!(receipts.unchecked(&[3; 32], 8).unwrap(), []);
	}

	#[test]
	fn receipts_should_be_found_by_notary_and_window_whether_looked_at_or_not() {
		let (_dir, receipts) = receipts();
		let looked_at = Kept { checked: true, ..kept(5) };
		let mut other = kept(5);
		other.announcement.notary = [3; 32];
		for one in [&looked_at, &kept(6), &other] {
			receipts.add(one).unwrap();
		}
		assert_eq!(receipts.of_window(&[1; 32], &[2; 32], 5).unwrap(), [looked_at]);
		assert_eq!(receipts.of_window(&[1; 32], &[3; 32], 5).unwrap(), [other]);
		assert_eq!(receipts.of_window(&[9; 32], &[2; 32], 5).unwrap(), []);
		assert_eq!(receipts.of_window(&[1; 32], &[2; 32], 7).unwrap(), []);
	}
}
