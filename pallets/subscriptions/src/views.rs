//! What clients read through the runtime API.

use crate::{pallet::*, types::Subscription};
use alloc::vec::Vec;
use surety_primitives::{
	api::{SubscriptionInfo, SubscriptionPage, MAX_PAGE},
	AccountId, SubscriptionId,
};

impl<T: Config + frame_system::Config<AccountId = AccountId>> Pallet<T> {
	/// One subscription, as it stands now.
	pub fn subscription(id: SubscriptionId) -> Option<SubscriptionInfo> {
		Subscriptions::<T>::get(id).map(|subscription| Self::describe(id, subscription))
	}

	/// Subscriptions of a client after the one of `cursor`, in the order of storage. Looks at `limit` of
	/// them, which is taken as 1 at the least and [`MAX_PAGE`] at the most.
	pub fn of_client(client: AccountId, cursor: Option<SubscriptionId>, limit: u32) -> SubscriptionPage {
		match cursor {
			Some(after) => {
				let start = ByClient::<T>::hashed_key_for(&client, after);
				Self::page(ByClient::<T>::iter_key_prefix_from(&client, start), limit)
			}
			None => Self::page(ByClient::<T>::iter_key_prefix(&client), limit),
		}
	}

	/// Subscriptions at an operator after the one of `cursor`, in the order of storage. Looks at `limit`
	/// of them, which is taken as 1 at the least and [`MAX_PAGE`] at the most.
	pub fn of_operator(operator: AccountId, cursor: Option<SubscriptionId>, limit: u32) -> SubscriptionPage {
		match cursor {
			Some(after) => {
				let start = ByOperator::<T>::hashed_key_for(&operator, after);
				Self::page(ByOperator::<T>::iter_key_prefix_from(&operator, start), limit)
			}
			None => Self::page(ByOperator::<T>::iter_key_prefix(&operator), limit),
		}
	}

	fn page(mut ids: impl Iterator<Item = SubscriptionId>, limit: u32) -> SubscriptionPage {
		let limit = usize::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(usize::MAX);
		let looked_at: Vec<SubscriptionId> = ids.by_ref().take(limit).collect();
		let next = ids.next().and_then(|_| looked_at.last().copied());
		let subscriptions = looked_at.into_iter().filter_map(Self::subscription).collect();
		SubscriptionPage { subscriptions, next }
	}

	fn describe(id: SubscriptionId, subscription: Subscription<AccountId>) -> SubscriptionInfo {
		let now = Self::now();
		let end = Self::end_of(&subscription);
		let claimable = subscription.claimable(&end, now);
		let (_, refundable) = subscription.split(&end, now);
		let Subscription { client, operator, service, price, sla, started, deposited, claimed, .. } =
			subscription;
		SubscriptionInfo {
			id,
			client,
			operator,
			service,
			price,
			sla,
			started,
			ends_at: end.at(),
			ended: end.reached(now),
			deposited,
			claimed,
			claimable,
			refundable,
		}
	}
}
