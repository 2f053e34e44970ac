//! What happened.

use frame_support::pallet_macros::pallet_section;

/// The events.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An era began.
		EraBegan {
			/// Its number.
			era: surety_stake::Era,
		},
		/// An asset may be staked.
		AssetAccepted {
			/// The asset.
			asset: AssetKind,
			/// The least that a position holds, in the asset's smallest unit.
			min_position: Balance,
		},
		/// An asset may be staked no more.
		AssetRetired {
			/// The asset.
			asset: AssetKind,
		},
		/// Stake was put up.
		Staked {
			/// By whom.
			holder: T::AccountId,
			/// On whom.
			operator: T::AccountId,
			/// What.
			asset: AssetKind,
			/// How much, in the asset's smallest unit.
			amount: Balance,
			/// First era in which it counts.
			active_from: surety_stake::Era,
		},
		/// Stake is being taken back.
		Unbonding {
			/// By whom.
			holder: T::AccountId,
			/// From whom.
			operator: T::AccountId,
			/// What.
			asset: AssetKind,
			/// How much began to unbond, in the asset's smallest unit.
			amount: Balance,
			/// How much did not count yet and was paid out at once, in the asset's smallest unit.
			returned: Balance,
			/// First block in which what unbonds can be withdrawn, unless a slash is pending.
			withdrawable_at: BlockNumber,
		},
		/// What had unbonded was paid out.
		Withdrawn {
			/// To whom.
			holder: T::AccountId,
			/// From whom.
			operator: T::AccountId,
			/// What.
			asset: AssetKind,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// An operator keeps another part of what it earns.
		CommissionSet {
			/// The operator.
			operator: T::AccountId,
			/// Of what.
			asset: AssetKind,
			/// Part that it keeps before it shares.
			rate: sp_runtime::Perbill,
			/// First block in which it may rise.
			may_rise_at: BlockNumber,
		},
		/// Everybody with stake that counts has earned something.
		Rewarded {
			/// On whom the stake is.
			operator: T::AccountId,
			/// In what.
			asset: AssetKind,
			/// How much all of them together, in the asset's smallest unit.
			amount: Balance,
		},
		/// What stake had earned was paid out.
		Collected {
			/// To whom.
			holder: T::AccountId,
			/// On whom the stake is.
			operator: T::AccountId,
			/// In what.
			asset: AssetKind,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// The last position in a ledger was closed.
		LedgerClosed {
			/// Whose ledger.
			operator: T::AccountId,
			/// In which asset.
			asset: AssetKind,
			/// What rounding had left, in the asset's smallest unit.
			remainder: Balance,
		},
		/// More of an operator's own stake was promised to somebody.
		Reserved {
			/// Whose stake.
			operator: T::AccountId,
			/// Behind which service.
			service: ServiceId,
			/// How much more, in the native token's smallest unit.
			amount: Balance,
		},
		/// Less of an operator's own stake is promised.
		ReservationReleased {
			/// Whose stake.
			operator: T::AccountId,
			/// Behind which service.
			service: ServiceId,
			/// How much less, in the native token's smallest unit.
			amount: Balance,
		},
		/// What could not be moved before has arrived.
		Swept {
			/// What.
			asset: AssetKind,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// Stake was allocated to a service.
		Allocated {
			/// Whose stake.
			operator: T::AccountId,
			/// In which asset.
			asset: AssetKind,
			/// To which service.
			service: ServiceId,
			/// Millionths more of the stake.
			parts: u32,
			/// First era in which they back the service.
			active_from: surety_stake::Era,
		},
		/// Stake was taken away from a service.
		Deallocated {
			/// Whose stake.
			operator: T::AccountId,
			/// In which asset.
			asset: AssetKind,
			/// From which service.
			service: ServiceId,
			/// Millionths less of the stake.
			parts: u32,
		},
		/// Stake was slashed.
		Slashed {
			/// Whose stake.
			operator: T::AccountId,
			/// In which asset.
			asset: AssetKind,
			/// By which service.
			service: ServiceId,
			/// Era of the offence.
			era: surety_stake::Era,
			/// How much, in the asset's smallest unit.
			amount: Balance,
			/// Part of it that was the operator's own, in the asset's smallest unit.
			own: Balance,
		},
	}
}
