//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened. Amounts are in the native token's smallest unit.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node was registered.
		Registered {
			/// Its number.
			node: NodeId,
			/// Whose it is.
			who: AccountId,
			/// Its own stake.
			stake: Balance,
		},
		/// A node has more stake of its own.
		StakeAdded {
			/// The node.
			node: NodeId,
			/// How much more.
			amount: Balance,
			/// How much in all.
			stake: Balance,
		},
		/// A node weighs something else from now on.
		Reweighed {
			/// The node.
			node: NodeId,
			/// Its weight: stake of its own and as an operator.
			weight: Weight,
		},
		/// A node uses another key in channels that are opened from now on.
		KeySet {
			/// The node.
			node: NodeId,
			/// The key.
			key: PublicKey,
		},
		/// A node has left. Its stake is returned when nobody can ask any more how the network was with it.
		Left {
			/// The node.
			node: NodeId,
		},
		/// A node that had left is forgotten.
		Removed {
			/// The node.
			node: NodeId,
			/// The stake that was returned.
			stake: Balance,
		},
		/// One has proposed an edge to another.
		Proposed {
			/// Number that the edge would have.
			edge: EdgeId,
			/// From whom to whom.
			ends: PerSide<NodeId>,
			/// What it would promise.
			terms: Terms,
			/// First block in which it can no longer be accepted.
			expires_at: BlockNumber,
		},
		/// A proposal was taken back, turned down or cleared away.
		ProposalEnded {
			/// Number that the edge would have had.
			edge: EdgeId,
			/// Whether it had expired.
			expired: bool,
		},
		/// A node accepts edges from anybody, or no longer.
		OfferSet {
			/// The node.
			node: NodeId,
			/// On what terms; not at all where there are none.
			offer: Option<Offer>,
		},
		/// An edge was opened.
		Opened {
			/// Its number.
			edge: EdgeId,
			/// Between whom.
			ends: PerSide<NodeId>,
			/// What it promises.
			terms: Terms,
			/// Its channel.
			channel: ChannelId,
			/// What severing it costs, and is held from each end.
			penalty: Balance,
		},
		/// One end has proposed other terms.
		TermsProposed {
			/// The edge.
			edge: EdgeId,
			/// Which end.
			by: Side,
			/// The terms.
			terms: Terms,
		},
		/// An edge has other terms.
		Repriced {
			/// The edge.
			edge: EdgeId,
			/// The terms.
			terms: Terms,
		},
		/// One end has given notice. The edge takes no new requests, and can be severed for those that it has.
		NoticeGiven {
			/// The edge.
			edge: EdgeId,
			/// Which end.
			by: Side,
			/// First block in which the close can be finished.
			closes_at: BlockNumber,
		},
		/// An edge was closed, and both penalties returned.
		Closed {
			/// The edge.
			edge: EdgeId,
			/// What that has done to the network, as far as was asked.
			finding: Finding,
		},
		/// An edge was severed. Each end was charged half of the penalty.
		Severed {
			/// The edge.
			edge: EdgeId,
			/// Whose intent it was.
			by: Side,
			/// What of both halves burned.
			burned: Balance,
			/// What the one who submitted it got of that end's half.
			reward: Balance,
			/// What that has done to the network, as far as was asked.
			finding: Finding,
		},
		/// It is settled who bears a severed edge.
		Settled {
			/// The edge.
			edge: EdgeId,
			/// Who bears the other's part, too; each its own where there is none.
			borne_by: Option<Side>,
			/// What the other got back.
			made_good: Balance,
		},
		/// The record of an edge was removed, and the deposits for it returned.
		Pruned {
			/// The edge.
			edge: EdgeId,
		},
		/// Two components were shown to be one by an edge.
		Joined {
			/// The edge.
			edge: EdgeId,
			/// The component that one end was known to be in.
			component: ComponentId,
		},
		/// A component was cut off from the main one.
		CutOff {
			/// Number of the cut.
			cut: CutId,
			/// The component that was cut off.
			component: ComponentId,
			/// Block as of whose end.
			since: BlockNumber,
			/// How many nodes it has.
			nodes: u32,
			/// What they weigh.
			weight: Weight,
			/// Block from which on they are liable unless they have rejoined.
			liable_from: BlockNumber,
			/// First block in which it can no longer be vetoed, of one that is large.
			review_ends: Option<BlockNumber>,
		},
		/// A cut has no consequences.
		Vetoed {
			/// Its number.
			cut: CutId,
		},
		/// The component of a node is part of the main one again.
		Rejoined {
			/// The node.
			node: NodeId,
			/// The cut that is over.
			cut: Option<CutId>,
		},
		/// A node that was cut off has lost a share of its stake.
		Punished {
			/// The node.
			node: NodeId,
			/// The cut.
			cut: CutId,
			/// What it has lost.
			lost: Balance,
			/// What burned of that.
			burned: Balance,
			/// What those got who have shown and claimed it.
			rewarded: Balance,
		},
		/// What stands behind a node that was cut off of its owner's stake as an operator was reported.
		OperatorReported {
			/// The node.
			node: NodeId,
			/// The cut.
			cut: CutId,
			/// The slash that is under review.
			slash: SlashId,
		},
		/// A component has a clear majority, and becomes the main one if it keeps it.
		MainClaimed {
			/// A node of it.
			node: NodeId,
		},
		/// It has not kept it.
		MainRefuted {
			/// A node of it.
			node: NodeId,
		},
		/// Another component is the main one.
		MainPassed {
			/// Which.
			component: ComponentId,
		},
		/// Somebody has begun to show a component.
		CertificateBegun {
			/// Number of the certificate.
			certificate: CertificateId,
			/// Who.
			by: AccountId,
			/// As of the end of which block.
			as_of: BlockNumber,
		},
		/// Nodes were listed.
		Listed {
			/// Number of the certificate.
			certificate: CertificateId,
			/// How many of the page were done with; it goes on with those after them.
			taken: u32,
			/// Edges that lead from listed nodes to others.
			crossing: u64,
			/// Whether all are listed.
			complete: bool,
		},
		/// A certificate is over. Where some of its nodes are still listed, it was overtaken, and can be cleared away.
		CertificateEnded {
			/// Its number.
			certificate: CertificateId,
			/// Whether it has told anything apart.
			split: bool,
		},
		/// A node stands in for the centre.
		StoodIn {
			/// The node.
			node: NodeId,
		},
		/// The centre is compared with another node.
		Challenged {
			/// Who has named that.
			by: AccountId,
			/// The centre.
			incumbent: NodeId,
			/// The other node.
			challenger: NodeId,
			/// What that has cost.
			deposit: Balance,
		},
		/// A comparison is over.
		ChallengeEnded {
			/// Who had named the node.
			by: AccountId,
			/// The node.
			challenger: NodeId,
			/// What was found; nothing where it was given up.
			verdict: Option<Verdict>,
		},
		/// What stood behind the centre was returned.
		BondReclaimed {
			/// To whom.
			by: AccountId,
			/// How much.
			amount: Balance,
		},
	}
}
