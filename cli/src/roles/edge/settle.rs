//! What is left to be done when edges have ended, and the way back.

use super::args::{node as named_node, NodeArg};
use crate::{
	chain::{
		batch::submit_all,
		topology::{of_edge, of_node},
		Chain,
	},
	cli::Ctx,
	edges::evidence::rejoin_call,
	roles::run_call,
};
use anyhow::Result;
use surety_primitives::EdgeId;

/// Settles who bears severed edges, or forgets edges, or joins components by them.
pub async fn each(ctx: &Ctx, chain: &Chain, name: &str, edges: &[EdgeId]) -> Result<()> {
	let calls = edges.iter().map(|edge| of_edge(name, *edge)).collect();
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, name)
}

/// Claims that nodes lose their share, or reports their owners as operators.
pub async fn claim(ctx: &Ctx, chain: &Chain, name: &str, nodes: &[NodeArg]) -> Result<()> {
	let at = chain.best().await?;
	let mut calls = Vec::new();
	for node in nodes {
		calls.push(of_node(name, node.find(chain, &at).await?.id));
	}
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, name)
}

/// Shows that the own node is part of the main component.
pub async fn rejoin(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let node = named_node(ctx, chain, &at, &None).await?;
	let (call, way) = rejoin_call(chain, &at, node.id).await?;
	ctx.out.progress(&format!(
		"the way to the centre leads along {}",
		way.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
	));
	run_call(ctx, chain, call).await
}
