//! Stake, as whoever puts it up sees it: an operator its own, a delegator that on others.

use super::run_call;
use crate::{
	amount::{format_units, Decimal},
	args::{address, asset, asset_name},
	chain::{
		batch::submit_all,
		call::{self, account, number, Call},
		errors,
		money::Denomination,
		At, Chain,
	},
	cli::Ctx,
	output::table,
};
use anyhow::Result;
use clap::Args;
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::{
	api::{LedgerInfo, PositionInfo},
	AccountId, AssetKind, Balance, BlockNumber,
};

/// What to stake.
#[derive(Args, Debug)]
pub struct StakeArgs {
	/// How much, in whole tokens; it counts from the next era on
	#[arg(long)]
	amount: Decimal,
	/// Of what: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
}

/// What to take back.
#[derive(Args, Debug)]
pub struct UnstakeArgs {
	/// How much, in whole tokens
	#[arg(long, required_unless_present = "all", conflicts_with = "all")]
	amount: Option<Decimal>,
	/// Everything
	#[arg(long)]
	all: bool,
	/// Of what: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
}

/// A call of `Restaking` on the stake in an asset.
pub fn on(name: &str, operator: &AccountId, asset: &AssetKind) -> Call {
	Call::new("Restaking", name)
		.arg("operator", account(operator))
		.arg("asset", call::asset(asset))
		.counted_in(asset)
}

/// The call that pays out to a holder what is due of a position.
pub fn withdrawal(holder: &AccountId, position: &PositionInfo) -> Call {
	on("withdraw", &position.operator, &position.asset).arg("holder", account(holder))
}

/// Puts up stake on an operator.
pub async fn stake(ctx: &Ctx, chain: &Chain, operator: &AccountId, args: StakeArgs) -> Result<()> {
	let money = chain.denomination(&chain.best().await?, &args.asset).await?;
	let amount = money.units(&args.amount)?;
	run_call(ctx, chain, on("stake", operator, &args.asset).arg("amount", number(amount))).await
}

/// Takes stake back from an operator.
pub async fn unstake(ctx: &Ctx, chain: &Chain, operator: &AccountId, args: UnstakeArgs) -> Result<()> {
	let money = chain.denomination(&chain.best().await?, &args.asset).await?;
	let call = match &args.amount {
		Some(amount) => on("unbond", operator, &args.asset).arg("amount", number(money.units(amount)?)),
		None => on("unbond_all", operator, &args.asset),
	};
	run_call(ctx, chain, call).await
}

/// The positions of a holder: all of them, or those on one operator, of which there must be one.
pub async fn positions(
	chain: &Chain,
	at: &At,
	holder: &AccountId,
	operator: Option<&AccountId>,
) -> Result<Vec<PositionInfo>> {
	let mut positions = chain.positions(at, holder).await?;
	if let Some(operator) = operator {
		positions.retain(|position| position.operator == *operator);
		if positions.is_empty() {
			let otherwise = format!("there is no stake on {}", address(operator));
			return Err(errors::known(at.metadata_ref(), "Restaking", "PositionNotFound", &otherwise));
		}
	}
	Ok(positions)
}

/// Pays out to a holder what is due of its positions, and says what is not due yet.
pub async fn withdraw(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	holder: &AccountId,
	positions: &[PositionInfo],
) -> Result<()> {
	let now = next_block(at)?;
	for position in positions {
		let money = denomination(chain, &position.asset);
		for part in position.unbonding.iter().filter(|part| part.withdrawable_at > now || !part.settled) {
			let when = match part.withdrawable_at > now {
				true => format!("from block {} on", part.withdrawable_at),
				false => "once no slash can take of it any longer".into(),
			};
			ctx.out.progress(&format!("{}: can be withdrawn {when}", money.show(part.amount)));
		}
	}
	let due = positions.iter().filter(|position| is_due(position, now));
	let calls = due.map(|position| withdrawal(holder, position)).collect();
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "withdraw")
}

/// Pays out to a holder what its positions have earned.
pub async fn collect(ctx: &Ctx, chain: &Chain, holder: &AccountId, positions: &[PositionInfo]) -> Result<()> {
	let earning = positions.iter().filter(|position| position.earned > 0);
	let call = |position: &PositionInfo| {
		on("collect", &position.operator, &position.asset).arg("holder", account(holder))
	};
	submit_all(ctx, chain, earning.map(call).collect()).await?.emit(ctx, chain, "collect")
}

/// What of a position can be withdrawn in the block `now`.
pub fn due(position: &PositionInfo, now: BlockNumber) -> Balance {
	let due = position.unbonding.iter().filter(|part| part.settled && part.withdrawable_at <= now);
	due.map(|part| part.amount).fold(0, Balance::saturating_add)
}

/// Whether a withdrawal does something: there is an amount due, or the record of a position that slashes have
/// emptied can go, and its deposit comes back.
pub fn is_due(position: &PositionInfo, now: BlockNumber) -> bool {
	due(position, now) > 0 || position.bonded == 0 && position.unbonding.is_empty()
}

/// What an asset is counted in. Commands ask the chain for it before they show anything; should one have
/// forgotten, smallest units are shown as such.
pub fn denomination(chain: &Chain, asset: &AssetKind) -> Denomination {
	chain.known(asset).unwrap_or_else(|| Denomination {
		asset: asset.clone(),
		decimals: 0,
		symbol: format!("smallest units of asset {}", asset_name(asset)),
	})
}

/// What an operator keeps before it shares, in percent.
pub fn commission(ledger: &LedgerInfo) -> String {
	format!("{}%", format_units(ledger.commission.deconstruct().into(), 7))
}

/// What is on its way out of a position, for programs.
pub fn unbonding_json(chain: &Chain, position: &PositionInfo) -> Vec<Value> {
	let money = denomination(chain, &position.asset);
	let part = |part: &surety_primitives::api::UnbondingInfo| {
		json!({
			"amount": money.plain(part.amount),
			"withdrawable_at": part.withdrawable_at,
			"settled": part.settled,
		})
	};
	position.unbonding.iter().map(part).collect()
}

/// A position for programs; `now` is the block in which something could be withdrawn.
pub fn position_json(chain: &Chain, position: &PositionInfo, now: BlockNumber) -> Value {
	let money = denomination(chain, &position.asset);
	json!({
		"operator": address(&position.operator),
		"asset": asset_name(&position.asset),
		"bonded": money.plain(position.bonded),
		"active": money.plain(position.active),
		"due": money.plain(due(position, now)),
		"earned": money.plain(position.earned),
		"unbonding": unbonding_json(chain, position),
	})
}

/// What is on its way out of positions, for people; nothing where nothing is.
pub fn unbonding_table(chain: &Chain, positions: &[PositionInfo]) -> Option<String> {
	let parts = positions.iter().flat_map(|position| {
		let money = denomination(chain, &position.asset);
		position.unbonding.iter().map(move |part| {
			[
				address(&position.operator),
				money.show(part.amount),
				part.withdrawable_at.to_string(),
				(if part.settled { "yes" } else { "no" }).to_owned(),
			]
		})
	});
	let parts: Vec<_> = parts.collect();
	(!parts.is_empty()).then(|| table(["UNBONDING FROM", "AMOUNT", "FROM BLOCK", "SETTLED"], parts))
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_primitives::api::UnbondingInfo;

	fn position(bonded: Balance, unbonding: &[(Balance, BlockNumber, bool)]) -> PositionInfo {
		let part =
			|&(amount, withdrawable_at, settled): &_| UnbondingInfo { amount, withdrawable_at, settled };
		PositionInfo {
			operator: AccountId::new([1; 32]),
			asset: AssetKind::Native,
			bonded,
			active: 0,
			unbonding: unbonding.iter().map(part).collect(),
			earned: 0,
		}
	}

	#[test]
	fn stake_should_be_due_once_its_time_is_over_and_no_slash_can_take_it() {
		let position = position(5, &[(1, 10, true), (2, 11, true), (4, 9, false)]);
		assert_eq!([9, 10, 11].map(|now| due(&position, now)), [0, 1, 3]);
		assert!(!is_due(&position, 9) && is_due(&position, 10));
	}

	#[test]
	fn a_position_that_slashes_have_emptied_should_be_due_for_its_deposit() {
		assert!(is_due(&position(0, &[]), 1));
		assert!(!is_due(&position(1, &[]), 1));
	}
}
