use super::*;
use crate::args::address;

/// Alice, encrypted with `correct horse` by polkadot.js.
const EXPORT: &str = include_str!("../tests/data/alice.json");
const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn shown(key: &Keypair) -> String {
	address(&account_of(key))
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
fn an_export_should_be_read_from_its_file_with_the_password_of_another() {
	let dir = tempfile::tempdir().unwrap();
	let (json, password) = (dir.path().join("alice.json"), dir.path().join("password"));
	write_private(&json, EXPORT).unwrap();
	write_private(&password, "correct horse").unwrap();
	let options = KeyOptions { key_json: Some(json), password_file: Some(password), ..Default::default() };
	assert_eq!(shown(&options.load().unwrap().unwrap()), ALICE);
}
