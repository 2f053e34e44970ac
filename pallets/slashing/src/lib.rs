//! Slashes: reported, reviewed, vetoed or applied, and who gets what they took.
//!
//! - **Reports** come from pallets that can prove an offence, from the reporter that a service's owner has named, or
//!   from a petition of clients. The evidence names the reporter, so that nobody can copy a report; the same
//!   evidence is taken once.
//! - **Review.** A reported slash waits, and governance can veto it. Meanwhile all that backed the operator in the
//!   offence's era is kept from leaving. Veto and execution exclude each other: the one ends in the block in which
//!   the other begins.
//! - **Applying** is anybody's, one asset after the other as far as the caller pays for; the chain does it by itself
//!   in what blocks have left. Applying late takes the same.
//! - **Settlement.** Part of what is taken burns, the reporter gets a part of what was the operator's own, and the
//!   rest waits for those who have lost by the offence. All claims on the stake behind one service within the same
//!   time are paid the same part, so that nobody is served before the others. How much, and why an operator that
//!   has itself slashed in favour of its friends loses by it, is told in `surety_stake::settlement`.
//! - **Petitions.** Clients who have paid an operator fees can have it slashed by a small multiple of them. They get
//!   nothing by it, or a petition could be bought; and they lose their bonds where governance vetoes.
//!
//! | file | what |
//! | --- | --- |
//! | `report.rs`, `review.rs`, `petitions.rs`, `settlements.rs` | the calls |
//! | `queue.rs` | what the chain does by itself |
//! | `views.rs` | what clients read through the runtime API |
//! | `try_state.rs` | the proof that slashes, settlements, petitions and holds add up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::{Counted, Due, Lost, Petition, PetitionState, Settlement, Signature, Slash, SlashOf};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod errors;
mod events;
#[cfg(test)]
mod mock;
mod petitions;
mod queue;
mod report;
mod review;
mod settlements;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

/// Slashes of validators that wait to be applied.
pub trait ValidatorSlashes {
	/// Cancels those of `indices` that would be applied in `era`; fails where there is one that is not.
	fn cancel(era: u32, indices: alloc::vec::Vec<u32>) -> sp_runtime::DispatchResult;

	/// What cancelling so many weighs.
	fn weight(count: u32) -> frame_support::weights::Weight;
}

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::{
		traits::{HeaderProvider, SaturatedConversion},
		Perbill,
	};
	use surety_primitives::{
		traits::{Escrow, Fees, Services, Slashable, Stake},
		AssetKind, Balance, BlockNumber, Era, PetitionId, ServiceId, SettlementId, SlashId, SlashSource,
		SubscriptionId,
	};
	use surety_stake::settlement::Loss;

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		Block: HeaderProvider<HeaderT: sp_runtime::traits::Header<Number = BlockNumber>>,
	>
	{
		/// Reasons for which the native token is held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which deposits and bonds are held.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The stake that is slashed, and where what was taken stays.
		type Stake: Stake<Self::AccountId, Asset = AssetKind, Balance = Balance>
			+ Slashable<Self::AccountId, Asset = AssetKind, Balance = Balance>
			+ Escrow<Self::AccountId, Asset = AssetKind, Balance = Balance>;

		/// Who may report offences for a service.
		type Services: Services<Self::AccountId>;

		/// What clients have paid.
		type Fees: Fees<Self::AccountId, Asset = AssetKind, Balance = Balance>;

		/// Who may veto a slash.
		type VetoOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who says how much of an asset's fees a petition needs.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Slashes of validators, which the same origin can veto.
		type ValidatorSlashes: ValidatorSlashes;

		/// Gets what is forfeited.
		type Treasury: Get<Self::AccountId>;

		/// Blocks for which a slash is reviewed. A slash keeps the period it was reported under.
		#[pallet::constant]
		type ReviewPeriod: Get<BlockNumber>;

		/// Blocks after an offence in which it can be reported; a petition can be signed for as long.
		#[pallet::constant]
		type ReportWindow: Get<BlockNumber>;

		/// Blocks in an era of stake.
		#[pallet::constant]
		type EraLength: Get<BlockNumber>;

		/// Held from a reporter, in the native token's smallest unit; forfeited by a veto.
		#[pallet::constant]
		type ReportDeposit: Get<Balance>;

		/// Part of all that is slashed that burns.
		#[pallet::constant]
		type BurnShare: Get<Perbill>;

		/// Part of what is slashed of an operator's own stake that the reporter gets. Together with `BurnShare` not
		/// more than all.
		#[pallet::constant]
		type ReporterShare: Get<Perbill>;

		/// Number of claims at the most in one report.
		#[pallet::constant]
		type MaxClaims: Get<u32>;

		/// Held from who opens a petition, in the native token's smallest unit; forfeited by a veto.
		#[pallet::constant]
		type PetitionBond: Get<Balance>;

		/// Held from who signs a petition, in the native token's smallest unit; forfeited by a veto.
		#[pallet::constant]
		type SignatureBond: Get<Balance>;

		/// How many clients must sign a petition.
		#[pallet::constant]
		type MinSigners: Get<u32>;

		/// How many times the fees of those who signed a petition slashes at the most.
		#[pallet::constant]
		type PetitionMultiple: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why the pallet holds the native token.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a report.
		Report,
		/// Bond for a petition, or a signature under one.
		Petition,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Number of the next slash.
	#[pallet::storage]
	pub type NextSlashId<T> = StorageValue<_, SlashId, ValueQuery>;

	/// The slashes of all operators that are under review, or were decided not long ago.
	#[pallet::storage]
	pub type Slashes<T: Config> = StorageMap<_, Twox64Concat, SlashId, SlashOf<T>>;

	/// The slash for which a piece of evidence was taken, by operator and hash of the evidence.
	#[pallet::storage]
	pub type Reports<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, H256, SlashId>;

	/// Number of the next settlement.
	#[pallet::storage]
	pub type NextSettlementId<T> = StorageValue<_, SettlementId, ValueQuery>;

	/// What slashes took, until it is paid out.
	#[pallet::storage]
	pub type Settlements<T: Config> = StorageMap<_, Twox64Concat, SettlementId, Settlement<T::AccountId>>;

	/// The settlement that is open to claims, by operator, service and asset.
	#[pallet::storage]
	pub type OpenSettlements<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Blake2_128Concat, T::AccountId>,
			NMapKey<Twox64Concat, ServiceId>,
			NMapKey<Blake2_128Concat, AssetKind>,
		),
		SettlementId,
	>;

	/// What somebody has lost, by settlement and account.
	#[pallet::storage]
	pub type Claims<T: Config> =
		StorageDoubleMap<_, Twox64Concat, SettlementId, Blake2_128Concat, T::AccountId, Loss>;

	/// Fees of an asset that a petition needs, in its smallest unit.
	#[pallet::storage]
	pub type Thresholds<T: Config> = StorageMap<_, Blake2_128Concat, AssetKind, Balance>;

	/// Number of the next petition.
	#[pallet::storage]
	pub type NextPetitionId<T> = StorageValue<_, PetitionId, ValueQuery>;

	/// Petitions that have signatures.
	#[pallet::storage]
	pub type Petitions<T: Config> = StorageMap<_, Twox64Concat, PetitionId, Petition<T::AccountId>>;

	/// Signatures, by petition and client.
	#[pallet::storage]
	pub type Signatures<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PetitionId, Blake2_128Concat, T::AccountId, Signature>;

	/// Fees that count in petitions, by subscription.
	#[pallet::storage]
	pub type CountedFees<T> = StorageMap<_, Twox64Concat, SubscriptionId, Counted, ValueQuery>;

	/// What the chain does by itself, by the block from which on it does it.
	#[pallet::storage]
	pub type Queue<T> = StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, Due, ()>;

	/// First block whose part of the queue may not be done.
	#[pallet::storage]
	pub type QueueStart<T> = StorageValue<_, BlockNumber, ValueQuery>;

	/// Genesis configuration.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Fees of each asset that a petition needs, in its smallest unit.
		pub thresholds: Vec<(AssetKind, Balance)>,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (asset, fees) in &self.thresholds {
				assert!(*fees > 0, "genesis: a petition must need fees");
				Thresholds::<T>::insert(asset, fees);
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_off(remaining)
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			let shares =
				T::BurnShare::get().deconstruct().saturating_add(T::ReporterShare::get().deconstruct());
			assert!(shares <= Perbill::one().deconstruct(), "more than all would be given away");
			assert!(!T::BurnShare::get().is_zero(), "slashing oneself would be free");
			assert!(T::ReportDeposit::get() > 0, "reports that cost nothing can fill the state");
			assert!(T::SignatureBond::get() > 0, "signatures that cost nothing can fill the state");
			assert!(T::MinSigners::get() > 1, "one client alone would be a petition");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Reports an offence of an operator on a service; the slash is under review from now on.
		///
		/// - Dispatch origin: signed by the reporter that the service's owner has named.
		/// - Details: `fraction` is of what backed the service in `era`, in every asset. `evidence` is the hash of
		///   what proves the offence and names the signer. `claims` are the subscriptions of clients who have lost
		///   by it, and how much, in the smallest unit of the asset that they pay in. A deposit is held, and
		///   returned when the slash is forgotten.
		/// - Errors: `NotReporter`, `OperatorNotFound`, `ZeroFraction`, `AlreadyReported`, `TooManyClaims`,
		///   `ZeroAmount`, `SubscriptionNotFound`, `WrongSubscription`, `NumbersExhausted`, and those of the stake
		///   for eras that can no longer be reported.
		/// - Events: `Reported`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::report(claims.len().saturated_into()))]
		pub fn report(
			origin: OriginFor<T>,
			operator: T::AccountId,
			service: ServiceId,
			era: Era,
			fraction: Perbill,
			evidence: H256,
			claims: Vec<(SubscriptionId, Balance)>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report(who, operator, service, era, fraction, evidence, claims)
		}

		/// Vetoes a slash that is under review. What was put up for it is forfeited.
		///
		/// - Dispatch origin: `VetoOrigin`.
		/// - Errors: `SlashNotFound`, `AlreadyDecided`, `ReviewOver`.
		/// - Events: `Vetoed`.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::veto(), DispatchClass::Operational))]
		pub fn veto(origin: OriginFor<T>, slash: SlashId) -> DispatchResult {
			T::VetoOrigin::ensure_origin(origin)?;
			Self::do_veto(slash)
		}

		/// Cancels slashes of validators that wait to be applied.
		///
		/// - Dispatch origin: `VetoOrigin`.
		/// - Details: `era` is of `pallet-staking`, `indices` are places in its list of that era's slashes.
		/// - Errors: those of `pallet-staking`.
		/// - Events: `ValidatorSlashesCancelled`.
		#[pallet::call_index(2)]
		#[pallet::weight((
			T::WeightInfo::veto().saturating_add(T::ValidatorSlashes::weight(indices.len().saturated_into())),
			DispatchClass::Operational,
		))]
		pub fn veto_validator_slashes(origin: OriginFor<T>, era: u32, indices: Vec<u32>) -> DispatchResult {
			T::VetoOrigin::ensure_origin(origin)?;
			let count = indices.len().saturated_into();
			T::ValidatorSlashes::cancel(era, indices)?;
			Self::deposit_event(Event::ValidatorSlashesCancelled { era, count });
			Ok(())
		}

		/// Applies a slash whose review is over, in so many more `assets` of the operator's stake at the most.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: once it has been applied in every asset, doing it again changes nothing.
		/// - Errors: `SlashNotFound`, `AlreadyDecided`, `StillInReview`, `ZeroAmount`.
		/// - Events: `Cut` for each asset, `SettlementOpened`, `Claimed`, `Applied`.
		#[pallet::call_index(3)]
		#[pallet::weight((Pallet::<T>::most_for_apply(*assets), DispatchClass::Operational))]
		pub fn apply(origin: OriginFor<T>, slash: SlashId, assets: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let progress = Self::do_apply(slash, assets)?;
			Ok(Some(progress.weight::<T>()).into())
		}

		/// Forgets a slash that was decided and whose evidence nobody can report again, and returns the deposit.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `SlashNotFound`, `NotDecided`.
		/// - Events: `Forgotten`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(origin: OriginFor<T>, slash: SlashId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_forget(slash)
		}

		/// Closes a settlement to claims. What nobody has a claim to goes to the treasury.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `SettlementNotFound`, `StillOpen`.
		/// - Events: `SettlementClosed`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, settlement: SettlementId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close(settlement)
		}

		/// Pays `who` the compensation that is due by a settlement.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: closes the settlement if nobody has. What `who` cannot take stays for a time, and then goes to
		///   the treasury.
		/// - Errors: `SettlementNotFound`, `StillOpen`, `ClaimNotFound`, and what the tokens refuse with.
		/// - Events: `SettlementClosed`, `Compensated` or `GivenUp`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::close().saturating_add(T::WeightInfo::collect()))]
		pub fn collect(origin: OriginFor<T>, settlement: SettlementId, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(settlement, who)
		}

		/// Says how much of an asset's fees a petition needs; with none there can be no petition.
		///
		/// - Dispatch origin: `AdminOrigin`.
		/// - Errors: `ZeroAmount`.
		/// - Events: `ThresholdSet`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_threshold())]
		pub fn set_threshold(
			origin: OriginFor<T>,
			asset: AssetKind,
			fees: Option<Balance>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_threshold(asset, fees)
		}

		/// Opens a petition to slash the operator of one of the signer's subscriptions, and signs it.
		///
		/// - Dispatch origin: signed by the client.
		/// - Details: takes of what backed the service in `era` in the asset in which the subscription is paid, and
		///   not more than `PetitionMultiple` times the fees of all who sign. Holds a bond, which a veto forfeits.
		/// - Errors: `SubscriptionNotFound`, `WrongSubscription`, `NoThreshold`, `NoFees`, `EraOutOfWindow`,
		///   `NumbersExhausted`.
		/// - Events: `PetitionOpened`, `PetitionSigned`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::petition())]
		pub fn petition(
			origin: OriginFor<T>,
			subscription: SubscriptionId,
			era: Era,
			evidence: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_petition(who, subscription, era, evidence)
		}

		/// Signs a petition with what a subscription of the signer has paid the operator in fees.
		///
		/// - Dispatch origin: signed by the client.
		/// - Details: fees count in one petition only. With enough of them, by enough clients, the petition passes
		///   and its slash is under review. Holds a bond, which a veto forfeits.
		/// - Errors: `PetitionNotFound`, `PetitionClosed`, `AlreadySigned`, `SubscriptionNotFound`,
		///   `WrongSubscription`, `NoThreshold`, `NoFees`, `NothingAtStake`, `AlreadyReported`, `NumbersExhausted`, and
		///   those of the stake for eras that can no longer be reported.
		/// - Events: `PetitionSigned`, `PetitionPassed`, `Reported`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::sign())]
		pub fn sign(
			origin: OriginFor<T>,
			petition: PetitionId,
			subscription: SubscriptionId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_sign(who, petition, subscription)
		}

		/// Returns, or forfeits, the bond of a signature under a petition that was decided or has run out.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `PetitionNotFound`, `SignatureNotFound`, `NotDecided`, `FeesStillCounted`.
		/// - Events: `SignatureResolved`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::resolve())]
		pub fn resolve(origin: OriginFor<T>, petition: PetitionId, client: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_resolve(petition, client)
		}
	}

	impl<T: Config> Pallet<T> {
		/// The block that is being built.
		pub(crate) fn now() -> BlockNumber {
			frame_system::Pallet::<T>::block_number()
		}
	}
}
