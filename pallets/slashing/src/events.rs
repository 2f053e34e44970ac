//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An offence was reported: a slash is under review.
		Reported {
			/// Number of the slash.
			slash: SlashId,
			/// Whose stake it would take.
			operator: T::AccountId,
			/// Behind which service.
			service: ServiceId,
			/// Era of the offence.
			era: Era,
			/// How much of what backed the service then.
			fraction: Perbill,
			/// Who reported it.
			reporter: T::AccountId,
			/// Where the report came from.
			source: SlashSource,
			/// First block in which it can be applied, and no longer be vetoed.
			review_ends: BlockNumber,
		},
		/// A slash was vetoed, and what was put up for it forfeited.
		Vetoed {
			/// The slash.
			slash: SlashId,
			/// Forfeited to the treasury by the reporter, in the native token's smallest unit.
			forfeited: Balance,
		},
		/// Slashes of validators that waited were cancelled.
		ValidatorSlashesCancelled {
			/// Era of `pallet-staking` in which they would have been applied.
			era: u32,
			/// How many.
			count: u32,
		},
		/// A slash took of an operator's stake in one asset.
		Cut {
			/// The slash.
			slash: SlashId,
			/// In which asset.
			asset: AssetKind,
			/// How much, in the asset's smallest unit.
			amount: Balance,
			/// Part of it that was the operator's own.
			own: Balance,
			/// Part of it that burned.
			burned: Balance,
			/// Part of it that the reporter got.
			rewarded: Balance,
			/// Part of it that went to the treasury at once; the rest waits in the settlement.
			treasury: Balance,
			/// Where victims can claim the rest.
			settlement: Option<SettlementId>,
		},
		/// A slash was applied in every asset.
		Applied {
			/// The slash.
			slash: SlashId,
		},
		/// A slash that was decided was forgotten, and the reporter's deposit returned unless it was forfeited.
		Forgotten {
			/// The slash.
			slash: SlashId,
			/// Returned to the reporter, in the native token's smallest unit.
			deposit: Balance,
		},
		/// A settlement was opened for what slashes of an operator take.
		SettlementOpened {
			/// Its number.
			settlement: SettlementId,
			/// Whose stake.
			operator: T::AccountId,
			/// Behind which service.
			service: ServiceId,
			/// In which asset.
			asset: AssetKind,
			/// First block in which it is closed to claims.
			closes_at: BlockNumber,
		},
		/// Somebody's loss counts in a settlement.
		Claimed {
			/// The settlement.
			settlement: SettlementId,
			/// Of what.
			asset: AssetKind,
			/// Whose.
			who: T::AccountId,
			/// Fees that were for nothing, in the asset's smallest unit.
			fees: Balance,
			/// What was lost beyond them, in the asset's smallest unit.
			beyond: Balance,
		},
		/// A settlement was closed to claims.
		SettlementClosed {
			/// Its number.
			settlement: SettlementId,
			/// Of what.
			asset: AssetKind,
			/// What all claims together are paid, in the asset's smallest unit.
			payable: Balance,
			/// What nobody had a claim to went to the treasury, in the asset's smallest unit.
			treasury: Balance,
		},
		/// Somebody was compensated.
		Compensated {
			/// By which settlement.
			settlement: SettlementId,
			/// In what.
			asset: AssetKind,
			/// Who.
			who: T::AccountId,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// What somebody was to be paid could not be paid for too long, and went to the treasury.
		GivenUp {
			/// By which settlement.
			settlement: SettlementId,
			/// In what.
			asset: AssetKind,
			/// Who was to be paid.
			who: T::AccountId,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// Governance said how much of an asset's fees a petition needs.
		ThresholdSet {
			/// The asset.
			asset: AssetKind,
			/// How much, in the asset's smallest unit; where there is none there can be no petition.
			fees: Option<Balance>,
		},
		/// A client asks others to join it in having an operator slashed.
		PetitionOpened {
			/// Its number.
			petition: PetitionId,
			/// Whose stake is to be slashed.
			operator: T::AccountId,
			/// Behind which service.
			service: ServiceId,
			/// Era of the offence.
			era: Era,
			/// Who opened it.
			opener: T::AccountId,
			/// First block in which it can no longer be signed.
			closes_at: BlockNumber,
		},
		/// A client signed a petition.
		PetitionSigned {
			/// The petition.
			petition: PetitionId,
			/// Who.
			client: T::AccountId,
			/// Fees that this adds, in the asset's smallest unit.
			fees: Balance,
			/// What it comes to, in the asset's smallest unit.
			weight: Balance,
		},
		/// A petition has passed: its slash is under review.
		PetitionPassed {
			/// The petition.
			petition: PetitionId,
			/// The slash.
			slash: SlashId,
		},
		/// A signature's bond was returned, or forfeited to the treasury.
		SignatureResolved {
			/// The petition.
			petition: PetitionId,
			/// Whose signature.
			client: T::AccountId,
			/// The bond, in the native token's smallest unit.
			bond: Balance,
			/// Whether it was forfeited.
			forfeited: bool,
		},
		/// Something that the chain does by itself failed, and is left for somebody to do by a call.
		DueFailed {
			/// What.
			due: Due,
			/// Why.
			error: DispatchError,
		},
	}
}
