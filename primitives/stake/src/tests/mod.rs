mod histories;
mod rules;

use crate::{Conversion, Conversions, Key};
use std::collections::BTreeMap;

/// Rates kept in a map.
#[derive(Clone, Debug, Default)]
struct Rates {
	records: BTreeMap<Key, Conversion>,
	/// Conversions made.
	used: u32,
}

impl Rates {
	fn insert(&mut self, key: Key, conversion: Conversion) {
		assert!(self.records.insert(key, conversion).is_none(), "a record of {key:?} was there");
	}
}

impl Conversions for Rates {
	fn get(&self, key: Key) -> Option<Conversion> {
		self.records.get(&key).cloned()
	}

	fn set(&mut self, key: Key, conversion: Option<Conversion>) {
		self.used += 1;
		match conversion {
			Some(conversion) => self.records.insert(key, conversion),
			None => self.records.remove(&key),
		};
	}
}
