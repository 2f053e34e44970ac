//! Nodes that come, go and change their weight, and edges that join components.

use super::{
	find::{change_sum, find, record, release, retain, root, set_kind, sum_of},
	Kind, Label, LabelError, Labels, Record, Sum,
};
use crate::edge::Weight;

/// A node comes, without edges: a component of its own. Returns its label.
pub fn add<L: Labels>(labels: &mut L, node: L::Node, weight: Weight) -> Result<Label, LabelError> {
	if labels.label(node).is_some() {
		return Err(LabelError::AlreadyLabelled);
	}
	let label = labels.fresh().ok_or(LabelError::Overflow)?;
	let kind = Kind::Root { rank: 0, sum: Sum { nodes: 1, weight } };
	labels.set_record(label, Some(Record { references: 1, kind }));
	labels.set_label(node, Some(label));
	Ok(label)
}

/// A node of this weight goes, which has no edges left. It need not have been shown to be a component of its
/// own.
pub fn remove<L: Labels>(labels: &mut L, node: L::Node, weight: Weight) -> Result<(), LabelError> {
	let label = labels.label(node).ok_or(LabelError::UnknownNode)?;
	change(labels, label, |sum| sum.minus(Sum { nodes: 1, weight }))?;
	labels.set_label(node, None);
	release(labels, label)
}

/// The weight of a node changes from one value to another.
pub fn set_weight<L: Labels>(
	labels: &mut L,
	node: L::Node,
	from: Weight,
	to: Weight,
) -> Result<(), LabelError> {
	let label = labels.label(node).ok_or(LabelError::UnknownNode)?;
	change(labels, label, |sum| sum.reweighed(from, to))
}

/// Changes the sum of the root above `label`, and of the label itself while it is being filled.
fn change<L: Labels>(
	labels: &mut L,
	label: Label,
	change: impl Fn(Sum) -> Result<Sum, LabelError>,
) -> Result<(), LabelError> {
	if let Kind::Filling { parent, sum } = record(labels, label)?.kind {
		set_kind(labels, label, Kind::Filling { parent, sum: change(sum)? })?;
	}
	let root = root(labels, label)?;
	change_sum(labels, root, change)
}

/// The components of two nodes that an open edge joins become one. Returns its label: that of the higher
/// tree, or of two as high ones that of the heavier component, or the older label.
pub fn join<L: Labels>(labels: &mut L, a: L::Node, b: L::Node) -> Result<Label, LabelError> {
	let (a, b) = (find(labels, a)?, find(labels, b)?);
	if a == b {
		return Ok(a);
	}
	let ((a_rank, a_sum), (b_rank, b_sum)) = (sum_of(labels, a)?, sum_of(labels, b)?);
	let a_stays = (a_rank, a_sum.weight, b) > (b_rank, b_sum.weight, a);
	let (stays, goes) = if a_stays { (a, b) } else { (b, a) };
	let rank = a_rank.max(b_rank).checked_add((a_rank == b_rank).into()).ok_or(LabelError::Overflow)?;
	set_kind(labels, goes, Kind::Child { parent: stays })?;
	set_kind(labels, stays, Kind::Root { rank, sum: a_sum.plus(b_sum)? })?;
	retain(labels, stays)?;
	Ok(stays)
}
