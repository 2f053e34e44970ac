//! No more is lost by a neighbour than this node is ready to.

use super::{Relay, Timer};
use crate::relay::{host::Host, Ms};
use crate::{Amount, EdgeId, H256};
use alloc::{collections::BTreeMap, vec::Vec};

impl<H: Host> Relay<H> {
	/// Late fees that are out for the silence of the other end of an edge, and by how much they grow in a ms.
	fn outstanding(&self, edge: EdgeId) -> (Amount, Amount) {
		let Some(neighbour) = self.neighbours.get(&edge) else { return (0, 0) };
		let mut sum = (0, 0);
		for hash in neighbour.over.iter().chain(&neighbour.queue) {
			let Some(flight) = self.flights.get(hash) else { continue };
			if !flight.late || flight.up.as_ref().is_none_or(|up| up.gone) {
				continue;
			}
			let received = flight.down.as_ref().map_or(0, |down| down.received);
			let accrued = flight.accrued(self.now);
			let out = flight.paid.saturating_add(accrued).saturating_sub(received);
			sum.0 = Amount::saturating_add(sum.0, out);
			if flight.paid.saturating_add(accrued) < flight.request.late_fee_cap {
				sum.1 = Amount::saturating_add(sum.1, flight.request.late_fee_per_ms);
			}
		}
		sum
	}

	/// Has this node wake before it has lost by an edge what it is ready to.
	pub(super) fn arm_risk(&mut self, edge: EdgeId) {
		let (outstanding, rate) = self.outstanding(edge);
		let Some(neighbour) = self.neighbours.get_mut(&edge) else { return };
		let exposed = neighbour.ledger.net_loss().saturating_add(outstanding);
		let left = neighbour.config.risk.saturating_sub(exposed);
		let in_ms = left.checked_div(rate).map(|ms| Ms::try_from(ms).unwrap_or(Ms::MAX));
		let at = in_ms.map(|ms| self.now.saturating_add(ms));
		if neighbour.risk_at == at {
			return;
		}
		if let Some(before) = core::mem::replace(&mut neighbour.risk_at, at) {
			self.timers.remove(&(before, Timer::Risk(edge)));
		}
		if let Some(at) = at {
			self.timers.insert((at, Timer::Risk(edge)));
		}
	}

	/// No more can be lost by an edge: what proofs are kept are passed on, and if that is not enough, it is severed.
	pub(super) fn on_risk(&mut self, edge: EdgeId) {
		let Some(neighbour) = self.neighbours.get(&edge) else { return };
		let mut held: BTreeMap<EdgeId, Vec<H256>> = BTreeMap::new();
		for hash in &neighbour.over {
			let Some(flight) = self.flights.get(hash).filter(|flight| flight.proof.is_some()) else {
				continue;
			};
			if let Some(up) = &flight.up {
				held.entry(up.edge).or_default().push(*hash);
			}
		}
		for (upstream, hashes) in held {
			self.settle(upstream, &hashes, false);
		}
		let (outstanding, rate) = self.outstanding(edge);
		let Some(neighbour) = self.neighbours.get(&edge) else { return };
		let next = neighbour.ledger.net_loss().saturating_add(outstanding).saturating_add(rate);
		if rate > 0 && next > neighbour.config.risk && neighbour.broken.is_none() {
			let silent = neighbour.over.first().copied();
			self.sever(edge, None, silent);
		} else {
			self.arm_risk(edge);
		}
	}
}
