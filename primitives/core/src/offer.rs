//! Offers: one operator offering one service, and what it promises, asks and has put up for it.

use crate::AssetKind;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;
use sp_core::U256;

/// Service level that an operator promises.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct Sla {
	/// Time to the first byte of an answer at the most, in milliseconds.
	pub latency_ms: u32,
	/// Bandwidth at the least, in kbit/s.
	pub bandwidth_kbps: u32,
	/// Share of time in which the service answers.
	pub uptime: Perbill,
}

/// Price of a subscription: `amount` of `asset` for each `period` blocks, streamed by the block.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct Price<Asset, Balance, BlockNumber> {
	/// What it is paid in.
	pub asset: Asset,
	/// Amount for a whole period, in the asset's smallest unit. Zero is a free service.
	pub amount: Balance,
	/// Length of a period in blocks, never zero.
	pub period: BlockNumber,
}

impl<Asset: PartialEq> Price<Asset, u128, u32> {
	/// Amount due for `blocks` since the start, rounded down: against the operator, who claims.
	///
	/// Counted from the start each time, so that claiming often never loses what claiming once would
	/// have got. Saturates at the largest balance.
	pub fn due(&self, blocks: u32) -> u128 {
		if self.period == 0 {
			return 0;
		}
		let due = U256::from(self.amount) * U256::from(blocks) / U256::from(self.period);
		u128::try_from(due).unwrap_or(u128::MAX)
	}

	/// Amount due for `blocks` since the start, a unit begun being due in full: against the client, who
	/// would else be served up to a unit for nothing by coming and going. Saturates at the largest balance.
	pub fn due_rounded_up(&self, blocks: u32) -> u128 {
		if self.period == 0 {
			return 0;
		}
		let product = U256::from(self.amount) * U256::from(blocks);
		let period = U256::from(self.period);
		let due = product / period + U256::from(u8::from(product % period != U256::zero()));
		u128::try_from(due).unwrap_or(u128::MAX)
	}

	/// Number of blocks that `paid` pays for to the last fraction of a unit; `None` when no number of them
	/// is too many (a free service, or more than a block number can count).
	pub fn blocks_paid_by(&self, paid: u128) -> Option<u32> {
		let blocks = (U256::from(paid) * U256::from(self.period)).checked_div(U256::from(self.amount))?;
		u32::try_from(blocks).ok()
	}

	/// Whether a block costs at most what it costs at `other`, in the same asset.
	pub fn at_most(&self, other: &Self) -> bool {
		self.asset == other.asset
			&& U256::from(self.amount) * U256::from(other.period)
				<= U256::from(other.amount) * U256::from(self.period)
	}
}

/// Whether an offer takes clients.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum OfferState<BlockNumber> {
	/// Takes clients, once active and while there is room.
	Open,
	/// Serves the clients it has and takes no new ones.
	Paused,
	/// Takes no new clients; the open subscriptions end at `ends_at` at the latest.
	Closing {
		/// First block that is no longer served.
		ends_at: BlockNumber,
	},
}

/// What a client asks of an offer. An absent field asks nothing.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct OfferFilter {
	/// Same asset, and a block costs at most what it costs at this price.
	pub max_price: Option<Price<AssetKind, u128, u32>>,
	/// Latency at the most, in milliseconds.
	pub max_latency_ms: Option<u32>,
	/// Bandwidth at the least, in kbit/s.
	pub min_bandwidth_kbps: Option<u32>,
	/// Uptime at the least.
	pub min_uptime: Option<Perbill>,
	/// Stake behind the offer at the least, in the native token's smallest unit.
	pub min_stake: Option<u128>,
	/// Only offers that a client could subscribe to now.
	pub accepting: bool,
}

impl OfferFilter {
	/// Whether an offer of these terms passes. `stake` is what backs it now, `accepting` whether it
	/// would take a client now.
	pub fn passes(
		&self,
		sla: &Sla,
		price: &Price<AssetKind, u128, u32>,
		stake: u128,
		accepting: bool,
	) -> bool {
		self.max_price.as_ref().is_none_or(|max| price.at_most(max))
			&& self.max_latency_ms.is_none_or(|max| sla.latency_ms <= max)
			&& self.min_bandwidth_kbps.is_none_or(|min| sla.bandwidth_kbps >= min)
			&& self.min_uptime.is_none_or(|min| sla.uptime >= min)
			&& self.min_stake.is_none_or(|min| stake >= min)
			&& (accepting || !self.accepting)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn price(amount: u128, period: u32) -> Price<(), u128, u32> {
		Price { asset: (), amount, period }
	}

	proptest! {
		/// The last block that is paid for is the last whose due, rounded up, is within what was paid.
		#[test]
		fn blocks_paid_by_is_the_inverse_of_due_rounded_up(amount in 1u128..1 << 90, period in 1u32.., paid in 0u128..1 << 100) {
			let price = price(amount, period);
			match price.blocks_paid_by(paid) {
				Some(blocks) => {
					prop_assert!(price.due_rounded_up(blocks) <= paid);
					if let Some(next) = blocks.checked_add(1) {
						prop_assert!(price.due_rounded_up(next) > paid);
					}
				},
				None => prop_assert!(price.due_rounded_up(u32::MAX) <= paid),
			}
		}

		#[test]
		fn due_should_round_by_less_than_a_unit(amount in 0u128..1 << 90, period in 1u32.., blocks in any::<u32>()) {
			let price = price(amount, period);
			let (down, up) = (price.due(blocks), price.due_rounded_up(blocks));
			let exact = (amount * blocks as u128).is_multiple_of(period as u128);
			prop_assert_eq!(up - down, u128::from(!exact));
		}

		#[test]
		fn due_never_falls_and_is_exact_on_whole_periods(amount in 0u128..1 << 90, period in 1u32..10_000, n in 0u32..1_000, extra in 0u32..10_000) {
			let price = price(amount, period);
			prop_assert_eq!(price.due(period * n), amount * n as u128);
			prop_assert!(price.due(period * n + extra) >= price.due(period * n));
		}

		#[test]
		fn at_most_compares_the_cost_of_a_block(a in 0u128..1 << 60, p in 1u32.., b in 0u128..1 << 60, q in 1u32..) {
			prop_assert_eq!(price(a, p).at_most(&price(b, q)), a * q as u128 <= b * p as u128);
		}
	}

	#[test]
	fn a_free_service_is_never_paid_up_and_a_zero_period_owes_nothing() {
		assert_eq!(price(0, 10).blocks_paid_by(0), None);
		assert_eq!((price(7, 0).due(1_000), price(7, 0).due_rounded_up(1_000)), (0, 0));
		assert_eq!(price(7, 0).blocks_paid_by(1_000), Some(0));
		assert_eq!(price(u128::MAX, 1).due(u32::MAX), u128::MAX);
	}
}
