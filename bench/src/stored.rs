//! A network in the runtime's storage: what is read of it are stored items.

use crate::network::Severable;
use anyhow::{anyhow, ensure, Result};
use pallet_topology::{history::History, Adjacency, AdjacencyPage, EdgeRecord, Edges, End, Stored, Weights};
use surety_graph::{memory::Network, AsOf, Edge, Graph, HalfEdge, Page, Weight};
use surety_primitives::EdgeId;
use surety_response::PerSide;
use surety_runtime::Runtime;

/// The network that is stored in the externalities in which this runs.
#[derive(Debug)]
pub(crate) struct InRuntime(());

impl InRuntime {
	/// Stores a network where there is none yet.
	pub(crate) fn fill(network: &Network) -> Result<Self> {
		for (id, edge) in (0..).zip(network.edges()) {
			let [opener, acceptor] = edge.ends;
			let record = EdgeRecord {
				ends: PerSide { opener, acceptor },
				life: edge.life,
				terms: edge.terms,
				channel: id,
				penalty: 0,
				held: PerSide::default(),
				deposit: 0,
				horizon: 0,
				places: PerSide::default(),
				closes_at: None,
				proposed: None,
				end: None,
			};
			Edges::<Runtime>::insert(id, record);
		}
		for node in 0..u32::try_from(network.nodes())? {
			let weight = network.weight(node, AsOf::Now).ok_or_else(|| anyhow!("a node weighs nothing"))?;
			Weights::<Runtime>::insert(node, History::new(0, weight));
			let mut number = Some(0u32);
			while let Some((at, page)) = number.and_then(|at| Some((at, network.page(node, at)?))) {
				let half_edges = page.half_edges.into_iter();
				let half_edges =
					half_edges.map(|half| HalfEdge { edge: half.edge.into(), to: half.to, life: half.life });
				let half_edges = half_edges.collect::<Vec<_>>().try_into();
				let half_edges = half_edges.map_err(|_| anyhow!("a page is longer than the chain's"))?;
				Adjacency::<Runtime>::insert(node, at, AdjacencyPage { half_edges, more: page.more });
				number = page.more.then(|| at.saturating_add(1));
			}
		}
		Ok(Self(()))
	}

	/// Says in all three places whether an edge is open.
	fn set(edge: EdgeId, closed_at: Option<u32>) -> Result<()> {
		let mut record = Edges::<Runtime>::get(edge).ok_or_else(|| anyhow!("no such edge"))?;
		record.life.closed_at = closed_at;
		record.end = closed_at.map(|_| End::Closed);
		let mut found = 0;
		for node in [record.ends.opener, record.ends.acceptor] {
			for number in 0.. {
				let Some(mut page) = Adjacency::<Runtime>::get(node, number) else { break };
				let Some(half) = page.half_edges.iter_mut().find(|half| half.edge == edge) else { continue };
				half.life = record.life;
				Adjacency::<Runtime>::insert(node, number, page);
				found += 1;
				break;
			}
		}
		ensure!(found == 2, "an edge is not listed by both of its ends");
		Edges::<Runtime>::insert(edge, record);
		Ok(())
	}
}

impl Graph for InRuntime {
	type Node = u32;
	type EdgeId = EdgeId;

	fn edge(&self, edge: EdgeId) -> Option<Edge<u32>> {
		Stored::<Runtime>::new().edge(edge)
	}

	fn page(&self, node: u32, page: u32) -> Option<Page<u32, EdgeId>> {
		Stored::<Runtime>::new().page(node, page)
	}

	fn weight(&self, node: u32, as_of: AsOf) -> Option<Weight> {
		Stored::<Runtime>::new().weight(node, as_of)
	}
}

impl Severable for InRuntime {
	const STATE: &'static str = "runtime";

	fn ends(&self, edge: u32) -> Option<(EdgeId, [u32; 2])> {
		let edge = EdgeId::from(edge);
		Some((edge, self.edge(edge)?.ends))
	}

	fn sever(&mut self, edge: u32, block: u32) -> Result<()> {
		Self::set(edge.into(), Some(block))
	}

	fn restore(&mut self, edge: u32) -> Result<()> {
		Self::set(edge.into(), None)
	}
}
