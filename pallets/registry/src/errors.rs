//! Why the pallet refuses. Clients show these docs to people.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no service of this number. List the services to find the right one.
		ServiceNotFound,
		/// The account is not an operator. Join first.
		OperatorNotFound,
		/// The operator has no offer for this service. List the offers of the service to find one.
		OfferNotFound,
		/// The service belongs to another account. Only its owner may change it: sign with the owner's key.
		NotAuthorized,
		/// The account is an operator already. Update its metadata instead.
		OperatorAlreadyExists,
		/// The operator has an offer for this service already. Update it, or close it before making another.
		OfferAlreadyExists,
		/// The name is empty. Give the service a name.
		EmptyName,
		/// The name has more bytes than `MaxNameLength`. Shorten it.
		NameTooLong,
		/// The name is not UTF-8. Encode it as UTF-8.
		NameNotUtf8,
		/// The reference of the artifact is empty. Say where the artifact is found, or name no artifact.
		EmptyReference,
		/// The reference of the artifact has more bytes than `MaxReferenceLength`. Use a shorter one.
		ReferenceTooLong,
		/// The reference of the artifact is not UTF-8. Encode it as UTF-8.
		ReferenceNotUtf8,
		/// The metadata has more bytes than `MaxMetadataLength`. Publish the long part elsewhere and refer to
		/// it.
		MetadataTooLong,
		/// Every number for a service has been given out, so no more can be created. Use one that exists.
		MaxServicesExceeded,
		/// The operator has as many offers as `MaxOffersPerOperator`, closing ones included. Close one first, or
		/// use a second account.
		MaxOffersExceeded,
		/// The service has offers, so neither may its verifier or flags change nor may it be removed. Retire it
		/// and wait until every operator has left it, or create another.
		ServiceInUse,
		/// The service is retired and takes no new offers. Offer another.
		ServiceRetired,
		/// The service is retired already. Remove it once it has no offers.
		AlreadyRetired,
		/// The service is not retired. Retire it before removing it.
		NotRetired,
		/// The operator or the offer is paused already. Nothing is left to do.
		AlreadyPaused,
		/// The operator or the offer is not paused. Nothing is left to do.
		NotPaused,
		/// The operator is leaving: it takes no clients, makes no offers and cannot turn back. Choose another
		/// operator; the operator itself can join again once its last offer is closed.
		OperatorLeaving,
		/// The operator has paused all its offers. Choose another, or wait until it resumes.
		OperatorNotAccepting,
		/// The offer is paused or closed and takes no new clients. Choose another.
		OfferNotAccepting,
		/// The offer is waiting out its activation delay. Try again from the block that it is active from.
		NotYetActive,
		/// The offer has as many clients as it can serve. Choose another, or wait until one leaves.
		CapacityFull,
		/// The capacity is zero. Offer at least one place; to take no clients, pause the offer.
		ZeroCapacity,
		/// The period of the price is zero. Give it in blocks, one at the least.
		ZeroPeriod,
		/// The price, or what a service asks as security, is in an asset that does not exist. Use the native token or an existing asset.
		UnknownAsset,
		/// The promised latency is zero. Promise one millisecond at the least.
		InvalidSla,
		/// The bond is below what the service or the chain asks. Bond at least the greater of the service's
		/// `min_bond` and `MinOperatorBond`.
		BondTooSmall,
		/// The amount is zero. Give an amount.
		ZeroAmount,
		/// The offer is being closed and cannot change any more. Make a new one once its last client has gone.
		AlreadyClosing,
		/// The operator's own stake behind the service is less than the offer's bond: it does not count yet, or a
		/// slash has taken of it. Choose another offer; the operator has to stake more.
		BondNotBacked,
		/// Less stake is behind the operator on this service than the service asks. Choose another offer; the
		/// operator has to stake more, allocate more of it, or find delegators.
		SecurityTooSmall,
		/// The security names an asset twice. Name each once.
		DuplicateAsset,
		/// The security names more assets than `MaxSecurity`. Ask for fewer.
		TooMuchSecurity,
	}
}
