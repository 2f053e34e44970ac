//! Records on disk.

use anyhow::{ensure, Context, Result};
use codec::{DecodeAll, Encode};
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use std::path::Path;
use surety_response::{
	relay::durable::{Change, Key},
	NodeId, H256,
};

const RECORDS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("records");
const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

/// A node's records. One process has it open at a time.
#[derive(Debug)]
pub struct Store {
	database: Database,
}

impl Store {
	/// Opens the records of a node on a chain, or begins them.
	///
	/// Fails where they are another node's or another chain's, are open elsewhere, or cannot be read.
	pub fn open(path: &Path, node: &NodeId, genesis: &H256) -> Result<Self> {
		let database = Database::create(path)
			.with_context(|| format!("cannot open the records in {}", path.display()))?;
		let transaction = database.begin_write()?;
		{
			let mut meta = transaction.open_table(META)?;
			for (name, value) in [("node", node), ("genesis", genesis)] {
				let known = meta.get(name)?.map(|known| known.value().to_vec());
				match known {
					None => {
						meta.insert(name, value.as_bytes())?;
					}
					Some(known) => ensure!(
						known == value.as_bytes(),
						"the records in {} are of another {name}: 0x{}",
						path.display(),
						hex::encode(known),
					),
				}
			}
			transaction.open_table(RECORDS)?;
		}
		transaction.commit()?;
		Ok(Self { database })
	}

	/// All records.
	pub fn records(&self) -> Result<Vec<(Key, Vec<u8>)>> {
		let transaction = self.database.begin_read()?;
		let table = transaction.open_table(RECORDS)?;
		let mut records = Vec::new();
		for entry in table.iter()? {
			let (key, value) = entry?;
			let key = Key::decode_all(&mut key.value()).context("a record's key cannot be read")?;
			records.push((key, value.value().to_vec()));
		}
		Ok(records)
	}

	/// Makes these changes durable, all or none.
	pub fn write<'a>(&self, changes: impl Iterator<Item = &'a Change>) -> Result<()> {
		let transaction = self.database.begin_write()?;
		{
			let mut table = transaction.open_table(RECORDS)?;
			for Change { key, value } in changes {
				let key = key.encode();
				match value {
					Some(value) => {
						table.insert(key.as_slice(), value.as_slice())?;
					}
					None => {
						table.remove(key.as_slice())?;
					}
				}
			}
		}
		transaction.commit()?;
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn change(edge: u64, value: Option<&[u8]>) -> Change {
		Change { key: Key::Edge(edge), value: value.map(<[u8]>::to_vec) }
	}

	#[test]
	fn what_was_written_should_be_there_after_it_was_opened_again() {
		let folder = tempfile::tempdir().expect("is made");
		let path = folder.path().join("records");
		let (node, genesis) = (H256::repeat_byte(1), H256::repeat_byte(2));
		let store = Store::open(&path, &node, &genesis).expect("opens");
		store.write([change(1, Some(b"one")), change(2, Some(b"two"))].iter()).expect("writes");
		store.write([change(1, None), change(2, Some(b"three"))].iter()).expect("writes");
		assert!(Store::open(&path, &node, &genesis).is_err(), "it is open");
		drop(store);
		let store = Store::open(&path, &node, &genesis).expect("opens");
		assert_eq!(store.records().expect("reads"), [(Key::Edge(2), b"three".to_vec())]);
	}

	#[test]
	fn records_of_another_node_or_chain_should_be_refused() {
		let folder = tempfile::tempdir().expect("is made");
		let path = folder.path().join("records");
		let (node, genesis) = (H256::repeat_byte(1), H256::repeat_byte(2));
		drop(Store::open(&path, &node, &genesis).expect("opens"));
		let error = Store::open(&path, &H256::repeat_byte(3), &genesis).expect_err("another node");
		assert!(error.to_string().contains("another node"), "{error}");
		let error = Store::open(&path, &node, &H256::repeat_byte(3)).expect_err("another chain");
		assert!(error.to_string().contains("another genesis"), "{error}");
	}
}
