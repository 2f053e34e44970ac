//! How an operator stands.

use crate::{
	args::address,
	chain::{At, Chain},
	cli::Ctx,
	output::{pairs, table, text},
	roles::client::show,
};
use anyhow::Result;
use serde_json::{json, Value};
use surety_primitives::{api::OperatorInfo, AccountId, OperatorStatus};

/// The status of an operator in one word or two.
pub fn status_name(status: &OperatorStatus<u32>) -> String {
	match status {
		OperatorStatus::Active => "active".into(),
		OperatorStatus::Paused => "paused".into(),
		OperatorStatus::Leaving { since } => format!("leaving since {since}"),
	}
}

fn operator_json(operator: &OperatorInfo) -> Value {
	let (status, since) = match operator.status {
		OperatorStatus::Active => ("active", None),
		OperatorStatus::Paused => ("paused", None),
		OperatorStatus::Leaving { since } => ("leaving", Some(since)),
	};
	json!({
		"operator": address(&operator.operator),
		"status": status,
		"leaving_since": since,
		"metadata": String::from_utf8_lossy(&operator.metadata),
		"services": operator.services,
	})
}

/// Shows an operator with its offers and subscriptions.
pub async fn status(ctx: &Ctx, chain: &Chain, account: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let operator = chain.existing_operator(&at, account).await?;
	let mut offers = Vec::new();
	for service in &operator.services {
		offers.extend(chain.offer(&at, *service, account).await?);
	}
	let subscriptions = chain.of_operator(&at, account).await?;
	for price in offers.iter().map(|o| &o.price).chain(subscriptions.iter().map(|s| &s.price)) {
		chain.denomination(&at, &price.asset).await?;
	}

	let mut json = operator_json(&operator);
	json["block"] = at.block_number().into();
	json["offers"] = offers.iter().map(|offer| show::offer_json(chain, offer)).collect();
	json["subscriptions"] = subscriptions.iter().map(|s| show::subscription_json(chain, s)).collect();
	ctx.out.emit(&json, || {
		let head = pairs([
			("operator", address(account)),
			("status", status_name(&operator.status)),
			("metadata", text(&operator.metadata)),
			("block", at.block_number().to_string()),
		]);
		let offers = table(
			["SERVICE", "PRICE", "CLIENTS", "BOND", "COUNTS NOW", "STATE"],
			offers.iter().map(|offer| {
				[
					offer.service.to_string(),
					show::price(chain, &offer.price),
					format!("{} of {}", offer.subscribers, offer.capacity),
					chain.native().show(offer.bond),
					chain.native().show(offer.stake),
					show::state(offer, height(&at)),
				]
			}),
		);
		format!("{head}\n\n{offers}\n\n{}", show::subscriptions_table(chain, &subscriptions))
	})
}

fn height(at: &At) -> u32 {
	u32::try_from(at.block_number()).unwrap_or(u32::MAX)
}
