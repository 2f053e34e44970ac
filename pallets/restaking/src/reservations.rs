//! Own stake that is promised to somebody, and stays behind the service meanwhile.

use crate::{Config, Error, Event, Pallet, Reservations};
use frame_support::{defensive, ensure};
use sp_runtime::DispatchResult;
use surety_primitives::{traits::Reserve, AssetKind, Balance, ServiceId};
use surety_stake::{Ledger, Position};

impl<T: Config> Reserve<T::AccountId> for Pallet<T> {
	type Balance = Balance;

	fn reserve(operator: &T::AccountId, service: ServiceId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let asset = AssetKind::Native;
		let (ledger, own) = Self::preview(operator, operator, &asset).ok_or(Error::<T>::LedgerNotFound)?;
		let total =
			Self::reserved(operator, service).checked_add(amount).ok_or(Error::<T>::NotEnoughStake)?;
		ensure!(own.backing(&ledger, service) >= total, Error::<T>::NotEnoughStake);
		Reservations::<T>::try_mutate(operator, |reserved| {
			match reserved.iter_mut().find(|r| r.0 == service) {
				Some(reservation) => {
					reservation.1 = total;
					Ok(())
				}
				None => reserved.try_push((service, total)).map_err(|_| Error::<T>::MaxReservationsExceeded),
			}
		})?;
		Self::deposit_event(Event::Reserved { operator: operator.clone(), service, amount });
		Ok(())
	}

	fn release(operator: &T::AccountId, service: ServiceId, amount: Balance) {
		let left = Self::reserved(operator, service).checked_sub(amount);
		let Some(left) = left else {
			defensive!("released more than was reserved");
			return;
		};
		Reservations::<T>::mutate_exists(operator, |stored| {
			let Some(reserved) = stored else { return };
			if let Some(reservation) = reserved.iter_mut().find(|reservation| reservation.0 == service) {
				reservation.1 = left;
			}
			reserved.retain(|reservation| reservation.1 > 0);
			if reserved.is_empty() {
				*stored = None;
			}
		});
		Self::deposit_event(Event::ReservationReleased { operator: operator.clone(), service, amount });
	}

	fn reserved(operator: &T::AccountId, service: ServiceId) -> Balance {
		let reserved = Reservations::<T>::get(operator);
		reserved.iter().find(|reservation| reservation.0 == service).map_or(0, |reservation| reservation.1)
	}
}

impl<T: Config> Pallet<T> {
	/// Checks that what the operator does to its own native stake leaves what is reserved of it: no service may
	/// end up with less than that, unless it had less before, and keeps what it had.
	pub(crate) fn ensure_reserved(
		operator: &T::AccountId,
		asset: &AssetKind,
		before: (&Ledger, &Position),
		after: (&Ledger, &Position),
	) -> Result<(), Error<T>> {
		if *asset != AssetKind::Native {
			return Ok(());
		}
		for (service, reserved) in Reservations::<T>::get(operator) {
			let (had, has) = (before.1.backing(before.0, service), after.1.backing(after.0, service));
			ensure!(has >= reserved.min(had), Error::StakeReserved);
		}
		Ok(())
	}
}
