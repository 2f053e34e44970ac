//! What clients read through the runtime API, one function each.

use crate::{
	records::StoredRates, types::Holding, Commissions, Config, CurrentEra, Ledgers, Pallet, Positions,
	StakedIn,
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use surety_primitives::{
	api::{AllocationInfo, EraStatus, LedgerInfo, PositionInfo, PositionPage, UnbondingInfo, MAX_PAGE},
	AccountId, AssetKind, Balance,
};
use surety_stake::{Conversion, Conversions, Key, Ledger, Position, OPEN, SEASONED};

/// Rates as storage has them and as maintenance would add them. Nothing is written back.
struct Preview<'a, T: Config> {
	stored: StoredRates<'a, T>,
	added: Vec<(Key, Conversion)>,
}

impl<T: Config> Conversions for Preview<'_, T> {
	fn get(&self, key: Key) -> Option<Conversion> {
		let added =
			self.added.iter().find(|(other, _)| *other == key).map(|(_, conversion)| conversion.clone());
		added.or_else(|| self.stored.get(key))
	}

	fn set(&mut self, _: Key, _: Option<Conversion>) {}
}

impl<T: Config<AccountId = AccountId>> Pallet<T> {
	/// The current era.
	pub fn era_status() -> EraStatus {
		let era = CurrentEra::<T>::get();
		EraStatus {
			era: era.index,
			start: era.start,
			end: era.start.saturating_add(T::EraLength::get()),
			first_reportable: Self::first_reportable(),
		}
	}

	/// The stake of an operator, an item for each asset.
	pub fn stake_of(operator: AccountId) -> Vec<LedgerInfo> {
		StakedIn::<T>::get(&operator)
			.into_iter()
			.filter_map(|asset| {
				let own = Self::bonded(&operator, &operator, &asset);
				let ledger = Self::current_ledger(&operator, &asset)?;
				let commission = Commissions::<T>::get(&operator, &asset).unwrap_or_default();
				let era = |era, never| (era != never).then_some(era);
				let allocations = ledger.lots().iter().filter_map(|lot| {
					let (from, until) = (era(lot.from, SEASONED), era(lot.until, OPEN));
					lot.service.map(|service| AllocationInfo { service, parts: lot.parts, from, until })
				});
				Some(LedgerInfo {
					bonded: ledger.bonded(),
					active: ledger.active(),
					own,
					held: ledger.held(),
					rewards: ledger.rewards(),
					commission: commission.rate,
					commission_may_rise_at: commission.may_rise_at,
					free_parts: ledger.free_parts(),
					allocations: allocations.collect(),
					horizon: ledger.horizon(),
					asset,
				})
			})
			.collect()
	}

	/// What a holder has on an operator in an asset.
	pub fn position(holder: AccountId, operator: AccountId, asset: AssetKind) -> Option<PositionInfo> {
		let (ledger, position) = Self::preview(&holder, &operator, &asset)?;
		let unbonding = position.unbonding.iter().map(|chunk| UnbondingInfo {
			amount: ledger.value_of(chunk.key, chunk.shares).unwrap_or(0),
			withdrawable_at: chunk.withdrawable_at,
			settled: chunk.key == Key::SETTLED,
		});
		Some(PositionInfo {
			bonded: position.value(&ledger).0,
			active: position.active(&ledger),
			unbonding: unbonding.collect(),
			earned: position.earned,
			operator,
			asset,
		})
	}

	/// Positions of a holder after the one of `cursor`, `limit` of them at the most.
	pub fn positions(holder: AccountId, cursor: Option<(AccountId, AssetKind)>, limit: u32) -> PositionPage {
		let mut keys = match cursor {
			Some((operator, asset)) => {
				let after = Positions::<T>::hashed_key_for((&holder, operator, asset));
				Positions::<T>::iter_key_prefix_from((&holder,), after)
			}
			None => Positions::<T>::iter_key_prefix((&holder,)),
		};
		let mut positions = Vec::new();
		let mut last = None;
		for _ in 0..limit.clamp(1, MAX_PAGE) {
			let Some((operator, asset)) = keys.next() else { return PositionPage { positions, next: None } };
			last = Some((operator.clone(), asset.clone()));
			positions.extend(Self::position(holder.clone(), operator, asset));
		}
		PositionPage { positions, next: keys.next().and(last) }
	}
}

impl<T: Config> Pallet<T> {
	/// What `holder` has bonded on `operator`, deposits that do not count yet included, in the asset's smallest unit.
	pub fn bonded(holder: &T::AccountId, operator: &T::AccountId, asset: &AssetKind) -> Balance {
		Self::preview(holder, operator, asset).map_or(0, |(ledger, position)| position.value(&ledger).0)
	}

	/// A ledger and a position in it as they would be if they were touched now.
	pub(crate) fn preview(
		holder: &T::AccountId,
		operator: &T::AccountId,
		asset: &AssetKind,
	) -> Option<(Ledger, Position)> {
		let Holding { mut position, .. } = Positions::<T>::get((holder, operator, asset))?;
		let mut ledger = Ledgers::<T>::get(operator, asset)?.ledger;
		let mut added = Vec::new();
		ledger
			.maintain(Self::era(), Self::horizon(operator), |key, conversion| added.push((key, conversion)));
		position.sync(&mut ledger, &mut Preview::<T> { stored: StoredRates { operator, asset }, added });
		Some((ledger, position))
	}
}
