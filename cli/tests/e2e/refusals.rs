//! What the chain refuses, and how that is told: by the error's name, with its documentation, in one line.

use crate::common::{event, node};

#[test]
fn bad_input_should_be_refused_by_name_and_documentation() {
	let node = node();
	let [owner, operator, client, other] =
		node.people(["bad-owner", "bad-operator", "bad-client", "bad-other"]);
	let service = owner.json("operator service-create --name bad --min-bond 120")["service"].clone();
	let terms = "--latency-ms 50 --bandwidth-kbps 1000 --uptime 99.9 --capacity 1";
	let offer = format!("operator offer --service {service} {terms}");
	operator.run(&format!("{offer} --price 1/10 --bond 120")).refused_with("Registry", "OperatorNotFound");
	operator.json("operator join");
	operator.run("operator join").refused_with("Registry", "OperatorAlreadyExists");

	operator.run(&format!("{offer} --price 1/0 --bond 120")).refused_with("Registry", "ZeroPeriod");
	operator.run(&format!("{offer} --price 1/10 --bond 119")).refused_with("Registry", "BondTooSmall");
	operator
		.run(&format!("{offer} --price 1/10 --asset 99 --bond 120"))
		.refused_with("Registry", "UnknownAsset");
	let metadata = node.dir.join("metadata");
	std::fs::write(&metadata, "x".repeat(1_025)).unwrap();
	operator
		.run(&format!("{offer} --price 1/10 --bond 120 --metadata @{}", metadata.display()))
		.refused_with("Registry", "MetadataTooLong");
	operator
		.run(&format!("operator update --metadata @{}", metadata.display()))
		.refused_with("Registry", "MetadataTooLong");
	operator
		.run(&format!("operator offer --service 4000000000 {terms} --price 1/10 --bond 120"))
		.refused_with("Registry", "ServiceNotFound");
	operator.run(&format!("{offer} --price 1/10 --bond 99999")).refused_with_token("FundsUnavailable");

	let made = operator.json(&format!("{offer} --price 1/10 --bond 120"));
	operator.run(&format!("{offer} --price 1/10 --bond 120")).refused_with("Registry", "OfferAlreadyExists");
	let subscribe = format!("client subscribe --operator {} --service {service}", operator.address());
	client.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "NotYetActive");
	node.wait_for(event(&made, "OfferMade", "active_from").as_u64().unwrap());

	operator.run(&format!("{subscribe} --blocks 5")).refused_with("Subscriptions", "SelfSubscription");
	client.run(&format!("{subscribe} --prepaid 0.01")).refused_with("Subscriptions", "PrepaymentTooSmall");
	client.run(&format!("{subscribe} --prepaid 99999")).refused_with_token("FundsUnavailable");
	let id = client.json(&format!("{subscribe} --blocks 500"))["subscription"].clone();
	other.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "CapacityFull");
	other.run(&format!("operator claim {id}")).refused_with("Subscriptions", "NotAuthorized");
	other.run(&format!("client cancel {id}")).refused_with("Subscriptions", "NotAuthorized");
	other.run(&format!("client top-up {id} --amount 1")).refused_with("Subscriptions", "NotAuthorized");
	operator.run(&format!("operator service-retire {service}")).refused_with("Registry", "NotAuthorized");
	operator.run(&format!("operator withdraw --service {service}")).refused_with("Registry", "StillOpen");

	operator.json("operator leave");
	operator
		.run(&format!("operator withdraw --service {service}"))
		.refused_with("Registry", "HasSubscribers");
	operator.run("operator pause").refused_with("Registry", "OperatorLeaving");
	client.json(&format!("client cancel {id}"));
	client.run(&format!("client cancel {id}")).refused_with("Subscriptions", "SubscriptionNotFound");
	other.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "OperatorLeaving");
	operator
		.run(&format!("operator withdraw --service {service}"))
		.refused_with("Registry", "StillUnbonding");
}

#[test]
fn what_is_not_there_should_be_refused_when_it_is_asked_for() {
	let node = node();
	let [nobody] = node.people(["unknown-nobody"]);
	nobody.run("operator status").refused_with("Registry", "OperatorNotFound");
	nobody.run("operator leave").refused_with("Registry", "OperatorNotFound");
	nobody
		.run("operator offer-update --service 4000000000 --capacity 1")
		.refused_with("Registry", "OfferNotFound");
	nobody.run("operator service-update 4000000000 --name x").refused_with("Registry", "ServiceNotFound");
	nobody.run("client cancel 4000000000").refused_with("Subscriptions", "SubscriptionNotFound");
	nobody.run("client settle 4000000000").refused_with("Subscriptions", "RemainderNotFound");
	nobody.run("operator claim 4000000000").refused_with("Subscriptions", "SubscriptionNotFound");
	nobody
		.run("client subscribe --operator //Alice --service 4000000000 --blocks 1")
		.refused_with("Registry", "OfferNotFound");
	node.run("client offers --service 4000000000").refused_with("Registry", "ServiceNotFound");
	node.run("client recommend --service 4000000000").refused_with("Registry", "ServiceNotFound");
	node.run("client sample --service 4000000000").refused_with("Registry", "ServiceNotFound");
	let asset = nobody.run("chain balance --asset 99");
	assert_eq!(asset.refusal(), "error: there is no asset 99 on this chain");
	let block = node.run("client sample --service 0 --block 4000000000");
	assert_eq!(block.refusal(), "error: the node has no block 4000000000");

	nobody.run("chain transfer --to //Alice --amount 20000").refused_with_token("");
	let poor = crate::common::Person { suri: "//e2e//without-anything".into() };
	let poor = poor.run("chain transfer --to //Alice --amount 1");
	assert!(poor.refusal().contains("Inability to pay some fees"), "{}", poor.err);
}

impl crate::common::Outcome {
	/// Checks that the account's balance was said not to suffice; such errors belong to no pallet.
	#[track_caller]
	fn refused_with_token(&self, error: &str) {
		let refusal = self.refusal();
		let named = refusal.starts_with(&format!("error: Token.{error}"));
		assert!(named || error.is_empty() && refusal.starts_with("error: Arithmetic.Underflow"), "{refusal}");
		assert!(refusal.contains("account has less"), "{refusal}");
	}
}
