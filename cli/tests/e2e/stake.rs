//! Stake: an operator's own, and others' on it.

use crate::common::{event, event_amount, keys, node, units, Person};
use serde_json::{json, Value};

const TOKEN: u128 = 1_000_000_000_000;
/// Of the test dollar.
const DOLLAR: u128 = 1_000_000;

/// The stake of an operator in an asset, as its status shows it.
fn in_asset<'a>(status: &'a Value, asset: &str) -> &'a Value {
	let mut stake = status["stake"].as_array().unwrap().iter();
	stake.find(|one| one["asset"] == asset).unwrap_or_else(|| panic!("no {asset} in {status}"))
}

fn fee(answer: &Value) -> u128 {
	units(&answer["fee"])
}

#[test]
fn an_operator_should_divide_its_stake_among_services() {
	let node = node();
	let [operator] = node.people(["divide-operator"]);
	let services = ["one", "two"].map(|name| {
		operator.json(&format!("operator service-create --name {name}"))["service"].as_u64().unwrap()
	});
	let [one, two] = services;
	operator.json("operator join");
	let staked = operator.json("operator stake --amount 200");
	let active_from = event(&staked, "Staked", "active_from").as_u64().unwrap();
	let allocated = operator.json(&format!("operator allocate --service {one} --share 60%"));
	assert_eq!(event(&allocated, "Allocated", "parts"), 600_000);
	operator
		.run(&format!("operator allocate --service {two} --share 40.0001"))
		.refused_with("Restaking", "NotEnoughFree");
	operator.json(&format!("operator allocate --service {two} --parts 200000"));
	operator
		.run(&format!("operator deallocate --service {two} --share 20.0001"))
		.refused_with("Restaking", "NotEnoughAllocated");

	let status = operator.json("operator status");
	let stake = in_asset(&status, "native");
	assert_eq!(
		keys(stake),
		[
			"active",
			"allocations",
			"asset",
			"bonded",
			"commission_may_rise_at",
			"commission_ppb",
			"free_parts",
			"held",
			"own",
			"rewards",
			"unbonding"
		]
	);
	assert_eq!(
		(&stake["bonded"], &stake["own"], &stake["free_parts"]),
		(&json!("200"), &json!("200"), &json!(200_000))
	);
	let parts = |service: u64| {
		let list = stake["allocations"].as_array().unwrap().iter();
		let kept = list.filter(|one| one["service"] == service && one["until_era"].is_null());
		kept.map(|one| one["parts"].as_u64().unwrap()).sum::<u64>()
	};
	assert_eq!((parts(one), parts(two)), (600_000, 200_000));

	// Both bonds are of the same stake; more than a service has cannot be bonded to it.
	let terms = "--latency-ms 9 --bandwidth-kbps 9 --uptime 9 --capacity 9 --price 1/10";
	operator.json(&format!("operator offer --service {one} {terms} --bond 120"));
	operator
		.run(&format!("operator offer --service {two} {terms} --bond 100"))
		.refused_with_advice("Restaking", "NotEnoughStake", &format!(" Run `surety operator stake --amount 50`, then `surety operator allocate --service {two} --share 20%`"));
	// What is not promised to anybody can be taken back, and comes at once where it did not count yet.
	node.wait_for_offers(&json!(one), 1);
	assert!(node.era() >= active_from);
	assert_eq!(operator.json("operator status")["stake"][0]["active"], "200");
	operator.json("operator stake --amount 30");
	let back = operator.json("operator unstake --amount 30");
	let (returned, unbonding) =
		(event_amount(&back, "Unbonding", "returned"), event_amount(&back, "Unbonding", "amount"));
	assert_eq!(returned + unbonding, 30 * TOKEN);
	let taken = operator.json(&format!("operator deallocate --service {two} --share 5"));
	assert_eq!(event(&taken, "Deallocated", "parts"), 50_000);
	let taken = operator.json(&format!("operator deallocate --service {two} --all"));
	assert_eq!(event(&taken, "Deallocated", "parts"), 150_000);
	let shown = node.run(&format!("operator status {}", operator.address())).out;
	assert!(
		shown.lines().any(|line| line.starts_with(&format!("{two} ")) && line.contains("until ")),
		"{shown}"
	);
}

/// Of `leave.rs`, since it waits as long as what is there.
pub(crate) fn a_delegator_comes_and_goes() {
	let node = node();
	let [operator, delegator, stranger] = node.people(["back-operator", "back-delegator", "back-stranger"]);
	let service = operator.json("operator service-create --name backed --security 350 --security 40@1")
		["service"]
		.clone();
	let services = node.ask("client services");
	let mine = services.as_array().unwrap().iter().find(|one| one["id"] == service).unwrap();
	assert_eq!(
		mine["security"],
		json!([{ "asset": "native", "amount": "350" }, { "asset": "1", "amount": "40" }])
	);
	operator.json(&format!("operator service-reporter {service} {}", stranger.address()));
	let reporter = operator.json(&format!("operator service-reporter {service} --none"));
	assert_eq!(reporter["events"][0]["fields"]["reporter"], json!(null));

	let on = format!("--operator {}", operator.address());
	let stake = format!("delegator stake {on} --amount");
	delegator.run(&format!("{stake} 250")).refused_with("Restaking", "OperatorNotFound");
	operator.operates(&service, 100);
	delegator.run(&format!("{stake} 30 --asset 1")).refused_with("Restaking", "LedgerNotFound");
	operator.json("operator stake --amount 10 --asset 1");
	operator.json(&format!("operator allocate --service {service} --share 100% --asset 1"));
	delegator.run(&format!("{stake} 0.5")).refused_with("Restaking", "BelowMinimum");
	delegator.run(&format!("{stake} 0")).refused_with("Restaking", "ZeroAmount");

	// Nothing is submitted by looking.
	let tried = delegator.json(&format!("{stake} 30 --asset 1 --dry-run"));
	assert_eq!(tried["call"]["args"]["amount"], (30 * DOLLAR).to_string());
	assert_eq!(
		delegator.json(&format!("{stake} 30 --asset 1 --encode")),
		json!({ "call": tried["encoded"] })
	);
	let shown = node.run(&format!("{stake} 30 --asset 1 --dry-run --suri //Alice"));
	assert!(shown.out.contains("30 TUSD"), "{}", shown.out);
	assert_eq!(delegator.json("delegator status")["positions"], json!([]));

	let (free, dollars) = (delegator.free(), delegator.dollars());
	let staked = delegator.json(&format!("{stake} 250"));
	let mut fees = fee(&staked);
	fees += fee(&delegator.json(&format!("{stake} 30 --asset 1")));
	let deposits = delegator.held("Restaking.PositionDeposit");
	assert_eq!(free - delegator.free(), 250 * TOKEN + deposits + fees);
	assert_eq!(dollars - delegator.dollars(), 30 * TOKEN);
	assert_eq!(delegator.json("chain balance")["staked"], "250");
	assert_eq!(delegator.json("chain balance --asset 1")["staked"], "30");

	// It counts with the operator's own, for the service's asking too.
	let terms = "--latency-ms 9 --bandwidth-kbps 9 --uptime 9 --capacity 9 --price 1/10";
	operator.json(&format!("operator offer --service {service} {terms} --bond 100"));
	node.wait_for_offers(&service, 1);
	let offers = node.ask(&format!("client offers --service {service}"));
	assert_eq!((&offers[0]["bond"], &offers[0]["stake"]), (&json!("100"), &json!("350")));
	let status = operator.json("operator status");
	let (tokens, test) = (in_asset(&status, "native"), in_asset(&status, "1"));
	assert_eq!(
		(&tokens["bonded"], &tokens["active"], &tokens["own"]),
		(&json!("350"), &json!("350"), &json!("100"))
	);
	assert_eq!((&test["bonded"], &test["own"]), (&json!("40"), &json!("10")));
	let shown = node.ask(&format!("delegator status {}", delegator.address()));
	assert_eq!(keys(&shown), ["account", "block", "era", "pending_slashes", "positions"]);
	let positions = shown["positions"].as_array().unwrap();
	assert_eq!(positions.len(), 2);
	assert_eq!(keys(&positions[0]), ["active", "asset", "bonded", "due", "earned", "operator", "unbonding"]);
	assert_eq!((&positions[1]["asset"], &positions[1]["active"]), (&json!("1"), &json!("30")));

	let operators = node.ask("delegator operators --limit 1000");
	let listed = operators.as_array().unwrap().iter().find(|one| one["operator"] == operator.address());
	let listed = listed.unwrap_or_else(|| panic!("not in {operators}"));
	assert_eq!(keys(listed), ["operator", "services", "stake", "status"]);
	assert_eq!((&listed["stake"][0]["bonded"], &listed["services"]), (&json!("350"), &json!([service])));
	assert_eq!(node.ask("delegator operators --limit 1").as_array().unwrap().len(), 1);

	earnings_are_shared(&operator, &delegator, &stranger, &service);

	// The way back: a part, then the rest; nothing before its time; in the end by anybody.
	delegator
		.run(&format!("delegator unstake {on} --amount 251"))
		.refused_with("Restaking", "NotEnoughStake");
	delegator
		.run(&format!("delegator unstake {on} --amount 249.5"))
		.refused_with("Restaking", "BelowMinimum");
	let free = delegator.free();
	let part = delegator.json(&format!("delegator unstake {on} --amount 50"));
	assert_eq!(event_amount(&part, "Unbonding", "amount"), 50 * TOKEN);
	let rest = delegator.json(&format!("delegator unstake {on} --all"));
	assert_eq!(event_amount(&rest, "Unbonding", "amount"), 200 * TOKEN);
	let last = delegator.json(&format!("delegator unstake {on} --all --asset 1"));
	let until = event(&last, "Unbonding", "withdrawable_at").as_u64().unwrap();
	assert_eq!(until, last["block_number"].as_u64().unwrap() + 80);
	let early = delegator.run("delegator withdraw --all");
	assert_eq!(early.json(), json!({ "transactions": [] }));
	assert!(early.err.contains("50 SURE: can be withdrawn from block "), "{}", early.err);
	let table = node.run(&format!("delegator status {}", delegator.address())).out;
	assert!(
		table.lines().any(|line| line.contains("30 TUSD") && line.contains(&until.to_string())),
		"{table}"
	);

	node.wait_for(until);
	let position = &delegator.json("delegator status")["positions"][0];
	assert_eq!((&position["bonded"], &position["due"]), (&json!("0"), &json!("250")));
	let paid = stranger.json(&format!("delegator withdraw {on} --holder {}", delegator.address()));
	assert_eq!(paid["transactions"][0]["events"].as_array().unwrap().len(), 2, "{paid}");
	assert_eq!(delegator.free() + fee(&part) + fee(&rest) + fee(&last), free + 250 * TOKEN + deposits);
	assert_eq!((delegator.dollars(), delegator.held("Restaking.PositionDeposit")), (dollars, 0));
	assert_eq!(delegator.json("delegator status")["positions"], json!([]));
}

/// What a client pays goes to those who back the operator, for the part that it says: of 350, 250 are the delegator's.
fn earnings_are_shared(operator: &Person, delegator: &Person, stranger: &Person, service: &Value) {
	let on = format!("--operator {}", operator.address());
	delegator.run("operator commission --rate 5").refused_with("Restaking", "LedgerNotFound");
	let set = operator.json("operator commission --rate 30");
	assert_eq!(event(&set, "CommissionSet", "rate"), 300_000_000);
	operator.run("operator commission --rate 35.1").refused_with("Restaking", "CommissionRisesTooFar");
	assert_eq!(in_asset(&operator.json("operator status"), "native")["commission_ppb"], 300_000_000);
	assert_eq!(delegator.json("delegator collect --all"), json!({ "transactions": [] }));

	stranger.json(&format!("client subscribe {on} --service {service} --blocks 30"));
	node().wait_for(operator.json("operator status")["block"].as_u64().unwrap() + 10);
	// Anybody can have it paid.
	let claimed = operator.json("operator claim --all");
	let (paid, shared) =
		(event_amount(&claimed, "Claimed", "amount"), event_amount(&claimed, "Rewarded", "amount"));
	assert!(paid >= TOKEN);
	assert!(shared.abs_diff(paid * 7 / 10) <= 5, "{shared} of {paid}");
	let earned = units(&delegator.json("delegator status")["positions"][0]["earned"]);
	assert!(earned.abs_diff(shared * 250 / 350) <= 5, "{earned} of {shared}");
	let table = node().run(&format!("delegator status {}", delegator.address())).out;
	assert!(table.contains("EARNED"), "{table}");

	operator.json("operator reward --amount 7");
	let free = delegator.free();
	let collected = stranger.json(&format!("delegator collect {on} --holder {}", delegator.address()));
	let amount = event_amount(&collected, "Collected", "amount");
	assert!(amount.abs_diff(earned + 5 * TOKEN) <= 5, "{amount}");
	assert_eq!(delegator.free() - free, amount);
	let own = event_amount(&operator.json("operator collect"), "Collected", "amount");
	assert!(own.abs_diff(shared * 100 / 350 + 2 * TOKEN) <= 5, "{own}");
}
