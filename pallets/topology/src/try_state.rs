//! Invariants of the network and of the money behind it.

use crate::{
	adjacency::GAP,
	pallet::*,
	types::{EdgeRecord, End, Node, Stage, PAGE_LEN},
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use surety_graph::labels::{Kind, Label, Sum};
use surety_primitives::{topology::NodeId, traits::CheckState, AccountId, Balance};
use surety_response::Side;

/// # Invariants
/// * `numbers`: every number in use is below the next one, and no proposal has that of an edge.
/// * `nodes`: each that has not left is found by its account, has a label, and weighs something or nothing; one that has
///   left has neither; each counts its open edges, its records of edges, those that are not settled, its pages and the
///   gaps on them; nothing is left of a node that is not there.
/// * `edges`: none leads from a node to itself; each is on a page of either end, in its place, with the same life, and
///   pages hold nothing else; only one that has ended is closed; held is the whole penalty from each end while it is open,
///   no more than that until it is settled, and nothing after that.
/// * `labels`: each is pointed to as often as it says; a root's sum is that of the nodes below it; the weights of all
///   nodes add up to the total.
/// * `components`: what was cut off is a component, and not the main one.
/// * `certificates`: each counts its members, nothing is listed for another, and the one that is being relabelled is
///   there.
/// * `holds`: each account has on hold what its nodes, edges, proposals, offers, certificates and challenges come to.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_numbers::<T>()?;
		check_nodes::<T>()?;
		check_edges::<T>()?;
		check_labels::<T>()?;
		check_components::<T>()?;
		check_certificates::<T>()?;
		check_holds::<T>()
	}
}

fn check_numbers<T: Config>() -> Result<(), TryRuntimeError> {
	let (next_node, next_edge) = (NextNodeId::<T>::get(), NextEdgeId::<T>::get());
	ensure!(Nodes::<T>::iter_keys().all(|id| id < next_node), "topology: a node has a number not given yet");
	let edges = Edges::<T>::iter_keys().chain(Proposals::<T>::iter_keys());
	ensure!(edges.into_iter().all(|id| id < next_edge), "topology: an edge has a number not given yet");
	let both = Proposals::<T>::iter_keys().any(Edges::<T>::contains_key);
	ensure!(!both, "topology: a number is of two things");
	let next = NextLabel::<T>::get();
	ensure!(Labels::<T>::iter_keys().all(|label| label < next), "topology: a label was not given yet");
	let next = NextCertificateId::<T>::get();
	let certificates = Certificates::<T>::iter_keys().all(|id| id < next);
	ensure!(certificates, "topology: a certificate has a number not given yet");
	let next = NextCutId::<T>::get();
	ensure!(
		CutOffs::<T>::iter_values().all(|cut| cut.id < next),
		"topology: a cut was not given a number yet"
	);
	ensure!(
		VetoedCuts::<T>::iter_keys().all(|cut| cut < next),
		"topology: a cut was vetoed that was not given a number yet"
	);
	Ok(())
}

fn check_nodes<T: Config>() -> Result<(), TryRuntimeError> {
	for (id, node) in Nodes::<T>::iter() {
		let here = node.left_at.is_none();
		let found = NodeOf::<T>::get(&node.account) == Some(id);
		ensure!(found == here, "topology: a node is not found by its account, or one that has left is");
		ensure!(
			NodeLabels::<T>::contains_key(id) == here,
			"topology: a node has no label, or one that has left has one"
		);
		let history = Weights::<T>::get(id).ok_or("topology: a node has no weight")?;
		ensure!(history.is_sound(), "topology: the changes of a weight are out of order");
		ensure!(here || history.latest() == 0, "topology: a node that has left weighs something");
		ensure!(here || node.degree == 0, "topology: a node that has left has edges");
		check_node_edges::<T>(id, &node)?;
	}
	let there = |id: &NodeId| Nodes::<T>::contains_key(id);
	let left_over = NodeOf::<T>::iter_values()
		.chain(Weights::<T>::iter_keys())
		.chain(NodeLabels::<T>::iter_keys())
		.chain(Offers::<T>::iter_keys())
		.chain(Adjacency::<T>::iter_keys().map(|(id, _)| id))
		.any(|id| !there(&id));
	ensure!(!left_over, "topology: something is left of a node that is not there");
	Ok(())
}

fn check_node_edges<T: Config>(id: NodeId, node: &Node) -> Result<(), TryRuntimeError> {
	let (mut records, mut open, mut unsettled, mut gaps) = (0u32, 0u32, 0u32, 0u32);
	let count = |counter: &mut u32, one: bool| *counter = counter.saturating_add(one.into());
	for number in 0..node.pages {
		let page = Adjacency::<T>::get(id, number).ok_or("topology: a page is missing")?;
		ensure!(
			page.more == (number.saturating_add(1) < node.pages),
			"topology: a page has a wrong next one"
		);
		for half in &page.half_edges {
			count(&mut gaps, *half == GAP);
			if *half == GAP {
				continue;
			}
			let edge = Edges::<T>::get(half.edge).ok_or("topology: an entry is of no edge")?;
			count(&mut records, true);
			count(&mut open, edge.end.is_none());
			count(&mut unsettled, edge.is_unsettled());
		}
	}
	let pages = u32::try_from(Adjacency::<T>::iter_key_prefix(id).count()).unwrap_or(u32::MAX);
	ensure!(pages == node.pages, "topology: a node has other pages than it says");
	ensure!(records == node.edges, "topology: a node counts its edges wrongly");
	ensure!(open == node.degree, "topology: a node counts its open edges wrongly");
	ensure!(unsettled == node.unsettled, "topology: a node counts wrongly what is not settled");
	ensure!(gaps == node.gaps, "topology: a node counts its gaps wrongly");
	Ok(())
}

fn check_edges<T: Config>() -> Result<(), TryRuntimeError> {
	for (id, edge) in Edges::<T>::iter() {
		ensure!(edge.ends.opener != edge.ends.acceptor, "topology: an edge leads to where it comes from");
		ensure!(
			edge.end.is_none() == edge.life.closed_at.is_none(),
			"topology: an edge ended, or did it not?"
		);
		for side in Side::BOTH {
			let place = *edge.places.of(side);
			let page = Adjacency::<T>::get(edge.ends.of(side), place / PAGE_LEN);
			let entry = page
				.and_then(|page| page.half_edges.get(usize::try_from(place % PAGE_LEN).ok()?).copied())
				.ok_or("topology: an edge is not in its place")?;
			let right = (entry.edge, entry.to, entry.life) == (id, *edge.ends.of(side.other()), edge.life);
			ensure!(right, "topology: an edge is not in its place");
			check_penalty(&edge, side)?;
		}
	}
	for proposal in Proposals::<T>::iter_values() {
		let same = proposal.ends.opener == proposal.ends.acceptor;
		ensure!(!same, "topology: an edge leads to where it comes from");
	}
	Ok(())
}

fn check_penalty(edge: &EdgeRecord, side: Side) -> Result<(), TryRuntimeError> {
	let held = edge.held.of(side);
	let right = match edge.end {
		None => held.escrow == 0 && held.rest == edge.penalty,
		Some(End::Severed { settled: false, .. }) => held.held() <= edge.penalty,
		Some(End::Closed | End::Severed { .. }) => held.held() == 0,
	};
	ensure!(right, "topology: a penalty is not held as it should");
	Ok(())
}

fn root_of<T: Config>(label: Label) -> Option<Label> {
	let (mut at, mut seen) = (label, BTreeSet::new());
	while seen.insert(at) {
		match Labels::<T>::get(at)?.kind {
			Kind::Root { .. } => return Some(at),
			Kind::Child { parent } | Kind::Filling { parent, .. } => at = parent,
		}
	}
	None
}

fn check_labels<T: Config>() -> Result<(), TryRuntimeError> {
	let mut references = BTreeMap::<Label, u32>::new();
	let mut sums = BTreeMap::<Label, Sum>::new();
	let mut filling = BTreeMap::<Label, Sum>::new();
	let mut total: Balance = 0;
	let mut refer = |label: Label| {
		let counter = references.entry(label).or_default();
		*counter = counter.saturating_add(1);
	};
	let add = |sums: &mut BTreeMap<Label, Sum>, label: Label, weight: Balance| {
		let sum = sums.entry(label).or_default();
		sum.nodes = sum.nodes.saturating_add(1);
		sum.weight = sum.weight.saturating_add(weight);
	};
	for (node, label) in NodeLabels::<T>::iter() {
		refer(label);
		let weight = Weights::<T>::get(node).map_or(0, |history| history.latest());
		total = total.saturating_add(weight);
		let root = root_of::<T>(label).ok_or("topology: a label leads to no root")?;
		add(&mut sums, root, weight);
		add(&mut filling, label, weight);
	}
	ensure!(total == TotalWeight::<T>::get(), "topology: the weights do not add up to the total");
	let records: Vec<_> = Labels::<T>::iter().collect();
	for (_, record) in &records {
		if let Kind::Child { parent } | Kind::Filling { parent, .. } = record.kind {
			refer(parent);
		}
	}
	for (label, record) in records {
		let counted = references.get(&label).copied().unwrap_or(0);
		ensure!(counted == record.references, "topology: a label is not pointed to as often as it says");
		let right = match record.kind {
			Kind::Root { sum, .. } => sums.get(&label).copied().unwrap_or_default() == sum,
			Kind::Filling { sum, .. } => filling.get(&label).copied().unwrap_or_default() == sum,
			Kind::Child { .. } => true,
		};
		ensure!(right, "topology: the sum of a component is wrong");
	}
	Ok(())
}

fn check_components<T: Config>() -> Result<(), TryRuntimeError> {
	for (root, cut) in CutOffs::<T>::iter() {
		let is_root = matches!(Labels::<T>::get(root).map(|record| record.kind), Some(Kind::Root { .. }));
		ensure!(is_root, "topology: what was cut off is no component");
		ensure!(Main::<T>::get() != Some(root), "topology: the main component was cut off");
		let ordered = cut.since <= cut.known_at && cut.known_at <= cut.liable_from;
		ensure!(
			ordered && cut.liable_from <= cut.claims_end,
			"topology: the times of a cut are out of order"
		);
	}
	let main = Main::<T>::get().and_then(Labels::<T>::get);
	let main = main.is_none_or(|record| matches!(record.kind, Kind::Root { .. }));
	ensure!(main, "topology: the main component is no component");
	Ok(())
}

fn check_certificates<T: Config>() -> Result<(), TryRuntimeError> {
	for (id, certificate) in Certificates::<T>::iter() {
		let members = u32::try_from(CertificateMembers::<T>::iter_key_prefix(id).count()).unwrap_or(u32::MAX);
		ensure!(members == certificate.members, "topology: a certificate counts its members wrongly");
		let relabelling = matches!(certificate.stage, Stage::Relabelling(_));
		let noted = Relabelling::<T>::get() == Some(id);
		ensure!(relabelling == noted, "topology: another certificate is being relabelled");
	}
	let noted = Relabelling::<T>::get().is_none_or(Certificates::<T>::contains_key);
	ensure!(noted, "topology: another certificate is being relabelled");
	let stray = CertificateMembers::<T>::iter_keys().any(|(id, _)| !Certificates::<T>::contains_key(id));
	ensure!(!stray, "topology: something is listed for no certificate");
	let idle = CurrentChallenge::<T>::get().is_none();
	let pages =
		SearchQueue::<T>::iter_keys().next().is_some() || SearchVisited::<T>::iter_keys().next().is_some();
	ensure!(!(idle && pages), "topology: pages are left of a search that is over");
	Ok(())
}

/// What is held of an account: stake, storage, penalties, certificates, challenges.
type Held = [Balance; 5];

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let mut held = BTreeMap::<AccountId, Held>::new();
	let mut add = |who: &AccountId, place: usize, amount: Balance| {
		let sums = held.entry(who.clone()).or_default();
		if let Some(sum) = sums.get_mut(place) {
			*sum = sum.saturating_add(amount);
		}
	};
	let account = |id: NodeId| Nodes::<T>::get(id).map(|node| node.account);
	for node in Nodes::<T>::iter_values() {
		add(&node.account, 0, node.stake);
		add(&node.account, 1, node.deposit);
	}
	for (id, (_, deposit)) in Offers::<T>::iter() {
		add(&account(id).ok_or("topology: an offer of nobody")?, 1, deposit);
	}
	for proposal in Proposals::<T>::iter_values() {
		add(&proposal.by, 1, proposal.deposit);
		add(&proposal.by, 2, proposal.penalty);
	}
	for edge in Edges::<T>::iter_values() {
		for side in Side::BOTH {
			let who = account(*edge.ends.of(side)).ok_or("topology: an edge of nobody")?;
			add(&who, 1, edge.deposit);
			add(&who, 2, edge.held.of(side).held());
		}
	}
	for certificate in Certificates::<T>::iter_values() {
		add(&certificate.by, 3, certificate.deposit.saturating_add(certificate.member_deposits));
	}
	if let Some(challenge) = CurrentChallenge::<T>::get() {
		add(&challenge.by, 4, challenge.deposit);
	}
	if let Some(bond) = Centre::<T>::get().and_then(|centre| centre.bond) {
		add(&bond.owner, 4, bond.amount);
	}
	for (who, sums) in held {
		let reasons = [
			HoldReason::Stake,
			HoldReason::Storage,
			HoldReason::Penalty,
			HoldReason::Certificate,
			HoldReason::Challenge,
		];
		for (reason, sum) in reasons.into_iter().zip(sums) {
			let on_hold = T::Currency::balance_on_hold(&reason.into(), &who);
			ensure!(on_hold == sum, "topology: an account has not on hold what it should");
		}
	}
	Ok(())
}
