//! The chain's durations, in blocks and in time.

use super::{
	render::{number_of, Typed},
	state::read,
	At,
};
use anyhow::{Context, Result};
use subxt::ext::scale_value::At as _;

/// The windows in force at a block.
pub struct Windows(Typed);

/// Durations of a track of referenda, in blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Track {
	/// From the submission to the earliest begin of the decision.
	pub prepare: u32,
	/// In which it has to begin to pass.
	pub decision: u32,
	/// For which it has to go on passing.
	pub confirm: u32,
	/// From the decision until it takes effect.
	pub enactment: u32,
}

impl Track {
	/// From the submission until it takes effect, at the longest.
	pub fn longest_run(&self) -> u32 {
		self.prepare.saturating_add(self.decision).saturating_add(self.confirm).saturating_add(self.enactment)
	}
}

impl Windows {
	/// Those in force at a block.
	pub async fn at(at: &At) -> Result<Self> {
		read(at, "Windows", "Current", vec![]).await?.map(Self).context("the chain has no windows")
	}

	/// One of them.
	pub fn get(&self, part: &str, name: &str) -> Result<u32> {
		let value = self.0.at(part).and_then(|part| part.at(name)).and_then(number_of);
		let value = value.with_context(|| format!("the chain has no window {part}.{name}"))?;
		u32::try_from(value).map_err(Into::into)
	}

	/// Durations of a track of referenda.
	pub fn track(&self, name: &str) -> Result<Track> {
		// Both tracks that end referenda have the same.
		let window = match name {
			"referendum_canceller" | "referendum_killer" => "canceller",
			"whitelisted_caller" => "whitelisted",
			other => other,
		};
		let track = self.0.at("governance").and_then(|governance| governance.at(window));
		let track = track.with_context(|| format!("the chain has no windows for the track {name}"))?;
		let of = |name: &str| -> Result<u32> {
			let value = track.at(name).and_then(number_of);
			u32::try_from(value.with_context(|| format!("no {name}"))?).map_err(Into::into)
		};
		Ok(Track {
			prepare: of("prepare")?,
			decision: of("decision")?,
			confirm: of("confirm")?,
			enactment: of("enactment")?,
		})
	}

	/// How long so many blocks take, in seconds rounded up.
	pub fn seconds(&self, blocks: u32) -> Result<u64> {
		let slot_ms = self.get("consensus", "slot_ms")?;
		Ok(u64::from(blocks).saturating_mul(slot_ms.into()).div_ceil(1_000))
	}

	/// A number of blocks for people: `30 blocks, about 30 s`.
	pub fn show(&self, blocks: u32) -> Result<String> {
		Ok(format!("{blocks} blocks, about {}", span(self.seconds(blocks)?)))
	}
}

/// A span of time in its two largest units.
pub fn span(seconds: u64) -> String {
	let units = [
		("d", seconds / 86_400),
		("h", seconds / 3_600 % 24),
		("min", seconds / 60 % 60),
		("s", seconds % 60),
	];
	let first = units.iter().position(|(_, count)| *count > 0).unwrap_or(units.len().saturating_sub(1));
	let shown = units.iter().enumerate().skip(first).take(2);
	let shown = shown.filter(|(index, (_, count))| *index == first || *count > 0);
	shown.map(|(_, (unit, count))| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_span_should_be_told_in_its_two_largest_units() {
		for (seconds, shown) in [
			(0, "0 s"),
			(59, "59 s"),
			(60, "1 min"),
			(61, "1 min 1 s"),
			(3_601, "1 h"),
			(7 * 86_400, "7 d"),
			(6 * 86_400 + 86_399, "6 d 23 h"),
		] {
			assert_eq!(span(seconds), shown);
		}
	}
}
