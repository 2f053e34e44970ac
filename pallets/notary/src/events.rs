//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A window of presence began.
		WindowBegan {
			/// Its number.
			window: Window,
		},
		/// An operator became a notary.
		Registered {
			/// Who.
			notary: AccountId,
			/// Reserved of its own stake, in the native token's smallest unit.
			bond: Balance,
		},
		/// A notary changed what it certifies, or what it asks for it.
		TermsSet {
			/// Who.
			notary: AccountId,
			/// Whether attestations can be paid for longer.
			renewable: bool,
		},
		/// A notary changed its key.
		KeySet {
			/// Who.
			notary: AccountId,
			/// The sr25519 public key.
			key: Key,
			/// First window in which it counts.
			from: Window,
		},
		/// A notary changed how it publishes.
		ModeSet {
			/// Who.
			notary: AccountId,
			/// How.
			mode: PublicationMode,
			/// First window of which it does.
			from: Window,
		},
		/// A notary changed where its publications are found.
		LinkSet {
			/// Who.
			notary: AccountId,
			/// Where, UTF-8.
			link: Link,
		},
		/// A notary takes no more requests.
		Deregistered {
			/// Who.
			notary: AccountId,
		},
		/// Slots of a notary that is leaving were taken away.
		SlotsRetired {
			/// Whose.
			notary: AccountId,
			/// How many.
			slots: u32,
			/// Returned for them, in the native token's smallest unit.
			deposit: Balance,
		},
		/// A notary has left.
		Closed {
			/// Who.
			notary: AccountId,
			/// Released of its own stake, in the native token's smallest unit.
			bond: Balance,
		},
		/// An attestation was requested.
		Requested {
			/// Number of the request.
			request: RequestId,
			/// Who is asked.
			notary: AccountId,
			/// Whose offer.
			operator: AccountId,
			/// For what.
			service: ServiceId,
			/// First block in which it is too late.
			deadline: BlockNumber,
			/// Who pays, where it is not the operator.
			subsidy: Option<SubsidyId>,
		},
		/// A notary said what it asks for an attestation.
		Quoted {
			/// Number of the request.
			request: RequestId,
			/// What it asks.
			fees: NotaryFees,
		},
		/// An attestation that was requested is paid for.
		Paid {
			/// Number of the request.
			request: RequestId,
			/// Held for it, in the native token's smallest unit.
			amount: Balance,
		},
		/// A notary refused to attest.
		Refused {
			/// Number of the request.
			request: RequestId,
			/// Why.
			reason: RevocationReason,
		},
		/// A request came to its end without an attestation.
		RequestExpired {
			/// Its number.
			request: RequestId,
		},
		/// An offer was attested.
		Attested {
			/// By whom.
			notary: AccountId,
			/// Under which slot.
			slot: Slot,
			/// Its number.
			generation: Generation,
			/// Number of the request.
			request: RequestId,
			/// First window in which it is no longer watched.
			until: Window,
			/// Number of the entry in the notary's log.
			entry: u32,
		},
		/// A notary was paid for watching.
		Collected {
			/// Who.
			notary: AccountId,
			/// Which slot.
			slot: Slot,
			/// First window that was not paid.
			to: Window,
			/// How much, what it shares with its stake included, in the native token's smallest unit.
			amount: Balance,
		},
		/// An attestation was paid for longer.
		Renewed {
			/// By whom it was made.
			notary: AccountId,
			/// Which slot.
			slot: Slot,
			/// First window in which it is no longer watched.
			until: Window,
			/// Number of the entry in the notary's log.
			entry: u32,
		},
		/// An attestation came to its end.
		Ended {
			/// By whom it was made.
			notary: AccountId,
			/// Which slot.
			slot: Slot,
			/// Its number.
			generation: Generation,
			/// How: revoked, resigned or expired.
			end: AttestationEnd,
			/// Returned of what was paid ahead, in the native token's smallest unit.
			refunded: Balance,
			/// Number of the entry in the notary's log.
			entry: u32,
		},
		/// An operator changed what it announces with.
		PresenceKeySet {
			/// With which notary.
			notary: AccountId,
			/// Which slot.
			slot: Slot,
			/// The sr25519 public key.
			key: Key,
			/// First window in which it counts.
			from: Window,
		},
		/// An operator announced that it is present, on chain.
		Announced {
			/// To whom.
			notary: AccountId,
			/// Which slot.
			slot: Slot,
			/// In which window.
			window: Window,
		},
		/// A notary committed to who was present.
		Committed {
			/// Who.
			notary: AccountId,
			/// In which window.
			window: Window,
			/// How many were.
			present: u32,
			/// Root of the tree over their slots.
			root: H256,
		},
		/// A notary published on chain who was present.
		Published {
			/// Who.
			notary: AccountId,
			/// In which window.
			window: Window,
			/// Length in bytes.
			bytes: u32,
			/// Paid for them to the treasury, in the native token's smallest unit.
			price: Balance,
			/// What the bytes belie of the commitment, if anything. They are not kept then, and anybody can report it.
			mismatch: Option<Mismatch>,
		},
		/// A notary committed to a list of its attestations.
		SnapshotCommitted {
			/// Who.
			notary: AccountId,
			/// The block whose attestations are listed.
			base_block: BlockNumber,
			/// BLAKE2b-256 of the list.
			bytes_hash: H256,
		},
		/// A report was promised.
		Intended {
			/// By whom.
			who: AccountId,
			/// Hash of the evidence.
			evidence: H256,
		},
		/// A promise of a report was withdrawn.
		IntentWithdrawn {
			/// Whose.
			who: AccountId,
			/// Hash of the evidence.
			evidence: H256,
		},
		/// A notary was shown to have done wrong; a slash of its stake is under review.
		FaultReported {
			/// Who.
			notary: AccountId,
			/// In which window.
			window: Window,
			/// What.
			kind: FaultKind,
			/// By whom.
			reporter: AccountId,
			/// Number of the slash.
			slash: SlashId,
		},
		/// A notary is asked to show something.
		Challenged {
			/// Who.
			notary: AccountId,
			/// Of which window.
			window: Window,
			/// What.
			subject: ChallengeSubject,
			/// By whom.
			challenger: AccountId,
			/// What the answer is paid, in the native token's smallest unit.
			fee: Balance,
			/// First block in which it is too late.
			due: BlockNumber,
		},
		/// A notary showed what it was asked for, and was paid for it.
		Answered {
			/// Who.
			notary: AccountId,
			/// Of which window.
			window: Window,
			/// What.
			subject: ChallengeSubject,
			/// Paid for it, in the native token's smallest unit.
			fee: Balance,
		},
		/// A notary did not show in time what it was asked for; the fee was returned.
		ChallengeConcluded {
			/// Who.
			notary: AccountId,
			/// Of which window.
			window: Window,
			/// What.
			subject: ChallengeSubject,
			/// The slash, unless such a fault was reported before, or it is too late to.
			slash: Option<SlashId>,
		},
		/// A bounty was put up for those who are present.
		BountyOpened {
			/// Its number.
			bounty: BountyId,
			/// By whom.
			funder: AccountId,
			/// Whose word counts.
			notary: AccountId,
			/// Shared in each window, in the native token's smallest unit.
			per_window: Balance,
			/// First window that counts.
			from: Window,
			/// First window that does no more.
			until: Window,
		},
		/// A part of a bounty was claimed.
		BountyClaimed {
			/// Which.
			bounty: BountyId,
			/// For which slot.
			slot: Slot,
			/// For which window.
			window: Window,
			/// How much, in the native token's smallest unit.
			amount: Balance,
		},
		/// A bounty was closed.
		BountyClosed {
			/// Which.
			bounty: BountyId,
			/// Returned of it, in the native token's smallest unit.
			refunded: Balance,
		},
		/// The record of a claim to a bounty that was closed is gone, and its deposit returned.
		ClaimCleared {
			/// Which bounty.
			bounty: BountyId,
			/// Which slot.
			slot: Slot,
		},
		/// Money was put up for attestations.
		SubsidyFunded {
			/// Its number.
			subsidy: SubsidyId,
			/// By whom.
			funder: AccountId,
			/// Which notary attests.
			notary: AccountId,
			/// Offers for which service.
			service: ServiceId,
			/// How much, in the native token's smallest unit.
			budget: Balance,
		},
		/// A subsidy pays for no more.
		SubsidyClosed {
			/// Which.
			subsidy: SubsidyId,
			/// Returned of it, in the native token's smallest unit; the rest comes back as it is not used.
			refunded: Balance,
		},
		/// The list of notaries whose word counts for clients that name none themselves is another now.
		TrustedSet {
			/// All that are in it.
			notaries: Vec<AccountId>,
		},
	}
}
