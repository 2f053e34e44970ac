//! The chain itself: how it stands, who has what, what its errors mean, and any call of any pallet.

use super::run_call;
use crate::{
	amount::Decimal,
	args::{address, asset, asset_name, AccountArg},
	chain::{
		call::{lookup, number, Call},
		errors::{self, documented},
		parse,
		render::json as render,
		state::{asset_funds, funds, read},
		At, Chain,
	},
	cli::Ctx,
	error::{squeeze, usage},
	output::{hex, pairs, table},
};
use anyhow::{anyhow, Result};
use clap::Subcommand;
use serde_json::{json, Value as Json};
use surety_primitives::{AccountId, AssetKind, Balance};

/// What can be done with the chain.
#[derive(Subcommand, Debug)]
pub enum ChainVerb {
	/// Show blocks, versions, the era of stake and the chain's windows
	Status,
	/// Show what an account has, what is held of it and why, and what it has staked on operators
	Balance {
		/// Whose; that of the key when left out
		account: Option<AccountArg>,
		/// Of what: native, or the number of an asset
		#[arg(long, value_parser = asset, default_value = "native")]
		asset: AssetKind,
	},
	/// Send tokens
	Transfer {
		/// To whom
		#[arg(long)]
		to: AccountArg,
		/// How much, in whole tokens
		#[arg(long)]
		amount: Decimal,
		/// Of what: native, or the number of an asset
		#[arg(long, value_parser = asset, default_value = "native")]
		asset: AssetKind,
		/// Let the sending account die if too little is left of it
		#[arg(long)]
		allow_death: bool,
	},
	/// List the errors of a pallet, or of all, with what to do about them
	Errors {
		/// The pallet
		pallet: Option<String>,
	},
	/// Make any call of any pallet
	Call {
		/// The pallet
		pallet: String,
		/// The call
		call: String,
		/// Its arguments: a JSON object with their names. Amounts are in smallest units here, 128-bit numbers may
		/// be text, bytes are text or hex with 0x
		#[arg(long, default_value = "{}", value_name = "JSON")]
		args: String,
	},
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: ChainVerb) -> Result<()> {
	let chain = ctx.chain().await?;
	match verb {
		ChainVerb::Status => status(ctx, &chain).await,
		ChainVerb::Balance { account, asset } => balance(ctx, &chain, &ctx.account(&account)?, &asset).await,
		ChainVerb::Transfer { to, amount, asset, allow_death } => {
			transfer(ctx, &chain, &to.0, &amount, &asset, allow_death).await
		}
		ChainVerb::Errors { pallet } => list_errors(ctx, &chain, pallet).await,
		ChainVerb::Call { pallet, call, args } => any_call(ctx, &chain, &pallet, &call, &args).await,
	}
}

async fn status(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
	let health = chain.rpc.system_health().await.map_err(errors::rpc)?;
	let name = chain.rpc.system_chain().await.map_err(errors::rpc)?;
	let node = chain.rpc.system_name().await.map_err(errors::rpc)?;
	let version = chain.rpc.system_version().await.map_err(errors::rpc)?;
	let windows = match best.metadata_ref().pallet_by_name("Windows") {
		Some(_) => read(&best, "Windows", "Current", vec![]).await?,
		None => None,
	};
	let windows = windows.map_or(Json::Null, |windows| render(&windows, best.metadata_ref().types()));
	let era = match best.metadata_ref().pallet_by_name("Restaking") {
		Some(_) => Some(chain.era(&best).await?),
		None => None,
	};
	let symbol = chain.native().symbol;
	let json = json!({
		"chain": name,
		"node": format!("{node} {version}"),
		"genesis_hash": hex(chain.api.genesis_hash()),
		"spec_version": best.spec_version(),
		"transaction_version": best.transaction_version(),
		"best_number": best.block_number(),
		"best_hash": hex(best.block_hash()),
		"finalized_number": finalized.block_number(),
		"finalized_hash": hex(finalized.block_hash()),
		"peers": health.peers,
		"syncing": health.is_syncing,
		"token_symbol": symbol,
		"token_decimals": chain.native().decimals,
		"era": era.as_ref().map(|era| json!({ "number": era.era, "start": era.start, "end": era.end })),
		"windows": windows,
	});
	ctx.out.emit(&json, || {
		let mut rows = vec![
			("chain".to_owned(), squeeze(&name)),
			("node".into(), squeeze(&format!("{node} {version}"))),
			("genesis".into(), hex(chain.api.genesis_hash())),
			(
				"runtime".into(),
				format!("{} (transactions {})", best.spec_version(), best.transaction_version()),
			),
			("best".into(), format!("{} {}", best.block_number(), hex(best.block_hash()))),
			("finalized".into(), format!("{} {}", finalized.block_number(), hex(finalized.block_hash()))),
			("peers".into(), format!("{}{}", health.peers, if health.is_syncing { ", syncing" } else { "" })),
		];
		rows.extend(era.map(|era| {
			let last = era.end.saturating_sub(1);
			("era of stake".to_owned(), format!("{}, blocks {} to {last}", era.era, era.start))
		}));
		flatten("", &windows, &mut rows);
		pairs(rows)
	})
}

/// Nested properties as rows with names like `stake.unbonding`.
fn flatten(prefix: &str, json: &Json, rows: &mut Vec<(String, String)>) {
	match json {
		Json::Object(object) => {
			for (name, value) in object {
				let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
				flatten(&name, value, rows);
			}
		}
		Json::Null if prefix.is_empty() => {}
		value => rows.push((prefix.to_owned(), value.to_string())),
	}
}

async fn balance(ctx: &Ctx, chain: &Chain, account: &AccountId, asset: &AssetKind) -> Result<()> {
	let at = chain.best().await?;
	let money = chain.denomination(&at, asset).await?;
	let funds = match asset {
		AssetKind::Native => funds(&at, account).await?,
		AssetKind::WithId(id) => asset_funds(&at, account, *id).await?,
	};
	// Stake is in the chain's pot: it belongs to the account, but is no part of its balance.
	let staked = match at.metadata_ref().pallet_by_name("Restaking") {
		Some(_) => staked(chain, &at, account, asset).await?,
		None => 0,
	};
	let holds: Vec<Json> = funds
		.holds
		.iter()
		.map(|(why, amount)| json!({ "reason": why, "amount": money.plain(*amount) }))
		.collect();
	let json = json!({
		"account": address(account),
		"asset": asset_name(asset),
		"free": money.plain(funds.free),
		"held": money.plain(funds.reserved),
		"frozen": money.plain(funds.frozen),
		"staked": money.plain(staked),
		"holds": holds,
	});
	ctx.out.emit(&json, || {
		let mut rows = vec![
			("account".to_owned(), address(account)),
			("free".into(), money.show(funds.free)),
			("held".into(), money.show(funds.reserved)),
			("frozen".into(), money.show(funds.frozen)),
			("staked".into(), money.show(staked)),
		];
		rows.extend(funds.holds.iter().map(|(why, amount)| (format!("  {why}"), money.show(*amount))));
		pairs(rows)
	})
}

/// What an account has on operators in an asset, what is on its way out included.
async fn staked(chain: &Chain, at: &At, account: &AccountId, asset: &AssetKind) -> Result<Balance> {
	let positions = chain.positions(at, account).await?;
	let worth = positions
		.iter()
		.filter(|position| position.asset == *asset)
		.flat_map(|position| position.unbonding.iter().map(|part| part.amount).chain([position.bonded]));
	Ok(worth.fold(0, Balance::saturating_add))
}

async fn transfer(
	ctx: &Ctx,
	chain: &Chain,
	to: &AccountId,
	amount: &Decimal,
	asset: &AssetKind,
	allow_death: bool,
) -> Result<()> {
	let at = chain.best().await?;
	let units = chain.denomination(&at, asset).await?.units(amount)?;
	let call = match (asset, allow_death) {
		(AssetKind::Native, false) => {
			Call::new("Balances", "transfer_keep_alive").arg("dest", lookup(to)).arg("value", number(units))
		}
		(AssetKind::Native, true) => {
			Call::new("Balances", "transfer_allow_death").arg("dest", lookup(to)).arg("value", number(units))
		}
		(AssetKind::WithId(id), _) => {
			let name = if allow_death { "transfer" } else { "transfer_keep_alive" };
			Call::new("Assets", name)
				.arg("id", number(*id))
				.arg("target", lookup(to))
				.arg("amount", number(units))
		}
	};
	run_call(ctx, chain, call).await
}

async fn list_errors(ctx: &Ctx, chain: &Chain, pallet: Option<String>) -> Result<()> {
	let at = chain.best().await?;
	let wanted = |name: &str| pallet.as_ref().is_none_or(|pallet| pallet.eq_ignore_ascii_case(name));
	let pallets: Vec<_> = at.metadata_ref().pallets().filter(|pallet| wanted(pallet.name())).collect();
	if pallets.is_empty() {
		let all: Vec<_> = at.metadata_ref().pallets().map(|pallet| pallet.name().to_owned()).collect();
		return Err(usage(format!("no such pallet; there are {}", all.join(", "))));
	}
	let errors = pallets.iter().flat_map(|pallet| {
		let variants = pallet.error_variants().unwrap_or_default();
		variants
			.iter()
			.map(|variant| (pallet.name(), variant.name.as_str(), squeeze(&variant.docs.join(" "))))
	});
	let errors: Vec<_> = errors.collect();
	let json: Vec<Json> = errors
		.iter()
		.map(|(pallet, error, docs)| json!({ "pallet": pallet, "error": error, "docs": docs }))
		.collect();
	ctx.out.emit(&json.into(), || {
		let rows = errors.iter().map(|(pallet, error, docs)| [documented(pallet, error, &[]), docs.clone()]);
		table(["ERROR", "MEANING"], rows)
	})
}

async fn any_call(ctx: &Ctx, chain: &Chain, pallet: &str, call: &str, args: &str) -> Result<()> {
	let at = chain.best().await?;
	let found = at.metadata_ref().pallet_by_name(pallet).ok_or_else(|| {
		let all: Vec<_> = at.metadata_ref().pallets().map(|pallet| pallet.name().to_owned()).collect();
		usage(format!("there is no pallet {pallet} but {}", all.join(", ")))
	})?;
	let variant = found.call_variant_by_name(call).ok_or_else(|| {
		let all = found.call_variants().unwrap_or_default().iter().map(|call| call.name.clone());
		usage(format!("{pallet} has no call {call} but {}", all.collect::<Vec<_>>().join(", ")))
	})?;
	let args = serde_json::from_str(args).map_err(|e| usage(format!("--args: {e}")))?;
	let args = parse::fields(&args, &variant.fields, at.metadata_ref().types())
		.map_err(|e| usage(format!("--args: {}", crate::error::one_line(&e))))?;
	if args.len() != variant.fields.len() {
		return Err(anyhow!("the metadata of {pallet}.{call} has fields without names"));
	}
	run_call(ctx, chain, Call::with(pallet, call, args)).await
}
