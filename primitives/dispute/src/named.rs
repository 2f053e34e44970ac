//! How a call names the content that it asks for, so that the answer can be checked by nothing else.
//!
//! | call, without headers or body | the answer's body is |
//! | --- | --- |
//! | `GET /blake2b-256/HASH` | what has this hash; for bodies of one piece |
//! | `GET /sha2-256/HASH` | the same by SHA-256 |
//! | `GET /pieces/BYTES/ROOT` | a body of this length, whose pieces have this root: of any length |
//! | `GET /merkle/ROOT/LENGTH/CHUNK/INDEX` | the SCALE encoding of chunk number `INDEX` of a file and of its path |
//!
//! Hashes are 64 digits in base 16, lower case; numbers are decimal, without leading zeros. Headers could ask for an encoding
//! or a part of the content, and so make an honest body another: a call with any names nothing.

use crate::{Asked, Body};
use alloc::{format, string::String};
use core::str::FromStr;
use surety_agreement::merkle::Data;

/// The content that a call names.
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
	/// What a call names; `None` where it is none of the forms above, to the letter.
	#[must_use]
	pub fn of(asked: &Asked) -> Option<Self> {
		Self::parse(&asked.target()?)
	}

	/// What a target names, the same.
	#[must_use]
	pub fn parse(target: &[u8]) -> Option<Self> {
		let path = core::str::from_utf8(target).ok()?.strip_prefix('/')?;
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

	/// The target that names it.
	#[must_use]
	pub fn target(&self) -> String {
		match self {
			Self::Blake2b256(hash) => format!("/blake2b-256/{}", hex::encode(hash)),
			Self::Sha2256(hash) => format!("/sha2-256/{}", hex::encode(hash)),
			Self::Pieces(Body { bytes, root }) => format!("/pieces/{bytes}/{}", hex::encode(root)),
			Self::Chunk { data: Data { root, length, chunk }, index } => {
				format!("/merkle/{}/{length}/{chunk}/{index}", hex::encode(root))
			}
		}
	}

	/// The call that asks for it; there is one for each.
	#[must_use]
	pub fn asked(&self) -> Option<Asked> {
		Asked::get(self.target().as_bytes())
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
