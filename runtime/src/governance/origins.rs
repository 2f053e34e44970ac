//! Origins that only a referendum on their own track can act as.

pub use pallet::*;

/// The pallet that brings the origins into the runtime. Without storage, calls or events.
#[frame_support::pallet]
#[allow(missing_docs)]
pub mod pallet {
	use frame_support::pallet_prelude::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Origins of tracks.
	#[derive(
		Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
	)]
	#[pallet::origin]
	pub enum Origin {
		/// Dispatches what the technical committee whitelisted, on a fast track.
		WhitelistedCaller,
		/// Spends from the treasury.
		Treasurer,
		/// Cancels referenda and gives their deposits back.
		ReferendumCanceller,
		/// Cancels referenda and takes their deposits.
		ReferendumKiller,
		/// Vetoes slashes within their review.
		SlashVeto,
	}

	macro_rules! ensure {
		($($(#[$doc:meta])* $name:ident = $variant:ident;)*) => {$(
			$(#[$doc])*
			pub struct $name;

			impl<O: OriginTrait + From<Origin>> EnsureOrigin<O> for $name
			where
				for<'a> &'a O::PalletsOrigin: TryInto<&'a Origin>,
			{
				type Success = ();

				fn try_origin(origin: O) -> Result<(), O> {
					let is_it = matches!(origin.caller().try_into(), Ok(Origin::$variant));
					if is_it { Ok(()) } else { Err(origin) }
				}

				#[cfg(feature = "runtime-benchmarks")]
				fn try_successful_origin() -> Result<O, ()> {
					Ok(Origin::$variant.into())
				}
			}
		)*};
	}

	ensure! {
		/// The whitelisted-caller track.
		WhitelistedCaller = WhitelistedCaller;
		/// The treasurer's track.
		Treasurer = Treasurer;
		/// The canceller's track.
		ReferendumCanceller = ReferendumCanceller;
		/// The killer's track.
		ReferendumKiller = ReferendumKiller;
		/// The slash-veto track.
		SlashVetoOrigin = SlashVeto;
	}
}
