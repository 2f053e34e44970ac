//! Weights of the calls.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of `replace`.
	fn replace() -> Weight;
}

impl WeightInfo for () {
	fn replace() -> Weight {
		Weight::from_parts(20_000_000, 1_700).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
}
