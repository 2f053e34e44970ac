//! Which era a time was in. Requests say when they end in Unix time; stake answers by the era.

use crate::{pallet::*, types::EraStart};
use frame_support::traits::{Get, Time};
use surety_primitives::{traits::Slashable, Era};
use surety_response::relay::Ms;

impl<T: Config> Pallet<T> {
	/// Takes note of an era that has begun, and forgets those of which nothing can be reported any more.
	///
	/// What was forgotten never comes back, whatever the windows become: so a conviction that was forgotten because of that
	/// cannot be had again.
	pub(crate) fn note_era() {
		let era = T::Stake::era();
		let mut eras = Eras::<T>::get();
		if eras.last().is_some_and(|last| last.era >= era) {
			return;
		}
		// Whatever was before the first that is known counts as of it.
		let at = if eras.is_empty() { 0 } else { T::Time::now() };
		let first = T::Stake::first_reportable();
		let full = |len: usize| len >= T::MaxEras::get() as usize;
		while eras.first().is_some_and(|oldest| oldest.era < first || full(eras.len())) {
			eras.remove(0);
		}
		if eras.try_push(EraStart { era, at }).is_ok() {
			Eras::<T>::put(eras);
		}
	}

	/// The era of stake that answers for a request that ended then; `None` where that cannot be reported any more.
	pub(crate) fn era_of(ended: Ms) -> Option<Era> {
		let eras = Eras::<T>::get();
		let era = eras.iter().rev().find(|start| start.at <= ended)?.era;
		(era >= T::Stake::first_reportable()).then_some(era)
	}

	/// The oldest era that is known, and when it began: for what was before it nobody can be convicted any more.
	pub(crate) fn oldest() -> Option<EraStart> {
		Eras::<T>::get().first().copied()
	}

	/// The time, in ms of Unix time.
	pub(crate) fn time() -> Ms {
		T::Time::now()
	}
}
