//! Keys of this machine. Nothing here talks to a node.

use crate::{
	args::{address, AccountArg},
	cli::{no_key, Ctx},
	error::usage,
	keys::{account_of, from_suri, write_private},
	output::{hex, pairs},
};
use anyhow::{bail, Context, Result};
use clap::Subcommand;
use serde_json::json;
use sp_core::{crypto::Pair, sr25519 as sp_sr25519};
use std::path::PathBuf;
use subxt_signer::sr25519::{verify, PublicKey, Signature};
use surety_primitives::AccountId;

/// What can be done with keys.
#[derive(Subcommand, Debug)]
pub enum KeysVerb {
	/// Make a new key from fresh randomness
	Generate {
		/// Write the phrase to a new file that only you can read, instead of showing it
		#[arg(long, value_name = "FILE")]
		out: Option<PathBuf>,
	},
	/// Show the address of an account, or of the key that --suri, --key-file or --key-json names
	Inspect {
		/// Address, 32 bytes in hex, or //Name
		account: Option<AccountArg>,
	},
	/// Sign a message
	Sign {
		/// The message; from a file when it begins with @
		message: String,
		/// The message is hex
		#[arg(long)]
		hex: bool,
	},
	/// Check a signature
	Verify {
		/// The message; from a file when it begins with @
		message: String,
		/// The message is hex
		#[arg(long)]
		hex: bool,
		/// The signature, 64 bytes in hex
		#[arg(long)]
		signature: String,
		/// Who is said to have signed
		#[arg(long)]
		account: AccountArg,
	},
}

/// Does it.
pub fn run(ctx: &Ctx, verb: KeysVerb) -> Result<()> {
	match verb {
		KeysVerb::Generate { out } => generate(ctx, out),
		KeysVerb::Inspect { account } => show(ctx, &ctx.account(&account)?, None),
		KeysVerb::Sign { message, hex } => {
			let key = ctx.key()?.ok_or_else(no_key)?;
			let signature = crate::output::hex(key.sign(&bytes(&message, hex)?).0);
			let account = address(&account_of(&key));
			ctx.out.emit(&json!({ "account": account, "signature": signature }), || signature.clone())
		}
		KeysVerb::Verify { message, hex, signature, account } => {
			let given = hex::decode(signature.trim_start_matches("0x"))
				.map_err(|e| usage(format!("--signature: {e}")))?;
			let signature = given.try_into().map_err(|_| usage("--signature: 64 bytes are needed"))?;
			check(ctx, &bytes(&message, hex)?, Signature(signature), &account.0)
		}
	}
}

fn generate(ctx: &Ctx, out: Option<PathBuf>) -> Result<()> {
	let (_, phrase, _) = sp_sr25519::Pair::generate_with_phrase(None);
	let account = account_of(&from_suri(&phrase)?);
	match out {
		Some(path) => {
			write_private(&path, &phrase)?;
			ctx.out.progress(&format!("the phrase is in {}: keep a copy of it elsewhere", path.display()));
			show(ctx, &account, None)
		}
		None => show(ctx, &account, Some(phrase)),
	}
}

fn show(ctx: &Ctx, account: &AccountId, phrase: Option<String>) -> Result<()> {
	let (address, public_key) = (address(account), hex(account));
	let mut json = json!({ "address": address, "public_key": public_key });
	if let Some(phrase) = &phrase {
		json["phrase"] = phrase.clone().into();
	}
	ctx.out.emit(&json, || {
		let rows = [("address", address), ("public key", public_key)];
		pairs(phrase.map(|phrase| ("phrase", phrase)).into_iter().chain(rows))
	})
}

fn bytes(message: &str, is_hex: bool) -> Result<Vec<u8>> {
	let bytes = crate::args::text_or_file(message).map_err(anyhow::Error::msg)?;
	if !is_hex {
		return Ok(bytes);
	}
	let text = String::from_utf8(bytes).context("the message is not hex")?;
	hex::decode(text.trim().trim_start_matches("0x")).map_err(|e| usage(format!("the message: {e}")))
}

fn check(ctx: &Ctx, message: &[u8], signature: Signature, account: &AccountId) -> Result<()> {
	let key = PublicKey((*account).clone().into());
	// Wallets in browsers wrap what they sign, so that it can never be a transaction.
	let wrapped = [b"<Bytes>", message, b"</Bytes>"].concat();
	let valid = verify(&signature, message, &key) || verify(&signature, wrapped, &key);
	ctx.out.emit(&json!({ "account": address(account), "valid": valid }), || {
		(if valid { "valid" } else { "not valid" }).into()
	})?;
	if !valid {
		bail!("{} has not signed this message", address(account));
	}
	Ok(())
}
