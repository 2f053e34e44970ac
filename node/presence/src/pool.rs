//! Who has announced itself in the window that is open.

use crate::{
	journal::{Journal, JournalError, Record, Shelf, Volume},
	peers::{Peer, Peers},
	Metrics,
};
use codec::DecodeAll;
use sp_core::{sr25519, Pair};
use std::{
	collections::{BTreeMap, HashMap},
	ops::Range,
	path::PathBuf,
	sync::{Condvar, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use surety_presence::{
	message::{Account, Announcement, Receipt, Signature, Signed},
	Hash,
};

/// Slots that the chain is asked for together: asking costs far more than answering about one more.
const PAGE: u32 = 128;

/// An attestation, as far as announcements go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attested {
	/// Number of the attestation that holds the slot.
	pub generation: u32,
	/// With which it is announced, by sr25519.
	pub key: [u8; 32],
}

/// The node, as the pool sees it.
pub trait Host: Send + Sync + 'static {
	/// Hash of the chain's first block.
	fn genesis(&self) -> Hash;

	/// The active attestations of a notary that hold these slots at the best block.
	///
	/// # Errors
	/// A text that says why the chain cannot be asked.
	fn attested(&self, notary: &Account, slots: Range<u32>) -> Result<Vec<(u32, Attested)>, String>;

	/// Signs with the key of a notary, if the node has it.
	fn sign(&self, notary: &Account, payload: &[u8]) -> Option<Signature>;
}

/// Bounds of what the pool does for others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
	/// Slots at the most that are taken of a notary in a window.
	pub slots: usize,
	/// Announcements of a peer a second, in the long run.
	pub rate: u32,
	/// Announcements of a peer at once.
	pub burst: u32,
	/// Peers that are remembered at the most.
	pub peers: usize,
	/// For how long an answer of the chain is taken for the present one where it speaks against an announcement. Else
	/// whoever names slots that nobody holds would have the chain asked each time.
	pub refresh: Duration,
	/// Windows for which announcements are kept after they are over, to be shown when the notary is audited.
	pub kept: u32,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			slots: 1 << 21,
			rate: 2_000,
			burst: 20_000,
			peers: 10_000,
			refresh: Duration::from_secs(1),
			kept: 300,
		}
	}
}

/// An announcement that was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
	/// What the notary promises.
	pub receipt: Receipt,
	/// Its signature.
	pub signature: Signature,
}

/// Why an announcement was not taken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
	/// The bytes are no announcement with a signature.
	#[error("the bytes are no announcement with its signature")]
	Malformed,
	/// It is for another chain.
	#[error("the announcement is for another chain")]
	ForeignChain,
	/// This node does not publish for the notary.
	#[error("this node does not publish for this notary; find the notary's own node")]
	UnknownNotary,
	/// The window is over.
	#[error("the window is over: it is {open} now")]
	Past {
		/// The one that is open.
		open: u32,
	},
	/// The window has not begun, as far as this node knows.
	#[error("the window has not begun here: it is {open} now; try again with the next block")]
	Future {
		/// The one that is open.
		open: u32,
	},
	/// No attestation holds the slot.
	#[error("no attestation of this notary holds the slot; it was revoked, has expired or was never given")]
	NotAttested,
	/// Another attestation holds it.
	#[error("the slot is held by attestation {current} of it")]
	WrongGeneration {
		/// Its number.
		current: u32,
	},
	/// The signature is not of the attestation's key.
	#[error("the signature is not by the attestation's key")]
	BadSignature,
	/// It was taken before.
	#[error("the announcement was taken before")]
	Duplicate(Box<Taken>),
	/// It is being taken.
	#[error("the announcement is just being taken")]
	InFlight,
	/// The peer asks for too much.
	#[error("too many announcements at once; slow down")]
	TooMany,
	/// The notary has as many as it can have.
	#[error("no more announcements are taken in this window")]
	Full,
	/// The node cannot ask the chain, or cannot write to its disk, or has lost the notary's key.
	#[error("the node cannot take it now: {0}")]
	Unavailable(String),
}

impl Refusal {
	/// A name that stays the same, for counters and programs.
	#[must_use]
	pub const fn reason(&self) -> &'static str {
		match self {
			Self::Malformed => "malformed",
			Self::ForeignChain => "foreign_chain",
			Self::UnknownNotary => "unknown_notary",
			Self::Past { .. } => "past",
			Self::Future { .. } => "future",
			Self::NotAttested => "not_attested",
			Self::WrongGeneration { .. } => "wrong_generation",
			Self::BadSignature => "bad_signature",
			Self::Duplicate(_) => "duplicate",
			Self::InFlight => "in_flight",
			Self::TooMany => "too_many",
			Self::Full => "full",
			Self::Unavailable(_) => "unavailable",
		}
	}
}

/// The slots that were announced to a notary in a window that is over, in ascending order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
	/// To whom.
	pub notary: Account,
	/// In which window.
	pub window: u32,
	/// Who.
	pub slots: Vec<u32>,
}

/// What is known of a slot in the open window.
#[derive(Clone, Copy, Debug)]
enum Entry {
	/// Its announcement holds, and is on its way to the disk.
	Pending,
	/// It is on disk.
	Durable { generation: u32, receipt: Option<Signature> },
}

/// The open window of a notary.
#[derive(Debug, Default)]
struct Book {
	entries: HashMap<u32, Entry>,
	pending: usize,
	/// Attestations that the chain was asked for. What is revoked meanwhile the worker leaves out.
	attested: HashMap<u32, Attested>,
	/// When it was asked for each page of slots.
	asked: HashMap<u32, Instant>,
}

impl Book {
	fn of(records: Vec<Record>) -> Self {
		let durable =
			|record: Record| (record.slot, Entry::Durable { generation: record.generation, receipt: None });
		Self { entries: records.into_iter().map(durable).collect(), ..Self::default() }
	}

	fn slots(&self) -> Vec<u32> {
		let mut slots: Vec<u32> = self.entries.keys().copied().collect();
		slots.sort_unstable();
		slots
	}
}

#[derive(Debug)]
struct State {
	window: u32,
	books: BTreeMap<Account, Book>,
	peers: Peers,
}

/// Takes announcements. All methods may be called from many threads; they block.
#[derive(Debug)]
pub struct Pool<H> {
	host: H,
	limits: Limits,
	shelf: Shelf,
	journal: Journal,
	state: Mutex<State>,
	/// Told whenever an announcement is no longer pending.
	settled: Condvar,
	metrics: Option<Metrics>,
}

impl<H: Host> Pool<H> {
	/// The pool of the notaries `served`, with window `window` open, and with everything that was taken in it before.
	///
	/// # Errors
	/// Where `directory` cannot be read or written, or holds what is another's.
	pub fn open(
		host: H,
		directory: PathBuf,
		window: u32,
		served: &[Account],
		limits: Limits,
		metrics: Option<Metrics>,
	) -> Result<Self, JournalError> {
		let shelf = Shelf::open(directory, host.genesis())?;
		let journal = Journal::start(shelf.clone())?;
		let mut books = BTreeMap::new();
		for notary in served {
			books.insert(*notary, Book::of(shelf.read(&Volume { notary: *notary, window })?));
		}
		let state = State { window, books, peers: Peers::new(limits.rate, limits.burst, limits.peers) };
		let pool =
			Self { host, limits, shelf, journal, state: Mutex::new(state), settled: Condvar::new(), metrics };
		pool.count_present(&pool.state());
		Ok(pool)
	}

	/// The window that is open.
	pub fn window(&self) -> u32 {
		self.state().window
	}

	/// Number of slots that were announced so far to a notary in the window that is open.
	pub fn present(&self, notary: &Account) -> u32 {
		self.state().books.get(notary).map_or(0, |book| u32::try_from(book.entries.len()).unwrap_or(u32::MAX))
	}

	/// Takes an announcement: SCALE of `(Announcement, Signature)`. Returns when it is durable.
	///
	/// # Errors
	/// Each [`Refusal`]; nothing has changed then.
	pub fn announce(&self, bytes: &[u8], peer: Peer) -> Result<Taken, Refusal> {
		let done = self.take(bytes, peer);
		if let Some(metrics) = &self.metrics {
			match &done {
				Ok(_) => metrics.took(),
				Err(refusal) => metrics.refused(refusal),
			}
		}
		done
	}

	fn take(&self, bytes: &[u8], peer: Peer) -> Result<Taken, Refusal> {
		// What is cheap to find comes first, the signature last.
		if !self.state().peers.admit(peer, Instant::now()) {
			return Err(Refusal::TooMany);
		}
		let (announcement, signature) =
			<(Announcement, Signature)>::decode_all(&mut &*bytes).map_err(|_| Refusal::Malformed)?;
		if announcement.genesis != self.host.genesis() {
			return Err(Refusal::ForeignChain);
		}
		let known = self.look(&announcement)?;
		let attested = match known {
			Some(attested) if attested.generation == announcement.generation => attested,
			_ => self.ask(&announcement)?,
		};
		if attested.generation != announcement.generation {
			return Err(Refusal::WrongGeneration { current: attested.generation });
		}
		if !verify(&signature, &announcement.payload(), attested.key) {
			return Err(Refusal::BadSignature);
		}
		self.begin(&announcement)?;
		self.keep(&announcement, signature)
	}

	/// Looks whether it could be taken, and for the attestation if that is known.
	fn look(&self, announcement: &Announcement) -> Result<Option<Attested>, Refusal> {
		let state = self.takeable(announcement)?;
		Ok(open_book(&state, announcement)?.attested.get(&announcement.slot).copied())
	}

	/// The state, while it is such that the announcement could be taken: its window is open, and it was not taken yet.
	fn takeable(&self, announcement: &Announcement) -> Result<MutexGuard<'_, State>, Refusal> {
		let state = self.state();
		match open_book(&state, announcement)?.entries.get(&announcement.slot).copied() {
			Some(Entry::Pending) => Err(Refusal::InFlight),
			Some(Entry::Durable { generation, receipt }) if generation == announcement.generation => {
				// Signing may take a while, and holds up nobody.
				drop(state);
				Err(self.duplicate(announcement, receipt))
			}
			_ => Ok(state),
		}
	}

	/// Asks the chain for the attestation.
	fn ask(&self, announcement: &Announcement) -> Result<Attested, Refusal> {
		let Announcement { notary, slot, .. } = *announcement;
		let page = slot / PAGE;
		if let Some(book) = self.state().books.get(&notary) {
			if book.asked.get(&page).is_some_and(|asked| asked.elapsed() < self.limits.refresh) {
				return book.attested.get(&slot).copied().ok_or(Refusal::NotAttested);
			}
		}
		let first = page.saturating_mul(PAGE);
		let slots = first..first.saturating_add(PAGE);
		let found = self.host.attested(&notary, slots.clone()).map_err(Refusal::Unavailable)?;
		let attested = found.iter().find(|(held, _)| *held == slot).map(|(_, attested)| *attested);
		let mut state = self.state();
		if let Some(book) = state.books.get_mut(&notary) {
			for slot in slots {
				book.attested.remove(&slot);
			}
			let room = self.limits.slots.saturating_sub(book.attested.len());
			// Only what is remembered whole, and pages without any attestation not without end.
			let pages = self.limits.slots.div_ceil(PAGE as usize).saturating_mul(2);
			if found.len() <= room && book.asked.len() < pages {
				book.asked.insert(page, Instant::now());
			} else {
				book.asked.remove(&page);
			}
			book.attested.extend(found.into_iter().take(room));
		}
		attested.ok_or(Refusal::NotAttested)
	}

	/// Notes that it is on its way to the disk.
	fn begin(&self, announcement: &Announcement) -> Result<(), Refusal> {
		// The window may have turned meanwhile, or another have come first.
		let mut state = self.takeable(announcement)?;
		let book = state.books.get_mut(&announcement.notary).ok_or(Refusal::UnknownNotary)?;
		if !book.entries.contains_key(&announcement.slot) && book.entries.len() >= self.limits.slots {
			return Err(Refusal::Full);
		}
		book.entries.insert(announcement.slot, Entry::Pending);
		book.pending = book.pending.saturating_add(1);
		Ok(())
	}

	/// Writes it to the disk, and signs the receipt.
	fn keep(&self, announcement: &Announcement, signature: Signature) -> Result<Taken, Refusal> {
		let Announcement { notary, window, slot, generation, .. } = *announcement;
		let written = self.journal.append(Volume { notary, window }, Record { slot, generation, signature });
		// On disk it counts, whether its receipt can be signed or not: somebody may ask for that again.
		let signed = match &written {
			Ok(()) => self.receipt(announcement),
			Err(error) => {
				log::error!(target: "presence", "an announcement cannot be kept: {error}");
				Err(Refusal::Unavailable(error.to_string()))
			}
		};
		let mut state = self.state();
		if let Some(book) = state.books.get_mut(&notary) {
			book.pending = book.pending.saturating_sub(1);
			match written {
				Ok(()) => {
					let receipt = signed.as_ref().ok().map(|taken| taken.signature);
					book.entries.insert(slot, Entry::Durable { generation, receipt });
				}
				Err(_) => drop(book.entries.remove(&slot)),
			}
		}
		drop(state);
		self.settled.notify_all();
		signed
	}

	fn receipt(&self, announcement: &Announcement) -> Result<Taken, Refusal> {
		let receipt = Receipt { announcement: *announcement };
		let signature = self.host.sign(&announcement.notary, &receipt.payload());
		let signature =
			signature.ok_or_else(|| Refusal::Unavailable("the notary's key is not here".into()))?;
		Ok(Taken { receipt, signature })
	}

	/// Who announces itself again gets the receipt again: the first answer may have been lost.
	fn duplicate(&self, announcement: &Announcement, receipt: Option<Signature>) -> Refusal {
		let taken = match receipt {
			Some(signature) => Ok(Taken { receipt: Receipt { announcement: *announcement }, signature }),
			None => self.receipt(announcement),
		};
		match taken {
			Ok(taken) => Refusal::Duplicate(Box::new(taken)),
			Err(refusal) => refusal,
		}
	}

	/// Opens window `window` for the notaries `served`, and returns the slots of all windows that are over and of which
	/// there is anything, or nothing but an empty one for those whose window was open. Waits for what is pending.
	///
	/// A window that is not later than the one that is open changes nothing but who is served: blocks may be undone, but
	/// what was handed over stays so.
	///
	/// # Errors
	/// Where what is on disk cannot be read; what could be is returned when it is asked for again.
	pub fn turn(&self, window: u32, served: &[Account]) -> Result<Vec<Closed>, JournalError> {
		let mut closed = Vec::new();
		let mut state = self.state();
		if window > state.window {
			// Closed to new ones by its number alone, so nothing more becomes pending.
			let before = std::mem::replace(&mut state.window, window);
			while state.books.values().any(|book| book.pending > 0) {
				state = self.settled.wait(state).unwrap_or_else(PoisonError::into_inner);
			}
			for (notary, book) in std::mem::take(&mut state.books) {
				closed.push(Closed { notary, window: before, slots: book.slots() });
				self.journal.close(Volume { notary, window: before });
			}
		}
		state.books.retain(|notary, book| served.contains(notary) || book.pending > 0);
		let missing: Vec<_> =
			served.iter().copied().filter(|notary| !state.books.contains_key(notary)).collect();
		let window = state.window;
		for notary in missing {
			let records = self.shelf.read(&Volume { notary, window })?;
			state.books.insert(notary, Book::of(records));
		}
		self.count_present(&state);
		drop(state);
		if let Some(metrics) = &self.metrics {
			metrics.handed_over(closed.len());
		}
		self.clear(window);
		Ok(closed)
	}

	/// The slots of a window that is over, from the disk: for what a crash kept from being handed over.
	///
	/// # Errors
	/// Where they cannot be read.
	pub fn over(&self, notary: Account, window: u32) -> Result<Closed, JournalError> {
		let records = self.shelf.read(&Volume { notary, window })?;
		Ok(Closed { notary, window, slots: Book::of(records).slots() })
	}

	/// Windows of which there are announcements on disk, in ascending order.
	///
	/// # Errors
	/// Where the directory cannot be read.
	pub fn windows(&self, notary: &Account) -> Result<Vec<u32>, JournalError> {
		let volumes = self.shelf.volumes()?;
		let mut windows: Vec<u32> = volumes
			.into_iter()
			.filter(|volume| volume.notary == *notary)
			.map(|volume| volume.window)
			.collect();
		windows.sort_unstable();
		Ok(windows)
	}

	/// An announcement that was taken, to be shown when the notary is audited.
	///
	/// # Errors
	/// Where the disk cannot be read.
	pub fn announcement(
		&self,
		notary: Account,
		window: u32,
		slot: u32,
	) -> Result<Option<(Announcement, Signature)>, JournalError> {
		let records = self.shelf.read(&Volume { notary, window })?;
		// Where a slot changed hands within the window, the later one counts.
		let record = records.into_iter().rev().find(|record| record.slot == slot);
		Ok(record.map(|Record { slot, generation, signature }| {
			let genesis = self.host.genesis();
			(Announcement { genesis, notary, slot, generation, window }, signature)
		}))
	}

	/// Removes what nobody can be asked for any more.
	fn clear(&self, window: u32) {
		let first = window.saturating_sub(self.limits.kept);
		let cleared = self.shelf.volumes().and_then(|volumes| {
			let mut old = volumes.iter().filter(|volume| volume.window < first);
			old.try_for_each(|volume| self.shelf.remove(volume))
		});
		if let Err(error) = cleared {
			log::warn!(target: "presence", "old announcements stay: {error}");
		}
	}

	fn count_present(&self, state: &State) {
		if let Some(metrics) = &self.metrics {
			metrics.opened(state.books.values().map(|book| book.entries.len()).sum());
		}
	}

	fn state(&self) -> MutexGuard<'_, State> {
		// Nothing is left half done where a thread could panic while it has it.
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// The open book that an announcement is for.
fn open_book<'a>(state: &'a State, announcement: &Announcement) -> Result<&'a Book, Refusal> {
	let book = state.books.get(&announcement.notary).ok_or(Refusal::UnknownNotary)?;
	match announcement.window.cmp(&state.window) {
		std::cmp::Ordering::Less => Err(Refusal::Past { open: state.window }),
		std::cmp::Ordering::Greater => Err(Refusal::Future { open: state.window }),
		std::cmp::Ordering::Equal => Ok(book),
	}
}

fn verify(signature: &Signature, payload: &[u8], key: [u8; 32]) -> bool {
	let (signature, key) = (sr25519::Signature::from_raw(*signature), sr25519::Public::from_raw(key));
	sr25519::Pair::verify(&signature, payload, &key)
}
