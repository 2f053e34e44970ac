//! Stake behind operators' promises: their own and what others delegate to them, in the native token and in
//! every asset that governance accepts.
//!
//! - **Eras.** Stake counts from the era after its deposit. Allocations to services change at the turn of an era
//!   too. An offence is of an era, and so is what it can take.
//! - **Delegating** is the same call for everybody; an operator's own stake is what it delegates to itself. It
//!   comes first: nobody can be made to back an operator that does not back itself.
//! - **Allocating.** The stake in an asset has a million parts, and each service has those that were allocated to
//!   it. It can take no more, and what is taken away from it answers for it until no offence of that time can be
//!   punished.
//! - **Unbonding.** What a holder takes back answers for the offences of the time up to then. It is paid out
//!   after the unbonding period, and never before a slash that can hit it is decided.
//! - **Slashing** costs the same for one holder as for a million. How that works is told in `surety-stake`; this
//!   pallet keeps its records and moves the tokens.
//!
//! - **Earning.** An operator keeps a commission of what it earns in an asset and shares the rest with the stake in
//!   that asset which counts then, its own included. Anybody can add to that. It waits in the pot until it is
//!   collected, and no slash touches it.
//!
//! Every token that is staked is on hold in one account, the *pot*. What operators and holders are owed of it
//! is what the ledgers say; what was slashed stays there until it is settled who gets it.
//!
//! | file | what |
//! | --- | --- |
//! | `assets.rs`, `stake.rs`, `allocations.rs`, `rewards.rs` | the calls |
//! | `eras.rs` | the turn of eras, and how far back offences can be punished |
//! | `reservations.rs` | own stake that is promised to somebody, and stays |
//! | `backing.rs` | what other pallets see: the stake behind an operator, and how it is slashed |
//! | `records.rs` | loading and storing ledgers and positions |
//! | `views.rs` | what clients read through the runtime API |
//! | `try_state.rs` | the proof that ledgers, positions and holds add up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::{AssetTerms, Commission, EraInfo, Holding, Pin, Stock};
pub use weights::WeightInfo;

mod allocations;
mod assets;
mod backing;
mod eras;
mod errors;
mod events;
mod records;
mod reservations;
mod rewards;
mod stake;
mod try_state;
mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use frame_support::pallet_macros::import_section;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::{AccountIdConversion, HeaderProvider};
	use sp_runtime::Perbill;
	use surety_primitives::{traits::Operators, AssetKind, Balance, BlockNumber, ServiceId};
	use surety_stake::{Conversion, Key};

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		Block: HeaderProvider<HeaderT: sp_runtime::traits::Header<Number = BlockNumber>>,
	>
	{
		/// Reasons for which tokens are held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which storage deposits are held.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// Every asset that may be staked, the native token among them.
		type Assets: fungibles::MutateHold<
			Self::AccountId,
			AssetId = AssetKind,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// Who is an operator, and who takes stake.
		type Operators: Operators<Self::AccountId>;

		/// Who says which assets may be staked.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Where what rounding leaves of a closed ledger goes.
		type Remainder: Get<Self::AccountId>;

		/// Names the pot.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Blocks in an era.
		#[pallet::constant]
		type EraLength: Get<BlockNumber>;

		/// Blocks after an offence in which it can be reported.
		#[pallet::constant]
		type ReportWindow: Get<BlockNumber>;

		/// Blocks from unbonding to withdrawal. A position keeps the one it was unbonded under.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumber>;

		/// Storage deposit for a position, in the native token's smallest unit.
		#[pallet::constant]
		type PositionDeposit: Get<Balance>;

		/// Storage deposit for a ledger, in the native token's smallest unit.
		#[pallet::constant]
		type LedgerDeposit: Get<Balance>;

		/// Number of assets at the most that may be staked at a time.
		#[pallet::constant]
		type MaxAssets: Get<u32>;

		/// How much a commission rises at the most at a time: once in an unbonding period, so that whoever does not like
		/// it can leave before the next time.
		#[pallet::constant]
		type MaxCommissionRise: Get<Perbill>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes an asset for the benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: surety_primitives::benchmarking::AssetHelper<Self::AccountId>;
	}

	/// Why the pallet holds tokens.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Stake, in the pot.
		Stake,
		/// Deposit for the record of a position, from its holder.
		PositionDeposit,
		/// Deposit for the record of a ledger, from its operator.
		LedgerDeposit,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The current era.
	#[pallet::storage]
	pub type CurrentEra<T> = StorageValue<_, EraInfo, ValueQuery>;

	/// Assets that may be staked, and on what terms. Stake in an asset that is no longer listed stays what it is.
	#[pallet::storage]
	pub type AcceptedAssets<T: Config> =
		StorageValue<_, BoundedVec<(AssetKind, AssetTerms), T::MaxAssets>, ValueQuery>;

	/// The stake of an operator in an asset.
	#[pallet::storage]
	pub type Ledgers<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, AssetKind, Stock>;

	/// In which assets an operator has a ledger, in their order: found in one read, however many records there are.
	#[pallet::storage]
	pub type StakedIn<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<AssetKind, ConstU32<{ types::MAX_LEDGERS }>>,
		ValueQuery,
	>;

	/// What a holder has of the stake of an operator in an asset: by holder, operator and asset.
	#[pallet::storage]
	pub type Positions<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Blake2_128Concat, T::AccountId>,
			NMapKey<Blake2_128Concat, T::AccountId>,
			NMapKey<Blake2_128Concat, AssetKind>,
		),
		Holding,
	>;

	/// What an operator keeps of what it earns in an asset before it shares; everything where nothing is said. The
	/// deposit for the ledger pays for the record, and it goes with the ledger.
	#[pallet::storage]
	pub type Commissions<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, AssetKind, Commission>;

	/// Rates at which classes of a ledger were merged, for holders who have not converted yet.
	#[pallet::storage]
	pub type Rates<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Blake2_128Concat, T::AccountId>,
			NMapKey<Blake2_128Concat, AssetKind>,
			NMapKey<Twox64Concat, Key>,
		),
		Conversion,
	>;

	/// Eras of offences of an operator for which a slash is pending: nothing that backed it then is let go.
	#[pallet::storage]
	pub type Pins<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<Pin, ConstU32<{ types::MAX_PINS }>>,
		ValueQuery,
	>;

	/// What is reserved of operators' own native stake, by service: they cannot take it away from the service, nor
	/// back. A slash can.
	#[pallet::storage]
	pub type Reservations<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<(ServiceId, Balance), ConstU32<{ surety_stake::MAX_LOTS }>>,
		ValueQuery,
	>;

	/// What is no longer staked, for the account of `Remainder`, and could not be moved there yet: its account is
	/// blocked, or the amount is under the asset's minimum. In the asset's smallest unit.
	#[pallet::storage]
	pub type Unmoved<T: Config> = StorageMap<_, Blake2_128Concat, AssetKind, Balance, ValueQuery>;

	/// What slashes took and nobody has got yet, in the asset's smallest unit.
	#[pallet::storage]
	pub type Escrowed<T: Config> = StorageMap<_, Blake2_128Concat, AssetKind, Balance, ValueQuery>;

	/// Genesis configuration.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Assets that may be staked: the least that a position holds of each, in its smallest unit.
		pub assets: alloc::vec::Vec<(AssetKind, Balance)>,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	// A chain with a genesis that contradicts itself must not start, hence the panics.
	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Self::endow_pot();
			CurrentEra::<T>::put(EraInfo::default());
			for (asset, min_position) in &self.assets {
				if let Err(error) = Pallet::<T>::do_accept_asset(asset.clone(), *min_position) {
					panic!("genesis: asset {asset:?} cannot be staked: {error:?}");
				}
			}
		}
	}

	impl<T: Config> GenesisConfig<T> {
		/// The pot exists from the beginning, so that no stake is ever the last that keeps it alive.
		fn endow_pot() {
			use fungible::{Inspect, Mutate};
			let (pot, minimum) = (Pallet::<T>::pot(), T::Currency::minimum_balance());
			if T::Currency::balance(&pot) < minimum {
				T::Currency::mint_into(&pot, minimum).expect("genesis can mint");
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::turn_era();
			T::WeightInfo::turn_era()
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			assert!(T::MaxAssets::get() > 0, "nothing could be staked");
			assert!(T::PositionDeposit::get() > 0, "positions without a deposit can fill the state");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Lets an asset be staked, or changes the terms.
		///
		/// - Dispatch origin: `AdminOrigin`.
		/// - Details: `min_position` is the least that a position holds, in the asset's smallest unit. The pot
		///   must have the asset's own minimum balance already: anybody can send it there.
		/// - Errors: `UnknownAsset`, `PotNotFunded`, `ZeroAmount`, `MaxAssetsExceeded`.
		/// - Events: `AssetAccepted`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::accept_asset())]
		pub fn accept_asset(origin: OriginFor<T>, asset: AssetKind, min_position: Balance) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_accept_asset(asset, min_position)
		}

		/// Lets an asset be staked no more. What is staked stays what it is, and can be unbonded.
		///
		/// - Dispatch origin: `AdminOrigin`.
		/// - Errors: `AssetNotAccepted`.
		/// - Events: `AssetRetired`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::retire_asset())]
		pub fn retire_asset(origin: OriginFor<T>, asset: AssetKind) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_retire_asset(asset)
		}

		/// Stakes `amount` of `asset` on `operator`; it counts from the next era on.
		///
		/// - Dispatch origin: signed; by the operator for its own stake, which comes first.
		/// - Details: the tokens move to the pot. A new position holds a storage deposit from its holder, a new
		///   ledger one from the operator.
		/// - Errors: `OperatorNotFound`, `OperatorLeaving`, `AssetNotAccepted`, `ZeroAmount`, `LedgerNotFound`
		///   where the operator has no stake of its own, `BelowMinimum`, `TooMuchHeld`, `TooManyClasses`,
		///   `TooManyChunks`.
		/// - Events: `Staked`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::stake())]
		pub fn stake(
			origin: OriginFor<T>,
			operator: T::AccountId,
			asset: AssetKind,
			amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_stake(who, operator, asset, amount)
		}

		/// Takes `amount` back from `operator`. What does not count yet is paid out at once; the rest, the oldest
		/// first, after the unbonding period.
		///
		/// - Dispatch origin: signed by the holder.
		/// - Details: possible whatever the operator's status. It backs services to the end of the era, and
		///   answers for offences of the time up to then. What stays is nothing, or the least for a position.
		/// - Errors: `PositionNotFound`, `ZeroAmount`, `NotEnoughStake`, `BelowMinimum`, `StakeReserved`,
		///   `TooManyChunks`, `TooManyClasses`.
		/// - Events: `Unbonding`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(
			origin: OriginFor<T>,
			operator: T::AccountId,
			asset: AssetKind,
			amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who, operator, asset, Some(amount))
		}

		/// Takes back all that is bonded, as by `unbond`.
		///
		/// - Dispatch origin: signed by the holder.
		/// - Errors: `PositionNotFound`, `NotEnoughStake` where nothing is bonded, `StakeReserved`,
		///   `TooManyChunks`, `TooManyClasses`.
		/// - Events: `Unbonding`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond_all(origin: OriginFor<T>, operator: T::AccountId, asset: AssetKind) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who, operator, asset, None)
		}

		/// Pays out to `holder` what has unbonded and can no longer be slashed.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: what was earned and not collected is paid out with it. With nothing left, the position's
		///   deposit returns too; with the last position, the ledger's.
		/// - Errors: `PositionNotFound`, `NothingToWithdraw`.
		/// - Events: `Withdrawn`, `Collected`, `LedgerClosed`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(
			origin: OriginFor<T>,
			holder: T::AccountId,
			operator: T::AccountId,
			asset: AssetKind,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw(holder, operator, asset)
		}

		/// Allocates `parts` more millionths of the signer's stake in `asset` to `service`, from the next era on.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: relative, so that it says the same whatever happened meanwhile.
		/// - Errors: `LedgerNotFound`, `ZeroAmount`, `NotEnoughFree`, `TooManyLots`.
		/// - Events: `Allocated`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::allocate())]
		pub fn allocate(
			origin: OriginFor<T>,
			asset: AssetKind,
			service: ServiceId,
			parts: u32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_allocate(who, asset, service, parts)
		}

		/// Takes `parts` millionths of the signer's stake in `asset` away from `service`, the latest given first.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: the service has them to the end of the era. They are free when no offence of that era can
		///   be punished any longer; those that did not count yet, at once.
		/// - Errors: `LedgerNotFound`, `ZeroAmount`, `NotEnoughAllocated`, `StakeReserved`, `TooManyLots`.
		/// - Events: `Deallocated`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::deallocate())]
		pub fn deallocate(
			origin: OriginFor<T>,
			asset: AssetKind,
			service: ServiceId,
			parts: u32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_deallocate(who, asset, service, parts)
		}

		/// Brings a ledger and a position in it up to date: what was merged meanwhile is converted.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: nobody gains or loses by it. Every other call does the same for what it touches.
		/// - Errors: `PositionNotFound`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::sync())]
		pub fn sync(
			origin: OriginFor<T>,
			holder: T::AccountId,
			operator: T::AccountId,
			asset: AssetKind,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_sync(holder, operator, asset)
		}

		/// Moves what could not be moved before to the account that it is for.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `NothingUnmoved`, and what the tokens refuse with.
		/// - Events: `Swept`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::sweep())]
		pub fn sweep(origin: OriginFor<T>, asset: AssetKind) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_sweep(asset)
		}

		/// Says what part of what the signer earns in `asset` it keeps before it shares the rest with the stake in it.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: for what is paid from now on. Without it an operator keeps everything. It may fall at any time,
		///   and rise by `MaxCommissionRise` at the most, once in an unbonding period.
		/// - Errors: `LedgerNotFound`, `CommissionRisesTooFar`, `CommissionRisesTooSoon`.
		/// - Events: `CommissionSet`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::set_commission())]
		pub fn set_commission(origin: OriginFor<T>, asset: AssetKind, rate: Perbill) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_commission(who, asset, rate)
		}

		/// Gives `amount` of `asset` to everybody whose stake on `operator` in it counts now, pro rata.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: there is no commission on it. What rounding leaves stays with the signer.
		/// - Errors: `LedgerNotFound`, `ZeroAmount`, also where nothing comes to anybody, `NotEnoughStake` where
		///   nothing counts, `TooMuchHeld`.
		/// - Events: `Rewarded`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::reward())]
		pub fn reward(
			origin: OriginFor<T>,
			operator: T::AccountId,
			asset: AssetKind,
			amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reward(who, operator, asset, amount)
		}

		/// Pays out to `holder` what its stake on `operator` in `asset` has earned.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: possible whatever the operator's status. With nothing left the position's deposit returns too;
		///   with the last position, the ledger's.
		/// - Errors: `PositionNotFound`, `NothingToCollect`.
		/// - Events: `Collected`, `LedgerClosed`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::collect())]
		pub fn collect(
			origin: OriginFor<T>,
			holder: T::AccountId,
			operator: T::AccountId,
			asset: AssetKind,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(holder, operator, asset)
		}
	}

	impl<T: Config> Pallet<T> {
		/// The account in which all stake is on hold.
		pub fn pot() -> T::AccountId {
			T::PalletId::get().into_account_truncating()
		}

		/// The block that is being built.
		pub(crate) fn now() -> BlockNumber {
			frame_system::Pallet::<T>::block_number()
		}
	}
}
