//! What it costs to have been cut off: a share of the node's stake (S3 §2), and of what stands behind it as an operator.

use crate::pallet::*;
use frame_support::{ensure, storage::with_storage_layer, traits::Get};
use sp_core::H256;
use sp_runtime::{traits::Hash as _, DispatchResult};
use surety_primitives::{
	topology::{CutId, NodeId},
	traits::{Offence, Offences, Slashable},
	AccountId, AssetKind, Hashing, SlashId,
};

/// The hash of what is said of a node that was cut off, and by whom.
pub fn evidence(cut: CutId, node: NodeId, reporter: &AccountId) -> H256 {
	Hashing::hash_of(&("surety/cut-off/1", cut, node, reporter))
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_punish(who: AccountId, id: NodeId) -> DispatchResult {
		let mut node = Self::live_node(id)?;
		let cut = CutOffs::<T>::get(Self::component_of(id)?).ok_or(Error::<T>::NotCutOff)?;
		ensure!(cut.has_claims(Self::now()), Error::<T>::ClaimsOver);
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
		let slash = Self::report(&who, &node.account, id, &cut);
		Nodes::<T>::insert(id, node);
		Self::deposit_event(Event::Punished { node: id, cut: cut.id, lost, burned, rewarded, slash });
		Ok(())
	}

	/// Reports the operator that stands behind a node, if any of its stake does. Where that is not possible now the node's
	/// own stake has paid for all.
	fn report(
		reporter: &AccountId,
		operator: &AccountId,
		node: NodeId,
		cut: &crate::types::CutOff,
	) -> Option<SlashId> {
		let service = T::RelayService::get();
		if T::Stake::punishable(operator, service, cut.era, &AssetKind::Native) == 0 {
			return None;
		}
		let offence = Offence {
			operator: operator.clone(),
			service,
			era: cut.era,
			fraction: T::CutLoss::get(),
			evidence: evidence(cut.id, node, reporter),
			reporter: reporter.clone(),
			claims: alloc::vec![],
		};
		with_storage_layer(|| T::Offences::report(offence)).ok()
	}
}
