//! Which requests are not taken, and that what was paid for them comes back.

use super::fixture::*;
use crate::relay::{
	packet::{Forward, Packet},
	Action, ChainEvent, Event, Leg, Limits, Order, Query, Reason, Route, MAX_BODY_BYTES,
};
use alloc::{boxed::Box, vec};

/// Expects that a request is not taken for this reason, by a node that sends nothing on and gives everything back.
fn refused(stage: &mut Stage, reason: Reason, forward: Forward) {
	let before = stage.relay.usage().flights;
	let pay = forward.pay;
	let request = hash(&forward.request);
	let actions = stage.hand_over(forward);
	let nacks = nacks(&actions, FIRST);
	assert_eq!(nacks.len(), 1, "{actions:?}");
	let nack = nacks[0];
	assert_eq!((nack.request, nack.reason, nack.pay), (request, reason, pay));
	let paid = nack.voucher.map_or(0, |voucher| stage.author.accept(&voucher.voucher).unwrap());
	assert_eq!(paid, pay);
	assert_eq!(packets(&actions, SECOND), vec![]);
	assert_eq!(stage.relay.usage().flights, before);
}

/// A good request, but for what is changed before it is signed.
fn with(change: impl FnOnce(&mut crate::relay::Request)) -> Forward {
	let mut request = request(1);
	change(&mut request);
	unpaid(request)
}

#[test]
fn a_good_request_should_be_taken_and_sent_on_with_its_pay() {
	let mut stage = hop();
	let request = request(1);
	let actions = stage.hand_over(unpaid(request.clone()));
	assert!(matches!(packets(&actions, FIRST)[..], [Packet::Ack(ack)] if ack.request == hash(&request)));
	let sent = packets(&actions, SECOND);
	let [Packet::Forward(forward)] = &sent[..] else { panic!("{actions:?}") };
	assert_eq!((forward.timeout_ms, forward.pay), (2 * LATENCY_MS, WAGE));
	assert_eq!(stage.recipient.accept(&forward.voucher.unwrap().voucher), Ok(WAGE));
	assert_eq!(forward.request, request);
	let peeled = crate::relay::peel_plain(&forward.payload).unwrap();
	assert_eq!((peeled.next, peeled.beyond), (None, vec![]));
}

#[test]
fn what_is_signed_should_be_persisted_before_it_is_sent() {
	let mut stage = hop();
	let actions = stage.hand_over(unpaid(request(1)));
	let kept = |action: &crate::relay::Action| matches!(action, crate::relay::Action::Persist { edge: SECOND, channel } if channel.signed().paid == WAGE);
	let sent =
		|action: &crate::relay::Action| matches!(action, crate::relay::Action::Send { edge: SECOND, .. });
	let place = |of: &dyn Fn(&crate::relay::Action) -> bool| actions.iter().position(of).unwrap();
	assert!(place(&kept) < place(&sent));
}

#[test]
fn a_request_of_an_unknown_neighbour_should_not_be_heard() {
	let mut stage = hop();
	let packet = Packet::Forward(unpaid(request(1)).into());
	let actions = stage.tell(Event::Packet { edge: ASIDE, packet });
	assert_eq!(ignored(&actions), vec![Reason::UnknownNeighbour]);
	assert_eq!(actions.len(), 1);
}

#[test]
fn bytes_that_are_no_packet_should_not_be_heard() {
	let mut stage = hop();
	for bytes in [vec![], vec![9], vec![0; 100], vec![0; 200_000]] {
		let actions = stage.tell(Event::Bytes { edge: FIRST, bytes });
		assert_eq!(ignored(&actions), vec![Reason::Malformed]);
	}
}

#[test]
fn a_packet_with_something_behind_it_should_not_be_heard() {
	let mut bytes = codec::Encode::encode(&Packet::Forward(unpaid(request(1)).into()));
	assert!(Packet::from_bytes(&bytes).is_some());
	bytes.push(0);
	assert_eq!(Packet::from_bytes(&bytes), None);
}

#[test]
fn a_request_that_its_author_has_not_signed_should_be_refused() {
	let mut forward = with(|_| {});
	forward.signed = sign_message(STRANGER, &forward.request);
	refused(&mut hop(), Reason::WrongKey, forward);
}

#[test]
fn a_request_that_was_changed_after_it_was_signed_should_be_refused() {
	let mut forward = with(|_| {});
	forward.request.late_fee_cap += 1;
	refused(&mut hop(), Reason::WrongKey, forward);
}

#[test]
fn a_body_other_than_the_one_that_was_signed_should_be_refused() {
	let mut forward = with(|_| {});
	forward.body = b"buddy".to_vec().try_into().unwrap();
	refused(&mut hop(), Reason::WrongCommitment, forward);
}

#[test]
fn a_route_other_than_the_one_that_was_signed_should_be_refused_by_the_first_hop() {
	refused(&mut hop(), Reason::WrongCommitment, with(|request| request.route.0[0] ^= 1));
}

#[test]
fn an_expired_request_should_be_refused_and_one_that_expires_now_should_not() {
	refused(&mut hop(), Reason::Expired, with(|request| request.not_after_ms = START - 1));
	let mut stage = hop();
	let actions = stage.hand_over(with(|request| request.not_after_ms = START));
	assert_eq!(nacks(&actions, FIRST), vec![]);
}

#[test]
fn a_clock_that_is_behind_within_the_tolerance_should_not_make_a_request_expired() {
	let mut config = config(HOP);
	config.skew_ms = 50;
	let mut stage = hop_with(config, |_| {});
	refused(&mut stage, Reason::Expired, with(|request| request.not_after_ms = START - 51));
	let actions = stage.hand_over(with(|request| request.not_after_ms = START - 50));
	assert_eq!(nacks(&actions, FIRST), vec![]);
}

#[test]
fn a_request_that_expires_too_far_ahead_should_be_refused() {
	refused(&mut hop(), Reason::TooFarAhead, with(|request| request.not_after_ms = START + 600_001));
	refused(&mut hop(), Reason::TooFarAhead, with(|request| request.not_after_ms = u64::MAX));
}

#[test]
fn a_request_that_is_in_flight_should_be_refused_when_it_comes_again() {
	let mut stage = hop();
	stage.under_way(1);
	refused(&mut stage, Reason::Replay, with(|_| {}));
}

#[test]
fn a_request_for_too_long_an_answer_should_be_refused() {
	refused(&mut hop(), Reason::Oversized, with(|request| request.max_response_bytes = MAX_BODY_BYTES + 1));
}

#[test]
fn more_requests_than_are_kept_should_be_refused() {
	let mut config = config(HOP);
	config.limits = Limits { flights: 2, ..Limits::default() };
	let mut stage = hop_with(config, |_| {});
	stage.under_way(1);
	stage.under_way(2);
	refused(&mut stage, Reason::TooMany, with(|request| request.nonce = 3));
}

#[test]
fn more_requests_than_an_edge_has_room_for_should_be_refused() {
	let mut stage = hop_with(config(HOP), |edge| edge.max_requests = 1);
	stage.under_way(1);
	refused(&mut stage, Reason::TooMany, with(|request| request.nonce = 2));
}

#[test]
fn a_request_with_too_little_time_for_the_way_should_be_refused() {
	let mut forward = with(|_| {});
	forward.timeout_ms -= 1;
	refused(&mut hop(), Reason::TimeoutTooShort, forward);
	let mut forward = with(|_| {});
	forward.timeout_ms = 0;
	refused(&mut hop(), Reason::TimeoutTooShort, forward);
}

#[test]
fn a_request_that_pays_less_than_the_way_costs_should_be_refused() {
	let mut forward = with(|_| {});
	forward.pay -= 1;
	refused(&mut hop(), Reason::Underpaid, forward);
}

#[test]
fn bytes_both_ways_should_be_paid_for() {
	// Four bytes of body, and the answer.
	let free = PRICE + WAGE;
	let cost = free + 2 * (4 + 16);
	let priced = || hop_with(config(HOP), |edge| edge.price_per_byte = 2);
	let mut forward = with(|request| request.max_response_bytes = 16);
	forward.pay = cost - 1;
	refused(&mut priced(), Reason::Underpaid, forward.clone());
	forward.pay = cost;
	assert_eq!(nacks(&priced().hand_over(forward), FIRST), vec![]);
}

#[test]
fn a_request_that_was_not_paid_should_be_refused_and_nothing_given_back() {
	let mut stage = hop();
	let forward = with(|_| {});
	let actions = stage.author_says(Packet::Forward(forward.into()));
	let nacks = nacks(&actions, FIRST);
	assert_eq!((nacks[0].reason, nacks[0].pay, nacks[0].voucher), (Reason::Underpaid, 0, None));
}

#[test]
fn a_voucher_that_the_neighbour_has_not_signed_should_pay_nothing() {
	let mut stage = hop();
	let mut forward = with(|_| {});
	let mut voucher = stage.pay(forward.pay);
	voucher.signed = sign_message(STRANGER, &voucher.voucher);
	forward.voucher = Some(voucher);
	let actions = stage.author_says(Packet::Forward(forward.into()));
	assert_eq!(ignored(&actions), vec![Reason::WrongKey]);
	assert_eq!(nacks(&actions, FIRST)[0].reason, Reason::Underpaid);
}

#[test]
fn a_voucher_should_pay_once() {
	let mut stage = hop();
	let mut forward = with(|_| {});
	forward.voucher = Some(stage.pay(forward.pay));
	stage.author_says(Packet::Forward(forward.clone().into()));
	let mut second = with(|request| request.nonce = 2);
	second.voucher = forward.voucher;
	let actions = stage.author_says(Packet::Forward(second.into()));
	assert_eq!(nacks(&actions, FIRST)[0].reason, Reason::Underpaid);
}

#[test]
fn a_request_without_late_fees_should_be_refused() {
	refused(&mut hop(), Reason::NoLateFee, with(|request| request.late_fee_per_ms = 0));
	refused(&mut hop(), Reason::NoLateFee, with(|request| request.late_fee_cap = 0));
}

#[test]
fn late_fees_that_could_not_all_be_paid_should_be_refused_beforehand() {
	let most = DEPOSIT + PRICE + WAGE;
	refused(&mut hop(), Reason::NoFunds, with(|request| request.late_fee_cap = most + 1));
	let mut stage = hop();
	assert_eq!(nacks(&stage.hand_over(with(|request| request.late_fee_cap = most)), FIRST), vec![]);
	// What was promised for one cannot be promised for another.
	refused(&mut stage, Reason::NoFunds, with(|request| (request.nonce, request.late_fee_cap) = (2, 100)));
}

#[test]
fn a_request_that_leads_nowhere_or_back_should_be_refused() {
	for edge in [ASIDE, FIRST, 99] {
		let (mut route, _) = route();
		route.legs[1].edge = edge;
		let payload = route.payload().unwrap();
		let mut forward = with(|request| request.route = Route::commitment(&payload));
		forward.payload = payload;
		refused(&mut hop(), Reason::NoRoute, forward);
	}
}

#[test]
fn a_request_that_ends_at_somebody_who_is_not_its_recipient_should_be_refused() {
	let payload = Route::default().payload().unwrap();
	let mut forward = with(|request| request.route = Route::commitment(&payload));
	forward.payload = payload;
	refused(&mut hop(), Reason::NotForMe, forward);
}

#[test]
fn a_payload_that_cannot_be_read_should_be_refused() {
	let mut forward = with(|_| {});
	forward.payload = vec![0xff; 40].try_into().unwrap();
	refused(&mut hop(), Reason::NotForMe, forward);
}

#[test]
fn a_route_that_is_too_long_should_have_no_payload() {
	let leg = Leg { edge: 1, timeout_ms: 1, pay: 1 };
	let legs = |count: usize| Route { legs: vec![leg; count] };
	assert!(legs(33).payload().is_some());
	assert!(legs(34).payload().is_none());
	let path: Vec<_> = (0..3).map(|edge| (edge, 100, 7)).collect();
	let tight = Route::tight(&path, 50).unwrap();
	let timeouts: Vec<_> = tight.legs.iter().map(|leg| (leg.timeout_ms, leg.pay)).collect();
	assert_eq!(timeouts, [(650, 14), (450, 7), (250, 0)]);
	assert_eq!(Route::tight(&[(0, u32::MAX, 0)], 0), None);
}

#[test]
fn a_refusal_of_the_next_hop_should_give_everything_back() {
	let mut stage = hop();
	let request = stage.under_way(1);
	let voucher = Some(stage.pay_back(WAGE));
	let nack = crate::relay::packet::Nack { request, reason: Reason::TooMany, pay: WAGE, voucher };
	let actions = stage.recipient_says(Packet::Nack(nack));
	let nacks = nacks(&actions, FIRST);
	assert_eq!((nacks[0].request, nacks[0].reason, nacks[0].pay), (request, Reason::TooMany, PRICE + WAGE));
	assert_eq!(stage.author.accept(&nacks[0].voucher.unwrap().voucher), Ok(PRICE + WAGE));
	assert_eq!(stage.relay.usage().flights, 0);
	assert_eq!(stage.relay.channel(SECOND).unwrap().in_flight(), 0);
	assert_eq!(stage.relay.channel(FIRST).unwrap().balance(), DEPOSIT);
	assert_eq!(stage.relay.channel(SECOND).unwrap().balance(), DEPOSIT);
}

#[test]
fn a_refusal_that_gives_nothing_back_should_not_be_heard() {
	let mut stage = hop();
	let request = stage.under_way(1);
	for (pay, voucher) in [(WAGE, None), (0, None)] {
		let nack = crate::relay::packet::Nack { request, reason: Reason::TooMany, pay, voucher };
		let actions = stage.recipient_says(Packet::Nack(nack));
		assert_eq!(ignored(&actions), vec![Reason::Underpaid]);
	}
	assert_eq!(stage.relay.usage().flights, 1);
}

#[test]
fn a_refusal_should_not_be_heard_once_late_fees_are_owed() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.wait_until(200);
	let voucher = Some(stage.pay_back(WAGE));
	let nack = crate::relay::packet::Nack { request, reason: Reason::TooMany, pay: WAGE, voucher };
	let actions = stage.recipient_says(Packet::Nack(nack));
	assert_eq!(ignored(&actions), vec![Reason::UnknownRequest]);
	assert_eq!(stage.relay.usage().flights, 1);
}

#[test]
fn an_edge_that_is_being_closed_should_take_nothing_new_and_let_what_is_in_flight_end() {
	for edge in [FIRST, SECOND] {
		let mut stage = hop();
		let before = stage.under_way(1);
		assert_eq!(stage.tell(Event::Chain(ChainEvent::Closing { edge })), vec![]);
		refused(&mut stage, Reason::NoRoute, with(|request| request.nonce = 2));
		let actions = stage.recipient_says(Packet::Answer(answer(before, b"").into()));
		assert!(matches!(packets(&actions, FIRST)[..], [Packet::Answer(_)]));
		assert_eq!(stage.tell(Event::Chain(ChainEvent::Closed { edge })), vec![]);
		assert!(stage.relay.channel(edge).is_none());
	}
}

#[test]
fn what_may_have_to_be_paid_in_late_fees_should_not_be_spent_otherwise() {
	let mut stage = hop();
	let most = DEPOSIT + PRICE + WAGE;
	assert_eq!(nacks(&stage.hand_over(with(|request| request.late_fee_cap = most)), FIRST), vec![]);
	// The other way round, nothing is left for paying the author.
	let query = Query {
		nonce: 1,
		recipient: node(AUTHOR),
		basis: request(1).basis,
		method: vec![],
		body: vec![],
		max_response_bytes: 0,
		service_ms: 0,
		late_fee_per_ms: 1,
		late_fee_cap: 1,
		validity_ms: 1_000,
	};
	let ask = |nonce: u64, pay: u128| {
		let leg = Leg { edge: FIRST, timeout_ms: 200, pay };
		let query = Box::new(Query { nonce, ..query.clone() });
		Event::Order(Order::Ask { query, routes: vec![Route { legs: vec![leg] }] })
	};
	let sent = |actions: &[Action]| packets(actions, FIRST).len();
	assert_eq!(sent(&stage.tell(ask(1, 1))), 0);
	assert_eq!(sent(&stage.tell(ask(2, 0))), 1);
}

#[test]
fn the_acknowledgement_of_a_hop_should_be_signed_by_it() {
	let mut hop = hop();
	let request = request(1);
	let acks = packets(&hop.hand_over(unpaid(request.clone())), FIRST);
	let [Packet::Ack(ack)] = acks[..] else { panic!("{acks:?}") };
	let message =
		crate::relay::packet::Acknowledged { request: hash(&request), timeout_ms: request.timeout_ms };
	assert_eq!(ack.signed, sign_message(HOP, &message));
}

#[test]
fn a_channel_that_is_restored_should_go_on_where_it_was_persisted() {
	let mut stage = hop();
	let actions = stage.hand_over(unpaid(request(1)));
	let kept = |of: u64| {
		let state = actions.iter().rev().find_map(|action| match action {
			Action::Persist { edge, channel } if *edge == of => Some((**channel).clone()),
			_ => None,
		});
		state.unwrap()
	};
	let mut restarted = hop_with(config(HOP), |_| {});
	restarted.relay = crate::relay::Relay::new(keys(HOP), config(HOP));
	for (edge, neighbour) in [(FIRST, AUTHOR), (SECOND, RECIPIENT)] {
		let (config, channel) = (Box::new(edge_config(edge, neighbour)), Box::new(kept(edge)));
		restarted.tell(Event::Chain(ChainEvent::Opened { config, channel }));
	}
	restarted.author = stage.author;
	let channel = |edge| restarted.relay.channel(edge).unwrap();
	assert_eq!(
		(channel(FIRST).balance(), channel(SECOND).balance()),
		(DEPOSIT + PRICE + WAGE, DEPOSIT - WAGE)
	);
	assert_eq!(channel(SECOND).in_flight(), 0);
	let actions = restarted.hand_over(unpaid(request(2)));
	let sent = packets(&actions, SECOND);
	let [Packet::Forward(forward)] = &sent[..] else { panic!("{actions:?}") };
	assert_eq!(forward.voucher.unwrap().voucher.paid, 2 * WAGE, "nothing is signed twice");
}

/// A request for which the recipient is paid so much.
fn dear(nonce: u64, wage: u128) -> Forward {
	let (mut route, _) = route();
	route.legs[1].pay = wage;
	let payload = route.payload().unwrap();
	let mut forward = with(|request| (request.nonce, request.route) = (nonce, Route::commitment(&payload)));
	(forward.payload, forward.pay) = (payload, PRICE + wage);
	forward
}

#[test]
fn no_more_should_be_paid_ahead_than_the_channel_allows() {
	let mut stage = hop();
	// The author's own limit is the same: it pays for the second what is owed already.
	stage.hand_over(dear(1, 60_000));
	stage.author.discharge(PRICE + 60_000).unwrap();
	refused(&mut stage, Reason::TooMany, dear(2, 40_001));
	stage.author.discharge(PRICE + 40_001).unwrap();
	assert_eq!(nacks(&stage.hand_over(dear(3, 40_000)), FIRST), vec![]);
	assert_eq!(stage.relay.channel(SECOND).unwrap().in_flight(), 100_000);
}

#[test]
fn a_top_up_should_let_go_what_waits_for_funds() {
	let mut config = config(HOP);
	config.overload = crate::relay::Overload::Queue;
	let mut stage = hop_with(config, |_| {});
	let rich = ChainEvent::Deposited { edge: FIRST, side: crate::Side::Opener, deposit: 2 * DEPOSIT };
	stage.tell(Event::Chain(rich));
	stage.author.deposited(crate::Side::Opener, 2 * DEPOSIT).unwrap();
	for nonce in 0..10 {
		let actions = stage.hand_over(dear(nonce, 99_000));
		stage.author.discharge(PRICE + 99_000).unwrap();
		assert_eq!(packets(&actions, SECOND).len(), 1);
		let request = hash(&dear(nonce, 99_000).request);
		stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	}
	// Of 1,000,000 there is 10,000 left.
	let actions = stage.hand_over(dear(10, 10_001));
	assert_eq!((packets(&actions, SECOND).len(), stage.relay.usage().queued), (0, 1));
	let deposited = ChainEvent::Deposited { edge: SECOND, side: crate::Side::Opener, deposit: DEPOSIT + 1 };
	let actions = stage.tell(Event::Chain(deposited));
	assert_eq!((packets(&actions, SECOND).len(), stage.relay.usage().queued), (1, 0));
}
