//! Why calls are refused.

use frame_support::pallet_macros::pallet_section;

/// The errors.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The account has no node. Register one first.
		NotRegistered,
		/// The account has a node already. Use that, or let it leave first.
		AlreadyRegistered,
		/// There is no such node, or it has left. Look up its number.
		NodeNotFound,
		/// The stake is less than a node needs. Put up more.
		StakeTooLow,
		/// The amount is zero. Name one.
		ZeroAmount,
		/// The call would change nothing. There is no need for it.
		NothingChanged,
		/// The node's weight has changed too often lately to be raised again. Try again when the last changes are older.
		TooManyChanges,
		/// The node has open edges, edges that are not settled or records of edges. Close or settle them, wait, and prune
		/// them.
		StillJoined,
		/// It is too early for that. Look up from which block on it can be done.
		TooEarly,
		/// There is no proposal of this number. It was accepted, withdrawn or has expired: propose again.
		ProposalNotFound,
		/// The proposal has expired. Have it proposed again.
		ProposalExpired,
		/// That is not yours to do. Sign with the account of the node that it concerns.
		NotAuthorized,
		/// An edge from a node to itself is none. Name another node.
		SelfEdge,
		/// The node has as many edges as it can have, those not yet forgotten among them. Prune old ones, or use another
		/// node.
		MaxEdgesExceeded,
		/// The node accepts no edges by itself. Propose one.
		OfferNotFound,
		/// The node does not accept such an edge by itself. Look up its offer, or propose the edge.
		NotOffered,
		/// The offer takes nothing: no edge is left, or its bounds exclude each other. Mend it.
		EmptyOffer,
		/// There is no edge of this number. It was never opened, or is forgotten.
		EdgeNotFound,
		/// The edge was closed or severed. Nothing can be done with it but to settle and prune it.
		EdgeEnded,
		/// The edge is open. Close it first.
		EdgeOpen,
		/// The other end has not proposed these terms. Look up what it has proposed.
		TermsNotProposed,
		/// Notice was given already. Finish the close when its time has come.
		AlreadyClosing,
		/// No notice was given. Give it, and wait.
		NoNotice,
		/// The signature is not one of that end, for this chain and this edge. Check the key's place among those registered
		/// in the edge's channel, and what was signed.
		InvalidSignature,
		/// The path does not lead where it should along edges that are open now, and within the limits. Look for another
		/// one.
		InvalidPath,
		/// More work is asked for than one call may do. Ask for less, and call again.
		TooMuchAsked,
		/// Nothing of that is left to be settled.
		NothingToSettle,
		/// Something has to be settled first: the loss of a share of the stake, or penalties of severed edges.
		NotSettled,
		/// Claims against the component can still be made. Wait until they no longer can.
		ClaimsOpen,
		/// Claims can no longer be made for this cut, or it was vetoed.
		ClaimsOver,
		/// The node was not cut off, as far as is known. Show it by a certificate.
		NotCutOff,
		/// The node has lost its share for this cut already.
		AlreadyPunished,
		/// The cut is not under review, or no longer.
		NotUnderReview,
		/// The component does not weigh clearly more than all others together.
		NoMajority,
		/// The candidate has a clear majority, so that it cannot be refuted.
		HasMajority,
		/// The edge does not show that its ends are one component: one of them was cut off. Rejoin by a path to the
		/// centre.
		NotJoined,
		/// The main component has no centre yet. Have one of its nodes stand in.
		NoCentre,
		/// The node is not in the main component.
		NotInMain,
		/// The centre is in the main component, so that nobody stands in for it. Challenge it.
		CentreStands,
		/// The node that stands in is as heavy.
		NotHeavier,
		/// A challenge of the centre is under way. Wait for its end.
		OtherChallenge,
		/// The block has not ended. Name an earlier one.
		BlockNotEnded,
		/// The block, or the certificate that was begun for it, is too old. Begin another one.
		TooOld,
		/// Nothing is listed. List the nodes of the component.
		EmptyList,
		/// There is no certificate of this number.
		CertificateNotFound,
		/// All nodes are listed. Have them relabelled.
		CertificateComplete,
		/// A member is missing: an edge leads out of the list. List the nodes behind it, too.
		Incomplete,
		/// A node is listed that has no edge to one listed before it. List the nodes in an order in which each has one.
		Stranger,
		/// A node is listed twice.
		AlreadyListed,
		/// The node that was listed last has more edges. Go on with it.
		Unfinished,
		/// The reads do not suffice for anything. Allow for more.
		TooFewReads,
		/// The nodes of another certificate are being relabelled. Help to finish that first.
		OtherCertificate,
		/// A certificate is splitting the component just now, and who joins it meanwhile would be missing in it. Have its nodes
		/// relabelled to the last first, as anybody can.
		BeingSplit,
		/// What is stored contradicts itself. Please report this.
		Inconsistent,
	}
}
