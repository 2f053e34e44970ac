//! What is on offer, and the draw that anybody can check.

use super::{show, Wanted};
use crate::{
	chain::Chain,
	cli::Ctx,
	output::{hex, pairs},
};
use anyhow::{bail, Result};
use serde_json::{json, Value};
use surety_primitives::{
	api::OfferInfo,
	sampling::{arrival, draw},
	ServiceId,
};

/// Lists services.
pub async fn services(ctx: &Ctx, chain: &Chain, limit: u32) -> Result<()> {
	let at = chain.best().await?;
	let services = chain.services(&at, usize::try_from(limit)?).await?;
	for security in services.iter().flat_map(|service| &service.security) {
		chain.denomination(&at, &security.asset).await?;
	}
	let json: Vec<Value> = services.iter().map(|service| show::service_json(chain, service)).collect();
	ctx.out.emit(&json.into(), || show::services_table(chain, &services))
}

/// Lists offers.
pub async fn offers(ctx: &Ctx, chain: &Chain, wanted: &Wanted, limit: u32) -> Result<()> {
	let at = chain.best().await?;
	chain.existing_service(&at, wanted.service).await?;
	let filter = wanted.filter(chain, &at).await?;
	let offers = chain.offers(&at, wanted.service, &filter, usize::try_from(limit)?).await?;
	for offer in &offers {
		chain.denomination(&at, &offer.price.asset).await?;
	}
	let now = u32::try_from(at.block_number())?;
	let json: Vec<Value> = offers.iter().map(|offer| show::offer_json(chain, offer)).collect();
	ctx.out.emit(&json.into(), || show::offers_table(chain, &offers, now))
}

/// The draw, computed here from the offers themselves.
pub fn recompute(
	seed: &[u8; 32],
	service: ServiceId,
	offers: Vec<OfferInfo>,
	picks: usize,
) -> Vec<(u128, OfferInfo)> {
	let timed = offers.into_iter().filter_map(|offer| {
		let time = arrival(draw(seed, service, &offer.operator), offer.stake)?;
		Some((time, offer))
	});
	let mut drawn: Vec<_> = timed.collect();
	drawn.sort_by(|a, b| (a.0, &a.1.operator).cmp(&(b.0, &b.1.operator)));
	drawn.truncate(picks);
	drawn
}

/// Draws offers on the chain, and again here, and says whether the two agree.
pub async fn sample(
	ctx: &Ctx,
	chain: &Chain,
	wanted: &Wanted,
	seed: &[u8; 32],
	picks: u32,
	block: &Option<String>,
) -> Result<()> {
	let at = match block {
		Some(name) => chain.at_named(name).await?,
		None => chain.best().await?,
	};
	chain.existing_service(&at, wanted.service).await?;
	let filter = wanted.filter(chain, &at).await?;
	let drawn = chain.sample(&at, wanted.service, seed, &filter, picks).await?;
	let offers = chain.offers(&at, wanted.service, &filter, usize::MAX).await?;
	let agrees = recompute(seed, wanted.service, offers, usize::try_from(picks)?) == drawn;
	for (_, offer) in &drawn {
		chain.denomination(&at, &offer.price.asset).await?;
	}

	let list: Vec<Value> = drawn
		.iter()
		.map(|(time, offer)| {
			let mut offer = show::offer_json(chain, offer);
			offer["arrival"] = time.to_string().into();
			offer
		})
		.collect();
	let json = json!({
		"block_hash": hex(at.block_hash()),
		"block_number": at.block_number(),
		"seed": hex(seed),
		"service": wanted.service,
		"drawn": list,
		"agrees": agrees,
	});
	let now = u32::try_from(at.block_number())?;
	ctx.out.emit(&json, || {
		let head = pairs([
			("block", format!("{} {}", at.block_number(), hex(at.block_hash()))),
			("seed", hex(seed)),
			("check", (if agrees { "recomputed here: agrees" } else { "recomputed here: DIFFERS" }).into()),
		]);
		let offers: Vec<OfferInfo> = drawn.iter().map(|(_, offer)| offer.clone()).collect();
		format!("{head}\n\n{}", show::offers_table(chain, &offers, now))
	})?;
	if !agrees {
		bail!("the node's draw is not what its own offers give: do not trust this node");
	}
	Ok(())
}
