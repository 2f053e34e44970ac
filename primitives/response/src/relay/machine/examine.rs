//! Which requests of a neighbour are taken.

use super::Relay;
use crate::relay::{
	config::Overload,
	event::Reason,
	host::Host,
	memory::Known,
	packet::Forward,
	payload::{Leg, Peeled, Route},
	response::MAX_BODY_BYTES,
};
use crate::{EdgeId, H256};
use sp_crypto_hashing::blake2_256;

/// What was found out about a request that can be taken.
pub(super) struct Taken {
	pub(super) peeled: Peeled,
	/// The time for which an answer is to be had from here.
	pub(super) share_ms: u32,
}

impl<H: Host> Relay<H> {
	/// Whether a request can be taken; the cheap questions first.
	pub(super) fn examine(
		&self,
		edge: EdgeId,
		hash: H256,
		forward: &Forward,
		paid: bool,
	) -> Result<Taken, Reason> {
		let request = &forward.request;
		let limits = &self.config.limits;
		let from = self.neighbours.get(&edge).ok_or(Reason::UnknownNeighbour)?;
		if from.closing {
			return Err(Reason::NoRoute);
		}
		if from.busy {
			return Err(Reason::TooMany);
		}
		if !paid {
			return Err(Reason::Underpaid);
		}
		if request.not_after_ms.saturating_add(self.config.skew_ms) < self.now {
			return Err(Reason::Expired);
		}
		let horizon =
			self.now.saturating_add(self.config.max_validity_ms).saturating_add(self.config.skew_ms);
		if request.not_after_ms > horizon {
			return Err(Reason::TooFarAhead);
		}
		if self.flights.contains_key(&hash) || self.done.get(&hash).is_some() {
			return Err(Reason::Replay);
		}
		if self.flights.len() >= limits.flights {
			return Err(Reason::TooMany);
		}
		if request.max_response_bytes > MAX_BODY_BYTES {
			return Err(Reason::Oversized);
		}
		if request.late_fee_per_ms == 0 || request.late_fee_cap == 0 {
			return Err(Reason::NoLateFee);
		}
		// Each request that was taken can cost up to its cap: all of them together have to be there.
		let owed = from.reserved.checked_add(request.late_fee_cap).ok_or(Reason::NoFunds)?;
		if owed > from.channel.balance() {
			return Err(Reason::NoFunds);
		}
		let peeled = self.host.peel(&hash, &forward.payload).map_err(|_| Reason::NotForMe)?;
		let share_ms = self.share(edge, forward, peeled.next.as_ref())?;
		match &peeled.next {
			Some(leg) => self.examine_next(edge, forward, leg)?,
			None => self.examine_service(forward)?,
		}
		if H256::from(blake2_256(&forward.body)) != request.content {
			return Err(Reason::WrongCommitment);
		}
		// Only the first hop has what the author commits to; it is the one who could be told something else.
		if from.config.neighbour == request.author && Route::commitment(&forward.payload) != request.route {
			return Err(Reason::WrongCommitment);
		}
		if !self.host.verify_message(&request.author, request, &forward.signed) {
			return Err(Reason::WrongKey);
		}
		Ok(Taken { peeled, share_ms })
	}

	/// The time that is left for the way on, after the promised way here and back.
	fn share(&self, edge: EdgeId, forward: &Forward, next: Option<&Leg>) -> Result<u32, Reason> {
		let from = self.neighbours.get(&edge).ok_or(Reason::UnknownNeighbour)?;
		let way = from.config.latency_ms.saturating_mul(2);
		let left = forward.timeout_ms.checked_sub(way).ok_or(Reason::TimeoutTooShort)?;
		let wanted = next.map_or(forward.request.service_ms, |leg| leg.timeout_ms);
		if left < wanted {
			return Err(Reason::TimeoutTooShort);
		}
		// Whoever forwards is late as soon as the one after it is; what is left over is the recipient's.
		Ok(next.map_or(left, |leg| leg.timeout_ms))
	}

	fn examine_next(&self, edge: EdgeId, forward: &Forward, leg: &Leg) -> Result<(), Reason> {
		let next = self.neighbours.get(&leg.edge).filter(|next| leg.edge != edge && !next.closing);
		let next = next.ok_or(Reason::NoRoute)?;
		let bytes = u64::from(forward.request.max_response_bytes)
			.saturating_add(u64::try_from(forward.body.len()).unwrap_or(u64::MAX));
		let wanted = leg.pay.checked_add(next.config.price(bytes)).ok_or(Reason::Underpaid)?;
		if forward.pay < wanted {
			return Err(Reason::Underpaid);
		}
		if next.broken.is_some() || (next.queue.is_empty() && self.has_room(leg.edge, leg.pay)) {
			return Ok(());
		}
		match self.config.overload {
			Overload::Queue if next.queue.len() < self.config.limits.queued => Ok(()),
			Overload::Break => Ok(()),
			_ => Err(Reason::TooMany),
		}
	}

	fn examine_service(&self, forward: &Forward) -> Result<(), Reason> {
		let request = &forward.request;
		if request.recipient != self.config.node {
			return Err(Reason::NotForMe);
		}
		match self.answers.get(&request.query(&self.genesis)) {
			Known::Answered(..) => Ok(()),
			Known::Begun if self.awaiting.contains_key(&request.query(&self.genesis)) => Ok(()),
			// It was answered once, and must not be answered differently.
			Known::Begun => Err(Reason::Replay),
			Known::New => {
				let full = self.answers.len() >= self.config.limits.remembered
					|| self.serving.len() >= self.config.limits.flights;
				if full {
					return Err(Reason::TooMany);
				}
				Ok(())
			}
		}
	}
}
