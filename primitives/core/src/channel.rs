//! Payment channels between neighbours: their numbers, and how far they have come. What is signed in them, and what
//! that is worth, is in `surety-response`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

pub use surety_response::{ChannelId, EdgeId};

/// How far a channel has come.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ChannelStatus<BlockNumber> {
	/// It can be paid through.
	Open,
	/// Vouchers can be handed in until it is settled.
	Closing {
		/// First block in which it can be settled, and no voucher is taken any more.
		settles_at: BlockNumber,
	},
}
