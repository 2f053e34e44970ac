//! How edges, proposals and components are shown.

use super::args::{node as named_node, NodeArg};
use crate::{
	args::{address, asset_name, side_name},
	chain::{
		money::Denomination,
		topology::{show_terms, terms_json},
		windows::Windows,
		At, Chain,
	},
	cli::Ctx,
	output::{pairs, table},
};
use anyhow::Result;
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::{
	api::{ChannelInfo, ChannelRecord, ComponentInfo, EdgeInfo, EdgeProposalInfo, NodeInfo},
	topology::{NodeId, Standing},
	BlockNumber, ChannelStatus, EdgeId,
};
use surety_response::Side;

/// How many of the latest numbers of proposals are looked at.
const NUMBERS: EdgeId = 1_000;

/// Where a node stands.
pub fn place_name(standing: Option<&Standing<BlockNumber>>) -> String {
	match standing {
		Some(Standing::Main) => "main".into(),
		Some(Standing::CutOff { since }) => format!("cut off as of block {since}"),
		Some(Standing::Apart) => "apart".into(),
		None => "left".into(),
	}
}

/// A part in percent, with two decimals.
pub fn share(part: u128, whole: u128) -> Option<String> {
	let parts = part.checked_mul(10_000)?.checked_div(whole)?;
	Some(format!("{}%", crate::amount::format_units(parts, 2)))
}

/// A component for programs.
pub fn component_json(chain: &Chain, component: &ComponentInfo) -> Value {
	let cut = component.cut.as_ref().map(|cut| {
		json!({
			"cut": cut.id,
			"since": cut.since,
			"liable_from": cut.liable_from,
			"claims_end": cut.claims_end,
			"review_ends": cut.review_ends,
			"vetoed": cut.vetoed,
		})
	});
	json!({
		"component": component.id,
		"nodes": component.nodes,
		"weight": chain.native().plain(component.weight),
		"main": component.main,
		"cut_off": cut,
	})
}

/// What a cut means for those who are cut off, for people.
pub fn cut_rows(
	component: &ComponentInfo,
	now: BlockNumber,
	windows: &Windows,
) -> Result<Vec<(String, String)>> {
	let Some(cut) = &component.cut else { return Ok(Vec::new()) };
	let mut rows = vec![("cut".to_owned(), format!("number {}, as of block {}", cut.id, cut.since))];
	if cut.vetoed {
		rows.push(("".into(), "vetoed: it has no consequences".into()));
		return Ok(rows);
	}
	if let Some(ends) = cut.review_ends.filter(|ends| *ends > now) {
		rows.push(("".into(), format!("large: it can be vetoed before block {ends}")));
	}
	rows.push((
		"".into(),
		match now {
			now if now < cut.liable_from => format!(
				"rejoin before block {} ({}), or lose a share of the stake",
				cut.liable_from,
				windows.show(cut.liable_from.saturating_sub(now))?
			),
			now if now < cut.claims_end => format!(
				"its nodes are liable: claims are taken before block {} ({})",
				cut.claims_end,
				windows.show(cut.claims_end.saturating_sub(now))?
			),
			_ => "nothing can be claimed any more".into(),
		},
	));
	Ok(rows)
}

/// How an edge is, in a few words.
pub fn state_name(edge: &EdgeInfo) -> String {
	match (edge.life.closed_at, edge.severed_by, edge.closes_at) {
		(Some(block), Some(_), _) => {
			format!("severed in {block}, {}", if edge.unsettled { "not settled" } else { "settled" })
		}
		(Some(block), None, _) => format!("closed in {block}"),
		(None, _, Some(block)) => format!("closing, from {block} on"),
		(None, _, None) => "open".into(),
	}
}

/// What an edge is paid in: the asset of its channel; where that is settled and gone, the native token is all there is to
/// show its prices in.
pub async fn money_of(chain: &Chain, at: &At, edge: &EdgeInfo) -> Result<Denomination> {
	match chain.channel(at, edge.channel).await? {
		Some(ChannelRecord::Live(channel)) => chain.denomination(at, &channel.asset).await,
		Some(ChannelRecord::Settled(left)) => chain.denomination(at, &left.asset).await,
		_ => Ok(chain.native()),
	}
}

/// An edge for programs.
pub fn edge_json(chain: &Chain, money: &Denomination, edge: &EdgeInfo) -> Value {
	json!({
		"edge": edge.id,
		"opener": edge.ends.opener,
		"acceptor": edge.ends.acceptor,
		"asset": asset_name(&money.asset),
		"terms": terms_json(money, &edge.terms),
		"channel": edge.channel,
		"penalty": chain.native().plain(edge.penalty),
		"opened_at": edge.life.opened_at,
		"closed_at": edge.life.closed_at,
		"closes_at": edge.closes_at,
		"severed_by": edge.severed_by.map(side_name),
		"unsettled": edge.unsettled,
		"proposed": edge.proposed.map(|(by, terms)| {
			json!({ "by": side_name(by), "terms": terms_json(money, &terms) })
		}),
	})
}

/// Lists edges of a node, or all.
pub async fn list(ctx: &Ctx, chain: &Chain, node: &Option<NodeArg>, all: bool, ended: bool) -> Result<()> {
	let at = chain.best().await?;
	let of: Vec<NodeId> = match all {
		true => chain.nodes(&at, usize::MAX).await?.iter().map(|node| node.id).collect(),
		false => vec![named_node(ctx, chain, &at, node).await?.id],
	};
	let mut edges = chain.edges_of(&at, &of).await?;
	edges.retain(|edge| ended || edge.life.closed_at.is_none());
	let mut shown = Vec::new();
	for edge in edges {
		shown.push((money_of(chain, &at, &edge).await?, edge));
	}
	let list: Vec<Value> = shown.iter().map(|(money, edge)| edge_json(chain, money, edge)).collect();
	ctx.out.emit(&list.into(), || {
		let rows = shown.iter().map(|(money, edge)| {
			[
				edge.id.to_string(),
				format!("{} - {}", edge.ends.opener, edge.ends.acceptor),
				format!("{} ms", edge.terms.latency_ms),
				format!("{} kbit/s", edge.terms.bandwidth_kbit_s),
				money.show(edge.terms.base_price),
				money.show(edge.terms.price_per_byte),
				edge.channel.to_string(),
				state_name(edge),
			]
		});
		table(["EDGE", "NODES", "LATENCY", "BANDWIDTH", "MESSAGE", "BYTE", "CHANNEL", "STATE"], rows)
	})
}

/// A channel for programs.
fn channel_json(money: &Denomination, channel: &ChannelInfo) -> Value {
	let party = |side: Side| {
		let party = channel.parties.of(side);
		json!({
			"account": address(&party.account),
			"deposit": money.plain(party.deposit),
			"handed_in": party.handed_in.map(|claim| {
				json!({ "paid": money.plain(claim.paid), "received_ack": money.plain(claim.received_ack) })
			}),
			"watcher": party.watcher.as_ref().map(|(account, reward)| {
				json!({ "account": address(account), "reward": money.plain(*reward) })
			}),
			"keys": party.keys.iter().map(super::keys::public_name).collect::<Vec<_>>(),
			"payout": money.plain(party.payout),
		})
	};
	let settles_at = match channel.status {
		ChannelStatus::Open => None,
		ChannelStatus::Closing { settles_at } => Some(settles_at),
	};
	json!({
		"channel": channel.id,
		"asset": asset_name(&channel.asset),
		"settles_at": settles_at,
		"opener": party(Side::Opener),
		"acceptor": party(Side::Acceptor),
	})
}

/// Shows one edge with its channel, and what severing it costs.
pub async fn edge(ctx: &Ctx, chain: &Chain, id: EdgeId) -> Result<()> {
	let at = chain.best().await?;
	let edge = chain.existing_edge(&at, id).await?;
	let money = money_of(chain, &at, &edge).await?;
	let cost = chain.sever_cost(&at, id).await?;
	let channel = match chain.channel(&at, edge.channel).await? {
		Some(ChannelRecord::Live(channel)) => Some(channel),
		_ => None,
	};
	let native = chain.native();
	let mut json = edge_json(chain, &money, &edge);
	json["sever_cost"] = cost
		.as_ref()
		.map(|cost| {
			json!({
				"half": native.plain(cost.half),
				"burned": native.plain(cost.burned),
				"reward": native.plain(cost.reward),
			})
		})
		.into();
	json["live_channel"] = channel.as_ref().map(|channel| channel_json(&money, channel)).into();
	let mut rows: Vec<(String, String)> = vec![
		("edge".into(), id.to_string()),
		("opener".into(), end_name(chain, &at, edge.ends.opener).await?),
		("acceptor".into(), end_name(chain, &at, edge.ends.acceptor).await?),
		("state".into(), state_name(&edge)),
		("terms".into(), show_terms(&money, &edge.terms)),
	];
	rows.extend(edge.proposed.map(|(by, terms)| {
		("proposed".to_owned(), format!("by the {}: {}", side_name(by), show_terms(&money, &terms)))
	}));
	rows.push(("penalty".into(), native.show(edge.penalty)));
	rows.extend(cost.map(|cost| {
		(
			"to sever".to_owned(),
			format!(
				"each end pays {}, of which {} burns; who submits it gets {} of the signer's",
				native.show(cost.half),
				native.show(cost.burned),
				native.show(cost.reward)
			),
		)
	}));
	match &channel {
		Some(channel) => {
			rows.push((
				"channel".into(),
				match channel.status {
					ChannelStatus::Open => format!("{}, open", channel.id),
					ChannelStatus::Closing { settles_at } => {
						format!("{}, closing: vouchers before block {settles_at}", channel.id)
					}
				},
			));
			for side in Side::BOTH {
				let party = channel.parties.of(side);
				rows.push((
					format!("  {}", side_name(side)),
					format!(
						"deposited {}, would get {} by what was handed in",
						money.show(party.deposit),
						money.show(party.payout)
					),
				));
			}
		}
		None => rows.push(("channel".into(), format!("{}, settled", edge.channel))),
	}
	ctx.out.emit(&json, || pairs(rows))
}

async fn end_name(chain: &Chain, at: &At, node: NodeId) -> Result<String> {
	let account = chain.node(at, node).await?.map(|node: NodeInfo| address(&node.account));
	Ok(format!("node {node}, {}", account.unwrap_or_else(|| "which has left".into())))
}

/// A proposal for programs.
fn proposal_json(chain: &Chain, money: &Denomination, proposal: &EdgeProposalInfo) -> Value {
	json!({
		"edge": proposal.id,
		"from": proposal.ends.opener,
		"to": proposal.ends.acceptor,
		"asset": asset_name(&proposal.asset),
		"terms": terms_json(money, &proposal.terms),
		"deposits": {
			"opener": money.plain(proposal.deposits.opener),
			"acceptor": money.plain(proposal.deposits.acceptor),
		},
		"penalty": chain.native().plain(proposal.penalty),
		"expires_at": proposal.expires_at,
	})
}

/// Lists proposals of edges from or to a node, or all.
pub async fn proposals(ctx: &Ctx, chain: &Chain, node: &Option<NodeArg>, all: bool) -> Result<()> {
	let at = chain.best().await?;
	let of = match all {
		true => None,
		false => Some(named_node(ctx, chain, &at, node).await?.id),
	};
	let mut shown = Vec::new();
	for proposal in chain.edge_proposals(&at, NUMBERS).await? {
		let ends = [proposal.ends.opener, proposal.ends.acceptor];
		if of.is_none_or(|of| ends.contains(&of)) {
			shown.push((chain.denomination(&at, &proposal.asset).await?, proposal));
		}
	}
	let now = next_block(&at)?;
	let list: Vec<Value> =
		shown.iter().map(|(money, proposal)| proposal_json(chain, money, proposal)).collect();
	ctx.out.emit(&list.into(), || {
		let rows = shown.iter().map(|(money, proposal)| {
			[
				proposal.id.to_string(),
				format!("{} -> {}", proposal.ends.opener, proposal.ends.acceptor),
				show_terms(money, &proposal.terms),
				money.show(proposal.deposits.opener),
				money.show(proposal.deposits.acceptor),
				chain.native().show(proposal.penalty),
				match proposal.expires_at > now {
					true => format!("until {}", proposal.expires_at),
					false => "expired".into(),
				},
			]
		});
		table(["EDGE", "NODES", "TERMS", "DEPOSIT", "YOURS", "PENALTY", "OPEN"], rows)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_share_should_be_told_in_percent() {
		assert_eq!(share(1, 3).as_deref(), Some("33.33%"));
		assert_eq!(share(0, 3).as_deref(), Some("0%"));
		assert_eq!(share(3, 3).as_deref(), Some("100%"));
		assert_eq!(share(1, 0), None);
	}
}
