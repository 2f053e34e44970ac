//! What was measured, in a file, so that a restart forgets nothing.

use super::{
	decide::{horizon, Rules, Sample},
	plan::Constraint,
};
use crate::files::{read_if_there, write_whole};
use anyhow::{bail, Context, Result};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// Samples of a constraint at the most: a probe every five seconds for a day.
const MAX_SAMPLES: usize = 20_000;

/// An attestation: its slot and its number.
pub type Name = (u32, u32);

/// What is known of an attestation's constraints.
pub type Known = BTreeMap<Constraint, Vec<Sample>>;

/// What was measured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory {
	/// Of which chain, and whose attestations.
	pub of: String,
	/// By attestation.
	pub known: BTreeMap<Name, Known>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
	version: u8,
	of: String,
	watched: Vec<Watched>,
}

#[derive(Serialize, Deserialize)]
struct Watched {
	slot: u32,
	generation: u32,
	constraints: Vec<(Constraint, Vec<Sample>)>,
}

impl Memory {
	/// Reads a file; nothing is known where there is none. One of another chain or notary is refused: it would be lost.
	pub fn load(path: &Path, of: &str) -> Result<Self> {
		let Some(text) = read_if_there(path)? else {
			return Ok(Self { of: of.to_owned(), known: BTreeMap::new() });
		};
		let stored: Stored = serde_json::from_str(&text)
			.with_context(|| format!("{} was not written by this", path.display()))?;
		if stored.version != 1 || stored.of != of {
			bail!("{} is of another notary, chain or version: name another file", path.display());
		}
		let known = stored
			.watched
			.into_iter()
			.map(|watched| ((watched.slot, watched.generation), watched.constraints.into_iter().collect()));
		Ok(Self { of: of.to_owned(), known: known.collect() })
	}

	/// Writes the file as a whole, so that a crash leaves the old one or the new one.
	pub fn store(&self, path: &Path) -> Result<()> {
		let watched = self.known.iter().map(|((slot, generation), known)| Watched {
			slot: *slot,
			generation: *generation,
			constraints: known
				.iter()
				.map(|(constraint, samples)| (constraint.clone(), samples.clone()))
				.collect(),
		});
		let stored = Stored { version: 1, of: self.of.clone(), watched: watched.collect() };
		write_whole(path, &serde_json::to_vec(&stored)?)
	}

	/// Notes a probe, and forgets what counts no longer.
	pub fn note(
		&mut self,
		name: Name,
		constraint: &Constraint,
		sample: Sample,
		rules: &Rules,
		interval: u64,
	) {
		let samples = self.known.entry(name).or_default().entry(constraint.clone()).or_default();
		samples.push(sample);
		let oldest = sample.at.saturating_sub(horizon(constraint, rules, interval));
		samples.retain(|one| one.at >= oldest);
		let surplus = samples.len().saturating_sub(MAX_SAMPLES);
		samples.drain(..surplus);
	}

	/// The probes of a constraint, in the order of time.
	pub fn samples(&self, name: Name, constraint: &Constraint) -> &[Sample] {
		let known = self.known.get(&name).and_then(|known| known.get(constraint));
		known.map(Vec::as_slice).unwrap_or_default()
	}

	/// Forgets attestations that are there no longer.
	pub fn keep(&mut self, names: &[Name]) {
		self.known.retain(|name, _| names.contains(name));
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const RULES: Rules = Rules { grace: 300, tolerance_percent: 10, samples: 5, period: 3_600, slack: 0 };

	fn sample(at: u64) -> Sample {
		Sample { at, held: at.is_multiple_of(2), answered: at.is_multiple_of(3) }
	}

	#[test]
	fn what_was_measured_should_survive_a_restart() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a/watch.json");
		let mut memory = Memory::load(&path, "here").unwrap();
		assert!(memory.known.is_empty());
		for at in 0..5 {
			memory.note((1, 2), &Constraint::Latency(50), sample(at * 30), &RULES, 30);
			memory.note((1, 2), &Constraint::Destination("a.example".into()), sample(at * 30), &RULES, 30);
			memory.note((7, 9), &Constraint::Availability(5), sample(at * 30), &RULES, 30);
		}
		memory.store(&path).unwrap();
		assert_eq!(Memory::load(&path, "here").unwrap(), memory);
		assert!(Memory::load(&path, "there").is_err(), "another notary's");
		std::fs::write(&path, "{").unwrap();
		assert!(Memory::load(&path, "here").is_err());
	}

	#[test]
	fn what_counts_no_longer_should_be_forgotten() {
		let mut memory = Memory::default();
		for at in (0..100_000).step_by(30) {
			memory.note((1, 1), &Constraint::Latency(50), sample(at), &RULES, 30);
			memory.note((1, 1), &Constraint::Availability(5), sample(at), &RULES, 30);
		}
		let kept = memory.samples((1, 1), &Constraint::Latency(50));
		assert!((10..20).contains(&kept.len()), "{}", kept.len());
		assert_eq!(kept.last().unwrap().at, 99_990);
		let kept = memory.samples((1, 1), &Constraint::Availability(5)).len();
		assert!((120..130).contains(&kept), "{kept}");
		memory.keep(&[(2, 2)]);
		assert!(memory.known.is_empty());
	}
}
