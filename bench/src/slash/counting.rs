//! A state that counts which of its keys are read.

use sp_core::{
	storage::{ChildInfo, StateVersion},
	Blake2Hasher, H256,
};
use sp_state_machine::{
	backend::{Backend, BackendTransaction, StorageIterator},
	IterArgs, StateMachineStats, StorageKey, StorageValue, UsageInfo,
};

use sp_trie::MerkleValue;
use std::{cell::RefCell, collections::BTreeSet, fmt};

/// Notes the keys that are asked of `inner`, each once.
pub(super) struct Counting<B> {
	inner: B,
	read: RefCell<BTreeSet<Vec<u8>>>,
}

impl<B> Counting<B> {
	pub(super) fn new(inner: B) -> Self {
		Self { inner, read: RefCell::default() }
	}

	/// How many different keys were read.
	pub(super) fn reads(&self) -> usize {
		self.read.borrow().len()
	}

	fn note(&self, key: &[u8]) {
		self.read.borrow_mut().insert(key.to_vec());
	}
}

impl<B> fmt::Debug for Counting<B> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Counting({})", self.reads())
	}
}

/// Iterates over the inner state.
pub(super) struct Iter<I>(I);

impl<I, B> StorageIterator<Blake2Hasher> for Iter<I>
where
	I: StorageIterator<Blake2Hasher, Backend = B>,
{
	type Backend = Counting<B>;
	type Error = I::Error;

	fn next_key(&mut self, backend: &Counting<B>) -> Option<Result<StorageKey, I::Error>> {
		let next = self.0.next_key(&backend.inner);
		if let Some(Ok(key)) = &next {
			backend.note(key);
		}
		next
	}

	fn next_pair(&mut self, backend: &Counting<B>) -> Option<Result<(StorageKey, StorageValue), I::Error>> {
		let next = self.0.next_pair(&backend.inner);
		if let Some(Ok((key, _))) = &next {
			backend.note(key);
		}
		next
	}

	fn was_complete(&self) -> bool {
		self.0.was_complete()
	}
}

type Hash = H256;

impl<B: Backend<Blake2Hasher>> Backend<Blake2Hasher> for Counting<B> {
	type Error = B::Error;
	type TrieBackendStorage = B::TrieBackendStorage;
	type RawIter = Iter<B::RawIter>;

	fn storage(&self, key: &[u8]) -> Result<Option<StorageValue>, B::Error> {
		self.note(key);
		self.inner.storage(key)
	}

	fn storage_hash(&self, key: &[u8]) -> Result<Option<Hash>, B::Error> {
		self.note(key);
		self.inner.storage_hash(key)
	}

	fn closest_merkle_value(&self, key: &[u8]) -> Result<Option<MerkleValue<Hash>>, B::Error> {
		self.note(key);
		self.inner.closest_merkle_value(key)
	}

	fn child_closest_merkle_value(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<MerkleValue<Hash>>, B::Error> {
		self.note(key);
		self.inner.child_closest_merkle_value(child, key)
	}

	fn child_storage(&self, child: &ChildInfo, key: &[u8]) -> Result<Option<StorageValue>, B::Error> {
		self.note(key);
		self.inner.child_storage(child, key)
	}

	fn child_storage_hash(&self, child: &ChildInfo, key: &[u8]) -> Result<Option<Hash>, B::Error> {
		self.note(key);
		self.inner.child_storage_hash(child, key)
	}

	fn next_storage_key(&self, key: &[u8]) -> Result<Option<StorageKey>, B::Error> {
		let next = self.inner.next_storage_key(key)?;
		self.note(next.as_deref().unwrap_or(key));
		Ok(next)
	}

	fn next_child_storage_key(&self, child: &ChildInfo, key: &[u8]) -> Result<Option<StorageKey>, B::Error> {
		self.note(key);
		self.inner.next_child_storage_key(child, key)
	}

	fn storage_root<'a>(
		&self,
		delta: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
		version: StateVersion,
	) -> (Hash, BackendTransaction<Blake2Hasher>) {
		self.inner.storage_root(delta, version)
	}

	fn child_storage_root<'a>(
		&self,
		child: &ChildInfo,
		delta: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
		version: StateVersion,
	) -> (Hash, bool, BackendTransaction<Blake2Hasher>) {
		self.inner.child_storage_root(child, delta, version)
	}

	fn raw_iter(&self, args: IterArgs) -> Result<Self::RawIter, B::Error> {
		self.inner.raw_iter(args).map(Iter)
	}

	fn register_overlay_stats(&self, stats: &StateMachineStats) {
		self.inner.register_overlay_stats(stats);
	}

	fn usage_info(&self) -> UsageInfo {
		self.inner.usage_info()
	}
}
