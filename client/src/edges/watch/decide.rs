//! From what a watchtower sees in a block to what it does.

use crate::{chain::topology::Record, edges::liability::CutSeen};
use std::fmt;
use surety_primitives::{topology::NodeId, BlockNumber, ChannelId, EdgeId};

/// Something to be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
	/// Hand in the best voucher that is kept of a channel, which says that so much was paid.
	HandIn(ChannelId, u128),
	/// Rejoin after this cut.
	Rejoin(u32),
	/// Show that ending this edge has cut off its other end.
	ShowCut(EdgeId),
	/// Claim that this node loses its share.
	Punish(NodeId),
	/// Settle who bears this edge.
	SettleEdge(EdgeId),
	/// Settle this channel.
	SettleChannel(ChannelId),
	/// Have paid what could not be when this channel was settled.
	Collect(ChannelId),
	/// Finish the close of this edge.
	FinishClose(EdgeId),
	/// Let the weight of this node follow its stake.
	Refresh(NodeId),
	/// Forget this edge.
	Prune(EdgeId),
}

impl fmt::Display for Action {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::HandIn(channel, _) => write!(f, "hand in a voucher of channel {channel}"),
			Self::Rejoin(cut) => write!(f, "rejoin after cut {cut}"),
			Self::ShowCut(edge) => write!(f, "show the cut behind edge {edge}"),
			Self::Punish(node) => write!(f, "claim the share that node {node} loses"),
			Self::SettleEdge(edge) => write!(f, "settle edge {edge}"),
			Self::SettleChannel(channel) => write!(f, "settle channel {channel}"),
			Self::Collect(channel) => write!(f, "collect what is left of channel {channel}"),
			Self::FinishClose(edge) => write!(f, "finish the close of edge {edge}"),
			Self::Refresh(node) => write!(f, "refresh node {node}"),
			Self::Prune(edge) => write!(f, "prune edge {edge}"),
		}
	}
}

/// A node, as far as what it owes goes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NodeSeen {
	/// Its number.
	pub id: NodeId,
	/// Its record.
	pub record: Record,
	/// Its component, as far as is known; none where it has left.
	pub component: Option<u64>,
	/// How many nodes that has.
	pub nodes: u32,
	/// Whether that is the main one.
	pub main: bool,
	/// The cut that it is in.
	pub cut: Option<CutSeen>,
	/// Block from which on its weight can rise.
	pub rises_at: Option<BlockNumber>,
}

/// An edge of the own node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EdgeSeen {
	/// Its number.
	pub id: EdgeId,
	/// Block in which it has ended.
	pub closed_at: Option<BlockNumber>,
	/// First block in which its close can be finished.
	pub closes_at: Option<BlockNumber>,
	/// Whether it was severed and is not settled.
	pub unsettled: bool,
	/// The node at its other end.
	pub other: NodeSeen,
	/// Whether no way leads to the other end any more, which nobody has shown, and the smaller part is not the own one.
	pub cuts_off_other: bool,
}

/// A channel, of the own account or of one that is watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelSeen {
	/// Its number.
	pub id: ChannelId,
	/// First block in which it can be settled, of one that is being closed.
	pub settles_at: Option<BlockNumber>,
	/// What was handed in for the payee says that so much was paid.
	pub handed_in: u128,
	/// The best voucher that is kept for the payee says that.
	pub best: Option<u128>,
	/// Whether something is left of it that waits to be paid; it is settled then.
	pub waits: bool,
	/// Whether it is the own account's, or a reward was earned in it.
	pub concerns: bool,
}

/// What is seen in a block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
	/// The next block.
	pub now: BlockNumber,
	/// For how long escrows are kept, in blocks.
	pub horizon: BlockNumber,
	/// The own node, if there is one.
	pub own: Option<NodeSeen>,
	/// Its edges, those among them that have ended and are remembered.
	pub edges: Vec<EdgeSeen>,
	/// Channels.
	pub channels: Vec<ChannelSeen>,
	/// Whether a way leads from the own node to the centre.
	pub has_way: bool,
}

/// What is wanted of a watchtower.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
	/// Rejoin when the own node was cut off, as long as that costs nothing.
	pub rejoin: bool,
	/// Show cuts that nobody has shown.
	pub certificates: bool,
	/// Forget edges.
	pub prune: bool,
}

/// What to do, the most urgent first.
pub fn decide(seen: &Seen, wanted: Wanted) -> Vec<Action> {
	let now = seen.now;
	let mut actions = Vec::new();
	for channel in &seen.channels {
		let closing = channel.settles_at.is_some_and(|settles_at| now < settles_at);
		if let Some(best) = channel.best.filter(|best| closing && *best > channel.handed_in) {
			actions.push(Action::HandIn(channel.id, best));
		}
	}
	if let Some(own) = seen.own.as_ref().filter(|own| wanted.rejoin && seen.has_way && !own.main) {
		actions.extend(rejoin(own, now));
	}
	if wanted.certificates {
		let cut = seen.edges.iter().filter(|edge| edge.cuts_off_other);
		actions.extend(cut.map(|edge| Action::ShowCut(edge.id)));
	}
	actions.extend(claims(seen));
	for channel in seen.channels.iter().filter(|channel| channel.concerns) {
		if channel.settles_at.is_some_and(|settles_at| settles_at <= now) {
			actions.push(Action::SettleChannel(channel.id));
		}
		if channel.waits {
			actions.push(Action::Collect(channel.id));
		}
	}
	let open = || seen.edges.iter().filter(|edge| edge.closed_at.is_none());
	let due = open().filter(|edge| edge.closes_at.is_some_and(|closes_at| closes_at <= now));
	actions.extend(due.map(|edge| Action::FinishClose(edge.id)));
	let rises = seen.own.iter().filter(|own| own.rises_at.is_some_and(|at| at <= now));
	actions.extend(rises.map(|own| Action::Refresh(own.id)));
	if wanted.prune {
		let old = |edge: &&EdgeSeen| {
			!edge.unsettled && edge.closed_at.is_some_and(|at| now > at.saturating_add(seen.horizon))
		};
		actions.extend(seen.edges.iter().filter(old).map(|edge| Action::Prune(edge.id)));
	}
	actions
}

/// Rejoining, when it costs nothing: in the time of grace, or once nothing can be claimed any more.
fn rejoin(own: &NodeSeen, now: BlockNumber) -> Option<Action> {
	let cut = own.cut.as_ref()?;
	(!cut.is_claimable(&own.record, now)).then_some(Action::Rejoin(cut.cut.id))
}

/// What can be claimed of those at the other ends, and what is settled otherwise.
fn claims(seen: &Seen) -> Vec<Action> {
	let mut actions = Vec::new();
	let Some(own) = &seen.own else { return actions };
	for edge in &seen.edges {
		let Some(closed_at) = edge.closed_at else { continue };
		let settles_at = closed_at.saturating_add(seen.horizon);
		let other = &edge.other;
		let liable = other.cut.as_ref().filter(|cut| cut.is_claimable(&other.record, seen.now));
		let punish = Action::Punish(other.id);
		if liable.is_some_and(|cut| !cut.has_punished(&other.record)) && !actions.contains(&punish) {
			actions.push(punish);
		}
		if !edge.unsettled {
			continue;
		}
		// As the chain decides who is reimbursed.
		let alone = other.nodes == 1 && own.nodes > 1 && own.component != other.component;
		let reimbursed = liable.is_some_and(|cut| (own.main || alone) && cut.cut.since <= settles_at);
		let claimed = [own, other].into_iter().any(|node| {
			let cut = node.cut.as_ref();
			cut.is_some_and(|cut| cut.has_claims(seen.now) && cut.cut.since <= settles_at)
		});
		if reimbursed || (seen.now >= settles_at && !claimed) {
			actions.push(Action::SettleEdge(edge.id));
		}
	}
	actions
}

/// What the owner has to be told about its own node.
pub fn warning(seen: &Seen) -> Option<String> {
	let own = seen.own.as_ref()?;
	let cut = own.cut.as_ref().filter(|_| !own.main)?;
	if !cut.has_claims(seen.now) {
		return Some(format!(
			"node {} is cut off (cut {}); nothing can be claimed of it",
			own.id, cut.cut.id
		));
	}
	let liable_from = cut.liable_from(&own.record);
	let way =
		if seen.has_way { "a way to the centre is open" } else { "no way leads to the centre: open an edge" };
	Some(match liable_from.checked_sub(seen.now).filter(|left| *left > 0) {
		Some(left) => format!(
			"YOUR NODE {} WAS CUT OFF (cut {}): {left} blocks are left to rejoin without loss, before block {liable_from}; {way}",
			own.id, cut.cut.id
		),
		None => format!(
			"YOUR NODE {} WAS CUT OFF (cut {}) AND IS LIABLE: claims are taken before block {}; {way}",
			own.id, cut.cut.id, cut.cut.claims_end
		),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_primitives::api::CutInfo;

	const ALL: Wanted = Wanted { rejoin: true, certificates: true, prune: true };

	fn cut() -> CutSeen {
		let cut =
			CutInfo { id: 3, since: 90, liable_from: 110, claims_end: 126, review_ends: None, vetoed: false };
		CutSeen { cut, known_at: 100, grace_interval: 60 }
	}

	fn node(id: NodeId, component: u64, nodes: u32) -> NodeSeen {
		NodeSeen { id, component: Some(component), nodes, main: component == 0, ..NodeSeen::default() }
	}

	fn seen(now: BlockNumber) -> Seen {
		Seen { now, horizon: 60, own: Some(node(1, 0, 5)), has_way: true, ..Seen::default() }
	}

	fn severed(closed_at: BlockNumber, other: NodeSeen) -> EdgeSeen {
		EdgeSeen {
			id: 7,
			closed_at: Some(closed_at),
			closes_at: None,
			unsettled: true,
			other,
			cuts_off_other: false,
		}
	}

	fn channel() -> ChannelSeen {
		ChannelSeen {
			id: 4,
			settles_at: Some(100),
			handed_in: 5,
			best: Some(6),
			waits: false,
			concerns: true,
		}
	}

	fn of_channel(now: BlockNumber, channel: ChannelSeen) -> Vec<Action> {
		decide(&Seen { channels: vec![channel], ..seen(now) }, ALL)
	}

	#[test]
	fn the_best_voucher_should_be_handed_in_within_the_window_and_only_if_it_says_more() {
		assert_eq!(of_channel(99, channel()), [Action::HandIn(4, 6)]);
		assert_eq!(of_channel(99, ChannelSeen { handed_in: 6, ..channel() }), []);
		assert_eq!(of_channel(99, ChannelSeen { best: None, ..channel() }), []);
		assert_eq!(of_channel(99, ChannelSeen { settles_at: None, ..channel() }), [], "nobody closes it");
		let watched = ChannelSeen { concerns: false, ..channel() };
		assert_eq!(of_channel(99, watched.clone()), [Action::HandIn(4, 6)]);
		assert_eq!(of_channel(100, watched), [], "it is too late, and settling is its owner's business");
	}

	#[test]
	fn a_channel_should_be_settled_when_its_window_is_over_and_its_rest_collected() {
		assert_eq!(of_channel(100, channel()), [Action::SettleChannel(4)]);
		let rest = ChannelSeen { settles_at: None, waits: true, ..channel() };
		assert_eq!(of_channel(100, rest), [Action::Collect(4)]);
	}

	#[test]
	fn who_was_cut_off_and_is_liable_should_be_claimed_from_while_claims_are_taken() {
		let other = NodeSeen { cut: Some(cut()), ..node(2, 9, 1) };
		let at = |now, other: &NodeSeen| {
			decide(&Seen { edges: vec![severed(85, other.clone())], ..seen(now) }, ALL)
		};
		assert_eq!(at(109, &other), []);
		assert_eq!(at(110, &other), [Action::Punish(2), Action::SettleEdge(7)]);
		assert_eq!(at(125, &other), [Action::Punish(2), Action::SettleEdge(7)]);
		assert_eq!(at(126, &other), [], "claims are over, and its escrow is kept until block 145");
		assert_eq!(at(145, &other), [Action::SettleEdge(7)]);
		let punished =
			NodeSeen { record: Record { punished: Some(3), ..Record::default() }, ..other.clone() };
		assert_eq!(at(110, &punished), [Action::SettleEdge(7)]);
	}

	#[test]
	fn an_edge_should_not_be_settled_against_its_owner_while_that_can_be_reimbursed() {
		// Both were cut off together: neither is reimbursed by the other.
		let together = NodeSeen { cut: Some(cut()), ..node(2, 9, 2) };
		let own = NodeSeen { cut: Some(cut()), ..node(1, 9, 2) };
		let at = |now, own: &NodeSeen| {
			let edges = vec![severed(40, together.clone())];
			decide(&Seen { edges, own: Some(own.clone()), has_way: false, ..seen(now) }, ALL)
		};
		assert_eq!(at(115, &own), [Action::Punish(2)]);
		assert_eq!(at(126, &own), [Action::SettleEdge(7)]);
		// A cut of later than what the escrow is kept for changes nothing.
		let late = CutSeen { cut: CutInfo { since: 101, ..cut().cut }, ..cut() };
		let other = NodeSeen { cut: Some(late), ..node(2, 9, 1) };
		let edges = vec![severed(40, other)];
		let actions = decide(&Seen { edges, ..seen(115) }, ALL);
		assert_eq!(actions, [Action::Punish(2), Action::SettleEdge(7)]);
	}

	#[test]
	fn rejoining_should_be_done_when_asked_for_and_when_it_costs_nothing() {
		let own = NodeSeen { cut: Some(cut()), ..node(1, 9, 1) };
		let at = |now, own: &NodeSeen, wanted| decide(&Seen { own: Some(own.clone()), ..seen(now) }, wanted);
		assert_eq!(at(109, &own, ALL), [Action::Rejoin(3)]);
		assert_eq!(at(110, &own, ALL), [], "that would cost a share: it is its owner's to decide");
		assert_eq!(at(126, &own, ALL), [Action::Rejoin(3)]);
		assert_eq!(at(109, &own, Wanted { rejoin: false, ..ALL }), []);
		let nowhere = Seen { own: Some(own.clone()), has_way: false, ..seen(109) };
		assert_eq!(decide(&nowhere, ALL), []);
		let back = NodeSeen { main: true, ..own };
		assert_eq!(at(109, &back, ALL), []);
	}

	#[test]
	fn a_cut_should_be_shown_when_asked_for() {
		let edge = EdgeSeen { cuts_off_other: true, unsettled: false, ..severed(85, node(2, 0, 5)) };
		let seen = Seen { edges: vec![edge], ..seen(90) };
		assert_eq!(decide(&seen, ALL), [Action::ShowCut(7)]);
		assert_eq!(decide(&seen, Wanted { certificates: false, ..ALL }), []);
	}

	#[test]
	fn closes_should_be_finished_weights_refreshed_and_edges_pruned_when_their_time_has_come() {
		let closing =
			EdgeSeen { closed_at: None, closes_at: Some(100), unsettled: false, ..severed(0, node(2, 0, 5)) };
		let at =
			|now, edge: &EdgeSeen, wanted| decide(&Seen { edges: vec![edge.clone()], ..seen(now) }, wanted);
		assert_eq!(at(99, &closing, ALL), []);
		assert_eq!(at(100, &closing, ALL), [Action::FinishClose(7)]);
		let ended = EdgeSeen { unsettled: false, ..severed(40, node(2, 0, 5)) };
		assert_eq!(at(100, &ended, ALL), []);
		assert_eq!(at(101, &ended, ALL), [Action::Prune(7)]);
		assert_eq!(at(101, &ended, Wanted { prune: false, ..ALL }), []);
		let rising = NodeSeen { rises_at: Some(50), ..node(1, 0, 5) };
		let rises = |now| decide(&Seen { own: Some(rising.clone()), ..seen(now) }, ALL);
		assert_eq!((rises(49), rises(50)), (vec![], vec![Action::Refresh(1)]));
	}

	#[test]
	fn vouchers_should_go_before_everything_else() {
		let other = NodeSeen { cut: Some(cut()), ..node(2, 9, 1) };
		let edges = vec![severed(85, other)];
		let channels = vec![ChannelSeen { settles_at: Some(112), ..channel() }];
		let actions = decide(&Seen { edges, channels, ..seen(111) }, ALL);
		assert_eq!(actions, [Action::HandIn(4, 6), Action::Punish(2), Action::SettleEdge(7)]);
	}

	#[test]
	fn an_owner_should_be_warned_with_the_time_that_is_left() {
		let own = NodeSeen { cut: Some(cut()), ..node(1, 9, 1) };
		let warned = |now, has_way| {
			warning(&Seen { own: Some(own.clone()), has_way, ..seen(now) }).unwrap_or_default()
		};
		assert!(warned(104, false).contains("CUT OFF (cut 3): 6 blocks are left"), "{}", warned(104, false));
		assert!(warned(104, false).contains("open an edge") && warned(104, true).contains("is open"));
		assert!(warned(110, true).contains("IS LIABLE: claims are taken before block 126"));
		assert!(warned(126, true).contains("nothing can be claimed"));
		assert_eq!(warning(&seen(104)), None);
	}
}
