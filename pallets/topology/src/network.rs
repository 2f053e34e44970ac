//! The network as it is stored, read and written as `surety-graph` wants it: one item a call.

use crate::{pallet::*, types::CertificateId};
use alloc::{boxed::Box, vec::Vec};
use core::marker::PhantomData;
use frame_support::BoundedVec;
use surety_graph::{
	bfs::{Pages, QueuePage, VisitedPage},
	cut::Members,
	labels::{Label, Labels as LabelStore, Record},
	AsOf, Edge, Graph, Page, Weight,
};
use surety_primitives::{topology::NodeId, EdgeId};
use surety_response::PerSide;

/// The network in storage.
///
/// Whoever measures how much is read fills [`Adjacency`], [`Edges`] and [`Weights`] within externalities, wraps this into
/// [`surety_graph::Counting`], and runs the searches of `surety-graph` on it: each read it counts is one of a stored item.
/// [`SearchPages`] and [`Listed`] are what such a search stores itself.
pub struct Stored<T>(PhantomData<T>);

impl<T> Stored<T> {
	/// The network as it is stored where this runs.
	pub const fn new() -> Self {
		Self(PhantomData)
	}
}

impl<T> Default for Stored<T> {
	fn default() -> Self {
		Self::new()
	}
}

impl<T: Config> Graph for Stored<T> {
	type Node = NodeId;
	type EdgeId = EdgeId;

	fn edge(&self, edge: EdgeId) -> Option<Edge<NodeId>> {
		let record = Edges::<T>::get(edge)?;
		let PerSide { opener, acceptor } = record.ends;
		Some(Edge { ends: [opener, acceptor], life: record.life, terms: record.terms })
	}

	fn page(&self, node: NodeId, page: u32) -> Option<Page<NodeId, EdgeId>> {
		let stored = Adjacency::<T>::get(node, page)?;
		Some(Page { half_edges: stored.half_edges.into_inner(), more: stored.more })
	}

	fn weight(&self, node: NodeId, as_of: AsOf) -> Option<Weight> {
		let weights = Weights::<T>::get(node)?;
		match as_of {
			AsOf::Now => Some(weights.latest()),
			AsOf::Block(block) => weights.at(block),
		}
	}
}

impl<T: Config> LabelStore for Stored<T> {
	type Node = NodeId;

	fn label(&self, node: NodeId) -> Option<Label> {
		NodeLabels::<T>::get(node)
	}

	fn set_label(&mut self, node: NodeId, label: Option<Label>) {
		NodeLabels::<T>::set(node, label);
	}

	fn record(&self, label: Label) -> Option<Record> {
		Labels::<T>::get(label)
	}

	fn set_record(&mut self, label: Label, record: Option<Record>) {
		Labels::<T>::set(label, record);
	}

	fn fresh(&mut self) -> Option<Label> {
		let label = NextLabel::<T>::get();
		NextLabel::<T>::put(label.checked_add(1)?);
		Some(label)
	}
}

/// What a certificate has listed.
pub struct Listed<T> {
	certificate: CertificateId,
	/// How many were added to it by this.
	pub(crate) added: u32,
	config: PhantomData<T>,
}

impl<T> Listed<T> {
	/// What this certificate has listed, where this runs.
	pub const fn new(certificate: CertificateId) -> Self {
		Self { certificate, added: 0, config: PhantomData }
	}
}

impl<T: Config> Members<NodeId> for Listed<T> {
	fn contains(&self, node: NodeId) -> bool {
		CertificateMembers::<T>::contains_key(self.certificate, node)
	}

	fn insert(&mut self, node: NodeId) -> bool {
		if self.contains(node) {
			return false;
		}
		CertificateMembers::<T>::insert(self.certificate, node, ());
		self.added = self.added.saturating_add(1);
		true
	}
}

/// The pages of the search for the centre.
pub struct SearchPages<T>(PhantomData<T>);

impl<T> SearchPages<T> {
	/// Those that are stored where this runs.
	pub const fn new() -> Self {
		Self(PhantomData)
	}
}

impl<T> Default for SearchPages<T> {
	fn default() -> Self {
		Self::new()
	}
}

impl<T: Config> Pages for SearchPages<T> {
	fn queue(&self, page: u32) -> Option<QueuePage> {
		SearchQueue::<T>::get(page).map(BoundedVec::into_inner)
	}

	fn set_queue(&mut self, page: u32, content: Option<Vec<NodeId>>) {
		// A page is never longer than there is room for.
		SearchQueue::<T>::set(page, content.map(BoundedVec::truncate_from));
	}

	fn visited(&self, page: u32) -> Option<VisitedPage> {
		SearchVisited::<T>::get(page).map(Box::new)
	}

	fn set_visited(&mut self, page: u32, content: Option<VisitedPage>) {
		SearchVisited::<T>::set(page, content.map(|bits| *bits));
	}
}
