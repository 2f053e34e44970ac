//! Responses: which are passed on, in how many pieces, and that a repeated request gets the same.

use super::fixture::*;
use crate::relay::{
	packet::{Chunk, Packet},
	pieces, proofs, Action, ChainEvent, Event, Order, Reason, Relay, Request, Route, Verdict,
};
use crate::{ChannelState, Payment, Side, H256};
use alloc::{boxed::Box, vec, vec::Vec};

fn answers(actions: &[Action]) -> Vec<crate::relay::packet::Answer> {
	let answer = |packet| match packet {
		Packet::Answer(answer) => Some(*answer),
		_ => None,
	};
	packets(actions, FIRST).into_iter().filter_map(answer).collect()
}

#[test]
fn a_response_in_time_should_be_passed_on_as_it_is_and_cost_nothing() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.at(200);
	let answer = answer(request, b"hello");
	let actions = stage.recipient_says(Packet::Answer(Box::new(answer.clone())));
	assert_eq!(answers(&actions), vec![answer]);
	assert_eq!(stage.relay.usage().flights, 0);
	assert_eq!(stage.relay.channel(SECOND).unwrap().in_flight(), 0);
	assert_eq!(stage.wait_until(3_000), vec![]);
}

#[test]
fn a_response_that_its_recipient_has_not_signed_should_not_be_passed_on() {
	let mut stage = hop();
	let request = stage.under_way(1);
	let mut forged = answer(request, b"hello");
	forged.signed = sign_message(STRANGER, &forged.response);
	assert_eq!(ignored(&stage.recipient_says(Packet::Answer(Box::new(forged)))), vec![Reason::WrongKey]);
	assert_eq!(stage.relay.usage().flights, 1);
}

#[test]
fn a_body_that_is_not_what_was_signed_should_not_be_passed_on() {
	let mut stage = hop();
	let request = stage.under_way(1);
	for body in [None, Some(pieces(b"hullo").remove(0)), Some(pieces(b"hell").remove(0))] {
		let other = crate::relay::packet::Answer { body, ..answer(request, b"hello") };
		let actions = stage.recipient_says(Packet::Answer(Box::new(other)));
		assert_eq!(ignored(&actions), vec![Reason::WrongCommitment]);
	}
}

#[test]
fn a_response_longer_than_was_asked_for_should_not_be_passed_on() {
	let mut stage = hop();
	let mut short = request(1);
	short.max_response_bytes = 4;
	let request = hash(&short);
	stage.hand_over(unpaid(short));
	let actions = stage.recipient_says(Packet::Answer(Box::new(answer(request, b"hello"))));
	assert_eq!(ignored(&actions), vec![Reason::Oversized]);
}

#[test]
fn a_response_to_what_was_not_asked_should_not_be_passed_on() {
	let mut stage = hop();
	let request = stage.under_way(1);
	let actions = stage.recipient_says(Packet::Answer(Box::new(answer(H256::zero(), b"hello"))));
	assert_eq!(ignored(&actions), vec![Reason::UnknownRequest]);
	// Nor by the one who asks.
	let actions = stage.author_says(Packet::Answer(Box::new(answer(request, b"hello"))));
	assert_eq!(ignored(&actions), vec![Reason::UnknownRequest]);
}

#[test]
fn a_repeated_request_should_be_answered_by_what_is_remembered_and_paid_back() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.recipient_says(Packet::Answer(Box::new(answer(request, b"hello"))));
	let balance = stage.relay.channel(FIRST).unwrap().balance();
	let actions = stage.hand_over(unpaid(super::fixture::request(1)));
	assert_eq!(answers(&actions), vec![answer(request, b"hello")]);
	assert_eq!(packets(&actions, SECOND), vec![]);
	assert_eq!(stage.relay.channel(FIRST).unwrap().balance(), balance);
}

#[test]
fn a_request_should_be_forgotten_once_it_has_expired() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.recipient_says(Packet::Answer(Box::new(answer(request, b"hello"))));
	assert_eq!(stage.relay.usage().remembered, 1);
	stage.at(60_001);
	let actions = stage.hand_over(unpaid(super::fixture::request(1)));
	assert_eq!(nacks(&actions, FIRST)[0].reason, Reason::Expired);
	assert_eq!(stage.relay.usage().remembered, 0);
}

fn long_body() -> Vec<u8> {
	(0..150_000u32).map(|byte| (byte / 251) as u8).collect()
}

/// The pieces of an answer, as its recipient sends them.
fn chunks(request: H256, body: &[u8]) -> Vec<Chunk> {
	let pieces = pieces(body);
	let proofs = proofs(&pieces);
	let chunk =
		|(index, (piece, proof))| Chunk { request, index: index as u32, piece, proof, fee: 0, voucher: None };
	pieces.into_iter().zip(proofs).enumerate().map(chunk).collect()
}

#[test]
fn a_long_response_should_be_passed_on_piece_by_piece_and_end_with_the_last() {
	let mut stage = hop();
	let request = stage.under_way(1);
	let head = answer(request, &long_body());
	let actions = stage.recipient_says(Packet::Answer(Box::new(head.clone())));
	assert_eq!(answers(&actions), vec![head]);
	let chunks = chunks(request, &long_body());
	assert_eq!(chunks.len(), 3);
	for chunk in chunks {
		assert_eq!(stage.relay.usage().flights, 1);
		let actions = stage.recipient_says(Packet::Chunk(Box::new(chunk.clone())));
		assert_eq!(packets(&actions, FIRST), vec![Packet::Chunk(Box::new(chunk))]);
	}
	assert_eq!(stage.relay.usage().flights, 0);
}

#[test]
fn pieces_out_of_order_or_of_something_else_should_not_be_passed_on() {
	let mut stage = hop();
	let request = stage.under_way(1);
	let all = chunks(request, &long_body());
	let before = stage.recipient_says(Packet::Chunk(Box::new(all[0].clone())));
	assert_eq!(ignored(&before), vec![Reason::UnknownRequest]);
	stage.recipient_says(Packet::Answer(Box::new(answer(request, &long_body()))));
	let mut other = all[0].clone();
	other.piece = all[1].piece.clone();
	let mut unproven = all[0].clone();
	unproven.proof = Default::default();
	for chunk in [all[1].clone(), other, unproven] {
		let actions = stage.recipient_says(Packet::Chunk(Box::new(chunk)));
		assert_eq!(ignored(&actions), vec![Reason::WrongCommitment]);
	}
	assert_eq!(ignored(&stage.recipient_says(Packet::Chunk(Box::new(all[0].clone())))), vec![]);
	let again = stage.recipient_says(Packet::Chunk(Box::new(all[0].clone())));
	assert_eq!(ignored(&again), vec![Reason::WrongCommitment]);
}

#[test]
fn late_fees_of_a_long_response_should_be_owed_until_its_last_piece() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.recipient_says(Packet::Answer(Box::new(answer(request, &long_body()))));
	let chunks = chunks(request, &long_body());
	let mut fees = Vec::new();
	for (chunk, at) in chunks.into_iter().zip([150, 250, 350]) {
		stage.wait_until(at);
		let actions = stage.recipient_says(Packet::Chunk(Box::new(chunk)));
		let [Packet::Chunk(chunk)] = &packets(&actions, FIRST)[..] else { panic!("{actions:?}") };
		fees.push(chunk.fee);
	}
	assert_eq!(fees, [0, 0, 150]);
}

/// The machine of the recipient, and the hop's side of its channel.
fn recipient() -> (Relay<Keys>, ChannelState) {
	let mut relay = Relay::new(keys(RECIPIENT), config(RECIPIENT));
	let config = Box::new(edge_config(SECOND, HOP));
	let channel = Box::new(super::fixture::channel(SECOND, Side::Acceptor));
	relay.handle(START, Event::Chain(ChainEvent::Opened { config, channel }));
	(relay, super::fixture::channel(SECOND, Side::Opener))
}

/// What the hop hands over to the recipient.
fn arrive(relay: &mut Relay<Keys>, hop: &mut ChannelState, request: &Request) -> Vec<Action> {
	let voucher = hop.issue(WAGE, Payment::Ahead).unwrap();
	let signed = sign_message(HOP, &voucher);
	let forward = crate::relay::packet::Forward {
		timeout_ms: 2 * LATENCY_MS,
		payload: Route::default().payload().unwrap(),
		pay: WAGE,
		voucher: Some(crate::relay::packet::SignedVoucher { voucher, signed }),
		..unpaid(request.clone())
	};
	relay.handle(START, Event::Packet { edge: SECOND, packet: Packet::Forward(Box::new(forward)) })
}

fn served(relay: &mut Relay<Keys>, request: &Request, body: &[u8]) -> Vec<Action> {
	let (request, body) = (hash(request), body.to_vec());
	let order = Order::Served { request, verdict: Verdict::Answer, body };
	relay.handle(START, Event::Order(order))
}

fn serves(actions: &[Action]) -> usize {
	actions.iter().filter(|action| matches!(action, Action::Serve { .. })).count()
}

fn bodies(actions: &[Action]) -> Vec<(H256, Verdict, Vec<u8>)> {
	let body = |packet| match packet {
		Packet::Answer(answer) => {
			let body = answer.body.map(|body| body.into_inner()).unwrap_or_default();
			Some((answer.response.request, answer.response.verdict, body))
		}
		_ => None,
	};
	packets(actions, SECOND).into_iter().filter_map(body).collect()
}

#[test]
fn a_recipient_should_have_its_provider_answer_and_sign_that() {
	let (mut relay, mut hop) = recipient();
	let actions = arrive(&mut relay, &mut hop, &request(1));
	assert_eq!(serves(&actions), 1);
	let actions = served(&mut relay, &request(1), b"hello");
	let [Packet::Answer(sent)] = &packets(&actions, SECOND)[..] else { panic!("{actions:?}") };
	assert_eq!(**sent, answer(hash(&request(1)), b"hello"));
	assert_eq!(relay.usage().flights, 0);
}

#[test]
fn the_same_query_by_another_way_should_be_answered_by_the_same_body_and_not_served_again() {
	let (mut relay, mut hop) = recipient();
	let first = request(1);
	let mut again = request(1);
	(again.timeout_ms, again.route, again.not_after_ms) = (900, H256::zero(), START + 70_000);
	let mut meanwhile = request(1);
	meanwhile.late_fee_cap = 77;
	assert_eq!(first.query(&GENESIS), again.query(&GENESIS));
	assert_eq!(serves(&arrive(&mut relay, &mut hop, &first)), 1);
	// One comes while the first is being answered, one after.
	assert_eq!(serves(&arrive(&mut relay, &mut hop, &meanwhile)), 0);
	let answer = |request: &Request| (hash(request), Verdict::Answer, b"hello".to_vec());
	let mut both = bodies(&served(&mut relay, &first, b"hello"));
	both.sort_by_key(|(request, ..)| *request != hash(&first));
	assert_eq!(both, vec![answer(&first), answer(&meanwhile)]);
	let actions = arrive(&mut relay, &mut hop, &again);
	assert_eq!((serves(&actions), bodies(&actions)), (0, vec![answer(&again)]));
	// What the provider says late, or twice, is not heard.
	assert_eq!(served(&mut relay, &first, b"other"), vec![]);
}

#[test]
fn another_query_should_be_served_by_itself() {
	let (mut relay, mut hop) = recipient();
	arrive(&mut relay, &mut hop, &request(1));
	assert_eq!(serves(&arrive(&mut relay, &mut hop, &request(2))), 1);
}

#[test]
fn an_answer_longer_than_was_asked_for_should_become_a_refusal() {
	let (mut relay, mut hop) = recipient();
	let mut short = request(1);
	short.max_response_bytes = 4;
	arrive(&mut relay, &mut hop, &short);
	let actions = served(&mut relay, &short, b"hello");
	assert_eq!(bodies(&actions), vec![(hash(&short), Verdict::Refusal, vec![])]);
}

#[test]
fn an_answer_that_was_forgotten_for_room_should_not_be_given_differently() {
	let mut config = config(RECIPIENT);
	config.limits.cache_bytes = 100;
	let mut relay = Relay::new(keys(RECIPIENT), config);
	let opened = Box::new(edge_config(SECOND, HOP));
	let channel = Box::new(super::fixture::channel(SECOND, Side::Acceptor));
	relay.handle(START, Event::Chain(ChainEvent::Opened { config: opened, channel }));
	let mut hop = super::fixture::channel(SECOND, Side::Opener);
	arrive(&mut relay, &mut hop, &request(1));
	served(&mut relay, &request(1), &[7; 90]);
	let mut again = request(1);
	again.timeout_ms = 900;
	let actions = arrive(&mut relay, &mut hop, &again);
	assert_eq!(nacks(&actions, SECOND)[0].reason, Reason::Replay);
	assert_eq!(relay.usage().cache_bytes, 0);
}

#[test]
fn a_recipient_should_owe_late_fees_like_a_hop() {
	let (mut relay, mut hop) = recipient();
	arrive(&mut relay, &mut hop, &request(1));
	let late = relay.handle(START, Event::Timer);
	assert!(matches!(late[0], Action::Note(crate::relay::Note::Late { upstream: SECOND, .. })));
	let actions: Vec<_> =
		relay.handle(START + 1_000, Event::Timer).into_iter().map(|it| (1_000, it)).collect();
	assert_eq!(settled(&actions, SECOND), [(1_000, 1_000, false)]);
}

#[test]
fn an_answer_that_nobody_waits_for_any_more_should_be_kept_for_a_retry() {
	let (mut relay, mut hop) = recipient();
	let mut first = request(1);
	first.late_fee_cap = 10;
	arrive(&mut relay, &mut hop, &first);
	relay.handle(START, Event::Timer);
	relay.handle(START + 1_000, Event::Timer);
	assert_eq!(relay.usage().flights, 0, "all that could be owed was paid");
	assert_eq!(bodies(&served(&mut relay, &first, b"hello")), vec![]);
	let actions = arrive(&mut relay, &mut hop, &request(1));
	assert_eq!(bodies(&actions), vec![(hash(&request(1)), Verdict::Answer, b"hello".to_vec())]);
}

#[test]
fn what_is_paid_a_second_time_should_pay_for_nothing_else() {
	let mut stage = hop();
	let request = stage.under_way(1);
	let refund = Some(stage.pay_back(50));
	assert_eq!(ignored(&stage.recipient_says(settle(&[], &[], refund))), vec![]);
	assert_eq!(stage.relay.channel(SECOND).unwrap().balance(), DEPOSIT - WAGE + 50);
	let item = crate::relay::packet::Item { request, fee: 50, broken: None };
	assert_eq!(ignored(&stage.recipient_says(settle(&[item], &[], None))), vec![Reason::FeeNotPaid]);
}
