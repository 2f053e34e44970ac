//! What it takes to find out whether a severed edge has cut the network, by its shape and size.

use crate::{
	network::{self, Kind, Severable},
	statistics::{mean, percentile},
	stored::InRuntime,
};
use anyhow::{anyhow, bail, ensure, Result};
use serde_json::{json, Value};
use sp_io::TestExternalities;
use std::{collections::BTreeSet, time::Instant};
use surety_graph::{
	cut::Cut,
	search::{search, Outcome},
	witness, AsOf, Counting, Effort, Graph,
};
use surety_graph_model::generate::Rng;

/// Edges a witness may have.
const MAX_WITNESS: usize = 64;
/// Nodes that whoever looks for a witness is ready to expand: off chain, so many times what the chain does.
const OFF_CHAIN: u32 = 20_000;
/// Without a bound.
const ALL: Effort = Effort { expansions: u32::MAX, reads: u32::MAX };
/// What a page of a certificate may read.
const CERTIFICATE_PAGE: Effort = Effort { expansions: 1_000, reads: 10_000 };
/// The block in which edges are severed.
const BLOCK: u32 = 1;

/// What to measure
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
	/// What the network looks like, one kind or several
	#[arg(long, value_delimiter = ',', default_value = "regular,tree,scalefree,chain")]
	graph: Vec<Kind>,
	/// How many nodes, one number or several
	#[arg(long, value_delimiter = ',', default_value = "1000,30000,1000000", value_parser = clap::value_parser!(u32).range(2..))]
	nodes: Vec<u32>,
	/// Edges of a node in a regular graph; in a scale-free one on average
	#[arg(long, default_value_t = 8)]
	degree: u32,
	/// How many edges are severed, one at a time: each is open again when the next is severed
	#[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
	trials: u32,
	/// What networks and edges are drawn from
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Nodes the chain's search expands at the most
	#[arg(long, default_value_t = 1_000)]
	expansions: u32,
	/// Stored items the chain's search reads at the most
	#[arg(long, default_value_t = 2_000)]
	reads: u32,
	/// For how many of the trials that the search leaves undecided a certificate is made and measured
	#[arg(long, default_value_t = 0)]
	certificates: usize,
	/// Networks of no more nodes are in the runtime's storage, where each read is one of a stored item; larger ones in
	/// memory, page by page as they would be stored
	#[arg(long, default_value_t = 30_000, value_name = "NODES")]
	stored_up_to: u32,
}

/// Of one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sample {
	reads: u64,
	expansions: u64,
	ns: u64,
}

/// Of all trials by one method.
#[derive(Debug, Default)]
struct Series {
	/// Where the network is.
	state: &'static str,
	samples: Vec<Sample>,
	decided: usize,
}

/// Measures each kind and size, and prints its lines as soon as they are known.
pub(crate) fn run(options: &Options) -> Result<()> {
	for kind in &options.graph {
		for nodes in &options.nodes {
			eprintln!("building a {} network of {nodes} nodes", kind.name());
			let network = network::build(*kind, *nodes, options.degree, options.seed)?;
			let edges = u32::try_from(network.edges().len())?;
			let measured = match *nodes <= options.stored_up_to {
				true => TestExternalities::default()
					.execute_with(|| measure(InRuntime::fill(&network)?, edges, options))?,
				false => measure(network, edges, options)?,
			};
			for (method, series) in measured {
				println!("{}", series.line(*kind, *nodes, method));
			}
		}
	}
	Ok(())
}

fn measure<N: Severable>(
	mut network: N,
	edges: u32,
	options: &Options,
) -> Result<Vec<(&'static str, Series)>> {
	let mut rng = Rng::new(options.seed);
	ensure!(edges > 0, "there is no edge to sever");
	let budget = Effort { expansions: options.expansions, reads: options.reads };
	let new = || Series { state: N::STATE, ..Series::default() };
	let (mut witnesses, mut searches, mut certificates) = (new(), new(), new());
	for _ in 0..options.trials {
		let edge = rng.below(edges);
		let (id, ends) = network.ends(edge).ok_or_else(|| anyhow!("no such edge"))?;
		network.sever(edge, BLOCK)?;
		let graph = Counting::new(&network);
		let decided = search_once(&graph, ends, budget, &mut searches)?;
		witness_once(&graph, id, ends, &mut witnesses)?;
		if !decided && certificates.samples.len() < options.certificates {
			certify_once(&graph, ends, &mut certificates)?;
		}
		network.restore(edge)?;
	}
	let mut all = vec![("witness", witnesses), ("search", searches)];
	if options.certificates > 0 {
		all.push(("certificate", certificates));
	}
	Ok(all)
}

/// The chain searches; returns whether it has found out.
fn search_once<N: Graph<Node = u32>>(
	graph: &Counting<&N>,
	ends: [u32; 2],
	budget: Effort,
	series: &mut Series,
) -> Result<bool> {
	graph.reset();
	let begun = Instant::now();
	let found = search(graph, ends, None, AsOf::Now, budget);
	let ns = elapsed(begun)?;
	let decided = found.outcome != Outcome::Undecided;
	series.add(Sample { reads: graph.reads(), expansions: found.spent.expansions.into(), ns }, decided);
	Ok(decided)
}

/// Somebody looks for a witness off chain, and the chain checks it. Where there is none, nothing is handed in.
fn witness_once<N: Graph<Node = u32>>(
	graph: &Counting<&N>,
	edge: N::EdgeId,
	ends: [u32; 2],
	series: &mut Series,
) -> Result<()> {
	let patience = Effort { expansions: OFF_CHAIN, ..ALL };
	let Outcome::Connected { path } = search(graph, ends, None, AsOf::Now, patience).outcome else {
		return Ok(());
	};
	graph.reset();
	let begun = Instant::now();
	let checked = witness::verify(graph, edge, ends, &path, MAX_WITNESS);
	let ns = elapsed(begun)?;
	checked.map_err(|error| anyhow!("a path of {} edges is no witness: {error:?}", path.len()))?;
	series.add(Sample { reads: graph.reads(), expansions: 0, ns }, true);
	Ok(())
}

/// Somebody lists the side that runs out first, and the chain checks that in pages. The time is the longest
/// page's.
fn certify_once<N: Graph<Node = u32>>(
	graph: &Counting<&N>,
	ends: [u32; 2],
	series: &mut Series,
) -> Result<()> {
	let Outcome::Component { members: list, .. } = search(graph, ends, None, AsOf::Now, ALL).outcome else {
		bail!("the two sides are connected");
	};
	graph.reset();
	let (mut cut, mut members) = (Cut::new(BLOCK), BTreeSet::new());
	let (mut rest, mut reads, mut longest) = (list.as_slice(), 0u64, 0);
	while !rest.is_empty() {
		let begun = Instant::now();
		let taken = cut.extend(graph, &mut members, rest, CERTIFICATE_PAGE);
		longest = elapsed(begun)?.max(longest);
		let taken = taken.map_err(|error| anyhow!("the list is no certificate: {error:?}"))?;
		reads = reads.saturating_add(taken.spent.reads.into());
		rest = rest.get(taken.nodes..).unwrap_or_default();
	}
	let component = cut.finish::<u32>().map_err(|error| anyhow!("the list is no certificate: {error:?}"))?;
	series.add(Sample { reads, expansions: component.nodes.into(), ns: longest }, true);
	Ok(())
}

fn elapsed(since: Instant) -> Result<u64> {
	Ok(u64::try_from(since.elapsed().as_nanos())?)
}

impl Series {
	fn add(&mut self, sample: Sample, decided: bool) {
		self.samples.push(sample);
		self.decided += usize::from(decided);
	}

	fn line(&self, kind: Kind, nodes: u32, method: &str) -> Value {
		let sorted = |of: fn(&Sample) -> u64| {
			let mut values: Vec<_> = self.samples.iter().map(of).collect();
			values.sort_unstable();
			values
		};
		let (reads, expansions) = (sorted(|sample| sample.reads), sorted(|sample| sample.expansions));
		json!({
			"graph": kind.name(),
			"nodes": nodes,
			"method": method,
			"state": self.state,
			"reads_mean": mean(&reads),
			"reads_p99": percentile(&reads, 99),
			"expansions_mean": mean(&expansions),
			"expansions_p99": percentile(&expansions, 99),
			"expansions_max": expansions.last(),
			"decided": self.decided,
			"ns_p99": percentile(&sorted(|sample| sample.ns), 99),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn options(certificates: usize) -> Options {
		Options {
			graph: vec![],
			nodes: vec![],
			degree: 8,
			trials: 300,
			seed: 7,
			expansions: 200,
			reads: 300,
			certificates,
			stored_up_to: 0,
		}
	}

	fn measured(kind: Kind, nodes: u32, certificates: usize) -> Vec<(&'static str, Series)> {
		let network = network::build(kind, nodes, 8, 7).expect("builds");
		let edges = network.edges().len() as u32;
		measured_of(network, edges, certificates)
	}

	#[test]
	fn the_chain_should_read_of_its_storage_what_is_read_of_memory() {
		for kind in [Kind::Regular, Kind::Scalefree, Kind::Chain] {
			let network = network::build(kind, 600, 8, 7).expect("builds");
			let edges = network.edges().len() as u32;
			let stored = TestExternalities::default()
				.execute_with(|| measure(InRuntime::fill(&network)?, edges, &options(3)))
				.expect("measures");
			let counts = |all: &[(&'static str, Series)]| -> Vec<_> {
				let of = |series: &Series| -> Vec<_> {
					series.samples.iter().map(|sample| (sample.reads, sample.expansions)).collect()
				};
				all.iter().map(|(method, series)| (*method, of(series), series.decided)).collect()
			};
			assert_eq!(counts(&stored), counts(&measured_of(network, edges, 3)), "{}", kind.name());
			assert!(stored.iter().all(|(_, series)| series.state == "runtime"));
		}
	}

	fn measured_of(
		network: surety_graph::memory::Network,
		edges: u32,
		certificates: usize,
	) -> Vec<(&'static str, Series)> {
		measure(network, edges, &options(certificates)).expect("measures")
	}

	#[test]
	fn in_a_regular_graph_every_trial_should_have_a_witness_and_be_decided_by_search() {
		let all = measured(Kind::Regular, 2_000, 0);
		assert_eq!(all.iter().map(|(method, _)| *method).collect::<Vec<_>>(), ["witness", "search"]);
		for (method, series) in &all {
			assert_eq!((series.samples.len(), series.decided), (300, 300), "{method}");
		}
		assert!(all[0].1.samples.iter().all(|sample| sample.reads <= 16 && sample.reads >= 2));
	}

	#[test]
	fn in_a_chain_there_should_be_no_witness_and_a_certificate_for_what_search_leaves_undecided() {
		let all = measured(Kind::Chain, 3_000, 5);
		assert_eq!(all[0].1.decided, 0);
		let (searches, certificates) = (&all[1].1, &all[2].1);
		assert!(searches.decided > 0 && searches.decided < 300);
		assert!(searches.samples.iter().all(|sample| sample.expansions <= 200 && sample.reads <= 300));
		assert_eq!((certificates.samples.len(), certificates.decided), (5, 5));
	}
}
