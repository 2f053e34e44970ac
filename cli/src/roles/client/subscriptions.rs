//! Subscriptions of a client.

use super::show;
use crate::{
	amount::Decimal,
	args::{address, AccountArg, PriceArg},
	chain::{
		call::{self, number, Call},
		money::ChainPrice,
		render::asset_of,
		state::read,
		Chain,
	},
	cli::Ctx,
	error::usage,
	roles::{run_call, run_call_with},
};
use anyhow::{bail, Result};
use clap::Args;
use serde_json::Value;
use subxt::ext::scale_value::At as _;
use surety_primitives::{AccountId, AssetKind, Balance, BlockNumber, ServiceId, SubscriptionId};

/// A new subscription.
#[derive(Args, Debug)]
pub struct SubscribeArgs {
	/// At which operator
	#[arg(long)]
	operator: AccountArg,
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// How much to pay in, in whole tokens of what the offer asks for
	#[arg(long, value_name = "AMOUNT", required_unless_present = "blocks", conflicts_with = "blocks")]
	prepaid: Option<Decimal>,
	/// Pay in as much as this number of blocks costs
	#[arg(long)]
	blocks: Option<BlockNumber>,
	/// Refuse the offer when it costs more than this
	#[arg(long, value_name = "AMOUNT/BLOCKS")]
	max_price: Option<PriceArg>,
}

/// Subscribes at the price that the offer has now, and at no other.
pub async fn subscribe(ctx: &Ctx, chain: &Chain, args: SubscribeArgs) -> Result<()> {
	let at = chain.best().await?;
	let operator = &args.operator.0;
	let offer = chain.existing_offer(&at, args.service, operator).await?;
	let price = offer.price;
	let money = chain.denomination(&at, &price.asset).await?;
	if let Some(max) = &args.max_price {
		let max = money.price(max, None)?;
		if !price.at_most(&max) {
			bail!("the offer costs {}, more than {}", money.show_price(&price), money.show_price(&max));
		}
	}
	let prepaid = match (&args.prepaid, args.blocks) {
		(Some(amount), _) => money.units(amount)?,
		(None, Some(blocks)) => cost(&price, blocks)?,
		(None, None) => return Err(usage("how much to pay in: --prepaid or --blocks")),
	};
	ctx.out.progress(&format!(
		"{} offers service {} at {}; {} paid in serve {}",
		address(operator),
		args.service,
		money.show_price(&price),
		money.show(prepaid),
		match price.blocks_paid_by(prepaid) {
			Some(blocks) => format!("{blocks} blocks"),
			None => "without end".into(),
		},
	));
	let call = Call::new("Subscriptions", "subscribe")
		.arg("operator", call::account(operator))
		.arg("service", number(args.service))
		.arg("expected", call::price(&price))
		.arg("prepaid", number(prepaid))
		.counted_in(&price.asset);
	run_call_with(ctx, chain, call, |receipt| {
		let id = receipt.number("Subscriptions", "id");
		id.map(|id| ("subscription", u64::try_from(id).unwrap_or_default().into())).into_iter().collect()
	})
	.await
}

/// What a number of blocks costs, rounded up: what is rounded down would not pay for the last one.
fn cost(price: &ChainPrice, blocks: BlockNumber) -> Result<Balance> {
	let whole = price.amount.checked_mul(blocks.into()).filter(|_| price.period > 0);
	let whole = whole.ok_or_else(|| usage("so many blocks cost more than can be counted"))?;
	Ok(whole.div_ceil(price.period.into()))
}

/// Pays out what could not be paid when a subscription was cancelled or closed.
pub async fn settle(ctx: &Ctx, chain: &Chain, id: SubscriptionId) -> Result<()> {
	let at = chain.best().await?;
	let remainder = read(&at, "Subscriptions", "Remainders", vec![number(id)]).await?;
	let asset = remainder
		.as_ref()
		.and_then(|remainder| asset_of(remainder.at("asset")?))
		.unwrap_or(AssetKind::Native);
	chain.denomination(&at, &asset).await?;
	run_call(ctx, chain, Call::new("Subscriptions", "settle").arg("id", number(id)).counted_in(&asset)).await
}

/// Pays more in.
pub async fn top_up(ctx: &Ctx, chain: &Chain, id: SubscriptionId, amount: &Decimal) -> Result<()> {
	let at = chain.best().await?;
	let subscription = chain.existing_subscription(&at, id).await?;
	let money = chain.denomination(&at, &subscription.price.asset).await?;
	let call = Call::new("Subscriptions", "top_up")
		.arg("id", number(id))
		.arg("amount", number(money.units(amount)?))
		.counted_in(&subscription.price.asset);
	run_call(ctx, chain, call).await
}

/// Cancels.
pub async fn cancel(ctx: &Ctx, chain: &Chain, id: SubscriptionId) -> Result<()> {
	let at = chain.best().await?;
	let subscription = chain.existing_subscription(&at, id).await?;
	chain.denomination(&at, &subscription.price.asset).await?;
	let call =
		Call::new("Subscriptions", "cancel").arg("id", number(id)).counted_in(&subscription.price.asset);
	run_call(ctx, chain, call).await
}

/// Lists.
pub async fn list(ctx: &Ctx, chain: &Chain, client: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let all = chain.of_client(&at, client).await?;
	for subscription in &all {
		chain.denomination(&at, &subscription.price.asset).await?;
	}
	let json: Vec<Value> = all.iter().map(|s| show::subscription_json(chain, s)).collect();
	ctx.out.emit(&json.into(), || show::subscriptions_table(chain, &all))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn blocks_should_be_paid_for_in_full() {
		let price = |amount, period| ChainPrice { asset: AssetKind::Native, amount, period };
		assert_eq!(cost(&price(10, 3), 1).unwrap(), 4);
		assert_eq!(cost(&price(1, 100), 1).unwrap(), 1);
		assert_eq!(cost(&price(0, 1), 50).unwrap(), 0);
		assert!(cost(&price(u128::MAX, 1), 2).is_err());
		for blocks in 1..50 {
			let price = price(7, 3);
			assert!(price.blocks_paid_by(cost(&price, blocks).unwrap()).unwrap() >= blocks);
		}
	}
}
