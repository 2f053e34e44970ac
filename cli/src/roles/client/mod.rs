//! Clients: discover who is online, find offers, choose one, subscribe, cancel; and remember how it went.

pub mod discover;
pub mod experience;
pub mod market;
pub mod petition;
pub mod presence;
pub mod recommend;
pub mod show;
pub mod subscriptions;

use crate::{
	amount::Decimal,
	args::{asset, percent, seed, AccountArg, PriceArg},
	chain::{At, Chain},
	cli::Ctx,
};
use anyhow::Result;
use clap::{Args, Subcommand};
use codec::Decode;
use surety_primitives::{api::MAX_PAGE, AssetKind, OfferFilter, ServiceId, SubscriptionId};

/// What clients can do.
#[derive(Subcommand, Debug)]
pub enum ClientVerb {
	/// List services
	Services {
		/// How many at the most
		#[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
		limit: u32,
	},
	/// List offers of a service
	Offers {
		/// Which offers are wanted.
		#[command(flatten)]
		wanted: Wanted,
		/// How many at the most
		#[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
		limit: u32,
	},
	/// Draw offers by their stake, so that anybody can check the draw
	Sample {
		/// Which offers are wanted.
		#[command(flatten)]
		wanted: Wanted,
		/// What the draw starts from: 32 bytes in hex, or any text; random when left out
		#[arg(long, value_parser = seed)]
		seed: Option<[u8; 32]>,
		/// How many to draw
		#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_PAGE)))]
		picks: u32,
		/// Hash or number of the block to draw at; the best one when left out
		#[arg(long)]
		block: Option<String>,
	},
	/// List certified offers that are online now, as notaries say
	Discover(discover::DiscoverArgs),
	/// Recommend offers that are online, where notaries say who is, by your own experience, price, stake and chance
	Recommend(Box<recommend::RecommendArgs>),
	/// Subscribe to an offer at its present price
	Subscribe(subscriptions::SubscribeArgs),
	/// Pay more into a subscription
	TopUp {
		/// Number of the subscription
		id: SubscriptionId,
		/// How much more, in whole tokens of what it is paid in
		#[arg(long)]
		amount: Decimal,
	},
	/// Cancel a subscription: the operator is paid what it has served, you get the rest back
	Cancel {
		/// Number of the subscription
		id: SubscriptionId,
	},
	/// Pay out what could not be paid when a subscription was cancelled or closed
	Settle {
		/// Number of the subscription
		id: SubscriptionId,
	},
	/// List the subscriptions of a client
	Subscriptions {
		/// Whose; that of the key when left out
		#[arg(long)]
		account: Option<AccountArg>,
	},
	/// Have an operator slashed, together with other clients of it who have paid fees
	#[command(subcommand)]
	Petition(petition::PetitionVerb),
	/// Have the compensation paid out that is due to you by settlements of slashes
	Collect {
		/// Whose; that of the key when left out. It goes to its owner in any case
		account: Option<AccountArg>,
	},
	/// What you remember of operators, on this machine alone
	#[command(subcommand)]
	Experience(experience::ExperienceVerb),
}

/// Which offers are wanted.
#[derive(Args, Debug)]
pub struct Wanted {
	/// Number of the service
	#[arg(long)]
	pub service: ServiceId,
	/// Price at the most, in whole tokens for a number of blocks
	#[arg(long, value_name = "AMOUNT/BLOCKS")]
	max_price: Option<PriceArg>,
	/// What --max-price is in: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
	/// Latency at the most
	#[arg(long, value_name = "MS")]
	max_latency_ms: Option<u32>,
	/// Bandwidth at the least
	#[arg(long, value_name = "KBPS")]
	min_bandwidth_kbps: Option<u32>,
	/// Uptime at the least, in percent
	#[arg(long, value_parser = percent, value_name = "PERCENT")]
	min_uptime: Option<u32>,
	/// Stake at the least, in whole native tokens
	#[arg(long, value_name = "AMOUNT")]
	min_stake: Option<Decimal>,
	/// Only offers that take a client now
	#[arg(long)]
	accepting: bool,
}

impl Wanted {
	/// As the chain takes it.
	async fn filter(&self, chain: &Chain, at: &At) -> Result<OfferFilter> {
		let max_price = match &self.max_price {
			Some(price) => Some(chain.denomination(at, &self.asset).await?.price(price, None)?),
			None => None,
		};
		let min_stake = self.min_stake.as_ref().map(|stake| chain.native().units(stake)).transpose()?;
		// `Perbill` belongs to a crate of the SDK that nothing else here needs; its encoding is its number.
		let min_uptime =
			self.min_uptime.map(|parts| Decode::decode(&mut &parts.to_le_bytes()[..])).transpose()?;
		Ok(OfferFilter {
			max_price,
			max_latency_ms: self.max_latency_ms,
			min_bandwidth_kbps: self.min_bandwidth_kbps,
			min_uptime,
			min_stake,
			accepting: self.accepting,
		})
	}
}

/// A seed from fresh randomness.
fn fresh_seed() -> [u8; 32] {
	use sp_core::{crypto::Pair, sr25519};
	sr25519::Pair::generate().1
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: ClientVerb) -> Result<()> {
	if let ClientVerb::Experience(verb) = verb {
		return experience::run(ctx, verb);
	}
	let chain = ctx.chain().await?;
	match verb {
		ClientVerb::Services { limit } => market::services(ctx, &chain, limit).await,
		ClientVerb::Offers { wanted, limit } => market::offers(ctx, &chain, &wanted, limit).await,
		ClientVerb::Sample { wanted, seed, picks, block } => {
			let seed = seed.unwrap_or_else(fresh_seed);
			market::sample(ctx, &chain, &wanted, &seed, picks, &block).await
		}
		ClientVerb::Discover(args) => discover::discover(ctx, &chain, args).await,
		ClientVerb::Recommend(args) => recommend::recommend(ctx, &chain, *args).await,
		ClientVerb::Subscribe(args) => subscriptions::subscribe(ctx, &chain, args).await,
		ClientVerb::TopUp { id, amount } => subscriptions::top_up(ctx, &chain, id, &amount).await,
		ClientVerb::Cancel { id } => subscriptions::cancel(ctx, &chain, id).await,
		ClientVerb::Settle { id } => subscriptions::settle(ctx, &chain, id).await,
		ClientVerb::Subscriptions { account } => {
			subscriptions::list(ctx, &chain, &ctx.account(&account)?).await
		}
		ClientVerb::Petition(verb) => petition::run(ctx, &chain, verb).await,
		ClientVerb::Collect { account } => {
			super::gov::settlements::collect_all(ctx, &chain, &ctx.account(&account)?).await
		}
		ClientVerb::Experience(_) => Ok(()),
	}
}
