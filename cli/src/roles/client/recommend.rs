//! Which offer to take: the recommendation of S0, from the chain's offers and this machine's experience.

use super::{
	discover::with_offers, experience::DatabaseArgs, fresh_seed, presence::PresenceArgs, show, Wanted,
};
use crate::{
	args::{address, seed},
	chain::{At, Chain},
	cli::Ctx,
	error::usage,
	output::{hex, pairs, table},
	recommend::{
		experience::{now_ms, Database},
		score::{recommend as rank, Candidate, Config},
	},
};
use anyhow::{bail, Context, Result};
use clap::Args;
use serde_json::{json, Value};
use std::path::PathBuf;
use surety_primitives::{api::OfferInfo, OfferFilter};

/// What to recommend, and how.
#[derive(Args, Debug)]
pub struct RecommendArgs {
	#[command(flatten)]
	wanted: Wanted,
	/// What chance starts from: 32 bytes in hex, or any text; random when left out
	#[arg(long, value_parser = seed)]
	seed: Option<[u8; 32]>,
	/// How many to recommend, best first
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
	picks: u32,
	/// Show what each offer was judged by, those not recommended included
	#[arg(long)]
	explain: bool,
	/// Also consider offers that take no client now
	#[arg(long, conflicts_with = "accepting")]
	any_state: bool,
	/// Also consider offers of which no notary says that they are online
	#[arg(long, conflicts_with_all = ["notary", "trusted", "any_notary", "claims"])]
	anyone: bool,
	#[command(flatten)]
	presence: PresenceArgs,
	#[command(flatten)]
	database: DatabaseArgs,
	/// File with the weights, a JSON object with the names of the options below and `_` for `-`
	#[arg(long, value_name = "FILE")]
	config: Option<PathBuf>,
	#[command(flatten)]
	weights: WeightArgs,
}

/// Weights that go before those of the file.
#[derive(Args, Debug)]
#[command(next_help_heading = "Weights")]
struct WeightArgs {
	/// How much your experience counts; 0 not at all
	#[arg(long, value_name = "WEIGHT")]
	experience: Option<f64>,
	/// How much the price counts
	#[arg(long, value_name = "WEIGHT")]
	price: Option<f64>,
	/// How much the stake counts; below 1, many small operators of one person gain
	#[arg(long, value_name = "WEIGHT")]
	stake: Option<f64>,
	/// Share of the draw that chance alone decides, 0.01 to 1
	#[arg(long, value_name = "SHARE")]
	chance: Option<f64>,
	/// Share of experience that latency decides, 0 to 1
	#[arg(long, value_name = "SHARE")]
	latency: Option<f64>,
	/// After how many days experience counts half
	#[arg(long, value_name = "DAYS")]
	half_life_days: Option<f64>,
}

impl RecommendArgs {
	fn config(&self) -> Result<Config> {
		let mut config = match &self.config {
			Some(path) => {
				let text = std::fs::read_to_string(path)
					.with_context(|| format!("cannot read {}", path.display()))?;
				serde_json::from_str(&text).with_context(|| path.display().to_string())?
			}
			None => Config::default(),
		};
		let given = &self.weights;
		for (option, weight) in [
			(given.experience, &mut config.experience),
			(given.price, &mut config.price),
			(given.stake, &mut config.stake),
			(given.chance, &mut config.chance),
			(given.latency, &mut config.latency),
			(given.half_life_days, &mut config.half_life_days),
		] {
			*weight = option.unwrap_or(*weight);
		}
		config.check().map_err(usage)?;
		Ok(config)
	}
}

/// The offers that are chosen from: where there are notaries, those that are online as they say; and what they say.
async fn candidates(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	args: &RecommendArgs,
	filter: &OfferFilter,
) -> Result<(Vec<OfferInfo>, Value)> {
	let service = args.wanted.service;
	let anyone = || async { Ok((chain.offers(at, service, filter, usize::MAX).await?, Value::Null)) };
	if args.anyone {
		return anyone().await;
	}
	if !Chain::has_notaries(at) {
		return match args.presence.are_given() {
			true => Err(usage("this chain has no notaries")),
			false => anyone().await,
		};
	}
	if !args.presence.are_given() && !chain.is_anybody_notary(at).await? {
		ctx.out.progress("there are no notaries who would say who is online: all offers are considered");
		return anyone().await;
	}
	let heard = args.presence.hear(ctx, chain, at, Some(service)).await?;
	heard.tell(ctx);
	if !heard.is_known() {
		bail!("no notary says who is online; --anyone considers all offers");
	}
	let json = heard.json();
	let present = with_offers(chain, at, heard.listing.present, filter, args.presence.agree()).await?;
	Ok((present.into_iter().map(|one| one.offer).collect(), json))
}

/// Recommends offers.
pub async fn recommend(ctx: &Ctx, chain: &Chain, args: RecommendArgs) -> Result<()> {
	let config = args.config()?;
	let seed = args.seed.unwrap_or_else(fresh_seed);
	let at = chain.best().await?;
	chain.existing_service(&at, args.wanted.service).await?;
	let mut filter = args.wanted.filter(chain, &at).await?;
	// Who asks for a recommendation wants to subscribe.
	filter.accepting = !args.any_state;
	let (offers, notaries) = candidates(ctx, chain, &at, &args, &filter).await?;
	for offer in &offers {
		chain.denomination(&at, &offer.price.asset).await?;
	}
	let records = Database::read(&args.database.path)?;
	let now = now_ms()?;
	let candidates: Vec<Candidate> = offers
		.iter()
		.map(|offer| Candidate {
			operator: offer.operator.clone(),
			service: offer.service,
			price: offer.price.clone(),
			stake: offer.stake,
		})
		.collect();
	let ranked = rank(&candidates, &records, now, &seed, &config, usize::try_from(args.picks)?);

	let shown = if args.explain { &ranked.all[..] } else { &ranked.all[..ranked.picked] };
	let entry = |place: usize| -> Option<(&_, &_)> {
		let judged = shown.get(place)?;
		Some((judged, offers.get(judged.candidate)?))
	};
	let list: Vec<Value> = (0..shown.len())
		.filter_map(|place| {
			let (judged, offer) = entry(place)?;
			let mut json = show::offer_json(chain, offer);
			json["picked"] = (place < ranked.picked).into();
			json["terms"] = json!(judged.terms);
			json["merit"] = judged.merit.into();
			json["probability"] = judged.probability.into();
			Some(json)
		})
		.collect();
	let json = json!({
		"block_hash": hex(at.block_hash()),
		"block_number": at.block_number(),
		"seed": hex(seed),
		"time_ms": now,
		"offers": offers.len(),
		"present_by": notaries,
		"config": config,
		"recommended": list,
	});
	ctx.out.emit(&json, || {
		if offers.is_empty() {
			return "no offer fits".into();
		}
		let head = pairs([
			("block", format!("{} {}", at.block_number(), hex(at.block_hash()))),
			("seed", hex(seed)),
			("offers", offers.len().to_string()),
		]);
		let rows = (0..shown.len()).filter_map(|place| {
			let (judged, offer) = entry(place)?;
			let share = |value: f64| format!("{value:.3}");
			Some([
				if place < ranked.picked { (place.saturating_add(1)).to_string() } else { "-".into() },
				address(&offer.operator),
				show::price(chain, &offer.price),
				chain.native().show(offer.stake),
				share(judged.terms.experience),
				share(judged.terms.price),
				share(judged.terms.stake),
				share(judged.terms.chance),
				format!("{:.1}%", judged.probability * 100.0),
			])
		});
		let heading = [
			"PLACE",
			"OPERATOR",
			"PRICE",
			"STAKE",
			"EXPERIENCE",
			"PRICE TERM",
			"STAKE TERM",
			"CHANCE",
			"PROBABILITY",
		];
		if args.explain {
			format!("{head}\n\n{}", table(heading, rows))
		} else {
			let rows = rows.map(|[place, operator, price, stake, .., probability]| {
				[place, operator, price, stake, probability]
			});
			format!("{head}\n\n{}", table(["PLACE", "OPERATOR", "PRICE", "STAKE", "PROBABILITY"], rows))
		}
	})
}
