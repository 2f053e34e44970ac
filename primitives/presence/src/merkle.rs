//! The Merkle tree over the slots present: short proofs that one is among them, or is not.
//!
//! The slots stand in ascending order in *leaves* of [`LEAF_SLOTS`] each, the last one of what is left. That many fit,
//! with their tag, one block of BLAKE2b, so a million slots take 65,000 compressions and not two million; and a proof
//! of absence, which needs both neighbours, is one leaf nearly always.
//!
//! - leaf: BLAKE2b-256 of `0x00` and its slots, each four bytes, little-endian;
//! - node: BLAKE2b-256 of `0x01`, left child, right child; a node without a right neighbour goes up unchanged;
//! - root: BLAKE2b-256 of `0x02`, the number of slots in four bytes, little-endian, and the top node, where there is one.
//!
//! The count is part of the root, so no more slots can be proven present than are counted: bounties, which are
//! divided by the count, rest on that.

use crate::{Hash, SlotSet};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Ordering;
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// Slots in a leaf; fewer in the last one.
pub const LEAF_SLOTS: u32 = 31;
/// Nodes of a path at the most: leaves of the largest universe are less than 2²⁰.
pub const MAX_PATH: u32 = 20;

/// A leaf with the path from it to the top.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct LeafProof {
	/// Number of the leaf, from zero.
	pub index: u32,
	/// Its slots, ascending.
	pub slots: BoundedVec<u32, ConstU32<LEAF_SLOTS>>,
	/// The nodes beside the path, from below; none at a level where there is no neighbour.
	pub path: BoundedVec<Hash, ConstU32<MAX_PATH>>,
}

/// Proof that a slot is not among those present.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Exclusion {
	/// No slot is.
	Empty,
	/// This leaf would hold it: the slots around it are in it, or it is before the first or behind the last of all.
	Within(LeafProof),
	/// It would lie between these two, which are next to each other.
	Between(LeafProof, LeafProof),
}

/// A tree in full, for those who make proofs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
	slots: Vec<u32>,
	/// From the leaves to the top, which has one node; no level where no slot is present.
	levels: Vec<Vec<Hash>>,
}

fn leaf_hash(slots: &[u32]) -> Hash {
	let mut bytes = [0; 1 + 4 * LEAF_SLOTS as usize];
	let mut len = 1;
	for (to, slot) in bytes[1..].chunks_exact_mut(4).zip(slots) {
		to.copy_from_slice(&slot.to_le_bytes());
		len += 4;
	}
	blake2_256(&bytes[..len])
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
	let mut bytes = [1; 65];
	bytes[1..33].copy_from_slice(left);
	bytes[33..].copy_from_slice(right);
	blake2_256(&bytes)
}

fn root_hash(count: u32, top: Option<&Hash>) -> Hash {
	let mut bytes = [2; 37];
	bytes[1..5].copy_from_slice(&count.to_le_bytes());
	match top {
		Some(top) => {
			bytes[5..].copy_from_slice(top);
			blake2_256(&bytes)
		}
		None => blake2_256(&bytes[..5]),
	}
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

/// Root of the tree over a set, in memory of one hash a leaf.
#[must_use]
pub fn root(set: &SlotSet) -> Hash {
	let mut level = Vec::with_capacity(set.len().div_ceil(LEAF_SLOTS) as usize);
	let mut leaf = Vec::with_capacity(LEAF_SLOTS as usize);
	for slot in set.iter() {
		leaf.push(slot);
		if leaf.len() == LEAF_SLOTS as usize {
			level.push(leaf_hash(&leaf));
			leaf.clear();
		}
	}
	if !leaf.is_empty() {
		level.push(leaf_hash(&leaf));
	}
	while level.len() > 1 {
		level = above(&level);
	}
	root_hash(set.len(), level.first())
}

impl Tree {
	/// The tree over a set.
	#[must_use]
	pub fn new(set: &SlotSet) -> Self {
		let slots: Vec<u32> = set.iter().collect();
		let mut levels: Vec<Vec<Hash>> = Vec::new();
		let mut level: Vec<Hash> = slots.chunks(LEAF_SLOTS as usize).map(leaf_hash).collect();
		while level.len() > 1 {
			let next = above(&level);
			levels.push(core::mem::replace(&mut level, next));
		}
		if !level.is_empty() {
			levels.push(level);
		}
		Self { slots, levels }
	}

	/// Its root.
	#[must_use]
	pub fn root(&self) -> Hash {
		root_hash(self.slots.len() as u32, self.levels.last().and_then(|top| top.first()))
	}

	/// Proof that a slot is present; none where it is not.
	#[must_use]
	pub fn prove(&self, slot: u32) -> Option<LeafProof> {
		let place = self.slots.binary_search(&slot).ok()?;
		self.leaf(place / LEAF_SLOTS as usize)
	}

	/// Proof that a slot is not present; none where it is.
	#[must_use]
	pub fn prove_absent(&self, slot: u32) -> Option<Exclusion> {
		let Err(place) = self.slots.binary_search(&slot) else { return None };
		if self.slots.is_empty() {
			return Some(Exclusion::Empty);
		}
		let leaf = place / LEAF_SLOTS as usize;
		let ends = place == self.slots.len();
		let begins = place % LEAF_SLOTS as usize == 0;
		match (begins, leaf.checked_sub(1)) {
			(true, Some(before)) if ends => self.leaf(before).map(Exclusion::Within),
			(true, Some(before)) => Some(Exclusion::Between(self.leaf(before)?, self.leaf(leaf)?)),
			_ => self.leaf(leaf).map(Exclusion::Within),
		}
	}

	fn leaf(&self, leaf: usize) -> Option<LeafProof> {
		let slots = self.slots.chunks(LEAF_SLOTS as usize).nth(leaf)?.to_vec();
		let mut path = Vec::new();
		let mut at = leaf;
		for level in &self.levels {
			path.extend(level.get(at ^ 1));
			at /= 2;
		}
		let index = u32::try_from(leaf).ok()?;
		Some(LeafProof { index, slots: slots.try_into().ok()?, path: path.try_into().ok()? })
	}
}

impl LeafProof {
	/// Whether this is a leaf of the tree with so many slots and this root.
	#[must_use]
	pub fn is_of(&self, root: &Hash, count: u32) -> bool {
		let leaves = count.div_ceil(LEAF_SLOTS);
		let Some(last) = leaves.checked_sub(1).filter(|last| self.index <= *last) else { return false };
		let full = if self.index < last { LEAF_SLOTS } else { count - last * LEAF_SLOTS };
		let ascending = self.slots.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
		if self.slots.len() != full as usize || !ascending {
			return false;
		}
		let mut node = leaf_hash(&self.slots);
		let mut path = self.path.iter();
		let (mut at, mut last) = (self.index, last);
		while last > 0 {
			// The last node of a level may lack a right neighbour.
			if at % 2 == 1 || at < last {
				let Some(beside) = path.next() else { return false };
				node = if at % 2 == 1 { node_hash(beside, &node) } else { node_hash(&node, beside) };
			}
			(at, last) = (at / 2, last / 2);
		}
		path.next().is_none() && root_hash(count, Some(&node)) == *root
	}

	/// Whether this proves that `slot` is among the `count` slots under `root`.
	#[must_use]
	pub fn proves(&self, slot: u32, root: &Hash, count: u32) -> bool {
		self.slots.binary_search(&slot).is_ok() && self.is_of(root, count)
	}

	/// Where a slot lies beside those of the leaf; `None` where it is one of them or between them.
	fn side(&self, slot: u32) -> Option<Ordering> {
		match (self.slots.first(), self.slots.last()) {
			(Some(first), _) if slot < *first => Some(Ordering::Less),
			(_, Some(last)) if slot > *last => Some(Ordering::Greater),
			_ => None,
		}
	}
}

impl Exclusion {
	/// Whether this proves that `slot` is not among the `count` slots under `root`.
	#[must_use]
	pub fn proves(&self, slot: u32, root: &Hash, count: u32) -> bool {
		match self {
			Self::Empty => count == 0 && root_hash(0, None) == *root,
			Self::Within(leaf) => {
				let last = leaf.index.checked_add(1) == Some(count.div_ceil(LEAF_SLOTS));
				let would_be_here = match leaf.side(slot) {
					None => !leaf.slots.contains(&slot),
					Some(Ordering::Less) => leaf.index == 0,
					Some(_) => last,
				};
				would_be_here && leaf.is_of(root, count)
			}
			Self::Between(before, after) => {
				before.index.checked_add(1) == Some(after.index)
					&& before.side(slot) == Some(Ordering::Greater)
					&& after.side(slot) == Some(Ordering::Less)
					&& before.is_of(root, count)
					&& after.is_of(root, count)
			}
		}
	}
}
