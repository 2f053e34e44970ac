use super::*;
use crate::args::address;

/// Alice, encrypted with `correct horse` by polkadot.js.
const EXPORT: &str = include_str!("../tests/data/alice.json");
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
fn an_encrypted_export_should_open_with_its_password_only() {
	assert_eq!(shown(&from_export(EXPORT, "correct horse").unwrap()), ALICE);
	assert_eq!(from_export(EXPORT, "battery staple").unwrap_err().to_string(), "wrong password");
}

#[test]
fn a_cut_off_export_should_be_refused_wherever_it_was_cut() {
	for length in 0..EXPORT.trim_end().len() {
		assert!(from_export(&EXPORT[..length], "correct horse").is_err(), "{length}");
	}
}

#[test]
fn an_export_with_a_short_secret_should_be_refused_without_a_panic() {
	let full = serde_json::from_str::<serde_json::Value>(EXPORT).unwrap();
	let encoded = full["encoded"].as_str().unwrap();
	for length in (0..=92).step_by(4) {
		let mut short = full.clone();
		short["encoded"] = encoded[..length].into();
		assert!(from_export(&short.to_string(), "correct horse").is_err(), "{length}");
	}
}

#[test]
fn an_unencrypted_or_foreign_export_should_be_refused() {
	for (from, to) in [("scrypt", "none"), ("sr25519", "ed25519"), ("\"3\"", "\"2\"")] {
		let error = from_export(&EXPORT.replace(from, to), "correct horse").unwrap_err().to_string();
		assert!(error.contains("sr25519"), "{error}");
	}
}

#[test]
fn two_keys_at_once_should_be_an_error_of_usage() {
	let options =
		KeyOptions { suri: Some("//Alice".into()), key_file: Some("x".into()), ..Default::default() };
	assert_eq!(crate::error::exit_code(&options.load().unwrap_err()), crate::error::USAGE);
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
fn an_export_should_be_read_from_its_file_with_the_password_of_another() {
	let dir = tempfile::tempdir().unwrap();
	let (json, password) = (dir.path().join("alice.json"), dir.path().join("password"));
	write_private(&json, EXPORT).unwrap();
	write_private(&password, "correct horse").unwrap();
	let options = KeyOptions { key_json: Some(json), password_file: Some(password), ..Default::default() };
	assert_eq!(shown(&options.load().unwrap().unwrap()), ALICE);
}

#[test]
fn a_missing_file_should_be_named() {
	let error = from_file(Path::new("/nowhere/key")).unwrap_err();
	assert!(error.to_string().contains("/nowhere/key"));
}
