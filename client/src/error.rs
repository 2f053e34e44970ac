//! What goes wrong, as a person reads it.

use std::fmt;

/// What was asked for makes no sense: whoever asked has to ask for something else.
#[derive(Debug)]
pub struct Usage(String);

impl fmt::Display for Usage {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::error::Error for Usage {}

/// An error of usage.
pub fn usage(message: impl Into<String>) -> anyhow::Error {
	anyhow::Error::new(Usage(message.into()))
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
	}

	#[test]
	fn control_characters_should_not_reach_the_terminal() {
		assert_eq!(squeeze("a\u{1b}[31m \r\n b"), "a[31m b");
	}
}
