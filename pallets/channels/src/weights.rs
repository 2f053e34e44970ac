//! Weights of the calls, estimated from what they read and write. Measured ones belong to the runtime.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call. All are O(1).
pub trait WeightInfo {
	/// Weight of `open`.
	fn open() -> Weight;
	/// Weight of `accept`.
	fn accept() -> Weight;
	/// Weight of `withdraw_proposal`.
	fn withdraw_proposal() -> Weight;
	/// Weight of `expire_proposal`.
	fn expire_proposal() -> Weight;
	/// Weight of `top_up`.
	fn top_up() -> Weight;
	/// Weight of `add_key`.
	fn add_key() -> Weight;
	/// Weight of `set_watcher`.
	fn set_watcher() -> Weight;
	/// Weight of `close_cooperatively`.
	fn close_cooperatively() -> Weight;
	/// Weight of `close_unilaterally`.
	fn close_unilaterally() -> Weight;
	/// Weight of `hand_in`, by a watcher.
	fn hand_in() -> Weight;
	/// Weight of `settle`.
	fn settle() -> Weight;
	/// Weight of `collect`.
	fn collect() -> Weight;
	/// Weight of `accept_asset`.
	fn accept_asset() -> Weight;
	/// Weight of `retire_asset`.
	fn retire_asset() -> Weight;
}

/// Storage items of a payment to an account that is new in the asset: its account there, and the system's.
const RECEIVER: u64 = 2;
/// Storage items of what is held of one account in an asset: its account, holds and their sum.
const HELD: u64 = 3;
/// The details of the asset.
const DETAILS: u64 = 1;
/// Storage items of holding or releasing in the native token: account and holds.
const NATIVE: u64 = 2;
/// The record and its entries under both parties.
const RECORD: u64 = 3;
/// Time to check one signature and hash what was signed, in picoseconds.
const SIGNATURE: u64 = 100_000_000;
/// Size of a proof for one item, in bytes.
const PROOF: u64 = 3_600;

fn weigh(ref_time: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(ref_time, PROOF.saturating_mul(reads))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	fn open() -> Weight {
		// The asset's acceptance, the next number, the windows; the next number.
		weigh(150_000_000, 4 + NATIVE + DETAILS + HELD, 1 + RECORD + NATIVE + DETAILS + HELD)
	}

	fn accept() -> Weight {
		weigh(150_000_000, 2 + NATIVE + DETAILS + HELD, 2 + NATIVE + DETAILS + HELD)
	}

	fn withdraw_proposal() -> Weight {
		weigh(150_000_000, 1 + NATIVE + DETAILS + HELD, RECORD + NATIVE + DETAILS + HELD)
	}

	fn expire_proposal() -> Weight {
		Self::withdraw_proposal()
	}

	fn top_up() -> Weight {
		weigh(90_000_000, 1 + DETAILS + HELD, 1 + DETAILS + HELD)
	}

	fn add_key() -> Weight {
		weigh(30_000_000, 1, 1)
	}

	fn set_watcher() -> Weight {
		weigh(30_000_000, 1, 1)
	}

	fn close_cooperatively() -> Weight {
		// The genesis hash.
		Self::settle().saturating_add(weigh(2 * SIGNATURE, 1, 0))
	}

	fn close_unilaterally() -> Weight {
		weigh(30_000_000, 1, 1)
	}

	fn hand_in() -> Weight {
		weigh(30_000_000 + 2 * SIGNATURE, 2, 1)
	}

	fn settle() -> Weight {
		let money = DETAILS + 2 * HELD + 4 * RECEIVER + 2 * NATIVE;
		weigh(600_000_000, 1 + money, RECORD + money)
	}

	fn collect() -> Weight {
		Self::settle()
	}

	fn accept_asset() -> Weight {
		weigh(20_000_000, DETAILS, 1)
	}

	fn retire_asset() -> Weight {
		weigh(20_000_000, 1, 1)
	}
}
