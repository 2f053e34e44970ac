//! Which services an operator's stake stands behind.

use crate::{Config, Error, Event, Ledgers, Pallet};
use sp_runtime::DispatchResult;
use surety_primitives::{AssetKind, ServiceId};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_allocate(
		operator: T::AccountId,
		asset: AssetKind,
		service: ServiceId,
		parts: u32,
	) -> DispatchResult {
		let mut stock = Self::load_ledger(&operator, &asset)?;
		stock.ledger.allocate(service, parts).map_err(Error::<T>::from)?;

		let active_from = stock.ledger.era().saturating_add(1);
		Ledgers::<T>::insert(&operator, &asset, stock);
		Self::deposit_event(Event::Allocated { operator, asset, service, parts, active_from });
		Ok(())
	}

	pub(crate) fn do_deallocate(
		operator: T::AccountId,
		asset: AssetKind,
		service: ServiceId,
		parts: u32,
	) -> DispatchResult {
		let mut stock = Self::load_ledger(&operator, &asset)?;
		match Self::load_position(&operator, &operator, &asset, &mut stock) {
			Some(own) => {
				let floors = Self::floors(&operator, &asset, &stock.ledger, &own.position);
				stock.ledger.deallocate(service, parts).map_err(Error::<T>::from)?;
				Self::ensure_floors(&floors, &stock.ledger, &own.position)?;
				Self::store(&operator, &operator, &asset, stock, own)?;
			}
			None => {
				stock.ledger.deallocate(service, parts).map_err(Error::<T>::from)?;
				Ledgers::<T>::insert(&operator, &asset, stock);
			}
		}
		Self::deposit_event(Event::Deallocated { operator, asset, service, parts });
		Ok(())
	}
}
