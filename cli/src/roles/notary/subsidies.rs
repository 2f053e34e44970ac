//! Subsidies: who pays for attestations of offers that are free of charge (S2: subsidised notarisation). Operators ask for one
//! by `operator attest --subsidy`.

use crate::{
	amount::Decimal,
	args::{address, AccountArg},
	chain::{
		call::{account, number, Call},
		Chain,
	},
	cli::Ctx,
	output::table,
	roles::{run_call, run_call_with},
};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use surety_primitives::{notary::SubsidyId, ServiceId};

/// What can be done with subsidies.
#[derive(Subcommand, Debug)]
pub enum SubsidyVerb {
	/// Pay for attestations by a notary of offers for a service that are free of charge
	Fund(FundArgs),
	/// List subsidies that pay
	List {
		/// Those of this notary alone
		#[arg(long)]
		notary: Option<AccountArg>,
		/// Those for this service alone
		#[arg(long)]
		service: Option<ServiceId>,
	},
	/// Close a subsidy of yours: what is left returns now, and what is paid ahead as it is not used
	Close {
		/// Its number
		id: SubsidyId,
	},
}

/// A subsidy.
#[derive(Args, Debug)]
pub struct FundArgs {
	/// Who attests
	notary: AccountArg,
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// What an attestation or a renewal may cost at the most, in whole tokens
	#[arg(long, value_name = "AMOUNT")]
	max_per_request: Decimal,
	/// All of it, in whole tokens
	#[arg(long, value_name = "AMOUNT")]
	budget: Decimal,
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: SubsidyVerb) -> Result<()> {
	match verb {
		SubsidyVerb::Fund(args) => fund(ctx, chain, args).await,
		SubsidyVerb::List { notary, service } => list(ctx, chain, notary, service).await,
		SubsidyVerb::Close { id } => {
			run_call(ctx, chain, Call::new("Notary", "close_subsidy").arg("subsidy", number(id))).await
		}
	}
}

async fn fund(ctx: &Ctx, chain: &Chain, args: FundArgs) -> Result<()> {
	let (at, money) = (chain.best().await?, chain.native());
	chain.existing_notary(&at, &args.notary.0).await?;
	// The chain takes any number: a typing error would lock the money up until the subsidy is closed.
	chain.existing_service(&at, args.service).await?;
	let call = Call::new("Notary", "fund_subsidy")
		.arg("notary", account(&args.notary.0))
		.arg("service", number(args.service))
		.arg("max_per_request", number(money.units(&args.max_per_request)?))
		.arg("budget", number(money.units(&args.budget)?));
	run_call_with(ctx, chain, call, |receipt| {
		let id = receipt.number("Notary", "subsidy").and_then(|id| u64::try_from(id).ok());
		id.map(|id| ("subsidy", id.into())).into_iter().collect()
	})
	.await
}

async fn list(
	ctx: &Ctx,
	chain: &Chain,
	notary: Option<AccountArg>,
	service: Option<ServiceId>,
) -> Result<()> {
	let (at, money) = (chain.best().await?, chain.native());
	let mut all = chain.subsidies(&at).await?;
	all.retain(|one| notary.as_ref().is_none_or(|notary| one.notary == notary.0));
	all.retain(|one| service.is_none_or(|service| one.service == service));
	let list: Vec<Value> = all
		.iter()
		.map(|one| {
			json!({
				"id": one.id,
				"funder": address(&one.funder),
				"notary": address(&one.notary),
				"service": one.service,
				"max_per_request": money.plain(one.max_per_request),
				"left": money.plain(one.left),
			})
		})
		.collect();
	ctx.out.emit(&list.into(), || {
		let rows = all.iter().map(|one| {
			[
				one.id.to_string(),
				address(&one.notary),
				one.service.to_string(),
				money.show(one.max_per_request),
				money.show(one.left),
				address(&one.funder),
			]
		});
		table(["ID", "NOTARY", "SERVICE", "AT A TIME", "LEFT", "PAID BY"], rows)
	})
}
