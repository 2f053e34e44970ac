//! Nodes: how they come and go, and what they weigh.

use crate::{
	history::History,
	pallet::*,
	types::{Node, Rise},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_graph::{labels, Weight};
use surety_primitives::{topology::NodeId, traits::Stake, AccountId, AssetKind, Balance};
use surety_response::PublicKey;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(who: AccountId, stake: Balance, key: PublicKey) -> DispatchResult {
		ensure!(!NodeOf::<T>::contains_key(&who), Error::<T>::AlreadyRegistered);
		ensure!(stake >= T::MinStake::get(), Error::<T>::StakeTooLow);
		let id = NextNodeId::<T>::get();
		NextNodeId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let deposit = T::NodeDeposit::get();
		Self::hold(HoldReason::Storage, &who, deposit)?;
		Self::hold(HoldReason::Stake, &who, stake)?;

		let label = labels::add(&mut Self::network(), id, 0).map_err(Self::broken)?;
		if Main::<T>::get().is_none() {
			Main::<T>::put(label);
		}
		NodeOf::<T>::insert(&who, id);
		Weights::<T>::insert(id, History::new(Self::now(), 0));
		let mut node = Node {
			account: who.clone(),
			key,
			stake,
			deposit,
			pages: 0,
			gaps: 0,
			degree: 0,
			edges: 0,
			unsettled: 0,
			rise: None,
			punished: None,
			reported: None,
			grace_used_at: None,
			joined_at: None,
			left_at: None,
		};
		Self::reweigh(id, &mut node)?;
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::Registered { node: id, who, stake });
		Ok(())
	}

	pub(crate) fn do_add_stake(who: AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let (id, mut node) = Self::own_node(&who)?;
		Self::hold(HoldReason::Stake, &who, amount)?;
		node.stake = node.stake.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		Self::reweigh(id, &mut node)?;
		let stake = node.stake;
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::StakeAdded { node: id, amount, stake });
		Ok(())
	}

	pub(crate) fn do_set_key(who: AccountId, key: PublicKey) -> DispatchResult {
		let (id, mut node) = Self::own_node(&who)?;
		node.key = key;
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::KeySet { node: id, key });
		Ok(())
	}

	pub(crate) fn do_refresh(id: NodeId) -> DispatchResult {
		let mut node = Self::live_node(id)?;
		let (weight, rise) = (Self::weight_of(id), node.rise);
		Self::reweigh(id, &mut node)?;
		ensure!(Self::weight_of(id) != weight || node.rise != rise, Error::<T>::NothingChanged);
		Nodes::<T>::insert(id, node);
		Ok(())
	}

	pub(crate) fn do_leave(who: AccountId) -> DispatchResult {
		let (id, mut node) = Self::own_node(&who)?;
		ensure!(node.degree == 0 && node.unsettled == 0, Error::<T>::StillJoined);
		let root = Self::component_of(id)?;
		if let Some(cut) = CutOffs::<T>::get(root) {
			let free = !Self::has_claims(&cut) || !Self::is_liable(&node, &cut);
			ensure!(free || Self::has_answered(&node, &cut), Error::<T>::NotSettled);
		}
		let weight = Self::weight_of(id);
		labels::remove(&mut Self::network(), id, weight).map_err(Self::broken)?;
		if !Labels::<T>::contains_key(root) {
			CutOffs::<T>::remove(root);
		}
		Self::set_history(id, |history, now, oldest| {
			history.lower(now, 0, oldest);
			Ok(())
		})?;
		TotalWeight::<T>::mutate(|total| *total = total.saturating_sub(weight));
		node.rise = None;
		node.left_at = Some(Self::now());
		NodeOf::<T>::remove(&who);
		Offers::<T>::take(id)
			.map_or(Ok(()), |(_, deposit)| Self::release(HoldReason::Storage, &who, deposit))?;
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::Left { node: id });
		Ok(())
	}

	pub(crate) fn do_remove_node(id: NodeId) -> DispatchResult {
		let node = Nodes::<T>::get(id).ok_or(Error::<T>::NodeNotFound)?;
		let left_at = node.left_at.ok_or(Error::<T>::StillJoined)?;
		ensure!(node.edges == 0, Error::<T>::StillJoined);
		ensure!(Self::now() > left_at.saturating_add(T::Horizon::get()), Error::<T>::TooEarly);
		Self::release(HoldReason::Storage, &node.account, node.deposit)?;
		Self::release(HoldReason::Stake, &node.account, node.stake)?;
		for page in 0..node.pages {
			Adjacency::<T>::remove(id, page);
		}
		Weights::<T>::remove(id);
		Nodes::<T>::remove(id);
		Self::deposit_event(Event::Removed { node: id, stake: node.stake });
		Ok(())
	}

	/// What the node weighs now.
	pub(crate) fn weight_of(id: NodeId) -> Weight {
		Weights::<T>::get(id).map_or(0, |history| history.latest())
	}

	/// What it would weigh without any delay: its own stake, and what stands behind relaying of the account's stake as
	/// an operator.
	pub(crate) fn due_weight(node: &Node) -> Weight {
		let backing = T::Stake::backing(&node.account, T::RelayService::get(), &AssetKind::Native);
		node.stake.saturating_add(backing)
	}

	/// Lets the weight of a node follow its stake: down at once, up after the delay, and then to no more than was there
	/// both when the delay began and when it ended.
	pub(crate) fn reweigh(id: NodeId, node: &mut Node) -> DispatchResult {
		let (now, due, weight) = (Self::now(), Self::due_weight(node), Self::weight_of(id));
		if due < weight {
			node.rise = None;
			return Self::set_weight(id, weight, due);
		}
		let begin = |to: Weight| -> Result<Option<Rise>, DispatchError> {
			let at = now.checked_add(T::ActivationDelay::get()).ok_or(ArithmeticError::Overflow)?;
			Ok(Some(Rise { to, at }))
		};
		match node.rise {
			_ if due == weight => node.rise = None,
			None => node.rise = begin(due)?,
			Some(rise) if now < rise.at => node.rise = Some(Rise { to: rise.to.min(due), ..rise }),
			Some(rise) => {
				let to = rise.to.min(due);
				Self::set_weight(id, weight, to)?;
				node.rise = if due > to { begin(due)? } else { None };
			}
		}
		Ok(())
	}

	fn set_weight(id: NodeId, from: Weight, to: Weight) -> DispatchResult {
		if from == to {
			return Ok(());
		}
		Self::set_history(id, |history, now, oldest| match to > from {
			true => history.raise(now, to, oldest).map_err(|_| Error::<T>::TooManyChanges.into()),
			false => {
				history.lower(now, to, oldest);
				Ok(())
			}
		})?;
		labels::set_weight(&mut Self::network(), id, from, to).map_err(Self::broken)?;
		TotalWeight::<T>::try_mutate(|total| {
			let without = total.saturating_sub(from);
			*total = without.checked_add(to).ok_or(ArithmeticError::Overflow)?;
			Ok::<_, DispatchError>(())
		})?;
		Self::deposit_event(Event::Reweighed { node: id, weight: to });
		Ok(())
	}

	fn set_history(
		id: NodeId,
		change: impl FnOnce(&mut History, u32, u32) -> DispatchResult,
	) -> DispatchResult {
		let now = Self::now();
		let oldest = now.saturating_sub(T::Horizon::get());
		Weights::<T>::try_mutate(id, |history| {
			change(history.as_mut().ok_or(Error::<T>::Inconsistent)?, now, oldest)
		})
	}

	/// The node of an account that has not left.
	pub(crate) fn own_node(who: &AccountId) -> Result<(NodeId, Node), DispatchError> {
		let id = NodeOf::<T>::get(who).ok_or(Error::<T>::NotRegistered)?;
		Ok((id, Self::live_node(id)?))
	}

	/// A node that has not left.
	pub(crate) fn live_node(id: NodeId) -> Result<Node, DispatchError> {
		let node = Nodes::<T>::get(id).filter(|node| node.left_at.is_none());
		node.ok_or(Error::<T>::NodeNotFound.into())
	}
}
