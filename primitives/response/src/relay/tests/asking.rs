//! What an author does: it asks along one route after the other, until it is answered, or paid, or there is no way.

use super::fixture::*;
use crate::relay::{
	packet::{Ack, Acknowledged, Item, Nack, Packet},
	Action, ChainEvent, Event, Ms, Order, Outcome, Patience, Query, Reason, Relay, Route,
};
use crate::{ChannelState, Payment, Side, H256};
use alloc::{boxed::Box, vec, vec::Vec};

/// The machine of the author, and the hop's side of the channel.
struct Author {
	relay: Relay<Keys>,
	hop: ChannelState,
	now: Ms,
}

fn author(patience: Patience) -> Author {
	let mut config = config(AUTHOR);
	config.patience = patience;
	let mut relay = Relay::new(keys(AUTHOR), config);
	let config = Box::new(edge_config(FIRST, HOP));
	let channel = Box::new(super::fixture::channel(FIRST, Side::Opener));
	relay.handle(START, Event::Chain(ChainEvent::Opened { config, channel }));
	Author { relay, hop: super::fixture::channel(FIRST, Side::Acceptor), now: START }
}

fn query(nonce: u64) -> Query {
	let request = request(nonce);
	Query {
		nonce,
		recipient: request.recipient,
		basis: request.basis,
		method: request.method.into_inner(),
		body: b"body".to_vec(),
		max_response_bytes: request.max_response_bytes,
		service_ms: 0,
		late_fee_per_ms: 1,
		late_fee_cap: request.late_fee_cap,
		validity_ms: 60_000,
	}
}

/// The usual way, and one that avoids the second edge.
fn ways() -> Vec<Route> {
	let (usual, _) = route();
	let mut other = usual.clone();
	other.legs[1].edge = 99;
	vec![usual, other]
}

impl Author {
	fn tell(&mut self, event: Event) -> Vec<Action> {
		self.relay.handle(self.now, event)
	}

	fn ask(&mut self, query: Query, routes: Vec<Route>) -> Vec<Action> {
		self.tell(Event::Order(Order::Ask { query: Box::new(query), routes }))
	}

	fn hear(&mut self, packet: Packet) -> Vec<Action> {
		self.tell(Event::Packet { edge: FIRST, packet })
	}

	fn wait_until(&mut self, ms: Ms) -> Vec<(Ms, Action)> {
		let mut seen = Vec::new();
		while self.now < START + ms {
			self.now += 1;
			let actions = self.tell(Event::Timer);
			seen.extend(actions.into_iter().map(|action| (self.now - START, action)));
		}
		seen
	}

	fn fee(&mut self, request: H256, fee: u128) -> Vec<Action> {
		let voucher = self.hop.issue(fee, Payment::Owed).unwrap();
		let voucher = crate::relay::packet::SignedVoucher { voucher, signed: sign_message(HOP, &voucher) };
		self.hear(settle(&[Item { request, fee, broken: None }], &[], Some(voucher)))
	}
}

/// The request that is sent, if one is.
fn sent(actions: &[Action]) -> Option<crate::relay::packet::Forward> {
	packets(actions, FIRST).into_iter().find_map(|packet| match packet {
		Packet::Forward(forward) => Some(*forward),
		_ => None,
	})
}

fn outcomes(actions: &[Action]) -> Vec<Outcome> {
	let outcome = |action: &Action| match action {
		Action::Deliver { outcome, .. } => Some(outcome.clone()),
		_ => None,
	};
	actions.iter().filter_map(outcome).collect()
}

fn timed(seen: &[(Ms, Action)]) -> Vec<(Ms, Outcome)> {
	seen.iter()
		.flat_map(|(at, it)| outcomes(core::slice::from_ref(it)).into_iter().map(|it| (*at, it)))
		.collect()
}

fn proof(request: H256) -> Packet {
	settle(&[Item { request, fee: 0, broken: Some(0) }], &[intent(SECOND, HOP)], None)
}

#[test]
fn what_is_asked_should_be_sent_as_a_hop_takes_it() {
	let mut author = author(Patience::PayOn);
	let forward = sent(&author.ask(query(1), ways())).unwrap();
	let mut hop = hop();
	let actions = hop.author_says(Packet::Forward(Box::new(forward)));
	assert!(matches!(packets(&actions, FIRST)[..], [Packet::Ack(_)]), "{actions:?}");
}

#[test]
fn an_answer_should_be_delivered_with_its_signature_as_evidence() {
	let mut author = author(Patience::PayOn);
	let request = Box::new(sent(&author.ask(query(1), ways())).unwrap().request);
	let answer = answer(hash(&request), b"hello");
	let outcomes = outcomes(&author.hear(Packet::Answer(Box::new(answer.clone()))));
	let (response, signed) = (Box::new(answer.response), Box::new(answer.signed));
	assert_eq!(outcomes, vec![Outcome::Answered { request, response, signed, body: b"hello".to_vec() }]);
	assert_eq!((author.relay.usage().asks, author.relay.usage().flights), (0, 0));
	assert_eq!(timed(&author.wait_until(3_000)), vec![]);
}

#[test]
fn a_proof_should_be_delivered_and_submitted_and_the_same_asked_along_another_way() {
	let mut author = author(Patience::PayOn);
	let first = sent(&author.ask(query(1), ways())).unwrap().request;
	let actions = author.hear(proof(hash(&first)));
	assert!(matches!(&outcomes(&actions)[..], [Outcome::Broken { proof }] if **proof == intent(SECOND, HOP)));
	assert_eq!(submitted(&actions), [SECOND]);
	let second = sent(&actions).unwrap().request;
	assert_ne!(hash(&second), hash(&first));
	assert_eq!(second.query(&GENESIS), first.query(&GENESIS), "so that a retry is answered as before");
}

#[test]
fn a_way_with_an_edge_that_is_known_to_be_broken_should_not_be_tried() {
	let mut author = author(Patience::PayOn);
	let request = hash(&sent(&author.ask(query(1), ways())).unwrap().request);
	author.hear(proof(request));
	let (usual, _) = route();
	let actions = author.ask(query(2), vec![usual]);
	assert_eq!((sent(&actions), outcomes(&actions)), (None, vec![Outcome::NoRoute]));
}

#[test]
fn more_ways_should_be_asked_for_once_all_were_tried_and_nothing_more_after_that_is_given_up() {
	let mut author = author(Patience::PayOn);
	let (usual, _) = route();
	let request = hash(&sent(&author.ask(query(1), vec![usual])).unwrap().request);
	let actions = author.hear(proof(request));
	assert_eq!(outcomes(&actions)[1..], [Outcome::NoRoute]);
	assert_eq!(author.relay.usage().asks, 1);
	let actions = author.tell(Event::Order(Order::Retry { nonce: 1, routes: ways() }));
	assert!(sent(&actions).is_some());
	// What is under way is not forgotten.
	author.tell(Event::Order(Order::Forget { nonce: 1 }));
	assert_eq!(author.relay.usage().asks, 1);
	let request = hash(&sent(&actions).unwrap().request);
	let other = settle(&[Item { request, fee: 0, broken: Some(0) }], &[intent(FIRST, HOP)], None);
	author.hear(other);
	author.tell(Event::Order(Order::Forget { nonce: 1 }));
	assert_eq!(author.relay.usage().asks, 0);
}

#[test]
fn a_refusal_should_have_the_next_way_tried() {
	let mut author = author(Patience::PayOn);
	let forward = sent(&author.ask(query(1), ways())).unwrap();
	author.hop.accept(&forward.voucher.unwrap().voucher).unwrap();
	let voucher = author.hop.issue(forward.pay, Payment::Owed).unwrap();
	let voucher = Some(crate::relay::packet::SignedVoucher { voucher, signed: sign_message(HOP, &voucher) });
	let request = hash(&forward.request);
	let nack = Nack { request, reason: Reason::TooMany, pay: forward.pay, voucher };
	let actions = author.hear(Packet::Nack(nack));
	assert_eq!(outcomes(&actions), vec![Outcome::Refused { reason: Reason::TooMany }]);
	assert!(sent(&actions).is_some_and(|forward| forward.payload != route().1));
	// All that was paid has come back, and the second is paid now.
	assert_eq!(author.relay.channel(FIRST).unwrap().balance(), DEPOSIT - PRICE - WAGE);
}

#[test]
fn whoever_is_not_paid_for_waiting_should_sever_after_the_first_sync() {
	for patience in [Patience::PayOn, Patience::Hourly, Patience::Syncs(1)] {
		let mut author = author(patience);
		author.ask(query(1), ways());
		let seen = author.wait_until(5_000);
		// The payment of the sync at 1000 would be there at 1100.
		let broken = Outcome::Broken { proof: Box::new(intent(FIRST, AUTHOR)) };
		assert_eq!(timed(&seen), vec![(1_100, broken), (1_100, Outcome::NoRoute)]);
	}
}

#[test]
fn whoever_is_patient_should_sever_after_so_many_syncs() {
	let mut author = author(Patience::Syncs(3));
	author.ask(query(1), ways());
	assert_eq!(timed(&author.wait_until(5_000))[0].0, 3_100);
}

#[test]
fn whoever_is_not_patient_should_sever_when_the_answer_is_due() {
	let mut author = author(Patience::AtOnce);
	author.ask(query(1), ways());
	assert_eq!(timed(&author.wait_until(5_000))[0].0, 400);
}

#[test]
fn whoever_is_paid_for_waiting_should_wait() {
	let mut author = author(Patience::PayOn);
	let request = hash(&sent(&author.ask(query(1), ways())).unwrap().request);
	// The hop is late from 300 on: what it sends then would be here at 400. What it pays at a sync takes 100.
	for (sync, fee) in [(1_000, 700), (2_000, 1_000), (3_000, 1_000)] {
		author.wait_until(sync + 99);
		author.fee(request, fee);
		author.wait_until(sync + 101);
		assert!(!author.relay.is_broken(FIRST), "{sync}");
	}
	assert_eq!(author.relay.usage().flights, 1);
}

#[test]
fn late_fees_should_be_delivered_and_end_the_request_once_they_are_paid_in_full() {
	let mut author = author(Patience::PayOn);
	let mut query = query(1);
	query.late_fee_cap = 1_200;
	let request = hash(&sent(&author.ask(query, ways())).unwrap().request);
	author.wait_until(1_050);
	assert_eq!(outcomes(&author.fee(request, 700)), vec![Outcome::Paid { fee: 700 }]);
	assert_eq!(timed(&author.wait_until(2_050)), vec![]);
	let outcomes = outcomes(&author.fee(request, 500));
	assert_eq!(outcomes, vec![Outcome::Paid { fee: 500 }, Outcome::PaidInFull]);
	assert_eq!((author.relay.usage().flights, author.relay.usage().asks), (0, 0));
	assert_eq!(timed(&author.wait_until(9_000)), vec![]);
}

#[test]
fn whoever_is_paid_too_little_should_sever() {
	let mut author = author(Patience::PayOn);
	let request = hash(&sent(&author.ask(query(1), ways())).unwrap().request);
	author.wait_until(1_050);
	author.fee(request, 699);
	assert_eq!(timed(&author.wait_until(5_000))[0].0, 1_100);
}

#[test]
fn clocks_that_differ_within_the_tolerance_should_not_make_a_payment_too_little() {
	let mut config = config(AUTHOR);
	config.skew_ms = 50;
	let mut relay = Relay::new(keys(AUTHOR), config);
	let opened = Box::new(edge_config(FIRST, HOP));
	let channel = Box::new(super::fixture::channel(FIRST, Side::Opener));
	relay.handle(START, Event::Chain(ChainEvent::Opened { config: opened, channel }));
	let hop = super::fixture::channel(FIRST, Side::Acceptor);
	let mut author = Author { relay, hop, now: START };
	let request = hash(&sent(&author.ask(query(1), ways())).unwrap().request);
	// The hop's clock is 50 ms ahead: its sync is at 950 of this one.
	author.wait_until(1_050);
	author.fee(request, 650);
	author.wait_until(1_900);
	assert!(!author.relay.is_broken(FIRST));
}

#[test]
fn a_query_that_cannot_be_sent_should_be_refused() {
	let mut author = author(Patience::PayOn);
	let long = Query { body: vec![0; 65_537], ..query(1) };
	let wordy = Query { method: vec![0; 129], ..query(1) };
	let greedy = Query { max_response_bytes: u32::MAX, ..query(1) };
	let free = Query { late_fee_per_ms: 0, ..query(1) };
	for (query, reason) in [
		(long, Reason::Oversized),
		(wordy, Reason::Oversized),
		(greedy, Reason::Oversized),
		(free, Reason::NoLateFee),
	] {
		assert_eq!(outcomes(&author.ask(query, ways())), vec![Outcome::Refused { reason }]);
	}
	author.ask(query(1), ways());
	let again = author.ask(query(1), ways());
	assert_eq!(outcomes(&again), vec![Outcome::Refused { reason: Reason::Replay }]);
	assert_eq!(author.relay.usage().asks, 1);
}

#[test]
fn the_first_hop_having_taken_it_should_be_delivered_with_its_signature() {
	let mut author = author(Patience::PayOn);
	let request = sent(&author.ask(query(1), ways())).unwrap().request;
	let message = Acknowledged { request: hash(&request), timeout_ms: request.timeout_ms };
	let ack = |by: u8| Packet::Ack(Ack { request: hash(&request), signed: sign_message(by, &message) });
	assert_eq!(ignored(&author.hear(ack(STRANGER))), vec![Reason::WrongKey]);
	let heard = author.hear(ack(HOP));
	let signed = Box::new(sign_message(HOP, &message));
	let taken = Outcome::Taken { request: Box::new(request), signed };
	assert_eq!(outcomes(&heard), vec![taken]);
}

#[test]
fn what_was_under_way_along_a_closed_edge_should_not_set_out_along_it_again() {
	let mut author = author(Patience::PayOn);
	author.ask(query(1), ways());
	let actions = author.tell(Event::Chain(ChainEvent::Closed { edge: FIRST }));
	let refused = Outcome::Refused { reason: Reason::NoRoute };
	assert_eq!((sent(&actions), outcomes(&actions)), (None, vec![refused, Outcome::NoRoute]));
	assert_eq!(author.relay.usage().flights, 0);
}

#[test]
fn an_answer_or_a_proof_that_comes_with_the_last_of_all_fees_should_be_delivered() {
	let asked = || {
		let mut author = author(Patience::PayOn);
		let mut query = query(1);
		query.late_fee_cap = 700;
		let request = hash(&sent(&author.ask(query, ways())).unwrap().request);
		author.wait_until(1_050);
		let voucher = author.hop.issue(700, Payment::Owed).unwrap();
		let voucher = crate::relay::packet::SignedVoucher { voucher, signed: sign_message(HOP, &voucher) };
		(author, request, Some(voucher))
	};
	let (mut author, request, voucher) = asked();
	let last = crate::relay::packet::Answer { fee: 700, voucher, ..answer(request, b"hello") };
	let told = outcomes(&author.hear(Packet::Answer(Box::new(last))));
	assert!(matches!(told[..], [Outcome::Paid { fee: 700 }, Outcome::Answered { .. }]), "{told:?}");
	let (mut author, request, voucher) = asked();
	let last = settle(&[Item { request, fee: 700, broken: Some(0) }], &[intent(SECOND, HOP)], voucher);
	let told = outcomes(&author.hear(last));
	assert!(matches!(told[..], [Outcome::Paid { fee: 700 }, Outcome::Broken { .. }]), "{told:?}");
}
