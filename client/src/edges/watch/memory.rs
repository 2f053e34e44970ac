//! What a watchtower has tried, so that it tries nothing twice in a row, and what it has spent, so that it spends no more than it
//! may. Kept in a file, so that a restart changes nothing.

use super::decide::Action;
use crate::files::{read_if_there, write_whole};
use anyhow::{ensure, Context, Result};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};
use surety_primitives::{Balance, BlockNumber};

/// A day, in seconds.
const DAY: u64 = 86_400;
/// Blocks after which something is tried again that has not come about. Twice as many each time.
const PATIENCE: BlockNumber = 6;
/// That at the most.
const MOST_PATIENCE: BlockNumber = 600;

/// When something was tried last, and how often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Tried {
	at: BlockNumber,
	times: u32,
}

impl Tried {
	fn again_at(self) -> BlockNumber {
		let doubled = 1u32.checked_shl(self.times.saturating_sub(1)).unwrap_or(u32::MAX);
		self.at.saturating_add(PATIENCE.saturating_mul(doubled).min(MOST_PATIENCE))
	}
}

/// What is remembered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Memory {
	of: String,
	tried: BTreeMap<String, Tried>,
	/// Fees of the last day, each with its time in seconds.
	spent: Vec<(u64, Balance)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
	version: u32,
	of: String,
	tried: Vec<(String, BlockNumber, u32)>,
	spent: Vec<(u64, String)>,
}

/// What an action is remembered by.
fn name(action: &Action) -> String {
	format!("{action:?}")
}

impl Memory {
	/// What a file holds of a chain and account; nothing yet where there is none.
	pub fn load(path: &Path, of: &str) -> Result<Self> {
		let Some(text) = read_if_there(path)? else {
			return Ok(Self { of: of.to_owned(), tried: BTreeMap::new(), spent: Vec::new() });
		};
		let stored: Stored = serde_json::from_str(&text)
			.with_context(|| format!("{} was not written by this", path.display()))?;
		let fits = stored.version == 1 && stored.of == of;
		ensure!(fits, "{} is of another account, chain or version: name another file", path.display());
		let spent = stored.spent.into_iter().map(|(at, fee)| Ok((at, fee.parse()?)));
		Ok(Self {
			of: stored.of,
			tried: stored
				.tried
				.into_iter()
				.map(|(action, at, times)| (action, Tried { at, times }))
				.collect(),
			spent: spent.collect::<Result<_>>()?,
		})
	}

	/// Writes the file as a whole.
	pub fn store(&self, path: &Path) -> Result<()> {
		let stored = Stored {
			version: 1,
			of: self.of.clone(),
			tried: self.tried.iter().map(|(action, tried)| (action.clone(), tried.at, tried.times)).collect(),
			spent: self.spent.iter().map(|(at, fee)| (*at, fee.to_string())).collect(),
		};
		write_whole(path, &serde_json::to_vec(&stored)?)
	}

	/// Those of the actions that were not tried lately. Forgets what is not wanted any more: that has come about.
	pub fn due(&mut self, actions: &[Action], now: BlockNumber) -> Vec<Action> {
		let wanted: Vec<String> = actions.iter().map(name).collect();
		self.tried.retain(|action, tried| wanted.contains(action) && tried.at <= now);
		let is_due =
			|action: &&Action| self.tried.get(&name(action)).is_none_or(|tried| now >= tried.again_at());
		actions.iter().filter(is_due).copied().collect()
	}

	/// Notes that something is being tried.
	pub fn try_now(&mut self, actions: &[Action], now: BlockNumber) {
		for action in actions {
			let tried = self.tried.entry(name(action)).or_insert(Tried { at: now, times: 0 });
			*tried = Tried { at: now, times: tried.times.saturating_add(1) };
		}
	}

	/// Notes a fee.
	pub fn spend(&mut self, seconds: u64, fee: Balance) {
		self.spent.push((seconds, fee));
	}

	/// What is left of `most` a day; what lies in the future counts, too, since a clock may have been set back.
	pub fn left(&mut self, seconds: u64, most: Balance) -> Balance {
		self.spent.retain(|(at, _)| at.saturating_add(DAY) > seconds);
		let spent = self.spent.iter().fold(0, |sum: Balance, (_, fee)| sum.saturating_add(*fee));
		most.saturating_sub(spent)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ACTIONS: [Action; 2] = [Action::HandIn(4, 6), Action::SettleEdge(7)];

	fn memory() -> Memory {
		Memory { of: "here".into(), tried: BTreeMap::new(), spent: Vec::new() }
	}

	#[test]
	fn nothing_should_be_tried_twice_in_a_row_and_again_ever_more_rarely() {
		let mut memory = memory();
		let mut tries = Vec::new();
		for now in 100..400 {
			let due = memory.due(&ACTIONS[..1], now);
			if !due.is_empty() {
				memory.try_now(&due, now);
				tries.push(now);
			}
		}
		assert_eq!(tries, [100, 106, 118, 142, 190, 286]);
	}

	#[test]
	fn what_is_wanted_anew_should_be_tried_at_once() {
		let mut memory = memory();
		memory.try_now(&ACTIONS, 100);
		assert_eq!(memory.due(&ACTIONS, 101), []);
		assert_eq!(memory.due(&[], 102), [], "it has come about");
		assert_eq!(memory.due(&ACTIONS, 103), ACTIONS);
		memory.try_now(&ACTIONS, 103);
		let better = [Action::HandIn(4, 7)];
		assert_eq!(memory.due(&better, 104), better, "a better voucher is something else");
	}

	#[test]
	fn a_chain_that_begins_anew_should_not_be_waited_for() {
		let mut memory = memory();
		memory.try_now(&ACTIONS, 1_000);
		assert_eq!(memory.due(&ACTIONS, 5), ACTIONS);
	}

	#[test]
	fn no_more_should_be_spent_in_a_day_than_may_be() {
		let mut memory = memory();
		memory.spend(1_000, 30);
		memory.spend(50_000, 50);
		assert_eq!(memory.left(60_000, 100), 20);
		assert_eq!(memory.left(60_000, 70), 0);
		assert_eq!(memory.left(1_000 + DAY - 1, 100), 20);
		assert_eq!(memory.left(1_000 + DAY, 100), 50);
		assert_eq!(memory.left(50_000 + DAY, 100), 100);
	}

	#[test]
	fn what_was_tried_and_spent_should_survive_a_restart() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a/watch.json");
		let mut memory = Memory::load(&path, "here").unwrap();
		memory.try_now(&ACTIONS, 100);
		memory.try_now(&ACTIONS[..1], 106);
		memory.spend(1_000, u128::MAX);
		memory.store(&path).unwrap();
		assert_eq!(Memory::load(&path, "here").unwrap(), memory);
		assert!(Memory::load(&path, "there").is_err());
		std::fs::write(&path, "{").unwrap();
		assert!(Memory::load(&path, "here").is_err());
	}
}
