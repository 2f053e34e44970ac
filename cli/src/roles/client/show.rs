//! How services, offers and subscriptions are shown.

use crate::{
	amount::format_units,
	args::{address, asset_name, verifier_name},
	chain::{money::ChainPrice, Chain},
	output::{hex, table, text},
	roles::stake::denomination,
};
use serde_json::{json, Value};
use surety_primitives::{
	api::{OfferInfo, ServiceInfo, SubscriptionInfo},
	BlockNumber, OfferState,
};

/// State of an offer that would take clients if there were stake enough behind it.
pub const LACKS_STAKE: &str = "open, lacks stake";

/// A price for people.
pub fn price(chain: &Chain, price: &ChainPrice) -> String {
	denomination(chain, &price.asset).show_price(price)
}

/// Where an offer stands, for people.
pub fn state(offer: &OfferInfo, now: BlockNumber) -> String {
	match offer.state {
		OfferState::Open if now < offer.active_from => format!("active from {}", offer.active_from),
		OfferState::Open if offer.accepting => "open".into(),
		OfferState::Open if offer.subscribers >= offer.capacity => "full".into(),
		OfferState::Open if offer.stake < offer.bond => LACKS_STAKE.into(),
		OfferState::Open => "open, takes none now".into(),
		OfferState::Paused => "paused".into(),
		OfferState::Closing { ends_at } => format!("closing until {ends_at}"),
	}
}

/// A service for programs.
pub fn service_json(chain: &Chain, service: &ServiceInfo) -> Value {
	json!({
		"id": service.id,
		"owner": address(&service.owner),
		"name": String::from_utf8_lossy(&service.name),
		"artifact": service.artifact.as_ref().map(|(reference, digest)| json!({
			"reference": String::from_utf8_lossy(reference),
			"digest": hex(digest),
		})),
		"verifier": verifier_name(&service.verifier),
		"min_bond": chain.native().plain(service.min_bond),
		"security": service.security.iter().map(|one| json!({
			"asset": asset_name(&one.asset),
			"amount": denomination(chain, &one.asset).plain(one.amount),
		})).collect::<Vec<_>>(),
		"reporter": service.reporter.as_ref().map(address),
		"stateless": service.flags.stateless,
		"deterministic": service.flags.deterministic,
		"retired": service.retired,
		"offers": service.offers,
	})
}

/// Services for people.
pub fn services_table(chain: &Chain, services: &[ServiceInfo]) -> String {
	table(
		["ID", "NAME", "OFFERS", "LEAST BOND", "LEAST STAKE", "VERIFIER", "NATURE", "OWNER"],
		services.iter().map(|service| {
			let nature = [
				(service.flags.stateless, "stateless"),
				(service.flags.deterministic, "deterministic"),
				(service.retired, "retired"),
			];
			let security =
				service.security.iter().map(|one| denomination(chain, &one.asset).show(one.amount));
			let security: Vec<_> = security.collect();
			let nature: Vec<_> = nature.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
			[
				service.id.to_string(),
				text(&service.name),
				service.offers.to_string(),
				chain.native().show(service.min_bond),
				match security.is_empty() {
					true => "any".into(),
					false => security.join(" + "),
				},
				verifier_name(&service.verifier),
				nature.join(" "),
				address(&service.owner),
			]
		}),
	)
}

/// An offer for programs.
pub fn offer_json(chain: &Chain, offer: &OfferInfo) -> Value {
	let (state, until) = match offer.state {
		OfferState::Open => ("open", None),
		OfferState::Paused => ("paused", None),
		OfferState::Closing { ends_at } => ("closing", Some(ends_at)),
	};
	json!({
		"operator": address(&offer.operator),
		"service": offer.service,
		"latency_ms": offer.sla.latency_ms,
		"bandwidth_kbps": offer.sla.bandwidth_kbps,
		"uptime_percent": format_units(offer.sla.uptime.deconstruct().into(), 7),
		"price": denomination(chain, &offer.price.asset).price_json(&offer.price),
		"capacity": offer.capacity,
		"subscribers": offer.subscribers,
		"stake": chain.native().plain(offer.stake),
		"bond": chain.native().plain(offer.bond),
		"state": state,
		"until": until,
		"active_from": offer.active_from,
		"accepting": offer.accepting,
		"metadata": String::from_utf8_lossy(&offer.metadata),
	})
}

/// Offers for people.
pub fn offers_table(chain: &Chain, offers: &[OfferInfo], now: BlockNumber) -> String {
	table(
		["OPERATOR", "PRICE", "LATENCY", "BANDWIDTH", "UPTIME", "STAKE", "CLIENTS", "STATE"],
		offers.iter().map(|offer| {
			[
				address(&offer.operator),
				price(chain, &offer.price),
				format!("{} ms", offer.sla.latency_ms),
				format!("{} kbit/s", offer.sla.bandwidth_kbps),
				format!("{}%", format_units(offer.sla.uptime.deconstruct().into(), 7)),
				chain.native().show(offer.stake),
				format!("{} of {}", offer.subscribers, offer.capacity),
				state(offer, now),
			]
		}),
	)
}

/// A subscription for programs.
pub fn subscription_json(chain: &Chain, subscription: &SubscriptionInfo) -> Value {
	let money = denomination(chain, &subscription.price.asset);
	json!({
		"id": subscription.id,
		"client": address(&subscription.client),
		"operator": address(&subscription.operator),
		"service": subscription.service,
		"price": money.price_json(&subscription.price),
		"started": subscription.started,
		"ends_at": subscription.ends_at,
		"ended": subscription.ended,
		"deposited": money.plain(subscription.deposited),
		"claimed": money.plain(subscription.claimed),
		"claimable": money.plain(subscription.claimable),
		"refundable": money.plain(subscription.refundable),
	})
}

/// Subscriptions for people.
pub fn subscriptions_table(chain: &Chain, subscriptions: &[SubscriptionInfo]) -> String {
	table(
		[
			"ID",
			"SERVICE",
			"CLIENT",
			"OPERATOR",
			"PRICE",
			"PAID IN",
			"CLAIMED",
			"CLAIMABLE",
			"REFUNDABLE",
			"ENDS",
		],
		subscriptions.iter().map(|subscription| {
			let money = denomination(chain, &subscription.price.asset);
			let ends = match (subscription.ended, subscription.ends_at) {
				(true, _) => "ended".into(),
				(false, Some(block)) => block.to_string(),
				(false, None) => "never".into(),
			};
			[
				subscription.id.to_string(),
				subscription.service.to_string(),
				address(&subscription.client),
				address(&subscription.operator),
				money.show_price(&subscription.price),
				money.plain(subscription.deposited),
				money.plain(subscription.claimed),
				money.plain(subscription.claimable),
				money.plain(subscription.refundable),
				ends,
			]
		}),
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_primitives::{AccountId, AssetKind, Price, Sla};

	fn offer() -> OfferInfo {
		OfferInfo {
			operator: AccountId::new([1; 32]),
			service: 0,
			sla: Sla { latency_ms: 1, bandwidth_kbps: 1, uptime: Default::default() },
			price: Price { asset: AssetKind::Native, amount: 1, period: 1 },
			capacity: 1,
			subscribers: 0,
			stake: 5,
			bond: 5,
			state: OfferState::Open,
			active_from: 10,
			accepting: true,
			metadata: Vec::new(),
		}
	}

	#[test]
	fn an_offer_should_say_why_it_takes_no_clients() {
		assert_eq!(state(&offer(), 9), "active from 10");
		assert_eq!(state(&offer(), 10), "open");
		let none = OfferInfo { accepting: false, ..offer() };
		assert_eq!(state(&none, 10), "open, takes none now");
		assert_eq!(state(&OfferInfo { subscribers: 1, ..none.clone() }, 10), "full");
		assert_eq!(state(&OfferInfo { stake: 4, ..none.clone() }, 10), LACKS_STAKE);
		assert_eq!(
			state(&OfferInfo { state: OfferState::Closing { ends_at: 12 }, ..none }, 10),
			"closing until 12"
		);
	}
}
