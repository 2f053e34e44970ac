//! Late fees: how much, when, and that no more is lost than a node is ready to.

use super::fixture::*;
use crate::relay::{packet::Packet, Action, Overload, Patience, Reason};
use alloc::{vec, vec::Vec};
use proptest::prelude::*;

#[test]
fn late_fees_should_be_paid_at_each_sync_for_the_time_since_the_last() {
	let mut stage = hop();
	stage.under_way(1);
	let seen = stage.wait_until(3_500);
	assert_eq!(settled(&seen, FIRST), [(1_000, 800, false), (2_000, 1_000, false), (3_000, 1_000, false)]);
}

#[test]
fn late_fees_should_be_at_the_rate_of_the_request() {
	let mut stage = hop();
	let mut request = request(1);
	request.late_fee_per_ms = 3;
	stage.hand_over(unpaid(request));
	assert_eq!(settled(&stage.wait_until(1_000), FIRST), [(1_000, 2_400, false)]);
}

#[test]
fn late_fees_of_all_requests_should_be_paid_by_one_voucher() {
	let mut stage = hop();
	let first = stage.under_way(1);
	stage.at(100);
	let second = stage.under_way(2);
	let seen = stage.wait_until(1_000);
	let sent: Vec<_> =
		seen.iter().flat_map(|(_, action)| packets(core::slice::from_ref(action), FIRST)).collect();
	let [Packet::Settle(settle)] = &sent[..] else { panic!("{sent:?}") };
	let mut fees: Vec<_> = settle.items.iter().map(|item| (item.request, item.fee)).collect();
	let mut expected = [(first, 800), (second, 700)];
	fees.sort();
	expected.sort();
	assert_eq!(fees, expected);
	assert_eq!(stage.author.accept(&settle.voucher.unwrap().voucher), Ok(1_500));
}

#[test]
fn a_late_answer_should_bring_the_last_fee_with_it_and_end_the_rest() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.wait_until(1_500);
	let actions = stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	let [Packet::Answer(answer)] = &packets(&actions, FIRST)[..] else { panic!("{actions:?}") };
	assert_eq!(answer.fee, 500);
	assert_eq!(stage.author.accept(&answer.voucher.unwrap().voucher), Ok(1_300), "with the 800 of the sync");
	assert_eq!(settled(&stage.wait_until(5_000), FIRST), []);
}

#[test]
fn nothing_more_should_be_owed_once_the_cap_is_paid() {
	let mut stage = hop();
	let mut request = request(1);
	request.late_fee_cap = 1_100;
	stage.hand_over(unpaid(request));
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(1_000, 800, false), (2_000, 300, false)]);
	assert_eq!(stage.relay.usage().flights, 0);
	assert_eq!(stage.relay.channel(SECOND).unwrap().in_flight(), 0);
}

#[test]
fn a_fee_that_was_not_paid_should_not_count() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.wait_until(1_100);
	let item = crate::relay::packet::Item { request, fee: 900, broken: None };
	assert_eq!(ignored(&stage.recipient_says(settle(&[item], &[], None))), vec![Reason::FeeNotPaid]);
	// One voucher does not pay twice.
	let voucher = Some(stage.pay_back(900));
	let actions = stage.recipient_says(settle(&[item, item], &[], voucher));
	assert_eq!(ignored(&actions), vec![Reason::FeeNotPaid]);
}

#[test]
fn fees_that_come_from_the_next_should_make_up_for_those_that_are_paid() {
	let mut stage = hop_with(config(HOP), |edge| edge.risk = 1_500);
	let request = stage.under_way(1);
	for sync in 1..=5u64 {
		stage.wait_until(sync * 1_000);
		stage.fee_comes(request, if sync == 1 { 800 } else { 1_000 });
	}
	assert!(!stage.relay.is_broken(SECOND));
	stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	assert_eq!(stage.relay.net_loss(SECOND), 0);
}

#[test]
fn a_neighbour_should_be_severed_before_more_is_lost_than_the_risk() {
	let mut stage = hop_with(config(HOP), |edge| edge.risk = 500);
	stage.under_way(1);
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(700, 500, true)]);
	assert_eq!(stage.relay.net_loss(SECOND), 490, "ten of them were earned");
}

#[test]
fn the_risk_should_be_shared_by_all_requests_over_an_edge() {
	let mut stage = hop_with(config(HOP), |edge| edge.risk = 500);
	stage.under_way(1);
	stage.under_way(2);
	let seen = stage.wait_until(5_000);
	// Two lose 2 a ms, from 200 on.
	assert_eq!(settled(&seen, FIRST), [(450, 500, true)]);
}

#[test]
fn requests_that_wait_for_room_should_be_within_the_risk() {
	let mut config = config(HOP);
	config.overload = Overload::Queue;
	let mut stage = hop_with(config, |edge| (edge.risk, edge.max_requests) = (500, 1));
	stage.under_way(1);
	stage.hand_over(unpaid(request(2)));
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(450, 500, true)]);
}

#[test]
fn a_risk_of_nothing_should_sever_as_soon_as_anything_is_owed() {
	let mut stage = hop_with(config(HOP), |edge| edge.risk = 0);
	stage.under_way(1);
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(200, 0, true)]);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	/// Whatever the next hop pays, answers or leaves unanswered: what the hop has paid for that, less what it got and
	/// earned, is within its risk.
	#[test]
	fn a_hop_should_never_lose_more_than_its_risk(
		risk in 0u128..3_000,
		patience in prop_oneof![
			Just(Patience::PayOn), Just(Patience::Hourly), (1u32..4).prop_map(Patience::Syncs),
		],
		acts in prop::collection::vec((0u64..1_500, 0u8..4, 0u128..1_200), 1..24),
	) {
		let mut config = config(HOP);
		config.patience = patience;
		let mut stage = hop_with(config, |edge| edge.risk = risk);
		let mut open = Vec::new();
		let (mut nonce, mut out, mut back, mut earned) = (0, 0, 0, 0);
		let fees = |actions: &[Action]| -> u128 {
			packets(actions, FIRST).iter().map(|packet| match packet {
				Packet::Settle(settle) => settle.items.iter().map(|item| item.fee).sum(),
				Packet::Answer(answer) => answer.fee,
				_ => 0,
			}).sum()
		};
		for (wait, act, amount) in acts {
			let until = stage.now - START + wait;
			for (_, action) in stage.wait_until(until) {
				out += fees(&[action]);
			}
			if stage.relay.is_broken(SECOND) {
				break;
			}
			let actions = match (act, open.pop()) {
				(0 | 1, last) => {
					open.extend(last);
					nonce += 1;
					if stage.now > START + 50_000 || stage.relay.sent_over(SECOND) == 8 {
						continue;
					}
					open.push(stage.under_way(nonce));
					vec![]
				},
				(2, Some(request)) => {
					earned += PRICE;
					stage.recipient_says(Packet::Answer(answer(request, b"").into()))
				},
				(_, Some(request)) => {
					open.push(request);
					if amount == 0 {
						continue;
					}
					back += amount;
					stage.fee_comes(request, amount)
				},
				_ => continue,
			};
			out += fees(&actions);
		}
		let until = stage.now - START + 20_000;
		for (_, action) in stage.wait_until(until) {
			out += fees(&[action]);
		}
		earned += PRICE * open.len() as u128;
		prop_assert!(out <= back + earned + risk, "{out} paid, {back} back, {earned} earned, {risk} at risk");
		prop_assert_eq!(stage.relay.usage().flights, 0);
	}
}
