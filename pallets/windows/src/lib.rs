//! Every duration and window of the chain, as one validated whole.
//!
//! One runtime binary serves all networks. Whatever a person would have to wait for (review windows,
//! unbonding, activation, referendum tracks, eras) is genesis configuration that lives here: one
//! struct, [`Windows`], with production's values as its default; one call that replaces the whole
//! after validating it; and `Get` adaptors in [`get`] for every pallet that needs one of the numbers.
//!
//! What consensus and `pallet-staking` read live, [`Consensus`], stays as genesis set it: a running
//! epoch, an unbonding validator and a deferred validator slash would otherwise change under the feet of
//! those who are in them. Positions of Surety's own pallets keep the windows they were opened under.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::{
	AgreementWindows, ChannelWindows, Consensus, Defect, EdgeWindows, Governance, PresenceWindows,
	StakeWindows, Track, Windows, MAX_BLOCKS, MAX_CLOSE, MIN_CLOSE,
};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod get;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::boxed::Box;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Who may replace the windows.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The windows in force. Production's, unless genesis or governance said otherwise.
	#[pallet::storage]
	pub type Current<T> = StorageValue<_, Windows, ValueQuery>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Governance replaced the windows.
		Replaced {
			/// The windows now in force.
			windows: Box<Windows>,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The windows contradict each other: a duration is zero or beyond ten years of six-second blocks,
		/// stake could leave before a slash falls, a veto could not be decided within the review, or eras are
		/// too short for what can be slashed; a window of notaries is committed to too late, or can be disputed when its
		/// faults can no longer be reported; channels close too fast or too slowly; or
		/// a cut of the network could no longer be vetoed or answered for. Check them against the rules in the documentation of `Windows::check`.
		Inconsistent,
		/// The consensus part differs from the one in force. It is fixed at genesis: pass it unchanged.
		FixedAtGenesis,
	}

	/// Genesis configuration.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T> {
		/// The windows to start with.
		#[serde(deserialize_with = "types::checked")]
		pub windows: Windows,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	impl<T> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { windows: Windows::default(), _config: Default::default() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(defect) = self.windows.check() {
				panic!("genesis windows: {defect}");
			}
			Current::<T>::put(self.windows);
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Replaces all windows at once.
		///
		/// ## Dispatch origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Positions that are open keep the windows they were opened under; pallets of the SDK use the new
		/// ones at once, which is why the `consensus` part must stay what it is.
		///
		/// ## Errors
		/// `Inconsistent`, `FixedAtGenesis`.
		///
		/// ## Events
		/// `Replaced`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::replace())]
		pub fn replace(origin: OriginFor<T>, windows: Box<Windows>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			let current = Current::<T>::get();
			ensure!(windows.consensus == current.consensus, Error::<T>::FixedAtGenesis);
			windows.check().map_err(|_| Error::<T>::Inconsistent)?;
			Current::<T>::put(*windows);
			Self::deposit_event(Event::Replaced { windows });
			Ok(())
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
