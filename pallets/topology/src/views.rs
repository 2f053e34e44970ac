//! What clients read through the runtime API, and other pallets through [`Topology`](surety_primitives::traits::Topology).

use crate::{
	pallet::*,
	types::{EdgeRecord, End},
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::traits::Get;
use sp_core::U256;
use sp_runtime::DispatchError;
use surety_graph::{
	centre,
	labels::{self, Sum},
	routes::{routes, Work},
	search::{search, Outcome},
	AsOf, Effort, Graph,
};
use surety_primitives::{
	api::{
		CentreInfo, ComponentInfo, CutInfo, EdgeInfo, EdgeProposalInfo, NeighbourPage, NodeInfo, NodePage,
		RouteInfo, RouteList, SeverCost, MAX_PAGE,
	},
	topology::{Limits, NodeId, Standing, Totals},
	traits::Topology,
	AccountId, BlockNumber, EdgeId,
};
use surety_response::PerSide;

/// What looking for a way may cost a node that is asked.
const WORK: u32 = 20_000;
const EFFORT: Effort = Effort { expansions: WORK, reads: 2 * WORK };

impl<T: Config> Pallet<T> {
	/// One node.
	pub fn node(id: NodeId) -> Option<NodeInfo> {
		let node = Nodes::<T>::get(id)?;
		Some(NodeInfo {
			id,
			key: node.key,
			stake: node.stake,
			weight: Self::weight_of(id),
			rises: node.rise.map(|rise| (rise.to, rise.at)),
			degree: node.degree,
			unsettled: node.unsettled,
			standing: Self::standing_of(id),
			component: Self::component_of(id).ok(),
			account: node.account,
		})
	}

	/// The node of an account.
	pub fn node_of(account: AccountId) -> Option<NodeInfo> {
		Self::node(NodeOf::<T>::get(account)?)
	}

	/// Nodes from `start` on. Looks at `limit` numbers, which is taken as 1 at the least and [`MAX_PAGE`] at the most.
	pub fn nodes(start: NodeId, limit: u32) -> NodePage {
		let end = start.saturating_add(limit.clamp(1, MAX_PAGE));
		let nodes = (start..end).filter_map(Self::node).collect();
		NodePage { nodes, next: (end < NextNodeId::<T>::get()).then_some(end) }
	}

	/// One edge.
	pub fn edge(id: EdgeId) -> Option<EdgeInfo> {
		let edge = Edges::<T>::get(id)?;
		let unsettled = edge.is_unsettled();
		let EdgeRecord { ends, life, terms, channel, penalty, closes_at, proposed, end, .. } = edge;
		let severed_by = match end {
			Some(End::Severed { by, .. }) => Some(by),
			_ => None,
		};
		Some(EdgeInfo { id, ends, life, terms, channel, penalty, closes_at, proposed, severed_by, unsettled })
	}

	/// One proposal.
	pub fn edge_proposal(id: EdgeId) -> Option<EdgeProposalInfo> {
		let proposal = Proposals::<T>::get(id)?;
		Some(EdgeProposalInfo {
			id,
			ends: proposal.ends,
			terms: proposal.terms,
			asset: proposal.asset,
			deposits: proposal.deposits,
			penalty: proposal.penalty,
			expires_at: proposal.expires_at,
		})
	}

	/// A page of the open edges of a node.
	pub fn neighbours(node: NodeId, page: u32) -> NeighbourPage {
		let Some(stored) = Adjacency::<T>::get(node, page) else {
			return NeighbourPage { edges: Vec::new(), next: None };
		};
		let open = stored.half_edges.iter().filter(|half| half.life.is_open(AsOf::Now));
		let edges = open.map(|half| (half.edge, half.to)).collect();
		NeighbourPage { edges, next: page.checked_add(1).filter(|_| stored.more) }
	}

	/// The cheapest routes between two nodes within the limits.
	pub fn route(from: NodeId, to: NodeId, count: u32, limits: Limits) -> RouteList {
		let work = Work { reads: 2 * WORK, labels: 2 * WORK };
		let found = routes(&Self::network(), [from, to], count, &limits, work);
		let describe = |route: surety_graph::routes::Route<EdgeId>| RouteInfo {
			edges: route.edges,
			price: route.price,
			latency_ms: route.latency_ms,
		};
		RouteList { routes: found.routes.into_iter().map(describe).collect(), complete: found.complete }
	}

	/// The component of a node.
	pub fn component(node: NodeId) -> Option<ComponentInfo> {
		let (id, Sum { nodes, weight }) = labels::component(&Self::network(), node).ok()?;
		let cut = CutOffs::<T>::get(id).map(|cut| CutInfo {
			id: cut.id,
			since: cut.since,
			liable_from: cut.liable_from,
			claims_end: cut.claims_end,
			review_ends: cut.review_ends,
			vetoed: Self::is_vetoed(&cut),
		});
		Some(ComponentInfo { id, nodes, weight, main: Self::is_main(id), cut })
	}

	/// How many edges a node is away from the centre.
	pub fn distance(node: NodeId) -> Option<u32> {
		let (network, centre) = (Self::network(), Self::current_centre()?);
		let (mut reached, mut level) = (BTreeSet::from([centre]), Vec::from([centre]));
		let (mut hops, mut reads) = (0u32, EFFORT.reads);
		while !level.is_empty() {
			if level.contains(&node) {
				return Some(hops);
			}
			let mut next = Vec::new();
			for at in level {
				let mut number = Some(0u32);
				while let Some(page) = number.and_then(|number| network.page(at, number)) {
					reads = reads.checked_sub(1)?;
					let open = page.half_edges.iter().filter(|half| half.life.is_open(AsOf::Now));
					next.extend(open.map(|half| half.to).filter(|to| reached.insert(*to)));
					number = number.and_then(|number| number.checked_add(1)).filter(|_| page.more);
				}
			}
			level = next;
			hops = hops.checked_add(1)?;
		}
		None
	}

	/// The centre.
	pub fn centre() -> Option<CentreInfo> {
		let node = Self::current_centre()?;
		let record = Centre::<T>::get();
		Some(CentreInfo {
			node,
			stands_in: record.as_ref().is_none_or(|record| record.node != node),
			bond: record.and_then(|record| record.bond).map_or(0, |bond| bond.amount),
			price: Self::challenge_price(),
			challenger: CurrentChallenge::<T>::get().map(|challenge| challenge.state.challenger()),
		})
	}

	/// Sum of weight times distance over all that a node reaches.
	pub fn centre_cost(node: NodeId) -> Option<U256> {
		Nodes::<T>::get(node)?;
		let mut budget = EFFORT;
		centre::total(&Self::network(), node, AsOf::Now, &mut budget).map(|total| total.cost)
	}

	/// What it costs to sever an edge.
	pub fn sever_cost(edge: EdgeId) -> Option<SeverCost> {
		let charge = Self::charge_of(Edges::<T>::get(edge)?.penalty);
		let reward = Self::sever_reward(&charge);
		Some(SeverCost { half: charge.half, burned: charge.burned, reward })
	}

	/// A way round an edge.
	pub fn witness(edge: EdgeId) -> Option<Vec<EdgeId>> {
		let PerSide { opener, acceptor } = Edges::<T>::get(edge)?.ends;
		match search(&Self::network(), [opener, acceptor], Some(edge), AsOf::Now, EFFORT).outcome {
			Outcome::Connected { path } if path.len() <= T::MaxPath::get() as usize => Some(path),
			_ => None,
		}
	}
}

impl<T: Config> Topology<AccountId> for Pallet<T> {
	fn standing(who: &AccountId) -> Option<Standing<BlockNumber>> {
		Self::standing_of(NodeOf::<T>::get(who)?)
	}

	fn check_path(who: &AccountId, path: &[EdgeId], limits: &Limits) -> Result<Totals, DispatchError> {
		let node = NodeOf::<T>::get(who).ok_or(Error::<T>::NotRegistered)?;
		Self::check_path_to(node, path, limits)
	}

	fn max_path() -> u32 {
		T::MaxPath::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_path(who: &AccountId, edges: u32) -> Vec<EdgeId> {
		crate::benchmarking::path_to::<T>(who, edges)
	}
}
