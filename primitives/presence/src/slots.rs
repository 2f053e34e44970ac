//! Sets of slots.

use crate::{Error, Presence, MAX_UNIVERSE};
use alloc::{vec, vec::Vec};
use core::fmt;

const WORD: u32 = u64::BITS;

/// A set of slots out of a universe `0..universe`, one bit a slot.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SlotSet {
	universe: u32,
	/// Lowest slot in the lowest bit of the first; no bit at or past the universe is set.
	words: Vec<u64>,
	len: u32,
}

impl SlotSet {
	/// The empty set.
	///
	/// # Errors
	/// [`Error::UniverseTooLarge`] beyond [`MAX_UNIVERSE`].
	pub fn new(universe: u32) -> Result<Self, Error> {
		if universe > MAX_UNIVERSE {
			return Err(Error::UniverseTooLarge);
		}
		Ok(Self { universe, words: vec![0; universe.div_ceil(WORD) as usize], len: 0 })
	}

	/// The set of all slots.
	///
	/// # Errors
	/// [`Error::UniverseTooLarge`] beyond [`MAX_UNIVERSE`].
	pub fn full(universe: u32) -> Result<Self, Error> {
		let mut set = Self::new(universe)?;
		set.words.fill(u64::MAX);
		set.trim();
		Ok(set)
	}

	/// The set of these slots, in any order; one named twice counts once.
	///
	/// # Errors
	/// [`Error::UniverseTooLarge`]; [`Error::SlotPastUniverse`].
	pub fn from_slots(universe: u32, slots: impl IntoIterator<Item = u32>) -> Result<Self, Error> {
		let mut set = Self::new(universe)?;
		for slot in slots {
			set.insert(slot)?;
		}
		Ok(set)
	}

	/// The set in a bitmap of ⌈universe / 8⌉ bytes, lowest slot in the lowest bit of the first.
	pub(crate) fn from_bitmap(universe: u32, bitmap: &[u8]) -> Result<Self, Error> {
		let mut set = Self::new(universe)?;
		let bytes = universe.div_ceil(8) as usize;
		match bitmap.len() {
			len if len < bytes => return Err(Error::Truncated),
			len if len > bytes => return Err(Error::TrailingBytes),
			_ => {}
		}
		for (word, chunk) in set.words.iter_mut().zip(bitmap.chunks(8)) {
			let mut bytes = [0; 8];
			bytes[..chunk.len()].copy_from_slice(chunk);
			*word = u64::from_le_bytes(bytes);
		}
		let last = set.words.last().copied();
		set.trim();
		if set.words.last().copied() != last {
			return Err(Error::NonCanonical);
		}
		Ok(set)
	}

	/// The bitmap that [`Self::from_bitmap`] reads.
	pub(crate) fn bitmap(&self) -> impl Iterator<Item = u8> + '_ {
		self.words.iter().flat_map(|word| word.to_le_bytes()).take(self.universe.div_ceil(8) as usize)
	}

	/// Clears what is past the universe, and counts.
	fn trim(&mut self) {
		let used = self.universe % WORD;
		if let (Some(last), true) = (self.words.last_mut(), used > 0) {
			*last &= (1 << used) - 1;
		}
		self.len = self.words.iter().map(|word| word.count_ones()).sum();
	}

	/// Number of slots there are.
	#[must_use]
	pub fn universe(&self) -> u32 {
		self.universe
	}

	/// Number of slots in the set.
	#[must_use]
	pub fn len(&self) -> u32 {
		self.len
	}

	/// Whether no slot is in the set.
	#[must_use]
	pub fn is_empty(&self) -> bool {
		self.len == 0
	}

	/// Whether the slot is in the set. One past the universe is not: ask [`Self::presence`] where that matters.
	#[must_use]
	pub fn contains(&self, slot: u32) -> bool {
		let word = self.words.get((slot / WORD) as usize).copied().unwrap_or(0);
		word >> (slot % WORD) & 1 == 1
	}

	/// What the set says of a slot.
	#[must_use]
	pub fn presence(&self, slot: u32) -> Presence {
		match self.contains(slot) {
			_ if slot >= self.universe => Presence::NotCovered,
			true => Presence::Present,
			false => Presence::Absent,
		}
	}

	/// Puts a slot into the set; whether it was not there.
	///
	/// # Errors
	/// [`Error::SlotPastUniverse`].
	pub fn insert(&mut self, slot: u32) -> Result<bool, Error> {
		if slot >= self.universe {
			return Err(Error::SlotPastUniverse);
		}
		let Some(word) = self.words.get_mut((slot / WORD) as usize) else {
			return Err(Error::SlotPastUniverse);
		};
		let bit = 1 << (slot % WORD);
		let new = *word & bit == 0;
		*word |= bit;
		self.len += u32::from(new);
		Ok(new)
	}

	/// Takes a slot out of the set; whether it was there.
	pub fn remove(&mut self, slot: u32) -> bool {
		let was = self.contains(slot);
		if let (Some(word), true) = (self.words.get_mut((slot / WORD) as usize), was) {
			*word &= !(1 << (slot % WORD));
			self.len -= 1;
		}
		was
	}

	/// The slots in the set, ascending.
	pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
		ones(self.words.iter().copied())
	}

	/// The slots of the universe that are not in the set, ascending.
	pub fn iter_absent(&self) -> impl Iterator<Item = u32> + '_ {
		let universe = self.universe;
		ones(self.words.iter().map(|word| !word)).take_while(move |slot| *slot < universe)
	}

	/// The same slots in another universe; those past it are left out.
	///
	/// # Errors
	/// [`Error::UniverseTooLarge`].
	pub fn resized(&self, universe: u32) -> Result<Self, Error> {
		let mut set = Self::new(universe)?;
		for (to, from) in set.words.iter_mut().zip(&self.words) {
			*to = *from;
		}
		set.trim();
		Ok(set)
	}

	/// Everything but this set.
	#[must_use]
	pub fn complement(mut self) -> Self {
		for word in &mut self.words {
			*word = !*word;
		}
		self.trim();
		self
	}
}

impl fmt::Debug for SlotSet {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} of {}: ", self.len, self.universe)?;
		f.debug_set().entries(self.iter()).finish()
	}
}

/// Indices of the bits that are set.
fn ones(words: impl Iterator<Item = u64>) -> impl Iterator<Item = u32> {
	words.zip((0..).step_by(WORD as usize)).flat_map(|(word, base)| {
		core::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
			.take_while(|word| *word != 0)
			.map(move |word| base + word.trailing_zeros())
	})
}
