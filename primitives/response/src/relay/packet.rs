//! What neighbours send each other.

use super::{
	payload::Payload,
	request::Request,
	response::{Piece, Proof, Response},
	Reason,
};
use crate::{Amount, Message, NodeId, SeverIntent, Signed, Voucher, H256};
use alloc::boxed::Box;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};

/// Bytes of a request's body at the most.
pub const MAX_REQUEST_BYTES: u32 = 65_536;

/// Requests that one [`Settle`] speaks of at the most.
pub const MAX_ITEMS: u32 = 64;

/// Bytes of a packet at the most; a longer one is refused before it is read.
pub const MAX_PACKET_BYTES: usize = 80 * 1024;

/// Bytes of a request's body.
pub type Body = BoundedVec<u8, ConstU32<MAX_REQUEST_BYTES>>;

/// A voucher, and its signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct SignedVoucher {
	/// The voucher.
	pub voucher: Voucher,
	/// By its payer.
	pub signed: Signed,
}

/// Proof that an edge is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct SignedIntent {
	/// What it says.
	pub intent: SeverIntent,
	/// Which of the edge's ends signed it.
	pub by: NodeId,
	/// Its signature.
	pub signed: Signed,
}

/// A request on its way, with what the next hop is paid for it ahead.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Forward {
	/// The request.
	pub request: Request,
	/// By the author.
	pub signed: Signed,
	/// Its body, encrypted for the recipient.
	pub body: Body,
	/// The one who forwards expects the answer within this time, in ms.
	pub timeout_ms: u32,
	/// For whom it is sent to.
	pub payload: Payload,
	/// What is paid ahead.
	pub pay: Amount,
	/// By which it is paid; none where nothing is.
	pub voucher: Option<SignedVoucher>,
}

/// That a request was taken: from here on its sender is owed an answer, a proof, or late fees. Signed by the one who
/// takes it, with [`Acknowledged`] as what is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Ack {
	/// The request's hash.
	pub request: H256,
	/// By the one who has taken it.
	pub signed: Signed,
}

/// What an [`Ack`] signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Acknowledged {
	/// The request's hash.
	pub request: H256,
	/// Time that was given for the answer, in ms.
	pub timeout_ms: u32,
}

impl Message for Acknowledged {
	const TAG: &'static str = "surety/request-ack/1";
}

/// That a request was not taken, or can not be carried any further without anybody's edge having broken. What was paid
/// ahead comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Nack {
	/// The request's hash.
	pub request: H256,
	/// Why.
	pub reason: Reason,
	/// What comes back: what was paid ahead.
	pub pay: Amount,
	/// By which it does; none where nothing was paid.
	pub voucher: Option<SignedVoucher>,
}

/// The response to a request, with the body where that is no more than a piece.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Answer {
	/// The response.
	pub response: Response,
	/// By the recipient.
	pub signed: Signed,
	/// The body; none where it follows in pieces.
	pub body: Option<Piece>,
	/// Late fee that is paid with it.
	pub fee: Amount,
	/// By which it is paid.
	pub voucher: Option<SignedVoucher>,
}

/// A piece of a body that is longer than one. They come in order.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Chunk {
	/// The request's hash.
	pub request: H256,
	/// Which piece it is, from 0 on.
	pub index: u32,
	/// The piece.
	pub piece: Piece,
	/// That it belongs under the response's root.
	pub proof: Proof,
	/// Late fee that is paid with the last piece.
	pub fee: Amount,
	/// By which it is paid.
	pub voucher: Option<SignedVoucher>,
}

/// What is said of one request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Item {
	/// The request's hash.
	pub request: H256,
	/// Late fee that is paid for it.
	pub fee: Amount,
	/// Place of the intent that answers it; none where it goes on.
	pub broken: Option<u8>,
}

/// Late fees, and proofs of broken edges: at a sync, or between two as soon as there is a proof.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Settle {
	/// Whether this is a sync.
	pub sync: bool,
	/// One for each request.
	pub items: BoundedVec<Item, ConstU32<MAX_ITEMS>>,
	/// The proofs; one can answer many.
	pub intents: BoundedVec<SignedIntent, ConstU32<MAX_ITEMS>>,
	/// By which all fees together are paid; none where there are none.
	pub voucher: Option<SignedVoucher>,
}

/// What is sent along an edge. The transport brings them in order, and again after it was interrupted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub enum Packet {
	/// A request on its way.
	Forward(Box<Forward>),
	/// It was taken.
	Ack(Ack),
	/// It was not.
	Nack(Nack),
	/// Its response.
	Answer(Box<Answer>),
	/// A piece of that.
	Chunk(Box<Chunk>),
	/// Late fees and proofs.
	Settle(Box<Settle>),
}

impl Packet {
	/// Reads a packet; `None` where that is none, or has something behind it.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		if bytes.len() > MAX_PACKET_BYTES {
			return None;
		}
		Self::decode_all(&mut &*bytes).ok()
	}
}
