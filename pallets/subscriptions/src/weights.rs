//! Weights of the calls, estimated from what they read and write. Measured ones belong to the runtime.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call. All are O(1).
pub trait WeightInfo {
	/// Weight of `subscribe`.
	fn subscribe() -> Weight;
	/// Weight of `top_up`.
	fn top_up() -> Weight;
	/// Weight of `claim`.
	fn claim() -> Weight;
	/// Weight of `cancel`.
	fn cancel() -> Weight;
	/// Weight of `give_notice`.
	fn give_notice() -> Weight;
	/// Weight of `close`.
	fn close() -> Weight;
	/// Weight of `settle`.
	fn settle() -> Weight;
}

/// Storage items of one payment in an asset: its details, both accounts, holds and their sum, and the
/// system's account of a receiver that is new.
const PAYMENT: u64 = 7;
/// Storage items of holding or releasing in the native token: account and holds.
const NATIVE: u64 = 2;
/// Storage items of holding or releasing an asset: its details, account, holds and their sum.
const ASSET: u64 = 4;
/// The subscription and its entries in two indexes.
const RECORD: u64 = 3;
/// What sharing reads: the commission, the stake, eras and what is pending, and a second payment.
const SHARING: u64 = 4 + PAYMENT;
/// What an offer reads: the offer, its operator, what backs it.
const OFFER: u64 = 4;
/// Size of a proof for one item, in bytes.
const PROOF: u64 = 3_600;

fn weigh(ref_time: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(ref_time, PROOF.saturating_mul(reads))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	fn subscribe() -> Weight {
		// The offer, the next number, the length of notice; the offer's places, the next number.
		weigh(150_000_000, OFFER + 2 + NATIVE + ASSET, 2 + RECORD + NATIVE + ASSET)
	}

	fn top_up() -> Weight {
		weigh(90_000_000, 1 + OFFER + ASSET, 1 + ASSET)
	}

	fn claim() -> Weight {
		weigh(210_000_000, 1 + OFFER + PAYMENT + SHARING, 1 + PAYMENT + SHARING)
	}

	fn cancel() -> Weight {
		weigh(320_000_000, 1 + OFFER + PAYMENT + SHARING + NATIVE, 1 + RECORD + PAYMENT + SHARING + NATIVE)
	}

	fn give_notice() -> Weight {
		weigh(40_000_000, 1 + OFFER, 1)
	}

	fn close() -> Weight {
		Self::cancel()
	}

	fn settle() -> Weight {
		weigh(290_000_000, 1 + PAYMENT + SHARING + NATIVE, 1 + PAYMENT + SHARING + NATIVE)
	}
}
