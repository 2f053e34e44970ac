//! The rules, one by one.

use super::Rates;
use crate::{
	Era, Key, Ledger, Position, Refusal, Unbonded, MAX_CLASSES, MAX_HELD, MAX_SPAN, MAX_UNBONDING, PARTS,
};
use sp_arithmetic::Perbill;

const HALF: Perbill = Perbill::from_percent(50);
const ALL: Perbill = Perbill::from_percent(100);
const SERVICE: u32 = 7;
const OTHER: u32 = 8;

/// A ledger with `N` positions in it, and an era that passes.
struct World<const N: usize> {
	ledger: Ledger,
	rates: Rates,
	positions: [Position; N],
}

impl<const N: usize> World<N> {
	/// Each holder's deposit counts from era 2, which it is; so does the allocation of everything to `SERVICE`.
	fn new(deposits: [u128; N]) -> Self {
		let mut world = Self::empty();
		for (who, amount) in deposits.into_iter().enumerate() {
			world.positions[who].deposit(&mut world.ledger, amount).unwrap();
		}
		world.ledger.allocate(SERVICE, PARTS).unwrap();
		world.at(2)
	}

	fn empty() -> Self {
		let positions = core::array::from_fn(|_| Position::default());
		Self { ledger: Ledger::new(1), rates: Rates::default(), positions }
	}

	/// In era `now`, with a report window of four eras.
	fn at(mut self, now: Era) -> Self {
		self.maintain(now, now.saturating_sub(4));
		self
	}

	fn maintain(&mut self, now: Era, horizon: Era) {
		let rates = &mut self.rates;
		self.ledger.maintain(now, horizon, |key, conversion| rates.insert(key, conversion));
		for position in &mut self.positions {
			position.sync(&mut self.ledger, rates);
		}
		self.ledger.check().unwrap();
	}

	fn slash(&mut self, era: Era, fraction: Perbill) -> u128 {
		let taken = self.ledger.slash(SERVICE, era, fraction).unwrap();
		self.ledger.check().unwrap();
		taken
	}

	fn values(&self) -> [(u128, u128); N] {
		core::array::from_fn(|who| self.positions[who].value(&self.ledger))
	}

	fn unbond(&mut self, who: usize, amount: u128) -> Unbonded {
		self.positions[who].unbond(&mut self.ledger, amount, 1_000).unwrap()
	}
}

/// To a unit each.
fn assert_near<const N: usize>(real: [(u128, u128); N], expected: [(u128, u128); N]) {
	let near = |(a, b): (u128, u128), (c, d)| a.abs_diff(c) <= 1 && b.abs_diff(d) <= 1;
	assert!(real.into_iter().zip(expected).all(|(a, b)| near(a, b)), "{real:?} instead of {expected:?}");
}

#[test]
fn a_slash_should_cut_everybody_at_the_same_ratio() {
	let mut world = World::new([1_000, 10, 3]);
	assert_eq!(world.slash(2, HALF), 506);
	assert_eq!(world.values(), [(500, 0), (5, 0), (1, 0)]);
	assert_eq!(world.ledger.held(), 507);
}

#[test]
fn a_deposit_in_or_after_the_era_of_the_offence_should_be_untouched() {
	let mut world = World::new([1_000, 0x0dd]);
	world.positions[1].deposit(&mut world.ledger, 500).unwrap();
	let mut world = world.at(3);
	world.slash(2, ALL);
	assert_eq!(world.values(), [(0, 0), (500, 0)]);
}

#[test]
fn a_deposit_should_not_back_anything_in_its_own_era() {
	let mut world = World::<1>::empty();
	world.ledger.allocate(SERVICE, PARTS).unwrap();
	world.maintain(2, 0);
	world.positions[0].deposit(&mut world.ledger, 100).unwrap();
	assert_eq!((world.ledger.backing(SERVICE), world.ledger.bonded()), (0, 100));
	let world = world.at(3);
	assert_eq!((world.ledger.backing(SERVICE), world.ledger.active()), (100, 100));
}

#[test]
fn stake_that_began_to_unbond_in_the_era_of_the_offence_should_be_cut() {
	let mut world = World::new([1_000]);
	assert_eq!(world.unbond(0, 400), Unbonded { returned: 0, unbonding: 400 });
	assert_eq!(world.ledger.backing(SERVICE), 600);
	let mut world = world.at(3);
	assert_eq!(world.slash(2, HALF), 500);
	assert_eq!(world.values(), [(300, 200)]);
	// It no longer backed anything in the era after.
	assert_eq!(world.slash(3, HALF), 150);
	assert_eq!(world.values(), [(150, 200)]);
}

#[test]
fn unbonding_twice_in_an_era_should_add_up() {
	let mut world = World::new([1_000]);
	world.unbond(0, 100);
	world.unbond(0, 200);
	assert_eq!(world.values(), [(700, 300)]);
	assert_eq!(world.positions[0].unbonding.len(), 1);
}

#[test]
fn what_does_not_count_yet_should_be_paid_out_at_once() {
	let mut world = World::new([1_000]);
	world.positions[0].deposit(&mut world.ledger, 50).unwrap();
	assert_eq!(world.unbond(0, 60), Unbonded { returned: 50, unbonding: 10 });
	assert_eq!((world.ledger.held(), world.values()), (1_000, [(990, 10)]));
}

#[test]
fn stake_should_be_settled_only_once_no_offence_can_hit_it() {
	let mut world = World::new([1_000]);
	world.unbond(0, 1_000);
	let mut world = world.at(6);
	assert_eq!(world.positions[0].withdraw(&mut world.ledger, 5_000), Err(Refusal::NothingToWithdraw));
	let mut world = world.at(7);
	assert_eq!(world.ledger.settled(), 1_000);
	assert_eq!(world.positions[0].withdraw(&mut world.ledger, 999), Err(Refusal::NothingToWithdraw));
	assert_eq!(world.positions[0].withdraw(&mut world.ledger, 1_000), Ok(1_000));
	assert_eq!((world.ledger.held(), world.ledger.chunks(), world.ledger.classes().len()), (0, 0, 0));
	assert!(world.positions[0].is_empty() && world.rates.records.is_empty());
}

#[test]
fn a_pending_slash_should_keep_stake_from_settling_however_late_it_is_applied() {
	let mut world = World::new([1_000]);
	world.unbond(0, 1_000);
	for era in 3..40 {
		world.maintain(era, 2);
	}
	assert_eq!(world.ledger.settled(), 0);
	assert_eq!(world.slash(2, ALL), 1_000);
	world.maintain(40, 36);
	assert_eq!(world.values(), [(0, 0)]);
	assert!(world.positions[0].is_empty());
}

#[test]
fn slashes_of_one_service_should_multiply_and_those_of_two_should_add() {
	let halves = || {
		let mut world = World::<1>::empty();
		world.positions[0].deposit(&mut world.ledger, 1_000).unwrap();
		world.ledger.allocate(SERVICE, PARTS / 2).unwrap();
		world.ledger.allocate(OTHER, PARTS / 2).unwrap();
		world.at(2)
	};
	let mut world = halves();
	assert_eq!((world.slash(2, HALF), world.slash(2, HALF)), (250, 125));
	let mut world = halves();
	assert_eq!(world.slash(2, ALL), 500);
	assert_eq!(world.slash(2, ALL), 0, "a service takes no more than it was allocated");
	assert_eq!(world.ledger.slash(OTHER, 2, ALL), Ok(500));
	assert_eq!(world.values(), [(0, 0)]);
}

#[test]
fn slashes_of_different_eras_should_give_the_same_in_either_order() {
	let outcome = |order: [usize; 3]| {
		let mut world = World::new([1_000_000, 1_000]);
		world.ledger.deallocate(SERVICE, PARTS / 4).unwrap();
		let mut world = world.at(3);
		world.positions[1].deposit(&mut world.ledger, 70_000).unwrap();
		world.unbond(0, 250_000);
		let mut world = world.at(4);
		for which in order {
			let (era, percent) = [(2, 30), (3, 10), (4, 50)][which];
			world.slash(era, Perbill::from_percent(percent));
		}
		world.values()
	};
	let first = outcome([0, 1, 2]);
	for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
		assert_eq!(outcome(order), first);
	}
	// 70% is left in all of it after era 2, then 90% in the three quarters that the service kept; what was
	// bonded in era 4 lost half in those three quarters more.
	assert!(first[0].1.abs_diff(250_000 * 7 / 40 + 250_000 * 3 * 63 / 400) <= 1);
}

#[test]
fn backing_should_be_the_sum_of_what_each_position_puts_up() {
	let mut world = World::new([1_000, 500]);
	world.ledger.deallocate(SERVICE, PARTS / 4).unwrap();
	world.positions[0].deposit(&mut world.ledger, 70).unwrap();
	world.unbond(1, 100);
	let of = |world: &World<2>, who: usize| world.positions[who].backing(&world.ledger, SERVICE);
	// What comes and what goes does not count, and a quarter was taken away.
	assert_eq!((of(&world, 0), of(&world, 1), world.ledger.backing(SERVICE)), (750, 300, 1_050));
	world.slash(2, HALF);
	assert_eq!((of(&world, 0), of(&world, 1), world.ledger.backing(SERVICE)), (375, 150, 525));
	let world = world.at(3);
	assert_eq!((of(&world, 0), world.ledger.backing(SERVICE)), (375 + 52, 525 + 52));
	assert_eq!(world.positions[0].backing(&world.ledger, OTHER), 0);
}

#[test]
fn what_is_taken_from_a_service_should_answer_for_it_to_the_end_of_the_era_and_then_be_free() {
	let mut world = World::new([1_000]);
	world.ledger.deallocate(SERVICE, PARTS).unwrap();
	assert_eq!((world.ledger.backing(SERVICE), world.ledger.free_parts()), (0, 0));
	let mut world = world.at(3);
	assert_eq!(world.slash(3, ALL), 0);
	assert_eq!(world.slash(2, HALF), 500);
	let world = world.at(6);
	assert_eq!(world.ledger.free_parts(), 0);
	let world = world.at(7);
	assert_eq!((world.ledger.free_parts(), world.ledger.lots().len()), (PARTS, 1));
	assert_eq!(world.values(), [(500, 0)]);
}

#[test]
fn what_is_allocated_now_should_answer_from_the_next_era_on() {
	let mut world = World::<1>::empty();
	world.positions[0].deposit(&mut world.ledger, 1_000).unwrap();
	let mut world = world.at(2);
	world.ledger.allocate(SERVICE, PARTS / 2).unwrap();
	assert_eq!((world.slash(2, ALL), world.ledger.allocated(SERVICE)), (0, PARTS / 2));
	// Taken back before it counted, it is free at once.
	world.ledger.deallocate(SERVICE, PARTS / 4).unwrap();
	assert_eq!(world.ledger.free_parts(), PARTS / 4 * 3);
	let mut world = world.at(3);
	assert_eq!(world.slash(3, ALL), 250);
}

#[test]
fn a_slash_should_leave_what_comes_later_to_the_full() {
	let mut world = World::new([1_000, 1_000]);
	world.slash(2, ALL);
	let mut world = world.at(3);
	world.positions[0].deposit(&mut world.ledger, 1_000).unwrap();
	// Long after, both are seasoned; the emptied class has been rebased and its holder has nothing.
	let world = world.at(20);
	assert_eq!(world.values(), [(1_000, 0), (0, 0)]);
	assert!(world.positions[1].is_empty() && world.rates.records.is_empty());
	assert_eq!(world.ledger.backing(SERVICE), 1_000);
}

#[test]
fn a_class_that_was_all_but_emptied_should_keep_its_holders_and_take_new_ones() {
	let almost = Perbill::from_parts(999_999_999);
	let mut world = World::new([1_000_000_000_000_000_000_000, 7]);
	world.slash(2, almost);
	let kept = world.values();
	assert_near(kept, [(1_000_000_000_000, 0), (0, 0)]);
	let mut world = world.at(7);
	world.positions[1].deposit(&mut world.ledger, 5_000_000).unwrap();
	let mut world = world.at(30);
	assert_near(world.values(), [(1_000_000_000_000, 0), (5_000_000, 0)]);
	world.slash(28, almost);
	let world = world.at(60);
	assert_near(world.values(), [(1_000, 0), (0, 0)]);
}

#[test]
fn merged_stake_should_keep_what_it_is_worth_though_its_history_differs() {
	let mut world = World::<2>::empty();
	world.positions[0].deposit(&mut world.ledger, 1_000_000).unwrap();
	world.ledger.allocate(SERVICE, PARTS / 2).unwrap();
	let mut world = world.at(2);
	world.slash(2, ALL);
	world.positions[1].deposit(&mut world.ledger, 1_000_000).unwrap();
	let mut world = world.at(20);
	assert_near(world.values(), [(500_000, 0), (1_000_000, 0)]);
	assert_eq!(world.ledger.classes().len(), 1);
	// What the service still has is the newcomer's half; the loss is shared, as both have been one class since.
	assert!(world.slash(18, ALL).abs_diff(500_000) <= 1);
	assert_near(world.values(), [(333_333, 0), (666_666, 0)]);
}

#[test]
fn the_record_should_stay_bounded_when_everybody_comes_and_goes_in_every_era() {
	let mut world = World::new([1_000_000]);
	let mut most = 0;
	for era in 3..=60 {
		world.maintain(era, era.saturating_sub(MAX_SPAN));
		world.positions[0].deposit(&mut world.ledger, 1_000).unwrap();
		let ages: Vec<_> = world.ledger.classes().iter().filter(|c| c.is_bonded()).map(|c| c.key).collect();
		// A little of every age, by hand: a position cannot have as many chunks.
		let mut ledger = world.ledger.clone();
		for key in ages.into_iter().filter(|key| key.from <= era) {
			ledger.class_at(key.from, era).unwrap();
			ledger.class_mut(Key { until: era, generation: 0, ..key }).unwrap().chunks += 1;
			ledger.chunks += 1;
		}
		world.ledger = ledger;
		most = most.max(world.ledger.classes().len());
	}
	assert_eq!(most as u32, MAX_CLASSES);
}

#[test]
fn bad_input_should_be_refused_and_change_nothing() {
	let world = World::new([1_000]);
	let refused = |expected: Refusal,
	               operation: &dyn Fn(&mut Ledger, &mut Position) -> Result<(), Refusal>| {
		let (mut ledger, mut position) = (world.ledger.clone(), world.positions[0].clone());
		assert_eq!(operation(&mut ledger, &mut position), Err(expected));
		assert_eq!((&ledger, &position), (&world.ledger, &world.positions[0]));
	};
	refused(Refusal::ZeroAmount, &|l, p| p.deposit(l, 0));
	refused(Refusal::TooMuchHeld, &|l, p| p.deposit(l, MAX_HELD - 999));
	refused(Refusal::TooMuchHeld, &|l, p| p.deposit(l, u128::MAX));
	refused(Refusal::ZeroAmount, &|l, p| p.unbond(l, 0, 0).map(drop));
	refused(Refusal::NotEnoughStake, &|l, p| p.unbond(l, 1_001, 0).map(drop));
	refused(Refusal::NothingToWithdraw, &|l, p| p.withdraw(l, u32::MAX).map(drop));
	refused(Refusal::ZeroAmount, &|l, _| l.allocate(SERVICE, 0));
	refused(Refusal::NotEnoughFree, &|l, _| l.allocate(OTHER, 1));
	refused(Refusal::ZeroAmount, &|l, _| l.deallocate(SERVICE, 0));
	refused(Refusal::NotEnoughAllocated, &|l, _| l.deallocate(SERVICE, PARTS + 1));
	refused(Refusal::NotEnoughAllocated, &|l, _| l.deallocate(OTHER, 1));
	refused(Refusal::EraOutOfWindow, &|l, _| l.slash(SERVICE, 3, HALF).map(drop));
	refused(Refusal::EraOutOfWindow, &|l, _| l.slash(SERVICE, 0, HALF).map(drop));
}

#[test]
fn too_many_chunks_should_be_refused_and_change_nothing() {
	let mut world = World::new([u128::from(MAX_UNBONDING) + 1]);
	for era in 2..2 + MAX_UNBONDING {
		world.maintain(era, 2);
		world.unbond(0, 1);
	}
	world.maintain(2 + MAX_UNBONDING, 2);
	let before = (world.ledger.clone(), world.positions[0].clone());
	assert_eq!(world.positions[0].unbond(&mut world.ledger, 1, 0), Err(Refusal::TooManyChunks));
	assert_eq!((world.ledger, world.positions[0].clone()), before);
}

#[test]
fn rewards_should_be_shared_by_what_counts_when_they_come() {
	let mut world = World::new([384, 128, 512]);
	let earned = |world: &World<3>| [0, 1, 2].map(|who| world.positions[who].earned);
	// What is put up now has no part in what comes before the next era.
	world.positions[2].deposit(&mut world.ledger, 1_024).unwrap();
	assert_eq!(world.ledger.reward(1_024), Ok(1_024));
	world.maintain(2, 0);
	assert_eq!(earned(&world), [384, 128, 512]);
	// Nor has what is being withdrawn.
	world.positions[0].unbond(&mut world.ledger, 384, 100).unwrap();
	assert_eq!(world.ledger.reward(640), Ok(640));
	world.maintain(3, 0);
	assert_eq!(earned(&world), [384, 256, 1_024]);
	assert_eq!(world.ledger.reward(1_664), Ok(1_664));
	world.maintain(3, 0);
	assert_eq!(earned(&world), [384, 384, 2_560]);
}

#[test]
fn rewards_should_follow_what_a_slash_has_left() {
	let mut world = World::new([384, 128]);
	let early = world.ledger.era();
	world.positions[1].deposit(&mut world.ledger, 256).unwrap();
	world.maintain(3, 0);
	world.slash(early, HALF);
	// 192 and 64 are left of the first deposits, and all of the later one.
	assert_eq!(world.ledger.reward(512), Ok(512));
	world.maintain(3, 0);
	assert_eq!([0, 1].map(|who| world.positions[who].earned), [192, 320]);
}

#[test]
fn rewards_should_wait_through_conversions_for_who_was_away() {
	let mut world = World::new([384, 128]);
	for era in 3..40 {
		let rates = &mut world.rates;
		world.ledger.maintain(era, era.saturating_sub(4), |key, conversion| rates.insert(key, conversion));
		assert_eq!(world.ledger.reward(4), Ok(4));
	}
	world.maintain(40, 36);
	assert_eq!([0, 1].map(|who| world.positions[who].earned), [111, 37]);
	assert_eq!(world.positions[0].collect(&mut world.ledger), Ok(111));
	assert_eq!(world.positions[0].collect(&mut world.ledger), Err(Refusal::NothingToCollect));
	assert_eq!(world.ledger.rewards(), 37);
}

#[test]
fn rewards_should_keep_the_record_until_they_are_collected() {
	let mut world = World::new([128]);
	world.ledger.reward(8).unwrap();
	world.maintain(2, 0);
	world.positions[0].unbond(&mut world.ledger, 128, 0).unwrap();
	world.maintain(20, 16);
	assert_eq!(world.positions[0].withdraw(&mut world.ledger, 1), Ok(128));
	assert!(!world.positions[0].is_empty() && world.ledger.chunks() == 1);
	assert_eq!(world.positions[0].collect(&mut world.ledger), Ok(8));
	assert!(world.positions[0].is_empty() && world.ledger.chunks() == 0);
}

#[test]
fn rewards_should_be_refused_where_there_is_nobody_to_be_given_to() {
	let mut world = World::<1>::empty();
	assert_eq!(world.ledger.reward(1), Err(Refusal::NotEnoughStake));
	world.positions[0].deposit(&mut world.ledger, 100).unwrap();
	assert_eq!(world.ledger.reward(1), Err(Refusal::NotEnoughStake));
	let mut world = world.at(2);
	assert_eq!(world.ledger.reward(0), Err(Refusal::ZeroAmount));
	assert_eq!(world.ledger.reward(MAX_HELD + 1), Err(Refusal::TooMuchHeld));
	assert_eq!(world.ledger.reward(MAX_HELD), Ok(MAX_HELD));
	assert_eq!(world.ledger.reward(1), Err(Refusal::TooMuchHeld));
}
