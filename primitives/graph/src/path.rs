//! Walking along a claimed path.

use crate::{edge::Edge, graph::Graph};
use alloc::collections::BTreeSet;

/// What is wrong with a step of a claimed path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepError {
	/// There is no such edge.
	Unknown,
	/// The edge is closed.
	Closed,
	/// The edge does not begin where the path has come to.
	NotAdjoining,
	/// The edge leads to a node on which the path has been.
	Loop,
}

/// Goes along open edges from `from`, reading each record once, and returns the node where that ends. `visit`
/// is called with each step's number and record, and may refuse.
pub(crate) fn walk<G, Refused>(
	graph: &G,
	from: G::Node,
	path: &[G::EdgeId],
	mut visit: impl FnMut(usize, &Edge<G::Node>) -> Result<(), Refused>,
	wrong: impl Fn(usize, StepError) -> Refused,
) -> Result<G::Node, Refused>
where
	G: Graph,
{
	let mut at = from;
	let mut been = BTreeSet::from([from]);
	for (step, id) in path.iter().enumerate() {
		let edge = graph.edge(*id).ok_or_else(|| wrong(step, StepError::Unknown))?;
		if edge.life.closed_at.is_some() {
			return Err(wrong(step, StepError::Closed));
		}
		at = edge.other_end(at).ok_or_else(|| wrong(step, StepError::NotAdjoining))?;
		if !been.insert(at) {
			return Err(wrong(step, StepError::Loop));
		}
		visit(step, &edge)?;
	}
	Ok(at)
}
