//! What is said about the rest of the network before an edge ends, and what is said about that to people.

use super::args::EvidenceArg;
use crate::{
	chain::{topology::Evidence, At, Chain},
	cli::Ctx,
	edges::evidence::{self, Rest},
};
use anyhow::Result;
use surety_primitives::{api::EdgeInfo, EdgeId};

/// What to say about the rest of the network when this edge ends.
pub async fn find(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	edge: &EdgeInfo,
	how: EvidenceArg,
	most: Option<u32>,
) -> Result<Evidence> {
	match how {
		EvidenceArg::None => return Ok(Evidence::None),
		EvidenceArg::Search => {
			let most = most.unwrap_or(Chain::topology_bound(at, "MaxSearch")?);
			return Ok(Evidence::Search { expansions: most });
		}
		EvidenceArg::Auto => {}
	}
	let (found, rest) = evidence::find(chain, at, edge, most).await?;
	match (&found, rest) {
		(Evidence::Witness(way), _) => ctx.out.progress(&format!(
			"there is a way round the edge, along {}",
			way.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
		)),
		(_, Rest::CutOff(members)) => ctx.out.progress(&format!(
			"no way round the edge: ending it cuts off {} node{}",
			members.len(),
			if members.len() == 1 { "" } else { "s" }
		)),
		_ => {}
	}
	if found == Evidence::None {
		certificate_needed(ctx, edge.id);
	}
	Ok(found)
}

/// Says how it is shown what ending an edge has done, when nothing was said at once.
pub fn certificate_needed(ctx: &Ctx, edge: EdgeId) {
	ctx.out.progress(&format!(
		"whether this cuts the network in two is left open; if it does, show it by a certificate: \
		 `surety edge cut submit --edge {edge}`"
	));
}
