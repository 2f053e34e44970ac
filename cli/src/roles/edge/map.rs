//! The map of the network.

use super::show::money_of;
use crate::{
	args::{address, AccountArg},
	chain::{At, Chain},
	cli::Ctx,
	edges::{
		picture::{Edge, Node, Picture, Place, State},
		svg, text,
	},
	error::usage,
};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{json, Value};
use std::{collections::BTreeMap, path::PathBuf, str::FromStr};
use surety_primitives::{
	api::{EdgeInfo, NodeInfo},
	topology::{NodeId, Standing},
	AccountId,
};

/// What to draw.
#[derive(Args, Debug)]
pub struct MapArgs {
	/// Write it to this file as a picture (SVG), too
	#[arg(long, value_name = "FILE")]
	svg: Option<PathBuf>,
	/// Call a node by a name: NODE=NAME, where NODE is its number or owner
	#[arg(long = "name", value_name = "NODE=NAME")]
	names: Vec<NameArg>,
	/// Leave out edges that have ended, which are remembered for a time
	#[arg(long)]
	open: bool,
	/// As of which block: its number or hash; the best one when left out
	#[arg(long, value_name = "BLOCK")]
	block: Option<String>,
	/// Nodes at the most
	#[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=2_000), value_name = "NODES")]
	most: u16,
}

/// A name for a node.
#[derive(Clone, Debug)]
struct NameArg {
	node: super::args::NodeArg,
	name: String,
}

impl FromStr for NameArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (node, name) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NODE=NAME"))?;
		if name.is_empty() {
			return Err(format!("`{text}` has no name"));
		}
		Ok(Self { node: node.parse()?, name: name.to_owned() })
	}
}

/// What a node is called where nobody has said so.
fn short(account: &AccountId) -> String {
	let full = address(account);
	let end = full.len().saturating_sub(4);
	match (full.get(..4), full.get(end..)) {
		(Some(first), Some(last)) => format!("{first}…{last}"),
		_ => full,
	}
}

fn name_of(names: &[NameArg], node: &NodeInfo) -> String {
	let named = names.iter().find(|named| match &named.node {
		super::args::NodeArg::Id(id) => *id == node.id,
		super::args::NodeArg::Owner(AccountArg(account)) => *account == node.account,
	});
	named.map_or_else(|| short(&node.account), |named| crate::error::squeeze(&named.name))
}

fn place_of(node: &NodeInfo) -> Place {
	match node.standing {
		Some(Standing::Main) => Place::Main,
		Some(Standing::CutOff { since }) => Place::CutOff(since),
		Some(Standing::Apart) => Place::Apart,
		None => Place::Left,
	}
}

fn state_of(edge: &EdgeInfo) -> State {
	match (edge.life.closed_at, edge.severed_by) {
		(Some(block), Some(_)) => State::Severed(block),
		(Some(block), None) => State::Closed(block),
		(None, _) if edge.closes_at.is_some() => State::Closing,
		(None, _) => State::Open,
	}
}

async fn picture(chain: &Chain, at: &At, args: &MapArgs) -> Result<Picture> {
	let most = usize::from(args.most);
	let mut nodes = chain.nodes(at, most.saturating_add(1)).await?;
	if nodes.len() > most {
		return Err(usage(format!("there are more than {most} nodes: --most takes more, up to 2000")));
	}
	let ids: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
	let mut edges = chain.edges_of(at, &ids).await?;
	edges.retain(|edge| !args.open || edge.life.closed_at.is_none());
	// Who has left is shown only as an end of what is shown.
	nodes.retain(|node| {
		let ends = |edge: &EdgeInfo| edge.ends.opener == node.id || edge.ends.acceptor == node.id;
		node.standing.is_some() || edges.iter().any(ends)
	});
	let places: BTreeMap<NodeId, usize> =
		nodes.iter().enumerate().map(|(place, node)| (node.id, place)).collect();
	let (centre, money) = (chain.centre(at).await?, chain.native());
	let shown = nodes.iter().map(|node| Node {
		id: node.id,
		name: name_of(&args.names, node),
		stake: money.show(node.stake),
		weight: money.show(node.weight),
		units: node.weight,
		component: node.component,
		place: place_of(node),
		centre: centre.as_ref().is_some_and(|centre| centre.node == node.id),
	});
	let shown: Vec<Node> = shown.collect();
	let mut drawn = Vec::new();
	for edge in &edges {
		let ends = [places.get(&edge.ends.opener), places.get(&edge.ends.acceptor)];
		let [Some(opener), Some(acceptor)] = ends else { continue };
		drawn.push(Edge {
			id: edge.id,
			ends: [*opener, *acceptor],
			latency_ms: edge.terms.latency_ms,
			price: money_of(chain, at, edge).await?.show(edge.terms.base_price),
			state: state_of(edge),
		});
	}
	let open = drawn.iter().filter(|edge| edge.state.is_open()).count();
	let title = format!("block {}: {} nodes, {open} open edges", at.block_number(), shown.len());
	Ok(Picture { title, nodes: shown, edges: drawn })
}

fn json_of(picture: &Picture, block: u64) -> Value {
	let place = |place: Place| match place {
		Place::Main => json!("main"),
		Place::CutOff(since) => json!({ "cut_off": since }),
		Place::Apart => json!("apart"),
		Place::Left => json!("left"),
	};
	let state = |state: State| match state {
		State::Open => json!("open"),
		State::Closing => json!("closing"),
		State::Severed(block) => json!({ "severed": block }),
		State::Closed(block) => json!({ "closed": block }),
	};
	let nodes: Vec<Value> = picture
		.nodes
		.iter()
		.map(|node| {
			json!({
				"node": node.id,
				"name": node.name,
				"stake": node.stake,
				"weight": node.weight,
				"component": node.component,
				"place": place(node.place),
				"centre": node.centre,
			})
		})
		.collect();
	let edges: Vec<Value> = picture
		.edges
		.iter()
		.map(|edge| {
			json!({
				"edge": edge.id,
				"ends": picture.ends(edge).map(|ends| ends.map(|node| node.id)),
				"latency_ms": edge.latency_ms,
				"price": edge.price,
				"state": state(edge.state),
			})
		})
		.collect();
	json!({ "block": block, "nodes": nodes, "edges": edges })
}

/// Draws the network.
pub async fn run(ctx: &Ctx, chain: &Chain, args: MapArgs) -> Result<()> {
	let at = match &args.block {
		Some(name) => chain.at_named(name).await?,
		None => chain.best().await?,
	};
	let picture = picture(chain, &at, &args).await?;
	if let Some(path) = &args.svg {
		std::fs::write(path, svg::draw(&picture))
			.with_context(|| format!("cannot write {}", path.display()))?;
		ctx.out.progress(&format!("the picture is in {}", path.display()));
	}
	ctx.out.emit(&json_of(&picture, at.block_number()), || text::draw(&picture))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_should_be_called_by_the_name_that_it_was_given() {
		let account = "//Alice".parse::<AccountArg>().unwrap().0;
		let node = NodeInfo {
			id: 3,
			account,
			key: surety_response::PublicKey::Sr25519([0; 32]),
			stake: 0,
			weight: 0,
			rises: None,
			degree: 0,
			unsettled: 0,
			standing: None,
			component: None,
		};
		let name = |text: &str| name_of(&[text.parse().unwrap()], &node);
		assert_eq!(name("3=Alice in\nchains"), "Alice in chains");
		assert_eq!(name("//Alice=A"), "A");
		assert_eq!(name("4=Bob"), "5Grw…utQY");
		for wrong in ["", "3", "3=", "=Bob", "x=Bob"] {
			assert!(wrong.parse::<NameArg>().is_err(), "{wrong}");
		}
	}
}
