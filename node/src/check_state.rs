//! `surety-node check-state`: checks the invariants of Surety's pallets on the state of a block.
//!
//! The state is read from the database and checked natively, by the same code that the tests run. The
//! node must be stopped: the database has one user at a time.

use sc_cli::{BlockNumberOrHash, CliConfiguration, DatabaseParams, PruningParams, SharedParams};
use sc_client_api::UsageProvider;
use sp_api::Core;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use std::sync::Arc;
use surety_primitives::traits::CheckState;
use surety_runtime::{opaque::Block, SuretyPallets, VERSION};

use crate::service::FullClient;

/// Options of `check-state`.
#[derive(Debug, Clone, clap::Parser)]
pub(crate) struct CheckStateCmd {
	/// Block whose state is checked; the best block if left out
	#[arg(value_name = "HASH or NUMBER")]
	block: Option<BlockNumberOrHash>,

	#[clap(flatten)]
	shared_params: SharedParams,

	#[clap(flatten)]
	pruning_params: PruningParams,

	#[clap(flatten)]
	database_params: DatabaseParams,
}

impl CheckStateCmd {
	/// Checks the state, and says so on stdout.
	pub(crate) async fn run(&self, client: Arc<FullClient>) -> sc_cli::Result<()> {
		let block = self.block.as_ref().map(|b| b.parse::<Block>()).transpose()?;
		let hash = match block {
			Some(id) => client.expect_block_hash_from_id(&id)?,
			None => client.usage_info().chain.best_hash,
		};
		let number = client.number(hash)?.ok_or_else(|| format!("block {hash} is not in the database"))?;
		let on_chain = client
			.runtime_api()
			.version(hash)
			.map_err(|e| format!("the runtime of block {number} does not answer: {e}"))?;
		if on_chain.spec_version != VERSION.spec_version {
			return Err(format!(
				"block {number} has spec version {}, this node {}: take the node that belongs to it",
				on_chain.spec_version, VERSION.spec_version,
			)
			.into());
		}
		let storage = sc_service::chain_ops::export_raw_state(client, hash)?;
		let entries = storage.top.len();
		let mut state = sp_state_machine::BasicExternalities::new(storage);
		state
			.execute_with(SuretyPallets::check_state)
			.map_err(|broken| format!("state of block {number}: {}", <&'static str>::from(broken)))?;
		println!(
			"state of block {number} ({hash:?}) holds: {entries} entries, all invariants of Surety's pallets"
		);
		Ok(())
	}
}

impl CliConfiguration for CheckStateCmd {
	fn shared_params(&self) -> &SharedParams {
		&self.shared_params
	}

	fn pruning_params(&self) -> Option<&PruningParams> {
		Some(&self.pruning_params)
	}

	fn database_params(&self) -> Option<&DatabaseParams> {
		Some(&self.database_params)
	}
}
