//! Splitting: the nodes of a listed component get a label of their own.

use super::{
	find::{change_sum, record, release, retain, root, set_kind, sum_of},
	Kind, Label, LabelError, Labels, Record, Sum,
};
use crate::edge::Weight;

/// Begins to split the component that `node` is in. Returns the fresh label, to which nodes are to be moved.
pub fn begin<L: Labels>(labels: &mut L, node: L::Node) -> Result<Label, LabelError> {
	let old = super::find(labels, node)?;
	let fresh = labels.fresh().ok_or(LabelError::Overflow)?;
	let (rank, sum) = sum_of(labels, old)?;
	set_kind(labels, old, Kind::Root { rank: rank.max(1), sum })?;
	retain(labels, old)?;
	let kind = Kind::Filling { parent: old, sum: Sum::default() };
	labels.set_record(fresh, Some(Record { references: 0, kind }));
	Ok(fresh)
}

/// Moves a node of this weight to a label that is being filled.
pub fn move_node<L: Labels>(
	labels: &mut L,
	fresh: Label,
	node: L::Node,
	weight: Weight,
) -> Result<(), LabelError> {
	let Kind::Filling { .. } = record(labels, fresh)?.kind else { return Err(LabelError::UnknownLabel) };
	let from = labels.label(node).ok_or(LabelError::UnknownNode)?;
	if let Kind::Filling { .. } = record(labels, from)?.kind {
		return Err(LabelError::BeingMoved);
	}
	if root(labels, fresh)? != root(labels, from)? {
		return Err(LabelError::OtherComponent);
	}
	let Kind::Filling { parent, sum } = record(labels, fresh)?.kind else {
		return Err(LabelError::Inconsistent);
	};
	let sum = sum.plus(Sum { nodes: 1, weight })?;
	set_kind(labels, fresh, Kind::Filling { parent, sum })?;
	retain(labels, fresh)?;
	labels.set_label(node, Some(fresh));
	release(labels, from)
}

/// All have been moved: the fresh label becomes the name of a component. Returns the sums of the listed side
/// and of the rest, which keeps its label.
pub fn finish<L: Labels>(labels: &mut L, fresh: Label) -> Result<(Sum, Sum), LabelError> {
	let old = root(labels, fresh)?;
	let Kind::Filling { parent, sum } = record(labels, fresh)?.kind else {
		return Err(LabelError::UnknownLabel);
	};
	if sum.nodes == 0 {
		return Err(LabelError::NothingMoved);
	}
	let rest = sum_of(labels, old)?.1.minus(sum)?;
	if rest.nodes == 0 {
		return Err(LabelError::NothingLeft);
	}
	change_sum(labels, old, |_| Ok(rest))?;
	set_kind(labels, fresh, Kind::Root { rank: 0, sum })?;
	release(labels, parent)?;
	Ok((sum, rest))
}

/// Gives a split up: the nodes that were moved stay in the component they are in.
pub fn abandon<L: Labels>(labels: &mut L, fresh: Label) -> Result<(), LabelError> {
	let Record { references, kind: Kind::Filling { parent, .. } } = record(labels, fresh)? else {
		return Err(LabelError::UnknownLabel);
	};
	if references == 0 {
		labels.set_record(fresh, None);
		release(labels, parent)
	} else {
		set_kind(labels, fresh, Kind::Child { parent })
	}
}
