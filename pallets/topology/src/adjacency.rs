//! Which edges a node has: pages of entries that stay in their places.

use crate::{
	pallet::*,
	types::{AdjacencyPage, Node, PAGE_LEN},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};
use surety_graph::{HalfEdge, Life};
use surety_primitives::{topology::NodeId, EdgeId};

/// An entry of no edge: it was never open, and leads nowhere.
pub(crate) const GAP: HalfEdge<NodeId, EdgeId> =
	HalfEdge { edge: EdgeId::MAX, to: NodeId::MAX, life: Life { opened_at: u32::MAX, closed_at: Some(0) } };

impl<T: Config> Pallet<T> {
	/// Puts an entry on one of a node's pages: into a gap, at the end of the last page, or on a new page, for which a
	/// deposit is held. Says in which place.
	pub(crate) fn place(
		id: NodeId,
		node: &mut Node,
		half: HalfEdge<NodeId, EdgeId>,
	) -> Result<u32, DispatchError> {
		let from = if node.gaps > 0 { 0 } else { node.pages.saturating_sub(1) };
		for number in from..node.pages {
			let mut page = Adjacency::<T>::get(id, number).ok_or(Error::<T>::Inconsistent)?;
			let index = match page.half_edges.iter().position(|entry| *entry == GAP) {
				Some(index) => {
					if let Some(entry) = page.half_edges.get_mut(index) {
						*entry = half;
					}
					node.gaps = node.gaps.saturating_sub(1);
					index
				}
				None if !page.more && page.half_edges.try_push(half).is_ok() => {
					page.half_edges.len().saturating_sub(1)
				}
				None => continue,
			};
			Adjacency::<T>::insert(id, number, page);
			let index = u32::try_from(index).map_err(|_| Error::<T>::Inconsistent)?;
			return Ok(number.saturating_mul(PAGE_LEN).saturating_add(index));
		}
		Self::place_on_new_page(id, node, half)
	}

	fn place_on_new_page(
		id: NodeId,
		node: &mut Node,
		half: HalfEdge<NodeId, EdgeId>,
	) -> Result<u32, DispatchError> {
		let number = node.pages;
		ensure!(number < T::MaxPages::get(), Error::<T>::MaxEdgesExceeded);
		let deposit = T::PageDeposit::get();
		Self::hold(HoldReason::Storage, &node.account, deposit)?;
		node.deposit = node.deposit.saturating_add(deposit);
		node.pages = number.saturating_add(1);
		if let Some(last) = number.checked_sub(1) {
			Adjacency::<T>::mutate(id, last, |page| {
				if let Some(page) = page {
					page.more = true;
				}
			});
		}
		let mut page = AdjacencyPage::default();
		page.half_edges.try_push(half).map_err(|_| Error::<T>::MaxEdgesExceeded)?;
		Adjacency::<T>::insert(id, number, page);
		Ok(number.saturating_mul(PAGE_LEN))
	}

	/// Changes the entry in a place.
	pub(crate) fn replace(
		id: NodeId,
		place: u32,
		change: impl FnOnce(&mut HalfEdge<NodeId, EdgeId>),
	) -> DispatchResult {
		Adjacency::<T>::try_mutate(id, place / PAGE_LEN, |page| {
			let index = usize::try_from(place % PAGE_LEN).map_err(|_| Error::<T>::Inconsistent)?;
			let entry = page.as_mut().and_then(|page| page.half_edges.get_mut(index));
			change(entry.ok_or(Error::<T>::Inconsistent)?);
			Ok(())
		})
	}
}
