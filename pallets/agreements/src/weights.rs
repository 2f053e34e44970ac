//! Weights of the calls, estimated from what they read and write. Measured ones belong to the runtime.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of looking for new randomness, of keeping it, and of forgetting old.
	fn watch_randomness() -> Weight;
	/// Weight of `propose`.
	fn propose() -> Weight;
	/// Weight of `accept`.
	fn accept() -> Weight;
	/// Weight of `withdraw`.
	fn withdraw() -> Weight;
	/// Weight of `renew`.
	fn renew() -> Weight;
	/// Weight of `give_notice`.
	fn give_notice() -> Weight;
	/// Weight of `report_cut`.
	fn report_cut() -> Weight;
	/// Weight of `challenge`.
	fn challenge() -> Weight;
	/// Weight of `ping` by a path of `p` edges.
	fn ping(p: u32) -> Weight;
	/// Weight of `conclude`.
	fn conclude() -> Weight;
	/// Weight of `answer_audit` with `s` chunks of the largest size, from the largest file.
	fn answer_audit(s: u32) -> Weight;
	/// Weight of `report_missed`.
	fn report_missed() -> Weight;
	/// Weight of `claim_fees`.
	fn claim_fees() -> Weight;
	/// Weight of `claim_penalty`.
	fn claim_penalty() -> Weight;
	/// Weight of `close`.
	fn close() -> Weight;
	/// Weight of `settle`.
	fn settle() -> Weight;
}

/// Account and holds of the native token.
const NATIVE: u64 = 2;
/// An asset's details, account, holds and their sum.
const ASSET: u64 = 4;
/// One payment in an asset: its details, both accounts, holds and their sum, and the receiver's account in the system.
const PAYMENT: u64 = 7;
/// What sharing reads: commission, stake, eras and what is pending, and a second payment.
const SHARING: u64 = 4 + PAYMENT;
/// Era of stake, and the first that can be reported.
const ERAS: u64 = 1;
/// A ledger of stake, with the operator's position, pins and rates.
const LEDGER: u64 = 20;
/// What is known of a node: its number, labels up to the main component, the main one, its cut.
const STANDING: u64 = 12;

/// Estimates for tests: what is read and written, and a base for execution.
impl WeightInfo for () {
	// Two items of the SDK's; what is kept, two beacons that are forgotten.
	fn watch_randomness() -> Weight {
		estimate(20, 5 + ERAS, 4)
	}

	fn propose() -> Weight {
		estimate(60, 1 + NATIVE, 2 + NATIVE)
	}

	// The proposal, the service, the operator; the agreement in two indexes, reservations.
	fn accept() -> Weight {
		estimate(400, 3 + STANDING + LEDGER + ERAS + ASSET, 5 + ASSET)
	}

	fn withdraw() -> Weight {
		estimate(50, 1 + NATIVE, 1 + NATIVE)
	}

	fn renew() -> Weight {
		estimate(70, 1 + ASSET, 1 + ASSET)
	}

	fn give_notice() -> Weight {
		estimate(60, 1 + ERAS + NATIVE, 1 + NATIVE)
	}

	fn report_cut() -> Weight {
		estimate(80, 1 + ERAS + STANDING + NATIVE, 1 + NATIVE)
	}

	fn challenge() -> Weight {
		estimate(70, 1 + ERAS + NATIVE, 1 + NATIVE)
	}

	fn ping(p: u32) -> Weight {
		estimate(90, 1 + ERAS + STANDING + 2 * NATIVE, 1 + 2 * NATIVE)
			.saturating_add(estimate(8, 1, 0).saturating_mul(p.into()))
	}

	fn conclude() -> Weight {
		estimate(60, 1 + ERAS + NATIVE, 1 + NATIVE)
	}

	// 4 kB and 33 nodes are hashed for each chunk.
	fn answer_audit(s: u32) -> Weight {
		estimate(40, 3, 1).saturating_add(estimate(40, 0, 0).saturating_mul(s.into()))
	}

	fn report_missed() -> Weight {
		estimate(40, 3 + ERAS, 1)
	}

	fn claim_fees() -> Weight {
		estimate(220, 1 + ERAS + PAYMENT + SHARING, 1 + PAYMENT + SHARING)
	}

	// The agreement, slashes that were pending, own stake of each era that is owed for, the report.
	fn claim_penalty() -> Weight {
		estimate(8_000, 1 + ERAS + 4 + LEDGER + 9, 1 + 9 + NATIVE)
	}

	// The agreement in two indexes, slashes that were pending, reservations; fees, the deposit.
	fn close() -> Weight {
		estimate(
			350,
			1 + ERAS + 4 + 1 + PAYMENT + SHARING + ASSET + NATIVE,
			3 + 1 + PAYMENT + SHARING + ASSET + NATIVE,
		)
	}

	fn settle() -> Weight {
		estimate(60, 1 + 4 + 1, 1 + 1)
	}
}

/// `micros` microseconds of execution and so many reads, each with its proof, and writes.
fn estimate(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), reads.saturating_mul(4_000))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}
