//! Notaries that do wrong, played by the test with their own keys: what they do is found by the command line, and becomes a
//! slash that is under review. What only looks like a fault is none, as the command line says and the chain.

use crate::{
	common::{at_once, event, node, Node, Person},
	notary::{attested, offer, presence_key, wait_until, Running, NOTARISATION},
};
use clap::Parser;
use codec::Encode;
use serde_json::{json, Value};
use std::{
	collections::BTreeMap,
	io::{Read, Write},
	net::TcpListener,
	path::PathBuf,
	sync::{Arc, Mutex},
};
use subxt_signer::sr25519::Keypair;
use surety_cli::{
	chain::{call::Call, submit::submit, At, Chain},
	cli::{Cli, Ctx},
	keys::from_suri,
	output::hex,
	presence::receipts::{Kept, Proof, Receipts},
};
use surety_presence::{
	message::{Announcement, Receipt, Signed, SignedCommitment},
	publication::publish,
	Context, SlotSet,
};
use surety_primitives::{api::WindowStatus, notary::Window, AccountId};
use tokio::runtime::Runtime;

#[test]
fn what_notaries_do_wrong_should_become_slashes_when_the_command_line_reports_it() {
	at_once(&[
		who_is_left_out_reports_it_and_who_was_revoked_in_between_cannot,
		who_commits_twice_or_withholds_the_bytes_is_found_out,
	]);
}

/// What a web server has, by path.
type Pages = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A web server that has these pages and no others.
fn web_server(pages: Pages) -> String {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	std::thread::spawn(move || {
		for stream in listener.incoming() {
			let (Ok(mut stream), pages) = (stream, pages.clone()) else { continue };
			std::thread::spawn(move || {
				let mut request = [0; 2_048];
				let read = stream.read(&mut request).unwrap_or_default();
				let request = String::from_utf8_lossy(&request[..read]).into_owned();
				let path = request.split_whitespace().nth(1).unwrap_or_default();
				let found = pages.lock().unwrap().get(path).cloned();
				let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
				let body = found.unwrap_or_default();
				let head = format!(
					"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
					body.len()
				);
				let _ = stream.write_all(&[head.as_bytes(), &body].concat());
			});
		}
	});
	url
}

/// A notary whose key no node has: what is signed with it is signed here.
struct Rogue {
	person: Person,
	address: String,
	account: AccountId,
	key: Keypair,
	pages: Pages,
	chain: Chain,
	ctx: Ctx,
	runtime: Runtime,
}

impl Rogue {
	fn register(node: &Node, person: Person, mode: &str) -> Self {
		person.operates(&json!(NOTARISATION), 2_000);
		let pages = Pages::default();
		let link = web_server(pages.clone());
		let suri = format!("{}//notary", person.suri);
		person
			.json(&format!("notary register --term latency=0 --mode {mode} --link {link} --key-suri {suri}"));
		let line = ["surety", "--url", &node.url, "--suri", &person.suri, "--wait", "included"];
		let options = Cli::parse_from(line.into_iter().chain(["chain", "status"])).options;
		let runtime = Runtime::new().unwrap();
		let ctx = Ctx::new(options);
		Self {
			address: person.address(),
			account: ctx.signer().unwrap(),
			key: from_suri(&suri).unwrap(),
			chain: runtime.block_on(ctx.chain()).unwrap(),
			person,
			pages,
			ctx,
			runtime,
		}
	}

	fn best(&self) -> At {
		self.runtime.block_on(self.chain.best()).unwrap()
	}

	fn window(&self) -> WindowStatus {
		self.runtime.block_on(self.chain.presence_window(&self.best())).unwrap()
	}

	/// Waits until a window has only just begun.
	fn fresh_window(&self) -> WindowStatus {
		self.wait_for(self.window().end);
		self.window()
	}

	fn wait_for(&self, block: u32) {
		self.runtime.block_on(self.chain.wait_for(block)).unwrap();
	}

	/// The receipt for an announcement in a window, by who has the slot now.
	fn receipt(&self, slot: u32, window: Window) -> Kept {
		let at = self.best();
		let attestation = self.chain.attestation(&at, &self.account, slot);
		let attestation = self.runtime.block_on(attestation).unwrap().expect("an attestation");
		let announcement = Announcement {
			genesis: self.chain.api.genesis_hash().0,
			notary: self.account.clone().into(),
			slot,
			generation: attestation.generation,
			window,
		};
		let signature = self.key.sign(&Receipt { announcement }.payload()).0;
		Kept { announcement, proof: Proof::Receipt(signature), checked: false }
	}

	/// A publication of a window at a block, and the signed commitment to it.
	fn publication(&self, window: Window, base_block: u32, present: &[u32]) -> (Vec<u8>, SignedCommitment) {
		let info = self.runtime.block_on(self.chain.notary(&self.best(), &self.account)).unwrap().unwrap();
		let set = SlotSet::from_slots(info.universe, present.iter().copied()).unwrap();
		let genesis = self.chain.api.genesis_hash().0;
		let context = Context { base_block, window };
		let made = publish(genesis, self.account.clone().into(), context, &set, None, Default::default());
		let (bytes, commitment) = made.unwrap();
		let signature = self.key.sign(&commitment.payload()).0;
		(bytes, SignedCommitment { commitment, signature })
	}

	/// Puts a publication where the notary's link leads.
	fn serve(&self, bytes: &[u8], signed: &SignedCommitment) {
		let place = format!("/presence/{}/{}", hex::encode(&self.account), signed.commitment.window);
		let mut pages = self.pages.lock().unwrap();
		pages.insert(format!("{place}/commitment"), signed.encode());
		pages.insert(place, bytes.to_vec());
	}

	/// Brings a commitment to a window on chain in its time, to which nothing was committed before: that it is late is no
	/// fault of this test, so that it tries again in the next window.
	fn commit(&self, present: &[u32]) -> SignedCommitment {
		for _ in 0..5 {
			let WindowStatus { window, end, .. } = self.window();
			self.wait_for(end);
			let (_, signed) = self.publication(window, end, present);
			let call = Call::new("Notary", "commit").encoded(&self.best(), "signed", &signed).unwrap();
			match self.runtime.block_on(submit(&self.ctx, &self.chain, &call)) {
				Ok(_) => return signed,
				Err(error) => assert!(format!("{error:#}").contains("TooLate"), "{error:#}"),
			}
		}
		panic!("always too late");
	}

	/// The slashes for what it did as a notary: what part each takes, in percent.
	fn slashes(&self) -> Vec<Value> {
		let all = node().ask("gov slashes --all");
		let own = all.as_array().unwrap().iter().filter(|slash| {
			slash["operator"] == json!(self.address) && slash["service"] == json!(NOTARISATION)
		});
		own.map(|slash| slash["fraction_percent"].clone()).collect()
	}

	/// Checks that a report was just now one of a kind of fault, whose slash is under review.
	#[track_caller]
	fn is_reviewed(&self, report: &Value, kind: &str) {
		assert_eq!(event(report, "FaultReported", "kind"), kind);
		let id = event(report, "FaultReported", "slash");
		let pending = node().ask("gov slashes");
		let slash = pending.as_array().unwrap().iter().find(|slash| slash["id"] == *id);
		let slash = slash.unwrap_or_else(|| panic!("slash {id} is not pending: {pending}"));
		let of = (&slash["operator"], &slash["service"], &slash["source"], &slash["state"]);
		assert_eq!(of, (&json!(self.address), &json!(NOTARISATION), &json!("proof"), &json!("review")));
	}
}

fn who_is_left_out_reports_it_and_who_was_revoked_in_between_cannot() {
	let node = node();
	let [keeper, operator, revoked] = node.people(["omit-notary", "omit-operator", "omit-revoked"]);
	let rogue = Rogue::register(node, keeper, "link");
	let notary = &rogue.address;
	let (service, other) = std::thread::scope(|scope| {
		let other = scope.spawn(|| offer(node, &revoked, &json!({})));
		(offer(node, &operator, &json!({})), other.join().unwrap())
	});
	let slot = attested(&rogue.person, &operator, service, "latency=50") as u32;
	let gone = attested(&rogue.person, &revoked, other, "latency=50") as u32;

	// Both have receipts for a window; one of them is revoked then. The publication lists neither.
	let WindowStatus { window, end, .. } = rogue.fresh_window();
	let file = |name: &str| -> PathBuf { node.dir.join(format!("omit-{name}.redb")) };
	let keep = |path: PathBuf, kept: &Kept| Receipts { path }.add(kept).unwrap();
	keep(file("operator"), &rogue.receipt(slot, window));
	keep(file("revoked"), &rogue.receipt(gone, window));
	let ended = rogue.person.json(&format!("notary revoke {gone} --reason too-slow"));
	let base = end.max(u32::try_from(ended["block_number"].as_u64().unwrap()).unwrap());
	rogue.wait_for(base + 1);
	let (bytes, signed) = rogue.publication(window, base, &[]);
	rogue.serve(&bytes, &signed);

	let report = |of: &str| {
		let receipts = file(of);
		format!(
			"notary report omission {notary} --window {window} --anywhere --receipts {}",
			receipts.display()
		)
	};
	let excused = revoked.run(&report("revoked"));
	assert!(excused.refusal().contains("attestation had ended in block"), "{}", excused.err);
	revoked.run(&format!("{} --anyway", report("revoked"))).refused_with("Notary", "NotAttested");
	assert_eq!(rogue.slashes(), [] as [Value; 0]);

	revoked.run(&report("operator")).refused_with("Notary", "NotAuthorized");
	let tried = operator.json(&format!("{} --dry-run", report("operator")));
	assert_eq!(tried["call"]["call"], "report_omission");
	let reported = operator.json(&report("operator"));
	rogue.is_reviewed(&reported, "Omission");
	assert_eq!(reported["slash"], *event(&reported, "FaultReported", "slash"));
	assert_eq!(rogue.slashes(), ["2"]);
	operator.run(&report("operator")).refused_with("Notary", "AlreadyReported");

	// Who is listed has nothing to report; the announcing service reports by itself who is not.
	let WindowStatus { window, end, .. } = rogue.fresh_window();
	let kept = rogue.receipt(slot, window);
	let Proof::Receipt(signature) = &kept.proof else { unreachable!("the notary has signed it") };
	let by_hand = format!(
		"notary report omission {notary} --window {window} --anywhere --slot {slot} --receipt {}",
		hex(signature)
	);
	rogue.wait_for(end + 1);
	let (bytes, signed) = rogue.publication(window, end, &[slot]);
	rogue.serve(&bytes, &signed);
	assert!(operator.run(&by_hand).refusal().ends_with("there is no fault"));
	let (bytes, signed) = rogue.publication(window, end, &[]);
	rogue.serve(&bytes, &signed);
	keep(file("service"), &kept);
	let mut service = Running::start(
		&operator,
		&format!(
			"--wait included operator announce --report --anywhere --presence-suri {} --receipts {}",
			presence_key(&operator),
			file("service").display()
		),
	);
	wait_until("the service reports that it was left out", || rogue.slashes() == ["2", "2"]);
	service.stop();
}

fn who_commits_twice_or_withholds_the_bytes_is_found_out() {
	let node = node();
	let [keeper, operator, reporter] = node.people(["twice-notary", "twice-operator", "twice-reporter"]);
	let rogue = Rogue::register(node, keeper, "mixed");
	let notary = &rogue.address;
	let service = offer(node, &operator, &json!({}));
	let slot = attested(&rogue.person, &operator, service, "latency=50") as u32;

	// The chain is told that nobody was present, readers that somebody was.
	let committed = rogue.commit(&[]).commitment;
	let (bytes, other) = rogue.publication(committed.window, committed.base_block, &[slot]);
	rogue.serve(&bytes, &other);
	let audit = format!("notary audit {notary} --window {} --anywhere", committed.window);
	let found = node.ask(&audit);
	assert_eq!((&found["faults"], &found["windows"][0]["fault"]), (&json!(1), &json!("equivocation")));
	let reported = reporter.json(&format!("{audit} --report"));
	rogue.is_reviewed(&reported, "Equivocation");
	assert_eq!(rogue.slashes(), ["50"]);
	assert_eq!(node.ask(&audit)["faults"], 0, "it was reported");
	let by_hand = format!("notary report equivocation {notary} --commitment {}", hex(other.encode()));
	reporter.run(&by_hand).refused_with("Notary", "AlreadyReported");

	// A commitment to bytes that nobody is shown.
	let window = rogue.commit(&[slot]).commitment.window;
	let found = node.ask(&format!("notary audit {notary} --window {window} --anywhere"));
	assert_eq!(found["faults"], 0, "not shown to be withheld yet");
	assert!(found["windows"][0]["state"].as_str().unwrap().contains("--demand"), "{found}");
	let asked = reporter.json(&format!("notary audit {notary} --anywhere --demand {window}"));
	let due = event(&asked, "Challenged", "due").as_u64().unwrap();
	node.wait_for(due);
	let concluded = reporter.json(&format!("notary audit {notary} --conclude"));
	rogue.is_reviewed(&concluded, "Withheld");
	assert_eq!(rogue.slashes(), ["50", "5"]);
	assert!(reporter.held("Slashing.Report") > 0, "each report is answered for with a deposit");
}
