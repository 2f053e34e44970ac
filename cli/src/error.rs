//! What goes wrong, as a person reads it: one line, and an exit code that says whose move it is.

pub use surety_client::error::{one_line, squeeze, usage, Usage};

/// Exit code when the chain, the node or this machine refused what was asked.
pub const REFUSED: u8 = 1;
/// Exit code when what was asked makes no sense; clap uses the same.
pub const USAGE: u8 = 2;

/// The exit code that an error asks for.
pub fn exit_code(error: &anyhow::Error) -> u8 {
	if error.chain().any(|cause| cause.is::<Usage>()) {
		USAGE
	} else {
		REFUSED
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use anyhow::Context;

	#[test]
	fn usage_should_be_found_under_its_context() {
		let error = Err::<(), _>(usage("two keys")).context("keys").unwrap_err();
		assert_eq!(exit_code(&error), USAGE);
		assert_eq!(exit_code(&anyhow::anyhow!("no such file")), REFUSED);
	}
}
