//! Bodies that only the two ends can read.
//!
//! A request's body is encrypted to the recipient's published X25519 key by HPKE (RFC 9180: base mode,
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305). The answer is encrypted with a key that both derive from the
//! same exchange, as Oblivious HTTP has it (RFC 9458 §4.4). Who carries them sees who asks whom, when, for how much, and how
//! long both are. Lengths are not hidden: nothing is padded.
//!
//! | | first byte | what follows |
//! | --- | --- | --- |
//! | request | `01` | the sender's ephemeral key (32 bytes), ciphertext and tag |
//! | answer | `01` | salt (32 bytes), ciphertext and tag |
//! | answer | `00` | in the clear: why the recipient cannot even read the request ([`Cause`]) |
//!
//! **Nothing can be moved.** The key of a request is derived from all that its author signs of it beside route, fees and
//! expiry ([`Context`]): chain, author, recipient, basis, method, limits and nonce. The same bytes in any other request
//! cannot be opened. What is associated with an answer is the hash of the query and the verdict. The author signs the hash of
//! the encrypted body, the recipient the root of the encrypted answer: hops check both without reading either.
//!
//! **What a third party can be shown.** The author keeps the 32 bytes that its ephemeral key was made from
//! ([`Secret`]). Whoever has them, the recipient's key and the call in the clear can make the very bytes of the request
//! again, and open the answer. There is no choice in that: the ephemeral key in the request determines the secret it
//! was made from as far as that matters, hence the shared secret, hence all keys; so one request and one answer can be
//! opened in one way only, although ChaCha20-Poly1305 by itself commits to no key; as long as the recipient's key is the one
//! that the chain had for it, which whoever checks has to look up. One secret opens one exchange: keys of
//! others are not touched. So a recipient that signs what is no answer at all can be convicted of that by its response;
//! and what it *did* answer, it signs in the clear as well ([`Statement`](surety_response::http::Statement)).
//!
//! A recipient's key is long-lived: who steals it can read what was recorded before. Replace it now and then.

use anyhow::{anyhow, bail, ensure, Context as _, Result};
use codec::{DecodeAll, Encode};
use hpke::{
	aead::ChaCha20Poly1305,
	kdf::HkdfSha256,
	kem::X25519HkdfSha256,
	rand_core::{CryptoRng, RngCore},
	Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _,
};
use ring::{
	aead::{Aad, LessSafeKey, Nonce, UnboundKey, CHACHA20_POLY1305},
	hkdf::{KeyType, Salt, HKDF_SHA256},
	rand::{SecureRandom as _, SystemRandom},
};
use surety_response::{
	http::Cause,
	relay::{Basis, Query, Request, Verdict},
	NodeId, H256,
};

/// The version of both formats.
const VERSION: u8 = 1;

/// First byte of an answer in the clear.
const CLEAR: u8 = 0;

/// Bytes of a key, of an ephemeral key, and of a salt.
const KEY_BYTES: usize = 32;

/// Bytes by which an encrypted body is longer than what is in it.
pub const OVERHEAD: usize = 1 + KEY_BYTES + 16;

type PublicKey = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;
type EncappedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// What a body is bound to.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct Context {
	genesis: H256,
	author: NodeId,
	recipient: NodeId,
	basis: Basis,
	method: Vec<u8>,
	max_response_bytes: u32,
	service_ms: u32,
	nonce: u64,
}

impl Context {
	/// Of a query that an author is about to send.
	pub fn of_query(genesis: H256, author: NodeId, query: &Query) -> Self {
		Self {
			genesis,
			author,
			recipient: query.recipient,
			basis: query.basis,
			method: query.method.clone(),
			max_response_bytes: query.max_response_bytes,
			service_ms: query.service_ms,
			nonce: query.nonce,
		}
	}

	/// Of a request.
	pub fn of_request(genesis: H256, request: &Request) -> Self {
		Self {
			genesis,
			author: request.author,
			recipient: request.recipient,
			basis: request.basis,
			method: request.method.to_vec(),
			max_response_bytes: request.max_response_bytes,
			service_ms: request.service_ms,
			nonce: request.nonce,
		}
	}

	fn info(&self) -> Vec<u8> {
		("surety/sealed-request/1", self).encode()
	}
}

/// What one request's ephemeral key is made from. Whoever has it can open the request, if it has the call in the clear too,
/// and its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; KEY_BYTES]);

impl std::fmt::Debug for Secret {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("Secret")
	}
}

impl Secret {
	/// A new one.
	pub fn generate() -> Result<Self> {
		Ok(Self(random()?))
	}

	/// One that was revealed.
	pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
		Self(bytes)
	}

	/// Reveals it.
	pub fn to_bytes(&self) -> [u8; KEY_BYTES] {
		self.0
	}

	/// Encrypts a body to a recipient's key; the same bytes each time. Also returns what the answer is opened by.
	///
	/// Fails where that is no key.
	pub fn seal(&self, to: &[u8; KEY_BYTES], context: &Context, body: &[u8]) -> Result<(Vec<u8>, AnswerKey)> {
		let to = PublicKey::from_bytes(to).map_err(|error| anyhow!("the recipient's key: {error}"))?;
		let (key, mut sender) = hpke::setup_sender::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256, _>(
			&OpModeS::Base,
			&to,
			&context.info(),
			&mut Once(&self.0),
		)
		.map_err(|error| anyhow!("the recipient's key: {error}"))?;
		let ephemeral: [u8; KEY_BYTES] = key.to_bytes().into();
		let sealed = sender.seal(body, &[]).map_err(|error| anyhow!("cannot encrypt: {error}"))?;
		let mut secret = [0; KEY_BYTES];
		sender.export(EXPORT, &mut secret).map_err(|error| anyhow!("cannot derive a key: {error}"))?;
		let wire = [&[VERSION][..], &ephemeral, &sealed].concat();
		Ok((wire, AnswerKey { secret, ephemeral }))
	}
}

/// What the key of the answer is derived for.
const EXPORT: &[u8] = b"surety/sealed-answer/1";

/// Gives what an ephemeral key is made from to the library, which asks for it once, and for nothing else.
struct Once<'a>(&'a [u8; KEY_BYTES]);

impl RngCore for Once<'_> {
	fn next_u32(&mut self) -> u32 {
		hpke::rand_core::impls::next_u32_via_fill(self)
	}

	fn next_u64(&mut self) -> u64 {
		hpke::rand_core::impls::next_u64_via_fill(self)
	}

	fn fill_bytes(&mut self, bytes: &mut [u8]) {
		for (to, from) in bytes.iter_mut().zip(self.0) {
			*to = *from;
		}
	}
}

impl CryptoRng for Once<'_> {}

fn random() -> Result<[u8; KEY_BYTES]> {
	let mut bytes = [0; KEY_BYTES];
	SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("the system has no randomness"))?;
	Ok(bytes)
}

/// A recipient's key.
#[derive(Clone)]
pub struct Recipient {
	key: PrivateKey,
	public: [u8; KEY_BYTES],
}

impl std::fmt::Debug for Recipient {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "Recipient(0x{})", hex::encode(self.public))
	}
}

impl Recipient {
	/// The key that is made from a secret (RFC 9180, `DeriveKeyPair`).
	pub fn from_secret(secret: &[u8; KEY_BYTES]) -> Self {
		let (key, public) = X25519HkdfSha256::derive_keypair(secret);
		Self { key, public: public.to_bytes().into() }
	}

	/// Its public part, to be published.
	pub fn public(&self) -> [u8; KEY_BYTES] {
		self.public
	}

	/// Opens a request's body. Also returns what the answer is encrypted with.
	///
	/// Fails where it is encrypted to another key or for another request, or is of another version.
	pub fn open(&self, context: &Context, wire: &[u8]) -> Result<(Vec<u8>, AnswerKey)> {
		let (version, rest) = wire.split_first().context("the body is empty")?;
		ensure!(*version == VERSION, "the body is of version {version}");
		let (ephemeral, sealed) = rest.split_first_chunk::<KEY_BYTES>().context("the body is too short")?;
		let key =
			EncappedKey::from_bytes(ephemeral).map_err(|error| anyhow!("the ephemeral key: {error}"))?;
		let mut receiver = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
			&OpModeR::Base,
			&self.key,
			&key,
			&context.info(),
		)
		.map_err(|error| anyhow!("the ephemeral key: {error}"))?;
		let body = receiver.open(sealed, &[]).map_err(|error| anyhow!("cannot decrypt: {error}"))?;
		let mut secret = [0; KEY_BYTES];
		receiver.export(EXPORT, &mut secret).map_err(|error| anyhow!("cannot derive a key: {error}"))?;
		Ok((body, AnswerKey { secret, ephemeral: *ephemeral }))
	}
}

/// What the answers to one request are encrypted with. There may be several, by a recipient that has forgotten one in a
/// crash: each has a salt of its own.
#[derive(Clone)]
pub struct AnswerKey {
	secret: [u8; KEY_BYTES],
	ephemeral: [u8; KEY_BYTES],
}

impl std::fmt::Debug for AnswerKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("AnswerKey")
	}
}

/// A number of bytes to derive.
struct Bytes(usize);

impl KeyType for Bytes {
	fn len(&self) -> usize {
		self.0
	}
}

impl AnswerKey {
	/// The key and nonce for one salt (RFC 9458 §4.4).
	fn derive(&self, salt: &[u8; KEY_BYTES]) -> Result<(LessSafeKey, Nonce)> {
		let derived = || -> Result<_, ring::error::Unspecified> {
			let salt = Salt::new(HKDF_SHA256, &[&self.ephemeral[..], salt].concat());
			let pseudorandom = salt.extract(&self.secret);
			let key = UnboundKey::from(pseudorandom.expand(&[b"key"], &CHACHA20_POLY1305)?);
			let mut nonce = [0; 12];
			pseudorandom.expand(&[b"nonce"], Bytes(nonce.len()))?.fill(&mut nonce)?;
			Ok((LessSafeKey::new(key), Nonce::assume_unique_for_key(nonce)))
		};
		derived().map_err(|_| anyhow!("cannot derive a key"))
	}

	/// Encrypts an answer to the query of this hash.
	pub fn seal(&self, query: &H256, verdict: Verdict, body: &[u8]) -> Result<Vec<u8>> {
		let salt = random()?;
		let (key, nonce) = self.derive(&salt)?;
		let mut sealed = body.to_vec();
		key.seal_in_place_append_tag(nonce, Aad::from((query, verdict).encode()), &mut sealed)
			.map_err(|_| anyhow!("cannot encrypt"))?;
		Ok([&[VERSION][..], &salt, &sealed].concat())
	}

	/// Opens an answer to the query of this hash.
	pub fn open(&self, query: &H256, verdict: Verdict, wire: &[u8]) -> Result<Vec<u8>> {
		let (version, rest) = wire.split_first().context("the answer is empty")?;
		ensure!(*version == VERSION, "the answer is of version {version}");
		let (salt, sealed) = rest.split_first_chunk::<KEY_BYTES>().context("the answer is too short")?;
		let (key, nonce) = self.derive(salt)?;
		let mut body = sealed.to_vec();
		let aad = Aad::from((query, verdict).encode());
		let Ok(opened) = key.open_in_place(nonce, aad, &mut body) else { bail!("cannot decrypt the answer") };
		let length = opened.len();
		body.truncate(length);
		Ok(body)
	}
}

/// An answer in the clear, to a request that cannot be read.
pub fn clear(cause: Cause) -> Vec<u8> {
	(CLEAR, cause).encode()
}

/// Why a recipient says in the clear that it does not answer; `None` where it says no such thing.
pub fn cleared(wire: &[u8]) -> Option<Cause> {
	let (first, rest) = wire.split_first()?;
	(*first == CLEAR).then(|| Cause::decode_all(&mut &*rest).ok())?
}

#[cfg(test)]
mod tests {
	use super::*;

	fn query() -> Query {
		Query {
			nonce: 6,
			recipient: H256::repeat_byte(2),
			basis: Basis::Subscription(3),
			method: b"http/1".to_vec(),
			body: Vec::new(),
			max_response_bytes: 1_000,
			service_ms: 100,
			late_fee_per_ms: 1,
			late_fee_cap: 1_000,
			validity_ms: 1_000,
		}
	}

	fn context() -> Context {
		Context::of_query(H256::repeat_byte(7), H256::repeat_byte(1), &query())
	}

	const SECRET: Secret = Secret([9; 32]);

	#[test]
	fn a_body_should_be_read_by_its_recipient_and_the_answer_by_its_author() {
		let recipient = Recipient::from_secret(&[1; 32]);
		let secret = Secret::generate().expect("there is randomness");
		let (wire, key) = secret.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		assert_eq!(wire.len(), b"question".len() + OVERHEAD);
		assert!(!wire.windows(8).any(|bytes| bytes == b"question"));
		let (body, answer) = recipient.open(&context(), &wire).expect("opens");
		assert_eq!(body, b"question");
		let query = H256::repeat_byte(3);
		let sealed = answer.seal(&query, Verdict::Answer, b"answer").expect("is sealed");
		assert_eq!(sealed.len(), b"answer".len() + OVERHEAD);
		assert_eq!(key.open(&query, Verdict::Answer, &sealed).expect("opens"), b"answer");
		let again = answer.seal(&query, Verdict::Answer, b"answer").expect("is sealed");
		assert_ne!(again, sealed, "each with a salt of its own");
	}

	#[test]
	fn a_body_should_not_be_opened_in_any_other_request() {
		let recipient = Recipient::from_secret(&[1; 32]);
		let (wire, _) = SECRET.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		let other = H256::repeat_byte(9);
		let others = [
			Context { genesis: other, ..context() },
			Context { author: other, ..context() },
			Context { recipient: other, ..context() },
			Context { basis: Basis::Agreement(3), ..context() },
			Context { method: b"http/2".to_vec(), ..context() },
			Context { max_response_bytes: 1_001, ..context() },
			Context { service_ms: 101, ..context() },
			Context { nonce: 7, ..context() },
		];
		for other in others {
			assert!(recipient.open(&other, &wire).is_err(), "{other:?}");
		}
		assert!(Recipient::from_secret(&[2; 32]).open(&context(), &wire).is_err(), "another recipient's key");
		recipient.open(&context(), &wire).expect("opens");
	}

	#[test]
	fn an_answer_should_not_be_opened_for_another_query_or_verdict() {
		let recipient = Recipient::from_secret(&[1; 32]);
		let (wire, key) = SECRET.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		let (_, answer) = recipient.open(&context(), &wire).expect("opens");
		let query = H256::repeat_byte(3);
		let sealed = answer.seal(&query, Verdict::Answer, b"answer").expect("is sealed");
		assert!(key.open(&H256::repeat_byte(4), Verdict::Answer, &sealed).is_err());
		assert!(key.open(&query, Verdict::Refusal, &sealed).is_err());
		let (_, other) =
			Secret([8; 32]).seal(&recipient.public(), &context(), b"question").expect("is sealed");
		assert!(other.open(&query, Verdict::Answer, &sealed).is_err());
	}

	#[test]
	fn no_byte_of_either_should_be_changed_unnoticed() {
		let recipient = Recipient::from_secret(&[1; 32]);
		let (wire, key) = SECRET.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		let (_, answer) = recipient.open(&context(), &wire).expect("opens");
		let query = H256::repeat_byte(3);
		let sealed = answer.seal(&query, Verdict::Answer, b"answer").expect("is sealed");
		let flipped = |bytes: &[u8], place: usize| {
			let mut bytes = bytes.to_vec();
			bytes[place] ^= 1;
			bytes
		};
		for place in 0..wire.len() {
			assert!(recipient.open(&context(), &flipped(&wire, place)).is_err(), "{place}");
			assert!(recipient.open(&context(), &wire[..place]).is_err(), "cut at {place}");
		}
		for place in 0..sealed.len() {
			assert!(key.open(&query, Verdict::Answer, &flipped(&sealed, place)).is_err(), "{place}");
			assert!(key.open(&query, Verdict::Answer, &sealed[..place]).is_err(), "cut at {place}");
		}
	}

	#[test]
	fn whoever_is_shown_the_secret_should_make_the_same_bytes_and_open_the_answer() {
		let recipient = Recipient::from_secret(&[1; 32]);
		let (wire, _) = SECRET.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		let (_, answer) = recipient.open(&context(), &wire).expect("opens");
		let query = H256::repeat_byte(3);
		let sealed = answer.seal(&query, Verdict::Answer, b"answer").expect("is sealed");
		let shown = Secret::from_bytes(SECRET.to_bytes());
		let (again, key) = shown.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		assert_eq!(again, wire);
		assert_eq!(key.open(&query, Verdict::Answer, &sealed).expect("opens"), b"answer");
		let (lie, _) = shown.seal(&recipient.public(), &context(), b"quest1on").expect("is sealed");
		assert_ne!(lie, wire);
	}

	#[test]
	fn what_cannot_be_a_key_should_be_refused() {
		// A point of small order: the shared secret would be known to everybody.
		assert!(SECRET.seal(&[0; 32], &context(), b"question").is_err());
		let recipient = Recipient::from_secret(&[1; 32]);
		let (mut wire, _) = SECRET.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		wire[1..33].fill(0);
		assert!(recipient.open(&context(), &wire).is_err());
	}

	#[test]
	fn the_bytes_should_stay_as_they_are() {
		// An implementation of RFC 9180 and RFC 9458 from their text has made and opened the same.
		let recipient = Recipient::from_secret(&[1; 32]);
		let public = "41852320ff367495fa522c94cb83af391e4e89018392725bbf2098dd931bc424";
		assert_eq!(hex::encode(recipient.public()), public);
		let (wire, _) = SECRET.seal(&recipient.public(), &context(), b"question").expect("is sealed");
		let expected = "01de8923a675d02180cdd7d0097ba404b9e1e2930d5665cba58d176500636179\
			3b1807570e599c336c0ab9b9826cb98cfad706b9fd26cabad7";
		assert_eq!(hex::encode(&wire), expected);
		let (_, answer) = recipient.open(&context(), &wire).expect("opens");
		let sealed = hex::decode(
			"018fc2fec1440b6edcda7443a4d3af799c0c82f3a51b9519a1df5346dbf604d9\
			 cd125bd5182b4e8085bc2b881d45dbee69fbbe8f1e42c0",
		)
		.expect("is hex");
		let query = H256::repeat_byte(3);
		assert_eq!(answer.open(&query, Verdict::Answer, &sealed).expect("opens"), b"answer");
	}

	#[test]
	fn a_refusal_in_the_clear_should_be_read_as_what_it_is_only() {
		let wire = clear(Cause::Unreadable);
		assert_eq!(cleared(&wire), Some(Cause::Unreadable));
		assert_eq!(cleared(&[&wire[..], &[0]].concat()), None);
		assert_eq!(cleared(&[]), None);
		assert_eq!(cleared(&[VERSION, 0]), None);
		assert_eq!(cleared(&[CLEAR, 200]), None);
	}
}
