use super::host::GENESIS;
use crate::journal::{Journal, JournalError, Open, Record, Shelf, Volume};
use proptest::prelude::*;
use std::{
	fs::{self, OpenOptions},
	io::Write,
	path::{Path, PathBuf},
};
use tempfile::tempdir;

const VOLUME: Volume = Volume { notary: [1; 32], window: 5 };

fn record(slot: u32) -> Record {
	let mut signature = [slot as u8; 64];
	signature[..4].copy_from_slice(&slot.to_be_bytes());
	Record { slot, generation: slot % 3, signature }
}

fn shelf(directory: &Path) -> Shelf {
	Shelf::open(directory.into(), GENESIS).expect("opens")
}

fn file(directory: &Path) -> PathBuf {
	fs::read_dir(directory).unwrap().next().unwrap().unwrap().path()
}

fn written(directory: &Path, records: impl IntoIterator<Item = u32>) {
	let journal = Journal::start(shelf(directory)).unwrap();
	for slot in records {
		journal.append(VOLUME, record(slot)).unwrap();
	}
}

#[test]
fn what_is_appended_can_be_read_in_its_order() {
	let directory = tempdir().unwrap();
	written(directory.path(), 0..10);
	written(directory.path(), 10..12);
	let shelf = shelf(directory.path());
	assert_eq!(shelf.read(&VOLUME).unwrap(), (0..12).map(record).collect::<Vec<_>>());
	assert_eq!(shelf.volumes().unwrap(), [VOLUME]);
	assert_eq!(shelf.read(&Volume { window: 6, ..VOLUME }).unwrap(), []);
	shelf.remove(&VOLUME).unwrap();
	shelf.remove(&VOLUME).unwrap();
	assert_eq!(shelf.read(&VOLUME).unwrap(), []);
}

#[test]
fn many_at_once_are_all_there() {
	let directory = tempdir().unwrap();
	let journal = Journal::start(shelf(directory.path())).unwrap();
	std::thread::scope(|scope| {
		for thread in 0..8 {
			let journal = &journal;
			scope.spawn(move || {
				for slot in 0..50 {
					let volume = Volume { window: slot % 3, ..VOLUME };
					journal.append(volume, record(thread * 50 + slot)).unwrap();
				}
			});
		}
	});
	let mut slots: Vec<u32> = (0..3)
		.flat_map(|window| shelf(directory.path()).read(&Volume { window, ..VOLUME }).unwrap())
		.map(|record| record.slot)
		.collect();
	slots.sort_unstable();
	assert_eq!(slots, (0..400).collect::<Vec<_>>());
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

	#[test]
	fn what_a_crash_cut_off_is_forgotten_and_what_is_whole_is_not(
		// With one record alone, less would be left than the heading.
		records in 1..6u32,
		lost in 0..80usize,
		garbage in prop::collection::vec(any::<u8>(), 0..200),
	) {
		let directory = tempdir().unwrap();
		written(directory.path(), 0..=records);
		let path = file(directory.path());
		let bytes = fs::read(&path).unwrap();
		let kept = bytes.len() - lost;
		fs::write(&path, &bytes[..kept]).unwrap();
		OpenOptions::new().append(true).open(&path).unwrap().write_all(&garbage).unwrap();
		let whole = (records as usize + 1) - lost.div_ceil(76);
		let expected: Vec<_> = (0..whole as u32).map(record).collect();
		prop_assert_eq!(shelf(directory.path()).read(&VOLUME).unwrap(), &expected[..]);
		// And the file can be written on.
		written(directory.path(), [99]);
		let all: Vec<_> = expected.into_iter().chain([record(99)]).collect();
		prop_assert_eq!(shelf(directory.path()).read(&VOLUME).unwrap(), all);
	}
}

#[test]
fn a_file_of_another_chain_notary_or_window_is_refused_and_left_alone() {
	let directory = tempdir().unwrap();
	written(directory.path(), 0..3);
	let path = file(directory.path());
	let bytes = fs::read(&path).unwrap();
	let foreign = Shelf::open(directory.path().into(), [8; 32]).unwrap();
	assert!(matches!(foreign.read(&VOLUME), Err(JournalError::Foreign(_))));
	let journal = Journal::start(foreign).unwrap();
	assert!(matches!(journal.append(VOLUME, record(1)), Err(JournalError::Foreign(_))));
	let renamed = path.to_str().unwrap().replace("-5", "-6");
	fs::rename(&path, &renamed).unwrap();
	let moved = shelf(directory.path()).read(&Volume { window: 6, ..VOLUME });
	assert!(matches!(moved, Err(JournalError::Foreign(_))));
	assert_eq!(fs::read(renamed).unwrap(), bytes);
}

#[test]
fn files_of_other_names_are_none_of_ours() {
	let directory = tempdir().unwrap();
	written(directory.path(), 0..1);
	let name = file(directory.path()).file_name().unwrap().to_str().unwrap().to_owned();
	for other in ["x-1", "notes", &name.replace("-5", "-05"), &name.replace("-5", "-"), &name.to_uppercase()]
	{
		fs::write(directory.path().join(other), b"?").unwrap();
	}
	let volumes = shelf(directory.path()).volumes().unwrap();
	// All digits are their own upper case here.
	assert!(volumes.iter().all(|volume| *volume == VOLUME) && !volumes.is_empty());
}

#[test]
fn a_disk_that_cannot_be_written_refuses_and_takes_again_when_it_can() {
	let directory = tempdir().unwrap();
	written(directory.path(), 0..2);
	let path = file(directory.path());
	let journal = Journal::start(shelf(directory.path())).unwrap();
	// A directory where the file should be cannot be opened to append to.
	let aside = directory.path().with_extension("aside");
	fs::rename(&path, &aside).unwrap();
	fs::create_dir(&path).unwrap();
	assert!(matches!(journal.append(VOLUME, record(2)), Err(JournalError::Io { .. })));
	fs::remove_dir(&path).unwrap();
	fs::rename(&aside, &path).unwrap();
	journal.append(VOLUME, record(2)).unwrap();
	assert_eq!(shelf(directory.path()).read(&VOLUME).unwrap(), (0..3).map(record).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_refuses_and_what_was_there_stays() {
	let directory = tempdir().unwrap();
	written(directory.path(), 0..2);
	// Writing there always fails for want of room.
	let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else { return };
	let error = Open::at(full, "/dev/full".into(), 0).append(b"no room").unwrap_err();
	assert!(
		matches!(error, JournalError::Io { .. }) && error.to_string().starts_with("/dev/full: "),
		"{error}"
	);
	assert_eq!(shelf(directory.path()).read(&VOLUME).unwrap(), (0..2).map(record).collect::<Vec<_>>());
}

#[test]
fn what_is_no_ordinary_file_is_refused() {
	let directory = tempdir().unwrap();
	written(directory.path(), 0..2);
	let path = file(directory.path());
	fs::remove_file(&path).unwrap();
	// It can be read for ever.
	std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
	assert!(matches!(shelf(directory.path()).read(&VOLUME), Err(JournalError::Foreign(_))));
}
