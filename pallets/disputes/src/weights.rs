//! Weights of the calls, estimated from what they read and write. Measured ones belong to the runtime.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of looking whether an era has begun, and of taking note of it.
	fn note_era() -> Weight;
	/// Weight of `register_key`.
	fn register_key() -> Weight;
	/// Weight of `retire_key`.
	fn retire_key() -> Weight;
	/// Weight of `remove_key`.
	fn remove_key() -> Weight;
	/// Weight of `commit`.
	fn commit() -> Weight;
	/// Weight of `withdraw`.
	fn withdraw() -> Weight;
	/// Weight of `report` of an answer whose call and body of `b` bytes together are shown, without that of a native verifier.
	fn report_wrong_answer(b: u32) -> Weight;
	/// Weight of `report` of two answers.
	fn report_contradiction() -> Weight;
	/// Weight of `forget`.
	fn forget() -> Weight;
}

/// Account and holds of the native token.
const NATIVE: u64 = 2;
/// Era of stake, the first that can be reported, and when they began.
const ERAS: u64 = 2;
/// A subscription or an agreement, and its offer.
const CONTRACT: u64 = 3;
/// What slashing reads and writes: where the operator has stake, the report, numbers, the queue, the slash, pins, the deposit.
const REPORT: u64 = 7 + NATIVE;

/// Estimates for tests: what is read and written, and a base for execution.
impl WeightInfo for () {
	fn note_era() -> Weight {
		estimate(15, ERAS + 1, 1)
	}

	fn register_key() -> Weight {
		estimate(60, 2 + NATIVE, 1 + NATIVE)
	}

	fn retire_key() -> Weight {
		estimate(30, 2, 1)
	}

	fn remove_key() -> Weight {
		estimate(60, 2 + NATIVE, 1 + NATIVE)
	}

	fn commit() -> Weight {
		estimate(50, 1 + NATIVE, 1 + NATIVE)
	}

	fn withdraw() -> Weight {
		estimate(50, 1 + NATIVE, 1 + NATIVE)
	}

	// A signature, and each byte hashed four times: as part of the evidence twice, as a piece, by the check.
	fn report_wrong_answer(b: u32) -> Weight {
		estimate(250, ERAS + 8 + CONTRACT + NATIVE + REPORT, 5 + NATIVE + REPORT)
			.saturating_add(Weight::from_parts(12_000, 0).saturating_mul(b.into()))
	}

	// Two signatures, two requests, two contracts.
	fn report_contradiction() -> Weight {
		estimate(350, ERAS + 9 + 2 * CONTRACT + NATIVE + REPORT, 6 + NATIVE + REPORT)
	}

	fn forget() -> Weight {
		estimate(70, 5 + NATIVE, 4 + NATIVE)
	}
}

/// `micros` microseconds of execution and so many reads, each with its proof, and writes.
fn estimate(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), reads.saturating_mul(4_000))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}
