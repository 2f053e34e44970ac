//! Delegators: those who stake on operators that are others.

use super::{
	gov::slashes::Threats,
	operator::{stake::ledger_json, status::status_name},
	stake::{self, StakeArgs, UnstakeArgs},
};
use crate::{
	args::{address, AccountArg},
	chain::Chain,
	cli::Ctx,
	output::{pairs, table},
};
use anyhow::Result;
use clap::Subcommand;
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::AccountId;

/// What delegators can do.
#[derive(Subcommand, Debug)]
pub enum DelegatorVerb {
	/// List operators on which there is stake
	Operators {
		/// How many at the most
		#[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
		limit: u32,
	},
	/// Stake on an operator; it counts from the next era on. You share its slashes
	Stake {
		/// On which operator
		#[arg(long)]
		operator: AccountArg,
		/// What.
		#[command(flatten)]
		stake: StakeArgs,
	},
	/// Take stake back: what does not count yet at once, the rest after the unbonding period
	Unstake {
		/// From which operator
		#[arg(long)]
		operator: AccountArg,
		/// What.
		#[command(flatten)]
		stake: UnstakeArgs,
	},
	/// Have stake paid out that has unbonded, in every asset
	Withdraw {
		/// From which operator
		#[arg(long, required_unless_present = "all", conflicts_with = "all")]
		operator: Option<AccountArg>,
		/// From all operators
		#[arg(long)]
		all: bool,
		/// Whose; that of the key when left out. Anybody may have it paid out to its holder
		#[arg(long)]
		holder: Option<AccountArg>,
	},
	/// Have what stake has earned paid out, in every asset
	Collect {
		/// On which operator
		#[arg(long, required_unless_present = "all", conflicts_with = "all")]
		operator: Option<AccountArg>,
		/// On all operators
		#[arg(long)]
		all: bool,
		/// Whose; that of the key when left out. Anybody may have it paid out to its holder
		#[arg(long)]
		holder: Option<AccountArg>,
	},
	/// Show what somebody has staked, what of it counts, what it has earned, and what is on its way out
	Status {
		/// Whose; that of the key when left out
		account: Option<AccountArg>,
	},
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: DelegatorVerb) -> Result<()> {
	let chain = ctx.chain().await?;
	match verb {
		DelegatorVerb::Operators { limit } => operators(ctx, &chain, limit).await,
		DelegatorVerb::Stake { operator, stake } => stake::stake(ctx, &chain, &operator.0, stake).await,
		DelegatorVerb::Unstake { operator, stake } => stake::unstake(ctx, &chain, &operator.0, stake).await,
		DelegatorVerb::Withdraw { operator, holder, .. } => {
			withdraw(ctx, &chain, &ctx.account(&holder)?, operator).await
		}
		DelegatorVerb::Collect { operator, holder, .. } => {
			let (at, holder) = (chain.best().await?, ctx.account(&holder)?);
			let operator = operator.as_ref().map(|operator| &operator.0);
			let positions = stake::positions(&chain, &at, &holder, operator).await?;
			stake::collect(ctx, &chain, &holder, &positions).await
		}
		DelegatorVerb::Status { account } => status(ctx, &chain, &ctx.account(&account)?).await,
	}
}

async fn operators(ctx: &Ctx, chain: &Chain, limit: u32) -> Result<()> {
	let at = chain.best().await?;
	let mut list: Vec<Value> = Vec::new();
	let mut rows = Vec::new();
	for account in chain.staked_on(&at, usize::try_from(limit)?).await? {
		let ledgers = chain.stake_of(&at, &account).await?;
		let operator = chain.operator(&at, &account).await?;
		let status = operator.as_ref().map_or("left".into(), |operator| status_name(&operator.status));
		let services = operator.map(|operator| operator.services).unwrap_or_default();
		let stake = ledgers.iter().map(|ledger| ledger_json(chain, ledger));
		list.push(json!({
			"operator": address(&account),
			"status": status,
			"services": services,
			"stake": stake.collect::<Vec<_>>(),
		}));
		for ledger in &ledgers {
			let money = stake::denomination(chain, &ledger.asset);
			let services: Vec<_> = services.iter().map(ToString::to_string).collect();
			rows.push([
				address(&account),
				money.show(ledger.bonded),
				money.show(ledger.own),
				stake::commission(ledger),
				services.join(" "),
				status.clone(),
			]);
		}
	}
	ctx.out.emit(&list.into(), || {
		table(["OPERATOR", "STAKE", "OWN", "COMMISSION", "OFFERS SERVICES", "STATUS"], rows)
	})
}

async fn withdraw(ctx: &Ctx, chain: &Chain, holder: &AccountId, operator: Option<AccountArg>) -> Result<()> {
	let at = chain.best().await?;
	let operator = operator.as_ref().map(|operator| &operator.0);
	let positions = stake::positions(chain, &at, holder, operator).await?;
	stake::withdraw(ctx, chain, &at, holder, &positions).await
}

async fn status(ctx: &Ctx, chain: &Chain, account: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let (positions, era, next) =
		(chain.positions(&at, account).await?, chain.era(&at).await?, next_block(&at)?);
	let mut operators: Vec<AccountId> = positions.iter().map(|position| position.operator.clone()).collect();
	operators.dedup();
	let threats = Threats::of(chain, &at, &operators).await?;
	let list: Vec<Value> =
		positions.iter().map(|position| stake::position_json(chain, position, next)).collect();
	let json = json!({
		"account": address(account),
		"block": at.block_number(),
		"era": era.era,
		"positions": list,
		"pending_slashes": threats.json(),
	});
	ctx.out.emit(&json, || {
		let head = pairs([
			("account", address(account)),
			(
				"block",
				format!("{}, in era {}, which ends before block {}", at.block_number(), era.era, era.end),
			),
		]);
		let rows = positions.iter().map(|position| {
			let money = stake::denomination(chain, &position.asset);
			[
				address(&position.operator),
				money.show(position.bonded),
				money.show(position.active),
				money.show(stake::due(position, next)),
				money.show(position.earned),
			]
		});
		let mut parts = vec![head, table(["OPERATOR", "BONDED", "COUNTS NOW", "DUE", "EARNED"], rows)];
		parts.extend(stake::unbonding_table(chain, &positions));
		parts.extend(threats.table(chain));
		parts.join("\n\n")
	})
}
