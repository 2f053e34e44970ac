//! How many transfers a block takes, by the runtime's own weights: what benchmarks compare with, and what
//! tests hold the configuration to.

use crate::{AccountId, Runtime, RuntimeCall, TxExtension};
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo, GetDispatchInfo},
	weights::Weight,
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::{generic::Era, traits::TransactionExtension};

/// Milliseconds from a block to the next in production.
pub const PRODUCTION_SLOT_MS: u32 = 6_000;

/// The extensions of a transaction that never expires and gives no tip.
pub fn extensions(nonce: crate::Nonce) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

/// A transfer of `value` to `to`, which leaves the sender alive.
pub fn transfer(to: AccountId, value: crate::Balance) -> RuntimeCall {
	RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { dest: to.into(), value })
}

/// What a signed transfer weighs in this runtime, call and extensions.
pub fn transfer_info() -> DispatchInfo {
	let call = transfer(AccountId::new([0; 32]), 1);
	let extension_weight = extensions(0).weight(&call);
	DispatchInfo { extension_weight, ..call.get_dispatch_info() }
}

/// What a signed transfer would weigh with the weights that the SDK brings along: measured elsewhere, on
/// RocksDB.
pub fn transfer_info_of_sdk() -> DispatchInfo {
	use frame_system::ExtensionsWeightInfo as System;
	use pallet_balances::WeightInfo as Balances;
	use pallet_transaction_payment::WeightInfo as Payment;
	let extensions = [
		<() as System>::check_non_zero_sender(),
		<() as System>::check_spec_version(),
		<() as System>::check_tx_version(),
		<() as System>::check_genesis(),
		<() as System>::check_mortality_immortal_transaction(),
		<() as System>::check_nonce(),
		<() as System>::check_weight(),
		<() as Payment>::charge_transaction_payment(),
		<() as System>::weight_reclaim(),
	];
	DispatchInfo {
		call_weight: <() as Balances>::transfer_keep_alive(),
		extension_weight: extensions
			.into_iter()
			.fold(Weight::zero(), |sum, weight| sum.saturating_add(weight)),
		..transfer_info()
	}
}

/// How many transactions of `info` and `length` bytes a block takes beside `mandatory`, the weight of a block
/// without any: base, hooks and inherents. The rules are those of `CheckWeight`: the class has its own
/// allowance, and with what is mandatory it must fit into the block.
pub fn transactions_per_block(
	limits: &BlockWeights,
	lengths: &BlockLength,
	mandatory: Weight,
	info: &DispatchInfo,
	length: u32,
) -> u64 {
	let class = limits.get(info.class);
	let rest = limits.max_block.saturating_sub(mandatory);
	let allowance = class.max_total.map_or(rest, |max| max.min(rest));
	let each = frame_system::calculate_consumed_extrinsic_weight::<RuntimeCall>(
		limits,
		info,
		usize::try_from(length).unwrap_or(usize::MAX),
	);
	let by_weight = allowance.checked_div_per_component(&each).unwrap_or(u64::MAX);
	let by_length = lengths.max.get(info.class).checked_div(length).map_or(u64::MAX, u64::from);
	by_weight.min(by_length)
}

/// [`transactions_per_block`] for transfers of `length` bytes in the runtime as it is configured.
pub fn transfers_per_block(mandatory: Weight, info: &DispatchInfo, length: u32) -> u64 {
	debug_assert_eq!(info.class, DispatchClass::Normal);
	let limits = <Runtime as frame_system::Config>::BlockWeights::get();
	let lengths = <Runtime as frame_system::Config>::BlockLength::get();
	transactions_per_block(&limits, &lengths, mandatory, info, length)
}
