//! What must always hold: every pallet's own check of its state, and the rules about money, by books that are kept
//! from what the chain said had happened and compared with what it has.
//!
//! | file | what |
//! | --- | --- |
//! | `money.rs` | issuance, balances of those who have not acted, weights |
//! | `moves.rs` | what was to move, compared with what did |
//! | `stake.rs` | worth of every position, and when stake may leave |
//! | `slashes.rs` | what is cut and when, and who is paid out of it |
//! | `prepaid.rs` | what clients have paid ahead |
//! | `notary/` | what notaries may be punished for, fees of attestations, bounties |
//! | `channels.rs` | who gets what of channels, and when |
//! | `agreements.rs` | what operators promised: fees, penalties, audits, downtime |
//! | `topology.rs` | who was cut off and pays for it, what severed edges cost, which centre is better |

mod agreements;
mod channels;
mod money;
mod moves;
mod notary;
mod prepaid;
mod slashes;
mod stake;
mod topology;

use crate::{chain::Dispatched, step::Origin};
use codec::Encode;
use frame_support::traits::GetCallMetadata;
use sp_storage::StateVersion;
use std::collections::BTreeMap;
use surety_primitives::traits::CheckState;
use surety_runtime::{RuntimeCall, RuntimeEvent, SuretyPallets};

/// A rule that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
	/// Which: the same for the same fault, whatever the numbers.
	pub rule: String,
	/// What was seen.
	pub what: String,
}

impl Broken {
	/// A rule, and what breaks it.
	pub fn new(rule: impl Into<String>, what: impl Into<String>) -> Self {
		Self { rule: rule.into(), what: what.into() }
	}
}

/// What a rule says.
pub type Verdict = Result<(), Broken>;

/// Refuses with the rule unless the condition holds.
macro_rules! hold {
	($condition:expr, $rule:expr, $($what:tt)+) => {
		if !$condition {
			return Err($crate::oracle::Broken::new($rule, format!($($what)+)));
		}
	};
}
pub(crate) use hold;

/// A part of a block in which something happens.
#[derive(Clone, Copy, Debug)]
pub enum Phase<'a> {
	/// The beginning, hooks included.
	Begin,
	/// A call.
	Call(&'a Origin, &'a RuntimeCall),
	/// The end, hooks included.
	Finish,
}

impl<'a> Phase<'a> {
	/// The account that acts, if it is one, and its call, where it is one of Surety's own pallets that is called.
	fn own_call(&self) -> Option<(Option<&'a surety_runtime::AccountId>, &'a RuntimeCall)> {
		match self {
			Phase::Call(Origin::Signed(who), call) if is_own(call) => Some((Some(who), call)),
			Phase::Call(Origin::Authorized, call) if is_own(call) => Some((None, call)),
			_ => None,
		}
	}
}

/// Whether a call is of one of Surety's own pallets.
pub fn is_own(call: &RuntimeCall) -> bool {
	matches!(
		call,
		RuntimeCall::Windows(_)
			| RuntimeCall::Registry(_)
			| RuntimeCall::Subscriptions(_)
			| RuntimeCall::Restaking(_)
			| RuntimeCall::Slashing(_)
			| RuntimeCall::Notary(_)
			| RuntimeCall::Channels(_)
			| RuntimeCall::Topology(_)
			| RuntimeCall::Agreements(_)
	)
}

/// What was seen before a phase.
#[derive(Debug)]
pub struct Before {
	money: money::Before,
	targets: stake::Targets,
	root: Option<Vec<u8>>,
}

/// How often the oracle had something to judge: a rule that nothing came near to was not tried.
pub type Seen = BTreeMap<&'static str, u64>;

/// All books.
#[derive(Default, Debug)]
pub struct Oracle {
	stake: stake::Book,
	slashes: slashes::Book,
	prepaid: prepaid::Book,
	notary: notary::Book,
	channels: channels::Book,
	topology: topology::Book,
	agreements: agreements::Book,
	calls: u64,
	seen: Seen,
	/// Whether the whole state is looked at after each call, too.
	paranoid: bool,
}

impl Oracle {
	/// Empty books; `paranoid` is whether the whole state is looked at after each call, too.
	pub fn new(paranoid: bool) -> Self {
		Self { paranoid, ..Self::default() }
	}

	/// How often there was something to judge.
	pub fn seen(&self) -> &Seen {
		&self.seen
	}

	/// Looks at what is there before something happens.
	pub fn before(&mut self, phase: Phase<'_>) -> Before {
		self.stake.mature();
		let sampled = match phase {
			Phase::Call(..) => {
				self.calls = self.calls.wrapping_add(1);
				self.paranoid || self.calls.is_multiple_of(16)
			}
			_ => false,
		};
		Before {
			money: money::Before::look(phase),
			targets: stake::Targets::look(phase),
			root: sampled.then(root),
		}
	}

	/// Judges what has happened.
	pub fn after(
		&mut self,
		phase: Phase<'_>,
		before: Before,
		events: &[RuntimeEvent],
		dispatched: Option<&Dispatched>,
	) -> Verdict {
		if let (Phase::Call(_, call), Some(dispatched)) = (phase, dispatched) {
			money::check_weight(call, dispatched)?;
			if let (Some(root_before), Err(error)) = (&before.root, &dispatched.result) {
				see(&mut self.seen, "refused calls of which the state was compared", 1);
				let name = call.get_call_metadata();
				hold!(
					*root_before == root(),
					"a refused call changes nothing",
					"{}.{} was refused with {error:?}, and the state has changed",
					name.pallet_name,
					name.function_name
				);
			}
		}
		if let (Phase::Call(Origin::Authorized, call), Some(Err(error))) =
			(phase, dispatched.map(|dispatched| &dispatched.result))
		{
			let name = call.get_call_metadata();
			hold!(
				false,
				"what is let in by its own proof succeeds",
				"{}.{} was refused with {error:?}",
				name.pallet_name,
				name.function_name
			);
		}
		self.stake.mature();
		self.count(events);
		self.slashes.note(events)?;
		self.stake.note(events, &self.slashes)?;
		let paid = self.prepaid.note(events)?;
		self.notary.note(phase, events, dispatched, &mut self.seen)?;
		self.channels.note(phase, &before.money, events, &mut self.seen)?;
		self.topology.note(phase, &before.money, events, &mut self.seen)?;
		self.agreements.note(phase, &before.money, events, &mut self.seen)?;
		let mut bound = topology::bound(events);
		bound.append(&mut agreements::bound(events));
		before.money.check(phase, events, &paid, &bound)?;
		before.targets.check(events, &self.slashes, &mut self.seen)?;
		if self.paranoid {
			self.check_all()?;
		}
		Ok(())
	}

	/// Counts what rules are about.
	fn count(&mut self, events: &[RuntimeEvent]) {
		for event in events {
			let what = match event {
				RuntimeEvent::Restaking(pallet_restaking::Event::Withdrawn { .. }) => "withdrawals of stake",
				RuntimeEvent::Restaking(pallet_restaking::Event::Rewarded { .. }) => "rewards",
				RuntimeEvent::Restaking(pallet_restaking::Event::Collected { .. }) => "rewards collected",
				RuntimeEvent::Slashing(pallet_slashing::Event::Cut { .. }) => "cuts",
				RuntimeEvent::Slashing(pallet_slashing::Event::Vetoed { .. }) => "vetoes",
				RuntimeEvent::Slashing(pallet_slashing::Event::Applied { .. }) => "slashes applied",
				RuntimeEvent::Slashing(pallet_slashing::Event::PetitionPassed { .. }) => "petitions passed",
				RuntimeEvent::Slashing(pallet_slashing::Event::GivenUp { .. }) => "compensations given up",
				RuntimeEvent::Slashing(pallet_slashing::Event::Compensated { amount, .. }) if *amount > 0 => {
					"compensations"
				}
				RuntimeEvent::Subscriptions(pallet_subscriptions::Event::RemainderKept { .. }) => {
					"remainders"
				}
				_ => continue,
			};
			see(&mut self.seen, what, 1);
		}
	}

	/// Judges the whole state.
	pub fn check_all(&mut self) -> Verdict {
		check_pallets()?;
		money::check_all()?;
		self.prepaid.check_all()?;
		self.notary.check_all()?;
		self.channels.check_all()?;
		self.stake.check_all(&self.slashes)
	}
}

/// Counts something that there was to judge.
pub(crate) fn see(seen: &mut Seen, what: &'static str, times: u64) {
	let count = seen.entry(what).or_default();
	*count = count.saturating_add(times);
}

/// Every pallet's own check of its state.
pub fn check_pallets() -> Verdict {
	SuretyPallets::check_state().map_err(|error| match error {
		sp_runtime::DispatchError::Other(text) => Broken::new(format!("try_state: {text}"), text),
		other => Broken::new("try_state", format!("{other:?}")),
	})
}

fn root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

/// A short name of an account.
pub(crate) fn who(account: &surety_runtime::AccountId) -> String {
	hex::encode(account.encode().get(..4).unwrap_or_default())
}
