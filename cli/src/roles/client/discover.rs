//! Which certified offers are online now, with nothing but a node to ask.

use super::{presence::PresenceArgs, show};
use crate::{
	args::address,
	chain::{At, Chain},
	cli::Ctx,
	output::{pairs, table, text},
	presence::{claims, listing::Listed},
};
use anyhow::{bail, Result};
use clap::Args;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use surety_primitives::{
	api::OfferInfo,
	notary::{Claims, Window},
	AccountId, OfferFilter, ServiceId,
};

/// What is looked for.
#[derive(Args, Debug)]
pub struct DiscoverArgs {
	/// Offers for this service alone
	#[arg(long)]
	service: Option<ServiceId>,
	/// Only offers that take a client now
	#[arg(long)]
	accepting: bool,
	/// How many at the most
	#[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
	limit: u32,
	#[command(flatten)]
	presence: PresenceArgs,
}

/// An offer that is present, as the chain has it.
pub struct Present {
	/// What notaries say of it.
	pub listed: Listed,
	/// What it is.
	pub offer: OfferInfo,
}

/// The offers behind what notaries have attested. One that is not there any more, or that is another than the one that was
/// attested, is left out; so is one that fewer notaries speak for than have to agree.
pub async fn with_offers(
	chain: &Chain,
	at: &At,
	listed: Vec<Listed>,
	filter: &OfferFilter,
	agree: usize,
) -> Result<Vec<Present>> {
	let mut offers: BTreeMap<(ServiceId, AccountId), OfferInfo> = BTreeMap::new();
	let mut services: Vec<ServiceId> = listed.iter().map(|one| one.service).collect();
	services.dedup();
	for service in services {
		for offer in chain.offers(at, service, filter, usize::MAX).await? {
			offers.insert((service, offer.operator.clone()), offer);
		}
	}
	let mut present = Vec::new();
	for mut listed in listed {
		let Some(offer) = offers.remove(&(listed.service, listed.operator.clone())) else { continue };
		// An offer that is younger than its attestation may be another one for the same: the chain knows.
		let mut by: Vec<(AccountId, Window, _)> = Vec::new();
		for (notary, window, known) in listed.by {
			if offer.active_from > known.attested_at {
				let now = chain.attestation(at, &notary, known.slot).await?;
				if now.is_none_or(|now| now.generation != known.generation || now.expired) {
					continue;
				}
			}
			by.push((notary, window, known));
		}
		listed.by = by;
		if listed.by.len() >= agree.max(1) {
			present.push(Present { listed, offer });
		}
	}
	Ok(present)
}

/// What a client connects to, from what the operator says of the offer: the strings under `endpoints`.
pub fn endpoints(metadata: &[u8]) -> Vec<String> {
	let Ok(Value::Object(said)) = serde_json::from_slice::<Value>(metadata) else { return Vec::new() };
	match said.get("endpoints") {
		Some(Value::Array(list)) => {
			let strings = list.iter().filter_map(Value::as_str);
			strings.map(|endpoint| text(endpoint.as_bytes())).collect()
		}
		Some(Value::String(one)) => vec![text(one.as_bytes())],
		_ => Vec::new(),
	}
}

fn present_json(chain: &Chain, present: &Present) -> Value {
	let mut json = show::offer_json(chain, &present.offer);
	json["claims"] = present.listed.claims().iter().map(claims::to_json).collect();
	json["endpoints"] = endpoints(&present.offer.metadata).into();
	let by = present.listed.by.iter().map(|(notary, window, known)| {
		json!({
			"notary": address(notary),
			"window": window,
			"slot": known.slot,
			"generation": known.generation,
			"until": known.until,
			"claims": claims::all_json(&known.claims),
		})
	});
	json["by"] = by.collect();
	json
}

/// Lists the offers that are present.
pub async fn discover(ctx: &Ctx, chain: &Chain, args: DiscoverArgs) -> Result<()> {
	let at = chain.best().await?;
	if !Chain::has_notaries(&at) {
		bail!("this chain has no notaries");
	}
	if let Some(service) = args.service {
		chain.existing_service(&at, service).await?;
	}
	let heard = args.presence.hear(ctx, chain, &at, args.service).await?;
	heard.tell(ctx);
	if !heard.is_known() {
		// An empty list would say that nobody is there.
		bail!(
			"no notary has published who is present in the last windows: nothing is known of who is online"
		);
	}
	let filter = OfferFilter { accepting: args.accepting, ..OfferFilter::default() };
	let agree = args.presence.agree();
	let mut present = with_offers(chain, &at, heard.listing.present.clone(), &filter, agree).await?;
	present.truncate(usize::try_from(args.limit)?);
	for one in &present {
		chain.denomination(&at, &one.offer.price.asset).await?;
	}
	let json = json!({
		"block_number": at.block_number(),
		"window": heard.window,
		"notaries": heard.json(),
		"not_covered": heard.listing.not_covered,
		"offers": present.iter().map(|one| present_json(chain, one)).collect::<Vec<_>>(),
	});
	ctx.out.emit(&json, || {
		let notaries = heard.heard.iter().filter_map(|heard| {
			let word = heard.word.as_ref()?;
			let of = &word.commitment;
			Some((
				address(&heard.notary.notary),
				format!(
					"window {}: {} of {} present, {} bytes from {}, {}",
					of.window,
					of.present,
					of.universe,
					of.size,
					word.place,
					if word.on_chain { "committed to on chain" } else { "signed by the notary" }
				),
			))
		});
		let mut head = pairs(notaries);
		if heard.listing.not_covered > 0 {
			head = format!(
				"{head}\n{} were attested too late to be covered: they may be online",
				heard.listing.not_covered
			);
		}
		let rows = present.iter().map(|one| {
			let notaries =
				one.listed.by.iter().map(|(notary, window, _)| format!("{}@{window}", address(notary)));
			let certified = Claims::new(one.listed.claims());
			[
				address(&one.offer.operator),
				one.offer.service.to_string(),
				claims::show_all(&certified),
				show::price(chain, &one.offer.price),
				endpoints(&one.offer.metadata).join(" "),
				notaries.collect::<Vec<_>>().join(" "),
			]
		});
		format!(
			"{head}\n\n{}",
			table(["OPERATOR", "SERVICE", "CLAIMS", "PRICE", "ENDPOINTS", "NOTARY@WINDOW"], rows)
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn endpoints_should_be_read_from_what_an_operator_says_and_be_harmless() {
		assert_eq!(
			endpoints(br#"{"endpoints":["https://a.example","tcp://b.example:1"]}"#),
			["https://a.example", "tcp://b.example:1"]
		);
		assert_eq!(endpoints(br#"{"endpoints":"https://a.example"}"#), ["https://a.example"]);
		assert_eq!(endpoints(br#"{"endpoints":[1,null]}"#), Vec::<String>::new());
		assert_eq!(endpoints(b"https://a.example"), Vec::<String>::new());
		assert_eq!(endpoints(br#"{"endpoints":["\u001b[2J"]}"#), ["0x1b5b324a"]);
	}
}
