//! What the chain does by itself when its time has come, in what blocks have left.

use crate::{types::Due, Config, Event, Pallet, Queue, QueueStart, Settlements, Slashes, WeightInfo};
use frame_support::{
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchResult;
use surety_primitives::{traits::Slashable, BlockNumber};

impl<T: Config> Pallet<T> {
	/// Does what is due, as far as `limit` goes; what is left over is done in a later block.
	pub(crate) fn work_off(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let now = Self::now();
		// The start, read and written.
		if meter.try_consume(T::DbWeight::get().reads_writes(1, 1)).is_err() {
			return meter.consumed();
		}
		let first = QueueStart::<T>::get();
		let mut block = first;
		while block <= now && meter.try_consume(T::WeightInfo::look()).is_ok() {
			let Some(due) = Queue::<T>::iter_key_prefix(block).next() else {
				block = block.saturating_add(1);
				continue;
			};
			if meter.try_consume(Self::weight_of(due)).is_err() {
				break;
			}
			// Somebody else's mistake must not hold up the others.
			if let Err(error) = with_storage_layer(|| Self::perform(block, due)) {
				Queue::<T>::remove(block, due);
				Self::deposit_event(Event::DueFailed { due, error });
			}
		}
		if block != first {
			QueueStart::<T>::put(block);
		}
		meter.consumed()
	}

	fn weight_of(due: Due) -> Weight {
		match due {
			Due::Apply(_) => Self::most_for_apply(1),
			Due::Forget(_) => T::WeightInfo::forget(),
			Due::Close(_) => T::WeightInfo::close(),
		}
	}

	/// Does one thing, and takes it out of the queue once it is done.
	fn perform(block: BlockNumber, due: Due) -> DispatchResult {
		match due {
			Due::Apply(slash) => {
				// Takes itself out when it comes to its end.
				Self::do_apply(slash, 1)?;
			}
			Due::Forget(id) => {
				Queue::<T>::remove(block, due);
				// Somebody may have had it forgotten by a call.
				let Some(slash) = Slashes::<T>::get(id) else { return Ok(()) };
				if slash.era >= T::Stake::first_reportable() {
					// Eras have become longer meanwhile.
					let later = Self::now().saturating_add(T::EraLength::get().max(1));
					Queue::<T>::insert(later, due, ());
					return Ok(());
				}
				Self::do_forget(id)?;
			}
			Due::Close(settlement) => Self::do_close(settlement)?,
		}
		Ok(())
	}

	/// Whether a task that is in the queue can still be done, for checks of the state.
	pub(crate) fn check_due(due: Due) -> Result<(), &'static str> {
		let state = |id| Slashes::<T>::get(id).map(|slash| slash.state);
		match due {
			Due::Apply(id) if !state(id).is_some_and(|state| state.is_open()) => {
				Err("slashing: a slash is to be applied that was decided")
			}
			// Who has it forgotten by a call leaves the task behind.
			Due::Forget(id) if state(id).is_some_and(|state| state.is_open()) => {
				Err("slashing: a slash is to be forgotten that was not decided")
			}
			Due::Close(id) if Settlements::<T>::get(id).is_none_or(|known| known.closed.is_some()) => {
				Err("slashing: a settlement is to be closed that is not open")
			}
			Due::Apply(_) | Due::Forget(_) | Due::Close(_) => Ok(()),
		}
	}
}
