//! How fees are paid, and how agreements are closed.

use crate::{pallet::*, types::Agreement};
use frame_support::ensure;
use sp_runtime::DispatchResult;
use surety_primitives::{AccountId, AgreementId};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim_fees(id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		Self::touch(id, &mut agreement)?;
		let amount = agreement.claimable(Self::now());
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let Agreement { client, operator, terms, .. } = &agreement;
		Self::pay_fees(&terms.price.asset, client, operator, amount)
			.map_err(|_| Error::<T>::OperatorCannotReceive)?;
		agreement.paid = agreement.paid.saturating_add(amount);
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::FeesPaid { agreement: id, amount });
		Ok(())
	}

	pub(crate) fn do_close(who: AccountId, id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		let now = Self::now();
		ensure!(agreement.is_over(now), Error::<T>::NotEnded);
		Self::touch(id, &mut agreement)?;
		Self::resolve(id, &mut agreement);
		ensure!(agreement.challenge.is_none(), Error::<T>::ChallengeOpen);
		ensure!(agreement.pending.is_empty(), Error::<T>::PenaltyPending);
		let closes_at = agreement.closes_at();
		ensure!(who == agreement.client || now >= closes_at, Error::<T>::ClaimsOpen);

		let Agreement { client, operator, terms, .. } = &agreement;
		let owed = agreement.claimable(now);
		let paid = match Self::pay_fees(&terms.price.asset, client, operator, owed) {
			Ok(()) => owed,
			// It has had its time, and its account must not keep the client from its money for ever.
			Err(_) if now >= closes_at.saturating_add(agreement.claims_period) => 0,
			Err(_) => return Err(Error::<T>::OperatorCannotReceive.into()),
		};
		let refunded = agreement.held().saturating_sub(paid);
		Self::refund_fees(&terms.price.asset, client, refunded)?;
		Self::release(HoldReason::Deposit, agreement.account(agreement.depositor), agreement.deposit)?;
		Self::unreserve(operator, terms.service, agreement.reserved);

		Agreements::<T>::remove(id);
		ByClient::<T>::remove(client, id);
		ByOperator::<T>::remove(operator, id);
		let (forfeited, released) = (owed.saturating_sub(paid), agreement.reserved);
		Self::deposit_event(Event::Closed { agreement: id, paid, refunded, forfeited, released });
		Ok(())
	}
}
