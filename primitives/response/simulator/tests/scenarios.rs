//! The scenarios of S3 §5, and others whose events were worked out by hand, to the millisecond.

use std::{fs, path::PathBuf};
use surety_simulator::{run, sums, table, timeline, Line, Scenario};

fn folder() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn lines(name: &str) -> Vec<Line> {
	let text = fs::read_to_string(folder().join(format!("{name}.toml"))).expect("is there");
	run(&Scenario::parse(&text).expect("is a scenario")).expect("runs")
}

/// When, from whom, to whom, what, late fee, with a proof.
type Row<'a> = (u64, &'a str, &'a str, &'a str, u64, bool);

fn rows(lines: &[Line]) -> Vec<Row<'_>> {
	lines
		.iter()
		.map(|line| (line.t_ms, &*line.from, &*line.to, line.event, line.fee_ms, line.with_proof))
		.collect()
}

/// The first 300 ms of §5.2 to §5.5.
const SENT: [Row; 3] = [
	(0, "Alex", "Alice", "request", 0, false),
	(100, "Alice", "Bob", "forward", 0, false),
	(300, "Bob", "Eve", "forward", 0, false),
];

/// Until 1500 in §5.3 to §5.5.
const WAITED: [Row; 6] = [
	(500, "Alice", "Alex", "sync", 0, false),
	(600, "Bob", "Alice", "sync", 0, false),
	(700, "Bob", "Alice", "late", 0, false),
	(900, "Alice", "Alex", "late", 0, false),
	(1_000, "Alice", "Alex", "sync", 100, false),
	(1_500, "Alice", "Alex", "sync", 500, false),
];

fn paid(lines: &[Line], node: &str) -> u64 {
	sums(lines).get(node).copied().unwrap_or(0)
}

#[test]
fn the_happy_case_should_go_as_in_5_1() {
	let lines = lines("5.1-happy");
	let expected = [
		(0, "Alex", "Alice", "request", 0, false),
		(100, "Alice", "Bob", "forward", 0, false),
		(300, "Bob", "Carol", "forward", 0, false),
		(400, "Carol", "Bob", "response", 0, false),
		(500, "Bob", "Alice", "response", 0, false),
		(700, "Alice", "Alex", "response", 0, false),
		(800, "Alice", "Alex", "answered", 0, false),
	];
	assert_eq!(rows(&lines), expected);
	assert!(sums(&lines).is_empty());
}

#[test]
fn breaking_at_once_should_go_as_in_5_2() {
	let lines = lines("5.2-break-at-once");
	let rest = [
		(700, "Bob", "Alice", "late", 0, false),
		(700, "Bob", "Eve", "sever", 0, false),
		(700, "Bob", "Alice", "proof", 0, true),
		(900, "Alice", "Alex", "proof", 0, true),
		(1_000, "Alice", "Alex", "edge-broken", 0, true),
	];
	assert_eq!(rows(&lines), [&SENT[..], &rest].concat());
	assert!(sums(&lines).is_empty());
}

#[test]
fn waiting_for_a_sync_should_go_as_in_5_3() {
	let lines = lines("5.3-wait-one-sync");
	let rest = [
		(1_600, "Bob", "Eve", "sever", 0, false),
		(1_600, "Bob", "Alice", "sync", 900, true),
		(2_000, "Alice", "Alex", "sync", 500, true),
		(2_000, "Alice", "Alex", "edge-broken", 0, true),
	];
	assert_eq!(rows(&lines), [&SENT[..], &WAITED, &rest].concat());
	assert_eq!((paid(&lines, "Bob"), paid(&lines, "Alice")), (900, 1_100));
}

#[test]
fn passing_on_at_once_should_save_what_the_crossing_took() {
	let lines = lines("5.3-passed-on-at-once");
	let rest = [
		(1_600, "Bob", "Eve", "sever", 0, false),
		(1_600, "Bob", "Alice", "sync", 900, true),
		(1_600, "Alice", "Alex", "proof", 100, true),
		(1_700, "Alice", "Alex", "edge-broken", 0, true),
	];
	assert_eq!(rows(&lines), [&SENT[..], &WAITED, &rest].concat());
	assert_eq!((paid(&lines, "Bob"), paid(&lines, "Alice")), (900, 700));
}

#[test]
fn pretending_should_go_as_in_5_4() {
	let mut lines = lines("5.4-pretend");
	// What Bob does unseen, before it shows.
	lines.retain(|line| line.t_ms != 1_399);
	let rest = [
		(1_599, "Bob", "Alice", "proof-held", 0, true),
		(1_600, "Bob", "Alice", "sync", 0, false),
		(2_000, "Alice", "Alex", "sync", 500, true),
		(2_000, "Alice", "Alex", "edge-broken", 0, true),
	];
	assert_eq!(rows(&lines), [&SENT[..], &WAITED, &rest].concat());
	assert_eq!((paid(&lines, "Bob"), paid(&lines, "Alice")), (0, 1_100));
}

#[test]
fn paying_on_should_go_as_in_5_5() {
	let lines = lines("5.5-pay-on");
	let mut rest: Vec<Row> = vec![(1_600, "Bob", "Alice", "sync", 900, false)];
	for second in 2..=9 {
		rest.push((second * 1_000, "Alice", "Alex", "sync", 500, false));
		rest.push((second * 1_000 + 500, "Alice", "Alex", "sync", 500, false));
		if second < 9 {
			rest.push((second * 1_000 + 600, "Bob", "Alice", "sync", 1_000, false));
		}
	}
	rest.push((9_600, "Bob", "Eve", "sever", 0, false));
	rest.push((9_600, "Bob", "Alice", "sync", 1_000, true));
	rest.push((10_000, "Alice", "Alex", "sync", 500, true));
	rest.push((10_000, "Alice", "Alex", "edge-broken", 0, true));
	assert_eq!(rows(&lines), [&SENT[..], &WAITED, &rest].concat());
	assert_eq!((paid(&lines, "Bob"), paid(&lines, "Alice")), (8_900, 9_100));
}

#[test]
fn whoever_goes_by_the_last_hour_should_break_with_one_who_pretends() {
	let lines = lines("5.4-heuristic");
	assert!(rows(&lines).contains(&(2_000, "Alice", "Bob", "sever", 0, false)));
	let mut same = rows(&lines);
	same.retain(|row| row.1 != "Alice" || row.3 != "sever");
	assert_eq!(same, rows(&self::lines("5.4-pretend")));
}

/// Between real nodes what is said at a sync takes its way. Everything is sent at the same times all the same.
#[test]
fn syncs_that_take_their_way_should_be_paid_at_the_same_times() {
	for name in ["5.2-break-at-once", "5.3-wait-one-sync", "5.4-pretend", "5.5-pay-on"] {
		let text = fs::read_to_string(folder().join(format!("{name}.toml"))).expect("is there");
		let text = text.replace("horizon_ms", "syncs_cross = \"like-messages\"\nhorizon_ms");
		let crossing = run(&Scenario::parse(&text).expect("is a scenario")).expect("runs");
		let instant = lines(name);
		let sent = |lines: &[Line]| -> Vec<Line> {
			lines
				.iter()
				.filter(|line| line.event != "edge-broken" && line.event != "proof-held")
				.cloned()
				.collect()
		};
		// While the last crosses, one more sync without a payment can pass.
		let mut crossing = sent(&crossing);
		let last = instant.last().map_or(0, |line| line.t_ms);
		crossing.retain(|line| line.t_ms <= last);
		assert_eq!(crossing, sent(&instant), "{name}");
	}
}

/// Each scenario's table is in a file beside it, for people. Those of other topologies were worked out by hand from the
/// rules that their first lines give.
#[test]
fn each_scenario_should_give_the_table_that_is_beside_it() {
	let mut scenarios = 0;
	for entry in fs::read_dir(folder()).expect("is there") {
		let path = entry.expect("can be read").path();
		if path.extension().is_none_or(|extension| extension != "toml") {
			continue;
		}
		let text = fs::read_to_string(&path).expect("can be read");
		let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
		let table = table(&scenario.title, &run(&scenario).expect("runs"));
		let golden = path.with_extension("txt");
		let expected = fs::read_to_string(&golden).unwrap_or_default();
		assert_eq!(table, expected, "{}", golden.display());
		scenarios += 1;
	}
	assert_eq!(scenarios, 18);
}

#[test]
fn what_is_said_at_a_sync_should_be_known_at_all_syncs_of_that_instant() {
	let lines = lines("same-instant");
	let expected = [
		(0, "Ann", "Ben", "request", 0, false),
		(100, "Ben", "Cid", "forward", 0, false),
		(200, "Cid", "Dan", "forward", 0, false),
		(400, "Cid", "Ben", "late", 0, false),
		(500, "Ben", "Ann", "late", 0, false),
		(1_000, "Cid", "Dan", "sever", 0, false),
		(1_000, "Cid", "Ben", "sync", 600, true),
		(1_000, "Ben", "Ann", "sync", 500, true),
		(1_000, "Ben", "Ann", "edge-broken", 0, true),
	];
	assert_eq!(rows(&lines), expected);
}

#[test]
fn the_example_of_the_documentation_should_be_the_scenario_that_it_tells_of() {
	let docs = fs::read_to_string(folder().join("../../../../docs/scenarios.md")).expect("is there");
	let (_, example) = docs.split_once("```toml\n").expect("has an example");
	let (example, _) = example.split_once("```").expect("which ends");
	let scenario = Scenario::parse(example).expect("is a scenario");
	assert_eq!(run(&scenario).expect("runs"), lines("clock-ahead"));
	let table = table("", &lines("5.3-wait-one-sync"));
	assert!(docs.contains(table.trim_start()), "{table}");
}

#[test]
fn a_timeline_should_be_a_json_object_for_each_event() {
	let lines = timeline(&folder().join("5.3-wait-one-sync.toml")).expect("runs");
	assert!(lines.iter().any(|line| {
		line == r#"{"t_ms":1600,"from":"Bob","to":"Alice","event":"sync","fee_ms":900,"with_proof":true}"#
	}));
}

#[test]
fn a_file_that_makes_no_sense_should_be_refused() {
	let scenario = |change: &dyn Fn(String) -> String| {
		let text = fs::read_to_string(folder().join("5.1-happy.toml")).expect("is there");
		Scenario::parse(&change(text)).and_then(|scenario| run(&scenario)).map(|_| ())
	};
	assert!(scenario(&|text| text).is_ok());
	let cases: [(&str, &str); 6] = [
		("latency_ms", "latency"),
		("\"Alex\", \"Alice\", \"Bob\", \"Carol\"", "\"Alex\", \"Carol\""),
		("\"Alex\", \"Alice\", \"Bob\", \"Carol\"", "\"Alex\", \"Zoe\""),
		("[800, 600, 200]", "[800, 600]"),
		("name = \"Dave\"", "name = \"Eve\""),
		("ends = [\"Bob\", \"Eve\"]", "ends = [\"Bob\", \"Bob\"]"),
	];
	for (from, to) in cases {
		assert!(scenario(&|text| text.replace(from, to)).is_err(), "{from} -> {to}");
	}
	assert!(timeline(&folder().join("nowhere.toml")).is_err());
}
