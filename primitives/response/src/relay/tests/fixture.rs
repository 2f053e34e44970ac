//! An author, a hop and a recipient in a line, with real keys. The test plays the author and the recipient, and the hop
//! is the machine; or the machine is either of the others.

use crate::relay::{
	packet::{Acknowledged, Answer, Forward, Item, Nack, Packet, Settle, SignedIntent, SignedVoucher},
	pieces, root, Action, Basis, ChainEvent, Config, EdgeConfig, Event, Host, Leg, Limits, Ms, Note,
	Overload, PassOn, Patience, Reason, Relay, Request, Response, Route, Schedule, Verdict,
};
use crate::{
	Amount, ChannelState, EdgeId, Message, NativeVerifier, NodeId, Payment, PerSide, PublicKey, SeverIntent,
	Side, Signature, Signed, Verifier, H256,
};
use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};
use core::cell::RefCell;
use sp_core::{ed25519, sr25519, Pair};

pub(super) const GENESIS: H256 = H256::repeat_byte(1);
/// Of the clocks, when a test begins.
pub(super) const START: Ms = 1_000_000;
/// Of each edge.
pub(super) const LATENCY_MS: u32 = 100;
/// Of the author's channel and the recipient's.
pub(super) const DEPOSIT: Amount = 1_000_000;
/// What the hop wants for the second edge.
pub(super) const PRICE: Amount = 10;
/// What the recipient is paid.
pub(super) const WAGE: Amount = 5;

pub(super) const AUTHOR: u8 = 1;
pub(super) const HOP: u8 = 2;
pub(super) const RECIPIENT: u8 = 3;
pub(super) const STRANGER: u8 = 4;
/// Author and hop.
pub(super) const FIRST: EdgeId = 10;
/// Hop and recipient.
pub(super) const SECOND: EdgeId = 11;
/// Recipient and a stranger: not on the way.
pub(super) const ASIDE: EdgeId = 12;

pub(super) fn node(number: u8) -> NodeId {
	NodeId::repeat_byte(number)
}

std::thread_local! {
	/// A Schnorr signature differs each time: those that were made are kept, so that they can be compared.
	static MADE: RefCell<BTreeMap<(u8, Vec<u8>), Signature>> = const { RefCell::new(BTreeMap::new()) };
}

/// Nodes with an even number sign by Ed25519, the others by Schnorr.
pub(super) fn sign(number: u8, payload: &[u8]) -> Signed {
	let seed = [number; 32];
	let make = || match number % 2 {
		0 => Signature::Ed25519(ed25519::Pair::from_seed(&seed).sign(payload).0),
		_ => Signature::Sr25519(sr25519::Pair::from_seed(&seed).sign(payload).0),
	};
	let of = (number, payload.to_vec());
	let signature = MADE.with(|made| *made.borrow_mut().entry(of).or_insert_with(make));
	Signed { key: 0, signature }
}

pub(super) fn sign_message(number: u8, message: &impl Message) -> Signed {
	sign(number, &message.signing_payload(&GENESIS))
}

fn key(number: u8) -> PublicKey {
	let seed = [number; 32];
	match number % 2 {
		0 => PublicKey::Ed25519(ed25519::Pair::from_seed(&seed).public().0),
		_ => PublicKey::Sr25519(sr25519::Pair::from_seed(&seed).public().0),
	}
}

/// Real keys, of the node with this number.
#[derive(Debug)]
pub(super) struct Keys(u8);

pub(super) fn keys(number: u8) -> Keys {
	Keys(number)
}

impl Host for Keys {
	fn genesis(&self) -> H256 {
		GENESIS
	}

	fn sign(&self, payload: &[u8]) -> Signed {
		sign(self.0, payload)
	}

	fn verify(&self, node: &NodeId, payload: &[u8], signed: &Signed) -> bool {
		match (signed.signature, key(node.0[0])) {
			(Signature::Sr25519(signature), PublicKey::Sr25519(key)) => {
				NativeVerifier::sr25519(&signature, payload, &key)
			}
			(Signature::Ed25519(signature), PublicKey::Ed25519(key)) => {
				NativeVerifier::ed25519(&signature, payload, &key)
			}
			_ => false,
		}
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		match edge {
			FIRST => Some([node(AUTHOR), node(HOP)]),
			SECOND => Some([node(HOP), node(RECIPIENT)]),
			ASIDE => Some([node(RECIPIENT), node(STRANGER)]),
			_ => None,
		}
	}
}

pub(super) fn config(number: u8) -> Config {
	Config {
		node: node(number),
		patience: Patience::PayOn,
		pass_on: PassOn::AtOnce,
		overload: Overload::Refuse,
		isolate: false,
		grace_ms: 0,
		skew_ms: 0,
		max_validity_ms: 600_000,
		limits: Limits::default(),
	}
}

pub(super) fn edge_config(edge: EdgeId, neighbour: u8) -> EdgeConfig {
	EdgeConfig {
		edge,
		neighbour: node(neighbour),
		latency_ms: LATENCY_MS,
		syncs: Some(Schedule { first_ms: START, every_ms: 1_000 }),
		base_price: PRICE,
		price_per_byte: 0,
		max_requests: 8,
		risk: 1_000_000,
		patience: None,
	}
}

pub(super) fn channel(edge: EdgeId, side: Side) -> ChannelState {
	let deposits = PerSide { opener: DEPOSIT, acceptor: DEPOSIT };
	ChannelState::new(edge, side, deposits, 100_000).unwrap()
}

/// The machine of one node, and its neighbours as the test plays them.
pub(super) struct Stage {
	pub(super) relay: Relay<Keys>,
	pub(super) now: Ms,
	/// The author's and the recipient's own sides.
	pub(super) author: ChannelState,
	pub(super) recipient: ChannelState,
}

/// The hop, between an author and a recipient.
pub(super) fn hop_with(config: Config, change: impl Fn(&mut EdgeConfig)) -> Stage {
	let mut relay = Relay::new(Keys(HOP), config);
	for (edge, neighbour, side) in [(FIRST, AUTHOR, Side::Acceptor), (SECOND, RECIPIENT, Side::Opener)] {
		let mut config = edge_config(edge, neighbour);
		change(&mut config);
		let (config, channel) = (Box::new(config), Box::new(channel(edge, side)));
		let actions = relay.handle(START, Event::Chain(ChainEvent::Opened { config, channel }));
		assert_eq!(actions, vec![]);
	}
	let (author, recipient) = (channel(FIRST, Side::Opener), channel(SECOND, Side::Acceptor));
	Stage { relay, now: START, author, recipient }
}

pub(super) fn hop() -> Stage {
	hop_with(config(HOP), |_| {})
}

/// A request whose nonce is this.
pub(super) fn request(nonce: u64) -> Request {
	let (_, payload) = route();
	Request {
		author: node(AUTHOR),
		recipient: node(RECIPIENT),
		basis: Basis::Subscription(9),
		content: sp_crypto_hashing::blake2_256(b"body").into(),
		method: b"GET /".to_vec().try_into().unwrap(),
		max_response_bytes: 1_000_000,
		service_ms: 0,
		timeout_ms: 4 * LATENCY_MS,
		late_fee_per_ms: 1,
		late_fee_cap: 10_000,
		route: Route::commitment(&payload),
		nonce,
		not_after_ms: START + 60_000,
	}
}

pub(super) fn hash(request: &Request) -> H256 {
	request.hash(&GENESIS)
}

/// From the author to the recipient, and the payload of the hop.
pub(super) fn route() -> (Route, crate::relay::Payload) {
	let first = Leg { edge: FIRST, timeout_ms: 4 * LATENCY_MS, pay: PRICE + WAGE };
	let second = Leg { edge: SECOND, timeout_ms: 2 * LATENCY_MS, pay: WAGE };
	let route = Route { legs: vec![first, second] };
	let payload = route.payload().unwrap();
	(route, payload)
}

/// A request as its author hands it over, without a voucher.
pub(super) fn unpaid(request: Request) -> Forward {
	let (_, payload) = route();
	Forward {
		signed: sign_message(AUTHOR, &request),
		body: b"body".to_vec().try_into().unwrap(),
		timeout_ms: request.timeout_ms,
		payload,
		pay: PRICE + WAGE,
		voucher: None,
		request,
	}
}

impl Stage {
	pub(super) fn at(&mut self, ms: Ms) {
		self.now = START + ms;
	}

	pub(super) fn tell(&mut self, event: Event) -> Vec<Action> {
		self.relay.handle(self.now, event)
	}

	pub(super) fn author_says(&mut self, packet: Packet) -> Vec<Action> {
		self.tell(Event::Packet { edge: FIRST, packet })
	}

	pub(super) fn recipient_says(&mut self, packet: Packet) -> Vec<Action> {
		self.tell(Event::Packet { edge: SECOND, packet })
	}

	/// Lets the machine's timers fire up to a time.
	pub(super) fn wait_until(&mut self, ms: Ms) -> Vec<(Ms, Action)> {
		let end = START + ms;
		let mut seen = Vec::new();
		while self.now < end {
			self.now += 1;
			let mut due = true;
			while due {
				let actions = self.relay.handle(self.now, Event::Timer);
				let again = |action: &Action| matches!(action, Action::SetTimer { at } if *at <= self.now);
				due = actions.iter().any(again);
				seen.extend(actions.into_iter().map(|action| (self.now - START, action)));
			}
		}
		seen
	}

	/// A voucher of the author's, for so much.
	pub(super) fn pay(&mut self, amount: Amount) -> SignedVoucher {
		let voucher = self.author.issue(amount, Payment::Ahead).unwrap();
		SignedVoucher { voucher, signed: sign_message(AUTHOR, &voucher) }
	}

	/// A voucher of the recipient's, for so much.
	pub(super) fn pay_back(&mut self, amount: Amount) -> SignedVoucher {
		let voucher = self.recipient.issue(amount, Payment::Owed).unwrap();
		SignedVoucher { voucher, signed: sign_message(RECIPIENT, &voucher) }
	}

	/// The author hands over a request, and pays.
	pub(super) fn hand_over(&mut self, mut forward: Forward) -> Vec<Action> {
		forward.voucher = Some(self.pay(forward.pay));
		self.author_says(Packet::Forward(Box::new(forward)))
	}

	/// The author hands over a good request; the hop has sent it on. Returns its hash.
	pub(super) fn under_way(&mut self, nonce: u64) -> H256 {
		let request = request(nonce);
		let actions = self.hand_over(unpaid(request.clone()));
		let sent = packets(&actions, SECOND);
		let [Packet::Forward(forward)] = &sent[..] else { panic!("not sent on: {actions:?}") };
		self.recipient.accept(&forward.voucher.unwrap().voucher).unwrap();
		let request = hash(&request);
		let signed = sign_message(RECIPIENT, &Acknowledged { request, timeout_ms: 2 * LATENCY_MS });
		let ack = Packet::Ack(crate::relay::packet::Ack { request, signed });
		assert_eq!(ignored(&self.recipient_says(ack)), vec![]);
		request
	}

	/// The recipient pays a late fee.
	pub(super) fn fee_comes(&mut self, request: H256, fee: Amount) -> Vec<Action> {
		let voucher = Some(self.pay_back(fee));
		self.recipient_says(settle(&[Item { request, fee, broken: None }], &[], voucher))
	}
}

/// A response of the recipient's to a request, and its body.
pub(super) fn answer(request: H256, body: &[u8]) -> Answer {
	let pieces = pieces(body);
	let bytes = body.len() as u32;
	let response = Response { request, verdict: Verdict::Answer, bytes, root: root(&pieces) };
	let signed = sign_message(RECIPIENT, &response);
	let body = (pieces.len() == 1).then(|| pieces[0].clone());
	Answer { response, signed, body, fee: 0, voucher: None }
}

pub(super) fn settle(items: &[Item], intents: &[SignedIntent], voucher: Option<SignedVoucher>) -> Packet {
	Packet::Settle(Box::new(Settle {
		sync: true,
		items: items.to_vec().try_into().unwrap(),
		intents: intents.to_vec().try_into().unwrap(),
		voucher,
	}))
}

pub(super) fn intent(edge: EdgeId, by: u8) -> SignedIntent {
	let intent = SeverIntent { edge };
	SignedIntent { intent, by: node(by), signed: sign_message(by, &intent) }
}

/// What is sent along an edge.
pub(super) fn packets(actions: &[Action], along: EdgeId) -> Vec<Packet> {
	let sent = |action: &Action| match action {
		Action::Send { edge, packet } if *edge == along => Some(packet.clone()),
		_ => None,
	};
	actions.iter().filter_map(sent).collect()
}

/// What was not heard.
pub(super) fn ignored(actions: &[Action]) -> Vec<Reason> {
	let reason = |action: &Action| match action {
		Action::Note(Note::Ignored { reason, .. }) => Some(*reason),
		_ => None,
	};
	actions.iter().filter_map(reason).collect()
}

/// The refusals that are sent along an edge.
pub(super) fn nacks(actions: &[Action], along: EdgeId) -> Vec<Nack> {
	let nack = |packet: Packet| match packet {
		Packet::Nack(nack) => Some(nack),
		_ => None,
	};
	packets(actions, along).into_iter().filter_map(nack).collect()
}

/// Edges for which intents are submitted.
pub(super) fn submitted(actions: &[Action]) -> Vec<EdgeId> {
	let edge = |action: &Action| match action {
		Action::Submit { intent } => Some(intent.intent.edge),
		_ => None,
	};
	actions.iter().filter_map(edge).collect()
}

/// What late fees and proofs are sent along an edge: when, fee, and whether with a proof.
pub(super) fn settled(actions: &[(Ms, Action)], along: EdgeId) -> Vec<(Ms, Amount, bool)> {
	let line = |(at, action): &(Ms, Action)| match action {
		Action::Send { edge, packet: Packet::Settle(settle) }
			if *edge == along && !settle.items.is_empty() =>
		{
			let fee = settle.items.iter().map(|item| item.fee).sum();
			Some((*at, fee, settle.items.iter().all(|item| item.broken.is_some())))
		}
		_ => None,
	};
	actions.iter().filter_map(line).collect()
}
