//! What the pool of announcements asks of the chain, the keystore and the offchain database.

use crate::service::{FullBackend, FullClient};
use sc_client_api::Backend;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_core::{
	crypto::KeyTypeId,
	offchain::{OffchainStorage as _, STORAGE_PREFIX},
	sr25519::Public,
};
use sp_keystore::KeystorePtr;
use std::{
	collections::BTreeMap,
	ops::Range,
	sync::{Arc, PoisonError, RwLock},
};
use surety_presence::{
	message::{Account, Signature},
	offchain::{announced_key, encode_slots, KEY_TYPE},
};
use surety_presence_pool::{Attested, Closed, Host};
use surety_primitives::{api::NotaryApi, AccountId};
use surety_runtime::{opaque::Block, Hash};

/// What the offchain worker reads and writes.
pub(super) type OffchainStorage = <FullBackend as Backend<Block>>::OffchainStorage;

/// The chain as this node sees it, and what the node has of a notary.
#[derive(Clone)]
pub(crate) struct Chain {
	client: Arc<FullClient>,
	keystore: KeystorePtr,
	offchain: OffchainStorage,
	genesis: Hash,
	/// Keys of this node that notaries sign with in the window that is open.
	keys: Arc<RwLock<BTreeMap<Account, Public>>>,
}

impl Chain {
	pub(super) fn new(
		client: Arc<FullClient>,
		keystore: KeystorePtr,
		offchain: OffchainStorage,
		genesis: Hash,
	) -> Self {
		Self { client, keystore, offchain, genesis, keys: Arc::default() }
	}

	/// The window that is open at a block, and the notaries whose keys of that window are in the keystore. None where the
	/// chain knows no notaries yet.
	pub(super) fn look_up(&self, at: Hash) -> Result<Option<(u32, Vec<Account>)>, String> {
		let api = self.client.runtime_api();
		if !api.has_api::<dyn NotaryApi<Block>>(at).map_err(text)? {
			return Ok(None);
		}
		let window = api.window(at).map_err(text)?.window;
		Ok(Some((window, self.look_up_notaries(at)?)))
	}

	fn look_up_notaries(&self, at: Hash) -> Result<Vec<Account>, String> {
		let mut keys = BTreeMap::new();
		let api = self.client.runtime_api();
		for key in self.keystore.sr25519_public_keys(KeyTypeId(KEY_TYPE)) {
			let Some(notary) = api.notary_of_key(at, key.0).map_err(text)? else { continue };
			let Some(info) = api.notary(at, notary.clone()).map_err(text)? else { continue };
			if info.signing_key == Some(key.0) {
				keys.insert(notary.into(), key);
			}
		}
		let served = keys.keys().copied().collect();
		*self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
		Ok(served)
	}

	/// The notaries whose keys were found.
	pub(super) fn notaries(&self) -> Vec<Account> {
		self.keys.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
	}

	/// Leaves the slots of a window that is over for the offchain worker, and removes those of windows that nobody
	/// can be asked about any more.
	pub(super) fn leave(&self, closed: &Closed, kept: u32) {
		let Closed { notary, window, slots } = closed;
		let mut offchain = self.offchain.clone();
		let blob = encode_slots(slots.iter().copied());
		offchain.set(STORAGE_PREFIX, &announced_key(notary, *window), &blob);
		if let Some(old) = window.checked_sub(kept) {
			offchain.remove(STORAGE_PREFIX, &announced_key(notary, old));
		}
	}

	/// Whether the slots of a window were left.
	pub(super) fn was_left(&self, notary: &Account, window: u32) -> bool {
		self.offchain.get(STORAGE_PREFIX, &announced_key(notary, window)).is_some()
	}
}

impl Host for Chain {
	fn genesis(&self) -> surety_presence::Hash {
		self.genesis.into()
	}

	fn attested(&self, notary: &Account, slots: Range<u32>) -> Result<Vec<(u32, Attested)>, String> {
		let best = self.client.info().best_hash;
		let (api, count) = (self.client.runtime_api(), slots.end.saturating_sub(slots.start));
		let page = api.attestations(best, AccountId::new(*notary), slots.start, count).map_err(text)?;
		let found = page.attestations.into_iter();
		Ok(found
			.map(|found| (found.slot, Attested { generation: found.generation, key: found.key }))
			.collect())
	}

	fn sign(&self, notary: &Account, payload: &[u8]) -> Option<Signature> {
		let key = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(notary).copied()?;
		match self.keystore.sr25519_sign(KeyTypeId(KEY_TYPE), &key, payload) {
			Ok(signature) => signature.map(|signature| signature.0),
			Err(error) => {
				log::error!(target: super::TARGET, "the keystore does not sign: {error}");
				None
			}
		}
	}
}

fn text(error: impl ToString) -> String {
	error.to_string()
}
