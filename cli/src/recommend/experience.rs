//! A client's own experience, in a small database on its own machine.

use anyhow::{bail, Context, Result};
use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use std::{
	path::{Path, PathBuf},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use surety_primitives::{AccountId, ServiceId};

/// Service, operator and time in milliseconds; whether it went well, and its latency in milliseconds.
const REQUESTS: TableDefinition<(u32, &[u8; 32], u64), (bool, Option<u32>)> =
	TableDefinition::new("requests/v1");

/// How long to wait for another process that has the file open.
const PATIENCE: Duration = Duration::from_secs(5);

/// How one request went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
	/// Who answered, or did not.
	pub operator: AccountId,
	/// What was asked for.
	pub service: ServiceId,
	/// When, in milliseconds since 1970.
	pub time_ms: u64,
	/// Whether it was answered as promised.
	pub ok: bool,
	/// Milliseconds to the answer.
	pub latency_ms: Option<u32>,
}

/// The present, in milliseconds since 1970.
pub fn now_ms() -> Result<u64> {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
	u64::try_from(now.as_millis()).context("the clock is far off")
}

/// The database, open for writing.
pub struct Database(redb::Database);

impl Database {
	/// Opens the file, or makes it.
	pub fn open(path: &Option<PathBuf>) -> Result<Self> {
		open_database(&or_default(path)?).map(Self)
	}

	/// Everything that is remembered, oldest first; nothing when there is no file.
	pub fn read(path: &Option<PathBuf>) -> Result<Vec<Record>> {
		let path = or_default(path)?;
		if !path.exists() {
			return Ok(Vec::new());
		}
		// Opened as a writer would: a file that a crash left behind is repaired by it.
		let database = patiently(&path, || redb::Database::create(&path))?;
		let transaction = database.begin_read()?;
		let table = match transaction.open_table(REQUESTS) {
			Ok(table) => table,
			Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
			Err(error) => return Err(error).with_context(|| path.display().to_string()),
		};
		let mut records = Vec::new();
		for entry in table.iter()? {
			let (key, value) = entry?;
			records.push(record_of(key.value(), value.value()));
		}
		records.sort_by_key(|record: &Record| record.time_ms);
		Ok(records)
	}

	/// Remembers a request. Two of one operator in the same millisecond are both kept: the later one moves.
	pub fn add(&self, mut record: Record) -> Result<Record> {
		let transaction = self.0.begin_write()?;
		{
			let mut table = transaction.open_table(REQUESTS)?;
			let operator: [u8; 32] = record.operator.clone().into();
			while table.get((record.service, &operator, record.time_ms))?.is_some() {
				record.time_ms = record.time_ms.checked_add(1).context("the clock is far off")?;
			}
			table.insert((record.service, &operator, record.time_ms), (record.ok, record.latency_ms))?;
		}
		transaction.commit()?;
		Ok(record)
	}

	/// Forgets what `which` says, and tells how much that was.
	pub fn forget(&self, which: impl Fn(&Record) -> bool) -> Result<u64> {
		let transaction = self.0.begin_write()?;
		let mut forgotten = 0u64;
		transaction.open_table(REQUESTS)?.retain(|key, value| {
			let gone = which(&record_of(key, value));
			forgotten = forgotten.saturating_add(gone.into());
			!gone
		})?;
		transaction.commit()?;
		Ok(forgotten)
	}
}

fn record_of(
	(service, operator, time_ms): (u32, &[u8; 32], u64),
	(ok, latency_ms): (bool, Option<u32>),
) -> Record {
	Record { operator: AccountId::new(*operator), service, time_ms, ok, latency_ms }
}

fn or_default(path: &Option<PathBuf>) -> Result<PathBuf> {
	file_or_default(path, "experience.redb", "--db")
}

/// The file to use: the one named, else one in the user's data directory, which it goes without only if an option names it.
pub(crate) fn file_or_default(path: &Option<PathBuf>, name: &str, option: &str) -> Result<PathBuf> {
	if let Some(path) = path {
		return Ok(path.clone());
	}
	let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
	let data = absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")));
	let data = data.with_context(|| format!("no data directory: name a file with {option}"))?;
	Ok(data.join("surety").join(name))
}

/// Opens a database for writing, or makes it.
pub(crate) fn open_database(path: &Path) -> Result<redb::Database> {
	if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
		std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
	}
	patiently(path, || redb::Database::create(path))
}

/// Waits a moment for another process that has the file open.
fn patiently<T>(path: &Path, open: impl Fn() -> Result<T, redb::DatabaseError>) -> Result<T> {
	let start = Instant::now();
	loop {
		match open() {
			Ok(database) => return Ok(database),
			Err(redb::DatabaseError::DatabaseAlreadyOpen) if start.elapsed() < PATIENCE => {
				std::thread::sleep(Duration::from_millis(20));
			}
			Err(redb::DatabaseError::DatabaseAlreadyOpen) => {
				bail!("{} is in use by another process", path.display())
			}
			Err(error) => return Err(error).with_context(|| format!("cannot open {}", path.display())),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn record(operator: u8, time_ms: u64) -> Record {
		Record {
			operator: AccountId::new([operator; 32]),
			service: 0,
			time_ms,
			ok: true,
			latency_ms: Some(5),
		}
	}

	fn file() -> (tempfile::TempDir, Option<PathBuf>) {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a/b/experience.redb");
		(dir, Some(path))
	}

	#[test]
	fn nothing_should_be_remembered_before_the_first_record_and_no_file_made() {
		let (_dir, path) = file();
		assert_eq!(Database::read(&path).unwrap(), []);
		assert!(!path.unwrap().exists());
	}

	#[test]
	fn what_was_recorded_should_be_read_back_and_forgotten_on_demand() {
		let (_dir, path) = file();
		let failed = Record { ok: false, latency_ms: None, service: 3, ..record(2, 20) };
		{
			let database = Database::open(&path).unwrap();
			database.add(failed.clone()).unwrap();
			database.add(record(1, 10)).unwrap();
		}
		assert_eq!(Database::read(&path).unwrap(), [record(1, 10), failed.clone()]);
		assert_eq!(Database::open(&path).unwrap().forget(|r| r.service == 0).unwrap(), 1);
		assert_eq!(Database::read(&path).unwrap(), [failed]);
	}

	#[test]
	fn two_requests_in_one_millisecond_should_both_be_kept() {
		let (_dir, path) = file();
		let database = Database::open(&path).unwrap();
		assert_eq!(database.add(record(1, 10)).unwrap().time_ms, 10);
		assert_eq!(database.add(record(1, 10)).unwrap().time_ms, 11);
		drop(database);
		assert_eq!(Database::read(&path).unwrap().len(), 2);
	}

	#[test]
	fn a_file_that_is_no_database_should_be_refused() {
		let (_dir, path) = file();
		let path = path.unwrap();
		std::fs::create_dir_all(path.parent().unwrap()).unwrap();
		std::fs::write(&path, b"not a database").unwrap();
		assert!(Database::read(&Some(path)).is_err());
	}
}
