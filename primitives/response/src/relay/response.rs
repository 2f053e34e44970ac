//! What a recipient signs: the answer to one request, whole or in pieces under one Merkle root.

use crate::{Message, H256};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// Bytes of a piece: a body of no more is whole.
pub const PIECE_BYTES: u32 = 65_536;

/// Bytes of a body at the most, whatever a request allows: 64 MiB.
pub const MAX_BODY_BYTES: u32 = 64 * 1024 * 1024;

/// Hashes of a piece's proof at the most.
const MAX_DEPTH: u32 = 10;

/// A part of a body.
pub type Piece = BoundedVec<u8, ConstU32<PIECE_BYTES>>;

/// The hashes beside a piece's way to the root, from the piece upwards.
pub type Proof = BoundedVec<H256, ConstU32<MAX_DEPTH>>;

/// What kind of answer it is.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Verdict {
	/// The body is what was asked for.
	Answer,
	/// The recipient will not answer; the body says why. What that counts for is the agreement's to say.
	Refusal,
}

/// The answer to a request. Signed by the recipient.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Response {
	/// The hash of the request.
	pub request: H256,
	/// What kind of answer it is.
	pub verdict: Verdict,
	/// Bytes of the body.
	pub bytes: u32,
	/// Merkle root of the body's pieces, see [`root`].
	pub root: H256,
}

impl Message for Response {
	const TAG: &'static str = "surety/response/1";
}

impl Response {
	/// Pieces of the body: one at the least, which is empty where the body is.
	pub fn pieces(&self) -> u32 {
		self.bytes.div_ceil(PIECE_BYTES).max(1)
	}

	/// Whether `piece` is the one at `index`.
	pub fn has_piece(&self, index: u32, piece: &[u8], proof: &[H256]) -> bool {
		let Some(begin) = index.checked_mul(PIECE_BYTES) else { return false };
		let Some(left) = self.bytes.checked_sub(begin) else { return false };
		let long_enough = u32::try_from(piece.len()).is_ok_and(|length| length == left.min(PIECE_BYTES));
		long_enough
			&& index < self.pieces()
			&& climb(index, self.pieces(), leaf(piece), proof) == Some(self.root)
	}
}

/// The body in pieces, in order. One that is empty where the body is.
pub fn pieces(body: &[u8]) -> Vec<Piece> {
	if body.is_empty() {
		return Vec::from([Piece::default()]);
	}
	body.chunks(PIECE_BYTES as usize).map(|piece| Piece::truncate_from(piece.to_vec())).collect()
}

/// Merkle root of a body's pieces: BLAKE2b-256 of 0 and the piece, or of 1 and both children. A node without a sibling
/// goes up as it is.
pub fn root(pieces: &[Piece]) -> H256 {
	levels(pieces).last().and_then(|top| top.first()).copied().unwrap_or_default()
}

/// The proof of each piece, in order. Empty where the body has too many.
pub fn proofs(pieces: &[Piece]) -> Vec<Proof> {
	let levels = levels(pieces);
	let below_top = levels.len().saturating_sub(1);
	let prove = |mut index: usize| {
		let mut proof = Proof::default();
		for level in levels.iter().take(below_top) {
			if let Some(sibling) = level.get(index ^ 1) {
				proof.try_push(*sibling).ok()?;
			}
			index /= 2;
		}
		Some(proof)
	};
	(0..pieces.len()).map(prove).collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn levels(pieces: &[Piece]) -> Vec<Vec<H256>> {
	let mut level: Vec<H256> = pieces.iter().map(|piece| leaf(piece)).collect();
	let mut levels = Vec::new();
	while level.len() > 1 {
		let above = level
			.chunks(2)
			.map(|pair| match pair {
				[left, right] => node(left, right),
				alone => alone.first().copied().unwrap_or_default(),
			})
			.collect();
		levels.push(core::mem::replace(&mut level, above));
	}
	levels.push(level);
	levels
}

fn climb(mut index: u32, mut width: u32, leaf: H256, proof: &[H256]) -> Option<H256> {
	let mut hash = leaf;
	let mut proof = proof.iter();
	while width > 1 {
		if index ^ 1 < width {
			let sibling = proof.next()?;
			hash = if index.is_multiple_of(2) { node(&hash, sibling) } else { node(sibling, &hash) };
		}
		index /= 2;
		width = width.div_ceil(2);
	}
	proof.next().is_none().then_some(hash)
}

fn leaf(piece: &[u8]) -> H256 {
	let mut bytes = Vec::with_capacity(piece.len().saturating_add(1));
	bytes.push(0);
	bytes.extend_from_slice(piece);
	blake2_256(&bytes).into()
}

fn node(left: &H256, right: &H256) -> H256 {
	let mut bytes = [1u8; 65];
	bytes[1..33].copy_from_slice(left.as_bytes());
	bytes[33..].copy_from_slice(right.as_bytes());
	blake2_256(&bytes).into()
}
