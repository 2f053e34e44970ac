//! Reports of offences, by whom a service's owner has named.

use crate::{
	args::{evidence, percent, AccountArg, ClaimArg},
	chain::{
		call::{account, bytes, number, Call},
		Chain,
	},
	cli::Ctx,
	roles::run_call_with,
};
use anyhow::Result;
use clap::Args;
use subxt::dynamic::Value;
use surety_primitives::{Era, ServiceId};

/// An offence of an operator.
#[derive(Args, Debug)]
pub struct ReportArgs {
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// Who has offended
	#[arg(long)]
	operator: AccountArg,
	/// Era of the offence; the present one when left out. Stake that backed the service then is slashed
	#[arg(long)]
	era: Option<Era>,
	/// Part of what backed the service that is slashed, in percent
	#[arg(long, value_parser = percent, value_name = "PERCENT")]
	fraction: u32,
	/// Hash of the evidence, 32 bytes in hex, or a file with it when it begins with @, of which the Blake2-256 hash
	/// is taken. The evidence must name you, the reporter: else anybody who sees it could report it as their own
	#[arg(long, value_parser = evidence, value_name = "HEX|@FILE")]
	evidence: [u8; 32],
	/// What the client of a subscription has lost by it, in whole tokens of what it pays in. Can be said once for
	/// each client
	#[arg(long, value_name = "SUBSCRIPTION:AMOUNT")]
	claim: Vec<ClaimArg>,
}

/// Reports it.
pub async fn report(ctx: &Ctx, chain: &Chain, args: ReportArgs) -> Result<()> {
	let at = chain.best().await?;
	let era = match args.era {
		Some(era) => era,
		None => chain.era(&at).await?.era,
	};
	let mut claims = Vec::new();
	for claim in &args.claim {
		let subscription = chain.existing_subscription(&at, claim.subscription).await?;
		let amount = chain.denomination(&at, &subscription.price.asset).await?.units(&claim.amount)?;
		claims.push(Value::unnamed_composite([number(claim.subscription), number(amount)]));
	}
	let call = Call::new("Slashing", "report")
		.arg("operator", account(&args.operator.0))
		.arg("service", number(args.service))
		.arg("era", number(era))
		.arg("fraction", number(args.fraction))
		.arg("evidence", bytes(args.evidence))
		.arg("claims", Value::unnamed_composite(claims));
	run_call_with(ctx, chain, call, |receipt| {
		let of = |name| receipt.number("Slashing", name).and_then(|number| u64::try_from(number).ok());
		let numbers = [("slash", of("slash")), ("review_ends", of("review_ends"))];
		numbers.into_iter().filter_map(|(name, number)| Some((name, number?.into()))).collect()
	})
	.await
}
