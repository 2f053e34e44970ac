//! Results on stdout, as tables or as JSON; everything else on stderr.

use anyhow::Result;
use comfy_table::{presets, ContentArrangement, Table};
use serde_json::Value;
use std::io::{self, Write};
pub use surety_client::text::{hex, text};

/// Where results go, and in what form.
#[derive(Clone, Copy, Debug)]
pub struct Output {
	/// One JSON value instead of tables.
	pub json: bool,
}

impl Output {
	/// Prints the result of a command in the form that was asked for.
	pub fn emit(&self, json: &Value, human: impl FnOnce() -> String) -> Result<()> {
		if self.json {
			self.line(&serde_json::to_string_pretty(json)?)
		} else {
			self.line(human().trim_end())
		}
	}

	/// One line (or more) on stdout. A reader that has gone away, as `head` does, is no error.
	pub fn line(&self, text: &str) -> Result<()> {
		match writeln!(io::stdout(), "{text}") {
			Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e.into()),
			_ => Ok(()),
		}
	}

	/// How things go, on stderr.
	pub fn progress(&self, text: &str) {
		// Nothing sensible can be done when even stderr is closed.
		let _ = writeln!(io::stderr(), "{text}");
	}
}

/// A table with a heading, columns two blanks apart.
pub fn table<const N: usize>(heading: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
	let mut table = Table::new();
	table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
	table.set_header(heading);
	for row in rows {
		table.add_row(row);
	}
	trimmed(&table)
}

/// One thing: the names of its properties, and what they are.
pub fn pairs<K: Into<String>>(rows: impl IntoIterator<Item = (K, String)>) -> String {
	let mut table = Table::new();
	table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
	for (key, value) in rows {
		table.add_row([key.into(), value]);
	}
	trimmed(&table)
}

fn trimmed(table: &Table) -> String {
	let line = |line: String| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned();
	table.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tables_should_line_up_without_trailing_blanks() {
		let shown = table(["ID", "NAME"], [["1".into(), "storage".into()], ["10".into(), "x".into()]]);
		assert!(shown.lines().all(|line| line == line.trim_end()), "{shown}");
		assert_eq!(shown.lines().count(), 3);
	}
}
