//! Labels in memory.

use crate::labels::{Label, Labels, Record};
use alloc::collections::BTreeMap;

/// Labels by number, from 0 on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MemoryLabels<Node> {
	nodes: BTreeMap<Node, Label>,
	records: BTreeMap<Label, Record>,
	next: Label,
}

impl<Node: Ord> MemoryLabels<Node> {
	/// What each node points to.
	pub const fn nodes(&self) -> &BTreeMap<Node, Label> {
		&self.nodes
	}

	/// The records of all labels.
	pub const fn records(&self) -> &BTreeMap<Label, Record> {
		&self.records
	}
}

impl<Node: Copy + Ord> Labels for MemoryLabels<Node> {
	type Node = Node;

	fn label(&self, node: Node) -> Option<Label> {
		self.nodes.get(&node).copied()
	}

	fn set_label(&mut self, node: Node, label: Option<Label>) {
		match label {
			Some(label) => self.nodes.insert(node, label),
			None => self.nodes.remove(&node),
		};
	}

	fn record(&self, label: Label) -> Option<Record> {
		self.records.get(&label).copied()
	}

	fn set_record(&mut self, label: Label, record: Option<Record>) {
		match record {
			Some(record) => self.records.insert(label, record),
			None => self.records.remove(&label),
		};
	}

	fn fresh(&mut self) -> Option<Label> {
		let label = self.next;
		self.next = label.checked_add(1)?;
		Some(label)
	}
}
