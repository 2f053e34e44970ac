//! A graph in memory.

use crate::{
	edge::{AsOf, BlockNumber, Edge, HalfEdge, Life, Page, Terms, Weight},
	graph::Graph,
};
use alloc::{vec, vec::Vec};

/// Nodes are numbered from 0 on, edges too. Closed edges stay.
#[derive(Clone, Debug)]
pub struct Network {
	page_len: usize,
	nodes: Vec<Node>,
	edges: Vec<Edge<u32>>,
}

#[derive(Clone, Debug)]
struct Node {
	weight: Weight,
	pages: Vec<Vec<HalfEdge<u32, u32>>>,
}

impl Network {
	/// Without nodes, with so many edges on a page (at least one).
	pub const fn new(page_len: u32) -> Self {
		let page_len = if page_len == 0 { 1 } else { page_len as usize };
		Self { page_len, nodes: Vec::new(), edges: Vec::new() }
	}

	/// One more node; returns its number, `None` once there is none left.
	pub fn add_node(&mut self, weight: Weight) -> Option<u32> {
		let number = u32::try_from(self.nodes.len()).ok()?;
		self.nodes.push(Node { weight, pages: Vec::new() });
		Some(number)
	}

	/// How many nodes there are.
	pub fn nodes(&self) -> usize {
		self.nodes.len()
	}

	/// All edges, by number.
	pub fn edges(&self) -> &[Edge<u32>] {
		&self.edges
	}

	/// Changes a node's weight.
	pub fn set_weight(&mut self, node: u32, weight: Weight) {
		if let Some(node) = self.node_mut(node) {
			node.weight = weight;
		}
	}

	/// Opens an edge; returns its number, `None` where one of the nodes is not there, both are the same, or
	/// no number is left.
	pub fn open(&mut self, ends: [u32; 2], terms: Terms, block: BlockNumber) -> Option<u32> {
		let edge = u32::try_from(self.edges.len()).ok()?;
		if ends[0] == ends[1] || ends.iter().any(|end| self.node(*end).is_none()) {
			return None;
		}
		let life = Life::since(block);
		let page_len = self.page_len;
		for (end, to) in [(ends[0], ends[1]), (ends[1], ends[0])] {
			let half = HalfEdge { edge, to, life };
			let pages = &mut self.node_mut(end)?.pages;
			match pages.last_mut().filter(|page| page.len() < page_len) {
				Some(page) => page.push(half),
				None => pages.push(vec![half]),
			}
		}
		self.edges.push(Edge { ends, life, terms });
		Some(edge)
	}

	/// Closes an edge; returns whether it was open.
	pub fn close(&mut self, edge: u32, block: BlockNumber) -> bool {
		let Some(record) = self.edge_mut(edge).filter(|record| record.life.closed_at.is_none()) else {
			return false;
		};
		record.life.closed_at = Some(block);
		let Edge { ends, life, .. } = *record;
		self.each_half(edge, ends, |half| half.life = life);
		true
	}

	/// Opens a closed edge again as if nothing had happened, which no chain does: for measurements that close
	/// many, one at a time.
	pub fn undo_close(&mut self, edge: u32) {
		if let Some(record) = self.edge_mut(edge) {
			record.life.closed_at = None;
			let ends = record.ends;
			self.each_half(edge, ends, |half| half.life.closed_at = None);
		}
	}

	fn each_half(&mut self, edge: u32, ends: [u32; 2], mut change: impl FnMut(&mut HalfEdge<u32, u32>)) {
		for end in ends {
			let pages = self.node_mut(end).map(|node| node.pages.as_mut_slice()).unwrap_or_default();
			pages.iter_mut().flatten().filter(|half| half.edge == edge).for_each(&mut change);
		}
	}

	fn node(&self, node: u32) -> Option<&Node> {
		self.nodes.get(usize::try_from(node).ok()?)
	}

	fn node_mut(&mut self, node: u32) -> Option<&mut Node> {
		self.nodes.get_mut(usize::try_from(node).ok()?)
	}

	fn edge_mut(&mut self, edge: u32) -> Option<&mut Edge<u32>> {
		self.edges.get_mut(usize::try_from(edge).ok()?)
	}
}

impl Graph for Network {
	type Node = u32;
	type EdgeId = u32;

	fn edge(&self, edge: u32) -> Option<Edge<u32>> {
		self.edges.get(usize::try_from(edge).ok()?).copied()
	}

	fn page(&self, node: u32, page: u32) -> Option<Page<u32, u32>> {
		let page = usize::try_from(page).ok()?;
		let pages = &self.node(node)?.pages;
		let half_edges = pages.get(page)?.clone();
		Some(Page { half_edges, more: page.checked_add(1)? < pages.len() })
	}

	fn weight(&self, node: u32, _: AsOf) -> Option<Weight> {
		self.node(node).map(|node| node.weight)
	}
}
