//! What clients can ask the node, beside what every node of the SDK answers.

use jsonrpsee::RpcModule;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_rpc::SubscriptionTaskExecutor;
use sp_keystore::KeystorePtr;
use std::{error::Error, sync::Arc};
use surety_runtime::{opaque::Block, AccountId, Balance, BlockNumber, Hash, Nonce};

use crate::{
	presence::{PresenceApiServer, PresenceRpc},
	service::{FullBackend, FullClient, FullPool, FullSelectChain},
};

/// What answers about BABE need.
pub(crate) struct BabeDeps {
	pub(crate) worker: BabeWorkerHandle<Block>,
	pub(crate) keystore: KeystorePtr,
}

/// What answers about GRANDPA need.
pub(crate) struct GrandpaDeps {
	pub(crate) shared_voter_state: SharedVoterState,
	pub(crate) shared_authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	pub(crate) justification_stream: GrandpaJustificationStream<Block>,
	pub(crate) finality_provider: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// What all answers need.
pub(crate) struct FullDeps {
	pub(crate) client: Arc<FullClient>,
	pub(crate) pool: Arc<FullPool>,
	pub(crate) select_chain: FullSelectChain,
	pub(crate) chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
	pub(crate) babe: BabeDeps,
	pub(crate) grandpa: GrandpaDeps,
	pub(crate) presence: PresenceRpc,
	pub(crate) executor: SubscriptionTaskExecutor,
}

/// All methods that the SDK does not add by itself.
pub(crate) fn create(deps: FullDeps) -> Result<RpcModule<()>, Box<dyn Error + Send + Sync>> {
	use pallet_transaction_payment::RuntimeDispatchInfo;
	use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
	use sc_consensus_babe_rpc::{Babe, BabeApiServer};
	use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
	use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
	use substrate_frame_rpc_system::{System, SystemApiServer};

	let FullDeps { client, pool, select_chain, chain_spec, babe, grandpa, presence, executor } = deps;
	let mut module = RpcModule::new(());
	module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(System::new(client.clone(), pool)))?;
	module.merge(TransactionPaymentApiServer::<_, RuntimeDispatchInfo<Balance>>::into_rpc(
		TransactionPayment::new(client.clone()),
	))?;
	module.merge(Babe::new(client.clone(), babe.worker.clone(), babe.keystore, select_chain).into_rpc())?;
	module.merge(
		Grandpa::new(
			executor,
			grandpa.shared_authority_set.clone(),
			grandpa.shared_voter_state,
			grandpa.justification_stream,
			grandpa.finality_provider,
		)
		.into_rpc(),
	)?;
	module
		.merge(SyncState::new(chain_spec, client, grandpa.shared_authority_set, babe.worker)?.into_rpc())?;
	module.merge(presence.into_rpc())?;
	Ok(module)
}
