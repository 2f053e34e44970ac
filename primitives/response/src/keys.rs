//! Keys, signatures, and who checks them.

use crate::Message;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Place of a key among those that a party has registered.
pub type KeyIndex = u8;

/// Key that a party's vouchers and intents are signed with.
///
/// Its bytes are not checked: a party that registers what is no key, or one that others can sign with, harms itself.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum PublicKey {
	/// Schnorr over Ristretto, as accounts of the SDK have it (signing context `substrate`).
	Sr25519([u8; 32]),
	/// Ed25519 (RFC 8032).
	Ed25519([u8; 32]),
}

/// Signature by a [`PublicKey`] of the same scheme.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Signature {
	/// Schnorr over Ristretto.
	Sr25519([u8; 64]),
	/// Ed25519.
	Ed25519([u8; 64]),
}

/// A signature, and by which of its party's keys it is.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Signed {
	/// Place of the key among those that the party has registered, oldest first.
	pub key: KeyIndex,
	/// The signature.
	pub signature: Signature,
}

/// Something that can check signatures: the host of a runtime, or a library.
pub trait Verifier {
	/// Whether `signature` is one of `message` by the sr25519 key `key`.
	fn sr25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool;

	/// Whether `signature` is one of `message` by the ed25519 key `key`.
	fn ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool;
}

impl Signature {
	/// Whether this is a signature by `key` of `message`, on the chain whose genesis block has the hash `genesis`.
	pub fn verify<V: Verifier>(&self, message: &impl Message, genesis: &H256, key: &PublicKey) -> bool {
		let payload = message.signing_payload(genesis);
		match (self, key) {
			(Self::Sr25519(signature), PublicKey::Sr25519(key)) => V::sr25519(signature, &payload, key),
			(Self::Ed25519(signature), PublicKey::Ed25519(key)) => V::ed25519(signature, &payload, key),
			_ => false,
		}
	}
}

impl Signed {
	/// Whether this is a signature of `message` by one of `keys`, the one that it names; false where there is no such
	/// key.
	pub fn verify<V: Verifier>(&self, message: &impl Message, genesis: &H256, keys: &[PublicKey]) -> bool {
		let key = keys.get(usize::from(self.key));
		key.is_some_and(|key| self.signature.verify::<V>(message, genesis, key))
	}
}

/// Checks signatures by the SDK's own library, for clients.
#[cfg(feature = "std")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NativeVerifier;

#[cfg(feature = "std")]
impl Verifier for NativeVerifier {
	fn sr25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
		use sp_core::{sr25519, Pair as _};
		let signature = sr25519::Signature::from_raw(*signature);
		sr25519::Pair::verify(&signature, message, &sr25519::Public::from_raw(*key))
	}

	fn ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
		use sp_core::{ed25519, Pair as _};
		let signature = ed25519::Signature::from_raw(*signature);
		ed25519::Pair::verify(&signature, message, &ed25519::Public::from_raw(*key))
	}
}
