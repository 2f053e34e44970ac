//! A table that can tell what has changed in it.

use alloc::collections::{btree_map, BTreeMap, BTreeSet};

/// Keys of what has changed since somebody asked last. Nothing is noted where nobody ever asks.
#[derive(Clone, Debug)]
pub(super) struct Changed<K>(Option<BTreeSet<K>>);

impl<K> Default for Changed<K> {
	fn default() -> Self {
		Self(None)
	}
}

impl<K: Ord> Changed<K> {
	/// From now on somebody asks.
	pub(super) fn watch(&mut self) {
		self.0.get_or_insert_with(BTreeSet::new);
	}

	/// Whether somebody asks.
	pub(super) fn is_watched(&self) -> bool {
		self.0.is_some()
	}

	/// Something has changed.
	pub(super) fn note(&mut self, key: K) {
		if let Some(keys) = &mut self.0 {
			keys.insert(key);
		}
	}

	/// What has changed since this was called last.
	pub(super) fn take(&mut self) -> BTreeSet<K> {
		self.0.as_mut().map(core::mem::take).unwrap_or_default()
	}
}

/// A table that notes which of its entries were touched.
#[derive(Clone, Debug)]
pub(super) struct Kept<K, V> {
	map: BTreeMap<K, V>,
	changed: Changed<K>,
}

impl<K, V> Default for Kept<K, V> {
	fn default() -> Self {
		Self { map: BTreeMap::new(), changed: Changed::default() }
	}
}

impl<K: Ord + Copy, V> Kept<K, V> {
	pub(super) fn get(&self, key: &K) -> Option<&V> {
		self.map.get(key)
	}

	/// An entry to change; it counts as changed.
	pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
		let value = self.map.get_mut(key)?;
		self.changed.note(*key);
		Some(value)
	}

	pub(super) fn insert(&mut self, key: K, value: V) {
		self.changed.note(key);
		self.map.insert(key, value);
	}

	pub(super) fn remove(&mut self, key: &K) -> Option<V> {
		let value = self.map.remove(key)?;
		self.changed.note(*key);
		Some(value)
	}

	pub(super) fn contains_key(&self, key: &K) -> bool {
		self.map.contains_key(key)
	}

	pub(super) fn len(&self) -> usize {
		self.map.len()
	}

	pub(super) fn iter(&self) -> btree_map::Iter<'_, K, V> {
		self.map.iter()
	}

	/// From now on changes are noted.
	pub(super) fn watch(&mut self) {
		self.changed.watch();
	}

	/// Whether they are.
	pub(super) fn is_watched(&self) -> bool {
		self.changed.is_watched()
	}

	/// Keys of entries that were touched since this was called last.
	pub(super) fn take_changed(&mut self) -> BTreeSet<K> {
		self.changed.take()
	}
}
