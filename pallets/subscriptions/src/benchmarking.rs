//! Benchmarks of the calls, in an asset: it touches more storage than the native token.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::traits::Get;
use frame_system::RawOrigin;
use surety_primitives::{
	benchmarking::AssetHelper,
	traits::{Offers, Sharing},
	AssetKind, Balance, BlockNumber, ServiceId, Sla, SubscriptionId, UNIT,
};

/// Amount for a block.
const RATE: Balance = 1_000;
const PREPAID: Balance = 100 * RATE;

fn rate(asset: AssetKind) -> PriceOf {
	PriceOf { asset, amount: RATE, period: 1 }
}

/// A client that can pay, an operator without an account in the asset, and its offer.
fn offer<T: Config>() -> (T::AccountId, T::AccountId, ServiceId, PriceOf) {
	let client: T::AccountId = account("client", 0, 0);
	let operator: T::AccountId = account("operator", 0, 0);
	let native = T::DepositAmount::get().saturating_add(UNIT);
	T::BenchmarkHelper::mint(&AssetKind::Native, &client, native);
	let asset = T::BenchmarkHelper::asset(&client, 0);
	T::BenchmarkHelper::mint(&asset, &client, PREPAID * 10);
	let price = rate(asset);
	let service = T::Offers::prepare_offer(&operator, price.clone());
	(client, operator, service, price)
}

fn subscribed<T: Config>() -> Result<(T::AccountId, T::AccountId, SubscriptionId), BenchmarkError> {
	let (client, operator, service, price) = offer::<T>();
	let id = NextSubscriptionId::<T>::get();
	Pallet::<T>::subscribe(
		RawOrigin::Signed(client.clone()).into(),
		operator.clone(),
		service,
		price,
		PREPAID,
	)?;
	Ok((client, operator, id))
}

/// A subscription by which something was paid, for benchmarks of other pallets.
pub(crate) fn paid_subscription<T: Config>(
	client: &T::AccountId,
	operator: &T::AccountId,
	service: ServiceId,
) -> SubscriptionId {
	let id = NextSubscriptionId::<T>::mutate(|next| {
		let id = *next;
		*next = id.saturating_add(1);
		id
	});
	// Something is due.
	advance::<T>(1);
	let sla = Sla { latency_ms: 1, bandwidth_kbps: 1, uptime: sp_runtime::Perbill::one() };
	let subscription = Subscription {
		client: client.clone(),
		operator: operator.clone(),
		service,
		price: rate(AssetKind::Native),
		sla,
		started: 0,
		deposited: Balance::MAX,
		claimed: 0,
		notice_ends_at: None,
		notice: 0,
		deposit: 0,
	};
	Subscriptions::<T>::insert(id, subscription);
	id
}

/// As `subscribed`, and the offer ends with it.
fn last_subscribed<T: Config>() -> Result<(T::AccountId, T::AccountId, SubscriptionId), BenchmarkError> {
	let (client, operator, id) = subscribed::<T>()?;
	let subscription = Subscriptions::<T>::get(id).ok_or(BenchmarkError::Stop("is subscribed"))?;
	share::<T>(&operator, id)?;
	T::Offers::prepare_end(&operator, subscription.service);
	Ok((client, operator, id))
}

/// The operator shares what it is paid by the subscription.
fn share<T: Config>(operator: &T::AccountId, id: SubscriptionId) -> Result<(), BenchmarkError> {
	let subscription = Subscriptions::<T>::get(id).ok_or(BenchmarkError::Stop("is subscribed"))?;
	T::Sharing::prepare_sharing(operator, &subscription.price.asset);
	Ok(())
}

fn advance<T: Config>(blocks: BlockNumber) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn subscribe() -> Result<(), BenchmarkError> {
		let (client, operator, service, price) = offer::<T>();
		let id = NextSubscriptionId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(client), operator, service, price, PREPAID);

		assert!(Subscriptions::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn top_up() -> Result<(), BenchmarkError> {
		let (client, _, id) = subscribed::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(client), id, RATE);

		assert_eq!(Subscriptions::<T>::get(id).map(|s| s.deposited), Some(PREPAID + RATE));
		Ok(())
	}

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let (_, operator, id) = subscribed::<T>()?;
		share::<T>(&operator, id)?;
		advance::<T>(10);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), id);

		assert_eq!(Subscriptions::<T>::get(id).map(|s| s.claimed), Some(RATE * 10));
		Ok(())
	}

	#[benchmark]
	fn cancel() -> Result<(), BenchmarkError> {
		let (client, _, id) = last_subscribed::<T>()?;
		advance::<T>(10);

		#[extrinsic_call]
		_(RawOrigin::Signed(client), id);

		assert!(!Subscriptions::<T>::contains_key(id));
		assert!(!Remainders::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn give_notice() -> Result<(), BenchmarkError> {
		let (_, operator, id) = subscribed::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), id);

		assert!(Subscriptions::<T>::get(id).is_some_and(|s| s.notice_ends_at.is_some()));
		Ok(())
	}

	#[benchmark]
	fn close() -> Result<(), BenchmarkError> {
		let (_, _, id) = last_subscribed::<T>()?;
		// The operator ended it, so that there is something to return as well.
		Subscriptions::<T>::mutate(id, |s| {
			if let Some(s) = s {
				s.notice_ends_at = Some(s.started.saturating_add(10));
			}
		});
		advance::<T>(10);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(!Subscriptions::<T>::contains_key(id));
		assert!(!Remainders::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn settle() -> Result<(), BenchmarkError> {
		let (client, operator, id) = subscribed::<T>()?;
		share::<T>(&operator, id)?;
		let Some(subscription) = Subscriptions::<T>::take(id) else {
			return Err(BenchmarkError::Stop("is subscribed"));
		};
		ByClient::<T>::remove(&client, id);
		ByOperator::<T>::remove(&operator, id);
		T::Offers::vacate(&operator, subscription.service);
		Remainders::<T>::insert(
			id,
			Remainder {
				client,
				operator,
				asset: subscription.price.asset,
				owed: PREPAID / 2,
				refund: PREPAID / 2,
				deposit: subscription.deposit,
				forfeits_at: BlockNumber::MAX,
			},
		);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(!Remainders::<T>::contains_key(id));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
