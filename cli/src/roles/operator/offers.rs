//! Offers: what an operator promises for a service, what it costs, and the bond behind it.

use super::stake::advised;
use crate::{
	amount::Decimal,
	args::{asset, percent, text_or_file, PriceArg},
	chain::{
		call::{self, bytes, number, Call},
		errors,
		money::{ChainPrice, Denomination},
		state::UnknownAsset,
		At, Chain,
	},
	cli::Ctx,
	error::usage,
	roles::run_call,
};
use anyhow::{Error, Result};
use clap::Args;
use subxt::ext::codec::Decode;
use surety_primitives::{AssetKind, BlockNumber, ServiceId, Sla};

/// A new offer.
#[derive(Args, Debug)]
pub struct OfferArgs {
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// Milliseconds to the first byte of an answer, at the most
	#[arg(long, value_name = "MS")]
	latency_ms: u32,
	/// Bandwidth in kbit/s, at the least
	#[arg(long, value_name = "KBPS")]
	bandwidth_kbps: u32,
	/// Share of time in which the service answers, in percent
	#[arg(long, value_parser = percent, value_name = "PERCENT")]
	uptime: u32,
	/// Number of clients at the most
	#[arg(long)]
	capacity: u32,
	/// Price in whole tokens for a number of blocks: 1.5/100, or 1.5 with --period
	#[arg(long, value_name = "AMOUNT/BLOCKS")]
	price: PriceArg,
	/// Number of blocks that the price is for
	#[arg(long, value_name = "BLOCKS")]
	period: Option<BlockNumber>,
	/// What the price is in: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
	/// Endpoints, keys and whatever else clients need; from a file when it begins with @
	#[arg(long, default_value = "", value_name = "TEXT")]
	metadata: String,
	/// What you put up for it of your own stake that is allocated to the service, in whole native tokens: it stays
	/// there as long as the offer
	#[arg(long, value_name = "AMOUNT")]
	bond: Decimal,
}

/// A change of an offer.
#[derive(Args, Debug)]
pub struct OfferChange {
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// Milliseconds to the first byte of an answer, at the most
	#[arg(long, value_name = "MS")]
	latency_ms: Option<u32>,
	/// Bandwidth in kbit/s, at the least
	#[arg(long, value_name = "KBPS")]
	bandwidth_kbps: Option<u32>,
	/// Share of time in which the service answers, in percent
	#[arg(long, value_parser = percent, value_name = "PERCENT")]
	uptime: Option<u32>,
	/// Number of clients at the most
	#[arg(long)]
	capacity: Option<u32>,
	/// Price in whole tokens for a number of blocks: 1.5/100; the period stays when only an amount is given
	#[arg(long, value_name = "AMOUNT/BLOCKS")]
	price: Option<PriceArg>,
	/// Number of blocks that the price is for
	#[arg(long, requires = "price", value_name = "BLOCKS")]
	period: Option<BlockNumber>,
	/// What the price is in: native, or the number of an asset
	#[arg(long, value_parser = asset, requires = "price")]
	asset: Option<AssetKind>,
	/// Endpoints, keys and whatever else clients need; from a file when it begins with @
	#[arg(long, value_name = "TEXT")]
	metadata: Option<String>,
}

fn sla(latency_ms: u32, bandwidth_kbps: u32, uptime: u32) -> Result<Sla> {
	// `Perbill` belongs to a crate of the SDK that nothing else here needs; its encoding is its number.
	let uptime = Decode::decode(&mut &uptime.to_le_bytes()[..])?;
	Ok(Sla { latency_ms, bandwidth_kbps, uptime })
}

fn with_terms(call: Call, sla: &Sla, capacity: u32, price: &ChainPrice, metadata: &[u8]) -> Call {
	call.arg("sla", call::sla(sla))
		.arg("capacity", number(capacity))
		.arg("price", call::price(price))
		.arg("metadata", bytes(metadata))
}

/// What a price or a security is counted in, or the chain's own words for there being no such asset.
pub async fn counted_in(chain: &Chain, at: &At, asset: &AssetKind) -> Result<Denomination> {
	chain.denomination(at, asset).await.map_err(|unknown| match unknown.is::<UnknownAsset>() {
		true => errors::known(at.metadata_ref(), "Registry", "UnknownAsset", &unknown.to_string()),
		false => unknown,
	})
}

/// Makes an offer.
pub async fn make(ctx: &Ctx, chain: &Chain, args: OfferArgs) -> Result<()> {
	let at = chain.best().await?;
	let price = counted_in(chain, &at, &args.asset).await?.price(&args.price, args.period)?;
	let sla = sla(args.latency_ms, args.bandwidth_kbps, args.uptime)?;
	let metadata = text_or_file(&args.metadata).map_err(Error::msg)?;
	let bond = chain.native().units(&args.bond)?;
	let call = Call::new("Registry", "make_offer").arg("service", number(args.service));
	let call = with_terms(call, &sla, args.capacity, &price, &metadata).arg("bond", number(bond));
	match run_call(ctx, chain, call).await {
		Err(refused) => Err(advised(chain, &ctx.signer()?, args.service, bond, refused).await),
		done => done,
	}
}

/// Adds to the bond of an offer.
pub async fn add_bond(ctx: &Ctx, chain: &Chain, service: ServiceId, amount: &Decimal) -> Result<()> {
	let amount = chain.native().units(amount)?;
	let call =
		Call::new("Registry", "add_bond").arg("service", number(service)).arg("amount", number(amount));
	match run_call(ctx, chain, call).await {
		Err(refused) => {
			let who = ctx.signer()?;
			let old = chain.offer(&chain.best().await?, service, &who).await?;
			let bond = old.map_or(0, |offer| offer.bond).saturating_add(amount);
			Err(advised(chain, &who, service, bond, refused).await)
		}
		done => done,
	}
}

/// Changes what was named of an offer.
pub async fn update(ctx: &Ctx, chain: &Chain, change: OfferChange) -> Result<()> {
	let nothing = change.latency_ms.is_none()
		&& change.bandwidth_kbps.is_none()
		&& change.uptime.is_none()
		&& change.capacity.is_none()
		&& change.price.is_none()
		&& change.metadata.is_none();
	if nothing {
		return Err(usage("nothing to change"));
	}
	let at = chain.best().await?;
	let old = chain.existing_offer(&at, change.service, &ctx.signer()?).await?;
	let price = match &change.price {
		Some(price) => {
			let kind = change.asset.as_ref().unwrap_or(&old.price.asset);
			let kept = price.period.is_none().then_some(old.price.period);
			counted_in(chain, &at, kind).await?.price(price, change.period.or(kept))?
		}
		None => old.price,
	};
	// Known from here on, so that a dry run can show it.
	chain.denomination(&at, &price.asset).await?;
	let sla = sla(
		change.latency_ms.unwrap_or(old.sla.latency_ms),
		change.bandwidth_kbps.unwrap_or(old.sla.bandwidth_kbps),
		change.uptime.unwrap_or(old.sla.uptime.deconstruct()),
	)?;
	let metadata = match &change.metadata {
		Some(text) => text_or_file(text).map_err(Error::msg)?,
		None => old.metadata,
	};
	let call = Call::new("Registry", "update_offer").arg("service", number(change.service));
	let capacity = change.capacity.unwrap_or(old.capacity);
	run_call(ctx, chain, with_terms(call, &sla, capacity, &price, &metadata)).await
}
