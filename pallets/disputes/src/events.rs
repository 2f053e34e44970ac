//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An answer key was registered.
		KeyRegistered {
			/// Whose it is.
			operator: AccountId,
			/// Its place.
			key: KeyIndex,
			/// The key.
			public: PublicKey,
		},
		/// An answer key was retired.
		KeyRetired {
			/// Whose it is.
			operator: AccountId,
			/// Its place.
			key: KeyIndex,
			/// When, in ms of Unix time.
			at: Ms,
		},
		/// An answer key was removed, and its place is free.
		KeyRemoved {
			/// Whose it was.
			operator: AccountId,
			/// Its place.
			key: KeyIndex,
		},
		/// Somebody has committed to evidence.
		Committed {
			/// Who.
			who: AccountId,
			/// The commitment.
			hash: H256,
			/// First block in which the evidence can be shown.
			from: BlockNumber,
			/// First block in which it no longer can.
			until: BlockNumber,
		},
		/// A commitment was withdrawn, or has expired and was removed.
		CommitmentWithdrawn {
			/// Whose it was.
			who: AccountId,
			/// The commitment.
			hash: H256,
		},
		/// An operator was convicted; the slash is under review.
		Convicted {
			/// Number of the conviction.
			conviction: ConvictionId,
			/// Who.
			operator: AccountId,
			/// On which service.
			service: ServiceId,
			/// Of what.
			fault: Fault,
			/// Era that answers for it.
			era: Era,
			/// Number of the slash.
			slash: SlashId,
			/// Who has reported it.
			reporter: AccountId,
		},
		/// A conviction was forgotten, and the deposit for its record has come back.
		Forgotten {
			/// Number of the conviction.
			conviction: ConvictionId,
		},
	}
}
