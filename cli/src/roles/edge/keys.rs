//! The keys with which nodes sign vouchers and intents.

use crate::{
	cli::Ctx,
	error::usage,
	keys::{from_suri, read_secret, write_private},
	output::hex,
};
use anyhow::{anyhow, Context, Result};
use clap::Args;
use sp_core::{crypto::Pair, ed25519, sr25519};
use std::path::PathBuf;
use subxt_signer::sr25519::Keypair;
use surety_primitives::api::ChannelInfo;
use surety_response::{KeyIndex, Message, PublicKey, Side, Signature, Signed};

/// Environment variable with the phrase of a node's key.
pub const EDGE_SURI_ENV: &str = "SURETY_EDGE_SURI";

/// A key that signs vouchers and intents.
pub enum EdgeKey {
	/// Schnorr over Ristretto.
	Sr25519(Box<Keypair>),
	/// Ed25519.
	Ed25519(Box<ed25519::Pair>),
}

impl EdgeKey {
	/// The key of a seed phrase, a 0x seed or a derivation.
	pub fn from_suri(suri: &str, ed25519: bool) -> Result<Self> {
		let key = from_suri(suri)?;
		if !ed25519 {
			return Ok(Self::Sr25519(Box::new(key)));
		}
		// The library's own words could repeat a part of the secret.
		let pair = ed25519::Pair::from_string(suri.trim(), None)
			.map_err(|_| anyhow!("no ed25519 key can be derived from it: that takes hard derivations"))?;
		Ok(Self::Ed25519(Box::new(pair)))
	}

	/// Its public part.
	pub fn public(&self) -> PublicKey {
		match self {
			Self::Sr25519(key) => PublicKey::Sr25519(key.public_key().0),
			Self::Ed25519(pair) => PublicKey::Ed25519(pair.public().0),
		}
	}

	fn sign(&self, payload: &[u8]) -> Signature {
		match self {
			Self::Sr25519(key) => Signature::Sr25519(key.sign(payload).0),
			Self::Ed25519(pair) => Signature::Ed25519(pair.sign(payload).0),
		}
	}

	/// The side of a channel for which it is registered, and its place there.
	pub fn place_in(&self, channel: &ChannelInfo) -> Result<(Side, KeyIndex)> {
		let public = self.public();
		let place = |side: Side| {
			let found = channel.parties.of(side).keys.iter().position(|key| *key == public)?;
			Some((side, KeyIndex::try_from(found).ok()?))
		};
		Side::BOTH.into_iter().find_map(place).with_context(|| {
			format!(
				"the key {} is not registered in channel {}: name the one that is, with --edge-key",
				public_name(&public),
				channel.id
			)
		})
	}

	/// A signature of a message, in the place that the key has.
	pub fn signed(&self, key: KeyIndex, message: &impl Message, genesis: [u8; 32]) -> Signed {
		Signed { key, signature: self.sign(&crate::edges::vouchers::payload(message, genesis)) }
	}
}

/// A public key as it is written: `0x…`, or `ed25519:0x…`.
pub fn public_name(key: &PublicKey) -> String {
	match key {
		PublicKey::Sr25519(bytes) => hex(bytes),
		PublicKey::Ed25519(bytes) => format!("ed25519:{}", hex(bytes)),
	}
}

/// Reads what [`public_name`] writes.
pub fn public(text: &str) -> Result<PublicKey, String> {
	match text.split_once(':') {
		Some(("ed25519", bytes)) => crate::args::digest(bytes).map(PublicKey::Ed25519),
		Some(("sr25519", bytes)) => crate::args::digest(bytes).map(PublicKey::Sr25519),
		Some((scheme, _)) => Err(format!("`{scheme}` is neither sr25519 nor ed25519")),
		None => crate::args::digest(text).map(PublicKey::Sr25519),
	}
}

/// The key that signs vouchers and intents.
#[derive(Args, Clone, Default)]
pub struct EdgeKeyArgs {
	/// File with the phrase of the key that signs vouchers and intents. It is on a machine that is online: better not that of
	/// the account, which signs where none is named. The environment variable SURETY_EDGE_SURI does as well
	#[arg(long, value_name = "FILE", help_heading = "Node's key")]
	edge_key: Option<PathBuf>,
	/// The same as a phrase or derivation. Other users of this machine may see it
	#[arg(long, value_name = "SURI", conflicts_with = "edge_key", help_heading = "Node's key")]
	edge_suri: Option<String>,
	/// It is an ed25519 key
	#[arg(long, help_heading = "Node's key")]
	edge_ed25519: bool,
}

/// Never shows a secret.
impl std::fmt::Debug for EdgeKeyArgs {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("EdgeKeyArgs { .. }")
	}
}

impl EdgeKeyArgs {
	/// The key that was named, if one was.
	fn named(&self) -> Result<Option<EdgeKey>> {
		let of = |suri: &str| EdgeKey::from_suri(suri, self.edge_ed25519);
		if let Some(path) = &self.edge_key {
			return of(&read_secret(path)?).with_context(|| path.display().to_string()).map(Some);
		}
		if let Some(suri) = &self.edge_suri {
			return of(suri).context("--edge-suri").map(Some);
		}
		let suri = std::env::var(EDGE_SURI_ENV).ok().filter(|suri| !suri.is_empty());
		suri.map(|suri| of(&suri).context(EDGE_SURI_ENV)).transpose()
	}

	/// The key that was named, else that of the account.
	pub fn load(&self, ctx: &Ctx) -> Result<EdgeKey> {
		if let Some(key) = self.named()? {
			return Ok(key);
		}
		if self.edge_ed25519 {
			return Err(usage("the account's key is not an ed25519 key: name one with --edge-key"));
		}
		ctx.key()?.map(|key| EdgeKey::Sr25519(Box::new(key))).ok_or_else(crate::cli::no_key)
	}
}

/// The public part of a node's key, wherever it comes from.
#[derive(Args, Debug)]
pub struct PublicEdgeKeyArgs {
	#[command(flatten)]
	secret: EdgeKeyArgs,
	/// Make a new key, and write its phrase to this file, which only you can read
	#[arg(long, value_name = "FILE", conflicts_with_all = ["edge_key", "edge_suri", "edge_public"], help_heading = "Node's key")]
	edge_out: Option<PathBuf>,
	/// Public key whose phrase is elsewhere: 32 bytes in hex, with ed25519: before them if it is one
	#[arg(long, value_name = "KEY", value_parser = public, conflicts_with_all = ["edge_key", "edge_suri"], help_heading = "Node's key")]
	edge_public: Option<PublicKey>,
}

impl PublicEdgeKeyArgs {
	/// The public key; writes a new one's phrase where one is to be made.
	pub fn public(&self, ctx: &Ctx) -> Result<PublicKey> {
		if let Some(public) = self.edge_public {
			return Ok(public);
		}
		if let Some(path) = &self.edge_out {
			let (_, phrase, _) = sr25519::Pair::generate_with_phrase(None);
			let key = EdgeKey::from_suri(&phrase, self.secret.edge_ed25519)?;
			write_private(path, &phrase)?;
			ctx.out.progress(&format!("the phrase is in {}: keep a copy of it elsewhere", path.display()));
			return Ok(key.public());
		}
		Ok(self.secret.load(ctx)?.public())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_response::{NativeVerifier, SeverIntent, H256};

	#[test]
	fn what_either_kind_of_key_signs_should_be_what_the_chain_checks() {
		for ed25519 in [false, true] {
			let key = EdgeKey::from_suri("//Alice//edge", ed25519).unwrap();
			let keys = [PublicKey::Sr25519([9; 32]), key.public()];
			let signed = key.signed(1, &SeverIntent { edge: 7 }, [5; 32]);
			let verify = |edge, genesis| {
				signed.verify::<NativeVerifier>(&SeverIntent { edge }, &H256([genesis; 32]), &keys)
			};
			assert!(verify(7, 5));
			assert!(!verify(8, 5) && !verify(7, 6));
		}
	}

	#[test]
	fn a_public_key_should_be_read_as_it_is_written() {
		for key in [PublicKey::Sr25519([7; 32]), PublicKey::Ed25519([8; 32])] {
			assert_eq!(public(&public_name(&key)), Ok(key));
		}
		assert!(public("ed448:0x07").is_err() && public("0x07").is_err());
	}

	#[test]
	fn an_empty_phrase_should_be_no_key() {
		assert!(EdgeKey::from_suri(" ", false).is_err() && EdgeKey::from_suri("", true).is_err());
	}
}
