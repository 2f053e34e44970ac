//! Validators.

use crate::common::{keys, node, Person};
use serde_json::Value;

fn status(who: &Person) -> Value {
	who.json("validator status")
}

#[test]
fn session_keys_should_be_known_to_the_chain_when_a_validator_starts() {
	let [validator, poor] = node().people(["validator", "validator-poor"]);
	let none = status(&validator);
	assert_eq!(
		keys(&none),
		[
			"active",
			"announced",
			"bonded",
			"commission_percent",
			"era",
			"keys",
			"node_has_keys",
			"session",
			"session_keys",
			"unlocking",
			"validating",
			"validator"
		]
	);
	assert!(none["session_keys"].is_null() && none["bonded"].is_null());

	let started = validator.json("validator start --bond 2000 --commission 5.5");
	let shown = status(&validator);
	assert_eq!(shown["session_keys"], started["session_keys"]);
	assert_eq!(shown["node_has_keys"], true);
	assert_eq!((shown["bonded"].as_str(), shown["commission_percent"].as_str()), (Some("2000"), Some("5.5")));
	assert_eq!(shown["announced"], true);

	// The same again with more stake: what is bonded already counts, the keys are new.
	let again = validator.json("validator start --bond 3000 --commission 6");
	let shown = status(&validator);
	assert_eq!(shown["session_keys"], again["session_keys"]);
	assert_ne!(again["session_keys"], started["session_keys"]);
	assert_eq!(shown["bonded"], "3000");

	let rotated = validator.json("validator rotate-keys");
	assert_eq!(status(&validator)["session_keys"], rotated["session_keys"]);
	// Keys that another account proved are nobody else's to set.
	let stolen = validator.json("validator rotate-keys --dry-run");
	let args = &stolen["call"]["args"];
	let hex: String = args["keys"].as_object().map_or_else(String::new, |parts| {
		["grandpa", "babe", "authority_discovery"]
			.iter()
			.map(|part| parts[*part].as_str().unwrap().trim_start_matches("0x"))
			.collect()
	});
	poor.run(&format!("validator rotate-keys --keys 0x{hex} --proof {}", args["proof"].as_str().unwrap()))
		.refused_with("Session", "InvalidProof");
	poor.run("validator rotate-keys --keys 0x12 --proof 0x34").refusal();
	poor.run("validator start --bond 1").refused_with("Staking", "InsufficientBond");

	validator.json("validator chill");
	validator.json("validator unbond --amount 500");
	let shown = status(&validator);
	assert_eq!(shown["announced"], false);
	assert_eq!(
		(shown["active"].as_str(), shown["unlocking"][0]["amount"].as_str()),
		(Some("2500"), Some("500"))
	);
	assert_eq!(validator.json("validator withdraw")["withdrawn"], "0", "the bonding period is not over");
}
