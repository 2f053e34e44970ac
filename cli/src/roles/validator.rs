//! Validators: stake, session keys with proof of ownership, and whether it all works.

use super::{print_receipt, run_call, run_call_with};
use crate::{
	amount::{format_units, Decimal},
	args::{address, percent, AccountArg},
	chain::{
		call::{account, bytes, number, variant, Call},
		errors,
		render::{account_of, decode, json as render, number_of},
		state::{amount, exists, items, read},
		submit::{submit, Submission},
		At, Chain,
	},
	cli::Ctx,
	error::usage,
	output::{hex, pairs},
};
use anyhow::{bail, Context, Result};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{json, Value as Json};
use subxt::{dynamic::Value, ext::scale_value::At as _, rpcs::rpc_params};
use surety_primitives::{AccountId, Balance};

/// What validators can do.
#[derive(Subcommand, Debug)]
pub enum ValidatorVerb {
	/// Begin to validate: bond, have the node make session keys, prove them, announce yourself; in one
	/// transaction. The node makes the keys even with --dry-run and --encode, but the chain hears of none
	Start(StartArgs),
	/// Have the node make new session keys, prove them, and set them
	RotateKeys(KeyArgs),
	/// Show how a validator stands
	Status {
		/// Whose; that of the key when left out
		account: Option<AccountArg>,
	},
	/// Stop validating from the next era on
	Chill,
	/// Begin to take stake back; it is free after the bonding period
	Unbond {
		/// How much, in whole tokens
		#[arg(long)]
		amount: Decimal,
	},
	/// Take back what is free
	Withdraw,
}

/// How to begin.
#[derive(Args, Debug)]
pub struct StartArgs {
	/// Stake in whole tokens, what is bonded already counted
	#[arg(long, value_name = "AMOUNT")]
	bond: Decimal,
	/// Share of its nominators' rewards that the validator keeps, in percent
	#[arg(long, value_parser = percent, default_value = "0", value_name = "PERCENT")]
	commission: u32,
	/// Take no nominations from others
	#[arg(long)]
	blocked: bool,
	#[command(flatten)]
	keys: KeyArgs,
}

/// Session keys that exist already.
#[derive(Args, Debug)]
pub struct KeyArgs {
	/// Session keys made elsewhere, in hex, instead of new ones of the node at --url
	#[arg(long, requires = "proof", value_name = "HEX")]
	keys: Option<String>,
	/// Proof that this account owns them, in hex
	#[arg(long, requires = "keys", value_name = "HEX")]
	proof: Option<String>,
}

/// What `author_rotateKeysWithOwner` answers.
#[derive(Deserialize)]
struct Generated {
	keys: String,
	proof: Option<String>,
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: ValidatorVerb) -> Result<()> {
	let chain = ctx.chain().await?;
	match verb {
		ValidatorVerb::Start(args) => start(ctx, &chain, args).await,
		ValidatorVerb::RotateKeys(args) => {
			let at = chain.best().await?;
			let (call, keys) = set_keys(ctx, &chain, &at, args).await?;
			with_keys(ctx, &chain, &call, &keys).await
		}
		ValidatorVerb::Status { account } => status(ctx, &chain, &ctx.account(&account)?).await,
		ValidatorVerb::Chill => run_call(ctx, &chain, Call::new("Staking", "chill")).await,
		ValidatorVerb::Unbond { amount } => {
			let amount = chain.native().units(&amount)?;
			run_call(ctx, &chain, Call::new("Staking", "unbond").arg("value", number(amount))).await
		}
		ValidatorVerb::Withdraw => {
			let at = chain.best().await?;
			let spans = spans(&at, &ctx.signer()?).await?;
			let call = Call::new("Staking", "withdraw_unbonded").arg("num_slashing_spans", number(spans));
			run_call_with(ctx, &chain, call, |receipt| {
				let amount = receipt.number("Staking", "amount").unwrap_or_default();
				vec![("withdrawn", chain.native().plain(amount).into())]
			})
			.await
		}
	}
}

/// Times in which a validator was slashed; the chain wants to be told how many, to weigh the call.
async fn spans(at: &At, who: &AccountId) -> Result<u32> {
	let Some(spans) = read(at, "Staking", "SlashingSpans", vec![account(who)]).await? else { return Ok(0) };
	let prior =
		spans.at("prior").map(|prior| items(prior, at.metadata_ref().types()).len()).unwrap_or_default();
	Ok(u32::try_from(prior)?.saturating_add(1))
}

async fn start(ctx: &Ctx, chain: &Chain, args: StartArgs) -> Result<()> {
	chain.ensure_synced().await?;
	let at = chain.best().await?;
	let who = ctx.signer()?;
	let wanted = chain.native().units(&args.bond)?;
	let ledger = ledger(&at, &who).await?;
	let mut calls = Vec::new();
	match ledger.as_ref().map(|ledger| ledger.active) {
		None => calls
			.push(Call::new("Staking", "bond").arg("value", number(wanted)).arg("payee", variant("Staked"))),
		Some(active) if active < wanted => {
			let more = wanted.saturating_sub(active);
			calls.push(Call::new("Staking", "bond_extra").arg("max_additional", number(more)));
		}
		Some(active) => ctx.out.progress(&format!("{} are bonded already", chain.native().show(active))),
	}
	let (set_keys, keys) = set_keys(ctx, chain, &at, args.keys).await?;
	calls.push(set_keys);
	let prefs = Value::named_composite([
		("commission", number(args.commission)),
		("blocked", Value::bool(args.blocked)),
	]);
	calls.push(Call::new("Staking", "validate").arg("prefs", prefs));
	with_keys(ctx, chain, &Call::batch("batch_all", calls), &keys).await
}

async fn with_keys(ctx: &Ctx, chain: &Chain, call: &Call, keys: &[u8]) -> Result<()> {
	match submit(ctx, chain, call).await? {
		Submission::Shown => Ok(()),
		Submission::Included(receipt) => {
			print_receipt(ctx, chain, &receipt, vec![("session_keys", hex(keys).into())])
		}
	}
}

/// The call that sets session keys, and the keys.
async fn set_keys(ctx: &Ctx, chain: &Chain, at: &At, args: KeyArgs) -> Result<(Call, Vec<u8>)> {
	let who = ctx.signer()?;
	let (keys, proof) = match (args.keys, args.proof) {
		(Some(keys), Some(proof)) => (keys, proof),
		_ => {
			let generated: Generated = chain
				.raw
				.request("author_rotateKeysWithOwner", rpc_params![hex(&who)])
				.await
				.map_err(errors::rpc)
				.context("the node made no session keys")?;
			ctx.out.progress("the node has made new session keys");
			(generated.keys, generated.proof.context("the node cannot prove session keys: it is too old")?)
		}
	};
	let read = |name: &str, text: &str| {
		hex::decode(text.trim_start_matches("0x")).map_err(|e| usage(format!("--{name}: {e}")))
	};
	let (keys, proof) = (read("keys", &keys)?, read("proof", &proof)?);

	let metadata = at.metadata_ref();
	let pallet = metadata.pallet_by_name("Session").context("this chain has no sessions")?;
	let variant = pallet.call_variant_by_name("set_keys").context("this chain has no session keys")?;
	let field = variant.fields.iter().find(|field| field.name.as_deref() == Some("keys"));
	let type_id = field.context("this chain has no session keys")?.ty.id;
	let rest = &mut &keys[..];
	let value =
		decode(rest, type_id, metadata.types()).context("these are not the session keys of this chain")?;
	if !rest.is_empty() {
		bail!("these are not the session keys of this chain: too long");
	}
	let call =
		Call::new("Session", "set_keys").arg("keys", value.remove_context()).arg("proof", bytes(proof));
	Ok((call, keys))
}

struct Ledger {
	total: Balance,
	active: Balance,
	unlocking: Vec<(Balance, u32)>,
}

async fn ledger(at: &At, who: &AccountId) -> Result<Option<Ledger>> {
	let Some(ledger) = read(at, "Staking", "Ledger", vec![account(who)]).await? else { return Ok(None) };
	let unlocking =
		ledger.at("unlocking").map(|list| items(list, at.metadata_ref().types())).unwrap_or_default();
	let unlocking = unlocking
		.iter()
		.map(|chunk| {
			let era = chunk.at("era").and_then(number_of).unwrap_or_default();
			Ok((chunk.at("value").and_then(number_of).unwrap_or_default(), u32::try_from(era)?))
		})
		.collect::<Result<_>>()?;
	let ledger = Some(ledger);
	Ok(Some(Ledger { total: amount(&ledger, &["total"]), active: amount(&ledger, &["active"]), unlocking }))
}

async fn status(ctx: &Ctx, chain: &Chain, who: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let types = at.metadata_ref().types();
	let key = || vec![account(who)];
	let ledger = ledger(&at, who).await?;
	let announced = exists(&at, "Staking", "Validators", key()).await?;
	let prefs = read(&at, "Staking", "Validators", key()).await?.filter(|_| announced);
	let commission = prefs.as_ref().map(|_| format_units(amount(&prefs, &["commission"]), 7));
	let era = read(&at, "Staking", "ActiveEra", vec![]).await?;
	let era = amount(&era, &["index"]);
	let session = amount(&read(&at, "Session", "CurrentIndex", vec![]).await?, &[]);
	let validators = read(&at, "Session", "Validators", vec![]).await?;
	let validating = validators
		.iter()
		.flat_map(|list| items(list, types))
		.any(|one| account_of(one).as_ref() == Some(who));
	let keys = read(&at, "Session", "NextKeys", key()).await?;
	let encoded = keys.as_ref().map(|keys| {
		let mut bytes = Vec::new();
		subxt::ext::scale_value::scale::encode_as_type(keys, keys.context, types, &mut bytes).map(|()| bytes)
	});
	let encoded = encoded.transpose()?;
	// Unknown when the node does not let outsiders ask.
	let node_has_keys = match &encoded {
		Some(encoded) => chain.rpc.author_has_session_keys(encoded.clone()).await.ok(),
		None => None,
	};

	let money = chain.native();
	let unlocking: Vec<Json> = ledger
		.iter()
		.flat_map(|ledger| &ledger.unlocking)
		.map(|(value, era)| json!({ "amount": money.plain(*value), "era": era }))
		.collect();
	let json = json!({
		"validator": address(who),
		"bonded": ledger.as_ref().map(|ledger| money.plain(ledger.total)),
		"active": ledger.as_ref().map(|ledger| money.plain(ledger.active)),
		"unlocking": unlocking,
		"announced": announced,
		"commission_percent": commission,
		"session_keys": encoded.as_ref().map(hex),
		"keys": keys.as_ref().map(|keys| render(keys, types)),
		"node_has_keys": node_has_keys,
		"validating": validating,
		"era": u64::try_from(era)?,
		"session": u64::try_from(session)?,
	});
	let yes = |is: bool| (if is { "yes" } else { "no" }).to_owned();
	ctx.out.emit(&json, || {
		let mut rows = vec![("validator".to_owned(), address(who))];
		match &ledger {
			Some(ledger) => {
				rows.push(("bonded".into(), money.show(ledger.total)));
				rows.push(("active".into(), money.show(ledger.active)));
				for (value, era) in &ledger.unlocking {
					rows.push(("unlocking".into(), format!("{} in era {era}", money.show(*value))));
				}
			}
			None => rows.push(("bonded".into(), "nothing".into())),
		}
		rows.push(("announced".into(), yes(announced)));
		rows.extend(commission.map(|commission| ("commission".into(), format!("{commission}%"))));
		rows.push(("session keys".into(), encoded.as_ref().map_or("none".into(), hex)));
		let known = node_has_keys.map_or("unknown: the node does not say".into(), yes);
		rows.push(("node has them".into(), known));
		rows.push(("validating now".into(), yes(validating)));
		rows.push(("era, session".into(), format!("{era}, {session}")));
		pairs(rows)
	})
}
