//! Whatever neighbours, the chain, the provider and the client say, in whatever order: no panic, and no more is kept than
//! the limits allow.

use crate::relay::{
	packet::{Ack, Answer, Chunk, Forward, Item, Nack, Settle, SignedIntent, SignedVoucher},
	pieces, proofs, root, Basis, ChainEvent, Config, EdgeConfig, Event, Host, Leg, Limits, Order, Overload,
	Packet, PassOn, Patience, Query, Reason, Relay, Request, Response, Route, Schedule, Verdict,
};
use crate::{ChannelState, EdgeId, NodeId, PerSide, SeverIntent, Side, Signature, Signed, Voucher, H256};
use alloc::{boxed::Box, vec, vec::Vec};
use codec::Encode;
use proptest::prelude::*;

const GENESIS: H256 = H256::repeat_byte(1);

/// One whose neighbours can sign anything in anybody's name: so that what they make up goes as deep as it can.
#[derive(Debug)]
struct Gullible;

const SIGNED: Signed = Signed { key: 0, signature: Signature::Ed25519([0; 64]) };

impl Host for Gullible {
	fn genesis(&self) -> H256 {
		GENESIS
	}

	fn sign(&self, _: &[u8]) -> Signed {
		SIGNED
	}

	fn verify(&self, _: &NodeId, _: &[u8], _: &Signed) -> bool {
		true
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		(edge < 5).then(|| [node(0), node(edge as u8 + 1)])
	}
}

fn node(number: u8) -> NodeId {
	NodeId::repeat_byte(number)
}

const LIMITS: Limits = Limits {
	flights: 5,
	queued: 2,
	neighbours: 3,
	cache_bytes: 500,
	relayed_bytes: 200,
	remembered: 6,
	proofs: 2,
	asks: 2,
};

fn relay(patience: Patience, pass_on: PassOn, overload: Overload) -> Relay<Gullible> {
	let config = Config {
		node: node(0),
		patience,
		pass_on,
		overload,
		isolate: true,
		grace_ms: 3,
		skew_ms: 5,
		max_validity_ms: 1_000,
		limits: LIMITS,
	};
	let mut relay = Relay::new(Gullible, config);
	for edge in 0..4 {
		relay.handle(0, Event::Chain(opened(edge)));
	}
	relay
}

fn opened(edge: EdgeId) -> ChainEvent {
	let config = EdgeConfig {
		edge,
		neighbour: node(edge as u8 + 1),
		latency_ms: 10,
		syncs: Some(Schedule { first_ms: 7, every_ms: 50 }),
		base_price: 1,
		price_per_byte: 0,
		max_requests: 2,
		risk: 300,
		patience: None,
	};
	let deposits = PerSide { opener: 5_000, acceptor: 5_000 };
	let channel = ChannelState::new(edge, Side::Opener, deposits, 30).unwrap();
	ChainEvent::Opened { config: Box::new(config), channel: Box::new(channel) }
}

/// The request with this number: few, so that they meet again.
fn request(number: u8) -> Request {
	Request {
		author: node(number % 3),
		recipient: node(number % 4),
		basis: Basis::Agreement(0),
		content: sp_crypto_hashing::blake2_256(&[]).into(),
		method: Default::default(),
		max_response_bytes: 70_000,
		service_ms: 0,
		timeout_ms: 500,
		late_fee_per_ms: 1 + u128::from(number % 2),
		late_fee_cap: 200 + u128::from(number),
		route: H256::zero(),
		nonce: u64::from(number / 2),
		not_after_ms: 300 + 100 * u64::from(number),
	}
}

fn hash(number: u8) -> H256 {
	request(number).hash(&GENESIS)
}

fn intent(edge: EdgeId) -> SignedIntent {
	SignedIntent { intent: SeverIntent { edge }, by: node(0), signed: SIGNED }
}

fn voucher(edge: EdgeId, paid: u128, ack: u128) -> Option<SignedVoucher> {
	let voucher = Voucher { channel: edge, paid, received_ack: ack };
	(paid > 0).then_some(SignedVoucher { voucher, signed: SIGNED })
}

fn body(long: bool) -> Vec<u8> {
	vec![3; if long { 70_000 } else { 90 }]
}

fn packet(edge: EdgeId) -> impl Strategy<Value = Packet> {
	let number = 0u8..8;
	let paid = prop_oneof![Just(0u128), 1u128..5_000, any::<u128>()];
	let voucher = (paid, 0u128..40).prop_map(move |(paid, ack)| voucher(edge, paid, ack));
	let next = prop_oneof![2 => Just(None), 3 => (0u64..6, 0u32..120, 0u128..12).prop_map(Some)];
	let forward = (number.clone(), next, 0u32..600, 0u128..30, voucher.clone()).prop_map(
		|(number, next, timeout_ms, pay, voucher)| {
			let legs = next.map(|(edge, timeout_ms, pay)| Leg { edge, timeout_ms, pay });
			let legs: Vec<Leg> = [Leg { edge: 9, timeout_ms: 0, pay: 0 }].into_iter().chain(legs).collect();
			let payload = Route { legs }.payload().unwrap();
			let mut request = request(number);
			request.route = Route::commitment(&payload);
			let (signed, body) = (SIGNED, Default::default());
			Packet::Forward(Box::new(Forward { request, signed, body, timeout_ms, payload, pay, voucher }))
		},
	);
	let ack = number.clone().prop_map(|number| Packet::Ack(Ack { request: hash(number), signed: SIGNED }));
	let nack = (number.clone(), 0u128..12, voucher.clone()).prop_map(|(number, pay, voucher)| {
		Packet::Nack(Nack { request: hash(number), reason: Reason::TooMany, pay, voucher })
	});
	let answer = (number.clone(), any::<bool>(), any::<bool>(), 0u128..50, voucher.clone()).prop_map(
		|(number, long, has_body, fee, voucher)| {
			let pieces = pieces(&body(long));
			let (bytes, verdict) = (body(long).len() as u32, Verdict::Answer);
			let response = Response { request: hash(number), verdict, bytes, root: root(&pieces) };
			let body = has_body.then(|| pieces[0].clone());
			Packet::Answer(Box::new(Answer { response, signed: SIGNED, body, fee, voucher }))
		},
	);
	let chunk =
		(number.clone(), 0usize..2, 0u128..50, voucher.clone()).prop_map(|(number, index, fee, voucher)| {
			let pieces = pieces(&body(true));
			let proof = proofs(&pieces)[index].clone();
			let (request, piece) = (hash(number), pieces[index].clone());
			Packet::Chunk(Box::new(Chunk { request, index: index as u32, piece, proof, fee, voucher }))
		});
	let item = (number, 0u128..300, prop::option::of(0u8..3)).prop_map(|(number, fee, broken)| Item {
		request: hash(number),
		fee,
		broken,
	});
	let settle =
		(any::<bool>(), prop::collection::vec(item, 0..3), prop::collection::vec(0u64..7, 0..3), voucher)
			.prop_map(|(sync, items, edges, voucher)| {
				let intents: Vec<_> = edges.into_iter().map(intent).collect();
				let (items, intents) = (items.try_into().unwrap(), intents.try_into().unwrap());
				Packet::Settle(Box::new(Settle { sync, items, intents, voucher }))
			});
	prop_oneof![4 => forward, 1 => ack, 1 => nack, 2 => answer, 1 => chunk, 2 => settle]
}

fn routes() -> impl Strategy<Value = Vec<Route>> {
	let leg =
		(0u64..6, 0u32..300, 0u128..12).prop_map(|(edge, timeout_ms, pay)| Leg { edge, timeout_ms, pay });
	let route = prop::collection::vec(leg, 0..3).prop_map(|legs| Route { legs });
	prop::collection::vec(route, 0..3)
}

fn event() -> impl Strategy<Value = Event> {
	let said =
		(0u64..4).prop_flat_map(|edge| packet(edge).prop_map(move |packet| Event::Packet { edge, packet }));
	let bytes = (0u64..4, prop::collection::vec(any::<u8>(), 0..60));
	let bytes = bytes.prop_map(|(edge, bytes)| Event::Bytes { edge, bytes });
	let query = |nonce: u64| Query {
		nonce,
		recipient: node(3),
		basis: Basis::Subscription(0),
		method: vec![],
		body: vec![1; 40],
		max_response_bytes: 100,
		service_ms: 0,
		late_fee_per_ms: 1,
		late_fee_cap: 150,
		validity_ms: 200,
	};
	let ask = (0u64..4, routes())
		.prop_map(move |(nonce, routes)| Order::Ask { query: Box::new(query(nonce)), routes });
	let retry = (0u64..4, routes()).prop_map(|(nonce, routes)| Order::Retry { nonce, routes });
	let forget = (0u64..4).prop_map(|nonce| Order::Forget { nonce });
	let served = (0u8..8, any::<bool>()).prop_map(|(number, long)| {
		let (request, verdict) = (hash(number), Verdict::Answer);
		Order::Served { request, verdict, body: body(long) }
	});
	let sever = (0u64..4).prop_map(|edge| Order::Sever { edge });
	let order =
		prop_oneof![4 => ask, 2 => retry, 1 => forget, 3 => served, 1 => sever].prop_map(Event::Order);
	let chain = prop_oneof![
		(0u64..6).prop_map(opened),
		(0u64..7).prop_map(|edge| ChainEvent::Severed { intent: intent(edge) }),
		(0u64..6).prop_map(|edge| ChainEvent::Closed { edge }),
		(0u64..6).prop_map(|edge| ChainEvent::Closing { edge }),
		(0u64..4, any::<u128>()).prop_map(|(edge, deposit)| ChainEvent::Deposited {
			edge,
			side: Side::Opener,
			deposit
		}),
	]
	.prop_map(Event::Chain);
	prop_oneof![12 => said, 1 => bytes, 5 => Just(Event::Timer), 4 => order, 1 => chain]
}

fn behaviour() -> impl Strategy<Value = (Patience, PassOn, Overload)> {
	let patience = prop_oneof![
		Just(Patience::AtOnce),
		(0u32..3).prop_map(Patience::Syncs),
		Just(Patience::Hourly),
		Just(Patience::PayOn),
	];
	let pass_on = prop_oneof![Just(PassOn::AtOnce), Just(PassOn::AtSync)];
	(patience, pass_on, prop_oneof![Just(Overload::Queue), Just(Overload::Break), Just(Overload::Refuse)])
}

proptest! {
	#[test]
	fn no_sequence_of_events_should_panic_or_fill_the_memory(
		(patience, pass_on, overload) in behaviour(),
		events in prop::collection::vec((0u64..40, event()), 0..120),
	) {
		let mut relay = relay(patience, pass_on, overload);
		let mut now = 0;
		for (passes, event) in events {
			now += passes;
			relay.handle(now, event);
			let usage = relay.usage();
			prop_assert!(usage.flights <= LIMITS.flights);
			prop_assert!(usage.queued <= LIMITS.flights.min(LIMITS.queued * LIMITS.neighbours));
			prop_assert!(usage.remembered <= LIMITS.remembered);
			prop_assert!(usage.queries <= LIMITS.remembered);
			prop_assert!(usage.cache_bytes <= LIMITS.cache_bytes);
			prop_assert!(usage.relayed_bytes <= LIMITS.relayed_bytes);
			prop_assert!(usage.asks <= LIMITS.asks);
			prop_assert!(usage.timers <= LIMITS.flights + 2 * LIMITS.neighbours);
			for edge in 0..6 {
				if let Some(channel) = relay.channel(edge) {
					prop_assert!(channel.in_flight() <= 30);
				}
			}
		}
		// Once nobody says anything any more, everything ends by itself.
		for _ in 0..400 {
			now += 5;
			relay.handle(now, Event::Timer);
		}
		prop_assert_eq!(relay.usage().flights, 0);
		for edge in 0..6 {
			prop_assert_eq!(relay.channel(edge).map_or(0, |channel| channel.in_flight()), 0);
		}
	}

	#[test]
	fn no_bytes_should_panic_and_what_is_read_should_be_what_was_written(
		bytes in prop::collection::vec(any::<u8>(), 0..400),
	) {
		if let Some(packet) = Packet::from_bytes(&bytes) {
			prop_assert_eq!(packet.encode(), bytes);
		}
	}

	#[test]
	fn a_packet_that_is_cut_or_changed_should_not_panic(
		packet in packet(0), at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<bool>(),
	) {
		let mut bytes = packet.encode();
		prop_assert_eq!(Packet::from_bytes(&bytes), Some(packet));
		let at = at.index(bytes.len());
		if cut {
			bytes.truncate(at);
			prop_assert_eq!(Packet::from_bytes(&bytes), None);
		} else {
			bytes[at] = to;
			relay(Patience::PayOn, PassOn::AtOnce, Overload::Queue).handle(9, Event::Bytes { edge: 0, bytes });
		}
	}
}

#[test]
fn no_packet_should_be_longer_than_is_read() {
	use codec::MaxEncodedLen;
	assert!(Packet::max_encoded_len() <= crate::relay::packet::MAX_PACKET_BYTES);
}
