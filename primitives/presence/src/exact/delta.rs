//! Changes since an earlier publication: which of those formerly present have departed, and which of those formerly
//! absent have arrived, range coded from two urns in one pass over the universe.
//!
//! The payload is
//! - the number of windows since the earlier publication, at least one, as SCALE compact;
//! - the number of departures less the fewest there can be, little-endian, in as many bytes as its largest value
//!   takes (none where there is one value). With K₀ formerly present in today's universe N, and K now, departures are
//!   between max(0, K₀ − K) and min(K₀, N − K). That of arrivals follows;
//! - ⌈log₂₅₆ (C(K₀, departures) · C(N − K₀, arrivals))⌉ bytes of range coding, under the terms of
//!   [`super::range`].

use super::Earlier;
use crate::{
	compact,
	range::{check_len, Decoder, Encoder, Space, Urn},
	Error, SlotSet,
};
use alloc::vec::Vec;

/// How many slots change which way.
#[derive(Clone, Copy)]
struct Turnover {
	universe: u32,
	/// Formerly present, in today's universe.
	former: u32,
	departures: u32,
	arrivals: u32,
}

impl Turnover {
	/// The fewest and most departures there can be.
	fn bounds(universe: u32, former: u32, present: u32) -> (u32, u32) {
		(former.saturating_sub(present), former.min(universe - present))
	}

	fn space(&self) -> Space {
		Space::one().choose(self.former, self.departures).choose(self.universe - self.former, self.arrivals)
	}

	fn urns(&self) -> Urns {
		Urns {
			former: Urn::new(self.former, self.departures),
			other: Urn::new(self.universe - self.former, self.arrivals),
		}
	}
}

/// Formerly present slots, of which departures are drawn, and the others, of which arrivals are.
struct Urns {
	former: Urn,
	other: Urn,
}

impl Urns {
	fn of(&mut self, former: bool) -> &mut Urn {
		if former {
			&mut self.former
		} else {
			&mut self.other
		}
	}
}

/// Bytes that numbers from zero to `max` take.
fn width(max: u32) -> usize {
	(u32::BITS - max.leading_zeros()).div_ceil(8) as usize
}

pub(super) struct Delta<'a> {
	set: &'a SlotSet,
	former: SlotSet,
	turnover: Turnover,
	distance: u32,
}

impl<'a> Delta<'a> {
	pub(super) fn new(set: &'a SlotSet, window: u32, earlier: Earlier) -> Result<Self, Error> {
		let distance = window
			.checked_sub(earlier.window)
			.filter(|distance| *distance > 0)
			.ok_or(Error::EarlierMismatch)?;
		let universe = set.universe();
		let former = earlier.set.resized(universe)?;
		let departures = former.iter().filter(|slot| !set.contains(*slot)).count() as u32;
		let arrivals = set.len() - (former.len() - departures);
		let turnover = Turnover { universe, former: former.len(), departures, arrivals };
		Ok(Self { set, former, turnover, distance })
	}

	/// Departures less the fewest there can be, and the bytes that takes.
	fn departures(&self) -> (u32, usize) {
		let Turnover { universe, former, departures, .. } = self.turnover;
		let (least, most) = Turnover::bounds(universe, former, self.set.len());
		(departures - least, width(most - least))
	}

	pub(super) fn bytes(&self) -> usize {
		compact::bytes(self.distance) + self.departures().1 + self.turnover.space().bytes()
	}

	pub(super) fn write(&self, to: &mut Vec<u8>) {
		compact::write(self.distance, to);
		let (departures, width) = self.departures();
		to.extend(departures.to_le_bytes().into_iter().take(width));
		to.extend(self.drawn());
	}

	fn drawn(&self) -> Vec<u8> {
		let mut urns = self.turnover.urns();
		let mut encoder = Encoder::new();
		for slot in 0..self.turnover.universe {
			let former = self.former.contains(slot);
			encoder.draw(urns.of(former), former != self.set.contains(slot));
		}
		encoder.finish(self.turnover.space().bytes())
	}
}

/// The window that a delta starts from, and the rest of its payload.
pub(super) fn earlier_window(mut payload: &[u8], window: u32) -> Result<(u32, &[u8]), Error> {
	let distance = compact::read(&mut payload)?;
	let earlier = window.checked_sub(distance).filter(|_| distance > 0).ok_or(Error::ParameterOutOfRange)?;
	Ok((earlier, payload))
}

pub(super) fn decode(
	payload: &[u8],
	universe: u32,
	present: u32,
	window: u32,
	earlier: Earlier,
) -> Result<SlotSet, Error> {
	let (from, rest) = earlier_window(payload, window)?;
	if from != earlier.window {
		return Err(Error::EarlierMismatch);
	}
	let former = earlier.set.resized(universe)?;
	let (least, most) = Turnover::bounds(universe, former.len(), present);
	let (number, rest) = rest.split_at_checked(width(most - least)).ok_or(Error::Truncated)?;
	let more = number.iter().rev().fold(0u32, |value, byte| value << 8 | u32::from(*byte));
	if more > most - least {
		return Err(Error::ParameterOutOfRange);
	}
	let departures = least + more;
	let arrivals = present - (former.len() - departures);
	let turnover = Turnover { universe, former: former.len(), departures, arrivals };
	check_len(rest, turnover.space().bytes())?;

	let mut urns = turnover.urns();
	let mut decoder = Decoder::new(rest);
	let mut set = SlotSet::new(universe)?;
	for slot in 0..universe {
		let was = former.contains(slot);
		if was != decoder.draw(urns.of(was)) {
			set.insert(slot)?;
		}
	}
	let again = Delta { set: &set, former, turnover, distance: window - from };
	// Other numbers may lie in the range of this set.
	if again.drawn() != rest {
		return Err(Error::NonCanonical);
	}
	Ok(set)
}
