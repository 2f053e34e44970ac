//! `surety`: see the library for what it is made of.

use clap::Parser;
use std::process::ExitCode;
use surety_cli::{cli::Cli, error, roles};

#[tokio::main]
async fn main() -> ExitCode {
	match roles::run(Cli::parse()).await {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", error::one_line(&error));
			ExitCode::from(error::exit_code(&error))
		}
	}
}
