//! Weights of the calls.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of `create_service` with a name of `n` bytes and a reference of `r` bytes.
	fn create_service(n: u32, r: u32) -> Weight;
	/// Weight of `update_service` with a name of `n` bytes and a reference of `r` bytes.
	fn update_service(n: u32, r: u32) -> Weight;
	/// Weight of `retire_service`.
	fn retire_service() -> Weight;
	/// Weight of `remove_service`.
	fn remove_service() -> Weight;
	/// Weight of `join` with metadata of `m` bytes.
	fn join(m: u32) -> Weight;
	/// Weight of `update_operator` with metadata of `m` bytes.
	fn update_operator(m: u32) -> Weight;
	/// Weight of `pause`.
	fn pause() -> Weight;
	/// Weight of `resume`.
	fn resume() -> Weight;
	/// Weight of `leave` with `n` offers, at least one.
	fn leave(n: u32) -> Weight;
	/// Weight of `leave` without offers, which is the end of the operator.
	fn leave_at_once() -> Weight;
	/// Weight of `make_offer` with metadata of `m` bytes.
	fn make_offer(m: u32) -> Weight;
	/// Weight of `update_offer` with metadata of `m` bytes.
	fn update_offer(m: u32) -> Weight;
	/// Weight of `add_bond`.
	fn add_bond() -> Weight;
	/// Weight of `pause_offer`.
	fn pause_offer() -> Weight;
	/// Weight of `resume_offer`.
	fn resume_offer() -> Weight;
	/// Weight of `close_offer`.
	fn close_offer() -> Weight;
	/// Weight of `set_reporter`.
	fn set_reporter() -> Weight;
}

/// Estimates for tests: what is read and written, a base for execution, and so much for each byte or item.
impl WeightInfo for () {
	// Counter and service; account and holds of the owner.
	fn create_service(n: u32, r: u32) -> Weight {
		estimate(45, 4, 4).saturating_add(bytes(n)).saturating_add(bytes(r))
	}

	// Service; account and holds of the owner.
	fn update_service(n: u32, r: u32) -> Weight {
		estimate(45, 3, 3).saturating_add(bytes(n)).saturating_add(bytes(r))
	}

	// Service.
	fn retire_service() -> Weight {
		estimate(15, 1, 1)
	}

	// Service; account and holds of the owner.
	fn remove_service() -> Weight {
		estimate(40, 3, 3)
	}

	// Operator; its account and holds.
	fn join(m: u32) -> Weight {
		estimate(40, 3, 3).saturating_add(bytes(m))
	}

	// Operator; its account and holds.
	fn update_operator(m: u32) -> Weight {
		estimate(45, 3, 3).saturating_add(bytes(m))
	}

	// Operator.
	fn pause() -> Weight {
		estimate(15, 1, 1)
	}

	// Operator.
	fn resume() -> Weight {
		estimate(15, 1, 1)
	}

	// Operator, its account and holds, reservations; each offer and its service.
	fn leave(n: u32) -> Weight {
		estimate(60, 4, 4).saturating_add(estimate(40, 2, 2).saturating_mul(n.into()))
	}

	// Operator; its account and holds.
	fn leave_at_once() -> Weight {
		estimate(40, 3, 3)
	}

	// Operator, service, offer, asset; era, pins, ledgers, position, reservations; account and holds of the operator.
	fn make_offer(m: u32) -> Weight {
		estimate(200, 15, 6).saturating_add(bytes(m))
	}

	// Offer, asset; account and holds of the operator.
	fn update_offer(m: u32) -> Weight {
		estimate(50, 4, 3).saturating_add(bytes(m))
	}

	// Offer; era, pins, ledger, position, reservations.
	fn add_bond() -> Weight {
		estimate(60, 6, 2)
	}

	// Offer.
	fn pause_offer() -> Weight {
		estimate(15, 1, 1)
	}

	// Offer.
	fn resume_offer() -> Weight {
		estimate(15, 1, 1)
	}

	// Offer, service, operator, reservations; its account and holds.
	fn close_offer() -> Weight {
		estimate(100, 6, 6)
	}

	// Service.
	fn set_reporter() -> Weight {
		estimate(15, 1, 1)
	}
}

/// `micros` microseconds of execution and so many reads, each with its proof, and writes.
fn estimate(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), reads.saturating_mul(4_000))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}

/// What decoding, copying and writing `n` more bytes takes.
fn bytes(n: u32) -> Weight {
	Weight::from_parts(2_000, 1).saturating_mul(n.into())
}
