//! Random histories: the state holds after every step, nobody gains by staking, what is slashed is where it should
//! be, and in the end everything that was not slashed is with its owner.

use crate::{mock::*, Ledgers, Positions, Rates};
use frame_support::traits::fungibles::Inspect;
use proptest::prelude::*;
use sp_runtime::Perbill;
use surety_primitives::{
	traits::{Escrow, Slashable},
	AccountId, AssetKind, Balance, Era,
};

const HOLDERS: [AccountId; 4] = [OPERATOR, RIVAL, ALICE, BOB];
const OPERATORS: [AccountId; 2] = [OPERATOR, RIVAL];
const ASSETS: [AssetKind; 2] = [NATIVE, GOLD];
const SERVICES: [u32; 2] = [SERVICE, OTHER];

#[derive(Clone, Debug)]
enum Step {
	Stake { holder: usize, operator: usize, asset: usize, amount: Balance },
	Unbond { holder: usize, operator: usize, asset: usize, percent: u32 },
	Withdraw { holder: usize, operator: usize, asset: usize },
	Sync { holder: usize, operator: usize, asset: usize },
	Allocate { operator: usize, asset: usize, service: usize, parts: u32 },
	Deallocate { operator: usize, asset: usize, service: usize, parts: u32 },
	Reward { operator: usize, asset: usize, amount: Balance },
	Collect { holder: usize, operator: usize, asset: usize },
	Report { operator: usize, service: usize, ago: Era, percent: u32 },
	Veto { which: usize },
	Apply { which: usize },
	Blocks { count: u32 },
}

fn step() -> impl Strategy<Value = Step> {
	let who = (0..HOLDERS.len(), 0..OPERATORS.len(), 0..ASSETS.len());
	let lot = (0..OPERATORS.len(), 0..ASSETS.len(), 0..SERVICES.len(), 1..=ALL / 2);
	prop_oneof![
		4 => (who.clone(), 50..20_000u128).prop_map(|((holder, operator, asset), amount)| Step::Stake { holder, operator, asset, amount }),
		3 => (who.clone(), 1..=100u32).prop_map(|((holder, operator, asset), percent)| Step::Unbond { holder, operator, asset, percent }),
		2 => who.clone().prop_map(|(holder, operator, asset)| Step::Withdraw { holder, operator, asset }),
		2 => (0..OPERATORS.len(), 0..ASSETS.len(), 1..5_000u128).prop_map(|(operator, asset, amount)| Step::Reward { operator, asset, amount }),
		2 => who.clone().prop_map(|(holder, operator, asset)| Step::Collect { holder, operator, asset }),
		1 => who.prop_map(|(holder, operator, asset)| Step::Sync { holder, operator, asset }),
		2 => lot.clone().prop_map(|(operator, asset, service, parts)| Step::Allocate { operator, asset, service, parts }),
		1 => lot.prop_map(|(operator, asset, service, parts)| Step::Deallocate { operator, asset, service, parts }),
		2 => (0..2usize, 0..2usize, 0..5u32, 1..=100u32).prop_map(|(operator, service, ago, percent)| Step::Report { operator, service, ago, percent }),
		1 => (0..4usize).prop_map(|which| Step::Veto { which }),
		2 => (0..4usize).prop_map(|which| Step::Apply { which }),
		5 => (1..2 * ERA).prop_map(|count| Step::Blocks { count }),
	]
}

#[derive(Default)]
struct World {
	pending: Vec<(AccountId, u32, Era, u32)>,
	slashed: [Balance; 2],
	/// Given by somebody who has no stake.
	given: [Balance; 2],
}

impl World {
	fn run(&mut self, step: Step) {
		match step {
			Step::Stake { holder, operator, asset, amount } => {
				let _ = Restaking::stake(
					signed(&HOLDERS[holder]),
					OPERATORS[operator].clone(),
					ASSETS[asset].clone(),
					amount,
				);
			}
			Step::Unbond { holder, operator, asset, percent } => {
				let (holder, operator, asset) = (&HOLDERS[holder], &OPERATORS[operator], &ASSETS[asset]);
				let amount = Perbill::from_percent(percent) * Restaking::bonded(holder, operator, asset);
				let _ = Restaking::unbond(signed(holder), operator.clone(), asset.clone(), amount);
			}
			Step::Withdraw { holder, operator, asset } => {
				let (holder, operator) = (HOLDERS[holder].clone(), OPERATORS[operator].clone());
				let _ = Restaking::withdraw(signed(&BOB), holder, operator, ASSETS[asset].clone());
			}
			Step::Sync { holder, operator, asset } => {
				let (holder, operator, asset) = (&HOLDERS[holder], &OPERATORS[operator], &ASSETS[asset]);
				let before = Restaking::position(holder.clone(), operator.clone(), asset.clone());
				if Restaking::sync(signed(&BOB), holder.clone(), operator.clone(), asset.clone()).is_ok() {
					let after = Restaking::position(holder.clone(), operator.clone(), asset.clone());
					let empty = before
						.as_ref()
						.is_some_and(|p| p.bonded == 0 && p.unbonding.is_empty() && p.earned == 0);
					assert!(before == after || (empty && after.is_none()), "{before:?} became {after:?}");
				}
			}
			Step::Allocate { operator, asset, service, parts } => {
				let _ = Restaking::allocate(
					signed(&OPERATORS[operator]),
					ASSETS[asset].clone(),
					SERVICES[service],
					parts,
				);
			}
			Step::Deallocate { operator, asset, service, parts } => {
				let _ = Restaking::deallocate(
					signed(&OPERATORS[operator]),
					ASSETS[asset].clone(),
					SERVICES[service],
					parts,
				);
			}
			Step::Reward { operator, asset, amount } => {
				let (kind, before) = (ASSETS[asset].clone(), free(ASSETS[asset].clone(), &PATRON));
				let _ = Restaking::reward(signed(&PATRON), OPERATORS[operator].clone(), kind.clone(), amount);
				let paid = before - free(kind, &PATRON);
				assert!(paid <= amount);
				self.given[asset] += paid;
			}
			Step::Collect { holder, operator, asset } => {
				let (holder, operator, asset) = (&HOLDERS[holder], &OPERATORS[operator], &ASSETS[asset]);
				let before = free(asset.clone(), holder);
				let earned = Restaking::position(holder.clone(), operator.clone(), asset.clone());
				let earned = earned.map_or(0, |position| position.earned);
				let _ = Restaking::collect(signed(&BOB), holder.clone(), operator.clone(), asset.clone());
				let deposit = if *asset == NATIVE { POSITION_DEPOSIT + LEDGER_DEPOSIT } else { 0 };
				let paid = free(asset.clone(), holder) - before;
				assert!((earned..=earned + deposit).contains(&paid), "{paid} of {earned}");
			}
			Step::Report { operator, service, ago, percent } => {
				let era = Restaking::era().saturating_sub(ago).max(1);
				let operator = &OPERATORS[operator];
				if self.pending.len() < 4 && <Restaking as Slashable<_>>::pin(operator, era).is_ok() {
					self.pending.push((operator.clone(), SERVICES[service], era, percent));
				}
			}
			Step::Veto { which } if which < self.pending.len() => {
				let (operator, _, era, _) = self.pending.remove(which);
				<Restaking as Slashable<_>>::unpin(&operator, era);
			}
			Step::Apply { which } if which < self.pending.len() => {
				let (operator, service, era, percent) = self.pending.remove(which);
				let cuts = slash_of(&operator, service, era, percent).expect("what is pinned can be slashed");
				<Restaking as Slashable<_>>::unpin(&operator, era);
				for cut in cuts {
					assert!(cut.own <= cut.amount);
					Restaking::pay(&cut.asset, &ESCROW, cut.amount).expect("it is in escrow");
					self.slashed[ASSETS.iter().position(|asset| *asset == cut.asset).unwrap()] += cut.amount;
				}
			}
			Step::Veto { .. } | Step::Apply { .. } => {}
			Step::Blocks { count } => advance_to(System::block_number() + count),
		}
	}

	/// Everybody leaves, and nothing is left behind but what rounding took.
	fn end(&mut self) {
		for (operator, _, era, _) in self.pending.drain(..) {
			<Restaking as Slashable<_>>::unpin(&operator, era);
		}
		let each = |call: &dyn Fn(&AccountId, &AccountId, &AssetKind)| {
			for (holder, operator, asset) in Positions::<Test>::iter_keys().collect::<Vec<_>>() {
				call(&holder, &operator, &asset);
			}
		};
		each(&|holder, operator, asset| {
			// What has too many chunks can withdraw some first.
			advance_to(System::block_number() + 3 * UNBONDING / 2);
			let _ = Restaking::withdraw(signed(&BOB), holder.clone(), operator.clone(), asset.clone());
			let _ = Restaking::unbond_all(signed(holder), operator.clone(), asset.clone());
		});
		advance_to(System::block_number() + 2 * UNBONDING);
		each(&|holder, operator, asset| {
			let _ = Restaking::withdraw(signed(&BOB), holder.clone(), operator.clone(), asset.clone());
		});
		advance_to_era(Restaking::era() + 10);
		// What slashes have emptied is cleared away.
		each(&|holder, operator, asset| {
			let _ = Restaking::collect(signed(&BOB), holder.clone(), operator.clone(), asset.clone());
			let _ = Restaking::sync(signed(&BOB), holder.clone(), operator.clone(), asset.clone());
		});
		let left = (
			Positions::<Test>::iter().count(),
			Ledgers::<Test>::iter().count(),
			Rates::<Test>::iter().count(),
		);
		assert_eq!(left, (0, 0, 0), "{:?}", Positions::<Test>::iter().collect::<Vec<_>>());
		for ((asset, slashed), given) in ASSETS.into_iter().zip(self.slashed).zip(self.given) {
			assert_eq!((in_pot(asset.clone()), free(asset.clone(), &ESCROW)), (0, ENDOWMENT + slashed));
			let kept: Balance = HOLDERS.iter().map(|who| free(asset.clone(), who)).sum();
			let rounding = free(asset.clone(), &TREASURY) - ENDOWMENT;
			assert_eq!(kept + slashed + rounding, ENDOWMENT * HOLDERS.len() as Balance + given);
			assert_eq!(free(asset, &PATRON), ENDOWMENT - given);
			assert!(rounding < 400, "{rounding}");
		}
	}
}

proptest! {
	#[test]
	fn every_history_should_keep_the_state_sound_and_give_back_what_was_not_slashed(
		steps in prop::collection::vec(step(), 80)
	) {
		execute(|| {
			let mut world = World::default();
			for step in steps {
				world.run(step);
				check();
				for who in &HOLDERS {
					for asset in ASSETS {
						let most =
							ENDOWMENT + world.given[ASSETS.iter().position(|a| *a == asset).unwrap()];
						assert!(Tokens::total_balance(asset, who) <= most, "somebody gained");
					}
				}
			}
			world.end();
			check();
		});
	}
}
