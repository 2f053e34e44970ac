//! Two neighbours that restart, are connected and parted, and what each keeps.

use super::fixture::{
	channel, config, edge_config, keys, node, sign_message, Keys, GENESIS, HOP, LATENCY_MS, RECIPIENT,
	SECOND, START, WAGE,
};
use crate::relay::{
	durable::{
		Break, Change, Durable, DurableLimits, Frame, Hello, Input, Key, Output, LINK_VERSION,
		MAX_FRAME_BYTES, VERSION,
	},
	packet::SignedVoucher,
	Basis, ChainEvent, Leg, Ms, Order, Outcome, Packet, Query, Request, Route, Verdict,
};
use crate::{Side, Voucher, H256};
use alloc::{boxed::Box, collections::BTreeMap, sync::Arc, vec, vec::Vec};
use codec::{DecodeAll, Encode, MaxEncodedLen};

/// How long timers wait after a start, in ms.
const SETTLE: Ms = 1_000;

/// A node, its records, and what it has said.
struct End {
	number: u8,
	node: Durable<Keys>,
	records: BTreeMap<Key, Vec<u8>>,
	/// Frames that are on their way from it.
	sent: Vec<Arc<[u8]>>,
	/// All else that it has done.
	done: Vec<Output>,
}

impl End {
	fn new(number: u8, side: Side, neighbour: u8, limits: DurableLimits) -> Self {
		let node = Durable::new(keys(number), config(number), limits);
		let mut this = Self { number, node, records: BTreeMap::new(), sent: vec![], done: vec![] };
		let (config, channel) = (edge_config(SECOND, neighbour), channel(SECOND, side));
		let (config, channel) = (Box::new(config), Box::new(channel));
		this.tell(START, Input::Chain(ChainEvent::Opened { config, channel }));
		this
	}

	fn tell(&mut self, now: Ms, input: Input) {
		let outputs = self.node.handle(now, input);
		self.obey(outputs);
	}

	fn obey(&mut self, outputs: Vec<Output>) {
		for output in outputs {
			match output {
				Output::Persist(changes) => self.record(changes),
				Output::Send { edge, frame } => {
					assert_eq!(edge, SECOND);
					self.sent.push(frame);
				}
				output => self.done.push(output),
			}
		}
	}

	fn record(&mut self, changes: Vec<Change>) {
		for Change { key, value } in changes {
			match value {
				Some(value) => self.records.insert(key, value),
				None => self.records.remove(&key),
			};
		}
	}

	/// It stops, and is started again.
	fn restart(&mut self, now: Ms) {
		let records = self.records.clone();
		self.resume(now, records);
	}

	fn resume(&mut self, now: Ms, records: BTreeMap<Key, Vec<u8>>) {
		self.records = records.clone();
		let (config, limits) = (config(self.number), DurableLimits::default());
		let resumed = Durable::resume(keys(self.number), config, limits, records, &[], now, SETTLE);
		let (node, outputs) = resumed.unwrap();
		self.node = node;
		self.sent.clear();
		self.done.clear();
		self.obey(outputs);
	}

	fn frame(&mut self, now: Ms, frame: &[u8]) {
		self.tell(now, Input::Frame { edge: SECOND, bytes: frame.to_vec() });
	}

	fn outcomes(&self) -> Vec<&Outcome> {
		let mut outcomes = Vec::new();
		for output in &self.done {
			if let Output::Deliver { outcome, .. } = output {
				outcomes.push(outcome);
			}
		}
		outcomes
	}

	fn broke(&self) -> Vec<Break> {
		let reason = |output: &Output| match output {
			Output::Disconnect { reason, .. } => Some(*reason),
			_ => None,
		};
		self.done.iter().filter_map(reason).collect()
	}

	fn hello(&self) -> Hello {
		match self.sent.last().and_then(|frame| Frame::from_bytes(frame)) {
			Some(Frame::Hello(hello)) => *hello,
			frame => panic!("it said {frame:?}"),
		}
	}

	fn paid(&self) -> u128 {
		self.node.relay().channel(SECOND).unwrap().signed().paid
	}
}

/// Two neighbours that are not connected: an author, and a recipient.
fn two() -> (End, End) {
	let limits = DurableLimits::default();
	(End::new(HOP, Side::Opener, RECIPIENT, limits), End::new(RECIPIENT, Side::Acceptor, HOP, limits))
}

fn connect(now: Ms, one: &mut End, other: &mut End) {
	one.sent.clear();
	other.sent.clear();
	one.tell(now, Input::Connected { edge: SECOND });
	other.tell(now, Input::Connected { edge: SECOND });
	talk(now, one, other);
}

/// Brings frames to and fro until nothing more is said.
fn talk(now: Ms, one: &mut End, other: &mut End) {
	while !one.sent.is_empty() || !other.sent.is_empty() {
		for frame in core::mem::take(&mut one.sent) {
			other.frame(now, &frame);
		}
		for frame in core::mem::take(&mut other.sent) {
			one.frame(now, &frame);
		}
	}
}

fn ask(nonce: u64) -> Input {
	let query = Query {
		nonce,
		recipient: node(RECIPIENT),
		basis: Basis::Subscription(9),
		method: b"GET /".to_vec(),
		body: b"body".to_vec(),
		max_response_bytes: 1_000,
		service_ms: 100,
		late_fee_per_ms: 1,
		late_fee_cap: 10_000,
		validity_ms: 60_000,
	};
	let leg = Leg { edge: SECOND, timeout_ms: 2 * LATENCY_MS + 100, pay: WAGE };
	Input::Order(Order::Ask { query: Box::new(query), routes: vec![Route { legs: vec![leg] }] })
}

/// What the provider of a node was asked last.
fn work(end: &End) -> (H256, Request) {
	let work = |output: &Output| match output {
		Output::Serve { hash, request, body } => {
			assert_eq!(body, b"body");
			Some((*hash, (**request).clone()))
		}
		_ => None,
	};
	end.done.iter().rev().find_map(work).unwrap()
}

fn served(request: H256) -> Input {
	Input::Order(Order::Served { request, verdict: Verdict::Answer, body: b"answer".to_vec() })
}

fn is_answered(end: &End) -> bool {
	end.outcomes()
		.iter()
		.any(|outcome| matches!(outcome, Outcome::Answered { body, .. } if body == b"answer"))
}

#[test]
fn nothing_should_be_sent_before_both_have_said_how_far_they_are() {
	let (mut author, mut recipient) = two();
	author.tell(START, ask(1));
	assert_eq!(author.sent.len(), 0);
	author.tell(START, Input::Connected { edge: SECOND });
	let hello = author.hello();
	assert_eq!((hello.sent, hello.received, hello.confirmed), (1, 0, 0));
	assert_eq!(hello.own.unwrap().voucher.paid, WAGE);
	assert_eq!(author.sent.len(), 1);
	connect(START, &mut author, &mut recipient);
	assert_eq!(work(&recipient).1.nonce, 1);
	assert_eq!(author.node.unconfirmed(SECOND) + recipient.node.unconfirmed(SECOND), 0);
}

#[test]
fn what_is_said_out_of_turn_should_break_the_connection() {
	let (mut author, mut recipient) = two();
	let confirm = Frame::Confirm(0).encode();
	author.frame(START, &confirm);
	assert_eq!(author.broke(), [], "it may have been on its way before");
	author.tell(START, Input::Connected { edge: SECOND });
	author.frame(START, &confirm);
	assert_eq!(author.broke(), [Break::Malformed], "they have not greeted each other");
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	let frame = author.sent.remove(0);
	let Some(Frame::Packet { number: 1, packet }) = Frame::from_bytes(&frame) else { panic!("no packet") };
	for wrong in [
		Frame::Packet { number: 3, packet }.encode(),
		Frame::Confirm(99).encode(),
		b"no frame".to_vec(),
		vec![1; MAX_FRAME_BYTES + 1],
	] {
		connect(START, &mut author, &mut recipient);
		recipient.done.clear();
		recipient.frame(START, &wrong);
		assert_eq!(recipient.broke(), [Break::Malformed]);
		assert!(!recipient.node.is_talking(SECOND));
	}
	// One that is not this node's.
	author.tell(START, Input::Connected { edge: 99 });
	assert_eq!(author.broke().last(), Some(&Break::Other));
}

#[test]
fn a_packet_should_be_heard_once_however_often_it_comes() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	let frame = author.sent.remove(0);
	recipient.frame(START, &frame);
	let (records, done) = (recipient.records.clone(), recipient.done.len());
	recipient.sent.clear();
	recipient.frame(START, &frame);
	assert_eq!((&recipient.records, recipient.done.len()), (&records, done));
	let again: Arc<[u8]> = Frame::Confirm(1).encode().into();
	assert_eq!(recipient.sent, [again], "and is confirmed again");
}

#[test]
fn a_request_should_be_answered_once_whoever_restarts_wherever() {
	// After which step the author, and after which the recipient restarts.
	for (author_after, recipient_after) in (0..5).flat_map(|one| (0..5).map(move |other| (one, other))) {
		let (mut author, mut recipient) = two();
		let mut now = START;
		let mut step = |at: usize, author: &mut End, recipient: &mut End| {
			now += 1;
			if at == author_after {
				author.restart(now);
			}
			if at == recipient_after {
				recipient.restart(now);
			}
			connect(now, author, recipient);
			now
		};
		step(0, &mut author, &mut recipient);
		author.tell(START + 1, ask(1));
		// What was sent is lost with the connection, if either restarts.
		author.sent.clear();
		step(1, &mut author, &mut recipient);
		let (hash, _) = work(&recipient);
		step(2, &mut author, &mut recipient);
		recipient.tell(START + 3, served(hash));
		recipient.sent.clear();
		step(3, &mut author, &mut recipient);
		assert!(is_answered(&author), "{author_after} {recipient_after}");
		step(4, &mut author, &mut recipient);
		assert_eq!(author.paid(), WAGE);
		let [one, other] = [&author, &recipient].map(|end| end.node.relay().channel(SECOND).unwrap());
		assert_eq!((one.balance(), one.other_balance()), (other.other_balance(), other.balance()));
		assert_eq!(one.in_flight(), 0);
		assert!(author.node.is_idle() && recipient.node.is_idle());
	}
}

#[test]
fn what_the_client_was_told_should_be_told_again_until_it_is_confirmed() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	talk(START, &mut author, &mut recipient);
	recipient.tell(START, served(work(&recipient).0));
	talk(START, &mut author, &mut recipient);
	assert!(is_answered(&author));
	author.restart(START);
	assert!(is_answered(&author));
	let numbers: Vec<u64> = author
		.done
		.iter()
		.filter_map(|output| match output {
			Output::Deliver { number, .. } => Some(*number),
			_ => None,
		})
		.collect();
	assert_eq!(numbers, [1, 2], "that it was taken, and the answer");
	for number in numbers {
		author.tell(START, Input::Confirm { number });
	}
	// What is forgotten may be so later: it is with the next thing that is kept.
	author.tell(START, ask(2));
	author.restart(START);
	assert!(!is_answered(&author));
	// Numbers are not used again.
	author.tell(START, ask(2));
	let refused = |output: &Output| matches!(output, Output::Deliver { number: 3, nonce: 2, .. });
	assert!(author.done.iter().any(refused), "{:?}", author.done);
}

#[test]
fn an_intent_should_be_submitted_again_until_a_final_block_has_it() {
	let (mut author, _) = two();
	let submits =
		|end: &End| end.done.iter().filter(|output| matches!(output, Output::Submit { .. })).count();
	author.tell(START, Input::Order(Order::Sever { edge: SECOND }));
	assert_eq!(submits(&author), 1);
	author.restart(START);
	assert_eq!(submits(&author), 1);
	assert!(author.node.relay().is_broken(SECOND));
	let intent = author
		.done
		.iter()
		.find_map(|output| match output {
			Output::Submit { intent } => Some(*intent),
			_ => None,
		})
		.unwrap();
	author.tell(START, Input::Chain(ChainEvent::Severed { intent }));
	author.restart(START);
	assert_eq!(submits(&author), 0);
}

#[test]
fn whoever_is_shown_a_voucher_of_its_own_that_it_does_not_know_should_say_no_more_along_the_edge() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	talk(START, &mut author, &mut recipient);
	let backup = author.records.clone();
	author.tell(START, ask(2));
	talk(START, &mut author, &mut recipient);
	assert_eq!(author.paid(), 2 * WAGE);

	author.resume(START, backup);
	assert_eq!(author.paid(), WAGE);
	// Nothing is signed before the other was met.
	author.tell(START, ask(3));
	assert!(author.outcomes().iter().any(|outcome| matches!(outcome, Outcome::NoRoute)));
	assert_eq!(author.paid(), WAGE);
	connect(START, &mut author, &mut recipient);
	assert!(author.done.contains(&Output::Behind { edge: SECOND }));
	assert_eq!(author.broke(), [Break::Behind]);
	// What it signed is not less than it was, and the request that it believed to be under way is over.
	assert_eq!(author.paid(), 2 * WAGE);
	assert!(author.outcomes().iter().any(|outcome| matches!(outcome, Outcome::Refused { .. })));
	assert_eq!(author.node.unconfirmed(SECOND), 0);
	// So it is after another start.
	author.restart(START);
	assert_eq!(author.paid(), 2 * WAGE);
	connect(START, &mut author, &mut recipient);
	assert_eq!(author.broke(), [Break::Behind]);
	author.tell(START, ask(4));
	assert_eq!(author.paid(), 2 * WAGE);
}

#[test]
fn a_number_that_was_given_twice_should_be_noticed() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	let backup = author.records.clone();
	author.tell(START, ask(1));
	talk(START, &mut author, &mut recipient);
	author.resume(START, backup);
	// It has waited for its neighbour in vain, and says something else as its first packet, for the same pay.
	author.tell(START + SETTLE, Input::Timer);
	author.tell(START + SETTLE, ask(2));
	assert_eq!((author.paid(), author.node.unconfirmed(SECOND)), (WAGE, 1));
	connect(START + SETTLE, &mut author, &mut recipient);
	assert_eq!((author.broke(), recipient.broke()), (vec![Break::Astray], vec![Break::Astray]));
	assert_eq!(author.node.unconfirmed(SECOND), 1);
}

#[test]
fn whoever_is_astray_and_shows_no_voucher_should_not_be_talked_to_but_be_taken_what_it_pays() {
	let hello = |change: &dyn Fn(&mut Hello)| {
		let mut hello = Hello {
			version: LINK_VERSION,
			genesis: GENESIS,
			edge: SECOND,
			sent: 0,
			received: 0,
			heard: H256::zero(),
			confirmed: 0,
			own: None,
			taken: None,
		};
		change(&mut hello);
		Frame::Hello(Box::new(hello)).encode()
	};
	let says = |frame: Vec<u8>| {
		let (mut author, _) = two();
		author.tell(START, Input::Connected { edge: SECOND });
		author.frame(START, &frame);
		let balance = author.node.relay().channel(SECOND).unwrap().balance();
		(author.broke(), author.node.is_talking(SECOND), balance)
	};
	let balance = super::fixture::DEPOSIT;
	assert_eq!(says(hello(&|_| {})), (vec![], true, balance));
	assert_eq!(says(hello(&|hello| hello.received = 1)), (vec![Break::Astray], false, balance));
	assert_eq!(says(hello(&|hello| hello.confirmed = 1)), (vec![Break::Astray], false, balance));
	assert_eq!(says(hello(&|hello| hello.heard = GENESIS)), (vec![Break::Astray], false, balance));
	assert_eq!(says(hello(&|hello| hello.version = 2)), (vec![Break::Other], false, balance));
	assert_eq!(says(hello(&|hello| hello.genesis = H256::zero())), (vec![Break::Other], false, balance));
	assert_eq!(says(hello(&|hello| hello.edge = 1)), (vec![Break::Other], false, balance));
	let paid = |by: u8| {
		let voucher = Voucher { channel: SECOND, paid: 7, received_ack: 0 };
		Some(SignedVoucher { voucher, signed: sign_message(by, &voucher) })
	};
	let shows = |by: u8| hello(&|hello| (hello.confirmed, hello.own) = (1, paid(by)));
	assert_eq!(says(shows(RECIPIENT)), (vec![Break::Astray], false, balance + 7));
	assert_eq!(says(shows(HOP)), (vec![Break::Astray], false, balance));
	// A voucher that this node never signed shows nothing.
	let forged = hello(&|hello| (hello.received, hello.taken) = (1, paid(RECIPIENT)));
	assert_eq!(says(forged), (vec![Break::Astray], false, balance));
}

#[test]
fn from_one_who_confirms_nothing_nothing_new_should_be_taken_and_in_the_end_its_edge_severed() {
	let limits = DurableLimits { packets: 8, ..DurableLimits::default() };
	let mut author = End::new(HOP, Side::Opener, RECIPIENT, limits);
	for nonce in 1..=5 {
		author.tell(START, ask(nonce));
	}
	assert_eq!(author.node.unconfirmed(SECOND), 4, "half of them");
	assert!(matches!(author.outcomes()[..], [Outcome::NoRoute]));
	let limits = DurableLimits { packets: 1, ..limits };
	let mut author = End::new(HOP, Side::Opener, RECIPIENT, limits);
	author.tell(START, ask(1));
	assert!(!author.node.relay().is_broken(SECOND), "nothing is sent with room for nothing");
	let limits = DurableLimits { packets: 1_000, bytes: 700, ..limits };
	let mut author = End::new(HOP, Side::Opener, RECIPIENT, limits);
	author.tell(START, ask(1));
	author.tell(START, ask(2));
	assert!(author.node.unconfirmed(SECOND) <= 3);

	// One that goes on asking, and confirms no refusal.
	let (mut author, _) = two();
	let limits = DurableLimits { packets: 3, ..DurableLimits::default() };
	let mut recipient = End::new(RECIPIENT, Side::Acceptor, HOP, limits);
	connect(START, &mut author, &mut recipient);
	for nonce in 1..=4 {
		assert!(!recipient.node.relay().is_broken(SECOND), "{nonce}");
		author.tell(START, ask(nonce));
		for frame in core::mem::take(&mut author.sent) {
			recipient.frame(START, &frame);
		}
	}
	assert!(recipient.node.relay().is_broken(SECOND));
	assert_eq!(recipient.node.relay().usage().flights, 0);
}

#[test]
fn timers_should_wait_for_neighbours_after_a_start() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	talk(START, &mut author, &mut recipient);
	let now = START + 50_000;
	author.restart(now);
	let timers = |end: &End| -> Vec<Ms> {
		let at = |output: &Output| match output {
			Output::SetTimer { at } => Some(*at),
			_ => None,
		};
		end.done.iter().filter_map(at).collect()
	};
	assert!(timers(&author).iter().all(|at| *at == now + SETTLE), "{:?}", author.done);
	author.done.clear();
	author.tell(now + 1, Input::Timer);
	assert_eq!(author.done, [Output::SetTimer { at: now + SETTLE }]);
	// Nobody is blamed for what it could not hear, not even when it was met.
	connect(now + 2, &mut author, &mut recipient);
	author.tell(now + 3, Input::Timer);
	assert!(!author.node.relay().is_broken(SECOND));
	recipient.tell(now + 4, served(work(&recipient).0));
	talk(now + 4, &mut author, &mut recipient);
	assert!(is_answered(&author));
}

#[test]
fn a_neighbour_that_stays_silent_should_be_blamed_once_a_node_is_settled() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	talk(START, &mut author, &mut recipient);
	let now = START + 5_000;
	author.restart(now);
	author.tell(now + SETTLE - 1, Input::Timer);
	assert!(!author.node.relay().is_broken(SECOND));
	let mut at = now + SETTLE;
	while !author.node.relay().is_broken(SECOND) {
		assert!(at < now + SETTLE + 3_000, "{:?}", author.done);
		author.tell(at, Input::Timer);
		at += 100;
	}
}

#[test]
fn a_record_that_cannot_be_read_should_be_named() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	let records = author.records.clone();
	assert!(records.len() >= 5, "{records:?}");
	for key in records.keys().copied() {
		for damage in [
			&(|value: &mut Vec<u8>| value.clear()) as &dyn Fn(&mut Vec<u8>),
			&|value: &mut Vec<u8>| value[0] = VERSION + 1,
			&|value: &mut Vec<u8>| value.truncate(value.len() - 1),
		] {
			let mut records = records.clone();
			records.entry(key).and_modify(damage);
			let limits = DurableLimits::default();
			let resumed = Durable::resume(keys(HOP), config(HOP), limits, records, &[], START, SETTLE);
			assert_eq!(resumed.err().map(|unreadable| unreadable.key), Some(key));
		}
	}
}

#[test]
fn a_frame_should_be_its_encoding() {
	let (mut author, mut recipient) = two();
	connect(START, &mut author, &mut recipient);
	author.tell(START, ask(1));
	let frame = Frame::from_bytes(&author.sent[0]).unwrap();
	assert!(matches!(&frame, Frame::Packet { number: 1, packet: Packet::Forward(_) }));
	assert_eq!(frame.encode(), author.sent[0].to_vec());
	assert!(Frame::max_encoded_len() <= MAX_FRAME_BYTES, "{}", Frame::max_encoded_len());
	assert_eq!(Frame::Confirm(0x0102).encode(), [2, 2, 1, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn keys_of_records_should_differ_and_be_short() {
	let hash = H256::repeat_byte(9);
	let all = [
		Key::Edge(9),
		Key::Ledger(9),
		Key::Flight(hash),
		Key::End(hash),
		Key::Query(hash),
		Key::Answer(hash),
		Key::Serving(hash),
		Key::Proof(9),
		Key::Ask(9),
		Key::Link(9),
		Key::Unconfirmed(9, 9),
		Key::Outcome(9),
		Key::Outcomes,
		Key::Submission(9),
	];
	let mut encoded: Vec<Vec<u8>> = all.iter().map(Encode::encode).collect();
	assert!(encoded.iter().all(|key| key.len() <= Key::max_encoded_len() && key.len() <= 33));
	for (key, encoded) in all.iter().zip(&encoded) {
		assert_eq!(Key::decode_all(&mut &encoded[..]).as_ref(), Ok(key));
	}
	encoded.sort();
	encoded.dedup();
	assert_eq!(encoded.len(), all.len());
}
