//! A node, and the program under test.

use serde_json::Value;
use std::{
	fs,
	path::PathBuf,
	process::{Child, Command, Stdio},
	sync::{Mutex, MutexGuard, OnceLock, PoisonError},
	thread::sleep,
	time::{Duration, Instant},
};
use surety_cli::amount::Decimal;

/// A machine under load needs most of a minute to compile the runtime.
const NODE_STARTS_WITHIN: Duration = Duration::from_secs(240);
/// No single command takes longer: the longest waits out the unbonding window of a development chain.
const COMMAND_ENDS_WITHIN: &str = "200";
/// The smallest unit of the native token is 10^-12 of it.
const DECIMALS: u8 = 12;

/// A development node, and a place for the tests' files.
pub(crate) struct Node {
	/// Where it listens.
	pub(crate) url: String,
	/// A directory for this run.
	pub(crate) dir: PathBuf,
	_keeper: Keeper,
}

/// The shell that stops the node. What a static holds is never dropped, so that its pipe closes with this process; on
/// the way out of a failed start it is waited for.
struct Keeper(Child);

impl Drop for Keeper {
	fn drop(&mut self) {
		drop(self.0.stdin.take());
		let _ = self.0.wait();
	}
}

/// The node of this run.
pub(crate) fn node() -> &'static Node {
	static NODE: OnceLock<Node> = OnceLock::new();
	NODE.get_or_init(Node::start)
}

fn binary() -> PathBuf {
	// Tests lie in `deps` of the directory that cargo puts programs in.
	let beside = || {
		let test = std::env::current_exe().expect("a test knows where it is");
		let found = test.parent().and_then(|deps| deps.parent()).map(|dir| dir.join("surety-node"));
		found.expect("a test lies two levels deep")
	};
	let binary = std::env::var_os("SURETY_NODE").map_or_else(beside, PathBuf::from);
	assert!(
		binary.is_file(),
		"these tests need a node, but there is no {}: build it with `cargo build --workspace`, or name one in SURETY_NODE",
		binary.display()
	);
	binary
}

impl Node {
	fn start() -> Self {
		let dir = tempfile::tempdir().expect("a temporary directory").keep();
		let log = dir.join("node.log");
		// The shell stops the node when this process ends, however it ends: its standard input closes then.
		let script = r#""$0" "$@" </dev/null >"$SURETY_E2E/node.log" 2>&1 & node=$!
			read -r _; kill "$node"; wait "$node"; rm -rf "$SURETY_E2E""#;
		let mut keeper = Command::new("sh");
		keeper.arg("-c").arg(script).arg(binary());
		keeper.args(["--dev", "--rpc-port", "0", "--listen-addr", "/ip4/127.0.0.1/tcp/0"]);
		keeper.args(["--no-prometheus", "--no-telemetry", "--no-mdns", "--base-path"]).arg(dir.join("chain"));
		keeper.env("SURETY_E2E", &dir).env_remove("RUST_LOG").stdin(Stdio::piped());
		let keeper = Keeper(keeper.spawn().expect("sh"));

		let begun = Instant::now();
		loop {
			let said = fs::read_to_string(&log).unwrap_or_default();
			let port = said.split("JSON-RPC server: addr=127.0.0.1:").nth(1).and_then(|rest| {
				rest.split(|c: char| !c.is_ascii_digit()).next().filter(|port| !port.is_empty())
			});
			if let Some(port) = port.filter(|_| said.contains("Imported #1 ")) {
				return Self { url: format!("ws://127.0.0.1:{port}"), dir, _keeper: keeper };
			}
			let failed = said.starts_with("Error: ") || said.contains("\nError: ");
			assert!(!failed && begun.elapsed() < NODE_STARTS_WITHIN, "the node does not come up: {said}");
			sleep(Duration::from_millis(200));
		}
	}

	/// Runs a command without a key.
	pub(crate) fn run(&self, line: &str) -> Outcome {
		surety(&self.url, line, &[])
	}

	/// The answer to a command without a key.
	pub(crate) fn ask(&self, line: &str) -> Value {
		self.run(&format!("--json {line}")).json()
	}

	/// Accounts of these names, with 10,000 tokens and 5,000 test dollars each.
	pub(crate) fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
		let people = names.map(|name| Person { suri: format!("//e2e//{name}") });
		let gifts = people.iter().flat_map(|person| {
			let to = person.address();
			[
				serde_json::json!({ "Balances": { "transfer_keep_alive": { "dest": to, "value": "10000000000000000" } } }),
				serde_json::json!({ "Assets": { "transfer": { "id": 1, "target": to, "amount": "5000000000" } } }),
			]
		});
		let args = serde_json::json!({ "calls": gifts.collect::<Vec<_>>() }).to_string();
		let (_turn, alice) = alice();
		alice.json(&format!("chain call Utility batch_all --args {args}"));
		people
	}

	/// Height of the best block.
	pub(crate) fn height(&self) -> u64 {
		self.ask("chain status")["best_number"].as_u64().expect("a height")
	}

	/// The era of stake.
	pub(crate) fn era(&self) -> u64 {
		self.ask("chain status")["era"]["number"].as_u64().expect("an era")
	}

	/// Waits until so many offers of a service take clients: they are active, and the stake behind them counts.
	pub(crate) fn wait_for_offers(&self, service: &Value, number: usize) {
		let begun = Instant::now();
		let list = format!("client offers --service {service} --accepting");
		while self.ask(&list).as_array().expect("offers").len() < number {
			assert!(begun.elapsed() < Duration::from_secs(60), "offers of service {service} take no clients");
			sleep(Duration::from_millis(300));
		}
	}

	/// Waits until a block is there.
	pub(crate) fn wait_for(&self, block: u64) {
		let begun = Instant::now();
		while self.height() < block {
			assert!(begun.elapsed() < Duration::from_secs(180), "block {block} does not come");
			sleep(Duration::from_millis(300));
		}
	}
}

/// Goes several ways at the same time: they mostly wait for blocks, and tests run on few threads.
pub(crate) fn at_once(journeys: &[fn()]) {
	std::thread::scope(|scope| {
		for journey in journeys {
			scope.spawn(journey);
		}
	});
}

/// The account with everything, one test at a time: two transactions of one account at once would be in each
/// other's way.
pub(crate) fn alice() -> (MutexGuard<'static, ()>, Person) {
	static TURN: Mutex<()> = Mutex::new(());
	// A test that failed in its turn has not spoilt anything.
	let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
	(turn, Person { suri: "//Alice".into() })
}

/// Runs the program; arguments are separated by blanks.
pub(crate) fn surety(url: &str, line: &str, env: &[(&str, &str)]) -> Outcome {
	let mut command = Command::new("timeout");
	command.arg(COMMAND_ENDS_WITHIN).arg(env!("CARGO_BIN_EXE_surety")).args(line.split_whitespace());
	for name in [
		"SURETY_URL",
		"SURETY_SURI",
		"SURETY_PASSWORD",
		"SURETY_EXPERIENCE",
		"SURETY_NOTARIES",
		"SURETY_SNAPSHOTS",
		"SURETY_RECEIPTS",
		"SURETY_PRESENCE_SURI",
		"SURETY_EDGE_SURI",
	] {
		command.env_remove(name);
	}
	command.env("SURETY_URL", url).envs(env.iter().copied()).stdin(Stdio::null());
	let output = command.output().expect("the program runs");
	Outcome {
		line: line.to_owned(),
		code: output.status.code(),
		out: String::from_utf8(output.stdout).expect("UTF-8"),
		err: String::from_utf8(output.stderr).expect("UTF-8"),
	}
}

/// Somebody with a key.
#[derive(Clone)]
pub(crate) struct Person {
	/// Its key.
	pub(crate) suri: String,
}

impl Person {
	/// Its address.
	pub(crate) fn address(&self) -> String {
		let shown = surety("ws://127.0.0.1:1", &format!("--json keys inspect {}", self.suri), &[]).json();
		shown["address"].as_str().expect("an address").to_owned()
	}

	/// Runs a command; transactions count once a block holds them, since finality takes seconds on top: one test
	/// is enough for it.
	pub(crate) fn run(&self, line: &str) -> Outcome {
		surety(&node().url, &format!("--json --wait included {line}"), &[("SURETY_SURI", &self.suri)])
	}

	/// The answer to a command, which succeeds.
	pub(crate) fn json(&self, line: &str) -> Value {
		self.run(line).json()
	}

	/// What is free, in smallest units.
	pub(crate) fn free(&self) -> u128 {
		units(&self.json("chain balance")["free"])
	}

	/// What is held, by reason, in smallest units.
	pub(crate) fn held(&self, reason: &str) -> u128 {
		let balance = self.json("chain balance");
		let holds = balance["holds"].as_array().expect("holds").clone();
		holds.iter().filter(|hold| hold["reason"] == reason).map(|hold| units(&hold["amount"])).sum()
	}

	/// Becomes an operator with so many tokens of own stake, all of it behind a service, in one transaction.
	pub(crate) fn operates(&self, service: &Value, stake: u32) {
		let calls = serde_json::json!({ "calls": [
			{ "Registry": { "join": { "metadata": "somebody" } } },
			{ "Restaking": { "stake": {
				"operator": self.address(), "asset": "Native", "amount": format!("{stake}000000000000"),
			} } },
			{ "Restaking": { "allocate": { "asset": "Native", "service": service, "parts": 1_000_000 } } },
		] });
		self.json(&format!("chain call Utility batch_all --args {calls}"));
	}

	/// What is free of the test dollar, in parts of the native token's size: a millionth is 1,000,000.
	pub(crate) fn dollars(&self) -> u128 {
		units(&self.json("chain balance --asset 1")["free"])
	}
}

/// What a command did.
pub(crate) struct Outcome {
	line: String,
	/// Exit code.
	pub(crate) code: Option<i32>,
	/// Standard output.
	pub(crate) out: String,
	/// Standard error.
	pub(crate) err: String,
}

impl Outcome {
	/// The answer of a command that has to succeed.
	#[track_caller]
	pub(crate) fn json(&self) -> Value {
		assert_eq!(self.code, Some(0), "{}: {}", self.line, self.err);
		serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{}: {e}: {}", self.line, self.out))
	}

	/// The last line of standard error, of a command that has to be refused.
	#[track_caller]
	pub(crate) fn refusal(&self) -> &str {
		assert_eq!(self.code, Some(1), "{}: {}{}", self.line, self.out, self.err);
		let mut errors = self.err.lines().filter(|line| line.starts_with("error: "));
		let first = errors.next().unwrap_or_else(|| panic!("{}: no error in {}", self.line, self.err));
		assert_eq!(errors.next(), None, "{}: one error is one line", self.line);
		first
	}

	/// Checks that the chain's error of this name, with its own documentation, is what was said.
	#[track_caller]
	pub(crate) fn refused_with(&self, pallet: &str, error: &str) {
		assert_eq!(self.refusal(), documented(pallet, error), "{}", self.line);
	}

	/// Checks the same, and that what to do about it follows.
	#[track_caller]
	pub(crate) fn refused_with_advice(&self, pallet: &str, error: &str, advice: &str) {
		let said = self.refusal().strip_prefix(&documented(pallet, error));
		let said = said.unwrap_or_else(|| panic!("{}: not {pallet}.{error}: {}", self.line, self.err));
		assert!(said.ends_with(advice), "{}: {said}", self.line);
	}
}

/// How an error of the chain is told.
#[track_caller]
fn documented(pallet: &str, error: &str) -> String {
	static ERRORS: OnceLock<Value> = OnceLock::new();
	let errors = ERRORS.get_or_init(|| node().ask("chain errors"));
	let mut all = errors.as_array().expect("a list").iter();
	let known = all.find(|one| one["pallet"] == pallet && one["error"] == error);
	let docs = known.unwrap_or_else(|| panic!("there is no {pallet}.{error}"))["docs"].as_str();
	let docs = docs.filter(|docs| !docs.is_empty()).expect("every error is documented");
	format!("error: {pallet}.{error}: {docs}")
}

/// An amount in JSON, in smallest units.
#[track_caller]
pub(crate) fn units(amount: &Value) -> u128 {
	let amount = amount.as_str().expect("amounts are strings").parse::<Decimal>().expect("an amount");
	amount.to_units(DECIMALS).expect("countable")
}

/// A field of the first event of a name.
#[track_caller]
pub(crate) fn event<'a>(answer: &'a Value, name: &str, field: &str) -> &'a Value {
	let single = answer["events"].as_array().into_iter();
	let several = answer["transactions"].as_array().into_iter().flatten();
	let mut events = single.chain(several.filter_map(|one| one["events"].as_array())).flatten();
	let found = events.find(|event| event["event"] == name && !event["fields"][field].is_null());
	&found.unwrap_or_else(|| panic!("no {name} with {field} in {answer}"))["fields"][field]
}

/// An amount in an event, which is in smallest units there.
#[track_caller]
pub(crate) fn event_amount(answer: &Value, name: &str, field: &str) -> u128 {
	event(answer, name, field).as_str().expect("128-bit numbers are strings").parse().expect("a number")
}

/// The names of an object's properties.
#[track_caller]
pub(crate) fn keys(object: &Value) -> Vec<&str> {
	object.as_object().unwrap_or_else(|| panic!("no object: {object}")).keys().map(String::as_str).collect()
}
