//! A slow and obviously right model of share accounting, for tests: everybody's stake, slot by slot, in numbers without
//! rounding to speak of.
//!
//! The stake is ten slots of a tenth. Each holding of each holder has its own worth in each slot; there are no
//! shares, classes, densities or rates. It depends on nothing of what it is compared with.

#![warn(missing_docs)]

use num_bigint::BigUint;
use num_traits::{ToPrimitive, Zero};
use std::collections::BTreeMap;

/// Number of an era.
pub type Era = u32;

/// `from` of what has always counted.
const SEASONED: Era = 0;

/// `until` of what goes on.
const OPEN: Era = Era::MAX;

/// Slots of an operator's stake.
pub const SLOTS: u32 = 10;
/// Binary places behind a unit.
const PLACES: u32 = 256;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Slot {
	service: Option<u32>,
	from: Era,
	until: Era,
}

const FREE: Slot = Slot { service: None, from: SEASONED, until: OPEN };

#[derive(Clone, Debug)]
struct Holding {
	owner: usize,
	from: Era,
	until: Era,
	withdrawable_at: u32,
	settled: bool,
	worth: Vec<BigUint>,
}

impl Holding {
	fn total(&self) -> BigUint {
		self.worth.iter().sum()
	}
}

#[derive(Clone, Debug)]
/// An operator's stake in one asset. Holders have numbers.
pub struct Model {
	era: Era,
	horizon: Era,
	slots: Vec<Slot>,
	holdings: Vec<Holding>,
	/// By owner.
	earned: BTreeMap<usize, BigUint>,
}

fn exact(units: u128) -> BigUint {
	BigUint::from(units) << PLACES
}

/// Rounded down.
fn units(exact: &BigUint) -> u128 {
	(exact >> PLACES).to_u128().expect("small stakes")
}

impl Model {
	/// Nobody's stake, in `era`.
	pub fn new(era: Era) -> Self {
		Self {
			era,
			horizon: era,
			slots: vec![FREE; SLOTS as usize],
			holdings: Vec::new(),
			earned: BTreeMap::new(),
		}
	}

	/// Time has passed: it is era `now`, and offences before `horizon` are no longer punished.
	pub fn maintain(&mut self, now: Era, horizon: Era) {
		let new_era = now > self.era;
		self.era = now;
		self.horizon = self.horizon.max(horizon.min(now));
		for holding in &mut self.holdings {
			holding.settled |= holding.until < self.horizon;
		}
		for slot in &mut self.slots {
			if slot.service.is_some() && slot.until < self.horizon {
				*slot = FREE;
			} else if slot.service.is_some() && slot.from <= self.horizon {
				slot.from = SEASONED;
			}
		}
		self.level();
		if new_era {
			for holding in self.holdings.iter_mut().filter(|h| !h.settled && h.from <= self.horizon) {
				holding.from = SEASONED;
			}
			self.pool();
		}
	}

	/// Slots that the same offences hit are as good as each other.
	fn level(&mut self) {
		for holding in &mut self.holdings {
			let old = holding.worth.clone();
			for (index, slot) in self.slots.iter().enumerate() {
				let like: Vec<_> = (0..self.slots.len()).filter(|i| self.slots[*i] == *slot).collect();
				let sum: BigUint = like.iter().map(|i| &old[*i]).sum();
				holding.worth[index] = sum / BigUint::from(like.len());
			}
		}
	}

	/// Seasoned holdings that the same offences hit are mixed; each keeps what it is worth.
	fn pool(&mut self) {
		let mut kinds: Vec<_> =
			self.holdings.iter().filter(|h| !h.settled && h.from == SEASONED).map(|h| h.until).collect();
		kinds.sort();
		kinds.dedup();
		for until in kinds {
			let like = |h: &Holding| !h.settled && h.from == SEASONED && h.until == until;
			let sums: Vec<BigUint> = (0..self.slots.len())
				.map(|slot| self.holdings.iter().filter(|h| like(h)).map(|h| &h.worth[slot]).sum())
				.collect();
			let total: BigUint = sums.iter().sum();
			if total.is_zero() {
				continue;
			}
			for holding in self.holdings.iter_mut().filter(|h| like(h)) {
				let own = holding.total();
				holding.worth = sums.iter().map(|sum| sum * &own / &total).collect();
			}
		}
	}

	/// `owner` stakes; it counts from the next era on.
	pub fn deposit(&mut self, owner: usize, amount: u128) {
		let worth = vec![exact(amount) / BigUint::from(SLOTS); SLOTS as usize];
		let (from, until) = (self.era + 1, OPEN);
		self.holdings.push(Holding { owner, from, until, withdrawable_at: 0, settled: false, worth });
	}

	/// Unbonds; returns what is paid out at once.
	pub fn unbond(&mut self, owner: usize, amount: u128, withdrawable_at: u32) -> u128 {
		let mut left = exact(amount);
		let mut order: Vec<_> = (0..self.holdings.len())
			.filter(|i| self.holdings[*i].owner == owner && self.holdings[*i].until == OPEN)
			.collect();
		order.sort_by_key(|i| (self.holdings[*i].from <= self.era, self.holdings[*i].from));
		let mut returned = BigUint::zero();
		for index in order {
			let total = self.holdings[index].total();
			let take = total.clone().min(left.clone());
			if take.is_zero() {
				continue;
			}
			left -= &take;
			let mut moved = self.holdings[index].clone();
			for (kept, moved) in self.holdings[index].worth.iter_mut().zip(&mut moved.worth) {
				*moved = &*kept * &take / &total;
				*kept -= &*moved;
			}
			if moved.from > self.era {
				returned += moved.total();
			} else {
				moved.until = self.era;
				moved.withdrawable_at = withdrawable_at;
				self.holdings.push(moved);
			}
		}
		units(&returned)
	}

	/// Withdraws what is settled and due at `now`; returns how much that is.
	pub fn withdraw(&mut self, owner: usize, now: u32) -> u128 {
		let due = |h: &Holding| h.owner == owner && h.settled && h.withdrawable_at <= now;
		let paid: BigUint = self.holdings.iter().filter(|h| due(h)).map(Holding::total).sum();
		self.holdings.retain(|h| !due(h));
		units(&paid)
	}

	/// Gives `service` so many free slots more, from the next era on; `false` where there are not so many.
	pub fn allocate(&mut self, service: u32, slots: u32) -> bool {
		let free: Vec<_> = (0..self.slots.len()).filter(|i| self.slots[*i] == FREE).collect();
		if slots == 0 || free.len() < slots as usize {
			return false;
		}
		for index in free.into_iter().take(slots as usize) {
			self.slots[index] = Slot { service: Some(service), from: self.era + 1, until: OPEN };
		}
		true
	}

	/// Takes so many slots away from `service`, the latest given first; `false` where it has not so many.
	pub fn deallocate(&mut self, service: u32, slots: u32) -> bool {
		let kept = |slot: &Slot| slot.service == Some(service) && slot.until == OPEN;
		let mut mine: Vec<_> = (0..self.slots.len()).filter(|i| kept(&self.slots[*i])).collect();
		mine.sort_by_key(|i| core::cmp::Reverse(self.slots[*i].from));
		if slots == 0 || mine.len() < slots as usize {
			return false;
		}
		for index in mine.into_iter().take(slots as usize) {
			if self.slots[index].from > self.era {
				self.slots[index] = FREE;
			} else {
				self.slots[index].until = self.era;
			}
		}
		self.level();
		true
	}

	/// Slashes what backed `service` in `era`; returns what was taken.
	pub fn slash(&mut self, service: u32, era: Era, percent: u32) -> u128 {
		let before = self.total();
		for holding in self.holdings.iter_mut().filter(|h| !h.settled && h.from <= era && era <= h.until) {
			for (slot, worth) in self.slots.iter().zip(&mut holding.worth) {
				if slot.service == Some(service) && slot.from <= era && era <= slot.until {
					*worth = &*worth * BigUint::from(100 - percent) / BigUint::from(100u32);
				}
			}
		}
		units(&(before - self.total()))
	}

	/// Gives `amount` to whoever has stake that counts.
	pub fn reward(&mut self, amount: u128) {
		let counts = |h: &&Holding| h.until == OPEN && h.from <= self.era;
		let total: BigUint = self.holdings.iter().filter(counts).map(Holding::total).sum();
		if total.is_zero() {
			return;
		}
		for holding in self.holdings.iter().filter(counts) {
			*self.earned.entry(holding.owner).or_default() += exact(amount) * holding.total() / &total;
		}
	}

	/// What `owner` has earned and not collected.
	pub fn earned(&self, owner: usize) -> u128 {
		self.earned.get(&owner).map_or(0, units)
	}

	/// Takes out what `owner` has earned; returns how much that is.
	pub fn collect(&mut self, owner: usize) -> u128 {
		self.earned.remove(&owner).as_ref().map_or(0, units)
	}

	fn total(&self) -> BigUint {
		self.holdings.iter().map(Holding::total).sum()
	}

	/// Worth of what `owner` has bonded, and of what is on its way out.
	pub fn value(&self, owner: usize) -> (u128, u128) {
		let sum = |open: bool| -> u128 {
			let mine = self.holdings.iter().filter(|h| h.owner == owner && (h.until == OPEN) == open);
			units(&mine.map(Holding::total).sum::<BigUint>())
		};
		(sum(true), sum(false))
	}

	/// What an offence of `era` on `service` could take.
	pub fn punishable(&self, service: u32, era: Era) -> u128 {
		let hit = |slot: &Slot| slot.service == Some(service) && slot.from <= era && era <= slot.until;
		let worth =
			self.holdings.iter().filter(|h| !h.settled && h.from <= era && era <= h.until).flat_map(|h| {
				self.slots.iter().zip(&h.worth).filter(|(slot, _)| hit(slot)).map(|(_, worth)| worth)
			});
		units(&worth.sum::<BigUint>())
	}
}
