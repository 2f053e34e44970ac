//! Histories: generated or replayed, judged at every step.

use crate::{
	chain::Chain,
	generate::{self, Desk, World},
	oracle::{Broken, Oracle, Phase, Verdict},
	random::Random,
	step::{Origin, Step},
	tally::Tally,
};
use frame_support::traits::GetCallMetadata;
use sp_runtime::DispatchError;
use std::{
	cell::RefCell,
	panic::{catch_unwind, AssertUnwindSafe},
	sync::Once,
};

/// A history that breaks a rule.
#[derive(Clone, Debug)]
pub struct Failure {
	/// What is broken.
	pub broken: Broken,
	/// The steps up to there.
	pub steps: Vec<Step>,
}

/// A history as it goes.
#[derive(Debug)]
pub(crate) struct History<'a> {
	pub(crate) chain: Chain,
	pub(crate) oracle: Oracle,
	tally: &'a mut Tally,
	steps: Vec<Step>,
}

impl<'a> History<'a> {
	pub(crate) fn new(tally: &'a mut Tally, paranoid: bool) -> Self {
		let oracle = Oracle::new(paranoid);
		Self { chain: Chain::default(), oracle, tally, steps: Vec::new() }
	}

	/// Opens a block.
	fn begin(&mut self) -> Verdict {
		let oracle = &mut self.oracle;
		let before = self.chain.with(|| oracle.before(Phase::Begin));
		self.chain.open_block();
		self.chain.with(|| oracle.after(Phase::Begin, before, &Chain::take_events(), None))
	}

	/// Ends a block; looks at the whole state if told to.
	fn finish(&mut self, thoroughly: bool) -> Verdict {
		let oracle = &mut self.oracle;
		let before = self.chain.with(|| oracle.before(Phase::Finish));
		self.chain.finish_block();
		self.chain.with(|| {
			oracle.after(Phase::Finish, before, &Chain::take_events(), None)?;
			if thoroughly {
				oracle.check_all()?;
			}
			Ok(())
		})?;
		self.chain.commit();
		self.tally.blocks = self.tally.blocks.saturating_add(1);
		Ok(())
	}

	/// Does a step.
	fn step(&mut self, step: &Step) -> Verdict {
		let (origin, call) = match step {
			Step::Call { origin, call } => (origin, call),
			Step::Blocks(count) => {
				for nth in 0..*count {
					// Blocks without calls are looked at closely when they are many at once, at the last.
					self.finish(nth == 0 || nth.saturating_add(1) == *count)?;
					self.begin()?;
				}
				return Ok(());
			}
		};
		let (oracle, tally) = (&mut self.oracle, &mut *self.tally);
		self.chain.with(|| {
			if !Chain::fits(call) {
				return Ok(());
			}
			let phase = Phase::Call(origin, call);
			let before = oracle.before(phase);
			let dispatched = match origin {
				Origin::Authorized => Chain::dispatch_authorized((**call).clone()),
				_ => Some(Chain::dispatch(origin.clone().into(), (**call).clone())),
			};
			let result = match &dispatched {
				Some(dispatched) => dispatched.result.as_ref().map(drop).map_err(|error| error.error),
				None => Err(DispatchError::Other("not let in")),
			};
			tally.count(call, result);
			let verdict = oracle.after(phase, before, &Chain::take_events(), dispatched.as_ref());
			dispatched.iter().for_each(Chain::weigh);
			verdict
		})
	}

	/// Does a step, and catches what panics.
	pub(crate) fn watch(&mut self, step: Step) -> Result<(), Failure> {
		self.steps.push(step.clone());
		let verdict = caught(|| self.step(&step));
		verdict.map_err(|broken| Failure { broken, steps: std::mem::take(&mut self.steps) })
	}

	pub(crate) fn open(&mut self) -> Result<(), Failure> {
		let verdict = caught(|| self.begin());
		verdict.map_err(|broken| Failure { broken, steps: Vec::new() })
	}

	/// The last block ends, too.
	fn close(&mut self) -> Result<(), Failure> {
		self.watch(Step::Blocks(1))?;
		self.tally.add_seen(self.oracle.seen());
		Ok(())
	}
}

thread_local! {
	static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
	static WATCHED: RefCell<bool> = const { RefCell::new(false) };
}

/// Turns a panic into a broken rule, and keeps it off the terminal.
fn caught(act: impl FnOnce() -> Verdict) -> Verdict {
	static HOOK: Once = Once::new();
	HOOK.call_once(|| {
		let usual = std::panic::take_hook();
		std::panic::set_hook(Box::new(move |info| {
			if WATCHED.with(|watched| *watched.borrow()) {
				PANIC.with(|panic| *panic.borrow_mut() = Some(info.to_string()));
			} else {
				usual(info);
			}
		}));
	});
	WATCHED.with(|watched| *watched.borrow_mut() = true);
	let outcome = catch_unwind(AssertUnwindSafe(act));
	WATCHED.with(|watched| *watched.borrow_mut() = false);
	outcome.unwrap_or_else(|_| {
		let what = PANIC.with(|panic| panic.borrow_mut().take()).unwrap_or_default();
		let place = what.lines().next().unwrap_or_default().to_owned();
		Err(Broken::new(format!("nothing panics: {place}"), what))
	})
}

/// How histories are generated.
#[derive(Clone, Copy, Debug)]
pub struct Options {
	/// Blocks in a case, about.
	pub blocks: u32,
	/// Whether the whole state is looked at after each call.
	pub paranoid: bool,
}

/// Generates a case and judges it.
pub fn generate(seed: u64, case: u64, options: Options, tally: &mut Tally) -> Result<(), Failure> {
	let mut random = Random::new(seed, case);
	let mut history = History::new(tally, options.paranoid);
	history.open()?;
	if random.chance(85) {
		for block in generate::opening(&mut random) {
			for step in block {
				history.watch(step)?;
			}
			history.watch(Step::Blocks(6))?;
		}
	}
	let mut desk = Desk::default();
	let until = history.tally.blocks.saturating_add(options.blocks.into());
	while history.tally.blocks < until {
		let mut world = history.chain.with(World::look);
		for nth in 0..random.below(40) {
			if nth > 0 && random.chance(25) {
				world = history.chain.with(World::look);
			}
			let step = history.chain.with(|| generate::step(&mut random, &world, &mut desk));
			history.watch(step)?;
		}
		let blocks = generate::blocks(&mut random, &world);
		history.watch(blocks)?;
	}
	history.close()
}

/// Does the steps of a history again, and judges it.
pub fn replay(steps: &[Step], paranoid: bool, tally: &mut Tally) -> Result<(), Failure> {
	let mut history = History::new(tally, paranoid);
	history.open()?;
	for step in steps {
		history.watch(step.clone())?;
	}
	history.close()
}

/// The last call of a history, for people.
pub fn last_call(steps: &[Step]) -> String {
	let last = steps.iter().rev().find_map(|step| match step {
		Step::Call { origin, call } => Some((origin, call)),
		Step::Blocks(_) => None,
	});
	last.map_or_else(String::new, |(origin, call)| {
		let name = call.get_call_metadata();
		format!("{}.{} by {origin:?}: {call:?}", name.pallet_name, name.function_name)
	})
}
