//! Graphs of several kinds, as lists of edges. The same seed gives the same graph.

use std::collections::{BTreeSet, HashSet};

/// A generator of pseudo-random numbers (SplitMix64): small, fast, and nothing hangs on its quality but the
/// shape of tests.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
	/// Numbers that depend on the seed only.
	pub const fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// The next 64 bits.
	pub fn bits(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut mixed = self.0;
		mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		mixed ^ (mixed >> 31)
	}

	/// A number below `bound`, which is not 0.
	pub fn below(&mut self, bound: u32) -> u32 {
		((u128::from(self.bits()) * u128::from(bound)) >> 64) as u32
	}

	/// One of these, of which there is at least one.
	pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
		from[self.below(from.len() as u32) as usize]
	}

	/// Puts these in a random order.
	pub fn shuffle<T>(&mut self, items: &mut [T]) {
		for end in (1..items.len()).rev() {
			let other = self.below(end as u32 + 1) as usize;
			items.swap(end, other);
		}
	}
}

fn ordered([a, b]: [u32; 2]) -> [u32; 2] {
	[a.min(b), a.max(b)]
}

/// A random graph in which each node has `degree` edges, to as many others (the pairing model, repaired by
/// switching ends). `nodes · degree` is even, and `degree` well below `nodes`.
pub fn regular(nodes: u32, degree: u32, seed: u64) -> Vec<[u32; 2]> {
	assert!(degree < nodes && (u64::from(nodes) * u64::from(degree)).is_multiple_of(2));
	let mut rng = Rng::new(seed);
	let mut ends: Vec<u32> = (0..nodes).flat_map(|node| (0..degree).map(move |_| node)).collect();
	rng.shuffle(&mut ends);
	let mut edges: Vec<[u32; 2]> = ends.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
	loop {
		let mut seen = HashSet::new();
		let bad: Vec<usize> = (0..edges.len())
			.filter(|i| edges[*i][0] == edges[*i][1] || !seen.insert(ordered(edges[*i])))
			.collect();
		if bad.is_empty() {
			return edges;
		}
		for index in bad {
			let other = rng.below(edges.len() as u32) as usize;
			let end = edges[other][1];
			edges[other][1] = edges[index][1];
			edges[index][1] = end;
		}
	}
}

/// A tree, each of all there are as likely as any other (from a random Prüfer sequence).
pub fn tree(nodes: u32, seed: u64) -> Vec<[u32; 2]> {
	if nodes < 2 {
		return Vec::new();
	}
	let mut rng = Rng::new(seed);
	let sequence: Vec<u32> = (2..nodes).map(|_| rng.below(nodes)).collect();
	let mut missing = vec![1u32; nodes as usize];
	for node in &sequence {
		missing[*node as usize] += 1;
	}
	let mut leaves: BTreeSet<u32> = (0..nodes).filter(|node| missing[*node as usize] == 1).collect();
	let mut edges = Vec::new();
	for node in sequence {
		let leaf = leaves.pop_first().expect("a tree has leaves");
		edges.push([leaf, node]);
		missing[node as usize] -= 1;
		if missing[node as usize] == 1 {
			leaves.insert(node);
		}
	}
	let last: Vec<u32> = leaves.into_iter().collect();
	edges.push([last[0], last[1]]);
	edges
}

/// Each node beside the next.
pub fn chain(nodes: u32) -> Vec<[u32; 2]> {
	(1..nodes).map(|node| [node - 1, node]).collect()
}

/// A grid: each node beside those to its right and below.
pub fn grid(width: u32, height: u32) -> Vec<[u32; 2]> {
	let at = |x: u32, y: u32| y * width + x;
	let right = (0..height).flat_map(|y| (1..width).map(move |x| [at(x - 1, y), at(x, y)]));
	let down = (1..height).flat_map(|y| (0..width).map(move |x| [at(x, y - 1), at(x, y)]));
	right.chain(down).collect()
}

/// A scale-free graph: nodes come one by one, each with edges to `each` others, which it meets in proportion
/// to the edges they have (Barabási and Albert 1999). The first `each + 1` nodes are all beside each other.
pub fn scale_free(nodes: u32, each: u32, seed: u64) -> Vec<[u32; 2]> {
	let mut rng = Rng::new(seed);
	let core = nodes.min(each + 1);
	let mut edges: Vec<[u32; 2]> = (0..core).flat_map(|a| (0..a).map(move |b| [b, a])).collect();
	let mut ends: Vec<u32> = edges.iter().flatten().copied().collect();
	for node in core..nodes {
		let mut met = BTreeSet::new();
		while met.len() < each as usize {
			met.insert(rng.pick(&ends));
		}
		for other in met {
			edges.push([other, node]);
			ends.extend([other, node]);
		}
	}
	edges
}

/// So many edges, each set of as many as likely as any other (Erdős and Rényi 1959). There are as many pairs
/// at least.
pub fn erdos_renyi(nodes: u32, edges: u32, seed: u64) -> Vec<[u32; 2]> {
	assert!(u64::from(edges) <= u64::from(nodes) * u64::from(nodes.saturating_sub(1)) / 2);
	let mut rng = Rng::new(seed);
	let mut chosen = BTreeSet::new();
	while chosen.len() < edges as usize {
		let ends = [rng.below(nodes), rng.below(nodes)];
		if ends[0] != ends[1] {
			chosen.insert(ordered(ends));
		}
	}
	chosen.into_iter().collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Model;

	fn degrees(nodes: u32, edges: &[[u32; 2]]) -> Vec<u32> {
		let mut degrees = vec![0; nodes as usize];
		edges.iter().flatten().for_each(|end| degrees[*end as usize] += 1);
		degrees
	}

	fn is_simple(edges: &[[u32; 2]]) -> bool {
		let distinct: BTreeSet<_> = edges.iter().map(|ends| ordered(*ends)).collect();
		distinct.len() == edges.len() && edges.iter().all(|[a, b]| a != b)
	}

	#[test]
	fn regular_graphs_are_simple_and_every_node_has_its_degree() {
		for (nodes, degree) in [(10, 3), (9, 8), (100, 8), (1_000, 5)] {
			let edges = regular(nodes, degree, 7);
			assert!(is_simple(&edges));
			assert!(degrees(nodes, &edges).iter().all(|found| *found == degree));
		}
	}

	#[test]
	fn trees_have_one_edge_less_than_nodes_and_reach_them_all() {
		for nodes in [1, 2, 3, 10, 60] {
			let edges = tree(nodes, u64::from(nodes));
			assert_eq!(edges.len() as u32, nodes - 1);
			assert_eq!(Model::new(nodes, &edges).component(0, None).len() as u32, nodes);
		}
	}

	#[test]
	fn scale_free_graphs_are_simple_and_have_hubs() {
		let edges = scale_free(2_000, 4, 1);
		assert!(is_simple(&edges));
		let degrees = degrees(2_000, &edges);
		assert!(degrees.iter().all(|degree| *degree >= 4));
		assert!(degrees.iter().any(|degree| *degree > 80), "{:?}", degrees.iter().max());
	}

	#[test]
	fn grids_and_chains_have_the_edges_they_should() {
		assert_eq!(degrees(9, &grid(3, 3)), [2, 3, 2, 3, 4, 3, 2, 3, 2]);
		assert_eq!(degrees(4, &chain(4)), [1, 2, 2, 1]);
		assert!(is_simple(&grid(4, 7)));
	}

	#[test]
	fn random_graphs_have_as_many_edges_as_asked_for() {
		let edges = erdos_renyi(30, 50, 3);
		assert!(is_simple(&edges) && edges.len() == 50);
	}

	#[test]
	fn the_same_seed_gives_the_same_graph_and_another_one_another() {
		assert_eq!(regular(50, 4, 1), regular(50, 4, 1));
		assert_ne!(regular(50, 4, 1), regular(50, 4, 2));
		assert_ne!(tree(50, 1), tree(50, 2));
	}
}
