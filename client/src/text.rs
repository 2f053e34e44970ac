//! What is read and written everywhere: bytes, addresses, names.

use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};
use surety_primitives::{AccountId, AssetKind};
use surety_response::Side;

/// Is told, line by line, how something goes that takes a while.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// Bytes that somebody put on the chain, for a terminal: text when it is harmless text, else hex.
pub fn text(bytes: &[u8]) -> String {
	match std::str::from_utf8(bytes) {
		Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
		_ => hex(bytes),
	}
}

/// Bytes in hex, with `0x`.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// The address by which everything here shows an account: SS58 with the generic prefix 42.
pub fn address(account: &AccountId) -> String {
	account.to_ss58check_with_version(Ss58AddressFormat::custom(42))
}

/// How an asset is named in tables and JSON, and on the command line.
pub fn asset_name(asset: &AssetKind) -> String {
	match asset {
		AssetKind::Native => "native".into(),
		AssetKind::WithId(id) => id.to_string(),
	}
}

/// A digest: 32 bytes in hex.
pub fn digest(text: &str) -> Result<[u8; 32], String> {
	let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|e| format!("`{text}`: {e}"))?;
	bytes.try_into().map_err(|_| format!("`{text}` is not 32 bytes"))
}

/// The name of a side.
pub fn side_name(side: Side) -> &'static str {
	match side {
		Side::Opener => "opener",
		Side::Acceptor => "acceptor",
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn foreign_bytes_should_never_reach_the_terminal_raw() {
		assert_eq!(text("größe".as_bytes()), "größe");
		assert_eq!(text(b"\x1b[2J"), "0x1b5b324a");
		assert_eq!(text(&[0xff, 0]), "0xff00");
	}
}
