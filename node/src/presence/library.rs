//! The publications that the offchain worker has left.

use super::chain::{Chain, OffchainStorage};
use codec::DecodeAll;
use sp_core::offchain::{OffchainStorage as _, STORAGE_PREFIX};
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, PoisonError},
};
use surety_presence::{
	exact::{self, Earlier},
	message::{Account, SignedCommitment},
	offchain::{commitment_key, publication_key},
	Limits, SlotSet,
};
use surety_presence_pool::{
	http::{Library, Published},
	Pool,
};

/// Windows at the most that are looked through for the latest publication.
const LOOKED_THROUGH: u32 = 16;
/// Decoded sets that are kept for those who ask for single slots.
const DECODED: usize = 8;

/// Publications by notary and window.
#[derive(Clone)]
pub(crate) struct Publications {
	offchain: OffchainStorage,
	pool: Arc<Pool<Chain>>,
	decoded: Arc<Mutex<BTreeMap<(u32, Account), Arc<SlotSet>>>>,
}

impl Publications {
	pub(super) fn new(offchain: OffchainStorage, pool: Arc<Pool<Chain>>) -> Self {
		Self { offchain, pool, decoded: Arc::default() }
	}

	fn load<V: DecodeAll>(&self, key: &[u8]) -> Option<V> {
		V::decode_all(&mut &self.offchain.get(STORAGE_PREFIX, key)?[..]).ok()
	}

	/// The slots of a publication.
	pub(super) fn slots(&self, notary: &Account, window: u32) -> Result<Option<Arc<SlotSet>>, String> {
		let known = self.decoded().get(&(window, *notary)).cloned();
		if known.is_some() {
			return Ok(known);
		}
		let Some(Published { bytes, .. }) = self.publication(notary, window) else { return Ok(None) };
		let limits = Limits::default();
		let failed = |error: surety_presence::Error| error.to_string();
		// A delta starts from one that is none itself, so this ends.
		let before = match exact::earlier_window(&bytes, &limits).map_err(failed)? {
			Some(before) if before < window => self.slots(notary, before)?.map(|set| (before, set)),
			_ => None,
		};
		let earlier = before.as_ref().map(|(window, set)| Earlier { window: *window, set });
		let (_, set) = exact::decode(&bytes, &limits, earlier).map_err(failed)?;
		let set = Arc::new(set);
		let mut decoded = self.decoded();
		decoded.insert((window, *notary), set.clone());
		while decoded.len() > DECODED {
			decoded.pop_first();
		}
		Ok(Some(set))
	}

	fn decoded(&self) -> std::sync::MutexGuard<'_, BTreeMap<(u32, Account), Arc<SlotSet>>> {
		self.decoded.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Library for Publications {
	fn latest(&self, notary: &Account) -> Option<u32> {
		let open = self.pool.window();
		let windows = (open.saturating_sub(LOOKED_THROUGH)..open).rev();
		let mut made = windows
			.filter(|window| self.offchain.get(STORAGE_PREFIX, &commitment_key(notary, *window)).is_some());
		made.next()
	}

	fn publication(&self, notary: &Account, window: u32) -> Option<Published> {
		let signed: SignedCommitment = self.load(&commitment_key(notary, window))?;
		let bytes = self.load(&publication_key(notary, window))?;
		Some(Published { signed, bytes })
	}
}
