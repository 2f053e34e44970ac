//! Timelines of scenarios.

use crate::{scenario::Scenario, trace::Line};
use anyhow::{Context, Result};
use std::{collections::BTreeMap, fmt::Write as _, path::Path};

/// The events of the scenario in a file, one JSON object each, in order. The keys are those of [`Line`].
///
/// Fails where the file cannot be read, or says something that makes no sense.
pub fn timeline(path: &Path) -> Result<Vec<String>> {
	let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
	let scenario = Scenario::parse(&text).with_context(|| format!("{} is no scenario", path.display()))?;
	run(&scenario)?.iter().map(|line| Ok(serde_json::to_string(line)?)).collect()
}

/// The events of a scenario, in order.
pub fn run(scenario: &Scenario) -> Result<Vec<Line>> {
	let mut engine = scenario.build()?;
	while engine.next_delivery(scenario.horizon_ms).is_some() {}
	let mut lines = engine.lines().to_vec();
	lines.retain(|line| line.t_ms <= scenario.horizon_ms);
	lines.sort_by_key(|line| line.t_ms);
	Ok(lines)
}

/// What each has paid in late fees, in ms.
pub fn sums(lines: &[Line]) -> BTreeMap<&str, u64> {
	let mut sums = BTreeMap::new();
	for line in lines {
		let sum: &mut u64 = sums.entry(line.from.as_str()).or_default();
		*sum = sum.saturating_add(line.fee_ms);
	}
	sums.retain(|_, sum| *sum > 0);
	sums
}

/// Events as a table for people, with what each has paid below.
pub fn table(title: &str, lines: &[Line]) -> String {
	let between = |line: &Line| format!("{} -> {}", line.from, line.to);
	let width = lines.iter().map(|line| between(line).chars().count()).max().unwrap_or(0);
	let mut table = format!("{title}\n\n");
	for line in lines {
		let fee = if line.fee_ms > 0 { format!("pays {}", line.fee_ms) } else { String::new() };
		let proof = if line.with_proof { "+ edge" } else { "" };
		let row = format!("{:>6}  {:width$}  {:<12} {fee:<10} {proof}", line.t_ms, between(line), line.event);
		let _ = writeln!(table, "{}", row.trim_end());
	}
	let sums = sums(lines);
	let paid: Vec<String> = sums.iter().map(|(node, sum)| format!("{node} {sum}")).collect();
	let paid = if paid.is_empty() { "none".to_string() } else { paid.join(", ") };
	let _ = writeln!(table, "\nlate fees, in ms: {paid}");
	table
}
