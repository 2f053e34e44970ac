//! A slow and obviously right model of the network of edges, for tests: everything is recomputed from a list
//! of edges. And generators of graphs, for tests and measurements.
//!
//! It depends on nothing of what it is compared with. Nodes and edges are numbered from 0 on.

#![warn(missing_docs)]

pub mod generate;

use std::collections::{BTreeMap, BTreeSet};

/// An edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
	/// The nodes it joins.
	pub ends: [u32; 2],
	/// Block in which it was opened.
	pub opened_at: u32,
	/// Block in which it was closed.
	pub closed_at: Option<u32>,
	/// What it promises.
	pub terms: Terms,
}

/// What an edge promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Terms {
	/// Milliseconds.
	pub latency: u64,
	/// kbit/s.
	pub bandwidth: u64,
	/// Price of a message.
	pub base: u128,
	/// Price of a byte.
	pub byte: u128,
}

/// A path and what it amounts to, ordered by price, latency and length.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Path {
	/// What a message costs.
	pub price: u128,
	/// How long it takes.
	pub latency: u64,
	/// Number of edges.
	pub hops: usize,
	/// The edges.
	pub edges: Vec<u32>,
	/// The least bandwidth.
	pub bandwidth: u64,
}

/// The network. A moment is a block, at whose end it is, or now.
#[derive(Clone, Debug, Default)]
pub struct Model {
	/// By node.
	pub weights: Vec<u128>,
	/// By number, open or not.
	pub edges: Vec<Edge>,
}

impl Model {
	/// A graph of so many nodes that weigh 1 each and these edges, open since block 0.
	pub fn new(nodes: u32, edges: &[[u32; 2]]) -> Self {
		let mut model = Self { weights: vec![1; nodes as usize], edges: Vec::new() };
		for ends in edges {
			model.open(*ends, 0, Terms::default());
		}
		model
	}

	/// Opens an edge; returns its number.
	pub fn open(&mut self, ends: [u32; 2], block: u32, terms: Terms) -> u32 {
		self.edges.push(Edge { ends, opened_at: block, closed_at: None, terms });
		self.edges.len() as u32 - 1
	}

	/// Closes an edge that is open.
	pub fn close(&mut self, edge: u32, block: u32) {
		let edge = &mut self.edges[edge as usize];
		assert_eq!(edge.closed_at, None);
		edge.closed_at = Some(block);
	}

	/// Whether an edge was open.
	pub fn is_open(&self, edge: u32, when: Option<u32>) -> bool {
		let edge = &self.edges[edge as usize];
		match when {
			None => edge.closed_at.is_none(),
			Some(block) => edge.opened_at <= block && edge.closed_at.is_none_or(|closed| block < closed),
		}
	}

	/// Numbers of the edges that were open.
	pub fn open_edges(&self, when: Option<u32>) -> Vec<u32> {
		(0..self.edges.len() as u32).filter(|edge| self.is_open(*edge, when)).collect()
	}

	/// Edges that lead from a node, and where to.
	pub fn around(&self, node: u32, when: Option<u32>) -> Vec<(u32, u32)> {
		let mut around = Vec::new();
		for edge in self.open_edges(when) {
			let [a, b] = self.edges[edge as usize].ends;
			if a == node {
				around.push((edge, b));
			} else if b == node {
				around.push((edge, a));
			}
		}
		around
	}

	/// Hops from a node to all that it reaches: relaxes every edge until nothing changes.
	pub fn hops(&self, from: u32, when: Option<u32>) -> BTreeMap<u32, u32> {
		let open = self.open_edges(when);
		let mut hops = BTreeMap::from([(from, 0)]);
		loop {
			let before = hops.clone();
			for edge in &open {
				let [a, b] = self.edges[*edge as usize].ends;
				for (near, far) in [(a, b), (b, a)] {
					if let Some(near) = hops.get(&near).copied() {
						let far = hops.entry(far).or_insert(near + 1);
						*far = (*far).min(near + 1);
					}
				}
			}
			if hops == before {
				return hops;
			}
		}
	}

	/// The nodes that a node reaches, itself among them.
	pub fn component(&self, node: u32, when: Option<u32>) -> BTreeSet<u32> {
		self.hops(node, when).into_keys().collect()
	}

	/// What some nodes weigh.
	pub fn weight<'a>(&self, nodes: impl IntoIterator<Item = &'a u32>) -> u128 {
		nodes.into_iter().map(|node| self.weights[*node as usize]).sum()
	}

	/// The sum of weight times hops over all that a node reaches.
	pub fn cost(&self, from: u32, when: Option<u32>) -> u128 {
		self.hops(from, when)
			.iter()
			.map(|(node, hops)| self.weights[*node as usize] * u128::from(*hops))
			.sum()
	}

	/// The nodes of a component whose cost is the least.
	pub fn centres(&self, of: u32, when: Option<u32>) -> BTreeSet<u32> {
		let costs: BTreeMap<_, _> =
			self.component(of, when).into_iter().map(|node| (node, self.cost(node, when))).collect();
		let least = costs.values().min().copied();
		costs.into_iter().filter(|(_, cost)| Some(*cost) == least).map(|(node, _)| node).collect()
	}

	/// All paths without a loop between two nodes over edges that are open now, for a message of so many bytes.
	pub fn paths(&self, from: u32, to: u32, bytes: u64) -> Vec<Path> {
		let mut found = Vec::new();
		let start = Path { price: 0, latency: 0, hops: 0, edges: Vec::new(), bandwidth: u64::MAX };
		self.extend(&mut vec![from], to, bytes, &start, &mut found);
		found
	}

	fn extend(&self, been: &mut Vec<u32>, to: u32, bytes: u64, path: &Path, found: &mut Vec<Path>) {
		let at = been[been.len() - 1];
		if at == to {
			found.push(path.clone());
			return;
		}
		for (edge, next) in self.around(at, None) {
			if been.contains(&next) {
				continue;
			}
			let terms = &self.edges[edge as usize].terms;
			let mut longer = path.clone();
			longer.price += terms.base + terms.byte * u128::from(bytes);
			longer.latency += terms.latency;
			longer.hops += 1;
			longer.edges.push(edge);
			longer.bandwidth = longer.bandwidth.min(terms.bandwidth);
			been.push(next);
			self.extend(been, to, bytes, &longer, found);
			been.pop();
		}
	}
}
