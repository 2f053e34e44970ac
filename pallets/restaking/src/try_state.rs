//! Invariants of ledgers, positions, rates and what is held for them.

use crate::{
	Commissions, Config, CurrentEra, Escrowed, HoldReason, Ledgers, Pallet, Pins, Positions, Rates,
	Reservations, StakedIn, Unmoved,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold as _, fungibles::InspectHold as _},
};
use sp_runtime::TryRuntimeError;
use surety_primitives::{traits::CheckState, AssetKind, Balance};
use surety_stake::{Conversion, Conversions, Key, Ledger, Position};

/// # Invariants
/// * `ledgers`: each holds by itself (see `Ledger::check`); none is of a later era than the current one; an operator's
///   list of assets is in strictly ascending order and names exactly those in which it has a ledger.
/// * `positions`: each belongs to a ledger; the chunks of all positions in a ledger are as many as it counts, and
///   together worth no more than it holds, nor have they earned more than it was given. Each position can be
///   converted to live classes, and with the last one each rate is used up.
/// * `commissions`: each belongs to a ledger.
/// * `pins`: none is empty, of a later era than the current one, or counts nothing.
/// * `reservations`: none is empty or for nothing, and a service has one at the most.
/// * `holds`: in each asset the pot has on hold what the ledgers hold and have to give, what is in escrow, and what could not be moved out
///   yet; each operator and holder has on hold the deposits of its ledgers and positions.
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		check_ledgers::<T>()?;
		check_commissions::<T>()?;
		check_pins::<T>()?;
		check_reservations::<T>()?;
		check_holds::<T>()
	}
}

/// The rates of one ledger, taken out of storage.
struct Taken(BTreeMap<Key, Conversion>);

impl Conversions for Taken {
	fn get(&self, key: Key) -> Option<Conversion> {
		self.0.get(&key).cloned()
	}

	fn set(&mut self, key: Key, conversion: Option<Conversion>) {
		match conversion {
			Some(conversion) => self.0.insert(key, conversion),
			None => self.0.remove(&key),
		};
	}
}

fn check_ledgers<T: Config>() -> Result<(), TryRuntimeError> {
	let era = CurrentEra::<T>::get().index;
	let name = |operator: &T::AccountId, asset: &AssetKind| (operator.encode(), asset.encode());
	let mut groups = BTreeMap::<_, (Ledger, Taken, Vec<Position>)>::new();
	for (operator, asset, stock) in Ledgers::<T>::iter() {
		stock.ledger.check()?;
		let assets = StakedIn::<T>::get(&operator);
		ensure!(assets.binary_search(&asset).is_ok(), "restaking: a ledger is not listed");
		ensure!(stock.ledger.era() <= era, "restaking: a ledger is of an era that has not come");
		groups.insert(name(&operator, &asset), (stock.ledger, Taken(BTreeMap::new()), Vec::new()));
	}
	for (operator, assets) in StakedIn::<T>::iter() {
		let pairs = assets.iter().zip(assets.iter().skip(1));
		ensure!(!assets.is_empty(), "restaking: a list of ledgers is empty");
		ensure!(pairs.into_iter().all(|(a, b)| a < b), "restaking: a list of ledgers is out of order");
		let there = assets.iter().all(|asset| Ledgers::<T>::contains_key(&operator, asset));
		ensure!(there, "restaking: a ledger is listed that is not there");
	}
	for ((operator, asset, key), conversion) in Rates::<T>::iter() {
		let group = groups.get_mut(&name(&operator, &asset)).ok_or("restaking: a rate is of no ledger")?;
		ensure!(conversion.chunks > 0, "restaking: a rate is of use to nobody");
		group.1 .0.insert(key, conversion);
	}
	for ((_, operator, asset), holding) in Positions::<T>::iter() {
		let group =
			groups.get_mut(&name(&operator, &asset)).ok_or("restaking: a position is of no ledger")?;
		ensure!(!holding.position.is_empty(), "restaking: a position is empty");
		group.2.push(holding.position);
	}
	for (_, (mut ledger, mut rates, positions)) in groups {
		let (mut claimed, mut earned): (Balance, Balance) = (0, 0);
		let mut chunks = 0usize;
		for mut position in positions {
			position.sync(&mut ledger, &mut rates);
			let (bonded, unbonding) = position.value(&ledger);
			claimed = claimed
				.checked_add(bonded)
				.and_then(|claimed| claimed.checked_add(unbonding))
				.ok_or("restaking: positions are worth more than can be counted")?;
			earned = earned
				.checked_add(position.earned)
				.ok_or("restaking: positions have earned more than can be counted")?;
			chunks = chunks
				.saturating_add(position.bonded.len())
				.saturating_add(position.unbonding.len())
				.saturating_add(usize::from(position.earned > 0));
		}
		ensure!(claimed <= ledger.held(), "restaking: positions are worth more than is held");
		ensure!(earned <= ledger.rewards(), "restaking: positions have earned more than was given");
		ensure!(
			u32::try_from(chunks) == Ok(ledger.chunks()),
			"restaking: a ledger counts its chunks wrongly"
		);
		ensure!(rates.0.is_empty(), "restaking: a rate outlives those whom it is for");
	}
	Ok(())
}

fn check_commissions<T: Config>() -> Result<(), TryRuntimeError> {
	let stray = Commissions::<T>::iter_keys().any(|(who, asset)| !Ledgers::<T>::contains_key(who, asset));
	ensure!(!stray, "restaking: a commission is of no ledger");
	Ok(())
}

fn check_pins<T: Config>() -> Result<(), TryRuntimeError> {
	let era = CurrentEra::<T>::get().index;
	for (_, pins) in Pins::<T>::iter() {
		ensure!(!pins.is_empty(), "restaking: a list of pins is empty");
		for (index, pin) in pins.iter().enumerate() {
			ensure!(pin.era <= era && pin.slashes > 0, "restaking: a pin holds nothing");
			let again = pins.iter().skip(index.saturating_add(1)).any(|other| other.era == pin.era);
			ensure!(!again, "restaking: an era is pinned twice");
		}
	}
	Ok(())
}

fn check_reservations<T: Config>() -> Result<(), TryRuntimeError> {
	for (_, reserved) in Reservations::<T>::iter() {
		ensure!(!reserved.is_empty(), "restaking: a list of reservations is empty");
		for (index, (service, amount)) in reserved.iter().enumerate() {
			ensure!(*amount > 0, "restaking: a reservation is for nothing");
			let again = reserved.iter().skip(index.saturating_add(1)).any(|other| other.0 == *service);
			ensure!(!again, "restaking: a service has two reservations");
		}
	}
	Ok(())
}

fn check_holds<T: Config>() -> Result<(), TryRuntimeError> {
	let (pot, stake) = (Pallet::<T>::pot(), HoldReason::Stake.into());
	let mut held = BTreeMap::<_, (AssetKind, Balance)>::new();
	let mut deposits = BTreeMap::<_, (Balance, Balance)>::new();
	for (operator, asset, stock) in Ledgers::<T>::iter() {
		let sum = &mut held.entry(asset.encode()).or_insert((asset, 0)).1;
		*sum = sum.saturating_add(stock.ledger.held()).saturating_add(stock.ledger.rewards());
		let sum = &mut deposits.entry(operator.encode()).or_default().0;
		*sum = sum.saturating_add(stock.deposit);
	}
	for ((holder, _, _), holding) in Positions::<T>::iter() {
		let sum = &mut deposits.entry(holder.encode()).or_default().1;
		*sum = sum.saturating_add(holding.deposit);
	}
	for (asset, amount) in Unmoved::<T>::iter().chain(Escrowed::<T>::iter()) {
		ensure!(amount > 0, "restaking: nothing is kept as unmoved or in escrow");
		let sum = &mut held.entry(asset.encode()).or_insert((asset, 0)).1;
		*sum = sum.saturating_add(amount);
	}
	for (_, (asset, sum)) in held {
		ensure!(
			T::Assets::balance_on_hold(asset, &stake, &pot) == sum,
			"restaking: the pot has not on hold what the ledgers say"
		);
	}
	for (who, _) in frame_system::Account::<T>::iter() {
		let (ledgers, positions) = deposits.remove(&who.encode()).unwrap_or_default();
		ensure!(
			T::Currency::balance_on_hold(&HoldReason::LedgerDeposit.into(), &who) == ledgers,
			"restaking: an account has not on hold what its ledgers cost"
		);
		ensure!(
			T::Currency::balance_on_hold(&HoldReason::PositionDeposit.into(), &who) == positions,
			"restaking: an account has not on hold what its positions cost"
		);
	}
	ensure!(deposits.is_empty(), "restaking: a deposit is held from nobody");
	Ok(())
}
