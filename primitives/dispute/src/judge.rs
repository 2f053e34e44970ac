//! Whether an answer is right.

use crate::{Asked, Body, Check, Named};
use codec::{DecodeAll, MaxEncodedLen};
use sp_crypto_hashing::{blake2_256, sha2_256};
use surety_agreement::merkle::ChunkProof;
use surety_response::relay::PIECE_BYTES;

/// Why nothing can be said about an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unjudged {
	/// The service's answers are not checked.
	NoCheck,
	/// The call does not name what is to be answered, in a form that the check knows.
	NothingNamed,
	/// The body is longer than can be shown. Have its pieces named instead, or allow less.
	BodyTooLong,
	/// The body that is shown is not the one that was answered.
	OtherBody,
	/// The runtime has no such verifier.
	NoVerifier,
}

/// Whether the answer to a question is right.
///
/// `allowed` is how many bytes the request has allowed: an answer that is longer is wrong, whatever is in it. `shown` is the
/// body; it need not be shown where its name or its length tells already. `native` is asked for the runtime's own verifiers,
/// by their number: `None` where there is no such.
///
/// Hashes [`PIECE_BYTES`] three times at the most, and decodes no more than a [`ChunkProof`].
pub fn judge(
	check: Check,
	asked: &Asked,
	answered: &Body,
	allowed: u32,
	shown: &[u8],
	native: impl FnOnce(u32, &Asked, &[u8]) -> Option<bool>,
) -> Result<bool, Unjudged> {
	let too_long = answered.bytes > allowed;
	let ensure_shown = || {
		if answered.bytes > PIECE_BYTES {
			return Err(Unjudged::BodyTooLong);
		}
		if !answered.is(shown) {
			return Err(Unjudged::OtherBody);
		}
		Ok(())
	};
	match check {
		Check::None => Err(Unjudged::NoCheck),
		Check::FixedHash => {
			let named = Named::of(asked).ok_or(Unjudged::NothingNamed)?;
			match named {
				Named::Chunk { .. } => Err(Unjudged::NothingNamed),
				_ if too_long => Ok(false),
				Named::Pieces(body) => Ok(body == *answered),
				Named::Blake2b256(hash) => ensure_shown().map(|()| blake2_256(shown) == hash),
				Named::Sha2256(hash) => ensure_shown().map(|()| sha2_256(shown) == hash),
			}
		}
		Check::MerkleChunk => {
			let Some(Named::Chunk { data, index }) = Named::of(asked) else {
				return Err(Unjudged::NothingNamed);
			};
			// Nobody can answer for a chunk that there is not.
			if !data.is_sound() || data.chunk_len(index).is_none() {
				return Err(Unjudged::NothingNamed);
			}
			// Longer than any chunk with its path: what is in it need not be shown.
			let longest = u32::try_from(ChunkProof::max_encoded_len()).unwrap_or(u32::MAX);
			if too_long || answered.bytes > longest {
				return Ok(false);
			}
			ensure_shown()?;
			Ok(ChunkProof::decode_all(&mut &*shown).is_ok_and(|proof| proof.is_of(&data, index)))
		}
		Check::Native(_) if too_long => Ok(false),
		Check::Native(verifier) => {
			ensure_shown()?;
			native(verifier, asked, shown).ok_or(Unjudged::NoVerifier)
		}
	}
}
