//! Networks of several kinds, in memory.

use anyhow::{anyhow, ensure, Result};
use surety_graph::memory::Network;
use surety_graph_model::generate::{self, Rng};

/// Entries on a page of adjacency.
pub(crate) const PAGE_LEN: u32 = 64;

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
