//! The market, from a new service to its end, by the command line alone.

use crate::common::{at_once, event, event_amount, keys, node, units, Node, Person};
use serde_json::{json, Value};

const TOKEN: u128 = 1_000_000_000_000;
const RECEIPT: [&str; 6] = ["block_hash", "block_number", "events", "extrinsic_hash", "fee", "finalized"];

/// A service with two offers that take clients: one for tokens, one for dollars.
fn service(node: &Node, owner: &Person, cheap: &Person, good: &Person) -> u64 {
	let made = owner.json("operator service-create --name market --min-bond 100 --stateless");
	assert_eq!(keys(&made)[..4], RECEIPT[..4]);
	assert_eq!(made["service"], *event(&made, "ServiceCreated", "service"));
	let service = made["service"].as_u64().unwrap();
	for (who, bond, terms) in [
		(cheap, 100, "--latency-ms 80 --bandwidth-kbps 1000 --uptime 99 --capacity 5 --price 1/10"),
		(
			good,
			300,
			"--latency-ms 20 --bandwidth-kbps 9000 --uptime 99.9 --capacity 5 --price 2/10 --asset 1",
		),
	] {
		who.operates(&made["service"], bond);
		let free = who.free();
		let made = who.json(&format!("operator offer --service {service} {terms} --bond {bond}"));
		assert_eq!(keys(&made), RECEIPT);
		assert_eq!(event_amount(&made, "OfferMade", "bond"), u128::from(bond) * TOKEN);
		// The bond is stake already.
		let cost = event_amount(&made, "OfferMade", "deposit") + units(&made["fee"]);
		assert_eq!(free - who.free(), cost);
		assert_eq!(who.held("Registry.OfferDeposit"), event_amount(&made, "OfferMade", "deposit"));
	}
	node.wait_for_offers(&made["service"], 2);
	service
}

fn operators(offers: &Value) -> Vec<&str> {
	offers.as_array().unwrap().iter().map(|offer| offer["operator"].as_str().unwrap()).collect()
}

/// The one subscription of a client.
fn subscription(client: &Person) -> Value {
	let all = client.json("client subscriptions");
	assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
	all[0].clone()
}

#[test]
fn the_market_should_do_what_it_says_when_the_command_line_drives_it() {
	at_once(&[
		an_offer_is_found_when_it_fits,
		a_service_is_paid_for_to_the_unit,
		an_asset_is_counted_in_its_own_decimals,
		many_claims_are_one_transaction,
	]);
}

fn an_offer_is_found_when_it_fits() {
	let node = node();
	let [owner, cheap, good] = node.people(["find-owner", "find-cheap", "find-good"]);
	let service = service(node, &owner, &cheap, &good);
	let (cheap, good) = (cheap.address(), good.address());

	let services = node.ask("client services");
	let mine = services.as_array().unwrap().iter().find(|one| one["id"] == service).unwrap();
	assert_eq!(
		keys(mine),
		[
			"artifact",
			"deterministic",
			"id",
			"min_bond",
			"name",
			"offers",
			"owner",
			"reporter",
			"retired",
			"security",
			"stateless",
			"verifier"
		]
	);
	assert_eq!(
		(&mine["name"], &mine["offers"], &mine["min_bond"]),
		(&json!("market"), &json!(2), &json!("100"))
	);

	let find = |filter: &str| node.ask(&format!("client offers --service {service} {filter}"));
	let all = find("--accepting");
	assert_eq!(all.as_array().unwrap().len(), 2);
	assert_eq!(
		keys(&all[0]),
		[
			"accepting",
			"active_from",
			"bandwidth_kbps",
			"bond",
			"capacity",
			"latency_ms",
			"metadata",
			"operator",
			"price",
			"service",
			"stake",
			"state",
			"subscribers",
			"until",
			"uptime_percent"
		]
	);
	assert_eq!(operators(&find("--max-latency-ms 50")), [&good]);
	assert_eq!(operators(&find("--min-bandwidth-kbps 5000")), [&good]);
	assert_eq!(operators(&find("--min-uptime 99.5")), [&good]);
	assert_eq!(operators(&find("--min-stake 100.000000000001")), [&good]);
	assert_eq!(operators(&find("--max-price 1/10")), [&cheap]);
	assert_eq!(operators(&find("--max-price 0.2/1 --asset 1")), [&good]);
	assert!(operators(&find("--max-price 0.9/10")).is_empty());
	assert_eq!(find("--limit 1").as_array().unwrap().len(), 1);

	// The draw: the same for the same block and seed, and as everybody else computes it.
	let block = node.height();
	let sample =
		|| node.ask(&format!("client sample --service {service} --seed monday --picks 2 --block {block}"));
	let drawn = sample();
	assert_eq!(keys(&drawn), ["agrees", "block_hash", "block_number", "drawn", "seed", "service"]);
	assert_eq!((&drawn["agrees"], &drawn["block_number"]), (&json!(true), &json!(block)));
	assert_eq!(drawn, sample());

	// Experience: who fails often is recommended less.
	let db = node.dir.join("experience.redb");
	let db = db.to_str().unwrap();
	let recommend = || {
		node.ask(&format!(
			"client recommend --service {service} --anyone --seed x --picks 2 --explain --db {db}"
		))
	};
	let place = |answer: &Value, operator: &str, field: &str| {
		let list = answer["recommended"].as_array().unwrap();
		let one = list.iter().find(|one| one["operator"] == operator).unwrap();
		one["terms"][field].as_f64().or_else(|| one[field].as_f64()).unwrap()
	};
	let blank = recommend();
	assert_eq!(
		keys(&blank),
		["block_hash", "block_number", "config", "offers", "present_by", "recommended", "seed", "time_ms"]
	);
	assert_eq!(place(&blank, &cheap, "experience"), place(&blank, &good, "experience"));
	for _ in 0..5 {
		node.ask(&format!(
			"client experience record --operator {good} --service {service} --failed --db {db}"
		));
		let record = format!(
			"client experience record --operator {cheap} --service {service} --ok --latency-ms 70 --db {db}"
		);
		assert_eq!(keys(&node.ask(&record)), ["latency_ms", "ok", "operator", "service", "time_ms"]);
	}
	let taught = recommend();
	assert!(place(&taught, &cheap, "experience") > place(&taught, &good, "experience"));
	assert!(place(&taught, &good, "probability") < place(&blank, &good, "probability"));
	assert!(place(&taught, &good, "probability") > 0.0, "nobody is never found");
	assert_eq!(node.ask(&format!("client experience list --db {db}")).as_array().unwrap().len(), 10);
	assert_eq!(
		node.ask(&format!("client experience forget --operator {good} --db {db}")),
		json!({ "forgotten": 5 })
	);
}

fn a_service_is_paid_for_to_the_unit() {
	let node = node();
	let [owner, cheap, good, client] = node.people(["sale-owner", "sale-cheap", "sale-good", "sale-client"]);
	let service = service(node, &owner, &cheap, &good);
	let subscribe =
		format!("client subscribe --operator {} --service {service} --blocks 100", cheap.address());

	// Nothing is submitted by looking.
	let tried = client.json(&format!("{subscribe} --dry-run"));
	assert_eq!(keys(&tried), ["call", "dry_run", "encoded", "fee", "problem"]);
	assert_eq!(tried["call"]["args"]["prepaid"], (10 * TOKEN).to_string());
	assert_eq!(client.json(&format!("{subscribe} --encode")), json!({ "call": tried["encoded"] }));
	assert_eq!(client.json("client subscriptions"), json!([]));

	let free = client.free();
	let made = client.json(&format!("{subscribe} --max-price 1/10"));
	let (id, started) = (made["subscription"].as_u64().unwrap(), made["block_number"].as_u64().unwrap());
	let deposit = event_amount(&made, "Subscribed", "deposit");
	assert_eq!(free - client.free(), 10 * TOKEN + deposit + units(&made["fee"]));
	assert_eq!(client.held("Subscriptions.Prepaid"), 10 * TOKEN);
	let shown = subscription(&client);
	assert_eq!(
		keys(&shown),
		[
			"claimable",
			"claimed",
			"client",
			"deposited",
			"ended",
			"ends_at",
			"id",
			"operator",
			"price",
			"refundable",
			"service",
			"started"
		]
	);
	assert_eq!((&shown["ends_at"], &shown["deposited"]), (&json!(started + 100), &json!("10")));

	// More is paid in; a later price does not touch it.
	client.json(&format!("client top-up {id} --amount 2.5"));
	cheap.json(&format!("operator offer-update --service {service} --price 5/10 --capacity 7"));
	let offers = node.ask(&format!("client offers --service {service} --max-price 5/10"));
	assert_eq!((&offers[0]["price"]["amount"], &offers[0]["capacity"]), (&json!("5"), &json!(7)));
	assert_eq!(offers[0]["latency_ms"], 80, "what is not named stays");
	let shown = subscription(&client);
	assert_eq!((&shown["price"]["amount"], &shown["ends_at"]), (&json!("1"), &json!(started + 125)));
	let dear = client.run(&format!("{subscribe} --max-price 2/10"));
	assert!(dear.refusal().contains("5 SURE / 10 blocks, more than 2 SURE / 10 blocks"), "{}", dear.err);

	node.wait_for(started + 10);
	let free = cheap.free();
	let claim = cheap.json("operator claim --all");
	assert_eq!(keys(&claim), ["transactions"]);
	let claim = &claim["transactions"][0];
	let blocks = u128::from(claim["block_number"].as_u64().unwrap() - started);
	let claimed = event_amount(claim, "Claimed", "amount");
	assert_eq!(claimed, blocks * TOKEN / 10);
	assert_eq!(cheap.free() + units(&claim["fee"]), free + claimed);
	assert_eq!(units(&subscription(&client)["claimed"]), claimed);

	let (free, operators) = (client.free(), cheap.free());
	let cancelled = client.json(&format!("client cancel {id}"));
	let (paid, refunded) =
		(event_amount(&cancelled, "Cancelled", "paid"), event_amount(&cancelled, "Cancelled", "refunded"));
	assert_eq!(claimed + paid + refunded, 125 * TOKEN / 10);
	assert_eq!(cheap.free(), operators + paid);
	assert_eq!(client.free() + units(&cancelled["fee"]), free + refunded + deposit);
	assert_eq!(client.json("client subscriptions"), json!([]));
	client.run(&format!("client cancel {id}")).refused_with("Subscriptions", "SubscriptionNotFound");
}

fn an_asset_is_counted_in_its_own_decimals() {
	let node = node();
	let [owner, cheap, good, client] =
		node.people(["asset-owner", "asset-cheap", "asset-good", "asset-client"]);
	let service = service(node, &owner, &cheap, &good);
	let (mine, theirs) = (client.dollars(), good.dollars());

	let line = format!("client subscribe --operator {} --service {service} --prepaid 20.5", good.address());
	// Whoever reads it sees the price in dollars, and the deposit in tokens.
	let dry =
		crate::common::surety(&node.url, &format!("{line} --dry-run"), &[("SURETY_SURI", &client.suri)]);
	assert!(dry.out.contains("2 TUSD") && dry.out.contains("20.5 TUSD"), "{}", dry.out);
	let made = client.json(&line);
	let (id, started) = (made["subscription"].as_u64().unwrap(), made["block_number"].as_u64().unwrap());
	assert_eq!(event_amount(&made, "Subscribed", "prepaid"), 20_500_000);
	assert_eq!(mine - client.dollars(), 205 * TOKEN / 10);
	assert_eq!(client.json("chain balance --asset 1")["holds"][0]["amount"], "20.5");
	assert_eq!(subscription(&client)["price"], json!({ "asset": "1", "amount": "2", "period": 10 }));

	// The operator ends it; what was not used goes back, and anybody can see to that.
	let notice = good.json(&format!("operator end {id}"));
	let ends_at = event(&notice, "NoticeGiven", "ends_at").as_u64().unwrap();
	assert_eq!(good.json("operator end --all"), json!({ "transactions": [] }), "no notice is given twice");
	good.run(&format!("operator end {id}")).refused_with("Subscriptions", "NoticeAlreadyGiven");
	owner.run(&format!("operator close-subscriptions {id}")).refused_with("Subscriptions", "NotEnded");
	node.wait_for(ends_at);
	let closed = owner.json(&format!("operator close-subscriptions --operator {}", good.address()));
	let paid = event_amount(&closed, "Closed", "paid");
	assert_eq!(paid, u128::from(ends_at - started) * 2_000_000 / 10);
	assert_eq!(good.dollars(), theirs + paid * 1_000_000);
	assert_eq!(client.dollars(), mine - paid * 1_000_000);
}

fn many_claims_are_one_transaction() {
	let node = node();
	let [owner, cheap, good, one, two] =
		node.people(["many-owner", "many-cheap", "many-good", "many-one", "many-two"]);
	let service = service(node, &owner, &cheap, &good);
	for client in [&one, &two] {
		client.json(&format!(
			"client subscribe --operator {} --service {service} --blocks 50",
			cheap.address()
		));
	}
	let status = cheap.json("operator status");
	assert_eq!(
		keys(&status),
		[
			"block",
			"era",
			"leaving_since",
			"metadata",
			"offers",
			"operator",
			"pending_slashes",
			"services",
			"stake",
			"status",
			"subscriptions"
		]
	);
	assert_eq!(status["subscriptions"].as_array().unwrap().len(), 2);
	node.wait_for(node.height() + 2);
	let free = cheap.free();
	let claims = cheap.json("operator claim --all");
	let transactions = claims["transactions"].as_array().unwrap();
	assert_eq!(transactions.len(), 1);
	let events = transactions[0]["events"].as_array().unwrap();
	let amounts =
		events.iter().map(|event| event["fields"]["amount"].as_str().unwrap().parse::<u128>().unwrap());
	let amounts: Vec<_> = amounts.collect();
	assert_eq!(amounts.len(), 2);
	assert_eq!(cheap.free() + units(&transactions[0]["fee"]), free + amounts.iter().sum::<u128>());

	// A part of a batch that fails is told, and stops no other.
	let id = one.json("client subscriptions")[0]["id"].clone();
	let calls = json!({ "calls": [
		{ "Subscriptions": { "claim": { "id": 4_000_000 } } },
		{ "Subscriptions": { "claim": { "id": id } } },
	] });
	let half = cheap.run(&format!("chain call Utility force_batch --args {calls}"));
	half.refused_with("Subscriptions", "SubscriptionNotFound");
	let told: Value = serde_json::from_str(&half.out).unwrap();
	assert_eq!(told["failures"].as_array().unwrap().len(), 1);
}
