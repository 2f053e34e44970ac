//! The network of edges: who is joined to whom, what a broken edge costs, who was cut off, and where the centre is (S3 §2,
//! §3, §3.1, §4.1).
//!
//! What can be shown about a network without looking at all of it, and why that is enough, is told by `surety-graph`; what
//! is paid between neighbours, by the channels. This pallet keeps the nodes and edges, and the money behind them.
//!
//! - **Nodes** are registered by accounts with a stake that stays as long as they do. A node *weighs* that and what stands
//!   behind relaying of the account's stake as an operator; what is weighed can be lost. What happens to an operator's stake
//!   elsewhere is noted when somebody asks for it (`refresh`), so there is nothing to be done for all nodes: then weight
//!   falls at once, and begins to rise. It rises after a delay, to no more than was there both when the delay began and when
//!   it ended: no majority is bought in a block. Whoever is about to show a cut has the other side refreshed first. What a
//!   node weighed is remembered for `Horizon` blocks.
//! - **Edges** are opened by both ends, or by one with the standing offer of the other. From each end the whole penalty is
//!   held from the start, so that what it may come to owe is always there. A node has `MaxPages` pages of them at the most:
//!   whoever shows a component has to read all the edges of each of its nodes, and pays for that by the page.
//! - **Closing** an edge is free, after a notice longer than any deadline in flight. In the meantime it can be severed
//!   for what it owes.
//! - **Severing**: whoever holds the signed intent of one end hands it in, and is paid from that end's half. Each end pays
//!   half of the penalty; a share of it burns, the rest stays in escrow for `Horizon` blocks, and so does what is held
//!   besides.
//! - **Cuts** become known by a search when an edge ends, or later by a certificate. The lighter part of the main component
//!   is *cut off*. It has a time to rejoin. After that its nodes are liable: anybody may claim that one loses a share of
//!   its stake (`punish`, and `report` for what it has as an operator) and that a severed edge is borne by it (`settle`), until `claims_end`. While claims can be made the
//!   component is not joined to any other; a node on its own may rejoin as soon as it has settled all there is. A cut
//!   of more than a share of the weight waits for a review, in which it can be vetoed.
//! - **Rejoining** takes a path to the centre. An edge to a node of the main component would not do: that might be a
//!   straw man, itself cut off, of which nobody has shown that yet.
//! - **The main component** is the one that was. It passes to another only after that has had a clear majority of all weight
//!   for a time.
//! - **The centre** is who was named and not beaten since; see `surety-graph`. A challenge costs a deposit that grows
//!   with the network. A search is spread over blocks by a fixed budget. Who wins has its deposit stand behind its node
//!   for a time, and the next who wins gets it.
//!
//! # What it does not know
//! - Several cuts that nobody has shown are one rest to it. Of three parts of which none has half of the weight, the one that
//!   is listed first is compared with both others together; whoever thinks that unfair lists the lighter ones first, and
//!   large cuts wait for a review.
//! - The time of grace is used by the node that rejoins. Those who come back with it have theirs, so that as many nodes as
//!   there are can each be the one, at the price of being severed each time.
//! - Straw men who were joined to those who are cut off, after the block of the certificate, count for the rest until a
//!   certificate lists them, too. They carry nobody back.
//!
//! | file | what |
//! | --- | --- |
//! | `nodes.rs`, `opening.rs`, `closing.rs`, `severing.rs`, `settling.rs`, `certificates.rs`, `consequences.rs`, `centre.rs` | the calls |
//! | `components.rs` | what is known of who is joined to whom |
//! | `adjacency.rs` | a node's edges, page by page |
//! | `network.rs` | storage as `surety-graph` reads and writes it |
//! | `history.rs` | what a node weighed |
//! | `money.rs` | what is held, paid, burned and returned |
//! | `views.rs` | what clients and other pallets read |
//! | `try_state.rs` | the proof that it all adds up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use consequences::evidence;
pub use network::{Listed, SearchPages, Stored};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod adjacency;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod centre;
mod certificates;
mod closing;
mod components;
mod consequences;
mod errors;
mod events;
pub mod history;
#[cfg(test)]
mod mock;
mod money;
mod network;
mod nodes;
mod opening;
mod settling;
mod severing;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::{
		traits::{Header, HeaderProvider},
		Perbill,
	};
	use surety_graph::{
		bfs::{MIN_BUDGET, QUEUE_LEN, VISITED_BYTES},
		centre::Verdict,
		labels::{Label, Record},
		Cost, Terms,
	};
	use surety_primitives::{
		topology::{ComponentId, CutId, NodeId},
		traits::{Channels, Offences, Slashable, Stake},
		AccountId, AssetKind, Balance, BlockNumber, ChannelId, EdgeId, ServiceId, SlashId,
	};
	use surety_response::{PerSide, PublicKey, Side};

	/// What a node weighs, in the native token's smallest unit.
	pub type Weight = surety_graph::Weight;

	/// Edges of a path, in their order.
	pub type Path<T> = BoundedVec<EdgeId, <T as Config>::MaxPath>;

	/// Nodes of a page of a certificate, in their order.
	pub type List<T> = BoundedVec<NodeId, <T as Config>::MaxList>;

	/// Configuration of the pallet. Amounts are in the native token's smallest unit, durations in blocks.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		AccountId = AccountId,
		Hash = H256,
		Block: HeaderProvider<HeaderT: Header<Number = BlockNumber>>,
	>
	{
		/// Reasons for which the native token is held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which stakes, penalties and deposits are.
		type Currency: fungible::MutateHold<AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The channels of edges.
		type Channels: Channels<AccountId, Asset = AssetKind, Balance = Balance>;

		/// What operators have staked.
		type Stake: Stake<AccountId, Asset = AssetKind, Balance = Balance>
			+ Slashable<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Where it is reported that the node of an operator was cut off.
		type Offences: Offences<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Who may veto a large cut.
		type VetoOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Gets what remains of penalties and stakes.
		type Treasury: Get<AccountId>;

		/// The service that stands for relaying: stake behind it counts for the node of the operator. One that the registry
		/// never gives out.
		#[pallet::constant]
		type RelayService: Get<ServiceId>;

		/// The least stake of a node of its own.
		#[pallet::constant]
		type MinStake: Get<Balance>;

		/// Deposit for the record of a node.
		#[pallet::constant]
		type NodeDeposit: Get<Balance>;

		/// Deposit for each page of a node's edges.
		#[pallet::constant]
		type PageDeposit: Get<Balance>;

		/// Deposit of each end for the record of an edge.
		#[pallet::constant]
		type EdgeDeposit: Get<Balance>;

		/// Deposit for a standing offer.
		#[pallet::constant]
		type OfferDeposit: Get<Balance>;

		/// What severing an edge costs both ends together. All of it is held from either. An edge keeps the one that it was
		/// proposed under.
		type Penalty: Get<Balance>;

		/// What whoever submits an intent gets of the signer's half: the fee, and something for its trouble. Less where less
		/// is left after what burns.
		type SeverReward: Get<Balance>;

		/// Share that burns: of each half of a penalty, of what a node loses, and of a challenge that does not win.
		type BurnShare: Get<Perbill>;

		/// Share that a node loses of its stake when it was cut off.
		type CutLoss: Get<Perbill>;

		/// Share of that for those who have shown the cut and who claim it, half each.
		type ReporterShare: Get<Perbill>;

		/// Until a rise of stake counts. Longer than a certificate takes.
		type ActivationDelay: Get<BlockNumber>;

		/// In which a proposal can be accepted.
		type ProposalLifetime: Get<BlockNumber>;

		/// From the notice to the amicable end of an edge. Longer than any deadline in flight.
		type NoticePeriod: Get<BlockNumber>;

		/// For how long it is remembered how the network was, and escrows are kept. Longer than it takes to show a cut and to
		/// be liable for it. An edge's escrow is kept for as long as this was when the edge was opened.
		type Horizon: Get<BlockNumber>;

		/// Age at the most of the block for which a certificate is begun.
		type MaxAge: Get<BlockNumber>;

		/// In which those who were cut off can rejoin without loss.
		type GracePeriod: Get<BlockNumber>;

		/// In which a node can do so once.
		type GraceInterval: Get<BlockNumber>;

		/// In which claims can be made against those who have not.
		type ClaimsPeriod: Get<BlockNumber>;

		/// In which a large cut can be vetoed.
		type ReviewPeriod: Get<BlockNumber>;

		/// Share of the main component's weight above which a cut is large.
		type ReviewShare: Get<Perbill>;

		/// Share of all weight above which a majority is clear; a half at the least.
		type MajorityShare: Get<Perbill>;

		/// For how long a component must have it to become the main one.
		type MajorityPeriod: Get<BlockNumber>;

		/// Pages of a node's edges at the most.
		#[pallet::constant]
		type MaxPages: Get<u32>;

		/// Edges of a path at the most.
		#[pallet::constant]
		type MaxPath: Get<u32>;

		/// Nodes at the most that are expanded, or relabelled, in one call.
		#[pallet::constant]
		type MaxSearch: Get<u32>;

		/// Nodes at the most on a page of a certificate.
		#[pallet::constant]
		type MaxList: Get<u32>;

		/// Stored items at the most that are read for a page of a certificate.
		#[pallet::constant]
		type MaxReads: Get<u32>;

		/// Deposit for a certificate.
		#[pallet::constant]
		type CertificateDeposit: Get<Balance>;

		/// Deposit for each node on its list.
		#[pallet::constant]
		type MemberDeposit: Get<Balance>;

		/// What it costs to challenge the centre, besides what each node of the main component adds.
		type ChallengeDeposit: Get<Balance>;

		/// What each node of the main component adds to that.
		type ChallengePerNode: Get<Balance>;

		/// For how long the deposit of who has named the centre stands behind it.
		type BondPeriod: Get<BlockNumber>;

		/// What a challenge of the centre may read and write in a block.
		#[pallet::constant]
		type CentreBudget: Get<Cost>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Gives the benchmarks tokens.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: surety_primitives::benchmarking::AssetHelper<AccountId>;
	}

	/// Why the pallet holds the native token.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Stakes of nodes.
		Stake,
		/// Deposits for nodes, edges, proposals and offers.
		Storage,
		/// Penalties of edges that are proposed, open, or severed and not settled.
		Penalty,
		/// Deposits for certificates.
		Certificate,
		/// What challenges of the centre have cost, and what stands behind it.
		Challenge,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Number of the next node.
	#[pallet::storage]
	pub type NextNodeId<T> = StorageValue<_, NodeId, ValueQuery>;

	/// Nodes, those among them that have left and are remembered.
	#[pallet::storage]
	pub type Nodes<T: Config> = StorageMap<_, Twox64Concat, NodeId, Node>;

	/// The node of an account, unless it has left.
	#[pallet::storage]
	pub type NodeOf<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, NodeId>;

	/// What nodes weigh and have weighed.
	#[pallet::storage]
	pub type Weights<T: Config> = StorageMap<_, Twox64Concat, NodeId, history::History>;

	/// What all nodes weigh together.
	#[pallet::storage]
	pub type TotalWeight<T> = StorageValue<_, Weight, ValueQuery>;

	/// Edges of nodes, page by page.
	#[pallet::storage]
	pub type Adjacency<T: Config> =
		StorageDoubleMap<_, Twox64Concat, NodeId, Twox64Concat, u32, AdjacencyPage>;

	/// Number of the next edge or proposal.
	#[pallet::storage]
	pub type NextEdgeId<T> = StorageValue<_, EdgeId, ValueQuery>;

	/// Edges that were proposed and not accepted yet.
	#[pallet::storage]
	pub type Proposals<T: Config> = StorageMap<_, Twox64Concat, EdgeId, Proposal>;

	/// Edges that are open or remembered.
	#[pallet::storage]
	pub type Edges<T: Config> = StorageMap<_, Twox64Concat, EdgeId, EdgeRecord>;

	/// Standing offers of nodes, each with the deposit for it.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageMap<_, Twox64Concat, NodeId, (Offer, Balance)>;

	/// The labels that nodes point to.
	#[pallet::storage]
	pub type NodeLabels<T: Config> = StorageMap<_, Twox64Concat, NodeId, Label>;

	/// What labels are.
	#[pallet::storage]
	pub type Labels<T: Config> = StorageMap<_, Twox64Concat, Label, Record>;

	/// The next label.
	#[pallet::storage]
	pub type NextLabel<T> = StorageValue<_, Label, ValueQuery>;

	/// The main component.
	#[pallet::storage]
	pub type Main<T> = StorageValue<_, Label>;

	/// Who may become it.
	#[pallet::storage]
	pub type MainCandidate<T> = StorageValue<_, Candidate>;

	/// Number of the next cut.
	#[pallet::storage]
	pub type NextCutId<T> = StorageValue<_, CutId, ValueQuery>;

	/// Components that were cut off from the main one.
	#[pallet::storage]
	pub type CutOffs<T: Config> = StorageMap<_, Twox64Concat, Label, CutOff>;

	/// Cuts that were vetoed, by their numbers: one entry for each veto of governance.
	#[pallet::storage]
	pub type VetoedCuts<T> = StorageMap<_, Twox64Concat, CutId, ()>;

	/// Number of the next certificate.
	#[pallet::storage]
	pub type NextCertificateId<T> = StorageValue<_, CertificateId, ValueQuery>;

	/// Certificates under way.
	#[pallet::storage]
	pub type Certificates<T: Config> = StorageMap<_, Twox64Concat, CertificateId, Certificate>;

	/// What they list.
	#[pallet::storage]
	pub type CertificateMembers<T: Config> =
		StorageDoubleMap<_, Twox64Concat, CertificateId, Twox64Concat, NodeId, ()>;

	/// The certificate whose nodes are being relabelled. One at a time: a node is moved to one label.
	#[pallet::storage]
	pub type Relabelling<T> = StorageValue<_, CertificateId>;

	/// The centre, as it was last settled.
	#[pallet::storage]
	pub type Centre<T: Config> = StorageValue<_, CentreRecord>;

	/// Who stands in for the centre where that is not in the main component.
	#[pallet::storage]
	pub type StandIn<T> = StorageValue<_, NodeId>;

	/// The challenge of the centre that is under way.
	#[pallet::storage]
	pub type CurrentChallenge<T: Config> = StorageValue<_, ChallengeRecord>;

	/// Its nodes that wait, page by page.
	#[pallet::storage]
	pub type SearchQueue<T: Config> =
		StorageMap<_, Twox64Concat, u32, BoundedVec<NodeId, ConstU32<QUEUE_LEN>>>;

	/// Its nodes that were met, page by page, a bit each.
	#[pallet::storage]
	pub type SearchVisited<T: Config> = StorageMap<_, Twox64Concat, u32, [u8; VISITED_BYTES]>;

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers a node of the signer's.
		///
		/// - Dispatch origin: signed.
		/// - Details: `stake` is held until the node has left. `key` is the one that vouchers and intents are signed with in
		///   channels of edges that are opened from now on. The node weighs something after the activation delay, as soon as
		///   somebody has it refreshed.
		/// - Errors: `AlreadyRegistered`, `StakeTooLow`; the token's when the money is not there.
		/// - Events: `Registered`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(
			origin: OriginFor<T>,
			#[pallet::compact] stake: Balance,
			key: PublicKey,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register(who, stake, key)
		}

		/// Adds to the stake of the signer's node. It cannot be taken out while the node is there.
		///
		/// - Dispatch origin: signed by the owner of a node.
		/// - Errors: `ZeroAmount`, `NotRegistered`, `TooManyChanges`; the token's when the money is not there.
		/// - Events: `StakeAdded`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::add_stake())]
		pub fn add_stake(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_add_stake(who, amount)
		}

		/// Says with which key the node signs in channels of edges that are opened from now on. Those that are open have
		/// their own, to which the channels' `add_key` adds; what was signed before counts on.
		///
		/// - Dispatch origin: signed by the owner of a node.
		/// - Errors: `NotRegistered`.
		/// - Events: `KeySet`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_key())]
		pub fn set_key(origin: OriginFor<T>, key: PublicKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_key(who, key)
		}

		/// Lets the weight of a node follow its stake.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: down at once; up in two steps, the activation delay apart. Until somebody calls this, what an operator has
		///   staked or lost elsewhere is not noted.
		/// - Errors: `NodeNotFound`, `NothingChanged`, `TooManyChanges`.
		/// - Events: `Reweighed` when it has changed.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::refresh())]
		pub fn refresh(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_refresh(node)
		}

		/// Lets the signer's node leave.
		///
		/// - Dispatch origin: signed by the owner of a node.
		/// - Details: it has no open edge, and none that was severed and is not settled; if it is liable for having been cut
		///   off, it has lost its share. Its stake is returned by `remove_node`.
		/// - Errors: `NotRegistered`, `StillJoined`, `NotSettled`.
		/// - Events: `Left`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave(who)
		}

		/// Forgets a node that has left, and returns its stake and deposits.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: after `Horizon` blocks, when all of its edges are forgotten.
		/// - Errors: `NodeNotFound`, `StillJoined`, `TooEarly`.
		/// - Events: `Removed`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::remove_node(T::MaxPages::get()))]
		pub fn remove_node(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_remove_node(node)
		}

		/// Proposes an edge to another node.
		///
		/// - Dispatch origin: signed by the owner of a node.
		/// - Details: the penalty and the storage deposit are held at once. What goes into the channel, which is in `asset`,
		///   is taken from both when it is accepted.
		/// - Errors: `NotRegistered`, `SelfEdge`, `NodeNotFound`; the token's when the money is not there.
		/// - Events: `Proposed`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::propose())]
		pub fn propose(
			origin: OriginFor<T>,
			#[pallet::compact] to: NodeId,
			terms: Terms,
			asset: AssetKind,
			deposits: PerSide<Balance>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose(who, to, terms, asset, deposits)
		}

		/// Accepts an edge that was proposed.
		///
		/// - Dispatch origin: signed by the owner of the node to which it was proposed.
		/// - Details: penalty, storage deposit and its part of the channel are held. A proposal never changes.
		/// - Errors: `ProposalNotFound`, `NotRegistered`, `NotAuthorized`, `ProposalExpired`, `NodeNotFound`, `NotSettled`,
		///   `MaxEdgesExceeded`; the channels' and the token's.
		/// - Events: `Opened`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::accept(T::MaxPages::get()))]
		pub fn accept(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept(who, edge)
		}

		/// Takes a proposal back, or turns it down.
		///
		/// - Dispatch origin: signed by the owner of either node.
		/// - Errors: `ProposalNotFound`, `NotAuthorized`.
		/// - Events: `ProposalEnded`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::withdraw_proposal())]
		pub fn withdraw_proposal(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_proposal(who, edge)
		}

		/// Clears away a proposal that has expired.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `ProposalNotFound`, `TooEarly`.
		/// - Events: `ProposalEnded`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::expire_proposal())]
		pub fn expire_proposal(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire_proposal(edge)
		}

		/// Says which edges the signer's node accepts from anybody, or that it accepts none.
		///
		/// - Dispatch origin: signed by the owner of a node.
		/// - Errors: `NotRegistered`, `EmptyOffer`; the token's when the deposit is not there.
		/// - Events: `OfferSet`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::set_offer())]
		pub fn set_offer(origin: OriginFor<T>, offer: Option<Offer>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_offer(who, offer)
		}

		/// Opens an edge by the standing offer of the other node.
		///
		/// - Dispatch origin: signed by the owner of a node.
		/// - Details: `deposit` goes into the channel, in the offer's asset.
		/// - Errors: `NotRegistered`, `SelfEdge`, `NodeNotFound`, `OfferNotFound`, `NotOffered`, `NotSettled`,
		///   `MaxEdgesExceeded`; the channels' and the token's.
		/// - Events: `Opened`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::open(T::MaxPages::get()))]
		pub fn open(
			origin: OriginFor<T>,
			#[pallet::compact] to: NodeId,
			terms: Terms,
			#[pallet::compact] deposit: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_open(who, to, terms, deposit)
		}

		/// Proposes other terms for an edge, instead of what either end had proposed.
		///
		/// - Dispatch origin: signed by the owner of either end.
		/// - Errors: `EdgeNotFound`, `EdgeEnded`, `NotRegistered`, `NotAuthorized`.
		/// - Events: `TermsProposed`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::propose_terms())]
		pub fn propose_terms(
			origin: OriginFor<T>,
			#[pallet::compact] edge: EdgeId,
			terms: Terms,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose_terms(who, edge, terms)
		}

		/// Accepts terms that the other end has proposed.
		///
		/// - Dispatch origin: signed by the owner of the other end.
		/// - Details: they are named again, so that what is accepted is what was read.
		/// - Errors: `EdgeNotFound`, `EdgeEnded`, `NotRegistered`, `NotAuthorized`, `TermsNotProposed`.
		/// - Events: `Repriced`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::accept_terms())]
		pub fn accept_terms(
			origin: OriginFor<T>,
			#[pallet::compact] edge: EdgeId,
			terms: Terms,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept_terms(who, edge, terms)
		}

		/// Gives notice that an edge is going to be closed.
		///
		/// - Dispatch origin: signed by the owner of either end.
		/// - Details: it takes no new requests from now on. For those that it has it can be severed.
		/// - Errors: `EdgeNotFound`, `EdgeEnded`, `NotRegistered`, `NotAuthorized`, `AlreadyClosing`.
		/// - Events: `NoticeGiven`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close(who, edge)
		}

		/// Closes an edge of which notice was given in time. Both penalties are returned, and its channel begins to close.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: for `evidence` see `sever`.
		/// - Errors: `EdgeNotFound`, `EdgeEnded`, `NoNotice`, `TooEarly`, `InvalidPath`, `TooMuchAsked`.
		/// - Events: `Closed`, and `CutOff` when that was found.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::finish_close().saturating_add(weight_of::<T>(evidence)))]
		pub fn finish_close(
			origin: OriginFor<T>,
			#[pallet::compact] edge: EdgeId,
			evidence: Evidence<Path<T>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let expanded = Self::do_finish_close(who, edge, evidence)?;
			let spent = |nodes| T::WeightInfo::finish_close().saturating_add(T::WeightInfo::expand(nodes));
			Ok(expanded.map(spent).into())
		}

		/// Severs an edge by an intent that one end has signed.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: each end pays half of the penalty, and the signer gets its reward from the half of the end whose intent
		///   it is. With `evidence` it is settled whether the network was cut in two: by a way round the edge, or by a search
		///   that the signer pays for, as far as it was needed. Without, or when the search does not suffice, it can be shown by a certificate.
		/// - Errors: `EdgeNotFound`, `EdgeEnded`, `InvalidSignature`, `InvalidPath`, `TooMuchAsked`.
		/// - Events: `Severed`, and `CutOff` when that was found.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::sever().saturating_add(weight_of::<T>(evidence)))]
		pub fn sever(
			origin: OriginFor<T>,
			#[pallet::compact] edge: EdgeId,
			intent: Intent,
			evidence: Evidence<Path<T>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let expanded = Self::do_sever(who, edge, intent, evidence)?;
			let spent = |nodes| T::WeightInfo::sever().saturating_add(T::WeightInfo::expand(nodes));
			Ok(expanded.map(spent).into())
		}

		/// Settles who bears a severed edge.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: at once, when one end is liable for having been cut off from the other; or after `Horizon` blocks, when
		///   no claim against either is open: then each bears its own.
		/// - Errors: `EdgeNotFound`, `NothingToSettle`, `TooEarly`.
		/// - Events: `Settled`.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn settle(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(edge)
		}

		/// Forgets an edge that has ended, and returns the deposits for it.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: more than `Horizon` blocks after its end.
		/// - Errors: `EdgeNotFound`, `EdgeOpen`, `NotSettled`, `TooEarly`.
		/// - Events: `Pruned`.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::prune())]
		pub fn prune(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune(edge)
		}

		/// Shows by an open edge that two components are one, where that was not known: no claim can be made against either,
		/// and if one is the main one the other was never cut off from it.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `EdgeNotFound`, `EdgeEnded`, `NothingChanged`, `BeingSplit`, `NotJoined`.
		/// - Events: `Joined`.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::join())]
		pub fn join(origin: OriginFor<T>, #[pallet::compact] edge: EdgeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_join(edge)
		}

		/// Shows by a path to the centre that the signer's node, and so its component, is part of the main one.
		///
		/// - Dispatch origin: signed by the owner of a node: whoever uses its time of grace does so for itself.
		/// - Details: the path leads from the node to the centre, or to who stands in for it. A node that uses its time of
		///   grace by this has none for `GraceInterval` blocks.
		/// - Errors: `NotRegistered`, `NothingChanged`, `NoCentre`, `InvalidPath`, `BeingSplit`, `NotSettled`,
		///   `ClaimsOpen`.
		/// - Events: `Rejoined`.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::rejoin().saturating_add(weight_of_path::<T>(path)))]
		pub fn rejoin(origin: OriginFor<T>, path: Path<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rejoin(who, &path)
		}

		/// Begins to show a component as of the end of a block, by the list of its nodes.
		///
		/// - Dispatch origin: signed.
		/// - Details: each node but the first has an edge to one before it. The known component of the first is the one that
		///   is going to be split. `reads` says how many stored items may be read for it: two for each node, one for each page
		///   of its edges and one for each of these.
		/// - Errors: `BlockNotEnded`, `TooOld`, `EmptyList`, `TooMuchAsked`, `NodeNotFound`, `Stranger`, `AlreadyListed`,
		///   `TooFewReads`; the token's when the deposit is not there.
		/// - Events: `CertificateBegun`, `Listed`.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::begin_certificate().saturating_add(weight_of_list::<T>(list, *reads)))]
		pub fn begin_certificate(
			origin: OriginFor<T>,
			#[pallet::compact] as_of: BlockNumber,
			list: List<T>,
			#[pallet::compact] reads: u32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_begin_certificate(who, as_of, &list, reads)
		}

		/// Lists more nodes of a component.
		///
		/// - Dispatch origin: signed by who has begun the certificate.
		/// - Details: what was not done with of the page before comes first.
		/// - Errors: `CertificateNotFound`, `NotAuthorized`, `EmptyList`, `TooMuchAsked`, `TooOld`, `CertificateComplete`,
		///   `NodeNotFound`, `Stranger`, `AlreadyListed`, `Unfinished`, `TooFewReads`.
		/// - Events: `Listed`.
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::extend_certificate().saturating_add(weight_of_list::<T>(list, *reads)))]
		pub fn extend_certificate(
			origin: OriginFor<T>,
			#[pallet::compact] certificate: CertificateId,
			list: List<T>,
			#[pallet::compact] reads: u32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_extend_certificate(who, certificate, &list, reads)
		}

		/// Goes on with telling the nodes of a complete certificate apart from the others, so many at a time.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: with the last one the cut is known. Deposits return to who has shown it.
		/// - Errors: `ZeroAmount`, `TooMuchAsked`, `CertificateNotFound`, `Incomplete`, `Unfinished`, `TooOld`,
		///   `OtherCertificate`, `NodeNotFound`.
		/// - Events: `CertificateEnded` with the last one, and `CutOff` when the main component was split.
		#[pallet::call_index(23)]
		#[pallet::weight(T::WeightInfo::relabel(*count))]
		pub fn relabel(
			origin: OriginFor<T>,
			#[pallet::compact] certificate: CertificateId,
			#[pallet::compact] count: u32,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_relabel(certificate, count)
		}

		/// Removes a certificate that was given up or is too old, so many of its nodes at a time, and returns the deposits.
		///
		/// - Dispatch origin: signed by who has begun it; by anybody when it is too old.
		/// - Errors: `ZeroAmount`, `TooMuchAsked`, `CertificateNotFound`, `CertificateComplete`, `NotAuthorized`.
		/// - Events: `CertificateEnded` with the last one.
		#[pallet::call_index(24)]
		#[pallet::weight(T::WeightInfo::clear_certificate(*count))]
		pub fn clear_certificate(
			origin: OriginFor<T>,
			#[pallet::compact] certificate: CertificateId,
			#[pallet::compact] count: u32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_clear_certificate(who, certificate, count)
		}

		/// Claims that a node that was cut off loses its share, once for a cut.
		///
		/// - Dispatch origin: signed by anybody, who gets a part of it.
		/// - Errors: `NodeNotFound`, `NotCutOff`, `ClaimsOver`, `TooEarly`, `AlreadyPunished`.
		/// - Events: `Punished`.
		#[pallet::call_index(25)]
		#[pallet::weight(T::WeightInfo::punish())]
		pub fn punish(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_punish(who, node)
		}

		/// Decides that a large cut has no consequences.
		///
		/// - Dispatch origin: `VetoOrigin`.
		/// - Details: `node` is one that was cut off.
		/// - Errors: `NodeNotFound`, `NotCutOff`, `NotUnderReview`.
		/// - Events: `Vetoed`.
		#[pallet::call_index(26)]
		#[pallet::weight(T::WeightInfo::veto())]
		pub fn veto(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			T::VetoOrigin::ensure_origin(origin)?;
			Self::do_veto(node)
		}

		/// Notes that a component has a clear majority, or, after a time, that it is the main one.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `NodeNotFound`, `NothingChanged`, `NoMajority`, `TooEarly`.
		/// - Events: `MainClaimed`, or `MainPassed` and `CutOff` of the one before.
		#[pallet::call_index(27)]
		#[pallet::weight(T::WeightInfo::claim_main())]
		pub fn claim_main(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_main(node)
		}

		/// Shows that the component that might become the main one has no clear majority any more.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `NothingChanged`, `HasMajority`.
		/// - Events: `MainRefuted`.
		#[pallet::call_index(28)]
		#[pallet::weight(T::WeightInfo::refute_main())]
		pub fn refute_main(origin: OriginFor<T>) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_refute_main()
		}

		/// Names a node of the main component that stands in for the centre, where that is none of its nodes: heavier than
		/// the one before.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `NotInMain`, `CentreStands`, `NotHeavier`.
		/// - Events: `StoodIn`.
		#[pallet::call_index(29)]
		#[pallet::weight(T::WeightInfo::stand_in())]
		pub fn stand_in(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_stand_in(node)
		}

		/// Names a better centre.
		///
		/// - Dispatch origin: signed.
		/// - Details: both are compared as of the end of the block before, over as many blocks as that takes. Where the node
		///   is better its deposit stands behind it for a time, and what stood behind the one before is paid to the signer;
		///   where it is not, the deposit is paid to the incumbent, but for what burns.
		/// - Errors: `OtherChallenge`, `NotInMain`, `NoCentre`, `NothingChanged`, `BlockNotEnded`; the token's when the money
		///   is not there.
		/// - Events: `Challenged`; later `ChallengeEnded`.
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::challenge_centre())]
		pub fn challenge_centre(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_challenge_centre(who, node)
		}

		/// Takes back what stood behind the centre for long enough.
		///
		/// - Dispatch origin: signed by who has named the centre.
		/// - Errors: `NoCentre`, `NothingToSettle`, `NotAuthorized`, `TooEarly`, `OtherChallenge`.
		/// - Events: `BondReclaimed`.
		#[pallet::call_index(31)]
		#[pallet::weight(T::WeightInfo::reclaim_bond())]
		pub fn reclaim_bond(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reclaim_bond(who)
		}

		/// Reports that the node of an operator was cut off, once for a cut: what stands behind it of the operator's other
		/// stake is slashed if nobody vetoes that.
		///
		/// - Dispatch origin: signed by anybody, who is the reporter and pays the deposit for a report.
		/// - Details: a node that rejoins late, or leaves, has to have been reported where there is anything to be slashed.
		/// - Errors: `NodeNotFound`, `NotCutOff`, `ClaimsOver`, `TooEarly`, `AlreadyPunished`, `NothingToSettle`; those of
		///   reports.
		/// - Events: `OperatorReported`.
		#[pallet::call_index(32)]
		#[pallet::weight(T::WeightInfo::report())]
		pub fn report(origin: OriginFor<T>, #[pallet::compact] node: NodeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report(who, node)
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> frame_support::weights::Weight {
			Self::advance_challenge()
		}

		fn integrity_test() {
			assert!(T::MajorityShare::get() >= Perbill::from_percent(50), "two could have a clear majority");
			assert!(T::MaxPages::get() > 0 && T::MaxPath::get() > 0 && T::MaxSearch::get() > 0);
			assert!(T::CentreBudget::get().covers(MIN_BUDGET), "a challenge would not get on");
			// Else an edge could be settled, or stake be gone, before somebody is liable.
			let liable = T::MaxAge::get().saturating_add(T::GracePeriod::get().max(T::ReviewPeriod::get()));
			assert!(T::Horizon::get() >= liable, "what is owed is given away before it can be claimed");
			assert!(T::NoticePeriod::get() > 0, "an edge could be closed at a deadline");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	/// What the evidence adds to a call. More than may be asked for is refused, and weighs no more.
	fn weight_of<T: Config>(evidence: &Evidence<Path<T>>) -> frame_support::weights::Weight {
		match evidence {
			Evidence::None => frame_support::weights::Weight::zero(),
			Evidence::Witness(path) => weight_of_path::<T>(path),
			Evidence::Search { expansions } => T::WeightInfo::expand((*expansions).min(T::MaxSearch::get())),
		}
	}

	fn weight_of_path<T: Config>(path: &Path<T>) -> frame_support::weights::Weight {
		T::WeightInfo::path(u32::try_from(path.len()).unwrap_or(u32::MAX))
	}

	fn weight_of_list<T: Config>(list: &List<T>, reads: u32) -> frame_support::weights::Weight {
		T::WeightInfo::list(u32::try_from(list.len()).unwrap_or(u32::MAX), reads.min(T::MaxReads::get()))
	}

	impl<T: Config> Pallet<T> {
		/// The block that is being built.
		pub(crate) fn now() -> BlockNumber {
			frame_system::Pallet::<T>::block_number()
		}
	}
}
