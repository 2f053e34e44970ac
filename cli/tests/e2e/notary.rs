//! Notaries and presence, by the command line alone: certified, announced, published, discovered, watched, audited.

use crate::common::{alice, at_once, event, event_amount, node, Node, Outcome, Person};
use serde_json::{json, Value};
use std::{
	io::{Read, Write},
	net::TcpListener,
	process::{Child, Command, Stdio},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread::sleep,
	time::{Duration, Instant},
};

pub(crate) const TOKEN: u128 = 1_000_000_000_000;
/// The reserved service of notaries.
pub(crate) const NOTARISATION: u32 = u32::MAX;
/// A window, its grace, and time for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until something is so.
#[track_caller]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
	let begun = Instant::now();
	while !is_so() {
		assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
		sleep(Duration::from_millis(500));
	}
}

/// A notary whose key the node has, and which certifies latency at a posted fee and destinations on quote.
pub(crate) fn notary(who: &Person, mode: &str) -> String {
	who.operates(&json!(NOTARISATION), 2_000);
	let suri = format!("{}//notary", who.suri);
	let made = who.json(&format!(
		"notary register --term latency=1+0.01 --term availability=0 --term destination=quote --renewable --mode {mode} --key-suri {suri} --insert"
	));
	assert_eq!(event(&made, "Registered", "notary"), &json!(who.address()));
	who.address()
}

/// A service with one offer that takes clients, and whose metadata says so.
pub(crate) fn offer(node: &Node, who: &Person, metadata: &Value) -> u64 {
	offer_at(node, who, metadata, "1/10")
}

/// The same, at a price.
pub(crate) fn offer_at(node: &Node, who: &Person, metadata: &Value, price: &str) -> u64 {
	let made = who.json("operator service-create --name presence --min-bond 100 --stateless");
	let service = made["service"].as_u64().unwrap();
	who.operates(&made["service"], 200);
	let said = node.dir.join(format!("offer-{service}.json"));
	std::fs::write(&said, metadata.to_string()).unwrap();
	who.json(&format!(
		"operator offer --service {service} --latency-ms 50 --bandwidth-kbps 1000 --uptime 99 --capacity 5 --price {price} --bond 100 --metadata @{}",
		said.display()
	));
	node.wait_for_offers(&made["service"], 1);
	service
}

/// The key with which an operator announces.
pub(crate) fn presence_key(who: &Person) -> String {
	format!("{}//presence", who.suri)
}

/// Has an offer attested; gives the slot.
pub(crate) fn attested(notary: &Person, operator: &Person, service: u64, claim: &str) -> u64 {
	let key = presence_key(operator);
	let to = notary.address();
	let asked = operator.json(&format!(
		"operator attest --notary {to} --service {service} --claim {claim} --windows 50 --presence-suri {key} --no-wait"
	));
	let request = asked["request"].as_u64().unwrap();
	let open = notary.json("notary requests");
	assert!(
		open.as_array().unwrap().iter().any(|one| one["id"] == request && one["status"] == "paid"),
		"{open}"
	);
	notary.json(&format!("notary attest {request}"))["slot"].as_u64().unwrap()
}

pub(crate) fn announce(who: &Person, file: &str) -> Value {
	let receipts = node().dir.join(file);
	who.json(&format!(
		"operator announce --once --presence-suri {} --receipts {}",
		presence_key(who),
		receipts.display()
	))
}

/// What a client with nothing but the node's address finds of a service.
fn discover(service: u64, notary: &str) -> Outcome {
	let kept = node().dir.join(format!("snapshots-{service}.redb"));
	let line = format!(
		"--json client discover --service {service} --notary {notary} --claim latency<=50 --snapshots {}",
		kept.display()
	);
	node().run(&line)
}

fn finds(service: u64, notary: &str, operator: &str) -> bool {
	let found = discover(service, notary);
	let Ok(found) = serde_json::from_str::<Value>(&found.out) else { return false };
	found["offers"].as_array().unwrap().iter().any(|offer| offer["operator"] == operator)
}

#[test]
fn notaries_should_do_what_they_say_when_the_command_line_drives_them() {
	at_once(&[
		who_announces_is_found_until_it_stops,
		who_is_revoked_is_gone_at_once,
		a_quote_is_accepted_and_a_refusal_says_why,
		who_becomes_slow_is_revoked_by_the_watch,
		who_does_not_publish_is_reported_and_met_on_chain,
		who_names_no_notary_hears_those_that_the_chain_trusts,
	]);
}

fn who_names_no_notary_hears_those_that_the_chain_trusts() {
	let node = node();
	let [keeper, operator] = node.people(["trusted-notary", "trusted-operator"]);
	let trusted = notary(&keeper, "mixed");
	let service = offer(node, &operator, &json!({}));
	attested(&keeper, &operator, service, "latency=50");
	let kept = node.dir.join("trusted.redb");
	let discover = |more: &str| {
		node.run(&format!("--json client discover --service {service} --snapshots {} {more}", kept.display()))
	};
	let trust = |notaries: &[&str]| {
		let call = json!({ "call": { "Notary": { "set_trusted": { "notaries": notaries } } } });
		let (_turn, alice) = alice();
		let done = alice.json(&format!("chain call Sudo sudo --args {call}"));
		let result = event(&done, "Sudid", "sudo_result");
		assert!(result.to_string().contains("Ok"), "{result}");
	};

	// The well-known accounts, of which none has become a notary.
	let nobody = discover("");
	assert!(
		nobody.refusal().contains("none of those that this chain trusts is a notary now"),
		"{}",
		nobody.err
	);
	trust(&[&trusted]);
	let listed = node.ask("notary list");
	let marked = listed.as_array().unwrap().iter().filter(|one| one["trusted"] == true);
	assert_eq!(marked.map(|one| &one["notary"]).collect::<Vec<_>>(), [&json!(trusted)]);
	wait_until("an announcement that is found", || {
		announce(&operator, "trusted.redb");
		let found = discover("");
		found.code == Some(0) && found.out.contains(&operator.address())
	});
	let found = discover("").json();
	let heard: Vec<_> = found["notaries"].as_array().unwrap().iter().map(|one| &one["notary"]).collect();
	assert_eq!(heard, [&json!(trusted)]);
	let recommend = format!(
		"client recommend --service {service} --snapshots {} --db {}",
		kept.display(),
		node.dir.join("no-experience.redb").display()
	);
	let recommended = node.ask(&recommend);
	assert_eq!(recommended["present_by"][0]["notary"], trusted);

	trust(&[]);
	for refused in [discover(""), node.run(&recommend)] {
		assert!(
			refused.refusal().contains("trusts no notary by itself: say whose word counts"),
			"{}",
			refused.err
		);
	}
	let all = discover("--any-notary").json();
	assert!(all["notaries"].as_array().unwrap().iter().any(|one| one["notary"] == trusted));
	assert!(discover(&format!("--notary {trusted}")).code == Some(0));
}

fn who_announces_is_found_until_it_stops() {
	let node = node();
	let [keeper, operator, asker] = node.people(["presence-notary", "presence-operator", "presence-asker"]);
	let notary_address = notary(&keeper, "mixed");
	let service = offer(node, &operator, &json!({ "endpoints": ["https://storage.example:8443"] }));
	let me = operator.address();
	let free = operator.free();
	let slot = attested(&keeper, &operator, service, "latency=50");
	assert!(free - operator.free() > TOKEN, "the fee was held");
	let mine = operator.json("operator attestations");
	assert_eq!(mine["attestations"][0]["slot"], slot);
	assert_eq!(mine["attestations"][0]["claims"][0], json!({ "kind": "latency", "ms": 50 }));

	// Nobody is taken for absent before anything was published.
	let early = discover(service, &notary_address);
	assert!(early.code == Some(1) || !finds(service, &notary_address, &me), "{}", early.out);

	wait_until("an announcement that is found", || {
		let done = announce(&operator, "presence.redb");
		assert_eq!(done["on_chain"], 0);
		finds(service, &notary_address, &me)
	});
	let found = discover(service, &notary_address).json();
	let offer = &found["offers"][0];
	assert_eq!(offer["operator"], me);
	assert_eq!(offer["endpoints"], json!(["https://storage.example:8443"]));
	assert_eq!(offer["by"][0]["notary"], notary_address);
	// The notary's signature vouches for it, until the chain does.
	let by = &found["notaries"][0]["by"];
	assert!(by == "chain" || by == "signature", "{by}");
	// Another claim than was certified finds nobody.
	let fast = node.run(&format!(
		"--json client discover --service {service} --notary {notary_address} --claim latency<=49 --snapshots {}",
		node.dir.join("fast.redb").display()
	));
	assert_eq!(fast.json()["offers"], json!([]));
	let picked = node.ask(&format!(
		"client recommend --service {service} --notary {notary_address} --snapshots {} --db {}",
		node.dir.join("recommend.redb").display(),
		node.dir.join("no-experience.redb").display()
	));
	assert_eq!(picked["recommended"][0]["operator"], me);

	// What was published can be asked for, and is shown by who has it.
	let window = &found["notaries"][0]["window"];
	asker.json(&format!("notary audit {notary_address} --demand {window} --slot {slot}"));
	asker.json(&format!("notary audit {notary_address} --demand {window}"));
	assert_eq!(keeper.json("notary audit").as_array().unwrap().len(), 2);
	let answered = keeper.json("notary audit --answer").to_string();
	assert_eq!(answered.matches("\"Answered\"").count(), 2, "{answered}");
	assert_eq!(keeper.json("notary audit"), json!([]));

	// It says no more that it is there.
	wait_until("who stops announcing is gone", || {
		let found = discover(service, &notary_address);
		found.code == Some(0) && !finds(service, &notary_address, &me)
	});

	let audit = node.ask(&format!("notary audit {notary_address} --windows 5"));
	assert_eq!(audit["faults"], 0, "{audit}");
	let log = node.ask(&format!("notary log {notary_address} --blocks 150"));
	assert_eq!(log["agrees"], true);
	let published = keeper.json("notary publish --windows 3");
	assert!(published.as_array().unwrap().iter().any(|one| one["state"] == "on chain"), "{published}");
	let paid = keeper.json("notary collect");
	assert!(event_amount(&paid, "Collected", "amount") > 0);
	operator.json(&format!(
		"operator renew --notary {notary_address} --service {service} --windows 5 --max-fee 1"
	));
	operator.json(&format!("operator resign --notary {notary_address} --service {service}"));
	assert_eq!(operator.json("operator attestations")["attestations"], json!([]));
}

fn who_is_revoked_is_gone_at_once() {
	let node = node();
	let [keeper, operator] = node.people(["revoke-notary", "revoke-operator"]);
	let notary_address = notary(&keeper, "strict");
	let service = offer(node, &operator, &json!({}));
	let slot = attested(&keeper, &operator, service, "latency=50");
	let me = operator.address();
	wait_until("an announcement that is found", || {
		announce(&operator, "revoke.redb");
		finds(service, &notary_address, &me)
	});
	let gone = keeper.json(&format!("notary revoke {slot} --reason too-slow"));
	assert_eq!(event(&gone, "Ended", "end"), &json!({ "Revoked": "TooSlow" }));
	assert!(!finds(service, &notary_address, &me));
	keeper
		.run(&format!("notary revoke {slot} --reason too-slow"))
		.refused_with("Notary", "AttestationNotFound");
	let left = keeper.json("notary leave");
	assert_eq!(left["left"], false);
	assert_eq!(node.ask(&format!("notary status {notary_address}"))["leaving"], true);
}

fn a_quote_is_accepted_and_a_refusal_says_why() {
	let node = node();
	let [keeper, operator] = node.people(["quote-notary", "quote-operator"]);
	let notary_address = notary(&keeper, "link");
	let service = offer(node, &operator, &json!({}));
	let ask = |claim: &str, more: &str| {
		format!(
			"operator attest --notary {notary_address} --service {service} --claim {claim} --windows 2 --max-fee 5 {more} --presence-suri {}",
			presence_key(&operator)
		)
	};
	let request = || {
		let open = keeper.json("notary requests");
		open.as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).next_back()
	};
	std::thread::scope(|scope| {
		let waiting = scope.spawn(|| operator.json(&ask("destination=video.example", "--accept-quote")));
		wait_until("a request", || request().is_some());
		let id = request().unwrap();
		keeper.json(&format!("notary quote {id} --issue 2 --watch 0.5"));
		wait_until("a payment", || keeper.json("notary requests")[0]["status"] == "paid");
		keeper.json(&format!("notary attest {id}"));
		assert_eq!(waiting.join().unwrap()["request"], id);
	});
	operator.json(&format!("operator resign --notary {notary_address} --service {service}"));
	std::thread::scope(|scope| {
		let waiting = scope.spawn(|| operator.run(&ask("latency=10", "")));
		wait_until("a request", || request().is_some());
		keeper.json(&format!("notary refuse {} --reason claim-failed", request().unwrap()));
		assert!(waiting.join().unwrap().refusal().ends_with("claim-failed"));
	});
	let beyond = operator.run(&ask("geography=LT", ""));
	beyond.refused_with("Notary", "ClaimNotCertified");
}

fn who_does_not_publish_is_reported_and_met_on_chain() {
	let node = node();
	let [keeper, operator, reporter] = node.people(["missed-notary", "missed-operator", "missed-reporter"]);
	keeper.operates(&json!(NOTARISATION), 2_000);
	// The node does not get its key: nobody publishes, and nobody takes announcements.
	let suri = format!("{}//notary", keeper.suri);
	keeper.json(&format!("notary register --term latency=0 --mode mixed --key-suri {suri}"));
	let service = offer(node, &operator, &json!({}));
	attested(&keeper, &operator, service, "latency=50");
	let told = operator.json(&format!(
		"operator announce --once --on-chain-after 1 --presence-suri {} --receipts {}",
		presence_key(&operator),
		node.dir.join("missed.redb").display()
	));
	assert_eq!((&told["receipts"], &told["on_chain"]), (&json!(0), &json!(1)));
	let audit = format!("notary audit {} --windows 3", keeper.address());
	wait_until("a window that was missed", || node.ask(&audit)["faults"].as_u64() > Some(0));
	wait_until("a report", || reporter.run(&format!("{audit} --report")).out.contains("\"FaultReported\""));
	let refused = discover(service, &keeper.address());
	assert!(refused.refusal().contains("nothing is known of who is online"), "{}", refused.err);
}

/// A server that answers at once, or, once it is told to, too late.
fn server(slow: Arc<AtomicBool>) -> String {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	std::thread::spawn(move || {
		for stream in listener.incoming() {
			let (Ok(mut stream), slow) = (stream, slow.clone()) else { continue };
			std::thread::spawn(move || {
				let mut request = [0; 2_048];
				let _ = stream.read(&mut request);
				if slow.load(Ordering::Relaxed) {
					sleep(Duration::from_millis(2_500));
				}
				let _ =
					stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
			});
		}
	});
	url
}

/// A command that runs until it is told to stop, or the test is over.
pub(crate) struct Running(Child);

impl Drop for Running {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

impl Running {
	pub(crate) fn start(who: &Person, line: &str) -> Self {
		let mut command = Command::new(env!("CARGO_BIN_EXE_surety"));
		command
			.args(line.split_whitespace())
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(Stdio::null());
		command.env("SURETY_URL", &node().url).env("SURETY_SURI", &who.suri);
		Self(command.spawn().expect("the program runs"))
	}

	/// Asks it to stop; it does so cleanly.
	pub(crate) fn stop(&mut self) {
		let told = Command::new("kill").arg("-TERM").arg(self.0.id().to_string()).status().unwrap();
		assert!(told.success());
		assert!(self.0.wait().unwrap().success(), "a clean end");
	}
}

fn who_becomes_slow_is_revoked_by_the_watch() {
	let node = node();
	let [keeper, operator] = node.people(["watch-notary", "watch-operator"]);
	let notary_address = notary(&keeper, "mixed");
	let slow = Arc::new(AtomicBool::new(false));
	let service = offer(node, &operator, &json!({ "endpoints": [server(slow.clone())] }));
	attested(&keeper, &operator, service, "latency=1500");
	let state = node.dir.join("watch.json");
	let config = node.dir.join("watch.toml");
	let line = format!("notary watch --config {} --grace 5", config.display());
	std::fs::write(&config, "evry = 1\n").unwrap();
	let misspelt = keeper.run(&line);
	assert!(misspelt.code == Some(2) && misspelt.err.contains("unknown field `evry`"), "{}", misspelt.err);
	// The command line goes before what the file says of the time of grace.
	let said =
		format!("every = 1\ngrace = 600\nprobes = 3\nanywhere = true\nstate = \"{}\"\n", state.display());
	std::fs::write(&config, said).unwrap();
	let mut watch = Running::start(&keeper, &format!("--wait included {line}"));
	let attestations = || operator.json("operator attestations")["attestations"].as_array().unwrap().len();
	sleep(Duration::from_secs(15));
	assert_eq!(attestations(), 1, "who is fast stays");
	slow.store(true, Ordering::Relaxed);
	wait_until("who is slow is revoked", || attestations() == 0);
	watch.stop();
	assert!(state.is_file());
	let log = node.ask(&format!("notary log {notary_address} --blocks 150"));
	let last = log["list"].as_array().unwrap().last().unwrap().clone();
	assert_eq!((&last["what"], &last["end"]), (&json!("ended"), &json!("revoked: too-late")));
}
