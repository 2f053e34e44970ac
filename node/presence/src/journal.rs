//! Announcements on disk: a file for each notary and window, to which records are appended; a thread writes as many as
//! are waiting at once and makes them durable together, since that is what takes time.
//!
//! A file begins with [`Heading`], by which it is known whose it is. Each record has a check sum of its own: what a crash
//! left half written is cut off when the file is read again, and nobody has a receipt for it.

use std::{
	collections::{hash_map::Entry, HashMap},
	fs::{self, File, OpenOptions},
	io::{self, Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
	sync::{
		mpsc::{sync_channel, Receiver, SyncSender},
		Arc,
	},
	thread::JoinHandle,
};
use surety_presence::{
	message::{Account, Signature},
	Hash,
};

const MAGIC: &[u8; 8] = b"suretyp1";
/// Magic, genesis, notary, window, check sum.
const HEADING_BYTES: usize = 8 + 32 + 32 + 4 + 4;
/// Slot, generation, signature, check sum.
const RECORD_BYTES: usize = 4 + 4 + 64 + 4;
/// Records that may wait to be written.
const QUEUE: usize = 4_096;
/// Files that are kept open to append to.
const OPEN_FILES: usize = 64;

/// Why an announcement is not on disk.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
	/// The file could not be read or written.
	#[error("{path}: {error}")]
	Io {
		/// Which.
		path: PathBuf,
		/// Why.
		#[source]
		error: Arc<io::Error>,
	},
	/// The file is another's: of another chain, notary or window.
	#[error("{0} is not what its name says")]
	Foreign(PathBuf),
	/// The thread that writes is gone.
	#[error("announcements are not written any more")]
	Gone,
}

/// Whose announcements, and of when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Volume {
	pub(crate) notary: Account,
	pub(crate) window: u32,
}

/// An announcement, but for what its volume says already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Record {
	pub(crate) slot: u32,
	pub(crate) generation: u32,
	pub(crate) signature: Signature,
}

impl Record {
	fn to_bytes(self) -> [u8; RECORD_BYTES] {
		let mut bytes = [0; RECORD_BYTES];
		bytes[..4].copy_from_slice(&self.slot.to_le_bytes());
		bytes[4..8].copy_from_slice(&self.generation.to_le_bytes());
		bytes[8..72].copy_from_slice(&self.signature);
		let sum = crc32fast::hash(&bytes[..72]);
		bytes[72..].copy_from_slice(&sum.to_le_bytes());
		bytes
	}

	fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Option<Self> {
		let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
		if number(72)? != crc32fast::hash(&bytes[..72]) {
			return None;
		}
		Some(Self { slot: number(0)?, generation: number(4)?, signature: bytes[8..72].try_into().ok()? })
	}
}

/// Where the files are.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
	directory: PathBuf,
	genesis: Hash,
}

impl Shelf {
	pub(crate) fn open(directory: PathBuf, genesis: Hash) -> Result<Self, JournalError> {
		fs::create_dir_all(&directory).map_err(|error| io_error(&directory, error))?;
		Ok(Self { directory, genesis })
	}

	fn path(&self, volume: &Volume) -> PathBuf {
		self.directory.join(format!("{}-{}", hex::encode(volume.notary), volume.window))
	}

	fn heading(&self, volume: &Volume) -> [u8; HEADING_BYTES] {
		let mut bytes = [0; HEADING_BYTES];
		bytes[..8].copy_from_slice(MAGIC);
		bytes[8..40].copy_from_slice(&self.genesis);
		bytes[40..72].copy_from_slice(&volume.notary);
		bytes[72..76].copy_from_slice(&volume.window.to_le_bytes());
		let sum = crc32fast::hash(&bytes[..76]);
		bytes[76..].copy_from_slice(&sum.to_le_bytes());
		bytes
	}

	/// What there is, in no order. Files of other names are none of ours.
	pub(crate) fn volumes(&self) -> Result<Vec<Volume>, JournalError> {
		let mut volumes = Vec::new();
		for entry in fs::read_dir(&self.directory).map_err(|error| io_error(&self.directory, error))? {
			let entry = entry.map_err(|error| io_error(&self.directory, error))?;
			volumes.extend(entry.file_name().to_str().and_then(volume_of));
		}
		Ok(volumes)
	}

	/// The records of a volume, as far as they are whole; none where there is no such file.
	pub(crate) fn read(&self, volume: &Volume) -> Result<Vec<Record>, JournalError> {
		let path = self.path(volume);
		match File::open(&path) {
			Ok(mut file) => Ok(self.read_from(&mut file, &path, volume)?.0),
			Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
			Err(error) => Err(io_error(&path, error)),
		}
	}

	/// The whole records of a file, and how long it is up to the end of the last of them: nothing where not even the
	/// heading is whole.
	fn read_from(
		&self,
		file: &mut File,
		path: &Path,
		volume: &Volume,
	) -> Result<(Vec<Record>, u64), JournalError> {
		if !file.metadata().map_err(|error| io_error(path, error))?.is_file() {
			return Err(JournalError::Foreign(path.into()));
		}
		let mut bytes = Vec::new();
		file.read_to_end(&mut bytes).map_err(|error| io_error(path, error))?;
		let Some((heading, rest)) = bytes.split_at_checked(HEADING_BYTES) else { return Ok((Vec::new(), 0)) };
		if heading != self.heading(volume) {
			// A heading is written at once with the first records, so a crash leaves it empty or short.
			let blank = heading.iter().all(|byte| *byte == 0);
			return if blank { Ok((Vec::new(), 0)) } else { Err(JournalError::Foreign(path.into())) };
		}
		let (chunks, _) = rest.as_chunks::<RECORD_BYTES>();
		let records: Vec<_> = chunks.iter().map_while(Record::from_bytes).collect();
		let length = HEADING_BYTES.saturating_add(records.len().saturating_mul(RECORD_BYTES));
		Ok((records, length as u64))
	}

	/// Opens a volume to append to; a new one gets its heading with the first records.
	fn append_to(&self, volume: &Volume) -> Result<Open, JournalError> {
		let path = self.path(volume);
		let fail = |error| io_error(&path, error);
		let mut file = OpenOptions::new()
			.read(true)
			.write(true)
			.create(true)
			.truncate(false)
			.open(&path)
			.map_err(fail)?;
		let (_, length) = self.read_from(&mut file, &path, volume)?;
		file.set_len(length).map_err(fail)?;
		// The file's name must be as durable as what is in it.
		File::open(&self.directory).and_then(|directory| directory.sync_all()).map_err(fail)?;
		Ok(Open::at(file, path, length))
	}

	/// Removes a volume, if it is there.
	pub(crate) fn remove(&self, volume: &Volume) -> Result<(), JournalError> {
		let path = self.path(volume);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(&path, error)),
			_ => Ok(()),
		}
	}
}

/// A file that is appended to.
pub(crate) struct Open {
	file: File,
	path: PathBuf,
	/// Up to where everything is whole and durable.
	length: u64,
}

impl Open {
	/// A file that is whole and durable up to `length`.
	pub(crate) const fn at(file: File, path: PathBuf, length: u64) -> Self {
		Self { file, path, length }
	}

	/// Appends and makes durable; where that fails, the file is as it was before, or is cut to it when it is opened again.
	pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
		let length = self.length;
		let done = self
			.file
			.seek(SeekFrom::Start(length))
			.and_then(|_| self.file.write_all(bytes))
			.and_then(|()| self.file.sync_data());
		match done {
			Ok(()) => {
				self.length = length.saturating_add(bytes.len() as u64);
				Ok(())
			}
			Err(error) => {
				// Room for a disk that is full to be of use again.
				if let Err(error) = self.file.set_len(length) {
					log::warn!(target: "presence", "{}: cannot be cut: {error}", self.path.display());
				}
				Err(io_error(&self.path, error))
			}
		}
	}
}

enum Job {
	Append { volume: Volume, record: Record, done: SyncSender<Result<(), JournalError>> },
	Close { volume: Volume },
}

/// Writes records; cheap to clone.
#[derive(Debug)]
pub(crate) struct Journal {
	jobs: Option<SyncSender<Job>>,
	thread: Option<JoinHandle<()>>,
}

impl Journal {
	pub(crate) fn start(shelf: Shelf) -> Result<Self, JournalError> {
		let (jobs, queue) = sync_channel(QUEUE);
		let directory = shelf.directory.clone();
		let thread = std::thread::Builder::new()
			.name("presence-journal".into())
			.spawn(move || write(&shelf, &queue))
			.map_err(|error| io_error(&directory, error))?;
		Ok(Self { jobs: Some(jobs), thread: Some(thread) })
	}

	/// Returns once the record is durable.
	pub(crate) fn append(&self, volume: Volume, record: Record) -> Result<(), JournalError> {
		let (done, result) = sync_channel(1);
		let jobs = self.jobs.as_ref().ok_or(JournalError::Gone)?;
		jobs.send(Job::Append { volume, record, done }).map_err(|_| JournalError::Gone)?;
		result.recv().map_err(|_| JournalError::Gone)?
	}

	/// Nothing more is appended to the volume for now.
	pub(crate) fn close(&self, volume: Volume) {
		if let Some(jobs) = &self.jobs {
			// Gone is closed, too.
			let _ = jobs.send(Job::Close { volume });
		}
	}
}

impl Drop for Journal {
	fn drop(&mut self) {
		self.jobs = None;
		if let Some(thread) = self.thread.take() {
			let _ = thread.join();
		}
	}
}

type Waiting = Vec<(Record, SyncSender<Result<(), JournalError>>)>;

fn write(shelf: &Shelf, queue: &Receiver<Job>) {
	let mut files = HashMap::<Volume, Open>::new();
	while let Ok(first) = queue.recv() {
		let mut waiting = HashMap::<Volume, Waiting>::new();
		let mut closed = Vec::new();
		for job in std::iter::once(first).chain(queue.try_iter().take(QUEUE)) {
			match job {
				Job::Append { volume, record, done } => {
					waiting.entry(volume).or_default().push((record, done));
				}
				Job::Close { volume } => closed.push(volume),
			}
		}
		for (volume, records) in waiting {
			let result = append(shelf, &mut files, volume, &records);
			if result.is_err() {
				// Read again, and cut, when it is needed next.
				files.remove(&volume);
			}
			for (_, done) in records {
				// Whoever does not wait any longer has no receipt.
				let _ = done.send(result.clone());
			}
		}
		for volume in closed {
			files.remove(&volume);
		}
	}
}

fn append(
	shelf: &Shelf,
	files: &mut HashMap<Volume, Open>,
	volume: Volume,
	records: &Waiting,
) -> Result<(), JournalError> {
	if files.len() >= OPEN_FILES && !files.contains_key(&volume) {
		files.clear();
	}
	let open = match files.entry(volume) {
		Entry::Occupied(open) => open.into_mut(),
		Entry::Vacant(free) => free.insert(shelf.append_to(&volume)?),
	};
	let mut bytes = if open.length == 0 { shelf.heading(&volume).to_vec() } else { Vec::new() };
	for (record, _) in records {
		bytes.extend_from_slice(&record.to_bytes());
	}
	open.append(&bytes)
}

fn io_error(path: &Path, error: io::Error) -> JournalError {
	JournalError::Io { path: path.into(), error: Arc::new(error) }
}

/// What a file's name says.
fn volume_of(name: &str) -> Option<Volume> {
	let (notary, window) = name.split_once('-')?;
	let window = window.parse().ok().filter(|number: &u32| number.to_string() == window)?;
	let mut account = [0; 32];
	hex::decode_to_slice(notary, &mut account).ok()?;
	// As we write it, and no other way.
	(hex::encode(account) == notary).then_some(Volume { notary: account, window })
}
