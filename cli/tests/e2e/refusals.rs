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

	// A bond is stake: what is missing of it is said.
	let made = format!("{offer} --price 1/10 --bond 120");
	let (stake, allocate) =
		("operator stake --amount", format!("operator allocate --service {service} --share"));
	let advice = |steps: &[String]| {
		let steps: Vec<_> = steps.iter().map(|step| format!("`surety {step}`")).collect();
		format!(" Run {}", steps.join(", then "))
	};
	let all = advice(&[format!("{stake} 120"), format!("{allocate} 100%")]);
	operator.run(&made).refused_with_advice("Restaking", "LedgerNotFound", &all);
	operator.run(&format!("{stake} 99999")).refused_with_token("FundsUnavailable");
	operator.json(&format!("{stake} 100"));
	operator.run(&made).refused_with_advice(
		"Restaking",
		"NotEnoughStake",
		&advice(&[format!("{stake} 20"), format!("{allocate} 100%")]),
	);
	operator.json(&format!("{stake} 60"));
	operator.run(&made).refused_with_advice(
		"Restaking",
		"NotEnoughStake",
		&advice(&[format!("{allocate} 75%")]),
	);
	operator.json(&format!("{allocate} 75%"));
	owner.json(&format!("operator service-update {service} --security 160 --security 5@1"));
	operator.run(&made).refused_with_advice(
		"Registry",
		"SecurityTooSmall",
		" There are 120 SURE of the 160 SURE asked for, and 0 TUSD of the 5 TUSD asked for",
	);
	owner.json(&format!("operator service-update {service} --no-security"));

	let made = operator.json(&made);
	operator.run(&format!("operator add-bond --service {service} --amount 60")).refused_with_advice(
		"Restaking",
		"NotEnoughStake",
		&advice(&[format!("{stake} 20"), format!("{allocate} 25%")]),
	);
	operator.run(&format!("{offer} --price 1/10 --bond 120")).refused_with("Registry", "OfferAlreadyExists");
	let subscribe = format!("client subscribe --operator {} --service {service}", operator.address());
	client.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "NotYetActive");
	assert!(
		node.height() < event(&made, "OfferMade", "active_from").as_u64().unwrap(),
		"it was active too soon"
	);
	node.wait_for_offers(&service, 1);

	operator.run(&format!("{subscribe} --blocks 5")).refused_with("Subscriptions", "SelfSubscription");
	client.run(&format!("{subscribe} --prepaid 0.01")).refused_with("Subscriptions", "PrepaymentTooSmall");
	client.run(&format!("{subscribe} --prepaid 99999")).refused_with_token("FundsUnavailable");
	let id = client.json(&format!("{subscribe} --blocks 500"))["subscription"].clone();
	other.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "CapacityFull");
	other.run("operator claim 4000000000").refused_with("Subscriptions", "SubscriptionNotFound");
	other.run(&format!("operator end {id}")).refused_with("Subscriptions", "NotAuthorized");
	other.run(&format!("client cancel {id}")).refused_with("Subscriptions", "NotAuthorized");
	other.run(&format!("client top-up {id} --amount 1")).refused_with("Subscriptions", "NotAuthorized");
	operator.run(&format!("operator service-retire {service}")).refused_with("Registry", "NotAuthorized");

	// What a bond is made of stays as long as the offer.
	operator.run("operator unstake --amount 1").refused_with("Restaking", "StakeReserved");
	operator.run("operator unstake --all").refused_with("Restaking", "StakeReserved");
	operator
		.run(&format!("operator deallocate --service {service} --parts 1"))
		.refused_with("Restaking", "StakeReserved");
	operator
		.run(&format!("operator deallocate --service {service} --all"))
		.refused_with("Restaking", "StakeReserved");

	operator.json("operator leave");
	operator.run("operator pause").refused_with("Registry", "OperatorLeaving");
	operator.run("operator unstake --amount 1").refused_with("Restaking", "StakeReserved");
	other.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "OperatorLeaving");
	let delegate = format!("delegator stake --operator {} --amount 5", operator.address());
	other.run(&delegate).refused_with("Restaking", "OperatorLeaving");
	client.json(&format!("client cancel {id}"));
	client.run(&format!("client cancel {id}")).refused_with("Subscriptions", "SubscriptionNotFound");
	other.run(&format!("{subscribe} --blocks 5")).refused_with("Registry", "OfferNotFound");
	other.run(&delegate).refused_with("Restaking", "OperatorNotFound");
	operator.json("operator unstake --amount 1");
}

#[test]
fn what_is_not_there_should_be_refused_when_it_is_asked_for() {
	let node = node();
	let [nobody] = node.people(["unknown-nobody"]);
	nobody.run("operator status").refused_with("Registry", "OperatorNotFound");
	nobody.run("operator leave").refused_with("Registry", "OperatorNotFound");
	nobody.run("operator exit").refused_with("Registry", "OperatorNotFound");
	nobody.run("operator stake --amount 5").refused_with("Restaking", "OperatorNotFound");
	nobody.run("operator unstake --all").refused_with("Restaking", "PositionNotFound");
	nobody.run("operator withdraw").refused_with("Restaking", "PositionNotFound");
	nobody.run("operator allocate --service 0 --share 5").refused_with("Restaking", "LedgerNotFound");
	nobody.run("operator deallocate --service 0 --all").refused_with("Restaking", "NotEnoughAllocated");
	nobody.run("operator service-reporter 4000000000 --none").refused_with("Registry", "ServiceNotFound");
	nobody.run("delegator unstake --operator //Alice --all").refused_with("Restaking", "PositionNotFound");
	nobody.run("delegator withdraw --operator //Alice").refused_with("Restaking", "PositionNotFound");
	assert_eq!(nobody.json("delegator withdraw --all"), serde_json::json!({ "transactions": [] }));
	nobody
		.run("operator offer-update --service 4000000000 --capacity 1")
		.refused_with("Registry", "OfferNotFound");
	nobody.run("operator service-update 4000000000 --name x").refused_with("Registry", "ServiceNotFound");
	nobody.run("client cancel 4000000000").refused_with("Subscriptions", "SubscriptionNotFound");
	for line in ["gov veto", "gov committee veto", "gov apply", "gov slashes"] {
		nobody.run(&format!("{line} 4000000000")).refused_with("Slashing", "SlashNotFound");
	}
	nobody.run("gov close-settlement 4000000000").refused_with("Slashing", "SettlementNotFound");
	nobody.run("gov collect 4000000000 //Alice").refused_with("Slashing", "SettlementNotFound");
	nobody.run("gov vote 4000000000 --aye --amount 1").refused_with("ConvictionVoting", "NotOngoing");
	nobody.run("gov unvote 4000000000").refused_with("ConvictionVoting", "ClassNeeded");
	nobody.run("gov committee close 4000000000").refused_with("TechnicalCommittee", "ProposalMissing");
	assert_eq!(nobody.json("gov unlock"), serde_json::json!({ "transactions": [] }));
	nobody.run("gov veto-validator 4000000000 0").refused_with_advice(
		"Staking",
		"InvalidSlashIndex",
		" There is no slash 0 of era 4000000000: `surety gov validator-slashes` lists them",
	);
	nobody
		.run("client petition sign 4000000000 --subscription 0")
		.refused_with("Slashing", "PetitionNotFound");
	nobody.run("client petition resolve 4000000000").refused_with("Slashing", "PetitionNotFound");
	nobody
		.run("client petition open --subscription 4000000000 --evidence 0x0707070707070707070707070707070707070707070707070707070707070707")
		.refused_with("Subscriptions", "SubscriptionNotFound");
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
