use super::*;
use crate::{types::Due, Queue, QueueStart, Settlements, WeightInfo};
use frame_support::{
	traits::{Get, Hooks},
	weights::Weight,
};

#[test]
fn the_chain_should_apply_settle_and_forget_by_itself() {
	execute(|| {
		let subscription = subscribe(&ALICE, &OPERATOR);
		let id = report(&OPERATOR, 2, 10, vec![(subscription, 100)]);
		let ends = now() + REVIEW;
		idle_to(ends - 1);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN);
		idle_to(ends);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN - OWN / 10);
		check();
		idle_to(ends + 1);
		assert_eq!((Slashes::<Test>::get(id), held(HoldReason::Report, &REPORTER)), (None, 0));
		idle_to(ends + REPORT + REVIEW);
		assert!(Settlements::<Test>::get(0).unwrap().closed.is_some());
		assert_eq!(Queue::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_block_with_little_room_should_do_little_and_lose_nothing() {
	execute(|| {
		let ids: Vec<_> = (0..5).map(|_| report(&OPERATOR, 2, 10, vec![])).collect();
		advance(REVIEW);
		let decided = || ids.iter().filter(|id| !Slashes::<Test>::get(**id).unwrap().state.is_open()).count();
		let database: frame_support::weights::RuntimeDbWeight =
			<<Test as frame_system::Config>::DbWeight as Get<_>>::get();
		let looks = <() as WeightInfo>::look() * (u64::from(now()) + 1);
		let one = database.reads_writes(1, 1) + looks + Slashing::most_for_apply(1);
		assert_eq!(Slashing::on_idle(now(), Weight::zero()), Weight::zero());
		assert_eq!(decided(), 0);
		let used = Slashing::on_idle(now(), one);
		assert!(used.all_lte(one));
		assert_eq!(decided(), 1);
		check();
		// Blocks later the rest is still there.
		advance(100);
		Slashing::on_idle(now(), Weight::MAX);
		assert_eq!(QueueStart::<Test>::get(), now() + 1);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), 59_049);
	});
}

#[test]
fn what_fails_should_be_left_to_callers_and_not_hold_up_the_others() {
	execute(|| {
		let good = report(&OPERATOR, 2, 10, vec![]);
		let ends = now() + REVIEW;
		let task = Due::Apply(404);
		Queue::<Test>::insert(ends, task, ());
		idle_to(ends);
		let error = Error::<Test>::SlashNotFound.into();
		assert!(events().contains(&Event::DueFailed { due: task, error }));
		assert_eq!(Slashes::<Test>::get(good).unwrap().state, SlashState::Applied);
	});
}

#[test]
fn what_somebody_has_done_should_not_be_done_again() {
	execute(|| {
		let id = report(&OPERATOR, 2, 10, vec![]);
		review_and_apply(id);
		assert_ok!(Slashing::forget(signed(&DAVE), id));
		idle_to(now() + 200);
		assert!(!events().iter().any(|event| matches!(event, Event::DueFailed { .. })));
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN - OWN / 10);
	});
}
