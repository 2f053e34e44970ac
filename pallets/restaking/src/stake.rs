//! Staking, unbonding, withdrawing.

use crate::{
	types::{Holding, Stock},
	Config, Error, Event, HoldReason, Ledgers, Pallet,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use surety_primitives::{traits::Operators, AssetKind, Balance, OperatorStatus};
use surety_stake::{Ledger, Position};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_stake(
		holder: T::AccountId,
		operator: T::AccountId,
		asset: AssetKind,
		amount: Balance,
	) -> DispatchResult {
		match T::Operators::status(&operator).ok_or(Error::<T>::OperatorNotFound)? {
			OperatorStatus::Active | OperatorStatus::Paused => {}
			OperatorStatus::Leaving { .. } => return Err(Error::<T>::OperatorLeaving.into()),
		}
		let terms = Self::terms_of(&asset).ok_or(Error::<T>::AssetNotAccepted)?;
		let mut stock = if holder == operator && !Ledgers::<T>::contains_key(&operator, &asset) {
			let deposit = T::LedgerDeposit::get();
			Self::hold_deposit(HoldReason::LedgerDeposit, &operator, deposit)?;
			Self::list_ledger(&operator, &asset)?;
			Stock { ledger: Ledger::new(Self::era()), deposit }
		} else {
			Self::load_ledger(&operator, &asset)?
		};
		let mut holding = match Self::load_position(&holder, &operator, &asset, &mut stock) {
			Some(holding) => holding,
			None => {
				let deposit = T::PositionDeposit::get();
				Self::hold_deposit(HoldReason::PositionDeposit, &holder, deposit)?;
				Holding { position: Position::default(), deposit }
			}
		};
		holding.position.deposit(&mut stock.ledger, amount).map_err(Error::<T>::from)?;
		let bonded = holding.position.value(&stock.ledger).0;
		ensure!(bonded >= terms.min_position, Error::<T>::BelowMinimum);
		Self::take_into_pot(&asset, &holder, amount)?;

		let active_from = stock.ledger.era().saturating_add(1);
		Self::store(&holder, &operator, &asset, stock, holding)?;
		Self::deposit_event(Event::Staked { holder, operator, asset, amount, active_from });
		Ok(())
	}

	/// Unbonds `amount`, or all that is bonded.
	pub(crate) fn do_unbond(
		holder: T::AccountId,
		operator: T::AccountId,
		asset: AssetKind,
		amount: Option<Balance>,
	) -> DispatchResult {
		let (mut stock, mut holding) = Self::load(&holder, &operator, &asset)?;
		let bonded = holding.position.value(&stock.ledger).0;
		let amount = amount.unwrap_or(bonded);
		ensure!(bonded > 0, Error::<T>::NotEnoughStake);
		let floors = match holder == operator {
			true => Self::floors(&operator, &asset, &stock.ledger, &holding.position),
			false => Vec::new(),
		};
		let withdrawable_at = Self::now().saturating_add(T::UnbondingPeriod::get());
		let done =
			holding.position.unbond(&mut stock.ledger, amount, withdrawable_at).map_err(Error::<T>::from)?;
		let left = holding.position.value(&stock.ledger).0;
		// An asset that is no longer accepted asks for nothing.
		let least = Self::terms_of(&asset).map_or(0, |terms| terms.min_position);
		ensure!(left == 0 || left >= least, Error::<T>::BelowMinimum);
		Self::ensure_floors(&floors, &stock.ledger, &holding.position)?;
		Self::pay_from_pot(&asset, &holder, done.returned)?;

		Self::store(&holder, &operator, &asset, stock, holding)?;
		Self::deposit_event(Event::Unbonding {
			holder,
			operator,
			asset,
			amount: done.unbonding,
			returned: done.returned,
			withdrawable_at,
		});
		Ok(())
	}

	pub(crate) fn do_withdraw(
		holder: T::AccountId,
		operator: T::AccountId,
		asset: AssetKind,
	) -> DispatchResult {
		let (mut stock, mut holding) = Self::load(&holder, &operator, &asset)?;
		// A position that slashes have emptied is closed, though there is nothing to pay.
		let emptied = holding.position.bonded.is_empty() && holding.position.unbonding.is_empty();
		let amount = match emptied {
			true => 0,
			false => holding.position.withdraw(&mut stock.ledger, Self::now()).map_err(Error::<T>::from)?,
		};
		Self::pay_from_pot(&asset, &holder, amount)?;

		Self::deposit_event(Event::Withdrawn {
			holder: holder.clone(),
			operator: operator.clone(),
			asset: asset.clone(),
			amount,
		});
		if holding.position.earned > 0 {
			Self::pay_earned(&holder, &operator, &asset, &mut stock, &mut holding)?;
		}
		Self::store(&holder, &operator, &asset, stock, holding)
	}

	pub(crate) fn do_sync(holder: T::AccountId, operator: T::AccountId, asset: AssetKind) -> DispatchResult {
		let (stock, holding) = Self::load(&holder, &operator, &asset)?;
		Self::store(&holder, &operator, &asset, stock, holding)
	}
}
