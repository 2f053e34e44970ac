//! Intents to sever on paper: how one is passed on, by somebody who holds it as proof that an edge is broken (S3 §3).

use crate::chain::topology::Intent;
use anyhow::{anyhow, ensure, Context, Result};
use codec::{Decode, Encode};
use surety_primitives::{api::ChannelInfo, EdgeId};
use surety_response::{NativeVerifier, SeverIntent, Side, Signed, H256};

const VERSION: u8 = 1;

/// An intent that was signed: 0x and, in hex, the byte 1 and the SCALE encoding of this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct IntentSlip {
	/// Hash of the chain's genesis block.
	pub genesis: [u8; 32],
	/// The edge.
	pub edge: EdgeId,
	/// Its signature.
	pub signed: Signed,
}

impl IntentSlip {
	/// As it is passed on.
	pub fn to_hex(&self) -> String {
		crate::text::hex((VERSION, self).encode())
	}

	/// Reads what [`Self::to_hex`] writes.
	pub fn from_hex(text: &str) -> Result<Self> {
		let text = text.trim();
		let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).context("the intent is not hex")?;
		let mut rest = &bytes[..];
		let (version, slip) = <(u8, Self)>::decode(&mut rest).map_err(|_| anyhow!("that is no intent"))?;
		ensure!(version == VERSION && rest.is_empty(), "that is no intent of this version");
		Ok(slip)
	}

	/// An intent that a person names: by itself, or by a file that holds it.
	pub fn named(text: &str) -> Result<Self> {
		if text.starts_with("0x") {
			return Self::from_hex(text);
		}
		let held = std::fs::read_to_string(text).with_context(|| format!("cannot read {text}"))?;
		Self::from_hex(&held).with_context(|| text.to_owned())
	}

	/// Which end has signed it, by the keys that are registered in the channel of the edge: what the chain takes.
	pub fn intent(&self, genesis: [u8; 32], channel: &ChannelInfo) -> Result<Intent> {
		ensure!(self.genesis == genesis, "the intent was signed for another chain");
		ensure!(channel.edge == Some(self.edge), "the channel is not that of edge {}", self.edge);
		let message = SeverIntent { edge: self.edge };
		let by = Side::BOTH.into_iter().find(|side| {
			let keys = &channel.parties.of(*side).keys;
			self.signed.verify::<NativeVerifier>(&message, &H256(self.genesis), keys)
		});
		let by = by.with_context(|| format!("neither end of edge {} has signed the intent", self.edge))?;
		Ok(Intent { by, signed: self.signed })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, Pair as _};
	use surety_primitives::{api::ChannelPartyInfo, AccountId, AssetKind, ChannelStatus};
	use surety_response::{Message as _, PerSide, PublicKey, Signature};

	fn pair(seed: u8) -> ed25519::Pair {
		ed25519::Pair::from_seed(&[seed; 32])
	}

	fn slip(seed: u8, edge: EdgeId, key: u8) -> IntentSlip {
		let payload = SeverIntent { edge }.signing_payload(&H256([5; 32]));
		let signature = Signature::Ed25519(pair(seed).sign(&payload).0);
		IntentSlip { genesis: [5; 32], edge, signed: Signed { key, signature } }
	}

	fn channel() -> ChannelInfo {
		let party = |seed| ChannelPartyInfo {
			account: AccountId::new([seed; 32]),
			deposit: 1,
			keys: vec![PublicKey::Ed25519(pair(seed).public().0)],
			handed_in: None,
			watcher: None,
			payout: 1,
		};
		ChannelInfo {
			id: 0,
			asset: AssetKind::Native,
			edge: Some(3),
			status: ChannelStatus::Open,
			close_window: 12,
			parties: PerSide { opener: party(1), acceptor: party(2) },
		}
	}

	#[test]
	fn an_intent_should_be_read_as_it_is_written() {
		let text = slip(1, 3, 0).to_hex();
		assert_eq!(IntentSlip::named(&text).unwrap(), slip(1, 3, 0));
		for wrong in ["0x", "0x01", &text[..20], &format!("{text}00"), &text.replacen("0x01", "0x07", 1)] {
			assert!(IntentSlip::named(wrong).is_err(), "{wrong}");
		}
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), format!("{text}\n")).unwrap();
		assert_eq!(IntentSlip::named(file.path().to_str().unwrap()).unwrap(), slip(1, 3, 0));
	}

	#[test]
	fn an_intent_should_count_for_the_end_edge_and_chain_that_it_was_signed_for() {
		let by = |slip: IntentSlip| slip.intent([5; 32], &channel()).map(|intent| intent.by);
		assert_eq!(by(slip(1, 3, 0)).unwrap(), Side::Opener);
		assert_eq!(by(slip(2, 3, 0)).unwrap(), Side::Acceptor);
		assert!(by(slip(3, 3, 0)).is_err(), "a stranger");
		assert!(by(slip(1, 4, 0)).is_err(), "another edge");
		assert!(by(slip(1, 3, 1)).is_err(), "no such key");
		assert!(slip(1, 3, 0).intent([6; 32], &channel()).is_err(), "another chain");
		assert!(by(IntentSlip { edge: 3, ..slip(1, 4, 0) }).is_err(), "changed");
	}
}
