//! What can be asked on the command line.

use crate::check_state::CheckStateCmd;
use sc_cli::RunCmd;
use std::net::SocketAddr;

/// Validator node of the Surety chain.
#[derive(Debug, clap::Parser)]
#[command(after_help = "\
Examples:
  surety-node --dev                                  a chain of one's own, gone when it stops
  surety-node --dev --base-path ./data               the same, kept
  surety-node --chain local --alice --validator      the first of the two validators of the local network
  surety-node export-chain-spec --chain local --raw  its specification, for other machines
")]
pub(crate) struct Cli {
	#[command(subcommand)]
	pub(crate) subcommand: Option<Subcommand>,

	#[clap(flatten)]
	pub(crate) run: RunCmd,

	/// Serve a notary's publications over HTTP on this address, such as 127.0.0.1:9980
	///
	/// They are served by the JSON-RPC as well. Whoever reads them checks the notary's signature, so any proxy or
	/// cache may stand before it.
	#[arg(long, value_name = "ADDRESS:PORT", help_heading = "Notary Options")]
	pub(crate) presence_http: Option<SocketAddr>,
}

#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub(crate) enum Subcommand {
	/// Generate, inspect and insert keys
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Sign a message with a key
	Sign(sc_cli::SignCmd),

	/// Verify a signature
	Verify(sc_cli::VerifyCmd),

	/// Export a chain specification as launchers of networks ask for it: use `export-chain-spec` by hand
	#[command(hide = true)]
	#[allow(deprecated)]
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Export a chain specification
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Print what the database holds
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Check that a block of the database executes
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Check the invariants of Surety's pallets on the state of a block
	CheckState(CheckStateCmd),

	/// Export blocks to a file
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Import blocks from a file
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Export the state of a block as a chain specification
	ExportState(sc_cli::ExportStateCmd),

	/// Remove the database of a chain
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Go back to an earlier block that is not final
	Revert(sc_cli::RevertCmd),
}
