//! A Merkle mountain range: the head of a log to which one only adds (S2: certificate transparency).
//!
//! A *mountain* is a perfect binary tree; a range of n leaves is one for each bit of n that is set, the highest first.
//! Adding costs what a binary counter costs, and the *peaks* are all that has to be kept.
//!
//! - leaf: BLAKE2b-256 of `0x00` and the entry;
//! - node: BLAKE2b-256 of `0x01`, left child, right child;
//! - root: BLAKE2b-256 of `0x02`, the number of leaves in four bytes, little-endian, and the peaks, the highest first.
//!
//! That a later range only added to an earlier one is shown by the subtrees that came between: the reader who has the
//! earlier peaks puts them behind, and must come out at the later root.

use crate::Hash;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// Peaks at the most: one for each bit of the number of leaves.
pub const MAX_PEAKS: u32 = u32::BITS;

/// What is kept of a range.
#[derive(
	Clone, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Mountains {
	/// Number of leaves.
	pub leaves: u32,
	/// The highest first; one for each bit of `leaves`.
	pub peaks: BoundedVec<Hash, ConstU32<MAX_PEAKS>>,
}

/// Proof that an entry is in a log.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EntryProof {
	/// Number of the entry, from zero.
	pub index: u32,
	/// The nodes beside the path to the peak, from below.
	pub path: BoundedVec<Hash, ConstU32<MAX_PEAKS>>,
	/// The peaks before its own, and those behind it.
	pub others: BoundedVec<Hash, ConstU32<MAX_PEAKS>>,
}

/// The subtrees that came between an earlier range and a later one, in their order.
pub type Consistency = BoundedVec<Hash, ConstU32<{ 2 * MAX_PEAKS }>>;

/// Hash of an entry, by its encoding.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
	let mut bytes = Vec::with_capacity(entry.len().saturating_add(1));
	bytes.push(0);
	bytes.extend_from_slice(entry);
	blake2_256(&bytes)
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
	let mut bytes = [1; 65];
	bytes[1..33].copy_from_slice(left);
	bytes[33..].copy_from_slice(right);
	blake2_256(&bytes)
}

/// Heights of the mountains of a range, the highest first.
fn heights(leaves: u32) -> impl DoubleEndedIterator<Item = u32> {
	(0..u32::BITS).rev().filter(move |height| leaves >> height & 1 == 1)
}

/// Height of the largest subtree that can stand behind `from` leaves in a range of `to`.
fn next_height(from: u32, to: u32) -> Option<u32> {
	let room = to.checked_sub(from).filter(|room| *room > 0)?.ilog2();
	Some(from.trailing_zeros().min(room))
}

impl Mountains {
	/// Adds the leaf of an entry, by its [`leaf_hash`]. Returns its number; none, and nothing is added, where no more
	/// can be counted.
	pub fn append(&mut self, leaf: Hash) -> Option<u32> {
		let index = self.leaves;
		self.put(0, leaf)?;
		Some(index)
	}

	/// Puts a subtree of 2^height leaves behind, which must divide the number of leaves.
	fn put(&mut self, height: u32, mut node: Hash) -> Option<()> {
		let leaves = self.leaves.checked_add(1u32.checked_shl(height)?)?;
		let mut height = height;
		while self.leaves >> height & 1 == 1 {
			node = node_hash(&self.peaks.pop()?, &node);
			height += 1;
		}
		self.peaks.try_push(node).ok()?;
		self.leaves = leaves;
		Some(())
	}

	/// Whether there is a peak for each bit of the number of leaves.
	#[must_use]
	pub fn is_sound(&self) -> bool {
		self.peaks.len() == self.leaves.count_ones() as usize
	}

	/// The head of the log.
	#[must_use]
	pub fn root(&self) -> Hash {
		let mut bytes = Vec::with_capacity(5 + 32 * self.peaks.len());
		bytes.push(2);
		bytes.extend_from_slice(&self.leaves.to_le_bytes());
		self.peaks.iter().for_each(|peak| bytes.extend_from_slice(peak));
		blake2_256(&bytes)
	}

	/// The range of these leaves.
	#[must_use]
	pub fn of(leaves: &[Hash]) -> Option<Self> {
		let mut range = Self::default();
		for leaf in leaves {
			range.append(*leaf)?;
		}
		Some(range)
	}

	/// Whether `later` is this range with the subtrees of `proof` put behind.
	#[must_use]
	pub fn continues_to(&self, later_leaves: u32, later_root: &Hash, proof: &Consistency) -> bool {
		if !self.is_sound() {
			return false;
		}
		let mut range = self.clone();
		for node in proof {
			let put = next_height(range.leaves, later_leaves).and_then(|height| range.put(height, *node));
			if put.is_none() {
				return false;
			}
		}
		range.leaves == later_leaves && range.root() == *later_root
	}
}

impl EntryProof {
	/// Whether this proves that the entry with this [`leaf_hash`] is in the log of so many leaves with this root.
	#[must_use]
	pub fn proves(&self, leaf: Hash, leaves: u32, root: &Hash) -> bool {
		let mut start = 0u32;
		let Some((place, height)) = heights(leaves).enumerate().find(|(_, height)| {
			let next = u64::from(start) + (1 << height);
			let here = u64::from(self.index) < next;
			start = if here { start } else { next as u32 };
			here
		}) else {
			return false;
		};
		if self.path.len() != height as usize || self.others.len() != leaves.count_ones() as usize - 1 {
			return false;
		}
		let within = self.index - start;
		let peak =
			(0..height).zip(&self.path).fold(leaf, |node, (level, beside)| match within >> level & 1 {
				0 => node_hash(&node, beside),
				_ => node_hash(beside, &node),
			});
		let (before, behind) = self.others.split_at(place);
		let peaks: Vec<Hash> = before.iter().chain([&peak]).chain(behind).copied().collect();
		let Ok(peaks) = BoundedVec::try_from(peaks) else { return false };
		Mountains { leaves, peaks }.root() == *root
	}
}

/// Top of the perfect tree over 2^height leaves.
fn top(leaves: &[Hash]) -> Option<Hash> {
	let mut level = leaves.to_vec();
	while level.len() > 1 {
		level = level
			.chunks(2)
			.map(|pair| Some(node_hash(pair.first()?, pair.get(1)?)))
			.collect::<Option<_>>()?;
	}
	level.first().copied()
}

/// Proof that the entry of this number is in the log of these leaves.
#[must_use]
pub fn prove(leaves: &[Hash], index: u32) -> Option<EntryProof> {
	let count = u32::try_from(leaves.len()).ok()?;
	let (mut rest, mut others, mut path) = (leaves, Vec::new(), None);
	let mut start = 0u32;
	for height in heights(count) {
		let (mountain, behind) = rest.split_at_checked(1 << height)?;
		rest = behind;
		let within = index.checked_sub(start).filter(|within| (*within as usize) < mountain.len());
		start += 1 << height;
		let Some(within) = within else {
			others.push(top(mountain)?);
			continue;
		};
		let beside = |level: u32| {
			let at = ((within >> level ^ 1) << level) as usize;
			top(mountain.get(at..at + (1 << level))?)
		};
		path = Some((0..height).map(beside).collect::<Option<Vec<_>>>()?);
	}
	Some(EntryProof { index, path: path?.try_into().ok()?, others: others.try_into().ok()? })
}

/// Proof that the log of these leaves continues that of the first `earlier` of them.
#[must_use]
pub fn prove_consistency(leaves: &[Hash], earlier: u32) -> Option<Consistency> {
	let count = u32::try_from(leaves.len()).ok().filter(|count| earlier <= *count)?;
	let (mut nodes, mut at) = (Vec::new(), earlier);
	while let Some(height) = next_height(at, count) {
		let end = at + (1 << height);
		nodes.push(top(leaves.get(at as usize..end as usize)?)?);
		at = end;
	}
	nodes.try_into().ok()
}
