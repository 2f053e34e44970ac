use super::*;
use surety_primitives::{api::UnbondingInfo, Price, Sla};

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

fn me() -> AccountId {
	AccountId::new([1; 32])
}

fn position(bonded: Balance, unbonding: &[(Balance, BlockNumber, bool)]) -> PositionInfo {
	let part = |&(amount, withdrawable_at, settled): &_| UnbondingInfo { amount, withdrawable_at, settled };
	PositionInfo {
		operator: me(),
		asset: AssetKind::Native,
		bonded,
		active: bonded,
		unbonding: unbonding.iter().map(part).collect(),
		earned: 0,
	}
}

fn stake_waits(amount: Balance, until: BlockNumber, why: &'static str) -> Waiting {
	Waiting { thing: Thing::Stake(AssetKind::Native, amount), until, why }
}

#[test]
fn leaving_should_begin_with_saying_so() {
	for status in [OperatorStatus::Active, OperatorStatus::Paused] {
		let plan = Plan::of_offers(&status, &[offer(0, OfferState::Open)], &[subscription(0, true)], 10);
		assert_eq!(plan, Plan { announce: true, ..Plan::default() });
		assert_eq!(plan.calls(&me(), &[], &[]).len(), 1);
	}
}

#[test]
fn ended_subscriptions_should_be_closed_and_others_left_alone() {
	let all = [subscription(0, false), subscription(1, true)];
	let plan = Plan::of_offers(&LEAVING, &[offer(0, OfferState::Closing { ends_at: 20 })], &all, 10);
	assert_eq!(plan.close, [1]);
	assert_eq!(plan.calls(&me(), &all, &[]).len(), 1);
	assert_eq!(plan.next(), Some(20));
}

#[test]
fn waiting_should_end_with_the_earliest_of_all_reasons() {
	let offers =
		[offer(0, OfferState::Closing { ends_at: 30 }), offer(1, OfferState::Closing { ends_at: 25 })];
	let plan = Plan::of_offers(&LEAVING, &offers, &[], 10);
	assert!(plan.calls(&me(), &[], &[]).is_empty());
	assert_eq!(plan.next(), Some(25));
}

#[test]
fn stake_should_be_taken_back_and_paid_out_from_the_first_block_that_allows_it() {
	let own = [position(5, &[]), position(0, &[(3, 10, true)]), position(0, &[(4, 11, true)])];
	let plan = Plan::of_stake(&own, 10, 12);
	assert_eq!((&plan.unbond[..], &plan.withdraw[..]), (&[0][..], &[1][..]));
	assert_eq!(plan.waiting, [stake_waits(4, 11, "it unbonds")]);
	assert_eq!(plan.calls(&me(), &[], &own).len(), 2);
}

#[test]
fn stake_that_a_slash_can_still_take_should_be_looked_at_when_the_era_turns() {
	let plan = Plan::of_stake(&[position(0, &[(3, 9, false)])], 10, 13);
	assert!(plan.withdraw.is_empty());
	assert_eq!(plan.waiting, [stake_waits(3, 13, "a slash can still take of it")]);
}

#[test]
fn an_emptied_position_should_be_closed_for_its_deposit() {
	assert_eq!(Plan::of_stake(&[position(0, &[])], 10, 12).withdraw, [0]);
}
