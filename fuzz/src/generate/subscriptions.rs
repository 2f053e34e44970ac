//! Calls of subscriptions.

use super::{by, Act, Draw, Maker};
use pallet_subscriptions::{Call, Subscription};
use surety_primitives::SubscriptionId;
use surety_runtime::{AccountId, Runtime};

pub(super) const TABLE: &[(u64, Maker)] =
	&[(90, subscribe), (25, top_up), (45, claim), (22, cancel), (15, give_notice), (25, close), (15, settle)];

pub(super) fn subscribe(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator, offer) = draw.random.pick(&draw.world.offers)?;
	let (service, operator, mut expected) = (*service, operator.clone(), offer.price.clone());
	let prepaid = draw.prepayment(&expected);
	if draw.wrong(20) {
		expected.amount = expected.amount.wrapping_add(1);
	}
	let service = if draw.wrong(25) { draw.service() } else { service };
	let operator = draw.mostly(&operator);
	by(draw.anybody(), Call::<Runtime>::subscribe { operator, service, expected, prepaid })
}

/// A subscription, and one of its two sides.
fn open(
	draw: &mut Draw<'_>,
	side: impl Fn(&Subscription<AccountId>) -> AccountId,
) -> Option<(SubscriptionId, Subscription<AccountId>, AccountId)> {
	let (id, subscription) = draw.random.pick(&draw.world.subscriptions)?;
	let (id, subscription) = (*id, subscription.clone());
	let who = draw.mostly(&side(&subscription));
	Some((if draw.wrong(25) { SubscriptionId::MAX } else { id }, subscription, who))
}

fn top_up(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, subscription, client) = open(draw, |s| s.client.clone())?;
	let amount = draw.prepayment(&subscription.price);
	by(client, Call::<Runtime>::top_up { id, amount })
}

fn claim(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _, operator) = open(draw, |s| s.operator.clone())?;
	by(operator, Call::<Runtime>::claim { id })
}

fn cancel(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _, client) = open(draw, |s| s.client.clone())?;
	by(client, Call::<Runtime>::cancel { id })
}

fn give_notice(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _, operator) = open(draw, |s| s.operator.clone())?;
	by(operator, Call::<Runtime>::give_notice { id })
}

fn close(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, ..) = open(draw, |s| s.client.clone())?;
	by(draw.anybody(), Call::<Runtime>::close { id })
}

fn settle(draw: &mut Draw<'_>) -> Option<Act> {
	let ids = draw.world.remainders.clone();
	if ids.is_empty() && !draw.wrong(10) {
		return None;
	}
	let id = match draw.random.pick(&ids) {
		Some(id) if !draw.wrong(15) => *id,
		_ => 0,
	};
	by(draw.anybody(), Call::<Runtime>::settle { id })
}
