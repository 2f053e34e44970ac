//! The turn of eras, and how far back offences can be punished.

use crate::{types::Pin, Config, CurrentEra, Error, Event, Pallet, Pins};
use frame_support::{ensure, traits::Get};
use surety_stake::Era;

impl<T: Config> Pallet<T> {
	/// Begins the next era when the current one has lasted its time. One at a time: blocks come one by one.
	pub(crate) fn turn_era() {
		let (now, mut era) = (Self::now(), CurrentEra::<T>::get());
		if now < era.start.saturating_add(T::EraLength::get()) {
			return;
		}
		era.index = era.index.saturating_add(1);
		era.start = now;
		CurrentEra::<T>::put(era);
		Self::deposit_event(Event::EraBegan { era: era.index });
	}

	/// Number of the current era.
	pub fn era() -> Era {
		CurrentEra::<T>::get().index
	}

	/// First era in which an offence can still be reported: any block of it is at most the report window and an
	/// era ago.
	pub fn first_reportable() -> Era {
		let eras = T::ReportWindow::get().div_ceil(T::EraLength::get().max(1));
		Self::era().saturating_sub(eras)
	}

	/// First era an offence of which can still be punished: it can be reported, or it was.
	pub(crate) fn horizon(operator: &T::AccountId) -> Era {
		let oldest = Pins::<T>::get(operator).iter().map(|pin| pin.era).min();
		oldest.unwrap_or(Era::MAX).min(Self::first_reportable())
	}

	/// Whether an offence of `era` can be punished: it can still be reported, or a slash for it is pending.
	pub(crate) fn is_punishable(operator: &T::AccountId, era: Era) -> bool {
		let reportable = (Self::first_reportable()..=Self::era()).contains(&era);
		reportable || Pins::<T>::get(operator).iter().any(|pin| pin.era == era)
	}

	/// Keeps what backed `operator` in `era` from leaving, once more.
	pub(crate) fn add_pin(operator: &T::AccountId, era: Era) -> Result<(), Error<T>> {
		ensure!((Self::first_reportable()..=Self::era()).contains(&era), Error::<T>::EraOutOfWindow);
		Pins::<T>::try_mutate(operator, |pins| match pins.iter_mut().find(|pin| pin.era == era) {
			Some(pin) => {
				pin.slashes = pin.slashes.checked_add(1).ok_or(Error::MaxPinsExceeded)?;
				Ok(())
			}
			None => pins.try_push(Pin { era, slashes: 1 }).map_err(|_| Error::MaxPinsExceeded),
		})
	}

	/// Lets it go, once. Returns whether it was kept.
	pub(crate) fn remove_pin(operator: &T::AccountId, era: Era) -> bool {
		Pins::<T>::mutate_exists(operator, |stored| {
			let Some(pins) = stored else { return false };
			let Some(pin) = pins.iter_mut().find(|pin| pin.era == era) else { return false };
			pin.slashes = pin.slashes.saturating_sub(1);
			pins.retain(|pin| pin.slashes > 0);
			if pins.is_empty() {
				*stored = None;
			}
			true
		})
	}
}
