//! A graph that counts what is read of it.

use crate::{
	edge::{AsOf, Edge, Page, Weight},
	graph::Graph,
};
use core::cell::Cell;

/// Counts the reads of `inner`, for tests and measurements.
#[derive(Debug)]
pub struct Counting<G> {
	inner: G,
	edges: Cell<u64>,
	pages: Cell<u64>,
	weights: Cell<u64>,
}

impl<G> Counting<G> {
	/// Nothing has been read yet.
	pub const fn new(inner: G) -> Self {
		Self { inner, edges: Cell::new(0), pages: Cell::new(0), weights: Cell::new(0) }
	}

	/// All reads since the counter was made or reset.
	pub fn reads(&self) -> u64 {
		self.edges.get().saturating_add(self.pages.get()).saturating_add(self.weights.get())
	}

	/// Reads of edges' records.
	pub fn edges(&self) -> u64 {
		self.edges.get()
	}

	/// Reads of pages.
	pub fn pages(&self) -> u64 {
		self.pages.get()
	}

	/// Reads of weights.
	pub fn weights(&self) -> u64 {
		self.weights.get()
	}

	/// Counts from 0 again.
	pub fn reset(&self) {
		for counter in [&self.edges, &self.pages, &self.weights] {
			counter.set(0);
		}
	}
}

fn count(counter: &Cell<u64>) {
	counter.set(counter.get().saturating_add(1));
}

impl<G: Graph> Graph for Counting<G> {
	type Node = G::Node;
	type EdgeId = G::EdgeId;

	fn edge(&self, edge: Self::EdgeId) -> Option<Edge<Self::Node>> {
		count(&self.edges);
		self.inner.edge(edge)
	}

	fn page(&self, node: Self::Node, page: u32) -> Option<Page<Self::Node, Self::EdgeId>> {
		count(&self.pages);
		self.inner.page(node, page)
	}

	fn weight(&self, node: Self::Node, as_of: AsOf) -> Option<Weight> {
		count(&self.weights);
		self.inner.weight(node, as_of)
	}
}
