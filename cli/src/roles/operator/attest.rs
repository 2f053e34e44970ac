//! What an operator has certified: requested, waited for, renewed, given up.

use crate::{
	amount::Decimal,
	args::{address, AccountArg},
	chain::{
		call::{account, bytes, number, Call},
		errors,
		submit::{submit, Submission},
		windows::Windows,
		Chain,
	},
	cli::Ctx,
	error::usage,
	keys::{from_file, from_suri, write_private},
	output::{hex, pairs},
	presence::claims::{self, ClaimArg, ReasonArg},
	roles::{
		notary::{
			attestations::{attestation_json, attestations_table, of_slot},
			requests::{fees_of, fees_value, request_json, status_name},
		},
		print_receipt, run_call,
	},
};
use anyhow::{bail, Context, Result};
use clap::Args;
use codec::Decode;
use serde_json::{json, Value};
use sp_core::{crypto::Pair, sr25519};
use std::path::PathBuf;
use subxt_signer::sr25519::Keypair;
use surety_primitives::{
	api::{AttestationInfo, RequestInfo},
	notary::{Claims, NotaryFees, NotaryTerm, RequestId, RequestStatus, RevocationReason, SubsidyId},
	AccountId, Balance, ServiceId,
};

/// Environment variable with the phrase of the key that announces.
pub const PRESENCE_SURI_ENV: &str = "SURETY_PRESENCE_SURI";

/// The key with which an operator announces that it is present.
#[derive(Args)]
pub struct PresenceKeyArgs {
	/// File with the phrase of the key that announces. Not that of the account: it is on a machine that is online. The
	/// environment variable SURETY_PRESENCE_SURI does as well
	#[arg(long, value_name = "FILE", help_heading = "Presence key")]
	presence_key: Option<PathBuf>,
	/// The same as a phrase or derivation. Other users of this machine may see it
	#[arg(long, value_name = "SURI", conflicts_with = "presence_key", help_heading = "Presence key")]
	presence_suri: Option<String>,
}

/// Never shows a secret.
impl std::fmt::Debug for PresenceKeyArgs {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("PresenceKeyArgs { .. }")
	}
}

impl PresenceKeyArgs {
	/// The key, where one was given.
	pub fn load(&self) -> Result<Option<Keypair>> {
		if let Some(path) = &self.presence_key {
			return from_file(path).map(Some);
		}
		if let Some(suri) = &self.presence_suri {
			return from_suri(suri).context("--presence-suri").map(Some);
		}
		let suri = std::env::var(PRESENCE_SURI_ENV).ok().filter(|suri| !suri.is_empty());
		suri.map(|suri| from_suri(&suri).context(PRESENCE_SURI_ENV)).transpose()
	}
}

/// The public part of a presence key, wherever it comes from.
#[derive(Args, Debug)]
pub struct PublicKeyArgs {
	#[command(flatten)]
	secret: PresenceKeyArgs,
	/// Make a new key, and write its phrase to this file, which only you can read
	#[arg(long, value_name = "FILE", help_heading = "Presence key")]
	presence_out: Option<PathBuf>,
	/// Public key whose phrase is elsewhere, 32 bytes in hex
	#[arg(long, value_name = "HEX", value_parser = crate::args::digest, help_heading = "Presence key")]
	presence_public: Option<[u8; 32]>,
}

impl PublicKeyArgs {
	fn key(&self, ctx: &Ctx) -> Result<[u8; 32]> {
		match (&self.presence_out, self.presence_public, self.secret.load()?) {
			(None, Some(public), _) => Ok(public),
			(Some(path), None, _) => {
				let (_, phrase, _) = sr25519::Pair::generate_with_phrase(None);
				write_private(path, &phrase)?;
				ctx.out.progress(&format!("the phrase is in {}: announce with it", path.display()));
				Ok(from_suri(&phrase)?.public_key().0)
			}
			(None, None, Some(key)) => Ok(key.public_key().0),
			(Some(_), Some(_), _) => Err(usage("more than one presence key")),
			(None, None, None) => Err(usage(
				"with which key are you going to announce? --presence-key, --presence-out or --presence-public",
			)),
		}
	}
}

/// A request.
#[derive(Args, Debug)]
pub struct AttestArgs {
	/// Who is to attest
	#[arg(long, required_unless_present = "subsidy")]
	notary: Option<AccountArg>,
	/// Number of the service whose offer is to be attested
	#[arg(long, required_unless_present = "subsidy")]
	service: Option<ServiceId>,
	/// Have it paid for by this subsidy, whose notary and service it is then; the offer must be free of charge
	#[arg(long, value_name = "ID", conflicts_with_all = ["notary", "service", "max_fee"])]
	subsidy: Option<SubsidyId>,
	/// What is to be certified: latency=MS, throughput=DOWN/UP (kbit/s), availability=PERCENT, geography=COUNTRY,
	/// destination=NAME, other:SCHEMA:KEY=VALUE
	#[arg(long = "claim", required = true, value_name = "CLAIM")]
	claims: Vec<ClaimArg>,
	/// For how many windows it is to be watched
	#[arg(long)]
	windows: u32,
	/// What it may cost in all, in whole tokens; what the notary posts when left out
	#[arg(long, value_name = "AMOUNT")]
	max_fee: Option<Decimal>,
	/// Blocks within which it is to be attested; as many as the chain allows when left out
	#[arg(long, value_name = "BLOCKS")]
	deadline: Option<u32>,
	/// Accept what the notary quotes, if it is no more than --max-fee
	#[arg(long)]
	accept_quote: bool,
	/// Do not wait for the notary
	#[arg(long)]
	no_wait: bool,
	#[command(flatten)]
	key: PublicKeyArgs,
}

/// An attestation of one's own.
#[derive(Args, Debug)]
pub struct OwnArgs {
	/// Who attests
	#[arg(long)]
	notary: AccountArg,
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
}

/// A renewal.
#[derive(Args, Debug)]
pub struct RenewArgs {
	#[command(flatten)]
	own: OwnArgs,
	/// For how many more windows
	#[arg(long)]
	windows: u32,
	/// What it may cost in all, in whole tokens
	#[arg(long, value_name = "AMOUNT")]
	max_fee: Decimal,
}

/// Another key.
#[derive(Args, Debug)]
pub struct PresenceKeyChange {
	#[command(flatten)]
	own: OwnArgs,
	#[command(flatten)]
	key: PublicKeyArgs,
}

fn counted(fees: &NotaryFees, windows: u32) -> Result<Balance> {
	fees.total(windows).ok_or_else(|| usage("so many windows cost more than can be counted"))
}

fn asked(chain: &Chain, fees: &NotaryFees, windows: u32, total: Balance) -> String {
	let money = chain.native();
	format!(
		"{} once and {} for each of {windows} windows: {}",
		money.show(fees.issue),
		money.show(fees.watch),
		money.show(total)
	)
}

/// What a request may cost: as was said, or what is posted.
async fn max_fee(
	chain: &Chain,
	ctx: &Ctx,
	args: &AttestArgs,
	notary: &AccountId,
	claims: &Claims,
) -> Result<Balance> {
	let at = chain.best().await?;
	let info = chain.existing_notary(&at, notary).await?;
	let said = args.max_fee.as_ref().map(|fee| chain.native().units(fee)).transpose()?;
	match info.terms.price(claims) {
		Some(NotaryTerm::Posted(fees)) => {
			let total = counted(&fees, args.windows)?;
			ctx.out.progress(&format!(
				"{} asks {}",
				address(notary),
				asked(chain, &fees, args.windows, total)
			));
			match said {
				Some(most) if most < total => bail!("that is more than {}", chain.native().show(most)),
				said => Ok(said.unwrap_or(total)),
			}
		}
		Some(NotaryTerm::OnQuote) => {
			said.ok_or_else(|| usage("the notary quotes for each request: what may it cost? --max-fee"))
		}
		None => Err(errors::known(
			at.metadata_ref(),
			"Notary",
			"ClaimNotCertified",
			"the notary does not certify all of these claims",
		)),
	}
}

/// Requests an attestation, and waits for what comes of it.
pub async fn attest(ctx: &Ctx, chain: &Chain, args: AttestArgs) -> Result<()> {
	let claims = Claims::new(args.claims.iter().map(|claim| claim.0.clone()).collect());
	if claims.list.len() < args.claims.len() {
		return Err(usage(format!("more than {} claims", claims.list.len())));
	}
	let call = match (&args.subsidy, &args.notary, args.service) {
		(Some(subsidy), ..) => Call::new("Notary", "request_subsidised").arg("subsidy", number(*subsidy)),
		(None, Some(notary), Some(service)) => {
			let fee = max_fee(chain, ctx, &args, &notary.0, &claims).await?;
			Call::new("Notary", "request")
				.arg("notary", account(&notary.0))
				.arg("service", number(service))
				.arg("max_fee", number(fee))
		}
		_ => return Err(usage("whom to ask, and for which service: --notary and --service, or --subsidy")),
	};
	let key = args.key.key(ctx)?;
	let at = chain.best().await?;
	let deadline = match args.deadline {
		Some(blocks) => blocks,
		None => Windows::at(&at).await?.get("presence", "request")?,
	};
	let call = call
		.encoded(&at, "claims", &claims)?
		.arg("windows", number(args.windows))
		.arg("key", bytes(key))
		.arg("deadline_blocks", number(deadline));
	let receipt = match submit(ctx, chain, &call).await? {
		Submission::Shown => return Ok(()),
		Submission::Included(receipt) => receipt,
	};
	let id =
		receipt.number("Notary", "request").context("the chain does not say the number of the request")?;
	let id = RequestId::try_from(id)?;
	if args.no_wait {
		return print_receipt(ctx, chain, &receipt, vec![("request", id.into())]);
	}
	ctx.out.progress(&format!("request {id} waits for the notary"));
	let begun = u32::try_from(receipt.block_number)?;
	let outcome = wait(ctx, chain, id, begun, args.accept_quote).await?;
	show_outcome(ctx, chain, id, outcome)
}

/// What came of a request.
enum Outcome {
	Attested(Box<AttestationInfo>),
	Quoted(Box<RequestInfo>),
	Ended(Option<RevocationReason>),
}

async fn wait(ctx: &Ctx, chain: &Chain, id: RequestId, begun: u32, accept: bool) -> Result<Outcome> {
	let mut seen = begun.saturating_sub(1);
	let mut known: Option<RequestInfo> = None;
	let mut accepted = false;
	loop {
		let at = chain.best().await?;
		let now = u32::try_from(at.block_number())?;
		match chain.request(&at, id).await? {
			Some(request) => {
				if known.as_ref().is_none_or(|known| known.status != request.status) {
					ctx.out.progress(&format!("block {now}: {}", status_name(&request.status)));
				}
				if let (RequestStatus::Quoted(fees), false) = (request.status, accepted) {
					let total = counted(&fees, request.windows)?;
					ctx.out.progress(&format!("it asks {}", asked(chain, &fees, request.windows, total)));
					if !accept || total > request.max_fee {
						return Ok(Outcome::Quoted(Box::new(request)));
					}
					submit(ctx, chain, &accepting(id, &fees)).await?;
					accepted = true;
				}
				known = Some(request);
			}
			None => {
				if let Some(request) = &known {
					let (notary, operator) = (&request.notary, &request.operator);
					let found = chain.attestation_of(&at, notary, operator, request.service).await?;
					if let Some(attestation) = found {
						return Ok(Outcome::Attested(Box::new(attestation)));
					}
				}
				return Ok(Outcome::Ended(refusal(chain, id, seen.saturating_add(1), now).await?));
			}
		}
		seen = now.saturating_sub(1);
		chain.wait_for(now.saturating_add(1)).await?;
	}
}

/// Why a request was refused, if it was, in these blocks.
async fn refusal(chain: &Chain, id: RequestId, from: u32, to: u32) -> Result<Option<RevocationReason>> {
	for number in from..=to {
		let at = chain.at_named(&number.to_string()).await?;
		let events = at.events().fetch().await.map_err(errors::subxt)?;
		for event in events.iter() {
			let event = event.map_err(errors::subxt)?;
			if (event.pallet_name(), event.event_name()) != ("Notary", "Refused") {
				continue;
			}
			let (request, reason) = <(RequestId, RevocationReason)>::decode(&mut event.field_bytes())?;
			if request == id {
				return Ok(Some(reason));
			}
		}
	}
	Ok(None)
}

fn show_outcome(ctx: &Ctx, chain: &Chain, id: RequestId, outcome: Outcome) -> Result<()> {
	match outcome {
		Outcome::Attested(attestation) => {
			let mut json = attestation_json(chain, &attestation);
			json["request"] = id.into();
			ctx.out.emit(&json, || {
				pairs([
					("request", id.to_string()),
					("attested by", address(&attestation.notary)),
					("slot", attestation.slot.to_string()),
					("claims", claims::show_all(&attestation.claims)),
					("until window", attestation.until.to_string()),
					("next", "say in each window that you are there: `surety operator announce`".into()),
				])
			})
		}
		Outcome::Quoted(request) => ctx.out.emit(&request_json(chain, &request), || {
			format!("request {id} is quoted: `surety operator accept-quote {id}` pays what it asks")
		}),
		Outcome::Ended(Some(reason)) => bail!("the notary refused request {id}: {}", ReasonArg(reason)),
		Outcome::Ended(None) => bail!("request {id} has come to its end without an attestation"),
	}
}

fn accepting(id: RequestId, fees: &NotaryFees) -> Call {
	Call::new("Notary", "accept_quote").arg("request", number(id)).arg("fees", fees_value(fees))
}

/// Accepts what the notary asks now, and nothing else.
pub async fn accept_quote(ctx: &Ctx, chain: &Chain, id: RequestId) -> Result<()> {
	let at = chain.best().await?;
	let request = chain.existing_request(&at, id).await?;
	// Where nothing is quoted, the chain says so itself.
	let fees = fees_of(&request.status).unwrap_or_default();
	let total = counted(&fees, request.windows)?;
	ctx.out.progress(&format!("it asks {}", asked(chain, &fees, request.windows, total)));
	run_call(ctx, chain, accepting(id, &fees)).await
}

/// Attestations of an operator by all notaries.
pub async fn of_operator(chain: &Chain, operator: &AccountId) -> Result<Vec<AttestationInfo>> {
	let at = chain.best().await?;
	let services = chain.operator(&at, operator).await?.map(|info| info.services).unwrap_or_default();
	let mut all = Vec::new();
	for notary in chain.notaries(&at).await? {
		if notary.attested == 0 {
			continue;
		}
		for service in &services {
			all.extend(chain.attestation_of(&at, &notary.notary, operator, *service).await?);
		}
	}
	Ok(all)
}

/// Lists what an operator has certified, and what it has requested.
pub async fn list(ctx: &Ctx, chain: &Chain, operator: &AccountId) -> Result<()> {
	let all = of_operator(chain, operator).await?;
	let at = chain.best().await?;
	let mut requests = chain.requests(&at, None).await?;
	requests.retain(|request| request.operator == *operator);
	let window = chain.presence_window(&at).await?.window;
	let list: Vec<Value> = all.iter().map(|one| attestation_json(chain, one)).collect();
	let asked: Vec<Value> = requests.iter().map(|one| request_json(chain, one)).collect();
	let json =
		json!({ "operator": address(operator), "window": window, "attestations": list, "requests": asked });
	ctx.out.emit(&json, || {
		let mut parts = vec![format!("window {window}"), attestations_table(chain, &all)];
		if !requests.is_empty() {
			let line = |request: &RequestInfo| {
				format!(
					"request {} to {}, service {}: {}, until block {}",
					request.id,
					address(&request.notary),
					request.service,
					status_name(&request.status),
					request.deadline
				)
			};
			parts.push(requests.iter().map(line).collect::<Vec<_>>().join("\n"));
		}
		parts.join("\n\n")
	})
}

async fn own(ctx: &Ctx, chain: &Chain, args: &OwnArgs) -> Result<AttestationInfo> {
	let at = chain.best().await?;
	chain.existing_attestation_of(&at, &args.notary.0, &ctx.signer()?, args.service).await
}

/// Pays for more windows.
pub async fn renew(ctx: &Ctx, chain: &Chain, args: RenewArgs) -> Result<()> {
	let own = own(ctx, chain, &args.own).await?;
	let call = of_slot("renew", &own.notary, own.slot)
		.arg("windows", number(args.windows))
		.arg("max_fee", number(chain.native().units(&args.max_fee)?));
	run_call(ctx, chain, call).await
}

/// Gives an attestation up.
pub async fn resign(ctx: &Ctx, chain: &Chain, args: OwnArgs) -> Result<()> {
	let own = own(ctx, chain, &args).await?;
	run_call(ctx, chain, of_slot("resign", &own.notary, own.slot)).await
}

/// Announces with another key from the next window on.
pub async fn set_key(ctx: &Ctx, chain: &Chain, args: PresenceKeyChange) -> Result<()> {
	let own = own(ctx, chain, &args.own).await?;
	let key = args.key.key(ctx)?;
	let call = of_slot("set_presence_key", &own.notary, own.slot).arg("key", bytes(key));
	ctx.out.progress(&format!("announce with {} from the next window on", hex(key)));
	run_call(ctx, chain, call).await
}
