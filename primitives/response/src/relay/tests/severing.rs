//! When edges are severed, and which proofs count.

use super::fixture::*;
use crate::relay::{
	packet::{Item, Packet, SignedIntent},
	Action, ChainEvent, Event, Note, Order, Overload, PassOn, Patience, Reason, Route,
};
use crate::H256;
use alloc::{vec, vec::Vec};

fn patient(patience: Patience) -> Stage {
	let mut config = config(HOP);
	config.patience = patience;
	hop_with(config, |_| {})
}

fn all_submitted(actions: &[(u64, Action)]) -> Vec<(u64, u64)> {
	actions
		.iter()
		.flat_map(|(at, action)| submitted(core::slice::from_ref(action)).into_iter().map(|it| (*at, it)))
		.collect()
}

/// A request to a stranger beyond the recipient, sent on; its hash.
fn beyond(stage: &mut Stage, nonce: u64) -> H256 {
	let (mut route, _) = route();
	route.legs[0].timeout_ms += 200;
	route.legs[1].timeout_ms += 200;
	route.legs.push(crate::relay::Leg { edge: ASIDE, timeout_ms: 200, pay: 0 });
	let payload = route.payload().unwrap();
	let mut request = request(nonce);
	request.timeout_ms += 200;
	request.route = Route::commitment(&payload);
	let mut forward = unpaid(request);
	forward.payload = payload;
	let hash = hash(&forward.request);
	let actions = stage.hand_over(forward);
	assert_eq!(packets(&actions, SECOND).len(), 1, "{actions:?}");
	hash
}

fn proof(request: H256, intent: SignedIntent) -> Packet {
	settle(&[Item { request, fee: 0, broken: Some(0) }], &[intent], None)
}

#[test]
fn a_silent_neighbour_should_be_severed_at_once_where_that_is_the_policy() {
	let mut stage = patient(Patience::AtOnce);
	stage.under_way(1);
	let seen = stage.wait_until(3_000);
	assert_eq!(all_submitted(&seen), [(200, SECOND)]);
	assert_eq!(settled(&seen, FIRST), [(200, 0, true)]);
}

#[test]
fn a_grace_should_be_waited_out_and_paid_for() {
	let mut config = config(HOP);
	(config.patience, config.grace_ms) = (Patience::AtOnce, 30);
	let mut stage = hop_with(config, |_| {});
	stage.under_way(1);
	let seen = stage.wait_until(3_000);
	assert_eq!(all_submitted(&seen), [(230, SECOND)]);
	assert_eq!(settled(&seen, FIRST), [(230, 30, true)]);
}

#[test]
fn an_answer_at_the_last_moment_should_be_in_time() {
	let mut stage = patient(Patience::AtOnce);
	let request = stage.under_way(1);
	stage.wait_until(199);
	stage.at(200);
	stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	assert_eq!(all_submitted(&stage.wait_until(3_000)), []);
}

#[test]
fn one_intent_should_answer_every_request_in_flight_over_the_edge() {
	let mut stage = patient(Patience::AtOnce);
	let requests = [stage.under_way(1), stage.under_way(2), stage.under_way(3)];
	let seen = stage.wait_until(200);
	let sent: Vec<_> =
		seen.iter().flat_map(|(_, action)| packets(core::slice::from_ref(action), FIRST)).collect();
	let [Packet::Settle(settle)] = &sent[..] else { panic!("{sent:?}") };
	assert_eq!(settle.intents[..], [intent(SECOND, HOP)]);
	let mut proven: Vec<_> = settle.items.iter().map(|item| (item.request, item.broken)).collect();
	proven.sort();
	let mut expected = requests.map(|request| (request, Some(0)));
	expected.sort();
	assert_eq!(proven, expected);
	assert_eq!(stage.relay.usage().flights, 0);
}

#[test]
fn a_request_over_a_broken_edge_should_be_answered_by_its_proof_at_once() {
	let mut stage = patient(Patience::AtOnce);
	stage.under_way(1);
	stage.wait_until(200);
	let actions = stage.hand_over(unpaid(request(2)));
	assert!(matches!(packets(&actions, FIRST)[..], [Packet::Ack(_), Packet::Settle(_)]));
	assert_eq!(packets(&actions, SECOND), vec![]);
}

#[test]
fn a_broken_edge_should_be_heard_no_more() {
	let mut stage = patient(Patience::AtOnce);
	let request = stage.under_way(1);
	stage.wait_until(200);
	let actions = stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	assert_eq!(ignored(&actions), vec![Reason::UnknownNeighbour]);
}

#[test]
fn patience_should_end_at_the_sync_that_it_is_set_to() {
	let mut stage = patient(Patience::Syncs(2));
	stage.under_way(1);
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(1_000, 800, false), (2_000, 1_000, true)]);
	assert_eq!(all_submitted(&seen), [(2_000, SECOND)]);
}

#[test]
fn patience_should_begin_anew_when_the_neighbour_pays() {
	let mut stage = patient(Patience::Syncs(2));
	let request = stage.under_way(1);
	stage.wait_until(1_100);
	stage.fee_comes(request, 900);
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(2_000, 1_000, false), (3_000, 1_000, true)]);
}

#[test]
fn patience_should_not_begin_anew_for_a_pittance() {
	let mut stage = patient(Patience::Syncs(2));
	let request = stage.under_way(1);
	stage.wait_until(1_100);
	stage.fee_comes(request, 899);
	let seen = stage.wait_until(5_000);
	assert_eq!(settled(&seen, FIRST), [(2_000, 1_000, true)]);
}

#[test]
fn without_syncs_patience_that_counts_them_should_end_at_once() {
	let mut config = config(HOP);
	config.patience = Patience::Syncs(5);
	let mut stage = hop_with(config, |edge| edge.syncs = None);
	stage.under_way(1);
	assert_eq!(all_submitted(&stage.wait_until(3_000)), [(200, SECOND)]);
}

#[test]
fn whoever_goes_by_the_last_hour_should_sever_once_it_is_negative() {
	let mut stage = patient(Patience::Hourly);
	// Each that is answered earns ten.
	for nonce in 1..=89 {
		let request = stage.under_way(nonce);
		stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	}
	stage.under_way(100);
	let seen = stage.wait_until(3_000);
	// The neighbour was late from 100 on: what it should have paid by 1000 is more than 890.
	assert_eq!(settled(&seen, FIRST), [(1_000, 800, false), (2_000, 1_000, true)]);
	assert_eq!(all_submitted(&seen), [(2_000, SECOND)]);
}

#[test]
fn whoever_goes_by_the_last_hour_should_bear_what_it_has_earned() {
	let mut stage = patient(Patience::Hourly);
	for nonce in 1..=90 {
		let request = stage.under_way(nonce);
		stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	}
	stage.under_way(100);
	let seen = stage.wait_until(4_000);
	let fees = [(1_000, 800, false), (2_000, 1_000, false), (3_000, 1_000, true)];
	assert_eq!(settled(&seen, FIRST), fees);
}

#[test]
fn what_was_earned_more_than_an_hour_ago_should_not_count() {
	let mut stage = patient(Patience::Hourly);
	for nonce in 1..=90 {
		let request = stage.under_way(nonce);
		stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	}
	stage.at(2 * 3_600_000);
	let mut later = request(100);
	later.not_after_ms = stage.now;
	stage.hand_over(unpaid(later));
	let begun = stage.now - START;
	let seen = stage.wait_until(begun + 3_000);
	let fees = [(begun + 1_000, 800, false), (begun + 2_000, 1_000, true)];
	assert_eq!(settled(&seen, FIRST), fees);
}

#[test]
fn a_neighbour_whose_proof_came_too_late_and_without_fees_should_be_severed_by_the_last_hour() {
	let mut config = config(HOP);
	(config.patience, config.pass_on) = (Patience::Hourly, PassOn::AtOnce);
	let mut stage = hop_with(config, |_| {});
	let request = beyond(&mut stage, 1);
	// Late from 400; its own next sync is at 1000, so nothing is paid before the proof comes.
	stage.wait_until(900);
	let actions = stage.recipient_says(proof(request, intent(ASIDE, RECIPIENT)));
	let timed: Vec<_> = actions.iter().cloned().map(|action| (900, action)).collect();
	assert_eq!(settled(&timed, FIRST), [(900, 500, true)]);
	assert_eq!(submitted(&actions), [SECOND], "500 was lost, and 10 earned");
}

#[test]
fn a_proof_of_an_edge_on_the_way_should_be_passed_on_at_once() {
	let mut stage = hop();
	let request = beyond(&mut stage, 1);
	stage.wait_until(300);
	for by in [RECIPIENT, STRANGER] {
		let mut stage = hop();
		let same = beyond(&mut stage, 1);
		assert_eq!(same, request);
		let actions = stage.recipient_says(proof(request, intent(ASIDE, by)));
		assert_eq!(ignored(&actions), vec![]);
		let [Packet::Settle(settle)] = &packets(&actions, FIRST)[..] else { panic!("{actions:?}") };
		assert_eq!(settle.intents[..], [intent(ASIDE, by)]);
		assert_eq!(stage.relay.usage().flights, 0);
	}
}

#[test]
fn a_proof_of_an_edge_that_is_not_on_the_way_should_not_count() {
	let mut stage = hop();
	let request = stage.under_way(1);
	for intent in [intent(ASIDE, RECIPIENT), intent(FIRST, AUTHOR)] {
		let actions = stage.recipient_says(proof(request, intent));
		assert_eq!(ignored(&actions)[0], Reason::NotOnRoute);
	}
}

#[test]
fn a_proof_that_no_end_of_the_edge_has_signed_should_not_count() {
	let mut stage = hop();
	let request = beyond(&mut stage, 1);
	let mut forged = intent(ASIDE, HOP);
	forged.by = node(STRANGER);
	for intent in [intent(ASIDE, AUTHOR), forged] {
		let actions = stage.recipient_says(proof(request, intent));
		assert_eq!(ignored(&actions), vec![Reason::NotOnRoute]);
	}
	// Nor does a place without an intent.
	let nothing = settle(&[Item { request, fee: 0, broken: Some(3) }], &[intent(ASIDE, RECIPIENT)], None);
	assert_eq!(ignored(&stage.recipient_says(nothing)), vec![Reason::NotOnRoute]);
	assert_eq!(stage.relay.usage().flights, 1);
}

#[test]
fn a_proof_should_be_kept_for_the_next_sync_where_that_is_the_policy() {
	let mut config = config(HOP);
	config.pass_on = PassOn::AtSync;
	let mut stage = hop_with(config, |_| {});
	let request = beyond(&mut stage, 1);
	stage.wait_until(900);
	let actions = stage.recipient_says(proof(request, intent(ASIDE, RECIPIENT)));
	assert!(actions.iter().any(|action| matches!(action, Action::Note(Note::Held { .. }))));
	assert_eq!(packets(&actions, FIRST), vec![]);
	assert_eq!(settled(&stage.wait_until(3_000), FIRST), [(1_000, 600, true)]);
}

#[test]
fn a_proof_that_is_kept_should_be_passed_on_before_the_risk_is_exceeded() {
	let mut config = config(HOP);
	config.pass_on = PassOn::AtSync;
	let mut stage = hop_with(config, |edge| edge.risk = 550);
	let request = beyond(&mut stage, 1);
	stage.wait_until(900);
	stage.recipient_says(proof(request, intent(ASIDE, RECIPIENT)));
	let seen = stage.wait_until(3_000);
	assert_eq!(settled(&seen, FIRST), [(950, 550, true)]);
	assert_eq!(all_submitted(&seen), []);
}

#[test]
fn what_the_neighbour_itself_severs_should_answer_too() {
	let mut stage = hop();
	stage.under_way(1);
	let actions = stage.recipient_says(settle(&[], &[intent(SECOND, RECIPIENT)], None));
	let [Packet::Settle(settle)] = &packets(&actions, FIRST)[..] else { panic!("{actions:?}") };
	assert_eq!(settle.intents[..], [intent(SECOND, RECIPIENT)]);
	assert!(stage.relay.is_broken(SECOND));
}

#[test]
fn a_sever_on_the_chain_should_answer_what_goes_over_that_edge_wherever_it_is() {
	let mut stage = hop();
	let far = beyond(&mut stage, 1);
	let near = stage.under_way(2);
	let event = ChainEvent::Severed { intent: intent(ASIDE, STRANGER) };
	let actions = stage.tell(Event::Chain(event));
	let [Packet::Settle(settle)] = &packets(&actions, FIRST)[..] else { panic!("{actions:?}") };
	assert_eq!(settle.items[0].request, far);
	let actions = stage.tell(Event::Chain(ChainEvent::Severed { intent: intent(SECOND, RECIPIENT) }));
	let [Packet::Settle(settle)] = &packets(&actions, FIRST)[..] else { panic!("{actions:?}") };
	assert_eq!(settle.items[0].request, near);
	let forged = ChainEvent::Severed { intent: intent(FIRST, STRANGER) };
	assert_eq!(ignored(&stage.tell(Event::Chain(forged))), vec![Reason::WrongKey]);
	assert!(!stage.relay.is_broken(FIRST));
}

#[test]
fn whoever_severs_should_tell_the_other_end() {
	let mut stage = hop();
	let actions = stage.tell(Event::Order(Order::Sever { edge: SECOND }));
	assert_eq!(submitted(&actions), [SECOND]);
	let [Packet::Settle(settle)] = &packets(&actions, SECOND)[..] else { panic!("{actions:?}") };
	assert_eq!(settle.intents[..], [intent(SECOND, HOP)]);
	assert_eq!(stage.tell(Event::Order(Order::Sever { edge: SECOND })), vec![], "once");
}

#[test]
fn requests_that_came_along_a_broken_edge_should_be_owed_nothing() {
	let mut stage = hop();
	let request = stage.under_way(1);
	stage.author_says(settle(&[], &[intent(FIRST, AUTHOR)], None));
	assert_eq!(stage.relay.usage().flights, 1, "what was paid ahead is in flight");
	let seen = stage.wait_until(5_000);
	assert_eq!((settled(&seen, FIRST), stage.relay.usage().flights), (vec![], 0));
	assert_eq!(stage.relay.channel(SECOND).unwrap().in_flight(), 0);
	let actions = stage.recipient_says(Packet::Answer(answer(request, b"").into()));
	assert_eq!(ignored(&actions), vec![Reason::UnknownRequest]);
}

#[test]
fn a_silent_neighbour_should_be_isolated_where_that_is_the_policy() {
	for isolate in [false, true] {
		let mut config = config(HOP);
		(config.patience, config.isolate) = (Patience::AtOnce, isolate);
		let mut stage = hop_with(config, |_| {});
		let request = stage.under_way(1);
		let seen = stage.wait_until(300);
		let isolated: Vec<_> = seen
			.iter()
			.filter_map(|(_, action)| match action {
				Action::Isolate { neighbour, request } => Some((*neighbour, *request)),
				_ => None,
			})
			.collect();
		assert_eq!(isolated, if isolate { vec![(node(RECIPIENT), request)] } else { vec![] });
	}
}

fn loaded(overload: Overload) -> Stage {
	let mut config = config(HOP);
	config.overload = overload;
	config.limits.queued = 1;
	let mut stage = hop_with(config, |edge| edge.max_requests = 1);
	stage.under_way(1);
	stage
}

#[test]
fn a_request_without_room_should_wait_and_be_paid_for_as_late() {
	let mut stage = loaded(Overload::Queue);
	stage.at(10);
	let second = request(2);
	let actions = stage.hand_over(unpaid(second.clone()));
	assert!(matches!(packets(&actions, FIRST)[..], [Packet::Ack(_)]));
	assert_eq!((packets(&actions, SECOND), stage.relay.usage().queued), (vec![], 1));
	// There is room for one to wait, and not for two.
	assert_eq!(nacks(&stage.hand_over(unpaid(request(3))), FIRST)[0].reason, Reason::TooMany);
	stage.at(150);
	let actions = stage.recipient_says(Packet::Answer(answer(hash(&request(1)), b"").into()));
	assert!(matches!(&packets(&actions, SECOND)[..], [Packet::Forward(sent)] if sent.request == second));
	assert_eq!(stage.relay.usage().queued, 0);
	// It was taken at 10 and should have been answered by 210.
	stage.wait_until(350);
	let actions = stage.recipient_says(Packet::Answer(answer(hash(&second), b"").into()));
	assert!(matches!(&packets(&actions, FIRST)[..], [Packet::Answer(answer)] if answer.fee == 140));
}

#[test]
fn an_edge_without_room_should_be_broken_where_that_is_the_policy() {
	let mut stage = loaded(Overload::Break);
	let actions = stage.hand_over(unpaid(request(2)));
	assert_eq!(submitted(&actions), [SECOND]);
	let proven = |packet: &Packet| match packet {
		Packet::Settle(settle) => settle.items.len(),
		_ => 0,
	};
	assert_eq!(packets(&actions, FIRST).iter().map(proven).sum::<usize>(), 2);
	assert_eq!(stage.relay.usage().flights, 0);
}
