//! `surety-node`: the validator node of Surety.
//!
//! * `cli`: what can be asked on the command line;
//! * `command`: how it is answered;
//! * `chain_spec`: the networks it knows;
//! * `check_state`: whether a state keeps the rules;
//! * `service`: the node itself: client, pool, network, consensus, offchain worker host;
//! * `rpc`: what clients can ask it.

mod chain_spec;
mod check_state;
mod cli;
mod command;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			// One line, whatever the SDK's error brings along.
			let message = error.to_string();
			let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
			eprintln!("error: {line}");
			ExitCode::FAILURE
		}
	}
}
