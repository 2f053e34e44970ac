//! Money for being present, and for being attested: put up, claimed, closed.

use crate::{
	common::{at_once, event, event_amount, node},
	notary::{announce, attested, notary, offer, offer_at, presence_key, wait_until, TOKEN},
};
use serde_json::json;

#[test]
fn money_for_being_present_and_attested_should_go_where_it_is_meant_to() {
	at_once(&[
		a_bounty_is_shared_by_who_is_present_and_the_rest_returns,
		a_subsidy_pays_for_what_is_free_of_charge,
	]);
}

fn a_bounty_is_shared_by_who_is_present_and_the_rest_returns() {
	let node = node();
	let [keeper, operator, funder] = node.people(["bounty-notary", "bounty-operator", "bounty-funder"]);
	let whose = notary(&keeper, "mixed");
	let service = offer(node, &operator, &json!({}));
	let slot = attested(&keeper, &operator, service, "latency=50");
	let held = operator.held("Notary.Record");

	let open = format!("notary bounty open {whose} --per-window 2 --budget 9");
	let tried = funder.json(&format!("{open} --dry-run"));
	assert_eq!(tried["call"]["args"]["per_window"], (2 * TOKEN).to_string());
	assert_eq!(funder.json(&format!("{open} --encode")), json!({ "call": tried["encoded"] }));
	let opened = funder.json(&open);
	let id = opened["bounty"].as_u64().unwrap();
	assert_eq!(opened["until"].as_u64().unwrap() - opened["from"].as_u64().unwrap(), 4);
	assert_eq!(funder.held("Notary.Bounty"), 8 * TOKEN, "as many windows as the budget is enough for");
	let listed = || node.ask(&format!("notary bounty list --notary {whose}"))[0].clone();
	assert_eq!((&listed()["id"], &listed()["per_window"]), (&json!(id), &json!("2")));
	funder.run(&format!("notary bounty close {id}")).refused_with("Notary", "BountyOpen");
	operator.run("operator claim-bounty 4000000000").refused_with("Notary", "BountyNotFound");
	let nothing = funder.run(&format!("operator claim-bounty {id}"));
	assert!(nothing.refusal().contains("is attested by the notary of bounty"), "{}", nothing.err);

	let mut claimed = None;
	let begun = std::time::Instant::now();
	while claimed.is_none() {
		assert!(begun.elapsed().as_secs() < 120, "nothing can be claimed");
		announce(&operator, "bounty.redb");
		let done = operator.json("operator claim-bounty");
		claimed = Some(done).filter(|done| !done["claims"].as_array().unwrap().is_empty());
	}
	let claimed = claimed.unwrap();
	assert_eq!((&claimed["claims"][0]["bounty"], &claimed["claims"][0]["slot"]), (&json!(id), &json!(slot)));
	assert_eq!(event_amount(&claimed, "BountyClaimed", "amount"), 2 * TOKEN, "nobody else was present");
	assert!(operator.held("Notary.Record") > held, "the claim's record has a deposit");
	let window = claimed["claims"][0]["window"].as_u64().unwrap();
	let again = operator.json(&format!("notary bounty claim {id} --slot {slot}"));
	let windows: Vec<_> = again["claims"].as_array().unwrap().iter().map(|one| &one["window"]).collect();
	assert!(windows.iter().all(|one| one.as_u64() > Some(window)), "{windows:?}");

	wait_until("nothing can be claimed any more", || listed()["closable"] == true);
	operator.run(&format!("notary bounty clear {id}")).refused_with("Notary", "BountyOpen");
	let closed = keeper.json(&format!("notary bounty close {id}"));
	let left = event_amount(&closed, "BountyClosed", "refunded");
	assert!(left <= 6 * TOKEN && left.is_multiple_of(2 * TOKEN), "{left}");
	assert_eq!(funder.held("Notary.Bounty"), 0);
	let cleared = keeper.json(&format!("notary bounty clear {id}"));
	assert_eq!(event(&cleared, "ClaimCleared", "slot"), &json!(slot));
	assert_eq!(operator.held("Notary.Record"), held, "the deposit for the claim is back");
	assert_eq!(keeper.json(&format!("notary bounty clear {id}"))["transactions"], json!([]));
	funder.run(&format!("notary bounty close {id}")).refused_with("Notary", "BountyNotFound");
}

fn a_subsidy_pays_for_what_is_free_of_charge() {
	let node = node();
	let [keeper, operator, seller, funder] =
		node.people(["subsidy-notary", "subsidy-operator", "subsidy-seller", "subsidy-funder"]);
	let whose = notary(&keeper, "link");
	let (free, dear) = std::thread::scope(|scope| {
		let dear = scope.spawn(|| offer(node, &seller, &json!({})));
		(offer_at(node, &operator, &json!({}), "0/10"), dear.join().unwrap())
	});
	let fund = |service: u64| {
		format!("notary subsidy fund {whose} --service {service} --max-per-request 5 --budget 12")
	};
	funder.run(&fund(4_000_000_000)).refused_with("Registry", "ServiceNotFound");
	let tried = funder.json(&format!("{} --dry-run", fund(free)));
	assert_eq!(tried["call"]["args"]["budget"], (12 * TOKEN).to_string());
	let id = funder.json(&fund(free))["subsidy"].as_u64().unwrap();
	let other = funder.json(&fund(dear))["subsidy"].as_u64().unwrap();
	assert_eq!(funder.held("Notary.Subsidy"), 24 * TOKEN);

	let ask =
		|id: u64, key: &str| {
			format!("operator attest --subsidy {id} --claim latency=50 --windows 50 --presence-suri {key} --no-wait")
		};
	seller.run(&ask(other, &presence_key(&seller))).refused_with("Notary", "OfferNotFree");
	let before = operator.free();
	let request = operator.json(&ask(id, &presence_key(&operator)))["request"].clone();
	keeper.json(&format!("notary attest {request}"));
	assert!(before - operator.free() < TOKEN, "it has paid a deposit and what transactions cost, and no fee");
	let mine = operator.json("operator attestations");
	assert_eq!(mine["attestations"][0]["subsidy"], id);
	let list = node.ask(&format!("notary subsidy list --notary {whose} --service {free}"));
	// Once 1, and 50 windows at 0.01.
	assert_eq!((&list[0]["id"], &list[0]["left"]), (&json!(id), &json!("10.5")));

	operator.run(&format!("notary subsidy close {id}")).refused_with("Notary", "NotAuthorized");
	let closed = funder.json(&format!("notary subsidy close {id}"));
	assert_eq!(event_amount(&closed, "SubsidyClosed", "refunded"), 21 * TOKEN / 2);
	funder.run(&format!("notary subsidy close {id}")).refused_with("Notary", "SubsidyNotFound");
	assert_eq!(node.ask(&format!("notary subsidy list --service {free}")), json!([]));
	operator.json(&format!("operator resign --notary {whose} --service {free}"));
	funder.json(&format!("notary subsidy close {other}"));
	assert_eq!(funder.held("Notary.Subsidy"), 0, "what was paid ahead came back");
}
