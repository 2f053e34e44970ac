use crate::{get, mock::*, Current, Error, Event, Windows as Values};
use frame_support::{assert_noop, assert_ok, traits::Get};
use sp_runtime::DispatchError;

#[test]
fn replace_should_put_all_windows_in_force_at_once() {
	execute(|| {
		// GIVEN
		let mut new = Values::default();
		new.stake.notice = 77;
		new.governance.vote_lock = 99;
		// WHEN
		assert_ok!(Windows::replace(RuntimeOrigin::root(), Box::new(new)));
		// THEN
		assert_eq!(Current::<Test>::get(), new);
		assert_eq!(<get::Notice<Test> as Get<u64>>::get(), 77);
		assert_eq!(<get::VoteLock<Test> as Get<u64>>::get(), 99);
		System::assert_last_event(Event::Replaced { windows: Box::new(new) }.into());
	});
}

#[test]
fn replace_should_be_refused_when_not_from_the_admin() {
	execute(|| {
		assert_noop!(Windows::replace(RuntimeOrigin::signed(1), Box::default()), DispatchError::BadOrigin);
	});
}

#[test]
fn replace_should_be_refused_when_consensus_differs() {
	execute(|| {
		let mut new = Values::default();
		new.consensus.epoch_slots += 1;
		assert_noop!(Windows::replace(RuntimeOrigin::root(), Box::new(new)), Error::<Test>::FixedAtGenesis);
	});
}

#[test]
fn replace_should_be_refused_when_inconsistent() {
	execute(|| {
		let mut new = Values::default();
		new.stake.unbonding = 1;
		assert_noop!(Windows::replace(RuntimeOrigin::root(), Box::new(new)), Error::<Test>::Inconsistent);
	});
}
