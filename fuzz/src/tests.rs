use crate::{chain::Chain, history, oracle, shrink::shrink, step, tally::Tally};
use std::{
	path::Path,
	time::{Duration, Instant},
};
use surety_runtime::Runtime;

const OPTIONS: history::Options = history::Options { blocks: 150, paranoid: false };

#[test]
fn a_short_run_should_break_nothing() {
	let mut tally = Tally::default();
	let begun = Instant::now();
	let mut cases = 0;
	while cases < 2 || (cases < 12 && begun.elapsed() < Duration::from_secs(20)) {
		if let Err(failure) = history::generate(2_609, cases, OPTIONS, &mut tally) {
			let short = shrink(failure, Duration::from_secs(60));
			panic!("case {cases}: {:?}\n{}", short.broken, step::write("shrunk", &short.steps));
		}
		cases += 1;
	}
	assert!(tally.total > 500, "{}", tally.total);
}

#[test]
fn what_was_found_before_should_not_come_back() {
	let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
	for entry in std::fs::read_dir(directory).expect("the directory is in the repository") {
		let path = entry.expect("it can be listed").path();
		if path.extension().is_some_and(|extension| extension == "case") {
			let text = std::fs::read_to_string(&path).expect("it can be read");
			let steps = step::read(&text).unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
			if let Err(failure) = history::replay(&steps, false, &mut Tally::default()) {
				panic!("{}: {:?}", path.display(), failure.broken);
			}
		}
	}
}
