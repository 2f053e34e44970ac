//! What people write on the command line, read with care: accounts, prices, shares, seeds.

use crate::amount::{format_units, Decimal};
use sp_core::{
	crypto::{Pair, Ss58Codec},
	sr25519,
};
use sp_crypto_hashing::blake2_256;
use std::str::FromStr;
pub use surety_client::{
	chain::money::PriceArg,
	text::{address, asset_name, digest, side_name},
};
use surety_primitives::{AccountId, AssetKind, SubscriptionId, Verifier};

/// An account: an SS58 address, 32 bytes in hex, or a well-known development account (`//Alice`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountArg(pub AccountId);

impl FromStr for AccountArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Some(hex) = text.strip_prefix("0x") {
			let bytes = hex::decode(hex).map_err(|e| format!("`{text}` is not hex: {e}"))?;
			let bytes: [u8; 32] =
				bytes.try_into().map_err(|_| format!("`{text}` is not an account: 32 bytes are needed"))?;
			return Ok(Self(AccountId::new(bytes)));
		}
		if text.starts_with("//") {
			let pair = sr25519::Pair::from_string(text, None)
				.map_err(|_| format!("`{text}` is not a derivation of the development phrase"))?;
			return Ok(Self(AccountId::new(pair.public().0)));
		}
		AccountId::from_ss58check(text).map(Self).map_err(|e| format!("`{text}` is not an address: {e:?}"))
	}
}

/// What an amount is counted in: `native`, or the number of an asset.
pub fn asset(text: &str) -> Result<AssetKind, String> {
	match text {
		"native" => Ok(AssetKind::Native),
		number => number
			.parse()
			.map(AssetKind::WithId)
			.map_err(|_| format!("`{text}` is neither `native` nor the number of an asset")),
	}
}

/// A share in percent, `99.9` or `99.9%`, in parts of a thousand million.
pub fn percent(text: &str) -> Result<u32, String> {
	let number: Decimal = text.strip_suffix('%').unwrap_or(text).parse()?;
	match number.to_units(7)? {
		parts if parts <= 1_000_000_000 => u32::try_from(parts).map_err(|e| e.to_string()),
		_ => Err(format!("{text} is more than 100%")),
	}
}

/// A share of a stake in percent, `25` or `12.5%`, in the millionths that the chain counts; more than nothing.
pub fn stake_share(text: &str) -> Result<u32, String> {
	let number: Decimal = text.strip_suffix('%').unwrap_or(text).parse()?;
	match number.to_units(4)? {
		0 => Err("a share of nothing says nothing".into()),
		parts if parts <= WHOLE_STAKE.into() => u32::try_from(parts).map_err(|e| e.to_string()),
		_ => Err(format!("{text} is more than 100%")),
	}
}

/// Parts that a stake has.
pub const WHOLE_STAKE: u32 = 1_000_000;

/// Millionths of a stake in percent, as [`stake_share`] reads them.
pub fn stake_percent(parts: u32) -> String {
	format!("{}%", format_units(parts.into(), 4))
}

/// An amount of an asset: `500` of the native token, `500@7` of asset 7.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AmountOf {
	/// How much, in whole ones.
	pub amount: Decimal,
	/// Of what.
	pub asset: AssetKind,
}

impl FromStr for AmountOf {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (amount, kind) = text.split_once('@').unwrap_or((text, "native"));
		Ok(Self { amount: amount.parse()?, asset: asset(kind)? })
	}
}

/// Bytes of a text, or of a file when it begins with `@`.
pub fn text_or_file(text: &str) -> Result<Vec<u8>, String> {
	match text.strip_prefix('@') {
		Some(path) => std::fs::read(path).map_err(|e| format!("cannot read {path}: {e}")),
		None => Ok(text.as_bytes().to_vec()),
	}
}

/// Evidence: its hash as 32 bytes in hex, or a file with it when it begins with `@`, of which the Blake2 hash is
/// taken.
pub fn evidence(text: &str) -> Result<[u8; 32], String> {
	match text.starts_with('@') {
		true => text_or_file(text).map(|bytes| blake2_256(&bytes)),
		false => digest(text),
	}
}

/// What a subscription's client has lost: `3:12.5`, in what the subscription is paid in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClaimArg {
	/// Number of the subscription.
	pub subscription: SubscriptionId,
	/// How much, in whole tokens.
	pub amount: Decimal,
}

impl FromStr for ClaimArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (subscription, amount) = text
			.split_once(':')
			.ok_or_else(|| format!("`{text}` is not SUBSCRIPTION:AMOUNT, such as 3:12.5"))?;
		let subscription = subscription
			.parse()
			.map_err(|_| format!("`{subscription}` is not the number of a subscription"))?;
		Ok(Self { subscription, amount: amount.parse()? })
	}
}

/// A motion of the committee: by its number, or by the hash of its call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MotionArg {
	/// Its number.
	Index(u32),
	/// The hash of its call.
	Hash([u8; 32]),
}

impl FromStr for MotionArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		match text.parse() {
			Ok(index) => Ok(Self::Index(index)),
			Err(_) => digest(text)
				.map(Self::Hash)
				.map_err(|_| format!("`{text}` is neither the number of a motion nor the hash of its call")),
		}
	}
}

/// A seed: 32 bytes in hex with `0x` as they are; any other text by its Blake2 hash.
pub fn seed(text: &str) -> Result<[u8; 32], String> {
	if text.starts_with("0x") {
		digest(text)
	} else {
		Ok(blake2_256(text.as_bytes()))
	}
}

/// How answers are checked: `none`, `fixed-hash`, `merkle-chunk` or `native:NUMBER`.
pub fn verifier(text: &str) -> Result<Verifier, String> {
	match text {
		"none" => Ok(Verifier::None),
		"fixed-hash" => Ok(Verifier::FixedHash),
		"merkle-chunk" => Ok(Verifier::MerkleChunk),
		other => other
			.strip_prefix("native:")
			.and_then(|number| number.parse().ok())
			.map(Verifier::Native)
			.ok_or_else(|| format!("`{text}` is none of none, fixed-hash, merkle-chunk, native:NUMBER")),
	}
}

/// The name of a verifier, as [`verifier`] reads it.
pub fn verifier_name(verifier: &Verifier) -> String {
	match verifier {
		Verifier::None => "none".into(),
		Verifier::FixedHash => "fixed-hash".into(),
		Verifier::MerkleChunk => "merkle-chunk".into(),
		Verifier::Native(number) => format!("native:{number}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn an_account_should_be_read_from_each_of_its_notations() {
		let alice: AccountArg = ALICE.parse().unwrap();
		assert_eq!(address(&alice.0), ALICE);
		assert_eq!("//Alice".parse(), Ok(alice.clone()));
		assert_eq!(format!("0x{}", hex::encode(&alice.0)).parse(), Ok(alice));
	}

	#[test]
	fn an_account_with_a_typing_error_should_be_refused() {
		for text in ["", "0x12", "0xzz", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ", "Alice"] {
			assert!(text.parse::<AccountArg>().is_err(), "{text}");
		}
	}

	#[test]
	fn a_share_should_be_exact_and_at_most_the_whole() {
		assert_eq!(percent("99.9"), Ok(999_000_000));
		assert_eq!(percent("100%"), Ok(1_000_000_000));
		assert_eq!(percent("0"), Ok(0));
		assert!(percent("100.0000001").is_err());
		assert!(percent("99.99999999").is_err());
		assert!(percent("%").is_err());
	}

	#[test]
	fn a_share_of_a_stake_should_be_some_of_its_millionths() {
		assert_eq!(stake_share("12.5%"), Ok(125_000));
		assert_eq!(stake_share("100"), Ok(WHOLE_STAKE));
		assert_eq!(stake_share("0.0001"), Ok(1));
		assert_eq!(stake_percent(125_000), "12.5%");
		for text in ["0", "0%", "100.0001", "0.00001", "-1", "half"] {
			assert!(stake_share(text).is_err(), "{text}");
		}
	}

	#[test]
	fn an_amount_should_be_of_the_native_token_unless_it_names_an_asset() {
		let read = |text: &str| text.parse::<AmountOf>();
		assert_eq!(read("500").unwrap(), read("500@native").unwrap());
		assert_eq!(read("0.5@7").unwrap().asset, AssetKind::WithId(7));
		for text in ["", "@", "@7", "5@", "5@gold", "5@7@8", "5 7"] {
			assert!(read(text).is_err(), "{text}");
		}
	}

	#[test]
	fn a_seed_should_be_its_bytes_or_the_hash_of_its_text() {
		assert_eq!(seed(&format!("0x{}", "07".repeat(32))), Ok([7; 32]));
		assert_eq!(seed("monday"), Ok(blake2_256(b"monday")));
		assert!(seed("0x07").is_err());
	}

	#[test]
	fn evidence_should_be_a_hash_or_a_file_that_is_hashed() {
		assert_eq!(evidence(&format!("0x{}", "07".repeat(32))), Ok([7; 32]));
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), b"silence").unwrap();
		assert_eq!(evidence(&format!("@{}", file.path().display())), Ok(blake2_256(b"silence")));
		assert!(evidence("silence").is_err());
		assert!(evidence("@/there/is/no/such/file").unwrap_err().contains("cannot read"));
	}

	#[test]
	fn a_claim_should_be_a_subscription_and_an_amount() {
		let claim: ClaimArg = "3:12.5".parse().unwrap();
		assert_eq!((claim.subscription, claim.amount.to_units(1)), (3, Ok(125)));
		for text in ["", "3", "3:", ":5", "x:5", "3:5:6", "3:-5"] {
			assert!(text.parse::<ClaimArg>().is_err(), "{text}");
		}
	}

	#[test]
	fn a_motion_should_be_named_by_number_or_hash() {
		assert_eq!("7".parse(), Ok(MotionArg::Index(7)));
		assert_eq!(format!("0x{}", "07".repeat(32)).parse(), Ok(MotionArg::Hash([7; 32])));
		assert!("veto".parse::<MotionArg>().is_err());
	}

	#[test]
	fn a_verifier_should_be_read_as_it_is_written() {
		for text in ["none", "fixed-hash", "merkle-chunk", "native:7"] {
			assert_eq!(verifier_name(&verifier(text).unwrap()), text);
		}
		assert!(verifier("native:").is_err());
		assert!(verifier("wasm").is_err());
	}

	#[test]
	fn an_asset_should_be_read_as_it_is_written() {
		assert_eq!(asset("native"), Ok(AssetKind::Native));
		assert_eq!(asset_name(&asset("7").unwrap()), "7");
		assert!(asset("gold").is_err());
	}
}
