//! Long random histories, compared with the model at each step.

use super::Rates;
use crate::{Era, Ledger, Position, Refusal, PARTS};
use proptest::prelude::*;
use sp_arithmetic::Perbill;
use surety_stake_model::{Model, SLOTS};

const OWNERS: usize = 5;
const SERVICES: u32 = 3;
const REPORT: Era = 4;
const REVIEW: Era = 3;
const UNBONDING: Era = 8;
const SLOT: u32 = PARTS / SLOTS;

#[derive(Clone, Debug)]
enum Step {
	Deposit { owner: usize, amount: u128 },
	Unbond { owner: usize, percent: u32 },
	Withdraw { owner: usize },
	Sync { owner: usize },
	Allocate { service: u32, slots: u32 },
	Deallocate { service: u32, slots: u32 },
	Report { service: u32, ago: Era, percent: u32 },
	Veto { which: usize },
	Apply { which: usize },
	Reward { permille: u128 },
	Collect { owner: usize },
	Era,
}

fn step() -> impl Strategy<Value = Step> {
	let owner = 0..OWNERS;
	let service = 0..SERVICES;
	let amount = prop_oneof![1u128..1_000, 1u128..1 << 40, 1u128 << 60..1 << 70];
	let percent = prop_oneof![4 => 1u32..=99, 1 => Just(100u32)];
	prop_oneof![
		5 => (owner.clone(), amount).prop_map(|(owner, amount)| Step::Deposit { owner, amount }),
		4 => (owner.clone(), percent.clone()).prop_map(|(owner, percent)| Step::Unbond { owner, percent }),
		2 => owner.clone().prop_map(|owner| Step::Withdraw { owner }),
		2 => owner.prop_map(|owner| Step::Sync { owner }),
		2 => (service.clone(), 1..=6u32).prop_map(|(service, slots)| Step::Allocate { service, slots }),
		2 => (service.clone(), 1..=6u32).prop_map(|(service, slots)| Step::Deallocate { service, slots }),
		4 => (service, 0..=REPORT, percent).prop_map(|(service, ago, percent)| Step::Report { service, ago, percent }),
		1 => (0..8usize).prop_map(|which| Step::Veto { which }),
		4 => (0..8usize).prop_map(|which| Step::Apply { which }),
		3 => (1..=50u128).prop_map(|permille| Step::Reward { permille }),
		2 => (0..OWNERS).prop_map(|owner| Step::Collect { owner }),
		6 => Just(Step::Era),
	]
}

struct Pending {
	service: u32,
	era: Era,
	percent: u32,
	applicable: Era,
}

struct World {
	now: Era,
	ledger: Ledger,
	rates: Rates,
	positions: Vec<Position>,
	model: Model,
	pending: Vec<Pending>,
	/// Times a chunk of the owner was made or converted: each may cost a unit.
	chunks: Vec<u128>,
	/// Rewards given: each may cost a unit a chunk.
	rewards: u128,
}

impl World {
	fn new() -> Self {
		Self {
			now: 1,
			ledger: Ledger::new(1),
			rates: Rates::default(),
			positions: vec![Position::default(); OWNERS],
			model: Model::new(1),
			pending: Vec::new(),
			chunks: vec![1; OWNERS],
			rewards: 0,
		}
	}

	fn horizon(&self) -> Era {
		let report = self.now.saturating_sub(REPORT);
		self.pending.iter().map(|pending| pending.era).min().map_or(report, |oldest| oldest.min(report))
	}

	/// As a pallet does before it touches a record. The model is told of each era.
	fn touch(&mut self, owner: Option<usize>) {
		let (now, horizon) = (self.now, self.horizon());
		self.model.maintain(now, horizon);
		let rates = &mut self.rates;
		self.ledger.maintain(now, horizon, |key, conversion| rates.insert(key, conversion));
		if let Some(owner) = owner {
			let before = rates.used;
			self.positions[owner].sync(&mut self.ledger, rates);
			self.chunks[owner] += u128::from(rates.used - before);
		}
	}

	fn run(&mut self, step: Step) {
		match step {
			Step::Deposit { owner, amount } => {
				self.touch(Some(owner));
				if self.positions[owner].deposit(&mut self.ledger, amount).is_ok() {
					self.model.deposit(owner, amount);
					self.chunks[owner] += 1;
				}
			}
			Step::Unbond { owner, percent } => {
				self.touch(Some(owner));
				let bonded = self.positions[owner].value(&self.ledger).0;
				let amount = Perbill::from_percent(percent) * bonded;
				let at = self.now + UNBONDING;
				let held = self.ledger.held();
				match self.positions[owner].unbond(&mut self.ledger, amount, at) {
					Ok(done) => {
						assert_eq!(done.returned + done.unbonding, amount);
						assert_eq!(self.ledger.held(), held - done.returned);
						self.chunks[owner] += 1 + self.positions[owner].unbonding.len() as u128;
						let returned = self.model.unbond(owner, amount, at);
						assert_near(done.returned, returned, self.chunks[owner], "returned");
					}
					Err(refusal) => assert!(
						matches!(refusal, Refusal::ZeroAmount | Refusal::TooManyChunks),
						"{refusal:?} with {} classes",
						self.ledger.classes().len()
					),
				}
			}
			Step::Withdraw { owner } => {
				self.touch(Some(owner));
				let paid = self.positions[owner].withdraw(&mut self.ledger, self.now).unwrap_or(0);
				let expected = self.model.withdraw(owner, self.now);
				assert_near(paid, expected, self.chunks[owner], "paid");
			}
			Step::Sync { owner } => {
				self.touch(Some(owner));
				let value = self.positions[owner].value(&self.ledger);
				let (mut again, mut ledger) = (self.positions[owner].clone(), self.ledger.clone());
				again.sync(&mut ledger, &mut self.rates);
				assert_eq!(
					(again.value(&ledger), &again, &ledger),
					(value, &self.positions[owner], &self.ledger)
				);
			}
			Step::Allocate { service, slots } => {
				self.touch(None);
				let worth = self.ledger.bonded();
				let done = self.ledger.allocate(service, slots * SLOT);
				assert_eq!(done.is_ok(), self.model.allocate(service, slots), "{done:?}");
				assert!(worth.abs_diff(self.ledger.bonded()) <= self.ledger.classes().len() as u128);
			}
			Step::Deallocate { service, slots } => {
				self.touch(None);
				let done = self.ledger.deallocate(service, slots * SLOT);
				assert_eq!(done.is_ok(), self.model.deallocate(service, slots), "{done:?}");
			}
			Step::Report { service, ago, percent } => {
				let era = self.now.saturating_sub(ago).max(1);
				if self.pending.len() < 8 {
					let applicable = self.now + REVIEW;
					self.pending.push(Pending { service, era, percent, applicable });
				}
			}
			Step::Veto { which } => {
				if which < self.pending.len() {
					self.touch(None);
					self.pending.remove(which);
				}
			}
			Step::Apply { which } => {
				if self.pending.get(which).is_some_and(|pending| pending.applicable <= self.now) {
					self.apply(which);
				}
			}
			Step::Reward { permille } => {
				self.touch(None);
				let amount = self.ledger.active() * permille / 1_000;
				let before = self.ledger.rewards();
				match self.ledger.reward(amount) {
					Ok(given) => {
						assert!(given <= amount && amount - given <= self.ledger.classes().len() as u128);
						assert_eq!(self.ledger.rewards(), before + given);
						self.model.reward(amount);
						self.rewards += 1;
					}
					Err(refusal) => assert!(
						(refusal == Refusal::ZeroAmount && amount == 0) || refusal == Refusal::TooMuchHeld,
						"{refusal:?}"
					),
				}
			}
			Step::Collect { owner } => {
				self.touch(Some(owner));
				let paid = self.positions[owner].collect(&mut self.ledger).unwrap_or(0);
				assert_near(paid, self.model.collect(owner), self.earning_slack(owner), "collected");
			}
			Step::Era => {
				self.now += 1;
				// The queue applies what is long due, so that the horizon cannot fall behind for ever.
				while let Some(due) = self.pending.iter().position(|p| p.applicable + 2 <= self.now) {
					self.apply(due);
				}
				let horizon = self.horizon();
				self.model.maintain(self.now, horizon);
			}
		}
	}

	fn apply(&mut self, which: usize) {
		self.touch(None);
		let Pending { service, era, percent, .. } = self.pending.remove(which);
		let slack = 2 * self.ledger.classes().len() as u128 + self.chunks.iter().sum::<u128>();
		let punishable = self.ledger.punishable(service, era);
		assert_near(punishable, self.model.punishable(service, era), slack, "punishable");
		// An offence before the record began hits nothing.
		let fraction = Perbill::from_percent(percent);
		let (held, worth) = (self.ledger.held(), self.worth());
		let taken = self.ledger.slash(service, era, fraction).expect("within the window");
		assert_eq!(self.ledger.held(), held - taken);
		assert_near(taken, self.model.slash(service, era, percent), slack, "taken");
		assert_near(worth - self.worth(), taken, slack, "lost by the classes");
	}

	/// A unit for each chunk that was made or converted, and for each reward in each chunk there can be.
	fn earning_slack(&self, owner: usize) -> u128 {
		self.chunks[owner] + (self.rewards + 1) * (REPORT + REVIEW + 4) as u128
	}

	fn worth(&self) -> u128 {
		self.ledger.settled()
			+ self.ledger.classes().iter().map(|class| class.value(self.ledger.lots())).sum::<u128>()
	}

	fn check(&self) {
		self.ledger.check().expect("the ledger holds");
		assert!(self.ledger.held() - self.worth() <= self.chunks.iter().sum::<u128>(), "dust");
		let (mut total, mut earned, mut chunks) = (0, 0, 0);
		// Nobody is looked at in the state itself: who stays away must find the same later.
		let (mut ledger, mut rates) = (self.ledger.clone(), self.rates.clone());
		ledger.maintain(self.now, self.horizon(), |key, conversion| rates.insert(key, conversion));
		for (owner, position) in self.positions.iter().enumerate() {
			let mut position = position.clone();
			position.sync(&mut ledger, &mut rates);
			let (bonded, unbonding) = position.value(&ledger);
			let (model_bonded, model_unbonding) = self.model.value(owner);
			assert_near(bonded, model_bonded, self.chunks[owner] + 1, "bonded");
			assert_near(unbonding, model_unbonding, self.chunks[owner] + 1, "unbonding");
			assert_near(position.earned, self.model.earned(owner), self.earning_slack(owner), "earned");
			total += bonded + unbonding;
			earned += position.earned;
			chunks += position.bonded.len() + position.unbonding.len() + usize::from(position.earned > 0);
		}
		assert!(total <= ledger.held(), "{total} claimed of {}", ledger.held());
		assert!(earned <= ledger.rewards(), "{earned} earned of {}", ledger.rewards());
		assert_eq!(chunks as u32, ledger.chunks(), "chunks");
		assert!(rates.records.is_empty(), "records without anybody to convert: {:?}", rates.records);
		ledger.check().expect("the synced ledger holds");
	}
}

fn assert_near(real: u128, model: u128, slack: u128, what: &str) {
	assert!(real.abs_diff(model) <= slack, "{what}: {real} instead of {model}, slack {slack}");
}

proptest! {
	#![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() })]

	#[test]
	fn ledger_should_agree_with_the_model_to_a_unit_a_chunk(steps in prop::collection::vec(step(), 200)) {
		let mut world = World::new();
		for step in steps {
			world.run(step);
			world.check();
		}
	}
}
