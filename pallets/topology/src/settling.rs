//! Who bears a severed edge in the end (S3 §2, §3.1), and when an edge is forgotten.

use crate::{
	pallet::*,
	types::{CutOff, EdgeRecord, End},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};
use surety_graph::labels::{self, Label};
use surety_primitives::{topology::NodeId, AccountId, Balance, BlockNumber, EdgeId};
use surety_response::{PerSide, Side};

/// Where an end of a severed edge stands.
struct Position {
	root: Option<Label>,
	/// How many nodes its component has; 0 where it has left.
	nodes: u32,
	cut: Option<CutOff>,
	/// Whether it bears the other's part now.
	liable: bool,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_settle(id: EdgeId) -> DispatchResult {
		let mut edge = Edges::<T>::get(id).ok_or(Error::<T>::EdgeNotFound)?;
		let Some(End::Severed { by, charged, settled: false }) = edge.end else {
			return Err(Error::<T>::NothingToSettle.into());
		};
		let positions = PerSide {
			opener: Self::position(edge.ends.opener),
			acceptor: Self::position(edge.ends.acceptor),
		};
		let bears = Side::BOTH.into_iter().find(|side| {
			let (own, other) = (positions.of(*side), positions.of(side.other()));
			let since = own.cut.as_ref().map_or(0, |cut| cut.since);
			own.liable && Self::is_reimbursed(own, other) && since <= Self::settles_at(&edge)
		});
		let made_good = match bears {
			Some(side) => Self::reimburse(&mut edge, side, *charged.of(side.other()))?,
			None => {
				let now = Self::now();
				let claimed = Side::BOTH.into_iter().any(|side| {
					let cut = positions.of(side).cut.as_ref();
					cut.is_some_and(|cut| Self::has_claims(cut) && cut.since <= Self::settles_at(&edge))
				});
				ensure!(now >= Self::settles_at(&edge) && !claimed, Error::<T>::TooEarly);
				0
			}
		};
		for side in Side::BOTH {
			let held = core::mem::take(edge.held.of_mut(side));
			let account = Self::end_of(&edge, side)?;
			Self::forfeit(HoldReason::Penalty, &account, held.escrow)?;
			Self::release(HoldReason::Penalty, &account, held.rest)?;
			Self::change_node(*edge.ends.of(side), |node| {
				node.unsettled = node.unsettled.saturating_sub(1);
			})?;
		}
		edge.end = Some(End::Severed { by, charged, settled: true });
		Edges::<T>::insert(id, edge);
		Self::deposit_event(Event::Settled { edge: id, borne_by: bears, made_good });
		Ok(())
	}

	/// Block in which the escrow of an edge goes to the treasury, unless somebody turns out to bear it.
	pub(crate) fn settles_at(edge: &EdgeRecord) -> BlockNumber {
		edge.life.closed_at.unwrap_or(BlockNumber::MAX).saturating_add(edge.horizon)
	}

	/// Last block in which somebody may ask how the network was as of a block in which the edge was open.
	fn asked_until(edge: &EdgeRecord) -> BlockNumber {
		let horizon = edge.horizon.max(T::Horizon::get());
		edge.life.closed_at.unwrap_or(BlockNumber::MAX).saturating_add(horizon)
	}

	/// Whether who stands at `other` is reimbursed by who stands at `own`: it is in the main component, or `own` is on its
	/// own and `other` is not.
	fn is_reimbursed(own: &Position, other: &Position) -> bool {
		let main = other.root.is_some() && other.root == Main::<T>::get();
		main || (own.nodes == 1 && other.nodes > 1 && own.root != other.root)
	}

	fn position(node: NodeId) -> Position {
		let Ok((root, sum)) = labels::component(&Self::network(), node) else {
			return Position { root: None, nodes: 0, cut: None, liable: false };
		};
		let cut = CutOffs::<T>::get(root);
		let liable = match (&cut, Nodes::<T>::get(node)) {
			(Some(cut), Some(node)) => Self::has_claims(cut) && Self::is_liable(&node, cut),
			_ => false,
		};
		Position { root: Some(root), nodes: sum.nodes, cut, liable }
	}

	/// Gives the other end back what it was charged, but for what burned: its escrow is its own again, and what the one
	/// who submitted the intent got of it comes out of the rest of who bears it, of which a share burns, too. What is left
	/// of that goes the way of an escrow.
	fn reimburse(edge: &mut EdgeRecord, bears: Side, charged: Balance) -> Result<Balance, DispatchError> {
		let (bearer, other) = (Self::end_of(edge, bears)?, Self::end_of(edge, bears.other())?);
		let charge = Self::charge_of(edge.penalty);
		let rest = core::mem::take(&mut edge.held.of_mut(bears).rest);
		let burned = charge.burned.min(rest);
		Self::burn(HoldReason::Penalty, &bearer, burned)?;
		let rest = rest.saturating_sub(burned);
		let own = core::mem::take(&mut edge.held.of_mut(bears.other()).escrow);
		Self::release(HoldReason::Penalty, &other, own)?;
		let missing = charged.saturating_sub(own).min(rest);
		let paid = Self::reward(HoldReason::Penalty, &bearer, &other, missing)?;
		edge.held.of_mut(bears).escrow =
			edge.held.of(bears).escrow.saturating_add(rest.saturating_sub(missing));
		Ok(own.saturating_add(paid))
	}

	pub(crate) fn do_prune(id: EdgeId) -> DispatchResult {
		let edge = Edges::<T>::get(id).ok_or(Error::<T>::EdgeNotFound)?;
		ensure!(edge.end.is_some(), Error::<T>::EdgeOpen);
		ensure!(!edge.is_unsettled(), Error::<T>::NotSettled);
		ensure!(Self::now() > Self::asked_until(&edge), Error::<T>::TooEarly);
		for side in Side::BOTH {
			let node = *edge.ends.of(side);
			let account: AccountId = Self::end_of(&edge, side)?;
			Self::release(HoldReason::Storage, &account, edge.deposit)?;
			Self::replace(node, *edge.places.of(side), |entry| *entry = crate::adjacency::GAP)?;
			Self::change_node(node, |record| {
				record.edges = record.edges.saturating_sub(1);
				record.gaps = record.gaps.saturating_add(1);
			})?;
		}
		Edges::<T>::remove(id);
		Self::deposit_event(Event::Pruned { edge: id });
		Ok(())
	}
}
