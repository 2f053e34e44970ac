//! What slashes took: who has a claim to it, and how it is paid out.

use super::slashes::on;
use crate::{
	args::{address, asset_name},
	chain::{
		batch::submit_all,
		call::{account, number, Call},
		state::read,
		Chain,
	},
	cli::Ctx,
	output::table,
	roles::{run_call, stake::denomination},
};
use anyhow::Result;
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::{api::SettlementInfo, AccountId, BlockNumber, SettlementId};

/// Lists.
pub async fn list(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let now = next_block(&at)?;
	let settlements = chain.settlements(&at).await?;
	let json: Vec<Value> = settlements.iter().map(|one| settlement_json(chain, one)).collect();
	ctx.out.emit(&json.into(), || {
		let rows = settlements.iter().map(|one| {
			let money = denomination(chain, &one.asset);
			[
				one.id.to_string(),
				address(&one.operator),
				one.service.to_string(),
				money.show(one.own),
				money.show(one.delegated),
				money.show(one.fees),
				money.show(one.beyond),
				state(one, now),
			]
		});
		let heading =
			["ID", "OPERATOR", "SERVICE", "OWN", "DELEGATED", "FEES CLAIMED", "BEYOND THEM", "STATE"];
		let mut parts = vec![table(heading, rows)];
		let due = settlements.iter().flat_map(|one| {
			let money = denomination(chain, &one.asset);
			let due = move |(who, amount): &(AccountId, u128)| {
				[one.id.to_string(), address(who), money.show(*amount)]
			};
			one.claims.iter().map(due)
		});
		let due: Vec<_> = due.collect();
		if !due.is_empty() {
			parts.push(table(["ID", "CLAIM OF", "GETS AS THINGS STAND"], due));
		}
		parts.join("\n\n")
	})
}

fn state(settlement: &SettlementInfo, now: BlockNumber) -> String {
	match settlement.closed {
		true => "closed: collect".into(),
		false if now >= settlement.closes_at => "can be closed and collected".into(),
		false => format!("open until block {}", settlement.closes_at),
	}
}

fn settlement_json(chain: &Chain, settlement: &SettlementInfo) -> Value {
	let money = denomination(chain, &settlement.asset);
	let claims = settlement.claims.iter();
	let claims = claims.map(|(who, amount)| json!({ "who": address(who), "amount": money.plain(*amount) }));
	json!({
		"id": settlement.id,
		"operator": address(&settlement.operator),
		"service": settlement.service,
		"asset": asset_name(&settlement.asset),
		"closes_at": settlement.closes_at,
		"closed": settlement.closed,
		"own": money.plain(settlement.own),
		"delegated": money.plain(settlement.delegated),
		"fees": money.plain(settlement.fees),
		"beyond": money.plain(settlement.beyond),
		"claims": claims.collect::<Vec<_>>(),
	})
}

fn call_on(name: &str, settlement: &SettlementInfo) -> Call {
	on(name).arg("settlement", number(settlement.id)).counted_in(&settlement.asset)
}

/// Closes one to claims.
pub async fn close(ctx: &Ctx, chain: &Chain, id: SettlementId) -> Result<()> {
	let settlement = chain.existing_settlement(&chain.best().await?, id).await?;
	run_call(ctx, chain, call_on("close", &settlement)).await
}

/// Has somebody paid by one.
pub async fn collect(ctx: &Ctx, chain: &Chain, id: SettlementId, who: &AccountId) -> Result<()> {
	let settlement = chain.existing_settlement(&chain.best().await?, id).await?;
	run_call(ctx, chain, call_on("collect", &settlement).arg("who", account(who))).await
}

/// Has somebody paid by all that can be collected, and says which cannot yet.
pub async fn collect_all(ctx: &Ctx, chain: &Chain, who: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let now = next_block(&at)?;
	let mut calls = Vec::new();
	for settlement in chain.settlements(&at).await? {
		// Asked for by its key: a settlement is shown with the first of its claims only.
		let key = vec![number(settlement.id), account(who)];
		if read(&at, "Slashing", "Claims", key).await?.is_none() {
			continue;
		}
		if settlement.closed || now >= settlement.closes_at {
			calls.push(call_on("collect", &settlement).arg("who", account(who)));
			continue;
		}
		let due = settlement.claims.iter().find(|(claimant, _)| claimant == who);
		let due = due.map(|(_, amount)| denomination(chain, &settlement.asset).show(*amount));
		ctx.out.progress(&format!(
			"settlement {}: {} as things stand, from block {} on",
			settlement.id,
			due.unwrap_or_else(|| "something".into()),
			settlement.closes_at
		));
	}
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "collect")
}
