//! Signing keys, from wherever their owner keeps them.

use crate::error::usage;
use anyhow::{bail, Context, Result};
use clap::Args;
use std::{
	io::IsTerminal,
	path::{Path, PathBuf},
};
use subxt_signer::{polkadot_js_compat, sr25519::Keypair};
pub use surety_client::keys::{account_of, from_file, from_suri, read_secret, write_private};

/// Environment variable with a seed phrase or derivation.
pub const SURI_ENV: &str = "SURETY_SURI";
/// Environment variable with the password of an encrypted key.
pub const PASSWORD_ENV: &str = "SURETY_PASSWORD";
/// Size of what an encrypted export holds before its ciphertext: scrypt's salt and parameters, the nonce.
const EXPORT_HEADER: usize = 32 + 3 * 4 + 24;

/// Which key signs.
#[derive(Args, Clone, Default)]
pub struct KeyOptions {
	/// Seed phrase, 0x seed or derivation such as //Alice. Other users of this machine may see it in the
	/// list of processes: the environment variable SURETY_SURI, or a file, is safer.
	#[arg(long, global = true, value_name = "SURI", help_heading = "Key")]
	pub suri: Option<String>,

	/// File that holds a seed phrase, 0x seed or derivation.
	#[arg(long, global = true, value_name = "FILE", help_heading = "Key")]
	pub key_file: Option<PathBuf>,

	/// Encrypted account exported as JSON by polkadot.js. The password comes from --password-file, from the
	/// environment variable SURETY_PASSWORD, or is asked for.
	#[arg(long, global = true, value_name = "FILE", help_heading = "Key")]
	pub key_json: Option<PathBuf>,

	/// File that holds the password of --key-json.
	#[arg(long, global = true, value_name = "FILE", help_heading = "Key")]
	pub password_file: Option<PathBuf>,
}

/// Never shows a secret.
impl std::fmt::Debug for KeyOptions {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("KeyOptions { .. }")
	}
}

impl KeyOptions {
	/// The key that was asked for; `None` when none was. What the command line says goes before the
	/// environment.
	pub fn load(&self) -> Result<Option<Keypair>> {
		let given = [self.suri.is_some(), self.key_file.is_some(), self.key_json.is_some()];
		if given.iter().filter(|is| **is).count() > 1 {
			return Err(usage("more than one of --suri, --key-file and --key-json"));
		}
		if let Some(suri) = &self.suri {
			from_suri(suri).context("--suri").map(Some)
		} else if let Some(path) = &self.key_file {
			from_file(path).map(Some)
		} else if let Some(path) = &self.key_json {
			let json = read_secret(path)?;
			// The file is checked first: nobody should be asked for a password in vain.
			check_export(&json).with_context(|| path.display().to_string())?;
			from_export(&json, &self.password(path)?).with_context(|| path.display().to_string()).map(Some)
		} else {
			let suri = std::env::var(SURI_ENV).ok().filter(|suri| !suri.is_empty());
			suri.map(|suri| from_suri(&suri).context(SURI_ENV)).transpose()
		}
	}

	fn password(&self, key: &Path) -> Result<String> {
		if let Some(path) = &self.password_file {
			return Ok(read_secret(path)?.trim_end_matches(['\r', '\n']).to_owned());
		}
		if let Ok(password) = std::env::var(PASSWORD_ENV) {
			return Ok(password);
		}
		if !std::io::stdin().is_terminal() {
			bail!("{} needs a password: --password-file or {PASSWORD_ENV}", key.display());
		}
		rpassword::prompt_password(format!("Password of {}: ", key.display()))
			.context("cannot read a password")
	}
}

/// The key of an encrypted export of polkadot.js.
pub fn from_export(json: &str, password: &str) -> Result<Keypair> {
	use polkadot_js_compat::Error;
	check_export(json)?;
	polkadot_js_compat::decrypt_json(json, password).map_err(|e| match e {
		Error::Secretbox(_) => anyhow::anyhow!("wrong password"),
		Error::Json(e) => anyhow::anyhow!("not an account exported by polkadot.js: {e}"),
		Error::UnsupportedEncoding => unsupported(),
		other => anyhow::anyhow!("{other}"),
	})
}

fn unsupported() -> anyhow::Error {
	anyhow::anyhow!("only encrypted sr25519 accounts, exported by polkadot.js as version 3, are supported")
}

/// Refuses what is no export before a password is asked for; the decoder would panic on one that was cut off.
fn check_export(json: &str) -> Result<()> {
	let value: serde_json::Value =
		serde_json::from_str(json).context("not an account exported by polkadot.js, or cut off")?;
	let encoded =
		value["encoded"].as_str().context("not an account exported by polkadot.js: `encoded` is missing")?;
	let says = |field: &str, what: &str| {
		value["encoding"][field].as_array().is_some_and(|all| all.iter().any(|one| one == what))
	};
	if !says("content", "sr25519") || !says("type", "scrypt") || value["encoding"]["version"] != "3" {
		return Err(unsupported());
	}
	if encoded.trim_end_matches('=').len() / 4 * 3 < EXPORT_HEADER {
		bail!("the account is cut off: `encoded` is too short");
	}
	Ok(())
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
