//! Becoming a notary, and what of one can change.

use crate::{
	chain::{
		call::{bytes, variant, Call},
		errors, At, Chain,
	},
	cli::Ctx,
	error::usage,
	keys::{from_file, from_suri, read_secret, write_private},
	output::hex,
	presence::terms::{terms as read_terms, TermArg},
	roles::run_call_with,
};
use anyhow::{Context, Result};
use clap::Args;
use sp_core::{crypto::Pair, sr25519};
use std::{path::PathBuf, str::FromStr};
use subxt::dynamic::Value;
use subxt_signer::sr25519::Keypair;
use surety_presence::message::{KeyOwnership, Signed};
use surety_primitives::{notary::PublicationMode, AccountId};

/// Environment variable with the phrase of a notary's key.
const NOTARY_SURI_ENV: &str = "SURETY_NOTARY_SURI";
/// Kind of a notary's keys in a node's keystore.
const KEY_TYPE: &str = "pres";

/// How a notary publishes, as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ModeArg(pub PublicationMode);

impl FromStr for ModeArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		match text {
			"link" => Ok(Self(PublicationMode::Link)),
			"mixed" => Ok(Self(PublicationMode::Mixed)),
			"strict" => Ok(Self(PublicationMode::Strict)),
			_ => Err(format!("`{text}` is none of link, mixed, strict")),
		}
	}
}

/// The name of a mode.
pub fn mode_name(mode: PublicationMode) -> &'static str {
	match mode {
		PublicationMode::Link => "link",
		PublicationMode::Mixed => "mixed",
		PublicationMode::Strict => "strict",
	}
}

fn mode_value(mode: PublicationMode) -> Value {
	match mode {
		PublicationMode::Link => variant("Link"),
		PublicationMode::Mixed => variant("Mixed"),
		PublicationMode::Strict => variant("Strict"),
	}
}

/// What a notary certifies.
#[derive(Args, Debug)]
pub struct TermsArgs {
	/// What you ask for a kind of claim: once, and for each window of watching, in whole tokens; or quote. Kinds:
	/// throughput, latency, availability, geography, destination, other; all for those that are not named
	#[arg(long = "term", value_name = "KIND=ISSUE+WATCH|KIND=quote", required = true)]
	terms: Vec<TermArg>,
	/// Let attestations be paid for longer
	#[arg(long)]
	renewable: bool,
}

/// A notary's key.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["key_from", "key_suri", "key_out"]))]
pub struct KeyArgs {
	/// File with the phrase of the key that you sign publications with. Also: environment variable SURETY_NOTARY_SURI
	/// with --key-suri @
	#[arg(long, value_name = "FILE", help_heading = "Notary's key")]
	key_from: Option<PathBuf>,
	/// The same as a phrase or derivation; @ takes it from SURETY_NOTARY_SURI. Other users of this machine may see it
	#[arg(long, value_name = "SURI", help_heading = "Notary's key")]
	key_suri: Option<String>,
	/// Make a new key, also with --dry-run and --encode, and write its phrase to this file, which only you can read
	#[arg(long, value_name = "FILE", help_heading = "Notary's key")]
	key_out: Option<PathBuf>,
	/// Put it into the keystore of the node at --url, too (needs --rpc-methods unsafe there)
	#[arg(long, help_heading = "Notary's key")]
	insert: bool,
}

/// Never shows a secret.
impl std::fmt::Debug for KeyArgs {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("KeyArgs { .. }")
	}
}

/// A key that goes into a node.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["key_from", "key_suri"]))]
pub struct InsertArgs {
	/// File with the phrase of the key
	#[arg(long, value_name = "FILE")]
	key_from: Option<PathBuf>,
	/// The same as a phrase or derivation; @ takes it from SURETY_NOTARY_SURI. Other users of this machine may see it
	#[arg(long, value_name = "SURI")]
	key_suri: Option<String>,
}

/// Never shows a secret.
impl std::fmt::Debug for InsertArgs {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("InsertArgs { .. }")
	}
}

/// A new notary.
#[derive(Args, Debug)]
pub struct RegisterArgs {
	#[command(flatten)]
	terms: TermsArgs,
	/// How you publish: link (bytes under your link), mixed (a commitment on chain in each window), strict (bytes on chain)
	#[arg(long, default_value = "mixed")]
	mode: ModeArg,
	/// Where publications are found: the HTTP address of your node, such as `https://notary.example`
	#[arg(long, default_value = "", value_name = "URL")]
	link: String,
	#[command(flatten)]
	key: KeyArgs,
}

/// A key with its phrase.
struct Secret {
	key: Keypair,
	phrase: String,
}

fn secret(from: &Option<PathBuf>, suri: &Option<String>, out: &Option<PathBuf>) -> Result<Secret> {
	if let Some(path) = from {
		return Ok(Secret { key: from_file(path)?, phrase: read_secret(path)?.trim().to_owned() });
	}
	if let Some(suri) = suri {
		let phrase = match suri.as_str() {
			"@" => {
				std::env::var(NOTARY_SURI_ENV).map_err(|_| usage(format!("{NOTARY_SURI_ENV} is not set")))?
			}
			suri => suri.to_owned(),
		};
		return Ok(Secret {
			key: from_suri(&phrase).context("--key-suri")?,
			phrase: phrase.trim().to_owned(),
		});
	}
	let path = out.as_ref().ok_or_else(|| usage("which key: --key-from, --key-suri or --key-out"))?;
	let (_, phrase, _) = sr25519::Pair::generate_with_phrase(None);
	let key = from_suri(&phrase)?;
	write_private(path, &phrase)?;
	Ok(Secret { key, phrase })
}

/// The key's own signature over the notary's account.
fn proof(chain: &Chain, notary: &AccountId, key: &Keypair) -> [u8; 64] {
	let ownership = KeyOwnership { genesis: chain.api.genesis_hash().0, notary: notary.clone().into() };
	key.sign(&ownership.payload()).0
}

/// The call with key and proof; the key is in the node afterwards, where that was asked for.
async fn with_key(ctx: &Ctx, chain: &Chain, call: Call, args: &KeyArgs) -> Result<(Call, [u8; 32])> {
	let secret = secret(&args.key_from, &args.key_suri, &args.key_out)?;
	let public = secret.key.public_key().0;
	if let Some(path) = &args.key_out {
		ctx.out.progress(&format!("the phrase is in {}: keep a copy of it elsewhere", path.display()));
	}
	let submits = !ctx.options.dry_run && !ctx.options.encode;
	match args.insert {
		true if submits => insert_into(ctx, chain, &secret).await?,
		true => ctx.out.progress("the key is not put into the node now"),
		false => ctx.out.progress(
			"the node that publishes needs the key: `surety notary insert-key`, or author_insertKey with key type `pres`",
		),
	}
	let proof = proof(chain, &ctx.signer()?, &secret.key);
	Ok((call.arg("key", bytes(public)).arg("proof", bytes(proof)), public))
}

async fn insert_into(ctx: &Ctx, chain: &Chain, secret: &Secret) -> Result<()> {
	if !is_local(&ctx.options.url) && !ctx.options.url.starts_with("wss://") {
		return Err(usage(format!(
			"{} is another machine, and the connection is not encrypted: the key would be seen. Run this on the node's machine, or use wss://",
			ctx.options.url
		)));
	}
	let public = secret.key.public_key().0.to_vec();
	let inserted = chain.rpc.author_insert_key(KEY_TYPE.into(), raw_seed(&secret.phrase), public).await;
	inserted.map_err(errors::rpc).context("the node did not take the key")?;
	ctx.out.progress(&format!("the node at {} has the key", ctx.options.url));
	Ok(())
}

/// The seed behind a phrase with hard derivations, in hexadecimal; else the phrase itself. The node derives the key from what
/// it was given for each signature anew, and from a phrase that takes milliseconds.
fn raw_seed(phrase: &str) -> String {
	match sr25519::Pair::from_string_with_seed(phrase, None) {
		Ok((_, Some(seed))) => hex(seed),
		_ => phrase.to_owned(),
	}
}

/// Whether a URL names this machine.
fn is_local(url: &str) -> bool {
	let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
	let authority = rest.split('/').next().unwrap_or_default();
	let host = match authority.strip_prefix('[') {
		Some(v6) => v6.split(']').next().unwrap_or_default(),
		None => authority.split(':').next().unwrap_or_default(),
	};
	host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Puts a key into the node.
pub async fn insert(ctx: &Ctx, chain: &Chain, args: InsertArgs) -> Result<()> {
	let secret = secret(&args.key_from, &args.key_suri, &None)?;
	insert_into(ctx, chain, &secret).await?;
	let public = hex(secret.key.public_key().0);
	ctx.out.emit(&serde_json::json!({ "inserted": public, "key_type": KEY_TYPE }), || {
		format!("inserted {public}")
	})
}

fn with_terms(chain: &Chain, at: &At, call: Call, args: &TermsArgs) -> Result<Call> {
	let terms = read_terms(&chain.native(), &args.terms)?;
	Ok(call.encoded(at, "terms", &terms)?.arg("renewable", Value::bool(args.renewable)))
}

fn with_link(at: &At, call: Call, link: &str) -> Result<Call> {
	call.encoded(at, "link", &link.as_bytes().to_vec())
}

/// Registers a notary.
pub async fn register(ctx: &Ctx, chain: &Chain, args: RegisterArgs) -> Result<()> {
	let at = chain.best().await?;
	let call = with_terms(chain, &at, Call::new("Notary", "register"), &args.terms)?;
	let call = with_link(&at, call.arg("mode", mode_value(args.mode.0)), &args.link)?;
	let (call, key) = with_key(ctx, chain, call, &args.key).await?;
	run_call_with(ctx, chain, call, |_| vec![("key", hex(key).into())]).await
}

/// Changes terms.
pub async fn terms(ctx: &Ctx, chain: &Chain, args: TermsArgs) -> Result<()> {
	let at = chain.best().await?;
	let call = with_terms(chain, &at, Call::new("Notary", "set_terms"), &args)?;
	run_call_with(ctx, chain, call, |_| Vec::new()).await
}

/// Changes the key.
pub async fn key(ctx: &Ctx, chain: &Chain, args: KeyArgs) -> Result<()> {
	let (call, key) = with_key(ctx, chain, Call::new("Notary", "set_key"), &args).await?;
	run_call_with(ctx, chain, call, |_| vec![("key", hex(key).into())]).await
}

/// Changes the mode.
pub async fn mode(ctx: &Ctx, chain: &Chain, mode: ModeArg) -> Result<()> {
	let call = Call::new("Notary", "set_mode").arg("mode", mode_value(mode.0));
	run_call_with(ctx, chain, call, |_| Vec::new()).await
}

/// Changes the link.
pub async fn link(ctx: &Ctx, chain: &Chain, link: &str) -> Result<()> {
	let at = chain.best().await?;
	let call = with_link(&at, Call::new("Notary", "set_link"), link)?;
	run_call_with(ctx, chain, call, |_| Vec::new()).await
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_should_go_over_the_network_only_to_this_machine_unless_it_is_encrypted() {
		for url in ["ws://127.0.0.1:9944", "ws://localhost:9944/", "ws://[::1]:9944", "ws://127.1.2.3"] {
			assert!(is_local(url), "{url}");
		}
		for url in
			["ws://10.0.0.1:9944", "ws://localhost.example:9944", "ws://127.0.0.1.example", "ws://[::2]:1"]
		{
			assert!(!is_local(url), "{url}");
		}
	}

	#[test]
	fn a_mode_should_be_read_as_it_is_written() {
		for mode in [PublicationMode::Link, PublicationMode::Mixed, PublicationMode::Strict] {
			assert_eq!(mode_name(mode).parse(), Ok(ModeArg(mode)));
		}
		assert!("Strict".parse::<ModeArg>().is_err());
	}

	#[test]
	fn a_node_should_be_given_the_seed_of_the_very_same_key_where_there_is_one() {
		let key = |text: &str| sr25519::Pair::from_string(text, None).expect("a key").public();
		for phrase in ["//Alice", "//Notary//presence"] {
			let seed = raw_seed(phrase);
			assert!(seed.starts_with("0x") && seed.len() == 66, "{seed}");
			assert_eq!(key(&seed), key(phrase));
		}
		// A soft derivation has no seed of its own.
		assert_eq!(raw_seed("//Alice/soft"), "//Alice/soft");
	}
}
