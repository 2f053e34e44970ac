//! Petitions: clients who have paid an operator ask for it to be slashed.

use crate::{
	args::{address, asset_name, evidence, AccountArg},
	chain::{
		call::{account, bytes, number, Call},
		At, Chain,
	},
	cli::Ctx,
	output::{hex, table},
	roles::{run_call, run_call_with, stake::denomination},
};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use surety_primitives::{
	api::{PetitionInfo, PetitionStatus},
	AssetKind, Era, PetitionId, SubscriptionId,
};

/// What can be done with petitions.
#[derive(Subcommand, Debug)]
pub enum PetitionVerb {
	/// Ask for an operator of yours to be slashed, and sign. A bond is held, and lost if governance vetoes
	Open(OpenArgs),
	/// Sign a petition with the fees that a subscription of yours has paid. A bond is held, and lost if governance
	/// vetoes
	Sign {
		/// Number of the petition
		id: PetitionId,
		/// By which of your subscriptions you have paid the operator
		#[arg(long)]
		subscription: SubscriptionId,
	},
	/// List petitions
	List {
		/// Also those that were decided or have run out
		#[arg(long)]
		all: bool,
	},
	/// Return the bond of a signature, or forfeit it where governance has vetoed, once the petition is over
	Resolve {
		/// Number of the petition
		id: PetitionId,
		/// Whose signature; that of the key when left out. Anybody can, and the bond goes to its owner in any case
		who: Option<AccountArg>,
	},
}

/// A new petition.
#[derive(Args, Debug)]
pub struct OpenArgs {
	/// By which of your subscriptions you have paid the operator
	#[arg(long)]
	subscription: SubscriptionId,
	/// Era of the offence; the present one when left out. Stake that backed the service then is slashed
	#[arg(long)]
	era: Option<Era>,
	/// Hash of the evidence, 32 bytes in hex, or a file with it when it begins with @, of which the Blake2-256 hash
	/// is taken. Say in it what happened and when, and name yourself
	#[arg(long, value_parser = evidence, value_name = "HEX|@FILE")]
	evidence: [u8; 32],
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: PetitionVerb) -> Result<()> {
	match verb {
		PetitionVerb::Open(args) => open(ctx, chain, &args).await,
		PetitionVerb::Sign { id, subscription } => {
			let asset = chain.existing_petition(&chain.best().await?, id).await?.asset;
			let call = Call::new("Slashing", "sign")
				.arg("petition", number(id))
				.arg("subscription", number(subscription))
				.counted_in(&asset);
			run_call(ctx, chain, call).await
		}
		PetitionVerb::List { all } => list(ctx, chain, all).await,
		PetitionVerb::Resolve { id, who } => {
			let client = ctx.account(&who)?;
			let call =
				Call::new("Slashing", "resolve").arg("petition", number(id)).arg("client", account(&client));
			run_call(ctx, chain, call).await
		}
	}
}

/// What a subscription is paid in; what it is counted in is known afterwards.
async fn asset_of(chain: &Chain, at: &At, id: SubscriptionId) -> Result<AssetKind> {
	let asset = chain.existing_subscription(at, id).await?.price.asset;
	chain.denomination(at, &asset).await?;
	Ok(asset)
}

async fn open(ctx: &Ctx, chain: &Chain, args: &OpenArgs) -> Result<()> {
	let at = chain.best().await?;
	let asset = asset_of(chain, &at, args.subscription).await?;
	let era = match args.era {
		Some(era) => era,
		None => chain.era(&at).await?.era,
	};
	let call = Call::new("Slashing", "petition")
		.arg("subscription", number(args.subscription))
		.arg("era", number(era))
		.arg("evidence", bytes(args.evidence))
		.counted_in(&asset);
	run_call_with(ctx, chain, call, |receipt| {
		let id = receipt.number("Slashing", "petition").and_then(|id| u64::try_from(id).ok());
		id.map(|id| ("petition", id.into())).into_iter().collect()
	})
	.await
}

/// How far a petition has come, in a word.
fn status(petition: &PetitionInfo) -> (&'static str, Option<u32>) {
	match petition.status {
		PetitionStatus::Open => ("open", None),
		PetitionStatus::Expired => ("expired", None),
		PetitionStatus::Passed(slash) => ("passed", Some(slash)),
		PetitionStatus::Vetoed => ("vetoed", None),
		PetitionStatus::Applied => ("applied", None),
	}
}

async fn list(ctx: &Ctx, chain: &Chain, all: bool) -> Result<()> {
	let at = chain.best().await?;
	let mut petitions = chain.petitions(&at).await?;
	petitions.retain(|petition| {
		all || matches!(petition.status, PetitionStatus::Open | PetitionStatus::Passed(_))
	});
	let json: Vec<Value> = petitions.iter().map(|petition| petition_json(chain, petition)).collect();
	ctx.out.emit(&json.into(), || {
		let rows = petitions.iter().map(|petition| {
			let money = denomination(chain, &petition.asset);
			[
				petition.id.to_string(),
				address(&petition.operator),
				petition.service.to_string(),
				petition.era.to_string(),
				match petition.threshold {
					Some(threshold) => {
						format!("{} of {}", money.plain(petition.weight), money.show(threshold))
					}
					None => money.show(petition.weight),
				},
				format!("{} of {}", petition.signers, petition.min_signers),
				petition.closes_at.to_string(),
				match status(petition) {
					("passed", Some(slash)) => format!("passed: slash {slash}"),
					(name, _) => name.into(),
				},
			]
		});
		table(["ID", "OPERATOR", "SERVICE", "ERA", "FEES", "SIGNERS", "CLOSES", "STATE"], rows)
	})
}

fn petition_json(chain: &Chain, petition: &PetitionInfo) -> Value {
	let money = denomination(chain, &petition.asset);
	let (state, slash) = status(petition);
	json!({
		"id": petition.id,
		"operator": address(&petition.operator),
		"service": petition.service,
		"era": petition.era,
		"asset": asset_name(&petition.asset),
		"evidence": hex(petition.evidence),
		"opener": address(&petition.opener),
		"closes_at": petition.closes_at,
		"fees": money.plain(petition.weight),
		"threshold": petition.threshold.map(|threshold| money.plain(threshold)),
		"signers": petition.signers,
		"min_signers": petition.min_signers,
		"state": state,
		"slash": slash,
	})
}
