//! Which part of the stake stands behind which service.

use super::Ledger;
use crate::{lot::Lot, Refusal, OPEN};

impl Ledger {
	/// Parts that are allocated to nobody. What was taken away from a service is free only once no offence on
	/// it can be punished any longer.
	pub fn free_parts(&self) -> u32 {
		self.lots.first().map_or(0, |lot| lot.parts)
	}

	/// Parts that `service` has and keeps, those that count from the next era on included.
	pub fn allocated(&self, service: u32) -> u32 {
		self.kept_by(service).fold(0, |sum, lot| sum.saturating_add(lot.parts))
	}

	/// Allocates `parts` more to `service`, from the next era on.
	pub fn allocate(&mut self, service: u32, parts: u32) -> Result<(), Refusal> {
		if parts == 0 {
			return Err(Refusal::ZeroAmount);
		}
		if parts > self.free_parts() {
			return Err(Refusal::NotEnoughFree);
		}
		let from = self.era.saturating_add(1);
		let to = self.lot_like(Lot { service: Some(service), from, until: OPEN, parts: 0 })?;
		self.move_parts(0, to, parts);
		Ok(())
	}

	/// Takes `parts` away from `service`, the latest given first. The service has them to the end of the era,
	/// and they are free once no offence of that era can be punished any longer; what did not count yet is free
	/// at once.
	pub fn deallocate(&mut self, service: u32, parts: u32) -> Result<(), Refusal> {
		if parts == 0 {
			return Err(Refusal::ZeroAmount);
		}
		if parts > self.allocated(service) {
			return Err(Refusal::NotEnoughAllocated);
		}
		// All or nothing: what is taken in part may need a lot of its own.
		let mut changed = self.clone();
		let mut left = parts;
		while left > 0 {
			let latest = changed
				.lots
				.iter()
				.enumerate()
				.filter(|(_, lot)| lot.service == Some(service) && lot.until == OPEN);
			let Some((index, lot)) = latest.max_by_key(|(_, lot)| lot.from).map(|(index, lot)| (index, *lot))
			else {
				return Err(Refusal::NotEnoughAllocated);
			};
			let taken = left.min(lot.parts);
			left = left.saturating_sub(taken);
			if lot.from > changed.era {
				changed.move_parts(index, 0, taken);
			} else {
				let ending = Lot { until: changed.era, parts: 0, ..lot };
				match changed.lots.iter().position(|other| other.is_like(&ending)) {
					Some(to) => changed.move_parts(index, to, taken),
					// The whole of a lot ends where it is.
					None if taken == lot.parts => {
						if let Some(lot) = changed.lots.get_mut(index) {
							lot.until = ending.until;
						}
					}
					None => {
						let to = changed.lot_like(ending)?;
						changed.move_parts(index, to, taken);
					}
				}
			}
			if changed.lots.get(index).is_some_and(|lot| lot.parts == 0) {
				changed.remove_lot(index);
			}
		}
		*self = changed;
		Ok(())
	}

	fn kept_by(&self, service: u32) -> impl Iterator<Item = &Lot> {
		self.lots.iter().filter(move |lot| lot.service == Some(service) && lot.until == OPEN)
	}

	/// Index of the lot like this one, added empty where there is none.
	fn lot_like(&mut self, lot: Lot) -> Result<usize, Refusal> {
		if let Some(index) = self.lots.iter().position(|other| other.is_like(&lot)) {
			return Ok(index);
		}
		self.lots.try_push(lot).map_err(|_| Refusal::TooManyLots)?;
		for class in self.classes.iter_mut().filter(|class| !class.profile.is_whole()) {
			// As long as the lots are, which there was room for; its density is set when parts move in.
			class.profile.0.force_push(crate::Density::ONE);
		}
		Ok(self.lots.len().saturating_sub(1))
	}
}
