//! What has to survive a restart: intents that no final block is known to have, and which edges were used.

use anyhow::{ensure, Context, Result};
use codec::{DecodeAll, Encode};
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use std::{
	collections::{BTreeMap, BTreeSet},
	path::Path,
	sync::{Mutex, MutexGuard},
};
use surety_response::{relay::packet::SignedIntent, EdgeId, H256};

const INTENTS: TableDefinition<u64, &[u8]> = TableDefinition::new("intents");
const USED: TableDefinition<u64, ()> = TableDefinition::new("used");
const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

/// Intents that are to be in a final block some time, and edges that were used, on disk. One process has them open at a
/// time.
#[derive(Debug)]
pub(super) struct Kept {
	database: Database,
	used: BTreeSet<EdgeId>,
	intents: Mutex<BTreeMap<EdgeId, SignedIntent>>,
}

impl Kept {
	/// Opens the file of a chain, or begins it. Fails where it is of another one, is open elsewhere, or cannot be read.
	pub(super) fn open(path: &Path, genesis: &H256) -> Result<Self> {
		let database = Database::create(path).with_context(|| format!("cannot open {}", path.display()))?;
		let transaction = database.begin_write()?;
		transaction.open_table(INTENTS)?;
		transaction.open_table(USED)?;
		{
			let mut meta = transaction.open_table(META)?;
			let known = meta.get("genesis")?.map(|known| known.value().to_vec());
			match known {
				None => drop(meta.insert("genesis", genesis.as_bytes())?),
				Some(known) => {
					ensure!(known == genesis.as_bytes(), "{} is of another chain", path.display());
				}
			}
		}
		transaction.commit()?;
		let reading = database.begin_read()?;
		let mut used = BTreeSet::new();
		for entry in reading.open_table(USED)?.iter()? {
			used.insert(entry?.0.value());
		}
		let mut intents = BTreeMap::new();
		for entry in reading.open_table(INTENTS)?.iter()? {
			let (edge, intent) = entry?;
			let intent = SignedIntent::decode_all(&mut intent.value())
				.with_context(|| format!("an intent in {} cannot be read", path.display()))?;
			intents.insert(edge.value(), intent);
		}
		drop(reading);
		Ok(Self { database, used, intents: Mutex::new(intents) })
	}

	fn known(&self) -> MutexGuard<'_, BTreeMap<EdgeId, SignedIntent>> {
		self.intents.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
	}

	/// One intent more, which is durable when this returns. One intent is as good as another of the same edge.
	pub(super) fn add(&self, intent: SignedIntent) -> Result<()> {
		let mut known = self.known();
		let edge = intent.intent.edge;
		if known.contains_key(&edge) {
			return Ok(());
		}
		// Even where it cannot be kept it is to be submitted.
		known.insert(edge, intent);
		let transaction = self.database.begin_write()?;
		transaction.open_table(INTENTS)?.insert(edge, intent.encode().as_slice())?;
		transaction.commit()?;
		Ok(())
	}

	/// One less.
	pub(super) fn remove(&self, edge: EdgeId) -> Result<()> {
		let mut known = self.known();
		if known.contains_key(&edge) {
			let transaction = self.database.begin_write()?;
			transaction.open_table(INTENTS)?.remove(edge)?;
			transaction.commit()?;
			known.remove(&edge);
		}
		Ok(())
	}

	/// The edges that were used when the file was opened.
	pub(super) fn used(&self) -> &BTreeSet<EdgeId> {
		&self.used
	}

	/// Keeps which edges are used now, in place of what was kept before.
	pub(super) fn keep_used(&self, used: &BTreeSet<EdgeId>) -> Result<()> {
		let transaction = self.database.begin_write()?;
		{
			let mut table = transaction.open_table(USED)?;
			table.retain(|edge, ()| used.contains(&edge))?;
			for edge in used {
				table.insert(edge, ())?;
			}
		}
		transaction.commit()?;
		Ok(())
	}

	/// All intents.
	pub(super) fn all(&self) -> Vec<SignedIntent> {
		self.known().values().copied().collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_response::{SeverIntent, Signature, Signed};

	fn intent(edge: EdgeId) -> SignedIntent {
		let signed = Signed { key: 0, signature: Signature::Ed25519([edge as u8; 64]) };
		SignedIntent { intent: SeverIntent { edge }, by: H256([1; 32]), signed }
	}

	#[test]
	fn what_is_not_final_should_be_there_after_a_restart_and_what_is_should_not() {
		let folder = tempfile::tempdir().expect("is made");
		let path = folder.path().join("chain.redb");
		let open = |genesis| Kept::open(&path, &H256([genesis; 32]));
		let kept = open(7).expect("opens");
		for edge in [3, 1, 2, 3] {
			kept.add(intent(edge)).expect("is kept");
		}
		kept.remove(1).expect("is forgotten");
		kept.remove(7).expect("there was none");
		for used in [[1, 2], [2, 5]] {
			kept.keep_used(&used.into()).expect("is kept");
		}
		assert!(open(7).is_err(), "it is open");
		drop(kept);
		assert!(open(8).expect_err("another chain").to_string().contains("another chain"));
		let kept = open(7).expect("opens");
		assert_eq!(kept.all(), [intent(2), intent(3)]);
		assert_eq!(*kept.used(), [2, 5].into());
	}
}
