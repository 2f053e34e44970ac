//! Rules of labels.

use crate::{
	labels::{
		self, abandon, add, begin, component, find, finish, join, move_node, remove, same, set_weight, Kind,
		LabelError, Sum, MAX_DEPTH,
	},
	memory::MemoryLabels,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Store = MemoryLabels<u32>;

/// The sum that is kept for the component of a node.
fn sum(labels: &mut Store, node: u32) -> Sum {
	let (root, sum) = component(labels, node).expect("it has a label");
	assert_eq!(find(labels, node), Ok(root));
	assert_eq!(component(labels, node), Ok((root, sum)), "finding it has changed it");
	sum
}

/// Checks every record against every other.
fn check(labels: &Store) {
	let records = labels.records();
	let mut references: BTreeMap<u64, u32> = records.keys().map(|label| (*label, 0)).collect();
	for label in labels.nodes().values() {
		*references.get_mut(label).expect("a node's label is there") += 1;
	}
	for record in records.values() {
		if let Some(parent) = record.kind.parent() {
			*references.get_mut(&parent).expect("a label's parent is there") += 1;
			assert!(!matches!(records[&parent].kind, Kind::Filling { .. }), "hangs on one that is filled");
		}
	}
	for (label, record) in records {
		assert_eq!(record.references, references[label], "{label}: {record:?}");
		let filling = matches!(record.kind, Kind::Filling { .. });
		assert!(filling || record.references > 0, "{label} is nobody's");
		let (mut at, mut depth) = (*label, 0);
		while let Some(parent) = records[&at].kind.parent() {
			(at, depth) = (parent, depth + 1);
			assert!(depth <= MAX_DEPTH);
		}
		if let Kind::Root { rank, .. } = records[&at].kind {
			assert!(depth <= u32::from(rank), "{label} is deeper than its root's rank");
		}
	}
}

fn nodes(count: u32) -> Store {
	let mut labels = Store::default();
	for node in 0..count {
		add(&mut labels, node, u128::from(node) * 10).expect("labels are left");
	}
	labels
}

/// So many nodes in one component.
fn joined(count: u32) -> Store {
	let mut labels = nodes(count);
	for node in 1..count {
		join(&mut labels, node - 1, node).expect("both are there");
	}
	labels
}

fn split(labels: &mut Store, list: &[u32]) -> Result<(Sum, Sum), LabelError> {
	let fresh = begin(labels, list[0])?;
	for node in list {
		move_node(labels, fresh, *node, u128::from(*node) * 10)?;
	}
	finish(labels, fresh)
}

#[test]
fn a_new_node_is_a_component_of_its_own() {
	let mut labels = nodes(2);
	assert_eq!(sum(&mut labels, 1), Sum { nodes: 1, weight: 10 });
	assert_eq!(same(&mut labels, 0, 1), Ok(false));
	assert_eq!(add(&mut labels, 1, 5), Err(LabelError::AlreadyLabelled));
}

#[test]
fn an_edge_makes_two_components_one_with_the_number_and_weight_of_both() {
	let mut labels = nodes(3);
	join(&mut labels, 1, 2).expect("both are there");
	assert_eq!(sum(&mut labels, 1), Sum { nodes: 2, weight: 30 });
	assert_eq!(sum(&mut labels, 0), Sum { nodes: 1, weight: 0 });
	let before = labels.clone();
	let root = find(&mut labels, 2).expect("it is there");
	assert_eq!(join(&mut labels, 2, 1), Ok(root));
	assert_eq!(labels, before);
}

#[test]
fn of_two_trees_as_high_the_heavier_component_keeps_its_label() {
	let mut labels = nodes(3);
	let heavier = find(&mut labels, 2).expect("it is there");
	assert_eq!(join(&mut labels, 1, 2), Ok(heavier));
	let mut even = Store::default();
	let older = add(&mut even, 7, 5).expect("labels are left");
	add(&mut even, 8, 5).expect("labels are left");
	assert_eq!(join(&mut even, 8, 7), Ok(older));
}

#[test]
fn a_split_gives_the_listed_side_a_fresh_label_and_leaves_the_other_its_own() {
	let mut labels = joined(6);
	let old = find(&mut labels, 0).expect("it is there");
	let known: Vec<_> = labels.records().keys().copied().collect();
	let listed = Sum { nodes: 2, weight: 20 };
	let rest = Sum { nodes: 4, weight: 130 };
	assert_eq!(split(&mut labels, &[0, 2]), Ok((listed, rest)));
	let fresh = find(&mut labels, 0).expect("it is there");
	assert!(!known.contains(&fresh));
	assert_eq!(find(&mut labels, 2), Ok(fresh));
	for node in [1, 3, 4, 5] {
		assert_eq!(find(&mut labels, node), Ok(old));
	}
	assert_eq!((sum(&mut labels, 2), sum(&mut labels, 5)), (listed, rest));
	check(&labels);
}

#[test]
fn until_a_split_ends_nothing_has_changed_for_who_asks() {
	let mut labels = joined(4);
	let (old, all) = (find(&mut labels, 3), sum(&mut labels, 3));
	let fresh = begin(&mut labels, 0).expect("it is there");
	for node in [0, 1] {
		move_node(&mut labels, fresh, node, u128::from(node) * 10).expect("it is a member");
		for other in 0..4 {
			assert_eq!(find(&mut labels, other), old);
			assert_eq!(sum(&mut labels, other), all);
		}
		check(&labels);
	}
	let mut given_up = labels.clone();
	abandon(&mut given_up, fresh).expect("it is being filled");
	check(&given_up);
	assert_eq!((find(&mut given_up, 0), sum(&mut given_up, 0)), (old, all));
	assert_eq!(finish(&mut given_up, fresh), Err(LabelError::UnknownLabel));
	finish(&mut labels, fresh).expect("two of four");
	assert_eq!(find(&mut labels, 0), Ok(fresh));
}

#[test]
fn a_split_that_was_given_up_before_a_node_was_moved_leaves_nothing_behind() {
	let mut labels = joined(3);
	let records = labels.records().len();
	let fresh = begin(&mut labels, 0).expect("it is there");
	assert_eq!(finish(&mut labels.clone(), fresh), Err(LabelError::NothingMoved));
	abandon(&mut labels, fresh).expect("it is being filled");
	assert_eq!(labels.records().len(), records);
	check(&labels);
}

#[test]
fn a_component_cannot_be_split_off_from_itself() {
	let mut labels = joined(2);
	assert_eq!(split(&mut labels, &[0, 1]), Err(LabelError::NothingLeft));
}

#[test]
fn a_node_of_another_component_cannot_be_moved() {
	let mut labels = joined(3);
	add(&mut labels, 9, 1).expect("labels are left");
	let fresh = begin(&mut labels, 0).expect("it is there");
	assert_eq!(move_node(&mut labels, fresh, 9, 1), Err(LabelError::OtherComponent));
	assert_eq!(move_node(&mut labels, fresh, 10, 1), Err(LabelError::UnknownNode));
}

#[test]
fn a_node_is_moved_once_and_by_one_split_at_a_time() {
	let mut labels = joined(4);
	let fresh = begin(&mut labels, 0).expect("it is there");
	let other = begin(&mut labels, 0).expect("it is there");
	move_node(&mut labels, fresh, 1, 10).expect("it is a member");
	for to in [fresh, other] {
		assert_eq!(move_node(&mut labels, to, 1, 10), Err(LabelError::BeingMoved));
	}
	let root = find(&mut labels, 0).expect("it is there");
	assert_eq!(move_node(&mut labels, root, 0, 0), Err(LabelError::UnknownLabel));
	check(&labels);
}

#[test]
fn components_joined_during_a_split_stay_with_the_side_that_is_not_listed() {
	let mut labels = joined(4);
	add(&mut labels, 9, 7).expect("labels are left");
	let fresh = begin(&mut labels, 0).expect("it is there");
	move_node(&mut labels, fresh, 0, 0).expect("it is a member");
	join(&mut labels, 9, 3).expect("both are there");
	move_node(&mut labels, fresh, 1, 10).expect("it is a member");
	let rest = Sum { nodes: 3, weight: 57 };
	assert_eq!(finish(&mut labels, fresh), Ok((Sum { nodes: 2, weight: 10 }, rest)));
	assert_eq!(same(&mut labels, 9, 2), Ok(true));
	check(&labels);
}

#[test]
fn an_edge_opened_across_a_split_joins_the_sides_again_afterwards() {
	let mut labels = joined(4);
	let all = sum(&mut labels, 0);
	split(&mut labels, &[0, 1]).expect("two of four");
	assert_eq!(same(&mut labels, 1, 2), Ok(false));
	join(&mut labels, 1, 2).expect("both are there");
	assert_eq!(sum(&mut labels, 0), all);
	check(&labels);
}

#[test]
fn the_weight_of_a_node_changes_its_component_and_what_is_being_split_off() {
	let mut labels = joined(3);
	set_weight(&mut labels, 2, 20, 500).expect("it is there");
	assert_eq!(sum(&mut labels, 0).weight, 510);
	let fresh = begin(&mut labels, 2).expect("it is there");
	move_node(&mut labels, fresh, 2, 500).expect("it is a member");
	set_weight(&mut labels, 2, 500, 3).expect("it is there");
	assert_eq!(sum(&mut labels, 0).weight, 13);
	let sums = finish(&mut labels, fresh).expect("one of three");
	assert_eq!((sums.0.weight, sums.1.weight), (3, 10));
	assert_eq!(set_weight(&mut labels, 9, 0, 1), Err(LabelError::UnknownNode));
}

#[test]
fn weights_that_were_not_the_nodes_are_refused() {
	let mut labels = nodes(2);
	assert_eq!(set_weight(&mut labels, 1, 11, 1), Err(LabelError::Inconsistent));
	assert_eq!(set_weight(&mut labels, 1, 0, u128::MAX), Err(LabelError::Overflow));
	assert_eq!(remove(&mut labels, 1, 11), Err(LabelError::Inconsistent));
}

#[test]
fn a_node_that_goes_takes_its_weight_and_the_labels_that_only_it_needed() {
	let mut labels = joined(3);
	for (node, left) in [(1, 2), (0, 1)] {
		remove(&mut labels, node, u128::from(node) * 10).expect("it is there");
		assert_eq!(sum(&mut labels, 2), Sum { nodes: left, weight: 20 });
		check(&labels);
	}
	remove(&mut labels, 2, 20).expect("it is there");
	assert_eq!((labels.nodes().len(), labels.records().len()), (0, 0));
	assert_eq!(find(&mut labels, 2), Err(LabelError::UnknownNode));
}

#[test]
fn however_often_a_node_is_split_off_and_joined_again_the_way_to_its_root_stays_short() {
	// One who is left behind under ever new roots, without ever being asked for.
	let mut labels = joined(2);
	let mut deepest = 0;
	for round in 0..500u32 {
		let newcomer = 100 + round;
		add(&mut labels, newcomer, 1_000_000).expect("labels are left");
		join(&mut labels, newcomer, 1).expect("both are there");
		split(&mut labels, &[1]).expect("one of several");
		join(&mut labels, newcomer, 1).expect("both are there");
		let (mut at, mut depth) = (labels.nodes()[&0], 0);
		while let Some(parent) = labels.records()[&at].kind.parent() {
			(at, depth) = (parent, depth + 1);
		}
		deepest = deepest.max(depth);
	}
	check(&labels);
	// 1,002 labels: a rank of 10 at the most.
	assert!(deepest <= 10, "{deepest}");
}

#[derive(Clone, Debug)]
enum Step {
	Add { weight: u128 },
	Remove { which: usize },
	Join { a: usize, b: usize },
	Reweigh { which: usize, weight: u128 },
	Begin { which: usize },
	Move { split: usize, which: usize },
	Finish { split: usize },
	Abandon { split: usize },
}

fn step() -> impl Strategy<Value = Step> {
	let which = any::<prop::sample::Index>().prop_map(|index| index.index(1_000));
	let weight = prop_oneof![Just(0u128), 1u128..100, 1u128 << 60..1 << 90];
	prop_oneof![
		4 => weight.clone().prop_map(|weight| Step::Add { weight }),
		1 => which.clone().prop_map(|which| Step::Remove { which }),
		5 => (which.clone(), which.clone()).prop_map(|(a, b)| Step::Join { a, b }),
		2 => (which.clone(), weight).prop_map(|(which, weight)| Step::Reweigh { which, weight }),
		3 => which.clone().prop_map(|which| Step::Begin { which }),
		8 => (which.clone(), which.clone()).prop_map(|(split, which)| Step::Move { split, which }),
		2 => which.clone().prop_map(|split| Step::Finish { split }),
		1 => which.prop_map(|split| Step::Abandon { split }),
	]
}

/// What is right: sets of nodes, and what of them is being moved.
#[derive(Default)]
struct Plain {
	weights: BTreeMap<u32, u128>,
	sets: Vec<BTreeSet<u32>>,
	splits: BTreeMap<labels::Label, (u32, BTreeSet<u32>)>,
}

impl Plain {
	fn set_of(&self, node: u32) -> usize {
		self.sets.iter().position(|set| set.contains(&node)).expect("every node is in a set")
	}

	fn sum(&self, set: &BTreeSet<u32>) -> Sum {
		Sum { nodes: set.len() as u32, weight: set.iter().map(|node| self.weights[node]).sum() }
	}

	fn pick(&self, which: usize) -> Option<u32> {
		self.weights.keys().nth(which % self.weights.len().max(1)).copied()
	}

	fn pick_split(&self, which: usize) -> Option<labels::Label> {
		self.splits.keys().nth(which % self.splits.len().max(1)).copied()
	}
}

proptest! {
	#[test]
	fn labels_agree_with_plain_sets_after_any_history(steps in prop::collection::vec(step(), 1..120)) {
		let (mut labels, mut plain) = (Store::default(), Plain::default());
		let mut next = 0;
		for step in steps {
			match step {
				Step::Add { weight } => {
					add(&mut labels, next, weight).expect("labels are left");
					plain.weights.insert(next, weight);
					plain.sets.push(BTreeSet::from([next]));
					next += 1;
				}
				Step::Remove { which } => {
					let Some(node) = plain.pick(which) else { continue };
					// As a chain does: not one that is being moved.
					if plain.splits.values().any(|(_, moved)| moved.contains(&node)) {
						continue;
					}
					remove(&mut labels, node, plain.weights[&node]).expect("it is there");
					let set = plain.set_of(node);
					plain.sets[set].remove(&node);
					plain.weights.remove(&node);
				}
				Step::Join { a, b } => {
					let (Some(a), Some(b)) = (plain.pick(a), plain.pick(b)) else { continue };
					join(&mut labels, a, b).expect("both are there");
					let (a, b) = (plain.set_of(a), plain.set_of(b));
					if a != b {
						let moved = std::mem::take(&mut plain.sets[b]);
						plain.sets[a].extend(moved);
					}
				}
				Step::Reweigh { which, weight } => {
					let Some(node) = plain.pick(which) else { continue };
					set_weight(&mut labels, node, plain.weights[&node], weight).expect("it is there");
					plain.weights.insert(node, weight);
				}
				Step::Begin { which } => {
					let Some(node) = plain.pick(which) else { continue };
					let fresh = begin(&mut labels, node).expect("it is there");
					plain.splits.insert(fresh, (node, BTreeSet::new()));
				}
				Step::Move { split, which } => {
					let (Some(node), Some(fresh)) = (plain.pick(which), plain.pick_split(split)) else { continue };
					let moving = plain.splits.values().any(|(_, moved)| moved.contains(&node));
					let done = move_node(&mut labels.clone(), fresh, node, plain.weights[&node]);
					if moving {
						prop_assert_eq!(done, Err(LabelError::BeingMoved));
					} else if let Some(any) = plain.splits[&fresh].1.first().copied() {
						let member = plain.set_of(any) == plain.set_of(node);
						prop_assert_eq!(done, if member { Ok(()) } else { Err(LabelError::OtherComponent) });
					}
					if done.is_ok() {
						move_node(&mut labels, fresh, node, plain.weights[&node]).expect("as before");
						plain.splits.entry(fresh).and_modify(|split| { split.1.insert(node); });
					}
				}
				Step::Finish { split } => {
					let Some(fresh) = plain.pick_split(split) else { continue };
					let moved = plain.splits[&fresh].1.clone();
					let mut after = labels.clone();
					let done = finish(&mut after, fresh);
					let Some(any) = moved.first() else {
						prop_assert_eq!(done, Err(LabelError::NothingMoved));
						continue;
					};
					let set = plain.set_of(*any);
					let rest: BTreeSet<u32> = plain.sets[set].difference(&moved).copied().collect();
					if rest.is_empty() {
						prop_assert_eq!(done, Err(LabelError::NothingLeft));
						continue;
					}
					labels = after;
					prop_assert_eq!(done, Ok((plain.sum(&moved), plain.sum(&rest))));
					plain.sets[set] = rest;
					plain.sets.push(moved);
					plain.splits.remove(&fresh);
				}
				Step::Abandon { split } => {
					let Some(fresh) = plain.pick_split(split) else { continue };
					abandon(&mut labels, fresh).expect("it is being filled");
					plain.splits.remove(&fresh);
				}
			}
			check(&labels);
			let mut roots = BTreeSet::new();
			for set in plain.sets.iter().filter(|set| !set.is_empty()) {
				let first = *set.first().expect("it is not empty");
				let root = find(&mut labels, first);
				prop_assert!(set.iter().all(|node| find(&mut labels, *node) == root));
				prop_assert!(roots.insert(root.expect("it is there")), "two components have one label");
				prop_assert_eq!(sum(&mut labels, first), plain.sum(set));
			}
		}
	}
}
