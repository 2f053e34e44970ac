//! An operator's own stake, and which services all of its stake stands behind.

use crate::{
	amount::Decimal,
	args::{asset, asset_name, percent, stake_percent, stake_share, AccountArg, WHOLE_STAKE},
	chain::{
		call::{self, number, Call},
		errors, Chain,
	},
	cli::Ctx,
	error::usage,
	output::table,
	roles::{
		run_call,
		stake::{self as positions, denomination},
	},
};
use anyhow::{anyhow, Error, Result};
use clap::{builder::RangedI64ValueParser, Args};
use serde_json::{json, Value};
use surety_primitives::{api::LedgerInfo, AccountId, AssetKind, Balance, ServiceId};

/// More of the stake in an asset, for a service.
#[derive(Args, Debug)]
pub struct AllocateArgs {
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// Share of the whole stake that it gets in addition, own and delegated, in percent
	#[arg(long, value_parser = stake_share, value_name = "PERCENT", required_unless_present = "parts")]
	share: Option<u32>,
	/// The same in millionths
	#[arg(long, value_parser = parts(), conflicts_with = "share")]
	parts: Option<u32>,
	/// Of the stake in what: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
}

/// Less of the stake in an asset, for a service.
#[derive(Args, Debug)]
pub struct DeallocateArgs {
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// Share of the whole stake that it loses, own and delegated, in percent
	#[arg(long, value_parser = stake_share, value_name = "PERCENT", required_unless_present_any = ["parts", "all"])]
	share: Option<u32>,
	/// The same in millionths
	#[arg(long, value_parser = parts(), conflicts_with = "share")]
	parts: Option<u32>,
	/// All that it has
	#[arg(long, conflicts_with_all = ["share", "parts"])]
	all: bool,
	/// Of the stake in what: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
}

fn parts() -> RangedI64ValueParser<u32> {
	clap::value_parser!(u32).range(1..=i64::from(WHOLE_STAKE))
}

fn change(name: &str, service: ServiceId, asset: &AssetKind, parts: u32) -> Call {
	Call::new("Restaking", name)
		.arg("asset", call::asset(asset))
		.arg("service", number(service))
		.arg("parts", number(parts))
}

/// Allocates more of the stake to a service.
pub async fn allocate(ctx: &Ctx, chain: &Chain, args: &AllocateArgs) -> Result<()> {
	let parts =
		args.share.or(args.parts).ok_or_else(|| usage("how much of the stake: --share or --parts"))?;
	run_call(ctx, chain, change("allocate", args.service, &args.asset, parts)).await
}

/// Takes stake away from a service.
pub async fn deallocate(ctx: &Ctx, chain: &Chain, args: &DeallocateArgs) -> Result<()> {
	let asset = &args.asset;
	let parts = match args.share.or(args.parts) {
		Some(parts) => parts,
		None => {
			let at = chain.best().await?;
			let ledgers = chain.stake_of(&at, &ctx.signer()?).await?;
			let parts = ledgers
				.iter()
				.find(|ledger| ledger.asset == *asset)
				.map_or(0, |ledger| allocated(ledger, args.service));
			if parts == 0 {
				let otherwise = format!("nothing is allocated to service {}", args.service);
				return Err(errors::known(at.metadata_ref(), "Restaking", "NotEnoughAllocated", &otherwise));
			}
			parts
		}
	};
	run_call(ctx, chain, change("deallocate", args.service, asset, parts)).await
}

/// Pays out own stake that is due, in every asset.
pub async fn withdraw(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let who = ctx.signer()?;
	let at = chain.best().await?;
	let own = positions::positions(chain, &at, &who, Some(&who)).await?;
	positions::withdraw(ctx, chain, &at, &who, &own).await
}

/// What an operator keeps of what it is paid in an asset.
#[derive(Args, Debug)]
pub struct CommissionArgs {
	/// What you keep, in percent; the rest is shared with the stake on you, your own included
	#[arg(long, value_parser = percent, value_name = "PERCENT")]
	rate: u32,
	/// Of what you are paid in what: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
}

/// Something for everybody who has stake on an operator.
#[derive(Args, Debug)]
pub struct RewardArgs {
	/// How much, in whole tokens
	#[arg(long)]
	amount: Decimal,
	/// Of what, and for the stake in what: native, or the number of an asset
	#[arg(long, value_parser = asset, default_value = "native")]
	asset: AssetKind,
	/// On whom the stake is; on that of the key when left out
	#[arg(long)]
	operator: Option<AccountArg>,
}

/// Says what the operator keeps.
pub fn set_commission(args: &CommissionArgs) -> Call {
	// `Perbill` is encoded as its number.
	Call::new("Restaking", "set_commission")
		.arg("asset", call::asset(&args.asset))
		.arg("rate", number(args.rate))
}

/// Gives something to everybody who has stake.
pub async fn reward(ctx: &Ctx, chain: &Chain, args: &RewardArgs) -> Result<()> {
	let money = chain.denomination(&chain.best().await?, &args.asset).await?;
	let amount = money.units(&args.amount)?;
	let operator = ctx.account(&args.operator)?;
	run_call(ctx, chain, positions::on("reward", &operator, &args.asset).arg("amount", number(amount))).await
}

/// Pays out what own stake has earned, in every asset.
pub async fn collect(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let (who, at) = (ctx.signer()?, chain.best().await?);
	let own = positions::positions(chain, &at, &who, Some(&who)).await?;
	positions::collect(ctx, chain, &who, &own).await
}

/// Millionths that a service has and keeps, counting yet or not.
fn allocated(ledger: &LedgerInfo, service: ServiceId) -> u32 {
	let kept = ledger.allocations.iter().filter(|one| one.service == service && one.until.is_none());
	kept.map(|one| one.parts).fold(0, u32::saturating_add)
}

/// What an operator lacks for a bond: so many smallest units more of its own stake, and so many millionths more of
/// it for the service.
fn missing(bond: Balance, own: Balance, allocated: u32, free: u32) -> (Balance, u32) {
	let whole = Balance::from(WHOLE_STAKE);
	let parts_for = |own: Balance| match own {
		0 => whole.saturating_add(1),
		own => bond.saturating_mul(whole).div_ceil(own),
	};
	let most = Balance::from(allocated.saturating_add(free));
	let parts = parts_for(own);
	if parts <= most {
		let more = parts.saturating_sub(allocated.into());
		return (0, u32::try_from(more).unwrap_or(WHOLE_STAKE));
	}
	if most == 0 {
		return (0, 0);
	}
	(bond.saturating_mul(whole).div_ceil(most).saturating_sub(own), free)
}

/// A refusal for lack of stake behind an offer, with what to do about it.
pub async fn advised(
	chain: &Chain,
	operator: &AccountId,
	service: ServiceId,
	bond: Balance,
	refused: Error,
) -> Error {
	let advice = if errors::is_one_of(&refused, &["Restaking.LedgerNotFound", "Restaking.NotEnoughStake"]) {
		for_bond(chain, operator, service, bond).await
	} else if errors::is_one_of(&refused, &["Registry.SecurityTooSmall"]) {
		for_security(chain, operator, service).await
	} else {
		return refused;
	};
	match advice {
		Ok(advice) => anyhow!("{refused} {advice}"),
		// What was refused matters more than that nothing can be said about it.
		Err(_) => refused,
	}
}

async fn for_bond(chain: &Chain, operator: &AccountId, service: ServiceId, bond: Balance) -> Result<String> {
	let at = chain.best().await?;
	let native = AssetKind::Native;
	let ledger = chain.stake_of(&at, operator).await?.into_iter().find(|ledger| ledger.asset == native);
	let (own, has, free) = match &ledger {
		Some(ledger) => (ledger.own, allocated(ledger, service), ledger.free_parts),
		None => (0, 0, WHOLE_STAKE),
	};
	let money = chain.native();
	let mut steps = Vec::new();
	let (more, parts) = missing(bond, own, has, free);
	if more > 0 {
		steps.push(format!("`surety operator stake --amount {}`", money.plain(more)));
	}
	if parts > 0 {
		let share = stake_percent(parts);
		steps.push(format!("`surety operator allocate --service {service} --share {share}`"));
	}
	let stands = format!(
		"A bond of {} needs that much of your own stake behind service {service}; you have {}, {} of it there.",
		money.show(bond),
		money.show(own),
		stake_percent(has)
	);
	Ok(match steps.is_empty() {
		false => format!("{stands} Run {}", steps.join(", then ")),
		true => format!("{stands} Stake more, or take stake away from other services"),
	})
}

async fn for_security(chain: &Chain, operator: &AccountId, service: ServiceId) -> Result<String> {
	let at = chain.best().await?;
	let ledgers = chain.stake_of(&at, operator).await?;
	let asked = chain.existing_service(&at, service).await?.security;
	let mut lacks = Vec::new();
	for security in &asked {
		let money = chain.denomination(&at, &security.asset).await?;
		let ledger = ledgers.iter().find(|ledger| ledger.asset == security.asset);
		let there = ledger.map_or(0, |ledger| part_of(ledger.bonded, allocated(ledger, service)));
		if there < security.amount {
			lacks.push(format!("{} of the {} asked for", money.show(there), money.show(security.amount)));
		}
	}
	Ok(format!("There are {}", lacks.join(", and ")))
}

/// So many millionths of an amount, unless slashes made some of them worth less than others.
fn part_of(amount: Balance, parts: u32) -> Balance {
	let whole = Balance::from(WHOLE_STAKE);
	let (units, rest) = (amount / whole, amount % whole);
	units.saturating_mul(parts.into()).saturating_add(rest.saturating_mul(parts.into()) / whole)
}

/// An operator's stake in an asset for programs.
pub fn ledger_json(chain: &Chain, ledger: &LedgerInfo) -> Value {
	let money = denomination(chain, &ledger.asset);
	let allocations = ledger.allocations.iter().map(
		|one| json!({ "service": one.service, "parts": one.parts, "from_era": one.from, "until_era": one.until }),
	);
	json!({
		"asset": asset_name(&ledger.asset),
		"bonded": money.plain(ledger.bonded),
		"active": money.plain(ledger.active),
		"own": money.plain(ledger.own),
		"held": money.plain(ledger.held),
		"rewards": money.plain(ledger.rewards),
		"commission_ppb": ledger.commission.deconstruct(),
		"commission_may_rise_at": ledger.commission_may_rise_at,
		"free_parts": ledger.free_parts,
		"allocations": allocations.collect::<Vec<_>>(),
	})
}

/// An operator's stake for people.
pub fn ledgers_table(chain: &Chain, ledgers: &[LedgerInfo]) -> String {
	table(
		["STAKE", "COUNTS NOW", "OWN", "UNALLOCATED", "COMMISSION", "NOT COLLECTED"],
		ledgers.iter().map(|ledger| {
			let money = denomination(chain, &ledger.asset);
			[
				money.show(ledger.bonded),
				money.show(ledger.active),
				money.show(ledger.own),
				stake_percent(ledger.free_parts),
				positions::commission(ledger),
				money.show(ledger.rewards),
			]
		}),
	)
}

/// Which services an operator's stake stands behind, for people; nothing where it stands behind none.
pub fn allocations_table(chain: &Chain, ledgers: &[LedgerInfo]) -> Option<String> {
	let rows = ledgers.iter().flat_map(|ledger| {
		let money = denomination(chain, &ledger.asset);
		ledger.allocations.iter().map(move |one| {
			let eras = match (one.from, one.until) {
				(_, Some(until)) => format!("until {until}"),
				(Some(from), None) => format!("from {from}"),
				(None, None) => "seasoned".into(),
			};
			[
				one.service.to_string(),
				stake_percent(one.parts),
				money.show(part_of(ledger.bonded, one.parts)),
				eras,
			]
		})
	});
	let rows: Vec<_> = rows.collect();
	(!rows.is_empty()).then(|| table(["SERVICE", "SHARE", "OF THE STAKE", "IN ERAS"], rows))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_missing_for_a_bond_should_be_stake_or_its_allocation() {
		// Nothing yet: stake the bond, allocate everything.
		assert_eq!(missing(100, 0, 0, WHOLE_STAKE), (100, WHOLE_STAKE));
		// Enough stake that backs nobody.
		assert_eq!(missing(100, 200, 0, WHOLE_STAKE), (0, 500_000));
		assert_eq!(missing(100, 300, 0, WHOLE_STAKE), (0, 333_334));
		assert_eq!(missing(100, 200, 250_000, 750_000), (0, 250_000));
		// Not enough of it can be allocated.
		assert_eq!(missing(100, 100, 0, 500_000), (100, 500_000));
		assert_eq!(missing(100, 80, WHOLE_STAKE, 0), (20, 0));
		// All of it backs other services.
		assert_eq!(missing(100, 200, 0, 0), (0, 0));
		assert_eq!(missing(Balance::MAX, 1, 0, 1).1, 1);
	}

	#[test]
	fn a_part_of_an_amount_should_not_overflow() {
		assert_eq!(part_of(1_000_001, 500_000), 500_000);
		assert_eq!(part_of(Balance::MAX, WHOLE_STAKE), Balance::MAX);
	}
}
