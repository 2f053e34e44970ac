//! What clients have paid ahead is paid out, to the last unit, to them and to those who served them.

use super::{hold, Verdict};
use pallet_subscriptions::Event;
use std::collections::BTreeMap;
use surety_primitives::{AssetKind, Balance, SubscriptionId};
use surety_runtime::{AccountId, Runtime, RuntimeEvent};

/// An account of a client with an operator.
#[derive(Debug)]
struct Account {
	client: AccountId,
	asset: AssetKind,
	left: Balance,
	gone: bool,
}

/// All accounts that are not settled.
#[derive(Default, Debug)]
pub(crate) struct Book(BTreeMap<SubscriptionId, Account>);

impl Book {
	/// Notes what has happened, and returns what was paid to operators, by client.
	pub(crate) fn note(
		&mut self,
		events: &[RuntimeEvent],
	) -> Result<BTreeMap<(AccountId, AssetKind), Balance>, super::Broken> {
		let mut paid_by = BTreeMap::<(AccountId, AssetKind), Balance>::new();
		for event in events {
			let RuntimeEvent::Subscriptions(event) = event else { continue };
			let (id, paid, refunded, gone) = match event {
				Event::Subscribed { id, client, price, prepaid, .. } => {
					let account = Account {
						client: client.clone(),
						asset: price.asset.clone(),
						left: *prepaid,
						gone: false,
					};
					hold!(
						self.0.insert(*id, account).is_none(),
						"numbers of subscriptions are never reused",
						"{id} was given out twice"
					);
					continue;
				}
				Event::ToppedUp { id, amount, .. } => {
					if let Some(account) = self.0.get_mut(id) {
						account.left = account.left.saturating_add(*amount);
					}
					continue;
				}
				Event::NoticeGiven { .. } => continue,
				Event::RemainderKept { id, owed, refund, .. } => {
					let left = self.0.get(id).map(|account| account.left);
					hold!(
						left == owed.checked_add(*refund),
						"what is not paid out stays due",
						"subscription {id}: {owed} and {refund} are due, {left:?} is left"
					);
					continue;
				}
				Event::Claimed { id, amount, .. } => (id, *amount, 0, false),
				Event::Cancelled { id, paid, refunded } | Event::Closed { id, paid, refunded } => {
					(id, *paid, *refunded, true)
				}
				Event::Settled { id, paid, refunded, complete, .. } => {
					if let (true, Some(account)) = (*complete, self.0.get(id)) {
						hold!(
							Some(account.left) == paid.checked_add(*refunded),
							"what was paid ahead is paid out to the last unit",
							"subscription {id}: {} was left, {paid} paid and {refunded} returned",
							account.left
						);
					}
					(id, *paid, *refunded, true)
				}
				Event::__Ignore(..) => continue,
			};
			let Some(account) = self.0.get_mut(id) else {
				hold!(false, "nothing is paid for a subscription that never was", "{event:?}");
				continue;
			};
			let left = paid.checked_add(refunded).and_then(|out| account.left.checked_sub(out));
			let Some(left) = left else {
				hold!(
					false,
					"no more is paid out than was paid ahead",
					"{event:?}: {} was left",
					account.left
				);
				continue;
			};
			account.left = left;
			account.gone = gone;
			let sum = paid_by.entry((account.client.clone(), account.asset.clone())).or_default();
			*sum = sum.saturating_add(paid);
		}
		Ok(paid_by)
	}

	/// Compares with what is stored.
	pub(crate) fn check_all(&mut self) -> Verdict {
		for (id, account) in &self.0 {
			let stored = match pallet_subscriptions::Subscriptions::<Runtime>::get(id) {
				Some(open) => open.deposited.checked_sub(open.claimed),
				None => {
					let left = pallet_subscriptions::Remainders::<Runtime>::get(id);
					left.map_or(Some(0), |left| left.owed.checked_add(left.refund))
				}
			};
			hold!(
				stored == Some(account.left),
				"what was paid ahead is paid out to the last unit",
				"subscription {id}: {stored:?} is stored, {} is left",
				account.left
			);
		}
		self.0.retain(|id, account| {
			!account.gone || pallet_subscriptions::Remainders::<Runtime>::contains_key(id)
		});
		Ok(())
	}
}
