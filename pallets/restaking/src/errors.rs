//! Why calls are refused.

use frame_support::pallet_macros::pallet_section;

/// The errors.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no operator of this account. Check the account, or have it join first.
		OperatorNotFound,
		/// The operator is on its way out and takes no more stake.
		OperatorLeaving,
		/// There is no such asset.
		UnknownAsset,
		/// The pot has not the asset's minimum balance. Send that much of the asset to the pot, then try again.
		PotNotFunded,
		/// As many assets as there may be can be staked already. Retire one first.
		MaxAssetsExceeded,
		/// The asset cannot be staked. Governance says which can.
		AssetNotAccepted,
		/// The operator has no stake of its own in this asset. It has to stake first.
		LedgerNotFound,
		/// The holder has no stake on this operator in this asset.
		PositionNotFound,
		/// The amount is zero.
		ZeroAmount,
		/// The position would hold less than the least for this asset. Stake more, or take back everything.
		BelowMinimum,
		/// So much is bonded to the operator in this asset that no more can be counted.
		TooMuchHeld,
		/// Slashes of the operator have been pending for so long that stake of too many eras has to be told
		/// apart. Apply those whose review is over, then try again.
		TooManyClasses,
		/// The position has too many parts. Withdraw what has unbonded, or wait an era.
		TooManyChunks,
		/// Less than that is bonded.
		NotEnoughStake,
		/// Nothing has unbonded yet, or a pending slash can still take it.
		NothingToWithdraw,
		/// Fewer parts than that are free. What was taken from a service is free once no offence of that time can
		/// be punished.
		NotEnoughFree,
		/// Fewer parts than that are allocated to the service.
		NotEnoughAllocated,
		/// There are too many allocations, or too many recent changes of them. Wait an era, or take away whole ones.
		TooManyLots,
		/// The offence is too long ago, or in the future.
		EraOutOfWindow,
		/// So much of the operator's own stake behind the service is promised to somebody that this must stay. Wait
		/// until what it is promised for has ended.
		StakeReserved,
		/// As many services as there can be have reservations already.
		MaxReservationsExceeded,
		/// Nothing of this asset is waiting to be moved.
		NothingUnmoved,
		/// Slashes for too many different eras are pending.
		MaxPinsExceeded,
	}
}
