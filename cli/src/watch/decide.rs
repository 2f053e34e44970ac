//! When has something certified failed for long enough to take the attestation back? Pure: times are given, in seconds
//! since 1970.
//!
//! - Latency, throughput, a destination: it has failed in nearly every probe of the last `grace` seconds, probes were made all
//!   that time, and the last one failed. One lucky probe does not save it, one unlucky probe does not cost it.
//! - Availability: more probes of the last `period` seconds failed than the certified share leaves room for in a whole
//!   period. So ten minutes of silence cost a certified 99.9% of a day at once, and 90% never.
//!
//! A gap in the probing (the watcher was not running) begins everything but availability anew: what nobody has seen is not
//! held against anybody.

use super::plan::Constraint;
use serde::{Deserialize, Serialize};
use surety_primitives::notary::RevocationReason;

/// Parts in a whole of availability.
const WHOLE: u64 = 1_000_000_000;

/// One probe of one constraint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "(u64, u8)", into = "(u64, u8)")]
pub struct Sample {
	/// When.
	pub at: u64,
	/// Whether what is certified held.
	pub held: bool,
	/// Whether there was any answer.
	pub answered: bool,
}

/// Two numbers in a file: there are many of them.
impl From<(u64, u8)> for Sample {
	fn from((at, bits): (u64, u8)) -> Self {
		Self { at, held: bits & 1 != 0, answered: bits & 2 != 0 }
	}
}

impl From<Sample> for (u64, u8) {
	fn from(sample: Sample) -> Self {
		(sample.at, u8::from(sample.held) | u8::from(sample.answered) << 1)
	}
}

/// How patient the notary is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
	/// For how long something fails before it is over, in seconds.
	pub grace: u64,
	/// Percent of the probes in that time that may hold all the same.
	pub tolerance_percent: u64,
	/// Probes at the least.
	pub samples: usize,
	/// Over what time availability is counted, in seconds.
	pub period: u64,
	/// How long a probe may take, in seconds: what takes that long makes no gap.
	pub slack: u64,
}

/// For how long a constraint's samples are kept, in seconds: as long as they count, and then some, for what shows that
/// probes were made all the time lies before.
pub fn horizon(constraint: &Constraint, rules: &Rules, interval: u64) -> u64 {
	let counts = match constraint {
		Constraint::Availability(_) => rules.period,
		_ => patience(rules, interval),
	};
	let samples = u64::try_from(rules.samples).unwrap_or(u64::MAX);
	counts
		.saturating_add(interval.saturating_mul(3))
		.saturating_add(rules.slack.saturating_mul(samples.saturating_add(1)))
}

/// How long it has to fail: the time of grace, or what it takes to probe as often as is wanted.
fn patience(rules: &Rules, interval: u64) -> u64 {
	let samples = u64::try_from(rules.samples).unwrap_or(u64::MAX);
	rules.grace.max(interval.saturating_mul(samples.saturating_sub(1)))
}

/// Why the attestation is to be taken back; nothing where it is not. `samples` are in the order of time; `interval` is the
/// time from one probe to the next, in seconds.
pub fn verdict(
	constraint: &Constraint,
	samples: &[Sample],
	rules: &Rules,
	interval: u64,
	now: u64,
) -> Option<RevocationReason> {
	if let Constraint::Availability(share) = constraint {
		return unavailable(*share, samples, rules, interval, now).then_some(RevocationReason::Unavailable);
	}
	let patience = patience(rules, interval);
	// The probes without a gap, back from the last one.
	let most = interval.saturating_mul(3).saturating_add(rules.slack);
	let mut newer = now;
	let mut run: Vec<&Sample> = Vec::new();
	for sample in samples.iter().rev() {
		if newer.saturating_sub(sample.at) > most {
			break;
		}
		newer = sample.at;
		run.push(sample);
	}
	let begun = now.saturating_sub(patience);
	let covered = run.last().is_some_and(|oldest| oldest.at <= begun);
	// Where probes take longer than the time between them, there are fewer than that time would have.
	let counts = |(place, sample): &(usize, &&Sample)| *place < rules.samples || sample.at >= begun;
	let recent: Vec<&Sample> = run.iter().enumerate().take_while(counts).map(|(_, sample)| *sample).collect();
	let last_failed = recent.first().is_some_and(|last| !last.held);
	let held = recent.iter().filter(|sample| sample.held).count();
	let few = held.saturating_mul(100)
		<= recent.len().saturating_mul(usize::try_from(rules.tolerance_percent).ok()?);
	if !covered || !last_failed || !few || recent.len() < rules.samples {
		return None;
	}
	// Who does not answer at all is not slow, but away.
	let answered = recent.iter().any(|sample| !sample.held && sample.answered);
	Some(match constraint {
		_ if !answered => RevocationReason::Unavailable,
		Constraint::Latency(_) => RevocationReason::TooLate,
		Constraint::Download(_) | Constraint::Upload(_) => RevocationReason::TooSlow,
		Constraint::Destination(_) => RevocationReason::Unreachable,
		Constraint::Availability(_) => RevocationReason::Unavailable,
	})
}

fn unavailable(share: u32, samples: &[Sample], rules: &Rules, interval: u64, now: u64) -> bool {
	let begun = now.saturating_sub(rules.period);
	let failed = samples.iter().filter(|sample| sample.at >= begun && !sample.held).count();
	let probes = rules.period / interval.max(1);
	let room =
		u128::from(probes).saturating_mul(u128::from(WHOLE.saturating_sub(share.into()))) / u128::from(WHOLE);
	let room = usize::try_from(room).unwrap_or(usize::MAX);
	failed > room && failed >= rules.samples
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const RULES: Rules = Rules { grace: 300, tolerance_percent: 10, samples: 5, period: 86_400, slack: 0 };
	const EVERY: u64 = 30;

	/// Probes one interval apart, the last one at `now`.
	fn samples(now: u64, held: &[bool]) -> Vec<Sample> {
		let count = held.len() as u64;
		let at = |place: usize| now - (count - 1 - place as u64) * EVERY;
		held.iter()
			.enumerate()
			.map(|(place, held)| Sample { at: at(place), held: *held, answered: true })
			.collect()
	}

	fn latency(held: &[bool]) -> Option<RevocationReason> {
		verdict(&Constraint::Latency(50), &samples(10_000, held), &RULES, EVERY, 10_000)
	}

	#[test]
	fn what_fails_should_be_taken_back_after_the_time_of_grace_and_not_before() {
		assert_eq!(latency(&[]), None);
		assert_eq!(latency(&[false; 10]), None, "270 s");
		assert_eq!(latency(&[false; 11]), Some(RevocationReason::TooLate), "300 s");
		assert_eq!(latency(&[true; 11]), None);
	}

	#[test]
	fn one_lucky_probe_should_not_save_and_one_unlucky_not_cost() {
		let mut probes = [false; 11];
		probes[5] = true;
		assert_eq!(latency(&probes), Some(RevocationReason::TooLate));
		probes[6] = true;
		assert_eq!(latency(&probes), None, "two of eleven are more than 10%");
		let mut probes = [true; 11];
		probes[10] = false;
		assert_eq!(latency(&probes), None);
	}

	#[test]
	fn what_has_recovered_should_be_left_alone() {
		let mut probes = [false; 21];
		probes[20] = true;
		assert_eq!(latency(&probes), None);
	}

	#[test]
	fn what_nobody_has_seen_should_not_be_held_against_anybody() {
		// An hour without probes, then a few that fail: not long enough yet.
		let mut probes = samples(5_000, &[false; 11]);
		probes.extend(samples(10_000, &[false; 6]));
		assert_eq!(verdict(&Constraint::Latency(50), &probes, &RULES, EVERY, 10_000), None);
		// And what was measured long ago alone says nothing of now.
		let old = samples(10_000, &[false; 11]);
		assert_eq!(verdict(&Constraint::Latency(50), &old, &RULES, EVERY, 20_000), None);
	}

	#[test]
	fn probes_that_take_long_should_make_no_gap_and_count_all_the_same() {
		// One every ten seconds, where one every second was wanted.
		let probes: Vec<Sample> =
			(0..5).map(|place| Sample { at: 1_000 + place * 10, held: false, answered: true }).collect();
		let rules = Rules { grace: 5, samples: 3, slack: 40, ..RULES };
		let judged = |count: usize| {
			let now = probes[count - 1].at;
			verdict(&Constraint::Latency(50), &probes[..count], &rules, 1, now)
		};
		assert_eq!(judged(2), None);
		assert_eq!(judged(3), Some(RevocationReason::TooLate));
		let strict = Rules { slack: 0, ..rules };
		assert_eq!(verdict(&Constraint::Latency(50), &probes, &strict, 1, 1_040), None);
	}

	#[test]
	fn the_reason_should_be_what_failed_or_that_nothing_answers() {
		let slow = samples(10_000, &[false; 11]);
		let away: Vec<Sample> = slow.iter().map(|one| Sample { answered: false, ..*one }).collect();
		for (constraint, reason) in [
			(Constraint::Latency(1), RevocationReason::TooLate),
			(Constraint::Download(1), RevocationReason::TooSlow),
			(Constraint::Upload(1), RevocationReason::TooSlow),
			(Constraint::Destination("a".into()), RevocationReason::Unreachable),
		] {
			assert_eq!(verdict(&constraint, &slow, &RULES, EVERY, 10_000), Some(reason));
			let silent = verdict(&constraint, &away, &RULES, EVERY, 10_000);
			assert_eq!(silent, Some(RevocationReason::Unavailable));
		}
	}

	#[test]
	fn what_is_probed_seldom_should_be_given_the_probes_it_takes() {
		let every = 600;
		let at = |place: u64| Sample { at: 10_000 - place * every, held: false, answered: true };
		let probes = |count: u64| (0..count).rev().map(at).collect::<Vec<_>>();
		let throughput = Constraint::Download(1_000);
		assert_eq!(verdict(&throughput, &probes(4), &RULES, every, 10_000), None);
		assert_eq!(verdict(&throughput, &probes(5), &RULES, every, 10_000), Some(RevocationReason::TooSlow));
	}

	#[test]
	fn availability_should_be_a_budget_of_a_whole_period() {
		let judged = |share: u32, failed: usize, of: usize| {
			let mut probes = vec![true; of];
			probes[..failed].fill(false);
			let constraint = Constraint::Availability(share);
			verdict(&constraint, &samples(1_000_000, &probes), &RULES, EVERY, 1_000_000).is_some()
		};
		// 2,880 probes a day: 0.5% of them are 14.4.
		assert!(!judged(995_000_000, 14, 2_000));
		assert!(judged(995_000_000, 15, 2_000));
		assert!(judged(995_000_000, 15, 20), "the budget of the day is spent, whatever is left of the day");
		assert!(!judged(900_000_000, 20, 20));
		assert!(!judged(1_000_000_000, 4, 100), "a few probes are no proof");
		assert!(judged(1_000_000_000, 5, 100));
	}

	#[test]
	fn what_failed_before_the_period_should_not_count() {
		let mut probes = samples(1_000_000 - 86_401, &[false; 100]);
		probes.extend(samples(1_000_000, &[true; 10]));
		let constraint = Constraint::Availability(999_000_000);
		assert_eq!(verdict(&constraint, &probes, &RULES, EVERY, 1_000_000), None);
	}

	proptest! {
		/// Whatever happened, nothing is taken back where the certified constraint held in the last probe, nor where it
		/// held in more than a tenth of them.
		#[test]
		fn nobody_should_lose_an_attestation_that_mostly_holds(held in prop::collection::vec(any::<bool>(), 0..60)) {
			let recent = held.iter().rev().take(11);
			let good = recent.clone().filter(|held| **held).count();
			let judged = latency(&held);
			if held.last() == Some(&true) || good * 10 > recent.len() || held.len() < 11 {
				prop_assert_eq!(judged, None);
			} else {
				prop_assert_eq!(judged, Some(RevocationReason::TooLate));
			}
		}
	}
}
