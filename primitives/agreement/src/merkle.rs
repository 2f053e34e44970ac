//! The Merkle tree over the chunks of a file: short proofs of what stands at an offset of it.
//!
//! A file is cut into *chunks* of a fixed size, the last one of what is left.
//!
//! - leaf: BLAKE2b-256 of `0x00` and the chunk;
//! - node: BLAKE2b-256 of `0x01`, left child, right child; a node without a right neighbour goes up unchanged;
//! - root: BLAKE2b-256 of `0x02`, the length of the file in eight bytes and of a chunk in four, little-endian, and the top
//!   node.
//!
//! Length and chunk size are part of the root, so that one root is of one file only. The shape of the tree follows from
//! them: a proof says neither how long it has to be nor on which side its nodes stand, and there is one for each chunk.

use crate::Hash;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// Size of a chunk at the most, in bytes.
pub const MAX_CHUNK: u32 = 4_096;
/// Chunks of a file at the most.
pub const MAX_LEAVES: u64 = 1 << 32;
/// Nodes of a path at the most.
pub const MAX_PATH: u32 = 32;

/// A file, by what its chunks are checked against.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Data {
	/// Root of the tree.
	pub root: Hash,
	/// Length of the file, in bytes; more than none.
	pub length: u64,
	/// Size of a chunk, in bytes: 1 to [`MAX_CHUNK`].
	pub chunk: u32,
}

impl Data {
	/// Number of chunks; none of a file that is not sound.
	#[must_use]
	pub fn leaves(&self) -> u64 {
		if self.chunk == 0 {
			return 0;
		}
		self.length.div_ceil(self.chunk.into())
	}

	/// Whether there can be such a file.
	#[must_use]
	pub fn is_sound(&self) -> bool {
		self.chunk <= MAX_CHUNK && (1..=MAX_LEAVES).contains(&self.leaves())
	}

	/// Size in bytes of the chunk of this number, from zero; `None` where there is none.
	#[must_use]
	pub fn chunk_len(&self, index: u64) -> Option<u32> {
		let last = self.leaves().checked_sub(1).filter(|last| index <= *last)?;
		if index < last {
			return Some(self.chunk);
		}
		let before = last.checked_mul(self.chunk.into())?;
		u32::try_from(self.length.checked_sub(before)?).ok()
	}
}

/// A chunk with the path from it to the top.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ChunkProof {
	/// The chunk.
	pub chunk: BoundedVec<u8, ConstU32<MAX_CHUNK>>,
	/// The nodes beside the path, from below; none at a level where there is no neighbour.
	pub path: BoundedVec<Hash, ConstU32<MAX_PATH>>,
}

impl ChunkProof {
	/// Whether this is the chunk number `index`, from zero, of the file.
	#[must_use]
	pub fn is_of(&self, data: &Data, index: u64) -> bool {
		let sized = data.chunk_len(index).is_some_and(|len| self.chunk.len() == len as usize);
		if !data.is_sound() || !sized {
			return false;
		}
		let mut node = leaf_hash(&self.chunk);
		let mut path = self.path.iter();
		let (mut at, mut last) = (index, data.leaves() - 1);
		while last > 0 {
			// The last node of a level may lack a right neighbour.
			if at % 2 == 1 || at < last {
				let Some(beside) = path.next() else { return false };
				node = if at % 2 == 1 { node_hash(beside, &node) } else { node_hash(&node, beside) };
			}
			(at, last) = (at / 2, last / 2);
		}
		path.next().is_none() && root_hash(data.length, data.chunk, &node) == data.root
	}
}

/// A tree in full, for those who make proofs: 64 bytes a chunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
	length: u64,
	chunk: u32,
	/// From the leaves to the top, which has one node.
	levels: Vec<Vec<Hash>>,
}

impl Tree {
	/// The tree over a file; `None` where there can be none of it.
	#[must_use]
	pub fn new(file: &[u8], chunk: u32) -> Option<Self> {
		let length = u64::try_from(file.len()).ok()?;
		let sound = Data { root: Hash::default(), length, chunk }.is_sound();
		let size = usize::try_from(chunk).ok().filter(|_| sound)?;
		let mut levels = Vec::new();
		let mut level: Vec<Hash> = file.chunks(size).map(leaf_hash).collect();
		while level.len() > 1 {
			let next = above(&level);
			levels.push(core::mem::replace(&mut level, next));
		}
		levels.push(level);
		Some(Self { length, chunk, levels })
	}

	/// What its chunks are checked against.
	#[must_use]
	pub fn data(&self) -> Data {
		let top = self.levels.last().and_then(|level| level.first()).copied().unwrap_or_default();
		Data { root: root_hash(self.length, self.chunk, &top), length: self.length, chunk: self.chunk }
	}

	/// The proof of a chunk of the file that the tree was made of; `None` where there is none of this number.
	#[must_use]
	pub fn prove(&self, file: &[u8], index: u64) -> Option<ChunkProof> {
		let at = usize::try_from(index).ok()?;
		let chunk = file.chunks(usize::try_from(self.chunk).ok()?).nth(at)?.to_vec();
		let mut path = Vec::new();
		let mut place = at;
		for level in &self.levels {
			path.extend(level.get(place ^ 1));
			place /= 2;
		}
		Some(ChunkProof { chunk: chunk.try_into().ok()?, path: path.try_into().ok()? })
	}
}

/// Hash of a chunk.
#[must_use]
pub fn leaf_hash(chunk: &[u8]) -> Hash {
	let mut bytes = Vec::with_capacity(chunk.len().saturating_add(1));
	bytes.push(0);
	bytes.extend_from_slice(chunk);
	blake2_256(&bytes)
}

/// Hash of two nodes.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
	let mut bytes = [1; 65];
	bytes[1..33].copy_from_slice(left);
	bytes[33..].copy_from_slice(right);
	blake2_256(&bytes)
}

/// Root of a file of this length in bytes, cut into chunks of this size, with this top node.
#[must_use]
pub fn root_hash(length: u64, chunk: u32, top: &Hash) -> Hash {
	let mut bytes = [2; 45];
	bytes[1..9].copy_from_slice(&length.to_le_bytes());
	bytes[9..13].copy_from_slice(&chunk.to_le_bytes());
	bytes[13..].copy_from_slice(top);
	blake2_256(&bytes)
}

/// The next level, half as many nodes.
fn above(level: &[Hash]) -> Vec<Hash> {
	let pair = |pair: &[Hash]| match pair {
		[left, right] => node_hash(left, right),
		[last, ..] => *last,
		[] => Hash::default(),
	};
	level.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// The top node as the definition has it: the left subtree is the largest full one.
	fn top(chunks: &[&[u8]]) -> Hash {
		match chunks {
			[chunk] => leaf_hash(chunk),
			_ => {
				let left = chunks.len().next_power_of_two() / 2;
				node_hash(&top(&chunks[..left]), &top(&chunks[left..]))
			}
		}
	}

	fn proof(chunk: &[u8], path: Vec<Hash>) -> ChunkProof {
		ChunkProof { chunk: chunk.to_vec().try_into().unwrap(), path: path.try_into().unwrap() }
	}

	proptest! {
		#[test]
		fn root_should_be_the_one_of_the_recursive_definition(
			file in prop::collection::vec(any::<u8>(), 1..600),
			chunk in 1u32..40,
		) {
			let chunks: Vec<&[u8]> = file.chunks(chunk as usize).collect();
			let data = Tree::new(&file, chunk).unwrap().data();
			prop_assert_eq!(data.root, root_hash(file.len() as u64, chunk, &top(&chunks)));
			prop_assert_eq!(data.leaves(), chunks.len() as u64);
			for (index, chunk) in chunks.iter().enumerate() {
				prop_assert_eq!(data.chunk_len(index as u64), Some(chunk.len() as u32));
			}
			prop_assert_eq!(data.chunk_len(chunks.len() as u64), None);
		}

		#[test]
		fn proof_should_hold_for_its_own_chunk_and_for_no_other(
			file in prop::collection::vec(any::<u8>(), 1..400),
			chunk in 1u32..20,
			index in any::<prop::sample::Index>(),
			other in 0u64..500,
			bit in 0usize..32,
		) {
			let tree = Tree::new(&file, chunk).unwrap();
			let data = tree.data();
			let index = index.index(data.leaves() as usize) as u64;
			let proof = tree.prove(&file, index).unwrap();
			prop_assert!(proof.is_of(&data, index));
			// Equal chunks have different paths, or are in different places.
			prop_assert!(other == index || !proof.is_of(&data, other));

			let mut changed = proof.clone();
			changed.chunk = changed.chunk.iter().map(|byte| byte ^ 1).collect::<Vec<_>>().try_into().unwrap();
			prop_assert!(!changed.is_of(&data, index));
			let mut longer = proof.clone();
			if longer.path.try_push([bit as u8; 32]).is_ok() {
				prop_assert!(!longer.is_of(&data, index));
			}
			let mut shorter = proof.clone();
			if shorter.path.pop().is_some() {
				prop_assert!(!shorter.is_of(&data, index));
				let mut wrong = proof.clone();
				wrong.path[0][bit] ^= 1;
				prop_assert!(!wrong.is_of(&data, index));
			}
			let of_another = Data { length: data.length + 1, ..data };
			prop_assert!(!proof.is_of(&of_another, index));
		}
	}

	#[test]
	fn file_of_one_chunk_should_be_shown_without_a_path() {
		for length in [1usize, 7, 8] {
			let file = vec![3u8; length];
			let tree = Tree::new(&file, 8).unwrap();
			let shown = tree.prove(&file, 0).unwrap();
			assert!(shown.path.is_empty());
			assert!(shown.is_of(&tree.data(), 0));
			assert!(!shown.is_of(&tree.data(), 1));
			assert!(!proof(&file, vec![[0; 32]]).is_of(&tree.data(), 0));
		}
	}

	#[test]
	fn file_of_as_many_chunks_as_there_can_be_should_be_shown_by_32_nodes() {
		// All chunks are zero but the one of this number: so each level has two hashes only.
		let (odd, zero, one) = (0xDEAD_BEEFu64, [0u8; 4], [1u8; 4]);
		let (mut same, mut node, mut at) = (leaf_hash(&zero), leaf_hash(&one), odd);
		let mut path = Vec::new();
		for _ in 0..32 {
			path.push(same);
			node = if at % 2 == 1 { node_hash(&same, &node) } else { node_hash(&node, &same) };
			same = node_hash(&same, &same);
			at /= 2;
		}
		let length = 4 * MAX_LEAVES;
		let data = Data { root: root_hash(length, 4, &node), length, chunk: 4 };
		assert!(data.is_sound());
		assert_eq!(data.leaves(), 1 << 32);
		let shown = proof(&one, path.clone());
		assert!(shown.is_of(&data, odd));
		assert!(!shown.is_of(&data, odd ^ 1));
		assert!(!shown.is_of(&data, odd + (1 << 32)));
		assert!(!proof(&zero, path).is_of(&data, odd));

		let too_long = Data { length: length + 1, ..data };
		assert!(!too_long.is_sound());
		assert!(!shown.is_of(&too_long, odd));
	}

	#[test]
	fn data_that_cannot_be_should_not_be_sound_and_never_be_shown() {
		let data = |length, chunk| Data { root: [0; 32], length, chunk };
		for bad in [data(0, 8), data(8, 0), data(8, MAX_CHUNK + 1), data(u64::MAX, 1), data(0, 0)] {
			assert!(!bad.is_sound(), "{bad:?}");
			assert!(!proof(&[], vec![]).is_of(&bad, 0));
			assert!(!proof(&[0; 8], vec![]).is_of(&bad, u64::MAX));
		}
		assert!(data(1, 1).is_sound() && data(MAX_LEAVES, 1).is_sound());
		assert_eq!(Tree::new(&[], 8), None);
		assert_eq!(Tree::new(&[1], 0), None);
	}

	#[test]
	fn chunk_should_never_pass_for_a_node() {
		// The classic second preimage: two hashes side by side, handed in as a chunk.
		let file = [7u8; 64];
		let tree = Tree::new(&file, 32).unwrap();
		let leaves: Vec<u8> = file.chunks(32).flat_map(leaf_hash).collect();
		let data = tree.data();
		for (length, chunk) in [(data.length, data.chunk), (64, 64), (32, 64)] {
			assert!(!proof(&leaves, vec![]).is_of(&Data { length, chunk, ..data }, 0));
		}
	}
}
