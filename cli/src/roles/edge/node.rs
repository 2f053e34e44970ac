//! Nodes: how they come, change and go, and how they stand.

use super::{
	args::{node as named_node, NodeArg},
	keys::{public_name, PublicEdgeKeyArgs},
	show::{place_name, share},
};
use crate::{
	amount::Decimal,
	args::address,
	chain::{
		batch::submit_all,
		call::{number, Call},
		topology::of_node,
		windows::Windows,
		Chain,
	},
	cli::Ctx,
	output::{pairs, table},
	roles::{run_call, run_call_with},
};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::api::NodeInfo;

/// What can be done with nodes.
#[derive(Subcommand, Debug)]
pub enum NodeVerb {
	/// Register a node with a stake of its own. It weighs something after the activation delay, once it is refreshed
	Register(RegisterArgs),
	/// Add to the stake of your node
	AddStake {
		/// How much, in whole tokens
		#[arg(long)]
		amount: Decimal,
	},
	/// Sign with another key in channels of edges that are opened from now on
	SetKey(PublicEdgeKeyArgs),
	/// Let the weight of nodes follow their stake: down at once, up after the activation delay
	Refresh {
		/// Numbers or owners; that of the key when left out
		nodes: Vec<NodeArg>,
	},
	/// Let your node leave: it has no open edges, and none that is not settled
	Leave,
	/// Forget a node that has left for long enough: its stake and deposits are returned
	Remove {
		/// Its number
		node: u32,
	},
	/// Show a node
	Show {
		/// Its number or owner; that of the key when left out
		node: Option<NodeArg>,
	},
	/// List nodes
	List {
		/// How many at the most
		#[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..), value_name = "NODES")]
		limit: u32,
	},
}

/// A new node.
#[derive(Args, Debug)]
pub struct RegisterArgs {
	/// Its stake, in whole tokens: it stays as long as the node does
	#[arg(long, value_name = "AMOUNT")]
	stake: Decimal,
	#[command(flatten)]
	key: PublicEdgeKeyArgs,
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: NodeVerb) -> Result<()> {
	match verb {
		NodeVerb::Register(args) => register(ctx, chain, args).await,
		NodeVerb::AddStake { amount } => {
			let amount = chain.native().units(&amount)?;
			run_call(ctx, chain, Call::new("Topology", "add_stake").arg("amount", number(amount))).await
		}
		NodeVerb::SetKey(args) => {
			let at = chain.best().await?;
			let key = args.public(ctx)?;
			let call = Call::new("Topology", "set_key").encoded(&at, "key", &key)?;
			run_call_with(ctx, chain, call, |_| vec![("key", public_name(&key).into())]).await
		}
		NodeVerb::Refresh { nodes } => refresh(ctx, chain, nodes).await,
		NodeVerb::Leave => run_call(ctx, chain, Call::new("Topology", "leave")).await,
		NodeVerb::Remove { node } => run_call(ctx, chain, of_node("remove_node", node)).await,
		NodeVerb::Show { node } => show(ctx, chain, node).await,
		NodeVerb::List { limit } => list(ctx, chain, limit).await,
	}
}

async fn register(ctx: &Ctx, chain: &Chain, args: RegisterArgs) -> Result<()> {
	let at = chain.best().await?;
	let key = args.key.public(ctx)?;
	let stake = chain.native().units(&args.stake)?;
	let call = Call::new("Topology", "register").arg("stake", number(stake)).encoded(&at, "key", &key)?;
	run_call_with(ctx, chain, call, |receipt| {
		let node = receipt.number("Topology", "node").map(|id| ("node", json!(id as u64)));
		node.into_iter().chain([("key", public_name(&key).into())]).collect()
	})
	.await
}

async fn refresh(ctx: &Ctx, chain: &Chain, nodes: Vec<NodeArg>) -> Result<()> {
	let at = chain.best().await?;
	let mut calls = Vec::new();
	if nodes.is_empty() {
		calls.push(of_node("refresh", named_node(ctx, chain, &at, &None).await?.id));
	}
	for node in &nodes {
		calls.push(of_node("refresh", node.find(chain, &at).await?.id));
	}
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "refresh")
}

/// A node for programs.
pub fn node_json(chain: &Chain, node: &NodeInfo) -> Value {
	let money = chain.native();
	json!({
		"node": node.id,
		"account": address(&node.account),
		"key": public_name(&node.key),
		"stake": money.plain(node.stake),
		"weight": money.plain(node.weight),
		"rises": node.rises.map(|(to, at)| json!({ "to": money.plain(to), "at": at })),
		"degree": node.degree,
		"unsettled": node.unsettled,
		"standing": place_name(node.standing.as_ref()),
		"component": node.component,
	})
}

async fn show(ctx: &Ctx, chain: &Chain, named: Option<NodeArg>) -> Result<()> {
	let at = chain.best().await?;
	let node = named_node(ctx, chain, &at, &named).await?;
	let record = chain.node_record(&at, node.id).await?;
	let component = chain.component(&at, node.id).await?;
	let distance = chain.distance(&at, node.id).await?;
	let centre = chain.centre(&at).await?;
	let windows = Windows::at(&at).await?;
	let now = next_block(&at)?;
	let money = chain.native();
	let mut json = node_json(chain, &node);
	json["block"] = at.block_number().into();
	json["centre"] = centre.as_ref().is_some_and(|centre| centre.node == node.id).into();
	json["hops_to_centre"] = distance.into();
	json["edges_remembered"] = record.edges.into();
	json["left_at"] = record.left_at.into();
	json["in_component"] = component.as_ref().map(|of| super::show::component_json(chain, of)).into();
	let mut rows: Vec<(String, String)> = vec![
		("node".into(), node.id.to_string()),
		("account".into(), address(&node.account)),
		("key".into(), public_name(&node.key)),
		("stake".into(), money.show(node.stake)),
		("weighs".into(), money.show(node.weight)),
	];
	if let Some((to, from)) = node.rises {
		let when = match from > now {
			true => format!("from block {from} on ({})", windows.show(from.saturating_sub(now))?),
			false => "now: `surety edge node refresh`".into(),
		};
		rows.push(("can rise".into(), format!("to {}, {when}", money.show(to))));
	}
	rows.push(("open edges".into(), node.degree.to_string()));
	rows.push(("not settled".into(), node.unsettled.to_string()));
	rows.push(("stands".into(), place_name(node.standing.as_ref())));
	rows.extend(record.left_at.map(|block| {
		let horizon = windows.get("edges", "horizon").unwrap_or_default();
		let from = block.saturating_add(horizon).saturating_add(1);
		("left".to_owned(), format!("in block {block}: it can be removed from block {from} on"))
	}));
	if let Some(component) = &component {
		let total = component.weight;
		rows.push((
			"component".into(),
			format!(
				"{} nodes that weigh {}{}",
				component.nodes,
				money.show(total),
				share(node.weight, total)
					.map_or_else(String::new, |part| format!(", of which this is {part}"))
			),
		));
		rows.extend(super::show::cut_rows(component, now, &windows)?);
	}
	let hops = match (json["centre"] == true, distance) {
		(true, _) => "this is it".to_owned(),
		(false, Some(hops)) => format!("{hops} edges away"),
		(false, None) => "no way leads there".into(),
	};
	rows.push(("centre".into(), hops));
	ctx.out.emit(&json, || pairs(rows))
}

async fn list(ctx: &Ctx, chain: &Chain, limit: u32) -> Result<()> {
	let at = chain.best().await?;
	let nodes = chain.nodes(&at, usize::try_from(limit)?).await?;
	let list: Vec<Value> = nodes.iter().map(|node| node_json(chain, node)).collect();
	let money = chain.native();
	ctx.out.emit(&list.into(), || {
		let rows = nodes.iter().map(|node| {
			[
				node.id.to_string(),
				address(&node.account),
				money.show(node.stake),
				money.show(node.weight),
				node.degree.to_string(),
				place_name(node.standing.as_ref()),
			]
		});
		table(["NODE", "ACCOUNT", "STAKE", "WEIGHS", "EDGES", "STANDS"], rows)
	})
}
