//! What is stored.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use surety_graph::{centre, cut::Cut, labels::Label, HalfEdge, Life, Terms, Weight};
use surety_primitives::{
	topology::{CutId, NodeId},
	AccountId, AssetKind, Balance, BlockNumber, ChannelId, EdgeId, Era,
};
use surety_response::{PerSide, PublicKey, Side, Signed};

/// Entries on a page of a node's adjacency.
pub const PAGE_LEN: u32 = 32;

/// Number of a certificate, never reused.
pub type CertificateId = u32;

/// A rise of a node's weight that waits.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Rise {
	/// To what it rises at the most.
	pub to: Weight,
	/// First block in which it can.
	pub at: BlockNumber,
}

/// A node. What it weighs is kept apart from this, so that those who look at it read little.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Node {
	/// Whose it is.
	pub account: AccountId,
	/// The key that its vouchers and intents are signed with in channels that are opened from now on.
	pub key: PublicKey,
	/// Its own stake, in the native token's smallest unit.
	pub stake: Balance,
	/// Storage deposit of the record and of the pages of its adjacency, in the native token's smallest unit.
	pub deposit: Balance,
	/// Pages of its adjacency.
	pub pages: u32,
	/// Entries on these that can be used again.
	pub gaps: u32,
	/// Edges that are open.
	pub degree: u32,
	/// Edges whose records are there, open ones among them.
	pub edges: u32,
	/// Edges that were severed and of which the penalties are not settled.
	pub unsettled: u32,
	/// A rise of its weight that waits.
	pub rise: Option<Rise>,
	/// The latest cut for which it has lost stake.
	pub punished: Option<CutId>,
	/// The latest cut for which its owner was reported as an operator.
	pub reported: Option<CutId>,
	/// Block in which it last rejoined without losing stake.
	pub grace_used_at: Option<BlockNumber>,
	/// Block in which it last joined a component to another one, which was not the main one then. What was so before that
	/// says nothing any more.
	pub joined_at: Option<BlockNumber>,
	/// Block in which it left, if it has.
	pub left_at: Option<BlockNumber>,
}

/// A page of a node's adjacency. An entry stays in its place as long as its edge has a record; then the place is a gap,
/// which another edge may fill. So one who reads pages in several blocks misses nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AdjacencyPage {
	/// The entries, gaps among them.
	pub half_edges: BoundedVec<HalfEdge<NodeId, EdgeId>, ConstU32<PAGE_LEN>>,
	/// Whether the next page is there.
	pub more: bool,
}

/// The penalty of one end of an edge, as far as it is held.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Penalty {
	/// Charged, and neither burned nor paid yet, in the native token's smallest unit.
	pub escrow: Balance,
	/// Not charged, in the same unit.
	pub rest: Balance,
}

impl Penalty {
	/// All that is held.
	pub(crate) fn held(&self) -> Balance {
		self.escrow.saturating_add(self.rest)
	}
}

/// How an edge came to its end.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum End {
	/// It was closed after notice.
	Closed,
	/// It was severed.
	Severed {
		/// Whose intent that was.
		by: Side,
		/// What each end was charged, less what burned, in the native token's smallest unit.
		charged: PerSide<Balance>,
		/// Whether it is settled who bears that.
		settled: bool,
	},
}

/// An edge that is open, or not forgotten.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EdgeRecord {
	/// The nodes it joins: who has proposed it, and who has accepted.
	pub ends: PerSide<NodeId>,
	/// When it was open.
	pub life: Life,
	/// What it promises.
	pub terms: Terms,
	/// Its channel.
	pub channel: ChannelId,
	/// What severing it costs both ends together, which is what is held from either, in the native token's smallest
	/// unit.
	pub penalty: Balance,
	/// What is held of that.
	pub held: PerSide<Penalty>,
	/// Storage deposit of each end, in the native token's smallest unit.
	pub deposit: Balance,
	/// For how many blocks after its end its escrow is kept: what `Horizon` was when it was opened.
	pub horizon: BlockNumber,
	/// Its place in the adjacency of each end: number of the page times [`PAGE_LEN`], and of the entry.
	pub places: PerSide<u32>,
	/// First block in which its amicable close can be finished; from the notice on it takes no new requests.
	pub closes_at: Option<BlockNumber>,
	/// Other terms, and which end has proposed them.
	pub proposed: Option<(Side, Terms)>,
	/// How it has ended.
	pub end: Option<End>,
}

impl EdgeRecord {
	/// The end at which `node` is.
	pub(crate) fn side_of(&self, node: NodeId) -> Option<Side> {
		Side::BOTH.into_iter().find(|side| *self.ends.of(*side) == node)
	}

	/// Whether it was severed, and is not settled.
	pub(crate) fn is_unsettled(&self) -> bool {
		matches!(self.end, Some(End::Severed { settled: false, .. }))
	}
}

/// An edge that one has proposed to another. Its penalty is on hold; what goes into the channel is not.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Proposal {
	/// Who has proposed it to whom.
	pub ends: PerSide<NodeId>,
	/// The account of the one that has proposed it.
	pub by: AccountId,
	/// What it promises.
	pub terms: Terms,
	/// What is paid in through its channel.
	pub asset: AssetKind,
	/// What each is to deposit in the channel, in the asset's smallest unit.
	pub deposits: PerSide<Balance>,
	/// What severing it is going to cost, in the native token's smallest unit.
	pub penalty: Balance,
	/// Storage deposit of each end, in the native token's smallest unit.
	pub deposit: Balance,
	/// First block in which it can no longer be accepted.
	pub expires_at: BlockNumber,
}

/// Edges that a node accepts from anybody.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Offer {
	/// What is paid in.
	pub asset: AssetKind,
	/// What the node itself deposits in each channel, in the asset's smallest unit.
	pub deposit: Balance,
	/// What the other deposits at the least, in the same unit.
	pub min_deposit: Balance,
	/// Latency in milliseconds that an edge promises at the least: who promises less than it can keep pays for that.
	pub min_latency_ms: u32,
	/// Latency in milliseconds that it promises at the most.
	pub max_latency_ms: u32,
	/// Bandwidth in kbit/s that it promises at the most.
	pub max_bandwidth_kbit_s: u32,
	/// Price of a message at the least, in the asset's smallest unit.
	pub min_base_price: Balance,
	/// Price of a byte at the least, in the same unit.
	pub min_price_per_byte: Balance,
	/// The severing penalty that the node goes along with at the most, in the native token's smallest unit.
	pub max_penalty: Balance,
	/// How many edges are left to be opened so.
	pub left: u32,
}

impl Offer {
	/// Whether an edge with such terms and such a deposit of the other is accepted.
	pub(crate) fn accepts(&self, terms: &Terms, deposit: Balance, penalty: Balance) -> bool {
		(self.min_latency_ms..=self.max_latency_ms).contains(&terms.latency_ms)
			&& terms.bandwidth_kbit_s <= self.max_bandwidth_kbit_s
			&& terms.base_price >= self.min_base_price
			&& terms.price_per_byte >= self.min_price_per_byte
			&& deposit >= self.min_deposit
			&& penalty <= self.max_penalty
	}
}

/// An intent to sever an edge, as it is handed in.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Intent {
	/// Which end has signed it.
	pub by: Side,
	/// The signature of the edge's `SeverIntent`.
	pub signed: Signed,
}

/// What is to be said about the rest of the network when an edge ends.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Evidence<Path> {
	/// Nothing: if it was cut in two, somebody shows that later.
	None,
	/// A way round the edge, from its opener's node to its acceptor's: nothing was cut off.
	Witness(Path),
	/// The chain is to search from both ends, and to expand so many nodes at the most.
	Search {
		/// How many.
		expansions: u32,
	},
}

/// What was found out about the rest of the network when an edge ended.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Finding {
	/// Nothing.
	Undecided,
	/// The two ends are still joined.
	Connected,
	/// They are not, and that is known now.
	Cut,
	/// They are not, but the parts were known apart before, or cannot be told apart now.
	Apart,
}

/// A component that was cut off from the main one.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CutOff {
	/// Number of the cut.
	pub id: CutId,
	/// Block as of whose end it was shown.
	pub since: BlockNumber,
	/// Block in which it became known.
	pub known_at: BlockNumber,
	/// Block from which on its nodes lose stake and bear the penalties of those on the heavier side, unless they have
	/// rejoined.
	pub liable_from: BlockNumber,
	/// First block in which neither can be claimed any more.
	pub claims_end: BlockNumber,
	/// First block in which it can no longer be vetoed, of one that is large.
	pub review_ends: Option<BlockNumber>,
	/// Era of stake in which it became known.
	pub era: Era,
	/// Who has shown it, and is paid for that.
	pub shown_by: Option<AccountId>,
}

/// How far a certificate has come.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Stage {
	/// Nodes are being listed.
	Listing(Cut<NodeId>),
	/// The list is complete; its nodes are given the label.
	Relabelling(Label),
	/// It was given up; what is listed is being removed.
	Clearing,
}

/// A certificate under way.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Certificate {
	/// Who shows it.
	pub by: AccountId,
	/// Block as of whose end.
	pub as_of: BlockNumber,
	/// The node that was listed first: its known component is the one that is split.
	pub first: NodeId,
	/// Nodes that are listed and were not taken off again.
	pub members: u32,
	/// Storage deposit of the record, in the native token's smallest unit.
	pub deposit: Balance,
	/// Storage deposit of all that are listed, in the same unit.
	pub member_deposits: Balance,
	/// How far it has come.
	pub stage: Stage,
}

/// Who may become the main component.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Candidate {
	/// A node of it.
	pub node: NodeId,
	/// Block since which it has had a clear majority.
	pub since: BlockNumber,
}

/// What stands behind the centre.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Bond {
	/// Whose it is: who has named the centre.
	pub owner: AccountId,
	/// How much, in the native token's smallest unit.
	pub amount: Balance,
	/// First block in which its owner can have it back.
	pub until: BlockNumber,
}

/// The centre.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CentreRecord {
	/// The node.
	pub node: NodeId,
	/// What whoever names a better one gets.
	pub bond: Option<Bond>,
}

/// A challenge of the centre under way.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ChallengeRecord {
	/// Who challenges.
	pub by: AccountId,
	/// What that has cost, in the native token's smallest unit.
	pub deposit: Balance,
	/// Block as of whose end nodes are compared.
	pub as_of: BlockNumber,
	/// How far it has come.
	pub state: centre::Challenge,
}
