//! `surety-fuzz`: runs cases until the time is over or a rule is broken.

use anyhow::{bail, Context, Result};
use clap::Parser;
use serde_json::json;
use std::{
	path::PathBuf,
	process::ExitCode,
	time::{Duration, Instant, SystemTime},
};
use surety_fuzz::{
	history::{self, Failure, Options},
	shrink::shrink,
	step,
	tally::Tally,
};

/// Between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(10);
/// For making a failing history short.
const SHRINKING: Duration = Duration::from_secs(180);

/// Random calls from random accounts over the whole runtime, block by block, against what must always hold
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
	/// Seed of all cases; a fresh one if there is none
	#[arg(long)]
	seed: Option<u64>,
	/// For how long: a number with s, m or h
	#[arg(long, value_parser = duration, default_value = "1m", conflicts_with_all = ["cases", "case"])]
	duration: Duration,
	/// How many cases instead
	#[arg(long, conflicts_with = "case")]
	cases: Option<u64>,
	/// One case of the seed only
	#[arg(long, requires = "seed")]
	case: Option<u64>,
	/// Blocks in a case, about
	#[arg(long, default_value_t = 300)]
	blocks_per_case: u32,
	/// Looks at the whole state after each call, not only after each block
	#[arg(long)]
	paranoid: bool,
	/// Does the steps of a file again, and nothing else
	#[arg(long, conflicts_with_all = ["seed", "cases", "duration"])]
	replay: Option<PathBuf>,
	/// Where a failing history is written
	#[arg(long, default_value = "surety-fuzz.case")]
	out: PathBuf,
	/// Writes what was found as it is, without leaving out what it does not need
	#[arg(long)]
	whole: bool,
	/// Prints one JSON object instead of the table
	#[arg(long)]
	json: bool,
}

fn duration(text: &str) -> Result<Duration> {
	let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
	let seconds = match unit {
		"s" | "" => 1,
		"m" => 60,
		"h" => 3_600,
		_ => bail!("'{unit}' is no unit of time (there are s, m and h)"),
	};
	let number: u64 = number.parse().context("a number and s, m or h, as in 10m")?;
	Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

fn main() -> ExitCode {
	match run(&Cli::parse()) {
		Ok(code) => code,
		Err(error) => {
			eprintln!("error: {error:#}");
			ExitCode::from(2)
		}
	}
}

fn run(cli: &Cli) -> Result<ExitCode> {
	let mut tally = Tally::default();
	if let Some(path) = &cli.replay {
		let text =
			std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
		let steps = step::read(&text)?;
		return Ok(match history::replay(&steps, cli.paranoid, &mut tally) {
			Ok(()) => {
				match cli.json {
					true => println!("{}", json!({ "steps": steps.len(), "pallets": tally.json() })),
					false => println!("{} steps break nothing", steps.len()),
				}
				ExitCode::SUCCESS
			}
			Err(failure) => {
				tell(&failure);
				write_shrunk(cli, failure, &path.display().to_string())?;
				ExitCode::FAILURE
			}
		});
	}
	let clock =
		|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64);
	let seed = cli.seed.unwrap_or_else(clock);
	eprintln!("seed {seed}");
	let options = Options { blocks: cli.blocks_per_case, paranoid: cli.paranoid };
	let begun = Instant::now();
	let mut told = begun;
	let first = cli.case.unwrap_or_default();
	let mut case = first;
	loop {
		if let Err(failure) = history::generate(seed, case, options, &mut tally) {
			report(cli, seed, case, failure)?;
			return Ok(ExitCode::FAILURE);
		}
		case = case.saturating_add(1);
		if told.elapsed() >= PROGRESS {
			told = Instant::now();
			progress(case, &tally, begun);
		}
		let over = match (cli.case, cli.cases) {
			(Some(_), _) => true,
			(None, Some(cases)) => case >= cases,
			(None, None) => begun.elapsed() >= cli.duration,
		};
		if over {
			break;
		}
	}
	progress(case.saturating_sub(first), &tally, begun);
	let (missing, failing) = (tally.never_generated(), tally.never_succeeded());
	if cli.json {
		let line = json!({
			"seed": seed,
			"cases": case.saturating_sub(first),
			"blocks": tally.blocks,
			"calls": tally.total,
			"seconds": begun.elapsed().as_secs_f64(),
			"never_generated": missing,
			"never_succeeded": failing,
			"never_refused_with": tally.never_refused_with(),
			"judged": tally.seen,
			"pallets": tally.json(),
		});
		println!("{line}");
	} else {
		print!("{}", tally.table());
		let judged: Vec<_> = tally.seen.iter().map(|(what, times)| format!("{what} {times}")).collect();
		println!("judged: {}", judged.join(", "));
		println!("errors never met: {}", tally.never_refused_with().join(", "));
	}
	// One case is a look at that case.
	if cli.case.is_some() {
		return Ok(ExitCode::SUCCESS);
	}
	for (calls, what) in [(&missing, "never generated"), (&failing, "never succeeded")] {
		if !calls.is_empty() {
			eprintln!("error: {what}: {}", calls.join(", "));
		}
	}
	Ok(if missing.is_empty() && failing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn progress(cases: u64, tally: &Tally, begun: Instant) {
	let seconds = begun.elapsed().as_secs_f64().max(0.001);
	eprintln!(
		"{cases} cases, {} blocks, {} calls in {seconds:.0} s, {:.0} calls/s",
		tally.blocks,
		tally.total,
		tally.total as f64 / seconds
	);
}

fn tell(failure: &Failure) {
	eprintln!("broken: {}", failure.broken.rule);
	eprintln!("        {}", failure.broken.what);
	eprintln!("at step {}, last {}", failure.steps.len(), history::last_call(&failure.steps));
}

fn report(cli: &Cli, seed: u64, case: u64, failure: Failure) -> Result<()> {
	tell(&failure);
	eprintln!("reproduce: surety-fuzz --seed {seed} --case {case} --blocks-per-case {}", cli.blocks_per_case);
	write_shrunk(cli, failure, &format!("seed {seed} case {case}"))
}

fn write_shrunk(cli: &Cli, failure: Failure, found: &str) -> Result<()> {
	let short = match cli.whole {
		true => failure,
		false => {
			eprintln!("shrinking {} steps …", failure.steps.len());
			let short = shrink(failure, SHRINKING);
			tell(&short);
			short
		}
	};
	let heading = format!("{}\n{}\n{found}", short.broken.rule, short.broken.what);
	std::fs::write(&cli.out, step::write(&heading, &short.steps))
		.with_context(|| format!("cannot write {}", cli.out.display()))?;
	eprintln!(
		"{} steps are in {}; put it under fuzz/regressions/ once it is mended",
		short.steps.len(),
		cli.out.display()
	);
	Ok(())
}
