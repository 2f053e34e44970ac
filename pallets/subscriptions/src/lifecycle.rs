//! Opening, feeding, ending and closing of subscriptions.

use crate::{
	pallet::*,
	types::{End, PriceOf, Remainder, Subscription},
};
use frame_support::{
	ensure,
	traits::{fungible::MutateHold as _, fungibles::MutateHold as _, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{traits::Offers, Balance, BlockNumber, ServiceId, SubscriptionId};

type SubscriptionOf<T> = Subscription<<T as frame_system::Config>::AccountId>;

impl<T: Config> Pallet<T> {
	pub(crate) fn now() -> BlockNumber {
		let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
		now
	}

	pub(crate) fn end_of(subscription: &SubscriptionOf<T>) -> End {
		subscription.end(T::Offers::ends_at(&subscription.operator, subscription.service))
	}

	fn find(id: SubscriptionId) -> Result<SubscriptionOf<T>, DispatchError> {
		Subscriptions::<T>::get(id).ok_or(Error::<T>::SubscriptionNotFound.into())
	}

	pub(crate) fn do_subscribe(
		client: T::AccountId,
		operator: T::AccountId,
		service: ServiceId,
		expected: PriceOf,
		prepaid: Balance,
	) -> DispatchResult {
		ensure!(client != operator, Error::<T>::SelfSubscription);
		let terms = T::Offers::occupy(&operator, service)?;
		ensure!(terms.price == expected, Error::<T>::PriceChanged);
		ensure!(
			terms.price.blocks_paid_by(prepaid).is_none_or(|blocks| blocks > 0),
			Error::<T>::PrepaymentTooSmall
		);
		let id = NextSubscriptionId::<T>::get();
		let next = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		let deposit = T::DepositAmount::get();
		if deposit > 0 {
			T::Currency::hold(&HoldReason::Deposit.into(), &client, deposit)?;
		}
		if prepaid > 0 {
			T::Assets::hold(terms.price.asset.clone(), &HoldReason::Prepaid.into(), &client, prepaid)?;
		}

		let subscription = Subscription {
			client: client.clone(),
			operator: operator.clone(),
			service,
			price: terms.price.clone(),
			sla: terms.sla,
			started: Self::now(),
			deposited: prepaid,
			claimed: 0,
			notice_ends_at: None,
			notice: T::NoticePeriod::get(),
			deposit,
		};
		NextSubscriptionId::<T>::put(next);
		Subscriptions::<T>::insert(id, subscription);
		ByClient::<T>::insert(&client, id, ());
		ByOperator::<T>::insert(&operator, id, ());
		Self::deposit_event(Event::Subscribed {
			id,
			client,
			operator,
			service,
			price: terms.price,
			sla: terms.sla,
			prepaid,
			deposit,
		});
		Ok(())
	}

	pub(crate) fn do_top_up(client: T::AccountId, id: SubscriptionId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut subscription = Self::find(id)?;
		ensure!(subscription.client == client, Error::<T>::NotAuthorized);
		ensure!(!Self::end_of(&subscription).reached(Self::now()), Error::<T>::Ended);
		let deposited = subscription.deposited.checked_add(amount).ok_or(ArithmeticError::Overflow)?;

		T::Assets::hold(subscription.price.asset.clone(), &HoldReason::Prepaid.into(), &client, amount)?;
		subscription.deposited = deposited;
		Subscriptions::<T>::insert(id, subscription);
		Self::deposit_event(Event::ToppedUp { id, amount, deposited });
		Ok(())
	}

	pub(crate) fn do_claim(id: SubscriptionId) -> DispatchResult {
		let mut subscription = Self::find(id)?;
		let amount = subscription.claimable(&Self::end_of(&subscription), Self::now());
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let claimed = subscription.claimed.checked_add(amount).ok_or(ArithmeticError::Overflow)?;

		let operator = subscription.operator.clone();
		Self::pay(&subscription.price.asset, &subscription.client, &operator, amount)
			.map_err(|_| Error::<T>::OperatorCannotReceive)?;
		subscription.claimed = claimed;
		Subscriptions::<T>::insert(id, subscription);
		Self::deposit_event(Event::Claimed { id, operator, amount });
		Ok(())
	}

	pub(crate) fn do_give_notice(operator: T::AccountId, id: SubscriptionId) -> DispatchResult {
		let mut subscription = Self::find(id)?;
		ensure!(subscription.operator == operator, Error::<T>::NotAuthorized);
		let now = Self::now();
		ensure!(!Self::end_of(&subscription).reached(now), Error::<T>::Ended);
		ensure!(subscription.notice_ends_at.is_none(), Error::<T>::NoticeAlreadyGiven);
		let ends_at = now.checked_add(subscription.notice).ok_or(ArithmeticError::Overflow)?;

		subscription.notice_ends_at = Some(ends_at);
		Subscriptions::<T>::insert(id, subscription);
		Self::deposit_event(Event::NoticeGiven { id, ends_at });
		Ok(())
	}

	pub(crate) fn do_cancel(client: T::AccountId, id: SubscriptionId) -> DispatchResult {
		let subscription = Self::find(id)?;
		ensure!(subscription.client == client, Error::<T>::NotAuthorized);
		let end = Self::end_of(&subscription);
		let (paid, refunded, left) = Self::finish(id, subscription, &end);
		Self::deposit_event(Event::Cancelled { id, paid, refunded });
		Self::announce(id, left);
		Ok(())
	}

	pub(crate) fn do_close(id: SubscriptionId) -> DispatchResult {
		let subscription = Self::find(id)?;
		let end = Self::end_of(&subscription);
		ensure!(end.reached(Self::now()), Error::<T>::NotEnded);
		let (paid, refunded, left) = Self::finish(id, subscription, &end);
		Self::deposit_event(Event::Closed { id, paid, refunded });
		Self::announce(id, left);
		Ok(())
	}

	/// Removes a subscription, gives its place back and pays out what can be. Cannot fail: a party that
	/// cannot be paid must neither keep the other from leaving nor the operator's offer from closing.
	fn finish(
		id: SubscriptionId,
		subscription: SubscriptionOf<T>,
		end: &End,
	) -> (Balance, Balance, Option<Remainder<T::AccountId>>) {
		let now = Self::now();
		let (owed, refund) = subscription.split(end, now);
		Subscriptions::<T>::remove(id);
		ByClient::<T>::remove(&subscription.client, id);
		ByOperator::<T>::remove(&subscription.operator, id);
		T::Offers::vacate(&subscription.operator, subscription.service);

		// One block at the least: what is owed is never forfeited in the block in which it falls due.
		let forfeits_at = now.saturating_add(subscription.notice.max(1));
		let account = Remainder {
			client: subscription.client,
			operator: subscription.operator,
			asset: subscription.price.asset,
			owed,
			refund,
			deposit: subscription.deposit,
			forfeits_at,
		};
		let outcome = Self::pay_out(account, now);
		if let Some(left) = &outcome.left {
			Remainders::<T>::insert(id, left);
		}
		(outcome.paid, outcome.refunded, outcome.left)
	}

	fn announce(id: SubscriptionId, left: Option<Remainder<T::AccountId>>) {
		if let Some(Remainder { owed, refund, forfeits_at, .. }) = left {
			Self::deposit_event(Event::RemainderKept { id, owed, refund, forfeits_at });
		}
	}
}
