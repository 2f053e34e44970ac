//! What was paid ahead for watching, window by window: it is paid out to the last unit, each window once, to the notary
//! or back.

use crate::oracle::{hold, see, who, Seen, Verdict};
use pallet_notary::Event;
use std::collections::BTreeMap;
use surety_primitives::{
	notary::{AttestationEnd, RequestId, Slot, Window},
	Balance,
};
use surety_runtime::{AccountId, Runtime, RuntimeEvent};

/// An attestation's place.
type Place = (AccountId, Slot);

/// Fees of all requests and attestations that are known.
#[derive(Default, Debug)]
pub(super) struct Book {
	requests: BTreeMap<RequestId, Balance>,
	/// What is still to be paid for each window. Not of those that changed more than once in a call, of which not every
	/// fee can be known.
	watched: BTreeMap<Place, BTreeMap<Window, Balance>>,
}

fn sum(fees: impl IntoIterator<Item = Balance>) -> Balance {
	fees.into_iter().fold(0, Balance::saturating_add)
}

/// Which attestation an event is about.
fn place(event: &Event<Runtime>) -> Option<Place> {
	match event {
		Event::Attested { notary, slot, .. }
		| Event::Collected { notary, slot, .. }
		| Event::Renewed { notary, slot, .. }
		| Event::Ended { notary, slot, .. } => Some((notary.clone(), *slot)),
		_ => None,
	}
}

impl Book {
	pub(super) fn note(&mut self, events: &[RuntimeEvent], seen: &mut Seen) -> Verdict {
		let own: Vec<_> = events
			.iter()
			.filter_map(|event| match event {
				RuntimeEvent::Notary(event) => Some(event),
				_ => None,
			})
			.collect();
		for event in &own {
			if let Event::Paid { request, amount } = event {
				self.requests.insert(*request, *amount);
			}
			let Some(place) = place(event) else { continue };
			if own.iter().filter(|other| self::place(other).as_ref() == Some(&place)).count() > 1 {
				self.watched.remove(&place);
				continue;
			}
			self.change(event, place, seen)?;
		}
		Ok(())
	}

	fn change(&mut self, event: &Event<Runtime>, place: Place, seen: &mut Seen) -> Verdict {
		let current = pallet_notary::CurrentWindow::<Runtime>::get().index;
		let next = current.saturating_add(1);
		let stored = pallet_notary::Attestations::<Runtime>::get(&place.0, place.1);
		match event {
			Event::Attested { request, until, .. } => {
				let (Some(paid), Some(stored)) = (self.requests.remove(request), stored) else {
					return Ok(());
				};
				let watch = stored.prepaid.watch(next);
				// What a long time costs is not counted window by window.
				if until.saturating_sub(next) > 1_000 {
					return Ok(());
				}
				let fees: BTreeMap<_, _> = (next..*until).map(|window| (window, watch)).collect();
				hold!(
					sum(fees.values().copied()) <= paid,
					"no more is paid ahead than was held for it",
					"request {request}: {paid} for {fees:?}"
				);
				self.watched.insert(place, fees);
			}
			Event::Collected { to, amount, .. } => {
				let Some(fees) = self.watched.get_mut(&place) else { return Ok(()) };
				let left = fees.split_off(to);
				let due = sum(std::mem::replace(fees, left).into_values());
				hold!(
					due == *amount && *to <= current,
					"a notary is paid for the windows in which it has watched",
					"{event:?} in window {current}: {due} was due"
				);
				see(seen, "payments for watching", 1);
			}
			Event::Renewed { until, .. } => {
				let (Some(fees), Some(stored)) = (self.watched.get_mut(&place), stored) else {
					return Ok(());
				};
				*fees = fees.split_off(&current);
				let old = fees.keys().next_back().map_or(next, |last| last.saturating_add(1));
				if until.saturating_sub(old) > 1_000 {
					self.watched.remove(&place);
					return Ok(());
				}
				let watch = stored.prepaid.watch(until.saturating_sub(1));
				fees.extend((old..*until).map(|window| (window, watch)));
			}
			Event::Ended { end, refunded, .. } => {
				let Some(mut fees) = self.watched.remove(&place) else { return Ok(()) };
				// Whoever ends it bears the window that has begun.
				let served = if matches!(end, AttestationEnd::Revoked(_)) { current } else { next };
				let rest = sum(fees.split_off(&served).into_values());
				hold!(
					rest == *refunded,
					"what was paid ahead for windows to come is returned",
					"{event:?} in window {current}: {rest} was to be returned"
				);
				see(seen, "attestations ended", 1);
			}
			_ => {}
		}
		Ok(())
	}

	/// Compares with what is stored.
	pub(super) fn check_all(&self) -> Verdict {
		for ((notary, slot), fees) in &self.watched {
			let stored = pallet_notary::Attestations::<Runtime>::get(notary, slot);
			let (stored, left) = (stored.map(|stored| stored.prepaid.total()), sum(fees.values().copied()));
			hold!(
				stored == Some(left),
				"what was paid ahead for watching is paid out to the last unit",
				"slot {slot} of {}: {stored:?} is stored, {left} is left",
				who(notary)
			);
		}
		Ok(())
	}
}
