//! What amounts are counted in.

use crate::{
	amount::{format_units, Decimal},
	error::usage,
	text::asset_name,
};
use anyhow::Result;
use serde_json::{json, Value};
use std::str::FromStr;
use surety_primitives::{AssetKind, Balance, BlockNumber, Price, UNIT};

/// A price on the chain.
pub type ChainPrice = Price<AssetKind, Balance, BlockNumber>;

/// A price: so much for so many blocks, `1.5/100`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PriceArg {
	/// Amount for a whole period, in whole tokens.
	pub amount: Decimal,
	/// Length of a period in blocks; not said when only an amount was written.
	pub period: Option<u32>,
}

impl FromStr for PriceArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (amount, period) = match text.split_once('/') {
			Some((amount, period)) => (amount, Some(period)),
			None => (text, None),
		};
		let period = period
			.map(|p| p.parse().map_err(|_| format!("`{p}` in `{text}` is not a number of blocks")))
			.transpose()?;
		Ok(Self { amount: amount.parse()?, period })
	}
}

/// An asset with the number of its decimals, in which its amounts are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denomination {
	/// The asset.
	pub asset: AssetKind,
	/// How many decimals a whole one has.
	pub decimals: u8,
	/// Its symbol; may be empty.
	pub symbol: String,
}

impl Denomination {
	/// The native token. Its decimals come from the runtime's own constant: a node's configuration must
	/// not decide how much a person pays.
	pub fn native(symbol: &str) -> Self {
		let decimals = u8::try_from(UNIT.ilog10()).unwrap_or_default();
		Self { asset: AssetKind::Native, decimals, symbol: symbol.to_owned() }
	}

	/// The smallest units of an amount that a person wrote.
	pub fn units(&self, amount: &Decimal) -> Result<Balance> {
		amount.to_units(self.decimals).map_err(usage)
	}

	/// An amount in whole ones, without the symbol: what JSON holds, and what every command reads back.
	pub fn plain(&self, units: Balance) -> String {
		format_units(units, self.decimals)
	}

	/// An amount for people.
	pub fn show(&self, units: Balance) -> String {
		let plain = self.plain(units);
		match (&self.asset, self.symbol.as_str()) {
			(AssetKind::Native, "") => plain,
			(AssetKind::WithId(id), "") => format!("{plain} of asset {id}"),
			(_, symbol) => format!("{plain} {symbol}"),
		}
	}

	/// The price that a person wrote.
	pub fn price(&self, price: &PriceArg, period: Option<BlockNumber>) -> Result<ChainPrice> {
		let period = match (price.period, period) {
			(Some(_), Some(_)) => return Err(usage("--period is in --price already")),
			(None, None) => return Err(usage("a price needs a period: AMOUNT/BLOCKS, or --period")),
			(given, other) => given.or(other).unwrap_or_default(),
		};
		Ok(Price { asset: self.asset.clone(), amount: self.units(&price.amount)?, period })
	}

	/// A price for people.
	pub fn show_price(&self, price: &ChainPrice) -> String {
		if price.amount == 0 {
			return "free".into();
		}
		format!("{} / {} blocks", self.show(price.amount), price.period)
	}

	/// A price for programs.
	pub fn price_json(&self, price: &ChainPrice) -> Value {
		json!({ "asset": asset_name(&price.asset), "amount": self.plain(price.amount), "period": price.period })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_native_token_should_have_the_decimals_of_the_runtime() {
		let native = Denomination::native("SRT");
		assert_eq!(native.units(&"1.5".parse().unwrap()).unwrap(), 3 * UNIT / 2);
		assert_eq!(native.show(UNIT / 4), "0.25 SRT");
	}

	#[test]
	fn an_asset_should_be_counted_in_its_own_decimals() {
		let asset = Denomination { asset: AssetKind::WithId(7), decimals: 2, symbol: String::new() };
		assert_eq!(asset.show(150), "1.5 of asset 7");
		assert!(asset.units(&"0.001".parse().unwrap()).unwrap_err().is::<crate::error::Usage>());
	}

	#[test]
	fn a_price_should_have_one_period_wherever_it_is_written() {
		let native = Denomination::native("");
		let price = |text: &str, period| native.price(&text.parse().unwrap(), period);
		assert_eq!(price("2/100", None).unwrap(), price("2", Some(100)).unwrap());
		assert!(price("2", None).is_err());
		assert!(price("2/100", Some(100)).is_err());
	}

	#[test]
	fn a_price_should_be_an_amount_for_a_number_of_blocks() {
		let price: PriceArg = "1.5/100".parse().unwrap();
		assert_eq!((price.amount.to_units(2), price.period), (Ok(150), Some(100)));
		assert_eq!("2".parse::<PriceArg>().unwrap().period, None);
		for text in ["", "/", "1/", "/1", "1/1.5", "1/-1", "1/2/3", "1/4294967296"] {
			assert!(text.parse::<PriceArg>().is_err(), "{text}");
		}
	}
}
