//! Weights of the calls.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of `report` with `c` claims.
	fn report(c: u32) -> Weight;
	/// Weight of `veto`.
	fn veto() -> Weight;
	/// Weight of `apply` where `c` claims join settlements, in `a` assets of the most crowded stake.
	fn apply(c: u32, a: u32) -> Weight;
	/// Weight of `forget`.
	fn forget() -> Weight;
	/// Weight of `close`.
	fn close() -> Weight;
	/// Weight of `collect` from a settlement that is closed.
	fn collect() -> Weight;
	/// Weight of `set_threshold`.
	fn set_threshold() -> Weight;
	/// Weight of `petition`.
	fn petition() -> Weight;
	/// Weight of `sign` where the petition passes.
	fn sign() -> Weight;
	/// Weight of `resolve`.
	fn resolve() -> Weight;
	/// Weight of looking at a part of the queue.
	fn look() -> Weight;
}

/// Estimates for tests: what is read and written, and a base for execution.
impl WeightInfo for () {
	// Service, subscriptions and their offers; era, pins, a ledger; the slash, its evidence, the queue; account, holds.
	fn report(c: u32) -> Weight {
		estimate(120, 9, 8).saturating_add(estimate(15, 2, 0).saturating_mul(c.into()))
	}

	// The slash, pins, petition, the queue twice; account and holds of the reporter, the treasury.
	fn veto() -> Weight {
		estimate(100, 8, 9)
	}

	// The slash, pins, petition, the queue; each claim with its settlement; each ledger with the operator's position,
	// the pot, and those who are paid.
	fn apply(c: u32, a: u32) -> Weight {
		estimate(60, 6, 6)
			.saturating_add(estimate(30, 3, 4).saturating_mul(c.into()))
			.saturating_add(estimate(2_000, 20, 16).saturating_mul(a.into()))
	}

	// The slash, its evidence, era; account and holds of the reporter.
	fn forget() -> Weight {
		estimate(50, 4, 4)
	}

	// The settlement, the queue, escrow; the pot and the treasury.
	fn close() -> Weight {
		estimate(80, 8, 9)
	}

	// The settlement, the claim, escrow; the pot and the victim, and the treasury.
	fn collect() -> Weight {
		estimate(100, 10, 11)
	}

	// The threshold.
	fn set_threshold() -> Weight {
		estimate(10, 0, 1)
	}

	// Subscription, threshold, era, counter, petition, signature, fees; account and holds.
	fn petition() -> Weight {
		estimate(80, 9, 6)
	}

	// As for `petition` and `report`.
	fn sign() -> Weight {
		estimate(200, 18, 12)
	}

	// Petition, signature, fees, subscription; account and holds, the treasury.
	fn resolve() -> Weight {
		estimate(80, 7, 7)
	}

	// The first item.
	fn look() -> Weight {
		estimate(5, 1, 0)
	}
}

/// `micros` microseconds of execution and so many reads, each with its proof, and writes.
fn estimate(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), reads.saturating_mul(4_000))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}
