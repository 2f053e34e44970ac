//! How what was put up comes back: `operator leave` and `operator exit` from start to end, one offer of several closed,
//! a delegation taken back.

use crate::common::{at_once, event, event_amount, keys, node, units};
use serde_json::{json, Value};

const TOKEN: u128 = 1_000_000_000_000;

#[test]
fn what_was_put_up_should_come_back_when_it_is_no_longer_needed() {
	at_once(&[exiting, closing_one_offer, crate::stake::a_delegator_comes_and_goes]);
}

fn exiting() {
	let node = node();
	let [operator, client, delegator] = node.people(["leave-operator", "leave-client", "leave-delegator"]);
	let before = operator.free();
	let mut fees = 0;
	let made = operator.json("operator service-create --name leaving");
	fees += units(&made["fee"]);
	let service = made["service"].as_u64().unwrap();
	let dollars = operator.dollars();
	for line in [
		"operator join --metadata gone-soon",
		"operator stake --amount 250",
		"operator stake --amount 7 --asset 1",
		&format!("operator allocate --service {service} --share 100"),
		&format!(
			"operator offer --service {service} --latency-ms 9 --bandwidth-kbps 9 --uptime 9 --capacity 9 --price 1/10 --bond 240"
		),
	] {
		fees += units(&operator.json(line)["fee"]);
	}
	delegator.json(&format!("delegator stake --operator {} --amount 5", operator.address()));
	node.wait_for_offers(&made["service"], 1);
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
	operator.run("operator unstake --all").refused_with("Restaking", "StakeReserved");
	fees += free - operator.free();
	let stuck = operator.json("operator exit");
	assert_eq!((&stuck["waiting"], fees_of(&stuck)), (&first["waiting"], 0), "a bond is served out first");

	// The second time it takes it up from there.
	let last = operator.json("operator leave --wait-until-done");
	assert_eq!(last["done"], true);
	assert_eq!(last["waiting"], json!([]));
	fees += fees_of(&last);
	let earned = event_amount(&last, "Closed", "paid");
	assert!(earned > 0, "the client was served until the notice ran out");
	for reason in ["OfferDeposit", "OperatorDeposit"] {
		assert_eq!(operator.held(&format!("Registry.{reason}")), 0, "{reason}");
	}
	operator.run("operator leave").refused_with("Registry", "OperatorNotFound");
	let status = operator.json("operator status");
	assert_eq!((&status["status"], &status["stake"][0]["own"]), (&json!("left"), &json!("250")));

	// Then the stake, in every asset.
	let begun = operator.json("operator exit");
	assert_eq!((&begun["done"], begun["waiting"].as_array().unwrap().len()), (&json!(false), 2));
	let tokens = &begun["waiting"][0];
	assert_eq!((&tokens["asset"], &tokens["amount"]), (&json!("native"), &json!("250")));
	assert_eq!(tokens["until"], begun["next_block"]);
	fees += fees_of(&begun);
	let end = operator.json("operator exit --wait-until-done");
	assert_eq!((&end["done"], &end["waiting"]), (&json!(true), &json!([])));
	fees += fees_of(&end);
	assert_eq!(event_amount(&end, "Withdrawn", "amount"), 250 * TOKEN);
	assert_eq!(operator.dollars(), dollars);
	operator.run("operator exit").refused_with("Registry", "OperatorNotFound");
	// All but the service, which stays in the catalogue until it is removed, and the record of the stake of others.
	let kept = operator.held("Registry.ServiceDeposit") + operator.held("Restaking.LedgerDeposit");
	assert_eq!(operator.free() + kept, before + earned - fees);
	let on = operator.address();
	delegator.json(&format!("delegator unstake --operator {on} --all"));
	assert!(operator.held("Restaking.LedgerDeposit") > 0);

	for verb in ["service-retire", "service-remove"] {
		fees += units(&operator.json(&format!("operator {verb} {service}"))["fee"]);
	}
	let kept = operator.held("Restaking.LedgerDeposit");
	assert_eq!(operator.free() + kept, before + earned - fees);
	assert_eq!(units(&operator.json("chain balance")["held"]), kept);
	assert_eq!(client.held("Subscriptions.Prepaid"), 0);
}

fn closing_one_offer() {
	let node = node();
	let [operator] = node.people(["close-operator"]);
	let one = &operator.json("operator service-create --name one")["service"].clone();
	operator.operates(one, 400);
	let terms = "--latency-ms 9 --bandwidth-kbps 9 --uptime 100 --capacity 9 --price 1 --period 10";
	let made = operator.json(&format!("operator offer --service {one} {terms} --bond 150"));
	let deposit = event_amount(&made, "OfferMade", "deposit");

	// An offer without clients is gone at once, with its deposit and what it bound.
	let free = operator.free();
	let closed = operator.json(&format!("operator close --service {one}"));
	assert_eq!(event_amount(&closed, "OfferClosed", "bond"), 150 * TOKEN);
	assert_eq!(event_amount(&closed, "OfferClosed", "deposit"), deposit);
	assert_eq!(operator.free() + units(&closed["fee"]), free + deposit);
	operator.run(&format!("operator close --service {one}")).refused_with("Registry", "OfferNotFound");
	operator
		.run(&format!("operator add-bond --service {one} --amount 1"))
		.refused_with("Registry", "OfferNotFound");
	assert_eq!(operator.json("operator status")["services"], json!([]));

	// It can be made anew, and its bond be added to.
	operator.json(&format!("operator offer --service {one} {terms} --bond 150"));
	operator.json(&format!("operator add-bond --service {one} --amount 50"));
	assert_eq!(operator.json("operator status")["offers"][0]["bond"], "200");

	operator
		.json(&format!("operator service-update {one} --name renamed --deterministic=false --min-bond 500"));
	operator
		.run(&format!("operator service-update {one} --deterministic"))
		.refused_with("Registry", "ServiceInUse");
	operator.json(&format!("operator service-retire {one}"));
	operator.run(&format!("operator service-remove {one}")).refused_with("Registry", "ServiceInUse");
	let services = node.ask("client services");
	let renamed = services.as_array().unwrap().iter().find(|service| service["id"] == *one).unwrap();
	assert_eq!((&renamed["name"], &renamed["retired"]), (&json!("renamed"), &json!(true)));

	// With the offer, its clients' notice included, the bond is free.
	let client = node.people(["close-client"]).into_iter().next().unwrap();
	node.wait_for_offers(one, 1);
	client.json(&format!("client subscribe --operator {} --service {one} --blocks 500", operator.address()));
	let closing = operator.json(&format!("operator close --service {one}"));
	let ends_at = event(&closing, "OfferClosing", "ends_at").as_u64().unwrap();
	assert_eq!(ends_at, closing["block_number"].as_u64().unwrap() + 8);
	operator.run(&format!("operator close --service {one}")).refused_with("Registry", "AlreadyClosing");
	operator
		.run(&format!("operator add-bond --service {one} --amount 1"))
		.refused_with("Registry", "AlreadyClosing");
	operator.run("operator unstake --all").refused_with("Restaking", "StakeReserved");
	node.wait_for(ends_at);
	operator.json("operator close-subscriptions");
	assert_eq!(operator.json("operator status")["services"], json!([]));
	operator.json("operator unstake --all");
}

fn fees_of(answer: &Value) -> u128 {
	answer["transactions"].as_array().unwrap().iter().map(|one| units(&one["fee"])).sum()
}
