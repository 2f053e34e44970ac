//! Exact codecs: a set of slots, and nothing lost.
//!
//! There is one encoding of a set under a header, and decoders refuse any other: what a notary signs is a set, not
//! a choice among spellings of it. Where that cannot be seen while reading, the decoder encodes again and compares.

mod delta;
mod range;
mod raw;
mod rice;

pub(crate) use range::{bytes as members_bytes, decode as decode_members, write as write_members};

use crate::{Context, Error, Header, Kind, Limits, SlotSet};
use alloc::vec::Vec;
use delta::Delta;

/// A publication that a delta starts from.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
	/// Its window.
	pub window: u32,
	/// What was present in it. Its universe may be another than the new one's: slots past the new one are left out,
	/// new ones count as absent.
	pub set: &'a SlotSet,
}

/// Encodes a set in a given codec, header and payload.
///
/// # Errors
/// [`Error::WrongKind`] for filters; of `Delta`, [`Error::EarlierMissing`], and [`Error::EarlierMismatch`] where the
/// earlier window is not before this one.
pub fn encode(
	kind: Kind,
	context: Context,
	set: &SlotSet,
	earlier: Option<Earlier>,
) -> Result<Vec<u8>, Error> {
	let mut bytes = Header::exact(kind, context, set.universe(), set.len()).to_bytes().to_vec();
	match kind {
		Kind::Raw => raw::write(set, &mut bytes),
		Kind::Rice => rice::write(set, &mut bytes),
		Kind::Range => range::write(set, &mut bytes),
		Kind::Delta => {
			Delta::new(set, context.window, earlier.ok_or(Error::EarlierMissing)?)?.write(&mut bytes)
		}
		_ => return Err(Error::WrongKind),
	}
	Ok(bytes)
}

/// Bytes of the payload that [`encode`] would make, reckoned without making it.
///
/// # Errors
/// As [`encode`].
pub fn payload_bytes(
	kind: Kind,
	context: Context,
	set: &SlotSet,
	earlier: Option<Earlier>,
) -> Result<usize, Error> {
	match kind {
		Kind::Raw => Ok(raw::bytes(set)),
		Kind::Rice => Ok(rice::bytes(set)),
		Kind::Range => Ok(range::bytes(set.universe(), set.len())),
		Kind::Delta => Ok(Delta::new(set, context.window, earlier.ok_or(Error::EarlierMissing)?)?.bytes()),
		_ => Err(Error::WrongKind),
	}
}

/// Encodes a set in the codec that takes the fewest bytes, a delta among them where an earlier set is given. Of
/// equally small ones, the one that is read fastest: `Raw`, `Rice`, `Range`, `Delta`. Lengths are reckoned, so only the
/// smallest is made.
///
/// # Errors
/// [`Error::EarlierMismatch`] where the earlier window is not before this one.
pub fn choose(context: Context, set: &SlotSet, earlier: Option<Earlier>) -> Result<Vec<u8>, Error> {
	let (mut best, mut least) = (Kind::Raw, usize::MAX);
	for kind in [Kind::Raw, Kind::Rice, Kind::Range, Kind::Delta] {
		if kind == Kind::Delta && earlier.is_none() {
			continue;
		}
		let bytes = payload_bytes(kind, context, set, earlier)?;
		if bytes < least {
			(best, least) = (kind, bytes);
		}
	}
	encode(best, context, set, earlier)
}

/// Decodes a publication of an exact kind. `earlier` is only looked at for a delta.
///
/// # Errors
/// Those of [`Header::split`]; [`Error::WrongKind`] for filters; and whatever is wrong with the payload.
pub fn decode(
	publication: &[u8],
	limits: &Limits,
	earlier: Option<Earlier>,
) -> Result<(Header, SlotSet), Error> {
	let (header, payload) = Header::split(publication, limits)?;
	let (Header { kind, universe, window, .. }, present) =
		(header, header.present().ok_or(Error::WrongKind)?);
	let set = match kind {
		Kind::Raw => raw::decode(payload, universe)?,
		Kind::Rice => rice::decode(payload, universe, present)?,
		Kind::Range => range::decode(payload, universe, present)?,
		Kind::Delta => {
			let earlier = earlier.ok_or(Error::EarlierMissing)?;
			delta::decode(payload, universe, present, window, earlier)?
		}
		_ => return Err(Error::WrongKind),
	};
	if set.len() != present {
		return Err(Error::WrongCount);
	}
	Ok((header, set))
}

/// The window that a delta starts from, so that its reader can look that publication up; none for other kinds.
///
/// # Errors
/// Those of [`Header::split`], and [`Error::Truncated`], [`Error::NonCanonical`], [`Error::ParameterOutOfRange`] where
/// the payload does not begin with a distance.
pub fn earlier_window(publication: &[u8], limits: &Limits) -> Result<Option<u32>, Error> {
	let (header, payload) = Header::split(publication, limits)?;
	match header.kind {
		Kind::Delta => delta::earlier_window(payload, header.window).map(|(window, _)| Some(window)),
		_ => Ok(None),
	}
}
