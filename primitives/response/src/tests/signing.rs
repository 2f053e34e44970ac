//! Signatures count for one message, one kind, one chain and one key.

use super::{both, voucher};
use crate::{
	CloseTerms, Endorsement, Message, NativeVerifier, PublicKey, SeverIntent, Signature, Signed, Voucher,
};
use codec::{Decode, Encode, MaxEncodedLen};
use sp_core::{ed25519, sr25519, Pair, H256};

const GENESIS: H256 = H256::repeat_byte(1);
const ELSEWHERE: H256 = H256::repeat_byte(2);

fn schnorr(seed: u8) -> (sr25519::Pair, PublicKey) {
	let pair = sr25519::Pair::from_seed(&[seed; 32]);
	let key = PublicKey::Sr25519(pair.public().0);
	(pair, key)
}

fn edwards(seed: u8) -> (ed25519::Pair, PublicKey) {
	let pair = ed25519::Pair::from_seed(&[seed; 32]);
	let key = PublicKey::Ed25519(pair.public().0);
	(pair, key)
}

/// The message signed by a key of each scheme, and the keys.
fn signed(message: &impl Message, genesis: &H256) -> [(Signature, PublicKey); 2] {
	let payload = message.signing_payload(genesis);
	let ((schnorr, schnorr_key), (edwards, edwards_key)) = (schnorr(1), edwards(1));
	[
		(Signature::Sr25519(schnorr.sign(&payload).0), schnorr_key),
		(Signature::Ed25519(edwards.sign(&payload).0), edwards_key),
	]
}

fn verify(signature: &Signature, message: &impl Message, key: &PublicKey) -> bool {
	signature.verify::<NativeVerifier>(message, &GENESIS, key)
}

#[test]
fn a_signature_of_either_scheme_counts_for_its_message() {
	let message = voucher(10, 5);
	for (signature, key) in signed(&message, &GENESIS) {
		assert!(verify(&signature, &message, &key));
	}
}

#[test]
fn a_signature_of_another_key_or_scheme_does_not_count() {
	let message = voucher(10, 5);
	let [(schnorr_signature, schnorr_key), (edwards_signature, edwards_key)] = signed(&message, &GENESIS);
	assert!(!verify(&schnorr_signature, &message, &schnorr(2).1));
	assert!(!verify(&edwards_signature, &message, &edwards(2).1));
	assert!(!verify(&schnorr_signature, &message, &edwards_key));
	assert!(!verify(&edwards_signature, &message, &schnorr_key));
	// The same bytes under the other scheme's name.
	let (Signature::Sr25519(bytes), PublicKey::Sr25519(key)) = (schnorr_signature, schnorr_key) else {
		unreachable!()
	};
	assert!(!verify(&Signature::Ed25519(bytes), &message, &PublicKey::Ed25519(key)));
	let (Signature::Ed25519(bytes), PublicKey::Ed25519(key)) = (edwards_signature, edwards_key) else {
		unreachable!()
	};
	assert!(!verify(&Signature::Sr25519(bytes), &message, &PublicKey::Sr25519(key)));
}

#[test]
fn a_signature_on_another_chain_does_not_count() {
	let message = voucher(10, 5);
	for (signature, key) in signed(&message, &ELSEWHERE) {
		assert!(!verify(&signature, &message, &key));
		assert!(signature.verify::<NativeVerifier>(&message, &ELSEWHERE, &key));
	}
}

#[test]
fn a_signature_counts_for_no_other_voucher() {
	let message = voucher(10, 5);
	for (signature, key) in signed(&message, &GENESIS) {
		for other in [voucher(11, 5), voucher(10, 4), Voucher { channel: 8, ..message }] {
			assert!(!verify(&signature, &other, &key));
		}
	}
}

#[test]
fn a_signature_of_one_kind_of_message_counts_for_no_other_kind() {
	// The encodings are the same, and what they are signed for differs.
	let message = voucher(10, 5);
	assert_eq!(message.encode(), Endorsement(message).encode());
	for (signature, key) in signed(&message, &GENESIS) {
		assert!(!verify(&signature, &Endorsement(message), &key));
		assert!(!verify(&signature, &SeverIntent { edge: message.channel }, &key));
	}
	for (signature, key) in signed(&Endorsement(message), &GENESIS) {
		assert!(!verify(&signature, &message, &key));
	}
	let terms = CloseTerms { channel: 7, payouts: both(1, 2), valid_until: 3 };
	for (signature, key) in signed(&terms, &GENESIS) {
		assert!(verify(&signature, &terms, &key));
		assert!(!verify(&signature, &CloseTerms { valid_until: 4, ..terms }, &key));
		assert!(!verify(&signature, &CloseTerms { payouts: both(2, 1), ..terms }, &key));
	}
}

#[test]
fn no_tag_is_the_beginning_of_another_payload() {
	let message = voucher(10, 5);
	let terms = CloseTerms { channel: 7, payouts: both(1, 2), valid_until: 3 };
	let payloads = [
		message.signing_payload(&GENESIS),
		Endorsement(message).signing_payload(&GENESIS),
		terms.signing_payload(&GENESIS),
		SeverIntent { edge: 7 }.signing_payload(&GENESIS),
	];
	for (i, one) in payloads.iter().enumerate() {
		for (j, other) in payloads.iter().enumerate() {
			assert!(i == j || !other.starts_with(one));
			let head = &one[..one.len() - 40];
			assert!(i == j || !other.starts_with(&head[..head.len().min(16)]));
		}
	}
}

#[test]
fn a_key_is_looked_up_by_its_place_and_a_place_without_a_key_counts_for_nothing() {
	let message = voucher(10, 5);
	let [(schnorr_signature, schnorr_key), (edwards_signature, edwards_key)] = signed(&message, &GENESIS);
	let keys = [schnorr_key, edwards_key];
	let counts =
		|key, signature| Signed { key, signature }.verify::<NativeVerifier>(&message, &GENESIS, &keys);
	assert!(counts(0, schnorr_signature));
	assert!(counts(1, edwards_signature));
	assert!(!counts(1, schnorr_signature));
	assert!(!counts(2, edwards_signature));
	assert!(!counts(u8::MAX, edwards_signature));
	assert!(!Signed { key: 0, signature: schnorr_signature }.verify::<NativeVerifier>(
		&message,
		&GENESIS,
		&[]
	));
}

#[test]
fn keys_and_signatures_survive_encoding_within_their_bounds() {
	for (signature, key) in signed(&voucher(10, 5), &GENESIS) {
		let signed = Signed { key: 3, signature };
		assert_eq!(Signed::decode(&mut &signed.encode()[..]), Ok(signed));
		assert_eq!(PublicKey::decode(&mut &key.encode()[..]), Ok(key));
		assert_eq!(signed.encode().len(), Signed::max_encoded_len());
		assert_eq!(key.encode().len(), PublicKey::max_encoded_len());
	}
	assert!(PublicKey::decode(&mut &[2u8; 33][..]).is_err());
}

#[test]
fn what_is_no_key_has_signed_nothing() {
	let message = voucher(10, 5);
	for (signature, _) in signed(&message, &GENESIS) {
		assert!(!verify(&signature, &message, &PublicKey::Sr25519([0xff; 32])));
		assert!(!verify(&signature, &message, &PublicKey::Ed25519([0xff; 32])));
	}
}
