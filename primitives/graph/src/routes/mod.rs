//! Routes: the cheapest paths within a latency (S3 §2), for whoever is about to send.
//!
//! Yen's algorithm (1971), in Lawler's form, over a search for *the* cheapest path within a latency. Yen's
//! takes the best path found so far, and for each of its nodes asks for the best path that goes along with it
//! up to there and then leaves every path found; the next best is the best of all those answers. The inner
//! search settles labels (price, latency) in order of price and drops what another one at the same node is no
//! dearer and no slower than. That is exact for one path, since who is dropped could have gone on along the
//! other one's; for several at once it would not be, as their ways may cross.
//!
//! Ties go to the faster path, then to the one with fewer edges; what is left depends on the edges' ids
//! alone, not on the order in which they are stored.

mod cheapest;
mod map;

use crate::{edge::Balance, graph::Graph, reach::Limits};
use alloc::{collections::BTreeSet, vec::Vec};
use cheapest::{cheapest, Detour};
use map::Map;

/// Routes at the most.
pub const MAX_ROUTES: u32 = 16;

/// What looking for routes may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Work {
	/// Stored items that are read: pages and edges' records, each once.
	pub reads: u32,
	/// Labels that are settled, over all inner searches. Memory is bounded by the entries of as many nodes.
	pub labels: u32,
}

/// A path that a message can take.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Route<EdgeId> {
	/// What the message costs along it.
	pub price: Balance,
	/// Time it takes, in milliseconds.
	pub latency_ms: u32,
	/// How many edges it has. Beside the edges, so that routes are ordered as they are preferred.
	pub hops: u32,
	/// Its edges, in order.
	pub edges: Vec<EdgeId>,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Routes<EdgeId> {
	/// The routes, best first.
	pub routes: Vec<Route<EdgeId>>,
	/// Whether these are the best there are. Otherwise the work did not suffice, and there may be more or
	/// better ones.
	pub complete: bool,
	/// What was spent.
	pub spent: Work,
}

/// The `count` cheapest paths without a loop between two nodes, over edges that are open now and within
/// `limits`: of those no longer than `limits.latency_ms`, with `limits.bandwidth_kbit_s` everywhere, for no
/// more than `limits.price` for a message of `limits.bytes`. [`MAX_ROUTES`] at the most.
pub fn routes<G: Graph>(
	graph: &G,
	ends: [G::Node; 2],
	count: u32,
	limits: &Limits,
	work: Work,
) -> Routes<G::EdgeId> {
	let mut map = Map::new(graph, limits, work);
	let mut routes: Vec<Route<G::EdgeId>> = Vec::new();
	let complete = fill(&mut map, ends, count.min(MAX_ROUTES), &mut routes).is_some();
	Routes { routes, complete, spent: map.spent() }
}

/// `None` where the work does not suffice.
fn fill<G: Graph>(
	map: &mut Map<'_, G>,
	[from, to]: [G::Node; 2],
	count: u32,
	routes: &mut Vec<Route<G::EdgeId>>,
) -> Option<()> {
	let count = usize::try_from(count).unwrap_or(usize::MAX);
	// With each, the first place at which it leaves those found before: before that, all has been asked.
	let mut candidates: BTreeSet<(Route<G::EdgeId>, usize)> = BTreeSet::new();
	if count > 0 {
		let direct = Detour {
			from,
			to,
			prefix: Vec::new(),
			base: (0, 0, 0),
			avoid: BTreeSet::new(),
			leave: BTreeSet::new(),
		};
		candidates.extend(cheapest(map, direct)?.map(|route| (route, 0)));
	}
	while let Some((best, left_at)) = candidates.pop_first() {
		routes.push(best.clone());
		if routes.len() >= count {
			break;
		}
		let mut avoid = BTreeSet::new();
		let (mut at, mut base) = (from, (0, 0, 0));
		for (place, edge) in best.edges.iter().enumerate() {
			if place >= left_at {
				let (prefix, _) = best.edges.split_at(place);
				let leave = routes
					.iter()
					.filter(|route| route.edges.starts_with(prefix))
					.filter_map(|route| route.edges.get(place).copied())
					.collect();
				let prefix = prefix.to_vec();
				let detour = Detour { from: at, to, prefix, base, avoid: avoid.clone(), leave };
				candidates.extend(cheapest(map, detour)?.map(|route| (route, place)));
			}
			avoid.insert(at);
			let way = map.way(at, *edge)?;
			base = way.after(base)?;
			at = way.to;
		}
	}
	Some(())
}
