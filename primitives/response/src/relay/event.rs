//! What a machine is told, and what it gives back.

use super::{
	config::EdgeConfig,
	packet::{Packet, SignedIntent},
	payload::Route,
	request::{Basis, Request},
	response::{Response, Verdict},
	Ms,
};
use crate::{Amount, ChannelState, EdgeId, NodeId, Side, Signed, H256};
use alloc::{boxed::Box, vec::Vec};
use codec::{Decode, Encode, MaxEncodedLen};

/// Why a request is not taken, or a message of a neighbour not heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub enum Reason {
	/// There is no such neighbour, or the edge to it is broken.
	UnknownNeighbour,
	/// A message that is none.
	Malformed,
	/// A signature is not by whom it has to be.
	WrongKey,
	/// The body is not what the request says, or the route is not.
	WrongCommitment,
	/// The request has expired.
	Expired,
	/// The request's expiry is further ahead than anybody would remember it.
	TooFarAhead,
	/// The request was seen before.
	Replay,
	/// The request or its answer is too large.
	Oversized,
	/// Too many are in flight.
	TooMany,
	/// There is too little time for the way there and back.
	TimeoutTooShort,
	/// What is paid is less than the way costs, or was not paid.
	Underpaid,
	/// No late fee is offered.
	NoLateFee,
	/// The channel has too little for what might have to be paid.
	NoFunds,
	/// There is no such next hop here.
	NoRoute,
	/// The payload cannot be read, or says no more way and this is not the recipient.
	NotForMe,
	/// It speaks of a request that is not there, or not with this neighbour.
	UnknownRequest,
	/// A proof that is none for this request.
	NotOnRoute,
	/// More is said to be paid than was.
	FeeNotPaid,
	/// A voucher that cannot be taken.
	BadVoucher,
}

/// What a client wants to ask, whichever way.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Query {
	/// Chosen by the client, not used twice.
	pub nonce: u64,
	/// Who is to answer.
	pub recipient: NodeId,
	/// By what right.
	pub basis: Basis,
	/// The method in its canonical form.
	pub method: Vec<u8>,
	/// The body, encrypted for the recipient.
	pub body: Vec<u8>,
	/// Bytes that the response's body may have.
	pub max_response_bytes: u32,
	/// Time that the recipient is given, in ms.
	pub service_ms: u32,
	/// Late fee of each ms.
	pub late_fee_per_ms: Amount,
	/// Late fees at the most.
	pub late_fee_cap: Amount,
	/// How long the request is good for, in ms.
	pub validity_ms: Ms,
}

/// What the node itself wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Order {
	/// Ask, along the first of these routes that has no broken edge, and along the next where that one ends without an
	/// answer.
	Ask {
		/// What.
		query: Box<Query>,
		/// Ways, best first.
		routes: Vec<Route>,
	},
	/// More ways for what was asked, which has run out of them.
	Retry {
		/// The query's nonce.
		nonce: u64,
		/// Ways, best first.
		routes: Vec<Route>,
	},
	/// No more is to be heard of it, once it has run out of ways.
	Forget {
		/// The query's nonce.
		nonce: u64,
	},
	/// What the local provider answers.
	Served {
		/// The request's hash.
		request: H256,
		/// What kind of answer it is.
		verdict: Verdict,
		/// The body.
		body: Vec<u8>,
	},
	/// Sever an edge.
	Sever {
		/// Which.
		edge: EdgeId,
	},
}

/// What a final block says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChainEvent {
	/// An edge of this node is open, with this channel: a new one, or as it was last persisted. Requests that were in
	/// flight before a restart are not known any more.
	Opened {
		/// The edge.
		config: Box<EdgeConfig>,
		/// The channel.
		channel: Box<ChannelState>,
	},
	/// An edge was severed. Its intent is in the block.
	Severed {
		/// By this.
		intent: SignedIntent,
	},
	/// An edge of this node is being closed: nothing new goes along it, what is in flight ends.
	Closing {
		/// The edge.
		edge: EdgeId,
	},
	/// An edge of this node is closed, and settled.
	Closed {
		/// The edge.
		edge: EdgeId,
	},
	/// Someone has topped up a channel.
	Deposited {
		/// The edge.
		edge: EdgeId,
		/// Whose deposit it is.
		side: Side,
		/// What that has deposited in all.
		deposit: Amount,
	},
}

/// What a machine is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
	/// A neighbour has sent this.
	Packet {
		/// Along which edge: the transport knows who is at its other end.
		edge: EdgeId,
		/// What.
		packet: Packet,
	},
	/// A neighbour has sent these bytes.
	Bytes {
		/// Along which edge.
		edge: EdgeId,
		/// What.
		bytes: Vec<u8>,
	},
	/// It is time, see [`Action::SetTimer`]. At any other time nothing happens.
	Timer,
	/// The node itself wants something.
	Order(Order),
	/// A block is final.
	Chain(ChainEvent),
}

/// How a request of the node's own ended, or went on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Outcome {
	/// Answered, and the signed response is evidence of what.
	Answered {
		/// The request, as which it was last sent: without it nobody else can tell what the response is to.
		request: Box<Request>,
		/// The response.
		response: Box<Response>,
		/// By the recipient.
		signed: Box<Signed>,
		/// The body; empty where it came in pieces.
		body: Vec<u8>,
	},
	/// The first hop has taken it: from here on it owes an answer, a proof, or late fees.
	Taken {
		/// The request, as it was taken.
		request: Box<Request>,
		/// By the first hop, over [`Acknowledged`](super::packet::Acknowledged).
		signed: Box<Signed>,
	},
	/// A piece of an answer that is too long to come at once; they come in order, before the answer.
	Piece {
		/// Which.
		index: u32,
		/// The piece.
		piece: Vec<u8>,
	},
	/// An edge of the route is broken, and this is the proof.
	Broken {
		/// The proof.
		proof: Box<SignedIntent>,
	},
	/// Paid for this much more of waiting.
	Paid {
		/// So much.
		fee: Amount,
	},
	/// Paid all that could be owed for waiting: the request is over.
	PaidInFull,
	/// Somebody did not take it, and what was paid came back.
	Refused {
		/// Why.
		reason: Reason,
	},
	/// There is no way left: more are wanted by [`Order::Retry`], or [`Order::Forget`].
	NoRoute,
}

/// Something for a person to know, and for a simulator to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
	/// From now on this node owes late fees for a request.
	Late {
		/// The request's hash.
		request: H256,
		/// To whom.
		upstream: EdgeId,
	},
	/// It has the proof for a request, and keeps it for its next sync.
	Held {
		/// The request's hash.
		request: H256,
		/// From whom it came.
		downstream: EdgeId,
		/// Whether it came at a sync.
		sync: bool,
	},
	/// A neighbour's message, or a part of it, was not heard.
	Ignored {
		/// Along which edge it came.
		edge: EdgeId,
		/// Why.
		reason: Reason,
	},
	/// What is owed cannot be paid: the channel has too little.
	CannotPay {
		/// Along which edge.
		edge: EdgeId,
		/// So much.
		amount: Amount,
	},
}

/// What the host has to do, in this order. What is persisted has to be durable before what comes after it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
	/// Keep this channel's state, in place of an earlier one. Who keeps all records (see
	/// [`durable`](super::durable)) has it in the edge's.
	Persist {
		/// The edge it belongs to.
		edge: EdgeId,
		/// The state.
		channel: Box<ChannelState>,
	},
	/// Send a packet to a neighbour.
	Send {
		/// Along which edge.
		edge: EdgeId,
		/// What.
		packet: Packet,
	},
	/// Say [`Event::Timer`] at this time, and no more at the time that was set before.
	SetTimer {
		/// When, in ms.
		at: Ms,
	},
	/// Submit an intent to the chain: it is durable once it is in a final block, and until then is to be submitted again.
	Submit {
		/// Which.
		intent: SignedIntent,
	},
	/// Have the local provider answer, by [`Order::Served`].
	Serve {
		/// The request's hash.
		hash: H256,
		/// The request.
		request: Box<Request>,
		/// Its body.
		body: Vec<u8>,
	},
	/// Tell the local client.
	Deliver {
		/// The query's nonce.
		nonce: u64,
		/// The hash of the request, as which it was last sent; zero where it never was.
		request: H256,
		/// What.
		outcome: Outcome,
	},
	/// A neighbour is silent, its edge is severed: ask it for something along any other way, again and again, until it
	/// answers or is cut off (S3 §3.1).
	Isolate {
		/// Who.
		neighbour: NodeId,
		/// The request that it has not answered.
		request: H256,
	},
	/// To be known.
	Note(Note),
}
