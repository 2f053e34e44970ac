//! Why calls are refused.

use frame_support::pallet_macros::pallet_section;

/// The errors.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no open channel of this number. Look up yours by your account; a settled one is gone.
		ChannelNotFound,
		/// There is no proposal of this number. It was accepted, withdrawn or has expired: propose again.
		ProposalNotFound,
		/// Nothing waits to be paid under this number. Only a channel that was settled while somebody could not take
		/// its part leaves something.
		RemainderNotFound,
		/// The channel is not yours to do this with. Sign with the account of the party, or of its watcher to hand in
		/// for it.
		NotAuthorized,
		/// A channel with oneself is none. Name another account.
		SelfChannel,
		/// A party cannot watch its own channel for somebody else. Name an account that is no party of it.
		SelfWatcher,
		/// The asset is not accepted for channels. Use the native token, or one that governance has accepted.
		AssetNotAccepted,
		/// There is no such asset, or it is the native token, which is always accepted. Name an existing asset.
		UnknownAsset,
		/// The amount is zero, or neither party deposits anything. Name what to deposit.
		ZeroAmount,
		/// The key is registered in this channel already. Make a new one: a key speaks for one party only.
		KeyAlreadyRegistered,
		/// As many keys as there can be are registered for the party. Close the channel and open a new one.
		MaxKeysExceeded,
		/// The proposal has expired. Have it proposed again.
		ProposalExpired,
		/// The proposal can still be accepted. Wait until it has expired, or have a party withdraw it.
		ProposalNotExpired,
		/// The window for closing is set outside of its bounds, so no channel can be opened. Governance has to set it
		/// right.
		WindowOutOfBounds,
		/// The channel belongs to an edge, and is closed with it. Close or sever the edge.
		BelongsToEdge,
		/// The channel is being closed. Hand in what you have, and settle when the window is over.
		Closing,
		/// The window of the close is over, or no close has begun, so nothing can be handed in or settled now. Settle
		/// what is over; begin a close first.
		OutsideOfWindow,
		/// The voucher says no more than what was handed in before, or that nothing was paid. Hand in the last one
		/// that you hold.
		NotBetter,
		/// The signature is not one of the party's, for this chain, this channel and this message. Check the key's place
		/// among those registered, and what was signed.
		InvalidSignature,
		/// A watcher needs the endorsement of the party that it hands in for, and the party itself needs none. Have the
		/// party sign the voucher's endorsement.
		EndorsementMismatch,
		/// The terms pay out more or less than what was deposited. Agree on terms that share all of it.
		WrongTotal,
		/// The terms can no longer be used. Sign new ones, or close without the other's consent.
		TermsExpired,
		/// Nothing that waits could be paid now. Mend the receiving account, then try again.
		NothingToCollect,
	}
}
