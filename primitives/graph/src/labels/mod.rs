//! Labels: which component a node is known to be in.
//!
//! A node points to a label, and labels form a union-find forest (Tarjan 1975): linked by rank, with path
//! halving. An edge between two components joins them in O(α); a *split* gives the nodes of a listed
//! component a fresh label and leaves the others theirs, who are never listed: what they are and weigh is the
//! difference.
//!
//! A split may take many blocks. The fresh label hangs below the one that is split while nodes are moved to
//! it, so until the end nothing has changed for whoever asks; the end itself detaches it, in O(1). Given up,
//! it stays where it hangs, and nothing has changed either. What is opened in the meantime between the two
//! sides is not known to join them: after the end, anybody names such an edge, and they are joined again.
//!
//! **Depth.** Linking by rank makes a root's rank a bound on its height. Let Φ be the sum of 2^rank over all
//! roots. Linking does not raise it; a new label raises it by one, as a root or by giving a lone root its
//! first child, and the end of a split by one. So 2^rank is at most twice the number of labels ever made, and
//! a path has at most [`MAX_DEPTH`] links, whoever joins and splits whatever. (By size it would not hold:
//! splits make a high tree small.)
//!
//! **Space.** A label that nothing points to is removed, so there are never more than nodes point to,
//! directly or not.

mod find;
mod join;
mod split;

pub use find::{component, find, same};
pub use join::{add, join, remove, set_weight};
pub use split::{abandon, begin, finish, move_node};

use crate::edge::Weight;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Name of a component, as long as it is at the root. Never used twice.
pub type Label = u64;

/// Links between a label and its root at the most: 2^rank is no more than twice the 2⁶⁴ labels that there can
/// be, and one to spare.
pub const MAX_DEPTH: u32 = 66;

/// Number and weight of nodes.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Sum {
	/// How many.
	pub nodes: u32,
	/// What they weigh together.
	pub weight: Weight,
}

impl Sum {
	pub(crate) fn plus(self, other: Self) -> Result<Self, LabelError> {
		Ok(Self {
			nodes: self.nodes.checked_add(other.nodes).ok_or(LabelError::Overflow)?,
			weight: self.weight.checked_add(other.weight).ok_or(LabelError::Overflow)?,
		})
	}

	pub(crate) fn minus(self, other: Self) -> Result<Self, LabelError> {
		Ok(Self {
			nodes: self.nodes.checked_sub(other.nodes).ok_or(LabelError::Inconsistent)?,
			weight: self.weight.checked_sub(other.weight).ok_or(LabelError::Inconsistent)?,
		})
	}

	/// With the weight of one of its nodes changed.
	pub(crate) fn reweighed(self, from: Weight, to: Weight) -> Result<Self, LabelError> {
		let without = self.weight.checked_sub(from).ok_or(LabelError::Inconsistent)?;
		Ok(Self { weight: without.checked_add(to).ok_or(LabelError::Overflow)?, ..self })
	}
}

/// What a label is.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Kind {
	/// The name of a component.
	Root {
		/// No path below it has more links.
		rank: u8,
		/// The nodes of the component.
		sum: Sum,
	},
	/// Part of the component of another label.
	Child {
		/// That label.
		parent: Label,
	},
	/// The same, while nodes are moved to it that will be split off.
	Filling {
		/// That label.
		parent: Label,
		/// The nodes that were moved. The root's sum has them too.
		sum: Sum,
	},
}

impl Kind {
	pub(crate) const fn parent(&self) -> Option<Label> {
		match self {
			Self::Root { .. } => None,
			Self::Child { parent } | Self::Filling { parent, .. } => Some(*parent),
		}
	}
}

/// The record of a label.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Record {
	/// Nodes and labels that point to it.
	pub references: u32,
	/// What it is.
	pub kind: Kind,
}

/// Where labels are kept. Each call is one read or one write.
///
/// After an error, what was written must be undone, as a chain does with a call that fails.
pub trait Labels {
	/// Name of a node.
	type Node: Copy;

	/// The label that a node points to.
	fn label(&self, node: Self::Node) -> Option<Label>;

	/// Lets a node point to a label, or to none.
	fn set_label(&mut self, node: Self::Node, label: Option<Label>);

	/// The record of a label.
	fn record(&self, label: Label) -> Option<Record>;

	/// Writes or removes the record of a label.
	fn set_record(&mut self, label: Label, record: Option<Record>);

	/// A label that was never given before; `None` once there is none left.
	fn fresh(&mut self) -> Option<Label>;
}

/// Why labels stay as they are.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum LabelError {
	/// The node has no label.
	UnknownNode,
	/// The node has a label already.
	AlreadyLabelled,
	/// There is no such label, or it is not what it would have to be.
	UnknownLabel,
	/// The node is in another component than the one that is split.
	OtherComponent,
	/// The node is already being moved, to this label or to another one.
	BeingMoved,
	/// No node was moved.
	NothingMoved,
	/// All nodes were moved: there is nothing to split off from.
	NothingLeft,
	/// There are too many nodes, labels or too much weight to count.
	Overflow,
	/// What is stored contradicts itself, or the caller said a weight that was not the node's.
	Inconsistent,
}
