//! Routes through the network.

use super::args::{node as named_node, NodeArg};
use crate::{amount::Decimal, chain::Chain, cli::Ctx, output::table};
use anyhow::{bail, Result};
use clap::Args;
use serde_json::{json, Value};
use surety_primitives::topology::Limits;

/// From where to where, and what it may take.
#[derive(Args, Debug)]
pub struct RouteArgs {
	/// To which node: its number or owner
	#[arg(long, value_name = "NODE")]
	to: NodeArg,
	/// From which; that of the key when left out
	#[arg(long, value_name = "NODE")]
	from: Option<NodeArg>,
	/// How many, the cheapest first
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100), value_name = "ROUTES")]
	count: u32,
	/// Time from end to end at the most, in milliseconds
	#[arg(long, value_name = "MS")]
	max_latency_ms: Option<u32>,
	/// Bandwidth of each edge at the least, in kbit/s
	#[arg(long, value_name = "KBPS", default_value_t = 0)]
	min_bandwidth_kbps: u32,
	/// Price of a message at the most, in whole native tokens
	#[arg(long, value_name = "AMOUNT")]
	max_price: Option<Decimal>,
	/// Size of the message that the price is for
	#[arg(long, value_name = "BYTES", default_value_t = 1_000)]
	bytes: u64,
}

/// Shows the cheapest routes.
pub async fn run(ctx: &Ctx, chain: &Chain, args: RouteArgs) -> Result<()> {
	let at = chain.best().await?;
	let to = args.to.find(chain, &at).await?.id;
	let from = named_node(ctx, chain, &at, &args.from).await?.id;
	let money = chain.native();
	let limits = Limits {
		latency_ms: args.max_latency_ms.unwrap_or(u32::MAX),
		bandwidth_kbit_s: args.min_bandwidth_kbps,
		price: args.max_price.as_ref().map_or(Ok(u128::MAX), |price| money.units(price))?,
		bytes: args.bytes,
	};
	let found = chain.routes(&at, [from, to], args.count, limits).await?;
	if found.routes.is_empty() {
		match found.complete {
			true => bail!("no route from node {from} to node {to} within these limits"),
			false => bail!("no route found; the network is too large to be sure that there is none"),
		}
	}
	if !found.complete {
		ctx.out.progress("looking for routes was given up: there may be cheaper ones");
	}
	let list: Vec<Value> = found
		.routes
		.iter()
		.map(|route| {
			json!({
				"edges": route.edges,
				"price": money.plain(route.price),
				"latency_ms": route.latency_ms,
			})
		})
		.collect();
	let json = json!({ "from": from, "to": to, "routes": list, "complete": found.complete });
	ctx.out.emit(&json, || {
		let rows = found.routes.iter().map(|route| {
			[
				money.show(route.price),
				format!("{} ms", route.latency_ms),
				route.edges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
			]
		});
		table(["PRICE", "LATENCY", "EDGES"], rows)
	})
}
