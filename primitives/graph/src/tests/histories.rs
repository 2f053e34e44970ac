//! Random histories of a network as a chain would run it: edges are opened, closed and severed, cuts are
//! found at once or stay unknown until somebody certifies them, nodes are reweighed. What the labels say is
//! compared with a model that recomputes everything, what is not known yet being explicit.

use super::{graphs, network};
use crate::{
	cut::{verify, Cut},
	labels::{self, Kind, Label, Sum},
	memory::{MemoryLabels, Network},
	search::{search, Outcome},
	witness, AsOf, Effort,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use surety_graph_model::{generate::Rng, Model};

const AMPLE: Effort = Effort { expansions: 1_000_000, reads: 1_000_000 };

#[derive(Clone, Debug)]
enum Step {
	/// Opens an edge between two nodes.
	Open {
		a: u32,
		b: u32,
	},
	/// Severs an edge, with a witness if there is one and it is asked for.
	Sever {
		which: u32,
		witness: bool,
		expansions: u32,
	},
	/// Begins to certify the component of a node as it is now.
	Begin {
		node: u32,
	},
	/// Hands a page of some members in.
	Page {
		count: usize,
	},
	Reweigh {
		node: u32,
		weight: u128,
	},
	/// Nothing happens for a block.
	Block,
}

fn step() -> impl Strategy<Value = Step> {
	let node = any::<u32>();
	prop_oneof![
		2 => (node, node).prop_map(|(a, b)| Step::Open { a, b }),
		8 => (node, any::<bool>(), 0u32..6)
			.prop_map(|(which, witness, expansions)| Step::Sever { which, witness, expansions }),
		2 => node.prop_map(|node| Step::Begin { node }),
		5 => (1usize..6).prop_map(|count| Step::Page { count }),
		2 => (node, 0u128..1_000).prop_map(|(node, weight)| Step::Reweigh { node, weight }),
		2 => Just(Step::Block),
	]
}

/// A certificate under way.
struct Pending {
	list: Vec<u32>,
	taken: usize,
	cut: Cut<u32>,
	members: BTreeSet<u32>,
}

struct World {
	block: u32,
	model: Model,
	network: Network,
	labels: MemoryLabels<u32>,
	/// What is known, as plain sets.
	known: Vec<BTreeSet<u32>>,
	pending: Option<Pending>,
	/// Cuts that were found at once, witnessed away, left undecided, and certified.
	seen: [u32; 4],
}

impl World {
	fn new(nodes: u32, edges: &[[u32; 2]]) -> Self {
		let model = Model::new(nodes, edges);
		let (network, mut labels) = (network(&model), MemoryLabels::default());
		for node in 0..nodes {
			labels::add(&mut labels, node, 1).expect("labels are left");
		}
		let known = (0..nodes).map(|node| BTreeSet::from([node])).collect();
		let mut world = Self { block: 1, model, network, labels, known, pending: None, seen: [0; 4] };
		for ends in edges {
			world.join(*ends);
		}
		world
	}

	fn node(&self, any: u32) -> u32 {
		any % self.model.weights.len() as u32
	}

	fn known_of(&self, node: u32) -> usize {
		self.known.iter().position(|set| set.contains(&node)).expect("every node is in a set")
	}

	fn join(&mut self, [a, b]: [u32; 2]) {
		labels::join(&mut self.labels, a, b).expect("both are there");
		let (a, b) = (self.known_of(a), self.known_of(b));
		if a != b {
			let moved = std::mem::take(&mut self.known[b]);
			self.known[a].extend(moved);
		}
	}

	/// The nodes of a component that was shown get a label of their own, unless they have it; edges opened
	/// since join what they join.
	fn split(&mut self, list: &[u32], as_of: u32) {
		let listed: BTreeSet<u32> = list.iter().copied().collect();
		// What was split or joined since the block may have left its nodes with other labels.
		let sets: BTreeSet<usize> = listed.iter().map(|node| self.known_of(*node)).collect();
		for set in sets {
			let inside: Vec<u32> = self.known[set].intersection(&listed).copied().collect();
			let outside: BTreeSet<u32> = self.known[set].difference(&listed).copied().collect();
			let fresh = labels::begin(&mut self.labels, inside[0]).expect("it is there");
			for node in &inside {
				let weight = self.model.weights[*node as usize];
				labels::move_node(&mut self.labels, fresh, *node, weight).expect("it is there");
			}
			if outside.is_empty() {
				assert_eq!(labels::finish(&mut self.labels, fresh), Err(labels::LabelError::NothingLeft));
				labels::abandon(&mut self.labels, fresh).expect("it is being filled");
				continue;
			}
			let sums = labels::finish(&mut self.labels, fresh).expect("some of several");
			assert_eq!(sums, (self.sum(&inside), self.sum(&outside)));
			self.known[set] = outside;
			self.known.push(inside.into_iter().collect());
		}
		let later = |edge: &u32| self.model.edges[*edge as usize].opened_at > as_of;
		let later: Vec<u32> = self.model.open_edges(None).into_iter().filter(later).collect();
		for edge in later {
			self.join(self.model.edges[edge as usize].ends);
		}
		self.rejoin_listed(&listed);
	}

	/// What was one component then and still is has one label.
	fn rejoin_listed(&mut self, listed: &BTreeSet<u32>) {
		for edge in self.model.open_edges(None) {
			let ends = self.model.edges[edge as usize].ends;
			if ends.iter().all(|end| listed.contains(end)) {
				self.join(ends);
			}
		}
	}

	fn sum<'a>(&self, nodes: impl IntoIterator<Item = &'a u32> + Clone) -> Sum {
		let count = nodes.clone().into_iter().count() as u32;
		Sum { nodes: count, weight: self.model.weight(nodes) }
	}

	fn sever(&mut self, which: u32, with_witness: bool, expansions: u32) {
		let open = self.model.open_edges(None);
		if open.is_empty() {
			return;
		}
		let edge = open[which as usize % open.len()];
		let ends = self.model.edges[edge as usize].ends;
		self.model.close(edge, self.block);
		assert!(self.network.close(edge, self.block));
		let connected = self.model.component(ends[0], None).contains(&ends[1]);
		let way = search(&self.network, ends, None, AsOf::Now, AMPLE).outcome;
		if let (Outcome::Connected { path }, true) = (&way, with_witness) {
			assert_eq!(witness::verify(&self.network, edge, ends, path, 64), Ok(()));
			self.seen[1] += 1;
			return;
		}
		match search(&self.network, ends, None, AsOf::Now, Effort { expansions, ..AMPLE }).outcome {
			Outcome::Connected { .. } => assert!(connected),
			Outcome::Component { members, .. } => {
				assert!(!connected);
				let shown = verify(&self.network, &members, self.block, AMPLE).expect("it is a component");
				assert_eq!((shown.nodes, shown.weight), {
					let sum = self.sum(&members);
					(sum.nodes, sum.weight)
				});
				self.seen[0] += 1;
				self.split(&members, self.block);
			}
			Outcome::Undecided => self.seen[2] += 1,
		}
	}

	/// All of a component, each but the first beside one before it.
	fn list(&self, node: u32) -> Vec<u32> {
		let mut list: Vec<_> = self.model.hops(node, None).into_iter().collect();
		list.sort_by_key(|(node, hops)| (*hops, *node));
		list.into_iter().map(|(node, _)| node).collect()
	}

	fn hand_in(&mut self, count: usize) {
		let Some(mut pending) = self.pending.take() else { return };
		let end = pending.list.len().min(pending.taken + count);
		let page = &pending.list[pending.taken..end];
		let taken = pending.cut.extend(&self.network, &mut pending.members, page, AMPLE).expect("members");
		pending.taken += taken.nodes;
		if pending.taken < pending.list.len() {
			self.pending = Some(pending);
			return;
		}
		let shown =
			pending.cut.finish::<u32>().expect("it was a component then, whatever has happened since");
		assert_eq!(shown.nodes as usize, pending.list.len());
		self.seen[3] += 1;
		self.split(&pending.list, shown.as_of);
	}

	fn run(&mut self, step: Step) {
		match step {
			Step::Open { a, b } => {
				let ends = [self.node(a), self.node(b)];
				let opened = self.network.open(ends, Default::default(), self.block);
				assert_eq!(opened.is_some(), ends[0] != ends[1]);
				if let Some(edge) = opened {
					assert_eq!(self.model.open(ends, self.block, Default::default()), edge);
					self.join(ends);
				}
			}
			Step::Sever { which, witness, expansions } => self.sever(which, witness, expansions),
			Step::Begin { node } if self.pending.is_none() => {
				let (list, cut) = (self.list(self.node(node)), Cut::new(self.block));
				self.pending = Some(Pending { list, taken: 0, cut, members: BTreeSet::new() });
				// As of the end of this block: nothing else may happen in it.
				self.block += 1;
			}
			Step::Begin { .. } => {}
			Step::Page { count } => self.hand_in(count),
			Step::Reweigh { node, weight } => {
				let node = self.node(node);
				let before = std::mem::replace(&mut self.model.weights[node as usize], weight);
				self.network.set_weight(node, weight);
				labels::set_weight(&mut self.labels, node, before, weight).expect("it is there");
			}
			Step::Block => self.block += 1,
		}
		self.check();
	}

	/// Labels say what is known; what is connected is known to be.
	fn check(&mut self) {
		let mut seen: BTreeMap<Label, BTreeSet<u32>> = BTreeMap::new();
		for node in 0..self.model.weights.len() as u32 {
			let label = labels::find(&mut self.labels, node).expect("it is there");
			seen.entry(label).or_default().insert(node);
		}
		for (label, set) in &seen {
			assert!(self.known.contains(set), "{set:?}");
			let expected = self.sum(set);
			let kind = self.labels.records()[label].kind;
			assert!(matches!(kind, Kind::Root { sum, .. } if sum == expected), "{kind:?}");
			let mut rest = set.clone();
			while let Some(node) = rest.pop_first() {
				let component = self.model.component(node, None);
				assert!(component.is_subset(set));
				rest = rest.difference(&component).copied().collect();
			}
		}
	}

	/// Whatever is cut and not known is certified.
	fn certify_all(&mut self) {
		while self.pending.is_some() {
			self.hand_in(3);
		}
		for node in 0..self.model.weights.len() as u32 {
			let (list, as_of) = (self.list(node), self.block);
			let shown = verify(&self.network, &list, as_of, AMPLE).expect("it is a component");
			assert_eq!(shown.weight, self.model.weight(&list));
			self.split(&list, as_of);
			let own = labels::find(&mut self.labels, node).expect("it is there");
			let same: BTreeSet<u32> = (0..self.model.weights.len() as u32)
				.filter(|other| labels::find(&mut self.labels, *other) == Ok(own))
				.collect();
			assert_eq!(same, list.into_iter().collect());
		}
		self.check();
	}
}

proptest! {
	#[test]
	fn after_any_history_labels_say_what_is_known_and_in_the_end_what_is(
		(nodes, edges) in graphs(),
		steps in prop::collection::vec(step(), 1..60),
	) {
		let mut world = World::new(nodes, &edges);
		world.check();
		for step in steps {
			world.run(step);
		}
		world.certify_all();
	}
}

#[test]
fn histories_meet_every_way_in_which_a_cut_is_settled() {
	let mut rng = Rng::new(11);
	let mut seen = [0; 4];
	for round in 0..30 {
		let edges = surety_graph_model::generate::erdos_renyi(20, 24, round);
		let mut world = World::new(20, &edges);
		for _ in 0..25 {
			world.run(Step::Sever {
				which: rng.below(100),
				witness: rng.below(2) == 0,
				expansions: rng.below(6),
			});
			world.run(Step::Begin { node: rng.below(20) });
			world.run(Step::Page { count: 4 });
		}
		for (all, once) in seen.iter_mut().zip(world.seen) {
			*all += once;
		}
	}
	assert!(seen.iter().all(|times| *times > 20), "{seen:?}");
}
