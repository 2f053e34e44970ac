//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody created a service.
		ServiceCreated {
			/// Its number.
			service: ServiceId,
			/// Who owns it.
			owner: AccountId,
			/// Held for it, in the native token's smallest unit.
			deposit: Balance,
		},
		/// Its owner changed a service.
		ServiceUpdated {
			/// Its number.
			service: ServiceId,
			/// Held for it now, in the native token's smallest unit.
			deposit: Balance,
		},
		/// The owner of a service said who may report offences for it.
		ReporterSet {
			/// Its number.
			service: ServiceId,
			/// Who; nobody where there is none.
			reporter: Option<AccountId>,
		},
		/// A service takes no new offers any more.
		ServiceRetired {
			/// Its number.
			service: ServiceId,
		},
		/// A retired service without offers was removed.
		ServiceRemoved {
			/// Its number, which no other service will get.
			service: ServiceId,
			/// Returned to the owner, in the native token's smallest unit.
			deposit: Balance,
		},
		/// Somebody became an operator.
		OperatorJoined {
			/// Who.
			operator: AccountId,
			/// Held for the record, in the native token's smallest unit.
			deposit: Balance,
		},
		/// An operator changed its metadata.
		OperatorUpdated {
			/// Who.
			operator: AccountId,
			/// Held for the record now, in the native token's smallest unit.
			deposit: Balance,
		},
		/// An operator takes no new clients for now.
		OperatorPaused {
			/// Who.
			operator: AccountId,
		},
		/// An operator takes new clients again.
		OperatorResumed {
			/// Who.
			operator: AccountId,
		},
		/// An operator began to leave: each of its offers closes.
		OperatorLeaving {
			/// Who.
			operator: AccountId,
			/// Number of its offers.
			offers: u32,
		},
		/// An operator has left.
		OperatorLeft {
			/// Who.
			operator: AccountId,
			/// Returned to it for the record, in the native token's smallest unit.
			deposit: Balance,
		},
		/// An operator offers a service.
		OfferMade {
			/// Who offers.
			operator: AccountId,
			/// What is offered.
			service: ServiceId,
			/// Reserved of the operator's own stake as the bond, in the native token's smallest unit.
			bond: Balance,
			/// First block in which it takes clients.
			active_from: BlockNumber,
			/// Held for the record, in the native token's smallest unit.
			deposit: Balance,
		},
		/// An operator changed the terms of an offer for clients to come.
		OfferUpdated {
			/// Who offers.
			operator: AccountId,
			/// What is offered.
			service: ServiceId,
			/// Held for the record now, in the native token's smallest unit.
			deposit: Balance,
		},
		/// An operator added to the bond of an offer.
		BondAdded {
			/// Who offers.
			operator: AccountId,
			/// What is offered.
			service: ServiceId,
			/// Added, in the native token's smallest unit.
			amount: Balance,
			/// What it is now, in the native token's smallest unit.
			bond: Balance,
		},
		/// An offer takes no new clients for now.
		OfferPaused {
			/// Who offers.
			operator: AccountId,
			/// What is offered.
			service: ServiceId,
		},
		/// An offer takes new clients again.
		OfferResumed {
			/// Who offers.
			operator: AccountId,
			/// What is offered.
			service: ServiceId,
		},
		/// An offer is being closed: it serves the clients it has until the notice is over.
		OfferClosing {
			/// Who offers.
			operator: AccountId,
			/// What is offered.
			service: ServiceId,
			/// First block that is no longer served.
			ends_at: BlockNumber,
		},
		/// An offer without clients was closed, and is gone.
		OfferClosed {
			/// Who offered.
			operator: AccountId,
			/// What was offered.
			service: ServiceId,
			/// No longer reserved of the operator's own stake, in the native token's smallest unit.
			bond: Balance,
			/// Returned for the record, in the native token's smallest unit.
			deposit: Balance,
		},
	}
}
