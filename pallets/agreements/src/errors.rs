//! Why the pallet refuses. Clients show these docs to people.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no proposal of this number: it was accepted or withdrawn, or has lapsed. Have it proposed again.
		ProposalNotFound,
		/// There is no agreement of this number, or it was closed. List those of the account.
		AgreementNotFound,
		/// The signer is not the one who may do that. Sign with the account that is named in the agreement.
		NotAuthorized,
		/// Client and operator are one account. Nobody can promise itself anything.
		SelfAgreement,
		/// The terms contradict themselves, or are out of bounds. Look up the bounds among the pallet's constants.
		InvalidTerms,
		/// The terms of the proposal are others than those that were named. Read it again.
		TermsChanged,
		/// The proposal can no longer be accepted. Have it proposed again.
		ProposalExpired,
		/// The proposal can still be accepted. Wait until it has lapsed.
		ProposalNotExpired,
		/// There is no service of this number. List the services.
		ServiceNotFound,
		/// The account is no operator that takes clients. Ask another.
		OperatorNotActive,
		/// The operator's node is not in the main component of the network. Join it first.
		OperatorNotReachable,
		/// The agreement has not begun. Wait until it does.
		NotStarted,
		/// The agreement is over. Close it.
		Ended,
		/// The agreement is not over. Give notice, or wait.
		NotEnded,
		/// Notice was given already. Wait until the agreement is over.
		NoticeAlreadyGiven,
		/// It cannot be prolonged: the terms do not allow it any more, or notice was given. Make a new agreement.
		NotRenewable,
		/// The operator is not cut off, as far as is known. Ask it whether it can be reached.
		NotCutOff,
		/// The operator is known to be down already. There is nothing to report.
		AlreadyDown,
		/// The operator is neither down, nor asked whether it can be reached. There is nothing to answer.
		NothingToAnswer,
		/// The operator is asked already whether it can be reached. Wait for the answer.
		AlreadyChallenged,
		/// The operator is not asked whether it can be reached.
		ChallengeNotFound,
		/// The operator can still answer. Wait until it is too late.
		StillDue,
		/// The operator is asked whether it can be reached. Wait for the answer.
		ChallengeOpen,
		/// No round of audits is to be shown: the agreement has none, or all were shown or missed.
		NoRound,
		/// The randomness of this number is not the one that the round is drawn from, or is not known yet, or not any more.
		/// Look up which it is.
		WrongBeacon,
		/// The round was missed: its chunks are no longer taken.
		TooLate,
		/// Not all chunks that are asked for are shown, or one of them is another. Nothing was changed: show the right ones in
		/// time.
		WrongChunks,
		/// There is nothing to claim: nothing is owed, or not any more.
		NothingToClaim,
		/// All that was reserved is taken, or under review. Wait for what the review says.
		ReserveExhausted,
		/// Too many penalties of the agreement are under review. Wait until one is decided.
		TooManyPending,
		/// A penalty is under review. Wait until it is decided.
		PenaltyPending,
		/// The client can still claim penalties. Wait until its time is over.
		ClaimsOpen,
		/// The operator cannot be paid: its account cannot take the asset. It can be fixed until the client gets it.
		OperatorCannotReceive,
		/// A number is too large to be counted on. Choose smaller ones.
		NumbersExhausted,
	}
}
