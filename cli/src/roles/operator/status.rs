//! How an operator stands.

use super::stake;
use crate::{
	args::address,
	chain::{At, Chain},
	cli::Ctx,
	output::{pairs, table, text},
	roles::{
		client::show,
		gov::slashes::Threats,
		stake::{unbonding_json, unbonding_table},
	},
};
use anyhow::Result;
use serde_json::{json, Value};
use surety_primitives::{
	api::{OfferInfo, OperatorInfo},
	AccountId, OfferState, OperatorStatus,
};

/// The status of an operator in one word or two.
pub fn status_name(status: &OperatorStatus<u32>) -> String {
	match status {
		OperatorStatus::Active => "active".into(),
		OperatorStatus::Paused => "paused".into(),
		OperatorStatus::Leaving { since } => format!("leaving since {since}"),
	}
}

/// An account without a record that still has stake of its own is an operator that has left.
fn operator_json(account: &AccountId, operator: Option<&OperatorInfo>) -> Value {
	let (status, since) = match operator.map(|operator| operator.status) {
		Some(OperatorStatus::Active) => ("active", None),
		Some(OperatorStatus::Paused) => ("paused", None),
		Some(OperatorStatus::Leaving { since }) => ("leaving", Some(since)),
		None => ("left", None),
	};
	json!({
		"operator": address(account),
		"status": status,
		"leaving_since": since,
		"metadata": operator.map(|operator| String::from_utf8_lossy(&operator.metadata)),
		"services": operator.map(|operator| operator.services.as_slice()).unwrap_or_default(),
	})
}

/// Shows an operator with its stake, offers and subscriptions.
pub async fn status(ctx: &Ctx, chain: &Chain, account: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let ledgers = chain.stake_of(&at, account).await?;
	let operator = match ledgers.is_empty() {
		true => Some(chain.existing_operator(&at, account).await?),
		false => chain.operator(&at, account).await?,
	};
	let operator = operator.as_ref();
	let mut own = Vec::new();
	for ledger in &ledgers {
		own.extend(chain.position(&at, account, account, &ledger.asset).await?);
	}
	let mut offers = Vec::new();
	for service in operator.iter().flat_map(|operator| &operator.services) {
		offers.extend(chain.offer(&at, *service, account).await?);
	}
	let subscriptions = chain.of_operator(&at, account).await?;
	for price in offers.iter().map(|o| &o.price).chain(subscriptions.iter().map(|s| &s.price)) {
		chain.denomination(&at, &price.asset).await?;
	}
	let era = chain.era(&at).await?;
	let threats = Threats::of(chain, &at, std::slice::from_ref(account)).await?;

	let mut json = operator_json(account, operator);
	json["block"] = at.block_number().into();
	json["era"] = era.era.into();
	let stake = ledgers.iter().map(|ledger| {
		let own = own.iter().find(|position| position.asset == ledger.asset);
		let mut json = stake::ledger_json(chain, ledger);
		json["unbonding"] = own.map(|own| unbonding_json(chain, own)).unwrap_or_default().into();
		json
	});
	json["stake"] = stake.collect();
	json["pending_slashes"] = threats.json();
	json["offers"] = offers.iter().map(|offer| show::offer_json(chain, offer)).collect();
	json["subscriptions"] = subscriptions.iter().map(|s| show::subscription_json(chain, s)).collect();
	ctx.out.emit(&json, || {
		let mut head = vec![("operator", address(account))];
		head.push(("status", operator.map_or("left".into(), |operator| status_name(&operator.status))));
		head.extend(operator.map(|operator| ("metadata", text(&operator.metadata))));
		head.push((
			"block",
			format!("{}, in era {}, which ends before block {}", height(&at), era.era, era.end),
		));
		let mut parts = vec![pairs(head), stake::ledgers_table(chain, &ledgers)];
		parts.extend(stake::allocations_table(chain, &ledgers));
		parts.extend(unbonding_table(chain, &own));
		parts.extend(threats.table(chain));
		parts.push(table(
			["SERVICE", "PRICE", "CLIENTS", "BOND", "BACKED BY", "STATE"],
			offers.iter().map(|offer| {
				[
					offer.service.to_string(),
					show::price(chain, &offer.price),
					format!("{} of {}", offer.subscribers, offer.capacity),
					chain.native().show(offer.bond),
					chain.native().show(offer.stake),
					state(operator, offer, height(&at)),
				]
			}),
		));
		parts.push(show::subscriptions_table(chain, &subscriptions));
		parts.join("\n\n")
	})
}

/// Where an offer stands. Where its operator takes clients and it could, only stake can be missing.
fn state(operator: Option<&OperatorInfo>, offer: &OfferInfo, now: u32) -> String {
	let willing = operator.is_some_and(|operator| operator.status == OperatorStatus::Active)
		&& offer.state == OfferState::Open
		&& now >= offer.active_from
		&& offer.subscribers < offer.capacity;
	match willing && !offer.accepting {
		true => show::LACKS_STAKE.into(),
		false => show::state(offer, now),
	}
}

fn height(at: &At) -> u32 {
	u32::try_from(at.block_number()).unwrap_or(u32::MAX)
}
