//! Networks of several kinds, in memory.

use anyhow::{anyhow, ensure, Result};
use pallet_topology::PAGE_LEN;
use surety_graph::{memory::Network, Graph};
use surety_graph_model::generate::{self, Rng};

/// A network of which edges can be severed, one at a time.
pub(crate) trait Severable: Graph<Node = u32> {
	/// Where it is.
	const STATE: &'static str;

	/// How the network calls its edge of a number, and what that joins.
	fn ends(&self, edge: u32) -> Option<(Self::EdgeId, [u32; 2])>;

	/// Severs an edge that is open.
	fn sever(&mut self, edge: u32, block: u32) -> Result<()>;

	/// As if it had not been severed.
	fn restore(&mut self, edge: u32) -> Result<()>;
}

impl Severable for Network {
	const STATE: &'static str = "memory";

	fn ends(&self, edge: u32) -> Option<(u32, [u32; 2])> {
		Some((edge, self.edges().get(usize::try_from(edge).ok()?)?.ends))
	}

	fn sever(&mut self, edge: u32, block: u32) -> Result<()> {
		ensure!(self.close(edge, block), "no such edge is open");
		Ok(())
	}

	fn restore(&mut self, edge: u32) -> Result<()> {
		self.undo_close(edge);
		Ok(())
	}
}

/// What a network looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
	/// Each node has as many edges, to random others
	Regular,
	/// A random tree
	Tree,
	/// Nodes came one by one, each with half as many edges as the degree says, preferably to those who had many
	Scalefree,
	/// One behind the other
	Chain,
}

impl Kind {
	pub(crate) const fn name(self) -> &'static str {
		match self {
			Self::Regular => "regular",
			Self::Tree => "tree",
			Self::Scalefree => "scalefree",
			Self::Chain => "chain",
		}
	}
}

/// A network of so many nodes of random weights. Its edges have been open since block 0.
pub(crate) fn build(kind: Kind, nodes: u32, degree: u32, seed: u64) -> Result<Network> {
	let edges = match kind {
		Kind::Regular => {
			let pairs = u64::from(nodes) * u64::from(degree);
			ensure!(
				degree < nodes && pairs.is_multiple_of(2),
				"no graph of {nodes} nodes is {degree}-regular"
			);
			generate::regular(nodes, degree, seed)
		}
		Kind::Tree => generate::tree(nodes, seed),
		Kind::Scalefree => generate::scale_free(nodes, (degree / 2).max(1), seed),
		Kind::Chain => generate::chain(nodes),
	};
	let (mut network, mut rng) = (Network::new(PAGE_LEN), Rng::new(!seed));
	for _ in 0..nodes {
		network.add_node(1 + u128::from(rng.below(1_000))).ok_or_else(|| anyhow!("too many nodes"))?;
	}
	for ends in edges {
		network.open(ends, Default::default(), 0).ok_or_else(|| anyhow!("too many edges"))?;
	}
	Ok(network)
}
