//! Long random histories of stake, through the calls of the runtime, compared with a slow model of everybody's stake
//! after each step: several assets, several holders, reports, vetoes, slashes of up to everything.

use super::*;
use crate::governance::Origin;
use pallet_restaking::Error as Refusal;
use pallet_slashing::Slashes;
use proptest::prelude::*;
use sp_core::H256;
use sp_runtime::DispatchError;
use std::collections::BTreeMap;
use surety_primitives::{
	traits::{CheckState, Slashable},
	AccountId, Era, SlashId,
};
use surety_stake::PARTS;
use surety_stake_model::{Model, SLOTS};

/// Histories in the ordinary tests, and at the most where more are asked for.
const FEW: u32 = 30;
const MANY: u32 = 1_000;
/// The operator comes first.
const HOLDERS: [Sr25519Keyring; 4] =
	[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie, Sr25519Keyring::Dave];
const ASSETS: [AssetKind; 2] = [AssetKind::Native, AssetKind::WithId(1)];
const SERVICES: u32 = 3;
/// Classes of bonded stake at the most that are told apart here.
const CLASSES: u128 = 18;
/// Slashes under review at a time.
const PENDING: usize = 6;

#[derive(Clone, Debug)]
enum Step {
	Deposit { holder: usize, asset: usize, amount: Balance },
	Unbond { holder: usize, asset: usize, percent: u32 },
	Withdraw { holder: usize, asset: usize },
	Sync { holder: usize, asset: usize },
	Reward { asset: usize, amount: Balance },
	Collect { holder: usize, asset: usize },
	Allocate { asset: usize, service: ServiceId, slots: u32 },
	Deallocate { asset: usize, service: ServiceId, slots: u32 },
	Report { service: ServiceId, ago: Era, percent: u32 },
	Veto { which: usize },
	Apply { which: usize },
	Era,
}

fn step() -> impl Strategy<Value = Step> {
	let (holder, asset, service) = (0..HOLDERS.len(), 0..ASSETS.len(), 0..SERVICES);
	let amount = prop_oneof![Just(UNIT), UNIT..1_000 * UNIT, 1u128..10_000_000];
	let percent = prop_oneof![4 => 1u32..=99, 1 => Just(100u32)];
	prop_oneof![
		2 => (asset.clone(), amount.clone()).prop_map(|(asset, amount)| Step::Reward { asset, amount }),
		2 => (holder.clone(), asset.clone()).prop_map(|(holder, asset)| Step::Collect { holder, asset }),
		6 => (holder.clone(), asset.clone(), amount)
			.prop_map(|(holder, asset, amount)| Step::Deposit { holder, asset, amount }),
		4 => (holder.clone(), asset.clone(), percent.clone())
			.prop_map(|(holder, asset, percent)| Step::Unbond { holder, asset, percent }),
		2 => (holder.clone(), asset.clone()).prop_map(|(holder, asset)| Step::Withdraw { holder, asset }),
		2 => (holder, asset.clone()).prop_map(|(holder, asset)| Step::Sync { holder, asset }),
		3 => (asset.clone(), service.clone(), 1..=6u32)
			.prop_map(|(asset, service, slots)| Step::Allocate { asset, service, slots }),
		2 => (asset, service.clone(), 1..=6u32)
			.prop_map(|(asset, service, slots)| Step::Deallocate { asset, service, slots }),
		4 => (service, 0..=4u32, percent)
			.prop_map(|(service, ago, percent)| Step::Report { service, ago, percent }),
		1 => (0..PENDING).prop_map(|which| Step::Veto { which }),
		4 => (0..PENDING).prop_map(|which| Step::Apply { which }),
		6 => Just(Step::Era),
	]
}

fn operator() -> AccountId {
	HOLDERS[0].to_account_id()
}

/// Whom services have named, and who is paid for its reports: nobody who has stake.
fn reporter() -> Sr25519Keyring {
	Sr25519Keyring::Eve
}

struct Pending {
	slash: SlashId,
	service: ServiceId,
	era: Era,
	percent: u32,
}

struct World {
	/// By asset.
	models: [Model; 2],
	pending: Vec<Pending>,
	evidence: u64,
	/// By holder and asset: how often a chunk was made or could have been converted. Each may cost a unit.
	chunks: BTreeMap<(usize, usize), u128>,
	/// By asset: what somebody may have earned more or less by what was given, for rounding.
	rewards: [u128; 2],
}

impl World {
	/// An operator that has staked nothing yet, and services that may slash it.
	fn new() -> Self {
		for _ in 0..SERVICES {
			let (name, flags) = (b"service".to_vec(), ServiceFlags::default());
			let id = pallet_registry::NextServiceId::<Runtime>::get();
			assert_ok!(Registry::create_service(
				signed(HOLDERS[0]),
				name,
				None,
				Verifier::None,
				0,
				vec![],
				flags
			));
			assert_ok!(Registry::set_reporter(signed(HOLDERS[0]), id, Some(reporter().to_account_id())));
		}
		assert_ok!(Registry::join(signed(HOLDERS[0]), vec![]));
		let era = Restaking::era();
		Self {
			models: [Model::new(era), Model::new(era)],
			pending: Vec::new(),
			evidence: 0,
			chunks: BTreeMap::new(),
			rewards: [0; 2],
		}
	}

	fn horizon(&self) -> Era {
		let reportable = Restaking::first_reportable();
		self.pending.iter().map(|pending| pending.era).min().map_or(reportable, |era| era.min(reportable))
	}

	/// The model is told of time when the chain's record is, which is when it is touched and not before: when stake is
	/// pooled decides what later slashes hit.
	fn touch(&mut self, asset: usize) {
		let (era, horizon) = (Restaking::era(), self.horizon());
		self.models[asset].maintain(era, horizon);
	}

	fn note_chunks(&mut self, holder: usize, asset: usize) {
		*self.chunks.entry((holder, asset)).or_default() += 1 + chunks(holder, asset);
	}

	fn slack(&self, holder: usize, asset: usize) -> u128 {
		self.chunks.get(&(holder, asset)).copied().unwrap_or_default() + chunks(holder, asset) + 2
	}

	fn slack_of_all(&self, asset: usize) -> u128 {
		(0..HOLDERS.len()).map(|holder| self.slack(holder, asset)).sum()
	}

	fn run(&mut self, step: Step) {
		// What the runtime refuses leaves its record as it was, not even brought up to date: so with the model.
		let before = self.models.clone();
		if !self.take(step) {
			self.models = before;
		}
		// With the last position an operator's record goes, and what was allocated.
		for asset in 0..ASSETS.len() {
			if !staked(asset) {
				self.models[asset] = Model::new(Restaking::era());
			}
		}
	}

	/// Takes a step, and returns whether the runtime did.
	fn take(&mut self, step: Step) -> bool {
		match step {
			Step::Deposit { holder, asset, amount } => {
				// The asset has six places less than the native token.
				let amount = if asset == 0 { amount } else { amount / 1_000_000 };
				self.touch(asset);
				self.note_chunks(holder, asset);
				let done =
					Restaking::stake(signed(HOLDERS[holder]), operator(), ASSETS[asset].clone(), amount);
				match done {
					Ok(()) => self.models[asset].deposit(holder, amount),
					Err(refusal) => assert_one_of(
						refusal,
						[
							Refusal::ZeroAmount,
							Refusal::LedgerNotFound,
							Refusal::BelowMinimum,
							Refusal::TooManyChunks,
						],
					),
				}
				done.is_ok()
			}
			Step::Unbond { holder, asset, percent } => self.unbond(holder, asset, percent),
			Step::Withdraw { holder, asset } => {
				self.touch(asset);
				self.note_chunks(holder, asset);
				let (who, kind) = (HOLDERS[holder].to_account_id(), ASSETS[asset].clone());
				System::reset_events();
				let done = Restaking::withdraw(signed(reporter()), who, operator(), kind);
				let paid = told(|event| match event {
					pallet_restaking::Event::Withdrawn { amount, .. } => Some(amount),
					_ => None,
				});
				let expected = self.models[asset].withdraw(holder, System::block_number());
				assert_near(paid.unwrap_or_default(), expected, self.slack(holder, asset), "paid");
				if done.is_ok() {
					self.collected(holder, asset);
				}
				done.is_ok()
			}
			Step::Sync { holder, asset } => {
				self.touch(asset);
				self.note_chunks(holder, asset);
				let (who, kind) = (HOLDERS[holder].to_account_id(), ASSETS[asset].clone());
				Restaking::sync(signed(reporter()), who, operator(), kind).is_ok()
			}
			Step::Reward { asset, amount } => {
				let amount = if asset == 0 { amount } else { amount / 1_000_000 };
				self.touch(asset);
				let kind = ASSETS[asset].clone();
				let ledgers = Restaking::stake_of(operator());
				let active =
					ledgers.iter().find(|ledger| ledger.asset == kind).map_or(0, |ledger| ledger.active);
				System::reset_events();
				let done = Restaking::reward(signed(reporter()), operator(), kind, amount);
				let given = told(|event| match event {
					pallet_restaking::Event::Rewarded { amount, .. } => Some(amount),
					_ => None,
				});
				match done {
					Ok(()) => {
						let given = given.expect("is told");
						assert!(given <= amount && amount - given <= CLASSES, "{given} of {amount}");
						self.models[asset].reward(given);
						// Each holder's part is as far off as what it has is: a unit a chunk.
						let off = given.saturating_mul(self.slack_of_all(asset)).div_ceil(active.max(1));
						self.rewards[asset] += CLASSES + off;
					}
					Err(refusal) => assert_one_of(
						refusal,
						[Refusal::ZeroAmount, Refusal::LedgerNotFound, Refusal::NotEnoughStake],
					),
				}
				done.is_ok()
			}
			Step::Collect { holder, asset } => {
				self.touch(asset);
				self.note_chunks(holder, asset);
				System::reset_events();
				let (who, kind) = (HOLDERS[holder].to_account_id(), ASSETS[asset].clone());
				let done = Restaking::collect(signed(reporter()), who, operator(), kind);
				self.collected(holder, asset);
				done.is_ok()
			}
			Step::Allocate { asset, service, slots } => {
				self.touch(asset);
				let parts = slots * (PARTS / SLOTS);
				let done = Restaking::allocate(signed(HOLDERS[0]), ASSETS[asset].clone(), service, parts);
				match staked(asset) {
					true => assert_eq!(done.is_ok(), self.models[asset].allocate(service, slots), "{done:?}"),
					false => assert!(done.is_err()),
				}
				done.is_ok()
			}
			Step::Deallocate { asset, service, slots } => {
				self.touch(asset);
				let parts = slots * (PARTS / SLOTS);
				let done = Restaking::deallocate(signed(HOLDERS[0]), ASSETS[asset].clone(), service, parts);
				match staked(asset) {
					true => {
						assert_eq!(done.is_ok(), self.models[asset].deallocate(service, slots), "{done:?}")
					}
					false => assert!(done.is_err()),
				}
				done.is_ok()
			}
			Step::Report { service, ago, percent } => {
				self.report(service, ago, percent);
				true
			}
			Step::Veto { which } => {
				self.veto(which);
				true
			}
			Step::Apply { which } => {
				let ready =
					self.pending.get(which).and_then(|pending| Slashes::<Runtime>::get(pending.slash));
				if ready.is_some_and(|slash| slash.review_ends <= System::block_number()) {
					self.apply(which);
				}
				true
			}
			Step::Era => {
				turn_stake_era();
				// What is long due, so that the chain need not tell the eras apart for ever.
				let long_due = |pending: &Pending| {
					let slash = Slashes::<Runtime>::get(pending.slash).expect("is pending");
					slash.review_ends + 2 * 5 <= System::block_number()
				};
				while let Some(which) = self.pending.iter().position(long_due) {
					self.apply(which);
				}
				true
			}
		}
	}

	/// What was just paid of what a holder had earned.
	fn collected(&mut self, holder: usize, asset: usize) {
		let paid = told(|event| match event {
			pallet_restaking::Event::Collected { amount, .. } => Some(amount),
			_ => None,
		});
		let expected = self.models[asset].collect(holder);
		assert_near(paid.unwrap_or_default(), expected, self.earning_slack(holder, asset), "collected");
	}

	fn earning_slack(&self, holder: usize, asset: usize) -> u128 {
		self.slack(holder, asset) + self.rewards[asset]
	}

	fn unbond(&mut self, holder: usize, asset: usize, percent: u32) -> bool {
		self.touch(asset);
		self.note_chunks(holder, asset);
		let (who, kind) = (HOLDERS[holder].to_account_id(), ASSETS[asset].clone());
		let bonded = Restaking::bonded(&who, &operator(), &kind);
		let amount = Perbill::from_percent(percent) * bonded;
		let at = System::block_number() + pallet_windows::Current::<Runtime>::get().stake.unbonding;
		System::reset_events();
		match Restaking::unbond(signed(HOLDERS[holder]), operator(), kind, amount) {
			Ok(()) => {
				let returned = told(|event| match event {
					pallet_restaking::Event::Unbonding { returned, .. } => Some(returned),
					_ => None,
				});
				let expected = self.models[asset].unbond(holder, amount, at);
				assert_near(returned.unwrap_or_default(), expected, self.slack(holder, asset), "returned");
				true
			}
			Err(refusal) => {
				assert_one_of(
					refusal,
					[
						Refusal::ZeroAmount,
						Refusal::NotEnoughStake,
						Refusal::PositionNotFound,
						Refusal::BelowMinimum,
						Refusal::TooManyChunks,
						Refusal::ZeroAmount,
					],
				);
				false
			}
		}
	}

	fn report(&mut self, service: ServiceId, ago: Era, percent: u32) {
		let era = Restaking::era().saturating_sub(ago).max(1);
		if self.pending.len() >= PENDING {
			return;
		}
		self.evidence += 1;
		let slash = pallet_slashing::NextSlashId::<Runtime>::get();
		let done = Slashing::report(
			signed(reporter()),
			operator(),
			service,
			era,
			Perbill::from_percent(percent),
			H256::from_low_u64_be(self.evidence),
			vec![],
		);
		match done {
			Ok(()) => self.pending.push(Pending { slash, service, era, percent }),
			// Nobody has staked on it.
			Err(refusal) => {
				assert_eq!(refusal, pallet_slashing::Error::<Runtime>::OperatorNotFound.into())
			}
		}
	}

	fn veto(&mut self, which: usize) {
		let Some(pending) = self.pending.get(which) else { return };
		let slash = Slashes::<Runtime>::get(pending.slash).expect("is pending");
		let done = Slashing::veto(Origin::SlashVeto.into(), pending.slash);
		if System::block_number() < slash.review_ends {
			assert_ok!(done);
			self.pending.remove(which);
		} else {
			assert_eq!(done, Err(pallet_slashing::Error::<Runtime>::ReviewOver.into()));
		}
	}

	/// Applies a slash, one asset after the other.
	fn apply(&mut self, which: usize) {
		let Pending { slash, service, era, percent } = self.pending.remove(which);
		let mut last = None;
		// It is still pinned while it is applied.
		self.pending.push(Pending { slash, service, era, percent });
		while let Some(kind) = Restaking::next_asset(&operator(), last.as_ref()) {
			let asset = ASSETS.iter().position(|known| *known == kind).expect("there are two");
			self.touch(asset);
			let slack = self.slack_of_all(asset);
			let punishable = Restaking::punishable(&operator(), service, era, &kind);
			assert_near(punishable, self.models[asset].punishable(service, era), slack, "punishable");
			System::reset_events();
			assert_ok!(Slashing::apply(signed(reporter()), slash, 1));
			let cut = System::events().into_iter().find_map(|record| match record.event {
				RuntimeEvent::Slashing(pallet_slashing::Event::Cut { asset, amount, own, .. }) => {
					assert_eq!(asset, kind);
					assert!(own <= amount);
					Some(amount)
				}
				_ => None,
			});
			let expected = self.models[asset].slash(service, era, percent);
			assert_near(cut.unwrap_or_default(), expected, slack, "cut");
			assert!(cut.unwrap_or_default() <= punishable + slack);
			self.note_chunks(0, asset);
			last = Some(kind);
		}
		if last.is_none() {
			assert_ok!(Slashing::apply(signed(reporter()), slash, 1));
		}
		self.pending.pop();
		assert_eq!(
			Slashing::apply(signed(reporter()), slash, 1).map_err(|refused| refused.error),
			Err(pallet_slashing::Error::<Runtime>::AlreadyDecided.into())
		);
	}

	fn check(&self) {
		assert_eq!(SuretyPallets::check_state(), Ok(()));
		for (holder, who) in HOLDERS.iter().enumerate() {
			for (asset, kind) in ASSETS.iter().enumerate() {
				let position = Restaking::position(who.to_account_id(), operator(), kind.clone());
				let (model_bonded, model_unbonding) = self.models[asset].value(holder);
				let earned = position.as_ref().map_or(0, |position| position.earned);
				let model_earned = self.models[asset].earned(holder);
				assert_near(earned, model_earned, self.earning_slack(holder, asset), "earned");
				let (bonded, unbonding) = position.map_or((0, 0), |position| {
					(position.bonded, position.unbonding.iter().map(|chunk| chunk.amount).sum())
				});
				let slack = self.slack(holder, asset);
				assert_near(bonded, model_bonded, slack, "bonded");
				assert_near(unbonding, model_unbonding, slack, "unbonding");
			}
		}
	}
}

fn chunks(holder: usize, asset: usize) -> u128 {
	let key = (HOLDERS[holder].to_account_id(), operator(), ASSETS[asset].clone());
	pallet_restaking::Positions::<Runtime>::get(key)
		.map_or(0, |holding| (holding.position.bonded.len() + holding.position.unbonding.len()) as u128)
}

fn staked(asset: usize) -> bool {
	pallet_restaking::Ledgers::<Runtime>::contains_key(operator(), &ASSETS[asset])
}

/// What an event of the stake tells, if there is one.
fn told<R>(read: impl Fn(pallet_restaking::Event<Runtime>) -> Option<R>) -> Option<R> {
	System::events().into_iter().find_map(|record| match record.event {
		RuntimeEvent::Restaking(event) => read(event),
		_ => None,
	})
}

fn assert_one_of<const N: usize>(refusal: DispatchError, allowed: [Refusal<Runtime>; N]) {
	assert!(allowed.map(DispatchError::from).contains(&refusal), "{refusal:?}");
}

fn assert_near(chain: u128, model: u128, slack: u128, what: &str) {
	assert!(chain.abs_diff(model) <= slack, "{what}: {chain} instead of {model}, slack {slack}");
}

fn cases() -> u32 {
	let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
	asked.map_or(FEW, |cases: u32| cases.min(MANY))
}

proptest! {
	#![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 500, ..ProptestConfig::default() })]

	#[test]
	fn chain_should_agree_with_the_model_to_a_unit_a_chunk(steps in prop::collection::vec(step(), 200)) {
		genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
			let mut world = World::new();
			for step in steps {
				world.run(step);
				world.check();
			}
		});
	}
}
