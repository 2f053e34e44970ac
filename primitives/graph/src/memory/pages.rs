//! The pages of a search in memory.

use crate::bfs::{Pages, QueuePage, VisitedPage};
use alloc::collections::BTreeMap;
use core::cell::Cell;

/// The pages of a search, and how often they were read and written.
#[derive(Clone, Debug, Default)]
pub struct MemoryPages {
	queue: BTreeMap<u32, QueuePage>,
	visited: BTreeMap<u32, VisitedPage>,
	reads: Cell<u64>,
	writes: u64,
}

impl MemoryPages {
	/// How many pages there are.
	pub fn stored(&self) -> usize {
		self.queue.len().saturating_add(self.visited.len())
	}

	/// Numbers on the longest page of the queue.
	pub fn longest(&self) -> usize {
		self.queue.values().map(QueuePage::len).max().unwrap_or(0)
	}

	/// Pages read so far.
	pub fn reads(&self) -> u64 {
		self.reads.get()
	}

	/// Pages written or removed so far.
	pub const fn writes(&self) -> u64 {
		self.writes
	}

	fn count_read(&self) {
		self.reads.set(self.reads.get().saturating_add(1));
	}
}

impl Pages for MemoryPages {
	fn queue(&self, page: u32) -> Option<QueuePage> {
		self.count_read();
		self.queue.get(&page).cloned()
	}

	fn set_queue(&mut self, page: u32, content: Option<QueuePage>) {
		self.writes = self.writes.saturating_add(1);
		match content {
			Some(content) => self.queue.insert(page, content),
			None => self.queue.remove(&page),
		};
	}

	fn visited(&self, page: u32) -> Option<VisitedPage> {
		self.count_read();
		self.visited.get(&page).cloned()
	}

	fn set_visited(&mut self, page: u32, content: Option<VisitedPage>) {
		self.writes = self.writes.saturating_add(1);
		match content {
			Some(content) => self.visited.insert(page, content),
			None => self.visited.remove(&page),
		};
	}
}
