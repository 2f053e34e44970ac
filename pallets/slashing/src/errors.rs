//! Why the pallet refuses. Clients show these docs to people.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no slash of this number: it never was, or it was decided and forgotten. List the slashes.
		SlashNotFound,
		/// There is no petition of this number, or all its signatures have been resolved. List the petitions.
		PetitionNotFound,
		/// There is no settlement of this number, or it was closed, or everything of it was collected. List the
		/// settlements.
		SettlementNotFound,
		/// The account has no claim in this settlement, or it was paid already. List the settlements.
		ClaimNotFound,
		/// The account has not signed this petition, or its bond was resolved already. Nothing is left to do.
		SignatureNotFound,
		/// There is no subscription of this number, or it has been closed. List the client's subscriptions.
		SubscriptionNotFound,
		/// Nobody has staked on this account, so that nothing can be slashed. Check the account.
		OperatorNotFound,
		/// Only the reporter that the service's owner has named may report offences for it. Sign with its key.
		NotReporter,
		/// The same evidence was reported against this operator already. Look for its slash in the list.
		AlreadyReported,
		/// The fraction is zero. Say how much of the stake the offence costs.
		ZeroFraction,
		/// The amount is zero. Give an amount.
		ZeroAmount,
		/// More claims are named than `MaxClaims`. Report the largest.
		TooManyClaims,
		/// The claim or the signature is by a subscription of another client, operator or service, or in another
		/// asset. Name one that fits.
		WrongSubscription,
		/// The slash was applied, is being applied, or was vetoed. Nothing is left to decide.
		AlreadyDecided,
		/// The review is over, and nobody can veto any longer. Anybody can apply the slash.
		ReviewOver,
		/// The slash is under review. It can be applied from the block in which the review ends.
		StillInReview,
		/// The settlement is open to claims. It can be collected from the block in which it closes.
		StillOpen,
		/// The petition can no longer be signed: its time is over, or it has passed. Open another.
		PetitionClosed,
		/// The account has signed this petition already. Once is all it can.
		AlreadySigned,
		/// Nothing was paid by this subscription yet that does not count in another petition. Wait until it has.
		NoFees,
		/// Governance has not said how much of this asset's fees a petition needs, so there can be none.
		NoThreshold,
		/// Nothing is at stake in this asset for an offence of that era. Petition about another era or asset.
		NothingAtStake,
		/// The slash or the petition has not been decided for good, so what was put up for it stays. Try again
		/// later.
		NotDecided,
		/// The petition has taken effect, so that its fees stay counted while the subscription is there. Close
		/// the subscription, then take the bond back.
		FeesStillCounted,
		/// The offence is of an era that can no longer be reported, or has not begun. Name one that can.
		EraOutOfWindow,
		/// As many slashes or petitions as can be counted have been reported. The runtime has to be upgraded.
		NumbersExhausted,
	}
}
