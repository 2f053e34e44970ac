//! What two neighbours say to each other so that each packet arrives once, however often either restarts.

use crate::{
	relay::packet::{Packet, SignedVoucher, MAX_PACKET_BYTES},
	EdgeId, H256,
};
use alloc::{boxed::Box, collections::VecDeque, sync::Arc, vec::Vec};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use sp_crypto_hashing::blake2_256;

/// Version of the protocol between two neighbours.
pub const LINK_VERSION: u8 = 1;

/// Bytes of a frame at the most; a longer one is refused before it is read.
pub const MAX_FRAME_BYTES: usize = MAX_PACKET_BYTES + 16;

/// The first thing that each end says when they are connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Hello {
	/// Version of the protocol.
	pub version: u8,
	/// The hash of the chain's genesis block.
	pub genesis: H256,
	/// The edge.
	pub edge: EdgeId,
	/// Number of the last packet that the one who says this has for the other: they count from 1.
	pub sent: u64,
	/// Number of the last packet of the other's that it has heard, durably.
	pub received: u64,
	/// All that it has heard, as one hash: BLAKE2b-256 of this hash before and of the last frame's, zero at first.
	pub heard: H256,
	/// Number of the last packet of its own that the other has confirmed.
	pub confirmed: u64,
	/// The last voucher that it has signed; none where it never paid.
	pub own: Option<SignedVoucher>,
	/// The best voucher of the other's that it has taken; none where there is none.
	pub taken: Option<SignedVoucher>,
}

/// What is sent along an edge.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub enum Frame {
	/// How far they are.
	Hello(Box<Hello>),
	/// A packet.
	Packet {
		/// Its number.
		number: u64,
		/// The packet.
		packet: Packet,
	},
	/// All packets of the other's up to this number are heard, durably.
	Confirm(u64),
}

impl Frame {
	/// Reads a frame; `None` where that is none, or has something behind it.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		if bytes.len() > MAX_FRAME_BYTES {
			return None;
		}
		Self::decode_all(&mut &*bytes).ok()
	}
}

/// What was heard with one packet more: BLAKE2b-256 of what was heard before, which is zero at first, and the hash of the
/// packet's frame. Two ends that name the same number and differ in this have not heard the same.
pub(super) fn heard(before: &H256, frame: &[u8]) -> H256 {
	let mut both = [0; 64];
	both[..32].copy_from_slice(before.as_bytes());
	both[32..].copy_from_slice(&blake2_256(frame));
	blake2_256(&both).into()
}

/// A packet that the other has not confirmed.
#[derive(Clone, Debug)]
pub(super) struct Kept {
	pub(super) number: u64,
	/// As it is sent.
	pub(super) frame: Arc<[u8]>,
	/// What the other has heard with it.
	pub(super) heard: H256,
}

/// Where an end is with the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
	/// There is no connection.
	Apart,
	/// There is one, and the other has not said how far it is.
	Greeting,
	/// They talk.
	Talking,
}

/// One end's state.
#[derive(Debug)]
pub(super) struct Link {
	pub(super) phase: Phase,
	/// Whether the two have talked since this end was started.
	pub(super) met: bool,
	pub(super) sent: u64,
	pub(super) received: u64,
	pub(super) confirmed: u64,
	/// What this end has heard.
	pub(super) heard: H256,
	/// What the other has heard with all that it has confirmed.
	pub(super) confirmed_heard: H256,
	/// Whether this end has forgotten what it did: nothing is said along the edge any more.
	pub(super) behind: bool,
	/// Packets that the other has not confirmed.
	pub(super) unconfirmed: VecDeque<Kept>,
	pub(super) bytes: usize,
	/// Whether a packet was heard that the other was not told of.
	pub(super) owes_confirm: bool,
	/// Whether the counters have changed.
	pub(super) changed: bool,
}

/// A link, as it is recorded.
#[derive(Clone, Copy, Default, Encode, Decode)]
pub(super) struct LinkRecord {
	sent: u64,
	received: u64,
	confirmed: u64,
	heard: H256,
	confirmed_heard: H256,
	behind: bool,
}

impl Link {
	pub(super) fn new() -> Self {
		Self::from(LinkRecord::default())
	}

	pub(super) fn record(&self) -> LinkRecord {
		let Self { sent, received, confirmed, heard, confirmed_heard, behind, .. } = *self;
		LinkRecord { sent, received, confirmed, heard, confirmed_heard, behind }
	}

	/// Keeps a packet until it is confirmed; returns it as it is sent, and its number.
	pub(super) fn push(&mut self, packet: &Packet) -> (u64, Arc<[u8]>) {
		self.sent = self.sent.saturating_add(1);
		self.changed = true;
		let number = self.sent;
		let mut bytes = Vec::with_capacity(packet.size_hint().saturating_add(9));
		// As `Frame::Packet` is encoded, without a copy of the packet.
		bytes.push(1);
		number.encode_to(&mut bytes);
		packet.encode_to(&mut bytes);
		let frame: Arc<[u8]> = bytes.into();
		self.keep(number, frame.clone());
		(number, frame)
	}

	pub(super) fn keep(&mut self, number: u64, frame: Arc<[u8]>) {
		self.bytes = self.bytes.saturating_add(frame.len());
		let before = self.unconfirmed.back().map_or(&self.confirmed_heard, |last| &last.heard);
		let heard = heard(before, &frame);
		self.unconfirmed.push_back(Kept { number, frame, heard });
	}

	/// What the other has heard with the packet of this number; `None` where that is not known.
	pub(super) fn heard_with(&self, number: u64) -> Option<H256> {
		if number == self.confirmed {
			return Some(self.confirmed_heard);
		}
		let kept = self.unconfirmed.iter().find(|kept| kept.number == number);
		kept.map(|kept| kept.heard)
	}

	/// The other has all packets up to this one. Returns which need not be kept any more.
	pub(super) fn confirm(&mut self, number: u64) -> Vec<u64> {
		let mut confirmed = Vec::new();
		if number <= self.sent && number > self.confirmed {
			self.confirmed = number;
			while let Some(first) = self.unconfirmed.front().filter(|first| first.number <= number) {
				self.bytes = self.bytes.saturating_sub(first.frame.len());
				self.confirmed_heard = first.heard;
				confirmed.push(first.number);
				self.unconfirmed.pop_front();
			}
		}
		confirmed
	}
}

impl From<LinkRecord> for Link {
	fn from(record: LinkRecord) -> Self {
		let LinkRecord { sent, received, confirmed, heard, confirmed_heard, behind } = record;
		Self {
			phase: Phase::Apart,
			met: false,
			sent,
			received,
			confirmed,
			heard,
			confirmed_heard,
			behind,
			unconfirmed: VecDeque::new(),
			bytes: 0,
			owes_confirm: false,
			changed: false,
		}
	}
}
