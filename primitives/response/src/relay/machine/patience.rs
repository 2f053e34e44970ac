//! For how long a neighbour's silence is borne (S3 §5).

use super::Relay;
use crate::relay::{
	config::{EdgeConfig, Patience},
	event::{Action, Note},
	host::Host,
	memory::End,
};
use crate::{Amount, EdgeId, H256};

impl<H: Host> Relay<H> {
	/// A request's answer is due, or an author looks whether it is paid for waiting.
	pub(super) fn on_due(&mut self, hash: H256) {
		let Some(flight) = self.flights.get_mut(&hash) else { return };
		let upstream = flight.up.as_ref().map(|up| (up.edge, up.gone));
		if upstream.is_some_and(|(_, gone)| gone) {
			return self.finish(hash, End::Over);
		}
		let first = !core::mem::replace(&mut flight.late, true);
		if first {
			let (late_from, down) = (flight.late_from, flight.down.as_ref().map(|down| down.edge));
			if let Some((upstream, _)) = upstream {
				self.out.push(Action::Note(Note::Late { request: hash, upstream }));
			}
			if let Some(edge) = down {
				self.arm_risk(edge);
			}
			if self.config.grace_ms > 0 {
				return self.set_due(hash, late_from.saturating_add(self.config.grace_ms));
			}
		}
		match upstream {
			Some((upstream, _)) => self.overdue(hash, upstream),
			None => self.overdue_own(hash),
		}
	}

	/// A hop has no answer in time.
	fn overdue(&mut self, hash: H256, upstream: EdgeId) {
		let Some(flight) = self.flights.get(&hash).filter(|flight| flight.proof.is_none()) else { return };
		let Some(edge) = flight.down.as_ref().filter(|down| down.waiting.is_none()).map(|down| down.edge)
		else {
			return;
		};
		if self.now < self.blames_from {
			return self.set_due(hash, self.blames_from);
		}
		let syncs = self.neighbours.get(&upstream).is_some_and(|neighbour| neighbour.config.syncs.is_some());
		let at_once = match self.patience(edge) {
			Patience::AtOnce => true,
			Patience::Syncs(_) | Patience::Hourly => !syncs,
			Patience::PayOn => false,
		};
		if at_once {
			self.sever(edge, None, Some(hash));
		}
	}

	/// An author has no answer in time: it is owed late fees at each sync.
	fn overdue_own(&mut self, hash: H256) {
		if self.now < self.blames_from {
			return self.set_due(hash, self.blames_from);
		}
		let margin = self.margin();
		let Some(flight) = self.flights.get_mut(&hash) else { return };
		let Some(edge) = flight.down.as_ref().map(|down| down.edge) else { return };
		let Some(neighbour) = self.neighbours.get(&edge) else { return };
		let latency_ms = neighbour.config.latency_ms;
		let patience = neighbour.config.patience.unwrap_or(self.config.patience);
		let syncs = neighbour.config.syncs.filter(|_| patience != Patience::AtOnce);
		let Some(syncs) = syncs else { return self.sever(edge, None, Some(hash)) };
		if let Some(sync) = flight.checks {
			let owed = flight.owed_by_next(sync.saturating_sub(margin), latency_ms);
			let received = flight.down.as_ref().map_or(0, |down| down.received);
			flight.missed = if received < owed { flight.missed.saturating_add(1) } else { 0 };
			let borne = if let Patience::Syncs(syncs) = patience { syncs.max(1) } else { 1 };
			if flight.missed >= borne {
				return self.sever(edge, None, Some(hash));
			}
		}
		let since = flight.checks.unwrap_or(flight.late_from.saturating_sub(latency_ms.into()));
		let sync = syncs.after(since);
		flight.checks = Some(sync);
		self.set_due(hash, sync.saturating_add(latency_ms.into()).saturating_add(margin));
	}

	/// Of the late fees that are out for the silence of the other end of an edge, those that it should have paid at its
	/// last sync; all of them where there are no syncs.
	pub(super) fn withheld(&self, edge: EdgeId) -> Amount {
		let Some(neighbour) = self.neighbours.get(&edge) else { return 0 };
		let EdgeConfig { latency_ms, syncs, .. } = neighbour.config;
		let there = self.now.saturating_sub(self.margin().saturating_add(latency_ms.into()));
		let until = match syncs {
			Some(syncs) => syncs.last(there).unwrap_or(0),
			None => self.now,
		};
		let mut sum = 0;
		for hash in neighbour.over.iter().chain(&neighbour.queue) {
			let Some(flight) = self.flights.get(hash).filter(|flight| flight.late) else { continue };
			if flight.up.as_ref().is_none_or(|up| up.gone) {
				continue;
			}
			let received = flight.down.as_ref().map_or(0, |down| down.received);
			let out = flight.paid.saturating_add(flight.accrued(self.now)).saturating_sub(received);
			let owed = flight.owed_by_next(until, latency_ms).saturating_sub(received);
			sum = Amount::saturating_add(sum, out.min(owed));
		}
		sum
	}

	/// Severs an edge by which more was lost in the last hour than earned, where that is the policy.
	pub(super) fn judge(&mut self, edge: EdgeId) {
		if self.patience(edge) != Patience::Hourly {
			return;
		}
		let now = self.now;
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		if neighbour.broken.is_none() && neighbour.ledger.hour_is_negative(now, 0) {
			self.sever(edge, None, None);
		}
	}
}
