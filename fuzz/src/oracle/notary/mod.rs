//! Notaries: nobody is punished who has done nothing wrong, and what is paid ahead is paid out.
//!
//! | file | what |
//! | --- | --- |
//! | `faults.rs` | what notaries owe in each window, and what they may be punished for |
//! | `fees.rs` | what was paid ahead for watching, window by window |
//! | `bounties.rs` | what bounties were funded with, and what they have paid |

mod bounties;
mod faults;
mod fees;

use super::{Phase, Seen, Verdict};
use crate::chain::Dispatched;
use surety_runtime::{RuntimeCall, RuntimeEvent};

/// All books of notaries.
#[derive(Default, Debug)]
pub(crate) struct Book {
	faults: faults::Book,
	fees: fees::Book,
	bounties: bounties::Book,
}

impl Book {
	/// Notes what has happened.
	pub(crate) fn note(
		&mut self,
		phase: Phase<'_>,
		events: &[RuntimeEvent],
		dispatched: Option<&Dispatched>,
		seen: &mut Seen,
	) -> Verdict {
		self.faults.note(phase, events, dispatched, seen)?;
		self.fees.note(events, seen)?;
		self.bounties.note(events, seen)
	}

	/// Compares with what is stored.
	pub(crate) fn check_all(&self) -> Verdict {
		self.fees.check_all()
	}
}

/// The calls inside a call of an account, itself included.
fn inner<'a>(call: &'a RuntimeCall, all: &mut Vec<&'a RuntimeCall>) {
	use pallet_utility::Call::{batch, batch_all, force_batch};
	all.push(call);
	match call {
		RuntimeCall::Utility(batch { calls } | batch_all { calls } | force_batch { calls }) => {
			calls.iter().for_each(|call| inner(call, all));
		}
		RuntimeCall::Proxy(pallet_proxy::Call::proxy { call, .. }) => inner(call, all),
		_ => {}
	}
}
