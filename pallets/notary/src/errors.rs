//! Why the pallet refuses. Clients show these docs to people.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no notary of this account, or it has been closed. List the notaries.
		NotaryNotFound,
		/// The account is a notary already. Change its terms, key, link or mode instead.
		NotaryAlreadyExists,
		/// The account is no operator that takes clients. Join the registry first, or resume.
		OperatorNotActive,
		/// The notary is leaving for good. Ask another.
		NotaryLeaving,
		/// The notary is not leaving. Deregister first.
		NotaryNotLeaving,
		/// The notary still has attestations, requests, challenges or slots, or windows that can be disputed. End them,
		/// retire its slots, or wait.
		NotaryInUse,
		/// Kinds of claims must be named once each, in ascending order. Sort the terms.
		InvalidTerms,
		/// The key's own signature over the notary's account does not hold. Sign with the key that you name.
		InvalidKeyProof,
		/// The key is another notary's, or was this one's before. Make a new one.
		KeyInUse,
		/// Too many changes of the key or the mode are still remembered. Wait until windows have passed.
		TooManyChanges,
		/// There is no offer of this operator for this service, or it is being closed. Name one that can be had.
		OfferNotFound,
		/// The offer costs something, and a subsidy pays only for those that are free of charge.
		OfferNotFree,
		/// The schema of the claims is not known. Use the version that is.
		UnknownClaimsVersion,
		/// There are no claims. Make one at the least.
		NoClaims,
		/// Two claims are about the same. Leave one out.
		DuplicateClaim,
		/// A claim says nothing: a zero, an empty name, or a country that there is not. Correct it.
		MeaninglessClaim,
		/// The notary does not certify all of these claims. Look at its terms.
		ClaimNotCertified,
		/// The number of windows is zero, or more would be paid ahead than `MaxWindows`. Ask for another number.
		InvalidWindows,
		/// The number of blocks is zero, or more than `MaxRequestBlocks`. Choose another deadline.
		InvalidDeadline,
		/// It costs more than the most that was said, or than the subsidy pays. Say more, or ask another.
		FeeTooHigh,
		/// The offer was requested to be attested by this notary already. Wait, or let the request expire.
		AlreadyRequested,
		/// The offer is attested by this notary already. Renew the attestation instead.
		AlreadyAttested,
		/// There is no request of this number: it never was, or it has come to its end. List the requests.
		RequestNotFound,
		/// The request is another's. Sign with the account that it is for.
		NotAuthorized,
		/// The request is not one whose fee the notary has to say. It is quoted or paid already.
		NotOnQuote,
		/// The fees differ from those that the notary quoted, or it has quoted none. Look at the request.
		WrongQuote,
		/// The request was not paid for. Accept the quote first.
		NotPaid,
		/// The deadline of the request has passed. Let it expire, and make another.
		DeadlinePassed,
		/// The request has not expired, and can only be ended by its operator while it is not paid for.
		NotExpired,
		/// The notary has as many slots as there may be. Ask another.
		MaxSlotsExceeded,
		/// There is no active attestation in this slot. List the attestations.
		AttestationNotFound,
		/// No window has passed that is paid for and was not collected. Wait for the end of the window.
		NothingToCollect,
		/// Attestations of this notary are not renewed, or it does not certify these claims any more. Request another when
		/// it has ended.
		NotRenewable,
		/// Windows at two other fees are paid ahead already. Wait until the first of them have passed.
		RenewalPending,
		/// The attestation is paid for and its offer is what it was. Nobody but notary and operator can end it.
		StillAttested,
		/// It was announced on chain in this window already. Once is all it can.
		AlreadyAnnounced,
		/// The commitment is for another chain. Sign it for this one.
		WrongChain,
		/// The window is not over. Wait for its end.
		WindowNotOver,
		/// It is too late for this window. Its time is over.
		TooLate,
		/// The window can no longer be disputed, or is before all that could. Nothing can be done about it.
		WindowTooOld,
		/// The notary has no key in this window: it was none yet.
		NoKey,
		/// The signature does not hold. Sign with the key that counts in the window.
		InvalidSignature,
		/// The base block is before the end of the window, or not before this one. Take the block it was made on.
		InvalidBaseBlock,
		/// The commitment contradicts itself or what is on chain: counts, size, or kind. Make it again.
		InvalidCommitment,
		/// There is a commitment for this window already. There can be one only.
		AlreadyCommitted,
		/// In this window the notary publishes the bytes on chain if it is `Strict`, and else only the commitment. Use the
		/// other call.
		WrongMode,
		/// The bytes are not those that were committed to, by their hash. Fetch them again.
		WrongBytes,
		/// The notary cannot pay for the bytes. It needs more free balance.
		CannotPay,
		/// The snapshot is of no earlier block than this one, or of none later than the one before it.
		StaleSnapshot,
		/// The same was promised already. Show it.
		AlreadyIntended,
		/// This report was not promised, or by another account. Promise it, wait for a block, and report.
		IntentNotFound,
		/// The report was promised in this block. Wait for the next.
		IntentTooEarly,
		/// The promise is too old. Withdraw it, and promise again.
		IntentExpired,
		/// The promise can still be shown. Nobody but its account can withdraw it.
		IntentNotExpired,
		/// The commitment was made in time, or it is not too late for it, or none was due.
		NotMissed,
		/// The bytes are what the commitment says. There is no fault.
		NoMismatch,
		/// The commitments are the same, or not of one window of one notary. There is no fault.
		NoEquivocation,
		/// The slot was nobody's that had to be present at that block. There is no fault.
		NotAttested,
		/// It was not announced on chain in this window. Show the notary's receipt.
		NotAnnounced,
		/// The proof does not show what it should. Make it of the set that was committed to.
		InvalidProof,
		/// Such a fault was shown of this window already. Once is all it costs.
		AlreadyReported,
		/// The notary is asked for this already. Wait for the answer.
		AlreadyChallenged,
		/// It is on chain already. Read it there.
		OnChainAlready,
		/// The notary is not asked for this: it never was, or it was settled. List the challenges.
		ChallengeNotFound,
		/// The answer is not what was asked for.
		WrongAnswer,
		/// There is still time to answer. Wait for its end.
		StillDue,
		/// The amount is zero, or comes to nothing. Give more.
		ZeroAmount,
		/// There is no bounty of this number, or it has been closed. List the bounties.
		BountyNotFound,
		/// The window does not count for the bounty, or was claimed already, or a later one was.
		NotClaimable,
		/// The bounty can still be claimed. Wait until no window of it can be disputed.
		BountyOpen,
		/// There is no such claim. Nothing is left to do.
		ClaimNotFound,
		/// There is no subsidy of this number, or it has been closed. List the subsidies.
		SubsidyNotFound,
		/// The subsidy has less left than this costs. Pay yourself, or ask for fewer windows.
		SubsidyExhausted,
		/// A notary is named twice. Name each once.
		DuplicateNotary,
		/// As many as can be counted have been made. The runtime has to be upgraded.
		NumbersExhausted,
	}
}
