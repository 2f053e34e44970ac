//! The check of the state finds what is broken.

use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	traits::fungible::{MutateHold, UnbalancedHold},
};
use sp_runtime::TryRuntimeError;
use surety_graph::labels::{Kind, Record};
use surety_primitives::{traits::CheckState, Balance};

/// A heavy triangle; 3, which hung on it by edge 3, is cut off; 4 has left. A proposal, an offer, two certificates of which
/// one is being relabelled, and a challenge of the centre are under way; edge 4 was forgotten.
fn everything() {
	build(&[9_000, 3_000, 3_000, 1_000, 1_000], &[[0, 1], [1, 2], [2, 0], [2, 3], [1, 4]]);
	assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
	assert_ok!(Topology::close(by(&person(4)), 4));
	advance(NOTICE);
	assert_ok!(Topology::finish_close(by(&ANYBODY), 4, Evidence::None));
	assert_ok!(Topology::leave(by(&person(4))));
	advance(HORIZON + 1);
	assert_ok!(Topology::prune(by(&ANYBODY), 4));
	sever(3, search());
	propose([0, 1]);
	assert_ok!(Topology::set_offer(by(&person(1)), Some(offer(1))));
	advance(1);
	assert_ok!(begin(now() - 1, &[0, 1, 2]));
	assert_ok!(begin(now() - 1, &[1, 0]));
	assert_ok!(Topology::relabel(by(&ANYBODY), 0, 1));
	let nodes: Vec<u32> = (0..100).map(|_| register(1_000)).collect();
	for node in nodes {
		// A tree below 0.
		connect([node, if node < 8 { 0 } else { node / 2 + 1 }]);
	}
	advance(1);
	assert_ok!(Topology::challenge_centre(by(&OTHER), 1));
	advance(1);
	assert!(CurrentChallenge::<Test>::exists());
}

fn broken(complaint: &'static str, damage: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		everything();
		check();
		damage();
		assert_eq!(Topology::check_state(), Err(TryRuntimeError::Other(complaint)));
	});
}

fn node(id: u32, change: impl FnOnce(&mut Node)) {
	Nodes::<Test>::mutate(id, |node| change(node.as_mut().expect("is there")));
}

fn edge(id: u64, change: impl FnOnce(&mut EdgeRecord)) {
	Edges::<Test>::mutate(id, |edge| change(edge.as_mut().expect("is there")));
}

fn root(id: u32) -> u64 {
	Topology::component_of(id).expect("is there")
}

#[test]
fn check_should_find_numbers_that_were_not_given() {
	broken("topology: a node has a number not given yet", || NextNodeId::<Test>::put(3));
	broken("topology: an edge has a number not given yet", || NextEdgeId::<Test>::put(3));
	broken("topology: an edge has a number not given yet", || NextEdgeId::<Test>::put(5));
	broken("topology: a number is of two things", || {
		let proposal = Proposals::<Test>::get(5).expect("is there");
		Proposals::<Test>::insert(0, proposal);
	});
	broken("topology: a label was not given yet", || NextLabel::<Test>::put(0));
	broken("topology: a certificate has a number not given yet", || NextCertificateId::<Test>::put(1));
	broken("topology: a cut was not given a number yet", || NextCutId::<Test>::put(0));
}

#[test]
fn check_should_find_damage_to_nodes() {
	let found = "topology: a node is not found by its account, or one that has left is";
	broken(found, || NodeOf::<Test>::remove(person(0)));
	broken(found, || NodeOf::<Test>::insert(person(4), 4));
	let label = "topology: a node has no label, or one that has left has one";
	broken(label, || NodeLabels::<Test>::remove(0));
	broken(label, || NodeLabels::<Test>::insert(4, root(0)));
	broken("topology: a node has no weight", || Weights::<Test>::remove(0));
	broken("topology: a node that has left weighs something", || {
		Weights::<Test>::insert(4, history::History::new(1, 5));
	});
	broken("topology: something is left of a node that is not there", || {
		Weights::<Test>::insert(999, history::History::new(1, 0));
	});
	broken("topology: something is left of a node that is not there", || {
		Adjacency::<Test>::insert(999, 0, AdjacencyPage::default());
	});
}

#[test]
fn check_should_find_what_nodes_count_wrongly() {
	broken("topology: a node counts its edges wrongly", || node(0, |node| node.edges += 1));
	broken("topology: a node counts its open edges wrongly", || node(0, |node| node.degree += 1));
	broken("topology: a node counts wrongly what is not settled", || node(2, |node| node.unsettled = 0));
	broken("topology: a node counts its gaps wrongly", || node(0, |node| node.gaps += 1));
	broken("topology: a node counts its gaps wrongly", || node(4, |node| node.gaps = 0));
	broken("topology: a page is missing", || Adjacency::<Test>::remove(3, 0));
	broken("topology: a node has other pages than it says", || {
		Adjacency::<Test>::insert(0, 1, AdjacencyPage::default());
	});
	broken("topology: a page has a wrong next one", || {
		Adjacency::<Test>::mutate(0, 0, |page| page.as_mut().expect("is there").more = true);
	});
	broken("topology: a node that has left has edges", || node(4, |node| node.degree = 1));
}

#[test]
fn check_should_find_damage_to_edges() {
	broken("topology: an edge leads to where it comes from", || edge(0, |edge| edge.ends.acceptor = 0));
	broken("topology: an edge ended, or did it not?", || edge(0, |edge| edge.life.closed_at = Some(1)));
	let place = "topology: an edge is not in its place";
	broken(place, || edge(0, |edge| edge.places.opener = 1));
	broken(place, || edge(0, |edge| edge.places.opener = 99));
	broken(place, || edge(0, |edge| edge.life.opened_at += 1));
	broken("topology: an entry is of no edge", || Edges::<Test>::remove(0));
	let penalty = "topology: a penalty is not held as it should";
	broken(penalty, || edge(0, |edge| edge.held.opener.rest -= 1));
	broken(penalty, || edge(0, |edge| edge.held.opener = Penalty { escrow: 1, rest: PENALTY - 1 }));
	broken(penalty, || edge(3, |edge| edge.held.opener.rest = PENALTY));
	broken(penalty, || {
		edge(3, |edge| edge.end = Some(End::Closed));
		node(2, |node| node.unsettled = 0);
		node(3, |node| node.unsettled = 0);
	});
}

#[test]
fn check_should_find_damage_to_labels() {
	broken("topology: the weights do not add up to the total", || {
		TotalWeight::<Test>::mutate(|total| *total += 1)
	});
	broken("topology: a label is not pointed to as often as it says", || {
		Labels::<Test>::mutate(root(3), |record| record.as_mut().expect("is there").references += 1);
	});
	broken("topology: the sum of a component is wrong", || {
		Labels::<Test>::mutate(root(3), |record| {
			if let Kind::Root { sum, .. } = &mut record.as_mut().expect("is there").kind {
				sum.weight += 1;
			}
		});
	});
	broken("topology: the sum of a component is wrong", || {
		let filling = Labels::<Test>::iter().find_map(|(label, record)| match record.kind {
			Kind::Filling { .. } => Some((label, record)),
			_ => None,
		});
		let (label, mut record) = filling.expect("one is being relabelled");
		if let Kind::Filling { sum, .. } = &mut record.kind {
			sum.nodes += 1;
		}
		Labels::<Test>::insert(label, record);
	});
	broken("topology: a label leads to no root", || {
		let kind = Kind::Child { parent: root(3) };
		Labels::<Test>::insert(root(3), Record { references: 2, kind });
	});
}

#[test]
fn check_should_find_damage_to_components() {
	broken("topology: what was cut off is no component", || {
		let cut = cut_of(3);
		CutOffs::<Test>::insert(NextLabel::<Test>::get() + 7, cut);
	});
	broken("topology: the main component was cut off", || {
		let cut = cut_of(3);
		CutOffs::<Test>::insert(root(0), cut);
	});
	let order = "topology: the times of a cut are out of order";
	let change = |change: fn(&mut CutOff)| {
		move || CutOffs::<Test>::mutate(root(3), |cut| change(cut.as_mut().expect("is there")))
	};
	broken(order, change(|cut| cut.since = cut.known_at + 1));
	broken(order, change(|cut| cut.liable_from = cut.known_at - 1));
	broken(order, change(|cut| cut.claims_end = cut.liable_from - 1));
	broken("topology: the main component is no component", || {
		let child = Labels::<Test>::iter().find(|(_, record)| matches!(record.kind, Kind::Child { .. }));
		Main::<Test>::put(child.expect("there is one").0);
	});
}

#[test]
fn check_should_find_damage_to_certificates_and_challenges() {
	let counted = "topology: a certificate counts its members wrongly";
	broken(counted, || CertificateMembers::<Test>::remove(1, 0));
	let other = "topology: another certificate is being relabelled";
	broken(other, Relabelling::<Test>::kill);
	broken(other, || Relabelling::<Test>::put(1));
	broken("topology: something is listed for no certificate", || {
		CertificateMembers::<Test>::insert(9, 0, ());
	});
	broken("topology: pages are left of a search that is over", CurrentChallenge::<Test>::kill);
}

#[test]
fn check_should_find_what_is_not_held() {
	let complaint = "topology: an account has not on hold what it should";
	broken(complaint, || node(0, |node| node.stake += 1));
	broken(complaint, || node(0, |node| node.deposit += 1));
	broken(complaint, || Proposals::<Test>::remove(5));
	broken(complaint, || Offers::<Test>::remove(1));
	broken(complaint, || edge(0, |edge| edge.deposit += 1));
	broken(complaint, || edge(3, |edge| edge.held.opener.escrow -= 1));
	broken(complaint, || {
		Certificates::<Test>::mutate(1, |certificate| certificate.as_mut().expect("is there").deposit += 1);
	});
	broken(complaint, || {
		CurrentChallenge::<Test>::mutate(|challenge| challenge.as_mut().expect("is there").deposit += 1);
	});
	broken(complaint, || {
		let bond = Bond { owner: person(0), amount: 1, until: 0 };
		Centre::<Test>::put(CentreRecord { node: 0, bond: Some(bond) });
	});
	for (reason, who) in [
		(HoldReason::Stake, person(0)),
		(HoldReason::Storage, person(1)),
		(HoldReason::Penalty, person(2)),
		(HoldReason::Certificate, ANYBODY),
		(HoldReason::Challenge, OTHER),
	] {
		broken(complaint, || {
			let amount: Balance = held(reason, &who);
			assert_ok!(Balances::set_balance_on_hold(&reason.into(), &who, amount + 1));
		});
		broken(complaint, || Balances::hold(&reason.into(), &who, 1).expect("is rich"));
	}
}
