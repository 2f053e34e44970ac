//! What clients have paid, as other pallets see it.

use crate::{pallet::*, types::Subscription};
use surety_primitives::{
	traits::{Fees, FeesPaid},
	AssetKind, Balance, SubscriptionId,
};

impl<T: Config> Fees<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn fees(id: SubscriptionId) -> Option<FeesPaid<T::AccountId, AssetKind, Balance>> {
		let subscription = Subscriptions::<T>::get(id)?;
		let amount = subscription.due(&Self::end_of(&subscription), Self::now());
		let Subscription { client, operator, service, price, .. } = subscription;
		Some(FeesPaid { client, operator, service, asset: price.asset, amount })
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_fees(
		client: &T::AccountId,
		operator: &T::AccountId,
		service: surety_primitives::ServiceId,
	) -> SubscriptionId {
		crate::benchmarking::paid_subscription::<T>(client, operator, service)
	}
}
