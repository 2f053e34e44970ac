//! The turn of windows, and what becomes too old.

use crate::{
	pallet::*,
	types::{WindowInfo, WindowRecord},
	weights::WeightInfo,
};
use frame_support::{
	ensure,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use surety_primitives::{notary::Window, traits::Slashable, BlockNumber};

impl<T: Config> Pallet<T> {
	/// Begins the next window when the current one has lasted its time.
	pub(crate) fn turn_window() {
		let (now, mut window) = (Self::now(), CurrentWindow::<T>::get());
		if now < window.start.saturating_add(T::WindowLength::get().max(1)) {
			return;
		}
		window = WindowInfo { index: window.index.saturating_add(1), start: now };
		CurrentWindow::<T>::put(window);
		let record = WindowRecord { start: now, era: T::Stake::era(), grace: T::Grace::get() };
		Windows::<T>::insert(window.index, record);
		Self::deposit_event(Event::WindowBegan { window: window.index });
	}

	/// Number of the current window.
	pub fn current_window() -> Window {
		CurrentWindow::<T>::get().index
	}

	/// Number of the next window, in which changes take effect.
	pub(crate) fn next_window() -> Window {
		Self::current_window().saturating_add(1)
	}

	/// First window that can be disputed.
	pub fn first_disputable() -> Window {
		// What was cleared away does not come back when more is to be kept.
		Self::current_window().saturating_sub(T::Retention::get()).max(Cleared::<T>::get())
	}

	/// What is remembered of a window that is over and can be disputed.
	pub(crate) fn disputable(window: Window) -> Result<WindowRecord, Error<T>> {
		ensure!(window < Self::current_window(), Error::WindowNotOver);
		ensure!(window >= Self::first_disputable(), Error::WindowTooOld);
		Windows::<T>::get(window).ok_or(Error::WindowTooOld)
	}

	/// First block after a window, if it is over and can be disputed.
	pub(crate) fn end_of(window: Window) -> Option<BlockNumber> {
		Windows::<T>::get(window.checked_add(1)?).map(|next| next.start)
	}

	/// First block in which it is too late to commit to a window.
	pub(crate) fn due(window: Window) -> Option<BlockNumber> {
		let next = Windows::<T>::get(window.checked_add(1)?)?;
		Some(next.start.saturating_add(next.grace))
	}

	/// Clears away what is too old to be disputed, as far as `limit` goes; what is left over is done in a later block.
	pub(crate) fn clear_windows(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::turn_window()).is_err() {
			return meter.consumed();
		}
		let oldest = Self::current_window().saturating_sub(T::Retention::get());
		let first = Cleared::<T>::get();
		let mut window = first;
		while window < oldest && meter.try_consume(T::WeightInfo::clear()).is_ok() {
			match Records::<T>::iter_key_prefix(window).next() {
				Some(notary) => Records::<T>::remove(window, notary),
				None => {
					Windows::<T>::remove(window);
					window = window.saturating_add(1);
				}
			}
		}
		if window != first {
			Cleared::<T>::put(window);
		}
		meter.consumed()
	}
}
