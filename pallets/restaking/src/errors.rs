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
		/// The operator is on its way out and takes no more stake. Choose another operator.
		OperatorLeaving,
		/// There is no such asset. Use the native token or an existing asset.
		UnknownAsset,
		/// The pot has not the asset's minimum balance. Send that much of the asset to the pot, then try again.
		PotNotFunded,
		/// As many assets as `MaxAssets` can be staked already. Retire one first.
		MaxAssetsExceeded,
		/// The asset cannot be staked. Stake one that governance has accepted, such as the native token.
		AssetNotAccepted,
		/// The operator has stake in as many assets as there can be. Take back that in another first.
		TooManyLedgers,
		/// The operator has no stake of its own in this asset. It has to stake first.
		LedgerNotFound,
		/// The holder has no stake on this operator in this asset. List the positions of the holder to find one.
		PositionNotFound,
		/// The amount is zero, or so little that nothing of it comes to anybody. Give more.
		ZeroAmount,
		/// The position would hold less than the least for this asset. Stake more, or take back everything.
		BelowMinimum,
		/// So much is bonded to the operator in this asset that no more can be counted. Stake on another operator.
		TooMuchHeld,
		/// Slashes of the operator have been pending for so long that stake of too many eras has to be told
		/// apart. Apply those whose review is over, then try again.
		TooManyClasses,
		/// The position has too many parts. Withdraw what has unbonded, or wait an era.
		TooManyChunks,
		/// Less stake than that is there: bonded to be taken back, or of the operator's own, allocated to the service
		/// and not reserved. Ask for less, or stake and allocate more first.
		NotEnoughStake,
		/// Nothing has unbonded yet, or a pending slash can still take it. Try again later.
		NothingToWithdraw,
		/// Nothing was earned since it was collected last. Try again when the operator was paid.
		NothingToCollect,
		/// The commission would rise by more than `MaxCommissionRise`. Raise it by less.
		CommissionRisesTooFar,
		/// The commission rose less than an unbonding period ago. Wait until it may rise again.
		CommissionRisesTooSoon,
		/// Fewer parts than that are free. What was taken from a service is free once no offence of that time can
		/// be punished.
		NotEnoughFree,
		/// Fewer parts than that are allocated to the service. Take away what it has at the most.
		NotEnoughAllocated,
		/// There are too many allocations, or too many recent changes of them. Wait an era, or take away whole ones.
		TooManyLots,
		/// The offence is too long ago, or in the future. Report it in an era that can still be reported.
		EraOutOfWindow,
		/// So much of the operator's own stake behind the service is promised to somebody that this must stay. Wait
		/// until what it is promised for has ended.
		StakeReserved,
		/// As many services as there can be have reservations already. Close an offer first.
		MaxReservationsExceeded,
		/// Nothing of this asset is waiting to be moved. Nothing is left to do.
		NothingUnmoved,
		/// Slashes for too many different eras are pending. Apply those whose review is over.
		MaxPinsExceeded,
	}
}
