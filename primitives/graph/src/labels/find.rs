//! From a label to its root, and the bookkeeping of who points to whom.

use super::{Kind, Label, LabelError, Labels, Record, Sum, MAX_DEPTH};

/// The root of the label that a node points to: the name of its component. Shortens the way for the next one:
/// for every second link it passes it writes three records.
pub fn find<L: Labels>(labels: &mut L, node: L::Node) -> Result<Label, LabelError> {
	let label = labels.label(node).ok_or(LabelError::UnknownNode)?;
	root(labels, label)
}

/// The name of a node's component, and its nodes' number and weight. Writes nothing.
pub fn component<L: Labels>(labels: &L, node: L::Node) -> Result<(Label, Sum), LabelError> {
	let mut at = labels.label(node).ok_or(LabelError::UnknownNode)?;
	for _ in 0..=MAX_DEPTH {
		match record(labels, at)?.kind {
			Kind::Root { sum, .. } => return Ok((at, sum)),
			Kind::Child { parent } | Kind::Filling { parent, .. } => at = parent,
		}
	}
	Err(LabelError::Inconsistent)
}

/// Whether two nodes are in one component, as far as is known.
pub fn same<L: Labels>(labels: &mut L, a: L::Node, b: L::Node) -> Result<bool, LabelError> {
	Ok(find(labels, a)? == find(labels, b)?)
}

pub(super) fn record<L: Labels>(labels: &L, label: Label) -> Result<Record, LabelError> {
	labels.record(label).ok_or(LabelError::UnknownLabel)
}

/// The root above `label`. Lets every label on the way point to its grandparent.
pub(super) fn root<L: Labels>(labels: &mut L, label: Label) -> Result<Label, LabelError> {
	let mut at = label;
	for _ in 0..=MAX_DEPTH {
		let Some(parent) = record(labels, at)?.kind.parent() else { return Ok(at) };
		let Some(grandparent) = record(labels, parent)?.kind.parent() else { return Ok(parent) };
		relink(labels, at, grandparent)?;
		at = grandparent;
	}
	Err(LabelError::Inconsistent)
}

/// The sum and rank of a root.
pub(super) fn sum_of<L: Labels>(labels: &L, root: Label) -> Result<(u8, Sum), LabelError> {
	match record(labels, root)?.kind {
		Kind::Root { rank, sum } => Ok((rank, sum)),
		_ => Err(LabelError::Inconsistent),
	}
}

/// Writes what a label is, leaving who points to it.
pub(super) fn set_kind<L: Labels>(labels: &mut L, label: Label, kind: Kind) -> Result<(), LabelError> {
	let references = record(labels, label)?.references;
	labels.set_record(label, Some(Record { references, kind }));
	Ok(())
}

/// Changes the sum of a root.
pub(super) fn change_sum<L: Labels>(
	labels: &mut L,
	root: Label,
	change: impl FnOnce(Sum) -> Result<Sum, LabelError>,
) -> Result<(), LabelError> {
	let (rank, sum) = sum_of(labels, root)?;
	set_kind(labels, root, Kind::Root { rank, sum: change(sum)? })
}

/// One more points to `label`.
pub(super) fn retain<L: Labels>(labels: &mut L, label: Label) -> Result<(), LabelError> {
	let mut record = record(labels, label)?;
	record.references = record.references.checked_add(1).ok_or(LabelError::Overflow)?;
	labels.set_record(label, Some(record));
	Ok(())
}

/// One less points to `label`; where that was the last, it goes, and points to nothing itself.
pub(super) fn release<L: Labels>(labels: &mut L, label: Label) -> Result<(), LabelError> {
	let mut at = label;
	for _ in 0..=MAX_DEPTH {
		let mut record = record(labels, at)?;
		record.references = record.references.checked_sub(1).ok_or(LabelError::Inconsistent)?;
		let goes = record.references == 0 && !matches!(record.kind, Kind::Filling { .. });
		labels.set_record(at, Some(record).filter(|_| !goes));
		match record.kind.parent().filter(|_| goes) {
			Some(parent) => at = parent,
			None => return Ok(()),
		}
	}
	Err(LabelError::Inconsistent)
}

/// Lets `label` point to `to` instead of its parent.
fn relink<L: Labels>(labels: &mut L, label: Label, to: Label) -> Result<(), LabelError> {
	let Record { references, kind } = record(labels, label)?;
	let (parent, kind) = match kind {
		Kind::Root { .. } => return Err(LabelError::Inconsistent),
		Kind::Child { parent } => (parent, Kind::Child { parent: to }),
		Kind::Filling { parent, sum } => (parent, Kind::Filling { parent: to, sum }),
	};
	labels.set_record(label, Some(Record { references, kind }));
	retain(labels, to)?;
	release(labels, parent)
}
