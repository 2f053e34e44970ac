//! Calls of the network of edges.

use super::{by, Act, Draw, Maker};
use crate::{keys, step::Origin};
use pallet_topology::{
	Call, Certificate, CertificateId, EdgeRecord, Evidence, Intent, List, Node, Offer, Path, Proposal, Stage,
};
use sp_runtime::Perbill;
use std::collections::{BTreeMap, BTreeSet};
use surety_graph::{AsOf, Terms};
use surety_primitives::{
	api::ComponentInfo,
	topology::{Limits, NodeId},
	AssetKind, Balance, BlockNumber, EdgeId, RELAYING, UNIT,
};
use surety_response::{PerSide, SeverIntent, Side, Signature, Signed};
use surety_runtime::{AccountId, Runtime, Topology};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(30, register),
	(10, add_stake),
	(5, set_key),
	(60, refresh),
	(12, leave),
	(14, remove_node),
	(50, propose),
	(70, accept),
	(6, withdraw_proposal),
	(6, expire_proposal),
	(16, set_offer),
	(20, open),
	(10, propose_terms),
	(10, accept_terms),
	(10, close),
	(16, finish_close),
	(40, sever),
	(30, settle),
	(20, prune),
	(20, join),
	(30, rejoin),
	(30, begin_certificate),
	(30, extend_certificate),
	(40, relabel),
	(8, clear_certificate),
	(30, punish),
	(25, report),
	(4, veto),
	(16, claim_main),
	(5, refute_main),
	(8, stand_in),
	(16, challenge_centre),
	(10, reclaim_bond),
	(16, back),
];

/// What there is of the network.
#[derive(Default, Debug)]
pub(super) struct Known {
	nodes: Vec<(NodeId, Node)>,
	edges: Vec<(EdgeId, EdgeRecord)>,
	proposals: Vec<(EdgeId, Proposal)>,
	offers: Vec<(NodeId, Offer)>,
	certificates: Vec<(CertificateId, Certificate)>,
	components: BTreeMap<NodeId, ComponentInfo>,
	bond: Option<(AccountId, BlockNumber)>,
	candidate: bool,
}

impl Known {
	/// Looks it up.
	pub(super) fn look() -> Self {
		let nodes: Vec<_> = pallet_topology::Nodes::<Runtime>::iter().collect();
		let components = nodes.iter().filter_map(|(id, _)| Some((*id, Topology::component(*id)?))).collect();
		let bond = pallet_topology::Centre::<Runtime>::get().and_then(|centre| centre.bond);
		Self {
			components,
			edges: pallet_topology::Edges::<Runtime>::iter().collect(),
			proposals: pallet_topology::Proposals::<Runtime>::iter().collect(),
			offers: pallet_topology::Offers::<Runtime>::iter().map(|(id, (offer, _))| (id, offer)).collect(),
			certificates: pallet_topology::Certificates::<Runtime>::iter().collect(),
			bond: bond.map(|bond| (bond.owner, bond.until)),
			candidate: pallet_topology::MainCandidate::<Runtime>::exists(),
			nodes,
		}
	}

	/// Blocks in which something falls due.
	pub(super) fn due(&self) -> impl Iterator<Item = BlockNumber> + '_ {
		let cuts = self.components.values().filter_map(|component| component.cut.as_ref());
		let cuts = cuts.flat_map(|cut| [cut.liable_from, cut.claims_end.saturating_sub(1), cut.claims_end]);
		let closing = self.edges.iter().filter(|(_, edge)| edge.end.is_none());
		let closing = closing.filter_map(|(_, edge)| edge.closes_at);
		let proposals = self.proposals.iter().map(|(_, proposal)| proposal.expires_at);
		cuts.chain(closing).chain(proposals)
	}

	/// Open edges between nodes as of the end of a block.
	fn neighbours(&self, as_of: AsOf) -> BTreeMap<NodeId, BTreeSet<NodeId>> {
		let mut found = BTreeMap::<_, BTreeSet<_>>::new();
		for (_, edge) in self.edges.iter().filter(|(_, edge)| edge.life.is_open(as_of)) {
			let PerSide { opener, acceptor } = edge.ends;
			found.entry(opener).or_default().insert(acceptor);
			found.entry(acceptor).or_default().insert(opener);
		}
		found
	}

	/// Who was joined to a node, each but the first with an edge to one before it.
	fn joined_to(&self, first: NodeId, as_of: AsOf) -> Vec<NodeId> {
		let neighbours = self.neighbours(as_of);
		let (mut list, mut at) = (vec![first], 0);
		while let Some(node) = list.get(at) {
			for next in neighbours.get(node).into_iter().flatten() {
				if !list.contains(next) {
					list.push(*next);
				}
			}
			at += 1;
		}
		list
	}
}

/// A number, or now and then another.
fn number(draw: &mut Draw<'_>, id: u32) -> u32 {
	match draw.wrong(30) {
		true => draw.random.one_of([0, 7, u32::MAX]),
		false => id,
	}
}

/// A node that has not left, and its owner.
fn node(draw: &mut Draw<'_>) -> Option<(NodeId, Node)> {
	let here: Vec<_> = draw.world.topology.nodes.iter().filter(|(_, node)| node.left_at.is_none()).collect();
	draw.random.pick(&here).map(|found| (*found).clone())
}

/// One of which something is so, if there is one; else, now and then, any.
fn node_that(draw: &mut Draw<'_>, is: impl Fn(&NodeId, &Node) -> bool) -> Option<(NodeId, Node)> {
	let right: Vec<_> = draw.world.topology.nodes.iter().filter(|(id, node)| is(id, node)).collect();
	match draw.random.pick(&right) {
		Some(found) => Some((*found).clone()),
		None if draw.wrong(12) => node(draw),
		None => None,
	}
}

/// An edge of which something is so, if there is one; else, now and then, any.
fn edge_that(draw: &mut Draw<'_>, is: impl Fn(&EdgeRecord) -> bool) -> Option<(EdgeId, EdgeRecord)> {
	let all = &draw.world.topology.edges;
	let right: Vec<_> = all.iter().filter(|(_, edge)| is(edge)).collect();
	match draw.random.pick(&right) {
		Some(found) => Some((*found).clone()),
		None if draw.wrong(12) => draw.random.pick(all).cloned(),
		None => None,
	}
}

fn edge_number(draw: &mut Draw<'_>, id: EdgeId) -> EdgeId {
	match draw.wrong(30) {
		true => draw.random.one_of([0, 7, EdgeId::MAX]),
		false => id,
	}
}

fn owner(draw: &mut Draw<'_>, id: NodeId) -> AccountId {
	let known = draw.world.topology.nodes.iter().find(|(other, _)| *other == id);
	let account = known.map(|(_, node)| node.account.clone());
	let account = account.unwrap_or_else(|| draw.anybody());
	draw.mostly(&account)
}

fn is_open(edge: &EdgeRecord) -> bool {
	edge.end.is_none()
}

fn terms(draw: &mut Draw<'_>) -> Terms {
	Terms {
		latency_ms: draw.random.between(1, 400),
		bandwidth_kbit_s: draw.random.between(1, 100_000),
		base_price: if draw.wrong(10) { u128::MAX } else { draw.random.magnitude(0, UNIT) },
		price_per_byte: if draw.wrong(20) { u128::MAX } else { draw.random.magnitude(0, 1_000) },
	}
}

fn register(draw: &mut Draw<'_>) -> Option<Act> {
	let who = draw.somebody();
	if draw.world.topology.nodes.iter().any(|(_, node)| node.account == who && node.left_at.is_none())
		&& !draw.wrong(12)
	{
		return None;
	}
	let stake = draw.amount((100 * UNIT, 5_000 * UNIT), 1_000_000 * UNIT);
	let key = keys::channel_key(&who, draw.random.between(0, keys::OF_EACH));
	by(who, Call::<Runtime>::register { stake, key })
}

fn add_stake(draw: &mut Draw<'_>) -> Option<Act> {
	let (_, node) = node(draw)?;
	let who = draw.mostly(&node.account);
	let amount = draw.amount((UNIT, 3_000 * UNIT), 1_000_000 * UNIT);
	by(who, Call::<Runtime>::add_stake { amount })
}

fn set_key(draw: &mut Draw<'_>) -> Option<Act> {
	let (_, node) = node(draw)?;
	let who = draw.mostly(&node.account);
	let key = keys::channel_key(&who, draw.random.between(0, keys::OF_EACH));
	by(who, Call::<Runtime>::set_key { key })
}

fn refresh(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let due = |node: &Node| node.rise.is_some_and(|rise| rise.at <= now);
	let (id, _) = match draw.random.chance(70) {
		true => node_that(draw, |_, node| due(node))?,
		false => node(draw)?,
	};
	let node = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::refresh { node })
}

fn leave(draw: &mut Draw<'_>) -> Option<Act> {
	let free = |node: &Node| node.degree == 0 && node.unsettled == 0 && node.left_at.is_none();
	let (_, node) = node_that(draw, |_, node| free(node))?;
	let who = draw.mostly(&node.account);
	by(who, Call::<Runtime>::leave {})
}

fn remove_node(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _) = node_that(draw, |_, node| node.left_at.is_some() && node.edges == 0)?;
	let node = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::remove_node { node })
}

/// What channels may be in, mostly the native token.
fn channel_asset(draw: &mut Draw<'_>) -> AssetKind {
	match draw.random.chance(75) {
		true => AssetKind::Native,
		false => draw.asset(),
	}
}

fn propose(draw: &mut Draw<'_>) -> Option<Act> {
	let ((_, from), (to, _)) = (node(draw)?, node(draw)?);
	let to = number(draw, to);
	let asset = channel_asset(draw);
	let unit = Draw::unit(&asset);
	let deposits = PerSide {
		opener: draw.amount((unit / 10, 50 * unit), 1_000_000 * unit),
		acceptor: draw.random.magnitude(0, 50 * unit),
	};
	let (who, terms) = (draw.mostly(&from.account), terms(draw));
	by(who, Call::<Runtime>::propose { to, terms, asset, deposits })
}

fn accept(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, proposal) = draw.random.pick(&draw.world.topology.proposals)?.clone();
	let who = owner(draw, proposal.ends.acceptor);
	let edge = edge_number(draw, id);
	by(who, Call::<Runtime>::accept { edge })
}

fn withdraw_proposal(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, proposal) = draw.random.pick(&draw.world.topology.proposals)?.clone();
	let side = draw.random.one_of(Side::BOTH);
	let who = owner(draw, *proposal.ends.of(side));
	let edge = edge_number(draw, id);
	by(who, Call::<Runtime>::withdraw_proposal { edge })
}

fn expire_proposal(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let all = &draw.world.topology.proposals;
	let expired: Vec<_> = all.iter().filter(|(_, proposal)| proposal.expires_at <= now).collect();
	let id = match draw.random.pick(&expired) {
		Some((id, _)) => *id,
		None if draw.wrong(6) => draw.random.pick(all)?.0,
		None => return None,
	};
	let edge = edge_number(draw, id);
	by(draw.anybody(), Call::<Runtime>::expire_proposal { edge })
}

fn set_offer(draw: &mut Draw<'_>) -> Option<Act> {
	let (_, node) = node(draw)?;
	let who = draw.mostly(&node.account);
	let asset = channel_asset(draw);
	let unit = Draw::unit(&asset);
	let offer = (!draw.wrong(5)).then(|| Offer {
		deposit: draw.amount((0, 20 * unit), 1_000_000 * unit),
		min_deposit: draw.random.magnitude(0, unit),
		min_latency_ms: draw.random.between(0, 50),
		max_latency_ms: draw.random.between(100, 1_000),
		max_bandwidth_kbit_s: draw.random.between(10_000, 1_000_000),
		min_base_price: 0,
		min_price_per_byte: 0,
		max_penalty: if draw.wrong(8) { UNIT } else { 1_000 * UNIT },
		left: draw.random.between(0, 4),
		asset,
	});
	by(who, Call::<Runtime>::set_offer { offer })
}

fn open(draw: &mut Draw<'_>) -> Option<Act> {
	let (to, offer) = draw.random.pick(&draw.world.topology.offers)?.clone();
	let (_, from) = node(draw)?;
	let unit = Draw::unit(&offer.asset);
	let deposit =
		draw.amount((offer.min_deposit, offer.min_deposit.saturating_add(9 * unit)), 1_000_000 * unit);
	let (who, to) = (draw.mostly(&from.account), number(draw, to));
	let terms = Terms { latency_ms: draw.random.between(40, 120), bandwidth_kbit_s: 5_000, ..terms(draw) };
	by(who, Call::<Runtime>::open { to, terms, deposit })
}

fn propose_terms(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, edge) = edge_that(draw, is_open)?;
	let side = draw.random.one_of(Side::BOTH);
	let (who, edge, terms) = (owner(draw, *edge.ends.of(side)), edge_number(draw, id), terms(draw));
	by(who, Call::<Runtime>::propose_terms { edge, terms })
}

fn accept_terms(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, edge) = edge_that(draw, |edge| is_open(edge) && edge.proposed.is_some())?;
	let (side, proposed) = edge.proposed?;
	let who = owner(draw, *edge.ends.of(side.other()));
	let terms = if draw.wrong(12) { terms(draw) } else { proposed };
	let edge = edge_number(draw, id);
	by(who, Call::<Runtime>::accept_terms { edge, terms })
}

fn close(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, edge) = edge_that(draw, |edge| is_open(edge) && edge.closes_at.is_none())?;
	let side = draw.random.one_of(Side::BOTH);
	let (who, edge) = (owner(draw, *edge.ends.of(side)), edge_number(draw, id));
	by(who, Call::<Runtime>::close { edge })
}

/// Something that tells whether the end of an edge cuts the network in two, or nothing.
fn evidence(draw: &mut Draw<'_>, edge: EdgeId) -> Evidence<Path<Runtime>> {
	match draw.random.below(6) {
		0..=2 => Evidence::None,
		3 => Evidence::Search { expansions: draw.random.one_of([0, 1, 3, 20, 200, 800, 801, u32::MAX]) },
		_ => {
			let mut path = Topology::witness(edge).unwrap_or_default();
			if draw.wrong(12) {
				path.pop();
			}
			Evidence::Witness(Path::<Runtime>::truncate_from(path))
		}
	}
}

fn finish_close(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, _) = edge_that(draw, |edge| is_open(edge) && edge.closes_at.is_some_and(|at| at <= now))?;
	let edge = edge_number(draw, id);
	let evidence = evidence(draw, edge);
	by(draw.anybody(), Call::<Runtime>::finish_close { edge, evidence })
}

fn sever(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	// Now and then of somebody who has promised to be within reach.
	let bound: BTreeSet<_> = match draw.random.chance(40) {
		true => world.agreements.bound().collect(),
		false => BTreeSet::new(),
	};
	let of_bound = |id: &NodeId| {
		world.topology.nodes.iter().any(|(other, node)| other == id && bound.contains(&node.account))
	};
	let chosen = |edge: &EdgeRecord| {
		is_open(edge) && (bound.is_empty() || Side::BOTH.iter().any(|side| of_bound(edge.ends.of(*side))))
	};
	let (id, edge) = edge_that(draw, chosen)?;
	let side = draw.random.one_of(Side::BOTH);
	let signer = owner(draw, *edge.ends.of(side));
	let channel = pallet_channels::Channels::<Runtime>::get(edge.channel);
	let party = channel.and_then(|channel| {
		Side::BOTH
			.into_iter()
			.map(|side| channel.parties.of(side).clone())
			.find(|party| party.account == signer)
	});
	let key = party.and_then(|party| party.keys.first().copied());
	let edge = edge_number(draw, id);
	let signature =
		key.filter(|_| !draw.wrong(20)).map(|key| keys::sign_for_channel(&key, &SeverIntent { edge }));
	let signed = Signed { key: 0, signature: signature.unwrap_or(Signature::Ed25519([1; 64])) };
	let evidence = evidence(draw, edge);
	by(draw.anybody(), Call::<Runtime>::sever { edge, intent: Intent { by: side, signed }, evidence })
}

fn settle(draw: &mut Draw<'_>) -> Option<Act> {
	let severed =
		|edge: &EdgeRecord| matches!(edge.end, Some(pallet_topology::End::Severed { settled: false, .. }));
	let (id, _) = edge_that(draw, severed)?;
	let edge = edge_number(draw, id);
	by(draw.anybody(), Call::<Runtime>::settle { edge })
}

fn prune(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let horizon = draw.world.windows.edges.horizon;
	let old = |edge: &EdgeRecord| edge.life.closed_at.is_some_and(|at| now > at.saturating_add(horizon));
	let (id, _) = edge_that(draw, old)?;
	let edge = edge_number(draw, id);
	by(draw.anybody(), Call::<Runtime>::prune { edge })
}

fn join(draw: &mut Draw<'_>) -> Option<Act> {
	let components = &draw.world.topology.components;
	let name = |node: NodeId| components.get(&node).map(|component| component.id);
	let apart = |edge: &EdgeRecord| is_open(edge) && name(edge.ends.opener) != name(edge.ends.acceptor);
	let (id, _) = edge_that(draw, apart)?;
	let edge = edge_number(draw, id);
	by(draw.anybody(), Call::<Runtime>::join { edge })
}

/// Whether a node is known to be in the main component.
fn in_main(world: &super::World, id: &NodeId) -> bool {
	world.topology.components.get(id).is_some_and(|component| component.main)
}

fn rejoin(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let (id, node) = node_that(draw, |id, node| node.left_at.is_none() && !in_main(world, id))?;
	let limits = Limits { latency_ms: u32::MAX, bandwidth_kbit_s: 0, price: Balance::MAX, bytes: 1 };
	let centre = Topology::current_centre();
	let mut path = centre
		.and_then(|centre| Topology::route(id, centre, 1, limits).routes.into_iter().next())
		.map(|route| route.edges)
		.unwrap_or_default();
	if path.is_empty() && !draw.wrong(10) {
		return None;
	}
	if draw.wrong(12) {
		path.reverse();
	}
	let who = draw.mostly(&node.account);
	by(who, Call::<Runtime>::rejoin { path: Path::<Runtime>::truncate_from(path) })
}

/// Some of a list, mostly all, now and then with a stranger.
fn some_of(draw: &mut Draw<'_>, mut list: Vec<NodeId>) -> List<Runtime> {
	if draw.random.chance(30) {
		let most = u32::try_from(list.len()).unwrap_or(0);
		list.truncate(draw.random.between(0, most) as usize);
	}
	if draw.wrong(15) {
		let stranger = number(draw, 3);
		list.push(stranger);
	}
	List::<Runtime>::truncate_from(list)
}

fn reads(draw: &mut Draw<'_>, list: &[NodeId]) -> u32 {
	let enough = u32::try_from(list.len()).unwrap_or(0).saturating_mul(10).saturating_add(20);
	match draw.random.below(12) {
		0 => draw.random.one_of([0, 1, 5, 4_096, 4_097, u32::MAX]),
		1 => draw.random.between(0, enough),
		_ => enough,
	}
}

fn begin_certificate(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let as_of = match draw.random.below(10) {
		0 => world.now,
		1 => world.now.saturating_sub(draw.random.between(1, 12)),
		_ => world.now.saturating_sub(1),
	};
	// One of a component that is not all of what it is taken for.
	let split = |id: &NodeId| {
		let known = world.topology.components.get(id).map_or(0, |component| component.nodes);
		(world.topology.joined_to(*id, AsOf::Block(as_of)).len() as u64) < u64::from(known)
	};
	let (first, _) = node_that(draw, |id, node| node.left_at.is_none() && split(id))?;
	let members = world.topology.joined_to(first, AsOf::Block(as_of));
	let list = some_of(draw, members);
	let reads = reads(draw, &list);
	by(draw.anybody(), Call::<Runtime>::begin_certificate { as_of, list, reads })
}

/// A certificate of which something is so, if there is one; else, now and then, any.
fn certificate_that(
	draw: &mut Draw<'_>,
	is: impl Fn(&Certificate) -> bool,
) -> Option<(CertificateId, Certificate)> {
	let all = &draw.world.topology.certificates;
	let right: Vec<_> = all.iter().filter(|(_, certificate)| is(certificate)).collect();
	match draw.random.pick(&right) {
		Some(found) => Some((*found).clone()),
		None if draw.wrong(12) => draw.random.pick(all).cloned(),
		None => None,
	}
}

fn extend_certificate(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let (id, certificate) = certificate_that(draw, |known| matches!(known.stage, Stage::Listing(_)))?;
	let members = world.topology.joined_to(certificate.first, AsOf::Block(certificate.as_of));
	let listed: BTreeSet<_> = pallet_topology::CertificateMembers::<Runtime>::iter_key_prefix(id).collect();
	let left = members.into_iter().filter(|member| !listed.contains(member)).collect();
	let list = some_of(draw, left);
	let reads = reads(draw, &list);
	let (who, certificate) = (draw.mostly(&certificate.by), number(draw, id));
	by(who, Call::<Runtime>::extend_certificate { certificate, list, reads })
}

fn relabel(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _) = certificate_that(draw, |known| !matches!(known.stage, Stage::Clearing))?;
	let (certificate, count) = (number(draw, id), draw.random.one_of([0, 1, 2, 10, 10, 800, 801]));
	by(draw.anybody(), Call::<Runtime>::relabel { certificate, count })
}

fn clear_certificate(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, certificate) = draw.random.pick(&draw.world.topology.certificates)?.clone();
	let (who, certificate) = (draw.mostly(&certificate.by), number(draw, id));
	let count = draw.random.one_of([0, 1, 10, 10, 10, 801]);
	by(who, Call::<Runtime>::clear_certificate { certificate, count })
}

/// A node that was cut off and is liable for it.
fn liable(draw: &mut Draw<'_>) -> Option<NodeId> {
	let world = draw.world;
	let is_liable = |id: &NodeId| {
		let cut = world.topology.components.get(id).and_then(|component| component.cut.as_ref());
		cut.is_some_and(|cut| !cut.vetoed && (cut.liable_from..cut.claims_end).contains(&world.now))
	};
	let (id, _) = node_that(draw, |id, _| is_liable(id))?;
	Some(number(draw, id))
}

fn punish(draw: &mut Draw<'_>) -> Option<Act> {
	let node = liable(draw)?;
	by(draw.anybody(), Call::<Runtime>::punish { node })
}

fn report(draw: &mut Draw<'_>) -> Option<Act> {
	let node = liable(draw)?;
	by(draw.somebody(), Call::<Runtime>::report { node })
}

fn veto(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let reviewed = |id: &NodeId| {
		let cut = world.topology.components.get(id).and_then(|component| component.cut.as_ref());
		cut.is_some_and(|cut| cut.review_ends.is_some_and(|ends| world.now < ends))
	};
	let (id, _) = node_that(draw, |id, _| reviewed(id))?;
	let node = number(draw, id);
	let origin = match draw.random.below(8) {
		0 => Origin::Signed(draw.anybody()),
		1 => Origin::Committee(1, 3),
		2..=4 => Origin::Committee(2, 3),
		_ => Origin::SlashVeto,
	};
	Some((origin, Call::<Runtime>::veto { node }.into()))
}

fn claim_main(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let apart: BTreeMap<_, _> =
		world.topology.components.values().map(|component| (component.id, component.weight)).collect();
	let total: Balance = apart.values().sum();
	let majority: Perbill = <Runtime as pallet_topology::Config>::MajorityShare::get();
	let heavy = |id: &NodeId| {
		let component = world.topology.components.get(id);
		component.is_some_and(|component| !component.main && component.weight > majority.mul_ceil(total))
	};
	let (id, _) = node_that(draw, |id, _| heavy(id))?;
	let node = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::claim_main { node })
}

fn refute_main(draw: &mut Draw<'_>) -> Option<Act> {
	if !draw.world.topology.candidate && !draw.wrong(10) {
		return None;
	}
	by(draw.anybody(), Call::<Runtime>::refute_main {})
}

fn stand_in(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let (id, _) = node_that(draw, |id, _| in_main(world, id))?;
	let node = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::stand_in { node })
}

fn challenge_centre(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let (id, _) = node_that(draw, |id, _| in_main(world, id))?;
	let node = number(draw, id);
	by(draw.somebody(), Call::<Runtime>::challenge_centre { node })
}

fn reclaim_bond(draw: &mut Draw<'_>) -> Option<Act> {
	let (owner, until) = draw.world.topology.bond.clone()?;
	if draw.world.now < until && !draw.wrong(4) {
		return None;
	}
	let who = draw.mostly(&owner);
	by(who, Call::<Runtime>::reclaim_bond {})
}

/// Lets stake of an operator stand behind its node.
fn back(draw: &mut Draw<'_>) -> Option<Act> {
	let nodes = &draw.world.topology.nodes;
	let ledgers = draw.world.ledgers.iter();
	let with_node: Vec<_> = ledgers
		.filter(|(operator, asset, _)| {
			*asset == AssetKind::Native && nodes.iter().any(|(_, node)| node.account == *operator)
		})
		.map(|(operator, ..)| operator.clone())
		.collect();
	let operator = draw.random.pick(&with_node)?.clone();
	let parts = draw.parts();
	let call =
		pallet_restaking::Call::<Runtime>::allocate { asset: AssetKind::Native, service: RELAYING, parts };
	by(operator, call)
}

/// A network that others grow from: a light node first, heavier ones joined to each other: block by block.
pub(super) fn opening(draw: &mut Draw<'_>) -> [Vec<Act>; 3] {
	let people: Vec<AccountId> = crate::accounts::all().iter().take(8).cloned().collect();
	let count = draw.random.between(4, 8);
	let mut first = Vec::new();
	for (number, who) in people.iter().take(count as usize).enumerate() {
		let most = if number == 0 { 150 * UNIT } else { 3_000 * UNIT };
		let stake = draw.random.magnitude(100 * UNIT, most);
		let key = keys::channel_key(who, 0);
		first.extend(by(who.clone(), Call::<Runtime>::register { stake, key }));
	}
	let (mut second, mut third) = (Vec::new(), Vec::new());
	let mut edge: EdgeId = 0;
	for to in 1..count {
		// A tree, that of some worlds without its first node, and an edge or two more.
		let least = u32::from(draw.random.chance(50));
		let mut ends = vec![draw.random.between(least.min(to.saturating_sub(1)), to.saturating_sub(1))];
		if draw.random.chance(30) {
			ends.push(draw.random.between(0, to.saturating_sub(1)));
		}
		for from in ends {
			let (Some(opener), Some(acceptor)) = (people.get(from as usize), people.get(to as usize)) else {
				continue;
			};
			let deposits = PerSide { opener: 10 * UNIT, acceptor: draw.random.magnitude(0, 10 * UNIT) };
			let (asset, terms) = (AssetKind::Native, terms(draw));
			second.extend(by(opener.clone(), Call::<Runtime>::propose { to, terms, asset, deposits }));
			third.extend(by(acceptor.clone(), Call::<Runtime>::accept { edge }));
			edge = edge.saturating_add(1);
		}
	}
	[first, second, third]
}
