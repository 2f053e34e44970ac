//! Keys, from wherever their owner keeps them: each signs a transaction that the chain takes.

use crate::common::{alice, node, surety, Outcome};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const PHRASE: &str = "bottom drive obey lake curtain smoke basket hold race lonely fit walk//Alice";
const EXPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/alice.json");
const PASSWORD: (&str, &str) = ("SURETY_PASSWORD", "correct horse");

fn sign(options: &str, env: &[(&str, &str)]) -> Outcome {
	let line = format!(
		"--json --wait included {options} chain call System remark_with_event --args {{\"remark\":\"hi\"}}"
	);
	surety(&node().url, &line, env)
}

fn file(name: &str, content: &str, mode: u32) -> String {
	let path = node().dir.join(name);
	fs::write(&path, content).unwrap();
	fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
	path.to_str().unwrap().to_owned()
}

#[test]
fn a_transaction_should_be_signed_wherever_the_key_is_kept() {
	let (_turn, alice) = alice();
	let address = alice.address();
	let phrase = file("phrase", &format!("{PHRASE}\n"), 0o600);
	let password = file("password", "correct horse\n", 0o600);
	for (options, env) in [
		("--suri //Alice".to_owned(), vec![]),
		(String::new(), vec![("SURETY_SURI", PHRASE)]),
		(format!("--key-file {phrase}"), vec![]),
		(format!("--key-json {EXPORT}"), vec![PASSWORD]),
		(format!("--key-json {EXPORT} --password-file {password}"), vec![]),
	] {
		let done = sign(&options, &env).json();
		assert_eq!(done["events"][0]["event"], "Remarked", "{options}");
		assert_eq!(done["events"][0]["fields"]["sender"], address, "{options}");
	}
	// All the rest counts transactions when a block holds them; once until it is final.
	let line = "--json --suri //Alice chain call System remark";
	let done = surety(&node().url, &format!("{line} --args {{\"remark\":\"hi\"}}"), &[]).json();
	assert_eq!(done["finalized"], true);
}

#[test]
fn a_key_that_cannot_be_used_should_be_refused_in_one_line() {
	let wrong = sign(&format!("--key-json {EXPORT}"), &[("SURETY_PASSWORD", "battery staple")]);
	assert!(wrong.refusal().ends_with("wrong password"), "{}", wrong.err);
	let none = sign(&format!("--key-json {EXPORT}"), &[]);
	assert!(none.refusal().contains("needs a password"), "{}", none.err);
	let half = fs::read_to_string(EXPORT).unwrap();
	let half = file("half.json", &half[..half.len() / 2], 0o600);
	let cut = sign(&format!("--key-json {half}"), &[PASSWORD]);
	assert!(cut.refusal().contains("cut off"), "{}", cut.err);
	let missing = sign("--key-file /no/such/file", &[]);
	assert!(missing.refusal().contains("cannot read /no/such/file"), "{}", missing.err);
	let broken = file("broken", "bottom drive obey\n", 0o600);
	let broken = sign(&format!("--key-file {broken}"), &[]);
	assert!(broken.refusal().contains("seed phrase") && !broken.err.contains("bottom"), "{}", broken.err);
	let open = file("open", "//e2e//open-to-all\n", 0o644);
	let open = surety(&node().url, &format!("--key-file {open} keys inspect"), &[]);
	assert_eq!(open.code, Some(0));
	assert!(open.err.contains("warning: others on this machine can read"), "{}", open.err);
}

#[test]
fn a_generated_key_should_sign_what_everybody_can_check() {
	let path = node().dir.join("generated");
	let made =
		surety("ws://127.0.0.1:1", &format!("--json keys generate --out {}", path.display()), &[]).json();
	assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
	assert!(!Path::new(&path).metadata().unwrap().permissions().readonly());
	let run = |line: &str| surety("ws://127.0.0.1:1", &format!("--json {line}"), &[]);
	let key = format!("--key-file {}", path.display());
	assert_eq!(run(&format!("{key} keys inspect")).json()["address"], made["address"]);
	let signed = run(&format!("{key} keys sign hello")).json();
	let check = |message: &str| {
		let (account, signature) = (made["address"].as_str().unwrap(), signed["signature"].as_str().unwrap());
		run(&format!("keys verify {message} --account {account} --signature {signature}"))
	};
	assert_eq!(check("hello").json()["valid"], true);
	check("goodbye").refusal();
	run(&format!("keys generate --out {}", path.display())).refusal();
}
