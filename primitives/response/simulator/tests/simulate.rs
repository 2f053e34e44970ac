//! Random networks with faulty nodes: every request of an honest author ends, no money is lost, and no honest node loses
//! more than it is ready to.

use surety_simulator::{simulate, Options, Report};

fn checked(options: Options) -> Report {
	let report = simulate(&options).expect("simulates");
	let ended = report.answered + report.edge_broken + report.paid_waiting + report.refused;
	assert_eq!((ended, report.unresolved), (u64::from(options.requests), 0), "{options:?} {report:?}");
	assert_eq!(report.money_delta, 0, "{options:?} {report:?}");
	assert!(report.worst_honest_loss <= report.configured_risk, "{options:?} {report:?}");
	report
}

fn options(seed: u64) -> Options {
	Options {
		nodes: 60,
		requests: 600,
		faulty_permille: 0,
		loss_ppm: 0,
		mixed: false,
		horizon_ms: 90_000,
		seed,
	}
}

#[test]
fn without_faults_every_request_should_be_answered_and_nobody_should_lose_anything() {
	for seed in 0..5 {
		let report = checked(options(seed));
		assert_eq!((report.answered, report.severed, report.worst_honest_loss), (600, 0, 0), "{seed}");
	}
}

#[test]
fn with_faults_every_request_should_end_and_no_honest_edge_should_break() {
	let mut broken = 0;
	for seed in 0..12 {
		let report = checked(Options { faulty_permille: 50 + 20 * seed as u32, ..options(seed) });
		assert!(report.severed > 0, "{report:?}");
		assert_eq!((report.severed_honest, report.refused), (0, 0), "{report:?}");
		broken += report.edge_broken;
	}
	assert!(broken > 0);
}

#[test]
fn with_losses_every_request_should_end_all_the_same() {
	for seed in 0..6 {
		checked(Options { loss_ppm: 20_000, faulty_permille: 100, ..options(seed) });
	}
}

#[test]
fn with_all_kinds_of_honest_nodes_every_request_should_end_within_their_risk() {
	let mut severed_honest = 0;
	for seed in 0..12 {
		let requests = 300 + 100 * seed as u32;
		let report = checked(Options { mixed: true, faulty_permille: 100, requests, ..options(seed) });
		severed_honest += report.severed_honest;
	}
	assert!(severed_honest > 0, "the impatient break with the patient");
}

#[test]
fn whoever_is_offline_should_be_isolated() {
	let (mut offline, mut isolated) = (0, 0);
	for seed in 0..6 {
		let report = checked(Options { faulty_permille: 200, requests: 2_000, ..options(seed) });
		(offline, isolated) = (offline + report.offline, isolated + report.isolated);
	}
	assert!(offline > 5, "{offline}");
	assert_eq!(isolated, offline);
}

#[test]
fn the_same_seed_should_give_the_same_report() {
	let options = Options { faulty_permille: 100, ..options(3) };
	assert_eq!(simulate(&options).expect("simulates"), simulate(&options).expect("simulates"));
}

#[test]
fn options_that_make_no_sense_should_be_refused() {
	assert!(simulate(&Options { nodes: 10, ..options(0) }).is_err());
	assert!(simulate(&Options { faulty_permille: 501, ..options(0) }).is_err());
	assert!(simulate(&Options { horizon_ms: 1_000, ..options(0) }).is_err());
}
