//! Slashes: reported, vetoed by the committee and by a referendum, applied, paid out; and petitions of clients.

use crate::common::{alice, at_once, event, event_amount, keys, node, units, Node, Person};
use serde_json::{json, Value};
use std::{
	thread::sleep,
	time::{Duration, Instant},
};

const TOKEN: u128 = 1_000_000_000_000;

#[test]
fn slashes_should_be_reported_reviewed_and_paid_out() {
	at_once(&[vetoing_and_applying, petitioning]);
}

/// Somebody whom the development chain knows.
fn known(name: &str) -> Person {
	Person { suri: format!("//{name}") }
}

fn until(what: &str, is_so: impl Fn() -> bool) {
	let begun = Instant::now();
	while !is_so() {
		assert!(begun.elapsed() < Duration::from_secs(90), "{what}: not so in time");
		sleep(Duration::from_millis(300));
	}
}

fn state_of(node: &Node, slash: &Value) -> Value {
	node.ask(&format!("gov slashes {slash}"))["state"].clone()
}

/// The line of a list with a number.
fn numbered<'a>(list: &'a Value, name: &str, id: &Value) -> &'a Value {
	let found = list.as_array().unwrap().iter().find(|one| one[name] == *id);
	found.unwrap_or_else(|| panic!("no {name} {id} in {list}"))
}

fn vetoing_and_applying() {
	let node = node();
	let [owner, operator, delegator, reporter, client] =
		node.people(["gov-owner", "gov-operator", "gov-delegator", "gov-reporter", "gov-client"]);
	let service = owner.json("operator service-create --name governed")["service"].clone();
	owner.json(&format!("operator service-reporter {service} {}", reporter.address()));
	operator.operates(&service, 300);
	let delegated =
		delegator.json(&format!("delegator stake --operator {} --amount 700", operator.address()));
	let terms = "--latency-ms 9 --bandwidth-kbps 9 --uptime 9 --capacity 9 --price 1/10 --bond 200";
	operator.json(&format!("operator offer --service {service} {terms}"));
	node.wait_for_offers(&service, 1);
	let subscribe = format!("client subscribe --operator {} --service {service}", operator.address());
	let subscription = client.json(&format!("{subscribe} --blocks 500"))["subscription"].clone();
	let counts_from = event(&delegated, "Staked", "active_from").as_u64().unwrap();
	until("the delegation counts", || node.era() >= counts_from);

	// Reports.
	let evidence = node.dir.join("evidence");
	std::fs::write(&evidence, format!("no answer, says {}", reporter.address())).unwrap();
	let report = format!("operator service-report --service {service} --operator {}", operator.address());
	let from_file = format!("{report} --fraction 50% --evidence @{}", evidence.display());
	client.run(&from_file).refused_with("Slashing", "NotReporter");
	let tried = reporter.json(&format!("{from_file} --dry-run"));
	let hash = surety_cli::output::hex(sp_crypto_hashing::blake2_256(&std::fs::read(&evidence).unwrap()));
	assert_eq!(
		(&tried["call"]["args"]["evidence"], &tried["call"]["args"]["claims"]),
		(&json!(hash), &json!([]))
	);
	assert_eq!(reporter.json(&format!("{from_file} --encode")), json!({ "call": tried["encoded"] }));
	let by_committee = reporter.json(&from_file)["slash"].clone();
	reporter.run(&from_file).refused_with("Slashing", "AlreadyReported");
	let numbered_evidence = |number: u8| format!("--evidence 0x{}", hex::encode([number; 32]));
	let by_referendum =
		reporter.json(&format!("{report} --fraction 20 {}", numbered_evidence(2)))["slash"].clone();
	let third =
		reporter.json(&format!("{report} --fraction 10% {} --claim {subscription}:5", numbered_evidence(3)));
	let applied = third["slash"].clone();
	let ends = third["review_ends"].as_u64().unwrap();
	assert_eq!(ends, third["block_number"].as_u64().unwrap() + 30);
	assert_eq!(reporter.held("Slashing.Report"), 150 * TOKEN);
	reporter
		.run(&format!("{report} --fraction 0 {}", numbered_evidence(4)))
		.refused_with("Slashing", "ZeroFraction");
	reporter
		.run(&format!("{report} --fraction 1 {} --claim 4000000000:1", numbered_evidence(4)))
		.refused_with("Subscriptions", "SubscriptionNotFound");

	// What everybody sees of them.
	let shown = node.ask(&format!("gov slashes {applied}"));
	assert_eq!(
		keys(&shown),
		[
			"asset",
			"blocks_left",
			"claims",
			"deposit",
			"era",
			"evidence",
			"fraction_percent",
			"id",
			"operator",
			"petition",
			"reported_at",
			"reporter",
			"review_ends",
			"seconds_left",
			"service",
			"source",
			"state",
			"takes",
		]
	);
	assert_eq!(
		(&shown["state"], &shown["takes"], &shown["fraction_percent"], &shown["source"]),
		(
			&json!("review"),
			&json!([{ "asset": "native", "amount": "100" }]),
			&json!("10"),
			&json!("reporter")
		)
	);
	assert_eq!(shown["claims"][0]["who"], client.address());
	assert_eq!(node.ask(&format!("gov slashes {by_committee}"))["evidence"], hash);
	let list = node.ask("gov slashes");
	assert_eq!(numbered(&list, "id", &applied)["review_ends"], ends);
	for line in [
		format!("operator status {}", operator.address()),
		format!("delegator status {}", delegator.address()),
	] {
		let threats = node.ask(&line)["pending_slashes"].clone();
		assert_eq!(threats.as_array().unwrap().len(), 3, "{threats}");
		let table = node.run(&line).out;
		let warns = |line: &str| {
			line.contains("100 SURE") && line.contains(&format!("under review until block {ends}"))
		};
		assert!(table.lines().any(warns), "{table}");
	}
	client.run(&format!("gov apply {applied}")).refused_with("Slashing", "StillInReview");
	client.run(&format!("gov forget {applied}")).refused_with("Slashing", "NotDecided");

	by_the_committee(node, &by_committee, &client);
	by_a_referendum(node, &by_referendum, &delegator);
	assert_eq!(reporter.held("Slashing.Report"), 50 * TOKEN);
	assert_eq!(node.ask(&format!("operator status {}", operator.address()))["stake"][0]["bonded"], "1000");

	// The third is applied by the chain, and forgotten soon after: its era can no longer be reported by then.
	let late = client.run(&format!("gov veto {applied} --dry-run"));
	assert!(
		late.err.contains("warning: at its longest, this referendum takes effect in block"),
		"{}",
		late.err
	);
	node.wait_for(ends);
	assert_eq!(node.ask(&format!("operator status {}", operator.address()))["stake"][0]["bonded"], "900");
	until("the slash is forgotten", || reporter.held("Slashing.Report") == 0);
	client.run(&format!("gov apply {applied}")).refused_with("Slashing", "SlashNotFound");
	client.run(&format!("gov veto {applied}")).refused_with("Slashing", "SlashNotFound");

	// What it took waits for those who have lost.
	let settlements = node.ask("gov settlements");
	let settlement = numbered(&settlements, "operator", &json!(operator.address()));
	assert_eq!((&settlement["own"], &settlement["delegated"]), (&json!("21"), &json!("3")));
	assert_eq!(settlement["claims"], json!([{ "who": client.address(), "amount": "5" }]));
	assert_eq!(settlement["closes_at"], ends + 70);
	let id = &settlement["id"];
	let early = client.run("client collect");
	assert_eq!(early.json(), json!({ "transactions": [] }));
	assert!(early.err.contains(&format!("settlement {id}: 5 SURE as things stand")), "{}", early.err);
	client.run(&format!("gov close-settlement {id}")).refused_with("Slashing", "StillOpen");
	client.run(&format!("gov collect {id} {}", client.address())).refused_with("Slashing", "StillOpen");
	of_a_validator(node);
	node.wait_for(ends + 70);
	owner.run(&format!("gov collect {id} {}", owner.address())).refused_with("Slashing", "ClaimNotFound");
	let free = client.free();
	let collected = client.json("client collect");
	assert_eq!(event_amount(&collected, "Compensated", "amount"), 5 * TOKEN);
	let fee = units(&collected["transactions"][0]["fee"]);
	assert_eq!(client.free(), free + 5 * TOKEN - fee);
	client.run(&format!("gov close-settlement {id}")).refused_with("Slashing", "SettlementNotFound");
}

/// Two thirds of the committee, who are Alice, Bob and Charlie.
fn by_the_committee(node: &Node, slash: &Value, stranger: &Person) {
	let (bob, charlie) = (known("Bob"), known("Charlie"));
	let veto = format!("gov committee veto {slash}");
	stranger.run(&veto).refused_with("TechnicalCommittee", "NotMember");
	let tried = bob.json(&format!("{veto} --dry-run"));
	assert_eq!(tried["call"]["args"]["calls"][0]["TechnicalCommittee"]["propose"]["threshold"], 2);
	assert_eq!(bob.json(&format!("{veto} --encode")), json!({ "call": tried["encoded"] }));
	let proposed = bob.json(&veto);
	let (motion, hash) = (&proposed["motion"], proposed["hash"].as_str().unwrap());
	let committee = node.ask("gov committee");
	assert_eq!((committee["members"].as_array().unwrap().len(), &committee["two_thirds"]), (3, &json!(2)));
	let open = numbered(&committee["motions"], "motion", motion);
	assert_eq!(open["call"], json!({ "pallet": "Slashing", "call": "veto", "args": { "slash": slash } }));
	assert_eq!((&open["ayes"], &open["threshold"]), (&json!([bob.address()]), &json!(2)));
	let table = node.run("gov committee").out;
	assert!(table.contains(&format!("Slashing.veto {{ slash: {slash} }}")), "{table}");
	charlie.run(&format!("gov committee close {motion}")).refused_with("TechnicalCommittee", "TooEarly");
	bob.run(&format!("gov committee vote {motion} --aye"))
		.refused_with("TechnicalCommittee", "DuplicateVote");
	bob.run("gov committee vote 4000000000 --aye").refused_with("TechnicalCommittee", "ProposalMissing");
	charlie.json(&format!("gov committee vote {hash} --aye"));
	let closed = charlie.json(&format!("gov committee close {motion}"));
	assert_eq!(event(&closed, "Vetoed", "slash"), slash);
	assert_eq!(event_amount(&closed, "Vetoed", "forfeited"), 50 * TOKEN);
	assert_eq!(state_of(node, slash), "vetoed");
	bob.run(&veto).refused_with("Slashing", "AlreadyDecided");
}

/// Those who hold tokens.
fn by_a_referendum(node: &Node, slash: &Value, opener: &Person) {
	let [dave, eve, ferdie] = ["Dave", "Eve", "Ferdie"].map(known);
	let veto = format!("gov veto {slash}");
	let tried = opener.json(&format!("{veto} --dry-run"));
	let calls = &tried["call"]["args"]["calls"];
	assert_eq!(calls.as_array().unwrap().len(), 2, "{calls}");
	assert_eq!(calls[0]["Referenda"]["submit"]["proposal_origin"], json!({ "Origins": "SlashVeto" }));
	assert_eq!(opener.json(&format!("{veto} --encode")), json!({ "call": tried["encoded"] }));
	let free = opener.free();
	let opened = opener.json(&veto);
	let referendum = &opened["referendum"];
	assert_eq!(event(&opened, "DecisionDepositPlaced", "index"), referendum);
	assert_eq!(free - opener.free(), 110 * TOKEN + units(&opened["fee"]));
	let in_force_by = opened["in_force_by"].as_u64().unwrap();
	assert_eq!(in_force_by, opened["block_number"].as_u64().unwrap() + 22);

	let vote = format!("gov vote {referendum} --aye --amount 4000000 --conviction");
	eve.json(&format!("{vote} 0"));
	eve.json(&format!("gov unvote {referendum}"));
	std::thread::scope(|scope| {
		for (person, conviction) in [(&dave, 1), (&eve, 0), (&ferdie, 2)] {
			let vote = &vote;
			scope.spawn(move || person.json(&format!("{vote} {conviction}")));
		}
	});
	let referenda = node.ask("gov referenda");
	let one = numbered(&referenda, "referendum", referendum);
	assert_eq!(one["call"], json!({ "pallet": "Slashing", "call": "veto", "args": { "slash": slash } }));
	assert_eq!(
		(&one["track_name"], &one["ayes"], &one["nays"], &one["approval_percent"]),
		(&json!("slash_veto"), &json!("12400000"), &json!("0"), &json!("100"))
	);
	assert_eq!(one["decision_deposit"], "100");
	let table = node.run("gov referenda").out;
	assert!(table.contains(&format!("Slashing.veto {{ slash: {slash} }}")), "{table}");
	opener.run(&format!("gov refund {referendum}")).refused_with("Referenda", "Unfinished");
	until("the referendum vetoes", || state_of(node, slash) == "vetoed");
	assert!(node.height() <= in_force_by);

	let free = opener.free();
	let refunded = opener.json(&format!("gov refund {referendum}"));
	assert_eq!(opener.free() + units(&refunded["fee"]), free + 110 * TOKEN);
	assert_ne!(eve.json("chain balance")["frozen"], "0");
	eve.json("gov unlock");
	assert_eq!(eve.json("chain balance")["frozen"], "0");
	eve.run(&format!("gov vote {referendum} --nay --amount 1"))
		.refused_with("ConvictionVoting", "NotOngoing");
}

/// Slashes of validators are cancelled by the same origin. Root slashes by hand here: an offence would take the only
/// validator that there is.
fn of_a_validator(node: &Node) {
	let (bob, charlie) = (known("Bob"), known("Charlie"));
	let era = node.ask("gov validator-slashes")["era"].clone();
	{
		let (_turn, alice) = alice();
		let slash = json!({ "call": { "Staking": { "manual_slash": {
			"validator_stash": "//Alice", "era": era, "slash_fraction": 1_000_000,
		} } } });
		alice.json(&format!("chain call Sudo sudo --args {slash}"));
	}
	let there = node.ask("gov validator-slashes")["slashes"].clone();
	let slash = &there[0];
	assert_eq!(keys(slash), ["era", "index", "nominated", "nominators", "own", "validator"]);
	assert_eq!(
		(&slash["own"], &slash["nominated"], &slash["index"]),
		(&json!("1000"), &json!("0"), &json!(0))
	);
	let applied = slash["era"].as_u64().unwrap();
	assert_eq!(applied, era.as_u64().unwrap() + 2, "deferred by an era");

	let tried = bob.json(&format!("gov veto-validator {applied} 0 --dry-run"));
	let submit = &tried["call"]["args"]["calls"][0]["Referenda"]["submit"];
	let call = hex::encode(
		[&[43, 2][..], &u32::try_from(applied).unwrap().to_le_bytes(), &[4, 0, 0, 0, 0]].concat(),
	);
	assert_eq!(submit["proposal"], json!({ "Inline": format!("0x{call}") }));
	let motion = bob.json(&format!("gov committee veto-validator {applied} 0"))["motion"].clone();
	charlie.json(&format!("gov committee vote {motion} --aye"));
	let closed = charlie.json(&format!("gov committee close {motion}"));
	assert_eq!(event(&closed, "ValidatorSlashesCancelled", "count"), 1);
	assert_eq!(node.ask("gov validator-slashes")["slashes"], json!([]));
}

fn petitioning() {
	let node = node();
	let [operator, first, second, third] =
		node.people(["petition-operator", "petition-first", "petition-second", "petition-third"]);
	let service = operator.json("operator service-create --name petitioned")["service"].clone();
	operator.operates(&service, 300);
	let terms = "--latency-ms 9 --bandwidth-kbps 9 --uptime 9 --capacity 9 --price 20/1 --bond 200";
	operator.json(&format!("operator offer --service {service} {terms}"));
	node.wait_for_offers(&service, 1);
	let subscribe =
		format!("client subscribe --operator {} --service {service} --prepaid 400", operator.address());
	let [by_first, by_second, by_third] =
		[&first, &second, &third].map(|client| client.json(&subscribe)["subscription"].clone());
	node.wait_for(node.height() + 3);

	let open = format!("client petition open --subscription {by_first} --evidence 0x{}", "05".repeat(32));
	second.run(&open).refused_with("Slashing", "WrongSubscription");
	first.run(&format!("{open} --era 4000000000")).refused_with("Slashing", "EraOutOfWindow");
	let tried = first.json(&format!("{open} --dry-run"));
	assert_eq!(first.json(&format!("{open} --encode")), json!({ "call": tried["encoded"] }));
	let petition = first.json(&open)["petition"].clone();
	assert_eq!(first.held("Slashing.Petition"), 50 * TOKEN);
	first
		.run(&format!("client petition sign {petition} --subscription {by_first}"))
		.refused_with("Slashing", "AlreadySigned");
	second.json(&format!("client petition sign {petition} --subscription {by_second}"));
	assert_eq!(second.held("Slashing.Petition"), 5 * TOKEN);
	let list = node.ask("client petition list");
	let one = numbered(&list, "id", &petition);
	assert_eq!(
		(&one["state"], &one["signers"], &one["min_signers"], &one["threshold"]),
		(&json!("open"), &json!(2), &json!(3), &json!("100"))
	);
	let passed = third.json(&format!("client petition sign {petition} --subscription {by_third}"));
	let slash = event(&passed, "PetitionPassed", "slash");
	let list = node.ask("client petition list");
	let one = numbered(&list, "id", &petition);
	assert_eq!((&one["state"], &one["slash"]), (&json!("passed"), slash));
	let shown = node.ask(&format!("gov slashes {slash}"));
	assert_eq!(
		(&shown["source"], &shown["petition"], &shown["asset"]),
		(&json!("petition"), &petition, &json!("native"))
	);
	let resolve = format!("client petition resolve {petition}");
	first.run(&resolve).refused_with("Slashing", "NotDecided");

	// It is applied by the chain. Bonds come back once the fees can no longer be counted again.
	node.wait_for(shown["review_ends"].as_u64().unwrap());
	let list = node.ask("client petition list --all");
	assert_eq!(numbered(&list, "id", &petition)["state"], "applied");
	assert_eq!(node.ask(&format!("operator status {}", operator.address()))["stake"][0]["bonded"], "0");
	first.run(&resolve).refused_with("Slashing", "FeesStillCounted");
	first.json(&format!("client cancel {by_first}"));
	let free = first.free();
	let resolved = first.json(&resolve);
	assert_eq!(event(&resolved, "SignatureResolved", "forfeited"), false);
	assert_eq!(first.free() + units(&resolved["fee"]), free + 50 * TOKEN);
	second.json(&format!("client cancel {by_second}"));
	first.json(&format!("{resolve} {}", second.address()));
	assert_eq!(second.held("Slashing.Petition"), 0);
	first.run(&resolve).refused_with("Slashing", "SignatureNotFound");
	assert_eq!(first.json("client collect"), json!({ "transactions": [] }), "a petition pays nobody");
}
