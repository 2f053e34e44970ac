//! Prints the timeline of a scenario: `timeline FILE` as JSON lines, `timeline --table FILE` for people.

use anyhow::{Context, Result};
use std::path::PathBuf;
use surety_simulator::{run, table, timeline, Scenario};

fn main() -> Result<()> {
	let mut arguments: Vec<String> = std::env::args().skip(1).collect();
	let for_people = arguments.first().is_some_and(|first| first == "--table");
	let path = PathBuf::from(arguments.pop().context("usage: timeline [--table] FILE")?);
	if for_people {
		let scenario = Scenario::parse(&std::fs::read_to_string(&path)?)?;
		print!("{}", table(&scenario.title, &run(&scenario)?));
		return Ok(());
	}
	for line in timeline(&path)? {
		println!("{line}");
	}
	Ok(())
}
