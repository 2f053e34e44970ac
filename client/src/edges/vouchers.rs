//! Vouchers on paper: how one is passed on, and the file in which a party keeps its own and those it was given.
//!
//! A **slip** is a voucher with what makes it worth something: 0x and, in hex, the byte 1 and the SCALE encoding of the hash of
//! the chain's genesis block, the voucher, its signature, and the payee's endorsement for a watcher if there is one.
//!
//! The **book** is a JSON file with the last slip that its owner has signed in each channel, and the best that it was given. It
//! is written as a whole, and before a slip that it signs is shown: a party that forgets what it has signed signs too little.

use crate::{
	chain::{call::Call, At},
	files::{read_if_there, write_whole},
	text::side_name,
};
use anyhow::{anyhow, bail, ensure, Context, Result};
use codec::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};
use surety_primitives::{api::ChannelInfo, AccountId, ChannelId};
use surety_response::{
	ChannelState, Endorsement, Message, NativeVerifier, Refusal, Side, Signed, Voucher, H256,
};

const SLIP_VERSION: u8 = 1;
const BOOK_VERSION: u32 = 1;

/// A voucher that was signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Slip {
	/// Hash of the chain's genesis block.
	pub genesis: [u8; 32],
	/// The voucher.
	pub voucher: Voucher,
	/// Its payer's signature.
	pub signed: Signed,
	/// The payee's leave for its watcher.
	pub endorsement: Option<Signed>,
}

impl Slip {
	/// As it is passed on.
	pub fn to_hex(&self) -> String {
		crate::text::hex((SLIP_VERSION, self).encode())
	}

	/// Reads what [`Self::to_hex`] writes.
	pub fn from_hex(text: &str) -> Result<Self> {
		let text = text.trim();
		let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).context("the voucher is not hex")?;
		let mut rest = &bytes[..];
		let (version, slip) = <(u8, Self)>::decode(&mut rest).map_err(|_| anyhow!("that is no voucher"))?;
		ensure!(version == SLIP_VERSION && rest.is_empty(), "that is no voucher of this version");
		Ok(slip)
	}

	/// Which side has signed it, by the keys that are registered in its channel.
	pub fn payer(&self, channel: &ChannelInfo) -> Result<Side> {
		ensure!(
			channel.id == self.voucher.channel,
			"the voucher is of channel {}, not of {}",
			self.voucher.channel,
			channel.id
		);
		let payer = Side::BOTH.into_iter().find(|side| {
			let keys = &channel.parties.of(*side).keys;
			self.signed.verify::<NativeVerifier>(&self.voucher, &H256(self.genesis), keys)
		});
		payer.context("neither party has signed the voucher for its channel on that chain")
	}

	/// Whether the payee's endorsement is there, and right.
	pub fn is_endorsed(&self, channel: &ChannelInfo, payee: Side) -> bool {
		let keys = &channel.parties.of(payee).keys;
		self.endorsement.is_some_and(|endorsement| {
			endorsement.verify::<NativeVerifier>(&Endorsement(self.voucher), &H256(self.genesis), keys)
		})
	}
}

/// The bytes that are signed, for a chain.
pub fn payload(message: &impl Message, genesis: [u8; 32]) -> Vec<u8> {
	message.signing_payload(&H256(genesis))
}

/// What is kept of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kept {
	/// The last that the owner has signed.
	pub signed: Option<Slip>,
	/// The best that it was given.
	pub taken: Option<Slip>,
}

/// What somebody keeps of all its channels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Book {
	genesis: [u8; 32],
	channels: BTreeMap<ChannelId, Kept>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
	version: u32,
	genesis: String,
	channels: Vec<StoredChannel>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredChannel {
	channel: ChannelId,
	#[serde(skip_serializing_if = "Option::is_none", default)]
	signed: Option<String>,
	#[serde(skip_serializing_if = "Option::is_none", default)]
	taken: Option<String>,
}

impl Book {
	/// Nothing yet, on the chain of this genesis block.
	pub fn new(genesis: [u8; 32]) -> Self {
		Self { genesis, channels: BTreeMap::new() }
	}

	/// What a file holds; nothing where there is none.
	pub fn load(path: &Path, genesis: [u8; 32]) -> Result<Self> {
		let Some(text) = read_if_there(path)? else { return Ok(Self::new(genesis)) };
		Self::read(&text, genesis).with_context(|| path.display().to_string())
	}

	fn read(text: &str, genesis: [u8; 32]) -> Result<Self> {
		let stored: Stored = serde_json::from_str(text).context("this is no file of vouchers")?;
		ensure!(stored.version == BOOK_VERSION, "the file is of another version");
		ensure!(stored.genesis == crate::text::hex(genesis), "the vouchers are of another chain");
		let mut book = Self::new(genesis);
		for StoredChannel { channel, signed, taken } in stored.channels {
			let slip = |text: Option<String>| -> Result<Option<Slip>> {
				let slip = text.map(|text| Slip::from_hex(&text)).transpose()?;
				let fits = slip.is_none_or(|slip| slip.genesis == genesis && slip.voucher.channel == channel);
				ensure!(fits, "under channel {channel} there is a voucher of another one");
				Ok(slip)
			};
			let kept = Kept { signed: slip(signed)?, taken: slip(taken)? };
			ensure!(book.channels.insert(channel, kept).is_none(), "channel {channel} is there twice");
		}
		Ok(book)
	}

	/// Writes the file as a whole, so that a crash leaves the old one or the new one.
	pub fn store(&self, path: &Path) -> Result<()> {
		let channels = self.channels.iter().map(|(channel, kept)| StoredChannel {
			channel: *channel,
			signed: kept.signed.map(|slip| slip.to_hex()),
			taken: kept.taken.map(|slip| slip.to_hex()),
		});
		let stored = Stored {
			version: BOOK_VERSION,
			genesis: crate::text::hex(self.genesis),
			channels: channels.collect(),
		};
		write_whole(path, &serde_json::to_vec_pretty(&stored)?)
	}

	/// What is kept of a channel.
	pub fn of(&self, channel: ChannelId) -> Kept {
		self.channels.get(&channel).copied().unwrap_or_default()
	}

	/// Channels of which something is kept.
	pub fn channels(&self) -> impl Iterator<Item = (ChannelId, Kept)> + '_ {
		self.channels.iter().map(|(channel, kept)| (*channel, *kept))
	}

	/// Keeps what the owner has signed.
	pub fn keep_signed(&mut self, slip: Slip) {
		self.channels.entry(slip.voucher.channel).or_default().signed = Some(slip);
	}

	/// Keeps what the owner was given.
	pub fn keep_taken(&mut self, slip: Slip) {
		self.channels.entry(slip.voucher.channel).or_default().taken = Some(slip);
	}

	/// What the owner, who is on `side`, may sign and take in a channel.
	pub fn state(&self, channel: &ChannelInfo, side: Side) -> Result<ChannelState> {
		let kept = self.of(channel.id);
		let deposits = surety_response::PerSide {
			opener: channel.parties.opener.deposit,
			acceptor: channel.parties.acceptor.deposit,
		};
		// What is in flight is the relay's to know.
		let mut state = ChannelState::new(channel.id, side, deposits, u128::MAX).map_err(refused)?;
		if let Some(own) = &kept.signed {
			state.recall(&own.voucher).map_err(refused)?;
		}
		if let Some(taken) = &kept.taken {
			state.accept(&taken.voucher).map_err(refused)?;
		}
		Ok(state)
	}
}

/// Why a voucher is not signed or taken, for people.
pub fn refused(refusal: Refusal) -> anyhow::Error {
	anyhow!(match refusal {
		Refusal::OtherChannel => "the voucher is of another channel",
		Refusal::ZeroAmount => "there is nothing to pay",
		Refusal::Overspent =>
			"more would be paid than the payer has: its deposit, and what it was paid by vouchers that it has shown",
		Refusal::PaidDecreased => "the voucher pays less than one that was taken before: ask for the latest",
		Refusal::AckDecreased => "the voucher acknowledges less than one that was taken before",
		Refusal::AckAboveSent => "the voucher acknowledges more than was ever signed here: do not take it",
		Refusal::TooMuchInFlight | Refusal::NotInFlight => "more would be in flight than may be",
		Refusal::DepositDecreased => "a deposit has become smaller, which it cannot",
		Refusal::Closing => "terms of a close were signed",
		Refusal::WrongTotal => "the terms pay out something else than was deposited",
		Refusal::PayoutTooSmall => "the terms give less than the vouchers do",
		Refusal::Overflow => "that is more than can be counted",
		Refusal::Behind => "these vouchers are older than what was signed by them: take the other's latest first",
	})
}

/// The side of a channel that is an account's.
pub fn side_of(channel: &ChannelInfo, account: &AccountId) -> Option<Side> {
	Side::BOTH.into_iter().find(|side| channel.parties.of(*side).account == *account)
}

/// The side for which an account may hand in as its watcher.
pub fn watched_side(channel: &ChannelInfo, account: &AccountId) -> Option<Side> {
	let watches = |side: &Side| {
		let watcher = channel.parties.of(*side).watcher.as_ref();
		watcher.is_some_and(|(watcher, _)| watcher == account)
	};
	Side::BOTH.into_iter().find(watches)
}

/// The call that hands in a voucher, by its payee or its watcher.
pub fn hand_in_call(at: &At, channel: &ChannelInfo, slip: &Slip, account: &AccountId) -> Result<Call> {
	let payee = slip.payer(channel)?.other();
	let endorsement = match side_of(channel, account) == Some(payee) {
		true => None,
		false => {
			let watches = channel.parties.of(payee).watcher.as_ref().is_some_and(|(who, _)| who == account);
			ensure!(watches, "the voucher pays the {} of channel {}, not you", side_name(payee), channel.id);
			ensure!(slip.is_endorsed(channel, payee), "whom the voucher pays has not endorsed it for you");
			slip.endorsement
		}
	};
	Ok(Call::new("Channels", "hand_in")
		.encoded(at, "payee", &payee)?
		.encoded(at, "voucher", &slip.voucher)?
		.encoded(at, "signed", &slip.signed)?
		.encoded(at, "endorsement", &endorsement)?
		.counted_in(&channel.asset))
}

/// A slip that a person names: by itself, or by a file that holds it.
pub fn slip_or_file(text: &str) -> Result<Slip> {
	match text.starts_with("0x") {
		true => Slip::from_hex(text),
		false => {
			let held = std::fs::read_to_string(text).with_context(|| format!("cannot read {text}"))?;
			if held.len() > 4_096 {
				bail!("{text} is no voucher");
			}
			Slip::from_hex(&held).with_context(|| text.to_owned())
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use sp_core::{ed25519, Pair as _};
	use surety_primitives::{api::ChannelPartyInfo, AccountId, AssetKind, ChannelStatus};
	use surety_response::{Payment, PerSide, PublicKey, Signature};

	const GENESIS: [u8; 32] = [5; 32];

	fn pair(side: Side) -> ed25519::Pair {
		ed25519::Pair::from_seed(&[if side == Side::Opener { 1 } else { 2 }; 32])
	}

	fn channel() -> ChannelInfo {
		let party = |side| ChannelPartyInfo {
			account: AccountId::new([if side == Side::Opener { 1 } else { 2 }; 32]),
			deposit: 100,
			keys: vec![PublicKey::Ed25519([9; 32]), PublicKey::Ed25519(pair(side).public().0)],
			handed_in: None,
			watcher: None,
			payout: 100,
		};
		ChannelInfo {
			id: 7,
			asset: AssetKind::Native,
			edge: Some(3),
			status: ChannelStatus::Open,
			close_window: 12,
			parties: PerSide { opener: party(Side::Opener), acceptor: party(Side::Acceptor) },
		}
	}

	fn sign(side: Side, message: &impl Message) -> Signed {
		Signed { key: 1, signature: Signature::Ed25519(pair(side).sign(&payload(message, GENESIS)).0) }
	}

	fn slip(side: Side, voucher: Voucher) -> Slip {
		Slip { genesis: GENESIS, voucher, signed: sign(side, &voucher), endorsement: None }
	}

	const VOUCHER: Voucher = Voucher { channel: 7, paid: 30, received_ack: 10 };

	#[test]
	fn a_slip_should_be_read_as_it_is_written() {
		let mut slip = slip(Side::Opener, VOUCHER);
		assert_eq!(Slip::from_hex(&slip.to_hex()).unwrap(), slip);
		slip.endorsement = Some(sign(Side::Acceptor, &Endorsement(VOUCHER)));
		let text = slip.to_hex();
		assert_eq!(Slip::from_hex(&format!(" {text}\n")).unwrap(), slip);
		for wrong in ["", "0x", "0x01", "voucher", &text[..text.len() - 2], &format!("{text}00")] {
			assert!(Slip::from_hex(wrong).is_err(), "{wrong}");
		}
		assert!(Slip::from_hex(&text.replacen("0x01", "0x02", 1)).is_err(), "another version");
	}

	proptest! {
		#[test]
		fn bytes_that_are_no_slip_should_be_refused(bytes: Vec<u8>) {
			if let Ok(slip) = Slip::from_hex(&hex::encode(&bytes)) {
				prop_assert_eq!(slip.to_hex(), crate::text::hex(bytes));
			}
		}
	}

	#[test]
	fn a_payer_should_be_known_by_its_key() {
		let channel = channel();
		for side in Side::BOTH {
			assert_eq!(slip(side, VOUCHER).payer(&channel).unwrap(), side);
		}
		let elsewhere = Slip { genesis: [6; 32], ..slip(Side::Opener, VOUCHER) };
		assert!(elsewhere.payer(&channel).is_err(), "signed for another chain");
		let more = Slip { voucher: Voucher { paid: 31, ..VOUCHER }, ..slip(Side::Opener, VOUCHER) };
		assert!(more.payer(&channel).is_err(), "that is not what was signed");
		let other = Voucher { channel: 8, ..VOUCHER };
		assert!(slip(Side::Opener, other).payer(&channel).is_err());
	}

	#[test]
	fn only_the_payees_own_endorsement_should_count() {
		let channel = channel();
		let slip = slip(Side::Opener, VOUCHER);
		let with = |side| Slip { endorsement: Some(sign(side, &Endorsement(VOUCHER))), ..slip };
		assert!(!slip.is_endorsed(&channel, Side::Acceptor));
		assert!(with(Side::Acceptor).is_endorsed(&channel, Side::Acceptor));
		assert!(!with(Side::Opener).is_endorsed(&channel, Side::Acceptor));
		let voucher_as_endorsement = Slip { endorsement: Some(sign(Side::Acceptor, &VOUCHER)), ..slip };
		assert!(!voucher_as_endorsement.is_endorsed(&channel, Side::Acceptor), "another kind of message");
	}

	#[test]
	fn a_book_should_be_read_as_it_was_written_and_only_on_its_chain() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("deep/vouchers.json");
		let mut book = Book::load(&path, GENESIS).unwrap();
		assert_eq!(book, Book::new(GENESIS), "nothing yet");
		book.keep_signed(slip(Side::Opener, VOUCHER));
		book.keep_taken(slip(Side::Acceptor, Voucher { paid: 5, ..VOUCHER }));
		book.keep_taken(slip(Side::Acceptor, Voucher { channel: 9, ..VOUCHER }));
		book.store(&path).unwrap();
		assert_eq!(Book::load(&path, GENESIS).unwrap(), book);
		assert!(Book::load(&path, [6; 32]).is_err());
		let text = std::fs::read_to_string(&path).unwrap();
		for wrong in
			["{", &text.replace("\"channel\": 9", "\"channel\": 10"), &text.replace("version", "vers")]
		{
			assert!(Book::read(wrong, GENESIS).is_err(), "{wrong}");
		}
	}

	#[test]
	fn what_may_be_signed_and_taken_should_follow_from_what_is_kept() {
		let (channel, mut book) = (channel(), Book::new(GENESIS));
		let mut state = book.state(&channel, Side::Opener).unwrap();
		let first = state.issue(40, Payment::Owed).unwrap();
		assert_eq!(first, Voucher { channel: 7, paid: 40, received_ack: 0 });
		book.keep_signed(slip(Side::Opener, first));
		let mut state = book.state(&channel, Side::Opener).unwrap();
		let back = Voucher { channel: 7, paid: 15, received_ack: 40 };
		assert_eq!(state.accept(&back), Ok(15));
		book.keep_taken(slip(Side::Acceptor, back));
		let mut state = book.state(&channel, Side::Opener).unwrap();
		assert_eq!(state.balance(), 75);
		assert_eq!(state.issue(76, Payment::Owed), Err(Refusal::Overspent));
		let next = state.issue(75, Payment::Owed).unwrap();
		assert_eq!(next, Voucher { channel: 7, paid: 115, received_ack: 15 });
		assert_eq!(state.accept(&Voucher { received_ack: 116, ..back }), Err(Refusal::AckAboveSent));
	}
}
