//! A step of a search.

use super::{
	cache::{Cache, Spent},
	Bfs, BudgetTooSmall, Pages, Phase, MIN_BUDGET, QUEUE_LEN, VISITED_BITS,
};
use crate::graph::{Cost, Graph};

impl Bfs {
	/// Goes on, within `budget`, and returns what that has cost. The store's pages are written when it returns.
	pub fn step<G>(&mut self, graph: &G, store: &mut impl Pages, budget: Cost) -> Result<Cost, BudgetTooSmall>
	where
		G: Graph,
		G::Node: From<u32> + Into<u32>,
	{
		if !budget.covers(MIN_BUDGET) {
			return Err(BudgetTooSmall);
		}
		// Running out of budget is how a step ends.
		let mut cache = Cache::new(store, budget);
		if self.phase == Phase::Searching {
			let _ = self.search(graph, &mut cache);
		}
		let searched = cache.flush();
		// What was written is removed only after it was: pages in hand would come back.
		let mut cache = Cache::new(store, budget.minus(searched));
		let _ = self.remove(&mut cache);
		Ok(searched.plus(cache.flush()))
	}

	fn search<G>(&mut self, graph: &G, cache: &mut Cache<'_, impl Pages>) -> Result<(), Spent>
	where
		G: Graph,
		G::Node: From<u32> + Into<u32>,
	{
		if self.tail == 0 {
			self.reach(self.start, cache)?;
		}
		while self.head < self.tail {
			if self.ceiling.is_some_and(|ceiling| self.total.cost > ceiling) {
				break;
			}
			self.expand(graph, cache)?;
		}
		self.clear();
		Ok(())
	}

	/// Does what is left to be done with the node at the head.
	fn expand<G>(&mut self, graph: &G, cache: &mut Cache<'_, impl Pages>) -> Result<(), Spent>
	where
		G: Graph,
		G::Node: From<u32> + Into<u32>,
	{
		// A queue with a gap cannot come from here; its end is then taken to be reached.
		let Some(number) = cache.at(self.head)? else {
			self.head = self.tail;
			return Ok(());
		};
		let node = G::Node::from(number);
		if !self.weighed {
			cache.read()?;
			self.weigh(graph.weight(node, self.as_of()).unwrap_or(0));
		}
		loop {
			cache.read()?;
			let page = graph.page(node, self.page);
			let (half_edges, more) = page.map_or_else(Default::default, |page| (page.half_edges, page.more));
			let as_of = self.as_of();
			let from = usize::try_from(self.entry).unwrap_or(usize::MAX);
			for half in half_edges.into_iter().skip(from) {
				if half.life.is_open(as_of) {
					self.reach(half.to.into(), cache)?;
				}
				self.entry = self.entry.saturating_add(1);
			}
			self.entry = 0;
			match self.page.checked_add(1).filter(|_| more) {
				Some(page) => self.page = page,
				None => break,
			}
		}
		self.page = 0;
		self.weighed = false;
		self.head = self.head.saturating_add(1);
		if self.head.is_multiple_of(QUEUE_LEN) {
			cache.drop_queue((self.head / QUEUE_LEN).saturating_sub(1));
		}
		if self.head == self.level_end {
			self.hops = self.hops.saturating_add(1);
			self.level_end = self.tail;
		}
		Ok(())
	}

	/// Queues a node unless it was visited. Where the budget does not suffice, nothing has happened.
	fn reach(&mut self, number: u32, cache: &mut Cache<'_, impl Pages>) -> Result<(), Spent> {
		if cache.is_visited(number)? {
			return Ok(());
		}
		cache.push(self.tail, number)?;
		cache.visit(number);
		self.tail = self.tail.saturating_add(1);
		self.found |= self.sought == Some(number);
		self.visited_pages = self.visited_pages.max((number / VISITED_BITS).saturating_add(1));
		Ok(())
	}

	fn remove(&mut self, cache: &mut Cache<'_, impl Pages>) -> Result<(), Spent> {
		while let Phase::Clearing { queue, visited } = self.phase {
			// The page of the tail is there unless the tail is at its beginning.
			self.phase = if queue < self.tail.div_ceil(QUEUE_LEN) {
				cache.remove_queue(queue)?;
				Phase::Clearing { queue: queue.saturating_add(1), visited }
			} else if visited < self.visited_pages {
				cache.remove_visited(visited)?;
				Phase::Clearing { queue, visited: visited.saturating_add(1) }
			} else {
				Phase::Cleared
			};
		}
		Ok(())
	}
}
