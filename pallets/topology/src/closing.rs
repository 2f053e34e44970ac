//! What becomes of an edge while it is there: other terms, notice, its amicable end.

use crate::{
	pallet::*,
	types::{EdgeRecord, End, Evidence, Finding, Node},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_graph::{
	search::{search, Outcome},
	witness, AsOf, Effort, Terms,
};
use surety_primitives::{topology::NodeId, traits::Channels, AccountId, EdgeId};
use surety_response::{PerSide, Side};

/// What was found out when an edge ended, and what that has taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
	pub(crate) finding: Finding,
	/// Nodes that were expanded, where the chain has searched: as many as weigh what it has done.
	pub(crate) expanded: Option<u32>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_propose_terms(who: AccountId, id: EdgeId, terms: Terms) -> DispatchResult {
		let (mut edge, side) = Self::open_edge_of(&who, id)?;
		edge.proposed = Some((side, terms));
		Edges::<T>::insert(id, edge);
		Self::deposit_event(Event::TermsProposed { edge: id, by: side, terms });
		Ok(())
	}

	pub(crate) fn do_accept_terms(who: AccountId, id: EdgeId, terms: Terms) -> DispatchResult {
		let (mut edge, side) = Self::open_edge_of(&who, id)?;
		ensure!(edge.proposed == Some((side.other(), terms)), Error::<T>::TermsNotProposed);
		edge.proposed = None;
		edge.terms = terms;
		Edges::<T>::insert(id, edge);
		Self::deposit_event(Event::Repriced { edge: id, terms });
		Ok(())
	}

	pub(crate) fn do_close(who: AccountId, id: EdgeId) -> DispatchResult {
		let (mut edge, side) = Self::open_edge_of(&who, id)?;
		ensure!(edge.closes_at.is_none(), Error::<T>::AlreadyClosing);
		let closes_at = Self::now().checked_add(T::NoticePeriod::get()).ok_or(ArithmeticError::Overflow)?;
		edge.closes_at = Some(closes_at);
		Edges::<T>::insert(id, edge);
		Self::deposit_event(Event::NoticeGiven { edge: id, by: side, closes_at });
		Ok(())
	}

	pub(crate) fn do_finish_close(
		who: AccountId,
		id: EdgeId,
		evidence: Evidence<Path<T>>,
	) -> Result<Option<u32>, DispatchError> {
		let mut edge = Self::open_edge(id)?;
		let closes_at = edge.closes_at.ok_or(Error::<T>::NoNotice)?;
		ensure!(Self::now() >= closes_at, Error::<T>::TooEarly);
		for side in Side::BOTH {
			let held = core::mem::take(edge.held.of_mut(side));
			let node = Self::end_of(&edge, side)?;
			Self::release(HoldReason::Penalty, &node, held.held())?;
		}
		edge.end = Some(End::Closed);
		let ends = edge.ends;
		Self::end_edge(id, edge)?;
		let Found { finding, expanded } = Self::find_out(id, ends, evidence, &who)?;
		Self::deposit_event(Event::Closed { edge: id, finding });
		Ok(expanded)
	}

	/// Takes an edge off the network, whose `end` is set. Its record stays for as long as anybody may ask how the network
	/// was.
	pub(crate) fn end_edge(id: EdgeId, mut edge: EdgeRecord) -> DispatchResult {
		edge.life.closed_at = Some(Self::now());
		edge.proposed = None;
		for side in Side::BOTH {
			let node = *edge.ends.of(side);
			Self::replace(node, *edge.places.of(side), |entry| entry.life = edge.life)?;
			Self::change_node(node, |record| {
				record.degree = record.degree.saturating_sub(1);
				record.unsettled = record.unsettled.saturating_add(edge.is_unsettled().into());
			})?;
		}
		// Where it is settled already, nothing is left to be done.
		T::Channels::begin_close(edge.channel);
		Edges::<T>::insert(id, edge);
		Ok(())
	}

	/// What the end of an edge has done to the network, as far as the evidence goes.
	pub(crate) fn find_out(
		id: EdgeId,
		ends: PerSide<NodeId>,
		evidence: Evidence<Path<T>>,
		by: &AccountId,
	) -> Result<Found, DispatchError> {
		let found = |finding| Ok(Found { finding, expanded: None });
		let (network, ends) = (Self::network(), [ends.opener, ends.acceptor]);
		match evidence {
			Evidence::None => found(Finding::Undecided),
			Evidence::Witness(path) => {
				let most = usize::try_from(T::MaxPath::get()).unwrap_or(usize::MAX);
				let round = witness::verify(&network, id, ends, &path, most);
				round.map_err(|_| Error::<T>::InvalidPath)?;
				found(Finding::Connected)
			}
			Evidence::Search { expansions } => {
				ensure!(expansions <= T::MaxSearch::get(), Error::<T>::TooMuchAsked);
				let budget = Effort { expansions, reads: Self::reads_of(expansions) };
				let searched = search(&network, ends, Some(id), AsOf::Now, budget);
				let finding = match searched.outcome {
					Outcome::Connected { .. } => Finding::Connected,
					Outcome::Undecided => Finding::Undecided,
					Outcome::Component { members, .. } => Self::split_at_once(&members, by)?,
				};
				let Effort { expansions, reads } = searched.spent;
				Ok(Found { finding, expanded: Some(expansions.max(reads.div_ceil(2))) })
			}
		}
	}

	/// Pages of adjacency that a search may read which expands so many nodes.
	pub(crate) fn reads_of(expansions: u32) -> u32 {
		expansions.saturating_mul(2)
	}

	/// An edge that is open.
	pub(crate) fn open_edge(id: EdgeId) -> Result<EdgeRecord, DispatchError> {
		let edge = Edges::<T>::get(id).ok_or(Error::<T>::EdgeNotFound)?;
		ensure!(edge.end.is_none(), Error::<T>::EdgeEnded);
		Ok(edge)
	}

	/// The same, and the end of it that is `who`'s.
	fn open_edge_of(who: &AccountId, id: EdgeId) -> Result<(EdgeRecord, Side), DispatchError> {
		let edge = Self::open_edge(id)?;
		let (node, _) = Self::own_node(who)?;
		let side = edge.side_of(node).ok_or(Error::<T>::NotAuthorized)?;
		Ok((edge, side))
	}

	/// The account at an end of an edge.
	pub(crate) fn end_of(edge: &EdgeRecord, side: Side) -> Result<AccountId, DispatchError> {
		let node = Nodes::<T>::get(edge.ends.of(side)).ok_or(Error::<T>::Inconsistent)?;
		Ok(node.account)
	}

	pub(crate) fn change_node(id: NodeId, change: impl FnOnce(&mut Node)) -> Result<(), DispatchError> {
		Nodes::<T>::try_mutate(id, |node| {
			change(node.as_mut().ok_or(Error::<T>::Inconsistent)?);
			Ok(())
		})
	}
}
