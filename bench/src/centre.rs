//! What a challenge of the centre takes.

use crate::{
	network::{self, Kind, Severable},
	stored::InRuntime,
};
use anyhow::{anyhow, ensure, Result};
use pallet_topology::SearchPages;
use serde_json::json;
use sp_io::TestExternalities;
use std::{cell::Cell, time::Instant};
use surety_graph::{
	bfs::{Pages, QueuePage, VisitedPage},
	centre::{total, Challenge, Verdict},
	memory::{MemoryPages, Network},
	AsOf, Cost, Counting, Effort,
};
use surety_runtime::Runtime;

/// The block as of which the network is looked at.
const BLOCK: u32 = 1;
/// Blocks after which a challenge does not end any more.
const MAX_BLOCKS: u32 = 1_000_000;

/// What to measure
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
	/// How many nodes, one number or several
	#[arg(long, value_delimiter = ',', default_value = "10000", value_parser = clap::value_parser!(u32).range(2..))]
	nodes: Vec<u32>,
	/// Edges of a node
	#[arg(long, default_value_t = 8)]
	degree: u32,
	/// What the network is drawn from
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Stored items that a block reads at the most
	#[arg(long, default_value_t = 5_000)]
	reads: u32,
	/// Stored items that a block writes at the most
	#[arg(long, default_value_t = 500)]
	writes: u32,
	/// Networks of no more nodes are in the runtime's storage, and so is what a challenge remembers; larger ones in memory
	#[arg(long, default_value_t = 30_000, value_name = "NODES")]
	stored_up_to: u32,
}

/// Figures of one challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Figures {
	blocks: u32,
	reads: u64,
	writes: u64,
	max_block_ns: u64,
}

/// Measures each size, and prints its line as soon as it is known.
pub(crate) fn run(options: &Options) -> Result<()> {
	for nodes in &options.nodes {
		eprintln!("building a network of {nodes} nodes");
		let network = network::build(Kind::Regular, *nodes, options.degree, options.seed)?;
		let budget = Cost { reads: options.reads, writes: options.writes };
		let (state, figures) = match *nodes <= options.stored_up_to {
			true => TestExternalities::default().execute_with(|| {
				let stored = InRuntime::fill(&network)?;
				anyhow::Ok((InRuntime::STATE, measure(&stored, SearchPages::<Runtime>::new(), budget)?))
			})?,
			false => (Network::STATE, measure(&network, MemoryPages::default(), budget)?),
		};
		let Figures { blocks, reads, writes, max_block_ns } = figures;
		let line = json!({
			"nodes": nodes,
			"state": state,
			"blocks": blocks,
			"reads": reads,
			"writes": writes,
			"max_block_ns": max_block_ns,
		});
		println!("{line}");
	}
	Ok(())
}

/// A challenge that fails: both searches go to their ends, which is the most there is to be done.
fn measure<N: Severable>(network: &N, pages: impl Pages, budget: Cost) -> Result<Figures> {
	let ample = Effort { expansions: u32::MAX, reads: u32::MAX };
	let cost = |node| total(network, node, AsOf::Block(BLOCK), &mut ample.clone()).map(|total| total.cost);
	let (incumbent, challenger) = if cost(0) <= cost(1) { (0, 1) } else { (1, 0) };
	let (graph, mut pages) = (Counting::new(network), CountingPages::new(pages));
	let mut challenge = Challenge::new(incumbent, challenger, BLOCK);
	let (mut blocks, mut max_block_ns) = (0u32, 0);
	while challenge.verdict().is_none() {
		let begun = Instant::now();
		let cost = challenge.step(&graph, &mut pages, budget);
		max_block_ns = u64::try_from(begun.elapsed().as_nanos())?.max(max_block_ns);
		let cost = cost.map_err(|_| {
			anyhow!("{} reads and {} writes a block are too few", budget.reads, budget.writes)
		})?;
		ensure!(cost.reads <= budget.reads && cost.writes <= budget.writes, "a block has cost {cost:?}");
		blocks = blocks.saturating_add(1);
		ensure!(blocks < MAX_BLOCKS, "the challenge does not end");
	}
	let stayed = matches!(challenge.verdict(), Some(Verdict::IncumbentStays { .. }));
	ensure!(stayed, "the verdict is {:?}", challenge.verdict());
	let reads = graph.reads().saturating_add(pages.reads.get());
	Ok(Figures { blocks, reads, writes: pages.writes, max_block_ns })
}

/// Counts what a search reads and writes of its own.
struct CountingPages<P> {
	inner: P,
	reads: Cell<u64>,
	writes: u64,
}

impl<P> CountingPages<P> {
	const fn new(inner: P) -> Self {
		Self { inner, reads: Cell::new(0), writes: 0 }
	}

	fn read(&self) {
		self.reads.set(self.reads.get().saturating_add(1));
	}
}

impl<P: Pages> Pages for CountingPages<P> {
	fn queue(&self, page: u32) -> Option<QueuePage> {
		self.read();
		self.inner.queue(page)
	}

	fn set_queue(&mut self, page: u32, content: Option<QueuePage>) {
		self.writes = self.writes.saturating_add(1);
		self.inner.set_queue(page, content);
	}

	fn visited(&self, page: u32) -> Option<VisitedPage> {
		self.read();
		self.inner.visited(page)
	}

	fn set_visited(&mut self, page: u32, content: Option<VisitedPage>) {
		self.writes = self.writes.saturating_add(1);
		self.inner.set_visited(page, content);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_challenge_should_take_four_reads_a_node_and_few_more_in_as_many_blocks_as_that_needs() {
		let network = network::build(Kind::Regular, 2_000, 8, 3).expect("builds");
		let budget = Cost { reads: 1_000, writes: 100 };
		let figures = measure(&network, MemoryPages::default(), budget).expect("measures");
		let stored = TestExternalities::default()
			.execute_with(|| measure(&InRuntime::fill(&network)?, SearchPages::<Runtime>::new(), budget))
			.expect("measures");
		let counts = |figures: &Figures| (figures.blocks, figures.reads, figures.writes);
		assert_eq!(counts(&stored), counts(&figures));
		assert!((8_000..8_200).contains(&figures.reads), "{figures:?}");
		assert!((9..=12).contains(&figures.blocks), "{figures:?}");
	}
}
