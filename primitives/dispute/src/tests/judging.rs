//! Right answers are found right, and others wrong.

use super::{asked, request, rules, stated, GENESIS};
use crate::{judge, Asked, Body, Check, Named, Statement, Unjudged};
use alloc::{vec, vec::Vec};
use codec::Encode;
use proptest::prelude::*;
use sp_crypto_hashing::{blake2_256, sha2_256};
use surety_agreement::merkle::Tree;
use surety_response::{
	relay::{MAX_BODY_BYTES, PIECE_BYTES},
	H256,
};

fn ask(named: Named) -> Asked {
	named.asked().unwrap()
}

fn no_native(_: u32, _: &Asked, _: &[u8]) -> Option<bool> {
	None
}

fn check(check: Check, named: Named, body: &[u8], shown: &[u8]) -> Result<bool, Unjudged> {
	judge(check, &ask(named), &Body::of(body).unwrap(), u32::MAX, shown, no_native)
}

proptest! {
	#[test]
	fn only_the_content_that_is_named_should_be_right(
		body in prop::collection::vec(any::<u8>(), 0..300),
		other in prop::collection::vec(any::<u8>(), 0..300),
	) {
		for named in [
			Named::Blake2b256(blake2_256(&body)),
			Named::Sha2256(sha2_256(&body)),
			Named::Pieces(Body::of(&body).unwrap()),
		] {
			prop_assert_eq!(check(Check::FixedHash, named, &body, &body), Ok(true));
			prop_assert_eq!(check(Check::FixedHash, named, &other, &other), Ok(other == body));
		}
	}

	#[test]
	fn only_the_chunk_that_is_named_should_be_right(
		file in prop::collection::vec(any::<u8>(), 1..2_000),
		chunk in 1u32..64,
		at in any::<prop::sample::Index>(),
		other in any::<prop::sample::Index>(),
		broken in any::<prop::sample::Index>(),
	) {
		let tree = Tree::new(&file, chunk).unwrap();
		let data = tree.data();
		let at = at.index(data.leaves() as usize) as u64;
		let other = other.index(data.leaves() as usize) as u64;
		let named = Named::Chunk { data, index: at };
		let body = tree.prove(&file, at).unwrap().encode();
		prop_assert_eq!(check(Check::MerkleChunk, named, &body, &body), Ok(true));
		let another = tree.prove(&file, other).unwrap().encode();
		prop_assert_eq!(check(Check::MerkleChunk, named, &another, &another), Ok(other == at));
		let mut wrong = body.clone();
		let place = broken.index(wrong.len());
		wrong[place] ^= 1;
		prop_assert_eq!(check(Check::MerkleChunk, named, &wrong, &wrong), Ok(false));
		// Nothing may follow.
		let longer = [&body[..], &[0]].concat();
		prop_assert_eq!(check(Check::MerkleChunk, named, &longer, &longer), Ok(false));
		let shorter = &body[..body.len() - 1];
		prop_assert_eq!(check(Check::MerkleChunk, named, shorter, shorter), Ok(false));
	}
}

#[test]
fn a_body_that_was_not_answered_should_prove_nothing() {
	let named = Named::Blake2b256(blake2_256(b"right"));
	assert_eq!(check(Check::FixedHash, named, b"right", b"wrong"), Err(Unjudged::OtherBody));
	assert_eq!(check(Check::FixedHash, named, b"right", b""), Err(Unjudged::OtherBody));
	let tree = Tree::new(b"a file", 2).unwrap();
	let named = Named::Chunk { data: tree.data(), index: 1 };
	let right = tree.prove(b"a file", 1).unwrap().encode();
	assert_eq!(check(Check::MerkleChunk, named, &right, b"wrong"), Err(Unjudged::OtherBody));
	let answered = Body::of(&right).unwrap();
	let native = |_: u32, _: &Asked, _: &[u8]| Some(false);
	let judged = judge(Check::Native(0), &asked(b"x"), &answered, 1_000, b"wrong", native);
	assert_eq!(judged, Err(Unjudged::OtherBody));
}

#[test]
fn pieces_that_are_named_should_be_judged_without_the_body() {
	let long = vec![1; PIECE_BYTES as usize + 1];
	let named = Named::Pieces(Body::of(&long).unwrap());
	assert_eq!(check(Check::FixedHash, named, &long, &[]), Ok(true));
	assert_eq!(check(Check::FixedHash, named, b"other", &[]), Ok(false));
	assert_eq!(check(Check::FixedHash, named, &long[1..], &[]), Ok(false));
}

#[test]
fn bodies_of_more_than_a_piece_should_not_be_judged_by_their_hash() {
	let long = vec![1; PIECE_BYTES as usize + 1];
	let named = Named::Sha2256(sha2_256(&long));
	assert_eq!(check(Check::FixedHash, named, &long, &long), Err(Unjudged::BodyTooLong));
	let answered = Body::of(&long).unwrap();
	let native = |_: u32, _: &Asked, _: &[u8]| Some(false);
	let judged = judge(Check::Native(0), &asked(b"x"), &answered, u32::MAX, &long, native);
	assert_eq!(judged, Err(Unjudged::BodyTooLong));
	// Unless less was allowed, or nothing that long can be right.
	let judged = judge(Check::FixedHash, &ask(named), &answered, PIECE_BYTES, &[], no_native);
	assert_eq!(judged, Ok(false));
	let tree = Tree::new(b"a file", 2).unwrap();
	let named = Named::Chunk { data: tree.data(), index: 1 };
	assert_eq!(check(Check::MerkleChunk, named, &long, &[]), Ok(false));
}

#[test]
fn answers_longer_than_allowed_should_be_wrong_by_every_check() {
	let body = b"four";
	let answered = Body::of(body).unwrap();
	let tree = Tree::new(b"a file", 2).unwrap();
	let fixed = ask(Named::Blake2b256(blake2_256(body)));
	let chunk = ask(Named::Chunk { data: tree.data(), index: 0 });
	for (check, asked) in [
		(Check::FixedHash, &fixed),
		(Check::FixedHash, &ask(Named::Pieces(answered))),
		(Check::MerkleChunk, &chunk),
		(Check::Native(1), &fixed),
	] {
		assert_eq!(judge(check, asked, &answered, 3, &[], |_, _, _| Some(true)), Ok(false));
	}
	assert_eq!(judge(Check::FixedHash, &fixed, &answered, 4, body, no_native), Ok(true));
	// Where nothing is checked, that is not either.
	assert_eq!(judge(Check::None, &fixed, &answered, 3, body, no_native), Err(Unjudged::NoCheck));
}

#[test]
fn questions_that_name_nothing_should_not_be_judged() {
	let body = b"body";
	let answered = Body::of(body).unwrap();
	let tree = Tree::new(b"a file", 2).unwrap();
	let fixed = Named::Blake2b256(blake2_256(body));
	let chunk = Named::Chunk { data: tree.data(), index: 0 };
	let beyond = Named::Chunk { data: tree.data(), index: 3 };
	let unsound = Named::Chunk { data: surety_agreement::merkle::Data { chunk: 0, ..tree.data() }, index: 0 };
	for (check, asked) in [
		(Check::FixedHash, asked(b"/v1/head")),
		(Check::FixedHash, ask(chunk)),
		(Check::MerkleChunk, asked(b"/v1/head")),
		(Check::MerkleChunk, ask(fixed)),
		(Check::MerkleChunk, ask(beyond)),
		(Check::MerkleChunk, ask(unsound)),
	] {
		// However long the answer is.
		for allowed in [0, u32::MAX] {
			let judged = judge(check, &asked, &answered, allowed, body, no_native);
			assert_eq!(judged, Err(Unjudged::NothingNamed));
		}
	}
}

#[test]
fn verifiers_of_the_runtime_should_be_asked() {
	let answered = Body::of(b"body").unwrap();
	let native = |number: u32, asked: &Asked, body: &[u8]| match number {
		5 => Some(asked.target() == Some(b"x".to_vec()) && body == b"body"),
		_ => None,
	};
	let judged = |number, method: &[u8]| {
		judge(Check::Native(number), &asked(method), &answered, u32::MAX, b"body", native)
	};
	assert_eq!(judged(5, b"x"), Ok(true));
	assert_eq!(judged(5, b"y"), Ok(false));
	assert_eq!(judged(6, b"x"), Err(Unjudged::NoVerifier));
}

#[test]
fn bodies_should_be_told_apart() {
	assert_ne!(Body::of(b""), Body::of(&[0]));
	assert_eq!(Body::of(&vec![0; MAX_BODY_BYTES as usize + 1]), None);
	let body: Vec<u8> = (0..PIECE_BYTES * 2 + 5).map(|byte| byte as u8).collect();
	let named = Body::of(&body).unwrap();
	assert!(named.is(&body));
	assert!(!named.is(&body[1..]));
	let mut other = body;
	other[PIECE_BYTES as usize] ^= 1;
	assert!(!named.is(&other));
}

#[test]
fn whoever_asks_should_take_only_a_statement_of_what_it_knows() {
	let (question, rules) = (asked(b"x"), rules(Check::FixedHash, true));
	let stated = stated(request(1), rules, &question, b"body");
	let Statement { request: hash, .. } = stated.statement;
	let takes =
		|statement: Statement| statement.is_of(&stated.request, &GENESIS, 9, &rules, &question, b"body");
	let right = stated.statement;
	assert!(takes(right));
	// Of what status it is, is its own affair.
	assert!(takes(Statement { status: 404, ..right }));
	assert!(!takes(Statement { query: H256::zero(), ..right }));
	assert!(!takes(Statement { request: request(2).hash(&GENESIS), ..right }));
	assert!(!takes(Statement { request: stated.request.hash(&H256::zero()), ..right }));
	assert!(!takes(Statement { service: 8, ..right }));
	assert!(!takes(Statement { rules: super::rules(Check::None, true), ..right }));
	assert!(!takes(Statement { rules: super::rules(Check::FixedHash, false), ..right }));
	assert!(!takes(Statement { asked: asked(b"y").hash(), ..right }));
	assert!(!takes(Statement { answered: Body::of(b"other").unwrap(), ..right }));
	let short = surety_response::relay::Request { max_response_bytes: 3, ..request(1) };
	let statement = Statement { request: short.hash(&GENESIS), query: short.query(&GENESIS), ..right };
	assert!(!statement.is_of(&short, &GENESIS, 9, &rules, &question, b"body"));
	assert_eq!(hash, request(1).hash(&GENESIS));
}
