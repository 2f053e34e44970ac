//! How bonds come back: `operator leave` from start to end, and one offer of several closed.

use crate::common::{at_once, event, event_amount, keys, node, units};
use serde_json::{json, Value};

#[test]
fn bonds_should_come_back_when_an_operator_leaves_or_closes_an_offer() {
	at_once(&[leaving, closing_one_offer]);
}

fn leaving() {
	let node = node();
	let [operator, client] = node.people(["leave-operator", "leave-client"]);
	let before = operator.free();
	let mut fees = 0;
	let made = operator.json("operator service-create --name leaving");
	fees += units(&made["fee"]);
	let service = made["service"].as_u64().unwrap();
	fees += units(&operator.json("operator join --metadata gone-soon")["fee"]);
	let made = operator.json(&format!(
		"operator offer --service {service} --latency-ms 9 --bandwidth-kbps 9 --uptime 9 --capacity 9 --price 1/10 --bond 250"
	));
	fees += units(&made["fee"]);
	assert_eq!(operator.held("Registry.Bond"), event_amount(&made, "OfferMade", "bond"));
	node.wait_for(event(&made, "OfferMade", "active_from").as_u64().unwrap());
	client.json(&format!(
		"client subscribe --operator {} --service {service} --blocks 1000",
		operator.address()
	));

	// The first time it goes as far as it can, and says what is left.
	let first = operator.json("operator leave");
	assert_eq!(keys(&first), ["done", "next_block", "operator", "transactions", "waiting"]);
	assert_eq!(first["done"], false);
	assert_eq!(first["waiting"][0]["service"], service);
	assert_eq!(first["waiting"][0]["until"], first["next_block"]);
	fees += fees_of(&first);
	let free = operator.free();
	operator
		.run(&format!("operator withdraw --service {service}"))
		.refused_with("Registry", "HasSubscribers");
	fees += free - operator.free();

	// The second time it takes it up from there.
	let last = operator.json("operator leave --wait-until-done");
	assert_eq!(last["done"], true);
	assert_eq!(last["waiting"], json!([]));
	fees += fees_of(&last);
	let earned = event_amount(&last, "Closed", "paid");
	assert!(earned > 0, "the client was served until the notice ran out");
	for reason in ["Bond", "OfferDeposit", "OperatorDeposit"] {
		assert_eq!(operator.held(&format!("Registry.{reason}")), 0, "{reason}");
	}
	// All but the service, which stays in the catalogue until it is removed.
	let kept = operator.held("Registry.ServiceDeposit");
	assert_eq!(operator.free() + kept, before + earned - fees);
	operator.run("operator status").refused_with("Registry", "OperatorNotFound");
	operator.run("operator leave").refused_with("Registry", "OperatorNotFound");

	for verb in ["service-retire", "service-remove"] {
		fees += units(&operator.json(&format!("operator {verb} {service}"))["fee"]);
	}
	assert_eq!(operator.free(), before + earned - fees);
	assert_eq!(units(&operator.json("chain balance")["held"]), 0);
	assert_eq!(client.held("Subscriptions.Prepaid"), 0);
}

fn closing_one_offer() {
	let node = node();
	let [operator] = node.people(["close-operator"]);
	operator.json("operator join");
	let mut services = Vec::new();
	for name in ["one", "two"] {
		let service = operator.json(&format!("operator service-create --name {name}"))["service"].clone();
		let terms =
			"--latency-ms 9 --bandwidth-kbps 9 --uptime 100 --capacity 9 --price 1 --period 10 --bond 100";
		operator.json(&format!("operator offer --service {service} {terms}"));
		services.push(service);
	}
	let (one, two) = (&services[0], &services[1]);

	let closed = operator.json(&format!("operator close --service {one}"));
	let until = event(&closed, "OfferUnbonding", "until").as_u64().unwrap();
	assert_eq!(until, closed["block_number"].as_u64().unwrap() + 60);
	operator.run(&format!("operator close --service {one}")).refused_with("Registry", "AlreadyClosing");
	operator
		.run(&format!("operator add-bond --service {one} --amount 1"))
		.refused_with("Registry", "AlreadyClosing");

	// More behind the other one counts after the activation delay.
	operator.json(&format!("operator add-bond --service {two} --amount 50"));
	assert_eq!(units(&operator.json("operator status")["offers"][1]["bond"]), 150_000_000_000_000);
	assert_eq!(operator.held("Registry.Bond"), 250_000_000_000_000);

	operator
		.json(&format!("operator service-update {two} --name renamed --deterministic=false --min-bond 500"));
	operator
		.run(&format!("operator service-update {two} --deterministic"))
		.refused_with("Registry", "ServiceInUse");
	operator.json(&format!("operator service-retire {two}"));
	operator.run(&format!("operator service-remove {two}")).refused_with("Registry", "ServiceInUse");
	let services = node.ask("client services");
	let renamed = services.as_array().unwrap().iter().find(|service| service["id"] == *two).unwrap();
	assert_eq!((&renamed["name"], &renamed["retired"]), (&json!("renamed"), &json!(true)));

	node.wait_for(until);
	let free = operator.free();
	let back = operator.json(&format!("operator withdraw --service {one}"));
	let amount =
		event_amount(&back, "BondWithdrawn", "amount") + event_amount(&back, "BondWithdrawn", "deposit");
	assert_eq!(operator.free() + units(&back["fee"]), free + amount);
	assert_eq!(operator.json("operator status")["services"], json!([two]));
}

fn fees_of(answer: &Value) -> u128 {
	answer["transactions"].as_array().unwrap().iter().map(|one| units(&one["fee"])).sum()
}
