//! What is signed.

use crate::{Amount, ChannelId, Claim, EdgeId, PerSide};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Something that a party signs for one chain and one use.
///
/// What is signed is the SCALE encoding of `(TAG, genesis, self)`, with the text as SCALE has it: its length first.
/// No two kinds have the same text, so a signature of one is never one of another.
pub trait Message: Encode {
	/// What kind of message it is, and in which version.
	const TAG: &'static str;

	/// The bytes that are signed for the chain whose genesis block has the hash `genesis`.
	fn signing_payload(&self, genesis: &H256) -> Vec<u8> {
		(Self::TAG, genesis, self).encode()
	}
}

/// What its signer has paid the other party of a channel, and was paid by it, in all since it was opened.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Voucher {
	/// The channel.
	pub channel: ChannelId,
	/// Paid by the signer, in the smallest unit of the channel's asset. Never less than in an earlier voucher.
	pub paid: Amount,
	/// Paid to the signer as far as it knows, in the same unit. Never less than in an earlier voucher.
	pub received_ack: Amount,
}

impl Message for Voucher {
	const TAG: &'static str = "surety/voucher/1";
}

impl Voucher {
	/// What whoever hands it in says.
	pub fn claim(&self) -> Claim {
		Claim { paid: self.paid, received_ack: self.received_ack }
	}
}

/// A payee's leave to hand in a voucher for it.
///
/// A watcher needs one for each voucher. Without it a payer could sign a voucher that acknowledges what it never
/// received, have the payee's watcher hand that in, and so make the payee concede it.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Endorsement(
	/// The voucher, signed by the other party.
	pub Voucher,
);

impl Message for Endorsement {
	const TAG: &'static str = "surety/voucher-endorsement/1";
}

/// How both parties agree to close a channel.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CloseTerms {
	/// The channel.
	pub channel: ChannelId,
	/// What each gets, in the smallest unit of the channel's asset; together all that was deposited.
	pub payouts: PerSide<Amount>,
	/// Last block in which it can be closed so. Until it has passed, neither may sign or take another voucher.
	pub valid_until: u32,
}

impl Message for CloseTerms {
	const TAG: &'static str = "surety/channel-close/1";
}

/// One end's will that an edge be severed.
///
/// It has no expiry, and anybody may submit it: so holding it is proof that the edge is broken, before any block says
/// so (S3 §3).
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SeverIntent {
	/// The edge.
	pub edge: EdgeId,
}

impl Message for SeverIntent {
	const TAG: &'static str = "surety/sever-intent/1";
}
