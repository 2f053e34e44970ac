//! The centre, and which component is the main one.

use super::args::{node as named_node, NodeArg};
use crate::{
	chain::{call::Call, topology::of_node, Chain},
	cli::Ctx,
	output::pairs,
	roles::run_call,
};
use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

/// What can be done with the centre.
#[derive(Subcommand, Debug)]
pub enum CentreVerb {
	/// Show the centre, and what a challenge costs
	Show,
	/// Show how central a node is: the sum of weight times distance over all that it reaches, beside the centre's
	Cost {
		/// Its number or owner; that of the key when left out
		node: Option<NodeArg>,
	},
	/// Name a better centre. You get back what that costs once it has stood for a time, and what stood behind the one before at
	/// once; if it is no better, the centre gets it, but for what burns
	Challenge {
		/// Its number or owner
		node: NodeArg,
	},
	/// Name a node that stands in where the main component has no centre: heavier than the one before
	StandIn {
		/// Its number or owner
		node: NodeArg,
	},
	/// Take back what stood behind the centre that you have named
	Reclaim,
}

/// What can be done about which component is the main one.
#[derive(Subcommand, Debug)]
pub enum MainVerb {
	/// Note that a component has a clear majority, and later, once it has kept it, that it is the main one
	Claim {
		/// A node of it: number or owner
		node: NodeArg,
	},
	/// Show that the component that was noted has not kept its majority
	Refute,
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: CentreVerb) -> Result<()> {
	let at = chain.best().await?;
	match verb {
		CentreVerb::Show => show(ctx, chain).await,
		CentreVerb::Cost { node } => {
			let node = named_node(ctx, chain, &at, &node).await?.id;
			cost(ctx, chain, node).await
		}
		CentreVerb::Challenge { node } => {
			let node = node.find(chain, &at).await?.id;
			run_call(ctx, chain, of_node("challenge_centre", node)).await
		}
		CentreVerb::StandIn { node } => {
			let node = node.find(chain, &at).await?.id;
			run_call(ctx, chain, of_node("stand_in", node)).await
		}
		CentreVerb::Reclaim => run_call(ctx, chain, Call::new("Topology", "reclaim_bond")).await,
	}
}

/// Does it.
pub async fn main(ctx: &Ctx, chain: &Chain, verb: MainVerb) -> Result<()> {
	match verb {
		MainVerb::Claim { node } => {
			let node = node.find(chain, &chain.best().await?).await?.id;
			run_call(ctx, chain, of_node("claim_main", node)).await
		}
		MainVerb::Refute => run_call(ctx, chain, Call::new("Topology", "refute_main")).await,
	}
}

async fn show(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let money = chain.native();
	let Some(centre) = chain.centre(&at).await? else {
		let none = "the main component has no centre: have one of its nodes stand in, `surety edge centre stand-in NODE`";
		return ctx.out.emit(&serde_json::Value::Null, || none.to_owned());
	};
	let json = json!({
		"node": centre.node,
		"stands_in": centre.stands_in,
		"bond": money.plain(centre.bond),
		"challenge_costs": money.plain(centre.price),
		"challenger": centre.challenger,
	});
	ctx.out.emit(&json, || {
		let mut rows = vec![
			(
				"centre",
				format!("node {}{}", centre.node, if centre.stands_in { ", which stands in" } else { "" }),
			),
			("stands behind it", money.show(centre.bond)),
			("a challenge costs", money.show(centre.price)),
		];
		rows.extend(centre.challenger.map(|node| ("compared with", format!("node {node}"))));
		pairs(rows)
	})
}

async fn cost(ctx: &Ctx, chain: &Chain, node: u32) -> Result<()> {
	let at = chain.best().await?;
	let own = chain.centre_cost(&at, node).await?;
	let centre = chain.centre(&at).await?;
	let of_centre = match &centre {
		Some(centre) => chain.centre_cost(&at, centre.node).await?,
		None => None,
	};
	let better = own.zip(of_centre).map(|(own, centre)| own < centre);
	let json = json!({
		"node": node,
		"cost": own.map(|cost| cost.to_string()),
		"centre": centre.as_ref().map(|centre| centre.node),
		"cost_of_centre": of_centre.map(|cost| cost.to_string()),
		"better": better,
	});
	ctx.out.emit(&json, || {
		let shown = |cost: Option<sp_core::U256>| {
			cost.map_or("too many nodes to be counted in one go".into(), |cost| cost.to_string())
		};
		let mut rows = vec![(format!("node {node}"), shown(own))];
		rows.extend(
			centre.as_ref().map(|centre| (format!("centre, node {}", centre.node), shown(of_centre))),
		);
		rows.extend(better.map(|better| {
			let verdict = if better { "yes: `surety edge centre challenge`" } else { "no" };
			("better".to_owned(), verdict.to_owned())
		}));
		pairs(rows)
	})
}
