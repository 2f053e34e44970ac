//! Evidence that proves something, and all that does not.

mod evidence;
mod judging;
mod naming;

use crate::{Asked, Body, Check, Rules, Stated, Statement};
use surety_response::{
	relay::{Basis, Request},
	Signature, Signed, H256,
};

const GENESIS: H256 = H256([7; 32]);

fn request(nonce: u64) -> Request {
	Request {
		author: H256([1; 32]),
		recipient: H256([2; 32]),
		basis: Basis::Subscription(3),
		content: H256([4; 32]),
		method: b"sealed".to_vec().try_into().unwrap(),
		max_response_bytes: 100_000,
		service_ms: 10,
		timeout_ms: 100,
		late_fee_per_ms: 1,
		late_fee_cap: 1,
		route: H256([5; 32]),
		nonce,
		not_after_ms: 1_000,
	}
}

fn asked(target: &[u8]) -> Asked {
	Asked::get(target).unwrap()
}

fn rules(check: Check, deterministic: bool) -> Rules {
	Rules { check, deterministic, artifact: Some(H256([8; 32])) }
}

/// Signed by nobody.
fn stated(request: Request, rules: Rules, asked: &Asked, body: &[u8]) -> Stated {
	let statement = Statement {
		request: request.hash(&GENESIS),
		query: request.query(&GENESIS),
		service: 9,
		rules,
		asked: asked.hash(),
		status: 200,
		answered: Body::of(body).unwrap(),
	};
	Stated { request, statement, signed: unsigned() }
}

fn unsigned() -> Signed {
	Signed { key: 0, signature: Signature::Sr25519([0; 64]) }
}
