//! How a notary watches, from the command line and from a file: the same names in both, and what the command line says goes
//! before what the file says.

use crate::error::usage;
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What can be said of it; the defaults are those of [`Settings`].
#[derive(Args, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct WatchOptions {
	/// Seconds from one probe of an offer to the next [default: 60]
	#[arg(long, value_name = "SECONDS")]
	every: Option<u64>,
	/// Seconds from one measurement of throughput to the next: it moves as much as four seconds at the certified rate
	/// [default: 1800]
	#[arg(long, value_name = "SECONDS")]
	throughput_every: Option<u64>,
	/// For how many seconds something certified fails before it is taken back [default: 900]
	#[arg(long, value_name = "SECONDS")]
	grace: Option<u64>,
	/// Percent of the probes in that time that may hold all the same [default: 10]
	#[arg(long, value_name = "PERCENT")]
	tolerance: Option<u64>,
	/// Failed probes at the least [default: 3]
	#[arg(long, value_name = "PROBES")]
	probes: Option<u16>,
	/// Over how many seconds availability is counted [default: 86400]
	#[arg(long, value_name = "SECONDS")]
	period: Option<u64>,
	/// Seconds to wait for an answer [default: 10]
	#[arg(long, value_name = "SECONDS")]
	patience: Option<u64>,
	/// Offers that are probed at the same time [default: 16]
	#[arg(long, value_name = "OFFERS")]
	at_once: Option<u16>,
	/// File in which measurements are kept, surety/watch-NOTARY.json in the user's data directory unless it says otherwise
	#[arg(long, value_name = "FILE")]
	state: Option<PathBuf>,
	/// Also probe addresses that are not of the public network. What operators say of their offers is theirs to choose
	#[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
	anywhere: Option<bool>,
	/// Do not answer challenges
	#[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
	no_answers: Option<bool>,
}

/// How a notary watches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
	/// Seconds from one probe of an offer to the next.
	pub every: u64,
	/// Seconds from one measurement of throughput to the next.
	pub throughput_every: u64,
	/// For how many seconds something fails before it is taken back.
	pub grace: u64,
	/// Percent of the probes in that time that may hold all the same.
	pub tolerance: u64,
	/// Failed probes at the least.
	pub probes: u16,
	/// Over how many seconds availability is counted.
	pub period: u64,
	/// Seconds to wait for an answer.
	pub patience: u64,
	/// Offers that are probed at the same time.
	pub at_once: u16,
	/// Where measurements are kept, where that was said.
	pub state: Option<PathBuf>,
	/// Whether addresses may be of other than the public network.
	pub anywhere: bool,
	/// Whether challenges are left alone.
	pub no_answers: bool,
}

impl WatchOptions {
	/// What a file says.
	///
	/// # Errors
	/// Usage, with the place, where it is not TOML, names something unknown, or has a value of another kind.
	pub fn read(path: &Path) -> Result<Self> {
		let text = std::fs::read_to_string(path);
		let text = text.with_context(|| format!("cannot read {}", path.display()))?;
		let options: Self =
			toml::from_str(&text).map_err(|error| usage(format!("{}: {error}", path.display())))?;
		options.check().map_err(|error| usage(format!("{}: {error}", path.display())))?;
		Ok(options)
	}

	/// Whether every number is one that makes sense.
	pub fn check(&self) -> Result<(), String> {
		let seconds = [
			("every", self.every),
			("throughput-every", self.throughput_every),
			("grace", self.grace),
			("probes", self.probes.map(u64::from)),
			("period", self.period),
			("patience", self.patience),
			("at-once", self.at_once.map(u64::from)),
		];
		if let Some((name, _)) = seconds.into_iter().find(|(_, value)| *value == Some(0)) {
			return Err(format!("`{name}` has to be 1 at the least"));
		}
		match self.tolerance {
			Some(percent) if percent >= 100 => Err(format!(
				"`tolerance` of {percent} percent would take nothing back: it has to be below 100"
			)),
			_ => Ok(()),
		}
	}

	/// What these say, else the file, else the default.
	pub fn over(self, file: Self) -> Settings {
		Settings {
			every: self.every.or(file.every).unwrap_or(60),
			throughput_every: self.throughput_every.or(file.throughput_every).unwrap_or(1_800),
			grace: self.grace.or(file.grace).unwrap_or(900),
			tolerance: self.tolerance.or(file.tolerance).unwrap_or(10),
			probes: self.probes.or(file.probes).unwrap_or(3),
			period: self.period.or(file.period).unwrap_or(86_400),
			patience: self.patience.or(file.patience).unwrap_or(10),
			at_once: self.at_once.or(file.at_once).unwrap_or(16),
			state: self.state.or(file.state),
			anywhere: self.anywhere.or(file.anywhere).unwrap_or(false),
			no_answers: self.no_answers.or(file.no_answers).unwrap_or(false),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(Parser)]
	struct Line {
		#[command(flatten)]
		options: WatchOptions,
	}

	fn given(line: &str) -> WatchOptions {
		Line::parse_from(std::iter::once("watch").chain(line.split_whitespace())).options
	}

	fn file(text: &str) -> Result<WatchOptions> {
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), text).unwrap();
		WatchOptions::read(file.path())
	}

	#[test]
	fn the_command_line_should_go_before_the_file_and_the_file_before_the_defaults() {
		let said = file("every = 30\ngrace = 300\nno-answers = true\nanywhere = true\n").unwrap();
		let settings = given("--every 20 --anywhere=false").over(said);
		assert_eq!((settings.every, settings.grace, settings.tolerance), (20, 300, 10));
		assert_eq!((settings.anywhere, settings.no_answers), (false, true));
		let defaults = WatchOptions::default().over(WatchOptions::default());
		assert_eq!(given("").over(file("").unwrap()), defaults);
		assert!(given("--no-answers").over(WatchOptions::default()).no_answers);
	}

	#[test]
	fn the_file_should_have_a_key_for_each_flag_and_no_other() {
		let example = include_str!("../../examples/watch.toml");
		// Commented out, each line with `=` is a key.
		let keys: Vec<String> = example
			.lines()
			.filter_map(|line| line.trim_start_matches("# ").split_once(" = "))
			.map(|(key, _)| key.to_owned())
			.collect();
		use clap::CommandFactory;
		let command = Line::command();
		let flags: Vec<&str> = command.get_arguments().filter_map(|arg| arg.get_long()).collect();
		assert_eq!(keys, flags);
		let all = example.replace("# state", "state");
		let shown = file(&all).unwrap();
		assert_eq!(shown.state, Some("/var/lib/surety/watch.json".into()));
		let defaults = WatchOptions::default().over(WatchOptions::default());
		assert_eq!(
			shown.over(WatchOptions::default()),
			Settings { state: Some("/var/lib/surety/watch.json".into()), ..defaults }
		);
	}

	#[test]
	fn what_makes_no_sense_should_be_refused_with_its_place_and_name() {
		for (text, named) in [
			("every = 0", "`every` has to be 1"),
			("at-once = 0", "`at-once` has to be 1"),
			("tolerance = 100", "`tolerance` of 100 percent"),
			("evry = 5", "unknown field `evry`"),
			("every = \"often\"", "invalid type"),
			("every = -1", "-1"),
			("probes = 70000", "70000"),
			("every 5", "line 1"),
		] {
			let refusal = format!("{:#}", file(text).unwrap_err());
			assert!(refusal.contains(named) && refusal.contains('/'), "{text}: {refusal}");
		}
		assert!(given("--tolerance 100").check().is_err());
		assert!(WatchOptions::read(Path::new("/there/is/no/such/file")).is_err());
	}
}
