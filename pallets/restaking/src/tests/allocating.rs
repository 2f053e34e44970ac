use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::traits::Stake;

fn allocate(service: u32, parts: u32) -> sp_runtime::DispatchResult {
	Restaking::allocate(signed(&OPERATOR), NATIVE, service, parts)
}

fn deallocate(service: u32, parts: u32) -> sp_runtime::DispatchResult {
	Restaking::deallocate(signed(&OPERATOR), NATIVE, service, parts)
}

fn backing(service: u32) -> u128 {
	<Restaking as Stake<_>>::backing(&OPERATOR, service, &NATIVE)
}

#[test]
fn allocated_stake_should_back_a_service_from_the_next_era_on() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		assert_ok!(allocate(SERVICE, ALL / 4));
		assert_ok!(allocate(OTHER, ALL / 2));
		assert_eq!(
			events().last(),
			Some(&Event::Allocated {
				operator: OPERATOR,
				asset: NATIVE,
				service: OTHER,
				parts: ALL / 2,
				active_from: 2
			})
		);
		assert_eq!((backing(SERVICE), backing(OTHER)), (0, 0));
		advance_to_era(2);
		assert_eq!((backing(SERVICE), backing(OTHER), backing(404)), (250, 500, 0));
		stake(&ALICE, &OPERATOR, NATIVE, 1_000);
		advance_to_era(3);
		assert_eq!((backing(SERVICE), backing(OTHER)), (500, 1_000));
	});
}

#[test]
fn deallocated_stake_should_be_free_only_once_no_offence_of_that_time_can_be_punished() {
	execute(|| {
		staked_operator();
		assert_ok!(deallocate(SERVICE, ALL / 2));
		assert_eq!(
			events().last(),
			Some(&Event::Deallocated { operator: OPERATOR, asset: NATIVE, service: SERVICE, parts: ALL / 2 })
		);
		assert_eq!(backing(SERVICE), 500);
		assert_noop!(allocate(OTHER, 1), Error::<Test>::NotEnoughFree);
		// 35 blocks of reporting are four eras of ten.
		advance_to_era(6);
		assert_noop!(allocate(OTHER, 1), Error::<Test>::NotEnoughFree);
		advance_to_era(7);
		assert_ok!(allocate(OTHER, ALL / 2));
	});
}

#[test]
fn allocations_should_be_refused_and_change_nothing() {
	execute(|| {
		assert_noop!(allocate(SERVICE, 1), Error::<Test>::LedgerNotFound);
		assert_noop!(deallocate(SERVICE, 1), Error::<Test>::LedgerNotFound);
		staked_operator();
		assert_noop!(Restaking::allocate(signed(&ALICE), NATIVE, SERVICE, 1), Error::<Test>::LedgerNotFound);
		assert_noop!(allocate(OTHER, 0), Error::<Test>::ZeroAmount);
		assert_noop!(allocate(OTHER, 1), Error::<Test>::NotEnoughFree);
		assert_noop!(deallocate(SERVICE, 0), Error::<Test>::ZeroAmount);
		assert_noop!(deallocate(SERVICE, ALL + 1), Error::<Test>::NotEnoughAllocated);
		assert_noop!(deallocate(OTHER, 1), Error::<Test>::NotEnoughAllocated);
	});
}

#[test]
fn too_many_allocations_should_be_refused() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		for service in 1..surety_stake::MAX_LOTS {
			assert_ok!(allocate(service, 1));
		}
		assert_noop!(allocate(surety_stake::MAX_LOTS, 1), Error::<Test>::TooManyLots);
		assert_ok!(allocate(1, 1));
	});
}
