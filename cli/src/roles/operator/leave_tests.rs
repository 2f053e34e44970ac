use super::*;
use surety_primitives::{AssetKind, Price, Sla};

const LEAVING: OperatorStatus<u32> = OperatorStatus::Leaving { since: 5 };

fn sla() -> Sla {
	Sla { latency_ms: 1, bandwidth_kbps: 1, uptime: Default::default() }
}

fn price() -> Price<AssetKind, u128, u32> {
	Price { asset: AssetKind::Native, amount: 1, period: 1 }
}

fn offer(service: u32, state: OfferState<u32>) -> OfferInfo {
	OfferInfo {
		operator: AccountId::new([1; 32]),
		service,
		sla: sla(),
		price: price(),
		capacity: 1,
		subscribers: 0,
		stake: 0,
		bond: 1,
		state,
		active_from: 0,
		accepting: false,
		metadata: Vec::new(),
	}
}

fn subscription(id: u64, ended: bool) -> SubscriptionInfo {
	SubscriptionInfo {
		id,
		client: AccountId::new([2; 32]),
		operator: AccountId::new([1; 32]),
		service: 0,
		price: price(),
		sla: sla(),
		started: 0,
		ends_at: None,
		ended,
		deposited: 0,
		claimed: 0,
		claimable: 0,
		refundable: 0,
	}
}

#[test]
fn leaving_should_begin_with_saying_so() {
	for status in [OperatorStatus::Active, OperatorStatus::Paused] {
		let plan = Plan::new(&status, &[offer(0, OfferState::Open)], &[subscription(0, true)], 10);
		assert_eq!(plan, Plan { announce: true, ..Plan::default() });
		assert_eq!(plan.calls(&[]).len(), 1);
	}
}

#[test]
fn ended_subscriptions_should_be_closed_and_others_left_alone() {
	let all = [subscription(0, false), subscription(1, true)];
	let plan = Plan::new(&LEAVING, &[offer(0, OfferState::Closing { ends_at: 20 })], &all, 10);
	assert_eq!(plan.close, [1]);
	assert_eq!(plan.calls(&all).len(), 1);
	assert_eq!(plan.next(), Some(20));
}

#[test]
fn a_bond_should_be_withdrawn_from_the_first_block_that_allows_it() {
	let offers =
		[offer(0, OfferState::Unbonding { until: 10 }), offer(1, OfferState::Unbonding { until: 11 })];
	let plan = Plan::new(&LEAVING, &offers, &[], 10);
	assert_eq!(plan.withdraw, [0]);
	assert_eq!(plan.waiting, [(1, 11, "its bond unbonds")]);
}

#[test]
fn waiting_should_end_with_the_earliest_of_all_reasons() {
	let offers =
		[offer(0, OfferState::Unbonding { until: 30 }), offer(1, OfferState::Closing { ends_at: 25 })];
	let plan = Plan::new(&LEAVING, &offers, &[], 10);
	assert!(plan.calls(&[]).is_empty());
	assert_eq!(plan.next(), Some(25));
}
