//! The stake behind an operator, and how it is slashed, as other pallets see it.

use crate::{Config, Error, Escrowed, Event, Ledgers, Pallet, Pins, StakedIn};
use frame_support::{ensure, storage::with_storage_layer};
use sp_runtime::{DispatchError, DispatchResult, Perbill, TokenError};
use surety_primitives::{
	agreement::OwnStake,
	traits::{Cut, Escrow, Slashable, Stake},
	AssetKind, Balance, ServiceId,
};
use surety_stake::{Era, Ledger, Position};

impl<T: Config> Pallet<T> {
	/// The ledger of `operator` in `asset` as it would be if it were touched now.
	pub(crate) fn current_ledger(operator: &T::AccountId, asset: &AssetKind) -> Option<Ledger> {
		let mut ledger = Ledgers::<T>::get(operator, asset)?.ledger;
		ledger.maintain(Self::era(), Self::horizon(operator), |_, _| {});
		Some(ledger)
	}
}

impl<T: Config> Stake<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn backing(operator: &T::AccountId, service: ServiceId, asset: &AssetKind) -> Balance {
		Self::current_ledger(operator, asset).map_or(0, |ledger| ledger.backing(service))
	}

	fn promised(operator: &T::AccountId, service: ServiceId, asset: &AssetKind) -> Balance {
		Self::current_ledger(operator, asset).map_or(0, |ledger| ledger.promised(service))
	}

	fn own_backing(operator: &T::AccountId, service: ServiceId) -> Balance {
		Self::preview(operator, operator, &AssetKind::Native)
			.map_or(0, |(ledger, own)| own.backing(&ledger, service))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_backing(operator: &T::AccountId, service: ServiceId, asset: &AssetKind, amount: Balance) {
		crate::benchmarking::back::<T>(operator, service, asset, amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_crowd(operator: &T::AccountId) {
		crate::benchmarking::crowd_around::<T>(operator);
	}
}

impl<T: Config> Slashable<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn era() -> Era {
		Pallet::<T>::era()
	}

	fn first_reportable() -> Era {
		Pallet::<T>::first_reportable()
	}

	fn is_staked(operator: &T::AccountId) -> bool {
		StakedIn::<T>::contains_key(operator)
	}

	fn punishable(operator: &T::AccountId, service: ServiceId, era: Era, asset: &AssetKind) -> Balance {
		match Self::current_ledger(operator, asset) {
			Some(ledger) if era >= ledger.horizon() => ledger.punishable(service, era),
			_ => 0,
		}
	}

	fn pins(operator: &T::AccountId, era: Era) -> u32 {
		Pins::<T>::get(operator).iter().find(|pin| pin.era == era).map_or(0, |pin| pin.slashes)
	}

	fn pin(operator: &T::AccountId, era: Era) -> DispatchResult {
		Ok(Self::add_pin(operator, era)?)
	}

	fn unpin(operator: &T::AccountId, era: Era) {
		if !Self::remove_pin(operator, era) {
			frame_support::defensive!("an era was let go that was not kept");
		}
	}

	fn slash(
		operator: &T::AccountId,
		service: ServiceId,
		era: Era,
		fraction: Perbill,
		asset: &AssetKind,
	) -> Result<Cut<AssetKind, Balance>, DispatchError> {
		ensure!(Self::is_punishable(operator, era), Error::<T>::EraOutOfWindow);
		with_storage_layer(|| Self::do_slash(operator, service, era, fraction, asset))
	}

	fn next_asset(operator: &T::AccountId, after: Option<&AssetKind>) -> Option<AssetKind> {
		StakedIn::<T>::get(operator).into_iter().find(|asset| after.is_none_or(|after| asset > after))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_slashable(operator: &T::AccountId, service: ServiceId, assets: u32) {
		crate::benchmarking::crowds::<T>(operator, service, assets);
	}
}

impl<T: Config> OwnStake<T::AccountId> for Pallet<T> {
	fn own_punishable(operator: &T::AccountId, service: ServiceId, era: Era) -> Balance {
		if !Self::is_punishable(operator, era) {
			return 0;
		}
		let Some((mut ledger, own)) = Self::preview(operator, operator, &AssetKind::Native) else { return 0 };
		let before = worth(&own, &ledger);
		if era < ledger.horizon() {
			return 0;
		}
		let taken = ledger.slash(service, era, Perbill::one()).unwrap_or(0);
		before.saturating_sub(worth(&own, &ledger)).min(taken)
	}
}

/// What a position is worth in all, unbonding or not.
fn worth(position: &Position, ledger: &Ledger) -> Balance {
	let (bonded, unbonding) = position.value(ledger);
	bonded.saturating_add(unbonding)
}

impl<T: Config> Escrow<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn escrowed(asset: &AssetKind) -> Balance {
		Escrowed::<T>::get(asset)
	}

	fn pay(asset: &AssetKind, to: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			Self::take_from_escrow(asset, amount)?;
			Self::pay_from_pot(asset, to, amount)
		})
	}

	fn burn(asset: &AssetKind, amount: Balance) {
		let burned = with_storage_layer(|| {
			Self::take_from_escrow(asset, amount)?;
			Self::burn_from_pot(asset, amount)
		});
		if burned.is_err() {
			Self::give_up(asset, amount);
		}
	}

	fn give_up(asset: &AssetKind, amount: Balance) {
		match Self::take_from_escrow(asset, amount) {
			Ok(()) => Self::pay_remainder(asset, amount),
			Err(_) => {
				frame_support::defensive!("more was given up than is in escrow");
			}
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Slashes the stake in one asset. What is taken stays in the pot, in escrow, so that nobody's account can be in
	/// the way.
	fn do_slash(
		operator: &T::AccountId,
		service: ServiceId,
		era: Era,
		fraction: Perbill,
		asset: &AssetKind,
	) -> Result<Cut<AssetKind, Balance>, DispatchError> {
		let mut stock = Self::load_ledger(operator, asset)?;
		let holding = Self::load_position(operator, operator, asset, &mut stock);
		let own_worth =
			|ledger: &Ledger| holding.as_ref().map_or(0, |holding| worth(&holding.position, ledger));
		let before = own_worth(&stock.ledger);
		// What was opened after that era backed nothing then.
		let amount = match era < stock.ledger.horizon() {
			true => 0,
			false => stock.ledger.slash(service, era, fraction).map_err(Error::<T>::from)?,
		};
		let own = before.saturating_sub(own_worth(&stock.ledger)).min(amount);
		match holding {
			Some(holding) => Self::store(operator, operator, asset, stock, holding)?,
			None => Ledgers::<T>::insert(operator, asset, stock),
		}
		if amount > 0 {
			Escrowed::<T>::mutate(asset, |escrowed| *escrowed = escrowed.saturating_add(amount));
			let (operator, asset) = (operator.clone(), asset.clone());
			Self::deposit_event(Event::Slashed { operator, asset, service, era, amount, own });
		}
		Ok(Cut { asset: asset.clone(), amount, own })
	}

	fn take_from_escrow(asset: &AssetKind, amount: Balance) -> DispatchResult {
		Escrowed::<T>::try_mutate_exists(asset, |stored| {
			let left = stored.unwrap_or_default().checked_sub(amount).ok_or(TokenError::FundsUnavailable)?;
			*stored = (left > 0).then_some(left);
			Ok(())
		})
	}
}
