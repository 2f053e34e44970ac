//! Weights of the calls.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call, and of what other pallets ask for.
pub trait WeightInfo {
	/// Weight of the turn of an era, in a block in which it happens.
	fn turn_era() -> Weight;
	/// Weight of `accept_asset`.
	fn accept_asset() -> Weight;
	/// Weight of `retire_asset`.
	fn retire_asset() -> Weight;
	/// Weight of `stake`.
	fn stake() -> Weight;
	/// Weight of `unbond` and `unbond_all`.
	fn unbond() -> Weight;
	/// Weight of `withdraw`.
	fn withdraw() -> Weight;
	/// Weight of `allocate`.
	fn allocate() -> Weight;
	/// Weight of `deallocate`.
	fn deallocate() -> Weight;
	/// Weight of `sync`.
	fn sync() -> Weight;
	/// Weight of `sweep`.
	fn sweep() -> Weight;
	/// Weight of `set_commission`.
	fn set_commission() -> Weight;
	/// Weight of `reward`.
	fn reward() -> Weight;
	/// Weight of `collect`.
	fn collect() -> Weight;
	/// Weight of slashing an operator's stake in one asset.
	fn slash() -> Weight;
}

/// Estimates for tests: what is read and written, and a base for execution.
impl WeightInfo for () {
	// Era.
	fn turn_era() -> Weight {
		estimate(5, 1, 1)
	}

	// Assets; the asset, the pot's account.
	fn accept_asset() -> Weight {
		estimate(30, 3, 1)
	}

	// Assets.
	fn retire_asset() -> Weight {
		estimate(15, 1, 1)
	}

	// Operator, assets, era, pins, ledger, position, a rate; the accounts and holds of holder and pot.
	fn stake() -> Weight {
		estimate(200, 12, 8)
	}

	// As `stake`.
	fn unbond() -> Weight {
		estimate(200, 12, 8)
	}

	// As `stake`.
	fn withdraw() -> Weight {
		estimate(200, 12, 8)
	}

	// Era, pins, ledger, a rate.
	fn allocate() -> Weight {
		estimate(100, 3, 2)
	}

	// As `allocate`.
	fn deallocate() -> Weight {
		estimate(100, 3, 2)
	}

	// Era, pins, ledger, position, a rate.
	fn sync() -> Weight {
		estimate(100, 4, 3)
	}

	// Unmoved; the accounts and holds of pot and receiver.
	fn sweep() -> Weight {
		estimate(100, 8, 6)
	}

	// Ledger, commission.
	fn set_commission() -> Weight {
		estimate(30, 2, 1)
	}

	// Ledger, era, pins, a rate; the accounts and holds of payer and pot.
	fn reward() -> Weight {
		estimate(100, 8, 6)
	}

	// As `withdraw`.
	fn collect() -> Weight {
		estimate(200, 12, 8)
	}

	// Ledger and the operator's position; the accounts and holds of pot and receiver.
	fn slash() -> Weight {
		estimate(200, 10, 8)
	}
}

/// `micros` microseconds of execution and so many reads, each with its proof, and writes.
fn estimate(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), reads.saturating_mul(4_000))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}
