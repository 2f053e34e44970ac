//! What goes wrong, as a person reads it: one line, and an exit code that says whose move it is.

use std::fmt;

/// Exit code when the chain, the node or this machine refused what was asked.
pub const REFUSED: u8 = 1;
/// Exit code when what was asked makes no sense; clap uses the same.
pub const USAGE: u8 = 2;

/// The command line asks for something that makes no sense.
#[derive(Debug)]
pub struct Usage(String);

impl fmt::Display for Usage {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::error::Error for Usage {}

/// An error of usage: exit code 2.
pub fn usage(message: impl Into<String>) -> anyhow::Error {
	anyhow::Error::new(Usage(message.into()))
}

/// The exit code that an error asks for.
pub fn exit_code(error: &anyhow::Error) -> u8 {
	if error.chain().any(|cause| cause.is::<Usage>()) {
		USAGE
	} else {
		REFUSED
	}
}

/// The error and its causes in one line, each said once.
pub fn one_line(error: &anyhow::Error) -> String {
	let mut line = String::new();
	for cause in error.chain() {
		let text = squeeze(&cause.to_string());
		if line.is_empty() {
			line = text;
		} else if !line.contains(&text) {
			line = format!("{line}: {text}");
		}
	}
	line
}

/// Line breaks and runs of blanks as one blank; other control characters, which a hostile node
/// could send to a terminal, left out.
pub fn squeeze(text: &str) -> String {
	text.split_whitespace()
		.map(|word| word.chars().filter(|c| !c.is_control()).collect::<String>())
		.collect::<Vec<_>>()
		.join(" ")
}

#[cfg(test)]
mod tests {
	use super::*;
	use anyhow::Context;

	#[test]
	fn an_error_should_be_one_line_without_repetition() {
		let error = Err::<(), _>(anyhow::anyhow!("no such\nfile"))
			.context("no such file")
			.context("cannot open the key")
			.unwrap_err();
		assert_eq!(one_line(&error), "cannot open the key: no such file");
		assert_eq!(exit_code(&error), REFUSED);
	}

	#[test]
	fn usage_should_be_found_under_its_context() {
		let error = Err::<(), _>(usage("two keys")).context("keys").unwrap_err();
		assert_eq!(exit_code(&error), USAGE);
	}

	#[test]
	fn control_characters_should_not_reach_the_terminal() {
		assert_eq!(squeeze("a\u{1b}[31m \r\n b"), "a[31m b");
	}
}
