//! What is named on the command line of the network of edges.

use crate::{
	amount::Decimal,
	args::AccountArg,
	chain::{money::Denomination, At, Chain},
	cli::Ctx,
	error::usage,
};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::str::FromStr;
use surety_graph::Terms;
use surety_primitives::{api::NodeInfo, topology::NodeId};

/// A node: its number, or the account that owns it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NodeArg {
	/// Its number.
	Id(NodeId),
	/// Its owner.
	Owner(AccountArg),
}

impl FromStr for NodeArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Ok(id) = text.parse() {
			return Ok(Self::Id(id));
		}
		let owner = text.parse().map(Self::Owner);
		owner.map_err(|error| format!("`{text}` is no number of a node, and {error}"))
	}
}

impl NodeArg {
	/// The node.
	pub async fn find(&self, chain: &Chain, at: &At) -> Result<NodeInfo> {
		match self {
			Self::Id(id) => chain.existing_node(at, *id).await,
			Self::Owner(account) => chain.existing_node_of(at, &account.0).await,
		}
	}
}

/// The node that was named, else that of the account that signs.
pub async fn node(ctx: &Ctx, chain: &Chain, at: &At, named: &Option<NodeArg>) -> Result<NodeInfo> {
	match named {
		Some(named) => named.find(chain, at).await,
		None => chain.existing_node_of(at, &ctx.signer()?).await,
	}
}

/// What an edge promises.
#[derive(Args, Clone, Debug)]
pub struct TermsArgs {
	/// Time from one end to the other, in milliseconds
	#[arg(long, value_name = "MS")]
	pub latency_ms: u32,
	/// Bandwidth, in kbit/s
	#[arg(long, value_name = "KBPS")]
	pub bandwidth_kbps: u32,
	/// What a message costs, whatever its size, in whole ones of the asset
	#[arg(long, value_name = "AMOUNT")]
	pub base_price: Decimal,
	/// What each of its bytes costs besides
	#[arg(long, value_name = "AMOUNT", default_value = "0")]
	pub byte_price: Decimal,
}

impl TermsArgs {
	/// As the chain has them, in an asset.
	pub fn terms(&self, money: &Denomination) -> Result<Terms> {
		Ok(Terms {
			latency_ms: self.latency_ms,
			bandwidth_kbit_s: self.bandwidth_kbps,
			base_price: money.units(&self.base_price)?,
			price_per_byte: money.units(&self.byte_price)?,
		})
	}
}

/// What changes of what an edge promises.
#[derive(Args, Clone, Debug)]
pub struct TermsChange {
	/// Time from one end to the other, in milliseconds
	#[arg(long, value_name = "MS")]
	pub latency_ms: Option<u32>,
	/// Bandwidth, in kbit/s
	#[arg(long, value_name = "KBPS")]
	pub bandwidth_kbps: Option<u32>,
	/// What a message costs, whatever its size, in whole ones of the asset
	#[arg(long, value_name = "AMOUNT")]
	pub base_price: Option<Decimal>,
	/// What each of its bytes costs besides
	#[arg(long, value_name = "AMOUNT")]
	pub byte_price: Option<Decimal>,
}

impl TermsChange {
	/// The terms with what is said here instead.
	pub fn of(&self, terms: &Terms, money: &Denomination) -> Result<Terms> {
		let Self { latency_ms, bandwidth_kbps, base_price, byte_price } = self;
		let amount = |given: &Option<Decimal>, kept| {
			given.as_ref().map_or(Ok(kept), |amount: &Decimal| money.units(amount))
		};
		let changed = Terms {
			latency_ms: latency_ms.unwrap_or(terms.latency_ms),
			bandwidth_kbit_s: bandwidth_kbps.unwrap_or(terms.bandwidth_kbit_s),
			base_price: amount(base_price, terms.base_price)?,
			price_per_byte: amount(byte_price, terms.price_per_byte)?,
		};
		if changed == *terms {
			return Err(usage(
				"nothing would change: --latency-ms, --bandwidth-kbps, --base-price or --byte-price",
			));
		}
		Ok(changed)
	}
}

/// What is said about the rest of the network when an edge ends.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EvidenceArg {
	/// A way round the edge, where there is one; else the chain searches, where that suffices
	#[default]
	Auto,
	/// Nothing: whoever wants to shows later that the network was cut in two
	None,
	/// The chain searches, whatever this machine finds
	Search,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_should_be_named_by_its_number_or_by_its_owner() {
		assert_eq!("7".parse(), Ok(NodeArg::Id(7)));
		assert_eq!("//Alice".parse(), Ok(NodeArg::Owner("//Alice".parse().unwrap())));
		for text in ["", "-1", "4294967296", "Alice"] {
			assert!(text.parse::<NodeArg>().is_err(), "{text}");
		}
	}

	#[test]
	fn only_what_is_named_should_change() {
		let money = Denomination::native("");
		let terms = Terms { latency_ms: 1, bandwidth_kbit_s: 2, base_price: 3, price_per_byte: 4 };
		let none = TermsChange { latency_ms: None, bandwidth_kbps: None, base_price: None, byte_price: None };
		assert_eq!(crate::error::exit_code(&none.of(&terms, &money).unwrap_err()), 2);
		let change =
			TermsChange { latency_ms: Some(9), base_price: Some("0.000000000007".parse().unwrap()), ..none };
		assert_eq!(change.of(&terms, &money).unwrap(), Terms { latency_ms: 9, base_price: 7, ..terms });
	}
}
