//! The pages that a step has in hand: each is read once and written once, and never more than the budget
//! allows.

use super::store::{Pages, QueuePage, VisitedPage, QUEUE_LEN, VISITED_BITS, VISITED_BYTES};
use crate::graph::Cost;
use alloc::{boxed::Box, collections::BTreeMap};

/// The budget does not suffice for what comes next.
pub(super) struct Spent;

struct Held<T> {
	content: T,
	/// Whether its writing is paid for.
	reserved: bool,
	/// Whether it must be written.
	changed: bool,
}

pub(super) struct Cache<'a, P> {
	store: &'a mut P,
	budget: Cost,
	/// Reads so far, and writes that are paid for.
	cost: Cost,
	queue: BTreeMap<u32, Held<QueuePage>>,
	visited: BTreeMap<u32, Held<VisitedPage>>,
}

impl<'a, P: Pages> Cache<'a, P> {
	pub(super) fn new(store: &'a mut P, budget: Cost) -> Self {
		Self { store, budget, cost: Cost::default(), queue: BTreeMap::new(), visited: BTreeMap::new() }
	}

	/// Pays for a read.
	pub(super) fn read(&mut self) -> Result<(), Spent> {
		Self::pay(&mut self.cost.reads, self.budget.reads)
	}

	/// Pays for a write.
	fn write(cost: &mut Cost, budget: Cost) -> Result<(), Spent> {
		Self::pay(&mut cost.writes, budget.writes)
	}

	fn pay(spent: &mut u32, budget: u32) -> Result<(), Spent> {
		if *spent >= budget {
			return Err(Spent);
		}
		*spent = spent.saturating_add(1);
		Ok(())
	}

	/// Has a page of the queue in hand, and its writing paid for.
	fn hold_queue(&mut self, page: u32, exists: bool) -> Result<&mut Held<QueuePage>, Spent> {
		if !self.queue.contains_key(&page) {
			let content = if exists {
				self.read()?;
				self.store.queue(page).unwrap_or_default()
			} else {
				QueuePage::new()
			};
			self.queue.insert(page, Held { content, reserved: false, changed: false });
		}
		let held = self.queue.get_mut(&page).ok_or(Spent)?;
		if !held.reserved {
			Self::write(&mut self.cost, self.budget)?;
			held.reserved = true;
		}
		Ok(held)
	}

	/// The number at `place` of the queue. Its page can be removed in this step.
	pub(super) fn at(&mut self, place: u32) -> Result<Option<u32>, Spent> {
		let held = self.hold_queue(place / QUEUE_LEN, true)?;
		Ok(usize::try_from(place % QUEUE_LEN).ok().and_then(|index| held.content.get(index).copied()))
	}

	/// Puts a number at `place`, the end of the queue.
	pub(super) fn push(&mut self, place: u32, number: u32) -> Result<(), Spent> {
		let held = self.hold_queue(place / QUEUE_LEN, !place.is_multiple_of(QUEUE_LEN))?;
		held.content.push(number);
		held.changed = true;
		Ok(())
	}

	/// Removes a page of the queue all of which is done with. It is in hand.
	pub(super) fn drop_queue(&mut self, page: u32) {
		if let Some(held) = self.queue.get_mut(&page) {
			held.content.clear();
			held.changed = true;
		}
	}

	/// Whether the node with this number was visited; where it was not, its mark is paid for.
	pub(super) fn is_visited(&mut self, number: u32) -> Result<bool, Spent> {
		let (page, byte, bit) = place(number);
		if !self.visited.contains_key(&page) {
			self.read()?;
			let content = self.store.visited(page).unwrap_or_else(|| Box::new([0; VISITED_BYTES]));
			self.visited.insert(page, Held { content, reserved: false, changed: false });
		}
		let held = self.visited.get_mut(&page).ok_or(Spent)?;
		let visited = held.content.get(byte).is_some_and(|byte| byte & bit != 0);
		if !visited && !held.reserved {
			Self::write(&mut self.cost, self.budget)?;
			held.reserved = true;
		}
		Ok(visited)
	}

	/// Marks the node with this number, whose mark is paid for.
	pub(super) fn visit(&mut self, number: u32) {
		let (page, byte, bit) = place(number);
		if let Some(held) = self.visited.get_mut(&page) {
			if let Some(byte) = held.content.get_mut(byte) {
				*byte |= bit;
				held.changed = true;
			}
		}
	}

	/// Removes a page of the queue that is not in hand.
	pub(super) fn remove_queue(&mut self, page: u32) -> Result<(), Spent> {
		Self::write(&mut self.cost, self.budget)?;
		self.store.set_queue(page, None);
		Ok(())
	}

	/// Removes a page of visited nodes that is not in hand.
	pub(super) fn remove_visited(&mut self, page: u32) -> Result<(), Spent> {
		Self::write(&mut self.cost, self.budget)?;
		self.store.set_visited(page, None);
		Ok(())
	}

	/// Writes what has changed, and lays all pages down. Returns what the step has cost so far, writes that
	/// were paid for but did not come to be not counted.
	pub(super) fn flush(self) -> Cost {
		let Self { store, mut cost, queue, visited, .. } = self;
		let unused = queue.values().filter(|held| held.reserved && !held.changed).count()
			+ visited.values().filter(|held| held.reserved && !held.changed).count();
		cost.writes = cost.writes.saturating_sub(u32::try_from(unused).unwrap_or(u32::MAX));
		for (page, held) in queue.into_iter().filter(|(_, held)| held.changed) {
			store.set_queue(page, Some(held.content).filter(|content| !content.is_empty()));
		}
		for (page, held) in visited.into_iter().filter(|(_, held)| held.changed) {
			store.set_visited(page, Some(held.content));
		}
		cost
	}
}

const fn place(number: u32) -> (u32, usize, u8) {
	let within = number % VISITED_BITS;
	(number / VISITED_BITS, (within / 8) as usize, 1 << (within % 8))
}
