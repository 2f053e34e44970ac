//! Witness paths: a way round a severed edge, which shows that nothing was cut off.

use crate::{
	graph::Graph,
	path::{walk, StepError},
};

/// Why a path is no witness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WitnessError {
	/// It has more edges than a witness may have. Nothing was read.
	TooLong,
	/// This step, counted from 0, is the severed edge itself. Nothing was read.
	IsSevered {
		/// Number of the step.
		step: usize,
	},
	/// This step, counted from 0, is wrong.
	Step {
		/// Number of the step.
		step: usize,
		/// What is wrong with it.
		error: StepError,
	},
	/// It ends elsewhere than at the other end of the severed edge.
	EndsElsewhere,
}

/// Checks that `path` leads from one end of the `severed` edge to the other along other edges that are open
/// now, in as many reads as it has edges.
///
/// `ends` are the ends of the severed edge; the path goes from the first to the second. It has `max_edges` at
/// the most.
pub fn verify<G: Graph>(
	graph: &G,
	severed: G::EdgeId,
	ends: [G::Node; 2],
	path: &[G::EdgeId],
	max_edges: usize,
) -> Result<(), WitnessError> {
	if path.len() > max_edges {
		return Err(WitnessError::TooLong);
	}
	if let Some(step) = path.iter().position(|edge| *edge == severed) {
		return Err(WitnessError::IsSevered { step });
	}
	let [from, to] = ends;
	let end = walk(graph, from, path, |_, _| Ok(()), |step, error| WitnessError::Step { step, error })?;
	if end == to {
		Ok(())
	} else {
		Err(WitnessError::EndsElsewhere)
	}
}
