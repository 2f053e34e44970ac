//! What this machine finds out about the network, so that the chain has to look at as little as possible: before an edge
//! ends, and on the way back.

use super::search::{Outcome, Search, Step};
use crate::chain::{call::Call, errors, topology::Evidence, At, Chain};
use anyhow::{bail, Result};
use surety_primitives::{api::EdgeInfo, topology::NodeId, EdgeId};

/// Nodes that are expanded here at the most.
pub const MOST: usize = 20_000;

/// Runs a search over the network as of a block.
pub async fn search(chain: &Chain, at: &At, mut search: Search) -> Result<Outcome> {
	loop {
		match search.step() {
			Step::Expand(node) => search.feed(&chain.neighbours(at, node).await?),
			Step::Done(outcome) => return Ok(outcome),
		}
	}
}

/// Looks for a way between two nodes, or for the smaller of their components.
pub async fn between(
	chain: &Chain,
	at: &At,
	[first, second]: [NodeId; 2],
	without: Option<EdgeId>,
) -> Result<Outcome> {
	search(chain, at, Search::new(first, Some(second), without, MOST)).await
}

/// How many nodes the chain has to be let expand to find a component of so many: at each step the smaller side is not more
/// than twice as far behind, and a little.
fn expansions(members: usize, most: u32) -> Option<u32> {
	let needed = u32::try_from(members).ok()?.checked_mul(3)?.checked_add(16)?;
	// A search that cannot come to an end only costs.
	let least = u32::try_from(members).ok()?;
	(least <= most).then_some(needed.min(most))
}

/// What is left of the network when an edge ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rest {
	/// This way leads round the edge.
	Joined(Vec<EdgeId>),
	/// These nodes are cut off from the rest, or the rest from them: the smaller side.
	CutOff(Vec<NodeId>),
	/// More would have to be looked at than may be.
	Unknown,
}

/// What to say about the rest of the network when this edge ends, the cheapest that settles it, and what was found. The
/// chain is let expand `most` nodes at the most, as many as it allows where that is not said.
///
/// Where nothing is said it can be shown later by a [certificate](super::certificates) whether the network was cut in two.
pub async fn find(chain: &Chain, at: &At, edge: &EdgeInfo, most: Option<u32>) -> Result<(Evidence, Rest)> {
	let most = most.unwrap_or(Chain::topology_bound(at, "MaxSearch")?);
	let longest = usize::try_from(Chain::topology_bound(at, "MaxPath")?)?;
	let rest = match chain.witness(at, edge.id).await? {
		Some(way) => Rest::Joined(way),
		None => match between(chain, at, [edge.ends.opener, edge.ends.acceptor], Some(edge.id)).await? {
			Outcome::Connected(way) => Rest::Joined(way),
			Outcome::Component(members) => Rest::CutOff(members),
			Outcome::Undecided => Rest::Unknown,
		},
	};
	let evidence = match &rest {
		Rest::Joined(way) if way.len() <= longest => Evidence::Witness(way.clone()),
		Rest::CutOff(members) => match expansions(members.len(), most) {
			Some(expansions) => Evidence::Search { expansions },
			None => Evidence::None,
		},
		Rest::Joined(_) | Rest::Unknown => Evidence::None,
	};
	Ok((evidence, rest))
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_search_should_be_paid_for_as_far_as_it_is_needed_and_only_if_it_can_end() {
		assert_eq!(expansions(1, 800), Some(19));
		assert_eq!(expansions(400, 800), Some(800));
		assert_eq!(expansions(800, 800), Some(800));
		assert_eq!(expansions(801, 800), None);
		assert_eq!(expansions(usize::MAX, 800), None);
	}
}
