//! Makes a failing history as short as it can be while it still breaks the same rule.

use crate::{
	history::{replay, Failure},
	step::Step,
	tally::Tally,
};
use std::time::{Duration, Instant};

/// Leaves out steps, many at a time and then fewer, as long as the same rule is broken and there is time.
pub fn shrink(failure: Failure, time: Duration) -> Failure {
	let until = Instant::now().checked_add(time);
	let is_over = || until.is_some_and(|until| Instant::now() >= until);
	let mut best = failure;
	let mut size = best.steps.len() / 2;
	while size > 0 && !is_over() {
		let mut at = 0;
		let mut shorter = false;
		while at < best.steps.len() && !is_over() {
			let end = at.saturating_add(size).min(best.steps.len());
			let steps: Vec<Step> =
				best.steps.iter().take(at).chain(best.steps.iter().skip(end)).cloned().collect();
			match fails_alike(&best, &steps) {
				// A history that is replayed always ends with a block.
				Some(failure) if failure.steps.len() < best.steps.len() => {
					best = failure;
					shorter = true;
				}
				_ => at = end,
			}
		}
		if !shorter || size > 1 {
			size /= 2;
		}
	}
	// Fewer blocks.
	let mut at = 0;
	while at < best.steps.len() && !is_over() {
		if let Some(Step::Blocks(count @ 2..)) = best.steps.get(at).cloned() {
			let mut steps = best.steps.clone();
			if let Some(step) = steps.get_mut(at) {
				*step = Step::Blocks(count / 2);
			}
			if let Some(failure) = fails_alike(&best, &steps) {
				best = failure;
				continue;
			}
		}
		at = at.saturating_add(1);
	}
	best
}

fn fails_alike(failure: &Failure, steps: &[Step]) -> Option<Failure> {
	let again = replay(steps, false, &mut Tally::default()).err()?;
	(again.broken.rule == failure.broken.rule).then_some(again)
}
