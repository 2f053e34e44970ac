//! Amounts as people write them: whole tokens with decimals, exact, never through a float.

use std::{fmt, str::FromStr};

/// A non-negative decimal number, exactly as written: `digits / 10^scale`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal {
	digits: u128,
	scale: u8,
}

impl Decimal {
	/// The number of smallest units, of which `10^decimals` make a whole one.
	///
	/// Fails when the number has more decimals than that, or is too large to count.
	pub fn to_units(self, decimals: u8) -> Result<u128, String> {
		let missing = decimals
			.checked_sub(self.scale)
			.ok_or_else(|| format!("{self} has {} decimals, {decimals} are the most here", self.scale))?;
		10u128
			.checked_pow(missing.into())
			.and_then(|factor| self.digits.checked_mul(factor))
			.ok_or_else(|| format!("{self} is too large"))
	}
}

impl FromStr for Decimal {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let wrong = || format!("`{text}` is not an amount such as 12 or 12.5");
		let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
		let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
		if !all_digits(whole) || !all_digits(fraction) {
			return Err(wrong());
		}
		let fraction = fraction.trim_end_matches('0');
		let scale = u8::try_from(fraction.len()).map_err(|_| format!("`{text}` has too many decimals"))?;
		let digits = format!("{whole}{fraction}").parse().map_err(|_| format!("{text} is too large"))?;
		Ok(Self { digits, scale })
	}
}

impl fmt::Display for Decimal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&format_units(self.digits, self.scale))
	}
}

/// An amount of smallest units in whole ones, with all its decimals and no idle zeros.
pub fn format_units(units: u128, decimals: u8) -> String {
	let width = usize::from(decimals).saturating_add(1);
	let digits = format!("{units:0>width$}");
	let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals.into()));
	match fraction.trim_end_matches('0') {
		"" => whole.to_owned(),
		fraction => format!("{whole}.{fraction}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn units(text: &str, decimals: u8) -> Result<u128, String> {
		text.parse::<Decimal>()?.to_units(decimals)
	}

	#[test]
	fn whole_tokens_should_become_smallest_units_exactly() {
		assert_eq!(units("12.5", 12), Ok(12_500_000_000_000));
		assert_eq!(units("0.000000000001", 12), Ok(1));
		assert_eq!(units("7", 0), Ok(7));
		assert_eq!(units("7.0", 0), Ok(7));
		assert_eq!(units("1.50", 1), Ok(15));
		assert_eq!(units("0", 12), Ok(0));
	}

	#[test]
	fn nonsense_should_be_refused() {
		for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.2.3", "0x10", " 1", "½"] {
			assert!(units(text, 12).is_err(), "{text}");
		}
	}

	#[test]
	fn more_decimals_than_the_asset_has_should_be_refused() {
		assert!(units("0.0000000000001", 12).unwrap_err().contains("13 decimals"));
		assert!(units("0.5", 0).is_err());
	}

	#[test]
	fn what_cannot_be_counted_should_be_refused() {
		assert_eq!(units("340282366920938463463374607431768211455", 0), Ok(u128::MAX));
		assert!(units("340282366920938463463374607431768211456", 0).is_err());
		assert!(units("340282366920938463463374608", 12).is_err());
		assert!(units(&format!("0.{}1", "0".repeat(300)), 12).is_err());
	}

	proptest! {
		#[test]
		fn what_is_printed_should_be_read_back(amount: u128, decimals in 0u8..=38) {
			prop_assert_eq!(units(&format_units(amount, decimals), decimals), Ok(amount));
		}
	}
}
