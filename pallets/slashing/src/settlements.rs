//! Who is compensated out of what slashes took.

use crate::{
	types::{Due, Lost, Settlement, SlashOf},
	Claims, Config, Error, Event, NextSettlementId, OpenSettlements, Pallet, Queue, Settlements,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use surety_primitives::{traits::Escrow, AssetKind, SettlementId};
use surety_stake::settlement::{part, pay_out, Loss, Pool};

impl<T: Config> Pallet<T> {
	/// Adds what a slash took to the settlement that is open, or opens one. Returns its number, and whether another was
	/// closed for it.
	pub(crate) fn add_to_pool(slash: &SlashOf<T>, asset: &AssetKind, waiting: Pool) -> (SettlementId, bool) {
		let (id, mut settlement, closed) = Self::open_settlement(slash, asset);
		settlement.pool = Pool {
			own: settlement.pool.own.saturating_add(waiting.own),
			delegated: settlement.pool.delegated.saturating_add(waiting.delegated),
		};
		Settlements::<T>::insert(id, settlement);
		(id, closed)
	}

	/// Adds a loss to the settlement that is open, or opens one. Fees of one client are counted once, by whatever
	/// number of reports they are claimed back. Returns whether another settlement was closed for it.
	pub(crate) fn add_claim(slash: &SlashOf<T>, lost: Lost<T::AccountId>) -> bool {
		let Lost { who, asset, loss } = lost;
		let (id, mut settlement, closed) = Self::open_settlement(slash, &asset);
		let before = Claims::<T>::get(id, &who);
		if before.is_none() {
			settlement.claims = settlement.claims.saturating_add(1);
		}
		let before = before.unwrap_or_default();
		let after =
			Loss { fees: before.fees.max(loss.fees), beyond: before.beyond.saturating_add(loss.beyond) };
		let total = |all: u128, before: u128, after: u128| all.saturating_add(after.saturating_sub(before));
		settlement.losses = Loss {
			fees: total(settlement.losses.fees, before.fees, after.fees),
			beyond: total(settlement.losses.beyond, before.beyond, after.beyond),
		};
		Claims::<T>::insert(id, &who, after);
		Settlements::<T>::insert(id, settlement);
		let Loss { fees, beyond } = after;
		Self::deposit_event(Event::Claimed { settlement: id, asset, who, fees, beyond });
		closed
	}

	/// The settlement that is open to claims on what a slash takes of an asset, and whether another was closed for it.
	fn open_settlement(
		slash: &SlashOf<T>,
		asset: &AssetKind,
	) -> (SettlementId, Settlement<T::AccountId>, bool) {
		let key = (&slash.operator, slash.service, asset);
		let now = Self::now();
		let mut closed = false;
		if let Some(id) = OpenSettlements::<T>::get(key) {
			if let Some(settlement) = Settlements::<T>::get(id) {
				if now < settlement.closes_at {
					return (id, settlement, false);
				}
				// Its time is over, and nobody has closed it.
				Self::settle(id, settlement);
				closed = true;
			}
		}
		let id = NextSettlementId::<T>::get();
		NextSettlementId::<T>::put(id.wrapping_add(1));
		// As long as it takes another victim of the same time to report, and the report to be reviewed.
		let time = T::ReportWindow::get().saturating_add(T::ReviewPeriod::get()).max(1);
		let closes_at = now.saturating_add(time);
		OpenSettlements::<T>::insert(key, id);
		Queue::<T>::insert(closes_at, Due::Close(id), ());
		let settlement = Settlement {
			operator: slash.operator.clone(),
			service: slash.service,
			asset: asset.clone(),
			closes_at,
			given_up_at: closes_at.saturating_add(time),
			pool: Pool::default(),
			losses: Loss::default(),
			claims: 0,
			closed: None,
		};
		Self::deposit_event(Event::SettlementOpened {
			settlement: id,
			operator: slash.operator.clone(),
			service: slash.service,
			asset: asset.clone(),
			closes_at,
		});
		(id, settlement, closed)
	}

	pub(crate) fn do_close(id: SettlementId) -> DispatchResult {
		let settlement = Settlements::<T>::get(id).ok_or(Error::<T>::SettlementNotFound)?;
		ensure!(settlement.closed.is_none(), Error::<T>::SettlementNotFound);
		ensure!(Self::now() >= settlement.closes_at, Error::<T>::StillOpen);
		Self::settle(id, settlement);
		Ok(())
	}

	/// Says what all claims are paid, and gives the rest to the treasury.
	fn settle(id: SettlementId, mut settlement: Settlement<T::AccountId>) {
		let paid = pay_out(settlement.pool, settlement.losses);
		let payable = paid.total();
		let rest = settlement.pool.total().saturating_sub(payable);
		T::Stake::give_up(&settlement.asset, rest);
		OpenSettlements::<T>::remove((&settlement.operator, settlement.service, &settlement.asset));
		Queue::<T>::remove(settlement.closes_at, Due::Close(id));
		let asset = settlement.asset.clone();
		Self::deposit_event(Event::SettlementClosed { settlement: id, asset, payable, treasury: rest });
		if settlement.claims == 0 {
			Settlements::<T>::remove(id);
			return;
		}
		settlement.closed = Some((paid, payable));
		Settlements::<T>::insert(id, settlement);
	}

	pub(crate) fn do_collect(id: SettlementId, who: T::AccountId) -> DispatchResult {
		let open = Settlements::<T>::get(id).ok_or(Error::<T>::SettlementNotFound)?;
		if open.closed.is_none() {
			Self::do_close(id)?;
		}
		let mut settlement = Settlements::<T>::get(id).ok_or(Error::<T>::ClaimNotFound)?;
		let (paid, left) = settlement.closed.ok_or(Error::<T>::StillOpen)?;
		let loss = Claims::<T>::take(id, &who).ok_or(Error::<T>::ClaimNotFound)?;
		let amount = part(loss, settlement.losses, paid).min(left);
		let asset = settlement.asset.clone();
		match T::Stake::pay(&asset, &who, amount) {
			Ok(()) => Self::deposit_event(Event::Compensated { settlement: id, asset, who, amount }),
			Err(_) if Self::now() >= settlement.given_up_at => {
				T::Stake::give_up(&asset, amount);
				Self::deposit_event(Event::GivenUp { settlement: id, asset, who, amount });
			}
			Err(refusal) => return Err(refusal),
		}

		let left = left.saturating_sub(amount);
		settlement.claims = settlement.claims.saturating_sub(1);
		settlement.closed = Some((paid, left));
		match settlement.claims {
			0 => {
				// What rounding has left.
				T::Stake::give_up(&settlement.asset, left);
				Settlements::<T>::remove(id);
			}
			_ => Settlements::<T>::insert(id, settlement),
		}
		Ok(())
	}
}
