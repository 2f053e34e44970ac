//! Services: what can be offered.

use super::offers::counted_in;
use crate::{
	amount::Decimal,
	args::{digest, verifier, AccountArg, AmountOf},
	chain::{
		call::{self, account, bytes, number, option, Call},
		At, Chain,
	},
	cli::Ctx,
	error::usage,
	roles::{run_call, run_call_with},
};
use anyhow::Result;
use clap::Args;
use subxt::dynamic::Value;
use surety_primitives::{AssetKind, Balance, Security, ServiceFlags, ServiceId, Verifier};

/// A new service.
#[derive(Args, Debug)]
pub struct ServiceArgs {
	/// Name
	#[arg(long)]
	name: String,
	/// Bond at the least of each offer, in whole tokens
	#[arg(long, default_value = "0", value_name = "AMOUNT")]
	min_bond: Decimal,
	/// Stake at the least behind an offer that takes new clients, own and delegated: an amount of whole native
	/// tokens, or of an asset by its number. Can be said once for each asset
	#[arg(long, value_name = "AMOUNT[@ASSET]")]
	security: Vec<AmountOf>,
	/// How answers are checked: none, fixed-hash, merkle-chunk or native:NUMBER
	#[arg(long, value_parser = verifier, default_value = "none")]
	verifier: Verifier,
	#[command(flatten)]
	artifact: ArtifactArgs,
	#[command(flatten)]
	flags: FlagArgs,
}

/// A change of a service.
#[derive(Args, Debug)]
pub struct ServiceChange {
	/// Number of the service
	service: ServiceId,
	/// New name
	#[arg(long)]
	name: Option<String>,
	/// New least bond of new offers, in whole tokens
	#[arg(long, value_name = "AMOUNT")]
	min_bond: Option<Decimal>,
	/// New least stake behind an offer that takes new clients, for each asset; all of the old is replaced
	#[arg(long, value_name = "AMOUNT[@ASSET]")]
	security: Vec<AmountOf>,
	/// Ask for no stake beside the bond any more
	#[arg(long, conflicts_with = "security")]
	no_security: bool,
	/// How answers are checked: none, fixed-hash, merkle-chunk or native:NUMBER; fixed while there are offers
	#[arg(long, value_parser = verifier)]
	verifier: Option<Verifier>,
	/// Name no artifact any more
	#[arg(long, conflicts_with = "artifact")]
	no_artifact: bool,
	#[command(flatten)]
	artifact: ArtifactArgs,
	#[command(flatten)]
	flags: FlagArgs,
}

/// Who may report offences for a service.
#[derive(Args, Debug)]
pub struct ReporterArgs {
	/// Number of the service
	service: ServiceId,
	/// Who may report
	#[arg(required_unless_present = "none", conflicts_with = "none")]
	account: Option<AccountArg>,
	/// Nobody any more
	#[arg(long)]
	none: bool,
}

/// What operators have to run.
#[derive(Args, Debug)]
struct ArtifactArgs {
	/// Where what operators have to run is found, such as docker.io/name:tag
	#[arg(long, requires = "digest", value_name = "REFERENCE")]
	artifact: Option<String>,
	/// SHA-256 of the artifact, 32 bytes in hex
	#[arg(long, requires = "artifact", value_parser = digest)]
	digest: Option<[u8; 32]>,
}

/// The nature of a service.
#[derive(Args, Debug)]
struct FlagArgs {
	/// No operator keeps state of a client
	#[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
	stateless: Option<bool>,
	/// Every honest operator gives the same answer to the same request
	#[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
	deterministic: Option<bool>,
}

impl FlagArgs {
	fn over(&self, old: ServiceFlags) -> ServiceFlags {
		ServiceFlags {
			stateless: self.stateless.unwrap_or(old.stateless),
			deterministic: self.deterministic.unwrap_or(old.deterministic),
		}
	}

	fn are_given(&self) -> bool {
		self.stateless.is_some() || self.deterministic.is_some()
	}
}

type Artifact = Option<(Vec<u8>, [u8; 32])>;
type Securities = Vec<Security<AssetKind, Balance>>;

/// As the chain takes it.
async fn securities(chain: &Chain, at: &At, given: &[AmountOf]) -> Result<Securities> {
	let mut all = Vec::new();
	for AmountOf { amount, asset } in given {
		let amount = counted_in(chain, at, asset).await?.units(amount)?;
		all.push(Security { asset: asset.clone(), amount });
	}
	Ok(all)
}

impl ArtifactArgs {
	fn given(self) -> Artifact {
		Some((self.artifact?.into_bytes(), self.digest?))
	}
}

fn with_terms(
	call: Call,
	name: &[u8],
	artifact: &Artifact,
	verifier: &Verifier,
	min_bond: Balance,
	security: &Securities,
	flags: ServiceFlags,
) -> Call {
	let artifact = artifact.as_ref().map(|(reference, digest)| call::artifact(reference, digest));
	let flags = Value::named_composite([
		("stateless", Value::bool(flags.stateless)),
		("deterministic", Value::bool(flags.deterministic)),
	]);
	call.arg("name", bytes(name))
		.arg("artifact", call::option(artifact))
		.arg("verifier", call::verifier(verifier))
		.arg("min_bond", number(min_bond))
		.arg("security", call::security(security))
		.arg("flags", flags)
}

/// Creates a service and says its number.
pub async fn create(ctx: &Ctx, chain: &Chain, args: ServiceArgs) -> Result<()> {
	let min_bond = chain.native().units(&args.min_bond)?;
	let security = securities(chain, &chain.best().await?, &args.security).await?;
	let call = with_terms(
		Call::new("Registry", "create_service"),
		args.name.as_bytes(),
		&args.artifact.given(),
		&args.verifier,
		min_bond,
		&security,
		args.flags.over(ServiceFlags::default()),
	);
	run_call_with(ctx, chain, call, |receipt| {
		let id = receipt.number("Registry", "id").or_else(|| receipt.number("Registry", "service"));
		id.map(|id| ("service", u64::try_from(id).unwrap_or_default().into())).into_iter().collect()
	})
	.await
}

/// Changes what was named of a service.
pub async fn update(ctx: &Ctx, chain: &Chain, change: ServiceChange) -> Result<()> {
	let nothing = change.name.is_none()
		&& change.min_bond.is_none()
		&& change.security.is_empty()
		&& !change.no_security
		&& change.verifier.is_none()
		&& !change.no_artifact
		&& change.artifact.artifact.is_none()
		&& !change.flags.are_given();
	if nothing {
		return Err(usage("nothing to change"));
	}
	let at = chain.best().await?;
	let old = chain.existing_service(&at, change.service).await?;
	let min_bond = match &change.min_bond {
		Some(amount) => chain.native().units(amount)?,
		None => old.min_bond,
	};
	let security = match change.security.is_empty() && !change.no_security {
		true => {
			// Known from here on, so that a dry run can show it.
			for one in &old.security {
				chain.denomination(&at, &one.asset).await?;
			}
			old.security
		}
		false => securities(chain, &at, &change.security).await?,
	};
	let flags = change.flags.over(old.flags);
	let artifact = match change.no_artifact {
		true => None,
		false => change.artifact.given().or(old.artifact.map(|(reference, digest)| (reference, digest.0))),
	};
	let name = change.name.map_or(old.name, String::into_bytes);
	let call = Call::new("Registry", "update_service").arg("id", number(change.service));
	let verifier = change.verifier.unwrap_or(old.verifier);
	run_call(ctx, chain, with_terms(call, &name, &artifact, &verifier, min_bond, &security, flags)).await
}

/// Says who may report offences for a service.
pub fn set_reporter(args: &ReporterArgs) -> Call {
	let reporter = args.account.as_ref().map(|reporter| account(&reporter.0));
	Call::new("Registry", "set_reporter").arg("id", number(args.service)).arg("reporter", option(reporter))
}
