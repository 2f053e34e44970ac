//! Golden vectors: what is signed must never change unnoticed, or what was signed before counts for nothing.
//!
//! The keys are those of the seed of 32 bytes 01; the genesis hash is 32 bytes ab. Ed25519 signatures are always the
//! same; sr25519 ones are made with fresh randomness, and are checked only.

use super::{both, voucher};
use crate::{CloseTerms, Endorsement, Message, NativeVerifier, PublicKey, SeverIntent, Signature};
use sp_core::{ed25519, Pair, H256};

const GENESIS: H256 = H256::repeat_byte(0xab);
const ED25519_KEY: &str = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
const SR25519_KEY: &str = "189dac29296d31814dc8c56cf3d36a0543372bba7538fa322a4aebfebc39e056";

/// What is signed, and a signature by each key.
struct Vector {
	payload: &'static str,
	ed25519: &'static str,
	sr25519: &'static str,
}

const VOUCHER: Vector = Vector {
	payload:
		"407375726574792f766f75636865722f31ababababababababababababababababababababababababababababababab\
		ab07000000000000000010a5d4e80000000000000000000000004429353a0000000000000000000000",
	ed25519:
		"56f46447da23562b5a634e109d074b0b1f5f4bb35a4119b2c463c5009e89295741f56fe6105f52c6ac3b0e207d7c6671\
		c6c2fbedccbb62bfe7ac8d6fce41d201",
	sr25519:
		"a0003ead6180051ec3b5e81e90011d84c3261c41ea92a23126395463ed865622fae07728bb7d1e853630c984a61dc353\
		0485aeadbb50a6a5d0b59f390fb69384",
};

const ENDORSEMENT: Vector = Vector {
	payload:
		"707375726574792f766f75636865722d656e646f7273656d656e742f31ababababababababababababababababababab\
		ababababababababababababab07000000000000000010a5d4e80000000000000000000000004429353a000000000000\
		0000000000",
	ed25519:
		"b392d2e6fd191d386f28b2c2652948797407c472c1a14c2c3e7d137557ea254f337e1367702f31ff27530d356a106b23\
		d269a1e2496c1e75b7677c2b24530f08",
	sr25519:
		"2ed433a82b8286bc86f181d639b252d8efd6113791fe257ffe84764158748c351e0f0bc2584c3a57678ba49f856c5b55\
		e1ca4bdcbfcedaf657b5fd44614e158e",
};

const CLOSE: Vector = Vector {
	payload:
		"587375726574792f6368616e6e656c2d636c6f73652f31ababababababababababababababababababababababababab\
		ababababababab07000000000000000300000000000000000000000000000004000000000000000000000000000000f4\
		010000",
	ed25519:
		"e79b3c1cf31986e4823beeea583611d610c4a96254775ee3c4b9db6e97589a551cb48a19bd8992ab0cc02a66e32228e9\
		1d8d71290e160f6e29ad6a3e4a6b7d0e",
	sr25519:
		"ba62afabc8ad01f68fefe94fb1394fda5c5a12c951a33839486d7a33a9646007db7145aff948ec17cb2a187424892262\
		8ac8ef195001129ffdf195caea40e183",
};

const SEVER: Vector = Vector {
	payload:
		"547375726574792f73657665722d696e74656e742f31abababababababababababababababababababababababababab\
		abababababab0201000000000000",
	ed25519:
		"dd4bb6cb09eaefa2e0c0567f85629ddef2dfed89d8e454a7f8beab3873f216034d86ab021163814b67c9ecc0097937c2\
		5ee1c202c28451b8df76669d213d400d",
	sr25519:
		"dcd919d0e4e5354f3a954d1ce2234af26b94e0c30b5ecae97b5caf2241a3b76a4986bce213f65c8d9fd258a0cb0654a7\
		57064f249a6c0029e0fc134dd302b685",
};

fn bytes<const N: usize>(text: &str) -> [u8; N] {
	hex::decode(text).unwrap().try_into().unwrap()
}

fn check(message: &impl Message, vector: &Vector) {
	let payload = message.signing_payload(&GENESIS);
	assert_eq!(hex::encode(&payload), vector.payload);
	let pair = ed25519::Pair::from_seed(&[1; 32]);
	assert_eq!(hex::encode(pair.sign(&payload).0), vector.ed25519);
	let signed = [
		(Signature::Ed25519(bytes(vector.ed25519)), PublicKey::Ed25519(bytes(ED25519_KEY))),
		(Signature::Sr25519(bytes(vector.sr25519)), PublicKey::Sr25519(bytes(SR25519_KEY))),
	];
	for (signature, key) in signed {
		assert!(signature.verify::<NativeVerifier>(message, &GENESIS, &key));
	}
}

#[test]
fn a_voucher_is_signed_as_it_always_was() {
	check(&voucher(1_000_000_000_000, 250_000_000_000), &VOUCHER);
}

#[test]
fn an_endorsement_is_signed_as_it_always_was() {
	check(&Endorsement(voucher(1_000_000_000_000, 250_000_000_000)), &ENDORSEMENT);
}

#[test]
fn terms_of_a_close_are_signed_as_they_always_were() {
	check(&CloseTerms { channel: 7, payouts: both(3, 4), valid_until: 500 }, &CLOSE);
}

#[test]
fn a_sever_intent_is_signed_as_it_always_was() {
	check(&SeverIntent { edge: 258 }, &SEVER);
}
