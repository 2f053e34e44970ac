//! Weights, measured by `scripts/weights.sh` with ParityDb's costs of reading and writing. Each file but this one
//! is written by it; the date and the machine are at its head.

pub mod block_weights;
pub mod extrinsic_weights;
pub mod frame_election_provider_support;
pub mod frame_system;
pub mod frame_system_extensions;
pub mod pallet_agreements;
pub mod pallet_assets;
pub mod pallet_bags_list;
pub mod pallet_balances;
pub mod pallet_channels;
pub mod pallet_collective;
pub mod pallet_conviction_voting;
pub mod pallet_identity;
pub mod pallet_multisig;
pub mod pallet_notary;
pub mod pallet_preimage;
pub mod pallet_proxy;
pub mod pallet_referenda;
pub mod pallet_registry;
pub mod pallet_restaking;
pub mod pallet_safe_mode;
pub mod pallet_scheduler;
pub mod pallet_session;
pub mod pallet_slashing;
pub mod pallet_staking;
pub mod pallet_subscriptions;
pub mod pallet_sudo;
pub mod pallet_timestamp;
pub mod pallet_topology;
pub mod pallet_transaction_payment;
pub mod pallet_treasury;
pub mod pallet_tx_pause;
pub mod pallet_utility;
pub mod pallet_whitelist;
pub mod pallet_windows;

use ::frame_system::ExtensionsWeightInfo as _;
use ::pallet_transaction_payment::WeightInfo as _;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet-transaction-payment`, for transactions that pay for themselves.
///
/// Who pays is who signs, whose account `CheckNonce` has counted already: a block reads and writes it once, not
/// once for each extension.
pub struct Payment<T>(PhantomData<T>);

impl<T: ::frame_system::Config> ::pallet_transaction_payment::WeightInfo for Payment<T> {
	fn charge_transaction_payment() -> Weight {
		pallet_transaction_payment::WeightInfo::<T>::charge_transaction_payment()
			.saturating_sub(T::DbWeight::get().reads_writes(1, 1))
	}
}

/// Weight of a transaction beside those of its call and its extensions: decoding it, checking the signature.
///
/// What is measured is a whole transaction with an empty call, its extensions run and all. They have weights of
/// their own, so the base is what they leave of it, and an empty transaction weighs as a whole what it took.
pub fn base_extrinsic<T: ::frame_system::Config>() -> Weight {
	let measured = extrinsic_weights::ExtrinsicBaseWeight::get();
	measured.saturating_sub(Weight::from_parts(executed_extensions::<T>().ref_time(), 0))
}

/// Weight of running the extensions of a transaction that never expires, without the cost of the database: the
/// empty transaction was timed with its signer's account, which `CheckNonce` counts, in memory.
fn executed_extensions<T: ::frame_system::Config>() -> Weight {
	type System<T> = frame_system_extensions::WeightInfo<T>;
	[
		System::<T>::check_non_zero_sender(),
		System::<T>::check_spec_version(),
		System::<T>::check_tx_version(),
		System::<T>::check_genesis(),
		System::<T>::check_mortality_immortal_transaction(),
		System::<T>::check_nonce(),
		System::<T>::check_weight(),
		Payment::<T>::charge_transaction_payment(),
		System::<T>::weight_reclaim(),
	]
	.into_iter()
	.fold(Weight::zero(), Weight::saturating_add)
	.saturating_sub(T::DbWeight::get().reads_writes(1, 1))
}
