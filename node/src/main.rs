//! `surety-node`: the validator node of Surety.
//!
//! * `cli`: what can be asked on the command line;
//! * `command`: how it is answered;
//! * `chain_spec`: the networks it knows;
//! * `check_state`: whether a state keeps the rules;
//! * `service`: the node itself: client, pool, network, consensus, offchain worker host;
//! * `presence`: announcements to notaries, and their publications;
//! * `rpc`: what clients can ask it.

mod chain_spec;
mod check_state;
mod cli;
mod command;
mod presence;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", one_line(&error.to_string()));
			ExitCode::FAILURE
		}
	}
}

/// One line of what an error of the SDK says: the genesis builder repeats the whole configuration after the
/// reason.
fn one_line(message: &str) -> String {
	let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
	line.split(" for blob:").next().unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
	use super::one_line;

	#[test]
	fn an_error_should_be_one_line_without_the_configuration() {
		let message = "Input error:\n  bad windows at line 1\nfor blob:\n{\"windows\": {}}";
		assert_eq!(one_line(message), "Input error: bad windows at line 1");
	}
}
