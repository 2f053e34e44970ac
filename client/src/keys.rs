//! Signing keys, and the files that hold them.

use anyhow::{bail, Context, Result};
use std::{fs, path::Path, str::FromStr};
use subxt_signer::{sr25519::Keypair, SecretUri};
use surety_primitives::AccountId;

/// The account of a key.
pub fn account_of(key: &Keypair) -> AccountId {
	AccountId::new(key.public_key().0)
}

/// The key of a seed phrase, a 0x seed, or a derivation.
pub fn from_suri(suri: &str) -> Result<Keypair> {
	if suri.trim().is_empty() {
		// An empty phrase would be the development phrase, whose keys everybody knows.
		bail!("it is empty");
	}
	// The libraries' own words could repeat a part of the secret.
	let uri = SecretUri::from_str(suri.trim())
		.map_err(|_| anyhow::anyhow!("not a seed phrase, 0x seed or derivation"))?;
	Keypair::from_uri(&uri)
		.map_err(|_| anyhow::anyhow!("the seed phrase has a word that is unknown, missing or misplaced, or the 0x seed is not 32 bytes"))
}

/// The key in a file that holds what [`from_suri`] reads.
pub fn from_file(path: &Path) -> Result<Keypair> {
	from_suri(&read_secret(path)?).with_context(|| path.display().to_string())
}

/// What a file with a secret holds; warns on standard error where others could have read it.
pub fn read_secret(path: &Path) -> Result<String> {
	#[cfg(unix)]
	{
		use std::os::unix::fs::PermissionsExt;
		if let Ok(meta) = fs::metadata(path) {
			if meta.is_file() && meta.permissions().mode() & 0o077 != 0 {
				eprintln!("warning: others on this machine can read {0}: chmod 600 {0}", path.display());
			}
		}
	}
	fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a secret to a new file that only its owner can read; an existing file is never replaced.
pub fn write_private(path: &Path, secret: &str) -> Result<()> {
	use std::io::Write;
	let mut options = fs::OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	{
		use std::os::unix::fs::OpenOptionsExt;
		options.mode(0o600);
	}
	let mut file = options.open(path).with_context(|| format!("cannot create {}", path.display()))?;
	writeln!(file, "{secret}").with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::text::address;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn shown(key: &Keypair) -> String {
		address(&account_of(key))
	}

	#[test]
	fn a_key_should_be_found_from_a_derivation_a_seed_and_a_phrase() {
		let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk//Alice";
		for suri in ["//Alice", seed, phrase, "  //Alice\n"] {
			assert_eq!(shown(&from_suri(suri).unwrap()), ALICE);
		}
	}

	#[test]
	fn a_broken_suri_should_be_refused_without_repeating_it() {
		for suri in ["bottom drive obey", "0x1234", "secret secret secret", ""] {
			let error = format!("{:#}", from_suri(suri).unwrap_err());
			assert!(suri.is_empty() || !error.contains(suri), "{error}");
		}
	}

	#[test]
	fn a_key_file_should_be_written_for_its_owner_alone_and_never_replaced() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("key");
		write_private(&path, "//Alice").unwrap();
		assert!(write_private(&path, "//Bob").is_err());
		assert_eq!(shown(&from_file(&path).unwrap()), ALICE);
		#[cfg(unix)]
		{
			use std::os::unix::fs::PermissionsExt;
			assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
		}
	}

	#[test]
	fn a_missing_file_should_be_named() {
		let error = from_file(Path::new("/nowhere/key")).unwrap_err();
		assert!(error.to_string().contains("/nowhere/key"));
	}
}
