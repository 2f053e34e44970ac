//! What it costs to have been cut off: a share of the node's stake (S3 §2), and of what stands behind it as an operator.

use crate::{
	pallet::*,
	types::{CutOff, Node},
};
use alloc::vec;
use frame_support::{ensure, traits::Get};
use sp_core::H256;
use sp_runtime::{traits::Hash as _, DispatchResult};
use surety_primitives::{
	topology::{CutId, NodeId},
	traits::{Offence, Offences, Slashable},
	AccountId, AssetKind, Hashing,
};

/// The hash of what is said of a node that was cut off, and by whom.
pub fn evidence(cut: CutId, node: NodeId, reporter: &AccountId) -> H256 {
	Hashing::hash_of(&("surety/cut-off/1", cut, node, reporter))
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_punish(who: AccountId, id: NodeId) -> DispatchResult {
		let mut node = Self::live_node(id)?;
		let cut = CutOffs::<T>::get(Self::component_of(id)?).ok_or(Error::<T>::NotCutOff)?;
		ensure!(Self::has_claims(&cut), Error::<T>::ClaimsOver);
		ensure!(Self::is_liable(&node, &cut), Error::<T>::TooEarly);
		ensure!(node.punished != Some(cut.id), Error::<T>::AlreadyPunished);

		let lost = T::CutLoss::get().mul_ceil(node.stake).min(node.stake);
		let burned = T::BurnShare::get().mul_ceil(lost).min(lost);
		let left = lost.saturating_sub(burned);
		// One half to who has shown the cut, the other to who claims.
		let share = T::ReporterShare::get().mul_floor(lost).min(left) / 2;
		Self::burn(HoldReason::Stake, &node.account, burned)?;
		let mut rewarded = Self::reward(HoldReason::Stake, &node.account, &who, share)?;
		let mut rest = left.saturating_sub(share);
		if let Some(shown_by) = &cut.shown_by {
			let paid = Self::reward(HoldReason::Stake, &node.account, shown_by, share)?;
			rewarded = rewarded.saturating_add(paid);
			rest = rest.saturating_sub(share);
		}
		Self::forfeit(HoldReason::Stake, &node.account, rest)?;
		node.stake = node.stake.saturating_sub(lost);
		node.punished = Some(cut.id);
		// It falls, or stays until somebody has it refreshed: a rise might be refused, and nobody escapes by that.
		if Self::due_weight(&node) < Self::weight_of(id) {
			Self::reweigh(id, &mut node)?;
		}
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::Punished { node: id, cut: cut.id, lost, burned, rewarded });
		Ok(())
	}

	pub(crate) fn do_report(who: AccountId, id: NodeId) -> DispatchResult {
		let mut node = Self::live_node(id)?;
		let cut = CutOffs::<T>::get(Self::component_of(id)?).ok_or(Error::<T>::NotCutOff)?;
		ensure!(Self::has_claims(&cut), Error::<T>::ClaimsOver);
		ensure!(Self::is_liable(&node, &cut), Error::<T>::TooEarly);
		ensure!(node.reported != Some(cut.id), Error::<T>::AlreadyPunished);
		ensure!(Self::is_punishable(&node, &cut), Error::<T>::NothingToSettle);
		// It is no part of `punish`: whoever cannot pay the deposit for a report could else spend the only claim there is.
		let slash = T::Offences::report(Offence {
			operator: node.account.clone(),
			service: T::RelayService::get(),
			era: cut.era,
			fraction: T::CutLoss::get(),
			evidence: evidence(cut.id, id, &who),
			reporter: who,
			claims: vec![],
		})?;
		node.reported = Some(cut.id);
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::OperatorReported { node: id, cut: cut.id, slash });
		Ok(())
	}

	/// Whether anything stands behind a node of its owner's stake as an operator that a cut could still take of.
	fn is_punishable(node: &Node, cut: &CutOff) -> bool {
		T::Stake::punishable(&node.account, T::RelayService::get(), cut.era, &AssetKind::Native) > 0
	}

	/// Whether a node has lost its share for a cut, and its owner was reported if there is anything to be slashed.
	pub(crate) fn has_answered(node: &Node, cut: &CutOff) -> bool {
		let reported = node.reported == Some(cut.id) || !Self::is_punishable(node, cut);
		node.punished == Some(cut.id) && reported
	}
}
