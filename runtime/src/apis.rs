//! What clients can ask of the runtime without a transaction.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	traits::{Get, KeyOwnerProofSystem},
	weights::Weight,
};
use pallet_grandpa::AuthorityId as GrandpaId;
use sp_api::impl_runtime_apis;
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata, U256};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult,
};
use surety_primitives::{
	api as surety_api,
	notary::{BountyId, RequestId, Slot, SubsidyId, Window},
	topology::{Limits, NodeId, Totals},
	AgreementId, ChannelId, EdgeId, OfferFilter, PetitionId, ServiceId, SettlementId, SlashId,
	SubscriptionId,
};

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> sp_runtime::ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: frame_support::view_functions::ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> sp_consensus_babe::BabeConfiguration {
			let epoch_config = Babe::epoch_config().unwrap_or(BABE_GENESIS_EPOCH_CONFIG);
			sp_consensus_babe::BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: <Runtime as pallet_babe::Config>::EpochDuration::get(),
				c: epoch_config.c,
				authorities: Babe::authorities().to_vec(),
				randomness: Babe::randomness(),
				allowed_slots: epoch_config.allowed_slots,
			}
		}

		fn current_epoch_start() -> sp_consensus_babe::Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> sp_consensus_babe::Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> sp_consensus_babe::Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			_slot: sp_consensus_babe::Slot,
			authority_id: sp_consensus_babe::AuthorityId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			use codec::Encode;
			Historical::prove((sp_consensus_babe::KEY_TYPE, authority_id))
				.map(|p| p.encode())
				.map(sp_consensus_babe::OpaqueKeyOwnershipProof::new)
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
			key_owner_proof: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			let key_owner_proof = key_owner_proof.decode()?;
			Babe::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			pallet_grandpa::CurrentSetId::<Runtime>::get()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			let key_owner_proof = key_owner_proof.decode()?;
			Grandpa::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof)
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_grandpa::SetId,
			authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			use codec::Encode;
			Historical::prove((sp_consensus_grandpa::KEY_TYPE, authority_id))
				.map(|p| p.encode())
				.map(sp_consensus_grandpa::OpaqueKeyOwnershipProof::new)
		}
	}

	impl sp_authority_discovery::AuthorityDiscoveryApi<Block> for Runtime {
		fn authorities() -> Vec<AuthorityDiscoveryId> {
			AuthorityDiscovery::authorities()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> sp_session::OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(uxt, len)
		}

		fn query_fee_details(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(uxt, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall>
		for Runtime
	{
		fn query_call_info(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, len)
		}

		fn query_call_fee_details(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_staking_runtime_api::StakingApi<Block, Balance, AccountId> for Runtime {
		fn nominations_quota(balance: Balance) -> u32 {
			Staking::api_nominations_quota(balance)
		}

		fn eras_stakers_page_count(era: sp_staking::EraIndex, account: AccountId) -> sp_staking::Page {
			Staking::api_eras_stakers_page_count(era, account)
		}

		fn pending_rewards(era: sp_staking::EraIndex, account: AccountId) -> bool {
			Staking::api_pending_rewards(era, account)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis::preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis::preset_names()
		}
	}

	impl surety_api::RegistryApi<Block> for Runtime {
		fn service(id: ServiceId) -> Option<surety_api::ServiceInfo> {
			Registry::service(id)
		}

		fn services(start: ServiceId, limit: u32) -> surety_api::ServicePage {
			Registry::services(start, limit)
		}

		fn operator(operator: AccountId) -> Option<surety_api::OperatorInfo> {
			Registry::operator(operator)
		}

		fn offer(service: ServiceId, operator: AccountId) -> Option<surety_api::OfferInfo> {
			Registry::offer(service, operator)
		}

		fn offers(service: ServiceId, filter: OfferFilter, cursor: Option<AccountId>, limit: u32) -> surety_api::OfferPage {
			Registry::offers(service, filter, cursor, limit)
		}

		fn sample(
			service: ServiceId,
			seed: [u8; 32],
			filter: OfferFilter,
			picks: u32,
			cursor: Option<AccountId>,
			limit: u32,
		) -> surety_api::Sample {
			Registry::sample(service, seed, filter, picks, cursor, limit)
		}
	}

	impl surety_api::RestakingApi<Block> for Runtime {
		fn era() -> surety_api::EraStatus {
			Restaking::era_status()
		}

		fn stake_of(operator: AccountId) -> Vec<surety_api::LedgerInfo> {
			Restaking::stake_of(operator)
		}

		fn position(
			holder: AccountId,
			operator: AccountId,
			asset: AssetKind,
		) -> Option<surety_api::PositionInfo> {
			Restaking::position(holder, operator, asset)
		}

		fn positions(
			holder: AccountId,
			cursor: Option<(AccountId, AssetKind)>,
			limit: u32,
		) -> surety_api::PositionPage {
			Restaking::positions(holder, cursor, limit)
		}
	}

	impl surety_api::SlashingApi<Block> for Runtime {
		fn slash(id: SlashId) -> Option<surety_api::SlashInfo> {
			Slashing::slash(id)
		}

		fn slashes(start: SlashId, limit: u32) -> surety_api::SlashPage {
			Slashing::slashes(start, limit)
		}

		fn petition(id: PetitionId) -> Option<surety_api::PetitionInfo> {
			Slashing::petition_of(id)
		}

		fn petitions(start: PetitionId, limit: u32) -> surety_api::PetitionPage {
			Slashing::petitions(start, limit)
		}

		fn settlements(start: SettlementId, limit: u32) -> surety_api::SettlementPage {
			Slashing::settlements(start, limit)
		}
	}

	impl surety_api::SubscriptionsApi<Block> for Runtime {
		fn subscription(id: SubscriptionId) -> Option<surety_api::SubscriptionInfo> {
			Subscriptions::subscription(id)
		}

		fn of_client(client: AccountId, cursor: Option<SubscriptionId>, limit: u32) -> surety_api::SubscriptionPage {
			Subscriptions::of_client(client, cursor, limit)
		}

		fn of_operator(operator: AccountId, cursor: Option<SubscriptionId>, limit: u32) -> surety_api::SubscriptionPage {
			Subscriptions::of_operator(operator, cursor, limit)
		}
	}

	impl surety_api::NotaryApi<Block> for Runtime {
		fn notary(notary: AccountId) -> Option<surety_api::NotaryInfo> {
			Notary::notary(notary)
		}

		fn notaries(cursor: Option<AccountId>, limit: u32) -> surety_api::NotaryPage {
			Notary::notaries(cursor, limit)
		}

		fn notary_of_key(key: [u8; 32]) -> Option<AccountId> {
			Notary::notary_of_key(key)
		}

		fn request(id: RequestId) -> Option<surety_api::RequestInfo> {
			Notary::request_of(id)
		}

		fn requests(notary: Option<AccountId>, start: RequestId, limit: u32) -> surety_api::RequestPage {
			Notary::requests(notary, start, limit)
		}

		fn attestation(notary: AccountId, slot: Slot) -> Option<surety_api::AttestationInfo> {
			Notary::attestation(notary, slot)
		}

		fn attestation_of(
			notary: AccountId,
			operator: AccountId,
			service: ServiceId,
		) -> Option<surety_api::AttestationInfo> {
			Notary::attestation_of(notary, operator, service)
		}

		fn attestations(notary: AccountId, start: Slot, limit: u32) -> surety_api::AttestationPage {
			Notary::attestations(notary, start, limit)
		}

		fn window() -> surety_api::WindowStatus {
			Notary::window()
		}

		fn commitment(notary: AccountId, window: Window) -> Option<surety_api::CommitmentInfo> {
			Notary::commitment(notary, window)
		}

		fn publication(notary: AccountId) -> Option<(Window, Vec<u8>)> {
			Notary::publication(notary)
		}

		fn snapshot(notary: AccountId) -> Option<surety_presence::message::Snapshot> {
			Notary::snapshot(notary)
		}

		fn challenges(notary: AccountId, limit: u32) -> Vec<surety_api::ChallengeInfo> {
			Notary::challenges(notary, limit)
		}

		fn bounties(start: BountyId, limit: u32) -> surety_api::BountyPage {
			Notary::bounties(start, limit)
		}

		fn subsidies(start: SubsidyId, limit: u32) -> surety_api::SubsidyPage {
			Notary::subsidies(start, limit)
		}
	}

	impl surety_api::AgreementsApi<Block> for Runtime {
		fn proposal(id: AgreementId) -> Option<surety_api::ProposalInfo> {
			Agreements::proposal(id)
		}

		fn proposals(of: Option<AccountId>, start: AgreementId, limit: u32) -> surety_api::ProposalPage {
			Agreements::proposals(of, start, limit)
		}

		fn agreement(id: AgreementId) -> Option<surety_api::AgreementInfo> {
			Agreements::agreement(id)
		}

		fn of_client(client: AccountId, cursor: Option<AgreementId>, limit: u32) -> surety_api::AgreementPage {
			Agreements::agreements_of_client(client, cursor, limit)
		}

		fn of_operator(
			operator: AccountId,
			cursor: Option<AgreementId>,
			limit: u32,
		) -> surety_api::AgreementPage {
			Agreements::agreements_of_operator(operator, cursor, limit)
		}

		fn audit(id: AgreementId) -> Option<surety_api::AuditInfo> {
			Agreements::audit_of(id)
		}
	}

	impl surety_api::TopologyApi<Block> for Runtime {
		fn node(id: NodeId) -> Option<surety_api::NodeInfo> {
			Topology::node(id)
		}

		fn node_of(account: AccountId) -> Option<surety_api::NodeInfo> {
			Topology::node_of(account)
		}

		fn nodes(start: NodeId, limit: u32) -> surety_api::NodePage {
			Topology::nodes(start, limit)
		}

		fn edge(id: EdgeId) -> Option<surety_api::EdgeInfo> {
			Topology::edge(id)
		}

		fn edge_proposal(id: EdgeId) -> Option<surety_api::EdgeProposalInfo> {
			Topology::edge_proposal(id)
		}

		fn neighbours(node: NodeId, page: u32) -> surety_api::NeighbourPage {
			Topology::neighbours(node, page)
		}

		fn route(from: NodeId, to: NodeId, count: u32, limits: Limits) -> surety_api::RouteList {
			Topology::route(from, to, count, limits)
		}

		fn component(node: NodeId) -> Option<surety_api::ComponentInfo> {
			Topology::component(node)
		}

		fn distance(node: NodeId) -> Option<u32> {
			Topology::distance(node)
		}

		fn centre() -> Option<surety_api::CentreInfo> {
			Topology::centre()
		}

		fn centre_cost(node: NodeId) -> Option<U256> {
			Topology::centre_cost(node)
		}

		fn sever_cost(edge: EdgeId) -> Option<surety_api::SeverCost> {
			Topology::sever_cost(edge)
		}

		fn witness(edge: EdgeId) -> Option<Vec<EdgeId>> {
			Topology::witness(edge)
		}

		fn check_path(node: NodeId, path: Vec<EdgeId>, limits: Limits) -> Option<Totals> {
			Topology::check_path_to(node, &path, &limits).ok()
		}
	}

	impl surety_api::ChannelsApi<Block> for Runtime {
		fn channel(id: ChannelId) -> Option<surety_api::ChannelRecord> {
			Channels::channel(id)
		}

		fn channels_of(account: AccountId, cursor: Option<ChannelId>, limit: u32) -> surety_api::ChannelPage {
			Channels::channels_of(account, cursor, limit)
		}

		fn accepts_channels_in(asset: AssetKind) -> bool {
			Channels::accepts_channels_in(asset)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			let weight = Executive::try_runtime_upgrade(checks).expect("the upgrade's own checks hold");
			(weight, BlockWeights::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			Executive::try_execute_block(block, state_root_check, signature_check, select)
				.expect("the block executes and the state holds")
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(extra: bool) -> (
			Vec<frame_benchmarking::BenchmarkList>,
			Vec<frame_support::traits::StorageInfo>,
		) {
			benchmarks::metadata(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			benchmarks::dispatch(config)
		}
	}
}
