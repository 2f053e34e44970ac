//! What bounties were funded with, and what they have paid: never more, in all and in each window.

use crate::oracle::{hold, see, Seen, Verdict};
use pallet_notary::Event;
use std::collections::BTreeMap;
use surety_primitives::{
	notary::{BountyId, Slot, Window},
	Balance,
};
use surety_runtime::{Runtime, RuntimeEvent};

/// A bounty.
#[derive(Debug)]
struct Bounty {
	per_window: Balance,
	windows: std::ops::Range<Window>,
	paid: BTreeMap<(Window, Slot), Balance>,
}

impl Bounty {
	fn paid(&self) -> Balance {
		self.paid.values().fold(0, |sum: Balance, amount| sum.saturating_add(*amount))
	}

	/// What it was funded with.
	fn budget(&self) -> Balance {
		self.per_window.saturating_mul(self.windows.len() as Balance)
	}
}

/// All bounties that are open.
#[derive(Default, Debug)]
pub(super) struct Book(BTreeMap<BountyId, Bounty>);

impl Book {
	pub(super) fn note(&mut self, events: &[RuntimeEvent], seen: &mut Seen) -> Verdict {
		for event in events {
			let RuntimeEvent::Notary(event) = event else { continue };
			match event {
				Event::BountyOpened { bounty, per_window, from, until, .. } => {
					let new =
						Bounty { per_window: *per_window, windows: *from..*until, paid: BTreeMap::new() };
					hold!(
						self.0.insert(*bounty, new).is_none(),
						"numbers of bounties are never reused",
						"{bounty} was given out twice"
					);
				}
				Event::BountyClaimed { bounty, slot, window, amount } => {
					let current = pallet_notary::CurrentWindow::<Runtime>::get().index;
					let Some(record) = self.0.get_mut(bounty) else {
						hold!(false, "nothing is claimed of a bounty that is not there", "{event:?}");
						continue;
					};
					hold!(
						record.windows.contains(window) && *window < current,
						"a bounty pays for its windows, once they are over",
						"{event:?} in window {current}: {record:?}"
					);
					hold!(
						record.paid.insert((*window, *slot), *amount).is_none(),
						"a bounty pays each slot once for a window",
						"{event:?}: {record:?}"
					);
					let in_window = record.paid.iter().filter(|((other, _), _)| other == window);
					let in_window = in_window.fold(0, |sum: Balance, (_, paid)| sum.saturating_add(*paid));
					hold!(
						in_window <= record.per_window && record.paid() <= record.budget(),
						"a bounty pays no more than it was funded with",
						"{event:?}: {in_window} in the window, {} of {} in all",
						record.paid(),
						record.budget()
					);
					see(seen, "claims to bounties", 1);
				}
				Event::BountyClosed { bounty, refunded } => {
					let Some(record) = self.0.remove(bounty) else { continue };
					hold!(
						record.paid().checked_add(*refunded) == Some(record.budget()),
						"what a bounty has not paid is returned",
						"{event:?}: {} of {} was paid",
						record.paid(),
						record.budget()
					);
				}
				_ => {}
			}
		}
		Ok(())
	}
}
