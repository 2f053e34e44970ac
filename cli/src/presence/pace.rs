//! When an operator announces itself in a window, when it tries again, and when it turns to the chain. Pure: times are
//! given.

use std::time::{Duration, Instant};
use surety_client::backoff::{spread, Backoff};
use surety_primitives::notary::Window;

/// How patient an operator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
	/// Within which announcements are spread after a window has begun.
	pub spread: Duration,
	/// How failures are spaced.
	pub backoff: Backoff,
	/// After how long without a receipt the window is announced on chain; never where there is none.
	pub on_chain_after: Option<Duration>,
}

/// What is to be done now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
	/// Nothing before this time.
	Wait(Instant),
	/// Announce to the notary's node.
	Announce,
	/// Announce on chain.
	OnChain,
	/// Nothing in this window any more.
	Done,
}

/// How far an attestation has come in a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
	/// The window.
	pub window: Window,
	begun: Instant,
	next: Instant,
	failed: u32,
	chain_failed: u32,
	done: bool,
}

impl Pace {
	/// At the beginning of a window.
	pub fn new(window: Window, now: Instant, patience: &Patience, random: u64) -> Self {
		let next = now.checked_add(spread(patience.spread, random)).unwrap_or(now);
		Self { window, begun: now, next, failed: 0, chain_failed: 0, done: false }
	}

	/// What to do.
	pub fn step(&self, now: Instant, patience: &Patience) -> Step {
		if self.done {
			return Step::Done;
		}
		if now < self.next {
			return Step::Wait(self.next);
		}
		let tried = self.failed > 0;
		let late =
			patience.on_chain_after.is_some_and(|after| now.saturating_duration_since(self.begun) >= after);
		// By turns: a notary that has come to its senses costs less than a transaction.
		match tried && late && self.failed > self.chain_failed {
			true => Step::OnChain,
			false => Step::Announce,
		}
	}

	/// It did not work.
	pub fn failed(&mut self, step: Step, now: Instant, patience: &Patience, random: u64) {
		let count = if step == Step::OnChain { &mut self.chain_failed } else { &mut self.failed };
		*count = count.saturating_add(1);
		let turns = self.failed.max(self.chain_failed).saturating_sub(1);
		// What turns to the chain does so at once.
		let late =
			patience.on_chain_after.is_some_and(|after| now.saturating_duration_since(self.begun) >= after);
		let delay = match step == Step::Announce && late && self.failed > self.chain_failed {
			true => Duration::ZERO,
			false => patience.backoff.delay(turns, random),
		};
		self.next = now.checked_add(delay).unwrap_or(now);
	}

	/// The notary has it, or there is nothing to announce any more.
	pub fn done(&mut self) {
		self.done = true;
	}

	/// Whether it is done.
	pub fn is_done(&self) -> bool {
		self.done
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn patience(on_chain_after: Option<u64>) -> Patience {
		Patience {
			spread: Duration::from_secs(10),
			backoff: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(30) },
			on_chain_after: on_chain_after.map(Duration::from_secs),
		}
	}

	fn after(start: Instant, seconds: u64) -> Instant {
		start + Duration::from_secs(seconds)
	}

	#[test]
	fn announcements_should_be_spread_over_the_beginning_of_a_window() {
		let start = Instant::now();
		let pace = Pace::new(7, start, &patience(None), 1 << 63);
		assert_eq!(pace.step(start, &patience(None)), Step::Wait(after(start, 5)));
		assert_eq!(pace.step(after(start, 5), &patience(None)), Step::Announce);
	}

	#[test]
	fn a_failure_should_be_tried_again_later_and_later_until_it_works() {
		let (start, patience) = (Instant::now(), patience(None));
		let mut pace = Pace::new(7, start, &patience, 0);
		let (mut now, mut delays) = (start, Vec::new());
		for _ in 0..6 {
			assert_eq!(pace.step(now, &patience), Step::Announce);
			pace.failed(Step::Announce, now, &patience, u64::MAX);
			let Step::Wait(next) = pace.step(now, &patience) else { panic!("at once") };
			delays.push((next - now).as_secs_f32().round());
			now = next;
		}
		assert_eq!(delays, [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]);
		pace.done();
		assert_eq!(pace.step(after(now, 1_000), &patience), Step::Done);
	}

	#[test]
	fn a_notary_that_refuses_for_too_long_should_be_announced_to_on_chain() {
		let (start, patience) = (Instant::now(), patience(Some(60)));
		let mut pace = Pace::new(7, start, &patience, 0);
		// Too late already, but not tried: the notary is asked first.
		let late = after(start, 61);
		assert_eq!(pace.step(late, &patience), Step::Announce);
		pace.failed(Step::Announce, late, &patience, 0);
		assert_eq!(pace.step(late, &patience), Step::OnChain);
		pace.failed(Step::OnChain, late, &patience, 0);
		let Step::Wait(next) = pace.step(late, &patience) else { panic!("at once") };
		assert_eq!(pace.step(next, &patience), Step::Announce, "by turns");
	}

	#[test]
	fn nothing_should_go_on_chain_before_its_time() {
		let (start, patience) = (Instant::now(), patience(Some(60)));
		let mut pace = Pace::new(7, start, &patience, 0);
		let mut now = start;
		while now < after(start, 59) {
			assert_ne!(pace.step(now, &patience), Step::OnChain);
			if pace.step(now, &patience) == Step::Announce {
				pace.failed(Step::Announce, now, &patience, 0);
			}
			now += Duration::from_secs(1);
		}
	}
}
