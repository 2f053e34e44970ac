//! What is left to be done when edges have ended, and the way back.

use super::{
	args::{node as named_node, NodeArg},
	evidence::between,
};
use crate::{
	chain::{
		batch::submit_all,
		call::Call,
		errors,
		topology::{of_edge, of_node},
		At, Chain,
	},
	cli::Ctx,
	edges::search::Outcome,
	roles::run_call,
};
use anyhow::{bail, Result};
use surety_primitives::{topology::NodeId, EdgeId};

/// Settles who bears severed edges, or forgets edges, or joins components by them.
pub async fn each(ctx: &Ctx, chain: &Chain, name: &str, edges: &[EdgeId]) -> Result<()> {
	let calls = edges.iter().map(|edge| of_edge(name, *edge)).collect();
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, name)
}

/// Claims that nodes lose their share, or reports their owners as operators.
pub async fn claim(ctx: &Ctx, chain: &Chain, name: &str, nodes: &[NodeArg]) -> Result<()> {
	let at = chain.best().await?;
	let mut calls = Vec::new();
	for node in nodes {
		calls.push(of_node(name, node.find(chain, &at).await?.id));
	}
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, name)
}

/// A way from a node to the centre, by its edges.
pub async fn way_to_centre(chain: &Chain, at: &At, node: NodeId) -> Result<Vec<EdgeId>> {
	let centre = chain.centre(at).await?.ok_or_else(|| {
		errors::known(at.metadata_ref(), "Topology", "NoCentre", "the main component has no centre yet")
	})?;
	let longest = usize::try_from(Chain::topology_bound(at, "MaxPath")?)?;
	match between(chain, at, [node, centre.node], None).await? {
		Outcome::Connected(way) if way.len() <= longest => Ok(way),
		Outcome::Connected(way) => {
			bail!("node {} is {} edges away from the centre, and {longest} are the most", node, way.len())
		}
		Outcome::Component(_) => bail!(
			"no open edges lead from node {node} to the centre, node {}: open an edge to its component first",
			centre.node
		),
		Outcome::Undecided => bail!("the network is too large to find a way from here"),
	}
}

/// The call by which the owner of a node rejoins.
pub async fn rejoin_call(chain: &Chain, at: &At, node: NodeId) -> Result<(Call, Vec<EdgeId>)> {
	let way = way_to_centre(chain, at, node).await?;
	let call = Call::new("Topology", "rejoin").encoded(at, "path", &way)?;
	Ok((call, way))
}

/// Shows that the own node is part of the main component.
pub async fn rejoin(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let node = named_node(ctx, chain, &at, &None).await?;
	let (call, way) = rejoin_call(chain, &at, node.id).await?;
	ctx.out.progress(&format!(
		"the way to the centre leads along {}",
		way.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
	));
	run_call(ctx, chain, call).await
}
