//! Services, operators, offers, and the bonds behind them.
//!
//! Anybody can register a **service**: something that is sold, with a reference to what has to be run for it.
//! Anybody can become an **operator** and make an **offer** for a service: what it promises, what it costs, how
//! many clients it serves, and a bond: part of the operator's own stake behind the service, which it cannot take
//! back while the offer is there. An offer takes clients once it has waited out the activation delay (S0) and as
//! much stake is behind it as its service asks. Leaving closes every offer at once, which is the clean exit that S0
//! leaves open.
//!
//! The stake itself, and how it answers for what was, whatever became of offer and operator, is another pallet's.
//!
//! Offers that exist, and subscriptions to them, keep the windows and the terms they were made under.
//!
//! | file | what |
//! | --- | --- |
//! | `services.rs`, `operators.rs`, `offers.rs` | the calls |
//! | `places.rs` | what other pallets see: services, operators, places at offers |
//! | `views.rs` | what clients read through the runtime API |
//! | `events.rs`, `errors.rs`, `types.rs` | what is told, refused and stored |
//! | `deposits.rs`, `try_state.rs` | holds, and the proof that they add up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::{Offer, OfferOf, Operator, OperatorOf, Price, Security, Service, ServiceOf, Terms};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod deposits;
mod errors;
mod events;
#[cfg(test)]
mod mock;
mod offers;
mod operators;
mod places;
mod services;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::{HeaderProvider, SaturatedConversion};
	use surety_primitives::{
		traits::{Reserve, Stake},
		AccountId, AssetKind, Balance, BlockNumber, Hash, ServiceFlags, ServiceId, Sla, Verifier,
	};

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		AccountId = AccountId,
		Block: HeaderProvider<HeaderT: sp_runtime::traits::Header<Number = BlockNumber>>,
	>
	{
		/// Reasons for which the native token is held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token: deposits.
		type Currency: fungible::Mutate<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// What prices may be counted in. Asked only whether an asset exists.
		type Assets: fungibles::Inspect<AccountId, AssetId = AssetKind, Balance = Balance>;

		/// Stake behind offers: bonds them, secures them, and weighs them in samples.
		type Stake: Stake<AccountId, Asset = AssetKind, Balance = Balance>
			+ Reserve<AccountId, Balance = Balance>;

		/// Blocks before a new offer takes clients.
		#[pallet::constant]
		type ActivationDelay: Get<BlockNumber>;

		/// Blocks for which an offer still serves its clients after it begins to close.
		#[pallet::constant]
		type NoticePeriod: Get<BlockNumber>;

		/// Deposit for a record, in the native token's smallest unit.
		#[pallet::constant]
		type DepositBase: Get<Balance>;

		/// Deposit for each byte of text in a record, in the native token's smallest unit.
		#[pallet::constant]
		type DepositPerByte: Get<Balance>;

		/// Bond at the least of any offer, whatever its service says, in the native token's smallest unit.
		#[pallet::constant]
		type MinOperatorBond: Get<Balance>;

		/// Length at the most of a service's name, in bytes.
		#[pallet::constant]
		type MaxNameLength: Get<u32>;

		/// Length at the most of an artifact's reference, in bytes.
		#[pallet::constant]
		type MaxReferenceLength: Get<u32>;

		/// Length at the most of an operator's or an offer's metadata, in bytes.
		#[pallet::constant]
		type MaxMetadataLength: Get<u32>;

		/// Number of assets at the most in which a service asks for security.
		#[pallet::constant]
		type MaxSecurity: Get<u32>;

		/// Number of offers at the most that one operator has, closing ones included.
		#[pallet::constant]
		type MaxOffersPerOperator: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes assets for the benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: surety_primitives::benchmarking::AssetHelper<AccountId>;
	}

	/// Why the pallet holds the native token.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for the record of a service.
		ServiceDeposit,
		/// Deposit for the record of an operator.
		OperatorDeposit,
		/// Deposit for the record of an offer.
		OfferDeposit,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Number of the next service.
	#[pallet::storage]
	pub type NextServiceId<T> = StorageValue<_, ServiceId, ValueQuery>;

	/// Services by their numbers, which the chain gives out.
	#[pallet::storage]
	pub type Services<T: Config> = StorageMap<_, Twox64Concat, ServiceId, ServiceOf<T>>;

	/// Operators by their accounts.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, OperatorOf<T>>;

	/// Offers by service and operator.
	#[pallet::storage]
	pub type Offers<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ServiceId, Blake2_128Concat, AccountId, OfferOf<T>>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "std")]
		fn integrity_test() {
			assert!(T::MaxNameLength::get() > 0, "a service needs a name");
			assert!(T::MaxOffersPerOperator::get() > 0, "an operator needs an offer");
			assert!(T::MinOperatorBond::get() > 0, "an offer without a bond has nothing to lose");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Creates a service, and holds a deposit for it.
		///
		/// - Dispatch origin: signed; the signer becomes the owner.
		/// - Details: `artifact` is where the thing to run is found, and its SHA-256. `min_bond` is in the native
		///   token's smallest unit. `security` is what must stand behind an offer that takes new clients, own stake
		///   and delegated, an item for each asset.
		/// - Errors: `EmptyName`, `NameTooLong`, `NameNotUtf8`, `EmptyReference`, `ReferenceTooLong`,
		///   `ReferenceNotUtf8`, `MaxServicesExceeded`, `ZeroAmount`, `UnknownAsset`, `DuplicateAsset`,
		///   `TooMuchSecurity`.
		/// - Events: `ServiceCreated`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create_service(length(name), reference_length(artifact)))]
		pub fn create_service(
			origin: OriginFor<T>,
			name: Vec<u8>,
			artifact: Option<(Vec<u8>, Hash)>,
			verifier: Verifier,
			min_bond: Balance,
			security: Vec<Security>,
			flags: ServiceFlags,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_create_service(who, name, artifact, verifier, min_bond, security, flags)
		}

		/// Replaces what a service says of itself, and adjusts its deposit.
		///
		/// - Dispatch origin: signed by the owner.
		/// - Details: `min_bond` binds new offers only, `security` whatever takes new clients from now on. `verifier`
		///   and `flags` must stay while there are offers: they decide what convicts an operator.
		/// - Errors: `ServiceNotFound`, `NotAuthorized`, `ServiceInUse`, and those of `create_service` for the
		///   name, the artifact and the security.
		/// - Events: `ServiceUpdated`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update_service(length(name), reference_length(artifact)))]
		pub fn update_service(
			origin: OriginFor<T>,
			id: ServiceId,
			name: Vec<u8>,
			artifact: Option<(Vec<u8>, Hash)>,
			verifier: Verifier,
			min_bond: Balance,
			security: Vec<Security>,
			flags: ServiceFlags,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update_service(who, id, name, artifact, verifier, min_bond, security, flags)
		}

		/// Retires a service for good: it takes no new offers, and those it has go on.
		///
		/// - Dispatch origin: signed by the owner.
		/// - Errors: `ServiceNotFound`, `NotAuthorized`, `AlreadyRetired`.
		/// - Events: `ServiceRetired`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::retire_service())]
		pub fn retire_service(origin: OriginFor<T>, id: ServiceId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire_service(who, id)
		}

		/// Removes a retired service without offers, and returns its deposit.
		///
		/// - Dispatch origin: signed by the owner.
		/// - Errors: `ServiceNotFound`, `NotAuthorized`, `NotRetired`, `ServiceInUse`.
		/// - Events: `ServiceRemoved`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::remove_service())]
		pub fn remove_service(origin: OriginFor<T>, id: ServiceId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove_service(who, id)
		}

		/// Makes the signer an operator, and holds a deposit for the record.
		///
		/// - Dispatch origin: signed.
		/// - Errors: `OperatorAlreadyExists`, `MetadataTooLong`.
		/// - Events: `OperatorJoined`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::join(length(metadata)))]
		pub fn join(origin: OriginFor<T>, metadata: Vec<u8>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_join(who, metadata)
		}

		/// Replaces what an operator says of itself, and adjusts its deposit. One that is leaving may too: it
		/// still serves.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Errors: `OperatorNotFound`, `MetadataTooLong`.
		/// - Events: `OperatorUpdated`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::update_operator(length(metadata)))]
		pub fn update_operator(origin: OriginFor<T>, metadata: Vec<u8>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update_operator(who, metadata)
		}

		/// Stops all offers of the operator from taking new clients; those it has are served.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Errors: `OperatorNotFound`, `OperatorLeaving`, `AlreadyPaused`.
		/// - Events: `OperatorPaused`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_pause(who)
		}

		/// Lets the offers of the operator take new clients again; one paused by itself stays so.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Errors: `OperatorNotFound`, `OperatorLeaving`, `NotPaused`.
		/// - Events: `OperatorResumed`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::resume())]
		pub fn resume(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resume(who)
		}

		/// Begins the clean exit of an operator: each of its offers closes, as by `close_offer`.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: there is no way back. The record goes, and its deposit returns, with the last offer; at once
		///   where none has clients. Stake is not touched: whoever has any takes it back when they like.
		/// - Errors: `OperatorNotFound`, `OperatorLeaving`.
		/// - Events: `OperatorLeaving`; `OfferClosing` or `OfferClosed` for each offer; `OperatorLeft`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::leave(T::MaxOffersPerOperator::get()).max(T::WeightInfo::leave_at_once()))]
		pub fn leave(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_leave(who)
		}

		/// Offers a service, reserves a bond of the operator's own stake, and holds a deposit for the record.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: takes clients after the activation delay, while the stake behind it counts and suffices.
		///   `bond` is in the native token's smallest unit, at least the greater of the service's `min_bond` and
		///   `MinOperatorBond`; so much of the operator's own stake must be allocated to the service and not be
		///   reserved. The notice period stays as it is now.
		/// - Errors: `OperatorNotFound`, `OperatorLeaving`, `ServiceNotFound`, `ServiceRetired`,
		///   `OfferAlreadyExists`, `InvalidSla`, `ZeroCapacity`, `ZeroPeriod`, `UnknownAsset`, `MetadataTooLong`,
		///   `BondTooSmall`, `SecurityTooSmall`, `MaxOffersExceeded`, and what the stake refuses with.
		/// - Events: `OfferMade`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::make_offer(length(metadata)))]
		pub fn make_offer(
			origin: OriginFor<T>,
			service: ServiceId,
			sla: Sla,
			capacity: u32,
			price: Price,
			metadata: Vec<u8>,
			bond: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_make_offer(who, service, sla, capacity, price, metadata, bond)
		}

		/// Replaces the terms of an offer for clients to come, and adjusts its deposit.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: subscriptions keep the terms they were taken under. The capacity may fall below the number
		///   of clients; then there are just no new ones.
		/// - Errors: `OfferNotFound`, `AlreadyClosing`, `InvalidSla`, `ZeroCapacity`, `ZeroPeriod`,
		///   `UnknownAsset`, `MetadataTooLong`.
		/// - Events: `OfferUpdated`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::update_offer(length(metadata)))]
		pub fn update_offer(
			origin: OriginFor<T>,
			service: ServiceId,
			sla: Sla,
			capacity: u32,
			price: Price,
			metadata: Vec<u8>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update_offer(who, service, sla, capacity, price, metadata)
		}

		/// Reserves `amount` more of the operator's own stake, in the native token's smallest unit, as the bond of an
		/// offer.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Errors: `OfferNotFound`, `AlreadyClosing`, `ZeroAmount`, and what the stake refuses with.
		/// - Events: `BondAdded`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::add_bond())]
		pub fn add_bond(origin: OriginFor<T>, service: ServiceId, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_add_bond(who, service, amount)
		}

		/// Stops an offer from taking new clients; those it has are served.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Errors: `OfferNotFound`, `AlreadyClosing`, `AlreadyPaused`.
		/// - Events: `OfferPaused`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::pause_offer())]
		pub fn pause_offer(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_pause_offer(who, service)
		}

		/// Lets an offer take new clients again.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Errors: `OfferNotFound`, `AlreadyClosing`, `NotPaused`.
		/// - Events: `OfferResumed`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::resume_offer())]
		pub fn resume_offer(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resume_offer(who, service)
		}

		/// Closes an offer for good.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: its clients are served for the notice period; with the last of them gone, or at once where
		///   there is none, it is removed, its deposit returns, and its bond is reserved no longer.
		/// - Errors: `OfferNotFound`, `AlreadyClosing`.
		/// - Events: `OfferClosing` or `OfferClosed`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::close_offer())]
		pub fn close_offer(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close_offer(who, service)
		}

		/// Says who may report offences for a service, if anybody: each report is reviewed before anything is slashed.
		///
		/// - Dispatch origin: signed by the owner.
		/// - Errors: `ServiceNotFound`, `NotAuthorized`.
		/// - Events: `ReporterSet`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::set_reporter())]
		pub fn set_reporter(
			origin: OriginFor<T>,
			id: ServiceId,
			reporter: Option<AccountId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_reporter(who, id, reporter)
		}
	}

	impl<T: Config> Pallet<T> {
		/// The block that is being built.
		pub(crate) fn now() -> BlockNumber {
			frame_system::Pallet::<T>::block_number()
		}
	}

	/// Length of a text in bytes.
	fn length(text: &[u8]) -> u32 {
		text.len().saturated_into()
	}

	/// Length of an artifact's reference in bytes.
	fn reference_length(artifact: &Option<(Vec<u8>, Hash)>) -> u32 {
		artifact.as_ref().map_or(0, |(reference, _)| length(reference))
	}
}
