//! What the weights allow: computed natively, from the runtime this command was built with.

use super::accounts;
use crate::genesis;
use anyhow::{ensure, Context, Result};
use codec::Encode;
use frame_support::{dispatch::DispatchClass, weights::Weight};
use serde_json::Value;
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{Digest, DigestItem},
	traits::Header as _,
};
use surety_runtime::{
	capacity::{transfer_info, transfers_per_block, PRODUCTION_SLOT_MS},
	Executive, Hash, Header, Runtime, System, UncheckedExtrinsic,
};

/// What a block of production carries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capacity {
	/// Transfers that fit into a block.
	pub(crate) per_block: u64,
	/// Weight of a transfer with all that is booked for it.
	pub(crate) transfer: Weight,
	/// Weight of a block without transactions.
	pub(crate) mandatory: Weight,
}

impl Capacity {
	/// Computes it for transfers as this command sends them.
	pub(crate) fn compute() -> Result<Self> {
		let mandatory = mandatory(genesis_json()?)?;
		let length = transfer_length()?;
		let info = transfer_info();
		let limits = <Runtime as frame_system::Config>::BlockWeights::get();
		let transfer = frame_system::calculate_consumed_extrinsic_weight::<surety_runtime::RuntimeCall>(
			&limits,
			&info,
			usize::try_from(length)?,
		);
		Ok(Self { per_block: transfers_per_block(mandatory, &info, length), transfer, mandatory })
	}

	/// Transfers a second, at production's block time.
	pub(crate) fn per_second(&self) -> f64 {
		self.per_block as f64 * 1_000.0 / f64::from(PRODUCTION_SLOT_MS)
	}
}

/// Bytes of a transfer as this command sends them.
fn transfer_length() -> Result<u32> {
	let key = accounts::key(0);
	let signed = accounts::sign(&key, accounts::account(&key), Hash::zero());
	u32::try_from(signed.encoded_size()).context("the length of a transfer")
}

/// The genesis of the development preset, whole, with production's slots.
fn genesis_json() -> Result<Value> {
	let mut patch = genesis::patch("development")?;
	super::spec::patch_genesis(&mut patch, &[])?;
	Ok(surety_runtime::genesis::whole(patch)?)
}

/// State in which the first block after `genesis` has begun and has its inherent.
fn first_block(genesis: Value) -> Result<TestExternalities> {
	let mut state = TestExternalities::new_empty();
	state.execute_with(|| {
		genesis::build(&genesis)?;
		let slot = 1u64;
		let digest =
			PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() });
		let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, digest.encode())] };
		let hash = Hash::default();
		Executive::initialize_block(&Header::new(1, hash, hash, hash, digest));
		let now = slot.saturating_mul(u64::from(PRODUCTION_SLOT_MS));
		let inherent = UncheckedExtrinsic::new_bare(pallet_timestamp::Call::set { now }.into());
		let outcome = Executive::apply_extrinsic(inherent);
		ensure!(matches!(outcome, Ok(Ok(()))), "the timestamp is refused: {outcome:?}");
		Ok(())
	})?;
	Ok(state)
}

/// Weight of a block without transactions: base, hooks and inherent.
fn mandatory(genesis: Value) -> Result<Weight> {
	let mut state = first_block(genesis)?;
	Ok(state.execute_with(|| *System::block_weight().get(DispatchClass::Mandatory)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::dispatch::DispatchInfo;
	use frame_system::limits::{BlockLength, BlockWeights};
	use surety_runtime::capacity::{transactions_per_block, transfer_info_of_sdk};

	/// A block of `total` of which normal transactions may fill three quarters, without base weights.
	fn limits(total: u64) -> BlockWeights {
		BlockWeights::builder()
			.base_block(Weight::zero())
			.for_class(DispatchClass::all(), |class| class.base_extrinsic = Weight::from_parts(10, 0))
			.for_class(DispatchClass::Normal, |class| {
				class.max_total = Some(Weight::from_parts(total / 4 * 3, u64::MAX))
			})
			.for_class(DispatchClass::Operational, |class| {
				class.max_total = Some(Weight::from_parts(total, u64::MAX))
			})
			.build_or_panic()
	}

	fn lengths(max: u32) -> BlockLength {
		BlockLength::builder().max_length(max).build()
	}

	fn info(weight: u64) -> DispatchInfo {
		DispatchInfo {
			call_weight: Weight::from_parts(weight - weight / 3, 0),
			extension_weight: Weight::from_parts(weight / 3, 0),
			..Default::default()
		}
	}

	#[test]
	fn a_block_should_carry_what_its_class_allows_when_hooks_leave_room() {
		let per_block = |mandatory, weight| {
			let mandatory = Weight::from_parts(mandatory, 0);
			transactions_per_block(&limits(4_000), &lengths(u32::MAX), mandatory, &info(weight), 100)
		};
		// 3,000 at 90 + 10 each: what is mandatory has a quarter of the block to itself.
		assert_eq!(per_block(0, 90), 30);
		assert_eq!(per_block(1_000, 90), 30);
		// Beyond that quarter it takes from the transactions.
		assert_eq!(per_block(1_001, 90), 29);
		assert_eq!(per_block(4_000, 90), 0);
		assert_eq!(per_block(9_000, 90), 0);
		// What does not fit whole does not fit.
		assert_eq!(per_block(0, 91), 29);
	}

	#[test]
	fn a_block_should_carry_what_its_length_allows_when_that_is_less() {
		let per_block =
			|bytes| transactions_per_block(&limits(4_000), &lengths(2_000), Weight::zero(), &info(90), bytes);
		assert_eq!(per_block(100), 20);
		assert_eq!(per_block(101), 19);
		assert_eq!(per_block(10), 30);
	}

	#[test]
	fn a_transfer_should_be_booked_at_the_weight_that_capacity_counts() {
		let key = accounts::key(0);
		let mut patch = genesis_json().expect("the preset");
		super::super::spec::patch_genesis(&mut patch, &[accounts::account(&key)]).expect("patches");
		let mut state = first_block(patch).expect("a block begins");
		let booked = state.execute_with(|| {
			let genesis = System::block_hash(0);
			let to = accounts::account(&accounts::key(1));
			let outcome = Executive::apply_extrinsic(accounts::sign(&key, to, genesis));
			assert_eq!(outcome, Ok(Ok(())));
			*System::block_weight().get(DispatchClass::Normal)
		});
		// Nothing is given back after the transfer: else blocks would hold more than we count.
		let counted = Capacity::compute().expect("computes").transfer;
		assert_eq!(booked.ref_time(), counted.ref_time());
	}

	#[test]
	fn a_block_of_the_runtime_should_be_bound_by_weight_and_not_by_length() {
		let capacity = Capacity::compute().expect("computes");
		let bytes = capacity.per_block * u64::from(transfer_length().expect("a length"));
		// 512 bytes above four mebibytes is also where an author stops.
		assert!(bytes < 3_900_000, "{bytes}");
		assert!(capacity.mandatory.ref_time() > 0);
		assert!(capacity.per_block > 1_000, "{capacity:?}");
	}

	/// `capacity_per_second` of the runtime, over the same with what the SDK brings along.
	fn gain() -> f64 {
		let capacity = Capacity::compute().expect("computes");
		let length = transfer_length().expect("a length");
		let sdk = transfers_per_block(capacity.mandatory, &transfer_info_of_sdk(), length);
		println!("{} transfers a block, {sdk} with the SDK's weights", capacity.per_block);
		capacity.per_block as f64 / sdk as f64
	}

	#[test]
	fn capacity_should_be_at_least_twice_that_of_the_sdks_weights() {
		let gain = gain();
		assert!(gain >= 2.0, "{gain}");
	}
}
