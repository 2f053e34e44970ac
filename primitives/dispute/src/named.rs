//! How a method names the content that it asks for, so that the answer can be checked by nothing else.
//!
//! | method | the answer is |
//! | --- | --- |
//! | `GET /blake2b-256/HASH` | what has this hash; for bodies of one piece |
//! | `GET /sha2-256/HASH` | the same by SHA-256 |
//! | `GET /pieces/BYTES/ROOT` | a body of this length, whose pieces have this root: of any length |
//! | `GET /merkle/ROOT/LENGTH/CHUNK/INDEX` | the SCALE encoding of chunk number `INDEX` of a file and of its path |
//!
//! Hashes are 64 digits in base 16, lower case; numbers are decimal, without leading zeros.

use crate::Body;
use alloc::{format, vec::Vec};
use bounded_collections::{BoundedVec, ConstU32};
use core::str::FromStr;
use surety_agreement::merkle::Data;
use surety_response::relay::MAX_METHOD_BYTES;

/// The content that a method names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
	/// What has this BLAKE2b-256.
	Blake2b256([u8; 32]),
	/// What has this SHA-256.
	Sha2256([u8; 32]),
	/// A body, by its pieces.
	Pieces(Body),
	/// A chunk of a file.
	Chunk {
		/// The file.
		data: Data,
		/// Number of the chunk, from zero.
		index: u64,
	},
}

impl Named {
	/// What a method names; `None` where it is none of the forms above, to the letter.
	#[must_use]
	pub fn parse(method: &[u8]) -> Option<Self> {
		let path = core::str::from_utf8(method).ok()?.strip_prefix("GET /")?;
		let mut parts = path.split('/');
		let named = match parts.next()? {
			"blake2b-256" => Self::Blake2b256(hash(parts.next()?)?),
			"sha2-256" => Self::Sha2256(hash(parts.next()?)?),
			"pieces" => {
				let bytes = number(parts.next()?)?;
				Self::Pieces(Body { bytes, root: hash(parts.next()?)?.into() })
			}
			"merkle" => {
				let root = hash(parts.next()?)?;
				let (length, chunk) = (number(parts.next()?)?, number(parts.next()?)?);
				Self::Chunk { data: Data { root, length, chunk }, index: number(parts.next()?)? }
			}
			_ => return None,
		};
		parts.next().is_none().then_some(named)
	}

	/// The method that names it; `None` where it is longer than a method can be, which no sound file's is.
	#[must_use]
	pub fn method(&self) -> Option<BoundedVec<u8, ConstU32<MAX_METHOD_BYTES>>> {
		let text = match self {
			Self::Blake2b256(hash) => format!("GET /blake2b-256/{}", hex::encode(hash)),
			Self::Sha2256(hash) => format!("GET /sha2-256/{}", hex::encode(hash)),
			Self::Pieces(Body { bytes, root }) => format!("GET /pieces/{bytes}/{}", hex::encode(root)),
			Self::Chunk { data: Data { root, length, chunk }, index } => {
				format!("GET /merkle/{}/{length}/{chunk}/{index}", hex::encode(root))
			}
		};
		Vec::from(text).try_into().ok()
	}
}

fn hash(text: &str) -> Option<[u8; 32]> {
	let mut hash = [0; 32];
	hex::decode_to_slice(text, &mut hash).ok()?;
	text.bytes().all(|digit| !digit.is_ascii_uppercase()).then_some(hash)
}

fn number<N: FromStr>(text: &str) -> Option<N> {
	let canonical = text == "0" || !text.starts_with(['0', '+']);
	text.parse().ok().filter(|_| canonical)
}
