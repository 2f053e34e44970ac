//! How edges come to be.

use crate::{
	pallet::*,
	types::{EdgeRecord, Node, Offer, Penalty, Proposal},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_graph::{HalfEdge, Life, Terms};
use surety_primitives::{
	topology::NodeId,
	traits::{ChannelEnd, Channels},
	AccountId, AssetKind, Balance, EdgeId,
};
use surety_response::{PerSide, Side};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_propose(
		who: AccountId,
		to: NodeId,
		terms: Terms,
		asset: AssetKind,
		deposits: PerSide<Balance>,
	) -> DispatchResult {
		let (from, _) = Self::own_node(&who)?;
		ensure!(from != to, Error::<T>::SelfEdge);
		Self::live_node(to)?;
		let expires_at =
			Self::now().checked_add(T::ProposalLifetime::get()).ok_or(ArithmeticError::Overflow)?;
		let id = Self::new_edge_id()?;
		let (penalty, deposit) = (T::Penalty::get(), T::EdgeDeposit::get());
		Self::hold(HoldReason::Penalty, &who, penalty)?;
		Self::hold(HoldReason::Storage, &who, deposit)?;

		let ends = PerSide { opener: from, acceptor: to };
		let proposal = Proposal { ends, by: who, terms, asset, deposits, penalty, deposit, expires_at };
		Proposals::<T>::insert(id, proposal);
		Self::deposit_event(Event::Proposed { edge: id, ends, terms, expires_at });
		Ok(())
	}

	pub(crate) fn do_accept(who: AccountId, id: EdgeId) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::ProposalNotFound)?;
		let acceptor = Self::own_node(&who)?;
		ensure!(proposal.ends.acceptor == acceptor.0, Error::<T>::NotAuthorized);
		ensure!(Self::now() < proposal.expires_at, Error::<T>::ProposalExpired);
		let opener = (proposal.ends.opener, Self::live_node(proposal.ends.opener)?);
		Self::hold(HoldReason::Penalty, &who, proposal.penalty)?;
		Self::hold(HoldReason::Storage, &who, proposal.deposit)?;
		Proposals::<T>::remove(id);
		Self::begin(id, proposal, PerSide { opener, acceptor })
	}

	pub(crate) fn do_withdraw_proposal(who: AccountId, id: EdgeId) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::ProposalNotFound)?;
		let acceptor = Nodes::<T>::get(proposal.ends.acceptor).map(|node| node.account);
		ensure!(proposal.by == who || acceptor == Some(who), Error::<T>::NotAuthorized);
		Self::end_proposal(id, proposal, false)
	}

	pub(crate) fn do_expire_proposal(id: EdgeId) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::ProposalNotFound)?;
		ensure!(Self::now() >= proposal.expires_at, Error::<T>::TooEarly);
		Self::end_proposal(id, proposal, true)
	}

	fn end_proposal(id: EdgeId, proposal: Proposal, expired: bool) -> DispatchResult {
		Self::release(HoldReason::Penalty, &proposal.by, proposal.penalty)?;
		Self::release(HoldReason::Storage, &proposal.by, proposal.deposit)?;
		Proposals::<T>::remove(id);
		Self::deposit_event(Event::ProposalEnded { edge: id, expired });
		Ok(())
	}

	pub(crate) fn do_set_offer(who: AccountId, offer: Option<Offer>) -> DispatchResult {
		let (id, _) = Self::own_node(&who)?;
		if let Some(offer) = &offer {
			let possible = offer.left > 0 && offer.min_latency_ms <= offer.max_latency_ms;
			ensure!(possible, Error::<T>::EmptyOffer);
		}
		Self::store_offer(&who, id, offer.clone())?;
		Self::deposit_event(Event::OfferSet { node: id, offer });
		Ok(())
	}

	/// Stores an offer, or removes it, with the deposit that goes with it.
	fn store_offer(who: &AccountId, id: NodeId, offer: Option<Offer>) -> DispatchResult {
		let before = Offers::<T>::take(id).map_or(0, |(_, deposit)| deposit);
		let Some(offer) = offer else { return Self::release(HoldReason::Storage, who, before) };
		let deposit = if before > 0 { before } else { T::OfferDeposit::get() };
		if before == 0 {
			Self::hold(HoldReason::Storage, who, deposit)?;
		}
		Offers::<T>::insert(id, (offer, deposit));
		Ok(())
	}

	pub(crate) fn do_open(who: AccountId, to: NodeId, terms: Terms, deposit: Balance) -> DispatchResult {
		let opener = Self::own_node(&who)?;
		ensure!(opener.0 != to, Error::<T>::SelfEdge);
		let acceptor = (to, Self::live_node(to)?);
		let (mut offer, _) = Offers::<T>::get(to).ok_or(Error::<T>::OfferNotFound)?;
		let penalty = T::Penalty::get();
		ensure!(offer.accepts(&terms, deposit, penalty), Error::<T>::NotOffered);
		let id = Self::new_edge_id()?;
		let storage = T::EdgeDeposit::get();
		for account in [&who, &acceptor.1.account] {
			Self::hold(HoldReason::Penalty, account, penalty)?;
			Self::hold(HoldReason::Storage, account, storage)?;
		}
		let proposal = Proposal {
			ends: PerSide { opener: opener.0, acceptor: to },
			by: who,
			terms,
			asset: offer.asset.clone(),
			deposits: PerSide { opener: deposit, acceptor: offer.deposit },
			penalty,
			deposit: storage,
			expires_at: Self::now(),
		};
		offer.left = offer.left.saturating_sub(1);
		let left = Some(offer).filter(|offer| offer.left > 0);
		Self::store_offer(&acceptor.1.account, to, left)?;
		Self::begin(id, proposal, PerSide { opener, acceptor })
	}

	/// Opens an edge for which everything but the channel is held.
	fn begin(id: EdgeId, proposal: Proposal, nodes: PerSide<(NodeId, Node)>) -> DispatchResult {
		let Proposal { ends, terms, asset, deposits, penalty, deposit, .. } = proposal;
		for side in Side::BOTH {
			let (node, record) = nodes.of(side);
			Self::ensure_may_open(*node, record)?;
		}
		let channel_end = |side: Side| {
			let node = &nodes.of(side).1;
			ChannelEnd { account: node.account.clone(), deposit: *deposits.of(side), key: node.key }
		};
		let channel_ends =
			PerSide { opener: channel_end(Side::Opener), acceptor: channel_end(Side::Acceptor) };
		let channel = T::Channels::open(id, asset, channel_ends)?;

		let life = Life::since(Self::now());
		let mut places = PerSide { opener: 0, acceptor: 0 };
		for side in Side::BOTH {
			let (node, mut record) = nodes.of(side).clone();
			let half = HalfEdge { edge: id, to: *ends.of(side.other()), life };
			*places.of_mut(side) = Self::place(node, &mut record, half)?;
			record.degree = record.degree.saturating_add(1);
			record.edges = record.edges.saturating_add(1);
			Nodes::<T>::insert(node, record);
		}
		let held = Penalty { escrow: 0, rest: penalty };
		let record = EdgeRecord {
			ends,
			life,
			terms,
			channel,
			penalty,
			held: PerSide { opener: held, acceptor: held },
			deposit,
			horizon: T::Horizon::get(),
			places,
			closes_at: None,
			proposed: None,
			end: None,
		};
		Edges::<T>::insert(id, record);
		Self::deposit_event(Event::Opened { edge: id, ends, terms, channel, penalty });
		Self::join_opened(ends)
	}

	fn new_edge_id() -> Result<EdgeId, DispatchError> {
		NextEdgeId::<T>::try_mutate(|next| {
			let id = *next;
			*next = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Ok(id)
		})
	}
}
