//! Keys of everybody, made of numbers: whatever names a public key of theirs, they can sign for.
//!
//! Signatures by sr25519 are drawn at random; nothing on chain depends on their bytes, so a case stays the same.

use crate::{accounts, chain::GENESIS};
use sp_core::{ed25519, sr25519, Pair as _};
use std::{collections::BTreeMap, sync::OnceLock};
use surety_presence::message::{KeyOwnership, Signed as Message};
use surety_response::{Message as ChannelMessage, PublicKey, Signature};
use surety_runtime::AccountId;

/// Keys that each account has of either kind.
pub const OF_EACH: u32 = 8;
/// The link in commitments of notaries that say what they know, once for each window. In all others there is something
/// else: so what a commitment was meant to be can be told from the calls of a history alone.
pub const HONEST: &[u8] = b"honest";

struct Ring {
	sr25519: BTreeMap<[u8; 32], sr25519::Pair>,
	ed25519: BTreeMap<[u8; 32], ed25519::Pair>,
	presence: Vec<[u8; 32]>,
	channel: Vec<PublicKey>,
}

fn ring() -> &'static Ring {
	static RING: OnceLock<Ring> = OnceLock::new();
	RING.get_or_init(|| {
		let mut ring = Ring {
			sr25519: BTreeMap::new(),
			ed25519: BTreeMap::new(),
			presence: Vec::new(),
			channel: Vec::new(),
		};
		let accounts = u32::try_from(accounts::all().len()).unwrap_or(0);
		for number in 0..accounts.saturating_mul(OF_EACH) {
			let mut seed = [0x5e; 32];
			let (start, _) = seed.split_at_mut(4);
			start.copy_from_slice(&number.to_le_bytes());
			let (sr25519, ed25519) = (sr25519::Pair::from_seed(&seed), ed25519::Pair::from_seed(&seed));
			ring.presence.push(sr25519.public().0);
			ring.channel.push(match number % 2 {
				0 => PublicKey::Ed25519(ed25519.public().0),
				_ => PublicKey::Sr25519(sr25519.public().0),
			});
			ring.sr25519.insert(sr25519.public().0, sr25519);
			ring.ed25519.insert(ed25519.public().0, ed25519);
		}
		ring
	})
}

/// Place of an account's key in the ring.
fn place(who: &AccountId, nth: u32) -> usize {
	let account = accounts::all().iter().position(|account| account == who).unwrap_or(0);
	account.saturating_mul(OF_EACH as usize).saturating_add((nth % OF_EACH) as usize)
}

/// One of an account's keys to attest and to announce with.
pub fn presence_key(who: &AccountId, nth: u32) -> [u8; 32] {
	ring().presence.get(place(who, nth)).copied().unwrap_or_default()
}

/// One of an account's keys to sign vouchers with.
pub fn channel_key(who: &AccountId, nth: u32) -> PublicKey {
	ring().channel.get(place(who, nth)).copied().unwrap_or(PublicKey::Ed25519([0; 32]))
}

/// The signature of a message by the bearer of a key; of a key that is nobody's, what is none.
pub fn sign(key: &[u8; 32], message: &impl Message) -> [u8; 64] {
	ring().sr25519.get(key).map_or([0; 64], |pair| pair.sign(&message.payload()).0)
}

/// The same of a message about channels.
pub fn sign_for_channel(key: &PublicKey, message: &impl ChannelMessage) -> Signature {
	let payload = message.signing_payload(&GENESIS);
	match key {
		PublicKey::Sr25519(key) => {
			Signature::Sr25519(ring().sr25519.get(key).map_or([0; 64], |pair| pair.sign(&payload).0))
		}
		PublicKey::Ed25519(key) => {
			Signature::Ed25519(ring().ed25519.get(key).map_or([0; 64], |pair| pair.sign(&payload).0))
		}
	}
}

/// What shows that a key is an account's, where it is.
pub fn ownership(who: &AccountId, key: &[u8; 32]) -> [u8; 64] {
	sign(key, &KeyOwnership { genesis: GENESIS.0, notary: who.clone().into() })
}
