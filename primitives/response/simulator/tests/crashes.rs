//! Nodes that stop at any time: whatever instant each of them stops at, all ends as if it had only been slow.

use proptest::prelude::*;
use surety_simulator::{simulate_crashes, CrashOptions, CrashReport};

fn options(seed: u64) -> CrashOptions {
	CrashOptions {
		nodes: 16,
		requests: 120,
		crash_ppm: 10_000,
		down_ms: 200,
		drop_ppm: 0,
		faulty_permille: 0,
		horizon_ms: 130_000,
		seed,
	}
}

fn checked(options: CrashOptions) -> CrashReport {
	let report = simulate_crashes(&options).expect("simulates");
	let ended = report.answered + report.edge_broken + report.paid_waiting + report.refused;
	assert_eq!((ended, report.unresolved), (u64::from(options.requests), 0), "{options:?} {report:?}");
	assert_eq!((report.money_delta, report.left_over), (0, 0), "{options:?} {report:?}");
	assert!(report.worst_honest_loss <= report.configured_risk, "{options:?} {report:?}");
	report
}

#[test]
fn without_crashes_every_request_should_be_answered() {
	for seed in 0..3 {
		let report = checked(CrashOptions { crash_ppm: 0, ..options(seed) });
		assert_eq!((report.answered, report.crashes, report.severed), (120, 0, 0), "{report:?}");
	}
}

#[test]
fn whatever_instant_nodes_stop_at_no_money_should_be_lost_and_every_request_should_end() {
	let mut between = 0;
	for seed in 0..12 {
		let report = checked(options(seed));
		assert!(report.crashes > 10, "{report:?}");
		between += report.crashes_between;
	}
	assert!(between > 50, "{between}");
}

#[test]
fn after_short_crashes_every_request_should_be_answered_and_no_edge_should_break() {
	for seed in 0..6 {
		let report = checked(CrashOptions { crash_ppm: 2_000, down_ms: 20, ..options(seed) });
		assert_eq!((report.answered, report.severed), (120, 0), "{report:?}");
		assert!(report.crashes > 0, "{report:?}");
	}
}

#[test]
fn connections_that_break_should_lose_nothing() {
	for seed in 0..6 {
		let report = checked(CrashOptions { crash_ppm: 0, drop_ppm: 20_000, ..options(seed) });
		assert_eq!((report.answered, report.severed), (120, 0), "{report:?}");
		assert!(report.drops > 10, "{report:?}");
	}
}

#[test]
fn with_faulty_nodes_too_every_request_should_end() {
	let mut broken = 0;
	for seed in 0..8 {
		let faulty_permille = 100 + 20 * seed as u32;
		let report = checked(CrashOptions { faulty_permille, drop_ppm: 2_000, ..options(seed) });
		broken += report.edge_broken;
	}
	assert!(broken > 0);
}

#[test]
fn what_a_request_earns_should_count_against_what_a_neighbour_costs() {
	let seed = 8_054_929_595_965_631_593;
	let (crash_ppm, down_ms, drop_ppm, faulty_permille) = (439, 1_762, 11_718, 181);
	let options =
		CrashOptions { requests: 12, crash_ppm, down_ms, drop_ppm, faulty_permille, ..options(seed) };
	// A neighbour that is silent until the risk is spent, less the one price that carrying its request has earned.
	assert_eq!(u128::from(20_000 - 10u32), checked(options).worst_honest_loss);
}

#[test]
fn options_that_make_no_sense_should_be_refused() {
	assert!(simulate_crashes(&CrashOptions { nodes: 4, ..options(0) }).is_err());
	assert!(simulate_crashes(&CrashOptions { faulty_permille: 501, ..options(0) }).is_err());
	assert!(simulate_crashes(&CrashOptions { horizon_ms: 1_000, ..options(0) }).is_err());
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn any_run_with_crashes_should_keep_what_one_without_them_keeps(
		seed in any::<u64>(), crash_ppm in 0u32..40_000, down_ms in 1u32..3_000, drop_ppm in 0u32..20_000,
		faulty_permille in 0u32..300, requests in 1u32..120,
	) {
		checked(CrashOptions { crash_ppm, down_ms, drop_ppm, faulty_permille, requests, ..options(seed) });
	}
}
