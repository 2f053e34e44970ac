//! Who is joined to whom, what severed edges cost and whom, and which centre is the better one: by looking at all edges,
//! which the chain never does.

use super::{hold, money, moves::Moves, see, Phase, Seen, Verdict};
use crate::step::Origin;
use frame_support::traits::Get;
use pallet_topology::{Edges, Event, Nodes, Weights};
use sp_runtime::Perbill;
use std::collections::{BTreeMap, BTreeSet};
use surety_graph::{centre::Verdict as Better, AsOf};
use surety_primitives::{
	topology::{CutId, NodeId},
	AssetKind, Balance, BlockNumber, EdgeId,
};
use surety_response::{PerSide, Side};
use surety_runtime::{AccountId, Runtime, RuntimeCall, RuntimeEvent, System, Topology};

/// An edge, as events have told of it.
#[derive(Debug)]
struct Edge {
	ends: PerSide<AccountId>,
	penalty: Balance,
	closes_at: Option<BlockNumber>,
	severed: Option<Severed>,
}

/// What either end of a severed edge has left of its half.
#[derive(Clone, Copy, Debug)]
struct Severed {
	escrow: PerSide<Balance>,
	settled: bool,
}

/// A cut, as events have told of it.
#[derive(Debug)]
struct Cut {
	known_at: BlockNumber,
	review_ends: Option<BlockNumber>,
	vetoed: bool,
}

/// What is known of the network.
#[derive(Default, Debug)]
pub(crate) struct Book {
	edges: BTreeMap<EdgeId, Edge>,
	cuts: BTreeMap<CutId, Cut>,
	punished: BTreeSet<(CutId, NodeId)>,
	reported: BTreeSet<(CutId, NodeId)>,
	/// The two nodes that are compared, and as of which block.
	compared: Option<(NodeId, NodeId, BlockNumber)>,
}

/// What burns of an amount.
fn share(of: Balance) -> Balance {
	let share: Perbill = <Runtime as pallet_topology::Config>::BurnShare::get();
	share.mul_ceil(of)
}

/// Nodes that an open edge leads to, of each node, as of the end of a block or now.
fn neighbours(as_of: AsOf) -> BTreeMap<NodeId, BTreeSet<NodeId>> {
	let mut found = BTreeMap::<_, BTreeSet<_>>::new();
	for edge in Edges::<Runtime>::iter_values().filter(|edge| edge.life.is_open(as_of)) {
		let PerSide { opener, acceptor } = edge.ends;
		found.entry(opener).or_default().insert(acceptor);
		found.entry(acceptor).or_default().insert(opener);
	}
	found
}

/// How many edges each node is away from one.
fn distances(from: NodeId, as_of: AsOf) -> BTreeMap<NodeId, u32> {
	let neighbours = neighbours(as_of);
	let (mut found, mut level, mut hops) = (BTreeMap::from([(from, 0)]), vec![from], 0u32);
	while !level.is_empty() {
		hops = hops.saturating_add(1);
		let next = level.iter().flat_map(|at| neighbours.get(at).into_iter().flatten());
		level =
			next.copied().filter(|to| !found.contains_key(to)).collect::<BTreeSet<_>>().into_iter().collect();
		found.extend(level.iter().map(|to| (*to, hops)));
	}
	found
}

/// Sum of weight times distance.
fn cost(from: NodeId, block: BlockNumber) -> u128 {
	let distances = distances(from, AsOf::Block(block)).into_iter();
	let weight = |node| Weights::<Runtime>::get(node).and_then(|history| history.at(block)).unwrap_or(0);
	distances.map(|(node, hops)| weight(node).saturating_mul(hops.into())).sum()
}

impl Book {
	/// Notes what has happened.
	pub(crate) fn note(
		&mut self,
		phase: Phase<'_>,
		before: &money::Before,
		events: &[RuntimeEvent],
		seen: &mut Seen,
	) -> Verdict {
		let passes =
			events.iter().any(|event| matches!(event, RuntimeEvent::Topology(Event::MainPassed { .. })));
		for event in events {
			let RuntimeEvent::Topology(event) = event else { continue };
			let moves = self.note_event(event, passes, phase, seen)?;
			// Inside of another call there could be more that moves.
			if let (Some(moves), Phase::Call(Origin::Signed(_), RuntimeCall::Topology(_))) = (moves, phase) {
				let why = format!("{event:?}");
				let rule = ("the end of an edge moves what it says to whom it says", why.as_str());
				let compared = "balances compared after an edge's end";
				let apart = [crate::accounts::treasury()];
				moves.check(&AssetKind::Native, before, &apart, rule, (seen, compared))?;
			}
		}
		Ok(())
	}

	fn note_event(
		&mut self,
		event: &Event<Runtime>,
		passes: bool,
		phase: Phase<'_>,
		seen: &mut Seen,
	) -> Result<Option<Moves>, super::Broken> {
		let now = System::block_number();
		let mut moves = Moves::default();
		match event {
			Event::Opened { edge, ends, penalty, .. } => {
				let account = |node: NodeId| Nodes::<Runtime>::get(node).map(|node| node.account);
				let (Some(opener), Some(acceptor)) = (account(ends.opener), account(ends.acceptor)) else {
					hold!(false, "an edge is between nodes", "{event:?}");
					return Ok(None);
				};
				let ends = PerSide { opener, acceptor };
				let known = Edge { ends, penalty: *penalty, closes_at: None, severed: None };
				hold!(self.edges.insert(*edge, known).is_none(), "an edge is opened once", "{event:?}");
				see(seen, "edges opened", 1);
			}
			Event::NoticeGiven { edge, closes_at, .. } => {
				let Some(known) = self.edges.get_mut(edge) else { return Ok(None) };
				hold!(known.closes_at.is_none(), "notice is given once", "{event:?}: {known:?}");
				known.closes_at = Some(*closes_at);
			}
			Event::Closed { edge, .. } => {
				let known = self.edges.remove(edge);
				hold!(
					known.as_ref().is_some_and(
						|known| known.severed.is_none() && known.closes_at.is_some_and(|at| now >= at)
					),
					"an edge is closed after its notice, and only when it was not severed",
					"{event:?} in block {now}: {known:?}"
				);
				see(seen, "edges closed", 1);
				// Whatever was held is its owner's.
				return Ok(Some(moves));
			}
			Event::Severed { edge, by, burned, reward, .. } => {
				let Some(known) = self.edges.get_mut(edge) else {
					hold!(false, "only an edge that is open is severed", "{event:?}");
					return Ok(None);
				};
				let half = known.penalty.div_ceil(2);
				hold!(
					known.severed.is_none() && *burned == share(half).saturating_mul(2),
					"an edge is severed once, and a share of each half burns",
					"{event:?}: {known:?}"
				);
				let left = half.saturating_sub(share(half));
				let mut escrow = PerSide { opener: left, acceptor: left };
				// Of who cannot take it, it goes to the treasury.
				let promised: Balance = <Runtime as pallet_topology::Config>::SeverReward::get();
				let promised = promised.min(left);
				hold!(*reward == promised || *reward == 0, "who severs gets what was promised", "{event:?}");
				let of_signer = escrow.of_mut(*by);
				*of_signer = of_signer.saturating_sub(promised);
				known.severed = Some(Severed { escrow, settled: false });
				for side in Side::BOTH {
					moves.loses(known.ends.of(side), share(half));
				}
				if let Phase::Call(Origin::Signed(submitter), _) = phase {
					moves.loses(known.ends.of(*by), promised);
					moves.gains(submitter, *reward);
				}
				see(seen, "edges severed", 1);
				return Ok(Some(moves));
			}
			Event::Settled { edge, borne_by, made_good } => {
				let Some(known) = self.edges.get_mut(edge) else {
					hold!(false, "only an edge that was severed is settled", "{event:?}");
					return Ok(None);
				};
				let Some(severed) = known.severed.as_mut().filter(|severed| !severed.settled) else {
					hold!(false, "an edge is settled once", "{event:?}: {known:?}");
					return Ok(None);
				};
				severed.settled = true;
				match borne_by {
					None => {
						hold!(*made_good == 0, "who bears its own gets nothing back", "{event:?}");
						for side in Side::BOTH {
							moves.loses(known.ends.of(side), *severed.escrow.of(side));
						}
					}
					Some(side) => {
						let (bearer, other) = (known.ends.of(*side), known.ends.of(side.other()));
						let own = *severed.escrow.of(side.other());
						let rest = known.penalty.saturating_sub(known.penalty.div_ceil(2));
						moves.loses(bearer, severed.escrow.of(*side).saturating_add(rest));
						moves.gains(other, made_good.saturating_sub(own));
						hold!(
							*made_good >= own,
							"who is made good gets back what it still had",
							"{event:?}: {known:?}"
						);
						see(seen, "edges borne by one end", 1);
					}
				}
				see(seen, "edges settled", 1);
				return Ok(Some(moves));
			}
			Event::CutOff { cut, component, since, nodes, weight, review_ends, .. } => {
				let known = Cut { known_at: now, review_ends: *review_ends, vetoed: false };
				hold!(self.cuts.insert(*cut, known).is_none(), "a cut has a number of its own", "{event:?}");
				if !passes {
					check_cut(event, *component, *since, (*nodes, *weight), review_ends.is_some())?;
					see(seen, "cuts", 1);
				}
			}
			Event::Vetoed { cut } => {
				let known = self.cuts.get_mut(cut);
				hold!(
					known
						.as_ref()
						.is_some_and(|cut| !cut.vetoed && cut.review_ends.is_some_and(|at| now < at)),
					"only a large cut is vetoed, once, and in its review",
					"{event:?} in block {now}: {known:?}"
				);
				if let Some(cut) = known {
					cut.vetoed = true;
				}
			}
			Event::Punished { node, cut, lost, burned, rewarded } => {
				let first = self.punished.insert((*cut, *node));
				self.check_liable(event, *cut, first)?;
				let left = Nodes::<Runtime>::get(node).map_or(0, |node| node.stake);
				let share_lost: Perbill = <Runtime as pallet_topology::Config>::CutLoss::get();
				hold!(
					*lost == share_lost.mul_ceil(left.saturating_add(*lost))
						&& burned.saturating_add(*rewarded) <= *lost
						&& *burned == share(*lost),
					"who was cut off loses its share of the stake, of which a part burns",
					"{event:?}: {left} is left"
				);
				see(seen, "nodes that lost stake", 1);
			}
			Event::OperatorReported { node, cut, .. } => {
				let first = self.reported.insert((*cut, *node));
				self.check_liable(event, *cut, first)?;
				see(seen, "operators reported for having been cut off", 1);
			}
			Event::Rejoined { node, .. } => {
				let centre = Topology::current_centre();
				hold!(
					centre.is_some_and(|centre| distances(*node, AsOf::Now).contains_key(&centre)),
					"who has rejoined is joined to the centre",
					"{event:?}: the centre is {centre:?}"
				);
				see(seen, "nodes that rejoined", 1);
			}
			Event::Challenged { incumbent, challenger, .. } => {
				self.compared = Some((*incumbent, *challenger, now.saturating_sub(1)));
			}
			Event::ChallengeEnded { challenger, verdict: Some(verdict), .. } => {
				let Some((incumbent, node, block)) = self.compared.take() else {
					hold!(false, "a comparison ends that was begun", "{event:?}");
					return Ok(None);
				};
				hold!(node == *challenger, "a comparison is of those who were named", "{event:?}: {node}");
				let joined = distances(node, AsOf::Block(block)).contains_key(&incumbent);
				let better = cost(node, block) < cost(incumbent, block);
				let right = match verdict {
					Better::ChallengerWins { .. } => joined && better,
					Better::IncumbentStays { .. } => joined && !better,
					Better::NotConnected => !joined,
				};
				hold!(
					right,
					"the centre is where the sum of weight times distance is least",
					"{event:?} as of block {block}: {incumbent} has {}, {node} has {}",
					cost(incumbent, block),
					cost(node, block)
				);
				see(seen, "centres compared", 1);
			}
			Event::ChallengeEnded { verdict: None, .. } => self.compared = None,
			_ => {}
		}
		Ok(None)
	}

	fn check_liable(&self, event: &Event<Runtime>, cut: CutId, first: bool) -> Verdict {
		let now = System::block_number();
		let known = self.cuts.get(&cut);
		hold!(first, "a cut costs a node once", "{event:?}");
		hold!(
			known.is_some_and(|cut| {
				!cut.vetoed && now >= cut.known_at && cut.review_ends.is_none_or(|ends| now >= ends)
			}),
			"nobody is liable before the review of a cut, or after its veto",
			"{event:?} in block {now}: {known:?}"
		);
		Ok(())
	}
}

/// No edge was open between those who were cut off and the main component; and a large cut waits.
fn check_cut(
	event: &Event<Runtime>,
	component: surety_primitives::topology::ComponentId,
	since: BlockNumber,
	(nodes, weight): (u32, Balance),
	reviewed: bool,
) -> Verdict {
	let all = Nodes::<Runtime>::iter_keys().filter_map(|node| Some((node, Topology::component(node)?)));
	let all: BTreeMap<_, _> = all.collect();
	let off: BTreeSet<_> =
		all.iter().filter(|(_, known)| known.id == component).map(|(node, _)| *node).collect();
	let main = all.values().find(|known| known.main).map_or(0, |known| known.weight);
	hold!(off.len() == nodes as usize, "a cut counts those who were cut off", "{event:?}: {off:?}");
	let neighbours = neighbours(AsOf::Block(since));
	for node in &off {
		let crossing =
			neighbours.get(node).into_iter().flatten().find(|to| all.get(to).is_some_and(|known| known.main));
		hold!(
			crossing.is_none(),
			"who is cut off has no edge to the main component",
			"{event:?}: {node} is joined to {crossing:?}"
		);
	}
	let share: Perbill = <Runtime as pallet_topology::Config>::ReviewShare::get();
	let large = weight > share.mul_floor(weight.saturating_add(main));
	hold!(reviewed == large, "a large cut waits for a review", "{event:?}: the main one has {main}");
	Ok(())
}

/// Accounts that are bound by what they have proposed or offered: an edge was opened with them.
pub(crate) fn bound(events: &[RuntimeEvent]) -> BTreeSet<AccountId> {
	let opened = events.iter().filter_map(|event| match event {
		RuntimeEvent::Topology(Event::Opened { ends, .. }) => Some([ends.opener, ends.acceptor]),
		_ => None,
	});
	opened.flatten().filter_map(|node| Some(Nodes::<Runtime>::get(node)?.account)).collect()
}
