use crate::{mock::*, Cleared, Error, Event, Records, Windows};
use frame_support::{traits::Hooks, weights::Weight};
use surety_primitives::notary::PublicationMode;

#[test]
fn windows_should_turn_by_the_block_and_remember_their_era() {
	new_test_ext().execute_with(|| {
		assert_eq!(Notary::current_window(), 0);
		advance_to(WINDOW - 1);
		assert_eq!(Notary::current_window(), 0);
		advance_to(WINDOW);
		assert_eq!(Notary::current_window(), 1);
		assert_eq!(events(), [Event::WindowBegan { window: 1 }]);
		advance_to(5 * WINDOW + 3);
		let window = Windows::<Test>::get(5).unwrap();
		assert_eq!((window.start, window.era), (5 * WINDOW, 3));
		assert_eq!(Notary::end_of(4), Some(5 * WINDOW));
		assert_eq!(Notary::due(4), Some(5 * WINDOW + GRACE));
		assert_eq!(Notary::due(5), None);
		check();
	});
}

#[test]
fn what_is_too_old_should_be_cleared_away_in_what_blocks_have_left() {
	execute(|| {
		let committed = commit(&[]).signed.commitment.window;
		advance_windows(RETENTION);
		idle();
		// One window after its end it can be disputed for as long as it should.
		assert_eq!(Notary::first_disputable(), committed + 1);
		assert_eq!(Cleared::<Test>::get(), committed + 1);
		assert_eq!(Records::<Test>::iter().count(), 0);
		assert_eq!(Windows::<Test>::get(committed), None);
		assert!(Windows::<Test>::get(committed + 1).is_some());
		check();
	});
}

#[test]
fn clearing_should_go_on_where_it_stopped_and_never_take_more_than_there_is() {
	execute(|| {
		commit(&[]);
		commit(&[]);
		advance_windows(3 * RETENTION);
		let mut before = Cleared::<Test>::get();
		let oldest = Notary::current_window() - RETENTION;
		let limit = Weight::from_parts(1_500_000_000, 60_000);
		let mut calls = 0;
		while before < oldest {
			let used = Notary::on_idle(now(), limit);
			assert!(used.all_lte(limit), "{used:?}");
			before = Cleared::<Test>::get();
			check();
			calls += 1;
			assert!(calls < 100, "makes no progress");
		}
		assert!(calls > 1, "the limit was no limit");
		assert_eq!(Records::<Test>::iter().count(), 0);
		assert_eq!(Notary::on_idle(now(), Weight::zero()), Weight::zero());
	});
}

#[test]
fn what_was_cleared_should_not_be_disputed_when_more_is_kept() {
	execute(|| {
		advance_windows(RETENTION + 3);
		idle();
		let first = Notary::first_disputable();
		KeptWindows::set(2 * RETENTION);
		assert_eq!(Notary::first_disputable(), first);
		KeptWindows::set(2);
		assert_eq!(Notary::first_disputable(), Notary::current_window() - 2);
	});
}

/// What becomes of a commitment in the first blocks after a window, where there is so much time for it.
fn committed_in(grace: u32) -> Vec<sp_runtime::DispatchResult> {
	let mut results = Vec::new();
	new_test_ext().execute_with(|| {
		GraceBlocks::set(grace);
		prepare();
		register(&NOTARY, PublicationMode::Mixed);
		next_window();
		next_window();
		for _ in 0..3 {
			let made = made(&[]);
			results.push(Notary::commit(signed(&ALICE), made.signed));
			advance(1);
		}
	});
	results
}

#[test]
fn two_blocks_should_be_the_least_in_which_a_window_can_be_committed_to() {
	assert!(committed_in(1).iter().all(|result| result.is_err()));
	let in_two = committed_in(2);
	assert_eq!(in_two.first(), Some(&Err(Error::<Test>::InvalidBaseBlock.into())));
	assert_eq!(in_two.get(1), Some(&Ok(())));
	new_test_ext().execute_with(|| {
		GraceBlocks::set(2);
		Notary::integrity_test();
	});
}

#[test]
#[should_panic(expected = "nothing could be committed to in time")]
fn a_grace_in_which_nobody_could_be_in_time_should_be_refused() {
	new_test_ext().execute_with(|| {
		GraceBlocks::set(1);
		Notary::integrity_test();
	});
}
