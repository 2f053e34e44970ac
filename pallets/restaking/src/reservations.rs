//! Own stake that is promised to somebody, and stays behind the service meanwhile.

use crate::{Config, Error, Event, Pallet, Reservations};
use alloc::vec::Vec;
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
		ensure!(own.promised(&ledger, service) >= total, Error::<T>::NotEnoughStake);
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
	/// What each service must keep of the operator's own native stake, whatever the operator does to it: what is
	/// reserved, or where a slash has left less than that, what there is.
	pub(crate) fn floors(
		operator: &T::AccountId,
		asset: &AssetKind,
		ledger: &Ledger,
		own: &Position,
	) -> Vec<(ServiceId, Balance)> {
		if *asset != AssetKind::Native {
			return Vec::new();
		}
		let floor = |(service, reserved): (ServiceId, Balance)| {
			(service, reserved.min(own.promised(ledger, service)))
		};
		Reservations::<T>::get(operator).into_iter().map(floor).collect()
	}

	/// Checks that each service has kept its floor.
	pub(crate) fn ensure_floors(
		floors: &[(ServiceId, Balance)],
		ledger: &Ledger,
		own: &Position,
	) -> Result<(), Error<T>> {
		let kept = floors.iter().all(|(service, floor)| own.promised(ledger, *service) >= *floor);
		ensure!(kept, Error::StakeReserved);
		Ok(())
	}
}
