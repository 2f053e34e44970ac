//! The network of edges and its channels, as the chain tells of them.

use super::{
	call::{number, Call},
	errors,
	render::number_of,
	state::{read, read_as},
	At, Chain,
};
use crate::text::address;
use anyhow::{bail, Context, Result};
use codec::{Decode, Encode};
use std::collections::BTreeMap;
use subxt::ext::scale_value::{At as _, ValueDef};
use surety_graph::{HalfEdge, Terms};
use surety_primitives::{
	api::{
		CentreInfo, ChannelInfo, ChannelPage, ChannelRecord, ComponentInfo, EdgeInfo, EdgeProposalInfo,
		NeighbourPage, NodeInfo, NodePage, RouteList, SeverCost, MAX_PAGE,
	},
	topology::{ComponentId, CutId, Limits, NodeId},
	AccountId, AssetKind, Balance, BlockNumber, ChannelId, EdgeId,
};
use surety_response::{Side, Signed};

/// What is said about the rest of the network when an edge ends, as the chain takes it.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub enum Evidence {
	/// Nothing.
	None,
	/// A way round the edge.
	Witness(Vec<EdgeId>),
	/// The chain is to search.
	Search {
		/// So many nodes it expands at the most.
		expansions: u32,
	},
}

/// An intent to sever an edge, as the chain takes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Intent {
	/// Which end has signed it.
	pub by: Side,
	/// Its signature.
	pub signed: Signed,
}

/// A standing offer, as the chain keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct StandingOffer {
	/// What is paid in.
	pub asset: AssetKind,
	/// What the node itself deposits in each channel, in the asset's smallest unit.
	pub deposit: Balance,
	/// What the other deposits at the least, in the same unit.
	pub min_deposit: Balance,
	/// Latency at the least, in milliseconds.
	pub min_latency_ms: u32,
	/// Latency at the most, in milliseconds.
	pub max_latency_ms: u32,
	/// Bandwidth at the most, in kbit/s.
	pub max_bandwidth_kbit_s: u32,
	/// Price of a message at the least, in the asset's smallest unit.
	pub min_base_price: Balance,
	/// Price of a byte at the least, in the same unit.
	pub min_price_per_byte: Balance,
	/// Severing penalty at the most, in the native token's smallest unit.
	pub max_penalty: Balance,
	/// Edges that are left to be opened so.
	pub left: u32,
}

/// What of a node's record clients need besides what the runtime's API says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Record {
	/// The latest cut for which it has lost stake.
	pub punished: Option<CutId>,
	/// The latest cut for which its owner was reported as an operator.
	pub reported: Option<CutId>,
	/// Block in which it last rejoined without losing stake.
	pub grace_used_at: Option<BlockNumber>,
	/// Block in which it left.
	pub left_at: Option<BlockNumber>,
	/// Edges whose records are there.
	pub edges: u32,
}

/// A certificate that is under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateInfo {
	/// Its number.
	pub id: u32,
	/// Whose it is.
	pub by: AccountId,
	/// As of the end of which block.
	pub as_of: BlockNumber,
	/// The node that is listed first.
	pub first: NodeId,
	/// Nodes that are listed, and not relabelled yet.
	pub members: u32,
	/// How far it has come: `Listing`, `Relabelling` or `Clearing`.
	pub stage: String,
}

/// The call of `Topology` on an edge.
pub fn of_edge(name: &str, edge: EdgeId) -> Call {
	Call::new("Topology", name).arg("edge", number(edge))
}

/// The call of `Topology` on a node.
pub fn of_node(name: &str, node: NodeId) -> Call {
	Call::new("Topology", name).arg("node", number(node))
}

/// The call of `Channels` on a channel.
pub fn of_channel(name: &str, channel: &ChannelId) -> Call {
	Call::new("Channels", name).arg("id", number(*channel))
}

impl Chain {
	/// A number among the constants of `Topology`.
	pub fn topology_constant(at: &At, name: &str) -> Result<Balance> {
		let metadata = at.metadata_ref();
		let pallet = metadata.pallet_by_name("Topology").context("this chain has no network of edges")?;
		let constant = pallet.constant_by_name(name);
		let constant = constant.with_context(|| format!("this chain has no constant Topology.{name}"))?;
		let value = super::render::decode(&mut constant.value(), constant.ty(), metadata.types())?;
		number_of(&value).with_context(|| format!("Topology.{name} is no number"))
	}

	/// A bound among the constants of `Topology`.
	pub fn topology_bound(at: &At, name: &str) -> Result<u32> {
		Ok(u32::try_from(Self::topology_constant(at, name)?)?)
	}

	/// One node.
	pub async fn node(&self, at: &At, id: NodeId) -> Result<Option<NodeInfo>> {
		self.query(at, "TopologyApi_node", id).await
	}

	/// One node, or the chain's own words for there being none.
	pub async fn existing_node(&self, at: &At, id: NodeId) -> Result<NodeInfo> {
		self.node(at, id).await?.ok_or_else(|| {
			errors::known(at.metadata_ref(), "Topology", "NodeNotFound", &format!("there is no node {id}"))
		})
	}

	/// The node of an account.
	pub async fn node_of(&self, at: &At, account: &AccountId) -> Result<Option<NodeInfo>> {
		self.query(at, "TopologyApi_node_of", account).await
	}

	/// The node of an account, or the chain's own words for there being none.
	pub async fn existing_node_of(&self, at: &At, account: &AccountId) -> Result<NodeInfo> {
		self.node_of(at, account).await?.ok_or_else(|| {
			let otherwise = format!("{} has no node", address(account));
			errors::known(at.metadata_ref(), "Topology", "NotRegistered", &otherwise)
		})
	}

	/// All nodes, `most` of them at the most, in the order of their numbers.
	pub async fn nodes(&self, at: &At, most: usize) -> Result<Vec<NodeInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start.filter(|_| all.len() < most) {
			let page: NodePage = self.query(at, "TopologyApi_nodes", (from, MAX_PAGE)).await?;
			all.extend(page.nodes);
			// A next that is not ahead would go round for ever.
			start = page.next.filter(|next| *next > from);
		}
		all.truncate(most);
		Ok(all)
	}

	/// What of a node's record the runtime's API does not say.
	pub async fn node_record(&self, at: &At, id: NodeId) -> Result<Record> {
		let Some(node) = read(at, "Topology", "Nodes", vec![number(id)]).await? else {
			return Ok(Record::default());
		};
		let optional = |name: &str| -> Option<u32> {
			let ValueDef::Variant(option) = &node.at(name)?.value else { return None };
			option.values.values().next().and_then(number_of)?.try_into().ok()
		};
		let edges = node.at("edges").and_then(number_of).context("the chain keeps nodes otherwise")?;
		Ok(Record {
			punished: optional("punished"),
			reported: optional("reported"),
			grace_used_at: optional("grace_used_at"),
			left_at: optional("left_at"),
			edges: u32::try_from(edges)?,
		})
	}

	/// Block in which it became known that a component was cut off.
	pub async fn cut_known_at(&self, at: &At, component: ComponentId) -> Result<Option<BlockNumber>> {
		let cut = read(at, "Topology", "CutOffs", vec![number(component)]).await?;
		let known = cut.as_ref().and_then(|cut| cut.at("known_at")).and_then(number_of);
		Ok(known.map(u32::try_from).transpose()?)
	}

	/// One edge.
	pub async fn edge(&self, at: &At, id: EdgeId) -> Result<Option<EdgeInfo>> {
		self.query(at, "TopologyApi_edge", id).await
	}

	/// One edge, or the chain's own words for there being none.
	pub async fn existing_edge(&self, at: &At, id: EdgeId) -> Result<EdgeInfo> {
		self.edge(at, id).await?.ok_or_else(|| {
			errors::known(at.metadata_ref(), "Topology", "EdgeNotFound", &format!("there is no edge {id}"))
		})
	}

	/// Edges that are open, and where they lead, of a node.
	pub async fn neighbours(&self, at: &At, node: NodeId) -> Result<Vec<(EdgeId, NodeId)>> {
		let mut all = Vec::new();
		let mut next = Some(0u32);
		while let Some(number) = next {
			let page: NeighbourPage = self.query(at, "TopologyApi_neighbours", (node, number)).await?;
			all.extend(page.edges);
			next = page.next.filter(|next| *next > number);
		}
		Ok(all)
	}

	/// Edges of a node, those that have ended and are remembered among them.
	pub async fn half_edges(&self, at: &At, node: NodeId) -> Result<Vec<HalfEdge<NodeId, EdgeId>>> {
		let mut all: Vec<HalfEdge<NodeId, EdgeId>> = Vec::new();
		for page in 0u32.. {
			let keys = vec![number(node), number(page)];
			let stored = read_as(at, "Topology", "Adjacency", keys).await?;
			let Some((half_edges, more)): Option<(Vec<HalfEdge<NodeId, EdgeId>>, bool)> = stored else {
				break;
			};
			// A gap has a number that no edge ever gets.
			all.extend(half_edges.into_iter().filter(|half| half.edge != EdgeId::MAX));
			if !more {
				break;
			}
		}
		Ok(all)
	}

	/// All edges of these nodes, those that have ended and are remembered among them, in the order of their numbers.
	pub async fn edges_of(&self, at: &At, nodes: &[NodeId]) -> Result<Vec<EdgeInfo>> {
		let mut ids = std::collections::BTreeSet::new();
		for node in nodes {
			ids.extend(self.half_edges(at, *node).await?.into_iter().map(|half| half.edge));
		}
		let mut edges = Vec::new();
		for id in ids {
			edges.extend(self.edge(at, id).await?);
		}
		Ok(edges)
	}

	/// One proposal of an edge.
	pub async fn edge_proposal(&self, at: &At, id: EdgeId) -> Result<Option<EdgeProposalInfo>> {
		self.query(at, "TopologyApi_edge_proposal", id).await
	}

	/// One proposal of an edge, or the chain's own words for there being none.
	pub async fn existing_edge_proposal(&self, at: &At, id: EdgeId) -> Result<EdgeProposalInfo> {
		self.edge_proposal(at, id).await?.ok_or_else(|| {
			let otherwise = format!("there is no proposal {id}");
			errors::known(at.metadata_ref(), "Topology", "ProposalNotFound", &otherwise)
		})
	}

	/// All proposals of edges, in the order of their numbers: those among the last `numbers` that were given.
	pub async fn edge_proposals(&self, at: &At, numbers: EdgeId) -> Result<Vec<EdgeProposalInfo>> {
		let next: EdgeId = read_as(at, "Topology", "NextEdgeId", vec![]).await?.unwrap_or_default();
		let mut all = Vec::new();
		for id in next.saturating_sub(numbers)..next {
			all.extend(self.edge_proposal(at, id).await?);
		}
		Ok(all)
	}

	/// The standing offer of a node.
	pub async fn standing_offer(&self, at: &At, node: NodeId) -> Result<Option<StandingOffer>> {
		let stored: Option<(StandingOffer, Balance)> =
			read_as(at, "Topology", "Offers", vec![number(node)]).await?;
		Ok(stored.map(|(offer, _)| offer))
	}

	/// The component of a node.
	pub async fn component(&self, at: &At, node: NodeId) -> Result<Option<ComponentInfo>> {
		self.query(at, "TopologyApi_component", node).await
	}

	/// The centre.
	pub async fn centre(&self, at: &At) -> Result<Option<CentreInfo>> {
		self.query(at, "TopologyApi_centre", ()).await
	}

	/// How far a node is from the centre, in edges.
	pub async fn distance(&self, at: &At, node: NodeId) -> Result<Option<u32>> {
		self.query(at, "TopologyApi_distance", node).await
	}

	/// Sum of weight times distance over all that a node reaches.
	pub async fn centre_cost(&self, at: &At, node: NodeId) -> Result<Option<sp_core::U256>> {
		self.query(at, "TopologyApi_centre_cost", node).await
	}

	/// What it costs to sever an edge.
	pub async fn sever_cost(&self, at: &At, edge: EdgeId) -> Result<Option<SeverCost>> {
		self.query(at, "TopologyApi_sever_cost", edge).await
	}

	/// A way round an edge.
	pub async fn witness(&self, at: &At, edge: EdgeId) -> Result<Option<Vec<EdgeId>>> {
		self.query(at, "TopologyApi_witness", edge).await
	}

	/// The cheapest routes between two nodes.
	pub async fn routes(
		&self,
		at: &At,
		[from, to]: [NodeId; 2],
		count: u32,
		limits: Limits,
	) -> Result<RouteList> {
		self.query(at, "TopologyApi_route", (from, to, count, limits)).await
	}

	/// What there is under a channel's number.
	pub async fn channel(&self, at: &At, id: ChannelId) -> Result<Option<ChannelRecord>> {
		self.query(at, "ChannelsApi_channel", id).await
	}

	/// A channel that is open or closing, or the chain's own words for there being none.
	pub async fn live_channel(&self, at: &At, id: ChannelId) -> Result<ChannelInfo> {
		match self.channel(at, id).await? {
			Some(ChannelRecord::Live(channel)) => Ok(*channel),
			_ => {
				let otherwise = format!("there is no channel {id}");
				Err(errors::known(at.metadata_ref(), "Channels", "ChannelNotFound", &otherwise))
			}
		}
	}

	/// All channels of an account: proposals, and what is left of settled ones, too.
	pub async fn channels_of(&self, at: &At, account: &AccountId) -> Result<Vec<ChannelRecord>> {
		let mut all = Vec::new();
		let mut cursor: Option<ChannelId> = None;
		loop {
			let page: ChannelPage =
				self.query(at, "ChannelsApi_channels_of", (account, cursor, MAX_PAGE)).await?;
			all.extend(page.channels);
			if page.next.is_none() || page.next == cursor {
				return Ok(all);
			}
			cursor = page.next;
		}
	}

	/// A certificate, or the chain's own words for there being none.
	pub async fn existing_certificate(&self, at: &At, id: u32) -> Result<CertificateInfo> {
		self.certificate(at, id).await?.ok_or_else(|| {
			let otherwise = format!("there is no certificate {id}");
			errors::known(at.metadata_ref(), "Topology", "CertificateNotFound", &otherwise)
		})
	}

	/// A certificate that is under way.
	pub async fn certificate(&self, at: &At, id: u32) -> Result<Option<CertificateInfo>> {
		let Some(found) = read(at, "Topology", "Certificates", vec![number(id)]).await? else {
			return Ok(None);
		};
		let number = |name: &str| -> Option<u32> { number_of(found.at(name)?)?.try_into().ok() };
		let stage = match found.at("stage").map(|stage| &stage.value) {
			Some(ValueDef::Variant(stage)) => Some(stage.name.clone()),
			_ => None,
		};
		let by = found.at("by").and_then(super::render::account_of);
		match (by, number("as_of"), number("first"), number("members"), stage) {
			(Some(by), Some(as_of), Some(first), Some(members), Some(stage)) => {
				Ok(Some(CertificateInfo { id, by, as_of, first, members, stage }))
			}
			_ => bail!("the chain keeps certificates otherwise"),
		}
	}

	/// Certificates that are under way, among the last `numbers` that were begun.
	pub async fn certificates(&self, at: &At, numbers: u32) -> Result<Vec<CertificateInfo>> {
		let next: u32 = read_as(at, "Topology", "NextCertificateId", vec![]).await?.unwrap_or_default();
		let mut all = Vec::new();
		for id in next.saturating_sub(numbers)..next {
			all.extend(self.certificate(at, id).await?);
		}
		Ok(all)
	}

	/// The components of nodes, each once.
	pub async fn components(
		&self,
		at: &At,
		nodes: &[NodeInfo],
	) -> Result<BTreeMap<ComponentId, ComponentInfo>> {
		let mut all = BTreeMap::new();
		for node in nodes {
			let Some(id) = node.component.filter(|id| !all.contains_key(id)) else { continue };
			all.extend(self.component(at, node.id).await?.map(|component| (id, component)));
		}
		Ok(all)
	}
}

/// Terms in a call or an event, for people.
pub fn show_terms(money: &super::money::Denomination, terms: &Terms) -> String {
	format!(
		"{} ms, {} kbit/s, {} and {} a byte",
		terms.latency_ms,
		terms.bandwidth_kbit_s,
		money.show(terms.base_price),
		money.show(terms.price_per_byte)
	)
}

/// Terms for programs.
pub fn terms_json(money: &super::money::Denomination, terms: &Terms) -> serde_json::Value {
	serde_json::json!({
		"latency_ms": terms.latency_ms,
		"bandwidth_kbps": terms.bandwidth_kbit_s,
		"base_price": money.plain(terms.base_price),
		"price_per_byte": money.plain(terms.price_per_byte),
	})
}
