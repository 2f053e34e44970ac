//! A publication and what was committed to: do they match?

use crate::{
	exact::{self, Earlier},
	merkle,
	message::{Account, Commitment, Link},
	Context, Error, Hash, Header, Kind, Limits, SlotSet,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// What bytes are to a commitment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
	/// They are what was committed to: this set.
	Matches(SlotSet),
	/// They are others than those that were committed to. That says nothing of the commitment.
	OtherBytes,
	/// They are those that were committed to, and do not say what the commitment says: its signer was wrong.
	Mismatch(Mismatch),
}

/// What of a commitment its bytes belie.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Mismatch {
	/// They are longer than a publication may be, or not as long as it says.
	Size,
	/// They cannot be decoded.
	Bytes,
	/// What a delta starts from cannot be decoded, is a delta itself, is of another window or of a larger universe.
	Earlier,
	/// The header says another kind, block, universe, window or number.
	Header,
	/// The slots have another root.
	Root,
}

/// Judges the bytes of a publication by its commitment. `earlier` are the bytes that a delta starts from.
///
/// Takes time in proportion to the universe and the bytes; both are looked at only where their hashes are those of the
/// commitment, and not beyond the limits.
#[must_use]
pub fn judge(commitment: &Commitment, bytes: &[u8], earlier: Option<&[u8]>, limits: &Limits) -> Verdict {
	if blake2_256(bytes) != commitment.bytes_hash {
		return Verdict::OtherBytes;
	}
	// Of other kinds the field means nothing, and must not keep anybody from judging.
	let earlier = match commitment.earlier.filter(|_| commitment.kind == Kind::Delta) {
		None => None,
		Some(hash) => match earlier.filter(|bytes| blake2_256(bytes) == hash) {
			Some(bytes) => Some(bytes),
			None => return Verdict::OtherBytes,
		},
	};
	match check(commitment, bytes, earlier, limits) {
		Ok(set) => Verdict::Matches(set),
		Err(mismatch) => Verdict::Mismatch(mismatch),
	}
}

fn check(
	commitment: &Commitment,
	bytes: &[u8],
	earlier: Option<&[u8]>,
	limits: &Limits,
) -> Result<SlotSet, Mismatch> {
	if bytes.len() > limits.max_bytes || u32::try_from(bytes.len()) != Ok(commitment.size) {
		return Err(Mismatch::Size);
	}
	let (header, _) = Header::split(bytes, limits).map_err(|_| Mismatch::Bytes)?;
	let context = (header.kind, header.base_block, header.universe, header.window, header.present());
	let Commitment { kind, base_block, universe, window, present, .. } = *commitment;
	if context != (kind, base_block, universe, window, Some(present)) {
		return Err(Mismatch::Header);
	}
	// A universe never shrinks, so what was before has no larger one; that bounds what judging costs.
	let before = Limits { max_universe: limits.max_universe.min(universe), ..*limits };
	let former = match earlier {
		None => None,
		Some(bytes) => Some(exact::decode(bytes, &before, None).map_err(|_| Mismatch::Earlier)?),
	};
	let earlier = former.as_ref().map(|(header, set)| Earlier { window: header.window, set });
	let (_, set) = exact::decode(bytes, limits, earlier).map_err(|error| match error {
		Error::EarlierMismatch | Error::EarlierMissing => Mismatch::Earlier,
		_ => Mismatch::Bytes,
	})?;
	if merkle::root(&set) != commitment.root {
		return Err(Mismatch::Root);
	}
	Ok(set)
}

/// A publication that a delta may start from, with its bytes. It must be no delta itself, so that a reader needs two at
/// the most.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
	/// The bytes, header and payload.
	pub bytes: &'a [u8],
	/// What they say.
	pub earlier: Earlier<'a>,
}

/// Makes the publication of a window, in the smallest codec, and the commitment to it. Without a base it is no delta.
///
/// # Errors
/// Those of [`exact::choose`]; [`Error::TooManyBytes`] where the bytes cannot be counted.
pub fn publish(
	genesis: Hash,
	notary: Account,
	context: Context,
	set: &SlotSet,
	base: Option<Base>,
	link: Link,
) -> Result<(Vec<u8>, Commitment), Error> {
	let bytes = exact::choose(context, set, base.map(|base| base.earlier))?;
	let (header, _) = Header::split(&bytes, &Limits::default())?;
	let commitment = Commitment {
		genesis,
		notary,
		window: context.window,
		base_block: context.base_block,
		universe: set.universe(),
		present: set.len(),
		root: merkle::root(set),
		bytes_hash: blake2_256(&bytes),
		size: u32::try_from(bytes.len()).map_err(|_| Error::TooManyBytes)?,
		kind: header.kind,
		earlier: base.filter(|_| header.kind == Kind::Delta).map(|base| blake2_256(base.bytes)),
		link,
	};
	Ok((bytes, commitment))
}
