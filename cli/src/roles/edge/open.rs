//! How edges come to be, and get other terms.

use super::{
	args::{node as named_node, NodeArg, TermsArgs, TermsChange},
	show::money_of,
};
use crate::{
	amount::Decimal,
	args::{asset, asset_name},
	chain::{
		call::{self, number, option, Call},
		errors,
		submit::Receipt,
		topology::{of_edge, terms_json, StandingOffer},
		Chain,
	},
	cli::Ctx,
	error::usage,
	output::pairs,
	roles::{run_call, run_call_with},
};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::{AssetKind, EdgeId};
use surety_response::PerSide;

/// A new edge.
#[derive(Args, Debug)]
pub struct OpenArgs {
	/// To which node: its number or owner
	#[arg(long, value_name = "NODE")]
	to: NodeArg,
	#[command(flatten)]
	terms: TermsArgs,
	/// What you deposit in the channel, in whole ones of the asset: what you can pay through it
	#[arg(long, value_name = "AMOUNT")]
	deposit: Decimal,
	/// What the other is to deposit
	#[arg(long, value_name = "AMOUNT", default_value = "0", conflicts_with = "by_offer")]
	other_deposit: Decimal,
	/// What is paid in: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native", conflicts_with = "by_offer")]
	asset: AssetKind,
	/// Open it at once by the other's standing offer, which says the rest
	#[arg(long)]
	by_offer: bool,
}

/// Standing offers.
#[derive(Subcommand, Debug)]
pub enum OfferVerb {
	/// Accept edges from anybody, within these bounds. Takes the place of the offer before it
	Make(OfferArgs),
	/// Accept none any more
	End,
	/// Show the offer of a node
	Show {
		/// Its number or owner; that of the key when left out
		node: Option<NodeArg>,
	},
}

/// A standing offer.
#[derive(Args, Debug)]
pub struct OfferArgs {
	/// How many edges
	#[arg(long, value_name = "EDGES", value_parser = clap::value_parser!(u32).range(1..))]
	edges: u32,
	/// What you deposit in each channel, in whole ones of the asset
	#[arg(long, value_name = "AMOUNT", default_value = "0")]
	deposit: Decimal,
	/// What the other deposits at the least
	#[arg(long, value_name = "AMOUNT")]
	min_deposit: Decimal,
	/// What is paid in: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
	/// Latency at the least, in milliseconds: who promises less than it can keep pays for that
	#[arg(long, value_name = "MS")]
	min_latency_ms: u32,
	/// Latency at the most, in milliseconds
	#[arg(long, value_name = "MS")]
	max_latency_ms: u32,
	/// Bandwidth at the most, in kbit/s
	#[arg(long, value_name = "KBPS")]
	max_bandwidth_kbps: u32,
	/// Price of a message at the least
	#[arg(long, value_name = "AMOUNT", default_value = "0")]
	min_base_price: Decimal,
	/// Price of a byte at the least
	#[arg(long, value_name = "AMOUNT", default_value = "0")]
	min_byte_price: Decimal,
	/// Severing penalty at the most, in whole native tokens
	#[arg(long, value_name = "AMOUNT")]
	max_penalty: Decimal,
}

/// Other terms.
#[derive(Args, Debug)]
pub struct RepriceArgs {
	/// Number of the edge
	edge: EdgeId,
	#[command(flatten)]
	change: TermsChange,
	/// Accept what the other end has proposed, if it is still what `edge show` says
	#[arg(long, conflicts_with_all = ["latency_ms", "bandwidth_kbps", "base_price", "byte_price"])]
	accept: bool,
}

/// The numbers of an edge and its channel, as the events have them.
fn numbers(receipt: &Receipt) -> Vec<(&'static str, Value)> {
	["edge", "channel"]
		.into_iter()
		.filter_map(|name| {
			let number = u64::try_from(receipt.number("Topology", name)?).ok()?;
			Some((name, number.into()))
		})
		.collect()
}

/// Proposes an edge, or opens it by an offer.
pub async fn open(ctx: &Ctx, chain: &Chain, args: OpenArgs) -> Result<()> {
	let at = chain.best().await?;
	let to = args.to.find(chain, &at).await?;
	if args.by_offer {
		let offer = chain.standing_offer(&at, to.id).await?.ok_or_else(|| {
			let otherwise = format!("node {} accepts no edges by itself", to.id);
			errors::known(at.metadata_ref(), "Topology", "OfferNotFound", &otherwise)
		})?;
		let money = chain.denomination(&at, &offer.asset).await?;
		let call = Call::new("Topology", "open")
			.arg("to", number(to.id))
			.encoded(&at, "terms", &args.terms.terms(&money)?)?
			.arg("deposit", number(money.units(&args.deposit)?))
			.counted_in(&offer.asset);
		return run_call_with(ctx, chain, call, numbers).await;
	}
	let money = chain.denomination(&at, &args.asset).await?;
	let deposits =
		PerSide { opener: money.units(&args.deposit)?, acceptor: money.units(&args.other_deposit)? };
	let call = Call::new("Topology", "propose")
		.arg("to", number(to.id))
		.encoded(&at, "terms", &args.terms.terms(&money)?)?
		.arg("asset", call::asset(&args.asset))
		.encoded(&at, "deposits", &deposits)?
		.counted_in(&args.asset);
	run_call_with(ctx, chain, call, numbers).await
}

/// Accepts a proposal.
pub async fn accept(ctx: &Ctx, chain: &Chain, id: EdgeId) -> Result<()> {
	let at = chain.best().await?;
	let proposal = chain.existing_edge_proposal(&at, id).await?;
	chain.denomination(&at, &proposal.asset).await?;
	run_call_with(ctx, chain, of_edge("accept", id).counted_in(&proposal.asset), numbers).await
}

/// Takes a proposal back, turns it down, or clears it away.
pub async fn withdraw(ctx: &Ctx, chain: &Chain, id: EdgeId) -> Result<()> {
	let at = chain.best().await?;
	let proposal = chain.existing_edge_proposal(&at, id).await?;
	let name = match proposal.expires_at <= next_block(&at)? {
		true => "expire_proposal",
		false => "withdraw_proposal",
	};
	run_call(ctx, chain, of_edge(name, id)).await
}

/// Proposes or accepts other terms.
pub async fn reprice(ctx: &Ctx, chain: &Chain, args: RepriceArgs) -> Result<()> {
	let at = chain.best().await?;
	let edge = chain.existing_edge(&at, args.edge).await?;
	let money = money_of(chain, &at, &edge).await?;
	let (name, terms) = match args.accept {
		true => {
			let proposed = edge.proposed.map(|(_, terms)| terms).ok_or_else(|| {
				let otherwise = "nobody has proposed other terms";
				errors::known(at.metadata_ref(), "Topology", "TermsNotProposed", otherwise)
			})?;
			("accept_terms", proposed)
		}
		false => ("propose_terms", args.change.of(&edge.terms, &money)?),
	};
	let call = of_edge(name, args.edge).encoded(&at, "terms", &terms)?.counted_in(&money.asset);
	run_call_with(ctx, chain, call, |_| vec![("terms", terms_json(&money, &terms))]).await
}

/// Makes, ends or shows a standing offer.
pub async fn offer(ctx: &Ctx, chain: &Chain, verb: OfferVerb) -> Result<()> {
	let at = chain.best().await?;
	match verb {
		OfferVerb::End => {
			run_call(ctx, chain, Call::new("Topology", "set_offer").arg("offer", option(None))).await
		}
		OfferVerb::Show { node } => show_offer(ctx, chain, &node).await,
		OfferVerb::Make(args) => {
			if args.min_latency_ms > args.max_latency_ms {
				return Err(usage("--min-latency-ms is above --max-latency-ms"));
			}
			let money = chain.denomination(&at, &args.asset).await?;
			let offer = StandingOffer {
				asset: args.asset.clone(),
				deposit: money.units(&args.deposit)?,
				min_deposit: money.units(&args.min_deposit)?,
				min_latency_ms: args.min_latency_ms,
				max_latency_ms: args.max_latency_ms,
				max_bandwidth_kbit_s: args.max_bandwidth_kbps,
				min_base_price: money.units(&args.min_base_price)?,
				min_price_per_byte: money.units(&args.min_byte_price)?,
				max_penalty: chain.native().units(&args.max_penalty)?,
				left: args.edges,
			};
			let call = Call::new("Topology", "set_offer").encoded(&at, "offer", &Some(offer))?;
			run_call(ctx, chain, call.counted_in(&args.asset)).await
		}
	}
}

async fn show_offer(ctx: &Ctx, chain: &Chain, node: &Option<NodeArg>) -> Result<()> {
	let at = chain.best().await?;
	let node = named_node(ctx, chain, &at, node).await?;
	let Some(offer) = chain.standing_offer(&at, node.id).await? else {
		return ctx
			.out
			.emit(&Value::Null, || format!("node {} accepts no edges by itself: propose one", node.id));
	};
	let (money, native) = (chain.denomination(&at, &offer.asset).await?, chain.native());
	let json = json!({
		"node": node.id,
		"asset": asset_name(&offer.asset),
		"deposit": money.plain(offer.deposit),
		"min_deposit": money.plain(offer.min_deposit),
		"min_latency_ms": offer.min_latency_ms,
		"max_latency_ms": offer.max_latency_ms,
		"max_bandwidth_kbps": offer.max_bandwidth_kbit_s,
		"min_base_price": money.plain(offer.min_base_price),
		"min_price_per_byte": money.plain(offer.min_price_per_byte),
		"max_penalty": native.plain(offer.max_penalty),
		"left": offer.left,
	});
	ctx.out.emit(&json, || {
		pairs([
			("node", node.id.to_string()),
			("edges left", offer.left.to_string()),
			("deposits", money.show(offer.deposit)),
			("you deposit", format!("{} or more", money.show(offer.min_deposit))),
			("latency", format!("{} to {} ms", offer.min_latency_ms, offer.max_latency_ms)),
			("bandwidth", format!("{} kbit/s or less", offer.max_bandwidth_kbit_s)),
			("message", format!("{} or more", money.show(offer.min_base_price))),
			("byte", format!("{} or more", money.show(offer.min_price_per_byte))),
			("penalty", format!("{} or less", native.show(offer.max_penalty))),
		])
	})
}
