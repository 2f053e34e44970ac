use crate::{mock::*, Error, Event, Reservations};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, Perbill, TransactionOutcome};
use surety_primitives::{
	traits::{Reserve, Slashable, Stake},
	Balance, Era,
};

fn reserve(service: u32, amount: Balance) -> sp_runtime::DispatchResult {
	<Restaking as Reserve<_>>::reserve(&OPERATOR, service, amount)
}

fn release(service: u32, amount: Balance) {
	<Restaking as Reserve<_>>::release(&OPERATOR, service, amount);
}

fn reserved(service: u32) -> Balance {
	<Restaking as Reserve<_>>::reserved(&OPERATOR, service)
}

/// What the whole slash of an offence of `era` would take of the operator's own. Nothing is done.
fn slash_all(era: Era) -> Balance {
	let slash = || Restaking::slash(&OPERATOR, SERVICE, era, Perbill::one(), &NATIVE);
	let undone = || TransactionOutcome::Rollback(Ok::<_, DispatchError>(slash()));
	frame_support::storage::with_transaction(undone).and_then(|cut| cut).expect("can be slashed").own
}

/// `OPERATOR` with 1,000 of its own and 9,000 of `ALICE`'s, half of it behind each of two services; in era 3.
fn two_services() {
	stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
	for service in [SERVICE, OTHER] {
		assert_ok!(Restaking::allocate(signed(&OPERATOR), NATIVE, service, ALL / 2));
	}
	stake(&ALICE, &OPERATOR, NATIVE, 9_000);
	advance_to_era(3);
}

#[test]
fn what_an_offence_could_take_of_the_own_stake_should_be_what_a_slash_of_all_takes() {
	use surety_primitives::agreement::OwnStake;
	let own = |era| <Restaking as OwnStake<_>>::own_punishable(&OPERATOR, SERVICE, era);
	execute(|| {
		assert_eq!(own(Restaking::era()), 0);
		two_services();
		assert_eq!((own(3), slash_all(3)), (500, 500));
		// What is staked now counts from the next era on, and what leaves is still there.
		stake(&OPERATOR, &OPERATOR, NATIVE, 333);
		assert_ok!(Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, 77));
		slash(3, 13);
		advance_to_era(4);
		stake(&ALICE, &OPERATOR, NATIVE, 10);
		for era in 0..=5 {
			if Restaking::is_punishable(&OPERATOR, era) {
				assert_eq!(own(era), slash_all(era), "{era}");
			} else {
				assert_eq!(own(era), 0, "{era}");
			}
		}
		assert!(own(3) > 0 && own(4) > own(3));
	});
}

#[test]
fn only_the_operators_own_stake_behind_the_service_should_be_reserved() {
	execute(|| {
		assert_noop!(reserve(SERVICE, 1), Error::<Test>::LedgerNotFound);
		two_services();
		assert_noop!(reserve(SERVICE, 0), Error::<Test>::ZeroAmount);
		assert_noop!(reserve(SERVICE, 501), Error::<Test>::NotEnoughStake);
		assert_noop!(reserve(404, 1), Error::<Test>::NotEnoughStake);
		assert_noop!(reserve(SERVICE, Balance::MAX), Error::<Test>::NotEnoughStake);
		assert_ok!(reserve(SERVICE, 300));
		assert_eq!(
			events().last(),
			Some(&Event::Reserved { operator: OPERATOR, service: SERVICE, amount: 300 })
		);
		assert_ok!(reserve(SERVICE, 200));
		assert_noop!(reserve(SERVICE, 1), Error::<Test>::NotEnoughStake);
		assert_noop!(reserve(SERVICE, Balance::MAX), Error::<Test>::NotEnoughStake);
		assert_eq!((reserved(SERVICE), reserved(OTHER)), (500, 0));
	});
}

#[test]
fn an_operator_should_not_take_away_what_is_reserved() {
	execute(|| {
		two_services();
		assert_ok!(reserve(SERVICE, 400));
		let unbond = |amount| Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, amount);
		let deallocate = |service, parts| Restaking::deallocate(signed(&OPERATOR), NATIVE, service, parts);
		// Half of what stays is behind the service.
		assert_noop!(unbond(201), Error::<Test>::StakeReserved);
		assert_noop!(
			Restaking::unbond_all(signed(&OPERATOR), OPERATOR, NATIVE),
			Error::<Test>::StakeReserved
		);
		assert_noop!(deallocate(SERVICE, 100_001), Error::<Test>::StakeReserved);
		assert_ok!(deallocate(OTHER, ALL / 2));
		// What others have staked, and what is staked in other assets, is theirs.
		assert_ok!(Restaking::unbond_all(signed(&ALICE), OPERATOR, NATIVE));
		stake(&OPERATOR, &OPERATOR, GOLD, 500);
		assert_ok!(Restaking::unbond_all(signed(&OPERATOR), OPERATOR, GOLD));
		assert_ok!(unbond(200));
		release(SERVICE, 400);
		assert!(!Reservations::<Test>::contains_key(OPERATOR));
		assert_ok!(Restaking::unbond_all(signed(&OPERATOR), OPERATOR, NATIVE));
	});
}

#[test]
fn what_counts_from_the_next_era_on_should_be_reserved_already() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), NATIVE, SERVICE, ALL / 2));
		assert_noop!(reserve(SERVICE, 501), Error::<Test>::NotEnoughStake);
		assert_ok!(reserve(SERVICE, 500));
		assert_eq!(<Restaking as Stake<_>>::own_backing(&OPERATOR, SERVICE), 0);
		// Neither part of it goes back, though it would without waiting.
		assert_noop!(Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, 1), Error::<Test>::StakeReserved);
		assert_noop!(
			Restaking::deallocate(signed(&OPERATOR), NATIVE, SERVICE, 1),
			Error::<Test>::StakeReserved
		);
		advance_to_era(2);
		assert_eq!(<Restaking as Stake<_>>::own_backing(&OPERATOR, SERVICE), 500);
	});
}

#[test]
fn what_is_on_its_way_out_should_not_be_reserved_though_it_still_answers() {
	execute(|| {
		two_services();
		assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, SERVICE, ALL / 4));
		assert_noop!(reserve(SERVICE, 251), Error::<Test>::NotEnoughStake);
		assert_ok!(Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, 600));
		assert_noop!(reserve(SERVICE, 101), Error::<Test>::NotEnoughStake);
		assert_ok!(reserve(SERVICE, 100));
	});
}

#[test]
fn reserved_stake_should_be_exchanged_for_what_counts_from_the_next_era_on_and_be_exposed_throughout() {
	execute(|| {
		two_services();
		assert_ok!(reserve(SERVICE, 500));
		let exposed = || {
			let own = slash_all(Restaking::era());
			assert!(own >= 500, "{own}");
		};
		// Twice the part of half the stake, from the next era on.
		assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, OTHER, ALL / 2));
		advance_to_era(8);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), NATIVE, SERVICE, ALL / 2));
		assert_ok!(Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, 500));
		// What stays backs less than that to the end of this era; what goes answers for it as well.
		assert_eq!(<Restaking as Stake<_>>::own_backing(&OPERATOR, SERVICE), 250);
		exposed();
		advance_to_era(9);
		assert_eq!(<Restaking as Stake<_>>::own_backing(&OPERATOR, SERVICE), 500);
		exposed();
	});
}

#[test]
fn reservations_should_be_as_many_as_there_can_be_allocations_and_no_more() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, NATIVE, 32_000);
		let services = 1..surety_stake::MAX_LOTS;
		for service in services.clone() {
			assert_ok!(Restaking::allocate(signed(&OPERATOR), NATIVE, service, ALL / 32));
		}
		advance_to_era(2);
		for service in services.clone() {
			assert_ok!(reserve(service, 1));
			// Of what a slash has taken, nothing needs to stay.
			slash_of(&OPERATOR, service, 2, 100).expect("can be slashed");
			assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, service, ALL / 32));
		}
		advance_to_era(8);
		stake(&OPERATOR, &OPERATOR, NATIVE, 32_000);
		for service in [100, 101] {
			assert_ok!(Restaking::allocate(signed(&OPERATOR), NATIVE, service, ALL / 32));
		}
		assert_ok!(reserve(100, 1));
		assert_noop!(reserve(101, 1), Error::<Test>::MaxReservationsExceeded);
		release(1, 1);
		assert_ok!(reserve(101, 1));
	});
}

#[test]
fn what_a_slash_took_of_a_reservation_should_not_be_asked_for_but_the_rest_should_stay() {
	execute(|| {
		two_services();
		assert_ok!(reserve(SERVICE, 400));
		slash(3, 50);
		let unbond = |amount| Restaking::unbond(signed(&OPERATOR), OPERATOR, NATIVE, amount);
		assert_noop!(unbond(1), Error::<Test>::StakeReserved);
		assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, OTHER, ALL / 2));
		stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
		advance_to_era(4);
		assert_ok!(unbond(100));
	});
}

#[test]
fn reservations_should_be_counted_for_each_service() {
	execute(|| {
		two_services();
		assert_ok!(reserve(SERVICE, 400));
		assert_ok!(reserve(OTHER, 100));
		release(SERVICE, 150);
		assert_eq!(
			events().last(),
			Some(&Event::ReservationReleased { operator: OPERATOR, service: SERVICE, amount: 150 })
		);
		assert_eq!((reserved(SERVICE), reserved(OTHER)), (250, 100));
	});
}

#[test]
#[should_panic = "released more"]
fn releasing_more_than_is_reserved_should_panic_in_tests() {
	new_test_ext().execute_with(|| release(SERVICE, 1));
}
