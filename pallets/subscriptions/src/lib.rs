//! Prepaid subscriptions: a client takes a place at an offer, pays ahead, and the money streams to the
//! operator by the block.
//!
//! Nothing happens on its own: what is owed is worked out from the block at which somebody asks, so an
//! empty block costs the same with ten subscriptions as with a million. Every call is O(1).
//!
//! - **Money** stays the client's, on hold, until a block has been served. `claim` pays for all blocks
//!   since the start that were not paid yet; claiming often loses nothing against claiming once.
//! - **The end** of a subscription is the first block it does not serve: the money is used up, the
//!   operator's notice has run out, or the offer has closed. Nothing accrues after it. The client leaves
//!   whenever it wants; anybody may `close` what has ended.
//! - **Rounding** is against whoever moves. A claim is rounded down. A closing account is rounded up to a
//!   whole unit of the asset, so that nobody is served for nothing by leaving before the first unit is full;
//!   rounded down when it was the operator who ended it.
//! - **Leaving never fails** for want of an account that can take the money (blocked, frozen, or new and
//!   under the asset's minimum). The place is given back at once; what could not be moved stays on hold as
//!   a [`Remainder`], which anybody may `settle` later. An operator that still cannot be paid when the
//!   window of the notice has passed once more forfeits its part to the client, so nothing is held for ever.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use types::{PriceOf, Remainder, Subscription};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod events;
mod fees;
mod lifecycle;
#[cfg(test)]
mod mock;
mod settlement;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::{Header, HeaderProvider};
	use surety_primitives::{
		traits::{Offers, Sharing},
		AssetKind, Balance, BlockNumber, ServiceId, Sla, SubscriptionId,
	};

	/// Configuration of the pallet. Block numbers are `u32`, as prices count them.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		Block: HeaderProvider<HeaderT: Header<Number = BlockNumber>>,
	>
	{
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which storage deposits are held.
		type Currency: fungible::MutateHold<
			Self::AccountId,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// Every asset that prices may name, in which prepayments are held.
		type Assets: fungibles::MutateHold<
			Self::AccountId,
			AssetId = AssetKind,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// The offers that clients take places at.
		type Offers: Offers<Self::AccountId, Asset = AssetKind, Balance = Balance, BlockNumber = BlockNumber>;

		/// With whom operators share what they are paid.
		type Sharing: Sharing<Self::AccountId, Asset = AssetKind, Balance = Balance>;

		/// Number of blocks between an operator's notice and the end. A subscription keeps the one it was
		/// opened under.
		type NoticePeriod: Get<BlockNumber>;

		/// Storage deposit of a subscription, in the native token's smallest unit. A subscription keeps the
		/// one it was opened under.
		type DepositAmount: Get<Balance>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes an asset for the benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: surety_primitives::benchmarking::AssetHelper<Self::AccountId>;
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why this pallet holds money of an account.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Paid ahead for subscriptions, in the asset of their prices, and not yet earned.
		Prepaid,
		/// Storage deposit for subscriptions, in the native token.
		Deposit,
	}

	/// The number that the next subscription gets. Numbers are never reused.
	#[pallet::storage]
	pub type NextSubscriptionId<T> = StorageValue<_, SubscriptionId, ValueQuery>;

	/// The subscriptions that have not been cancelled or closed.
	#[pallet::storage]
	pub type Subscriptions<T: Config> =
		StorageMap<_, Twox64Concat, SubscriptionId, Subscription<T::AccountId>, OptionQuery>;

	/// The subscriptions of a client.
	#[pallet::storage]
	pub type ByClient<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, SubscriptionId, (), OptionQuery>;

	/// The subscriptions at an operator, whatever the service.
	#[pallet::storage]
	pub type ByOperator<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, SubscriptionId, (), OptionQuery>;

	/// What could not be paid out when a subscription was cancelled or closed, by its number.
	#[pallet::storage]
	pub type Remainders<T: Config> =
		StorageMap<_, Twox64Concat, SubscriptionId, Remainder<T::AccountId>, OptionQuery>;

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no open subscription of this number. Look up yours by your account; one that was
		/// cancelled or closed is gone.
		SubscriptionNotFound,
		/// Nothing is left to be paid out under this number. Only a subscription that was cancelled or closed
		/// while somebody could not take the money leaves a remainder.
		RemainderNotFound,
		/// The subscription is not yours to do this with. Sign with the client's account to top up or cancel,
		/// with the operator's to claim or give notice.
		NotAuthorized,
		/// An operator cannot be its own client. Subscribe from another account, or to another operator.
		SelfSubscription,
		/// The offer's price is not the one you expected. Read the offer again and decide at its new price.
		PriceChanged,
		/// The prepayment does not pay for one block. Prepay at least the price of a block, rounded up to a
		/// whole unit.
		PrepaymentTooSmall,
		/// The amount is zero. Name what to add.
		ZeroAmount,
		/// The subscription has ended: the money is used up, the notice has run out, or the offer has closed.
		/// Close it and take a new one.
		Ended,
		/// The subscription is still being served. Anybody may close it once it has ended; its client may
		/// cancel it at any time.
		NotEnded,
		/// Nothing has accrued since the last claim. Claim again when more blocks have been served.
		NothingToClaim,
		/// The operator's account cannot take the payment: it is blocked, the asset is frozen, or the account
		/// is new and the payment is under the asset's minimum balance. Mend the account or claim later; what
		/// is owed stays owed.
		OperatorCannotReceive,
		/// Notice has been given already. The subscription ends when it runs out.
		NoticeAlreadyGiven,
		/// Neither the operator nor the client can take what is due to it yet. Mend the account, or try again
		/// once the operator's part goes to the client.
		NothingToSettle,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Takes a place at an offer and pays ahead.
		///
		/// ## Dispatch origin
		/// Signed by the client.
		///
		/// ## Details
		/// `expected` is the price that the client saw: a raise between the look and the inclusion is refused.
		/// Price, service level, length of notice and storage deposit stay as they are now, whatever becomes
		/// of the offer. `prepaid` is held in the price's asset, the storage deposit in the native token.
		///
		/// ## Errors
		/// `SelfSubscription`, `PriceChanged`, `PrepaymentTooSmall`; the registry's when the offer takes no
		/// clients; the token's when the money is not there.
		///
		/// ## Events
		/// `Subscribed`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::subscribe())]
		pub fn subscribe(
			origin: OriginFor<T>,
			operator: T::AccountId,
			service: ServiceId,
			expected: PriceOf,
			#[pallet::compact] prepaid: Balance,
		) -> DispatchResult {
			let client = ensure_signed(origin)?;
			Self::do_subscribe(client, operator, service, expected, prepaid)
		}

		/// Pays more ahead, so that the subscription lasts longer.
		///
		/// ## Dispatch origin
		/// Signed by the client.
		///
		/// ## Details
		/// Not once the subscription has ended. Neither notice nor a closing offer is undone by money.
		///
		/// ## Errors
		/// `ZeroAmount`, `SubscriptionNotFound`, `NotAuthorized`, `Ended`; the token's when the money is not
		/// there.
		///
		/// ## Events
		/// `ToppedUp`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::top_up())]
		pub fn top_up(
			origin: OriginFor<T>,
			#[pallet::compact] id: SubscriptionId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let client = ensure_signed(origin)?;
			Self::do_top_up(client, id, amount)
		}

		/// Pays the operator for every block served since the start and not paid yet.
		///
		/// ## Dispatch origin
		/// Signed by anybody: what the operator shares others wait for too.
		///
		/// ## Details
		/// Rounded down to a whole unit; the fraction is not lost, but counts at the next claim. Works for
		/// a subscription that has ended too, and leaves it for `close`.
		///
		/// ## Errors
		/// `SubscriptionNotFound`, `NothingToClaim`, `OperatorCannotReceive`.
		///
		/// ## Events
		/// `Claimed`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, #[pallet::compact] id: SubscriptionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(id)
		}

		/// Leaves: pays the operator what is owed and returns the rest and the storage deposit.
		///
		/// ## Dispatch origin
		/// Signed by the client.
		///
		/// ## Details
		/// At any time, ended or not. What is owed is rounded up to a whole unit, unless the operator had
		/// ended the subscription. What cannot be moved now stays on hold, see `settle`.
		///
		/// ## Errors
		/// `SubscriptionNotFound`, `NotAuthorized`.
		///
		/// ## Events
		/// `Cancelled`, and `RemainderKept` when something could not be moved.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, #[pallet::compact] id: SubscriptionId) -> DispatchResult {
			let client = ensure_signed(origin)?;
			Self::do_cancel(client, id)
		}

		/// Ends a subscription once the notice has run out.
		///
		/// ## Dispatch origin
		/// Signed by the operator.
		///
		/// ## Details
		/// The length of the notice is the one in force when the subscription was taken. Until it has run out
		/// the subscription is served and paid for as before.
		///
		/// ## Errors
		/// `SubscriptionNotFound`, `NotAuthorized`, `NoticeAlreadyGiven`, `Ended`.
		///
		/// ## Events
		/// `NoticeGiven`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::give_notice())]
		pub fn give_notice(origin: OriginFor<T>, #[pallet::compact] id: SubscriptionId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_give_notice(operator, id)
		}

		/// Clears away a subscription that has ended: pays the operator what is owed and returns the rest and
		/// the storage deposit to the client.
		///
		/// ## Dispatch origin
		/// Signed by anybody.
		///
		/// ## Details
		/// What cannot be moved now stays on hold, see `settle`; the place at the offer is free in any case.
		///
		/// ## Errors
		/// `SubscriptionNotFound`, `NotEnded`.
		///
		/// ## Events
		/// `Closed`, and `RemainderKept` when something could not be moved.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, #[pallet::compact] id: SubscriptionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close(id)
		}

		/// Pays out what could not be paid when a subscription was cancelled or closed.
		///
		/// ## Dispatch origin
		/// Signed by anybody.
		///
		/// ## Details
		/// Operator and client are paid independently: one that cannot take its part does not keep the other
		/// from its own. From `forfeits_at` on, what the operator still cannot take goes to the client. With
		/// the last part the storage deposit is returned.
		///
		/// ## Errors
		/// `RemainderNotFound`, `NothingToSettle`.
		///
		/// ## Events
		/// `Settled`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn settle(origin: OriginFor<T>, #[pallet::compact] id: SubscriptionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(id)
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}
}
