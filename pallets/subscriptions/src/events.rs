//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A client took a place at an offer.
		Subscribed {
			/// Number of the subscription.
			id: SubscriptionId,
			/// Who pays.
			client: T::AccountId,
			/// Who serves.
			operator: T::AccountId,
			/// What is served.
			service: ServiceId,
			/// What it costs as long as it lasts.
			price: PriceOf,
			/// What is promised as long as it lasts.
			sla: Sla,
			/// Paid ahead, in the price's asset and its smallest unit.
			prepaid: Balance,
			/// Storage deposit, in the native token's smallest unit.
			deposit: Balance,
		},
		/// A client paid more ahead.
		ToppedUp {
			/// Number of the subscription.
			id: SubscriptionId,
			/// What was added, in the price's asset and its smallest unit.
			amount: Balance,
			/// Paid in since the start, in all, in the same unit.
			deposited: Balance,
		},
		/// An operator was paid for the blocks served so far.
		Claimed {
			/// Number of the subscription.
			id: SubscriptionId,
			/// Who was paid.
			operator: T::AccountId,
			/// What it got, what it shares of it included, in the price's asset and its smallest unit.
			amount: Balance,
		},
		/// An operator will serve no longer than a block.
		NoticeGiven {
			/// Number of the subscription.
			id: SubscriptionId,
			/// First block that it does not serve. The subscription may end earlier for another reason.
			ends_at: BlockNumber,
		},
		/// A client left. The subscription is gone.
		Cancelled {
			/// Number of the subscription.
			id: SubscriptionId,
			/// What the operator got now, what it shares of it included, in the price's asset and its smallest
			/// unit.
			paid: Balance,
			/// What the client got back of what it had paid ahead, in the same unit.
			refunded: Balance,
		},
		/// A subscription that had ended was cleared away.
		Closed {
			/// Number of the subscription.
			id: SubscriptionId,
			/// What the operator got now, what it shares of it included, in the price's asset and its smallest
			/// unit.
			paid: Balance,
			/// What the client got back of what it had paid ahead, in the same unit.
			refunded: Balance,
		},
		/// Part of a closing account could not be paid out, and stays on hold for `settle`.
		RemainderKept {
			/// Number of the subscription.
			id: SubscriptionId,
			/// Due to the operator, in the price's asset and its smallest unit.
			owed: Balance,
			/// Due to the client, in the same unit.
			refund: Balance,
			/// First block in which the operator's part goes to the client if it still cannot be paid.
			forfeits_at: BlockNumber,
		},
		/// Something of a remainder was paid out, or passed from the operator to the client.
		Settled {
			/// Number of the subscription.
			id: SubscriptionId,
			/// What the operator got now, what it shares of it included, in the price's asset and its smallest
			/// unit.
			paid: Balance,
			/// What the client got back now, in the same unit.
			refunded: Balance,
			/// What the operator lost to the client, in the same unit: part of `refunded` now or later.
			forfeited: Balance,
			/// Whether nothing is left, so that the remainder is gone and the storage deposit returned.
			complete: bool,
		},
	}
}
