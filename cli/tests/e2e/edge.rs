//! The network of edges by the command line alone: the paper's six nodes (S3 §5), one of which is cut off edge by edge, pays
//! for it as S3 §3.1 has it, and comes back.

use crate::common::{event, event_amount, node, units, Outcome, Person};
use serde_json::{json, Value};
use std::{
	path::PathBuf,
	thread::sleep,
	time::{Duration, Instant},
};

const TOKEN: u128 = 1_000_000_000_000;
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until something is so.
#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
	let begun = Instant::now();
	while !is_so() {
		assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
		sleep(Duration::from_millis(400));
	}
}

/// Somebody with a node.
struct Peer {
	who: Person,
	name: &'static str,
	node: u64,
}

impl Peer {
	fn register(who: &Person, name: &'static str, stake: u32) -> Self {
		let key = edge_key(who);
		let made = who.json(&format!("edge node register --stake {stake} {key}"));
		assert_eq!(event(&made, "Registered", "stake"), &json!((u128::from(stake) * TOKEN).to_string()));
		Self { who: who.clone(), name, node: made["node"].as_u64().expect("a number") }
	}

	fn json(&self, line: &str) -> Value {
		self.who.json(line)
	}

	/// All that is its own, on hold or not, in smallest units.
	fn worth(&self) -> u128 {
		let balance = self.json("chain balance");
		units(&balance["free"]) + units(&balance["held"])
	}

	fn file(&self, name: &str) -> PathBuf {
		node().dir.join(format!("{}-{name}", self.name.to_lowercase()))
	}

	/// Files and the key, as the commands take them.
	fn kept(&self) -> String {
		format!("--vouchers {}", self.file("vouchers.json").display())
	}

	/// Has its watchtower look once.
	fn watch(&self, more: &str) -> Value {
		let state = self.file("watch.json");
		self.json(&format!("edge watch --once {} --state {} {more}", self.kept(), state.display()))
	}

	/// Proposes an edge; gives its number.
	fn propose(&self, to: &Peer, latency_ms: u32) -> u64 {
		let proposed = self.json(&format!(
			"edge open --to {} --latency-ms {latency_ms} --bandwidth-kbps 1000 --base-price 0.01 --byte-price 0.00001 --deposit 20 --other-deposit 20",
			to.node
		));
		proposed["edge"].as_u64().expect("a number")
	}

	fn shown(&self) -> Value {
		node().ask(&format!("edge node show {}", self.node))
	}
}

fn edge_key(who: &Person) -> String {
	format!("--edge-suri {}//node", who.suri)
}

/// The names of all, for a map.
fn names(peers: &[&Peer]) -> String {
	peers.iter().map(|peer| format!("--name {}={} ", peer.node, peer.name)).collect()
}

/// A map as text and as a picture.
fn map(peers: &[&Peer], file: &str) -> (String, String) {
	let path = node().dir.join(file);
	let drawn: Outcome = node().run(&format!("edge map --svg {} {}", path.display(), names(peers)));
	assert_eq!(drawn.code, Some(0), "{}", drawn.err);
	let svg = std::fs::read_to_string(path).expect("a picture");
	for event in xml::EventReader::from_str(&svg) {
		event.expect("valid XML");
	}
	(drawn.out, svg)
}

/// What somebody has paid in fees for what a watchtower did.
fn fees(watched: &Value) -> u128 {
	watched["transactions"].as_array().expect("a list").iter().map(|one| units(&one["fee"])).sum()
}

#[track_caller]
fn did(watched: &Value, what: &str) -> bool {
	let did = watched["did"].as_array().unwrap_or_else(|| panic!("no list in {watched}"));
	did.iter().any(|one| one.as_str().is_some_and(|one| one.starts_with(what)))
}

#[test]
fn a_node_should_be_cut_off_pay_for_it_and_rejoin_when_the_command_line_drives_the_network() {
	let node = node();
	let [alex, alice, bob, carol, eve, dave] =
		node.people(["edge-alex", "edge-alice", "edge-bob", "edge-carol", "edge-eve", "edge-dave"]);

	// The first one's component is the main one.
	let bob = Peer::register(&bob, "Bob", 500);
	let [alex, alice, carol, eve, dave] = std::thread::scope(|scope| {
		let all = [
			(&alex, "Alex", 500),
			(&alice, "Alice", 500),
			(&carol, "Carol", 500),
			(&eve, "Eve", 100),
			(&dave, "Dave", 300),
		];
		all.map(|(who, name, stake)| scope.spawn(move || Peer::register(who, name, stake)))
			.map(|registered| registered.join().expect("registered"))
	});
	assert_eq!(eve.who.held("Topology.Stake"), 100 * TOKEN);
	alex.who.run("edge node register --stake 100").refused_with("Topology", "AlreadyRegistered");
	assert_eq!((&bob.shown()["standing"], &eve.shown()["standing"]), (&json!("main"), &json!("apart")));

	// Alex –100– Alice –200– Bob –100– Carol, Bob –100– Eve –100– Dave.
	let proposed = std::thread::scope(|scope| {
		[
			(&alex, &alice, 100),
			(&alice, &bob, 200),
			(&carol, &bob, 100),
			(&bob, &eve, 100),
			(&eve, &dave, 100),
		]
		.map(|(from, to, latency_ms)| scope.spawn(move || (from.propose(to, latency_ms), to)))
		.map(|proposed| proposed.join().expect("proposed"))
	});
	assert_eq!(bob.json("edge proposals").as_array().expect("a list").len(), 3);
	std::thread::scope(|scope| {
		for acceptor in [&alice, &bob, &eve, &dave] {
			let own = proposed.iter().filter(|(_, to)| to.node == acceptor.node);
			let own: Vec<u64> = own.map(|(edge, _)| *edge).collect();
			scope.spawn(move || {
				for edge in own {
					assert_eq!(acceptor.json(&format!("edge accept {edge}"))["edge"], edge);
				}
			});
		}
	});
	let [alex_alice, _, _, bob_eve, eve_dave] = proposed.map(|(edge, _)| edge);
	let peers = [&alex, &alice, &bob, &carol, &eve, &dave];
	bob.json(&format!("edge centre stand-in {}", bob.node));
	assert_eq!(node.ask("edge centre show")["node"], bob.node);

	// Stake counts after its delay, once somebody says so.
	let rises = |peer: &&Peer| peer.shown()["rises"]["at"].as_u64().expect("a block");
	let from = peers.iter().map(rises).max().expect("six");
	node.wait_for(from);
	let all: String = peers.iter().map(|peer| format!("{} ", peer.node)).collect();
	carol.json(&format!("edge node refresh {all}"));
	assert_eq!(eve.shown()["in_component"]["weight"], "2400");

	terms_and_routes(&alex, &alice, &carol, alex_alice);

	// Eve pays Bob along their edge.
	let slip = eve.json(&format!(
		"edge vouchers sign --edge {bob_eve} --amount 1.5 {} {}",
		edge_key(&eve.who),
		eve.kept()
	));
	let slip = slip["voucher"].as_str().expect("a voucher");
	let checked = node.ask(&format!("edge vouchers verify {slip}"));
	assert_eq!(
		(&checked["payee"], &checked["paid"], &checked["covered"]),
		(&json!(bob.who.address()), &json!("1.5"), &json!(true))
	);
	// Deposits count once they are final.
	let mut taken = Value::Null;
	wait_until("a voucher that is taken", || {
		let outcome = bob.who.run(&format!("edge vouchers take {slip} {}", bob.kept()));
		if outcome.code == Some(0) {
			taken = outcome.json();
		}
		outcome.code == Some(0)
	});
	assert_eq!(taken["gained"], "1.5");
	assert!(eve
		.who
		.run(&format!("edge vouchers take {slip} {}", eve.kept()))
		.refusal()
		.contains("you have signed"));

	let (text, svg) = map(&peers, "before.svg");
	assert!(text.contains("main component: 6 nodes\n") && text.contains("Bob  500 SURE, centre"), "{text}");
	assert!(!text.contains("cut off") && !text.contains("severed"), "{text}");
	assert_eq!(svg.matches("<g class=\"node main").count(), 6);
	assert_eq!(svg.matches("class=\"edge open\"").count(), 5);

	// Dave has another way first, by Carol's standing offer.
	carol.json(
		"edge offer make --edges 2 --deposit 5 --min-deposit 1 --min-latency-ms 10 --max-latency-ms 500 --max-bandwidth-kbps 5000 --max-penalty 20",
	);
	let to_carol = |latency_ms: u32| {
		dave.who.run(&format!(
			"edge open --to {} --by-offer --latency-ms {latency_ms} --bandwidth-kbps 1000 --base-price 0.01 --deposit 5",
			carol.node
		))
	};
	to_carol(9).refused_with("Topology", "NotOffered");
	let dave_carol = to_carol(50).json()["edge"].as_u64().expect("a number");

	let [before_alex, _, before_bob, _, before_eve, before_dave] = peers.map(Peer::worth);

	// Eve does not answer. Dave gives away its intent, and Alex hands it in: a way round shows that nobody is cut off.
	let intent = dave.file("intent");
	dave.json(&format!("edge intent sign {eve_dave} --out {} {}", intent.display(), edge_key(&dave.who)));
	let verified = node.ask(&format!("edge intent verify {}", intent.display()));
	assert_eq!((&verified["account"], &verified["counts"]), (&json!(dave.who.address()), &json!(true)));
	let severed = alex.json(&format!("edge sever {eve_dave} --intent {}", intent.display()));
	assert_eq!(event(&severed, "Severed", "finding"), "Connected");
	assert_eq!(event_amount(&severed, "Severed", "reward"), TOKEN / 2);
	assert_eq!(event_amount(&severed, "Severed", "burned"), 4 * TOKEN);
	assert_eq!(alex.worth() + units(&severed["fee"]), before_alex + TOKEN / 2);
	assert_eq!(node.ask(&format!("edge intent verify {}", intent.display()))["counts"], false);

	// Bob severs the last one, and says nothing of the network.
	let severed = bob.json(&format!("edge sever {bob_eve} --evidence none {}", edge_key(&bob.who)));
	assert_eq!(event(&severed, "Severed", "finding"), "Undecided");
	let mut fees_bob = units(&severed["fee"]);
	let block = severed["block_number"].as_u64().expect("a height");

	// Its watchtower hands in Eve's voucher at once, and only once.
	let handed_in = bob.watch("");
	assert!(did(&handed_in, "hand in a voucher"), "{handed_in}");
	assert_eq!(event(&handed_in, "HandedIn", "claim")["paid"], json!((3 * TOKEN / 2).to_string()));
	fees_bob += fees(&handed_in);
	// When the end of the edge is final it shows the cut.
	wait_until("finality", || node.ask("chain status")["finalized_number"].as_u64() >= Some(block));
	let mut shown = handed_in;
	wait_until("a cut that is shown", || {
		if !did(&shown, "show the cut") {
			shown = bob.watch("");
			assert!(!did(&shown, "hand in"), "twice in a row: {shown}");
			fees_bob += fees(&shown);
		}
		did(&shown, "show the cut")
	});
	assert_eq!(event(&shown, "CutOff", "nodes"), 1);
	let liable_from = event(&shown, "CutOff", "liable_from").as_u64().expect("a height");
	let told = eve.shown();
	let cut = &told["in_component"]["cut_off"];
	assert_eq!(
		(&cut["liable_from"], &cut["review_ends"]),
		(&json!(liable_from), &Value::Null),
		"no review: it is small"
	);

	let (text, svg) = map(&peers, "after.svg");
	assert!(text.contains("main component: 5 nodes\n") && text.contains("cut off as of block "), "{text}");
	assert!(
		text.contains(&format!(
			"{bob_eve}: [{}] Bob - - [{}] Eve  severed in block {block}",
			bob.node, eve.node
		)),
		"{text}"
	);
	assert!(svg.contains(&format!("<g class=\"node cut-off\" id=\"node-{}\">", eve.node)), "{svg}");
	assert_eq!(svg.matches("class=\"edge severed\"").count(), 2);

	// Eve is told, and can do nothing without an edge; nobody is liable yet.
	let told = eve.watch("--rejoin");
	assert!(told["warning"].as_str().is_some_and(|text| text.contains("WAS CUT OFF")), "{told}");
	assert!(!did(&told, "rejoin"), "{told}");
	let fees_eve = fees(&told);
	carol.who.run(&format!("edge punish {}", eve.node)).refused_with("Topology", "TooEarly");

	// Then its share, and the penalties of both neighbours, are claimed from it.
	node.wait_for(liable_from);
	let claimed = bob.watch("");
	assert!(did(&claimed, "claim the share") && did(&claimed, "settle edge"), "{claimed}");
	assert_eq!(claimed["failures"], json!([]));
	assert_eq!(event_amount(&claimed, "Punished", "lost"), 5 * TOKEN);
	assert_eq!(event_amount(&claimed, "Punished", "burned"), TOKEN);
	assert_eq!(event_amount(&claimed, "Punished", "rewarded"), TOKEN);
	assert_eq!(event_amount(&claimed, "Settled", "made_good"), 8 * TOKEN);
	fees_bob += fees(&claimed);
	let settled = dave.watch("");
	assert!(did(&settled, "settle edge") && !did(&settled, "claim the share"), "{settled}");
	assert_eq!(event_amount(&settled, "Settled", "made_good"), 8 * TOKEN);

	fees_bob += settles_its_channels(&bob);
	let fees_dave = fees(&settled) + settles_its_channels(&dave);
	// To the unit: Eve bears both penalties whole, a twentieth of its stake, and what it had paid.
	assert_eq!(before_eve - eve.worth(), 20 * TOKEN + 20 * TOKEN + 5 * TOKEN + 3 * TOKEN / 2 + fees_eve);
	// Dave has lost what burned of its half.
	assert_eq!(before_dave - dave.worth(), 2 * TOKEN + fees_dave);
	// So has Bob, who was paid for the intent, for the certificate and for the claim, and has Eve's voucher.
	assert_eq!(bob.worth() + 2 * TOKEN + fees_bob, before_bob + TOKEN / 2 + TOKEN + 3 * TOKEN / 2);

	comes_back(&eve, &bob, &peers);
	a_close_that_cuts_off(&dave, &carol, dave_carol, &to_carol);
}

/// Other terms by agreement, and routes by what is promised.
fn terms_and_routes(alex: &Peer, alice: &Peer, carol: &Peer, edge: u64) {
	alex.json(&format!("edge reprice {edge} --latency-ms 90"));
	alex.who.run(&format!("edge reprice {edge} --accept")).refused_with("Topology", "TermsNotProposed");
	alice.json(&format!("edge reprice {edge} --accept"));
	let shown = node().ask(&format!("edge show {edge}"));
	assert_eq!((&shown["terms"]["latency_ms"], &shown["terms"]["base_price"]), (&json!(90), &json!("0.01")));
	assert_eq!(shown["sever_cost"], json!({ "half": "10", "burned": "2", "reward": "0.5" }));
	let route = |more: &str| {
		node().run(&format!("--json edge route --from {} --to {} --bytes 1000 {more}", alex.node, carol.node))
	};
	let found = route("").json();
	assert_eq!(found["routes"][0]["latency_ms"], 390);
	assert_eq!(found["routes"][0]["price"], "0.06");
	assert!(route("--max-latency-ms 389").refusal().contains("no route"));
}

/// Has the channels of somebody's edges that have ended settled by its watchtower, once their windows are over; gives the fees.
fn settles_its_channels(peer: &Peer) -> u128 {
	let mut paid = 0;
	wait_until("channels that are settled", || {
		paid += fees(&peer.watch(""));
		let edges = node().ask(&format!("edge list {} --ended", peer.node));
		let ended = edges.as_array().expect("a list").iter().filter(|edge| !edge["closed_at"].is_null());
		let mut shown = ended.map(|edge| node().ask(&format!("edge show {}", edge["edge"])));
		shown.all(|edge| edge["live_channel"].is_null())
	});
	paid
}

/// Who has paid for everything opens an edge, and is in the main component again.
fn comes_back(eve: &Peer, bob: &Peer, peers: &[&Peer; 6]) {
	let edge = eve.propose(bob, 100);
	bob.json(&format!("edge accept {edge}"));
	assert!(eve.shown()["standing"].as_str().is_some_and(|standing| standing.starts_with("cut off")));
	let back = eve.json("edge rejoin");
	assert_eq!(event(&back, "Rejoined", "node"), eve.node);
	let (text, svg) = map(peers, "rejoined.svg");
	assert!(text.contains("main component: 6 nodes\n") && !text.contains("cut off"), "{text}");
	assert_eq!(svg.matches("<g class=\"node main").count(), 6);
	assert_eq!(svg.matches("class=\"edge severed\"").count(), 2, "they are remembered");
	bob.who.run(&format!("edge punish {}", eve.node)).refused_with("Topology", "NotCutOff");
}

/// An amicable close is free, even if it cuts somebody off who comes back in time: by its watchtower.
fn a_close_that_cuts_off(dave: &Peer, carol: &Peer, edge: u64, open: &dyn Fn(u32) -> Outcome) {
	let held = dave.who.held("Topology.Penalty");
	let closed = dave.json(&format!("edge close {edge} --wait-until-done"));
	assert_eq!(event(&closed, "Closed", "finding"), "Cut");
	assert_eq!(held - dave.who.held("Topology.Penalty"), 20 * TOKEN);
	let stake = dave.who.held("Topology.Stake");
	assert_eq!(open(50).code, Some(0), "the second of the offer");
	assert_eq!(node().ask(&format!("edge offer show {}", carol.node)), Value::Null, "it is used up");
	wait_until("a watchtower that rejoins", || did(&dave.watch("--rejoin"), "rejoin after cut"));
	assert_eq!(dave.shown()["standing"], "main");
	assert_eq!(dave.who.held("Topology.Stake"), stake);
}
