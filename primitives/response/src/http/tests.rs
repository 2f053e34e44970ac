use super::*;
use crate::{
	relay::{Basis, Request, PIECE_BYTES},
	Message as _, H256,
};
use alloc::{boxed::Box, vec, vec::Vec};
use codec::Encode;
use proptest::prelude::*;

const GENESIS: H256 = H256::repeat_byte(7);

fn headers(headers: &[(&str, &str)]) -> Option<Headers> {
	Headers::new(headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())))
}

fn call() -> Call {
	let headers = headers(&[("Content-Type", "text/plain"), ("accept", "*/*")]).unwrap();
	Call::new(b"POST", b"/v1/echo?loud=1", headers, b"hello").unwrap()
}

fn reply(body: &[u8]) -> Reply {
	Reply::new(200, headers(&[("content-type", "text/plain")]).unwrap(), body.to_vec()).unwrap()
}

fn request() -> Request {
	Request {
		author: H256::repeat_byte(1),
		recipient: H256::repeat_byte(2),
		basis: Basis::Subscription(3),
		content: H256::repeat_byte(4),
		method: METHOD.to_vec().try_into().unwrap(),
		max_response_bytes: 1_000,
		service_ms: 100,
		timeout_ms: 500,
		late_fee_per_ms: 1,
		late_fee_cap: 1_000,
		route: H256::repeat_byte(5),
		nonce: 6,
		not_after_ms: 7,
	}
}

#[test]
fn headers_should_be_the_same_in_whatever_order_and_letters_they_were_given() {
	let one = headers(&[("Accept", "a"), ("X-B", "2"), ("x-b", "1")]);
	let other = headers(&[("x-B", "2"), ("X-b", "1"), ("ACCEPT", "a")]);
	assert_eq!(one, other);
	let listed: Vec<_> = one.as_ref().unwrap().iter().collect();
	assert_eq!(listed, [(&b"accept"[..], &b"a"[..]), (b"x-b", b"2"), (b"x-b", b"1")]);
}

#[test]
fn headers_of_a_connection_should_not_be_sent() {
	for name in ["Connection", "host", "Transfer-Encoding", "content-length", "Proxy-Authorization"] {
		assert_eq!(headers(&[(name, "x")]), None, "{name}");
	}
	for listed in CALL_HEADERS.iter().chain(&REPLY_HEADERS) {
		assert!(headers(&[(listed, "x")]).is_some(), "{listed}");
	}
	assert!(CALL_HEADERS.is_sorted() && REPLY_HEADERS.is_sorted());
}

#[test]
fn what_would_be_read_otherwise_by_http_should_be_no_header() {
	for (name, value) in [("", "x"), ("a b", "x"), ("a:", "x"), ("a", "x\r\ny: z"), ("a", " x"), ("a", "x\t")]
	{
		assert_eq!(headers(&[(name, value)]), None, "{name:?} {value:?}");
	}
	let long = "v".repeat(MAX_VALUE_BYTES as usize + 1);
	assert_eq!(headers(&[("a", &long)]), None);
	assert!(headers(&[("a", &long[1..])]).is_some());
	let many = vec![("a", "x"); MAX_HEADERS as usize + 1];
	assert_eq!(headers(&many), None);
	assert!(headers(&many[1..]).is_some());
}

#[test]
fn a_call_should_have_one_encoding() {
	let call = call();
	assert_eq!(Call::from_bytes(&call.encode()), Some(call.clone()));
	assert_eq!(Call::from_bytes(&[call.encode(), vec![0]].concat()), None, "something behind it");
	// The same headers in another order.
	let own: Vec<Header> = call.headers.iter().map(|(name, value)| header(name, value)).collect();
	let swapped: Vec<Header> = own.iter().rev().cloned().collect();
	let encoded = |headers: &[Header]| (&call.method, &call.target, headers, &call.body).encode();
	assert_eq!(encoded(&own), call.encode());
	assert_eq!(Call::from_bytes(&encoded(&swapped)), None);
	assert_eq!(Call::from_bytes(&encoded(&[header(b"Accept", b"*/*")])), None, "capitals");
	assert_eq!(Call::from_bytes(&encoded(&[header(b"host", b"a")])), None, "of a connection");
}

fn header(name: &[u8], value: &[u8]) -> Header {
	Header { name: name.to_vec().try_into().unwrap(), value: value.to_vec().try_into().unwrap() }
}

#[test]
fn what_is_no_method_or_target_should_be_no_call() {
	let with = |method: &[u8], target: &[u8]| Call::new(method, target, Headers::default(), b"");
	assert!(with(b"GET", b"/").is_some());
	for (method, target) in [
		(&b""[..], &b"/"[..]),
		(b"get", b"/"),
		(b"GET ", b"/"),
		(b"GET", b""),
		(b"GET", b"*"),
		(b"GET", b"http://a/"),
		(b"GET", b"/a b"),
		(b"GET", b"/a\r\n"),
		(b"GET", b"/a#b"),
		(b"GETGETGETGETGETGE", b"/"),
	] {
		assert_eq!(with(method, target), None, "{method:?} {target:?}");
	}
	assert_eq!(call().path(), b"/v1/echo");
}

#[test]
fn a_status_that_is_a_failure_or_no_end_should_be_no_reply() {
	for status in [0, 100, 199, 500, 503, 999] {
		assert_eq!(Reply::new(status, Headers::default(), vec![]), None, "{status}");
		let encoded = (status, Headers::default(), Vec::<u8>::new()).encode();
		assert_eq!(Reply::from_bytes(&encoded), None, "{status}");
	}
	for status in [200, 301, 404, 499] {
		let reply = Reply::new(status, Headers::default(), vec![]).unwrap();
		assert_eq!(Reply::from_bytes(&reply.encode()), Some(reply));
	}
}

#[test]
fn a_statement_should_hold_for_the_exchange_and_for_its_repetitions_only() {
	let (call, reply, request) = (call(), reply(b"HELLO"), request());
	let statement = Statement::new(&GENESIS, &request, &call, &reply);
	let is_of =
		|request: &Request, call: &Call, reply: &Reply| statement.is_of(&GENESIS, request, call, reply);
	assert!(is_of(&request, &call, &reply));
	let again = Request { route: H256::zero(), timeout_ms: 1, not_after_ms: 99, ..request.clone() };
	assert!(is_of(&again, &call, &reply), "the same query along another way");
	assert!(!is_of(&Request { nonce: 8, ..request.clone() }, &call, &reply), "another query");
	assert!(!is_of(&Request { author: H256::zero(), ..request.clone() }, &call, &reply), "another author");
	let other = Call::new(b"POST", b"/v1/echo?loud=2", call.headers.clone(), b"hello").unwrap();
	assert!(!is_of(&request, &other, &reply), "another call");
	assert!(!is_of(&request, &call, &self::reply(b"HELLo")), "another body");
	assert!(!is_of(&request, &call, &Reply { status: 201, ..reply.clone() }), "another status");
	assert!(!statement.is_of(&H256::zero(), &request, &call, &reply), "another chain");
}

#[test]
fn statements_should_differ_by_what_was_answered_only() {
	let statement = |request: &Request, body| Statement::new(&GENESIS, request, &call(), &reply(body));
	let again = Request { nonce: 9, ..request() };
	assert!(!statement(&request(), b"a").differs(&statement(&again, b"a")));
	assert!(statement(&request(), b"a").differs(&statement(&again, b"b")));
}

#[test]
fn a_statement_should_be_signed_as_it_was() {
	// So that nobody changes what is signed without noticing.
	let statement = Statement::new(&GENESIS, &request(), &call(), &reply(b"HELLO"));
	let payload = statement.signing_payload(&GENESIS);
	assert_eq!(payload.len(), 1 + Statement::TAG.len() + 32 + 3 * 32 + 2 + 4 + 32);
	assert_eq!(payload[1..19], *b"surety/statement/1");
	assert_eq!(payload[115..147], *call().digest().as_bytes());
}

#[test]
fn the_root_of_a_long_body_should_be_that_of_its_pieces() {
	let body = vec![3; PIECE_BYTES as usize * 2 + 1];
	let statement = Statement::new(&GENESIS, &request(), &call(), &reply(&body));
	let pieces = crate::relay::pieces(&body);
	assert_eq!(pieces.len(), 3);
	assert_eq!((statement.bytes as usize, statement.root), (body.len(), crate::relay::root(&pieces)));
}

#[test]
fn what_was_said_should_be_read_as_it_was_meant_and_nothing_else() {
	let (call, reply) = (call(), reply(b"x"));
	let statement = Box::new(Statement::new(&GENESIS, &request(), &call, &reply));
	let signed = Box::new(crate::Signed { key: 0, signature: crate::Signature::Ed25519([1; 64]) });
	let said = Said::Reply { statement, signed, reply: Box::new(reply) };
	assert_eq!(Said::from_bytes(&said.encode()), Some(said.clone()));
	assert_eq!(said.verdict(), crate::relay::Verdict::Answer);
	let refused = Said::Refused(Cause::UpstreamFailed(503));
	assert_eq!(Said::from_bytes(&refused.encode()), Some(refused.clone()));
	assert_eq!(refused.verdict(), crate::relay::Verdict::Refusal);
	assert_eq!(Said::from_bytes(b""), None);
	assert_eq!(Said::from_bytes(&[1, 99]), None, "no such cause");
}

proptest! {
	#[test]
	fn any_bytes_should_be_read_as_nothing_or_as_what_encodes_to_them(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
		if let Some(call) = Call::from_bytes(&bytes) {
			prop_assert_eq!(call.encode(), bytes.clone());
		}
		if let Some(reply) = Reply::from_bytes(&bytes) {
			prop_assert_eq!(reply.encode(), bytes.clone());
		}
		if let Some(said) = Said::from_bytes(&bytes) {
			prop_assert_eq!(said.encode(), bytes);
		}
	}

	#[test]
	fn a_call_that_can_be_made_should_be_read_again(
		target in "/[!-\"$-~]{0,40}",
		names in proptest::collection::vec("[a-zA-Z-]{1,10}", 0..6),
		body in proptest::collection::vec(any::<u8>(), 0..100),
	) {
		let listed: Vec<(&[u8], &[u8])> = names.iter().map(|name| (name.as_bytes(), &b"v"[..])).collect();
		let connection = names.iter().any(|name| !is_end_to_end(name.to_ascii_lowercase().as_bytes()));
		let headers = Headers::new(listed);
		prop_assert_eq!(headers.is_none(), connection);
		if let Some(headers) = headers {
			let call = Call::new(b"PUT", target.as_bytes(), headers, &body).unwrap();
			prop_assert_eq!(Call::from_bytes(&call.encode()), Some(call.clone()));
		}
	}
}
