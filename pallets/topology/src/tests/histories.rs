//! Random histories against a slow model. It recomputes who is joined to whom from a list of edges, keeps what is known of
//! that as plain sets of nodes, and counts what everybody owns coin by coin.

use crate::{mock::*, End, Evidence};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use surety_primitives::{topology::Standing, AccountId, Balance, BlockNumber, EdgeId};
use surety_response::Side;

type Node = u32;

#[derive(Clone, Debug)]
enum Action {
	Register {
		stake: Balance,
	},
	AddStake {
		node: Node,
		amount: Balance,
	},
	Back {
		node: Node,
		amount: Balance,
	},
	Refresh {
		node: Node,
	},
	Open {
		a: Node,
		b: Node,
	},
	Sever {
		edge: usize,
		by: bool,
		look: bool,
	},
	Notice {
		edge: usize,
	},
	Finish {
		edge: usize,
		look: bool,
	},
	Certify {
		node: Node,
	},
	/// By an edge of its own to the centre, or by what is there.
	Rejoin {
		node: Node,
		anew: bool,
	},
	Join {
		edge: usize,
	},
	Punish {
		node: Node,
	},
	Settle {
		edge: usize,
	},
	Prune {
		edge: usize,
	},
	Leave {
		node: Node,
	},
	StandIn {
		node: Node,
	},
	ClaimMain {
		node: Node,
	},
	Advance {
		blocks: BlockNumber,
	},
}

fn action() -> impl Strategy<Value = Action> {
	let node = || 0u32..9;
	let edge = || 0usize..40;
	prop_oneof![
		1 => (1_000u128..9_000).prop_map(|stake| Action::Register { stake }),
		1 => (node(), 1u128..9_000).prop_map(|(node, amount)| Action::AddStake { node, amount }),
		1 => (node(), 0u128..5_000).prop_map(|(node, amount)| Action::Back { node, amount }),
		2 => node().prop_map(|node| Action::Refresh { node }),
		6 => (node(), node()).prop_map(|(a, b)| Action::Open { a, b }),
		10 => (edge(), any::<bool>(), any::<bool>())
			.prop_map(|(edge, by, look)| Action::Sever { edge, by, look }),
		2 => edge().prop_map(|edge| Action::Notice { edge }),
		3 => (edge(), any::<bool>()).prop_map(|(edge, look)| Action::Finish { edge, look }),
		5 => node().prop_map(|node| Action::Certify { node }),
		6 => (node(), any::<bool>()).prop_map(|(node, anew)| Action::Rejoin { node, anew }),
		2 => edge().prop_map(|edge| Action::Join { edge }),
		8 => node().prop_map(|node| Action::Punish { node }),
		6 => edge().prop_map(|edge| Action::Settle { edge }),
		2 => edge().prop_map(|edge| Action::Prune { edge }),
		1 => node().prop_map(|node| Action::Leave { node }),
		2 => node().prop_map(|node| Action::StandIn { node }),
		1 => node().prop_map(|node| Action::ClaimMain { node }),
		5 => prop_oneof![2 => 1u32..4, 4 => 10u32..30, 1 => 60u32..110].prop_map(|blocks| Action::Advance { blocks }),
	]
}

#[derive(Clone, Debug, PartialEq)]
struct Cut {
	id: u32,
	since: BlockNumber,
	known_at: BlockNumber,
	liable_from: BlockNumber,
	claims_end: BlockNumber,
	review: Option<BlockNumber>,
	shown: bool,
}

/// What is known to be a component.
#[derive(Clone, Debug)]
struct Known {
	nodes: BTreeSet<Node>,
	main: bool,
	cut: Option<Cut>,
}

#[derive(Clone, Debug)]
struct NodeModel {
	here: bool,
	stake: Balance,
	backing: Balance,
	weight: Balance,
	rise: Option<(Balance, BlockNumber)>,
	punished: Option<u32>,
	reported: Option<u32>,
	grace_used: Option<BlockNumber>,
	/// How often the weight has changed: the chain remembers a few changes only.
	changes: u32,
}

impl NodeModel {
	fn answered(&self, cut: &Cut) -> bool {
		self.punished == Some(cut.id) && (self.backing == 0 || self.reported == Some(cut.id))
	}
}

#[derive(Clone, Debug, PartialEq)]
enum State {
	Open {
		closes_at: Option<BlockNumber>,
	},
	Closed {
		at: BlockNumber,
	},
	/// What is in escrow of the opener and of the acceptor; nothing once it is settled.
	Severed {
		at: BlockNumber,
		escrow: Option<[Balance; 2]>,
	},
}

#[derive(Clone, Debug)]
struct EdgeModel {
	ends: [Node; 2],
	state: State,
}

#[derive(Default)]
struct Model {
	now: BlockNumber,
	nodes: Vec<NodeModel>,
	edges: BTreeMap<EdgeId, EdgeModel>,
	known: Vec<Known>,
	had_main: bool,
	stand_in: Option<Node>,
	candidate: Option<(Node, BlockNumber)>,
	next_edge: EdgeId,
	next_cut: u32,
	/// Nodes that were cut off at some time.
	ever_cut: BTreeSet<Node>,
	/// What somebody has more or less than in the beginning.
	gained: BTreeMap<AccountId, i128>,
	burned: Balance,
}

impl Model {
	fn gain(&mut self, who: &AccountId, amount: Balance) {
		*self.gained.entry(who.clone()).or_default() += amount as i128;
	}

	fn lose(&mut self, who: &AccountId, amount: Balance) {
		*self.gained.entry(who.clone()).or_default() -= amount as i128;
	}

	fn burn(&mut self, who: &AccountId, amount: Balance) {
		self.lose(who, amount);
		self.burned += amount;
	}

	fn pay(&mut self, from: &AccountId, to: &AccountId, amount: Balance) {
		self.lose(from, amount);
		self.gain(to, amount);
	}

	fn here(&self, node: Node) -> bool {
		self.nodes.get(node as usize).is_some_and(|node| node.here)
	}

	fn is_open(&self, edge: EdgeId) -> bool {
		matches!(self.edges.get(&edge), Some(EdgeModel { state: State::Open { .. }, .. }))
	}

	fn around(&self, node: Node) -> Vec<(EdgeId, Node)> {
		let open = self.edges.iter().filter(|(_, edge)| matches!(edge.state, State::Open { .. }));
		open.filter_map(|(id, edge)| match edge.ends {
			[a, b] if a == node => Some((*id, b)),
			[a, b] if b == node => Some((*id, a)),
			_ => None,
		})
		.collect()
	}

	/// A shortest way from a node to each that it reaches, nearest first.
	fn ways(&self, from: Node) -> Vec<(Node, Vec<EdgeId>)> {
		let mut ways = vec![(from, Vec::new())];
		let mut waiting = VecDeque::from([(from, Vec::new())]);
		while let Some((at, way)) = waiting.pop_front() {
			for (edge, to) in self.around(at) {
				if ways.iter().all(|(node, _)| *node != to) {
					let longer: Vec<EdgeId> = way.iter().copied().chain([edge]).collect();
					ways.push((to, longer.clone()));
					waiting.push_back((to, longer));
				}
			}
		}
		ways
	}

	fn reached(&self, from: Node) -> BTreeSet<Node> {
		self.ways(from).into_iter().map(|(node, _)| node).collect()
	}

	fn weight(&self, nodes: &BTreeSet<Node>) -> Balance {
		nodes.iter().map(|node| self.nodes[*node as usize].weight).sum()
	}

	fn known(&self, node: Node) -> Option<usize> {
		self.known.iter().position(|known| known.nodes.contains(&node))
	}

	fn in_main(&self, node: Node) -> bool {
		self.known(node).is_some_and(|known| self.known[known].main)
	}

	fn centre(&self) -> Option<Node> {
		self.stand_in.filter(|node| self.in_main(*node))
	}

	fn claims(&self, cut: &Cut) -> bool {
		self.now < cut.claims_end
	}

	fn liable(&self, node: Node, cut: &Cut) -> bool {
		let lately =
			self.nodes[node as usize].grace_used.is_some_and(|at| cut.known_at < at + GRACE_INTERVAL);
		let from = if lately { cut.review.unwrap_or(cut.known_at) } else { cut.liable_from };
		self.now >= from
	}

	/// The cut by which a node is liable now, if claims can be made.
	fn owes(&self, node: Node) -> Option<Cut> {
		let cut = self.known[self.known(node)?].cut.clone()?;
		(self.claims(&cut) && self.liable(node, &cut)).then_some(cut)
	}

	fn may_open(&self, node: Node) -> bool {
		self.here(node)
			&& self.owes(node).is_none_or(|cut| self.nodes[node as usize].punished == Some(cut.id))
	}

	fn reweigh(&mut self, node: Node) {
		let now = self.now;
		let node = &mut self.nodes[node as usize];
		let (due, before) = (node.stake + node.backing, node.weight);
		if due < node.weight {
			node.weight = due;
			node.rise = None;
		} else if due == node.weight {
			node.rise = None;
		} else {
			match node.rise {
				None => node.rise = Some((due, now + ACTIVATION)),
				Some((to, at)) if now < at => node.rise = Some((to.min(due), at)),
				Some((to, _)) => {
					node.weight = to.min(due);
					node.rise = (due > node.weight).then_some((due, now + ACTIVATION));
				}
			}
		}
		node.changes += u32::from(node.weight != before);
	}

	/// What an edge says of two components, if it says anything.
	fn joins(&self, [a, b]: [Node; 2]) -> bool {
		let (Some(a), Some(b)) = (self.known(a), self.known(b)) else { return false };
		let both = [&self.known[a], &self.known[b]];
		let main = both.iter().any(|known| known.main);
		both.iter().filter_map(|known| known.cut.as_ref()).all(|cut| !main && !self.claims(cut))
	}

	fn merge(&mut self, ends: [Node; 2], forget: bool) {
		let (Some(a), Some(b)) = (self.known(ends[0]), self.known(ends[1])) else { return };
		if a == b {
			return;
		}
		let (gone, kept) = (a.max(b), a.min(b));
		let gone = self.known.swap_remove(gone);
		// What was swapped into its place is not the one that is kept: that comes before it.
		let kept = &mut self.known[kept];
		kept.nodes.extend(gone.nodes);
		kept.main |= gone.main;
		// As the chain compares the opener's with the acceptor's.
		let (first, second) = if a < b { (kept.cut.take(), gone.cut) } else { (gone.cut, kept.cut.take()) };
		kept.cut = first.or(second).filter(|_| !forget);
	}

	fn new_cut(&mut self, weight: Balance, all: Balance, since: BlockNumber, shown: bool) -> Cut {
		let review = (weight > all * 30 / 100).then_some(self.now + REVIEW);
		let liable_from = review.unwrap_or(0).max(self.now + GRACE);
		let id = self.next_cut;
		self.next_cut += 1;
		let claims_end = liable_from + CLAIMS;
		Cut { id, since, known_at: self.now, liable_from, claims_end, review, shown }
	}

	/// What is listed is told apart from the rest of what its `first` is known to be joined to.
	fn split(&mut self, first: Node, listed: &BTreeSet<Node>, since: BlockNumber) {
		let Some(known) = self.known(first) else { return };
		let before = self.known[known].clone();
		let inside: BTreeSet<Node> = before.nodes.intersection(listed).copied().collect();
		let rest: BTreeSet<Node> = before.nodes.difference(listed).copied().collect();
		if rest.is_empty() {
			return;
		}
		let mut parts = [rest, inside].map(|nodes| Known { nodes, main: false, cut: before.cut.clone() });
		if before.main {
			let weights = [self.weight(&parts[0].nodes), self.weight(&parts[1].nodes)];
			let (stays, goes) = if weights[1] > weights[0] { (1, 0) } else { (0, 1) };
			parts[stays].main = true;
			parts[goes].cut = Some(self.new_cut(weights[goes], weights[0] + weights[1], since, true));
		}
		self.known.swap_remove(known);
		self.known.extend(parts);
	}

	/// The chain has searched from both ends of an edge that has just ended: one of them was listed.
	fn searched(&mut self, ends: [Node; 2]) {
		let sides = ends.map(|end| self.reached(end));
		if sides[0] == sides[1] {
			return;
		}
		// Which of them ran out first is the search's own affair: the one that leads to what the chain says now.
		let (now, known, next) = (self.now, self.known.clone(), self.next_cut);
		for (end, side) in ends.into_iter().zip(sides) {
			self.known = known.clone();
			self.next_cut = next;
			self.split(end, &side, now);
			if self.partition_is_the_chains() {
				return;
			}
		}
		panic!("neither side was told apart");
	}

	fn partition_is_the_chains(&self) -> bool {
		let mut chain = BTreeMap::<u64, BTreeSet<Node>>::new();
		for node in (0..self.nodes.len() as Node).filter(|node| self.here(*node)) {
			let root = Topology::component_of(node).expect("has a label");
			chain.entry(root).or_default().insert(node);
		}
		let chain: BTreeSet<_> = chain.into_values().collect();
		chain == self.known.iter().map(|known| known.nodes.clone()).collect()
	}

	fn degree(&self, node: Node) -> usize {
		self.around(node).len()
	}

	fn unsettled(&self, node: Node) -> usize {
		let unsettled = |edge: &&EdgeModel| matches!(edge.state, State::Severed { escrow: Some(_), .. });
		self.edges.values().filter(unsettled).filter(|edge| edge.ends.contains(&node)).count()
	}

	/// Settles an edge if that can be done; says whether.
	fn settle(&mut self, id: EdgeId) -> bool {
		let Some(EdgeModel { ends, state: State::Severed { at, escrow: Some(escrow) } }) =
			self.edges.get(&id).cloned()
		else {
			return false;
		};
		let until = at + HORIZON;
		let known = ends.map(|end| self.known(end).map(|known| self.known[known].clone()));
		let bears = [0, 1].into_iter().find(|side| {
			let (own, other) = (&known[*side], &known[1 - side]);
			let Some(cut) = self.owes(ends[*side]).filter(|cut| cut.since <= until) else { return false };
			let alone = own.as_ref().is_some_and(|own| own.nodes.len() == 1);
			let main = other.as_ref().is_some_and(|other| other.main);
			let several = other.as_ref().is_some_and(|other| other.nodes.len() > 1);
			cut.since <= until && (main || (alone && several))
		});
		let accounts = ends.map(person);
		match bears {
			Some(side) => {
				let (bearer, other) = (&accounts[side], &accounts[1 - side]);
				let charged = HALF - BURNED;
				let missing = charged - escrow[1 - side];
				self.burn(bearer, BURNED);
				self.pay(bearer, other, missing);
				self.pay(bearer, &TREASURY, PENALTY - HALF - BURNED - missing + escrow[side]);
			}
			None => {
				let claimed = known.iter().flatten().filter_map(|known| known.cut.as_ref());
				let claimed = claimed.into_iter().any(|cut| self.claims(cut) && cut.since <= until);
				if self.now < until || claimed {
					return false;
				}
				for side in [0, 1] {
					self.pay(&accounts[side], &TREASURY, escrow[side]);
				}
			}
		}
		self.edges.get_mut(&id).expect("is there").state = State::Severed { at, escrow: None };
		true
	}

	fn punish(&mut self, node: Node) -> bool {
		let Some(cut) = self.owes(node).filter(|cut| self.nodes[node as usize].punished != Some(cut.id))
		else {
			return false;
		};
		let lost = self.nodes[node as usize].stake.div_ceil(10);
		let burned = lost.div_ceil(5);
		let share = (lost / 5).min(lost - burned) / 2;
		let account = person(node);
		self.burn(&account, burned);
		self.pay(&account, &OTHER, share);
		let mut rest = lost - burned - share;
		if cut.shown {
			self.pay(&account, &ANYBODY, share);
			rest -= share;
		}
		self.pay(&account, &TREASURY, rest);
		self.nodes[node as usize].stake -= lost;
		let punished = &mut self.nodes[node as usize];
		punished.punished = Some(cut.id);
		if punished.stake + punished.backing < punished.weight {
			self.reweigh(node);
		}
		true
	}

	fn rejoin(&mut self, node: Node, centre: Node) -> bool {
		let Some(known) = self.known(node).filter(|known| !self.known[*known].main) else { return false };
		let Known { nodes, cut, .. } = self.known[known].clone();
		if let Some(cut) = cut.filter(|cut| self.claims(cut)) {
			if self.liable(node, &cut) {
				let settled = self.nodes[node as usize].answered(&cut) && self.unsettled(node) == 0;
				if !settled || nodes.len() > 1 {
					return false;
				}
			} else {
				self.nodes[node as usize].grace_used = Some(self.now);
			}
		}
		self.merge([node, centre], true);
		true
	}

	fn claim_main(&mut self, node: Node) -> bool {
		let Some(root) = self.known(node).filter(|known| !self.known[*known].main) else { return false };
		let total: Balance = self.nodes.iter().map(|node| node.weight).sum();
		if self.weight(&self.known[root].nodes) <= (total * 55).div_ceil(100) {
			return false;
		}
		match self.candidate.filter(|(candidate, _)| self.known(*candidate) == Some(root)) {
			None => {
				self.candidate = Some((node, self.now));
				true
			}
			Some((_, since)) if self.now < since + MAJORITY_PERIOD => false,
			Some(_) => {
				self.candidate = None;
				if let Some(before) = self.known.iter().position(|known| known.main) {
					let weight = self.weight(&self.known[before].nodes);
					self.known[before].main = false;
					self.known[before].cut = Some(self.new_cut(weight, total, self.now, false));
				}
				self.known[root].main = true;
				self.known[root].cut = None;
				true
			}
		}
	}

	/// Compares all that can be seen.
	fn compare(&self) {
		assert!(self.partition_is_the_chains(), "{:?}", self.known);
		for known in &self.known {
			for node in &known.nodes {
				let component = Topology::component(*node).expect("is there");
				assert_eq!(
					(component.nodes as usize, component.weight),
					(known.nodes.len(), self.weight(&known.nodes))
				);
				let standing = match &known.cut {
					_ if known.main => Standing::Main,
					Some(cut) => Standing::CutOff { since: cut.since },
					None => Standing::Apart,
				};
				assert_eq!(Topology::standing_of(*node), Some(standing));
				let chain = component
					.cut
					.map(|cut| (cut.id, cut.since, cut.liable_from, cut.claims_end, cut.review_ends));
				let model = known.cut.as_ref();
				let model = model.map(|cut| (cut.id, cut.since, cut.liable_from, cut.claims_end, cut.review));
				assert_eq!(chain, model);
			}
		}
		// What is connected is known to be, unless one of the two was cut off at some time: that is shown again.
		for edge in self.edges.values().filter(|edge| matches!(edge.state, State::Open { .. })) {
			let known = self.known(edge.ends[0]) == self.known(edge.ends[1]);
			assert!(known || edge.ends.iter().any(|end| self.ever_cut.contains(end)), "{edge:?}");
		}
		for (id, model) in self.nodes.iter().enumerate().filter(|(_, model)| model.here) {
			let node = stored(id as Node);
			assert_eq!((node.stake, weight(id as Node)), (model.stake, model.weight));
			assert_eq!(node.rise.map(|rise| (rise.to, rise.at)), model.rise);
			assert_eq!((node.punished, node.grace_used_at), (model.punished, model.grace_used));
		}
		assert_eq!(crate::Edges::<Test>::iter_keys().count(), self.edges.len());
		for (id, model) in &self.edges {
			let edge = record(*id);
			let state = match (edge.end, edge.life.closed_at) {
				(None, None) => State::Open { closes_at: edge.closes_at },
				(Some(End::Closed), Some(at)) => State::Closed { at },
				(Some(End::Severed { settled, .. }), Some(at)) => {
					let escrow = [edge.held.opener.escrow, edge.held.acceptor.escrow];
					State::Severed { at, escrow: (!settled).then_some(escrow) }
				}
				other => panic!("{other:?}"),
			};
			assert_eq!(state, model.state);
		}
		for number in 0..self.nodes.len() as Node {
			self.compare_total(&person(number));
		}
		for who in [TREASURY, ANYBODY, OTHER] {
			self.compare_total(&who);
		}
		let issued = (Balance::from(PEOPLE) + 3) * ENDOWMENT;
		assert_eq!(Balances::total_issuance(), issued - self.burned);
		assert_eq!(Topology::current_centre(), self.centre());
	}

	fn compare_total(&self, who: &AccountId) {
		let gained = self.gained.get(who).copied().unwrap_or(0);
		assert_eq!(total(who) as i128, ENDOWMENT as i128 + gained, "{who:?}");
	}
}

fn evidence(look: bool) -> Evidence<crate::Path<Test>> {
	if look {
		search()
	} else {
		Evidence::None
	}
}

fn step(model: &mut Model, action: Action) {
	let edge_of = |edge: usize| (edge % (model.next_edge as usize).max(1)) as EdgeId;
	match action {
		Action::Register { stake } => {
			if model.nodes.len() < 9 {
				let id = register(stake);
				let rise = Some((stake, model.now + ACTIVATION));
				let (weight, backing, here) = (0, 0, true);
				let (punished, reported, grace_used, changes) = (None, None, None, 0);
				model.nodes.push(NodeModel {
					here,
					stake,
					backing,
					weight,
					rise,
					punished,
					reported,
					grace_used,
					changes,
				});
				let main = !std::mem::replace(&mut model.had_main, true);
				model.known.push(Known { nodes: BTreeSet::from([id]), main, cut: None });
			}
		}
		Action::AddStake { node, amount } => {
			if model.here(node) && model.nodes[node as usize].changes < 6 {
				assert!(Topology::add_stake(by(&person(node)), amount).is_ok());
				model.nodes[node as usize].stake += amount;
				model.reweigh(node);
			}
		}
		Action::Back { node, amount } => {
			if model.here(node) && model.nodes[node as usize].changes < 6 {
				back(&person(node), amount);
				model.nodes[node as usize].backing = amount;
			}
		}
		Action::Refresh { node } => {
			if model.here(node) && model.nodes[node as usize].changes < 6 {
				let before = model.nodes[node as usize].clone();
				model.reweigh(node);
				let after = &model.nodes[node as usize];
				let changes = (before.weight, before.rise) != (after.weight, after.rise);
				assert_eq!(Topology::refresh(by(&ANYBODY), node).is_ok(), changes);
			}
		}
		Action::Open { a, b } => {
			if !model.here(a) || a == b {
				assert!(Topology::propose(by(&person(a)), b, terms(10), Native, deposits()).is_err());
				return;
			}
			let id = model.next_edge;
			let proposed = Topology::propose(by(&person(a)), b, terms(10), Native, deposits());
			assert_eq!(proposed.is_ok(), model.here(b));
			if proposed.is_err() {
				return;
			}
			model.next_edge += 1;
			let opens = model.may_open(a) && model.may_open(b);
			assert_eq!(Topology::accept(by(&person(b)), id).is_ok(), opens);
			if !opens {
				assert!(Topology::withdraw_proposal(by(&person(a)), id).is_ok());
				return;
			}
			model.edges.insert(id, EdgeModel { ends: [a, b], state: State::Open { closes_at: None } });
			if model.joins([a, b]) {
				model.merge([a, b], false);
			}
		}
		Action::Sever { edge, by: opener, look } => {
			let edge = edge_of(edge);
			if !model.is_open(edge) {
				return;
			}
			let side = if opener { Side::Opener } else { Side::Acceptor };
			assert!(Topology::sever(by(&ANYBODY), edge, intent(edge, side), evidence(look)).is_ok());
			let (signer, mut escrow) = (usize::from(!opener), [HALF - BURNED; 2]);
			escrow[signer] -= SEVER_REWARD;
			let (ends, at) = (model.edges[&edge].ends, model.now);
			model.edges.get_mut(&edge).expect("is open").state = State::Severed { at, escrow: Some(escrow) };
			for end in ends {
				model.burn(&person(end), BURNED);
			}
			model.pay(&person(ends[signer]), &ANYBODY, SEVER_REWARD);
			if look {
				model.searched(ends);
			}
		}
		Action::Notice { edge } => {
			let edge = edge_of(edge);
			let now = model.now;
			if let Some(EdgeModel { ends, state: State::Open { closes_at } }) = model.edges.get_mut(&edge) {
				let gives = Topology::close(by(&person(ends[0])), edge).is_ok();
				assert_eq!(gives, closes_at.is_none());
				closes_at.get_or_insert(now + NOTICE);
			}
		}
		Action::Finish { edge, look } => {
			let edge = edge_of(edge);
			let Some(EdgeModel { ends, state: State::Open { closes_at } }) = model.edges.get(&edge).cloned()
			else {
				return;
			};
			let closes = closes_at.is_some_and(|at| model.now >= at);
			assert_eq!(Topology::finish_close(by(&ANYBODY), edge, evidence(look)).is_ok(), closes);
			if closes {
				model.edges.get_mut(&edge).expect("is open").state = State::Closed { at: model.now };
				if look {
					model.searched(ends);
				}
			}
		}
		Action::Certify { node } => {
			if model.here(node) {
				advance(1);
				model.now += 1;
				let list: Vec<Node> = model.ways(node).into_iter().map(|(node, _)| node).collect();
				certify(&list);
				model.split(node, &list.into_iter().collect(), model.now - 1);
			}
		}
		Action::Rejoin { node, anew } => {
			let Some(centre) = model.centre().filter(|_| model.here(node)) else { return };
			if anew && !model.in_main(node) {
				step(model, Action::Open { a: node, b: centre });
			}
			let Some((_, path)) = model.ways(node).into_iter().find(|(to, _)| *to == centre) else { return };
			let rejoins = model.rejoin(node, centre);
			assert_eq!(rejoin(node, &path).is_ok(), rejoins);
		}
		Action::Join { edge } => {
			let edge = edge_of(edge);
			let Some(ends) = model.edges.get(&edge).map(|edge| edge.ends) else { return };
			let joins =
				model.is_open(edge) && model.known(ends[0]) != model.known(ends[1]) && model.joins(ends);
			assert_eq!(Topology::join(by(&ANYBODY), edge).is_ok(), joins);
			if joins {
				model.merge(ends, false);
			}
		}
		Action::Punish { node } => {
			// The next one that owes something, if one does.
			let owing = (0..9)
				.map(|step| (node + step) % 9)
				.find(|node| model.here(*node) && model.owes(*node).is_some());
			let node = owing.unwrap_or(node);
			let punished = model.here(node) && model.punish(node);
			assert_eq!(Topology::punish(by(&OTHER), node).is_ok(), punished);
			if model.now.is_multiple_of(2) {
				let owed = model.here(node).then(|| model.owes(node)).flatten();
				let record = model.nodes.get_mut(node as usize);
				let reports =
					record.zip(owed).filter(|(node, cut)| node.backing > 0 && node.reported != Some(cut.id));
				assert_eq!(Topology::report(by(&OTHER), node).is_ok(), reports.is_some());
				if let Some((node, cut)) = reports {
					node.reported = Some(cut.id);
				}
			}
		}
		Action::Settle { edge } => {
			let edge = edge_of(edge);
			let settled = model.settle(edge);
			assert_eq!(Topology::settle(by(&ANYBODY), edge).is_ok(), settled);
		}
		Action::Prune { edge } => {
			let edge = edge_of(edge);
			let ended = match model.edges.get(&edge).map(|edge| &edge.state) {
				Some(State::Closed { at } | State::Severed { at, escrow: None }) => Some(*at),
				_ => None,
			};
			let prunes = ended.is_some_and(|at| model.now > at + HORIZON);
			assert_eq!(Topology::prune(by(&ANYBODY), edge).is_ok(), prunes);
			if prunes {
				model.edges.remove(&edge);
			}
		}
		Action::Leave { node } => {
			if !model.here(node) {
				return;
			}
			let free = model.owes(node).is_none_or(|cut| model.nodes[node as usize].answered(&cut));
			let leaves = free && model.degree(node) == 0 && model.unsettled(node) == 0;
			assert_eq!(Topology::leave(by(&person(node))).is_ok(), leaves);
			if leaves {
				let known = model.known(node).expect("is known");
				model.known[known].nodes.remove(&node);
				model.known.retain(|known| !known.nodes.is_empty());
				model.nodes[node as usize].here = false;
				model.nodes[node as usize].weight = 0;
			}
		}
		Action::StandIn { node } => {
			let heavier = |than: Node| model.nodes[node as usize].weight > model.nodes[than as usize].weight;
			let stands = model.here(node) && model.in_main(node) && model.centre().is_none_or(heavier);
			assert_eq!(Topology::stand_in(by(&ANYBODY), node).is_ok(), stands);
			if stands {
				model.stand_in = Some(node);
			}
		}
		Action::ClaimMain { node } => {
			let claims = model.here(node) && model.claim_main(node);
			assert_eq!(Topology::claim_main(by(&ANYBODY), node).is_ok(), claims);
		}
		Action::Advance { blocks } => {
			advance(blocks);
			model.now += blocks;
		}
	}
}

/// Whatever is cut and not known is shown; then what is known is what is, as far as it is part of the main component or was
/// never cut off.
fn show_everything(model: &mut Model) {
	for node in 0..model.nodes.len() as Node {
		step(model, Action::Certify { node });
	}
	for known in &model.known {
		for node in &known.nodes {
			assert!(known.nodes.is_subset(&model.reached(*node)), "{known:?}");
		}
	}
}

/// Some of the ways in which a history can go, for the proof that histories meet them.
#[derive(Default, Debug, PartialEq)]
struct Met {
	cuts: u32,
	undetected: u32,
	rejoined: u32,
	punished: u32,
}

fn run(stakes: &[Balance], edges: &[[Node; 2]], actions: Vec<Action>) -> Met {
	let mut met = Met::default();
	execute(|| {
		let mut model = Model { now: 1, ..Default::default() };
		for stake in stakes {
			step(&mut model, Action::Register { stake: *stake });
		}
		for [a, b] in edges {
			step(&mut model, Action::Open { a: *a, b: *b });
		}
		step(&mut model, Action::Advance { blocks: ACTIVATION });
		for node in 0..stakes.len() as Node {
			step(&mut model, Action::Refresh { node });
		}
		step(&mut model, Action::StandIn { node: 0 });
		model.compare();
		for action in actions {
			let before = (model.next_cut, model.known.len());
			let lost = |model: &Model| model.nodes.iter().map(|node| node.stake).sum::<Balance>();
			let (punishes, staked) = (matches!(action, Action::Punish { .. }), lost(&model));
			let rejoins = matches!(action, Action::Rejoin { .. });
			let certifies = matches!(action, Action::Certify { .. });
			step(&mut model, action);
			let cut = model.known.iter().filter(|known| known.cut.is_some());
			let cut: Vec<Node> = cut.flat_map(|known| known.nodes.iter().copied()).collect();
			model.ever_cut.extend(cut);
			model.compare();
			check();
			met.punished += u32::from(punishes && lost(&model) < staked);
			met.cuts += model.next_cut - before.0;
			met.undetected += u32::from(certifies && model.known.len() > before.1);
			met.rejoined += u32::from(rejoins && model.known.len() < before.1);
		}
		show_everything(&mut model);
		model.compare();
	});
	met
}

fn cases() -> ProptestConfig {
	let config = ProptestConfig::default();
	match std::env::var_os("PROPTEST_CASES") {
		Some(_) => config,
		None => ProptestConfig { cases: 30, ..config },
	}
}

fn network() -> impl Strategy<Value = (Vec<Balance>, Vec<[Node; 2]>)> {
	let edge = (0u32..6, 0u32..6).prop_map(|(a, b)| [a, b]);
	(prop::collection::vec(1_000u128..9_000, 6), prop::collection::vec(edge, 4..14))
}

proptest! {
	#![proptest_config(cases())]

	/// `PROPTEST_CASES` says how many histories.
	#[test]
	fn any_history_should_go_as_a_model_says_that_recomputes_everything(
		(stakes, edges) in network(),
		actions in prop::collection::vec(action(), 1..80),
	) {
		run(&stakes, &edges, actions);
	}
}

#[test]
fn histories_should_meet_cuts_known_at_once_and_later_rejoining_and_losses() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut met = Met::default();
	for _ in 0..15 {
		let history = (network(), prop::collection::vec(action(), 60..80));
		let ((stakes, edges), actions) = history.new_tree(&mut runner).expect("there is one").current();
		let one = run(&stakes, &edges, actions);
		met.cuts += one.cuts;
		met.undetected += one.undetected;
		met.rejoined += one.rejoined;
		met.punished += one.punished;
	}
	assert!(met.cuts > 10 && met.undetected > 3 && met.rejoined > 2 && met.punished > 3, "{met:?}");
}
