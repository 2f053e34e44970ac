//! Why the pallet refuses. Clients show these docs to people.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The operator has no answer key at this place. List its keys.
		KeyNotFound,
		/// The operator has this answer key already. Use it, or register another.
		KeyAlreadyExists,
		/// The operator has as many answer keys as it can have. Remove those that were retired long ago.
		MaxKeysExceeded,
		/// The answer key was retired already.
		AlreadyRetired,
		/// The answer key was not retired. Retire it, and wait until nothing it has signed can be shown any more.
		NotRetired,
		/// Something that the answer key has signed can still be shown. Wait until it cannot.
		StillAnswering,
		/// The answer key was registered after the request had ended: it proves nothing about it.
		KeyTooYoung,
		/// The answer key was retired long before the request ended: anybody may have it by now.
		KeyTooOld,
		/// The signer has made this commitment already. Show the evidence in time.
		AlreadyCommitted,
		/// The signer has not committed to this evidence with this salt, or has withdrawn. Commit to it first.
		CommitmentNotFound,
		/// The commitment was made only now. Wait the blocks that it takes.
		CommitmentTooYoung,
		/// The commitment was made too long ago. Withdraw it, and make another.
		CommitmentExpired,
		/// The commitment can still be used, and is somebody else's. Wait until it cannot.
		CommitmentNotExpired,
		/// The signer is not the author of a request in the evidence. Commit to the evidence first.
		NotAuthorized,
		/// The request could still be answered. Report it when its time is over.
		RequestNotOver,
		/// The request ended so long ago that nothing about it can be reported any more.
		TooOld,
		/// The operator was convicted for an answer to this request already.
		AlreadyConvicted,
		/// The operator was convicted on this service in this era as often as it can be.
		MaxConvictionsExceeded,
		/// What was signed is about another request, or for another chain. Show the request that it is about.
		OtherRequest,
		/// The question is not the one that the statement is about. Show the one that was asked, to the byte.
		OtherQuestion,
		/// The two answers are not of one operator.
		OtherRecipient,
		/// What was signed is a refusal, or of a status that is not of the content. It answers nothing, and so nothing wrongly.
		Refused,
		/// Both answers are the same. An answer may be given as often as it is asked for.
		SameAnswer,
		/// The answers need not agree: they are to two requests, and about two questions, services or versions, or of a service
		/// that is not deterministic.
		Unrelated,
		/// The answer is right.
		RightAnswer,
		/// The answers of the service are not checked by the chain.
		NotChecked,
		/// The question does not name what is to be answered in a form that the service's check knows.
		NothingNamed,
		/// The answer is longer than can be shown to the chain. Next time ask for its pieces by their root, or allow less.
		BodyTooLong,
		/// The body that is shown is not the one that was answered. Show that, to the byte.
		OtherBody,
		/// The chain has no verifier of this number.
		VerifierNotFound,
		/// It cannot be told for which service the operator has answered: there is no statement of it, and the subscription or
		/// agreement is not there any more, or is another operator's; or no operator can answer for it.
		ServiceUnknown,
		/// A signature is not one by the key of the operator's that it names.
		WrongSignature,
		/// There is no conviction of this number, or it was forgotten.
		ConvictionNotFound,
		/// The same could still be reported again. Wait until it cannot.
		TooEarly,
		/// A number is too large to be counted on.
		NumbersExhausted,
	}
}
