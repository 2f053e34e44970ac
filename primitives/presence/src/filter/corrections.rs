//! What a filter gets wrong about a known universe.
//!
//! The payload of a corrected filter is the number of slots that the filter wrongly takes for present, as SCALE
//! compact; which ones, [range coded](crate::exact) as a set of the header's universe; and the filter's own payload.
//! There are about ε times as many as offers absent, so that is a few bytes.

use super::Filter;
use crate::{
	compact,
	exact::{decode_members, members_bytes, write_members},
	Error, Header, Id, Limits, SlotSet, HEADER_BYTES,
};
use alloc::vec::Vec;

/// Puts corrections before a filter, header and payload. `ids` are those of the slots of the universe, in order, and `present`
/// is what the filter was built from.
///
/// # Errors
/// Those of [`Filter::decode`]; [`Error::WrongKind`] where the filter has corrections already; [`Error::WrongIds`] where there are not as many
/// ids and slots as the filter's universe has, or the filter does not know one that is present.
pub fn correct(filter: &[u8], ids: &[Id], present: &SlotSet) -> Result<Vec<u8>, Error> {
	let read = Filter::decode(filter, &Limits { max_bytes: usize::MAX, ..Limits::default() })?;
	let header = Header { kind: read.header().kind.corrected(), ..*read.header() };
	if read.corrections().is_some() {
		return Err(Error::WrongKind);
	}
	if header.universe != present.universe() || ids.len() != header.universe as usize {
		return Err(Error::WrongIds);
	}
	let mut wrong = SlotSet::new(header.universe)?;
	for (slot, id) in (0..).zip(ids) {
		match (read.contains(id), present.contains(slot)) {
			(true, false) => {
				wrong.insert(slot)?;
			}
			(false, true) => return Err(Error::WrongIds),
			_ => {}
		}
	}
	let mut bytes = header.to_bytes().to_vec();
	write(&wrong, &mut bytes);
	bytes.extend(filter.iter().skip(HEADER_BYTES));
	Ok(bytes)
}

pub(super) fn write(wrong: &SlotSet, to: &mut Vec<u8>) {
	compact::write(wrong.len(), to);
	write_members(wrong, to);
}

pub(super) fn read(payload: &mut &[u8], universe: u32) -> Result<SlotSet, Error> {
	let count = compact::read(payload)?;
	if count > universe {
		return Err(Error::WrongCount);
	}
	let (members, rest) = payload.split_at_checked(members_bytes(universe, count)).ok_or(Error::Truncated)?;
	*payload = rest;
	decode_members(members, universe, count)
}
