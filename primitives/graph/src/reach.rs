//! Path certificates: that a node is within reach of another, the centre as a rule (S3 §4.1).

use crate::{
	edge::{Balance, Terms},
	graph::Graph,
	path::{walk, StepError},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What "within reach" means.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Limits {
	/// Time the path takes at the most, in milliseconds.
	pub latency_ms: u32,
	/// Bandwidth each of its edges has at least, in kbit/s.
	pub bandwidth_kbit_s: u32,
	/// What a message of `bytes` costs along it at the most.
	pub price: Balance,
	/// Size of the message that `price` is for, in bytes. With 1 the price bounds the sum of the base prices
	/// and the prices per byte.
	pub bytes: u64,
}

/// What a path amounts to.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Totals {
	/// The sum of its latencies, in milliseconds.
	pub latency_ms: u32,
	/// The least of its bandwidths, in kbit/s; `u32::MAX` of a path without edges.
	pub bandwidth_kbit_s: u32,
	/// What a message costs along it.
	pub price: Balance,
}

impl Totals {
	/// Of the path without edges.
	pub const NONE: Self = Self { latency_ms: 0, bandwidth_kbit_s: u32::MAX, price: 0 };

	/// With one more edge; `None` of what grows out of its type.
	pub(crate) fn with(&self, terms: &Terms, bytes: u64) -> (Option<u32>, u32, Option<Balance>) {
		(
			self.latency_ms.checked_add(terms.latency_ms),
			self.bandwidth_kbit_s.min(terms.bandwidth_kbit_s),
			terms.price(bytes).and_then(|price| self.price.checked_add(price)),
		)
	}
}

/// Why a path shows nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReachError {
	/// It has more edges than it may have. Nothing was read.
	TooLong,
	/// This step, counted from 0, is wrong.
	Step {
		/// Number of the step.
		step: usize,
		/// What is wrong with it.
		error: StepError,
	},
	/// From this step on the path takes longer than allowed.
	TooSlow {
		/// Number of the step, counted from 0.
		step: usize,
	},
	/// The edge of this step has too little bandwidth.
	TooNarrow {
		/// Number of the step, counted from 0.
		step: usize,
	},
	/// From this step on the path costs more than allowed.
	TooDear {
		/// Number of the step, counted from 0.
		step: usize,
	},
	/// It ends elsewhere.
	EndsElsewhere,
}

/// Checks that `path` leads from `from` to `to` along edges that are open now and within `limits`, and
/// returns what it amounts to, in as many reads as it has edges. It has `max_edges` at the most.
pub fn verify<G: Graph>(
	graph: &G,
	[from, to]: [G::Node; 2],
	path: &[G::EdgeId],
	limits: &Limits,
	max_edges: usize,
) -> Result<Totals, ReachError> {
	if path.len() > max_edges {
		return Err(ReachError::TooLong);
	}
	let mut totals = Totals::NONE;
	let end = walk(
		graph,
		from,
		path,
		|step, edge| {
			let (latency_ms, bandwidth_kbit_s, price) = totals.with(&edge.terms, limits.bytes);
			let latency_ms = latency_ms.filter(|latency| *latency <= limits.latency_ms);
			let price = price.filter(|price| *price <= limits.price);
			totals = Totals {
				latency_ms: latency_ms.ok_or(ReachError::TooSlow { step })?,
				bandwidth_kbit_s,
				price: price.ok_or(ReachError::TooDear { step })?,
			};
			if bandwidth_kbit_s < limits.bandwidth_kbit_s {
				return Err(ReachError::TooNarrow { step });
			}
			Ok(())
		},
		|step, error| ReachError::Step { step, error },
	)?;
	if end == to {
		Ok(totals)
	} else {
		Err(ReachError::EndsElsewhere)
	}
}
