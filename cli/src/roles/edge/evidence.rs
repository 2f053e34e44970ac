//! What this machine finds out about the rest of the network before an edge ends, so that the chain has to look at as little
//! as possible.

use super::args::EvidenceArg;
use crate::{
	chain::{topology::Evidence, At, Chain},
	cli::Ctx,
	edges::search::{Outcome, Search, Step},
};
use anyhow::Result;
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

/// What to say about the rest of the network when this edge ends.
pub async fn find(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	edge: &EdgeInfo,
	how: EvidenceArg,
	most: Option<u32>,
) -> Result<Evidence> {
	let bound = Chain::topology_bound(at, "MaxSearch")?;
	let most = most.unwrap_or(bound);
	match how {
		EvidenceArg::None => return Ok(Evidence::None),
		EvidenceArg::Search => return Ok(Evidence::Search { expansions: most }),
		EvidenceArg::Auto => {}
	}
	let longest = usize::try_from(Chain::topology_bound(at, "MaxPath")?)?;
	let way = match chain.witness(at, edge.id).await? {
		Some(way) => Some(way),
		None => match between(chain, at, [edge.ends.opener, edge.ends.acceptor], Some(edge.id)).await? {
			Outcome::Connected(way) => Some(way),
			Outcome::Component(members) => {
				ctx.out.progress(&format!(
					"no way round the edge: ending it cuts off {} node{}",
					members.len(),
					if members.len() == 1 { "" } else { "s" }
				));
				return Ok(match expansions(members.len(), most) {
					Some(expansions) => Evidence::Search { expansions },
					None => {
						certificate_needed(ctx, edge.id);
						Evidence::None
					}
				});
			}
			Outcome::Undecided => None,
		},
	};
	match way.filter(|way| way.len() <= longest) {
		Some(way) => {
			ctx.out.progress(&format!(
				"there is a way round the edge, along {}",
				way.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
			));
			Ok(Evidence::Witness(way))
		}
		None => {
			certificate_needed(ctx, edge.id);
			Ok(Evidence::None)
		}
	}
}

/// Says how it is shown what ending an edge has done, when nothing was said at once.
pub fn certificate_needed(ctx: &Ctx, edge: EdgeId) {
	ctx.out.progress(&format!(
		"whether this cuts the network in two is left open; if it does, show it by a certificate: \
		 `surety edge cut submit --edge {edge}`"
	));
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
