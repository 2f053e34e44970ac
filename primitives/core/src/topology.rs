//! The network of edges: numbers of its nodes, and where they stand.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

pub use surety_graph::{
	reach::{Limits, Totals},
	Life, Terms, Weight,
};

/// Number of a node: given from 0 on, one after the other, and never reused.
pub type NodeId = u32;

/// Name of a component of the network, as long as it is one.
pub type ComponentId = surety_graph::labels::Label;

/// Number of a cut: given when it becomes known, and never reused.
pub type CutId = u32;

/// Where a node stands, as far as is known.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Standing<BlockNumber> {
	/// In the main component.
	Main,
	/// Cut off from it.
	CutOff {
		/// Block as of whose end that was shown.
		since: BlockNumber,
	},
	/// Apart: it has never been joined to the main component, or a cut that large was vetoed.
	Apart,
}
