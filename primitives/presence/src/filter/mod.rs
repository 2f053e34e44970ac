//! Filters: who is present, by the offer's id, for readers who do not hold the universe.
//!
//! A filter never misses an offer that is present, and takes an absent one for present at the rate ε. That is what
//! S2 proposes; a reader who knows the universe is better served by the [exact codecs](crate::exact), which are smaller
//! and do not err. [`correct`] makes a filter exact for such a reader too (S2, after Kiss et al., "Bloom filter with a
//! false positive free zone", 2018).
//!
//! All arithmetic is in integers, so a filter is built alike on every machine, in wasm too.

mod bloom;
mod corrections;
mod cuckoo;
mod epsilon;
mod fuse;
mod hash;
mod peel;
mod ribbon;
mod table;
mod xor;

pub use corrections::correct;
pub use epsilon::Epsilon;

use crate::{Context, Error, Header, Id, Kind, Limits, Presence, SlotSet, MAX_UNIVERSE};
use alloc::vec::Vec;
#[cfg(test)]
pub(crate) use epsilon::log2;
use hash::Hash;

/// The fewest and most bits of a fingerprint, and hashes of a Bloom filter.
const MIN_BITS: u8 = 4;
const MAX_BITS: u8 = 32;

/// Tries at the most. One in two succeeds at the least, and ever more as the table grows: no ids of a registry
/// come near it.
const ATTEMPTS: u16 = 256;

/// Builds a filter of the ids, header and payload. An id named twice counts once. `salt` is where the search for hashes begins that
/// place all ids; the header has the one that was found.
///
/// # Errors
/// [`Error::WrongKind`] for exact kinds and corrected ones; [`Error::UniverseTooLarge`], also where there are more ids
/// than slots can be; [`Error::NotFound`].
pub fn build(
	kind: Kind,
	context: Context,
	universe: u32,
	epsilon: Epsilon,
	salt: u16,
	ids: &[Id],
) -> Result<Vec<u8>, Error> {
	if universe > MAX_UNIVERSE || ids.len() > MAX_UNIVERSE as usize {
		return Err(Error::UniverseTooLarge);
	}
	for attempt in 0..ATTEMPTS {
		let bits = match kind {
			Kind::Bloom => bloom::dimensions(ids.len() as u64, epsilon).0,
			_ => epsilon.bits(),
		};
		let header = Header::filter(kind, context, universe, bits, salt.wrapping_add(attempt));
		let hashes = Hash::new(&header).of_all(ids);
		let attempt = attempt.into();
		let payload = match kind {
			Kind::Bloom => bloom::build(&hashes, bits, epsilon, attempt),
			Kind::Xor => xor::build(&hashes, bits, attempt),
			Kind::Fuse => fuse::build(&hashes, bits, attempt),
			Kind::Cuckoo => cuckoo::build(&hashes, bits, attempt),
			Kind::Ribbon => ribbon::build(&hashes, bits, attempt),
			_ => return Err(Error::WrongKind),
		};
		if let Some(payload) = payload {
			return Ok([&header.to_bytes()[..], &payload].concat());
		}
	}
	Err(Error::NotFound)
}

#[derive(Clone, Copy)]
enum Table<'a> {
	Bloom(bloom::Bloom<'a>),
	Xor(xor::Xor<'a>),
	Fuse(fuse::Fuse<'a>),
	Cuckoo(cuckoo::Cuckoo<'a>),
	Ribbon(ribbon::Ribbon<'a>),
}

impl<'a> Table<'a> {
	fn read(kind: Kind, bits: u8, payload: &'a [u8]) -> Result<Self, Error> {
		if !(MIN_BITS..=MAX_BITS).contains(&bits) {
			return Err(Error::ParameterOutOfRange);
		}
		match kind {
			Kind::Bloom => bloom::Bloom::read(payload, bits).map(Self::Bloom),
			Kind::Xor => xor::Xor::read(payload, bits).map(Self::Xor),
			Kind::Fuse => fuse::Fuse::read(payload, bits).map(Self::Fuse),
			Kind::Cuckoo => cuckoo::Cuckoo::read(payload, bits).map(Self::Cuckoo),
			Kind::Ribbon => ribbon::Ribbon::read(payload, bits).map(Self::Ribbon),
			_ => Err(Error::WrongKind),
		}
	}

	fn write(&self, to: &mut Vec<u8>) {
		match self {
			Self::Bloom(table) => table.write(to),
			Self::Xor(table) => table.write(to),
			Self::Fuse(table) => table.write(to),
			Self::Cuckoo(table) => table.write(to),
			Self::Ribbon(table) => table.write(to),
		}
	}

	fn contains(&self, hash: u64) -> bool {
		match self {
			Self::Bloom(table) => table.contains(hash),
			Self::Xor(table) => table.contains(hash),
			Self::Fuse(table) => table.contains(hash),
			Self::Cuckoo(table) => table.contains(hash),
			Self::Ribbon(table) => table.contains(hash),
		}
	}
}

/// A filter that has been read. It borrows the publication, and keeps nothing but its corrections.
pub struct Filter<'a> {
	header: Header,
	hash: Hash,
	table: Table<'a>,
	corrections: Option<SlotSet>,
}

impl<'a> Filter<'a> {
	/// Reads a publication.
	///
	/// # Errors
	/// Those of [`Header::split`]; [`Error::WrongKind`] for exact kinds; and whatever is wrong with the payload.
	pub fn decode(publication: &'a [u8], limits: &Limits) -> Result<Self, Error> {
		let (header, mut payload) = Header::split(publication, limits)?;
		let bits = header.bits().ok_or(Error::WrongKind)?;
		let corrections = match header.kind.is_corrected() {
			true => Some(corrections::read(&mut payload, header.universe)?),
			false => None,
		};
		let table = Table::read(header.kind.uncorrected(), bits, payload)?;
		Ok(Self { header, hash: Hash::new(&header), table, corrections })
	}

	/// The bytes that were read.
	#[must_use]
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut bytes = self.header.to_bytes().to_vec();
		if let Some(corrections) = &self.corrections {
			corrections::write(corrections, &mut bytes);
		}
		self.table.write(&mut bytes);
		bytes
	}

	/// The header.
	#[must_use]
	pub fn header(&self) -> &Header {
		&self.header
	}

	/// The slots that the filter takes for present and are not; none where the publication does not say.
	#[must_use]
	pub fn corrections(&self) -> Option<&SlotSet> {
		self.corrections.as_ref()
	}

	/// Whether the filter takes the offer for present, whatever the corrections say. It does so for every offer that
	/// is present, and for others at the rate ε.
	#[must_use]
	pub fn contains(&self, id: &Id) -> bool {
		self.table.contains(self.hash.of(id))
	}

	/// What the publication says of an offer whose slot is known.
	#[must_use]
	pub fn presence(&self, slot: u32, id: &Id) -> Presence {
		let wrong = |corrections: &SlotSet| corrections.contains(slot);
		match slot < self.header.universe {
			false => Presence::NotCovered,
			true if self.corrections.as_ref().is_some_and(wrong) || !self.contains(id) => Presence::Absent,
			true => Presence::Present,
		}
	}
}
